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

/// What `ITEMS` of a base is, and what it is in each of the containers that hold it, in settings that
/// take everything over from there.
fn held(text: &str, name: &str) -> String {
    let base = "ITEMS = ['a']\nBOX = [ITEMS]\nTWICE = {'k': {'l': ITEMS}}\nAPART = [['a']]\n\
                HOST = 'shop'\n";
    let other = "from shop.base import BOX\ndef add(item):\n    BOX[0].append(item)\n";
    let files = [
        ("shop/__init__.py", ""),
        ("shop/base.py", base),
        ("shop/other.py", other),
        ("shop/settings.py", text),
    ];
    value_in(&files, "shop/settings.py", name)
}

#[test]
fn a_container_of_another_module_is_changed_through_what_holds_it() {
    let star = "from shop.base import *\n";
    for change in [
        "def f():\n    BOX[0].append('b')\nf()\n",
        "def f():\n    TWICE['k']['l'] += ['b']\nf()\n",
        "def f():\n    held = BOX[0]\n    held.append('b')\nf()\n",
        "def f():\n    for held in TWICE.values():\n        held['l'].append('b')\nf()\n",
        "def f(box=BOX):\n    box[0].append('b')\nf()\n",
        "def f(twice):\n    twice['k']['l'].append('b')\nf(TWICE)\n",
        "def f():\n    return BOX[0]\nf().append('b')\n",
        "def f():\n    yield from BOX\nfor held in f():\n    held.append('b')\n",
        "def f():\n    globals()['BOX'][0].append('b')\nf()\n",
        "from shop import base\ndef f():\n    base.BOX[0].append('b')\nf()\n",
        "from shop import base\ndef f():\n    getattr(base, 'BOX')[0].append('b')\nf()\n",
        "from shop.other import add\nadd('b')\n",
        "MINE = [ITEMS]\ndef f():\n    MINE[0].append('b')\nf()\n",
        "import functools\ndef f(box, item):\n    box[0].append(item)\nfunctools.partial(f, BOX)('b')\n",
        "class Holder:\n    def __init__(self, box):\n        self.box = box\n    def grow(self):\n\
         \x20       self.box[0].append('b')\nHolder(BOX).grow()\n",
        "class Holder:\n    box = BOX\n    @classmethod\n    def grow(cls):\n\
         \x20       cls.box[0].append('b')\nHolder.grow()\n",
        "BOX[0].append('b')\n",
        "for held in BOX:\n    held.append('b')\n",
        "[held.append('b') for held in BOX]\n",
        "held, = BOX\nheld += ['b']\n",
        "add = BOX[0].append\nadd('b')\n",
        "HOOKS = {'add': BOX[0].append}\nHOOKS['add']('b')\n",
        "list.append(BOX[0], 'b')\n",
    ] {
        let text = format!("{star}{change}FOUND = ITEMS\nCOUNT = len(ITEMS)\n");
        assert_eq!(held(&text, "FOUND"), "['a', …]", "{change}");
        assert_eq!(
            held(&text, "COUNT"),
            "<unknown: it may have been changed elsewhere>",
            "{change}"
        );
    }
    for change in [
        "for item in ('b',):\n    ITEMS.append(item)\n",
        "def f():\n    ITEMS.append('b')\nf()\n",
        "ITEMS.append('b')\n",
    ] {
        let text = format!("{star}{change}FOUND = TWICE['k']['l']\n");
        assert_eq!(held(&text, "FOUND"), "['a', …]", "{change}");
    }
}

#[test]
fn what_shares_nothing_with_a_changed_container_is_known() {
    let change = "from shop.base import *\ndef f():\n    BOX[0].append('b')\nf()\n";
    for (name, value) in [("APART", "[['a']]"), ("HOST", "'shop'")] {
        assert_eq!(held(&format!("{change}FOUND = {name}\n"), "FOUND"), value);
    }
    // Under its only name, a change tells itself.
    let change = "from shop.base import *\nAPART[0].append('b')\nAPART.append('c')\n";
    assert_eq!(held(&format!("{change}FOUND = APART\n"), "FOUND"), "[['a', 'b'], 'c']");
    assert_eq!(held(&format!("{change}FOUND = ITEMS\n"), "FOUND"), "['a']");
}

#[test]
fn what_a_function_makes_is_made_anew_for_each_who_calls_it() {
    let files = [
        ("shop/__init__.py", ""),
        (
            "shop/base.py",
            "ITEMS = ['a']\ndef fresh():\n    return ['a']\ndef length(items):\n    return len(items)\n",
        ),
        (
            "shop/settings.py",
            "from shop.base import *\nMORE = fresh()\nMORE.append('b')\nCOUNT = length(ITEMS)\nFOUND = fresh()\n",
        ),
    ];
    assert_eq!(value_in(&files, "shop/settings.py", "FOUND"), "['a']");
    assert_eq!(value_in(&files, "shop/settings.py", "ITEMS"), "['a']");
}

#[test]
fn what_a_function_asks_and_does_not_give_back_is_not_held() {
    let base = "def about(items, name):\n    return {'name': [name], 'many': len(items) > 2}\n\
                def same(items):\n    return [items]\nITEMS = ['a']\nABOUT = about(ITEMS, 'shop')\n";
    let with = |base: &str| {
        let text = "from shop.base import *\nITEMS.append('b')\nFOUND = ITEMS\n";
        let files = [("shop/__init__.py", ""), ("shop/base.py", base), ("shop/settings.py", text)];
        value_in(&files, "shop/settings.py", "FOUND")
    };
    assert_eq!(with(base), "['a', 'b']");
    // Under that name it is held, and what is held in two places is told of neither.
    assert_eq!(with(&format!("{base}SAME = same(ITEMS)\n")), "['a', 'b', …]");
}

#[test]
fn a_mapping_that_a_module_takes_over_holds_what_its_keys_say() {
    let base = "PARTS = [{'a': 1}]\n";
    let tools = |body: &str| {
        format!(
            "def put(part, key, value):\n    part[key] = value\n    return part\ndef made(debug, **more):\n{body}"
        )
    };
    let with = |body: &str, call: &str| {
        let tools = tools(body);
        let text = format!(
            "from shop.base import *\nfrom shop.tools import made, put\nglobals().update({call})\n\
             PARTS[0] = put(PARTS[0], 'name', 'shop')\n"
        );
        let files = [
            ("shop/__init__.py", ""),
            ("shop/base.py", base),
            ("shop/tools.py", tools.as_str()),
            ("shop/settings.py", text.as_str()),
        ];
        value_in(&files, "shop/settings.py", "AGE")
    };
    let updated =
        "    values = {'SECURE': not debug}\n    values.update(more)\n    return values\n";
    assert_eq!(with(updated, "made(False, AGE=60)"), "60");
    let joined = "    values = {'SECURE': not debug}\n    if debug:\n        values |= {'X': 1}\n    return {**values, **more}\n";
    assert_eq!(with(joined, "made(False, AGE=60)"), "60");
    // These may have the list of which a part is changed.
    let changed = "<unknown: it may have been changed elsewhere>";
    assert_eq!(with(updated, "made(False, AGE=60, PARTS=[{}])"), changed);
    assert_eq!(with(updated, "made(False, **{'AGE': 60, 'PARTS': [{}]})"), changed);
    let escaped = "    values = {'AGE': 1}\n    held = [values]\n    held[0]['PARTS'] = [{}]\n    return values\n";
    assert_eq!(with(escaped, "made(False)"), changed);
}
