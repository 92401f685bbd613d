//! Through which proxy a host is asked.

/// The proxies of the environment or of pip's configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For `http://`.
    pub http: Option<String>,
    /// For `https://`.
    pub https: Option<String>,
    /// Hosts that are asked without one, by commas, as `NO_PROXY` has it.
    pub without: String,
}

impl Proxies {
    /// The proxy for a host, if it is asked through one.
    pub(crate) fn of(&self, scheme: &str, host: &str, port: Option<u16>) -> Option<&str> {
        let proxy = if scheme == "https" { &self.https } else { &self.http };
        let proxy = proxy.as_deref().filter(|proxy| !proxy.is_empty())?;
        (!self.is_direct(host, port)).then_some(proxy)
    }

    fn is_direct(&self, host: &str, port: Option<u16>) -> bool {
        let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
        if matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1") {
            return true;
        }
        let mut patterns =
            self.without.split(',').map(|pattern| pattern.trim().to_ascii_lowercase());
        patterns.any(|pattern| {
            let (name, wanted) = match pattern.rsplit_once(':') {
                Some((name, digits)) if !name.contains(':') => (name, digits.parse::<u16>().ok()),
                _ => (pattern.as_str(), None),
            };
            if wanted.is_some() && wanted != port {
                return false;
            }
            let name = name.trim_start_matches("*.").trim_start_matches('.');
            match name {
                "" => false,
                "*" => true,
                name => {
                    host == name
                        || host.strip_suffix(name).is_some_and(|before| before.ends_with('.'))
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_are_asked_directly() {
        let proxies = Proxies {
            http: None,
            https: Some("http://proxy.example:3128".into()),
            without: "internal.example, .shop.example,*.till.example,10.0.0.7:8443".into(),
        };
        let of = |host: &str, port| proxies.of("https", host, port);
        assert_eq!(of("index.example", Some(443)), proxies.https.as_deref());
        for host in ["internal.example", "a.internal.example", "eu.shop.example", "x.till.example"]
        {
            assert_eq!(of(host, Some(443)), None, "{host}");
        }
        assert!(of("notinternal.example", Some(443)).is_some());
        assert!(of("10.0.0.7", Some(443)).is_some() && of("10.0.0.7", Some(8443)).is_none());
        assert_eq!(of("localhost", None), None);
        assert_eq!(proxies.of("http", "index.example", None), None);
        let none = Proxies { without: "*".into(), ..proxies };
        assert_eq!(none.of("https", "index.example", None), None);
    }
}
