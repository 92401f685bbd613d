//! Django itself is the oracle: its security checks and the settings that it would run with, over
//! hundreds of variants, compared with what is said here without running any of them.
//!
//! Where we claim to know, we must be right; what we do not know is counted, and has a bound.
#![allow(clippy::unwrap_used, reason = "an oracle that cannot be asked has failed")]
#![allow(clippy::disallowed_methods, reason = "the oracle is another program")]

mod registered;
mod routes;

use std::collections::BTreeMap;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr;

use bartizan_base::FilePath;
use bartizan_django::settings::{Defaults, Environment, Role, Settings, Truth, checks};
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile};
use bartizan_value::{Evaluator, Files, Variables};
use serde_json::Value;

/// The libraries that the variants use, and what they need.
const LIBRARIES: &[&str] = &[
    "annotated-types==0.8.0",
    "dj-database-url==3.1.2",
    "dj-email-url==1.0.6",
    "django-cache-url==3.4.6",
    "django-configurations==2.5.1",
    "django-environ==0.14.0",
    "django-split-settings==1.3.2",
    "dynaconf==3.3.5",
    "environs==15.2.0",
    "marshmallow==4.4.0",
    "pydantic-core==2.50.5",
    "pydantic-settings==2.16.3",
    "pydantic==2.14.4",
    "python-decouple==3.8",
    "python-dotenv==1.2.4",
    "typing-extensions==4.16.0",
    "typing-inspection==0.4.5",
];

/// Of a hundred questions, so many may go without an answer.
const MOST_UNKNOWN: usize = 10;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle")
}

/// A folder with that Django in it, fetched once.
///
/// Tests are processes that run side by side and want the same folder: the first fetches, the
/// others wait for it. What is there is complete, since it was moved to its place whole.
fn django(version: &str, python: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/oracles");
    let folder = target.join(format!("django-{version}"));
    let stamp = folder.join("fetched.txt");
    let wanted = format!("{version} {python} {}", LIBRARIES.join(" "));
    std::fs::create_dir_all(&target).unwrap();
    let lock = File::create(target.join(format!("django-{version}.lock"))).unwrap();
    lock.lock().unwrap();
    if std::fs::read_to_string(&stamp).is_ok_and(|fetched| fetched == wanted) {
        return folder;
    }
    let scratch = tempfile::tempdir_in(&target).unwrap();
    let fetched = scratch.path().join("fetched");
    // What the libraries say of the Django that they want is not asked: each is tried with all.
    for (what, more) in
        [(vec![format!("django=={version}")], None), (libraries(), Some("--no-deps"))]
    {
        let mut pip = Command::new(python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        pip.args(["--root-user-action=ignore", "--target"]);
        pip.arg(&fetched).args(more).args(what);
        assert!(pip.status().unwrap().success(), "Django {version} cannot be fetched");
    }
    std::fs::write(fetched.join("fetched.txt"), wanted).unwrap();
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::rename(fetched, &folder).unwrap();
    folder
}

fn libraries() -> Vec<String> {
    LIBRARIES.iter().map(|library| (*library).to_owned()).collect()
}

fn variants() -> Vec<Value> {
    let made = Command::new("python3").arg(here().join("variants.py")).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    serde_json::from_slice(&made.stdout).unwrap()
}

/// What Django says of the variants: asked once, and kept until a variant changes.
fn ask(version: &str, python: &str, variants: &[Value]) -> Vec<Value> {
    let questions = serde_json::to_vec(variants).unwrap();
    let folder = django(version, python);
    let mut hasher = DefaultHasher::new();
    (version, LIBRARIES, &questions).hash(&mut hasher);
    std::fs::read(here().join("run.py")).unwrap().hash(&mut hasher);
    let kept = folder.join(format!("answers-{:016x}.jsonl", hasher.finish()));
    if let Ok(text) = std::fs::read_to_string(&kept) {
        return text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    }
    let text = asked_anew(&folder, python, questions);
    let answers = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    // Moved to its place whole: another test may be reading.
    let mut scratch = tempfile::NamedTempFile::new_in(&folder).unwrap();
    scratch.write_all(text.as_bytes()).unwrap();
    scratch.persist(&kept).unwrap();
    answers
}

fn asked_anew(folder: &Path, python: &str, questions: Vec<u8>) -> String {
    let mut oracle = Command::new(python)
        .arg(here().join("run.py"))
        .env("PYTHONPATH", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The answers may fill the pipe before all questions are put.
    let mut stdin = oracle.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&questions).unwrap());
    let answer = oracle.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(answer.status.success());
    String::from_utf8(answer.stdout).unwrap()
}

#[derive(Default)]
struct Score {
    asked: usize,
    unknown: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

fn compare(variant: &Value, answer: &Value, defaults: &Defaults, score: &mut Score) {
    let name = variant["name"].as_str().unwrap();
    let files = variant["files"].as_object().unwrap().iter();
    let files = files.filter(|(path, _)| path.ends_with(".py")).map(|(path, text)| {
        let path = FilePath::new(path).unwrap();
        let reading = bartizan_python::read(&path, text.as_str().unwrap().as_bytes());
        ProjectFile { path, ir: reading.ir, facts: reading.facts }
    });
    let project = Project::link(files.collect(), Models::default());
    let mut kept = Files::default();
    for (path, text) in variant["files"].as_object().unwrap() {
        match Files::may_hold_variables(path) {
            true => kept.add_text(path.as_str(), text.as_str().unwrap()),
            false if path.ends_with(".py") => kept.add(path.as_str()),
            false => kept.add_read_by_code(path.as_str(), text.as_str().unwrap()),
        }
    }
    let evaluator = Evaluator::with_files(&project, kept);
    let module = variant["module"].as_str().unwrap().to_owned();
    let path = module.replace('.', "/");
    let file = project
        .file_at(&format!("{path}.py"))
        .or_else(|| project.file_at(&format!("{path}/__init__.py")))
        .unwrap();
    let environment = Environment {
        root: String::new(),
        name: "production".to_owned(),
        role: Role::Production,
        module,
        configuration: variant["env"]["DJANGO_CONFIGURATION"].as_str().map(str::to_owned),
        file,
        decided: None,
        is_sure: true,
        variables: Vec::new(),
        unclear: Vec::new(),
        outside: None,
        gateway: None,
        insists: false,
    };
    let mut variables = Variables::unset();
    for (name, value) in variant["env"].as_object().unwrap() {
        variables.set(name, value.as_str().unwrap());
    }
    let settings = Settings::of(&project, &evaluator, &environment, defaults, &variables);
    let ids = answer["ids"].as_array();
    let ids: Option<Vec<&str>> = ids.map(|ids| ids.iter().map(|id| id.as_str().unwrap()).collect());
    let verdicts = ids.iter().flat_map(|ids| {
        checks::verdicts(&settings, &project).into_iter().map(move |verdict| (verdict, ids))
    });
    for (verdict, ids) in verdicts {
        score.asked += 1;
        let is_raised = ids.contains(&verdict.check.id);
        match verdict.raised {
            Truth::Unknown => {
                *score.unknown.entry(format!("{name}: {}", verdict.check.id)).or_default() += 1;
            }
            said if said == Truth::known(is_raised) => {}
            said => score.wrong.push(format!(
                "{name}: Django {} {}, we say {said:?}",
                if is_raised { "raises" } else { "does not raise" },
                verdict.check.id
            )),
        }
    }
    for (setting, value) in answer["values"].as_object().into_iter().flatten() {
        score.asked += 1;
        let ours = settings.get(setting).map(|setting| setting.value);
        match ours {
            Some(ours) if ours.is_known() => {
                let (ours, theirs) = (ours.to_string(), value.as_str().unwrap());
                if ours != theirs {
                    score.wrong.push(format!("{name}: {setting} is {theirs}, we say {ours}"));
                }
            }
            ours => {
                let why = ours.map(|ours| ours.to_string()).unwrap_or_default();
                *score.unknown.entry(format!("{name}: {setting} = {why}")).or_default() += 1;
            }
        }
    }
}

fn agree(version: &str, python: &str, every: usize) {
    let only = std::env::var("BARTIZAN_VARIANTS").unwrap_or_default();
    let named = |variant: &Value, begin: &str| variant["name"].as_str().unwrap().starts_with(begin);
    let variants = variants().into_iter().filter(|variant| named(variant, &only)).enumerate();
    let variants: Vec<Value> = variants
        .filter(|(index, variant)| index % every == 0 || named(variant, "style "))
        .map(|(_, variant)| variant)
        .collect();
    let answers = ask(version, python, &variants);
    assert_eq!(variants.len(), answers.len());
    let defaults = Defaults::of(pep440_rs::Version::from_str(version).unwrap());
    let mut score = Score::default();
    let mut failed = 0;
    for (variant, answer) in variants.iter().zip(&answers) {
        if let Some(error) = answer["error"].as_str() {
            println!("  fails: {}: {error}", variant["name"].as_str().unwrap());
            failed += 1;
        }
        compare(variant, answer, &defaults, &mut score);
    }
    let unknown: usize = score.unknown.values().sum();
    println!(
        "Django {version}: {} variants, {} questions, {unknown} unknown",
        variants.len(),
        score.asked
    );
    for what in score.unknown.keys() {
        println!("  unknown: {what}");
    }
    assert!(failed * 12 <= variants.len(), "{failed} variants do not run");
    assert!(score.wrong.is_empty(), "{} wrong:\n{}", score.wrong.len(), score.wrong.join("\n"));
    assert!(unknown * 100 <= score.asked * MOST_UNKNOWN, "{unknown} of {} unknown", score.asked);
}

#[test]
fn settings_are_what_django_4_2_says() {
    agree("4.2.30", "python3", 2);
}

#[test]
fn settings_are_what_django_5_2_says() {
    agree("5.2.19", "python3", 3);
}

#[test]
fn settings_are_what_django_3_2_says() {
    agree("3.2.25", "python3", 9);
}

/// `cargo xtask oracles` asks more: `BARTIZAN_ORACLES` has versions, each with the Python that runs it,
/// as `6.1.3=python3.13`. Without them, one more sample of a version that any Python runs.
#[test]
fn settings_are_what_other_djangos_say() {
    let asked = std::env::var("BARTIZAN_ORACLES").unwrap_or_else(|_| "5.2.19=python3".to_owned());
    let every = if std::env::var_os("BARTIZAN_ORACLES").is_some() { 1 } else { 31 };
    for oracle in asked.split_whitespace() {
        let (version, python) = oracle.split_once('=').unwrap();
        agree(version, python, every);
    }
}
