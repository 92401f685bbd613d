//! What functions of libraries give that are called by their dotted names.

use std::sync::Arc;

use bartizan_ir::ValueId;

use crate::calls::{Args, listed};
use crate::domain::{Abstract, Evaluated, SeqKind, Symbol};
use crate::environment::reads_environment;
use crate::operators::{self, TYPE_ERROR, is_typed};
use crate::parts::{iterate, sources};
use crate::reason::Reason;
use crate::session::{Act, Session};

/// Rows of a product beyond which it is not computed.
const MOST_ROWS: usize = 1_000;

impl Session<'_> {
    pub(crate) fn call_external(
        &mut self,
        at: Act,
        id: ValueId,
        name: &Arc<str>,
        args: Args,
    ) -> Evaluated {
        if let Some(outside) = self.outside {
            if &**name == crate::outside::SUPER
                && args.is_empty()
                && let Some(value) = self.super_of(at)
            {
                return self.made(at, id, value);
            }
            let given = listed(args.clone());
            if let Some(value) = outside.call(name, &given) {
                return self.by_framework(at, id, value);
            }
        }
        if let Some(builtin) = name.strip_prefix("builtins.") {
            // A method of a builtin type, called on the type: `str.upper(x)`, `dict.fromkeys(x)`.
            if let Some((owner, method)) = builtin.split_once('.') {
                if owner == "dict" && method == "fromkeys" {
                    return self.dict_of_keys(at, id, &args);
                }
                if !args.open && !args.positional.is_empty() && method != "maketrans" {
                    let mut args = args;
                    let receiver = args.positional.remove(0);
                    if operators::type_name(&receiver.value) == Some(owner) {
                        return self.method(at, id, &receiver, method, &args);
                    }
                }
                return self.unknown(at, id, Reason::NotFollowed("this method"));
            }
            return self.builtin(at, id, builtin, &args);
        }
        if reads_environment(name)
            && let Some(value) = self.variables_at(at, id).read(&args)
        {
            return self.made(at, id, value);
        }
        if &**name == "os.environ.pop" && !args.open {
            let variables = self.variables_at(at, id);
            let popped = match args.positional.as_slice() {
                [name] => variables.item(name),
                _ => variables.read(&args),
            };
            if let Some(value) = popped {
                return self.made(at, id, value);
            }
        }
        if let Some(value) = self.library_value(at, id, name, &args) {
            return value;
        }
        if !args.open && args.keywords.is_empty() {
            let value = crate::file_paths::computed(name, &args.positional);
            if let Some(value) = value {
                return self.made(at, id, value);
            }
        }
        if let Some(value) = self.computed_by(at, id, name, &args) {
            return value;
        }
        let open = args.open;
        self.made(at, id, Abstract::apply(Symbol::External(name.clone()), listed(args), open))
    }

    /// What a function of the standard library, or of Django, is known to give.
    fn computed_by(
        &mut self,
        at: Act,
        id: ValueId,
        name: &Arc<str>,
        args: &Args,
    ) -> Option<Evaluated> {
        match &**name {
            "importlib.import_module" if self.outside.is_none() => {
                Some(self.module_by_name(at, id, name, args))
            }
            "django.utils.module_loading.import_string" if self.outside.is_none() => {
                Some(self.object_by_name(at, id, name, args))
            }
            // It says something to type checkers, and gives back what it is given.
            "typing.cast" => args.exactly().ok().map(|[_, value]| value.clone()),
            "itertools.chain" if !args.open => self.chained(at, id, &args.positional),
            "itertools.chain.from_iterable" if !args.open => {
                let [all] = args.positional.as_slice() else { return None };
                self.chained(at, id, &iterate(all).ok()?)
            }
            "itertools.product" if !args.open && args.keywords.is_empty() => {
                self.product(at, id, args)
            }
            "dataclasses.replace" if !args.open => self.replaced(at, id, args),
            "dataclasses.asdict" if !args.open => {
                let only = args.only().ok()?.clone();
                let value = self.as_dict(at, id, &only, 8)?;
                Some(self.made(at, id, value))
            }
            "copy.copy" => Some(match args.only() {
                Ok(only) => return self.copied(at, id, only),
                Err(_) => self.unknown(at, id, TYPE_ERROR),
            }),
            symbol => self.functional(at, id, symbol, args),
        }
    }

    /// The items of all that are given, one after the other.
    fn chained(&mut self, at: Act, id: ValueId, of: &[Evaluated]) -> Option<Evaluated> {
        let looked_at = of.iter().flat_map(|it| sources(&it.value)).collect();
        let parts: Vec<Vec<Evaluated>> = of.iter().map(iterate).collect::<Result<_, _>>().ok()?;
        Some(self.made(at, id, Abstract::iterator(parts.concat(), looked_at)))
    }

    fn product(&mut self, at: Act, id: ValueId, args: &Args) -> Option<Evaluated> {
        let parts: Vec<Vec<Evaluated>> =
            args.positional.iter().map(iterate).collect::<Result<_, _>>().ok()?;
        let rows = product(&parts)?;
        self.spend(rows.len() as u32).ok()?;
        let row = |row| self.made(at, id, Abstract::tuple(row));
        let rows = rows.into_iter().map(row).collect();
        Some(self.made(at, id, Abstract::iterator(rows, Vec::new())))
    }

    /// A copy that shares what it holds.
    fn copied(&mut self, at: Act, id: ValueId, of: &Evaluated) -> Option<Evaluated> {
        let copy = match &of.value {
            value if !value.is_mutable() && is_typed(value) => return Some(of.clone()),
            Abstract::Seq(seq) if matches!(seq.kind, SeqKind::List | SeqKind::Set) => {
                Abstract::seq(seq.kind, seq.items.clone(), seq.open.clone(), self.fresh(at))
            }
            Abstract::Map(map) => {
                Abstract::map(map.entries.clone(), map.open.clone(), self.fresh(at))
            }
            _ => return None,
        };
        Some(self.made(at, id, copy))
    }

    fn dict_of_keys(&mut self, at: Act, id: ValueId, args: &Args) -> Evaluated {
        let value = match args.positional.as_slice() {
            [keys] => Some((keys, None)),
            [keys, value] => Some((keys, Some(value.clone()))),
            _ => None,
        };
        let Some((keys, value)) = value else { return self.unknown(at, id, TYPE_ERROR) };
        let none = self.made(at, id, Abstract::none());
        let made = iterate(keys).and_then(|keys| {
            let keys = operators::distinct(keys)?;
            Ok(keys.into_iter().map(|key| (key, value.clone().unwrap_or(none.clone()))).collect())
        });
        let object = self.fresh(at);
        self.made_or(at, id, made.map(|entries| Abstract::map(entries, None, object)))
    }
}

/// Every choice of one item of each; `None` where there are too many.
fn product(parts: &[Vec<Evaluated>]) -> Option<Vec<Vec<Evaluated>>> {
    let mut rows: Vec<Vec<Evaluated>> = vec![Vec::new()];
    for part in parts {
        if rows.len().saturating_mul(part.len()) > MOST_ROWS {
            return None;
        }
        let longer = |row: &Vec<Evaluated>, item: &Evaluated| {
            row.iter().chain(std::iter::once(item)).cloned().collect()
        };
        rows = rows.iter().flat_map(|row| part.iter().map(move |item| longer(row, item))).collect();
    }
    Some(rows)
}
