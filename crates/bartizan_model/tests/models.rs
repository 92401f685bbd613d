//! What other crates ask of the models, and what they are told.

#![allow(clippy::unwrap_used)]

use bartizan_finding::Confidence;
use bartizan_model::{
    Argument, CallKind, Callable, Kind, Literal, Models, Role, Slot, Truth, Usage, Value, kind,
};

fn django() -> Models {
    Models::for_packages(["django"])
}

#[test]
fn a_public_name_leads_to_where_the_thing_is_described() {
    let models = django();
    let canonical = |name| models.canonical(name).to_owned();
    assert_eq!(canonical("django.db.models.QuerySet"), "django.db.models.query.QuerySet");
    assert_eq!(canonical("django.db.models.QuerySet.raw"), "django.db.models.query.QuerySet.raw");
    assert_eq!(canonical("jinja2.Markup"), "markupsafe.Markup");
    assert_eq!(canonical("Cryptodome.Hash.MD5.new"), "Crypto.Hash.MD5.new");
    assert_eq!(canonical("cPickle.loads"), "pickle.loads");
    // What is not described keeps its name.
    assert_eq!(canonical("django.apps.AppConfig"), "django.apps.AppConfig");
    assert_eq!(canonical("shop.views.search"), "shop.views.search");
}

#[test]
fn functions_constructors_and_methods_are_all_called() {
    let models = django();
    let raw = models.callable("django.db.models.QuerySet.raw").unwrap();
    let names: Vec<&str> = raw.params.iter().map(|param| param.name.as_str()).collect();
    assert_eq!(names, ["raw_query", "params", "translations", "using"]);
    assert_eq!(raw.roles_into(kind::SQL_TEXT).map(|role| role.param).collect::<Vec<_>>(), [0]);
    assert!(raw.why.contains("Performing raw"));

    let raw_sql = models.callable("django.db.models.expressions.RawSQL").unwrap();
    assert_eq!(models.result(raw_sql, None), Some("django.db.models.expressions.RawSQL"));
    assert!(models.callable("eval").is_some());
    assert!(models.callable("shop.views.search").is_none());
}

#[test]
fn types_carry_on_from_model_to_cursor() {
    let models = django();
    // Product.objects.filter(…).raw("…"), where Product is the project's.
    let objects = models.attribute("django.db.models.Model", "objects").unwrap();
    assert_eq!(objects, "django.db.models.manager.Manager");
    let filter = models.method(objects, "filter").unwrap();
    let filtered = models.result(filter, Some(objects)).unwrap();
    assert!(models.method(filtered, "raw").is_some());
    assert!(models.is_subclass(filtered, "django.db.models.QuerySet"));

    // with connection.cursor() as cursor: cursor.execute("…")
    let connection = models.variable("django.db.connection").unwrap();
    let cursor = models.method(connection, "cursor").unwrap();
    let cursor = models.result(cursor, Some(connection)).unwrap();
    let entered = models.method(cursor, "__enter__").unwrap();
    let entered = models.result(entered, Some(cursor)).unwrap();
    assert!(models.method(entered, "execute").is_some());

    // connections["archive"]
    let connections = models.attribute("django.db", "connections").unwrap();
    assert!(models.method(connections, "__getitem__").is_some());
    assert_eq!(models.attribute_kinds("django.http.HttpRequest", "GET"), [kind::REMOTE]);
}

#[test]
fn a_variable_of_unknown_type_is_known_by_its_name_where_the_package_is_imported() {
    let of = |packages: &[&str], name| {
        let models = Models::for_packages(packages);
        models.class_for_variable(name).map(|(class, sure)| (class.to_owned(), sure))
    };
    let cursor = Some(("django.db.backends.utils.CursorWrapper".to_owned(), Confidence::Medium));
    assert_eq!(of(&["django"], "cursor"), cursor);
    assert_eq!(of(&["django"], "archive_cursor"), cursor);
    assert_eq!(of(&["django"], "cursors"), None);
    assert_eq!(of(&["sqlite3"], "cur").unwrap().0, "sqlite3.Cursor");
    assert_eq!(of(&["json"], "cursor"), None);
}

#[test]
fn decorators_say_what_they_add_and_how_they_are_written() {
    let models = django();
    let exempt = models.decorator("django.views.decorators.csrf.csrf_exempt").unwrap();
    assert_eq!(exempt.adds, [kind::CSRF_EXEMPT]);
    assert_eq!(exempt.usage, Usage::Bare);
    assert!(exempt.transparent);
    let methods = models.decorator("django.views.decorators.http.require_http_methods").unwrap();
    assert_eq!(methods.usage, Usage::Called);
    let method = models.decorator("django.utils.decorators.method_decorator").unwrap();
    assert_eq!(method.applies, Some(0));
    // One name may be a function and a decorator.
    assert!(models.callable("django.utils.safestring.mark_safe").is_some());
    assert!(models.decorator("django.utils.safestring.mark_safe").is_some());
    assert_eq!(models.decorator("django.contrib.admin.register").unwrap().name, "register");
}

/// Values of arguments by the names of their parameters; what is not named is absent.
fn truth(
    callable: &Callable,
    applies: impl Fn(&dyn Fn(usize) -> Value<'static>) -> Truth,
    arguments: &[(&str, Value<'static>)],
) -> Truth {
    applies(&|param| {
        let name = &callable.params[param].name;
        let given = arguments.iter().find(|(given, _)| given == name);
        given.map_or(Value::Absent, |(_, value)| *value)
    })
}

fn role(name: &str, into: Kind, arguments: &[(&str, Value<'static>)]) -> Vec<(Truth, Confidence)> {
    let models = django();
    let callable = models.callable(name).unwrap();
    let told = |role: &Role| {
        let applies = |of: &dyn Fn(usize) -> Value<'static>| role.applies(&models, callable, of);
        (truth(callable, applies, arguments), role.confidence)
    };
    let roles = callable.roles_into(into).map(told);
    roles.filter(|(truth, _)| *truth != Truth::No).collect()
}

fn call(name: &str, arguments: &[(&str, Value<'static>)]) -> Vec<(Kind, Truth)> {
    let models = django();
    let callable = models.callable(name).unwrap();
    let told = |kind: &CallKind| {
        let applies = |of: &dyn Fn(usize) -> Value<'static>| kind.applies(&models, callable, of);
        (kind.kind, truth(callable, applies, arguments))
    };
    callable.kinds.iter().map(told).filter(|(_, truth)| *truth != Truth::No).collect()
}

#[test]
fn a_shell_reads_the_command_only_where_it_is_asked_to() {
    let shell = |value| role("subprocess.run", kind::SHELL_COMMAND, &[("shell", value)]);
    let certain = vec![(Truth::Yes, Confidence::High)];
    assert_eq!(shell(Value::Bool(true)), certain);
    assert_eq!(shell(Value::Literal(&Literal::Int(1))), certain);
    assert_eq!(shell(Value::Bool(false)), []);
    assert_eq!(role("subprocess.run", kind::SHELL_COMMAND, &[]), []);
    assert_eq!(shell(Value::Given), [(Truth::Unknown, Confidence::High)]);
}

#[test]
fn a_loader_is_known_under_each_of_its_names() {
    let load = |value| role("yaml.load", kind::DESERIALIZED, &[("Loader", value)]);
    assert_eq!(load(Value::Symbol("yaml.SafeLoader")), []);
    assert_eq!(load(Value::Symbol("yaml.loader.SafeLoader")), []);
    assert_eq!(load(Value::Symbol("yaml.Loader")), [(Truth::Yes, Confidence::High)]);
    assert_eq!(load(Value::Symbol("yaml.FullLoader")), [(Truth::Yes, Confidence::Low)]);
    // A loader of the project may be either.
    let own = load(Value::Symbol("clinic.config.Loader"));
    assert_eq!(own[0], (Truth::Unknown, Confidence::High));
    assert_eq!(load(Value::Absent), [(Truth::Yes, Confidence::Medium)]);
}

#[test]
fn a_digest_by_name_is_weak_unless_it_does_not_matter() {
    let weak = [(kind::WEAK_HASH, Truth::Yes)];
    assert_eq!(call("hashlib.new", &[("name", Value::Str("md5"))]), weak);
    assert_eq!(call("hashlib.new", &[("name", Value::Str("sha256"))]), []);
    assert_eq!(call("hashlib.new", &[("name", Value::Given)]), [(kind::WEAK_HASH, Truth::Unknown)]);
    assert_eq!(call("hashlib.md5", &[]), weak);
    assert_eq!(call("hashlib.md5", &[("usedforsecurity", Value::Bool(false))]), []);
}

#[test]
fn each_client_has_its_own_timeout() {
    let missing = vec![(Truth::Yes, Confidence::High)];
    assert_eq!(role("requests.get", kind::TIMEOUT, &[]), missing);
    assert_eq!(
        role("requests.get", kind::TIMEOUT, &[("timeout", Value::Given)]),
        [(Truth::Unknown, Confidence::High)]
    );
    let five = Value::Literal(&Literal::Int(5));
    assert_eq!(role("requests.get", kind::TIMEOUT, &[("timeout", five)]), []);
    assert_eq!(role("httpx.get", kind::TIMEOUT, &[]), []);
    let none = Value::Literal(&Literal::None);
    assert_eq!(role("httpx.get", kind::TIMEOUT, &[("timeout", none)]), missing);
    assert_eq!(role("urllib3.request", kind::TIMEOUT, &[]), []);
}

#[test]
fn autoescape_is_off_unless_something_turns_it_on() {
    let off = |value| role("jinja2.Environment", kind::AUTOESCAPE, &[("autoescape", value)]);
    assert_eq!(off(Value::Absent), [(Truth::Yes, Confidence::High)]);
    assert_eq!(off(Value::Bool(true)), []);
    assert_eq!(off(Value::CallOf("jinja2.select_autoescape")), []);
    assert_eq!(off(Value::Given), [(Truth::Unknown, Confidence::High)]);
}

#[test]
fn a_value_stored_in_an_attribute_has_a_role_too() {
    let models = django();
    let context = models.attribute_entry("ssl.SSLContext", "verify_mode").unwrap();
    let stored = &context.stored[0];
    assert_eq!(stored.into, kind::TLS_VERIFICATION);
    assert_eq!(stored.applies(&models, Value::Symbol("ssl.CERT_NONE")), Truth::Yes);
    assert_eq!(stored.applies(&models, Value::Literal(&Literal::Int(2))), Truth::No);
}

/// Binds a call of `name` and shows what reaches each parameter.
fn bound(name: &str, arguments: &[Argument<'static, &'static str>]) -> String {
    let models = django();
    let callable = models.callable(name).unwrap();
    let bound = callable.bind(arguments.iter().copied());
    let mut shown = Vec::new();
    for (at, param) in callable.params.iter().enumerate() {
        let gathered: Vec<String> = bound
            .gathered(at)
            .map(|one| format!("{}{}", if one.spread { "*" } else { "" }, one.value))
            .collect();
        match bound.slot(at) {
            _ if !gathered.is_empty() => {
                shown.push(format!("{}: [{}]", param.name, gathered.join(", ")));
            }
            Slot::Given(value) => shown.push(format!("{}: {value}", param.name)),
            Slot::Maybe => shown.push(format!("{}: ?", param.name)),
            Slot::Absent => {}
        }
    }
    shown.extend(bound.surplus.iter().map(|value| format!("surplus {value}")));
    shown.join("; ")
}

#[test]
fn arguments_reach_parameters_as_python_has_it() {
    use Argument::{DoubleStar, Keyword, Positional, Star};
    let raw = "django.db.models.QuerySet.raw";
    assert_eq!(
        bound(raw, &[Positional("query"), Keyword("using", "archive")]),
        "raw_query: query; using: archive"
    );
    assert_eq!(
        bound(raw, &[Keyword("params", "p"), Keyword("raw_query", "q")]),
        "raw_query: q; params: p"
    );
    assert_eq!(bound(raw, &[Keyword("colour", "red")]), "surplus red");
    // Behind a star no position is certain; a double star may give what is not given yet.
    assert_eq!(
        bound(raw, &[Positional("q"), Star("rest")]),
        "raw_query: q; params: ?; translations: ?; using: ?"
    );
    assert_eq!(
        bound(raw, &[Positional("q"), DoubleStar("options")]),
        "raw_query: q; params: ?; translations: ?; using: ?"
    );
    let filter = "django.db.models.QuerySet.filter";
    assert_eq!(
        bound(filter, &[Positional("q"), Keyword("name", "n"), DoubleStar("lookups")]),
        "args: [q]; kwargs: [n, *lookups]"
    );
    assert_eq!(bound("pickle.loads", &[Keyword("data", "d")]), "surplus d");
    assert_eq!(bound("os.execl", &[Positional("sh"), Star("words")]), "file: sh; args: [*words]");
}

#[test]
fn a_user_adds_functions_and_corrects_what_is_known() {
    let mut models = django();
    let own = r#"
        schema = 1
        module = "clinic.db"

        [[function]]
        name = "report"
        params = "query, *, limit=100"
        roles.query = { into = "sql-text" }
        returns = "clinic.db.Rows"
        why = "Runs the query on the warehouse (handbook)."

        [[class]]
        name = "Rows"
        bases = ["clinic.db.Rows"]
        instances_named = { rows = "low" }
        why = "What report() gives (handbook)."
    "#;
    models.with_user("models/clinic.toml", own).unwrap();
    let report = models.callable("clinic.db.report").unwrap();
    assert_eq!(report.roles[0].into, kind::SQL_TEXT);
    assert_eq!(models.result(report, None), Some("clinic.db.Rows"));
    assert_eq!(models.class_for_variable("rows"), Some(("clinic.db.Rows", Confidence::Low)));
    // A class that inherits from itself is no endless search.
    assert!(models.method("clinic.db.Rows", "first").is_none());

    let correction = r#"
        schema = 1
        module = "django.db.models.query"

        [[class]]
        name = "QuerySet"
        why = "Ours logs what it runs (handbook)."

        [[class.method]]
        name = "raw"
        params = "raw_query"
        why = "Checked by our own wrapper (handbook)."
    "#;
    models.with_user("models/django.toml", correction).unwrap();
    assert!(models.callable("django.db.models.QuerySet.raw").unwrap().roles.is_empty());
    assert!(models.method("django.db.models.QuerySet", "filter").is_some());
    assert_eq!(models.callable("django.db.models.query.Prefetch").unwrap().name, "Prefetch");
    // Other projects in the same process keep what is known.
    assert!(!django().callable("django.db.models.QuerySet.raw").unwrap().roles.is_empty());
}

#[test]
fn aliases_in_a_circle_end() {
    let mut models = django();
    let circle = "schema = 1\nmodule = 'shop'\n[aliases]\na = 'shop.b'\nb = 'shop.a'\n";
    models.with_user("shop.toml", circle).unwrap();
    models.with_user("mall.toml", "schema = 1\nmodule = 'mall'\nalias_of = 'mall.mall'").unwrap();
    for name in ["shop.a", "shop.b.c", "mall.a"] {
        assert!(models.callable(name).is_none());
        models.canonical(name);
    }
}

#[test]
fn the_example_of_the_format_reads() {
    let page = include_str!("../models/README.md");
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let mut models = django();
    models.with_user("README.md", example).unwrap();
    assert_eq!(models.canonical("clinic.db.connect"), "psycopg.connect");
    let opened = models.method("clinic.db.Warehouse", "open").unwrap();
    assert_eq!(models.result(opened, Some("clinic.db.Warehouse")), Some("clinic.db.Warehouse"));
    assert!(models.method("clinic.db.Warehouse", "execute").is_some());
}
