//! What is wrong with the packages of a shop, on a screen and for the tools of others.

use bartizan_advisory::{Advisories, Exploited, Origin, read_file};
use bartizan_base::MemoryTree;
use bartizan_deps::reach::{Facts, Kind, Reach};
use bartizan_deps::{Ignore, check};
use bartizan_report::Options;
use bartizan_report::deps::{self, Screen};
use bartizan_requirement::{Inventory, PackageName, discover};
use insta::assert_snapshot;

use crate::schema::violations;

const RECORDS: &str = r#"{"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1", "GHSA-cccc-0001"], "summary": "Prices can be set by the client", "details": "The cart takes prices\nfrom the form – as they come.", "published": "2026-05-01T00:00:00Z", "modified": "2026-05-02T00:00:00Z", "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N"}], "references": [{"type": "WEB", "url": "https://shop.example/cart"}], "affected": [{"package": {"ecosystem": "PyPI", "name": "cart"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.4"}, {"introduced": "2.0"}, {"fixed": "2.1"}]}]}]}
{"id": "PYSEC-2026-2", "aliases": ["CVE-2026-2"], "summary": "Orders of others can be read through the address of a bill that was sent by post", "affected": [{"package": {"ecosystem": "PyPI", "name": "cart"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}]}
{"id": "PYSEC-2026-3", "aliases": ["CVE-2026-3"], "summary": "Anyone is staff", "affected": [{"package": {"ecosystem": "PyPI", "name": "till"}, "versions": ["7"]}]}
"#;

fn advisories() -> Advisories {
    let origin = Origin {
        title: "The shop's own".into(),
        attribution: "the people of the shop".into(),
        licence: "CC0-1.0".into(),
        date: "2026-11-20".into(),
        records: 3,
        is_primary: true,
        ..Origin::default()
    };
    let exploited =
        Exploited { cve: "CVE-2026-3".into(), since: "2026-10-01".into(), in_ransomware: true };
    let records = read_file(RECORDS.as_bytes()).unwrap().records;
    Advisories::of_records(records, vec![origin], vec![exploited])
}

fn inventory(files: &[(&str, &str)]) -> Inventory {
    discover(&files.iter().fold(MemoryTree::new(), |tree, (path, text)| tree.with(path, *text)))
}

fn shop() -> Inventory {
    inventory(&[
        ("requirements/base.txt", "cart==1.3\n"),
        ("requirements/production.txt", "-r base.txt\ntill==7\ncelery>=5\n"),
        ("requirements/dev.txt", "django==5.1.15\n"),
    ])
}

/// One of the renderers on the 23rd of November 2026.
fn drawn(
    inventory: &Inventory,
    ignores: &[Ignore],
    render: impl Fn(&Screen<'_>) -> String,
) -> String {
    let advisories = advisories();
    let report = check(inventory, &advisories, ignores, "2026-11-23".parse().unwrap());
    render(&Screen { report: &report, inventory, advisories: &advisories })
}

fn screen(inventory: &Inventory, ignores: &[Ignore], options: &Options) -> String {
    drawn(inventory, ignores, |screen| deps::render(screen, options))
}

#[test]
fn the_screen_of_a_check() {
    assert_snapshot!(screen(&shop(), &[], &Options::default()), @r#"
    critical · cart 1.3 · CVE-2026-1  Prices can be set by the client                       fixed in 1.4
    high · cart 1.3 · CVE-2026-2  Orders of others can be read through the address of a bill th…  no fix
           requirements/base.txt:1 ← requirements/production.txt

    critical · till 7 · CVE-2026-3  Anyone is staff                              used in attacks, no fix
           requirements/production.txt:2

    medium · django 5.1.15 · series 5.1  no fixes since 2025-12-03            5.2 lives until 2028-04-30
           requirements/dev.txt:1 (development only)

    3 advisories in 2 of 3 packages · 1 package without support · data from 2026-11-20 (3 days)
    not checked: celery, for want of one version (--problems lists them)
    "#);
}

#[test]
fn a_narrow_screen_without_boxes_that_lists_what_is_not_checked() {
    let options = Options { width: 80, ascii: true, problems: true, ..Options::default() };
    assert_snapshot!(screen(&shop(), &[], &options), @r#"
    critical - cart 1.3 - CVE-2026-1  Prices can be set by the client   fixed in 1.4
    high - cart 1.3 - CVE-2026-2  Orders of others can be read through th...  no fix
           requirements/base.txt:1 <- requirements/production.txt

    critical - till 7 - CVE-2026-3  Anyone is staff          used in attacks, no fix
           requirements/production.txt:2

    medium - django 5.1.15 - series 5.1  no fixes sin...  5.2 lives until 2028-04-30
           requirements/dev.txt:1 (development only)

     not checked  requirements/production.txt:3: celery: `>=5` names no single version
     not checked  whether releases of 3 packages were taken back: only an index knows, and `bartizan deps outdated` asks it

    3 advisories in 2 of 3 packages - 1 package without support
    data from 2026-11-20 (3 days)
    not checked: celery
    "#);
}

#[test]
fn nothing_found_is_said_with_what_was_looked_at() {
    let inventory = inventory(&[("requirements.txt", "cart==99\n")]);
    let ignores = [Ignore::of_flag("CVE-2026-2")];
    assert_snapshot!(screen(&inventory, &ignores, &Options::default()), @r#"
    no known holes in 1 package · 1 ignored · data from 2026-11-20 (3 days)
    "#);
}

#[test]
fn old_data_is_told_aloud() {
    let inventory = inventory(&[("requirements.txt", "cart==3\n")]);
    let advisories = advisories();
    let told = |day: &str| {
        let report = check(&inventory, &advisories, &[], day.parse().unwrap());
        let screen = Screen { report: &report, inventory: &inventory, advisories: &advisories };
        let text = deps::render(&screen, &Options::default());
        text.lines().last().unwrap_or("").to_owned()
    };
    assert!(told("2026-12-20").ends_with("data from 2026-11-20 (30 days)"));
    assert_eq!(
        told("2027-01-23"),
        "old data: nothing is known of holes published in the last 64 days (bartizan advisories sync)"
    );
    assert!(told("2027-02-23").starts_with("very old data: "), "louder");
    assert!(told("2027-08-01").starts_with("DANGEROUSLY OLD DATA: "), "loudest");
}

#[test]
fn what_a_file_says_cannot_drive_the_terminal() {
    let evil = RECORDS.replace("Anyone is staff", "\\u001b[2J\\u202e").replace("\"7\"", "\"8\"");
    let advisories =
        Advisories::of_records(read_file(evil.as_bytes()).unwrap().records, Vec::new(), Vec::new());
    let inventory = inventory(&[("requirements.txt", "till==8\n")]);
    let report = check(&inventory, &advisories, &[], "2026-11-23".parse().unwrap());
    let screen = Screen { report: &report, inventory: &inventory, advisories: &advisories };
    let text = deps::render(&screen, &Options::default());
    assert!(text.contains("<U+001B>[2J<U+202E>") && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn as_pip_audit_writes_it() {
    assert_snapshot!(drawn(&shop(), &[], deps::pip_audit_json), @r#"
    {"dependencies": [{"name": "cart", "version": "1.3", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.4", "2.1"], "aliases": ["CVE-2026-1", "GHSA-cccc-0001"], "description": "Prices can be set by the client"}, {"id": "PYSEC-2026-2", "fix_versions": [], "aliases": ["CVE-2026-2"], "description": "Orders of others can be read through the address of a bill that was sent by post"}]}, {"name": "django", "version": "5.1.15", "vulns": []}, {"name": "till", "version": "7", "vulns": [{"id": "PYSEC-2026-3", "fix_versions": [], "aliases": ["CVE-2026-3"], "description": "Anyone is staff"}]}, {"name": "celery", "skip_reason": "`>=5` names no single version"}], "fixes": []}
    "#);
    assert_snapshot!(drawn(&shop(), &[], deps::pip_audit_columns), @r#"
    Name Version ID           Fix Versions
    ---- ------- ------------ ------------
    cart 1.3     PYSEC-2026-1 1.4,2.1
    cart 1.3     PYSEC-2026-2
    till 7       PYSEC-2026-3

    Name   Skip Reason
    ------ -----------------------------
    celery `>=5` names no single version
    "#);
    assert_eq!(
        drawn(&shop(), &[], deps::pip_audit_summary),
        "Found 3 known vulnerabilities in 2 packages"
    );
}

#[test]
fn an_advisory_whole() {
    let text = deps::show(&advisories(), "cve-2026-1", &Options::default()).unwrap();
    assert_snapshot!(text, @r#"
    critical 9.1 · CVE-2026-1 · PYSEC-2026-1 · GHSA-cccc-0001
    Prices can be set by the client

    PYSEC-2026-1 · published 2026-05-01T00:00:00Z · changed 2026-05-02T00:00:00Z
      cart  all before 1.4, from 2.0 before 2.1
      CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N

      The cart takes prices
      from the form – as they come.

      web       https://shop.example/cart
    "#);
    assert_eq!(deps::show(&advisories(), "CVE-2026-9", &Options::default()), None);
}

#[test]
fn where_advisories_come_from() {
    let today = "2026-11-23".parse().unwrap();
    let text = deps::status(&advisories(), "shop.jsonl", today, &Options::default());
    assert!(text.contains(" The shop's own"));
    assert!(text.ends_with(
        "shop.jsonl · 3 records (0 withdrawn) of 2 packages · from 2026-11-20, 3 days old\n"
    ));
}

#[test]
fn what_brings_a_package_in() {
    let why =
        |name: &str| deps::why(&shop(), &PackageName::new(name).unwrap(), &Options::default());
    assert_eq!(why("celery").unwrap(), "requirements/production.txt:3  >=5 asked for\n");
    assert_eq!(why("flask"), None);
}

/// What OpenVEX 0.2.0 asks of a document, as far as one of ours goes.
fn vex_schema() -> serde_json::Value {
    let text = |more: serde_json::Value| {
        let mut schema = serde_json::json!({"type": "string"});
        let more = more.as_object().unwrap().clone();
        schema.as_object_mut().unwrap().extend(more);
        schema
    };
    let any = || text(serde_json::json!({}));
    let object = |required: &[&str], properties: serde_json::Value| {
        serde_json::json!({
            "type": "object", "additionalProperties": false,
            "required": required, "properties": properties,
        })
    };
    let part = object(&[], serde_json::json!({"@id": text(serde_json::json!({"format": "uri"}))}));
    let product = object(
        &[],
        serde_json::json!({
            "@id": text(serde_json::json!({"format": "uri"})),
            "subcomponents": {"type": "array", "uniqueItems": true, "items": part},
        }),
    );
    let vulnerability = object(
        &["name"],
        serde_json::json!({
            "name": any(), "description": any(),
            "aliases": {"type": "array", "uniqueItems": true, "items": any()},
        }),
    );
    let statement = |status: &str, required: &[&str], more: serde_json::Value| {
        let mut properties = serde_json::json!({
            "vulnerability": vulnerability, "status_notes": any(), "status": {"const": status},
            "products": {"type": "array", "uniqueItems": true, "items": product},
        });
        properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        object(&[&["vulnerability", "status"], required].concat(), properties)
    };
    let why = serde_json::json!({"justification": {"enum": [
        "component_not_present", "vulnerable_code_not_present",
        "vulnerable_code_not_in_execute_path",
        "vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist",
    ]}});
    let statement = serde_json::json!({"oneOf": [
        statement("not_affected", &["justification"], why),
        statement("affected", &["action_statement"], serde_json::json!({"action_statement": any()})),
    ]});
    object(
        &["@context", "@id", "author", "timestamp", "version", "statements"],
        serde_json::json!({
            "@context": {"const": "https://openvex.dev/ns/v0.2.0"},
            "@id": text(serde_json::json!({"format": "uri"})),
            "author": any(), "tooling": any(),
            "timestamp": text(serde_json::json!({"pattern": "^[0-9-]{10}T[0-9:]{8}Z$"})),
            "version": {"type": "integer", "minimum": 1},
            "statements": {
                "type": "array", "uniqueItems": true, "minItems": 1, "items": statement,
            },
        }),
    )
}

#[test]
fn what_is_stated_of_holes_is_openvex() {
    let inventory = inventory(&[("requirements.txt", "django==4.2.11\ncart==1.3\n")]);
    let known = bartizan_advisory::builtin();
    let mut report = check(&inventory, known, &[], "2026-11-23".parse().unwrap());
    let mut facts = Facts::default();
    for want in report.wants() {
        // An answer of each kind.
        let reach = match want.kind {
            Kind::Middleware | Kind::DbBackend => Reach::NotFound,
            Kind::Call => Reach::NotInCode,
            _ => Reach::Unknown,
        };
        facts.answer(&want, reach);
    }
    report.reach(&facts);
    let screen = Screen { report: &report, inventory: &inventory, advisories: known };
    let document: serde_json::Value =
        serde_json::from_str(&deps::openvex(&screen, "shop").unwrap()).unwrap();
    assert_eq!(violations(&vex_schema(), &document), Vec::<String>::new());
    let statements = document["statements"].as_array().unwrap();
    let count = |status: &str| statements.iter().filter(|it| it["status"] == status).count();
    assert!(count("affected") > 20 && count("not_affected") >= 2);
}

#[test]
fn without_a_hole_there_is_no_document() {
    let advisories = advisories();
    let inventory = inventory(&[("requirements.txt", "shelf==1\n")]);
    let report = check(&inventory, &advisories, &[], "2026-11-23".parse().unwrap());
    let screen = Screen { report: &report, inventory: &inventory, advisories: &advisories };
    assert_eq!(deps::openvex(&screen, "shop"), None);
}

#[test]
fn a_bill_tells_versions_of_one_package_apart_and_takes_no_time_on_a_huge_lock() {
    // What uv writes where two Pythons get two versions.
    let mut lock = String::from("version = 1\n");
    let mut package = |name: &str, version: &str, needs: &str| {
        lock += &format!(
            "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\
             source = {{ registry = \"https://pypi.example/wheels\" }}\n\
             dependencies = [{needs}]\n"
        );
    };
    package("cart", "1.0", "{ name = \"till\", version = \"1.0\" }");
    package("cart", "2.0", "{ name = \"till\", version = \"2.0\" }");
    package("till", "1.0", "");
    package("till", "2.0", "");
    for number in 0..20_000 {
        package(&format!("shelf-{number}"), "1", "{ name = \"cart\" }");
    }
    let bill: serde_json::Value =
        serde_json::from_str(&deps::cyclonedx(&inventory(&[("uv.lock", &lock)]), "shop")).unwrap();
    assert_eq!(bill["components"].as_array().unwrap().len(), 20_004);
    let needs = |name: &str| {
        let of = bill["dependencies"].as_array().unwrap();
        of.iter().find(|it| it["ref"] == name).unwrap()["dependsOn"].clone()
    };
    assert_eq!(needs("pkg:pypi/cart@2.0"), serde_json::json!(["pkg:pypi/till@2.0"]));
    assert_eq!(
        needs("pkg:pypi/shelf-7@1"),
        serde_json::json!(["pkg:pypi/cart@1.0", "pkg:pypi/cart@2.0"])
    );
}
