//! One client for everything that Bartizan fetches: bounded in size, time and redirects.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read as _};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use ureq::http::header::{
    ACCEPT, ACCEPT_ENCODING, AGE, AUTHORIZATION, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE,
    ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION, RETRY_AFTER,
};
use ureq::http::{HeaderMap, Response};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body};
use url::Url;

use crate::cache::Validators;
use crate::credentials::{Credentials, Netrc};
use crate::failure::{Failure, Why};
use crate::proxy::Proxies;
use crate::resolver::Remembering;
use crate::roots::Roots;

/// Nobody has a reason to send a client further on than this.
const HOPS: usize = 10;
/// How often it is told how far an answer has come: after so many bytes.
const PIECE: u64 = 64 << 10;
/// Connections that wait for the next request: as many as ask at once.
const IDLE: usize = 20;
/// A server that asks for more patience than this is asked another day.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How the client asks.
#[derive(Clone, Debug)]
pub struct Options {
    /// Through whom.
    pub proxies: Proxies,
    /// Who may vouch for a server.
    pub roots: Roots,
    /// Who asks, by host.
    pub netrc: Netrc,
    /// How long to wait for the next piece of an answer.
    pub patience: Duration,
    /// How often a request is made again that failed for a passing reason.
    pub retries: u32,
    /// How the client calls itself.
    pub user_agent: String,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request<'r> {
    /// Where.
    pub url: &'r str,
    /// In which formats.
    pub accept: &'r str,
    /// What is known already: the answer may be that nothing has changed.
    pub known: Option<&'r Validators>,
    /// Who asks, where neither the address nor `.netrc` says so.
    pub credentials: Option<&'r Credentials>,
    /// Whether the certificate of the host is looked at.
    pub verify: bool,
    /// The largest answer in bytes, packed or not.
    pub limit: u64,
    /// How long the whole may take.
    pub total: Duration,
}

/// What a server answered.
#[derive(Clone, Debug)]
pub enum Answer {
    /// What it has now.
    Fetched(Fetched),
    /// What is known already still holds, for so many seconds without asking again.
    NotModified(Option<u64>),
}

/// How much of an answer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// So many bytes, as they are sent.
    pub bytes: u64,
    /// Of so many, where the server says it.
    pub of: Option<u64>,
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The body, unpacked.
    pub bytes: Vec<u8>,
    /// What the server says it is; empty where it does not.
    pub content_type: String,
    /// What to ask with next time.
    pub validators: Validators,
    /// For how many seconds it holds without asking again, where the server says so.
    pub max_age: Option<u64>,
}

/// Asks servers.
pub struct Client {
    options: Options,
    roots: RootCerts,
    resolver: Remembering,
    /// By proxy, and by whether certificates are looked at.
    agents: Mutex<BTreeMap<(Option<String>, bool), Agent>>,
}

impl Client {
    /// A client. An error says which certificates cannot be read.
    pub fn new(options: Options) -> Result<Self, String> {
        let roots = options.roots.load()?;
        Ok(Self { options, roots, resolver: Remembering::default(), agents: Mutex::default() })
    }

    /// Asks, again where the reason of a failure passes.
    pub fn get(&self, request: &Request<'_>) -> Result<Answer, Failure> {
        self.get_told(request, &|_| {})
    }

    /// As [`Self::get`], and tells how far a long answer has come.
    pub fn get_told(
        &self,
        request: &Request<'_>,
        tell: &dyn Fn(Received),
    ) -> Result<Answer, Failure> {
        let mut pause = Duration::from_millis(300);
        for _ in 0..self.options.retries {
            match self.follow(request, tell) {
                Err((failure, wanted)) if failure.is_passing() => {
                    let wanted = wanted.unwrap_or(pause);
                    if wanted > LONGEST_PAUSE {
                        return Err(failure);
                    }
                    thread::sleep(wanted);
                    pause *= 3;
                }
                Err((failure, _)) => return Err(failure),
                Ok(answer) => return Ok(answer),
            }
        }
        self.follow(request, tell).map_err(|(failure, _)| failure)
    }

    /// Asks, and goes where the server sends. A failure may say how long to wait.
    fn follow(
        &self,
        request: &Request<'_>,
        tell: &dyn Fn(Received),
    ) -> Result<Answer, (Failure, Option<Duration>)> {
        let mut url = Url::parse(request.url).map_err(|error| {
            let address = without_credentials(request.url);
            (Failure { address, why: Why::NotReadable(format!("no address: {error}")) }, None)
        })?;
        let first = url.origin();
        let own = credentials_of(&url).or_else(|| request.credentials.cloned());
        let mut seen = BTreeSet::new();
        loop {
            let fail = |why| (Failure { address: shown(&url), why }, None);
            if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
                let why = format!("`{}` is no address of the web", shown(&url));
                return Err(fail(Why::RedirectRefused(why)));
            }
            if !seen.insert(url.as_str().to_owned()) || seen.len() > HOPS {
                return Err(fail(Why::RedirectsForever));
            }
            // Whoever is redirected to is not told who asks, unless `.netrc` names that host.
            let own = own.as_ref().filter(|_| url.origin() == first);
            let response = self.once(&url, request, own).map_err(|why| fail(self.named(why)))?;
            let headers = response.headers();
            match response.status().as_u16() {
                200 => return self.fetched(response, request, tell).map_err(fail),
                304 if request.known.is_some() => return Ok(Answer::NotModified(max_age(headers))),
                301 | 302 | 303 | 307 | 308 => {
                    let location = text(headers, &LOCATION);
                    let next = url.join(&location).ok().filter(|_| !location.is_empty());
                    let Some(next) = next else {
                        let why = "the server redirects to what is no address".to_owned();
                        return Err(fail(Why::RedirectRefused(why)));
                    };
                    if url.scheme() == "https" && next.scheme() != "https" {
                        let why = format!("the server redirects to {}, unprotected", shown(&next));
                        return Err(fail(Why::RedirectRefused(why)));
                    }
                    url = next;
                }
                status => {
                    let wait = text(headers, &RETRY_AFTER).parse().map(Duration::from_secs).ok();
                    return Err((fail(Why::Status(status)).0, wait));
                }
            }
        }
    }

    fn once(
        &self,
        url: &Url,
        request: &Request<'_>,
        own: Option<&Credentials>,
    ) -> Result<Response<Body>, ureq::Error> {
        let host = url.host_str().unwrap_or("");
        let proxy = self.options.proxies.of(url.scheme(), host, url.port_or_known_default());
        let agent = self.agent(proxy, request.verify)?;
        let mut bare = url.clone();
        // An address without a host was refused before, and any other can lose its user.
        let _ = bare.set_username("").and_then(|()| bare.set_password(None));
        bare.set_fragment(None);
        let mut builder = agent
            .get(bare.as_str())
            .config()
            .timeout_global(Some(request.total))
            .build()
            .header(ACCEPT, request.accept)
            .header(ACCEPT_ENCODING, "gzip");
        if let Some(known) = request.known {
            if let Some(tag) = &known.etag {
                builder = builder.header(IF_NONE_MATCH, tag);
            }
            if let Some(time) = &known.last_modified {
                builder = builder.header(IF_MODIFIED_SINCE, time);
            }
        }
        // What `.netrc` keeps is for nobody who listens in between.
        let is_private = url.scheme() == "https" || is_loopback(host);
        let kept = || self.options.netrc.of(host).filter(|_| is_private);
        if let Some(credentials) = own.or_else(kept) {
            builder = builder.header(AUTHORIZATION, credentials.basic());
        }
        builder.call()
    }

    fn agent(&self, proxy: Option<&str>, verify: bool) -> Result<Agent, ureq::Error> {
        let key = (proxy.map(str::to_owned), verify);
        let mut agents = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(agent) = agents.get(&key) {
            return Ok(agent.clone());
        }
        let tls = TlsConfig::builder()
            .root_certs(self.roots.clone())
            .disable_verification(!verify)
            .build();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(proxy.map(ureq::Proxy::new).transpose()?)
            .tls_config(tls)
            .user_agent(&self.options.user_agent)
            .timeout_connect(Some(self.options.patience))
            .timeout_per_read(Some(self.options.patience))
            .timeout_per_write(Some(self.options.patience))
            .max_idle_connections(2 * IDLE)
            .max_idle_connections_per_host(IDLE)
            .build();
        let resolver = self.resolver.clone();
        let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
        agents.insert(key, agent.clone());
        Ok(agent)
    }

    fn fetched(
        &self,
        response: Response<Body>,
        request: &Request<'_>,
        tell: &dyn Fn(Received),
    ) -> Result<Answer, Why> {
        let headers = response.headers();
        let packing = text(headers, &CONTENT_ENCODING).to_ascii_lowercase();
        let validators = Validators {
            etag: Some(text(headers, &ETAG)).filter(|tag| !tag.is_empty()),
            last_modified: Some(text(headers, &LAST_MODIFIED)).filter(|time| !time.is_empty()),
        };
        let (content_type, max_age) = (text(headers, &CONTENT_TYPE), max_age(headers));
        let promised = response.body().content_length();
        if promised.is_some_and(|size| size > request.limit) {
            return Err(Why::TooLarge(request.limit));
        }
        let mut bytes = Vec::new();
        let mut body = response.into_body().into_reader().take(request.limit + 1);
        loop {
            let piece = (&mut body).take(PIECE).read_to_end(&mut bytes);
            let piece = piece.map_err(|error| self.named(ureq::Error::from(error)))?;
            tell(Received { bytes: bytes.len() as u64, of: promised });
            if (piece as u64) < PIECE {
                break;
            }
        }
        if bytes.len() as u64 > request.limit {
            return Err(Why::TooLarge(request.limit));
        }
        if promised.is_some_and(|size| size != bytes.len() as u64) {
            return Err(Why::Broken("the answer ends before its end".to_owned()));
        }
        let bytes = match packing.as_str() {
            "" | "identity" => bytes,
            "gzip" | "x-gzip" => gunzip(&bytes, request.limit)?,
            other => {
                let why = format!("the answer is packed as `{other}`, which nobody asked for");
                return Err(Why::Broken(why));
            }
        };
        Ok(Answer::Fetched(Fetched { bytes, content_type, validators, max_age }))
    }

    /// The reason behind an error of the library.
    fn named(&self, error: ureq::Error) -> Why {
        use ureq::{Error, Timeout};
        let seconds = self.options.patience.as_secs();
        match error {
            Error::HostNotFound => Why::NoConnection("no host of this name is known".to_owned()),
            Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
                Why::NoConnection(format!("nobody answers within {seconds} s"))
            }
            Error::Timeout(_) => Why::TooSlow(seconds),
            Error::ConnectionFailed => Why::NoConnection("nobody can be reached".to_owned()),
            Error::ConnectProxyFailed(why) => {
                Why::NoConnection(format!("the proxy does not connect: {why}"))
            }
            Error::InvalidProxyUrl => {
                Why::NoConnection("the address of the proxy is none that is understood".to_owned())
            }
            Error::Rustls(error) => Why::NotTrusted(error.to_string()),
            Error::Tls(why) => Why::NotTrusted(why.to_owned()),
            Error::Protocol(error) => Why::Broken(format!("the answer is no HTTP: {error}")),
            Error::Io(error) => self.named_io(&error),
            other => Why::Broken(other.to_string()),
        }
    }

    fn named_io(&self, error: &io::Error) -> Why {
        use io::ErrorKind as Kind;
        let text = error.to_string();
        let words = text.split(" (os error").next().unwrap_or(&text).to_lowercase();
        match error.kind() {
            Kind::TimedOut | Kind::WouldBlock => Why::TooSlow(self.options.patience.as_secs()),
            Kind::InvalidData => Why::NotTrusted(text),
            Kind::UnexpectedEof
            | Kind::ConnectionReset
            | Kind::BrokenPipe
            | Kind::ConnectionAborted => Why::Broken("the answer ends before its end".to_owned()),
            _ => Why::NoConnection(words),
        }
    }
}

/// Whether the host is this machine.
fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// The text of a header that has one, else nothing.
fn text(headers: &HeaderMap, name: &HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("").trim().to_owned()
}

/// For how long an answer holds without asking again.
fn max_age(headers: &HeaderMap) -> Option<u64> {
    let control = text(headers, &CACHE_CONTROL).to_ascii_lowercase();
    let words: Vec<&str> = control.split(',').map(str::trim).collect();
    if words.iter().any(|word| matches!(*word, "no-cache" | "no-store")) {
        return Some(0);
    }
    let seconds = words.iter().find_map(|word| word.strip_prefix("max-age="))?;
    let seconds: u64 = seconds.parse().ok()?;
    Some(seconds.saturating_sub(text(headers, &AGE).parse().unwrap_or(0)))
}

/// Who asks, as the address itself says.
fn credentials_of(url: &Url) -> Option<Credentials> {
    let plain = |text: &str| {
        let bytes = text.as_bytes();
        let (mut out, mut at) = (Vec::new(), 0);
        while let Some(byte) = bytes.get(at) {
            let digits = text.get(at + 1..at + 3).filter(|_| *byte == b'%');
            let meant = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
            out.push(meant.unwrap_or(*byte));
            at += if meant.is_some() { 3 } else { 1 };
        }
        String::from_utf8_lossy(&out).into_owned()
    };
    let is_given = !url.username().is_empty() || url.password().is_some();
    is_given.then(|| Credentials::new(plain(url.username()), plain(url.password().unwrap_or(""))))
}

/// The address as it may be shown.
fn shown(url: &Url) -> String {
    without_credentials(url.as_str())
}

fn without_credentials(address: &str) -> String {
    bartizan_requirement::Address::new(address).to_string()
}

/// Unpacks gzip (RFC 1952), to `limit` bytes at most.
pub fn gunzip(bytes: &[u8], limit: u64) -> Result<Vec<u8>, Why> {
    let broken = || Why::Broken("the answer cannot be unpacked".to_owned());
    let [0x1f, 0x8b, 8, flags, _, _, _, _, _, _, rest @ ..] = bytes else { return Err(broken()) };
    let mut rest = rest;
    if flags & 4 != 0 {
        let [low, high, after @ ..] = rest else { return Err(broken()) };
        rest = after.get(usize::from(u16::from_le_bytes([*low, *high]))..).ok_or_else(broken)?;
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            let end = rest.iter().position(|byte| *byte == 0).ok_or_else(broken)?;
            rest = &rest[end + 1..];
        }
    }
    if flags & 2 != 0 {
        rest = rest.get(2..).ok_or_else(broken)?;
    }
    let (data, tail) = rest.split_last_chunk::<4>().ok_or_else(broken)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let unpacked = miniz_oxide::inflate::decompress_to_vec_with_limit(data, limit).map_err(
        |error| match error.status {
            miniz_oxide::inflate::TINFLStatus::HasMoreOutput => Why::TooLarge(limit as u64),
            _ => broken(),
        },
    )?;
    match u32::from_le_bytes(*tail) == unpacked.len() as u32 {
        true => Ok(unpacked),
        false => Err(broken()),
    }
}
