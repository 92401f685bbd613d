//! The environment of the process: what is known of its variables, and the libraries that read it.
//!
//! Semantics of the libraries: django-environ 0.12 (`environ/environ.py`), python-decouple 3.8
//! (`decouple.py`), `distutils.util.strtobool`.

use std::collections::BTreeMap;
use std::sync::Arc;

use bartizan_ir::CompareOp;

use crate::calls::Args;
use crate::domain::{
    Abstract, Apply, Cast, Constant, Env, Evaluated, Object, SeqKind, Site, Symbol,
};
use crate::reason::Reason;
use crate::session::Session;

/// What is known of the variables of the environment.
///
/// Where nothing is known of one, what is read from it stays an [`Abstract::Env`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables {
    known: BTreeMap<String, Option<String>>,
    others: Others,
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

/// What is known of one variable.
enum Variable<'v> {
    Set(&'v str),
    Unset,
    Unknown,
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

    fn get(&self, name: &str) -> Variable<'_> {
        match self.known.get(name) {
            Some(Some(text)) => Variable::Set(text),
            Some(None) => Variable::Unset,
            None => match self.others {
                Others::Unknown => Variable::Unknown,
                Others::Unset | Others::Defaults => Variable::Unset,
            },
        }
    }

    /// Whether a variable is set; `None` where that is not known.
    pub(crate) fn holds(&self, name: &str) -> Option<bool> {
        match self.get(name) {
            Variable::Set(_) => Some(true),
            Variable::Unset => Some(false),
            Variable::Unknown => None,
        }
    }

    /// `os.environ[name]`
    pub(crate) fn item(&self, name: &str) -> Abstract {
        match self.get(name) {
            Variable::Set(text) => Abstract::str(text),
            Variable::Unset if self.others != Others::Defaults => {
                Abstract::Unknown(Reason::Raises("KeyError"))
            }
            Variable::Unset | Variable::Unknown => env(name, None, Cast::Str),
        }
    }

    /// `os.environ.get(name, default)`, `os.getenv(name, default)`,
    /// `os.environ.setdefault(name, default)`; `None` for any other function.
    pub(crate) fn read(&self, function: &str, args: &Args) -> Option<Abstract> {
        let is_read = matches!(function, "os.environ.get" | "os.getenv" | "os.environ.setdefault");
        if !is_read || args.open {
            return None;
        }
        let name = args.positional.first().or(args.keyword("key"))?.value.as_str()?;
        let default = match args.positional.get(1).or(args.keyword("default")) {
            Some(default) => default.clone(),
            None => Evaluated { value: Abstract::none(), site: args.positional.first()?.site },
        };
        Some(match self.get(name) {
            Variable::Set(text) => Abstract::str(text),
            Variable::Unset => default.value,
            Variable::Unknown => env(name, Some(default), Cast::Str),
        })
    }

    /// What a library reads from the environment; `None` for what does not.
    pub(crate) fn library(
        &self,
        symbol: &str,
        args: &Args,
        site: Site,
        fresh: &mut dyn FnMut() -> Object,
    ) -> Option<Abstract> {
        if args.open {
            return None;
        }
        if symbol == "distutils.util.strtobool" || symbol == "setuptools.distutils.util.strtobool" {
            return strtobool(args);
        }
        let mut ask = match symbol {
            "decouple.config" => Asked::of(args, 0, Library::Decouple)?,
            "decouple.AutoConfig.__call__" | "decouple.Config.__call__" => {
                Asked::of(args, 1, Library::Decouple)?
            }
            _ => {
                let method = symbol
                    .strip_prefix("environ.Env.")
                    .or_else(|| symbol.strip_prefix("environ.FileAwareEnv."))?;
                let mut ask = Asked::of(args, 1, Library::Environ)?;
                ask.kind = Some(match method {
                    "__call__" | "get_value" => ask.kind.take().unwrap_or(Kind::Scheme),
                    "str" | "unicode" => Kind::Str,
                    "bool" => Kind::Bool,
                    "int" => Kind::Int,
                    "float" => Kind::Float,
                    "list" => Kind::List,
                    "tuple" => Kind::Tuple,
                    // URLs of databases and caches, JSON, paths: not read here.
                    _ => return None,
                });
                ask.by_scheme(args.positional.first()?);
                ask
            }
        };
        let kind = ask.kind.take().unwrap_or(Kind::Str);
        let text = match self.get(&ask.name) {
            Variable::Set(text) => text,
            Variable::Unset => {
                return Some(match ask.default {
                    None if self.others == Others::Defaults => env(&ask.name, None, kind.cast()),
                    None => Abstract::Unknown(Reason::Raises(ask.library.missing())),
                    Some(default) => ask.library.defaulted(kind, default, site, fresh),
                });
            }
            Variable::Unknown => {
                let default = ask.default.map(|default| {
                    let value = ask.library.defaulted(kind, default.clone(), site, fresh);
                    Evaluated { value, ..default }
                });
                return Some(env(&ask.name, default, kind.cast()));
            }
        };
        Some(kind.parse(text, ask.library, site, fresh))
    }
}

fn env(name: &str, default: Option<Evaluated>, cast: Cast) -> Abstract {
    Abstract::Env(Arc::new(Env { name: name.into(), default, cast }))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Library {
    Environ,
    Decouple,
}

impl Library {
    /// What it raises where a variable has neither value nor default.
    fn missing(self) -> &'static str {
        match self {
            Self::Environ => "ImproperlyConfigured",
            Self::Decouple => "UndefinedValueError",
        }
    }

    /// What a default is worth: decouple casts it as if it came from the environment.
    fn defaulted(
        self,
        kind: Kind,
        default: Evaluated,
        site: Site,
        fresh: &mut dyn FnMut() -> Object,
    ) -> Abstract {
        match (self, default.value.as_str()) {
            (Self::Decouple, Some(text)) => kind.parse(text, self, site, fresh),
            (Self::Decouple, None) => match (kind, &default.value) {
                (Kind::Bool, Abstract::Const(Constant::Int(number))) => {
                    Abstract::Const(Constant::Bool(*number != 0))
                }
                (Kind::Bool, Abstract::Const(Constant::Bool(_))) | (Kind::Str, _) => default.value,
                (Kind::Int, Abstract::Const(Constant::Int(_))) => default.value,
                (Kind::Float, Abstract::Const(Constant::Float(_))) => default.value,
                _ => Abstract::Unknown(Reason::NotFollowed("this cast of a default")),
            },
            _ => default.value,
        }
    }
}

/// One question to a library.
struct Asked {
    library: Library,
    name: String,
    kind: Option<Kind>,
    default: Option<Evaluated>,
}

impl Asked {
    /// `config(name, default=…, cast=…)`; the name stands at `first`. Django-environ has the cast
    /// before the default.
    fn of(args: &Args, first: usize, library: Library) -> Option<Self> {
        let positional = |at: usize| args.positional.get(first + at);
        let name = positional(0)
            .or_else(|| args.keyword("var"))
            .or_else(|| args.keyword("option"))?
            .value
            .as_str()?
            .to_owned();
        let (default, cast) = match library {
            // `env.bool(name, default)`, but `env(name, cast, default)`: told by the kinds below.
            Library::Environ => (positional(1), None),
            Library::Decouple => (positional(1), positional(2)),
        };
        let default = args.keyword("default").or(default).cloned();
        let kind = args.keyword("cast").or(cast).map(Kind::of);
        Some(Self { library, name, kind, default })
    }

    /// Fills in what the scheme of an `environ.Env(NAME=(cast, default))` says of the name.
    fn by_scheme(&mut self, receiver: &Evaluated) {
        if self.kind != Some(Kind::Scheme) {
            return;
        }
        self.kind = Some(Kind::Str);
        let Abstract::Apply(made) = &receiver.value else { return };
        if made.open {
            self.kind = Some(Kind::Other);
            return;
        }
        let Some(scheme) = of_scheme(made, &self.name) else {
            // The type of a default is the cast, where nothing else says one.
            if let Some(default) = &self.default {
                self.kind = Some(Kind::of_default(default));
            }
            return;
        };
        match &scheme.value {
            Abstract::Seq(pair) if pair.kind == SeqKind::Tuple && pair.items.len() == 2 => {
                self.kind = Some(Kind::of(&pair.items[0]));
                self.default.get_or_insert_with(|| pair.items[1].clone());
            }
            _ => match scheme.constant() {
                Some(Constant::Tuple(_)) | None => self.kind = Some(Kind::of(scheme)),
                Some(_) => self.kind = Some(Kind::Other),
            },
        }
    }
}

fn of_scheme<'a>(made: &'a Apply, name: &str) -> Option<&'a Evaluated> {
    let found = made.args.iter().find(|(known, _)| known.as_deref() == Some(name));
    found.map(|(_, value)| value)
}

/// What a text of the environment is turned to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Str,
    Bool,
    Int,
    Float,
    List,
    Tuple,
    /// As the scheme of the reader says.
    Scheme,
    /// In a way that is not followed.
    Other,
}

impl Kind {
    fn of(cast: &Evaluated) -> Self {
        match &cast.value {
            Abstract::Ref(Symbol::External(name)) => match &**name {
                "builtins.str" => Self::Str,
                "builtins.bool" => Self::Bool,
                "builtins.int" => Self::Int,
                "builtins.float" => Self::Float,
                "builtins.list" => Self::List,
                "builtins.tuple" => Self::Tuple,
                _ => Self::Other,
            },
            Abstract::Apply(made) if made.args.is_empty() && !made.open => match &made.symbol {
                Symbol::External(name) if &**name == "decouple.Csv" => Self::List,
                _ => Self::Other,
            },
            Abstract::Seq(seq) if seq.kind == SeqKind::List && seq.open.is_none() => {
                match seq.items.as_slice() {
                    [] => Self::List,
                    [only] if Self::of(only) == Self::Str => Self::List,
                    _ => Self::Other,
                }
            }
            _ => Self::Other,
        }
    }

    fn of_default(default: &Evaluated) -> Self {
        match &default.value {
            Abstract::Const(Constant::Bool(_)) => Self::Bool,
            Abstract::Const(Constant::Int(_)) => Self::Int,
            Abstract::Const(Constant::Float(_)) => Self::Float,
            Abstract::Seq(seq) if seq.kind == SeqKind::List => Self::List,
            Abstract::Const(Constant::Str(_) | Constant::None) => Self::Str,
            _ => Self::Other,
        }
    }

    fn cast(self) -> Cast {
        match self {
            Self::Str | Self::Scheme => Cast::Str,
            Self::Bool => Cast::Flag,
            Self::Int => Cast::Int,
            Self::Float => Cast::Float,
            Self::List | Self::Tuple => Cast::List,
            Self::Other => Cast::Other,
        }
    }

    fn parse(
        self,
        text: &str,
        library: Library,
        site: Site,
        fresh: &mut dyn FnMut() -> Object,
    ) -> Abstract {
        const VALUE_ERROR: Abstract = Abstract::Unknown(Reason::Raises("ValueError"));
        match self {
            Self::Str => Abstract::str(text),
            Self::Bool => match (library, is_word_for_true(text)) {
                // What is no word for true is false to django-environ, except a number.
                (Library::Environ, known) => {
                    let number = text.trim().parse::<i64>().ok();
                    let truth = number.map(|number| number != 0);
                    Abstract::Const(Constant::Bool(truth.or(known).unwrap_or(false)))
                }
                (Library::Decouple, _) if text.is_empty() => Abstract::Const(Constant::Bool(false)),
                (Library::Decouple, Some(truth)) => Abstract::Const(Constant::Bool(truth)),
                (Library::Decouple, None) => VALUE_ERROR,
            },
            Self::Int => match text.trim().parse() {
                Ok(number) => Abstract::Const(Constant::Int(number)),
                Err(_) => VALUE_ERROR,
            },
            Self::Float => match text.trim().parse() {
                Ok(number) => Abstract::Const(Constant::Float(number)),
                Err(_) => VALUE_ERROR,
            },
            Self::List | Self::Tuple => {
                let text = text.trim_matches(|c| self == Self::Tuple && matches!(c, '(' | ')'));
                let items = text.split(',').map(|item| match library {
                    Library::Environ => item,
                    Library::Decouple => item.trim(),
                });
                let items = items.filter(|item| !item.is_empty());
                let items = items.map(|item| Evaluated { value: Abstract::str(item), site });
                let (kind, object) = match self {
                    Self::List => (SeqKind::List, fresh()),
                    _ => (SeqKind::Tuple, Object::NONE),
                };
                Abstract::seq(kind, items.collect(), None, object)
            }
            Self::Scheme | Self::Other => {
                Abstract::Unknown(Reason::NotFollowed("this cast of the environment"))
            }
        }
    }
}

/// The words of `strtobool`, and of django-environ, which knows `ok` as well.
fn is_word_for_true(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" | "t" | "true" | "on" | "1" | "ok" => Some(true),
        "n" | "no" | "f" | "false" | "off" | "0" => Some(false),
        _ => None,
    }
}

fn strtobool(args: &Args) -> Option<Abstract> {
    let only = args.only().ok()?;
    if let Abstract::Env(of) = &only.value {
        let default = of.default.as_ref().and_then(|default| {
            let truth = is_word_for_true(default.value.as_str()?)?;
            let value = Abstract::Const(Constant::Int(truth.into()));
            Some(Evaluated { value, site: default.site })
        });
        let default = default.or_else(|| of.default.clone());
        return Some(env(&of.name, default, Cast::Flag));
    }
    Some(match is_word_for_true(only.value.as_str()?) {
        Some(truth) => Abstract::Const(Constant::Int(truth.into())),
        None => Abstract::Unknown(Reason::Raises("ValueError")),
    })
}

impl Session<'_> {
    /// `name in os.environ`, where it is known.
    pub(crate) fn asks_environment(
        &self,
        op: CompareOp,
        left: &Evaluated,
        right: &Evaluated,
    ) -> Option<bool> {
        let is_wanted = match op {
            CompareOp::In => true,
            CompareOp::NotIn => false,
            _ => return None,
        };
        match &right.value {
            Abstract::Ref(Symbol::External(name)) if &**name == "os.environ" => {
                Some(self.variables.holds(left.value.as_str()?)? == is_wanted)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_true_are_those_of_strtobool() {
        assert_eq!(is_word_for_true("Yes"), Some(true));
        assert_eq!(is_word_for_true("off"), Some(false));
        assert_eq!(is_word_for_true("2"), None);
    }

    #[test]
    fn what_is_not_named_is_set_only_where_the_code_cannot_do_without() {
        let mut variables = Variables::defaults();
        variables.set("DEBUG", "False");
        assert_eq!(variables.item("DEBUG").as_str(), Some("False"));
        assert!(matches!(variables.item("SECRET_KEY"), Abstract::Env(_)));
        let unset = Variables::unset().item("SECRET_KEY");
        assert_eq!(unset.unknown(), Some(&Reason::Raises("KeyError")));
        assert_eq!(Variables::unset().holds("DEBUG"), Some(false));
        assert_eq!(Variables::unknown().holds("DEBUG"), None);
    }
}
