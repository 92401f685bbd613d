//! Forms: what a visitor may fill in.

use bartizan_ir::{EffectKind, Value};
use bartizan_value::{Abstract, Symbol};

use super::classes::{Reader, last};
use super::fields::{Effective, Names, Selection};
use super::models::{self, ModelRef};
use super::{ClassKey, Place, Registries};

/// A form, or what a factory or an editing view makes one of.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Its class; for `fields` of an editing view, the view's.
    pub class: Option<ClassKey>,
    /// Its name: of the class, or of the factory.
    pub name: String,
    /// Where it is named.
    pub place: Place,
    /// Whether its class is a view, which makes the form of `model` and `fields`.
    pub is_view: bool,
    /// The model that it edits.
    pub model: Option<ModelRef>,
    /// Its `fields`.
    pub fields: Selection,
    /// Its `exclude`.
    pub exclude: Option<Names>,
    /// Fields that it declares itself.
    pub declared: Vec<FormField>,
    /// Whether it inherits from classes that are not in the tree, and so may have more fields.
    pub is_open: bool,
}

/// A field that a form declares.
#[derive(Clone, Debug, PartialEq)]
pub struct FormField {
    /// Its name.
    pub name: String,
    /// The name of its class: `ModelChoiceField`.
    pub kind: String,
    /// Whether what a visitor sends for it is not taken.
    pub is_disabled: bool,
    /// Where it is named.
    pub place: Place,
}

impl Form {
    /// The fields that a visitor may fill in.
    pub fn writable(&self, registries: &Registries) -> Effective {
        let mut found = Effective { fields: Vec::new(), is_whole: !self.is_open };
        for field in self.declared.iter().filter(|field| !field.is_disabled) {
            found.add(&field.name, field.place, true);
        }
        let Some(model) = &self.model else { return found.sorted() };
        let excluded = |name: &str| {
            self.exclude.as_ref().is_some_and(|names| names.has(name))
                || self.declared.iter().any(|field| field.name == name && field.is_disabled)
        };
        let is_fixed = |name: &str| {
            let model = registries.own(model);
            let field = model.and_then(|model| model.field(name));
            field.is_some_and(|field| !field.is_editable)
        };
        match &self.fields {
            Selection::Only(names) => {
                found.is_whole &= names.is_whole;
                for item in &names.items {
                    if !excluded(&item.name) && !is_fixed(&item.name) {
                        found.add(&item.name, item.place, true);
                    }
                }
            }
            Selection::All(_) | Selection::Unsaid => {
                let place = match (&self.fields, &self.exclude) {
                    (Selection::All(place), _) => *place,
                    (_, Some(names)) => names.place,
                    // Django refuses a form that names neither.
                    _ => return found.sorted(),
                };
                let all = registries.editable(model);
                found.is_whole &= all.is_some_and(|is_whole| is_whole)
                    && self.exclude.as_ref().is_none_or(|names| names.is_whole);
                for name in registries.editable_names(model) {
                    if !excluded(&name) {
                        found.add(&name, place, false);
                    }
                }
            }
            Selection::Unknown(_) => found.is_whole = false,
        }
        found.sorted()
    }
}

impl Registries {
    /// Whether the fields of a model that forms show are all known; `None` where the model is not.
    pub(super) fn editable(&self, model: &ModelRef) -> Option<bool> {
        match self.own(model) {
            Some(model) => Some(!model.is_open),
            None => self.is_user(model).then_some(true),
        }
    }

    /// The fields of a model that forms show.
    pub(super) fn editable_names(&self, model: &ModelRef) -> Vec<String> {
        match self.own(model) {
            Some(model) => {
                let shown = model.fields.iter().filter(|field| field.is_editable);
                shown.map(|field| field.name.clone()).collect()
            }
            None if self.is_user(model) => {
                models::django_user().map(|(name, _)| name.to_owned()).collect()
            }
            None => Vec::new(),
        }
    }
}

fn is_form_base(dotted: &str) -> bool {
    let name = last(dotted);
    dotted.starts_with("django.forms")
        && matches!(name, "Form" | "ModelForm" | "BaseForm" | "BaseModelForm")
        || name.ends_with("Form") && !dotted.starts_with("django.forms") && name != "Form"
}

fn is_editor(dotted: &str) -> bool {
    matches!(
        last(dotted),
        "CreateView" | "UpdateView" | "ModelFormMixin" | "BaseCreateView" | "BaseUpdateView"
    )
}

/// Factories of forms: name, position of `fields` is always by name.
pub(crate) const FACTORIES: &[&str] =
    &["modelform_factory", "modelformset_factory", "inlineformset_factory"];

pub(super) fn read(reader: &mut Reader<'_, '_>, registries: &mut Registries) {
    let project = reader.project;
    for class in project.classes().iter().copied() {
        let is_form = reader.is_kind_of(class, is_form_base);
        let is_view = !is_form && reader.is_kind_of(class, is_editor);
        if !is_form && !is_view {
            continue;
        }
        let form = match is_form {
            true => form(reader, registries, class),
            false => match of_view(reader, registries, class) {
                Some(form) => form,
                None => continue,
            },
        };
        registries.form_by_class.insert(class, registries.forms.len());
        registries.forms.push(form);
    }
    for file in project.files() {
        let ir = project.ir(file);
        if FACTORIES.iter().all(|name| ir.strings.find(name).is_none()) {
            continue;
        }
        for (_, function) in ir.functions() {
            for effect in &ir.effects[function.effects] {
                let EffectKind::Call(call) = effect.kind else { continue };
                let Value::Call { callee, .. } = ir.value(call) else { continue };
                let bartizan_project::Entity::External(symbol) = project.definition(file, callee)
                else {
                    continue;
                };
                let name = last(project.symbol(symbol));
                if !FACTORIES.contains(&name) {
                    continue;
                }
                let at = usize::from(name == "inlineformset_factory");
                let model = reader
                    .positional(file, call, at)
                    .or_else(|| reader.keyword(file, call, "model"))
                    .map(|model| reader.questions.evaluate(file, model))
                    .map(|model| models::evaluated(registries, project, &model));
                let list = |reader: &mut Reader<'_, '_>, name| {
                    let list = reader.keyword(file, call, name)?;
                    Some(reader.questions.evaluate(file, list))
                };
                // A factory that is given a form takes over what that says.
                if reader.keyword(file, call, "form").is_some() {
                    continue;
                }
                let fields = list(reader, "fields");
                let exclude = list(reader, "exclude");
                registries.forms.push(Form {
                    class: None,
                    name: name.to_owned(),
                    place: Place { file, span: effect.span },
                    is_view: false,
                    model,
                    fields: reader.selection(fields),
                    exclude: exclude.map(|names| reader.names_in(&names)),
                    declared: Vec::new(),
                    is_open: false,
                });
            }
        }
    }
}

fn form(reader: &mut Reader<'_, '_>, registries: &Registries, class: ClassKey) -> Form {
    let project = reader.project;
    let meta = reader.meta(class);
    let of_meta =
        |reader: &mut Reader<'_, '_>, name| meta.and_then(|meta| reader.attribute(meta, name));
    let model = of_meta(reader, "model");
    let model = model.map(|model| models::evaluated(registries, project, &model));
    let fields = of_meta(reader, "fields");
    let exclude = of_meta(reader, "exclude");
    let mut declared = Vec::new();
    for field in reader.declared(class) {
        let Some(called) = reader.callee(field.class.0, field.value) else { continue };
        let kind = called.name(project);
        if !kind.ends_with("Field") {
            continue;
        }
        declared.push(FormField {
            is_disabled: reader.says(field.class.0, field.value, "disabled"),
            name: field.name,
            kind: kind.to_owned(),
            place: field.place,
        });
    }
    let is_open = reader
        .outside(class)
        .any(|base| !base.starts_with("django.forms") && last(base).ends_with("Form"));
    Form {
        class: Some(class),
        name: reader.name(class),
        place: reader.class_place(class),
        is_view: false,
        model,
        fields: reader.selection(fields),
        exclude: exclude.map(|names| reader.names_in(&names)),
        declared,
        is_open,
    }
}

/// The form that an editing view makes by itself, where it names fields.
fn of_view(reader: &mut Reader<'_, '_>, registries: &Registries, class: ClassKey) -> Option<Form> {
    let fields = reader.attribute(class, "fields")?;
    let mut model = None;
    for name in ["model", "queryset"] {
        let Some(value) = reader.attribute(class, name) else { continue };
        let mut at = value.clone();
        // `Order.objects.all()`
        for _ in 0..16 {
            match &at.value {
                Abstract::Apply(apply) => match apply.args.first() {
                    Some((_, first)) => at = first.clone(),
                    None => break,
                },
                _ => break,
            }
        }
        if let Abstract::Ref(Symbol::Class(..) | Symbol::External(_)) = &at.value {
            model = Some(models::evaluated(registries, reader.project, &at));
            break;
        }
    }
    Some(Form {
        class: Some(class),
        name: reader.name(class),
        place: reader.class_place(class),
        is_view: true,
        model: Some(model.unwrap_or(ModelRef::Unknown)),
        fields: reader.selection(Some(fields)),
        exclude: None,
        declared: Vec::new(),
        is_open: false,
    })
}
