//! From a route to the view behind it, and what the route puts around the view.

use std::rc::Rc;

use bartizan_base::Span;
use bartizan_django::endpoints::Endpoint;
use bartizan_ir::{ArgKind, ClassId, FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};
use rustc_hash::FxHashMap;

use crate::facts::ViewKind;
use crate::models::outside;
use crate::reader::Reader;

/// The view behind a route, and the decorators around it, the outermost first.
pub(crate) struct Target {
    pub(crate) decorators: Vec<(FileId, ValueId)>,
    pub(crate) view: View,
    /// What `as_view(…)` is given in the place of class attributes.
    pub(crate) overrides: Vec<(String, FileId, ValueId)>,
    /// `as_view({"get": "list"})`
    pub(crate) actions: Vec<(String, String)>,
    /// Whether a decorator of the view is its route.
    pub(crate) is_routed_by_decorator: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum View {
    Function(FileId, FunctionId),
    Class(FileId, ClassId),
    Outside,
}

/// Calls by their place, so that a route leads to the code that makes it.
#[derive(Default)]
pub(crate) struct Calls(FxHashMap<FileId, FxHashMap<Span, ValueId>>);

impl Reader<'_> {
    pub(crate) fn target(&self, endpoint: &Endpoint, calls: &mut Calls) -> Target {
        let mut target = Target {
            decorators: Vec::new(),
            view: View::Outside,
            overrides: Vec::new(),
            actions: Vec::new(),
            is_routed_by_decorator: false,
        };
        let file = endpoint.route_file;
        let ir = self.ir(file);
        let by_place = calls.0.entry(file).or_insert_with(|| {
            let values = ir.values.iter().zip(&ir.spans).enumerate();
            let made = values.filter(|(_, (value, _))| matches!(value, Value::Call { .. }));
            made.map(|(index, (_, span))| (*span, ValueId::from_index(index))).collect()
        });
        if let Some(call) = by_place.get(&endpoint.route_span).copied()
            && let Value::Call { args, .. } = ir.value(call)
        {
            let mut position = 0;
            for arg in &ir.args[args] {
                let is_view = match arg.kind {
                    ArgKind::Positional => {
                        position += 1;
                        position == 2
                    }
                    ArgKind::Keyword(name) => matches!(ir.str(name), "view" | "viewset"),
                    _ => false,
                };
                if is_view {
                    self.unwrap(file, arg.value, &mut target, 0);
                }
            }
        }
        if target.view == View::Outside {
            target.view = self.defined_at(endpoint.file, endpoint.span);
            if let View::Function(file, function) = target.view {
                let ir = self.ir(file);
                let own = &ir.ids[ir.function(function).decorators];
                target.is_routed_by_decorator =
                    own.iter().any(|by| ir.span(*by) == endpoint.route_span);
                target.decorators.extend(own.iter().map(|by| (file, *by)));
            }
        }
        target
    }

    fn defined_at(&self, file: FileId, span: Span) -> View {
        let ir = self.ir(file);
        if let Some((class, _)) = ir.classes().find(|(_, class)| class.name_span == span) {
            // The pages of an admin are no views of their own: who reaches them, its site says.
            let of = ClassRef::Project(file, class);
            let is_admin = outside(self.project, of).any(|base| base.contains("Admin"));
            return if is_admin { View::Outside } else { View::Class(file, class) };
        }
        let function = ir.functions().find(|(_, function)| {
            function.name_span == span && function.kind == bartizan_ir::FunctionKind::Def
        });
        match function {
            Some((function, _)) => View::Function(file, function),
            None => View::Outside,
        }
    }

    fn unwrap(&self, file: FileId, value: ValueId, target: &mut Target, depth: usize) {
        if depth > 24 {
            return;
        }
        let ir = self.ir(file);
        let value = ir.bare(value);
        match ir.value(value) {
            Value::Call { callee, args } => {
                let callee = ir.bare(callee);
                if let Value::Attr { of, name } = ir.value(callee)
                    && matches!(ir.str(name), "as_view" | "as_asgi")
                {
                    if let Entity::Class(file, class) = self.project.definition(file, of) {
                        target.view = View::Class(file, class);
                    }
                    for arg in &ir.args[args] {
                        match (arg.kind, ir.value(ir.bare(arg.value))) {
                            (ArgKind::Keyword(name), _) => {
                                let name = ir.str(name).to_owned();
                                target.overrides.push((name, file, arg.value));
                            }
                            (ArgKind::Positional, Value::Dict(pairs)) => {
                                for pair in &ir.pairs[pairs] {
                                    if let Some(key) = pair.key
                                        && let Value::Str(method) = ir.value(key)
                                        && let Value::Str(action) = ir.value(ir.bare(pair.value))
                                    {
                                        target.actions.push((
                                            ir.str(method).to_ascii_uppercase(),
                                            ir.str(action).to_owned(),
                                        ));
                                    }
                                }
                            }
                            _ => {}
                        }
                    }
                    return;
                }
                if let Some(first) = ir.args[args].first() {
                    target.decorators.push((file, callee));
                    self.unwrap(file, first.value, target, depth + 1);
                }
            }
            Value::Decorated { by, of } => {
                target.decorators.push((file, by));
                self.unwrap(file, of, target, depth + 1);
            }
            Value::Mu { .. } => {
                let outside = self.outside(file, &Rc::default());
                if let Some((decorators, view)) = self.stacked(&outside, value) {
                    target.decorators.extend(decorators.iter().map(|(at, by)| (at.file, *by)));
                    self.unwrap(file, view, target, depth + 1);
                }
            }
            Value::Function(function) => target.view = View::Function(file, function),
            Value::Class(class) => target.view = View::Class(file, class),
            _ => match self.project.definition(file, value) {
                Entity::Function(file, function) => {
                    let ir = self.ir(file);
                    let own = ir.ids[ir.function(function).decorators].iter();
                    target.decorators.extend(own.map(|by| (file, *by)));
                    target.view = View::Function(file, function);
                }
                Entity::Class(file, class) => target.view = View::Class(file, class),
                Entity::Value(at_file, at) if (at_file, at) != (file, value) => {
                    self.unwrap(at_file, at, target, depth + 1);
                }
                _ => {}
            },
        }
    }
}

impl Target {
    /// Whether the route itself puts anything around the view.
    pub(crate) fn is_wrapped(&self) -> bool {
        !self.decorators.is_empty()
    }

    pub(crate) fn kind(&self) -> ViewKind {
        match self.view {
            View::Function(..) => ViewKind::Function,
            View::Class(..) => ViewKind::Class,
            View::Outside => ViewKind::Outside,
        }
    }
}
