//! Paths of files, as far as their text is known: `pathlib.Path` and `os.path`, as a POSIX system
//! computes them.

use std::sync::Arc;

use crate::domain::{Abstract, Apply, Constant, Evaluated, Symbol};

/// What a function, method or attribute about paths gives, where that follows from text alone. The
/// object of a method is the first argument.
pub(crate) fn computed(symbol: &str, args: &[Evaluated]) -> Option<Abstract> {
    let texts: Vec<&str> = args.iter().map(text_of).collect::<Option<_>>()?;
    let (first, rest) = texts.split_first()?;
    if let Some(function) = symbol.strip_prefix("os.path.") {
        let alone = rest.is_empty();
        return Some(Abstract::str(match function {
            "join" => joined(first, rest),
            "dirname" if alone => directory(first).to_owned(),
            "basename" if alone => first[first.rfind('/').map_or(0, |at| at + 1)..].to_owned(),
            "normpath" if alone => normal(first),
            "abspath" if alone && first.starts_with('/') => normal(first),
            _ => return None,
        }));
    }
    if matches!(symbol, "os.fspath" | "os.fsdecode") && rest.is_empty() {
        return Some(Abstract::str(*first));
    }
    let (class, member) = class_and_member(symbol)?;
    match member {
        None | Some("joinpath") => Some(path(class, &clean(&joined(first, rest)), &args[0])),
        Some("with_name" | "with_suffix") => {
            let [new] = rest else { return None };
            let (folder, name) = match first.rsplit_once('/') {
                Some((folder, name)) => (format!("{folder}/"), name),
                None => (String::new(), *first),
            };
            let stem = match name.rfind('.').filter(|at| *at > 0) {
                Some(dot) => &name[..dot],
                None => name,
            };
            let is_name = !name.is_empty() && name != "." && !name.ends_with('.');
            let is_new = !new.is_empty() && !new.contains('/') && *new != ".";
            match member? {
                "with_name" if is_name && is_new => {
                    Some(path(class, &format!("{folder}{new}"), &args[0]))
                }
                "with_suffix" if is_name && is_new && new.starts_with('.') && new.len() > 1 => {
                    Some(path(class, &format!("{folder}{stem}{new}"), &args[0]))
                }
                _ => None,
            }
        }
        Some(member) if rest.is_empty() => {
            let name = match first.rsplit('/').next() {
                Some(".") | None => "",
                Some(name) => name,
            };
            let dot = name.rfind('.').filter(|at| *at > 0);
            match member {
                "parent" => Some(path(class, parent(first), &args[0])),
                "as_posix" | "__str__" | "__fspath__" => Some(Abstract::str(*first)),
                "name" => Some(Abstract::str(name)),
                // What a dot at the end means differs between versions.
                "stem" | "suffix" if name.ends_with('.') => None,
                "stem" => Some(Abstract::str(&name[..dot.unwrap_or(name.len())])),
                "suffix" => Some(Abstract::str(&name[dot.unwrap_or(name.len())..])),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a value surely is a `Path`, though its text may not be known, or surely a text; `None` of
/// anything else.
pub(crate) fn is_path(value: &Abstract) -> Option<bool> {
    match value {
        Abstract::Const(Constant::Str(_)) | Abstract::Text(_) => Some(false),
        Abstract::Apply(apply) => {
            let Symbol::External(symbol) = &apply.symbol else { return None };
            if let Some(function) = symbol.strip_prefix("os.path.") {
                let gives_text = matches!(
                    function,
                    "abspath"
                        | "basename"
                        | "dirname"
                        | "expanduser"
                        | "join"
                        | "normpath"
                        | "realpath"
                );
                return gives_text.then_some(false);
            }
            match class_and_member(symbol)?.1 {
                None
                | Some("absolute" | "cwd" | "expanduser" | "home" | "joinpath" | "parent")
                | Some("resolve" | "with_name" | "with_suffix") => Some(true),
                Some("as_posix" | "name" | "stem" | "suffix" | "__str__") => Some(false),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a `Path`, or else a text, is an instance of a class by its dotted name; `None` of a class that
/// is neither's.
pub(crate) fn is_instance(is_path: bool, class: &str) -> Option<bool> {
    match class {
        "pathlib.Path" | "pathlib.PurePath" | "os.PathLike" => Some(is_path),
        "builtins.str" => Some(!is_path),
        "builtins.bool" | "builtins.bytes" | "builtins.dict" | "builtins.float"
        | "builtins.int" | "builtins.list" | "builtins.set" | "builtins.tuple" => Some(false),
        _ => None,
    }
}

/// The text of a path that is wholly known.
pub(crate) fn known(apply: &Apply) -> Option<&str> {
    let Symbol::External(symbol) = &apply.symbol else { return None };
    match (class_and_member(symbol)?, apply.args.as_slice()) {
        ((_, None), [(None, text)]) if !apply.open => text.value.as_str(),
        _ => None,
    }
}

/// The text of a value that is text, or a path whose text is known.
pub(crate) fn text_of(value: &Evaluated) -> Option<&str> {
    match &value.value {
        Abstract::Const(Constant::Str(text)) => Some(text),
        Abstract::Apply(apply) => known(apply),
        _ => None,
    }
}

fn class_and_member(symbol: &str) -> Option<(&str, Option<&str>)> {
    let rest = symbol.strip_prefix("pathlib.")?;
    let (class, member) = match rest.split_once('.') {
        Some((class, member)) => (class, Some(member)),
        None => (rest, None),
    };
    matches!(class, "Path" | "PurePath" | "PosixPath" | "PurePosixPath").then_some((class, member))
}

fn path(class: &str, text: &str, of: &Evaluated) -> Abstract {
    let text = Evaluated { value: Abstract::str(text), site: of.site };
    let symbol: Arc<str> = format!("pathlib.{class}").into();
    Abstract::apply(Symbol::External(symbol), vec![(None, text)], false)
}

/// `os.path.join`
fn joined(first: &str, rest: &[&str]) -> String {
    let mut path = first.to_owned();
    for part in rest {
        if part.starts_with('/') {
            path.clear();
        } else if !path.is_empty() && !path.ends_with('/') {
            path.push('/');
        }
        path.push_str(part);
    }
    path
}

/// `os.path.dirname`
fn directory(path: &str) -> &str {
    let head = &path[..path.rfind('/').map_or(0, |at| at + 1)];
    match head.trim_end_matches('/') {
        "" => head,
        trimmed => trimmed,
    }
}

/// `os.path.normpath`
fn normal(path: &str) -> String {
    let slashes = match path.bytes().take_while(|byte| *byte == b'/').count() {
        0 => "",
        2 => "//",
        _ => "/",
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if !slashes.is_empty() && parts.is_empty() => {}
            part => parts.push(part),
        }
    }
    match (slashes, parts.is_empty()) {
        ("", true) => ".".to_owned(),
        _ => format!("{slashes}{}", parts.join("/")),
    }
}

/// The text of a `Path`: without empty parts and `.`.
fn clean(path: &str) -> String {
    let slashes = match path.bytes().take_while(|byte| *byte == b'/').count() {
        0 => "",
        2 => "//",
        _ => "/",
    };
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    match (slashes, parts.is_empty()) {
        ("", true) => ".".to_owned(),
        _ => format!("{slashes}{}", parts.join("/")),
    }
}

/// `Path.parent`
fn parent(path: &str) -> &str {
    match path.rfind('/') {
        None => ".",
        Some(_) if path.trim_matches('/').is_empty() => path,
        Some(0) => "/",
        Some(1) if path.starts_with("//") => "//",
        Some(at) => &path[..at],
    }
}
