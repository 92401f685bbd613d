//! `collections.namedtuple`: tuples whose parts have names, also where a class says which.

use crate::calls::Args;
use crate::domain::{Abstract, Apply, Constant, Evaluated, Symbol};
use crate::libraries::Maker;

/// What makes one: `namedtuple("Mail", "host port")`.
pub(crate) const KIND: &str = "collections.namedtuple";

/// One, as made: the first argument is its kind.
pub(crate) const MADE: &str = "collections.namedtuple.__call__";

/// The parts by name; `None` for anything else, and where something is missing.
pub(crate) fn parts(value: &Abstract) -> Option<Vec<(String, Evaluated)>> {
    let Abstract::Apply(made) = value else { return None };
    if !matches!(&made.symbol, Symbol::External(name) if &**name == MADE) || made.open {
        return None;
    }
    let [(None, kind), given @ ..] = made.args.as_slice() else { return None };
    let Abstract::Apply(kind) = &kind.value else { return None };
    let (fields, defaults) = fields(kind)?;
    let mut filled: Vec<Option<Evaluated>> = vec![None; fields.len()];
    for (place, (name, value)) in given.iter().enumerate() {
        let place = match name {
            None => place,
            Some(name) => fields.iter().position(|field| *field == **name)?,
        };
        let part = filled.get_mut(place)?;
        if part.replace(value.clone()).is_some() {
            return None;
        }
    }
    let first_default = fields.len().checked_sub(defaults.len())?;
    for (part, default) in filled[first_default..].iter_mut().zip(defaults) {
        part.get_or_insert(default);
    }
    fields.into_iter().zip(filled).map(|(field, part)| Some((field, part?))).collect()
}

/// The names of the parts, and what the last of them are where they are not given.
fn fields(kind: &Apply) -> Option<(Vec<String>, Vec<Evaluated>)> {
    if kind.open {
        return None;
    }
    let [(None, _), (None, fields), options @ ..] = kind.args.as_slice() else { return None };
    let fields: Vec<String> = match &fields.value {
        Abstract::Const(Constant::Str(names)) => {
            names.replace(',', " ").split_whitespace().map(str::to_owned).collect()
        }
        _ => {
            let names = crate::parts::iterate(fields).ok()?;
            let names = names.iter().map(|name| name.value.as_str().map(str::to_owned));
            names.collect::<Option<_>>()?
        }
    };
    let mut defaults = Vec::new();
    for (name, value) in options {
        match name.as_deref() {
            Some("defaults") if value.value.constant() == Some(Constant::None) => {}
            Some("defaults") => defaults = crate::parts::iterate(value).ok()?,
            Some("module") => {}
            _ => return None,
        }
    }
    Some((fields, defaults))
}

/// What an attribute is.
pub(crate) fn attribute(made: &Evaluated, name: &str) -> Option<Abstract> {
    let parts = parts(&made.value)?;
    parts.into_iter().find(|(field, _)| field == name).map(|(_, value)| value.value)
}

/// What a method of one, or of its kind, gives.
pub(crate) fn called(symbol: &str, args: &Args, make: &mut Maker<'_>) -> Option<Abstract> {
    let [of, rest @ ..] = args.positional.as_slice() else { return None };
    match symbol.strip_prefix(KIND)? {
        "._make" => {
            let [items] = rest else { return None };
            let mut all = vec![(None, of.clone())];
            let items = crate::parts::iterate(items).ok()?;
            all.extend(items.into_iter().map(|item| (None, item)));
            Some(Abstract::apply(Symbol::External(MADE.into()), all, false))
        }
        ".__call__._asdict" if rest.is_empty() && args.keywords.is_empty() => {
            let parts = parts(&of.value)?;
            let entries = parts.into_iter().map(|(name, value)| (make.text(&name), value));
            let entries = entries.collect();
            Some(Abstract::map(entries, None, (make.fresh)()))
        }
        ".__call__._replace" if rest.is_empty() => {
            let Abstract::Apply(made) = &of.value else { return None };
            let mut parts = parts(&of.value)?;
            for (name, value) in &args.keywords {
                let part = parts.iter_mut().find(|(field, _)| *field == **name)?;
                part.1 = value.clone();
            }
            let mut all = vec![made.args.first()?.clone()];
            all.extend(parts.into_iter().map(|(_, value)| (None, value)));
            Some(Abstract::apply(Symbol::External(MADE.into()), all, false))
        }
        _ => None,
    }
}
