//! What `functools`, `itertools`, `operator`, `base64` and `textwrap` make: each line as Python says it.

use crate::shop::{shown, why};

#[test]
fn functions_are_applied_to_what_is_run_through() {
    for (text, value) in [
        ("functools.reduce(lambda a, b: a * b, [2, 3, 7])", "42"),
        ("functools.reduce(operator.or_, [False, True])", "True"),
        ("functools.reduce(lambda a, b: a + [b], 'ab', [])", "['a', 'b']"),
        ("functools.reduce(operator.add, [], 5)", "5"),
        ("list(itertools.islice(range(10), 3))", "[0, 1, 2]"),
        ("list(itertools.islice(range(10), 2, 9, 3))", "[2, 5, 8]"),
        ("list(itertools.islice('abc', 1, None))", "['b', 'c']"),
        ("list(itertools.accumulate([60, 60, 3600]))", "[60, 120, 3720]"),
        ("list(itertools.accumulate([1, 2, 3], operator.mul, initial=2))", "[2, 2, 4, 12]"),
        ("list(itertools.takewhile(lambda n: n < 3, [1, 2, 3, 1]))", "[1, 2]"),
        ("list(itertools.dropwhile(lambda n: n < 3, [1, 2, 3, 1]))", "[3, 1]"),
        ("list(itertools.repeat('x', 3))", "['x', 'x', 'x']"),
        ("list(itertools.repeat('x', -1))", "[]"),
        ("operator.itemgetter(1)(['a', 'b'])", "'b'"),
        ("operator.itemgetter('a', 'b')({'a': 1, 'b': 2})", "(1, 2)"),
        ("sorted([('b', 2), ('c', 1)], key=operator.itemgetter(1))", "[('c', 1), ('b', 2)]"),
        ("list(map(operator.itemgetter(0), ['ab', 'cd']))", "['a', 'c']"),
        ("operator.sub(7, 2)", "5"),
        ("operator.not_([])", "True"),
        ("operator.ge(2, 3)", "False"),
        ("operator.getitem({'a': 1}, 'a')", "1"),
    ] {
        let text = format!("import functools, itertools, operator\nFOUND = {text}\n");
        assert_eq!(shown(&text), value, "{text}");
    }
    // What leaves a list as it is.
    let text = "import itertools\nITEMS = [1, 2]\nFIRST = list(itertools.islice(ITEMS, 1))\nFOUND = ITEMS\n";
    assert_eq!(shown(text), "[1, 2]");
}

#[test]
fn what_is_run_through_once_is_gone() {
    let text = "import itertools\nITEMS = iter([1, 2, 3])\nFIRST = list(itertools.islice(ITEMS, 1))\nFOUND = list(ITEMS)\n";
    assert_eq!(why(text), "an iterator is run through more than once");
}

#[test]
fn texts_are_made_of_bytes_and_bytes_of_texts() {
    for (text, value) in [
        ("base64.b64decode('c2hvcA==')", "b'shop'"),
        ("base64.b64decode(b'c2hvcHM=')", "b'shops'"),
        ("base64.b64decode('')", "b''"),
        ("base64.b64encode(b'shop')", "b'c2hvcA=='"),
        ("base64.urlsafe_b64encode(b'\\xfb\\xff')", "b'-_8='"),
        ("base64.urlsafe_b64decode('-_8=')", "b'\\xfb\\xff'"),
        ("textwrap.dedent('\\n    a\\n      b\\n   \\n    c')", "'\\na\\n  b\\n\\nc'"),
        ("textwrap.dedent('  a\\n\\tb')", "'  a\\n\\tb'"),
        ("textwrap.dedent('   ')", "''"),
    ] {
        let text = format!("import base64, textwrap\nFOUND = {text}\n");
        assert_eq!(shown(&text), value, "{text}");
    }
    // What Python passes over, or refuses, is not guessed at.
    for text in
        ["base64.b64decode('c2hv cA==')", "base64.b64decode('c2h')", "base64.b64decode('====')"]
    {
        let text = format!("import base64\nFOUND = {text}\n");
        assert!(!shown(&text).starts_with('b') || shown(&text).starts_with("base64"), "{text}");
    }
}
