//! Reading and binding names and access paths.

use bartizan_base::{Span, Sym};
use bartizan_ir::{Binding, EffectKind, FileIr, FunctionKind, Layer, Run, Value, ValueId};
use ruff_python_ast::{Expr, ExprCall};

use super::frame::{EMPTY, Free, Slot, Step};
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
        let declared_global = frame.scope.global.contains(&name);
        let local = frame.scope.slots.get(&name).copied();
        match local {
            Some(slot) if !declared_global => {
                if own && index + 1 == self.frames.len() {
                    self.note_guard(slot);
                }
                match kind {
                    FunctionKind::Module => return self.read_module(index, slot, name, at),
                    FunctionKind::ClassBody(_) => {
                        if let Some(value) = self.frames[index].slots[slot as usize].value {
                            return value;
                        }
                    }
                    FunctionKind::Def | FunctionKind::Lambda => {
                        if self.declared_nonlocal.contains(&name)
                            && self.frames[index].slots[slot as usize].value.is_some()
                            && self.frames[index].has_inner
                        {
                            return self.add(Value::Capture { name, owner: id }, at);
                        }
                        return match self.frames[index].slots[slot as usize].value {
                            Some(value) => value,
                            None => self.unbound(),
                        };
                    }
                }
            }
            _ => {}
        }
        match kind {
            FunctionKind::Module => {
                let layers = self.frames[index].layers.clone();
                let layers = self.ir.layers.add(layers);
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
            _ => self.free(index, name, at),
        }
    }

    fn read_module(&mut self, index: usize, slot: u32, name: Sym, at: Span) -> ValueId {
        let frame = &self.frames[index];
        let now = frame.slots[slot as usize];
        let all = frame.layers.len() as u32;
        match now.value {
            // A function may rebind it whenever it is called.
            Some(value) if self.declared_global.contains(&name) => {
                let path = frame.path;
                let layers = self.ir.layers.add([Layer { value, path }]);
                self.add(Value::Global { name, layers }, at)
            }
            Some(value) if now.layers == all => value,
            Some(value) => {
                let path = FileIr::root_path();
                let mut layers = vec![Layer { value, path }];
                layers.extend_from_slice(&frame.layers[now.layers as usize..]);
                let layers = self.ir.layers.add(layers);
                let value = self.add(Value::Global { name, layers }, at);
                self.frames[index].set(slot, Slot { value: Some(value), layers: all, ..now });
                value
            }
            None => {
                let layers = frame.layers.clone();
                let layers = self.ir.layers.add(layers);
                self.add(Value::Global { name, layers }, at)
            }
        }
    }

    fn free(&mut self, index: usize, name: Sym, at: Span) -> ValueId {
        let frame = &self.frames[index];
        if frame.scope.global.contains(&name) {
            return self.add(Value::Global { name, layers: Run::EMPTY }, at);
        }
        match frame.around.find(name) {
            Free::Of(owner) => self.add(Value::Capture { name, owner }, at),
            Free::Value(value) => value,
            Free::Module => self.add(Value::Global { name, layers: Run::EMPTY }, at),
        }
    }

    /// The value that a slot has at the end of a branch, made a node where it has none.
    pub(super) fn value_of(&mut self, slot: Slot, name: Option<Sym>) -> ValueId {
        let is_module = self.frame().kind == FunctionKind::Module;
        match (slot.value, name) {
            (Some(value), Some(name)) if is_module => {
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
            (None, Some(name)) if is_module && !self.frame().layers.is_empty() => {
                let layers = self.frame().layers.clone();
                let layers = self.ir.layers.add(layers);
                self.add(Value::Global { name, layers }, slot.span)
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
        let scope = &self.frames.last()?.scope;
        if slot as usize >= scope.slots.len() {
            return None;
        }
        // Asked at meetings of ways alone, for the few slots that differ.
        scope.slots.iter().find(|(_, at)| **at == slot).map(|(name, _)| *name)
    }

    pub(super) fn note_store(&mut self, slot: u32, value: ValueId, at: Span) {
        if let Some(name) = self.slot_name(slot) {
            self.frame().stores.push(Binding { name, value, span: at });
        }
    }

    /// `name = value`
    pub(super) fn assign_name(&mut self, name: Sym, value: ValueId, at: Span) {
        let frame = self.frame();
        if frame.scope.global.contains(&name) {
            if frame.kind == FunctionKind::Module {
                // `global` at the level of the module says nothing new.
            } else {
                self.effect(EffectKind::StoreGlobal { name, value }, at);
                return;
            }
        }
        if frame_nonlocal(self, name) {
            if let Free::Of(owner) = self.frame().around.find(name) {
                self.effect(EffectKind::StoreCapture { owner, name, value }, at);
                self.ir.nonlocal_stores.push((owner, name, value));
            }
            return;
        }
        let frame = self.frame();
        let Some(slot) = frame.scope.slots.get(&name).copied() else {
            return;
        };
        let layers = frame.layers.len() as u32;
        frame.set(slot, Slot { value: Some(value), layers, span: at });
        frame.forget_below(slot, &|_| false);
        frame.stores.push(Binding { name, value, span: at });
    }

    /// `del name`
    pub(super) fn delete_name(&mut self, name: Sym) {
        let frame = self.frame();
        if let Some(slot) = frame.scope.slots.get(&name).copied() {
            frame.set(slot, EMPTY);
            frame.forget_below(slot, &|_| false);
        }
    }

    /// Remembers that a test that is being lowered reads this slot.
    pub(super) fn note_guard(&mut self, slot: u32) {
        if let Some(guards) = &mut self.frame().guards {
            guards.push(slot);
        }
    }

    /// The slot of the access path that `expr` spells, if it is one; made where there is none yet.
    pub(super) fn path_of(&mut self, expr: &'a Expr) -> Option<u32> {
        let mut steps = Vec::new();
        let mut at = expr;
        loop {
            if steps.len() > 8 {
                return None;
            }
            match at {
                Expr::Name(name) => {
                    let name = self.sym(name.id.as_str());
                    let frame = self.frame();
                    if frame.overlays.iter().any(|(n, _)| *n == name) {
                        return None;
                    }
                    let mut slot = match frame.scope.slots.get(&name).copied() {
                        Some(slot) => slot,
                        None => frame.path_slot(u32::MAX, Step::Root(name)),
                    };
                    for step in steps.into_iter().rev() {
                        slot = frame.path_slot(slot, step);
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

    /// Reads through an access path: the node that the same path had before, if nothing came between.
    pub(super) fn through_path(
        &mut self,
        expr: &'a Expr,
        lower: impl FnOnce(&mut Self) -> ValueId,
    ) -> ValueId {
        let guards = self.frame().guards.as_ref().map(Vec::len);
        let Some(slot) = self.path_of(expr) else {
            return lower(self);
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
        if let Some(before) = guards {
            // The test is about the whole path, not about the objects on the way.
            if let Some(guards) = &mut self.frame().guards {
                guards.truncate(before);
                guards.push(slot);
            }
        }
        value
    }

    /// After a call: what it was given may have changed inside.
    pub(super) fn forget_after_call(&mut self, call: &'a ExprCall) {
        if self.frame().paths.is_empty() {
            return;
        }
        let request = self.sym("request");
        let keep = move |step: Step| step == Step::Attr(request);
        let mut touched: Vec<&'a Expr> = Vec::new();
        if let Expr::Attribute(method) = &*call.func
            && !HARMLESS.contains(&method.attr.as_str())
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

fn frame_nonlocal(lowering: &mut Lowering<'_>, name: Sym) -> bool {
    lowering.frame().scope.nonlocal.contains(&name)
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
