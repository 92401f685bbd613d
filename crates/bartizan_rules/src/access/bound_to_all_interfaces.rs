//! Servers that wait on every network the machine has.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_ir::Value;
use bartizan_model::kind;
use bartizan_value::Constant;

use crate::{CallSite, Detect, Draft, Rule};

/// A server bound to all interfaces.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "bound-to-all-interfaces",
        title: "Server open on every interface",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(668), Cwe(605)],
        severity: Severity::Low,
        confidence: Confidence::Low,
        aliases: &[Alias(Peer::Bandit, "B104"), Alias(Peer::Ruff, "S104")],
        related: &[],
        was: &[],
        page: include_str!("bound_to_all_interfaces.md"),
    },
    detect: Detect::Calls { kinds: &[kind::LISTEN_ADDRESS], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let argument = site.argument?;
    let view = site.view;
    let ir = view.ir();
    let mut value = ir.bare(argument.value);
    // `(host, port)`
    if let Value::Tuple(items) = ir.value(value) {
        value = ir.items[items].first()?.value;
    }
    let Some(Constant::Str(host)) = view.evaluator.constant(view.file, value) else { return None };
    if !matches!(&*host, "0.0.0.0" | "::" | "") {
        return None;
    }
    let mut draft = site.draft();
    draft.doubt = Some("if the network around the machine does not keep visitors out".to_owned());
    Some(Draft {
        message: format!("`{}` waits for callers from every network", site.name()),
        label: "all interfaces".to_owned(),
        impact: "Whoever reaches the machine by any way reaches this server, past the proxy that \
                 was to stand in front of it."
            .to_owned(),
        fix: "\"127.0.0.1\", or the address of the one network that needs it".to_owned(),
        ..draft
    })
}
