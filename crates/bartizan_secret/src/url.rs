//! Passwords inside URLs: `postgres://shop:…@db.example.org/shop`.

use bartizan_base::Span;
use bartizan_finding::Confidence;

use crate::placeholder::is_placeholder;
use crate::{Candidate, Service, What, assigned, pairs};

/// No user, password or host is longer.
const LONGEST: usize = 300;

/// The password in the URL whose `://` lies at `at`.
pub(crate) fn at(text: &str, at: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let begin = at + 3;
    let scheme_length = bytes[..at]
        .iter()
        .rev()
        .take(20)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'))
        .count();
    let scheme = text.get(at - scheme_length..at)?.to_ascii_lowercase();
    // The authority ends at the first slash or blank, and the user ends at the last `@` in it; a
    // password with a slash in it has to be escaped.
    let authority = bytes[begin..]
        .iter()
        .take(LONGEST)
        .take_while(|byte| {
            !byte.is_ascii_whitespace()
                && !matches!(byte, b'/' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'?' | b'\\' | b'|')
        })
        .count();
    let authority = text.get(begin..begin + authority)?;
    let (user_info, host) = authority.rsplit_once('@')?;
    let (user, password) = user_info.split_once(':')?;
    let is_plain = |part: &str| {
        !part.contains(['{', '}', '$', '(', ')', '[', ']', '*', ',', ';']) && !part.contains("%(")
    };
    if scheme.is_empty()
        || host.is_empty()
        || password.len() < 4
        || !is_plain(password)
        || !is_plain(user)
        || host.starts_with(['{', '$', '%'])
        || !user.is_ascii()
        || is_format(password)
    {
        return None;
    }
    let start = begin + user.len() + 1;
    let span = Span::new(start as u32, (start + password.len()) as u32);
    let (to, local) = (service(&scheme), is_local(host));
    let key = assigned::name_before(text, at - scheme_length);
    let random = password.len() >= 8 && pairs::surprise(password) >= 4.9;
    let candidate = Candidate {
        span,
        what: What::Url { to, local },
        key,
        confidence: Confidence::High,
        doubt: None,
    };
    if is_reserved(host) || password.eq_ignore_ascii_case(user) && !random {
        return None;
    }
    if is_placeholder(password) {
        return None;
    }
    let is_private = is_private(host);
    Some(if local || is_private && !random {
        candidate.at_most(Confidence::Low, "if the service can be reached from other machines")
    } else if is_private {
        candidate.at_most(Confidence::Medium, "if anyone who should not is inside the network")
    } else if !random {
        candidate.at_most(Confidence::Medium, "if the password is a true one")
    } else {
        candidate
    })
}

/// Whether a password is nothing but a hole of `%` formatting.
fn is_format(password: &str) -> bool {
    matches!(password, "%s" | "%r" | "%d" | "%@") || password.starts_with("%s")
}

fn service(scheme: &str) -> Service {
    let base = scheme.split('+').next().unwrap_or(scheme);
    match base {
        "postgres" | "postgresql" | "postgis" | "psql" | "pgsql" | "mysql" | "mysqlgis"
        | "mariadb" | "mongodb" | "mssql" | "sqlserver" | "oracle" | "cockroach"
        | "cockroachdb" | "clickhouse" | "redshift" | "timescale" | "timescalegis" | "couchdb"
        | "cassandra" | "elasticsearch" | "opensearch" | "neo4j" | "bolt" | "snowflake" => {
            Service::Database
        }
        "redis" | "rediss" | "amqp" | "amqps" | "pyamqp" | "kafka" | "nats" | "mqtt" | "mqtts"
        | "memcached" | "valkey" | "sentinel" | "rediscache" | "stomp" => Service::Broker,
        "smtp" | "smtps" | "submission" | "imap" | "imaps" | "pop3" | "email" | "mail" => {
            Service::Mail
        }
        "git" | "ssh" | "svn" => Service::Packages,
        _ if scheme.starts_with("git+") => Service::Packages,
        _ => Service::Other,
    }
}

/// Hosts that are the machine itself, or the name of a neighbour in a composition of containers.
fn is_local(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).trim_matches(['[', ']']);
    !name.contains('.') && !name.contains(':')
        || name.starts_with("127.")
        || matches!(name, "0.0.0.0" | "::1" | "host.docker.internal")
        || name.ends_with(".local")
        || name.ends_with(".localhost")
        || name.ends_with(".test")
        || name.ends_with(".internal")
}

/// Addresses that only a network of one's own knows.
fn is_private(host: &str) -> bool {
    host.starts_with("10.") || host.starts_with("192.168.") || host.starts_with("172.")
}

/// Hosts that are there to be written about.
fn is_reserved(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();
    let name = name.split(['#', '&']).next().unwrap_or("");
    let of = |domain: &str| name == domain || name.ends_with(&format!(".{domain}"));
    [
        "example.com",
        "example.org",
        "example.net",
        "example",
        "invalid",
        "domain.com",
        "host.com",
        "yourdomain.com",
        "mydomain.com",
        "hostname",
        "host",
        "server",
        "foo.com",
        "bar.com",
        "test.com",
    ]
    .iter()
    .any(|domain| of(domain))
}
