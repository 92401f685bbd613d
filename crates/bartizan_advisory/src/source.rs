//! Records out of files: one by one, a line each, packed, or a whole archive.

use std::io::{BufRead, BufReader, Read as _};

use crate::osv::OsvRecord;
use crate::zip;

/// All that one file may unpack to: more than every advisory of every language together today.
const LARGEST: u64 = 2 << 30;
/// The largest record.
pub(crate) const LARGEST_RECORD: u64 = 16 << 20;

/// What a file held.
#[derive(Debug, Default)]
pub struct Read {
    /// Its records.
    pub records: Vec<OsvRecord>,
    /// What in it is no record: where, and why.
    pub unread: Vec<(String, String)>,
}

/// Reads the records of a file, by its content and not by its name: a zip archive with a file for
/// each record, as OSV publishes an ecosystem; lines of JSON; one record; any of them packed by
/// Zstandard. An error is a file that is none of these or is damaged.
pub fn read_file(bytes: &[u8]) -> Result<Read, String> {
    match bytes {
        [b'P', b'K', 3 | 5, ..] => archive(bytes),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let unpacked = ruzstd::decoding::StreamingDecoder::new(bytes)
                .map_err(|error| format!("it cannot be unpacked: {error}"))?;
            lines(BufReader::with_capacity(1 << 16, unpacked))
        }
        _ => match OsvRecord::parse(bytes) {
            Ok(record) => Ok(Read { records: vec![record], unread: Vec::new() }),
            // Not one record; several in several lines, perhaps.
            Err(error) if bytes.iter().filter(|byte| **byte == b'\n').count() < 2 => Err(error),
            Err(_) => lines(bytes),
        },
    }
}

fn archive(bytes: &[u8]) -> Result<Read, String> {
    let mut read = Read::default();
    let mut total = 0;
    for entry in zip::entries(bytes)? {
        let is_record = entry.name.ends_with(".json");
        if !is_record {
            continue;
        }
        let content = entry.content()?;
        total += content.len() as u64;
        if total > LARGEST {
            return Err("it unpacks to more than 2 GB".to_owned());
        }
        read.add(&entry.name, &content);
    }
    read.checked()
}

fn lines(mut text: impl BufRead) -> Result<Read, String> {
    let mut read = Read::default();
    let mut line = Vec::new();
    let mut total = 0;
    for number in 1_u64.. {
        line.clear();
        let length = text
            .by_ref()
            .take(LARGEST_RECORD)
            .read_until(b'\n', &mut line)
            .map_err(|error| format!("it cannot be unpacked: {error}"))?;
        if length == 0 {
            break;
        }
        total += length as u64;
        if total > LARGEST {
            return Err("it unpacks to more than 2 GB".to_owned());
        }
        if length as u64 == LARGEST_RECORD {
            return Err(format!("line {number} is longer than any record"));
        }
        if !line.trim_ascii().is_empty() {
            read.add(&format!("line {number}"), &line);
        }
    }
    read.checked()
}

impl Read {
    fn add(&mut self, place: &str, json: &[u8]) {
        match OsvRecord::parse(json) {
            Ok(record) => self.records.push(record),
            Err(why) => self.unread.push((place.to_owned(), why)),
        }
    }

    /// A file in which nothing is a record is another kind of file.
    fn checked(self) -> Result<Self, String> {
        match self.unread.first() {
            Some((place, why)) if self.records.is_empty() => {
                Err(format!("it holds no record: {place}: {why}"))
            }
            _ => Ok(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(bytes: &[u8]) -> Vec<String> {
        read_file(bytes).unwrap().records.into_iter().map(|record| record.id).collect()
    }

    #[test]
    fn one_record_or_a_line_each() {
        assert_eq!(ids(b"{\n \"id\": \"SHOP-1\"\n}\n"), ["SHOP-1"]);
        assert_eq!(ids(b"{\"id\": \"SHOP-1\"}\n\n{\"id\": \"SHOP-2\"}\n"), ["SHOP-1", "SHOP-2"]);
    }

    #[test]
    fn a_bad_line_hides_no_good_one() {
        let read = read_file(b"{\"id\": \"SHOP-1\"}\n{\"id\": 7}\n{\"id\": \"SHOP-2\"}\n").unwrap();
        assert_eq!(read.records.len(), 2);
        assert_eq!(read.unread[0].0, "line 2");
    }

    #[test]
    fn another_kind_of_file_is_an_error() {
        for bytes in [&b""[..], b"hello", b"a\nb\nc\n", b"PK\x03\x04", b"\x28\xb5\x2f\xfd\xff"] {
            assert!(read_file(bytes).is_err(), "{bytes:?}");
        }
    }
}
