//! Functions that ask much and are told by their names: where both versions have one, and it is said
//! otherwise, what it asks is compared.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::facts::MethodFacts;
use crate::formula::Formula;

/// Names inside of what others ask beyond which none is looked into.
const DEEPEST: usize = 4;

/// By atom: what is told in its place.
type Meant = BTreeMap<Arc<str>, Formula>;

/// The facts of both versions with the same name for what is asked alike, and with what is asked for
/// what is not.
pub(super) fn by_meaning(before: MethodFacts, now: MethodFacts) -> (MethodFacts, MethodFacts) {
    if before.named.is_empty() || now.named.is_empty() {
        return (before, now);
    }
    let (mut olds, mut news) = (Meant::new(), Meant::new());
    let lost: Vec<&Arc<str>> =
        sorted(&before).filter(|atom| !now.named.contains_key(*atom)).collect();
    for atom in sorted(&now).filter(|atom| !before.named.contains_key(*atom)) {
        let Some(same) = lost.iter().find(|known| head(known) == head(atom)) else { continue };
        let (one, other) = (whole(&before, same, 0), whole(&now, atom, 0));
        if !one.lets_in_more_than(&other) && !other.lets_in_more_than(&one) {
            news.insert(Arc::clone(atom), Formula::Atom(Arc::clone(same)));
            continue;
        }
        olds.insert(Arc::clone(same), one);
        news.insert(Arc::clone(atom), other);
    }
    (told(before, &olds), told(now, &news))
}

fn sorted(facts: &MethodFacts) -> impl Iterator<Item = &Arc<str>> {
    let mut atoms: Vec<&Arc<str>> = facts.named.keys().collect();
    atoms.sort();
    atoms.into_iter()
}

/// The name and what it is given.
fn head(atom: &str) -> &str {
    atom.rsplit_once(" #").map_or(atom, |(head, _)| head)
}

/// What an atom stands for, with what others in it do.
fn whole(facts: &MethodFacts, atom: &Arc<str>, depth: usize) -> Formula {
    match facts.named.get(atom) {
        Some(asked) if depth < DEEPEST => asked.expanded(&|inner| {
            facts.named.contains_key(inner).then(|| whole(facts, inner, depth + 1))
        }),
        _ => Formula::Atom(Arc::clone(atom)),
    }
}

fn told(facts: MethodFacts, meant: &Meant) -> MethodFacts {
    match meant.is_empty() {
        true => facts,
        false => expanded(facts, &|atom| meant.get(atom).cloned()),
    }
}

/// The facts with what some conditions stand for.
pub(super) fn expanded(
    mut facts: MethodFacts,
    meant: &dyn Fn(&Arc<str>) -> Option<Formula>,
) -> MethodFacts {
    let of = |formula: &Formula| formula.expanded(meant);
    facts.access = of(&facts.access);
    facts.own = of(&facts.own);
    facts.known = of(&facts.known);
    facts.queries.iter_mut().for_each(|query| query.formula = of(&query.formula));
    facts.around = of(&facts.around);
    facts.outcomes.iter_mut().for_each(|outcome| outcome.formula = of(&outcome.formula));
    facts.deeds.iter_mut().for_each(|deed| deed.formula = of(&deed.formula));
    facts
}
