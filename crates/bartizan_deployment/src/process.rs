//! Files that start the processes of a site, and the variables that they give them.

use bartizan_base::{FilePath, Span};
use bartizan_yaml::Node;

use crate::kubernetes::{self, containers};
use crate::platforms::{
    app, app_engine, apprunner, beanstalk, commands_of_render, digital_ocean, ecs, nginx_unit,
    platform_sh, render, serverless, vercel, zappa,
};
use crate::script::{Step as StartStep, steps_of_script};
use crate::shell::{
    given_by_command, is_entrypoint, is_script, lines, made, pair, script, server_script, unquoted,
    words,
};
use crate::{Pair, Text};

/// What a file of this kind looks like.
pub(crate) type Reader = fn(&str) -> Vec<Pair>;

/// The variables that a file gives the processes of a site that it starts: `Procfile`, units of systemd,
/// configurations of supervisor, circus, uWSGI, gunicorn and NGINX Unit, scripts that start servers,
/// objects of Kubernetes, tasks of Amazon ECS, and what the platforms read (`fly.toml`, `render.yaml`,
/// `app.json`, `app.yaml`, `nixpacks.toml`, `zappa_settings.json`, `.ebextensions`, `.do/app.yaml`,
/// `apprunner.yaml`, `.platform.app.yaml`, `vercel.json`, `serverless.yml`), jobs of Nomad. `None` where it
/// is no such file.
pub fn given_to_processes(path: &FilePath, text: &str) -> Option<Vec<Pair>> {
    let reader = reader_of(path, text)?;
    Some(reader(text))
}

/// The reader of a file by its name, or by what it says.
pub(crate) fn reader_of(path: &FilePath, text: &str) -> Option<Reader> {
    reader(path).or_else(|| is_object(path, text).then_some(containers as Reader))
}

/// Whether a file holds objects of Kubernetes, whatever it is called.
pub fn is_object(path: &FilePath, text: &str) -> bool {
    let name = path.name();
    let begins = |word: &str| text.lines().any(|line| line.starts_with(word));
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    is_yaml && begins("kind:") && begins("apiVersion:")
        // What kustomize puts together says so by its name alone.
        || matches!(name, "kustomization.yaml" | "kustomization.yml")
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

pub(crate) fn reader(path: &FilePath) -> Option<Reader> {
    let whole = path.as_str().to_ascii_lowercase();
    let name = whole.rsplit('/').next().unwrap_or("");
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    let is_json = name.ends_with(".json");
    let below =
        |folders: &[&str]| whole.split('/').rev().skip(1).any(|part| folders.contains(&part));
    Some(match name {
        "procfile" => procfile,
        "fly.toml" => fly,
        "render.yaml" => render,
        "app.json" => app,
        "zappa_settings.json" => zappa,
        ".platform.app.yaml" => platform_sh,
        "apprunner.yaml" => apprunner,
        "app.yaml" | "app.yml" if below(&[".do"]) => digital_ocean,
        // What lies with objects of Kubernetes is one, whatever it is called.
        _ if is_yaml && below(kubernetes::FOLDERS) => containers,
        "vercel.json" => vercel,
        "serverless.yml" | "serverless.yaml" => serverless,
        _ if is_entrypoint(name) => script,
        _ if is_script(name) => server_script,
        "nixpacks.toml" | "railway.toml" => nixpacks,
        "app.yaml" => app_engine,
        "gunicorn.conf.py" | "gunicorn_conf.py" | "gunicorn_config.py" | "gunicorn.py" => gunicorn,
        "circus.ini" => circus,
        _ if name.ends_with(".ini") && whole.contains("uwsgi") => uwsgi,
        _ if is_yaml && name.contains("uwsgi") => uwsgi_yaml,
        _ if name.ends_with(".service") => unit,
        // What is laid over a unit: `shop.service.d/override.conf`.
        _ if whole.contains(".service.d/") && name.ends_with(".conf") && !is_worker(&whole) => unit,
        _ if name.ends_with(".nomad") || name.ends_with(".nomad.hcl") => nomad,
        _ if whole.contains("supervisor")
            && (name.ends_with(".conf") || name.ends_with(".ini")) =>
        {
            supervisor
        }
        _ if whole.contains(".ebextensions/") && (name.ends_with(".config") || is_yaml) => {
            beanstalk
        }
        _ if is_json && (below(&["unit", "nginx-unit"]) && name.starts_with("config"))
            || matches!(name, "unit.json" | "nginx-unit.json" | "unit.config.json") =>
        {
            nginx_unit
        }
        _ if is_json
            && ["dockerrun.aws", "taskdef", "task-def", "task_def"]
                .iter()
                .any(|word| name.contains(word)) =>
        {
            ecs
        }
        _ if is_yaml && kubernetes::is_called(name) => containers,
        _ => return None,
    })
}

/// `web: DEBUG=0 gunicorn shop.wsgi --env NAME=value`
fn procfile(text: &str) -> Vec<Pair> {
    served_by_procfile(text)
        .flat_map(|command| given_by_command(&command.text, command.span.start as usize))
        .collect()
}

/// The commands of what visitors reach.
fn served_by_procfile(text: &str) -> impl Iterator<Item = Text> {
    lines(text).filter_map(|(start, line)| {
        let (kind, command) = line.split_once(':')?;
        let serves = matches!(kind.trim(), "web" | "asgi" | "wsgi" | "app" | "server");
        let span = Span::new((start + kind.len() + 1) as u32, (start + line.len()) as u32);
        serves.then(|| Text { text: command.to_owned(), span })
    })
}

/// `Environment="NAME=value" OTHER=value`
fn unit(text: &str) -> Vec<Pair> {
    // What a worker is given says nothing of visitors.
    let starts = lines(text).find_map(|(_, line)| line.trim_start().strip_prefix("ExecStart="));
    if starts.is_some_and(is_worker) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (start, line) in joined(text) {
        let given = line.trim_start();
        let Some(given) = given.strip_prefix("Environment=") else { continue };
        if given.trim().is_empty() {
            // What was said before is forgotten (systemd.exec(5)).
            found.iter_mut().for_each(|pair: &mut Pair| pair.is_open = true);
            continue;
        }
        let at = start + (line.len() - given.len());
        found.extend(words(given).filter_map(|(offset, word)| pair(word, at + offset)));
    }
    found
}

/// Lines, with those that go on behind a backslash in one piece.
fn joined(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let mut end = 0;
        for line in rest.split_inclusive('\n') {
            end += line.len();
            if !line.trim_end().ends_with('\\') {
                break;
            }
        }
        let start = at;
        at += end;
        Some((start, rest[..end].trim_end()))
    })
}

/// The variables that a unit takes back, whatever gave them something: `UnsetEnvironment=DEBUG`.
pub fn unset_by_unit(text: &str) -> Vec<Pair> {
    let mut found = Vec::new();
    for (start, line) in joined(text) {
        let names = line.trim_start().strip_prefix("UnsetEnvironment=").unwrap_or("");
        found.extend(names.split_whitespace().map(|name| made(name, "", start, 0, true)));
    }
    found
}

/// Whether a file that is laid over a unit takes back what that gives: `Environment=`.
pub fn takes_back(text: &str) -> bool {
    lines(text).any(|(_, line)| line.trim() == "Environment=")
}

/// What the commands of a file that starts processes do before these run: it goes before all that the file
/// gives them.
pub fn steps_of_processes(path: &FilePath, text: &str) -> Vec<StartStep> {
    let Some(reader) = reader_of(path, text) else { return Vec::new() };
    let is_it = |known: Reader| std::ptr::fn_addr_eq(reader, known);
    if is_it(script) || is_it(server_script) {
        return steps_of_script(text, None);
    }
    if is_it(containers) {
        return kubernetes::steps(text);
    }
    let commands: Vec<Text> = if is_it(procfile) {
        served_by_procfile(text).collect()
    } else if is_it(unit) {
        started_by_unit(text).collect()
    } else if is_it(supervisor) {
        let programs = sections(text).into_iter().filter(Section::serves);
        programs.filter_map(|program| program.value("command")).collect()
    } else if is_it(nixpacks) {
        started_by_nixpacks(text).collect()
    } else if is_it(circus) {
        let watchers = sections(text).into_iter();
        let commands = watchers.filter_map(|watcher| watcher.value("cmd"));
        commands.filter(|command| serves_visitors(&command.text)).collect()
    } else if is_it(render) {
        commands_of_render(text)
    } else {
        Vec::new()
    };
    let mut found = Vec::new();
    for command in commands {
        let steps = steps_of_script(&command.text, None);
        found.extend(steps.into_iter().map(|step| step.placed(command.span)));
    }
    found
}

/// The commands that a unit of systemd starts: `ExecStart=-/usr/bin/env NAME=value gunicorn`.
fn started_by_unit(text: &str) -> impl Iterator<Item = Text> {
    lines(text).filter_map(|(start, line)| {
        let command = line.trim_start().strip_prefix("ExecStart=")?;
        let command = command.trim_start_matches(['-', '@', '+', '!', ':']);
        let is_other = is_worker(command);
        let span =
            Span::new((start + line.len() - command.len()) as u32, (start + line.len()) as u32);
        (!is_other).then(|| Text { text: command.to_owned(), span })
    })
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

/// `environment=NAME="value",OTHER="value"` of programs that serve visitors, and of the whole.
fn supervisor(text: &str) -> Vec<Pair> {
    let sections = sections(text);
    let of_all = sections.iter().filter(|section| section.name == "supervisord");
    let of_programs = sections.iter().filter(|section| section.serves());
    let given = of_all.chain(of_programs).filter_map(|section| section.value("environment"));
    given.flat_map(|given| listed_pairs(text, given.span)).collect()
}

/// What stands below one heading of an INI file; what is indented goes on.
struct Section<'t> {
    name: &'t str,
    keys: Vec<(&'t str, Text)>,
}

impl Section<'_> {
    fn value(&self, key: &str) -> Option<Text> {
        self.keys.iter().rfind(|(known, _)| *known == key).map(|(_, value)| value.clone())
    }

    /// Whether this is a program that visitors reach, as far as its command tells.
    fn serves(&self) -> bool {
        let command = self.value("command");
        command.is_some_and(|it| serves_visitors(&it.text) || it.text.trim_end().ends_with(".sh"))
    }
}

fn sections(text: &str) -> Vec<Section<'_>> {
    let mut found: Vec<Section<'_>> = Vec::new();
    for (start, line) in lines(text) {
        let section = found.last_mut();
        if let Some(heading) = line.strip_prefix('[') {
            found.push(Section { name: heading.trim_end_matches(']').trim(), keys: Vec::new() });
        } else if line.is_empty() {
        } else if line.starts_with([' ', '\t']) {
            let Some((_, value)) = section.and_then(|section| section.keys.last_mut()) else {
                continue;
            };
            value.span.end = (start + line.len()) as u32;
            value.text = value.span.slice(text).to_owned();
        } else if let Some((name, value)) = line.split_once('=') {
            let span = Span::new((start + name.len() + 1) as u32, (start + line.len()) as u32);
            let value = Text { text: value.to_owned(), span };
            if let Some(section) = section {
                section.keys.push((name.trim(), value));
            }
        }
    }
    found
}

/// `NAME="value",OTHER=value`
fn listed_pairs(whole: &str, span: Span) -> Vec<Pair> {
    let (text, start) = (span.slice(whole), span.start as usize);
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

/// The files that one of App Engine takes over: `includes: [env_variables.yaml]`.
pub fn included_by_app_engine(path: &FilePath, text: &str) -> Vec<String> {
    let is_it = |reader: Reader| std::ptr::fn_addr_eq(reader, app_engine as Reader);
    if !text.contains("includes") || !reader(path).is_some_and(is_it) {
        return Vec::new();
    }
    let document = bartizan_yaml::read(text).root;
    let included = document.get("includes").map_or(&[][..], Node::items_or_itself).iter();
    included.filter_map(Node::text).map(str::to_owned).collect()
}

/// What the code of gunicorn's configuration gives where nothing is: `os.environ.setdefault("NAME", "value")`.
pub fn defaults_of_gunicorn(path: &FilePath, text: &str) -> Vec<Pair> {
    if !reader(path).is_some_and(|reader| std::ptr::fn_addr_eq(reader, gunicorn as Reader)) {
        return Vec::new();
    }
    let given = lines(text).filter_map(|(start, line)| {
        let inner = line.strip_prefix("os.environ.setdefault(")?.split_once(')')?.0;
        let (name, value) = inner.split_once(',')?;
        let (name, value) = (unquoted(name.trim())?, value.trim());
        let written = unquoted(value);
        let is_open = written.is_none_or(|text| text.contains('\\'));
        Some(made(name, written.unwrap_or(value), start, line.len(), is_open))
    });
    given.collect()
}

/// `raw_env = ["NAME=value"]` of gunicorn's configuration, what is added to it below, and what its code
/// writes: `os.environ["NAME"] = "value"`.
fn gunicorn(text: &str) -> Vec<Pair> {
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        let Some((name, value)) =
            line.strip_prefix("os.environ[").and_then(|rest| rest.split_once("] = "))
        else {
            continue;
        };
        let (Some(name), value) = (unquoted(name), value.trim_end()) else { continue };
        let written = unquoted(value);
        let is_open = written.is_none_or(|text| text.contains('\\'));
        found.push(made(name, written.unwrap_or(value), start, line.len(), is_open));
    }
    for (begin, name) in text.match_indices("raw_env") {
        let rest = text[begin + name.len()..].trim_start();
        let ends = match rest {
            _ if rest.starts_with(".append(") => ('(', ')'),
            _ if rest.starts_with(['=', '+', '.']) => ('[', ']'),
            _ => continue,
        };
        let Some((_, inside)) = rest.split_once(ends.0) else { continue };
        let at = text.len() - inside.len();
        let inner = inside.split(ends.1).next().unwrap_or("");
        for (offset, word) in words(inner) {
            let word = word.trim_end_matches(',');
            // Texts alone: what is put together is not read.
            if word.starts_with(['"', '\'']) {
                found.extend(pair(word, at + offset));
            }
        }
    }
    found
}

/// `NAME = "value"` below `[variables]`, and `startCommand = "NAME=value gunicorn shop.wsgi"`.
fn nixpacks(text: &str) -> Vec<Pair> {
    let of_commands = started_by_nixpacks(text)
        .flat_map(|command| given_by_command(&command.text, command.span.start as usize));
    table(text, "variables").into_iter().chain(of_commands).collect()
}

fn started_by_nixpacks(text: &str) -> impl Iterator<Item = Text> {
    lines(text).filter_map(|(start, line)| {
        let (key, value) = line.split_once('=')?;
        let is_start = matches!(key.trim(), "startCommand" | "cmd");
        let span = Span::new(start as u32, (start + line.len()) as u32);
        is_start.then(|| Text { text: value.trim().trim_matches('"').to_owned(), span })
    })
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

/// `NAME = "value"` inside `env { … }` of Nomad's jobs.
fn nomad(text: &str) -> Vec<Pair> {
    let mut is_inside = false;
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        let stripped = line.trim();
        match stripped {
            "env {" | "env = {" => is_inside = true,
            "}" => is_inside = false,
            _ if is_inside && let Some((name, value)) = stripped.split_once('=') => {
                let value = value.trim();
                let written = unquoted(value).unwrap_or(value);
                let name = name.trim().trim_matches('"');
                found.push(made(name, written, start, line.len(), written.contains("${")));
            }
            _ => {}
        }
    }
    found
}

/// `NAME = value` below `[env]` and `[env:web]`, unless the watcher works beside the site.
fn circus(text: &str) -> Vec<Pair> {
    let sections = sections(text);
    let serves = |watcher: &str| {
        let name = format!("watcher:{}", watcher.trim());
        let command = sections.iter().find(|it| it.name == name).and_then(|it| it.value("cmd"));
        command.map_or(!is_worker(watcher), |command| serves_visitors(&command.text))
    };
    let mut found = Vec::new();
    for section in &sections {
        let of = section.name.strip_prefix("env").and_then(|rest| rest.strip_prefix(':'));
        if section.name != "env" && !of.is_some_and(|watchers| watchers.split(',').any(serves)) {
            continue;
        }
        found.extend(section.keys.iter().map(|(name, value)| {
            let (start, length) = (value.span.start as usize - name.len() - 1, value.span.len());
            let text = value.text.trim();
            made(name, text, start, length as usize + name.len() + 1, text.contains('$'))
        }));
    }
    found
}

/// `env = NAME=value`
fn uwsgi(text: &str) -> Vec<Pair> {
    uwsgi_pairs(text, |line| {
        let (key, given) = line.split_once('=')?;
        (key.trim() == "env").then_some(given)
    })
}

/// `env: NAME=value`, as often as it takes: uWSGI reads its own YAML.
fn uwsgi_yaml(text: &str) -> Vec<Pair> {
    uwsgi_pairs(text, |line| line.trim_start().trim_start_matches("- ").strip_prefix("env:"))
}

/// What the lines give in which `given` finds a pair.
fn uwsgi_pairs(text: &str, given: impl Fn(&str) -> Option<&str>) -> Vec<Pair> {
    // Which of several sections a server is started with, its command says: `--ini uwsgi.ini:live`.
    let sections = lines(text).filter(|(_, line)| line.starts_with('[')).count();
    let pairs = lines(text).filter_map(|(start, line)| {
        let (name, value) = given(line)?.split_once('=')?;
        let value = value.trim();
        // `$(HOME)` and `%d` are put in by uWSGI.
        let is_open = value.contains("$(") || value.contains('%') || sections > 1;
        Some(made(name.trim(), value, start, line.len(), is_open))
    });
    pairs.collect()
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
        assert_eq!(told("docker/entrypoint.sh", script), "A=1 B=two words C?");
        let supervisor = "[program:web]\nenvironment=A=\"1\",B=two\ncommand=gunicorn shop.wsgi\n[program:worker]\ncommand=celery -A shop worker\nenvironment=C=3\n";
        assert_eq!(told("deploy/supervisor/shop.conf", supervisor), "A=1 B=two");
        let engine = "runtime: python313\nenv_variables:\n  A: \"1\"\n";
        assert_eq!(told("app.yaml", engine), "A=1");
        let raw = "workers = 2\nraw_env = [\n    \"A=1\",\n    f\"B={x}\",\n    'C=3',\n]\nraw_env.append(\"D=4\")\nraw_env += ['E=5']\n";
        assert_eq!(told("gunicorn.conf.py", raw), "A=1 C=3 D=4 E=5");
        let beanstalk =
            "option_settings:\n  aws:elasticbeanstalk:application:environment:\n    A: \"1\"\n";
        assert_eq!(told(".ebextensions/django.config", beanstalk), "A=1");
        assert_eq!(told("nixpacks.toml", "[variables]\nA = \"1\"\n"), "A=1");
        assert_eq!(told("start.sh", "export A=1\nexec gunicorn shop.wsgi\n"), "A=1");
        assert_eq!(told("start.sh", "export A=1\npython manage.py runserver\n"), "");
        let supervisor = "[program:web]\ncommand = gunicorn shop.wsgi\nenvironment =\n    A=\"1\",\n    B=\"two, three\"\n[program:worker]\ncommand=celery\nenvironment=\n  C=3\n";
        assert_eq!(told("deploy/supervisor/shop.conf", supervisor), "A=1 B=two, three");
        let circus =
            "[watcher:web]\ncmd = gunicorn shop.wsgi\n[env:web]\nA = 1\n[env:celery]\nB = 2\n";
        assert_eq!(told("circus.ini", circus), "A=1");
        let groups = "envVarGroups:\n  - name: all\n    envVars: [{key: A, value: x}]\nservices:\n  - type: web\n    envVars:\n      - fromGroup: all\n      - fromGroup: other\n      - {key: B, value: y}\n  - type: worker\n    envVars: [{key: C, value: z}]\n";
        assert_eq!(told("render.yaml", groups), "A=x B=y");
        let zappa = r#"{"dev": {"environment_variables": {"A": "0"}}, "production": {"django_settings": "shop.live", "environment_variables": {"A": "1"}}}"#;
        assert_eq!(told("zappa_settings.json", zappa), "A=1 DJANGO_SETTINGS_MODULE=shop.live");
        let unit = r#"{"applications": {"shop": {"type": "python 3", "environment": {"A": "1"}}, "static": {"type": "php", "environment": {"B": "2"}}}}"#;
        assert_eq!(told("unit/config.json", unit), "A=1");
        let task = r#"{"containerDefinitions": [{"environment": [{"name": "A", "value": "1"}], "secrets": [{"name": "B", "valueFrom": "arn"}]}, {"command": ["celery"], "environment": [{"name": "C", "value": "3"}]}]}"#;
        assert_eq!(told("deploy/task-definition.json", task), "A=1 B?");
        let app =
            "envs: [{key: A, value: '1'}]\nservices:\n  - envs:\n      - {key: B, type: SECRET}\n";
        assert_eq!(told(".do/app.yaml", app), "A=1 B?");
        let runner = "run:\n  command: gunicorn shop.wsgi\n  env: [{name: A, value: '1'}]\n";
        assert_eq!(told("apprunner.yaml", runner), "A=1");
        assert_eq!(told(".platform.app.yaml", "variables:\n  env:\n    A: '1'\n"), "A=1");
        let vercel = r#"{"builds": [{"src": "shop/wsgi.py", "use": "@vercel/python"}], "env": {"A": "1", "B": "@secret"}}"#;
        assert_eq!(told("vercel.json", vercel), "A=1 B?");
        let serverless = "provider:\n  name: aws\n  environment:\n    A: '1'\n    B: ${ssm:/b}\n";
        assert_eq!(told("serverless.yml", serverless), "A=1 B?");
        let own = "provider:\n  environment: {A: '1'}\nfunctions:\n  web:\n    handler: wsgi_handler.handler\n    environment: {A: '2'}\n  tick:\n    handler: shop.tick\n    environment: {A: '3'}\n";
        assert_eq!(told("serverless.yml", own), "A=1 A=2");
        assert_eq!(told("ops/shop.service.d/env.conf", "[Service]\nEnvironment=A=1\n"), "A=1");
        let nomad =
            "task \"web\" {\n  env {\n    A = \"1\"\n    \"B\" = \"${c}\"\n  }\n  D = 4\n}\n";
        assert_eq!(told("shop.nomad.hcl", nomad), "A=1 B?");
        let code = "import os\nos.environ[\"A\"] = \"1\"\nos.environ['B'] = b\nif x:\n    os.environ['C'] = '3'\n";
        assert_eq!(told("gunicorn.conf.py", code), "A=1 B?");
        assert_eq!(told("docker/entrypoint.prod.sh", "export A=1\nexec \"$@\"\n"), "A=1");
        let worker = "[Service]\nEnvironment=A=1\nExecStart=/bin/celery -A shop worker\n";
        assert_eq!(told("deploy/worker.service", worker), "");
        let maps = "kind: ConfigMap\nmetadata: {name: web}\ndata:\n  A: \"1\"\n---\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - envFrom:\n            - configMapRef: {name: web}\n";
        let path = FilePath::new("k8s/all.yaml").unwrap();
        let found = crate::maps_of_kubernetes(&path, maps);
        let config = crate::MapKind::Config;
        assert_eq!(found.taken, [(config, "web".to_owned(), String::new())]);
        assert_eq!((found.held[0].1.as_str(), found.held[0].2[0].name.as_str()), ("web", "A"));
        let objects = "kind: Service\n---\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          env:\n            - name: A\n              value: \"1\"\n            - name: B\n              valueFrom: {secretKeyRef: {name: s, key: k}}\n";
        assert_eq!(told("k8s/web.yaml", objects), "A=1 B?");
        let path = FilePath::new("k8s/web.yaml").unwrap();
        let first = &given_to_processes(&path, objects).unwrap()[0];
        assert_eq!(first.span.slice(objects), "A");
    }

    #[test]
    fn a_command_is_given_variables_before_it() {
        let unit = "[Service]\nExecStart=/usr/bin/env A=1 /srv/bin/gunicorn shop.wsgi\n";
        let path = FilePath::new("shop.service").unwrap();
        let steps = steps_of_processes(&path, unit);
        let [StartStep::Gives(pair), StartStep::Serves(_)] = steps.as_slice() else {
            panic!("{steps:?}")
        };
        assert_eq!((pair.name.as_str(), pair.span.slice(unit)), ("A", &unit[20..64]));
        assert!(steps_of_processes(&path, "[Service]\nExecStart=/bin/env A=1 celery\n").is_empty());
    }

    #[test]
    fn scripts_put_in_what_is_not_given() {
        let text = "#!/bin/sh\n: \"${A:=1}\" ${B=two}\nexport A\nexport C=\"${C:-3}\" D=${E:-4}\nexport F=5\nexec gunicorn shop.wsgi\n";
        let path = FilePath::new("entrypoint.sh").unwrap();
        let said = steps_of_processes(&path, text).into_iter().filter_map(|step| match step {
            StartStep::Otherwise(pair) => {
                Some(format!("{}={}", pair.name, pair.value.as_ref().unwrap().text))
            }
            _ => None,
        });
        assert_eq!(said.collect::<Vec<_>>().join(" "), "A=1 B=two C=3");
        assert_eq!(told("entrypoint.sh", text), "D? F=5");
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
            "supervisor.conf",
            "circus.ini",
            "gunicorn.conf.py",
            "zappa_settings.json",
            "unit.json",
            "taskdef.json",
            ".do/app.yaml",
            "vercel.json",
            "serverless.yml",
            "x.nomad",
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
                "raw_env.append(\"é=",
                "os.environ[\"é\"] = é",
                "env {\né = \"é",
                "environment =\n é",
                ": \"${é:=",
                "Environment=\"A=é",
            ] {
                told(path, text);
            }
        }
    }
}
