//! One file while its findings are written down: places, lines, scopes, and what must stay hidden.

use bartizan_base::{FilePath, LineIndex, Span};
use bartizan_finding::Place;
use bartizan_ir::{FileIr, FunctionId, FunctionKind};

/// Lines of source kept for one place.
const MOST_LINES: u32 = 12;

/// A file's text with what is needed to speak about it.
pub(crate) struct Source<'s> {
    path: &'s FilePath,
    text: &'s str,
    lines: LineIndex,
    /// The value graph, where the text is code.
    ir: Option<&'s FileIr>,
    /// Secrets, sorted: spans whose text appears in no output.
    masks: Vec<Span>,
}

impl<'s> Source<'s> {
    pub(crate) fn new(
        path: &'s FilePath,
        text: &'s str,
        ir: &'s FileIr,
        mut masks: Vec<Span>,
    ) -> Self {
        masks.sort_unstable();
        Self { path, text, lines: LineIndex::new(text), ir: Some(ir), masks }
    }

    /// A text that is no code: it has no scopes, and its shapes are nobody's business.
    pub(crate) fn plain(path: &'s FilePath, text: &'s str, mut masks: Vec<Span>) -> Self {
        masks.sort_unstable();
        Self { path, text, lines: LineIndex::new(text), ir: None, masks }
    }

    /// The place of a span, in bytes and in lines and columns.
    pub(crate) fn place(&self, span: Span) -> Place {
        Place {
            path: self.path.clone(),
            start: self.lines.line_column(self.text, span.start),
            end: self.lines.line_column(self.text, span.end),
            span,
        }
    }

    /// The lines of a place, secrets hidden.
    pub(crate) fn lines(&self, place: &Place) -> Vec<(u32, String)> {
        let last = place.end.line.min(place.start.line + MOST_LINES - 1);
        (place.start.line..=last)
            .map(|line| (line, self.masked(self.lines.line_span(self.text, line))))
            .collect()
    }

    /// The text of a span, with a `*` for every character of a secret.
    pub(crate) fn masked(&self, span: Span) -> String {
        let text = span.slice(self.text);
        if !self.masks.iter().any(|mask| mask.start < span.end && span.start < mask.end) {
            return text.to_owned();
        }
        text.char_indices()
            .map(|(at, c)| {
                let at = span.start + at as u32;
                let hidden = self.masks.iter().any(|mask| mask.start <= at && at < mask.end);
                if hidden && !matches!(c, '\'' | '"' | '\n') { '*' } else { c }
            })
            .collect()
    }

    /// The function or class that a place belongs to: the innermost around it, or the one that it
    /// decorates.
    pub(crate) fn scope(&self, span: Span) -> Option<FunctionId> {
        let ir = self.ir?;
        let mut innermost: Option<(u32, FunctionId)> = None;
        for (id, function) in ir.functions() {
            if matches!(function.kind, FunctionKind::Module | FunctionKind::Lambda) {
                continue;
            }
            let decorators = match function.kind {
                FunctionKind::ClassBody(class) => ir.class(class).decorators,
                _ => function.decorators,
            };
            let decorates = ir.ids[decorators].iter().any(|value| ir.span(*value).contains(span));
            if (function.span.contains(span) || decorates)
                && innermost.is_none_or(|(len, _)| function.span.len() <= len)
            {
                innermost = Some((function.span.len(), id));
            }
        }
        innermost.map(|(_, id)| id)
    }

    /// The qualified name of a scope, empty for the module.
    pub(crate) fn scope_name(&self, scope: Option<FunctionId>) -> &'s str {
        let name = scope.and_then(|id| self.ir.map(|ir| ir.str(ir.function(id).qualname)));
        name.unwrap_or("")
    }

    /// The normal form of a piece of code. Variables of the functions around it are numbered.
    pub(crate) fn shape(&self, span: Span) -> String {
        let code = self.masked(span);
        let Some(ir) = self.ir else { return code };
        let around: Vec<FunctionId> = ir
            .functions()
            .filter(|(_, function)| {
                matches!(function.kind, FunctionKind::Def | FunctionKind::Lambda)
                    && function.span.contains(span)
            })
            .map(|(id, _)| id)
            .collect();
        let is_local = |name: &str| {
            let Some(name) = ir.strings.find(name) else { return false };
            around.iter().any(|id| ir.names[ir.function(*id).locals].binary_search(&name).is_ok())
        };
        bartizan_python::shape(&code, &is_local)
    }

    /// What a judgement about a place rests on: the code of its scope, or of the place itself at the
    /// level of the module, without its spacing.
    pub(crate) fn evidence(&self, span: Span, scope: Option<FunctionId>) -> String {
        let around = match (scope, self.ir) {
            (Some(id), Some(ir)) => ir.function(id).span.cover(span),
            _ => span,
        };
        self.masked(around).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
