//! Texts that code writes out, one or several: names of permissions, of methods, of fields.

use std::rc::Rc;

use bartizan_ir::{BinaryOp, Part, TextPiece, Value, ValueId};
use bartizan_project::{Entity, FileId};

use crate::reader::{Bound, Frame, Reader};
use crate::words::{inside, is_whole};

impl Reader<'_> {
    /// The texts of a list, a tuple, or of one text.
    pub(crate) fn strings(&self, frame: &Rc<Frame>, value: ValueId) -> Option<Vec<String>> {
        let ir = self.ir(frame.file);
        match ir.value(ir.bare(value)) {
            Value::Str(sym) => Some(vec![ir.str(sym).to_owned()]),
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => ir.items[items]
                .iter()
                .map(|item| match self.strings(frame, item.value)?.as_slice() {
                    [one] if !item.spread => Some(one.clone()),
                    _ => None,
                })
                .collect(),
            // `f"{app}.change_order"`, of what is written elsewhere.
            Value::Text { parts, .. } => {
                let mut text = String::new();
                for part in &ir.parts[parts] {
                    match part.piece {
                        TextPiece::Literal(sym) => text.push_str(ir.str(sym)),
                        TextPiece::Hole { value, .. } => {
                            match self.strings(frame, value).as_deref() {
                                Some([one]) => text.push_str(one),
                                _ => text.push_str(inside(&self.text(frame, value))?),
                            }
                        }
                    }
                }
                (!text.contains(['{', '}'])).then(|| vec![text])
            }
            Value::Binary { op: BinaryOp::Add, left, right } => {
                let is_text = |value: ValueId| {
                    matches!(ir.value(ir.bare(value)), Value::Str(_) | Value::Text { .. })
                };
                let mut all = self.strings(frame, left)?;
                let more = self.strings(frame, right)?;
                match (is_text(left) || is_text(right), all.as_slice(), more.as_slice()) {
                    (true, [one], [other]) => Some(vec![format!("{one}{other}")]),
                    _ => {
                        all.extend(more);
                        Some(all)
                    }
                }
            }
            Value::Param(index) => match self.param(frame, index) {
                Bound::Value(around, value) => self.strings(&around, value),
                Bound::Text(text) => listed(&text),
                Bound::Rest(around, given) => self.strings_of_rest(&around, &given),
                _ => None,
            },
            Value::Capture { name, owner } => match self.captured(frame, owner, ir.str(name))? {
                (_, Bound::Value(around, value)) => self.strings(&around, value),
                (_, Bound::Rest(around, given)) => self.strings_of_rest(&around, &given),
                _ => None,
            },
            Value::Elem { of, which: Part::Each } => {
                self.item(frame.file, of).map(|item| vec![item])
            }
            Value::Index { of, key } if is_whole(ir.value(key)) => self.strings(frame, of),
            Value::Global { .. } | Value::Import { .. } | Value::Attr { .. } => {
                if self.is_own_attribute(frame, value) {
                    let (file, at) = self.own_attribute(frame, value)?;
                    return self.strings(&self.outside(file, &frame.ask), at);
                }
                match self.project.definition(frame.file, value) {
                    Entity::External(symbol)
                        if self.project.symbol(symbol).ends_with("SAFE_METHODS") =>
                    {
                        Some(["GET", "HEAD", "OPTIONS"].map(str::to_owned).to_vec())
                    }
                    Entity::Value(file, at) if (file, at) != (frame.file, value) => {
                        self.saw(file, self.ir(file).span(at));
                        self.strings(&self.outside(file, &frame.ask), at)
                    }
                    _ => None,
                }
            }
            // `PERMS[request.method]`, `PERMS.get(self.action)`
            Value::Index { of, key } => {
                let (file, at) = self.entry_of(frame, of, &self.text(frame, key))?;
                self.strings(&self.outside(file, &frame.ask), at)
            }
            Value::Call { callee, args } => {
                if let Value::Attr { of, name } = ir.value(ir.bare(callee))
                    && ir.str(name) == "get"
                    && let [key, default @ ..] = &ir.args[args]
                {
                    return match self.entry_of(frame, of, &self.text(frame, key.value)) {
                        Some((file, at)) => self.strings(&self.outside(file, &frame.ask), at),
                        // What is not in there.
                        None => {
                            self.written_dict(frame, of)?;
                            self.strings(frame, default.first()?.value)
                        }
                    };
                }
                let name = self.words(frame, callee, 0);
                match (&ir.args[args], name.as_str()) {
                    ([only], "set" | "frozenset" | "tuple" | "list") => {
                        self.strings(frame, only.value)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn strings_of_rest(&self, frame: &Rc<Frame>, given: &[ValueId]) -> Option<Vec<String>> {
        let texts = given.iter().map(|value| match self.strings(frame, *value)?.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        });
        texts.collect()
    }

    fn is_own_attribute(&self, frame: &Rc<Frame>, value: ValueId) -> bool {
        let ir = self.ir(frame.file);
        matches!(ir.value(ir.bare(value)), Value::Attr { of, .. } if self.is_itself(frame, of))
    }

    /// What the class of `self` binds to the attribute that is read.
    pub(crate) fn own_attribute(
        &self,
        frame: &Rc<Frame>,
        value: ValueId,
    ) -> Option<(FileId, ValueId)> {
        let ir = self.ir(frame.file);
        let Value::Attr { of, name } = ir.value(ir.bare(value)) else { return None };
        if !self.is_itself(frame, of) {
            return None;
        }
        let member = self.project.lookup_member(frame.receiver?, ir.str(name))?;
        self.saw(member.class.0, self.ir(member.class.0).span(member.value));
        Some((member.class.0, member.value))
    }
}

/// The texts of a list that is told in words.
pub(crate) fn listed(words: &str) -> Option<Vec<String>> {
    let inside = words.strip_prefix('[')?.strip_suffix(']')?;
    let texts = inside.split(", ").map(|item| {
        let text = item.strip_prefix('"')?.strip_suffix('"')?;
        (!text.contains('"')).then(|| text.to_owned())
    });
    texts.collect()
}
