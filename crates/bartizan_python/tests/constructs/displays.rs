//! Displays of containers, with unpacking.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn lists_tuples_and_sets() {
    assert_snapshot!(lowered(r#"
        items = [tea, *others, 3]
        pair = tea, 3
        single = (tea,)
        nothing = ()
        colors = {"red", *more}
    "#), @r#"
    module:
      items = [tea, *others, 3]
      pair = (tea, 3,)
      single = (tea,)
      nothing = (,)
      colors = {"red", *more}
    "#);
}

#[test]
fn dicts() {
    assert_snapshot!(lowered(r#"
        prices = {"tea": 3, **others, name: cost(name)}
        empty = {}
    "#), @r#"
    module:
      call cost(name)
      prices = {"tea": 3, **others, name: cost(name)}
      empty = {}
    "#);
}

#[test]
fn nested_displays() {
    assert_snapshot!(lowered(r#"
        DATABASES = {"default": {"HOSTS": ["a", ("b", 1)]}}
    "#), @r#"
    module:
      DATABASES = {"default": {"HOSTS": ["a", ("b", 1,)]}}
    "#);
}
