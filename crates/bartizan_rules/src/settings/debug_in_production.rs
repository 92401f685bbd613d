//! Error pages with the insides of the site, for everyone.

use bartizan_django::settings::{Truth, alternatives, truth, variables};
use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Safety, Severity, Status};
use bartizan_project::FileId;
use bartizan_value::{Abstract, Cast, Condition, Evaluated};

use crate::{Detect, Draft, Rule, SettingsView};

/// `DEBUG` is on where visitors are, or a variable of any text turns it on.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "debug-in-production",
        title: "Debug mode where visitors are",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(489), Cwe(215)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Django, "security.W018")],
        related: &[],
        was: &[],
        page: include_str!("debug_in_production.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let before = drafts.len();
    view.by_checks(&["security.W018"], drafts, |view, _, draft| {
        // Without DEBUG, Django answers for these hosts alone.
        let has_hosts = view.truth("ALLOWED_HOSTS") == Truth::Yes;
        let safety = if has_hosts { Safety::Safe } else { Safety::Unsafe };
        view.repaired(worded(view, draft), "DEBUG", "False", safety)
    });
    if drafts.len() > before {
        return;
    }
    for (value, draft) in view.ways("DEBUG") {
        if truth(&value) == Truth::Yes {
            drafts.push(Draft {
                message: format!("DEBUG may be on in {}", view.name()),
                impact: IMPACT.to_owned(),
                fix: "DEBUG = False".to_owned(),
                notes: conditions(view, &value),
                ..draft
            });
            return;
        }
    }
    // `DEBUG=False` in the environment is a text, and true.
    let Some(open) = view.open.get("DEBUG") else { return };
    if let Abstract::Env(env) = &open.value.value
        && matches!(env.cast, Cast::Str | Cast::Bool)
    {
        let draft = view.draft("DEBUG");
        drafts.push(Draft {
            message: format!("Any text in `{}` turns DEBUG on, `False` too", env.name),
            label: format!("`{}=False` is a text that is not empty: true", env.name),
            impact: IMPACT.to_owned(),
            fix: format!("DEBUG = os.environ.get(\"{}\") == \"1\"", env.name),
            severity: Some(Severity::Medium),
            ..draft
        });
    }
}

const IMPACT: &str = "Whoever provokes an error reads settings, source and local variables; Django \
                      serves static files itself and accepts a few hosts that it should not.";

/// The tests on which it hangs that `DEBUG` has this value, with how they come out then.
fn conditions(
    view: &SettingsView<'_>,
    value: &Evaluated,
) -> Vec<(FileId, bartizan_base::Span, String)> {
    let Some(setting) = view.get("DEBUG") else { return Vec::new() };
    let ways = alternatives(&setting.value);
    let way = ways.iter().find(|(_, way)| way.site == value.site && **way == *value);
    let Some((when, _)) = way else { return Vec::new() };
    let tests = when.iter().filter_map(|condition| match condition {
        Condition::Test { test, truth, .. } => {
            let says = if *truth { "where this holds" } else { "where this does not hold" };
            Some((test.file, view.project.ir(test.file).span(test.node), says.to_owned()))
        }
        Condition::Raised { .. } => None,
    });
    tests.collect()
}

fn worded(view: &SettingsView<'_>, draft: Draft) -> Draft {
    let environment = view.environment();
    let open = view.open.get("DEBUG");
    let decides = open.filter(|open| truth(&open.value) != Truth::Yes);
    let names = decides.map(|open| variables(&open.value)).unwrap_or_default();
    let message = match names.as_slice() {
        [] => format!("DEBUG is on in {}", environment.name),
        names => format!(
            "DEBUG is on in {} unless `{}` says otherwise",
            environment.name,
            names.join("`, `")
        ),
    };
    Draft {
        message,
        label: "every error page shows the insides of the site".to_owned(),
        impact: IMPACT.to_owned(),
        fix: "DEBUG = False".to_owned(),
        ..draft
    }
}
