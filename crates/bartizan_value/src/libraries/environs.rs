//! environs 15.2 (`environs/__init__.py`): what its `Env` reads from the environment and from a `.env`
//! file, below the prefixes of the `with` statements around it.

use std::sync::Arc;

use bartizan_ir::{EffectKind, FileIr, FunctionId, FunctionKind, Value, ValueId};

use super::dj_database_url::{self, Options};
use super::dotenv::{self, Dialect};
use super::made::Maker;
use crate::FileId;
use crate::calls::Args;
use crate::domain::{Abstract, Cast, Constant, Evaluated, Symbol};
use crate::environment::{Given, Variable, Variables, env};
use crate::operators;
use crate::reason::Reason;
use crate::session::{Act, Session};

/// What a text is turned to that does not fit.
const INVALID: Abstract = Abstract::Unknown(Reason::Raises("EnvValidationError"));

const A_FILE: Reason = Reason::NotFollowed("a file that environs reads");
const A_PREFIX: Reason = Reason::NotFollowed("a prefix that others may set");

/// What a text of the environment is turned to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Text,
    Int,
    Float,
    Bool,
    List,
    Numbers,
    Dict,
    Json,
    Database,
    /// In a way that is not followed; a default is given back as it is all the same.
    Other,
}

impl Kind {
    fn of(method: &str) -> Option<Self> {
        Some(match method {
            "__call__" | "str" => Self::Text,
            "int" => Self::Int,
            "float" => Self::Float,
            "bool" => Self::Bool,
            "list" => Self::List,
            "dict" => Self::Dict,
            "json" => Self::Json,
            "dj_db_url" => Self::Database,
            "date" | "datetime" | "decimal" | "enum" | "log_level" | "path" | "time"
            | "timedelta" | "url" | "uuid" => Self::Other,
            _ => return None,
        })
    }

    fn cast(self) -> Cast {
        match self {
            Self::Text => Cast::Str,
            Self::Int => Cast::Int,
            Self::Float => Cast::Float,
            Self::Bool => Cast::Flag,
            Self::List | Self::Numbers => Cast::List,
            Self::Dict | Self::Json | Self::Database | Self::Other => Cast::Other,
        }
    }

    fn parse(self, text: &str, options: &Options<'_>, make: &mut Maker<'_>) -> Abstract {
        match self {
            Self::Text => Abstract::str(text),
            Self::Int => integer(text),
            Self::Float => {
                let is_plain = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
                let text = text.trim();
                match text.parse::<f64>() {
                    Ok(number) if text.chars().all(is_plain) && number.is_finite() => {
                        Abstract::float(number)
                    }
                    _ => Abstract::Unknown(Reason::NotFollowed("this number")),
                }
            }
            Self::Bool => match text {
                "t" | "T" | "true" | "True" | "TRUE" | "on" | "On" | "ON" | "y" | "Y" | "yes"
                | "Yes" | "YES" | "1" => Abstract::bool(true),
                "f" | "F" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" | "n" | "N"
                | "no" | "No" | "NO" | "0" => Abstract::bool(false),
                _ => INVALID,
            },
            Self::List | Self::Numbers if text.is_empty() => make.list(Vec::new()),
            Self::List => {
                let items = text.split(',').map(|item| make.text(item)).collect();
                make.list(items)
            }
            Self::Numbers => {
                let mut items = Vec::new();
                for item in text.split(',') {
                    match integer(item) {
                        Abstract::Unknown(reason) => return Abstract::Unknown(reason),
                        number => items.push(make.value(number)),
                    }
                }
                make.list(items)
            }
            Self::Dict => {
                let mut entries: Vec<(String, Evaluated)> = Vec::new();
                for pair in text.split(',').filter(|pair| !pair.is_empty()) {
                    let Some((name, value)) = pair.split_once('=') else {
                        return Abstract::Unknown(Reason::Raises("ValueError"));
                    };
                    let (name, value) = (name.trim(), make.text(value.trim()));
                    match entries.iter_mut().find(|(known, _)| known == name) {
                        Some((_, known)) => *known = value,
                        None => entries.push((name.to_owned(), value)),
                    }
                }
                make.dict(entries)
            }
            Self::Json => {
                let read = crate::literals::parse(text, crate::literals::Grammar::Json, make);
                read.unwrap_or(Abstract::Unknown(Reason::NotFollowed("this JSON")))
            }
            Self::Database => dj_database_url::parse(text, options, make),
            Self::Other => Abstract::Unknown(Reason::NotFollowed("this cast of the environment")),
        }
    }

    /// What a default is worth: a URL is parsed, and all else is given back as it is.
    fn defaulted(
        self,
        default: &Evaluated,
        options: &Options<'_>,
        make: &mut Maker<'_>,
    ) -> Abstract {
        match (self, default.value.as_str()) {
            (Self::Database, Some(text)) => self.parse(text, options, make),
            (Self::Database, None) => Abstract::Unknown(crate::format::reason_of(&default.value)),
            _ => default.value.clone(),
        }
    }
}

fn integer(text: &str) -> Abstract {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    match text.parse::<i64>() {
        Ok(number) => Abstract::int(number),
        Err(_) if digits.chars().any(|c| c == '_' || c.is_numeric()) => {
            Abstract::Unknown(Reason::NotFollowed("this number"))
        }
        Err(_) => INVALID,
    }
}

impl Session<'_> {
    /// What an `Env` of environs gives back; `None` for what is not followed.
    pub(super) fn environs_value(
        &mut self,
        at: Act,
        id: ValueId,
        symbol: &str,
        args: &Args,
    ) -> Option<Evaluated> {
        // The library has an `Env` of its own, which is imported.
        let (method, receiver) = match symbol.strip_prefix("environs.Env.") {
            Some(method) => (method, Some(args.positional.first()?)),
            None if symbol == "environs.env" => ("__call__", None),
            None => (symbol.strip_prefix("environs.env.")?, None),
        };
        let mut kind = Kind::of(method)?;
        if args.open || args.positional.len() > 3 + usize::from(receiver.is_some()) {
            return None;
        }
        let options = Options::of(args, args.positional.len(), &self.variables);
        let is_option = |name: &str| {
            kind == Kind::Database
                && matches!(name, "engine" | "conn_max_age" | "conn_health_checks" | "ssl_require")
        };
        let is_known = |name: &str| matches!(name, "name" | "default" | "subcast");
        // What is found may be validated, and refused; a default is not.
        if !args.keywords.iter().all(|(name, _)| is_known(name) || is_option(name)) {
            kind = match kind {
                Kind::Database => return None,
                _ => Kind::Other,
            };
        }
        let mut behind = args.positional.iter().skip(usize::from(receiver.is_some()));
        let name = behind.next().or(args.keyword("name"))?.value.as_str()?.to_owned();
        let default = behind.next().or(args.keyword("default"));
        let default = default.filter(|it| !matches!(it.value, Abstract::Const(Constant::Ellipsis)));
        if let Some(subcast) = behind.next().or(args.keyword("subcast")) {
            kind = match (&subcast.value, kind) {
                (Abstract::Ref(Symbol::External(name)), Kind::List) => match &**name {
                    "builtins.str" => Kind::List,
                    "builtins.int" => Kind::Numbers,
                    _ => Kind::Other,
                },
                (Abstract::Const(Constant::None), Kind::List) => Kind::List,
                (_, Kind::Database) => return None,
                _ => Kind::Other,
            };
        }
        let made_in = match receiver {
            Some(receiver) => receiver.site.file,
            None => self.frame_of(at).file,
        };
        let before = prefix_of(receiver)?;
        let name = match self.environs_prefix(at, id, receiver, made_in) {
            Ok(prefix) => format!("{before}{prefix}{name}"),
            Err(reason) => return Some(self.unknown(at, id, reason)),
        };
        let mut variables = self.variables_at(at, id);
        match self.environs_file(at, id, &name, made_in) {
            Ok(None) => {}
            Ok(Some(text)) => {
                let mut with_file = Variables::clone(&variables);
                with_file.give(&name, Given::Otherwise(text));
                variables = Arc::new(with_file);
            }
            Err(reason) => return Some(self.unknown(at, id, reason)),
        }
        let site = self.site(at, id);
        let mut fresh = || self.fresh(at);
        let mut make = Maker { site, fresh: &mut fresh };
        let value = match variables.get(&name) {
            Variable::Set(text) => kind.parse(text, &options, &mut make),
            Variable::Unset => match default {
                Some(default) => kind.defaulted(default, &options, &mut make),
                None => variables.missing(&name, kind.cast(), "EnvNotSetError"),
            },
            Variable::Unknown => {
                let default = default.map(|default| {
                    let value = kind.defaulted(default, &options, &mut make);
                    Evaluated { value, site: default.site }
                });
                env(&name, default, kind.cast())
            }
            Variable::Otherwise(text) => {
                let otherwise = kind.parse(text, &options, &mut make);
                let otherwise = make.value(otherwise);
                env(&name, Some(otherwise), kind.cast())
            }
        };
        Some(self.made(at, id, value))
    }

    /// What the `with env.prefixed(…)` around a call put before its name.
    fn environs_prefix(
        &mut self,
        at: Act,
        id: ValueId,
        receiver: Option<&Evaluated>,
        made_in: FileId,
    ) -> Result<String, Reason> {
        let ir = self.ir(at);
        let mentions = |ir: &FileIr| ir.strings.find("prefixed").is_some();
        if !mentions(ir) {
            // A function may be called from below a prefix of the module that made the reader.
            let is_alone = made_in == self.frame_of(at).file || !mentions(self.world.ir(made_in));
            return if is_alone { Ok(String::new()) } else { Err(A_PREFIX) };
        }
        let is_body = |function: FunctionId| {
            function == FileIr::module()
                || matches!(ir.function(function).kind, FunctionKind::ClassBody(_))
        };
        if !is_body(ir.stretch(id).function) || self.frame_of(at).function.is_some() {
            return Err(A_PREFIX);
        }
        let managers = |types: ValueId| match ir.value(ir.bare(types)) {
            Value::Tuple(items) => ir.items[items].iter().map(|item| item.value).collect(),
            _ => vec![types],
        };
        let calls = ir.values.iter().filter(|value| is_call_of(ir, **value, "prefixed")).count();
        let (mut followed, mut prefix) = (0, String::new());
        for tried in &ir.tries {
            let holds = (tried.start..tried.end).contains(&(id.index() as u32));
            for types in tried.handlers.iter().filter_map(|handler| handler.types) {
                for manager in managers(types) {
                    let manager = ir.bare(manager);
                    let Value::Call { callee, args } = ir.value(manager) else { continue };
                    if !is_call_of(ir, ir.value(manager), "prefixed") {
                        continue;
                    }
                    followed += 1;
                    let Value::Attr { of, .. } = ir.value(ir.bare(callee)) else { continue };
                    if !holds || !self.is_reader(at, of, receiver) {
                        continue;
                    }
                    let [only] = &ir.args[args] else { return Err(A_PREFIX) };
                    let only = self.eval(at, only.value);
                    prefix.push_str(only.value.as_str().ok_or(A_PREFIX)?);
                }
            }
        }
        if followed == calls { Ok(prefix) } else { Err(A_PREFIX) }
    }

    /// Whether the node is the very reader that a call is of.
    fn is_reader(&mut self, at: Act, of: ValueId, receiver: Option<&Evaluated>) -> bool {
        let of = self.eval(at, of);
        match receiver {
            Some(receiver) => of.site == receiver.site,
            None => {
                matches!(&of.value, Abstract::Ref(Symbol::External(name)) if &**name == "environs.env")
            }
        }
    }

    /// What the `.env` files that the reader has read say of a name. Variables of the process go before
    /// them, since 15 they are no part of the environment themselves.
    fn environs_file(
        &mut self,
        at: Act,
        id: ValueId,
        name: &str,
        made_in: FileId,
    ) -> Result<Option<String>, Reason> {
        let here = self.frame_of(at).file;
        let mut found = None;
        for file in [made_in, here] {
            let ir = self.world.ir(file);
            if found.is_some() || ir.strings.find("read_env").is_none() {
                continue;
            }
            let reads = ir.values.iter().filter(|value| is_call_of(ir, **value, "read_env"));
            let frame = self.file_frame(file);
            let root = self.frames[frame as usize].root;
            let mut followed = 0;
            let mut files: Vec<String> = Vec::new();
            for effect in &ir.effects[ir.function(FileIr::module()).effects] {
                let EffectKind::Call(call) = effect.kind else { continue };
                let Value::Call { args, .. } = ir.value(call) else { continue };
                let is_before = file != here || call < id || self.frame_of(at).function.is_some();
                if !is_call_of(ir, ir.value(call), "read_env") || !is_before {
                    continue;
                }
                followed += 1;
                if !self.holds(root, effect.path)? {
                    continue;
                }
                let args = self.arguments(root, args);
                let is_known = |name: &str| matches!(name, "path" | "recurse" | "verbose");
                if args.open || !args.keywords.iter().all(|(name, _)| is_known(name)) {
                    return Err(A_FILE);
                }
                files.extend(self.file_of_environs(file, &args).ok_or(A_FILE)?);
            }
            if followed != reads.count() {
                return Err(A_FILE);
            }
            // Where no such file lies in the tree, reading it says nothing. The first that says it counts.
            for path in files {
                let text = self.world.files().text(&path).ok_or(A_FILE)?;
                let pairs = dotenv::pairs(text, Dialect::Dotenv);
                if let Some((_, value)) = pairs.into_iter().rev().find(|(known, _)| known == name) {
                    found = Some(value.filter(|value| !value.contains("${")).ok_or(A_FILE)?);
                    break;
                }
            }
        }
        Ok(found)
    }

    /// The file that `env.read_env(path, recurse)` reads: the nearest of that name in the folder or above.
    /// `None` where that is not known, and in it nothing where there is none.
    pub(super) fn file_of_environs(&self, file: FileId, args: &Args) -> Option<Option<String>> {
        let given = args.positional.first().or(args.keyword("path"));
        let given = given.filter(|path| path.value != Abstract::none());
        let path = match given {
            Some(path) => self.world.path_in_tree(path)?,
            None => self.world.beside(file, ".env"),
        };
        let recurses = match args.positional.get(1).or(args.keyword("recurse")) {
            Some(recurses) => operators::truth(&recurses.value).ok()?,
            None => true,
        };
        if !recurses {
            return Some(Some(path).filter(|path| self.world.files().has_file(path)));
        }
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        Some(self.world.nearest_to(folder, &[name]))
    }
}

/// `Env(prefix="SHOP_")`; `None` for a reader that is made in a way that is not followed.
fn prefix_of(receiver: Option<&Evaluated>) -> Option<String> {
    let Some(receiver) = receiver else { return Some(String::new()) };
    let Abstract::Apply(made) = &receiver.value else { return None };
    if made.open {
        return None;
    }
    let mut prefix = String::new();
    for (name, value) in &made.args {
        match name.as_deref()? {
            "prefix" if matches!(value.value, Abstract::Const(Constant::None)) => {}
            "prefix" => prefix = value.value.as_str()?.to_owned(),
            "eager" if operators::truth(&value.value) == Ok(true) => {}
            "expand_vars" if operators::truth(&value.value) == Ok(false) => {}
            _ => return None,
        }
    }
    Some(prefix)
}

fn is_call_of(ir: &FileIr, value: Value, method: &str) -> bool {
    let Value::Call { callee, .. } = value else { return false };
    matches!(ir.value(ir.bare(callee)), Value::Attr { name, .. } if ir.str(name) == method)
}
