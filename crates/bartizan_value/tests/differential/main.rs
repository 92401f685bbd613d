//! Whatever evaluation says is certain is what Python computes: random modules are run by a real
//! Python, and every value of ours is compared with its.
//!
//! `BARTIZAN_DIFFERENTIAL=5000` runs so many modules, `BARTIZAN_DIFFERENTIAL_SEED=7` others;
//! `BARTIZAN_DIFFERENTIAL_FILE=m.py` compares those of a file, parted by lines of `####`. Where no
//! `python3` of a known version is installed, nothing is compared.
#![allow(clippy::disallowed_methods, reason = "this test runs Python on modules that it wrote")]
#![allow(clippy::unwrap_used, reason = "a generator or an oracle that fails has failed the test")]

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
const DRIVER: &str = r##"
import os, sys, signal, resource
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

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

# A name that is read before it is bound leaves no trace in the value graph: such modules are none.
# What takes too long ends at a line, or with its process where it catches even that.
unbound = []
lines = 0
class TooLong(BaseException): pass
def trace(frame, event, arg):
    global lines
    lines += 1
    if lines > 50000: raise TooLong
    if event == "exception" and issubclass(arg[0], NameError): unbound.append(1)
    return trace

def run(source):
    scope = {"__name__": "m"}
    try:
        code = compile(source, "m.py", "exec")
        sys.settrace(trace)
        try:
            exec(code, scope)
        finally:
            sys.settrace(None)
        if unbound: raise NameError
    except BaseException as e:
        return ["!%s %s" % (type(e).__name__, str(e).replace("\n", " "))]
    out = []
    for name, value in sorted(scope.items()):
        if name.startswith("__"): continue
        try: shown = canon(value)
        except (ValueError, MemoryError): shown = "?"
        if len(shown) > 50000: shown = "?"
        out.append("%s %s" % (name, shown))
    return out

out = []
for source in sys.stdin.read().split("\x00"):
    out.append("#")
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, 3)
        sys.stderr = open(os.devnull, "w")
        with open(write, "w") as pipe: pipe.write("\n".join(run(source)))
        os._exit(0)
    os.close(write)
    with open(read) as pipe: told = pipe.read()
    ended = os.waitpid(child, 0)[1] == 0
    out.append(told if ended else "!TooLong ")
print("\n".join(out))
"##;

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

/// Compares one module, and returns what is wrong about it.
fn compare(source: &str, told: &BTreeMap<String, String>, tally: &mut Tally) -> Vec<String> {
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
    let mut wrong = Vec::new();
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
                    let expected = expected.unwrap_or("no such name");
                    wrong.push(format!("{name}: python has {expected}, we say {value}"));
                }
            }
            Some(value) if expected.is_some() => {
                let reason = match &value.value {
                    Abstract::Unknown(reason) => reason.to_string(),
                    Abstract::Seq(_) => "a part of a sequence".into(),
                    Abstract::Map(_) => "a part of a dict".into(),
                    other => format!("{other}").chars().take(20).collect(),
                };
                *tally.reasons.entry(reason).or_default() += 1;
            }
            None if expected.is_some() => {
                *tally.reasons.entry("not bound at all".into()).or_default() += 1;
            }
            _ => {}
        }
    }
    wrong
}

/// What is wrong with our values of a module, given those that Python told.
type Judge<'j> = &'j dyn Fn(&str, &BTreeMap<String, String>) -> Vec<String>;

/// The shortest module of which `judge` still has something to say: lines and blocks are left out as
/// long as it has.
fn shrink(source: &str, judge: Judge<'_>) -> (String, Vec<String>) {
    let mut best = source.to_owned();
    let told = run_python(std::slice::from_ref(&best)).and_then(|mut told| told.pop()?.ok());
    let mut wrong = told.map_or_else(Vec::new, |told| judge(&best, &told));
    for _ in 0..60 {
        let candidates = shorter(&best);
        let Some(told) = run_python(&candidates) else { break };
        let found = candidates.into_iter().zip(told).find_map(|(candidate, told)| {
            let wrong = judge(&candidate, &told.ok()?);
            (!wrong.is_empty()).then_some((candidate, wrong))
        });
        match found {
            Some(found) => (best, wrong) = found,
            None => break,
        }
    }
    (best, wrong)
}

/// The module without a block, without a block's head, or without a line, the largest first.
fn shorter(source: &str) -> Vec<String> {
    let lines: Vec<&str> = source.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut cuts: Vec<(usize, String)> = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let end = lines[start + 1..]
            .iter()
            .position(|next| indent(next) <= indent(line))
            .map_or(lines.len(), |length| start + 1 + length);
        let without = |from: usize, to: usize| -> String {
            let kept = lines[..from].iter().chain(&lines[to..]);
            kept.map(|line| format!("{line}\n")).collect()
        };
        cuts.push((end - start, without(start, end)));
        // Cut everything behind, too.
        if indent(line) == 0 && start > 0 {
            cuts.push((lines.len() - start, without(start, lines.len())));
        }
        if end > start + 1 {
            let inner =
                lines[start + 1..end].iter().map(|line| line.strip_prefix("    ").unwrap_or(line));
            let lifted =
                lines[..start].iter().copied().chain(inner).chain(lines[end..].iter().copied());
            cuts.push((1, lifted.map(|line| format!("{line}\n")).collect()));
        }
        if line.trim() != "pass" && end == start + 1 {
            let mut text: Vec<String> = lines.iter().map(|line| format!("{line}\n")).collect();
            text[start] = format!("{}pass\n", " ".repeat(indent(line)));
            cuts.push((1, text.concat()));
        }
    }
    cuts.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
    let parses = |text: &String| {
        let path = FilePath::new("m.py").unwrap();
        bartizan_python::read(&path, text.as_bytes()).problems.is_empty()
    };
    cuts.into_iter().map(|(_, text)| text).filter(parses).take(150).collect()
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn what_is_certain_is_what_python_computes() {
    let count = number("BARTIZAN_DIFFERENTIAL", 400);
    let seed = number("BARTIZAN_DIFFERENTIAL_SEED", 0);
    let given = std::env::var("BARTIZAN_DIFFERENTIAL_FILE").ok();
    let sources: Vec<String> = match &given {
        Some(path) => {
            let text = std::fs::read_to_string(path).unwrap();
            text.split("####\n").map(str::to_owned).collect()
        }
        None => (0..count).map(|n| generator::module(seed + n)).collect(),
    };
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
            Ok(names) => {
                let wrong = compare(source, names, &mut tally);
                if !wrong.is_empty() {
                    tally.wrong.push(source.clone());
                }
            }
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
    let shown: Vec<String> = tally
        .wrong
        .iter()
        .take(number("BARTIZAN_DIFFERENTIAL_SHOW", 2) as usize)
        .map(|source| {
            let (source, wrong) =
                shrink(source, &|source, told| compare(source, told, &mut Tally::default()));
            format!("{}\n{source}", wrong.join("\n"))
        })
        .collect();
    // What keeps most names from being known: the shortest modules in which it does.
    if let Ok(reason) = std::env::var("BARTIZAN_DIFFERENTIAL_REASON") {
        let judge = |source: &str, told: &BTreeMap<String, String>| {
            let mut tally = Tally::default();
            compare(source, told, &mut tally);
            tally.reasons.into_keys().filter(|known| known.contains(&reason)).collect::<Vec<_>>()
        };
        let with_reason = sources.iter().zip(&told).filter_map(|(source, told)| {
            let told = told.as_ref().ok()?;
            (!judge(source, told).is_empty()).then_some(source)
        });
        for source in with_reason.take(number("BARTIZAN_DIFFERENTIAL_SHOW", 2) as usize) {
            println!("---- {reason}\n{}", shrink(source, &judge).0);
        }
    }
    assert!(
        tally.wrong.is_empty(),
        "{} modules are wrong, such as\n{}",
        tally.wrong.len(),
        shown.join("\n--------\n")
    );
    if given.is_some() {
        return;
    }
    assert!(share >= 70, "only {share} % of the names are known");
    assert!(tally.failed * 3 < tally.modules, "too many modules fail in Python itself");
}
