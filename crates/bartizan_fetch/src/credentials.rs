//! Who asks: a name and a password, from an address or from `.netrc`.

use std::fmt;

/// A name and a password. They are shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub(crate) login: String,
    pub(crate) password: String,
}

impl Credentials {
    /// A name and its password.
    pub fn new(login: impl Into<String>, password: impl Into<String>) -> Self {
        Self { login: login.into(), password: password.into() }
    }

    /// The value of the header `Authorization`.
    pub(crate) fn basic(&self) -> String {
        format!("Basic {}", base64(format!("{}:{}", self.login, self.password).as_bytes()))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(***)")
    }
}

/// The entries of a `.netrc`.
#[derive(Clone, Debug, Default)]
pub struct Netrc {
    entries: Vec<(String, Credentials)>,
}

impl Netrc {
    /// Reads a `.netrc` as curl and Python do. What is no entry is passed over.
    pub fn parse(text: &str) -> Self {
        let mut entries: Vec<(String, Credentials)> = Vec::new();
        let mut words = text
            .lines()
            // A macro runs to an empty line, and nothing here needs one.
            .scan(false, |inside, line| {
                *inside =
                    (*inside || line.trim_start().starts_with("macdef")) && !line.trim().is_empty();
                Some(if *inside || line.trim_start().starts_with('#') { "" } else { line })
            })
            .flat_map(str::split_whitespace);
        while let Some(word) = words.next() {
            let value =
                |words: &mut dyn Iterator<Item = &str>| words.next().unwrap_or("").to_owned();
            match word {
                "machine" => {
                    let host = value(&mut words).to_ascii_lowercase();
                    entries.push((host, Credentials::new("", "")));
                }
                // Who a scanned project names as its index would be told these.
                "default" => entries.push((String::new(), Credentials::new("", ""))),
                "login" | "user" => {
                    let login = value(&mut words);
                    if let Some((_, entry)) = entries.last_mut() {
                        entry.login = login;
                    }
                }
                "password" => {
                    let password = value(&mut words);
                    if let Some((_, entry)) = entries.last_mut() {
                        entry.password = password.trim_matches('"').to_owned();
                    }
                }
                "account" => drop(value(&mut words)),
                _ => {}
            }
        }
        Self { entries }
    }

    /// Who asks at a host. An entry for whatever host is not used.
    pub(crate) fn of(&self, host: &str) -> Option<&Credentials> {
        let mut named = self.entries.iter().filter(|(name, _)| name == host && !host.is_empty());
        named.next().map(|(_, credentials)| credentials)
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte));
        let group = group << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let six = (group >> (18 - 6 * digit) & 63) as usize;
            text.push(if digit <= chunk.len() { DIGITS[six] as char } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_its_own_entry() {
        let netrc = Netrc::parse(
            "# ours\nmachine Index.example login shop\n  password s3cret\nmacdef init\ncd /x\n\n\
             machine other.example\nlogin a account b password \"c\"\ndefault login anyone password d\n",
        );
        let of = |host| netrc.of(host).map(Credentials::basic).unwrap();
        assert_eq!(of("index.example"), format!("Basic {}", base64(b"shop:s3cret")));
        assert_eq!(of("other.example"), format!("Basic {}", base64(b"a:c")));
        assert_eq!(netrc.of("third.example"), None, "not everyone is told");
        assert_eq!(Netrc::parse("machine").of("x"), None);
        assert_eq!(format!("{:?}", netrc.of("other.example").unwrap()), "Credentials(***)");
    }

    #[test]
    fn base64_of_the_rfc() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
