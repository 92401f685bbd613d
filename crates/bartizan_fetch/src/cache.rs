//! What indexes answered last time, and with what to ask them whether it still holds.
//!
//! The folder is for its owner alone: it tells which packages somebody uses.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use bartizan_requirement::PackageName;
use bartizan_requirement::index::Listing;
use serde::{Deserialize, Serialize};

/// What a kept answer begins with; the last byte counts layouts.
const MAGIC: &[u8; 8] = b"bzindex\x01";
/// What is kept of the largest project is a few hundred kilobytes.
const LARGEST: u64 = 16 << 20;
/// The file that tells of all releases that were taken back: who asks for nothing else reads this
/// one file.
const TAKEN_BACK: &str = "taken-back";
/// Of more pages, the oldest answers are forgotten.
const MOST_PAGES: usize = 20_000;
/// A name longer than this is no name of a file.
const LONGEST_NAME: usize = 100;

/// What a server gave to ask it again with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// The `ETag`.
    pub etag: Option<String>,
    /// The `Last-Modified`.
    pub last_modified: Option<String>,
}

/// Which releases of a project were taken back, as one index told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {
    /// When it was asked, in seconds since 1970.
    pub fetched: u64,
    /// The releases with the reason, often empty; `None` where the index does not tell.
    pub releases: Option<Vec<(String, String)>>,
}

/// Answers in a folder.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

/// One answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The address that gave it, without credentials.
    pub address: String,
    /// When it was had or last confirmed, in seconds since 1970.
    pub fetched: u64,
    /// For how many seconds from then it holds, where the server said so.
    pub max_age: Option<u64>,
    pub validators: Validators,
    pub listing: Listing,
}

impl Cache {
    /// The cache in `folder`, which need not exist yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// What `address` answered about `name`. What is damaged or of another layout is not there.
    pub(crate) fn get(&self, address: &str, name: &PackageName) -> Option<Entry> {
        let mut bytes = Vec::new();
        let file = fs::File::open(self.path(address, name)).ok()?;
        file.take(LARGEST).read_to_end(&mut bytes).ok()?;
        let rest = bytes.strip_prefix(MAGIC)?;
        let (digest, body) = rest.split_first_chunk::<16>()?;
        if digest != &digest_of(body) {
            return None;
        }
        let entry: Entry = postcard::from_bytes(body).ok()?;
        (entry.address == address).then_some(entry)
    }

    /// Keeps an answer, in place of what was there, whole or not at all.
    pub(crate) fn put(&self, name: &PackageName, entry: &Entry) -> io::Result<()> {
        let path = self.path(&entry.address, name);
        let folder = path.parent().unwrap_or(&self.folder);
        create(&self.folder, folder)?;
        let body = postcard::to_allocvec(entry).map_err(io::Error::other)?;
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
        file.write_all(MAGIC)?;
        file.write_all(&digest_of(&body))?;
        file.write_all(&body)?;
        file.persist(path)?;
        Ok(())
    }

    /// Which releases were taken back, by the page that told it. What is damaged or of another
    /// layout is not there.
    pub fn taken_back(&self) -> BTreeMap<String, TakenBack> {
        let read = || -> Option<BTreeMap<String, TakenBack>> {
            let mut bytes = Vec::new();
            let file = fs::File::open(self.folder.join(TAKEN_BACK)).ok()?;
            file.take(LARGEST).read_to_end(&mut bytes).ok()?;
            let (digest, body) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<16>()?;
            (digest == &digest_of(body)).then(|| postcard::from_bytes(body).ok())?
        };
        read().unwrap_or_default()
    }

    /// Keeps what pages told of it now beside what others told before.
    pub fn note_taken_back(&self, told: BTreeMap<String, TakenBack>) -> io::Result<()> {
        let mut all = self.taken_back();
        all.extend(told);
        if all.len() > MOST_PAGES {
            let mut ages: Vec<u64> = all.values().map(|told| told.fetched).collect();
            ages.sort_unstable();
            let oldest = ages[all.len() - MOST_PAGES];
            all.retain(|_, told| told.fetched >= oldest);
        }
        create(&self.folder, &self.folder)?;
        let body = postcard::to_allocvec(&all).map_err(io::Error::other)?;
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(&self.folder)?;
        file.write_all(MAGIC)?;
        file.write_all(&digest_of(&body))?;
        file.write_all(&body)?;
        file.persist(self.folder.join(TAKEN_BACK))?;
        Ok(())
    }

    fn path(&self, address: &str, name: &PackageName) -> PathBuf {
        let name = match name.as_str() {
            long if long.len() > LONGEST_NAME => hex(&digest_of(long.as_bytes())),
            name => name.to_owned(),
        };
        self.folder.join(hex(&digest_of(address.as_bytes()))).join(name)
    }
}

/// Makes the folders, for their owner alone, and out of the way of backups and version control.
fn create(root: &Path, folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    if folder.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let tag = root.join("CACHEDIR.TAG");
    if !tag.exists() {
        fs::write(
            tag,
            "Signature: 8a477f597d28d172789f06886806bc55\n# What indexes of packages answered.\n",
        )?;
        fs::write(root.join(".gitignore"), "*\n")?;
    }
    Ok(())
}

fn digest_of(bytes: &[u8]) -> [u8; 16] {
    let mut digest = [0; 16];
    digest.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    digest
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
