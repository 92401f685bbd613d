//! What the settings of an environment are worth, in words that can be compared.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_django::settings::{Origin, Settings, shown};
use bartizan_ir::{ArgKind, FileIr, Value as IrValue, ValueId};
use bartizan_project::{Entity, FileId, Member};
use bartizan_value::{Abstract, Apply, Constant, Evaluated, Symbol};

use crate::extract::{Compared, Outline, Version};
use crate::facts::{EnvironmentFacts, Plain, Value};
use crate::reached::Reached;

/// Values inside each other beyond which none is told.
const DEEPEST: usize = 6;

/// Packages that read variables of the environment.
const VARIABLES: &[&str] = &["environs.", "environ.", "decouple."];

/// Changes to one list beyond which its beginning is not looked for.
const MOST_STEPS: usize = 60;

impl Version<'_> {
    /// The settings of an environment.
    pub(crate) fn environment(&self, compared: &Compared<'_>) -> EnvironmentFacts {
        let (environment, settings) = (compared.environment, compared.settings);
        let mut found = BTreeMap::new();
        let mut names: BTreeSet<String> = settings.names().map(str::to_owned).collect();
        names.extend(crate::settings::WATCHED.iter().map(|name| (*name).to_owned()));
        for name in names {
            let Some(setting) = settings.get(&name) else { continue };
            let is_own = setting.origin == Origin::Project;
            let mut value = match is_own.then(|| self.as_written(settings, &name, &setting.value)) {
                Some(Some(written)) => self.opened(self.value(&name, &written, is_own, 0)),
                _ => self.value(&name, &setting.value, is_own, 0),
            };
            // What a variable of the environment decides is what it is where nobody sets that.
            if is_own && matches!(value.plain, Plain::Bool(_)) && !value.is_default {
                let open = compared.open.get(&name);
                value.is_default =
                    open.is_some_and(|open| !matches!(open.value.value, Abstract::Const(_)));
            }
            found.insert(name, value);
        }
        EnvironmentFacts {
            name: environment.name.clone(),
            // Of several classes in one module each has settings of its own.
            module: match &environment.configuration {
                Some(class) => format!("{}:{class}", environment.module),
                None => environment.module.clone(),
            },
            given: compared.given.map(str::to_owned),
            settings: found,
        }
    }

    /// What is written where nobody knows what comes of it: code that is not followed may add to a list
    /// or say otherwise, and what an edit takes out is gone all the same.
    fn as_written(
        &self,
        settings: &Settings<'_>,
        name: &str,
        value: &Evaluated,
    ) -> Option<Evaluated> {
        if !matches!(value.value, Abstract::Unknown(_)) {
            return None;
        }
        // What the module itself writes comes behind what it takes from others.
        let own = settings.environment.file;
        [own].iter().chain(settings.files()).find_map(|file| {
            let written = self.written_in(*file, name)?;
            let written = self.evaluator.evaluate(*file, written);
            let is_told = match &written.value {
                Abstract::Seq(_) | Abstract::Map(_) | Abstract::Const(_) => true,
                Abstract::Env(env) => env.default.is_some(),
                _ => false,
            };
            is_told.then_some(written)
        })
    }

    /// The list, tuple, dict or plain value that a module writes for a name, whatever comes later.
    fn written_in(&self, file: FileId, name: &str) -> Option<ValueId> {
        let ir = self.project.ir(file);
        let binding = ir.binding(FileIr::module(), ir.strings.find(name)?)?;
        let mut value = binding.value;
        for _ in 0..MOST_STEPS {
            value = ir.bare(value);
            value = match ir.value(value) {
                IrValue::List(_)
                | IrValue::Tuple(_)
                | IrValue::Dict(_)
                | IrValue::Str(_)
                | IrValue::Bool(_)
                | IrValue::None
                | IrValue::Int(_)
                | IrValue::Call { .. } => return Some(value),
                IrValue::Mutate(mutation) => ir.mutation(mutation).receiver,
                IrValue::Mu { init, .. } => init,
                IrValue::Gamma { otherwise, .. } => otherwise,
                IrValue::Join { ways, .. } => ir.ways[ways].first()?.value,
                // A star import behind it may bind it again.
                IrValue::Global { layers, .. } => {
                    let mut bound = ir.layers[layers].iter().rev().map(|layer| layer.value);
                    bound.find(|value| !is_of_others(&ir.value(*value)))?
                }
                _ => return None,
            };
        }
        None
    }

    fn opened(&self, value: Value) -> Value {
        let plain = match value.plain {
            Plain::List(items, _) => Plain::List(items, false),
            Plain::Map(entries, _) => Plain::Map(entries, false),
            other => other,
        };
        Value { plain, ..value }
    }

    fn value(&self, name: &str, value: &Evaluated, is_own: bool, depth: usize) -> Value {
        let place = is_own.then(|| {
            let ir = self.project.ir(value.site.file);
            (self.place)(value.site.file, ir.span(value.site.node))
        });
        let inner = |value: &Evaluated| self.value(name, value, is_own, depth + 1);
        let is_default = matches!(&value.value, Abstract::Env(env) if env.default.is_some());
        let plain = match &value.value {
            _ if depth > DEEPEST => Plain::Unknown,
            Abstract::Const(constant) => plain(constant),
            Abstract::Text(_) => Plain::Text(value.to_string()),
            Abstract::Seq(seq) => {
                Plain::List(seq.items.iter().map(inner).collect(), seq.open.is_none())
            }
            Abstract::Map(map) => {
                let entries = map.entries.iter().filter_map(|(key, item)| {
                    let key = key.value.as_str()?.to_owned();
                    let mut entry = self.value(&key, item, is_own, depth + 1);
                    if matches!(entry.plain, Plain::Unknown) && is_own {
                        entry.written = self.texts_of(value, &key);
                    }
                    Some((key, entry))
                });
                Plain::Map(entries.collect(), map.open.is_none())
            }
            Abstract::Ref(symbol) => Plain::Named(self.symbol(symbol), Vec::new()),
            // Without the variable it is what is given beside its name.
            Abstract::Apply(apply) if let Some(default) = given_beside(apply) => {
                return Value {
                    is_default: true,
                    shown: shown(name, value),
                    place,
                    ..inner(default)
                };
            }
            Abstract::Apply(apply) => Plain::Named(
                self.symbol(&apply.symbol),
                apply
                    .args
                    .iter()
                    .map(|(key, item)| {
                        let mut value = inner(item);
                        if let Some(key) = key {
                            value.shown = format!("{key}={}", value.shown);
                        }
                        value
                    })
                    .collect(),
            ),
            Abstract::Env(env) => match &env.default {
                Some(default) => inner(default).plain,
                None => Plain::Environment,
            },
            // Code that is put together at run time may say otherwise; what is written is compared.
            Abstract::Choice(choice) => {
                let ways = choice.alternatives.iter().map(|way| inner(&way.value));
                let (mut known, unknown): (Vec<Value>, Vec<Value>) =
                    ways.partition(|way| !matches!(way.plain, Plain::Unknown | Plain::Environment));
                known.dedup_by(|one, other| one.plain == other.plain);
                match known.len() {
                    0 => Plain::Unknown,
                    1 => {
                        let only = known.swap_remove(0);
                        return Value {
                            is_default: only.is_default || !unknown.is_empty(),
                            ..only
                        };
                    }
                    _ => Plain::Choice(known),
                }
            }
            Abstract::Unknown(bartizan_value::Reason::Environment(_)) => Plain::Environment,
            // A file of variables may say otherwise; where none does, it is what is given beside.
            Abstract::Unknown(_) if is_own && let Some(default) = self.variable_default(value) => {
                return Value {
                    is_default: true,
                    shown: shown(name, value),
                    place,
                    ..inner(&default)
                };
            }
            Abstract::Unknown(_) => {
                let written = is_own.then(|| self.dict_at(value, depth)).flatten();
                written.unwrap_or(Plain::Unknown)
            }
        };
        let written = match plain {
            Plain::Unknown if is_own => self.texts_at(value.site.file, value.site.node),
            _ => Vec::new(),
        };
        Value { plain, shown: shown(name, value), place, written, is_default }
    }

    /// What stands for a variable of the environment that is not set: `env.bool("DEBUG", True)`.
    fn variable_default(&self, value: &Evaluated) -> Option<Evaluated> {
        let file = value.site.file;
        let ir = self.project.ir(file);
        let node = ir.bare(value.site.node);
        let IrValue::Call { args, .. } = ir.value(node) else { return None };
        let called = match self.project.callee(file, node).target {
            Entity::External(symbol) | Entity::Method { member: Member::External(symbol), .. } => {
                self.project.symbol(symbol)
            }
            _ => return None,
        };
        if !VARIABLES.iter().any(|package| called.starts_with(package)) {
            return None;
        }
        let given = &ir.args[args];
        let named = given
            .iter()
            .find(|arg| matches!(arg.kind, ArgKind::Keyword(name) if ir.str(name) == "default"));
        let second = given.get(1).filter(|arg| matches!(arg.kind, ArgKind::Positional));
        let default = self.evaluator.evaluate(file, named.or(second)?.value);
        matches!(default.value, Abstract::Const(_) | Abstract::Seq(_)).then_some(default)
    }

    /// The entries of a dict that is written out, where one of them leaves the whole open.
    fn dict_at(&self, value: &Evaluated, depth: usize) -> Option<Plain> {
        let file = value.site.file;
        let ir = self.project.ir(file);
        let IrValue::Dict(pairs) = ir.value(ir.bare(value.site.node)) else { return None };
        let entries = ir.pairs[pairs].iter().filter_map(|pair| {
            let IrValue::Str(key) = ir.value(pair.key?) else { return None };
            let key = ir.str(key).to_owned();
            let item = self.evaluator.evaluate(file, pair.value);
            let mut entry = self.value(&key, &item, true, depth + 1);
            if matches!(entry.plain, Plain::Unknown) {
                entry.written = self.texts_at(file, pair.value);
            }
            Some((key, entry))
        });
        Some(Plain::Map(entries.collect(), false))
    }

    /// The texts that the entry of a dict is made of.
    fn texts_of(&self, dict: &Evaluated, key: &str) -> Vec<String> {
        let ir = self.project.ir(dict.site.file);
        let IrValue::Dict(pairs) = ir.value(ir.bare(dict.site.node)) else { return Vec::new() };
        let is_key =
            |of: ValueId| matches!(ir.value(of), IrValue::Str(text) if ir.str(text) == key);
        let pair = ir.pairs[pairs].iter().find(|pair| pair.key.is_some_and(is_key));
        pair.map(|pair| self.texts_at(dict.site.file, pair.value)).unwrap_or_default()
    }

    /// The texts that an expression is made of.
    fn texts_at(&self, file: FileId, node: ValueId) -> Vec<String> {
        let ir = self.project.ir(file);
        let mut found = Vec::new();
        let mut left = vec![node];
        for _ in 0..MOST_STEPS {
            let Some(value) = left.pop() else { break };
            let value = ir.bare(value);
            match ir.value(value) {
                IrValue::Str(text) => found.push(ir.str(text).to_owned()),
                IrValue::Call { args, .. } => {
                    left.extend(ir.args[args].iter().rev().map(|arg| arg.value));
                }
                IrValue::List(items) | IrValue::Tuple(items) | IrValue::Set(items) => {
                    left.extend(ir.items[items].iter().rev().map(|item| item.value));
                }
                IrValue::Binary { left: one, right: other, .. } => left.extend([other, one]),
                IrValue::Gamma { then, otherwise, .. } => left.extend([otherwise, then]),
                _ => {}
            }
        }
        found
    }

    fn symbol(&self, symbol: &Symbol) -> String {
        let project = self.project;
        match symbol {
            Symbol::External(name) => name.to_string(),
            Symbol::Class(file, class, _) => {
                let ir = project.ir(*file);
                ir.str(ir.class(*class).name).to_owned()
            }
            Symbol::Function(file, function, _) => {
                let ir = project.ir(*file);
                ir.str(ir.function(*function).name).to_owned()
            }
            Symbol::Module(file) => project.module_name(*file).to_owned(),
        }
    }
}

/// The settings that are worth something else in the other version, or of which that is not known.
pub(crate) fn differing(own: &Outline, other: &Outline, reached: &Reached<'_, '_>) -> Vec<String> {
    let of = |outline: &Outline| outline.environments.first().map(|one| one.settings.clone());
    let (mine, theirs) = (of(own).unwrap_or_default(), of(other).unwrap_or_default());
    let names: BTreeSet<&String> = mine.keys().chain(theirs.keys()).collect();
    let differs = |name: &String| match (mine.get(name), theirs.get(name)) {
        (Some(one), Some(other)) => one != other || !one.plain.is_known() && reached.has(name),
        _ => true,
    };
    names.into_iter().filter(|name| differs(name)).cloned().collect()
}

/// Whether other code may have bound a name here, that is not read for it.
fn is_of_others(value: &IrValue) -> bool {
    matches!(
        value,
        IrValue::Star { .. }
            | IrValue::NamespaceSet { .. }
            | IrValue::NamespaceUpdate(_)
            | IrValue::NamespaceUnknown(_)
    )
}

/// The value where nothing else is configured: `config.getboolean("site", "https", fallback=True)`.
fn given_beside(apply: &Apply) -> Option<&Evaluated> {
    let Symbol::External(name) = &apply.symbol else { return None };
    let by_key = |asked: &str| apply.args.iter().find(|(key, _)| key.as_deref() == Some(asked));
    if name.starts_with("configparser.") && name.contains(".get") {
        return by_key("fallback").map(|(_, value)| value);
    }
    None
}

fn plain(constant: &Constant) -> Plain {
    match constant {
        Constant::None | Constant::Ellipsis => Plain::None,
        Constant::Bool(truth) => Plain::Bool(*truth),
        Constant::Int(number) => Plain::Number(*number as f64),
        Constant::Float(number) => Plain::Number(*number),
        Constant::BigInt(text) => text.parse().map_or(Plain::Unknown, Plain::Number),
        Constant::Str(text) => Plain::Text(text.to_string()),
        Constant::Tuple(items) | Constant::FrozenSet(items) => {
            let items = items.iter().map(|item| Value {
                written: Vec::new(),
                is_default: false,
                plain: plain(item),
                shown: String::new(),
                place: None,
            });
            Plain::List(items.collect(), true)
        }
        Constant::Complex { .. } | Constant::Bytes(_) => Plain::Unknown,
    }
}
