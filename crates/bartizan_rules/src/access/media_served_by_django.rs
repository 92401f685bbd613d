//! Uploads that Django itself hands out, whatever they are and whoever asks.

use bartizan_django::views::values;
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{Value, ValueId};
use bartizan_project::FileId;

use crate::endpoints_view::is_debugging;
use crate::{Detect, Draft, EndpointsView, Rule};

/// `serve()` in the URLconf of production.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "media-served-by-django",
        title: "Uploads handed out by `serve()`",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(862), Cwe(552)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("media_served_by_django.md"),
    },
    detect: Detect::Endpoints(judge),
    everyday_until: None,
};

fn judge(view: &EndpointsView<'_>, drafts: &mut Vec<Draft>) {
    for (name, place, path, call) in &view.views.routed.outside {
        if name != "django.views.static.serve" || is_debugging(view.ir(place.file), *path) {
            continue;
        }
        let of_static = mentions_static(view, place.file, *call);
        let mut draft = Draft::at(place.file, place.span);
        draft.message = "Django hands out uploaded files itself, to everyone who asks".to_owned();
        draft.label = "`serve` has no guard and no hardening".to_owned();
        draft.impact =
            "Whatever was uploaded is read by whoever knows or guesses its name, and an HTML or \
                        SVG file among it runs its scripts as a page of this site."
                .to_owned();
        draft.fix = "if settings.DEBUG: … around the route; in production a web server or a storage of its \
                     own, or a view that asks who may read the file"
            .to_owned();
        if of_static {
            draft.message = "Django hands out files from a folder itself".to_owned();
            draft.severity = Some(Severity::Low);
            draft = draft
                .at_most(Confidence::Low, "if there are files in it that are not for everyone");
        }
        drafts.push(draft);
    }
}

/// Whether a route speaks of files that belong to the code, and not of uploads.
fn mentions_static(view: &EndpointsView<'_>, file: FileId, call: ValueId) -> bool {
    let ir = view.ir(file);
    let is_static = |text: &str| {
        let text = text.to_lowercase();
        ["static", "docs", "asset", "favicon", "robots", "dist", "frontend"]
            .iter()
            .any(|word| text.contains(word))
    };
    let mut says_media = false;
    let mut says_static = false;
    values::any(ir, call, |_, value| {
        let text = match value {
            Value::Attr { name, .. } | Value::Global { name, .. } => ir.str(name),
            Value::Str(text) => ir.str(text),
            _ => return false,
        };
        says_media |=
            text.to_lowercase().contains("media") || text.to_lowercase().contains("upload");
        says_static |= is_static(text);
        false
    });
    if let Value::Call { args, .. } = ir.value(call) {
        for arg in &ir.args[args] {
            if let Value::Dict(pairs) = ir.value(ir.bare(arg.value)) {
                for pair in &ir.pairs[pairs] {
                    values::any(ir, pair.value, |_, value| {
                        if let Value::Attr { name, .. } = value {
                            says_media |= ir.str(name).to_lowercase().contains("media");
                            says_static |= is_static(ir.str(name));
                        }
                        false
                    });
                }
            }
        }
    }
    says_static && !says_media
}
