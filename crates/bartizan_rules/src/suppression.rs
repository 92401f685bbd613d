//! Comments that silence rules.

mod fault;

pub mod expired_suppression;
pub mod suppression_of_unknown_rule;
pub mod suppression_without_reason;
pub mod unused_suppression;

pub use fault::{SuppressionFault, suppression_rule};
