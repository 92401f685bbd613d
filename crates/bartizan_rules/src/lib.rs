//! The rules: each a value with a page, and the one sweep that runs them over a file.
//!
//! A rule is a small pair. `request_without_timeout.rs` says what it is, and
//! `request_without_timeout.md` says why, shows when it speaks and when it stays silent, and how to
//! repair the code; the page is the documentation and the test. Rules ask a [`CallSite`] or a
//! [`FileView`] and never look at the value graph for what the models already say: they speak of
//! kinds, not of names.

mod argument;
mod ban;
mod bandit;
mod chosen_keys;
mod endpoints_view;
mod front;
mod generic_views;
mod judge;
mod model_secrets;
mod naming;
mod origin;
mod permission_ways;
mod plain;
mod rule;
mod rules;
mod site;
mod syntax;
mod text;
mod view;
mod words;

pub use ban::{Ban, Banned, judge_bans};
pub use bandit::{BanditOptions, KeySizes, ProcessNames, fits, judge_as_bandit};
pub use endpoints_view::EndpointsView;
pub use front::Front;
pub use judge::{judge_endpoints, judge_file, judge_project, judge_settings};
pub use origin::Origin;
pub use plain::{DeploymentSite, SecretSite, TextDraft, judge_secrets, judge_text};
pub use rule::{Detect, Draft, EditDraft, RepairDraft, Rule, SubjectHint};
pub use rules::RULES;
pub use settings_view::SettingsView;
pub use site::{Argument, CallSite, Decorated, Form};
pub use suppression::{SuppressionFault, suppression_rule};
pub use syntax::{Found, NamedBy, Syntax, SyntaxSite};
pub use text::{Assembled, Hole, OpenHole, Piece};
pub use view::FileView;

mod access;
mod crypto;
mod denial;
mod deployment;
mod files;
mod injection;
mod secrets;
mod settings;
mod settings_view;
mod suppression;
