//! Who may reach what, and change what.

pub mod assertion_as_guard;
pub mod bound_to_all_interfaces;
pub mod csrf_exempt_view;
pub mod swallowed_exception;
