//! What Bartizan knows of packages it never reads: Django, the standard library, and what stands
//! around them.
//!
//! The knowledge itself is data, one TOML file a Python module, under `models/`; this crate says
//! what such a file may hold ([`Callable`], [`Class`], [`Decorator`]), reads it, and finds an entry
//! by the dotted name that a Python developer imports it by ([`Models`]). It knows neither rules
//! nor the engine: an entry only says of an argument, a call or a decorator which [`Kind`] it is.

mod bind;
mod condition;
mod entry;
mod error;
pub mod kind;
mod kinds;
mod literal;
mod load;
mod models;
mod packs;
mod schema;
mod signature;

pub use bind::{Argument, Bound, Gathered, Slot};
pub use condition::{Condition, Expected, Test, Truth, Value};
pub use entry::{
    Attribute, CallKind, Callable, Class, Decorator, Module, Page, Param, ParamKind, Receiver,
    Registered, Returns, Role, Route, RouteTarget, Stored, Urlconf, Usage, Versions,
};
pub use error::ModelError;
pub use kind::{Kind, Of};
pub use literal::Literal;
pub use models::Models;
