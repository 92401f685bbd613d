//! `match` statements and their patterns.

use bartizan_base::Span;
use bartizan_ir::{BoolOp, Opaque, Part, Path, Pattern, PatternId, Value, ValueId, Way, Why};
use ruff_python_ast::{self as ast, MatchCase, Singleton, StmtMatch};
use ruff_text_size::Ranged;

use super::assignment::rest_part;
use super::{DEEPEST, Lowering, span};
use crate::scope::deeper;

/// What a pattern binds: name, value, place.
type Captures = Vec<(bartizan_base::Sym, ValueId, Span)>;

impl<'a> Lowering<'a> {
    pub(super) fn match_statement(&mut self, chosen: &'a StmtMatch) {
        let (subject, guards) = self.test(&chosen.subject);
        self.cases(subject, &guards, &chosen.cases);
    }

    /// The cases are tried in turn: each begins where all before it did not fit.
    fn cases(&mut self, subject: ValueId, guards: &[u32], cases: &'a [MatchCase]) {
        let Some((case, rest)) = cases.split_first() else { return };
        let at = span(case.pattern.range());
        let parent = self.frame().path;
        let was_dead = self.frame().dead;
        let exits = self.frame().exits.len();
        let mark = self.frame().mark();

        let mut captures = Captures::new();
        let pattern = self.pattern(&case.pattern, subject, &mut captures);
        let fits = self.add(Value::Matches { subject, pattern }, at);
        self.frame().path = self.given(parent, fits, true);
        self.learn(guards, fits, true);
        let mut guarded = Vec::new();
        for (name, value, at) in captures {
            if case.guard.is_some()
                && let Some(slot) = self.frame().scope.slots.get(&name).copied()
            {
                guarded.push((slot, name, value, at));
            }
            self.assign_name(name, value, at);
        }
        let mut test = fits;
        let mut after_guard = None;
        if let Some(guard) = &case.guard {
            let (holds, guard_slots) = self.test(guard);
            let values = self.ir.ids.add([fits, holds]);
            test = self.add(Value::Logic { op: BoolOp::And, values }, at);
            // What the pattern and the guard bound stays, whether the guard holds or not.
            after_guard = Some(self.frame().changes_since(mark));
            let inside = self.frame().path;
            self.frame().path = self.given(inside, holds, true);
            self.learn(&guard_slots, holds, true);
        }
        self.suite(&case.body);
        let then = self.frame().end_branch(mark);

        let path = self.path(Path::Given { parent, test, truth: false });
        let frame = self.frame();
        frame.path = path;
        frame.dead = was_dead;
        if case.guard.is_none() && self.always_fits(pattern) {
            // No case behind this one is ever tried.
            let path = self.path(Path::Dead { parent: path });
            let frame = self.frame();
            frame.path = path;
            frame.dead = true;
        }
        for (slot, to) in after_guard.into_iter().flatten() {
            let base = self.frame().slots[slot as usize];
            let merged = self.merge_two(slot, base, fits, to, base);
            self.frame().set(slot, merged);
        }
        self.learn(guards, test, false);
        deeper(|| self.cases(subject, guards, rest));
        let otherwise = self.frame().end_branch(mark);

        let frame = self.frame();
        frame.path = parent;
        frame.dead = was_dead;
        self.merge_test(test, then, otherwise, exits);
    }

    fn always_fits(&self, pattern: PatternId) -> bool {
        match &self.ir.patterns[pattern.index()] {
            Pattern::Any => true,
            Pattern::Or(patterns) => patterns.iter().any(|inner| self.always_fits(*inner)),
            _ => false,
        }
    }

    fn add_pattern(&mut self, pattern: Pattern) -> PatternId {
        let id = PatternId::from_index(self.ir.patterns.len());
        self.ir.patterns.push(pattern);
        id
    }

    fn pattern(
        &mut self,
        pattern: &'a ast::Pattern,
        subject: ValueId,
        captures: &mut Captures,
    ) -> PatternId {
        let at = span(pattern.range());
        if self.depth >= DEEPEST {
            self.opaque(Opaque::TooDeep, at);
            return self.add_pattern(Pattern::Any);
        }
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        let lowered = deeper(|| self.inner_pattern(pattern, subject, captures, at));
        self.depth -= 1;
        self.add_pattern(lowered)
    }

    fn inner_pattern(
        &mut self,
        pattern: &'a ast::Pattern,
        subject: ValueId,
        captures: &mut Captures,
        at: Span,
    ) -> Pattern {
        match pattern {
            ast::Pattern::MatchValue(value) => Pattern::Equals(self.expr(&value.value)),
            ast::Pattern::MatchSingleton(singleton) => {
                let value = match singleton.value {
                    Singleton::None => Value::None,
                    Singleton::True => Value::Bool(true),
                    Singleton::False => Value::Bool(false),
                };
                Pattern::Is(self.add(value, at))
            }
            ast::Pattern::MatchSequence(sequence) => {
                let star = sequence
                    .patterns
                    .iter()
                    .position(|pattern| matches!(pattern, ast::Pattern::MatchStar(_)));
                let count = sequence.patterns.len();
                let mut items = Vec::with_capacity(count);
                for (index, inner) in sequence.patterns.iter().enumerate() {
                    let which = match star {
                        Some(star) if index == star => rest_part(star, count - star - 1),
                        Some(star) if index > star => Part::FromEnd((count - index) as u32),
                        _ => Part::At(index as u32),
                    };
                    let part = self.add(Value::Elem { of: subject, which }, span(inner.range()));
                    if let ast::Pattern::MatchStar(rest) = inner {
                        self.capture(rest.name.as_ref(), part, captures);
                    } else {
                        items.push(self.pattern(inner, part, captures));
                    }
                }
                Pattern::Sequence { items, star: star.map(|star| star as u32) }
            }
            ast::Pattern::MatchMapping(mapping) => {
                let mut keys = Vec::with_capacity(mapping.keys.len());
                for (key, inner) in mapping.keys.iter().zip(&mapping.patterns) {
                    let key = self.expr(key);
                    let part = self.add(Value::Index { of: subject, key }, span(inner.range()));
                    keys.push((key, self.pattern(inner, part, captures)));
                }
                if mapping.rest.is_some() {
                    let which = Part::MappingRest;
                    let rest = self.add(Value::Elem { of: subject, which }, at);
                    self.capture(mapping.rest.as_ref(), rest, captures);
                }
                Pattern::Mapping(keys)
            }
            ast::Pattern::MatchClass(class) => {
                let of = self.expr(&class.cls);
                // `case list(hosts)` gives the list itself another name.
                let is_whole = matches!(self.ir.value(of), Value::Global { name, .. }
                    if matches!(self.ir.str(name), "bytearray" | "dict" | "list" | "set"));
                let mut positional = Vec::new();
                for (index, inner) in class.arguments.patterns.iter().enumerate() {
                    let part = match is_whole {
                        true => subject,
                        false => {
                            let which = Part::MatchArg(index as u32);
                            self.add(Value::Elem { of: subject, which }, span(inner.range()))
                        }
                    };
                    positional.push(self.pattern(inner, part, captures));
                }
                let mut keywords = Vec::new();
                for keyword in &class.arguments.keywords {
                    let name = self.sym(keyword.attr.as_str());
                    let part =
                        self.add(Value::Attr { of: subject, name }, span(keyword.pattern.range()));
                    keywords.push((name, self.pattern(&keyword.pattern, part, captures)));
                }
                Pattern::Class { class: of, positional, keywords }
            }
            ast::Pattern::MatchStar(star) => {
                self.capture(star.name.as_ref(), subject, captures);
                Pattern::Any
            }
            ast::Pattern::MatchAs(bound) => {
                let inner = match bound.pattern.as_deref() {
                    Some(inner) => {
                        let id = self.pattern(inner, subject, captures);
                        self.ir.patterns[id.index()].clone()
                    }
                    None => Pattern::Any,
                };
                self.capture(bound.name.as_ref(), subject, captures);
                inner
            }
            ast::Pattern::MatchOr(or) => {
                let mut patterns = Vec::with_capacity(or.patterns.len());
                let mut by_way: Vec<(Captures, ValueId)> = Vec::new();
                for inner in &or.patterns {
                    let mut inside = Captures::new();
                    let id = self.pattern(inner, subject, &mut inside);
                    let fits =
                        self.add(Value::Matches { subject, pattern: id }, span(inner.range()));
                    patterns.push(id);
                    by_way.push((inside, fits));
                }
                self.capture_alternatives(by_way, captures, at);
                Pattern::Or(patterns)
            }
        }
    }

    fn capture(&mut self, name: Option<&ast::Identifier>, value: ValueId, captures: &mut Captures) {
        if let Some(name) = name {
            let place = span(name.range);
            let name = self.sym(name.as_str());
            captures.push((name, value, place));
        }
    }

    /// The alternatives of an or-pattern bind the same names, each to its own part.
    fn capture_alternatives(
        &mut self,
        by_way: Vec<(Captures, ValueId)>,
        captures: &mut Captures,
        at: Span,
    ) {
        let parent = self.frame().path;
        let Some((first, _)) = by_way.first() else { return };
        for (name, _, place) in first.clone() {
            let mut ways = Vec::new();
            let mut before = parent;
            for (inside, fits) in &by_way {
                if let Some((_, value, _)) = inside.iter().find(|(n, _, _)| *n == name) {
                    let path = self.given(before, *fits, true);
                    ways.push(Way { value: *value, path });
                }
                before = self.given(before, *fits, false);
            }
            let ways = self.ir.ways.add(ways);
            let joined = self.add(Value::Join { why: Why::Pattern, ways }, at);
            captures.push((name, joined, place));
        }
    }
}
