//! Servers of nginx that answer to any name.

use bartizan_deployment::{Directive, Facts};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{DeploymentSite, Detect, Rule, TextDraft};

/// A server that hands on whatever host name it is asked for.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "nginx-host-unchecked",
        title: "Host name that nobody checks",
        family: Family::Deployment,
        since: "0.1",
        status: Status::Preview,
        cwe: &[Cwe(644), Cwe(348)],
        severity: Severity::Medium,
        confidence: Confidence::Low,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("nginx_host_unchecked.md"),
    },
    detect: Detect::Deployment(judge),
    everyday_until: None,
};

fn judge(site: &DeploymentSite<'_>, drafts: &mut Vec<TextDraft>) {
    let Facts::Nginx(file) = site.facts else { return };
    let servers = file.all("server");
    // A server that turns everything else away leaves the others only their own names.
    let turns_away = |server: &Directive| {
        let is_default = server.inside("listen").any(|listen| {
            listen.words.iter().any(|word| word == "default_server" || word == "default")
        });
        let refuses = server.inside("return").any(|answer| {
            answer.words.first().is_some_and(|code| code == "444" || code.starts_with('4'))
        }) || server
            .inside("ssl_reject_handshake")
            .any(|answer| answer.words.first().is_some_and(|on| on == "on"));
        refuses && (is_default || server.inside("server_name").any(is_any))
    };
    if servers.iter().any(|(_, server)| turns_away(server)) {
        return;
    }
    for (_, server) in &servers {
        let named = server.inside("server_name").next();
        if named.is_some_and(|name| !is_any(name)) {
            continue;
        }
        if let Some(header) = hands_on(server) {
            let mut draft = TextDraft::at(header.span, "server host");
            draft.message = "The site is handed whatever host name it is asked for".to_owned();
            draft.label = "chosen by whoever asks".to_owned();
            draft.impact = "If `ALLOWED_HOSTS` lets it pass, links in mails and redirects lead to \
                            the host of the attacker: a password reset link, for one."
                .to_owned();
            draft.fix = "Name the site in `server_name`, and add a `default_server` that returns \
                         444"
            .to_owned();
            draft.doubt = Some("if ALLOWED_HOSTS of the site does not check the name".to_owned());
            drafts.push(draft);
        }
    }
}

fn is_any(name: &Directive) -> bool {
    name.words.iter().all(|word| matches!(word.as_str(), "_" | "\"\"" | "" | "*"))
}

/// Where a server hands on the host that it was asked for.
fn hands_on(server: &Directive) -> Option<&Directive> {
    let mut waiting = vec![server];
    while let Some(block) = waiting.pop() {
        for directive in &block.block {
            let is_host = directive.name == "proxy_set_header"
                && directive.words.first().is_some_and(|word| word.eq_ignore_ascii_case("host"))
                && directive
                    .words
                    .get(1)
                    .is_some_and(|word| word == "$http_host" || word == "$host");
            if is_host {
                return Some(directive);
            }
            waiting.push(directive);
        }
    }
    None
}
