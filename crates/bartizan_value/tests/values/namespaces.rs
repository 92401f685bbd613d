//! All names at once: loops that write into a module, `vars`, `dir`, and modules that change others.

use crate::shop::{shown, value_in};

#[test]
fn a_loop_binds_what_its_rounds_write() {
    let text = "\
DEBUG = True
for name, value in [('DEBUG', False), ('HOSTS', ['shop.example']), ('lower', 1)]:
    if name.isupper():
        globals()[name] = value
";
    let files = [("shop/settings.py", text)];
    assert_eq!(value_in(&files, "shop/settings.py", "DEBUG"), "False");
    assert_eq!(value_in(&files, "shop/settings.py", "HOSTS"), "['shop.example']");
    assert_eq!(value_in(&files, "shop/settings.py", "lower"), "nothing");
}

#[test]
fn the_last_round_that_writes_a_name_counts() {
    let text = "\
for stage in ('dev', 'live'):
    for name in ('DEBUG', 'STAGE'):
        vars()[name] = stage
    if stage == 'dev':
        vars()['ONCE'] = stage
    else:
        break
    vars()['BEFORE'] = 1
";
    let files = [("shop/settings.py", text)];
    assert_eq!(value_in(&files, "shop/settings.py", "STAGE"), "'live'");
    assert_eq!(value_in(&files, "shop/settings.py", "ONCE"), "'dev'");
    assert_eq!(value_in(&files, "shop/settings.py", "BEFORE"), "1");
    assert_eq!(value_in(&files, "shop/settings.py", "OTHER"), "nothing");
}

#[test]
fn a_round_finds_what_an_earlier_one_wrote_further_down() {
    let text = "\
A = 0
SEEN = []
for n in (1, 2, 3):
    SEEN.append(A)
    LAST = A
    if n < 3:
        globals()['A'] = n
";
    let files = [("shop/settings.py", text)];
    let value = |name| value_in(&files, "shop/settings.py", name);
    assert_eq!(value("A"), "2");
    assert_eq!(value("LAST"), "2");
    assert_eq!(value("SEEN"), "[0, 1, 2]");
}

#[test]
fn whichever_was_last_counts_the_assignment_or_the_write() {
    let text = "\
A = B = C = 0
for n in (1, 2, 3):
    A = n
    globals()['A'] = 'written'
    globals()['B'] = 'written'
    B = n
    if n == 2:
        C = 'assigned'
    if n == 1:
        globals()['C'] = 'written'
    if n == 3:
        vars()['D'] = 'third'
    if n == 1:
        vars()['D'] = 'first'
";
    let files = [("shop/settings.py", text)];
    let value = |name| value_in(&files, "shop/settings.py", name);
    assert_eq!(value("A"), "'written'");
    assert_eq!(value("B"), "3");
    assert_eq!(value("C"), "'assigned'");
    assert_eq!(value("D"), "'third'");
}

#[test]
fn loops_inside_loops_and_loops_that_are_left_find_what_was_written() {
    let text = "\
import sys
this = sys.modules[__name__]
LEVEL = 1
for a in (1, 2):
    for b in (1, 2):
        INNER = LEVEL
        setattr(this, 'LEVEL', (a, b))
    BETWEEN = LEVEL
    this.LEVEL = a
COUNT = 0
while COUNT < 5:
    globals()['COUNT'] = COUNT + 1
    if COUNT == 3:
        break
else:
    COUNT = 'never'
TRIES = 0
for text in ('x', '7'):
    try:
        int(text)
    except ValueError:
        continue
    finally:
        globals()['TRIES'] = TRIES + 1
    AFTER = TRIES
";
    let files = [("shop/settings.py", text)];
    let value = |name| value_in(&files, "shop/settings.py", name);
    assert_eq!(value("INNER"), "(2, 1)");
    assert_eq!(value("BETWEEN"), "(2, 2)");
    assert_eq!(value("LEVEL"), "2");
    assert_eq!(value("COUNT"), "3");
    assert_eq!(value("TRIES"), "2");
    assert_eq!(value("AFTER"), "2");
}

#[test]
fn a_function_called_in_a_round_finds_what_was_written() {
    let text = "\
DEBUG = True
def current():
    return DEBUG
SEEN = []
for stage in (False, None):
    SEEN.append(current())
    globals()['DEBUG'] = stage
";
    let files = [("shop/settings.py", text)];
    let value = |name| value_in(&files, "shop/settings.py", name);
    assert_eq!(value("SEEN"), "[True, False]");
    assert_eq!(value("DEBUG"), "None");
}

#[test]
fn a_name_for_all_names_stands_for_them() {
    let text = "\
names = globals()
names['A'] = 1
names['B'] = 2
for key in ('C', 'D'):
    names[key] = key.lower()
vars()['E'] = A
";
    let files = [("shop/settings.py", text)];
    let value = |name| value_in(&files, "shop/settings.py", name);
    assert_eq!(value("B"), "2");
    assert_eq!(value("D"), "'d'");
    assert_eq!(value("E"), "1");
}

#[test]
fn a_function_that_writes_any_name_leaves_all_open_once_it_is_called() {
    let text = "\
A = 1
def put(name, value):
    globals()[name] = value
def read(name):
    return globals().get(name)
read('A')
";
    let open = "<1 or <unknown: code that is given all names of a module is not evaluated>>";
    assert_eq!(value_in(&[("shop/settings.py", text)], "shop/settings.py", "A"), "1");
    let text = format!("{text}put('A', 2)\n");
    assert_eq!(value_in(&[("shop/settings.py", &text)], "shop/settings.py", "A"), open);
    for line in [
        "(lambda: globals().__setitem__('A', 2))()",
        "class Stage:\n    globals()['A'] = 2",
        "def clean(names=globals()):\n    names['A'] = 2\nclean()",
        "def deco(f):\n    globals()['A'] = 2\n    return f\n@deco\ndef view(): pass",
    ] {
        let text = format!("A = 1\n{line}\n");
        assert_eq!(value_in(&[("shop/settings.py", &text)], "shop/settings.py", "A"), open);
    }
}

#[test]
fn what_is_set_on_a_module_by_its_name_is_not_known_there() {
    for line in [
        "setattr(base, 'DEBUG', False)",
        "for name in ('DEBUG',):\n    setattr(base, name, False)",
        "vars(base)['DEBUG'] = False",
        "base.__dict__.update(DEBUG=False)",
    ] {
        let text = format!("from shop import base\n{line}\nfrom shop.base import *\n");
        let files = [
            ("shop/__init__.py", ""),
            ("shop/base.py", "DEBUG = True\n"),
            ("shop/settings.py", &text),
        ];
        let value = value_in(&files, "shop/settings.py", "DEBUG");
        assert_eq!(value, "<unknown: `DEBUG` is set in several places>", "{line}");
    }
}

#[test]
fn a_round_of_which_not_all_is_known_leaves_all_names_open() {
    let text = "\
DEBUG = False
def settings(read):
    return read()
for name in settings(open):
    globals()[name] = True
";
    let files = [("shop/settings.py", text)];
    assert_eq!(
        value_in(&files, "shop/settings.py", "DEBUG"),
        "<False or <unknown: an exception may be raised before>>"
    );
}

#[test]
fn what_is_taken_out_of_the_names_of_a_module_is_gone() {
    let text = "\
DEBUG = True
HOSTS = []
STAGE = 'live'
del globals()['DEBUG']
globals().pop('HOSTS', None)
vars().pop('NOTHING', None)
";
    let files = [("shop/settings.py", text)];
    let value = |name| value_in(&files, "shop/settings.py", name);
    assert_eq!(value("DEBUG"), "<unknown: it would raise NameError>");
    assert_eq!(value("HOSTS"), "<unknown: it would raise NameError>");
    assert_eq!(value("STAGE"), "'live'");
}

#[test]
fn all_names_of_a_module_are_those_that_it_ends_with() {
    let files = [
        ("shop/__init__.py", ""),
        ("shop/base.py", "DEBUG = True\nGONE = 1\ndel GONE\n_KEY = 'k'\n"),
        ("shop/live.py", "from .base import *\nDEBUG = False\nHOSTS = ['shop.example']\n"),
        (
            "shop/settings.py",
            "from shop import live\n\
             NAMES = [name for name in dir(live) if not name.startswith('_')]\n\
             ALL = {k: v for k, v in vars(live).items() if k.isupper()}\n\
             SAME = [k for k in live.__dict__ if k.isupper()]\n\
             HAS = hasattr(live, 'HOSTS'), hasattr(live, 'GONE')\n\
             GOT = getattr(live, 'GONE', 'default')\n",
        ),
    ];
    let value = |name| value_in(&files, "shop/settings.py", name);
    assert_eq!(value("NAMES"), "['DEBUG', 'HOSTS']");
    assert_eq!(value("ALL"), "{'DEBUG': False, 'HOSTS': ['shop.example']}");
    assert_eq!(value("SAME"), "['DEBUG', 'HOSTS']");
    assert_eq!(value("HAS"), "(True, False)");
    assert_eq!(value("GOT"), "'default'");
}

#[test]
fn all_names_of_a_class_are_its_own_and_those_of_its_bases() {
    let text = "\
class Base:
    DEBUG = True
    HOSTS = []

class Live(Base):
    DEBUG = False

OWN = [n for n in vars(Live) if n.isupper()]
ALL = {n: getattr(Live, n) for n in dir(Live) if n.isupper()}
X = OWN, ALL
";
    assert_eq!(shown(text), "(['DEBUG'], {'DEBUG': False, 'HOSTS': []})");
}

#[test]
fn a_module_is_imported_by_its_name() {
    let files = [
        ("shop/__init__.py", ""),
        ("shop/live.py", "DEBUG = False\n"),
        (
            "shop/settings.py",
            "import importlib\n\
             from django.utils.module_loading import import_string\n\
             STAGE = 'live'\n\
             DEBUG = importlib.import_module(f'shop.{STAGE}').DEBUG\n\
             SAME = import_string('shop.live.DEBUG')\n\
             try:\n    importlib.import_module('shop.live')\n    FOUND = True\n\
             except ImportError:\n    FOUND = False\n",
        ),
    ];
    let value = |name| value_in(&files, "shop/settings.py", name);
    assert_eq!(value("DEBUG"), "False");
    assert_eq!(value("SAME"), "False");
    assert_eq!(value("FOUND"), "True");
}

#[test]
fn what_a_module_changes_of_another_is_not_known_there() {
    let files = [
        ("shop/__init__.py", ""),
        ("shop/base.py", "DEBUG = False\nHOSTS = ['shop.example']\nSTAGE = 'live'\n"),
        ("shop/open.py", "from shop import base\nbase.DEBUG = True\nbase.HOSTS.append('*')\n"),
        ("shop/settings.py", "import shop.open\nfrom shop.base import *\n"),
    ];
    let value = |name| value_in(&files, "shop/settings.py", name);
    assert_eq!(value("DEBUG"), "<unknown: `DEBUG` is set in several places>");
    assert_eq!(value("HOSTS"), "['shop.example', …]");
    assert_eq!(value("STAGE"), "'live'");
}

#[test]
fn a_suppressed_exception_ends_the_body_where_it_is_raised() {
    let text = "\
import contextlib
HOSTS = ['shop.example']
with contextlib.suppress(KeyError, ValueError):
    HOSTS.append('api.example')
    int('many')
    HOSTS.append('never.example')
X = HOSTS
";
    assert_eq!(shown(text), "['shop.example', 'api.example']");
}

#[test]
fn what_an_argument_changes_the_method_finds_changed() {
    let files = [
        ("shop/__init__.py", ""),
        ("shop/base.py", "HOSTS = ['a', 'b', 'c']\n"),
        ("shop/settings.py", "from shop.base import HOSTS\nHOSTS.insert(0, HOSTS.pop())\n"),
    ];
    assert_eq!(value_in(&files, "shop/settings.py", "HOSTS"), "['c', 'a', 'b']");
}

#[test]
fn a_file_that_is_executed_runs_in_the_name_of_the_module() {
    for line in [
        "exec(open(os.path.join(os.path.dirname(__file__), 'live.py')).read())",
        "with open(Path(__file__).parent / 'live.py') as f:\n    exec(f.read())",
        "exec(compile((Path(__file__).parent / 'live.py').read_bytes(), 'live.py', 'exec'), globals())",
    ] {
        let text = format!(
            "import os\nfrom pathlib import Path\nDEBUG = True\nHSTS = 2\n{line}\nAFTER = DEBUG\n"
        );
        let files = [
            ("shop/__init__.py", ""),
            ("shop/live.py", "DEBUG = False\nSECONDS = HSTS * 2\n"),
            ("shop/settings.py", &text),
        ];
        let value = |name| value_in(&files, "shop/settings.py", name);
        assert_eq!(value("DEBUG"), "False", "{line}");
        assert_eq!(value("SECONDS"), "4", "{line}");
        assert_eq!(value("AFTER"), "False", "{line}");
        assert_eq!(value("HSTS"), "2", "{line}");
    }
}

#[test]
fn a_name_that_a_handler_binds_is_not_read_by_the_try() {
    let text = "\
from shop.base import *
try:
    for name, count in {'a': 1}.items():
        pass
except Exception:
    LATE = b''
";
    let files = [("shop/__init__.py", ""), ("shop/base.py", "A = 1\n"), ("shop/settings.py", text)];
    let value = |name| value_in(&files, "shop/settings.py", name);
    assert_eq!(value("LATE"), "<unknown: it would raise NameError>");
}
