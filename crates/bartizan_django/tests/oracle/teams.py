"""Settings variants: files as teams keep them for years, each with the helpers that grew beside it."""

from heads import HARD, HEAD, URLS, writers


def add_all(add):
    one, tree = writers(add, "team ")

    casts(one)
    helpers(one)
    errors(one)
    classes(one)
    enumerations(one)
    tools(one)
    layers(tree)
    libraries(one, tree)


def casts(one):
    one("a cast table by type", '''
CASTS = {
    bool: lambda raw: raw.strip().lower() in {"1", "true", "yes", "on"},
    int: int,
    list: lambda raw: [part.strip() for part in raw.split(",") if part.strip()],
    str: str,
}


def env(name, default=None, kind=None):
    raw = os.environ.get(name)
    if raw is None:
        return default
    return CASTS[kind or type(default)](raw)


DEBUG = env("DEBUG", False)
ALLOWED_HOSTS = env("HOSTS", ["shop.example"])
SECURE_HSTS_SECONDS = env("HSTS", 3600)
EMAIL_HOST = env("EMAIL_HOST", "mail.example")
VALUE = [env("RATIO", 0.5), env("MISSING", kind=int)]
''', {"HOSTS": " a.example , b.example,", "HSTS": "60"})
    one("a secret that may be a file", '''
def secret(name, default=""):
    """The value itself, or the file whose name the variable with _FILE has."""
    path = os.environ.get(f"{name}_FILE")
    if path and os.path.isfile(path):
        with open(path) as handle:
            return handle.read().strip()
    return os.environ.get(name, default)


SECRET_KEY = secret("SECRET_KEY", SECRET_KEY)
EMAIL_HOST_PASSWORD = secret("EMAIL_PASSWORD", "none")
VALUE = len(secret("NOTHING"))
''', {"EMAIL_PASSWORD": "pa55"})
    one("required variables are gathered and told at once", '''
REQUIRED = ("DATABASE", "HOST")
missing = [name for name in REQUIRED if name not in os.environ]
if missing and "check" not in sys.argv:
    raise SystemExit("missing: " + ", ".join(missing))
ALLOWED_HOSTS = [os.environ.get("HOST", "shop.example")]
VALUE = missing
OTHER = " ".join(sorted(missing, reverse=True))
''', {"HOST": "h.example"})
    one("sizes and times with units", '''
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(text):
    number, unit = text[:-1], text[-1]
    return int(number) * UNITS[unit]


def size(text):
    for power, suffix in enumerate(("K", "M", "G"), start=1):
        if text.endswith(suffix):
            return int(float(text.rstrip(suffix)) * 1024 ** power)
    return int(text)


SECURE_HSTS_SECONDS = seconds(os.environ.get("HSTS", "30d"))
VALUE = [size("2.5M"), size("512"), seconds("90m")]
''')
    one("base64 of a key and of a list", '''
import base64
import json

RAW = os.environ.get("HOSTS_B64", "WyJzaG9wLmV4YW1wbGUiLCAiYi5leGFtcGxlIl0=")
ALLOWED_HOSTS = json.loads(base64.b64decode(RAW))
VALUE = base64.b64decode("c2hvcA==").decode()
OTHER = base64.urlsafe_b64encode(b"shop?>").decode("ascii")
''')
    one("a scheme of host, port and path taken apart", '''
def parse(address, port=25):
    host, _, rest = address.partition(":")
    if rest:
        port, slash, path = rest.partition("/")
        return host, int(port), slash + path
    return host, port, ""


EMAIL_HOST, EMAIL_PORT, _ = parse(os.environ.get("MAIL", "mail.example:587/x"))
VALUE = [parse("a"), parse("b:1"), EMAIL_PORT]
''')


def helpers(one):
    one("a closure that keeps a prefix and counts", '''
def reader(prefix):
    asked = []

    def read(name, default=None):
        asked.append(prefix + name)
        return os.environ.get(prefix + name, default)

    read.asked = asked
    return read


shop = reader("SHOP_")
EMAIL_HOST = shop("EMAIL_HOST", "mail.example")
ALLOWED_HOSTS = [shop("HOST", "shop.example")]
VALUE = shop.asked
''', {"SHOP_HOST": "s.example"})
    one("closures made in a loop with defaults", '''
steps = []
for name in ("first", "second"):
    def step(items, name=name):
        return items + [name]
    steps.append(step)
late = [lambda: name for name in ("a", "b")]
VALUE = [step([]) for step in steps]
OTHER = [f() for f in late]
''')
    one("a counter with nonlocal", '''
def counter(start=0):
    count = start

    def up(by=1):
        nonlocal count
        count += by
        return count

    return up


tick = counter(10)
tick()
tick(5)
VALUE = tick()
''')
    one("reduce over layers of options", '''
from functools import reduce

LAYERS = [
    {"hosts": ["shop.example"], "hsts": 60, "mail": {"host": "a"}},
    {"hsts": 3600, "mail": {"tls": True}},
    {"hosts": ["b.example"]},
]


def merge(low, high):
    merged = dict(low)
    for key, value in high.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        elif isinstance(value, list):
            merged[key] = merged.get(key, []) + value
        else:
            merged[key] = value
    return merged


CONFIG = reduce(merge, LAYERS, {})
ALLOWED_HOSTS = CONFIG["hosts"]
SECURE_HSTS_SECONDS = CONFIG["hsts"]
EMAIL_USE_TLS = CONFIG["mail"]["tls"]
VALUE = [reduce(lambda a, b: a * b, [2, 3, 7]), LAYERS[0]["hosts"]]
''')
    one("a chain of maps, the nearest first", '''
from collections import ChainMap

DEFAULTS = {"host": "mail.example", "port": 25, "tls": False}
LIVE = {"port": 587, "tls": True}
MAIL = ChainMap({}, LIVE, DEFAULTS)
EMAIL_HOST = MAIL["host"]
EMAIL_USE_TLS = MAIL["tls"]
MAIL["host"] = "other.example"
VALUE = [MAIL["host"], DEFAULTS["host"], MAIL.get("port"), sorted(MAIL)]
OTHER = dict(MAIL.parents)["port"]
''')
    one("a defaultdict of lists and of numbers", '''
from collections import defaultdict

BY_KIND = defaultdict(list)
for app in INSTALLED_APPS:
    BY_KIND[app.split(".")[1]].append(app.rsplit(".", 1)[-1])
COUNTS = defaultdict(int)
for app in INSTALLED_APPS:
    COUNTS[len(app)] += 1
VALUE = dict(BY_KIND)
OTHER = sorted(COUNTS.items())
''')
    one("apps inserted behind and before others", '''
def insert(items, new, before=None, after=None):
    if new in items:
        return items
    if before in items:
        at = items.index(before)
    elif after in items:
        at = items.index(after) + 1
    else:
        at = len(items)
    items.insert(at, new)
    return items


insert(MIDDLEWARE, "shop.First", before="django.middleware.security.SecurityMiddleware")
insert(MIDDLEWARE, "shop.Behind", after="django.middleware.csrf.CsrfViewMiddleware")
insert(MIDDLEWARE, "shop.Last", after="nothing.Here")
insert(MIDDLEWARE, "shop.First")
VALUE = [MIDDLEWARE.index("shop.Behind"), MIDDLEWARE[0], MIDDLEWARE[-1]]
''')
    one("a helper that changes a list in a dict of the module", '''
PLUGINS = {"apps": INSTALLED_APPS, "middleware": MIDDLEWARE}


def enable(app, middleware=None):
    PLUGINS["apps"].append(app)
    if middleware:
        PLUGINS["middleware"] += [middleware]


VALUE = len(PLUGINS)
''')
    one("a memo of what was asked", '''
from functools import lru_cache


@lru_cache(maxsize=None)
def region():
    return os.environ.get("REGION", "eu").lower()


@lru_cache
def host(name):
    return f"{name}.{region()}.shop.example"


ALLOWED_HOSTS = [host("www"), host("api"), host("www")]
VALUE = region()
''', {"REGION": "US"})
    one("accumulate and islice", '''
from itertools import accumulate, islice, takewhile

STEPS = list(accumulate([60, 60, 3600]))
SECURE_HSTS_SECONDS = STEPS[-1]
FIRST = list(islice(MIDDLEWARE, 2))
VALUE = [STEPS, list(takewhile(lambda n: n < 1000, STEPS)), list(islice(range(10), 2, 9, 3))]
OTHER = [m.rsplit(".", 1)[1] for m in FIRST]
''')


def errors(one):
    one("the text of a caught exception", '''
try:
    SECURE_HSTS_SECONDS = int(os.environ.get("HSTS", "an hour"))
except ValueError as error:
    SECURE_HSTS_SECONDS = 3600
    VALUE = type(error).__name__
''')
    one("an exception of one's own with its arguments", '''
class Missing(Exception):
    def __init__(self, name, hint="set it"):
        super().__init__(f"{name}: {hint}")
        self.name = name


def need(name):
    try:
        return os.environ[name]
    except KeyError:
        raise Missing(name)


try:
    EMAIL_HOST = need("MAIL_HOST")
except Missing as error:
    EMAIL_HOST = "mail.example"
    VALUE = error.name
    OTHER = str(error)
''')
    one("caught in a loop of candidates", '''
def first(*candidates):
    for candidate in candidates:
        try:
            return candidate()
        except (KeyError, ValueError):
            continue
    return None


SECURE_HSTS_SECONDS = first(lambda: int(os.environ["HSTS"]), lambda: int("x"), lambda: 60)
VALUE = first(lambda: os.environ["NONE"])
''')
    one("improperly configured is caught above", '''
from django.core.exceptions import ImproperlyConfigured


def get_env(name):
    try:
        return os.environ[name]
    except KeyError:
        raise ImproperlyConfigured(f"Set the {name} variable")


try:
    EMAIL_HOST_PASSWORD = get_env("MAIL_PASSWORD")
except ImproperlyConfigured:
    EMAIL_HOST_PASSWORD = ""
VALUE = EMAIL_HOST_PASSWORD == ""
''')
    one("else and finally leave their marks", '''
MARKS = []
try:
    PORT = int("587")
except ValueError:
    MARKS.append("bad")
else:
    MARKS.append("good")
finally:
    MARKS.append("done")
try:
    {}["x"]
except KeyError as missing:
    MARKS.append(missing.args[0])
VALUE = MARKS
''')


def classes(one):
    one("a named tuple class of servers", '''
from typing import NamedTuple


class Server(NamedTuple):
    name: str
    port: int = 443
    secure: bool = True

    @property
    def url(self):
        return f"http{'s' if self.secure else ''}://{self.name}:{self.port}"


SERVERS = [Server("a.example"), Server("b.example", port=80, secure=False)]
ALLOWED_HOSTS = [server.name for server in SERVERS]
CSRF_TRUSTED_ORIGINS = [server.url for server in SERVERS if server.secure]
VALUE = [CSRF_TRUSTED_ORIGINS, SERVERS[1]._replace(port=8080).port, SERVERS[0]._asdict()["port"]]
''')
    one("a registry by __init_subclass__", '''
class Feature:
    registry = {}
    app = None

    def __init_subclass__(cls, /, flag=True, **kwargs):
        super().__init_subclass__(**kwargs)
        if flag:
            Feature.registry[cls.__name__.lower()] = cls.app


class Cart(Feature):
    app = "django.contrib.sites"


class Old(Feature, flag=False):
    app = "shop.old"


INSTALLED_APPS += Feature.registry.values()
VALUE = sorted(Feature.registry)
''')
    one("a property with a setter that checks", '''
class Security:
    def __init__(self):
        self._hsts = 0

    @property
    def hsts(self):
        return self._hsts

    @hsts.setter
    def hsts(self, value):
        if value < 0:
            raise ValueError("negative")
        self._hsts = min(value, 31536000)


security = Security()
security.hsts = 99999999
SECURE_HSTS_SECONDS = security.hsts
try:
    security.hsts = -1
except ValueError:
    VALUE = security.hsts
''')
    one("a data class with a factory and what follows from it", '''
from dataclasses import asdict, dataclass, field, replace


@dataclass(frozen=True)
class Site:
    name: str
    hosts: list = field(default_factory=list)
    secure: bool = True
    origins: list = field(init=False, default_factory=list)

    def __post_init__(self):
        scheme = "https" if self.secure else "http"
        object.__setattr__(self, "origins", [f"{scheme}://{host}" for host in self.hosts])


live = Site("live", ["shop.example", "b.example"])
test = replace(live, name="test", secure=False)
ALLOWED_HOSTS = live.hosts
CSRF_TRUSTED_ORIGINS = live.origins
VALUE = [live.origins, test.origins, test.name]
OTHER = asdict(live)["secure"]
''')
    one("a settings object with item access", '''
class Conf(dict):
    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name)


conf = Conf(debug=False, hosts=["shop.example"], hsts=60)
DEBUG = conf.debug
ALLOWED_HOSTS = conf.hosts
SECURE_HSTS_SECONDS = conf.get("hsts")
VALUE = getattr(conf, "nothing", "none")
''')
    one("a builder whose methods return itself", '''
class Stack:
    def __init__(self, *items):
        self.items = list(items)

    def then(self, item, when=True):
        if when:
            self.items.append(item)
        return self

    def without(self, *names):
        self.items = [item for item in self.items if item not in names]
        return self


MIDDLEWARE = (
    Stack(*MIDDLEWARE)
    .then("shop.Debug", when=False)
    .then("shop.Live")
    .without("django.middleware.locale.LocaleMiddleware")
    .items
)
VALUE = len(MIDDLEWARE)
''')


def enumerations(one):
    one("an enumeration of tuples with fields", '''
import enum


class Stage(enum.Enum):
    DEV = ("dev", True, 0)
    LIVE = ("live", False, 3600)

    def __init__(self, label, debug, hsts):
        self.label = label
        self.debug = debug
        self.hsts = hsts

    @classmethod
    def of(cls, label):
        return next(stage for stage in cls if stage.label == label)


stage = Stage.of(os.environ.get("STAGE", "live"))
DEBUG = stage.debug
SECURE_HSTS_SECONDS = stage.hsts
VALUE = [stage.name, stage.value[0], [s.label for s in Stage]]
''')
    one("flags of integers", '''
from enum import IntFlag, auto


class Guard(IntFlag):
    SSL = auto()
    HSTS = auto()
    COOKIES = auto()
    ALL = SSL | HSTS | COOKIES


guard = Guard(int(os.environ.get("GUARD", "5")))
SECURE_SSL_REDIRECT = Guard.SSL in guard
SECURE_HSTS_SECONDS = 60 if guard & Guard.HSTS else 0
SESSION_COOKIE_SECURE = bool(guard & Guard.COOKIES)
VALUE = [int(Guard.ALL), Guard.ALL == 7, (guard | Guard.HSTS) == Guard.ALL]
''')
    one("an enumeration of texts looked up by value", '''
from enum import Enum


class Level(str, Enum):
    LOW = "low"
    HIGH = "high"

    @classmethod
    def _missing_(cls, value):
        return cls.HIGH


level = Level(os.environ.get("LEVEL", "unheard"))
DEBUG = level is Level.LOW
VALUE = [level.value, Level("low") == "low", Level["HIGH"].name]
''')


def tools(one):
    one("hosts out of a text by dedent and a pattern", '''
import re
from textwrap import dedent

TEXT = dedent("""
    host = shop.example
    host=b.example   # second
    port = 8000
""").strip()
ALLOWED_HOSTS = re.findall(r"^host\\s*=\\s*(\\S+)", TEXT, re.MULTILINE)
PORT = int(re.search(r"port = (\\d+)", TEXT).group(1))
VALUE = [PORT, TEXT.count("\\n"), TEXT.splitlines()[0]]
''')
    one("a version compared", '''
import re

VERSION = os.environ.get("VERSION", "v2.10.3-rc1")
match = re.match(r"v?(?P<major>\\d+)\\.(?P<minor>\\d+)", VERSION)
MAJOR, MINOR = map(int, match.groups())
SECURE_SSL_REDIRECT = (MAJOR, MINOR) >= (2, 9)
VALUE = [match.group("minor"), match.groupdict()["major"], re.sub(r"-rc\\d+$", "", VERSION)]
''')
    one("a template of the string module and of percent", '''
from string import Template

VALUES = {"region": "eu", "name": "shop"}
ALLOWED_HOSTS = [Template("${name}.$region.example").substitute(VALUES), "%(name)s.%(region)s.test" % VALUES]
VALUE = "{name!r:>8}|{0:05.1f}|{1:,}".format(3.14159, 1234567, **VALUES)
OTHER = f"{VALUES['region']:*^6}{len(VALUES):03d}{0.256:.1%}"
''')
    one("operators as functions", '''
from operator import attrgetter, itemgetter, or_
from functools import partial, reduce

ROWS = [("b.example", 2), ("a.example", 1)]
ALLOWED_HOSTS = list(map(itemgetter(0), sorted(ROWS, key=itemgetter(1))))
SECURE_SSL_REDIRECT = reduce(or_, [False, True])
int2 = partial(int, base=2)
VALUE = [int2("101"), max(ROWS, key=itemgetter(1))[0]]
''')
    one("a digest for a cache's name", '''
import hashlib
import zlib

NAME = hashlib.sha256("shop".encode()).hexdigest()[:12]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "KEY_PREFIX": NAME}}
VALUE = [len(NAME), hashlib.md5(b"a").hexdigest()[:4], zlib.crc32(b"shop") > 0]
''')


def layers(tree):
    base = HEAD + HARD + "DEBUG = False\n"
    tree("components gathered by a package", {
        "config/settings/__init__.py": "from .base import *\nfrom .mail import *\nfrom .apps import APPS as INSTALLED_APPS\n",
        "config/settings/base.py": base,
        "config/settings/mail.py": "import os\nEMAIL_HOST = os.environ.get('MAIL', 'mail.example')\nEMAIL_USE_TLS = EMAIL_HOST != 'localhost'\n",
        "config/settings/apps.py": "from .base import INSTALLED_APPS\nLOCAL = ['shop']\nAPPS = [*INSTALLED_APPS, *LOCAL]\n",
    })
    tree("a layer is chosen by a variable", {
        "config/settings/__init__.py": "import os\nSTAGE = os.environ.get('STAGE', 'live')\nif STAGE == 'live':\n    from .live import *\nelif STAGE == 'test':\n    from .test import *\nelse:\n    from .dev import *\n",
        "config/settings/base.py": base,
        "config/settings/live.py": "from .base import *\nSECURE_HSTS_SECONDS *= 2\nMIDDLEWARE.insert(1, 'shop.Live')\n",
        "config/settings/test.py": "from .base import *\nDEBUG = True\nMIDDLEWARE = [m for m in MIDDLEWARE if 'csrf' not in m]\nVALUE = len(MIDDLEWARE)\n",
        "config/settings/dev.py": "from .base import *\nDEBUG = True\n",
    }, {"STAGE": "test"})
    tree("helpers of a module beside edit what is handed to them", {
        "config/helpers.py": "def add_app(apps, name, first=False):\n    if name not in apps:\n        apps.insert(0 if first else len(apps), name)\n\n\ndef drop(middleware, word):\n    return [item for item in middleware if word not in item]\n",
        "config/settings.py": base + "from config.helpers import add_app, drop\nadd_app(INSTALLED_APPS, 'shop', first=True)\nadd_app(INSTALLED_APPS, 'shop')\nadd_app(apps=INSTALLED_APPS, name='cart')\nMIDDLEWARE = drop(MIDDLEWARE, 'locale')\nVALUE = len(INSTALLED_APPS)\n",
    })
    tree("a list of the base is changed through what holds it", {
        "config/base.py": base + "EXTRA = ['a.example']\nGROUPS = {'hosts': EXTRA}\n\n\ndef add(host):\n    GROUPS['hosts'].append(host)\n",
        "config/settings.py": "from .base import *\nadd('b.example')\nALLOWED_HOSTS = EXTRA + ['c.example']\nVALUE = EXTRA\n",
    })
    tree("a list of the base is changed in a loop over what holds it", {
        "config/base.py": base + "EXTRA = ['a.example']\nGROUPS = [EXTRA]\n",
        "config/settings.py": "from .base import *\nfor group in GROUPS:\n    group.append('b.example')\nALLOWED_HOSTS = EXTRA\nVALUE = GROUPS\n",
    })
    tree("a registry in a module of its own", {
        "config/registry.py": "APPS = []\n\n\ndef register(*names):\n    for name in names:\n        if name not in APPS:\n            APPS.append(name)\n    return names\n",
        "config/features.py": "from .registry import register\n\nregister('django.contrib.sites', 'django.contrib.flatpages')\n",
        "config/settings.py": base + "from . import features\nfrom .registry import APPS\nINSTALLED_APPS = INSTALLED_APPS + APPS\nVALUE = len(INSTALLED_APPS)\n",
    })
    tree("a local file may be there and goes last", {
        "config/settings.py": base + "try:\n    from .local import *\nexcept ImportError:\n    VALUE = 'none'\nelse:\n    VALUE = 'local'\nfinally:\n    OTHER = DEBUG\n",
        "config/local.py": "DEBUG = True\nSECURE_SSL_REDIRECT = False\nfrom .settings import ALLOWED_HOSTS\nALLOWED_HOSTS = ALLOWED_HOSTS + ['localhost']\n",
    })


def libraries(one, tree):
    one("environ with a scheme, a dict and a json", '''
import environ

env = environ.Env(DEBUG=(bool, False), HOSTS=(list, ["shop.example"]), HSTS=(int, 60))
DEBUG = env("DEBUG")
ALLOWED_HOSTS = env("HOSTS")
SECURE_HSTS_SECONDS = env("HSTS")
VALUE = [env.dict("LIMITS", default={"a": "1"}), env.json("J", default={"x": [1]}), env.tuple("T", default=())]
OTHER = env.float("RATE", default=0.5)
''', {"HOSTS": "a.example,b.example", "LIMITS": "x=1,y=2", "T": "a,b"})
    one("decouple with Csv and Choices", '''
from decouple import Choices, Csv, config

DEBUG = config("DEBUG", default=False, cast=bool)
ALLOWED_HOSTS = config("HOSTS", default="shop.example, b.example", cast=Csv())
VALUE = [config("PORTS", default="80,443", cast=Csv(int)), config("PAIR", default="a,b", cast=Csv(post_process=tuple))]
OTHER = config("STAGE", default="live", cast=Choices(["dev", "live"]))
EMAIL_HOST = config("MAIL", default="mail.example", cast=lambda v: v.upper().lower())
''', {"STAGE": "dev"})
    one("pydantic settings with a prefix and a computed list", '''
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Shop(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_", extra="ignore")

    debug: bool = False
    hosts: list[str] = ["shop.example"]
    hsts: int = Field(default=60, ge=0)
    mail: str = "mail.example"


shop = Shop()
DEBUG = shop.debug
ALLOWED_HOSTS = shop.hosts
SECURE_HSTS_SECONDS = shop.hsts
EMAIL_HOST = shop.mail
''', {"SHOP_HSTS": "120", "SHOP_HOSTS": '["a.example"]'})
    tree("configurations with values and a mixin", {
        "config/settings.py": '''
import os
from configurations import Configuration, values


class Hardened:
    SECURE_HSTS_SECONDS = values.IntegerValue(3600)
    SECURE_SSL_REDIRECT = True

    @property
    def CSRF_COOKIE_SECURE(self):
        return self.SECURE_SSL_REDIRECT


class Base(Configuration):
    SECRET_KEY = "s9!kd0wq_2lx7zm4vb-nc8yt1hr5gj3fp6ae@uoi%QWERTYUIOPLK"
    ROOT_URLCONF = "shop.urls"
    DEBUG = values.BooleanValue(True)
    ALLOWED_HOSTS = values.ListValue(["shop.example"])
    INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth"]
    MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]


class Live(Hardened, Base):
    DEBUG = False
    MIDDLEWARE = Base.MIDDLEWARE + ["django.middleware.csrf.CsrfViewMiddleware"]

    @classmethod
    def setup(cls):
        super().setup()
        cls.VALUE = len(cls.MIDDLEWARE)
''',
    }, {"DJANGO_CONFIGURATION": "Live", "DJANGO_ALLOWED_HOSTS": "a.example,b.example", "DJANGO_SECURE_HSTS_SECONDS": "7200"})
    tree("split settings with optional parts and order", {
        "config/settings.py": HEAD + "from split_settings.tools import include, optional\nVALUE = ['main']\ninclude('parts/security.py', optional('parts/nothing.py'), 'parts/last.py')\n",
        "config/parts/security.py": HARD + "VALUE.append('security')\nDEBUG = False\n",
        "config/parts/last.py": "VALUE = VALUE + ['last']\nSECURE_HSTS_SECONDS = SECURE_HSTS_SECONDS // 2\n",
    })
