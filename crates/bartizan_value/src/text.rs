//! Text put together from parts: f-strings, `%`, `.format` and `+`.

use bartizan_ir::{TextForm, TextPart, TextPiece, ValueId};

use crate::domain::{Abstract, Constant, Evaluated, Part, SeqKind};
use crate::format::{percent, reason_of, to_repr, to_str, with_spec};
use crate::operators::{TYPE_ERROR, is_text, is_typed};
use crate::reason::Reason;
use crate::session::{Act, Session};

impl Session<'_> {
    pub(crate) fn text(
        &mut self,
        at: Act,
        id: ValueId,
        form: TextForm,
        parts: &[TextPart],
    ) -> Evaluated {
        let value = self.put_together(at, form, parts);
        self.made_or(at, id, value)
    }

    fn put_together(
        &mut self,
        at: Act,
        form: TextForm,
        parts: &[TextPart],
    ) -> Result<Abstract, Reason> {
        if form == TextForm::Template {
            return Err(Reason::NotFollowed("a template string"));
        }
        let ir = self.ir(at);
        let mut built = Vec::with_capacity(parts.len());
        for part in parts {
            let (value, conversion, spec) = match part.piece {
                TextPiece::Literal(text) => {
                    built.push(Part::Literal(ir.str(text).into()));
                    continue;
                }
                TextPiece::Hole { value, conversion, spec } => (value, conversion, spec),
            };
            let value = self.eval(at, value);
            if let Abstract::Unknown(reason @ (Reason::Raises(_) | Reason::OutOfFuel)) =
                &value.value
            {
                return Err(reason.clone());
            }
            let spec = match spec {
                None => Ok(String::new()),
                Some(spec) => {
                    let spec = self.eval(at, spec);
                    match &spec.value {
                        Abstract::Const(Constant::Str(spec)) => Ok(spec.to_string()),
                        other => Err(reason_of(other)),
                    }
                }
            };
            let shown = match part.form {
                TextForm::Concat => match &value.value {
                    Abstract::Const(Constant::Str(text)) => Ok(text.to_string()),
                    // It may stand for `items += text`, which adds the letters.
                    other if other.is_mutable() => {
                        return Err(Reason::NotFollowed("text behind a container"));
                    }
                    other if is_typed(other) && !is_text(other) => return Err(TYPE_ERROR),
                    other => Err(reason_of(other)),
                },
                TextForm::Percent => {
                    if matches!(&value.value, Abstract::Seq(seq) if seq.kind == SeqKind::Tuple) {
                        // A tuple is taken apart, unless it was written inside another.
                        return Err(Reason::NotFollowed("a tuple behind %"));
                    }
                    spec.and_then(|spec| percent(&value.value, &spec, char::from(conversion)))
                }
                _ => spec.and_then(|spec| formatted(&value.value, conversion, &spec)),
            };
            match shown {
                Ok(text) => built.push(Part::Literal(text.into())),
                Err(reason @ (Reason::Raises(_) | Reason::OutOfFuel | Reason::TooLarge)) => {
                    return Err(reason);
                }
                Err(_) => built.push(Part::Hole(value)),
            }
        }
        Ok(Abstract::text(built))
    }
}

/// `{value!conversion:spec}`
fn formatted(value: &Abstract, conversion: u8, spec: &str) -> Result<String, Reason> {
    match conversion {
        0 => with_spec(value, spec),
        b's' => with_spec(&Abstract::str(to_str(value)?), spec),
        b'r' => with_spec(&Abstract::str(to_repr(value)?), spec),
        b'a' => {
            let text = to_repr(value)?;
            if !text.is_ascii() {
                return Err(Reason::NotFollowed("the conversion !a"));
            }
            with_spec(&Abstract::str(text), spec)
        }
        _ => Err(Reason::Raises("ValueError")),
    }
}
