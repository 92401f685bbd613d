//! What a value is where several ways lead to it.

use bartizan_finding::Confidence;
use bartizan_ir::{Value, ValueId};

use crate::entity::{Entity, FileId, Resolved, Unknown};
use crate::resolve::{Resolver, itself};

impl Resolver<'_> {
    /// What a value is that comes on one of several ways; each with whether it is a fallback.
    pub(crate) fn meet(
        &mut self,
        file: FileId,
        at: ValueId,
        ways: impl Iterator<Item = (ValueId, bool)>,
    ) -> Resolved {
        let mut meeting = Meeting::default();
        for (value, fallback) in ways {
            if matches!(self.project.ir(file).value(value), Value::Unbound) {
                continue;
            }
            let what = self.eval(file, value);
            self.arrive(&mut meeting, what, fallback);
        }
        meeting.end(itself(file, at))
    }

    pub(crate) fn meet_known(
        &mut self,
        file: FileId,
        at: ValueId,
        ways: &[(Resolved, bool)],
    ) -> Resolved {
        let mut meeting = Meeting::default();
        for (what, fallback) in ways {
            self.arrive(&mut meeting, *what, *fallback);
        }
        meeting.end(itself(file, at))
    }

    fn arrive(&mut self, meeting: &mut Meeting, what: Resolved, fallback: bool) {
        if what.is_circular() {
            meeting.circular = true;
            return;
        }
        if let Entity::Value(file, value) = what.entity
            && matches!(self.project.ir(file).value(value), Value::None)
        {
            meeting.none = Some(what);
            return;
        }
        if !what.entity.is_known() {
            meeting.opaque |= !fallback;
            meeting.anything = true;
            return;
        }
        match &mut meeting.known {
            None => meeting.known = Some((what, fallback)),
            Some((known, known_fallback)) if known.entity == what.entity => {
                known.confidence = known.confidence.min(what.confidence);
                *known_fallback &= fallback;
            }
            Some((known, known_fallback)) if *known_fallback != fallback => {
                meeting.second_choice = true;
                if *known_fallback {
                    (*known, *known_fallback) = (what, fallback);
                }
            }
            Some((known, _)) => {
                meeting.conflict = true;
                if self.project.callable(known.entity).is_none()
                    && self.project.callable(what.entity).is_some()
                {
                    *known = what;
                }
            }
        }
    }
}

/// What has come to a place where ways meet.
#[derive(Default)]
struct Meeting {
    known: Option<(Resolved, bool)>,
    none: Option<Resolved>,
    /// A value without a known type came too.
    opaque: bool,
    anything: bool,
    circular: bool,
    /// Another thing came on a way that is taken only when the first choice fails.
    second_choice: bool,
    conflict: bool,
}

impl Meeting {
    fn end(self, itself: Resolved) -> Resolved {
        match self.known {
            Some((known, _)) if self.conflict => known.at_most(Confidence::Low),
            Some((known, _)) if self.opaque || self.second_choice => {
                known.at_most(Confidence::Medium)
            }
            Some((known, _)) => known,
            None if self.anything => itself,
            None => match self.none {
                Some(none) => none,
                None if self.circular => Resolved::unknown(Unknown::Circular),
                None => itself,
            },
        }
    }
}
