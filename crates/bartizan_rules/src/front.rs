//! The server in front of the site, as far as the tree has its configuration.

use bartizan_base::{FilePath, LineIndex};
use bartizan_deployment::{Directive, Nginx};

/// A configuration of nginx.
#[derive(Clone, Debug)]
pub struct Front {
    /// Its file.
    pub path: FilePath,
    lines: LineIndex,
    nginx: Nginx,
}

/// What a server does with a header that visitors may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// It writes its own in the place of theirs.
    Replaced,
    /// It hands theirs on; the line says so, or would have to say otherwise.
    HandedOn {
        /// The line.
        line: u32,
        /// Whether it says so, and does not merely fail to say otherwise.
        is_said: bool,
    },
    /// What it includes may say.
    Unknown,
}

impl Front {
    /// A configuration that was read.
    pub fn new(path: FilePath, text: &str, nginx: Nginx) -> Self {
        Self { path, lines: LineIndex::new(text), nginx }
    }

    /// What becomes of a header such as `X-Forwarded-Proto`, at each place that hands requests on.
    pub fn passings(&self, header: &str) -> Vec<Passing> {
        let found = self.nginx.all("proxy_pass").into_iter();
        found.map(|(around, pass)| self.passing(&around, pass, header)).collect()
    }

    fn passing(&self, around: &[&Directive], pass: &Directive, header: &str) -> Passing {
        // A block that sets any header takes over none from the blocks around it.
        let deciding = around.iter().rev().find(|block| {
            block.inside("proxy_set_header").next().is_some()
                || block.inside("include").next().is_some()
        });
        let line = |directive: &Directive| self.lines.line(directive.span.start);
        let Some(block) = deciding else {
            return Passing::HandedOn { line: line(pass), is_said: false };
        };
        let mut headers = block.inside("proxy_set_header");
        let set = headers
            .find(|set| set.words.first().is_some_and(|name| name.eq_ignore_ascii_case(header)));
        let variable = format!("$http_{}", header.to_ascii_lowercase().replace('-', "_"));
        match set {
            Some(set) if set.words.get(1).is_some_and(|value| value.contains(&variable)) => {
                Passing::HandedOn { line: line(set), is_said: true }
            }
            Some(_) => Passing::Replaced,
            None if block.inside("include").next().is_some() => Passing::Unknown,
            None => Passing::HandedOn { line: line(pass), is_said: false },
        }
    }

    /// The names that the server hands requests on for, each with its line.
    pub fn names(&self) -> Vec<(String, u32)> {
        let is_name = |name: &str| {
            name.contains('.')
                && name.chars().any(|c| c.is_ascii_alphabetic())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || ".-*".contains(c))
        };
        let mut found = Vec::new();
        for (_, server) in self.nginx.all("server") {
            let hands_on_host = |block: &Directive| {
                block.inside("proxy_set_header").any(|set| {
                    set.words.first().is_some_and(|name| name.eq_ignore_ascii_case("Host"))
                        && set.words.get(1).is_some_and(|value| value.contains("host"))
                })
            };
            let is_proxy = server.inside("location").any(|location| {
                location.inside("proxy_pass").next().is_some()
                    && (hands_on_host(location) || hands_on_host(server))
            });
            for names in server.inside("server_name").filter(|_| is_proxy) {
                let line = self.lines.line(names.span.start);
                let names = names.words.iter().map(|name| name.to_lowercase());
                found.extend(names.filter(|name| is_name(name)).map(|name| (name, line)));
            }
        }
        found
    }
}

/// What the servers in front do with a header, all together: the worst of what is known, with its
/// place; `None` where nothing hands requests on.
pub fn worst<'f>(fronts: &'f [Front], header: &str) -> Option<(&'f Front, Passing)> {
    let rank = |passing: Passing| match passing {
        Passing::HandedOn { is_said: true, .. } => 3,
        Passing::HandedOn { is_said: false, .. } => 2,
        Passing::Unknown => 1,
        Passing::Replaced => 0,
    };
    let all = fronts
        .iter()
        .flat_map(|front| front.passings(header).into_iter().map(move |passing| (front, passing)));
    all.max_by_key(|(_, passing)| rank(*passing))
}

/// The name of a header as it is sent: `X-Forwarded-Proto` for `HTTP_X_FORWARDED_PROTO`.
pub fn header_of(wsgi: &str) -> Option<String> {
    let words = wsgi.strip_prefix("HTTP_")?.split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        format!("{first}{}", rest.to_ascii_lowercase())
    });
    Some(words.collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn front(text: &str) -> Front {
        let path = FilePath::new("deploy/nginx.conf").expect("a path");
        match bartizan_deployment::read(&path, text) {
            Some(bartizan_deployment::Facts::Nginx(nginx)) => Front::new(path, text, nginx),
            _ => panic!("no configuration of nginx"),
        }
    }

    #[test]
    fn a_block_that_sets_a_header_takes_over_none() {
        let text = "server {\n  proxy_set_header X-Forwarded-Proto $scheme;\n  location / {\n    proxy_pass http://web;\n  }\n  location /api/ {\n    proxy_set_header Host $host;\n    proxy_pass http://web;\n  }\n}\n";
        let handed_on = Passing::HandedOn { line: 8, is_said: false };
        assert_eq!(front(text).passings("X-Forwarded-Proto"), [Passing::Replaced, handed_on]);
    }

    #[test]
    fn what_is_included_is_not_known() {
        let text = "server { location / { include proxy_params; proxy_pass http://web; } }";
        assert_eq!(front(text).passings("X-Forwarded-Proto"), [Passing::Unknown]);
        assert_eq!(header_of("HTTP_X_FORWARDED_PROTO").as_deref(), Some("X-Forwarded-Proto"));
    }
}
