//! Answers that are handed to whatever site asks for them.

use bartizan_base::Span;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{FunctionId, Mutator, Path, Value, ValueId};
use bartizan_model::kind;

use crate::origin::Origin;
use crate::{Detect, Draft, FileView, Rule};

/// The origin of a request, sent back as the one that may read.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "cors-origin-echoed",
        title: "Origin of the request allowed as it is",
        family: Family::Access,
        since: "0.1",
        status: Status::Preview,
        cwe: &[Cwe(942), Cwe(346)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("cors_origin_echoed.md"),
    },
    detect: Detect::File(judge),
    everyday_until: None,
};

fn judge(view: &FileView<'_>, drafts: &mut Vec<Draft>) {
    for header in headers(view, "access-control-allow-origin") {
        if view.origin(header.value, kind::HTML_TEXT) != Origin::Remote || is_asked(view, &header) {
            continue;
        }
        let mut draft = Draft::at(view.file, header.span);
        draft.message = "Whichever site asks is allowed to read this answer".to_owned();
        draft.label = "what the request says of itself".to_owned();
        draft.doubt = Some("if no one else has compared it with a list before".to_owned());
        draft.fix = "if origin in settings.ALLOWED_ORIGINS: …".to_owned();
        let credentials = headers(view, "access-control-allow-credentials");
        if credentials.iter().any(|other| other.function == header.function) {
            draft.severity = Some(Severity::High);
            draft.impact = "A page elsewhere asks with the cookies of whoever opens it, and reads \
                            what only they may see."
                .to_owned();
        } else {
            draft.impact = "A page that a visitor opens elsewhere reads the answer from within \
                            their network."
                .to_owned();
        }
        drafts.push(draft);
    }
}

/// A header that an answer is given.
struct Header {
    value: ValueId,
    span: Span,
    function: FunctionId,
    /// The place whose conditions hold.
    at: ValueId,
}

/// Where the header of that name is set: `response["…"] = …`, `headers={"…": …}`.
fn headers(view: &FileView<'_>, name: &str) -> Vec<Header> {
    let ir = view.ir();
    let is_name = |key: ValueId| matches!(ir.value(ir.bare(key)), Value::Str(text) if ir.str(text).eq_ignore_ascii_case(name));
    let mut found = Vec::new();
    for (at, value) in ir.values.iter().enumerate() {
        let at = ValueId::from_index(at);
        let mut add = |value: ValueId, span: Span| {
            let stretch = ir.stretch(at);
            if !view.is_dead(stretch.path) {
                found.push(Header { value, span, function: stretch.function, at });
            }
        };
        match *value {
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                if mutation.op == Mutator::SetItem
                    && let [key, value] = &ir.args[mutation.args]
                    && is_name(key.value)
                {
                    add(value.value, value.span);
                }
            }
            Value::Dict(pairs) => {
                for pair in &ir.pairs[pairs] {
                    // What is a variable stands where it was stored; the name of the header stands here.
                    if let Some(key) = pair.key.filter(|key| is_name(*key)) {
                        add(pair.value, ir.span(key));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether a function of the project is asked on the way here about something that the request brings:
/// `if is_ours(origin):`.
fn is_asked(view: &FileView<'_>, header: &Header) -> bool {
    let ir = view.ir();
    let mut path = Some(ir.stretch(header.at).path);
    while let Some(at) = path {
        let link = ir.path(at);
        let test = match link {
            Path::Given { test, .. } => Some(test),
            Path::Escaped { exit, .. } => match ir.path(exit) {
                Path::Given { test, .. } => Some(test),
                _ => None,
            },
            _ => None,
        };
        if test.is_some_and(|test| calls_with_remote(view, test, 6)) {
            return true;
        }
        path = link.parent();
    }
    false
}

fn calls_with_remote(view: &FileView<'_>, test: ValueId, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let ir = view.ir();
    match ir.value(ir.bare(test)) {
        Value::Unary { of, .. } => calls_with_remote(view, of, depth),
        Value::Logic { values, .. } => {
            ir.ids[values].iter().any(|value| calls_with_remote(view, *value, depth))
        }
        Value::Compare { left, right, .. } => {
            calls_with_remote(view, left, depth) || calls_with_remote(view, right, depth)
        }
        Value::Call { args, .. } => ir.args[args]
            .iter()
            .any(|arg| view.origin(arg.value, kind::HTML_TEXT) == Origin::Remote),
        _ => false,
    }
}
