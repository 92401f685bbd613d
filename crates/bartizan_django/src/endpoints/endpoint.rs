//! A route that was followed to its view becomes an endpoint: what the site asks of a visitor comes before
//! what the view asks.

use std::cell::OnceCell;

use bartizan_ir::{FileIr, FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::Site;

use super::asked::Asked;
use super::gates::{Actor, Ask, Gates, Outcome};
use super::guards::{Guard, Methods, Reach, strictest};
use super::memory::Answers;
use super::routes::{Inside, Place, Walk};
use super::views::{Answer, METHODS, decorations};
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
                    on: Methods::ALL,
                    within: None,
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
        self.through_doors(&mut answer, at, name.as_deref(), site);
        if self.site.is_library
            && !answer.is_open
            && strictest(&answer.guards, "GET") == Reach::Anonymous
        {
            let name = "the site that takes it up".to_owned();
            let guard =
                Guard { name, reach: Reach::Unknown, on: Methods::ALL, within: None, place: None };
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
            runs: answer.runs,
            objects: Vec::new(),
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

impl Walk<'_, '_> {
    /// What the project's own middleware asks before this view.
    fn through_doors(&self, answer: &mut Answer, at: &Place, name: Option<&str>, site: Site) {
        if self.site.doors.is_empty() {
            return;
        }
        let route = format!("/{}", at.route.trim_start_matches('^'));
        let around = OnceCell::new();
        let answers = Answers::default();
        let gates = Gates { answers: &answers, ..self.views.gates() };
        let view = answer.view.clone();
        let has_mark = |mark: &str| {
            let around: &Vec<_> = around.get_or_init(|| self.around(&view, site));
            around.iter().any(|decorator| gates.marks(*decorator, mark))
        };
        let asked =
            Asked { route: &route, name, spaces: &at.names, view: &view, has_mark: &has_mark };
        for (door, run) in &self.site.doors {
            let of = |method| {
                let ask = |actor| {
                    answers.begin();
                    let route = Some(asked);
                    let ask = Ask { actor, method: Some(method), route, action: None, view: None };
                    gates.outcome(*run, ask, 0)
                };
                match (ask(Actor::Anonymous), ask(Actor::User)) {
                    (Outcome::Denied(file, span), Outcome::Denied(..)) => {
                        Some((Reach::Staff, (file, span)))
                    }
                    (Outcome::Denied(file, span), _) => Some((Reach::Login, (file, span))),
                    // Whoever must log in for the view comes through the door as well.
                    (Outcome::Unknown(file, span, _), user)
                        if user != Outcome::Passed
                            || strictest(&answer.guards, "GET") == Reach::Anonymous =>
                    {
                        Some((Reach::Unknown, (file, span)))
                    }
                    _ => None,
                }
            };
            let kinds = match self.project.ir(run.file).strings.find("method") {
                Some(_) => gates.told_apart(*run, Methods::ALL),
                None => vec![("GET", Methods::ALL)],
            };
            let mut told: Vec<Guard> = Vec::new();
            for (method, on) in kinds {
                let Some((reach, place)) = of(method) else { continue };
                match told.iter_mut().find(|known| known.reach == reach) {
                    Some(known) => known.on = known.on.with(on),
                    None => told.push(Guard {
                        name: door.clone(),
                        reach,
                        on,
                        within: None,
                        place: Some(place),
                    }),
                }
            }
            answer.guards.splice(0..0, told);
        }
    }

    /// The decorators of the project that stand around a view: where it is defined, and in its route.
    fn around(&self, view: &str, site: Site) -> Vec<(FileId, FunctionId)> {
        let mut found = Vec::new();
        let mut by = |file: FileId, value: ValueId| {
            let ir = self.project.ir(file);
            let mut all = vec![value];
            if let Value::Call { callee, args } = ir.value(ir.bare(value)) {
                all.push(callee);
                // `method_decorator(open_to_all)`
                all.extend(ir.args[args].first().map(|arg| arg.value));
            }
            for value in all {
                if let Entity::Function(file, function) = self.project.resolve(file, value) {
                    found.push((file, function));
                }
            }
        };
        let bound = view.rsplit_once('.').and_then(|(_, name)| {
            let (Entity::Function(file, _) | Entity::Class(file, _)) = self.project.find(view)
            else {
                return None;
            };
            let ir = self.project.ir(file);
            let binding = ir.binding(FileIr::module(), ir.strings.find(name)?)?;
            Some((file, ir.bare(binding.value)))
        });
        if let Some((file, value)) = bound {
            for decorator in decorations(self.project, file, value) {
                by(file, decorator);
            }
            if let Value::Class(class) = self.project.ir(file).value(value) {
                let of = ClassRef::Project(file, class);
                let ir = self.project.ir(file);
                for decorator in &ir.ids[ir.class(class).decorators] {
                    by(file, *decorator);
                }
                if let Some(member) = self.project.lookup_member(of, "dispatch") {
                    for decorator in decorations(self.project, member.class.0, member.value) {
                        by(member.class.0, decorator);
                    }
                }
            }
        }
        // `path("", open_to_all(View.as_view()))`
        let ir = self.project.ir(site.file);
        if let Value::Call { args, .. } = ir.value(ir.bare(site.node)) {
            let mut at = ir.args[args].get(1).map(|arg| ir.bare(arg.value));
            for _ in 0..8 {
                let Some(value) = at else { break };
                let Value::Call { callee, args } = ir.value(value) else { break };
                by(site.file, callee);
                at = ir.args[args].first().map(|arg| ir.bare(arg.value));
            }
        }
        found
    }
}

/// Who may ask by which methods, apart where they differ.
fn access(answer: &Answer) -> Vec<Access> {
    // A function may answer every method.
    let all: Vec<&'static str> = match answer.methods.is_empty() {
        true => METHODS.iter().map(|(method, _)| *method).collect(),
        false => answer.methods.clone(),
    };
    let mut found: Vec<Access> = Vec::new();
    for method in all {
        let reach = strictest(&answer.guards, method);
        match found.iter_mut().find(|access| access.reach == reach) {
            Some(access) => access.methods.push(method),
            None => found.push(Access { methods: vec![method], reach, guards: Vec::new() }),
        }
    }
    if let [only] = found.as_mut_slice() {
        only.methods.clone_from(&answer.methods);
        only.guards.clone_from(&answer.guards);
        return found;
    }
    for access in &mut found {
        let on: Methods = access.methods.iter().copied().collect();
        let asked = answer.guards.iter().filter(|guard| guard.on.shares(on));
        access.guards = asked.cloned().collect();
    }
    found
}
