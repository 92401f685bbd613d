//! Parsers of XML that expand what a document declares.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::{Truth, kind};

use crate::origin::Origin;
use crate::words::describe;
use crate::{CallSite, Detect, Draft, Rule};

/// XML from outside, with its entities.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "xml-with-entities",
        title: "XML that brings its own entities",
        family: Family::Files,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(776), Cwe(611)],
        severity: Severity::Medium,
        confidence: Confidence::Medium,
        aliases: &[
            Alias(Peer::Bandit, "B313"),
            Alias(Peer::Bandit, "B314"),
            Alias(Peer::Bandit, "B315"),
            Alias(Peer::Bandit, "B316"),
            Alias(Peer::Bandit, "B317"),
            Alias(Peer::Bandit, "B318"),
            Alias(Peer::Bandit, "B319"),
            Alias(Peer::Ruff, "S313"),
            Alias(Peer::Ruff, "S314"),
            Alias(Peer::Ruff, "S315"),
            Alias(Peer::Ruff, "S316"),
            Alias(Peer::Ruff, "S317"),
            Alias(Peer::Ruff, "S318"),
            Alias(Peer::Ruff, "S319"),
            Alias(Peer::Ruff, "S320"),
        ],
        related: &[
            Alias(Peer::Bandit, "B405"),
            Alias(Peer::Bandit, "B406"),
            Alias(Peer::Bandit, "B407"),
            Alias(Peer::Bandit, "B408"),
            Alias(Peer::Bandit, "B409"),
        ],
        was: &[],
        page: include_str!("xml_with_entities.md"),
    },
    detect: Detect::Calls { kinds: &[kind::XML_TEXT, kind::XML_ENTITIES], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let mut draft = site.draft();
    if site.kind == kind::XML_ENTITIES {
        if site.applies != Truth::Yes {
            return None;
        }
        draft.severity = Some(Severity::High);
        draft.doubt = Some("if it is given XML from outside".to_owned());
        return Some(Draft {
            message: format!("`{}` is told to fetch what entities name", site.name()),
            label: "reads the files that a document names".to_owned(),
            impact: "A document declares an entity for `file:///etc/passwd` or an address inside \
                     the network, and its content comes back in the answer."
                .to_owned(),
            fix: "resolve_entities=False, no_network=True".to_owned(),
            ..draft
        });
    }
    if site.applies != Truth::Yes {
        return None;
    }
    let argument = site.argument?;
    let view = site.view;
    let origin = view.origin(argument.value, kind::XML_TEXT);
    if origin == Origin::Fixed {
        return None;
    }
    let name = describe(view.ir(), argument.value);
    let name = if name.contains('…') { "the document".to_owned() } else { format!("`{name}`") };
    if origin != Origin::Remote {
        draft = draft.at_most(Confidence::Low, &format!("if an outsider can write {name}"));
    } else if draft.doubt.is_none() {
        draft.doubt = Some("if the parser beneath is older than expat 2.4.1 or lxml 5".to_owned());
    }
    Some(Draft {
        message: format!("`{}` expands whatever entities {name} declares", site.name()),
        label: "the document decides how big it becomes".to_owned(),
        impact: "A few lines of nested entities grow to gigabytes and hold the worker; older \
                 parsers read files that entities name."
            .to_owned(),
        fix: "defusedxml.ElementTree.fromstring(…)".to_owned(),
        ..draft
    })
}
