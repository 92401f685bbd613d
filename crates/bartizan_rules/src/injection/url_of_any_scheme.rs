//! URLs that are opened whatever their scheme says.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::kind;

use crate::origin::Origin;
use crate::words::describe;
use crate::{CallSite, Detect, Draft, Piece, Rule};

/// A URL of any scheme.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "url-of-any-scheme",
        title: "URL opened whatever its scheme",
        family: Family::Injection,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(939), Cwe(918)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Bandit, "B310"), Alias(Peer::Ruff, "S310")],
        related: &[],
        was: &[],
        page: include_str!("url_of_any_scheme.md"),
    },
    detect: Detect::Calls { kinds: &[kind::ANY_SCHEME_URL], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let argument = site.argument?;
    let view = site.view;
    let text = view.assembled(argument.value, argument.span, kind::NETWORK_ADDRESS);
    let begins = match text.pieces.first()? {
        Piece::Literal(text) => text.as_str(),
        _ => "",
    };
    // The scheme is the code's.
    if begins.contains(':') || text.open_holes().next().is_none() {
        return None;
    }
    let origin = view.origin(argument.value, kind::NETWORK_ADDRESS);
    if origin == Origin::Fixed {
        return None;
    }
    let name = describe(view.ir(), argument.value);
    let mut draft = site.draft();
    if origin != Origin::Remote {
        draft = draft.at_most(Confidence::Low, &format!("if an outsider can choose `{name}`"));
    }
    Some(Draft {
        message: format!(
            "`{}` opens whatever `{name}` names, files of the server too",
            site.name()
        ),
        label: "any scheme".to_owned(),
        impact: "With `file:///etc/passwd` it reads files of the machine, with an address inside \
                 the network it reaches what visitors do not."
            .to_owned(),
        fix: "Ask for `urlsplit(url).scheme == \"https\"` and a known host first, or use \
              `requests`, which opens http: and https: alone"
            .to_owned(),
        ..draft
    })
}
