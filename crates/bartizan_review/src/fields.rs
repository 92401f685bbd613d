//! Which fields a form or a serializer lets a visitor write, and which it shows.

use std::collections::BTreeMap;
use std::rc::Rc;

use bartizan_ir::{ArgKind, ClassId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::{Abstract, Constant, Evaluated};

use crate::formula::Formula;
use crate::models::outside;
use crate::reader::{Ask, Frame, Reader, Site};

/// Fields by name, each with the place that lets it in or out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    pub(crate) writable: BTreeMap<String, Site>,
    pub(crate) readable: BTreeMap<String, Site>,
    /// Fields that are taken from some, and for whom they stay.
    pub(crate) kept: Vec<(String, Formula)>,
}

/// What is put behind a field that only some visitors meet.
pub(crate) const FOR_SOME: &str = " for some";

/// Serializers inside each other beyond which none is followed.
const DEEPEST: usize = 4;

/// Functions that make a form of a model.
const FACTORIES: &[&str] = &["modelform_factory", "modelformset_factory", "inlineformset_factory"];

/// What `AbstractUser` has.
const USER: &[&str] = &[
    "password",
    "last_login",
    "is_superuser",
    "username",
    "first_name",
    "last_name",
    "email",
    "is_staff",
    "is_active",
    "date_joined",
    "groups",
    "user_permissions",
];

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Form,
    Serializer,
}

impl Fields {
    pub(crate) fn add(&mut self, other: Self) {
        for (name, site) in other.writable {
            self.writable.entry(name).or_insert(site);
        }
        for (name, site) in other.readable {
            self.readable.entry(name).or_insert(site);
        }
        self.kept.extend(other.kept);
    }

    /// The same, of which it depends on the visitor whether he meets them.
    pub(crate) fn for_some(self) -> Self {
        let named = |fields: BTreeMap<String, Site>| -> BTreeMap<String, Site> {
            fields.into_iter().map(|(name, site)| (format!("{name}{FOR_SOME}"), site)).collect()
        };
        Self { writable: named(self.writable), readable: named(self.readable), kept: self.kept }
    }

    /// The form that has them is made for some: for whom each may be set is told with its name.
    pub(crate) fn are_for(&mut self, when: &Formula) {
        let kept = std::mem::take(&mut self.kept);
        let stays = |name: &str| {
            let own = kept.iter().find(|(known, _)| known == name);
            own.map_or(Formula::Always, |(_, formula)| formula.clone())
        };
        let names = self.writable.keys().map(|name| name.strip_suffix(FOR_SOME).unwrap_or(name));
        self.kept = names.map(|name| (name.to_owned(), stays(name).and(when.clone()))).collect();
    }

    fn put(&mut self, name: &str, site: Site, writable: bool, readable: bool) {
        self.writable.remove(name);
        self.readable.remove(name);
        if writable {
            self.writable.insert(name.to_owned(), site);
        }
        if readable {
            self.readable.insert(name.to_owned(), site);
        }
    }

    /// The names of a list, or `None` where it is not known.
    fn names(value: &Evaluated) -> Option<Vec<(String, Evaluated)>> {
        match &value.value {
            Abstract::Seq(seq) => Some(
                seq.items
                    .iter()
                    .filter_map(|item| Some((item.value.as_str()?.to_owned(), item.clone())))
                    .collect(),
            ),
            Abstract::Const(Constant::Tuple(items)) => Some(
                items
                    .iter()
                    .filter_map(|item| match item {
                        Constant::Str(text) => Some((text.to_string(), value.clone())),
                        _ => None,
                    })
                    .collect(),
            ),
            // What is shown in some configuration is shown.
            Abstract::Choice(choice) => {
                let mut all: Vec<(String, Evaluated)> = Vec::new();
                for way in &choice.alternatives {
                    for (name, item) in Self::names(&way.value)? {
                        if all.iter().all(|(known, _)| *known != name) {
                            all.push((name, item));
                        }
                    }
                }
                Some(all)
            }
            _ => None,
        }
    }
}

impl Reader<'_> {
    /// The fields of a form or serializer; `None` where the class is neither.
    pub(crate) fn fields_of(
        &self,
        file: FileId,
        class: ClassId,
        ask: &Rc<Ask>,
        depth: usize,
    ) -> Option<Fields> {
        let of = ClassRef::Project(file, class);
        let kind = self.kind(of)?;
        if depth > DEEPEST || !self.step() {
            return Some(Fields::default());
        }
        self.saw(file, self.ir(file).class(class).span);
        let mut fields = Fields::default();
        self.by_meta(file, class, kind, &mut fields);
        // Declared ones, the nearest class last.
        for base in self.project.mro(of).classes.iter().rev() {
            let ClassRef::Project(file, class) = *base else { continue };
            self.declared(file, class, kind, &mut fields, ask, depth);
        }
        if kind == Kind::Serializer {
            self.read_only(file, class, &mut fields);
        }
        self.taken_away(of, &mut fields, ask);
        Some(fields)
    }

    /// The fields of a form that a function makes of a model:
    /// `modelform_factory(Order, fields="__all__")`.
    pub(crate) fn factory_fields(&self, frame: &Rc<Frame>, call: ValueId) -> Option<Fields> {
        let ir = self.ir(frame.file);
        // By the name that a module gives it.
        if let Entity::Value(file, at) = self.project.definition(frame.file, call)
            && (file, at) != (frame.file, ir.bare(call))
            && matches!(self.ir(file).value(self.ir(file).bare(at)), Value::Call { .. })
        {
            return self.factory_fields(&self.outside(file, &frame.ask), self.ir(file).bare(at));
        }
        let Value::Call { callee, args } = ir.value(ir.bare(call)) else { return None };
        let Entity::External(symbol) = self.project.definition(frame.file, callee) else {
            return None;
        };
        let dotted = self.project.symbol(symbol);
        if !FACTORIES.iter().any(|name| dotted.ends_with(name)) {
            return None;
        }
        let named = |name: &str| {
            let by = ir.args[args]
                .iter()
                .find(|arg| matches!(arg.kind, ArgKind::Keyword(key) if ir.str(key) == name));
            by.map(|arg| (arg.value, self.questions.borrow_mut().evaluate(frame.file, arg.value)))
        };
        let mut fields = Fields::default();
        // The form that it builds on says what it does not.
        if let Some((form, _)) = named("form")
            && let Entity::Class(file, class) = self.project.definition(frame.file, form)
        {
            fields = self.fields_of(file, class, &frame.ask, 0)?;
        }
        let model = ir.args[args].first().filter(|arg| matches!(arg.kind, ArgKind::Positional));
        let model = model.map(|arg| self.questions.borrow_mut().evaluate(frame.file, arg.value));
        let all = model.map(|model| self.model_fields(&model)).unwrap_or_default();
        let names = |list: &Evaluated| -> Vec<String> {
            let names = Fields::names(list).unwrap_or_default();
            names.into_iter().map(|(name, _)| name).collect()
        };
        let (listed, excluded) = (named("fields"), named("exclude"));
        let every = |except: &[String], site: Site, fields: &mut Fields| {
            if all.is_empty() {
                fields.put("__all__", site, true, false);
            }
            for (name, _, editable) in all.iter().filter(|(name, ..)| !except.contains(name)) {
                fields.put(name, site, *editable, false);
            }
        };
        match (listed, excluded) {
            (Some((at, list)), _) if list.value.as_str() == Some("__all__") => {
                every(&[], (frame.file, ir.span(at)), &mut fields);
            }
            (Some((at, list)), _) => {
                for name in names(&list) {
                    fields.put(&name, (frame.file, ir.span(at)), true, false);
                }
            }
            (None, Some((at, list))) => {
                every(&names(&list), (frame.file, ir.span(at)), &mut fields);
            }
            (None, None) => {}
        }
        Some(fields)
    }

    /// Whether a class is a form or a serializer.
    pub(crate) fn is_form(&self, of: ClassRef) -> bool {
        self.kind(of).is_some()
    }

    fn kind(&self, of: ClassRef) -> Option<Kind> {
        outside(self.project, of).find_map(|base| {
            let last = base.rsplit('.').next().unwrap_or(base);
            if last.ends_with("Serializer") || last == "Schema" || last == "ModelSchema" {
                return Some(Kind::Serializer);
            }
            (last.ends_with("Form") || last.ends_with("FormMixin") || last == "ModelFormMetaclass")
                .then_some(Kind::Form)
        })
    }

    fn meta(&self, file: FileId, class: ClassId) -> Option<(FileId, ClassId)> {
        let member = self.project.lookup_member(ClassRef::Project(file, class), "Meta")?;
        match self.project.definition(member.class.0, member.value) {
            Entity::Class(file, class) => Some((file, class)),
            _ => None,
        }
    }

    /// The name of the model that a form or a serializer says it is for.
    pub(crate) fn form_model(&self, of: ClassRef) -> Option<&str> {
        let ClassRef::Project(file, class) = of else { return None };
        let (file, meta) = self.meta(file, class)?;
        let member = self.project.lookup_member(ClassRef::Project(file, meta), "model")?;
        match self.project.definition(member.class.0, member.value) {
            Entity::Class(file, class) => self.models.name(file, class),
            _ => None,
        }
    }

    fn site(&self, value: &Evaluated) -> Site {
        (value.site.file, self.ir(value.site.file).span(value.site.node))
    }

    pub(crate) fn attribute_value(
        &self,
        file: FileId,
        class: ClassId,
        name: &str,
    ) -> Option<Evaluated> {
        self.questions.borrow_mut().class_attribute(file, class, name)
    }

    /// What `Meta` takes from the model.
    fn by_meta(&self, file: FileId, class: ClassId, kind: Kind, fields: &mut Fields) {
        let Some((meta_file, meta)) = self.meta(file, class) else { return };
        self.saw(meta_file, self.ir(meta_file).class(meta).span);
        let model = self.attribute_value(meta_file, meta, "model");
        let all = model.as_ref().map(|model| self.model_fields(model)).unwrap_or_default();
        let listed = self.attribute_value(meta_file, meta, "fields");
        let excluded = self.attribute_value(meta_file, meta, "exclude");
        let is_readable = kind == Kind::Serializer;
        let by_model = |except: &[String], site: Site, fields: &mut Fields| {
            if all.is_empty() {
                fields.put("__all__", site, true, is_readable);
            } else if is_readable && !except.iter().any(|name| name == "id") {
                // The key that a model has by itself.
                fields.put("id", site, false, true);
            }
            for (name, own, editable) in &all {
                if except.contains(name) {
                    continue;
                }
                // Where the model itself has grown, that is the place.
                let place = own.unwrap_or(site);
                fields.put(name, place, *editable, is_readable);
            }
        };
        match (&listed, &excluded) {
            (Some(list), _) if list.value.as_str() == Some("__all__") => {
                by_model(&[], self.site(list), fields);
            }
            (Some(list), _) => match Fields::names(list) {
                Some(names) => {
                    for (name, item) in names {
                        let known = all.iter().find(|(known, ..)| *known == name);
                        let editable = known.is_none_or(|(_, _, editable)| *editable)
                            && !matches!(name.as_str(), "id" | "pk" | "url");
                        fields.put(&name, self.site(&item), editable, is_readable);
                    }
                }
                None => fields.put("?", self.site(list), true, is_readable),
            },
            (None, Some(list)) => {
                let names = Fields::names(list).unwrap_or_default();
                let names: Vec<String> = names.into_iter().map(|(name, _)| name).collect();
                by_model(&names, self.site(list), fields);
            }
            (None, None) => {}
        }
        if let Some(depth) = self.attribute_value(meta_file, meta, "depth")
            && let Abstract::Const(Constant::Int(depth)) = depth.value.clone()
            && depth > 0
        {
            let site = self
                .attribute_value(meta_file, meta, "depth")
                .map_or((meta_file, self.ir(meta_file).class(meta).span), |v| self.site(&v));
            for level in 1..=depth.min(10) {
                fields.readable.insert(format!("relations at depth {level}"), site);
            }
        }
    }

    /// The fields of a model: name, its own place where it is not the model's first, whether it can be
    /// edited.
    fn model_fields(&self, model: &Evaluated) -> Vec<(String, Option<Site>, bool)> {
        let of = match &model.value {
            Abstract::Ref(bartizan_value::Symbol::Class(file, class, _)) => {
                ClassRef::Project(*file, *class)
            }
            // `get_user_model()`
            value => {
                let is_user = match value {
                    Abstract::Apply(apply) => {
                        matches!(&apply.symbol, bartizan_value::Symbol::External(name) if name.ends_with("get_user_model"))
                    }
                    // Django's own, which is not in the tree.
                    Abstract::Ref(bartizan_value::Symbol::External(name)) => {
                        name.ends_with("auth.models.User")
                    }
                    _ => false,
                };
                match self.user_model() {
                    _ if !is_user => return Vec::new(),
                    Some(user) => ClassRef::Project(user.0, user.1),
                    None if self.user_name() == "User" => {
                        return USER.iter().map(|name| ((*name).to_owned(), None, true)).collect();
                    }
                    None => return Vec::new(),
                }
            }
        };
        let mut found: Vec<(String, Option<Site>, bool)> = Vec::new();
        for base in self.project.mro(of).classes.iter().rev() {
            match *base {
                ClassRef::Project(file, class) => {
                    let ir = self.ir(file);
                    let body = ir.function(ir.class(class).body);
                    for binding in &ir.bindings[body.bindings] {
                        let Value::Call { callee, args } = ir.value(ir.bare(binding.value)) else {
                            continue;
                        };
                        if !is_field(&self.callee_name(file, callee)) {
                            continue;
                        }
                        let is_off = |name: &str, value: bool| {
                            ir.args[args].iter().any(|arg| {
                                matches!(arg.kind, ArgKind::Keyword(key) if ir.str(key) == name)
                                    && ir.value(arg.value) == Value::Bool(value)
                            })
                        };
                        let editable = !is_off("editable", false)
                            && !is_off("auto_now", true)
                            && !is_off("auto_now_add", true);
                        let name = ir.str(binding.name).to_owned();
                        found.retain(|(known, ..)| *known != name);
                        found.push((name, Some((file, binding.span)), editable));
                    }
                }
                ClassRef::External(symbol) => {
                    let dotted = self.project.symbol(symbol);
                    if dotted.ends_with("AbstractUser") || dotted.ends_with("auth.models.User") {
                        found.extend(USER.iter().map(|name| ((*name).to_owned(), None, true)));
                    }
                }
            }
        }
        found
    }

    fn user_model(&self) -> Option<(FileId, ClassId)> {
        let named = self.settings.get("AUTH_USER_MODEL")?;
        let dotted = named.value.value.as_str()?.to_owned();
        let name = dotted.rsplit('.').next()?;
        self.models.class(name)
    }

    /// The last part of what is called.
    fn callee_name(&self, file: FileId, callee: ValueId) -> String {
        let ir = self.ir(file);
        match self.project.definition(file, callee) {
            Entity::External(symbol) => {
                let dotted = self.project.symbol(symbol);
                dotted.rsplit('.').next().unwrap_or(dotted).to_owned()
            }
            Entity::Class(file, class) => {
                // A field of the project is what it builds on.
                let of = ClassRef::Project(file, class);
                let known = outside(self.project, of).next();
                known.map_or_else(
                    || self.ir(file).str(self.ir(file).class(class).name).to_owned(),
                    |base| base.rsplit('.').next().unwrap_or(base).to_owned(),
                )
            }
            _ => match ir.value(ir.bare(callee)) {
                Value::Attr { name, .. } | Value::Global { name, .. } => ir.str(name).to_owned(),
                _ => String::new(),
            },
        }
    }

    fn declared(
        &self,
        file: FileId,
        class: ClassId,
        kind: Kind,
        fields: &mut Fields,
        ask: &Rc<Ask>,
        depth: usize,
    ) {
        let ir = self.ir(file);
        let body = ir.function(ir.class(class).body);
        for binding in &ir.bindings[body.bindings] {
            let name = ir.str(binding.name);
            let value = ir.bare(binding.value);
            if ir.value(value) == Value::None {
                fields.put(name, (file, binding.span), false, false);
                continue;
            }
            let Value::Call { callee, args } = ir.value(value) else { continue };
            let made_of = match ir.value(ir.bare(callee)) {
                // `owner = import_string(settings.OWNER_SERIALIZER)()`
                Value::Call { callee, args } => self.loaded(&self.outside(file, ask), callee, args),
                _ => Some(self.project.definition(file, callee)),
            };
            let nested = match made_of {
                Some(Entity::Class(file, class)) => self.fields_of(file, class, ask, depth + 1),
                _ => None,
            };
            let called = self.callee_name(file, callee);
            if nested.is_none() && !is_field(&called) && !called.ends_with("Serializer") {
                continue;
            }
            let is_on = |name: &str| {
                ir.args[args].iter().any(|arg| {
                    matches!(arg.kind, ArgKind::Keyword(key) if ir.str(key) == name)
                        && ir.value(arg.value) == Value::Bool(true)
                })
            };
            let site = (file, binding.span);
            let is_read_only = is_on("read_only")
                || is_on("disabled")
                || matches!(
                    called.as_str(),
                    "SerializerMethodField" | "ReadOnlyField" | "HiddenField"
                );
            let is_hidden = is_on("write_only") || called == "HiddenField";
            let is_readable = kind == Kind::Serializer && !is_hidden;
            fields.put(name, site, !is_read_only, is_readable);
            if let Some(nested) = nested {
                for (inner, site) in nested.readable {
                    if is_readable {
                        fields.readable.insert(format!("{name}.{inner}"), site);
                    }
                }
                for (inner, site) in nested.writable {
                    if !is_read_only {
                        fields.writable.insert(format!("{name}.{inner}"), site);
                    }
                }
            }
        }
    }

    /// `read_only_fields` and `extra_kwargs`.
    fn read_only(&self, file: FileId, class: ClassId, fields: &mut Fields) {
        let Some((meta_file, meta)) = self.meta(file, class) else { return };
        let declared: Vec<String> = self.declared_names(ClassRef::Project(file, class));
        if let Some(list) = self.attribute_value(meta_file, meta, "read_only_fields") {
            for (name, _) in Fields::names(&list).unwrap_or_default() {
                // Of declared fields it says nothing.
                if !declared.contains(&name) {
                    fields.writable.remove(&name);
                }
            }
        }
        if let Some(extra) = self.attribute_value(meta_file, meta, "extra_kwargs")
            && let Abstract::Map(map) = &extra.value
        {
            for (key, options) in &map.entries {
                let (Some(name), Abstract::Map(options)) = (key.value.as_str(), &options.value)
                else {
                    continue;
                };
                if declared.iter().any(|known| known == name) {
                    continue;
                }
                for (option, value) in &options.entries {
                    let is_on = value.value == Abstract::Const(Constant::Bool(true));
                    match option.value.as_str() {
                        Some("read_only") if is_on => {
                            fields.writable.remove(name);
                        }
                        Some("write_only") if is_on => {
                            fields.readable.remove(name);
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    fn declared_names(&self, of: ClassRef) -> Vec<String> {
        let mut names = Vec::new();
        for base in &self.project.mro(of).classes {
            let ClassRef::Project(file, class) = *base else { continue };
            let ir = self.ir(file);
            let body = ir.function(ir.class(class).body);
            for binding in &ir.bindings[body.bindings] {
                if matches!(ir.value(ir.bare(binding.value)), Value::Call { .. }) {
                    names.push(ir.str(binding.name).to_owned());
                }
            }
        }
        names
    }

    /// The fields that a generic view lists itself: `fields = ["title"]`.
    pub(crate) fn listed_fields(&self, file: FileId, class: ClassId) -> Fields {
        let mut fields = Fields::default();
        if let Some(list) = self.attribute_value(file, class, "fields") {
            match list.value.as_str() {
                Some("__all__") => {
                    let model = self.attribute_value(file, class, "model");
                    let all = model.map(|model| self.model_fields(&model)).unwrap_or_default();
                    if all.is_empty() {
                        fields.put("__all__", self.site(&list), true, false);
                    }
                    for (name, place, editable) in all {
                        fields.put(&name, place.unwrap_or(self.site(&list)), editable, false);
                    }
                }
                _ => {
                    for (name, item) in Fields::names(&list).unwrap_or_default() {
                        fields.put(&name, self.site(&item), true, false);
                    }
                }
            }
        }
        fields
    }

    /// What an admin shows and lets staff change.
    pub(crate) fn admin_fields(
        &self,
        file: FileId,
        class: ClassId,
        model: Option<ClassRef>,
        ask: &Rc<Ask>,
    ) -> Fields {
        let mut fields = Fields::default();
        let names = |attribute: &str| {
            let value = self.attribute_value(file, class, attribute)?;
            Some((Fields::names(&value).unwrap_or_default(), value))
        };
        let all: Vec<(String, Option<Site>, bool)> = match model {
            Some(ClassRef::Project(model_file, model)) => {
                let ir = self.ir(model_file);
                let value = ir.class(model);
                let _ = value;
                self.model_fields(&Evaluated {
                    value: Abstract::Ref(bartizan_value::Symbol::Class(
                        model_file,
                        model,
                        Default::default(),
                    )),
                    site: bartizan_value::Site { file: model_file, node: ValueId::from_index(0) },
                })
            }
            _ => Vec::new(),
        };
        let class_site = (file, self.ir(file).class(class).name_span);
        match (names("fields"), names("exclude")) {
            (Some((listed, _)), _) if !listed.is_empty() => {
                for (name, item) in listed {
                    fields.put(&name, self.site(&item), true, false);
                }
            }
            (_, excluded) => {
                let excluded: Vec<String> = excluded
                    .map(|(names, _)| names.into_iter().map(|(name, _)| name).collect())
                    .unwrap_or_default();
                for (name, place, editable) in &all {
                    if *editable && !excluded.contains(name) {
                        fields.put(name, place.unwrap_or(class_site), true, false);
                    }
                }
            }
        }
        if let Some((listed, _)) = names("list_display") {
            for (name, item) in listed {
                fields.readable.insert(name, self.site(&item));
            }
        }
        if let Some(sets) = self.attribute_value(file, class, "fieldsets") {
            let mut listed = Vec::new();
            in_fieldsets(&sets, false, &mut listed, 0);
            if !listed.is_empty() {
                fields.writable.clear();
                for name in listed {
                    fields.writable.insert(name, self.site(&sets));
                }
            }
        }
        self.read_only_for(ClassRef::Project(file, class), &mut fields, ask);
        if let Some((read_only, _)) = names("readonly_fields") {
            for (name, _) in read_only {
                fields.writable.remove(&name);
            }
        }
        if let Some((editable, _)) = names("list_editable") {
            for (name, item) in editable {
                fields.writable.insert(format!("{name} in the list"), self.site(&item));
            }
        }
        fields
    }
}

/// The names under `"fields"` in the sets of an admin.
fn in_fieldsets(value: &Evaluated, is_list: bool, found: &mut Vec<String>, depth: usize) {
    if depth > 8 {
        return;
    }
    match &value.value {
        Abstract::Seq(seq) => {
            seq.items.iter().for_each(|item| in_fieldsets(item, is_list, found, depth + 1));
        }
        Abstract::Map(map) => {
            for (key, item) in &map.entries {
                if key.value.as_str() == Some("fields") {
                    in_fieldsets(item, true, found, depth + 1);
                }
            }
        }
        _ if is_list => {
            if let Some(text) = value.value.as_str() {
                found.push(text.to_owned());
            }
        }
        _ => {}
    }
}

/// Whether a class of this name is a field.
fn is_field(name: &str) -> bool {
    name.ends_with("Field")
        || name.ends_with("ForeignKey")
        || name.ends_with("Relation")
        || name == "StringRelatedField"
}
