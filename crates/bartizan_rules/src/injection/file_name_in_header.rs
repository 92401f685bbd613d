//! Names of files that are written into a header as they are.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{TextPiece, Value, ValueId};
use bartizan_model::kind;

use crate::origin::Origin;
use crate::words::{capital, describe, has_word};
use crate::{Detect, Draft, FileView, Rule, naming};

/// A name between the quotes of `Content-Disposition`.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "file-name-in-header",
        title: "File name written into a header",
        family: Family::Injection,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(74), Cwe(116)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("file_name_in_header.md"),
    },
    detect: Detect::File(judge),
    everyday_until: None,
};

fn judge(view: &FileView<'_>, drafts: &mut Vec<Draft>) {
    let ir = view.ir();
    for (at, value) in ir.values.iter().enumerate() {
        let Value::Text { parts, .. } = *value else { continue };
        let parts = &ir.parts[parts];
        let mut before = String::new();
        for part in parts {
            match part.piece {
                TextPiece::Literal(text) => before.push_str(ir.str(text)),
                TextPiece::Hole { value: hole, .. } => {
                    let text = ValueId::from_index(at);
                    if opens_name(&before)
                        && !view.is_dead(ir.stretch(text).path)
                        && let Some(draft) = about(view, text, hole)
                    {
                        drafts.push(draft);
                    }
                    before.clear();
                }
            }
        }
    }
}

/// Whether what comes next stands in the quotes of a file's name: `attachment; filename="`.
fn opens_name(before: &str) -> bool {
    let before = before.to_ascii_lowercase();
    let Some(at) = before.rfind("filename=") else { return false };
    let is_header = before.contains("attachment") || before.contains("inline");
    is_header && matches!(&before[at + "filename=".len()..], "" | "\"" | "'")
}

fn about(view: &FileView<'_>, text: ValueId, hole: ValueId) -> Option<Draft> {
    let ir = view.ir();
    let origin = view.origin(hole, kind::HTML_TEXT);
    if origin == Origin::Fixed || is_tame(view, hole) {
        return None;
    }
    let name = describe(ir, hole);
    let name = if name.contains('…') { "the name".to_owned() } else { format!("`{name}`") };
    let mut draft = Draft::at(view.file, ir.span(text));
    draft.confidence = Some(Confidence::Medium);
    if origin != Origin::Remote && !naming::is_typed_by_people(ir, hole) {
        draft = draft.at_most(Confidence::Low, &format!("if {name} can hold a quote"));
    }
    Some(Draft {
        message: format!("{} is written between the quotes of a header as it is", capital(&name)),
        label: "a quote ends the name".to_owned(),
        impact:
            "Whoever chooses the name ends it with a quote and goes on: the browser stores the \
                 file under another name and type than the page said, a program for an invoice."
                .to_owned(),
        fix: "`FileResponse(file, as_attachment=True, filename=name)`, or \
              `content_disposition_header(True, name)` of `django.utils.http`"
            .to_owned(),
        ..draft
    })
}

/// Whether a name was made for the purpose: quoted, reduced to plain letters, or drawn from numbers.
fn is_tame(view: &FileView<'_>, hole: ValueId) -> bool {
    let ir = view.ir();
    let mut at = ir.bare(hole);
    for _ in 0..6 {
        let name = match ir.value(at) {
            Value::Call { callee, .. } => match ir.value(ir.bare(callee)) {
                Value::Attr { of, name } => {
                    let name = ir.str(name);
                    if matches!(name, "replace" | "strip" | "encode" | "decode" | "lower") {
                        at = ir.bare(of);
                        continue;
                    }
                    name.to_owned()
                }
                _ => view.name_of(callee).map_or_else(|| describe(ir, callee), str::to_owned),
            },
            Value::Attr { .. } if naming::is_key_of_row(ir, at) => return true,
            _ => describe(ir, at),
        };
        let last = name.rsplit('.').next().unwrap_or(&name);
        return has_word(
            last,
            &[
                "quote",
                "slug",
                "slugify",
                "safe",
                "secure",
                "sanitize",
                "sanitized",
                "clean",
                "cleaned",
                "escape",
                "escaped",
                "valid",
                "ascii",
                "date",
                "timestamp",
                "strftime",
                "isoformat",
                "uuid",
                "identifier",
                "code",
                "extension",
                "ext",
                "format",
                "hex",
            ],
        );
    }
    false
}
