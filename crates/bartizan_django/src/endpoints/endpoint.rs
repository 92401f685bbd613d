//! A route that was followed to its view becomes an endpoint: what the site asks of a visitor comes before
//! what the view asks.

use bartizan_value::Site;

use super::gates::{Actor, Ask, Gates, Outcome};
use super::guards::{Guard, Reach};
use super::memory::Answers;
use super::routes::{Inside, Place, Walk};
use super::views::Answer;
use super::{Access, Endpoint};

impl Walk<'_, '_> {
    pub(super) fn endpoint(
        &mut self,
        mut answer: Answer,
        at: &Place,
        name: Option<String>,
        site: Site,
    ) {
        if self.is_full() {
            return;
        }
        if self.site.login
            && !answer.is_open
            && answer.guards.iter().all(|guard| guard.reach < Reach::Login)
        {
            answer.guards.insert(
                0,
                Guard {
                    name: "LoginRequiredMiddleware".to_owned(),
                    reach: Reach::Login,
                    writes_only: false,
                    place: None,
                },
            );
        }
        for inside in self.inside.iter().rev() {
            if let Inside::App { default, by_name } = inside {
                let said = by_name.iter().find(|(known, _)| Some(known) == name.as_ref());
                let guard = said.map_or(default, |(_, guard)| guard);
                answer.guards.splice(0..0, guard.iter().cloned());
            }
        }
        let asked = format!("/{}", at.route.trim_start_matches('^'));
        let answers = Answers::default();
        let gates = Gates { project: self.project, facts: &self.views.facts, answers: &answers };
        for (door, run) in &self.site.doors {
            let ask = |actor| {
                answers.begin();
                let route = Some((asked.as_str(), name.as_deref()));
                let ask = Ask { actor, is_write: Some(true), route, action: None };
                gates.outcome(*run, ask, 0)
            };
            let (reach, file, span) = match (ask(Actor::Anonymous), ask(Actor::User)) {
                (Outcome::Denied(file, span), Outcome::Denied(..)) => (Reach::Staff, file, span),
                (Outcome::Denied(file, span), _) => (Reach::Login, file, span),
                // Whoever must log in for the view comes through the door as well.
                (Outcome::Unknown(file, span), user)
                    if user != Outcome::Passed
                        || super::guards::strictest(&answer.guards, false) == Reach::Anonymous =>
                {
                    (Reach::Unknown, file, span)
                }
                _ => continue,
            };
            let (door, place) = (door.clone(), Some((file, span)));
            answer.guards.insert(0, Guard { name: door, reach, writes_only: false, place });
        }
        if self.site.is_library
            && !answer.is_open
            && super::guards::strictest(&answer.guards, false) == Reach::Anonymous
        {
            let name = "the site that takes it up".to_owned();
            let guard = Guard { name, reach: Reach::Unknown, writes_only: false, place: None };
            answer.guards.insert(0, guard);
        }
        let csrf = answer.csrf.unwrap_or(self.site.csrf);
        let route_span = self.span(site);
        let (file, span) = answer.place.unwrap_or((site.file, route_span));
        let access = access(&answer);
        let name = name.map(|name| {
            let spaces = at.names.iter().map(|name| name.trim_start_matches('=').to_owned());
            spaces.chain([name]).collect::<Vec<_>>().join(":")
        });
        let endpoint = Endpoint {
            route: format!("/{}", at.route),
            name,
            methods: answer.methods,
            view: answer.view,
            file,
            span,
            route_file: site.file,
            route_span,
            access,
            csrf,
            throttle: answer.throttle,
            near: answer.writes.len(),
            writes: answer.writes,
            handlers: answer.handlers,
        };
        // Both ways of a condition lead here; a URLconf that is included twice is there twice.
        let told = (
            at.through.clone(),
            endpoint.route.clone(),
            endpoint.view.clone(),
            endpoint.name.clone(),
            endpoint.methods.clone(),
            endpoint.route_file,
            endpoint.route_span.start,
        );
        if self.told.insert(told) {
            self.surface.endpoints.push(endpoint);
        }
    }
}

/// Who may read and who may write, apart where they differ.
fn access(answer: &Answer) -> Vec<Access> {
    let of = |is_write: bool, methods: Vec<&'static str>| Access {
        methods,
        reach: super::guards::strictest(&answer.guards, is_write),
        guards: answer
            .guards
            .iter()
            .filter(|guard| is_write || !guard.writes_only)
            .cloned()
            .collect(),
    };
    let (reads, writes): (Vec<&'static str>, Vec<&'static str>) =
        answer.methods.iter().partition(|method| **method == "GET");
    let (read, write) = (of(false, reads), of(true, writes));
    if answer.methods.is_empty() || read.reach == write.reach {
        return vec![of(true, answer.methods.clone())];
    }
    [read, write].into_iter().filter(|access| !access.methods.is_empty()).collect()
}
