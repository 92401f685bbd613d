//! What a project tells Django about its data: models, forms, serializers, the admin, and the code
//! that runs in no view: without a visitor, or for every one.
//!
//! Every fact has its place. What was not read is said to be unknown, never guessed.

mod admins;
mod background;
mod classes;
mod fields;
mod forms;
mod models;
mod owners;
mod serializers;
mod served;

use bartizan_base::Span;
use bartizan_ir::ClassId;
use bartizan_project::{FileId, Project};
use bartizan_value::{Evaluated, Evaluator, Variables};
use rustc_hash::FxHashMap;

use crate::settings::Settings;

pub use admins::{Admin, AdminAction};
pub use background::{Background, BackgroundKind};
pub(crate) use background::{is_sending, signal};
pub(crate) use classes::outside;
pub use fields::{Effective, FieldFact, Named, Names, Selection};
pub(crate) use forms::FACTORIES;
pub use forms::{Form, FormField};
pub(crate) use models::names_users;
pub use models::{Field, Model, ModelId, ModelRef, Relation};
pub use owners::{Owner, OwnerKind};
pub use serializers::{Serializer, SerializerField};
pub use served::{Middleware, TagKind, TemplateTag};

/// A class of the project.
pub type ClassKey = (FileId, ClassId);

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The place there.
    pub span: Span,
}

/// What the project registers.
#[derive(Debug, Default)]
pub struct Registries {
    /// Models, abstract ones among them, in the order of files.
    pub models: Vec<Model>,
    /// Forms: classes, what factories make, and what editing views make of `model` and `fields`.
    pub forms: Vec<Form>,
    /// Serializers.
    pub serializers: Vec<Serializer>,
    /// Classes of the admin, inlines among them.
    pub admins: Vec<Admin>,
    /// Code that runs without a visitor.
    pub background: Vec<Background>,
    /// What templates use.
    pub tags: Vec<TemplateTag>,
    /// Middleware of the project, where settings say which there is.
    pub middleware: Vec<Middleware>,
    /// The model of users, where it is the project's own.
    pub user: Option<ModelId>,
    by_class: FxHashMap<ClassKey, ModelId>,
    form_by_class: FxHashMap<ClassKey, usize>,
    serializer_by_class: FxHashMap<ClassKey, usize>,
}

impl Registries {
    /// Reads the registries of a project. `settings` tell which model users are of; without them it is
    /// the one model of the project that is made to be that, if there is just one.
    pub fn of(
        project: &Project,
        evaluator: &Evaluator<'_>,
        settings: Option<&Settings<'_>>,
    ) -> Self {
        let questions = evaluator.questions_where(&Variables::defaults());
        let mut reader = classes::Reader { project, questions };
        let mut registries = Self::default();
        models::read(&mut reader, settings, &mut registries);
        forms::read(&mut reader, &mut registries);
        serializers::read(&mut reader, &mut registries);
        admins::read(&mut reader, &mut registries);
        background::read(&reader, &mut registries);
        served::read(&reader, settings, &mut registries);
        registries
    }

    /// The model that a class is.
    pub fn model_of(&self, class: ClassKey) -> Option<ModelId> {
        self.by_class.get(&class).copied()
    }

    /// A model.
    pub fn model(&self, id: ModelId) -> &Model {
        &self.models[id.index()]
    }

    /// The form that a class is.
    pub fn form_of(&self, class: ClassKey) -> Option<&Form> {
        self.form_by_class.get(&class).map(|at| &self.forms[*at])
    }

    /// The serializer that a class is.
    pub fn serializer_of(&self, class: ClassKey) -> Option<&Serializer> {
        self.serializer_by_class.get(&class).map(|at| &self.serializers[*at])
    }

    /// The model behind a reference, where it is the project's own.
    pub fn own(&self, model: &ModelRef) -> Option<&Model> {
        match model {
            ModelRef::Own(id) => Some(self.model(*id)),
            ModelRef::Outside(_) | ModelRef::Unknown => None,
        }
    }

    /// The model that a value names: its class, `get_user_model()`.
    pub fn named(&self, project: &Project, value: &Evaluated) -> ModelRef {
        models::evaluated(self, project, value)
    }

    /// Whether a reference is to the model of users.
    pub fn is_user(&self, model: &ModelRef) -> bool {
        match model {
            ModelRef::Own(id) => self.user == Some(*id),
            ModelRef::Outside(name) => name == models::DJANGO_USER,
            ModelRef::Unknown => false,
        }
    }
}
