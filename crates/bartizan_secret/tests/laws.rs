//! What holds for any text, however strange.

#![allow(clippy::unwrap_used, reason = "a path that cannot be made has failed the test")]

use bartizan_base::FilePath;
use bartizan_secret::{Site, search, specimen};
use proptest::prelude::*;

/// Pieces that mean something to the search, and pieces that mean nothing, in any order.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "API_TOKEN",
        "password",
        " = ",
        ": ",
        "=",
        "\"",
        "'",
        "`",
        "\n",
        "://",
        "@",
        "-----BEGIN ",
        "RSA PRIVATE KEY-----",
        "-----END RSA PRIVATE KEY-----",
        "sk_live_",
        "ghp_",
        "AKIA",
        "eyJ",
        ".eyJ",
        ":AA",
        "Q~",
        "twilio",
        "<",
        ">",
        "]",
        ")",
        "os.environ.get(",
        ", ",
        "é",
        "\u{1f600}",
        "\u{0}",
        "\\",
        "%s",
        "${",
        "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\n",
        "ENV ",
        "postgres://shop:",
        "Private-MAC:",
        "T3BlbkFJ",
        "AccountKey=",
        "-us1",
        "{{",
        "#",
        "// ",
    ]);
    let made = (prop::sample::select(specimen::KINDS.to_vec()), 0u64..1_000)
        .prop_map(|(kind, seed)| specimen::specimen(kind, seed).unwrap());
    prop_oneof![6 => known.prop_map(str::to_owned), 2 => made, 2 => ".{0,12}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..Default::default() })]

    /// Candidates lie inside the text, in its order, none in another, at the same places each time.
    #[test]
    fn candidates_are_places(
        pieces in prop::collection::vec(piece(), 0..24),
        path in prop::sample::select(vec!["a.py", "a.yml", "a.json", "a.html", "a.md", "poetry.lock"]),
    ) {
        let text = pieces.concat();
        let site = Site::of(&FilePath::new(path).unwrap(), false);
        let found = search(&text, site);
        for candidate in &found {
            prop_assert!(!candidate.span.slice(&text).is_empty());
        }
        prop_assert!(found.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        prop_assert_eq!(found, search(&text, site));
    }
}

/// Every trigger over and over, with nothing behind it: the time grows with the text and no faster.
#[test]
fn hostile_text_takes_no_longer_than_it_is_long() {
    let site = Site::of(&FilePath::new("a.yml").unwrap(), false);
    let begin = cpu_time::ProcessTime::now();
    for piece in [
        "eyJ",
        "password=",
        "://",
        "-----BEGIN RSA PRIVATE KEY-----\n",
        "sk-T3BlbkFJ",
        "twilio",
        ":AA",
        "a:b@://",
        "'password': '",
        "xoxb-1-",
        "PuTTY-User-Key-File-2: x\nEncryption: none\n",
    ] {
        search(&piece.repeat(1_000_000 / piece.len()), site);
    }
    assert!(begin.elapsed() < std::time::Duration::from_secs(60), "took {:?}", begin.elapsed());
}
