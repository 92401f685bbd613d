//! Modules, and all that they end with.

use std::collections::BTreeMap;

use crate::generator;
use bartizan_base::FilePath;
use bartizan_ir::FileIr;
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile};

use bartizan_value::{Evaluated, Evaluator, Questions};

/// Generated modules that each law is tried on: `BARTIZAN_LAWS=5000` for so many,
/// `BARTIZAN_LAWS_SEED=7` for others.
pub fn generated() -> impl Iterator<Item = String> {
    #[allow(clippy::disallowed_methods, reason = "whoever runs the test says how long")]
    let number = |name, default| match std::env::var(name) {
        Ok(text) => text.parse().unwrap(),
        Err(_) => default,
    };
    let first = number("BARTIZAN_LAWS_SEED", 0u64);
    (first..first + number("BARTIZAN_LAWS", 150)).map(generator::module)
}

/// A project of one module.
pub fn project(text: &str) -> Project {
    let path = FilePath::new("m.py").unwrap();
    let reading = bartizan_python::read(&path, text.as_bytes());
    assert!(reading.problems.is_empty(), "{:?}\n{text}", reading.problems);
    let file = ProjectFile { path, ir: reading.ir, facts: reading.facts };
    Project::link(vec![file], Models::default())
}

/// The names that the module binds.
pub fn names(project: &Project) -> Vec<String> {
    let ir = project.ir(project.files().next().unwrap());
    let bindings = &ir.bindings[ir.function(FileIr::module()).bindings];
    bindings.iter().map(|binding| ir.str(binding.name).to_owned()).collect()
}

/// What the module ends with under each of the names, asked in their order.
pub fn answers(
    project: &Project,
    names: &[String],
    questions: &mut Questions<'_>,
) -> BTreeMap<String, Evaluated> {
    let file = project.files().next().unwrap();
    let mut answer = |name: &String| Some((name.clone(), questions.binding(file, name)?));
    names.iter().filter_map(&mut answer).collect()
}

/// What the module ends with under each name.
pub fn all(text: &str) -> BTreeMap<String, Evaluated> {
    let project = project(text);
    let evaluator = Evaluator::new(&project);
    answers(&project, &names(&project), &mut evaluator.questions())
}

/// Modules that no one writes by accident.
pub fn hostile() -> Vec<String> {
    let mut modules: Vec<String> = [
        "def f(n):\n    return f(n - 1) + f(n - 2)\nX = f(90)\n",
        "def f(n):\n    return f(n)\nX = f(1)\n",
        "def f():\n    return g()\ndef g():\n    return f()\nX = f()\n",
        "X = [0]\nwhile True:\n    X.append(X[-1] + 1)\n",
        "X = 'a'\nfor n in range(1000):\n    X += X\n",
        "X = []\nfor n in range(100):\n    X = [X, X]\n",
        "X = []\nX.append(X)\nY = X == X\n",
        "X = {}\nX['x'] = X\nY = str(X)\n",
        "X = [[[i, j, k] for i in range(1000)] for j in range(1000) for k in range(1000)]\n",
        "X = 9 ** 9 ** 9 ** 9\nY = 1 << 10 ** 9\n",
        "X = 'a' * 10 ** 18\nY = [0] * 10 ** 18\nZ = '%' + '9' * 30 + 'd'\nW = Z % 5\n",
        "X = f'{1:>99999999999}'\nY = '{:>99999999999}'.format(1)\nZ = 'a'.ljust(10 ** 12)\n",
        "for i in range(10 ** 9):\n    for j in range(10 ** 9):\n        X = i * j\n",
        "X = lambda f: f(f)\nY = X(X)\n",
        "class A:\n    X = A.X\nY = A.X\n",
        "def f(*args):\n    return f(*args, *args)\nX = f(1)\n",
        "X = sorted(range(99999), key=lambda n: sorted(range(n), key=lambda m: -m))\n",
        "X = list(range(10 ** 12))\nY = sum(range(10 ** 12))\nZ = 5 in range(10 ** 15)\n",
        "from m import *\nfrom m import X\nimport m\nY = m.Z\nZ = m.Y\n",
        "X = Y\nY = X\nglobals()[X] = Y\nlocals().update(X)\n",
        "X = 'a'\nfor i in range(400):\n    X = X.replace('a', 'aa')\n",
    ]
    .map(str::to_owned)
    .into();
    modules.push(format!("X = {}1{}\n", "(".repeat(1_500), ")".repeat(1_500)));
    modules.push(format!("X = 1{}\n", " + 1".repeat(20_000)));
    modules.push(format!("X = {}0\n", "lambda: ".repeat(800)));
    modules.push(format!("X = []\n{}", "X.append(X[-1] if X else 1)\n".repeat(3_000)));
    modules.push(format!("import zoo\nX = 0\n{}", "if zoo.f():\n    X += 1\n".repeat(2_000)));
    modules.push(format!("import zoo\n{}X = {{**D}}\n", "D = {**D, **zoo.f()}\n".repeat(500)));
    let tries: String = (0..60).map(|n| format!("{}try:\n", " ".repeat(n))).collect();
    let ends: String = (0..60)
        .rev()
        .map(|n| format!("{0}except KeyError:\n{0} X = {n}\n", " ".repeat(n)))
        .collect();
    modules.push(format!("D = {{}}\n{tries}{}X = D['a']\n{ends}", " ".repeat(60)));
    let loops: String =
        (0..18).map(|n| format!("{}for i{n} in range(9):\n", " ".repeat(n))).collect();
    modules.push(format!("X = 0\n{loops}{}X += 1\n", " ".repeat(18)));
    let functions: String =
        (1..200).map(|n| format!("def f{n}(x):\n    return f{0}(x) + f{0}(x)\n", n - 1)).collect();
    modules.push(format!("def f0(x):\n    return x\n{functions}X = f199('a')\n"));
    modules
}
