//! What the path of a text says about the credentials in it.

use bartizan_base::FilePath;

/// Larger texts are data: nobody keeps a key by hand in one.
const LARGEST: u64 = 2_000_000;

/// Where a text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// How values are written in it.
    pub form: Form,
    /// What it is there for.
    pub role: Role,
}

/// How values are written in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Values stand in quotes, and names without: Python, JavaScript and other code.
    Code,
    /// Values stand in quotes, and so do names: JSON.
    Json,
    /// Values may stand without quotes: `.env`, YAML, ini, shell, properties.
    Plain,
    /// Sentences for people, with pieces of everything.
    Prose,
    /// Markup: values stand in quotes, and much that is called a password is a field of a form.
    Markup,
    /// Written by a tool, full of digests.
    Lock,
}

/// What a text is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It serves the site.
    Live,
    /// It serves tests.
    Tests,
    /// It shows how something is done.
    Example,
}

impl Site {
    /// The site of a path. Whether it is test code is known to whoever knows the project.
    pub fn of(path: &FilePath, in_tests: bool) -> Self {
        let form = form(path);
        let role = if in_tests {
            Role::Tests
        } else if is_manual(path) || is_example(path) {
            Role::Example
        } else {
            Role::Live
        };
        Self { form, role }
    }
}

/// Why a text of this name and size is not searched, or `None` where it is.
///
/// Translations speak of passwords all day and hold none, and what a machine has written or pressed
/// into one line is a copy of something that is searched where people wrote it.
pub fn passed_over(path: &FilePath, size: u64) -> Option<&'static str> {
    let name = path.name();
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    if ends(&[".po", ".pot", ".xlf", ".xliff", ".arb", ".ftl"]) {
        Some("translations")
    } else if ends(&[".map"]) {
        Some("source maps")
    } else if ends(&[".min.js", ".min.css", "-min.js", ".bundle.js", ".chunk.js", ".min.mjs"]) {
        Some("minified")
    } else if size > LARGEST {
        Some("larger than 2 MB")
    } else {
        None
    }
}

fn form(path: &FilePath) -> Form {
    let name = path.name().to_ascii_lowercase();
    if is_lock(&name) {
        return Form::Lock;
    }
    let is_prose =
        matches!(path.extension().to_ascii_lowercase().as_str(), "txt" | "csv" | "tsv" | "log");
    if is_manual(path) || is_prose {
        return Form::Prose;
    }
    match path.extension().to_ascii_lowercase().as_str() {
        "json" | "webmanifest" | "ipynb" | "geojson" | "jsonl" => Form::Json,
        "html" | "htm" | "xml" | "svg" | "css" | "scss" | "sass" | "less" | "jinja" | "j2"
        | "vue" | "xhtml" | "djhtml" => Form::Markup,
        "yml" | "yaml" | "ini" | "cfg" | "conf" | "env" | "sh" | "bash" | "zsh" | "fish"
        | "properties" | "envrc" | "tf" | "tfvars" | "service" | "" | "config" | "dockerfile"
        | "nginx" | "sql" | "example" | "sample" | "template" | "dist" | "local" | "production"
        | "prod" | "staging" | "dev" | "development" | "pgpass" | "npmrc" | "pypirc" | "netrc" => {
            Form::Plain
        }
        _ if name.starts_with(".env") || name.contains("dockerfile") => Form::Plain,
        _ => Form::Code,
    }
}

/// Whether a file is there to be read by people: a manual, a readme.
fn is_manual(path: &FilePath) -> bool {
    const NAMES: &[&str] = &[
        "readme",
        "license",
        "licence",
        "copying",
        "authors",
        "changelog",
        "changes",
        "history",
        "news",
        "install",
        "contributing",
        "notice",
        "todo",
    ];
    let extension = path.extension().to_ascii_lowercase();
    matches!(extension.as_str(), "md" | "rst" | "adoc" | "markdown" | "mdx" | "tex")
        || extension.is_empty() && NAMES.contains(&path.name().to_ascii_lowercase().as_str())
}

fn is_lock(name: &str) -> bool {
    name.ends_with(".lock")
        || name.ends_with(".lockb")
        || name.ends_with("-lock.json")
        || name.ends_with("-lock.yaml")
        || name.ends_with(".sum")
        || name.starts_with("pylock.")
        || matches!(name, "npm-shrinkwrap.json" | "record" | ".secrets.baseline" | "checksums.txt")
}

/// Whether a path says that the file shows how something is done.
fn is_example(path: &FilePath) -> bool {
    const WORDS: &[&str] = &[
        "example",
        "examples",
        "sample",
        "samples",
        "template",
        "templates",
        "dist",
        "demo",
        "docs",
        "doc",
        "documentation",
        "tutorial",
        "tutorials",
        "readme",
        "changelog",
        "news",
        "skeleton",
        "boilerplate",
        "cookiecutter",
        "spec",
        "mock",
        "mocks",
        "fixture",
        "fixtures",
        "placeholder",
        "placeholders",
        "stories",
        "storybook",
        "benchmark",
        "benchmarks",
        "tpl",
    ];
    let mut parts: Vec<&str> = path.parts().collect();
    let name = parts.pop().unwrap_or("").to_ascii_lowercase();
    parts.iter().any(|folder| WORDS.contains(&folder.to_ascii_lowercase().as_str()))
        || name.split(['.', '-', '_']).any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_tell_the_form_and_the_role() {
        let site = |path: &str| {
            let site = Site::of(&FilePath::new(path).unwrap(), false);
            (site.form, site.role)
        };
        assert_eq!(site("shop/settings.py"), (Form::Code, Role::Live));
        assert_eq!(site(".env"), (Form::Plain, Role::Live));
        assert_eq!(site(".env.production"), (Form::Plain, Role::Live));
        assert_eq!(site(".env.example"), (Form::Plain, Role::Example));
        assert_eq!(site("deploy/docker-compose.yml"), (Form::Plain, Role::Live));
        assert_eq!(site("Dockerfile"), (Form::Plain, Role::Live));
        assert_eq!(site("docs/setup.rst"), (Form::Prose, Role::Example));
        assert_eq!(site("README"), (Form::Prose, Role::Example));
        assert_eq!(site("requirements.txt"), (Form::Prose, Role::Live));
        assert_eq!(site(".ssh/id_ed25519"), (Form::Plain, Role::Live));
        assert_eq!(site("package-lock.json"), (Form::Lock, Role::Live));
        assert_eq!(site("shop/static/shop.js"), (Form::Code, Role::Live));
    }

    #[test]
    fn what_is_passed_over() {
        let over = |path: &str, size| passed_over(&FilePath::new(path).unwrap(), size);
        assert_eq!(over("locale/de/LC_MESSAGES/django.po", 10), Some("translations"));
        assert_eq!(over("static/jquery.min.js", 10), Some("minified"));
        assert_eq!(over("dump.sql", 3_000_000), Some("larger than 2 MB"));
        assert_eq!(over("shop/settings.py", 10), None);
    }
}
