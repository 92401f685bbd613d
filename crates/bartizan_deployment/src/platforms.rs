//! Files by which platforms are told how to run a site, in YAML and JSON (which is YAML).

use bartizan_base::Span;
use bartizan_yaml::Node;

use crate::{Pair, Text};

/// `env_variables` of App Engine.
pub fn app_engine(text: &str) -> Vec<Pair> {
    let document = bartizan_yaml::read(text).root;
    document.get("env_variables").map_or_else(Vec::new, crate::compose::environment)
}

/// `option_settings` of Elastic Beanstalk, in both forms.
pub(crate) fn beanstalk(text: &str) -> Vec<Pair> {
    const NAMESPACE: &str = "aws:elasticbeanstalk:application:environment";
    let document = bartizan_yaml::read(text).root;
    let Some(options) = document.get("option_settings") else { return Vec::new() };
    let listed = options.items().iter().filter(|item| {
        item.get("namespace").and_then(Node::text).is_none_or(|name| name == NAMESPACE)
    });
    let listed = listed.filter_map(|item| self::listed(item, "option_name"));
    let named = options.get(NAMESPACE).map_or_else(Vec::new, crate::compose::environment);
    named.into_iter().chain(listed).collect()
}

fn items(node: Option<&Node>) -> &[Node] {
    node.map_or(&[], Node::items)
}

/// `envVars` of the services, and of the groups that they take over.
pub(crate) fn render(text: &str) -> Vec<Pair> {
    let document = bartizan_yaml::read(text).root;
    let groups = items(document.get("envVarGroups"));
    let mut found = Vec::new();
    for service in items(document.get("services")) {
        // What works beside the site is given what it needs itself.
        if matches!(service.get("type").and_then(Node::text), Some("worker" | "cron" | "pserv")) {
            continue;
        }
        for item in items(service.get("envVars")) {
            match item.get("fromGroup").and_then(Node::text) {
                Some(name) => {
                    let is_it =
                        |group: &&Node| group.get("name").and_then(Node::text) == Some(name);
                    let group = groups.iter().find(is_it).and_then(|group| group.get("envVars"));
                    let given = items(group).iter();
                    found.extend(given.filter_map(|item| listed(item, "key")));
                }
                None => found.extend(listed(item, "key")),
            }
        }
    }
    found
}

/// `startCommand` of the services that visitors reach.
pub(crate) fn commands_of_render(text: &str) -> Vec<Text> {
    let document = bartizan_yaml::read(text).root;
    let services = items(document.get("services")).iter();
    let commands =
        services.filter_map(|service| crate::compose::text(service.get("startCommand")?));
    commands.filter(|command| !crate::process::is_worker(&command.text)).collect()
}

/// `environment_variables` of the stage that visitors reach.
pub(crate) fn zappa(text: &str) -> Vec<Pair> {
    let document = bartizan_yaml::read(text).root;
    let stages = document.entries();
    let is_live = |name: &str| {
        ["prod", "live", "main", "master"]
            .iter()
            .any(|word| name.to_ascii_lowercase().contains(word))
    };
    let stage = stages.iter().find(|(name, ..)| is_live(name)).or(match stages {
        [only] => Some(only),
        _ => None,
    });
    let Some((.., stage)) = stage else { return Vec::new() };
    let mut found: Vec<Pair> = ["aws_environment_variables", "environment_variables"]
        .iter()
        .filter_map(|key| stage.get(key))
        .flat_map(crate::compose::environment)
        .collect();
    let settings = stage.get("django_settings").and_then(crate::compose::text);
    found.extend(settings.map(|value| Pair {
        name: "DJANGO_SETTINGS_MODULE".to_owned(),
        span: value.span,
        is_open: false,
        value: Some(value),
    }));
    found
}

/// `env` of Vercel; what begins with `@` names a secret.
pub(crate) fn vercel(text: &str) -> Vec<Pair> {
    let document = bartizan_yaml::read(text).root;
    let given = document.get("env").map_or_else(Vec::new, crate::compose::environment);
    let is_secret = |pair: &Pair| pair.value.as_ref().is_some_and(|it| it.text.starts_with('@'));
    given
        .into_iter()
        .map(|pair| Pair { is_open: pair.is_open || is_secret(&pair), ..pair })
        .collect()
}

/// `environment` of the provider in Serverless Framework's files, and over it that of the functions that
/// answer requests: those with a handler of WSGI, or the only one.
pub(crate) fn serverless(text: &str) -> Vec<Pair> {
    let document = bartizan_yaml::read(text).root;
    let functions = document.get("functions").map_or(&[][..], Node::entries);
    let answers = |function: &Node| {
        let handler = function.get("handler").and_then(Node::text).unwrap_or("");
        functions.len() == 1 || handler.contains("wsgi") || handler.contains("asgi")
    };
    let own = functions.iter().map(|(.., function)| function).filter(|it| answers(it));
    let given = document.get("provider").into_iter().chain(own);
    let given = given.filter_map(|it| it.get("environment"));
    given.flat_map(crate::compose::environment).collect()
}

/// `environment` of the Python applications of NGINX Unit.
pub(crate) fn nginx_unit(text: &str) -> Vec<Pair> {
    let document = bartizan_yaml::read(text).root;
    let config = document.get("config").unwrap_or(&document);
    let applications = config.get("applications").map_or(&[][..], Node::entries);
    let is_python = |application: &Node| {
        application.get("type").and_then(Node::text).is_some_and(|it| it.starts_with("python"))
    };
    let given = applications.iter().filter(|(.., it)| is_python(it));
    let given = given.filter_map(|(.., application)| application.get("environment"));
    given.flat_map(crate::compose::environment).collect()
}

/// `environment` and `secrets` of the containers of a task of Amazon ECS.
pub(crate) fn ecs(text: &str) -> Vec<Pair> {
    let document = bartizan_yaml::read(text).root;
    let mut found = Vec::new();
    for container in document.get("containerDefinitions").map_or(&[][..], Node::items) {
        let command = container.get("command").map_or(&[][..], Node::items).iter();
        let words: Vec<&str> = command.filter_map(Node::text).collect();
        let image = container.get("image").and_then(Node::text);
        if crate::process::is_worker(&words.join(" ")) || image.is_some_and(is_beside) {
            continue;
        }
        let given = ["environment", "secrets"].iter().filter_map(|key| container.get(key));
        let given = given.flat_map(Node::items);
        found.extend(given.filter_map(|item| listed(item, "name")));
    }
    found
}

/// Whether an image is what runs beside sites, and not one: a server in front, a database, an agent.
pub(crate) fn is_beside(image: &str) -> bool {
    const WORDS: &[&str] = &[
        "agent",
        "busybox",
        "caddy",
        "celery",
        "collector",
        "daemon",
        "envoy",
        "exporter",
        "fluent",
        "fluentd",
        "haproxy",
        "httpd",
        "mariadb",
        "memcached",
        "mongo",
        "mysql",
        "nginx",
        "pgbouncer",
        "postgres",
        "proxy",
        "rabbitmq",
        "redis",
        "statsd",
        "traefik",
        "valkey",
        "vector",
        "worker",
    ];
    let name = image.rsplit('/').next().unwrap_or("").split(['@', ':']).next().unwrap_or("");
    name.split(['-', '_', '.']).any(|word| WORDS.contains(&word))
}

/// `envs` of the services of DigitalOcean's App Platform, and those of the whole.
pub(crate) fn digital_ocean(text: &str) -> Vec<Pair> {
    let document = bartizan_yaml::read(text).root;
    let services = document.get("services").map_or(&[][..], Node::items);
    let of_services = services.iter().filter_map(|service| service.get("envs"));
    let given = document.get("envs").into_iter().chain(of_services).flat_map(Node::items);
    let mut pairs: Vec<Pair> = given.filter_map(|item| listed(item, "key")).collect();
    // What is kept encrypted, and what the platform puts in: `EV[1:…]`, `${db.DATABASE_URL}`.
    for pair in &mut pairs {
        let text = pair.value.as_ref().map_or("", |value| value.text.as_str());
        pair.is_open |= text.starts_with("EV[") || text.contains("${");
    }
    pairs
}

/// `env` of AWS App Runner.
pub(crate) fn apprunner(text: &str) -> Vec<Pair> {
    let document = bartizan_yaml::read(text).root;
    let given = document.get("run").and_then(|run| run.get("env")).map_or(&[][..], Node::items);
    given.iter().filter_map(|item| listed(item, "name")).collect()
}

/// `env` among the `variables` of Platform.sh.
pub(crate) fn platform_sh(text: &str) -> Vec<Pair> {
    let document = bartizan_yaml::read(text).root;
    let given = document.get("variables").and_then(|variables| variables.get("env"));
    given.map_or_else(Vec::new, crate::compose::environment)
}

/// `env`, of texts or of objects with a `value`.
pub(crate) fn app(text: &str) -> Vec<Pair> {
    // JSON is YAML.
    let document = bartizan_yaml::read(text).root;
    let entries = document.get("env").map_or(&[][..], Node::entries);
    let pair = |(name, span, node): &(String, Span, Node)| {
        let value =
            crate::compose::text(node).or_else(|| node.get("value").and_then(crate::compose::text));
        Pair { name: name.clone(), is_open: value.is_none(), value, span: *span }
    };
    entries.iter().map(pair).collect()
}

/// `{name: NAME, value: value}`; without a value it comes from elsewhere.
pub(crate) fn listed(item: &Node, key: &str) -> Option<Pair> {
    let name = item.get(key)?;
    let value = item.get("value").and_then(crate::compose::text);
    let is_open =
        value.as_ref().is_none_or(|value| value.text.contains("$(") || value.text.contains("{{"));
    Some(Pair { name: name.text()?.to_owned(), span: name.span, is_open, value })
}
