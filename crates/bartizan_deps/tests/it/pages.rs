//! The rules and their pages belong together; their examples are scanned where scans are.

use bartizan_deps::rules::RULES;

#[test]
fn the_rules_are_in_order_and_named_after_their_pages() {
    assert!(RULES.is_sorted_by_key(|rule| rule.id));
    for rule in RULES {
        assert!(rule.page.starts_with(&format!("# {}\n", rule.id)), "{}", rule.id);
        let headings: Vec<&str> =
            rule.page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let expected = ["Why it matters", "Raises", "Stays silent", "How to fix", "Blind spots"];
        assert_eq!(headings, expected, "{}", rule.id);
    }
}
