//! The reading of a project: every finding with the verdict of a person, as a table in a file.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result, bail, ensure};

/// Every finding of one project and what was thought of it, sorted.
///
/// Twins, equal in path, rule and fingerprint, are as many rows as there are findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    rows: Vec<Row>,
}

/// One finding and its verdict.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    pub path: String,
    pub rule: String,
    pub fingerprint: String,
    /// `None` while nobody has read it.
    pub verdict: Option<Verdict>,
    /// Why, in one sentence.
    pub why: String,
}

/// What a person thinks of a finding after reading the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// A maintainer would want to know.
    True,
    /// The code is as it should be.
    False,
    /// Two careful readers would differ.
    Debatable,
}

/// A finding as a scan reports it.
#[derive(Clone, Debug)]
pub struct Found {
    pub path: String,
    pub line: u32,
    pub rule: String,
    pub fingerprint: String,
    pub message: String,
    pub in_tests: bool,
}

const HEAD: &str = "path\trule\tfingerprint\tverdict\twhy\n";

impl Reading {
    /// Reads the table that [`Reading`] displays as.
    pub fn parse(text: &str) -> Result<Self> {
        let rows = text.strip_prefix(HEAD).context("the columns are not those of a reading")?;
        let mut reading = Self::default();
        for (number, line) in (2..).zip(rows.lines()) {
            reading.rows.push(Row::parse(line).with_context(|| format!("line {number}"))?);
        }
        reading.rows.sort();
        Ok(reading)
    }

    /// The reading of what is found now, with the verdicts of `self` where they still apply.
    pub fn follow(&self, found: &[Found]) -> Self {
        let mut verdicts: BTreeMap<_, Vec<&Row>> = BTreeMap::new();
        for row in self.rows.iter().rev() {
            verdicts.entry(row.key()).or_default().push(row);
        }
        let mut rows: Vec<Row> = found
            .iter()
            .map(|found| match verdicts.get_mut(&found.key()).and_then(Vec::pop) {
                Some(row) => row.clone(),
                None => found.unread(),
            })
            .collect();
        rows.sort();
        Self { rows }
    }

    /// The rows of `self` that `other` lacks, twins counted.
    pub fn rows_beyond<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a Row> {
        let mut known: BTreeMap<_, u32> = BTreeMap::new();
        for row in &other.rows {
            *known.entry(row.key()).or_default() += 1;
        }
        self.rows.iter().filter(move |row| match known.get_mut(&row.key()) {
            Some(left @ 1..) => {
                *left -= 1;
                false
            }
            _ => true,
        })
    }

    /// How many findings nobody has judged.
    pub fn unread(&self) -> usize {
        self.rows.iter().filter(|row| row.verdict.is_none()).count()
    }

    /// The verdicts, counted.
    pub fn tally(&self) -> String {
        let of = |verdict| self.rows.iter().filter(|row| row.verdict == Some(verdict)).count();
        format!(
            "{} findings, {} true, {} false, {} debatable, {} unread",
            self.rows.len(),
            of(Verdict::True),
            of(Verdict::False),
            of(Verdict::Debatable),
            self.unread()
        )
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        for Row { path, rule, fingerprint, verdict, why } in &self.rows {
            let verdict = verdict.map_or("", Verdict::as_str);
            writeln!(f, "{path}\t{rule}\t{fingerprint}\t{verdict}\t{why}")?;
        }
        Ok(())
    }
}

impl Row {
    fn parse(line: &str) -> Result<Self> {
        let [path, rule, fingerprint, verdict, why] = line.split('\t').collect::<Vec<_>>()[..]
        else {
            bail!("five columns are expected");
        };
        let verdict = Verdict::parse(verdict)?;
        ensure!(verdict.is_none() || !why.is_empty(), "a verdict says why");
        let [path, rule, fingerprint, why] = [path, rule, fingerprint, why].map(str::to_string);
        Ok(Self { path, rule, fingerprint, verdict, why })
    }

    fn key(&self) -> (&str, &str, &str) {
        (&self.path, &self.rule, &self.fingerprint)
    }
}

impl Verdict {
    const ALL: [Self; 3] = [Self::True, Self::False, Self::Debatable];

    /// The verdict that a table's column holds; none where it is empty.
    pub fn parse(word: &str) -> Result<Option<Self>> {
        if word.is_empty() {
            return Ok(None);
        }
        let verdict = Self::ALL.into_iter().find(|verdict| verdict.as_str() == word);
        verdict.map(Some).with_context(|| format!("`{word}` is no verdict"))
    }

    /// The verdict as tables write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::False => "false",
            Self::Debatable => "debatable",
        }
    }
}

impl Found {
    /// Whether `row` speaks of this finding.
    pub fn is(&self, row: &Row) -> bool {
        self.key() == row.key()
    }

    fn key(&self) -> (&str, &str, &str) {
        (&self.path, &self.rule, &self.fingerprint)
    }

    fn unread(&self) -> Row {
        let Self { path, rule, fingerprint, .. } = self.clone();
        Row { path, rule, fingerprint, verdict: None, why: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, print: &str) -> Found {
        Found {
            path: path.into(),
            line: 1,
            rule: "shell-injection".into(),
            fingerprint: print.into(),
            message: String::new(),
            in_tests: false,
        }
    }

    const READ: &str = "path\trule\tfingerprint\tverdict\twhy\n\
        clinic/export.py\tshell-injection\tbz1:1\ttrue\tThe patient's name reaches a shell.\n\
        clinic/labels.py\tshell-injection\tbz1:2\tfalse\tThe command is constant.\n\
        clinic/labels.py\tshell-injection\tbz1:2\tfalse\tThis one too.\n";

    #[test]
    fn a_reading_reads_back() {
        let reading = Reading::parse(READ).unwrap();
        assert_eq!(reading.to_string(), READ);
        assert_eq!(reading.tally(), "3 findings, 1 true, 2 false, 0 debatable, 0 unread");
    }

    #[test]
    fn verdicts_stay_with_their_findings() {
        let reading = Reading::parse(READ).unwrap();
        let now = reading.follow(&[
            found("clinic/labels.py", "bz1:2"),
            found("clinic/visits.py", "bz1:3"),
            found("clinic/export.py", "bz1:1"),
        ]);
        assert_eq!(now.tally(), "3 findings, 1 true, 1 false, 0 debatable, 1 unread");
        let paths = |rows: Vec<&Row>| rows.iter().map(|row| row.path.clone()).collect::<Vec<_>>();
        assert_eq!(paths(now.rows_beyond(&reading).collect()), ["clinic/visits.py"]);
        assert_eq!(paths(reading.rows_beyond(&now).collect()), ["clinic/labels.py"]);
    }

    #[test]
    fn twins_are_counted() {
        let reading = Reading::parse(READ).unwrap();
        let now = reading.follow(&vec![found("clinic/labels.py", "bz1:2"); 3]);
        assert_eq!(now.tally(), "3 findings, 0 true, 2 false, 0 debatable, 1 unread");
        assert_eq!(now.rows_beyond(&reading).count(), 1);
    }

    #[test]
    fn a_verdict_is_one_of_three_and_says_why() {
        let row = |row: &str| Reading::parse(&format!("{HEAD}{row}\n")).map(|_| ());
        assert!(row("a.py\tr\tbz1:1\t\t").is_ok());
        assert!(row("a.py\tr\tbz1:1\tmaybe\tHm.").is_err());
        assert!(row("a.py\tr\tbz1:1\ttrue\t").is_err());
        assert!(row("a.py\tr\tbz1:1").is_err());
    }
}
