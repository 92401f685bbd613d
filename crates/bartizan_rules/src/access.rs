//! Who may reach what, and change what.

pub mod assertion_as_guard;
pub mod bound_to_all_interfaces;
pub mod cookie_without_flags;
pub mod cors_open_to_all;
pub mod csrf_exempt_view;
pub mod swallowed_exception;
