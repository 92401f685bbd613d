//! What is not known says why, and where.

use bartizan_project::Project;
use bartizan_value::{Abstract, Evaluated, Evaluator, Part, Reason};

use crate::values::{answers, generated, hostile, names, project};

fn check(project: &Project, value: &Evaluated, depth: u32) {
    if depth > 80 {
        return;
    }
    let ir = project.ir(value.site.file);
    assert!(value.site.node.index() < ir.values.len(), "a place outside the file");
    let why = |reason: &Reason| {
        let text = reason.to_string();
        assert!(text.len() > 3, "no reason: {reason:?}");
        assert!(!text.ends_with('.'), "a clause, no sentence: {text}");
    };
    let inner = |value: &Evaluated| check(project, value, depth + 1);
    match &value.value {
        Abstract::Unknown(reason) => why(reason),
        Abstract::Seq(seq) => {
            seq.open.iter().for_each(why);
            seq.items.iter().for_each(inner);
        }
        Abstract::Map(map) => {
            map.open.iter().for_each(why);
            map.entries.iter().for_each(|(key, value)| {
                inner(key);
                inner(value);
            });
        }
        Abstract::Text(text) => {
            assert!(text.parts.iter().any(|part| matches!(part, Part::Hole(_))));
            for pair in text.parts.windows(2) {
                assert!(!matches!(pair, [Part::Literal(_), Part::Literal(_)]), "{value}");
            }
            text.parts.iter().for_each(|part| match part {
                Part::Literal(text) => assert!(!text.is_empty()),
                Part::Hole(hole) => inner(hole),
            });
        }
        Abstract::Choice(choice) => {
            assert!(choice.alternatives.len() > 1, "no choice: {value}");
            for alternative in &choice.alternatives {
                assert!(!matches!(alternative.value.value, Abstract::Choice(_)), "{value}");
                inner(&alternative.value);
            }
        }
        Abstract::Apply(apply) => apply.args.iter().for_each(|(_, value)| inner(value)),
        Abstract::Env(env) => {
            assert!(!env.name.is_empty());
            env.default.iter().for_each(inner);
        }
        Abstract::Const(_) | Abstract::Ref(_) => {}
    }
}

#[test]
fn what_is_not_known_says_why_and_where() {
    for text in generated().chain(hostile()) {
        let project = project(&text);
        let evaluator = Evaluator::new(&project);
        let mut questions = evaluator.questions_on(20_000);
        for value in answers(&project, &names(&project), &mut questions).values() {
            check(&project, value, 0);
        }
    }
}
