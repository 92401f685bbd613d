//! Files that start the processes of a site, and the variables that they give them.

use bartizan_base::{FilePath, Span};
use bartizan_yaml::Node;

use crate::{Pair, Text};

/// Documents of one text beyond which none is read.
const MOST_DOCUMENTS: usize = 64;

/// What a file of this kind looks like.
type Reader = fn(&str) -> Vec<Pair>;

/// The variables that a file gives the processes of a site that it starts: `Procfile`, units of systemd,
/// `fly.toml`, `uwsgi.ini`, `render.yaml`, `app.json`, the script that an image begins with, and objects
/// of Kubernetes. `None` where it is no such file.
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
        _ if name.ends_with(".service") => unit,
        _ if is_yaml && (below("k8s") || below("kubernetes")) => kubernetes,
        _ => return None,
    })
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
        let mut is_program = false;
        let mut is_named = false;
        for (offset, word) in words(command) {
            let is_value = std::mem::replace(&mut is_named, matches!(word, "--env" | "-e"));
            let inline = word.strip_prefix("--env=");
            let written = inline.unwrap_or(word);
            match pair(written, at + offset + (word.len() - written.len())) {
                Some(pair) if is_value || inline.is_some() || !is_program => found.push(pair),
                _ => is_program |= word != "env",
            }
        }
    }
    found
}

/// `Environment="NAME=value" OTHER=value`
fn unit(text: &str) -> Vec<Pair> {
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        let Some(given) = line.trim_start().strip_prefix("Environment=") else { continue };
        let at = start + (line.len() - given.len());
        found.extend(words(given).filter_map(|(offset, word)| pair(word, at + offset)));
    }
    found
}

/// `NAME = "value"` below `[env]`.
fn fly(text: &str) -> Vec<Pair> {
    let mut is_inside = false;
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        let stripped = line.trim();
        if let Some(table) = stripped.strip_prefix('[') {
            is_inside = table.trim_end_matches(']').trim() == "env";
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
    let mut start = 0;
    for document in text.split("\n---").take(MOST_DOCUMENTS) {
        let root = bartizan_yaml::read(document).root;
        let spec = root.get("spec");
        let template = spec.and_then(|spec| spec.get("template")).and_then(|it| it.get("spec"));
        let containers = template.or(spec).and_then(|spec| spec.get("containers"));
        for container in containers.map_or(&[][..], Node::items) {
            let given = container.get("env").map_or(&[][..], Node::items);
            found.extend(given.iter().filter_map(|item| {
                let mut pair = listed(item, "name")?;
                let moved = |span: Span| Span::new(span.start + start, span.end + start);
                pair.span = moved(pair.span);
                if let Some(value) = &mut pair.value {
                    value.span = moved(value.span);
                }
                Some(pair)
            }));
        }
        start += (document.len() + "\n---".len()) as u32;
    }
    found
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
