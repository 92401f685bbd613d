//! Methods that the framework's own handlers call, and that turn somebody away: `get_queryset` of a list,
//! `get_object` of a page of one row.

use bartizan_base::Span;
use bartizan_ir::{FileIr, Path, PathId, Value};
use bartizan_project::{ClassRef, FileId};

use super::gates::{Action, Ask, Gates, Run};
use super::guards::{Guard, Methods, Reach};
use super::views::Views;
use super::words::{function_in, name_of};
use crate::views::values::any;
use crate::views::{changes_one_row, lists_rows, querysets};

/// Actions of DRF's own that fetch one row.
const OF_ONE_ROW: &[&str] = &["retrieve", "update", "partial_update", "destroy"];

/// Calls that give a row.
const ROWS: &[&str] = &["first", "get", "get_object", "get_object_or_404", "last"];

impl Views<'_> {
    /// What they ask, where the framework answers a method: each method of a request, and the name of the
    /// function that it runs; of a view set, the action.
    pub(super) fn hook_guards(
        &self,
        of: ClassRef,
        mapping: &[(&'static str, &str)],
        detail: Option<bool>,
    ) -> Vec<Guard> {
        let ClassRef::Project(file, class) = of else { return Vec::new() };
        let key = (file, class);
        let one = changes_one_row(self.project, key);
        let lists = lists_rows(self.project, key);
        if one.is_none() && !lists {
            return Vec::new();
        }
        let mut found: Vec<Guard> = Vec::new();
        let mut add = |guards: Vec<Guard>| {
            for guard in guards {
                let same = |known: &&mut Guard| Guard { on: guard.on, ..(*known).clone() } == guard;
                match found.iter_mut().find(same) {
                    Some(known) => known.on = known.on.with(guard.on),
                    None => found.push(guard),
                }
            }
        };
        for (method, name) in mapping {
            // One method may stand for several actions, each of which it answers in its own way.
            let answers = self.answers.beside();
            let gates = Gates { answers: &answers, ..self.gates() };
            if self.project.lookup_member(of, name).is_some() && !self.is_of_framework(of, name) {
                continue;
            }
            let is_action = detail.is_some();
            let fetches = match is_action {
                true => OF_ONE_ROW.contains(name),
                false => one.is_some_and(|changes| changes || *method == "GET"),
            };
            let runs_list = lists && if is_action { *name == "list" } else { *method == "GET" };
            let action = detail.map(|detail| Action { name, detail: Some(detail) });
            let object = self.own_hook(of, "get_object").filter(|_| one.is_some() && fetches);
            let is_among = object.is_none_or(|object| self.looks_among_own(object));
            if let Some(object) = object {
                let mut guards = self.guards_of_hook(&gates, object, method, action);
                // What is asked of the row is told where the row is.
                guards.retain(|guard| {
                    guard.reach != Reach::Unknown || !self.is_about_fetched(object, guard.place)
                });
                add(guards);
            }
            if (one.is_some() && fetches && is_among || runs_list)
                && !self.is_of_framework(of, "get_queryset")
            {
                for (file, function) in querysets(self.project, key) {
                    let run = Run { file, function, class: Some(of) };
                    add(self.guards_of_hook(&gates, run, method, action));
                }
            }
        }
        found
    }

    /// The method of a class of this name that is the project's.
    fn own_hook(&self, of: ClassRef, name: &str) -> Option<Run> {
        let member = self.project.lookup_member(of, name)?;
        let file = member.class.0;
        let function = function_in(self.project.ir(file), member.value)?;
        (!self.is_of_framework(of, name)).then_some(Run { file, function, class: Some(of) })
    }

    fn guards_of_hook(
        &self,
        gates: &Gates<'_>,
        run: Run,
        method: &'static str,
        action: Option<Action<'_>>,
    ) -> Vec<Guard> {
        if !gates.may_refuse(run) {
            return Vec::new();
        }
        let ir = self.project.ir(run.file);
        let named = ir.str(ir.function(run.function).qualname);
        let outcome = |ask: Ask<'_>| gates.outcome(run, Ask { action, ..ask }, 0);
        gates.guards_where(run, named, Methods::of(method), &outcome)
    }

    /// Whether a `get_object` looks among the rows of the class, or hands on to one that does.
    fn looks_among_own(&self, run: Run) -> bool {
        let ir = self.project.ir(run.file);
        let span = ir.function(run.function).span;
        ir.values.iter().zip(&ir.spans).any(|(value, at)| {
            span.contains(*at)
                && matches!(*value, Value::Attr { name, .. }
                    if matches!(ir.str(name), "get_object" | "get_queryset"))
        })
    }

    /// Whether it hangs on a row that was fetched whether a place is come to.
    fn is_about_fetched(&self, run: Run, place: Option<(FileId, Span)>) -> bool {
        let ir = self.project.ir(run.file);
        let effects = ir.effects[ir.function(run.function).effects].iter();
        let mut here = effects.filter(|effect| place == Some((run.file, effect.span)));
        here.any(|effect| asks_of_fetched(ir, effect.path))
    }
}

/// Whether a test on a path asks of a row that was fetched.
fn asks_of_fetched(ir: &FileIr, path: PathId) -> bool {
    std::iter::successors(Some(path), |path| ir.path(*path).parent()).take(32).any(|path| {
        let told = match ir.path(path) {
            Path::Escaped { exit, .. } => ir.path(exit),
            path => path,
        };
        matches!(told, Path::Given { test, .. } if any(ir, test, |at, _| {
            matches!(ir.value(at), Value::Call { callee, .. }
                if name_of(ir, callee).is_some_and(|name| ROWS.contains(&name)))
        }))
    })
}
