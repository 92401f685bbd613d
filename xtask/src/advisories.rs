//! The advisories that are built into the program: made from records, and proved by examples.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail, ensure};
use bartizan_advisory::{Advisories, Exploited, Installed, Origin, builtin, read_file, write};
use clap::{Args, Subcommand};
use serde::Deserialize;

use crate::tree;

/// What to do with advisories.
#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Write the built-in snapshot from a folder of records and tables.
    Build {
        /// The folder; the files are named in the snapshot's `sources.toml`.
        folder: PathBuf,
    },
    /// Ask about every version that a table names, and compare with the ids that it expects.
    Matches {
        /// Name, version and ids in a line, between tabs; packed by Zstandard or plain.
        table: PathBuf,
        /// The records to ask instead of the built-in ones.
        #[arg(long)]
        advisories: Option<PathBuf>,
        /// Only ids that begin with this; it is left out of the table.
        #[arg(long, default_value = "PYSEC-")]
        prefix: String,
    },
}

/// Does the chore.
pub fn run(options: &Options) -> Result<()> {
    match &options.chore {
        Chore::Build { folder } => build(folder),
        Chore::Matches { table, advisories, prefix } => {
            matches(table, advisories.as_deref(), prefix)
        }
    }
}

#[derive(Deserialize)]
struct Sources {
    records: Vec<SourceRow>,
    exploited: SourceRow,
    support: SourceRow,
}

#[derive(Deserialize)]
struct SourceRow {
    file: String,
    title: String,
    attribution: String,
    licence: String,
    changes: String,
    #[serde(default)]
    date: String,
    #[serde(default)]
    revision: String,
    #[serde(default)]
    primary: bool,
}

impl SourceRow {
    fn origin(self, records: usize) -> Origin {
        Origin {
            title: self.title,
            attribution: self.attribution,
            licence: self.licence,
            changes: self.changes,
            date: self.date,
            revision: self.revision,
            records: records as u32,
            is_primary: self.primary,
        }
    }
}

fn build(folder: &Path) -> Result<()> {
    let data = tree::root().join("crates/bartizan_advisory/data");
    let sources: Sources = toml::from_str(&fs::read_to_string(data.join("sources.toml"))?)?;
    let file = |name: &str| {
        let path = folder.join(name);
        fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    };

    let (mut records, mut origins) = (Vec::new(), Vec::new());
    for source in sources.records {
        let read = read_file(&file(&source.file)?).map_err(|error| anyhow!(error))?;
        ensure!(read.unread.is_empty(), "{}: {:?}", source.file, read.unread);
        origins.push(source.origin(read.records.len()));
        records.extend(read.records);
    }
    let catalogue: Catalogue = serde_json::from_slice(&file(&sources.exploited.file)?)?;
    let mut origin = sources.exploited.origin(catalogue.entries.len());
    origin.date = catalogue.version.replace('.', "-");
    origin.revision = catalogue.commit;
    origins.push(origin);
    let exploited = catalogue.entries.into_iter().map(|entry| Exploited {
        cve: entry.cve,
        since: entry.since,
        in_ransomware: entry.ransomware == "Known",
    });

    let snapshot = write(records, origins, exploited.collect(), &mut |block| packed(block).ok());
    put(&data.join("snapshot.bin"), &snapshot)?;
    let advisories = Advisories::from_bytes(snapshot).map_err(|damage| anyhow!("{damage}"))?;
    let digest: String = advisories.digest().iter().map(|byte| format!("{byte:02x}")).collect();
    put(&data.join("snapshot.digest"), format!("{digest}\n").as_bytes())?;
    let support = support(&file(&sources.support.file)?, &sources.support)?;
    put(&data.join("support.tsv"), support.as_bytes())
}

fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes)?;
    println!("{} {} bytes", tree::shown(path), bytes.len());
    Ok(())
}

/// A block packed as tightly as it can be; it is done once and unpacked often.
fn packed(block: &[u8]) -> Result<Vec<u8>> {
    let mut zstd = Command::new("zstd")
        .args(["--ultra", "-22", "--quiet", "--stdout", "--no-check"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run zstd")?;
    let mut stdin = zstd.stdin.take().context("zstd takes no input")?;
    let block = block.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&block));
    let output = zstd.wait_with_output()?;
    writer.join().map_err(|_| anyhow!("zstd was not fed"))??;
    ensure!(output.status.success(), "zstd failed");
    Ok(output.stdout)
}

#[derive(Deserialize)]
struct Catalogue {
    commit: String,
    #[serde(rename = "catalogVersion")]
    version: String,
    entries: Vec<CatalogueEntry>,
}

#[derive(Deserialize)]
struct CatalogueEntry {
    cve: String,
    #[serde(rename = "dateAdded")]
    since: String,
    #[serde(rename = "knownRansomwareCampaignUse")]
    ransomware: String,
}

#[derive(Deserialize)]
struct Support {
    commit: String,
    date: String,
    products: BTreeMap<String, SupportedProduct>,
}

#[derive(Deserialize)]
struct SupportedProduct {
    title: String,
    #[serde(default)]
    identifiers: Vec<BTreeMap<String, String>>,
    releases: Vec<Release>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Release {
    release_cycle: String,
    release_date: Option<String>,
    #[serde(default)]
    eoas: serde_json::Value,
    #[serde(default)]
    eol: serde_json::Value,
    #[serde(default)]
    lts: serde_json::Value,
    latest: Option<String>,
}

/// The table of support as it is built in.
fn support(json: &[u8], source: &SourceRow) -> Result<String> {
    let support: Support = serde_json::from_slice(json)?;
    let mut out = format!(
        "# {}\t{}\t{}\t{}\t{}\n",
        source.title, source.attribution, source.licence, support.date, support.commit
    );
    for (id, product) in support.products {
        let purls = product.identifiers.iter().filter_map(|row| row.get("purl"));
        let package = purls.filter_map(|purl| purl.strip_prefix("pkg:pypi/")).next();
        out += &format!("{id}\t{}\t{}\n", product.title, package.unwrap_or(""));
        for release in product.releases {
            // `true` and `false` say whether it has ended and not when.
            let day = |value: &serde_json::Value| value.as_str().unwrap_or("").to_owned();
            let is_long = release.lts == true || release.lts.is_string();
            out += &format!(
                "\t{}\t{}\t{}\t{}\t{}\t{}\n",
                release.release_cycle,
                release.release_date.unwrap_or_default(),
                day(&release.eoas),
                day(&release.eol),
                if is_long { "long" } else { "" },
                release.latest.unwrap_or_default()
            );
        }
    }
    Ok(out)
}

fn matches(table: &Path, records: Option<&Path>, prefix: &str) -> Result<()> {
    let own;
    let advisories = match records {
        None => builtin(),
        Some(path) => {
            let read = read_file(&fs::read(path)?).map_err(|error| anyhow!(error))?;
            own = Advisories::of_records(read.records, Vec::new(), Vec::new());
            &own
        }
    };
    let table = text(table)?;
    let start = Instant::now();
    let (mut pairs, mut found, mut wrong) = (0_u32, 0_u64, 0_u32);
    let mut package: Option<(&str, Option<bartizan_advisory::Package<'_>>)> = None;
    for line in table.lines() {
        let mut fields = line.split('\t');
        let (Some(name), Some(version)) = (fields.next(), fields.next()) else {
            bail!("a line has no version: {line}");
        };
        let mut expected: Vec<&str> = fields.next().unwrap_or("").split_whitespace().collect();
        if package.as_ref().is_none_or(|(known, _)| *known != name) {
            package = Some((name, advisories.package(name)));
        }
        let known = package.as_ref().and_then(|(_, package)| package.as_ref());
        let version = Installed::new(version);
        let ids = known.map(|package| package.ids(&version)).unwrap_or_default();
        let mut ids: Vec<&str> = ids.into_iter().filter_map(|id| id.strip_prefix(prefix)).collect();
        ids.sort_unstable();
        expected.sort_unstable();
        pairs += 1;
        found += ids.len() as u64;
        if ids != expected {
            wrong += 1;
            if wrong <= 20 {
                let only = |a: &[&str], b: &[&str]| -> Vec<String> {
                    a.iter().filter(|id| !b.contains(id)).map(ToString::to_string).collect()
                };
                let (more, less) = (only(&ids, &expected), only(&expected, &ids));
                println!("{name} {}: too many {more:?}, missing {less:?}", version.as_str());
            }
        }
    }
    println!("{pairs} pairs, {found} matches, {wrong} differ, in {:.2?}", start.elapsed());
    ensure!(wrong == 0, "{wrong} pairs differ");
    Ok(())
}

fn text(path: &Path) -> Result<String> {
    let output =
        Command::new("zstd").args(["-dcfq"]).arg(path).output().context("cannot run zstd")?;
    ensure!(output.status.success(), "cannot read {}", path.display());
    Ok(String::from_utf8(output.stdout)?)
}
