//! `bartizan deps` and `bartizan advisories`: packages, and what is known of them.

use std::process::Command;

use super::Shop;

/// A record a line, about packages that only this shop has.
const RECORDS: &str = r#"{"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "summary": "Prices can be set by the client", "modified": "2026-11-20T10:00:00Z", "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"}], "affected": [{"package": {"ecosystem": "PyPI", "name": "shop-cart"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.4"}]}]}]}
"#;

const CHECK: [&str; 4] = ["deps", "check", "--advisories", "advisories.jsonl"];

/// A shop that pins these packages, and has the records beside it.
fn shop(requirements: &str) -> Shop {
    Shop::new(&[("requirements.txt", requirements), ("advisories.jsonl", RECORDS)])
}

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    CHECK.iter().copied().chain(more.iter().copied()).collect()
}

#[test]
fn a_known_hole_is_exit_code_1_and_a_line() {
    let run = shop("shop-cart==1.3\n").run(&CHECK);
    let lines: Vec<&str> = run.ends(1).lines().collect();
    assert!(lines[0].starts_with("medium · shop-cart 1.3 · CVE-2026-1  Prices can be set by"));
    assert!(lines[0].ends_with("fixed in 1.4"));
    assert_eq!(lines[1].trim(), "requirements.txt:1");
    assert!(lines[3].starts_with("1 advisory in 1 of 1 package · data from 2026-11-20 ("));
}

#[test]
fn nothing_known_is_exit_code_0() {
    let run = shop("shop-cart==1.4\n").run(&CHECK);
    assert!(run.ends(0).starts_with("no known holes in 1 package · data from 2026-11-20"));
    let run = Shop::clean().run(&["deps", "check"]);
    assert!(run.ends(0).starts_with("no manifest and no lock was found · data from 20"));
}

#[test]
fn the_gate_is_the_one_of_a_scan() {
    let shop = shop("shop-cart==1.3\n");
    shop.run(&with(&["--fail-on", "high"])).ends(0);
    shop.run(&with(&["--fail-on", "medium"])).ends(1);
    shop.write("bartizan.toml", "ignore = ['vulnerable-package']\n");
    assert!(shop.run(&CHECK).ends(0).starts_with("no known holes"));
}

#[test]
fn the_built_in_advisories_need_no_network_and_no_file() {
    let shop = Shop::new(&[("requirements.txt", "django==4.2.11\n")]);
    let run = shop.run(&["deps", "check", "--format", "json"]);
    run.ends(1);
    let json = run.json();
    let findings = json["findings"].as_array().unwrap();
    let is_about = |advisory: &str| {
        findings.iter().any(|finding| {
            finding["subject"]
                == serde_json::json!({"kind": "package", "name": "django", "advisory": advisory})
        })
    };
    assert!(is_about("CVE-2024-42005") && is_about("4.2"), "a hole, and a series that has ended");
}

#[test]
fn machines_read_it_as_json_and_sarif() {
    let shop = shop("shop-cart==1.3\n");
    let json = shop.run(&with(&["--format", "json"])).json();
    let finding = &json["findings"][0];
    assert_eq!(finding["rule"], "vulnerable-package");
    assert_eq!(finding["place"]["path"], "requirements.txt");
    assert_eq!(finding["fix"], "shop-cart==1.4");
    let sarif = shop.run(&with(&["--format", "sarif"])).json();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "vulnerable-package");
    let print = &result["partialFingerprints"]["bartizan/v1"];
    assert_eq!(*print, finding["fingerprint"]);
}

#[test]
fn pip_audits_readers_can_read_it() {
    let shop = shop("shop-cart==1.3\nshop-till==7\n");
    let run = shop.run(&with(&["--format", "pip-audit", "--output", "audit.json"]));
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert_eq!(run.stderr, "Found 1 known vulnerability in 1 package\n");
    assert_eq!(
        shop.read("audit.json"),
        "{\"dependencies\": [{\"name\": \"shop-cart\", \"version\": \"1.3\", \"vulns\": [{\"id\": \
         \"PYSEC-2026-1\", \"fix_versions\": [\"1.4\"], \"aliases\": [\"CVE-2026-1\"], \
         \"description\": \"Prices can be set by the client\"}]}, {\"name\": \"shop-till\", \
         \"version\": \"7\", \"vulns\": []}], \"fixes\": []}\n"
    );
    let run = shop.run(&["deps", "check", "--format", "pip-audit", "--ignore-vuln", "CVE-2026-1"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, "No known vulnerabilities found\n"));
}

#[test]
fn one_file_can_be_checked_whatever_it_is_called() {
    let shop = Shop::new(&[("pins/of-the-till.list", "shop-cart==1.3\n")]);
    shop.write("advisories.jsonl", RECORDS);
    let run = shop.run(&with(&["pins/of-the-till.list"]));
    assert!(run.ends(1).contains("of-the-till.list:1"));
}

#[test]
fn a_decision_of_another_tool_is_obeyed_until_its_day() {
    let shop = shop("shop-cart==1.3\n");
    let decide = |until: &str| {
        let list = format!("[[IgnoredVulns]]\nid = 'CVE-2026-1'\nignoreUntil = {until}\n");
        shop.write("osv-scanner.toml", &list);
        shop.run(&CHECK)
    };
    assert!(decide("2999-01-01").ends(0).contains("· 1 ignored ·"));
    let ended = decide("2026-01-01");
    assert!(
        ended.ends(1).contains(
            "the decision to ignore CVE-2026-1 ended after 2025-12-31 (osv-scanner.toml:2)"
        )
    );
    insta::assert_snapshot!(decide("'soon'").fails(), @r#"
    error: cannot obey osv-scanner.toml:3
      caused by: `soon` is no date, so nothing tells when to look again
    "#);
}

#[test]
fn what_is_not_checked_is_told_and_strict_allows_none() {
    let shop = shop("shop-cart>=1\n");
    assert!(shop.run(&CHECK).ends(0).contains("\nnot checked: shop-cart, for want of one version"));
    let listed = shop.run(&with(&["--problems"]));
    assert!(
        listed.ends(0).contains("requirements.txt:1: shop-cart: `>=1` names no single version")
    );
    let strict = shop.run(&with(&["--strict"]));
    assert_eq!(strict.code, 2);
    assert!(strict.stderr.starts_with("error: 1 could not be read or checked"));
}

#[test]
fn advisories_that_cannot_be_read_stop_the_work() {
    let shop = Shop::new(&[("requirements.txt", "shop-cart==1.3\n"), ("notes.txt", "hello")]);
    for (path, why) in [
        ("gone.zip", "no such file or directory"),
        ("notes.txt", "expected value"),
        ("requirements.txt", "expected"),
    ] {
        let run = shop.run(&["deps", "check", "--advisories", path]);
        let error = run.fails();
        assert!(
            error.starts_with(&format!("error: cannot read advisories from {path}")),
            "{error}"
        );
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn a_folder_of_records_is_read_whole() {
    let shop = Shop::new(&[("requirements.txt", "shop-cart==1.3\n")]);
    shop.write("records/2026/PYSEC-2026-1.json", RECORDS);
    shop.write("records/README.md", "no record");
    shop.run(&["deps", "check", "--advisories", "records"]).ends(1);
    let verified = shop.run(&["advisories", "verify", "--advisories", "records"]);
    assert!(verified.ends(0).starts_with("records: 1 records, "));
    shop.write("records/2026/half.json", "{\"id\": ");
    let damaged = shop.run(&["advisories", "verify", "--advisories", "records"]);
    assert!(damaged.fails().contains("records is not read whole"));
    let checked = shop.run(&["deps", "check", "--advisories", "records"]);
    assert_eq!(checked.code, 1);
    assert!(
        checked.stderr.starts_with("warning: records is not read whole, so holes may be missed")
    );
}

#[test]
fn what_is_known_says_where_from_and_how_old() {
    let shop = Shop::clean();
    let status = shop.run(&["advisories", "status"]);
    let text = status.ends(0);
    for word in ["PyPA advisory database", "CC-BY-4.0", "CC0-1.0", "endoflife.date", "days old"] {
        assert!(text.contains(word), "{word}");
    }
    let shown = shop.run(&["advisories", "show", "GHSA-pv4p-cwwg-4rph"]);
    assert!(
        shown.ends(0).starts_with("high (not rated) · CVE-2024-42005 · PYSEC-2024-70"),
        "{shown:?}"
    );
    assert!(shop.run(&["advisories", "show", "CVE-1"]).fails().contains("no advisory is called"));
    assert!(shop.run(&["advisories", "verify"]).ends(0).starts_with("built-in advisories: 7"));
}

#[test]
fn the_way_by_which_a_package_comes_in() {
    let shop = Shop::new(&[
        ("requirements.in", "shop-cart\n"),
        (
            "requirements.txt",
            "#\n# This file is autogenerated by pip-compile with Python 3.12\n# by the following \
             command:\n#\n#    pip-compile requirements.in\n#\nshop-cart==1.3\n    # via -r \
             requirements.in\nshop-prices==2\n    # via shop-cart\n",
        ),
    ]);
    let why = shop.run(&["deps", "why", "Shop_Prices"]);
    assert!(why.ends(0).contains("  shop-cart → shop-prices\n"), "{why:?}");
    let tree = shop.run(&["deps", "tree"]);
    assert!(tree.ends(0).contains("  shop-cart 1.3\n    shop-prices 2\n"), "{tree:?}");
    assert!(shop.run(&["deps", "why", "flask"]).fails().contains("nothing here asks for `flask`"));
    assert!(shop.run(&["deps", "why", "!"]).fails().contains("no name of a package"));
}

#[test]
fn a_bill_of_what_is_used_and_of_what_is_known() {
    let shop = shop("shop-cart==1.3\n");
    shop.write("pyproject.toml", "[project]\nname = 'shop'\n");
    let bill = shop.run(&["deps", "sbom"]);
    bill.ends(0);
    let bill = bill.json();
    assert_eq!(bill["specVersion"], "1.6");
    assert_eq!(bill["metadata"]["component"]["name"], "shop");
    assert_eq!(bill["components"][0]["purl"], "pkg:pypi/shop-cart@1.3");
    assert_eq!(bill["dependencies"][1]["dependsOn"][0], "pkg:pypi/shop-cart@1.3");
    let vex = shop.run(&["deps", "vex", "--advisories", "advisories.jsonl"]);
    vex.ends(0);
    let statement = &vex.json()["statements"][0];
    assert_eq!(statement["vulnerability"]["name"], "CVE-2026-1");
    assert_eq!(statement["status"], "affected");
    assert_eq!(statement["action_statement"], "update shop-cart to 1.4 or later");
    let product = &statement["products"][0];
    assert_eq!(product["@id"], "pkg:generic/shop");
    assert_eq!(product["subcomponents"][0]["@id"], "pkg:pypi/shop-cart@1.3");
}

#[test]
fn without_a_hole_nothing_is_stated_and_that_is_said() {
    let shop = shop("shop-cart==1.4\n");
    let vex = ["deps", "vex", "--advisories", "advisories.jsonl"];
    let run = shop.run(&vex);
    let remark = "no known holes in 1 package: there is nothing to state\n";
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", remark));
    let to_file = [&vex[..], &["--output", "vex.json"]].concat();
    assert!(shop.run(&to_file).stderr.ends_with("and vex.json is not written\n"));
    assert!(!shop.path().join("vex.json").exists());
    shop.write("vex.json", "of last year");
    assert!(shop.run(&to_file).stderr.ends_with("and vex.json is as it was before\n"));
}

#[test]
fn an_unsafe_source_is_told_beside_the_holes() {
    let shop = shop("-i http://packages.shop.example/\nshop-cart==1.4\n");
    let run = shop.run(&CHECK);
    let text = run.ends(1);
    assert!(text.starts_with("high · unprotected-index  Packages come from packages.shop.example"));
    assert!(text.contains("· 1 remark ·"), "{text}");
}

#[test]
fn the_rules_about_packages_are_explained_like_all_others() {
    let shop = Shop::clean();
    let page = shop.run(&["explain", "unsupported-release"]);
    assert!(page.ends(0).contains("holes are no longer closed"));
    assert!(shop.run(&["rules"]).ends(0).contains(" vulnerable-package "));
}

#[test]
fn nothing_is_asked_of_any_network() {
    let shop = shop("markdown==3.8.0\n");
    let apart = |program: &str| {
        let mut command = Command::new("unshare");
        command.args(["--net", "--map-root-user", program]).current_dir(shop.path());
        command
    };
    if !apart("true").output().is_ok_and(|run| run.status.success()) {
        eprintln!("skipped: this machine gives no network namespace");
        return;
    }
    for args in [&["deps", "check"][..], &["scan"], &["deps", "vex"], &["deps", "sbom"]] {
        let output = apart(env!("CARGO_BIN_EXE_bartizan")).args(args).output().unwrap();
        let there = String::from_utf8(output.stdout).unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{args:?}");
        let here = shop.run(args).stdout;
        // How long it took is another matter.
        let same = |text: &str| {
            let lines = text.lines().filter(|line| !line.contains(" in 0."));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(same(&there), same(&here), "{args:?}");
    }
}

#[test]
fn a_project_is_judged_as_on_a_day() {
    let shop = shop("django==5.1.15\n");
    let on = |day: &str| shop.run(&["deps", "check", "--no-reach", "--as-of", day]);
    assert!(!on("2025-12-01").stdout.contains("series 5.1"));
    assert!(on("2026-11-26").ends(1).contains("series 5.1"));
    assert!(on("tomorrow").fails().contains("a day is written as 2027-03-31"));
}
