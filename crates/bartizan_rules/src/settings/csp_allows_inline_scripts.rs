//! Content security policies that stop no script.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_value::{Abstract, Constant, Evaluated, Symbol};

use crate::settings_view::{Entry, entry, items};
use crate::{Detect, Draft, Rule, SettingsView};

/// The content security policy stops no script.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "csp-allows-inline-scripts",
        title: "Policy that lets every script run",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(693), Cwe(79)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("csp_allows_inline_scripts.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let mut policies: Vec<(&str, Evaluated, Draft)> = Vec::new();
    for (value, draft) in view.ways("SECURE_CSP") {
        policies.push(("SECURE_CSP", value, draft));
    }
    for (value, draft) in view.ways("CONTENT_SECURITY_POLICY") {
        if let Entry::Given(directives) = entry(&value, "DIRECTIVES") {
            policies.push(("CONTENT_SECURITY_POLICY", directives, draft));
        }
    }
    for (name, policy, draft) in policies {
        // Where nothing is said of scripts, the default counts for them.
        let sources = match entry(&policy, "script-src") {
            Entry::Given(sources) => sources,
            Entry::Absent => match entry(&policy, "default-src") {
                Entry::Given(sources) => sources,
                _ => continue,
            },
            Entry::Unknown => continue,
        };
        if let Some(open) = open_source(&sources) {
            drafts.push(worded(view, name, view.narrowed(draft, &open)));
            return;
        }
    }
    let name = if view.is_given("CSP_SCRIPT_SRC") { "CSP_SCRIPT_SRC" } else { "CSP_DEFAULT_SRC" };
    for (sources, draft) in view.ways(name) {
        if let Some(open) = open_source(&sources) {
            drafts.push(worded(view, name, view.narrowed(draft, &open)));
            return;
        }
    }
}

/// The source that lets every script in, unless a nonce or a hash takes its place.
fn open_source(sources: &Evaluated) -> Option<Evaluated> {
    let sources = items(sources).unwrap_or_else(|| vec![sources.clone()]);
    let is = |source: &Evaluated, text: &str, member: &str| match &source.value {
        Abstract::Const(Constant::Str(it)) => it.split_whitespace().any(|it| it == text),
        Abstract::Ref(Symbol::External(name)) => name.ends_with(member),
        Abstract::Apply(apply) => {
            matches!(&apply.symbol, Symbol::External(name) if name.ends_with(member))
        }
        _ => false,
    };
    let takes_its_place = |source: &Evaluated| {
        let text = source.value.as_str().unwrap_or("");
        ["'nonce-", "'sha256-", "'sha384-", "'sha512-"].iter().any(|it| text.contains(it))
            || is(source, "'strict-dynamic'", ".CSP.STRICT_DYNAMIC")
            || is(source, "<CSP_NONCE_SENTINEL>", ".CSP.NONCE")
    };
    if sources.iter().any(takes_its_place) {
        return None;
    }
    let is_open = |source: &&Evaluated| {
        is(source, "'unsafe-inline'", ".CSP.UNSAFE_INLINE") || is(source, "*", ".CSP.ANY")
    };
    sources.iter().find(is_open).cloned()
}

fn worded(view: &SettingsView<'_>, name: &str, draft: Draft) -> Draft {
    let impact = "A script that gets into a page through a hole in its escaping runs, as if there \
                  were no policy.";
    let fix = "give scripts a nonce, and take 'unsafe-inline' out";
    let draft = view.say(draft, name, "stops no script", impact, fix);
    draft.at_most(Confidence::Medium, "if no view sets a policy of its own")
}
