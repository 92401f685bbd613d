//! Wagtail's view sets and snippets: what is registered, and the routes that come of it.
//!
//! Sources: `wagtail/admin/viewsets`, `wagtail/snippets/models.py` and `wagtail/snippets/views` of
//! Wagtail 8.0.

use std::sync::Arc;

use bartizan_ir::{ArgKind, ClassId, EffectKind, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Project};
use bartizan_value::{Abstract, Apply, Evaluated, Site, Symbol};

use super::admin;
use super::guards::{Guard, Methods, Reach};
use super::routes::{Inside, Place, Walk, joined};
use super::views::{Answer, last};
use crate::settings::{Truth, truth};

/// What is registered with one call: a view set, with the class that makes it.
#[derive(Clone, Debug)]
pub(super) struct ViewSet {
    made: Evaluated,
    class: Option<(FileId, ClassId)>,
    kind: &'static Kind,
}

/// A class of view sets that Wagtail brings.
#[derive(Debug)]
struct Kind {
    name: &'static str,
    /// Where the views live that it has by default.
    views: &'static str,
    routes: &'static [Route],
}

/// A route of a view set.
#[derive(Debug)]
struct Route {
    route: &'static str,
    name: &'static str,
    /// The attribute that names the class of its view.
    view: &'static str,
    when: When,
}

/// When a view set has a route.
#[derive(Clone, Copy, Debug, PartialEq)]
enum When {
    Always,
    /// Its rows are kept in an order of their own.
    Ordered,
    /// It says so; or it does not say otherwise.
    Says(&'static str, bool),
    /// Its model is all of these.
    Model(&'static [&'static str]),
}

const fn route(route: &'static str, name: &'static str, view: &'static str, when: When) -> Route {
    Route { route, name, view, when }
}

const PREVIEW: When = When::Model(&["PreviewableMixin"]);
const REVISION: When = When::Model(&["RevisionMixin"]);
const DRAFT: When = When::Model(&["DraftStateMixin"]);
const LOCK: When = When::Model(&["LockableMixin"]);
const WORKFLOW: When = When::Model(&["WorkflowMixin"]);

const INSPECT: When = When::Says("inspect_view_enabled", false);
const COPY: When = When::Says("copy_view_enabled", true);

/// `{pk}` stands for the key with its converter.
const KINDS: &[Kind] = &[
    Kind {
        name: "SnippetViewSet",
        views: "wagtail.snippets.views.snippets",
        routes: &[
            route("", "list", "index", When::Always),
            route("results/", "list_results", "index", When::Always),
            route("add/", "add", "add", When::Always),
            route("edit/{pk}/", "edit", "edit", When::Always),
            route("delete/{pk}/", "delete", "delete", When::Always),
            route("usage/{pk}/", "usage", "usage", When::Always),
            route("history/{pk}/", "history", "history", When::Always),
            route("history-results/{pk}/", "history_results", "history", When::Always),
            route("reorder/{pk}/", "reorder", "reorder", When::Ordered),
            route("copy/{pk}/", "copy", "copy", COPY),
            route("inspect/{pk}/", "inspect", "inspect", INSPECT),
            route("preview/", "preview_on_add", "preview_on_add", PREVIEW),
            route("preview/{pk}/", "preview_on_edit", "preview_on_edit", PREVIEW),
            route(
                "history/{pk}/revisions/<int:revision_id>/view/",
                "revisions_view",
                "revisions",
                When::Model(&["RevisionMixin", "PreviewableMixin"]),
            ),
            route(
                "history/{pk}/revisions/<int:revision_id>/revert/",
                "revisions_revert",
                "edit",
                REVISION,
            ),
            route(
                r"history/(?P<pk>.+)/revisions/compare/(?P<revision_id_a>live|earliest|\d+)\.\.\.(?P<revision_id_b>live|latest|\d+)/$",
                "revisions_compare",
                "revisions_compare",
                REVISION,
            ),
            route(
                "history/{pk}/revisions/<int:revision_id>/unschedule/",
                "revisions_unschedule",
                "revisions_unschedule",
                DRAFT,
            ),
            route("unpublish/{pk}/", "unpublish", "unpublish", DRAFT),
            route("lock/{pk}/", "lock", "lock", LOCK),
            route("unlock/{pk}/", "unlock", "unlock", LOCK),
            route(
                "workflow/action/{pk}/<slug:action_name>/<int:task_state_id>/",
                "workflow_action",
                "workflow_action",
                WORKFLOW,
            ),
            route(
                "workflow/collect_action_data/{pk}/<slug:action_name>/<int:task_state_id>/",
                "collect_workflow_action_data",
                "collect_workflow_action_data",
                WORKFLOW,
            ),
            route(
                "workflow/confirm_cancellation/{pk}/",
                "confirm_workflow_cancellation",
                "confirm_workflow_cancellation",
                WORKFLOW,
            ),
            route("workflow_history/{pk}/", "workflow_history", "workflow_history", WORKFLOW),
            route(
                "workflow_history/{pk}/detail/<int:workflow_state_id>/",
                "workflow_history_detail",
                "workflow_history_detail",
                WORKFLOW,
            ),
            route(
                "workflow/preview/{pk}/<int:task_id>/",
                "workflow_preview",
                "workflow_preview",
                When::Model(&["WorkflowMixin", "PreviewableMixin"]),
            ),
        ],
    },
    Kind {
        name: "ModelViewSet",
        views: "wagtail.admin.views.generic",
        routes: &[
            route("", "index", "index", When::Always),
            route("results/", "index_results", "index", When::Always),
            route("new/", "add", "add", When::Always),
            route("edit/{pk}/", "edit", "edit", When::Always),
            route("delete/{pk}/", "delete", "delete", When::Always),
            route("history/{pk}/", "history", "history", When::Always),
            route("history-results/{pk}/", "history_results", "history", When::Always),
            route("usage/{pk}/", "usage", "usage", When::Always),
            route("reorder/{pk}/", "reorder", "reorder", When::Ordered),
            route("inspect/{pk}/", "inspect", "inspect", INSPECT),
            route("copy/{pk}/", "copy", "copy", COPY),
        ],
    },
    Kind {
        name: "ChooserViewSet",
        views: "wagtail.admin.views.generic.chooser",
        routes: &[
            route("", "choose", "choose", When::Always),
            route("results/", "choose_results", "choose_results", When::Always),
            route("chosen/<str:pk>/", "chosen", "chosen", When::Always),
            route("chosen-multiple/", "chosen_multiple", "chosen_multiple", When::Always),
            route("create/", "create", "create", When::Always),
        ],
    },
    // Its views are asked for by the routes of the pages themselves.
    Kind { name: "PageViewSet", views: "wagtail.admin.views.pages", routes: &[] },
    Kind {
        name: "PageListingViewSet",
        views: "wagtail.admin.views.pages.listing",
        routes: &[
            route("", "index", "index", When::Always),
            route("results/", "index_results", "index", When::Always),
            route("choose_parent/", "choose_parent", "choose_parent", When::Always),
        ],
    },
    Kind { name: "ViewSet", views: "wagtail.admin.viewsets", routes: &[] },
];

/// Modules of Wagtail whose view sets are described above.
const DESCRIBED: &[&str] = &[
    "wagtail.admin.viewsets.base",
    "wagtail.admin.viewsets.chooser",
    "wagtail.admin.viewsets.model",
    "wagtail.admin.viewsets.pages",
    "wagtail.snippets.views.chooser",
    "wagtail.snippets.views.snippets",
];

/// Whether a module is one whose `get_urlpatterns` need not be followed.
pub(super) fn is_described(module: &str) -> bool {
    DESCRIBED.contains(&module)
}

/// View sets beyond which no more are told.
const MOST: usize = 2_000;

impl Walk<'_, '_> {
    /// The routes of all view sets and snippets that are registered.
    pub(super) fn view_sets(&mut self, at: &Place) {
        let mut all = Vec::new();
        for (file, function) in self.framework.hooked("register_admin_viewset") {
            let site = Site { file, node: ValueId::from_index(0) };
            let hook = Evaluated { value: Abstract::Ref(Symbol::function(file, function)), site };
            let given = self.questions.call(&hook);
            self.collect(&given, at, &mut all, 0);
        }
        for (registered, by) in self.snippets() {
            let value = self.snippet(registered, by);
            self.collect(&value, at, &mut all, 0);
        }
        for set in all {
            self.view_set(&set, at);
        }
    }

    /// What `register_snippet` is given, and by which class of view sets it is shown.
    fn snippets(&mut self) -> Vec<(Evaluated, Option<Evaluated>)> {
        let project = self.project;
        let mut found = Vec::new();
        for file in project.files() {
            let ir = project.ir(file);
            let module = project.module_name(file);
            // Django imports the models of each application, Wagtail its hooks.
            let parts: Vec<&str> = module.split('.').collect();
            let is_found = (1..parts.len()).any(|cut| {
                let is_direct = parts.len() - cut == 1 || parts[cut] == "models";
                is_direct && self.framework.apps.may_own(&parts[..cut].join("."))
            });
            if ir.strings.find("register_snippet").is_none()
                || module.starts_with("wagtail.snippets.")
                || !is_found
            {
                continue;
            }
            let registers = |callee: ValueId| {
                let called = project.resolve(file, callee);
                project.dotted(called).is_some_and(|name| last(name) == "register_snippet")
            };
            for (class, record) in ir.classes() {
                if ir.ids[record.decorators].iter().any(|by| registers(*by)) {
                    let site = Site { file, node: ValueId::from_index(0) };
                    let value = Abstract::Ref(Symbol::class(file, class));
                    found.push((Evaluated { value, site }, None));
                }
            }
            for (_, function) in ir.functions() {
                for effect in &ir.effects[function.effects] {
                    let EffectKind::Call(call) = effect.kind else { continue };
                    let Value::Call { callee, args } = ir.value(call) else { continue };
                    if !registers(callee) {
                        continue;
                    }
                    let args = &ir.args[args];
                    let named = |name: &str| {
                        args.iter().find(
                            |arg| matches!(arg.kind, ArgKind::Keyword(key) if ir.str(key) == name),
                        )
                    };
                    let placed = |at: usize| {
                        args.iter().filter(|arg| arg.kind == ArgKind::Positional).nth(at)
                    };
                    let Some(what) = named("registerable").or(placed(0)) else { continue };
                    let by = named("viewset").or(placed(1));
                    let what = self.questions.evaluate(file, what.value);
                    let by = by.map(|by| self.questions.evaluate(file, by.value));
                    found.push((what, by));
                }
            }
        }
        found
    }

    /// The view set of a snippet, whether its model or it itself was registered.
    fn snippet(&self, registered: Evaluated, by: Option<Evaluated>) -> Evaluated {
        let Abstract::Ref(Symbol::Class(file, class, _)) = &registered.value else {
            return registered;
        };
        if kind_of(self.project, ClassRef::Project(*file, *class)).is_some()
            || is_group(self.project, ClassRef::Project(*file, *class))
        {
            return registered;
        }
        let by = by.map(|by| match by.value.as_str() {
            Some(dotted) => self.framework.named(dotted),
            None => by.value,
        });
        let symbol = match by {
            Some(Abstract::Ref(symbol)) => symbol,
            _ => match self.framework.named("wagtail.snippets.views.snippets.SnippetViewSet") {
                Abstract::Ref(symbol) => symbol,
                _ => return registered,
            },
        };
        let site = registered.site;
        let given = vec![(Some(Arc::from("model")), registered)];
        Evaluated { value: Abstract::made_by(symbol, given), site }
    }

    /// The view sets in what a hook gives: one, several, or a group of them.
    fn collect(&mut self, value: &Evaluated, at: &Place, all: &mut Vec<ViewSet>, depth: u8) {
        if depth > 8 || all.len() >= MOST {
            return;
        }
        match &value.value {
            Abstract::Seq(seq) => {
                for item in &seq.items {
                    self.collect(item, at, all, depth + 1);
                }
                if let Some(reason) = seq.open.as_ref().filter(|_| seq.items.is_empty()) {
                    self.unresolved(at, format!("view sets of Wagtail: {reason}"), value.site);
                }
            }
            Abstract::Choice(choice) => {
                for way in &choice.alternatives {
                    self.collect(&way.value, at, all, depth + 1);
                }
            }
            Abstract::Ref(symbol @ Symbol::Class(..)) => {
                let made = Abstract::made_by(symbol.clone(), Vec::new());
                self.collect(&Evaluated { value: made, site: value.site }, at, all, depth + 1);
            }
            Abstract::Ref(Symbol::Function(..)) => {
                let given = self.questions.call(value);
                self.collect(&given, at, all, depth + 1);
            }
            Abstract::Apply(apply) => {
                let (kind, class) = match &apply.symbol {
                    Symbol::Class(file, class, _) => {
                        let of = ClassRef::Project(*file, *class);
                        if is_group(self.project, of) {
                            let items = self.questions.attribute(value, "items");
                            return self.collect(&items, at, all, depth + 1);
                        }
                        (kind_of(self.project, of), Some((*file, *class)))
                    }
                    Symbol::External(name) => (kind_named(name), None),
                    _ => (None, None),
                };
                match kind {
                    Some(kind) => {
                        let set = ViewSet { made: value.clone(), class, kind };
                        if let Some(chooser) = self.chooser(&set) {
                            all.push(chooser);
                        }
                        all.push(set);
                    }
                    None => {
                        let why = "a view set of Wagtail that is not known".to_owned();
                        self.unresolved(at, why, value.site);
                    }
                }
            }
            Abstract::Unknown(reason) => {
                self.unresolved(at, format!("view sets of Wagtail: {reason}"), value.site);
            }
            _ => {}
        }
    }

    /// What a snippet is chosen by.
    fn chooser(&mut self, set: &ViewSet) -> Option<ViewSet> {
        if set.kind.name != "SnippetViewSet" {
            return None;
        }
        let (label, model) = self.model_of(set)?;
        let text = |walk: &mut Self, name: &str, default: String| {
            Arc::<str>::from(walk.text_of(set, name).unwrap_or(default).trim_matches('/'))
        };
        let default = format!("wagtailsnippetchoosers_{label}_{model}");
        let name = text(self, "chooser_admin_url_namespace", default);
        let default = format!("snippets/choose/{label}/{model}");
        let prefix = text(self, "chooser_base_url_path", default);
        let symbol = match self.value_of(set, "chooser_viewset_class").map(|value| value.value) {
            Some(Abstract::Ref(symbol)) => symbol,
            _ => Symbol::External("wagtail.snippets.views.chooser.SnippetChooserViewSet".into()),
        };
        let site = set.made.site;
        let given = |text: Arc<str>| Evaluated { value: Abstract::known_text(&text), site };
        let class = match &symbol {
            Symbol::Class(file, class, _) => Some((*file, *class)),
            _ => None,
        };
        let given = vec![(None, given(name)), (Some(Arc::from("url_prefix")), given(prefix))];
        let made = Evaluated { value: Abstract::made_by(symbol, given), site };
        let kind = KINDS.iter().find(|kind| kind.name == "ChooserViewSet")?;
        Some(ViewSet { made, class, kind })
    }

    /// The routes of a view set, below its prefix.
    fn view_set(&mut self, set: &ViewSet, at: &Place) {
        let model = self.model_of(set);
        let default = match (&model, set.kind.name) {
            (Some((label, model)), "SnippetViewSet") => Some((
                format!("snippets/{label}/{model}"),
                format!("wagtailsnippets_{label}_{model}"),
            )),
            (model, kind) => {
                let name = self.text_of(set, "name").or_else(|| match kind {
                    "ModelViewSet" => model.as_ref().map(|(_, model)| model.clone()),
                    _ => None,
                });
                name.map(|name| (name.clone(), name))
            }
        };
        let said = |walk: &mut Self, names: [&str; 2]| {
            names.into_iter().find_map(|name| walk.text_of(set, name))
        };
        let prefix = said(self, ["url_prefix", "base_url_path"]);
        let name = said(self, ["url_namespace", "admin_url_namespace"]);
        let prefix = prefix.or_else(|| default.as_ref().map(|(prefix, _)| prefix.clone()));
        let name = name.or_else(|| default.map(|(_, name)| name));
        let (Some(prefix), Some(name)) = (prefix, name) else {
            if set.kind.name != "PageViewSet" {
                let why = "a view set of Wagtail whose name is not known".to_owned();
                self.unresolved(at, why, set.made.site);
            }
            return;
        };
        let mut at = at.clone();
        at.route = joined(&at.route, &format!("{}/", prefix.trim().trim_matches('/')));
        at.names.push(name);
        let own = set.class.and_then(|(file, class)| {
            let of = ClassRef::Project(file, class);
            self.project.lookup_member(of, "get_urlpatterns")
        });
        match own {
            Some(member) if !is_described(self.project.module_name(member.class.0)) => {
                self.inside.push(Inside::ViewSet(set.clone()));
                let urls = self.questions.method(&set.made, "get_urlpatterns");
                self.patterns(&urls, &at, 1);
                self.inside.pop();
            }
            _ => self.view_set_rows(set, &at),
        }
    }

    /// What the class of a view set gives by itself.
    pub(super) fn view_set_rows(&mut self, set: &ViewSet, at: &Place) {
        let key = self.key_of(set);
        for row in set.kind.routes {
            if !self.has(set, row.when) {
                continue;
            }
            let mut here = at.clone();
            here.route = joined(&here.route, &row.route.replace("{pk}", &format!("<{key}:pk>")));
            let mut answer = self.view_of(set, row.view);
            answer.guards.splice(0..0, here.guards.iter().cloned());
            self.endpoint(answer, &here, Some(row.name.to_owned()), set.made.site);
        }
    }

    /// The view behind `self.index_view`, or `self.index`, in the code of a view set.
    pub(super) fn view_in_set(&mut self, set: &ViewSet, view: &Evaluated) -> Option<Answer> {
        let ir = self.project.ir(view.site.file);
        let Value::Attr { of, name } = ir.value(ir.bare(view.site.node)) else { return None };
        if ir.value(ir.bare(of)) != Value::Param(0) {
            return None;
        }
        let name = ir.str(name);
        if let Some(short) = name.strip_suffix("_view")
            && self.value_of(set, &format!("{short}_view_class")).is_some()
        {
            return Some(self.view_of(set, short));
        }
        let (file, class) = set.class?;
        let member = self.project.lookup_member(ClassRef::Project(file, class), name)?;
        let file = member.class.0;
        let function = super::words::function_in(self.project.ir(file), member.value)?;
        Some(self.views.function(file, function))
    }

    fn view_of(&mut self, set: &ViewSet, short: &str) -> Answer {
        let value = self.value_of(set, &format!("{short}_view_class"));
        match value.map(|value| value.value) {
            Some(Abstract::Ref(Symbol::Class(file, class, _))) => {
                self.views.class((file, class), None, &mut self.questions)
            }
            Some(Abstract::Ref(Symbol::External(name))) => self.views.outside(&name, None),
            _ => {
                let mut name = String::new();
                for part in short.split('_') {
                    let mut chars = part.chars();
                    name.extend(chars.next().map(|first| first.to_ascii_uppercase()));
                    name.push_str(chars.as_str());
                }
                let name = if short == "add" { "Create".to_owned() } else { name };
                self.views.outside(&format!("{}.{name}View", set.kind.views), None)
            }
        }
    }

    fn has(&mut self, set: &ViewSet, when: When) -> bool {
        match when {
            When::Always => true,
            When::Says(name, default) => {
                match self.value_of(set, name).map(|value| truth(&value)) {
                    None | Some(Truth::Unknown) => default,
                    Some(said) => said == Truth::Yes,
                }
            }
            When::Ordered => match self.value_of(set, "sort_order_field") {
                Some(value) if value.value.as_str().is_some() => true,
                Some(value) if truth(&value) == Truth::No => false,
                _ => self.model_class(set).is_some_and(|(file, class)| {
                    let of = ClassRef::Project(file, class);
                    self.project.lookup_member(of, "sort_order_field").is_some()
                        || names(self.project, of).any(|name| last(name) == "Orderable")
                }),
            },
            When::Model(bases) => self.model_class(set).is_some_and(|(file, class)| {
                let of = ClassRef::Project(file, class);
                bases.iter().all(|wanted| {
                    names(self.project, of).any(|name| {
                        let name = last(name);
                        name == *wanted || name == "DraftStateMixin" && *wanted == "RevisionMixin"
                    })
                })
            }),
        }
    }

    /// An attribute of a view set: as it was given, else as the class has it. What Wagtail itself
    /// leaves open is nothing.
    fn value_of(&mut self, set: &ViewSet, name: &str) -> Option<Evaluated> {
        if let Abstract::Apply(apply) = &set.made.value
            && let Some(given) = given(apply, name)
        {
            return Some(given.clone());
        }
        let (file, class) = set.class?;
        let of = ClassRef::Project(file, class);
        let member = self.project.lookup_member(of, name)?;
        let is_wagtails = is_described(self.project.module_name(member.class.0));
        let value = self.questions.class_attribute(file, class, name)?;
        let is_open =
            is_wagtails && matches!(&value.value, Abstract::Unknown(_) | Abstract::Apply(_));
        (!is_open).then_some(value)
    }

    fn text_of(&mut self, set: &ViewSet, name: &str) -> Option<String> {
        let value = self.value_of(set, name)?;
        if let Some(text) = value.value.as_str() {
            return Some(text.to_owned());
        }
        let (file, class) = set.class?;
        let member = self.project.lookup_member(ClassRef::Project(file, class), name)?;
        if is_described(self.project.module_name(member.class.0)) {
            return None;
        }
        let value = self.questions.attribute(&set.made, name);
        value.value.as_str().map(str::to_owned)
    }

    fn model_class(&mut self, set: &ViewSet) -> Option<(FileId, ClassId)> {
        let value = self.value_of(set, "model")?;
        let named = |dotted: &str| match self.project.find(dotted) {
            Entity::Class(file, class) => Some((file, class)),
            _ => None,
        };
        match &value.value {
            Abstract::Ref(Symbol::Class(file, class, _)) => Some((*file, *class)),
            Abstract::Ref(Symbol::External(dotted)) => named(dotted),
            _ => {
                let (label, name) = value.value.as_str()?.split_once('.')?;
                match self.framework.model(label, name)? {
                    Abstract::Ref(Symbol::Class(file, class, _)) => Some((file, class)),
                    _ => None,
                }
            }
        }
    }

    /// Label and name of the model of a view set, in small letters.
    fn model_of(&mut self, set: &ViewSet) -> Option<(String, String)> {
        if let Some((file, class)) = self.model_class(set) {
            return admin::label(self.project, self.framework, &mut self.questions, file, class);
        }
        let value = self.value_of(set, "model")?;
        match &value.value {
            Abstract::Ref(Symbol::External(dotted)) => {
                let (module, name) = dotted.rsplit_once('.')?;
                let app = self.framework.apps.of_module(module)?;
                Some((app.label.clone(), name.to_lowercase()))
            }
            _ => {
                let (label, name) = value.value.as_str()?.split_once('.')?;
                Some((label.to_owned(), name.to_lowercase()))
            }
        }
    }

    /// The converter of the key of a view set's model.
    fn key_of(&mut self, set: &ViewSet) -> String {
        if let Some(said) = self.text_of(set, "pk_path_converter") {
            return said;
        }
        let of = self.model_class(set);
        of.map_or("int", |(file, class)| key(self.project, file, class)).to_owned()
    }
}

/// What a view set is given by its name; its own name comes first.
fn given<'a>(apply: &'a Apply, name: &str) -> Option<&'a Evaluated> {
    let by_name = apply.args.iter().find(|(known, _)| known.as_deref() == Some(name));
    let first = || apply.args.iter().find(|(known, _)| known.is_none() && name == "name");
    by_name.or_else(first).map(|(_, value)| value)
}

/// Names of a class and its bases, in order.
fn names(project: &Project, of: ClassRef) -> impl Iterator<Item = &str> {
    project.mro(of).classes.iter().map(move |base| match base {
        ClassRef::External(symbol) => project.symbol(*symbol),
        ClassRef::Project(file, class) => project.symbol(project.class_symbol(*file, *class)),
    })
}

fn kind_named(dotted: &str) -> Option<&'static Kind> {
    let name = last(dotted);
    let name = if name == "SnippetChooserViewSet" { "ChooserViewSet" } else { name };
    KINDS.iter().find(|kind| dotted.starts_with("wagtail.") && kind.name == name)
}

fn kind_of(project: &Project, of: ClassRef) -> Option<&'static Kind> {
    names(project, of).find_map(kind_named)
}

fn is_group(project: &Project, of: ClassRef) -> bool {
    names(project, of).any(|name| name.starts_with("wagtail.") && name.ends_with("ViewSetGroup"))
}

/// The converter of the key of a model: by the field that is made to be the key; without one Django
/// counts, and a model that extends another is found by the row that it extends.
fn key(project: &Project, file: FileId, class: ClassId) -> &'static str {
    let mut is_extension = false;
    for (depth, base) in project.mro(ClassRef::Project(file, class)).classes.iter().enumerate() {
        let ClassRef::Project(file, class) = *base else { continue };
        let ir = project.ir(file);
        let body = ir.function(ir.class(class).body);
        let mut is_abstract = false;
        for binding in &ir.bindings[body.bindings] {
            if ir.str(binding.name) == "Meta" {
                let meta = project.definition(file, binding.value);
                is_abstract = matches!(meta, Entity::Class(file, class)
                    if says_abstract(project, file, class));
            }
            let Value::Call { callee, args } = ir.value(ir.bare(binding.value)) else { continue };
            let is_key = ir.args[args].iter().any(|arg| {
                matches!(arg.kind, ArgKind::Keyword(key) if ir.str(key) == "primary_key")
                    && ir.value(ir.bare(arg.value)) == Value::Bool(true)
            });
            if !is_key {
                continue;
            }
            let field = project.resolve(file, callee).as_class();
            let is = |kind: &str| {
                field.is_some_and(|field| {
                    names(project, field).any(|name| last(name).ends_with(kind))
                })
            };
            return match () {
                () if is("UUIDField") => "uuid",
                () if is("IntegerField") || is("AutoField") => "int",
                () => "str",
            };
        }
        let is_model = is_model(project, ClassRef::Project(file, class));
        is_extension |= depth > 0 && is_model && !is_abstract;
    }
    if is_extension { "str" } else { "int" }
}

fn says_abstract(project: &Project, file: FileId, class: ClassId) -> bool {
    let ir = project.ir(file);
    let body = ir.function(ir.class(class).body);
    ir.bindings[body.bindings].iter().any(|binding| {
        ir.str(binding.name) == "abstract" && ir.value(ir.bare(binding.value)) == Value::Bool(true)
    })
}

fn is_model(project: &Project, of: ClassRef) -> bool {
    names(project, of)
        .any(|name| name == "django.db.models.base.Model" || name == "django.db.models.Model")
}

/// The guard around everything in Wagtail's admin.
pub(super) fn admin_access() -> Guard {
    Guard {
        name: "require_admin_access".to_owned(),
        reach: Reach::Permission,
        on: Methods::ALL,
        within: None,
        place: None,
    }
}
