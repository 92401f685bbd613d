//! Calls: their arguments, and what they do to the names and containers of whoever calls.

use bartizan_base::{Span, Sym};
use bartizan_ir::{Arg, ArgKind, Binding, EffectKind, FunctionKind, Value, ValueId};
use ruff_python_ast::{self as ast, Expr, ExprCall, Stmt};
use ruff_text_size::Ranged;

use super::callees::mutator;
use super::frame::{Slot, Step};
use super::name::is_harmless;
use super::writers::only_reads;
use super::{Lowering, span};

/// Functions of libraries that run files, or read values, into the module that calls them.
const BIND_FOR_THEIR_CALLER: &[(&str, &str)] =
    &[("split_settings.tools", "include"), ("dynaconf", "DjangoDynaconf")];

/// Places in one file where all names are used at once, beyond which they are not kept.
const MOST_NAMESPACES: usize = 64;

impl<'a> Lowering<'a> {
    pub(super) fn arguments(&mut self, arguments: &'a ast::Arguments) -> Vec<Arg> {
        let changes = self.ir.mutations.len();
        let mut args = Vec::with_capacity(arguments.args.len() + arguments.keywords.len());
        for arg in arguments.iter_source_order() {
            args.push(match arg {
                ast::ArgOrKeyword::Arg(Expr::Starred(starred)) => {
                    let at = span(starred.range);
                    Arg { kind: ArgKind::Star, value: self.handed(&starred.value), span: at }
                }
                ast::ArgOrKeyword::Arg(arg) => {
                    let at = span(arg.range());
                    Arg { kind: ArgKind::Positional, value: self.handed(arg), span: at }
                }
                ast::ArgOrKeyword::Keyword(keyword) => {
                    let value = self.handed(&keyword.value);
                    let kind = match &keyword.arg {
                        Some(name) => ArgKind::Keyword(self.sym(name.as_str())),
                        None => ArgKind::DoubleStar,
                    };
                    Arg { kind, value, span: span(keyword.range) }
                }
            });
        }
        for arg in &mut args {
            arg.value = self.all_names(arg.value);
        }
        for (written, arg) in arguments.iter_source_order().zip(&mut args) {
            if matches!(arg.kind, ArgKind::Positional | ArgKind::Keyword(_)) {
                arg.value = self.renewed(written.value(), arg.value, changes, arg.span);
            }
        }
        args
    }

    /// An argument that no call writes, such as the key of an assignment to an item.
    pub(super) fn positional(&self, value: ValueId) -> Arg {
        Arg { kind: ArgKind::Positional, value, span: self.ir.span(value) }
    }

    pub(super) fn call(&mut self, expr: &'a Expr, call: &'a ExprCall, at: Span) -> ValueId {
        let fresh = self.ir.values.len();
        // `request.GET.get("next")` is an access path and a call: asked again, it is the same value.
        // What a module gets, `requests.get("https://…")`, is asked for anew each time.
        if let Expr::Attribute(method) = &*call.func
            && method.attr.as_str() == "get"
            && !self.is_imported(&method.value)
        {
            return self.through_path(expr, |this| this.plain_call(call, fresh, at));
        }
        self.plain_call(call, fresh, at)
    }

    pub(super) fn is_imported(&mut self, expr: &Expr) -> bool {
        let Expr::Name(name) = expr else { return false };
        let name = self.sym(name.id.as_str());
        let frame = self.frame();
        let Some(slot) = frame.slot_of(name) else { return false };
        let Some(value) = frame.slots[slot as usize].value else { return false };
        matches!(self.ir.value(self.ir.bare(value)), Value::Import { .. })
    }

    pub(super) fn plain_call(&mut self, call: &'a ExprCall, fresh: usize, at: Span) -> ValueId {
        let handed = self.handed.len();
        let (callee, receiver) = match &*call.func {
            Expr::Attribute(method) => {
                let mut receiver = self.expr(&method.value);
                match (method.attr.as_str(), call.arguments.args.first()) {
                    ("items" | "keys" | "values" | "copy", _) => {
                        receiver = self.all_names(receiver);
                    }
                    ("get" | "setdefault" | "__contains__", Some(name)) => {
                        receiver = self.names_for(&method.value, receiver, name);
                    }
                    _ => {}
                }
                let base = self.path_just_lowered(&method.value);
                if let Some(base) = base
                    && !is_harmless(method)
                {
                    self.handed.push(base);
                }
                (self.method(method, receiver, base), Some((method, receiver)))
            }
            func => (self.expr(func), None),
        };
        let changes = self.ir.mutations.len();
        let args = self.arguments(&call.arguments);
        // What the arguments change, the method finds changed.
        let (callee, receiver) = match receiver {
            Some((method, of)) => {
                let now = self.renewed(&method.value, of, changes, span(method.range));
                let callee = match now == of {
                    true => callee,
                    false => {
                        let name = self.sym(method.attr.as_str());
                        self.add(Value::Attr { of: now, name }, span(method.range))
                    }
                };
                (callee, Some((method, now)))
            }
            None => (callee, None),
        };
        if let Some((method, receiver)) = receiver
            && method.attr.as_str() == "format"
            && let Some(text) = self.format_call(receiver, &args, at)
        {
            self.handed.truncate(handed);
            self.last_path = None;
            return text;
        }
        let list = self.ir.args.add(args.iter().copied());
        let id = self.add(Value::Call { callee, args: list }, at);
        self.effect(EffectKind::Call(id), at);
        if args.is_empty()
            && self.is_module_level()
            && matches!(self.ir.value(callee), Value::Global { name, .. } if self.ir.str(name) == "dir")
        {
            self.note_names(id);
        }
        if let Some((method, receiver)) = receiver
            && let Some(op) = mutator(method.attr.as_str())
        {
            if !self.namespace_call(callee, &args, id) {
                self.mutate(&method.value, receiver, op, &args, Some(id), at);
            }
        } else if self.is_module_level() {
            self.namespace_call(callee, &args, id);
        }
        // A namespace takes names and values, and leaves the values alone.
        let is_of_namespace = receiver.is_some_and(|(method, of)| {
            matches!(method.attr.as_str(), "get" | "pop" | "setdefault" | "update")
                && self.is_module_level()
                && self.is_namespace(of)
        });
        let receiver = receiver.map(|(_, receiver)| receiver);
        if !is_of_namespace {
            self.escape_arguments(&call.func, receiver, id, &args, fresh, at);
        }
        self.note_writers(call, id);
        self.forget_handed(handed);
        self.last_path = None;
        id
    }

    /// The method of a receiver, which lies at the access path `base`.
    pub(super) fn method(
        &mut self,
        method: &'a ast::ExprAttribute,
        receiver: ValueId,
        base: Option<u32>,
    ) -> ValueId {
        let name = self.sym(method.attr.as_str());
        let slot = base.and_then(|base| self.frame().path_slot(base, Step::Attr(name)));
        if let Some(known) = slot.and_then(|slot| self.frame().slots[slot as usize].value) {
            return known;
        }
        let at = span(method.range);
        let value = self.add(Value::Attr { of: receiver, name }, at);
        if let Some(slot) = slot {
            self.frame().set(slot, Slot { value: Some(value), layers: 0, span: at });
        }
        value
    }

    /// Writes to the module's own namespace: `globals().update(…)`, `exec(…)`,
    /// `setattr(sys.modules[__name__], …)`, and what libraries do in the name of the module.
    pub(super) fn namespace_call(&mut self, callee: ValueId, args: &[Arg], call: ValueId) -> bool {
        if !self.is_module_level() {
            return false;
        }
        match self.ir.value(callee) {
            Value::Attr { of, name } if self.is_namespace(of) => {
                let at = self.ir.span(call);
                match self.ir.str(name) {
                    "get" | "keys" | "values" | "items" | "copy" => return false,
                    "update" if args.iter().all(|arg| arg.kind != ArgKind::Star) => {
                        for arg in args {
                            let value = arg.value;
                            let layer = match arg.kind {
                                ArgKind::Keyword(name) => {
                                    let key = self.add(Value::Str(name), arg.span);
                                    Value::NamespaceSet { key, value }
                                }
                                _ => Value::NamespaceUpdate(value),
                            };
                            let layer = self.add(layer, at);
                            self.add_layer(layer);
                        }
                    }
                    // What is bound stays as it is.
                    "setdefault"
                        if let [key, value] = args
                            && is_positional(key, value) =>
                    {
                        let get = self.sym("get");
                        let callee = self.add(Value::Attr { of, name: get }, at);
                        let list = self.ir.args.add([*key, *value]);
                        let now = self.add(Value::Call { callee, args: list }, at);
                        let layer = Value::NamespaceSet { key: key.value, value: now };
                        let layer = self.add(layer, at);
                        self.add_layer(layer);
                    }
                    "pop" if args.first().is_some_and(|arg| arg.kind == ArgKind::Positional) => {
                        self.unbind(args[0].value, at);
                    }
                    _ => {
                        let layer = self.add(Value::NamespaceUnknown(call), at);
                        self.add_layer(layer);
                    }
                }
                true
            }
            Value::Global { name, .. } if self.ir.str(name) == "exec" && self.is_here(args) => {
                let at = self.ir.span(call);
                let layer = self.add(Value::NamespaceUnknown(call), at);
                self.add_layer(layer);
                true
            }
            Value::Global { name, .. } if self.ir.str(name) == "setattr" => {
                let [module, key, value] = args else { return false };
                if !self.is_own_module(module.value) {
                    return false;
                }
                let at = self.ir.span(call);
                let layer = Value::NamespaceSet { key: key.value, value: value.value };
                let layer = self.add(layer, at);
                self.add_layer(layer);
                true
            }
            Value::Global { name, .. } if self.ir.str(name) == "delattr" => {
                let [module, key] = args else { return false };
                if !self.is_own_module(module.value) {
                    return false;
                }
                let at = self.ir.span(call);
                self.unbind(key.value, at);
                true
            }
            _ if self.binds_for_its_caller(callee) => {
                let at = self.ir.span(call);
                let layer = self.add(Value::NamespaceUnknown(call), at);
                self.add_layer(layer);
                true
            }
            _ if self.hands_on_all_names(callee, args) => {
                let at = self.ir.span(call);
                let layer = self.add(Value::NamespaceUnknown(call), at);
                self.add_layer(layer);
                false
            }
            _ => false,
        }
    }

    /// A call that leads to functions which write to the namespace of the module may bind any name.
    fn note_writers(&mut self, call: &ExprCall, id: ValueId) {
        if !self.is_module_level() {
            return;
        }
        let code = &self.source[call.range()];
        let has_lambda = || {
            let values = call.arguments.keywords.iter().map(|keyword| &keyword.value);
            let mut parts = [&*call.func].into_iter().chain(&call.arguments.args).chain(values);
            parts.any(|part| self.writers.has_writing_lambda(part, &self.source[part.range()]))
        };
        if self.writers.names_writer(code) || has_lambda() {
            self.note_any_name(id);
        }
    }

    /// Whether a statement asks something of what may write names of the module: an item, an operator,
    /// a context. Before what it binds itself, and behind it.
    pub(super) fn writes_by(&self, stmt: &Stmt) -> (bool, bool) {
        let names = |expr: &Expr| {
            !is_inert(expr, 8) && self.writers.names_writer(&self.source[expr.range()])
        };
        let either = |found: bool| (found, found);
        match stmt {
            Stmt::Expr(it) => (names(&it.value), false),
            Stmt::Assign(it) => (names(&it.value) || it.targets.iter().any(&names), false),
            Stmt::AnnAssign(it) => (it.value.as_deref().is_some_and(names), names(&it.target)),
            Stmt::AugAssign(it) => {
                let names = |expr: &Expr| self.writers.names_writer(&self.source[expr.range()]);
                (names(&it.target) || names(&it.value), false)
            }
            Stmt::Delete(it) => (it.targets.iter().any(names), false),
            Stmt::Assert(it) => (self.writers.names_writer(&self.source[it.test.range()]), false),
            Stmt::If(it) => {
                let tests = it.elif_else_clauses.iter().filter_map(|clause| clause.test.as_ref());
                let mut tests = [&*it.test].into_iter().chain(tests);
                (tests.any(|test| self.writers.names_writer(&self.source[test.range()])), false)
            }
            Stmt::While(it) => either(self.writers.names_writer(&self.source[it.test.range()])),
            Stmt::For(it) => either(self.writers.names_writer(&self.source[it.iter.range()])),
            Stmt::Match(it) => (self.writers.names_writer(&self.source[it.subject.range()]), false),
            Stmt::With(it) => either(
                it.items
                    .iter()
                    .any(|item| self.writers.names_writer(&self.source[item.context_expr.range()])),
            ),
            _ => (false, false),
        }
    }

    pub(super) fn note_any_name_at(&mut self, at: Span) {
        let by = self.add(Value::None, at);
        self.note_any_name(by);
    }

    /// From here on any name of the module may be bound anew.
    pub(super) fn note_any_name(&mut self, by: ValueId) {
        let at = self.ir.span(by);
        let layer = self.add(Value::NamespaceUnknown(by), at);
        self.add_layer(layer);
    }

    /// Whether a call gives `globals()` to code that may do more than read it.
    pub(super) fn hands_on_all_names(&self, callee: ValueId, args: &[Arg]) -> bool {
        let is_given = args.iter().any(|arg| {
            matches!(arg.kind, ArgKind::Positional | ArgKind::Keyword(_))
                && self.is_namespace(arg.value)
        });
        is_given
            && match self.ir.value(self.ir.bare(callee)) {
                Value::Global { name, .. } => !only_reads(self.ir.str(name)),
                Value::Attr { name, .. } => {
                    !matches!(self.ir.str(name), "format_map" | "substitute" | "safe_substitute")
                }
                _ => true,
            }
    }

    /// Whether the node is `sys.modules[__name__]`.
    pub(super) fn is_own_module(&self, id: ValueId) -> bool {
        let id = self.first_bound(id);
        let Value::Index { of, key } = self.ir.value(id) else { return false };
        let Value::Attr { name: modules, .. } = self.ir.value(self.ir.bare(of)) else {
            return false;
        };
        self.ir.str(modules) == "modules"
            && matches!(self.ir.value(self.ir.bare(key)),
                Value::Global { name, .. } if self.ir.str(name) == "__name__")
    }

    /// Whether a function of a library binds names in the module that calls it.
    pub(super) fn binds_for_its_caller(&self, callee: ValueId) -> bool {
        let callee = self.first_bound(callee);
        let (module, function) = match self.ir.value(callee) {
            Value::Import { module, name: Some(name), level: 0 } => (module, name),
            Value::Attr { of, name } => match self.ir.value(self.ir.bare(of)) {
                Value::Import { module, name: None, level: 0 } => (module, name),
                // `from split_settings import tools`
                Value::Import { module, name: Some(inner), level: 0 } => {
                    let (module, inner) = (self.ir.str(module), self.ir.str(inner));
                    let name = self.ir.str(name);
                    return BIND_FOR_THEIR_CALLER.iter().any(|(known, function)| {
                        *function == name
                            && known
                                .strip_prefix(module)
                                .is_some_and(|rest| rest.strip_prefix('.') == Some(inner))
                    });
                }
                _ => return false,
            },
            _ => return false,
        };
        BIND_FOR_THEIR_CALLER.contains(&(self.ir.str(module), self.ir.str(function)))
    }

    /// Whether code that `exec` is given runs in this namespace: in none other that it names.
    pub(super) fn is_here(&self, args: &[Arg]) -> bool {
        args.len() == 1 || args.iter().skip(1).any(|arg| self.is_namespace(arg.value))
    }

    /// Whether the node is `globals()`, `locals()` or `vars()`.
    pub(super) fn is_namespace(&self, id: ValueId) -> bool {
        let id = self.first_bound(id);
        match self.ir.value(id) {
            Value::Call { callee, args } => match self.ir.value(callee) {
                Value::Global { name, .. } => match (self.ir.str(name), &self.ir.args[args]) {
                    ("globals" | "locals" | "vars", []) => true,
                    ("vars", [of]) => self.is_own_module(of.value),
                    _ => false,
                },
                Value::Attr { of, name } => {
                    self.ir.str(name) == "globals"
                        && args.is_empty()
                        && matches!(self.ir.value(of), Value::Import { module, .. }
                            if self.ir.str(module) == "builtins")
                }
                _ => false,
            },
            Value::Attr { of, name } => self.ir.str(name) == "__dict__" && self.is_own_module(of),
            _ => false,
        }
    }

    /// What a name was bound to in the text, if nothing but writes to the namespace and the rounds of
    /// loops lie between.
    fn first_bound(&self, id: ValueId) -> ValueId {
        let mut id = self.ir.bare(id);
        for _ in 0..64 {
            id = match self.ir.value(id) {
                Value::Global { layers, .. } => match self.ir.layers[layers].first() {
                    Some(first) => self.ir.bare(first.value),
                    None => break,
                },
                Value::Mu { init, .. } if init != id => self.ir.bare(init),
                _ => break,
            };
        }
        id
    }

    /// Where module code uses all its names at once, what each of them is bound to there is kept: the
    /// node of a `globals()` of its own.
    pub(super) fn all_names(&mut self, value: ValueId) -> ValueId {
        if !self.is_module_level() || !self.is_namespace(value) {
            return value;
        }
        let call = self.ir.value(self.first_bound(value));
        if !matches!(call, Value::Call { .. }) || self.ir.namespaces.len() >= MOST_NAMESPACES {
            return value;
        }
        let at = self.ir.span(value);
        let asked = self.add(call, at);
        self.note_names(asked);
        asked
    }

    /// As [`Self::all_names`], where code asks for one of them: `globals().get("DEBUG")`.
    pub(super) fn names_for(&mut self, written: &Expr, value: ValueId, name: &Expr) -> ValueId {
        // What is bound to a name of its own may be an older one.
        if !matches!(written, Expr::Call(_)) || !self.is_module_level() || !self.is_namespace(value)
        {
            return value;
        }
        let Expr::StringLiteral(name) = name else { return self.all_names(value) };
        if self.ir.namespaces.len() >= MOST_NAMESPACES {
            return value;
        }
        let asked = self.add(self.ir.value(value), self.ir.span(value));
        let name = self.sym(name.value.to_str());
        self.note_bound(asked, &[name]);
        asked
    }

    fn note_names(&mut self, asked: ValueId) {
        let names = self.frame().scope.names.clone();
        self.note_bound(asked, &names);
    }

    /// What these names are bound to, as far as they are.
    fn note_bound(&mut self, asked: ValueId, names: &[Sym]) {
        if self.ir.namespaces.len() >= MOST_NAMESPACES {
            return;
        }
        let mut held = Vec::with_capacity(names.len());
        for name in names {
            let Some(slot) = self.frame().slot_of(*name) else { continue };
            let now = self.frame().slots[slot as usize];
            if now.value.is_some() {
                let value = self.value_of(now, Some(*name));
                held.push(Binding { name: *name, value, span: now.span });
            }
        }
        let held = self.ir.bindings.add(held);
        self.ir.namespaces.push((asked, held));
    }

    pub(super) fn is_module_level(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.kind == FunctionKind::Module)
    }

    /// `del globals()[key]`
    pub(super) fn unbind(&mut self, key: ValueId, at: Span) {
        let value = self.add(Value::Unbound, at);
        let layer = self.add(Value::NamespaceSet { key, value }, at);
        self.add_layer(layer);
    }

    pub(super) fn add_layer(&mut self, value: ValueId) {
        let frame = self.frame();
        let path = frame.path;
        frame.layers.push(bartizan_ir::Layer { value, path });
    }
}

fn is_positional(key: &Arg, value: &Arg) -> bool {
    key.kind == ArgKind::Positional && value.kind == ArgKind::Positional
}

/// Whether evaluating an expression runs no code of the project, calls aside: they are looked at where
/// they stand.
fn is_inert(expr: &Expr, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match expr {
        Expr::Name(_) | Expr::Lambda(_) | Expr::Call(_) => true,
        Expr::List(it) => it.elts.iter().all(|item| is_inert(item, depth)),
        Expr::Tuple(it) => it.elts.iter().all(|item| is_inert(item, depth)),
        Expr::Dict(it) => it.items.iter().all(|item| {
            is_inert(&item.value, depth)
                && item.key.as_ref().is_some_and(|key| is_inert(key, depth))
        }),
        other => other.is_literal_expr(),
    }
}
