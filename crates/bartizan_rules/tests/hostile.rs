//! Code that nobody writes by hand is judged within bounds: no panic, no overflow, no long wait.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use cpu_time::ProcessTime;

use bartizan_testkit::memory;

fn judged(text: &str) {
    let begin = ProcessTime::now();
    let result = memory::scan([("shop/views.py", text)]);
    assert!(begin.elapsed() < Duration::from_secs(20), "took {:?}", begin.elapsed());
    let faults = result.problems.iter().filter(|problem| problem.kind.as_str() == "internal");
    assert_eq!(faults.count(), 0, "{:?}", result.problems);
}

const HEAD: &str =
    "from django.db import connection\nfrom django.utils.safestring import mark_safe\n";

#[test]
fn a_text_of_ten_thousand_pieces() {
    let pieces = " + x".repeat(10_000);
    judged(&format!("{HEAD}def f(x):\n    connection.cursor().execute('SELECT '{pieces})\n"));
    let lines = "    sql += x\n".repeat(10_000);
    judged(&format!(
        "{HEAD}def f(x):\n    sql = 'SELECT '\n{lines}    connection.cursor().execute(sql)\n"
    ));
}

#[test]
fn a_text_that_branches_at_every_step() {
    let lines = "    if x:\n        sql = sql + x\n".repeat(300);
    judged(&format!(
        "{HEAD}def f(x):\n    sql = 'SELECT '\n{lines}    connection.cursor().execute(sql)\n"
    ));
    let lines = "    sql = sql + sql\n".repeat(60);
    judged(&format!("{HEAD}def f(x):\n    sql = x\n{lines}    mark_safe(sql)\n"));
}

#[test]
fn functions_that_call_each_other_in_a_long_chain_and_in_a_circle() {
    let mut text = String::from(HEAD);
    for n in 0..2_000 {
        text.push_str(&format!("def f{n}(x):\n    return 'a' + f{}(x)\n", (n + 1) % 2_000));
    }
    text.push_str("def view(request):\n    return mark_safe(f0(request.GET['a']))\n");
    judged(&text);
}

#[test]
fn wrappers_nested_in_wrappers() {
    let wrapped = |open: &str, close: &str, times: usize| {
        let (open, close) = (open.repeat(times), close.repeat(times));
        judged(&format!("{HEAD}def f(x):\n    mark_safe('a' + {open}x{close})\n"));
    };
    wrapped("str(", ")", 3_000);
    wrapped("[", "][0]", 1_000);
    wrapped("(lambda y: ", ")", 500);
    wrapped("(1 if x else ", ")", 500);
    wrapped("x.get(", ")", 1_000);
}

#[test]
fn loops_inside_loops() {
    let mut text = format!("{HEAD}def f(x):\n    sql = ''\n");
    for depth in 1..18 {
        text.push_str(&format!("{}for a{depth} in x:\n", "    ".repeat(depth)));
        text.push_str(&format!("{}sql += a{depth} + sql\n", "    ".repeat(depth + 1)));
    }
    text.push_str("    connection.cursor().execute(sql)\n    mark_safe(sql)\n");
    judged(&text);
}

#[test]
fn calls_with_every_kind_of_argument() {
    judged(
        "import subprocess, requests, hashlib, yaml, pickle\n\
         subprocess.run(*a, **b)\nsubprocess.run(shell=True)\nsubprocess.run()\n\
         requests.get(**{'timeout': None})\nhashlib.new()\nyaml.load(*x, Loader=y)\n\
         pickle.loads(*(), **{})\neval()\nexec(*[])\n",
    );
}
