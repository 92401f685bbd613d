//! Digests for which collisions are found at will.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::{Truth, kind};

use crate::words::{has_word, names};
use crate::{CallSite, Detect, Draft, Rule};

/// MD5, SHA-1 and their like.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "weak-hash",
        title: "Weak hash",
        family: Family::Crypto,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(327), Cwe(328)],
        severity: Severity::High,
        confidence: Confidence::High,
        aliases: &[
            Alias(Peer::Bandit, "B303"),
            Alias(Peer::Bandit, "B324"),
            Alias(Peer::Ruff, "S303"),
            Alias(Peer::Ruff, "S324"),
        ],
        related: &[],
        was: &[],
        page: include_str!("weak_hash.md"),
    },
    detect: Detect::Calls { kinds: &[kind::WEAK_HASH], judge },
    everyday_until: None,
};

/// Words that tell of secrets: a collision, or a guess, gives something away.
const SECRETS: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "token",
    "secret",
    "signature",
    "sign",
    "signed",
    "auth",
    "otp",
    "csrf",
    "credential",
    "credentials",
    "apikey",
    "nonce",
    "hmac",
    "certificate",
];

/// Words that tell of uses for which a digest need not be strong.
const IDLE: &[&str] = &[
    "cache",
    "cached",
    "etag",
    "checksum",
    "gravatar",
    "avatar",
    "color",
    "colour",
    "bucket",
    "shard",
    "partition",
    "fingerprint",
    "fingerprints",
    "thumbprint",
    "slug",
    "filename",
    "version",
    "dedupe",
    "duplicate",
    "duplicates",
    "thumbnail",
    "memoize",
];

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    if site.applies != Truth::Yes {
        return None;
    }
    let view = site.view;
    let ir = view.ir();
    let mut words = ir.str(ir.function(site.function).qualname).to_owned();
    for argument in site.arguments() {
        names(ir, argument.value, &mut words);
    }
    let tells = |list: &[&str]| has_word(&words, list);
    let secret = tells(SECRETS) && !tells(IDLE);
    let mut draft = site.draft();
    // Most digests of this kind name cache entries; that one guards a secret must show in a name.
    if !secret {
        draft.severity = Some(Severity::Low);
        draft = draft.at_most(Confidence::Low, "if anyone gains by two inputs with one digest");
    }
    Some(Draft {
        message: format!("`{}` makes a digest that can be forged", site.name()),
        label: "collisions are found at will".to_owned(),
        impact: if secret {
            "Digests of passwords and tokens are guessed by the billion a second, and signatures \
             made with them can be moved to other content."
        } else {
            "Two inputs with one digest are made in seconds: what is told apart by the digest \
             can be exchanged."
        }
        .to_owned(),
        fix: if secret {
            "For passwords, `make_password`; for signatures, `hmac.new(key, data, \"sha256\")`"
                .to_owned()
        } else {
            "`hashlib.sha256`; where security does not rest on it, say so: `usedforsecurity=False`"
                .to_owned()
        },
        ..draft
    })
}
