//! Reading and binding names and access paths.

use bartizan_base::{Span, Sym};
use bartizan_ir::{
    Binding, ClassId, EffectKind, FileIr, FunctionId, FunctionKind, Layer, Opaque, Run, Value,
    ValueId,
};
use ruff_python_ast::{Expr, ExprAttribute, ExprCall};
use ruff_text_size::Ranged;

use super::frame::{EMPTY, Free, NOWHERE, Slot, Step};
use super::{Lowering, span};

/// Methods that change nothing that a guard on their receiver could be about.
const HARMLESS: &[&str] = &[
    "get",
    "items",
    "keys",
    "values",
    "strip",
    "lstrip",
    "rstrip",
    "lower",
    "upper",
    "title",
    "startswith",
    "endswith",
    "split",
    "rsplit",
    "format",
    "join",
    "copy",
    "encode",
    "decode",
    "exists",
    "count",
    "filter",
    "exclude",
    "first",
    "last",
    "all",
    "index",
    "find",
    "isdigit",
    "getlist",
    "replace",
    "build_absolute_uri",
    "get_host",
    "is_secure",
];

/// Ways beyond which nobody asks whether a name is bound on all of them.
const MOST_WAYS: u32 = 64;

/// Steps of an access path beyond which it is not followed.
const MOST_STEPS: usize = 8;

impl<'a> Lowering<'a> {
    /// What `name` is worth here.
    pub(super) fn read(&mut self, name: Sym, at: Span) -> ValueId {
        if let Some((_, value)) = self.frame().overlays.iter().rev().find(|(n, _)| *n == name) {
            return *value;
        }
        let top = self.frames.len() - 1;
        self.read_in(top, name, at, true)
    }

    fn read_in(&mut self, index: usize, name: Sym, at: Span, own: bool) -> ValueId {
        let frame = &self.frames[index];
        let (kind, id) = (frame.kind, frame.id);
        let declared_global = kind != FunctionKind::Module && frame.scope.global.contains(&name);
        let local = frame.slot_of(name).filter(|_| !declared_global);
        if let Some(slot) = local {
            if own && index + 1 == self.frames.len() {
                self.note_guard(slot);
            }
            let now = self.frames[index].slots[slot as usize].value;
            match kind {
                FunctionKind::Module => return self.read_module(index, slot, name, at),
                FunctionKind::ClassBody(_) => {
                    return match now {
                        Some(value) => value,
                        // A class body that binds the name itself finds it nowhere but in the module.
                        None => self.read_global(name, at),
                    };
                }
                FunctionKind::Def | FunctionKind::Lambda => {
                    let frame = &self.frames[index];
                    if self.declared_nonlocal.contains(&name)
                        && now.is_some()
                        && frame.may_have_inner
                    {
                        return self.add(Value::Capture { name, owner: id }, at);
                    }
                    return match now {
                        Some(value) => value,
                        None => self.unbound(),
                    };
                }
            }
        }
        match kind {
            FunctionKind::Module => {
                let frame = &mut self.frames[index];
                let kept = frame.kept_layers;
                let more = frame.layers.get(kept.len()..).unwrap_or_default();
                let layers = match more {
                    [] => kept,
                    more => self.ir.layers.grow(kept, more),
                };
                frame.kept_layers = layers;
                self.add(Value::Global { name, layers }, at)
            }
            FunctionKind::ClassBody(_) if !declared_global => {
                // A class body sees the function or module around it as it is just now; the class
                // bodies between are no scopes.
                let mut outer = index;
                while outer > 0 {
                    outer -= 1;
                    if let Some((_, value)) =
                        self.frames[outer].overlays.iter().rev().find(|(n, _)| *n == name)
                    {
                        return *value;
                    }
                    if !matches!(self.frames[outer].kind, FunctionKind::ClassBody(_)) {
                        return self.read_in(outer, name, at, false);
                    }
                }
                self.free(index, name, at)
            }
            FunctionKind::ClassBody(_) => self.read_global(name, at),
            _ => self.free(index, name, at),
        }
    }

    /// A name of the module or the builtins, read from code that runs while the module does, or from a
    /// function.
    fn read_global(&mut self, name: Sym, at: Span) -> ValueId {
        if self.frames[0].kind == FunctionKind::Module {
            return self.read_in(0, name, at, false);
        }
        self.add(Value::Global { name, layers: Run::EMPTY }, at)
    }

    fn read_module(&mut self, index: usize, slot: u32, name: Sym, at: Span) -> ValueId {
        let frame = &self.frames[index];
        let now = frame.slots[slot as usize];
        let all = frame.layers.len() as u32;
        let Some(value) = now.value else {
            let layers = frame.layers.clone();
            let layers = self.ir.layers.add(layers);
            return self.add(Value::Global { name, layers }, at);
        };
        // A function may rebind it whenever it is called.
        let is_rebound = self.declared_global.contains(&name);
        // What is bound on some ways alone may raise where it is read.
        let is_tried = self.frames[index].raises.last().is_some() && self.may_be_unbound(value);
        if now.layers == all && !is_rebound && !is_tried {
            return value;
        }
        let mut layers = vec![Layer { value, path: FileIr::root_path() }];
        layers.extend_from_slice(&frame.layers[now.layers as usize..]);
        let layers = self.ir.layers.add(layers);
        let value = self.add(Value::Global { name, layers }, at);
        // In a loop it is looked up again: what one round finds, the next may not.
        if !is_rebound && self.frames[index].loops.is_empty() {
            self.frames[index].set(slot, Slot { value: Some(value), layers: all, ..now });
        }
        value
    }

    /// Whether the value stands for ways of which one has bound nothing.
    fn may_be_unbound(&self, value: ValueId) -> bool {
        let (mut left, mut steps) = (vec![value], 0);
        while let Some(id) = left.pop() {
            steps += 1;
            if steps > MOST_WAYS {
                return false;
            }
            match self.ir.value(self.ir.bare(id)) {
                Value::Unbound => return true,
                Value::Gamma { then, otherwise, .. } => left.extend([then, otherwise]),
                Value::Join { ways, .. } => {
                    left.extend(self.ir.ways[ways].iter().map(|way| way.value));
                }
                _ => {}
            }
        }
        false
    }

    fn free(&mut self, index: usize, name: Sym, at: Span) -> ValueId {
        let frame = &self.frames[index];
        if frame.scope.global.contains(&name) {
            return self.add(Value::Global { name, layers: Run::EMPTY }, at);
        }
        let id = frame.id;
        match frame.around.find(name) {
            Free::Module if self.ir.str(name) == "__class__" => {
                let value = match self.class_around(id) {
                    Some(class) => Value::Class(class),
                    None => Value::Global { name, layers: Run::EMPTY },
                };
                self.add(value, at)
            }
            Free::Of(owner) => self.add(Value::Capture { name, owner }, at),
            Free::Value(value) => value,
            Free::Module => self.add(Value::Global { name, layers: Run::EMPTY }, at),
        }
    }

    /// The class in whose body the function, or one around it, is defined.
    fn class_around(&self, function: FunctionId) -> Option<ClassId> {
        let mut at = Some(function);
        while let Some(id) = at {
            let it = self.ir.function(id);
            if it.class.is_some() && !matches!(it.kind, FunctionKind::ClassBody(_)) {
                return it.class;
            }
            at = it.parent;
        }
        None
    }

    /// The value that a slot has at the end of a branch, made a node where it has none.
    pub(super) fn value_of(&mut self, slot: Slot, name: Option<Sym>) -> ValueId {
        let kind = self.frame().kind;
        match (slot.value, name) {
            (Some(value), Some(name)) if kind == FunctionKind::Module => {
                let newer = self.frame().layers[slot.layers as usize..].to_vec();
                if newer.is_empty() {
                    return value;
                }
                let mut layers = vec![Layer { value, path: FileIr::root_path() }];
                layers.extend(newer);
                let layers = self.ir.layers.add(layers);
                self.add(Value::Global { name, layers }, slot.span)
            }
            (Some(value), _) => value,
            // Where a module or a class body has not bound a name, the builtin is found, or what the
            // module says.
            (None, Some(name)) if kind == FunctionKind::Module => {
                if self.frame().layers.is_empty() && !is_bound_by_python(self.ir.str(name)) {
                    return self.unbound();
                }
                let layers = self.frame().layers.clone();
                let layers = self.ir.layers.add(layers);
                self.add(Value::Global { name, layers }, slot.span)
            }
            (None, Some(name)) if matches!(kind, FunctionKind::ClassBody(_)) => {
                let of_module = &self.frames[0];
                let is_known = is_bound_by_python(self.ir.str(name))
                    || of_module.kind != FunctionKind::Module
                    || !of_module.layers.is_empty()
                    || of_module
                        .slot_of(name)
                        .is_some_and(|slot| of_module.slots[slot as usize].value.is_some());
                if is_known { self.read_global(name, slot.span) } else { self.unbound() }
            }
            (None, _) => self.unbound(),
        }
    }

    /// The value of a local name as the body ends.
    pub(super) fn current(&mut self, slot: u32, name: Sym) -> ValueId {
        let now = self.frame().slots[slot as usize];
        self.value_of(now, Some(name))
    }

    pub(super) fn slot_name(&mut self, slot: u32) -> Option<Sym> {
        self.frame().scope.names.get(slot as usize).copied()
    }

    pub(super) fn note_store(&mut self, slot: u32, value: ValueId, at: Span) {
        if let Some(name) = self.slot_name(slot) {
            self.frame().stores.push(Binding { name, value, span: at });
        }
    }

    /// `name = value`
    pub(super) fn assign_name(&mut self, name: Sym, value: ValueId, at: Span) {
        let frame = self.frame();
        // `global` at the level of the module says nothing new.
        if frame.kind != FunctionKind::Module && frame.scope.global.contains(&name) {
            self.effect(EffectKind::StoreGlobal { name, value }, at);
            self.leak(value);
            return;
        }
        if frame.scope.nonlocal.contains(&name) {
            if let Free::Of(owner) = frame.around.find(name) {
                self.effect(EffectKind::StoreCapture { owner, name, value }, at);
                self.ir.nonlocal_stores.push((owner, name, value));
                self.leak(value);
            }
            return;
        }
        let frame = self.frame();
        let Some(slot) = frame.slot_of(name) else {
            return;
        };
        let layers = frame.layers.len() as u32;
        frame.set(slot, Slot { value: Some(value), layers, span: at });
        frame.forget_below(slot, &|_| false);
        frame.stores.push(Binding { name, value, span: at });
    }

    /// `del name`, as a statement of its own: who looks later finds that the name is gone.
    pub(super) fn delete_written(&mut self, name: Sym, at: Span) {
        self.delete_name(name);
        let frame = self.frame();
        if frame.kind != FunctionKind::Module {
            return;
        }
        let is_layered = !frame.layers.is_empty();
        if let Some(slot) = frame.slot_of(name) {
            let gone = self.add(Value::Unbound, at);
            self.note_store(slot, gone, at);
        }
        // A star import before, or what else may have bound it, has not bound it any more.
        if is_layered {
            let key = self.add(Value::Str(name), at);
            self.unbind(key, at);
        }
    }

    /// `del name`
    pub(super) fn delete_name(&mut self, name: Sym) {
        let frame = self.frame();
        if let Some(slot) = frame.slot_of(name) {
            frame.set(slot, EMPTY);
            frame.forget_below(slot, &|_| false);
        }
    }

    /// Remembers that a test that is being lowered reads this slot, and what the test was about whose
    /// outcome lies there.
    pub(super) fn note_guard(&mut self, slot: u32) {
        let bare = |ir: &FileIr, value: Option<ValueId>| value.map(|value| ir.bare(value));
        let Some(frame) = self.frames.last_mut() else { return };
        let Some(guards) = &mut frame.guards else { return };
        guards.push(slot);
        let Some(value) = bare(&self.ir, frame.slots[slot as usize].value) else { return };
        for (slot, then) in frame.tests.get(&value).into_iter().flatten() {
            let now = frame.slots[*slot as usize].value;
            if bare(&self.ir, now) == bare(&self.ir, Some(*then)) {
                guards.push(*slot);
            }
        }
    }

    /// The slot of the access path that `expr` spells, if it is one; made where there is none yet.
    pub(super) fn path_of(&mut self, expr: &'a Expr) -> Option<u32> {
        let mut steps = Vec::new();
        let mut at = expr;
        loop {
            if steps.len() > MOST_STEPS {
                return None;
            }
            match at {
                Expr::Name(name) => {
                    let name = self.sym(name.id.as_str());
                    let frame = self.frame();
                    if frame.overlays.iter().any(|(n, _)| *n == name) {
                        return None;
                    }
                    let mut slot = match frame.slot_of(name) {
                        Some(slot) => slot,
                        None => frame.path_slot(NOWHERE, Step::Root(name))?,
                    };
                    for step in steps.into_iter().rev() {
                        slot = frame.path_slot(slot, step)?;
                    }
                    return Some(slot);
                }
                Expr::Attribute(attribute) => {
                    let name = self.sym(attribute.attr.as_str());
                    steps.push(Step::Attr(name));
                    at = &attribute.value;
                }
                Expr::Subscript(subscript) => {
                    steps.push(self.item_step(&subscript.slice)?);
                    at = &subscript.value;
                }
                Expr::Call(call) => {
                    let (receiver, key) = get_call(call)?;
                    let key = self.sym(key);
                    steps.push(Step::Get(key));
                    at = receiver;
                }
                _ => return None,
            }
        }
    }

    fn item_step(&mut self, key: &Expr) -> Option<Step> {
        match key {
            Expr::StringLiteral(text) => {
                let key = self.sym(text.value.to_str());
                Some(Step::Item(key))
            }
            Expr::NumberLiteral(number) => match &number.value {
                ruff_python_ast::Number::Int(int) => int.as_i64().map(Step::At),
                _ => None,
            },
            _ => None,
        }
    }

    /// Lowers an attribute or an item: the node that the same access path had before, if nothing came
    /// between.
    pub(super) fn access(&mut self, expr: &'a Expr) -> ValueId {
        // The way from the whole expression to where its path begins.
        let mut links = [(expr, Step::At(0)); MOST_STEPS];
        let mut count = 0;
        let mut bottom = expr;
        while count < MOST_STEPS {
            let (inner, step) = match bottom {
                Expr::Attribute(attribute) => {
                    (&*attribute.value, Step::Attr(self.sym(attribute.attr.as_str())))
                }
                Expr::Subscript(subscript) => match self.item_step(&subscript.slice) {
                    Some(step) => (&*subscript.value, step),
                    None => break,
                },
                Expr::Call(call) => match get_call(call) {
                    Some((receiver, key)) => (receiver, Step::Get(self.sym(key))),
                    None => break,
                },
                _ => break,
            };
            links[count] = (bottom, step);
            count += 1;
            bottom = inner;
        }
        if count == 0 {
            let Expr::Subscript(subscript) = expr else {
                return self.opaque(Opaque::Other, span(expr.range()));
            };
            let of = self.expr(&subscript.value);
            let of = self.names_for(&subscript.value, of, &subscript.slice);
            let key = self.expr(&subscript.slice);
            self.last_path = None;
            return self.add(Value::Index { of, key }, span(expr.range()));
        }
        let mut slots = [NOWHERE; MOST_STEPS];
        let mut base = match bottom {
            Expr::Name(name) => self.base(name.id.as_str()),
            _ => None,
        };
        for index in (0..count).rev() {
            base = base.and_then(|base| self.frame().path_slot(base, links[index].1));
            slots[index] = base.unwrap_or(NOWHERE);
        }
        let guards = self.frame().guards.as_ref().map(Vec::len);
        // What is known of the way, the longest part first; a call on it is lowered as one.
        let (mut at, mut value) = (count, None);
        for index in 0..count {
            if let Some(slot) = self.frame().slots.get(slots[index] as usize) {
                value = slot.value;
            }
            if value.is_some() || matches!(links[index].0, Expr::Call(_)) {
                at = index;
                break;
            }
        }
        self.depth += count as u32 - 1;
        self.deepest = self.deepest.max(self.depth);
        let mut value = match value {
            Some(value) => value,
            None => self.expr(links.get(at).filter(|_| at < count).map_or(bottom, |link| link.0)),
        };
        for index in (0..at).rev() {
            let place = span(links[index].0.range());
            value = match links[index] {
                (Expr::Subscript(subscript), _) => {
                    value = self.names_for(&subscript.value, value, &subscript.slice);
                    let key = self.expr(&subscript.slice);
                    self.add(Value::Index { of: value, key }, place)
                }
                (_, Step::Attr(name)) => self.add(Value::Attr { of: value, name }, place),
                // Calls are lowered as they are.
                _ => value,
            };
            if slots[index] != NOWHERE {
                let to = Slot { value: Some(value), layers: 0, span: place };
                self.frame().set(slots[index], to);
            }
        }
        self.depth -= count as u32 - 1;
        self.last_path = (slots[0] != NOWHERE).then_some(slots[0]);
        self.guard_path(guards);
        value
    }

    /// A test that is being lowered is about the whole path lowered last, not about the objects on the
    /// way, of which `guards` were noted before.
    fn guard_path(&mut self, guards: Option<usize>) {
        if let (Some(before), Some(slot)) = (guards, self.last_path)
            && let Some(guards) = &mut self.frame().guards
        {
            guards.truncate(before);
            guards.push(slot);
        }
    }

    /// Where the access paths begin that begin with `name`.
    fn base(&mut self, name: &str) -> Option<u32> {
        let name = self.sym(name);
        let frame = self.frame();
        if frame.overlays.iter().any(|(n, _)| *n == name) {
            return None;
        }
        match frame.slot_of(name) {
            Some(slot) => Some(slot),
            None => frame.path_slot(NOWHERE, Step::Root(name)),
        }
    }

    /// The slot of `expr`, which was lowered just now.
    pub(super) fn path_just_lowered(&mut self, expr: &'a Expr) -> Option<u32> {
        match expr {
            Expr::Name(name) => self.base(name.id.as_str()),
            _ => self.last_path,
        }
    }

    /// Lowers an argument, and remembers what it hands to the call.
    pub(super) fn handed(&mut self, arg: &'a Expr) -> ValueId {
        let value = self.expr(arg);
        if !self.frame().has_paths() {
            return value;
        }
        let slot = match arg {
            Expr::Name(name) => {
                let name = self.sym(name.id.as_str());
                let frame = self.frame();
                if frame.overlays.iter().any(|(n, _)| *n == name) {
                    None
                } else {
                    let root = || frame.find_path(NOWHERE, Step::Root(name));
                    frame.slot_of(name).or_else(root)
                }
            }
            Expr::Attribute(_) | Expr::Subscript(_) => self.last_path,
            _ => None,
        };
        if let Some(slot) = slot
            && !is_request(arg)
        {
            self.handed.push(slot);
        }
        value
    }

    /// After a call: what it was given may have changed inside.
    pub(super) fn forget_handed(&mut self, from: usize) {
        if self.handed.len() == from {
            return;
        }
        let request = self.sym("request");
        for index in from..self.handed.len() {
            let slot = self.handed[index];
            self.frame().forget_below(slot, &|step| step == Step::Attr(request));
        }
        self.handed.truncate(from);
    }

    /// Reads through an access path: the node that the same path had before, if nothing came between.
    pub(super) fn through_path(
        &mut self,
        expr: &'a Expr,
        lower: impl FnOnce(&mut Self) -> ValueId,
    ) -> ValueId {
        let guards = self.frame().guards.as_ref().map(Vec::len);
        let Some(slot) = self.path_of(expr) else {
            let value = lower(self);
            self.last_path = None;
            return value;
        };
        let known = self.frame().slots[slot as usize].value;
        let value = match known {
            Some(value) => value,
            None => {
                let value = lower(self);
                let at = self.ir.span(value);
                self.frame().set(slot, Slot { value: Some(value), layers: 0, span: at });
                value
            }
        };
        self.last_path = Some(slot);
        self.guard_path(guards);
        value
    }

    /// What a call in the rounds of a comprehension is given may have changed inside.
    pub(super) fn forget_in_rounds(&mut self, call: &'a ExprCall) {
        if !self.frame().has_paths() {
            return;
        }
        let request = self.sym("request");
        let keep = move |step: Step| step == Step::Attr(request);
        let mut touched: Vec<&'a Expr> = Vec::new();
        if let Expr::Attribute(method) = &*call.func
            && !is_harmless(method)
        {
            touched.push(&method.value);
        }
        touched.extend(call.arguments.args.iter());
        touched.extend(call.arguments.keywords.iter().map(|keyword| &keyword.value));
        for expr in touched {
            let expr = match expr {
                Expr::Starred(starred) => &starred.value,
                other => other,
            };
            if !matches!(expr, Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_)) {
                continue;
            }
            if is_request(expr) {
                continue;
            }
            if let Some(slot) = self.path_of(expr) {
                self.frame().forget_below(slot, &keep);
            }
        }
    }

    /// `name` bound by an import, definition or the like at `at`.
    pub(super) fn bind_identifier(
        &mut self,
        identifier: &ruff_python_ast::Identifier,
        value: ValueId,
    ) {
        let name = self.sym(identifier.as_str());
        self.assign_name(name, value, span(identifier.range));
    }
}

/// Whether calling the method changes nothing that a guard on its receiver could be about.
pub(super) fn is_harmless(method: &ExprAttribute) -> bool {
    HARMLESS.contains(&method.attr.as_str()) || is_request(&method.value)
}

/// Whether the expression is the request at hand, or a part of it: no call changes what a client
/// sent.
fn is_request(mut expr: &Expr) -> bool {
    loop {
        match expr {
            Expr::Name(name) => return name.id.as_str() == "request",
            Expr::Attribute(attribute) if attribute.attr.as_str() == "request" => return true,
            Expr::Attribute(attribute) => expr = &attribute.value,
            Expr::Subscript(subscript) => expr = &subscript.value,
            _ => return false,
        }
    }
}

/// `receiver.get("key")`, with or without a default.
fn get_call(call: &ExprCall) -> Option<(&Expr, &str)> {
    let Expr::Attribute(method) = &*call.func else { return None };
    if method.attr.as_str() != "get" || !call.arguments.keywords.is_empty() {
        return None;
    }
    match &*call.arguments.args {
        [Expr::StringLiteral(key)] => Some((&method.value, key.value.to_str())),
        _ => None,
    }
}

/// Whether a name that a module has not bound is found all the same.
fn is_bound_by_python(name: &str) -> bool {
    bartizan_ir::is_builtin(name) || bartizan_ir::is_module_name(name)
}
