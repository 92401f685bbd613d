//! Requests to hosts elsewhere over http:.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_model::kind;

use crate::{CallSite, Detect, Draft, Piece, Rule};

/// A request to an http: address.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "cleartext-url",
        title: "Request without encryption",
        family: Family::Crypto,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(319)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("cleartext_url.md"),
    },
    detect: Detect::Calls { kinds: &[kind::NETWORK_ADDRESS], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let argument = site.argument?;
    let view = site.view;
    let text = view.assembled(argument.value, argument.span, kind::NETWORK_ADDRESS);
    let Piece::Literal(begins) = text.pieces.first()? else { return None };
    let rest = begins.trim_start().strip_prefix("http://")?;
    let end = rest.find(['/', ':', '?', '#']).unwrap_or(rest.len());
    let host = &rest[..end];
    // The host is not written here, or it is of this machine or of a network of one's own.
    let open = end == rest.len() && text.pieces.len() > 1;
    if open || host.is_empty() || is_near(host) {
        return None;
    }
    Some(Draft {
        message: format!("`{}` asks {host} without encryption", site.name()),
        label: "http:".to_owned(),
        impact: "Whoever stands in between reads what is asked and answers what they like, in the \
                 name of the host."
            .to_owned(),
        fix: format!("https://{host}"),
        doubt: Some("if anything rests on the answer, or is sent along".to_owned()),
        ..site.draft()
    })
}

/// Whether a host is this machine, one of a local network, or an example.
fn is_near(host: &str) -> bool {
    const ENDS: &[&str] =
        &[".local", ".internal", ".localhost", ".test", ".lan", ".svc", ".invalid"];
    let address = host.split('.').all(|part| part.parse::<u8>().is_ok());
    let private = address
        && (host.starts_with("127.")
            || host.starts_with("10.")
            || host.starts_with("192.168.")
            || host.starts_with("169.254.")
            || host.starts_with("172."));
    private
        || host == "0.0.0.0"
        || !host.contains('.')
        || ENDS.iter().any(|end| host.ends_with(end))
}
