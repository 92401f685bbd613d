//! Compositions of containers.

use bartizan_base::Span;
use bartizan_yaml::Node;

use crate::{Pair, Text};

/// A composition.
#[derive(Clone, Debug, Default)]
pub struct Compose {
    /// The services, in order.
    pub services: Vec<Service>,
    /// Further compositions that are part of it, by their paths from its folder.
    pub includes: Vec<String>,
}

/// One service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name.
    pub name: Text,
    /// The image that runs, where it is not built here.
    pub image: Option<Text>,
    /// Whether its image is built here.
    pub is_built: bool,
    /// The Dockerfile that its image is built with, by its path from the folder of the composition.
    pub dockerfile: Option<String>,
    /// The stage that the image ends with, where it is not the last.
    pub target: Option<String>,
    /// What its build is told.
    pub arguments: Vec<Pair>,
    /// Its variables.
    pub environment: Vec<Pair>,
    /// Files with more variables, as written; a later one wins, and [`Self::environment`] over all.
    pub env_files: Vec<Text>,
    /// The ports that the machine publishes for it, as written: `5432:5432`.
    pub ports: Vec<Text>,
    /// What runs in the place of the image's own command: `entrypoint` and `command`, one after the other.
    pub command: Option<Text>,
    /// What begins in the place of the image's own `ENTRYPOINT`, word by word.
    pub entrypoint: Option<Vec<String>>,
    /// What the entrypoint is told in the place of the image's own `CMD`, word by word.
    pub told: Option<Vec<String>>,
    /// The service over which it is laid, and the file of that, where it is another.
    pub extends: Option<(Option<String>, String)>,
    /// Whether it takes part only where one of its profiles is asked for.
    pub in_profile: bool,
}

/// Reads a composition, whatever the file is called.
pub fn read(text: &str) -> Compose {
    let document = bartizan_yaml::read(text).root;
    let services = document.get("services").map_or(&[][..], Node::entries);
    let build = |node: &Node, key: &str| node.get("build")?.get(key)?.text().map(str::to_owned);
    let service = |(name, span, node): &(String, Span, Node)| Service {
        name: Text { text: name.clone(), span: *span },
        image: node.get("image").and_then(self::text),
        is_built: node.get("build").is_some(),
        dockerfile: node.get("build").map(|build| {
            let context = build.text().or_else(|| build.get("context")?.text()).unwrap_or(".");
            let file = build.get("dockerfile").and_then(Node::text).unwrap_or("Dockerfile");
            format!("{context}/{file}")
        }),
        target: build(node, "target"),
        arguments: node
            .get("build")
            .and_then(|build| build.get("args"))
            .map_or_else(Vec::new, environment),
        environment: node.get("environment").map_or_else(Vec::new, environment),
        env_files: node.get("env_file").map_or_else(Vec::new, env_files),
        ports: node.get("ports").map_or_else(Vec::new, ports),
        command: node.get("command").or_else(|| node.get("entrypoint")).and_then(command),
        entrypoint: node.get("entrypoint").and_then(command_words),
        told: node.get("command").and_then(command_words),
        extends: node.get("extends").and_then(extended),
        in_profile: node.get("profiles").is_some(),
    };
    let includes = document.get("include").map_or(&[][..], Node::items_or_itself).iter();
    let includes = includes.flat_map(|item| match item.text() {
        Some(path) => vec![path.to_owned()],
        None => {
            let paths = item.get("path").map_or(&[][..], Node::items_or_itself).iter();
            paths.filter_map(Node::text).map(str::to_owned).collect()
        }
    });
    Compose { services: services.iter().map(service).collect(), includes: includes.collect() }
}

/// `extends: web`, `extends: {file: common.yml, service: web}`
fn extended(node: &Node) -> Option<(Option<String>, String)> {
    let of = |key: &str| Some(node.get(key)?.text()?.to_owned());
    Some((of("file"), of("service").or_else(|| node.text().map(str::to_owned))?))
}

/// The words of a command, as a list has them or as a shell would part them.
fn command_words(node: &Node) -> Option<Vec<String>> {
    if let Some(line) = node.text() {
        let words = crate::shell::words(line)
            .map(|(_, word)| crate::shell::unquoted(word).unwrap_or(word).to_owned());
        return Some(words.collect());
    }
    let words: Vec<String> =
        node.items().iter().filter_map(Node::text).map(str::to_owned).collect();
    (!words.is_empty()).then_some(words)
}

pub(crate) fn text(node: &Node) -> Option<Text> {
    Some(Text { text: node.text()?.to_owned(), span: node.span })
}

/// A map, or a list of `NAME=value`.
pub(crate) fn environment(node: &Node) -> Vec<Pair> {
    // What is merged in stands first: what is written out goes before it.
    let merged = node.entries().iter().filter(|(name, ..)| name == "<<");
    let merged = merged.flat_map(|(.., merged)| merged.items_or_itself()).flat_map(|merged| {
        let is_deeper = merged.entries().iter().any(|(name, ..)| name == "<<");
        if is_deeper { Vec::new() } else { environment(merged) }
    });
    let named =
        node.entries().iter().filter(|(name, ..)| name != "<<").map(|(name, span, value)| {
            let span = if value.text().is_some() { span.cover(value.span) } else { *span };
            // Nothing, `~`: what whoever starts the composition has of it.
            let value = (!is_null(value)).then(|| text(value)).flatten();
            Pair { name: name.clone(), is_open: is_open(value.as_ref()), value, span }
        });
    let listed = node.items().iter().filter_map(|item| {
        let written = item.text()?;
        let (name, value) = match written.split_once('=') {
            Some((name, value)) => (name, Some(Text { text: value.to_owned(), span: item.span })),
            None => (written, None),
        };
        Some(Pair {
            name: name.to_owned(),
            is_open: is_open(value.as_ref()),
            value,
            span: item.span,
        })
    });
    merged.chain(named).chain(listed).collect()
}

fn is_null(node: &Node) -> bool {
    matches!(&node.value, bartizan_yaml::Value::Text { text, plain: true }
        if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
}

/// Whether a value refers to the environment of whoever starts the composition.
fn is_open(value: Option<&Text>) -> bool {
    // `{{ .Values.debug }}` is put in by whoever makes the file.
    value.is_some_and(|value| value.text.contains('$') || value.text.contains("{{"))
}

/// A value that a composition gives, with what it refers to put in: `${NAME}`, `$NAME`, `${NAME:-default}`,
/// `${NAME-default}`. `asked` says what whoever starts it has of a variable, where that is known; it counts
/// as unset where a default stands. `None` where that is needed and not known.
pub fn filled_in(text: &str, asked: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let mut found = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        found.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            found.push('$');
            rest = after;
            continue;
        }
        let is_name = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
        let braced = after.strip_prefix('{');
        let start = braced.unwrap_or(after);
        let length = start.find(|sign| !is_name(sign)).unwrap_or(start.len());
        let (name, after) = start.split_at(length);
        if name.is_empty() {
            return None;
        }
        let given = asked(name);
        if braced.is_none() {
            found.push_str(&given?);
            rest = after;
            continue;
        }
        let (inner, after) = after.split_once('}')?;
        // A default that refers to others is not followed.
        if inner.contains(['$', '{']) {
            return None;
        }
        let default = |sign: &str| inner.strip_prefix(sign);
        match (given, default(":-"), default("-")) {
            (Some(given), Some(default), _) if given.is_empty() => found.push_str(default),
            (Some(given), ..)
                if inner.is_empty()
                    || [":-", ":?", "-", "?"].iter().any(|sign| inner.starts_with(sign)) =>
            {
                found.push_str(&given);
            }
            (None, Some(default), _) | (None, None, Some(default)) => found.push_str(default),
            _ => return None,
        }
        rest = after;
    }
    found.push_str(rest);
    Some(found)
}

/// One file, or a list of them: `.env`, `{path: .env, required: false}`.
fn env_files(node: &Node) -> Vec<Text> {
    let file = |node: &Node| text(node).or_else(|| text(node.get("path")?));
    file(node).into_iter().chain(node.items().iter().filter_map(file)).collect()
}

/// In the short form, and the long one: `{target: 5432, published: 5432, host_ip: 127.0.0.1}`.
fn ports(node: &Node) -> Vec<Text> {
    let port = |item: &Node| {
        if item.text().is_some() {
            return text(item);
        }
        let part = |key: &str| item.get(key).and_then(Node::text);
        let published = part("published")?;
        let target = part("target").unwrap_or(published);
        let host = part("host_ip").map_or_else(String::new, |host| format!("{host}:"));
        Some(Text { text: format!("{host}{published}:{target}"), span: item.span })
    };
    node.items().iter().filter_map(port).collect()
}

fn command(node: &Node) -> Option<Text> {
    if let Some(text) = text(node) {
        return Some(text);
    }
    let words: Vec<&str> = node.items().iter().filter_map(Node::text).collect();
    (!words.is_empty()).then(|| Text { text: words.join(" "), span: node.span })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_referred_to_is_put_in() {
        let asked = |name: &str| match name {
            "A" => Some("1".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        let filled = |text: &str| filled_in(text, &asked);
        assert_eq!(filled("x ${A} $A. $$A").as_deref(), Some("x 1 1. $A"));
        assert_eq!(
            filled("${A:-2} ${B:-2} ${B-3} ${EMPTY:-4} ${EMPTY-5}").as_deref(),
            Some("1 2 3 4 ")
        );
        for unknown in
            ["${B}", "$B", "${B:?say it}", "${A:+x}", "${B:-${A}}", "${A", "$", "${}", "$é"]
        {
            assert_eq!(filled(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn services_in_all_their_forms() {
        let text = "x-env: &env\n  DEBUG: \"1\"\nservices:\n  web:\n    environment:\n      - SECRET_KEY=x\n      - HOME\n    build: .\n    env_file:\n      - .env\n      - path: live.env\n        required: false\n    command: [python, manage.py, runserver]\n  db:\n    image: postgres:17\n    environment: *env\n    ports:\n      - \"5432:5432\"\n      - {target: 1, published: 2, host_ip: 127.0.0.1}\n";
        let read = read(text);
        let [web, db] = read.services.as_slice() else { panic!("{read:?}") };
        assert_eq!(web.command.as_ref().unwrap().text, "python manage.py runserver");
        assert_eq!(web.environment.len(), 2);
        let files: Vec<&str> = web.env_files.iter().map(|file| file.text.as_str()).collect();
        assert_eq!((files, web.is_built, db.is_built), (vec![".env", "live.env"], true, false));
        assert_eq!(db.environment[0].name, "DEBUG");
        let ports: Vec<&str> = db.ports.iter().map(|port| port.text.as_str()).collect();
        assert_eq!(ports, ["5432:5432", "127.0.0.1:2:1"]);
        assert_eq!(db.image.as_ref().unwrap().span.slice(text), "postgres:17");
    }
}
