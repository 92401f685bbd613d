//! The graph as text, for tests and for those who debug the engine.

use std::fmt::Write as _;

use crate::{
    ArgKind, CompKind, EffectKind, FileIr, FunctionId, LoopKind, Mutator, Opaque, Part, Path,
    PathId, Pattern, PatternId, TextForm, TextPiece, Value, ValueId,
};

/// Expressions are written out to this depth; below stands `…`.
const DEEPEST: usize = 12;

impl FileIr {
    /// What `function` does and what it leaves behind, a line each.
    pub fn dump(&self, function: FunctionId) -> String {
        let mut out = String::new();
        let it = self.function(function);
        for effect in &self.effects[it.effects] {
            let what = match effect.kind {
                EffectKind::Call(value) => format!("call {}", self.show(value)),
                EffectKind::Mutate(value) => format!("change {}", self.show(value)),
                EffectKind::StoreAttr { object, name, value } => {
                    format!("store {}.{} = {}", self.show(object), self.str(name), self.show(value))
                }
                EffectKind::StoreGlobal { name, value } => {
                    format!("store global {} = {}", self.str(name), self.show(value))
                }
                EffectKind::StoreCapture { name, value, .. } => {
                    format!("store nonlocal {} = {}", self.str(name), self.show(value))
                }
                EffectKind::Import(value) => self.show(value),
                EffectKind::Raise(value) => format!("raise {}", self.show_option(value)),
                EffectKind::Return(value) => format!("return {}", self.show_option(value)),
                EffectKind::Yield(value) => self.show(value),
                EffectKind::Assert(value) => format!("assert {}", self.show(value)),
                EffectKind::With(value) => format!("with {}", self.show(value)),
                EffectKind::Delete(value) => format!("delete {}", self.show(value)),
                EffectKind::Try(_) => "try".to_owned(),
                EffectKind::Evaluate(value) => format!("evaluate {}", self.show(value)),
            };
            let path = self.show_path(effect.path);
            let _ = match path.as_str() {
                "" => writeln!(out, "{what}"),
                path => writeln!(out, "{what}   [{path}]"),
            };
        }
        for binding in &self.bindings[it.bindings] {
            let _ = writeln!(out, "{} = {}", self.str(binding.name), self.show(binding.value));
        }
        if let Some(result) = it.result {
            let _ = writeln!(out, "result {}", self.show(result));
        }
        out
    }

    /// One value, written out like the expression that it came from.
    pub fn show(&self, id: ValueId) -> String {
        let mut out = String::new();
        self.write(&mut out, id, DEEPEST);
        out
    }

    fn show_option(&self, id: Option<ValueId>) -> String {
        id.map_or(String::new(), |id| self.show(id))
    }

    /// The conditions of a path, the outermost first.
    pub fn show_path(&self, path: PathId) -> String {
        let mut links = Vec::new();
        let mut at = Some(path);
        while let Some(id) = at {
            let link = self.path(id);
            match link {
                Path::Root => {}
                Path::Given { test, truth: true, .. } => links.push(self.show(test)),
                Path::Given { test, truth: false, .. } => {
                    links.push(format!("not {}", self.show(test)));
                }
                Path::Escaped { parent, exit } => {
                    let inner = self.show_below(exit, parent);
                    links.push(format!("did not leave on ({inner})"));
                }
                Path::Loop { of, .. } => links.push(match self.loops[of.index()].kind {
                    LoopKind::For { iterator, .. } => format!("each of {}", self.show(iterator)),
                    LoopKind::While { .. } => "rounds".to_owned(),
                }),
                Path::Tried { .. } => links.push("tried".to_owned()),
                Path::Handler { handler: u32::MAX, .. } => links.push("leaving".to_owned()),
                Path::Handler { handler, .. } => links.push(format!("handler {handler}")),
                Path::Completed { .. } => links.push("no exception".to_owned()),
                Path::Dead { .. } => links.push("never".to_owned()),
            }
            at = link.parent();
        }
        links.reverse();
        links.join(", ")
    }

    fn show_below(&self, path: PathId, stop: PathId) -> String {
        let whole = self.show_path(path);
        let known = self.show_path(stop);
        whole
            .strip_prefix(&known)
            .map_or(whole.clone(), |rest| rest.trim_start_matches(", ").to_owned())
    }

    fn list(&self, out: &mut String, ids: &[ValueId], between: &str, depth: usize) {
        for (index, id) in ids.iter().enumerate() {
            if index > 0 {
                out.push_str(between);
            }
            self.write(out, *id, depth);
        }
    }

    fn write(&self, out: &mut String, id: ValueId, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            out.push('…');
            return;
        };
        let text = |out: &mut String, text: &str| {
            let _ = write!(out, "{text:?}");
        };
        match self.value(id) {
            Value::Str(sym) => text(out, self.str(sym)),
            Value::Bytes(sym) => {
                out.push('b');
                text(out, self.str(sym));
            }
            Value::Int(number) => {
                let _ = write!(out, "{number}");
            }
            Value::BigInt(sym) => out.push_str(self.str(sym)),
            Value::Float(number) => {
                let _ = write!(out, "{number:?}");
            }
            Value::Imaginary(number) => {
                let _ = write!(out, "{number:?}j");
            }
            Value::Bool(true) => out.push_str("True"),
            Value::Bool(false) => out.push_str("False"),
            Value::None => out.push_str("None"),
            Value::Ellipsis => out.push_str("..."),
            Value::Param(index) => {
                let _ = write!(out, "param{index}");
            }
            Value::Global { name, layers } => {
                out.push_str(self.str(name));
                if !layers.is_empty() {
                    out.push('<');
                    let ids: Vec<ValueId> =
                        self.layers[layers].iter().map(|layer| layer.value).collect();
                    self.list(out, &ids, " | ", depth);
                    out.push('>');
                }
            }
            Value::Capture { name, .. } => {
                let _ = write!(out, "captured {}", self.str(name));
            }
            Value::Unbound => out.push_str("unbound"),
            Value::Function(function) => {
                let _ = write!(out, "def {}", self.str(self.function(function).qualname));
            }
            Value::Class(class) => {
                let _ = write!(out, "class {}", self.str(self.class(class).qualname));
            }
            Value::Decorated { by, of } => {
                out.push('@');
                self.write(out, by, depth);
                out.push(' ');
                self.write(out, of, depth);
            }
            Value::Import { module, name, level } => {
                let _ = write!(out, "import {}{}", ".".repeat(level as usize), self.str(module));
                if let Some(name) = name {
                    let _ = write!(out, ":{}", self.str(name));
                }
            }
            Value::Star { module, level } => {
                let _ = write!(out, "import {}{}:*", ".".repeat(level as usize), self.str(module));
            }
            Value::NamespaceSet { key, value } => {
                out.push_str("globals[");
                self.write(out, key, depth);
                out.push_str("] = ");
                self.write(out, value, depth);
            }
            Value::NamespaceUpdate(mapping) => {
                out.push_str("globals.update ");
                self.write(out, mapping, depth);
            }
            Value::NamespaceUnknown(_) => out.push_str("any name"),
            Value::NamespaceRounds(_) => out.push_str("earlier rounds"),
            Value::Attr { of, name } => {
                self.write(out, of, depth);
                out.push('.');
                out.push_str(self.str(name));
            }
            Value::Index { of, key } => {
                self.write(out, of, depth);
                out.push('[');
                self.write(out, key, depth);
                out.push(']');
            }
            Value::Slice { lower, upper, step } => {
                for (index, part) in [lower, upper, step].into_iter().enumerate() {
                    if index > 0 {
                        out.push(':');
                    }
                    if let Some(part) = part {
                        self.write(out, part, depth);
                    }
                }
            }
            Value::Elem { of, which } => {
                self.write(out, of, depth);
                let _ = match which {
                    Part::Each => write!(out, "[each]"),
                    Part::At(index) => write!(out, "[#{index}]"),
                    Part::FromEnd(index) => write!(out, "[#-{index}]"),
                    Part::Rest { before, after } => write!(out, "[#{before}..-{after}]"),
                    Part::MatchArg(index) => write!(out, "[arg {index}]"),
                    Part::MappingRest => write!(out, "[rest]"),
                };
            }
            Value::Call { callee, args } => {
                self.write(out, callee, depth);
                out.push('(');
                for (index, arg) in self.args[args].iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    match arg.kind {
                        ArgKind::Positional => {}
                        ArgKind::Keyword(name) => {
                            let _ = write!(out, "{}=", self.str(name));
                        }
                        ArgKind::Star => out.push('*'),
                        ArgKind::DoubleStar => out.push_str("**"),
                    }
                    self.write(out, arg.value, depth);
                }
                out.push(')');
            }
            Value::Compare { op, left, right } => {
                out.push('(');
                self.write(out, left, depth);
                let _ = write!(out, " {} ", op.sign());
                self.write(out, right, depth);
                out.push(')');
            }
            Value::Logic { op, values } => {
                out.push('(');
                self.list(out, &self.ids[values], &format!(" {} ", op.sign()), depth);
                out.push(')');
            }
            Value::Binary { op, left, right } => {
                out.push('(');
                self.write(out, left, depth);
                let _ = write!(out, " {} ", op.sign());
                self.write(out, right, depth);
                out.push(')');
            }
            Value::Unary { op, of } => {
                let _ = write!(out, "({} ", op.sign());
                self.write(out, of, depth);
                out.push(')');
            }
            Value::Await(of) => {
                out.push_str("await ");
                self.write(out, of, depth);
            }
            Value::Yield(value) => {
                out.push_str("yield ");
                if let Some(value) = value {
                    self.write(out, value, depth);
                }
            }
            Value::YieldFrom(value) => {
                out.push_str("yield from ");
                self.write(out, value, depth);
            }
            Value::Enter { manager, is_async } => {
                out.push_str(if is_async { "async enter " } else { "enter " });
                self.write(out, manager, depth);
            }
            Value::Caught { types } => {
                out.push_str("caught ");
                if let Some(types) = types {
                    self.write(out, types, depth);
                }
            }
            Value::Text { form, parts } => {
                out.push_str(match form {
                    TextForm::Concat => "text(",
                    TextForm::Percent => "percent(",
                    TextForm::Format => "format(",
                    TextForm::FString => "f(",
                    TextForm::Template => "t(",
                });
                for (index, part) in self.parts[parts].iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    match part.piece {
                        TextPiece::Literal(sym) => text(out, self.str(sym)),
                        TextPiece::Hole { value, conversion, spec } => {
                            self.write(out, value, depth);
                            if conversion != 0 {
                                let _ = write!(out, "!{}", char::from(conversion));
                            }
                            if let Some(spec) = spec {
                                out.push(':');
                                self.write(out, spec, depth);
                            }
                        }
                    }
                }
                out.push(')');
            }
            Value::List(items) => self.items(out, "[", items, "]", depth),
            Value::Tuple(items) => self.items(out, "(", items, ",)", depth),
            Value::Set(items) => self.items(out, "{", items, "}", depth),
            Value::Dict(pairs) => {
                out.push('{');
                for (index, pair) in self.pairs[pairs].iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    match pair.key {
                        Some(key) => {
                            self.write(out, key, depth);
                            out.push_str(": ");
                        }
                        None => out.push_str("**"),
                    }
                    self.write(out, pair.value, depth);
                }
                out.push('}');
            }
            Value::Comp(comp) => {
                let comp = self.comp(comp);
                out.push_str(match comp.kind {
                    CompKind::List => "list(",
                    CompKind::Set => "set(",
                    CompKind::Dict => "dict(",
                    CompKind::Generator => "generator(",
                });
                if let Some(key) = comp.key {
                    self.write(out, key, depth);
                    out.push_str(": ");
                }
                self.write(out, comp.element, depth);
                for clause in &comp.clauses {
                    out.push_str(" for each of ");
                    self.write(out, clause.iterator, depth);
                    for condition in &clause.conditions {
                        out.push_str(" if ");
                        self.write(out, *condition, depth);
                    }
                }
                out.push(')');
            }
            Value::Mutate(mutation) => {
                let mutation = self.mutation(mutation);
                self.write(out, mutation.receiver, depth);
                let _ = match mutation.op {
                    Mutator::Escape => {
                        out.push_str("~escaped");
                        return;
                    }
                    Mutator::InPlace(op) => write!(out, "~{}=", op.sign()),
                    op => write!(out, "~{}", format!("{op:?}").to_lowercase()),
                };
                out.push('(');
                let ids: Vec<ValueId> = self.args[mutation.args].iter().map(|a| a.value).collect();
                self.list(out, &ids, ", ", depth);
                out.push(')');
            }
            Value::Gamma { test, then, otherwise } => {
                out.push('(');
                self.write(out, then, depth);
                out.push_str(" if ");
                self.write(out, test, depth);
                out.push_str(" else ");
                self.write(out, otherwise, depth);
                out.push(')');
            }
            Value::Mu { of, init, .. } => {
                let _ = write!(out, "loop{}(", of.index());
                self.write(out, init, depth);
                out.push(')');
            }
            Value::Join { why, ways } => {
                let _ = write!(out, "{}(", format!("{why:?}").to_lowercase());
                let ids: Vec<ValueId> = self.ways[ways].iter().map(|way| way.value).collect();
                self.list(out, &ids, " | ", depth);
                out.push(')');
            }
            Value::Pi { of, test, truth } => {
                self.write(out, of, depth);
                out.push_str(if truth { "{where " } else { "{where not " });
                // The test reads the value itself: written out once more it would only repeat.
                self.write(out, test, depth.min(4));
                out.push('}');
            }
            Value::Matches { subject, pattern } => {
                out.push('(');
                self.write(out, subject, depth);
                out.push_str(" fits ");
                self.write_pattern(out, pattern, depth);
                out.push(')');
            }
            Value::Opaque(why) => out.push_str(match why {
                Opaque::TooDeep => "?too deep",
                Opaque::Syntax => "?syntax",
                Opaque::Type => "?type",
                Opaque::Other => "?other",
                Opaque::Body => "?body",
            }),
        }
    }

    fn items(
        &self,
        out: &mut String,
        open: &str,
        items: crate::Run<crate::Item>,
        close: &str,
        depth: usize,
    ) {
        out.push_str(open);
        for (index, item) in self.items[items].iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            if item.spread {
                out.push('*');
            }
            self.write(out, item.value, depth);
        }
        out.push_str(close);
    }

    fn write_pattern(&self, out: &mut String, id: PatternId, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            out.push('…');
            return;
        };
        match &self.patterns[id.index()] {
            Pattern::Any => out.push('_'),
            Pattern::Equals(value) => self.write(out, *value, depth),
            Pattern::Is(value) => {
                out.push_str("is ");
                self.write(out, *value, depth);
            }
            Pattern::Sequence { items, star } => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    if *star == Some(index as u32) {
                        out.push_str("*, ");
                    }
                    self.write_pattern(out, *item, depth);
                }
                if *star == Some(items.len() as u32) {
                    out.push_str(", *");
                }
                out.push(']');
            }
            Pattern::Mapping(keys) => {
                out.push('{');
                for (index, (key, inner)) in keys.iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    self.write(out, *key, depth);
                    out.push_str(": ");
                    self.write_pattern(out, *inner, depth);
                }
                out.push('}');
            }
            Pattern::Class { class, positional, keywords } => {
                self.write(out, *class, depth);
                out.push('(');
                for inner in positional {
                    self.write_pattern(out, *inner, depth);
                    out.push(' ');
                }
                for (name, inner) in keywords {
                    let _ = write!(out, "{}=", self.str(*name));
                    self.write_pattern(out, *inner, depth);
                    out.push(' ');
                }
                out.push(')');
            }
            Pattern::Or(patterns) => {
                for (index, inner) in patterns.iter().enumerate() {
                    if index > 0 {
                        out.push_str(" | ");
                    }
                    self.write_pattern(out, *inner, depth);
                }
            }
        }
    }
}
