//! Libraries that read the environment and turn what they find: django-environ 0.14
//! (`environ/environ.py`), python-decouple 3.8 (`decouple.py`), `distutils.util.strtobool`.

use super::database_url;
use super::made::Maker;
use crate::calls::Args;
use crate::domain::{Abstract, Apply, Cast, Constant, Evaluated, SeqKind, Symbol};
use crate::environment::{Variable, Variables, env};
use crate::operators;
use crate::reason::Reason;

const VALUE_ERROR: Abstract = Abstract::Unknown(Reason::Raises("ValueError"));

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Library {
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
    fn defaulted(self, kind: &Kind, default: &Evaluated, make: &mut Maker<'_>) -> Abstract {
        match (self, default.value.as_str()) {
            // It stands for another variable.
            (Self::Environ, Some(text)) if text.starts_with('$') => {
                Abstract::Unknown(Reason::NotFollowed("a value that refers to another variable"))
            }
            (_, Some(text)) if kind.is_url() || *kind == Kind::Bytes => {
                kind.parse(text, self, make)
            }
            (Self::Decouple, Some(text)) => kind.parse(text, self, make),
            (Self::Decouple, None) => match (kind, &default.value) {
                (Kind::Bool, Abstract::Const(Constant::Int(number))) if *number < 2 => {
                    Abstract::bool(*number != 0)
                }
                (Kind::List | Kind::Tuple, Abstract::Const(Constant::None)) => {
                    kind.sequence(Vec::new(), make)
                }
                (Kind::Items { is_tuple, .. }, Abstract::Const(Constant::None)) => match is_tuple {
                    true => Abstract::tuple(Vec::new()),
                    false => make.list(Vec::new()),
                },
                (Kind::Bool, Abstract::Const(Constant::Bool(_))) | (Kind::Raw, _) => {
                    default.value.clone()
                }
                (Kind::Int, Abstract::Const(Constant::Int(_))) => default.value.clone(),
                (Kind::Int, Abstract::Const(Constant::Bool(truth))) => {
                    Abstract::int(i64::from(*truth))
                }
                (Kind::Float, Abstract::Const(Constant::Float(_))) => default.value.clone(),
                (Kind::Float, Abstract::Const(Constant::Int(number))) => {
                    Abstract::float(*number as f64)
                }
                (_, Abstract::Unknown(reason)) => Abstract::Unknown(reason.clone()),
                _ => Abstract::Unknown(Reason::NotFollowed("this cast of a default")),
            },
            (Self::Environ, None) if kind.is_url() => match &default.value {
                Abstract::Unknown(reason) => Abstract::Unknown(reason.clone()),
                _ => Abstract::Unknown(Reason::NotFollowed("this default of a URL")),
            },
            (Self::Environ, Some(text)) if *kind == Kind::Lines => Abstract::str(with_lines(text)),
            (Self::Environ, _) => default.value.clone(),
        }
    }
}

/// One question to a library.
pub(super) struct Asked {
    pub(super) library: Library,
    pub(super) name: String,
    kind: Kind,
    default: Option<Evaluated>,
    /// The engine or backend that is asked for, whatever the URL says.
    backend: Option<Evaluated>,
    /// A function of the project that turns the text.
    pub(super) by: Option<Evaluated>,
}

impl Asked {
    /// The question that a call puts; `None` if it puts none that is followed. `prefix` stands before
    /// all names.
    pub(super) fn of(symbol: &str, args: &Args, prefix: &str) -> Option<Self> {
        match symbol {
            "decouple.config" | "decouple.config.get" => {
                return Self::put(args, 0, Library::Decouple, None, "");
            }
            "decouple.AutoConfig.__call__" | "decouple.Config.__call__" | "decouple.Config.get" => {
                return Self::put(args, 1, Library::Decouple, None, "");
            }
            _ => {}
        }
        let method = symbol
            .strip_prefix("environ.Env.")
            .or_else(|| symbol.strip_prefix("environ.FileAwareEnv."))?;
        let kind = match method {
            "__call__" | "get_value" => Kind::Scheme,
            "str" => match args.keyword("multiline").or(args.positional.get(3)) {
                None => Kind::Str,
                Some(lines) => match operators::truth(&lines.value) {
                    Ok(true) => Kind::Lines,
                    Ok(false) => Kind::Str,
                    Err(_) => Kind::Other,
                },
            },
            "unicode" => Kind::Str,
            "bool" => Kind::Bool,
            "int" => Kind::Int,
            "float" => Kind::Float,
            "list" => Kind::List,
            "tuple" => Kind::Tuple,
            "dict" => Kind::Dict,
            "db" | "db_url" => Kind::Database,
            "cache" | "cache_url" => Kind::Cache,
            "email" | "email_url" => Kind::Email,
            "json" => Kind::Json,
            "bytes" => Kind::Bytes,
            // Paths, URLs of search engines: not read here.
            _ => return None,
        };
        let mut asked = Self::put(args, 1, Library::Environ, Some(kind), prefix)?;
        if let Some(receiver) = args.positional.first() {
            asked.by_scheme(receiver);
        }
        Some(asked)
    }

    /// `config(name, default=…, cast=…)`; the name stands at `first`. `env(name, cast, default)` has
    /// the cast before the default, the methods for one kind have no cast.
    fn put(
        args: &Args,
        first: usize,
        library: Library,
        kind: Option<Kind>,
        prefix: &str,
    ) -> Option<Self> {
        let positional = |at: usize| args.positional.get(first + at);
        let name = positional(0).or_else(|| args.keyword("var")).or_else(|| args.keyword("option"));
        let name = match (name, &kind) {
            (Some(name), _) => name.value.as_str()?.to_owned(),
            (None, Some(Kind::Database)) => "DATABASE_URL".to_owned(),
            (None, Some(Kind::Cache)) => "CACHE_URL".to_owned(),
            (None, Some(Kind::Email)) => "EMAIL_URL".to_owned(),
            (None, _) => return None,
        };
        let (default, cast) = match (library, &kind) {
            (Library::Decouple, _) => (positional(1), positional(2)),
            (_, Some(Kind::Scheme | Kind::List | Kind::Tuple | Kind::Dict)) => {
                (positional(2), positional(1))
            }
            _ => (positional(1), None),
        };
        let default = args.keyword("default").or(default).cloned();
        let cast = args.keyword("cast").or(cast);
        let mut by = None;
        let kind = match (kind, cast) {
            (Some(kind @ (Kind::List | Kind::Tuple)), Some(cast)) => {
                Kind::items(Kind::of(cast), ',', kind == Kind::Tuple)
            }
            (Some(Kind::Dict), Some(_)) => Kind::Other,
            (Some(Kind::Scheme) | None, Some(cast)) => {
                let kind = Kind::of(cast);
                // `cast=dj_database_url.parse`
                let is_callable = matches!(cast.value, Abstract::Ref(_) | Abstract::Apply(_));
                if kind == Kind::Other && is_callable {
                    by = Some(cast.clone());
                }
                kind
            }
            (Some(kind), _) => kind,
            (None, None) => Kind::Raw,
        };
        let backend = args.keyword("engine").or(args.keyword("backend")).or(positional(2));
        let backend = backend.filter(|_| kind.is_url()).cloned();
        Some(Self { library, name: format!("{prefix}{name}"), kind, default, backend, by })
    }

    /// Fills in what the scheme of an `environ.Env(NAME=(cast, default))` says of the name.
    fn by_scheme(&mut self, receiver: &Evaluated) {
        let Abstract::Apply(made) = &receiver.value else {
            if self.kind == Kind::Scheme {
                self.kind = Kind::Raw;
            }
            return;
        };
        if made.open {
            self.kind = Kind::Other;
            return;
        }
        let scheme = of_scheme(made, &self.name);
        let is_open = self.kind == Kind::Scheme;
        if let Some(scheme) = scheme {
            match &scheme.value {
                Abstract::Seq(pair) if pair.kind == SeqKind::Tuple && pair.items.len() == 2 => {
                    if is_open {
                        self.kind = Kind::of(&pair.items[0]);
                    }
                    self.default.get_or_insert_with(|| pair.items[1].clone());
                }
                _ if is_open => self.kind = Kind::of(scheme),
                _ => {}
            }
        }
        if self.kind == Kind::Scheme {
            // The type of a default is the cast, where nothing else says one.
            self.kind = match &self.default {
                Some(default) => Kind::of_default(default),
                None => Kind::Raw,
            };
        }
    }

    /// What the library gives back.
    pub(super) fn answer(self, variables: &Variables, make: &mut Maker<'_>) -> Abstract {
        let Self { library, name, kind, default, backend, by } = self;
        let kind = match backend {
            Some(backend) => kind.with_backend(backend),
            None => kind,
        };
        let kind = if by.is_some() { Kind::Raw } else { kind };
        let is_lost = kind == Kind::Other;
        // Whatever the URL is, what it is parsed into is a dict of its own.
        let parsed =
            |name: &str, make: &mut Maker<'_>| make.unknown_dict(Reason::Environment(name.into()));
        let found = |text: &str, make: &mut Maker<'_>| {
            if library == Library::Environ {
                let default = default.as_ref().map(|default| &default.value);
                if text.is_empty() && matches!(default, Some(Abstract::Const(Constant::None))) {
                    return Abstract::none();
                }
                // What is the same as the default is not cast.
                let is_turned = kind.is_url() || kind == Kind::Bytes;
                let is_turned = is_turned || kind == Kind::Lines;
                if default.and_then(Abstract::as_str) == Some(text) && !is_turned {
                    return Abstract::str(text);
                }
                if text.starts_with('$') {
                    const REFERS: &str = "a value that refers to another variable";
                    return Abstract::Unknown(Reason::NotFollowed(REFERS));
                }
            }
            kind.parse(text, library, make)
        };
        match variables.get(&name) {
            Variable::Set(text) => found(text, make),
            Variable::Unset => match &default {
                None => match variables.missing(&name, kind.cast(), library.missing()) {
                    Abstract::Env(_) if kind.is_url() => parsed(&name, make),
                    missing => missing,
                },
                Some(default) => library.defaulted(&kind, default, make),
            },
            Variable::Unknown if default.is_none() && kind.is_url() => parsed(&name, make),
            Variable::Unknown => {
                let default = default.as_ref().map(|default| {
                    let value = library.defaulted(&kind, default, make);
                    Evaluated { value, ..default.clone() }
                });
                env(&name, default, if is_lost { Cast::Other } else { kind.cast() })
            }
            Variable::Otherwise(text) => {
                let otherwise = found(text, make);
                let otherwise = make.value(otherwise);
                env(&name, Some(otherwise), kind.cast())
            }
        }
    }
}

/// `env.str(name, multiline=True)`: `\n` and `\r\n`, written out, end a line.
fn with_lines(text: &str) -> String {
    text.replace("\\r\\n", "\n").replace("\\n", "\n")
}

fn of_scheme<'a>(made: &'a Apply, name: &str) -> Option<&'a Evaluated> {
    let found = made.args.iter().find(|(known, _)| known.as_deref() == Some(name));
    found.map(|(_, value)| value)
}

/// What a text of the environment is turned to.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// It stays what it is.
    Raw,
    Str,
    /// Text in which `\n` stands for the end of a line.
    Lines,
    Bool,
    Int,
    Float,
    List,
    Tuple,
    Dict,
    Database,
    Cache,
    Email,
    Json,
    Bytes,
    /// Items between delimiters, each turned: numbers, or between something else than commas.
    Items {
        each: Box<Kind>,
        between: char,
        is_tuple: bool,
    },
    /// One of these texts.
    Choices(Vec<String>),
    /// A URL, with an engine or backend of one's own.
    With(Box<Kind>, Box<Evaluated>),
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
                "builtins.dict" => Self::Dict,
                "json.loads" => Self::Json,
                _ => Self::Other,
            },
            Abstract::Apply(made) if !made.open => match &made.symbol {
                Symbol::External(name) if &**name == "decouple.Csv" => Self::of_csv(made),
                Symbol::External(name) if &**name == "decouple.Choices" => Self::of_choices(made),
                _ => Self::Other,
            },
            Abstract::Seq(seq) if seq.open.is_none() => match (seq.kind, seq.items.as_slice()) {
                (SeqKind::List, []) => Self::Other,
                (SeqKind::List, [only, ..]) => Self::items(Self::of(only), ',', false),
                (SeqKind::Tuple, [only, ..]) => Self::items(Self::of(only), ',', true),
                _ => Self::Other,
            },
            Abstract::Const(Constant::None) => Self::Raw,
            _ => Self::Other,
        }
    }

    /// Items of one kind.
    fn items(each: Self, between: char, is_tuple: bool) -> Self {
        match (each, between, is_tuple) {
            (Self::Str, ',', false) => Self::List,
            (Self::Str, ',', true) => Self::Tuple,
            (each @ (Self::Str | Self::Int), between, is_tuple) => {
                Self::Items { each: Box::new(each), between, is_tuple }
            }
            _ => Self::Other,
        }
    }

    /// `Csv()`, `Csv(int, delimiter=";", post_process=tuple)`
    fn of_csv(made: &Apply) -> Self {
        let (mut each, mut between, mut is_tuple) = (Self::Str, ',', false);
        for (place, (name, value)) in made.args.iter().enumerate() {
            let delimiter = value.value.as_str().map(|text| text.chars().collect::<Vec<char>>());
            match (name.as_deref(), place, Self::of(value)) {
                (Some("cast"), _, kind) | (None, 0, kind) => each = kind,
                (Some("post_process"), _, Self::List) => {}
                (Some("post_process"), _, Self::Tuple) => is_tuple = true,
                (Some("delimiter"), ..) | (None, 1, _) => match delimiter.as_deref() {
                    Some([only]) if !only.is_alphanumeric() => between = *only,
                    _ => return Self::Other,
                },
                _ => return Self::Other,
            }
        }
        Self::items(each, between, is_tuple)
    }

    /// `Choices(["live", "dev"])`
    fn of_choices(made: &Apply) -> Self {
        let [(None | Some(_), list)] = made.args.as_slice() else { return Self::Other };
        let is_flat = made.args[0].0.as_deref().is_none_or(|name| name == "flat");
        let texts = crate::parts::iterate(list).ok().filter(|_| is_flat).and_then(|items| {
            items.iter().map(|item| item.value.as_str().map(str::to_owned)).collect()
        });
        texts.map_or(Self::Other, Self::Choices)
    }

    fn of_default(default: &Evaluated) -> Self {
        match &default.value {
            Abstract::Const(Constant::Bool(_)) => Self::Bool,
            Abstract::Const(Constant::Int(_)) => Self::Int,
            Abstract::Const(Constant::Float(_)) => Self::Float,
            Abstract::Seq(seq) if seq.kind == SeqKind::List => Self::List,
            Abstract::Seq(seq) if seq.kind == SeqKind::Tuple => Self::Tuple,
            Abstract::Map(_) => Self::Dict,
            Abstract::Const(Constant::Str(_)) => Self::Str,
            Abstract::Const(Constant::None) => Self::Raw,
            _ => Self::Other,
        }
    }

    fn is_url(&self) -> bool {
        matches!(self, Self::Database | Self::Cache | Self::Email | Self::With(..))
    }

    fn with_backend(self, backend: Evaluated) -> Self {
        Self::With(Box::new(self), Box::new(backend))
    }

    fn cast(&self) -> Cast {
        match self {
            Self::Raw | Self::Str | Self::Lines | Self::Scheme => Cast::Str,
            Self::Bool => Cast::Flag,
            Self::Int => Cast::Int,
            Self::Float => Cast::Float,
            Self::List | Self::Tuple | Self::Items { .. } => Cast::List,
            Self::Choices(_) => Cast::Str,
            Self::Json | Self::Bytes => Cast::Other,
            Self::Dict | Self::Database | Self::Cache | Self::Email | Self::With(..) => Cast::Other,
            Self::Other => Cast::Other,
        }
    }

    fn sequence(&self, items: Vec<Evaluated>, make: &mut Maker<'_>) -> Abstract {
        match self {
            Self::Tuple => Abstract::tuple(items),
            _ => make.list(items),
        }
    }

    fn parse(&self, text: &str, library: Library, make: &mut Maker<'_>) -> Abstract {
        match self {
            Self::Raw | Self::Str => Abstract::str(text),
            Self::Lines => Abstract::str(with_lines(text)),
            Self::Bool => match (library, is_word_for_true(text)) {
                // What is no word for true is false to django-environ, except a number.
                (Library::Environ, _) => {
                    let word = text.trim().to_lowercase();
                    let is_true = matches!(&*word, "true" | "on" | "ok" | "y" | "yes" | "1");
                    match integer(text) {
                        Some(number) => Abstract::bool(number != 0),
                        None => Abstract::bool(is_true),
                    }
                }
                (Library::Decouple, _) if text.is_empty() => Abstract::bool(false),
                // It takes no blanks away.
                (Library::Decouple, Some(truth)) if text.trim() == text => Abstract::bool(truth),
                (Library::Decouple, _) => VALUE_ERROR,
            },
            Self::Int => match integer(text) {
                Some(number) => Abstract::int(number),
                None => VALUE_ERROR,
            },
            Self::Float => match text.trim().parse() {
                Ok(_) if library == Library::Environ && text.contains([',', ' ', 'e', 'E']) => {
                    Abstract::Unknown(Reason::NotFollowed("this number"))
                }
                Ok(number) => Abstract::float(number),
                // It looks for a number in whatever else is written there.
                Err(_) if library == Library::Environ => {
                    Abstract::Unknown(Reason::NotFollowed("this number"))
                }
                Err(_) => VALUE_ERROR,
            },
            Self::List | Self::Tuple => {
                if library == Library::Decouple && text.contains(['"', '\'', '\\', '#']) {
                    return Abstract::Unknown(Reason::NotFollowed("a list with quotes"));
                }
                let is_in_brackets = library == Library::Environ && *self == Self::Tuple;
                let text = if is_in_brackets {
                    text.trim_start_matches('(').trim_end_matches(')')
                } else {
                    text
                };
                let items = text.split(',').filter(|item| !item.is_empty());
                let items = items.map(|item| match library {
                    Library::Environ => make.text(item),
                    Library::Decouple => make.text(item.trim()),
                });
                let items = items.collect();
                self.sequence(items, make)
            }
            Self::Json => {
                let read = crate::literals::parse(text, crate::literals::Grammar::Json, make);
                read.unwrap_or(Abstract::Unknown(Reason::NotFollowed("this JSON")))
            }
            Self::Bytes => Abstract::bytes(text.as_bytes()),
            Self::Choices(texts) => match texts.iter().any(|known| known == text) {
                true => Abstract::str(text),
                false => VALUE_ERROR,
            },
            Self::Items { each, between, is_tuple } => {
                if library == Library::Decouple && text.contains(['"', '\'', '\\', '#']) {
                    return Abstract::Unknown(Reason::NotFollowed("a list with quotes"));
                }
                let is_in_brackets = library == Library::Environ && *is_tuple;
                let text = match is_in_brackets {
                    true => text.trim_start_matches('(').trim_end_matches(')'),
                    false => text,
                };
                let mut items = Vec::new();
                for item in text.split(*between).filter(|item| !item.is_empty()) {
                    let item = match library {
                        Library::Environ => item,
                        Library::Decouple => item.trim(),
                    };
                    match each.parse(item, library, make) {
                        Abstract::Unknown(reason) => return Abstract::Unknown(reason),
                        value => items.push(make.value(value)),
                    }
                }
                match is_tuple {
                    true => Abstract::tuple(items),
                    false => make.list(items),
                }
            }
            Self::Dict => {
                let mut entries: Vec<(String, Evaluated)> = Vec::new();
                for pair in text.split(',').filter(|pair| !pair.is_empty()) {
                    let Some((name, value)) = pair.split_once('=') else { return VALUE_ERROR };
                    let value = make.text(value);
                    match entries.iter_mut().find(|(known, _)| known == name) {
                        Some((_, known)) => *known = value,
                        None => entries.push((name.to_owned(), value)),
                    }
                }
                make.dict(entries)
            }
            Self::Database => database_url::environ_database(text, None, make),
            Self::Cache => database_url::environ_cache(text, None, make),
            Self::Email => database_url::environ_email(text, None, make),
            Self::With(kind, backend) => match **kind {
                Self::Cache => database_url::environ_cache(text, Some(backend), make),
                Self::Email => database_url::environ_email(text, Some(backend), make),
                _ => database_url::environ_database(text, Some(backend), make),
            },
            Self::Scheme | Self::Other => {
                Abstract::Unknown(Reason::NotFollowed("this cast of the environment"))
            }
        }
    }
}

/// `int(text)`
fn integer(text: &str) -> Option<i64> {
    let text = text.trim();
    let has_digits = text.bytes().any(|byte| byte.is_ascii_digit());
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-'));
    (has_digits && is_plain).then(|| text.parse().ok()).flatten()
}

/// The words of `strtobool`.
fn is_word_for_true(text: &str) -> Option<bool> {
    match text.to_lowercase().trim() {
        "y" | "yes" | "t" | "true" | "on" | "1" => Some(true),
        "n" | "no" | "f" | "false" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// `distutils.util.strtobool`
pub(super) fn strtobool(args: &Args) -> Option<Abstract> {
    let only = args.only().ok()?;
    if let Abstract::Env(of) = &only.value {
        let default = of.default.as_ref().map(|default| {
            let value = match default.value.as_str().map(word_as_number) {
                Some(value) => value,
                None => match operators::is_typed(&default.value) {
                    true => Abstract::Unknown(Reason::Raises("AttributeError")),
                    false => default.value.clone(),
                },
            };
            Evaluated { value, site: default.site }
        });
        return Some(env(&of.name, default, Cast::Flag));
    }
    Some(word_as_number(only.value.as_str()?))
}

/// `decouple.strtobool`
pub(super) fn decouple_strtobool(args: &Args) -> Option<Abstract> {
    let truth = |value: Abstract| match value {
        Abstract::Const(Constant::Int(number)) => Abstract::bool(number != 0),
        other => other,
    };
    Some(match strtobool(args)? {
        Abstract::Env(of) => {
            let default = of
                .default
                .clone()
                .map(|default| Evaluated { value: truth(default.value), site: default.site });
            env(&of.name, default, Cast::Flag)
        }
        value => truth(value),
    })
}

fn word_as_number(text: &str) -> Abstract {
    match is_word_for_true(text) {
        Some(truth) if text.trim() == text => Abstract::int(truth.into()),
        _ => VALUE_ERROR,
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
}
