//! How values are shown to people: where a choice has its conditions and what is not known its reason.

use std::fmt;

use crate::domain::{Abstract, Constant, Evaluated, Part, Symbol};
use crate::format::{write_constant, write_quoted};
use crate::reason::Reason;

pub(crate) fn display_constant(constant: &Constant, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut out = String::new();
    match (write_constant(constant, &mut out), constant) {
        (Ok(()), _) => f.write_str(&out),
        (Err(_), Constant::Str(text)) => {
            let mut quoted = String::new();
            write_quoted(text, &mut quoted);
            f.write_str(&quoted)
        }
        (Err(_), Constant::FrozenSet(items)) => {
            f.write_str("frozenset({")?;
            for (index, item) in items.iter().enumerate() {
                f.write_str(if index > 0 { ", " } else { "" })?;
                display_constant(item, f)?;
            }
            f.write_str("})")
        }
        (Err(_), _) => f.write_str("…"),
    }
}

pub(crate) fn display(value: &Abstract, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Abstract::Const(constant) => display_constant(constant, f),
        Abstract::Text(text) => {
            f.write_str("\"")?;
            for part in &text.parts {
                match part {
                    Part::Literal(text) => write!(f, "{}", text.escape_debug())?,
                    Part::Hole(hole) => write!(f, "{{{hole}}}")?,
                }
            }
            f.write_str("\"")
        }
        Abstract::Seq(seq) => {
            let (open, close) = seq.brackets();
            f.write_str(open)?;
            items(seq.items.iter(), &seq.open, f)?;
            f.write_str(close)
        }
        Abstract::Map(map) => {
            f.write_str("{")?;
            for (index, (key, value)) in map.entries.iter().enumerate() {
                f.write_str(if index > 0 { ", " } else { "" })?;
                write!(f, "{key}: {value}")?;
            }
            if map.open.is_some() {
                f.write_str(if map.entries.is_empty() { "…" } else { ", …" })?;
            }
            f.write_str("}")
        }
        Abstract::Ref(symbol) => display_symbol(symbol, f),
        Abstract::Apply(apply) => {
            display_symbol(&apply.symbol, f)?;
            if let Some(name) = apply.member_name() {
                return write!(f, ".{name}");
            }
            f.write_str("(")?;
            for (index, (name, value)) in apply.args.iter().enumerate() {
                f.write_str(if index > 0 { ", " } else { "" })?;
                if let Some(name) = name {
                    write!(f, "{name}=")?;
                }
                write!(f, "{value}")?;
            }
            if apply.open {
                f.write_str(if apply.args.is_empty() { "…" } else { ", …" })?;
            }
            f.write_str(")")
        }
        Abstract::Choice(choice) => {
            f.write_str("<")?;
            for (index, alternative) in choice.alternatives.iter().enumerate() {
                f.write_str(if index > 0 { " or " } else { "" })?;
                write!(f, "{}", alternative.value)?;
            }
            f.write_str(">")
        }
        Abstract::Env(env) => {
            write!(f, "<environment {}", env.name)?;
            if let Some(default) = &env.default {
                write!(f, ", else {default}")?;
            }
            f.write_str(">")
        }
        Abstract::Unknown(reason) => write!(f, "<unknown: {reason}>"),
    }
}

fn items<'a>(
    items: impl Iterator<Item = &'a Evaluated>,
    open: &Option<Reason>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut any = false;
    for item in items {
        f.write_str(if any { ", " } else { "" })?;
        write!(f, "{item}")?;
        any = true;
    }
    if open.is_some() {
        f.write_str(if any { ", …" } else { "…" })?;
    }
    Ok(())
}

fn display_symbol(symbol: &Symbol, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match symbol {
        Symbol::Function(..) => f.write_str("<function>"),
        Symbol::Class(..) => f.write_str("<class>"),
        Symbol::Module(_) => f.write_str("<module>"),
        Symbol::External(name) => f.write_str(name.strip_prefix("builtins.").unwrap_or(name)),
    }
}
