//! Two versions of a surface, compared.

use std::collections::BTreeSet;
use std::sync::Arc;

use bartizan_base::FilePath;
use bartizan_match::{Marks, matches};

use crate::change::{Change, Kind};
use crate::edits::Edits;
use crate::facts::{CsrfState, EndpointFacts, Facts, MethodFacts, Place, ViewKind};
use crate::fields::FOR_SOME;
use crate::formula::Formula;
use crate::rate;
use crate::scope::Query;
use crate::settings;

/// Words kept of what held before and what holds now.
const LONGEST: usize = 160;

/// What the new version changes, the weakest first, then by place.
pub fn compare(old: &Facts, new: &Facts, edits: &Edits) -> Vec<Change> {
    let mut comparison = Comparison { old, new, edits, changes: Vec::new() };
    let marks = |facts: &Facts| -> Vec<Marks> {
        facts.endpoints.iter().map(|endpoint| endpoint.marks.clone()).collect()
    };
    let found = matches(&marks(old), &marks(new));
    let mut old_left = vec![true; old.endpoints.len()];
    let mut new_left = vec![true; new.endpoints.len()];
    for pair in &found {
        old_left[pair.old] = false;
        new_left[pair.new] = false;
        comparison.pair(&old.endpoints[pair.old], &new.endpoints[pair.new]);
    }
    for (endpoint, is_left) in new.endpoints.iter().zip(new_left) {
        if is_left {
            comparison.added(endpoint);
        }
    }
    for (endpoint, is_left) in old.endpoints.iter().zip(old_left) {
        if is_left && endpoint.kind != ViewKind::Admin {
            comparison.removed(endpoint);
        }
    }
    comparison.settings();
    let mut changes = comparison.changes;
    changes.sort_by(|a, b| {
        (a.kind.weight(), a.kind, &a.path, a.line, &a.setting, &a.route, &a.methods, &a.after).cmp(
            &(b.kind.weight(), b.kind, &b.path, b.line, &b.setting, &b.route, &b.methods, &b.after),
        )
    });
    changes.dedup();
    changes
}

struct Comparison<'c> {
    old: &'c Facts,
    new: &'c Facts,
    edits: &'c Edits,
    changes: Vec<Change>,
}

/// What is told of one method, before it is put together with others.
struct Told {
    kind: Kind,
    method: &'static str,
    before: String,
    after: String,
    at: (FilePath, u32),
}

impl Comparison<'_> {
    // ---- Endpoints ---------------------------------------------------------------------------

    fn pair(&mut self, old: &EndpointFacts, new: &EndpointFacts) {
        // Of what no edit reaches nothing was asked.
        if old.by_method.is_empty() || new.by_method.is_empty() {
            return;
        }
        let mut told: Vec<Told> = Vec::new();
        for after in &new.by_method {
            let Some(before) = old.by_method.iter().find(|known| known.method == after.method)
            else {
                continue;
            };
            let renamed = Renamed::between(before, after, self.old, self.new);
            let now = renamed.apply(after);
            self.access(old, new, before, &now, &mut told);
            self.scope(old, new, before, &now, &mut told);
            self.fields(old, new, before, &now, &mut told);
            self.throttles(old, new, before, &now, &mut told);
        }
        self.methods(old, new, &mut told);
        let writes = new.methods.is_empty() || new.methods.iter().any(|method| *method != "GET");
        if writes
            && old.csrf == CsrfState::Checked
            && matches!(new.csrf, CsrfState::Exempt | CsrfState::Off)
        {
            told.push(Told {
                kind: Kind::CsrfLost,
                method: "",
                before: old.csrf.as_str().to_owned(),
                after: new.csrf.as_str().to_owned(),
                at: self.at(&[], &[], old, new),
            });
        }
        self.put_together(told, new);
    }

    /// One row for the methods of which the same is told.
    fn put_together(&mut self, told: Vec<Told>, endpoint: &EndpointFacts) {
        let mut rows: Vec<(Told, Vec<&'static str>)> = Vec::new();
        for one in told {
            let known = rows.iter_mut().find(|(row, _)| {
                (row.kind, &row.before, &row.after) == (one.kind, &one.before, &one.after)
            });
            match known {
                Some((_, methods)) => methods.push(one.method),
                None => {
                    let methods = vec![one.method];
                    rows.push((one, methods));
                }
            }
        }
        for (row, mut methods) in rows {
            methods.retain(|method| !method.is_empty());
            methods.dedup();
            if methods.is_empty()
                || endpoint.methods.is_empty() && methods.len() == endpoint.by_method.len()
            {
                methods.clone_from(&endpoint.methods);
            }
            self.changes.push(Change {
                kind: row.kind,
                route: endpoint.route.clone(),
                methods,
                setting: None,
                environment: None,
                path: row.at.0,
                line: row.at.1,
                before: cut(row.before),
                after: cut(row.after),
            });
        }
    }

    fn access(
        &self,
        old: &EndpointFacts,
        new: &EndpointFacts,
        before: &MethodFacts,
        now: &MethodFacts,
        told: &mut Vec<Told>,
    ) {
        if !now.access.lets_in_more_than(&before.access) {
            return;
        }
        let lost: Vec<Arc<str>> = lost_atoms(&before.access, &now.access);
        // What is asked of an object may be asked where it is fetched.
        let is_by_object = !lost.is_empty() && lost.iter().all(|atom| is_of_object(atom));
        let has_object = lost.iter().any(|atom| is_of_object(atom));
        if has_object {
            let covers = |facts: &MethodFacts| {
                let mut of = facts
                    .queries
                    .iter()
                    .filter(|query| lost.iter().any(|atom| atom.starts_with(&*query.model)))
                    .peekable();
                of.peek().is_some()
                    && of.all(|query| {
                        let held = now.access.clone().and(query.formula.clone());
                        !held.lets_in_more_than(&before.access)
                    })
            };
            // Where the rows were chosen so before, one of two locks is gone.
            if covers(now) && !covers(before) {
                return;
            }
        }
        let at = self.at(
            &places(&lost, before),
            &places(&new_atoms(&before.access, &now.access), now),
            old,
            new,
        );
        let is_open = now.access.is_open() && !before.access.is_open();
        let mut kinds = Vec::new();
        if is_by_object && !is_open {
            kinds.push(Kind::ObjectScopeLost);
        } else {
            kinds.push(if is_open { Kind::GuardRemoved } else { Kind::GuardWeakened });
            if lost.iter().any(|atom| is_of_object(atom)) {
                kinds.push(Kind::ObjectScopeLost);
            }
        }
        for kind in kinds {
            told.push(Told {
                kind,
                method: now.method,
                before: before.access.to_string(),
                after: now.access.to_string(),
                at: at.clone(),
            });
        }
    }

    fn scope(
        &self,
        old: &EndpointFacts,
        new: &EndpointFacts,
        before: &MethodFacts,
        now: &MethodFacts,
        told: &mut Vec<Told>,
    ) {
        let mut models: Vec<&Arc<str>> = now.queries.iter().map(|query| &query.model).collect();
        models.sort();
        models.dedup();
        for model in models {
            let of = |facts: &'_ MethodFacts| -> Vec<Query> {
                facts.queries.iter().filter(|query| query.model == *model).cloned().collect()
            };
            let (mut olds, mut news) = (of(before), of(now));
            // What is fetched as before is no news.
            news.retain(|query| {
                let same = olds.iter().position(|known| {
                    known == query
                        || !known.formula.lets_in_more_than(&query.formula)
                            && !query.formula.lets_in_more_than(&known.formula)
                });
                if let Some(index) = same {
                    olds.remove(index);
                }
                same.is_none()
            });
            for query in news {
                // The old query that it comes nearest to.
                let nearest = olds.iter().enumerate().max_by_key(|(index, known)| {
                    let common = known.formula.atoms().intersection(&query.formula.atoms()).count();
                    (common, usize::MAX - index)
                });
                let Some((index, known)) = nearest.map(|(index, known)| (index, known.clone()))
                else {
                    continue;
                };
                olds.remove(index);
                let held = before.access.clone().and(known.formula.clone());
                let holds = now.access.clone().and(query.formula.clone());
                if !query.formula.lets_in_more_than(&known.formula) {
                    continue;
                }
                // What chose the rows may guard the view now; where it did so before as well, one of
                // two locks is gone.
                if !holds.lets_in_more_than(&held) && before.access.lets_in_more_than(&held) {
                    continue;
                }
                let lost = lost_atoms(&known.formula, &query.formula);
                let came = new_atoms(&known.formula, &query.formula);
                told.push(Told {
                    kind: Kind::ObjectScopeLost,
                    method: now.method,
                    before: rows_of(&known),
                    after: rows_of(&query),
                    at: self.at(&places(&lost, before), &places(&came, now), old, new),
                });
            }
        }
    }

    fn fields(
        &self,
        old: &EndpointFacts,
        new: &EndpointFacts,
        before: &MethodFacts,
        now: &MethodFacts,
        told: &mut Vec<Told>,
    ) {
        if before.writable.is_empty() && before.readable.is_empty() {
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
            let is_rewritten = olds.is_empty() && old.kind != new.kind;
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
            told.push(Told {
                kind,
                method: now.method,
                before: olds.keys().cloned().collect::<Vec<_>>().join(", "),
                after: format!("+ {}", names.join(", ")),
                at: self.at(&[], std::slice::from_ref(*first), old, new),
            });
        }
    }

    fn throttles(
        &self,
        old: &EndpointFacts,
        new: &EndpointFacts,
        before: &MethodFacts,
        now: &MethodFacts,
        told: &mut Vec<Told>,
    ) {
        let lost: Vec<&String> =
            before.throttles.iter().filter(|one| !now.throttles.contains(*one)).collect();
        let came: Vec<&String> =
            now.throttles.iter().filter(|one| !before.throttles.contains(*one)).collect();
        let is_weaker = lost.iter().any(|one| {
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
            told.push(Told {
                kind: Kind::ThrottleLost,
                method: now.method,
                before: words(&before.throttles),
                after: words(&now.throttles),
                at: self.at(&[], &[], old, new),
            });
        }
    }

    fn methods(&self, old: &EndpointFacts, new: &EndpointFacts, told: &mut Vec<Told>) {
        if old.kind == ViewKind::Outside
            || new.kind == ViewKind::Outside
            || old.methods.is_empty() && old.kind == new.kind
        {
            return;
        }
        let answers = |endpoint: &EndpointFacts| -> Vec<&'static str> {
            match endpoint.methods.is_empty() {
                true => endpoint.by_method.iter().map(|facts| facts.method).collect(),
                false => endpoint.methods.clone(),
            }
        };
        let (olds, news) = (answers(old), answers(new));
        let both_functions = old.kind == ViewKind::Function && new.kind == ViewKind::Function;
        let words = |methods: &[&'static str]| match methods.is_empty() {
            true => "any".to_owned(),
            false => methods.join(", "),
        };
        let added: Vec<&'static str> =
            news.iter().copied().filter(|method| !olds.contains(method)).collect();
        if both_functions {
            if new.methods.is_empty() && !old.methods.is_empty()
                || !added.is_empty() && !new.methods.is_empty()
            {
                told.push(Told {
                    kind: Kind::MethodWidened,
                    method: "",
                    before: words(&old.methods),
                    after: words(&new.methods),
                    at: self.at(&[], &[], old, new),
                });
            }
            return;
        }
        for method in added {
            // `PUT` beside `POST` is how generic views answer.
            if method == "PUT" && olds.contains(&"POST") && old.kind != new.kind {
                continue;
            }
            told.push(Told {
                kind: Kind::MethodsAdded,
                method,
                before: words(&old.methods),
                after: words(&new.methods),
                at: self.at(&[], &[], old, new),
            });
        }
    }

    fn added(&mut self, endpoint: &EndpointFacts) {
        // The admin's pages are endpoints of their own.
        if endpoint.kind == ViewKind::Admin {
            return;
        }
        let open: Vec<&MethodFacts> =
            endpoint.by_method.iter().filter(|facts| facts.access.is_open()).collect();
        let kind = match open.is_empty() {
            true => Kind::EndpointAddedGuarded,
            false => Kind::EndpointAddedOpen,
        };
        let shown = open.first().copied().or(endpoint.by_method.first());
        let after = shown.map(|facts| facts.access.to_string()).unwrap_or_default();
        let at = self
            .edits
            .at_new(&endpoint.route_place)
            .or_else(|| self.edits.at_new(&endpoint.place))
            .unwrap_or((endpoint.route_place.path.clone(), endpoint.route_place.line));
        self.changes.push(Change {
            kind,
            route: endpoint.route.clone(),
            methods: endpoint.methods.clone(),
            setting: None,
            environment: None,
            path: at.0,
            line: at.1,
            before: String::new(),
            after: cut(after),
        });
    }

    fn removed(&mut self, endpoint: &EndpointFacts) {
        let place = &endpoint.route_place;
        let at = self.edits.at_old(place).unwrap_or((place.path.clone(), place.line));
        let before =
            endpoint.by_method.first().map(|facts| facts.access.to_string()).unwrap_or_default();
        self.changes.push(Change {
            kind: Kind::EndpointRemoved,
            route: endpoint.route.clone(),
            methods: endpoint.methods.clone(),
            setting: None,
            environment: None,
            path: at.0,
            line: at.1,
            before: cut(before),
            after: String::new(),
        });
    }

    // ---- Settings ----------------------------------------------------------------------------

    fn settings(&mut self) {
        for change in settings::compare(&self.old.environments, &self.new.environments) {
            let old = change.old_place.as_ref().and_then(|place| self.edits.at_old(place));
            let new = change.new_place.as_ref().and_then(|place| self.edits.at_new(place));
            let place = change.new_place.as_ref().or(change.old_place.as_ref());
            let at = new.or(old).or(place.map(|place| (place.path.clone(), place.line)));
            let Some((path, line)) = at else { continue };
            self.changes.push(Change {
                kind: change.kind,
                route: String::new(),
                methods: Vec::new(),
                setting: Some(change.name),
                environment: Some(change.environment),
                path,
                line,
                before: cut(change.before),
                after: cut(change.after),
            });
        }
    }

    // ---- Places ------------------------------------------------------------------------------

    /// The edited line that explains a change: where what is lost stood, where what is new stands,
    /// else the first edited line that the endpoint depends on.
    fn at(
        &self,
        lost: &[Place],
        came: &[Place],
        old: &EndpointFacts,
        new: &EndpointFacts,
    ) -> (FilePath, u32) {
        let edits = self.edits;
        let olds = |places: &[Place]| places.iter().find_map(|place| edits.at_old(place));
        let news = |places: &[Place]| places.iter().find_map(|place| edits.at_new(place));
        // The smallest code says the most.
        let by_size = |places: &[Place]| -> Vec<Place> {
            let mut places = places.to_vec();
            places.sort_by_key(|place| (place.end - place.line, place.line));
            places
        };
        olds(lost)
            .or_else(|| news(came))
            .or_else(|| news(&by_size(&new.evidence)))
            .or_else(|| olds(&by_size(&old.evidence)))
            .or_else(|| edits.at_new(&new.route_place))
            .or_else(|| edits.at_old(&old.route_place))
            .unwrap_or((new.place.path.clone(), new.place.line))
    }
}

fn places(atoms: &[Arc<str>], facts: &MethodFacts) -> Vec<Place> {
    atoms.iter().filter_map(|atom| facts.places.get(atom).cloned()).collect()
}

fn lost_atoms(old: &Formula, new: &Formula) -> Vec<Arc<str>> {
    let kept = new.atoms();
    let lost: Vec<Arc<str>> = old.atoms().into_iter().filter(|atom| !kept.contains(atom)).collect();
    lost
}

fn new_atoms(old: &Formula, new: &Formula) -> Vec<Arc<str>> {
    lost_atoms(new, old)
}

/// Whether an atom is asked of the row that is fetched: `Order.owner=request.user`.
fn is_of_object(atom: &str) -> bool {
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
        formula => format!("{}: {formula}", query.model),
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// Names that were given up for others: the same things, called otherwise.
struct Renamed(Vec<(Arc<str>, Arc<str>)>, Vec<(Arc<str>, Arc<str>)>);

impl Renamed {
    fn between(before: &MethodFacts, after: &MethodFacts, old: &Facts, new: &Facts) -> Self {
        let atoms = |facts: &MethodFacts| -> BTreeSet<Arc<str>> {
            let mut all = facts.access.atoms();
            for query in &facts.queries {
                all.extend(query.formula.atoms());
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

    fn apply(&self, facts: &MethodFacts) -> MethodFacts {
        if self.0.is_empty() && self.1.is_empty() {
            return facts.clone();
        }
        let name = |atom: &Arc<str>| {
            let known = self.0.iter().find(|(new, _)| new == atom);
            known.map_or_else(|| atom.clone(), |(_, old)| old.clone())
        };
        let mut renamed = facts.clone();
        renamed.access = facts.access.renamed(&name);
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
