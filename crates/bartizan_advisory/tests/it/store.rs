//! Records as they are kept.

use bartizan_advisory::{Advisories, Origin, read_file, write};

fn kept(lines: &str) -> Vec<u8> {
    let origin = Origin {
        title: "The shop's own".into(),
        date: "2026-11-20".into(),
        is_primary: true,
        ..Origin::default()
    };
    write(read_file(lines.as_bytes()).unwrap().records, vec![origin], Vec::new(), &mut |_| None)
}

const RECORDS: &str = r#"{"id": "SHOP-1", "affected": [{"package": {"ecosystem": "PyPI", "name": "cart"}, "versions": ["1.0"]}]}
{"id": "SHOP-2", "details": "of no package"}
{"id": "SHOP-3", "affected": [{"package": {"ecosystem": "PyPI", "name": "till"}, "versions": ["x"]}]}
"#;

#[test]
fn what_is_kept_reads_back() {
    let advisories = Advisories::from_bytes(kept(RECORDS)).unwrap();
    assert_eq!((advisories.records(), advisories.packages()), (3, 2));
    assert_eq!(advisories.date(), "2026-11-20");
    assert_eq!(advisories.matching("cart", "1")[0].id, "SHOP-1");
    assert_eq!(advisories.matching("till", "x")[0].id, "SHOP-3");
    let (record, packages) = &advisories.find("SHOP-2")[0];
    assert_eq!(advisories.text(record).details, "of no package");
    assert!(packages.is_empty());
    assert!(advisories.package("").is_none());
}

#[test]
fn the_order_of_the_records_is_of_no_consequence() {
    let backwards: String = RECORDS.lines().rev().map(|line| format!("{line}\n")).collect();
    assert_eq!(kept(RECORDS), kept(&backwards));
}

#[test]
fn any_damage_is_an_error_and_never_a_panic() {
    let whole = kept(RECORDS);
    for end in 0..whole.len() {
        assert!(Advisories::from_bytes(whole[..end].to_vec()).is_err(), "cut at {end}");
    }
    for at in 0..whole.len() {
        for bit in [0x01, 0x80] {
            let mut changed = whole.clone();
            changed[at] ^= bit;
            // A change that alters nothing that is told may pass.
            let _ = Advisories::from_bytes(changed);
        }
    }
}
