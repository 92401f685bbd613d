//! What Bandit says of a file, so that a team can compare before it moves.
//!
//! Its own rules judge better; here its verdict counts, wrong or right, at the line where Bandit
//! puts it. Each finding is one of the rule that has Bandit's id as an alias.

use std::sync::OnceLock;

use bartizan_base::{LineIndex, Span};
use bartizan_finding::{Alias, Confidence, Peer, Severity};
use bartizan_ir::{EffectKind, Value};
use bartizan_project::{FileId, Project};
use bartizan_value::Evaluator;

use crate::{Draft, FileView, RULES, Rule};

mod calls;
mod nosec;
mod statements;
mod table;
mod texts;
mod written;

pub use statements::fits;

use calls::Call;
use written::Written;

/// What Bandit's own configuration says, as far as it changes a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BanditOptions {
    /// The tests that are run; all of them where it is empty.
    pub tests: Vec<String>,
    /// The tests that are not run.
    pub skips: Vec<String>,
    /// Whether tests may be called by their names too, as in profiles of the older form.
    pub by_name: bool,
    /// Files, as patterns, in which assertions are no findings.
    pub assert_skips: Vec<String>,
    /// Whether `except ValueError: pass` counts too.
    pub typed_pass: bool,
    /// Whether `except ValueError: continue` counts too.
    pub typed_continue: bool,
    /// What temporary paths begin with.
    pub tmp_dirs: Vec<String>,
    /// What starts processes.
    pub processes: ProcessNames,
    /// Versions of TLS that are broken; `None` where Bandit's own test fails for want of them.
    pub bad_tls: Option<Vec<String>>,
    /// How short keys may be; `None` where Bandit's own test fails for want of a bound.
    pub key_sizes: Option<KeySizes>,
    /// Further functions that mark text as safe, as `markupsafe.Markup` does.
    pub markup_names: Vec<String>,
    /// Calls whose result may be marked so.
    pub markup_allowed: Vec<String>,
}

/// The functions that start processes; `None` for a list that a configuration leaves out, of which
/// Bandit then knows nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessNames {
    /// Those that take `shell`.
    pub subprocess: Option<Vec<String>>,
    /// Those that start a shell.
    pub shell: Option<Vec<String>>,
    /// Those that start a program alone.
    pub no_shell: Option<Vec<String>>,
}

/// Bits below which a key is weak: of high severity, of medium severity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySizes {
    /// For DSA.
    pub dsa: (i64, i64),
    /// For RSA.
    pub rsa: (i64, i64),
    /// For elliptic curves.
    pub ec: (i64, i64),
}

impl Default for BanditOptions {
    fn default() -> Self {
        Self {
            tests: Vec::new(),
            skips: Vec::new(),
            by_name: false,
            assert_skips: Vec::new(),
            typed_pass: false,
            typed_continue: false,
            tmp_dirs: owned(&["/tmp", "/var/tmp", "/dev/shm"]),
            processes: ProcessNames {
                subprocess: Some(owned(table::SUBPROCESS)),
                shell: Some(owned(table::SHELL)),
                no_shell: Some(owned(table::NO_SHELL)),
            },
            bad_tls: Some(owned(table::BAD_TLS)),
            key_sizes: Some(KeySizes { dsa: (1024, 2048), rsa: (1024, 2048), ec: (160, 224) }),
            markup_names: Vec::new(),
            markup_allowed: Vec::new(),
        }
    }
}

impl BanditOptions {
    fn runs(&self, id: &str) -> bool {
        let is_named =
            |name: &String| self.by_name && table::named(name).is_some_and(|test| test.id == id);
        let is = |name: &String| name == id || is_named(name);
        // `B001` stands for all the blacklists, unless one of them is named beside it.
        let has = |list: &[String]| {
            let all = list.iter().any(|name| name == "B001")
                && !list.iter().any(|name| table::is_blacklist(name));
            list.iter().any(is) || all && table::is_blacklist(id)
        };
        (self.tests.is_empty() || has(&self.tests)) && !has(&self.skips)
    }
}

impl ProcessNames {
    fn has(list: &Option<Vec<String>>, name: &str) -> bool {
        list.as_ref().is_some_and(|list| list.iter().any(|known| known == name))
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// One verdict.
struct Said {
    id: &'static str,
    /// Where it is reported: the line on which this begins.
    span: Span,
    /// Where `# nosec` may stand.
    lines: Span,
    /// Whether it may stand on the reported line, whatever stands before it.
    has_own_line: bool,
    severity: Severity,
    confidence: Confidence,
}

impl Said {
    fn new(id: &'static str, span: Span) -> Self {
        let (severity, confidence) = match table::named(id) {
            Some(test) => (test.severity, test.confidence),
            None => (Severity::Medium, Confidence::Medium),
        };
        Self { id, span, lines: span, has_own_line: true, severity, confidence }
    }

    fn rated(self, severity: Severity, confidence: Confidence) -> Self {
        Self { severity, confidence, ..self }
    }
}

/// Bandit's findings in a file.
pub fn judge_as_bandit(
    project: &Project,
    evaluator: &Evaluator<'_>,
    file: FileId,
    text: &str,
    options: &BanditOptions,
) -> Vec<(&'static Rule, Draft)> {
    let view = &FileView { project, evaluator, file };
    let written = Written { ir: view.ir(), text };
    let imports = Imports::of(written);
    let mut said = Vec::new();
    imports.judge(&mut said);
    for (_, function) in written.ir.functions() {
        for effect in &written.ir.effects[function.effects] {
            if let EffectKind::Call(call) = effect.kind {
                Call::of(written, call, effect.span, &imports).judge(&imports, options, &mut said);
            }
        }
    }
    statements::judge(view, written, options, &mut said);
    texts::judge(written, options, &mut said);
    said.retain(|said| options.runs(said.id));

    let index = LineIndex::new(text);
    let nosec = nosec::Nosec::of(view, text, &index);
    said.retain(|said| !nosec.silences(said, &index));
    said.sort_by_key(|said| (said.span, said.id));
    said.dedup_by_key(|said| (said.span, said.id));
    said.into_iter().filter_map(|said| Some((rule_for(said.id)?, draft(view, &said)))).collect()
}

fn draft(view: &FileView<'_>, said: &Said) -> Draft {
    let says = table::named(said.id).map_or("Bandit finds something", |test| test.says);
    let mut draft = Draft::at(view.file, said.span);
    draft.message = format!("{says} ({})", said.id);
    draft.label = "Bandit's verdict".to_owned();
    draft.impact =
        "Bandit reports this line. What Bartizan itself thinks of it, the other profiles \
                    say."
            .to_owned();
    draft.fix = "Compare with `--profile careful`".to_owned();
    draft.severity = Some(said.severity);
    draft.confidence = Some(said.confidence);
    draft.conceal = matches!(said.id, "B105" | "B106" | "B107");
    draft
}

/// The rule that has one of Bandit's ids as an alias.
fn rule_for(id: &str) -> Option<&'static Rule> {
    static TABLE: OnceLock<Vec<(&'static str, &'static Rule)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let of = |rule: &&'static Rule| {
            let rule = *rule;
            let ids = rule.info.aliases.iter().filter(|Alias(peer, _)| *peer == Peer::Bandit);
            ids.map(move |Alias(_, id)| (*id, rule))
        };
        // Of two rules with one id, the later one judges code, the earlier one settings.
        RULES.iter().rev().flat_map(of).collect()
    });
    table.iter().find(|(known, _)| *known == id).map(|(_, rule)| *rule)
}

/// The imports of a file in the order of the text, as Bandit knows them when it comes to a place.
struct Imports<'a> {
    written: Written<'a>,
    /// Where, which module or name, by which name.
    all: Vec<Import<'a>>,
}

struct Import<'a> {
    at: Span,
    /// What stands behind `from`; empty for a plain import.
    prefix: &'a str,
    name: &'a str,
    bound: Option<&'a str>,
}

impl<'a> Imports<'a> {
    fn of(written: Written<'a>) -> Self {
        let ir = written.ir;
        let mut all = Vec::new();
        for (_, function) in ir.functions() {
            for effect in &ir.effects[function.effects] {
                let EffectKind::Import(value) = effect.kind else { continue };
                let text = written.slice(effect.span);
                let bound = text.split_once(" as ").map(|(_, bound)| bound.trim());
                let (prefix, name) = match ir.value(value) {
                    Value::Import { module, name: None, .. } => ("", ir.str(module)),
                    Value::Import { module, name: Some(name), .. } => {
                        (ir.str(module), ir.str(name))
                    }
                    Value::Star { module, .. } => (ir.str(module), "*"),
                    _ => continue,
                };
                let bound = bound.or_else(|| (!prefix.is_empty()).then_some(name));
                all.push(Import { at: effect.span, prefix, name, bound });
            }
        }
        all.sort_by_key(|import| import.at);
        Self { written, all }
    }

    /// A dotted name with the alias in it undone.
    fn undo(&self, name: &str, at: u32) -> String {
        let before = || self.all.iter().rev().filter(|import| import.at.start <= at);
        // The longest alias first: Bandit looks the name up at every step outwards.
        let first = name.split('.').next().unwrap_or(name);
        match before().find(|import| import.bound == Some(first)) {
            Some(import) if !first.is_empty() => {
                let rest = &name[first.len()..];
                format!("{}{rest}", import.dotted())
            }
            _ => name.to_owned(),
        }
    }

    /// Whether exactly this is imported above.
    fn has(&self, module: &str, at: u32) -> bool {
        self.all.iter().any(|import| import.at.start <= at && import.dotted() == module)
    }

    /// Whether something with this in its name is imported above.
    fn has_like(&self, module: &str, at: u32) -> bool {
        self.all.iter().any(|import| import.at.start <= at && import.dotted().contains(module))
    }

    /// Blacklisted modules, one verdict a statement.
    fn judge(&self, out: &mut Vec<Said>) {
        let mut statements: Vec<(u32, Vec<&Import<'_>>)> = Vec::new();
        for import in &self.all {
            let start = self.statement(import);
            match statements.last_mut() {
                Some((last, imports)) if *last == start => imports.push(import),
                _ => statements.push((start, vec![import])),
            }
        }
        for (start, imports) in statements {
            let listed = table::IMPORTS.iter().find(|(_, names)| {
                imports.iter().any(|import| {
                    let dotted = import.dotted();
                    names.iter().any(|name| dotted.starts_with(name))
                })
            });
            if let Some((id, _)) = listed {
                let end = imports.last().map_or(start, |import| import.at.end);
                out.push(Said::new(id, Span { start, end }));
            }
        }
    }

    /// Where the statement of an import begins.
    fn statement(&self, import: &Import<'_>) -> u32 {
        let before = self.written.text.get(..import.at.start as usize).unwrap_or("");
        let keyword = before.rfind("import").unwrap_or(before.len());
        let line = before[..keyword].rfind(['\n', ';']).map_or(0, |at| at + 1);
        let indent = before[line..].len() - before[line..].trim_start().len();
        (line + indent) as u32
    }
}

impl Import<'_> {
    fn dotted(&self) -> String {
        match self.prefix {
            "" => self.name.to_owned(),
            prefix => format!("{prefix}.{}", self.name),
        }
    }
}
