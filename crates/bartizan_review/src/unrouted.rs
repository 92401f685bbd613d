//! Views to which no route leads that could be followed.

use bartizan_base::Span;
use bartizan_django::endpoints::{Csrf, Endpoint, Throttle};
use bartizan_django::registries;
use bartizan_django::views::{Routed, View, ViewCode, Views};
use bartizan_ir::{ClassId, FileIr};
use bartizan_project::{ClassRef, Entity, FileId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::extract::{Extract, KNOWN_METHODS, Memo};
use crate::facts::Facts;
use crate::models::outside;
use crate::site::SiteWide;
use crate::target::Calls;

impl Extract<'_, '_> {
    /// Views that edits reach, and to which no route leads: of applications that other sites take up,
    /// and where a URLconf could not be followed.
    pub(crate) fn unrouted(
        &self,
        site: &SiteWide,
        calls: &mut Calls,
        memo: &mut Memo,
        facts: &mut Facts,
    ) {
        let project = self.version.project;
        let routed: FxHashSet<(FileId, Span)> = self
            .version
            .surface
            .endpoints
            .iter()
            .map(|endpoint| (endpoint.file, endpoint.span))
            .collect();
        let views = Views::of(project);
        let mut wrapped: FxHashMap<FileId, FxHashSet<Entity>> = FxHashMap::default();
        for view in &views.views {
            let (file, span) = (view.place.file, view.place.span);
            let is_own = (self.version.is_own)(file);
            if !is_own || view.is_base || routed.contains(&(file, span)) {
                continue;
            }
            let code = match view.code {
                ViewCode::Class((file, class)) => Entity::Class(file, class),
                ViewCode::Function(file, function) => Entity::Function(file, function),
            };
            // What the module puts something around is asked by that name alone.
            let inside = wrapped.entry(file).or_insert_with(|| self.wrapped_in(file));
            if inside.contains(&code) {
                continue;
            }
            facts.count += 1;
            // A route that is not followed may put something around it all the same.
            let around = wrapping(&views.routed, view).unwrap_or(view.place);
            if !self.reached.covers(file, span) && !self.reached.covers(around.file, around.span) {
                continue;
            }
            let name = format!("{}.{}", project.module_name(file), view.name);
            let endpoint = |route: &str, methods: &[&'static str]| Endpoint {
                route: route.to_owned(),
                name: None,
                methods: methods.to_vec(),
                view: name.clone(),
                file,
                span,
                route_file: around.file,
                route_span: around.span,
                access: Vec::new(),
                csrf: Csrf::Unknown,
                throttle: Throttle::Unknown,
                writes: Vec::new(),
                near: 0,
                handlers: Vec::new(),
                runs: Vec::new(),
                objects: Vec::new(),
            };
            let asked = match view.class() {
                None => vec![endpoint("", &[])],
                Some((file, class)) => self.unrouted_class(file, class, &endpoint),
            };
            for asked in asked {
                let mut view = self.endpoint(&asked, site, calls, memo);
                view.marks.place = String::new();
                view.marks.symbol = format!("{} {}", view.marks.symbol, asked.route);
                view.route.clone_from(&name);
                facts.views.push(view);
            }
        }
    }

    /// What a module puts something around, and gives another name.
    fn wrapped_in(&self, file: FileId) -> FxHashSet<Entity> {
        let ir = self.version.project.ir(file);
        let bindings = &ir.bindings[ir.function(FileIr::module()).bindings];
        bindings.iter().filter_map(|bound| self.reader.wrapped(file, bound.value, 0)).collect()
    }

    /// How a class is asked that no route leads to: a viewset for all rows, and for one.
    fn unrouted_class(
        &self,
        file: FileId,
        class: ClassId,
        endpoint: &dyn Fn(&str, &[&'static str]) -> Endpoint,
    ) -> Vec<Endpoint> {
        let of = ClassRef::Project(file, class);
        let has = |name: &str| self.reader.method(of, name).is_some();
        let last = |base: &str| base.rsplit('.').next().unwrap_or("").to_owned();
        let bases: Vec<String> = outside(self.version.project, of).map(last).collect();
        let is =
            |words: &[&str]| bases.iter().any(|base| words.iter().any(|word| base.contains(word)));
        if is(&["ViewSet"]) {
            let acts = |action: &str, words: &[&str]| {
                has(action)
                    || bases.iter().any(|base| {
                        base.ends_with("ViewSet") && !LITTLE_VIEWSETS.contains(&base.as_str())
                    })
                    || words.contains(&"ReadOnly") && is(&["ReadOnlyModelViewSet"])
                    || bases.iter().any(|base| {
                        base.ends_with("Mixin") && words.iter().any(|word| base.contains(word))
                    })
            };
            let of = |all: &[(&'static str, &str, &[&str])]| -> Vec<&'static str> {
                let answered = all.iter().filter(|(_, action, words)| acts(action, words));
                answered.map(|(method, ..)| *method).collect()
            };
            let for_all: &[(&'static str, &str, &[&str])] =
                &[("GET", "list", &["List", "ReadOnly"]), ("POST", "create", &["Create"])];
            let for_one: &[(&'static str, &str, &[&str])] = &[
                ("GET", "retrieve", &["Retrieve", "ReadOnly"]),
                ("PUT", "update", &["Update"]),
                ("PATCH", "partial_update", &["Update"]),
                ("DELETE", "destroy", &["Destroy"]),
            ];
            return vec![endpoint("", &of(for_all)), endpoint("<pk>", &of(for_one))];
        }
        let answered: Vec<&'static str> = KNOWN_METHODS
            .iter()
            .copied()
            .filter(|method| match *method {
                "GET" => has("get") || is(&["View"]) && !has("post"),
                "POST" => has("post") || is(&["Form", "Create", "Update", "Delete", "Login"]),
                "PUT" | "PATCH" => {
                    has(&method.to_lowercase()) || is(&["UpdateAPI", "UpdateDestroy"])
                }
                _ => has("delete") || is(&["DestroyAPI", "DeleteView"]),
            })
            .collect();
        vec![endpoint("", &answered)]
    }
}

/// Viewsets that do not answer everything by themselves.
const LITTLE_VIEWSETS: &[&str] = &["ReadOnlyModelViewSet", "GenericViewSet", "ViewSet"];

/// The route that wraps a view, in an application that is not installed here, say.
fn wrapping(routed: &Routed, view: &View) -> Option<registries::Place> {
    let wrappers = match view.code {
        ViewCode::Class(class) => routed.classes.get(&class),
        ViewCode::Function(file, function) => routed.functions.get(&(file, function)),
    };
    wrappers?.first().map(|(_, place)| *place)
}
