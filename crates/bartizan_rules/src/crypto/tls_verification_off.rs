//! Protected connections that do not ask who is at the other end.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_ir::Path;
use bartizan_model::{Truth, kind};

use crate::words::{has_word, names};
use crate::{CallSite, Detect, Draft, Form, Rule};

/// A TLS connection that takes any certificate.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "tls-verification-off",
        title: "TLS certificate not checked",
        family: Family::Crypto,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(295)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[
            Alias(Peer::Bandit, "B323"),
            Alias(Peer::Bandit, "B501"),
            Alias(Peer::Ruff, "S323"),
            Alias(Peer::Ruff, "S501"),
        ],
        related: &[],
        was: &[],
        page: include_str!("tls_verification_off.md"),
    },
    detect: Detect::Calls { kinds: &[kind::TLS_VERIFICATION, kind::TLS_HOSTNAME_CHECK], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    // A switch that someone sets elsewhere is theirs to set; only what is off for sure is said.
    if site.applies != Truth::Yes {
        return None;
    }
    let mut draft = site.draft();
    if is_switched(site) {
        draft = draft.at_most(Confidence::Low, "if the check is off unless somebody asks for it");
    }
    let name = site.kind == kind::TLS_HOSTNAME_CHECK;
    Some(Draft {
        message: match (name, site.form) {
            (true, _) => "The certificate may name any host".to_owned(),
            (false, Form::Store) => "Certificates are no longer checked".to_owned(),
            (false, _) => format!("`{}` checks no certificate", site.name()),
        },
        label: if name { "any name is right" } else { "any certificate is taken" }.to_owned(),
        impact: "Whoever stands between the two machines answers in the other's name, reads what \
                 is sent, passwords and tokens included, and changes it."
            .to_owned(),
        fix: match site.argument {
            Some(_) if name => "check_hostname = True".to_owned(),
            Some(_) => "Leave the check on; for a certificate of your own, name its authority: \
                        `verify=\"/etc/ssl/our-ca.pem\"`"
                .to_owned(),
            None => "ssl.create_default_context()".to_owned(),
        },
        ..draft
    })
}

/// Whether a test decides whether the check is off, on something that is called as such switches are.
fn is_switched(site: &CallSite<'_>) -> bool {
    let ir = site.view.ir();
    let mut at = Some(site.path);
    while let Some(path) = at {
        let link = ir.path(path);
        if let Path::Given { test, .. } = link {
            let mut words = String::new();
            names(ir, test, &mut words);
            let is_switch = has_word(
                &words,
                &[
                    "verify",
                    "verification",
                    "validate",
                    "validation",
                    "insecure",
                    "unverified",
                    "ssl",
                    "tls",
                    "certificate",
                    "certificates",
                    "trust",
                ],
            );
            if is_switch {
                return true;
            }
        }
        at = link.parent();
    }
    false
}
