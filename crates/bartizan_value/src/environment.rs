//! The environment of the process: what is known of its variables.

use std::collections::BTreeMap;
use std::sync::Arc;

use bartizan_ir::CompareOp;

use crate::calls::Args;
use crate::domain::{Abstract, Cast, Env, Evaluated, Symbol};
use crate::reason::Reason;
use crate::session::{Act, Session};

/// What is known of the variables of the environment.
///
/// Where nothing is known of one, what is read from it stays an [`Abstract::Env`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables {
    known: BTreeMap<String, Option<String>>,
    others: Others,
    /// What the code itself has set so far, and files that it has read.
    given: BTreeMap<String, Given>,
}

/// What is known of the variables that are not named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Others {
    #[default]
    Unknown,
    Unset,
    /// Set only if the code cannot do without.
    Defaults,
}

/// What code gives a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// This, where the process was started without.
    Otherwise(String),
    /// This, whatever the process was started with.
    Always(String),
    /// Perhaps something.
    Perhaps,
}

/// What is known of one variable.
pub(crate) enum Variable<'v> {
    Set(&'v str),
    Unset,
    Unknown,
    /// Unknown; but where the process was started without, it is this.
    Otherwise(&'v str),
}

impl Variables {
    /// Nothing is known of any.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// None is set, but for those that [`Self::set`] sets.
    pub fn unset() -> Self {
        Self { others: Others::Unset, ..Self::default() }
    }

    /// Those are set that the code cannot do without, to nobody knows what; no others but those that
    /// [`Self::set`] sets.
    pub fn defaults() -> Self {
        Self { others: Others::Defaults, ..Self::default() }
    }

    /// The variable has this value.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.known.insert(name.into(), Some(value.into()));
    }

    /// The variable is not set.
    pub fn remove(&mut self, name: impl Into<String>) {
        self.known.insert(name.into(), None);
    }

    /// What the process was started with.
    fn started_with(&self, name: &str) -> Variable<'_> {
        match self.known.get(name) {
            Some(Some(text)) => Variable::Set(text),
            Some(None) => Variable::Unset,
            None => match self.others {
                Others::Unknown => Variable::Unknown,
                Others::Unset | Others::Defaults => Variable::Unset,
            },
        }
    }

    pub(crate) fn get(&self, name: &str) -> Variable<'_> {
        let started = self.started_with(name);
        match (self.given.get(name), started) {
            (None, started) => started,
            (Some(Given::Always(text)), _) => Variable::Set(text),
            (Some(Given::Perhaps), Variable::Set(text)) => Variable::Set(text),
            (Some(Given::Perhaps), _) => Variable::Unknown,
            (Some(Given::Otherwise(_)), Variable::Set(text)) => Variable::Set(text),
            (Some(Given::Otherwise(text)), Variable::Unset) => Variable::Set(text),
            (Some(Given::Otherwise(text)), _) => Variable::Otherwise(text),
        }
    }

    /// The variable that goes by a name in any case; pydantic asks so.
    pub(crate) fn get_in_any_case(&self, name: &str) -> Variable<'_> {
        let known = self.known.keys().chain(self.given.keys());
        let found = known.into_iter().find(|known| known.eq_ignore_ascii_case(name));
        self.get(found.map_or(name, String::as_str))
    }

    /// Code gives the variable a value.
    pub(crate) fn give(&mut self, name: &str, given: Given) {
        let is_weak = matches!(given, Given::Otherwise(_));
        if is_weak && self.given.contains_key(name) {
            return;
        }
        self.given.insert(name.to_owned(), given);
    }

    /// Whether a variable is set; `None` where that is not known.
    pub(crate) fn holds(&self, name: &str) -> Option<bool> {
        match self.get(name) {
            Variable::Set(_) | Variable::Otherwise(_) => Some(true),
            Variable::Unset => Some(false),
            Variable::Unknown => None,
        }
    }

    /// Whether what nobody speaks of is not there.
    pub(crate) fn is_closed(&self) -> bool {
        self.others != Others::Unknown
    }

    /// What stands for a variable that the code cannot do without and that nobody sets.
    pub(crate) fn missing(&self, name: &str, cast: Cast, exception: &'static str) -> Abstract {
        match self.others {
            Others::Defaults => env(name, None, cast),
            Others::Unset | Others::Unknown => Abstract::Unknown(Reason::Raises(exception)),
        }
    }

    /// `os.environ[name]`
    pub(crate) fn item(&self, name: &Evaluated) -> Option<Abstract> {
        let site = name.site;
        let name = name.value.as_str()?;
        Some(match self.get(name) {
            Variable::Set(text) => Abstract::str(text),
            Variable::Unset => self.missing(name, Cast::Str, "KeyError"),
            Variable::Unknown => env(name, None, Cast::Str),
            Variable::Otherwise(text) => {
                env(name, Some(Evaluated { value: Abstract::str(text), site }), Cast::Str)
            }
        })
    }

    /// `os.environ.get(name, default)`, `os.getenv(name, default)`,
    /// `os.environ.setdefault(name, default)`; `None` for any other function.
    pub(crate) fn read(&self, args: &Args) -> Option<Abstract> {
        if args.open {
            return None;
        }
        let first = args.positional.first().or(args.keyword("key"))?;
        let name = first.value.as_str()?;
        let default = match args.positional.get(1).or(args.keyword("default")) {
            Some(default) => default.clone(),
            None => Evaluated { value: Abstract::none(), site: first.site },
        };
        Some(match self.get(name) {
            Variable::Set(text) => Abstract::str(text),
            Variable::Unset => default.value,
            Variable::Unknown => env(name, Some(default), Cast::Str),
            Variable::Otherwise(text) => {
                let otherwise = Evaluated { value: Abstract::str(text), site: first.site };
                env(name, Some(otherwise), Cast::Str)
            }
        })
    }
}

/// Whether a function reads the environment itself.
pub(crate) fn reads_environment(function: &str) -> bool {
    matches!(function, "os.environ.get" | "os.getenv" | "os.environ.setdefault")
}

pub(crate) fn env(name: &str, default: Option<Evaluated>, cast: Cast) -> Abstract {
    Abstract::Env(Arc::new(Env { name: name.into(), default, cast }))
}

impl Session<'_> {
    /// `name in os.environ`, where it is known.
    pub(crate) fn asks_environment(
        &mut self,
        at: Act,
        id: bartizan_ir::ValueId,
        op: CompareOp,
        left: &Evaluated,
        right: &Evaluated,
    ) -> Option<bool> {
        let is_wanted = match op {
            CompareOp::In => true,
            CompareOp::NotIn => false,
            _ => return None,
        };
        let is_environment = match &right.value {
            Abstract::Ref(Symbol::External(name)) => &**name == "os.environ",
            Abstract::Apply(made) => {
                matches!(&made.symbol, Symbol::External(name) if &**name == "environ.Env")
            }
            _ => false,
        };
        if !is_environment {
            return None;
        }
        let name = left.value.as_str()?;
        Some(self.variables_at(at, id).holds(name)? == is_wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_is_set_only_where_the_code_cannot_do_without() {
        let mut variables = Variables::defaults();
        variables.set("DEBUG", "False");
        assert!(matches!(variables.get("DEBUG"), Variable::Set("False")));
        assert!(matches!(variables.missing("KEY", Cast::Str, "KeyError"), Abstract::Env(_)));
        let unset = Variables::unset().missing("KEY", Cast::Str, "KeyError");
        assert_eq!(unset.unknown(), Some(&Reason::Raises("KeyError")));
        assert_eq!(Variables::unset().holds("DEBUG"), Some(false));
        assert_eq!(Variables::unknown().holds("DEBUG"), None);
    }

    #[test]
    fn what_code_gives_stands_behind_what_the_process_was_started_with() {
        let mut variables = Variables::unset();
        variables.set("DEBUG", "1");
        variables.give("DEBUG", Given::Otherwise("0".to_owned()));
        variables.give("ENV", Given::Otherwise("live".to_owned()));
        variables.give("ENV", Given::Otherwise("dev".to_owned()));
        assert!(matches!(variables.get("DEBUG"), Variable::Set("1")));
        assert!(matches!(variables.get("ENV"), Variable::Set("live")));
        variables.give("DEBUG", Given::Always("0".to_owned()));
        assert!(matches!(variables.get("DEBUG"), Variable::Set("0")));
        let mut unknown = Variables::unknown();
        unknown.give("ENV", Given::Otherwise("live".to_owned()));
        assert!(matches!(unknown.get("ENV"), Variable::Otherwise("live")));
    }
}
