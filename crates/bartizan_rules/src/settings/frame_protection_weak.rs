//! Pages that may be framed by some.

use bartizan_django::settings::{Truth, is_text};
use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};

use crate::{Detect, Draft, Rule, SettingsView};

/// `X_FRAME_OPTIONS` lets someone frame the pages, or is no word that browsers know.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "frame-protection-weak",
        title: "Pages that some sites may frame",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(1021)],
        severity: Severity::Low,
        confidence: Confidence::High,
        aliases: &[Alias(Peer::Django, "security.W019")],
        related: &[],
        was: &[],
        page: include_str!("frame_protection_weak.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    view.by_checks(&["security.W019"], drafts, |view, _, draft| {
        let is = |text| view.get("X_FRAME_OPTIONS").map(|it| is_text(&it.value, text));
        let of_its_own = is("SAMEORIGIN") == Some(Truth::Yes);
        let what = if of_its_own { "lets the site frame itself" } else { "is no word for a ban" };
        let impact = if of_its_own {
            "Where a page of the site shows what a stranger wrote, it can frame the others and \
             steal clicks."
        } else {
            "Browsers ignore the header: a foreign page lays an invisible frame of this site under \
             the pointer and steals clicks."
        };
        let draft = view.say(draft, "X_FRAME_OPTIONS", what, impact, "X_FRAME_OPTIONS = \"DENY\"");
        if of_its_own {
            draft.at_most(Confidence::Low, "if a page of the site shows what a stranger wrote")
        } else {
            draft
        }
    });
}
