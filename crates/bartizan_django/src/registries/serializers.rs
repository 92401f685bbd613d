//! Serializers of Django REST framework: what an API takes, and what it gives.

use bartizan_value::{Abstract, Constant};

use super::classes::{Called, Reader, last, outside};
use super::fields::{Effective, Named, Names, Selection};
use super::models::{self, ModelRef};
use super::{ClassKey, Place, Registries};

/// A serializer.
#[derive(Clone, Debug, PartialEq)]
pub struct Serializer {
    /// Its class.
    pub class: ClassKey,
    /// Its name.
    pub name: String,
    /// Where it is named.
    pub place: Place,
    /// The model that it is about.
    pub model: Option<ModelRef>,
    /// Its `fields`.
    pub fields: Selection,
    /// Its `exclude`.
    pub exclude: Option<Names>,
    /// Its `read_only_fields`.
    pub read_only: Option<Names>,
    /// Fields that `extra_kwargs` makes read-only.
    pub extra_read_only: Vec<Named>,
    /// Fields that `extra_kwargs` makes write-only.
    pub extra_write_only: Vec<Named>,
    /// How many relations deep it shows the rows that its own refers to, and where it says so.
    pub depth: Option<(i64, Place)>,
    /// Fields that it declares itself.
    pub declared: Vec<SerializerField>,
    /// Whether it inherits from classes that are not in the tree, and so may have more fields.
    pub is_open: bool,
}

/// A field that a serializer declares.
#[derive(Clone, Debug, PartialEq)]
pub struct SerializerField {
    /// Its name.
    pub name: String,
    /// The name of its class: `PrimaryKeyRelatedField`.
    pub kind: String,
    /// Whether nobody may write it.
    pub is_read_only: bool,
    /// Whether nobody may read it.
    pub is_write_only: bool,
    /// The serializer of the project that it is an instance of.
    pub nested: Option<ClassKey>,
    /// Where its `queryset` stands.
    pub queryset: Option<(bartizan_ir::ValueId, Place)>,
    /// Where it is named.
    pub place: Place,
}

impl Serializer {
    /// The fields that a request may write.
    pub fn writable(&self, registries: &Registries) -> Effective {
        self.effective(registries, |name| {
            let declared = self.declared.iter().find(|field| field.name == name);
            match declared {
                Some(field) => !field.is_read_only,
                None => {
                    !self.read_only.as_ref().is_some_and(|names| names.has(name))
                        && self.extra_read_only.iter().all(|field| field.name != name)
                        && self.is_model_field(registries, name)
                }
            }
        })
    }

    /// The fields that a response shows.
    pub fn readable(&self, registries: &Registries) -> Effective {
        self.effective(registries, |name| {
            let declared = self.declared.iter().find(|field| field.name == name);
            declared.is_none_or(|field| !field.is_write_only)
                && self.extra_write_only.iter().all(|field| field.name != name)
        })
    }

    /// Whether a field that is only named can be written: methods and properties of a model, and
    /// fields that fill themselves, cannot. Of models that are not in the tree nothing else is known.
    fn is_model_field(&self, registries: &Registries, name: &str) -> bool {
        let Some(model) = &self.model else { return false };
        if matches!(name, "id" | "pk" | "url") {
            return false;
        }
        match registries.own(model) {
            Some(model) => match model.field(name) {
                Some(field) => field.is_editable && !(field.is_key && field.kind == "AutoField"),
                None => {
                    let id = name.strip_suffix("_id").and_then(|name| model.field(name));
                    model.is_open && id.is_none()
                }
            },
            None => true,
        }
    }

    fn effective(&self, registries: &Registries, keeps: impl Fn(&str) -> bool) -> Effective {
        let read_all = self.read_only.as_ref().is_none_or(|names| names.is_whole);
        let mut found = Effective { fields: Vec::new(), is_whole: !self.is_open && read_all };
        let Some(model) = &self.model else {
            for field in self.declared.iter().filter(|field| keeps(&field.name)) {
                found.add(&field.name, field.place, true);
            }
            return found.sorted();
        };
        let excluded = |name: &str| self.exclude.as_ref().is_some_and(|names| names.has(name));
        match &self.fields {
            Selection::Only(names) => {
                found.is_whole &= names.is_whole;
                for item in names.items.iter().filter(|item| keeps(&item.name)) {
                    found.add(&item.name, item.place, true);
                }
            }
            Selection::All(_) | Selection::Unsaid => {
                let place = match (&self.fields, &self.exclude) {
                    (Selection::All(place), _) => Some(*place),
                    (_, Some(names)) => Some(names.place),
                    _ => None,
                };
                for field in self.declared.iter().filter(|field| keeps(&field.name)) {
                    found.add(&field.name, field.place, true);
                }
                let Some(place) = place else {
                    // A base that is not read may say it.
                    found.is_whole = false;
                    return found.sorted();
                };
                found.is_whole &= registries.editable(model).is_some_and(|is_whole| is_whole);
                for name in registries.all_names(model) {
                    if !excluded(&name) && keeps(&name) {
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
    /// The fields of a model that a serializer takes by `"__all__"`.
    fn all_names(&self, model: &ModelRef) -> Vec<String> {
        match self.own(model) {
            Some(model) => model.fields.iter().map(|field| field.name.clone()).collect(),
            None if self.is_user(model) => {
                models::django_user().map(|(name, _)| name.to_owned()).collect()
            }
            None => Vec::new(),
        }
    }
}

pub(super) fn is_serializer_base(dotted: &str) -> bool {
    last(dotted).ends_with("Serializer")
}

/// Classes of fields that take nothing.
const READ_ONLY: &[&str] =
    &["SerializerMethodField", "ReadOnlyField", "HiddenField", "HyperlinkedIdentityField"];

pub(super) fn read(reader: &mut Reader<'_, '_>, registries: &mut Registries) {
    for class in reader.project.classes().iter().copied() {
        if !reader.is_kind_of(class, is_serializer_base) {
            continue;
        }
        let serializer = serializer(reader, registries, class);
        registries.serializer_by_class.insert(class, registries.serializers.len());
        registries.serializers.push(serializer);
    }
}

fn serializer(reader: &mut Reader<'_, '_>, registries: &Registries, class: ClassKey) -> Serializer {
    let project = reader.project;
    let meta = reader.meta(class);
    let of_meta =
        |reader: &mut Reader<'_, '_>, name| meta.and_then(|meta| reader.attribute(meta, name));
    let model = of_meta(reader, "model");
    let model = model.map(|model| models::evaluated(registries, project, &model));
    let fields = of_meta(reader, "fields");
    let exclude = of_meta(reader, "exclude");
    let read_only = of_meta(reader, "read_only_fields");
    let depth = of_meta(reader, "depth").and_then(|depth| match depth.value {
        Abstract::Const(Constant::Int(number)) if number > 0 => {
            Some((number, reader.place(&depth)))
        }
        _ => None,
    });
    let (mut extra_read_only, mut extra_write_only) = (Vec::new(), Vec::new());
    if let Some(extra) = of_meta(reader, "extra_kwargs")
        && let Abstract::Map(map) = &extra.value
    {
        for (key, options) in &map.entries {
            let Some(name) = key.value.as_str() else { continue };
            let Abstract::Map(options) = &options.value else { continue };
            for (option, value) in &options.entries {
                if !matches!(value.value, Abstract::Const(Constant::Bool(true))) {
                    continue;
                }
                let named = Named { name: name.to_owned(), place: reader.place(key) };
                match option.value.as_str() {
                    Some("read_only") => extra_read_only.push(named),
                    Some("write_only") => extra_write_only.push(named),
                    _ => {}
                }
            }
        }
    }
    let mut declared = Vec::new();
    for field in reader.declared(class) {
        let file = field.class.0;
        let Some(called) = reader.callee(file, field.value) else { continue };
        let mut kind = called.name(project).to_owned();
        let mut nested = None;
        if let Called::Own(of) = called {
            if reader.is_kind_of(of, is_serializer_base) {
                nested = Some(of);
            } else if let Some(base) =
                outside(project, of).find(|base| last(base).ends_with("Field"))
            {
                kind = last(base).to_owned();
            }
        }
        if !kind.ends_with("Field") && !kind.ends_with("Serializer") && nested.is_none() {
            continue;
        }
        let queryset = reader.keyword(file, field.value, "queryset");
        declared.push(SerializerField {
            is_read_only: reader.says(file, field.value, "read_only")
                || READ_ONLY.contains(&&*kind),
            is_write_only: reader.says(file, field.value, "write_only"),
            name: field.name,
            kind,
            nested,
            queryset: queryset
                .map(|value| (value, Place { file, span: project.ir(file).span(value) })),
            place: field.place,
        });
    }
    let is_open = reader
        .outside(class)
        .any(|base| !base.starts_with("rest_framework.") && last(base).ends_with("Serializer"));
    Serializer {
        class,
        name: reader.name(class),
        place: reader.class_place(class),
        model,
        fields: reader.selection(fields),
        exclude: exclude.map(|names| reader.names_in(&names)),
        read_only: read_only.map(|names| reader.names_in(&names)),
        extra_read_only,
        extra_write_only,
        depth,
        declared,
        is_open,
    }
}
