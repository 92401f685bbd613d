//! Trees that are made to waste time, or to find another answer on another day.

mod common;

use std::fmt::Write;
use std::time::Duration;

use cpu_time::ProcessTime;

use bartizan_ir::ValueId;
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile, Resolved};
use common::{Linked, link_with};

fn link(files: Vec<(String, String)>) -> Linked {
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    link_with(&files, Models::for_packages(["django"]))
}

/// Every value of every file, as text.
fn everything(linked: &Linked) -> Vec<String> {
    let project = &linked.project;
    let mut all = Vec::new();
    for file in project.files() {
        for value in 0..project.ir(file).values.len() {
            let what: Resolved = project.resolve_surely(file, ValueId::from_index(value));
            all.push(linked.words(what));
        }
    }
    all
}

#[test]
fn a_clique_of_star_imports_ends_soon() {
    let modules = 150;
    let files = (0..modules)
        .map(|n| {
            let mut text = String::new();
            for other in (0..modules).filter(|other| *other != n) {
                writeln!(text, "from m{other} import *").unwrap();
            }
            for name in 0..30 {
                writeln!(text, "def use{name}(): return missing{name}() or only{name}()").unwrap();
            }
            writeln!(text, "def only{n}(): pass").unwrap();
            (format!("m{n}.py"), text)
        })
        .collect();
    let start = ProcessTime::now();
    let linked = link(files);
    let all = everything(&linked);
    assert!(all.iter().any(|what| what == "def m7.only7"));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn a_long_chain_of_imports_is_followed_or_given_up_but_never_overflows() {
    let modules = 3_000;
    let mut files: Vec<(String, String)> = (0..modules)
        .map(|n| (format!("m{n}.py"), format!("from m{} import pay\n", n + 1)))
        .collect();
    files.push((format!("m{modules}.py"), "def pay(): pass\n".to_owned()));
    let linked = link(files);
    assert_eq!(linked.what("m2990.py", "pay"), "def m3000.pay");
    assert!(linked.what("m0.py", "pay").starts_with("unknown: TooDeep"));
}

#[test]
fn a_long_chain_of_calls_is_walked_without_recursion() {
    let chain = ".filter()".repeat(900);
    let changes = "query = query.filter()\n".repeat(3_000);
    let linked = link(vec![(
        "a.py".to_owned(),
        format!(
            "class Query:\n    def filter(self): return self\n    def run(self): pass\n\
             query = Query(){chain}\n{changes}query.run()\n"
        ),
    )]);
    assert_eq!(linked.last_call("a.py"), "def a.Query.run, bound");
}

#[test]
fn a_tower_of_classes_is_cut_and_not_paid_for() {
    let mut text = "class C0: pass\n".to_owned();
    for n in 1..4_000 {
        writeln!(text, "class C{n}(C{}):\n    def m{n}(self): self.m{}()", n - 1, n - 1).unwrap();
    }
    let start = ProcessTime::now();
    let linked = link(vec![("a.py".to_owned(), text)]);
    assert!(linked.project.mro(linked.class("a.py", "C3999")).classes.len() <= 256);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn nested_loops_that_swap_types_end() {
    let mut text =
        "class A:\n    def next(self): return B()\nclass B:\n    def next(self): return A()\n\
                    def f(n):\n    a = A()\n    b = B()\n"
            .to_owned();
    for depth in 0..18 {
        let pad = "    ".repeat(depth + 1);
        writeln!(text, "{pad}while n:\n{pad}    a = b.next()\n{pad}    b = a.next()").unwrap();
    }
    let start = ProcessTime::now();
    let linked = link(vec![("a.py".to_owned(), text)]);
    everything(&linked);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn functions_that_return_each_other_end() {
    let mut text = String::new();
    for n in 0..400 {
        writeln!(
            text,
            "def f{n}(x):\n    if x:\n        return f{}(x)\n    return f{}(x) or g{}(x)\n\
             def g{n}(x): return f{}(x) if x else g{}(x)",
            (n + 1) % 400,
            (n * 7) % 400,
            (n * 3) % 400,
            (n + 13) % 400,
            (n * 5) % 400,
        )
        .unwrap();
    }
    let start = ProcessTime::now();
    let linked = link(vec![("a.py".to_owned(), text)]);
    everything(&linked);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

/// The answers depend on the files, not on who asks first, in which order, on how many threads.
#[test]
fn the_same_tree_has_the_same_answers() {
    let files: Vec<(String, String)> = (0..40)
        .map(|n| {
            let (next, last) = ((n + 1) % 40, (n + 39) % 40);
            let text = format!(
                "from m{next} import *\nfrom m{last} import make{last} as other, C{last}\n\
                 try:\n    from m{next} import shared\nexcept ImportError:\n    shared = other\n\
                 class C{n}(C{last}):\n    def step(self): return C{next}()\n\
                 def make{n}(x):\n    y = C{n}()\n    for i in x:\n        y = y.step()\n    return y.step()\n\
                 value = shared(1)\n"
            );
            (format!("m{n}.py"), text)
        })
        .collect();
    let first = link(files.clone());
    let expected = everything(&first);
    // Backwards, and from several threads.
    let mut reversed = files;
    reversed.reverse();
    let read = reversed.iter().map(|(path, text)| {
        let path = bartizan_base::FilePath::new(path).unwrap();
        let reading = bartizan_python::read(&path, text.as_bytes());
        ProjectFile { path, ir: reading.ir, facts: reading.facts }
    });
    let second = Project::link(read.collect(), Models::for_packages(["django"]));
    std::thread::scope(|scope| {
        for part in 0..4 {
            let second = &second;
            scope.spawn(move || {
                let files: Vec<_> = second.files().rev().collect();
                for file in files.into_iter().skip(part * 7).chain(second.files()) {
                    for value in (0..second.ir(file).values.len()).rev() {
                        second.resolve(file, ValueId::from_index(value));
                    }
                }
            });
        }
    });
    let mut found = Vec::new();
    for file in second.files() {
        for value in 0..second.ir(file).values.len() {
            let what = second.resolve_surely(file, ValueId::from_index(value));
            found.push((second.dotted(what.entity).map(str::to_owned), what.confidence));
        }
    }
    let mut again = Vec::new();
    for file in first.project.files() {
        for value in 0..first.project.ir(file).values.len() {
            let what = first.project.resolve_surely(file, ValueId::from_index(value));
            again.push((first.project.dotted(what.entity).map(str::to_owned), what.confidence));
        }
    }
    assert_eq!(found, again);
    assert_eq!(everything(&first), expected);
}
