//! Keys of dicts and members of sets.

use bartizan_ir::BinaryOp;

use super::comparison::{closed, holds};
use super::{TYPE_ERROR, equal};
use crate::domain::{Abstract, Constant, Evaluated, Map, Object, Seq, SeqKind};
use crate::reason::Reason;

/// Fails where the value cannot be a key.
pub(crate) fn hashable(value: &Abstract) -> Result<(), Reason> {
    match value {
        Abstract::Seq(seq) => match seq.kind {
            SeqKind::List | SeqKind::Set => Err(TYPE_ERROR),
            _ => seq.items.iter().try_for_each(|item| hashable(&item.value)),
        },
        Abstract::Map(_) => Err(TYPE_ERROR),
        Abstract::Unknown(reason) => Err(reason.clone()),
        _ => Ok(()),
    }
}

/// A cheap digest that equal keys share, for keys that are constants.
fn digest(value: &Abstract) -> Option<u64> {
    use std::hash::{BuildHasher, Hash, Hasher};
    let mut hasher = rustc_hash::FxBuildHasher.build_hasher();
    match value {
        Abstract::Const(Constant::Str(text)) => text.hash(&mut hasher),
        Abstract::Const(Constant::Int(n)) => n.hash(&mut hasher),
        Abstract::Const(Constant::Bool(b)) => i64::from(*b).hash(&mut hasher),
        _ => return None,
    }
    Some(hasher.finish())
}

/// Keys of a dict or items of a set, to find equal ones quickly when there are many.
#[derive(Debug, Default)]
pub(crate) struct Index {
    by_digest: rustc_hash::FxHashMap<u64, Vec<usize>>,
    others: Vec<usize>,
}

impl Index {
    /// The place of the key that equals `key`; `get` tells the key at a place.
    pub(crate) fn find<'a>(
        &self,
        key: &Abstract,
        get: impl Fn(usize) -> &'a Abstract,
    ) -> Result<Option<usize>, Reason> {
        let near = match digest(key) {
            Some(digest) => self.by_digest.get(&digest).map_or(&[][..], Vec::as_slice),
            None => &[],
        };
        let all;
        let rest: &[usize] = if digest(key).is_some() {
            &self.others
        } else {
            let mut places: Vec<usize> = self.by_digest.values().flatten().copied().collect();
            places.extend(&self.others);
            places.sort_unstable();
            all = places;
            &all
        };
        for place in near.iter().chain(rest) {
            if equal(get(*place), key)? {
                return Ok(Some(*place));
            }
        }
        Ok(None)
    }

    pub(crate) fn add(&mut self, key: &Abstract, place: usize) {
        match digest(key) {
            Some(digest) => self.by_digest.entry(digest).or_default().push(place),
            None => self.others.push(place),
        }
    }
}

/// What a dict holds under a key; `None` where it holds nothing.
pub(crate) fn lookup(map: &Map, key: &Abstract) -> Result<Option<Evaluated>, Reason> {
    Ok(lookup_entry(map, key)?.map(|place| map.entries[place].1.clone()))
}

pub(super) fn lookup_entry(map: &Map, key: &Abstract) -> Result<Option<usize>, Reason> {
    find_entry(&map.entries, key)
}

/// The place of a key.
pub(crate) fn find_entry(
    entries: &[(Evaluated, Evaluated)],
    key: &Abstract,
) -> Result<Option<usize>, Reason> {
    let mut unknown = None;
    for (place, (held, _)) in entries.iter().enumerate() {
        match equal(&held.value, key) {
            Ok(true) => return Ok(Some(place)),
            Ok(false) => {}
            Err(reason) => unknown = Some(reason),
        }
    }
    unknown.map_or(Ok(None), Err)
}

/// Puts a pair into a dict; an equal key stays where it is and gets the new value.
pub(crate) fn put_entry(
    entries: &mut Vec<(Evaluated, Evaluated)>,
    key: Evaluated,
    value: Evaluated,
) -> Result<(), Reason> {
    hashable(&key.value)?;
    match find_entry(entries, &key.value)? {
        Some(place) => entries[place].1 = value,
        None => entries.push((key, value)),
    }
    Ok(())
}

/// Puts all pairs of another dict into one; `Some` where a key is not known well enough.
pub(crate) fn merge_entries(
    entries: &mut Vec<(Evaluated, Evaluated)>,
    more: &[(Evaluated, Evaluated)],
) -> Result<Option<Reason>, Reason> {
    let mut open = None;
    let mut index = Index::default();
    for (place, (key, _)) in entries.iter().enumerate() {
        index.add(&key.value, place);
    }
    for (key, value) in more {
        match index.find(&key.value, |place| &entries[place].0.value) {
            Ok(Some(place)) => entries[place].1 = value.clone(),
            Ok(None) => {
                index.add(&key.value, entries.len());
                entries.push((key.clone(), value.clone()));
            }
            Err(reason @ Reason::Raises(_)) => return Err(reason),
            Err(reason) => open = Some(reason),
        }
    }
    Ok(open)
}

/// Items without those that equal an earlier one; fails where that cannot be told.
pub(crate) fn distinct(items: Vec<Evaluated>) -> Result<Vec<Evaluated>, Reason> {
    let mut kept: Vec<Evaluated> = Vec::with_capacity(items.len());
    let mut index = Index::default();
    for item in items {
        hashable(&item.value)?;
        if index.find(&item.value, |place| &kept[place].value)?.is_none() {
            index.add(&item.value, kept.len());
            kept.push(item);
        }
    }
    Ok(kept)
}

pub(crate) fn set_operation(
    op: BinaryOp,
    x: &Seq,
    y: &Seq,
    fresh: Object,
) -> Result<Abstract, Reason> {
    closed(&x.open)?;
    closed(&y.open)?;
    let mut items = Vec::new();
    for item in &x.items {
        let other = holds(&y.items, &item.value)?;
        let keep = match op {
            BinaryOp::BitOr => true,
            BinaryOp::BitAnd => other,
            _ => !other,
        };
        if keep {
            items.push(item.clone());
        }
    }
    if matches!(op, BinaryOp::BitOr | BinaryOp::BitXor) {
        for item in &y.items {
            if !holds(&x.items, &item.value)? {
                items.push(item.clone());
            }
        }
    }
    let kind = if x.kind == SeqKind::FrozenSet { SeqKind::FrozenSet } else { SeqKind::Set };
    let object = if kind == SeqKind::Set { fresh } else { Object::NONE };
    Ok(Abstract::seq(kind, items, None, object))
}
