//! Passwords that a program is given on its command line: `curl -u deploy:…`, `mysql -p…`.

use bartizan_base::Span;
use bartizan_finding::Confidence;

use crate::placeholder::is_placeholder;
use crate::site::{Form, Role, Site};
use crate::{Candidate, What, assigned};

/// The programs, as they begin a command.
pub(crate) const TRIGGERS: &[&str] = &[
    "curl ",
    "sshpass ",
    "mysql ",
    "mysqldump ",
    "mysqladmin ",
    "mysqlimport ",
    "docker login ",
    "podman login ",
    "redis-cli ",
    "lftp ",
];

/// A command is looked through so far.
const LONGEST: usize = 1_000;
const MOST_WORDS: usize = 60;

/// How a program takes its password.
struct Habit {
    /// The options behind which it stands, as the next word or joined by `=`.
    long: &'static [&'static str],
    /// The letter behind which it stands.
    short: u8,
    /// Whether it may be the next word; else it is joined to the letter.
    apart: bool,
    /// What stands between the user, who goes first, and the password.
    user: Option<char>,
}

fn habit(program: &str) -> Habit {
    let plain = Habit { long: &[], short: b'p', apart: true, user: None };
    match program.to_ascii_lowercase().trim_end() {
        "curl" => {
            let long = &["--user", "--proxy-user"];
            Habit { long, short: b'u', user: Some(':'), ..plain }
        }
        "lftp" => Habit { long: &["--user"], short: b'u', user: Some(','), ..plain },
        "docker login" | "podman login" => Habit { long: &["--password"], ..plain },
        "redis-cli" => Habit { long: &["--pass"], short: b'a', ..plain },
        "sshpass" => plain,
        _ => Habit { apart: false, ..plain },
    }
}

/// The password on the command line of the program whose name stands at `start..end`.
pub(crate) fn at(text: &str, start: usize, end: usize, site: Site) -> Option<Candidate> {
    let before = text[..start].chars().next_back();
    let begins = before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.'));
    // What is no shell's shows commands too: in sentences, in code that runs them.
    if !begins || site.form == Form::Lock {
        return None;
    }
    let program = text[start..end].trim_end();
    let habit = habit(program);
    let words = words(text, end);
    let (option, value) = words.iter().enumerate().find_map(|(at, word)| {
        let next = || words.get(at + 1).copied();
        let named = |name: &&&str| word.text.strip_prefix(**name);
        if let Some((name, rest)) = habit.long.iter().find_map(|name| Some((*name, named(&name)?)))
        {
            return match rest.strip_prefix('=') {
                Some(value) => Some((name, word.behind(word.text.len() - value.len()))),
                None if rest.is_empty() => Some((name, next()?)),
                None => None,
            };
        }
        let letters = word.text.strip_prefix('-').filter(|rest| !rest.starts_with('-'))?;
        let option = if habit.short == b'u' {
            "-u"
        } else if habit.short == b'a' {
            "-a"
        } else {
            "-p"
        };
        // `-sSu deploy:…`: several letters, of which the last takes the value.
        let last = letters.bytes().next_back()? == habit.short
            && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
            && letters.len() <= 5;
        if habit.apart && last {
            return Some((option, next()?));
        }
        let joined = letters.as_bytes().first() == Some(&habit.short) && letters.len() > 1;
        joined.then(|| (option, word.behind(2)))
    })?;
    let value = match habit.user {
        None => value,
        Some(sign) => {
            let (user, password) = value.text.split_once(sign)?;
            const ANYBODY: &[&str] = &["user", "username", "login", "name", "email", "me", "foo"];
            let lower = user.to_ascii_lowercase();
            let shown = ["your", "example", "<", "$"].iter().any(|word| lower.contains(word));
            if user.is_empty() || shown || ANYBODY.contains(&lower.as_str()) {
                return None;
            }
            value.behind(value.text.len() - password.len())
        }
    };
    let password = value.text;
    if !(6..=200).contains(&password.len())
        || !password.is_ascii()
        || password.contains([' ', '\\', '$', '`'])
        || assigned::is_reference(password, true)
        || is_placeholder(password)
        || is_number(password)
    {
        return None;
    }
    let candidate = Candidate {
        span: Span::new(value.start as u32, (value.start + password.len()) as u32),
        what: What::Named { password: true, random: true },
        key: format!("{} {option}", program.to_ascii_lowercase()),
        confidence: Confidence::Medium,
        doubt: None,
    };
    if assigned::is_random_password(password) {
        return Some(candidate);
    }
    let typed = password.bytes().any(|byte| byte.is_ascii_digit())
        && password.bytes().any(|byte| byte.is_ascii_alphabetic());
    (typed && site.role == Role::Live && site.form == Form::Plain).then_some(Candidate {
        what: What::Named { password: true, random: false },
        confidence: Confidence::Low,
        doubt: Some("if the password is a true one"),
        ..candidate
    })
}

/// `8000:8000`, `1.2.3`
fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'-'))
}

/// One word of a command, without its quotes.
#[derive(Clone, Copy)]
struct Word<'t> {
    text: &'t str,
    start: usize,
}

impl<'t> Word<'t> {
    fn behind(self, length: usize) -> Self {
        let text = self.text.get(length..).unwrap_or("");
        Word { text: text.trim_matches(['"', '\'']), start: self.start + length + quotes(text) }
    }
}

/// How many quotes a text begins with.
fn quotes(text: &str) -> usize {
    text.len() - text.trim_start_matches(['"', '\'']).len()
}

/// The words from `from` on to the end of the command, over lines that go on.
fn words(text: &str, from: usize) -> Vec<Word<'_>> {
    let bytes = text.as_bytes();
    let end = (from + LONGEST).min(bytes.len());
    let mut words = Vec::new();
    let mut at = from;
    while at < end && words.len() < MOST_WORDS {
        match bytes[at] {
            b' ' | b'\t' => at += 1,
            b'\\' if bytes.get(at + 1) == Some(&b'\n') => at += 2,
            b'\n' | b'\r' | b'|' | b';' | b'&' | b'#' | b')' => break,
            byte => {
                let quote = Some(byte).filter(|byte| matches!(byte, b'"' | b'\''));
                let start = at + usize::from(quote.is_some());
                let mut inside = None;
                let ends = |byte: u8, inside: &mut Option<u8>| match (quote, *inside) {
                    (Some(quote), _) => byte == quote || byte == b'\n',
                    (None, Some(open)) => {
                        if byte == open {
                            *inside = None;
                        }
                        byte == b'\n'
                    }
                    (None, None) => {
                        if matches!(byte, b'"' | b'\'') {
                            *inside = Some(byte);
                        }
                        byte.is_ascii_whitespace() || matches!(byte, b'|' | b';' | b'&' | b')')
                    }
                };
                let length = bytes[start..end].iter().position(|byte| ends(*byte, &mut inside));
                let stop = length.map_or(end, |length| start + length);
                let Some(word) = text.get(start..stop) else { break };
                // The quote that ends the text around a command ends the command.
                let word = if quote.is_none() {
                    word.trim_end_matches(['"', '\'', '`', ','])
                } else {
                    word
                };
                words.push(Word { text: word, start });
                at = stop + usize::from(quote.is_some() && bytes.get(stop) != Some(&b'\n'));
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        let trigger = TRIGGERS.iter().find(|trigger| text.contains(**trigger))?;
        let start = text.find(trigger)?;
        let site = Site { form: Form::Plain, role: Role::Live };
        let candidate = at(text, start, start + trigger.len(), site)?;
        Some(candidate.span.slice(text))
    }

    const WORD: &str = "q7Zt3LxV0pWd7R";

    #[test]
    fn programs_are_given_passwords() {
        for text in [
            "curl -u deploy:PW https://files.clinic.net/",
            "curl -sSLu 'deploy:PW' -O https://files.clinic.net/",
            "curl https://files.clinic.net/ \\\n  --user \"deploy:PW\"",
            "curl --user=deploy:PW https://files.clinic.net/",
            "sshpass -p 'PW' ssh deploy@clinic.net",
            "sshpass -pPW ssh deploy@clinic.net",
            "mysql -u root -pPW clinic < dump.sql",
            "mysqldump -uroot -p'PW' clinic",
            "docker login -u ci -p PW registry.clinic.net",
            "docker login --password=PW registry.clinic.net",
            "redis-cli -h cache -a PW flushall",
            "run(\"curl -u deploy:PW https://files.clinic.net/\")",
        ] {
            assert_eq!(found(&text.replace("PW", WORD)), Some(WORD), "{text}");
        }
    }

    #[test]
    fn what_stands_for_a_password_is_none() {
        for text in [
            "curl -u \"$USER:$PASSWORD\" https://files.clinic.net/",
            "curl -u user:q7Zt3LxV0pWd7R https://files.clinic.net/",
            "curl -u deploy:password https://files.clinic.net/",
            "curl -u ${CI_USER}:${CI_TOKEN} https://files.clinic.net/",
            "mysql -u root -p clinic",
            "mysql -u root -p\"$PASSWORD\" clinic",
            "mysql -P 3306 --protocol=tcp clinic",
            "docker login -u ci --password-stdin registry.clinic.net",
            "sshpass -e ssh -p 222222 deploy@clinic.net",
            "docker login -u ci; docker run -p 127.0.0.1:8000 clinic",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
