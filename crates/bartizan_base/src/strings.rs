//! Interned text.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

crate::define_id! {
    /// A text interned in one [`Strings`] table; means nothing in another.
    Sym
}

/// Every distinct text once, behind a small id. One table serves one file, or one project.
#[derive(Clone, Debug, Default)]
pub struct Strings {
    text: String,
    entries: Vec<Entry>,
    // Open addressing over ids: the texts live once, in `text`, and are not repeated as keys.
    slots: Vec<u32>,
}

/// A text that is kept.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Where it ends in the text of all; it begins where the one before ends.
    end: u32,
    /// What tells most others apart without a look at their text.
    hash: u32,
}

impl Strings {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many distinct texts are kept.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is kept yet.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The id of `text`, which is kept from now on.
    pub fn intern(&mut self, text: &str) -> Sym {
        if (self.entries.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let hash = hash(text);
        let at = match self.search(text, hash) {
            Ok(known) => return known,
            Err(free) => free,
        };
        self.text.push_str(text);
        let end = u32::try_from(self.text.len()).expect("one table holds less than 4 GiB");
        self.entries.push(Entry { end, hash });
        self.slots[at] = self.entries.len() as u32;
        Sym::from_index(self.entries.len() - 1)
    }

    /// The id of `text` if it is kept.
    pub fn find(&self, text: &str) -> Option<Sym> {
        if self.slots.is_empty() {
            return None;
        }
        self.search(text, hash(text)).ok()
    }

    /// The id of `text`, or the free slot where it would go. There is one: at most half are taken.
    fn search(&self, text: &str, hash: u32) -> Result<Sym, usize> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.slots[at] as usize {
                0 => return Err(at),
                taken
                    if self.entries[taken - 1].hash == hash
                        && self.bytes(taken - 1) == text.as_bytes() =>
                {
                    return Ok(Sym::from_index(taken - 1));
                }
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// The text behind `sym`.
    pub fn get(&self, sym: Sym) -> &str {
        self.at(sym.index())
    }

    /// All texts, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (Sym, &str)> {
        (0..self.entries.len()).map(|index| (Sym::from_index(index), self.at(index)))
    }

    /// Gives back what growing reserved, once nothing more will come.
    pub fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.entries.shrink_to_fit();
    }

    fn at(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.entries[index - 1].end as usize };
        &self.text[start..self.entries[index].end as usize]
    }

    /// The same, without looking where characters begin.
    fn bytes(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.entries[index - 1].end as usize };
        &self.text.as_bytes()[start..self.entries[index].end as usize]
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        let mut slots = vec![0u32; size];
        for (index, entry) in self.entries.iter().enumerate() {
            let mut at = entry.hash as usize & (size - 1);
            while slots[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            slots[at] = index as u32 + 1;
        }
        self.slots = slots;
    }
}

fn hash(text: &str) -> u32 {
    let hash = FxBuildHasher.hash_one(text);
    (hash ^ (hash >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_gets_the_same_id() {
        let mut strings = Strings::new();
        let ids: Vec<Sym> = (0..500).map(|n| strings.intern(&format!("name{n}"))).collect();
        assert_eq!(strings.len(), 500);
        for (n, id) in ids.iter().enumerate() {
            assert_eq!(strings.get(*id), format!("name{n}"));
            assert_eq!(strings.intern(&format!("name{n}")), *id);
            assert_eq!(strings.find(&format!("name{n}")), Some(*id));
        }
        assert_eq!(strings.find("never seen"), None);
        let empty = strings.intern("");
        assert_eq!(strings.get(empty), "");
    }
}
