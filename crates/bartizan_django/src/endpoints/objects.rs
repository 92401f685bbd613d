//! Permissions on one object: which classes have something to say of the row, and whether the view asks
//! them. DRF does in `get_object` and `check_object_permissions`, and nowhere else.

use bartizan_base::Span;
use bartizan_ir::{ClassId, EffectKind, FunctionId, Value};
use bartizan_project::{ClassRef, FileId};
use bartizan_value::{Evaluated, Questions};

use super::gates::{Actor, Ask, Run};
use super::guards::{Guard, Methods, Reach, strictest};
use super::views::{METHODS, Views, last};
use super::words::{function_in, is_super, plain};
use crate::settings::Truth;
use crate::views::looks_at_row;

/// The method that a permission class answers with.
const HAS_OBJECT_PERMISSION: &str = "has_object_permission";

/// What the name of such a guard ends in where no code of the view asks it.
const NEVER_ASKED: &str = " (never asked)";

/// Actions of DRF's own that fetch one row.
const OF_ONE_ROW: &[&str] = &["retrieve", "update", "partial_update", "destroy"];

/// Methods of the project inside each other beyond which none is followed.
const DEEPEST: u8 = 3;

/// What answers one method of an endpoint whose view is a class of the project.
#[derive(Clone, Debug, PartialEq)]
pub struct Answering {
    /// The method.
    pub method: &'static str,
    /// The name of the method of the class, or of the action, that answers; the project may have it or
    /// not.
    pub name: String,
    /// What DRF asks of a row that it fetches.
    pub permissions: Vec<Guard>,
    /// What stands for these where they are not known.
    pub unknown: Option<Guard>,
}

/// Says of guards that speak of one row that no code asks them.
pub(super) fn never_asked(guards: &mut [Guard]) {
    for guard in guards.iter_mut().filter(|guard| guard.asks_of_row() && !guard.is_never_asked()) {
        guard.name.push_str(NEVER_ASKED);
    }
}

impl Guard {
    /// Whether it speaks of one row, and of nothing else.
    pub fn asks_of_row(&self) -> bool {
        self.name.trim_end_matches(NEVER_ASKED).ends_with(HAS_OBJECT_PERMISSION)
    }

    /// Whether it speaks of one row, and no code of the view asks it.
    pub fn is_never_asked(&self) -> bool {
        self.name.ends_with(NEVER_ASKED)
    }
}

/// The guard that a permission on one row is. It turns away nobody from the address itself.
pub(super) fn guard(name: &str, on: Methods, place: (FileId, Span)) -> Guard {
    Guard {
        name: format!("{name}.{HAS_OBJECT_PERMISSION}"),
        reach: Reach::Anonymous,
        on,
        within: None,
        place: Some(place),
    }
}

/// What is asked of a row by `A | B`: something only where neither way lets in whoever is logged in.
pub(super) fn either(left: &[Guard], right: &[Guard], guard: &Guard) -> Option<Guard> {
    let rows = || left.iter().chain(right).filter(|guard| guard.asks_of_row());
    let place = rows().find_map(|guard| guard.place).or(guard.place);
    let binds = |side: &[Guard], method: &str| {
        side.iter().any(|guard| guard.asks_of_row() && guard.on.has(method))
            || strictest(side, method) > Reach::Login
    };
    let bound: Methods =
        Methods::ALL.iter().filter(|method| binds(left, method) && binds(right, method)).collect();
    let names: Vec<&str> = rows().map(|guard| guard.name.as_str()).collect();
    let is_asked = rows().next().is_some() && bound.iter().next().is_some();
    is_asked.then(|| Guard {
        name: names.join(" | "),
        reach: Reach::Anonymous,
        on: bound,
        within: None,
        place,
    })
}

impl Views<'_> {
    /// What a permission class of the project has to say of the row; `None` where it says nothing, or lets
    /// everyone have each.
    pub(super) fn row_guard(&self, file: FileId, class: ClassId) -> Option<Guard> {
        let of = ClassRef::Project(file, class);
        let ir = self.project.ir(file);
        let name = ir.str(ir.class(class).name);
        let Some(member) = self.project.lookup_member(of, HAS_OBJECT_PERMISSION) else {
            let base = self.bases(of).find(|base| last(base) == "DjangoObjectPermissions")?;
            return Some(guard(last(base), Methods::ALL, (file, ir.class(class).name_span)));
        };
        let at = member.class.0;
        let there = self.project.ir(at);
        let Some(function) = function_in(there, member.value) else {
            return Some(guard(name, Methods::ALL, (at, there.span(member.value))));
        };
        if !looks_at_row(self.project, (at, function)) {
            return None;
        }
        let run = Run { file: at, function, class: Some(of) };
        let gates = self.gates();
        self.answers.begin();
        let lets_pass = |method: &'static str| {
            let (actor, method) = (Actor::User, Some(method));
            let ask = Ask { actor, method, route: None, action: None, view: None };
            gates.result(run, ask, 0) == Truth::Yes
        };
        let kinds = gates.told_apart(run, Methods::ALL).into_iter();
        let asked = kinds.filter(|(method, _)| !lets_pass(method)).map(|(_, on)| on);
        let on = asked.reduce(Methods::with)?;
        Some(guard(name, on, (at, there.function(function).name_span)))
    }

    /// Says of guards that speak of one row that no code of the class asks them, where that is so.
    pub(super) fn mark_unasked(&self, of: ClassRef, guards: &mut [Guard]) {
        if guards.iter().any(Guard::asks_of_row) && !self.may_ask_of_row(of) {
            never_asked(guards);
        }
    }

    /// Leaves of these guards what the actions of a route ask.
    pub(super) fn of_actions(&self, of: ClassRef, actions: &[&str], guards: &mut Vec<Guard>) {
        if guards.iter().any(Guard::asks_of_row)
            && !actions.iter().any(|action| self.asks_of_row(of, action, 0))
        {
            guards.retain(|guard| !guard.asks_of_row());
        }
    }

    /// What answers each method of a view, and what DRF asks of the row there: `own` are the permissions
    /// that an action names for itself.
    pub(super) fn runs(
        &self,
        (file, class): (FileId, ClassId),
        mapping: &[(&'static str, &str)],
        own: Option<&Evaluated>,
        questions: &mut Questions<'_>,
    ) -> Vec<Answering> {
        let of = ClassRef::Project(file, class);
        let wide = match (self.is_api(of), own) {
            (false, _) => Vec::new(),
            (true, Some(own)) => self.permissions(own),
            (true, None) => self.class_wide(file, class, questions),
        };
        let is_chosen = self.is_api(of) && self.overrides_permissions(of);
        let asked = |method: &'static str, action: &str| {
            let mut asked = match is_chosen {
                true => match self.permissions_for(of, action, None, method, &wide) {
                    Some(found) => found,
                    None => return Err(self.unsettled(file, class)),
                },
                false => wide.clone(),
            };
            asked.retain(|guard| guard.asks_of_row() && guard.on.has(method));
            Ok(asked)
        };
        mapping
            .iter()
            .map(|(method, name)| {
                let (permissions, unknown) = match asked(method, name) {
                    Ok(found) => (found, None),
                    Err(unknown) => (Vec::new(), Some(unknown)),
                };
                Answering { method, name: (*name).to_owned(), permissions, unknown }
            })
            .collect()
    }

    /// Whether a handler or an action of a class asks.
    fn may_ask_of_row(&self, of: ClassRef) -> bool {
        let is_of_one = |base: &str| {
            let name = last(base);
            ["Retrieve", "Update", "Destroy"].iter().any(|word| name.contains(word))
                || name == "ModelViewSet"
                || name == "ReadOnlyModelViewSet"
        };
        let handlers =
            METHODS.iter().map(|(_, handler)| *handler).chain(OF_ONE_ROW.iter().copied());
        let own = self.project.mro(of).classes.iter().any(|base| {
            let ClassRef::Project(file, class) = *base else { return false };
            let ir = self.project.ir(file);
            ir.functions().any(|(id, function)| {
                function.class == Some(class) && self.asks_in(of, file, id, 0)
            })
        });
        own || self.bases(of).any(is_of_one)
            || handlers.into_iter().any(|handler| {
                self.project.lookup_member(of, handler).is_some()
                    && self.asks_of_row(of, handler, 0)
            })
    }

    /// Whether what runs for an action fetches the row as DRF does, or asks by itself.
    fn asks_of_row(&self, of: ClassRef, action: &str, depth: u8) -> bool {
        let Some(member) = self.project.lookup_member(of, action) else {
            return OF_ONE_ROW.contains(&action);
        };
        let file = member.class.0;
        match function_in(self.project.ir(file), member.value) {
            Some(function) => self.asks_in(of, file, function, depth),
            // What stands there is not known.
            None => true,
        }
    }

    fn asks_in(&self, of: ClassRef, file: FileId, function: FunctionId, depth: u8) -> bool {
        let ir = self.project.ir(file);
        ir.effects[ir.function(function).effects].iter().any(|effect| {
            let EffectKind::Call(call) = effect.kind else { return false };
            let Value::Call { callee, .. } = ir.value(plain(ir, call)) else { return false };
            let Value::Attr { of: receiver, name } = ir.value(plain(ir, callee)) else {
                return false;
            };
            let name = ir.str(name);
            match name {
                "get_object" if is_super(ir, receiver) => true,
                "get_object" if self.is_own_get_object(of) && depth < DEEPEST => {
                    self.asks_of_row(of, name, depth + 1)
                }
                "get_object" | "check_object_permissions" => true,
                _ if is_super(ir, receiver) => OF_ONE_ROW.contains(&name),
                _ if depth < DEEPEST && ir.value(plain(ir, receiver)) == Value::Param(0) => {
                    self.project.lookup_member(of, name).is_some()
                        && self.asks_of_row(of, name, depth + 1)
                }
                _ => false,
            }
        })
    }

    /// Whether the project fetches the row in a way of its own.
    fn is_own_get_object(&self, of: ClassRef) -> bool {
        self.project.lookup_member(of, "get_object").is_some()
            && !self.is_of_framework(of, "get_object")
    }
}
