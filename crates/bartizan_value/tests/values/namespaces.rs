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
fn what_an_earlier_round_wrote_further_down_is_not_seen() {
    let text = "\
A = 0
for n in (1, 2, 3):
    LAST = A
    if n < 3:
        globals()['A'] = n
";
    let files = [("shop/settings.py", text)];
    assert_eq!(value_in(&files, "shop/settings.py", "A"), "2");
    // Wrong: Python says 2. A name that a loop does not assign is not looked up again in each round.
    assert_eq!(value_in(&files, "shop/settings.py", "LAST"), "0");
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
        "<False or <unknown: `builtins.open` is outside the project>>"
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
