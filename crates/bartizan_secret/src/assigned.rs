//! Values under a name that tells what they are: `API_TOKEN = "…"`, `db_password: …`.

use bartizan_base::Span;
use bartizan_finding::Confidence;

use crate::placeholder::is_placeholder;
use crate::provider::AWS_SECRET;
use crate::site::{Form, Role, Site};
use crate::{Candidate, What, pairs};

/// Texts of which one stands in every telling name.
pub(crate) const TRIGGERS: &[&str] = &[
    "passw",
    "passphrase",
    "pwd",
    "_pass",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "access_key",
    "access-key",
    "accesskey",
    "private_key",
    "private-key",
    "privatekey",
    "auth_key",
    "auth-key",
    "authkey",
    "signing_key",
    "signing-key",
    "signingkey",
    "encryption_key",
    "encryption-key",
    "encryptionkey",
    "master_key",
    "master-key",
    "masterkey",
    "app_key",
    "appkey",
    "service_key",
    "account_key",
    "accountkey",
    "shared_key",
    "license_key",
    "credential",
];

/// Names, values and what lies between them are short; longer ones are data.
const LONGEST_NAME: usize = 64;
const LONGEST_VALUE: usize = 400;

/// The value of the telling name that the trigger at `start..end` stands in, and up to where the
/// text was looked at.
pub(crate) fn at(text: &str, start: usize, end: usize, site: Site) -> (usize, Option<Candidate>) {
    let bytes = text.as_bytes();
    let before = bytes[..start].iter().rev().take(LONGEST_NAME);
    let left = start - before.take_while(|byte| is_of_name(**byte)).count();
    let after = bytes[end..].iter().take(LONGEST_NAME);
    let right = end + after.take_while(|byte| is_of_name(**byte)).count();
    let name = text[left..right].trim_matches(['.', '-']);
    let Some(kind) = Telling::of(name) else { return (right, None) };
    let found = value(text, left, right, site.form);
    let found = found.or_else(|| beside(text, left, right, site.form));
    let Some(value) = found.or_else(|| inside(text, left, right, site.form)) else {
        return (right, None);
    };
    let candidate = judge(name, kind, &value, site).map(|candidate| {
        if site.form == Form::Code && is_comment(line_before(text, left)) {
            candidate.at_most(Confidence::Low, "if the value in the comment was ever in use")
        } else if site.form == Form::Plain
            && bytes[..left].ends_with(b"'")
            && is_in_block(text, left)
        {
            candidate.at_most(Confidence::Low, "if the code in the text is more than an example")
        } else {
            candidate
        }
    });
    (value.end, candidate)
}

/// The name that the value at `start` is given on its line, or nothing.
pub(crate) fn name_before(text: &str, start: usize) -> String {
    let from = text.ceil_char_boundary(start.saturating_sub(120));
    let line = text[from..start].rsplit('\n').next().unwrap_or("");
    let line = line.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '(' | '[' | '{')
    });
    let line = line
        .strip_suffix("=>")
        .or_else(|| line.strip_suffix(['=', ':', ',']))
        .unwrap_or("")
        .trim_end_matches([' ', '\t', '"', '\'', ']', ')']);
    let name = line.rsplit(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.'));
    let name = name.into_iter().next().unwrap_or("").trim_matches(['.', '-']);
    if name.len() <= LONGEST_NAME { name.to_owned() } else { String::new() }
}

/// What a name tells of its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Telling {
    Password,
    Key,
}

impl Telling {
    fn of(name: &str) -> Option<Self> {
        let words = words(name);
        // What a key is not, whatever else its name says.
        const NOT: &[&str] = &[
            "public",
            "publishable",
            "pub",
            "site",
            "sitekey",
            "csrf",
            "xsrf",
            "csrfmiddlewaretoken",
            "hash",
            "hashed",
            "hasher",
            "digest",
            "checksum",
            "sha",
            "sha256",
            "md5",
            "fingerprint",
            "invalid",
            "wrong",
            "bad",
            "fake",
            "dummy",
            "mock",
            "example",
            "sample",
            "expired",
            "placeholder",
            "next",
            "page",
            "cursor",
            "continuation",
            "sync",
            "idempotency",
            "primary",
            "foreign",
            "id",
            "name",
            "names",
            "url",
            "uri",
            "path",
            "file",
            "label",
            "field",
            "regex",
            "pattern",
            "type",
            "prefix",
            "suffix",
            "header",
            "length",
            "arn",
            "verifier",
            "validator",
            "validators",
            "help",
            "text",
            "message",
            "policy",
            "syntax",
        ];
        if words.iter().any(|word| NOT.contains(&word.as_str())) {
            return None;
        }
        // Words that may follow the one that tells.
        const BEHIND: &[&str] = &[
            "default",
            "prod",
            "production",
            "live",
            "staging",
            "dev",
            "base64",
            "b64",
            "hex",
            "value",
            "old",
            "new",
            "current",
            "previous",
            "fallback",
            "fallbacks",
            "1",
            "2",
            "3",
            "v1",
            "v2",
            "s",
        ];
        let kept = words.iter().rposition(|word| !BEHIND.contains(&word.as_str()))?;
        let last = words[kept].as_str();
        let before = kept.checked_sub(1).map_or("", |at| words[at].as_str());
        match last {
            "password" | "passwd" | "passwort" | "passphrase" | "pwd" | "passwords" => {
                Some(Self::Password)
            }
            _ if last.ends_with("password") || last.ends_with("passwd") => Some(Self::Password),
            "pass" if kept > 0 => Some(Self::Password),
            "secret" | "secrets" | "token" | "tokens" | "apikey" | "apitoken" | "credential"
            | "credentials" | "secretkey" | "accesskey" | "privatekey" | "authkey"
            | "signingkey" | "encryptionkey" | "masterkey" | "appkey" | "accountkey"
            | "authtoken" | "accesstoken" | "clientsecret" => Some(Self::Key),
            "key" | "keys" => matches!(
                before,
                "api"
                    | "secret"
                    | "access"
                    | "private"
                    | "auth"
                    | "signing"
                    | "encryption"
                    | "master"
                    | "app"
                    | "service"
                    | "account"
                    | "shared"
                    | "license"
                    | "token"
            )
            .then_some(Self::Key),
            _ => None,
        }
    }
}

/// The words of a name in lower case: at underscores, hyphens, dots and humps.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        let ends = !c.is_ascii_alphanumeric() || c.is_ascii_uppercase() && was_lower;
        if ends && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
        was_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// A value as it is written.
struct Value<'t> {
    text: &'t str,
    start: usize,
    end: usize,
    quoted: bool,
}

/// What the name at `left..right` is given.
fn value(text: &str, left: usize, right: usize, form: Form) -> Option<Value<'_>> {
    let bytes = text.as_bytes();
    let end = text.floor_char_boundary((right + 2 * LONGEST_VALUE).min(text.len()));
    let line_end = memchr::memchr(b'\n', &bytes[right..end]).map_or(end, |at| right + at);
    let mut rest = Rest { text, at: right, end: line_end };
    let name_quote = rest.peek().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    let name_quoted = name_quote.is_some() && left.checked_sub(1).map(|at| bytes[at]) == name_quote;
    if name_quoted {
        rest.at += 1;
    } else if form == Form::Markup && rest.peek() == Some(b'>') {
        let is_tag = left.checked_sub(1).is_some_and(|at| bytes[at] == b'<');
        return is_tag.then(|| rest.skip(1).until(|byte| byte == b'<', false)).flatten();
    }
    if form == Form::Json && !name_quoted {
        return None;
    }
    rest.take(b']');
    let spaced = rest.blanks();
    match rest.peek()? {
        b'=' if matches!(rest.peek_at(1), Some(b'=' | b'~')) => return None,
        b'=' => {
            rest.at += 1;
            rest.take(b'>');
        }
        b':' => {
            rest.at += 1;
            if !rest.take(b'=') {
                rest.annotation();
            }
        }
        b',' if name_quoted && form == Form::Code => rest.at += 1,
        // `ENV SECRET value`, as Dockerfiles had it first.
        _ if spaced
            && form == Form::Plain
            && line_before(text, left).eq_ignore_ascii_case("env") => {}
        // `machine git.clinic.net login ci password …`, as `.netrc` has it.
        _ if spaced
            && form == Form::Plain
            && &text[left..right] == "password"
            && line_before(text, left).split_whitespace().any(|word| word == "login") => {}
        _ => return None,
    }
    rest.blanks();
    let quotes = |byte| matches!(byte, b'"' | b'\'' | b'`');
    // Prefixes of Python's strings. A string with holes is made from something else.
    let mut ahead = Rest { ..rest };
    while ahead.at - rest.at < 2
        && ahead.peek().is_some_and(|byte| matches!(byte, b'b' | b'r' | b'u' | b'B' | b'R' | b'U'))
    {
        ahead.at += 1;
    }
    if ahead.peek().is_some_and(quotes) {
        rest = ahead;
    }
    match rest.peek()? {
        quote if quotes(quote) => {
            if rest.peek_at(1) == Some(quote) {
                return None;
            }
            rest.skip(1).until(|byte| byte == quote, true)
        }
        _ if matches!(form, Form::Code | Form::Json | Form::Markup) => rest.stand_in(),
        _ => rest
            .until(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b';' | b'"'), false),
    }
}

/// The value that stands beside a name which is itself a value: `name: …` and then `value: …`, as
/// Kubernetes has the variables of a container.
fn beside(text: &str, left: usize, right: usize, form: Form) -> Option<Value<'_>> {
    const FURTHEST: usize = 80;
    if !matches!(form, Form::Plain | Form::Json) {
        return None;
    }
    let quotes: &[char] = &['"', '\''];
    let before = line_before(text, left).trim_end_matches(quotes).trim_end();
    let before = before.strip_suffix(':')?.trim_end_matches(quotes);
    if !before.ends_with("name") && !before.ends_with("Name") {
        return None;
    }
    let bytes = text.as_bytes();
    let limit = (right + FURTHEST).min(bytes.len());
    let blank = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b',');
    let between = bytes[right..limit].iter().position(|byte| !blank(byte))?;
    let key = right + between;
    let rest = text.get(key..)?;
    let length =
        ["value", "Value"].iter().find_map(|word| rest.strip_prefix(word).map(|_| word.len()))?;
    value(text, key, key + length, form)
}

/// The value of a name inside a longer text: `host=db user=clinic password=…`, and code that a
/// notebook keeps.
fn inside(text: &str, left: usize, right: usize, form: Form) -> Option<Value<'_>> {
    if !matches!(form, Form::Code | Form::Json) {
        return None;
    }
    let bytes = text.as_bytes();
    let end = text.floor_char_boundary((right + LONGEST_VALUE).min(text.len()));
    let end = memchr::memchr(b'\n', &bytes[right..end]).map_or(end, |at| right + at);
    let mut rest = Rest { text, at: right, end };
    if form == Form::Json {
        rest.blanks();
        if !rest.take(b'=') {
            return None;
        }
        rest.blanks();
        if rest.take(b'\'') {
            return rest.until(|byte| byte == b'\'', true);
        }
        if rest.take(b'\\') {
            return rest.take(b'"').then(|| rest.until(|byte| byte == b'\\', true)).flatten();
        }
        rest = Rest { text, at: right, end };
    }
    // A pair goes before it, or the text begins with it.
    let from = text.ceil_char_boundary(left.saturating_sub(120));
    let line = text[from..left].rsplit('\n').next().unwrap_or("");
    let pair = match line.strip_suffix([' ', ';']) {
        Some(line) => line.trim_end().rsplit([' ', ';', '"', '\'']).next().unwrap_or(""),
        None => return None,
    };
    let (key, value) = pair.split_once('=')?;
    let is_open = line.contains(['"', '\'']);
    if key.is_empty() || value.is_empty() || value.ends_with(',') || !is_open || !rest.take(b'=') {
        return None;
    }
    rest.until(
        |byte| byte.is_ascii_whitespace() || matches!(byte, b';' | b'"' | b'\'' | b'\\'),
        true,
    )
}

/// What stands on the line before a name, without blanks.
fn line_before(text: &str, left: usize) -> &str {
    let from = text.ceil_char_boundary(left.saturating_sub(40));
    text[from..left].rsplit('\n').next().unwrap_or("").trim()
}

/// Whether a place lies in a block of text in YAML: code of another language, shown or embedded.
fn is_in_block(text: &str, at: usize) -> bool {
    const MOST_LINES: usize = 60;
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut lines = text[..at].rsplit('\n').take(MOST_LINES);
    let mut least = lines.next().map_or(0, indent);
    for line in lines.filter(|line| !line.trim().is_empty()) {
        if indent(line) >= least {
            continue;
        }
        least = indent(line);
        let end = line.trim_end().trim_end_matches(['+', '-']);
        if end.ends_with('|') || end.ends_with('>') {
            return true;
        }
    }
    false
}

/// Whether a line of code that begins so is a comment.
fn is_comment(line: &str) -> bool {
    line.starts_with('#') || line.starts_with("//") || line.starts_with('*')
}

/// The rest of a line.
#[derive(Clone, Copy)]
struct Rest<'t> {
    text: &'t str,
    at: usize,
    end: usize,
}

impl<'t> Rest<'t> {
    fn peek(&self) -> Option<u8> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes()[..self.end].get(self.at + ahead).copied()
    }

    fn skip(mut self, count: usize) -> Self {
        self.at += count;
        self
    }

    fn take(&mut self, byte: u8) -> bool {
        let is = self.peek() == Some(byte);
        self.at += usize::from(is);
        is
    }

    fn blanks(&mut self) -> bool {
        let from = self.at;
        while self.peek().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            self.at += 1;
        }
        self.at > from
    }

    /// Goes past a Python annotation: `: str | None = "…"`.
    fn annotation(&mut self) {
        let rest = &self.text.as_bytes()[self.at..self.end];
        let Some(sign) = memchr::memchr(b'=', rest) else { return };
        let is_type = rest[..sign].iter().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'[' | b']' | b'|' | b'.')
        });
        let is_word = rest[..sign].iter().any(u8::is_ascii_alphabetic);
        if is_type && is_word && sign > 1 && rest[sign - 1] == b' ' {
            self.at += sign + 1;
        }
    }

    /// Up to the byte that ends the value; where it `must` end, the end of the line is none.
    fn until(self, ends: impl Fn(u8) -> bool, must: bool) -> Option<Value<'t>> {
        let rest = &self.text.as_bytes()[self.at..self.end];
        let length = match rest.iter().position(|byte| ends(*byte)) {
            Some(length) => length,
            None if must => return None,
            None => rest.len(),
        };
        let end = self.at + length;
        let text = self.text.get(self.at..end)?;
        Some(Value { text, start: self.at, end, quoted: must })
    }

    /// What stands in where the environment says nothing: the last text on the line, behind a
    /// comma, `default=`, `or` or `||`; or the only argument of what wraps a secret.
    fn stand_in(self) -> Option<Value<'t>> {
        const ASKS: &[&str] = &["env", "Env", "ENV", "config", "get", "default"];
        const WRAPS: &[&str] = &["SecretStr", "b64decode", "fromhex", "unhexlify", "Buffer.from"];
        let line = self.text.get(self.at..self.end)?;
        let bytes = line.as_bytes();
        if !bytes.first()?.is_ascii_alphabetic() {
            return None;
        }
        let close = memchr::memrchr2(b'"', b'\'', bytes)?;
        let open = memchr::memrchr(bytes[close], &bytes[..close])?;
        let before = line[..open].trim_end();
        let called = before.strip_suffix('(');
        let stands_in = ASKS.iter().any(|word| before.contains(word))
            && (before.ends_with([',', '='])
                || before.ends_with("||")
                || before.ends_with(" or")
                || before.ends_with("??"));
        let wraps = called.is_some_and(|name| WRAPS.iter().any(|word| name.ends_with(word)));
        let (start, end) = (self.at + open + 1, self.at + close);
        (stands_in || wraps).then(|| Value {
            text: &line[open + 1..close],
            start,
            end,
            quoted: true,
        })
    }
}

fn judge(name: &str, kind: Telling, value: &Value<'_>, site: Site) -> Option<Candidate> {
    let text = value.text;
    if !(8..=LONGEST_VALUE).contains(&text.len())
        || !text.is_ascii()
        || text.contains([' ', '\t', '\\'])
        || is_reference(text, value.quoted)
        || is_placeholder(text)
    {
        return None;
    }
    let span = Span::new(value.start as u32, value.end as u32);
    let key = name.to_owned();
    let of_aws = name.to_ascii_lowercase();
    let is_aws = of_aws.contains("aws") || of_aws.contains("secret_access_key");
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    if is_aws && text.len() == 40 && text.bytes().all(base64) && is_random(text, kind) {
        let what = What::Key(&AWS_SECRET);
        return Some(Candidate { span, what, key, confidence: Confidence::High, doubt: None });
    }
    let password = kind == Telling::Password;
    if is_random(text, kind) {
        let what = What::Named { password, random: true };
        let found = Candidate { span, what, key, confidence: Confidence::Medium, doubt: None };
        return Some(match site.form {
            Form::Markup => found.at_most(Confidence::Low, "if the page holds it for a reason"),
            _ if is_uuid(text) => {
                found.at_most(Confidence::Low, "if the value is a key and not an identifier")
            }
            _ => found,
        });
    }
    // A password that was thought up: only where values are kept, since code is full of words.
    let kept = site.form == Form::Plain && site.role == Role::Live;
    let typed = text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !text.contains(['/', '.', '=', '(', ':']);
    (password && kept && typed).then_some(Candidate {
        span,
        what: What::Named { password, random: false },
        key,
        confidence: Confidence::Low,
        doubt: Some("if the password is a true one"),
    })
}

/// What stands in values that are put together when they are used.
const HOLES: &[&str] = &["${", "{{", "}}", "%{", "<%", "secrets.", "://", "#{", "::"];

/// How values begin that stand for others: by a scheme, a tag of YAML, a path.
const ELSEWHERE: &[&str] = &[
    "arn:", "vault:", "ref:", "env:", "file:", "ENC[", "enc:", "op:", "!", "&", "*", "@", "/",
    "./", "~/", "$(",
];

/// How the hash of a password begins, as Unix and Django keep it, and a digest with its name.
const HASHES: &[&str] = &[
    "$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$apr1$", "$argon2", "pbkdf2_", "bcrypt", "sha1$",
    "md5$", "argon2", "scrypt", "sha256:", "sha512:", "sha256-", "sha512-", "sha384-", "SHA256:",
];

/// Whether a value stands for another that is kept elsewhere, or is no value at all.
pub(crate) fn is_reference(text: &str, quoted: bool) -> bool {
    let begins = |marks: &[&str]| marks.iter().any(|mark| text.starts_with(mark));
    let is_name =
        |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.');
    // Generators use signs too: what is random all the same is no path and no format.
    let is_noise = pairs::surprise(text) > 5.6;
    HOLES.iter().any(|mark| text.contains(mark))
        || text.starts_with('$') && is_name(&text[1..])
        || text.starts_with('<') && text.ends_with('>')
        || text.starts_with('{') && text.ends_with('}')
        || begins(ELSEWHERE) && !is_noise
        || text.contains("%s") && !is_noise
        || text.contains("%(") && text.contains(")s")
        || text.ends_with("()")
        || !quoted && is_call(text)
        // `settings.SHOP_TOKEN`, `shop.tokens.TokenGenerator`
        || is_name(text) && text.contains('.') && pairs::surprise(text) < 5.2
        || begins(HASHES)
}

/// Whether what stands without quotes is code: a call, an index.
fn is_call(text: &str) -> bool {
    text.find(['(', '[', '{', '<']).is_some_and(|at| {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
        text.bytes().take(at).all(is_name) && pairs::surprise(&text[..at]) < 5.2
    })
}

/// Whether a key looks as if a generator had made it.
pub(crate) fn is_random_key(text: &str) -> bool {
    is_random(text, Telling::Key)
}

/// Whether a password looks as if a generator had made it.
pub(crate) fn is_random_password(text: &str) -> bool {
    is_random(text, Telling::Password)
}

fn is_random(text: &str, kind: Telling) -> bool {
    let surprise = pairs::surprise(text);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let is_password = kind == Telling::Password;
    if letters == 0 {
        return false;
    }
    if text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') {
        return text.len() >= 24 && digits > 0 && surprise >= 4.4;
    }
    match text.len() {
        24.. => surprise >= 5.0 && digits > 0 || surprise >= 6.2,
        16..24 => surprise >= 5.3 && digits > 0 || surprise >= 6.4,
        12..16 => surprise >= 5.8 && digits > 0 || is_password && surprise >= 6.8,
        _ => is_password && surprise >= 6.2 && digits > 0 && digits < text.len() - 2,
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell() {
        for name in [
            "API_TOKEN",
            "dbPassword",
            "client-secret",
            "PGPASSWORD",
            "stripe.api_key",
            "secret_key_v2",
        ] {
            assert!(Telling::of(name).is_some(), "{name}");
        }
        for name in [
            "password_field",
            "token_url",
            "public_key",
            "primary_key",
            "csrf_token",
            "secret_name",
            "PASSWORD_HASHERS",
            "tokenizer",
            "secretary",
            "key",
            "passport",
        ] {
            assert!(Telling::of(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_value_knows_its_name() {
        let name = |text: &str| name_before(text, text.find("VALUE").unwrap());
        assert_eq!(name("stripe.api_key = \"VALUE\""), "stripe.api_key");
        assert_eq!(name("  - DATABASE_URL=VALUE"), "DATABASE_URL");
        assert_eq!(name("{\"token\": \"VALUE\"}"), "token");
        assert_eq!(name("client = Client(\"VALUE\")"), "");
    }

    #[test]
    fn values_stand_beside_their_names_and_inside_of_texts() {
        let of = |text: &str, name: &str, form| {
            let left = text.find(name).unwrap();
            let right = left + name.len();
            let found = beside(text, left, right, form).or_else(|| inside(text, left, right, form));
            found.map(|value| value.text.to_owned())
        };
        let plain = "env:\n  - name: API_TOKEN\n    value: \"abc\"\n";
        assert_eq!(of(plain, "API_TOKEN", Form::Plain).as_deref(), Some("abc"));
        let from = "env:\n  - name: API_TOKEN\n    valueFrom:\n      secretKeyRef: x\n";
        assert_eq!(of(from, "API_TOKEN", Form::Plain), None);
        let json = "{\"name\": \"API_TOKEN\", \"value\": \"abc\"}";
        assert_eq!(of(json, "API_TOKEN", Form::Json).as_deref(), Some("abc"));
        let notebook = "[\"api_key = \\\"abc\\\"\\n\"]";
        assert_eq!(of(notebook, "api_key", Form::Json).as_deref(), Some("abc"));
        let code = "connect(\"host=db user=clinic password=abc\")";
        assert_eq!(of(code, "password", Form::Code).as_deref(), Some("abc"));
        assert_eq!(of("f(a=\"b\", password=abc)", "password", Form::Code), None);
        assert_eq!(of("let a=b; password=abc;", "password", Form::Code), None);
    }

    #[test]
    fn code_in_a_block_of_yaml_is_told_apart() {
        let text = "help: |-\n  To configure:\n\n      {\n        'api_key': 'x',\n      }\nother:\n  'a': b\n";
        assert!(is_in_block(text, text.find("api_key").unwrap()));
        assert!(!is_in_block(text, text.find("a': b").unwrap()));
    }
}
