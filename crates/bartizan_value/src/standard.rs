//! Functions of Python's standard library that compute from text alone, as settings use them: JSON,
//! literals, durations, URLs.

mod data_classes;
pub(crate) mod durations;
mod functional;
pub(crate) mod named_tuples;
mod texts;
mod toml;

use rustc_hash::FxHashMap;

use crate::calls::Args;
use crate::domain::{Abstract, Constant, Evaluated, Object, Site, Symbol};
use crate::libraries::Maker;
use crate::literals::{Grammar, parse};
use crate::operators;

/// What a call gives; `None` for what is not computed here.
pub(crate) fn called(symbol: &str, args: &Args, make: &mut Maker<'_>) -> Option<Abstract> {
    if args.open {
        return None;
    }
    let text = |place: usize| args.positional.get(place)?.value.as_str();
    match symbol {
        "json.loads" => parse(text(0)?, Grammar::Json, make),
        "json.load" => match &args.only().ok()?.value {
            Abstract::Seq(lines) => {
                let whole = crate::file_texts::whole(lines).ok()?;
                parse(whole.as_str()?, Grammar::Json, make)
            }
            _ => None,
        },
        "tomllib.loads" | "tomli.loads" => toml::read(text(0)?, make),
        "tomllib.load" | "tomli.load" => match &args.only().ok()?.value {
            Abstract::Seq(lines) => match crate::file_texts::whole(lines).ok()? {
                Abstract::Const(Constant::Bytes(bytes)) => {
                    toml::read(std::str::from_utf8(&bytes).ok()?, make)
                }
                _ => None,
            },
            _ => None,
        },
        "ast.literal_eval" => parse(text(0)?, Grammar::Python, make),
        "copy.deepcopy" => {
            let only = args.only().ok()?;
            let mut copies = FxHashMap::default();
            only.is_known().then(|| copied(&only.value, &mut copies, make)).flatten()
        }
        "os.path.splitext" => {
            let path = text(0)?;
            let name = path.rfind('/').map_or(0, |at| at + 1);
            let begins = path[name..].len() - path[name..].trim_start_matches('.').len();
            let dot = path[name + begins..].rfind('.').map(|at| name + begins + at);
            let (root, extension) = path.split_at(dot.unwrap_or(path.len()));
            Some(Abstract::tuple(vec![make.text(root), make.text(extension)]))
        }
        _ if symbol.starts_with("base64.") || symbol.starts_with("textwrap.") => {
            texts::called(symbol, args)
        }
        _ => attribute(symbol, args.only().ok()?),
    }
}

/// What an attribute of a result is, or a method of it without arguments; `symbol` is the name of the
/// function that gave the result and the attribute's.
pub(crate) fn attribute(symbol: &str, of: &Evaluated) -> Option<Abstract> {
    let Abstract::Apply(made) = &of.value else { return None };
    let Symbol::External(maker) = &made.symbol else { return None };
    let name = symbol.strip_prefix(&**maker)?.strip_prefix('.')?;
    match &**maker {
        "collections.namedtuple.__call__" => named_tuples::attribute(of, name),
        "datetime.timedelta" => durations::attribute(&of.value, name),
        "urllib.parse.urlparse" | "urllib.parse.urlsplit" => {
            let [(None, url)] = made.args.as_slice() else { return None };
            part_of_url(url.value.as_str()?, name)
        }
        _ => None,
    }
}

/// The same containers again, held by nobody else. What is one object is one in the copy, too.
pub(crate) fn copied(
    value: &Abstract,
    copies: &mut FxHashMap<Object, Object>,
    make: &mut Maker<'_>,
) -> Option<Abstract> {
    let mut inner = |value: &Evaluated, make: &mut Maker<'_>| {
        Some(Evaluated { value: copied(&value.value, copies, make)?, site: value.site })
    };
    Some(match value {
        Abstract::Seq(seq) => {
            let items = seq.items.iter().map(|item| inner(item, make)).collect::<Option<_>>()?;
            let object = match seq.object {
                Object::NONE => Object::NONE,
                object => *copies.entry(object).or_insert_with(|| (make.fresh)()),
            };
            Abstract::seq(seq.kind, items, None, object)
        }
        Abstract::Map(map) => {
            let entries = map
                .entries
                .iter()
                .map(|(key, value)| Some((key.clone(), inner(value, make)?)))
                .collect::<Option<_>>()?;
            let object = *copies.entry(map.object).or_insert_with(|| (make.fresh)());
            Abstract::map(entries, None, object)
        }
        Abstract::Const(_) | Abstract::Text(_) => value.clone(),
        _ => return None,
    })
}

/// A part of what `urllib.parse.urlparse` makes of a URL.
fn part_of_url(url: &str, name: &str) -> Option<Abstract> {
    // What is stripped, and where parameters of a path begin, is another matter.
    if url.contains(|c: char| c.is_control() || c == ';') || url.trim() != url {
        return None;
    }
    let is_scheme = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    let (scheme, rest) = match url.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_ascii_lowercase(), rest),
        _ => (String::new(), url),
    };
    let (authority, rest) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len())),
        None => ("", rest),
    };
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    // Addresses in brackets are left to others.
    if host.contains(['[', ']']) {
        return None;
    }
    let (host, port) = match host.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (host, None),
    };
    let or_none = |text: Option<&str>| text.map_or_else(Abstract::none, Abstract::str);
    Some(match name {
        "scheme" => Abstract::str(scheme),
        "netloc" => Abstract::str(authority),
        "path" => Abstract::str(path),
        "query" => Abstract::str(query),
        "fragment" => Abstract::str(fragment),
        "hostname" if host.is_ascii() => match host {
            "" => Abstract::none(),
            host => Abstract::str(host.to_ascii_lowercase()),
        },
        "port" => match port {
            None | Some("") => Abstract::none(),
            Some(port) => Abstract::int(i64::from(port.parse::<u16>().ok()?)),
        },
        "username" => or_none(user.map(|user| user.split_once(':').map_or(user, |(name, _)| name))),
        "password" => or_none(user.and_then(|user| Some(user.split_once(':')?.1))),
        _ => return None,
    })
}

/// What `object()` gives: it is the same as nothing that was made elsewhere, or at another time.
pub(crate) fn bare_object(object: Object, site: Site) -> Abstract {
    let number = Evaluated { value: Abstract::int(i64::from(object.0)), site };
    Abstract::apply(Symbol::External("builtins.object".into()), vec![(None, number)], false)
}

/// Which of all that `object()` gave a value is.
pub(crate) fn identity(value: &Abstract) -> Option<i64> {
    match value {
        Abstract::Apply(made) if matches!(&made.symbol, Symbol::External(name) if &**name == "builtins.object") => {
            operators::integer(&made.args.first()?.1.value).ok()
        }
        _ => None,
    }
}

/// Whether a value can be compared with an object by its identity: it is surely none.
pub(crate) fn is_no_object(value: &Abstract) -> bool {
    matches!(
        value,
        Abstract::Const(
            Constant::Str(_)
                | Constant::Int(_)
                | Constant::Float(_)
                | Constant::Bool(_)
                | Constant::None
                | Constant::Bytes(_)
                | Constant::Tuple(_)
        ) | Abstract::Seq(_)
            | Abstract::Map(_)
            | Abstract::Text(_)
    )
}
