//! Versions, specifiers, markers, names and requirements as Python's own `packaging` reads them.
//!
//! Thousands of texts, made by rule and mutated at random places, go to both; where one of them is
//! known to differ on purpose, the test names the difference. Without a `python3` that has
//! `packaging` 24 or later (or such a copy inside pip), nothing is compared, and the test says so.
#![allow(clippy::unwrap_used, reason = "a test that cannot get its value has failed")]
#![allow(clippy::disallowed_methods, reason = "a test asks the real tool")]

mod texts;

use std::io::Write;
use std::process::{Command, Stdio};

use bartizan_base::FilePath;
use bartizan_requirement::{
    Marker, MarkerEnvironment, MarkerEnvironmentBuilder, PackageName, Read, Source, Specifiers,
    Version, formats,
};

/// Answers one line for each question; fields are parted by tabs.
const DRIVER: &str = r##"
import sys
try:
    import packaging
except ImportError:
    try:
        from pip._vendor import packaging
        sys.modules["packaging"] = packaging
    except ImportError:
        sys.exit(3)
# Before 24 it still took what PEP 440 does not allow.
if int(packaging.__version__.split(".")[0]) < 24:
    sys.exit(3)
from packaging.version import Version, InvalidVersion
from packaging.specifiers import SpecifierSet, InvalidSpecifier
from packaging.requirements import Requirement, InvalidRequirement
from packaging.markers import Marker, InvalidMarker
from packaging.utils import canonicalize_name
ENV = {
    "implementation_name": "cpython", "implementation_version": "3.12.4", "os_name": "posix",
    "platform_machine": "x86_64", "platform_python_implementation": "CPython",
    "platform_release": "6.1.0", "platform_system": "Linux", "platform_version": "#1 SMP",
    "python_full_version": "3.12.4", "python_version": "3.12", "sys_platform": "linux",
    "extra": "pdf",
}
def answer(kind, *rest):
    if kind == "version":
        return str(Version(rest[0]))
    if kind == "order":
        a, b = Version(rest[0]), Version(rest[1])
        return "<" if a < b else ">" if a > b else "="
    if kind == "allows":
        return str(SpecifierSet(rest[0]).contains(Version(rest[1]), prereleases=True))
    if kind == "marker":
        return str(Marker(rest[0]).evaluate(dict(ENV)))
    if kind == "name":
        return canonicalize_name(rest[0])
    if kind == "requirement":
        r = Requirement(rest[0])
        def plain(s):
            star = s.version.endswith(".*")
            return s.operator + str(Version(s.version[:-2] if star else s.version)) + (".*" if star else "")
        parts = sorted(plain(s) for s in r.specifier)
        return "|".join([canonicalize_name(r.name), ",".join(sorted(canonicalize_name(e) for e in r.extras)),
                         ",".join(parts), r.url or "", "marked" if r.marker else ""])
for line in sys.stdin.buffer.read().decode().split("\n"):
    if not line: continue
    try:
        told = answer(*line.split("\t"))
    except (InvalidVersion, InvalidSpecifier, InvalidRequirement, InvalidMarker):
        told = "invalid"
    except Exception as e:
        told = "error " + type(e).__name__
    print(told)
"##;

/// What Python says to each question, or `None` where there is no `packaging` to ask. `./dev test`
/// installs it beside the tools that write locks, and there it has to answer.
fn ask(questions: &[String]) -> Option<Vec<String>> {
    let tools = std::env::var_os("BARTIZAN_LOCK_TOOLS").map(std::path::PathBuf::from);
    let program = tools.as_ref().map_or("python3".into(), |folder| folder.join("bin/python"));
    let mut python = Command::new(program)
        .args(["-W", "ignore", "-c", DRIVER])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = python.stdin.take().unwrap();
    let text = questions.join("\n");
    // Without `packaging` the driver ends before it reads: then there is no one to write to.
    let writer = std::thread::spawn(move || drop(input.write_all(text.as_bytes())));
    let output = python.wait_with_output().unwrap();
    writer.join().unwrap();
    if output.status.code() == Some(3) {
        assert!(tools.is_none(), "the installed tools come with `packaging`");
        return None;
    }
    assert!(output.status.success(), "the driver failed");
    Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect())
}

/// Compares what Bartizan says with what `packaging` says; the known differences are counted.
fn compare(
    questions: &[String],
    ours: impl Fn(&[&str]) -> String,
    known: impl Fn(&[&str]) -> bool,
) {
    let Some(told) = ask(questions) else {
        eprintln!("no python3 with packaging >= 24 here: nothing was compared");
        return;
    };
    assert_eq!(told.len(), questions.len());
    let (mut differ, mut valid) = (Vec::new(), 0);
    for (question, told) in questions.iter().zip(&told) {
        let fields: Vec<&str> = question.split('\t').skip(1).collect();
        valid += usize::from(told != "invalid");
        let said = ours(&fields);
        if said != *told && !known(&fields) {
            differ.push(format!("{fields:?}: packaging {told}, here {said}"));
        }
    }
    println!("{} questions, {valid} of them valid", questions.len());
    assert!(valid * 10 > questions.len(), "hardly anything valid was asked");
    let shown: Vec<&String> = differ.iter().take(40).collect();
    assert!(differ.is_empty(), "{} of {} differ: {shown:#?}", differ.len(), questions.len());
}

fn questions(kind: &str, fields: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
    let fit = |text: &String| !text.contains(['\t', '\n', '\r']);
    let fields = fields.into_iter().filter(|fields| fields.iter().all(fit));
    fields.map(|fields| format!("{kind}\t{}", fields.join("\t"))).collect()
}

/// Numbers of more than 64 bits are none here; nobody has released one.
fn is_huge(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).any(|number| number.len() > 18)
}

#[test]
fn versions() {
    let all = questions("version", texts::versions(6_000).into_iter().map(|text| vec![text]));
    let ours = |fields: &[&str]| match fields[0].parse::<Version>() {
        Ok(version) => version.to_string(),
        Err(_) => "invalid".to_owned(),
    };
    compare(&all, ours, |fields| is_huge(fields[0]));
}

#[test]
fn the_order_of_versions() {
    let versions = texts::versions(3_000);
    let pairs = versions.windows(2).map(<[String]>::to_vec);
    let ours = |fields: &[&str]| match (fields[0].parse::<Version>(), fields[1].parse::<Version>())
    {
        (Ok(a), Ok(b)) => match a.cmp(&b) {
            std::cmp::Ordering::Less => "<",
            std::cmp::Ordering::Equal => "=",
            std::cmp::Ordering::Greater => ">",
        }
        .to_owned(),
        _ => "invalid".to_owned(),
    };
    compare(&questions("order", pairs), ours, |fields| fields.iter().any(|text| is_huge(text)));
}

#[test]
fn specifiers() {
    let pairs =
        texts::specifiers(8_000).into_iter().map(|(specifier, version)| vec![specifier, version]);
    let ours = |fields: &[&str]| {
        let specifiers = Specifiers::parse(fields[0]);
        match (specifiers.is_understood(), fields[1].parse::<Version>()) {
            (true, Ok(version)) if specifiers.allows(&version) => "True".to_owned(),
            (true, Ok(_)) => "False".to_owned(),
            _ => "invalid".to_owned(),
        }
    };
    // `===` compares texts in `packaging`, whatever they are; here it wants a version.
    let known =
        |fields: &[&str]| fields[0].contains("===") || fields.iter().any(|text| is_huge(text));
    compare(&questions("allows", pairs), ours, known);
}

#[test]
fn markers() {
    let environment: MarkerEnvironment = MarkerEnvironmentBuilder {
        implementation_name: "cpython",
        implementation_version: "3.12.4",
        os_name: "posix",
        platform_machine: "x86_64",
        platform_python_implementation: "CPython",
        platform_release: "6.1.0",
        platform_system: "Linux",
        platform_version: "#1 SMP",
        python_full_version: "3.12.4",
        python_version: "3.12",
        sys_platform: "linux",
    }
    .try_into()
    .unwrap();
    let all = questions("marker", texts::markers(4_000).into_iter().map(|text| vec![text]));
    let ours = |fields: &[&str]| {
        let marker = Marker::parse(fields[0]);
        match (marker.tree(), marker.holds(&environment, &["pdf"])) {
            (None, _) => "invalid".to_owned(),
            (Some(_), true) => "True".to_owned(),
            (Some(_), false) => "False".to_owned(),
        }
    };
    compare(&all, ours, |_| false);
}

#[test]
fn names() {
    let names = texts::names(500).into_iter().filter(|name| PackageName::new(name).is_some());
    let all = questions("name", names.map(|name| vec![name]));
    compare(&all, |fields| PackageName::new(fields[0]).unwrap().to_string(), |_| false);
}

#[test]
fn requirements() {
    let all =
        questions("requirement", texts::requirements(6_000).into_iter().map(|text| vec![text]));
    let path = FilePath::new("pyproject.toml").unwrap();
    let ours = |fields: &[&str]| {
        // A standard table holds texts of PEP 508 and nothing else.
        let escaped = fields[0].replace('\\', "\\\\").replace('"', "\\\"");
        let file = format!("[project]\ndependencies = [\"{escaped}\"]\n");
        let Some(Read::Manifest(manifest)) = formats::read(&path, file.as_bytes()) else {
            unreachable!("a pyproject.toml is a manifest");
        };
        let (true, [one]) = (manifest.problems.is_empty(), manifest.requirements.as_slice()) else {
            return "invalid".to_owned();
        };
        let mut extras = one.extras.clone();
        extras.sort();
        extras.dedup();
        let mut specifiers: Vec<String> =
            one.specifiers.any_of[0].iter().map(|one| one.to_string().replace(' ', "")).collect();
        specifiers.sort();
        let url = match &one.source {
            Source::Url(url) => url.reveal().to_owned(),
            Source::Path(path) => path.clone(),
            _ => String::new(),
        };
        let marked = if one.marker.is_some() { "marked" } else { "" };
        [one.name.as_str(), &extras.join(","), &specifiers.join(","), &url, marked].join("|")
    };
    // What stands behind `@` without a scheme is a path here, and loses its fragment.
    let known = |fields: &[&str]| {
        let address = fields[0].split_once('@').map(|(_, rest)| rest.trim_start());
        is_huge(fields[0]) || address.is_some_and(|text| !text.starts_with("https://"))
    };
    compare(&all, ours, known);
}
