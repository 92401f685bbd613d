//! Uploads that others on the machine may change.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Safety, Severity, Status};
use bartizan_value::{Abstract, Constant};

use crate::{Detect, Draft, Rule, SettingsView};

/// Uploads may be changed by every user of the machine.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "upload-permissions-too-wide",
        title: "Uploads that every user of the machine may change",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(732)],
        severity: Severity::Low,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("upload_permissions_too_wide.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let names = [
        ("FILE_UPLOAD_PERMISSIONS", "FILE_UPLOAD_PERMISSIONS = 0o644"),
        ("FILE_UPLOAD_DIRECTORY_PERMISSIONS", "FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755"),
    ];
    for (name, fix) in names {
        for (value, draft) in view.ways(name) {
            if let Abstract::Const(Constant::Int(mode)) = value.value
                && mode & 0o002 != 0
            {
                let impact = "Every other program on the machine replaces uploads, and the site \
                              serves what it finds as its own.";
                let draft = view.say(draft, name, "lets everyone write", impact, fix);
                let code = fix.rsplit(' ').next().unwrap_or_default();
                let draft = view.repaired(draft, name, code, Safety::Safe);
                drafts.push(Draft { label: format!("Django sees {mode:#o}"), ..draft });
            }
        }
    }
}
