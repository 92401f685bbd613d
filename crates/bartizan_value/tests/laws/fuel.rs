//! Evaluation ends, and what it has not come to is not known; more fuel never takes anything back.

use std::fmt::Write as _;
use std::time::Duration;

use bartizan_base::FilePath;
use bartizan_model::Models;
use bartizan_project::{Project, ProjectFile};
use bartizan_value::{Abstract, Evaluated, Evaluator, Reason, Variables};
use cpu_time::ProcessTime;

use crate::values::{answers, generated, hostile, names, project};

#[test]
fn more_fuel_never_contradicts_less() {
    for text in generated().chain(hostile()) {
        let project = project(&text);
        let names = names(&project);
        let evaluator = Evaluator::new(&project);
        let whole = answers(&project, &names, &mut evaluator.questions_on(100_000));
        for steps in [1, 7, 30, 100, 400, 2_000, 9_000] {
            for name in &names {
                // Each name on its own: what was found out for another costs nothing.
                let name = std::slice::from_ref(name);
                let few = answers(&project, name, &mut evaluator.questions_on(steps));
                for (name, few) in few {
                    let Some(more) = whole.get(&name) else { continue };
                    assert!(
                        !few.is_known() || &few == more || is_out_of_fuel(more),
                        "{name} is {few} on {steps} steps, and {more} on more\n{text}"
                    );
                }
            }
        }
    }
}

fn is_out_of_fuel(value: &Evaluated) -> bool {
    matches!(value.value, Abstract::Unknown(Reason::OutOfFuel))
}

#[test]
fn without_fuel_only_what_is_written_is_known() {
    let project = project("A = 'tea'\nB = len(A)\nC = [1, 2]\n");
    let file = project.files().next().unwrap();
    let evaluator = Evaluator::new(&project);
    let shown = |name: &str| evaluator.questions_on(0).binding(file, name).unwrap().to_string();
    assert_eq!(shown("A"), "'tea'");
    assert_eq!(shown("B"), "<unknown: it takes too long to evaluate>");
    assert_eq!(shown("C"), "<unknown: it takes too long to evaluate>");
}

#[test]
fn evaluation_ends() {
    for text in hostile() {
        let project = project(&text);
        let begin = ProcessTime::now();
        let evaluator = Evaluator::new(&project);
        answers(&project, &names(&project), &mut evaluator.questions());
        let taken = begin.elapsed();
        assert!(taken < Duration::from_secs(20), "{taken:?} for\n{text:.300}");
    }
}

/// A text of so many lines, or blocks of lines.
fn lines(count: u32, line: impl Fn(u32) -> String) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "{}", line(number));
        text
    })
}

#[test]
fn loops_that_ask_for_each_other_are_left_before_the_stack_is() {
    let shown = |count: u32| {
        let text = lines(count, |_| "for x in [1, 2]:\n    A = A + x".to_owned());
        let project = project(&format!("A = 0\n{text}B = A\n"));
        let file = project.files().next().unwrap();
        Evaluator::new(&project).binding(file, "B").unwrap().to_string()
    };
    assert_eq!(shown(300), "900");
    assert!(shown(20_000).contains("unknown"));
}

#[test]
fn loops_over_many_containers_that_hold_each_other_end() {
    let lists = lines(24, |number| format!("L{number} = []"));
    let loops = lines(20, |round| {
        let puts = lines(23, |put| {
            let (to, from) = ((put * 7 + round) % 24, (put * 5 + round + 1) % 24);
            format!("    L{to}.append(L{from})")
        });
        format!("for a in range(5):\n{puts}")
    });
    let begin = ProcessTime::now();
    let project = project(&format!("{lists}{loops}ALL = L0\n"));
    let file = project.files().next().unwrap();
    let all = Evaluator::new(&project).binding(file, "ALL").unwrap();
    assert!(!all.is_known(), "{all}");
    let taken = begin.elapsed();
    assert!(taken < Duration::from_secs(10), "{taken:?}");
}

#[test]
fn ways_that_change_a_list_on_and_on_are_noted_once() {
    let text = lines(2_000, |number| {
        format!("if os.environ.get('A{number}'):\n    HOSTS.append('{number}')")
    });
    let begin = ProcessTime::now();
    let project = project(&format!("import os\nHOSTS = []\n{text}"));
    let file = project.files().next().unwrap();
    let evaluator = Evaluator::new(&project);
    let hosts = evaluator.questions_where(&Variables::unknown()).binding(file, "HOSTS").unwrap();
    assert!(!hosts.is_known());
    let taken = begin.elapsed();
    assert!(taken < Duration::from_secs(5), "{taken:?}");
}

#[test]
fn modules_that_take_over_all_names_of_each_other_end() {
    let read = |(path, text): (String, String)| {
        let path = FilePath::new(&path).unwrap();
        let reading = bartizan_python::read(&path, text.as_bytes());
        ProjectFile { path, ir: reading.ir, facts: reading.facts }
    };
    let file = |number: u32| {
        let stars = lines(40, |other| match other == number {
            true => format!("A{number} = 1"),
            false => format!("from .m{other} import *"),
        });
        (format!("shop/m{number}.py"), stars)
    };
    let mut files: Vec<(String, String)> = (0..40).map(file).collect();
    files.push(("shop/__init__.py".to_owned(), String::new()));
    files.push(("shop/settings.py".to_owned(), "from .m0 import *\nALL = A7\n".to_owned()));
    let begin = ProcessTime::now();
    let project = Project::link(files.into_iter().map(read).collect(), Models::default());
    let file = project.file_at("shop/settings.py").unwrap();
    let evaluator = Evaluator::new(&project);
    let mut questions = evaluator.questions_where(&Variables::unset());
    questions.binding(file, "ALL");
    let taken = begin.elapsed();
    assert!(taken < Duration::from_secs(20), "{taken:?}");
}

#[test]
fn of_an_environment_that_is_written_to_without_end_nothing_is_known() {
    let text = |count: u32| {
        let writes = lines(count, |number| format!("os.environ['A{number}'] = 'tea'"));
        format!("import os\n{writes}B = os.environ['A5']\n")
    };
    let shown = |count: u32| {
        let project = project(&text(count));
        let file = project.files().next().unwrap();
        let evaluator = Evaluator::new(&project);
        evaluator.questions_where(&Variables::unset()).binding(file, "B").unwrap().to_string()
    };
    assert_eq!(shown(900), "'tea'");
    assert_ne!(shown(20_000), "'tea'");
}
