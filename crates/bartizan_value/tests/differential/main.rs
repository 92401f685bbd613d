//! Whatever evaluation says is certain is what Python computes: random modules are run by a real
//! Python, and every value of ours is compared with its.
//!
//! `BARTIZAN_DIFFERENTIAL=5000` runs so many modules, `BARTIZAN_DIFFERENTIAL_SEED=7` others. Where
//! no `python3` of a known version is installed, nothing is compared.
#![allow(clippy::disallowed_methods, reason = "this test runs Python on modules that it wrote")]

mod generator;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use bartizan_base::FilePath;
use bartizan_ir::FileIr;
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile};
use bartizan_value::{Abstract, Constant, Evaluated, Evaluator, SeqKind};

/// Runs each module in a namespace of its own and prints, for each, its names and their values; or
/// `!` and the exception that it ends with.
const DRIVER: &str = r#"
import sys, signal

def canon(v, d=0):
    if d > 40: raise ValueError
    t = type(v)
    if v is None: return "None"
    if v is ...: return "..."
    if t is bool: return "True" if v else "False"
    if t is int: return "i%d" % v
    if t is float: return "f" + repr(v)
    if t is complex: return "c" + repr(v)
    if t is str: return "s" + ".".join(format(ord(c), "x") for c in v) + ";"
    if t is bytes: return "b" + v.hex()
    n = d + 1
    if t is list: return "[" + ",".join(canon(x, n) for x in v) + "]"
    if t is tuple: return "(" + ",".join(canon(x, n) for x in v) + ")"
    if t is set: return "{" + ",".join(sorted(canon(x, n) for x in v)) + "}"
    if t is frozenset: return "F{" + ",".join(sorted(canon(x, n) for x in v)) + "}"
    if t is range: return "R[" + ",".join(canon(x, n) for x in v) + "]"
    if t is dict: return "D{" + ",".join(canon(k, n) + ":" + canon(x, n) for k, x in v.items()) + "}"
    raise ValueError

class TooLong(BaseException): pass
def stop(*_): raise TooLong
signal.signal(signal.SIGALRM, stop)
out = []
for source in sys.stdin.read().split("\x00"):
    scope = {"__name__": "m"}
    out.append("#")
    try:
        code = compile(source, "m.py", "exec")
        signal.setitimer(signal.ITIMER_REAL, 1.0)
        try:
            exec(code, scope)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except BaseException as e:
        out.append("!%s %s" % (type(e).__name__, str(e).replace("\n", " ")))
        continue
    for name, value in sorted(scope.items()):
        if name.startswith("__"): continue
        try: shown = canon(value)
        except ValueError: shown = "?"
        out.append("%s %s" % (name, shown))
print("\n".join(out))
"#;

/// What Python says of a module: its names and values, or how it failed.
type Told = Result<BTreeMap<String, String>, String>;

fn run_python(sources: &[String]) -> Option<Vec<Told>> {
    let mut python = Command::new("python3")
        .args(["-W", "ignore", "-c", DRIVER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = python.stdin.take().unwrap();
    let text = sources.join("\0");
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = python.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let mut told = Vec::new();
    for part in output.split("#\n").skip(1) {
        let mut names = BTreeMap::new();
        let mut failed = None;
        for line in part.lines() {
            if let Some(error) = line.strip_prefix('!') {
                failed = Some(error.to_owned());
            } else if let Some((name, value)) = line.split_once(' ') {
                names.insert(name.to_owned(), value.to_owned());
            }
        }
        told.push(match failed {
            Some(error) => Err(error),
            None => Ok(names),
        });
    }
    Some(told)
}

/// A known value in the words of [`DRIVER`].
fn canon(value: &Evaluated, out: &mut String) {
    match &value.value {
        Abstract::Const(constant) => match constant {
            Constant::None => out.push_str("None"),
            Constant::Ellipsis => out.push_str("..."),
            Constant::Bool(true) => out.push_str("True"),
            Constant::Bool(false) => out.push_str("False"),
            Constant::Int(number) => write!(out, "i{number}").unwrap(),
            Constant::BigInt(digits) => write!(out, "i{digits}").unwrap(),
            Constant::Float(_) => write!(out, "f{constant}").unwrap(),
            Constant::Complex { .. } => write!(out, "c{constant}").unwrap(),
            Constant::Str(text) => {
                let codes: Vec<String> =
                    text.chars().map(|c| format!("{:x}", u32::from(c))).collect();
                write!(out, "s{};", codes.join(".")).unwrap();
            }
            Constant::Bytes(bytes) => {
                out.push('b');
                bytes.iter().for_each(|byte| write!(out, "{byte:02x}").unwrap());
            }
            Constant::Tuple(_) | Constant::FrozenSet(_) => unreachable!("these are sequences"),
        },
        Abstract::Seq(seq) => {
            let (open, close) = match seq.kind {
                SeqKind::List => ("[", "]"),
                SeqKind::Tuple => ("(", ")"),
                SeqKind::Set => ("{", "}"),
                SeqKind::FrozenSet => ("F{", "}"),
                SeqKind::Range => ("R[", "]"),
                _ => ("<view ", ">"),
            };
            let mut items: Vec<String> = seq
                .items
                .iter()
                .map(|item| {
                    let mut text = String::new();
                    canon(item, &mut text);
                    text
                })
                .collect();
            if matches!(seq.kind, SeqKind::Set | SeqKind::FrozenSet) {
                items.sort();
            }
            write!(out, "{open}{}{close}", items.join(",")).unwrap();
        }
        Abstract::Map(map) => {
            out.push_str("D{");
            for (index, (key, value)) in map.entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                canon(key, out);
                out.push(':');
                canon(value, out);
            }
            out.push('}');
        }
        other => write!(out, "<{other}>").unwrap(),
    }
}

/// What came of comparing many modules.
#[derive(Default)]
struct Tally {
    modules: usize,
    failed: usize,
    names: usize,
    known: usize,
    reasons: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

fn compare(source: &str, told: &BTreeMap<String, String>, tally: &mut Tally) {
    let path = FilePath::new("m.py").unwrap();
    let reading = bartizan_python::read(&path, source.as_bytes());
    assert!(reading.problems.is_empty(), "{:?}\n{source}", reading.problems);
    let project = Project::link(
        vec![ProjectFile { path, ir: reading.ir, facts: reading.facts }],
        Models::default(),
    );
    let evaluator = Evaluator::new(&project);
    let file = project.files().next().unwrap();
    let ir = project.ir(file);
    let mut questions = evaluator.questions();
    let bindings = &ir.bindings[ir.function(FileIr::module()).bindings];
    let mut names: Vec<&str> = bindings.iter().map(|binding| ir.str(binding.name)).collect();
    names.extend(told.keys().map(String::as_str));
    names.sort_unstable();
    names.dedup();
    for name in names {
        let expected = told.get(name).map(String::as_str);
        if expected == Some("?") {
            continue;
        }
        let found = questions.binding(file, name);
        if expected.is_some() {
            tally.names += 1;
        }
        match found {
            Some(value) if value.is_known() => {
                let mut text = String::new();
                canon(&value, &mut text);
                if expected == Some(text.as_str()) {
                    tally.known += 1;
                } else {
                    tally.wrong.push(format!(
                        "{name}: python {}, ours {value}\n{source}",
                        expected.unwrap_or("does not bind it")
                    ));
                }
            }
            Some(value) if expected.is_some() => {
                let reason = match &value.value {
                    Abstract::Unknown(reason) => reason.to_string(),
                    other => format!("{other}").chars().take(20).collect(),
                };
                *tally.reasons.entry(reason).or_default() += 1;
            }
            _ => {}
        }
    }
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn what_is_certain_is_what_python_computes() {
    let count = number("BARTIZAN_DIFFERENTIAL", 400);
    let seed = number("BARTIZAN_DIFFERENTIAL_SEED", 0);
    let sources: Vec<String> = (0..count).map(|n| generator::module(seed + n)).collect();
    let Some(told) = run_python(&sources) else {
        eprintln!("no python3 here: nothing was compared");
        return;
    };
    assert_eq!(told.len(), sources.len());
    let mut tally = Tally::default();
    let mut failures: BTreeMap<String, usize> = BTreeMap::new();
    for (source, told) in sources.iter().zip(&told) {
        tally.modules += 1;
        match told {
            Ok(names) => compare(source, names, &mut tally),
            Err(error) => {
                tally.failed += 1;
                let kind: String = error.chars().take(60).collect();
                *failures.entry(kind).or_default() += 1;
            }
        }
    }
    let share = tally.known * 100 / tally.names.max(1);
    println!(
        "{} modules, {} ended with an exception; {} names, {share} % known, {} wrong",
        tally.modules,
        tally.failed,
        tally.names,
        tally.wrong.len()
    );
    let mut reasons: Vec<_> = tally.reasons.iter().map(|(reason, n)| (*n, reason)).collect();
    reasons.sort_unstable_by(|a, b| b.cmp(a));
    reasons.iter().take(25).for_each(|(n, reason)| println!("{n:6}  {reason}"));
    println!("{failures:#?}");
    if let Some(dump) = std::env::var_os("BARTIZAN_DIFFERENTIAL_DUMP") {
        for (index, wrong) in tally.wrong.iter().enumerate() {
            std::fs::write(std::path::Path::new(&dump).join(format!("{index}.py")), wrong).unwrap();
        }
    }
    let shown: Vec<&str> = tally.wrong.iter().take(2).map(String::as_str).collect();
    assert!(tally.wrong.is_empty(), "{} values are wrong:\n{}", tally.wrong.len(), shown.join("\n----\n"));
    assert!(share >= 70, "only {share} % of the names are known");
    assert!(tally.failed * 3 < tally.modules, "too many modules fail in Python itself");
}
