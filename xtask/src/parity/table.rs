//! The tables of differences, in which every row has a reason that a person wrote.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Who has a finding that the other has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The peer.
    Missed,
    /// We.
    More,
}

/// One finding that only one side has.
#[derive(Clone, Debug)]
pub struct Difference {
    pub side: Side,
    pub path: String,
    pub line: u32,
    pub id: String,
    pub reason: String,
}

/// How often a peer's rule speaks, and how often one of ours does not, or does beyond.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub theirs: usize,
    pub missed: usize,
    pub more: usize,
}

/// The table of single differences; reasons are kept from the table as it was.
pub fn differences(before: &str, now: Vec<Difference>) -> String {
    let reasons = reasons(before, 4);
    let mut text = "side\tpath\tline\tid\treason\n".to_owned();
    for Difference { side, path, line, id, reason } in now {
        let side = match side {
            Side::Missed => "missed",
            Side::More => "more",
        };
        let key = format!("{side}\t{path}\t{line}\t{id}");
        let reason = reasons.get(&key).unwrap_or(&reason);
        let _ = writeln!(text, "{key}\t{reason}");
    }
    text
}

/// The table of counts, by the peer's rule.
pub fn counts(before: &str, now: BTreeMap<String, Counts>) -> String {
    // Counts move with every change; the reason stays with the rule.
    let reasons: BTreeMap<String, String> = before
        .lines()
        .skip(1)
        .filter_map(|line| {
            let (id, rest) = line.split_once('\t')?;
            Some((id.to_owned(), rest.rsplit('\t').next()?.to_owned()))
        })
        .collect();
    let mut text = "id\tpeer\tmissed\tmore\treason\n".to_owned();
    for (id, Counts { theirs, missed, more }) in now {
        let reason = match reasons.get(&id) {
            Some(reason) => reason.as_str(),
            None if missed == 0 => "all found",
            None => "",
        };
        let _ = writeln!(text, "{id}\t{theirs}\t{missed}\t{more}\t{reason}");
    }
    text
}

/// The last column of a table by the first `keys` ones.
fn reasons(text: &str, keys: usize) -> BTreeMap<String, String> {
    text.lines()
        .skip(1)
        .filter_map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            Some((columns.get(..keys)?.join("\t"), (*columns.get(keys)?).to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_outlive_what_is_found_anew() {
        let before = "id\tpeer\tmissed\tmore\treason\nS101\t5\t2\t0\tasserts in tests\n";
        let now = BTreeMap::from([
            ("S101".to_owned(), Counts { theirs: 9, missed: 3, more: 1 }),
            ("S102".to_owned(), Counts { theirs: 1, missed: 1, more: 0 }),
        ]);
        assert_eq!(
            counts(before, now),
            "id\tpeer\tmissed\tmore\treason\nS101\t9\t3\t1\tasserts in tests\nS102\t1\t1\t0\t\n"
        );
    }
}
