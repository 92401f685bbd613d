//! Which versions an advisory affects.
//!
//! A record states ranges as events on the line of versions and, beside them, a list of versions.
//! A version is affected if it is in any of the ranges or in the list. Ranges of commits say
//! nothing about versions and are no part of this.

use serde::{Deserialize, Serialize};

use crate::version::{Bound, Installed};

/// A point on the line of versions where something changes, in the record's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event<S> {
    /// Affected from here on.
    Introduced(S),
    /// No longer affected from here on.
    Fixed(S),
    /// Affected up to here, this one included.
    LastAffected(S),
}

impl<S> Event<S> {
    /// The version at which it stands.
    pub fn version(&self) -> &S {
        match self {
            Self::Introduced(version) | Self::Fixed(version) | Self::LastAffected(version) => {
                version
            }
        }
    }

    /// The same event with its version in another form.
    pub(crate) fn map<T>(self, form: impl FnOnce(S) -> T) -> Event<T> {
        match self {
            Self::Introduced(version) => Event::Introduced(form(version)),
            Self::Fixed(version) => Event::Fixed(form(version)),
            Self::LastAffected(version) => Event::LastAffected(form(version)),
        }
    }

    /// The same event with its version borrowed.
    pub fn as_str(&self) -> Event<&str>
    where
        S: AsRef<str>,
    {
        match self {
            Self::Introduced(version) => Event::Introduced(version.as_ref()),
            Self::Fixed(version) => Event::Fixed(version.as_ref()),
            Self::LastAffected(version) => Event::LastAffected(version.as_ref()),
        }
    }

    /// Events at one version: what ends there ends first, so that ranges that touch join, and one
    /// that begins and ends at the same version has that version in it.
    fn rank(&self) -> u8 {
        match self {
            Self::Fixed(_) => 0,
            Self::Introduced(_) => 1,
            Self::LastAffected(_) => 2,
        }
    }
}

/// A stretch of affected versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interval<'a> {
    from: Bound,
    to: End<'a>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum End<'a> {
    /// Nothing is known to end it.
    Open,
    /// Up to the version that repairs it.
    Before(Bound, &'a str),
    /// Up to a version that is still affected.
    Through(Bound),
}

impl<'a> Interval<'a> {
    pub fn contains(&self, version: &Installed) -> bool {
        version.cmp(&self.from).is_ge()
            && match &self.to {
                End::Open => true,
                End::Before(bound, _) => version.cmp(bound).is_lt(),
                End::Through(bound) => version.cmp(bound).is_le(),
            }
    }

    /// The version that ends it, where one is known to repair it.
    pub fn fixed(&self) -> Option<&'a str> {
        match self.to {
            End::Before(_, text) => Some(text),
            End::Open | End::Through(_) => None,
        }
    }
}

/// The stretches that the events of one range mark out.
pub(crate) fn intervals<'a>(events: &[Event<&'a str>]) -> Vec<Interval<'a>> {
    let mut sorted: Vec<(Bound, &Event<&'a str>)> =
        events.iter().map(|event| (Bound::parse(event.version()), event)).collect();
    sorted.sort_by(|(a, first), (b, second)| a.cmp(b).then(first.rank().cmp(&second.rank())));
    let mut out: Vec<Interval<'a>> = Vec::new();
    let mut open: Option<Bound> = None;
    // Whether the last event was the end of the newest interval at a version that is affected.
    let mut through = false;
    for (bound, event) in sorted {
        match event {
            Event::Introduced(_) => {
                open.get_or_insert(bound);
                through = false;
            }
            Event::Fixed(text) => {
                if let Some(from) = open.take() {
                    out.push(Interval { from, to: End::Before(bound, text) });
                }
                through = false;
            }
            Event::LastAffected(_) => match (open.take(), out.last_mut()) {
                (Some(from), _) => {
                    out.push(Interval { from, to: End::Through(bound) });
                    through = true;
                }
                // Of several in a row the greatest counts.
                (None, Some(last)) if through => last.to = End::Through(bound),
                (None, _) => {}
            },
        }
    }
    out.extend(open.map(|from| Interval { from, to: End::Open }));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn affected(events: &[Event<&str>], versions: &[&str]) -> Vec<bool> {
        let intervals = intervals(events);
        let inside = |version: &&str| {
            let version = Installed::new(version);
            intervals.iter().any(|interval| interval.contains(&version))
        };
        versions.iter().map(inside).collect()
    }

    use Event::{Fixed, Introduced, LastAffected};

    #[test]
    fn a_range_holds_its_start_and_not_its_fix() {
        let events = [Introduced("4.2"), Fixed("4.2.14"), Introduced("5.0"), Fixed("5.0.7")];
        let versions = ["4.1", "4.2", "4.2.13", "4.2.14", "5.0rc1", "5.0", "5.0.7"];
        assert_eq!(affected(&events, &versions), [false, true, true, false, false, true, false]);
    }

    #[test]
    fn the_greatest_of_several_last_affected_counts() {
        let events = [Introduced("0"), LastAffected("1.4.2"), LastAffected("1.5")];
        assert_eq!(
            affected(&events, &["0.dev1", "1.4.3", "1.5", "1.5.1"]),
            [true, true, true, false]
        );
    }

    #[test]
    fn ranges_that_touch_join() {
        let events = [Introduced("0"), Fixed("2.0.0"), Introduced("2.0.0"), Fixed("2.11.2")];
        assert_eq!(
            affected(&events, &["1.9", "2.0", "2.11.1", "2.11.2"]),
            [true, true, true, false]
        );
    }

    #[test]
    fn a_range_without_an_end_goes_on() {
        assert_eq!(affected(&[Introduced("1.0")], &["0.9", "1.0", "99"]), [false, true, true]);
        assert_eq!(affected(&[Fixed("1.0")], &["0.9", "1.0"]), [false, false]);
    }
}
