//! Libraries with which settings are written: what they read from the environment and from files, and
//! what they make of it.

mod configurations;
mod database_url;
mod dj_database_url;
mod dotenv;
mod email;
mod environs;
mod include;
mod made;
mod pydantic;
mod readers;
mod timeline;
mod url;

pub(crate) use dotenv::Known;
pub(crate) use include::{Included, Includer};
pub(crate) use made::Maker;
pub(crate) use timeline::Timeline;

use std::sync::Arc;

use bartizan_ir::{EffectKind, FileIr, ValueId};

use self::dotenv::Dialect;
use self::readers::{Asked, Library};
use crate::calls::Args;
use crate::domain::{Abstract, Cast, Evaluated, Symbol};
use crate::environment::{Given, Variable, Variables, env};
use crate::reason::Reason;
use crate::session::{Act, Session};

impl Session<'_> {
    /// What a library reads from the environment of the process, or from a file; `None` for what does
    /// not.
    pub(crate) fn library_value(
        &mut self,
        at: Act,
        id: ValueId,
        symbol: &str,
        args: &Args,
    ) -> Option<Evaluated> {
        let library = symbol.split('.').next().unwrap_or(symbol);
        let value = match library {
            "decouple" if symbol == "decouple.strtobool" => readers::decouple_strtobool(args)?,
            "environ" | "decouple" => return self.reader_value(at, id, symbol, args),
            "environs" => return self.environs_value(at, id, symbol, args),
            "dj_database_url" => self.dj_database_url(at, id, symbol, args)?,
            "distutils" | "setuptools" if symbol.ends_with("distutils.util.strtobool") => {
                readers::strtobool(args)?
            }
            "dotenv" => self.dotenv_value(at, id, symbol, args)?,
            "pathlib" if let Some(read) = self.read_by_path(at, id, symbol, args) => {
                read.unwrap_or_else(Abstract::Unknown)
            }
            "os" | "pathlib" if let Some(found) = self.file_there(symbol, args) => found,
            "collections" => {
                let site = self.site(at, id);
                let mut fresh = || self.fresh(at);
                let mut make = Maker { site, fresh: &mut fresh };
                crate::standard::named_tuples::called(symbol, args, &mut make)?
            }
            "ast" | "base64" | "copy" | "datetime" | "json" | "os" | "textwrap" | "tomli"
            | "tomllib" | "urllib" => {
                let site = self.site(at, id);
                let mut fresh = || self.fresh(at);
                crate::standard::called(symbol, args, &mut Maker { site, fresh: &mut fresh })?
            }
            _ => return None,
        };
        Some(self.made(at, id, value))
    }

    fn reader_value(
        &mut self,
        at: Act,
        id: ValueId,
        symbol: &str,
        args: &Args,
    ) -> Option<Evaluated> {
        if args.open {
            return None;
        }
        if symbol == "environ.Env.db_url_config" || symbol == "environ.Env.parse_db_url" {
            return None;
        }
        let prefix = match symbol.starts_with("environ.") {
            true => match self.environ_prefix(args) {
                Ok(prefix) => prefix,
                Err(reason) => return Some(self.unknown(at, id, reason)),
            },
            false => String::new(),
        };
        let asked = Asked::of(symbol, args, &prefix)?;
        let mut variables = self.variables_at(at, id);
        if asked.library == Library::Decouple
            && let Some(given) = self.decouple_file(at, symbol, args, &asked.name)
        {
            let mut with_file = Variables::clone(&variables);
            with_file.give(&asked.name, given);
            variables = Arc::new(with_file);
        }
        let (library, by) = (asked.library, asked.by.clone());
        let is_set = matches!(variables.get(&asked.name), Variable::Set(_));
        let site = self.site(at, id);
        let value = {
            let mut fresh = || self.fresh(at);
            asked.answer(&variables, &mut Maker { site, fresh: &mut fresh })
        };
        let value = self.made(at, id, value);
        let Some(by) = by else { return Some(value) };
        // A function of the project turns what is found, and decouple gives it defaults, too.
        Some(match &value.value {
            Abstract::Env(read) => {
                let default = read.default.as_ref().map(|default| match library {
                    Library::Decouple => self.turned(at, id, &by, default.clone()),
                    Library::Environ => default.clone(),
                });
                let value = env(&read.name, default, Cast::Other);
                self.made(at, id, value)
            }
            Abstract::Unknown(_) => value,
            _ if is_set || library == Library::Decouple => self.turned(at, id, &by, value),
            _ => value,
        })
    }

    fn turned(&mut self, at: Act, id: ValueId, by: &Evaluated, value: Evaluated) -> Evaluated {
        self.apply(at, id, by, Args::positional(vec![value]))
    }

    /// What stands before all names that an `Env` of django-environ is asked for: `env.prefix = …`.
    fn environ_prefix(&self, args: &Args) -> Result<String, Reason> {
        let Some(receiver) = args.positional.first() else { return Ok(String::new()) };
        let file = match &receiver.value {
            Abstract::Apply(_) => receiver.site.file,
            _ => return Ok(String::new()),
        };
        let ir = self.world.ir(file);
        let mut found = Ok(String::new());
        for name in ["prefix", "smart_cast", "escape_proxy", "scheme"] {
            let Some(name) = ir.strings.find(name) else { continue };
            for effect in &ir.effects[ir.function(FileIr::module()).effects] {
                let EffectKind::StoreAttr { name: stored, value, .. } = effect.kind else {
                    continue;
                };
                if stored != name {
                    continue;
                }
                found = match ir.value(ir.bare(value)) {
                    bartizan_ir::Value::Str(text) if ir.str(name) == "prefix" => {
                        Ok(ir.str(text).to_owned())
                    }
                    _ => Err(Reason::NotFollowed("a reader that is changed after it is made")),
                };
            }
        }
        found
    }

    /// What a `.env` file says, as `dotenv_values` gives it.
    fn dotenv_value(
        &mut self,
        at: Act,
        id: ValueId,
        symbol: &str,
        args: &Args,
    ) -> Option<Abstract> {
        if symbol != "dotenv.dotenv_values" || args.open {
            return None;
        }
        let path = args.positional.first().or(args.keyword("dotenv_path"));
        let file = self.frame_of(at).file;
        let path = match path {
            Some(path) => self.world.path_in_tree(path)?,
            None => self.world.file_above(file, ".env")?,
        };
        let text = Arc::clone(self.world.files().text(&path)?);
        let site = self.site(at, id);
        let mut fresh = || self.fresh(at);
        let mut make = Maker { site, fresh: &mut fresh };
        let mut entries: Vec<(String, Evaluated)> = Vec::new();
        for (name, value) in dotenv::pairs(&text, Dialect::Dotenv) {
            let value = match value.filter(|value| !value.contains("${")) {
                Some(value) => make.text(&value),
                None => make.value(Abstract::Unknown(Reason::NotFollowed("this line of a file"))),
            };
            match entries.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => *known = value,
                None => entries.push((name, value)),
            }
        }
        Some(make.dict(entries))
    }

    /// What decouple's file says of a name: a `.env` or `settings.ini` in the folder of the code that
    /// asks, or above, or the one that is named.
    fn decouple_file(&mut self, at: Act, symbol: &str, args: &Args, name: &str) -> Option<Given> {
        let named = match symbol.starts_with("decouple.Config.") {
            true => match &args.positional.first()?.value {
                Abstract::Apply(config) => match &config.args.first()?.1.value {
                    Abstract::Apply(repository) => Some(repository.clone()),
                    _ => None,
                },
                _ => None,
            },
            false => None,
        };
        let (path, dialect) = match named {
            Some(repository) => {
                let dialect = match &repository.symbol {
                    Symbol::External(name) if &**name == "decouple.RepositoryEnv" => {
                        Dialect::Decouple
                    }
                    Symbol::External(name) if &**name == "decouple.RepositoryIni" => {
                        Dialect::DecoupleIni
                    }
                    _ => return Some(Given::Perhaps),
                };
                (self.world.path_in_tree(&repository.args.first()?.1)?, dialect)
            }
            None => {
                const NAMES: &[&str] = &["settings.ini", ".env"];
                let file = self.frame_of(at).file;
                let found = match search_path(symbol, args) {
                    Some(path) => match self.world.path_in_tree(&path) {
                        Some(folder) => self.world.nearest_to(&folder, NAMES),
                        // Somewhere on the machine.
                        None => return Some(Given::Perhaps),
                    },
                    None => self.world.nearest(file, NAMES),
                };
                match found? {
                    path if path.ends_with(".ini") => (path, Dialect::DecoupleIni),
                    path => (path, Dialect::Decouple),
                }
            }
        };
        let asked = match dialect {
            Dialect::DecoupleIni => name.to_lowercase(),
            _ => name.to_owned(),
        };
        let known = match self.decouple_files.get(&path) {
            Some(known) => Arc::clone(known),
            None => {
                let text = self.world.files().text(&path)?;
                let known = Arc::new(dotenv::Known {
                    values: dotenv::pairs(text, dialect).into_iter().collect(),
                    lines: dotenv::lines_of(text),
                });
                self.decouple_files.insert(path.clone(), Arc::clone(&known));
                known
            }
        };
        if let Some(line) = known.lines.get(&asked.to_ascii_lowercase()) {
            self.lines.insert(name.to_owned(), (path, *line));
        }
        let found = known.values.get(&asked)?;
        Some(found.clone().map_or(Given::Perhaps, Given::Otherwise))
    }

    /// Whether there is such a file or folder, where code asks for one of the project.
    fn file_there(&self, symbol: &str, args: &Args) -> Option<Abstract> {
        let (is_file, is_folder) = match symbol {
            "os.path.exists" | "pathlib.Path.exists" => (true, true),
            "os.path.isfile" | "pathlib.Path.is_file" => (true, false),
            "os.path.isdir" | "pathlib.Path.is_dir" => (false, true),
            _ => return None,
        };
        let asked = args.only().ok()?;
        let files = self.world.files();
        let is_assumed = self.variables.is_closed() && files.is_whole();
        let Some(path) = self.world.path_in_tree(asked) else {
            let is_foreign =
                is_assumed && crate::file_paths::text_of(asked).is_some_and(is_mounted);
            return is_foreign.then(|| Abstract::bool(false));
        };
        if is_file && files.has_file(&path) || is_folder && files.has_folder(&path) {
            return Some(Abstract::bool(true));
        }
        // What is not in the tree may lie there all the same, as variables may be set: but who assumes
        // that none is set may assume that no such file lies there.
        (files.has_folder(&path) || is_assumed).then(|| Abstract::bool(false))
    }
}

/// Whether a file lies where those lie that are given to a site from outside, and not what any system
/// has.
fn is_mounted(path: &str) -> bool {
    const FOLDERS: &[&str] =
        &["/app/", "/config/", "/data/", "/home/", "/opt/", "/run/secrets/", "/srv/", "/var/lib/"];
    let of_a_program = path.strip_prefix("/etc/").is_some_and(|rest| rest.contains('/'));
    of_a_program || FOLDERS.iter().any(|folder| path.starts_with(folder))
}

/// Where a reader of decouple is told to look for its file: `AutoConfig(search_path=…)`.
fn search_path(symbol: &str, args: &Args) -> Option<Evaluated> {
    if !symbol.starts_with("decouple.AutoConfig.") {
        return None;
    }
    let Abstract::Apply(made) = &args.positional.first()?.value else { return None };
    let is_path = |name: &Option<Arc<str>>| name.as_deref().is_none_or(|it| it == "search_path");
    let (_, path) = made.args.iter().find(|(name, _)| is_path(name))?;
    (path.value != Abstract::none()).then(|| path.clone())
}
