//! Who may reach what, and change what.

pub mod csrf_exempt_view;
