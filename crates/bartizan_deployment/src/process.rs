//! Files that start the processes of a site, and the variables that they give them.

use bartizan_base::{FilePath, Span};
use bartizan_yaml::Node;

use crate::{Pair, Text};

/// Documents of one text beyond which none is read.
const MOST_DOCUMENTS: usize = 64;

/// What a file of this kind looks like.
type Reader = fn(&str) -> Vec<Pair>;

/// The variables that a file gives the processes of a site that it starts: `Procfile`, units of systemd,
/// `fly.toml`, `uwsgi.ini`, `render.yaml`, `app.json`, `app.yaml`, `nixpacks.toml`, gunicorn's and
/// supervisor's configuration, `.ebextensions`, the script that an image begins with, and objects of
/// Kubernetes. `None` where it is no such file.
pub fn given_to_processes(path: &FilePath, text: &str) -> Option<Vec<Pair>> {
    let reader = reader(path)?;
    Some(reader(text))
}

/// Whether a file starts processes of a site, by its name.
pub fn starts_processes(path: &FilePath) -> bool {
    reader(path).is_some()
}

/// Whether a command runs what nobody runs to write code: gunicorn, without a word of reloading.
pub fn serves_visitors(command: &str) -> bool {
    let serves =
        ["daphne", "granian", "gunicorn", "hypercorn", "uvicorn", "uwsgi", "waitress-serve"];
    serves.iter().any(|server| command.contains(server)) && !command.contains("reload")
}

fn reader(path: &FilePath) -> Option<Reader> {
    let whole = path.as_str().to_ascii_lowercase();
    let name = whole.rsplit('/').next().unwrap_or("");
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    let below = |folder: &str| whole.split('/').rev().skip(1).any(|part| part == folder);
    Some(match name {
        "procfile" => procfile,
        "fly.toml" => fly,
        "uwsgi.ini" => uwsgi,
        "render.yaml" => render,
        "app.json" => app,
        "entrypoint.sh" | "docker-entrypoint.sh" | "entrypoint" => script,
        _ if is_script(name) => server_script,
        "nixpacks.toml" | "railway.toml" => nixpacks,
        "app.yaml" => app_engine,
        "gunicorn.conf.py" | "gunicorn_conf.py" | "gunicorn.py" => gunicorn,
        _ if name.ends_with(".service") => unit,
        _ if whole.contains("supervisor")
            && (name.ends_with(".conf") || name.ends_with(".ini")) =>
        {
            supervisor
        }
        _ if whole.contains(".ebextensions/") && (name.ends_with(".config") || is_yaml) => {
            beanstalk
        }
        _ if is_yaml && (below("k8s") || below("kubernetes")) => kubernetes,
        _ => return None,
    })
}

/// Whether a script may start a server, by its name.
fn is_script(name: &str) -> bool {
    let stem = name.strip_suffix(".sh").unwrap_or(name);
    let words = ["boot", "launch", "run", "serve", "server", "start"];
    name.ends_with(".sh") && stem.split(['-', '_']).any(|word| words.contains(&word))
        || stem == "start"
}

/// What a command is given by what stands before it and by its flags: `DEBUG=0 gunicorn --env NAME=value`.
/// `start` is the byte at which it begins.
pub fn given_by_command(command: &str, start: usize) -> Vec<Pair> {
    let mut found = Vec::new();
    let (mut is_program, mut is_named) = (false, false);
    for (offset, word) in words(command) {
        let is_value = std::mem::replace(&mut is_named, matches!(word, "--env" | "-e"));
        let inline = word.strip_prefix("--env=");
        let written = inline.unwrap_or(word);
        match pair(written, start + offset + (word.len() - written.len())) {
            Some(pair) if is_value || inline.is_some() || !is_program => found.push(pair),
            _ => is_program |= !matches!(word, "env" | "exec"),
        }
    }
    found
}

/// `web: DEBUG=0 gunicorn shop.wsgi --env NAME=value`
fn procfile(text: &str) -> Vec<Pair> {
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        let Some((kind, command)) = line.split_once(':') else { continue };
        if !matches!(kind.trim(), "web" | "asgi" | "wsgi" | "app" | "server") {
            continue;
        }
        let at = start + kind.len() + 1;
        found.extend(given_by_command(command, at));
    }
    found
}

/// `Environment="NAME=value" OTHER=value`
fn unit(text: &str) -> Vec<Pair> {
    // What a worker is given says nothing of visitors.
    let starts = lines(text).find_map(|(_, line)| line.trim_start().strip_prefix("ExecStart="));
    if starts.is_some_and(is_worker) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        let Some(given) = line.trim_start().strip_prefix("Environment=") else { continue };
        let at = start + (line.len() - given.len());
        found.extend(words(given).filter_map(|(offset, word)| pair(word, at + offset)));
    }
    found
}

/// Whether a command runs what works beside the site, and answers nobody.
pub fn is_worker(command: &str) -> bool {
    let works = ["celery", "rqworker", "qcluster", "dramatiq", "huey", "manage.py migrate"];
    works.iter().any(|worker| command.contains(worker)) && !serves_visitors(command)
}

/// The files of variables that a unit of systemd reads: `EnvironmentFile=-/srv/shop/live.env`.
pub fn files_of_unit(text: &str) -> Vec<String> {
    if lines(text).any(|(_, line)| line.strip_prefix("ExecStart=").is_some_and(is_worker)) {
        return Vec::new();
    }
    let named =
        lines(text).filter_map(|(_, line)| line.trim_start().strip_prefix("EnvironmentFile="));
    named.map(|path| path.trim().trim_start_matches('-').to_owned()).collect()
}

/// `environment=NAME="value",OTHER="value"` of programs that serve visitors.
fn supervisor(text: &str) -> Vec<Pair> {
    let mut found = Vec::new();
    let (mut given, mut serves) = (Vec::new(), false);
    for (start, line) in lines(text) {
        if line.starts_with('[') {
            if serves {
                found.append(&mut given);
            }
            (given, serves) = (Vec::new(), false);
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        match key.trim() {
            "command" => serves = serves_visitors(value),
            "environment" => {
                let at = start + key.len() + 1;
                given.extend(listed_pairs(value, at));
            }
            _ => {}
        }
    }
    if serves {
        found.append(&mut given);
    }
    found
}

/// `NAME="value",OTHER=value`
fn listed_pairs(text: &str, start: usize) -> Vec<Pair> {
    let mut found = Vec::new();
    let (mut begin, mut quote) = (0, None);
    let ends = text.char_indices().chain(std::iter::once((text.len(), ',')));
    for (at, sign) in ends {
        match (quote, sign) {
            (None, ',') => {
                let part = &text[begin..at];
                let word = part.trim();
                let offset = begin + (part.len() - part.trim_start().len());
                // `%(here)s` is put in by supervisor.
                found.extend(pair(word, start + offset).map(|mut pair| {
                    pair.is_open |= word.contains('%');
                    pair
                }));
                begin = (at + 1).min(text.len());
            }
            (None, '"' | '\'') => quote = Some(sign),
            (Some(open), sign) if open == sign => quote = None,
            _ => {}
        }
    }
    found
}

/// `env_variables` of App Engine.
fn app_engine(text: &str) -> Vec<Pair> {
    let document = bartizan_yaml::read(text).root;
    document.get("env_variables").map_or_else(Vec::new, crate::compose::environment)
}

/// `option_settings` of Elastic Beanstalk, in both forms.
fn beanstalk(text: &str) -> Vec<Pair> {
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

/// `raw_env = ["NAME=value"]` of gunicorn's configuration.
fn gunicorn(text: &str) -> Vec<Pair> {
    let Some(begin) = text.find("raw_env") else { return Vec::new() };
    let Some((_, rest)) = text[begin..].split_once('[') else { return Vec::new() };
    let inner = rest.split(']').next().unwrap_or("");
    let at = text.len() - rest.len();
    let mut found = Vec::new();
    for (offset, word) in words(inner) {
        let word = word.trim_end_matches(',');
        // Texts alone: what is put together is not read.
        if word.starts_with(['"', '\'']) {
            found.extend(pair(word, at + offset));
        }
    }
    found
}

/// `NAME = "value"` below `[variables]`, and `startCommand = "NAME=value gunicorn shop.wsgi"`.
fn nixpacks(text: &str) -> Vec<Pair> {
    let mut found = table(text, "variables");
    for (start, line) in lines(text) {
        let Some((key, value)) = line.split_once('=') else { continue };
        let inner = value.trim().trim_matches('"');
        if matches!(key.trim(), "startCommand" | "cmd") && serves_visitors(inner) {
            found.extend(given_by_command(inner, start));
        }
    }
    found
}

/// What a script gives the server that it starts.
fn server_script(text: &str) -> Vec<Pair> {
    if serves_visitors(text) { script(text) } else { Vec::new() }
}

/// `NAME = "value"` below `[env]`.
fn fly(text: &str) -> Vec<Pair> {
    table(text, "env")
}

/// `NAME = "value"` below a heading.
fn table(text: &str, heading: &str) -> Vec<Pair> {
    let mut is_inside = false;
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        let stripped = line.trim();
        if let Some(table) = stripped.strip_prefix('[') {
            is_inside = table.trim_end_matches(']').trim() == heading;
            continue;
        }
        if !is_inside || stripped.starts_with('#') {
            continue;
        }
        let Some((name, value)) = stripped.split_once('=') else { continue };
        let value = value.trim();
        let quote = ['"', '\''].into_iter().find(|quote| value.starts_with(*quote));
        let (inner, is_open) = match quote {
            // A text that goes on below, or holds signs that stand for others, is not read.
            Some(quote) => match value[1..].split_once(quote) {
                Some((inner, _)) => {
                    (inner, inner.is_empty() && value.len() > 2 || inner.contains('\\'))
                }
                None => ("", true),
            },
            None => {
                let bare = value.split('#').next().unwrap_or(value).trim();
                (bare, bare.starts_with(['[', '{']))
            }
        };
        let name = name.trim().trim_matches(['"', '\'']);
        found.push(made(name, inner, start, line.len(), is_open));
    }
    found
}

/// `env = NAME=value`
fn uwsgi(text: &str) -> Vec<Pair> {
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        let Some((key, given)) = line.split_once('=') else { continue };
        if key.trim() != "env" {
            continue;
        }
        let Some((name, value)) = given.split_once('=') else { continue };
        let value = value.trim();
        // `$(HOME)` and `%d` are put in by uWSGI.
        let is_open = value.contains("$(") || value.contains('%');
        found.push(made(name.trim(), value, start, line.len(), is_open));
    }
    found
}

/// `export NAME=value`, however it is called.
fn script(text: &str) -> Vec<Pair> {
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        // What stands deeper runs under a condition.
        let Some(given) = line.strip_prefix("export ") else { continue };
        found.extend(words(given).filter_map(|(offset, word)| {
            let mut read = pair(word, start + "export ".len() + offset)?;
            read.is_open |= word.contains('`');
            Some(read)
        }));
    }
    found
}

/// `envVars` of the services.
fn render(text: &str) -> Vec<Pair> {
    let document = bartizan_yaml::read(text).root;
    let services = document.get("services").map_or(&[][..], Node::items);
    let given = services.iter().filter_map(|service| service.get("envVars"));
    given.flat_map(|given| given.items().iter().filter_map(|item| listed(item, "key"))).collect()
}

/// `env`, of texts or of objects with a `value`.
fn app(text: &str) -> Vec<Pair> {
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

/// `env` of the containers of every object.
fn kubernetes(text: &str) -> Vec<Pair> {
    let mut found = Vec::new();
    each_container(text, &mut |container, start| {
        let given = container.get("env").map_or(&[][..], Node::items);
        found.extend(given.iter().filter_map(|item| Some(moved(listed(item, "name")?, start))));
    });
    found
}

/// Calls `each` for every container that serves visitors, as far as its command tells, with the byte at
/// which its object begins.
fn each_container(text: &str, each: &mut dyn FnMut(&Node, u32)) {
    each_document(text, &mut |root, start| {
        let spec = root.get("spec");
        let template = spec.and_then(|spec| spec.get("template")).and_then(|it| it.get("spec"));
        let containers = template.or(spec).and_then(|spec| spec.get("containers"));
        for container in containers.map_or(&[][..], Node::items) {
            let words = ["command", "args"].iter().filter_map(|key| container.get(key));
            let words = words.flat_map(Node::items_or_itself).filter_map(Node::text);
            if !is_worker(&words.collect::<Vec<_>>().join(" ")) {
                each(container, start);
            }
        }
    });
}

fn each_document(text: &str, each: &mut dyn FnMut(&Node, u32)) {
    let mut start = 0;
    for document in text.split("\n---").take(MOST_DOCUMENTS) {
        each(&bartizan_yaml::read(document).root, start);
        start += (document.len() + "\n---".len()) as u32;
    }
}

fn moved(mut pair: Pair, start: u32) -> Pair {
    let moved = |span: Span| Span::new(span.start + start, span.end + start);
    pair.span = moved(pair.span);
    if let Some(value) = &mut pair.value {
        value.span = moved(value.span);
    }
    pair
}

/// The maps that objects of Kubernetes hold, by name, and the names of those that containers take over.
pub fn maps_of_kubernetes(path: &FilePath, text: &str) -> (Vec<(String, Vec<Pair>)>, Vec<String>) {
    let (mut maps, mut taken) = (Vec::new(), Vec::new());
    let is_object =
        reader(path).is_some_and(|reader| std::ptr::fn_addr_eq(reader, kubernetes as Reader));
    if !is_object || !["configMapRef", "ConfigMap"].iter().any(|word| text.contains(word)) {
        return (maps, taken);
    }
    each_document(text, &mut |root, start| {
        let name = root.get("metadata").and_then(|it| it.get("name")).and_then(Node::text);
        if root.get("kind").and_then(Node::text) == Some("ConfigMap")
            && let Some(name) = name
        {
            let data = root.get("data").map_or_else(Vec::new, crate::compose::environment);
            maps.push((name.to_owned(), data.into_iter().map(|it| moved(it, start)).collect()));
        }
    });
    each_container(text, &mut |container, _| {
        for from in container.get("envFrom").map_or(&[][..], Node::items) {
            let map = from.get("configMapRef").and_then(|it| it.get("name")).and_then(Node::text);
            taken.extend(map.map(str::to_owned));
        }
    });
    (maps, taken)
}

/// `{name: NAME, value: value}`; without a value it comes from elsewhere.
fn listed(item: &Node, key: &str) -> Option<Pair> {
    let name = item.get(key)?;
    let value = item.get("value").and_then(crate::compose::text);
    let is_open = value.as_ref().is_none_or(|value| value.text.contains("$("));
    Some(Pair { name: name.text()?.to_owned(), span: name.span, is_open, value })
}

/// Lines, with the byte at which each begins; comments left out.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let at = start;
        start += line.len();
        let line = line.trim_end();
        (!line.trim_start().starts_with(['#', ';'])).then_some((at, line))
    })
}

/// Words as shells part them, as they are written, each with the byte at which it begins.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += text[at..].len() - text[at..].trim_start().len();
        let start = at;
        let mut quote = None;
        for (offset, sign) in text[at..].char_indices() {
            match quote {
                None if sign.is_whitespace() => {
                    at += offset;
                    return Some((start, &text[start..at]));
                }
                None if matches!(sign, '"' | '\'') => quote = Some(sign),
                Some(open) if sign == open => quote = None,
                _ => {}
            }
        }
        at = text.len();
        (start < at).then(|| (start, &text[start..at]))
    })
}

/// `NAME=value`, `NAME="a value"`, `"NAME=a value"`
fn pair(word: &str, start: usize) -> Option<Pair> {
    let whole = unquoted(word).unwrap_or(word);
    let (name, value) = whole.split_once('=')?;
    let is_name = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    let value = unquoted(value).unwrap_or(value);
    let is_open = value.contains(['$', '"', '\'']);
    Some(made(name, value, start, word.len(), is_open))
}

/// What stands in quotes, where these are all around.
fn unquoted(text: &str) -> Option<&str> {
    ['"', '\''].into_iter().find_map(|quote| {
        text.strip_prefix(quote)?.strip_suffix(quote).filter(|inner| !inner.contains(quote))
    })
}

fn made(name: &str, value: &str, start: usize, length: usize, is_open: bool) -> Pair {
    let span = Span::new(start as u32, (start + length) as u32);
    let value = Some(Text { text: value.to_owned(), span });
    Pair { name: name.to_owned(), value, span, is_open }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> String {
        let path = FilePath::new(path).unwrap();
        let pairs = given_to_processes(&path, text).unwrap();
        let said = pairs.iter().map(|pair| match &pair.value {
            Some(value) if !pair.is_open => format!("{}={}", pair.name, value.text),
            _ => format!("{}?", pair.name),
        });
        said.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_kind_of_file_is_read() {
        let procfile = "release: A=0 python manage.py migrate\n\
                        web: env B=1 C='two words' gunicorn shop.wsgi --env D=3 -e E=$PORT --log=F=4\n";
        assert_eq!(told("Procfile", procfile), "B=1 C=two words D=3 E?");
        let unit =
            "[Service]\nEnvironment=A=1 \"B=two words\"\n# Environment=C=3\nExecStart=/bin/x D=4\n";
        assert_eq!(told("deploy/shop.service", unit), "A=1 B=two words");
        let fly = "app = \"shop\"\n[env]\n  A = \"1\"\n  B = true # on\n  C = \"\"\"\nx\"\"\"\n[http_service]\n  D = 1\n";
        assert_eq!(told("fly.toml", fly), "A=1 B=true C?");
        let uwsgi = "[uwsgi]\nmodule = shop.wsgi\nenv = A=shop.settings.live\nenv=B=$(HOME)\n";
        assert_eq!(told("uwsgi.ini", uwsgi), "A=shop.settings.live B?");
        let render = "services:\n  - type: web\n    envVars:\n      - key: A\n        value: x\n      - key: B\n        generateValue: true\n";
        assert_eq!(told("render.yaml", render), "A=x B?");
        let app = r#"{"name": "shop", "env": {"A": "1", "B": {"value": "2"}, "C": {"generator": "secret"}}}"#;
        assert_eq!(told("app.json", app), "A=1 B=2 C?");
        let script = "#!/bin/sh\nexport A=1 B=\"two words\"\nif [ -n \"$X\" ]; then\n  export C=3\nfi\nexport D=${D:-4}\nexec gunicorn shop.wsgi\n";
        assert_eq!(told("docker/entrypoint.sh", script), "A=1 B=two words D?");
        let supervisor = "[program:web]\nenvironment=A=\"1\",B=two\ncommand=gunicorn shop.wsgi\n[program:worker]\ncommand=celery -A shop worker\nenvironment=C=3\n";
        assert_eq!(told("deploy/supervisor/shop.conf", supervisor), "A=1 B=two");
        let engine = "runtime: python313\nenv_variables:\n  A: \"1\"\n";
        assert_eq!(told("app.yaml", engine), "A=1");
        let raw = "workers = 2\nraw_env = [\n    \"A=1\",\n    f\"B={x}\",\n    'C=3',\n]\n";
        assert_eq!(told("gunicorn.conf.py", raw), "A=1 C=3");
        let beanstalk =
            "option_settings:\n  aws:elasticbeanstalk:application:environment:\n    A: \"1\"\n";
        assert_eq!(told(".ebextensions/django.config", beanstalk), "A=1");
        assert_eq!(told("nixpacks.toml", "[variables]\nA = \"1\"\n"), "A=1");
        assert_eq!(told("start.sh", "export A=1\nexec gunicorn shop.wsgi\n"), "A=1");
        assert_eq!(told("start.sh", "export A=1\npython manage.py runserver\n"), "");
        let worker = "[Service]\nEnvironment=A=1\nExecStart=/bin/celery -A shop worker\n";
        assert_eq!(told("deploy/worker.service", worker), "");
        let maps = "kind: ConfigMap\nmetadata: {name: web}\ndata:\n  A: \"1\"\n---\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - envFrom:\n            - configMapRef: {name: web}\n";
        let path = FilePath::new("k8s/all.yaml").unwrap();
        let (maps, taken) = maps_of_kubernetes(&path, maps);
        assert_eq!(
            (maps[0].0.as_str(), maps[0].1[0].name.as_str(), taken),
            ("web", "A", vec!["web".to_owned()])
        );
        let objects = "kind: Service\n---\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          env:\n            - name: A\n              value: \"1\"\n            - name: B\n              valueFrom: {secretKeyRef: {name: s, key: k}}\n";
        assert_eq!(told("k8s/web.yaml", objects), "A=1 B?");
        let path = FilePath::new("k8s/web.yaml").unwrap();
        let first = &given_to_processes(&path, objects).unwrap()[0];
        assert_eq!(first.span.slice(objects), "A");
    }

    #[test]
    fn broken_text_gives_what_could_be_read() {
        for path in [
            "Procfile",
            "x.service",
            "fly.toml",
            "uwsgi.ini",
            "app.json",
            "k8s/x.yml",
            "entrypoint.sh",
        ] {
            for text in [
                "",
                "=",
                "web:",
                "web: =",
                "export \"",
                "env = =\n",
                "[env]\nA=\"",
                "{\"env\": [",
                "Environment=\"A=é",
            ] {
                told(path, text);
            }
        }
    }
}
