//! django-configurations 2.5 (`configurations/values.py`): settings that are attributes of a class.

use super::dj_database_url::{self, Options};
use super::dotenv::{self, Dialect};
use super::made::Maker;
use crate::calls::{Args, MethodKind};
use crate::domain::{Abstract, Apply, Cast, Constant, Evaluated, SeqKind, Symbol};
use crate::environment::{Given, Variable, Variables, env};
use crate::operators;
use crate::reason::Reason;
use crate::session::{Act, Session};
use crate::world::Member;

const VALUE_ERROR: Abstract = Abstract::Unknown(Reason::Raises("ValueError"));

/// What a class of values makes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Bool,
    Int,
    Float,
    List,
    Tuple,
    Dict,
    Database,
    /// In a way that is not followed.
    Other,
}

/// The class of values behind a call, if it is one.
fn kind_of(made: &Apply) -> Option<Kind> {
    let Symbol::External(name) = &made.symbol else { return None };
    let class = name.strip_prefix("configurations.values.")?;
    Some(match class {
        "Value" | "EmailValue" | "URLValue" | "IPValue" | "RegexValue" | "SecretValue" => {
            Kind::Text
        }
        "BooleanValue" => Kind::Bool,
        "IntegerValue" | "PositiveIntegerValue" => Kind::Int,
        "FloatValue" => Kind::Float,
        "ListValue" | "BackendsValue" => Kind::List,
        "TupleValue" => Kind::Tuple,
        "DictValue" => Kind::Dict,
        "DatabaseURLValue" => Kind::Database,
        _ => Kind::Other,
    })
}

impl Session<'_> {
    /// What an attribute of a configuration is worth when it is set up: a value is read from the
    /// environment, under the name of the attribute.
    pub(crate) fn configured(&mut self, at: Act, name: &str, value: Evaluated) -> Evaluated {
        let Abstract::Apply(made) = &value.value else { return value };
        let Some(kind) = kind_of(made) else { return value };
        let read = self.read_value(at, name, made, kind, &value);
        Evaluated { value: read, site: value.site }
    }

    fn read_value(
        &mut self,
        at: Act,
        name: &str,
        made: &Apply,
        kind: Kind,
        value: &Evaluated,
    ) -> Abstract {
        if made.open {
            return Abstract::Unknown(Reason::Part);
        }
        let keyword = |asked: &str| {
            made.args
                .iter()
                .find(|(name, _)| name.as_deref() == Some(asked))
                .map(|(_, value)| value)
        };
        let mut positional =
            made.args.iter().filter(|(name, _)| name.is_none()).map(|(_, value)| value);
        let default = positional.next().or(keyword("default"));
        let environ = positional.next().or(keyword("environ"));
        let environ_name = positional.next().or(keyword("environ_name"));
        let environ_prefix = positional.next().or(keyword("environ_prefix"));
        let is_secret =
            matches!(&made.symbol, Symbol::External(name) if name.ends_with("SecretValue"));
        for unusual in ["converter", "separator", "seq_separator", "alias"] {
            if keyword(unusual).is_some() {
                return Abstract::Unknown(Reason::NotFollowed("this value of a configuration"));
            }
        }
        if kind == Kind::Other {
            return Abstract::Unknown(Reason::NotFollowed("this value of a configuration"));
        }
        let reads = match environ {
            Some(environ) if !is_secret => operators::truth(&environ.value).unwrap_or(true),
            _ => true,
        };
        let is_required = is_secret
            || keyword("environ_required")
                .is_some_and(|value| operators::truth(&value.value) == Ok(true));
        let name = match environ_name.map(|name| &name.value) {
            None | Some(Abstract::Const(Constant::None)) if kind == Kind::Database => {
                "DATABASE_URL"
            }
            None | Some(Abstract::Const(Constant::None)) => name,
            Some(name) => match name.as_str() {
                Some(name) => name,
                None => return Abstract::Unknown(Reason::Part),
            },
        };
        let prefix = match environ_prefix.map(|prefix| &prefix.value) {
            None if kind == Kind::Database => "",
            None => "DJANGO",
            Some(Abstract::Const(Constant::None)) => "",
            Some(prefix) => match prefix.as_str() {
                Some(prefix) => prefix.strip_suffix('_').unwrap_or(prefix),
                None => return Abstract::Unknown(Reason::Part),
            },
        };
        let name = match (prefix, environ_name) {
            ("", None) => name.to_uppercase(),
            ("", Some(_)) => name.to_owned(),
            (prefix, None) => format!("{prefix}_{}", name.to_uppercase()),
            (prefix, Some(_)) => format!("{prefix}_{name}"),
        };
        let mut variables = Variables::clone(&self.variables_at_the_end());
        // One that names its variable is read when its class is made, before any file.
        if environ_name.is_none() || kind == Kind::Database {
            for (name, given) in &self.dotenv {
                variables.give(name, given.clone());
            }
        }
        let site = value.site;
        let mut fresh = || self.fresh(at);
        let mut make = Maker { site, fresh: &mut fresh };
        let otherwise = defaulted(kind, default, &variables, &mut make);
        if !reads {
            return otherwise;
        }
        match variables.get(&name) {
            Variable::Set("") if is_secret => VALUE_ERROR,
            Variable::Set(text) => parsed(kind, text, &variables, &mut make),
            Variable::Unset if is_required => variables.missing(&name, cast(kind), "ValueError"),
            Variable::Unset => otherwise,
            Variable::Unknown if is_required => env(&name, None, cast(kind)),
            Variable::Unknown => env(&name, Some(Evaluated { value: otherwise, site }), cast(kind)),
            Variable::Otherwise(text) => {
                let value = parsed(kind, text, &variables, &mut make);
                env(&name, Some(Evaluated { value, site }), cast(kind))
            }
        }
    }

    /// What Django gets of an attribute of a configuration: methods are called, properties read.
    pub(crate) fn attribute_of_configuration(
        &mut self,
        class: (crate::FileId, bartizan_ir::ClassId),
        member: &Member,
        name: &str,
    ) -> Evaluated {
        // Its hooks run before Django asks.
        if self.is_set_on_classes(name) {
            let frame = self.file_frame(member.file);
            let root = self.frames[frame as usize].root;
            return self.unknown(root, member.value, Reason::Variable(name.into()));
        }
        self.dotenv = self.dotenv_of(class);
        let found = self.set_up(class, member, name);
        self.dotenv = Vec::new();
        found
    }

    /// What the `.env` file of a configuration gives: its attribute `DOTENV` says where it lies.
    fn dotenv_of(&mut self, class: (crate::FileId, bartizan_ir::ClassId)) -> Vec<(String, Given)> {
        let Some(member) = self.world.member(class.0, class.1, "DOTENV") else { return Vec::new() };
        let path = self.member_value(&member, None);
        let Some(path) = self.world.path_in_tree(&path) else { return Vec::new() };
        let Some(text) = self.world.files().text(&path) else { return Vec::new() };
        let pairs = dotenv::pairs(text, Dialect::Configurations);
        let give = |(name, value): (String, Option<String>)| {
            (name, value.map_or(Given::Perhaps, Given::Otherwise))
        };
        pairs.into_iter().map(give).collect()
    }

    fn set_up(
        &mut self,
        class: (crate::FileId, bartizan_ir::ClassId),
        member: &Member,
        name: &str,
    ) -> Evaluated {
        let frame = self.file_frame(class.0);
        let root = self.frames[frame as usize].root;
        let member = self.function_behind(*member);
        let value = self.member_value(&member, None);
        let node = value.site.node;
        let at = match value.site.file == class.0 {
            true => root,
            false => {
                let frame = self.file_frame(value.site.file);
                self.frames[frame as usize].root
            }
        };
        let Abstract::Ref(Symbol::Function(file, function, _)) = &value.value else {
            return self.configured(at, name, value);
        };
        let symbol = Symbol::Class(class.0, class.1, crate::domain::Closure(None));
        let instance = Abstract::apply(symbol.clone(), Vec::new(), false);
        let instance = Evaluated { value: instance, site: value.site };
        let args = match self.method_kind(*file, *function) {
            MethodKind::Static => Vec::new(),
            MethodKind::Instance | MethodKind::Property => vec![instance],
            MethodKind::Class => {
                vec![Evaluated { value: Abstract::Ref(symbol), site: value.site }]
            }
            MethodKind::Unknown => return self.unknown(at, node, Reason::Callee),
        };
        let found = self.apply(at, node, &value, Args::positional(args));
        self.configured(at, name, found)
    }
}

fn cast(kind: Kind) -> Cast {
    match kind {
        Kind::Text => Cast::Str,
        Kind::Bool => Cast::Flag,
        Kind::Int => Cast::Int,
        Kind::Float => Cast::Float,
        Kind::List | Kind::Tuple => Cast::List,
        Kind::Dict | Kind::Database | Kind::Other => Cast::Other,
    }
}

/// What stands for a value that the environment does not give.
fn defaulted(
    kind: Kind,
    default: Option<&Evaluated>,
    variables: &Variables,
    make: &mut Maker<'_>,
) -> Abstract {
    let is_none =
        default.is_none_or(|default| matches!(default.value, Abstract::Const(Constant::None)));
    match (kind, default) {
        (Kind::List, _) if is_none => make.list(Vec::new()),
        (Kind::Tuple, _) if is_none => Abstract::tuple(Vec::new()),
        (Kind::Dict | Kind::Database, _) if is_none => make.dict(Vec::new()),
        (Kind::Bool, _) if is_none => VALUE_ERROR,
        (_, None) => Abstract::none(),
        (Kind::List | Kind::Tuple, Some(default)) => match &default.value {
            Abstract::Seq(seq) if seq.open.is_none() && !seq.kind.is_set() => {
                match (kind, seq.kind) {
                    (Kind::Tuple, _) => Abstract::tuple(seq.items.clone()),
                    (_, SeqKind::List) => default.value.clone(),
                    _ => make.list(seq.items.clone()),
                }
            }
            other => Abstract::Unknown(crate::format::reason_of(other)),
        },
        (Kind::Database, Some(default)) => match default.value.as_str() {
            Some(text) => parsed(kind, text, variables, make),
            None => Abstract::Unknown(crate::format::reason_of(&default.value)),
        },
        (_, Some(default)) => default.value.clone(),
    }
}

fn parsed(kind: Kind, text: &str, variables: &Variables, make: &mut Maker<'_>) -> Abstract {
    match kind {
        Kind::Text => Abstract::str(text),
        Kind::Bool => match text.trim().to_lowercase().as_str() {
            "yes" | "y" | "true" | "1" => Abstract::bool(true),
            "no" | "n" | "false" | "0" | "" => Abstract::bool(false),
            _ => VALUE_ERROR,
        },
        Kind::Int => text.trim().parse().map_or(VALUE_ERROR, Abstract::int),
        Kind::Float => text.trim().parse().map_or(VALUE_ERROR, Abstract::float),
        Kind::List | Kind::Tuple => {
            let items = text.trim().split(',').map(str::trim).filter(|item| !item.is_empty());
            let items = items.map(|item| make.text(item)).collect();
            match kind {
                Kind::Tuple => Abstract::tuple(items),
                _ => make.list(items),
            }
        }
        Kind::Database => {
            let none = Args::default();
            let options = Options::of(&none, 0, variables);
            let parsed = dj_database_url::parse(text, &options, make);
            match parsed {
                Abstract::Unknown(reason) => Abstract::Unknown(reason),
                parsed => {
                    let parsed = make.value(parsed);
                    make.dict(vec![("default".to_owned(), parsed)])
                }
            }
        }
        Kind::Dict | Kind::Other => {
            Abstract::Unknown(Reason::NotFollowed("this value of a configuration"))
        }
    }
}
