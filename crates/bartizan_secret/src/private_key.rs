//! Private keys in their armour.

use bartizan_base::Span;
use bartizan_finding::Confidence;

use crate::{Candidate, What, assigned, base64};

/// No armoured key is longer.
const LONGEST: usize = 20_000;

/// The private key whose armour begins at `at`.
pub(crate) fn at(text: &str, at: usize) -> Option<Candidate> {
    let end = text.floor_char_boundary((at + LONGEST).min(text.len()));
    let rest = &text[at..end];
    if rest.starts_with("PuTTY") {
        return putty(rest, at);
    }
    let label = rest.strip_prefix("-----BEGIN ")?;
    let label = &label[..label.find("-----").filter(|length| *length < 40)?];
    let name = match label {
        "RSA PRIVATE KEY" => "RSA private key",
        "EC PRIVATE KEY" => "EC private key",
        "DSA PRIVATE KEY" => "DSA private key",
        "PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" => "private key",
        "OPENSSH PRIVATE KEY" => "SSH private key",
        "PGP PRIVATE KEY BLOCK" => "PGP private key",
        _ => return None,
    };
    let head = "-----BEGIN ".len() + label.len() + "-----".len();
    let footer = format!("-----END {label}-----");
    let body_end = rest.find(&footer)?;
    let body = rest.get(head..body_end)?;
    let letters = unwrapped(body);
    // A header without a key is code that looks for one.
    let written = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
    if letters.len() < 60
        || letters.len() * 10 < written * 7
        || !is_varied(&letters)
        || body.contains("...")
    {
        return None;
    }
    let span = Span::new(at as u32, (at + body_end + footer.len()) as u32);
    let key = assigned::name_before(text, at);
    let mut candidate = Candidate {
        span,
        what: What::PrivateKey { name, encrypted: is_encrypted(label, body, &letters) },
        key,
        confidence: Confidence::High,
        doubt: None,
    };
    let bytes = base64::beginning(&letters, 64);
    let is_key = match label {
        "OPENSSH PRIVATE KEY" => bytes.starts_with(b"openssh-key-v1\0"),
        // A packet of a secret key, in the old form or the new.
        "PGP PRIVATE KEY BLOCK" => {
            bytes.first().is_some_and(|byte| matches!(byte, 0x94..=0x97 | 0xc5))
        }
        _ if body.contains("ENCRYPTED") => true,
        // A sequence whose length takes as many bytes as it says.
        _ => bytes.first() == Some(&0x30),
    };
    if !is_key {
        candidate = candidate.at_most(Confidence::Low, "if the text is a key in truth");
    }
    if let What::PrivateKey { encrypted: true, .. } = candidate.what {
        candidate = candidate.at_most(Confidence::Medium, "if its passphrase can be guessed");
    }
    Some(candidate)
}

/// The armoured characters of a body: without headers, quotes, escapes and line breaks.
fn unwrapped(body: &str) -> String {
    let body = body.replace("\\n", "\n").replace("\\r", "");
    body.lines()
        .map(|line| line.trim().trim_matches(['"', '\'', '+', ',', '\\', '(', ')', ' ', '#']))
        .filter(|line| !line.contains(':') && !line.starts_with('='))
        .flat_map(str::chars)
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/'))
        .collect()
}

/// Whether a body holds as many different characters as any key does.
fn is_varied(letters: &str) -> bool {
    let mut seen: Vec<u8> = letters.bytes().collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len() > 20
}

fn is_encrypted(label: &str, body: &str, letters: &str) -> bool {
    match label {
        "ENCRYPTED PRIVATE KEY" => true,
        // The name of the cipher follows the magic with its length before it.
        "OPENSSH PRIVATE KEY" => {
            let bytes = base64::beginning(letters, 23);
            bytes.len() == 23 && &bytes[15..] != b"\0\0\0\x04none"
        }
        _ => body.contains("ENCRYPTED"),
    }
}

fn putty(rest: &str, at: usize) -> Option<Candidate> {
    let encryption = rest.lines().nth(1)?.strip_prefix("Encryption: ")?.trim();
    let end = rest.find("Private-MAC:")?;
    let encrypted = encryption != "none";
    let candidate = Candidate {
        span: Span::new(at as u32, (at + end) as u32),
        what: What::PrivateKey { name: "SSH private key", encrypted },
        key: String::new(),
        confidence: Confidence::High,
        doubt: None,
    };
    Some(if encrypted {
        candidate.at_most(Confidence::Medium, "if its passphrase can be guessed")
    } else {
        candidate
    })
}
