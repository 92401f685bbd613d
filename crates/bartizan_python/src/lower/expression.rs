//! Expressions.

use bartizan_base::{Span, Sym};
use bartizan_ir::{
    BinaryOp, CompKind, EffectKind, Function, FunctionId, FunctionKind, Item, Opaque, Pair, Run,
    UnaryOp, Value, ValueId,
};
use ruff_python_ast::{self as ast, Expr, Number, Operator};
use ruff_text_size::Ranged;

use super::{Code, DEEPEST, Lowering, Pending, span};
use crate::scope::deeper;

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
            fields: Run::EMPTY,
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
