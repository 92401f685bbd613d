//! Error reports that carry who it was.

use bartizan_django::settings::{Truth, truth};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{ArgKind, Value};
use bartizan_project::Entity;

use crate::{Detect, Draft, Rule, SettingsView};

/// `send_default_pii` sends users, cookies and addresses to Sentry.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "personal-data-in-error-reports",
        title: "Personal data sent along with errors",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(359), Cwe(201)],
        severity: Severity::Low,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("personal_data_in_error_reports.md"),
    },
    detect: Detect::Settings(judge),
    everyday_until: None,
};

fn judge(view: &SettingsView<'_>, drafts: &mut Vec<Draft>) {
    let project = view.project;
    // The module that Django reads, and those from which its settings come.
    let files = view.settings.files();
    for file in files.iter().copied() {
        let ir = project.ir(file);
        for call in project.calls(file) {
            let Value::Call { args, .. } = ir.value(call.value) else { continue };
            let sends = ir.args[args].iter().find(|arg| {
                matches!(arg.kind, ArgKind::Keyword(name) if ir.str(name) == "send_default_pii")
            });
            let Some(sends) = sends else { continue };
            let Entity::External(name) = project.callee(file, call.value).target else { continue };
            if !matches!(project.symbol(name), "sentry_sdk.init" | "sentry_sdk.api.init") {
                continue;
            }
            if truth(&view.evaluator.evaluate(file, sends.value)) != Truth::Yes {
                continue;
            }
            let mut draft = view.draft("send_default_pii");
            (draft.file, draft.span) = (file, sends.span);
            let draft = Draft {
                message: format!("Errors carry personal data to Sentry in {}", view.name()),
                label: "users, addresses, cookies and bodies".to_owned(),
                impact:
                    "Whoever reads the reports, at the third party too, reads who did what, and \
                         takes over sessions by their cookies."
                        .to_owned(),
                fix: "send_default_pii=False".to_owned(),
                ..draft
            };
            drafts.push(draft.at_most(Confidence::Medium, "if nothing strips the reports"));
        }
    }
}
