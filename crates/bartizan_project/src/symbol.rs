//! Dotted names of things outside the project, each behind a small id.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::{OnceLock, RwLock};

use bartizan_base::define_id;
use bartizan_model::{Callable, Class, Decorator, Models, Returns};
use rustc_hash::FxBuildHasher;

use crate::ClassRef;
use crate::hierarchy::Mro;

define_id! {
    /// A dotted name, `django.db.models.query.QuerySet`, under which the models describe a thing:
    /// a name that is only another way to it has the same symbol. Ask with
    /// [`crate::Project::symbol`]. Numbers differ from run to run; order by text.
    Symbol
}

/// All symbols of a project. They come while many threads resolve names, and stay where they are.
#[derive(Debug)]
pub(crate) struct Symbols {
    /// Entries lie in chunks that double in size, so that none ever moves.
    chunks: [OnceLock<Box<[OnceLock<Entry>]>>; CHUNKS],
    next: AtomicU32,
    /// Who is already there, by parent and name: several small tables, so that threads seldom wait.
    shards: [RwLock<Shard>; SHARDS],
}

const CHUNKS: usize = 24;
const FIRST_CHUNK: usize = 256;
const SHARDS: usize = 16;

#[derive(Debug, Default)]
struct Shard {
    /// Open addressing; 0 is free, otherwise a symbol's index and one.
    slots: Vec<u32>,
    len: usize,
}

#[derive(Debug)]
struct Entry {
    text: Box<str>,
    parent: Option<Symbol>,
    /// Where the last part begins.
    name: u32,
    /// The symbol under which the models describe it, often itself.
    canonical: OnceLock<Symbol>,
    /// Whether the models say anything of its top-level package.
    modelled: bool,
    /// What the models say, once they were asked: asking is dearer than remembering. Most callables
    /// are asked for again and again, so they are kept here.
    callable: OnceLock<Option<Box<Callable>>>,
    answers: AtomicU8,
    variable: OnceLock<Option<Symbol>>,
    result: OnceLock<CallResult>,
    class: OnceLock<ClassRef>,
    mro: OnceLock<Box<Mro>>,
}

/// What the models say of a call's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallResult {
    /// Nothing.
    Unsaid,
    /// It has the type of the receiver.
    Receiver,
    /// An instance of this class.
    Class(Symbol),
}

const NO_CLASS: u8 = 1;
const IS_CLASS: u8 = 2;
const NO_DECORATOR: u8 = 4;

impl Default for Symbols {
    fn default() -> Self {
        Self {
            chunks: [const { OnceLock::new() }; CHUNKS],
            next: AtomicU32::new(0),
            shards: std::array::from_fn(|_| RwLock::default()),
        }
    }
}

impl Symbols {
    /// The symbol of a whole dotted name.
    pub(crate) fn intern(&self, models: &Models, dotted: &str) -> Symbol {
        let mut parts = dotted.split('.').filter(|part| !part.is_empty());
        let mut symbol = self.top(models, parts.next().unwrap_or("builtins"));
        for part in parts {
            symbol = self.child(models, symbol, part);
        }
        symbol
    }

    /// The symbol of a top-level module.
    pub(crate) fn top(&self, models: &Models, name: &str) -> Symbol {
        self.canonical(models, self.raw(models, None, name))
    }

    /// The symbol of `parent.name`.
    pub(crate) fn child(&self, models: &Models, parent: Symbol, name: &str) -> Symbol {
        self.canonical(models, self.raw(models, Some(parent), name))
    }

    /// The dotted name.
    pub(crate) fn text(&self, symbol: Symbol) -> &str {
        &self.entry(symbol).text
    }

    /// The last part of the name.
    pub(crate) fn name(&self, symbol: Symbol) -> &str {
        let entry = self.entry(symbol);
        &entry.text[entry.name as usize..]
    }

    /// The name without its last part.
    pub(crate) fn parent(&self, symbol: Symbol) -> Option<Symbol> {
        self.entry(symbol).parent
    }

    /// Whether the models say anything of the package.
    pub(crate) fn is_modelled(&self, symbol: Symbol) -> bool {
        self.entry(symbol).modelled
    }

    pub(crate) fn callable(&self, models: &Models, symbol: Symbol) -> Option<&Callable> {
        let entry = self.entry(symbol);
        if !entry.modelled {
            return None;
        }
        let ask = || models.callable(&entry.text).map(|callable| Box::new(callable.clone()));
        entry.callable.get_or_init(ask).as_deref()
    }

    /// Whether the models describe a class of this name.
    pub(crate) fn is_model_class(&self, models: &Models, symbol: Symbol) -> bool {
        let entry = self.entry(symbol);
        if !entry.modelled || entry.answers.load(Ordering::Relaxed) & NO_CLASS != 0 {
            return false;
        }
        if entry.answers.load(Ordering::Relaxed) & IS_CLASS != 0 {
            return true;
        }
        let is_class = self.model_class(models, symbol).is_some();
        if is_class {
            entry.answers.fetch_or(IS_CLASS, Ordering::Relaxed);
        }
        is_class
    }

    pub(crate) fn model_class<'m>(&self, models: &'m Models, symbol: Symbol) -> Option<&'m Class> {
        self.ask(symbol, NO_CLASS, |dotted| models.class(dotted))
    }

    pub(crate) fn decorator<'m>(
        &self,
        models: &'m Models,
        symbol: Symbol,
    ) -> Option<&'m Decorator> {
        self.ask(symbol, NO_DECORATOR, |dotted| models.decorator(dotted))
    }

    /// The class that the variable or attribute of this name is an instance of.
    pub(crate) fn variable(&self, models: &Models, symbol: Symbol) -> Option<Symbol> {
        let entry = self.entry(symbol);
        if !entry.modelled {
            return None;
        }
        *entry
            .variable
            .get_or_init(|| models.variable(&entry.text).map(|class| self.intern(models, class)))
    }

    /// What the models say of the result of a call of this name.
    pub(crate) fn result(&self, models: &Models, symbol: Symbol) -> CallResult {
        let entry = self.entry(symbol);
        if !entry.modelled {
            return CallResult::Unsaid;
        }
        *entry.result.get_or_init(|| {
            match self.callable(models, symbol).and_then(|callable| callable.returns.as_ref()) {
                None => CallResult::Unsaid,
                Some(Returns::Receiver) => CallResult::Receiver,
                Some(Returns::Class(class)) => CallResult::Class(self.intern(models, class)),
            }
        })
    }

    /// The class of this name, found once by `find`.
    pub(crate) fn class(&self, symbol: Symbol, find: impl FnOnce() -> ClassRef) -> ClassRef {
        *self.entry(symbol).class.get_or_init(find)
    }

    /// The linearised bases of the class of this name, made once by `make`.
    pub(crate) fn mro(&self, symbol: Symbol, make: impl FnOnce() -> Mro) -> &Mro {
        let entry = self.entry(symbol);
        if let Some(mro) = entry.mro.get() {
            return mro;
        }
        let made = Box::new(make());
        entry.mro.get_or_init(|| made)
    }

    fn ask<'m, T>(
        &self,
        symbol: Symbol,
        bit: u8,
        look: impl FnOnce(&str) -> Option<&'m T>,
    ) -> Option<&'m T> {
        let entry = self.entry(symbol);
        if !entry.modelled || entry.answers.load(Ordering::Relaxed) & bit != 0 {
            return None;
        }
        let found = look(&entry.text);
        if found.is_none() {
            entry.answers.fetch_or(bit, Ordering::Relaxed);
        }
        found
    }

    fn canonical(&self, models: &Models, symbol: Symbol) -> Symbol {
        let entry = self.entry(symbol);
        if !entry.modelled {
            return symbol;
        }
        *entry.canonical.get_or_init(|| {
            let canonical = models.canonical(&entry.text);
            if canonical == &*entry.text {
                return symbol;
            }
            let mut at = None;
            for part in canonical.split('.') {
                at = Some(self.raw(models, at, part));
            }
            at.unwrap_or(symbol)
        })
    }

    /// The symbol of exactly this text, whatever it is another name for.
    fn raw(&self, models: &Models, parent: Option<Symbol>, name: &str) -> Symbol {
        let hash = FxBuildHasher.hash_one((parent, name));
        let shard = &self.shards[(hash >> 32) as usize % SHARDS];
        let poisoned = "no thread panics while it holds a table of symbols";
        if let Some(found) = self.probe(&shard.read().expect(poisoned), hash, parent, name) {
            return found;
        }
        let mut shard = shard.write().expect(poisoned);
        if let Some(found) = self.probe(&shard, hash, parent, name) {
            return found;
        }
        if (shard.len + 1) * 2 > shard.slots.len() {
            self.grow(&mut shard);
        }
        let symbol = Symbol::from_index(self.next.fetch_add(1, Ordering::Relaxed) as usize);
        let (text, start, modelled) = match parent {
            Some(parent) => {
                let head = self.entry(parent);
                (format!("{}.{name}", head.text), head.text.len() + 1, head.modelled)
            }
            None => (name.to_owned(), 0, models.has_package_of(name)),
        };
        let (chunk, offset) = place(symbol.index());
        let chunk = self.chunks[chunk]
            .get_or_init(|| (0..FIRST_CHUNK << chunk).map(|_| OnceLock::new()).collect());
        let entry = Entry {
            text: text.into(),
            parent,
            name: start as u32,
            canonical: OnceLock::new(),
            modelled,
            callable: OnceLock::new(),
            answers: AtomicU8::new(0),
            variable: OnceLock::new(),
            result: OnceLock::new(),
            class: OnceLock::new(),
            mro: OnceLock::new(),
        };
        chunk[offset].get_or_init(|| entry);
        let mask = shard.slots.len() - 1;
        let mut at = hash as usize & mask;
        while shard.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        shard.slots[at] = symbol.index() as u32 + 1;
        shard.len += 1;
        symbol
    }

    fn probe(
        &self,
        shard: &Shard,
        hash: u64,
        parent: Option<Symbol>,
        name: &str,
    ) -> Option<Symbol> {
        if shard.slots.is_empty() {
            return None;
        }
        let mask = shard.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let symbol = match shard.slots[at] {
                0 => return None,
                taken => Symbol::from_index(taken as usize - 1),
            };
            let entry = self.entry(symbol);
            if entry.parent == parent && &entry.text[entry.name as usize..] == name {
                return Some(symbol);
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&self, shard: &mut Shard) {
        let size = (shard.slots.len() * 2).max(64);
        let mut slots = vec![0u32; size];
        for taken in shard.slots.iter().copied().filter(|slot| *slot != 0) {
            let entry = self.entry(Symbol::from_index(taken as usize - 1));
            let hash = FxBuildHasher.hash_one((entry.parent, &entry.text[entry.name as usize..]));
            let mut at = hash as usize & (size - 1);
            while slots[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            slots[at] = taken;
        }
        shard.slots = slots;
    }

    fn entry(&self, symbol: Symbol) -> &Entry {
        let (chunk, offset) = place(symbol.index());
        let made = "a symbol is handed out after its entry is made";
        self.chunks[chunk].get().expect(made)[offset].get().expect(made)
    }
}

/// Which chunk holds the entry with this index, and where in it.
fn place(index: usize) -> (usize, usize) {
    let chunk = (index / FIRST_CHUNK + 1).ilog2() as usize;
    (chunk, index - FIRST_CHUNK * ((1 << chunk) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_symbol_and_keeps_its_text() {
        let (symbols, models) = (Symbols::default(), Models::default());
        let all: Vec<Symbol> =
            (0..3000).map(|n| symbols.intern(&models, &format!("shop.models.Item{n}"))).collect();
        for (n, symbol) in all.iter().enumerate() {
            assert_eq!(symbols.text(*symbol), format!("shop.models.Item{n}"));
            assert_eq!(symbols.name(*symbol), format!("Item{n}"));
            assert_eq!(symbols.intern(&models, &format!("shop.models.Item{n}")), *symbol);
        }
        assert_eq!(symbols.parent(all[0]).map(|parent| symbols.text(parent)), Some("shop.models"));
    }

    #[test]
    fn another_name_for_a_described_thing_has_its_symbol() {
        let mut models = Models::default();
        models
            .with_user(
                "shop.toml",
                "schema = 1\nmodule = \"clinic.db\"\n[aliases]\nQuery = \"clinic.db.query.Query\"\n",
            )
            .unwrap();
        models
            .with_user(
                "query.toml",
                "schema = 1\nmodule = \"clinic.db.query\"\n[[class]]\nname = \"Query\"\n\
                 why = \"A query.\"\n",
            )
            .unwrap();
        let symbols = Symbols::default();
        let public = symbols.intern(&models, "clinic.db.Query");
        assert_eq!(public, symbols.intern(&models, "clinic.db.query.Query"));
        assert_eq!(symbols.text(public), "clinic.db.query.Query");
    }
}
