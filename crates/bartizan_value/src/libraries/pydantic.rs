//! pydantic-settings 2 (`pydantic_settings/main.py`): fields of a class, read from the environment
//! when it is made.

use bartizan_ir::{ArgKind, Binding, ClassId, Value, ValueId};

use super::made::Maker;
use crate::FileId;
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
        if self.is_validated(class, name) {
            return Some(self.unknown(at, id, Reason::Attribute(name.into())));
        }
        let member = self.world.member(class.0, class.1, name);
        let default = member.as_ref().map(|member| self.member_value(member, None));
        let default = default.map(|default| in_field(&default).unwrap_or(default));
        // Validators, computed fields and methods are no plain fields.
        if let Some(default) = &default
            && matches!(default.value, Abstract::Ref(_) | Abstract::Unknown(_) | Abstract::Apply(_))
        {
            return Some(self.unknown(at, id, Reason::Attribute(name.into())));
        }
        let plain = self.configuration_of(class);
        let Ok(prefix) = plain else {
            return Some(self.unknown(at, id, Reason::Attribute(name.into())));
        };
        let variable = format!("{prefix}{name}").to_uppercase();
        let variables = self.variables_at(at, id);
        let site = default.as_ref().map_or_else(|| self.site(at, id), |default| default.site);
        let kind = default.as_ref().map_or(Cast::Other, cast_of);
        let mut fresh = || self.fresh(at);
        let mut make = Maker { site, fresh: &mut fresh };
        let found = match variables.get_in_any_case(&variable) {
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
        Some(Evaluated { value: found, site })
    }

    /// Whether code of the class, or a type that turns texts into something else, may make something of a
    /// field: defaults are validated, too.
    fn is_validated(&self, class: (FileId, ClassId), field: &str) -> bool {
        let Some(order) = self.world.order_of_own(class.0, class.1) else { return true };
        order.iter().any(|(file, class)| {
            let ir = self.world.ir(*file);
            // What type a field has is not kept.
            let has_types = TURNING.iter().any(|name| ir.strings.find(name).is_some());
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
                        Value::Str(named) => matches!(ir.str(named), "*") || ir.str(named) == field,
                        _ => arg.kind == ArgKind::Positional || arg.kind == ArgKind::Star,
                    })
            }
            _ => false,
        }
    }

    /// What stands before the names of variables, where nothing else is out of the ordinary.
    fn configuration_of(&mut self, class: (FileId, ClassId)) -> Result<String, ()> {
        let mut prefix = String::new();
        if let Some(member) = self.world.member(class.0, class.1, "model_config") {
            let value = self.member_value(&member, None);
            let entries: Vec<(String, Evaluated)> = match &value.value {
                Abstract::Map(map) if map.open.is_none() => map
                    .entries
                    .iter()
                    .filter_map(|(key, value)| {
                        Some((key.value.as_str()?.to_owned(), value.clone()))
                    })
                    .collect(),
                Abstract::Apply(made) if !made.open => made
                    .args
                    .iter()
                    .filter_map(|(name, value)| Some((name.as_deref()?.to_owned(), value.clone())))
                    .collect(),
                _ => return Err(()),
            };
            for (name, value) in entries {
                match &*name {
                    "env_prefix" => prefix = value.value.as_str().ok_or(())?.to_owned(),
                    "extra" | "frozen" | "env_file_encoding" => {}
                    "case_sensitive" if value.value == Abstract::bool(false) => {}
                    // A file that lies elsewhere is the same as variables that are set there.
                    "env_file" => {
                        let path = self.world.path_in_tree(&value).ok_or(())?;
                        if self.world.files().has_file(&path) {
                            return Err(());
                        }
                    }
                    _ => return Err(()),
                }
            }
        }
        match self.world.member(class.0, class.1, "Config") {
            Some(_) => Err(()),
            None => Ok(prefix),
        }
    }
}

/// The default of `Field(3600)` or `Field(default=3600, gt=0)`, where it goes by no other name.
fn in_field(value: &Evaluated) -> Option<Evaluated> {
    let Abstract::Apply(made) = &value.value else { return None };
    let is_field = matches!(&made.symbol, Symbol::External(name)
        if matches!(&**name, "pydantic.Field" | "pydantic.fields.Field"));
    let keeps_name = |name: &str| {
        matches!(name, "default" | "description" | "title" | "gt" | "ge" | "lt" | "le" | "examples")
    };
    let is_plain = made.args.iter().all(|(name, _)| name.as_deref().is_none_or(keeps_name));
    if !is_field || !is_plain || made.open {
        return None;
    }
    let default =
        made.args.iter().find(|(name, _)| name.as_deref().is_none_or(|name| name == "default"))?;
    Some(default.1.clone())
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
