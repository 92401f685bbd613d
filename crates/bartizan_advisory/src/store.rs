//! Records in one stretch of bytes, laid out so that a question reads only what it asks about.
//!
//! A short head, then a table of packages sorted by name, then blocks, each packed on its own.
//! Blocks of matching hold the records of whole packages; blocks of text hold what people read of
//! them, and are opened for findings alone. The layout is private to one version of Bartizan.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::Read as _;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::advisories::{Exploited, Origin, Record, Text, TextAt};
use crate::affected::{Event, intervals};
use crate::osv::OsvRecord;
use crate::severity::stated;
use crate::version::Installed;

/// What a store begins with; the last byte counts layouts.
const MAGIC: &[u8; 8] = b"bzstore\x01";
/// Matching reads whole blocks, so they are small.
const MATCH_BLOCK: usize = 64 << 10;
/// Text compresses better in large pieces, and few of them are opened.
const TEXT_BLOCK: usize = 512 << 10;
/// One row of the table of packages: where its name and its records are.
const ROW: usize = 16;
/// No block of ours unpacks to more than this: one package's records, or one record's text.
const LARGEST_BLOCK: usize = 64 << 20;
/// The longest heading that is made of a text without a summary.
const TITLE: usize = 110;

/// Packs a block; `None` where it is to be kept as it is.
pub type Packer<'p> = &'p mut dyn FnMut(&[u8]) -> Option<Vec<u8>>;

/// Why bytes are no store of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage(pub(crate) &'static str);

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What a store says of itself.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Head {
    pub origins: Vec<Origin>,
    pub exploited: Vec<Exploited>,
    pub records: u32,
    pub withdrawn: u32,
    /// Over everything that is told of every package, unpacked.
    pub digest: [u8; 32],
    blocks: Vec<Block>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Block {
    start: u32,
    length: u32,
    unpacked: u32,
    is_packed: bool,
}

/// A store that is opened.
pub(crate) struct Store {
    bytes: Cow<'static, [u8]>,
    pub head: Head,
    /// Where the table of packages starts, and how many rows it has.
    table: (usize, usize),
    names: usize,
    opened: Vec<OnceLock<Vec<u8>>>,
    blocks_at: usize,
}

impl Store {
    /// Opens a store without looking into its blocks.
    pub fn open(bytes: Cow<'static, [u8]>) -> Result<Self, Damage> {
        let cut = Damage("it ends in the middle");
        if bytes.get(..MAGIC.len()) != Some(MAGIC) {
            return Err(Damage("it was not written by this version of Bartizan"));
        }
        let mut at = MAGIC.len();
        let number = |from: &mut usize| -> Result<usize, Damage> {
            let number = u32_at(&bytes, *from).ok_or(cut.clone())?;
            *from += 4;
            Ok(number as usize)
        };
        let (head_length, rows, names_length) =
            (number(&mut at)?, number(&mut at)?, number(&mut at)?);
        let end = at.checked_add(head_length).ok_or(cut.clone())?;
        let head: Head = bytes
            .get(at..end)
            .and_then(|head| postcard::from_bytes(head).ok())
            .ok_or(Damage("its head cannot be read"))?;
        let names = rows.checked_mul(ROW).and_then(|size| end.checked_add(size));
        let blocks_at = names.and_then(|names| names.checked_add(names_length));
        let (Some(names), Some(blocks_at)) = (names, blocks_at) else { return Err(cut) };
        if blocks_at > bytes.len() {
            return Err(cut);
        }
        let opened = head.blocks.iter().map(|_| OnceLock::new()).collect();
        Ok(Self { bytes, head, table: (end, rows), names, opened, blocks_at })
    }

    /// How many packages there are.
    pub fn packages(&self) -> usize {
        self.table.1
    }

    /// The name of the package in a row.
    pub fn name(&self, row: usize) -> Option<&str> {
        let at = self.table.0 + row * ROW;
        let start = self.names + u32_at(&self.bytes, at)? as usize;
        let length = u16_at(&self.bytes, at + 4)? as usize;
        std::str::from_utf8(self.bytes.get(start..start + length)?).ok()
    }

    /// The row of a package by its normalised name.
    pub fn row(&self, name: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.table.1);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.name(middle)?.cmp(name) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    /// The records of the package in a row.
    pub fn records(&self, row: usize) -> Result<Vec<Record<'_>>, Damage> {
        let at = self.table.0 + row * ROW;
        let read = || {
            let block = u16_at(&self.bytes, at + 6)? as usize;
            let start = u32_at(&self.bytes, at + 8)? as usize;
            let length = u32_at(&self.bytes, at + 12)? as usize;
            let bytes = self.block(block).ok()?.get(start..start.checked_add(length)?)?;
            postcard::from_bytes(bytes).ok()
        };
        read().ok_or(Damage("the records of a package cannot be read"))
    }

    /// What people read of a record.
    pub fn text(&self, at: TextAt) -> Result<Text<'_>, Damage> {
        let (start, length) = (at.start as usize, at.length as usize);
        let end = start.checked_add(length).ok_or(Damage("a text has no end"))?;
        let block = self.block(at.block as usize)?;
        let bytes = block.get(start..end).ok_or(Damage("a text is outside of its block"))?;
        postcard::from_bytes(bytes).map_err(|_| Damage("the text of a record cannot be read"))
    }

    fn block(&self, number: usize) -> Result<&[u8], Damage> {
        let missing = Damage("a block is missing");
        let (Some(block), Some(opened)) = (self.head.blocks.get(number), self.opened.get(number))
        else {
            return Err(missing);
        };
        let start = self.blocks_at + block.start as usize;
        let bytes = start
            .checked_add(block.length as usize)
            .and_then(|end| self.bytes.get(start..end))
            .ok_or(missing)?;
        if !block.is_packed {
            return Ok(bytes);
        }
        if let Some(unpacked) = opened.get() {
            return Ok(unpacked);
        }
        let unpacked = unpack(bytes, block.unpacked as usize)?;
        Ok(opened.get_or_init(|| unpacked))
    }

    /// The digest of everything that is told, computed anew.
    pub fn digest(&self) -> Result<[u8; 32], Damage> {
        let mut digest = blake3::Hasher::new();
        for row in 0..self.packages() {
            let name = self.name(row).ok_or(Damage("the name of a package cannot be read"))?;
            for mut record in self.records(row)? {
                let text = self.text(record.text)?;
                // Where a text lies is no part of what it says.
                record.text = TextAt::default();
                for part in [encode(&name), encode(&record), encode(&text)] {
                    digest.update(&(part.len() as u64).to_le_bytes()).update(&part);
                }
            }
        }
        digest.update(&encode(&self.head.origins)).update(&encode(&self.head.exploited));
        Ok(*digest.finalize().as_bytes())
    }
}

/// Unpacks a frame whose size is known beforehand.
fn unpack(bytes: &[u8], size: usize) -> Result<Vec<u8>, Damage> {
    let damaged = Damage("a block cannot be unpacked");
    if size > LARGEST_BLOCK {
        return Err(damaged);
    }
    let frame = ruzstd::decoding::StreamingDecoder::new(bytes).map_err(|_| damaged.clone())?;
    let mut out = Vec::with_capacity(size);
    frame.take(size as u64 + 1).read_to_end(&mut out).map_err(|_| damaged.clone())?;
    if out.len() == size { Ok(out) } else { Err(damaged) }
}

/// Lays out records. The order in which they come is of no consequence.
pub fn write(
    mut records: Vec<OsvRecord>,
    origins: Vec<Origin>,
    exploited: Vec<Exploited>,
    pack: Packer<'_>,
) -> Vec<u8> {
    records.sort_by(|a, b| a.id.cmp(&b.id));
    records.dedup_by(|later, first| later.id == first.id);
    let withdrawn = records.iter().filter(|record| record.withdrawn.is_some()).count();
    let mut packages: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, record) in records.iter().enumerate() {
        for affected in &record.affected {
            let of = packages.entry(&affected.package).or_default();
            if of.last() != Some(&number) {
                of.push(number);
            }
        }
        if record.affected.is_empty() {
            // It can still be looked up by its id.
            packages.entry("").or_default().push(number);
        }
    }

    let mut blocks = Blocks { pack, head: Vec::new(), bytes: Vec::new() };
    let texts = texts(&records, &packages, &mut blocks);
    let mut table = Vec::new();
    let mut names = Vec::new();
    let mut open: Vec<u8> = Vec::new();
    for (name, numbers) in &packages {
        let entries: Vec<Record<'_>> =
            numbers.iter().map(|number| entry(&records[*number], name, texts[*number])).collect();
        let bytes = encode(&entries);
        if !open.is_empty() && open.len() + bytes.len() > MATCH_BLOCK {
            blocks.close(&mut open);
        }
        let name = &name.as_bytes()[..name.len().min(usize::from(u16::MAX))];
        table.extend((names.len() as u32).to_le_bytes());
        table.extend((name.len() as u16).to_le_bytes());
        table.extend((blocks.head.len() as u16).to_le_bytes());
        table.extend((open.len() as u32).to_le_bytes());
        table.extend((bytes.len() as u32).to_le_bytes());
        names.extend(name);
        open.extend(bytes);
    }
    blocks.close(&mut open);

    let mut head = Head {
        origins,
        exploited,
        records: records.len() as u32,
        withdrawn: withdrawn as u32,
        digest: [0; 32],
        blocks: blocks.head,
    };
    let unsigned = assemble(&head, packages.len(), &table, &names, &blocks.bytes);
    let store = Store::open(Cow::Owned(unsigned)).expect("what was just written opens");
    head.digest = store.digest().expect("what was just written reads back");
    head.blocks = store.head.blocks;
    assemble(&head, packages.len(), &table, &names, &blocks.bytes)
}

/// Writes the texts, those of one package together, and says where each is.
fn texts(
    records: &[OsvRecord],
    packages: &BTreeMap<&str, Vec<usize>>,
    blocks: &mut Blocks<'_>,
) -> Vec<TextAt> {
    let mut at = vec![None; records.len()];
    let mut open: Vec<u8> = Vec::new();
    for number in packages.values().flatten() {
        if at[*number].is_some() {
            continue;
        }
        let bytes = encode(&text(&records[*number]));
        if !open.is_empty() && open.len() + bytes.len() > TEXT_BLOCK {
            blocks.close(&mut open);
        }
        at[*number] = Some(TextAt {
            block: blocks.head.len() as u16,
            start: open.len() as u32,
            length: bytes.len() as u32,
        });
        open.extend(bytes);
    }
    blocks.close(&mut open);
    at.into_iter().map(Option::unwrap_or_default).collect()
}

struct Blocks<'p> {
    pack: Packer<'p>,
    head: Vec<Block>,
    bytes: Vec<u8>,
}

impl Blocks<'_> {
    fn close(&mut self, open: &mut Vec<u8>) {
        if open.is_empty() {
            return;
        }
        let unpacked = std::mem::take(open);
        let packed = (self.pack)(&unpacked);
        let bytes = packed.as_deref().unwrap_or(&unpacked);
        self.head.push(Block {
            start: self.bytes.len() as u32,
            length: bytes.len() as u32,
            unpacked: unpacked.len() as u32,
            is_packed: packed.is_some(),
        });
        self.bytes.extend(bytes);
    }
}

fn assemble(head: &Head, rows: usize, table: &[u8], names: &[u8], blocks: &[u8]) -> Vec<u8> {
    let head = encode(head);
    let mut out = MAGIC.to_vec();
    for length in [head.len(), rows, names.len()] {
        out.extend((length as u32).to_le_bytes());
    }
    for part in [&head, table, names, blocks] {
        out.extend(part);
    }
    out
}

fn encode(value: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(value).expect("texts, numbers and lists of them always encode")
}

/// What matching needs of a record where it speaks of the package `name`.
fn entry<'a>(record: &'a OsvRecord, name: &str, text: TextAt) -> Record<'a> {
    let affected = || record.affected.iter().filter(|affected| affected.package == name);
    let ranges: Vec<Vec<Event<&str>>> = affected()
        .flat_map(|affected| &affected.ranges)
        .map(|events| events.iter().map(Event::as_str).collect())
        .collect();
    let inside = |version: &str| {
        let version = Installed::new(version);
        ranges.iter().flat_map(|range| intervals(range)).any(|stretch| stretch.contains(&version))
    };
    // Most lists repeat their ranges, version by version; what is kept is what they add.
    let versions = affected()
        .flat_map(|affected| &affected.versions)
        .map(String::as_str)
        .filter(|version| ranges.is_empty() || !inside(version))
        .collect();
    Record {
        id: &record.id,
        aliases: record.aliases.iter().map(String::as_str).collect(),
        published: day(&record.published),
        is_withdrawn: record.withdrawn.is_some(),
        versions,
        ranges,
        vectors: record.vectors.iter().map(String::as_str).collect(),
        title: Cow::Owned(title(record)),
        has_summary: !record.summary.trim().is_empty(),
        stated: stated(&record.details).map(|severity| severity as u8),
        text,
    }
}

fn text(record: &OsvRecord) -> Text<'_> {
    Text {
        summary: &record.summary,
        details: &record.details,
        references: record.references.iter().map(|page| (&*page.kind, &*page.url)).collect(),
        published: &record.published,
        modified: &record.modified,
        withdrawn: record.withdrawn.as_deref(),
    }
}

/// The day of a point in time.
fn day(time: &str) -> &str {
    time.get(..10).unwrap_or(time)
}

/// One line that says what the flaw is: the summary, or the first sentence of the story.
fn title(record: &OsvRecord) -> String {
    let summary = record.summary.trim();
    let text = if summary.is_empty() { first_sentence(&record.details) } else { summary };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = without_versions(line.trim_end_matches('.'));
    match line.char_indices().nth(TITLE) {
        None => line.to_owned(),
        Some((end, _)) => {
            let cut = line[..end].rsplit_once(' ').map_or(&line[..end], |(words, _)| words);
            format!("{}…", cut.trim_end_matches([',', ';', ':']))
        }
    }
}

/// Text without a beginning such as `Prior to 12.3.0, `: the fix is told beside it.
fn without_versions(text: &str) -> String {
    let begins = ["Prior to ", "From ", "In versions ", "Versions prior to ", "Before "];
    let rest = begins.iter().find_map(|begin| text.strip_prefix(begin));
    let news = rest.and_then(|rest| {
        let (versions, news) = rest.split_once(", ")?;
        let is_version = |word: &str| {
            word.contains(|c: char| c.is_ascii_digit())
                || ["through", "to", "and", "up", "version", "versions", "before", "until"]
                    .contains(&word)
        };
        versions.split_whitespace().all(is_version).then_some(news)
    });
    let Some(news) = news else { return text.to_owned() };
    let mut letters = news.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

fn first_sentence(details: &str) -> &str {
    let is_heading = |line: &&str| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#') || line.starts_with("**")
    };
    let line = details.lines().find(|line| !is_heading(line)).unwrap_or(details).trim();
    // The product and its versions are known where this is shown; the news comes after them.
    match line.split_once(". ") {
        Some((first, rest)) if introduces(first) => {
            rest.split_once(". ").map_or(rest, |(second, _)| second)
        }
        Some((first, _)) => first,
        None => line,
    }
}

/// `Pillow is a Python imaging library`, `An issue was discovered in Django 5.0 before 5.0.7`
fn introduces(sentence: &str) -> bool {
    let mut words = sentence.split_whitespace().skip(1);
    sentence.starts_with("An issue was discovered in")
        || words.any(|word| word == "is")
            && words.next().is_some_and(|word| matches!(word, "a" | "an" | "the"))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}
