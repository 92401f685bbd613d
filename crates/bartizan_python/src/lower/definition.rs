//! Functions, classes and what decorates them.

use bartizan_base::Span;
use bartizan_ir::{
    Class, ClassId, Function, FunctionId, FunctionKind, Opaque, Run, Value, ValueId,
};
use ruff_python_ast::{self as ast};
use ruff_text_size::Ranged;

use super::expression::join_qualname;
use super::frame::Frame;
use super::{Code, Lowering, span};
use crate::scope::Names;

impl<'a> Lowering<'a> {
    pub(super) fn decorators(&mut self, list: &'a [ast::Decorator]) -> Vec<ValueId> {
        list.iter().map(|decorator| self.expr(&decorator.expression)).collect()
    }

    /// The decorated value, the innermost decorator first. Each stands where its decorator does.
    fn decorated(
        &mut self,
        mut of: ValueId,
        decorators: &[ValueId],
        list: &[ast::Decorator],
    ) -> ValueId {
        for (by, decorator) in decorators.iter().zip(list).rev() {
            let at = span(decorator.expression.range());
            of = self.add(Value::Decorated { by: *by, of }, at);
        }
        of
    }

    pub(super) fn function_def(&mut self, def: &'a ast::StmtFunctionDef, at: Span) {
        let decorators = self.decorators(&def.decorator_list);
        let overlays = self.type_params(def.type_params.as_deref());
        let params = self.parameters(&def.parameters);
        let returns = def.returns.as_deref().map(|returns| self.annotation(returns));
        let name = self.sym(def.name.as_str());
        let name_span = span(def.name.range);
        let at = Span::new(self.keyword_start(def), at.end);
        let id = self.declare(name, FunctionKind::Def, params, at, name_span);
        self.enqueue(id, Some(&def.parameters), Code::Suite(&def.body), at.end);
        self.frame().overlays.truncate(overlays);
        let kept = self.ir.ids.add(decorators.iter().copied());
        let function = &mut self.ir.functions[id.index()];
        function.decorators = kept;
        function.returns = returns;
        function.is_async = def.is_async;
        let value = self.add(Value::Function(id), name_span);
        let value = self.decorated(value, &decorators, &def.decorator_list);
        self.assign_name(name, value, name_span);
        self.note_writing_definition(value, def.decorator_list.iter().map(|it| it.range));
    }

    /// A definition runs its decorators, and a class its body: they may write to the namespace of the
    /// module.
    fn note_writing_definition(
        &mut self,
        value: ValueId,
        mut runs: impl Iterator<Item = ruff_text_size::TextRange>,
    ) {
        if self.is_module_level()
            && runs.any(|range| self.writers.names_writer(&self.source[range]))
        {
            self.note_any_name(value);
        }
    }

    /// Where the definition begins behind its decorators.
    fn keyword_start(&self, def: &ast::StmtFunctionDef) -> u32 {
        let Some(last) = def.decorator_list.last() else { return span(def.range).start };
        let from = span(last.range).end;
        after_trivia(self.source, from).min(span(def.name.range).start)
    }

    /// Type parameters are names of their own scope; returns how many overlays there were.
    pub(super) fn type_params(&mut self, params: Option<&'a ast::TypeParams>) -> usize {
        let before = self.frame().overlays.len();
        for param in params.into_iter().flat_map(|params| &params.type_params) {
            let (name, bound, default) = match param {
                ast::TypeParam::TypeVar(p) => (&p.name, p.bound.as_deref(), p.default.as_deref()),
                ast::TypeParam::TypeVarTuple(p) => (&p.name, None, p.default.as_deref()),
                ast::TypeParam::ParamSpec(p) => (&p.name, None, p.default.as_deref()),
            };
            for part in bound.into_iter().chain(default) {
                self.annotation(part);
            }
            let value = self.opaque(Opaque::Type, span(name.range));
            let name = self.sym(name.as_str());
            self.frame().overlays.push((name, value));
        }
        before
    }

    pub(super) fn class_def(&mut self, class: &'a ast::StmtClassDef, at: Span) {
        let decorators = self.decorators(&class.decorator_list);
        let overlays = self.type_params(class.type_params.as_deref());
        let bases = match class.arguments.as_deref() {
            Some(arguments) => self.arguments(arguments),
            None => Vec::new(),
        };
        let bases = self.ir.args.add(bases);
        let name = self.sym(class.name.as_str());
        let name_span = span(class.name.range);
        let start = match class.decorator_list.last() {
            Some(last) => after_trivia(self.source, span(last.range).end).min(name_span.start),
            None => at.start,
        };
        let at = Span::new(start, at.end);
        let id = ClassId::from_index(self.ir.classes.len());
        let body = FunctionId::from_index(self.ir.functions.len());
        let frame = self.frame();
        let parent = frame.id;
        let outer_class = match frame.kind {
            FunctionKind::ClassBody(class) => Some(class),
            _ => None,
        };
        let around = match frame.kind {
            FunctionKind::ClassBody(_) | FunctionKind::Module => frame.around.clone(),
            _ => {
                frame.has_inner = true;
                let scope = frame.scope.clone();
                frame.around.with(parent, &scope, Vec::new())
            }
        };
        let path = self.frame().path;
        let outer = self.frame().qualname.clone();
        let qualname_text = join_qualname(&outer, class.name.as_str());
        let qualname = self.sym(&qualname_text);
        let kept = self.ir.ids.add(decorators.iter().copied());
        self.ir.classes.push(Class {
            name,
            qualname,
            parent,
            body,
            bases,
            decorators: kept,
            span: at,
            name_span,
        });
        self.ir.functions.push(Function {
            kind: FunctionKind::ClassBody(id),
            name,
            qualname,
            parent: Some(parent),
            class: outer_class,
            params: Run::EMPTY,
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
        let names = Names::of(&class.body, &self.walruses);
        let scope = self.scope(&names, &[]);
        let frame =
            Frame::new(body, FunctionKind::ClassBody(id), scope, around, qualname_text, path);
        self.frames.push(frame);
        self.suite(&class.body);
        self.close();
        self.frame().overlays.truncate(overlays);
        let value = self.add(Value::Class(id), name_span);
        let value = self.decorated(value, &decorators, &class.decorator_list);
        self.assign_name(name, value, name_span);
        self.note_writing_definition(value, [class.range].into_iter());
    }
}

/// The first byte at or behind `from` that is neither space, line break nor comment.
fn after_trivia(source: &str, from: u32) -> u32 {
    let bytes = source.as_bytes();
    let mut at = from as usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'#' => at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at),
            b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' | b'\\' => at += 1,
            _ => break,
        }
    }
    at as u32
}
