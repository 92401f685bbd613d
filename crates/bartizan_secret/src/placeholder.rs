//! Values that say of themselves that they open nothing.

/// What stands in values that somebody is to replace, and by chance in hardly any random one.
const WORDS: &[&str] = &[
    "example",
    "sample",
    "placehold",
    "changeme",
    "change-me",
    "change_me",
    "change this",
    "changethis",
    "xxxx",
    "****",
    "....",
    "dummy",
    "redact",
    "foobar",
    "insert",
    "replace",
    "todo",
    "notasecret",
    "not-a-secret",
    "not_a_secret",
    "mysecret",
    "my-secret",
    "my_secret",
    "yoursecret",
    "your-",
    "your_",
    "yourtoken",
    "yourkey",
    "yourpass",
    "mypass",
    "my-pass",
    "my_pass",
    "mytoken",
    "my-token",
    "my_token",
    "testing",
    "insecure",
    "lorem",
    "ipsum",
    "deadbeef",
    "secretkey",
    "secret-key",
    "secret_key",
    "s3cr3t",
    "password",
    "passw0rd",
    "p4ssw0rd",
    "qwerty",
    "asdf",
    "hunter2",
    "fake",
    "demo",
    "generate",
    "invalid",
    "not-re",
    "notreal",
    "anything",
    "whatever",
    "unused",
    "django-",
    // The signature of the token that everybody copies from jwt.io.
    "sflkxwrjsmekkf2qt4fwpm",
];

/// Words that are the whole of a value, or a whole part of it.
const PARTS: &[&str] = &[
    "test",
    "tests",
    "secret",
    "token",
    "key",
    "apikey",
    "pass",
    "passwd",
    "pwd",
    "user",
    "admin",
    "root",
    "default",
    "local",
    "dev",
    "development",
    "none",
    "null",
    "nil",
    "true",
    "false",
    "empty",
    "value",
    "string",
    "str",
    "hash",
    "here",
    "ci",
    "mock",
    "abc",
    "foo",
    "bar",
    "baz",
    "temp",
    "postgres",
    "mysql",
    "redis",
    "guest",
    "rabbitmq",
    "django",
    "minio",
    "minioadmin",
    "localhost",
    "undefined",
    "required",
    "optional",
    "hidden",
    "private",
    "public",
    "me",
];

/// Whether a value tells that it is to be replaced, or was typed for want of a better one.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let spelt = spelt_out(&lower);
    WORDS.iter().any(|word| lower.contains(word))
        || TYPED.iter().any(|word| spelt.contains(word))
        || lower
            .split(|c: char| !c.is_ascii_alphanumeric())
            .map(|part| part.trim_matches(|c: char| c.is_ascii_digit()))
            // Between the many signs of a long value, short words come about by chance.
            .filter(|part| part.len() > 3 || value.len() < 20)
            .any(|part| PARTS.contains(&part))
        || is_monotone(value)
}

/// What is typed with signs in the place of letters: `P@55w0rd!`.
const TYPED: &[&str] = &["password", "passwort", "secret", "letmein", "welcome", "qwert"];

/// A value with letters where people type signs that look like them.
fn spelt_out(lower: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        c => c,
    };
    lower.chars().map(letter).collect()
}

/// Whether a value was made with few fingers: one character over and over, or runs along the
/// alphabet or the digits.
pub(crate) fn is_monotone(value: &str) -> bool {
    let bytes = value.as_bytes();
    let mut seen = [false; 256];
    bytes.iter().for_each(|byte| seen[usize::from(byte.to_ascii_lowercase())] = true);
    let distinct = seen.iter().filter(|seen| **seen).count();
    let (mut same, mut up, mut down) = (1, 1, 1);
    let (mut longest, mut stepping) = (1, 0);
    for pair in bytes.windows(2) {
        let (a, b) = (pair[0].to_ascii_lowercase(), pair[1].to_ascii_lowercase());
        same = if a == b { same + 1 } else { 1 };
        up = if b == a.wrapping_add(1) || (a, b) == (b'9', b'0') { up + 1 } else { 1 };
        down = if a == b.wrapping_add(1) { down + 1 } else { 1 };
        longest = longest.max(same).max(up).max(down);
        stepping += usize::from(up > 1 || down > 1 || same > 1);
    }
    let enough = if bytes.len() >= 16 { 7 } else { 5 };
    distinct < enough || longest >= 6 || stepping * 2 > bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_tell_on_themselves() {
        for value in [
            "changeme",
            "your-api-key",
            "xxxxxxxxxxxx",
            "1234567890abcdef",
            "AKIAIOSFODNN7EXAMPLE",
            "P@55w0rd!",
            "0000000000000000",
            "test-key-9Qz",
            "abcdefghijklmnop",
            "admin123",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["tX7vQz2LkPw9", "b9$kz4!pw7@fz3&uh8", "9f86d081884c7d659a2feaa0c55ad015"] {
            assert!(!is_placeholder(value), "{value}");
        }
    }
}
