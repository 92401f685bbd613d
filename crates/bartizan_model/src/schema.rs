//! The shape of a model file, as TOML has it. What the words mean is decided in `load`.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use toml::Spanned;

/// A whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub schema: Spanned<i64>,
    pub module: Spanned<String>,
    pub alias_of: Option<Spanned<String>>,
    #[serde(default)]
    pub aliases: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub attributes: BTreeMap<String, Spanned<Attribute>>,
    #[serde(default)]
    pub function: Vec<Function>,
    #[serde(default)]
    pub class: Vec<Class>,
    #[serde(default)]
    pub decorator: Vec<Decorator>,
    pub urlconf: Option<Urlconf>,
    #[serde(default)]
    pub admin: Vec<Admin>,
}

/// `[urlconf]`: the module has `urlpatterns`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Urlconf {
    pub app_name: Option<String>,
    pub routes: Vec<Spanned<Route>>,
    pub why: Option<Spanned<String>>,
}

/// A route of a URLconf: to a view, or to another URLconf.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Route {
    pub route: String,
    pub name: Option<String>,
    pub view: Option<String>,
    pub include: Option<String>,
    #[serde(default)]
    pub methods: Vec<String>,
    #[serde(default)]
    pub guards: Vec<Spanned<String>>,
    pub csrf_exempt: Option<bool>,
    pub changes: Option<Vec<String>>,
    /// Only where this application is installed.
    pub installed: Option<String>,
    /// Only where this setting is, or is not, true.
    pub setting: Option<String>,
    /// The name of the list of the module that it is in.
    pub list: Option<String>,
}

/// `[[admin]]`: the module registers these models with the admin.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Admin {
    pub model: Spanned<String>,
    pub class: Spanned<String>,
    /// Only where this setting is, or is not, true.
    pub setting: Option<String>,
    /// The setting that names another model to take its place.
    pub swapped_by: Option<String>,
}

/// `[[function]]` and `[[class.method]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Function {
    pub name: Spanned<OneOrMany<String>>,
    pub params: Option<Spanned<String>>,
    #[serde(default)]
    pub roles: BTreeMap<String, Spanned<OneOrMany<Role>>>,
    #[serde(default)]
    pub kinds: Vec<Spanned<KindUse>>,
    #[serde(default)]
    pub cleans: Vec<Spanned<String>>,
    #[serde(default)]
    pub passes: Vec<Spanned<String>>,
    pub returns: Option<Spanned<String>>,
    /// Of a method: `"instance"` (where nothing is said), `"class"`, `"static"`.
    pub receiver: Option<Spanned<String>>,
    pub since: Option<Spanned<String>>,
    pub until: Option<Spanned<String>>,
    pub confidence: Option<Spanned<String>>,
    pub why: Option<Spanned<String>>,
}

/// `[[class]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Class {
    pub name: Spanned<OneOrMany<String>>,
    #[serde(default)]
    pub bases: Vec<Spanned<String>>,
    pub params: Option<Spanned<String>>,
    #[serde(default)]
    pub roles: BTreeMap<String, Spanned<OneOrMany<Role>>>,
    #[serde(default)]
    pub kinds: Vec<Spanned<KindUse>>,
    #[serde(default)]
    pub cleans: Vec<Spanned<String>>,
    #[serde(default)]
    pub passes: Vec<Spanned<String>>,
    #[serde(default)]
    pub attributes: BTreeMap<String, Spanned<Attribute>>,
    #[serde(default)]
    pub instances_named: BTreeMap<String, Spanned<String>>,
    /// Methods that it answers to as a view.
    #[serde(default)]
    pub answers: Vec<String>,
    /// Kinds of decorators: who gets past it.
    #[serde(default)]
    pub guards: Vec<Spanned<String>>,
    /// Pages that it adds to those of a model in the admin.
    #[serde(default)]
    pub pages: Vec<Page>,
    pub since: Option<Spanned<String>>,
    pub until: Option<Spanned<String>>,
    pub confidence: Option<Spanned<String>>,
    pub why: Option<Spanned<String>>,
    #[serde(default)]
    pub method: Vec<Function>,
}

/// A page that a class of the admin adds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    pub route: String,
    pub name: Option<String>,
    pub view: String,
}

/// `[[decorator]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decorator {
    pub name: Spanned<OneOrMany<String>>,
    #[serde(default)]
    pub adds: Vec<Spanned<String>>,
    pub transparent: Option<bool>,
    /// `"bare"` (where nothing is said), `"called"`, `"either"`.
    pub usage: Option<Spanned<String>>,
    pub params: Option<Spanned<String>>,
    pub applies: Option<Spanned<String>>,
    pub since: Option<Spanned<String>>,
    pub until: Option<Spanned<String>>,
    pub confidence: Option<Spanned<String>>,
    pub why: Option<Spanned<String>>,
}

/// What becomes of an argument.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Role {
    pub into: Spanned<String>,
    pub when: Option<Condition>,
    pub unless: Option<Condition>,
    pub confidence: Option<Spanned<String>>,
}

/// What the call is: a name alone, or a table.
pub(crate) struct KindUse {
    pub kind: String,
    pub when: Option<Condition>,
    pub unless: Option<Condition>,
    pub confidence: Option<Spanned<String>>,
}

/// The type of an attribute: a name alone, or a table.
pub(crate) struct Attribute {
    pub class: Option<String>,
    pub kinds: Vec<Spanned<String>>,
    pub stored: Vec<Stored>,
}

/// What becomes of a value that is stored in an attribute.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stored {
    pub into: Spanned<String>,
    pub when: Option<OneOrMany<Constant>>,
    pub confidence: Option<Spanned<String>>,
}

/// Parameters with the values that are looked for.
pub(crate) type Condition = BTreeMap<String, Spanned<OneOrMany<Constant>>>;

/// A value in a condition.
pub(crate) enum Constant {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
}

/// A value, or a list of such values. Serde's untagged enums could say it as well, but would answer
/// every mistake inside with "did not match any variant".
pub(crate) struct OneOrMany<T>(pub Vec<T>);

macro_rules! forward {
    ($($method:ident($type:ty)),*) => {
        $(fn $method<E: Error>(self, value: $type) -> Result<Self::Value, E> {
            use serde::de::IntoDeserializer;
            T::deserialize(value.into_deserializer()).map(|one| OneOrMany(vec![one]))
        })*
    };
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seen<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Seen<T> {
            type Value = OneOrMany<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one value, or a list of such values")
            }

            forward!(visit_bool(bool), visit_i64(i64), visit_f64(f64), visit_str(&str));

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(|one| OneOrMany(vec![one]))
            }

            fn visit_seq<S: SeqAccess<'de>>(self, seq: S) -> Result<Self::Value, S::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(OneOrMany)
            }
        }

        deserializer.deserialize_any(Seen(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Constant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seen;

        impl Visitor<'_> for Seen {
            type Value = Constant;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false, a number, or text")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Constant, E> {
                Ok(Constant::Bool(value))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Constant, E> {
                Ok(Constant::Int(value))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Constant, E> {
                Ok(Constant::Float(value))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Constant, E> {
                Ok(Constant::Text(value.to_owned()))
            }
        }

        deserializer.deserialize_any(Seen)
    }
}

/// Reads a table, or text that stands for the table's one necessary value.
fn text_or_table<'de, D, Table>(
    deserializer: D,
    expecting: &'static str,
    from_text: fn(&str) -> Table,
) -> Result<Table, D::Error>
where
    D: Deserializer<'de>,
    Table: Deserialize<'de>,
{
    struct Seen<Table> {
        expecting: &'static str,
        from_text: fn(&str) -> Table,
    }

    impl<'de, Table: Deserialize<'de>> Visitor<'de> for Seen<Table> {
        type Value = Table;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.expecting)
        }

        fn visit_str<E: Error>(self, value: &str) -> Result<Table, E> {
            Ok((self.from_text)(value))
        }

        fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Table, M::Error> {
            Table::deserialize(MapAccessDeserializer::new(map))
        }
    }

    deserializer.deserialize_any(Seen { expecting, from_text })
}

impl<'de> Deserialize<'de> for KindUse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            kind: String,
            when: Option<Condition>,
            unless: Option<Condition>,
            confidence: Option<Spanned<String>>,
        }

        let from_text = |text: &str| Table {
            kind: text.to_owned(),
            when: None,
            unless: None,
            confidence: None,
        };
        let table = text_or_table(deserializer, "a kind, or a table with `kind`", from_text)?;
        let Table { kind, when, unless, confidence } = table;
        Ok(Self { kind, when, unless, confidence })
    }
}

impl<'de> Deserialize<'de> for Attribute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            class: Option<String>,
            #[serde(default)]
            kinds: Vec<Spanned<String>>,
            stored: Option<OneOrMany<Stored>>,
        }

        let from_text =
            |text: &str| Table { class: Some(text.to_owned()), kinds: Vec::new(), stored: None };
        let expecting = "the dotted name of a class, or a table";
        let Table { class, kinds, stored } = text_or_table(deserializer, expecting, from_text)?;
        Ok(Self { class, kinds, stored: stored.map_or_else(Vec::new, |stored| stored.0) })
    }
}
