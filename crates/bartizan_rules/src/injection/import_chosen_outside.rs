//! Modules and functions that are loaded by a name from outside.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_model::kind;

use crate::origin::Origin;
use crate::words::describe;
use crate::{CallSite, Detect, Draft, Rule};

/// A name from outside that is imported.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "import-chosen-outside",
        title: "Code chosen by name from outside",
        family: Family::Injection,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(470)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("import_chosen_outside.md"),
    },
    detect: Detect::Calls { kinds: &[kind::IMPORT_NAME], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let argument = site.argument?;
    let view = site.view;
    let origin = view.origin(argument.value, kind::IMPORT_NAME);
    if origin == Origin::Fixed {
        return None;
    }
    let name = describe(view.ir(), argument.value);
    let name = if name.contains('…') { "the name".to_owned() } else { format!("`{name}`") };
    let mut draft = site.draft();
    if origin != Origin::Remote {
        draft = draft.at_most(Confidence::Low, &format!("if an outsider can choose {name}"));
    }
    Some(Draft {
        message: format!("`{}` loads whatever {name} says", site.name()),
        label: "any module".to_owned(),
        impact:
            "Whoever chooses it has any module of the machine loaded, which runs it, and takes \
                 any function out of it."
                .to_owned(),
        fix: "Choose from a dictionary: `EXPORTERS[name]`".to_owned(),
        ..draft
    })
}
