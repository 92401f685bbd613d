//! Files and folders that other accounts may write to.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_ir::{BinaryOp, Value, ValueId};
use bartizan_model::kind;
use bartizan_value::Constant;

use crate::{CallSite, Detect, Draft, FileView, Rule};

/// A mode that lets others write.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "permissive-file-mode",
        title: "File that others may change",
        family: Family::Files,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(732)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Bandit, "B103"), Alias(Peer::Ruff, "S103")],
        related: &[],
        was: &[],
        page: include_str!("permissive_file_mode.md"),
    },
    detect: Detect::Calls { kinds: &[kind::FILE_MODE], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let argument = site.argument?;
    let mode = mode(&site.view, argument.value, 8)?;
    let (everyone, group) = (mode & 0o002 != 0, mode & 0o020 != 0);
    // A folder such as /tmp, in which everyone may make files and none may touch another's.
    if mode & 0o1000 != 0 || !everyone && !group {
        return None;
    }
    let mut draft = site.draft();
    if !everyone {
        draft.severity = Some(Severity::Low);
        draft = draft.at_most(Confidence::Low, "if the group is more than the service itself");
    }
    Some(Draft {
        message: if everyone {
            "Every user of the machine may change this file".to_owned()
        } else {
            "Everyone in the group may change this file".to_owned()
        },
        label: format!("mode {mode:o}"),
        impact: "Whoever has a foothold on the machine, under whatever account, writes into it: \
                 code, configuration, or what the site serves."
            .to_owned(),
        fix: "0o640".to_owned(),
        ..draft
    })
}

/// A mode as a number, where it is written as one or by the names of `stat`.
fn mode(view: &FileView<'_>, value: ValueId, depth: u32) -> Option<i64> {
    let ir = view.ir();
    let value = ir.bare(value);
    if let Value::Binary { op: BinaryOp::BitOr, left, right } = ir.value(value) {
        let depth = depth.checked_sub(1)?;
        return Some(mode(view, left, depth)? | mode(view, right, depth)?);
    }
    if let Some(Constant::Int(mode)) = view.evaluator.constant(view.file, value) {
        return Some(mode);
    }
    let name = view.name_of(value)?.strip_prefix("stat.")?;
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, mode)| *mode)
}

const NAMES: &[(&str, i64)] = &[
    ("S_IRWXU", 0o700),
    ("S_IRUSR", 0o400),
    ("S_IWUSR", 0o200),
    ("S_IXUSR", 0o100),
    ("S_IRWXG", 0o070),
    ("S_IRGRP", 0o040),
    ("S_IWGRP", 0o020),
    ("S_IXGRP", 0o010),
    ("S_IRWXO", 0o007),
    ("S_IROTH", 0o004),
    ("S_IWOTH", 0o002),
    ("S_IXOTH", 0o001),
    ("S_ISVTX", 0o1000),
];
