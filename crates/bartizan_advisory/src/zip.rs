//! Archives of records: as much of the zip format as advisories are published in.

use miniz_oxide::inflate::decompress_to_vec_with_limit;

use crate::source::LARGEST_RECORD;

/// One file in an archive.
pub(crate) struct Entry<'a> {
    pub name: String,
    method: u16,
    packed: &'a [u8],
    size: usize,
    checksum: u32,
}

/// The files of an archive, as its directory lists them.
pub(crate) fn entries(bytes: &[u8]) -> Result<Vec<Entry<'_>>, String> {
    let damaged = || "the archive is damaged or cut".to_owned();
    // The directory's end is followed by a comment of at most 64 KB.
    let first = bytes.len().saturating_sub(22 + 0xffff);
    let end = (first..bytes.len().saturating_sub(21))
        .rev()
        .find(|at| bytes[*at..].starts_with(b"PK\x05\x06"))
        .ok_or_else(damaged)?;
    let (count, mut at) = (number(bytes, end + 10, 2), number(bytes, end + 16, 4));
    if count == Some(0xffff) || at == Some(0xffff_ffff) {
        return Err("an archive of this size (zip64) is not read; unpack it".to_owned());
    }
    let count = count.ok_or_else(damaged)?;
    let mut entries = Vec::new();
    for _ in 0..count {
        let (entry, next) = at.and_then(|at| entry(bytes, at)).ok_or_else(damaged)?;
        entries.push(entry);
        at = Some(next);
    }
    Ok(entries)
}

/// The file that the directory's row at `at` tells of, and where the next row starts.
fn entry(bytes: &[u8], at: usize) -> Option<(Entry<'_>, usize)> {
    if !bytes.get(at..)?.starts_with(b"PK\x01\x02") {
        return None;
    }
    let field = |offset, length| number(bytes, at.checked_add(offset)?, length);
    let (name, extra, comment) = (field(28, 2)?, field(30, 2)?, field(32, 2)?);
    let (packed, size, local) = (field(20, 4)?, field(24, 4)?, field(42, 4)?);
    let written = bytes.get(at + 46..at + 46 + name)?;
    if !bytes.get(local..)?.starts_with(b"PK\x03\x04") {
        return None;
    }
    let start = local + 30 + number(bytes, local + 26, 2)? + number(bytes, local + 28, 2)?;
    let entry = Entry {
        name: String::from_utf8_lossy(written).into_owned(),
        method: field(10, 2)? as u16,
        packed: bytes.get(start..start.checked_add(packed)?)?,
        size,
        checksum: field(16, 4)? as u32,
    };
    Some((entry, at + 46 + name + extra + comment))
}

impl Entry<'_> {
    /// The file, unpacked and proved to be what was packed.
    pub fn content(&self) -> Result<Vec<u8>, String> {
        let wrong = |what: &str| format!("{} in the archive {what}", self.name);
        if self.size as u64 > LARGEST_RECORD {
            return Err(wrong("is larger than any record"));
        }
        let content = match self.method {
            0 => self.packed.to_vec(),
            8 => decompress_to_vec_with_limit(self.packed, self.size)
                .map_err(|_| wrong("cannot be unpacked"))?,
            _ => return Err(wrong("is packed in a way that is not read")),
        };
        if content.len() != self.size || crc32(&content) != self.checksum {
            return Err(wrong("is damaged"));
        }
        Ok(content)
    }
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

/// The checksum of zip archives.
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut at = 0;
        while at < 256 {
            let mut value = at as u32;
            let mut bit = 0;
            while bit < 8 {
                value = if value & 1 == 1 { value >> 1 ^ 0xedb8_8320 } else { value >> 1 };
                bit += 1;
            }
            table[at] = value;
            at += 1;
        }
        table
    };
    !bytes.iter().fold(!0, |crc: u32, byte| crc >> 8 ^ TABLE[(crc as u8 ^ byte) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_zip() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    /// An archive with one stored file, `a.json`, that holds `{}`.
    fn archive() -> Vec<u8> {
        let crc = crc32(b"{}").to_le_bytes();
        let sizes = [2, 0, 0, 0, 2, 0, 0, 0, 6, 0, 0, 0];
        let mut out = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0".to_vec();
        out.extend(crc.iter().chain(&sizes).chain(b"a.json{}"));
        let directory = out.len() as u8;
        out.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0");
        out.extend(crc.iter().chain(&sizes).chain(&[0; 14]).chain(b"a.json"));
        let length = out.len() as u8 - directory;
        out.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
        out.extend([length, 0, 0, 0, directory, 0, 0, 0, 0, 0]);
        out
    }

    #[test]
    fn files_are_listed_and_read() {
        let archive = archive();
        let entries = entries(&archive).unwrap();
        assert_eq!((entries.len(), entries[0].name.as_str()), (1, "a.json"));
        assert_eq!(entries[0].content().unwrap(), b"{}");
    }

    #[test]
    fn a_cut_or_changed_archive_is_an_error_and_never_a_panic() {
        let whole = archive();
        for end in 0..whole.len() {
            assert!(entries(&whole[..end]).is_err(), "cut at {end}");
        }
        for at in 0..whole.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut changed = whole.clone();
                changed[at] = value;
                for entry in entries(&changed).into_iter().flatten() {
                    let _ = entry.content();
                }
            }
        }
    }
}
