"""Settings variants: code of one module that writes names of another, by every way that leads there."""

from heads import HEAD, URLS

SETTINGS = HEAD + 'DEBUG = False\nALLOWED_HOSTS = ["shop.example"]\nSECURE_HSTS_SECONDS = 60\nVALUE = 1\n'

PUT = '''
def put(name, value):
    globals()[name] = value
'''

STAR = "from .base import *\n"


def add_all(add):
    def tree(name, text, env=None, **files):
        files = {f"config/{path.replace('__', '/')}.py": body for path, body in files.items()}
        files = {**URLS, "config/__init__.py": "", **files, "config/settings.py": text}
        add(f"across modules: {name}", files, env, "config.settings")

    called(tree)
    handed(tree)
    by_modules(tree)
    kept(tree)
    shared(tree)
    around(tree)


def called(tree):
    base = SETTINGS + PUT
    tree("a function of the layer below writes there", "from . import base\nbase.put('VALUE', 2)\nfrom .base import *\nOTHER = base.VALUE\n", base=base)
    tree("the same after all was taken over", STAR + "from . import base\nbase.put('VALUE', 2)\nOTHER = base.VALUE\n", base=base)
    tree("the function taken by name", "from .base import put\nput('DEBUG', True)\n" + STAR, base=base)
    tree("the function taken by star", STAR + "put('VALUE', 3)\nfrom . import base\nOTHER = base.VALUE\n", base=base)
    tree("the function under another name", "from .base import put as set_it\nset_it('SECURE_HSTS_SECONDS', 0)\n" + STAR, base=base)
    tree("the function in a variable", "from . import base\nwrite = base.put\nwrite('VALUE', 'later')\nfrom .base import VALUE as OTHER\n" + STAR, base=base)
    tree("the function called by another of the same module", "from . import base\nbase.strict()\n" + STAR, base=base + "\ndef strict():\n    put('SECURE_HSTS_SECONDS', 31536000)\n    put('SECURE_SSL_REDIRECT', True)\n")
    tree("the function called by a third module", "from . import hard\n" + STAR, base=base, hard="from .base import put\nput('SECURE_SSL_REDIRECT', True)\nput('VALUE', 'hard')\n")
    tree("the function called in a loop", "from . import base\nfor name in ('SESSION_COOKIE_SECURE', 'CSRF_COOKIE_SECURE'):\n    base.put(name, True)\n" + STAR, base=base)
    tree("the function called in a comprehension", "from . import base\n[base.put(name, True) for name in ('SESSION_COOKIE_SECURE', 'VALUE')]\n" + STAR, base=base)
    tree("the function handed to map", "from . import base\nlist(map(base.put, ('VALUE', 'OTHER'), (5, 6)))\n" + STAR, base=base)
    tree("the function in a partial", "import functools\nfrom . import base\nfunctools.partial(base.put, 'VALUE')('partial')\n" + STAR, base=base)
    tree("a method that writes", "from .base import Writer\nWriter().put('VALUE', 'method')\n" + STAR, base=SETTINGS + "\nclass Writer:\n    def put(self, name, value):\n        globals()[name] = value\n")
    tree("a class method that writes", "from . import base\nbase.Writer.put(VALUE='of class')\n" + STAR, base=SETTINGS + "\nclass Writer:\n    @classmethod\n    def put(cls, **names):\n        globals().update(names)\n")
    tree("a constructor that writes", "from .base import Writer\nWriter(5)\n" + STAR, base=SETTINGS + "\nclass Writer:\n    def __init__(self, value):\n        globals()['VALUE'] = value\n")
    tree("a global statement", "from .base import harden\nharden()\n" + STAR, base=SETTINGS + "\ndef harden():\n    global SECURE_HSTS_SECONDS, SECURE_SSL_REDIRECT\n    SECURE_HSTS_SECONDS = 31536000\n    SECURE_SSL_REDIRECT = True\n")
    tree("a global statement that nobody calls", STAR, base=SETTINGS + "\ndef harden():\n    global VALUE\n    VALUE = 2\n")
    tree("a decorator that writes where it stands", "from .base import register\n\n@register\ndef VALUE():\n    return 1\n\nfrom .base import OTHER\nDEBUG = False\n" + STAR, base=SETTINGS + "OTHER = []\n\ndef register(function):\n    globals()['OTHER'] = [function.__name__]\n    return function\n")
    tree("a decorator that registers in a list", "from .base import register, NAMES\n\n@register\ndef cart():\n    return 1\n\n@register\ndef mail():\n    return 1\n\nVALUE = NAMES\nDEBUG = False\nfrom .base import SECRET_KEY, ROOT_URLCONF, MIDDLEWARE, INSTALLED_APPS\n", base=SETTINGS + "NAMES = []\n\ndef register(function):\n    NAMES.append(function.__name__)\n    return function\n")
    tree("a lambda that writes", "from . import base\nbase.put('VALUE', 'lambda')\n" + STAR, base=SETTINGS + "put = lambda name, value: globals().__setitem__(name, value)\n")
    tree("a closure that writes", "from .base import make\nmake('VALUE')('closure')\n" + STAR, base=SETTINGS + "\ndef make(name):\n    def put(value):\n        globals()[name] = value\n    return put\n")
    tree("the writer writes its own module, not the caller's", "from .writer import put\nDEBUG = False\nput('DEBUG', True)\n" + STAR.replace("base", "rest"), rest=HEAD + "VALUE = 1\n", writer=PUT)


def handed(tree):
    change = "def change(settings):\n    settings['DEBUG'] = True\n    settings['VALUE'] = 'changed'\n"
    tree("globals() handed over", STAR + "from .change import change\nchange(globals())\n", base=SETTINGS, change=change)
    tree("locals() handed by keyword", STAR + "from . import change\nchange.change(settings=locals())\n", base=SETTINGS, change=change)
    tree("vars() of the layer below handed over", "from . import base, change\nchange.change(vars(base))\n" + STAR, base=SETTINGS, change=change)
    tree("__dict__ of the layer below handed over", "from . import base, change\nchange.change(base.__dict__)\n" + STAR, base=SETTINGS, change=change)
    tree("globals() handed on twice", STAR + "from .change import outer\nouter(globals())\n", base=SETTINGS, change=change + "\ndef outer(namespace):\n    change(namespace)\n    namespace.update(OTHER='outer')\n")
    tree("globals() kept in an object", STAR + "from .change import Patch\nPatch(globals()).set('VALUE', 'patched')\n", base=SETTINGS, change="class Patch:\n    def __init__(self, names):\n        self.names = names\n\n    def set(self, name, value):\n        self.names[name] = value\n")
    tree("globals() handed to a plugin that reads and writes", STAR + "from .change import plug\nplug(globals(), 'sites')\nOTHER = len(INSTALLED_APPS)\n", base=SETTINGS, change="def plug(settings, *names):\n    for name in names:\n        settings['INSTALLED_APPS'] = settings['INSTALLED_APPS'] + [f'django.contrib.{name}']\n    settings.setdefault('VALUE', 'default')\n    settings.setdefault('EMAIL_HOST', 'plug.example')\n    settings.pop('SECURE_HSTS_SECONDS', None)\n")
    tree("the module handed over", "from . import base, change\nchange.change(base)\n" + STAR, base=SETTINGS, change="def change(module):\n    module.VALUE = 'changed'\n    module.DEBUG = True\n")
    tree("the module handed to setattr in a function", "from . import base, change\nchange.change(base, VALUE='set', SECURE_SSL_REDIRECT=True)\n" + STAR, base=SETTINGS, change="def change(module, **names):\n    for name, value in names.items():\n        setattr(module, name, value)\n")
    tree("a list of modules handed over", "from . import base, change\nchange.change([base])\n" + STAR, base=SETTINGS, change="def change(modules):\n    for module in modules:\n        module.VALUE = 'changed'\n")
    tree("sys.modules of this module handed over", "import sys\n" + STAR + "from . import change\nchange.change(sys.modules[__name__])\n", base=SETTINGS, change="def change(module):\n    module.VALUE = 'changed'\n    module.DEBUG = not module.DEBUG\n")


def by_modules(tree):
    tree("setattr on the layer below", "from . import base\nsetattr(base, 'VALUE', 2)\n" + STAR, base=SETTINGS)
    tree("an attribute of the layer below, under another name", "import config.base as b\nb.VALUE = 2\n" + STAR, base=SETTINGS)
    tree("the layer below by sys.modules", "import sys\nimport config.base\nsetattr(sys.modules['config.base'], 'VALUE', 'sys')\n" + STAR, base=SETTINGS)
    tree("this module by its name, from below", STAR, base=SETTINGS + "\nimport sys\nsys.modules['config.settings'].DEBUG = True\nsys.modules['config.settings'].OTHER = 'below'\n")
    tree("this module by its name, from a helper", STAR + "from .helper import go\ngo()\n", base=SETTINGS, helper="import sys\n\ndef go():\n    setattr(sys.modules['config.settings'], 'VALUE', 'helper')\n")
    tree("this module imported by a helper", STAR + "from .helper import go\ngo()\n", base=SETTINGS, helper="def go():\n    from config import settings\n    settings.VALUE = 'helper'\n    settings.SECURE_SSL_REDIRECT = True\n")
    tree("this module imported by a helper as it loads", STAR + "from . import helper\n", base=SETTINGS, helper="import config.settings as s\ns.VALUE = 'helper'\n")
    tree("the caller's frame", "import sys\n" + STAR + "from .helper import go\ngo()\n", base=SETTINGS, helper="import sys\n\ndef go():\n    sys._getframe(1).f_globals['VALUE'] = 'frame'\n")
    tree("the caller's frame by inspect", STAR + "from .helper import go\ngo('DEBUG', True)\n", base=SETTINGS, helper="import inspect\n\ndef go(name, value):\n    inspect.currentframe().f_back.f_globals[name] = value\n")
    tree("the globals of a function", STAR + "from . import base\nbase.here.__globals__['VALUE'] = 'globals'\nOTHER = base.VALUE\n", base=SETTINGS + "\ndef here():\n    pass\n")
    tree("a module by importlib", "import importlib\nbase = importlib.import_module('config.base')\nbase.VALUE = 'lib'\n" + STAR, base=SETTINGS)
    tree("a loop over modules", "from . import base, other\nfor module in (base, other):\n    module.VALUE = 'loop'\n" + STAR + "from .other import VALUE as OTHER\n", base=SETTINGS, other="VALUE = 0\n")
    tree("del of an attribute of the layer below", "from . import base\ndel base.VALUE\n" + STAR + "OTHER = 'VALUE' in globals()\n", base=SETTINGS)
    tree("exec in the layer below", "from . import base\nexec('VALUE = 7', base.__dict__)\n" + STAR, base=SETTINGS)
    tree("a module that fills itself from another", STAR, base=SETTINGS + "from . import words\nfor _name in dir(words):\n    if _name.isupper():\n        globals()[_name] = getattr(words, _name)\n", words="VALUE = 'words'\nEMAIL_HOST = 'mail.example'\n")


def kept(tree):
    tree("a writer as a method of a registry", "from .base import registry\nregistry['put']('VALUE', 9)\n" + STAR, base=SETTINGS + PUT + "registry = {'put': put}\n")
    tree("a writer found by getattr", "from . import base\ngetattr(base, 'put')('VALUE', 10)\n" + STAR, base=SETTINGS + PUT)
    tree("a writer found by name", "from importlib import import_module\nimport_module('config.base').put('VALUE', 11)\n" + STAR, base=SETTINGS + PUT)
    tree("a writer in a list", "from . import base\nfor step in base.STEPS:\n    step()\n" + STAR, base=SETTINGS + "\ndef one():\n    globals()['VALUE'] = 'one'\n\ndef two():\n    globals()['OTHER'] = VALUE + 'two'\n\nSTEPS = [one, two]\n")
    tree("a writer behind a property", "from .base import Switch\nOTHER = Switch().on\n" + STAR, base=SETTINGS + "\nclass Switch:\n    @property\n    def on(self):\n        globals()['VALUE'] = 'on'\n        return True\n")
    tree("a writer behind an operator", "from .base import Put\nPut() + 5\n" + STAR, base=SETTINGS + "\nclass Put:\n    def __add__(self, value):\n        globals()['VALUE'] = value\n        return self\n")
    tree("a writer behind an item", "from .base import Put\nPut()['VALUE'] = 'item'\n" + STAR, base=SETTINGS + "\nclass Put:\n    def __setitem__(self, name, value):\n        globals()[name] = value\n")
    tree("a writer behind a context", "from .base import Strict\nwith Strict():\n    pass\n" + STAR, base=SETTINGS + "\nclass Strict:\n    def __enter__(self):\n        globals()['VALUE'] = 'entered'\n\n    def __exit__(self, *error):\n        globals()['OTHER'] = 'left'\n")
    tree("a writer behind contextlib", "from .base import strict\nwith strict():\n    pass\n" + STAR, base=SETTINGS + "import contextlib\n\n@contextlib.contextmanager\ndef strict():\n    global VALUE\n    VALUE = 'entered'\n    yield\n    VALUE = VALUE + ' and left'\n")
    tree("a writer that is a generator", "from .base import write\nfor _ in write():\n    pass\n" + STAR, base=SETTINGS + "\ndef write():\n    global VALUE\n    for VALUE in (1, 2, 3):\n        yield VALUE\n")
    tree("a subclass that is noted", "from .base import Base\n\nclass Live(Base):\n    pass\n\n" + STAR, base=SETTINGS + "\nclass Base:\n    def __init_subclass__(cls):\n        globals()['VALUE'] = cls.__name__\n")
    tree("a module __getattr__", "from . import base\nVALUE = base.MADE\nfrom .base import LATER as OTHER\nfrom .base import DEBUG, SECRET_KEY, ROOT_URLCONF, MIDDLEWARE, INSTALLED_APPS\n", base=SETTINGS + "\ndef __getattr__(name):\n    if name == 'MADE':\n        return 'made'\n    if name == 'LATER':\n        globals()['LATER'] = 'later'\n        return LATER\n    raise AttributeError(name)\n")


def shared(tree):
    tree("a list that two layers change", "from .base import *\nfrom . import middle\nMIDDLEWARE.append('a.B')\nVALUE = len(middle.MIDDLEWARE) == len(MIDDLEWARE)\n", base=SETTINGS, middle="from .base import MIDDLEWARE\nMIDDLEWARE.insert(0, 'first.M')\n")
    tree("a dict that a function of another module fills", STAR + "from .helper import fill\nVALUE = {}\nfill(VALUE)\nfill(VALUE, 'b')\n", base=SETTINGS, helper="def fill(mapping, key='a'):\n    mapping[key] = len(mapping)\n")
    tree("a dict of a helper that both fill", STAR + "from .helper import STORE, store\nSTORE['a'] = 1\nstore('b', 2)\nVALUE = STORE\n", base=SETTINGS, helper="STORE = {}\n\ndef store(name, value):\n    STORE[name] = value\n")
    tree("a default that remembers", STAR + "from .helper import add\nadd('a')\nVALUE = add('b')\n", base=SETTINGS, helper="def add(item, seen=[]):\n    seen.append(item)\n    return list(seen)\n")
    tree("a class attribute set from outside", STAR + "from .helper import Conf\nConf.host = 'set.example'\nEMAIL_HOST = Conf.host\nVALUE = Conf().host\n", base=SETTINGS, helper="class Conf:\n    host = 'mail.example'\n")
    tree("a class attribute set by its module's function", STAR + "from .helper import Conf, switch\nswitch()\nEMAIL_HOST = Conf.host\n", base=SETTINGS, helper="class Conf:\n    host = 'mail.example'\n\ndef switch():\n    Conf.host = 'switched.example'\n")
    tree("an instance that two modules set", STAR + "from .helper import conf\nfrom . import other\nconf.b = 2\nVALUE = vars(conf)\nOTHER = conf.a\n", base=SETTINGS, helper="import types\nconf = types.SimpleNamespace(a=1)\n", other="from .helper import conf\nconf.a = 5\n")
    tree("a builtin put aside", STAR + "from .helper import int\nVALUE = int('5')\n", base=SETTINGS, helper="def int(text):\n    return text + '!'\n")
    tree("builtins changed", "import builtins\nfrom . import helper\nVALUE = len([1, 2])\n" + STAR.replace("*", "DEBUG, SECRET_KEY, ROOT_URLCONF, MIDDLEWARE, INSTALLED_APPS"), base=SETTINGS, helper="import builtins\n_len = builtins.len\nbuiltins.len = lambda of: _len(of) + 10\n")
    tree("environ set by an import", "from . import helper\nimport os\n" + STAR + "VALUE = os.environ['STAGE']\n", base=SETTINGS, helper="import os\nos.environ['STAGE'] = 'helper'\n")
    tree("environ set by a function of another module", "from .helper import stage\nstage('a')\n" + STAR + "VALUE = os.environ.get('STAGE')\n", base=SETTINGS, helper="import os\n\ndef stage(name):\n    os.environ['STAGE'] = name\n")


def around(tree):
    tree("a circle of two layers", "VALUE = 'settings'\nfrom .base import *\nOTHER = EMAIL_HOST\n", base=SETTINGS.replace("VALUE = 1\n", "") + "from . import settings\nEMAIL_HOST = settings.VALUE\n")
    tree("a condition on another module's write", "from . import base\nif base.VALUE == 1:\n    base.put('VALUE', 2)\nif base.VALUE == 2:\n    base.put('OTHER', 'two')\n" + STAR, base=SETTINGS + PUT)
    tree("what is taken over before the write stays", "from .base import VALUE\nfrom . import base\nbase.put('VALUE', 2)\nOTHER = (VALUE, base.VALUE)\nfrom .base import DEBUG, SECRET_KEY, ROOT_URLCONF, MIDDLEWARE, INSTALLED_APPS\n", base=SETTINGS + PUT)
    tree("a write that another function of that module reads", "from . import base\nbase.put('STAGE', 'live')\nVALUE = base.stage()\nfrom .base import DEBUG, SECRET_KEY, ROOT_URLCONF, MIDDLEWARE, INSTALLED_APPS\n", base=SETTINGS + PUT + "STAGE = 'dev'\n\ndef stage():\n    return STAGE\n")
    tree("a reload", "import importlib\nfrom . import base\nbase.VALUE = 5\nimportlib.reload(base)\n" + STAR, base=SETTINGS)
    tree("a reload after the environment changed", "import importlib, os\nfrom . import base\nos.environ['HOST'] = 'second.example'\nimportlib.reload(base)\n" + STAR, base=SETTINGS + "EMAIL_HOST = os.environ.get('HOST', 'first.example')\n")
