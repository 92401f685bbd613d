//! How bad, and how sure: two scales that never mix.

use std::fmt;
use std::str::FromStr;

macro_rules! scale {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// All steps, the least first.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The step as every format writes it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|step| step.as_str() == text).ok_or(())
            }
        }
    };
}

scale! {
    /// How bad a finding is if it is true. Ordered: the worst is the greatest.
    Severity {
        /// A remark.
        Info = "info",
        /// Worth repairing in passing.
        Low = "low",
        /// A weakness that needs a second one to hurt, or hurts little.
        Medium = "medium",
        /// An attacker gains something that matters.
        High = "high",
        /// As `High`, and open to anyone, or exploited in the wild, or CVSS 9 and above.
        Critical = "critical",
    }
}

scale! {
    /// How sure we are. Doubt lowers confidence; it never deletes a finding.
    Confidence {
        /// A guess worth an auditor's look.
        Low = "low",
        /// Right more often than not.
        Medium = "medium",
        /// Wrong only where the code surprises everyone.
        High = "high",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_is_the_greatest() {
        assert!(Severity::Critical > Severity::High && Severity::Low > Severity::Info);
        assert_eq!("medium".parse(), Ok(Severity::Medium));
        assert_eq!("moderate".parse::<Severity>(), Err(()));
    }
}
