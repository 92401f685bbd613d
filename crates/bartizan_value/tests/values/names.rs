//! Names across modules: imports, star imports, re-exports, packages, and the order of it all.

use crate::shop::{shown, value_in};

#[test]
fn a_name_is_imported_from_where_it_is_defined() {
    let files = [
        ("shop/__init__.py", ""),
        ("shop/base.py", "KEY = 'base'\nOTHER = KEY + '!'\n"),
        (
            "shop/settings.py",
            "from shop.base import KEY as K, OTHER\nfrom . import base\nX = base.KEY\n",
        ),
    ];
    assert_eq!(value_in(&files, "shop/settings.py", "K"), "'base'");
    assert_eq!(value_in(&files, "shop/settings.py", "OTHER"), "'base!'");
    assert_eq!(value_in(&files, "shop/settings.py", "X"), "'base'");
}

#[test]
fn a_star_import_brings_every_public_name() {
    let files = [
        ("shop/__init__.py", ""),
        ("shop/base.py", "import os\nDEBUG = True\n_PRIVATE = 1\nAPPS = ['a']\n"),
        ("shop/settings.py", "from .base import *\nAPPS += ['b']\n"),
    ];
    assert_eq!(value_in(&files, "shop/settings.py", "DEBUG"), "True");
    assert_eq!(value_in(&files, "shop/settings.py", "os"), "os");
    assert_eq!(value_in(&files, "shop/settings.py", "_PRIVATE"), "nothing");
    assert_eq!(value_in(&files, "shop/settings.py", "APPS"), "['a', 'b']");
}

#[test]
fn all_says_what_a_star_import_brings() {
    let files = [
        ("shop/__init__.py", ""),
        (
            "shop/base.py",
            "__all__ = ['DEBUG']\n__all__ += ['_KEY']\nDEBUG = True\n_KEY = 1\nHOST = 'a'\n",
        ),
        ("shop/settings.py", "from shop.base import *\n"),
    ];
    assert_eq!(value_in(&files, "shop/settings.py", "DEBUG"), "True");
    assert_eq!(value_in(&files, "shop/settings.py", "_KEY"), "1");
    assert_eq!(value_in(&files, "shop/settings.py", "HOST"), "nothing");
}

#[test]
fn of_a_list_that_is_not_known_only_what_it_shows_is_sure_to_come() {
    let base = (
        "shop/base.py",
        "from names import ALL\n__all__ = ['DEBUG']\n__all__ += ALL\nDEBUG = True\nHOST = 'a'\n",
    );
    let settings = ("shop/settings.py", "HOST = 'b'\nfrom shop.base import *\n");
    let value = |name: &str| value_in(&[base, settings], "shop/settings.py", name);
    assert_eq!(value("DEBUG"), "True");
    assert!(value("HOST").starts_with("<'b' or <unknown"), "{}", value("HOST"));
}

#[test]
fn files_that_take_everything_from_each_other_are_looked_through_once() {
    let files = [
        ("shop/__init__.py", ""),
        ("shop/base.py", "from shop.extra import *\nHOST = 'a'\n"),
        ("shop/extra.py", "from shop.base import *\nPORT = 80\n"),
        ("shop/settings.py", "from shop.base import *\n"),
    ];
    assert_eq!(value_in(&files, "shop/settings.py", "PORT"), "80");
    assert_eq!(value_in(&files, "shop/settings.py", "HOST"), "'a'");
    assert_eq!(value_in(&files, "shop/settings.py", "DEBUG"), "nothing");
}

#[test]
fn of_import_and_assignment_the_later_one_counts() {
    let base = ("shop/base.py", "DEBUG = True\n");
    let before = ("shop/settings.py", "DEBUG = False\nfrom shop.base import *\n");
    assert_eq!(value_in(&[base, before], "shop/settings.py", "DEBUG"), "True");
    let after = ("shop/settings.py", "from shop.base import *\nDEBUG = False\n");
    assert_eq!(value_in(&[base, after], "shop/settings.py", "DEBUG"), "False");
    let between =
        ("shop/settings.py", "DEBUG = False\nWAS = DEBUG\nfrom shop.base import *\nIS = DEBUG\n");
    assert_eq!(value_in(&[base, between], "shop/settings.py", "WAS"), "False");
    assert_eq!(value_in(&[base, between], "shop/settings.py", "IS"), "True");
}

#[test]
fn of_two_star_imports_the_later_one_counts() {
    let files = [
        ("shop/base.py", "DEBUG = True\nHOST = 'base'\n"),
        ("shop/live.py", "DEBUG = False\n"),
        ("shop/settings.py", "from shop.base import *\nfrom shop.live import *\n"),
    ];
    assert_eq!(value_in(&files, "shop/settings.py", "DEBUG"), "False");
    assert_eq!(value_in(&files, "shop/settings.py", "HOST"), "'base'");
}

#[test]
fn stars_lead_through_stars_and_packages() {
    let files = [
        ("shop/__init__.py", ""),
        ("shop/settings/__init__.py", "from .live import *\n"),
        ("shop/settings/live.py", "from .base import *\nDEBUG = False\nAPPS.append('live')\n"),
        ("shop/settings/base.py", "DEBUG = True\nAPPS = ['shop']\nKEY = 'k'\n"),
        ("manage.py", "from shop import settings\nA = settings.KEY\nB = settings.DEBUG\n"),
    ];
    assert_eq!(value_in(&files, "shop/settings/__init__.py", "KEY"), "'k'");
    assert_eq!(value_in(&files, "shop/settings/__init__.py", "DEBUG"), "False");
    assert_eq!(value_in(&files, "shop/settings/__init__.py", "APPS"), "['shop', 'live']");
    assert_eq!(value_in(&files, "manage.py", "A"), "'k'");
    assert_eq!(value_in(&files, "manage.py", "B"), "False");
}

#[test]
fn a_circle_of_star_imports_ends() {
    let files = [
        ("shop/a.py", "from shop.b import *\nX = 1\n"),
        ("shop/b.py", "from shop.a import *\nY = 2\n"),
    ];
    assert_eq!(value_in(&files, "shop/a.py", "Y"), "2");
    assert_eq!(value_in(&files, "shop/b.py", "Y"), "2");
}

#[test]
fn local_settings_that_are_there_are_read() {
    let text = "DEBUG = False\nAPPS = ['shop']\ntry:\n    from .local import *\nexcept ImportError:\n    pass\n";
    let package = ("shop/__init__.py", "");
    let local = ("shop/local.py", "DEBUG = True\n");
    let files = [package, ("shop/settings.py", text), local];
    assert_eq!(value_in(&files, "shop/settings.py", "DEBUG"), "True");
    assert_eq!(value_in(&files, "shop/settings.py", "APPS"), "['shop']");
}

#[test]
fn local_settings_that_are_not_there_change_nothing() {
    let text = "DEBUG = False\ntry:\n    from .local import *\nexcept ImportError:\n    pass\n";
    let files = [("shop/__init__.py", ""), ("shop/settings.py", text)];
    assert_eq!(value_in(&files, "shop/settings.py", "DEBUG"), "False");
}

#[test]
fn a_star_import_from_outside_leaves_doubt() {
    let text = "DEBUG = False\nfrom company.settings import *\nHOST = 'a'\nX = len\n";
    let files = [("shop/settings.py", text)];
    assert_eq!(
        value_in(&files, "shop/settings.py", "DEBUG"),
        "<False or <unknown: `company.settings.*` is outside the project>>"
    );
    assert_eq!(value_in(&files, "shop/settings.py", "HOST"), "'a'");
    assert_eq!(value_in(&files, "shop/settings.py", "X"), "len");
}

#[test]
fn an_import_under_a_condition_is_a_choice() {
    let text = "import zoo\nDEBUG = False\nif zoo.is_local():\n    from shop.local import *\n";
    let files = [("shop/settings.py", text), ("shop/local.py", "DEBUG = True\nMAIL = 'x'\n")];
    assert_eq!(value_in(&files, "shop/settings.py", "DEBUG"), "<True or False>");
    let text = "import zoo\nif zoo.is_local():\n    from shop.local import KEY\nelse:\n    from shop.live import KEY\n";
    let files = [
        ("shop/settings.py", text),
        ("shop/local.py", "KEY = 'dev'\n"),
        ("shop/live.py", "KEY = 'live'\n"),
    ];
    assert_eq!(value_in(&files, "shop/settings.py", "KEY"), "<'dev' or 'live'>");
}

#[test]
fn a_package_re_exports_and_its_modules_are_its_attributes() {
    let files = [
        ("shop/__init__.py", "from .const import LIMIT\nfrom . import const\n"),
        ("shop/const.py", "LIMIT = 5\n"),
        (
            "api.py",
            "import shop\nimport shop.const as c\nfrom shop import LIMIT\nA = shop.LIMIT\nB = shop.const.LIMIT\nC = c.LIMIT + LIMIT\n",
        ),
    ];
    assert_eq!(value_in(&files, "api.py", "A"), "5");
    assert_eq!(value_in(&files, "api.py", "B"), "5");
    assert_eq!(value_in(&files, "api.py", "C"), "10");
}

#[test]
fn functions_see_the_module_as_it_ends_and_calls_as_it_is() {
    let files = [(
        "shop/mail.py",
        "HOST = 'a'\ndef host():\n    return HOST\nEARLY = host()\nHOST = 'b'\nLATE = host()\n",
    )];
    assert_eq!(value_in(&files, "shop/mail.py", "EARLY"), "'a'");
    assert_eq!(value_in(&files, "shop/mail.py", "LATE"), "'b'");
}

#[test]
fn a_list_that_another_module_changes_is_not_certain() {
    let files = [
        ("shop/base.py", "APPS = ['shop']\n"),
        ("shop/live.py", "from shop.base import APPS\nAPPS.append('live')\n"),
    ];
    assert_eq!(value_in(&files, "shop/live.py", "APPS"), "['shop', 'live']");
}

#[test]
fn names_that_are_set_by_text_are_names() {
    let text = "\
globals()['A'] = 1
locals().update({'B': 2})
vars()['C'] = 3
globals().update(D=4)
";
    let files = [("shop/settings.py", text)];
    for (name, value) in [("A", "1"), ("B", "2"), ("C", "3"), ("D", "4")] {
        assert_eq!(value_in(&files, "shop/settings.py", name), value, "{name}");
    }
    let text = "import zoo\nKEY = 'a'\nlocals().update(zoo.settings())\nHOST = 'b'\n";
    let files = [("shop/settings.py", text)];
    assert_eq!(
        value_in(&files, "shop/settings.py", "KEY"),
        "<'a' or <unknown: `zoo.settings` is outside the project>>"
    );
    assert_eq!(value_in(&files, "shop/settings.py", "HOST"), "'b'");
}

#[test]
fn a_name_of_a_module_that_is_missing_says_so() {
    let files = [
        ("shop/__init__.py", ""),
        ("shop/base.py", "A = 1\n"),
        ("shop/live.py", "from .base import B\nfrom .none import C\n"),
    ];
    assert_eq!(value_in(&files, "shop/live.py", "B"), "<unknown: `B` is not defined>");
    assert_eq!(value_in(&files, "shop/live.py", "C"), "<unknown: it would raise ImportError>");
}

#[test]
fn what_a_star_import_brought_can_be_changed() {
    let base =
        ("shop/base.py", "APPS = ['shop']\nDB = {'default': {'NAME': 'a'}}\nHOSTS = []\n_X = 1\n");
    let value =
        |text: &str, name: &str| value_in(&[base, ("shop/live.py", text)], "shop/live.py", name);
    let text = "\
from shop.base import *
EARLY = len(APPS)
APPS.append('live')
APPS.insert(0, 'first')
DB['default']['NAME'] = 'live'
DB['default'].update(PORT=5)
LATE = APPS[-1]
";
    assert_eq!(value(text, "APPS"), "['first', 'shop', 'live']");
    assert_eq!(value(text, "DB"), "{'default': {'NAME': 'live', 'PORT': 5}}");
    assert_eq!(value(text, "EARLY"), "1");
    assert_eq!(value(text, "LATE"), "'live'");
    let text = "import zoo\nfrom shop.base import *\nif zoo.is_live():\n    APPS.append('live')\nAPPS.append('last')\n";
    assert_eq!(value(text, "APPS"), "<['shop', 'live', 'last'] or ['shop', 'last']>");
    let text = "import zoo\nfrom shop.base import *\nzoo.fill(APPS)\n";
    assert_eq!(value(text, "APPS"), "['shop', …]");
    let text = "from shop.base import *\ndef add():\n    APPS.append('x')\nadd()\n";
    assert_eq!(value(text, "APPS"), "['shop', …]");
    let text =
        "from shop.base import *\nfor app in ['x', 'y']:\n    APPS.append(app)\nAPPS.append('z')\n";
    assert_eq!(value(text, "APPS"), "['shop', 'x', 'y', 'z']");
    let text =
        "import zoo\nfrom shop.base import *\nfor app in zoo.apps():\n    APPS.append(app)\n";
    assert_eq!(value(text, "APPS"), "['shop', …]");
    let text = "from shop.base import *\nfor app in ['x', 'y']:\n    APPS.append(app)\n    if app == 'x':\n        break\n";
    assert_eq!(value(text, "APPS"), "['shop', …]");
    let text =
        "from shop.base import *\nAPPS.append('x')\nHOSTS.append('y')\nfrom shop.base import *\n";
    assert_eq!(value(text, "HOSTS"), "['y']");
    let text = "from shop import base\nbase.APPS.append('x')\nAPPS = base.APPS\n";
    assert_eq!(value(text, "APPS"), "['shop', 'x', …]");
}

#[test]
fn a_function_sees_what_an_earlier_round_has_bound() {
    let files = [(
        "shop/mail.py",
        "HOST = 'a'\ndef host():\n    return HOST\nfor _ in range(2):\n    LAST = host()\n    HOST = 'b'\n",
    )];
    assert_eq!(
        value_in(&files, "shop/mail.py", "LAST"),
        "<unknown: `HOST` is set in several places>"
    );
}

#[test]
fn a_deleted_name_is_gone_for_who_reads_it() {
    let text = "\
RATE = 1
if True:
    del RATE
try:
    RATE
    FOUND = 1
except NameError:
    FOUND = 2
";
    assert_eq!(shown(text), "2");
    let text = "\
RATE = 1
def rate():
    try:
        return RATE
    except NameError:
        return 0
BEFORE = rate()
del RATE
AFTER = (BEFORE, rate())
";
    assert_eq!(shown(text), "(1, 0)");
}
