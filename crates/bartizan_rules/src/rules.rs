//! All rules, by family and name.

use crate::Rule;
use crate::denial::request_without_timeout;
use crate::suppression::{
    expired_suppression, suppression_of_unknown_rule, suppression_without_reason,
    unused_suppression,
};

/// Every rule there is. A test compares the list with the folders and the pages.
pub static RULES: &[&Rule] = &[
    &request_without_timeout::RULE,
    &expired_suppression::RULE,
    &suppression_of_unknown_rule::RULE,
    &suppression_without_reason::RULE,
    &unused_suppression::RULE,
];
