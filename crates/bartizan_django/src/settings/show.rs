//! Values as a person reads them, with what must stay secret hidden.

use bartizan_ir::{FileIr, Value, ValueId};
use bartizan_project::Project;
use bartizan_value::{Abstract, Cast, Constant, Evaluated, Reason, Symbol};

/// Words in names whose values nobody prints: those that Django hides on its error pages
/// (`django.views.debug.SafeExceptionReporterFilter`), and a few more.
const SECRET_WORDS: &[&str] =
    &["API", "AUTH", "TOKEN", "KEY", "SECRET", "PASS", "SIGNATURE", "DSN", "CREDENTIAL"];

/// Names with such a word that hold no secret.
const OPEN_NAMES: &[&str] = &[
    "AUTH_PASSWORD_VALIDATORS",
    "AUTH_USER_MODEL",
    "AUTHENTICATION_BACKENDS",
    "PASSWORD_HASHERS",
    "PASSWORD_RESET_TIMEOUT",
    "PASSWORD_RESET_TIMEOUT_DAYS",
    "DEFAULT_AUTHENTICATION_CLASSES",
];

/// What stands for a secret.
const HIDDEN: &str = "‹hidden›";

/// Whether the value of a name is nobody's business.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_uppercase();
    if OPEN_NAMES.contains(&name.as_str()) || name.contains("AUTHENTICATION") {
        return false;
    }
    name.split(|c: char| !c.is_alphanumeric()).any(|word| {
        SECRET_WORDS.iter().any(|secret| word == *secret || word.ends_with(secret))
            || word.starts_with("PASS")
    })
}

/// A value as Python writes it, as far as it is known; what is secret by its name is hidden.
pub fn shown(name: &str, value: &Evaluated) -> String {
    let mut out = String::new();
    write(&mut out, value, is_secret_name(name), 0);
    out
}

/// How deep values are shown.
const DEEPEST: usize = 12;

fn write(out: &mut String, value: &Evaluated, is_secret: bool, depth: usize) {
    if depth > DEEPEST {
        out.push('…');
        return;
    }
    let depth = depth + 1;
    match &value.value {
        Abstract::Const(Constant::Str(text)) if is_secret && !text.is_empty() => {
            out.push_str(HIDDEN)
        }
        Abstract::Const(Constant::Bytes(bytes)) if is_secret && !bytes.is_empty() => {
            out.push_str(HIDDEN);
        }
        Abstract::Const(Constant::Str(text)) if has_password(text) => out.push_str(HIDDEN),
        Abstract::Text(_) if is_secret => out.push_str(HIDDEN),
        Abstract::Const(_) | Abstract::Text(_) => out.push_str(&value.to_string()),
        Abstract::Seq(seq) => {
            let (open, close) = seq.brackets();
            out.push_str(open);
            for (index, item) in seq.items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                write(out, item, is_secret, depth);
            }
            if seq.open.is_some() {
                out.push_str(if seq.items.is_empty() { "…" } else { ", …" });
            }
            out.push_str(close);
        }
        Abstract::Map(map) => {
            out.push('{');
            for (index, (key, item)) in map.entries.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                write(out, key, false, depth);
                out.push_str(": ");
                let is_secret = is_secret || key.value.as_str().is_some_and(is_secret_name);
                write(out, item, is_secret, depth);
            }
            if let Some(reason) = &map.open {
                out.push_str(if map.entries.is_empty() { "…" } else { ", …" });
                // What a URL of the environment says is in it.
                if let Reason::Environment(name) = reason {
                    out.push_str(" env ");
                    out.push_str(name);
                }
            }
            out.push('}');
        }
        Abstract::Ref(symbol) => out.push_str(&symbol_name(symbol)),
        Abstract::Apply(apply) => {
            out.push_str(&symbol_name(&apply.symbol));
            if let Some(name) = apply.member_name() {
                out.push('.');
                out.push_str(name);
                return;
            }
            out.push('(');
            for (index, (name, item)) in apply.args.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                let mut is_secret = is_secret;
                if let Some(name) = name {
                    out.push_str(name);
                    out.push('=');
                    is_secret |= is_secret_name(name);
                }
                write(out, item, is_secret, depth);
            }
            if apply.open {
                out.push_str(if apply.args.is_empty() { "…" } else { ", …" });
            }
            out.push(')');
        }
        Abstract::Choice(choice) => {
            for (index, way) in choice.alternatives.iter().enumerate() {
                out.push_str(if index > 0 { " or " } else { "" });
                // On that way nothing binds it.
                if depth == 1 && way.value.value.unknown() == Some(&Reason::Raises("NameError")) {
                    out.push_str("not set");
                    continue;
                }
                write(out, &way.value, is_secret, depth);
            }
        }
        Abstract::Env(env) => {
            out.push_str("env ");
            out.push_str(&env.name);
            let word = match env.cast {
                Cast::Str => "",
                Cast::Int => " as a number",
                Cast::Float => " as a number",
                Cast::Bool => " as a truth (any text is true)",
                Cast::Flag => " as a truth",
                Cast::List => " as a list",
                Cast::Other => ", cast",
            };
            out.push_str(word);
            if let Some(default) = &env.default {
                out.push_str(", else ");
                write(out, default, is_secret, depth);
            }
        }
        Abstract::Unknown(reason) => {
            out.push_str("unknown: ");
            out.push_str(&reason.to_string());
        }
    }
}

fn symbol_name(symbol: &Symbol) -> String {
    match symbol {
        Symbol::External(name) => name.strip_prefix("builtins.").unwrap_or(name).to_owned(),
        Symbol::Function(..) => "a function of the project".to_owned(),
        Symbol::Class(..) => "a class of the project".to_owned(),
        Symbol::Module(_) => "a module of the project".to_owned(),
    }
}

/// `scheme://user:password@host`
fn has_password(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    authority.rsplit_once('@').is_some_and(|(user, _)| {
        user.split_once(':').is_some_and(|(_, password)| !password.is_empty())
    })
}

/// The variables of the environment that a value is read from, or was decided by.
pub fn variables(value: &Evaluated) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, &mut found, 0);
    found.sort();
    found.dedup();
    found
}

/// Nodes that one value is made of which are looked at.
const MOST_NODES: usize = 256;

/// The variable of the environment that is read where a value is made: `DEBUG`, of
/// `os.environ["DEBUG"]` and `env.bool("DEBUG")`.
pub fn read_variable(project: &Project, value: &Evaluated) -> Option<String> {
    read_at(project.ir(value.site.file), value.site.node)
}

fn read_at(ir: &FileIr, node: ValueId) -> Option<String> {
    let name = match ir.value(ir.bare(node)) {
        Value::Call { args, .. } => ir.args[args].first()?.value,
        Value::Index { key, .. } => key,
        _ => return None,
    };
    match ir.value(ir.bare(name)) {
        Value::Str(name) => Some(ir.str(name).to_owned()),
        _ => None,
    }
}

/// The variables that are read wherever a value is made: also of `os.environ.get("DEBUG") == "1"`.
pub fn read_variables(project: &Project, value: &Evaluated) -> Vec<String> {
    let ir = project.ir(value.site.file);
    let mut found: Vec<String> = Vec::new();
    let mut left = vec![value.site.node];
    for _ in 0..MOST_NODES {
        let Some(node) = left.pop() else { break };
        if let Some(name) = read_at(ir, node)
            && !found.contains(&name)
        {
            found.push(name);
        }
        bartizan_value::operands(ir, ir.value(ir.bare(node)), &mut |operand| left.push(operand));
    }
    found
}

fn collect(value: &Evaluated, found: &mut Vec<String>, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    let mut inner = |value: &Evaluated| collect(value, found, depth + 1);
    match &value.value {
        Abstract::Env(env) => {
            env.default.iter().for_each(&mut inner);
            found.push(env.name.to_string());
        }
        Abstract::Unknown(Reason::Environment(name)) => found.push(name.to_string()),
        Abstract::Choice(choice) => choice.alternatives.iter().for_each(|way| inner(&way.value)),
        Abstract::Seq(seq) => {
            seq.items.iter().for_each(inner);
            if let Some(Reason::Environment(name)) = &seq.open {
                found.push(name.to_string());
            }
        }
        Abstract::Map(map) => {
            map.entries.iter().for_each(|(_, item)| inner(item));
            if let Some(Reason::Environment(name)) = &map.open {
                found.push(name.to_string());
            }
        }
        Abstract::Apply(apply) => apply.args.iter().for_each(|(_, item)| inner(item)),
        Abstract::Text(text) => text.parts.iter().for_each(|part| {
            if let bartizan_value::Part::Hole(hole) = part {
                inner(hole);
            }
        }),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_by_their_names() {
        for name in
            ["SECRET_KEY", "EMAIL_HOST_PASSWORD", "AWS_SECRET_ACCESS_KEY", "SENTRY_DSN", "PASSWD"]
        {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["DEBUG", "AUTH_USER_MODEL", "PASSWORD_HASHERS", "KEYBOARD", "INSTALLED_APPS"] {
            assert!(!is_secret_name(name), "{name}");
        }
        assert!(has_password("postgres://shop:hunter2@db.example/shop"));
        assert!(!has_password("postgres://db.example/shop"));
        assert!(!has_password("https://user@shop.example/a:b@c"));
    }
}
