//! What values are, as far as rows are concerned: a model, a row, several, a view, a form.

use bartizan_ir::{FileIr, FunctionId, Part, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Symbol};

use super::Effects;
use super::frames::{Frame, FrameId};
use super::kin::key;
use crate::registries::{ModelId, ModelRef, Relation};
use crate::views::values::is_request;

/// A model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum ModelKey {
    /// Of the project.
    Own(ModelId),
    /// Outside, by its dotted name or its label.
    Outside(Symbol),
    /// Not known.
    Unknown,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Thing {
    /// A request.
    Request,
    /// A model itself.
    Model(ModelKey),
    /// A row.
    Row(ModelKey),
    /// A manager or queryset.
    Rows(ModelKey),
    /// The manager of a relation of many to many.
    Linked { owner: ModelKey, of: ModelKey },
    /// A list or another container of rows.
    Several(ModelKey),
    /// What `get_or_create` gives.
    Pair(ModelKey),
    /// What `enumerate` makes of rows.
    Numbered(ModelKey),
    /// A number and a row.
    Entry(ModelKey),
    /// A form or serializer that is made for the model, of no class of the project.
    Saves(ModelKey),
    /// A class of forms that a factory makes for the model, or of sets of them.
    Makes { of: ModelKey, is_set: bool },
    /// A set of forms that is made for the model.
    Formset(ModelKey),
    /// Another class of the project.
    Type(ClassRef),
    /// An instance of one.
    Object(ClassRef),
}

/// Values beyond which no more are looked at.
const MOST_VALUES: usize = 4_000_000;

impl Effects<'_> {
    /// The name of a model, for people.
    pub(super) fn name(&self, model: ModelKey) -> String {
        match model {
            ModelKey::Own(id) => self.registries.model(id).name.clone(),
            ModelKey::Outside(symbol) => {
                let dotted = self.project.symbol(symbol);
                dotted.rsplit('.').next().unwrap_or(dotted).to_owned()
            }
            ModelKey::Unknown => "?".to_owned(),
        }
    }

    pub(super) fn key(&self, of: &ModelRef) -> ModelKey {
        key(self.project, self.registries, self.kin.user, of)
    }

    /// What a function gives back.
    pub(super) fn result(&mut self, frame: FrameId) -> Option<Thing> {
        let at = self.frames.get(frame);
        let result = self.project.ir(at.file).function(at.function).result?;
        self.type_of(frame, result)
    }

    /// What a value is.
    pub(super) fn type_of(&mut self, frame: FrameId, value: ValueId) -> Option<Thing> {
        let at = self.frames.get(frame);
        let value = self.project.ir(at.file).bare(value);
        if let Some(known) = self.frames.types.get(&(frame, value)) {
            return *known;
        }
        if self.frames.types.len() >= MOST_VALUES || !self.frames.enter() {
            return None;
        }
        // A value that leads back to itself is whatever its other ways say.
        self.frames.types.insert((frame, value), None);
        let found = self.look(&at, frame, value);
        self.frames.types.insert((frame, value), found);
        self.frames.leave();
        found
    }

    fn first(&mut self, frame: FrameId, values: &[ValueId]) -> Option<Thing> {
        values.iter().find_map(|value| self.type_of(frame, *value))
    }

    fn look(&mut self, at: &Frame, frame: FrameId, value: ValueId) -> Option<Thing> {
        let project = self.project;
        let ir = project.ir(at.file);
        let found = match ir.value(value) {
            Value::Param(position) => self.param(at, ir, value, position),
            Value::Attr { of, name } => {
                let name = ir.str(name);
                match self.type_of(frame, of) {
                    Some(of) => self.attribute(of, name),
                    None if is_request(ir, of) => self.attribute(Thing::Request, name),
                    None => self.by_name(at.file, value),
                }
            }
            Value::Index { of, key } => match self.type_of(frame, of)? {
                Thing::Rows(model) | Thing::Several(model) => Some(match ir.value(ir.bare(key)) {
                    Value::Slice { .. } => Thing::Rows(model),
                    _ => Thing::Row(model),
                }),
                Thing::Pair(model) => Some(Thing::Row(model)),
                _ => None,
            },
            Value::Elem { of, which } => match (self.type_of(frame, of)?, which) {
                (Thing::Rows(of) | Thing::Linked { of, .. } | Thing::Several(of), Part::Each) => {
                    Some(Thing::Row(of))
                }
                (Thing::Pair(model), Part::At(0)) | (Thing::Entry(model), Part::At(1)) => {
                    Some(Thing::Row(model))
                }
                (Thing::Formset(model), Part::Each) => Some(Thing::Saves(model)),
                (Thing::Numbered(model), Part::Each) => Some(Thing::Entry(model)),
                _ => None,
            },
            Value::Call { callee, args } => self.call(at, frame, callee, args),
            Value::Gamma { then, otherwise, .. } => self.first(frame, &[then, otherwise]),
            Value::Logic { values, .. } => self.first(frame, &ir.ids[values]),
            Value::Mu { init, back, .. } => self.first(frame, &[init, back]),
            Value::Join { ways, .. } => {
                ir.ways[ways].iter().find_map(|way| self.type_of(frame, way.value))
            }
            Value::Await(of) | Value::Enter { manager: of, .. } => self.type_of(frame, of),
            Value::Mutate(mutation) => self.type_of(frame, ir.mutation(mutation).receiver),
            Value::Comp(comp) => several(self.type_of(frame, ir.comp(comp).element)),
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                let first = ir.items[items].first()?;
                several(self.type_of(frame, first.value))
            }
            Value::Capture { name, owner } => {
                let stores = &ir.bindings[ir.function(owner).stores];
                let stored = stores.iter().rev().find(|binding| binding.name == name)?;
                let owner = match at.function == owner {
                    true => frame,
                    false => self.frames.id(Frame::new(at.file, owner, at.receiver))?,
                };
                self.type_of(owner, stored.value)
            }
            Value::Global { .. }
            | Value::Import { .. }
            | Value::Class(_)
            | Value::Decorated { .. } => self.by_name(at.file, value),
            _ => None,
        };
        found.or_else(|| match project.resolve(at.file, value) {
            Entity::Instance(class) => self.instance(class),
            _ => None,
        })
    }

    fn param(&mut self, at: &Frame, ir: &FileIr, value: ValueId, position: u32) -> Option<Thing> {
        if ir.stretch(value).function != at.function {
            return None;
        }
        let function = ir.function(at.function);
        if position == 0
            && let Some(receiver) = at.receiver
            && function.class.is_some()
            && !is_marked(ir, at.function, "staticmethod")
        {
            return Some(match receiver {
                Thing::Row(model) if is_marked(ir, at.function, "classmethod") => {
                    Thing::Model(model)
                }
                Thing::Object(class) if is_marked(ir, at.function, "classmethod") => {
                    Thing::Type(class)
                }
                receiver => receiver,
            });
        }
        if let Some(thing) = at.params.get(position as usize).copied().flatten() {
            return Some(thing);
        }
        is_request(ir, value).then_some(Thing::Request)
    }

    /// What a name leads to, that is no instance of a known class.
    fn by_name(&mut self, file: FileId, value: ValueId) -> Option<Thing> {
        match self.project.definition(file, value) {
            Entity::Class(class_file, class) => {
                let class = ClassRef::Project(class_file, class);
                Some(self.model_class(class).map_or(Thing::Type(class), Thing::Model))
            }
            Entity::External(symbol) => {
                self.model_class(ClassRef::External(symbol)).map(Thing::Model)
            }
            Entity::Value(at, made) if (at, made) != (file, value) => {
                let frame = self.frames.id(Frame::of_module(at))?;
                self.type_of(frame, made)
            }
            _ => None,
        }
    }

    fn attribute(&mut self, of: Thing, name: &str) -> Option<Thing> {
        match of {
            Thing::Request if name == "user" => Some(Thing::Row(self.kin.user)),
            Thing::Request => self.put_on_request(name),
            Thing::Model(model) => self.is_manager(model, name).then_some(Thing::Rows(model)),
            Thing::Row(model) => self.part_of_row(model, name),
            Thing::Rows(model) => (name == "model").then_some(Thing::Model(model)),
            Thing::Saves(model) => (name == "instance").then_some(Thing::Row(model)),
            Thing::Object(class) => self.part_of_object(class, name),
            Thing::Type(_)
            | Thing::Makes { .. }
            | Thing::Formset(_)
            | Thing::Linked { .. }
            | Thing::Several(_)
            | Thing::Pair(_)
            | Thing::Numbered(_)
            | Thing::Entry(_) => None,
        }
    }

    /// What middleware and others leave on a request: `request.clinic = get_object_or_404(Clinic, …)`.
    fn put_on_request(&mut self, name: &str) -> Option<Thing> {
        let project = self.project;
        for (file, function, value) in self.kin.put_on_requests(project, name) {
            let frame = self.frames.id(Frame::new(file, function, None))?;
            if let Some(found) = self.type_of(frame, value) {
                return Some(found);
            }
        }
        None
    }

    fn is_manager(&self, model: ModelKey, name: &str) -> bool {
        matches!(name, "objects" | "_default_manager" | "_base_manager")
            || name.ends_with("_objects")
            || match model {
                ModelKey::Own(id) => {
                    self.registries.model(id).managers.iter().any(|(known, _)| known == name)
                }
                _ => false,
            }
    }

    fn part_of_row(&mut self, model: ModelKey, name: &str) -> Option<Thing> {
        if let ModelKey::Own(id) = model {
            let field = self.registries.model(id).field(name);
            if let Some((relation, to)) = field.and_then(|field| field.relation.as_ref()) {
                let of = self.key(to);
                return Some(match relation {
                    Relation::Many | Relation::One => Thing::Row(of),
                    Relation::ManyToMany => Thing::Linked { owner: model, of },
                })
                .filter(|_| of != ModelKey::Unknown);
            }
        }
        let mut kin = vec![model];
        if let Some(class) = self.class_of(Thing::Row(model)) {
            let bases = self.project.mro(class).classes.iter().skip(1);
            kin.extend(bases.filter_map(|base| self.model_class(*base)));
        }
        for model in kin {
            if let Some(thing) = self.kin.reverse.get(&(model, name.to_owned())) {
                return Some(*thing);
            }
        }
        let class = self.class_of(Thing::Row(model))?;
        self.property(class, name, Thing::Row(model))
    }

    /// What a property gives.
    fn property(&mut self, class: ClassRef, name: &str, receiver: Thing) -> Option<Thing> {
        let (file, function) = self.method(class, name)?;
        let ir = self.project.ir(file);
        let is_property =
            ["property", "cached_property"].iter().any(|mark| is_marked(ir, function, mark));
        if !is_property {
            return None;
        }
        let frame = self.frames.id(Frame::new(file, function, Some(receiver)))?;
        self.result(frame)
    }

    fn part_of_object(&mut self, class: ClassRef, name: &str) -> Option<Thing> {
        let receiver = Thing::Object(class);
        if name == "request" {
            return Some(Thing::Request);
        }
        if let Some(found) = self.property(class, name, receiver) {
            return Some(found);
        }
        if let Some(found) = self.stored(class, name) {
            return Some(found);
        }
        if let ClassRef::Project(file, id) = class
            && matches!(name, "object" | "instance")
        {
            return self.model_of_class((file, id)).map(Thing::Row);
        }
        let member = self.project.lookup_member(class, name)?;
        let frame = self.frames.id(Frame::of_module(member.class.0))?;
        match self.type_of(frame, member.value)? {
            Thing::Object(_) | Thing::Type(_) => None,
            thing => Some(thing),
        }
    }

    /// What methods of a class store on its instances: `self.order = get_object_or_404(Order, …)`.
    fn stored(&mut self, class: ClassRef, name: &str) -> Option<Thing> {
        let project = self.project;
        for base in &project.mro(class).classes {
            let ClassRef::Project(file, id) = *base else { continue };
            let ir = project.ir(file);
            let Some(name) = ir.strings.find(name) else { continue };
            for (function, value) in self.kin.stored(ir, file, id, name) {
                let frame =
                    self.frames.id(Frame::new(file, function, Some(Thing::Object(class))))?;
                if let Some(found) = self.type_of(frame, value) {
                    return Some(found);
                }
            }
        }
        None
    }
}

/// `[order, …]`
fn several(of: Option<Thing>) -> Option<Thing> {
    match of {
        Some(Thing::Row(model)) => Some(Thing::Several(model)),
        _ => None,
    }
}

/// Whether a function is decorated with something of this name.
pub(super) fn is_marked(ir: &FileIr, function: FunctionId, mark: &str) -> bool {
    ir.ids[ir.function(function).decorators].iter().any(|by| match ir.value(ir.bare(*by)) {
        Value::Global { name, .. } | Value::Attr { name, .. } => ir.str(name) == mark,
        Value::Import { name: Some(name), .. } => ir.str(name) == mark,
        _ => false,
    })
}
