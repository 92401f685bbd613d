//! Credentials in text: keys of providers, private keys, passwords in URLs, headers and commands, and
//! under telling names.
//!
//! [`search`] takes a text and where it comes from, and gives places. A [`Candidate`] holds no part
//! of the value that it points at, so that nothing that is printed of it can leak one.

mod assigned;
mod base64;
mod checksum;
mod command;
mod header;
mod pairs;
mod placeholder;
mod private_key;
mod provider;
mod search;
mod site;
pub mod specimen;
mod url;

pub use provider::{PROVIDERS, Provider};
pub use search::search;
pub use site::{Form, Role, Site, passed_over};

use bartizan_base::Span;
use bartizan_finding::Confidence;

/// A place that holds a credential, as it seems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The value, and nothing around it.
    pub span: Span,
    /// What it is.
    pub what: What,
    /// The name that it is kept under, `STRIPE_API_KEY`; empty where it has none.
    pub key: String,
    /// How sure.
    pub confidence: Confidence,
    /// Why not surer; a clause that begins with "if".
    pub doubt: Option<&'static str>,
}

/// What a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A key whose form tells who made it.
    Key(&'static Provider),
    /// A private key.
    PrivateKey {
        /// As people call it: `RSA private key`.
        name: &'static str,
        /// Whether a passphrase still stands before it.
        encrypted: bool,
    },
    /// A password inside a URL.
    Url {
        /// What the URL leads to, by its scheme.
        to: Service,
        /// Whether it leads to the machine itself, or to a neighbour without a name in the world.
        local: bool,
    },
    /// A value under a name that tells what it is.
    Named {
        /// Whether people choose and type it: a password rather than a key.
        password: bool,
        /// Whether it is as good as random; what is not is a password that can be guessed besides.
        random: bool,
    },
}

/// What a URL leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// PostgreSQL, MySQL and their kin.
    Database,
    /// Redis, RabbitMQ: where jobs, sessions and caches lie.
    Broker,
    /// A mail server.
    Mail,
    /// An index of packages, or a repository of code.
    Packages,
    /// Anything else.
    Other,
}

impl Candidate {
    /// The same, at most this sure.
    fn at_most(mut self, confidence: Confidence, doubt: &'static str) -> Self {
        if self.confidence > confidence {
            self.confidence = confidence;
            self.doubt = Some(doubt);
        }
        self
    }
}
