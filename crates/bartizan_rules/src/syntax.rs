//! Pieces of syntax that no model describes, for the rules that judge by what is written: one walk
//! over a file for all of them.

use std::collections::BTreeSet;

use bartizan_base::Span;
use bartizan_finding::RuleInfo;
use bartizan_ir::{
    ArgKind, CompareOp, EffectKind, FunctionId, FunctionKind, Handler, Mutator, Try, Value, ValueId,
};

use crate::{Detect, Draft, FileView, Rule};

/// What a rule wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Constant text, wherever it stands.
    Text,
    /// A constant text under a name: of a variable, an attribute, a key, an argument, a default.
    Named,
    /// A comparison.
    Comparison,
    /// An assertion.
    Assertion,
    /// The handler of an exception.
    Handler,
    /// An import.
    Import,
    /// The file as text.
    Source,
}

/// A piece of syntax, and all that a rule needs to judge it.
#[derive(Clone, Copy)]
pub struct SyntaxSite<'a> {
    /// The rule that judges.
    pub rule: &'static RuleInfo,
    /// The file.
    pub view: FileView<'a>,
    /// The text of the file.
    pub text: &'a str,
    /// The piece.
    pub found: Found<'a>,
    /// Where it stands.
    pub span: Span,
    /// The function, class body or module that it belongs to.
    pub function: FunctionId,
}

/// A piece of syntax.
#[derive(Clone, Copy)]
pub enum Found<'a> {
    /// See [`Syntax::Text`].
    Text(&'a str),
    /// See [`Syntax::Named`].
    Named {
        /// The name.
        name: &'a str,
        /// The text.
        text: &'a str,
        /// How the name is given.
        by: NamedBy,
    },
    /// See [`Syntax::Comparison`].
    Comparison(CompareOp, ValueId, ValueId),
    /// See [`Syntax::Assertion`]; the test.
    Assertion(ValueId),
    /// See [`Syntax::Handler`].
    Handler(&'a Try, Handler),
    /// See [`Syntax::Import`]; the module or the name in it, dotted.
    Import(&'a str, Option<&'a str>),
    /// See [`Syntax::Source`].
    Source,
}

/// How a text is given a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// `name = "…"`
    Variable,
    /// `object.name = "…"`
    Attribute,
    /// `{"name": "…"}`, `x["name"] = "…"`
    Key,
    /// `f(name="…")`
    Keyword,
    /// `def f(name="…")`
    Default,
}

impl SyntaxSite<'_> {
    /// A draft about the piece, as sure as the rule is.
    pub fn draft(&self) -> Draft {
        let mut draft = Draft::at(self.view.file, self.span);
        draft.confidence = Some(self.rule.confidence);
        draft
    }
}

/// Shows the rules what they want to see of one file.
pub(crate) fn walk(
    view: FileView<'_>,
    text: &str,
    rules: &[&'static Rule],
    said: &mut Vec<(&'static Rule, Draft)>,
) {
    let mut walk = Walk { view, text, rules: Vec::new(), said };
    for rule in rules {
        if let Detect::Syntax { on, judge } = rule.detect {
            walk.rules.push((rule, on, judge));
        }
    }
    if !walk.rules.is_empty() {
        walk.run();
    }
}

type Judge = fn(&SyntaxSite<'_>) -> Option<Draft>;

struct Walk<'a, 'o> {
    view: FileView<'a>,
    text: &'a str,
    rules: Vec<(&'static Rule, &'static [Syntax], Judge)>,
    said: &'o mut Vec<(&'static Rule, Draft)>,
}

impl<'a> Walk<'a, '_> {
    fn run(&mut self) {
        let ir = self.view.ir();
        let module = bartizan_ir::FileIr::module();
        let whole = Span { start: 0, end: 0 };
        self.show(Syntax::Source, Found::Source, whole, module);
        // A text that stands alone is a comment.
        let mut alone = BTreeSet::new();
        for (function, body) in ir.functions() {
            for effect in &ir.effects[body.effects] {
                match effect.kind {
                    EffectKind::Assert(test) => {
                        self.show(Syntax::Assertion, Found::Assertion(test), effect.span, function);
                    }
                    EffectKind::Import(value) => {
                        let found = match ir.value(value) {
                            Value::Import { module, name, level: 0 } => {
                                Found::Import(ir.str(module), name.map(|name| ir.str(name)))
                            }
                            Value::Star { module, level: 0 } => Found::Import(ir.str(module), None),
                            _ => continue,
                        };
                        self.show(Syntax::Import, found, effect.span, function);
                    }
                    EffectKind::Evaluate(value) => {
                        alone.insert(value);
                    }
                    EffectKind::StoreAttr { name, value, .. } => {
                        self.named(ir.str(name), value, NamedBy::Attribute, function);
                    }
                    EffectKind::Call(call) => {
                        let Value::Call { args, .. } = ir.value(call) else { continue };
                        for arg in &ir.args[args] {
                            if let ArgKind::Keyword(name) = arg.kind {
                                self.named(ir.str(name), arg.value, NamedBy::Keyword, function);
                            }
                        }
                    }
                    EffectKind::Try(id) => {
                        let statement = &ir.tries[id.index()];
                        for handler in &statement.handlers {
                            let found = Found::Handler(statement, *handler);
                            self.show(Syntax::Handler, found, handler.span, function);
                        }
                    }
                    _ => {}
                }
            }
            let stores = match body.kind {
                FunctionKind::ClassBody(_) => body.bindings,
                _ => body.stores,
            };
            for binding in &ir.bindings[stores] {
                self.named(ir.str(binding.name), binding.value, NamedBy::Variable, function);
            }
            for param in &ir.params[body.params] {
                if let Some(value) = param.default {
                    self.named(ir.str(param.name), value, NamedBy::Default, function);
                }
            }
        }
        for (at, value) in ir.values.iter().enumerate() {
            let id = ValueId::from_index(at);
            match *value {
                Value::Str(text) if self.wants(Syntax::Text) && !alone.contains(&id) => {
                    let function = ir.stretch(id).function;
                    self.show(Syntax::Text, Found::Text(ir.str(text)), ir.span(id), function);
                }
                Value::Compare { op, left, right } => {
                    let function = ir.stretch(id).function;
                    let found = Found::Comparison(op, left, right);
                    self.show(Syntax::Comparison, found, ir.span(id), function);
                }
                Value::Dict(pairs) if self.wants(Syntax::Named) => {
                    for pair in &ir.pairs[pairs] {
                        self.keyed(pair.key, pair.value, id);
                    }
                }
                Value::Mutate(mutation) if self.wants(Syntax::Named) => {
                    let mutation = ir.mutation(mutation);
                    if mutation.op == Mutator::SetItem
                        && let [key, value] = &ir.args[mutation.args]
                    {
                        self.keyed(Some(key.value), value.value, id);
                    }
                }
                _ => {}
            }
        }
    }

    fn wants(&self, what: Syntax) -> bool {
        self.rules.iter().any(|(_, on, _)| on.contains(&what))
    }

    fn keyed(&mut self, key: Option<ValueId>, value: ValueId, around: ValueId) {
        let ir = self.view.ir();
        let Some(Value::Str(name)) = key.map(|key| ir.value(key)) else { return };
        let function = ir.stretch(around).function;
        self.named(ir.str(name), value, NamedBy::Key, function);
    }

    fn named(&mut self, name: &'a str, value: ValueId, by: NamedBy, function: FunctionId) {
        let ir = self.view.ir();
        if let Value::Str(text) = ir.value(value) {
            let found = Found::Named { name, text: ir.str(text), by };
            self.show(Syntax::Named, found, ir.span(value), function);
        }
    }

    fn show(&mut self, what: Syntax, found: Found<'a>, span: Span, function: FunctionId) {
        for (rule, on, judge) in &self.rules {
            if !on.contains(&what) {
                continue;
            }
            let site = SyntaxSite {
                rule: &rule.info,
                view: self.view,
                text: self.text,
                found,
                span,
                function,
            };
            if let Some(draft) = judge(&site) {
                self.said.push((rule, draft));
            }
        }
    }
}
