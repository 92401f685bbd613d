//! Views for which no CSRF token is asked.

use std::collections::BTreeSet;

use bartizan_django::views::values::is_request;
use bartizan_django::views::{class_decorators, decorators_of};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};
use bartizan_ir::{ClassId, EffectKind, FileIr, FunctionId, FunctionKind, Value, ValueId};
use bartizan_model::kind;
use bartizan_project::{ClassRef, Entity, FileId, Inherits};

use crate::words::{describe, has_word};
use crate::{CallSite, Decorated, Detect, Draft, FileView, Form, Rule};

/// A view that is left out of Django's CSRF protection.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "csrf-exempt-view",
        title: "View without CSRF protection",
        family: Family::Access,
        since: "0.1",
        status: Status::Stable,
        cwe: &[Cwe(352)],
        severity: Severity::Medium,
        confidence: Confidence::High,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("csrf_exempt_view.md"),
    },
    detect: Detect::Calls { kinds: &[kind::CSRF_EXEMPT], judge },
    everyday_until: None,
};

fn judge(site: &CallSite<'_>) -> Option<Draft> {
    let Form::Decorator(decorated) = site.form else { return None };
    let view = site.view;
    // A decorator that makes an API of a view leaves CSRF to the API's authentication; only one
    // that does nothing else lifts the protection by hand.
    let decorator = view.project.decorator(view.file, site.value);
    if decorator.is_some_and(|decorator| decorator.adds.len() > 1) {
        return None;
    }
    if is_on_handler(&view, decorated) {
        return None;
    }
    let guarded = Guarded::of(&view, decorated);
    if guarded.is_api {
        return None;
    }
    let name = guarded.name.clone().map_or("The view".to_owned(), |name| format!("`{name}`"));
    let mut draft = site.draft_at(site.span);
    draft.evidence = guarded
        .bodies
        .iter()
        .map(|(file, function)| (*file, view.of(*file).ir().function(*function).span))
        .collect();
    draft.message = format!("{name} takes requests without a CSRF token");
    draft.label = "any site may send this for a visitor".to_owned();
    draft.impact = "A page that `SameSite` does not hold back, such as one on a sister domain, sends this \
                    request from the browser of someone who is logged in here, and it counts as theirs."
        .to_owned();
    draft.fix = "Remove the exemption; where another machine calls, check its signature with \
                 `hmac.compare_digest` before anything is done"
        .to_owned();
    if let Some((file, acting)) = acting_view(&view, &guarded) {
        let ir = view.of(file).ir();
        let record = ir.function(acting);
        draft.message = format!(
            "{} takes requests without a CSRF token, as it is wrapped here",
            format_args!("`{}`", ir.str(record.qualname)),
        );
        draft.notes.push((file, record.name_span, "acts for whoever is logged in".to_owned()));
    } else if let Some(check) = &guarded.check {
        draft.severity = Some(Severity::Low);
        draft.label = format!("instead, `{check}` tells who is asking");
        draft = draft.at_most(
            Confidence::Low,
            &format!("if `{check}` does not stand on every way through the view"),
        );
    } else if guarded.only_reads {
        draft.severity = Some(Severity::Low);
        draft = draft.at_most(Confidence::Low, "if it changes anything although it only takes GET");
    } else if !guarded.changes {
        draft.severity = Some(Severity::Low);
        draft = draft.at_most(Confidence::Low, "if it changes anything");
    } else if guarded.name.as_deref().is_some_and(is_called_by_what_it_gives) {
        draft.severity = Some(Severity::Low);
        draft = draft.at_most(Confidence::Low, "if it changes anything although its name says not");
    } else if guarded.wraps {
        draft = draft.at_most(
            Confidence::Low,
            "if the views that are wrapped so act for the visitor by cookie",
        );
    } else if guarded.name.as_deref().is_some_and(is_called_by_machines)
        || has_word(view.project.path(view.file).as_str(), &["webhook", "webhooks", "ipn", "saml"])
    {
        draft = draft.at_most(
            Confidence::Low,
            "if it acts for the visitor, and not for the machine that calls",
        );
    } else if guarded.needs_preflight {
        draft.severity = Some(Severity::Low);
        draft = draft.at_most(
            Confidence::Low,
            "if CORS lets a page elsewhere send this method, for which a browser asks first",
        );
    } else {
        // Without a look at the visitor, a forged request does what the attacker can do anyway.
        let doubt = "if it acts for whoever is logged in";
        draft = match guarded.visitor {
            Visitor::Known => match asking_by_header(&view) {
                Some(name) => {
                    let doubt = format!("if `{name}` is not what says who asks");
                    draft.at_most(Confidence::Low, &doubt)
                }
                None => draft,
            },
            // A cart, an order of a list: what a session holds is little to gain.
            Visitor::Session => draft.at_most(Confidence::Low, doubt),
            Visitor::Unknown => draft.at_most(Confidence::Low, doubt),
        };
    }
    Some(draft)
}

/// Whether the decorator stands on one of the methods to which `dispatch` of a Django view hands on:
/// `as_view` takes over what decorators say of `dispatch` alone, so that Django asks for the token as
/// ever. <https://docs.djangoproject.com/en/5.2/topics/class-based-views/intro/#decorating-the-class>
fn is_on_handler(view: &FileView<'_>, decorated: Decorated) -> bool {
    let Decorated::Function(function) = decorated else { return false };
    let ir = view.ir();
    let record = ir.function(function);
    let Some(class) = record.class else { return false };
    let whole = ClassRef::Project(view.file, class);
    (CHANGING.contains(&ir.str(record.name)) || ir.str(record.name) == "get")
        && view.project.is_subclass(whole, "django.views.generic.base.View") == Inherits::Yes
        && view.project.lookup_member(whole, "as_view").is_none()
}

/// What is known of the view that is left without protection.
#[derive(Default)]
struct Guarded {
    /// The view's name.
    name: Option<String>,
    /// The functions of the view.
    bodies: Vec<(FileId, FunctionId)>,
    /// The call that asks for a proof of its own.
    check: Option<String>,
    /// What it asks of the visitor: what a forged request abuses.
    visitor: Visitor,
    /// Whether nothing but reading gets in.
    only_reads: bool,
    /// Whether nothing gets in but methods that a page elsewhere sends only where CORS allows it.
    needs_preflight: bool,
    /// Whether anything that it calls is called as what changes something.
    changes: bool,
    /// Whether it is a view of an API framework, which has a protection of its own.
    is_api: bool,
    /// Whether it is the wrapper that a decorator puts around whatever view it is given.
    wraps: bool,
}

/// What a view asks of whoever sends the request. Ordered: the most counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Visitor {
    /// Nothing that can be seen.
    #[default]
    Unknown,
    /// What their session or their cookies hold.
    Session,
    /// Who they are.
    Known,
}

/// Whether a decorator lets those in who are logged in: by their session, since a view that is no API
/// knows them by nothing else.
fn is_login(name: &str) -> bool {
    matches!(
        name,
        "login_required" | "permission_required" | "staff_member_required" | "user_passes_test"
    )
}

/// Methods that a page elsewhere sends only after CORS allowed it.
const PREFLIGHTED: &[&str] = &["PUT", "PATCH", "DELETE"];

/// Methods for which Django asks no token.
const READING: &[&str] = &["GET", "HEAD", "OPTIONS", "TRACE"];

/// Functions that are looked through for a check.
const MOST_BODIES: usize = 60;

impl Guarded {
    fn of(view: &FileView<'_>, decorated: Decorated) -> Self {
        let mut guarded = Self::default();
        match decorated {
            Decorated::Function(function) => guarded.function(view, function),
            Decorated::Class(class) => guarded.class(view, class),
            Decorated::Value(value) => guarded.value(view, value),
        }
        guarded.look_through(view);
        guarded
    }

    fn value(&mut self, view: &FileView<'_>, value: ValueId) {
        let ir = view.ir();
        let entity = view.project.resolve(view.file, value);
        if let Some((file, function)) = entity.as_function() {
            return self.function(&view.of(file), function);
        }
        if let Value::Call { callee, .. } = ir.value(ir.bare(value))
            && let Value::Attr { of, .. } = ir.value(ir.bare(callee))
        {
            match view.project.resolve(view.file, of) {
                Entity::Class(file, class) => return self.class(&view.of(file), class),
                entity => {
                    if let Some(class) = entity.as_class() {
                        self.is_api = is_api(view, class);
                    }
                }
            }
            self.name = Some(describe(ir, of));
            return;
        }
        self.name = Some(describe(ir, value)).filter(|name| !name.starts_with('…'));
    }

    fn function(&mut self, view: &FileView<'_>, id: FunctionId) {
        let ir = view.ir();
        let function = ir.function(id);
        self.name = Some(ir.str(function.qualname).to_owned());
        self.bodies.push((view.file, id));
        self.wraps = wraps(view, id);
        let around = decorators_of(view.project, (view.file, id));
        if around.iter().any(|(name, _)| is_login(name)) {
            self.visitor = Visitor::Known;
        }
        self.check =
            around.into_iter().map(|(name, _)| name).find(|name| is_named_like_proof(name));
        self.needs_preflight =
            ir.ids[function.decorators].iter().any(|by| takes_only(view, *by, PREFLIGHTED));
        self.only_reads = ir.ids[function.decorators].iter().any(|by| {
            takes_only(view, *by, READING)
                || view.project.decorator(view.file, *by).is_some_and(|decorator| {
                    matches!(decorator.name.as_str(), "require_GET" | "require_safe")
                })
        });
        if let Some(class) = function.class {
            let name = self.name.take();
            self.class(view, class);
            self.name = name;
        }
    }

    fn class(&mut self, view: &FileView<'_>, id: ClassId) {
        let ir = view.ir();
        self.name = Some(ir.str(ir.class(id).qualname).to_owned());
        let whole = ClassRef::Project(view.file, id);
        let takes = |name: &str| view.project.lookup_member(whole, name).is_some();
        // Where the bases of an API are not in the tree, its attributes tell.
        self.is_api = is_api(view, whole)
            || takes("authentication_classes")
            || takes("permission_classes")
            || takes("throttle_scope");
        let edits = view.project.is_subclass(whole, "django.views.generic.edit.ProcessFormView");
        let around = class_decorators(view.project, (view.file, id));
        let is_login_mixin = |base: &ClassRef| match base {
            ClassRef::External(symbol) => {
                let name = view.project.symbol(*symbol).rsplit('.').next();
                matches!(name, Some("LoginRequiredMixin" | "PermissionRequiredMixin"))
            }
            ClassRef::Project(..) => false,
        };
        if around.iter().any(|(name, _)| is_login(name))
            || view.project.mro(whole).classes.iter().any(is_login_mixin)
        {
            self.visitor = Visitor::Known;
        }
        // A view without `post` refuses one, where all of its bases are known.
        let is_whole = !takes("dispatch")
            && !view.project.mro(whole).unknown_base
            && view.project.is_subclass(whole, "django.views.generic.base.View") == Inherits::Yes;
        self.needs_preflight = is_whole
            && !["get", "post", "form_valid"].iter().any(|name| takes(name))
            && edits != Inherits::Yes
            && CHANGING.iter().any(|name| takes(name));
        self.only_reads = (takes("get") || is_whole)
            && !CHANGING.iter().any(|name| takes(name))
            && edits != Inherits::Yes;
        for class in &view.project.mro(ClassRef::Project(view.file, id)).classes {
            let ClassRef::Project(file, class) = *class else { continue };
            let ir = view.project.ir(file);
            let methods = ir.functions().filter(|(_, function)| {
                function.class == Some(class) && function.kind == FunctionKind::Def
            });
            for (method, _) in methods {
                if !self.bodies.contains(&(file, method)) {
                    self.bodies.push((file, method));
                }
            }
        }
    }

    /// Looks through the bodies, and the functions of the project that they call, for a check and for
    /// the visitor.
    fn look_through(&mut self, view: &FileView<'_>) {
        // Whose code is not seen may change anything.
        self.changes = self.bodies.is_empty();
        let mut seen: BTreeSet<(FileId, FunctionId)> = self.bodies.iter().copied().collect();
        let mut ahead = self.bodies.clone();
        let mut at = 0;
        while let Some((file, function)) = ahead.get(at).copied() {
            at += 1;
            let there = view.of(file);
            let ir = there.ir();
            self.visitor = self.visitor.max(asks_for_visitor(&there, function));
            if let Some(header) = reads_credentials(ir, function) {
                self.check = Some(header.to_owned());
                return;
            }
            for effect in &ir.effects[ir.function(function).effects] {
                let call = match effect.kind {
                    EffectKind::Call(call) => call,
                    // `request.session["cart"] = …`
                    EffectKind::Mutate(mutated) => {
                        self.changes |= has_word(&describe(ir, mutated), &["session"]);
                        continue;
                    }
                    _ => continue,
                };
                let Value::Call { callee: called, .. } = ir.value(call) else { continue };
                let callee = view.project.callee(file, call);
                let is_check = callee.model.is_some_and(|model| {
                    model.kinds.iter().any(|of| of.kind == kind::AUTHENTICITY_CHECK)
                });
                let name = describe(ir, called);
                if is_check || is_named_like_check(&name) {
                    self.check = Some(name);
                    return;
                }
                self.changes |= changes(&name);
                if let Some(inner) = callee.target.as_function()
                    && seen.len() < MOST_BODIES
                    && seen.insert(inner)
                {
                    ahead.push(inner);
                }
            }
        }
    }
}

/// A view that a decorator wraps so, which changes something for whoever is logged in; where the wrapper
/// says by itself who that is, no cookie does.
fn acting_view(view: &FileView<'_>, guarded: &Guarded) -> Option<(FileId, FunctionId)> {
    let (file, wrapper) = *guarded.bodies.first().filter(|_| guarded.wraps)?;
    let ir = view.of(file).ir();
    let record = ir.function(wrapper);
    let says_who = ir.effects[record.effects].iter().any(|effect| {
        matches!(effect.kind, EffectKind::StoreAttr { name, .. } if ir.str(name) == "user")
    });
    let outer = record.parent?;
    if says_who || guarded.check.is_some() {
        return None;
    }
    view.project.files().find_map(|at| {
        let there = view.of(at);
        let ir = there.ir();
        ir.strings.find(view.of(file).ir().str(view.of(file).ir().function(outer).name))?;
        let (found, _) = ir.functions().find(|(id, function)| {
            let wraps = |by: &ValueId| {
                let named = match ir.value(ir.bare(*by)) {
                    Value::Call { callee, .. } => callee,
                    _ => *by,
                };
                view.project.definition(at, named) == Entity::Function(file, outer)
            };
            ir.ids[function.decorators].iter().any(wraps) && {
                let inner = Guarded::of(&there, Decorated::Function(*id));
                inner.changes
                    && inner.check.is_none()
                    && !inner.only_reads
                    && !inner.is_api
                    && inner.visitor == Visitor::Known
            }
        })?;
        Some((at, found))
    })
}

/// Whether a function calls what the function around it is given: the wrapper of a decorator.
fn wraps(view: &FileView<'_>, id: FunctionId) -> bool {
    let ir = view.ir();
    ir.effects[ir.function(id).effects].iter().any(|effect| {
        let EffectKind::Call(call) = effect.kind else { return false };
        let Value::Call { callee, .. } = ir.value(call) else { return false };
        let Value::Capture { name, owner } = ir.value(ir.bare(callee)) else { return false };
        ir.params[ir.function(owner).params].iter().any(|param| param.name == name)
    })
}

/// Methods of a class-based view through which a request changes something.
const CHANGING: &[&str] = &["post", "put", "patch", "delete", "form_valid"];

/// Whether a function is called as what changes something: `order.save`, `send_mail`.
fn changes(name: &str) -> bool {
    let (of, last) = name.rsplit_once('.').unwrap_or(("", name));
    let last = last.trim_end_matches("()").trim_end_matches("(…)");
    // What a template is given is no state: `context.update(…)`.
    if last == "update" && has_word(of, &["context", "ctx", "kwargs", "data", "params", "headers"])
    {
        return false;
    }
    // `has_import_perm` asks.
    if ["has_", "is_", "can_", "may_", "should_"].iter().any(|asks| last.starts_with(asks)) {
        return false;
    }
    has_word(
        last,
        &[
            "save",
            "create",
            "delete",
            "update",
            "remove",
            "add",
            "set",
            "send",
            "write",
            "delay",
            "apply",
            "execute",
            "login",
            "logout",
            "submit",
            "register",
            "charge",
            "pay",
            "upload",
            "import",
            "cancel",
            "approve",
            "reject",
            "grant",
            "revoke",
            "process",
            "store",
            "insert",
            "publish",
            "dispatch",
            "clear",
            "run",
            "start",
            "stop",
            "activate",
            "deactivate",
            "merge",
            "move",
            "copy",
            "mark",
            "change",
        ],
    )
}

/// Whether a view is called as those are that other machines call, who bring no cookie: the rule about
/// unsigned webhooks is another one.
fn is_called_by_machines(name: &str) -> bool {
    has_word(
        name,
        &[
            "webhook",
            "webhooks",
            "hook",
            "callback",
            "ipn",
            "notify",
            "notification",
            "notifications",
            "postback",
            "acs",
            "thank",
            "silent",
            "saml",
            "complete",
        ],
    )
}

/// What a function asks of the visitor, as far as it asks the request itself.
fn asks_for_visitor(view: &FileView<'_>, function: FunctionId) -> Visitor {
    let ir = view.ir();
    let named = |names: &[&str]| -> Vec<_> {
        names.iter().filter_map(|name| ir.strings.find(name)).collect()
    };
    let (who, what) = (named(&["user", "auser"]), named(&["session", "COOKIES"]));
    if who.is_empty() && what.is_empty() {
        return Visitor::Unknown;
    }
    let mut visitor = Visitor::Unknown;
    for (at, value) in ir.values.iter().enumerate() {
        let Value::Attr { of, name } = *value else { continue };
        let asks = match name {
            name if who.contains(&name) => Visitor::Known,
            name if what.contains(&name) => Visitor::Session,
            _ => continue,
        };
        if asks > visitor
            && ir.stretch(ValueId::from_index(at)).function == function
            && view.is_request(of)
        {
            visitor = asks;
        }
    }
    visitor
}

/// The header with credentials that a function reads, which no page elsewhere can make a browser send.
fn reads_credentials(ir: &FileIr, function: FunctionId) -> Option<&'static str> {
    let named = ["HTTP_AUTHORIZATION", "Authorization"];
    let header = named.iter().find_map(|name| Some((*name, ir.strings.find(name)?)));
    let (header, name) = header?;
    let reads = ir.values.iter().enumerate().any(|(at, value)| {
        matches!(value, Value::Str(text) if *text == name)
            && ir.stretch(ValueId::from_index(at)).function == function
    });
    reads.then_some(header)
}

/// A middleware of the project's own that says by a header who asks, and puts them into the request.
fn asking_by_header(view: &FileView<'_>) -> Option<String> {
    view.project.files().find_map(|file| {
        let ir = view.project.ir(file);
        ir.strings.find("HTTP_AUTHORIZATION").or(ir.strings.find("Authorization"))?;
        ir.classes().find_map(|(class, record)| {
            let whole = ClassRef::Project(file, class);
            let is_middleware = ["__call__", "process_request", "process_view"]
                .iter()
                .any(|name| view.project.lookup_member(whole, name).is_some());
            let mut methods = ir.functions().filter(|(_, method)| method.class == Some(class));
            let puts = |method: &bartizan_ir::Function| {
                ir.effects[method.effects].iter().any(|effect| {
                    matches!(effect.kind, EffectKind::StoreAttr { object, name, .. }
                        if ir.str(name) == "user" && is_request(ir, object))
                })
            };
            let is_it = is_middleware && methods.any(|(_, method)| puts(method));
            is_it.then(|| ir.str(record.name).to_owned())
        })
    })
}

/// Whether a view is called by what it gives, as `GetTreeView` is.
fn is_called_by_what_it_gives(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    ["Get", "get_", "List", "list_", "Search", "search_"].iter().any(|first| {
        last.strip_prefix(first)
            .is_some_and(|rest| first.ends_with('_') || rest.starts_with(char::is_uppercase))
    })
}

/// Whether a function is called as checks of a proof are: `verify_signature`, `check_hmac`.
fn is_named_like_check(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    has_word(last, &["verify", "validate", "check", "authenticate", "valid", "enforce"])
        && has_word(
            last,
            &["signature", "hmac", "token", "webhook", "secret", "authenticate", "digest", "csrf"],
        )
}

/// Whether a decorator is called as those are that ask for a proof which no browser sends by itself:
/// `nonce_required`, `require_api_key`.
fn is_named_like_proof(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    has_word(
        last,
        &["required", "require", "requires", "needs", "check", "verify", "validate", "with"],
    ) && has_word(
        last,
        &["nonce", "signature", "hmac", "token", "key", "apikey", "bearer", "secret"],
    ) || is_named_like_check(last)
}

/// Whether a decorator lets nothing in but `PUT`, `PATCH` and `DELETE`: a page elsewhere can send those only
/// after a CORS preflight (<https://fetch.spec.whatwg.org/#cors-safelisted-method>).
fn takes_only(view: &FileView<'_>, by: ValueId, methods: &[&str]) -> bool {
    let ir = view.ir();
    let Value::Call { args, .. } = ir.value(ir.bare(by)) else { return false };
    let decorator = view.project.decorator(view.file, by);
    if decorator.is_none_or(|decorator| decorator.name != "require_http_methods") {
        return false;
    }
    let listed = ir.args[args].first().map(|arg| ir.value(ir.bare(arg.value)));
    let Some(Value::List(items) | Value::Tuple(items)) = listed else { return false };
    ir.items[items].iter().all(|item| {
        matches!(ir.value(ir.bare(item.value)), Value::Str(text)
            if methods.contains(&ir.str(text)))
    })
}

fn is_api(view: &FileView<'_>, class: ClassRef) -> bool {
    view.project.is_subclass(class, "rest_framework.views.APIView") == Inherits::Yes
}
