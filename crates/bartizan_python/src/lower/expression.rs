//! Expressions.

use bartizan_base::{Span, Sym};
use bartizan_ir::{
    Arg, ArgKind, BinaryOp, BoolOp, Clause, Comp, CompId, CompKind, CompareOp, EffectKind,
    Function, FunctionId, FunctionKind, Item, Opaque, Pair, Part, Run, UnaryOp, Value, ValueId,
    Why,
};
use ruff_python_ast::visitor::Visitor;
use ruff_python_ast::{self as ast, Comprehension, Expr, ExprCall, Number, Operator};
use ruff_text_size::Ranged;

use super::frame::{Slot, Step};
use super::mutate::mutator;
use super::name::is_harmless;
use super::{Code, DEEPEST, Lowering, Pending, span};
use crate::scope::{Rounds, deeper};

/// Functions of libraries that run files, or read values, into the module that calls them.
const BIND_FOR_THEIR_CALLER: &[(&str, &str)] =
    &[("split_settings.tools", "include"), ("dynaconf", "DjangoDynaconf")];

impl<'a> Lowering<'a> {
    /// Lowers an expression that is read.
    pub(super) fn expr(&mut self, expr: &'a Expr) -> ValueId {
        self.last_path = None;
        // Most expressions are leaves: they need neither depth nor stack.
        let at = span(expr.range());
        match expr {
            Expr::Name(name) => {
                let name = self.sym(name.id.as_str());
                return self.read(name, at);
            }
            Expr::StringLiteral(text) => {
                let text = self.sym(text.value.to_str());
                return self.add(Value::Str(text), at);
            }
            Expr::NumberLiteral(number) => {
                let value = self.number(&number.value, at);
                return self.add(value, at);
            }
            Expr::BooleanLiteral(literal) => return self.add(Value::Bool(literal.value), at),
            Expr::NoneLiteral(_) => return self.add(Value::None, at),
            Expr::EllipsisLiteral(_) => return self.add(Value::Ellipsis, at),
            Expr::BytesLiteral(bytes) => {
                let text: String = bytes.value.bytes().map(char::from).collect();
                let text = self.sym(&text);
                return self.add(Value::Bytes(text), at);
            }
            _ => {}
        }
        if self.depth >= DEEPEST {
            return self.opaque(Opaque::TooDeep, at);
        }
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        let value = deeper(|| self.inner_expr(expr, at));
        self.depth -= 1;
        if !matches!(expr, Expr::Attribute(_) | Expr::Subscript(_) | Expr::Call(_)) {
            self.last_path = None;
        }
        value
    }

    fn inner_expr(&mut self, expr: &'a Expr, at: Span) -> ValueId {
        match expr {
            Expr::Attribute(_) | Expr::Subscript(_) => self.access(expr),
            Expr::Call(call) => self.call(expr, call, at),
            Expr::Slice(slice) => {
                let lower = slice.lower.as_deref().map(|bound| self.expr(bound));
                let upper = slice.upper.as_deref().map(|bound| self.expr(bound));
                let step = slice.step.as_deref().map(|bound| self.expr(bound));
                self.add(Value::Slice { lower, upper, step }, at)
            }
            Expr::Tuple(tuple) => {
                let items = self.items(&tuple.elts);
                self.add(Value::Tuple(items), at)
            }
            Expr::List(list) => {
                let items = self.items(&list.elts);
                self.add(Value::List(items), at)
            }
            Expr::Set(set) => {
                let items = self.items(&set.elts);
                self.add(Value::Set(items), at)
            }
            Expr::Dict(dict) => {
                let mut pairs = Vec::with_capacity(dict.items.len());
                let changes = self.ir.mutations.len();
                for item in &dict.items {
                    let key = item.key.as_ref().map(|key| self.expr(key));
                    let value = self.expr(&item.value);
                    pairs.push(Pair { key, value });
                }
                for (item, pair) in dict.items.iter().zip(&mut pairs) {
                    if pair.key.is_some() {
                        pair.value = self.renewed(&item.value, pair.value, changes, at);
                    }
                }
                let pairs = self.ir.pairs.add(pairs);
                self.add(Value::Dict(pairs), at)
            }
            Expr::BinOp(_) => self.binary_chain(expr),
            Expr::BoolOp(operation) => self.logic(operation, at),
            Expr::UnaryOp(operation) => {
                let of = self.expr(&operation.operand);
                let op = match operation.op {
                    ast::UnaryOp::Invert => UnaryOp::Invert,
                    ast::UnaryOp::Not => UnaryOp::Not,
                    ast::UnaryOp::UAdd => UnaryOp::Plus,
                    ast::UnaryOp::USub => UnaryOp::Minus,
                };
                self.add(Value::Unary { op, of }, at)
            }
            Expr::Compare(compare) => self.compare(compare, at),
            Expr::If(choice) => self.conditional(choice, at),
            Expr::FString(text) => self.f_string(text, at),
            Expr::TString(text) => self.t_string(text, at),
            Expr::Lambda(lambda) => self.lambda(lambda, at),
            Expr::Named(named) => {
                let value = self.expr(&named.value);
                match &*named.target {
                    Expr::Name(name) => {
                        let sym = self.sym(name.id.as_str());
                        self.assign_name(sym, value, span(name.range));
                        if let Some(slot) = self.frame().slot_of(sym) {
                            self.note_guard(slot);
                        }
                    }
                    // Only an error in the text binds anything else.
                    other => {
                        self.expr(other);
                    }
                }
                value
            }
            Expr::Await(awaited) => {
                let of = self.expr(&awaited.value);
                self.add(Value::Await(of), at)
            }
            Expr::Yield(kept) => {
                let value = kept.value.as_deref().map(|value| self.expr(value));
                self.frame().is_generator = true;
                let id = self.add(Value::Yield(value), at);
                self.effect(EffectKind::Yield(id), at);
                if let Some(value) = value {
                    self.escape_yielded(value, at);
                }
                id
            }
            Expr::YieldFrom(kept) => {
                let value = self.expr(&kept.value);
                self.frame().is_generator = true;
                let id = self.add(Value::YieldFrom(value), at);
                self.effect(EffectKind::Yield(id), at);
                self.escape_yielded(value, at);
                id
            }
            Expr::ListComp(comp) => {
                self.comprehension(CompKind::List, None, &comp.elt, &comp.generators, at)
            }
            Expr::SetComp(comp) => {
                self.comprehension(CompKind::Set, None, &comp.elt, &comp.generators, at)
            }
            Expr::Generator(comp) => {
                self.comprehension(CompKind::Generator, None, &comp.elt, &comp.generators, at)
            }
            Expr::DictComp(comp) => self.comprehension(
                CompKind::Dict,
                comp.key.as_deref(),
                &comp.value,
                &comp.generators,
                at,
            ),
            // Only an error in the text puts a star here.
            Expr::Starred(starred) => self.expr(&starred.value),
            Expr::IpyEscapeCommand(_) => self.opaque(Opaque::Syntax, at),
            Expr::Name(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => self.opaque(Opaque::Other, at),
        }
    }

    fn number(&mut self, number: &Number, at: Span) -> Value {
        match number {
            Number::Int(int) => match int.as_i64() {
                Some(int) => Value::Int(int),
                None => match decimal(at.slice(self.source)) {
                    Some(digits) => Value::BigInt(self.sym(&digits)),
                    None => Value::Opaque(Opaque::Other),
                },
            },
            Number::Float(float) => Value::Float(*float),
            Number::Complex { imag, .. } => Value::Imaginary(*imag),
        }
    }

    fn items(&mut self, elts: &'a [Expr]) -> Run<Item> {
        let changes = self.ir.mutations.len();
        let mut items = Vec::with_capacity(elts.len());
        for elt in elts {
            items.push(match elt {
                Expr::Starred(starred) => Item { value: self.expr(&starred.value), spread: true },
                _ => Item { value: self.expr(elt), spread: false },
            });
        }
        for (elt, item) in elts.iter().zip(&mut items) {
            if !item.spread {
                item.value = self.renewed(elt, item.value, changes, span(elt.range()));
            }
        }
        self.ir.items.add(items)
    }

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

    fn call(&mut self, expr: &'a Expr, call: &'a ExprCall, at: Span) -> ValueId {
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

    fn is_imported(&mut self, expr: &Expr) -> bool {
        let Expr::Name(name) = expr else { return false };
        let name = self.sym(name.id.as_str());
        let frame = self.frame();
        let Some(slot) = frame.slot_of(name) else { return false };
        let Some(value) = frame.slots[slot as usize].value else { return false };
        matches!(self.ir.value(self.ir.bare(value)), Value::Import { .. })
    }

    fn plain_call(&mut self, call: &'a ExprCall, fresh: usize, at: Span) -> ValueId {
        let handed = self.handed.len();
        let (callee, receiver) = match &*call.func {
            Expr::Attribute(method) => {
                let receiver = self.expr(&method.value);
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
        if let Some((method, receiver)) = receiver
            && let Some(op) = mutator(method.attr.as_str())
        {
            if !self.namespace_call(callee, &args, id) {
                self.mutate(&method.value, receiver, op, &args, Some(id), at);
            }
        } else if self.is_module_level() {
            self.namespace_call(callee, &args, id);
        }
        let receiver = receiver.map(|(_, receiver)| receiver);
        self.escape_arguments(&call.func, receiver, id, &args, fresh, at);
        self.forget_handed(handed);
        self.last_path = None;
        id
    }

    /// The method of a receiver, which lies at the access path `base`.
    fn method(
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
    fn namespace_call(&mut self, callee: ValueId, args: &[Arg], call: ValueId) -> bool {
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

    /// Whether a call gives `globals()` to code that may do more than read it.
    fn hands_on_all_names(&self, callee: ValueId, args: &[Arg]) -> bool {
        const READ: &[&str] = &[
            "all",
            "any",
            "bool",
            "dict",
            "enumerate",
            "filter",
            "frozenset",
            "id",
            "isinstance",
            "iter",
            "len",
            "list",
            "map",
            "max",
            "min",
            "print",
            "repr",
            "set",
            "sorted",
            "str",
            "tuple",
            "type",
            "zip",
        ];
        let is_given = args.iter().any(|arg| {
            matches!(arg.kind, ArgKind::Positional | ArgKind::Keyword(_))
                && self.is_namespace(arg.value)
        });
        is_given
            && match self.ir.value(self.ir.bare(callee)) {
                Value::Global { name, .. } => !READ.contains(&self.ir.str(name)),
                Value::Attr { name, .. } => {
                    !matches!(self.ir.str(name), "format_map" | "substitute" | "safe_substitute")
                }
                _ => true,
            }
    }

    /// Whether the node is `sys.modules[__name__]`.
    pub(super) fn is_own_module(&self, id: ValueId) -> bool {
        let mut id = self.ir.bare(id);
        // A name that stands for it, and that a write to the namespace may have bound anew.
        if let Value::Global { layers, .. } = self.ir.value(id)
            && let Some(first) = self.ir.layers[layers].first()
        {
            id = self.ir.bare(first.value);
        }
        let Value::Index { of, key } = self.ir.value(id) else { return false };
        let Value::Attr { name: modules, .. } = self.ir.value(self.ir.bare(of)) else {
            return false;
        };
        self.ir.str(modules) == "modules"
            && matches!(self.ir.value(self.ir.bare(key)),
                Value::Global { name, .. } if self.ir.str(name) == "__name__")
    }

    /// Whether a function of a library binds names in the module that calls it.
    fn binds_for_its_caller(&self, callee: ValueId) -> bool {
        let mut callee = self.ir.bare(callee);
        // What an earlier call may have bound anew.
        if let Value::Global { layers, .. } = self.ir.value(callee)
            && let Some(first) = self.ir.layers[layers].first()
        {
            callee = self.ir.bare(first.value);
        }
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
    fn is_here(&self, args: &[Arg]) -> bool {
        args.len() == 1 || args.iter().skip(1).any(|arg| self.is_namespace(arg.value))
    }

    /// Whether the node is `globals()`, `locals()` or `vars()`.
    pub(super) fn is_namespace(&self, id: ValueId) -> bool {
        let Value::Call { callee, args } = self.ir.value(id) else { return false };
        let Value::Global { name, .. } = self.ir.value(callee) else { return false };
        args.is_empty() && matches!(self.ir.str(name), "globals" | "locals" | "vars")
    }

    pub(super) fn is_module_level(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.kind == FunctionKind::Module)
    }

    pub(super) fn add_layer(&mut self, value: ValueId) {
        let frame = self.frame();
        let path = frame.path;
        frame.layers.push(bartizan_ir::Layer { value, path });
    }

    /// A chain of operators, `a + b + c + …`, from the left without recursion.
    fn binary_chain(&mut self, expr: &'a Expr) -> ValueId {
        let mut chain = Vec::new();
        let mut at = expr;
        while let Expr::BinOp(operation) = at {
            chain.push(operation);
            at = &operation.left;
        }
        self.deepest = self.deepest.max(self.depth + chain.len() as u32);
        let mut left = self.expr(at);
        // Text grows part by part; a node is made once the chain is no longer text.
        let mut text: Option<Vec<bartizan_ir::TextPart>> = None;
        let mut begin = span(at.range());
        for operation in chain.into_iter().rev() {
            let whole = span(operation.range);
            let right = self.expr(&operation.right);
            if operation.op == Operator::Add
                && (text.is_some() || self.is_text(left) || self.is_text(right))
            {
                let mut parts = text.take().unwrap_or_else(|| self.parts_or_hole(left, begin));
                parts.extend(self.parts_or_hole(right, span(operation.right.range())));
                text = Some(parts);
                begin = whole;
                continue;
            }
            if let Some(parts) = text.take() {
                left = self.concat(parts, begin);
            }
            left = match operation.op {
                Operator::Mod if self.is_text(left) => self.percent(left, right, begin, whole),
                op => self.add(Value::Binary { op: binary_op(op), left, right }, whole),
            };
            begin = whole;
        }
        match text {
            Some(parts) => self.concat(parts, begin),
            None => left,
        }
    }

    fn logic(&mut self, operation: &'a ast::ExprBoolOp, at: Span) -> ValueId {
        let op = match operation.op {
            ast::BoolOp::And => BoolOp::And,
            ast::BoolOp::Or => BoolOp::Or,
        };
        let values = self
            .short_circuit(op, operation.values.len(), |this, at| this.expr(&operation.values[at]));
        let values = self.ir.ids.add(values);
        self.add(Value::Logic { op, values }, at)
    }

    /// Lowers operands of which each is evaluated only if those before it do not decide.
    fn short_circuit(
        &mut self,
        op: BoolOp,
        count: usize,
        mut lower: impl FnMut(&mut Self, usize) -> ValueId,
    ) -> Vec<ValueId> {
        let truth = op == BoolOp::And;
        let outer_guards = self.frame().guards.take();
        let mut all_guards: Vec<u32> = Vec::new();
        let mut values = Vec::with_capacity(count);
        let (start, path) = (self.frame().mark(), self.frame().path);
        let mut changes = Vec::with_capacity(count);
        for index in 0..count {
            let mark = self.frame().mark();
            self.frame().guards = Some(Vec::new());
            let id = lower(self, index);
            let guards = self.frame().guards.take().unwrap_or_default();
            all_guards.extend(&guards);
            values.push(id);
            changes.push(self.frame().changes_since(mark));
            if index + 1 < count {
                let parent = self.frame().path;
                self.frame().path = self.given(parent, id, truth);
                self.learn(&guards, id, truth);
            }
        }
        // What tests taught is over with them; what operands changed, they changed if they ran.
        self.frame().rewind(start);
        self.frame().path = path;
        let is_name = |this: &mut Self, slot: u32| !this.frame().is_path(slot);
        let last = (1..count)
            .rev()
            .find(|index| changes[*index].iter().any(|(slot, _)| is_name(self, *slot)))
            .unwrap_or(0);
        // The operands so far, as one test.
        let mut before: Option<ValueId> = None;
        for (index, changes) in changes.into_iter().enumerate() {
            for (slot, to) in changes {
                let base = self.frame().slots[slot as usize];
                let merged = match before {
                    _ if index == 0 => to,
                    Some(test) if truth => self.merge_two(slot, base, test, to, base),
                    Some(test) => self.merge_two(slot, base, test, base, to),
                    // An access path is known only if the operand left it as it was.
                    None => self.merge_slot(slot, base, &[(base, path), (to, path)], Why::Break),
                };
                self.frame().set(slot, merged);
            }
            if index < last {
                before = Some(match before {
                    None => values[index],
                    Some(before) => {
                        let both = self.ir.ids.add([before, values[index]]);
                        let at = self.ir.span(before).cover(self.ir.span(values[index]));
                        self.add(Value::Logic { op, values: both }, at)
                    }
                });
            }
        }
        if let Some(mut guards) = outer_guards {
            guards.extend(all_guards);
            guards.sort_unstable();
            guards.dedup();
            self.frame().guards = Some(guards);
        }
        values
    }

    /// On a branch: the slots that its test was about hold refined values.
    pub(super) fn learn(&mut self, guards: &[u32], test: ValueId, truth: bool) {
        let mut guards = guards.to_vec();
        guards.sort_unstable();
        guards.dedup();
        for slot in guards.into_iter().take(8) {
            let now = self.frame().slots[slot as usize];
            let Some(value) = now.value else { continue };
            if matches!(
                self.ir.value(value),
                Value::Import { .. }
                    | Value::Function(_)
                    | Value::Class(_)
                    | Value::Decorated { .. }
                    | Value::Bool(_)
                    | Value::Int(_)
                    | Value::None
                    | Value::Unbound
            ) {
                continue;
            }
            let at = self.ir.span(value);
            let refined = self.add(Value::Pi { of: value, test, truth }, at);
            self.frame().set(slot, Slot { value: Some(refined), ..now });
        }
    }

    /// Lowers a test and says which slots it is about.
    pub(super) fn test(&mut self, test: &'a Expr) -> (ValueId, Vec<u32>) {
        let outer = self.frame().guards.replace(Vec::new());
        let id = self.expr(test);
        let guards = self.frame().guards.take().unwrap_or_default();
        if let Some(mut outer) = outer {
            outer.extend(&guards);
            self.frame().guards = Some(outer);
        }
        (id, guards)
    }

    /// Lowers what may be the outcome of a test, and remembers what it is about: whoever asks the
    /// variable asks that.
    pub(super) fn stored_test(&mut self, test: &'a Expr) -> ValueId {
        let (id, guards) = self.test(test);
        if !guards.is_empty() {
            let frame = self.frame();
            let about: Vec<(u32, ValueId)> = guards
                .into_iter()
                .filter_map(|slot| Some((slot, frame.slots[slot as usize].value?)))
                .collect();
            frame.tests.insert(id, about);
        }
        id
    }

    fn compare(&mut self, compare: &'a ast::ExprCompare, at: Span) -> ValueId {
        let mut left = self.expr(&compare.left);
        let mut one = |this: &mut Self, index: usize| {
            let right = this.expr(&compare.comparators[index]);
            let op = compare_op(compare.ops[index]);
            let test = this.add(Value::Compare { op, left, right }, at);
            left = right;
            test
        };
        if compare.ops.len() == 1 {
            return one(self, 0);
        }
        // `a < b < c` asks `b < c` only where `a < b` holds.
        let tests = self.short_circuit(BoolOp::And, compare.ops.len(), one);
        let values = self.ir.ids.add(tests);
        self.add(Value::Logic { op: BoolOp::And, values }, at)
    }

    fn conditional(&mut self, choice: &'a ast::ExprIf, at: Span) -> ValueId {
        let (test, guards) = self.test(&choice.test);
        let parent = self.frame().path;
        let exits = self.frame().exits.len();
        let mark = self.frame().mark();
        self.frame().path = self.given(parent, test, true);
        self.learn(&guards, test, true);
        let then = self.expr(&choice.body);
        let then_branch = self.frame().end_branch(mark);
        self.frame().path = self.given(parent, test, false);
        self.learn(&guards, test, false);
        let otherwise = self.expr(&choice.orelse);
        let else_branch = self.frame().end_branch(mark);
        let dead = self.frame().dead;
        self.frame().path = parent;
        self.merge_test(test, then_branch, else_branch, exits);
        self.frame().path = parent;
        self.frame().dead = dead;
        self.add(Value::Gamma { test, then, otherwise }, at)
    }

    fn lambda(&mut self, lambda: &'a ast::ExprLambda, at: Span) -> ValueId {
        let params = match lambda.parameters.as_deref() {
            Some(parameters) => self.parameters(parameters),
            None => Run::EMPTY,
        };
        let name = self.sym("<lambda>");
        let id = self.declare(
            name,
            FunctionKind::Lambda,
            params,
            at,
            Span::new(at.start, (at.start + 6).min(at.end)),
        );
        self.enqueue(id, lambda.parameters.as_deref(), Code::Expression(&lambda.body), at.end);
        self.add(Value::Function(id), at)
    }

    /// Makes the record of a function whose body comes later.
    pub(super) fn declare(
        &mut self,
        name: Sym,
        kind: FunctionKind,
        params: Run<bartizan_ir::Param>,
        at: Span,
        name_span: Span,
    ) -> FunctionId {
        let frame = self.frame();
        let parent = frame.id;
        let class = match frame.kind {
            FunctionKind::ClassBody(class) => Some(class),
            _ => None,
        };
        let outer = frame.qualname.clone();
        let qualname = join_qualname(&outer, self.ir.str(name));
        let qualname = self.sym(&qualname);
        let id = FunctionId::from_index(self.ir.functions.len());
        self.ir.functions.push(Function {
            kind,
            name,
            qualname,
            parent: Some(parent),
            class,
            params,
            decorators: Run::EMPTY,
            returns: None,
            is_async: false,
            is_generator: false,
            result: None,
            effects: Run::EMPTY,
            bindings: Run::EMPTY,
            stores: Run::EMPTY,
            param_ends: Run::EMPTY,
            layers: Run::EMPTY,
            locals: Run::EMPTY,
            span: at,
            name_span,
        });
        id
    }

    pub(super) fn enqueue(
        &mut self,
        id: FunctionId,
        parameters: Option<&'a ast::Parameters>,
        code: Code<'a>,
        end: u32,
    ) {
        let qualname = self.ir.str(self.ir.function(id).qualname).to_owned();
        // The function sees the bodies around it, class bodies excepted; but the variables of
        // comprehensions in them it sees.
        let mut around = None;
        let mut overlays = Vec::new();
        for frame in self.frames.iter_mut().rev() {
            overlays.splice(0..0, frame.overlays.iter().copied());
            if matches!(frame.kind, FunctionKind::ClassBody(_)) {
                continue;
            }
            frame.has_inner = true;
            around = Some(match frame.kind {
                FunctionKind::Module if overlays.is_empty() => frame.around.clone(),
                FunctionKind::Module => {
                    frame.around.with(frame.id, &std::rc::Rc::default(), overlays)
                }
                _ => frame.around.with(frame.id, &frame.scope, overlays),
            });
            break;
        }
        let around = around.unwrap_or_default();
        let depth = self.depth;
        self.queue.push_back(Pending { id, parameters, code, around, qualname, end, depth });
    }

    fn comprehension(
        &mut self,
        kind: CompKind,
        key: Option<&'a Expr>,
        element: &'a Expr,
        generators: &'a [Comprehension],
        at: Span,
    ) -> ValueId {
        let outer_guards = self.frame().guards.take();
        let overlays = self.frame().overlays.len();
        let path = self.frame().path;
        let Some((first, _)) = generators.split_first() else {
            return self.opaque(Opaque::Syntax, at);
        };
        // The first iterator is evaluated once, in the body around.
        let iterator = self.expr(&first.iter);
        let (calls, before) = self.before_rounds(key, element, generators, at);
        let mark = self.frame().mark();
        self.frame().in_comps += 1;
        let mut clauses = Vec::with_capacity(generators.len());
        for (index, generator) in generators.iter().enumerate() {
            let iterator = if index == 0 { iterator } else { self.expr(&generator.iter) };
            let each = self.add(
                Value::Elem { of: iterator, which: Part::Each },
                span(generator.target.range()),
            );
            self.bind_overlay(&generator.target, each);
            let mut conditions = Vec::with_capacity(generator.ifs.len());
            for condition in &generator.ifs {
                let first_overlay = self.frame().overlays.len();
                let test = self.expr(condition);
                conditions.push(test);
                let parent = self.frame().path;
                self.frame().path = self.given(parent, test, true);
                self.learn_overlay(condition, test, first_overlay);
            }
            clauses.push(Clause {
                iterator,
                element: each,
                conditions,
                is_async: generator.is_async,
            });
        }
        let key = key.map(|key| self.expr(key));
        let element = self.expr(element);
        self.frame().overlays.truncate(overlays);
        self.frame().in_comps -= 1;
        // A walrus inside binds in the body around, on some rounds.
        let changes = self.frame().end_branch(mark).changes;
        self.frame().path = path;
        let id = CompId::from_index(self.ir.comps.len());
        self.ir.comps.push(Comp { kind, key, element, clauses });
        let value = self.add(Value::Comp(id), at);
        for (slot, to) in changes {
            let base = self.frame().slots[slot as usize];
            if self.frame().is_path(slot) && base.value.is_none() {
                continue;
            }
            let held = before.iter().find(|(of, _)| *of == slot);
            let base = held.map_or(base, |(_, held)| *held);
            let merged = self.merge_slot(slot, base, &[(base, path), (to, path)], Why::Break);
            self.frame().set(slot, merged);
        }
        for call in calls {
            self.forget_in_rounds(call);
        }
        self.frame().guards = outer_guards;
        value
    }

    /// Rounds see what the rounds before them did: what they change of the variables around is not
    /// known as a round begins. Returns the calls in it, and what the names that it binds held.
    fn before_rounds(
        &mut self,
        key: Option<&'a Expr>,
        element: &'a Expr,
        generators: &'a [Comprehension],
        at: Span,
    ) -> (Vec<&'a ExprCall>, Vec<(u32, Slot)>) {
        let mut rounds = Rounds::default();
        for part in key.into_iter().chain([element]) {
            rounds.visit_expr(part);
        }
        for (index, generator) in generators.iter().enumerate() {
            if index > 0 {
                rounds.visit_expr(&generator.iter);
            }
            generator.ifs.iter().for_each(|condition| rounds.visit_expr(condition));
        }
        let mut before = Vec::with_capacity(rounds.bound.len());
        for name in rounds.bound {
            let name = self.sym(name);
            let Some(slot) = self.frame().slot_of(name) else { continue };
            let base = self.frame().slots[slot as usize];
            if before.iter().any(|(of, _)| *of == slot) {
                continue;
            }
            before.push((slot, base));
            let unknown = Slot { value: Some(self.opaque(Opaque::Other, at)), ..base };
            let path = self.frame().path;
            let ways = [(base, path), (unknown, path)];
            let merged = self.merge_slot(slot, base, &ways, Why::Break);
            self.frame().set(slot, merged);
        }
        for call in &rounds.calls {
            self.escape_in_rounds(call, at);
            self.forget_in_rounds(call);
        }
        (rounds.calls, before)
    }

    /// Inside a comprehension, its variables hold refined values behind a condition on them.
    fn learn_overlay(&mut self, condition: &'a Expr, test: ValueId, upto: usize) {
        let names = crate::scope::names_in(condition);
        for name in names {
            let name = self.sym(name);
            let found = self.frame().overlays[..upto].iter().rev().find(|(n, _)| *n == name);
            if let Some((_, value)) = found.copied() {
                let at = self.ir.span(value);
                let refined = self.add(Value::Pi { of: value, test, truth: true }, at);
                self.frame().overlays.push((name, refined));
            }
        }
    }

    fn bind_overlay(&mut self, target: &'a Expr, value: ValueId) {
        match target {
            Expr::Name(name) => {
                let name = self.sym(name.id.as_str());
                self.frame().overlays.push((name, value));
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                for (target, part) in super::assignment::unpacked(elts) {
                    let at = span(target.range());
                    let part = self.add(Value::Elem { of: value, which: part }, at);
                    self.below(at, |this| this.bind_overlay(target, part));
                }
            }
            Expr::Starred(starred) => {
                self.below(span(starred.range), |this| this.bind_overlay(&starred.value, value));
            }
            _ => self.assign(target, value),
        }
    }
}

/// Digits of an integer beyond which it is not kept: Python itself reads no more in decimal.
const MOST_DIGITS: usize = 4_300;

/// An integer literal in decimal digits.
fn decimal(literal: &str) -> Option<String> {
    let mut digits: String = literal.chars().filter(|c| *c != '_').collect();
    digits.make_ascii_lowercase();
    if digits.len() > MOST_DIGITS {
        return None;
    }
    let (base, digits) = match digits.get(..2) {
        Some("0x") => (16, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        _ => return Some(digits),
    };
    // Nine decimal digits each, the lowest first; seven digits of the literal at a time.
    let mut groups = vec![0u64];
    for start in (0..digits.len()).step_by(7) {
        let piece = digits.get(start..digits.len().min(start + 7))?;
        let mut carry = u64::from_str_radix(piece, base).ok()?;
        let factor = u64::from(base).pow(piece.len() as u32);
        for group in &mut groups {
            let sum = *group * factor + carry;
            (*group, carry) = (sum % 1_000_000_000, sum / 1_000_000_000);
        }
        if carry > 0 {
            groups.push(carry);
        }
    }
    let mut groups = groups.into_iter().rev();
    let first = groups.next()?.to_string();
    Some(groups.fold(first, |text, group| format!("{text}{group:09}")))
}

/// Bytes of a qualified name beyond which it says no more where it stands: names inside names would
/// fill the memory.
const LONGEST_QUALNAME: usize = 4_000;

pub(super) fn join_qualname(outer: &str, name: &str) -> String {
    match outer.len() {
        0 => name.to_owned(),
        1..LONGEST_QUALNAME => format!("{outer}.{name}"),
        _ => format!("….{name}"),
    }
}

pub(super) fn binary_op(op: Operator) -> BinaryOp {
    match op {
        Operator::Add => BinaryOp::Add,
        Operator::Sub => BinaryOp::Sub,
        Operator::Mult => BinaryOp::Mult,
        Operator::MatMult => BinaryOp::MatMult,
        Operator::Div => BinaryOp::Div,
        Operator::Mod => BinaryOp::Mod,
        Operator::Pow => BinaryOp::Pow,
        Operator::LShift => BinaryOp::LShift,
        Operator::RShift => BinaryOp::RShift,
        Operator::BitOr => BinaryOp::BitOr,
        Operator::BitXor => BinaryOp::BitXor,
        Operator::BitAnd => BinaryOp::BitAnd,
        Operator::FloorDiv => BinaryOp::FloorDiv,
    }
}

fn compare_op(op: ast::CmpOp) -> CompareOp {
    match op {
        ast::CmpOp::Eq => CompareOp::Eq,
        ast::CmpOp::NotEq => CompareOp::NotEq,
        ast::CmpOp::Lt => CompareOp::Lt,
        ast::CmpOp::LtE => CompareOp::LtE,
        ast::CmpOp::Gt => CompareOp::Gt,
        ast::CmpOp::GtE => CompareOp::GtE,
        ast::CmpOp::Is => CompareOp::Is,
        ast::CmpOp::IsNot => CompareOp::IsNot,
        ast::CmpOp::In => CompareOp::In,
        ast::CmpOp::NotIn => CompareOp::NotIn,
    }
}
