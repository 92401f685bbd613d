//! Credentials as a request carries them: `Authorization: Bearer …` and `Basic …`.

use bartizan_base::Span;
use bartizan_finding::Confidence;

use crate::placeholder::is_placeholder;
use crate::{Candidate, What, assigned, base64};

/// How the two begin. What follows is the credential.
pub(crate) const TRIGGERS: &[&str] = &["bearer ", "basic "];

/// Shorter ones are words, longer ones data.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=400;

/// The credential behind the scheme that stands at `start..end`.
pub(crate) fn at(text: &str, start: usize, end: usize) -> Option<Candidate> {
    // `"Bearer …"`, `Authorization: Basic …`: the scheme begins a value.
    let begins = text[..start].trim_end_matches(' ').ends_with(['"', '\'', '`', ':', '=']);
    let rest = text.get(end..)?;
    let of_token = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
    };
    let length = rest.bytes().take(LENGTHS.end() + 1).take_while(|byte| of_token(*byte)).count();
    let token = &rest[..length];
    let after = rest[length..].trim_start_matches('=').bytes().next();
    let ends = matches!(after, None | Some(b'"' | b'\'' | b'`' | b'\n' | b'\r' | b' '));
    if !begins || !ends || !LENGTHS.contains(&length) {
        return None;
    }
    let password = text[start..end].eq_ignore_ascii_case("basic ");
    let random = match password {
        true => holds_password(token)?,
        false => assigned::is_random_key(token) && !is_placeholder(token),
    };
    (password || random).then(|| Candidate {
        span: Span::new(end as u32, (end + length) as u32),
        what: What::Named { password, random },
        key: "Authorization".to_owned(),
        confidence: Confidence::Medium,
        doubt: None,
    })
}

/// Whether the password that `Basic` carries is as good as random; `None` where it carries none, or one
/// that somebody is to replace.
fn holds_password(token: &str) -> Option<bool> {
    let bytes = base64::beginning(token, 200);
    let plain = String::from_utf8(bytes).ok()?;
    let (user, password) = plain.split_once(':')?;
    let printable = plain.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let named = is_placeholder(user) && user != "admin" && user != "root";
    (printable && !named && password.len() >= 6 && !is_placeholder(password))
        .then(|| assigned::is_random_password(password))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        TRIGGERS.iter().any(|trigger| {
            lower
                .find(trigger)
                .is_some_and(|start| at(text, start, start + trigger.len()).is_some())
        })
    }

    #[test]
    fn what_a_request_carries_is_found() {
        for text in [
            "\"Authorization\": \"Bearer q8Zt3LxV0pWd7RkJ5mNc2HsYb4Gf9Te1\"",
            "Authorization: Basic ZGVwbG95OnF4N1Z0MkxwOXdSaw==\n",
        ] {
            assert!(finds(text), "{text}");
        }
        for text in [
            "\"Bearer {token}\"",
            "\"Authorization\": \"Bearer your-token-goes-here\"",
            "the bearer of this certificate",
            "\"Basic dXNlcjpwYXNzd29yZA==\"",
            "\"Basic authentication is required\"",
            "\"Bearer $TOKEN_OF_THE_DEPLOYMENT\"",
            "\"Bearer ACCESS_TOKEN_OF_THE_SHOP\"",
        ] {
            assert!(!finds(text), "{text}");
        }
    }
}
