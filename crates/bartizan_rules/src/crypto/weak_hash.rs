//! Digests for which collisions are found at will.

use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, RuleInfo, Severity, Status};
use bartizan_model::{Truth, kind};

use crate::words::{has_word, names};
use crate::{CallSite, Detect, Draft, Rule, naming};

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

/// Words for what is short enough to be guessed.
const GUESSABLE: &[&str] =
    &["password", "passwords", "passwd", "pwd", "passphrase", "passcode", "pin", "otp"];

/// Words for what proves something, and must not be forged.
const PROOFS: &[&str] = &["signature", "signatures", "sign", "signed", "hmac", "mac"];

/// Words for what is handed out, and must not be guessed.
const TOKENS: &[&str] = &["token", "tokens", "otp", "csrf", "activation", "nonce"];

/// Words for what nobody guesses: a digest of it is as good as it is.
const KEYS: &[&str] = &[
    "key", "keys", "secret", "secrets", "random", "urandom", "uuid", "uuid4", "session", "token",
    "tokens", "nonce", "bytes",
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
    // What is hashed, and what the digest becomes.
    let mut hashed = String::new();
    for argument in site.arguments() {
        names(ir, argument.value, &mut hashed);
    }
    let within = ir.str(ir.function(site.function).qualname);
    let last = within.rsplit('.').next().unwrap_or(within);
    let becomes = format!("{last} {}", naming::stored_as(ir, site.function, site.span));
    let secret = !has_word(&format!("{within} {becomes} {hashed}"), IDLE)
        && (is_guessable(&hashed, &becomes) || is_proof(&hashed, &becomes));
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

/// Whether a digest gives away a password, or is a token of what anybody knows.
fn is_guessable(hashed: &str, becomes: &str) -> bool {
    // `secret_code`
    let is_code = has_word(hashed, &["secret"]) && has_word(hashed, &["code"]);
    let is_keyed = has_word(hashed, KEYS);
    is_code
        || has_word(hashed, GUESSABLE) && !has_word(hashed, &["key", "secret"])
        || !is_keyed && (has_word(becomes, GUESSABLE) || has_word(becomes, TOKENS))
}

/// Whether a digest signs: a secret is put before or behind what is hashed.
fn is_proof(hashed: &str, becomes: &str) -> bool {
    has_word(becomes, PROOFS) && has_word(hashed, &["key", "secret", "salt", "password"])
}
