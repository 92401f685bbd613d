//! Every check of Django's that is asked of settings is told by one rule.

use bartizan_django::settings::checks::CHECKS;
use bartizan_finding::{Alias, Peer};
use bartizan_rules::RULES;

#[test]
fn each_of_djangos_checks_is_the_alias_of_one_rule() {
    for check in CHECKS {
        let alias = Alias(Peer::Django, check.id);
        let told_by = RULES.iter().filter(|rule| rule.info.aliases.contains(&alias));
        let told_by: Vec<&str> = told_by.map(|rule| rule.info.id).collect();
        assert_eq!(told_by.len(), 1, "{}: {told_by:?}", check.id);
    }
}

#[test]
fn rules_name_no_check_that_is_not_asked() {
    let aliases = RULES.iter().flat_map(|rule| rule.info.aliases);
    for Alias(_, id) in aliases.filter(|alias| alias.0 == Peer::Django) {
        assert!(CHECKS.iter().any(|check| check.id == *id), "{id}");
    }
}
