//! Names of hosts, each looked up once.
//!
//! Twenty connections at a time would ask for one name twenty times at a time, and resolvers of
//! small networks refuse some of them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// A resolver that is busy is asked again after this.
const PAUSE: Duration = Duration::from_millis(250);
/// So often.
const TIMES: u32 = 3;
/// For so long a name that was not found is not asked for again.
const LOST: Duration = Duration::from_secs(5);

/// Asks the system, and remembers what it says for as long as the program runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remembering {
    inner: Arc<DefaultResolver>,
    known: Arc<Mutex<BTreeMap<String, Known>>>,
}

#[derive(Debug)]
enum Known {
    At(Vec<SocketAddr>),
    Lost(Instant, String),
}

impl Resolver for Remembering {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let name = format!(
            "{:?} {:?}",
            uri.scheme(),
            uri.authority().map(|it| (it.host(), it.port_u16()))
        );
        // Whoever asks for a name waits for the one who asked before.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(&name) {
            Some(Known::At(addresses)) => {
                let mut all = self.empty();
                addresses.iter().for_each(|address| all.push(*address));
                return Ok(all);
            }
            Some(Known::Lost(when, why)) if when.elapsed() < LOST => {
                return Err(ureq::Error::Io(std::io::Error::other(why.clone())));
            }
            _ => {}
        }
        let mut left = TIMES;
        loop {
            left -= 1;
            match self.inner.resolve(uri, config, timeout) {
                Ok(addresses) => {
                    known.insert(name, Known::At(addresses.iter().copied().collect()));
                    return Ok(addresses);
                }
                Err(ureq::Error::Io(error))
                    if left > 0 && error.to_string().contains("emporary") =>
                {
                    thread::sleep(PAUSE);
                }
                Err(error) => {
                    known.insert(name, Known::Lost(Instant::now(), error.to_string()));
                    return Err(error);
                }
            }
        }
    }
}
