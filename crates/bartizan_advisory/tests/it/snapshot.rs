//! The advisories that come with the program.

use bartizan_advisory::{Advisories, builtin};

fn shown(name: &str, version: &str) -> String {
    let lines = builtin().matching(name, version).into_iter().map(|advisory| {
        format!(
            "{} {} {} {:?} {:?}",
            advisory.severity(),
            advisory.id,
            advisory.aliases.join(" "),
            advisory.title(),
            advisory.fixed
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Who changes the snapshot changes this file with it, by the same chore.
#[test]
fn it_is_what_the_chore_wrote() {
    let digest = builtin().verify().unwrap();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, include_str!("../../data/snapshot.digest").trim());
}

#[test]
fn it_fits_into_the_program() {
    let size = include_bytes!("../../data/snapshot.bin").len();
    assert!(size < 3_000_000, "{size} bytes");
}

#[test]
fn it_says_whom_to_thank() {
    let origins = builtin().origins();
    assert!(origins.iter().all(|origin| {
        ![&origin.title, &origin.attribution, &origin.licence, &origin.date, &origin.revision]
            .iter()
            .any(|text| text.is_empty())
    }));
    let sources = include_str!("../../data/sources.toml");
    for origin in origins {
        let title = format!("title = \"{}\"", origin.title);
        assert!(sources.contains(&title), "{title}");
    }
    assert_eq!(builtin().date(), "2026-07-23");
}

#[test]
fn records_of_one_flaw_are_one_advisory() {
    insta::assert_snapshot!(shown("Django", "4.2.29"), @r#"
    critical CVE-2026-4277 PYSEC-2026-52 GHSA-pwjp-ccjc-ghwg DJANGO-CVE-2026-4277 "Privilege abuse in GenericInlineModelAdmin" Some("4.2.30")
    high CVE-2026-3902 PYSEC-2026-51 GHSA-mvfq-ggxm-9mc5 DJANGO-CVE-2026-3902 "ASGI header spoofing via underscore/hyphen conflation" Some("4.2.30")
    high CVE-2026-33034 PYSEC-2026-49 GHSA-933h-hp56-hf7m DJANGO-CVE-2026-33034 "Potential denial-of-service vulnerability in ASGI requests via memory upload limit bypass" Some("4.2.30")
    medium CVE-2026-33033 PYSEC-2026-48 GHSA-5mf9-h53q-7mhq DJANGO-CVE-2026-33033 "Potential denial-of-service vulnerability in MultiPartParser via base64-encoded file upload" Some("4.2.30")
    low CVE-2026-4292 PYSEC-2026-53 GHSA-mmwr-2jhp-mc7j DJANGO-CVE-2026-4292 "Privilege abuse in ModelAdmin.list_editable" Some("4.2.30")
    "#);
}

#[test]
fn what_is_used_in_attacks_is_critical() {
    let found = builtin().matching("salt", "3000.1");
    let worst = found.iter().find(|advisory| advisory.is_called("CVE-2020-11651")).unwrap();
    assert_eq!(worst.severity().as_str(), "critical");
    assert_eq!(worst.exploited.as_ref().unwrap().since, "2021-11-03");
}

#[test]
fn a_record_is_found_by_any_of_its_names() {
    for id in ["PYSEC-2024-58", "CVE-2024-39330", "ghsa-9jmf-237g-qf46"] {
        let found = builtin().find(id);
        assert!(
            found.iter().any(|(record, packages)| {
                record.id == "PYSEC-2024-58" && packages == &["django"]
            })
        );
    }
    assert!(builtin().find("CVE-1999-0001").is_empty());
    let ids: Vec<&str> =
        builtin().find("GHSA-9jmf-237g-qf46").iter().map(|(record, _)| record.id).collect();
    assert_eq!(ids, ["DJANGO-CVE-2024-39330", "PYSEC-2024-58"], "found by way of the CVE");
}

#[test]
fn the_story_is_there_when_it_is_asked_for() {
    let found = builtin().find("PYSEC-2024-58");
    let (record, _) = found.iter().find(|(record, _)| record.id == "PYSEC-2024-58").unwrap();
    let text = builtin().text(record);
    assert!(text.details.starts_with("An issue was discovered in Django 5.0 before 5.0.7"));
    assert_eq!(text.published, "2024-07-10T05:15:00Z");
    assert!(text.references.iter().any(|(kind, _)| *kind == "ADVISORY"));
}

#[test]
fn a_damaged_copy_is_found_out() {
    let whole = include_bytes!("../../data/snapshot.bin");
    assert!(Advisories::from_bytes(whole[..whole.len() / 2].to_vec()).is_err());
    let mut changed = whole.to_vec();
    let middle = changed.len() / 2;
    changed[middle] ^= 0x40;
    assert!(Advisories::from_bytes(changed).is_err());
}
