"""Settings variants: settings as handbooks, templates and hosting guides teach them, each whole."""

from heads import HARD, HEAD, KEY, writers



def add_all(add):
    one, tree = writers(add, "manner of ")

    hosts(one, tree)
    helpers(one)
    layers(tree)
    files_read(one)
    odd(one)
    twice(tree)


def hosts(one, tree):
    one("a platform that says where it runs", '''
IS_PLATFORM = "DYNO" in os.environ and "CI" not in os.environ
if IS_PLATFORM:
    ALLOWED_HOSTS = ["*"]
    SECURE_SSL_REDIRECT = True
else:
    ALLOWED_HOSTS = [".localhost", "127.0.0.1", "[::1]", "0.0.0.0"]
DEBUG = not IS_PLATFORM
MIDDLEWARE.insert(1, "whitenoise.middleware.WhiteNoiseMiddleware")
VALUE = MIDDLEWARE[:2]
''', {"DYNO": "web.1"})
    one("a platform that gives a host name", '''
RENDER_HOST = os.environ.get("RENDER_EXTERNAL_HOSTNAME")
DEBUG = "RENDER" not in os.environ
ALLOWED_HOSTS = []
if RENDER_HOST:
    ALLOWED_HOSTS.append(RENDER_HOST)
if not DEBUG:
    STATIC_ROOT = os.path.join(BASE_DIR if "BASE_DIR" in globals() else "/", "static")
VALUE = len(ALLOWED_HOSTS)
''')
    one("a tutorial for one server", '''
DEBUG = os.getenv("DEBUG", "False") == "True"
DEVELOPMENT_MODE = os.getenv("DEVELOPMENT_MODE", "False") == "True"
ALLOWED_HOSTS = os.getenv("DJANGO_ALLOWED_HOSTS", "127.0.0.1,localhost").split(",")
if DEVELOPMENT_MODE is True:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
elif len(ALLOWED_HOSTS) > 0 and ALLOWED_HOSTS[0] != "collectstatic":
    DATABASES = {"default": {"ENGINE": "django.db.backends.dummy"}}
VALUE = DATABASES["default"]["ENGINE"]
''')
    one("words that are true", '''
def flag(name, default="0"):
    return os.environ.get(name, default).strip().lower() in {"1", "true", "yes", "on", "y", "t"}

DEBUG = flag("DEBUG")
SECURE_SSL_REDIRECT = flag("SSL", "YES ")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = flag("COOKIES", "tRuE")
SECURE_HSTS_SECONDS = 3600 if flag("HSTS") else 0
''', {"HSTS": "on"})
    one("a required variable", '''
from django.core.exceptions import ImproperlyConfigured

def need(name, cast=str):
    try:
        return cast(os.environ[name])
    except KeyError:
        raise ImproperlyConfigured(f"Set the {name} environment variable") from None
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is no {cast.__name__}") from error

EMAIL_HOST = need("MAIL_HOST")
SECURE_HSTS_SECONDS = need("HSTS", int)
VALUE = need("PORTS", lambda text: [int(part) for part in text.split()])
''', {"MAIL_HOST": "mail.example", "HSTS": "60", "PORTS": "25 587"})
    tree("one settings for each host", {
        "config/settings/__init__.py": '''
import socket

HOSTS = {"web1": "production", "stage": "staging"}
try:
    name = HOSTS[socket.gethostname().split(".")[0]]
except KeyError:
    name = "development"
if name == "production":
    from .production import *
elif name == "staging":
    from .staging import *
else:
    from .development import *
''',
        "config/settings/common.py": HEAD + "DEBUG = False\nEMAIL_HOST = 'mail.example'\n",
        "config/settings/production.py": "from .common import *\n" + HARD,
        "config/settings/staging.py": "from .production import *\nSECURE_HSTS_SECONDS = 60\n",
        "config/settings/development.py": "from .common import *\nDEBUG = True\nVALUE = 'dev'\n",
    })
    tree("the environment's name picks the module", {
        "config/settings/__init__.py": '''
import os

ENV = os.environ.get("ENV_NAME", "production")
if ENV == "production":
    from config.settings.production import *
elif ENV in ("dev", "development"):
    from config.settings.dev import *
else:
    raise RuntimeError("no such environment: %s" % ENV)
''',
        "config/settings/base.py": HEAD + "DEBUG = False\nVALUE = __name__\n",
        "config/settings/production.py": "from .base import *\n" + HARD + "OTHER = __name__\n",
        "config/settings/dev.py": "from .base import *\nDEBUG = True\n",
    })


def helpers(one):
    one("a class that reads the environment", '''
class Environment:
    def __init__(self, source, prefix=""):
        self.source = source
        self.prefix = prefix

    def text(self, name, default=None):
        return self.source.get(self.prefix + name, default)

    def truth(self, name, default=False):
        found = self.text(name)
        return default if found is None else found.lower() in ("1", "true")

    def number(self, name, default=0):
        return int(self.text(name, default))

    def names(self, name, default=()):
        found = self.text(name)
        return list(default) if not found else [part.strip() for part in found.split(",") if part.strip()]

env = Environment(os.environ, "SHOP_")
DEBUG = env.truth("DEBUG")
ALLOWED_HOSTS = env.names("HOSTS", ["shop.example"])
SECURE_HSTS_SECONDS = env.number("HSTS", "3600")
SECURE_SSL_REDIRECT = env.truth("SSL", True)
EMAIL_HOST = env.text("MAIL", "localhost")
''', {"SHOP_HOSTS": "a.example, b.example,", "SHOP_SSL": "TRUE"})
    one("casts in a table", '''
CASTS = {bool: lambda text: text == "1", list: lambda text: text.split(";"), int: int, str: str}

def read(name, default):
    found = os.environ.get(name)
    if found is None:
        return default
    return CASTS[type(default)](found)

DEBUG = read("DEBUG", False)
ALLOWED_HOSTS = read("HOSTS", ["shop.example"])
SECURE_HSTS_SECONDS = read("HSTS", 60)
X_FRAME_OPTIONS = read("FRAME", "DENY")
''', {"HOSTS": "a;b", "HSTS": "5"})
    one("a default for each kind of place", '''
DEFAULTS = {
    "DEBUG": {"local": True, "live": False},
    "SSL": {"local": False, "live": True},
    "HSTS": {"local": 0, "live": 31536000},
}
PLACE = os.environ.get("PLACE", "live")

def by_place(name):
    return DEFAULTS[name].get(PLACE, DEFAULTS[name]["live"])

DEBUG, SECURE_SSL_REDIRECT = map(by_place, ("DEBUG", "SSL"))
SECURE_HSTS_SECONDS = by_place("HSTS")
SESSION_COOKIE_SECURE = by_place("SSL") and not DEBUG
''')
    one("partial functions", '''
from functools import partial, reduce
import operator

number = partial(int, base=16)
SECURE_HSTS_SECONDS = number("e10")
on = partial(os.environ.get, "ON", "no")
SECURE_SSL_REDIRECT = on() == "no"
VALUE = reduce(operator.add, [["a"], ["b"], ["c"]], [])
OTHER = reduce(lambda so_far, part: {**so_far, **part}, [{"a": 1}, {"b": 2}, {"a": 3}])
EMAIL_HOST = operator.itemgetter("host")({"host": "mail.example"})
''')
    one("nested functions", '''
def make(prefix):
    seen = []

    def read(name, default=""):
        seen.append(name)
        return os.environ.get(f"{prefix}_{name}", default)

    read.seen = seen
    return read

mail = make("MAIL")
EMAIL_HOST = mail("HOST", "mail.example")
EMAIL_USE_TLS = mail("TLS", "1") == "1"
EMAIL_HOST_PASSWORD = mail("PASSWORD")
VALUE = mail.seen
''')
    one("a memory of what was read", '''
import functools

@functools.lru_cache(maxsize=None)
def stage():
    return os.environ.get("STAGE", "live")

@functools.cache
def is_live():
    return stage() == "live"

DEBUG = not is_live()
SECURE_SSL_REDIRECT = is_live()
EMAIL = stage().upper()
''')
    one("star arguments", '''
def join(*parts, sep="/", **more):
    return sep.join(str(part) for part in parts) + "".join(sorted(more))

VALUE = join("a", 1, *["b", "c"])
OTHER = join(*(), sep="-", z=1, a=2)
EMAIL_HOST = join("mail", "example", **{"sep": "."})
SECURE_HSTS_SECONDS = max(*[60, 3600], 5)
''')
    one("a generator of hosts", '''
def hosts():
    yield "shop.example"
    for name in ("a", "b"):
        yield f"{name}.shop.example"

ALLOWED_HOSTS = list(hosts())
VALUE = sum(1 for _ in hosts())
OTHER = next(iter(hosts()))
''')
    one("early ways out", '''
def level(text):
    if not text:
        return 0
    if text.isdigit():
        return int(text)
    for at, word in enumerate(("low", "middle", "high")):
        if text == word:
            return (at + 1) * 100
    return -1

SECURE_HSTS_SECONDS = level(os.environ.get("LEVEL", "middle"))
VALUE = [level(text) for text in ("", "7", "high", "none")]
''')


def layers(tree):
    tree("local settings that may be missing", {
        "config/settings.py": HEAD + HARD + '''
try:
    from .local_settings import *
except ImportError:
    pass
else:
    VALUE = "local"
''',
        "config/local_settings.py": "DEBUG = True\nALLOWED_HOSTS = ['*']\n_HIDDEN = 1\n",
    })
    tree("local settings that are asked to change what is there", {
        "config/settings.py": HEAD + HARD + '''
VALUE = ["a"]
try:
    from config import local_settings
except ImportError as error:
    OTHER = str(error)
else:
    local_settings.change(globals())
    OTHER = local_settings.NAME
''',
        "config/local_settings.py": "NAME = 'here'\n\ndef change(settings):\n    settings['DEBUG'] = True\n    settings['VALUE'].append('b')\n    settings.setdefault('X_FRAME_OPTIONS', 'SAMEORIGIN')\n",
    })
    tree("three layers of packages", {
        "config/settings/__init__.py": "from .env import *\n",
        "config/settings/env/__init__.py": "import os\nfrom ..parts import *\nfrom ..parts.security import SECURE_HSTS_SECONDS as _seconds\nSECURE_HSTS_SECONDS = _seconds // 2\nDEBUG = bool(os.environ.get('DEBUG'))\n",
        "config/settings/parts/__init__.py": "from .core import *\nfrom .security import *\nfrom .mail import EMAIL_HOST\n__all__ = [name for name in dir() if name.isupper()]\n",
        "config/settings/parts/core.py": HEAD + "VALUE = 1\n",
        "config/settings/parts/security.py": HARD + "from .core import VALUE\nOTHER = VALUE + 1\n",
        "config/settings/parts/mail.py": "EMAIL_HOST = 'mail.example'\nEMAIL_USE_TLS = True\n",
    })
    tree("a layer that edits lists of the one below", {
        "config/base.py": HEAD + "VALUE = ['a', 'b', 'c', 'd']\nCACHES = {'default': {'BACKEND': 'django.core.cache.backends.dummy.DummyCache'}}\n",
        "config/settings.py": '''from .base import *
from . import base

MIDDLEWARE = [m for m in MIDDLEWARE if not m.endswith("XFrameOptionsMiddleware")]
INSTALLED_APPS += ("django.contrib.sites",)
VALUE[1:3] = ["x"]
VALUE.insert(VALUE.index("x"), "y")
del VALUE[0]
CACHES["default"]["TIMEOUT"] = 5
CACHES.setdefault("other", {}).update(BACKEND="django.core.cache.backends.locmem.LocMemCache")
OTHER = base.VALUE is VALUE
''',
    })
    tree("a module's own name in a table", {
        "config/settings.py": HEAD + '''
import importlib

overrides = importlib.import_module("config.overrides")
for name in dir(overrides):
    if name.isupper():
        globals()[name] = getattr(overrides, name)
''',
        "config/overrides.py": HARD,
    })
    tree("class settings without a library", {
        "config/settings.py": HEAD + '''
class Base:
    DEBUG = True
    SECURE_HSTS_SECONDS = 0

    @property
    def SESSION_COOKIE_SECURE(self):
        return not self.DEBUG

    @classmethod
    def load(cls):
        chosen = cls()
        return {name: getattr(chosen, name) for name in dir(chosen) if name.isupper()}

class Live(Base):
    DEBUG = False
    SECURE_HSTS_SECONDS = Base.SECURE_HSTS_SECONDS + 60

globals().update(Live.load())
''',
    })


def files_read(one):
    one("a key in a file beside", '''
from pathlib import Path
HERE = Path(__file__).resolve().parent
SECRET_KEY = (HERE / "key.txt").read_text().strip()
with open(HERE / "hosts.txt", encoding="utf-8") as lines:
    ALLOWED_HOSTS = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
''', config__key__dot__txt=KEY + "\n", config__hosts__dot__txt="# hosts\nshop.example\n\nb.example\n")
    one("numbers in JSON", '''
import json, pathlib
with (pathlib.Path(__file__).parent / "conf.json").open() as file:
    CONF = json.load(file)
DEBUG = CONF["debug"]
ALLOWED_HOSTS = CONF.get("hosts", [])
SECURE_HSTS_SECONDS = CONF["security"]["hsts"] * 60
EMAIL_HOST = CONF.get("mail", {}).get("host", "none.example")
X_FRAME_OPTIONS = CONF.get("frame") or "DENY"
''', config__conf__dot__json='{"debug": false, "hosts": ["shop.example"], "security": {"hsts": 60}, "frame": null}')
    one("a file of INI", '''
import configparser
parser = configparser.ConfigParser()
parser.read(os.path.join(os.path.dirname(os.path.abspath(__file__)), "shop.ini"))
DEBUG = parser.getboolean("site", "debug", fallback=True)
SECURE_HSTS_SECONDS = parser.getint("site", "hsts")
EMAIL_HOST = parser["mail"]["host"]
EMAIL = parser.get("mail", "from", fallback="shop@example")
VALUE = parser.has_section("cache")
''', config__shop__dot__ini="[site]\ndebug = no\nhsts = 60\n[mail]\nhost = mail.example\n")
    one("TOML", '''
try:
    import tomllib
except ImportError:
    tomllib = None
with open(os.path.join(os.path.dirname(__file__), "shop.toml"), "rb") as file:
    CONF = tomllib.load(file) if tomllib else {}
DEBUG = CONF.get("debug", True)
ALLOWED_HOSTS = CONF.get("hosts", ["x"])
''', config__shop__dot__toml='debug = false\nhosts = ["shop.example"]\n')
    one("a .env read by hand", '''
from pathlib import Path
for line in (Path(__file__).parent / "site.env").read_text().splitlines():
    line = line.strip()
    if not line or line.startswith("#"):
        continue
    name, _, text = line.partition("=")
    os.environ.setdefault(name.strip(), text.strip().strip("'\\""))
DEBUG = os.environ["DEBUG"] == "yes"
EMAIL_HOST = os.environ.get("MAIL_HOST")
''', config__site__dot__env="# site\nDEBUG=no\nMAIL_HOST = 'mail.example'\n")
    one("dotenv", '''
from dotenv import load_dotenv, find_dotenv
load_dotenv(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), ".env"))
DEBUG = os.getenv("DEBUG", "True").lower() in ("true", "1", "t")
EMAIL_HOST = os.getenv("MAIL_HOST", "none")
SECURE_HSTS_SECONDS = int(os.getenv("HSTS", "5"))
''', {"HSTS": "7"}, __dot__env="DEBUG=false\nHSTS=9\nMAIL_HOST=\"mail.example\"\n")


def odd(one):
    one("conditions of the system", '''
import platform, sys
if sys.version_info >= (3, 8):
    SECURE_HSTS_SECONDS = 60
if platform.system() == "Windows":
    DEBUG = True
elif os.name == "posix":
    DEBUG = False
SECURE_SSL_REDIRECT = sys.platform.startswith("linux") or sys.platform == "darwin"
VALUE = "runserver" in sys.argv
OTHER = len(sys.argv) > 1 and sys.argv[1] == "test"
''')
    one("the version of Django", '''
import django
if django.VERSION >= (4, 0):
    SECURE_HSTS_SECONDS = 4
else:
    SECURE_HSTS_SECONDS = 3
VALUE = django.VERSION[0] > 2
if django.VERSION[:2] < (5, 0):
    X_FRAME_OPTIONS = "SAMEORIGIN"
''')
    one("matches", '''
match os.environ.get("STAGE", "live").split("-"):
    case ["live"]:
        DEBUG = False
        SECURE_SSL_REDIRECT = True
    case ["dev", *rest] if rest:
        DEBUG = True
        VALUE = rest
    case _:
        DEBUG = True
''', {"STAGE": "dev-a-b"})
    one("a walrus and a chain", '''
if (host := os.environ.get("MAIL")) and (port := host.partition(":")[2]).isdigit():
    EMAIL_HOST = host[: -len(port) - 1]
    VALUE = int(port)
else:
    EMAIL_HOST = "none"
SECURE_HSTS_SECONDS = 1 < 2 < 3 and 60
''', {"MAIL": "mail.example:25"})
    one("texts put together", '''
NAME = "shop"
EMAIL = "%s@%s" % (NAME, ".".join((NAME, "example")))
EMAIL_HOST = "{0}.{domain}".format("mail", domain="example")
VALUE = f"{NAME!r:>8}|{3.14159:.2f}|{1000000:,}|{255:#x}"
OTHER = NAME.center(10, "*").replace("*", "-", 2).title()
X_FRAME_OPTIONS = "".join(reversed("YNED"))
SECRET_KEY = NAME * 3 + str(len(NAME)).zfill(60)
''')
    one("sets and sorting", '''
BASE = {"b.example", "a.example"}
ALLOWED_HOSTS = sorted(BASE | {"c.example"} - {"a.example"})
VALUE = sorted({"x": 2, "y": 1}.items(), key=lambda pair: pair[1])
OTHER = sorted(MIDDLEWARE, key=len, reverse=True)[0]
SECURE_SSL_REDIRECT = {"a.example"} <= BASE
DEBUG = BASE.isdisjoint({"a.example"})
''')
    one("comprehensions with conditions", '''
WANTED = {"security": True, "csrf": True, "frame": False}
VALUE = {name: index for index, (name, is_on) in enumerate(WANTED.items()) if is_on}
OTHER = [a + b for a in "xy" for b in "12" if (a, b) != ("x", "2")]
MIDDLEWARE = [m for m in MIDDLEWARE if "clickjacking" not in m or WANTED["frame"]]
DEBUG = any(is_on is None for is_on in WANTED.values())
SECURE_SSL_REDIRECT = all(WANTED[name] for name in ("security", "csrf"))
''')
    one("loops that fill", '''
VALUE = {}
for kind, names in {"a": ["x", "y"], "b": []}.items():
    for name in names:
        VALUE.setdefault(kind, []).append(name.upper())
    else:
        VALUE[kind + "_done"] = True
n = 0
while True:
    n += 1
    if n % 2:
        continue
    if n > 6:
        break
SECURE_HSTS_SECONDS = n
for OTHER in range(3):
    pass
''')
    one("exceptions as flow", '''
try:
    SECURE_HSTS_SECONDS = int(os.environ.get("HSTS", "many"))
except (TypeError, ValueError):
    SECURE_HSTS_SECONDS = 60
else:
    VALUE = "number"
finally:
    OTHER = "asked"
try:
    import a_module_that_nobody_has
    EMAIL_HOST = "has"
except ModuleNotFoundError as error:
    EMAIL_HOST = error.name
''')
    one("contexts", '''
import contextlib
with contextlib.suppress(KeyError):
    DEBUG = os.environ["NOT_THERE"] == "1"
    VALUE = "no"
with contextlib.suppress(ImportError):
    import a_module_that_nobody_has
    OTHER = "no"
SECURE_HSTS_SECONDS = 60
''')
    one("dates and durations", '''
from datetime import timedelta
DAY = timedelta(days=1)
SECURE_HSTS_SECONDS = int((DAY * 365).total_seconds())
VALUE = timedelta(hours=36).days
OTHER = str(timedelta(minutes=90))
SESSION_COOKIE_SECURE = timedelta(weeks=1) > DAY
''')
    one("named tuples and data classes", '''
from collections import namedtuple, ChainMap, OrderedDict, defaultdict
from dataclasses import dataclass, field, asdict

Mail = namedtuple("Mail", "host tls password", defaults=[True, ""])
mail = Mail("mail.example")
EMAIL_HOST, EMAIL_USE_TLS, EMAIL_HOST_PASSWORD = mail

@dataclass
class Site:
    hosts: list = field(default_factory=list)
    hsts: int = 60

    def __post_init__(self):
        self.hosts.append("shop.example")

site = Site()
ALLOWED_HOSTS = site.hosts
SECURE_HSTS_SECONDS = asdict(site)["hsts"]
VALUE = ChainMap({"a": 1}, {"a": 2, "b": 3})["b"]
OTHER = list(OrderedDict([("z", 1), ("a", 2)]))
''')
    one("a name taken back", '''
DEBUG = True
SECURE_HSTS_SECONDS = 60
X_FRAME_OPTIONS = "SAMEORIGIN"
del DEBUG
for name in list(globals()):
    if name.startswith("X_FRAME"):
        del globals()[name]
VALUE = "X_FRAME_OPTIONS" in globals()
''')
    one("a key derived", '''
import base64, hashlib, hmac
SEED = os.environ.get("SEED", "seed")
SECRET_KEY = hashlib.sha256(SEED.encode()).hexdigest()
VALUE = len(SECRET_KEY)
EMAIL_HOST_PASSWORD = base64.b64encode(b"pass").decode()
OTHER = base64.b64decode("c2hvcA==").decode("ascii")
''')
    one("a key made anew", '''
from django.core.management.utils import get_random_secret_key
import secrets, uuid
SECRET_KEY = os.environ.get("KEY") or get_random_secret_key()
VALUE = bool(SECRET_KEY)
EMAIL_HOST_PASSWORD = ""
''')
    one("truth as Django reads it", '''
DEBUG = os.environ.get("DEBUG", False)
SECURE_SSL_REDIRECT = "False"
SESSION_COOKIE_SECURE = 1
CSRF_COOKIE_SECURE = "yes"
SECURE_HSTS_SECONDS = "60"
SECURE_CONTENT_TYPE_NOSNIFF = None
CSRF_USE_SESSIONS = []
SECURE_REFERRER_POLICY = "origin, no-such-policy"
X_FRAME_OPTIONS = "deny"
''', {"DEBUG": "False"})
    one("objects of Django in settings", '''
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.functional import lazy
from django.utils.module_loading import import_string
from django.contrib.messages import constants as messages
LOGIN_URL = reverse_lazy("login")
LANGUAGES = [("en", _("English")), ("de", _("German"))]
MESSAGE_TAGS = {messages.ERROR: "danger"}
VALUE = len(LANGUAGES)
OTHER = LANGUAGES[1][0]
SECURE_REFERRER_POLICY = ("same-origin", "origin")
''')
    one("a proxy for settings", '''
class Lazy:
    def __init__(self, make):
        self.make = make

    def __call__(self):
        return self.make()

    def __bool__(self):
        return bool(self.make())

    def __str__(self):
        return str(self.make())

DEBUG = bool(Lazy(lambda: 0))
EMAIL_HOST = str(Lazy(lambda: "mail.example"))
SECURE_SSL_REDIRECT = Lazy(lambda: True)()
VALUE = "yes" if Lazy(list) else "no"
''')
    one("a part of a dict, key by key", '''
PARTS = {"web": {"hosts": ["a.example"], "seconds": 0}}

def part(*keys, default=None):
    node = PARTS
    for key in keys:
        try:
            node = node[key]
        except (KeyError, TypeError):
            return default
    return node

SECURE_HSTS_SECONDS = part("web", "seconds", default=5)
ALLOWED_HOSTS = part("web", "hosts", default=[])
VALUE = part("web", "none", default="d")
OTHER = part("web", "seconds", "deeper", default="t")
DEBUG = part("x") is not None
''')
    one("helpers that copy and merge", '''
def over(below, above):
    out = dict(below)
    out.update(above)
    return out

def merged(below, above):
    out = dict(below)
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(out.get(key), dict):
            out[key] = merged(out[key], value)
        elif isinstance(value, list):
            out[key] = [*out.get(key, []), *value]
        else:
            out[key] = value
    return out

def both(below, above):
    return over(below, above)

CACHES = merged(
    {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    {"default": {"TIMEOUT": 5}, "other": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
)
VALUE = both({"a": 1}, {"b": [2]})
OTHER = CACHES["default"]["TIMEOUT"]
VALUE["b"].append(3)
DEBUG = CACHES["other"].get("TIMEOUT") == 5
''')
    one("names out of a loop beside lists under conditions", '''
ALLOWED_HOSTS = [host for host in ["a.example", "b.example"] if host]
if "b.example" in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append("c.example")
else:
    ALLOWED_HOSTS[:0] = ["d.example"]
PARTS = {"default": {}}
PARTS["default"] = {**PARTS["default"], "k": 1}
for _key, _value in {"VALUE": 6, "OTHER": ["z"]}.items():
    globals()[_key] = _value
DEBUG = VALUE == 5
''')
    one("sets changed in place", '''
HOSTS = {"a.example", "b.example", "c.example"}
HOSTS.difference_update({"b.example"}, ["c.example"])
KEPT = {1, 2, 3}
KEPT.intersection_update([2, 3, 4])
ODD = {1, 2}
ODD.symmetric_difference_update({2, 3})
ALLOWED_HOSTS = sorted(HOSTS)
VALUE = sorted(KEPT)
OTHER = sorted(ODD)
DEBUG = 2 in ODD
''')
    one("containers of a library changed in place", '''
from collections import Counter, OrderedDict, deque
LAST = deque(["a.example", "b.example"], maxlen=2)
LAST.appendleft("c.example")
ALLOWED_HOSTS = list(LAST)
ORDER = OrderedDict([("a", 1), ("b", 2)])
ORDER.move_to_end("a")
VALUE = list(ORDER)
COUNT = Counter("aab")
COUNT.update("b")
OTHER = COUNT["b"]
DEBUG = COUNT["a"] > 2
''')


def twice(tree):
    star, again = "from .base import *\n", "from .base import ALLOWED_HOSTS as hosts\n"
    for name, edits in {
        "taken over with a star": star + "ALLOWED_HOSTS += ['a.example']\n" + again,
        "taken over by name": star
        + "from .base import ALLOWED_HOSTS\nALLOWED_HOSTS.append('a.example')\n"
        + again,
        "before it is changed": star + again + "ALLOWED_HOSTS += ['a.example']\n",
    }.items():
        tree(f"a list imported twice, {name}", {
            "config/settings/__init__.py": "",
            "config/settings/base.py": HEAD + HARD,
            "config/settings/production.py": edits
            + "VALUE = hosts + ['b.example']\nALLOWED_HOSTS = [*hosts, 'c.example']\n",
        }, module="config.settings.production")
    tree("a module that is changed and makes names of a text", {
        "config/settings/__init__.py": "",
        "config/settings/base.py": HEAD + HARD + "SHARED = ['part']\nNAME = f'{SHARED[0]}-x'\n"
        "globals().update({f'VALUE{n}': n for n in range(2)})\n",
        "config/settings/production.py": star
        + "from . import base\nbase.SHARED.append('more')\nOTHER = list(SHARED)\nVALUE = VALUE1\n",
    }, module="config.settings.production")
    for name, edits in {
        "a list": "for app in ['django.contrib.sites', 'django.contrib.humanize']:\n    INSTALLED_APPS.append(app)\n"
        "OTHER = len(INSTALLED_APPS)\nINSTALLED_APPS.remove('django.contrib.sites')\n",
        "what lies in dicts": "for alias in list(DATABASES):\n    DATABASES[alias]['CONN_MAX_AGE'] = 60\n"
        "    for key, value in {'HOST': 'db', 'PORT': 5432}.items():\n        DATABASES[alias][key] = value\n"
        "VALUE = DATABASES['default']['CONN_MAX_AGE']\n",
        "keys that were not there": "for alias in ('a', 'b'):\n    DATABASES[alias] = {**DATABASES['default'], 'NAME': alias}\n"
        "VALUE = sorted(DATABASES)\nOTHER = DATABASES['b']['NAME']\n",
        "under a condition": "for host in ['x.example', 'shop.example']:\n    if host not in ALLOWED_HOSTS:\n"
        "        ALLOWED_HOSTS.append(host)\nVALUE = len(ALLOWED_HOSTS)\n",
        "left in the middle": "for host in ['x.example', 'y.example', 'z.example']:\n    if len(ALLOWED_HOSTS) > 2:\n        break\n"
        "    ALLOWED_HOSTS.append(host)\nVALUE = ALLOWED_HOSTS[-1]\n",
        "as long as": "while len(ALLOWED_HOSTS) < 4:\n    ALLOWED_HOSTS.append(f'{len(ALLOWED_HOSTS)}.example')\n",
        "and asked in the loop": "VALUE = []\nfor host in ['x.example', 'y.example']:\n    ALLOWED_HOSTS.append(host)\n"
        "    VALUE.append(len(ALLOWED_HOSTS))\n",
    }.items():
        tree(f"taken over and changed in a loop: {name}", {
            "config/settings/__init__.py": "",
            "config/settings/base.py": HEAD + HARD
            + "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'x'}}\n",
            "config/settings/production.py": star + edits,
        }, module="config.settings.production")
