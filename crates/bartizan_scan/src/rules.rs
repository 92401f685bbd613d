//! The one list of everything that Bartizan looks for, in code and in packages.

use std::sync::OnceLock;

use bartizan_finding::RuleInfo;

/// Every rule, by id.
pub fn rules() -> &'static [&'static RuleInfo] {
    static ALL: OnceLock<Vec<&'static RuleInfo>> = OnceLock::new();
    ALL.get_or_init(|| {
        let of_code = bartizan_rules::RULES.iter().map(|rule| &rule.info);
        let of_packages = bartizan_deps::rules::RULES.iter().copied();
        let mut all: Vec<&'static RuleInfo> = of_code.chain(of_packages).collect();
        all.sort_by_key(|rule| rule.id);
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_an_id_of_its_own() {
        assert!(rules().windows(2).all(|pair| pair[0].id < pair[1].id));
    }
}
