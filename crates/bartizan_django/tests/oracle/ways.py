"""Settings variants: the ways in which a program may say one thing, each in a few lines of its own."""

from heads import HEAD, KEY, writers


def add_all(add):
    one, tree = writers(add, "style of ")

    standard_library(one)
    imports(one, tree)
    classes(one)
    flow(one)
    containers(one)
    texts(one)
    namespaces(one, tree)
    layers(tree)
    libraries(one, tree)
    process(one)


def standard_library(one):
    one("an enumeration of stages", '''
import enum

class Stage(enum.Enum):
    DEV = "dev"
    LIVE = "live"

    @property
    def is_live(self):
        return self is Stage.LIVE

STAGE_NAME = os.environ.get("STAGE", "live")
_stage = Stage(STAGE_NAME)
DEBUG = _stage is Stage.DEV
SECURE_SSL_REDIRECT = _stage.is_live
SESSION_COOKIE_SECURE = _stage == Stage.LIVE
EMAIL_HOST = _stage.value + ".mail.example"
VALUE = Stage.DEV.name
''')
    one("an enumeration of texts and numbers", '''
from enum import Enum, IntEnum, unique

class Frame(str, Enum):
    DENY = "DENY"
    SAME = "SAMEORIGIN"

@unique
class Level(IntEnum):
    LOW = 1
    HIGH = 3600

X_FRAME_OPTIONS = Frame.SAME.value
SECURE_HSTS_SECONDS = Level.HIGH.value * 2
DEBUG = Level.LOW > Level.HIGH
VALUE = [level.name for level in Level]
OTHER = Frame("DENY").name
''')
    one("enumerations beside plain settings", '''
import enum

class Colour(enum.Enum):
    RED = enum.auto()
    BLUE = enum.auto()

class Flag(enum.Flag):
    A = enum.auto()
    B = enum.auto()

DEBUG = False
SECURE_SSL_REDIRECT = True
ALLOWED_HOSTS = ["shop.example"]
COLOURS = len(Colour)
''')
    one("patterns compiled", '''
import re

PATTERN = re.compile(r"^/api/")
IGNORABLE_404_URLS = [re.compile(r"\\.php$"), re.compile(r"^/phpmyadmin")]
DISALLOWED_USER_AGENTS = [PATTERN]
DEBUG = False
SECURE_REDIRECT_EXEMPT = [r"^health$"]
ALLOWED_HOSTS = ["shop.example"]
SECURE_SSL_REDIRECT = True
''')
    one("patterns applied", '''
import re

HOSTS = re.split(r"[,;\\s]+", os.environ.get("HOSTS", "a.example, b.example;c.example"))
ALLOWED_HOSTS = HOSTS
VERSION = re.sub(r"[^0-9.]", "", "v1.2.3-rc")
DEBUG = bool(re.match(r"^(1|true|yes)$", os.environ.get("DEBUG", "no"), re.I))
SECURE_SSL_REDIRECT = re.search("ssl", "no-tls") is not None
SESSION_COOKIE_SECURE = True
VALUE = re.findall(r"[a-z]+", "one two 3")
''')
    one("suppress around a local file that is missing", '''
from contextlib import suppress

DEBUG = False
ALLOWED_HOSTS = ["shop.example"]
SECURE_HSTS_SECONDS = 60
with suppress(ImportError):
    from .local import *
SECURE_SSL_REDIRECT = True
''')
    one("suppress around a local file that is there", '''
import contextlib

DEBUG = False
ALLOWED_HOSTS = ["shop.example"]
SECURE_HSTS_SECONDS = 60
with contextlib.suppress(ImportError, ModuleNotFoundError):
    from config.local import *
SECURE_SSL_REDIRECT = DEBUG
''', config__local__dot__py="DEBUG = True\nALLOWED_HOSTS = ['*']\n")
    one("suppress around a missing variable", '''
from contextlib import suppress

SECURE_HSTS_SECONDS = 10
with suppress(KeyError):
    SECURE_HSTS_SECONDS = int(os.environ["HSTS"])
    SECURE_SSL_REDIRECT = True
with suppress(KeyError, ValueError):
    SESSION_COOKIE_AGE = int(os.environ["AGE"])
    VALUE = "after"
DEBUG = False
''', {"AGE": "a day"})
    one("suppress around a missing variable that is there", '''
from contextlib import suppress

SECURE_HSTS_SECONDS = 10
with suppress(KeyError):
    SECURE_HSTS_SECONDS = int(os.environ["HSTS"])
    SECURE_SSL_REDIRECT = True
DEBUG = False
''', {"HSTS": "99"})
    one("a named tuple", '''
from collections import namedtuple
from typing import NamedTuple

Mail = namedtuple("Mail", ["host", "port", "tls"])

class Cookie(NamedTuple):
    secure: bool
    age: int = 3600
    name: str = "shop"

_mail = Mail("mail.example", 587, tls=True)
_cookie = Cookie(True, name="clinic")
EMAIL_HOST = _mail.host
EMAIL_PORT = _mail[1]
EMAIL_USE_TLS = _mail.tls
SESSION_COOKIE_SECURE = _cookie.secure
SESSION_COOKIE_AGE = _cookie.age
SESSION_COOKIE_NAME = _cookie.name
DEBUG = not _mail._asdict()["tls"]
_host, _port, _tls = _mail
VALUE = _port
OTHER = _cookie._replace(age=5).age
''')
    one("a dataclass", '''
from dataclasses import asdict, dataclass, field, replace

@dataclass(frozen=True)
class Security:
    ssl: bool = True
    hsts: int = 3600
    hosts: list = field(default_factory=lambda: ["shop.example"])

    def harden(self):
        return replace(self, hsts=self.hsts * 24)

_security = Security(hsts=60).harden()
SECURE_SSL_REDIRECT = _security.ssl
SECURE_HSTS_SECONDS = _security.hsts
ALLOWED_HOSTS = _security.hosts
DEBUG = False
VALUE = asdict(_security)["hsts"]
''')
    one("a dataclass with what is worked out afterwards", '''
import dataclasses

@dataclasses.dataclass
class Stage:
    name: str
    debug: bool = False

    def __post_init__(self):
        self.hosts = ["*"] if self.debug else [f"{self.name}.example"]

_stage = Stage(os.environ.get("STAGE", "live"))
DEBUG = _stage.debug
ALLOWED_HOSTS = _stage.hosts
VALUE = [f.name for f in dataclasses.fields(_stage)]
''')
    one("a simple namespace", '''
from types import SimpleNamespace

conf = SimpleNamespace(debug=False, hosts=["shop.example"])
conf.ssl = not conf.debug
DEBUG = conf.debug
ALLOWED_HOSTS = conf.hosts
SECURE_SSL_REDIRECT = conf.ssl
VALUE = vars(conf)["ssl"]
''')
    one("timedeltas", '''
from datetime import timedelta

SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
SESSION_COOKIE_AGE = timedelta(weeks=2).days * 86400
SIMPLE_JWT = {"ACCESS_TOKEN_LIFETIME": timedelta(minutes=5), "ROTATE_REFRESH_TOKENS": True}
DEBUG = timedelta(hours=1) > timedelta(days=1)
VALUE = timedelta(hours=1).seconds
''')
    one("defaultdict, Counter, OrderedDict and ChainMap", '''
from collections import ChainMap, Counter, OrderedDict, defaultdict

groups = defaultdict(list)
for host in ("shop.example", "api.example"):
    groups["hosts"].append(host)
ALLOWED_HOSTS = groups["hosts"]
CSRF_TRUSTED_ORIGINS = groups["none"]
merged = ChainMap({"DEBUG": False}, {"DEBUG": True, "SSL": True})
DEBUG = merged["DEBUG"]
SECURE_SSL_REDIRECT = merged["SSL"]
VALUE = list(OrderedDict([("b", 1), ("a", 2)]))
OTHER = Counter("shoop")["o"]
''')
    one("itertools", '''
import itertools

ALLOWED_HOSTS = list(itertools.chain(["a.example"], ("b.example",), [h for h in ()]))
INSTALLED_APPS = list(itertools.chain.from_iterable([INSTALLED_APPS, ["django.contrib.sites"]]))
VALUE = ["-".join(p) for p in itertools.product("ab", "cd")]
OTHER = list(itertools.islice(itertools.count(5), 3))
DEBUG = False
''')
    one("shlex, base64, hashlib", '''
import base64
import hashlib
import shlex

ALLOWED_HOSTS = shlex.split("a.example 'b.example'")
EMAIL_HOST_PASSWORD = base64.b64decode("czNjcmV0").decode()
SECRET_KEY = hashlib.sha256(b"shop").hexdigest()
VALUE = base64.b64encode(b"shop")
DEBUG = False
''')
    one("urllib.parse", '''
from urllib.parse import quote, urljoin, urlparse, urlsplit

_url = urlparse(os.environ.get("SITE", "https://shop.example:8443/x?y=1"))
ALLOWED_HOSTS = [_url.hostname]
SECURE_SSL_REDIRECT = _url.scheme == "https"
CSRF_TRUSTED_ORIGINS = [f"{_url.scheme}://{_url.netloc}"]
EMAIL_HOST = urlsplit("smtp://mail.example").netloc
VALUE = _url.port
OTHER = quote("a b/c") + urljoin("https://a.example/x/", "y")
DEBUG = False
''')
    one("configparser from a text", '''
import configparser

config = configparser.ConfigParser()
config.read_string("""
[web]
debug = no
hosts = a.example b.example
hsts = 60
""")
DEBUG = config.getboolean("web", "debug")
ALLOWED_HOSTS = config["web"]["hosts"].split()
SECURE_HSTS_SECONDS = config.getint("web", "hsts")
SECURE_SSL_REDIRECT = config.get("web", "ssl", fallback="yes") == "yes"
''')
    one("a JSON text and its defaults", '''
import json

_raw = json.loads(os.getenv("SHOP_CONFIG", "{}"))
DEBUG = _raw.get("debug", False)
ALLOWED_HOSTS = _raw.get("hosts") or ["default.example"]
SECURE_HSTS_SECONDS = _raw.get("security", {}).get("hsts", 1)
VALUE = json.dumps(_raw, sort_keys=True)
''', {"SHOP_CONFIG": '{"hosts": ["j.example"], "security": {"hsts": 777}, "x": null}'})
    one("operator and functools", '''
import functools
import operator

DEBUG = functools.reduce(operator.or_, [False, False])
SECURE_HSTS_SECONDS = functools.reduce(lambda a, b: a * b, (60, 60))
pick = operator.itemgetter("host")
EMAIL_HOST = pick({"host": "mail.example"})
ALLOWED_HOSTS = sorted(["b.example", "a.example"], key=operator.methodcaller("lower"))

@functools.wraps(len)
def size(x):
    return len(x)
VALUE = size([1, 2])
''')
    one("warnings, logging and copy", '''
import copy
import logging
import warnings

logger = logging.getLogger(__name__)
logger.info("settings are read")
warnings.filterwarnings("ignore", category=DeprecationWarning)
logging.basicConfig(level=logging.INFO)
DEFAULTS = {"a": {"b": [1]}}
VALUE = copy.deepcopy(DEFAULTS)
VALUE["a"]["b"].append(2)
OTHER = DEFAULTS["a"]["b"]
DEBUG = False
if not DEBUG:
    warnings.warn("live")
''')
    one("glob and walking over no files", '''
import glob
import os.path

DEBUG = False
ALLOWED_HOSTS = ["shop.example"]
for _path in sorted(glob.glob("/nonexistent/conf.d/*.py")):
    exec(open(_path).read())
SECURE_SSL_REDIRECT = True
''')
    one("secrets and random", '''
import random
import secrets
import string

if not os.environ.get("KEY"):
    _generated = "".join(random.choice(string.ascii_letters) for _ in range(50))
SECRET_KEY = os.environ.get("KEY") or secrets.token_urlsafe(50)
DEBUG = False
VALUE = string.digits
''', {"KEY": KEY})
    one("socket and platform and getpass", '''
import getpass
import platform
import socket

HOSTNAME = socket.gethostname()
DEBUG = HOSTNAME.startswith("dev-no-such-prefix-")
ALLOWED_HOSTS = ["shop.example", HOSTNAME]
SECURE_SSL_REDIRECT = True
INTERNAL = [ip for ip in ("127.0.0.1",)]
VALUE = platform.python_implementation() == "CPython"
''')


def imports(one, tree):
    tree("import_module of a constant name", {
        "config/extra.py": "HOSTS = ['x.example']\nDEBUG = True\n",
        "config/settings.py": HEAD + '''
import importlib
_extra = importlib.import_module("config.extra")
ALLOWED_HOSTS = _extra.HOSTS
DEBUG = False
SECURE_SSL_REDIRECT = getattr(_extra, "SSL", True)
VALUE = hasattr(_extra, "HOSTS")
''',
    })
    tree("import_module of a name from the environment", {
        "config/live.py": "DEBUG = False\nALLOWED_HOSTS = ['live.example']\n",
        "config/dev.py": "DEBUG = True\nALLOWED_HOSTS = ['*']\n",
        "config/settings.py": HEAD + '''
import importlib
_stage = os.environ.get("STAGE", "dev")
_module = importlib.import_module(f"config.{_stage}")
for _name in dir(_module):
    if _name.isupper():
        globals()[_name] = getattr(_module, _name)
SECURE_SSL_REDIRECT = not DEBUG
''',
    }, {"STAGE": "live"})
    tree("names of a module pushed by vars()", {
        "config/live.py": "DEBUG = False\nALLOWED_HOSTS = ['live.example']\n_PRIVATE = 1\n",
        "config/settings.py": HEAD + '''
from config import live
globals().update({k: v for k, v in vars(live).items() if k.isupper()})
SECURE_SSL_REDIRECT = not DEBUG
''',
    })
    tree("names of a module pushed by __dict__", {
        "config/live.py": "DEBUG = False\nALLOWED_HOSTS = ['live.example']\nlower = 1\n",
        "config/settings.py": HEAD + '''
import config.live
for key, value in config.live.__dict__.items():
    if not key.startswith("_") and key == key.upper():
        locals()[key] = value
VALUE = len(ALLOWED_HOSTS)
''',
    })
    tree("an import_module whose module is missing", {
        "config/settings.py": HEAD + '''
import importlib
DEBUG = False
try:
    _plugin = importlib.import_module("config.plugin")
except ImportError:
    _plugin = None
INSTALLED_APPS = INSTALLED_APPS + (["shop"] if _plugin else [])
SECURE_SSL_REDIRECT = _plugin is None
''',
    })
    one("find_spec of what is not installed", '''
from importlib.util import find_spec

DEBUG = False
HAS_TOOLBAR = find_spec("no_such_toolbar_anywhere") is not None
if HAS_TOOLBAR:
    INSTALLED_APPS += ["no_such_toolbar_anywhere"]
SECURE_SSL_REDIRECT = True
''')
    one("try import of what is not installed with else and finally", '''
LOADED = []
try:
    import no_such_toolbar_anywhere
except ImportError:
    HAS = False
else:
    HAS = True
    INSTALLED_APPS.append("no_such_toolbar_anywhere")
finally:
    LOADED.append("done")
DEBUG = HAS
VALUE = LOADED
''')
    tree("a star import with __all__ that is computed", {
        "config/base.py": HEAD + "DEBUG = False\nSECURE_HSTS_SECONDS = 5\nVALUE = 1\n__all__ = [n for n in ('DEBUG', 'SECRET_KEY', 'ROOT_URLCONF', 'INSTALLED_APPS', 'MIDDLEWARE')]\n__all__ += ['VALUE']\n",
        "config/settings.py": "from config.base import *\nSECURE_SSL_REDIRECT = 'SECURE_HSTS_SECONDS' not in globals()\n",
    })
    tree("a star import after the assignment it hides", {
        "config/base.py": HEAD + "DEBUG = False\nSECURE_HSTS_SECONDS = 5\n",
        "config/settings.py": "DEBUG = True\nSECURE_HSTS_SECONDS = 9\nfrom config.base import *\nSECURE_HSTS_SECONDS += 1\n",
    })
    tree("a module that changes the base it imports", {
        "config/base.py": HEAD + "DEBUG = False\nHOSTS = ['a.example']\nEXTRA = {'x': 1}\n",
        "config/mod.py": "from config import base\nbase.HOSTS.append('b.example')\nbase.EXTRA['y'] = 2\nbase.DEBUG = True\n",
        "config/settings.py": "import config.mod\nfrom config.base import *\nALLOWED_HOSTS = HOSTS\nVALUE = EXTRA\n",
    })
    tree("a package whose init gathers", {
        "config/settings/__init__.py": "from .base import *\nfrom .security import *\n\nif DEBUG:\n    from .dev import *\n",
        "config/settings/base.py": HEAD + "DEBUG = os.environ.get('DEBUG') == '1'\n",
        "config/settings/security.py": "from .base import DEBUG\nSECURE_SSL_REDIRECT = not DEBUG\nSECURE_HSTS_SECONDS = 0 if DEBUG else 60\n",
        "config/settings/dev.py": "ALLOWED_HOSTS = ['*']\nSECURE_HSTS_SECONDS = 1\n",
    }, {"DEBUG": "1"})
    tree("layers chosen by a dict of modules", {
        "config/dev.py": "DEBUG = True\n",
        "config/live.py": "DEBUG = False\nSECURE_HSTS_SECONDS = 31536000\n",
        "config/settings.py": HEAD + '''
if os.environ.get("STAGE") == "live":
    from config.live import *
elif os.environ.get("STAGE") == "dev":
    from config.dev import *
else:
    raise RuntimeError("which stage?")
SECURE_SSL_REDIRECT = SECURE_HSTS_SECONDS > 0
''',
    }, {"STAGE": "live"})
    tree("__import__ and its attributes", {
        "config/live.py": "DEBUG = False\nHOSTS = ['live.example']\n",
        "config/settings.py": HEAD + '''
_m = __import__("config.live", fromlist=["HOSTS"])
ALLOWED_HOSTS = _m.HOSTS
DEBUG = _m.DEBUG
''',
    })
    tree("import_string of Django", {
        "config/hosts.py": "HOSTS = ['h.example']\ndef more(x):\n    return HOSTS + [x]\n",
        "config/settings.py": HEAD + '''
from django.utils.module_loading import import_string
ALLOWED_HOSTS = import_string("config.hosts.HOSTS")
VALUE = import_string("config.hosts.more")("z.example")
DEBUG = False
''',
    })
    tree("sys.modules of this module", {
        "config/settings.py": HEAD + '''
_this = sys.modules[__name__]
DEBUG = False
setattr(_this, "SECURE_SSL_REDIRECT", True)
_this.SECURE_HSTS_SECONDS = 44
VALUE = getattr(_this, "DEBUG")
''',
    })


def classes(one):
    one("mixins and super", '''
class Base:
    def hosts(self):
        return ["base.example"]
    def all(self):
        return {"DEBUG": False, "ALLOWED_HOSTS": self.hosts()}

class Secure:
    def all(self):
        got = super().all()
        got["SECURE_SSL_REDIRECT"] = True
        return got

class Live(Secure, Base):
    def hosts(self):
        return super().hosts() + ["live.example"]

globals().update(Live().all())
''')
    one("a descriptor and properties", '''
class Setting:
    def __init__(self, default):
        self.default = default
    def __set_name__(self, owner, name):
        self.name = "SHOP_" + name.upper()
    def __get__(self, obj, owner=None):
        return os.environ.get(self.name, self.default)

class Conf:
    debug = Setting("off")
    host = Setting("shop.example")
    @property
    def hosts(self):
        return [self.host, "www." + self.host]

conf = Conf()
DEBUG = conf.debug == "on"
ALLOWED_HOSTS = conf.hosts
VALUE = Conf.host
''', {"SHOP_HOST": "x.example"})
    one("an object with __getattr__", '''
class Env:
    def __getattr__(self, name):
        return os.environ.get(name, "")
    def __getitem__(self, name):
        return os.environ[name]
    def __contains__(self, name):
        return name in os.environ
    def __call__(self, name, default=None):
        return os.environ.get(name, default)

env = Env()
DEBUG = env.DEBUG == "1"
ALLOWED_HOSTS = [env["HOST"]]
SECURE_SSL_REDIRECT = "HOST" in env
VALUE = env("NOTHING", 5)
''', {"HOST": "h.example"})
    one("a metaclass that gathers", '''
class Gather(type):
    registry = {}
    def __new__(mcs, name, bases, body):
        cls = super().__new__(mcs, name, bases, body)
        mcs.registry[name] = cls
        return cls

class Live(metaclass=Gather):
    HSTS = 60

DEBUG = False
SECURE_HSTS_SECONDS = Gather.registry["Live"].HSTS
SECURE_SSL_REDIRECT = True
''')
    one("__init_subclass__ and class variables", '''
class Plugin:
    all = []
    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Plugin.all.append(cls.__name__.lower())

class Shop(Plugin):
    pass

class Clinic(Plugin):
    pass

VALUE = Plugin.all
DEBUG = False
''')
    one("a dict subclass", '''
class Lenient(dict):
    def __missing__(self, key):
        return "unset"
    def flag(self, key):
        return self.get(key, "no") == "yes"

conf = Lenient(ssl="yes")
SECURE_SSL_REDIRECT = conf.flag("ssl")
EMAIL_HOST = conf["mail"]
DEBUG = conf.flag("debug")
VALUE = len(conf)
''')
    one("a context manager of our own", '''
class Timer:
    def __enter__(self):
        return self
    def __exit__(self, *args):
        return False

with Timer() as timer:
    DEBUG = False
    ALLOWED_HOSTS = ["t.example"]
SECURE_SSL_REDIRECT = True
''')
    one("a context manager by a generator", '''
from contextlib import contextmanager

@contextmanager
def stage(name):
    yield name.upper()

with stage("live") as NAME:
    DEBUG = NAME != "LIVE"
SECURE_SSL_REDIRECT = True
''')
    one("a class body with conditions and loops", '''
class Conf:
    STAGE = os.environ.get("STAGE", "live")
    if STAGE == "live":
        DEBUG = False
    else:
        DEBUG = True
    HOSTS = []
    for _n in range(2):
        HOSTS.append("h%d.example" % _n)
    del _n

DEBUG = Conf.DEBUG
ALLOWED_HOSTS = Conf.HOSTS
''')
    one("a class whose attributes are copied", '''
class Live:
    DEBUG = False
    SECURE_HSTS_SECONDS = 3600
    ALLOWED_HOSTS = ["c.example"]
    lower = 5

for _key in dir(Live):
    if _key.isupper():
        globals()[_key] = getattr(Live, _key)
''')
    one("a class with setattr and chaining", '''
class Builder:
    def __init__(self):
        self.values = {}
    def set(self, **more):
        self.values.update(more)
        return self
    def secure(self):
        return self.set(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=60)

for _k, _v in Builder().set(DEBUG=False).secure().set(ALLOWED_HOSTS=["b.example"]).values.items():
    globals()[_k] = _v
''')
    one("operators of our own", '''
class Hosts:
    def __init__(self, *names):
        self.names = names
    def __add__(self, other):
        return Hosts(*self.names, *other.names)
    def __iter__(self):
        return iter(self.names)
    def __len__(self):
        return len(self.names)
    def __bool__(self):
        return True

ALLOWED_HOSTS = list(Hosts("a.example") + Hosts("b.example", "c.example"))
DEBUG = not Hosts()
VALUE = len(Hosts("x"))
''')


def flow(one):
    one("match on the stage", '''
match os.environ.get("STAGE", "live"):
    case "dev" | "local":
        DEBUG = True
    case "live":
        DEBUG = False
        SECURE_SSL_REDIRECT = True
    case other:
        raise ValueError(other)
''')
    one("match on shapes", '''
conf = {"kind": "redis", "host": "cache.example", "ports": [6379, 6380]}
match conf:
    case {"kind": "memcached"}:
        VALUE = "memcached"
    case {"kind": "redis", "host": host, "ports": [first, *rest]} if rest:
        VALUE = f"redis://{host}:{first}/{len(rest)}"
    case _:
        VALUE = None
match (1, "x"):
    case (int(n), str() as s):
        OTHER = s * (n + 1)
DEBUG = False
''')
    one("walruses in many places", '''
ALLOWED_HOSTS = [name for raw in os.environ.get("HOSTS", "a.example,, b.example").split(",") if (name := raw.strip())]
VALUE = name
if not (key := os.environ.get("KEY")):
    key = "fallback"
EMAIL_HOST = key
while (n := len(ALLOWED_HOSTS)) < 4:
    ALLOWED_HOSTS.append(f"h{n}.example")
OTHER = n
DEBUG = (debug := False)
''')
    one("try, except, else and finally, all of them", '''
STEPS = []
try:
    STEPS.append("try")
    port = int(os.environ.get("PORT", "587"))
except ValueError:
    STEPS.append("except")
    port = 25
else:
    STEPS.append("else")
finally:
    STEPS.append("finally")
EMAIL_PORT = port
try:
    VALUE = {}["x"]
except (KeyError, IndexError) as error:
    VALUE = error.args[0]
DEBUG = False
''')
    one("try that fails half way", '''
SECURE_HSTS_SECONDS = 1
DEBUG = True
try:
    DEBUG = False
    SECURE_HSTS_SECONDS = int("many")
    SECURE_SSL_REDIRECT = True
except ValueError:
    SESSION_COOKIE_SECURE = True
''')
    one("nested tries and re-raising", '''
def number(text):
    try:
        return int(text)
    except ValueError as error:
        raise KeyError(text) from error

try:
    try:
        SECURE_HSTS_SECONDS = number("x")
    finally:
        OTHER = "left"
except LookupError:
    SECURE_HSTS_SECONDS = number("12")
DEBUG = False
''')
    one("del of names and items", '''
DEBUG = True
EXTRA = [1, 2, 3, 4]
del EXTRA[1:3]
OPTIONS = {"a": 1, "b": 2}
del OPTIONS["a"]
SECURE_HSTS_SECONDS = 5
TEMPORARY = 9
del TEMPORARY, SECURE_HSTS_SECONDS
DEBUG = "TEMPORARY" in globals()
VALUE = EXTRA, OPTIONS
''')
    one("global in functions", '''
DEBUG = True
SECURE_HSTS_SECONDS = 0

def harden(seconds):
    global DEBUG, SECURE_HSTS_SECONDS, SECURE_SSL_REDIRECT
    DEBUG = False
    SECURE_HSTS_SECONDS = seconds
    SECURE_SSL_REDIRECT = True

if os.environ.get("STAGE", "live") == "live":
    harden(600)
''')
    one("global in a function that is not called", '''
DEBUG = False

def loosen():
    global DEBUG, ALLOWED_HOSTS
    DEBUG = True
    ALLOWED_HOSTS = ["*"]

def show():
    return DEBUG

ALLOWED_HOSTS = ["g.example"]
VALUE = show()
''')
    one("global by way of another function", '''
DEBUG = True
COUNT = 0

def count():
    global COUNT
    COUNT += 1
    return COUNT

def twice():
    return count() + count()

OTHER = twice()
DEBUG = COUNT != 2
VALUE = [count() for _ in range(3)]
''')
    one("decorators with arguments", '''
REGISTRY = {}

def setting(name, *, cast=str):
    def register(function):
        REGISTRY[name] = cast(function())
        return function
    return register

@setting("hsts", cast=int)
def hsts():
    return "120"

@setting("frame")
def frame():
    return "SAMEORIGIN"

SECURE_HSTS_SECONDS = REGISTRY["hsts"]
X_FRAME_OPTIONS = REGISTRY["frame"]
DEBUG = False
''')
    one("a decorator that wraps", '''
from functools import wraps

def stripped(function):
    @wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs).strip()
    return inner

@stripped
def variable(name, default=""):
    return os.environ.get(name, default)

ALLOWED_HOSTS = [variable("HOST", " s.example ")]
DEBUG = variable(name="DEBUG") == "1"
''', {"DEBUG": " 1\n"})
    one("generators sent and chained", '''
def numbers(limit):
    n = 0
    while n < limit:
        yield n
        n += 1

def both():
    yield from numbers(2)
    yield 9

VALUE = list(both())
SECURE_HSTS_SECONDS = sum(numbers(5))
OTHER = next(n for n in numbers(10) if n > 3)
DEBUG = any(n > 4 for n in numbers(4))
SECURE_SSL_REDIRECT = all(isinstance(n, int) for n in both())
''')
    one("a generator used twice", '''
hosts = (h + ".example" for h in ("a", "b"))
ALLOWED_HOSTS = list(hosts)
VALUE = list(hosts)
DEBUG = bool(VALUE)
''')
    one("a generator as a module-level iterator", '''
_parts = iter("a.example b.example c.example".split())
FIRST = next(_parts)
ALLOWED_HOSTS = [*_parts]
VALUE = next(_parts, "none left")
DEBUG = False
''')
    one("while, break, continue, else", '''
n = 0
while True:
    n += 1
    if n % 2:
        continue
    if n > 6:
        break
SECURE_HSTS_SECONDS = n
for candidate in ("staging", "live"):
    if candidate == os.environ.get("STAGE", "live"):
        DEBUG = False
        break
else:
    DEBUG = True
for candidate in []:
    pass
else:
    VALUE = candidate
''')
    one("an assertion and a conditional exit", '''
STAGE = os.environ.get("STAGE", "live")
assert STAGE in ("live", "dev"), STAGE
if STAGE == "broken":
    sys.exit("no")
DEBUG = STAGE == "dev"
SECURE_SSL_REDIRECT = not DEBUG
''')
    one("chained comparisons and conditionals", '''
LEVEL = int(os.environ.get("LEVEL", "3"))
DEBUG = not 0 < LEVEL <= 5
SECURE_HSTS_SECONDS = 0 if LEVEL < 1 else 60 if LEVEL < 3 else 3600 if LEVEL == 3 else 99
SECURE_SSL_REDIRECT = LEVEL == 3 != DEBUG
VALUE = LEVEL and "yes" or "no"
OTHER = None is not LEVEL
''')
    one("unpacking of all kinds", '''
(a, b), *rest, last = (1, 2), 3, 4, 5
VALUE = [a, b, rest, last]
first, *_ = "shop"
DEBUG, SECURE_SSL_REDIRECT = False, True
OTHER = {**{"x": 1}, "y": 2, **dict(z=3)}
[SECURE_HSTS_SECONDS, EMAIL_HOST] = [5, first]
for i, (k, v) in enumerate({"q": 1}.items()):
    LAST = f"{i}{k}{v}"
''')


def containers(one):
    one("dicts merged in all ways", '''
A = {"x": 1, "y": 2}
B = {"y": 3, "z": 4}
VALUE = A | B
OTHER = {**B, **A}
A |= {"w": 0}
C = dict(A, v=5)
C.update(B, u=6)
D = dict([("k", 1)]) | C
MERGED = D
KEYS = sorted(D)
DEBUG = "q" in D
''')
    one("setdefault and pop and popitem", '''
CONF = {"debug": False}
SECURE_HSTS_SECONDS = CONF.setdefault("hsts", 60)
CONF.setdefault("hosts", []).append("sd.example")
ALLOWED_HOSTS = CONF["hosts"]
DEBUG = CONF.pop("debug")
EMAIL_HOST = CONF.pop("mail", "none.example")
VALUE = CONF.popitem()[0]
OTHER = CONF
''')
    one("comprehension over the environment", '''
SHOP = {k[5:].lower(): v for k, v in os.environ.items() if k.startswith("SHOP_")}
DEBUG = SHOP.get("debug", "0") == "1"
ALLOWED_HOSTS = SHOP["hosts"].split()
VALUE = sorted(SHOP)
SECURE_SSL_REDIRECT = any(k == "SHOP_SSL" for k in os.environ)
''', {"SHOP_HOSTS": "a.example b.example", "SHOP_DEBUG": "0"})
    one("slices and steps", '''
M = MIDDLEWARE
MIDDLEWARE = M[:2] + M[3:]
VALUE = [m.rsplit(".", 1)[1] for m in M[::-1][:2]]
M[1:1] = ["shop.middleware.First"]
OTHER = M[1], M[-1][-10:]
L = list(range(6))
L[::2] = [0, 0, 0]
EVEN = L
DEBUG = bool(L[10:])
''')
    one("lists shared and copied", '''
A = ["x"]
B = A
C = A[:]
D = list(A)
B.append("y")
C += ["c"]
VALUE = A
OTHER = C, D
E = [[]] * 2
E[0].append(1)
SHARED = E
F = A.copy(); F.clear()
EMPTY = F
DEBUG = A is not B
''')
    one("sorting, reversing, counting", '''
APPS = sorted(INSTALLED_APPS, key=lambda a: a.split(".")[-1], reverse=True)
VALUE = APPS
N = [3, 1, 2]
N.sort(reverse=True)
N.reverse()
OTHER = N, N.index(2), N.count(1), min(N), max(N), sum(N)
DEBUG = sorted({"b": 1, "a": 2}) != ["a", "b"]
''')
    one("sets and frozensets", '''
WANTED = {"a", "b"} | {"c"}
DEBUG = "d" in WANTED
VALUE = sorted(WANTED - {"a"})
OTHER = len(frozenset("aab"))
SECURE_SSL_REDIRECT = WANTED >= {"a", "b"}
SESSION_COOKIE_SECURE = WANTED.isdisjoint({"z"})
ALLOWED_HOSTS = sorted(f"{w}.example" for w in WANTED ^ {"a", "z"})
''')
    one("nested structures changed in place", '''
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [], "OPTIONS": {"context_processors": []}}]
_options = TEMPLATES[0]["OPTIONS"]
_options["context_processors"].append("django.template.context_processors.request")
_options.update(debug=False, autoescape=True)
for _t in TEMPLATES:
    _t["APP_DIRS"] = True
    _t["DIRS"] += ["templates"]
TEMPLATES[0].pop("DIRS")
VALUE = TEMPLATES[0]["OPTIONS"]["debug"]
DEBUG = False
''')
    one("middleware put before another", '''
def before(name, new):
    at = MIDDLEWARE.index(name)
    MIDDLEWARE.insert(at, new)

before("django.middleware.common.CommonMiddleware", "corsheaders.middleware.CorsMiddleware" if False else "django.middleware.gzip.GZipMiddleware")
MIDDLEWARE = [m for m in MIDDLEWARE if "Locale" not in m]
MIDDLEWARE = tuple(MIDDLEWARE)
MIDDLEWARE += ("django.middleware.http.ConditionalGetMiddleware",)
VALUE = len(MIDDLEWARE)
DEBUG = False
''')
    one("deep merge by recursion", '''
def merge(a, b):
    out = dict(a)
    for k, v in b.items():
        if isinstance(v, dict) and isinstance(out.get(k), dict):
            out[k] = merge(out[k], v)
        else:
            out[k] = v
    return out

VALUE = merge({"a": {"b": 1, "c": 2}, "d": 1}, {"a": {"b": 9, "e": {}}, "f": []})
OTHER = merge({}, {})
DEBUG = False
''')
    one("dict views", '''
D = {"b": 1, "a": 2}
VALUE = list(D.items())[0], list(D.values()), max(D, key=D.get)
OTHER = dict(sorted(D.items(), key=lambda kv: kv[1], reverse=True))
INVERTED = {v: k for k, v in D.items()}
DEBUG = D.keys() == {"a"}
SECURE_SSL_REDIRECT = D.keys() & {"a", "z"} == {"a"}
''')


def texts(one):
    one("f-strings of all kinds", '''
name, port, ratio = "shop", 8000, 0.256
VALUE = f"{name!r:>8}|{port:05d}|{ratio:.1%}|{port:,}|{{x}}|{name.upper()}"
OTHER = f"{port=}" f"{'nested ' + f'{name}'}"
ALLOWED_HOSTS = [f"{sub}{'.' if sub else ''}{name}.example" for sub in ("", "www")]
EMAIL_HOST = f"{name:*^10}"
DEBUG = f"{False}" == "True"
''')
    one("old and new formatting", '''
VALUE = "%s-%04d-%.2f-%%-%r" % ("a", 7, 1.5, "q")
OTHER = "{0}{1}{0} {kw:>4} {d[k]} {l[0]}".format("a", "b", kw=1, d={"k": 2}, l=[3])
EMAIL_HOST = "%(host)s.example" % {"host": "mail"}
ALLOWED_HOSTS = ["{}.{}".format(*p) for p in [("a", "example")]]
from string import Template
CSRF_COOKIE_NAME = Template("csrf_$name").substitute(name="shop")
DEBUG = False
''')
    one("methods of text", '''
raw = "  A.Example , b.example,,"
ALLOWED_HOSTS = [h.strip().lower() for h in raw.split(",") if h.strip()]
VALUE = "a,b;c".replace(";", ",").split(",", 1), "x=y=z".partition("="), "abc".center(7, "-")
OTHER = "Shop".swapcase() + "shop shop".title() + "ab".zfill(4) + "tab\\tx".expandtabs(4)
EMAIL_HOST = "mail.example".removesuffix(".example").removeprefix("ma")
DEBUG = "true".casefold() == "TRUE".lower() and "x".isdigit()
LINES = "a\\nb\\r\\nc".splitlines()
CSRF_COOKIE_NAME = "shop".translate(str.maketrans("so", "50"))
''')
    one("text by character and number", '''
VALUE = "".join(chr(ord(c) + 1) for c in "HAL")
OTHER = str(10) + repr("q'") + hex(255) + oct(8) + bin(5) + format(3.14159, ".2f") + str(1e3)
SECURE_HSTS_SECONDS = int("0x1F", 16) + int(3.9) + int(" 7 ") + round(7.5)
DEBUG = bool("False") is False
''')
    one("multi-line text and joins", '''
import textwrap
_hosts = """
    a.example
    # a comment
    b.example
"""
ALLOWED_HOSTS = [l.strip() for l in _hosts.splitlines() if l.strip() and not l.strip().startswith("#")]
VALUE = textwrap.dedent("""\\
    x
      y
""")
SECURE_REFERRER_POLICY = ("strict-origin"
                          "-when-cross-origin")
DEBUG = False
''')
    one("paths by pathlib", '''
ROOT = Path("/srv/shop") / "current"
VALUE = str(ROOT.parent / "logs" / "x.tar.gz")
OTHER = ROOT.name, (ROOT / "a.tar.gz").suffix, (ROOT / "a.tar.gz").stem, ROOT.parts[1], ROOT.joinpath("b", "c").as_posix()
STATIC_URL = Path(__file__).name
MEDIA_URL = Path(__file__).resolve().parent.name + "/"
DEBUG = Path("/no/such/file/anywhere").exists()
EMAIL_HOST = str(Path("a/../b"))
RELATIVE = str((ROOT / "x" / "y").relative_to(ROOT))
SUFFIXED = (ROOT / "a.py").with_suffix(".txt").name
''')
    one("paths by os.path", '''
HERE = os.path.dirname(os.path.abspath(__file__))
VALUE = os.path.basename(HERE), os.path.splitext("x.tar.gz"), os.path.join("/a", "b", "/c", "d")
OTHER = os.path.normpath("/a/b/../c"), os.path.split("/a/b"), os.sep
DEBUG = os.path.exists("/no/such/file/anywhere")
SECURE_SSL_REDIRECT = not os.path.isfile("/no/such/file/anywhere")
STATIC_URL = os.path.basename(__file__).replace(".py", "/")
''')


def namespaces(one, tree):
    one("vars(), locals() and globals() read", '''
SECURE_HSTS_SECONDS = 3
DEBUG = vars().get("MISSING", False)
ALLOWED_HOSTS = ["v.example"] if "SECURE_HSTS_SECONDS" in locals() else []
VALUE = globals()["SECURE_HSTS_SECONDS"] + 1
OTHER = [n for n in ("DEBUG", "NOT_SET") if n in globals()]
''')
    one("vars() written", '''
vars()["DEBUG"] = False
vars().update(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=8)
globals().setdefault("SECURE_HSTS_SECONDS", 9)
locals().setdefault("VALUE", 1)
globals().pop("MISSING", None)
''')
    one("names taken out again", '''
DEBUG = True
SECURE_HSTS_SECONDS = 5
X_FRAME_OPTIONS = "SAMEORIGIN"
del globals()["DEBUG"]
vars().pop("X_FRAME_OPTIONS")
SECURE_SSL_REDIRECT = "DEBUG" not in globals()
''')
    one("names from the environment pushed", '''
DEBUG = False
SECURE_HSTS_SECONDS = 5
for _name, _value in os.environ.items():
    if _name.startswith("DJANGO__"):
        globals()[_name[len("DJANGO__"):]] = _value
''', {"DJANGO__EMAIL_HOST": "pushed.example"})
    one("names from a list of pairs", '''
PAIRS = [("DEBUG", False), ("ALLOWED_HOSTS", ["p.example"])]
for name, value in PAIRS:
    vars()[name] = value
VALUE = name
''')
    one("a function that takes the namespace", '''
def apply(namespace, **values):
    for key, value in values.items():
        namespace.setdefault(key, value)
    namespace["VALUE"] = len(values)

DEBUG = False
apply(globals(), DEBUG=True, SECURE_SSL_REDIRECT=True)
''')
    tree("a function of another module that takes the namespace", {
        "config/tools.py": "def extend(scope, module):\n    scope['INSTALLED_APPS'] = scope['INSTALLED_APPS'] + [module]\n    scope['DEBUG'] = False\n",
        "config/settings.py": HEAD + "from config.tools import extend\nDEBUG = True\nextend(globals(), 'shop')\nSECURE_SSL_REDIRECT = not DEBUG\n",
    })
    one("exec of a constant text", '''
DEBUG = False
exec("SECURE_SSL_REDIRECT = True")
SECURE_HSTS_SECONDS = 5
''')
    one("eval of texts", '''
DEBUG = eval("1 > 2")
SECURE_HSTS_SECONDS = eval(os.environ.get("HSTS", "60 * 60"))
ALLOWED_HOSTS = ["e.example"]
''')
    one("getattr on settings of Django", '''
from django.conf import global_settings
DEBUG = getattr(global_settings, "DEBUG")
SESSION_COOKIE_AGE = global_settings.SESSION_COOKIE_AGE // 2
VALUE = getattr(global_settings, "NO_SUCH_SETTING", "none")
X_FRAME_OPTIONS = global_settings.X_FRAME_OPTIONS
FILE_UPLOAD_HANDLERS = ["shop.Handler"] + list(global_settings.FILE_UPLOAD_HANDLERS)
''')
    one("a name that is bound in a loop and a function and a class", '''
VALUE = 1
def f():
    VALUE = 2
    return VALUE
class C:
    VALUE = 3
    OTHER = VALUE
[VALUE for VALUE in (4, 5)]
OTHER = f(), C.OTHER
lam = lambda VALUE: VALUE
DEBUG = lam(False)
''')
    one("nonlocal counters", '''
def counter():
    n = 10
    def step(by=1):
        nonlocal n
        n += by
        return n
    return step
step = counter()
step(); step(5)
SECURE_HSTS_SECONDS = step(by=4)
DEBUG = False
''')
    one("default arguments that are shared", '''
def remember(x, seen=[]):
    seen.append(x)
    return seen
remember("a.example")
ALLOWED_HOSTS = remember("b.example")
VALUE = len(remember("c.example"))
DEBUG = False
''')


def layers(tree):
    tree("three layers that add and remove", {
        "config/settings/__init__.py": "",
        "config/settings/base.py": HEAD + "DEBUG = True\nALLOWED_HOSTS = []\nCACHES = {'default': {'BACKEND': 'django.core.cache.backends.dummy.DummyCache'}}\n",
        "config/settings/common.py": "from .base import *  # noqa\nINSTALLED_APPS += ['django.contrib.sites']\nMIDDLEWARE.remove('django.middleware.locale.LocaleMiddleware')\nCACHES['other'] = dict(CACHES['default'])\n",
        "config/settings/live.py": "from .common import *\nfrom .common import MIDDLEWARE, CACHES\nDEBUG = False\nALLOWED_HOSTS += ['l.example']\nMIDDLEWARE.insert(0, MIDDLEWARE.pop())\nCACHES['other']['TIMEOUT'] = 5\ndel CACHES['default']['BACKEND']\nCACHES['default']['BACKEND'] = 'django.core.cache.backends.locmem.LocMemCache'\n",
    }, None, "config.settings.live")
    tree("a list that an argument changes", {
        "config/base.py": HEAD + "DEBUG = False\n",
        "config/settings.py": "from config.base import *\nMIDDLEWARE.insert(0, MIDDLEWARE.pop())\nINSTALLED_APPS.append(INSTALLED_APPS.pop(0))\n",
    })
    tree("a list by name that an argument changes", {
        "config/base.py": HEAD + "DEBUG = False\n",
        "config/settings.py": "from config.base import *\nfrom config.base import MIDDLEWARE, INSTALLED_APPS\nMIDDLEWARE.insert(0, MIDDLEWARE.pop())\nINSTALLED_APPS.append(INSTALLED_APPS.pop(0))\n",
    })
    tree("a layer read as a module", {
        "config/base.py": HEAD + "DEBUG = True\nHOSTS = ['m.example']\nSECURE = dict(ssl=True)\n",
        "config/settings.py": "import config.base as base\nfrom config.base import SECRET_KEY, ROOT_URLCONF, INSTALLED_APPS, MIDDLEWARE\nDEBUG = not base.DEBUG\nALLOWED_HOSTS = base.HOSTS + ['n.example']\nSECURE_SSL_REDIRECT = base.SECURE['ssl']\nVALUE = base.__name__\n",
    })
    tree("a local layer at the end that is told what came before", {
        "config/local.py": "from config import settings as so_far\nSECURE_HSTS_SECONDS = so_far.SECURE_HSTS_SECONDS + 1\n",
        "config/settings.py": HEAD + "DEBUG = False\nSECURE_HSTS_SECONDS = 5\ntry:\n    from config.local import *\nexcept ImportError:\n    pass\n",
    })
    tree("try local with another exception", {
        "config/settings.py": HEAD + "DEBUG = False\ntry:\n    from .local_settings import *\nexcept ModuleNotFoundError as e:\n    if 'local_settings' not in str(e):\n        raise\n    SECURE_HSTS_SECONDS = 4\nSECURE_SSL_REDIRECT = True\n",
    })
    tree("a constant module with classes", {
        "config/const.py": "class Keys:\n    HOSTS = 'SHOP_HOSTS'\n    DEFAULT = ['k.example']\n\nMINUTE = 60\n",
        "config/settings.py": HEAD + "from config import const\nfrom config.const import Keys as K, MINUTE\nALLOWED_HOSTS = os.environ.get(K.HOSTS, '').split() or K.DEFAULT\nSECURE_HSTS_SECONDS = const.MINUTE * MINUTE\nDEBUG = False\n",
    }, {"SHOP_HOSTS": "o.example"})
    tree("circular layers", {
        "config/a.py": "X = 1\nfrom config import b\nY = b.Z + 1\n",
        "config/b.py": "from config import a\nZ = a.X + 10\n",
        "config/settings.py": HEAD + "from config.a import X, Y\nVALUE = X, Y\nDEBUG = False\n",
    })
    tree("a package that names its modules", {
        "config/parts/__init__.py": "from . import one, two\nALL = [one, two]\n",
        "config/parts/one.py": "NAME = 'one'\nAPPS = ['shop']\n",
        "config/parts/two.py": "NAME = 'two'\nAPPS = []\n",
        "config/settings.py": HEAD + "from config.parts import ALL\nVALUE = [m.NAME for m in ALL]\nfor m in ALL:\n    INSTALLED_APPS += m.APPS\nDEBUG = False\n",
    })
    tree("the module's own name and file", {
        "config/settings.py": HEAD + "VALUE = __name__\nOTHER = os.path.basename(__file__)\nDEBUG = __name__ == '__main__'\nNAME = __name__.split('.')[0]\n",
    })


def libraries(one, tree):
    one("environ with a scheme and a prefix", '''
import environ
env = environ.FileAwareEnv(DEBUG=(bool, False), HOSTS=(list, ["fa.example"]))
DEBUG = env("DEBUG")
ALLOWED_HOSTS = env("HOSTS")
SECURE_HSTS_SECONDS = env.int("HSTS", 5)
VALUE = env.json("J", default={"a": [1]})
''', {"DEBUG": "y"})
    one("environ paths and urls", '''
import environ
root = environ.Path(__file__) - 2
env = environ.Env()
_url = env.url("SITE", default="https://u.example/x")
ALLOWED_HOSTS = [_url.hostname]
VALUE = env.bytes("B", default=b"x") if hasattr(env, "bytes") else b"x"
OTHER = env.parse_value("1,2", list)
DEBUG = env.bool("DEBUG", default=False)
''')
    tree("environ read_env that overwrites", {
        ".env": "DEBUG=on\nHSTS=77\nNAME='a b'\n",
        "config/settings.py": HEAD + "import environ\nenv = environ.Env()\nenviron.Env.read_env(BASE_DIR / '.env', overwrite=True)\nDEBUG = env.bool('DEBUG')\nSECURE_HSTS_SECONDS = env.int('HSTS')\nVALUE = env('NAME')\n",
    }, {"DEBUG": "off", "HSTS": "1"})
    tree("environ read_env that does not overwrite", {
        ".env": "DEBUG=on\nHSTS=77\n# x\nEMPTY=\n",
        "config/settings.py": HEAD + "import environ\nenv = environ.Env()\nenv.read_env(os.path.join(BASE_DIR, '.env'))\nDEBUG = env.bool('DEBUG')\nSECURE_HSTS_SECONDS = env.int('HSTS')\nVALUE = env('EMPTY', default='d')\n",
    }, {"DEBUG": "off"})
    tree("dotenv_values merged with the environment", {
        ".env": "DEBUG=1\nHOSTS=d.example,e.example\n",
        "config/settings.py": HEAD + "from dotenv import dotenv_values\nconf = {**dotenv_values(BASE_DIR / '.env'), **os.environ}\nDEBUG = conf['DEBUG'] == '1'\nALLOWED_HOSTS = conf['HOSTS'].split(',')\nVALUE = conf.get('NONE', 'n')\n",
    }, {"DEBUG": "0"})
    tree("dotenv that is told where", {
        "deploy/live.env": "DEBUG=0\nA=1\nB=${A}2\n",
        "config/settings.py": HEAD + "from dotenv import find_dotenv, load_dotenv\nload_dotenv(dotenv_path=BASE_DIR / 'deploy' / 'live.env')\nDEBUG = os.environ.get('DEBUG') == '1'\nVALUE = os.getenv('B')\nOTHER = os.environ.get('A', 'none')\n",
    })
    one("decouple with choices and undefined", '''
from decouple import Choices, Csv, UndefinedValueError, config
VALUE = config("LEVEL", default="low", cast=Choices(["low", "high"]))
try:
    EMAIL_HOST = config("MAIL_HOST_THAT_IS_MISSING")
except UndefinedValueError:
    EMAIL_HOST = "fallback.example"
ALLOWED_HOSTS = config("HOSTS", default="a.example;b.example", cast=Csv(delimiter=";"))
SECURE_HSTS_SECONDS = config("HSTS", default="60", cast=int)
DEBUG = config("DEBUG", default="f", cast=bool)
''')
    tree("decouple from an ini file", {
        "settings.ini": "[settings]\nDEBUG = yes\nHSTS=5\nPERCENT = 100%%\n",
        "config/settings.py": HEAD + "from decouple import Config, RepositoryIni\nconfig = Config(RepositoryIni(str(BASE_DIR / 'settings.ini')))\nDEBUG = config('DEBUG', cast=bool)\nSECURE_HSTS_SECONDS = config('HSTS', cast=int)\nVALUE = config('MISSING', default=None)\n",
    })
    tree("split settings with optional and lists", {
        "config/settings/__init__.py": "from split_settings.tools import include, optional\nimport os\n_stage = os.environ.get('STAGE', 'live')\ninclude('components/base.py', 'components/*.py', optional('local/none.py'), f'stages/{_stage}.py')\n",
        "config/settings/components/base.py": HEAD + "DEBUG = True\n",
        "config/settings/components/hosts.py": "ALLOWED_HOSTS = ['i.example']\n",
        "config/settings/components/zz.py": "VALUE = len(ALLOWED_HOSTS)\n",
        "config/settings/stages/live.py": "DEBUG = False\nALLOWED_HOSTS.append('j.example')\n",
        "config/settings/stages/dev.py": "DEBUG = True\n",
    }, None, "config.settings")
    tree("configurations with mixins and properties", {
        "config/settings.py": f'''from configurations import Configuration, values
import os

class Secure:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = values.IntegerValue(60, environ_prefix="SHOP")

class Base(Configuration):
    SECRET_KEY = "{KEY}"
    ROOT_URLCONF = "shop.urls"
    DEBUG = values.BooleanValue(True)
    NAMES = ["base.example"]

    @property
    def ALLOWED_HOSTS(self):
        return self.NAMES + ["prop.example"]

    @classmethod
    def pre_setup(cls):
        super().pre_setup()

class Live(Secure, Base):
    DEBUG = False
    NAMES = Base.NAMES + ["live.example"]
''',
    }, {"DJANGO_CONFIGURATION": "Live", "SHOP_SECURE_HSTS_SECONDS": "70", "DJANGO_DEBUG": "1"})
    tree("configurations with more kinds of values", {
        "config/settings.py": f'''from configurations import Configuration, values

class Live(Configuration):
    SECRET_KEY = values.SecretValue()
    ROOT_URLCONF = "shop.urls"
    DEBUG = values.BooleanValue(False, environ_name="SHOP_DEBUG")
    ALLOWED_HOSTS = values.ListValue([], environ_prefix=None)
    VALUE = values.DictValue({{"a": 1}})
    EMAIL_HOST = values.Value("m.example", environ=False)
    SECURE_HSTS_SECONDS = values.PositiveIntegerValue(9)
    OTHER = values.SingleNestedTupleValue((("a", "b"),))
''',
    }, {"DJANGO_CONFIGURATION": "Live", "DJANGO_SECRET_KEY": KEY, "SHOP_DEBUG": "yes", "ALLOWED_HOSTS": "z.example, y.example", "DJANGO_EMAIL_HOST": "no"})
    one("dj_database_url beside options", '''
import dj_database_url
DATABASES = {
    "default": dj_database_url.config(default="postgres://u:p@db.example/n", conn_max_age=60),
    "replica": {**dj_database_url.parse("postgres://u@r.example/n"), "TEST": {"MIRROR": "default"}},
}
DATABASES["default"].setdefault("OPTIONS", {})["sslmode"] = "require"
VALUE = DATABASES["replica"]["HOST"]
DEBUG = False
''')
    one("pydantic settings with a prefix and nested defaults", '''
from typing import List, Optional
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

class Shop(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_", extra="ignore")
    debug: bool = False
    hosts: List[str] = ["pd.example"]
    hsts: int = Field(default=60, ge=0)
    mail: Optional[str] = None
    name: str = Field("shop", alias="SITE_NAME")

shop = Shop()
DEBUG = shop.debug
ALLOWED_HOSTS = shop.hosts
SECURE_HSTS_SECONDS = shop.hsts
EMAIL_HOST = shop.mail or "localhost"
VALUE = shop.name
''', {"SHOP_HOSTS": '["e.example"]', "SHOP_HSTS": "61", "SITE_NAME": "clinic"})
    one("pydantic settings with a validator and a property", '''
from pydantic import field_validator
from pydantic_settings import BaseSettings

class Shop(BaseSettings):
    hosts: str = "a.example b.example"
    secure: bool = True

    @field_validator("hosts")
    @classmethod
    def lower(cls, value):
        return value.lower()

    @property
    def host_list(self):
        return self.hosts.split()

shop = Shop(secure=False)
ALLOWED_HOSTS = shop.host_list
SECURE_SSL_REDIRECT = shop.secure
DEBUG = False
''', {"HOSTS": "Q.Example"})
    one("strtobool by hand and by Django", '''
from django.utils.translation import gettext_lazy as _
from django.urls import reverse_lazy
from django.contrib.messages import constants as messages
_languages = [("en", _("English")), ("de", _("German"))]
LOGIN_URL = reverse_lazy("login")
MESSAGE_TAGS = {messages.ERROR: "danger"}
DEBUG = False
SECURE_SSL_REDIRECT = True
VALUE = [code for code, _name in _languages]
''')
    one("django.utils helpers", '''
from django.utils.functional import lazy
from django.utils.text import slugify
from django.core.management.utils import get_random_secret_key
SESSION_COOKIE_NAME = slugify("My Shop")
_unused = get_random_secret_key()
DEBUG = False
SECURE_SSL_REDIRECT = True
''')
    one("the version of Django decides", '''
import django
from django.utils.version import get_version
if django.VERSION >= (4, 0):
    CSRF_TRUSTED_ORIGINS = ["https://shop.example"]
else:
    CSRF_TRUSTED_ORIGINS = ["shop.example"]
VALUE = django.VERSION[0] >= 3
USE_OLD = django.VERSION < (3, 0)
DEBUG = USE_OLD
''')


def process(one):
    one("sys.argv decides", '''
TESTING = "test" in sys.argv
DEBUG = len(sys.argv) > 1 and sys.argv[1] == "runserver"
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECURE_SSL_REDIRECT = not TESTING
VALUE = any("pytest" in arg for arg in sys.argv)
ALLOWED_HOSTS = ["argv.example"]
''')
    one("sys.platform and version_info", '''
if sys.version_info >= (3, 8):
    VALUE = "new"
else:
    VALUE = "old"
WINDOWS = sys.platform == "win32" or os.name == "nt"
DEBUG = WINDOWS
SECURE_SSL_REDIRECT = sys.version_info[0] == 3
''')
    one("sys.path is changed", '''
sys.path.insert(0, os.path.join(BASE_DIR, "apps"))
sys.path.append(str(BASE_DIR / "lib"))
os.environ.setdefault("SHOP_STAGE", "live")
os.environ["SHOP_MODE"] = "x"
DEBUG = os.environ["SHOP_STAGE"] != "live"
VALUE = os.getenv("SHOP_MODE")
OTHER = os.environ.pop("SHOP_MODE")
SECURE_SSL_REDIRECT = "SHOP_MODE" not in os.environ
''')
    one("environment copied and updated", '''
env = dict(os.environ)
env.update(DEBUG="no", HOSTS="env.example")
DEBUG = env["DEBUG"] == "yes"
ALLOWED_HOSTS = env["HOSTS"].split(",")
os.environ.update({"HSTS": "31"})
SECURE_HSTS_SECONDS = int(os.environ["HSTS"])
VALUE = env.get("A") or os.environ.get("B") or "c"
''', {"DEBUG": "yes", "B": "b"})
    one("os.environ by another name", '''
from os import environ as E, getenv as g
DEBUG = E.get("DEBUG", "") in {"1"}
ALLOWED_HOSTS = list(map(str.strip, g("HOSTS", "m.example ,n.example").split(",")))
get = E.get
VALUE = get("NOPE", default="d")
SECURE_SSL_REDIRECT = E.__contains__("HOSTS")
OTHER = E["HOSTS"] if "HOSTS" in E else None
''', {"HOSTS": "x.example"})
    one("numbers from the environment", '''
SECURE_HSTS_SECONDS = int(os.environ.get("HSTS") or 0) or 3600
SESSION_COOKIE_AGE = int(float(os.environ.get("DAYS", "1.5")) * 86400)
DEBUG = bool(int(os.environ.get("DEBUG", 0)))
DATA_UPLOAD_MAX_MEMORY_SIZE = eval("5 * 1024") if False else int(os.environ.get("MB", 5)) << 20
VALUE = max(int(os.environ.get("A", 1)), 4) ** 2 % 7
''', {"DAYS": "2", "DEBUG": "1"})
    one("a secret from a file that is missing", '''
def secret(name, default=None):
    path = Path("/no/such/run/secrets") / name
    if path.exists():
        return path.read_text().strip()
    return os.environ.get(name.upper(), default)

SECRET_KEY = secret("secret_key", SECRET_KEY)
EMAIL_HOST_PASSWORD = secret("mail", "")
DEBUG = secret("debug") == "1"
''', {"MAIL": "pw"})
    one("a file opened that is missing", '''
try:
    with open("/no/such/run/secrets/key") as handle:
        SECRET_KEY = handle.read().strip()
except OSError:
    VALUE = "kept"
DEBUG = False
SECURE_SSL_REDIRECT = True
''')
    one("print and side effects", '''
print("reading settings", file=sys.stderr)
DEBUG = False
sys.stdout.write("")
SECURE_HSTS_SECONDS = 5
''')
