//! From text to a configuration, collecting every mistake on the way.

use std::ops::Range;

use bartizan_base::{FilePath, Span};
use bartizan_finding::RuleInfo;
use bartizan_rules::{Ban, Banned};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Config, ConfigError, Form, KEYS, Patterns, Selector, similar};

/// A value with its place in the text.
pub(super) type Value<'t> = Spanned<DeValue<'t>>;

pub(super) fn read(
    path: &str,
    text: &str,
    form: Form,
    rules: &[&'static RuleInfo],
) -> Result<Option<Config>, Vec<ConfigError>> {
    let mut reader = Reader { path, rules, errors: Vec::new() };
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let at = error.span().unwrap_or(0..0);
            reader.error(at, "the file is not valid TOML").label(error.message());
            return Err(reader.errors);
        }
    };
    let table = match form {
        Form::Own => Some(document.get_ref()),
        Form::Pyproject => reader.our_table(document.get_ref()),
    };
    let mut config = Config::default();
    for (name, value) in table.into_iter().flatten() {
        match KEYS.iter().find(|key| key.name == name.get_ref().as_ref()) {
            Some(key) => (key.read)(&mut config, &mut reader, value),
            None => reader.unknown_key(name.get_ref(), name.span(), form),
        }
    }
    if !reader.errors.is_empty() {
        // Keys come by name; mistakes are told in the order of the file.
        reader.errors.sort_by_key(|error| error.span);
        return Err(reader.errors);
    }
    Ok(table.map(|_| config))
}

pub(super) struct Reader<'a> {
    path: &'a str,
    rules: &'a [&'static RuleInfo],
    errors: Vec<ConfigError>,
}

impl Reader<'_> {
    /// Notes a mistake at `span`; the answer takes what more there is to say of it.
    pub(super) fn error(&mut self, span: Range<usize>, message: impl Into<String>) -> Told<'_> {
        let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
        self.errors.push(ConfigError {
            path: self.path.to_owned(),
            span: Span { start: offset(span.start), end: offset(span.end) },
            message: message.into(),
            label: String::new(),
            hint: None,
        });
        Told(self.errors.last_mut().expect("it was pushed just now"))
    }

    /// One of `words`.
    pub(super) fn word(&mut self, key: &str, value: &Value<'_>, words: &[&str]) -> Option<String> {
        let choice = format!("one of {}", words.join(", "));
        let Some(word) = value.get_ref().as_str() else {
            let given = kind(value.get_ref());
            self.error(value.span(), format!("`{key}` takes a word, not {given}")).label(choice);
            return None;
        };
        if !words.contains(&word) {
            let meant = similar(word, words.iter().copied());
            let told = self.error(value.span(), format!("`{key}` cannot be `{word}`"));
            told.label(choice).maybe_hint(meant.map(|meant| format!("did you mean `{meant}`?")));
            return None;
        }
        Some(word.to_owned())
    }

    /// A list of words that name rules.
    pub(super) fn rules(&mut self, key: &str, value: &Value<'_>) -> Option<Vec<Selector>> {
        let words = self.list(key, "rules", value)?;
        let mut selectors = Vec::new();
        for (word, span) in words {
            match Selector::parse(&word, self.rules) {
                Ok(selector) => selectors.push(selector),
                Err(unknown) => {
                    self.error(span, format!("{unknown} in the configuration"))
                        .hint(unknown.hint());
                }
            }
        }
        Some(selectors)
    }

    /// A list of patterns for paths.
    pub(super) fn patterns(&mut self, key: &str, value: &Value<'_>) -> Option<Patterns> {
        let (words, spans): (Vec<_>, Vec<_>) =
            self.list(key, "patterns", value)?.into_iter().unzip();
        match Patterns::new(words) {
            Ok(patterns) => Some(patterns),
            Err((index, why)) => {
                let span = spans.get(index).cloned().unwrap_or(value.span());
                self.error(span, format!("`{key}` holds a pattern that cannot be read"))
                    .label(why)
                    .hint("patterns are written as in `.gitignore`");
                None
            }
        }
    }

    /// A list of paths inside the folder of the configuration.
    pub(super) fn paths(&mut self, key: &str, value: &Value<'_>) -> Option<Vec<FilePath>> {
        let mut paths = Vec::new();
        for (word, span) in self.list(key, "paths", value)? {
            match FilePath::new(&word).filter(|path| !path.as_str().is_empty()) {
                Some(path) => paths.push(path),
                None => {
                    self.error(span, format!("`{key}` holds a path that leads out of the project"))
                        .label("must lie inside the folder of this file");
                }
            }
        }
        Some(paths)
    }

    /// A list of tables, each of which bans something.
    pub(super) fn bans(&mut self, key: &str, value: &Value<'_>) -> Option<Vec<Ban>> {
        let Some(list) = value.get_ref().as_array() else {
            let given = kind(value.get_ref());
            self.error(value.span(), format!("`{key}` takes a list of tables, not {given}"))
                .hint(format!("write `[[{key}]]`, and the entry below it"));
            return None;
        };
        let mut bans = Vec::new();
        for item in list.iter() {
            match item.get_ref().as_table() {
                Some(table) => bans.extend(self.ban(key, item.span(), table)),
                None => {
                    let given = kind(item.get_ref());
                    self.error(item.span(), format!("`{key}` takes a list of tables"))
                        .label(format!("{given}, where a table is expected"));
                }
            }
        }
        Some(bans)
    }

    /// One entry: what is banned, why, and what to use in its place.
    fn ban(&mut self, key: &str, at: Range<usize>, table: &DeTable<'_>) -> Option<Ban> {
        let (mut banned, mut reason, mut instead) = (None, None, None);
        for (name, value) in table {
            let name = name.get_ref().as_ref();
            let Some(text) = value.get_ref().as_str() else {
                let given = kind(value.get_ref());
                self.error(value.span(), format!("`{name}` of a ban takes a text, not {given}"));
                continue;
            };
            match Banned::ALL.iter().find(|(word, _)| *word == name) {
                Some((_, what)) => banned = Some((*what, text.to_owned())),
                None if name == "reason" => reason = Some(text.to_owned()),
                None if name == "instead" => instead = Some(text.to_owned()),
                None => {
                    self.error(value.span(), format!("unknown key `{name}` in a ban"))
                        .hint("a ban has `call`, `import` or `attribute`, `reason` and `instead`");
                }
            }
        }
        let Some((what, name)) = banned else {
            self.error(at, format!("this `{key}` names nothing"))
                .hint("name a `call`, an `import` or an `attribute`");
            return None;
        };
        let Some(reason) = reason.filter(|reason| !reason.trim().is_empty()) else {
            self.error(at, format!("this `{key}` does not say why"))
                .hint("write a `reason`: the next person will ask");
            return None;
        };
        Some(Ban { what, name, reason, instead })
    }

    /// A list of strings, each with its place.
    fn list(
        &mut self,
        key: &str,
        what: &str,
        value: &Value<'_>,
    ) -> Option<Vec<(String, Range<usize>)>> {
        let Some(list) = value.get_ref().as_array() else {
            let given = kind(value.get_ref());
            let instead = value
                .get_ref()
                .as_str()
                .map(|word| format!("write `{key} = [{}]`", toml::Value::String(word.to_owned())));
            self.error(value.span(), format!("`{key}` takes a list of {what}, not {given}"))
                .maybe_hint(instead);
            return None;
        };
        let mut words = Vec::new();
        for item in list.iter() {
            match item.get_ref().as_str() {
                Some(word) => words.push((word.to_owned(), item.span())),
                None => {
                    let given = kind(item.get_ref());
                    self.error(item.span(), format!("`{key}` takes a list of {what}"))
                        .label(format!("{given}, where a string is expected"));
                }
            }
        }
        Some(words)
    }

    /// `[tool.bartizan]`, if there is one.
    fn our_table<'t>(&mut self, document: &'t DeTable<'t>) -> Option<&'t DeTable<'t>> {
        let ours = document.get("tool")?.get_ref().as_table()?.get("bartizan")?;
        let table = ours.get_ref().as_table();
        if table.is_none() {
            let given = kind(ours.get_ref());
            self.error(ours.span(), format!("`tool.bartizan` is a table, not {given}"));
        }
        table
    }

    fn unknown_key(&mut self, name: &str, span: Range<usize>, form: Form) {
        let meant = match (name, form) {
            ("tool", Form::Own) => {
                Some("this file is ours alone: write the keys without `[tool.bartizan]`".to_owned())
            }
            _ => similar(&name.replace('_', "-"), KEYS.iter().map(|key| key.name))
                .map(|meant| format!("did you mean `{meant}`?")),
        };
        let known: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
        let hint = meant.unwrap_or_else(|| format!("the keys are {}", known.join(", ")));
        self.error(span, format!("unknown key `{name}` in the configuration")).hint(hint);
    }
}

/// A mistake that is being told.
pub(super) struct Told<'e>(&'e mut ConfigError);

impl Told<'_> {
    pub(super) fn label(self, label: impl Into<String>) -> Self {
        self.0.label = label.into();
        self
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        self.maybe_hint(Some(hint.into()))
    }

    fn maybe_hint(self, hint: Option<String>) -> Self {
        self.0.hint = hint;
        self
    }
}

/// What a value is, in words.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
