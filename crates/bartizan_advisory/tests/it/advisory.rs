//! What is said of one version of one package.

use bartizan_advisory::{Advisories, Advisory, Exploited, read_file};

/// A set of records, one a line.
fn advisories(lines: &str) -> Advisories {
    let read = read_file(lines.as_bytes()).unwrap();
    assert_eq!(read.unread, []);
    let exploited =
        Exploited { cve: "CVE-2026-7".into(), since: "2026-05-01".into(), in_ransomware: false };
    Advisories::of_records(read.records, Vec::new(), vec![exploited])
}

fn record(id: &str, more: &str, events: &str) -> String {
    format!(
        r#"{{"id": "{id}", {more} "affected": [{{"package": {{"ecosystem": "PyPI", "name":
         "Clinic_Forms"}}, "ranges": [{{"type": "ECOSYSTEM", "events": [{events}]}}]}}]}}"#
    )
    .replace('\n', "")
        + "\n"
}

const BEFORE_2: &str = r#"{"introduced": "0"}, {"fixed": "2.0"}"#;

fn ids(found: &[Advisory<'_>]) -> Vec<String> {
    found.iter().map(|advisory| advisory.names().collect::<Vec<_>>().join("=")).collect()
}

#[test]
fn names_in_common_join_records_even_by_a_third() {
    let known = advisories(
        &(record("PYSEC-2026-1", r#""aliases": ["CVE-2026-1"],"#, BEFORE_2)
            + &record("GHSA-aaaa", r#""aliases": ["GHSA-bbbb"],"#, BEFORE_2)
            + &record("SHOP-1", r#""aliases": ["CVE-2026-1", "GHSA-bbbb"],"#, BEFORE_2)
            + &record("PYSEC-2026-2", "", BEFORE_2)),
    );
    let found = known.matching("clinic.forms", "1.0");
    assert_eq!(ids(&found), ["CVE-2026-1=PYSEC-2026-1=GHSA-aaaa=GHSA-bbbb=SHOP-1", "PYSEC-2026-2"]);
    assert_eq!(found[0].records.len(), 3);
}

#[test]
fn a_record_that_does_not_match_is_not_joined() {
    let known = advisories(
        &(record("PYSEC-2026-1", r#""aliases": ["CVE-2026-1"],"#, BEFORE_2)
            + &record(
                "SHOP-1",
                r#""aliases": ["CVE-2026-1"],"#,
                r#"{"introduced": "3"}, {"fixed": "3.1"}"#,
            )),
    );
    assert_eq!(ids(&known.matching("clinic-forms", "1.0")), ["CVE-2026-1=PYSEC-2026-1"]);
}

#[test]
fn what_was_withdrawn_is_silent() {
    let withdrawn = r#""withdrawn": "2026-01-01T00:00:00Z","#;
    let known = advisories(&record("PYSEC-2026-1", withdrawn, BEFORE_2));
    assert_eq!(ids(&known.matching("clinic-forms", "1.0")), [""; 0]);
    assert_eq!((known.records(), known.withdrawn()), (1, 1));
    assert!(known.find("PYSEC-2026-1")[0].0.is_withdrawn);
}

#[test]
fn the_fix_is_the_next_version_that_no_record_affects() {
    let known = advisories(
        &(record("PYSEC-2026-1", r#""aliases": ["CVE-2026-1"],"#, BEFORE_2)
            + &record(
                "SHOP-1",
                r#""aliases": ["CVE-2026-1"],"#,
                r#"{"introduced": "0"}, {"fixed": "2.0.1"}, {"introduced": "3"}, {"fixed": "3.1"}"#,
            )
            + &record("SHOP-2", r#""aliases": ["CVE-2026-1"],"#, r#"{"introduced": "0"}"#)),
    );
    assert_eq!(known.matching("clinic-forms", "1.0")[0].fixed, Some("2.0.1"));
    assert_eq!(known.matching("clinic-forms", "2.0.1")[0].fixed, None, "one is open still");
}

#[test]
fn the_worst_comes_first_and_what_nobody_rated_is_high() {
    let cvss = |vector: &str| {
        format!(r#""severity": [{{"type": "CVSS_V3", "score": "CVSS:3.1/{vector}"}}],"#)
    };
    let known = advisories(
        &(record("PYSEC-2026-1", &cvss("AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"), BEFORE_2)
            + &record("PYSEC-2026-2", "", BEFORE_2)
            + &record("PYSEC-2026-3", &cvss("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), BEFORE_2)
            + &record("PYSEC-2026-4", r#""aliases": ["CVE-2026-7"],"#, BEFORE_2)
            + &record("PYSEC-2026-5", &cvss("nonsense"), BEFORE_2)),
    );
    let found = known.matching("clinic-forms", "1.0");
    let lines: Vec<String> = found
        .iter()
        .map(|advisory| format!("{} {} {:?}", advisory.id, advisory.severity(), advisory.score))
        .collect();
    assert_eq!(
        lines,
        [
            "PYSEC-2026-3 critical Some(9.8)",
            "CVE-2026-7 critical None",
            "PYSEC-2026-2 high None",
            "PYSEC-2026-5 high None",
            "PYSEC-2026-1 medium Some(6.1)",
        ]
    );
    assert_eq!(found[1].exploited.as_ref().unwrap().since, "2026-05-01");
}

#[test]
fn the_title_is_the_summary_or_the_first_sentence() {
    let details =
        r###""details": "## Impact\n\nForms of the clinic run\nas SQL. More follows.","###;
    let known = advisories(
        &(record("PYSEC-2026-1", details, BEFORE_2)
            + &record("PYSEC-2026-2", r#""summary": "Patients leak.", "details": "x","#, BEFORE_2)
            + &record(
                "PYSEC-2026-3",
                r#""details": "Forms is a library. Prior to 2.0, names of files ran. Fixed.","#,
                BEFORE_2,
            )),
    );
    let titles: Vec<String> = known
        .matching("clinic-forms", "1")
        .into_iter()
        .map(|advisory| advisory.title().to_owned())
        .collect();
    assert_eq!(titles, ["Forms of the clinic run", "Patients leak", "Names of files ran"]);
}

#[test]
fn a_built_version_is_the_version_that_was_built() {
    let known = advisories(&record("PYSEC-2026-1", "", BEFORE_2));
    assert_eq!(known.matching("clinic-forms", "1.9+cu118").len(), 1);
    assert_eq!(known.matching("clinic-forms", "2.0+cu118").len(), 0);
    assert_eq!(known.matching("school-forms", "1.0").len(), 0);
}
