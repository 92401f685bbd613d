//! `bartizan advisories sync`: what is known now, fetched, checked and kept for all later commands.
//!
//! What is kept changes at once and whole, or not at all: a download that is cut, damaged, or
//! suspiciously small leaves everything as it was.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use bartizan_advisory::{
    Advisories, Exploited, Origin, OsvRecord, Synced, SyncedFrom, builtin, catalogue, chances,
    open, pack, read_file, seal, write,
};
use bartizan_fetch::{Answer, Client, Request, Validators, gunzip};

use crate::advisories::read::{self, LARGEST};
use crate::advisories::synced::{self, Kept};
use crate::exit::Exit;
use crate::failure::{Failure, words};
use crate::network::{self, Network};
use crate::output;
use crate::progress::{self, Step};
use crate::terminal::Terminal;
use crate::workspace::today;

/// Where OSV publishes everything that is known of Python's packages.
const ARCHIVE: &str = "https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip";
/// CISA's catalogue of flaws that are used in attacks.
const EXPLOITED: &str =
    "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json";
/// FIRST's table of how likely each flaw is to be used.
const CHANCES: &str = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz";

/// The catalogue and the table are a few megabytes.
const LARGEST_TABLE: u64 = 256 << 20;
/// A whole archive may take its time on a slow line, as long as something comes.
const LONGEST: Duration = Duration::from_secs(30 * 60);
/// Records that Django itself publishes are built in, and added to whatever is fetched.
const DJANGOS_OWN: &str = "DJANGO-";
/// Of a hundred files of an archive, so many may be no record.
const UNREAD_PERCENT: usize = 1;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The records: OSV's archive of an ecosystem at another address, in a file, or a folder of
    /// records [default: OSV's own]. Nothing else is fetched then, unless it is named too
    #[arg(long, value_name = "SOURCE")]
    from: Option<String>,

    /// The catalogue of flaws that are used in attacks (JSON) [default: CISA's own]
    #[arg(long, value_name = "SOURCE")]
    kev: Option<String>,

    /// The chances of flaws to be used (CSV, plain or packed by gzip) [default: FIRST's own]
    #[arg(long, value_name = "SOURCE")]
    epss: Option<String>,

    /// Fetch what has not changed too, and keep even far fewer records than there were
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    network: network::Args,
}

/// What one source came to.
enum Had<T> {
    /// This, and how to ask for it next time.
    New(T, SyncedFrom),
    /// What is kept already holds.
    Same(SyncedFrom),
    /// Nobody asked for it, or it could not be had: what is kept stays.
    Kept,
}

/// Fetches, compares, keeps.
pub fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let kept = match synced::load() {
        Ok(kept) => kept,
        Err(why) => {
            output::to_stderr(&format!("warning: what was synced before is lost: {why}\n"));
            None
        }
    };
    let client = Network::look().client(&args.network)?;
    // Who names a mirror may have no way to anything else.
    let others = args.from.is_none();
    let beside = |named: &Option<String>, own: &str| {
        named.clone().or_else(|| others.then(|| own.to_owned()))
    };
    let mut failed = Vec::new();
    let line = progress::fetch(terminal.audience(), |tell| {
        let work = Work { client, kept: &kept, force: args.force, tell };
        let records = work.records(args.from.as_deref().unwrap_or(ARCHIVE))?;
        let exploited =
            work.table("exploited", beside(&args.kev, EXPLOITED), &mut failed, catalogue);
        let chances = work.table("chances", beside(&args.epss, CHANCES), &mut failed, chances);
        work.keep(records, exploited, chances)
    })?;
    output::to_stdout(&line)?;
    if failed.is_empty() {
        return Ok(Exit::Clean);
    }
    Err(Failure::new(format!("not everything was synced: {}", failed.join("; ")))
        .hint("the records are; the rest is as it was before"))
}

struct Work<'k> {
    client: Client,
    kept: &'k Option<Kept>,
    force: bool,
    tell: &'k dyn Fn(Step<'_>),
}

impl Work<'_> {
    fn records(&self, source: &str) -> Result<Had<Vec<OsvRecord>>, Failure> {
        let cannot = |why: String| {
            Failure::new(format!("cannot sync advisories from {}", shown(source)))
                .because(why)
                .hint("what was known before is unchanged")
        };
        let had = match is_address(source) {
            false => {
                (self.tell)(Step::Working("reading the records"));
                let read = read::read(Path::new(source))?;
                check_unread(&read.unread, read.records.len()).map_err(cannot)?;
                Had::New(read.records, self.from("records", source, None))
            }
            true => match self.fetch("records", source, LARGEST, "*/*").map_err(cannot)? {
                Had::New(bytes, from) => {
                    (self.tell)(Step::Working("reading the records"));
                    let read = read_file(&bytes).map_err(cannot)?;
                    let unread: Vec<String> =
                        read.unread.iter().map(|(place, why)| format!("{place}: {why}")).collect();
                    check_unread(&unread, read.records.len()).map_err(cannot)?;
                    Had::New(read.records, from)
                }
                Had::Same(from) => Had::Same(from),
                Had::Kept => Had::Kept,
            },
        };
        if let Had::New(records, _) = &had {
            let found = records.iter().filter(|record| !record.affected.is_empty()).count();
            let known = match self.kept {
                Some(kept) => kept.advisories.records(),
                None => builtin().records(),
            };
            if found == 0 || found * 2 < known as usize && !self.force {
                let why = format!("it holds {found} records about Python, and {known} are known");
                return Err(cannot(why).hint("if that is right, pass `--force`"));
            }
        }
        Ok(had)
    }

    /// A source that goes beside the records; what is wrong with it is noted, and no reason to stop.
    fn table<T>(
        &self,
        kind: &str,
        source: Option<String>,
        failed: &mut Vec<String>,
        parse: impl FnOnce(&[u8]) -> Result<T, String>,
    ) -> Had<T> {
        let Some(source) = source else { return Had::Kept };
        let had = || -> Result<Had<T>, String> {
            let (bytes, from) = match is_address(&source) {
                false => {
                    let bytes = read::bytes(Path::new(&source)).map_err(|error| words(&error))?;
                    (bytes, self.from(kind, &source, None))
                }
                true => match self.fetch(kind, &source, LARGEST_TABLE, "*/*")? {
                    Had::New(bytes, from) => (bytes, from),
                    Had::Same(from) => return Ok(Had::Same(from)),
                    Had::Kept => return Ok(Had::Kept),
                },
            };
            let bytes = match bytes.starts_with(&[0x1f, 0x8b]) {
                true => gunzip(&bytes, LARGEST_TABLE).map_err(|why| why.to_string())?,
                false => bytes,
            };
            Ok(Had::New(parse(&bytes)?, from))
        };
        had().unwrap_or_else(|why| {
            let why = why.trim_start_matches(&format!("{}: ", shown(&source))).to_owned();
            failed.push(format!("{}: {why}", shown(&source)));
            Had::Kept
        })
    }

    fn fetch(
        &self,
        kind: &str,
        url: &str,
        limit: u64,
        accept: &str,
    ) -> Result<Had<Vec<u8>>, String> {
        let before = self.kept.as_ref().and_then(|kept| kept.synced.of(kind));
        let before = before.filter(|from| from.address == shown(url) && !self.force);
        let known = before.map(|from| Validators {
            etag: from.etag.clone(),
            last_modified: from.last_modified.clone(),
        });
        let request = Request {
            url,
            accept,
            known: known.as_ref().filter(|known| **known != Validators::default()),
            credentials: None,
            verify: true,
            limit,
            total: LONGEST,
        };
        let place = shown(url);
        let tell = |received| (self.tell)(Step::Fetching(&place, received));
        match self.client.get_told(&request, &tell).map_err(|failure| failure.to_string())? {
            Answer::Fetched(fetched) => {
                let from = self.from(kind, url, Some(fetched.validators));
                Ok(Had::New(fetched.bytes, from))
            }
            Answer::NotModified(_) => Ok(Had::Same(self.from(kind, url, known))),
        }
    }

    fn from(&self, kind: &str, source: &str, validators: Option<Validators>) -> SyncedFrom {
        let Validators { etag, last_modified } = validators.unwrap_or_default();
        SyncedFrom {
            kind: kind.to_owned(),
            address: shown(source),
            confirmed: network::now(),
            etag,
            last_modified,
        }
    }

    /// Joins what was had with what is kept, and keeps it. The line says what is known from now on.
    fn keep(
        &self,
        records: Had<Vec<OsvRecord>>,
        exploited: Had<(Vec<Exploited>, String)>,
        chances: Had<bartizan_advisory::Chances>,
    ) -> Result<String, Failure> {
        (self.tell)(Step::Working("joining what is known"));
        let before: &Advisories = self.kept.as_ref().map_or(builtin(), |kept| &kept.advisories);
        let mut synced = Synced::default();
        let mut note = |kind: &str, from: Option<SyncedFrom>| {
            let old = || self.kept.as_ref().and_then(|kept| kept.synced.of(kind)).cloned();
            synced.from.extend(from.or_else(old));
        };
        let is_same = matches!(records, Had::Same(_) | Had::Kept);
        let (mut records, origin) = match records {
            Had::New(records, from) => {
                let origin = origin(&records, &from);
                note("records", Some(from));
                (records, Some(origin))
            }
            Had::Same(from) => {
                note("records", Some(from));
                (before.records_where(&|id| !id.starts_with(DJANGOS_OWN)), None)
            }
            Had::Kept => (before.records_where(&|id| !id.starts_with(DJANGOS_OWN)), None),
        };
        let origin = origin.or_else(|| before.origins().iter().find(|it| it.is_primary).cloned());
        let mut origins: Vec<Origin> = origin.into_iter().collect();

        let known: BTreeSet<String> = records.iter().map(|record| record.id.clone()).collect();
        let is_missing = |id: &str| id.starts_with(DJANGOS_OWN) && !known.contains(id);
        records.extend(builtin().records_where(&is_missing));
        let djangos = builtin().origins().iter().find(|it| it.title.contains("Django"));
        origins.extend(djangos.cloned());

        let names: BTreeSet<&str> = records
            .iter()
            .flat_map(|record| std::iter::once(&record.id).chain(&record.aliases))
            .map(String::as_str)
            .collect();
        let catalogue = builtin().origins().iter().find(|it| it.title.contains("exploited"));
        let (exploited, mut of_catalogue) = match exploited {
            Had::New((mut all, day), from) => {
                note("exploited", Some(from));
                all.retain(|it| names.contains(it.cve.as_str()));
                let of =
                    catalogue.map(|it| Origin { date: day, revision: String::new(), ..it.clone() });
                (all, of)
            }
            had => {
                note("exploited", if let Had::Same(from) = had { Some(from) } else { None });
                let of = before.origins().iter().find(|it| it.title.contains("exploited"));
                (before.exploited().to_vec(), of.or(catalogue).cloned())
            }
        };
        if let Some(of) = &mut of_catalogue {
            of.records = u32::try_from(exploited.len()).unwrap_or(u32::MAX);
        }
        origins.extend(of_catalogue);
        let (chances, of_chances) = match chances {
            Had::New(mut chances, from) => {
                note("chances", Some(from));
                chances.of.retain(|(cve, _)| names.contains(cve.as_str()));
                let of = Origin {
                    title: "EPSS, the chance to be used in attacks".to_owned(),
                    attribution: "FIRST.org and Empirical Security".to_owned(),
                    changes: "the flaws that are aliases of a record here".to_owned(),
                    date: chances.date,
                    records: u32::try_from(chances.of.len()).unwrap_or(u32::MAX),
                    ..Origin::default()
                };
                (chances.of, Some(of))
            }
            had => {
                note("chances", if let Had::Same(from) = had { Some(from) } else { None });
                let of = before.origins().iter().find(|it| it.title.starts_with("EPSS"));
                (before.chances().to_vec(), of.cloned())
            }
        };
        origins.extend(of_chances);

        let count = records.len();
        let store = write(records, origins, exploited, &mut pack);
        let sealed = seal(&synced, &chances, &store);
        let (_, advisories) = open(&sealed)
            .ok()
            .filter(|(_, advisories)| advisories.verify().is_ok())
            .ok_or_else(|| Failure::new("what was fetched does not read back, and is not kept"))?;
        synced::save(&sealed)
            .map_err(|error| Failure::new("cannot keep what was fetched").because(words(&error)))?;
        let from = synced.of("records").map_or("", |from| from.address.as_str());
        let date = advisories.date();
        let verb = if is_same { "nothing new" } else { "synced" };
        let records = if count == 1 { "record" } else { "records" };
        Ok(format!("{verb}: {count} {records}, the newest from {date} ({from})\n"))
    }
}

/// Where the fetched records come from, and up to which day they can be complete.
fn origin(records: &[OsvRecord], from: &SyncedFrom) -> Origin {
    // A record from the future must not make old data look young.
    let today = today().to_string();
    let days = records.iter().filter_map(|record| record.modified.get(..10));
    let newest = days.filter(|day| *day <= today.as_str()).max();
    Origin {
        title: "OSV records".to_owned(),
        attribution: format!("their authors, through {}", from.address),
        licence: "CC-BY-4.0".to_owned(),
        changes: "for matching, ranges and the versions that they do not cover".to_owned(),
        date: newest.unwrap_or_default().to_owned(),
        revision: from.etag.clone().unwrap_or_default(),
        records: u32::try_from(records.len()).unwrap_or(u32::MAX),
        is_primary: true,
    }
}

/// A few files that are no records are told by `advisories verify`; many are damage.
fn check_unread(unread: &[String], records: usize) -> Result<(), String> {
    match unread {
        [first, ..] if unread.len() * 100 > records * UNREAD_PERCENT => {
            Err(format!("{} of its files are no records: {first}", unread.len()))
        }
        _ => Ok(()),
    }
}

fn is_address(source: &str) -> bool {
    source.starts_with("https://") || source.starts_with("http://")
}

fn shown(source: &str) -> String {
    bartizan_requirement::Address::new(source).to_string()
}
