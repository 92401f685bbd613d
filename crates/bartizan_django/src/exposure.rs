//! Which endpoints reach a piece of code: from where it stands, calls are followed backwards to views.
//!
//! What is found is reached for certain, as far as calls resolve; there may be other ways that nobody
//! sees. [`Exposed::is_whole`] says where there are none, because every call by that name is known.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_base::Span;
use bartizan_ir::{ClassId, FunctionId, FunctionKind, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId, Project};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::effects::LATER;
use crate::endpoints::{Reach, Surface};
use crate::registries::{BackgroundKind, Registries, is_sending, signal};

/// Functions looked at for one piece of code beyond which no more are.
const MOST_STEPS: usize = 400;

/// What reaches a piece of code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exposed {
    /// The endpoints, the most exposed first, then by route.
    pub endpoints: Vec<Reached>,
    /// What else runs it.
    pub ways: Vec<Way>,
    /// Whether nothing else does, as far as names tell.
    pub is_whole: bool,
}

/// An endpoint that reaches a piece of code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reached {
    /// Who may ask.
    pub reach: Reach,
    /// As Django prints it.
    pub route: String,
    /// The methods; empty for all of them.
    pub methods: Vec<&'static str>,
}

/// Something that runs code without being asked for by an address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// What it is.
    pub kind: WayKind,
    /// Its name.
    pub name: String,
}

/// What runs code beside endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WayKind {
    /// Middleware: every request.
    Middleware,
    /// Something was put into a queue.
    Task,
    /// A signal was sent.
    Receiver,
    /// Somebody called `manage.py`.
    Command,
    /// A template was rendered.
    Tag,
    /// The same, of a filter.
    Filter,
}

impl WayKind {
    /// The word for people and machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Middleware => "middleware",
            Self::Task => "task",
            Self::Receiver => "receiver",
            Self::Command => "command",
            Self::Tag => "tag",
            Self::Filter => "filter",
        }
    }
}

/// The calls of a project, turned around as far as they are asked for.
pub struct Exposure<'e> {
    project: &'e Project,
    surface: &'e Surface,
    /// The endpoints of each view.
    functions: FxHashMap<(FileId, FunctionId), Vec<usize>>,
    classes: FxHashMap<(FileId, ClassId), Vec<usize>>,
    /// Calls by the last name of what they call, and the function that calls.
    calls: FxHashMap<&'e str, Vec<(FileId, FunctionId, ValueId)>>,
    /// Functions by the last name of what decorates them.
    decorated: FxHashMap<&'e str, Vec<(FileId, FunctionId, ValueId)>>,
    /// Classes that name another in an attribute: `form_class`, `permission_classes`.
    users: FxHashMap<(FileId, ClassId), Vec<(FileId, ClassId)>>,
    /// Functions that something else than an endpoint runs.
    ways: FxHashMap<(FileId, FunctionId), Vec<Way>>,
    /// Receivers, and the model whose rows they hear of.
    hearing: FxHashMap<(FileId, FunctionId), Vec<&'e str>>,
    /// Receivers, and the signals of the project that they hear.
    hears: FxHashMap<(FileId, FunctionId), &'e [Entity]>,
    /// The functions that send a signal of the project.
    senders: FxHashMap<Entity, Vec<(FileId, FunctionId)>>,
    known: FxHashMap<(FileId, FunctionId), Exposed>,
}

/// Methods of a view, and what they answer to.
const HANDLERS: &[(&str, &[&str])] = &[
    ("get", &["GET"]),
    ("head", &["GET"]),
    ("post", &["POST"]),
    ("put", &["PUT"]),
    ("patch", &["PATCH"]),
    ("delete", &["DELETE"]),
    ("list", &["GET"]),
    ("retrieve", &["GET"]),
    ("create", &["POST"]),
    ("perform_create", &["POST"]),
    ("update", &["PUT", "PATCH"]),
    ("partial_update", &["PATCH"]),
    ("perform_update", &["PUT", "PATCH"]),
    ("destroy", &["DELETE"]),
    ("perform_destroy", &["DELETE"]),
    ("form_valid", &["POST"]),
    ("form_invalid", &["POST"]),
];

/// Methods that Django and its kin call by themselves, whoever else does.
const HOOKS: &[&str] = &[
    "dispatch",
    "setup",
    "initial",
    "as_view",
    "get_queryset",
    "get_object",
    "get_context_data",
    "get_form",
    "get_form_class",
    "get_form_kwargs",
    "get_initial",
    "get_success_url",
    "get_serializer",
    "get_serializer_class",
    "get_serializer_context",
    "get_permissions",
    "get_template_names",
    "get_redirect_url",
    "filter_queryset",
    "test_func",
    "has_permission",
    "render_to_response",
    "changelist_view",
    "change_view",
    "add_view",
    "save_model",
    "delete_model",
    "save_formset",
    "get_search_results",
];

/// How attributes end that name the classes that a class works with.
const NAMING: &[&str] = &["class", "classes", "form", "formset", "inlines", "backends"];

/// Methods of middleware that run for every request.
const MIDDLEWARE: &[&str] = &[
    "__call__",
    "__acall__",
    "process_request",
    "process_view",
    "process_response",
    "process_template_response",
    "process_exception",
];

/// Methods by which rows change.
const WRITES: &[&str] = &["POST", "PUT", "PATCH", "DELETE", "WEBSOCKET"];

/// Where a walk stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Node {
    Function(FileId, FunctionId),
    Class(FileId, ClassId),
}

/// What a walk has found.
#[derive(Default)]
struct Found {
    /// Endpoints, and the methods; none for all of them.
    endpoints: BTreeMap<usize, Option<BTreeSet<&'static str>>>,
    left: Vec<Node>,
    seen: FxHashSet<Node>,
    ways: BTreeSet<Way>,
    is_partial: bool,
}

impl<'e> Exposure<'e> {
    /// Gets ready to look for what reaches code of a project with this surface.
    pub fn new(project: &'e Project, surface: &'e Surface, registries: &'e Registries) -> Self {
        let mut exposure = Self {
            project,
            surface,
            functions: FxHashMap::default(),
            classes: FxHashMap::default(),
            calls: FxHashMap::default(),
            decorated: FxHashMap::default(),
            users: FxHashMap::default(),
            ways: FxHashMap::default(),
            hearing: FxHashMap::default(),
            hears: FxHashMap::default(),
            senders: FxHashMap::default(),
            known: FxHashMap::default(),
        };
        exposure.views();
        exposure.other_ways(registries);
        exposure.attributes();
        for file in project.files() {
            for call in project.calls(file) {
                let Value::Call { callee, .. } = project.ir(file).value(call.value) else {
                    continue;
                };
                if let Some(name) = last_name(project, file, callee) {
                    if is_sending(name)
                        && let Value::Attr { of, .. } = project.ir(file).value(callee)
                        && let Some(signal) = signal(project, file, of)
                    {
                        let senders = exposure.senders.entry(signal).or_default();
                        senders.push((file, call.function));
                    }
                    let calls = exposure.calls.entry(name).or_default();
                    calls.push((file, call.function, call.value));
                }
            }
            let ir = project.ir(file);
            for (function, record) in ir.functions() {
                for by in &ir.ids[record.decorators] {
                    let called = match ir.value(ir.bare(*by)) {
                        Value::Call { callee, .. } => callee,
                        _ => *by,
                    };
                    if let Some(name) = last_name(project, file, called) {
                        exposure.decorated.entry(name).or_default().push((file, function, called));
                    }
                }
            }
        }
        exposure
    }

    fn views(&mut self) {
        let mut by_place: FxHashMap<FileId, FxHashMap<Span, Node>> = FxHashMap::default();
        for (index, endpoint) in self.surface.endpoints.iter().enumerate() {
            let file = endpoint.file;
            let places = by_place.entry(file).or_insert_with(|| {
                let ir = self.project.ir(file);
                let classes =
                    ir.classes().map(|(id, class)| (class.name_span, Node::Class(file, id)));
                let functions = ir.functions().filter(|(_, of)| of.kind == FunctionKind::Def);
                let functions = functions.map(|(id, of)| (of.name_span, Node::Function(file, id)));
                classes.chain(functions).collect()
            });
            match places.get(&endpoint.span) {
                Some(Node::Function(file, function)) => {
                    self.functions.entry((*file, *function)).or_default().push(index);
                }
                Some(Node::Class(file, class)) => {
                    self.classes.entry((*file, *class)).or_default().push(index);
                }
                None => {}
            }
        }
    }

    fn other_ways(&mut self, registries: &'e Registries) {
        let mut add = |function, kind, name: &str| {
            let ways: &mut Vec<Way> = self.ways.entry(function).or_default();
            ways.push(Way { kind, name: name.to_owned() });
        };
        for row in &registries.background {
            let kind = match row.kind {
                BackgroundKind::Task => WayKind::Task,
                BackgroundKind::Receiver => WayKind::Receiver,
                BackgroundKind::Command => WayKind::Command,
            };
            add(row.function, kind, &row.name);
            if let Some(sender) = &row.sender {
                self.hearing.entry(row.function).or_default().push(sender);
            }
            if !row.signals.is_empty() {
                self.hears.insert(row.function, &row.signals);
            }
        }
        for row in &registries.tags {
            let kind = match row.kind.as_str() {
                "filter" => WayKind::Filter,
                _ => WayKind::Tag,
            };
            add(row.function, kind, &row.name);
        }
        for row in &registries.middleware {
            let name = row.name.rsplit('.').next().unwrap_or(&row.name);
            match self.project.find(&row.name) {
                Entity::Class(file, class) => {
                    for method in MIDDLEWARE {
                        let of = ClassRef::Project(file, class);
                        let Some(member) = self.project.lookup_member(of, method) else { continue };
                        let found = self.project.definition(member.class.0, member.value);
                        if let Some(function) = found.as_function() {
                            add(function, WayKind::Middleware, name);
                        }
                    }
                }
                Entity::Function(file, function) => {
                    add((file, function), WayKind::Middleware, name);
                }
                _ => {}
            }
        }
    }

    fn attributes(&mut self) {
        for (file, class) in self.project.classes().iter().copied() {
            let ir = self.project.ir(file);
            let body = ir.function(ir.class(class).body);
            for binding in &ir.bindings[body.bindings] {
                let name = ir.str(binding.name);
                if !NAMING.iter().any(|end| name.ends_with(end)) {
                    continue;
                }
                let named: Vec<ValueId> = match ir.value(ir.bare(binding.value)) {
                    Value::List(items) | Value::Tuple(items) => {
                        ir.items[items].iter().map(|item| item.value).collect()
                    }
                    _ => vec![binding.value],
                };
                for value in named {
                    if let Entity::Class(at, of) = self.project.definition(file, value) {
                        self.users.entry((at, of)).or_default().push((file, class));
                    }
                }
            }
        }
    }

    /// What reaches the code at a place; nothing for what runs when a module is imported.
    pub fn of(&mut self, file: FileId, span: Span) -> Exposed {
        let Some(function) = self.around(file, span) else { return Exposed::default() };
        if let Some(known) = self.known.get(&(file, function)) {
            return known.clone();
        }
        let exposed = self.walk(file, function);
        self.known.insert((file, function), exposed.clone());
        exposed
    }

    /// The innermost function or class body around a place.
    fn around(&self, file: FileId, span: Span) -> Option<FunctionId> {
        let functions = self.project.ir(file).functions();
        let around = functions
            .filter(|(_, of)| !matches!(of.kind, FunctionKind::Module) && of.span.contains(span));
        around.min_by_key(|(_, of)| of.span.len()).map(|(id, _)| id)
    }

    fn walk(&self, file: FileId, function: FunctionId) -> Exposed {
        let mut found = Found::default();
        found.visit(self.node(file, function));
        while let Some(node) = found.left.pop() {
            if found.seen.len() > MOST_STEPS {
                found.is_partial = true;
                break;
            }
            match node {
                Node::Function(file, function) => self.function(file, function, &mut found),
                Node::Class(file, class) => self.class(file, class, &mut found),
            }
        }
        let mut endpoints: Vec<Reached> = Vec::new();
        for (index, methods) in found.endpoints {
            let endpoint = &self.surface.endpoints[index];
            for access in &endpoint.access {
                let of = match access.methods.is_empty() {
                    true => &endpoint.methods,
                    false => &access.methods,
                };
                let kept: Vec<&'static str> = match &methods {
                    None => access.methods.clone(),
                    Some(methods) if of.is_empty() => methods.iter().copied().collect(),
                    Some(methods) => of.iter().copied().filter(|m| methods.contains(m)).collect(),
                };
                if kept.is_empty() && (methods.is_some() || !access.methods.is_empty()) {
                    continue;
                }
                endpoints.push(Reached {
                    reach: access.reach,
                    route: endpoint.route.clone(),
                    methods: kept,
                });
            }
        }
        endpoints.sort();
        endpoints.dedup();
        // Who starts what runs without an address is not in sight; whoever calls `manage.py` is no visitor.
        let is_whole =
            !found.is_partial && found.ways.iter().all(|way| way.kind == WayKind::Command);
        Exposed { endpoints, ways: found.ways.into_iter().collect(), is_whole }
    }

    /// A body of code as a place of the walk: that of a class is its class.
    fn node(&self, file: FileId, function: FunctionId) -> Node {
        match self.project.ir(file).function(function).kind {
            FunctionKind::ClassBody(class) => Node::Class(file, class),
            _ => Node::Function(file, function),
        }
    }

    fn function(&self, file: FileId, function: FunctionId, found: &mut Found) {
        let ir = self.project.ir(file);
        let record = ir.function(function);
        if let Some(endpoints) = self.functions.get(&(file, function)) {
            endpoints.iter().for_each(|endpoint| found.reach(*endpoint, None));
        }
        if let Some(ways) = self.ways.get(&(file, function)) {
            found.ways.extend(ways.iter().cloned());
        }
        // A receiver runs where rows of its model change.
        for model in self.hearing.get(&(file, function)).into_iter().flatten() {
            for (index, endpoint) in self.surface.endpoints.iter().enumerate() {
                if endpoint.writes.iter().any(|written| written == model) {
                    let writes = || WRITES.iter().copied().collect();
                    found.reach(index, (!endpoint.methods.is_empty()).then(writes));
                }
            }
        }
        // One of a signal of the project runs where that is sent.
        for signal in self.hears.get(&(file, function)).copied().unwrap_or_default() {
            for (at, sender) in self.senders.get(signal).into_iter().flatten() {
                found.visit(self.node(*at, *sender));
            }
        }
        // What is defined inside another runs, if at all, where that does.
        if let Some(parent) = record.parent
            && matches!(ir.function(parent).kind, FunctionKind::Def | FunctionKind::Lambda)
        {
            found.visit(Node::Function(file, parent));
        }
        if record.kind != FunctionKind::Def {
            return;
        }
        let name = ir.str(record.name);
        let callers = self.callers(file, function, name, found);
        if let Some(class) = record.class {
            self.method(file, class, function, name, callers, found);
        }
        for (at, decorated, by) in self.decorated.get(name).into_iter().flatten() {
            if self.project.definition(*at, *by) == Entity::Function(file, function) {
                found.visit(Node::Function(*at, *decorated));
            }
        }
    }

    /// Goes on where a function is called, and tells whether that is anywhere.
    fn callers(&self, file: FileId, function: FunctionId, name: &str, found: &mut Found) -> bool {
        let mut is_called = false;
        for (at, caller, call) in self.calls.get(name).into_iter().flatten() {
            let target = self.project.callee(*at, *call).target;
            if target.as_function() == Some((file, function)) {
                is_called = true;
                found.visit(self.node(*at, *caller));
            } else if !target.is_known() {
                // Somebody calls something by this name, and who knows whether it is this.
                found.is_partial = true;
            }
        }
        for later in LATER {
            for (at, caller, call) in self.calls.get(later).into_iter().flatten() {
                let ir = self.project.ir(*at);
                let Value::Call { callee, .. } = ir.value(*call) else { continue };
                let Value::Attr { of, .. } = ir.value(ir.bare(callee)) else { continue };
                if last_name(self.project, *at, of) == Some(name)
                    && self.project.definition(*at, of) == Entity::Function(file, function)
                {
                    is_called = true;
                    found.visit(self.node(*at, *caller));
                }
            }
        }
        is_called
    }

    /// A method runs for the endpoints of every class that has it, and where its class is used.
    fn method(
        &self,
        file: FileId,
        class: ClassId,
        function: FunctionId,
        name: &str,
        is_called: bool,
        found: &mut Found,
    ) {
        let handled = HANDLERS.iter().find(|(handler, _)| *handler == name).map(|(_, of)| *of);
        let is_hook = HOOKS.contains(&name);
        // A helper that its own class calls runs when its callers do.
        if is_called && handled.is_none() && !is_hook {
            return;
        }
        let own = ClassRef::Project(file, class);
        let heirs = self.project.subclasses(own).iter().copied();
        let mut is_view = false;
        for (at, heir) in std::iter::once((file, class)).chain(heirs) {
            let Some(endpoints) = self.classes.get(&(at, heir)) else { continue };
            is_view = true;
            if !self.runs(ClassRef::Project(at, heir), own, function, name) {
                continue;
            }
            let extra = self.extra_action(file, function);
            for endpoint in endpoints {
                let is_named = |action: &String| {
                    let name = self.surface.endpoints[*endpoint].name.as_deref().unwrap_or("");
                    name.ends_with(&format!("-{action}"))
                };
                match (&extra, handled) {
                    (Some(action), _) if is_named(action) => found.reach(*endpoint, None),
                    (Some(_), _) => {}
                    (None, Some(methods)) => {
                        found.reach(*endpoint, Some(methods.iter().copied().collect()));
                    }
                    (None, None) => found.reach(*endpoint, None),
                }
            }
        }
        if !is_view {
            // Of a form, a serializer, a permission: whoever uses the class.
            found.visit(Node::Class(file, class));
        }
    }

    /// Whether a class runs a method of `own`: it has no other by that name, or one that hands on.
    fn runs(&self, heir: ClassRef, own: ClassRef, function: FunctionId, name: &str) -> bool {
        if heir == own {
            return true;
        }
        for class in &self.project.mro(heir).classes {
            let Some(member) = self.project.own_member(*class, name) else { continue };
            let entity = self.project.definition(member.class.0, member.value);
            let Entity::Function(at, method) = entity else { return false };
            if *class == own {
                return method == function;
            }
            let hands_on = self.project.calls(at).any(|call| {
                let ir = self.project.ir(at);
                call.function == method
                    && matches!(ir.value(call.value), Value::Call { callee, .. }
                        if last_name(self.project, at, callee) == Some(name))
            });
            if !hands_on {
                return false;
            }
        }
        false
    }

    /// The name in the URLs of an action that a viewset has beside the usual ones.
    fn extra_action(&self, file: FileId, function: FunctionId) -> Option<String> {
        let ir = self.project.ir(file);
        let record = ir.function(function);
        let is_action = |by: &ValueId| match ir.value(ir.bare(*by)) {
            Value::Call { callee, .. } => last_name(self.project, file, callee) == Some("action"),
            _ => false,
        };
        let by = ir.ids[record.decorators].iter().find(|by| is_action(by))?;
        let Value::Call { args, .. } = ir.value(ir.bare(*by)) else { return None };
        let named = ir.args[args].iter().find_map(|arg| match (arg.kind, ir.value(arg.value)) {
            (bartizan_ir::ArgKind::Keyword(key), Value::Str(text)) if ir.str(key) == "url_name" => {
                Some(ir.str(text).to_owned())
            }
            _ => None,
        });
        Some(named.unwrap_or_else(|| ir.str(record.name).replace('_', "-")))
    }

    /// A class is used where it is named: by the class attribute of a view, or in a function.
    fn class(&self, file: FileId, class: ClassId, found: &mut Found) {
        if let Some(endpoints) = self.classes.get(&(file, class)) {
            endpoints.iter().for_each(|endpoint| found.reach(*endpoint, None));
            return;
        }
        let ir = self.project.ir(file);
        let record = ir.class(class);
        let parent = ir.function(record.body).parent;
        // `Meta` belongs to the class around it.
        if let Some(parent) = parent
            && let FunctionKind::ClassBody(around) = ir.function(parent).kind
        {
            found.visit(Node::Class(file, around));
            return;
        }
        let name = ir.str(record.name);
        for (at, user) in self.users.get(&(file, class)).into_iter().flatten() {
            found.visit(Node::Class(*at, *user));
        }
        for (at, caller, call) in self.calls.get(name).into_iter().flatten() {
            if self.project.callee(*at, *call).target == Entity::Class(file, class) {
                found.visit(self.node(*at, *caller));
            }
        }
        for at in self.project.files() {
            let ir = self.project.ir(at);
            let Some(sym) = ir.strings.find(name) else { continue };
            for (index, value) in ir.values.iter().enumerate() {
                let is_named = match value {
                    Value::Global { name, .. } | Value::Attr { name, .. } => *name == sym,
                    Value::Import { name: Some(name), .. } => *name == sym,
                    _ => false,
                };
                let id = ValueId::from_index(index);
                if is_named
                    && self.project.definition(at, id) == Entity::Class(file, class)
                    && let Some(user) = self.around(at, ir.span(id))
                {
                    found.visit(self.node(at, user));
                }
            }
        }
        for (at, heir) in self.project.subclasses(ClassRef::Project(file, class)) {
            found.visit(Node::Class(*at, *heir));
        }
    }
}

impl Found {
    fn visit(&mut self, node: Node) {
        if self.seen.insert(node) {
            self.left.push(node);
        }
    }

    fn reach(&mut self, endpoint: usize, methods: Option<BTreeSet<&'static str>>) {
        match (self.endpoints.get_mut(&endpoint), methods) {
            (Some(Some(known)), Some(more)) => known.extend(more),
            (Some(None), _) => {}
            (_, methods) => {
                self.endpoints.insert(endpoint, methods);
            }
        }
    }
}

/// The last name of what is called or named: `c` of `a.b.c`.
fn last_name(project: &Project, file: FileId, value: ValueId) -> Option<&str> {
    let ir = project.ir(file);
    match ir.value(ir.bare(value)) {
        Value::Attr { name, .. } | Value::Global { name, .. } | Value::Capture { name, .. } => {
            Some(ir.str(name))
        }
        Value::Import { name: Some(name), .. } => Some(ir.str(name)),
        Value::Function(function) => Some(ir.str(ir.function(function).name)),
        Value::Class(class) => Some(ir.str(ir.class(class).name)),
        _ => None,
    }
}
