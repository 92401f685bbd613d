//! How far packages are behind, as JSON, and that its schema says what is written.

use std::collections::BTreeMap;

use bartizan_base::MemoryTree;
use bartizan_deps::outdated::{Answer, Outdated, Step, Trouble, Wishes, outdated};
use bartizan_report::deps::{outdated_json, outdated_schema};
use bartizan_requirement::{PackageName, discover, index};
use serde_json::{Value, json};

use crate::schema::violations;

const JSON: &str = "application/vnd.pypi.simple.v1+json";

fn name(text: &str) -> PackageName {
    PackageName::new(text).unwrap()
}

fn listed(package: &str, meta: &str, files: &str) -> (PackageName, Answer) {
    let text = format!(r#"{{"meta": {{"api-version": "1.4"}}{meta}, "files": [{files}]}}"#);
    let listing = index::read(&name(package), JSON, text.as_bytes()).unwrap();
    let indexes = vec!["packages.shop.example".to_owned()];
    let stale = (package == "till").then(|| Trouble::before_asking("nobody answers"));
    (name(package), Answer::Listed { listing, indexes, age: 12, stale })
}

/// A shop with a package of every kind that the report tells apart.
fn shop() -> Outdated {
    let requirements = "cart==1.3\ntill==2\nbell==1.0\ndjango==5.1.15\nscales==9\nawning<2\n";
    let tree = MemoryTree::new().with("requirements.txt", requirements);
    let answers = BTreeMap::from([
        listed(
            "cart",
            "",
            r#"{"filename": "cart-1.3.tar.gz", "upload-time": "2024-11-23T00:00:00Z",
                "yanked": "prices\u202e"},
               {"filename": "cart-2.0.tar.gz", "upload-time": "2026-11-23T00:00:00Z",
                "requires-python": ">=3.13"}"#,
        ),
        listed("till", "", r#"{"filename": "till-1.0.tar.gz"}"#),
        (name("bell"), Answer::Failed(Trouble::before_asking("the server failed (500)"))),
        listed("django", "", r#"{"filename": "django-5.1.15.tar.gz", "yanked": false}"#),
        listed(
            "scales",
            r#", "project-status": {"status": "archived"}"#,
            r#"{"filename": "scales-9.tar.gz"}"#,
        ),
        listed("awning", "", r#"{"filename": "awning-1.tar.gz"}, {"filename": "awning-2.tar.gz"}"#),
    ]);
    let wishes = Wishes { python: Some("3.12".parse().unwrap()), pre_releases: false };
    outdated(&discover(&tree), &answers, &wishes, "2026-11-23".parse().unwrap())
}

fn schema() -> Value {
    serde_json::from_str(outdated_schema()).unwrap()
}

#[test]
fn what_is_written_fits_the_schema() {
    for report in [shop(), Outdated::default()] {
        let written: Value = serde_json::from_str(&outdated_json(&report)).unwrap();
        assert_eq!(violations(&schema(), &written), Vec::<String>::new());
    }
    let written: Value = serde_json::from_str(&outdated_json(&shop())).unwrap();
    let filled = |list: &str| written[list].as_array().is_some_and(|list| !list.is_empty());
    for list in ["packages", "not_checked", "unpinned", "held"] {
        assert!(filled(list), "{list} is empty, so that nothing was compared");
    }
}

#[test]
fn the_schema_tells_a_changed_document() {
    let sound: Value = serde_json::from_str(&outdated_json(&shop())).unwrap();
    let broken = |pointer: &str, value: Value| {
        let mut document = sound.clone();
        *document.pointer_mut(pointer).unwrap() = value;
        !violations(&schema(), &document).is_empty()
    };
    assert!(broken("/schema", json!(2)));
    assert!(broken("/summary/behind", json!("none")));
    assert!(broken("/packages/0/status", json!("late")));
    assert!(broken("/packages/0/released", json!("yesterday")));
    assert!(broken("/not_checked/0/why", json!("")));
}

#[test]
fn every_step_is_a_word_of_the_schema() {
    let schema = schema();
    let words = schema.pointer("/$defs/package/properties/step/enum").unwrap();
    let steps =
        [Step::Major, Step::Minor, Step::Patch, Step::Suffix].map(|step| json!(step.as_str()));
    let mut steps = steps.to_vec();
    steps.push(Value::Null);
    assert_eq!(words, &json!(steps));
}

#[test]
fn what_would_drive_a_terminal_is_escaped() {
    let text = outdated_json(&shop());
    assert!(!text.contains('\u{202e}') && text.contains("prices\\u202e"));
}
