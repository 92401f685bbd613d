//! Comments that silence a rule at one place.

use std::fmt;
use std::str::FromStr;

use bartizan_base::Span;

/// A day of the Gregorian calendar, as suppressions and reports need it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, or `None` where the calendar has none such.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u8::from(leap),
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self { year, month, day })
    }

    /// The year.
    pub fn year(self) -> u16 {
        self.year
    }

    /// How many days after 1970-01-01 it lies; the way back from [`Date::from_days_since_epoch`].
    pub fn days_since_epoch(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let yoe = year.rem_euclid(400);
        let doy = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
    }

    /// The day that lies `days` after 1970-01-01, as clocks count (Howard Hinnant's algorithm).
    pub fn from_days_since_epoch(days: i64) -> Self {
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + i64::from(month <= 2);
        Self { year: year as u16, month: month as u8, day: day as u8 }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = ();

    /// Reads `2027-03-31` and nothing looser: a date misread is a risk accepted for ever.
    fn from_str(text: &str) -> Result<Self, ()> {
        let bytes = text.as_bytes();
        let plain = bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, byte)| match at {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !plain {
            return Err(());
        }
        let number = |range| text.get(range).and_then(|digits: &str| digits.parse::<u16>().ok());
        match (number(0..4), number(5..7), number(8..10)) {
            (Some(year), Some(month), Some(day)) => {
                Self::new(year, month as u8, day as u8).ok_or(())
            }
            _ => Err(()),
        }
    }
}

/// How a suppression is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SuppressionForm {
    /// `# bartizan: ignore[rule] until=2027-03-31 reason`
    Bartizan,
    /// `# nosec`, `# nosec B608`
    Nosec,
    /// `# noqa: S608`, bare `# noqa`
    Noqa,
    /// An entry in a file of decisions, or a flag that does the same for once.
    List,
    /// `SILENCED_SYSTEM_CHECKS` of the settings, which names the check of Django's that says the same.
    Django,
}

impl SuppressionForm {
    /// The form as formats write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bartizan => "bartizan",
            Self::Nosec => "nosec",
            Self::Noqa => "noqa",
            Self::List => "list",
            Self::Django => "django",
        }
    }
}

/// A suppression as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// How it is written.
    pub form: SuppressionForm,
    /// The rules it names, ids of ours or of a peer as written; empty where it names none.
    pub rules: Vec<String>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Why; empty where no reason is given.
    pub reason: String,
    /// The comment.
    pub span: Span,
    /// The lines that it speaks for, from 1, both included.
    pub lines: (u32, u32),
}

/// Why a finding is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// How it is written.
    pub form: SuppressionForm,
    /// The reason given, empty where none is.
    pub reason: String,
    /// The line of the comment; where no comment silences it, of the finding.
    pub line: u32,
    /// The last day on which it holds.
    pub until: Option<Date>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_strictly() {
        assert_eq!("2028-02-29".parse::<Date>().unwrap().to_string(), "2028-02-29");
        for wrong in [
            "2027-02-29",
            "2027-13-01",
            "2027-3-31",
            "27-03-31",
            "2027-03-31x",
            "tomorrow",
            "+027-03-31",
        ] {
            assert_eq!(wrong.parse::<Date>(), Err(()), "{wrong}");
        }
    }

    #[test]
    fn days_since_the_epoch() {
        assert_eq!(Date::from_days_since_epoch(0).to_string(), "1970-01-01");
        assert_eq!(Date::from_days_since_epoch(20_782).to_string(), "2026-11-25");
        assert_eq!(Date::from_days_since_epoch(11_016).to_string(), "2000-02-29");
        for days in (-719_000..2_000_000).step_by(97) {
            assert_eq!(Date::from_days_since_epoch(days).days_since_epoch(), days);
        }
    }
}
