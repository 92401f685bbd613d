//! Keys that sign or encrypt and stand in the code.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{Value, ValueId};
use bartizan_model::kind;
use bartizan_project::Entity;

use crate::{CallSite, Detect, Draft, FileView, Rule};

/// A key that everyone with the code has.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "signing-key-in-code",
        title: "Signing key in the code",
        family: Family::Crypto,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(321), Cwe(798)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("signing_key_in_code.md"),
    },
    detect: Detect::Calls { kinds: &[kind::SECRET_KEY], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let argument = site.argument?;
    let text = constant(&site.view, argument.value, 6)?;
    // No key at all is another matter, and so is one that cannot be any: `verify=False` goes with it.
    if text.trim().is_empty() {
        return None;
    }
    let name = site.name();
    let is_signer = name.ends_with("Signer");
    // A key that is used once to see whether a library works, such as `b"key"`, is in use nowhere.
    let mut draft = site.draft();
    draft.span = argument.span;
    draft.conceal = !is_signer;
    draft.message = if is_signer && argument.name == "key" {
        format!("`{name}` takes this text for its key, in the place of `SECRET_KEY`")
    } else {
        format!("`{name}` is given a key that stands in the code")
    };
    draft.label = "everyone with the code has it".to_owned();
    draft.impact =
        "Whoever reads the code makes signatures and tokens that count as the site's own."
            .to_owned();
    draft.fix = if is_signer {
        "Name what it is: `salt=\"…\"`; the key is then `SECRET_KEY`".to_owned()
    } else {
        "settings.SECRET_KEY, or a key of its own from the environment".to_owned()
    };
    Some(draft)
}

/// The text that a value is, where the code says it: here, or where the name is bound. What comes from
/// the settings is the business of the rules about them.
fn constant<'a>(view: &FileView<'a>, value: ValueId, depth: u32) -> Option<&'a str> {
    let depth = depth.checked_sub(1)?;
    let ir = view.ir();
    let bare = ir.bare(value);
    match ir.value(bare) {
        Value::Str(text) | Value::Bytes(text) => Some(ir.str(text)),
        // `"…".encode()`, `bytes("…", "utf-8")`
        Value::Call { callee, args } => match ir.value(ir.bare(callee)) {
            Value::Attr { of, name } if ir.str(name) == "encode" => constant(view, of, depth),
            _ => match (view.name_of(callee), &ir.args[args]) {
                (Some("builtins.bytes" | "django.utils.encoding.force_bytes"), [first, ..]) => {
                    constant(view, first.value, depth)
                }
                _ => None,
            },
        },
        Value::Global { .. } | Value::Import { .. } | Value::Attr { .. } => {
            match view.project.definition(view.file, bare) {
                Entity::Value(file, found) if (file, found) != (view.file, bare) => {
                    constant(&view.of(file), found, depth)
                }
                _ => None,
            }
        }
        _ => None,
    }
}
