"""Settings variants: containers, names and exceptions reached by ways that hardly anybody looks at."""

from heads import HEAD, URLS

BEGIN = HEAD + "DEBUG = False\n"


def add_all(add):
    def one(name, text, **files):
        files = {f"config/{path}.py": body for path, body in files.items()}
        files = {**URLS, "config/__init__.py": "", **files, "config/settings.py": BEGIN + text}
        add(f"hidden ways: {name}", files, None, "config.settings")

    by_namespace(one)
    by_method(one)
    by_result(one)
    by_exception(one)
    by_class(one)
    by_module(one)


def by_namespace(one):
    ways = {
        "globals": "globals()['a']",
        "vars": "vars()['a']",
        "locals get": "locals().get('a')",
        "the module": "sys.modules[__name__].a",
        "its dict": "sys.modules[__name__].__dict__['a']",
        "getattr of the module": "getattr(sys.modules[__name__], 'a')",
        "eval": "eval('a')",
    }
    for name, way in ways.items():
        one(f"a list by {name}", f"a = ['h0']\nALLOWED_HOSTS = a\n{way}.append('x')\nDEBUG = len(a) == 1\n")
        one(f"a list by {name}, handed on", f"def add(to):\n    to.append('x')\n\na = ['h0']\nALLOWED_HOSTS = a\nadd({way})\nDEBUG = len(a) == 1\n")
    one("a dict in a dict by vars", "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'x'}}\nvars()['DATABASES']['default']['NAME'] = 'y'\nDEBUG = DATABASES['default']['NAME'] == 'x'\n")
    one("a name that the module deletes of itself", "SESSION_COOKIE_SECURE = True\ndelattr(sys.modules[__name__], 'SESSION_COOKIE_SECURE')\n")


def by_method(one):
    one("getattr and append", "ALLOWED_HOSTS = ['h0']\ngetattr(ALLOWED_HOSTS, 'append')('x')\n")
    one("getattr of an item", "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'x'}}\ngetattr(DATABASES['default'], 'update')({'NAME': 'y'})\n")
    for method, args in {"iadd": "['x']", "setitem": "0, 'x'", "delitem": "0", "imul": "2"}.items():
        one(f"the method {method} of a list", f"ALLOWED_HOSTS = ['h0']\nALLOWED_HOSTS.__{method}__({args})\nDEBUG = ALLOWED_HOSTS == ['h0']\n")
    for method in ("ior", "isub", "ixor", "iand"):
        one(f"the method {method} of a set", f"hosts = {{'h0'}}\nhosts.__{method}__({{'h0', 'x'}})\nALLOWED_HOSTS = sorted(hosts)\n")


def by_result(one):
    one("a property", "a = ['h0']\nALLOWED_HOSTS = a\n\nclass K:\n    @property\n    def hosts(self):\n        return a\n\nK().hosts.append('x')\nDEBUG = len(a) == 1\n")
    one("a context", "import contextlib\n\na = ['h0']\nALLOWED_HOSTS = a\n\n@contextlib.contextmanager\ndef hosts():\n    yield a\n\nwith hosts() as b:\n    b.append('x')\nDEBUG = len(a) == 1\n")
    one("a generator", "a = ['h0']\nALLOWED_HOSTS = a\n\ndef all_of():\n    yield a\n\nfor b in all_of():\n    b.append('x')\nDEBUG = len(a) == 1\n")
    one("next of a generator", "a = ['h0']\nALLOWED_HOSTS = a\n\ndef all_of():\n    yield a\n\nnext(all_of()).append('x')\nDEBUG = len(a) == 1\n")
    one("a generator of a dict's part", "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'x'}}\n\ndef all_of():\n    yield DATABASES['default']\n\nfor each in all_of():\n    each['NAME'] = 'y'\nDEBUG = DATABASES['default']['NAME'] == 'x'\n")
    if_match = "ALLOWED_HOSTS = a\nmatch a:\n    case list(b):\n        b.append('x')\nDEBUG = len(a) == 1\n"
    one("a pattern", "a = ['h0']\n" + if_match)
    for cache in ("lru_cache", "lru_cache(maxsize=None)", "cache"):
        one(f"what {cache} keeps", f"import functools\n\n@functools.{cache}\ndef hosts():\n    return ['h0']\n\nhosts().append('x')\nALLOWED_HOSTS = hosts()\nDEBUG = len(hosts()) == 1\n")
    one("what a cache keeps under another name", "from functools import lru_cache\n\n@lru_cache\ndef hosts():\n    return ['h0']\n\nmine = hosts()\nmine.append('x')\nALLOWED_HOSTS = hosts()\n")


def by_exception(one):
    one("finally behind a handler that raises", "try:\n    try:\n        1 / 0\n    except ZeroDivisionError:\n        raise RuntimeError('again')\n    finally:\n        ALLOWED_HOSTS = ['fin']\n        DEBUG = True\nexcept RuntimeError:\n    pass\n")
    one("finally behind a handler that fails", "MIDDLEWARE = ['a.B'] * 0\ntry:\n    try:\n        int('x')\n    except ValueError:\n        MIDDLEWARE = MIDDLEWARE + []\n        [][0]\n    finally:\n        DEBUG = True\nexcept IndexError:\n    VALUE = DEBUG\n")
    one("finally that raises", "def fails():\n    try:\n        raise ValueError\n    finally:\n        raise KeyError\n\ntry:\n    fails()\nexcept KeyError:\n    VALUE = 'key'\nexcept ValueError:\n    VALUE = 'value'\n")
    for text in ("'\u00e9'.encode('ascii', 'ignore')", "'\u00e9'.encode('ascii', errors='replace')", "'x'.__class__.__name__", "(1).__class__", "type('Made', (object,), {'Z': 9}).Z", "(5).imag", "range(3).stop", "None.__class__"):
        one(f"what raises nothing: {text}", f"try:\n    VALUE = {text}\n    DEBUG = True\nexcept Exception:\n    VALUE = 'raised'\n")


def by_class(one):
    one("a descriptor", "class Off:\n    def __get__(self, instance, owner):\n        return False\n\nclass Conf:\n    debug = Off()\n\nSECURE_SSL_REDIRECT = bool(Conf.debug)\nVALUE = 'on' if Conf().debug else 'off'\n")
    one("its own __getattribute__", "class Conf:\n    host = 'shop.example'\n\n    def __getattribute__(self, name):\n        return 'other.' + name\n\nALLOWED_HOSTS = [Conf().host]\n")


def by_module(one):
    one("a class that loads itself into a module it is told", "from .core import Settings\n\nclass Live(Settings):\n    SECURE_SSL_REDIRECT = True\n    SECURE_HSTS_SECONDS = 31536000\n\n    @property\n    def ALLOWED_HOSTS(self):\n        return ['shop.example']\n\nLive.load(__name__)\n", core="import inspect\nimport sys\n\nclass Settings:\n    @classmethod\n    def load(cls, name):\n        self = cls()\n        module = sys.modules[name]\n        for member, value in inspect.getmembers(self):\n            if member.isupper():\n                setattr(module, member, value)\n")
    one("a function that sets names of a module it is told", "from .core import load\nload(__name__, SECURE_SSL_REDIRECT=True)\n", core="import sys\n\ndef load(name, **values):\n    for key, value in values.items():\n        setattr(sys.modules[name], key, value)\n")
    one("a star from logging", "del DEBUG\nfrom logging import *\n")
