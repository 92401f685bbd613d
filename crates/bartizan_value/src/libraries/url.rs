//! URLs, split as `urllib.parse` splits them.

/// The parts of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url<'u> {
    pub(super) scheme: String,
    /// `user:password@host:port`
    pub(super) authority: &'u str,
    pub(super) path: &'u str,
    pub(super) query: &'u str,
}

/// What a URL is where this is not followed: characters that Python takes out, brackets that do not
/// match, text that is no UTF-8 after decoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotFollowed;

impl<'u> Url<'u> {
    /// `urllib.parse.urlsplit`
    pub(super) fn split(text: &'u str) -> Result<Self, NotFollowed> {
        let is_taken_out = |c: char| c.is_control();
        if text.starts_with(' ') || text.contains(is_taken_out) {
            return Err(NotFollowed);
        }
        let mut rest = text;
        let mut scheme = String::new();
        if let Some((before, after)) = text.split_once(':')
            && before.starts_with(|c: char| c.is_ascii_alphabetic())
            && before.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        {
            scheme = before.to_ascii_lowercase();
            rest = after;
        }
        let mut authority = "";
        if let Some(after) = rest.strip_prefix("//") {
            let end = after.find(['/', '?', '#']).unwrap_or(after.len());
            (authority, rest) = after.split_at(end);
            if authority.contains(['[', ']']) || !authority.is_ascii() {
                return Err(NotFollowed);
            }
        }
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        Ok(Self { scheme, authority, path, query })
    }

    /// Before the last `@`: the name, and the password behind its first colon.
    pub(super) fn user(&self) -> (Option<&'u str>, Option<&'u str>) {
        match self.authority.rsplit_once('@') {
            None => (None, None),
            Some((user, _)) => match user.split_once(':') {
                None => (Some(user), None),
                Some((user, password)) => (Some(user), Some(password)),
            },
        }
    }

    /// Behind it: the host in small letters, and the port. `None` if that is no number of a port, for
    /// which Python raises.
    pub(super) fn host(&self) -> Option<(String, Option<u16>)> {
        let host = self.authority.rsplit_once('@').map_or(self.authority, |(_, host)| host);
        let (host, port) = match host.split_once(':') {
            None => (host, None),
            Some((host, "")) => (host, None),
            Some((host, port)) => {
                if !port.bytes().all(|byte| byte.is_ascii_digit()) {
                    return None;
                }
                (host, Some(port.parse().ok()?))
            }
        };
        Some((host.to_ascii_lowercase(), port))
    }

    /// `urllib.parse.parse_qs`, without blank values; names in the order in which they come first.
    pub(super) fn queries(&self) -> Result<Vec<(String, Vec<String>)>, NotFollowed> {
        let mut found: Vec<(String, Vec<String>)> = Vec::new();
        for pair in self.query.split('&') {
            let Some((name, value)) = pair.split_once('=') else { continue };
            if value.is_empty() {
                continue;
            }
            let (name, value) = (unquoted_plus(name)?, unquoted_plus(value)?);
            match found.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => found.push((name, vec![value])),
            }
        }
        Ok(found)
    }
}

/// `urllib.parse.unquote`
pub(super) fn unquoted(text: &str) -> Result<String, NotFollowed> {
    let digit = |at: usize| {
        let byte = text.as_bytes().get(at)?;
        char::from(*byte).to_digit(16)
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        match (*byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(bytes).map_err(|_| NotFollowed)
}

/// `urllib.parse.unquote_plus`
pub(super) fn unquoted_plus(text: &str) -> Result<String, NotFollowed> {
    unquoted(&text.replace('+', " "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]
    use super::*;

    #[test]
    fn parts_are_those_of_urllib() {
        let url =
            Url::split("postgres://shop:p%40ss@DB.example:5433/orders?sslmode=require#x").unwrap();
        assert_eq!(url.scheme, "postgres");
        assert_eq!(url.user(), (Some("shop"), Some("p%40ss")));
        assert_eq!(url.host(), Some(("db.example".to_owned(), Some(5433))));
        assert_eq!(url.path, "/orders");
        assert_eq!(url.queries().unwrap(), [("sslmode".to_owned(), vec!["require".to_owned()])]);
        assert_eq!(unquoted("p%40ss%zz").unwrap(), "p@ss%zz");
        assert_eq!(Url::split("redis://[::1]/0"), Err(NotFollowed));
        assert_eq!(Url::split("sqlite://:memory:").unwrap().host(), None);
    }
}
