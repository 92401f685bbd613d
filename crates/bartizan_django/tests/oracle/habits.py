"""Settings variants: habits of people, each as a whole file would show it; the checks with odd values at the end."""

from heads import HEAD, KEY, writers


def add_all(add):
    one, tree = writers(add, "style by habit: ")

    rounds(one)
    all_names(one)
    files_read(one, tree)
    functions(one)
    classes(one)
    layers(one, tree)
    libraries(one, tree)
    texts(one)
    containers(one)
    helpers_of_django(one)
    process(one)
    checks(one)
    checks_elsewhere(one)


def rounds(one):
    one("a loop reads above what its earlier rounds wrote below", '''
DEBUG = True
SEEN = []
for _n in range(3):
    SEEN.append(DEBUG)
    VALUE = DEBUG
    globals()["DEBUG"] = _n
ALLOWED_HOSTS = ["shop.example"]
''')
    one("a loop whose condition asks for what a round pushed", '''
READY = False
ROUNDS = []
for _name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
    if READY:
        globals()[_name] = True
    ROUNDS += [READY]
    globals().update(READY=True)
DEBUG = False
''')
    one("a while loop that counts by globals()", '''
COUNT = 0
while COUNT < 3:
    globals()["COUNT"] = COUNT + 1
SECURE_HSTS_SECONDS = COUNT * 100
DEBUG = COUNT != 3
''')
    one("a while loop over vars() with else", '''
LEFT = ["a.example", "b.example"]
ALLOWED_HOSTS = []
while LEFT:
    ALLOWED_HOSTS.append(LEFT.pop())
    vars()["LAST"] = ALLOWED_HOSTS[-1]
    vars()["VALUE"] = len(ALLOWED_HOSTS)
else:
    OTHER = LAST
DEBUG = VALUE == 1
''')
    one("setattr on this module in a loop that reads it", '''
LEVEL = 1
HISTORY = []
for _step in ("a", "b", "c"):
    HISTORY.append((LEVEL, _step))
    setattr(sys.modules[__name__], "LEVEL", LEVEL * 2)
SECURE_HSTS_SECONDS = LEVEL
DEBUG = False
''')
    one("a function that declares global, called in rounds", '''
HOSTS_SEEN = 0
STAGE_NAME = "none"

def note(host):
    global HOSTS_SEEN, STAGE_NAME
    before = STAGE_NAME
    HOSTS_SEEN += 1
    STAGE_NAME = host
    return before

ALLOWED_HOSTS = []
for _h in ("a.example", "b.example", "c.example"):
    ALLOWED_HOSTS.append(note(_h))
VALUE = HOSTS_SEEN
DEBUG = HOSTS_SEEN > 5
''')
    one("a function that reads what the loop pushes", '''
DEBUG = True

def current():
    return DEBUG

HISTORY = []
for _v in (False, None, True, False):
    HISTORY.append(current())
    globals()["DEBUG"] = _v
VALUE = current()
''')
    one("comprehensions that push names", '''
_pairs = [("DEBUG", False), ("SECURE_SSL_REDIRECT", True), ("X_FRAME_OPTIONS", "SAMEORIGIN")]
DEBUG = True
_done = [globals().__setitem__(k, v) for k, v in _pairs]
VALUE = _done
OTHER = DEBUG
''')
    one("a comprehension reads what it pushes", '''
STEP = 0
VALUE = [(STEP, globals().update(STEP=n)) for n in (1, 2, 3)]
OTHER = STEP
DEBUG = False
''')
    one("names deleted in rounds", '''
A_ONE = 1
A_TWO = 2
KEPT = 3
for _name in ["A_ONE", "A_TWO"]:
    if _name in globals():
        del globals()[_name]
VALUE = "A_ONE" in globals()
OTHER = sorted(n for n in globals() if n.startswith("A_"))
DEBUG = False
''')
    one("exec in rounds", '''
SECURE_HSTS_SECONDS = 0
for _i in range(3):
    VALUE = SECURE_HSTS_SECONDS
    exec("SECURE_HSTS_SECONDS = %d" % (_i + 10))
DEBUG = False
''')
    one("try and finally in rounds", '''
ATTEMPTS = 0
FAILED = []
for _text in ("x", "7", "y"):
    try:
        SECURE_HSTS_SECONDS = int(_text)
    except ValueError as error:
        FAILED.append(str(error))
        continue
    finally:
        globals()["ATTEMPTS"] = ATTEMPTS + 1
    VALUE = ATTEMPTS
DEBUG = ATTEMPTS == 2
''')
    one("two loops, one inside the other, that read and push", '''
TOTAL = 0
LAST = None
for _a in (1, 2):
    for _b in (10, 20):
        PREVIOUS = LAST
        TOTAL = TOTAL + _a * _b
        globals()["LAST"] = (_a, _b)
VALUE = TOTAL
DEBUG = False
''')
    one("for and else with break and a default", '''
CANDIDATES = ["/nonexistent/a", "/nonexistent/b"]
for _candidate in CANDIDATES:
    if os.path.exists(_candidate):
        CONFIG = _candidate
        break
else:
    CONFIG = None
DEBUG = CONFIG is not None
for _n in range(10):
    if _n * _n > 20:
        VALUE = _n
        break
else:
    VALUE = -1
''')
    one("a loop that changes the list it walks over", '''
_queue = ["base", "web"]
_more = {"base": ["db"], "web": ["cache", "db"], "db": []}
ORDER = []
for _item in _queue:
    if _item in ORDER:
        continue
    ORDER.append(_item)
    _queue.extend(_more.get(_item, []))
DEBUG = "debug" in ORDER
VALUE = len(_queue)
''')
    one("a loop in a function over the globals", '''
SHOP_DEBUG = False
SHOP_SECURE_SSL_REDIRECT = True
SHOP_EMAIL_HOST = "mail.example"

def strip_prefix(prefix):
    names = globals()
    for name in [n for n in names if n.startswith(prefix)]:
        names[name[len(prefix):]] = names.pop(name)

strip_prefix("SHOP_")
VALUE = "SHOP_DEBUG" in dir()
''')
    one("an index that goes by itself", '''
SETTINGS_TABLE = {"DEBUG": "0", "SESSION_COOKIE_SECURE": "1", "CSRF_COOKIE_SECURE": "1"}
_keys = list(SETTINGS_TABLE)
_i = 0
while True:
    if _i >= len(_keys):
        break
    globals()[_keys[_i]] = SETTINGS_TABLE[_keys[_i]] == "1"
    _i += 1
VALUE = _i
''')


# Ways of writing names of the module at once, and of reading what was written.
ALL_NAMES = [
    """\
g = globals()
g["A"] = 1
g["B"] = 2
C = 3
""",
    """\
for n in (1, 2):
    if n == 2:
        globals()["A"] = "x"
    if n == 1:
        globals()["A"] = "y"
""",
    """\
A = 0
for n in (1, 2):
    globals()["A"] = "d"
    A = n
""",
    """\
A = 0
for n in (1, 2):
    A = n
    globals()["A"] = "d"
""",
    """\
A = 0
for n in (1, 2, 3):
    if n == 2:
        A = "static"
    if n == 1:
        globals()["A"] = "d"
""",
    """\
A = 0
for n in (1, 2, 3):
    X = A
    if n == 1:
        globals()["A"] = "d"
    Y = A
""",
    """\
def put(n, v):
    globals()[n] = v
A = 0
put("A", 1)
put("B", 2)
for n in ("C", "D"):
    put(n, 3)
C = globals().get("C", "no")
""",
    """\
A = 0
def f():
    return A
for n in (1, 2):
    globals()["A"] = n
    B = f()
""",
    """\
A = 0
for n in (1, 2):
    try:
        if n == 1:
            raise ValueError
        B = A
    except ValueError:
        globals()["A"] = 7
    finally:
        C = A
""",
    """\
A = []
for n in (1, 2):
    B = list(A)
    globals()["A"] = [n]
    A.append("x")
D = A
""",
    """\
import sys
this = sys.modules[__name__]
A = 0
for n in (1, 2):
    B = A
    setattr(this, "A", n)
    setattr(this, f"N{n}", n)
""",
    """\
import sys
this = sys.modules[__name__]
this.A = 1
this.B = 2
A2 = A
for n in (1, 2):
    C = this.A
    this.A = n + 10
D = this.A
""",
    """\
A = 0
n = 0
while n < 3:
    B = A
    n += 1
    locals()["A"] = n
C = A
""",
    """\
A = 1
for n in (1, 2):
    if n == 2:
        B = globals().get("A")
        C = "A" in globals()
    globals().pop("A", None)
""",
    """\
A = 1
for n in (1, 2):
    if "A" in globals():
        del globals()["A"]
        B = n
C = "A" in globals()
""",
    """\
A = 1
B = []
for n in (1, 2, 3):
    B.append(globals()["A"])
    globals()["A"] += 1
C = A
""",
    """\
A = 1
[globals().update(A=k) for k in (5, 6)]
C = A
""",
    """\
A = 1
X = {k: globals().update(A=k) for k in (5, 6)}
C = A
""",
    """\
A = 1
def f():
    global A
    A = A + 1
    return A
B = [f() for _ in range(3)]
for i in range(2):
    f()
C = A
""",
    """\
A = 1
for i in (1, 2):
    exec("A = A + %d" % i)
C = A
""",
    """\
ns = vars()
for k in ("A", "B"):
    ns[k] = k.lower()
C = A
D = ns["B"]
""",
    """\
A = 1
for i in (1, 2):
    for j in (1, 2):
        X = A
        globals()["A"] = (i, j)
    Y = A
    globals()["A"] = i
Z = A
""",
    """\
A = 1
for i in (1, 2):
    Y = A
    for j in (1, 2):
        globals()["A"] = (i, j)
Z = A
""",
    """\
A = 1
for i in (1, 2):
    if i == 2:
        break
    globals()["A"] = 5
else:
    A = 7
B = A
""",
    """\
A = 1
def deco(f):
    globals()["A"] = 2
    return f
@deco
def g(): pass
B = A
""",
    """\
class K:
    globals()["A"] = 1
    B = 2
    exec("C = 3")
A2 = A
""",
    """\
A = 1
if True:
    names = globals()
    names["A"] = 2
    names.update(B=3)
C = A
""",
    """\
A = 1
def clean():
    names = globals()
    names["A"] = names.pop("A") + 1
clean()
B = A
""",
    """\
def clean(names=globals()):
    names["A"] = 5
clean()
A2 = A
""",
    """\
A = 1
for i in (1, 2):
    x = lambda: A
    B = x()
    globals()["A"] = 9
""",
    """\
A = 1
for i in (1, 2):
    B = [A for _ in (1,)]
    C = f"{A}"
    class K:
        V = A
    D = K.V
    globals()["A"] = 9
""",
    """\
A = 1
for i in (1, 2, 3):
    if i == 1:
        continue
    B = A
    if i == 2:
        globals().update({"A": 9})
        continue
    C = A
""",
    """\
import sys
A = 1
m = sys.modules[__name__]
for i in (1, 2):
    B = getattr(m, "A")
    C = m.A
    D = m.__dict__["A"]
    m.__dict__["A"] = 8
""",
    """\
import sys
sys.modules[__name__].__dict__.update(A=1, B=2)
C = A
""",
    """\
A = 1
globals().setdefault("A", 2)
globals().setdefault("B", 2)
C = (A, B)
""",
    """\
A = 1
for k in ("A", "B"):
    globals().setdefault(k, "def")
C = (A, B)
""",
    """\
import os
for k, v in {"X": "1", "Y": "2"}.items():
    os.environ.setdefault(k, v)
A = os.environ.get("X", "none")
B = os.environ.get("Z", "none")
""",
    """\
import os
def setup(d):
    for k, v in d.items():
        os.environ[k] = v
setup({"X": "1"})
A = os.environ.get("X", "none")
""",
    """\
import os
env = os.environ
env["X"] = "1"
A = os.getenv("X", "none")
env.update({"Y": "2"})
B = os.getenv("Y", "none")
os.putenv("Q", "1")
e = os.environ.copy()
e["W"] = "4"
C = os.getenv("W", "none")
""",
    """\
A = 1
B = [A, globals().__setitem__("A", 2), A]
C = A
""",
    """\
A = 1
(lambda: globals().__setitem__("A", 2))()
C = A
""",
    """\
A = 1
list(map(lambda kv: globals().__setitem__(*kv), [("A", 2)]))
C = A
""",
    """\
A = 1
import builtins
builtins.globals()["A"] = 2
C = A
""",
    """\
A = 1
globals().__setitem__("A", 2)
C = A
""",
    """\
A = 1
dict.update(globals(), A=2)
C = A
""",
    """\
A = 1
globals()["A"] += 5
globals()["B"] = A
del A
C = B
""",
]


def all_names(one):
    for number, text in enumerate(ALL_NAMES):
        one(f"all names {number}", text)


def files_read(one, tree):
    one("settings from a JSON file", '''
import json

with open(BASE_DIR / "config" / "site.json") as _file:
    _site = json.load(_file)
DEBUG = _site["debug"]
ALLOWED_HOSTS = _site["hosts"]
SECURE_HSTS_SECONDS = _site.get("hsts", 0)
SECURE_SSL_REDIRECT = bool(_site["hosts"])
VALUE = _site["nested"]["a"][0]
''', config__site__dot__json='{"debug": false, "hosts": ["j.example"], "hsts": 9, "nested": {"a": [1.5, null, true]}}')
    one("settings from a JSON file by Path.read_text", '''
import json

_site = json.loads(Path(BASE_DIR, "config", "site.json").read_text())
for _key, _value in _site.items():
    globals()[_key.upper()] = _value
''', config__site__dot__json='{"debug": true, "allowed_hosts": ["*"], "x_frame_options": "DENY"}')
    one("settings from a TOML file", '''
import tomllib

with (BASE_DIR / "config.toml").open("rb") as f:
    CONFIG = tomllib.load(f)
DEBUG = CONFIG["django"]["debug"]
ALLOWED_HOSTS = CONFIG["django"]["hosts"]
SECURE_HSTS_SECONDS = CONFIG["django"].get("hsts", 10)
EMAIL_HOST = CONFIG["mail"]["host"]
''', config__dot__toml='title = "shop"\n[django]\ndebug = false\nhosts = ["t.example", "u.example"]\n\n[mail]\nhost = "mail.example"\nport = 25\n')
    one("settings from an ini file", '''
import configparser

config = configparser.ConfigParser()
config.read(os.path.join(BASE_DIR, "site.ini"))
DEBUG = config.getboolean("web", "debug", fallback=True)
ALLOWED_HOSTS = config.get("web", "hosts").split(",")
SECURE_HSTS_SECONDS = config.getint("web", "hsts", fallback=60)
EMAIL_HOST = config["mail"].get("host", "localhost")
VALUE = config.has_section("none")
''', site__dot__ini="[web]\ndebug = off\nhosts = i.example,j.example\n\n[mail]\nhost: m.example\n")
    one("a secret from a file that is there", '''
_path = BASE_DIR / "secret.txt"
if _path.exists():
    SECRET_KEY = _path.read_text().strip()
DEBUG = False
VALUE = len(SECRET_KEY)
''', secret__dot__txt="short-secret\n")
    one("a version from a file beside", '''
with open(os.path.join(os.path.dirname(__file__), "VERSION")) as f:
    VERSION = f.read().strip()
MAJOR, MINOR = (int(p) for p in VERSION.split(".")[:2])
DEBUG = MAJOR < 1
VALUE = (MAJOR, MINOR)
''', config__VERSION="3.14.1\n")
    one("a version read out of a module by a pattern", '''
import re

_text = (BASE_DIR / "shop" / "version.py").read_text()
VERSION = re.search(r'^__version__ = "(.+)"', _text, re.M).group(1)
DEBUG = VERSION.startswith("0")
VALUE = re.match(r"(?P<major>[0-9]+)", VERSION)["major"]
''', shop__version__dot__py='"""The version."""\n__version__ = "2.7.1"\n')
    one("lines of a file as hosts", '''
ALLOWED_HOSTS = []
with open(BASE_DIR / "hosts.txt") as hosts:
    for line in hosts:
        line = line.strip()
        if line and not line.startswith("#"):
            ALLOWED_HOSTS.append(line)
DEBUG = not ALLOWED_HOSTS
''', hosts__dot__txt="# ours\na.example\n\nb.example\n")
    one("a JSON file that is not there, with a default", '''
import json

try:
    with open("/nonexistent/etc/shop.json") as f:
        _conf = json.load(f)
except (OSError, ValueError):
    _conf = {}
DEBUG = _conf.get("debug", False)
ALLOWED_HOSTS = _conf.get("hosts", ["shop.example"])
''')
    one("a .env read by hand", '''
_env = {}
for _line in (BASE_DIR / ".env").read_text().splitlines():
    if "=" in _line and not _line.startswith("#"):
        _k, _, _v = _line.partition("=")
        _env[_k.strip()] = _v.strip().strip('"')
        os.environ.setdefault(_k.strip(), _v.strip().strip('"'))
DEBUG = _env.get("DEBUG") == "1"
ALLOWED_HOSTS = os.environ["HOSTS"].split()
EMAIL_HOST = os.environ.get("EMAIL_HOST", "none")
''', {"HOSTS": "real.example"}, __dot__env="# local\nDEBUG=1\nHOSTS=\"a.example b.example\"\nEMAIL_HOST=mail.example\n")
    one("apps found by glob in the tree", '''
import glob

APPS_FOUND = sorted(os.path.basename(os.path.dirname(p)) for p in glob.glob(str(BASE_DIR / "apps" / "*" / "apps.py")))
DEBUG = False
VALUE = [p.name for p in sorted((BASE_DIR / "apps").iterdir()) if p.is_dir()]
''', apps__cart__apps__dot__py="", apps__blog__apps__dot__py="", apps__blog____init____dot__py="")
    one("a csv file", '''
import csv

with open(BASE_DIR / "flags.csv", newline="") as f:
    FLAGS = {row["name"]: row["on"] == "yes" for row in csv.DictReader(f)}
DEBUG = FLAGS["debug"]
SECURE_SSL_REDIRECT = FLAGS["ssl"]
''', flags__dot__csv="name,on\ndebug,no\nssl,yes\n")


def functions(one):
    one("a generator function of hosts", '''
def hosts():
    yield "shop.example"
    for n in range(2):
        yield f"web{n}.example"
    if os.environ.get("EXTRA"):
        yield os.environ["EXTRA"]

ALLOWED_HOSTS = list(hosts())
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in hosts()]
DEBUG = any(h == "localhost" for h in hosts())
VALUE = next(hosts())
''')
    one("a generator that reads lines with state", '''
def apps(names, prefix="django.contrib."):
    seen = set()
    for name in names:
        full = name if "." in name else prefix + name
        if full in seen:
            continue
        seen.add(full)
        yield full

INSTALLED_APPS = [*apps(["contenttypes", "auth", "sessions", "auth", "django.contrib.messages"])]
VALUE = tuple(apps(["a.b"]))
DEBUG = False
''')
    one("yield from and enumerate", '''
def both(a, b):
    yield from a
    yield from b

MIDDLEWARE = list(both(MIDDLEWARE[:1], MIDDLEWARE[1:]))
VALUE = dict(enumerate(both("x", "y"), start=1))
DEBUG = len(list(both([], []))) > 0
''')
    one("functions that take all kinds of parameters", '''
def conf(name, /, default=None, *parts, cast=str, **more):
    value = os.environ.get(name, default)
    return cast(value) if value is not None else (parts, sorted(more))

SECURE_HSTS_SECONDS = conf("HSTS", "30", cast=int)
EMAIL_HOST = conf("MAIL", "mail.example")
VALUE = conf("NOTHING", None, 1, 2, b=1, a=2)
DEBUG = conf("DEBUG", "", cast=bool)
_args = ("HSTS", 5)
OTHER = conf(*_args, **{"cast": float})
''')
    one("recursion that flattens", '''
def flatten(items):
    out = []
    for item in items:
        if isinstance(item, (list, tuple)):
            out.extend(flatten(item))
        else:
            out.append(item)
    return out

ALLOWED_HOSTS = flatten(["a.example", ["b.example", ("c.example", ["d.example"])]])
def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)
SECURE_HSTS_SECONDS = factorial(6)
DEBUG = False
''')
    one("partial, reduce and lru_cache", '''
from functools import lru_cache, partial, reduce

@lru_cache(maxsize=None)
def env(name, default=""):
    return os.environ.get(name, default)

env_list = partial(lambda sep, name, default: env(name, default).split(sep), ",")
env_false = partial(env, default="false")
ALLOWED_HOSTS = env_list("HOSTS", "a.example,b.example")
DEBUG = env_false("DEBUG") == "true"
VALUE = reduce(lambda acc, part: {**acc, part: len(part)}, ["aa", "b"], {})
''', {"DEBUG": "true"})
    one("a decorator that registers", '''
REGISTRY = {}

def register(name):
    def decorate(function):
        REGISTRY[name] = function
        return function
    return decorate

@register("debug")
def _debug():
    return False

@register("hosts")
def _hosts():
    return ["r.example"]

DEBUG = REGISTRY["debug"]()
ALLOWED_HOSTS = REGISTRY["hosts"]()
VALUE = sorted(REGISTRY)
del REGISTRY
''')
    one("globals() handed to a function of the project", '''
from shop.conf import apply_defaults, export

DEBUG = False
apply_defaults(globals(), {"DEBUG": True, "ALLOWED_HOSTS": ["d.example"], "SECURE_HSTS_SECONDS": 7})
export(globals(), "SECURE_SSL_REDIRECT", True)
VALUE = SECURE_HSTS_SECONDS
''', shop__conf__dot__py='''
def apply_defaults(namespace, defaults):
    for name, value in defaults.items():
        namespace.setdefault(name, value)

def export(target, name, value):
    target[name] = value
    target.update({"OTHER": name})
''')
    one("locals() handed to a function of the project that loads a file", '''
import shop.loader as loader

DEBUG = True
ALLOWED_HOSTS = ["*"]
loader.load(locals(), "config.live")
''', config__live__dot__py="DEBUG = False\nALLOWED_HOSTS = ['live.example']\n", shop__loader__dot__py='''
import importlib

def load(namespace, name):
    module = importlib.import_module(name)
    for key in dir(module):
        if key == key.upper() and not key.startswith("_"):
            namespace[key] = getattr(module, key)
''')
    one("exceptions as a way to say defaults", '''
class Missing(Exception):
    def __init__(self, name):
        super().__init__(f"{name} is missing")
        self.name = name

def need(name):
    if name not in os.environ:
        raise Missing(name)
    return os.environ[name]

MISSING = []
def optional(name, default):
    try:
        return need(name)
    except Missing as error:
        MISSING.append(error.name)
        return default

EMAIL_HOST = optional("MAIL", "none")
X_FRAME_OPTIONS = optional("FRAME", "DENY")
DEBUG = bool(MISSING[1:])
''', {"FRAME": "SAMEORIGIN"})
    one("try with else, return in finally, nested functions", '''
def parse(text):
    def inner():
        try:
            number = int(text)
        except ValueError:
            return None
        else:
            return number
        finally:
            LOG.append(text)
    return inner()

LOG = []
SECURE_HSTS_SECONDS = parse("12") or 0
VALUE = parse("x")
DEBUG = len(LOG) != 2
''')
    one("match statements of many kinds", '''
def level(stage):
    match stage:
        case "live" | "production":
            return 31536000
        case {"hsts": int(n), **rest} if n > 0:
            return n
        case [first, *others]:
            return len(others)
        case None:
            return -1
        case _:
            return 0

SECURE_HSTS_SECONDS = level("live")
VALUE = [level({"hsts": 5}), level(["a", "b"]), level(None), level("other"), level({"hsts": 0})]
match os.environ.get("STAGE", "dev").split("-"):
    case ["prod", region]:
        DEBUG, REGION = False, region
    case [stage]:
        DEBUG, REGION = stage == "dev", None
''', {"STAGE": "prod-eu"})
    one("walrus in conditions and comprehensions", '''
if (_hosts := os.environ.get("HOSTS")) and len(_parts := _hosts.split(";")) > 1:
    ALLOWED_HOSTS = _parts
else:
    ALLOWED_HOSTS = ["none.example"]
VALUE = [_y for _x in "abc" if (_y := _x.upper()) != "B"]
OTHER = _y
DEBUG = (_d := not ALLOWED_HOSTS) or _d
''', {"HOSTS": "w.example;v.example"})
    one("a lambda table", '''
CASTS = {"bool": lambda v: v.lower() in ("1", "yes"), "int": int, "list": lambda v, sep=",": [p for p in v.split(sep) if p]}
SPEC = [("DEBUG", "bool", "no"), ("SECURE_HSTS_SECONDS", "int", "120"), ("ALLOWED_HOSTS", "list", "a.example,,b.example")]
for _name, _cast, _default in SPEC:
    globals()[_name] = CASTS[_cast](os.environ.get(_name, _default))
VALUE = SECURE_HSTS_SECONDS // 7
''', {"DEBUG": "YES"})


def classes(one):
    one("a dataclass by position and by field", '''
from dataclasses import astuple, dataclass, field

@dataclass
class Database:
    name: str
    host: str = "localhost"
    port: int = 5432
    options: dict = field(default_factory=dict)

    def as_dict(self):
        return {"ENGINE": "django.db.backends.postgresql", "NAME": self.name, "HOST": self.host, "PORT": self.port, "OPTIONS": self.options}

_db = Database("shop", "db.example", options={"sslmode": "require"})
DB = _db.as_dict()
VALUE = astuple(Database("x"))
OTHER = Database("a") == Database("a", "localhost")
DEBUG = _db.port != 5432
''')
    one("dataclasses that inherit, ordered and with keyword-only fields", '''
from dataclasses import KW_ONLY, dataclass, field

@dataclass
class Base:
    name: str
    debug: bool = False

@dataclass
class Live(Base):
    hosts: list = field(default_factory=list)
    _: KW_ONLY
    ssl: bool = True

    def __post_init__(self):
        if not self.hosts:
            self.hosts.append(f"{self.name}.example")

_live = Live("shop", False, ssl=False)
DEBUG = _live.debug
ALLOWED_HOSTS = _live.hosts
SECURE_SSL_REDIRECT = _live.ssl
VALUE = Live("x", True, ["h"]).hosts
''')
    one("enumerations with auto and methods", '''
from enum import Enum, IntEnum, auto

class Stage(Enum):
    DEV = auto()
    TEST = auto()
    LIVE = auto()

    @classmethod
    def current(cls):
        return cls[os.environ.get("STAGE", "dev").upper()]

    @property
    def hosts(self):
        return {Stage.DEV: ["*"], Stage.TEST: ["test.example"], Stage.LIVE: ["live.example"]}[self]

_stage = Stage.current()
DEBUG = _stage is Stage.DEV
ALLOWED_HOSTS = _stage.hosts
VALUE = _stage.value
OTHER = [s.name for s in Stage]
SECURE_SSL_REDIRECT = _stage in (Stage.TEST, Stage.LIVE)
''', {"STAGE": "live"})
    one("a text enumeration with auto", '''
from enum import Flag, auto
try:
    from enum import StrEnum
except ImportError:
    raise

class Name(StrEnum):
    ALPHA = auto()
    BETA = "bee"

class Perm(Flag):
    READ = auto()
    WRITE = auto()
    BOTH = READ | WRITE

EMAIL_HOST = f"{Name.ALPHA}.example"
VALUE = Name.BETA + "!"
OTHER = Perm.WRITE.value
DEBUG = Perm.READ in Perm.BOTH and False
HAS = bool(Perm.READ & Perm.WRITE)
''')
    one("super in several ways", '''
class Base:
    hosts = ["base.example"]

    def __init__(self, debug=False):
        self.debug = debug

    def get_hosts(self):
        return list(self.hosts)

    @classmethod
    def middleware(cls):
        return ["base"]

class Mixin:
    def get_hosts(self):
        return super().get_hosts() + ["mixin.example"]

class Live(Mixin, Base):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.ssl = not self.debug

    def get_hosts(self):
        return [h for h in super().get_hosts() if h] + ["live.example"]

    @classmethod
    def middleware(cls):
        return super().middleware() + ["live"]

_live = Live(debug=False)
DEBUG = _live.debug
SECURE_SSL_REDIRECT = _live.ssl
ALLOWED_HOSTS = _live.get_hosts()
VALUE = Live.middleware()
OTHER = [c.__name__ for c in Live.__mro__]
''')
    one("a settings object with slots and properties", '''
class Conf:
    __slots__ = ("_env",)

    def __init__(self, env):
        self._env = dict(env)

    @property
    def debug(self):
        return self._env.get("DEBUG", "0") == "1"

    def __getitem__(self, name):
        return self._env[name]

    def __contains__(self, name):
        return name in self._env

    def __len__(self):
        return 3

    def __call__(self, name, default=None):
        return self._env.get(name, default)

    @staticmethod
    def split(text):
        return text.split("|")

conf = Conf({"DEBUG": "1", "HOSTS": "c.example|d.example"})
DEBUG = conf.debug
ALLOWED_HOSTS = Conf.split(conf["HOSTS"])
SECURE_SSL_REDIRECT = "SSL" in conf
VALUE = conf("X", 5)
OTHER = len(conf)
''')
    one("class attributes pushed into the module", '''
class Common:
    DEBUG = False
    ALLOWED_HOSTS = ["common.example"]
    SECURE_HSTS_SECONDS = 3600

class Dev(Common):
    DEBUG = True
    ALLOWED_HOSTS = Common.ALLOWED_HOSTS + ["dev.example"]

class Prod(Common):
    SECURE_SSL_REDIRECT = True

_chosen = {"dev": Dev, "prod": Prod}[os.environ.get("STAGE", "prod")]
for _k in dir(_chosen):
    if _k.isupper():
        setattr(sys.modules[__name__], _k, getattr(_chosen, _k))
VALUE = _chosen.__name__
''')
    one("an abstract base and a registry by __init_subclass__", '''
import abc

class Backend(abc.ABC):
    registry = {}

    def __init_subclass__(cls, key=None, **kwargs):
        super().__init_subclass__(**kwargs)
        Backend.registry[key or cls.__name__.lower()] = cls

    @abc.abstractmethod
    def url(self): ...

class Redis(Backend, key="redis"):
    def url(self):
        return "redis://cache.example/0"

class Memory(Backend):
    def url(self):
        return "memory://"

VALUE = Backend.registry["redis"]().url()
OTHER = sorted(Backend.registry)
DEBUG = False
''')
    one("typed dicts, named tuples and final", '''
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Optional, TypedDict, cast

if TYPE_CHECKING:
    from nothing import Nothing

class Host(NamedTuple):
    name: str
    secure: bool = True

class Options(TypedDict, total=False):
    ssl: bool

DEBUG: Final = False
_hosts: "list[Host]" = [Host("n.example"), Host("o.example", False)]
ALLOWED_HOSTS = [h.name for h in _hosts if h.secure]
_options = Options(ssl=True)
SECURE_SSL_REDIRECT = cast(bool, _options["ssl"])
VALUE: Optional[int] = None
OTHER: Any = Host("p")._asdict()
''')


def layers(one, tree):
    tree("a package whose init chooses by the environment", {
        "config/settings/__init__.py": '''
import os

_env = os.environ.get("DJANGO_ENV", "development")
if _env == "production":
    from .production import *
elif _env in {"test", "ci"}:
    from .test import *
else:
    from .development import *
''',
        "config/settings/base.py": HEAD.replace("parent.parent", "parent.parent.parent") + "DEBUG = False\nALLOWED_HOSTS = []\n",
        "config/settings/production.py": "from .base import *\nALLOWED_HOSTS += ['p.example']\nSECURE_SSL_REDIRECT = True\n",
        "config/settings/development.py": "from .base import *\nDEBUG = True\n",
        "config/settings/test.py": "from .base import *\nPASSWORD_HASHERS = []\n",
    }, {"DJANGO_ENV": "production"})
    tree("components joined by __all__", {
        "config/settings/__init__.py": "from .base import *\nfrom .security import *\nfrom . import apps\nINSTALLED_APPS = apps.BUILT_IN + apps.OURS\n",
        "config/settings/base.py": HEAD + "DEBUG = False\n_hidden = 1\nSHOWN = 2\n",
        "config/settings/security.py": "__all__ = ['SECURE_SSL_REDIRECT', 'X_FRAME_OPTIONS']\n__all__ += ['SECURE_HSTS_SECONDS']\nDEBUG = True\nSECURE_SSL_REDIRECT = True\nX_FRAME_OPTIONS = 'SAMEORIGIN'\nSECURE_HSTS_SECONDS = 5\n",
        "config/settings/apps.py": "BUILT_IN = ['django.contrib.contenttypes', 'django.contrib.auth']\nOURS = ['shop'] if False else []\n",
    })
    tree("a local file after, which imports from its caller", {
        "config/base.py": HEAD + "DEBUG = False\nHOSTS = ['b.example']\n",
        "config/settings.py": "from .base import *\nALLOWED_HOSTS = list(HOSTS)\ntry:\n    from .local import *\nexcept ImportError as e:\n    print(e)\nif DEBUG:\n    ALLOWED_HOSTS.append('*')\n",
        "config/local.py": "from . import base\nDEBUG = True\nHOSTS = base.HOSTS + ['l.example']\nbase.HOSTS.append('late.example')\n",
    })
    tree("a layer that deletes and renames", {
        "config/base.py": HEAD + "DEBUG = True\nLEGACY_HOSTS = ['x.example']\nEMAIL_BACKEND = 'django.core.mail.backends.smtp.EmailBackend'\n",
        "config/settings.py": "from config.base import *\nfrom config.base import LEGACY_HOSTS as ALLOWED_HOSTS\nfrom config import base as _base\ndel LEGACY_HOSTS, EMAIL_BACKEND\nDEBUG = _base.DEBUG and not ALLOWED_HOSTS\nVALUE = _base.EMAIL_BACKEND.rsplit('.', 1)[-1]\n",
    })
    tree("exec of a layer's file", {
        "config/live.py": "DEBUG = False\nALLOWED_HOSTS = ['e.example']\nSECURE_HSTS_SECONDS = HSTS * 2\n",
        "config/settings.py": HEAD + "DEBUG = True\nHSTS = 21\nwith open(os.path.join(os.path.dirname(__file__), 'live.py')) as f:\n    exec(f.read())\nVALUE = 'after'\n",
    })
    tree("exec with compile and globals", {
        "config/live.py": "DEBUG = False\nALLOWED_HOSTS = ['e.example']\n",
        "config/settings.py": HEAD + "DEBUG = True\n_path = BASE_DIR / 'config' / 'live.py'\nexec(compile(_path.read_bytes(), str(_path), 'exec'), globals(), locals())\nVALUE = 'after'\n",
    })
    tree("runpy and spec_from_file_location", {
        "config/live.py": "DEBUG = False\nALLOWED_HOSTS = ['e.example']\n",
        "config/settings.py": HEAD + '''
import importlib.util
import runpy

_ran = runpy.run_path(str(BASE_DIR / "config" / "live.py"))
DEBUG = _ran["DEBUG"]
_spec = importlib.util.spec_from_file_location("live", str(BASE_DIR / "config" / "live.py"))
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
ALLOWED_HOSTS = _module.ALLOWED_HOSTS
VALUE = 1
''',
    })
    tree("all layers of a folder in order", {
        "config/settings/__init__.py": '''
from importlib import import_module
from pathlib import Path

for _path in sorted(Path(__file__).parent.glob("[0-9]*_*.py")):
    _module = import_module(f"config.settings.{_path.stem}")
    globals().update({k: getattr(_module, k) for k in dir(_module) if k.isupper()})
VALUE = "gathered"
'''.replace("[0-9]*_*", "part_*"),
        "config/settings/part_a.py": HEAD + "DEBUG = True\nALLOWED_HOSTS = ['a.example']\n",
        "config/settings/part_b.py": "DEBUG = False\nSECURE_SSL_REDIRECT = True\n",
    })
    tree("a layer imported inside a function and a conditional star", {
        "config/flags.py": "IS_LIVE = True\nLEVEL = 3\n",
        "config/base.py": HEAD + "DEBUG = True\n",
        "config/live.py": "DEBUG = False\nSECURE_HSTS_SECONDS = 44\n",
        "config/settings.py": '''
from config.base import *

def is_live():
    from config.flags import IS_LIVE, LEVEL
    return IS_LIVE and LEVEL > 2

if is_live():
    from config.live import *
else:
    from config.missing import *
VALUE = is_live.__name__
''',
    })
    tree("the parent package and relative names", {
        "config/__init__.py": "PROJECT = 'shop'\nDEFAULT_HSTS = 17\n",
        "config/envs/__init__.py": "",
        "config/envs/common.py": HEAD + "from .. import DEFAULT_HSTS, PROJECT as NAME\nDEBUG = False\n",
        "config/envs/live.py": "from ..envs.common import *\nfrom ...shop_names import HOSTS as ALLOWED_HOSTS\nSECURE_HSTS_SECONDS = DEFAULT_HSTS\nEMAIL_HOST = f'{NAME}.example'\n".replace("from ...shop_names", "from shop.names"),
        "shop/names.py": "HOSTS = ['r.example']\n",
    }, module="config.envs.live")
    tree("layers merged by a dict of defaults", {
        "config/defaults.py": "DEFAULTS = {'DEBUG': True, 'ALLOWED_HOSTS': ['*'], 'CACHE': {'a': 1, 'b': {'c': 2}}}\n",
        "config/overrides.py": "OVERRIDES = {'DEBUG': False, 'CACHE': {'b': {'d': 3}}}\n",
        "config/settings.py": HEAD + '''
from config.defaults import DEFAULTS
from config.overrides import OVERRIDES

def merge(a, b):
    out = dict(a)
    for key, value in b.items():
        out[key] = merge(out[key], value) if isinstance(value, dict) and isinstance(out.get(key), dict) else value
    return out

vars().update(merge(DEFAULTS, OVERRIDES))
VALUE = DEFAULTS["CACHE"]["b"]
''',
    })


def libraries(one, tree):
    one("environ with casts of every kind", '''
import environ

env = environ.Env(DEBUG=(bool, False), HSTS=(int, 5), HOSTS=(list, ["e.example"]), RATE=(float, 1.5), FLAGS=(dict, {"a": "b"}))
DEBUG = env("DEBUG")
SECURE_HSTS_SECONDS = env("HSTS")
ALLOWED_HOSTS = env("HOSTS")
VALUE = env("RATE")
OTHER = env("FLAGS")
EMAIL_HOST = env.str("MAIL", default="none", multiline=False)
MORE = env.tuple("TUPLE", default=("x",)), env.json("JSON", default={"j": 1}), env.int("NUMBER", default=None)
''', {"DEBUG": "on", "HSTS": "77", "HOSTS": "a.example, b.example", "TUPLE": "(p,q)", "JSON": "[1, 2]"})
    one("environ: db, cache, email and search urls", '''
import environ

env = environ.Env()
DATABASES = {"default": env.db("DATABASE_URL", default="postgres://u:p@db.example:5433/shop?sslmode=require")}
DATABASES["default"]["ATOMIC_REQUESTS"] = True
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
EMAIL = env.email_url("EMAIL_URL", default="smtp+tls://me:pw@mail.example:587")
VALUE = EMAIL["EMAIL_USE_TLS"]
OTHER = DATABASES["default"]["PORT"]
DEBUG = False
vars().update(EMAIL)
''')
    one("environ from an .env in the tree, with overwrite by the process", '''
import environ

env = environ.FileAwareEnv(DEBUG=(bool, True))
environ.Env.read_env(BASE_DIR / ".env")
DEBUG = env("DEBUG")
ALLOWED_HOSTS = env.list("HOSTS")
SECURE_SSL_REDIRECT = env.bool("SSL", default=False)
EMAIL_HOST = env("MAIL", default="$OTHER_NAME")
VALUE = env.get_value("COUNT", cast=int, default=1)
''', {"DEBUG": "off"}, __dot__env="DEBUG=on\nHOSTS=one.example,two.example\nexport SSL=true\nCOUNT='12'\nMAIL=mail.example # trailing\n")
    one("decouple with Csv and every cast", '''
from decouple import AutoConfig, Choices, Csv, config

DEBUG = config("DEBUG", default=True, cast=bool)
ALLOWED_HOSTS = config("HOSTS", default="a.example; b.example", cast=Csv(delimiter=";"))
SECURE_HSTS_SECONDS = config("HSTS", default="10", cast=int)
X_FRAME_OPTIONS = config("FRAME", default="DENY", cast=Choices(["DENY", "SAMEORIGIN"]))
VALUE = config("TUPLE", cast=Csv(int, post_process=tuple), default="1,2,3")
OTHER = config("LAMBDA", default="x-y", cast=lambda v: v.split("-"))
EMAIL_HOST = AutoConfig(search_path=BASE_DIR)("MAIL", default="none")
''', {"HSTS": "20"}, __dot__env="DEBUG=no\nMAIL=m.example\nHSTS=30\n")
    tree("split settings with a scope that later parts read", {
        "config/settings/__init__.py": '''
import os
from split_settings.tools import include, optional

ENVIRONMENT = os.environ.get("ENV", "live")
include("components/base.py", "components/*.py", f"environments/{ENVIRONMENT}.py", optional("environments/local.py"))
VALUE = DEBUG
''',
        "config/settings/components/base.py": HEAD + "DEBUG = True\nALLOWED_HOSTS = []\n",
        "config/settings/components/security.py": "SECURE_HSTS_SECONDS = 60 if not DEBUG else 0\nALLOWED_HOSTS.append('c.example')\n",
        "config/settings/environments/live.py": "DEBUG = False\nSECURE_HSTS_SECONDS += 5\nSECURE_SSL_REDIRECT = ENVIRONMENT == 'live'\n",
    })
    tree("configurations with setup, mixins and values", {
        "config/settings.py": HEAD.replace("ROOT_URLCONF", "_U = ROOT_URLCONF") + '''
from configurations import Configuration, values

class Common(Configuration):
    SECRET_KEY = SECRET_KEY
    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = INSTALLED_APPS
    MIDDLEWARE = MIDDLEWARE
    DEBUG = values.BooleanValue(False)
    ALLOWED_HOSTS = values.ListValue(["common.example"])
    SECURE_HSTS_SECONDS = values.IntegerValue(10, environ_name="HSTS")
    EMAIL_HOST = values.Value("mail.example", environ_prefix="SHOP")

class Prod(Common):
    SECURE_SSL_REDIRECT = True

    @property
    def VALUE(self):
        return [self.EMAIL_HOST, len(self.ALLOWED_HOSTS)]

    @classmethod
    def pre_setup(cls):
        super().pre_setup()
''',
    }, {"DJANGO_CONFIGURATION": "Prod", "DJANGO_ALLOWED_HOSTS": "x.example, y.example", "DJANGO_HSTS": "99", "SHOP_EMAIL_HOST": "shop-mail.example"})
    one("dj_database_url parsed, configured and extended", '''
import dj_database_url

DATABASES = {
    "default": dj_database_url.config(default="sqlite:///:memory:", conn_max_age=600),
    "replica": dj_database_url.parse("mysql://u:p%40ss@db.example:3307/shop?charset=utf8mb4", conn_health_checks=True),
    "geo": dj_database_url.parse("postgis://u@/geo", ssl_require=True),
}
DATABASES["default"].update(CONN_MAX_AGE=5)
VALUE = DATABASES["replica"]["PASSWORD"]
OTHER = DATABASES["geo"]["OPTIONS"]
DEBUG = False
''', {"DATABASE_URL": "postgresql://shop:pw@db.example/shop"})
    one("pydantic settings with fields, aliases and nested models", '''
from typing import Optional

from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

class Mail(BaseModel):
    host: str = "localhost"
    port: int = 25

class Conf(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_", env_nested_delimiter="__")
    debug: bool = False
    hosts: list[str] = ["p.example"]
    hsts: int = Field(default=30, ge=0)
    mail: Mail = Mail()
    name: Optional[str] = None

conf = Conf()
DEBUG = conf.debug
ALLOWED_HOSTS = conf.hosts
SECURE_HSTS_SECONDS = conf.hsts
EMAIL_HOST = conf.mail.host
VALUE = conf.name
OTHER = conf.mail.port
''', {"SHOP_DEBUG": "yes", "SHOP_HOSTS": '["q.example"]', "SHOP_MAIL__HOST": "nested.example"})
    one("dotenv loaded, then os.environ with defaults", '''
from dotenv import find_dotenv, load_dotenv

load_dotenv(BASE_DIR / ".env.live")
load_dotenv(BASE_DIR / ".env.missing")
DEBUG = os.getenv("DEBUG", "False").lower() in ("true", "1", "t")
ALLOWED_HOSTS = os.getenv("HOSTS", "").split(",")
EMAIL_HOST = os.environ["MAIL"]
VALUE = os.environ.get("QUOTED")
''', {"MAIL": "process.example"}, __dot__env__dot__live='DEBUG=True\nHOSTS="a.example,b.example"\nMAIL=file.example\nQUOTED=\'x y\'\nREF=${DEBUG}\n')
    one("dynaconf at the end", '''
DEBUG = False
ALLOWED_HOSTS = ["shop.example"]
import dynaconf
settings = dynaconf.DjangoDynaconf(__name__)
''')


def texts(one):
    one("templates of text in four ways", '''
import string
import textwrap

NAME = "shop"
ALLOWED_HOSTS = ["%s.example" % NAME, "{}.example".format("api"), f"{NAME!r:>8}", string.Template("$n.example").substitute(n="tpl")]
VALUE = "%(a)s-%(b)05.2f" % {"a": 1, "b": 2.5}
OTHER = "{0[k]} {1.real:+d} {x:{w}}|".format({"k": "v"}, 3, x="y", w=4)
DEBUG = textwrap.dedent("""
    no
""").strip() == "yes"
EMAIL_HOST = f"{NAME=}, {10:#x}, {1234567:,}, {'a' + 'b':^6}, {0.256:.1%}"
''')
    one("methods of text", '''
_raw = "  Alpha,beta;GAMMA  "
VALUE = [_raw.strip().lower().replace(";", ",").split(","), _raw.find("beta"), _raw.casefold().title(), "a-b-c".rsplit("-", 1)]
OTHER = ["x".zfill(3), "pre_name".removeprefix("pre_"), "name.py".removesuffix(".py"), "tEsT".swapcase(), "a\\tb".expandtabs(4), "abc".translate(str.maketrans("ab", "xy"))]
DEBUG = "Alpha".startswith(("Be", "Ga")) or "abc".isdigit()
ALLOWED_HOSTS = "a.example\\nb.example".splitlines()
EMAIL_HOST = "-".join(sorted({"b", "a"})) + "." * 2 + "z".center(3, "*") + "q".ljust(2) + "q".rjust(2, "0")
COUNT = "banana".count("an"), "banana".index("n"), "%d%%" % 5, "é".encode("utf-8").decode("latin-1"), ord("a"), chr(98), hex(255), oct(8), bin(5), ascii("é")
''')
    one("results of patterns", '''
import re

_m = re.match(r"(?P<scheme>\\w+)://(?P<host>[^:/]+)(?::(?P<port>\\d+))?", os.environ.get("SITE", "https://m.example:8443/path"))
SECURE_SSL_REDIRECT = _m.group("scheme") == "https"
ALLOWED_HOSTS = [_m.group("host")]
VALUE = _m.groupdict()
OTHER = _m.groups(), _m.group(0), _m.start(2), _m.span("host")
DEBUG = re.fullmatch("[a-z]+", "abc1") is not None
HOSTS = [m.group(1) for m in re.finditer(r"(\\w+)\\.example", "a.example b.example")]
SUBBED = re.sub(r"(\\w)-(\\w)", r"\\2_\\1", "a-b c-d"), re.sub("[aeiou]", lambda m: m.group().upper(), "banana"), re.split(r"(,)", "a,b")
_p = re.compile(r"^v(\\d+)")
MAJOR = int(_p.search("v12.3").group(1)) if _p.match("v12.3") else None
''')
    one("numbers, rounding, bits and conversions", '''
import math

VALUE = [7 // 2, -7 // 2, 7 % 3, -7 % 3, 2 ** 10, 1 << 4, 0b101 & 6, 5 ^ 1, ~5, round(2.567, 2), abs(-3), divmod(17, 5), pow(3, 4, 5), int("ff", 16), float("1e3"), math.ceil(2.1), math.floor(-2.1)]
OTHER = [sum([1, 2.5]), min(3, 1), max([4, 9], default=0), max("b", "abc", key=len), 0.1 + 0.2, 1e16, 10 ** 20, 1_000, int(3.9), bool("0"), True + True, round(0.5), round(1.5), 3 / 2, complex(1, 2).real]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
DATA_UPLOAD_MAX_MEMORY_SIZE = int(2.5 * 1024 ** 2)
DEBUG = not 1
''')
    one("dates and times", '''
import datetime as dt
from datetime import date, timedelta

_day = date(2024, 2, 28) + timedelta(days=2)
VALUE = _day.isoformat()
OTHER = (dt.datetime(2024, 1, 1, 12) - dt.datetime(2024, 1, 1)).total_seconds(), timedelta(hours=36).days, str(timedelta(minutes=90)), _day.year
SESSION_COOKIE_AGE = int(timedelta(days=14) / timedelta(seconds=1))
DEBUG = date(2020, 1, 1) > _day
''')
    one("bytes, base64 and digests", '''
import base64, binascii, hashlib, hmac, json, uuid, zlib

VALUE = base64.b64decode(b"c2hvcA==").decode("ascii"), binascii.hexlify(b"ab"), bytes([97, 98]).decode(), b"a" + b"b", bytearray(b"x")[0]
SECRET_KEY = hashlib.sha512(("salt" + "pepper").encode()).hexdigest()
OTHER = hashlib.md5(b"x").hexdigest()[:8], hmac.new(b"k", b"m", "sha256").hexdigest(), zlib.crc32(b"a"), str(uuid.UUID(int=5)), json.dumps({"b": [1, None, True], "a": "é"}, sort_keys=True, indent=None)
DEBUG = False
''')


def containers(one):
    one("sorted, filter, map, zip and friends", '''
_rows = [("b", 2), ("a", 3), ("c", 1)]
VALUE = [sorted(_rows), sorted(_rows, key=lambda r: r[1], reverse=True), list(filter(None, [0, 1, "", "x"])), list(map(str.upper, ["a"])), list(zip("ab", [1, 2, 3])), dict(zip(*zip(*_rows)))]
OTHER = [all([]), any([0, 2]), list(reversed([1, 2])), list(range(5, 0, -2)), tuple(enumerate("a")), list(map(lambda a, b: a + b, [1, 2], [3, 4])), sum(len(k) for k, _ in _rows)]
DEBUG = all(v > 1 for _, v in _rows)
ALLOWED_HOSTS = list(dict.fromkeys(["d.example", "e.example", "d.example"]))
''')
    one("unions, merges and views of dicts", '''
A = {"x": 1, "y": {"z": 2}}
B = A | {"x": 5} | dict(w=3)
A |= [("q", 9)]
VALUE = [list(B), B["x"], {**A, **B}, A.keys() & B.keys() == {"x", "y"}, list(A.items())[-1], dict(sorted(B.items(), key=lambda kv: kv[0]))["w"]]
OTHER = {k: v for k, v in B.items() if isinstance(v, int)}, {v: k for k, v in {"a": 1}.items()}, B.pop("x"), B.pop("none", "gone"), B.setdefault("new", []), next(iter(B))
DEBUG = "debug" in A
C = A.copy()
C["y"]["z"] = 100
ALIASED = A["y"]["z"]
''')
    one("lists edited in every way", '''
L = ["a", "b", "c", "d", "e"]
L[1:3] = ["B"]
L[-1] = "E"
del L[0]
L.insert(1, "i")
L *= 2
VALUE = L[::2], L.index("i"), L.count("E"), L[-2:], "zz" not in L
L.sort(key=str.lower)
OTHER = L
M = [*L[:1], "mid", *L[-1:]]
M.remove("mid")
M.extend(x for x in ("t", "u"))
M.reverse()
first, *rest, last = M
DEBUG = first == last
N = [[0] * 2 for _ in range(2)]
N[0][1] = 1
P = [[]] * 2
P[0].append(1)
''')
    one("itertools and collections", '''
from collections import Counter, OrderedDict, defaultdict, deque
from itertools import accumulate, chain, combinations, count, groupby, islice, permutations, repeat, starmap, takewhile, zip_longest

VALUE = [list(chain("ab", [1])), list(islice(count(3, 2), 3)), [(k, list(g)) for k, g in groupby("aabc")], list(combinations([1, 2, 3], 2)), list(accumulate([1, 2, 3])), list(zip_longest("ab", "c", fillvalue="-")), list(repeat(1, 2)), list(takewhile(lambda x: x < 2, [1, 2, 1])), list(starmap(pow, [(2, 3)]))]
_d = deque([1, 2, 3], maxlen=3)
_d.append(4)
_d.appendleft(0)
OTHER = list(_d), Counter("abca").most_common(1), len(list(permutations("abc")))
_o = OrderedDict(a=1, b=2)
_o.move_to_end("a")
ORDER = list(_o)
_groups = defaultdict(dict)
_groups["x"]["y"] = 1
GROUPS = dict(_groups)
DEBUG = False
''')
    one("middleware edited by position and condition", '''
DEBUG = os.environ.get("DEBUG", "") == "1"
_i = MIDDLEWARE.index("django.middleware.common.CommonMiddleware")
MIDDLEWARE.insert(_i + 1, "shop.middleware.Tenant") if False else None
MIDDLEWARE = [m for m in MIDDLEWARE if not m.endswith("LocaleMiddleware")]
MIDDLEWARE[MIDDLEWARE.index("django.middleware.clickjacking.XFrameOptionsMiddleware")] = "django.middleware.gzip.GZipMiddleware"
MIDDLEWARE += () if DEBUG else ("django.middleware.http.ConditionalGetMiddleware",)
VALUE = MIDDLEWARE[-1]
SECURE_SSL_REDIRECT, SESSION_COOKIE_SECURE = (not DEBUG,) * 2
''')
    one("databases, caches, templates and logging as nested edits", '''
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": {}}}
DATABASES["default"]["OPTIONS"]["timeout"] = 20
DATABASES.setdefault("replica", DATABASES["default"].copy())["TEST"] = {"MIRROR": "default"}
CACHES = {alias: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": f"loc-{alias}"} for alias in ("default", "sessions")}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [], "APP_DIRS": True, "OPTIONS": {"context_processors": ["django.template.context_processors.debug"]}}]
TEMPLATES[0]["OPTIONS"]["context_processors"] += ["django.template.context_processors.request"]
LOGGING = {"version": 1, "handlers": {"console": {"class": "logging.StreamHandler"}}, "root": {"handlers": ["console"], "level": os.getenv("LEVEL", "INFO")}}
LOGGING["loggers"] = {name: {"level": "DEBUG"} for name in ["shop", "django.request"]}
for _name in LOGGING["loggers"]:
    LOGGING["loggers"][_name].update(propagate=False)
DEBUG = False
VALUE = LOGGING["loggers"]["shop"]
''')


def helpers_of_django(one):
    one("lazy texts, lazy addresses and languages", '''
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

LANGUAGES = [("en", _("English")), ("de", _("German"))]
LANGUAGE_CODES = [code for code, _name in LANGUAGES]
LOGIN_URL = reverse_lazy("login")
VALUE = LANGUAGE_CODES
DEBUG = len(LANGUAGES) != 2
EMAIL_SUBJECT_PREFIX = "[shop] "
''')
    one("import_string, global_settings and defaults", '''
from django.conf import global_settings
from django.utils.module_loading import import_string

PASSWORD_HASHERS = [h for h in global_settings.PASSWORD_HASHERS if "PBKDF2" in h]
X_FRAME_OPTIONS = global_settings.X_FRAME_OPTIONS
SECURE_REFERRER_POLICY = global_settings.SECURE_REFERRER_POLICY
FLAG = import_string("shop.flags.FLAG")
DEBUG = FLAG and global_settings.DEBUG
VALUE = import_string("shop.flags.hosts")()
try:
    import_string("shop.flags.nothing")
except ImportError:
    OTHER = "none"
''', shop__flags__dot__py="FLAG = True\ndef hosts():\n    return ['f.example']\n")
    one("message tags, version and improperly configured", '''
import django
from django.contrib.messages import constants as messages
from django.core.exceptions import ImproperlyConfigured

MESSAGE_TAGS = {messages.ERROR: "danger", messages.INFO: "info"}
VALUE = MESSAGE_TAGS.get(40)
OTHER = django.VERSION >= (3, 2)
try:
    if "NEVER" not in os.environ:
        raise ImproperlyConfigured("no NEVER")
except ImproperlyConfigured as error:
    EMAIL_HOST = str(error)
DEBUG = django.VERSION[0] > 9
''')
    one("helpers of django.utils", '''
from django.utils.crypto import get_random_string
from django.utils.functional import SimpleLazyObject
from django.utils.text import slugify

VALUE = slugify("Our Shop, Live!")
ALLOWED_HOSTS = [f"{VALUE}.example"]
NONCE = get_random_string(5)
LAZY = SimpleLazyObject(lambda: 1)
DEBUG = False
''')


def process(one):
    one("which command is run", '''
TESTING = "test" in sys.argv or any("pytest" in a for a in sys.argv)
RUNSERVER = len(sys.argv) > 1 and sys.argv[1] == "runserver"
DEBUG = RUNSERVER or TESTING
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"] if TESTING else []
VALUE = sys.argv[1:]
SECURE_SSL_REDIRECT = not TESTING
''')
    one("platform, version and byte order", '''
import os.path as osp
import platform

if sys.platform.startswith("win"):
    DEBUG = True
    SEP = "\\\\"
elif platform.system() == "Linux" and os.name == "posix":
    DEBUG = False
    SEP = os.sep
if sys.version_info >= (3, 8) and sys.version_info[0] == 3:
    VALUE = "new"
else:
    VALUE = "old"
OTHER = osp.join("a", "b") + osp.splitext("x.tar.gz")[1] + osp.basename("/p/q") + osp.dirname("/p/q") + osp.normpath("/a/../b")
''')
    one("environment in many dresses", '''
env = os.environ
get = env.get
truthy = {"1", "true", "on"}
DEBUG = get("DEBUG", "").lower() in truthy
ALLOWED_HOSTS = [h for h in (get("HOST"), get("OTHER_HOST", "o.example")) if h]
SECURE_HSTS_SECONDS = int(env.get("HSTS") or 15)
VALUE = {k[5:].lower(): v for k, v in sorted(os.environ.items()) if k.startswith("SHOP_")}
OTHER = os.environ.get("A", os.environ.get("B", "c")), "HOST" in env, os.getenv("NOPE") is None, env.setdefault("NEW", "n"), env["NEW"]
os.environ["LATE"] = "late"
EMAIL_HOST = os.getenv("LATE")
''', {"HOST": "h.example", "SHOP_NAME": "x", "SHOP_AGE": "3", "B": "bee"})
    one("paths by arithmetic", '''
VALUE = [(Path("/srv") / "shop" / "media").as_posix(), Path("a/b.tar.gz").suffixes, Path("a/b.txt").stem, Path("/a/b").relative_to("/a").as_posix(), str(Path("x").with_suffix(".y")), Path("a", "b").parts, Path("/srv/shop").parents[0].name, os.name]
OTHER = [str(Path("/a") / ".." / "b"), Path("a").joinpath("b", "c").as_posix(), Path("/a/b/c").is_absolute(), str(Path("/a/b.c").with_name("d.e")), "%s/x" % Path("/q"), os.fspath(Path("/r")), f"{Path('/s')}/t"]
STATIC_URL = "/static/"
MEDIA_URL = STATIC_URL.replace("static", "media")
DEBUG = BASE_DIR.name == "never"
''')
    one("context managers around settings", '''
from contextlib import ExitStack, contextmanager, nullcontext, suppress

@contextmanager
def noting(log):
    log.append("in")
    try:
        yield log
    finally:
        log.append("out")

LOG = []
with noting(LOG) as l, nullcontext("n") as n:
    l.append(n)
    DEBUG = False
with suppress(ZeroDivisionError):
    VALUE = 1 / 0
    DEBUG = True
with ExitStack() as stack:
    stack.enter_context(noting(LOG))
    SECURE_SSL_REDIRECT = True
OTHER = len(LOG)
''')
    one("logging, warnings and asserts on the way", '''
import logging
import warnings

logger = logging.getLogger("shop")
DEBUG = os.environ.get("DEBUG") == "1"
if not DEBUG:
    logger.warning("live: %s", DEBUG)
    logging.disable(logging.CRITICAL)
LEVEL = logging.getLevelName(logging.WARNING)
VALUE = logging.DEBUG
assert isinstance(DEBUG, bool), "a boolean"
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    SECURE_HSTS_SECONDS = 8
''')
    one("a subprocess, a socket and a time that nobody knows", '''
import datetime
import random
import socket
import subprocess
import time

try:
    COMMIT = subprocess.check_output(["false"], stderr=subprocess.DEVNULL).decode().strip()
except Exception:
    COMMIT = "unknown"
STARTED = time.time() > 0
DEBUG = False
SECURE_SSL_REDIRECT = True
ALLOWED_HOSTS = ["shop.example"]
_lucky = random.random() > 2
SESSION_COOKIE_SECURE = not _lucky
VALUE = datetime.datetime.now().year > 2000
''')


def checks(one):
    hard = '''
DEBUG = False
ALLOWED_HOSTS = ["shop.example"]
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
'''

    def odd(name, text, env=None, **files):
        one(f"checks: {name}", hard + text, env, **files)

    odd("nothing to say", "")
    odd("the security middleware in a subclass", "MIDDLEWARE[0] = 'shop.middleware.Security'\n", shop__middleware__dot__py="from django.middleware.security import SecurityMiddleware\nclass Security(SecurityMiddleware):\n    pass\n")
    odd("no middleware for frames and forgery", "MIDDLEWARE = MIDDLEWARE[:4] + MIDDLEWARE[5:7]\nX_FRAME_OPTIONS = 'ALLOW'\nCSRF_COOKIE_SECURE = False\n")
    odd("middleware as a tuple, a set and a text", "MIDDLEWARE = tuple(MIDDLEWARE)\nINSTALLED_APPS = tuple(INSTALLED_APPS)\n")
    odd("hosts as a text", "ALLOWED_HOSTS = 'shop.example'\n")
    odd("hosts as nothing", "ALLOWED_HOSTS = ()\n")
    odd("hosts as a list of an empty text", "ALLOWED_HOSTS = ''.split(',')\n")
    odd("hsts as a text", "SECURE_HSTS_SECONDS = '0'\nSECURE_HSTS_PRELOAD = 'True'\n")
    odd("hsts as a float and a negative number", "SECURE_HSTS_SECONDS = -1.5\nSECURE_HSTS_INCLUDE_SUBDOMAINS = 1\n")
    odd("hsts as nothing", "SECURE_HSTS_SECONDS = None\nSECURE_HSTS_PRELOAD = False\n")
    odd("sniffing as a number", "SECURE_CONTENT_TYPE_NOSNIFF = 1\n")
    odd("redirect as a text", "SECURE_SSL_REDIRECT = 'False'\n")
    odd("cookies as numbers and texts", "SESSION_COOKIE_SECURE = 1\nCSRF_COOKIE_SECURE = 'yes'\nSESSION_COOKIE_HTTPONLY = 'True'\n")
    odd("cookies without their app", "INSTALLED_APPS.remove('django.contrib.sessions')\nSESSION_COOKIE_SECURE = False\nSESSION_COOKIE_HTTPONLY = False\nMIDDLEWARE = [m for m in MIDDLEWARE if 'essage' not in m]\nINSTALLED_APPS.remove('django.contrib.messages')\n")
    odd("cookies without their middleware", "MIDDLEWARE = MIDDLEWARE[:1]\nSESSION_COOKIE_SECURE = None\nSESSION_COOKIE_HTTPONLY = 0\n")
    odd("cookies with neither", "MIDDLEWARE = []\nINSTALLED_APPS = []\nSESSION_COOKIE_SECURE = False\nSESSION_COOKIE_HTTPONLY = False\n")
    odd("forgery by sessions", "CSRF_USE_SESSIONS = True\nCSRF_COOKIE_SECURE = False\n")
    odd("forgery by sessions of an odd kind", "CSRF_USE_SESSIONS = 'no'\nCSRF_COOKIE_SECURE = 0\n")
    odd("frames as odd values", "X_FRAME_OPTIONS = 'deny'\n")
    odd("frames as nothing", "X_FRAME_OPTIONS = None\n")
    odd("debug as a text", "DEBUG = 'False'\n")
    odd("debug as a list", "DEBUG = []\nVALUE = bool(DEBUG)\n")
    odd("keys: short, few letters, made by startproject", "SECRET_KEY = 'ab' * 30\n")
    odd("keys: made by startproject", "SECRET_KEY = 'django-insecure-' + 'q1w2e3r4t5' * 5\n")
    odd("keys: bytes", "SECRET_KEY = b'0123456789' * 6\n")
    odd("keys: empty", "SECRET_KEY = ''\n")
    odd("keys: missing", "del SECRET_KEY\n")
    odd("keys: nothing", "SECRET_KEY = None\n")
    odd("keys: exactly fifty", f"SECRET_KEY = '{KEY}'[:50]\nVALUE = len(SECRET_KEY)\n")
    odd("keys: forty-nine", f"SECRET_KEY = '{KEY}'[:49]\n")
    odd("fallbacks: some good, some bad", f"SECRET_KEY_FALLBACKS = ['{KEY}', 'short', 'django-insecure-x' * 5]\n")
    odd("fallbacks: a tuple of good ones", f"SECRET_KEY_FALLBACKS = ('{KEY}',)\n")
    odd("referrer: nothing", "SECURE_REFERRER_POLICY = None\n")
    odd("referrer: an empty text", "SECURE_REFERRER_POLICY = ''\n")
    odd("referrer: a list", "SECURE_REFERRER_POLICY = ['no-referrer', 'strict-origin-when-cross-origin']\n")
    odd("referrer: a text with commas and one that is wrong", "SECURE_REFERRER_POLICY = 'origin, same-origin,,nowhere'\n")
    odd("referrer: a tuple that is empty", "SECURE_REFERRER_POLICY = ()\n")
    odd("referrer: a set", "SECURE_REFERRER_POLICY = {'unsafe-url'}\n")
    odd("opener: nothing", "SECURE_CROSS_ORIGIN_OPENER_POLICY = None\n")
    odd("opener: wrong", "SECURE_CROSS_ORIGIN_OPENER_POLICY = 'unsafe'\n")
    odd("opener: an empty text", "SECURE_CROSS_ORIGIN_OPENER_POLICY = ''\n")
    odd("opener: in capitals", "SECURE_CROSS_ORIGIN_OPENER_POLICY = 'Same-Origin'\n")
    odd("hashing algorithm", "DEFAULT_HASHING_ALGORITHM = 'sha1'\n")
    odd("hashing algorithm that is wrong", "DEFAULT_HASHING_ALGORITHM = 'md5'\n")
    odd("csp: a text", "SECURE_CSP = \"default-src 'self'\"\n")
    odd("csp: a dict and a list", "SECURE_CSP = {'default-src': [\"'self'\"]}\nSECURE_CSP_REPORT_ONLY = [('default-src', 'x')]\n")
    odd("csp: nothing", "SECURE_CSP = None\nSECURE_CSP_REPORT_ONLY = {}\n")
    odd("csp: a nonce without its context processor", '''
try:
    from django.utils.csp import CSP
    NONCE = CSP.NONCE
except ImportError:
    NONCE = "nonce"
MIDDLEWARE.append("django.middleware.csp.ContentSecurityPolicyMiddleware")
SECURE_CSP = {"script-src": ["'self'", NONCE]}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"context_processors": []}}]
''')
    odd("csp: a nonce with its context processor", '''
try:
    from django.utils.csp import CSP
    NONCE = CSP.NONCE
except ImportError:
    NONCE = "nonce"
MIDDLEWARE.append("django.middleware.csp.ContentSecurityPolicyMiddleware")
SECURE_CSP_REPORT_ONLY = {"script-src": (NONCE,)}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"context_processors": ["django.template.context_processors.csp"]}}]
''')
    odd("the view of forgery: of the project", "CSRF_FAILURE_VIEW = 'shop.views.refused'\n", shop__views__dot__py="def refused(request, reason=''):\n    pass\n")
    odd("the view of forgery: takes too little", "CSRF_FAILURE_VIEW = 'shop.views.refused'\n", shop__views__dot__py="def refused(request):\n    pass\n")
    odd("the view of forgery: takes anything", "CSRF_FAILURE_VIEW = 'shop.views.refused'\n", shop__views__dot__py="def refused(*args, **kwargs):\n    pass\n")
    odd("the view of forgery: reason by position alone", "CSRF_FAILURE_VIEW = 'shop.views.refused'\n", shop__views__dot__py="def refused(request, reason, /):\n    pass\n")
    odd("the view of forgery: asks for more", "CSRF_FAILURE_VIEW = 'shop.views.refused'\n", shop__views__dot__py="def refused(request, reason, more):\n    pass\n")
    odd("the view of forgery: a class", "CSRF_FAILURE_VIEW = 'shop.views.Refused'\n", shop__views__dot__py="class Refused:\n    def __init__(self, request, reason=''):\n        pass\n")
    odd("the view of forgery: a partial and a lambda", "CSRF_FAILURE_VIEW = 'shop.views.refused'\n", shop__views__dot__py="from functools import partial\ndef base(request, status, reason=''):\n    pass\nrefused = lambda request, reason: None\nother = partial(base, status=403)\n")
    odd("the view of forgery: not there", "CSRF_FAILURE_VIEW = 'shop.views.nothing'\n", shop__views__dot__py="")
    odd("the view of forgery: its module is not there", "CSRF_FAILURE_VIEW = 'shop.nowhere.refused'\n")


def checks_elsewhere(one):
    one("checks from layers of booleans", '''
def flag(name, default=False):
    return {"1": True, "true": True, "0": False}.get(os.environ.get(name, "").lower(), default)

SECURE = flag("SECURE", True)
DEBUG = flag("DEBUG")
SECURE_SSL_REDIRECT = SECURE and not DEBUG
SECURE_HSTS_SECONDS = 3600 * SECURE
SECURE_HSTS_PRELOAD = SECURE or None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE is True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
ALLOWED_HOSTS = ["*"] if DEBUG else [os.environ.get("HOST", "shop.example")]
''', {"SECURE": "maybe", "DEBUG": "0"})
    one("checks where MIDDLEWARE depends on what is not known", '''
import random

DEBUG = False
if random.random() < 2:
    MIDDLEWARE.append("django.middleware.gzip.GZipMiddleware")
SESSION_COOKIE_SECURE = bool(MIDDLEWARE)
SECURE_SSL_REDIRECT = True
''')
