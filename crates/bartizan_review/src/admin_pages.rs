//! The pages that an admin class answers with, and its actions.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use bartizan_match::Marks;

use crate::admin::AdminAction;
use crate::extract::{Extract, words};
use crate::facts::{CsrfState, EndpointFacts, MethodFacts, ViewKind};
use crate::formula::{Formula, STAFF};
use crate::reader::Ask;
use crate::site::SiteWide;

impl Extract<'_, '_> {
    /// The pages of every admin class that an edit reaches.
    pub(crate) fn admins(&self, site: &SiteWide) -> Vec<EndpointFacts> {
        let mut found = Vec::new();
        for admin in self.reader.admins() {
            let ir = self.version.project.ir(admin.file);
            let record = ir.class(admin.class);
            let is_model_reached = admin.model.is_some_and(|(file, class)| {
                let span = self.version.project.ir(file).class(class).name_span;
                self.reached.covers(file, span)
            });
            if !self.reached.covers(admin.file, record.name_span) && !is_model_reached {
                continue;
            }
            let own = ir.str(record.name).to_owned();
            let mut by_method = Vec::new();
            let mut evidence = Vec::new();
            let ask = |method| {
                Rc::new(Ask { method, model: Some(admin.model_name.clone()), ..Ask::default() })
            };
            for method in ["GET", "POST", "PUT", "DELETE"] {
                self.reader.begin();
                let seen = self.reader.see_admin(&admin, site, &ask(method));
                let (facts, _, places) = self.method(method, seen);
                by_method.push(facts);
                evidence.extend(places);
            }
            let place = self.place((admin.file, record.name_span));
            let folder = place.path.parent().rsplit('/').next().unwrap_or("").to_owned();
            let route = format!("/admin/{folder}/{}/", admin.model_name.to_lowercase());
            evidence.sort();
            evidence.dedup();
            let text = record.span.slice((self.version.text)(admin.file));
            found.push(EndpointFacts {
                route: route.clone(),
                view: own.clone(),
                kind: ViewKind::Admin,
                methods: Vec::new(),
                place: place.clone(),
                route_place: place.clone(),
                csrf: CsrfState::NotNeeded,
                by_method,
                marks: Marks {
                    place: format!("admin {} {own}", admin.model_name),
                    symbol: format!("admin {own}"),
                    body: words(text, &own),
                },
                evidence: evidence.clone(),
            });
            self.reader.begin();
            self.reader.refuel();
            for action in self.reader.admin_actions(&admin, &ask("POST")) {
                let AdminAction { name, place, access, around, outcomes } = action;
                let places = self.reader.evidence();
                let place = self.place(place);
                found.push(EndpointFacts {
                    route: format!("{route}?action={name}"),
                    view: format!("{own}.{name}"),
                    kind: ViewKind::Admin,
                    methods: vec!["POST"],
                    place: place.clone(),
                    route_place: place,
                    csrf: CsrfState::NotNeeded,
                    by_method: vec![MethodFacts {
                        named: self.reader.named.take(),
                        method: "POST",
                        access: Formula::atom(STAFF).and(access.clone()),
                        own: Formula::atom(STAFF).and(access),
                        authentication: None,
                        known: Formula::Always,
                        queries: Vec::new(),
                        by_itself: Vec::new(),
                        writable: BTreeMap::new(),
                        readable: BTreeMap::new(),
                        deeds: Vec::new(),
                        around: Formula::atom(STAFF).and(around),
                        reach: None,
                        outcomes,
                        throttles: BTreeSet::new(),
                        places: places
                            .0
                            .into_iter()
                            .map(|(atom, site)| (atom, self.place(site)))
                            .collect(),
                        is_partial: self.reader.is_out_of_steps(),
                    }],
                    marks: Marks {
                        place: format!("admin {} {own} {name}", admin.model_name),
                        symbol: format!("admin {own} {name}"),
                        body: Vec::new(),
                    },
                    evidence: evidence.clone(),
                });
            }
        }
        found
    }
}
