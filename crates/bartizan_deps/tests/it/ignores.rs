//! What a project has decided to live with.

use bartizan_deps::{Ignore, check, ignores};
use bartizan_requirement::discover;

use crate::{advisories, below, day, shop};

/// Each decision as a line.
fn read(name: &str, text: &str) -> Vec<String> {
    let all = ignores(&shop(&[(name, text)])).unwrap();
    let line = |ignore: &Ignore| {
        let until = ignore.until.map_or("for ever".to_owned(), |until| format!("until {until}"));
        let package = ignore.package.as_ref().map(|(name, version)| format!("{name} {version}"));
        format!(
            "{}:{} {}{} {until}: {}",
            ignore.path,
            ignore.line,
            ignore.id,
            package.unwrap_or_default(),
            ignore.reason
        )
    };
    all.iter().map(line).collect()
}

fn error(name: &str, text: &str) -> String {
    let bad = ignores(&shop(&[(name, text)])).unwrap_err();
    format!("{}:{}: {}", bad.path, bad.line, bad.message)
}

#[test]
fn the_flags_of_pip_audit() {
    let workflow = "\
jobs:
  audit:
    steps:
      - run: pip-audit --ignore-vuln PYSEC-2026-11 --ignore-vuln=GHSA-aaaa-bbbb-cccc
      # - run: pip-audit --ignore-vuln PYSEC-2020-1
      - uses: pypa/gh-action-pip-audit@v1.1.0
        with:
          inputs: requirements.txt
          ignore-vulns: |
            GHSA-w596-4wvx-j9j6
            PYSEC-2025-2
      - name: done
";
    assert_eq!(
        read(".github/workflows/audit.yml", workflow),
        [
            ".github/workflows/audit.yml:4 PYSEC-2026-11 for ever: ",
            ".github/workflows/audit.yml:4 GHSA-aaaa-bbbb-cccc for ever: ",
            ".github/workflows/audit.yml:10 GHSA-w596-4wvx-j9j6 for ever: ",
            ".github/workflows/audit.yml:11 PYSEC-2025-2 for ever: ",
        ]
    );
    let hook = "\
repos:
  - repo: https://github.com/pypa/pip-audit
    hooks:
      - id: pip-audit
        args: [\"--ignore-vuln\", \"PYSEC-2026-11\", \"-r\", \"requirements.txt\"]
      - id: pip-audit
        args:
          - --ignore-vuln
          - CVE-2026-2
";
    assert_eq!(
        read(".pre-commit-config.yaml", hook),
        [
            ".pre-commit-config.yaml:5 PYSEC-2026-11 for ever: ",
            ".pre-commit-config.yaml:9 CVE-2026-2 for ever: ",
        ]
    );
    assert!(read("Makefile", "audit:\n\tother --ignore-vuln CVE-2026-2\n").is_empty());
}

#[test]
fn the_list_of_osv_scanner() {
    let text = "\
[[IgnoredVulns]]
id = \"CVE-2026-1\"
ignoreUntil = 2027-03-31
reason = \"no prices are set by clients\"

[[IgnoredVulns]]
id = \"GHSA-aaaa\"

[[PackageOverrides]]
name = \"Cart_Theme\"
ecosystem = \"PyPI\"
ignore = true
effectiveUntil = 2027-01-01T12:00:00Z
reason = \"only in the office\"

[[PackageOverrides]]
name = \"lodash\"
ecosystem = \"npm\"
ignore = true
";
    assert_eq!(
        read("osv-scanner.toml", text),
        [
            "osv-scanner.toml:2 CVE-2026-1 until 2027-03-30: no prices are set by clients",
            "osv-scanner.toml:7 GHSA-aaaa for ever: ",
            "osv-scanner.toml:10 cart-theme  until 2027-01-01: only in the office",
        ]
    );
}

#[test]
fn the_policy_of_safety() {
    let second = "\
security:
  ignore-cvss-severity-below: 4
  ignore-vulnerabilities:
    25853:
      reason: we do not use it
      expires: '2027-03-31'
    CVE-2026-1:
";
    assert_eq!(
        read(".safety-policy.yml", second),
        [
            ".safety-policy.yml:5 25853 until 2027-03-30: we do not use it",
            ".safety-policy.yml:7 CVE-2026-1 for ever: ",
        ]
    );
    let third = "\
version: '3.0'
report:
  dependency-vulnerabilities:
    auto-ignore-in-report:
      vulnerabilities:
        CVE-2026-1:
          reason: told to the client
          expires: 2027-03-31
";
    assert_eq!(
        read(".safety-policy.yml", third),
        [".safety-policy.yml:7 CVE-2026-1 until 2027-03-30: told to the client"]
    );
}

#[test]
fn the_policy_of_snyk() {
    let text = "\
version: v1.25.0
ignore:
  CVE-2026-1:
    - '*':
        reason: no fix yet
        expires: 2027-03-31T00:00:00.000Z
        created: 2026-11-20T00:00:00.000Z
  CVE-2026-2:
    - 'cart > theme':
        reason: one way only
patch: {}
";
    assert_eq!(read(".snyk", text), [".snyk:5 CVE-2026-1 until 2027-03-30: no fix yet"]);
}

#[test]
fn a_date_that_cannot_be_read_is_an_error_and_not_for_ever() {
    let text = "[[IgnoredVulns]]\nid = \"CVE-2026-1\"\nignoreUntil = \"next spring\"\n";
    assert_eq!(
        error("osv-scanner.toml", text),
        "osv-scanner.toml:3: `next spring` is no date, so nothing tells when to look again"
    );
    let text = "ignore:\n  CVE-2026-1:\n    - '*':\n        expires: 2027-02-30\n";
    assert!(error(".snyk", text).starts_with(".snyk:4: `2027-02-30` is no date"));
}

#[test]
fn a_list_that_cannot_be_read_is_an_error() {
    assert!(error("osv-scanner.toml", "[[IgnoredVulns\n").starts_with("osv-scanner.toml:1: "));
    assert!(error(".snyk", "ignore: {\n").starts_with(".snyk:"));
    assert!(ignores(&shop(&[(".snyk", &"[".repeat(1000))])).is_err());
}

#[test]
fn a_decision_hides_a_finding_as_long_as_it_holds() {
    let known = advisories(&below("PYSEC-2026-1", "cart", "2.0"));
    let list =
        "[[IgnoredVulns]]\nid = \"PYSEC-2026-1\"\nignoreUntil = 2027-03-31\nreason = \"r\"\n";
    let tree = shop(&[("requirements.txt", "cart==1.0\n"), ("osv-scanner.toml", list)]);
    let inventory = discover(&tree);
    let on = |today: &str| {
        let report = check(&inventory, &known, &ignores(&tree).unwrap(), day(today));
        (report.result(&tree).shown().count(), report.idle.len())
    };
    assert_eq!(on("2027-03-30"), (0, 0));
    assert_eq!(on("2027-03-31"), (1, 1), "ended: shown, and the decision is told to be idle");
}

#[test]
fn a_decision_about_nothing_is_idle() {
    let known = advisories(&below("PYSEC-2026-1", "cart", "2.0"));
    let tree = shop(&[("requirements.txt", "cart==2.0\n")]);
    let ignores = [Ignore::of_flag("PYSEC-2026-1")];
    assert_eq!(check(&discover(&tree), &known, &ignores, day("2026-11-23")).idle, ignores);
}
