//! Which forms and serializers a view works with, where that depends on what is asked.

use std::rc::Rc;

use bartizan_ir::{ClassId, Pair, Run, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};

use crate::conditions::is_about_people;
use crate::fields::Fields;
use crate::formula::Formula;
use crate::models::outside;
use crate::reader::{Ask, Callee, Frame, Reader};
use crate::walk::Walked;

impl Reader<'_> {
    /// What a visitor may set and is shown by a class-based view.
    pub(crate) fn class_fields(&self, of: ClassRef, ask: &Rc<Ask>, walked: &mut Walked) -> Fields {
        let mut classes: Vec<(FileId, ClassId, bool)> =
            walked.classes.iter().map(|(file, class, _)| (*file, *class, true)).collect();
        for (method, attribute) in
            [("get_serializer_class", "serializer_class"), ("get_form_class", "form_class")]
        {
            let count = classes.len();
            let chosen = self.method(of, method);
            if let Some((file, function)) = chosen {
                let frame = self.entry(file, function, Some(of), ask, None);
                if let Some(result) = self.ir(file).function(function).result {
                    self.classes_in(&frame, result, &mut classes, true, 0);
                }
            }
            if classes.len() > count {
                continue;
            }
            // Where nobody knows how the class is chosen, those that the view names tell.
            if let Some((file, value)) = self.attribute_of(of, ask, attribute) {
                let made = self.factory_fields(&self.outside(file, ask), value);
                walked.made.extend(made.map(|fields| (fields, Formula::Always)));
                self.classes_at((file, value), ask, &mut classes, true, 0);
            }
            if chosen.is_some() {
                self.named_like(of, attribute, ask, &mut classes);
            }
        }
        classes.sort_unstable();
        classes.dedup();
        let mut fields = Fields::default();
        for (file, class, for_all) in classes {
            let found = self.fields_of(file, class, ask, 0).unwrap_or_default();
            if for_all {
                walked.validated.push(self.validated(file, class, &Formula::Always, ask));
            }
            self.refuel();
            walked.queries.extend(self.choices_of(file, class, ask));
            self.refuel();
            fields.add(if for_all { found } else { found.for_some() });
        }
        let edits = outside(self.project, of).any(|base| {
            let last = base.rsplit('.').next().unwrap_or(base);
            matches!(last, "CreateView" | "UpdateView" | "ModelFormMixin")
        });
        if edits && let ClassRef::Project(file, class) = of {
            fields.add(self.listed_fields(file, class));
        }
        for method in ["get_form", "get_serializer", "get_context_data"] {
            if let Some((file, function)) = self.method(of, method) {
                let frame = self.entry(file, function, Some(of), ask, None);
                self.taken_by_view(&frame, &mut fields);
            }
        }
        fields
    }

    /// The classes that methods of the view return that are called after an attribute:
    /// `get_public_serializer_class`.
    fn named_like(
        &self,
        of: ClassRef,
        attribute: &str,
        ask: &Rc<Ask>,
        found: &mut Vec<(FileId, ClassId, bool)>,
    ) {
        for base in &self.project.mro(of).classes {
            let ClassRef::Project(file, class) = *base else { continue };
            let ir = self.ir(file);
            let body = ir.function(ir.class(class).body);
            for binding in &ir.bindings[body.bindings] {
                let name = ir.str(binding.name);
                if name.starts_with("get_")
                    && name.ends_with(attribute)
                    && let Some((file, function)) = self.method(of, name)
                    && let Some(result) = self.ir(file).function(function).result
                {
                    let frame = self.entry(file, function, Some(of), ask, None);
                    self.classes_in(&frame, result, found, true, 0);
                }
            }
        }
    }

    /// The classes that an expression outside of every function may be.
    fn classes_at(
        &self,
        (file, value): (FileId, ValueId),
        ask: &Rc<Ask>,
        found: &mut Vec<(FileId, ClassId, bool)>,
        for_all: bool,
        depth: usize,
    ) {
        self.classes_in(&self.outside(file, ask), value, found, for_all, depth + 1);
    }

    /// The classes that an expression may be.
    fn classes_in(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
        found: &mut Vec<(FileId, ClassId, bool)>,
        for_all: bool,
        depth: usize,
    ) {
        if depth > 24 || !self.step() {
            return;
        }
        let ir = self.ir(frame.file);
        let value = ir.bare(value);
        match ir.value(value) {
            Value::Gamma { test, then, otherwise } => match self.formula(frame, test) {
                Formula::Always => self.classes_in(frame, then, found, for_all, depth + 1),
                Formula::Never => self.classes_in(frame, otherwise, found, for_all, depth + 1),
                test => {
                    let for_all = for_all && !is_about_people(&test);
                    self.classes_in(frame, then, found, for_all, depth + 1);
                    self.classes_in(frame, otherwise, found, for_all, depth + 1);
                }
            },
            Value::Join { ways, .. } => {
                for way in &ir.ways[ways] {
                    let path = self.path(frame, way.path, false);
                    if path == Some(Formula::Never) {
                        continue;
                    }
                    // A way that is taken for certain people, whoever they are.
                    let is_chosen = path.is_some_and(|path| is_about_people(&path));
                    self.classes_in(frame, way.value, found, for_all && !is_chosen, depth + 1);
                }
            }
            // `{"create": OrderCreateSerializer}.get(self.action, OrderSerializer)`
            Value::Call { callee, args } => {
                let given = &ir.args[args];
                if let Value::Attr { of, name } = ir.value(ir.bare(callee)) {
                    let name = ir.str(name);
                    if self.is_super(frame.file, of)
                        || name == "get_serializer_class" && self.is_itself(frame, of)
                    {
                        if let Some(receiver) = frame.receiver
                            && let Some((file, value)) =
                                self.attribute_of(receiver, &frame.ask, "serializer_class")
                        {
                            self.classes_at((file, value), &frame.ask, found, for_all, depth);
                        }
                        return;
                    }
                    if name == "get" {
                        let chosen = given.first().map(|key| self.text(frame, key.value));
                        let entry = chosen.and_then(|key| self.entry_of(frame, of, &key));
                        match (entry, given.get(1)) {
                            (Some((file, value)), _) => {
                                self.classes_at((file, value), &frame.ask, found, for_all, depth);
                            }
                            (None, Some(default)) => {
                                self.classes_in(frame, default.value, found, for_all, depth + 1);
                            }
                            _ => {}
                        }
                        return;
                    }
                }
                if let Some(Entity::Class(file, class)) = self.loaded(frame, callee, args) {
                    found.push((file, class, for_all));
                    return;
                }
                if let Callee::Project { file, function, receiver, bound } =
                    self.callee(frame, value)
                    && let Some(result) = self.ir(file).function(function).result
                    && let Some(inner) = self.enter(frame, (file, function), receiver, bound, args)
                {
                    let count = found.len();
                    self.classes_in(&inner, result, found, for_all, depth + 1);
                    if found.len() > count {
                        return;
                    }
                }
                for arg in given {
                    self.classes_in(frame, arg.value, found, for_all, depth + 1);
                }
            }
            Value::Index { of, key } => {
                let key = self.text(frame, key);
                if let Some((file, value)) = self.entry_of(frame, of, &key) {
                    self.classes_at((file, value), &frame.ask, found, for_all, depth);
                }
            }
            Value::Logic { values, .. } => {
                for value in &ir.ids[values] {
                    self.classes_in(frame, *value, found, for_all, depth + 1);
                }
            }
            _ => {
                if let Some((file, at)) = self.own_attribute(frame, value) {
                    return self.classes_at((file, at), &frame.ask, found, for_all, depth);
                }
                match self.project.definition(frame.file, value) {
                    Entity::Class(file, class) => found.push((file, class, for_all)),
                    Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                        self.classes_at((file, at), &frame.ask, found, for_all, depth);
                    }
                    _ => {}
                }
            }
        }
    }

    /// The entry of a dict for the action at hand.
    pub(crate) fn entry_of(
        &self,
        frame: &Rc<Frame>,
        dict: ValueId,
        key: &str,
    ) -> Option<(FileId, ValueId)> {
        let wanted = match key {
            "action" => frame.ask.action.clone()?,
            "request.method" => frame.ask.method.to_owned(),
            text => text.trim_matches('"').to_owned(),
        };
        let (file, pairs) = self.written_dict(frame, dict)?;
        let ir = self.ir(file);
        ir.pairs[pairs].iter().find_map(|pair| match ir.value(pair.key?) {
            Value::Str(text) if ir.str(text) == wanted => Some((file, pair.value)),
            _ => None,
        })
    }

    /// The entries of a dict that is written out.
    pub(crate) fn written_dict(
        &self,
        frame: &Rc<Frame>,
        dict: ValueId,
    ) -> Option<(FileId, Run<Pair>)> {
        let (file, at) = self.own_attribute(frame, dict).unwrap_or((frame.file, dict));
        let (file, at) = match self.project.definition(file, at) {
            Entity::Value(file, at) => (file, at),
            _ => (file, self.ir(file).bare(at)),
        };
        match self.ir(file).value(at) {
            Value::Dict(pairs) => Some((file, pairs)),
            _ => None,
        }
    }
}
