//! Requests to other machines that wait for ever.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_ir::{EffectKind, Value};
use bartizan_model::{Truth, kind};
use bartizan_project::ClassRef;

use crate::{CallSite, Detect, Draft, Rule};

/// A request that waits for ever.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "request-without-timeout",
        title: "Request without a timeout",
        family: Family::Denial,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(1088), Cwe(400)],
        severity: Severity::Low,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Bandit, "B113"), Alias(Peer::Ruff, "S113")],
        related: &[],
        was: &[],
        page: include_str!("request_without_timeout.md"),
    },
    detect: Detect::Calls { kinds: &[kind::TIMEOUT], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    // Something is given, and what it is worth is decided elsewhere.
    if site.argument.is_some() && site.applies == Truth::Unknown {
        return None;
    }
    if site.argument.is_none() && knows_timeout(site) {
        return None;
    }
    let mut draft = site.draft();
    draft.message = format!("`{}` waits without end for an answer", site.name());
    draft.label = match site.argument {
        Some(_) => "no limit to the wait".to_owned(),
        None => "no `timeout` is given".to_owned(),
    };
    draft.impact = "Whoever answers, or stands in between, answers slowly or never, and holds the \
                    worker that asked: a few such requests and the site serves nobody."
        .to_owned();
    draft.fix = "timeout=10".to_owned();
    if site.applies == Truth::Unknown {
        draft = draft.at_most(Confidence::Low, "if no `timeout` comes in another way");
    }
    Some(draft)
}

/// Methods of a client that its maker replaces to set a timeout once and for all.
const REPLACED: &[&str] = &["request", "send", "timeout"];

/// Whether the client that is called was given a timeout where it was made: by a class of the project
/// that overrides how it sends, or by a function that stores another way to send, or an adapter.
fn knows_timeout(site: &CallSite<'_>) -> bool {
    let view = site.view;
    let ir = view.ir();
    let Value::Call { callee, .. } = ir.value(site.value) else { return false };
    let Value::Attr { of: receiver, .. } = ir.value(ir.bare(callee)) else { return false };
    if let Some(class @ ClassRef::Project(..)) = view.project.class_of(view.file, receiver)
        && REPLACED.iter().any(|name| view.project.lookup_member(class, name).is_some())
    {
        return true;
    }
    let mut maker = ir.bare(receiver);
    while let Value::Enter { manager: of, .. } | Value::Await(of) = ir.value(maker) {
        maker = ir.bare(of);
    }
    if !matches!(ir.value(maker), Value::Call { .. }) {
        return false;
    }
    let Some((file, function)) = view.project.callee(view.file, maker).target.as_function() else {
        return false;
    };
    let ir = view.project.ir(file);
    ir.effects[ir.function(function).effects].iter().any(|effect| match effect.kind {
        EffectKind::StoreAttr { name, .. } => REPLACED.contains(&ir.str(name)),
        EffectKind::Call(call) => matches!(
            ir.value(call),
            Value::Call { callee, .. }
                if matches!(ir.value(ir.bare(callee)), Value::Attr { name, .. } if ir.str(name) == "mount")
        ),
        _ => false,
    })
}
