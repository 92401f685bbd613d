//! What servers say, and what becomes of it: the good, the broken and the hostile.
#![allow(clippy::disallowed_methods, reason = "these tests look at what is kept on the disk")]
#![allow(clippy::unwrap_used, reason = "a test whose server does not start has failed")]

mod answers;
mod hostile;
mod server;

use std::time::Duration;

use bartizan_fetch::{
    Cache, Client, Failure, IndexClient, Listed, Netrc, Options, Proxies, Question, Roots,
};
use bartizan_requirement::{Address, PackageName};

/// A page with one release of `till`.
const TILL: &str = r#"{"meta": {"api-version": "1.1"}, "files": [{"filename": "till-1.0.tar.gz", "upload-time": "2026-01-02T00:00:00Z", "yanked": false}]}"#;

/// A client that loses patience after a second.
fn client() -> Client {
    with(Options {
        proxies: Proxies::default(),
        roots: Roots::System,
        netrc: Netrc::parse("machine 127.0.0.1 login shop password s3cret"),
        patience: Duration::from_secs(1),
        retries: 0,
        user_agent: "bartizan/test".to_owned(),
    })
}

fn with(options: Options) -> Client {
    Client::new(options).unwrap()
}

fn indexes(cache: Option<Cache>, now: u64) -> IndexClient {
    let mut client = IndexClient::new(client(), cache, now);
    client.total = Duration::from_secs(2);
    client
}

fn question(index: String) -> Question {
    let name = PackageName::new("Till").unwrap();
    Question { name, index: Address::new(index), verify: true, credentials: None }
}

fn look_up(index: String) -> Result<Listed, Failure> {
    indexes(None, 0).look_up(&question(index))
}

fn versions(listed: &Listed) -> Vec<String> {
    listed.listing.releases.iter().map(|release| release.version.to_string()).collect()
}
