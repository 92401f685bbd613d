//! All rules, by family and name.

use crate::Rule;
use crate::denial::request_without_timeout;

/// Every rule there is. A test compares the list with the folders and the pages.
pub static RULES: &[&Rule] = &[&request_without_timeout::RULE];
