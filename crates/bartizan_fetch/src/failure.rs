//! Why a server's answer was not had: where, and why, without anything that is secret.

use std::fmt;

/// A request that came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The address that was asked, without a user's name or password.
    pub address: String,
    /// What went wrong.
    pub why: Why,
}

/// What went wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody was reached: no network, no such host, nobody listens.
    NoConnection(String),
    /// The connection is not one that can be trusted.
    NotTrusted(String),
    /// Nothing came for so many seconds, or not all of it came in time.
    TooSlow(u64),
    /// The server refused or failed, with its status.
    Status(u16),
    /// More came than such an answer may hold, in bytes.
    TooLarge(u64),
    /// The server sends from one place to another for ever, or back to where it began.
    RedirectsForever,
    /// The server sends on to where nobody may be sent.
    RedirectRefused(String),
    /// The answer ended before its end, or is no HTTP.
    Broken(String),
    /// The answer is whole, and nobody can read it.
    NotReadable(String),
}

impl Failure {
    /// Whether nobody was reached at all, as without a network.
    pub fn is_unreachable(&self) -> bool {
        matches!(self.why, Why::NoConnection(_))
    }

    /// Whether asking again may help: the server, or the way to it, failed.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self.why, Why::Status(429 | 500 | 502 | 503 | 504) | Why::Broken(_))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.address, self.why)
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoConnection(why) => write!(f, "no connection: {why}"),
            Self::NotTrusted(why) => write!(f, "the connection cannot be trusted: {why}"),
            Self::TooSlow(seconds) => write!(f, "no whole answer within {seconds} s"),
            Self::Status(401) => f.write_str("the server asks who we are (401)"),
            Self::Status(403) => f.write_str("the server forbids it (403)"),
            Self::Status(404) => f.write_str("the server does not have it (404)"),
            Self::Status(407) => f.write_str("the proxy asks who we are (407)"),
            Self::Status(429) => f.write_str("the server is asked too often (429)"),
            Self::Status(status @ 500..) => write!(f, "the server failed ({status})"),
            Self::Status(status) => write!(f, "the server answers {status}"),
            Self::TooLarge(limit) => {
                write!(f, "the answer is larger than {} MB", limit.div_ceil(1_000_000))
            }
            Self::RedirectsForever => f.write_str("the server redirects for ever"),
            Self::RedirectRefused(why) | Self::Broken(why) | Self::NotReadable(why) => {
                f.write_str(why)
            }
        }
    }
}
