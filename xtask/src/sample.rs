//! Whether what is said every day is true: a fixed random sample of findings on real projects, read by
//! somebody who sees the code and the message alone, and what each rule is worth in it.

mod worth;

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use bartizan_finding::{Family, Profile};
use clap::Args;

use crate::ecosystem::{self, Found, Project, Verdict};
use crate::{cargo, tree};

/// What to do with the sample.
#[derive(Args)]
pub struct Options {
    /// Fail where the sample or the worth of the rules is not what is found now, or too little is true.
    #[arg(long, conflicts_with = "update")]
    check: bool,
    /// Write both; what is new in the sample waits there for a verdict.
    #[arg(long)]
    update: bool,
    /// Print what waits for a verdict with the code around it.
    #[arg(long)]
    show: bool,
}

/// What the order of the draw hangs on. It is never changed: another seed is another sample.
const SEED: &str = "bartizan sample 1";
/// How many findings of all are drawn.
const DRAWN: usize = 60;
/// How many of one rule are drawn beyond those, of what everybody sees and of what the auditor sees
/// alone.
const DRAWN_OF_RULE: usize = 6;
/// So many of the sample are true, in percent.
const LEAST_TRUE: usize = 60;

/// Draws, compares with what was read, and tells what the readings come to.
pub fn run(options: &Options) -> Result<()> {
    let found = found()?;
    let path = tree::root().join("ecosystem/sample.tsv");
    let before = match path.exists() {
        true => Sample::parse(&fs::read_to_string(&path)?).with_context(|| tree::shown(&path))?,
        false => Sample::default(),
    };
    let now = before.drawn_from(&found);
    if options.show {
        show(&now, &found)?;
    }
    let worth_path = tree::root().join("ecosystem/rules.tsv");
    let worth = worth::table(&now, &found, &fs::read_to_string(&worth_path).unwrap_or_default());
    let [is_true, debatable, is_false] = now.tally(Set::All);
    let waiting = now.rows.iter().filter(|row| row.verdict.is_none()).count();
    println!(
        "{} findings are shown every day; of {} drawn {is_true} are true, {debatable} debatable, \
         {is_false} false; {waiting} wait for a verdict",
        found.iter().filter(|found| found.everyday).count(),
        now.rows.iter().filter(|row| row.set == Set::All).count(),
    );
    if options.update {
        fs::write(&path, now.to_string())?;
        fs::write(&worth_path, &worth)?;
    }
    if options.check {
        ensure!(now == before, "{} is not what is drawn now", tree::shown(&path));
        let known = fs::read_to_string(&worth_path).unwrap_or_default();
        ensure!(worth == known, "{} is not what is read now", tree::shown(&worth_path));
        ensure!(waiting == 0, "{waiting} findings wait for a verdict");
        let read = is_true + debatable + is_false;
        ensure!(100 * is_true >= LEAST_TRUE * read, "less than {LEAST_TRUE} % are true");
        worth::check(&worth)?;
    }
    Ok(())
}

/// A finding that can be drawn.
struct Candidate {
    project: String,
    folder: PathBuf,
    found: Found,
    /// Whether everybody sees it.
    everyday: bool,
}

/// What is said of the code outside tests in all projects. Credentials and packages are left out: they
/// are measured by `cargo xtask parity` and by the advisories.
fn found() -> Result<Vec<Candidate>> {
    let bartizan = cargo::build("bartizan", cargo::Profile::Dev)?;
    let mut all = Vec::new();
    for Project { name, folder } in projects()? {
        let everyday = ecosystem::scan(&bartizan, &folder, Profile::Everyday)?;
        let mut shown: BTreeMap<_, u32> = BTreeMap::new();
        for found in &everyday {
            *shown.entry((found.path.clone(), found.rule.clone(), found.line)).or_default() += 1;
        }
        for found in ecosystem::scan(&bartizan, &folder, Profile::Auditor)? {
            if found.in_tests || !is_of_code(&found.rule) {
                continue;
            }
            let key = (found.path.clone(), found.rule.clone(), found.line);
            let everyday = match shown.get_mut(&key) {
                Some(left @ 1..) => {
                    *left -= 1;
                    true
                }
                _ => false,
            };
            all.push(Candidate { project: name.clone(), folder: folder.clone(), found, everyday });
        }
    }
    Ok(all)
}

/// The pinned projects, and those that no rule was tuned on.
fn projects() -> Result<Vec<Project>> {
    let mut projects = ecosystem::fetch(&[])?;
    projects.extend(ecosystem::fetch_from("ecosystem/further.toml")?);
    Ok(projects)
}

/// Whether a rule judges code, settings or the files that deploy them.
fn is_of_code(rule: &str) -> bool {
    let rule = bartizan_rules::RULES.iter().find(|other| other.info.id == rule);
    rule.is_some_and(|rule| !matches!(rule.info.family, Family::Secrets | Family::Suppression))
}

/// Whether a rule judges code: those about settings and deployment have readings of their own, in
/// which each of their findings has a verdict.
fn judges_code(rule: &str) -> bool {
    let rule = bartizan_rules::RULES.iter().find(|other| other.info.id == rule);
    rule.is_some_and(|rule| !matches!(rule.info.family, Family::Settings | Family::Deployment))
}

/// Why a finding was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Set {
    /// Among all that everybody sees.
    All,
    /// Among what one rule shows everybody.
    Rule,
    /// Among what one rule shows the careful and the auditor alone.
    Beyond,
}

/// One drawn finding and its verdict.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    set: Set,
    rule: String,
    project: String,
    path: String,
    fingerprint: String,
    verdict: Option<Verdict>,
    why: String,
}

/// The sample as it lies in the repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sample {
    rows: Vec<Row>,
}

const HEAD: &str = "set\trule\tproject\tpath\tfingerprint\tverdict\twhy\n";

impl Sample {
    fn parse(text: &str) -> Result<Self> {
        let rows = text.strip_prefix(HEAD).context("the columns are not those of a sample")?;
        let rows = rows.lines().map(Row::parse).collect::<Result<_>>()?;
        Ok(Self { rows })
    }

    /// The sample of what is found now, with the verdicts of `self`.
    fn drawn_from(&self, found: &[Candidate]) -> Self {
        let mut order: Vec<(u64, &Candidate)> = Vec::new();
        let mut twins: BTreeMap<_, u32> = BTreeMap::new();
        for candidate in found {
            let key = candidate.key();
            let twin = twins.entry(key).or_default();
            *twin += 1;
            order.push((lot(&format!("{key:?} {twin}")), candidate));
        }
        order.sort_by_key(|(lot, candidate)| (*lot, candidate.key()));

        let known: BTreeMap<_, &Row> = self.rows.iter().map(|row| (row.key(), row)).collect();
        let mut of_rule: BTreeMap<(&str, Set), usize> = BTreeMap::new();
        let mut drawn = 0;
        let mut rows = Vec::new();
        for (_, candidate) in order {
            let set = match candidate.everyday {
                true if drawn < DRAWN => {
                    drawn += 1;
                    Set::All
                }
                true => Set::Rule,
                false => Set::Beyond,
            };
            let count = of_rule.entry((&candidate.found.rule, set.max(Set::Rule))).or_default();
            *count += 1;
            let enough = *count > DRAWN_OF_RULE || !judges_code(&candidate.found.rule);
            if set != Set::All && enough {
                continue;
            }
            let (rule, project, path, fingerprint) = candidate.key();
            let verdict = known.get(&candidate.key()).map(|row| (row.verdict, row.why.clone()));
            let (verdict, why) = verdict.unwrap_or_default();
            let [rule, project, path, fingerprint] =
                [rule, project, path, fingerprint].map(str::to_owned);
            rows.push(Row { set, rule, project, path, fingerprint, verdict, why });
        }
        rows.sort();
        Self { rows }
    }

    /// True, debatable and false ones of a set.
    fn tally(&self, set: Set) -> [usize; 3] {
        [Verdict::True, Verdict::Debatable, Verdict::False].map(|verdict| {
            let of = |row: &&Row| row.set == set && row.verdict == Some(verdict);
            self.rows.iter().filter(of).count()
        })
    }
}

/// The order of the draw: a number that the seed and the finding alone decide (FNV-1a, mixed).
fn lot(of: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in SEED.bytes().chain(of.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ hash >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ hash >> 31
}

impl Candidate {
    fn key(&self) -> (&str, &str, &str, &str) {
        (&self.found.rule, &self.project, &self.found.path, &self.found.fingerprint)
    }
}

impl Row {
    fn parse(line: &str) -> Result<Self> {
        let [set, rule, project, path, fingerprint, verdict, why] =
            line.split('\t').collect::<Vec<_>>()[..]
        else {
            bail!("seven columns are expected: {line}");
        };
        let set = match set {
            "all" => Set::All,
            "rule" => Set::Rule,
            "beyond" => Set::Beyond,
            _ => bail!("`{set}` is no set"),
        };
        let verdict = Verdict::parse(verdict)?;
        ensure!(verdict.is_none() || !why.is_empty(), "a verdict says why: {line}");
        let [rule, project, path, fingerprint, why] =
            [rule, project, path, fingerprint, why].map(str::to_owned);
        Ok(Self { set, rule, project, path, fingerprint, verdict, why })
    }

    fn key(&self) -> (&str, &str, &str, &str) {
        (&self.rule, &self.project, &self.path, &self.fingerprint)
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        for Row { set, rule, project, path, fingerprint, verdict, why } in &self.rows {
            let set = match set {
                Set::All => "all",
                Set::Rule => "rule",
                Set::Beyond => "beyond",
            };
            let verdict = verdict.map_or("", Verdict::as_str);
            writeln!(f, "{set}\t{rule}\t{project}\t{path}\t{fingerprint}\t{verdict}\t{why}")?;
        }
        Ok(())
    }
}

/// Prints what waits for a verdict: the message, and the code around the place.
fn show(sample: &Sample, found: &[Candidate]) -> Result<()> {
    let mut text = String::new();
    for row in sample.rows.iter().filter(|row| row.verdict.is_none()) {
        let Some(candidate) = found.iter().find(|found| found.key() == row.key()) else { continue };
        let Found { path, line, message, .. } = &candidate.found;
        writeln!(text, "\n## {} {} {path}:{line} {}", row.rule, row.project, row.fingerprint)?;
        writeln!(text, "{message}")?;
        text.push_str(&around(&candidate.folder.join(path), *line)?);
    }
    println!("{text}");
    Ok(())
}

fn around(path: &Path, line: u32) -> Result<String> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    let text = String::from_utf8_lossy(&bytes);
    let from = (line as usize).saturating_sub(16);
    let mut out = String::new();
    for (number, content) in text.lines().enumerate().skip(from).take(26) {
        let mark = if number + 1 == line as usize { '>' } else { ' ' };
        let content: String = content.chars().take(160).collect();
        writeln!(out, "{mark}{:5} {content}", number + 1)?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(line: u32, everyday: bool) -> Candidate {
        Candidate {
            project: "clinic".to_owned(),
            folder: PathBuf::new(),
            found: Found {
                path: format!("clinic/views{line}.py"),
                line,
                rule: "weak-hash".to_owned(),
                fingerprint: format!("bz1:{line}"),
                message: String::new(),
                in_tests: false,
            },
            everyday,
        }
    }

    #[test]
    fn the_draw_is_fixed_and_keeps_what_was_read() {
        let all: Vec<Candidate> = (0..200).map(|line| candidate(line, line % 2 == 0)).collect();
        let mut first = Sample::default().drawn_from(&all);
        let of = |sample: &Sample, set| sample.rows.iter().filter(|row| row.set == set).count();
        assert_eq!(of(&first, Set::All), DRAWN);
        assert_eq!(of(&first, Set::Beyond), DRAWN_OF_RULE);
        for row in &mut first.rows {
            row.verdict = Some(Verdict::True);
            row.why = "The digest guards a session.".to_owned();
        }
        // One finding less moves no other out of the sample.
        let second = first.drawn_from(&all[1..]);
        let new = second.rows.iter().filter(|row| row.verdict.is_none()).count();
        assert!(new <= 1, "{new}");
        assert_eq!(Sample::parse(&first.to_string()).unwrap(), first);
    }
}
