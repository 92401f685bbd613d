//! Which authorities may vouch for a server.

use std::fs;
use std::path::{Path, PathBuf};

use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

/// Where systems keep the authorities that their owner trusts, a company's own among them.
pub const SYSTEM_BUNDLES: [&str; 6] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
];

/// A bundle is a few hundred thousand bytes.
const LARGEST: u64 = 16 << 20;

/// The authorities that are trusted.
#[derive(Clone, Debug, Default)]
pub enum Roots {
    /// Those of the system, or the ones that the program brings where the system has none.
    #[default]
    System,
    /// Those in a file or in the files of a folder, and no others.
    At(PathBuf),
}

impl Roots {
    /// Reads them.
    pub(crate) fn load(&self) -> Result<RootCerts, String> {
        match self {
            Self::At(path) => {
                let found = read(path).map_err(|why| format!("{}: {why}", path.display()))?;
                if found.is_empty() {
                    return Err(format!("{} holds no certificate", path.display()));
                }
                Ok(RootCerts::from(found))
            }
            Self::System => {
                let mut bundles =
                    SYSTEM_BUNDLES.iter().map(Path::new).filter(|path| path.is_file());
                let found = bundles.find_map(|path| read(path).ok().filter(|all| !all.is_empty()));
                Ok(found.map_or(RootCerts::WebPki, RootCerts::from))
            }
        }
    }
}

fn read(path: &Path) -> Result<Vec<Certificate<'static>>, String> {
    let words = |error: std::io::Error| error.to_string();
    let mut files = vec![path.to_path_buf()];
    if fs::metadata(path).map_err(words)?.is_dir() {
        let entries = fs::read_dir(path).map_err(words)?;
        files = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.retain(|file| file.is_file());
        files.sort();
    }
    let mut found = Vec::new();
    for file in files {
        if fs::metadata(&file).map_err(words)?.len() > LARGEST {
            return Err("it is larger than any bundle of certificates".to_owned());
        }
        let bytes = fs::read(&file).map_err(words)?;
        found.extend(parse_pem(&bytes).filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        }));
    }
    Ok(found)
}
