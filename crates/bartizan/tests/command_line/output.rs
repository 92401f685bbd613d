//! Where the result goes.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use super::Shop;

#[test]
fn a_file_gets_the_result_and_standard_output_nothing() {
    let shop = Shop::clean();
    shop.write("report.json", "of last week");
    assert_eq!(shop.run(&["scan", "--format=json", "--output=report.json"]).ends(0), "");
    let report: serde_json::Value = serde_json::from_str(&shop.read("report.json")).unwrap();
    assert_eq!(report["tool"]["name"], "bartizan");
    let names = fs::read_dir(shop.path()).unwrap().count();
    assert_eq!(names, 2, "the project and the report, and no leftovers");
    let mode = fs::metadata(shop.path().join("report.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o600, 0o600);
}

#[test]
fn a_place_that_cannot_be_written_to_is_a_failure() {
    let shop = Shop::clean();
    insta::assert_snapshot!(shop.run(&["scan", "--output", "gone/report.txt"]).fails(), @r#"
    error: cannot write to gone/report.txt
      caused by: no such file or directory
    "#);
    insta::assert_snapshot!(shop.run(&["scan", "--output", "shop"]).fails(), @r#"
    error: cannot write to shop
      caused by: it is a folder
    "#);
    insta::assert_snapshot!(shop.run(&["scan", "--output", "shop/views.py/x"]).fails(), @r#"
    error: cannot write to shop/views.py/x
      caused by: not a directory
    "#);
}

#[test]
fn a_device_is_written_to_and_not_replaced() {
    let shop = Shop::clean();
    shop.run(&["scan", "--output", "/dev/null"]).ends(0);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

/// `bartizan scan | head -1` must not end in an error, nor change what the exit code says.
#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let shop = Shop::clean();
    let mut command = shop.command(".", &["schema"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn schema_and_rules_are_read_by_programs() {
    let shop = Shop::clean();
    let schema = shop.run(&["schema"]);
    schema.ends(0);
    assert!(schema.json()["$schema"].as_str().unwrap().contains("json-schema.org"));
    let of_outdated = shop.run(&["schema", "outdated"]);
    of_outdated.ends(0);
    assert_eq!(of_outdated.json()["$id"], "urn:bartizan:schema:outdated:1");
    let rules = shop.run(&["rules", "--format", "json"]);
    rules.ends(0);
    let list = rules.json();
    let rule = list.as_array().unwrap().iter().find(|rule| rule["id"] == "request-without-timeout");
    assert_eq!(rule.unwrap()["aliases"], serde_json::json!(["B113", "S113"]));
    assert!(shop.run(&["rules"]).ends(0).contains("\n request-without-timeout "));
}
