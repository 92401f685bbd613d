//! What is called otherwise in the new version, and is the same.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::facts::{Facts, MethodFacts};

/// Names that were given up for others: the same things, called otherwise.
pub(super) struct Renamed(Vec<(Arc<str>, Arc<str>)>, Vec<(Arc<str>, Arc<str>)>);

impl Renamed {
    /// The names of `after` that `before` has for the same things.
    pub(super) fn between(
        before: &MethodFacts,
        after: &MethodFacts,
        old: &Facts,
        new: &Facts,
    ) -> Self {
        let atoms = |facts: &MethodFacts| -> BTreeSet<Arc<str>> {
            let mut all = facts.access.atoms();
            for query in &facts.queries {
                all.extend(query.formula.atoms());
            }
            for deed in &facts.deeds {
                all.extend(deed.formula.atoms());
            }
            for outcome in &facts.outcomes {
                all.extend(outcome.formula.atoms());
            }
            all
        };
        let (olds, news) = (atoms(before), atoms(after));
        let mut pairs = Vec::new();
        for new_atom in news.difference(&olds) {
            let mut same =
                olds.difference(&news).filter(|old_atom| is_renamed(old_atom, new_atom, old, new));
            if let (Some(old_atom), None) = (same.next(), same.next()) {
                pairs.push((new_atom.clone(), old_atom.clone()));
            }
        }
        let mut models = Vec::new();
        for query in &after.queries {
            let is_new = before.queries.iter().all(|known| known.model != query.model);
            if !is_new {
                continue;
            }
            let mut same = before.queries.iter().map(|known| &known.model).filter(|known| {
                is_renamed(known, &query.model, old, new)
                    && after.queries.iter().all(|query| query.model != **known)
            });
            if let Some(known) = same.next() {
                models.push((query.model.clone(), known.clone()));
            }
        }
        Self(pairs, models)
    }

    /// The facts by the names of the old version.
    pub(super) fn apply(&self, facts: &MethodFacts) -> MethodFacts {
        if self.0.is_empty() && self.1.is_empty() {
            return facts.clone();
        }
        let name = |atom: &Arc<str>| {
            let known = self.0.iter().find(|(new, _)| new == atom);
            known.map_or_else(|| atom.clone(), |(_, old)| old.clone())
        };
        let mut renamed = facts.clone();
        renamed.access = facts.access.renamed(&name);
        renamed.around = facts.around.renamed(&name);
        for outcome in &mut renamed.outcomes {
            outcome.formula = outcome.formula.renamed(&name);
        }
        for deed in &mut renamed.deeds {
            deed.formula = deed.formula.renamed(&name);
        }
        for query in &mut renamed.queries {
            query.formula = query.formula.renamed(&name);
            if let Some((_, old)) = self.1.iter().find(|(new, _)| *new == query.model) {
                query.model = old.clone();
            }
        }
        renamed
    }
}

/// Whether two atoms differ in names alone that one version has and the other has not.
fn is_renamed(old_atom: &str, new_atom: &str, old: &Facts, new: &Facts) -> bool {
    let words = |atom: &str| -> Vec<String> {
        let mut out = Vec::new();
        let mut word = String::new();
        for c in atom.chars() {
            if c.is_alphanumeric() || c == '_' {
                word.push(c);
            } else {
                out.push(std::mem::take(&mut word));
                out.push(c.to_string());
            }
        }
        out.push(word);
        out
    };
    let (olds, news) = (words(old_atom), words(new_atom));
    olds.len() == news.len()
        && olds.iter().zip(&news).all(|(one, other)| {
            one == other
                || old.names.contains(one)
                    && !new.names.contains(one)
                    && new.names.contains(other)
                    && !old.names.contains(other)
        })
}
