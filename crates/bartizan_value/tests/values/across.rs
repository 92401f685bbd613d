//! Modules that write names of each other: what they write is not what the text of the other says.

use crate::shop::value_in;

const BASE: &str = "
DEBUG = False
VALUE = 1

def put(name, value):
    globals()[name] = value

def harden():
    globals()['SECURE'] = True
";

fn settings(text: &str, name: &str) -> String {
    let files = [("shop/__init__.py", ""), ("shop/base.py", BASE), ("shop/settings.py", text)];
    value_in(&files, "shop/settings.py", name)
}

#[test]
fn a_function_that_writes_its_own_module_is_called_by_another() {
    for text in [
        "from . import base\nbase.put('VALUE', 2)\nfrom .base import *",
        "from .base import put as set_it\nset_it('VALUE', 2)\nfrom .base import *",
        "from .base import *\nput('OTHER', 2)",
        "from . import base\nlist(map(base.put, ['VALUE'], [2]))\nfrom .base import *",
    ] {
        assert_eq!(
            settings(text, "VALUE"),
            "<unknown: `VALUE` is set in several places>",
            "{text}"
        );
    }
    // Nobody calls it.
    assert_eq!(settings("from .base import *", "VALUE"), "1");
}

#[test]
fn a_function_that_says_what_it_writes_leaves_the_rest_alone() {
    let files = [
        (
            "shop/base.py",
            "VALUE = 1\nSECURE = False\ndef harden():\n    globals()['SECURE'] = True\n",
        ),
        ("shop/settings.py", "from shop import base\nbase.harden()\nfrom shop.base import *\n"),
    ];
    assert_eq!(value_in(&files, "shop/settings.py", "VALUE"), "1");
    let secure = value_in(&files, "shop/settings.py", "SECURE");
    assert_eq!(secure, "<unknown: `SECURE` is set in several places>");
}

#[test]
fn a_module_is_handed_to_code_that_may_do_anything() {
    let change = "def change(module):\n    module.VALUE = 2\n";
    for (text, value) in [
        ("from . import base, change\nchange.change(base)\nfrom .base import *", "unknown"),
        ("from . import base, change\nchange.change(vars(base))\nfrom .base import *", "unknown"),
        ("from . import base, change\nchange.change([base])\nfrom .base import *", "unknown"),
        (
            "import sys\nimport shop.base\nsys.modules['shop.base'].VALUE = 3\nfrom .base import *",
            "unknown",
        ),
        (
            "from . import base\nfor module in (base,):\n    module.VALUE = 3\nfrom .base import *",
            "unknown",
        ),
        ("from . import base\nNAMES = sorted(vars(base))\nfrom .base import *", "1"),
    ] {
        let files = [
            ("shop/__init__.py", ""),
            ("shop/base.py", "VALUE = 1\n"),
            ("shop/change.py", change),
            ("shop/settings.py", text),
        ];
        let found = value_in(&files, "shop/settings.py", "VALUE");
        assert!(found.contains(value), "{text}: {found}");
    }
}

#[test]
fn what_a_module_makes_of_a_name_that_others_set_is_as_uncertain() {
    let files = [
        ("shop/__init__.py", ""),
        ("shop/base.py", "STAGE = 'dev'\nHOST = STAGE + '.example'\nPORT = 25\n"),
        ("shop/settings.py", "from . import base\nbase.STAGE = 'live'\nfrom .base import *\n"),
    ];
    let host = value_in(&files, "shop/settings.py", "HOST");
    assert_eq!(host, "<unknown: `HOST` is set in several places>");
    assert_eq!(value_in(&files, "shop/settings.py", "PORT"), "25");
}

#[test]
fn a_module_is_read_in_the_midst_of_its_import() {
    let first = "LEVEL = 1\nHOSTS = ['a']\nfrom shop.second import *\nLEVEL = 2\nLATE = 3\nHOSTS.append('b')\n";
    for (second, value) in [
        ("from shop import first\nGOT = first.LEVEL\n", "1"),
        ("from shop.first import LEVEL as GOT\n", "1"),
        ("import shop.first\nGOT = getattr(shop.first, 'LEVEL')\n", "1"),
        ("from shop import first\nGOT = hasattr(first, 'LATE')\n", "False"),
        ("from shop import first\nGOT = getattr(first, 'LATE', 'none yet')\n", "'none yet'"),
        ("from shop.first import *\nGOT = LEVEL\n", "1"),
        ("from shop.first import *\ntry:\n    GOT = LATE\nexcept NameError:\n    GOT = 0\n", "0"),
        ("from shop import first\ndef level():\n    return first.LEVEL\nGOT = level()\n", "1"),
    ] {
        let files =
            [("shop/__init__.py", ""), ("shop/first.py", first), ("shop/second.py", second)];
        assert_eq!(value_in(&files, "shop/first.py", "GOT"), value, "{second}");
    }
    // What is behind that place is known when a function is called there.
    let second = "from shop import first\ndef level():\n    return first.LEVEL\n";
    let first = format!("{first}NOW = level()\n");
    let files = [("shop/__init__.py", ""), ("shop/first.py", &first), ("shop/second.py", second)];
    assert_eq!(value_in(&files, "shop/first.py", "NOW"), "2");
}

#[test]
fn a_module_is_read_where_it_imports_for_types_alone() {
    let first = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.second import GOT\n\
                 LEVEL = 1\nLEVEL += 1\n";
    let second = "from shop import first\nGOT = first.LEVEL\n";
    let last = "from shop.first import LEVEL\nfrom shop.second import GOT\n";
    let files = [
        ("shop/__init__.py", ""),
        ("shop/first.py", first),
        ("shop/second.py", second),
        ("shop/last.py", last),
    ];
    assert_eq!(value_in(&files, "shop/last.py", "GOT"), "2");
}

#[test]
fn a_module_that_fails_as_it_is_imported_has_bound_nothing() {
    let settings =
        "DEBUG = True\ntry:\n    from .local import *\nexcept ImportError:\n    WHY = 'failed'\n";
    let with = |local: &str| {
        let files =
            [("shop/__init__.py", ""), ("shop/settings.py", settings), ("shop/local.py", local)];
        value_in(&files, "shop/settings.py", "DEBUG")
    };
    assert_eq!(with("DEBUG = False\n"), "False");
    assert_eq!(with("DEBUG = False\nfrom shop.nothing import KEY\n"), "True");
    assert_eq!(with("DEBUG = False\nfrom .nothing import *\n"), "True");
    assert_eq!(with("DEBUG = False\nif not DEBUG:\n    raise ImportError\n"), "True");
    assert_eq!(with("DEBUG = False\nif DEBUG:\n    raise ImportError\n"), "False");
    let caught = "DEBUG = False\ntry:\n    import shop.nothing\nexcept ImportError:\n    pass\n";
    assert_eq!(with(caught), "False");
}
