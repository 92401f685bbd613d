//! What guards a view: its decorators, its bases, its permission classes, its own code.

use std::rc::Rc;

use bartizan_base::Span;
use bartizan_ir::{ClassId, FunctionId, Value};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::{Abstract, Evaluated, Questions, Site, Symbol};

use super::guards::{self, Csrf, Guard, Reach};
use super::views::{Action, Answer, METHODS, Views, decorations, last, symbol_of};

/// Names that code reads or calls when it asks who is there.
const ASKING: &[&str] = &[
    "PermissionDenied",
    "check_object_permissions",
    "check_perm",
    "check_permission",
    "check_permissions",
    "handle_no_permission",
    "has_module_perms",
    "has_object_permission",
    "has_perm",
    "has_permission",
    "has_permissions",
    "has_perms",
    "is_anonymous",
    "is_authenticated",
    "is_staff",
    "is_superuser",
    "permission_denied",
    "redirect_to_login",
    "test_func",
];

/// Methods of a class of the project by which it may turn a visitor away.
const TURNING_AWAY: &[&str] = &[
    "check_object_permissions",
    "check_permissions",
    "dispatch",
    "get_permission_required",
    "get_permissions",
    "get_required_permission",
    "handle_no_permission",
    "has_permission",
    "initial",
    "permission_denied",
    "setup",
    "test_func",
];

impl Views<'_> {
    /// Where the code inside `span` asks who is there.
    pub(super) fn asks(&self, file: FileId, span: Span) -> Option<Span> {
        let spans = self.asking.borrow().get(&file).cloned();
        let spans = spans.unwrap_or_else(|| {
            let ir = self.project.ir(file);
            let names: Vec<_> = ASKING.iter().filter_map(|name| ir.strings.find(name)).collect();
            let asks = |value: &Value| match *value {
                Value::Attr { name, .. } | Value::Global { name, .. } => names.contains(&name),
                Value::Import { name: Some(name), .. } => names.contains(&name),
                _ => false,
            };
            let found = ir.values.iter().zip(&ir.spans).filter(|(value, _)| asks(value));
            let found: Rc<[Span]> = found.map(|(_, span)| *span).collect();
            self.asking.borrow_mut().insert(file, Rc::clone(&found));
            found
        });
        spans.iter().copied().find(|asked| span.contains(*asked))
    }

    /// The guard that a view has inside itself, if it asks for anything.
    pub(super) fn inner_guard(&self, file: FileId, function: FunctionId) -> Option<Guard> {
        let asked = self.asks(file, self.project.ir(file).function(function).span)?;
        Some(Guard {
            name: "the view itself".to_owned(),
            reach: Reach::Unknown,
            writes_only: false,
            place: Some((file, asked)),
        })
    }

    pub(super) fn api_csrf(&self) -> Csrf {
        match self.has_session {
            true => Csrf::Session,
            false => Csrf::Exempt,
        }
    }

    /// What guards API views that say nothing themselves.
    pub(super) fn default_guards(&self) -> Vec<Guard> {
        self.defaults.as_ref().map(|list| self.permissions(list)).unwrap_or_default()
    }

    /// The guards of a list of permission classes.
    pub(super) fn permissions(&self, list: &Evaluated) -> Vec<Guard> {
        let unknown = |name: String, site: Site| Guard {
            name,
            reach: Reach::Unknown,
            writes_only: false,
            place: Some((site.file, self.project.ir(site.file).span(site.node))),
        };
        let items: Vec<&Evaluated> = match &list.value {
            Abstract::Seq(seq) => seq.items.iter().collect(),
            _ => return vec![unknown("permission_classes".to_owned(), list.site)],
        };
        let mut found = Vec::new();
        for item in items {
            let name = match &item.value {
                Abstract::Ref(Symbol::External(name)) => name.to_string(),
                Abstract::Const(_) => item.value.as_str().unwrap_or("").to_owned(),
                Abstract::Ref(Symbol::Class(file, class, _)) => {
                    found.extend(self.permission_class(*file, *class));
                    continue;
                }
                _ => {
                    found.push(unknown("a permission".to_owned(), item.site));
                    continue;
                }
            };
            // Settings name a class of the project by its text.
            if let Entity::Class(file, class) = self.project.find(&name) {
                found.extend(self.permission_class(file, class));
                continue;
            }
            let last = name.rsplit('.').next().unwrap_or(&name).to_owned();
            let place =
                Some((item.site.file, self.project.ir(item.site.file).span(item.site.node)));
            match last.as_str() {
                "AllowAny" => {}
                "IsAuthenticatedOrReadOnly" | "DjangoModelPermissionsOrAnonReadOnly" => {
                    found.push(Guard { name: last, reach: Reach::Login, writes_only: true, place });
                }
                _ => {
                    let reach = guards::meaning(&name).unwrap_or(Reach::Unknown);
                    found.push(Guard { name: last, reach, writes_only: false, place });
                }
            }
        }
        found
    }

    /// A permission class of the project: as strict as the known one that it builds on.
    pub(super) fn permission_class(&self, file: FileId, class: ClassId) -> Option<Guard> {
        let ir = self.project.ir(file);
        let record = ir.class(class);
        let name = ir.str(record.name).to_owned();
        let mut reach = Reach::Unknown;
        for base in &self.project.mro(ClassRef::Project(file, class)).classes {
            if let ClassRef::External(symbol) = base
                && let Some(known) = guards::meaning(self.project.symbol(*symbol))
            {
                reach = known;
            }
        }
        Some(Guard { name, reach, writes_only: false, place: Some((file, record.name_span)) })
    }

    pub(super) fn class_guards(
        &self,
        file: FileId,
        class: ClassId,
        questions: &mut Questions<'_>,
    ) -> (Vec<Guard>, Option<Csrf>) {
        let of = ClassRef::Project(file, class);
        let mut guards = Vec::new();
        let mut csrf = None;
        // Decorators of the class and of `dispatch`, along the order of its bases.
        for base in &self.project.mro(of).classes {
            let ClassRef::Project(file, class) = *base else { continue };
            let ir = self.project.ir(file);
            let record = ir.class(class);
            let mut decorators: Vec<_> = ir.ids[record.decorators].to_vec();
            if let Some(member) = self.project.own_member(*base, "dispatch") {
                decorators.extend(decorations(self.project, member.class.0, member.value));
            }
            for decorator in decorators {
                let value = questions.evaluate(file, decorator);
                self.by_decorator(&value, None, &mut guards, &mut csrf);
            }
        }
        // Decorators of the methods themselves.
        for (_, handler) in METHODS {
            let Some(member) = self.project.lookup_member(of, handler) else { continue };
            let file = member.class.0;
            for decorator in decorations(self.project, file, member.value) {
                let value = questions.evaluate(file, decorator);
                self.by_decorator(&value, Some(*handler), &mut guards, &mut csrf);
            }
        }
        if self.project.lookup_member(of, "as_view").is_some() {
            // What the project's own `as_view` wraps the view in is not followed.
            guards.push(Guard {
                name: "as_view".to_owned(),
                reach: Reach::Unknown,
                writes_only: false,
                place: Some((file, self.project.ir(file).class(class).name_span)),
            });
        }
        let mut is_behind_view = false;
        for base in &self.project.mro(of).classes {
            let ClassRef::External(symbol) = base else { continue };
            let dotted = self.project.symbol(*symbol);
            match guards::meaning(dotted) {
                // A mixin behind the view never runs.
                Some(reach) if !is_behind_view => guards.push(Guard {
                    name: last(dotted).to_owned(),
                    reach,
                    writes_only: false,
                    place: Some((file, self.project.ir(file).class(class).name_span)),
                }),
                _ => {}
            }
            is_behind_view |= last(dotted) == "View" || last(dotted) == "APIView";
        }
        if self.is_api(of) {
            csrf = csrf.or(Some(self.api_csrf()));
            if let Some(classes) = questions.class_attribute(file, class, "authentication_classes")
                && let Abstract::Seq(seq) = &classes.value
            {
                let is_session = |item: &Evaluated| match &item.value {
                    Abstract::Ref(Symbol::External(name)) => name.contains("Session"),
                    _ => true,
                };
                csrf = Some(match seq.items.iter().any(is_session) {
                    true => Csrf::Session,
                    false => Csrf::Exempt,
                });
            }
            match questions.class_attribute(file, class, "permission_classes") {
                _ if self.project.lookup_member(of, "get_permissions").is_some() => {
                    guards.push(Guard {
                        name: "get_permissions".to_owned(),
                        reach: Reach::Unknown,
                        writes_only: false,
                        place: Some((file, self.project.ir(file).class(class).name_span)),
                    });
                }
                Some(list) => guards.extend(self.permissions(&list)),
                None => guards.extend(self.default_guards()),
            }
        }
        if guards.iter().all(|guard| guard.reach == Reach::Anonymous || guard.writes_only) {
            guards.extend(self.own_guard(of));
        }
        (guards, csrf)
    }

    /// Where a class, or one of its bases in the project, may turn a visitor away by itself.
    pub(super) fn own_guard(&self, of: ClassRef) -> Option<Guard> {
        let unknown = |name: &str, file: FileId, span: Span| Guard {
            name: name.to_owned(),
            reach: Reach::Unknown,
            writes_only: false,
            place: Some((file, span)),
        };
        for base in &self.project.mro(of).classes {
            let ClassRef::Project(file, class) = *base else { continue };
            let ir = self.project.ir(file);
            let record = ir.class(class);
            if let Some(name) =
                TURNING_AWAY.iter().find(|name| self.project.own_member(*base, name).is_some())
            {
                return Some(unknown(name, file, record.name_span));
            }
            if let Some(asked) = self.asks(file, record.span) {
                return Some(unknown(ir.str(record.name), file, asked));
            }
        }
        if self.project.mro(of).unknown_base {
            let ClassRef::Project(file, class) = of else { return None };
            let span = self.project.ir(file).class(class).name_span;
            return Some(unknown("a base that is not known", file, span));
        }
        None
    }

    /// `method_decorator(login_required, name="dispatch")`
    pub(super) fn by_decorator(
        &self,
        value: &Evaluated,
        mut on: Option<&'static str>,
        guards: &mut Vec<Guard>,
        csrf: &mut Option<Csrf>,
    ) {
        let place = Some((value.site.file, self.project.ir(value.site.file).span(value.site.node)));
        let names: Vec<String> = match &value.value {
            Abstract::Ref(Symbol::External(name)) => vec![name.to_string()],
            Abstract::Apply(apply) => {
                let Symbol::External(symbol) = &apply.symbol else { return };
                if !symbol.ends_with("method_decorator") {
                    vec![symbol.to_string()]
                } else {
                    let name = apply.args.iter().find(|(name, _)| name.as_deref() == Some("name"));
                    if let Some(named) = name.and_then(|(_, value)| value.value.as_str())
                        && named != "dispatch"
                    {
                        let handler = METHODS.iter().find(|(_, handler)| *handler == named);
                        let Some((_, handler)) = handler else { return };
                        on = Some(handler);
                    }
                    let Some((_, what)) = apply.args.first() else { return };
                    match &what.value {
                        Abstract::Seq(seq) => seq.items.iter().filter_map(symbol_of).collect(),
                        _ => symbol_of(what).into_iter().collect(),
                    }
                }
            }
            _ => return,
        };
        for name in names {
            match last(&name) {
                "csrf_exempt" if on.is_none() => *csrf = Some(Csrf::Exempt),
                "csrf_protect" if on.is_none() => *csrf = Some(Csrf::Checked),
                _ => {
                    let guard = guards::by_name(&name, place);
                    guards.extend(guard.map(|guard| match on {
                        None => guard,
                        // One method of several: of the rest nothing is said.
                        Some("get") => Guard { reach: Reach::Unknown, ..guard },
                        Some(_) => Guard { writes_only: true, ..guard },
                    }));
                }
            }
        }
    }

    /// The guards of an `@action`: its own permission classes take the place of the view set's, and its
    /// decorators come on top.
    pub(super) fn action_guards(
        &self,
        of: ClassRef,
        action: &Action,
        base: &Answer,
        questions: &mut Questions<'_>,
    ) -> Vec<Guard> {
        let mut guards = match &action.permissions {
            Some(list) => self.permissions(list),
            None => base.guards.clone(),
        };
        let mut csrf = None;
        if let Some(member) = self.project.lookup_member(of, &action.name) {
            for decorator in decorations(self.project, member.class.0, member.value) {
                let value = questions.evaluate(member.class.0, decorator);
                self.by_decorator(&value, None, &mut guards, &mut csrf);
            }
        }
        guards
    }

    /// The guards of the methods of a view set that a route leads to.
    pub(super) fn handler_guards(
        &self,
        of: ClassRef,
        mapping: &[&(&'static str, String)],
        answer: &mut Answer,
        questions: &mut Questions<'_>,
    ) {
        for (method, handler) in mapping {
            let Some(member) = self.project.lookup_member(of, handler) else { continue };
            let on = METHODS.iter().find(|(known, _)| known == method).map(|(_, lower)| *lower);
            for decorator in decorations(self.project, member.class.0, member.value) {
                let value = questions.evaluate(member.class.0, decorator);
                let mut csrf = None;
                self.by_decorator(&value, on, &mut answer.guards, &mut csrf);
            }
        }
    }
}
