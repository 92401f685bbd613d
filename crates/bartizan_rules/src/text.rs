//! How a text is put together: what stands in it, and which holes are filled with what.

use bartizan_base::Span;
use bartizan_ir::{Mutator, TextPart, TextPiece, Value, ValueId};
use bartizan_model::Kind;
use bartizan_project::{Entity, FileId};
use bartizan_value::{Abstract, Constant, Evaluated, Part, Site};

use crate::FileView;
use crate::origin::{Origin, is_numeric};

/// A text, or several that an argument may be, piece by piece.
#[derive(Debug, Default)]
pub struct Assembled {
    /// In order; [`Piece::Break`] stands between texts that are not one.
    pub pieces: Vec<Piece>,
}

/// One piece of a text.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Fixed text.
    Literal(String),
    /// Something put in.
    Hole(Hole),
    /// Here another text begins: the other branch, the next item of a list.
    Break,
}

/// Something put into a text.
#[derive(Clone, Copy, Debug)]
pub struct Hole {
    /// The file that puts it in.
    pub file: FileId,
    /// The value.
    pub value: ValueId,
    /// The expression.
    pub span: Span,
    /// Who chooses it.
    pub origin: Origin,
    /// Where it is put in, if that is in another file, behind the expression here.
    pub filled: Option<(FileId, Span)>,
}

/// A hole that may do harm, and what stands around it.
#[derive(Clone, Copy, Debug)]
pub struct OpenHole<'t> {
    /// The hole.
    pub hole: Hole,
    /// The fixed text right before it.
    pub before: &'t str,
    /// The fixed text right behind it.
    pub after: &'t str,
    /// Whether there is any fixed text around it.
    pub is_part: bool,
}

/// Pieces after which a text is not followed further.
const MOST_PIECES: usize = 400;
const DEEPEST: u32 = 60;

impl<'a> FileView<'a> {
    /// Takes apart a text that goes into `kind`; `span` is where it is passed.
    pub fn assembled(&self, value: ValueId, span: Span, kind: Kind) -> Assembled {
        let mut walk = Walk { kind, out: Assembled::default(), open: Vec::new() };
        walk.value(self, value, span, DEEPEST);
        walk.out
    }
}

impl<'a> FileView<'a> {
    /// The expression that puts a hole into its text: the widest text around it, inside `near` rather
    /// than elsewhere. A hole of another file has none here.
    pub fn builder(&self, hole: &Hole, near: Span) -> Option<Span> {
        let ir = self.ir();
        if hole.file != self.file {
            return None;
        }
        let widest = |around: Span| {
            let texts = ir.values.iter().zip(&ir.spans);
            let spans = texts
                .filter(|(value, span)| {
                    matches!(value, Value::Text { .. }) && span.contains(around)
                })
                .map(|(_, span)| *span);
            spans.max_by_key(|span| (span.len(), std::cmp::Reverse(span.start)))
        };
        // A variable stands where it was stored, which may be outside of every text; then the first
        // text that it fills is the one.
        let around = widest(hole.span).filter(|span| *span != hole.span);
        if around.is_some() || near.contains(hole.span) {
            return around;
        }
        let fills = |parts: &[TextPart]| {
            parts.iter().any(
                |part| matches!(part.piece, TextPiece::Hole { value, .. } if value == hole.value),
            )
        };
        let filled = ir.values.iter().zip(&ir.spans).filter(
            |(value, _)| matches!(value, Value::Text { parts, .. } if fills(&ir.parts[*parts])),
        );
        let first = filled.min_by_key(|(_, span)| !near.contains(**span));
        first.and_then(|(_, span)| widest(*span))
    }
}

impl Assembled {
    /// All fixed text, for a look at what language it is.
    pub fn fixed(&self) -> String {
        let mut all = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => all.push_str(text),
                Piece::Hole(_) => all.push('\u{fffd}'),
                Piece::Break => all.push('\n'),
            }
        }
        all
    }

    /// The holes that are not filled by the code alone.
    pub fn open_holes(&self) -> impl Iterator<Item = OpenHole<'_>> {
        self.pieces.iter().enumerate().filter_map(|(at, piece)| {
            let Piece::Hole(hole) = piece else { return None };
            if hole.origin == Origin::Fixed {
                return None;
            }
            let before = at.checked_sub(1).and_then(|at| self.pieces.get(at));
            let after = self.pieces.get(at + 1);
            let is_text = |piece: Option<&Piece>| !matches!(piece, None | Some(Piece::Break));
            Some(OpenHole {
                hole: *hole,
                before: before.map_or("", Piece::literal),
                after: after.map_or("", Piece::literal),
                is_part: is_text(before) || is_text(after),
            })
        })
    }

    fn push(&mut self, piece: Piece) {
        match (self.pieces.last_mut(), piece) {
            (Some(Piece::Literal(text)), Piece::Literal(more)) => text.push_str(&more),
            (None | Some(Piece::Break), Piece::Break) => {}
            (_, piece) => self.pieces.push(piece),
        }
    }
}

impl Piece {
    /// The text, where it is fixed.
    fn literal(&self) -> &str {
        match self {
            Self::Literal(text) => text,
            Self::Hole(_) | Self::Break => "",
        }
    }
}

struct Walk {
    kind: Kind,
    out: Assembled,
    open: Vec<(FileId, ValueId)>,
}

impl Walk {
    fn value(&mut self, view: &FileView<'_>, value: ValueId, span: Span, depth: u32) {
        let ir = view.ir();
        let bare = ir.bare(value);
        let here = (view.file, bare);
        if self.open.contains(&here) {
            return;
        }
        if depth == 0 || self.out.pieces.len() > MOST_PIECES {
            self.hole(view, value, span);
            return;
        }
        self.open.push(here);
        self.step(view, value, bare, span, depth - 1);
        self.open.pop();
    }

    fn step(&mut self, view: &FileView<'_>, value: ValueId, bare: ValueId, span: Span, depth: u32) {
        let ir = view.ir();
        match ir.value(bare) {
            Value::Str(text) | Value::Bytes(text) => self.literal(ir.str(text)),
            Value::Int(number) => self.literal(&number.to_string()),
            Value::None | Value::Bool(_) => {}
            Value::Text { parts, .. } => {
                for part in &ir.parts[parts] {
                    match part.piece {
                        TextPiece::Literal(text) => self.literal(ir.str(text)),
                        TextPiece::Hole { value, conversion, spec } => {
                            if is_numeric(view, conversion, spec) {
                                self.literal("0");
                            } else {
                                self.value(view, value, part.span, depth);
                            }
                        }
                    }
                }
            }
            Value::Gamma { then, otherwise, .. } => {
                self.value(view, then, within(span, ir.span(then)), depth);
                self.out.push(Piece::Break);
                self.value(view, otherwise, within(span, ir.span(otherwise)), depth);
            }
            Value::Mu { init, back, .. } => {
                self.value(view, init, within(span, ir.span(init)), depth);
                self.out.push(Piece::Break);
                self.value(view, back, within(span, ir.span(back)), depth);
            }
            Value::Join { ways, .. } => {
                for way in &ir.ways[ways] {
                    self.value(view, way.value, within(span, ir.span(way.value)), depth);
                    self.out.push(Piece::Break);
                }
            }
            Value::Logic { values, .. } => {
                for value in &ir.ids[values] {
                    self.value(view, *value, within(span, ir.span(*value)), depth);
                    self.out.push(Piece::Break);
                }
            }
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                for item in &ir.items[items] {
                    self.value(view, item.value, within(span, ir.span(item.value)), depth);
                    self.out.push(Piece::Break);
                }
            }
            Value::Dict(pairs) => {
                for pair in &ir.pairs[pairs] {
                    self.value(view, pair.value, within(span, ir.span(pair.value)), depth);
                    self.out.push(Piece::Break);
                }
            }
            Value::Comp(comp) => {
                let element = ir.comp(comp).element;
                self.value(view, element, within(span, ir.span(element)), depth);
            }
            Value::Mutate(mutation) => {
                let mutation = ir.mutation(mutation);
                self.value(
                    view,
                    mutation.receiver,
                    within(span, ir.span(mutation.receiver)),
                    depth,
                );
                let skip = match mutation.op {
                    Mutator::Append | Mutator::Extend | Mutator::Add | Mutator::InPlace(_) => 0,
                    Mutator::Insert | Mutator::SetItem => 1,
                    _ => return,
                };
                for arg in ir.args[mutation.args].iter().skip(skip) {
                    if !matches!(mutation.op, Mutator::InPlace(_)) {
                        self.out.push(Piece::Break);
                    }
                    self.value(view, arg.value, arg.span, depth);
                }
            }
            Value::Binary { op: bartizan_ir::BinaryOp::Add, left, right } => {
                self.value(view, left, within(span, ir.span(left)), depth);
                self.value(view, right, within(span, ir.span(right)), depth);
            }
            Value::Binary { op: bartizan_ir::BinaryOp::Mod, left, right } => {
                self.value(view, left, within(span, ir.span(left)), depth);
                self.value(view, right, within(span, ir.span(right)), depth);
            }
            Value::Call { .. } if self.method(view, bare, span, depth) => {}
            Value::Global { .. } | Value::Import { .. } | Value::Attr { .. } => {
                match view.project.definition(view.file, bare) {
                    Entity::Value(file, found) if (file, found) != (view.file, bare) => {
                        let there = view.of(file);
                        self.value(&there, found, there.ir().span(found), depth);
                    }
                    _ => self.evaluated(view, value, span),
                }
            }
            Value::Call { .. } | Value::Capture { .. } => self.evaluated(view, value, span),
            _ => self.hole(view, value, span),
        }
    }

    /// Methods of text that keep it in order: `sep.join(parts)`, `text.strip()`.
    fn method(&mut self, view: &FileView<'_>, call: ValueId, span: Span, depth: u32) -> bool {
        let ir = view.ir();
        let Value::Call { callee, args } = ir.value(call) else { return false };
        let args = &ir.args[args];
        if let Value::Attr { of, name } = ir.value(ir.bare(callee)) {
            match (ir.str(name), args) {
                ("join", [items]) if is_text(view, of) => {
                    match ir.value(ir.bare(items.value)) {
                        Value::List(_)
                        | Value::Tuple(_)
                        | Value::Comp(_)
                        | Value::Mutate(_)
                        | Value::Mu { .. } => {}
                        _ => return false,
                    }
                    let mark = self.out.pieces.len();
                    self.value(view, items.value, within(span, ir.span(items.value)), depth);
                    // The parts stand side by side, with the separator in between.
                    let Value::Str(separator) = ir.value(ir.bare(of)) else { return true };
                    let separator = ir.str(separator).to_owned();
                    let tail = self.out.pieces.split_off(mark.min(self.out.pieces.len()));
                    for piece in tail {
                        match piece {
                            Piece::Break => self.out.push(Piece::Literal(separator.clone())),
                            piece => self.out.push(piece),
                        }
                    }
                    return true;
                }
                // `"…".format(**options)`: what fills which hole is not known.
                ("format" | "format_map", _) if is_text(view, of) => {
                    self.value(view, of, span, depth);
                    for arg in args {
                        self.value(view, arg.value, arg.span, depth);
                    }
                    return true;
                }
                ("strip" | "lstrip" | "rstrip" | "lower" | "upper" | "encode" | "decode", _)
                    if is_text(view, of) =>
                {
                    self.value(view, of, span, depth);
                    return true;
                }
                _ => {}
            }
        }
        match (view.name_of(callee), args) {
            (Some("textwrap.dedent" | "inspect.cleandoc" | "builtins.str"), [only]) => {
                self.value(view, only.value, span, depth);
                true
            }
            _ => false,
        }
    }

    fn literal(&mut self, text: &str) {
        self.out.push(Piece::Literal(text.to_owned()));
    }

    /// What a call, a variable or an attribute turns out to be, where that is a text.
    fn evaluated(&mut self, view: &FileView<'_>, value: ValueId, span: Span) {
        let found = view.evaluator.evaluate(view.file, value);
        // What is known to be harmless is not taken apart: how it came to be so is not seen there.
        let constant = matches!(found.value, Abstract::Const(_));
        if !constant && view.origin(value, self.kind) == Origin::Fixed {
            return self.hole(view, value, span);
        }
        if !self.found(view, value, span, &found) {
            self.hole(view, value, span);
        }
    }

    /// Whether `found` says more than that the value is not known.
    fn found(
        &mut self,
        view: &FileView<'_>,
        asked: ValueId,
        span: Span,
        found: &Evaluated,
    ) -> bool {
        match &found.value {
            Abstract::Const(Constant::Str(text)) => self.literal(text),
            Abstract::Const(Constant::Int(number)) => self.literal(&number.to_string()),
            Abstract::Text(text) => {
                for part in &text.parts {
                    match part {
                        Part::Literal(text) => self.literal(text),
                        Part::Hole(hole) => {
                            if !self.found(view, asked, span, hole) {
                                self.hole_at(view, asked, span, hole.site);
                            }
                        }
                    }
                }
            }
            Abstract::Choice(choice) => {
                for alternative in &choice.alternatives {
                    if !self.found(view, asked, span, &alternative.value) {
                        self.hole_at(view, asked, span, alternative.value.site);
                    }
                    self.out.push(Piece::Break);
                }
            }
            _ => return false,
        }
        true
    }

    fn hole(&mut self, view: &FileView<'_>, value: ValueId, span: Span) {
        let origin = view.origin(value, self.kind);
        let hole = Hole { file: view.file, value, span, origin, filled: None };
        self.out.push(Piece::Hole(hole));
    }

    /// A hole that the evaluator found. One of another file is shown where this file asks for it.
    fn hole_at(&mut self, view: &FileView<'_>, asked: ValueId, span: Span, site: Site) {
        let there = view.of(site.file);
        let place = there.ir().span(site.node);
        if site.file == view.file {
            return self.hole(view, site.node, place);
        }
        let origin = there.origin(site.node, self.kind);
        let filled = Some((site.file, place));
        self.out.push(Piece::Hole(Hole { file: view.file, value: asked, span, origin, filled }));
    }
}

/// Where a part of an expression is written: at its own place, if that is inside of the expression. A
/// variable stands where it was stored.
fn within(whole: Span, part: Span) -> Span {
    if whole.contains(part) { part } else { whole }
}

fn is_text(view: &FileView<'_>, value: ValueId) -> bool {
    let ir = view.ir();
    let bare = ir.bare(value);
    matches!(ir.value(bare), Value::Str(_) | Value::Text { .. })
        || view
            .project
            .class_of(view.file, value)
            .is_some_and(|class| view.project.dotted(class.entity()) == Some("builtins.str"))
        || matches!(ir.value(bare), Value::Gamma { then, .. } if is_text_node(view, then))
        || matches!(ir.value(bare), Value::Mu { init, .. } if is_text_node(view, init))
}

fn is_text_node(view: &FileView<'_>, value: ValueId) -> bool {
    let ir = view.ir();
    matches!(ir.value(ir.bare(value)), Value::Str(_) | Value::Text { .. })
}
