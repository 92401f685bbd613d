//! Data from which objects are rebuilt by running what it names.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_ir::{ArgKind, FileIr, Value, ValueId};
use bartizan_model::{Truth, kind};

use crate::origin::Origin;
use crate::words::{describe, has_word, names};
use crate::{CallSite, Detect, Draft, FileView, Rule};

/// Objects rebuilt from data that may name any function.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "unsafe-deserialization",
        title: "Objects rebuilt from data that can run code",
        family: Family::Files,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(502)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[
            Alias(Peer::Bandit, "B301"),
            Alias(Peer::Bandit, "B302"),
            Alias(Peer::Bandit, "B506"),
            Alias(Peer::Bandit, "B614"),
            Alias(Peer::Ruff, "S301"),
            Alias(Peer::Ruff, "S302"),
            Alias(Peer::Ruff, "S506"),
            Alias(Peer::Ruff, "S614"),
        ],
        related: &[Alias(Peer::Bandit, "B403"), Alias(Peer::Ruff, "S403")],
        was: &[],
        page: include_str!("unsafe_deserialization.md"),
    },
    detect: Detect::Calls { kinds: &[kind::DESERIALIZED], judge },
    everyday_until: Some("deserialization-of-remote-data"),
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let Some(argument) = site.argument else { return in_dictionary(site) };
    let view = site.view;
    // `pickle.loads(pickle.dumps(cart))` copies: what is read was written in the same breath.
    if is_written_here(&view, argument.value) {
        return None;
    }
    let from_file = view.is_from_file(argument.value);
    let origin = view.origin(argument.value, kind::DESERIALIZED);
    if origin == Origin::Fixed && !from_file && !is_from_store(view.ir(), argument.value) {
        return None;
    }
    let name = describe(view.ir(), argument.value);
    let name = if name.starts_with('…') { "the data".to_owned() } else { format!("`{name}`") };
    let mut draft = site.draft();
    if origin != Origin::Remote {
        let who = if from_file { "the file" } else { name.as_str() };
        // Pickles are chosen for data of one's own, and most are; one that travels as text comes out
        // of a field, a cookie or a form. YAML is chosen for what people write, and its safe reader
        // serves as well.
        let is_yaml = site.callee.is_some_and(|callee| is_yaml(&callee.path));
        let tells = is_yaml || travels_as_text(&view, argument.value);
        let most = if tells && !from_file { Confidence::Medium } else { Confidence::Low };
        draft = draft.at_most(most, &format!("if an outsider can write {who}"));
    }
    if site.applies == Truth::Unknown {
        draft = draft.at_most(Confidence::Low, "if it is not told to build plain values alone");
    }
    Some(Draft {
        message: format!("`{}` rebuilds whatever objects {name} asks for", site.name()),
        label: "runs what the data names".to_owned(),
        impact: "The data names functions that are called while it is read: whoever writes it \
                 runs code on the server."
            .to_owned(),
        fix: match site.callee.map(|callee| callee.path.as_str()) {
            Some(path) if is_yaml(path) => "yaml.safe_load(…)".to_owned(),
            _ => "Keep the data as JSON: `json.loads(…)`; sign what must stay a pickle, and check \
                  the signature before it is read"
                .to_owned(),
        },
        ..draft
    })
}

/// What is said where the arguments lie in a dictionary that is not taken apart: `yaml.load(**options)`.
fn in_dictionary(site: &CallSite<'_>) -> Option<Draft> {
    let ir = site.view.ir();
    let Value::Call { args, .. } = ir.value(site.value) else { return None };
    let has_dictionary = ir.args[args].iter().any(|arg| arg.kind == ArgKind::DoubleStar);
    if site.applies != Truth::Unknown || !has_dictionary {
        return None;
    }
    let draft = site
        .draft()
        .at_most(Confidence::Low, "if the dictionary does not tell it to build plain values alone");
    Some(Draft {
        message: format!("`{}` may rebuild whatever objects the data asks for", site.name()),
        label: "how it reads is decided elsewhere".to_owned(),
        impact:
            "A dictionary that others add to can choose a loader that runs what the data names."
                .to_owned(),
        fix: "Name the loader in the call: `Loader=yaml.SafeLoader`".to_owned(),
        ..draft
    })
}

/// Whether a value comes out of a store beside the process, whose names another package gives:
/// `cache.get(key)`.
fn is_from_store(ir: &FileIr, value: ValueId) -> bool {
    let Value::Call { callee, .. } = ir.value(ir.bare(value)) else { return false };
    let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return false };
    ir.str(name).starts_with("get")
        && has_word(&describe(ir, of), &["cache", "caches", "redis", "memcache", "store"])
}

fn is_yaml(path: &str) -> bool {
    path.starts_with("yaml.") || path.starts_with("ruamel.")
}

/// Whether a value was text before it was bytes: `b64decode(search.query)`. A migration reads once what
/// the project wrote itself.
fn travels_as_text(view: &FileView<'_>, value: ValueId) -> bool {
    let mut words = String::new();
    names(view.ir(), value, &mut words);
    let migrates = view.project.path(view.file).as_str().contains("migrations/");
    has_word(&words, &["b64decode", "a85decode", "unhexlify", "fromhex"]) && !migrates
}

/// Whether a value is what a writer of the same module gave a moment ago.
fn is_written_here(view: &FileView<'_>, value: ValueId) -> bool {
    let ir = view.ir();
    match ir.value(ir.bare(value)) {
        Value::Call { callee, .. } => {
            view.name_of(callee).is_some_and(|name| name.ends_with(".dumps"))
        }
        _ => false,
    }
}
