//! A sample of an oracle that was made by another program, in another language, by the rules for
//! affected ranges; the chore `advisories matches` asks about the whole of it.

use bartizan_advisory::{Advisories, Installed, read_file};

#[test]
fn every_version_of_the_sample_matches_the_ids_that_it_should() {
    let records = read_file(include_bytes!("sample/records.jsonl")).unwrap();
    assert_eq!(records.unread, []);
    let advisories = Advisories::of_records(records.records, Vec::new(), Vec::new());
    let mut wrong = Vec::new();
    for line in include_str!("sample/matches.tsv").lines() {
        let [name, version, expected] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let package = advisories.package(name).unwrap();
        let mut ids = package.ids(&Installed::new(version));
        ids.sort_unstable();
        let mut expected: Vec<String> =
            expected.split_whitespace().map(|id| format!("PYSEC-{id}")).collect();
        expected.sort_unstable();
        if ids != expected {
            wrong.push(format!("{name} {version}: {ids:?}, expected {expected:?}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
}
