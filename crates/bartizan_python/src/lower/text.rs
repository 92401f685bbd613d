//! Text put together from parts: concatenation, `%`, `.format`, f-strings and t-strings.

use bartizan_base::Span;
use bartizan_ir::{Arg, ArgKind, Opaque, Part, TextForm, TextPart, TextPiece, Value, ValueId};
use ruff_python_ast::{
    ConversionFlag, ExprFString, ExprTString, FStringPart, InterpolatedStringElement,
    InterpolatedStringElements,
};

use super::{Lowering, span};

/// Parts of one text beyond which it is no longer taken apart.
const MOST_PARTS: usize = 32;

/// Bytes of literals that are joined to one.
const LONGEST_JOINED: usize = 4_096;

impl<'a> Lowering<'a> {
    /// Whether the node is text for certain.
    pub(super) fn is_text(&self, id: ValueId) -> bool {
        match self.ir.value(id) {
            Value::Str(_) => true,
            Value::Text { form, .. } => form != TextForm::Template,
            _ => false,
        }
    }

    pub(super) fn hole(&self, value: ValueId, at: Span) -> TextPart {
        TextPart {
            piece: TextPiece::Hole { value, conversion: 0, spec: None },
            form: TextForm::Concat,
            span: at,
        }
    }

    /// The parts of a node that is text, to be joined with others.
    fn text_parts(&self, id: ValueId, at: Span) -> Option<Vec<TextPart>> {
        match self.ir.value(id) {
            Value::Str(text) => Some(vec![TextPart {
                piece: TextPiece::Literal(text),
                form: TextForm::Concat,
                span: at,
            }]),
            Value::Text { form, parts } if form != TextForm::Template => {
                Some(self.ir.parts[parts].to_vec())
            }
            _ => None,
        }
    }

    /// What a value is as one side of a concatenation. A text that grows statement by statement is not
    /// copied for ever: beyond some parts, it is one.
    pub(super) fn parts_or_hole(&self, id: ValueId, at: Span) -> Vec<TextPart> {
        match self.ir.value(id) {
            Value::Text { parts, .. } if parts.len() > MOST_PARTS => vec![self.hole(id, at)],
            _ => self.text_parts(id, at).unwrap_or_else(|| vec![self.hole(id, at)]),
        }
    }

    /// Joined parts: one literal where all are, and are short.
    pub(super) fn concat(&mut self, parts: Vec<TextPart>, at: Span) -> ValueId {
        self.cost += parts.len() as u64;
        let mut length = 0;
        let is_short = parts.iter().all(|part| match part.piece {
            TextPiece::Literal(text) => {
                length += self.ir.str(text).len();
                length <= LONGEST_JOINED
            }
            TextPiece::Hole { .. } => false,
        });
        if is_short {
            return self.joined(&parts, at);
        }
        let parts = self.ir.parts.add(parts);
        self.add(Value::Text { form: TextForm::Concat, parts }, at)
    }

    /// One literal made of literals.
    fn joined(&mut self, parts: &[TextPart], at: Span) -> ValueId {
        let mut whole = String::new();
        for part in parts {
            if let TextPiece::Literal(text) = part.piece {
                whole.push_str(self.ir.str(text));
            }
        }
        let whole = self.sym(&whole);
        self.add(Value::Str(whole), at)
    }

    fn is_literal(parts: &[TextPart]) -> bool {
        parts.iter().all(|part| matches!(part.piece, TextPiece::Literal(_)))
    }

    // ---- f-strings ---------------------------------------------------------------------------

    pub(super) fn f_string(&mut self, text: &'a ExprFString, at: Span) -> ValueId {
        let mut parts = Vec::new();
        for part in &text.value {
            match part {
                FStringPart::Literal(literal) => {
                    let text = self.sym(&literal.value);
                    parts.push(TextPart {
                        piece: TextPiece::Literal(text),
                        form: TextForm::FString,
                        span: span(literal.range),
                    });
                }
                FStringPart::FString(inner) => {
                    self.elements(&inner.elements, TextForm::FString, &mut parts);
                }
            }
        }
        if Self::is_literal(&parts) {
            return self.joined(&parts, at);
        }
        let parts = self.ir.parts.add(parts);
        self.add(Value::Text { form: TextForm::FString, parts }, at)
    }

    pub(super) fn t_string(&mut self, text: &'a ExprTString, at: Span) -> ValueId {
        let mut parts = Vec::new();
        for inner in &text.value {
            self.elements(&inner.elements, TextForm::Template, &mut parts);
        }
        let parts = self.ir.parts.add(parts);
        self.add(Value::Text { form: TextForm::Template, parts }, at)
    }

    fn elements(
        &mut self,
        elements: &'a InterpolatedStringElements,
        form: TextForm,
        parts: &mut Vec<TextPart>,
    ) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let text = self.sym(&literal.value);
                    parts.push(TextPart {
                        piece: TextPiece::Literal(text),
                        form,
                        span: span(literal.range),
                    });
                }
                InterpolatedStringElement::Interpolation(hole) => {
                    let whole = span(hole.range);
                    if let Some(debug) = &hole.debug_text {
                        let shown = debug.as_str();
                        let shown = self.sym(shown);
                        parts.push(TextPart {
                            piece: TextPiece::Literal(shown),
                            form,
                            span: whole,
                        });
                    }
                    let value = self.expr(&hole.expression);
                    let mut conversion = match hole.conversion {
                        ConversionFlag::None => 0,
                        ConversionFlag::Str => b's',
                        ConversionFlag::Ascii => b'a',
                        ConversionFlag::Repr => b'r',
                    };
                    if hole.debug_text.is_some() && conversion == 0 && hole.format_spec.is_none() {
                        conversion = b'r';
                    }
                    let spec = hole.format_spec.as_deref().map(|spec| {
                        let mut inner = Vec::new();
                        self.below(span(spec.range), |this| {
                            this.elements(&spec.elements, TextForm::FString, &mut inner);
                        });
                        if Self::is_literal(&inner) {
                            self.joined(&inner, span(spec.range))
                        } else {
                            let parts = self.ir.parts.add(inner);
                            let form = TextForm::FString;
                            self.add(Value::Text { form, parts }, span(spec.range))
                        }
                    });
                    parts.push(TextPart {
                        piece: TextPiece::Hole { value, conversion, spec },
                        form,
                        span: whole,
                    });
                }
            }
        }
    }

    // ---- % -----------------------------------------------------------------------------------

    /// `left % right` where `left` is text.
    pub(super) fn percent(
        &mut self,
        left: ValueId,
        right: ValueId,
        left_at: Span,
        at: Span,
    ) -> ValueId {
        let given = match self.ir.value(right) {
            Value::Tuple(items) if self.ir.items[items].iter().all(|item| !item.spread) => {
                Given::Tuple(self.ir.items[items].iter().map(|item| item.value).collect())
            }
            _ => Given::One(right),
        };
        let template = match self.ir.value(left) {
            Value::Text { parts, .. } if parts.len() > MOST_PARTS => None,
            _ => self.text_parts(left, left_at),
        };
        let Some(template) = template else {
            return self.add(Value::Binary { op: bartizan_ir::BinaryOp::Mod, left, right }, at);
        };
        self.cost += template.len() as u64;
        // `%*d` takes its width from a value of its own; who asks what a text is made of is told of the
        // parts alone.
        let is_literal = |value: &ValueId| self.ir.value(self.ir.bare(*value)).is_literal();
        let is_constant = matches!(&given, Given::Tuple(values) if values.iter().all(is_literal));
        let is_starred = |part: &TextPart| match part.piece {
            TextPiece::Literal(text) => split_percent(self.ir.str(text))
                .iter()
                .any(|piece| matches!(piece, Percent::Hole { flags, .. } if flags.contains('*'))),
            TextPiece::Hole { .. } => false,
        };
        if is_constant
            && matches!(self.ir.value(left), Value::Str(_))
            && template.iter().any(is_starred)
        {
            return self.add(Value::Binary { op: bartizan_ir::BinaryOp::Mod, left, right }, at);
        }
        let total = template
            .iter()
            .map(|part| match part.piece {
                TextPiece::Literal(text) => {
                    split_percent(self.ir.str(text)).iter().filter(|piece| piece.is_hole()).count()
                }
                TextPiece::Hole { .. } => 0,
            })
            .sum::<usize>();
        let mut parts = Vec::new();
        let mut next = 0u32;
        for part in template {
            let TextPiece::Literal(text) = part.piece else {
                parts.push(part);
                continue;
            };
            let text = self.ir.str(text).to_owned();
            for piece in split_percent(&text) {
                match piece {
                    Percent::Text(text) => {
                        let text = self.sym(&text);
                        parts.push(TextPart {
                            piece: TextPiece::Literal(text),
                            form: TextForm::Percent,
                            span: part.span,
                        });
                    }
                    Percent::Hole { name, flags, conversion } => {
                        // `%*d` takes its width from a value of its own.
                        next += flags.bytes().filter(|flag| *flag == b'*').count() as u32;
                        let value = match (name, &given) {
                            (Some(name), Given::One(right)) => self.named_value(*right, &name, at),
                            (Some(_), Given::Tuple(_)) => self.opaque(Opaque::Other, at),
                            (None, Given::Tuple(values)) => match values.get(next as usize) {
                                Some(value) => *value,
                                None => self.opaque(Opaque::Other, at),
                            },
                            (None, Given::One(right)) if total == 1 && next == 0 => *right,
                            (None, Given::One(right)) => {
                                let which = Part::At(next);
                                let place = self.ir.span(*right);
                                self.add(Value::Elem { of: *right, which }, place)
                            }
                        };
                        next += 1;
                        let spec = (!flags.is_empty()).then(|| {
                            let flags = self.sym(&flags);
                            self.add(Value::Str(flags), at)
                        });
                        parts.push(TextPart {
                            piece: TextPiece::Hole { value, conversion, spec },
                            form: TextForm::Percent,
                            span: self.ir.span(value),
                        });
                    }
                }
            }
        }
        let parts = self.ir.parts.add(parts);
        self.add(Value::Text { form: TextForm::Percent, parts }, at)
    }

    /// `mapping[name]`, looked up where the mapping is a display that stands in the expression itself:
    /// what a variable holds may be changed by others.
    fn named_value(&mut self, mapping: ValueId, name: &str, at: Span) -> ValueId {
        if let Value::Dict(pairs) = self.ir.value(mapping)
            && at.contains(self.ir.span(mapping))
        {
            let pairs = &self.ir.pairs[pairs];
            let plain = pairs.iter().all(|pair| {
                pair.key.is_some_and(|key| matches!(self.ir.value(key), Value::Str(_)))
            });
            let found = pairs.iter().rev().find(|pair| {
                pair.key.is_some_and(|key| match self.ir.value(key) {
                    Value::Str(key) => self.ir.str(key) == name,
                    _ => false,
                })
            });
            if let (true, Some(pair)) = (plain, found) {
                return pair.value;
            }
        }
        let name = self.sym(name);
        let place = self.ir.span(mapping);
        let key = self.add(Value::Str(name), at);
        self.add(Value::Index { of: mapping, key }, place)
    }

    // ---- .format -----------------------------------------------------------------------------

    /// `receiver.format(args)` where the receiver is a literal whose fields can be told.
    pub(super) fn format_call(
        &mut self,
        receiver: ValueId,
        args: &[Arg],
        at: Span,
    ) -> Option<ValueId> {
        let Value::Str(template) = self.ir.value(receiver) else { return None };
        if args.iter().any(|arg| matches!(arg.kind, ArgKind::Star | ArgKind::DoubleStar)) {
            return None;
        }
        let template = self.ir.str(template).to_owned();
        let pieces = split_format(&template)?;
        let place = self.ir.span(receiver);
        let parts = self.fields(pieces, args, &mut 0, place, 2)?;
        let parts = self.ir.parts.add(parts);
        Some(self.add(Value::Text { form: TextForm::Format, parts }, at))
    }

    /// The parts of a template whose fields take their values from `args`; `next` is the number of the
    /// next field without a number. A specification may hold fields of its own, but no deeper.
    fn fields(
        &mut self,
        pieces: Vec<Format>,
        args: &[Arg],
        next: &mut usize,
        place: Span,
        levels: u32,
    ) -> Option<Vec<TextPart>> {
        let levels = levels.checked_sub(1)?;
        let mut parts = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Format::Text(text) => {
                    let text = self.sym(&text);
                    parts.push(TextPart {
                        piece: TextPiece::Literal(text),
                        form: TextForm::Format,
                        span: place,
                    });
                }
                Format::Field { name, conversion, spec } => {
                    let end = name.find(['.', '[']).unwrap_or(name.len());
                    let (first, rest) = name.split_at(end);
                    let position = match first.parse::<usize>() {
                        Ok(index) => Some(index),
                        Err(_) if first.is_empty() => {
                            *next += 1;
                            Some(*next - 1)
                        }
                        Err(_) => None,
                    };
                    let mut positional = args.iter().filter(|arg| arg.kind == ArgKind::Positional);
                    let base = match position {
                        Some(position) => positional.nth(position),
                        None => args.iter().find(|arg| match arg.kind {
                            ArgKind::Keyword(keyword) => self.ir.str(keyword) == first,
                            _ => false,
                        }),
                    };
                    let value = self.field(base?.value, rest, place)?;
                    let spec = match spec.as_deref() {
                        None | Some("") => None,
                        Some(nested) if nested.contains('{') => {
                            let pieces = split_format(nested)?;
                            let inner = self.fields(pieces, args, next, place, levels)?;
                            let parts = self.ir.parts.add(inner);
                            Some(self.add(Value::Text { form: TextForm::Format, parts }, place))
                        }
                        Some(flags) => {
                            let flags = self.sym(flags);
                            Some(self.add(Value::Str(flags), place))
                        }
                    };
                    let at = self.ir.span(value);
                    parts.push(TextPart {
                        piece: TextPiece::Hole { value, conversion, spec },
                        form: TextForm::Format,
                        span: at,
                    });
                }
            }
        }
        Some(parts)
    }

    /// `.attribute` and `[key]` inside a replacement field.
    fn field(&mut self, base: ValueId, rest: &str, at: Span) -> Option<ValueId> {
        let (mut value, mut rest) = (base, rest);
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                let name = self.sym(&after[..end]);
                value = self.add(Value::Attr { of: value, name }, at);
                rest = &after[end..];
            } else {
                let after = rest.strip_prefix('[')?;
                let end = after.find(']')?;
                let key = match after[..end].parse::<i64>() {
                    Ok(number) => Value::Int(number),
                    Err(_) => Value::Str(self.sym(&after[..end])),
                };
                let key = self.add(key, at);
                value = self.add(Value::Index { of: value, key }, at);
                rest = &after[end + 1..];
            }
        }
        Some(value)
    }
}

enum Given {
    Tuple(Vec<ValueId>),
    One(ValueId),
}

#[derive(Debug, PartialEq)]
enum Percent {
    Text(String),
    Hole { name: Option<String>, flags: String, conversion: u8 },
}

impl Percent {
    fn is_hole(&self) -> bool {
        matches!(self, Self::Hole { .. })
    }
}

/// Splits a `printf`-style template (Python library reference, "printf-style String Formatting").
fn split_percent(template: &str) -> Vec<Percent> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        text.push_str(&rest[..at]);
        let body = &rest[at + 1..];
        let Some((hole, after)) = conversion(body) else {
            text.push('%');
            rest = body;
            continue;
        };
        rest = after;
        match hole {
            None => text.push('%'),
            Some(hole) => {
                if !text.is_empty() {
                    pieces.push(Percent::Text(std::mem::take(&mut text)));
                }
                pieces.push(hole);
            }
        }
    }
    text.push_str(rest);
    if !text.is_empty() {
        pieces.push(Percent::Text(text));
    }
    pieces
}

/// One conversion after its `%`; the inner `None` is `%%`.
fn conversion(body: &str) -> Option<(Option<Percent>, &str)> {
    let mut rest = body;
    let mut name = None;
    if let Some(after) = rest.strip_prefix('(') {
        let end = after.find(')')?;
        name = Some(after[..end].to_owned());
        rest = &after[end + 1..];
    }
    let flags_end = rest
        .find(|c: char| !matches!(c, '#' | '0'..='9' | '-' | ' ' | '+' | '.' | '*'))
        .unwrap_or(rest.len());
    let flags = rest[..flags_end].to_owned();
    rest = rest[flags_end..].trim_start_matches(['h', 'l', 'L']);
    let conversion = rest.bytes().next()?;
    match conversion {
        b'%' => Some((None, &rest[1..])),
        b'd' | b'i' | b'o' | b'u' | b'x' | b'X' | b'e' | b'E' | b'f' | b'F' | b'g' | b'G'
        | b'c' | b'r' | b's' | b'a' => {
            Some((Some(Percent::Hole { name, flags, conversion }), &rest[1..]))
        }
        _ => None,
    }
}

#[derive(Debug, PartialEq)]
enum Format {
    Text(String),
    Field { name: String, conversion: u8, spec: Option<String> },
}

/// Splits a `str.format` template (Python library reference, "Format String Syntax"); `None` where it
/// would raise.
fn split_format(template: &str) -> Option<Vec<Format>> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let mark = rest.as_bytes()[at];
        let body = &rest[at + 1..];
        if body.as_bytes().first() == Some(&mark) {
            text.push(char::from(mark));
            rest = &body[1..];
            continue;
        }
        if mark == b'}' {
            return None;
        }
        if !text.is_empty() {
            pieces.push(Format::Text(std::mem::take(&mut text)));
        }
        let mut depth = 1usize;
        let end = body.find(|c| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            depth == 0
        })?;
        let field = &body[..end];
        // A key in brackets may hold any sign.
        let after_keys = field.find('[').and_then(|open| {
            let sign = field.find([':', '!']);
            let close = open + field[open..].find(']')?;
            sign.is_none_or(|sign| open < sign).then_some(close)
        });
        let from = after_keys.unwrap_or(0);
        let (head, spec) = match field[from..].find(':') {
            Some(at) => (&field[..from + at], Some(field[from + at + 1..].to_owned())),
            None => (field, None),
        };
        let (name, conversion) = match head[from..].find('!') {
            Some(at) => (&head[..from + at], *head.as_bytes().get(from + at + 1)?),
            None => (head, 0),
        };
        pieces.push(Format::Field { name: name.to_owned(), conversion, spec });
        rest = &body[end + 1..];
    }
    text.push_str(rest);
    if !text.is_empty() {
        pieces.push(Format::Text(text));
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hole(name: Option<&str>, flags: &str, conversion: u8) -> Percent {
        Percent::Hole { name: name.map(Into::into), flags: flags.into(), conversion }
    }

    #[test]
    fn percent_templates() {
        assert_eq!(
            split_percent("a %s b %05.2f%% %(name)s"),
            [
                Percent::Text("a ".into()),
                hole(None, "", b's'),
                Percent::Text(" b ".into()),
                hole(None, "05.2", b'f'),
                Percent::Text("% ".into()),
                hole(Some("name"), "", b's'),
            ]
        );
        assert_eq!(split_percent("100%"), [Percent::Text("100%".into())]);
        assert_eq!(split_percent("%ä%("), [Percent::Text("%ä%(".into())]);
    }

    #[test]
    fn format_templates() {
        let field = |name: &str, conversion, spec: Option<&str>| Format::Field {
            name: name.into(),
            conversion,
            spec: spec.map(Into::into),
        };
        assert_eq!(
            split_format("{{x}} {} {0.name!r:>{w}}"),
            Some(vec![
                Format::Text("{x} ".into()),
                field("", 0, None),
                Format::Text(" ".into()),
                field("0.name", b'r', Some(">{w}")),
            ])
        );
        assert_eq!(split_format("{0[a:b]!s:>9}"), Some(vec![field("0[a:b]", b's', Some(">9"))]));
        assert_eq!(split_format("}"), None);
        assert_eq!(split_format("{"), None);
    }
}
