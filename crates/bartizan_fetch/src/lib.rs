//! What comes over a network: one client, what it was told last time, and the indexes of packages.
//!
//! This is an edge. It opens connections and keeps files, and it decides nothing: what a server
//! says is handed on as a value, and a failure tells where and why.
#![allow(clippy::disallowed_methods, reason = "what was told last time is kept on the disk")]

mod cache;
mod client;
mod credentials;
mod failure;
mod look_up;
mod proxy;
mod resolver;
mod roots;

pub use cache::{Cache, TakenBack, Validators};
pub use client::{Answer, Client, Fetched, Options, Received, Request, gunzip};
pub use credentials::{Credentials, Netrc};
pub use failure::{Failure, Why};
pub use look_up::{IndexClient, Listed, Question};
pub use proxy::Proxies;
pub use roots::{Roots, SYSTEM_BUNDLES};
