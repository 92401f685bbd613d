//! Evaluation ends, and what it has not come to is not known; more fuel never takes anything back.

use std::time::Duration;

use cpu_time::ProcessTime;

use bartizan_value::{Abstract, Evaluated, Evaluator, Reason};

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
