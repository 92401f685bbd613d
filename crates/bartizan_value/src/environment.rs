//! The environment of the process: what is known of its variables.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bartizan_ir::{CompareOp, Value, ValueId};
use rustc_hash::FxHashMap;

use crate::FileId;
use crate::calls::Args;
use crate::domain::{Abstract, Cast, Constant, Env, Evaluated, Site, Symbol};
use crate::reason::Reason;
use crate::session::{Act, Session};

/// What is known of the variables of the environment, and of the process that has them.
///
/// Where nothing is known of one, what is read from it stays an [`Abstract::Env`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables {
    known: BTreeMap<String, Option<String>>,
    others: Others,
    /// What the process is there for.
    purpose: Purpose,
    /// The release of Django.
    django: Option<[u64; 3]>,
    /// The releases of packages with which settings are written, where they are known.
    packages: BTreeMap<String, [u64; 3]>,
    /// What the code itself has set so far, and files that it has read.
    given: BTreeMap<String, Given>,
    /// The files whose code has run before.
    ran: BTreeSet<FileId>,
    /// Which line of which file gave a variable its value.
    lines: FxHashMap<String, (String, u32)>,
}

/// What a process is there for: it tells which commands it was not started with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// Nobody knows.
    #[default]
    Unknown,
    /// A developer works with it: it runs no tests.
    Develop,
    /// It serves visitors: it is no command of `manage.py` that does anything else.
    Serve,
}

/// Commands that run tests.
const TESTS: &[&str] =
    &["test", "tests", "testing", "testserver", "pytest", "py.test", "jenkins", "behave", "nose"];

/// Whether a word is that of a command that runs tests, or names them: `shop.tests.integration`.
fn is_of_tests(word: &str) -> bool {
    TESTS.contains(&word)
        || word.split(['.', '/', '_']).any(|part| matches!(part, "test" | "tests"))
}

/// Commands that a process which serves visitors was not started with.
const COMMANDS: &[&str] = &[
    "collectstatic",
    "compilemessages",
    "compress",
    "createsuperuser",
    "dumpdata",
    "loaddata",
    "makemessages",
    "makemigrations",
    "migrate",
    "runserver",
    "runserver_plus",
    "shell",
    "shell_plus",
    "spectacular",
];

/// The first three numbers of a release.
fn padded(release: &[u64]) -> [u64; 3] {
    let part = |place: usize| release.get(place).copied().unwrap_or_default();
    [part(0), part(1), part(2)]
}

/// What is known of the variables that are not named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Others {
    #[default]
    Unknown,
    Unset,
    /// Set only if the code cannot do without.
    Defaults,
}

/// What code gives a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// This, where the process was started without.
    Otherwise(String),
    /// This, whatever the process was started with.
    Always(String),
    /// Nothing: it is taken out.
    Never,
    /// Perhaps something, where the process was started without.
    Perhaps,
    /// Perhaps something, whatever the process was started with.
    Anything,
}

/// What is known of one variable.
pub(crate) enum Variable<'v> {
    Set(&'v str),
    Unset,
    Unknown,
    /// Unknown; but where the process was started without, it is this.
    Otherwise(&'v str),
}

/// Whether systems and images give every process a variable.
fn is_of_system(name: &str) -> bool {
    matches!(
        name,
        "HOME"
            | "HOSTNAME"
            | "LANG"
            | "LC_ALL"
            | "LOGNAME"
            | "PATH"
            | "PWD"
            | "PYTHONPATH"
            | "PYTHON_VERSION"
            | "SHELL"
            | "TERM"
            | "TMPDIR"
            | "USER"
            | "VIRTUAL_ENV"
    )
}

impl Variables {
    /// Nothing is known of any.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// None is set, but for those that [`Self::set`] sets.
    pub fn unset() -> Self {
        Self { others: Others::Unset, ..Self::default() }
    }

    /// Those are set that the code cannot do without, to nobody knows what; no others but those that
    /// [`Self::set`] sets.
    pub fn defaults() -> Self {
        Self { others: Others::Defaults, ..Self::default() }
    }

    /// The variable has this value.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        self.given.remove(&name);
        self.known.insert(name, Some(value.into()));
    }

    /// The variable is not set.
    pub fn remove(&mut self, name: impl Into<String>) {
        self.known.insert(name.into(), None);
    }

    /// Whether the variable is set, and to what, nobody knows.
    pub fn doubt(&mut self, name: impl Into<String>) {
        self.given.insert(name.into(), Given::Anything);
    }

    /// The process is there for this.
    pub fn serve(&mut self, purpose: Purpose) {
        self.purpose = purpose;
    }

    /// The version of Django that is installed: its release, `[5, 2, 19]`.
    pub fn with_django(&mut self, release: &[u64]) {
        self.django = Some(padded(release));
    }

    /// The version of a package that is installed: its release, `[0, 5, 0]`.
    pub fn with_package(&mut self, package: &str, release: &[u64]) {
        self.packages.insert(package.to_owned(), padded(release));
    }

    /// The release of a package; `None` where nothing says it.
    pub(crate) fn release_of(&self, package: &str) -> Option<[u64; 3]> {
        self.packages.get(package).copied()
    }

    /// `django.VERSION`
    pub(crate) fn version_of_django(&self, site: Site) -> Option<Abstract> {
        let number = |number: u64| Abstract::int(i64::try_from(number).unwrap_or(i64::MAX));
        let release = self.django?.map(number);
        let parts = release.into_iter().chain([Abstract::str("final"), Abstract::int(0)]);
        Some(Abstract::tuple(parts.map(|value| Evaluated { value, site }).collect()))
    }

    /// The oldest Python that the Django runs on which is installed, as far as its version is known
    /// (the FAQ of Django's documentation, "What Python version can I use with Django?").
    pub(crate) fn oldest_python(&self) -> Option<(i64, i64)> {
        let [major, minor, _] = self.django?;
        Some(match (major, minor) {
            (6.., _) => (3, 12),
            (5, _) => (3, 10),
            (4, _) => (3, 8),
            (3, 1..) => (3, 6),
            _ => return None,
        })
    }

    /// Whether the process was surely not started with this word.
    fn lacks_command(&self, word: &str) -> bool {
        match self.purpose {
            Purpose::Unknown => false,
            Purpose::Develop => is_of_tests(word),
            Purpose::Serve => is_of_tests(word) || COMMANDS.contains(&word),
        }
    }

    /// What the process was started with.
    fn started_with(&self, name: &str) -> Variable<'_> {
        match self.known.get(name) {
            Some(Some(text)) => Variable::Set(text),
            Some(None) => Variable::Unset,
            None => match self.others {
                Others::Unknown => Variable::Unknown,
                // Whatever files say, a process is started with these.
                Others::Defaults if is_of_system(name) => Variable::Unknown,
                Others::Unset | Others::Defaults => Variable::Unset,
            },
        }
    }

    /// What a variable is set to, where that is certain.
    pub fn value(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Variable::Set(text) => Some(text),
            Variable::Unset | Variable::Unknown | Variable::Otherwise(_) => None,
        }
    }

    pub(crate) fn get(&self, name: &str) -> Variable<'_> {
        let started = self.started_with(name);
        match (self.given.get(name), started) {
            (None, started) => started,
            (Some(Given::Always(text)), _) => Variable::Set(text),
            (Some(Given::Never), _) => Variable::Unset,
            (Some(Given::Perhaps), Variable::Set(text)) => Variable::Set(text),
            (Some(Given::Perhaps | Given::Anything), _) => Variable::Unknown,
            (Some(Given::Otherwise(_)), Variable::Set(text)) => Variable::Set(text),
            (Some(Given::Otherwise(text)), Variable::Unset) => Variable::Set(text),
            (Some(Given::Otherwise(text)), _) => Variable::Otherwise(text),
        }
    }

    /// The variable that goes by a name in any case; pydantic asks so.
    pub(crate) fn get_in_any_case(&self, name: &str) -> Variable<'_> {
        let known = self.known.keys().chain(self.given.keys());
        let found = known.into_iter().find(|known| known.eq_ignore_ascii_case(name));
        self.get(found.map_or(name, String::as_str))
    }

    /// Whether a variable may be set whose name begins so, in any case.
    pub(crate) fn may_begin_with(&self, begin: &str) -> bool {
        let set = self.known.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| name);
        let begins = |name: &String| {
            name.get(..begin.len()).is_some_and(|part| part.eq_ignore_ascii_case(begin))
        };
        !self.is_closed() || set.chain(self.given.keys()).any(begins)
    }

    /// The code of these files has run, and gave variables their values in these lines.
    pub(crate) fn have_run(
        &mut self,
        files: impl IntoIterator<Item = FileId>,
        lines: &FxHashMap<String, (String, u32)>,
    ) {
        self.ran.extend(files);
        self.lines.clone_from(lines);
    }

    /// Whether the code of a file has run before.
    pub(crate) fn has_run(&self, file: FileId) -> bool {
        self.ran.contains(&file)
    }

    /// Which line of which file gave a variable its value.
    pub(crate) fn lines(&self) -> &FxHashMap<String, (String, u32)> {
        &self.lines
    }

    /// What is known where the process was started in this way or the other.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        let names: BTreeSet<String> =
            self.given.keys().chain(other.given.keys()).cloned().collect();
        for name in names {
            let (one, two) = (self.given.get(&name), other.given.get(&name));
            if one != two {
                let is_weak = |given: Option<&Given>| {
                    matches!(given, None | Some(Given::Otherwise(_) | Given::Perhaps))
                };
                let given = match is_weak(one) && is_weak(two) {
                    true => Given::Perhaps,
                    false => Given::Anything,
                };
                self.lines.remove(&name);
                self.given.insert(name, given);
            }
        }
        if other.others == Others::Unknown {
            self.others = Others::Unknown;
        }
        self.ran.retain(|file| other.ran.contains(file));
        self
    }

    /// Code gives the variable a value.
    pub(crate) fn give(&mut self, name: &str, given: Given) {
        let is_weak = matches!(given, Given::Otherwise(_));
        if is_weak && self.given.contains_key(name) {
            return;
        }
        self.given.insert(name.to_owned(), given);
    }

    /// Code gives a value to variables that are not known; `is_weak` where those keep theirs that the
    /// process was started with.
    pub(crate) fn give_any(&mut self, is_weak: bool) {
        self.others = Others::Unknown;
        for (name, value) in &self.known {
            match value {
                Some(_) if is_weak => {}
                Some(_) | None => {
                    self.given.entry(name.clone()).or_insert(Given::Anything);
                }
            }
        }
        for given in self.given.values_mut() {
            *given = match given {
                Given::Always(text) if is_weak => Given::Always(std::mem::take(text)),
                Given::Otherwise(text) if is_weak => Given::Otherwise(std::mem::take(text)),
                Given::Perhaps if is_weak => Given::Perhaps,
                _ => Given::Anything,
            };
        }
    }

    /// Whether a variable is set; `None` where that is not known.
    pub(crate) fn holds(&self, name: &str) -> Option<bool> {
        match self.get(name) {
            Variable::Set(_) | Variable::Otherwise(_) => Some(true),
            Variable::Unset => Some(false),
            Variable::Unknown => None,
        }
    }

    /// Whether a variable may be set from whose name code makes this one: `SHOP_DEBUG`, for `DEBUG`.
    pub(crate) fn may_name(&self, part: &str) -> bool {
        let part = part.to_uppercase();
        let set = self.known.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| name);
        !self.is_closed()
            || set.chain(self.given.keys()).any(|name| name.to_uppercase().contains(&part))
    }

    /// Whether what nobody speaks of is not there.
    pub(crate) fn is_closed(&self) -> bool {
        self.others != Others::Unknown
    }

    /// What stands for a variable that the code cannot do without and that nobody sets.
    pub(crate) fn missing(&self, name: &str, cast: Cast, exception: &'static str) -> Abstract {
        match self.others {
            Others::Defaults => env(name, None, cast),
            Others::Unset | Others::Unknown => Abstract::Unknown(Reason::Raises(exception)),
        }
    }

    /// `os.environ[name]`
    pub(crate) fn item(&self, name: &Evaluated) -> Option<Abstract> {
        let site = name.site;
        let name = name.value.as_str()?;
        Some(match self.get(name) {
            Variable::Set(text) => Abstract::str(text),
            Variable::Unset => self.missing(name, Cast::Str, "KeyError"),
            Variable::Unknown => env(name, None, Cast::Str),
            Variable::Otherwise(text) => {
                env(name, Some(Evaluated { value: Abstract::str(text), site }), Cast::Str)
            }
        })
    }

    /// `os.environ.get(name, default)`, `os.getenv(name, default)`,
    /// `os.environ.setdefault(name, default)`; `None` for any other function.
    pub(crate) fn read(&self, args: &Args) -> Option<Abstract> {
        if args.open {
            return None;
        }
        let first = args.positional.first().or(args.keyword("key"))?;
        let name = first.value.as_str()?;
        let default = match args.positional.get(1).or(args.keyword("default")) {
            Some(default) => default.clone(),
            None => Evaluated { value: Abstract::none(), site: first.site },
        };
        Some(match self.get(name) {
            Variable::Set(text) => Abstract::str(text),
            Variable::Unset => default.value,
            Variable::Unknown => env(name, Some(default), Cast::Str),
            Variable::Otherwise(text) => {
                let otherwise = Evaluated { value: Abstract::str(text), site: first.site };
                env(name, Some(otherwise), Cast::Str)
            }
        })
    }
}

/// Whether a function reads the environment itself.
pub(crate) fn reads_environment(function: &str) -> bool {
    matches!(function, "os.environ.get" | "os.getenv" | "os.environ.setdefault")
}

pub(crate) fn env(name: &str, default: Option<Evaluated>, cast: Cast) -> Abstract {
    Abstract::Env(Arc::new(Env { name: name.into(), default, cast }))
}

impl Session<'_> {
    /// `name in os.environ`, where it is known.
    pub(crate) fn asks_environment(
        &mut self,
        at: Act,
        id: bartizan_ir::ValueId,
        op: CompareOp,
        left: &Evaluated,
        right: &Evaluated,
    ) -> Option<bool> {
        let is_wanted = match op {
            CompareOp::In => true,
            CompareOp::NotIn => false,
            _ => return None,
        };
        let is_environment = match &right.value {
            Abstract::Ref(Symbol::External(name)) => &**name == "os.environ",
            Abstract::Apply(made) => {
                matches!(&made.symbol, Symbol::External(name) if &**name == "environ.Env")
            }
            _ => false,
        };
        if !is_environment {
            return None;
        }
        let name = left.value.as_str()?;
        Some(self.variables_at(at, id).holds(name)? == is_wanted)
    }
}

impl Session<'_> {
    /// `sys.version_info >= (3, 10)`, where the Django that is installed runs on nothing older.
    pub(crate) fn asks_python(
        &self,
        op: CompareOp,
        left: &Evaluated,
        right: &Evaluated,
    ) -> Option<bool> {
        let truth = match op {
            CompareOp::GtE | CompareOp::Gt => true,
            CompareOp::Lt | CompareOp::LtE => false,
            _ => return None,
        };
        let Abstract::Ref(Symbol::External(name)) = &left.value else { return None };
        let Abstract::Seq(than) = &right.value else { return None };
        if &**name != "sys.version_info" || than.open.is_some() {
            return None;
        }
        let than: Vec<i64> = than
            .items
            .iter()
            .map(|part| crate::operators::integer(&part.value).ok())
            .collect::<Option<_>>()?;
        let (major, minor) = self.variables.oldest_python()?;
        // What is longer than two numbers may be newer, but for the first release.
        (than.len() <= 2 && than.as_slice() <= [major, minor].as_slice()).then_some(truth)
    }

    /// `"test" in sys.argv`, `sys.argv[1] == "test"`, `"pytest" in sys.modules`, where the process is
    /// known not to be started so.
    pub(crate) fn asks_command(
        &mut self,
        at: Act,
        op: CompareOp,
        nodes: (ValueId, ValueId),
        sides: (&Evaluated, &Evaluated),
    ) -> Option<bool> {
        if self.variables.purpose == Purpose::Unknown {
            return None;
        }
        let lacks = |value: &Evaluated| {
            value.value.as_str().is_some_and(|word| self.variables.lacks_command(word))
        };
        let lacks_all = |value: &Evaluated| match &value.value {
            Abstract::Seq(seq) => {
                seq.open.is_none() && !seq.items.is_empty() && seq.items.iter().all(lacks)
            }
            Abstract::Const(Constant::Tuple(words) | Constant::FrozenSet(words)) => {
                let is_lacking = |word: &Constant| match word {
                    Constant::Str(word) => self.variables.lacks_command(word),
                    _ => false,
                };
                !words.is_empty() && words.iter().all(is_lacking)
            }
            _ => false,
        };
        let (word, arguments) = match op {
            CompareOp::In | CompareOp::NotIn if lacks(sides.0) => (true, nodes.1),
            CompareOp::In | CompareOp::NotIn if lacks_all(sides.1) => (true, nodes.0),
            CompareOp::Eq | CompareOp::NotEq if lacks(sides.1) || lacks_all(sides.1) => {
                (true, nodes.0)
            }
            CompareOp::Eq | CompareOp::NotEq if lacks(sides.0) || lacks_all(sides.0) => {
                (true, nodes.1)
            }
            _ => (false, nodes.0),
        };
        (word && self.is_command(at, arguments))
            .then_some(matches!(op, CompareOp::NotIn | CompareOp::NotEq))
    }

    /// Whether a node is `sys.argv`, `sys.modules`, or an item or a part of one.
    fn is_command(&mut self, at: Act, id: ValueId) -> bool {
        let ir = self.ir(at);
        let of = match ir.value(ir.bare(id)) {
            Value::Index { of, .. } => of,
            _ => id,
        };
        matches!(&self.eval(at, of).value, Abstract::Ref(Symbol::External(name))
            if matches!(&**name, "sys.argv" | "sys.modules"))
    }

    /// `value is nothing`, where `nothing = object()` marks that nothing was given.
    pub(crate) fn asks_identity(
        &self,
        op: CompareOp,
        left: &Evaluated,
        right: &Evaluated,
    ) -> Option<bool> {
        use crate::standard::{identity, is_no_object};
        let is_wanted = match op {
            CompareOp::Is | CompareOp::Eq => true,
            CompareOp::IsNot | CompareOp::NotEq => false,
            _ => return None,
        };
        let same = match (identity(&left.value), identity(&right.value)) {
            (Some(left), Some(right)) if left == right => true,
            (Some(_), None) if is_no_object(&right.value) => false,
            (None, Some(_)) if is_no_object(&left.value) => false,
            _ => return None,
        };
        Some(same == is_wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_is_set_only_where_the_code_cannot_do_without() {
        let mut variables = Variables::defaults();
        variables.set("DEBUG", "False");
        assert!(matches!(variables.get("DEBUG"), Variable::Set("False")));
        assert!(matches!(variables.missing("KEY", Cast::Str, "KeyError"), Abstract::Env(_)));
        let unset = Variables::unset().missing("KEY", Cast::Str, "KeyError");
        assert_eq!(unset.unknown(), Some(&Reason::Raises("KeyError")));
        assert_eq!(Variables::unset().holds("DEBUG"), Some(false));
        assert_eq!(Variables::unknown().holds("DEBUG"), None);
    }

    #[test]
    fn what_code_gives_stands_behind_what_the_process_was_started_with() {
        let mut variables = Variables::unset();
        variables.set("DEBUG", "1");
        variables.give("DEBUG", Given::Otherwise("0".to_owned()));
        variables.give("ENV", Given::Otherwise("live".to_owned()));
        variables.give("ENV", Given::Otherwise("dev".to_owned()));
        assert!(matches!(variables.get("DEBUG"), Variable::Set("1")));
        assert!(matches!(variables.get("ENV"), Variable::Set("live")));
        variables.give("DEBUG", Given::Always("0".to_owned()));
        assert!(matches!(variables.get("DEBUG"), Variable::Set("0")));
        let mut unknown = Variables::unknown();
        unknown.give("ENV", Given::Otherwise("live".to_owned()));
        assert!(matches!(unknown.get("ENV"), Variable::Otherwise("live")));
    }
}
