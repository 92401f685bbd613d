//! How the network is asked: by what pip's configuration, the environment and the flags say.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bartizan_deps::outdated::{Defaults, Index};
use bartizan_fetch::{Cache, Client, Netrc, Options, Proxies, Roots};
use bartizan_requirement::{Address, PipConfig};

use crate::config_file::bytes;
use crate::failure::Failure;

/// pip's own patience with a server that says nothing.
const PATIENCE: u64 = 15;
/// A request that failed for a reason that passes is made so often again.
const RETRIES: u32 = 2;

/// How the network is asked; common to every command that asks it.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Args {
    /// Certificates of the authorities that are trusted, in place of the system's
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,

    /// The proxy to ask through, in place of the environment's
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,

    /// How many seconds to wait for a server that says nothing [default: pip's setting, or 15]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: Option<u64>,
}

/// Which index is asked.
#[derive(Debug, Default, clap::Args)]
#[group(skip)]
pub struct IndexArgs {
    /// The index to ask, whatever the project and pip's configuration say
    #[arg(long, short, value_name = "URL")]
    index_url: Option<String>,

    /// One more index to ask; may be given several times
    #[arg(long, value_name = "URL")]
    extra_index_url: Vec<String>,
}

/// What this machine says of the network.
pub struct Network {
    pip: PipConfig,
}

impl Network {
    /// Reads pip's configuration, from all the places where pip looks.
    pub fn look() -> Self {
        let mut pip = PipConfig::default();
        for path in pip_files() {
            // What is not there, or not for us to read, says nothing.
            if let Ok(bytes) = bytes(&path) {
                pip.add_file(&bytes);
            }
        }
        for (name, value) in env::vars_os() {
            if let (Some(name), Some(value)) = (name.to_str(), value.to_str()) {
                pip.add_variable(name, value);
            }
        }
        Self { pip }
    }

    /// The client.
    pub fn client(&self, args: &Args) -> Result<Client, Failure> {
        let set = |names: &[&str]| {
            let values = names.iter().filter_map(|name| env::var(name).ok());
            values.into_iter().find(|value| !value.is_empty())
        };
        let proxies = match args.proxy.clone().or_else(|| self.pip.get("proxy")) {
            Some(proxy) => Proxies {
                http: Some(proxy.clone()),
                https: Some(proxy),
                without: set(&["no_proxy", "NO_PROXY"]).unwrap_or_default(),
            },
            None => Proxies {
                http: set(&["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]),
                https: set(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
                without: set(&["no_proxy", "NO_PROXY"]).unwrap_or_default(),
            },
        };
        let bundle = || set(&["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"]);
        let named = self.pip.get("cert").or_else(bundle).map(PathBuf::from);
        let roots = match args.cert.clone().or(named) {
            Some(path) => Roots::At(path),
            None => Roots::System,
        };
        let timeout = || self.pip.get("timeout").or_else(|| self.pip.get("default-timeout"));
        let timeout = args.timeout.or_else(|| timeout()?.parse::<f64>().ok().map(|s| s as u64));
        let options = Options {
            proxies,
            roots,
            netrc: netrc(),
            patience: Duration::from_secs(timeout.unwrap_or(PATIENCE).clamp(1, 3600)),
            retries: self.pip.get("retries").and_then(|n| n.parse().ok()).unwrap_or(RETRIES).min(5),
            user_agent: concat!("bartizan/", env!("CARGO_PKG_VERSION")).to_owned(),
        };
        Client::new(options).map_err(|why| Failure::new("cannot use the certificates").because(why))
    }

    /// The indexes that are asked where the project names none, and those that the caller names.
    pub fn defaults(&self, args: &IndexArgs) -> Result<Defaults, Failure> {
        let trusted_hosts = self.pip.list("trusted-host");
        let index = |url: &str| {
            let url = Address::new(url);
            let host = url.host();
            let verify = !trusted_hosts.iter().any(|it| it.split(':').next() == Some(&host));
            Index { url, name: None, verify }
        };
        let named: Vec<&String> = args.index_url.iter().chain(&args.extra_index_url).collect();
        if let Some(wrong) = named.iter().find(|url| !url.contains("://")) {
            return Err(Failure::new(format!("`{wrong}` is no address of an index")));
        }
        let extra = self.pip.list("extra-index-url");
        let extra = extra.iter().chain(&args.extra_index_url).filter(|url| url.contains("://"));
        let main = self.pip.get("index-url").filter(|url| url.contains("://"));
        Ok(Defaults {
            forced: match &args.index_url {
                Some(_) => named.iter().map(|url| index(url)).collect(),
                None => Vec::new(),
            },
            main: main.as_deref().map(index),
            extra: extra.map(|url| index(url)).collect(),
            no_index: self.pip.is_on("no-index"),
            trusted_hosts,
        })
    }

    /// Whether pip is told to take pre-releases.
    pub fn takes_pre_releases(&self) -> bool {
        self.pip.is_on("pre")
    }
}

/// What indexes answered before; none where nobody has a home.
pub fn cache() -> Option<Cache> {
    Some(Cache::new(cache_folder()?.join("index")))
}

/// Where Bartizan keeps what can be had again.
pub fn cache_folder() -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute("XDG_CACHE_HOME").or_else(|| {
        let home = absolute("HOME")?;
        Some(home.join(if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" }))
    });
    Some(base?.join("bartizan"))
}

/// Now, in seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The files of pip's configuration, the weakest first, as pip orders them.
fn pip_files() -> Vec<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let own = set("PIP_CONFIG_FILE");
    // So one says that no file counts.
    if own.as_deref() == Some("/dev/null".as_ref()) {
        return Vec::new();
    }
    let mut files: Vec<PathBuf> = Vec::new();
    if cfg!(target_os = "macos") {
        files.push("/Library/Application Support/pip/pip.conf".into());
    }
    let shared = env::var_os("XDG_CONFIG_DIRS").unwrap_or_else(|| "/etc/xdg".into());
    files.extend(env::split_paths(&shared).map(|folder| folder.join("pip/pip.conf")));
    files.push("/etc/pip.conf".into());
    let home = set("HOME");
    files.extend(home.iter().map(|home| home.join(".pip/pip.conf")));
    if cfg!(target_os = "macos") {
        let path = "Library/Application Support/pip/pip.conf";
        files.extend(home.iter().map(|home| home.join(path)));
    }
    let config = set("XDG_CONFIG_HOME").or_else(|| Some(home?.join(".config")));
    files.extend(config.map(|folder| folder.join("pip/pip.conf")));
    files.extend(set("VIRTUAL_ENV").map(|folder| folder.join("pip.conf")));
    files.extend(own);
    files
}

fn netrc() -> Netrc {
    let named = env::var_os("NETRC").map(PathBuf::from);
    let home = || Some(PathBuf::from(env::var_os("HOME")?).join(".netrc"));
    let text = named.or_else(home).and_then(|path| fs::read(path).ok()).unwrap_or_default();
    Netrc::parse(&String::from_utf8_lossy(&text))
}
