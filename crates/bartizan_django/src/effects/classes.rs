//! Classes: which are models, what views, forms and serializers are about, and which methods they have.

use bartizan_ir::{FunctionId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Inherits, Symbol};

use super::Effects;
use super::frames::{Frame, FrameId};
use super::things::{ModelKey, Thing};
use crate::registries::ClassKey;

const MODEL: &str = "django.db.models.base.Model";

/// Parts of an expression beyond which nobody looks for the class of a manager.
const MOST_PARTS: usize = 64;

impl Effects<'_> {
    /// What an instance of a class is.
    pub(super) fn instance(&self, class: ClassRef) -> Option<Thing> {
        Some(match self.model_class(class) {
            Some(model) => Thing::Row(model),
            None if matches!(class, ClassRef::Project(..)) => Thing::Object(class),
            None => return None,
        })
    }

    /// The model that a class is.
    pub(super) fn model_class(&self, class: ClassRef) -> Option<ModelKey> {
        match class {
            ClassRef::Project(file, id) => self.registries.model_of((file, id)).map(ModelKey::Own),
            ClassRef::External(symbol) => {
                // `Model` itself says nothing.
                let dotted = self.project.symbol(symbol);
                let is_model = self.project.is_subclass(class, MODEL) == Inherits::Yes
                    && !matches!(dotted, MODEL | "django.db.models.Model")
                    || dotted.ends_with(".models.User");
                is_model.then(|| match self.is_user(symbol) {
                    true => self.kin.user,
                    false => ModelKey::Outside(symbol),
                })
            }
        }
    }

    fn is_user(&self, symbol: Symbol) -> bool {
        let dotted = self.project.symbol(symbol);
        let name =
            dotted.strip_prefix("django.contrib.auth.").and_then(|rest| rest.rsplit('.').next());
        matches!(name, Some("User" | "AbstractUser" | "AbstractBaseUser"))
    }

    /// The class behind what methods are looked up on.
    pub(super) fn class_of(&self, thing: Thing) -> Option<ClassRef> {
        match thing {
            Thing::Row(ModelKey::Own(id)) | Thing::Model(ModelKey::Own(id)) => {
                let (file, class) = self.registries.model(id).class;
                Some(ClassRef::Project(file, class))
            }
            Thing::Object(class) | Thing::Type(class) => Some(class),
            _ => None,
        }
    }

    /// The function of the project that a class has under a name.
    pub(super) fn method(&self, class: ClassRef, name: &str) -> Option<(FileId, FunctionId)> {
        let member = self.project.lookup_member(class, name)?;
        self.project.definition(member.class.0, member.value).as_function()
    }

    /// The functions that a manager or queryset of a model has under a name.
    pub(super) fn method_of_rows(
        &self,
        model: ModelKey,
        name: &str,
    ) -> Option<(FileId, FunctionId)> {
        let ModelKey::Own(id) = model else { return None };
        let model = self.registries.model(id);
        let (file, class) = model.class;
        let managers = model.managers.iter().map(|(manager, _)| manager.as_str());
        managers.chain(["objects"]).find_map(|manager| {
            let member = self.project.lookup_member(ClassRef::Project(file, class), manager)?;
            let classes = self.classes_in(member.class.0, member.value);
            classes.into_iter().find_map(|class| self.method(class, name))
        })
    }

    /// The classes of which a manager is made: `OrderManager()`, `OrderQuerySet.as_manager()`,
    /// `OrderManager.from_queryset(OrderQuerySet)()`.
    fn classes_in(&self, file: FileId, value: ValueId) -> Vec<ClassRef> {
        let mut found = Vec::new();
        let mut left = vec![(file, value)];
        for _ in 0..MOST_PARTS {
            let Some((file, value)) = left.pop() else { break };
            let ir = self.project.ir(file);
            match self.project.definition(file, value) {
                Entity::Class(file, class) => {
                    found.push(ClassRef::Project(file, class));
                    continue;
                }
                Entity::Value(at, made) if (at, made) != (file, ir.bare(value)) => {
                    left.push((at, made));
                    continue;
                }
                _ => {}
            }
            match ir.value(ir.bare(value)) {
                Value::Call { callee, args } => {
                    left.extend(ir.args[args].iter().rev().map(|arg| (file, arg.value)));
                    left.push((file, callee));
                }
                Value::Attr { of, .. } => left.push((file, of)),
                _ => {}
            }
        }
        found
    }

    /// The frame of a function that something outside of the project calls: what its parameters are, their
    /// names tell.
    pub(super) fn root(
        &mut self,
        file: FileId,
        function: FunctionId,
        receiver: Option<Thing>,
    ) -> Option<FrameId> {
        let mut frame = Frame::new(file, function, receiver);
        if let Some(Thing::Object(ClassRef::Project(class_file, class))) = receiver {
            let ir = self.project.ir(file);
            let name = ir.str(ir.function(function).name);
            for (at, param) in ir.params[ir.function(function).params].iter().enumerate().skip(1) {
                let given = match (name, ir.str(param.name)) {
                    ("form_valid" | "form_invalid", "form") => {
                        self.made_by((class_file, class), "form_class")
                    }
                    ("perform_create" | "perform_update", "serializer") => {
                        self.made_by((class_file, class), "serializer_class")
                    }
                    ("perform_destroy", _) => {
                        self.model_of_view((class_file, class)).map(Thing::Row)
                    }
                    _ => None,
                };
                frame.bind(at, given);
            }
        }
        self.frames.id(frame)
    }

    /// The form or serializer of a view.
    pub(super) fn made_by(&mut self, view: ClassKey, attribute: &str) -> Option<Thing> {
        let of = ClassRef::Project(view.0, view.1);
        if let Some(member) = self.project.lookup_member(of, attribute)
            && let Entity::Class(file, class) =
                self.project.definition(member.class.0, member.value)
        {
            return Some(Thing::Object(ClassRef::Project(file, class)));
        }
        self.model_of_view(view).map(Thing::Saves)
    }

    /// The model that a form, a serializer or a generic view is about.
    pub(super) fn model_of_class(&mut self, class: ClassKey) -> Option<ModelKey> {
        let registries = self.registries;
        if let Some(form) = registries.form_of(class)
            && let Some(model) = form.model.as_ref().filter(|_| !form.is_view)
        {
            return Some(self.key(model)).filter(|model| *model != ModelKey::Unknown);
        }
        if let Some(serializer) = registries.serializer_of(class) {
            let model = serializer.model.as_ref()?;
            return Some(self.key(model)).filter(|model| *model != ModelKey::Unknown);
        }
        self.model_of_view(class)
    }

    pub(super) fn model_of_view(&mut self, view: ClassKey) -> Option<ModelKey> {
        let of = ClassRef::Project(view.0, view.1);
        let project = self.project;
        for attribute in ["model", "queryset"] {
            if let Some(member) = project.lookup_member(of, attribute) {
                let frame = self.frames.id(Frame::of_module(member.class.0))?;
                if let Some(Thing::Model(model) | Thing::Rows(model)) =
                    self.type_of(frame, member.value)
                {
                    return Some(model);
                }
            }
        }
        if let Some((file, function)) = self.method(of, "get_queryset") {
            let frame = Frame::new(file, function, Some(Thing::Object(of)));
            let frame = self.frames.id(frame)?;
            if let Some(Thing::Rows(model)) = self.result(frame) {
                return Some(model);
            }
        }
        for attribute in ["serializer_class", "form_class"] {
            if let Some(member) = project.lookup_member(of, attribute)
                && let Entity::Class(file, class) = project.definition(member.class.0, member.value)
                && (file, class) != view
                && let Some(model) = self.model_of_made((file, class))
            {
                return Some(model);
            }
        }
        None
    }

    /// The model of a form or serializer.
    fn model_of_made(&self, class: ClassKey) -> Option<ModelKey> {
        let form = self.registries.form_of(class).and_then(|form| form.model.as_ref());
        let serializer = || self.registries.serializer_of(class)?.model.as_ref();
        let model = self.key(form.or_else(serializer)?);
        (model != ModelKey::Unknown).then_some(model)
    }
}
