//! Imports that an auditor wants to see in one list.

use crate::{Detect, Draft, Found, Rule, Syntax, SyntaxSite};
use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};

/// The import of a module that is easily misused.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "hazardous-import",
        title: "Import of a module that is easily misused",
        family: Family::Files,
        since: "0.1",
        status: Status::Preview,
        cwe: &[Cwe(676)],
        severity: Severity::Info,
        confidence: Confidence::Low,
        aliases: &[
            Alias(Peer::Bandit, "B401"),
            Alias(Peer::Bandit, "B402"),
            Alias(Peer::Bandit, "B403"),
            Alias(Peer::Bandit, "B404"),
            Alias(Peer::Bandit, "B405"),
            Alias(Peer::Bandit, "B406"),
            Alias(Peer::Bandit, "B407"),
            Alias(Peer::Bandit, "B408"),
            Alias(Peer::Bandit, "B409"),
            Alias(Peer::Bandit, "B411"),
            Alias(Peer::Bandit, "B412"),
            Alias(Peer::Bandit, "B413"),
            Alias(Peer::Bandit, "B415"),
            Alias(Peer::Ruff, "S401"),
            Alias(Peer::Ruff, "S402"),
            Alias(Peer::Ruff, "S403"),
            Alias(Peer::Ruff, "S404"),
            Alias(Peer::Ruff, "S405"),
            Alias(Peer::Ruff, "S406"),
            Alias(Peer::Ruff, "S407"),
            Alias(Peer::Ruff, "S408"),
            Alias(Peer::Ruff, "S409"),
            Alias(Peer::Ruff, "S411"),
            Alias(Peer::Ruff, "S412"),
            Alias(Peer::Ruff, "S413"),
            Alias(Peer::Ruff, "S415"),
        ],
        related: &[],
        was: &[],
        page: include_str!("hazardous_import.md"),
    },
    detect: Detect::Syntax { on: &[Syntax::Import], judge },
    everyday_until: None,
};

/// Modules, and what is easily done wrong with them.
const MODULES: &[(&str, &str)] = &[
    ("telnetlib", "it encrypts nothing"),
    ("ftplib", "FTP encrypts nothing"),
    ("pickle", "reading a pickle runs code"),
    ("cPickle", "reading a pickle runs code"),
    ("dill", "reading a pickle runs code"),
    ("shelve", "its files are pickles"),
    ("subprocess", "it starts programs"),
    ("xml.etree.ElementTree", "it expands entities"),
    ("xml.etree.cElementTree", "it expands entities"),
    ("xml.sax", "it expands entities"),
    ("xml.dom.expatbuilder", "it expands entities"),
    ("xml.dom.minidom", "it expands entities"),
    ("xml.dom.pulldom", "it expands entities"),
    ("xmlrpc", "it expands entities"),
    ("wsgiref.handlers.CGIHandler", "CGI takes a proxy from a header"),
    ("twisted.web.twcgi.CGIScript", "CGI takes a proxy from a header"),
    ("twisted.web.twcgi.CGIDirectory", "CGI takes a proxy from a header"),
    ("Crypto", "pycrypto is no longer maintained"),
    ("pyghmi", "IPMI encrypts little"),
];

fn judge(site: &SyntaxSite<'_>) -> Option<Draft> {
    let Found::Import(module, name) = site.found else { return None };
    let dotted = name.map_or_else(|| module.to_owned(), |name| format!("{module}.{name}"));
    let within = |known: &str| {
        dotted.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let (known, why) = MODULES.iter().find(|(known, _)| within(known))?;
    let mut draft = site.draft();
    draft.message = format!("`{known}` is imported: {why}");
    draft.label = "to be used with care".to_owned();
    draft.impact = "The import does no harm; what is done with it may, and is judged where it is \
                    done."
        .to_owned();
    draft.fix = "Nothing, where the uses are in order".to_owned();
    draft.doubt = Some("if its uses are not in order".to_owned());
    Some(draft)
}
