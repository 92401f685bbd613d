//! What functions do to rows, call by call.

use std::collections::BTreeMap;
use std::rc::Rc;

use bartizan_ir::{Arg, ArgKind, Run, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};

use super::Effects;
use super::frames::{Changed, Frame, FrameId};
use super::things::{ModelKey, Thing};
use super::words;
use crate::registries::{is_sending, signal};
use crate::views::effects::{call_of, is_dead};

impl Effects<'_> {
    /// The models whose rows a function may change.
    pub(super) fn changed(&mut self, frame: Option<FrameId>) -> Changed {
        let Some(frame) = frame else { return Changed::default() };
        self.changed_within(frame).0
    }

    /// The same; and the outermost frame below which the answer is not whole, by its place among those that
    /// are open. Functions that call each other are open until the first of them is done, and change alike:
    /// the components of Tarjan, "Depth-first search and linear graph algorithms" (1972).
    fn changed_within(&mut self, frame: FrameId) -> (Changed, usize) {
        if let Some(known) = self.frames.changed.get(&frame) {
            return (Rc::clone(known), usize::MAX);
        }
        if let Some(at) = self.frames.places.get(&frame) {
            return (Rc::clone(&self.frames.open[*at].1), *at);
        }
        if !self.frames.enter() {
            return (Changed::default(), usize::MAX);
        }
        let place = self.frames.open.len();
        self.frames.open.push((frame, Changed::default()));
        self.frames.places.insert(frame, place);
        let mut walk = Walk { found: BTreeMap::new(), outermost: usize::MAX };
        self.walk(frame, &mut walk);
        self.frames.leave();
        if walk.outermost < place {
            let found = Rc::new(walk.found);
            self.frames.open[place].1 = Rc::clone(&found);
            return (found, walk.outermost);
        }
        let inside = self.frames.open.split_off(place);
        for (member, own) in inside.into_iter().skip(1) {
            let mut all = Walk { found: (*own).clone(), outermost: usize::MAX };
            all.merge(&walk.found);
            self.frames.places.remove(&member);
            self.frames.changed.insert(member, Rc::new(all.found));
        }
        let found = Rc::new(walk.found);
        self.frames.places.remove(&frame);
        self.frames.changed.insert(frame, Rc::clone(&found));
        (found, usize::MAX)
    }

    fn walk(&mut self, frame: FrameId, walk: &mut Walk) {
        let at = self.frames.get(frame);
        let ir = self.project.ir(at.file);
        for effect in &ir.effects[ir.function(at.function).effects] {
            let Some(call) = call_of(ir, effect) else { continue };
            if is_dead(ir, effect.path) {
                continue;
            }
            let Value::Call { callee, args } = ir.value(call) else { continue };
            self.of_call(&at, frame, ir.bare(callee), args, walk);
        }
    }

    fn of_call(
        &mut self,
        at: &Frame,
        frame: FrameId,
        callee: ValueId,
        args: Run<Arg>,
        walk: &mut Walk,
    ) {
        let project = self.project;
        let ir = project.ir(at.file);
        if let Value::Attr { of, name } = ir.value(callee) {
            let name = ir.str(name);
            if self.is_super(at, of) {
                match self.above(at, name) {
                    Some(function) => self.into(frame, function, at.receiver, args, walk),
                    None => self.by_django(at.receiver, name, walk),
                }
                return;
            }
            if let Some(receiver) = self.type_of(frame, of) {
                self.on(frame, receiver, name, args, walk);
                return;
            }
            if is_sending(name)
                && let Some(signal) = signal(project, at.file, of)
            {
                let receivers = self.kin.receivers.get(&signal).cloned().unwrap_or_default();
                for (file, function) in receivers {
                    let inner = self.frames.id(Frame::new(file, function, None));
                    self.add(inner, walk);
                }
                return;
            }
            if words::LATER.contains(&name)
                && let Some(function) = project.definition(at.file, of).as_function()
            {
                self.into(frame, function, None, args, walk);
                return;
            }
            if words::OF_ROW.contains(&name) && self.may_be_row(at.file, of) {
                walk.change(ModelKey::Unknown, 0);
            }
        }
        match project.definition(at.file, callee) {
            Entity::Function(file, function) => {
                self.into(frame, (file, function), None, args, walk);
            }
            Entity::External(symbol) if words::RUNS.contains(&project.symbol(symbol)) => {
                let Some(first) = ir.args[args].first() else { return };
                self.given_to_run(frame, at.file, first.value, walk);
            }
            _ => {}
        }
    }

    /// `transaction.on_commit(lambda: order.save())`
    fn given_to_run(&mut self, frame: FrameId, file: FileId, value: ValueId, walk: &mut Walk) {
        let Some((file, function)) = self.project.definition(file, value).as_function() else {
            return;
        };
        let receiver = self.frames.get(frame).receiver;
        let inner = self.frames.id(Frame::new(file, function, receiver));
        self.add(inner, walk);
    }

    /// Whether something of unknown type may be a row: nothing says that it is something else.
    fn may_be_row(&self, file: FileId, value: ValueId) -> bool {
        let ir = self.project.ir(file);
        if let Value::Attr { name, .. } = ir.value(ir.bare(value))
            && matches!(ir.str(name), "session" | "storage" | "cache")
        {
            return false;
        }
        !matches!(
            self.project.resolve(file, value),
            Entity::Instance(ClassRef::External(_)) | Entity::External(_) | Entity::Module(_)
        )
    }

    /// A call of a method on something that is known.
    fn on(&mut self, frame: FrameId, receiver: Thing, name: &str, args: Run<Arg>, walk: &mut Walk) {
        let own = self.method_on(receiver, name);
        match receiver {
            Thing::Rows(model) => {
                if words::OF_ROWS.contains(&name) || words::LINKS.contains(&name) {
                    walk.change(model, 0);
                }
                if words::SAVES_ONE.contains(&name) {
                    self.saved(model, walk);
                }
            }
            Thing::Linked { owner, of } => {
                if words::LINKS.contains(&name) {
                    walk.change(owner, 0);
                } else if words::OF_ROWS.contains(&name) {
                    walk.change(of, 0);
                }
                if words::SAVES_ONE.contains(&name) {
                    self.saved(of, walk);
                }
            }
            Thing::Row(model) if words::OF_ROW.contains(&name) => walk.change(model, 0),
            Thing::Saves(_) | Thing::Formset(_) | Thing::Object(_) if own.is_none() => {
                let is_put_off = name == "save" && self.is_uncommitted(frame, args);
                if !is_put_off {
                    self.by_django(Some(receiver), name, walk);
                }
            }
            _ => {}
        }
        if let Some(function) = own {
            self.into(frame, function, Some(receiver), args, walk);
        }
    }

    /// What the model's own `save` does to others.
    fn saved(&mut self, model: ModelKey, walk: &mut Walk) {
        let receiver = Thing::Row(model);
        let Some((file, function)) = self.method_on(receiver, "save") else { return };
        let inner = self.frames.id(Frame::new(file, function, Some(receiver)));
        self.add(inner, walk);
    }

    /// `form.save(commit=False)`
    fn is_uncommitted(&self, frame: FrameId, args: Run<Arg>) -> bool {
        let ir = self.project.ir(self.frames.get(frame).file);
        ir.args[args].iter().any(|arg| {
            let is_commit = match arg.kind {
                ArgKind::Keyword(name) => ir.str(name) == "commit",
                ArgKind::Positional => true,
                _ => false,
            };
            is_commit && matches!(ir.value(ir.bare(arg.value)), Value::Bool(false))
        })
    }

    /// What a method that Django or REST framework brings does.
    fn by_django(&mut self, receiver: Option<Thing>, name: &str, walk: &mut Walk) {
        match receiver {
            Some(Thing::Row(model)) if words::OF_ROW.contains(&name) => {
                walk.change(model, 0);
            }
            Some(Thing::Rows(model)) if words::OF_ROWS.contains(&name) => {
                walk.change(model, 0);
            }
            Some(Thing::Saves(model) | Thing::Formset(model)) if name == "save" => {
                walk.change(model, 0);
            }
            Some(Thing::Object(ClassRef::Project(file, class))) => {
                let class = (file, class);
                let makes_rows = self.registries.form_of(class).is_some_and(|form| !form.is_view)
                    || self.registries.serializer_of(class).is_some();
                let saves = match makes_rows {
                    true => matches!(name, "save" | "create" | "update"),
                    false => self.is_editor(class, name),
                };
                if saves && let Some(model) = self.model_of_class(class) {
                    walk.change(model, 0);
                }
                // `save` of a serializer runs what its class says of new rows and of old ones.
                if makes_rows && name == "save" {
                    for hook in ["create", "update"] {
                        let of = ClassRef::Project(class.0, class.1);
                        let Some(function) = self.method(of, hook) else { continue };
                        let receiver = Some(Thing::Object(of));
                        let inner = Frame::new(function.0, function.1, receiver);
                        let inner = self.frames.id(inner);
                        self.add(inner, walk);
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether a view of this class saves or deletes what it is about where its framework runs `name`.
    fn is_editor(&self, (file, class): (FileId, bartizan_ir::ClassId), name: &str) -> bool {
        let of = ClassRef::Project(file, class);
        let bases = || {
            crate::registries::outside(self.project, (file, class))
                .map(|base| base.rsplit('.').next().unwrap_or(base))
        };
        match name {
            "form_valid" | "post" => bases().any(|base| {
                matches!(base, "CreateView" | "UpdateView" | "DeleteView" | "ModelFormMixin")
            }),
            "delete" => bases().any(|base| matches!(base, "DeleteView" | "DeletionMixin")),
            name if words::EDITS.contains(&name) => {
                self.project.lookup_member(of, "serializer_class").is_some()
                    || bases().any(|base| {
                        base.ends_with("ViewSet")
                            || base.ends_with("ModelMixin")
                            || base.ends_with("APIView")
                    })
            }
            _ => false,
        }
    }

    /// What a function does that is called with these.
    fn into(
        &mut self,
        from: FrameId,
        (file, function): (FileId, bartizan_ir::FunctionId),
        receiver: Option<Thing>,
        args: Run<Arg>,
        walk: &mut Walk,
    ) {
        let inner = self.frame_of(from, file, function, receiver, args);
        self.add(inner, walk);
    }

    fn add(&mut self, inner: Option<FrameId>, walk: &mut Walk) {
        let Some(inner) = inner else { return };
        let (found, outermost) = self.changed_within(inner);
        walk.merge(&found);
        walk.outermost = walk.outermost.min(outermost);
    }
}

/// What one function was found to change so far.
struct Walk {
    found: BTreeMap<ModelKey, u32>,
    outermost: usize,
}

impl Walk {
    fn change(&mut self, model: ModelKey, distance: u32) {
        let known = self.found.entry(model).or_insert(distance);
        *known = distance.min(*known);
    }

    /// Adds what something changes that is called.
    fn merge(&mut self, inner: &BTreeMap<ModelKey, u32>) {
        for (model, distance) in inner {
            self.change(*model, distance.saturating_add(1));
        }
    }
}
