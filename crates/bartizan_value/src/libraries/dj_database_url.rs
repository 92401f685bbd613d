//! dj-database-url: a URL of a database as a dict of settings. What it makes of one changed from release
//! to release (`dj_database_url/__init__.py` of 0.5.0 to 3.1.2); where nothing says which release is
//! installed, it is one of the newest.

use bartizan_ir::ValueId;

use super::made::Maker;
use super::url::{NotFollowed, Url, unquoted};
use crate::calls::Args;
use crate::domain::{Abstract, Cast, Constant, Evaluated};
use crate::environment::{Variable, Variables, env};
use crate::reason::Reason;
use crate::session::{Act, Session};

/// Its name where projects say which release they use.
const PACKAGE: &str = "dj-database-url";

type Entries = Vec<(String, Evaluated)>;

/// What else is passed to `dj_database_url.config` and `parse`, behind the URL.
pub(super) struct Options<'a> {
    release: Release,
    /// Whether the release knows each argument that is passed.
    fits: bool,
    engine: Option<&'a Evaluated>,
    conn_max_age: Option<&'a Evaluated>,
    conn_health_checks: Option<&'a Evaluated>,
    disable_server_side_cursors: Option<&'a Evaluated>,
    ssl_require: Option<&'a Evaluated>,
    test_options: Option<&'a Evaluated>,
}

/// A release, as far as releases differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Release {
    /// Before 0.5, and 1.1.0, which mixes its own arguments up.
    Unread,
    /// 0.5
    Old,
    /// 1.0: the engine is called `postgresql`.
    One,
    /// 1.2: health checks, hosts whose signs are written as numbers.
    OneTwo,
    /// 1.3 and 2.0: ports of such hosts stay with them.
    Two,
    /// 2.1: options may be numbers.
    TwoOne,
    /// 2.2: options may be true or false.
    TwoTwo,
    /// 3: several values of one option.
    Three,
}

impl Release {
    fn of(variables: &Variables) -> Self {
        let Some([major, minor, _]) = variables.release_of(PACKAGE) else { return Self::Three };
        match (major, minor) {
            (0, 5) => Self::Old,
            (0, _) | (1, 1) => Self::Unread,
            (1, 0) => Self::One,
            (1, 2) => Self::OneTwo,
            (1, _) | (2, 0) => Self::Two,
            (2, 1) => Self::TwoOne,
            (2, _) => Self::TwoTwo,
            _ => Self::Three,
        }
    }

    /// What its functions take behind the URL, in order.
    fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Unread | Self::Old | Self::One => &["engine", "conn_max_age", "ssl_require"],
            Self::OneTwo | Self::Two | Self::TwoOne => {
                &["engine", "conn_max_age", "conn_health_checks", "ssl_require", "test_options"]
            }
            Self::TwoTwo | Self::Three => &[
                "engine",
                "conn_max_age",
                "conn_health_checks",
                "disable_server_side_cursors",
                "ssl_require",
                "test_options",
            ],
        }
    }

    fn engine(self, scheme: &str) -> Option<&'static str> {
        let is_later = match scheme {
            "postgres" | "postgresql" | "pgsql" if self == Self::Old => {
                return Some("django.db.backends.postgresql_psycopg2");
            }
            "mssqlms" | "cockroach" => self < Self::One,
            "timescale" | "timescalegis" => self < Self::OneTwo,
            _ => false,
        };
        let engine = ENGINES.iter().find(|(known, _)| *known == scheme)?.1;
        (!is_later).then_some(engine)
    }
}

impl<'a> Options<'a> {
    /// `first` is the place of `engine` among the arguments.
    pub(super) fn of(args: &'a Args, first: usize, variables: &Variables) -> Self {
        let release = Release::of(variables);
        let parameters = release.parameters();
        let of = |name: &str| {
            let place = parameters.iter().position(|parameter| *parameter == name)?;
            args.keyword(name).or_else(|| args.positional.get(first + place))
        };
        let later = ["conn_health_checks", "disable_server_side_cursors", "test_options"];
        let is_unknown = |name: &&str| !parameters.contains(name) && args.keyword(name).is_some();
        let is_too_many = args.positional.len() > first + parameters.len();
        Self {
            release,
            fits: !is_too_many && !later.iter().any(is_unknown),
            engine: of("engine"),
            conn_max_age: of("conn_max_age"),
            conn_health_checks: of("conn_health_checks"),
            disable_server_side_cursors: of("disable_server_side_cursors"),
            ssl_require: of("ssl_require"),
            test_options: of("test_options"),
        }
    }
}

impl Session<'_> {
    /// What its functions give back.
    pub(super) fn dj_database_url(
        &mut self,
        at: Act,
        id: ValueId,
        symbol: &str,
        args: &Args,
    ) -> Option<Abstract> {
        if args.open {
            return None;
        }
        let variables = self.variables_at(at, id);
        let site = self.site(at, id);
        let mut fresh = || self.fresh(at);
        let mut make = Maker { site, fresh: &mut fresh };
        match symbol {
            "dj_database_url.parse" => {
                let url = args.positional.first().or(args.keyword("url"))?;
                let options = Options::of(args, 1, &variables);
                match &url.value {
                    Abstract::Env(read) => {
                        let default = read.default.as_ref().map(|default| {
                            let value = parsed_value(default, &options, &mut make);
                            Evaluated { value, site: default.site }
                        });
                        Some(env(&read.name, default, Cast::Other))
                    }
                    _ => Some(parsed_value(url, &options, &mut make)),
                }
            }
            "dj_database_url.config" => {
                let name = args.positional.first().or(args.keyword("env"));
                let name = match name {
                    Some(name) => name.value.as_str()?,
                    None => "DATABASE_URL",
                };
                let default = args.positional.get(1).or(args.keyword("default"));
                let options = Options::of(args, 2, &variables);
                let otherwise = |make: &mut Maker<'_>| match default {
                    Some(default) => match &default.value {
                        Abstract::Const(Constant::None) => make.dict(Vec::new()),
                        // What stands for a variable of its own.
                        Abstract::Env(read) => {
                            let inner = read.default.as_ref().map(|default| {
                                let value = parsed_value(default, &options, make);
                                Evaluated { value, site: default.site }
                            });
                            env(&read.name, inner, Cast::Other)
                        }
                        _ => parsed_value(default, &options, make),
                    },
                    None => make.dict(Vec::new()),
                };
                Some(match variables.get(name) {
                    Variable::Set("") => make.dict(Vec::new()),
                    Variable::Set(text) => parse(text, &options, &mut make),
                    Variable::Unset => otherwise(&mut make),
                    Variable::Unknown => {
                        let value = otherwise(&mut make);
                        env(name, Some(Evaluated { value, site }), Cast::Other)
                    }
                    Variable::Otherwise(text) => {
                        let value = parse(text, &options, &mut make);
                        env(name, Some(Evaluated { value, site }), Cast::Other)
                    }
                })
            }
            _ => None,
        }
    }
}

fn parsed_value(url: &Evaluated, options: &Options<'_>, make: &mut Maker<'_>) -> Abstract {
    match url.value.as_str() {
        Some(text) => parse(text, options, make),
        None => Abstract::Unknown(crate::format::reason_of(&url.value)),
    }
}

/// `dj_database_url.parse`
pub(super) fn parse(url: &str, options: &Options<'_>, make: &mut Maker<'_>) -> Abstract {
    let entries = match options.release {
        _ if !options.fits => Err(Reason::Raises("TypeError")),
        Release::Unread => Err(Reason::NotFollowed("this release of dj-database-url")),
        Release::Three => parsed(url, options, make),
        _ => parsed_before(url, options, make),
    };
    match entries {
        Ok(entries) => make.dict(entries),
        Err(reason) => Abstract::Unknown(reason),
    }
}

fn in_memory(make: &Maker<'_>) -> Entries {
    vec![
        ("ENGINE".to_owned(), make.text("django.db.backends.sqlite3")),
        ("NAME".to_owned(), make.text(":memory:")),
    ]
}

/// The path of a URL without the sign that it begins with.
fn name_of(url: &Url<'_>) -> Result<String, NotFollowed> {
    let mut signs = url.path.chars();
    signs.next();
    unquoted(signs.as_str())
}

fn truth(value: Option<&Evaluated>) -> Result<bool, Reason> {
    value.map_or(Ok(false), |value| crate::operators::truth(&value.value))
}

/// As 3 does it.
fn parsed(url: &str, asked: &Options<'_>, make: &mut Maker<'_>) -> Result<Entries, Reason> {
    if url == "sqlite://:memory:" {
        return Ok(in_memory(make));
    }
    let url = Url::split(url)?;
    let engine = asked.release.engine(&url.scheme).ok_or(Reason::Raises("ValueError"))?;
    let (user, password) = url.user();
    let (host, port) = url.host().ok_or(Reason::Raises("ValueError"))?;
    let mut options: Entries = Vec::new();
    for (name, values) in url.queries()? {
        let mut parsed: Vec<Evaluated> = values.iter().map(|value| option(value, make)).collect();
        let value = match parsed.len() {
            1 => parsed.remove(0),
            _ => {
                let list = make.list(parsed);
                make.value(list)
            }
        };
        options.push((name, value));
    }
    let mut port = match port.filter(|port| *port != 0) {
        Some(port) => make.value(Abstract::int(i64::from(port))),
        None => make.text(""),
    };
    let mut name = make.text(&name_of(&url)?);
    match &*url.scheme {
        "sqlite" if name.value.as_str() == Some("") => name = make.text(":memory:"),
        "oracle" | "mssql" | "mssqlms" => port = make.text(&text_of(&port)),
        "mysql" | "mysql2" => {
            if let Some(at) = options.iter().position(|(name, _)| name == "ssl-ca") {
                let (_, ca) = options.remove(at);
                if truth(Some(&ca))? {
                    let ssl = make.dict(vec![("ca".to_owned(), ca)]);
                    set(&mut options, "ssl", make.value(ssl));
                }
            }
        }
        scheme if SEARCH_PATHS.contains(&scheme) => {
            if let Some(at) = options.iter().position(|(name, _)| name == "currentSchema") {
                let (_, schema) = options.remove(at);
                if truth(Some(&schema))? {
                    let path = format!("-c search_path={}", text_of(&schema));
                    set(&mut options, "options", make.text(&path));
                }
            }
        }
        _ => {}
    }
    let engine = match asked.engine {
        Some(engine) if truth(Some(engine))? => engine.clone(),
        _ => make.text(engine),
    };
    if truth(asked.ssl_require)? {
        set(&mut options, "sslmode", make.text("require"));
    }
    let mut entries = vec![
        ("ENGINE".to_owned(), engine),
        ("USER".to_owned(), make.text(&unquoted(user.unwrap_or(""))?)),
        ("PASSWORD".to_owned(), make.text(&unquoted(password.unwrap_or(""))?)),
        ("HOST".to_owned(), make.text(&unquoted(&host)?)),
        ("PORT".to_owned(), port),
        ("NAME".to_owned(), name),
    ];
    if !options.is_empty() {
        let options = make.dict(options);
        entries.push(("OPTIONS".to_owned(), make.value(options)));
    }
    entries.extend(connections(asked, make));
    if truth(asked.test_options)?
        && let Some(test) = asked.test_options
    {
        entries.push(("TEST".to_owned(), test.clone()));
    }
    Ok(entries)
}

/// As 0.5 to 2.3 do it.
fn parsed_before(url: &str, asked: &Options<'_>, make: &mut Maker<'_>) -> Result<Entries, Reason> {
    let release = asked.release;
    if url == "sqlite://:memory:" {
        return Ok(in_memory(make));
    }
    let url = Url::split(url)?;
    let no_scheme = if release < Release::Two { "KeyError" } else { "ValueError" };
    let engine = match asked.engine.filter(|engine| engine.value != Abstract::none()) {
        Some(engine) => engine.clone(),
        None => {
            let engine = release.engine(&url.scheme).ok_or(Reason::Raises(no_scheme))?;
            make.text(engine)
        }
    };
    // Which engine it is decides below, too.
    let Some(engine_name) = engine.value.as_str().map(str::to_owned) else {
        return Err(crate::format::reason_of(&engine.value));
    };
    let (user, password) = url.user();
    let (host, port) = url.host().ok_or(Reason::Raises("ValueError"))?;
    let mut name = name_of(&url)?;
    if url.scheme == "sqlite" && name.is_empty() {
        name = ":memory:".to_owned();
    }
    let host = host_before(&url, host, release)?;
    let has_text = match release {
        Release::Old => engine_name == "django.db.backends.oracle",
        _ => ["django.db.backends.oracle", "sql_server.pyodbc", "mssql"].contains(&&*engine_name),
    };
    let port = match port.filter(|port| *port != 0) {
        Some(port) if !has_text => make.value(Abstract::int(i64::from(port))),
        port => make.text(&port.map_or_else(String::new, |port| port.to_string())),
    };
    let mut entries = vec![
        ("NAME".to_owned(), make.text(&name)),
        ("USER".to_owned(), make.text(&unquoted(user.unwrap_or(""))?)),
        ("PASSWORD".to_owned(), make.text(&unquoted(password.unwrap_or(""))?)),
        ("HOST".to_owned(), make.text(&host)),
        ("PORT".to_owned(), port),
    ];
    let known = release.parameters();
    let connections = connections(asked, make).into_iter();
    entries.extend(connections.filter(|(name, _)| known.contains(&&*name.to_lowercase())));
    if release >= Release::Two {
        entries.push(("ENGINE".to_owned(), engine.clone()));
    }
    if let Some(test) = asked.test_options
        && truth(Some(test))?
    {
        entries.push(("TEST".to_owned(), test.clone()));
    }
    let mut options: Entries = Vec::new();
    for (name, values) in url.queries()? {
        let Some(last) = values.last() else { continue };
        if url.scheme == "mysql" && name == "ssl-ca" {
            let ca = make.text(last);
            let ssl = make.dict(vec![("ca".to_owned(), ca)]);
            set(&mut options, "ssl", make.value(ssl));
            continue;
        }
        let value = match release {
            Release::TwoTwo => option(last, make),
            Release::TwoOne => number_or_text(last, make)?,
            _ => make.text(last),
        };
        set(&mut options, &name, value);
    }
    if truth(asked.ssl_require)? {
        set(&mut options, "sslmode", make.text("require"));
    }
    let has_search_path = match release {
        Release::TwoTwo => SEARCH_PATHS.contains(&&*url.scheme),
        _ => ENGINES_WITH_SEARCH_PATH
            .iter()
            .any(|(since, engine)| release >= *since && engine_name == *engine),
    };
    if has_search_path
        && let Some(at) = options.iter().position(|(name, _)| name == "currentSchema")
    {
        let (_, schema) = options.remove(at);
        let path = format!("-c search_path={}", text_of(&schema));
        set(&mut options, "options", make.text(&path));
    }
    if !options.is_empty() {
        let options = make.dict(options);
        entries.push(("OPTIONS".to_owned(), make.value(options)));
    }
    if release < Release::Two && !engine_name.is_empty() {
        entries.push(("ENGINE".to_owned(), engine));
    }
    Ok(entries)
}

/// The host, in which signs may be written as numbers: `%2Fvar%2Frun`.
fn host_before(url: &Url<'_>, host: String, release: Release) -> Result<String, Reason> {
    let written = url.authority.rsplit_once('@').map_or(url.authority, |(_, host)| host);
    let without_port = written.split_once(':').map_or(written, |(host, _)| host);
    Ok(match release {
        Release::Old | Release::One if host.contains("%2f") => {
            without_port.replace("%2f", "/").replace("%2F", "/")
        }
        Release::Old | Release::One => host,
        Release::OneTwo if host.contains('%') => unquoted(without_port)?,
        _ if host.contains('%') => unquoted(written)?,
        _ => host,
    })
}

/// How connections are kept.
fn connections(asked: &Options<'_>, make: &Maker<'_>) -> Entries {
    let or = |value: Option<&Evaluated>, otherwise: Abstract| {
        value.cloned().unwrap_or_else(|| make.value(otherwise))
    };
    vec![
        ("CONN_MAX_AGE".to_owned(), or(asked.conn_max_age, Abstract::int(0))),
        ("CONN_HEALTH_CHECKS".to_owned(), or(asked.conn_health_checks, Abstract::bool(false))),
        (
            "DISABLE_SERVER_SIDE_CURSORS".to_owned(),
            or(asked.disable_server_side_cursors, Abstract::bool(false)),
        ),
    ]
}

/// `entries[name] = value`
fn set(entries: &mut Entries, name: &str, value: Evaluated) {
    match entries.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => *known = value,
        None => entries.push((name.to_owned(), value)),
    }
}

fn text_of(value: &Evaluated) -> String {
    match &value.value {
        Abstract::Const(Constant::Str(text)) => text.to_string(),
        other => other.to_string(),
    }
}

/// Numbers and words for true are told from text.
fn option(value: &str, make: &Maker<'_>) -> Evaluated {
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return match value.parse() {
            Ok(number) => make.value(Abstract::int(number)),
            Err(_) => make.value(Abstract::Unknown(Reason::TooLarge)),
        };
    }
    match value.to_ascii_lowercase().as_str() {
        "true" => make.value(Abstract::bool(true)),
        "false" => make.value(Abstract::bool(false)),
        _ => make.text(value),
    }
}

/// `int(value)`, and the text where it raises.
fn number_or_text(value: &str, make: &Maker<'_>) -> Result<Evaluated, Reason> {
    if let Ok(number) = value.parse() {
        return Ok(make.value(Abstract::int(number)));
    }
    // Python takes more for a number: ` 1`, `1_000`.
    match value.chars().any(char::is_numeric) && !value.chars().any(char::is_alphabetic) {
        true => Err(Reason::NotFollowed("this URL")),
        false => Ok(make.text(value)),
    }
}

const ENGINES: &[(&str, &str)] = &[
    ("cockroach", "django_cockroachdb"),
    ("mssql", "sql_server.pyodbc"),
    ("mssqlms", "mssql"),
    ("mysql", "django.db.backends.mysql"),
    ("mysql-connector", "mysql.connector.django"),
    ("mysql2", "django.db.backends.mysql"),
    ("mysqlgis", "django.contrib.gis.db.backends.mysql"),
    ("oracle", "django.db.backends.oracle"),
    ("oraclegis", "django.contrib.gis.db.backends.oracle"),
    ("pgsql", "django.db.backends.postgresql"),
    ("postgis", "django.contrib.gis.db.backends.postgis"),
    ("postgres", "django.db.backends.postgresql"),
    ("postgresql", "django.db.backends.postgresql"),
    ("redshift", "django_redshift_backend"),
    ("spatialite", "django.contrib.gis.db.backends.spatialite"),
    ("sqlite", "django.db.backends.sqlite3"),
    ("timescale", "timescale.db.backends.postgresql"),
    ("timescalegis", "timescale.db.backends.postgis"),
];

/// Schemes whose databases have schemas, from 2.2 on.
const SEARCH_PATHS: &[&str] =
    &["pgsql", "postgis", "postgres", "postgresql", "redshift", "timescale", "timescalegis"];

/// Engines whose databases have schemas before, with the release since when.
const ENGINES_WITH_SEARCH_PATH: &[(Release, &str)] = &[
    (Release::Old, "django.contrib.gis.db.backends.postgis"),
    (Release::Old, "django.db.backends.postgresql_psycopg2"),
    (Release::Old, "django_redshift_backend"),
    (Release::One, "django.db.backends.postgresql"),
    (Release::OneTwo, "timescale.db.backends.postgresql"),
    (Release::OneTwo, "timescale.db.backends.postgis"),
];
