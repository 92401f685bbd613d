//! Keys that an attacker guesses.

use bartizan_django::settings::Truth;
use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// A key that signs is too weak for it.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "weak-secret-key",
        title: "Secret key that can be guessed",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(321), Cwe(330)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Django, "security.W009"), Alias(Peer::Django, "security.W025")],
        related: &[],
        was: &[],
        page: include_str!("weak_secret_key.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let impact = "Whoever guesses the key signs sessions, password reset links and everything else \
                  that the site trusts by its signature: they log in as anyone.";
    view.by_checks(&["security.W009", "security.W025"], drafts, |view, verdict, draft| {
        let name = verdict.check.settings[0];
        let is_main = name == "SECRET_KEY";
        let what = if is_main { "can be guessed" } else { "holds a key that can be guessed" };
        let fix = if is_main {
            "SECRET_KEY = os.environ[\"SECRET_KEY\"]"
        } else {
            "SECRET_KEY_FALLBACKS = []"
        };
        let draft = view.say(draft, name, what, impact, fix);
        if !is_main {
            return draft;
        }
        if view.truth(name) == Truth::Yes {
            let doubt = "if the key serves on, although it stands in the source";
            return draft.at_most(Confidence::Low, doubt);
        }
        // Django does not start with an empty key.
        let impact = "The site does not start, and the quick way out is a fixed key in the source,                       for everyone to read.";
        let draft = view.say(draft, name, "is empty", impact, fix);
        let draft = draft.at_most(Confidence::Low, "if nothing else sets it");
        Draft { severity: Some(Severity::Low), ..draft }
    });
}
