//! Values that libraries make.

use crate::domain::{Abstract, Evaluated, Object, SeqKind, Site};
use crate::reason::Reason;

/// Makes values at one place: the call of the library.
pub(crate) struct Maker<'m> {
    pub(crate) site: Site,
    pub(crate) fresh: &'m mut dyn FnMut() -> Object,
}

impl Maker<'_> {
    pub(crate) fn value(&self, value: Abstract) -> Evaluated {
        Evaluated { value, site: self.site }
    }

    pub(crate) fn text(&self, text: &str) -> Evaluated {
        self.value(Abstract::str(text))
    }

    pub(crate) fn list(&mut self, items: Vec<Evaluated>) -> Abstract {
        Abstract::seq(SeqKind::List, items, None, (self.fresh)())
    }

    pub(crate) fn dict(&mut self, entries: Vec<(String, Evaluated)>) -> Abstract {
        let entries =
            entries.into_iter().map(|(key, value)| (self.value(Abstract::str(key)), value));
        let entries = entries.collect();
        Abstract::map(entries, None, (self.fresh)())
    }

    /// A dict of its own of which nothing is known.
    pub(crate) fn unknown_dict(&mut self, reason: Reason) -> Abstract {
        Abstract::map(Vec::new(), Some(reason), (self.fresh)())
    }
}
