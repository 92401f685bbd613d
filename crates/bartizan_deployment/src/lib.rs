//! Facts of the files that build, ship and serve a site, each with its place.
//!
//! [`read`] takes a path and a text, and gives what can be told of it; broken text gives what could
//! be read of it. Nothing here judges.

mod compose;
mod context;
mod dockerfile;
mod env;
mod kubernetes;
mod mentions;
mod nginx;
mod platforms;
mod process;
mod script;
mod shell;
mod workflow;

pub use bartizan_yaml::Node;
pub use compose::{Compose, Service, filled_in, read as read_composition};
pub use context::{DockerIgnore, context_of};
pub use dockerfile::{Dockerfile, Instruction, Stage, read_told};
pub use env::{EnvFile, read as read_variables};
pub use kubernetes::{MapEntry, MapKind, Maps, maps_of_kubernetes};
pub use mentions::{
    files_mentioned, files_of_compositions, given_anywhere, may_mention, mentioned, takes_others,
};
pub use nginx::{Directive, Nginx};
pub use platforms::app_engine as variables_of_app_engine;
pub use process::{
    defaults_of_gunicorn, files_of_unit, given_to_processes, included_by_app_engine, is_object,
    is_worker, serves_visitors, starts_processes, steps_of_processes, takes_back, unset_by_unit,
};
pub use script::{Step as StartStep, listed_words, steps_of_script, steps_of_words};
pub use shell::is_start_script;
pub use workflow::{GitlabCi, GitlabJob, Job, Step, Workflow};

use bartizan_base::{FilePath, Span};

/// A piece of text and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// As it is meant: quotes and continuations gone.
    pub text: String,
    /// As it is written.
    pub span: Span,
}

/// A name, what it is given, and the place of both together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The name.
    pub name: String,
    /// What it is given; `None` where only the name stands.
    pub value: Option<Text>,
    /// Both together.
    pub span: Span,
    /// Whether the value refers to variables of which the file does not say what they are.
    pub is_open: bool,
}

/// What a file that deploys says.
#[derive(Clone, Debug)]
pub enum Facts {
    /// How an image is built.
    Dockerfile(Dockerfile),
    /// Which containers run, and how they are reached.
    Compose(Compose),
    /// What GitHub runs.
    Workflow(Workflow),
    /// What GitLab runs.
    GitlabCi(GitlabCi),
    /// What the server in front does.
    Nginx(Nginx),
    /// Variables of the environment.
    Env(EnvFile),
}

/// What kind of deployment file one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// `Dockerfile`, `web.Dockerfile`, `Containerfile`
    Dockerfile,
    /// `docker-compose.yml`, `compose.prod.yaml`
    Compose,
    /// `.github/workflows/*.yml`
    Workflow,
    /// `.gitlab-ci.yml`
    GitlabCi,
    /// `nginx.conf`, `sites-enabled/*`
    Nginx,
    /// `.env`, `.env.production`
    Env,
}

/// How compositions are called; those for swarms, and those that are called by what they are for.
const COMPOSED: &[&str] = &[
    "compose-",
    "compose.",
    "docker-compose",
    "docker-stack",
    "docker-swarm",
    "local.yml",
    "production.yml",
    "stack-",
    "stack.",
    "staging.yml",
    "swarm-",
    "swarm.",
];

impl FileType {
    /// The type of a file by its name, or `None` where it deploys nothing.
    pub fn of(path: &FilePath) -> Option<Self> {
        let whole = path.as_str().to_ascii_lowercase();
        let name = whole.rsplit('/').next().unwrap_or("");
        let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
        let starts = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
        if name == "dockerfile"
            || name == "containerfile"
            || starts(&["dockerfile.", "dockerfile-", "containerfile."])
            || name.ends_with(".dockerfile")
        {
            Some(Self::Dockerfile)
        } else if is_yaml && starts(COMPOSED) {
            Some(Self::Compose)
        } else if is_yaml && whole.contains(".github/workflows/") {
            Some(Self::Workflow)
        } else if name == ".gitlab-ci.yml" || is_yaml && whole.starts_with(".gitlab/ci/") {
            Some(Self::GitlabCi)
        } else if name.ends_with(".nginx")
            || (name.ends_with(".conf") || name.ends_with(".conf.template"))
                && whole.contains("nginx")
            || whole.contains("sites-available/")
            || whole.contains("sites-enabled/")
        {
            Some(Self::Nginx)
        } else if name == ".env" || name.starts_with(".env.") || name.ends_with(".env") {
            Some(Self::Env)
        } else {
            None
        }
    }

    /// The type as subjects and formats write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dockerfile => "dockerfile",
            Self::Compose => "compose",
            Self::Workflow => "workflow",
            Self::GitlabCi => "gitlab-ci",
            Self::Nginx => "nginx",
            Self::Env => "env",
        }
    }
}

/// Reads a file that deploys; `None` where its name says that it is none.
pub fn read(path: &FilePath, text: &str) -> Option<Facts> {
    Some(match FileType::of(path)? {
        FileType::Dockerfile => Facts::Dockerfile(dockerfile::read(text)),
        FileType::Compose => Facts::Compose(compose::read(text)),
        FileType::Workflow => Facts::Workflow(workflow::read(text)),
        FileType::GitlabCi => Facts::GitlabCi(workflow::read_gitlab(text)),
        FileType::Nginx => Facts::Nginx(nginx::read(text)),
        FileType::Env => Facts::Env(env::read(text)),
    })
}

/// Whether a path says that the file is not what runs in production: `docker-compose.dev.yml`,
/// `Dockerfile.test`, `.env.example`.
pub fn is_for_developers(path: &FilePath) -> bool {
    const WORDS: &[&str] = &[
        "dev",
        "devel",
        "develop",
        "development",
        "local",
        "test",
        "tests",
        "testing",
        "ci",
        "override",
        "debug",
        "example",
        "examples",
        "sample",
        "demo",
        "e2e",
        "devcontainer",
        ".devcontainer",
        "docs",
        "sandbox",
        "template",
        "playground",
        "integration",
        "benchmark",
        "fixtures",
    ];
    let lower = path.as_str().to_ascii_lowercase();
    lower.split(['/', '.', '-', '_']).any(|word| WORDS.contains(&word))
}

/// Whether a path says that the file is what runs in production.
pub fn is_for_production(path: &FilePath) -> bool {
    let lower = path.as_str().to_ascii_lowercase();
    lower.split(['/', '.', '-', '_']).any(|word| {
        matches!(word, "prod" | "production" | "live" | "deploy" | "staging" | "release" | "swarm")
    })
}

/// Whether a name tells that its value is a secret.
pub fn names_a_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(['_', '-', '.']).collect();
    let is_key = |pair: &[&str]| {
        pair[1] == "key"
            && matches!(pair[0], "secret" | "api" | "access" | "private" | "auth" | "signing")
    };
    let points_elsewhere = words
        .iter()
        .any(|word| matches!(*word, "file" | "path" | "url" | "name" | "id" | "public"));
    !points_elsewhere
        && (words.iter().any(|word| {
            matches!(
                *word,
                "password" | "passwd" | "pwd" | "secret" | "token" | "apikey" | "credentials"
            ) || word.ends_with("password")
        }) || words.windows(2).any(is_key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_type() {
        let of = |path: &str| FileType::of(&FilePath::new(path).unwrap()).map(FileType::as_str);
        assert_eq!(of("Dockerfile"), Some("dockerfile"));
        assert_eq!(of("docker/web.Dockerfile"), Some("dockerfile"));
        assert_eq!(of("docker-compose.prod.yml"), Some("compose"));
        assert_eq!(of(".github/workflows/ci.yml"), Some("workflow"));
        assert_eq!(of(".gitlab-ci.yml"), Some("gitlab-ci"));
        assert_eq!(of("deploy/nginx/shop.conf"), Some("nginx"));
        assert_eq!(of(".env.production"), Some("env"));
        assert_eq!(of("shop/views.py"), None);
    }

    #[test]
    fn names_tell_what_a_file_is_for() {
        let path = |path: &str| FilePath::new(path).unwrap();
        assert!(is_for_developers(&path("docker-compose.dev.yml")));
        assert!(is_for_developers(&path("docker-compose.override.yml")));
        assert!(!is_for_developers(&path("docker-compose.yml")));
        assert!(is_for_production(&path("compose/production/Dockerfile")));
    }

    #[test]
    fn names_tell_secrets() {
        assert!(names_a_secret("POSTGRES_PASSWORD") && names_a_secret("DJANGO_SECRET_KEY"));
        assert!(!names_a_secret("SECRET_KEY_FILE") && !names_a_secret("PUBLIC_KEY"));
    }
}
