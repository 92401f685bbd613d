//! What is wrong with packages, in the words of findings.

use bartizan_base::{FilePath, Tree};
use bartizan_finding::{
    Finding, Fingerprint, Note, Place, RuleInfo, Severity, SourceLine, Subject, Words,
};
use rustc_hash::FxHashMap;

use crate::check::Report;
use crate::ended::Ended;
use crate::package::Package;
use crate::reach::Reach;
use crate::rules::{MALICIOUS_PACKAGE, UNSUPPORTED_RELEASE, VULNERABLE_PACKAGE};
use crate::smell::Smell;
use crate::vulnerable::Vulnerable;

/// An entry with many hashes is shown by its beginning.
const LINES: u32 = 4;
/// The title of a hole is shown as far as this.
const LABEL: usize = 72;

/// How much of a finding is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// All of it.
    Whole,
    /// What a gate, a profile and a comment look at: rule, severity and place, and no word. The
    /// report itself says the rest, and a project may have many thousands of holes.
    Bare,
}

/// Writes findings, and reads the lines that they show, each file once.
pub(crate) struct Writer<'r, 't> {
    detail: Detail,
    report: &'r Report<'r>,
    tree: &'t dyn Tree,
    files: FxHashMap<FilePath, Vec<String>>,
}

impl<'r, 't> Writer<'r, 't> {
    pub fn new(tree: &'t dyn Tree, report: &'r Report<'r>, detail: Detail) -> Self {
        Self { detail, report, tree, files: FxHashMap::default() }
    }

    /// A finding without words, where no more is wanted.
    fn bare_one(&self, rule: &'static RuleInfo, place: &Place) -> Option<Finding> {
        let subject = || Subject::Requirement { manifest: String::new(), name: String::new() };
        (self.detail == Detail::Bare).then(|| {
            let place = (place.clone(), Vec::new());
            Finding::new(rule, place, subject(), Words::default(), Fingerprint::digest([]))
        })
    }

    /// One known hole.
    pub fn vulnerable(&mut self, flaw: &Vulnerable<'_>) -> Finding {
        let package = &self.report.packages[flaw.package];
        let rule = if flaw.is_malicious() { &MALICIOUS_PACKAGE } else { &VULNERABLE_PACKAGE };
        if let Some(bare) = self.bare_one(rule, package.place()) {
            let (severity, suppressed) = (flaw.severity(), flaw.ignored.clone());
            return Finding { severity, suppressed, ..bare };
        }
        let advisory = &flaw.advisory;
        let (name, version) = (package.name.as_str(), package.version.as_str());
        let others = match advisory.aliases.as_slice() {
            [] => String::new(),
            aliases => format!(" (also {})", aliases.join(", ")),
        };
        let attacks = match &advisory.exploited {
            Some(exploited) => format!("Known to be used in attacks since {}. ", exploited.since),
            None => String::new(),
        };
        let rating = match (advisory.score, advisory.is_rated()) {
            (Some(score), _) => format!(", rated {score:.1} by CVSS"),
            (None, true) => String::new(),
            (None, false) => ", rated by nobody".to_owned(),
        };
        let chance = match flaw.chance {
            Some(chance) => format!(
                ", with a chance of {:.1} % to be used in attacks within 30 days (EPSS)",
                f64::from(chance) * 100.0
            ),
            None => String::new(),
        };
        let words = Words {
            message: format!(
                "{name} {version} has a known hole, {}: {}",
                advisory.id,
                advisory.title()
            ),
            label: cut(advisory.title()),
            impact: format!(
                "{attacks}Published on {} as {}{others}{rating}{chance}; whoever reads it knows where to push",
                advisory.published(),
                advisory.id
            ),
            fix: match (advisory.fixed, flaw.way.split_last()) {
                (Some(fixed), Some((_, [.., parent]))) => {
                    format!("{name} {fixed} or later, which comes in through {parent}")
                }
                (Some(fixed), _) => format!("{name}=={fixed}"),
                (None, _) => format!("no version of {name} is known to be repaired; do without it"),
            },
        };
        let subject = Subject::Package { name: name.to_owned(), advisory: advisory.id.to_owned() };
        let mut words = Words { impact: format!("{}{}", words.impact, reached(flaw)), ..words };
        if flaw.is_malicious() {
            words.message = format!("{name} {version} was published to do harm, {}", advisory.id);
            words.impact = format!(
                "It runs with the rights of whoever installs it. Published on {} as {}{others}",
                advisory.published(),
                advisory.id
            );
            words.fix = format!(
                "remove {name}, and change every secret that a machine knew where it was installed"
            );
        }
        let finding = self.finding(rule, package, subject, flaw.severity(), words);
        Finding { suppressed: flaw.ignored.clone(), ..finding }
    }

    /// One series that has ended.
    pub fn ended(&mut self, ended: &Ended) -> Finding {
        let package = &self.report.packages[ended.package];
        if let Some(bare) = self.bare_one(&UNSUPPORTED_RELEASE, package.place()) {
            return Finding { severity: ended.severity, suppressed: ended.ignored.clone(), ..bare };
        }
        let title = ended.product.title;
        let days = self.report.today.days_since_epoch() - ended.since.days_since_epoch();
        let holes = match ended.holes_since {
            0 => "Holes that are found in it from now on stay open".to_owned(),
            1 => "A hole was published for other series since; no advisory says whether this one \
                  has it, and nobody repairs it"
                .to_owned(),
            many => format!(
                "{many} holes were published for other series since; no advisory says which of \
                 them this one has, and nobody repairs them"
            ),
        };
        let words = Words {
            message: format!(
                "{title} {} has had no security fixes since {} ({days} days)",
                package.version, ended.since
            ),
            label: format!("series {} ended on {}", ended.series, ended.since),
            impact: holes,
            fix: match ended.successor {
                Some(series) => {
                    let until = series.until.map_or(String::new(), |day| format!(", until {day}"));
                    format!("move to {title} {}, supported{until}", series.name)
                }
                None => format!("move to another product: no series of {title} is supported"),
            },
        };
        let subject = Subject::Package {
            name: package.name.as_str().to_owned(),
            advisory: ended.series.to_owned(),
        };
        let finding = self.finding(&UNSUPPORTED_RELEASE, package, subject, ended.severity, words);
        Finding { suppressed: ended.ignored.clone(), ..finding }
    }

    fn finding(
        &mut self,
        rule: &'static RuleInfo,
        package: &Package,
        subject: Subject,
        severity: Severity,
        words: Words,
    ) -> Finding {
        let notes = package.uses[1..]
            .iter()
            .map(|at| Note {
                place: at.place.clone(),
                message: "the same version".to_owned(),
                lines: self.lines(&at.place),
            })
            .collect();
        let evidence = Fingerprint::digest([package.name.as_str(), package.version.as_str()]);
        let finding = self.bare(rule, package.place(), subject, words);
        Finding { severity, notes, evidence, ..finding }
    }

    /// One way of taking packages.
    pub fn smell(&mut self, smell: &Smell) -> Finding {
        let words = Words {
            message: smell.message.clone(),
            label: String::new(),
            impact: smell.impact.clone(),
            fix: smell.fix.clone(),
        };
        let subject = Subject::Requirement {
            manifest: smell.place.path.to_string(),
            name: smell.name.clone(),
        };
        let finding = self.bare(smell.rule, &smell.place, subject, words);
        Finding {
            doubt: smell.doubt.clone(),
            severity: smell.severity,
            confidence: smell.confidence,
            suppressed: smell.ignored.clone(),
            ..finding
        }
    }

    /// A finding with nothing beside it.
    fn bare(
        &mut self,
        rule: &'static RuleInfo,
        place: &Place,
        subject: Subject,
        words: Words,
    ) -> Finding {
        let lines = self.lines(place);
        let evidence = Fingerprint::digest(lines.iter().map(|(_, text)| text.trim()));
        Finding::new(rule, (place.clone(), lines), subject, words, evidence)
    }

    /// The first lines of a place.
    fn lines(&mut self, place: &Place) -> Vec<SourceLine> {
        let tree = self.tree;
        let lines = self.files.entry(place.path.clone()).or_insert_with(|| {
            let bytes = tree.read(&place.path).unwrap_or_default();
            String::from_utf8_lossy(&bytes).lines().map(masked).collect()
        });
        let last = place.end.line.min(place.start.line + LINES - 1);
        (place.start.line..=last)
            .filter_map(|number| Some((number, lines.get(number as usize - 1)?.clone())))
            .collect()
    }
}

/// What is known of the way to the hole, a sentence behind another.
fn reached(flaw: &Vulnerable<'_>) -> String {
    let Some(conditions) = flaw.conditions else { return String::new() };
    let text = conditions.text();
    match &flaw.reach {
        Reach::Reached(Some(place)) => {
            format!(". Reached at {}:{}: {text}", place.path, place.start.line)
        }
        Reach::Reached(None) => format!(". Reached without any code of yours: {text}"),
        Reach::NotFound => {
            format!(". Out of reach, for there is no {}: {text}", conditions.needs())
        }
        Reach::NotInCode => {
            format!(". Your code makes no {}, though packages may: {text}", conditions.needs())
        }
        Reach::Unknown => format!(". It needs {}: {text}", conditions.needs()),
    }
}

/// A title that stands under a line, not beside it.
fn cut(title: &str) -> String {
    match title.char_indices().nth(LABEL) {
        Some((end, _)) => {
            let end = title[..end].rfind(' ').unwrap_or(end);
            format!("{}…", title[..end].trim_end_matches([',', ';', ':', '.', ' ']))
        }
        None => title.to_owned(),
    }
}

/// A line with the user and password of every address in it crossed out, its length kept: columns
/// stay what they are, and a finding shows no secret.
fn masked(line: &str) -> String {
    let mut out = line.to_owned();
    let mut from = 0;
    while let Some(at) = out[from..].find("://") {
        let start = from + at + "://".len();
        let authority = out[start..]
            .find(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\''))
            .map_or(out.len(), |length| start + length);
        if let Some(length) = out[start..authority].rfind('@') {
            let user = &out[start..start + length];
            if user != "git" {
                let crossed: String = user.chars().map(|_| '*').collect();
                out.replace_range(start..start + length, &crossed);
            }
        }
        from = start;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn who_asks_an_index_is_not_shown() {
        assert_eq!(
            masked("-i https://ann:s3cret@packages.example/x # as https://a@b.example"),
            "-i https://**********@packages.example/x # as https://*@b.example"
        );
        assert_eq!(masked("ssh://git@forge.example/shop.git"), "ssh://git@forge.example/shop.git");
        assert_eq!(masked("https://é@x/ ://"), "https://*@x/ ://");
    }
}
