//! What an endpoint asks and does for one method, compared with what it did before.

use std::collections::BTreeSet;
use std::sync::Arc;

use bartizan_base::FilePath;
use bartizan_django::endpoints::Reach;

use super::Sides;
use crate::change::Kind;
use crate::choices;
use crate::deeds::{DeedKind, loosened};
use crate::facts::{EndpointFacts, MethodFacts, Place};
use crate::fields::FOR_SOME;
use crate::formula::{ACTIVE, Formula, LOGIN, STAFF, SUPERUSER};
use crate::outcomes::{reached, widened};
use crate::rate;
use crate::scope::Query;

/// Lists of what is asked with more lines than this are none.
const LARGEST_LIST: u32 = 6;

/// What is told of one method, before it is put together with others.
pub(super) struct Told {
    pub(super) kind: Kind,
    /// Empty for all of them.
    pub(super) method: &'static str,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) at: (FilePath, u32),
    /// Whether conditions on the rows themselves are gone, where rows can be reached; of a guard,
    /// whether it asked of these alone.
    pub(super) is_of_rows: bool,
}

/// One method of an endpoint in both versions.
pub(super) struct Method<'m> {
    pub(super) sides: Sides<'m>,
    pub(super) old: &'m EndpointFacts,
    pub(super) new: &'m EndpointFacts,
    pub(super) before: &'m MethodFacts,
    /// What holds now, by the names of the old version.
    pub(super) now: &'m MethodFacts,
    /// The files of the settings in both versions.
    pub(super) settings: &'m BTreeSet<FilePath>,
}

impl Method<'_> {
    /// Everything that protects less.
    pub(super) fn tell(&self, told: &mut Vec<Told>) {
        self.access(told);
        self.authentication(told);
        self.scope(told);
        self.choices(told);
        self.fields(told);
        self.throttles(told);
        self.inherited(told);
        self.deeds(told);
        self.outcomes(told);
        self.reach(told);
        tell_once(told);
    }

    /// Whoever gets in is as before; what asked them at the view is gone, and the site asks it.
    fn inherited(&self, told: &mut Vec<Told>) {
        let (before, now) = (&self.before.access, &self.now.access);
        if before != now {
            return;
        }
        // What is as large as a class or a function tells nothing of what was taken out of it.
        let is_small = |place: &&Place| place.end - place.line < LARGEST_LIST;
        let moved = before.atoms().into_iter().find_map(|atom| {
            let (was, is) = (self.before.places.get(&atom)?, self.now.places.get(&atom)?);
            let is_of_site = |place: &Place| self.settings.contains(&place.path);
            let mut own = self.old.evidence.iter().filter(|place| place.path == was.path);
            let at = own.find_map(|place| {
                Some(place).filter(is_small).and_then(|place| self.sides.at_old(place))
            })?;
            (is_of_site(is) && !is_of_site(was)).then(|| (is.to_owned(), at))
        });
        if let Some((by, at)) = moved {
            let after = format!("{now} (by {}:{})", by.path, by.line);
            let before = before.plainly().to_string();
            told.push(self.told(Kind::GuardNowInherited, before, after, at));
        }
    }

    fn told(&self, kind: Kind, before: String, after: String, at: (FilePath, u32)) -> Told {
        Told { kind, method: self.now.method, before, after, at, is_of_rows: true }
    }

    fn at(&self, lost: &[Place], came: &[Place]) -> (FilePath, u32) {
        self.sides.at(lost, came, self.old, self.new)
    }

    /// The edited line where conditions stood that are gone, or stand that are new.
    fn at_conditions(&self, old: &Formula, new: &Formula) -> (FilePath, u32) {
        let lost = places(&atoms_beyond(old, new), self.before);
        self.at(&lost, &places(&atoms_beyond(new, old), self.now))
    }

    fn is_partial(&self) -> bool {
        self.before.is_partial || self.now.is_partial
    }

    fn access(&self, told: &mut Vec<Told>) {
        let (before, now) = (&self.before.access, &self.now.access);
        if !now.lets_in_more_than(before) {
            return;
        }
        let lost = atoms_beyond(before, now);
        // What is asked of an object may be asked where it is fetched.
        let has_object = lost.iter().any(|atom| is_of_object(atom));
        if has_object {
            let covers = |facts: &MethodFacts, is_by_itself: bool| {
                let chosen = |query: &Query| {
                    let own = facts.by_itself.iter().find(|(known, _)| known == query);
                    match own.filter(|_| is_by_itself) {
                        Some((_, formula)) => formula.clone(),
                        None => query.formula.clone(),
                    }
                };
                let mut of = facts
                    .queries
                    .iter()
                    .filter(|query| lost.iter().any(|atom| atom.starts_with(&*query.model)))
                    .peekable();
                of.peek().is_some()
                    && of.all(|query| {
                        let held = now.clone().and(chosen(query));
                        !held.lets_in_more_than(before)
                    })
            };
            // Where the rows were chosen so before, one of two locks is gone.
            if covers(self.now, false) && !covers(self.before, true) {
                return;
            }
        }
        if self.is_asked_inside(&lost) {
            return;
        }
        let (kinds, asks_who) = self.kinds(before, now);
        let at = self.at_conditions(before, now);
        for kind in kinds {
            let (before, now) = (before.plainly().to_string(), now.plainly().to_string());
            let one = self.told(kind, before, now, at.clone());
            let is_of_rows = kind != Kind::GuardWeakened || !asks_who;
            told.push(Told { is_of_rows, ..one });
        }
    }

    /// Whether all that comes of a request is kept from whoever was turned away before: where the same
    /// answer ends the view, nobody needs to be turned away by it.
    fn is_asked_inside(&self, lost: &[Arc<str>]) -> bool {
        let Some(reached) = reached(&self.now.outcomes, &self.guards()) else { return false };
        let atoms = reached.atoms();
        let holds = self.now.around.clone().and(reached);
        !lost.is_empty()
            && lost.iter().all(|atom| atoms.contains(atom))
            && !holds.lets_in_more_than(&self.before.access)
    }

    /// Whatever the view asks guards what comes behind it, if it asks nothing of people.
    fn guards(&self) -> BTreeSet<Arc<str>> {
        let mut guards = self.before.own.atoms();
        guards.extend(self.now.own.atoms());
        guards
    }

    /// What it is that one formula lets in more than another, and whether what is gone asked what
    /// somebody is on the whole site.
    fn kinds(&self, before: &Formula, now: &Formula) -> (Vec<Kind>, bool) {
        let lost = atoms_beyond(before, now);
        let has_object = lost.iter().any(|atom| is_of_object(atom));
        let is_by_object = has_object && lost.iter().all(|atom| is_of_object(atom));
        // What the whole site asks, whatever it lets by, keeps out those of whom nothing is known.
        let by_site = now.conjuncts().iter().filter(|part| {
            before.conjuncts().contains(part) && !self.now.own.conjuncts().contains(part)
        });
        let is_kept_out = !Formula::all(by_site.cloned()).is_open();
        // That some rows are open to all now takes the guard from those alone.
        let olds = before.atoms();
        let without = now.expanded(&|atom| {
            (is_of_object(atom) && !olds.contains(atom)).then_some(Formula::Never)
        });
        let is_open = now.is_open() && !before.is_open()
            || !is_kept_out && admits_anonymous_anew(before, &without);
        let mut kinds = Vec::new();
        // Of whose row it is one thing is asked; whether the row is ready for it, another.
        let asks_whose = lost
            .iter()
            .any(|atom| atom.contains("request.user") || atom.starts_with("object permission"));
        if is_by_object && asks_whose && !is_open {
            kinds.push(Kind::ObjectScopeLost);
        } else {
            kinds.push(if is_open { Kind::GuardRemoved } else { Kind::GuardWeakened });
            if has_object && asks_whose {
                kinds.push(Kind::ObjectScopeLost);
            }
        }
        // Who may do it to any row is another question than whose row it is.
        let gone = before.conjuncts().iter().filter(|part| !now.conjuncts().contains(part));
        let asks_who = gone.flat_map(Formula::atoms).any(|atom| is_of_standing(&atom));
        if asks_who && kinds == [Kind::ObjectScopeLost] {
            kinds.push(Kind::GuardWeakened);
        }
        (kinds, asks_who)
    }

    /// Visitors were known by something and are by nothing now, or whoever knows them asks less.
    fn authentication(&self, told: &mut Vec<Told>) {
        let (Some(before), Some(now)) = (&self.before.authentication, &self.now.authentication)
        else {
            return;
        };
        let (was, is) = (&self.before.known, &self.now.known);
        if !now.is_empty() && before == now && is.lets_in_more_than(was) {
            let at = self.at_conditions(was, is);
            let (before, after) =
                (format!("known: {}", was.plainly()), format!("known: {}", is.plainly()));
            told.push(self.told(Kind::GuardWeakened, before, after, at));
        }
        if before.is_empty() || !now.is_empty() {
            return;
        }
        let names = before.iter().cloned().collect::<Vec<_>>().join(", ");
        let at = self.at(&[], &[]);
        told.push(self.told(Kind::GuardWeakened, names, "no authentication".to_owned(), at));
    }

    fn scope(&self, told: &mut Vec<Told>) {
        // Nothing is promised of what was not read whole.
        if self.sides.is_reversed && self.is_partial() {
            return;
        }
        let mut models: Vec<&Arc<str>> =
            self.now.queries.iter().map(|query| &query.model).collect();
        models.sort();
        models.dedup();
        for model in models {
            let of = |facts: &'_ MethodFacts| -> Vec<Query> {
                facts.queries.iter().filter(|query| query.model == *model).cloned().collect()
            };
            let (mut olds, mut news) = (of(self.before), of(self.now));
            let kinds = |queries: &[Query]| {
                let mut kinds = queries.to_vec();
                kinds.dedup();
                kinds
            };
            let (known_olds, distinct) = (kinds(&olds), kinds(&news));
            // Of several queries nobody knows which is which well enough to praise one.
            if self.sides.is_reversed && known_olds.len().max(distinct.len()) > 1 {
                continue;
            }
            // What is fetched as before is no news, however often it is.
            let is_same = |known: &Query, query: &Query| {
                known == query
                    || !known.formula.lets_in_more_than(&query.formula)
                        && !query.formula.lets_in_more_than(&known.formula)
            };
            news.retain(|query| match olds.iter().position(|known| is_same(known, query)) {
                Some(index) => {
                    olds.remove(index);
                    false
                }
                None => true,
            });
            // One more of those that were there is news only where another is gone for it.
            let is_once_more = |query: &Query| known_olds.iter().any(|known| is_same(known, query));
            if olds.is_empty() {
                news.retain(|query| !is_once_more(query));
            }
            news.dedup();
            for query in news {
                // The old query that it comes nearest to.
                let nearest = olds.iter().enumerate().max_by_key(|(index, known)| {
                    let common = known.formula.atoms().intersection(&query.formula.atoms()).count();
                    (common, usize::MAX - index)
                });
                let Some(index) = nearest.map(|(index, _)| index) else { continue };
                let known = olds.remove(index);
                if self.is_wider(&known, &query) {
                    let at = self.at_conditions(&known.formula, &query.formula);
                    let is_of_rows = loses_rows(&known.formula, &query.formula)
                        && !self.is_by_guard(&known.formula, &query.formula);
                    let kind = match self.asks_who_alone(&known.formula, &query.formula) {
                        true => Kind::GuardWeakened,
                        false => Kind::ObjectScopeLost,
                    };
                    // It was told of the guard itself, or of other rows.
                    let is_told = |one: &Told| {
                        matches!(one.kind, Kind::GuardRemoved | Kind::GuardWeakened) && one.at == at
                    };
                    if kind == Kind::GuardWeakened && told.iter().any(is_told) {
                        continue;
                    }
                    let one = self.told(kind, rows_of(&known), rows_of(&query), at);
                    told.push(Told { is_of_rows, ..one });
                }
            }
        }
    }

    /// Whether what is gone of the conditions on rows asked of nobody more than what he is: whoever may
    /// come was asked where they are fetched.
    fn asks_who_alone(&self, old: &Formula, new: &Formula) -> bool {
        let gone = old.conjuncts().iter().filter(|part| !new.conjuncts().contains(part));
        let lost: BTreeSet<Arc<str>> = gone.flat_map(Formula::atoms).collect();
        let is_of_person = |atom: &Arc<str>| {
            is_of_standing(atom) || atom.starts_with("request.") && !is_of_object(atom)
        };
        !lost.is_empty() && lost.iter().all(is_of_person)
    }

    /// Whether rows are met by more only because more get in: what is gone of the conditions on them is
    /// gone of the guard, and asked nobody whose they are.
    fn is_by_guard(&self, old: &Formula, new: &Formula) -> bool {
        let (before, now) = (&self.before.access, &self.now.access);
        let lost = atoms_beyond(old, new);
        let of_guard = atoms_beyond(before, now);
        !lost.is_empty()
            && lost.iter().any(|atom| of_guard.contains(atom))
            && lost.iter().all(|atom| {
                !atom.contains("request.user") && (of_guard.contains(atom) || !is_of_object(atom))
            })
            && now.lets_in_more_than(before)
    }

    /// Fields that offered some rows alone, and offer what there is.
    fn choices(&self, told: &mut Vec<Told>) {
        for query in &self.before.queries {
            let Some(field) = query.model.strip_prefix(choices::OF) else { continue };
            let is_there = self.now.queries.iter().any(|known| known.model == query.model);
            let is_written = self.now.writable.contains_key(field)
                || self.now.writable.contains_key(&format!("{field}{FOR_SOME}"));
            if is_there || !is_written || query.formula == Formula::Always {
                continue;
            }
            let at = self.at_conditions(&query.formula, &Formula::Always);
            let after = format!("every row, as {}", query.model);
            told.push(self.told(Kind::ObjectScopeLost, rows_of(query), after, at));
        }
    }

    /// Whether rows are fetched now that were not, and nothing else keeps them from the visitor.
    fn is_wider(&self, known: &Query, query: &Query) -> bool {
        let held = self.before.access.clone().and(known.formula.clone());
        let holds = self.now.access.clone().and(query.formula.clone());
        // What chose the rows may guard the view now; where it did so before as well, one of two
        // locks is gone.
        query.formula.lets_in_more_than(&known.formula)
            && (holds.lets_in_more_than(&held)
                || loses_rows(&known.formula, &query.formula)
                    && !self.before.access.lets_in_more_than(&held))
    }

    fn fields(&self, told: &mut Vec<Told>) {
        let (before, now) = (self.before, self.now);
        if before.writable.is_empty() && before.readable.is_empty()
            || self.sides.is_reversed && self.is_partial()
        {
            return;
        }
        let is_write = now.method != "GET";
        let sides = [
            (Kind::WritableFieldsGrew, &before.writable, &now.writable, is_write),
            (Kind::ReadableFieldsGrew, &before.readable, &now.readable, true),
        ];
        for (kind, olds, news, is_told) in sides {
            let is_unknown = olds.contains_key("?") || news.contains_key("?");
            // The same view written otherwise may name nothing where it named something.
            let is_rewritten = olds.is_empty() && self.old.kind != self.new.kind;
            if !is_told || is_unknown || is_rewritten || olds.contains_key("__all__") {
                continue;
            }
            let is_new = |name: &str| match name.strip_suffix(FOR_SOME) {
                Some(stem) => !olds.contains_key(name) && !olds.contains_key(stem),
                None => !olds.contains_key(name),
            };
            let grew: Vec<(&String, &Place)> =
                news.iter().filter(|(name, _)| is_new(name)).collect();
            let Some((_, first)) = grew.first() else { continue };
            let names: Vec<&str> = grew.iter().map(|(name, _)| name.as_str()).collect();
            let had = olds.keys().cloned().collect::<Vec<_>>().join(", ");
            let at = self.at(&[], std::slice::from_ref(*first));
            told.push(self.told(kind, had, format!("+ {}", names.join(", ")), at));
        }
    }

    /// What is answered or changed where a refusal does not stand before it any more.
    fn outcomes(&self, told: &mut Vec<Told>) {
        if self.is_explained(told) || self.old.kind != self.new.kind {
            return;
        }
        let (before, now) = (self.before, self.now);
        let guards = self.guards();
        let around = (&before.around, &now.around);
        let Some((outcome, was, is)) = widened(&before.outcomes, &now.outcomes, around, &guards)
        else {
            return;
        };
        // What was asked of a row may be asked where it is fetched.
        let lost = atoms_beyond(&was, &is);
        let of_queries = |facts: &MethodFacts| -> BTreeSet<Arc<str>> {
            facts.queries.iter().flat_map(|query| query.formula.atoms()).collect()
        };
        let (olds, news) = (of_queries(before), of_queries(now));
        if lost.iter().any(|atom| news.contains(atom) && !olds.contains(atom)) {
            return;
        }
        let at = self.at_conditions(&was, &is);
        let (held, holds) =
            (before.around.clone().and(was.clone()), now.around.clone().and(is.clone()));
        let (kinds, asks_who) = self.kinds(&held, &holds);
        let words = |formula: &Formula| format!("{} for {}", outcome.what, formula.plainly());
        for kind in kinds {
            let one = self.told(kind, words(&held), words(&holds), at.clone());
            let is_of_rows = kind != Kind::GuardWeakened || !asks_who;
            told.push(Told { is_of_rows, ..one });
        }
    }

    /// The surface tells of a guard that is gone, and nothing else does: it knows guards that are not
    /// read here.
    fn reach(&self, told: &mut Vec<Told>) {
        let (Some(before), Some(now)) = (self.before.reach, self.now.reach) else { return };
        if before <= now || self.is_explained(told) {
            return;
        }
        // What is read here, and differs, says more; and what asks as much may stand where the surface
        // does not look.
        let access = &self.now.access;
        let is_same = !access.lets_in_more_than(&self.before.access)
            && !self.before.access.lets_in_more_than(access);
        let is_kept = match now {
            Reach::Anonymous => !access.admits_anonymous(),
            _ => access.atoms().iter().any(|atom| !matches!(&**atom, LOGIN | ACTIVE)),
        };
        if is_kept || !is_same {
            return;
        }
        let kind = match now {
            Reach::Anonymous => Kind::GuardRemoved,
            _ => Kind::GuardWeakened,
        };
        let (before, now) = (before.as_str().to_owned(), now.as_str().to_owned());
        told.push(self.told(kind, before, now, self.at(&[], &[])));
    }

    /// Whether it is told already by what an edit is explained, or nothing more can be said.
    fn is_explained(&self, told: &[Told]) -> bool {
        let is_told = told.iter().any(|one| {
            matches!(
                one.kind,
                Kind::GuardRemoved
                    | Kind::GuardWeakened
                    | Kind::ObjectScopeLost
                    | Kind::WritableFieldsGrew
                    | Kind::ReadableFieldsGrew
            )
        });
        is_told || self.sides.is_reversed || self.is_partial()
    }

    /// What is done for more visitors than before, though the endpoint itself asks the same.
    fn deeds(&self, told: &mut Vec<Told>) {
        if self.is_explained(told) {
            return;
        }
        let access = (&self.before.access, &self.now.access);
        let Some((deed, before, now)) =
            loosened(&self.before.deeds, &self.now.deeds, access, &self.now.queries)
        else {
            return;
        };
        let asked_whose = atoms_beyond(&before, &now).iter().any(|atom| is_of_object(atom));
        let kind = match deed.kind {
            DeedKind::Does | DeedKind::Changes if asked_whose => Kind::ObjectScopeLost,
            DeedKind::Does | DeedKind::Changes | DeedKind::Knows => Kind::GuardWeakened,
            DeedKind::Hides => Kind::ReadableFieldsGrew,
            DeedKind::Field => Kind::WritableFieldsGrew,
        };
        let at = self.at_conditions(&before, &now);
        let words = |formula: &Formula| format!("{} for {}", deed.what, formula.plainly());
        told.push(self.told(kind, words(&before), words(&now), at));
    }

    fn throttles(&self, told: &mut Vec<Told>) {
        let (before, now) = (&self.before.throttles, &self.now.throttles);
        let lost: Vec<&String> = before.difference(now).collect();
        let came: Vec<&String> = now.difference(before).collect();
        let is_weaker = lost.iter().any(|one| {
            if came.iter().any(|other| rate::spares_some(one, other)) {
                return true;
            }
            let others: Vec<&&String> =
                came.iter().filter(|other| rate::are_rates(one, other)).collect();
            match others.is_empty() {
                true => lost.len() > came.len(),
                false => others.iter().all(|other| rate::is_looser(one, other)),
            }
        });
        if is_weaker {
            let words = |all: &BTreeSet<String>| match all.is_empty() {
                true => "none".to_owned(),
                false => all.iter().cloned().collect::<Vec<_>>().join(", "),
            };
            let at = self.at(&[], &[]);
            told.push(self.told(Kind::ThrottleLost, words(before), words(now), at));
        }
    }
}

/// One cause is told once: that everybody gets in says more than that he meets the rows of others, and
/// that he meets these more than that more people get in.
fn tell_once(told: &mut Vec<Told>) {
    let is_open = |of: &[Told], at: &(FilePath, u32)| {
        of.iter().any(|one| one.kind == Kind::GuardRemoved && one.at == *at)
    };
    let has_rows = |of: &[Told], at: &(FilePath, u32)| {
        of.iter().any(|one| one.kind == Kind::ObjectScopeLost && one.is_of_rows && one.at == *at)
    };
    let is_weaker = |of: &[Told], at: &(FilePath, u32)| {
        of.iter().any(|one| one.kind == Kind::GuardWeakened && one.at == *at)
    };
    let keep: Vec<bool> = told
        .iter()
        .map(|one| match one.kind {
            Kind::ObjectScopeLost if is_open(told, &one.at) => false,
            Kind::ObjectScopeLost => one.is_of_rows || !is_weaker(told, &one.at),
            Kind::GuardWeakened => !one.is_of_rows || !has_rows(told, &one.at),
            _ => true,
        })
        .collect();
    let mut keep = keep.into_iter();
    told.retain(|_| keep.next().unwrap_or(true));
}

/// Whether a condition on the rows themselves is gone; not one on who comes alone.
fn loses_rows(old: &Formula, new: &Formula) -> bool {
    let gone = old.conjuncts().iter().filter(|part| !new.conjuncts().contains(part));
    let atoms: BTreeSet<Arc<str>> = gone.flat_map(Formula::atoms).collect();
    atoms.is_empty() || atoms.iter().any(|atom| is_of_object(atom))
}

/// Whether an atom is asked of what somebody is on the whole site, whichever row he wants.
fn is_of_standing(atom: &str) -> bool {
    matches!(atom, STAFF | SUPERUSER) || atom.starts_with("perm:") && !atom.contains(" on ")
}

/// Settings on which formulas hang beyond which none is tried out.
const MOST_SETTINGS: usize = 4;

/// Whether somebody who has not logged in passes now and did not before, on some site: where settings decide
/// whether anything is asked, each way they may be set is a site.
fn admits_anonymous_anew(before: &Formula, now: &Formula) -> bool {
    let mut settings = before.atoms();
    settings.extend(now.atoms());
    settings.retain(|atom| atom.starts_with("settings."));
    let settings: Vec<Arc<str>> = settings.into_iter().take(MOST_SETTINGS).collect();
    (0..1_u32 << settings.len()).any(|truths| {
        let on_site = |of: &Formula| {
            of.expanded(&|atom| {
                let at = settings.iter().position(|setting| setting == atom)?;
                Some(if truths & (1 << at) == 0 { Formula::Never } else { Formula::Always })
            })
        };
        on_site(now).admits_anonymous() && !on_site(before).admits_anonymous()
    })
}

fn places(atoms: &[Arc<str>], facts: &MethodFacts) -> Vec<Place> {
    atoms.iter().filter_map(|atom| facts.places.get(atom).cloned()).collect()
}

/// The atoms of one formula that another has not.
fn atoms_beyond(one: &Formula, other: &Formula) -> Vec<Arc<str>> {
    one.atoms().difference(&other.atoms()).cloned().collect()
}

/// Whether an atom is asked of the row that is fetched: `Order.owner=request.user`.
pub(crate) fn is_of_object(atom: &str) -> bool {
    atom.starts_with("obj.")
        || atom.starts_with("object permission")
        || atom.starts_with(char::is_uppercase)
            && atom
                .split_once('.')
                .is_some_and(|(model, _)| model.chars().all(char::is_alphanumeric))
}

fn rows_of(query: &Query) -> String {
    match &query.formula {
        Formula::Always => format!("every {}", query.model),
        formula => format!("{}: {}", query.model, formula.plainly()),
    }
}
