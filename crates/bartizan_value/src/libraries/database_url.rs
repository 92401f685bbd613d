//! URLs of databases, caches and mail servers as dicts of settings, as django-environ 0.14 makes them
//! (`environ/environ.py`).

use super::made::Maker;
use super::url::{NotFollowed, Url, unquoted, unquoted_plus};
use crate::domain::{Abstract, Evaluated};
use crate::reason::Reason;

/// Why a URL gives no dict.
const NO_URL: Reason = Reason::NotFollowed("this URL");

impl From<NotFollowed> for Reason {
    fn from(NotFollowed: NotFollowed) -> Self {
        NO_URL
    }
}

type Entries = Vec<(String, Evaluated)>;

/// `environ.Env.db_url_config`
pub(super) fn environ_database(
    url: &str,
    engine: Option<&Evaluated>,
    make: &mut Maker<'_>,
) -> Abstract {
    match environ_db(url, engine, make) {
        Ok(entries) => make.dict(entries),
        Err(reason) => Abstract::Unknown(reason),
    }
}

fn environ_db(
    text: &str,
    engine: Option<&Evaluated>,
    make: &mut Maker<'_>,
) -> Result<Entries, Reason> {
    if text == "sqlite://:memory:" {
        return Ok(vec![
            ("ENGINE".to_owned(), make.text("django.db.backends.sqlite3")),
            ("NAME".to_owned(), make.text(":memory:")),
        ]);
    }
    let url = Url::split(text)?;
    // Without a path, the library quotes the URL and splits it anew; clusters have several hosts.
    if url.path.is_empty() && url.authority.contains(['%', '#', '?']) || url.authority.contains(',')
    {
        return Err(NO_URL);
    }
    let mut path = unquoted_plus(url.path.strip_prefix('/').unwrap_or(url.path))?;
    if path.contains('?') || url.scheme == "ldap" {
        return Err(NO_URL);
    }
    if url.scheme == "sqlite" && path.is_empty() {
        path = ":memory:".to_owned();
    }
    let (user, password) = url.user();
    let (mut host, port) = url.host().ok_or(Reason::Raises("ValueError"))?;
    // What is quoted in a host is read in one way or another by the engine.
    if host.contains('%') {
        return Err(NO_URL);
    }
    let is_postgres = ENVIRON_POSTGRES.contains(&&*url.scheme);
    if (is_postgres || path.contains("cloudsql"))
        && path.starts_with('/')
        && let Some((folder, name)) = path.clone().rsplit_once('/')
    {
        host = folder.to_owned();
        path = name.to_owned();
    }
    if url.scheme == "oracle" && path.is_empty() {
        path = std::mem::take(&mut host);
    }
    let mut entries = vec![
        ("NAME".to_owned(), make.text(&path)),
        ("USER".to_owned(), make.text(&unquoted(user.unwrap_or(""))?)),
        ("PASSWORD".to_owned(), make.text(&unquoted(password.unwrap_or(""))?)),
        ("HOST".to_owned(), make.text(&host)),
    ];
    match port {
        Some(port) if url.scheme == "oracle" => {
            entries.push(("PORT".to_owned(), make.text(&port.to_string())));
        }
        Some(port) => entries.push(("PORT".to_owned(), make.value(Abstract::int(port.into())))),
        None if url.scheme == "oracle" => {}
        None => entries.push(("PORT".to_owned(), make.text(""))),
    }
    if !url.query.is_empty() {
        let mut options: Entries = Vec::new();
        for (name, values) in url.queries()? {
            let upper = name.to_uppercase();
            if DATABASE_OPTIONS.contains(&&*upper) {
                entries.push((upper, literal(&values[0], make)?));
            } else {
                options.push((name, number_or_text(&values[0], make)));
            }
        }
        let options = make.dict(options);
        entries.push(("OPTIONS".to_owned(), make.value(options)));
    }
    let engine = match engine {
        Some(engine) => engine.value.as_str().ok_or(NO_URL)?.to_owned(),
        None => url.scheme.clone(),
    };
    let known = ENVIRON_ENGINES.iter().find(|(scheme, _)| *scheme == engine);
    let engine = known.map_or(&*engine, |(_, engine)| engine);
    entries.push(("ENGINE".to_owned(), make.text(engine)));
    Ok(entries)
}

/// `environ.Env.cache_url_config`
pub(super) fn environ_cache(
    text: &str,
    backend: Option<&Evaluated>,
    make: &mut Maker<'_>,
) -> Abstract {
    match environ_cache_parsed(text, backend, make) {
        Ok(entries) => make.dict(entries),
        Err(reason) => Abstract::Unknown(reason),
    }
}

fn environ_cache_parsed(
    text: &str,
    backend: Option<&Evaluated>,
    make: &mut Maker<'_>,
) -> Result<Entries, Reason> {
    let url = Url::split(text)?;
    let known = match &*url.scheme {
        "dbcache" => "django.core.cache.backends.db.DatabaseCache",
        "dummycache" => "django.core.cache.backends.dummy.DummyCache",
        "filecache" => "django.core.cache.backends.filebased.FileBasedCache",
        "locmemcache" => "django.core.cache.backends.locmem.LocMemCache",
        "memcache" => "django.core.cache.backends.memcached.MemcachedCache",
        "pylibmc" => "django.core.cache.backends.memcached.PyLibMCCache",
        // Which driver it is depends on what is installed.
        "rediscache" | "redis" | "rediss" | "valkey" | "valkeys" | "pymemcache" => "",
        _ => return Err(Reason::Raises("ImproperlyConfigured")),
    };
    let backend = match backend {
        Some(backend) => backend.clone(),
        None if known.is_empty() => {
            make.value(Abstract::Unknown(Reason::NotFollowed("which driver is installed")))
        }
        None => make.text(known),
    };
    let hosts: Vec<&str> = url.authority.split(',').collect();
    let location = |locations: Vec<String>, make: &mut Maker<'_>| match locations.as_slice() {
        [only] => make.text(only),
        all => {
            let all = all.iter().map(|location| make.text(location)).collect();
            let list = make.list(all);
            make.value(list)
        }
    };
    let location = match &*url.scheme {
        "filecache" => make.text(&format!("{}{}", url.authority, url.path)),
        "memcache" | "pymemcache" if url.authority.is_empty() => {
            make.text(&format!("unix:{}", url.path))
        }
        scheme if scheme.starts_with("redis") => {
            let has_host = url.host().is_none_or(|(host, _)| !host.is_empty());
            let scheme = if has_host { scheme.replace("cache", "") } else { "unix".to_owned() };
            let all = hosts.iter().map(|host| format!("{scheme}://{host}{}", url.path)).collect();
            location(all, make)
        }
        _ => location(hosts.iter().map(|host| (*host).to_owned()).collect(), make),
    };
    let mut entries = vec![("BACKEND".to_owned(), backend), ("LOCATION".to_owned(), location)];
    if !url.query.is_empty() {
        let queries = url.queries()?;
        let mut options: Entries = Vec::new();
        for (name, values) in queries {
            let value = literal(&values[0], make)?;
            let upper = name.to_uppercase();
            if CACHE_OPTIONS.contains(&&*upper) {
                entries.push((upper, value));
            } else if entries[0].1.value.unknown().is_some() {
                return Err(Reason::NotFollowed("which driver is installed"));
            } else {
                options.push((upper, value));
            }
        }
        let options = make.dict(options);
        entries.push(("OPTIONS".to_owned(), make.value(options)));
    }
    Ok(entries)
}

/// `environ.Env.email_url_config`
pub(super) fn environ_email(
    text: &str,
    backend: Option<&Evaluated>,
    make: &mut Maker<'_>,
) -> Abstract {
    match environ_email_parsed(text, backend, make) {
        Ok(entries) => make.dict(entries),
        Err(reason) => Abstract::Unknown(reason),
    }
}

fn environ_email_parsed(
    text: &str,
    backend: Option<&Evaluated>,
    make: &mut Maker<'_>,
) -> Result<Entries, Reason> {
    let url = Url::split(text)?;
    let class = match &*url.scheme {
        "smtp" | "smtps" | "smtp+tls" | "smtp+ssl" => "smtp",
        "consolemail" => "console",
        "filemail" => "filebased",
        "memorymail" => "locmem",
        "dummymail" => "dummy",
        _ => return Err(Reason::Raises("ImproperlyConfigured")),
    };
    let backend = match backend {
        Some(backend) => backend.clone(),
        None => make.text(&format!("django.core.mail.backends.{class}.EmailBackend")),
    };
    let path = unquoted_plus(url.path.strip_prefix('/').unwrap_or(url.path))?;
    let (user, password) = url.user();
    let (host, port) = url.host().ok_or(Reason::Raises("ValueError"))?;
    if host.contains('%') {
        return Err(NO_URL);
    }
    let or_none = |text: Option<&str>, make: &Maker<'_>| -> Result<Evaluated, Reason> {
        Ok(match text {
            Some(text) => make.text(&unquoted(text)?),
            None => make.value(Abstract::none()),
        })
    };
    let host = Some(host).filter(|host| !host.is_empty());
    let port = port.map_or(Abstract::none(), |port| Abstract::int(port.into()));
    let mut entries = vec![
        ("EMAIL_FILE_PATH".to_owned(), make.text(&path)),
        ("EMAIL_HOST_USER".to_owned(), or_none(user, make)?),
        ("EMAIL_HOST_PASSWORD".to_owned(), or_none(password, make)?),
        ("EMAIL_HOST".to_owned(), or_none(host.as_deref(), make)?),
        ("EMAIL_PORT".to_owned(), make.value(port)),
        ("EMAIL_BACKEND".to_owned(), backend),
    ];
    let yes = make.value(Abstract::bool(true));
    match &*url.scheme {
        "smtps" | "smtp+tls" => entries.push(("EMAIL_USE_TLS".to_owned(), yes)),
        "smtp+ssl" => entries.push(("EMAIL_USE_SSL".to_owned(), yes)),
        _ => {}
    }
    if !url.query.is_empty() {
        let mut options: Entries = Vec::new();
        for (name, values) in url.queries()? {
            let upper = name.to_uppercase();
            let value = number_or_text(&values[0], make);
            match &*upper {
                "EMAIL_USE_TLS" | "EMAIL_USE_SSL" => {
                    match entries.iter_mut().find(|(name, _)| *name == upper) {
                        Some((_, known)) => *known = value,
                        None => entries.push((upper, value)),
                    }
                }
                _ => options.push((upper, value)),
            }
        }
        let options = make.dict(options);
        entries.push(("OPTIONS".to_owned(), make.value(options)));
    }
    Ok(entries)
}

/// `int(v) if v.isdigit() else v`
fn number_or_text(text: &str, make: &Maker<'_>) -> Evaluated {
    match text.parse() {
        Ok(number) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            make.value(Abstract::int(number))
        }
        _ => make.text(text),
    }
}

/// What `ast.literal_eval` makes of a text, which stays itself if it is no literal.
fn literal(text: &str, make: &Maker<'_>) -> Result<Evaluated, Reason> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '@');
    Ok(match text {
        "True" => make.value(Abstract::bool(true)),
        "False" => make.value(Abstract::bool(false)),
        "None" => make.value(Abstract::none()),
        _ if text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_plain) => {
            make.text(text)
        }
        _ if !text.starts_with('0') || text == "0" => match text.parse() {
            Ok(number) => make.value(Abstract::int(number)),
            Err(_) => return Err(NO_URL),
        },
        _ => return Err(NO_URL),
    })
}

const ENVIRON_POSTGRES: &[&str] = &[
    "postgres",
    "postgresql",
    "psql",
    "pgsql",
    "postgis",
    "prometheus_postgresql",
    "prometheus_postgis",
];

const DATABASE_OPTIONS: &[&str] = &[
    "CONN_MAX_AGE",
    "ATOMIC_REQUESTS",
    "AUTOCOMMIT",
    "DISABLE_SERVER_SIDE_CURSORS",
    "CONN_HEALTH_CHECKS",
];

const CACHE_OPTIONS: &[&str] = &["TIMEOUT", "KEY_PREFIX", "VERSION", "KEY_FUNCTION", "BINARY"];

const ENVIRON_ENGINES: &[(&str, &str)] = &[
    ("cockroachdb", "django_cockroachdb"),
    ("mssql", "mssql"),
    ("mysql", "django.db.backends.mysql"),
    ("mysql-connector", "mysql.connector.django"),
    ("mysql2", "django.db.backends.mysql"),
    ("mysqlgis", "django.contrib.gis.db.backends.mysql"),
    ("oracle", "django.db.backends.oracle"),
    ("pgsql", "django.db.backends.postgresql"),
    ("postgis", "django.contrib.gis.db.backends.postgis"),
    ("postgres", "django.db.backends.postgresql"),
    ("postgresql", "django.db.backends.postgresql"),
    ("prometheus_mysql", "django_prometheus.db.backends.mysql"),
    ("prometheus_postgis", "django_prometheus.db.backends.postgis"),
    ("prometheus_postgresql", "django_prometheus.db.backends.postgresql"),
    ("prometheus_spatialite", "django_prometheus.db.backends.spatialite"),
    ("prometheus_sqlite", "django_prometheus.db.backends.sqlite3"),
    ("psql", "django.db.backends.postgresql"),
    ("pyodbc", "sql_server.pyodbc"),
    ("redshift", "django_redshift_backend"),
    ("spatialite", "django.contrib.gis.db.backends.spatialite"),
    ("sqlite", "django.db.backends.sqlite3"),
];
