//! A file that does not read says why, and where.

#![allow(clippy::unwrap_used)]

use bartizan_model::Models;
use proptest::prelude::*;

/// The error of a file; `why` and the head are added.
fn error(body: &str) -> String {
    let text = format!("schema = 1\nmodule = \"shop\"\n{body}");
    match Models::default().with_user("shop.toml", &text) {
        Ok(()) => "it reads".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_mistake_has_its_place() {
    let cases = [
        (
            "[[function]]\nname = \"run\"\nparams = \"query\"\nparam = 1\n",
            "shop.toml:6:1: unknown field `param`, expected one of `name`, `params`, `roles`, `kinds`, `cleans`, `passes`, `returns`, `receiver`, `since`, `until`, `confidence`, `why`",
        ),
        (
            "[[function]]\nname = \"run\"\nparams = \"query\"\nroles.sql = { into = \"sql-text\" }\nwhy = \"x\"\n",
            "shop.toml:6:13: the signature has no parameter `sql`",
        ),
        (
            "[[function]]\nname = \"run\"\nparams = \"query\"\nroles.query = { into = \"sql\" }\nwhy = \"x\"\n",
            "shop.toml:6:24: there is no kind `sql`",
        ),
        (
            "[[function]]\nname = \"run\"\nparams = \"query\"\nroles.query = { into = \"sql-text\", wen = { a = 1 } }\nwhy = \"x\"\n",
            "shop.toml:6:36: unknown field `wen`, expected one of `into`, `when`, `unless`, `confidence`",
        ),
        (
            "[[function]]\nname = \"run\"\nparams = \"query\"\nkinds = [\"sql-text\"]\nwhy = \"x\"\n",
            "shop.toml:6:10: `sql-text` cannot be said of a call",
        ),
        (
            "[[function]]\nname = \"run\"\nparams = \"query,, a\"\nwhy = \"x\"\n",
            "shop.toml:5:17: expected the name of a parameter",
        ),
        (
            "[[function]]\nname = \"run\"\nparams = \"query\"\n",
            "shop.toml:4:8: `why` is missing: one sentence, and where the documentation says so",
        ),
        (
            "[[function]]\nname = \"run\"\nwhy = \"x\"\n",
            "shop.toml:4:8: `params` is missing: write the signature",
        ),
        (
            "[[function]]\nname = [\"run\", \"run\"]\nparams = \"\"\nwhy = \"x\"\n",
            "shop.toml:4:8: `shop.run` is described twice",
        ),
        (
            "[aliases]\nrun = \"mall.run\"\n[[function]]\nname = \"run\"\nparams = \"\"\nwhy = \"x\"\n",
            "shop.toml:4:7: `shop.run` is described twice",
        ),
        (
            "[[class]]\nname = \"Till\"\nwhy = \"x\"\nattributes.open = {}\n",
            "shop.toml:6:19: an attribute needs `class`, `kinds` or `stored`",
        ),
        (
            "[[decorator]]\nname = \"paid\"\nusage = \"twice\"\nwhy = \"x\"\n",
            "shop.toml:5:9: `usage` is `\"bare\"`, `\"called\"` or `\"either\"`",
        ),
        (
            "[[function]]\nname = \"run\"\nparams = \"\"\nsince = \"five\"\nwhy = \"x\"\n",
            "shop.toml:6:9: `five` is no version: write numbers and dots",
        ),
        (
            "[[function]]\nname = \"run\"\nparams = \"\"\nconfidence = \"sure\"\nwhy = \"x\"\n",
            "shop.toml:6:14: `confidence` is `\"high\"`, `\"medium\"` or `\"low\"`",
        ),
        (
            "[[setting]]\nname = \"DEBUG\"\n",
            "shop.toml:3:3: unknown field `setting`, expected one of `schema`, `module`, `alias_of`, `aliases`, `attributes`, `function`, `class`, `decorator`, `urlconf`, `admin`",
        ),
        ("what is this", "shop.toml:3:6: key with no value, expected `=`"),
    ];
    for (body, expected) in cases {
        assert_eq!(error(body), expected, "{body}");
    }
    let newer = Models::default().with_user("shop.toml", "schema = 2\nmodule = \"shop\"");
    assert_eq!(
        newer.unwrap_err().to_string(),
        "shop.toml:1:10: schema 2 is not known; this version reads 1"
    );
    let empty = Models::default().with_user("shop.toml", "").unwrap_err();
    assert_eq!(empty.to_string(), "shop.toml:1:1: missing field `schema`");
}

#[test]
fn hostile_files_are_errors() {
    for hostile in [
        "[".repeat(200_000),
        format!("a = {}", "[".repeat(200_000)),
        format!("a = {}", "{a=".repeat(200_000)),
        format!("{} = 1", vec!["a"; 100_000].join(".")),
        format!("[[function]]\nname = \"f\"\nparams = \"a={}\"", "[".repeat(200_000)),
        "\u{feff}\u{0}\r\n\u{202e}".to_owned(),
    ] {
        assert_ne!(error(&hostile), "it reads");
    }
}

proptest! {
    /// Whatever stands in a file, reading it ends, and an error lies inside of the file.
    #[test]
    fn any_text_reads_or_says_where_it_does_not(
        at in 0..4000usize,
        length in 0..40usize,
        put in "[\\[\\]{}=\"'a-z*/,.#\n\\\\\u{e9} 0-9]{0,12}",
    ) {
        let whole = include_str!("../models/python/ssl.toml");
        let boundary = |mut at: usize| {
            at = at.min(whole.len());
            while !whole.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let text = format!("{}{put}{}", &whole[..boundary(at)], &whole[boundary(at + length)..]);
        if let Err(error) = Models::default().with_user("ssl.toml", &text) {
            prop_assert!(error.span.end as usize <= text.len());
            prop_assert!(error.at.line as usize <= text.lines().count() + 1);
            prop_assert!(!error.message.is_empty());
        }
    }

    /// So does any signature.
    #[test]
    fn any_signature_reads_or_says_where_it_does_not(params in "[a-c*/,=()\\[\\]{}.:'\\\\ 0-9-]{0,40}") {
        let text = format!(
            "schema = 1\nmodule = \"shop\"\n[[function]]\nname = \"f\"\nwhy = \"x\"\nparams = '''{}'''",
            params.replace("'''", ""),
        );
        let _ = Models::default().with_user("shop.toml", &text);
    }
}
