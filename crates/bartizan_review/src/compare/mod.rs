//! Two versions of a surface, compared.

mod method;
mod named;
mod renamed;
mod shown;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bartizan_base::FilePath;
use bartizan_match::{Marks, Match, matches};

use crate::change::{Change, Kind, Weight};
use crate::deeds::DeedKind;
use crate::edits::Edits;
use crate::facts::{
    CsrfState, EndpointFacts, EnvironmentFacts, Facts, MethodFacts, Place, Plain, ViewKind,
};
use crate::formula::Formula;
use crate::settings;
use method::{Method, Told};
use named::{by_meaning, expanded};

pub(crate) use method::is_of_object;
use renamed::Renamed;
use shown::shown;

/// What the new version changes, the weakest first, then by place.
pub fn compare(old: &Facts, new: &Facts, edits: &Edits) -> Vec<Change> {
    let found = matches(&marks(&old.endpoints), &marks(&new.endpoints));
    let sides = Sides { edits, is_reversed: false };
    let mut comparison = Comparison { old, new, sides, changes: Vec::new() };
    comparison.pairs(&found);
    comparison.unpaired(&found);
    comparison.views();
    comparison.settings();
    let mut changes = comparison.changes;
    changes.extend(improvements(old, new, edits, &found, &changes));
    changes.sort_by(|a, b| a.order().cmp(&b.order()));
    changes.dedup();
    changes
}

fn marks(endpoints: &[EndpointFacts]) -> Vec<Marks> {
    endpoints.iter().map(|endpoint| endpoint.marks.clone()).collect()
}

/// What protects more than before: what would be weaker the other way round.
///
/// What is weaker in one regard is not praised for another of the same kind: one guard put in the
/// place of a different one is told as the loss that it is.
fn improvements(
    old: &Facts,
    new: &Facts,
    edits: &Edits,
    found: &[Match],
    told: &[Change],
) -> Vec<Change> {
    let sides = Sides { edits, is_reversed: true };
    let mut comparison = Comparison { old: new, new: old, sides, changes: Vec::new() };
    let turned: Vec<Match> =
        found.iter().map(|pair| Match { old: pair.new, new: pair.old, ..*pair }).collect();
    comparison.pairs(&turned);
    comparison.views();
    comparison.settings();
    let weaker: BTreeSet<(&str, Option<&str>)> = told
        .iter()
        .filter(|change| change.kind.weight() == Weight::Weaker)
        .map(|change| (change.route.as_str(), change.setting.as_deref()))
        .collect();
    // A line by which some are let in that were not is not praised for keeping out others.
    let lines: BTreeSet<(&FilePath, u32)> = told
        .iter()
        .filter(|change| change.kind.weight() == Weight::Weaker)
        .map(|change| (&change.path, change.line))
        .collect();
    let mut better = comparison.changes;
    better.retain_mut(|change| {
        let Some(kind) = change.kind.reversed() else { return false };
        change.kind = kind;
        match change.after.strip_prefix("+ ") {
            Some(gone) => change.after = format!("- {gone}"),
            None => std::mem::swap(&mut change.before, &mut change.after),
        }
        !weaker.contains(&(change.route.as_str(), change.setting.as_deref()))
            && !lines.contains(&(&change.path, change.line))
    });
    better
}

/// Which lines were edited, seen from the version that is taken for the old one.
#[derive(Clone, Copy)]
struct Sides<'s> {
    edits: &'s Edits,
    is_reversed: bool,
}

impl Sides<'_> {
    fn at_old(self, place: &Place) -> Option<(FilePath, u32)> {
        match self.is_reversed {
            true => self.edits.at_new(place),
            false => self.edits.at_old(place),
        }
    }

    fn at_new(self, place: &Place) -> Option<(FilePath, u32)> {
        match self.is_reversed {
            true => self.edits.at_old(place),
            false => self.edits.at_new(place),
        }
    }

    /// The edited line that explains a change: where what is lost stood, where what is new stands,
    /// else the first edited line that the endpoint depends on.
    fn at(
        self,
        lost: &[Place],
        came: &[Place],
        old: &EndpointFacts,
        new: &EndpointFacts,
    ) -> (FilePath, u32) {
        let olds = |places: &[Place]| places.iter().find_map(|place| self.at_old(place));
        let news = |places: &[Place]| places.iter().find_map(|place| self.at_new(place));
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
            .or_else(|| self.at_new(&new.route_place))
            .or_else(|| self.at_old(&old.route_place))
            .unwrap_or_else(|| {
                let there = if self.is_reversed { old } else { new };
                (there.place.path.clone(), there.place.line)
            })
    }
}

struct Comparison<'c> {
    old: &'c Facts,
    new: &'c Facts,
    sides: Sides<'c>,
    changes: Vec<Change>,
}

impl Comparison<'_> {
    fn pairs(&mut self, found: &[Match]) {
        let (old, new) = (self.old, self.new);
        for pair in found {
            self.pair(&old.endpoints[pair.old], &new.endpoints[pair.new]);
        }
    }

    /// Views that no route leads to, before or now: a view that is new or gone is no endpoint.
    fn views(&mut self) {
        let (old, new) = (self.old, self.new);
        for pair in matches(&marks(&old.views), &marks(&new.views)) {
            self.pair(&old.views[pair.old], &new.views[pair.new]);
        }
    }

    fn pair(&mut self, old: &EndpointFacts, new: &EndpointFacts) {
        // Of what no edit reaches nothing was asked.
        if old.by_method.is_empty() || new.by_method.is_empty() {
            return;
        }
        // Of a view that is written anew it is said what it lost, and nothing is promised.
        if self.sides.is_reversed && old.kind != new.kind {
            return;
        }
        let mut told: Vec<Told> = Vec::new();
        for after in &new.by_method {
            let same = old.by_method.iter().find(|known| known.method == after.method);
            // Where every method is answered alike, whichever was asked before.
            let is_alike = new.methods.is_empty() && new.by_method.len() == 1;
            let same = same.or_else(|| old.by_method.first().filter(|_| is_alike));
            let Some(before) = same else { continue };
            let now = Renamed::between(before, after, self.old, self.new).apply(after);
            let (before, now) = self.by_grants(before, now);
            let (before, now) = self.by_settings(before, now);
            let (before, now) = by_meaning(before, now);
            let before = &before;
            let settings = &self.new.settings;
            Method { sides: self.sides, old, new, before, now: &now, settings }.tell(&mut told);
        }
        self.methods(old, new, &mut told);
        self.changed_by_get(old, new, &mut told);
        let writes = new.methods.is_empty() || new.methods.iter().any(|method| *method != "GET");
        if writes
            && match new.csrf {
                // Whatever the site asks, this view is let out of it.
                CsrfState::Exempt => matches!(old.csrf, CsrfState::Checked | CsrfState::Unknown),
                CsrfState::Off => old.csrf == CsrfState::Checked,
                _ => false,
            }
        {
            let (before, after) = (old.csrf.as_str().to_owned(), new.csrf.as_str().to_owned());
            told.push(self.told(Kind::CsrfLost, "", before, after, old, new));
        }
        self.put_together(told, if self.sides.is_reversed { old } else { new });
    }

    /// Permissions that are granted otherwise now, told by when they are.
    fn by_grants(&self, before: &MethodFacts, now: MethodFacts) -> (MethodFacts, MethodFacts) {
        let (olds, news) = (&self.old.granted, &self.new.granted);
        let told = |facts: &MethodFacts, by: &BTreeMap<String, Formula>| {
            let meant = |atom: &Arc<str>| {
                let perm = atom.strip_prefix("perm:")?;
                let name = perm.split_once(" on ").map_or(perm, |(name, _)| name);
                let (old, new) = (olds.get(name)?, news.get(name)?);
                (old != new).then(|| by.get(name).cloned())?
            };
            MethodFacts { access: facts.access.expanded(&meant), ..facts.clone() }
        };
        match olds == news {
            true => (before.clone(), now),
            false => (told(before, olds), told(&now, news)),
        }
    }

    /// Switches of the settings that are turned, told by what each version says.
    fn by_settings(&self, before: MethodFacts, now: MethodFacts) -> (MethodFacts, MethodFacts) {
        let (Some(olds), Some(news)) =
            (self.old.environments.first(), self.new.environments.first())
        else {
            return (before, now);
        };
        let is_on = |of: &EnvironmentFacts, atom: &Arc<str>| {
            let setting = of.settings.get(atom.strip_prefix("settings.")?)?;
            match setting.plain {
                Plain::Bool(truth) => Some(truth),
                _ => None,
            }
        };
        let told = |facts: MethodFacts, own: &EnvironmentFacts, other: &EnvironmentFacts| {
            let meant = |atom: &Arc<str>| {
                let (mine, theirs) = (is_on(own, atom)?, is_on(other, atom)?);
                (mine != theirs).then_some(if mine { Formula::Always } else { Formula::Never })
            };
            expanded(facts, &meant)
        };
        (told(before, olds, news), told(now, news, olds))
    }

    fn told(
        &self,
        kind: Kind,
        method: &'static str,
        before: String,
        after: String,
        old: &EndpointFacts,
        new: &EndpointFacts,
    ) -> Told {
        let at = self.sides.at(&[], &[], old, new);
        Told { kind, method, before, after, at, is_of_rows: true }
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
            self.push(row.kind, endpoint, methods, row.at, row.before, row.after);
        }
    }

    fn push(
        &mut self,
        kind: Kind,
        endpoint: &EndpointFacts,
        methods: Vec<&'static str>,
        (path, line): (FilePath, u32),
        before: String,
        after: String,
    ) {
        let (before, after) = shown(before, after);
        self.changes.push(Change {
            kind,
            route: endpoint.route.clone(),
            methods,
            setting: None,
            environment: None,
            path,
            line,
            before,
            after,
        });
    }

    /// What was changed by another method alone is changed by `GET` as well, which nobody checks for
    /// where it comes from: the method is widened, whichever methods the view answered before.
    fn changed_by_get(&self, old: &EndpointFacts, new: &EndpointFacts, told: &mut Vec<Told>) {
        let by_get = |endpoint: &'_ EndpointFacts, is_get: bool| -> BTreeSet<Arc<str>> {
            let methods = endpoint.by_method.iter().filter(|one| (one.method == "GET") == is_get);
            let deeds = methods.flat_map(|one| &one.deeds);
            deeds
                .filter(|deed| deed.kind == DeedKind::Changes)
                .map(|deed| deed.what.clone())
                .collect()
        };
        let answers_get =
            |endpoint: &EndpointFacts| endpoint.by_method.iter().any(|one| one.method == "GET");
        if old.csrf != CsrfState::Checked
            || self.sides.is_reversed
            || !answers_get(old)
            || !answers_get(new)
            || told.iter().any(|one| one.kind == Kind::MethodWidened)
        {
            return;
        }
        let before = by_get(old, true);
        let elsewhere = by_get(old, false);
        if let Some(deed) = by_get(new, true)
            .iter()
            .find(|deed| !before.contains(*deed) && elsewhere.contains(*deed))
        {
            let (before, after) = (format!("{deed} by POST"), format!("{deed} by GET"));
            told.push(self.told(Kind::MethodWidened, "GET", before, after, old, new));
        }
    }

    fn methods(&self, old: &EndpointFacts, new: &EndpointFacts, told: &mut Vec<Told>) {
        if old.kind == ViewKind::Outside
            || new.kind == ViewKind::Outside
            || old.methods.is_empty() && (old.kind == new.kind || old.kind == ViewKind::Function)
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
        let (before, after) = (words(&old.methods), words(&new.methods));
        let added: Vec<&'static str> =
            news.iter().copied().filter(|method| !olds.contains(method)).collect();
        if both_functions {
            if new.methods.is_empty() && !old.methods.is_empty()
                || !added.is_empty() && !new.methods.is_empty()
            {
                told.push(self.told(Kind::MethodWidened, "", before, after, old, new));
            }
            return;
        }
        for method in added {
            // `PUT` beside `POST` is how generic views answer.
            if method == "PUT" && olds.contains(&"POST") && old.kind != new.kind {
                continue;
            }
            let (before, after) = (before.clone(), after.clone());
            told.push(self.told(Kind::MethodsAdded, method, before, after, old, new));
        }
    }

    // ---- Endpoints of one version alone ------------------------------------------------------

    fn unpaired(&mut self, found: &[Match]) {
        let paired: BTreeSet<usize> = found.iter().map(|pair| pair.new).collect();
        // The admin's pages are endpoints of their own.
        let is_page = |endpoint: &EndpointFacts| endpoint.kind == ViewKind::Admin;
        let (old, new) = (self.old, self.new);
        for (index, endpoint) in new.endpoints.iter().enumerate() {
            if !paired.contains(&index) && !is_page(endpoint) {
                self.added(endpoint);
            }
        }
        let paired: BTreeSet<usize> = found.iter().map(|pair| pair.old).collect();
        for (index, endpoint) in old.endpoints.iter().enumerate() {
            if !paired.contains(&index) && !is_page(endpoint) {
                self.removed(endpoint);
            }
        }
    }

    fn added(&mut self, endpoint: &EndpointFacts) {
        // What the whole site asks is no guard of its own, if it lets in who has not logged in.
        let is_open = |facts: &&MethodFacts| {
            facts.access.is_open() || facts.own.is_open() && facts.access.admits_anonymous()
        };
        let open = endpoint.by_method.iter().find(is_open);
        let kind = match open {
            None => Kind::EndpointAddedGuarded,
            Some(_) => Kind::EndpointAddedOpen,
        };
        let place = &endpoint.route_place;
        let at = self
            .sides
            .at_new(place)
            .or_else(|| self.sides.at_new(&endpoint.place))
            .unwrap_or((place.path.clone(), place.line));
        let asked = asked_of(open.or(endpoint.by_method.first()));
        self.push(kind, endpoint, endpoint.methods.clone(), at, String::new(), asked);
    }

    fn removed(&mut self, endpoint: &EndpointFacts) {
        let place = &endpoint.route_place;
        let at = self.sides.at_old(place).unwrap_or((place.path.clone(), place.line));
        let asked = asked_of(endpoint.by_method.first());
        let methods = endpoint.methods.clone();
        self.push(Kind::EndpointRemoved, endpoint, methods, at, asked, String::new());
    }

    // ---- Settings ----------------------------------------------------------------------------

    fn settings(&mut self) {
        for change in settings::compare(
            &self.old.environments,
            &self.new.environments,
            self.sides.is_reversed,
        ) {
            let old = change.old_place.as_ref().and_then(|place| self.sides.at_old(place));
            let new = change.new_place.as_ref().and_then(|place| self.sides.at_new(place));
            // What nobody edited is what it was, though it cannot be followed any more.
            if change.kind == Kind::SettingUnknownNow && old.is_none() && new.is_none() {
                continue;
            }
            let place = change.new_place.as_ref().or(change.old_place.as_ref());
            let at = new.or(old).or(place.map(|place| (place.path.clone(), place.line)));
            let Some((path, line)) = at else { continue };
            let (before, after) = shown(change.before, change.after);
            self.changes.push(Change {
                kind: change.kind,
                route: String::new(),
                methods: Vec::new(),
                setting: Some(change.name),
                environment: Some(change.environment),
                path,
                line,
                before,
                after,
            });
        }
    }
}

fn asked_of(facts: Option<&MethodFacts>) -> String {
    facts.map(|facts| facts.access.plainly().to_string()).unwrap_or_default()
}
