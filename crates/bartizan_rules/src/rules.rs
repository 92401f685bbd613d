//! All rules, by family and name.

use crate::Rule;
use crate::access::csrf_exempt_view;
use crate::crypto::{tls_verification_off, weak_hash};
use crate::denial::request_without_timeout;
use crate::files::{insecure_temp_file, unsafe_deserialization};
use crate::injection::{
    code_from_text, html_marked_safe, jinja_autoescape_off, shell_command_built_from_text,
    sql_built_from_text,
};
use crate::settings::hardcoded_secret_key;
use crate::suppression::{
    expired_suppression, suppression_of_unknown_rule, suppression_without_reason,
    unused_suppression,
};

/// Every rule there is. A test compares the list with the folders and the pages.
pub static RULES: &[&Rule] = &[
    &code_from_text::RULE,
    &html_marked_safe::RULE,
    &jinja_autoescape_off::RULE,
    &shell_command_built_from_text::RULE,
    &sql_built_from_text::RULE,
    &csrf_exempt_view::RULE,
    &hardcoded_secret_key::RULE,
    &tls_verification_off::RULE,
    &weak_hash::RULE,
    &insecure_temp_file::RULE,
    &unsafe_deserialization::RULE,
    &request_without_timeout::RULE,
    &expired_suppression::RULE,
    &suppression_of_unknown_rule::RULE,
    &suppression_without_reason::RULE,
    &unused_suppression::RULE,
];
