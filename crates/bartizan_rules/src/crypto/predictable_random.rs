//! Tokens and passwords from chance that can be continued.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::kind;

use crate::words::has_word;
use crate::{CallSite, Detect, Draft, Rule, naming};

/// Chance that can be continued, where a secret is wanted.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "predictable-random",
        title: "Secret that can be guessed",
        family: Family::Crypto,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(338), Cwe(330)],
        severity: Severity::High,
        confidence: Confidence::Medium,
        aliases: &[Alias(Peer::Bandit, "B311"), Alias(Peer::Ruff, "S311")],
        related: &[],
        was: &[],
        page: include_str!("predictable_random.md"),
    },
    detect: Detect::Calls { kinds: &[kind::PREDICTABLE_RANDOM], judge },
    everyday_until: None,
};

/// Words for what must not be guessed. A salt or a nonce is sent along: it must be new, not secret.
const SECRETS: &[&str] = &[
    "token",
    "tokens",
    "password",
    "passwd",
    "pwd",
    "secret",
    "secrets",
    "otp",
    "csrf",
    "captcha",
    "apikey",
    "credential",
    "credentials",
    "passphrase",
    "pin",
    "activation",
    "verification",
    "invitation",
    "invite",
    "auth",
];

/// Words for chance that nobody needs to keep.
const IDLE: &[&str] = &[
    "jitter",
    "delay",
    "backoff",
    "retry",
    "sleep",
    "sample",
    "shuffle",
    "color",
    "colour",
    "demo",
    "dummy",
    "fake",
    "seed",
    "populate",
    "fixture",
    "benchmark",
    "expire",
    "expiry",
    "interval",
    "test",
];

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let view = site.view;
    let ir = view.ir();
    let within = ir.str(ir.function(site.function).qualname);
    let becomes = naming::stored_as(ir, site.function, site.span);
    let words = format!("{within}{becomes}");
    let is_session = has_word(&words, &["session"]) && has_word(&words, &["id", "token"]);
    let secret = (has_word(&words, SECRETS) || is_session)
        && !has_word(&words, IDLE)
        && !is_for_show(view.project.path(view.file).as_str());
    let mut draft = site.draft();
    if !secret {
        draft.severity = Some(Severity::Low);
        draft = draft.at_most(Confidence::Low, "if anyone gains by guessing it");
    }
    Some(Draft {
        message: if secret {
            format!("`{}` makes a secret that can be guessed", site.name())
        } else {
            format!("What `{}` gives can be guessed", site.name())
        },
        label: "chance that can be continued".to_owned(),
        impact: if secret {
            "Who has seen a few of them computes the next ones: the link that resets a password, \
             the code that opens an account."
        } else {
            "Who has seen enough numbers computes the ones that come."
        }
        .to_owned(),
        fix: "secrets.token_urlsafe()".to_owned(),
        doubt: draft.doubt.clone().or(Some("if it is the secret that it is called".to_owned())),
        ..draft
    })
}

/// Whether a file makes what is only shown: the settings of a manual, data to try things out.
fn is_for_show(path: &str) -> bool {
    let folders = &[
        "benchmarks",
        "demo",
        "dev",
        "docs",
        "example",
        "examples",
        "fixtures",
        "loadtest",
        "profiling",
        "sample",
        "samples",
    ];
    let file = path.rsplit('/').next().unwrap_or(path);
    has_word(path, folders)
        || has_word(path, &["commands"])
            && has_word(file, &["make", "populate", "fill", "generate", "seed", "dummy"])
}
