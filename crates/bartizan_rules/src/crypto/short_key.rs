//! Keys that can be computed.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::kind;
use bartizan_value::Constant;

use crate::{CallSite, Detect, Draft, Rule};

/// A key of too few bits.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "short-key",
        title: "Key that is too short",
        family: Family::Crypto,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(326)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Bandit, "B505"), Alias(Peer::Ruff, "S505")],
        related: &[],
        was: &[],
        page: include_str!("short_key.md"),
    },
    detect: Detect::Calls { kinds: &[kind::KEY_SIZE, kind::SHORT_CURVE], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let bits = if site.kind == kind::SHORT_CURVE {
        None
    } else {
        let argument = site.argument?;
        let size = site.view.evaluator.constant(site.view.file, argument.value);
        match size {
            Some(Constant::Int(bits)) if bits < 2048 => Some(bits),
            _ => return None,
        }
    };
    Some(Draft {
        message: match bits {
            Some(bits) => format!("A key of {bits} bits can be broken"),
            None => format!("A key on `{}` can be broken", site.name()),
        },
        label: "too short".to_owned(),
        impact: "Whoever has the public key computes the private one, and signs and decrypts with \
                 it."
        .to_owned(),
        fix: if bits.is_some() { "3072" } else { "ec.SECP256R1()" }.to_owned(),
        ..site.draft()
    })
}
