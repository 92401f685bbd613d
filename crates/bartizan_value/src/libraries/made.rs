//! Values that libraries make.

use crate::domain::{Abstract, Evaluated, Object, SeqKind, Site};

/// Makes values at one place: the call of the library.
pub(super) struct Maker<'m> {
    pub(super) site: Site,
    pub(super) fresh: &'m mut dyn FnMut() -> Object,
}

impl Maker<'_> {
    pub(super) fn value(&self, value: Abstract) -> Evaluated {
        Evaluated { value, site: self.site }
    }

    pub(super) fn text(&self, text: &str) -> Evaluated {
        self.value(Abstract::str(text))
    }

    pub(super) fn list(&mut self, items: Vec<Evaluated>) -> Abstract {
        Abstract::seq(SeqKind::List, items, None, (self.fresh)())
    }

    pub(super) fn dict(&mut self, entries: Vec<(String, Evaluated)>) -> Abstract {
        let entries =
            entries.into_iter().map(|(key, value)| (self.value(Abstract::str(key)), value));
        let entries = entries.collect();
        Abstract::map(entries, None, (self.fresh)())
    }
}
