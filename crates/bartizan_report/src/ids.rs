//! Short names for findings: the shortest unique beginning of the fingerprint.

use std::collections::BTreeMap;

use bartizan_finding::Finding;

/// No id is shorter, so that one keeps its length while findings come and go.
const LEAST: usize = 6;

/// The id of each finding, in the order of `findings`: the shortest beginning of its fingerprint
/// that no other fingerprint shares, at least six digits. Findings with equal fingerprints add
/// their path: `3f9a12@shop/orders/models.py`.
pub fn short_ids(findings: &[Finding]) -> Vec<String> {
    let mut prints: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        *prints.entry(finding.fingerprint.hex()).or_default() += 1;
    }
    // Sorted, a print shares its longest beginning with one of its neighbours.
    let sorted: Vec<&String> = prints.keys().collect();
    let lengths: BTreeMap<&str, usize> = sorted
        .iter()
        .enumerate()
        .map(|(at, print)| {
            let before = at.checked_sub(1).map_or(0, |at| shared(print, sorted[at]));
            let after = sorted.get(at + 1).map_or(0, |next| shared(print, next));
            (print.as_str(), (before.max(after) + 1).clamp(LEAST, print.len()))
        })
        .collect();
    let id = |finding: &Finding| {
        let print = finding.fingerprint.hex();
        let length = lengths.get(print.as_str()).copied().unwrap_or(print.len());
        match prints.get(&print) {
            Some(2..) => format!("{}@{}", &print[..length], finding.place.path),
            _ => print[..length].to_owned(),
        }
    };
    findings.iter().map(id).collect()
}

fn shared(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}
