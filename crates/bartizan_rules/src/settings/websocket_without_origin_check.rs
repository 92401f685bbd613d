//! Websockets that pages of other sites may open.

use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{Value, ValueId};
use bartizan_project::{Entity, FileId, Project};
use bartizan_value::Evaluator;

use crate::{Detect, Draft, Rule};

/// Channels hands websockets on with the visitor's session and asks nobody where they come from.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "websocket-without-origin-check",
        title: "Websocket that any page may open",
        family: Family::Settings,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(1385), Cwe(346)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("websocket_without_origin_check.md"),
    },
    detect: Detect::Project(judge),
    everyday_until: None,
};

const ROUTER: &str = "channels.routing.ProtocolTypeRouter";

/// What looks up who asks, by the cookies that browsers send along.
const BY_COOKIE: &[&str] = &[
    "channels.auth.AuthMiddlewareStack",
    "channels.auth.AuthMiddleware",
    "channels.sessions.SessionMiddlewareStack",
    "channels.sessions.SessionMiddleware",
];

/// What hands on and asks nothing.
const HANDS_ON: &[&str] = &["channels.routing.URLRouter", "channels.sessions.CookieMiddleware"];

fn judge(project: &Project, _: &Evaluator<'_>, drafts: &mut Vec<Draft>) {
    for file in project.files() {
        let ir = project.ir(file);
        if ir.strings.find("ProtocolTypeRouter").is_none() || ir.strings.find("websocket").is_none()
        {
            continue;
        }
        for value in &ir.values {
            let Value::Call { callee, args } = *value else { continue };
            let Some(routes) = ir.args[args].first() else { continue };
            if name_of(project, file, callee) != Some(ROUTER) {
                continue;
            }
            let Value::Dict(pairs) = ir.value(ir.bare(routes.value)) else { continue };
            let websocket = ir.pairs[pairs].iter().find(|pair| {
                pair.key.is_some_and(|key| {
                    matches!(ir.value(ir.bare(key)), Value::Str(text) if ir.str(text) == "websocket")
                })
            });
            let Some(websocket) = websocket else { continue };
            if let Some(cookie) = knows_by_cookie(project, file, websocket.value) {
                drafts.push(draft(file, ir.span(cookie)));
            }
        }
    }
}

fn draft(file: FileId, span: bartizan_base::Span) -> Draft {
    Draft {
        message: "Websockets are opened for pages of any site".to_owned(),
        label: "the visitor's session comes along, and nobody asks from where".to_owned(),
        impact:
            "A page elsewhere opens the socket in a visitor's browser and speaks as that visitor: \
                 reads what it is sent, and sends what it likes. Tokens against forged requests do \
                 not stand in the way."
                .to_owned(),
        fix: "AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(…)))".to_owned(),
        ..Draft::at(file, span)
    }
}

/// The call by which the visitor is known, if all that stands around the routes is known and nothing
/// of it asks for the origin.
fn knows_by_cookie(project: &Project, file: FileId, outermost: ValueId) -> Option<ValueId> {
    let ir = project.ir(file);
    let mut found = None;
    let mut next = ir.bare(outermost);
    for _ in 0..16 {
        let Value::Call { callee, args } = ir.value(next) else { return None };
        let name = name_of(project, file, callee)?;
        if BY_COOKIE.contains(&name) {
            found.get_or_insert(next);
        } else if !HANDS_ON.contains(&name) {
            return None;
        }
        if name == "channels.routing.URLRouter" {
            return found;
        }
        next = ir.bare(ir.args[args].first()?.value);
    }
    None
}

fn name_of(project: &Project, file: FileId, callee: ValueId) -> Option<&str> {
    match project.resolve(file, callee) {
        Entity::External(symbol) => Some(project.symbol(symbol)),
        _ => None,
    }
}
