//! The readers that take text from strangers, and what each promises whatever it is given.

use std::collections::BTreeSet;
use std::path::Path;

use bartizan_advisory::Advisories;
use bartizan_base::{FilePath, Problem, Span};
use bartizan_deployment::Facts;
use bartizan_model::Models;
use bartizan_python::Reading;
use bartizan_requirement::{PackageName, PipConfig, Read, formats, index};
use bartizan_scan::config::{Config, Form};
use bartizan_secret::Site;

use super::mutate::digest;

/// A reader, as the fuzzer sees it.
pub struct Target {
    /// Its name, and that of its folder in the corpus.
    pub name: &'static str,
    /// Reads one input, and panics where a promise is broken. The number stands for what the reader
    /// did: inputs that only differ in names come to the same number.
    pub run: fn(&[u8]) -> u64,
    /// Pieces of the language.
    pub words: &'static [&'static str],
    /// Inputs that a file of the repository holds; its text is read only where it is asked for.
    pub seeds: fn(&Path, &dyn Fn() -> String) -> Vec<Vec<u8>>,
}

/// The stack that targets run on: that of the command line's workers.
pub const WORKER_STACK: usize = 16 << 20;

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "lowering", run: lower, words: PYTHON, seeds: python_of_pages },
    Target { name: "suppression", run: suppress, words: COMMENTS, seeds: python_of_pages },
    Target { name: "configuration", run: configure, words: CONFIGURATION, seeds: |_, _| vec![] },
    Target { name: "model", run: model, words: MODEL, seeds: models },
    Target { name: "requirement", run: require, words: REQUIREMENT, seeds: locks },
    Target { name: "index", run: list, words: INDEX, seeds: |_, _| vec![] },
    Target { name: "advisory", run: advise, words: ADVISORY, seeds: |_, _| vec![] },
    Target { name: "secret", run: search, words: SECRET, seeds: |_, _| vec![] },
    Target { name: "deployment", run: deploy, words: DEPLOYMENT, seeds: |_, _| vec![] },
];

#[rustfmt::skip]
const PYTHON: &[&str] = &[
    "def f(x):\n    ", "class C(B):\n    ", "    ", "\n", "\t", "\\\n", "(", ")", "[", "]", "{", "}",
    ":", ",", "=", " := ", ".", "*", "**", "@", "lambda x: ", " if a else ", " for x in y",
    " async for x in y", "await ", "yield ", "yield from ", "not ", "-", " and ", " or ", " in ",
    " is not ", "if a:\n    ", "else:\n    ", "while a:\n    ", "for x in y:\n    ", "try:\n    ",
    "except* E as e:\n    ", "finally:\n    ", "with a as b:\n    ", "match a:\n  case ",
    "case [*_, {'k': v, **r}] | C(x=1):\n    ", "global x\n", "nonlocal x\n", "del x\n",
    "import a.b as c\n", "from . import *\n", "return\n", "raise E from e\n", "break\n", "continue\n",
    "pass\n", "type X[T] = ", "f'", "f'{x!r:{y}}'", "rb'''", "'''", "\"", "'%s' % ", ".format(", "# ",
    "0x", "1j", "...", "\0", "\u{feff}", "\r", "# -*- coding: latin-1 -*-\n", "\u{202e}", "é",
];

fn lower(input: &[u8]) -> u64 {
    let read = read(input);
    let ir = &read.ir;
    for span in &ir.spans {
        let range = span.start as usize..span.end as usize;
        assert!(read.text.get(range).is_some(), "{span:?} lies in the text");
    }
    let counts = [
        ir.values.len(),
        ir.functions.len(),
        ir.classes.len(),
        ir.comps.len(),
        ir.loops.len(),
        ir.tries.len(),
        ir.mutations.len(),
        ir.patterns.len(),
        ir.paths.len(),
        ir.nonlocal_stores.len(),
        ir.shared.len(),
    ];
    behaviour(&read.problems, &counts)
}

#[rustfmt::skip]
const COMMENTS: &[&str] = &[
    "# bartizan: ignore[", "bartizan", ":", "ignore", "[", "]", ",", "sql-injection", "until=",
    "until=2027-03-31", "2027-02-29", " reason", "# nosec", "# nosec B608", "# noqa", "# noqa: S608",
    "# NOQA:S608,S105", "#", "##", "\n", "    ", "(\n", ")", "@d\n", "def f():\n    pass\n", "'''\n",
    "\\\n", "\r\n", "\u{feff}", "é", "\u{2028}",
];

fn suppress(input: &[u8]) -> u64 {
    let read = read(input);
    let all = &read.facts.suppressions;
    for suppression in all {
        let (first, last) = suppression.lines;
        assert!(0 < first && first <= last, "{suppression:?} speaks for lines");
        // The last line break opens a line too, an empty one.
        assert!(last <= read.facts.lines + 1, "{suppression:?} speaks for lines that there are");
        let comment = suppression.span.slice(&read.text);
        assert!(comment.starts_with('#'), "{comment:?} is a comment");
    }
    let counts = [
        all.len(),
        all.iter().filter(|one| one.until.is_some()).count(),
        all.iter().filter(|one| one.reason.is_empty()).count(),
        all.iter().map(|one| one.rules.len()).sum(),
        all.iter().filter(|one| one.lines.0 == one.lines.1).count(),
    ];
    behaviour(&read.problems, &counts)
}

#[rustfmt::skip]
const CONFIGURATION: &[&str] = &[
    "[tool.bartizan]\n", "profile", "select", "ignore", "fail-on", "exclude", "tests", "models",
    " = ", "[", "]", "\"", "\"\"\"", "{", "}", ",", "\n", "#", "!", "**", "*/", "../", "\\",
    "\\u0000", "\u{feff}", "1979-05-27T07:32:00Z", "0x7fff", "\"high\"", "\"everyday\"", "[[a.b]]\n",
];

fn configure(input: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(input);
    let mut said = BTreeSet::new();
    for (path, form) in [("bartizan.toml", Form::Own), ("pyproject.toml", Form::Pyproject)] {
        match Config::parse(path, &text, form, &[]) {
            Ok(config) => drop(said.insert(format!("{form:?} {}", config.is_some()))),
            Err(errors) => {
                for error in errors {
                    let range = error.span.start as usize..error.span.end as usize;
                    assert!(text.get(range).is_some(), "{error} lies in the text");
                    said.insert(kind_of(&error.message));
                }
            }
        }
    }
    digest(Vec::from_iter(said).concat().as_bytes())
}

#[rustfmt::skip]
const MODEL: &[&str] = &[
    "schema = 1\n", "[[function]]\n", "[[class]]\n", "[[class.method]]\n", "[[decorator]]\n", "name",
    "params", "roles", "kinds", "cleans", "passes", "returns", "why", "since", "until", "confidence",
    "receiver", "when", "unless", "into", " = ", "\"", "[", "]", "{", "}", ",", "*", "**", "/",
    "=None", "\n", "\"self\"", "sql-text",
];

fn model(input: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(input);
    match Models::default().with_user("models.toml", &text) {
        Ok(()) => digest(b"read"),
        Err(error) => {
            let range = error.span.start as usize..error.span.end as usize;
            assert!(text.get(range).is_some(), "{error} lies in the text");
            digest(kind_of(&error.message).as_bytes())
        }
    }
}

/// The files that tell of packages.
fn models(path: &Path, text: &dyn Fn() -> String) -> Vec<Vec<u8>> {
    let is_model = path.components().any(|part| part.as_os_str() == "models")
        && path.extension().is_some_and(|extension| extension == "toml");
    if is_model { vec![text().into_bytes()] } else { Vec::new() }
}

/// The examples on the pages of rules.
fn python_of_pages(path: &Path, text: &dyn Fn() -> String) -> Vec<Vec<u8>> {
    if path.extension().is_none_or(|extension| extension != "md") {
        return Vec::new();
    }
    let text = text();
    let blocks = text.split("\n```py\n").skip(1);
    blocks.filter_map(|rest| rest.split("\n```").next()).map(Into::into).collect()
}

fn read(input: &[u8]) -> Reading {
    let path = FilePath::new("shop/views.py").expect("the path lies in a tree");
    bartizan_python::read(&path, input)
}

/// Names of manifests and locks; the first byte of an input picks one.
#[rustfmt::skip]
const MANIFESTS: &[&str] = &[
    "requirements.txt", "requirements.in", "pyproject.toml", "setup.cfg", "tox.ini", "Pipfile",
    "Pipfile.lock", "poetry.lock", "uv.lock", "pdm.lock", "pylock.toml", "environment.yml",
    ".pre-commit-config.yaml", "Dockerfile", ".github/workflows/ci.yml", "clinic.cdx.json",
    "clinic.spdx.json", "setup.py",
];

#[rustfmt::skip]
const REQUIREMENT: &[&str] = &[
    "django", "==4.2.11", ">=", "<5", "~=", "^", "||", "*", "[redis]", " ; ", "python_version", "'3.8'",
    " and ", " or ", "(", ")", " @ ", "https://files.example/a.zip", "git+", "@v1", "#egg=", "-e ", "-r ",
    "-c ", "--hash=sha256:ab", " \\\n", "    # via ", "\n", "\r\n", "#", "${A}", "{{", "[[package]]\n",
    "[project]\n", "[tool.poetry.dependencies]\n", "[tool.uv.sources]\n", "[dependency-groups]\n",
    "name", "version", "dependencies", "source", "files", "hash", "groups", "marker", " = ", "\"", "'",
    "{", "}", "[", "]", ",", ":", "  - ", "pip:", "deps =\n  ", "pip install ", "\"default\": ",
    "\\u0061", "\u{feff}", "\t", "&a ", "*a", "|\n", "pkg:pypi/a@1", "\"purl\"", "\"components\"",
];

fn require(input: &[u8]) -> u64 {
    let Some((pick, content)) = input.split_first() else { return 0 };
    let name = MANIFESTS[*pick as usize % MANIFESTS.len()];
    let path = FilePath::new(name).expect("a name of a file is a path");
    match formats::read(&path, content) {
        Some(Read::Manifest(manifest)) => {
            for one in &manifest.requirements {
                assert!(one.place.span.contains(one.name_span), "{one:?} holds its name");
            }
            let counts =
                [manifest.requirements.len(), manifest.unnamed.len(), manifest.includes.len()];
            behaviour(&manifest.problems, &counts)
        }
        Some(Read::Lock(lock)) => {
            let edges = lock.packages.iter().map(|package| package.dependencies.len()).sum();
            let hashes = lock.packages.iter().map(|package| package.hashes.len()).sum();
            behaviour(&lock.problems, &[lock.packages.len(), edges, hashes])
        }
        None => 1,
    }
}

/// What the real tools wrote.
fn locks(path: &Path, text: &dyn Fn() -> String) -> Vec<Vec<u8>> {
    let is_fixture = path.components().any(|part| part.as_os_str() == "bartizan_requirement")
        && path.components().any(|part| part.as_os_str() == "fixtures");
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    match MANIFESTS.iter().position(|known| *known == name).filter(|_| is_fixture) {
        Some(pick) => vec![[&[pick as u8], text().as_bytes()].concat()],
        None => vec![],
    }
}

#[rustfmt::skip]
const INDEX: &[&str] = &[
    "{", "}", "[", "]", ",", ":", "\"", "\\u0000", "null", "true", "false", "7", "1e999", "\n",
    "\"meta\": {\"api-version\": \"1.1\"}", "\"files\": [", "{\"filename\": \"till-1.0.tar.gz\"}",
    "\"upload-time\": \"2026-01-01T00:00:00Z\"", "\"yanked\": ", "\"requires-python\": ", ">=3.9",
    "\"project-status\": {\"status\": \"archived\"}", "\"name\": \"till\"", "-py3-none-any.whl",
    "<a href='", "'>", "</a>", "<!--", "-->", "<meta name='pypi:repository-version' content='1.0'>",
    " data-yanked", " data-requires-python=\"", "&gt;", "&#x0;", "&#", ";", "%2B", "%", "#sha256=",
    "till-", ".zip", "1!2.0.post1.dev3+local", "é", "\u{feff}",
];

/// What an index answers, as JSON and as HTML, and what pip's configuration says.
fn list(input: &[u8]) -> u64 {
    let name = PackageName::new("till").expect("it is a name");
    let mut said = Vec::new();
    for kind in ["application/vnd.pypi.simple.v1+json", "text/html"] {
        match index::read(&name, kind, input) {
            Ok(listing) => {
                let versions = listing.releases.iter().map(|release| &release.version);
                assert!(versions.is_sorted(), "releases are in the order of their versions");
                for release in &listing.releases {
                    assert!(!release.pythons.is_empty(), "a release says something of Python");
                    release.runs_on(&release.version);
                }
                let yanked = listing.releases.iter().filter(|it| it.yanked.is_some()).count();
                let dated = listing.releases.iter().filter(|it| it.uploaded().is_some()).count();
                let both = listing.clone().and(listing.clone());
                assert_eq!(both.releases, listing.releases, "twice the same is the same");
                let offers = listing.offers;
                said.push(format!(
                    "{} {yanked} {dated} {} {offers:?}",
                    listing.releases.len(),
                    listing.unread
                ));
            }
            Err(why) => said.push(kind_of(&why)),
        }
    }
    let mut pip = PipConfig::default();
    pip.add_file(input);
    said.push(pip.list("extra-index-url").len().to_string());
    digest(said.concat().as_bytes())
}

#[rustfmt::skip]
const ADVISORY: &[&str] = &[
    "{", "}", "[", "]", ",", ":", "\"", "null", "true", "7", "\n", "\"id\": \"PYSEC-2026-1\"",
    "\"aliases\": [\"CVE-2026-1\"]", "\"withdrawn\": \"2026-01-01T00:00:00Z\"", "\"details\": \"",
    "\"affected\": [", "{\"package\": {\"ecosystem\": \"PyPI\", \"name\": \"till\"}", "\"ranges\": [",
    "{\"type\": \"ECOSYSTEM\", \"events\": [", "{\"introduced\": \"0\"}", "{\"fixed\": \"2.0\"}",
    "{\"last_affected\": \"1.9-NA\"}", "\"type\": \"GIT\"", "\"versions\": [\"1.0\"]", "1!0",
    "\"severity\": [{\"type\": \"CVSS_V3\", \"score\": \"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"}]",
    "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "PK\u{3}\u{4}", "é",
    "CVE-2026-1,0.5,0.9\n", "#score_date:2026-01-01T00:00:00Z\n", "\"vulnerabilities\": [",
    "{\"cveID\": \"CVE-2026-1\", \"dateAdded\": \"2026-01-01\"}",
];

/// Records as they are fetched, the tables beside them, and the file that they are kept in.
fn advise(input: &[u8]) -> u64 {
    let mut said = Vec::new();
    match bartizan_advisory::read_file(input) {
        Ok(read) => {
            let counts = (read.records.len(), read.unread.len());
            let advisories = Advisories::of_records(read.records, Vec::new(), Vec::new());
            advisories.verify().expect("what was just written is whole");
            let found: usize = ["0", "1.0", "1.9", "2.0", "x"]
                .iter()
                .map(|v| advisories.matching("till", v).len())
                .sum();
            let kept = advisories.records_where(&|_| true);
            let again = Advisories::of_records(kept, Vec::new(), Vec::new());
            assert_eq!(again.records(), advisories.records(), "nothing is lost on the way");
            said.push(format!("{counts:?} {found}"));
        }
        Err(why) => said.push(kind_of(&why)),
    }
    said.push(
        bartizan_advisory::catalogue(input)
            .map_or_else(|why| kind_of(&why), |(all, _)| all.len().to_string()),
    );
    said.push(
        bartizan_advisory::chances(input)
            .map_or_else(|why| kind_of(&why), |all| all.of.len().to_string()),
    );
    if let Ok((_, advisories)) = bartizan_advisory::open(input) {
        said.push(advisories.matching("till", "1.0").len().to_string());
    }
    digest(said.concat().as_bytes())
}

#[rustfmt::skip]
const SECRET: &[&str] = &[
    "API_TOKEN", "password", "secret_key", "aws_secret_access_key", " = ", ": ", "=", ":=", "=>", "\"",
    "'", "`", "b'", "\n", "://", "@", "-----BEGIN ", "-----END ", "RSA PRIVATE KEY-----", "sk_live_",
    "ghp_", "github_pat_", "AKIA", "eyJ", ".eyJ", ":AA", "Q~", "twilio", "<", ">", "]", ")", "ENV ",
    "os.environ.get(", ", default=", " or ", "postgres://a:", "PuTTY-User-Key-File-2: a\n",
    "Encryption: none\n", "Private-MAC:", "T3BlbkFJ", "AccountKey=", "-us1", "{{", "${", "#", "// ",
    "tX7vQz2LkPw9nB4m", "9f86d081884c7d65", "\\", "%s", "é", "\u{feff}", "\0",
];

fn search(input: &[u8]) -> u64 {
    const PATHS: &[&str] = &["a.py", "a.yml", "a.json", "a.html", "a.md", "a.lock"];
    let Some((pick, content)) = input.split_first() else { return 0 };
    let path = FilePath::new(PATHS[*pick as usize % PATHS.len()]).expect("a name is a path");
    let text = String::from_utf8_lossy(content);
    let found = bartizan_secret::search(&text, Site::of(&path, false));
    for pair in found.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "{pair:?} are told apart");
    }
    for candidate in &found {
        assert!(!candidate.span.slice(&text).is_empty(), "{candidate:?} lies in the text");
    }
    behaviour(&[], &[*pick as usize % PATHS.len(), found.len()])
}

#[rustfmt::skip]
const DEPLOYMENT: &[&str] = &[
    "FROM ", "python:3", " AS ", "a", "ENV ", "ARG ", "A=1", "A='b c'", "USER ", "root", "CMD [", "\"x\"", "]",
    "RUN <<EOF\n", "EOF\n", "COPY --from=a ", " \\\n", "\n", "# ", "services:\n", "  a:\n", "    image: ",
    "    ports:\n", "      - ", "\"5432:5432\"", "environment:", "on: ", "push", "jobs:\n", "steps:\n",
    "uses: a/b@c\n", "run: |\n", "with: {", "}", "${{ a }}", "include:\n", "&a ", "*a", "<<: *a", "? ",
    "server {", "location ", "~* ", "/a", "alias ", ";", "listen 80", "\"", "'", "${a}", "\\", "export ",
    "é", "\t", "\0", "\u{feff}", "---\n", "...\n", "%YAML", "!!str ",
];

fn deploy(input: &[u8]) -> u64 {
    const PATHS: &[&str] = &[
        "Dockerfile",
        "compose.yml",
        ".github/workflows/a.yml",
        ".gitlab-ci.yml",
        "nginx.conf",
        ".env",
    ];
    let Some((pick, content)) = input.split_first() else { return 0 };
    let pick = *pick as usize % PATHS.len();
    let path = FilePath::new(PATHS[pick]).expect("a name is a path");
    let text = String::from_utf8_lossy(content);
    let lies = |span: Span| {
        let range = span.start as usize..span.end as usize;
        assert!(text.get(range).is_some(), "{span:?} lies in the text");
    };
    let counts = match bartizan_deployment::read(&path, &text) {
        None => vec![],
        Some(Facts::Dockerfile(file)) => {
            file.stages.iter().for_each(|stage| lies(stage.from.span));
            let instructions = file.stages.iter().flat_map(|stage| &stage.instructions);
            instructions.clone().for_each(|instruction| lies(instruction.argument.span));
            instructions.clone().flat_map(|i| &i.pairs).for_each(|pair| lies(pair.span));
            vec![file.stages.len(), instructions.count()]
        }
        Some(Facts::Compose(file)) => {
            file.services.iter().for_each(|service| lies(service.name.span));
            vec![file.services.len()]
        }
        Some(Facts::Workflow(file)) => {
            file.jobs.iter().flat_map(|job| &job.steps).for_each(|step| lies(step.span));
            vec![file.jobs.len(), file.triggers.len()]
        }
        Some(Facts::GitlabCi(file)) => {
            file.images.iter().for_each(|image| lies(image.span));
            vec![file.jobs.len(), file.images.len()]
        }
        Some(Facts::Nginx(file)) => {
            let locations = file.all("location");
            locations.iter().for_each(|(_, location)| lies(location.span));
            vec![file.directives.len(), locations.len()]
        }
        Some(Facts::Env(file)) => {
            file.pairs.iter().for_each(|pair| lies(pair.span));
            vec![file.pairs.len()]
        }
    };
    behaviour(&[], &[&[pick][..], &counts].concat())
}

/// Counts by their order of magnitude: a second loop is news, a ninth is not.
fn behaviour(problems: &[Problem], counts: &[usize]) -> u64 {
    let problems: BTreeSet<u8> = problems.iter().map(|problem| problem.kind as u8).collect();
    let orders = counts.iter().map(|count| count.checked_ilog2().map_or(0, |log| log as u8 + 1));
    let said: Vec<u8> = problems.into_iter().chain([u8::MAX]).chain(orders).collect();
    digest(&said)
}

/// The kind of a message: its first words that are its own, and not quoted from the input.
fn kind_of(message: &str) -> String {
    let own = message.split('`').step_by(2).find(|piece| !piece.is_empty()).unwrap_or_default();
    let plain = own.split(['"', '\'', ':']).next().unwrap_or_default();
    plain.chars().filter(char::is_ascii_lowercase).take(24).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::{corpus, seeds};
    use crate::tree;

    /// Whatever failed once is read on every test run.
    #[test]
    fn the_corpus_replays() {
        for target in TARGETS {
            if corpus(target).is_dir() {
                for path in tree::files_below(&corpus(target)).unwrap() {
                    (target.run)(&std::fs::read(path).unwrap());
                }
            }
        }
    }

    #[test]
    fn every_target_has_seeds() {
        for target in TARGETS {
            assert!(!seeds(target).unwrap().is_empty(), "{} grows from nothing", target.name);
        }
    }
}
