//! Methods of Python's own types.

use std::sync::Arc;

use bartizan_ir::{BinaryOp, ValueId};

use crate::calls::{Args, listed};
use crate::domain::{Abstract, Constant, Evaluated, Map, Object, Part, Seq, SeqKind, Symbol};
use crate::format::{hole_reason, reason_of, to_repr, to_str, with_spec};
use crate::operators::{
    self, INDEX_ERROR, KEY_ERROR, TYPE_ERROR, VALUE_ERROR, find_entry, integer, is_typed, position,
    set_operation,
};
use crate::parts::{iterate, iterate_unordered};
use crate::reason::Reason;
use crate::session::{Act, Session};

impl Session<'_> {
    /// `receiver.name(args)`; the receiver's change, if there is one, is told elsewhere.
    pub(crate) fn method(
        &mut self,
        at: Act,
        id: ValueId,
        receiver: &Evaluated,
        name: &str,
        args: &Args,
    ) -> Evaluated {
        if let Err(reason) = self.spend(1 + receiver.value.size() / 32) {
            return self.unknown(at, id, reason);
        }
        let value = match &receiver.value {
            Abstract::Const(Constant::Str(text)) => {
                self.text_method(at, receiver, text, name, args)
            }
            Abstract::Text(text) => match name {
                "format" | "join" => {
                    Err(Reason::NotFollowed("text that is a template and not all known"))
                }
                _ => Err(hole_reason(text)),
            },
            Abstract::Const(Constant::Bytes(bytes)) => bytes_method(bytes, name, args),
            Abstract::Const(Constant::Int(number)) => match name {
                "bit_length" => {
                    Ok(Abstract::int(i64::from(64 - number.unsigned_abs().leading_zeros())))
                }
                "conjugate" => Ok(Abstract::int(*number)),
                _ => Err(no_method(&receiver.value, name)),
            },
            Abstract::Const(Constant::Float(number)) => match name {
                "is_integer" => Ok(Abstract::bool(number.is_finite() && number.fract() == 0.0)),
                _ => Err(no_method(&receiver.value, name)),
            },
            Abstract::Const(_) => Err(no_method(&receiver.value, name)),
            Abstract::Seq(seq) => self.seq_method(at, receiver, seq, name, args),
            Abstract::Map(map) => self.map_method(at, receiver, map, name, args),
            Abstract::Apply(apply) => match &apply.symbol {
                Symbol::External(dotted) if &**dotted == crate::outside::SUPER => {
                    let apply = Arc::clone(apply);
                    match self.super_member(at, id, &apply, name, Some(args)) {
                        Some(found) => return found,
                        None => Err(Reason::Callee),
                    }
                }
                Symbol::External(dotted) => {
                    let symbol = crate::attributes::attribute_symbol(dotted, name);
                    if !args.open && args.keywords.is_empty() {
                        let mut parts = vec![receiver.clone()];
                        parts.extend_from_slice(&args.positional);
                        if let Some(value) = crate::file_paths::computed(&symbol, &parts) {
                            return self.made(at, id, value);
                        }
                    }
                    let mut whole = args.clone();
                    whole.positional.insert(0, receiver.clone());
                    if let Some(value) = self.library_value(at, id, &symbol, &whole) {
                        return value;
                    }
                    if let Some(outside) = self.outside
                        && let Some(value) = outside.call(&symbol, &listed(whole.clone()))
                    {
                        return self.by_framework(at, id, value);
                    }
                    let mut all = vec![(None, receiver.clone())];
                    all.extend(listed(args.clone()));
                    Ok(Abstract::apply(Symbol::External(symbol), all, args.open))
                }
                Symbol::Class(file, class, closure) => {
                    let class = (*file, *class, *closure);
                    return self.instance_method(at, id, class, receiver, name, args);
                }
                _ => Err(Reason::Callee),
            },
            Abstract::Ref(_) => {
                // Reached through `over` alone: a choice of references.
                Err(Reason::Callee)
            }
            other => Err(reason_of(other)),
        };
        self.made_or(at, id, value)
    }

    // ---- text --------------------------------------------------------------------------------

    fn text_method(
        &mut self,
        at: Act,
        receiver: &Evaluated,
        text: &Arc<str>,
        name: &str,
        args: &Args,
    ) -> Result<Abstract, Reason> {
        if args.open {
            return Err(Reason::Part);
        }
        let site = receiver.site;
        let piece = |text: &str| Evaluated { value: Abstract::str(text), site };
        match name {
            "join" => return join(text, args.only()?),
            "format" => return format(text, args),
            "format_map" => {
                let Abstract::Map(map) = &args.only()?.value else {
                    return Err(reason_of(&args.only()?.value));
                };
                let mut named = Args { open: map.open.is_some(), ..Args::default() };
                for (key, value) in &map.entries {
                    match key.value.as_str() {
                        Some(key) => named.keywords.push((key.into(), value.clone())),
                        None => named.open = true,
                    }
                }
                return format(text, &named);
            }
            "split" | "rsplit" | "splitlines" => {
                let pieces = match name {
                    "splitlines" => {
                        if !args.positional.is_empty() || !args.keywords.is_empty() {
                            return Err(Reason::NotFollowed("splitlines with line ends"));
                        }
                        split_lines(text)
                    }
                    _ => split(text, args, name == "rsplit")?,
                };
                let items = pieces.into_iter().map(piece).collect();
                let object = self.fresh(at);
                return Ok(Abstract::seq(SeqKind::List, items, None, object));
            }
            "partition" | "rpartition" => {
                let separator = text_arg(args.only()?)?;
                if separator.is_empty() {
                    return Err(VALUE_ERROR);
                }
                let found =
                    if name == "partition" { text.find(separator) } else { text.rfind(separator) };
                let parts = match found {
                    Some(place) => [&text[..place], separator, &text[place + separator.len()..]],
                    None if name == "partition" => [&**text, "", ""],
                    None => ["", "", &**text],
                };
                return Ok(Abstract::tuple(parts.into_iter().map(piece).collect()));
            }
            _ => {}
        }
        plain_text_method(text, name, args)
    }

    // ---- lists, tuples, sets -----------------------------------------------------------------

    fn seq_method(
        &mut self,
        at: Act,
        receiver: &Evaluated,
        seq: &Arc<Seq>,
        name: &str,
        args: &Args,
    ) -> Result<Abstract, Reason> {
        let all = || match &seq.open {
            None => Ok(()),
            Some(reason) => Err(reason.clone()),
        };
        let is_list = seq.kind == SeqKind::List;
        match name {
            "append" | "extend" | "insert" | "sort" | "reverse" if is_list => Ok(Abstract::none()),
            "add"
            | "discard"
            | "difference_update"
            | "intersection_update"
            | "symmetric_difference_update"
                if seq.kind == SeqKind::Set =>
            {
                Ok(Abstract::none())
            }
            "update" if seq.kind == SeqKind::Set => Ok(Abstract::none()),
            "clear" if is_list || seq.kind == SeqKind::Set => Ok(Abstract::none()),
            "remove" if is_list || seq.kind == SeqKind::Set => {
                all()?;
                let item = args.only()?;
                for held in &seq.items {
                    if operators::equal(&held.value, &item.value)? {
                        return Ok(Abstract::none());
                    }
                }
                Err(if is_list { VALUE_ERROR } else { KEY_ERROR })
            }
            "pop" if is_list => {
                all()?;
                let index = match args.positional.as_slice() {
                    [] => -1,
                    [index] => integer(&index.value)?,
                    _ => return Err(TYPE_ERROR),
                };
                let place = position(index, seq.items.len()).ok_or(INDEX_ERROR)?;
                Ok(seq.items[place].value.clone())
            }
            "pop" if seq.kind == SeqKind::Set => {
                all()?;
                match seq.items.as_slice() {
                    [] => Err(KEY_ERROR),
                    [only] => Ok(only.value.clone()),
                    _ => Err(Reason::SetOrder),
                }
            }
            "copy" if matches!(seq.kind, SeqKind::List | SeqKind::Set | SeqKind::FrozenSet) => {
                let object =
                    if seq.kind == SeqKind::FrozenSet { Object::NONE } else { self.fresh(at) };
                Ok(Abstract::seq(seq.kind, seq.items.clone(), seq.open.clone(), object))
            }
            "index" if seq.kind.is_indexed() => {
                all()?;
                let (item, rest) = args.positional.split_first().ok_or(TYPE_ERROR)?;
                let start = rest.first().map_or(Ok(0), |start| integer(&start.value))?;
                let stop = rest.get(1).map_or(Ok(i64::MAX), |stop| integer(&stop.value))?;
                let places =
                    operators::slice_places(Some(start), Some(stop), None, seq.items.len())?;
                for place in places {
                    if operators::equal(&seq.items[place].value, &item.value)? {
                        return Ok(Abstract::length(place));
                    }
                }
                Err(VALUE_ERROR)
            }
            "count" if seq.kind.is_indexed() => {
                all()?;
                let item = args.only()?;
                let mut count = 0;
                for held in &seq.items {
                    count += usize::from(operators::equal(&held.value, &item.value)?);
                }
                Ok(Abstract::length(count))
            }
            "union"
            | "intersection"
            | "difference"
            | "symmetric_difference"
            | "issubset"
            | "issuperset"
            | "isdisjoint"
                if seq.kind.is_set() =>
            {
                self.set_method(at, receiver, seq, name, args)
            }
            "__len__" => {
                all()?;
                Ok(Abstract::length(seq.items.len()))
            }
            "read" if seq.kind == SeqKind::Iterator && args.is_empty() => {
                crate::file_texts::whole(seq)
            }
            "readline" if seq.kind == SeqKind::Iterator && args.is_empty() => {
                all()?;
                let first = seq.items.first();
                Ok(first.map_or_else(|| Abstract::str(""), |line| line.value.clone()))
            }
            "readlines" if seq.kind == SeqKind::Iterator && args.is_empty() => {
                all()?;
                Ok(Abstract::seq(SeqKind::List, seq.items.clone(), None, self.fresh(at)))
            }
            _ => Err(no_method(&receiver.value, name)),
        }
    }

    fn set_method(
        &mut self,
        at: Act,
        receiver: &Evaluated,
        seq: &Arc<Seq>,
        name: &str,
        args: &Args,
    ) -> Result<Abstract, Reason> {
        if args.open {
            return Err(Reason::Part);
        }
        let as_set = |value: &Evaluated| -> Result<Abstract, Reason> {
            let items = operators::distinct(iterate_unordered(value)?)?;
            Ok(Abstract::seq(SeqKind::FrozenSet, items, None, Object::NONE))
        };
        let op = match name {
            "union" => BinaryOp::BitOr,
            "intersection" => BinaryOp::BitAnd,
            "difference" => BinaryOp::Sub,
            "symmetric_difference" => BinaryOp::BitXor,
            _ => {
                let other = as_set(args.only()?)?;
                let Abstract::Seq(other) = other else { return Err(Reason::TooLarge) };
                let (inner, outer): (&Seq, &Seq) =
                    if name == "issuperset" { (&other, seq) } else { (seq, &other) };
                if let Some(reason) = &seq.open {
                    return Err(reason.clone());
                }
                let outer = Abstract::Seq(Arc::new(outer.clone()));
                for item in &inner.items {
                    let held = operators::contains(&outer, &item.value)?;
                    if held == (name == "isdisjoint") {
                        return Ok(Abstract::bool(false));
                    }
                }
                return Ok(Abstract::bool(true));
            }
        };
        let mut result = receiver.value.clone();
        let object = self.fresh(at);
        for other in &args.positional {
            let other = as_set(other)?;
            let (Abstract::Seq(a), Abstract::Seq(b)) = (&result, &other) else {
                return Err(Reason::TooLarge);
            };
            result = set_operation(op, a, b, object)?;
        }
        match result {
            Abstract::Seq(seq) => {
                let object = if seq.kind == SeqKind::Set { object } else { Object::NONE };
                Ok(Abstract::seq(seq.kind, seq.items.clone(), seq.open.clone(), object))
            }
            other => Ok(other),
        }
    }

    // ---- dicts -------------------------------------------------------------------------------

    fn map_method(
        &mut self,
        at: Act,
        receiver: &Evaluated,
        map: &Arc<Map>,
        name: &str,
        args: &Args,
    ) -> Result<Abstract, Reason> {
        let all = || match &map.open {
            None => Ok(()),
            Some(reason) => Err(reason.clone()),
        };
        let view =
            |kind, items| Abstract::looking_at(kind, items, map.open.clone(), vec![map.object]);
        match name {
            "update" | "clear" => Ok(Abstract::none()),
            "get" | "pop" | "setdefault" => {
                let (key, default) = match args.positional.as_slice() {
                    [key] => (key, None),
                    [key, default] => (key, Some(default)),
                    _ => return Err(TYPE_ERROR),
                };
                operators::hashable(&key.value)?;
                all()?;
                match (find_entry(&map.entries, &key.value)?, default) {
                    (Some(place), _) => Ok(map.entries[place].1.value.clone()),
                    (None, Some(default)) => Ok(default.value.clone()),
                    (None, None) if name == "pop" => Err(KEY_ERROR),
                    (None, None) => Ok(Abstract::none()),
                }
            }
            "popitem" => {
                all()?;
                let (key, value) = map.entries.last().cloned().ok_or(KEY_ERROR)?;
                Ok(Abstract::tuple(vec![key, value]))
            }
            "keys" => {
                Ok(view(SeqKind::Keys, map.entries.iter().map(|(key, _)| key.clone()).collect()))
            }
            "values" => Ok(view(
                SeqKind::Values,
                map.entries.iter().map(|(_, value)| value.clone()).collect(),
            )),
            "items" => {
                let pair = |(key, value): &(Evaluated, Evaluated)| Evaluated {
                    value: Abstract::tuple(vec![key.clone(), value.clone()]),
                    site: value.site,
                };
                Ok(view(SeqKind::Items, map.entries.iter().map(pair).collect()))
            }
            "copy" => {
                let object = self.fresh(at);
                Ok(Abstract::map(map.entries.clone(), map.open.clone(), object))
            }
            _ => Err(no_method(&receiver.value, name)),
        }
    }
}

fn no_method(value: &Abstract, name: &str) -> Reason {
    if has_method(value, name) || name.starts_with("__") {
        Reason::NotFollowed("this method")
    } else {
        Reason::Raises("AttributeError")
    }
}

/// Whether values of this type have a method of this name.
pub(crate) fn has_method(value: &Abstract, name: &str) -> bool {
    let methods: &[&str] = match operators::type_name(value) {
        Some("str") => STR,
        Some("bytes") => BYTES,
        Some("list") => &[
            "append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove",
            "reverse", "sort",
        ],
        Some("tuple") => &["count", "index"],
        Some("dict") => &[
            "clear",
            "copy",
            "fromkeys",
            "get",
            "items",
            "keys",
            "pop",
            "popitem",
            "setdefault",
            "update",
            "values",
        ],
        Some("set") => &[
            "add",
            "clear",
            "copy",
            "difference",
            "difference_update",
            "discard",
            "intersection",
            "intersection_update",
            "isdisjoint",
            "issubset",
            "issuperset",
            "pop",
            "remove",
            "symmetric_difference",
            "symmetric_difference_update",
            "union",
            "update",
        ],
        Some("frozenset") => &[
            "copy",
            "difference",
            "intersection",
            "isdisjoint",
            "issubset",
            "issuperset",
            "symmetric_difference",
            "union",
        ],
        Some("int" | "bool") => &[
            "as_integer_ratio",
            "bit_count",
            "bit_length",
            "conjugate",
            "denominator",
            "from_bytes",
            "imag",
            "numerator",
            "real",
            "to_bytes",
            "is_integer",
        ],
        Some("float") => {
            &["as_integer_ratio", "conjugate", "fromhex", "hex", "imag", "is_integer", "real"]
        }
        Some("range") => &["count", "index", "start", "step", "stop"],
        Some("dict_keys" | "dict_items") => &["isdisjoint", "mapping"],
        Some("NoneType" | "ellipsis") => &[],
        _ => return true,
    };
    methods.contains(&name)
}

#[rustfmt::skip]
const STR: &[&str] = &[
    "capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find", "format",
    "format_map", "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier",
    "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper", "join", "ljust", "lower",
    "lstrip", "maketrans", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex",
    "rjust", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip",
    "swapcase", "title", "translate", "upper", "zfill",
];

#[rustfmt::skip]
const BYTES: &[&str] = &[
    "capitalize", "center", "count", "decode", "endswith", "expandtabs", "find", "fromhex", "hex",
    "index", "isalnum", "isalpha", "isascii", "isdigit", "islower", "isspace", "istitle", "isupper",
    "join", "ljust", "lower", "lstrip", "maketrans", "partition", "removeprefix", "removesuffix",
    "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip", "split", "splitlines",
    "startswith", "strip", "swapcase", "title", "translate", "upper", "zfill",
];

/// What `str.isspace` calls a space.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

fn text_arg(value: &Evaluated) -> Result<&str, Reason> {
    match &value.value {
        Abstract::Const(Constant::Str(text)) => Ok(text),
        value if is_typed(value) && !matches!(value, Abstract::Text(_)) => Err(TYPE_ERROR),
        value => Err(reason_of(value)),
    }
}

/// Methods of text whose result is no container.
fn plain_text_method(text: &str, name: &str, args: &Args) -> Result<Abstract, Reason> {
    let ascii = || {
        if text.is_ascii() { Ok(()) } else { Err(Reason::NotFollowed("letters of other scripts")) }
    };
    let without_args = || {
        if args.positional.is_empty() && args.keywords.is_empty() {
            Ok(())
        } else {
            Err(TYPE_ERROR)
        }
    };
    match name {
        "upper" => without_args().map(|()| Abstract::str(text.to_uppercase())),
        "lower" => without_args().map(|()| Abstract::str(text.to_lowercase())),
        "casefold" => {
            ascii()?;
            Ok(Abstract::str(text.to_lowercase()))
        }
        "capitalize" => {
            ascii()?;
            let mut out = text.to_ascii_lowercase();
            if let Some(first) = out.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            Ok(Abstract::str(out))
        }
        "title" => {
            ascii()?;
            let mut after_letter = false;
            let titled: String = text
                .chars()
                .map(|c| {
                    let shown =
                        if after_letter { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() };
                    after_letter = c.is_ascii_alphabetic();
                    shown
                })
                .collect();
            Ok(Abstract::str(titled))
        }
        "swapcase" => {
            ascii()?;
            let swapped: String = text
                .chars()
                .map(|c| {
                    if c.is_ascii_lowercase() {
                        c.to_ascii_uppercase()
                    } else {
                        c.to_ascii_lowercase()
                    }
                })
                .collect();
            Ok(Abstract::str(swapped))
        }
        "strip" | "lstrip" | "rstrip" => {
            let set = match args.positional.as_slice() {
                [] | [Evaluated { value: Abstract::Const(Constant::None), .. }] => None,
                [set] => Some(text_arg(set)?),
                _ => return Err(TYPE_ERROR),
            };
            let strips = |c: char| set.map_or_else(|| is_space(c), |set| set.contains(c));
            Ok(Abstract::str(match name {
                "strip" => text.trim_matches(strips),
                "lstrip" => text.trim_start_matches(strips),
                _ => text.trim_end_matches(strips),
            }))
        }
        "replace" => {
            let (old, new, count) = match args.positional.as_slice() {
                [old, new] => (text_arg(old)?, text_arg(new)?, -1),
                [old, new, count] => (text_arg(old)?, text_arg(new)?, integer(&count.value)?),
                _ => return Err(TYPE_ERROR),
            };
            let places = text.matches(old).count();
            if places.saturating_mul(new.len()) > crate::domain::LONGEST_TEXT {
                return Err(Reason::TooLarge);
            }
            Ok(Abstract::str(match usize::try_from(count) {
                Ok(count) => text.replacen(old, new, count),
                Err(_) => text.replace(old, new),
            }))
        }
        "removeprefix" => {
            let prefix = text_arg(args.only()?)?;
            Ok(Abstract::str(text.strip_prefix(prefix).unwrap_or(text)))
        }
        "removesuffix" => {
            let suffix = text_arg(args.only()?)?;
            Ok(Abstract::str(text.strip_suffix(suffix).unwrap_or(text)))
        }
        "startswith" | "endswith" => {
            let [wanted, bounds @ ..] = args.positional.as_slice() else { return Err(TYPE_ERROR) };
            let part = bounded(text, bounds)?;
            let fits = |wanted: &str| match part {
                Some(part) if name == "startswith" => part.starts_with(wanted),
                Some(part) => part.ends_with(wanted),
                None => false,
            };
            match &wanted.value {
                Abstract::Seq(seq) if seq.kind == SeqKind::Tuple => {
                    for wanted in iterate(wanted)? {
                        if fits(text_arg(&wanted)?) {
                            return Ok(Abstract::bool(true));
                        }
                    }
                    Ok(Abstract::bool(false))
                }
                _ => Ok(Abstract::bool(fits(text_arg(wanted)?))),
            }
        }
        "find" | "rfind" | "index" | "rindex" => {
            let [wanted, bounds @ ..] = args.positional.as_slice() else { return Err(TYPE_ERROR) };
            let wanted = text_arg(wanted)?;
            let start = match bounds {
                [] => 0,
                [start] | [start, _] => {
                    let places = text.chars().count() as i64;
                    let start = integer(&start.value)?;
                    if start < 0 { (start + places).max(0) } else { start.min(places) }
                }
                _ => return Err(TYPE_ERROR),
            };
            let found = bounded(text, bounds)?.and_then(|part| {
                let at = if name.starts_with('r') { part.rfind(wanted) } else { part.find(wanted) };
                at.map(|at| part[..at].chars().count() as i64 + start)
            });
            match found {
                Some(place) => Ok(Abstract::int(place)),
                None if name.ends_with("find") => Ok(Abstract::int(-1)),
                None => Err(VALUE_ERROR),
            }
        }
        "count" => {
            let [wanted, bounds @ ..] = args.positional.as_slice() else { return Err(TYPE_ERROR) };
            let wanted = text_arg(wanted)?;
            Ok(Abstract::length(
                bounded(text, bounds)?.map_or(0, |part| part.matches(wanted).count()),
            ))
        }
        "zfill" => {
            let width = width(args.only()?)?;
            let missing = width.saturating_sub(text.chars().count());
            let (sign, digits) = match text.strip_prefix(['+', '-']) {
                Some(digits) => text.split_at(text.len() - digits.len()),
                None => ("", text),
            };
            Ok(Abstract::str(format!("{sign}{}{digits}", "0".repeat(missing))))
        }
        "center" | "ljust" | "rjust" => {
            let (width, fill) = match args.positional.as_slice() {
                [width_arg] => (width(width_arg)?, " "),
                [width_arg, fill] => (width(width_arg)?, text_arg(fill)?),
                _ => return Err(TYPE_ERROR),
            };
            if fill.chars().count() != 1 {
                return Err(TYPE_ERROR);
            }
            let missing = width.saturating_sub(text.chars().count());
            let left = match name {
                "ljust" => 0,
                "rjust" => missing,
                _ => missing / 2 + (missing & width & 1),
            };
            Ok(Abstract::str(format!("{}{text}{}", fill.repeat(left), fill.repeat(missing - left))))
        }
        "isdigit" | "isdecimal" | "isnumeric" => {
            ascii()?;
            Ok(Abstract::bool(!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())))
        }
        "isalpha" => {
            ascii()?;
            Ok(Abstract::bool(!text.is_empty() && text.bytes().all(|b| b.is_ascii_alphabetic())))
        }
        "isalnum" => {
            ascii()?;
            Ok(Abstract::bool(!text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric())))
        }
        "isspace" => Ok(Abstract::bool(!text.is_empty() && text.chars().all(is_space))),
        "isascii" => Ok(Abstract::bool(text.is_ascii())),
        "isupper" | "islower" => {
            ascii()?;
            type Case = fn(&u8) -> bool;
            let (upper, lower): (Case, Case) = (u8::is_ascii_uppercase, u8::is_ascii_lowercase);
            let (wanted, other) = if name == "isupper" { (upper, lower) } else { (lower, upper) };
            let bytes = text.as_bytes();
            Ok(Abstract::bool(bytes.iter().any(wanted) && !bytes.iter().any(other)))
        }
        "isidentifier" => {
            ascii()?;
            let mut bytes = text.bytes();
            let starts = bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
            Ok(Abstract::bool(starts && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')))
        }
        "encode" => {
            let encoding = args.positional.first().or(args.keyword("encoding"));
            let encoded = match encoding {
                None => Ok(Abstract::bytes(text.as_bytes())),
                Some(encoding) => encode(text, encoding.value.as_str()),
            };
            // What is put in the place of a letter that has no code.
            let has_errors = args.positional.len() > 1 || args.keyword("errors").is_some();
            match encoded {
                Err(Reason::Raises(_)) if has_errors => {
                    Err(Reason::NotFollowed("letters without a code"))
                }
                encoded => encoded,
            }
        }
        "__len__" => Ok(Abstract::length(text.chars().count())),
        _ => Err(no_method(&Abstract::str(text), name)),
    }
}

fn width(value: &Evaluated) -> Result<usize, Reason> {
    let width = integer(&value.value)?;
    let width = usize::try_from(width).unwrap_or(0);
    if width > crate::domain::LONGEST_TEXT { Err(Reason::TooLarge) } else { Ok(width) }
}

/// The part of the text between optional bounds; `None` where it begins behind the end.
fn bounded<'t>(text: &'t str, bounds: &[Evaluated]) -> Result<Option<&'t str>, Reason> {
    if bounds.is_empty() {
        return Ok(Some(text));
    }
    let bound = |value: Option<&Evaluated>| match value.map(|value| &value.value) {
        None | Some(Abstract::Const(Constant::None)) => Ok(None),
        Some(value) => integer(value).map(Some),
    };
    let (start, stop) = (bound(bounds.first())?, bound(bounds.get(1))?);
    let length = text.chars().count() as i64;
    let clamp = |at: i64| if at < 0 { (at + length).max(0) } else { at };
    let start = start.map_or(0, clamp);
    let stop = stop.map_or(length, clamp).min(length);
    if start > length || start > stop {
        return Ok(None);
    }
    let offset = |at: i64| text.char_indices().nth(at as usize).map_or(text.len(), |(at, _)| at);
    Ok(Some(&text[offset(start)..offset(stop)]))
}

pub(crate) fn encode(text: &str, encoding: Option<&str>) -> Result<Abstract, Reason> {
    let encoding = encoding.map(str::to_ascii_lowercase);
    match encoding.as_deref() {
        Some("utf-8" | "utf8" | "utf_8") => Ok(Abstract::bytes(text.as_bytes())),
        Some("ascii" | "us-ascii" | "latin-1" | "latin1" | "iso-8859-1") if text.is_ascii() => {
            Ok(Abstract::bytes(text.as_bytes()))
        }
        Some("ascii" | "us-ascii") => Err(Reason::Raises("UnicodeEncodeError")),
        _ => Err(Reason::NotFollowed("this encoding")),
    }
}

fn split<'t>(text: &'t str, args: &Args, from_right: bool) -> Result<Vec<&'t str>, Reason> {
    let separator = args.positional.first().or(args.keyword("sep"));
    let separator = match separator.map(|separator| &separator.value) {
        None | Some(Abstract::Const(Constant::None)) => None,
        Some(Abstract::Const(Constant::Str(separator))) => Some(separator),
        Some(value) if is_typed(value) => return Err(TYPE_ERROR),
        Some(value) => return Err(reason_of(value)),
    };
    let most = args.positional.get(1).or(args.keyword("maxsplit"));
    let most = match most {
        Some(most) => usize::try_from(integer(&most.value)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let mut pieces = Vec::new();
    match separator {
        Some(separator) if separator.is_empty() => return Err(VALUE_ERROR),
        Some(separator) if from_right => {
            pieces.extend(text.rsplitn(most.saturating_add(1), &**separator));
            pieces.reverse();
        }
        Some(separator) => pieces.extend(text.splitn(most.saturating_add(1), &**separator)),
        None if from_right => {
            let mut rest = text.trim_end_matches(is_space);
            while !rest.is_empty() {
                if pieces.len() == most {
                    pieces.push(rest);
                    break;
                }
                match rest.rfind(is_space) {
                    Some(at) => {
                        let next = rest[at..].chars().next().map_or(1, char::len_utf8);
                        pieces.push(&rest[at + next..]);
                        rest = rest[..at].trim_end_matches(is_space);
                    }
                    None => {
                        pieces.push(rest);
                        break;
                    }
                }
            }
            pieces.reverse();
        }
        None => {
            let mut rest = text.trim_start_matches(is_space);
            while !rest.is_empty() {
                if pieces.len() == most {
                    pieces.push(rest);
                    break;
                }
                match rest.find(is_space) {
                    Some(at) => {
                        pieces.push(&rest[..at]);
                        rest = rest[at..].trim_start_matches(is_space);
                    }
                    None => {
                        pieces.push(rest);
                        break;
                    }
                }
            }
        }
    }
    if pieces.len() > operators::MOST_ITEMS { Err(Reason::TooLarge) } else { Ok(pieces) }
}

fn split_lines(text: &str) -> Vec<&str> {
    let is_end = |c: char| {
        matches!(
            c,
            '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(is_end) {
        lines.push(&rest[..at]);
        let end = if rest[at..].starts_with("\r\n") {
            2
        } else {
            rest[at..].chars().next().map_or(1, char::len_utf8)
        };
        rest = &rest[at + end..];
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

/// `separator.join(items)`
fn join(separator: &str, items: &Evaluated) -> Result<Abstract, Reason> {
    let mut parts = Vec::new();
    for (index, item) in iterate(items)?.into_iter().enumerate() {
        if index > 0 && !separator.is_empty() {
            parts.push(Part::Literal(separator.into()));
        }
        match &item.value {
            Abstract::Const(Constant::Str(text)) => parts.push(Part::Literal(text.clone())),
            Abstract::Unknown(Reason::Raises(exception)) => return Err(Reason::Raises(exception)),
            value if is_typed(value) && !matches!(value, Abstract::Text(_)) => {
                return Err(TYPE_ERROR);
            }
            _ => parts.push(Part::Hole(item)),
        }
    }
    Ok(Abstract::text(parts))
}

/// `template.format(args)` of a template that is not written there.
fn format(template: &str, args: &Args) -> Result<Abstract, Reason> {
    let mut parts = Vec::new();
    let mut next = 0;
    replace_fields(template, args, &mut next, 0, &mut parts)?;
    Ok(Abstract::text(parts))
}

fn replace_fields(
    template: &str,
    args: &Args,
    next: &mut usize,
    depth: u32,
    parts: &mut Vec<Part>,
) -> Result<(), Reason> {
    if depth > 2 {
        return Err(VALUE_ERROR);
    }
    let mut literal = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        let mark = &rest[at..=at];
        let body = &rest[at + 1..];
        if body.starts_with(mark) {
            literal.push_str(mark);
            rest = &body[1..];
            continue;
        }
        if mark == "}" {
            return Err(VALUE_ERROR);
        }
        let mut open = 1usize;
        let end = body.find(|c| {
            match c {
                '{' => open += 1,
                '}' => open -= 1,
                _ => {}
            }
            open == 0
        });
        let end = end.ok_or(VALUE_ERROR)?;
        let (head, spec) = match body[..end].split_once(':') {
            Some((head, spec)) => (head, spec),
            None => (&body[..end], ""),
        };
        let (name, conversion) = match head.split_once('!') {
            Some((name, conversion)) => (name, conversion),
            None => (head, ""),
        };
        let value = field(name, args, next)?;
        let mut inner = Vec::new();
        replace_fields(spec, args, next, depth + 1, &mut inner)?;
        let Abstract::Const(Constant::Str(spec)) = Abstract::text(inner) else {
            return Err(Reason::NotFollowed("a format specification that is not known"));
        };
        let shown = match conversion {
            "" => with_spec(&value.value, &spec),
            "s" => to_str(&value.value).and_then(|text| with_spec(&Abstract::str(text), &spec)),
            "r" => to_repr(&value.value).and_then(|text| with_spec(&Abstract::str(text), &spec)),
            _ => return Err(Reason::NotFollowed("this conversion")),
        };
        match shown {
            Ok(text) => literal.push_str(&text),
            Err(raised @ Reason::Raises(_)) => return Err(raised),
            Err(_) => {
                parts.push(Part::Literal(std::mem::take(&mut literal).into()));
                parts.push(Part::Hole(value));
            }
        }
        rest = &body[end + 1..];
    }
    literal.push_str(rest);
    parts.push(Part::Literal(literal.into()));
    Ok(())
}

/// The value of a replacement field: `0`, `name`, `name[key]`.
fn field(name: &str, args: &Args, next: &mut usize) -> Result<Evaluated, Reason> {
    let end = name.find(['.', '[']).unwrap_or(name.len());
    let (first, mut rest) = name.split_at(end);
    let missing = |exception| if args.open { Reason::Part } else { Reason::Raises(exception) };
    let mut value = if first.is_empty() {
        *next += 1;
        args.positional.get(*next - 1).ok_or_else(|| missing("IndexError"))?.clone()
    } else if let Ok(index) = first.parse::<usize>() {
        args.positional.get(index).ok_or_else(|| missing("IndexError"))?.clone()
    } else {
        args.keyword(first).ok_or_else(|| missing("KeyError"))?.clone()
    };
    while let Some(after) = rest.strip_prefix('[') {
        let end = after.find(']').ok_or(VALUE_ERROR)?;
        let key = match after[..end].parse::<i64>() {
            Ok(number) => Abstract::int(number),
            Err(_) => Abstract::str(&after[..end]),
        };
        value = Evaluated { value: operators::item(&value.value, &key)?, site: value.site };
        rest = &after[end + 1..];
    }
    if rest.is_empty() { Ok(value) } else { Err(Reason::NotFollowed("an attribute in a format")) }
}

fn bytes_method(bytes: &[u8], name: &str, args: &Args) -> Result<Abstract, Reason> {
    match name {
        "decode" => {
            let encoding = args.positional.first().or(args.keyword("encoding"));
            let encoding = match encoding {
                None => Some("utf-8".to_owned()),
                Some(encoding) => encoding.value.as_str().map(str::to_ascii_lowercase),
            };
            match encoding.as_deref() {
                Some("utf-8" | "utf8" | "utf_8") => match std::str::from_utf8(bytes) {
                    Ok(text) => Ok(Abstract::str(text)),
                    Err(_) if args.positional.len() + args.keywords.len() > 1 => {
                        Err(Reason::NotFollowed("broken text"))
                    }
                    Err(_) => Err(Reason::Raises("UnicodeDecodeError")),
                },
                Some("ascii") if bytes.is_ascii() => match std::str::from_utf8(bytes) {
                    Ok(text) => Ok(Abstract::str(text)),
                    Err(_) => Err(Reason::NotFollowed("broken text")),
                },
                _ => Err(Reason::NotFollowed("this encoding")),
            }
        }
        "hex" if args.positional.is_empty() => {
            Ok(Abstract::str(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
        }
        "upper" => Ok(Abstract::bytes(bytes.to_ascii_uppercase())),
        "lower" => Ok(Abstract::bytes(bytes.to_ascii_lowercase())),
        "startswith" | "endswith" => match &args.only()?.value {
            Abstract::Const(Constant::Bytes(wanted)) => {
                Ok(Abstract::bool(if name == "startswith" {
                    bytes.starts_with(wanted)
                } else {
                    bytes.ends_with(wanted)
                }))
            }
            value => Err(reason_of(value)),
        },
        _ => Err(no_method(&Abstract::bytes(bytes), name)),
    }
}
