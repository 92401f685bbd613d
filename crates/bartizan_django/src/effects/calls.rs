//! Calls between functions of the project, and what is handed on.

use bartizan_ir::{Arg, ArgKind, FunctionId, Run, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};

use super::Effects;
use super::frames::{Frame, FrameId};
use super::things::{Thing, is_marked};
use super::words;
use crate::registries::FACTORIES;

impl Effects<'_> {
    /// What a call gives.
    pub(super) fn call(
        &mut self,
        at: &Frame,
        frame: FrameId,
        callee: ValueId,
        args: Run<Arg>,
    ) -> Option<Thing> {
        let project = self.project;
        let ir = project.ir(at.file);
        let callee = ir.bare(callee);
        if let Value::Attr { of, name } = ir.value(callee) {
            let name = ir.str(name);
            if self.is_super(at, of) {
                return match self.above(at, name) {
                    Some((file, function)) => {
                        let called = self.frame_of(frame, file, function, at.receiver, args)?;
                        self.result(called)
                    }
                    None => self.given(at.receiver?, name),
                };
            }
            if let Some(receiver) = self.type_of(frame, of) {
                return match self.method_on(receiver, name) {
                    Some((file, function)) => {
                        let called = self.frame_of(frame, file, function, Some(receiver), args)?;
                        self.result(called)
                    }
                    None => self.given(receiver, name),
                };
            }
        }
        if let Some(Thing::Makes { of, is_set }) = self.type_of(frame, callee) {
            return Some(if is_set { Thing::Formset(of) } else { Thing::Saves(of) });
        }
        let given = ir.args[args].first().filter(|arg| arg.kind == ArgKind::Positional);
        match project.definition(at.file, callee) {
            Entity::Class(file, class) => {
                let class = ClassRef::Project(file, class);
                self.instance(class)
            }
            Entity::Function(file, function) => {
                let called = self.frame_of(frame, file, function, None, args)?;
                self.result(called)
            }
            Entity::External(symbol) => {
                let dotted = project.symbol(symbol);
                let last = dotted.rsplit('.').next().unwrap_or(dotted);
                if last.trim_start_matches('_') == "get_user_model" {
                    return Some(Thing::Model(self.kin.user));
                }
                if FACTORIES.contains(&last) {
                    return self.made_of(frame, last, args);
                }
                let first = given.and_then(|given| self.type_of(frame, given.value));
                match first {
                    Some(Thing::Model(model) | Thing::Rows(model))
                        if words::FETCH_ROW.contains(&last) =>
                    {
                        Some(Thing::Row(model))
                    }
                    Some(
                        Thing::Model(of)
                        | Thing::Rows(of)
                        | Thing::Several(of)
                        | Thing::Linked { of, .. },
                    ) if words::SEVERAL.contains(&last) => Some(Thing::Several(of)),
                    Some(Thing::Rows(of) | Thing::Several(of)) if last == "enumerate" => {
                        Some(Thing::Numbered(of))
                    }
                    Some(first) if matches!(last, "copy" | "deepcopy") => Some(first),
                    _ => self.model_class(ClassRef::External(symbol)).map(Thing::Row),
                }
            }
            _ => None,
        }
    }

    /// `modelform_factory(Visit)`, `inlineformset_factory(Patient, Visit)`
    fn made_of(&mut self, frame: FrameId, factory: &str, args: Run<Arg>) -> Option<Thing> {
        let at = self.frames.get(frame);
        let ir = self.project.ir(at.file);
        let is_inline = factory.starts_with("inline");
        let args = &ir.args[args];
        let model = args
            .get(usize::from(is_inline))
            .filter(|arg| arg.kind == ArgKind::Positional)
            .or_else(|| {
                args.iter()
                    .find(|arg| matches!(arg.kind, ArgKind::Keyword(key) if ir.str(key) == "model"))
            })?;
        match self.type_of(frame, model.value)? {
            Thing::Model(of) => Some(Thing::Makes { of, is_set: factory.contains("formset") }),
            _ => None,
        }
    }

    /// The function of the project that a call of a name on a thing runs.
    pub(super) fn method_on(&self, receiver: Thing, name: &str) -> Option<(FileId, FunctionId)> {
        match receiver {
            Thing::Rows(model) | Thing::Linked { of: model, .. } => {
                self.method_of_rows(model, name)
            }
            _ => self.method(self.class_of(receiver)?, name),
        }
    }

    /// What a method that Django brings gives.
    fn given(&mut self, receiver: Thing, name: &str) -> Option<Thing> {
        match receiver {
            Thing::Rows(of) | Thing::Linked { of, .. } => match name {
                name if words::CHAIN.contains(&name) => Some(Thing::Rows(of)),
                name if words::ROW_OF.contains(&name) => Some(Thing::Row(of)),
                name if words::PAIR_OF.contains(&name) => Some(Thing::Pair(of)),
                _ => None,
            },
            Thing::Saves(model) => (name == "save").then_some(Thing::Row(model)),
            Thing::Formset(model) => (name == "save").then_some(Thing::Several(model)),
            Thing::Object(ClassRef::Project(file, class)) => match name {
                "get_object" | "save" => self.model_of_class((file, class)).map(Thing::Row),
                "get_queryset" | "filter_queryset" => {
                    self.model_of_class((file, class)).map(Thing::Rows)
                }
                "get_form" => self.made_by((file, class), "form_class"),
                "get_serializer" => self.made_by((file, class), "serializer_class"),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a value is `super()`.
    pub(super) fn is_super(&self, at: &Frame, value: ValueId) -> bool {
        let ir = self.project.ir(at.file);
        let Value::Call { callee, .. } = ir.value(ir.bare(value)) else { return false };
        match self.project.definition(at.file, callee) {
            Entity::External(symbol) => self.project.symbol(symbol) == "builtins.super",
            _ => false,
        }
    }

    /// The method of that name behind the one that runs, in the order of the class that it runs for.
    pub(super) fn above(&self, at: &Frame, name: &str) -> Option<(FileId, FunctionId)> {
        let ir = self.project.ir(at.file);
        let here = ClassRef::Project(at.file, ir.function(at.function).class?);
        let class = self.class_of(at.receiver?)?;
        let order = self.project.mro(class).classes.iter();
        order.skip_while(|one| **one != here).skip(1).find_map(|one| {
            let member = self.project.own_member(*one, name)?;
            self.project.definition(member.class.0, member.value).as_function()
        })
    }

    /// The frame of a function that is called from another.
    pub(super) fn frame_of(
        &mut self,
        from: FrameId,
        file: FileId,
        function: FunctionId,
        receiver: Option<Thing>,
        args: Run<Arg>,
    ) -> Option<FrameId> {
        let caller = self.frames.get(from);
        let project = self.project;
        let (ir, own) = (project.ir(caller.file), project.ir(file));
        let record = own.function(function);
        let params = &own.params[record.params];
        let is_bound = receiver.is_some()
            && record.class.is_some()
            && !is_marked(own, function, "staticmethod");
        let mut frame = Frame::new(file, function, receiver);
        let mut next = usize::from(is_bound);
        for arg in &ir.args[args] {
            let place = match arg.kind {
                ArgKind::Positional => {
                    next += 1;
                    Some(next - 1).filter(|at| *at < params.len())
                }
                ArgKind::Keyword(name) => {
                    let name = ir.str(name);
                    params.iter().position(|param| own.str(param.name) == name)
                }
                ArgKind::Star => break,
                ArgKind::DoubleStar => None,
            };
            if let Some(place) = place {
                let given = self.type_of(from, arg.value);
                frame.bind(place, given);
            }
        }
        self.frames.id(frame)
    }
}
