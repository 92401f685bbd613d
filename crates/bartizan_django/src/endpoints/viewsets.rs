//! What a router, or a URLconf by hand, makes of a viewset of REST framework: its routes, the actions among them, and who may call each.

use bartizan_ir::{ClassId, Value};
use bartizan_project::{ClassRef, FileId};
use bartizan_value::{Abstract, Constant, Evaluated, Map, Questions, Symbol};

use super::known;
use super::routers::{Registration, Router};
use super::views::{Answer, HOOKS, METHODS, Views, decorations, last, method_list};

/// What a router makes of a viewset.
pub(super) struct ViewsetRoutes {
    /// Route, name where it is known, answer.
    pub(super) known: Vec<(String, Option<String>, Answer)>,
    /// Routes of which it is not known whether they are there, with the reason.
    pub(super) doubtful: Vec<(String, String)>,
}

/// A method of a viewset that has routes of its own.
pub(super) struct Action {
    pub(super) name: String,
    pub(super) detail: bool,
    /// Its part of the route; `None` where that is put together at run time.
    path: Option<String>,
    url_name: String,
    pub(super) permissions: Option<Evaluated>,
    /// Method and handler.
    pub(super) methods: Vec<(&'static str, String)>,
}

/// `@history.mapping.delete`: the action, and the method that is added to it.
fn mapped(
    ir: &bartizan_ir::FileIr,
    decorator: bartizan_ir::ValueId,
) -> Option<(String, &'static str)> {
    let Value::Attr { of, name } = ir.value(ir.bare(decorator)) else { return None };
    let (method, _) = METHODS.iter().find(|(_, handler)| *handler == ir.str(name))?;
    let Value::Attr { of, name } = ir.value(ir.bare(of)) else { return None };
    if ir.str(name) != "mapping" {
        return None;
    }
    let mut at = ir.bare(of);
    for _ in 0..32 {
        match ir.value(at) {
            Value::Decorated { of, .. } => at = ir.bare(of),
            Value::Function(function) => {
                return Some((ir.str(ir.function(function).name).to_owned(), method));
            }
            _ => return None,
        }
    }
    None
}

/// Whether a value is `None`, or a text that is empty.
fn is_nothing(value: &Evaluated) -> bool {
    matches!(&value.value, Abstract::Const(Constant::None)) || value.value.as_str() == Some("")
}

/// What the bases of view sets write under, by the name of the action.
const WRITING: &[&str] = &["create", "update", "partial_update", "destroy"];

/// The methods that `http_method_names` of a class lets through; `None` where it says nothing that is known.
pub(super) struct Allowed(Option<Vec<String>>);

impl Allowed {
    pub(super) fn of((file, class): (FileId, ClassId), questions: &mut Questions<'_>) -> Self {
        let list = questions.class_attribute(file, class, "http_method_names");
        Self(list.and_then(|list| match &list.value {
            Abstract::Seq(seq) if seq.open.is_none() => {
                seq.items.iter().map(|item| item.value.as_str().map(str::to_owned)).collect()
            }
            _ => None,
        }))
    }

    /// `GET` against the `get` of the list.
    pub(super) fn permits(&self, method: &str) -> bool {
        self.0.as_ref().is_none_or(|list| list.iter().any(|name| name.eq_ignore_ascii_case(method)))
    }
}

impl Views<'_> {
    /// Whether a viewset says in letters how the one object is told.
    fn tells_lookup(&self, registration: &Registration, questions: &mut Questions<'_>) -> bool {
        let Some((file, class)) = self.class_behind(&registration.view) else { return true };
        let mut is_plain = |name: &str| {
            let found = questions.class_attribute(file, class, name);
            found.is_none_or(|value| match &value.value {
                Abstract::Const(_) => true,
                // What a base outside the project has.
                Abstract::Apply(made) => matches!(&made.symbol, Symbol::External(known)
                    if known.starts_with("type.")),
                _ => false,
            })
        };
        is_plain("lookup_field") && is_plain("lookup_url_kwarg")
    }

    /// How the one object is told in the routes of a viewset.
    pub(super) fn lookup(
        &self,
        registration: &Registration,
        questions: &mut Questions<'_>,
        before: &str,
        is_regex: bool,
    ) -> String {
        let class = self.class_behind(&registration.view);
        let mut text = |name: &str| {
            let (file, class) = class?;
            let value = questions.class_attribute(file, class, name)?;
            value.value.as_str().map(str::to_owned)
        };
        let field = text("lookup_field").unwrap_or_else(|| "pk".to_owned());
        let name = text("lookup_url_kwarg").unwrap_or(field);
        let pattern = text("lookup_value_regex");
        if is_regex {
            let pattern = pattern.unwrap_or_else(|| "[^/.]+".to_owned());
            return format!("(?P<{before}{name}>{pattern})");
        }
        let converter = text("lookup_value_converter").or(pattern);
        format!("<{}:{before}{name}>", converter.unwrap_or_else(|| "str".to_owned()))
    }

    /// The routes that a router makes of a registered viewset.
    pub(super) fn viewset(
        &self,
        router: &Router,
        registration: &Registration,
        questions: &mut Questions<'_>,
    ) -> ViewsetRoutes {
        let basename = self.basename(registration, questions);
        let lookup = self.lookup(registration, questions, "", router.is_regex);
        let is_told = self.tells_lookup(registration, questions);
        let Some((file, class)) = self.class_behind(&registration.view) else {
            let why = match &registration.view.value {
                Abstract::Ref(Symbol::External(name)) => format!("not in the tree: {name}"),
                Abstract::Unknown(reason) => format!("the view set: {reason}"),
                _ => "the view set is not known".to_owned(),
            };
            let route = router.before.clone() + &registration.prefix;
            return ViewsetRoutes { known: Vec::new(), doubtful: vec![(route, why)] };
        };
        let of = ClassRef::Project(file, class);
        let has = |action: &str| {
            self.project.lookup_member(of, action).is_some()
                || self.bases(of).any(|base| {
                    known::ACTIONS
                        .iter()
                        .any(|(name, actions)| *name == last(base) && actions.contains(&action))
                })
        };
        let key = (file, class);
        let base = self.unmapped(key, true, None, questions);
        let allowed = Allowed::of(key, questions);
        let (actions, in_doubt) = self.actions(of, questions);
        let (mut found, mut doubtful) = (Vec::new(), Vec::new());
        for template in &router.templates {
            let name = basename.as_ref().map(|name| template.name.replace("{basename}", name));
            // Where the key stands in the route, nobody knows how it is called.
            if template.detail && !is_told {
                let route = router.before.clone() + &registration.prefix;
                let why = "the name of the key is put together at run time".to_owned();
                if !doubtful.iter().any(|(known, _)| *known == route) {
                    doubtful.push((route, why));
                }
                continue;
            }
            let Some(mapping) = &template.mapping else {
                for action in actions.iter().filter(|action| action.detail == template.detail) {
                    let mut filled = template.clone();
                    let Some(path) = &action.path else {
                        filled.url = filled.url.replace("{url_path}", "");
                        let route = router.route(&filled, &registration.prefix, &lookup);
                        let action = &action.name;
                        let why = format!("the path of `{action}` is put together at run time");
                        doubtful.push((route, why));
                        continue;
                    };
                    filled.url = filled.url.replace("{url_path}", path);
                    let route = router.route(&filled, &registration.prefix, &lookup);
                    let name = name.as_ref().map(|n| n.replace("{url_name}", &action.url_name));
                    let mut answer = base.clone();
                    answer.methods = action.methods.iter().map(|(method, _)| *method).collect();
                    answer.methods.retain(|method| allowed.permits(method));
                    answer.guards = self.action_guards(of, action, &base, questions);
                    let by_get = answer.methods == ["GET"];
                    let own = action.methods.iter().filter(|(m, _)| by_get || *m != "GET");
                    let own = own.map(|(_, handler)| handler.as_ref());
                    answer.handlers = self.handlers(key, own);
                    let mapping: Vec<_> =
                        action.methods.iter().map(|(method, name)| (*method, &**name)).collect();
                    let own = action.permissions.as_ref();
                    answer.runs = self.runs(key, &mapping, own, questions);
                    found.push((route, name, answer));
                }
                for action in in_doubt.iter().filter(|action| action.detail == template.detail) {
                    let mut filled = template.clone();
                    let path = action.path.as_deref().unwrap_or_default();
                    filled.url = filled.url.replace("{url_path}", path);
                    let route = router.route(&filled, &registration.prefix, &lookup);
                    let action = &action.name;
                    let why = format!("`get_extra_actions` decides whether `{action}` is there");
                    doubtful.push((route, why));
                }
                continue;
            };
            let there: Vec<_> = mapping
                .iter()
                .filter(|(method, action)| has(action) && allowed.permits(method))
                .map(|(method, action)| (*method, &**action))
                .collect();
            if there.is_empty() {
                continue;
            }
            let there = (&*there, template.detail);
            let answer = self.answering(key, base.clone(), there, None, questions);
            found.push((router.route(template, &registration.prefix, &lookup), name, answer));
        }
        ViewsetRoutes { known: found, doubtful }
    }

    /// A view set that a URLconf maps by hand: `Orders.as_view({"get": "list"})`. Only routers heed the
    /// permissions that an `@action` names.
    pub(super) fn mapped_by_hand(
        &self,
        key: (FileId, ClassId),
        mapping: &Map,
        given: Option<&Evaluated>,
        questions: &mut Questions<'_>,
    ) -> Answer {
        let base = self.unmapped(key, true, given, questions);
        if mapping.open.is_some() {
            return base;
        }
        let allowed = Allowed::of(key, questions);
        let mapped: Vec<_> = mapping
            .entries
            .iter()
            .filter_map(|(method, action)| {
                let (written, action) = (method.value.as_str()?, action.value.as_str()?);
                let (method, _) = METHODS.iter().find(|(_, handler)| *handler == written)?;
                allowed.permits(method).then_some((*method, action))
            })
            .collect();
        // `detail` is what routers say of a route.
        self.answering(key, base, (&mapped, false), given, questions)
    }

    /// A view before it is known which methods lead where; `is_set` where routes say that.
    pub(super) fn unmapped(
        &self,
        (file, class): (FileId, ClassId),
        is_set: bool,
        given: Option<&Evaluated>,
        questions: &mut Questions<'_>,
    ) -> Answer {
        let ir = self.project.ir(file);
        let record = ir.class(class);
        let (guards, csrf) = self.class_guards((file, class), is_set, given, questions);
        let of = ClassRef::Project(file, class);
        Answer {
            view: format!("{}.{}", self.project.module_name(file), ir.str(record.qualname)),
            place: Some((file, record.name_span)),
            methods: Vec::new(),
            guards,
            csrf,
            throttle: self.class_throttle(of, (file, class), questions),
            writes: Vec::new(),
            handlers: Vec::new(),
            runs: Vec::new(),
            is_open: false,
        }
    }

    /// Completes the answer of a view set by the methods that lead to actions, of a route that is about
    /// one row or not.
    fn answering(
        &self,
        key: (FileId, ClassId),
        mut answer: Answer,
        (mapping, detail): (&[(&'static str, &str)], bool),
        given: Option<&Evaluated>,
        questions: &mut Questions<'_>,
    ) -> Answer {
        answer.methods = mapping.iter().map(|(method, _)| *method).collect();
        if mapping.iter().any(|(_, action)| WRITING.contains(action)) {
            answer.writes = vec![self.model(key.0, key.1, questions)];
        }
        let by_get = answer.methods == ["GET"];
        let own = mapping.iter().filter(|(method, _)| by_get || *method != "GET");
        answer.handlers = self.handlers(key, own.map(|(_, action)| *action).chain(HOOKS));
        answer.runs = self.runs(key, mapping, given, questions);
        let of = ClassRef::Project(key.0, key.1);
        self.handler_guards(of, mapping, detail, given, &mut answer, questions);
        answer
    }

    /// `@action(detail=True, methods=["post"], permission_classes=[…])`
    /// Those that are there for sure, and those that code decides on.
    fn actions(&self, of: ClassRef, questions: &mut Questions<'_>) -> (Vec<Action>, Vec<Action>) {
        let mut found: Vec<Action> = Vec::new();
        let mut more: Vec<(String, &'static str, String)> = Vec::new();
        let mut seen = Vec::new();
        for class in &self.project.mro(of).classes {
            let ClassRef::Project(file, class) = *class else { continue };
            let ir = self.project.ir(file);
            let body = ir.function(ir.class(class).body);
            for binding in &ir.bindings[body.bindings] {
                let name = ir.str(binding.name).to_owned();
                if seen.contains(&name) {
                    continue;
                }
                seen.push(name.clone());
                for decorator in decorations(self.project, file, binding.value) {
                    if let Some((of, method)) = mapped(ir, decorator) {
                        more.push((of, method, name.clone()));
                    }
                    let Value::Call { callee, args } = ir.value(ir.bare(decorator)) else {
                        continue;
                    };
                    let called = self.project.resolve(file, callee);
                    let dotted = self.project.dotted(called).unwrap_or_default();
                    if dotted != "rest_framework.decorators.action" {
                        continue;
                    }
                    let mut arg = |name: &str| {
                        let arg = ir.args[args].iter().find(|arg| {
                            matches!(arg.kind, bartizan_ir::ArgKind::Keyword(key) if ir.str(key) == name)
                        })?;
                        Some(questions.evaluate(file, arg.value))
                    };
                    let detail = arg("detail").is_some_and(|detail| {
                        crate::settings::truth(&detail) == crate::settings::Truth::Yes
                    });
                    let text = |value: Option<Evaluated>| {
                        value.and_then(|value| value.value.as_str().map(str::to_owned))
                    };
                    let methods =
                        arg("methods").map_or_else(|| vec!["GET"], |list| method_list(&list));
                    let path = arg("url_path");
                    found.push(Action {
                        detail,
                        path: match path {
                            Some(path) if !is_nothing(&path) => {
                                path.value.as_str().map(str::to_owned)
                            }
                            _ => Some(name.clone()),
                        },
                        url_name: text(arg("url_name")).unwrap_or_else(|| name.replace('_', "-")),
                        permissions: arg("permission_classes"),
                        methods: methods.into_iter().map(|method| (method, name.clone())).collect(),
                        name: name.clone(),
                    });
                }
            }
        }
        let doubtful = self.take_doubtful(of, &mut found);
        for (of, method, handler) in more {
            if let Some(action) = found.iter_mut().find(|action| action.name == of) {
                action.methods.push((method, handler));
            }
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        (found, doubtful)
    }

    /// Takes out the actions that a `get_extra_actions` of the project names: it decides at run time
    /// which of them are there.
    fn take_doubtful(&self, of: ClassRef, actions: &mut Vec<Action>) -> Vec<Action> {
        let none = Vec::new();
        let Some(member) = self.project.lookup_member(of, "get_extra_actions") else {
            return none;
        };
        let file = member.class.0;
        if self.project.module_name(file).starts_with("rest_framework") {
            return none;
        }
        let ir = self.project.ir(file);
        let mut at = ir.bare(member.value);
        while let Value::Decorated { of, .. } = ir.value(at) {
            at = ir.bare(of);
        }
        let Value::Function(function) = ir.value(at) else { return none };
        let span = ir.function(function).span;
        let named = |name: &str| {
            ir.values.iter().zip(&ir.spans).any(|(value, at)| {
                matches!(value, Value::Str(text) if ir.str(*text) == name) && span.contains(*at)
            })
        };
        let (doubtful, sure) =
            std::mem::take(actions).into_iter().partition(|action| named(&action.name));
        *actions = sure;
        doubtful
    }

    /// The name under which a viewset's routes go, where it is known.
    pub(super) fn basename(
        &self,
        registration: &Registration,
        questions: &mut Questions<'_>,
    ) -> Option<String> {
        if let Some(name) = &registration.basename {
            return name.clone();
        }
        let (file, class) = self.class_behind(&registration.view)?;
        let of = ClassRef::Project(file, class);
        let queryset = self.project.lookup_member(of, "queryset");
        let written = queryset.and_then(|member| self.root_class(member.class.0, member.value));
        let model = written.unwrap_or_else(|| self.model(file, class, questions));
        (model != "?").then(|| model.to_lowercase())
    }
}
