//! What comments silence, and what is said of the comments.

use bartizan_base::MemoryTree;
use bartizan_finding::{Date, Profile};
use bartizan_scan::config::Config;
use bartizan_scan::{Knowledge, scan};

/// What a scan of one file says, a line a finding: rule, line, and why it is silenced.
fn said(text: &str) -> Vec<String> {
    let tree = MemoryTree::new().with("shop/keys.py", format!("import hashlib\n\n{text}"));
    let config = Config { profile: Profile::Everyday, ..Config::default() };
    let today = Date::new(2026, 11, 25).expect("a day of the calendar");
    let result = scan(&tree, &config, &Knowledge::default(), today, &|_| {});
    assert!(result.problems.is_empty(), "{:?}", result.problems);
    result
        .findings
        .iter()
        .map(|finding| {
            let line = finding.place.start.line;
            match &finding.suppressed {
                None => format!("{line} {}", finding.rule.id),
                Some(by) => format!("{line} {} silenced: {}", finding.rule.id, by.reason),
            }
        })
        .collect()
}

#[test]
fn a_comment_silences_the_rule_that_it_names() {
    assert_eq!(said("K = hashlib.md5(password).digest()\n"), ["3 weak-hash"]);
    assert_eq!(
        said("K = hashlib.md5(password).digest()  # bartizan: ignore[weak-hash] a cache key\n"),
        ["3 weak-hash silenced: a cache key"]
    );
    assert_eq!(
        said("# bartizan: ignore[weak-hash] a cache key\nK = hashlib.md5(password).digest()\n"),
        ["4 weak-hash silenced: a cache key"]
    );
}

#[test]
fn a_comment_for_another_rule_silences_nothing_and_is_found_out() {
    assert_eq!(
        said("K = hashlib.md5(password).digest()  # bartizan: ignore[csrf-exempt-view] a hook\n"),
        ["3 weak-hash", "3 unused-suppression"]
    );
}

#[test]
fn the_ids_of_peers_are_names_of_rules() {
    for comment in
        ["# nosec", "# nosec B324", "# noqa: S324", "# noqa", "# bartizan: ignore[B324] why"]
    {
        let text = format!("K = hashlib.md5(password).digest()  {comment}\n");
        assert!(said(&text)[0].starts_with("3 weak-hash silenced"), "{comment}: {:?}", said(&text));
    }
    for comment in ["# nosec B602", "# noqa: S602", "# noqa: E501"] {
        let text = format!("K = hashlib.md5(password).digest()  {comment}\n");
        assert_eq!(said(&text), ["3 weak-hash"], "{comment}");
    }
}

#[test]
fn a_suppression_ends_with_its_day() {
    assert_eq!(
        said(
            "K = hashlib.md5(password).digest()  # bartizan: ignore[weak-hash] until=2026-11-25 soon\n"
        ),
        ["3 weak-hash silenced: soon"]
    );
    assert_eq!(
        said(
            "K = hashlib.md5(password).digest()  # bartizan: ignore[weak-hash] until=2026-11-24 soon\n"
        ),
        ["3 weak-hash", "3 expired-suppression"]
    );
}

#[test]
fn slips_of_the_hand_are_found_out() {
    assert_eq!(
        said("K = hashlib.md5(password).digest()  # bartizan: ignore[weak-hsah] a cache key\n"),
        ["3 weak-hash", "3 suppression-of-unknown-rule"]
    );
}

#[test]
fn a_reason_is_asked_for() {
    assert_eq!(
        said("K = hashlib.md5(password).digest()  # bartizan: ignore[weak-hash]\n"),
        ["3 weak-hash silenced: ", "3 suppression-without-reason"]
    );
}
