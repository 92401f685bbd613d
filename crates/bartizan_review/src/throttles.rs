//! How often somebody may ask for a view: what limits it, by name.

use std::rc::Rc;
use std::sync::Arc;

use bartizan_ir::{BinaryOp, EffectKind, PathId, Value, ValueId};
use bartizan_project::{ClassRef, Entity, FileId};
use bartizan_value::Abstract;

use crate::formula::Formula;
use crate::models::outside;
use crate::rate::NOT_FOR_ALL;
use crate::reader::{Ask, Frame, Reader};
use crate::view::Seen;

/// The method by which a throttle lets a request in.
const ALLOW: &str = "allow_request";

/// Part of the names by which a request says that there were too many.
const LIMITED: &str = "limited";

impl Reader<'_> {
    /// The limits that a class chooses itself, by what is asked: `self.throttle_scope = "orders"`, and
    /// what its `get_throttles` gives.
    pub(crate) fn chosen_throttles(&self, of: ClassRef, ask: &Rc<Ask>) -> Vec<String> {
        let Some((file, function)) = self.method(of, "get_throttles") else { return Vec::new() };
        let frame = self.entry(file, function, Some(of), ask, None);
        let ir = self.ir(file);
        let told = |path: PathId, words: String| match self.path(&frame, path, false) {
            None | Some(Formula::Never) => None,
            Some(Formula::Always) => Some(words),
            Some(path) => Some(format!("{words} for {}", path.sorted())),
        };
        let mut found = Vec::new();
        for effect in &ir.effects[ir.function(function).effects] {
            match effect.kind {
                EffectKind::StoreAttr { object, name, value }
                    if ir.str(name) == "throttle_scope" && self.is_itself(&frame, object) =>
                {
                    let scope = self.text(&frame, value);
                    found.extend(told(effect.path, format!("scope {}", scope.trim_matches('"'))));
                }
                EffectKind::Return(Some(value)) => {
                    let throttles = self.throttles(&frame, value).into_iter();
                    found.extend(throttles.filter_map(|throttle| told(effect.path, throttle)));
                }
                _ => {}
            }
        }
        found
    }

    /// Whether a class of the project that is no API asks throttle classes itself.
    pub(crate) fn asks_throttles(&self, of: ClassRef) -> bool {
        self.project.mro(of).classes.iter().any(|base| {
            let ClassRef::Project(file, class) = *base else { return false };
            let ir = self.ir(file);
            let Some(name) = ir.strings.find(ALLOW) else { return false };
            let span = ir.class(class).span;
            ir.values.iter().zip(&ir.spans).any(|(value, at)| {
                matches!(value, Value::Attr { name: read, .. } if *read == name)
                    && span.contains(*at)
            })
        })
    }

    pub(crate) fn default_throttles(&self, ask: &Rc<Ask>) -> Vec<String> {
        let Some(list) = self.framework("DEFAULT_THROTTLE_CLASSES") else { return Vec::new() };
        let Abstract::Seq(seq) = &list.value else { return Vec::new() };
        let named = seq.items.iter().filter_map(|item| {
            let dotted = item.value.as_str()?;
            self.saw(item.site.file, self.ir(item.site.file).span(item.site.node));
            Some(match self.project.find(dotted) {
                Entity::Class(file, class) => self.own_throttle(file, class, ask),
                _ => dotted.rsplit('.').next().unwrap_or(dotted).to_owned(),
            })
        });
        named.collect()
    }

    /// A list of throttle classes, in words.
    pub(crate) fn throttles(&self, frame: &Rc<Frame>, value: ValueId) -> Vec<String> {
        let ir = self.ir(frame.file);
        let value = ir.bare(value);
        match ir.value(value) {
            Value::List(items) | Value::Tuple(items) => {
                ir.items[items].iter().map(|item| self.throttle(frame, item.value)).collect()
            }
            Value::Binary { op: BinaryOp::Add, left, right } => {
                let mut all = self.throttles(frame, left);
                all.extend(self.throttles(frame, right));
                all
            }
            _ => match self.project.definition(frame.file, value) {
                Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                    self.throttles(&self.outside(file, &frame.ask), at)
                }
                _ => Vec::new(),
            },
        }
    }

    /// A throttle of the project is told by what it builds on and its rate, and by whether it
    /// counts whoever asks.
    pub(crate) fn own_throttle(
        &self,
        file: FileId,
        class: bartizan_ir::ClassId,
        ask: &Rc<Ask>,
    ) -> String {
        let of = ClassRef::Project(file, class);
        self.saw(file, self.ir(file).class(class).span);
        let base = outside(self.project, of).next().unwrap_or("");
        let mut words = base.rsplit('.').next().unwrap_or(base).to_owned();
        for name in ["rate", "scope"] {
            if let Some(member) = self.project.lookup_member(of, name) {
                let outside = self.outside(member.class.0, ask);
                let text = self.text(&outside, member.value);
                words.push_str(&format!(" {name}={}", text.trim_matches('"')));
            }
        }
        if let Some((file, function)) = self.method(of, ALLOW) {
            let result = self.result(&self.entry(file, function, Some(of), ask, None));
            let is_counted = |atom: &Arc<str>| atom.contains(ALLOW);
            let others = result.expanded(&|atom| is_counted(atom).then_some(Formula::Never));
            if others != Formula::Never && result.atoms().iter().any(is_counted) {
                words.push_str(NOT_FOR_ALL);
            }
        }
        words
    }

    fn throttle(&self, frame: &Rc<Frame>, value: ValueId) -> String {
        // `get_throttles` gives what is made of them.
        let ir = self.ir(frame.file);
        let value = match ir.value(ir.bare(value)) {
            Value::Call { callee, args } if args.is_empty() => callee,
            _ => value,
        };
        match self.project.definition(frame.file, value) {
            Entity::Class(file, class) => self.own_throttle(file, class, &frame.ask),
            _ => self.text(frame, value),
        }
    }

    /// What a view asks the request itself, which a limit around it has told: `request.limited`.
    pub(crate) fn asked_limits(&self, seen: &Seen) -> Vec<String> {
        let outcomes = seen.outcomes.iter().map(|outcome| &outcome.formula);
        let deeds = seen.deeds.iter().map(|deed| &deed.formula);
        let atoms = outcomes.chain(deeds).chain([&seen.own]).flat_map(Formula::atoms);
        let mut asked: Vec<String> = atoms
            .filter(|atom| atom.starts_with("request.") && atom.contains(LIMITED))
            .map(|atom| atom.to_string())
            .collect();
        asked.sort();
        asked.dedup();
        asked
    }
}
