//! Records that were fetched, in one sealed file: what is damaged is found before it is asked.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::advisories::Advisories;
use crate::store::Damage;

/// What a sealed file begins with; the last byte counts layouts.
const MAGIC: &[u8; 8] = b"bzsync\x00\x01";

/// How what is kept was had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Synced {
    /// The records, then whatever else was fetched.
    pub from: Vec<SyncedFrom>,
}

/// One source, as it was when it was last asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncedFrom {
    /// `records`, `exploited`, `chances`
    pub kind: String,
    /// Its address or path, as it is shown.
    pub address: String,
    /// When it was last had or confirmed, in seconds since 1970.
    pub confirmed: u64,
    /// What the server gave to ask it with.
    pub etag: Option<String>,
    /// The same as a time.
    pub last_modified: Option<String>,
}

impl Synced {
    /// The source of one kind.
    pub fn of(&self, kind: &str) -> Option<&SyncedFrom> {
        self.from.iter().find(|from| from.kind == kind)
    }
}

/// Packs a block of records; quick to do and to undo.
pub fn pack(block: &[u8]) -> Option<Vec<u8>> {
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let packed = ruzstd::encoding::compress_to_vec(block, level);
    (packed.len() < block.len()).then_some(packed)
}

/// The bytes of a sealed file with a store of records.
pub fn seal(synced: &Synced, chances: &[(String, f32)], store: &[u8]) -> Vec<u8> {
    let head = postcard::to_allocvec(&(synced, chances));
    let head = head.expect("texts, numbers and lists of them always encode");
    let mut body = (head.len() as u32).to_le_bytes().to_vec();
    body.extend(head);
    body.extend(store);
    [&MAGIC[..], blake3::hash(&body).as_bytes(), &body].concat()
}

/// Opens a sealed file. The seal vouches for every block in it.
pub fn open(bytes: &[u8]) -> Result<(Synced, Advisories), Damage> {
    let rest = bytes
        .strip_prefix(MAGIC)
        .ok_or(Damage("it was not written by this version of Bartizan"))?;
    let cut = || Damage("it ends in the middle");
    let (seal, body) = rest.split_first_chunk::<32>().ok_or_else(cut)?;
    if blake3::hash(body) != *seal {
        return Err(Damage("its digest is another than the one it was written with"));
    }
    let (length, rest) = body.split_first_chunk::<4>().ok_or_else(cut)?;
    let length = u32::from_le_bytes(*length) as usize;
    let head = rest.get(..length).ok_or_else(cut)?;
    type Head = (Synced, Vec<(String, f32)>);
    let (synced, chances): Head =
        postcard::from_bytes(head).map_err(|_| Damage("its head cannot be read"))?;
    let store = rest[length..].to_vec();
    Ok((synced, Advisories::trusted(Cow::Owned(store))?.with_chances(chances)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OsvRecord, builtin, write};

    #[test]
    fn what_is_kept_answers_as_it_did_before_and_no_byte_of_it_can_be_changed() {
        let json = br#"{"id": "SHOP-1", "aliases": ["CVE-2026-1"], "details": "Prices can be set.",
            "affected": [{"package": {"ecosystem": "PyPI", "name": "till"}, "versions": ["1"]}]}"#;
        let records = vec![OsvRecord::parse(json).unwrap()];
        let store = write(records.clone(), Vec::new(), Vec::new(), &mut pack);
        let synced =
            Synced { from: vec![SyncedFrom { kind: "records".into(), ..Default::default() }] };
        let sealed = seal(&synced, &[("CVE-2026-1".to_owned(), 0.5)], &store);
        let (again, advisories) = open(&sealed).unwrap();
        assert_eq!(again, synced);
        assert_eq!(advisories.matching("till", "1")[0].id, "CVE-2026-1");
        assert_eq!(advisories.chance("CVE-2026-1"), Some(0.5));
        assert_eq!(advisories.records_where(&|_| true), records);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&changed).is_err(), "byte {at}");
            assert!(open(&sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn records_that_are_taken_out_say_what_they_said() {
        let django = builtin().records_where(&|id| id.starts_with("DJANGO-"));
        assert!(django.len() > 100, "{}", django.len());
        let ids: Vec<String> = django.iter().map(|record| record.id.clone()).collect();
        let again = Advisories::of_records(django, Vec::new(), Vec::new());
        assert_eq!(again.records() as usize, ids.len());
        for version in ["4.2.11", "5.1", "5.2.1", "6.0"] {
            let of = |advisories: &Advisories| -> Vec<String> {
                let package = advisories.package("django").unwrap();
                let found = package.ids(&crate::Installed::new(version));
                found
                    .iter()
                    .filter(|id| id.starts_with("DJANGO-"))
                    .map(|&id| id.to_owned())
                    .collect()
            };
            assert_eq!(of(&again), of(builtin()), "{version}");
        }
    }
}
