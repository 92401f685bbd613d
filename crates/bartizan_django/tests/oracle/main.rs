//! Django itself is the oracle: its security checks and the settings that it would run with, over
//! hundreds of variants, compared with what is said here without running any of them.
//!
//! Where we claim to know, we must be right; what we do not know is counted, and has a bound.
#![allow(clippy::unwrap_used, reason = "an oracle that cannot be asked has failed")]
#![allow(clippy::disallowed_methods, reason = "the oracle is another program")]

mod routes;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr;

use bartizan_base::FilePath;
use bartizan_django::settings::{Defaults, Environment, Role, Settings, Truth, checks};
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile};
use bartizan_value::{Evaluator, Variables};
use serde_json::Value;

/// The libraries that the variants use.
const LIBRARIES: &[&str] = &["django-environ==0.12.0", "python-decouple==3.8"];

/// Of a hundred questions, so many may go without an answer.
const MOST_UNKNOWN: usize = 10;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle")
}

/// A folder with that Django in it, fetched once.
fn django(version: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/oracles");
    let folder = target.join(format!("django-{version}"));
    if !folder.join("django").exists() {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]);
        pip.arg(&folder).arg(format!("django=={version}")).args(LIBRARIES);
        assert!(pip.status().unwrap().success(), "Django {version} cannot be fetched");
    }
    folder
}

fn variants() -> Vec<Value> {
    let made = Command::new("python3").arg(here().join("variants.py")).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    serde_json::from_slice(&made.stdout).unwrap()
}

fn ask(version: &str, variants: &[Value]) -> Vec<Value> {
    let mut oracle = Command::new("python3")
        .arg(here().join("run.py"))
        .env("PYTHONPATH", django(version))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    oracle.stdin.take().unwrap().write_all(&serde_json::to_vec(variants).unwrap()).unwrap();
    let answer = oracle.wait_with_output().unwrap();
    assert!(answer.status.success());
    let text = String::from_utf8(answer.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[derive(Default)]
struct Score {
    asked: usize,
    unknown: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

fn compare(variant: &Value, answer: &Value, defaults: &Defaults, score: &mut Score) {
    let name = variant["name"].as_str().unwrap();
    let files = variant["files"].as_object().unwrap().iter().map(|(path, text)| {
        let path = FilePath::new(path).unwrap();
        let reading = bartizan_python::read(&path, text.as_str().unwrap().as_bytes());
        ProjectFile { path, ir: reading.ir, facts: reading.facts }
    });
    let project = Project::link(files.collect(), Models::default());
    let evaluator = Evaluator::new(&project);
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
        file,
        decided: None,
        is_sure: true,
    };
    let mut variables = Variables::unset();
    for (name, value) in variant["env"].as_object().unwrap() {
        variables.set(name, value.as_str().unwrap());
    }
    let settings = Settings::of(&project, &evaluator, &environment, defaults, &variables);
    let Some(ids) = answer["ids"].as_array() else { return };
    let ids: Vec<&str> = ids.iter().map(|id| id.as_str().unwrap()).collect();
    for verdict in checks::verdicts(&settings, &project) {
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
    for (setting, value) in answer["values"].as_object().unwrap() {
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

fn agree(version: &str, every: usize) {
    let variants: Vec<Value> = variants().into_iter().step_by(every).collect();
    let answers = ask(version, &variants);
    assert_eq!(variants.len(), answers.len());
    let defaults = Defaults::of(pep440_rs::Version::from_str(version).unwrap());
    let mut score = Score::default();
    let mut failed = 0;
    for (variant, answer) in variants.iter().zip(&answers) {
        if answer["error"].is_string() {
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
    assert!(failed * 20 <= variants.len(), "{failed} variants do not run");
    assert!(score.wrong.is_empty(), "{} wrong:\n{}", score.wrong.len(), score.wrong.join("\n"));
    assert!(unknown * 100 <= score.asked * MOST_UNKNOWN, "{unknown} of {} unknown", score.asked);
}

#[test]
fn settings_are_what_django_4_2_says() {
    agree("4.2.30", 1);
}

#[test]
fn settings_are_what_django_5_2_says() {
    agree("5.2.19", 3);
}
