//! The admin's sites: which models each has, and the routes that come of it.
//!
//! Source: `django/contrib/admin/sites.py` and `options.py` of Django 5.2.

use bartizan_base::Span;
use bartizan_ir::{ArgKind, ClassId, EffectKind, Part, Path, PathId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Inherits, Project};
use bartizan_value::{Abstract, Evaluated, Questions, Site, Symbol};

use super::default_site::{self, DefaultSite};
use super::framework::{Framework, is_admin_site};
use super::views::decorated_class;
use super::words::plain;
use crate::settings::{Settings, Truth};

/// A model that a site shows.
#[derive(Clone, Debug)]
pub(super) struct Registered {
    /// `None` for the site that everyone has; else where it is made.
    pub(super) site: Option<Site>,
    pub(super) label: String,
    /// In small letters.
    pub(super) model: String,
    /// The model itself, where it was named.
    pub(super) shown: Option<Evaluated>,
    /// The class that shows it: of the project, or its dotted name.
    pub(super) class: AdminClass,
    /// Where that is said.
    pub(super) place: Option<(FileId, Span)>,
    /// Whether `@admin.register` says it, which knows Django's own site alone.
    pub(super) is_decorated: bool,
}

/// The class that shows a model.
#[derive(Clone, Debug)]
pub(super) enum AdminClass {
    Project(FileId, ClassId),
    Outside(String),
}

/// Where Django's own site is found.
const DEFAULT_SITE: &[&str] = &[
    "django.contrib.admin.site",
    "django.contrib.admin.sites.site",
    "django.contrib.admin.sites.site.register",
];

/// Whether a name is that of the site that everyone has.
pub(super) fn is_default_site(dotted: &str) -> bool {
    DEFAULT_SITE.contains(&dotted)
}

/// What a value says of a site: `Some(None)` for the one that everyone has.
pub(super) fn site_of(project: &Project, value: &Evaluated) -> Option<Option<Site>> {
    match &value.value {
        Abstract::Ref(Symbol::External(name)) if is_default_site(name) => Some(None),
        Abstract::Apply(made) => match &made.symbol {
            Symbol::External(name) if name.ends_with("AdminSite") => Some(Some(value.site)),
            Symbol::Class(file, class, _)
                if is_admin_site(project, ClassRef::Project(*file, *class)) =>
            {
                Some(Some(value.site))
            }
            Symbol::External(name) if name.ends_with("DefaultAdminSite") => Some(None),
            _ => None,
        },
        _ => None,
    }
}

/// What all sites have.
#[derive(Default)]
pub(super) struct Registrations {
    /// In the order in which Django finds it out.
    pub(super) rows: Vec<Registered>,
    /// Where a site is given a model that is not known, by the site.
    pub(super) unread: Vec<(Option<Site>, Site)>,
    /// The project's own site in the place of the one that everyone has.
    pub(super) default: Option<DefaultSite>,
}

impl Registrations {
    /// As [`site_of`]; the project's own site in the place of Django's is the one that everyone has.
    pub(super) fn site_of(&self, project: &Project, value: &Evaluated) -> Option<Option<Site>> {
        let found = site_of(project, value)?;
        let default = self.default.as_ref().map(|default| default.made.site);
        Some(found.filter(|site| Some(*site) != default))
    }

    /// Takes the project's own site for the one that everyone has. Where it is bound to the name after
    /// others have registered what they show, that is shown nowhere.
    fn put_in_place(&mut self, framework: &Framework<'_>, project: &Project) {
        let Some(DefaultSite { made, bound }) = &self.default else { return };
        if let Some((file, start)) = bound {
            let position = |file: FileId| {
                let app = framework.apps.of_module(project.module_name(file));
                framework.apps.position(app.map_or("", |app| &app.label))
            };
            self.rows.retain(|row| match (row.site, row.place) {
                (Some(_), _) => true,
                (None, Some((at, span))) if at == *file => !row.is_decorated && span.start > *start,
                (None, Some((at, _))) => !row.is_decorated && position(at) > position(*file),
                (None, None) => false,
            });
        }
        let own = Some(made.site);
        let rows = self.rows.iter_mut().map(|row| &mut row.site);
        for site in rows.chain(self.unread.iter_mut().map(|(site, _)| site)) {
            *site = site.filter(|_| *site != own);
        }
    }
}

/// What all sites have.
pub(super) fn registered(
    project: &Project,
    settings: &Settings<'_>,
    framework: &Framework<'_>,
    questions: &mut Questions<'_>,
) -> Registrations {
    let mut all = Registrations::default();
    let mut taken_off = Vec::new();
    for file in project.files() {
        let ir = project.ir(file);
        if ir.strings.find("register").is_none() {
            continue;
        }
        let module = project.module_name(file);
        // Django imports the module `admin` of each application; what lies deeper is imported by none.
        let app = framework.apps.of_module(module);
        let is_found = app.map(|app| {
            let rest = module.strip_prefix(app.package.as_str()).unwrap_or_default();
            rest == ".admin" || rest.starts_with(".admin.") || rest.matches('.').count() < 2
        });
        if !is_found.unwrap_or(!framework.apps.is_whole) {
            continue;
        }
        let is_admin = module.split('.').any(|part| part.contains("admin"));
        if !is_admin && ir.strings.find("admin").is_none() {
            continue;
        }
        let Registrations { rows: found, unread, .. } = &mut all;
        let taken_off = &mut taken_off;
        Reader { project, settings, framework, questions, file, found, unread, taken_off }.read();
    }
    outside(project, settings, framework, &taken_off, &mut all.rows);
    all.default = default_site::find(project, &framework.apps, questions);
    all.put_in_place(framework, project);
    let position = |row: &Registered| framework.apps.position(&row.label);
    all.rows.sort_by_key(position);
    all
}

/// What packages outside of the tree register.
fn outside(
    project: &Project,
    settings: &Settings<'_>,
    framework: &Framework<'_>,
    taken_off: &[(String, String)],
    found: &mut Vec<Registered>,
) {
    for app in framework.apps.iter() {
        for row in project.models().registered(&format!("{}.admin", app.name)) {
            if !super::known::holds(settings, row.setting.as_deref()) {
                continue;
            }
            let by = row.swapped_by.as_deref();
            let taken = by.and_then(|by| super::known::text(settings, by));
            let model = taken.as_deref().unwrap_or(&row.model);
            let Some((label, model)) = model.split_once('.') else { continue };
            let swapped = label == "auth" && model == "User" && !has_plain_users(settings);
            let model = model.to_lowercase();
            let is_known = found
                .iter()
                .any(|known| known.site.is_none() && known.label == label && known.model == model)
                || taken_off.iter().any(|(known, name)| known == label && *name == model);
            if !swapped && !is_known {
                found.push(Registered {
                    site: None,
                    label: label.to_owned(),
                    model,
                    shown: None,
                    class: AdminClass::Outside(row.class.clone()),
                    place: None,
                    is_decorated: false,
                });
            }
        }
    }
}

/// Whether users may be those that Django brings.
pub(super) fn has_plain_users(settings: &Settings<'_>) -> bool {
    super::known::text(settings, "AUTH_USER_MODEL").is_none_or(|model| model == "auth.User")
}

struct Reader<'r, 'a, 'q> {
    project: &'a Project,
    settings: &'r Settings<'a>,
    framework: &'r Framework<'a>,
    questions: &'r mut Questions<'q>,
    file: FileId,
    found: &'r mut Vec<Registered>,
    unread: &'r mut Vec<(Option<Site>, Site)>,
    /// What is taken off the site that everyone has.
    taken_off: &'r mut Vec<(String, String)>,
}

impl Reader<'_, '_, '_> {
    fn read(&mut self) {
        let ir = self.project.ir(self.file);
        // In the order of the text: what is taken off comes before what is put in its place.
        let mut steps: Vec<(u32, ValueId, Option<ClassId>)> = Vec::new();
        for (class, record) in ir.classes() {
            for by in &ir.ids[record.decorators] {
                if self.may_run(ir.stretch(*by).path) {
                    steps.push((record.name_span.start, *by, Some(class)));
                }
            }
        }
        for (_, function) in ir.functions() {
            for effect in &ir.effects[function.effects] {
                let EffectKind::Call(call) = effect.kind else { continue };
                let Value::Call { callee, .. } = ir.value(call) else { continue };
                let Value::Attr { name, .. } = ir.value(ir.bare(callee)) else { continue };
                if matches!(ir.str(name), "register" | "unregister") && self.may_run(effect.path) {
                    steps.push((ir.span(call).start, call, None));
                }
            }
        }
        steps.sort_by_key(|(start, ..)| *start);
        for (_, value, class) in steps {
            match class {
                Some(class) => self.decorated(value, class),
                None => self.called(value),
            }
        }
    }

    /// Whether code on a path may run, as far as its tests are known.
    fn may_run(&mut self, path: PathId) -> bool {
        let ir = self.project.ir(self.file);
        let mut at = path;
        for _ in 0..64 {
            at = match ir.path(at) {
                Path::Root => return true,
                Path::Given { parent, test, truth } => {
                    let value = self.questions.evaluate(self.file, test);
                    let holds = crate::settings::truth(&value);
                    if holds != Truth::Unknown && (holds == Truth::Yes) != truth {
                        return false;
                    }
                    parent
                }
                Path::Escaped { parent, .. }
                | Path::Loop { parent, .. }
                | Path::Tried { parent, .. }
                | Path::Handler { parent, .. } => parent,
                _ => return true,
            };
        }
        true
    }

    /// `@admin.register(Order, site=shop_admin)`
    fn decorated(&mut self, by: ValueId, class: ClassId) {
        let ir = self.project.ir(self.file);
        let Value::Call { callee, args } = ir.value(ir.bare(by)) else { return };
        let called = self.project.resolve(self.file, callee);
        let dotted = self.project.dotted(called).unwrap_or_default();
        if !(dotted.ends_with("admin.register") || dotted.ends_with("admin.decorators.register")) {
            return;
        }
        let mut site = Some(None);
        let mut models = Vec::new();
        for arg in &ir.args[args] {
            let value = self.questions.evaluate(self.file, arg.value);
            match arg.kind {
                ArgKind::Positional => models.push(value),
                ArgKind::Keyword(name) if ir.str(name) == "site" => {
                    site = site_of(self.project, &value);
                }
                _ => {}
            }
        }
        let Some(site) = site else { return };
        let span = ir.class(class).name_span;
        for model in models {
            self.add(site, &model, AdminClass::Project(self.file, class), (span, true));
        }
    }

    /// `admin.site.register(Order, OrderAdmin)`
    fn called(&mut self, call: ValueId) {
        let ir = self.project.ir(self.file);
        let Value::Call { callee, args } = ir.value(call) else { return };
        let Value::Attr { of, name } = ir.value(ir.bare(callee)) else { return };
        let is_off = ir.str(name) == "unregister";
        if !is_off && ir.str(name) != "register" {
            return;
        }
        let site = self.questions.evaluate(self.file, of);
        let Some(site) = site_of(self.project, &site) else { return };
        let (mut models, mut class) = (None, None);
        let mut position = 0;
        for arg in &ir.args[args] {
            let name = match arg.kind {
                ArgKind::Positional => {
                    position += 1;
                    ["model_or_iterable", "admin_class"].get(position - 1).copied().unwrap_or("")
                }
                ArgKind::Keyword(name) => ir.str(name),
                _ => continue,
            };
            match name {
                "model_or_iterable" => models = Some(arg.value),
                "admin_class" => class = Some(arg.value),
                _ => {}
            }
        }
        let Some(model) = models else { return };
        let span = ir.span(call);
        if !is_off && let Some(rounds) = self.rounds(model, class) {
            for (models, class) in rounds {
                self.add(site, &models, admin_class(class), (span, false));
            }
            return;
        }
        let models = self.questions.evaluate(self.file, model);
        let class = class.map(|class| self.questions.evaluate(self.file, class));
        if is_off {
            let known = self.models(&models, 0).into_iter().map(|(label, model, _)| (label, model));
            let mut known: Vec<_> = known.collect();
            if known.is_empty()
                && let Some(arg) = ir.args[args].first()
            {
                known = self.each_named(arg.value);
            }
            for (label, model) in known {
                self.found
                    .retain(|row| row.site != site || row.label != label || row.model != model);
                if site.is_none() {
                    self.taken_off.push((label, model));
                }
            }
            return;
        }
        self.add(site, &models, admin_class(class), (span, false));
    }

    /// The models that a loop registers one by one, each with its class: `for model in [Order, Item]`,
    /// `for model, admin in pairs`. `None` where they stand in no list that is known.
    fn rounds(
        &mut self,
        model: ValueId,
        class: Option<ValueId>,
    ) -> Option<Vec<(Evaluated, Option<Evaluated>)>> {
        let ir = self.project.ir(self.file);
        let part = |value: ValueId| match ir.value(plain(ir, value)) {
            Value::Elem { of, which } => Some((plain(ir, of), which)),
            _ => None,
        };
        let (of, place) = match part(model)? {
            (of, Part::Each) => (of, None),
            (of, Part::At(place)) => match part(of)? {
                (list, Part::Each) => (list, Some((of, place))),
                _ => return None,
            },
            _ => return None,
        };
        let Abstract::Seq(seq) = self.questions.evaluate(self.file, of).value else { return None };
        if seq.open.is_some() {
            return None;
        }
        let beside = class.and_then(part).and_then(|(of, which)| match (which, place) {
            (Part::At(beside), Some((pair, _))) if of == pair => Some(beside),
            _ => None,
        });
        let alone = class.filter(|_| beside.is_none());
        let alone = alone.map(|class| self.questions.evaluate(self.file, class));
        let rounds = seq.items.iter().map(|item| {
            let Some((_, place)) = place else { return Some((item.clone(), alone.clone())) };
            let Abstract::Seq(pair) = &item.value else { return None };
            let at = |place: u32| pair.items.get(place as usize).cloned();
            Some((at(place)?, beside.map_or_else(|| alone.clone(), at)))
        });
        rounds.collect()
    }

    /// Label and name of each model that a loop asks for by name: `apps.get_model(*pair)`, of
    /// `for pair in [("socialaccount", "SocialApp")]`.
    fn each_named(&mut self, model: ValueId) -> Vec<(String, String)> {
        let ir = self.project.ir(self.file);
        let Value::Call { callee, args } = ir.value(ir.bare(model)) else { return Vec::new() };
        if super::words::name_of(ir, callee) != Some("get_model") {
            return Vec::new();
        }
        let Some(first) = ir.args[args].first() else { return Vec::new() };
        let Value::Elem { of, .. } = ir.value(ir.bare(first.value)) else { return Vec::new() };
        let all = self.questions.evaluate(self.file, of);
        let mut found = Vec::new();
        for (_, way) in crate::settings::alternatives(&all) {
            let Abstract::Seq(seq) = &way.value else { continue };
            for item in &seq.items {
                let pair = match &item.value {
                    Abstract::Seq(pair) => match pair.items.as_slice() {
                        [label, name] => label.value.as_str().zip(name.value.as_str()),
                        _ => None,
                    },
                    text => text.as_str().and_then(|text| text.split_once('.')),
                };
                found.extend(pair.map(|(label, name)| (label.to_owned(), name.to_lowercase())));
            }
        }
        found
    }

    fn add(
        &mut self,
        site: Option<Site>,
        models: &Evaluated,
        class: AdminClass,
        (span, is_decorated): (Span, bool),
    ) {
        let found = self.models(models, 0);
        // What is named and no model of the site's, is none of its own.
        if found.is_empty()
            && !matches!(&models.value, Abstract::Ref(_))
            && !matches!(&models.value, Abstract::Seq(seq) if seq.open.is_none())
        {
            self.unread.push((site, models.site));
        }
        for (label, model, shown) in found {
            let same =
                |row: &Registered| row.site == site && row.label == label && row.model == model;
            self.found.retain(|row| !same(row));
            let place = Some((self.file, span));
            let class = class.clone();
            let shown = Some(shown);
            self.found.push(Registered { site, label, model, shown, class, place, is_decorated });
        }
    }

    /// Label and name of models, and each by itself.
    fn models(&mut self, value: &Evaluated, depth: usize) -> Vec<(String, String, Evaluated)> {
        if depth > 4 {
            return Vec::new();
        }
        match &value.value {
            Abstract::Seq(seq) => {
                seq.items.iter().flat_map(|item| self.models(item, depth + 1)).collect()
            }
            Abstract::Choice(choice) => choice
                .alternatives
                .iter()
                .flat_map(|way| self.models(&way.value, depth + 1))
                .collect(),
            Abstract::Ref(Symbol::Class(file, class, _)) => {
                let found = self.own(*file, *class);
                found.map(|(label, name)| (label, name, value.clone())).into_iter().collect()
            }
            Abstract::Ref(Symbol::External(dotted)) => {
                let Some((module, name)) = dotted.rsplit_once('.') else { return Vec::new() };
                if let Entity::Class(file, class) = self.project.find(dotted) {
                    let model = Abstract::Ref(Symbol::class(file, class));
                    let model = Evaluated { value: model, site: value.site };
                    let found = self.own(file, class);
                    return found.map(|(label, name)| (label, name, model)).into_iter().collect();
                }
                let app = self.framework.apps.of_module(module);
                let label = app.map(|app| app.label.clone());
                let named = label.map(|label| (label, name.to_lowercase(), value.clone()));
                named.into_iter().collect()
            }
            // `@reversion.register()` and the like around a model.
            _ => match decorated_class(self.project, value) {
                Some((file, class)) => {
                    let model = Abstract::Ref(Symbol::class(file, class));
                    let model = Evaluated { value: model, site: value.site };
                    self.models(&model, depth + 1)
                }
                None => Vec::new(),
            },
        }
    }

    fn own(&mut self, file: FileId, class: ClassId) -> Option<(String, String)> {
        let (label, name) = label(self.project, self.framework, self.questions, file, class)?;
        let swapped = label == "auth" && name == "user" && !has_plain_users(self.settings);
        (!swapped).then_some((label, name))
    }
}

/// The class by which a model is shown.
fn admin_class(class: Option<Evaluated>) -> AdminClass {
    match class.map(|class| class.value) {
        Some(Abstract::Ref(Symbol::Class(file, class, _))) => AdminClass::Project(file, class),
        Some(Abstract::Ref(Symbol::External(name))) => AdminClass::Outside(name.to_string()),
        _ => AdminClass::Outside("django.contrib.admin.options.ModelAdmin".to_owned()),
    }
}

/// Label and name of a model of the project, in small letters.
pub(super) fn label(
    project: &Project,
    framework: &Framework<'_>,
    questions: &mut Questions<'_>,
    file: FileId,
    class: ClassId,
) -> Option<(String, String)> {
    let ir = project.ir(file);
    let of = ClassRef::Project(file, class);
    if project.is_subclass(of, "django.db.models.base.Model") == Inherits::No {
        return None;
    }
    let mut said = None;
    if let Some(meta) = project.own_member(of, "Meta")
        && let Entity::Class(file, class) = project.definition(meta.class.0, meta.value)
    {
        let label = questions.class_attribute(file, class, "app_label");
        said = label.and_then(|label| label.value.as_str().map(str::to_owned));
    }
    let label = said.or_else(|| {
        let app = framework.apps.of_module(project.module_name(file))?;
        Some(app.label.clone())
    })?;
    Some((label, ir.str(ir.class(class).name).to_lowercase()))
}

/// The pages of a model: route below it, ending of the name, method of the class, whether it writes.
pub(super) const PAGES: &[(&str, Option<&str>, &str)] = &[
    ("", Some("changelist"), "changelist_view"),
    ("add/", Some("add"), "add_view"),
    ("<path:object_id>/history/", Some("history"), "history_view"),
    ("<path:object_id>/delete/", Some("delete"), "delete_view"),
    ("<path:object_id>/change/", Some("change"), "change_view"),
    ("<path:object_id>/", None, "view"),
];
