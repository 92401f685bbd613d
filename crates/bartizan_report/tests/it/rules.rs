//! The list of rules in a terminal.

use bartizan_report::{Options, rules};
use insta::assert_snapshot;

use crate::shop::RULES;

#[test]
fn the_list_of_rules() {
    assert_snapshot!(rules::render(&RULES, &Options::default()), @r#"
 rule                 severity  confidence  status   title
 unknown-suppression  info      high        preview  A comment that silences a rule nobody knows
 sql-built-from-text  high      medium      stable   SQL assembled from text
 debug-in-production  medium    high        stable   Debug pages shown to visitors
3 rules · 1 in preview
"#);
}

#[test]
fn a_title_is_cut_where_the_screen_ends() {
    let options = Options { width: 72, ..Options::default() };
    assert_snapshot!(rules::render(&RULES[..1], &options), @r#"
 rule                 severity  confidence  status   title
 unknown-suppression  info      high        preview  A comment that sile…
1 rule · 1 in preview
"#);
}
