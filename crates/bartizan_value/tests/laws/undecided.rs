//! What is said of a module while a test is open holds whichever way the test comes out.

use bartizan_value::{Abstract, Evaluated};

use crate::values::{all, generated};

/// Whether the value can turn out to be the other one.
fn covers(wide: &Evaluated, narrow: &Evaluated) -> bool {
    match &wide.value {
        Abstract::Choice(choice) => {
            choice.alternatives.iter().any(|alternative| covers(&alternative.value, narrow))
        }
        _ => !wide.is_known() || !narrow.is_known() || wide == narrow,
    }
}

#[test]
fn an_open_test_leaves_room_for_both_outcomes() {
    for text in generated() {
        let text = text.replace("True", "is_live");
        let open = all(&format!("import shop\nis_live = bool(shop.setting())\n{text}"));
        for outcome in ["True", "False"] {
            let decided = all(&format!("is_live = {outcome}\n{text}"));
            for (name, narrow) in &decided {
                let Some(wide) = open.get(name) else { continue };
                if name == "is_live" {
                    continue;
                }
                assert!(
                    covers(wide, narrow),
                    "{name} is {wide} while the test is open, and {narrow} where it is {outcome}\n{text}"
                );
            }
        }
    }
}
