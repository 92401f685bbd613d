//! Names of variables that files give which are not read further: Terraform, Helm's values, Ansible's
//! templates, commands of deploy scripts. Who reads one of them and is given no value by what is read, cannot
//! tell what it has.

use std::collections::BTreeSet;

use bartizan_base::FilePath;

use crate::process::serves_visitors;
use crate::workflow::{read as read_workflow, read_gitlab};
use crate::{FileType, is_for_developers, starts_processes};

/// Words of the commands that change what a site runs with.
const DEPLOYS: &[&str] = &[
    "ansible-playbook",
    "aws ",
    "az ",
    "caprover",
    "docker run",
    "docker service",
    "docker stack",
    "docker-compose",
    "docker compose",
    "doctl",
    "docker build",
    "docker buildx",
    "dokku",
    "eb ",
    "fly ",
    "flyctl",
    "gcloud",
    "helm",
    "heroku",
    "kaniko",
    "kubectl",
    "podman build",
    "podman run",
    "pulumi",
    "railway",
    "rsync",
    "scp ",
    "ssh ",
    "terraform",
];

/// Words of the actions that do.
const ACTIONS: &[&str] =
    &["build-push", "deploy", "ecs", "helm", "heroku", "kubectl", "ssh", "terraform"];

/// What is read of a file.
enum Part {
    /// All.
    Whole,
    /// All, if it starts a server: a program of supervisor, an application of uWSGI.
    OfServers,
    /// The lines that deploy.
    Commands,
    /// The steps that deploy.
    Steps,
}

fn part(path: &FilePath) -> Option<Part> {
    let whole = path.as_str().to_ascii_lowercase();
    let name = whole.rsplit('/').next().unwrap_or("");
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if whole.starts_with(".github/workflows/") || name == ".gitlab-ci.yml" {
        return Some(Part::Steps);
    }
    // CloudFormation, SAM.
    if matches!(name, "template.yaml" | "template.yml" | "template.json") {
        return Some(Part::OfServers);
    }
    // What names itself a developer's, or is read as what it is.
    if is_for_developers(path) || starts_processes(path) || FileType::of(path).is_some() {
        return None;
    }
    if is_starter(name) {
        return Some(Part::Whole);
    }
    let is_kept_for_it =
        ["aws", "conf", "config", "etc", "deploy", "deployment", "ecs", "infra", "ops"]
            .iter()
            .any(|folder| whole.split('/').rev().skip(1).any(|part| part == *folder));
    match (name, extension) {
        ("makefile" | "justfile" | "jenkinsfile" | "fabfile.py" | "tasks.py", _) => {
            Some(Part::Commands)
        }
        (_, "sh" | "bash" | "mk" | "just" | "ps1") => Some(Part::Commands),
        ("ecosystem.config.js", _) => Some(Part::Whole),
        (_, "container" | "bicep" | "hcl" | "nix" | "nomad" | "service" | "tf" | "tfvars") => {
            Some(Part::Whole)
        }
        (_, "j2") if !whole.ends_with(".html.j2") => Some(Part::Whole),
        (_, "yml" | "yaml") if !name.starts_with('.') => Some(Part::Whole),
        ("captain-definition" | "railway.json" | "vagrantfile" | "wrangler.toml", _) => {
            Some(Part::Whole)
        }
        (_, "cfg" | "conf" | "env" | "ini" | "json" | "properties" | "toml" | "tpl" | "xml")
            if is_kept_for_it =>
        {
            Some(Part::Whole)
        }
        (_, "conf" | "ini" | "xml") => Some(Part::OfServers),
        _ => None,
    }
}

/// Whether code starts a site for a server that has a way of its own: Passenger, PythonAnywhere, mod_wsgi.
fn is_starter(name: &str) -> bool {
    name == "passenger_wsgi.py" || name.ends_with("_wsgi.py") || name.ends_with(".wsgi")
}

/// The variables to which any line of a file gives something.
pub fn given_anywhere(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    names_in(text, &mut found);
    found
}

/// Where a file takes many variables at once from what is not read: `envFrom`, `environmentFiles`, a file of
/// the machine that `docker run --env-file` names.
pub fn takes_others(path: &FilePath, text: &str) -> Option<(&'static str, u32)> {
    const OF_STORES: &[(&str, &str)] = &[
        ("environmentFiles", "files of a store"),
        ("remote_env", "a file of a store"),
        ("fromGroup", "a group of the platform"),
    ];
    const OF_NOMAD: &[(&str, &str)] = &[("env = true", "a template")];
    if is_for_developers(path) {
        return None;
    }
    let name = path.name().to_ascii_lowercase();
    let places = match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "nomad" | "hcl" => OF_NOMAD,
        "json" | "yml" | "yaml" => OF_STORES,
        _ => return None,
    };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let words: Vec<&str> = line.split_whitespace().collect();
        let line_as_one = words.join(" ");
        for (word, what) in places {
            // A group that the same file describes is read.
            let is_here = *word == "fromGroup" && text.contains("envVarGroups");
            if line_as_one.contains(word) && !is_here {
                return Some((what, start as u32));
            }
        }
        start += line.len();
    }
    None
}

/// Whether a file may give variables in a way that is not read further.
pub fn may_mention(path: &FilePath) -> bool {
    part(path).is_some()
}

/// The variables that a file seems to give something.
pub fn mentioned(path: &FilePath, text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    match part(path) {
        Some(Part::Whole) => names_in(text, &mut found),
        Some(Part::OfServers) => {
            const WORDS: &[&str] =
                &["[program:", "[uwsgi]", "<uwsgi", "AWSTemplateFormatVersion", "AWS::Serverless"];
            if WORDS.iter().any(|word| text.contains(word)) {
                names_in(text, &mut found);
            }
        }
        Some(Part::Commands) => {
            for line in joined_lines(text) {
                // `export DEBUG := 0` of a justfile holds for every recipe.
                let is_for_all = line.trim_start().starts_with("export ")
                    && matches!(path.name().to_ascii_lowercase().as_str(), "justfile" | "makefile");
                if deploys(&line) || serves_visitors(&line) || is_for_all {
                    names_in(&line, &mut found);
                }
            }
        }
        Some(Part::Steps) if path.name().starts_with(".gitlab") => {
            for job in read_gitlab(text).jobs {
                let script: Vec<&str> = job.script.iter().map(|line| line.text.as_str()).collect();
                let script = script.join("\n");
                if deploys(&script) {
                    names_in(&script, &mut found);
                }
            }
        }
        Some(Part::Steps) => {
            for step in read_workflow(text).jobs.iter().flat_map(|job| &job.steps) {
                let action = step.uses.as_ref().map_or("", |uses| uses.text.as_str());
                if ACTIONS.iter().any(|word| action.contains(word)) {
                    let given = step.with.iter().filter_map(|pair| pair.value.as_ref());
                    given.for_each(|value| names_in(&value.text, &mut found));
                }
                if let Some(run) = step.run.as_ref().filter(|run| deploys(&run.text)) {
                    joined_lines(&run.text).iter().for_each(|line| names_in(line, &mut found));
                }
            }
        }
        None => {}
    }
    found
}

fn deploys(command: &str) -> bool {
    DEPLOYS.iter().any(|word| {
        command.match_indices(word).any(|(at, _)| {
            !command[..at]
                .ends_with(|sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '_'))
        })
    })
}

/// The files of variables that the commands of a file name: `docker run --env-file deploy/live.env`.
pub fn files_mentioned(path: &FilePath, text: &str) -> BTreeSet<String> {
    if part(path).is_none() {
        return BTreeSet::new();
    }
    if is_starter(&path.name().to_ascii_lowercase()) {
        // `load_dotenv(os.path.join(HOME, "live.env"))`
        let words = text.split(['"', '\'']);
        let files = words.filter(|word| word.ends_with(".env") || word.starts_with(".env"));
        return files.map(|word| word.trim_start_matches('/').to_owned()).collect();
    }
    files_of_flag(text).filter(|name| !name.is_empty()).collect()
}

/// What follows `--env-file` in a text.
fn files_of_flag(text: &str) -> impl Iterator<Item = String> {
    let named = text.match_indices("--env-file").filter_map(|(at, flag)| {
        let rest = text[at + flag.len()..].trim_start_matches(['=', ' ', '"', '\'']);
        rest.split(|sign: char| sign.is_whitespace() || matches!(sign, '"' | '\'')).next()
    });
    named.map(|name| name.trim_start_matches("./").to_owned())
}

/// The files of variables with which the commands of a file have a composition filled in:
/// `docker compose --env-file live.env up`.
pub fn files_of_compositions(text: &str) -> BTreeSet<String> {
    let lines = joined_lines(text);
    let composed = lines.iter().filter(|line| line.contains("compose") && line.contains(" up"));
    composed.flat_map(|line| files_of_flag(line)).filter(|name| !name.is_empty()).collect()
}

/// Lines, with those that go on behind a backslash.
fn joined_lines(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let piece = line.trim_end();
        let (piece, more) = match piece.strip_suffix('\\') {
            Some(piece) => (piece, true),
            None => (piece, false),
        };
        match found.last_mut().filter(|_| goes_on) {
            Some(last) => {
                last.push(' ');
                last.push_str(piece.trim_start());
            }
            None => found.push(piece.to_owned()),
        }
        goes_on = more;
    }
    found
}

/// `NAME=value`, `NAME: value`, `name = "NAME"`, `- name: NAME`.
fn names_in(text: &str, found: &mut BTreeSet<String>) {
    for line in text.lines() {
        let line = line.trim_start();
        if line.starts_with(['#', ';']) || line.starts_with("//") {
            continue;
        }
        let is_of_name =
            |sign: char| sign.is_ascii_uppercase() || sign.is_ascii_digit() || sign == '_';
        let mut at = 0;
        while let Some(begin) = line[at..].find(|sign: char| sign.is_ascii_uppercase()) {
            let begin = at + begin;
            let length = line[begin..].find(|sign| !is_of_name(sign)).unwrap_or(line.len() - begin);
            let end = begin + length;
            at = end.max(begin + 1);
            let (before, after) = (&line[..begin], &line[end..]);
            let is_part = before.ends_with(|sign: char| {
                sign.is_alphanumeric() || matches!(sign, '_' | '$' | '{' | '.' | '/' | '-' | '%')
            });
            // `mod_wsgi-express --setenv DEBUG 0`
            let is_told =
                ["--setenv ", "--set-env ", "--env "].iter().any(|it| before.ends_with(it));
            if is_told && length >= 3 {
                found.insert(line[begin..end].to_owned());
            }
            // `appSettings: -DEBUG 0`
            let is_flag = before.ends_with(['-'])
                && after.starts_with(' ')
                && !before[..before.len() - 1]
                    .ends_with(|sign: char| sign.is_alphanumeric() || sign == '-');
            if is_flag && length >= 3 {
                found.insert(line[begin..end].to_owned());
            }
            if length < 3 || is_part || after.starts_with(|sign: char| sign.is_ascii_lowercase()) {
                continue;
            }
            // `os.environ["DEBUG"] = …`
            let bare = after.trim_start_matches(['"', '\'', '`', ']']).trim_start();
            let is_given =
                bare.starts_with('=') && !bare.starts_with("==") || bare.starts_with(':');
            // `name = "DEBUG"`, `"name": "DEBUG"`, `- key: DEBUG`
            let key = before.trim_end_matches(['"', '\'']).trim_end().strip_suffix(['=', ':']);
            let is_named = key.is_some_and(|key| {
                let key = key.trim_end().trim_end_matches(['"', '\'']).as_bytes();
                let ends = |word: &[u8]| {
                    let end = key.len().checked_sub(word.len()).map(|at| &key[at..]);
                    end.is_some_and(|end| end.eq_ignore_ascii_case(word))
                };
                ends(b"name") || ends(b"key")
            });
            if is_given || is_named {
                found.insert(line[begin..end].to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> String {
        let found = mentioned(&FilePath::new(path).unwrap(), text);
        found.into_iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_not_read_further_names_variables() {
        let terraform =
            "env {\n  name  = \"DEBUG\"\n  value = \"0\"\n}\nenv = { HOSTS = var.HOST }\n";
        assert_eq!(told("infra/main.tf", terraform), "DEBUG HOSTS");
        assert_eq!(told("helm/values-prod.yaml", "env:\n  DEBUG: \"0\"\n# OLD: 1\n"), "DEBUG");
        let unit = "[Service]\nEnvironment=DEBUG={{ debug }} \"HOSTS={{ hosts }}\"\n";
        assert_eq!(told("ansible/roles/web/templates/shop.service.j2", unit), "DEBUG HOSTS");
        let script =
            "export PATH=/bin\ndokku config:set shop DEBUG=0 \\\n  HOSTS=$HOSTS\nLEVEL=1 make\n";
        assert_eq!(told("scripts/deploy.sh", script), "DEBUG HOSTS");
        let workflow = "jobs:\n  ship:\n    env: {CI_ONLY: 1}\n    steps:\n      - run: |\n          gcloud run deploy shop --set-env-vars DEBUG=0,SSL=1\n      - run: TESTING=1 pytest\n";
        assert_eq!(told(".github/workflows/ship.yml", workflow), "DEBUG SSL");
    }

    #[test]
    fn what_is_read_or_is_of_developers_is_left_to_others() {
        for path in ["docker-compose.yml", "k8s/web.yaml", "compose/dev/values.yaml", "shop/a.py"] {
            assert!(!may_mention(&FilePath::new(path).unwrap()), "{path}");
        }
        assert_eq!(told("values.yaml", "é: É\nÉDEBUG: 1\nDÉ=1\n  X: 1\n$DEBUG=1\n"), "");
    }
}
