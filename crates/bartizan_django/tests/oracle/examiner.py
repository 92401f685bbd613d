"""Settings variants: where one small rule of Python or of a library decides what is set, each in a few lines."""

from heads import HEAD, writers


def add_all(add):
    one, tree = writers(add, "style rule of ")

    texts(one)
    containers(one)
    names(one)
    flow(one)
    classes(one)
    layers(tree)
    libraries(one)
    counts(one)
    offers(tree)
    process(one)


def texts(one):
    one("quotes of a text in print", r'''
VALUE = ["you’ll", "it's", 'say "x"', 'both \' and "', "tab\t", "é\x7f", "\u200b", "\\d", "\U0001f600", "\xad"]
OTHER = {"it’s": ("a’b",)}
DEBUG = False
''')
    one("views of dictionaries that are kept", '''
FIELDS = (("a", (1, "x")), ("b", (2, "y")))
VALUE = {"one": dict(FIELDS).keys(), "two": dict(FIELDS).values(), "three": dict(a=1).items()}
OTHER = [dict(FIELDS).keys()]
EMAIL = ({"k": 1}.keys(),)
''')
    one("splitting with and without a separator", '''
RAW = os.environ.get("RAW", " a  b ")
VALUE = [RAW.split(), RAW.split(" "), "".split(), "".split(","), "a,,b".split(",", 1), "a\\nb\\r\\nc".splitlines(), "a=b=c".partition("="), "abc".rpartition("=")]
ALLOWED_HOSTS = [h for h in RAW.split(" ")]
OTHER = "x".join(RAW.split())
''')
    one("stripping sets of letters", '''
HOST = os.environ.get("HOST", "https://www.shop.example/")
VALUE = [HOST.lstrip("https://"), HOST.rstrip("/"), HOST.strip("/htps:"), HOST.removeprefix("https://"), HOST.removesuffix("/")]
ALLOWED_HOSTS = [HOST.lstrip("https://www.").rstrip("/")]
''')
    one("numbers in texts", '''
VALUE = [int(" 42 "), int("1_000"), float("1e-3"), int("-0"), int("0x1f", 0), "%05d|%-5s|%+d" % (42, "a", 3), f"{3.14159:.2f}|{1000000:,}|{42:>6}|{'a':^5}|{True!r}", "{0}{1[0]}{2.real}".format("a", "bc", 5)]
SECURE_HSTS_SECONDS = int(os.environ.get("HSTS", " 3_600\\n"))
OTHER = 10 / 4, 10 // 4, -7 // 2, 7 % -3, 2 ** -1, 1e16, 1e15, 0.1 + 0.2, 1_000.0
''')
    one("case of texts with odd letters", '''
VALUE = ["ß".upper(), "İ".lower(), "ǆ".title(), "they're bill's".title(), "hELLO wORLD".capitalize(), "Straße".casefold(), "a-b_c".swapcase()]
DEBUG = "TRUE".lower() == "true" and "ı".upper() == "I"
''')
    one("truth of texts through numbers and back", '''
DEBUG = bool(int(bool(os.environ.get("DEBUG", "0"))))
SECURE_SSL_REDIRECT = bool(float("0.0")) or not "0"
VALUE = [True + True, True == 1, 1 in [True], {1: "a", True: "b"}, {1.0: "x", 1: "y"}, str(True), int("1") is True]
OTHER = [sum([True, False, True]), max("b", "a"), "b" > "a", (1, 2) < (1, 3), [] < [0]]
''')
    one("a template of texts", '''
from string import Template
VALUE = Template("$user@$host costs $$5").substitute(user="shop", host="mail.example")
OTHER = Template("${a}-$b").safe_substitute(a=1)
EMAIL_HOST = "smtp.{domain}".format_map({"domain": "shop.example"})
''')


def containers(one):
    one("a default argument that is shared", '''
def hosts(extra, known=[]):
    known.append(extra)
    return known

VALUE = hosts("a.example")
OTHER = hosts("b.example")
ALLOWED_HOSTS = list(VALUE)
DEBUG = VALUE is OTHER
''')
    one("lists that are one and lists that are two", '''
A = B = ["a.example"]
A += ["b.example"]
C = A
C = C + ["c.example"]
D = [[]] * 2
D[0].append(1)
E = [[] for _ in range(2)]
E[0].append(1)
VALUE = [A, B, C, D, E]
ALLOWED_HOSTS = B
''')
    one("a tuple with a list in it", '''
PAIR = ([], "x")
try:
    PAIR[0] += ["a"]
except TypeError:
    SECURE_SSL_REDIRECT = True
VALUE = PAIR
T = ("a",)
U = T
T += ("b",)
OTHER = [T, U]
''')
    one("order of keys that are set again", '''
D = {"b": 1, "a": 2}
D["b"] = 3
D.update(c=1, a=5)
E = {**D, "b": 9}
D["z"] = D.pop("b")
VALUE = [list(D), list(E), D | {"a": 0, "q": 1}, list(reversed(D)), D.popitem(), D.setdefault("c", 7), D.setdefault("n", []), D]
OTHER = dict(zip("ab", (1, 2)), b=3)
''')
    one("slices that are given", '''
L = list("abcdef")
L[1:3] = "XYZ"
L[::2] = [1, 2, 3, 4]
del L[-2:]
M = list(range(5))
M[1:1] = [9]
M[10:] = [7]
M.insert(-1, 8)
M.insert(99, 6)
VALUE = [L, M, M[5:1:-2], M[-100:2], L[:], "shop"[::-1], M.pop(0), M.index(9)]
''')
    one("a list that changes under its own loop", '''
L = ["a", "b", "c", "d"]
for item in L:
    if item in ("a", "b"):
        L.remove(item)
VALUE = L
N = [1, 2, 3]
for n in N:
    if len(N) < 6:
        N.append(n * 10)
OTHER = N
for name in MIDDLEWARE[:]:
    if "csrf" in name:
        MIDDLEWARE.remove(name)
''')
    one("unpacking with stars", '''
first, *rest = ["a.example", "b.example", "c.example"]
*init, last = "xyz"
(a, b), c = [1, 2], 3
[d, (e, *f)] = 4, "pqr"
ALLOWED_HOSTS = [first, *rest[::-1]]
VALUE = [init, last, a, b, c, d, e, f, *{"k": 1}, *(i for i in range(2))]
OTHER = {**{"a": 1}, **dict(b=2)}
x = y = [0]
i = 0
i, x[i] = 0, 5
EMAIL = (y, [*()])
''')
    one("sets of one and operations between them", '''
A = {"a", "b"} & {"b", "c"}
B = frozenset(["x"]) | set()
VALUE = [sorted({"b", "a"} ^ {"a", "c"}), A, B, len({1, True, 1.0}), {"a"} < {"a", "b"}, {"a"}.isdisjoint({"b"})]
ALLOWED_HOSTS = sorted(set("b.example a.example b.example".split()), key=len)[:0] + sorted(A)
''')
    one("sorting by keys, stable", '''
APPS = ["shop.orders", "accounts", "shop.cart", "blog"]
VALUE = [sorted(APPS, key=lambda a: "." in a), sorted(APPS, key=len, reverse=True), sorted(APPS, key=lambda a: (-len(a), a)), max(APPS, key=len), min(APPS, key=lambda a: a[-1])]
APPS.sort(key=str.lower)
OTHER = APPS
INSTALLED_APPS = sorted(INSTALLED_APPS, key=lambda a: a.endswith("sessions"))
''')


def names(one):
    one("names of comprehensions and loops that stay or go", '''
n = "before"
squares = [n for n in range(3)]
VALUE = [n, squares]
for n in "xy":
    pass
OTHER = n
hosts = ["a", "b"]
funcs = [lambda: h for h in hosts]
ALLOWED_HOSTS = [f() for f in funcs]
EMAIL = [f() for f in [lambda h=h: h for h in hosts]]
''')
    one("the name of an exception that goes", '''
error = "kept"
try:
    int("x")
except ValueError as error:
    EMAIL = str(error)
VALUE = "error" in globals()
OTHER = globals().get("error", "gone")
DEBUG = not VALUE
''')
    one("functions that see later values of the module", '''
MODE = "dev"

def is_dev():
    return MODE == "dev"

DEBUG = is_dev()
MODE = "live"
SECURE_SSL_REDIRECT = not is_dev()

def hosts(mode=MODE):
    return [mode + ".example"]

MODE = "test"
ALLOWED_HOSTS = hosts()
VALUE = is_dev(), MODE
''')
    one("globals and nonlocals of functions", '''
COUNT = 0

def step():
    global COUNT, OTHER
    COUNT += 1
    OTHER = COUNT * 10
    return COUNT

def counter():
    n = 0
    def up():
        nonlocal n
        n += 1
        return n
    return up

step()
up = counter()
VALUE = [step(), up(), up(), counter()(), COUNT]
SECURE_HSTS_SECONDS = OTHER
''')
    one("a setting that is deleted", '''
SECURE_HSTS_SECONDS = 60
SESSION_COOKIE_SECURE = True
del SESSION_COOKIE_SECURE
for _name in ["SECURE_HSTS_SECONDS"]:
    del globals()[_name]
VALUE = sorted(n for n in ("SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "DEBUG") if n in globals())
''')
    one("annotations without a value", '''
DEBUG: bool
SECURE_SSL_REDIRECT: "bool" = True
ALLOWED_HOSTS: list[str] = ["a.example"]
if False:
    SESSION_COOKIE_SECURE: bool = True
VALUE = sorted(__annotations__)
''')
    one("names that are built in and given anew", '''
list_ = list
def bool(value):
    return value in ("yes", "on")
DEBUG = bool("True")
SECURE_SSL_REDIRECT = bool("on")
int = lambda v: len(v)
SECURE_HSTS_SECONDS = int("12345")
VALUE = list_("ab")
''')


def flow(one):
    one("finally that has the last word", '''
def one():
    try:
        return "try"
    finally:
        return "finally"

def two(value):
    try:
        return int(value)
    except ValueError:
        return -1
    else:
        return 100
    finally:
        globals()["LAST"] = value

VALUE = [one(), two("5"), two("x"), LAST]
try:
    SECURE_HSTS_SECONDS = int("9")
except ValueError:
    SECURE_HSTS_SECONDS = 1
else:
    SECURE_HSTS_SECONDS += 1
finally:
    DEBUG = False
''')
    one("else of loops", '''
for host in ["a.example", "b.example"]:
    if host.startswith("b"):
        DEBUG = False
        break
else:
    DEBUG = True
while False:
    pass
else:
    SECURE_SSL_REDIRECT = True
n = 0
while n < 10:
    n += 3
    if n % 2 == 0:
        continue
    VALUE = n
OTHER = [host, n]
''')
    one("comparisons in a chain and short ways", '''
CALLS = []
def seen(value):
    CALLS.append(value)
    return value
VALUE = [1 < seen(3) < 2 < seen(9), seen(0) and seen(5), seen("") or seen("x"), not seen([]), seen(None) is None]
DEBUG = 0 <= len(CALLS) < 5 != 6
OTHER = CALLS
EMAIL = (lambda: "a" if [] else "b")()
''')
    one("exceptions by their families", '''
try:
    {}["x"]
except (ValueError, LookupError):
    VALUE = "lookup"
try:
    os.environ["NOT_SET"]
except OSError:
    OTHER = "os"
except Exception as e:
    OTHER = type(e).__name__
try:
    try:
        raise RuntimeError("first")
    except RuntimeError as e:
        raise ValueError("second") from e
except ValueError as e:
    EMAIL = [str(e), str(e.__cause__), e.args]
class Missing(KeyError):
    pass
try:
    raise Missing("k")
except KeyError as e:
    EMAIL_HOST = str(e)
''')
    one("an assertion that fails and is caught", '''
DEBUG = True
try:
    assert not DEBUG, "no debug"
    SECURE_SSL_REDIRECT = False
except AssertionError as e:
    VALUE = e.args[0]
    SECURE_SSL_REDIRECT = True
DEBUG = __debug__ and False
''')
    one("matching by shape", '''
def kind(value):
    match value:
        case {"host": str(h), **rest} if rest:
            return [h, rest]
        case {"host": h}:
            return h
        case [first, *_, last]:
            return (first, last)
        case "a" | "b" as letter:
            return letter.upper()
        case int(n) if n > 5:
            return n
        case None | False:
            return "nothing"
        case _:
            return "other"

VALUE = [kind({"host": "x", "port": 1}), kind({"host": 3}), kind([1, 2, 3]), kind("b"), kind(7), kind(3), kind(None), kind("ab"), kind(False), kind(True)]
''')
    one("generators that are read once", '''
def parts():
    yield "a"
    got = yield "b"
    yield from ("c", "d")
    return "end"

g = parts()
first = next(g)
rest = list(g)
again = list(g)
z = zip([1, 2, 3], iter("xy"))
VALUE = [first, rest, again, list(z), list(z), next(iter([]), "none")]
m = map(int, ["1", "2"])
OTHER = [sum(m), sum(m)]
it = iter([1, 2, 3, 4])
EMAIL = list(zip(it, it))
DEBUG = any(x for x in []) or all([])
''')


def classes(one):
    one("attributes of classes and of their objects", '''
class Base:
    hosts = []
    level = 1
    def __init__(self, host):
        self.hosts.append(host)
        self.level += 1

class Child(Base):
    level = 10
    def __init__(self, host):
        super().__init__(host + "!")

a, b = Base("a"), Child("b")
VALUE = [Base.hosts, a.level, Base.level, b.level, Child.hosts is Base.hosts, b.hosts]
ALLOWED_HOSTS = a.hosts
''')
    one("settings taken from a class by its names", '''
class Live:
    SECURE_HSTS_SECONDS = 60
    _HIDDEN = 1
    lower = 2
    X_FRAME_OPTIONS = "SAMEORIGIN"

    @staticmethod
    def hosts():
        return ["a.example"]

for _key, _value in vars(Live).items():
    if _key.isupper() and not _key.startswith("_"):
        globals()[_key] = _value
ALLOWED_HOSTS = Live.hosts()
VALUE = [k for k in vars(Live) if not k.startswith("__")]
''')
    one("objects that answer for what is missing", '''
class Conf(dict):
    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            return "missing:" + name
    def __missing__(self, key):
        return key.upper()

conf = Conf(host="a.example", debug=False)
DEBUG = conf.debug
ALLOWED_HOSTS = [conf.host, conf["other"], conf.nothing]
VALUE = conf.get("zzz"), "zzz" in conf, len(conf)
''')
    one("operators that a class defines", '''
class Hosts:
    def __init__(self, *names):
        self.names = list(names)
    def __add__(self, other):
        return Hosts(*self.names, *other.names)
    def __iter__(self):
        return iter(self.names)
    def __len__(self):
        return len(self.names)
    def __bool__(self):
        return "live" in self.names
    def __contains__(self, name):
        return name == "any"
    def __eq__(self, other):
        return True
    def __call__(self, n):
        return self.names * n

h = Hosts("a") + Hosts("b")
DEBUG = bool(h)
ALLOWED_HOSTS = list(h)
VALUE = [len(h), "any" in h, "a" in h, h == 5, h(2), not h]
''')
    one("properties, class methods and counts of objects", '''
import functools

class Site:
    made = 0
    def __new__(cls, *args):
        cls.made += 1
        return super().__new__(cls)
    def __init__(self, domain):
        self._domain = domain
    @property
    def domain(self):
        return self._domain
    @domain.setter
    def domain(self, value):
        self._domain = value.lower()
    @classmethod
    def of(cls, env):
        return cls(os.environ.get(env, "SHOP.example"))
    @functools.cached_property
    def hosts(self):
        return [self.domain, "www." + self.domain]

s = Site.of("DOMAIN")
VALUE = [s.domain, Site.made]
s.domain = "NEW.Example"
ALLOWED_HOSTS = s.hosts
s.domain = "later"
OTHER = [s.hosts, s.domain, getattr(s, "none", "x"), hasattr(s, "_domain")]
''')
    one("dataclasses with defaults and after-thoughts", '''
from dataclasses import dataclass, field, asdict, replace

@dataclass
class Mail:
    host: str = "mail.example"
    port: int = 25
    tags: list = field(default_factory=list)
    url: str = field(init=False, default="")

    def __post_init__(self):
        self.url = f"smtp://{self.host}:{self.port}"

a = Mail()
b = replace(a, port=587)
a.tags.append("x")
VALUE = [asdict(a), b.url, b.tags is a.tags, a == Mail(tags=["x"]), Mail("h").url]
EMAIL_HOST = b.host
OTHER = b
''')


def layers(tree):
    one_base = HEAD + 'DEBUG = True\nALLOWED_HOSTS = ["base"]\n_PRIVATE = 1\nVALUE = "base"\nhosts = []\n'
    tree("a list of another module that is changed through both names", {
        "config/base.py": one_base,
        "config/other.py": "from config.base import ALLOWED_HOSTS\nALLOWED_HOSTS.append('other')\n",
        "config/settings.py": "from config import base\nfrom config.base import *\nimport config.other\nALLOWED_HOSTS.append('here')\nbase.VALUE = 'changed'\nOTHER = [base.ALLOWED_HOSTS, base.VALUE, VALUE]\n",
    })
    tree("star imports that leave out what begins with a line", {
        "config/base.py": one_base,
        "config/settings.py": "from config.base import *\ntry:\n    _PRIVATE\nexcept NameError:\n    OTHER = 'private'\nDEBUG = '_PRIVATE' in globals()\n",
    })
    tree("star imports of a list that a module grows", {
        "config/base.py": one_base + "__all__ = ['SECRET_KEY', 'ROOT_URLCONF']\n__all__ += [n for n in list(globals()) if n in ('DEBUG', '_PRIVATE')]\n",
        "config/settings.py": "from config.base import *\nOTHER = [DEBUG, _PRIVATE, 'VALUE' in globals()]\n",
    })
    tree("a module that gives names when asked", {
        "config/lazy.py": "def __getattr__(name):\n    if name == 'HOSTS':\n        return ['lazy.example']\n    raise AttributeError(name)\n",
        "config/settings.py": HEAD + "from config import lazy\nfrom config.lazy import HOSTS\nALLOWED_HOSTS = HOSTS\nVALUE = getattr(lazy, 'NONE', 'none')\nDEBUG = False\n",
    })
    tree("an import inside a function that comes too late", {
        "config/base.py": one_base,
        "config/settings.py": "from config.base import *\ndef later():\n    from config import base\n    base.ALLOWED_HOSTS.append('late')\n    return base.DEBUG\nVALUE = list(ALLOWED_HOSTS)\nDEBUG = not later()\nOTHER = ALLOWED_HOSTS\n",
    })
    tree("what the environment holds after a module set it", {
        "config/env.py": "import os\nos.environ.setdefault('STAGE', 'live')\nos.environ.setdefault('DEBUG', '1')\nos.environ['HSTS'] = str(60)\n",
        "config/settings.py": "import config.env\n" + HEAD + "DEBUG = os.environ.pop('DEBUG') == '1'\nVALUE = [os.environ['STAGE'], os.environ.get('DEBUG', 'gone'), 'HSTS' in os.environ]\nSECURE_HSTS_SECONDS = int(os.getenv('HSTS'))\n",
    }, {"DEBUG": "0"})


def libraries(one):
    one("casts of django-environ that are read closely", '''
import environ
env = environ.Env(PORTS=(list[int] if False else [int], [80]), FLAGS=(dict, {}))
VALUE = [env("PORTS"), env.dict("FLAGS"), env.tuple("T", default=("a",)), env.float("F"), env.json("J"), env.str("NL", multiline=True), env.bool("B"), env.list("E", default=["x"])]
DEBUG = env.bool("B")
ALLOWED_HOSTS = env.list("HOSTS")
OTHER = env("MISSING", default=None), env.int("MISSING", default="7")
''', {"PORTS": "1,2", "FLAGS": "a=1,b=x", "T": "(x,y)", "F": "1,234.5", "J": '{"a": [1, null]}', "NL": "a\\nb", "B": "Yes", "E": "", "HOSTS": "a.example, b.example,"})
    one("a prefix and a proxied value of django-environ", '''
import environ
env = environ.Env()
env.prefix = "SHOP_"
VALUE = [env("NAME"), env.str("ALIAS"), env("NAME", default="y")]
DEBUG = env.bool("DEBUG", default=True)
OTHER = env.url("SITE").netloc, env.url("SITE").scheme
''', {"SHOP_NAME": "n", "SHOP_ALIAS": "$NAME", "SHOP_DEBUG": "off", "NAME": "wrong", "SHOP_SITE": "https://u@shop.example:8443/x"})
    one("casts of decouple that are read closely", '''
from decouple import Choices, Csv, config
VALUE = [config("HOSTS", cast=Csv()), config("TUPLE", cast=Csv(post_process=tuple)), config("N", cast=int), config("EMPTY", default="d"), config("LEVEL", cast=Choices(["low", "high"])), config("Q", cast=Csv(delimiter=";", strip=" *"))]
DEBUG = config("DEBUG", cast=bool)
SECURE_SSL_REDIRECT = config("MISSING", default="yes", cast=bool)
OTHER = config("MISSING", default=5, cast=lambda v: v * 2)
''', {"HOSTS": "a, 'b c' ,d", "TUPLE": "1,2", "N": "7", "EMPTY": "", "LEVEL": "high", "Q": "*a*; b ", "DEBUG": "n"})
    one("addresses of databases with odd letters", '''
import dj_database_url
DATABASES = {
    "default": dj_database_url.parse("postgres://us%40er:p%23w%2F@db.example/shop?sslmode=require&connect_timeout=5", conn_max_age=60),
    "other": dj_database_url.config("OTHER_URL", default="sqlite:///shop.sqlite3"),
    "mem": dj_database_url.parse("sqlite://:memory:"),
}
VALUE = DATABASES["default"]["PASSWORD"], DATABASES["default"].get("OPTIONS"), DATABASES["default"]["PORT"], DATABASES["mem"]["NAME"]
OTHER = DATABASES["other"]["NAME"]
DEBUG = False
''')
    one("texts of the environment that look like others", '''
env = os.environ.get
VALUE = [env("A"), env("B", None), env("C", ""), env("D", 5), os.environ.get("D", default=False) if False else os.getenv("D", False)]
DEBUG = env("DEBUG", "") not in ("", "0", "false", "no")
SECURE_HSTS_SECONDS = int(env("HSTS") or 0)
ALLOWED_HOSTS = list(map(str.strip, env("HOSTS", "").split(",")))
SESSION_COOKIE_SECURE = "ssl" in env("MODE", "").split("+")
OTHER = {k: v for k, v in os.environ.items() if k in ("A", "HSTS")}
''', {"A": "", "DEBUG": "False", "HSTS": "", "HOSTS": " a , b", "MODE": "tls+ssl"})


def counts(one):
    one("subclasses that register themselves", '''
class Backend:
    known = {}
    def __init_subclass__(cls, key=None, **kwargs):
        super().__init_subclass__(**kwargs)
        Backend.known[key or cls.__name__.lower()] = cls

class Redis(Backend):
    pass

class Local(Backend, key="mem"):
    pass

VALUE = sorted(Backend.known)
OTHER = len(Backend.known)
DEBUG = not Backend.known
''')
    one("a decorator that registers what it is given", '''
HOOKS = []
NAMES = {}

def hook(name=None):
    def inner(f):
        HOOKS.append(f.__name__)
        NAMES[name or f.__name__] = f()
        return f
    return inner

@hook()
def first():
    return 1

@hook("two")
def second():
    return 2

VALUE = HOOKS
OTHER = NAMES
DEBUG = len(HOOKS) == 0
''')
    one("a metaclass and names that descriptors learn", '''
class Field:
    def __set_name__(self, owner, name):
        self.name = name
        owner.fields = getattr(owner, "fields", ()) + (name,)
    def __get__(self, obj, owner=None):
        return "field " + self.name

class Meta(type):
    def __new__(mcs, name, bases, ns):
        ns["TAG"] = name.upper()
        return super().__new__(mcs, name, bases, ns)

class Conf(metaclass=Meta):
    fields = ()
    host = Field()
    port = Field()
    TAG = "own"

VALUE = Conf.fields
OTHER = Conf.TAG
EMAIL_HOST = Conf.host
''')
    one("a function with a memory", '''
def level():
    level.calls = getattr(level, "calls", 0) + 1
    return level.calls

level.prefix = "x"
DEBUG = level() == 2
VALUE = level()
OTHER = [level.calls, level.prefix]

import functools

@functools.lru_cache(maxsize=None)
def read(name):
    SEEN.append(name)
    return os.environ.get(name, "none")

SEEN = []
read("A"), read("A"), read("B")
EMAIL = SEEN
''')
    one("an object that is copied and one that is not", '''
import copy

BASE = {"a": [1], "b": {"c": 1}}
SHALLOW = dict(BASE)
DEEP = copy.deepcopy(BASE)
ALSO = copy.copy(BASE)
BASE["a"].append(2)
BASE["b"] = {}
SHALLOW["b"]["c"] = 5
VALUE = [BASE, SHALLOW]
OTHER = [DEEP, ALSO]
''')


def offers(tree):
    base = HEAD + "DEBUG = True\nALLOWED_HOSTS = ['base']\nSECURE_HSTS_SECONDS = 7\nVALUE = 'base'\n"

    def offered(name, text):
        tree(f"a list of what a module offers, {name}", {
            "config/base.py": base + text,
            "config/settings.py": "SECURE_HSTS_SECONDS = 1\nVALUE = 'own'\nfrom config.base import *\nSESSION_COOKIE_SECURE = True\n",
        })

    offered("of every name in capitals", "__all__ = [n for n in dir() if n.isupper() and not n.startswith('SECURE')]\n")
    offered("with a name added", "__all__ = ['SECRET_KEY', 'ROOT_URLCONF', 'VALUE']\n__all__.append('DEBUG')\n")
    offered("with names extended", "__all__ = ('SECRET_KEY', 'ROOT_URLCONF')\n__all__ += ('VALUE', 'ALLOWED_HOSTS')\n")
    offered("made of the names of a dictionary", "FLAGS = {'DEBUG': 1, 'VALUE': 2}\n__all__ = list(FLAGS) + ['SECRET_KEY']\n")
    offered("with a name removed", "__all__ = [n for n in globals() if n[0] != '_']\n__all__.remove('VALUE')\n")
    offered("of two parts, one of them under a condition", "__all__ = ['SECRET_KEY', 'DEBUG']\nif os.environ.get('MORE'):\n    __all__ += ['VALUE']\nelse:\n    __all__ = __all__ + ['SECURE_HSTS_SECONDS']\n")


def process(one):
    one("the module of the settings, which the process knows", '''
MODULE = os.environ.get("DJANGO_SETTINGS_MODULE")
VALUE = [MODULE, __name__, MODULE == __name__]
OTHER = os.environ["DJANGO_SETTINGS_MODULE"].rsplit(".", 1)[-1]
if not os.environ.get("KEY") and MODULE == "config.settings":
    SECRET_KEY = "django-insecure-for-development-only"
DEBUG = "DJANGO_SETTINGS_MODULE" not in os.environ
SECURE_SSL_REDIRECT = os.getenv("DJANGO_SETTINGS_MODULE", "").endswith("production")
''')
    one("hosts of platforms, each once", '''
ALLOWED_HOSTS = [h.strip() for h in os.getenv("HOSTS", "127.0.0.1,localhost").split(",") if h.strip()]
if os.getenv("VERCEL_URL"):
    vercel_url = os.getenv("VERCEL_URL").split(":")[0]
    ALLOWED_HOSTS.append(vercel_url)
ALLOWED_HOSTS.extend([".vercel.app", ".now.sh", "localhost"])
ALLOWED_HOSTS = list(dict.fromkeys(ALLOWED_HOSTS))
VALUE = list(set(ALLOWED_HOSTS))
OTHER = sorted(set(ALLOWED_HOSTS))
''', {"VERCEL_URL": "shop.vercel.app:443"})
