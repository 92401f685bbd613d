//! pydantic-settings 2 (`pydantic_settings/main.py`): fields of a class, read from the environment
//! when it is made.

use bartizan_ir::{ArgKind, Binding, ClassId, Value, ValueId};

use super::dotenv::{self, Dialect};
use super::made::Maker;
use crate::FileId;
use crate::calls::Args;
use crate::domain::{Abstract, Apply, Cast, Constant, Evaluated, SeqKind, Symbol};
use crate::environment::{Variable, env};
use crate::reason::Reason;
use crate::session::{Act, Session};

/// Types of fields that turn a text into something else.
const TURNING: &[&str] = &[
    "AfterValidator",
    "AnyHttpUrl",
    "AnyUrl",
    "BeforeValidator",
    "HttpUrl",
    "ImportString",
    "Json",
    "MySQLDsn",
    "PlainValidator",
    "PostgresDsn",
    "RedisDsn",
    "SecretBytes",
    "SecretStr",
    "StringConstraints",
];

/// Methods by which a class says itself how its objects are made.
const MEDDLING: &[&str] =
    &["__getattribute__", "__init__", "__new__", "model_post_init", "settings_customise_sources"];

/// Stands for each field of a class.
const ANY_FIELD: &str = "*";

impl Session<'_> {
    /// A field of an object whose class reads the environment; `None` of any other object.
    pub(crate) fn field_of_settings(
        &mut self,
        at: Act,
        id: ValueId,
        class: (FileId, ClassId),
        made: &Apply,
        name: &str,
    ) -> Option<Evaluated> {
        if !self.world.inherits_by_name(class.0, class.1, &["pydantic_settings.BaseSettings"]) {
            return None;
        }
        if let Some((_, value)) = made.args.iter().find(|(known, _)| known.as_deref() == Some(name))
        {
            return Some(value.clone());
        }
        if made.open || name.starts_with("model_") {
            return Some(self.unknown(at, id, Reason::Attribute(name.into())));
        }
        let member = self.world.member(class.0, class.1, name);
        // It is computed as it is asked for, from fields.
        if member.as_ref().is_some_and(|member| self.world.is_property(member)) {
            return None;
        }
        let is_there = member.is_some() || self.has_field(class, &mut |field| field == name);
        if !is_there || self.is_validated(class, name) {
            return Some(self.unknown(at, id, Reason::Attribute(name.into())));
        }
        let default = member.as_ref().map(|member| self.member_value(member, None));
        let field = match default {
            Some(default) => self.field(at, id, default),
            None => Some(Field::default()),
        };
        let configuration = self.configuration_of(class);
        let (Some(field), Ok(configuration)) = (field, configuration) else {
            return Some(self.unknown(at, id, Reason::Attribute(name.into())));
        };
        Some(self.read_field(at, id, name, field, &configuration))
    }

    /// What a field says of itself; `None` of what is no plain field: a validator, a method.
    fn field(&mut self, at: Act, id: ValueId, default: Evaluated) -> Option<Field> {
        let of = in_field(&default)?;
        let default = match of.factory {
            Some(factory) => {
                let is_known = matches!(&factory.value, Abstract::Ref(Symbol::External(name))
                    if matches!(&**name, "builtins.dict" | "builtins.list"));
                if !is_known {
                    return None;
                }
                Some(self.apply(at, id, &factory, Args::default()))
            }
            None => of.default,
        };
        let is_plain = default.as_ref().is_none_or(|default| match &default.value {
            Abstract::Ref(_) | Abstract::Unknown(_) => false,
            Abstract::Apply(made) => self.is_model(made),
            _ => true,
        });
        is_plain.then_some(Field { default, alias: of.alias })
    }

    /// Whether an object is one of a model of the project that says nothing else of how it is made.
    fn is_model(&self, made: &Apply) -> bool {
        let Symbol::Class(file, class, _) = &made.symbol else { return false };
        made.args.is_empty()
            && !made.open
            && self.world.inherits_by_name(*file, *class, &["pydantic.BaseModel"])
            && !self.is_validated((*file, *class), ANY_FIELD)
    }

    fn read_field(
        &mut self,
        at: Act,
        id: ValueId,
        name: &str,
        field: Field,
        configuration: &Configuration,
    ) -> Evaluated {
        let Field { default, alias } = field;
        let variable = match alias {
            Some(alias) => alias,
            None => format!("{}{name}", configuration.prefix),
        };
        let variables = self.variables_at(at, id);
        let from_file = configuration.files.iter().rev().find_map(|(path, pairs)| {
            let is_it = |(known, _): &&(String, Option<String>)| match configuration.is_exact {
                true => *known == variable,
                false => known.eq_ignore_ascii_case(&variable),
            };
            pairs.iter().rev().find(is_it).map(|(_, value)| (path, value))
        });
        let variable = match configuration.is_exact {
            true => variable,
            false => variable.to_uppercase(),
        };
        let is_object =
            default.as_ref().is_some_and(|default| matches!(default.value, Abstract::Apply(_)));
        // Parts of an object have variables of their own.
        if is_object && (from_file.is_some() || variables.may_begin_with(&variable)) {
            return self.unknown(at, id, Reason::Attribute(name.into()));
        }
        let site = default.as_ref().map_or_else(|| self.site(at, id), |default| default.site);
        let kind = default.as_ref().map_or(Cast::Other, cast_of);
        let is_given = match configuration.is_exact {
            true => variables.get(&variable),
            false => variables.get_in_any_case(&variable),
        };
        if let Some((path, _)) = &from_file
            && matches!(is_given, Variable::Unset | Variable::Unknown)
            && let Some(text) = self.world.files().text(path)
            && let Some(line) = dotenv::lines_of(text).get(&variable.to_ascii_lowercase())
        {
            self.lines.insert(variable.clone(), ((*path).clone(), *line));
        }
        let mut fresh = || self.fresh(at);
        let mut make = Maker { site, fresh: &mut fresh };
        let default = match from_file {
            Some((_, Some(text))) => {
                let value = parsed(kind, text, &mut make);
                Some(Evaluated { value, site })
            }
            Some((_, None)) => {
                let reason = Reason::NotFollowed("this line of a file");
                Some(Evaluated { value: Abstract::Unknown(reason), site })
            }
            None => default,
        };
        let found = match is_given {
            Variable::Set(text) => parsed(kind, text, &mut make),
            Variable::Unset => match default {
                Some(default) => default.value,
                None => variables.missing(&variable, kind, "ValidationError"),
            },
            Variable::Unknown => env(&variable, default, kind),
            Variable::Otherwise(text) => {
                let value = parsed(kind, text, &mut make);
                env(&variable, Some(Evaluated { value, site }), kind)
            }
        };
        Evaluated { value: found, site }
    }

    /// Whether types that turn texts into something else are spoken of in a file: what type a field has is
    /// not kept.
    fn turns(&self, file: FileId) -> bool {
        let ir = self.world.ir(file);
        TURNING.iter().any(|name| ir.strings.find(name).is_some())
    }

    /// Whether code of the class, or a type that turns texts into something else, may make something of a
    /// field: defaults are validated, too.
    fn is_validated(&self, class: (FileId, ClassId), field: &str) -> bool {
        let Some(order) = self.world.order_of_own(class.0, class.1) else { return true };
        order.iter().any(|(file, class)| {
            let ir = self.world.ir(*file);
            let has_types = self.turns(*file);
            let body = ir.function(ir.class(*class).body);
            let meddles = |binding: &Binding| {
                if MEDDLING.contains(&ir.str(binding.name)) {
                    return true;
                }
                let mut value = ir.bare(binding.value);
                while let Value::Decorated { by, of } = ir.value(value) {
                    if self.validates(*file, by, field) {
                        return true;
                    }
                    value = ir.bare(of);
                }
                false
            };
            has_types || ir.bindings[body.bindings].iter().any(meddles)
        })
    }

    /// Whether a decorator makes a method a validator of a field.
    fn validates(&self, file: FileId, by: ValueId, field: &str) -> bool {
        let ir = self.world.ir(file);
        let (callee, args) = match ir.value(ir.bare(by)) {
            Value::Call { callee, args } => (callee, &ir.args[args]),
            _ => (by, &[][..]),
        };
        let Some(name) = self.world.external(file, callee) else { return false };
        match name.rsplit('.').next().unwrap_or(name) {
            "model_validator" | "root_validator" => true,
            "field_validator" | "validator" => {
                args.is_empty()
                    || args.iter().any(|arg| match ir.value(ir.bare(arg.value)) {
                        Value::Str(named) => {
                            field == ANY_FIELD || ["*", field].contains(&ir.str(named))
                        }
                        _ => arg.kind == ArgKind::Positional || arg.kind == ArgKind::Star,
                    })
            }
            _ => false,
        }
    }

    /// How a class reads the environment, where nothing about that is out of the ordinary.
    fn configuration_of(&mut self, class: (FileId, ClassId)) -> Result<Configuration, ()> {
        let mut found = Configuration::default();
        let mut forbids_others = true;
        for (name, value) in self.entries_of_configuration(class)? {
            match &*name {
                "env_prefix" => found.prefix = value.value.as_str().ok_or(())?.to_owned(),
                "extra" => forbids_others = value.value.as_str().ok_or(())? == "forbid",
                "arbitrary_types_allowed"
                | "env_file_encoding"
                | "env_nested_delimiter"
                | "frozen"
                | "validate_default" => {}
                "case_sensitive" => found.is_exact = value.value == Abstract::bool(true),
                "env_file" => found.files = self.files_of_variables(&value).ok_or(())?,
                _ => return Err(()),
            }
        }
        let is_field = |name: &str| {
            self.has_field(class, &mut |field| {
                let whole = format!("{}{field}", found.prefix);
                name.get(..whole.len()).is_some_and(|it| it.eq_ignore_ascii_case(&whole))
            })
        };
        let is_foreign = |(name, value): &(String, Option<String>)| {
            value.as_deref() != Some("") && !is_field(name)
        };
        // What a file says beside the fields is an error, unless the class lets it pass.
        if forbids_others && found.files.iter().any(|(_, pairs)| pairs.iter().any(is_foreign)) {
            return Err(());
        }
        Ok(found)
    }

    /// Whether a class, or one of its bases in the project, has such a field.
    fn has_field(&self, class: (FileId, ClassId), is_it: &mut dyn FnMut(&str) -> bool) -> bool {
        let order = self.world.order_of_own(class.0, class.1).unwrap_or_default();
        order.iter().any(|(file, class)| {
            let ir = self.world.ir(*file);
            let fields = &ir.names[ir.function(ir.class(*class).body).fields];
            fields.iter().any(|field| is_it(ir.str(*field)))
        })
    }

    /// The entries of `model_config`, or of the class `Config` inside.
    fn entries_of_configuration(
        &mut self,
        class: (FileId, ClassId),
    ) -> Result<Vec<(String, Evaluated)>, ()> {
        if let Some(member) = self.world.member(class.0, class.1, "Config") {
            let is_alone = self.world.member(class.0, class.1, "model_config").is_none();
            let inner = self.member_value(&member, None);
            let Abstract::Ref(Symbol::Class(file, inner, _)) = inner.value else { return Err(()) };
            if !is_alone || !self.world.ir(file).class(inner).bases.is_empty() {
                return Err(());
            }
            let mut entries = Vec::new();
            for name in self.world.names_in_body(file, inner) {
                let member = self.world.member(file, inner, &name).ok_or(())?;
                entries.push((name, self.member_value(&member, None)));
            }
            return Ok(entries);
        }
        let Some(member) = self.world.member(class.0, class.1, "model_config") else {
            return Ok(Vec::new());
        };
        let value = self.member_value(&member, None);
        match &value.value {
            Abstract::Map(map) if map.open.is_none() => map
                .entries
                .iter()
                .map(|(key, value)| Ok((key.value.as_str().ok_or(())?.to_owned(), value.clone())))
                .collect(),
            Abstract::Apply(made) if !made.open => made
                .args
                .iter()
                .map(|(name, value)| Ok((name.as_deref().ok_or(())?.to_owned(), value.clone())))
                .collect(),
            _ => Err(()),
        }
    }

    /// The files of variables that are named, in order; those that are not there say nothing. `None` where
    /// they are not known.
    fn files_of_variables(&self, value: &Evaluated) -> Option<Vec<(String, Pairs)>> {
        if value.value == Abstract::none() {
            return Some(Vec::new());
        }
        let named = match &value.value {
            Abstract::Seq(_) => crate::parts::iterate(value).ok()?,
            _ => vec![value.clone()],
        };
        let mut found = Vec::new();
        for path in &named {
            let path = self.world.path_in_tree(path)?;
            if !self.world.files().has_file(&path) {
                continue;
            }
            let text = self.world.files().text(&path)?;
            let pairs = dotenv::pairs(text, Dialect::Dotenv);
            // What refers to others is not followed.
            let known = |value: Option<String>| value.filter(|value| !value.contains("${"));
            let pairs = pairs.into_iter().map(|(name, value)| (name, known(value))).collect();
            found.push((path, pairs));
        }
        Some(found)
    }
}

/// Names and values of a file of variables; nothing for a value that is not followed.
type Pairs = Vec<(String, Option<String>)>;

/// How a class reads the environment.
#[derive(Debug, Default)]
struct Configuration {
    /// What stands before the names of variables.
    prefix: String,
    /// Whether variables are called as the fields are, letter by letter.
    is_exact: bool,
    /// The files that say what the environment does not, the later before the earlier.
    files: Vec<(String, Pairs)>,
}

/// What a class says of a field.
#[derive(Debug, Default)]
struct Field {
    default: Option<Evaluated>,
    /// The variable that it is read from, whatever stands before others.
    alias: Option<String>,
}

/// What `Field(…)` is given.
#[derive(Debug, Default)]
struct Given {
    default: Option<Evaluated>,
    factory: Option<Evaluated>,
    alias: Option<String>,
}

/// What `Field(3600)` or `Field(default=3600, gt=0)` says of a field; any other default is one. `None`
/// where it says more.
fn in_field(value: &Evaluated) -> Option<Given> {
    let is_ellipsis =
        |value: &Evaluated| matches!(value.value, Abstract::Const(Constant::Ellipsis));
    let plain = Given { default: Some(value.clone()), ..Given::default() };
    let Abstract::Apply(made) = &value.value else { return Some(plain) };
    let is_field = matches!(&made.symbol, Symbol::External(name)
        if matches!(&**name, "pydantic.Field" | "pydantic.fields.Field"));
    if !is_field {
        return Some(plain);
    }
    if made.open {
        return None;
    }
    let mut given = Given::default();
    for (name, value) in &made.args {
        match name.as_deref() {
            None | Some("default") if is_ellipsis(value) => {}
            None | Some("default") => given.default = Some(value.clone()),
            Some("default_factory") => given.factory = Some(value.clone()),
            Some("alias" | "validation_alias") => {
                given.alias = Some(value.value.as_str()?.to_owned());
            }
            Some("description" | "title" | "gt" | "ge" | "lt" | "le" | "examples") => {}
            Some(_) => return None,
        }
    }
    Some(given)
}

/// The type of a field, by its default.
fn cast_of(default: &Evaluated) -> Cast {
    match &default.value {
        Abstract::Const(Constant::Str(_)) => Cast::Str,
        Abstract::Const(Constant::Bool(_)) => Cast::Flag,
        Abstract::Const(Constant::Int(_)) => Cast::Int,
        Abstract::Const(Constant::Float(_)) => Cast::Float,
        Abstract::Seq(seq) if seq.kind == SeqKind::List => Cast::List,
        _ => Cast::Other,
    }
}

fn parsed(kind: Cast, text: &str, make: &mut Maker<'_>) -> Abstract {
    const ERROR: Abstract = Abstract::Unknown(Reason::Raises("ValidationError"));
    match kind {
        Cast::Str => Abstract::str(text),
        Cast::Flag => match text.to_lowercase().as_str() {
            "0" | "off" | "f" | "false" | "n" | "no" => Abstract::bool(false),
            "1" | "on" | "t" | "true" | "y" | "yes" => Abstract::bool(true),
            _ => ERROR,
        },
        Cast::Int => text.trim().parse().map_or(ERROR, Abstract::int),
        Cast::Float => text.trim().parse().map_or(ERROR, Abstract::float),
        // Lists are written as JSON.
        Cast::List => {
            let Some(inner) = text.trim().strip_prefix('[').and_then(|it| it.strip_suffix(']'))
            else {
                return ERROR;
            };
            let mut items = Vec::new();
            for item in inner.split(',').map(str::trim).filter(|item| !item.is_empty()) {
                let text = item.strip_prefix('"').and_then(|item| item.strip_suffix('"'));
                match text {
                    Some(text) if !text.contains(['"', '\\']) => items.push(make.text(text)),
                    _ => return Abstract::Unknown(Reason::NotFollowed("this JSON")),
                }
            }
            make.list(items)
        }
        _ => Abstract::Unknown(Reason::NotFollowed("this cast of the environment")),
    }
}
