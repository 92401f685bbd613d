//! The same input gives the same values, whatever was asked before.

use bartizan_value::Evaluator;

use crate::values::{all, answers, generated, hostile, names, project};

#[test]
fn the_same_module_gives_the_same_values() {
    for text in generated().chain(hostile()) {
        let first: Vec<String> = all(&text).values().map(|value| format!("{value}")).collect();
        let again: Vec<String> = all(&text).values().map(|value| format!("{value}")).collect();
        assert_eq!(first, again, "{text}");
    }
}

#[test]
fn the_order_of_questions_changes_no_answer() {
    for text in generated() {
        let project = project(&text);
        let file = project.files().next().unwrap();
        let evaluator = Evaluator::new(&project);
        let mut names = names(&project);
        let forward = answers(&project, &names, &mut evaluator.questions());
        names.reverse();
        let backward = answers(&project, &names, &mut evaluator.questions());
        for name in &names {
            let alone = evaluator.binding(file, name);
            for other in [backward.get(name), alone.as_ref()] {
                let (Some(one), Some(other)) = (forward.get(name), other) else { continue };
                let both = one.is_known() && other.is_known();
                assert!(!both || one == other, "{name}: {one}, or {other}, by order\n{text}");
            }
        }
    }
}
