"""Settings variants as people write whole files of them: a style each, several ways of saying things in one."""

from heads import HEAD, KEY, MIDDLEWARE, URLS, writers


def add_all(add):
    one, _ = writers(add, "style ")

    def tree(name, files, module, env=None):
        add(f"style {name}", files, env, module)

    helpers(one)
    dicts(one)
    lists(one)
    texts(one)
    control(one)
    namespaces(one, tree)
    layers(tree)
    environs(one, tree)
    decoupled(one, tree)
    included(tree)
    classes(tree)
    models(one)
    sites(tree)
    second(one, tree)


def helpers(one):
    one(
        "get_env that raises",
        '''
from django.core.exceptions import ImproperlyConfigured

def get_env(name, default=None, cast=str):
    try:
        value = os.environ[name]
    except KeyError:
        if default is None:
            raise ImproperlyConfigured("Set the %s environment variable" % name)
        return default
    if cast is bool:
        return value.strip().lower() in ("1", "true", "t", "yes", "y")
    return cast(value)

DEBUG = get_env("SHOP_DEBUG", False, bool)
SECURE_HSTS_SECONDS = get_env("SHOP_HSTS", 3600, int)
SECURE_SSL_REDIRECT = get_env("SHOP_SSL", True, cast=bool)
ALLOWED_HOSTS = get_env("SHOP_HOSTS", "shop.example", lambda v: v.split())
''',
        {"SHOP_SSL": "no", "SHOP_HSTS": "86400"},
    )
    one(
        "a class of helpers",
        '''
class Env:
    PREFIX = "SHOP_"

    def __init__(self, source):
        self.source = source

    def flag(self, name, default=False):
        raw = self.source.get(self.PREFIX + name)
        if raw is None:
            return default
        return raw.lower() == "true"

    def number(self, name, default=0):
        return int(self.source.get(self.PREFIX + name, default))

    @staticmethod
    def words(text):
        return [word for word in text.split(";") if word]

env = Env(os.environ)
DEBUG = env.flag("DEBUG")
SESSION_COOKIE_SECURE = env.flag("SECURE", default=True)
SECURE_HSTS_SECONDS = env.number("HSTS", 60)
ALLOWED_HOSTS = Env.words("a.example;b.example;")
''',
        {"SHOP_HSTS": "7200"},
    )
    one(
        "decorated and cached",
        '''
import functools

@functools.lru_cache(maxsize=None)
def stage():
    return os.environ.get("STAGE", "live")

IS_LIVE = stage() == "live"
DEBUG = not IS_LIVE
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_LIVE
SECURE_HSTS_SECONDS = 31536000 if stage() == "live" else 0
''',
    )
    one(
        "partial",
        '''
from functools import partial, reduce
import operator

def read(kind, name, default):
    return kind(os.environ.get(name, default))

number = partial(read, int)
truth = partial(read, lambda v: v in ("1", "on"))
SECURE_HSTS_SECONDS = number("HSTS", "120")
DEBUG = truth("DEBUG", "off")
SESSION_COOKIE_AGE = reduce(operator.mul, [60, 60, 24, 7])
''',
    )
    one(
        "a walrus",
        '''
if (hosts := os.environ.get("HOSTS")) is not None:
    ALLOWED_HOSTS = hosts.split(",")
else:
    ALLOWED_HOSTS = ["shop.example"]
if (level := int(os.environ.get("LEVEL", "2"))) > 1:
    SECURE_SSL_REDIRECT = True
SESSION_COOKIE_SECURE = (secure := level >= 2)
CSRF_COOKIE_SECURE = secure
''',
    )
    one(
        "keyword-only with annotations",
        '''
from typing import TYPE_CHECKING, Any, List, Optional

if TYPE_CHECKING:
    from shop.kinds import Anything
    DEBUG = True

def env_list(name: str, *, default: Optional[List[str]] = None, sep: str = ",") -> List[str]:
    value: Optional[str] = os.getenv(name)
    if not value:
        return default or []
    return [part.strip() for part in value.split(sep)]

DEBUG: bool = False
ALLOWED_HOSTS: List[str] = env_list("HOSTS", default=["x.example"])
CSRF_TRUSTED_ORIGINS: List[str] = env_list("ORIGINS")
OTHER: Any = env_list("OTHER", sep="|")
''',
        {"OTHER": "a | b"},
    )
    one(
        "yes and no by a dict",
        '''
TRUTHS = {"yes": True, "no": False, "1": True, "0": False}
def as_bool(value, default=False):
    return TRUTHS.get(str(value).strip().lower(), default)
DEBUG = as_bool(os.environ.get("DEBUG"))
SECURE_SSL_REDIRECT = as_bool(os.environ.get("SSL", "yes"))
SESSION_COOKIE_SECURE = as_bool("maybe", default=None)
''',
        {"DEBUG": " YES "},
    )
    one(
        "ast and json",
        '''
import ast
import json
DEBUG = ast.literal_eval(os.environ.get("DEBUG", "False"))
ALLOWED_HOSTS = json.loads(os.environ.get("HOSTS", '["shop.example", ".shop.test"]'))
SECURE_HSTS_SECONDS = json.loads('{"hsts": 31536000}')["hsts"]
''',
    )
    one(
        "a generator of defaults",
        '''
def defaults():
    yield "SECURE_SSL_REDIRECT", True
    yield "SESSION_COOKIE_SECURE", True
    yield "CSRF_COOKIE_SECURE", False
for _name, _value in defaults():
    globals()[_name] = _value
''',
    )
    one(
        "recursive",
        '''
def expand(text, values, depth=0):
    if "${" not in text or depth > 5:
        return text
    head, rest = text.split("${", 1)
    name, tail = rest.split("}", 1)
    return expand(head + values.get(name, "") + tail, values, depth + 1)
VALUE = expand("https://${host}/${path}", {"host": "shop.${tld}", "tld": "example", "path": "x"})
''',
    )


def dicts(one):
    one(
        "merges",
        '''
COMMON = {"SECURE_SSL_REDIRECT": True, "SECURE_HSTS_SECONDS": 10}
LIVE = {**COMMON, "SECURE_HSTS_SECONDS": 31536000}
BOTH = COMMON | {"SESSION_COOKIE_SECURE": True}
COMMON |= {"CSRF_COOKIE_SECURE": True}
SECURE_SSL_REDIRECT = LIVE["SECURE_SSL_REDIRECT"]
SECURE_HSTS_SECONDS = LIVE.get("SECURE_HSTS_SECONDS", 0)
SESSION_COOKIE_SECURE = BOTH.pop("SESSION_COOKIE_SECURE")
CSRF_COOKIE_SECURE = COMMON["CSRF_COOKIE_SECURE"]
VALUE = list(BOTH)
OTHER = dict(zip(["a", "b"], (1, 2)), c=3)
''',
    )
    one(
        "by environment",
        '''
ENVIRONMENTS = {
    "dev": dict(debug=True, hosts=["*"], ssl=False),
    "live": dict(debug=False, hosts=["shop.example"], ssl=True),
}
_current = ENVIRONMENTS[os.environ.get("ENV", "live")]
DEBUG = _current["debug"]
ALLOWED_HOSTS = _current["hosts"]
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _current["ssl"]
''',
    )
    one(
        "setdefault and nested",
        '''
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CACHES["default"]["LOCATION"] = "shop"
CACHES["default"].setdefault("TIMEOUT", 300)
CACHES.setdefault("default", {})["OPTIONS"] = {"MAX_ENTRIES": 1000}
CACHES["sessions"] = {**CACHES["default"], "LOCATION": "sessions"}
VALUE = {key: value["LOCATION"] for key, value in CACHES.items()}
OTHER = sorted(CACHES)
''',
    )
    one(
        "deepcopy and update",
        '''
import copy
from django.utils.log import DEFAULT_LOGGING
BASE = {"a": {"b": [1]}}
VALUE = copy.deepcopy(BASE)
VALUE["a"]["b"].append(2)
VALUE["a"].update(c=3, **{"d-e": 4})
OTHER = BASE["a"]["b"]
''',
    )
    one(
        "comprehension over items",
        '''
RAW = [("SECURE_SSL_REDIRECT", "1"), ("SESSION_COOKIE_SECURE", "0"), ("SECURE_HSTS_SECONDS", "55")]
PARSED = {name: int(value) if name.endswith("SECONDS") else value == "1" for name, value in RAW}
SECURE_SSL_REDIRECT = PARSED["SECURE_SSL_REDIRECT"]
SESSION_COOKIE_SECURE = PARSED["SESSION_COOKIE_SECURE"]
SECURE_HSTS_SECONDS = PARSED["SECURE_HSTS_SECONDS"]
VALUE = {k.lower(): v for k, v in sorted(PARSED.items(), key=lambda kv: kv[1])}
''',
    )
    one(
        "template of databases",
        '''
def postgres(name, host="localhost", **options):
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "HOST": host,
        "OPTIONS": options,
    }
DATABASES = {alias: postgres(f"shop_{alias}", host=f"db-{n}") for n, alias in enumerate(["default", "replica"], 1)}
DATABASES["replica"]["OPTIONS"]["timeout"] = 20
VALUE = [d["HOST"] for d in DATABASES.values()]
''',
    )
    one(
        "ordered and chained",
        '''
from collections import ChainMap, OrderedDict, defaultdict, namedtuple
flags = ChainMap({"debug": False}, {"debug": True, "ssl": True})
DEBUG = flags["debug"]
SECURE_SSL_REDIRECT = flags["ssl"]
Limits = namedtuple("Limits", "hsts age")
limits = Limits(hsts=600, age=10)
SECURE_HSTS_SECONDS = limits.hsts
VALUE = list(OrderedDict([("b", 1), ("a", 2)]))
''',
    )
    one(
        "deleted keys",
        '''
OPTIONS = {"debug": True, "secure": True, "spare": 1}
del OPTIONS["debug"]
OPTIONS.pop("spare", None)
DEBUG = OPTIONS.get("debug", False)
VALUE = OPTIONS
OTHER = "spare" in OPTIONS or not OPTIONS
''',
    )


def lists(one):
    one(
        "insert after another",
        '''
INDEX = MIDDLEWARE.index("django.middleware.security.SecurityMiddleware")
MIDDLEWARE.insert(INDEX + 1, "django.middleware.gzip.GZipMiddleware")
MIDDLEWARE = [m for m in MIDDLEWARE if not m.startswith("django.middleware.locale")]
INSTALLED_APPS.insert(0, "django.contrib.admin")
INSTALLED_APPS += ["django.contrib.staticfiles"]
''',
    )
    one(
        "move to the end",
        '''
MIDDLEWARE.append(MIDDLEWARE.pop(MIDDLEWARE.index("django.middleware.csrf.CsrfViewMiddleware")))
MIDDLEWARE.reverse()
MIDDLEWARE = MIDDLEWARE[::-1]
''',
    )
    one(
        "split in three",
        '''
DJANGO_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
THIRD_PARTY_APPS = []
LOCAL_APPS = ["shop"]
INSTALLED_APPS = DJANGO_APPS + THIRD_PARTY_APPS + LOCAL_APPS
if DEBUG_TOOLBAR := os.environ.get("TOOLBAR"):
    INSTALLED_APPS += ["debug_toolbar"]
''',
    )
    one(
        "tuples",
        '''
MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
) + tuple(MIDDLEWARE[1:3]) + ("django.middleware.common.CommonMiddleware",) * 1
INSTALLED_APPS = tuple(INSTALLED_APPS)
INSTALLED_APPS += ("django.contrib.staticfiles",)
ALLOWED_HOSTS = "shop.example", "www.shop.example"
''',
    )
    one(
        "star parts",
        '''
first, *others, last = MIDDLEWARE
MIDDLEWARE = [first, "django.middleware.gzip.GZipMiddleware", *others]
OTHER = last
(VALUE, DEBUG), SECURE_SSL_REDIRECT = ("x", False), not None
''',
    )
    one(
        "sorted, set, dict.fromkeys",
        '''
ALLOWED_HOSTS = sorted({"b.example", "a.example", "b.example"}, reverse=True)
INSTALLED_APPS = list(dict.fromkeys(INSTALLED_APPS + ["django.contrib.auth", "django.contrib.sites"]))
VALUE = sorted(["b", "A", "c"], key=str.lower)
OTHER = sum([[1], [2, 3]], [])
''',
    )
    one(
        "filters",
        '''
UNWANTED = {"django.middleware.locale.LocaleMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware"}
MIDDLEWARE = list(filter(lambda m: m not in UNWANTED, MIDDLEWARE))
ALLOWED_HOSTS = list(map(str.strip, " a.example , b.example ".split(",")))
VALUE = any(m.endswith("CsrfViewMiddleware") for m in MIDDLEWARE)
OTHER = all(h.endswith(".example") for h in ALLOWED_HOSTS)
''',
    )
    one(
        "slices",
        '''
MIDDLEWARE[2:2] = ["django.middleware.http.ConditionalGetMiddleware"]
MIDDLEWARE[-1:] = []
del MIDDLEWARE[0:1]
ALLOWED_HOSTS = ["a.example", "b.example", "c.example"][:2]
VALUE = "abcdef"[1:-1:2]
''',
    )
    one(
        "an index by enumerate",
        '''
for position, name in enumerate(MIDDLEWARE):
    if name.rsplit(".", 1)[-1] == "CommonMiddleware":
        MIDDLEWARE.insert(position, "django.middleware.gzip.GZipMiddleware")
        break
else:
    MIDDLEWARE.append("nothing")
''',
    )
    one(
        "a while",
        '''
hosts = ["www", "api", "shop"]
ALLOWED_HOSTS = []
while hosts:
    ALLOWED_HOSTS.append(hosts.pop(0) + ".example")
''',
    )
    one(
        "itertools",
        '''
from itertools import chain, product
INSTALLED_APPS = list(chain(INSTALLED_APPS, ["django.contrib.sites"]))
ALLOWED_HOSTS = [".".join(parts) for parts in product(["www", "api"], ["shop"], ["example", "test"])]
VALUE = list(chain.from_iterable([[1], [2]]))
''',
    )


def texts(one):
    one(
        "paths",
        '''
BASE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VALUE = os.path.join("/srv", "shop", "../media", "x.txt")
OTHER = os.path.basename(os.path.normpath("/srv/shop/"))
EMAIL_FILE_PATH = "/var/%s" % os.path.splitext("mail.box")[0]
STATIC_ROOT = os.environ.get("STATIC_ROOT", "/srv/static")
MEDIA_URL = "/" + "/".join(["media", "shop"]) + "/"
STATIC_URL = f"/{'static'.upper().lower()}/"
''',
    )
    one(
        "pure paths",
        '''
SRV = Path("/srv") / "shop"
VALUE = str(SRV / "media")
OTHER = (SRV / "x.tar.gz").suffix + SRV.name + str(SRV.parent)
EMAIL_FILE_PATH = SRV.joinpath("a", "b").as_posix()
LOCALE_PATHS = [str(SRV.with_name("locale"))]
DEBUG = SRV.suffix == ".dev"
''',
    )
    one(
        "formats",
        '''
HOST, PORT, VERSION = "shop.example", 8443, (2, 5)
VALUE = f"{HOST}:{PORT:05d} {'.'.join(str(v) for v in VERSION)} {HOST!r:>20} {3.14159:.2f}"
OTHER = "{0}/{name}/{1[0]}".format(HOST, VERSION, name="x")
DEFAULT_FROM_EMAIL = "%(who)s <%(who)s@%(host)s>" % {"who": "shop", "host": HOST}
EMAIL_SUBJECT_PREFIX = "[{:>6}] ".format("Shop".lower())
ALLOWED_HOSTS = [f"{sub}.{HOST}" if sub else HOST for sub in ("", "www")]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
''',
    )
    one(
        "methods",
        '''
VALUE = "  Shop.Example.:443 ".strip().lower().partition(":")[0].rstrip(".").replace(".", "-")
OTHER = "a=1;b=2".split(";")[1].split("=", 1)[-1].zfill(3)
ALLOWED_HOSTS = "a.example\\nb.example\\n".splitlines()
DEBUG = "live".startswith(("dev", "test"))
SECURE_SSL_REDIRECT = "https://x".removeprefix("https://") == "x"
EMAIL_SUBJECT_PREFIX = "shop".center(8, "*").title()
X_FRAME_OPTIONS = "deny".upper()
SECURE_REFERRER_POLICY = "Same_Origin".casefold().translate(str.maketrans("_", "-"))
''',
    )
    one(
        "urls",
        '''
from urllib.parse import urlparse, urljoin, quote_plus
SITE = urlparse(os.environ.get("SITE", "https://user:pw@shop.example:8443/base?x=1"))
ALLOWED_HOSTS = [SITE.hostname]
SECURE_SSL_REDIRECT = SITE.scheme == "https"
VALUE = SITE.netloc
OTHER = urljoin("https://shop.example/a/b", "../c")
EMAIL = SITE.port
''',
    )
    one(
        "numbers and dates",
        '''
from datetime import timedelta
from decimal import Decimal
YEAR = timedelta(days=365)
SECURE_HSTS_SECONDS = int(YEAR.total_seconds())
SESSION_COOKIE_AGE = 14 * 24 * 60 ** 2
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 << 20
FILE_UPLOAD_PERMISSIONS = 0o644
VALUE = divmod(7, 2)[0] + round(2.567, 1) + max(1, 3, 2) + min([4, 5]) + abs(-1)
OTHER = hex(255), bin(5), int("ff", 16), float("1e3"), 7 // 2, -7 % 3, 2 ** -1
''',
    )
    one(
        "regular expressions",
        '''
import re
VALUE = re.sub(r"[^a-z]+", "-", "Shop & Co".lower())
ALLOWED_HOSTS = re.split(r"[,\\s]+", os.environ.get("HOSTS", "a.example, b.example c.example"))
OTHER = bool(re.match(r"^v\\d+", "v12"))
''',
    )
    one(
        "keys made of parts",
        '''
import hashlib
import base64
SECRET_KEY = "-".join([chr(97 + n) * 4 + str(n) for n in range(12)])
VALUE = base64.b64decode("c2hvcA==").decode()
OTHER = hashlib.sha256(b"shop").hexdigest()
''',
    )


def control(one):
    one(
        "tests are told by the arguments",
        '''
TESTING = "test" in sys.argv or "pytest" in sys.argv[0]
DEBUG = TESTING
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECURE_SSL_REDIRECT = not TESTING
if len(sys.argv) > 1 and sys.argv[1] == "runserver":
    SECURE_SSL_REDIRECT = False
''',
    )
    one(
        "match with guards",
        '''
match os.environ.get("STAGE", "live").split("-"):
    case ["dev" | "local"]:
        DEBUG, SECURE_HSTS_SECONDS = True, 0
    case ["live", *rest] if not rest:
        DEBUG, SECURE_HSTS_SECONDS = False, 31536000
    case [stage, region]:
        DEBUG, SECURE_HSTS_SECONDS = False, len(region)
    case _:
        DEBUG, SECURE_HSTS_SECONDS = False, 1
''',
    )
    one(
        "match a dict",
        '''
match {"kind": "live", "hosts": ["shop.example"], "level": 3}:
    case {"kind": "dev"}:
        DEBUG = True
    case {"kind": str(kind), "level": int(level)} if level > 2:
        DEBUG = False
        SECURE_SSL_REDIRECT = kind == "live"
        VALUE = level
''',
    )
    one(
        "try, else, finally",
        '''
try:
    SECURE_HSTS_SECONDS = int(os.environ.get("HSTS", "none"))
except (TypeError, ValueError) as error:
    SECURE_HSTS_SECONDS = 77
else:
    SECURE_SSL_REDIRECT = True
finally:
    SESSION_COOKIE_SECURE = True
try:
    VALUE = {}["missing"]
except LookupError:
    VALUE = "missing"
''',
    )
    one(
        "packages that are not there",
        '''
try:
    import debug_toolbar_of_nobody
except ImportError:
    HAS_TOOLBAR = False
else:
    HAS_TOOLBAR = True
    INSTALLED_APPS.append("debug_toolbar")
DEBUG = HAS_TOOLBAR
''',
    )
    one(
        "version of django",
        '''
import django
if django.VERSION >= (4, 0):
    CSRF_TRUSTED_ORIGINS = ["https://shop.example"]
    VALUE = "new"
else:
    CSRF_TRUSTED_ORIGINS = ["shop.example"]
    VALUE = "old"
OTHER = sys.version_info >= (3, 8)
''',
    )
    one(
        "assertions and nothing",
        '''
assert SECRET_KEY, "a key is needed"
if not SECRET_KEY:
    raise RuntimeError("no key")
pass
...
"""A text."""
_ = None
SESSION_COOKIE_SECURE = True if SECRET_KEY else False
''',
    )
    one(
        "chained comparisons",
        '''
LEVEL = int(os.environ.get("LEVEL", 3))
DEBUG = 0 <= LEVEL < 2
SECURE_SSL_REDIRECT = LEVEL > 1 or DEBUG
SESSION_COOKIE_SECURE = LEVEL is not None and LEVEL != 2 and bool(LEVEL)
CSRF_COOKIE_SECURE = not (DEBUG and LEVEL) and True
VALUE = LEVEL and "some" or "none"
''',
        {"LEVEL": "5"},
    )
    one(
        "with and suppress",
        '''
import contextlib
with contextlib.suppress(ImportError):
    from .local_settings_of_nobody import *
with contextlib.suppress(KeyError, ValueError):
    SECURE_HSTS_SECONDS = int(os.environ["HSTS"])
SESSION_COOKIE_SECURE = True
''',
    )
    one(
        "a function at the end",
        '''
def configure(debug):
    global DEBUG, SECURE_SSL_REDIRECT
    DEBUG = debug
    SECURE_SSL_REDIRECT = not debug
configure(os.environ.get("MODE") == "dev")
''',
        {"MODE": "dev"},
    )
    one(
        "loops over names",
        '''
for flag in ["SESSION_COOKIE", "CSRF_COOKIE"]:
    vars()[f"{flag}_SECURE"] = os.environ.get(f"{flag}_SECURE", "yes") == "yes"
for key in list(os.environ):
    if key.startswith("SHOP_SET_"):
        globals()[key[len("SHOP_SET_"):]] = os.environ[key]
''',
        {"CSRF_COOKIE_SECURE": "no"},
    )
    one(
        "an enumeration",
        '''
import enum

class Stage(enum.Enum):
    DEV = "dev"
    LIVE = "live"

class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2

STAGE = Stage(os.environ.get("STAGE", "live"))
DEBUG = STAGE is Stage.DEV
SECURE_SSL_REDIRECT = STAGE == Stage.LIVE
VALUE = Stage.LIVE.value
OTHER = Level.HIGH > Level.LOW
''',
    )
    one(
        "a dataclass",
        '''
from dataclasses import dataclass, field

@dataclass
class Site:
    host: str
    ssl: bool = True
    aliases: list = field(default_factory=list)

    @property
    def hosts(self):
        return [self.host, *self.aliases]

SITE = Site("shop.example", aliases=["www.shop.example"])
ALLOWED_HOSTS = SITE.hosts
SECURE_SSL_REDIRECT = SITE.ssl
SESSION_COOKIE_SECURE = Site("x", ssl=False).ssl
''',
    )


def namespaces(one, tree):
    one(
        "locals().update",
        '''
DEFAULTS = dict(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=5)
locals().update(DEFAULTS)
locals().update({"SESSION_COOKIE_SECURE": True}, CSRF_COOKIE_SECURE=True)
SECURE_HSTS_SECONDS += 1
''',
    )
    one(
        "globals().setdefault",
        '''
DEBUG = False
globals().setdefault("DEBUG", True)
globals().setdefault("SECURE_SSL_REDIRECT", True)
VALUE = globals().get("NOTHING", "none")
OTHER = "DEBUG" in globals() and "NOTHING" not in locals()
''',
    )
    one(
        "setattr on the module",
        '''
this = sys.modules[__name__]
setattr(this, "SECURE_SSL_REDIRECT", True)
this.SESSION_COOKIE_SECURE = True
VALUE = getattr(this, "DEBUG", "unset")
''',
    )
    one(
        "del of a setting",
        '''
SECURE_SSL_REDIRECT = True
SESSION_COOKIE_SECURE = True
del SECURE_SSL_REDIRECT
VALUE = 1
del VALUE
''',
    )
    tree(
        "star of a module with __all__ that grows",
        {
            **URLS,
            "config/__init__.py": "",
            "config/common.py": HEAD + 'DEBUG = True\nSECURE_SSL_REDIRECT = True\nHIDDEN = 1\n__all__ = ["SECRET_KEY", "ROOT_URLCONF"]\n__all__ += ["INSTALLED_APPS", "MIDDLEWARE"]\n__all__.append("SECURE_SSL_REDIRECT")\n',
            "config/live.py": "from config.common import *\nSESSION_COOKIE_SECURE = True\n",
        },
        "config.live",
    )
    tree(
        "underscored names are not taken over",
        {
            **URLS,
            "config/__init__.py": "",
            "config/common.py": HEAD + "_DEBUG = True\n_HOSTS = ['a.example']\n",
            "config/live.py": "from .common import *\nfrom .common import _HOSTS as hosts\ntry:\n    DEBUG = _DEBUG\nexcept NameError:\n    DEBUG = False\nALLOWED_HOSTS = hosts + ['b.example']\n",
        },
        "config.live",
    )
    tree(
        "a module as an object",
        {
            **URLS,
            "config/__init__.py": "",
            "config/common.py": HEAD + "DEBUG = True\n",
            "config/live.py": "import config.common as common\nfrom config import common as again\nfor name in dir(common):\n    if name.isupper():\n        globals()[name] = getattr(common, name)\nDEBUG = False\nSECURE_SSL_REDIRECT = again is common\n",
        },
        "config.live",
    )
    tree(
        "importlib",
        {
            **URLS,
            "config/__init__.py": "",
            "config/common.py": HEAD + "SECURE_SSL_REDIRECT = True\n",
            "config/live.py": "import importlib\ncommon = importlib.import_module('config.common')\nglobals().update({k: v for k, v in vars(common).items() if k.isupper()})\nSESSION_COOKIE_SECURE = True\n",
        },
        "config.live",
    )


def layers(tree):
    base = HEAD + 'DEBUG = False\nALLOWED_HOSTS = []\n'
    tree(
        "four layers",
        {
            **URLS,
            "config/settings/__init__.py": "",
            "config/settings/base.py": base,
            "config/settings/security.py": "SECURE_SSL_REDIRECT = True\nSECURE_HSTS_SECONDS = 3600\nSESSION_COOKIE_SECURE = True\nCSRF_COOKIE_SECURE = True\n",
            "config/settings/staging.py": "from .base import *  # noqa: F403\nfrom .security import *  # noqa: F403\nDEBUG = True\nSECURE_HSTS_SECONDS = 60\n",
            "config/settings/live.py": "from .staging import *\nfrom .staging import MIDDLEWARE, SECURE_HSTS_SECONDS as STAGING_HSTS\nDEBUG = False\nSECURE_HSTS_SECONDS = STAGING_HSTS * 60\nMIDDLEWARE = MIDDLEWARE[:-1]\nALLOWED_HOSTS += ['shop.example']\n",
        },
        "config.settings.live",
    )
    tree(
        "stars that overwrite each other",
        {
            **URLS,
            "config/__init__.py": "",
            "config/a.py": base + "VALUE = 'a'\nSECURE_HSTS_SECONDS = 1\n",
            "config/b.py": "VALUE = 'b'\nSECURE_HSTS_SECONDS = 2\n",
            "config/live.py": "VALUE = 'first'\nfrom .a import *\nOTHER = VALUE\nfrom .b import *\nSECURE_HSTS_SECONDS = SECURE_HSTS_SECONDS + 10\n",
        },
        "config.live",
    )
    tree(
        "a package that gathers parts",
        {
            **URLS,
            "config/__init__.py": "",
            "config/settings/__init__.py": "from .apps import *\nfrom .web import *\nfrom .security import *\nfrom .local import *\n",
            "config/settings/apps.py": base,
            "config/settings/web.py": "from .apps import MIDDLEWARE, DEBUG\nMIDDLEWARE = ['django.middleware.gzip.GZipMiddleware', *MIDDLEWARE]\nTEMPLATES = []\n",
            "config/settings/security.py": "from .apps import DEBUG\nif not DEBUG:\n    SECURE_SSL_REDIRECT = True\n    SECURE_HSTS_SECONDS = 60 * 60\n",
            "config/settings/local.py": "try:\n    from .mine import *\nexcept ModuleNotFoundError:\n    SESSION_COOKIE_SECURE = True\n",
        },
        "config.settings",
    )
    tree(
        "local settings that see the others",
        {
            **URLS,
            "config/__init__.py": "",
            "config/settings.py": base + "SECURE_HSTS_SECONDS = 5\ntry:\n    from config.local_settings import *\nexcept ImportError as e:\n    print(e)\nSECURE_SSL_REDIRECT = DEBUG is False\n",
            "config/local_settings.py": "DEBUG = True\nALLOWED_HOSTS = ['*']\nINTERNAL_IPS = ('127.0.0.1',)\n",
        },
        "config.settings",
    )
    tree(
        "local settings get the module",
        {
            **URLS,
            "config/__init__.py": "",
            "config/settings.py": base + "from config import overrides\noverrides.apply(globals())\n",
            "config/overrides.py": "def apply(settings):\n    settings['DEBUG'] = True\n    settings['ALLOWED_HOSTS'].append('x.example')\n",
        },
        "config.settings",
    )
    tree(
        "a circle",
        {
            **URLS,
            "config/__init__.py": "",
            "config/base.py": base + "from .late import VALUE\n",
            "config/late.py": "VALUE = 3\nfrom . import base\n",
            "config/live.py": "from .base import *\nOTHER = VALUE + 1\nSECURE_SSL_REDIRECT = True\n",
        },
        "config.live",
    )
    tree(
        "one module for each stage by a dict of names",
        {
            **URLS,
            "config/__init__.py": "",
            "config/base.py": base,
            "config/settings.py": "import os\nif os.environ.get('STAGE') in ('live', None):\n    from .live import *\nelif os.environ['STAGE'] == 'qa':\n    from .qa import *\nelse:\n    from .base import *\n",
            "config/live.py": "from .base import *\nSECURE_SSL_REDIRECT = True\nALLOWED_HOSTS = ['shop.example']\n",
            "config/qa.py": "from .live import *\nDEBUG = True\nSECURE_SSL_REDIRECT = False\n",
        },
        "config.settings",
        {"STAGE": "qa"},
    )
    tree(
        "constants beside",
        {
            **URLS,
            "config/__init__.py": "",
            "config/constants.py": "HOUR = 3600\nDAY = 24 * HOUR\nclass Hosts:\n    LIVE = ['shop.example']\n    TEST = LIVE + ['test.example']\n",
            "config/live.py": HEAD + "from config import constants as c\nfrom config.constants import Hosts\nSECURE_HSTS_SECONDS = c.DAY * 30\nALLOWED_HOSTS = Hosts.LIVE + [h.upper() for h in c.Hosts.LIVE]\nSESSION_COOKIE_AGE = c.HOUR\n",
        },
        "config.live",
    )


def environs(one, tree):
    one(
        "environ with a scheme of many",
        '''
import environ
env = environ.Env(
    DEBUG=(bool, False),
    ALLOWED_HOSTS=(list, ["shop.example"]),
    HSTS=(int, 3600),
    RATE=(float, 0.5),
    NAMES=(dict, {}),
    TAGS=(tuple, ()),
)
DEBUG = env("DEBUG")
ALLOWED_HOSTS = env("ALLOWED_HOSTS")
SECURE_HSTS_SECONDS = env("HSTS")
VALUE = env("NAMES")
OTHER = env("RATE"), env("TAGS")
''',
        {"NAMES": "a=1,b=2", "TAGS": "(x,y)", "DEBUG": "on"},
    )
    one(
        "environ of everything",
        '''
import environ
env = environ.Env()
DEBUG = env.bool("DEBUG", default=False)
SECURE_HSTS_SECONDS = env.int("HSTS", default=60)
ALLOWED_HOSTS = env.list("HOSTS", default=["a.example"])
VALUE = env.json("JSON", default={"a": [1]})
OTHER = env.float("FLOAT", default=2.5), env.str("STR", default="x"), env.bytes("BYTES", default=b"y")
EMAIL = env.tuple("TUPLE", default=("a",))
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://shop")}
DATABASES = {"default": env.db("DATABASE_URL", default="sqlite:////srv/shop.db")}
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp+tls://user:pw@mail.example:587")
vars().update(EMAIL_CONFIG)
''',
        {"JSON": '{"b": null}', "HOSTS": "x.example,y.example", "TUPLE": "(1,2)"},
    )
    one(
        "environ with rediscache and search",
        '''
import environ
env = environ.Env()
CACHES = {"default": env.cache_url("CACHE_URL", default="dummycache://"), "files": env.cache_url_config("filecache:///srv/c")}
VALUE = env.search_url("SEARCH", default="simple://")
OTHER = env.url("SITE", default="https://shop.example/x").hostname
''',
    )
    one(
        "environ casts",
        '''
import environ
env = environ.Env()
SECURE_HSTS_SECONDS = env("HSTS", cast=int, default=9)
ALLOWED_HOSTS = env("HOSTS", cast=[str], default=["d.example"])
VALUE = env("PAIRS", cast=dict(value=int), default={"a": 1})
OTHER = env("NUMBERS", cast=[int], default=[])
''',
        {"PAIRS": "x=1,y=2", "NUMBERS": "1,2,3"},
    )
    one(
        "environ file variables",
        '''
import environ
env = environ.FileAwareEnv(DEBUG=(bool, False))
DEBUG = env("DEBUG")
SECURE_HSTS_SECONDS = env.int("HSTS", default=3)
''',
    )
    one(
        "environ prefix and default lists",
        '''
from environ import Env
env = Env(SHOP_SSL=(bool, True))
DEBUG = env.bool("SHOP_DEBUG", False)
SECURE_SSL_REDIRECT = env("SHOP_SSL")
ALLOWED_HOSTS = env.list("SHOP_HOSTS", str, ["z.example"])
if env.bool("SHOP_PROXY", default=True):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
''',
    )
    tree(
        "environ with a file and the process",
        {
            **URLS,
            "config/__init__.py": "",
            ".env": "# shop\nSECRET_KEY=abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopq\nDEBUG=true\nALLOWED_HOSTS=a.example,b.example\nHSTS=\nSINGLE='x y'\nexport EXPORTED=\"1\"\n",
            "config/settings.py": HEAD.replace(f'SECRET_KEY = "{KEY}"', "")
            + 'import environ\nenv = environ.Env()\nenviron.Env.read_env(BASE_DIR / ".env")\nSECRET_KEY = env("SECRET_KEY")\nDEBUG = env.bool("DEBUG", default=False)\nALLOWED_HOSTS = env.list("ALLOWED_HOSTS")\nVALUE = env("SINGLE")\nOTHER = env.int("EXPORTED")\nEMAIL = env("HSTS", default="none")\n',
        },
        "config.settings",
        {"DEBUG": "no"},
    )
    tree(
        "cookiecutter in small",
        {
            **URLS,
            "config/__init__.py": "",
            "config/settings/__init__.py": "",
            ".envs/.production/.django": "DJANGO_SECRET_KEY=x\n",
            "config/settings/base.py": 'from pathlib import Path\nimport environ\n\nBASE_DIR = Path(__file__).resolve(strict=True).parent.parent.parent\nAPPS_DIR = BASE_DIR / "shop"\nenv = environ.Env()\n\nREAD_DOT_ENV_FILE = env.bool("DJANGO_READ_DOT_ENV_FILE", default=False)\nif READ_DOT_ENV_FILE:\n    env.read_env(str(BASE_DIR / ".env"))\nDEBUG = env.bool("DJANGO_DEBUG", False)\nROOT_URLCONF = "shop.urls"\nDJANGO_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]\nLOCAL_APPS = ["shop"]\nINSTALLED_APPS = DJANGO_APPS + LOCAL_APPS\nSESSION_COOKIE_HTTPONLY = True\nCSRF_COOKIE_HTTPONLY = True\nX_FRAME_OPTIONS = "DENY"\n'
            + MIDDLEWARE,
            "config/settings/production.py": 'from .base import *  # noqa: F403\nfrom .base import INSTALLED_APPS\nfrom .base import MIDDLEWARE\nfrom .base import env\nSECRET_KEY = env("DJANGO_SECRET_KEY")\nALLOWED_HOSTS = env.list("DJANGO_ALLOWED_HOSTS", default=["example.com"])\nSECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")\nSECURE_SSL_REDIRECT = env.bool("DJANGO_SECURE_SSL_REDIRECT", default=True)\nSESSION_COOKIE_SECURE = True\nSESSION_COOKIE_NAME = "__Secure-sessionid"\nCSRF_COOKIE_SECURE = True\nSECURE_HSTS_SECONDS = 60\nSECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("DJANGO_SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)\nSECURE_HSTS_PRELOAD = env.bool("DJANGO_SECURE_HSTS_PRELOAD", default=True)\nSECURE_CONTENT_TYPE_NOSNIFF = env.bool("DJANGO_SECURE_CONTENT_TYPE_NOSNIFF", default=True)\nDEFAULT_FROM_EMAIL = env("DJANGO_DEFAULT_FROM_EMAIL", default="shop <noreply@example.com>")\nSERVER_EMAIL = env("DJANGO_SERVER_EMAIL", default=DEFAULT_FROM_EMAIL)\nINSTALLED_APPS += ["anymail"]\nMIDDLEWARE.insert(1, "whitenoise.middleware.WhiteNoiseMiddleware")\n',
        },
        "config.settings.production",
        {"DJANGO_SECRET_KEY": "short", "DJANGO_SECURE_HSTS_PRELOAD": "False"},
    )


def decoupled(one, tree):
    one(
        "decouple of everything",
        '''
from decouple import Choices, Csv, config, undefined
DEBUG = config("DEBUG", default=False, cast=bool)
SECURE_HSTS_SECONDS = config("HSTS", default="86400", cast=int)
ALLOWED_HOSTS = config("HOSTS", default="a.example, b.example", cast=Csv())
VALUE = config("TUPLE", default="1;2;3", cast=Csv(int, delimiter=";", post_process=tuple))
OTHER = config("MODE", default="live", cast=Choices(["live", "dev"]))
EMAIL_HOST = config("EMAIL_HOST", default="mail.example")
EMAIL_USE_TLS = config("EMAIL_USE_TLS", cast=bool, default=True)
''',
        {"EMAIL_USE_TLS": "0"},
    )
    one(
        "decouple with functions",
        '''
from decouple import config as cfg
as_list = lambda v: [s.strip() for s in v.split(",") if s]
ALLOWED_HOSTS = cfg("HOSTS", default="", cast=as_list)
SECURE_SSL_REDIRECT = cfg("SSL", default=not ALLOWED_HOSTS, cast=bool)
VALUE = cfg("ORIGINS", default="x", cast=lambda s: ["https://" + o for o in s.split()])
''',
        {"ORIGINS": "a.example b.example"},
    )
    tree(
        "decouple with an ini and quotes",
        {
            **URLS,
            "config/__init__.py": "",
            "settings.ini": "[settings]\n# comment\nDEBUG = off\nHOSTS = a.example,b.example\nPERCENT = 50%%\n",
            "config/settings.py": HEAD + 'from decouple import config, Csv\nDEBUG = config("DEBUG", cast=bool)\nALLOWED_HOSTS = config("HOSTS", cast=Csv())\nVALUE = config("PERCENT")\n',
        },
        "config.settings",
    )
    tree(
        "dotenv of two files",
        {
            **URLS,
            "config/__init__.py": "",
            ".env": "STAGE=live\nHOST=shop.example\nURL=https://${HOST}/\nDEBUG=0\n",
            ".env.live": "DEBUG=1\nHOST=live.example\n",
            "config/settings.py": HEAD + 'from dotenv import load_dotenv\nload_dotenv(BASE_DIR / ".env")\nload_dotenv(BASE_DIR / f".env.{os.environ[\'STAGE\']}", override=True)\nDEBUG = os.getenv("DEBUG") == "1"\nALLOWED_HOSTS = [os.environ["HOST"]]\nVALUE = os.environ.get("URL")\n',
        },
        "config.settings",
    )
    one(
        "distutils by hand",
        '''
try:
    from distutils.util import strtobool
except ImportError:
    def strtobool(value):
        return 1 if value.lower() in ("y", "yes", "t", "true", "on", "1") else 0
DEBUG = bool(strtobool(os.getenv("DEBUG", "false")))
SECURE_SSL_REDIRECT = bool(strtobool(os.getenv("SSL", "true")))
''',
    )


def included(tree):
    tree(
        "split settings with globs and optional",
        {
            **URLS,
            "config/__init__.py": "",
            "config/settings/__init__.py": "from os import environ\nfrom split_settings.tools import include, optional\n\nenviron.setdefault('STAGE', 'live')\nSTAGE = environ['STAGE']\ninclude(\n    'components/base.py',\n    'components/*.py',\n    f'environments/{STAGE}.py',\n    optional('environments/local.py'),\n)\n",
            "config/settings/components/__init__.py": "",
            "config/settings/components/base.py": HEAD + "DEBUG = False\nSECURE_HSTS_SECONDS = 1\n",
            "config/settings/components/security.py": "SECURE_HSTS_SECONDS += 10\nSECURE_SSL_REDIRECT = not DEBUG\n",
            "config/settings/components/zlast.py": "VALUE = SECURE_HSTS_SECONDS * 2\n",
            "config/settings/environments/live.py": "ALLOWED_HOSTS = ['live.example']\nSESSION_COOKIE_SECURE = True\nMIDDLEWARE += ['django.middleware.gzip.GZipMiddleware']\n",
            "config/settings/environments/dev.py": "DEBUG = True\n",
        },
        "config.settings",
    )
    tree(
        "split settings with a scope",
        {
            **URLS,
            "config/__init__.py": "",
            "config/settings.py": "from split_settings.tools import include\ninclude('parts/a.py', 'parts/b.py', scope=globals())\nOTHER = VALUE\n",
            "config/parts/a.py": HEAD + "DEBUG = True\n",
            "config/parts/b.py": "from config.parts.c import *\nDEBUG = False\nVALUE = ROOT_URLCONF\n",
            "config/parts/__init__.py": "",
            "config/parts/c.py": "SECURE_SSL_REDIRECT = True\n",
        },
        "config.settings",
    )


def classes(tree):
    tree(
        "configurations with values",
        {
            **URLS,
            "config/__init__.py": "",
            "config/settings.py": f'''from configurations import Configuration, values


class Common(Configuration):
    SECRET_KEY = values.Value("{KEY}", environ_name="KEY")
    DEBUG = values.BooleanValue(True)
    ALLOWED_HOSTS = values.ListValue(["a.example"])
    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth"]
    SECURE_HSTS_SECONDS = values.IntegerValue(30, environ_prefix="SHOP")
    {MIDDLEWARE.replace(chr(10), chr(10) + "    ")}

    @property
    def SESSION_COOKIE_SECURE(self):
        return not self.DEBUG


class Live(Common):
    DEBUG = values.BooleanValue(False)
    SECURE_SSL_REDIRECT = True
    INSTALLED_APPS = Common.INSTALLED_APPS + ["django.contrib.sessions"]

    @classmethod
    def pre_setup(cls):
        super().pre_setup()
''',
        },
        "config.settings",
        {"DJANGO_CONFIGURATION": "Live", "SHOP_SECURE_HSTS_SECONDS": "99", "DJANGO_ALLOWED_HOSTS": "x.example, y.example"},
    )
    tree(
        "configurations with mixins",
        {
            **URLS,
            "config/__init__.py": "",
            "config/mixins.py": "class Secure:\n    SECURE_SSL_REDIRECT = True\n    SESSION_COOKIE_SECURE = True\n    DEBUG = False\n",
            "config/settings.py": f'''from configurations import Configuration
from configurations.values import BooleanValue, PositiveIntegerValue, SecretValue, TupleValue, DatabaseURLValue
from config.mixins import Secure


class Base(Configuration):
    SECRET_KEY = SecretValue()
    ROOT_URLCONF = "shop.urls"
    DEBUG = True
    VALUE = PositiveIntegerValue(3)
    OTHER = TupleValue(("a", "b"), environ=False)


class Live(Secure, Base):
    CSRF_COOKIE_SECURE = BooleanValue(True, environ_name="CSRF_SECURE", environ_prefix=None)
''',
        },
        "config.settings",
        {"DJANGO_CONFIGURATION": "Live", "DJANGO_SECRET_KEY": KEY, "CSRF_SECURE": "no"},
    )


def models(one):
    one(
        "pydantic",
        '''
from typing import List, Optional
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

class Env(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_", case_sensitive=False)
    debug: bool = False
    hosts: List[str] = ["shop.example"]
    hsts: int = Field(default=3600)
    secret: Optional[str] = None

env = Env()
DEBUG = env.debug
ALLOWED_HOSTS = env.hosts
SECURE_HSTS_SECONDS = env.hsts
VALUE = env.secret
''',
        {"SHOP_HSTS": "120", "SHOP_DEBUG": "off"},
    )
    one(
        "dj_database_url in parts",
        '''
import dj_database_url
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "/srv/x.db"}}
if os.environ.get("DATABASE_URL"):
    DATABASES["default"] = dj_database_url.config(conn_max_age=600, ssl_require=True)
DATABASES["default"].setdefault("ATOMIC_REQUESTS", True)
SECURE_SSL_REDIRECT = "DATABASE_URL" in os.environ
''',
    )


def sites(tree):
    tree(
        "heroku",
        {
            **URLS,
            "config/__init__.py": "",
            "config/settings.py": HEAD
            + '''
import secrets
import dj_database_url
SECRET_KEY = os.environ.get("SECRET_KEY", default=secrets.token_urlsafe(nbytes=64))
IS_HEROKU_APP = "DYNO" in os.environ and "CI" not in os.environ
if not IS_HEROKU_APP:
    DEBUG = True
if IS_HEROKU_APP:
    ALLOWED_HOSTS = ["*"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
else:
    ALLOWED_HOSTS = [".localhost", "127.0.0.1", "[::1]", "0.0.0.0"]
if IS_HEROKU_APP:
    DATABASES = {"default": dj_database_url.config(env="DATABASE_URL", conn_max_age=600, conn_health_checks=True, ssl_require=True)}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "/srv/db.sqlite3"}}
''',
        },
        "config.settings",
        {"DYNO": "web.1", "DATABASE_URL": "postgres://u:p@h:5432/d", "SECRET_KEY": KEY},
    )
    tree(
        "an old site",
        {
            **URLS,
            "config/__init__.py": "",
            "config/settings.py": f'''# -*- coding: utf-8 -*-
from __future__ import absolute_import, unicode_literals
import os.path as op, socket
from os import environ as e, getenv
PROJECT_ROOT = op.abspath(op.join(op.dirname(__file__), ".."))
rel = lambda *parts: op.join(PROJECT_ROOT, *parts)
DEBUG = TEMPLATE_DEBUG = int(getenv("DEBUG", 0))
ADMINS = (("Ada", "ada@shop.example"),)
MANAGERS = ADMINS
SECRET_KEY = e.get("KEY") or "{KEY}"
MIDDLEWARE_CLASSES = ()
MIDDLEWARE = ("django.middleware.common.CommonMiddleware", "django.contrib.sessions.middleware.SessionMiddleware")
INSTALLED_APPS = ("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",)
ROOT_URLCONF = "shop.urls"
ALLOWED_HOSTS = ["%s.example" % s for s in "www api".split()]
if e.has_key("X") if hasattr(e, "has_key") else "X" in e:
    ALLOWED_HOSTS = ["*"]
SESSION_COOKIE_SECURE = not DEBUG
VALUE = dict((k, v) for k, v in [("a", 1)])
''',
        },
        "config.settings",
    )
    tree(
        "a config file beside",
        {
            **URLS,
            "config/__init__.py": "",
            "config.json": '{"debug": true, "hosts": ["x.example"]}',
            "config/settings.py": HEAD
            + '''
import json
with open(BASE_DIR / "config.json") as handle:
    CONFIG = json.load(handle)
DEBUG = CONFIG["debug"]
ALLOWED_HOSTS = CONFIG.get("hosts", [])
SECURE_SSL_REDIRECT = True
''',
        },
        "config.settings",
    )
    tree(
        "secrets of docker",
        {
            **URLS,
            "config/__init__.py": "",
            "config/settings.py": HEAD
            + '''
def secret(name, default=None):
    path = Path("/run/secrets") / name
    if path.exists():
        return path.read_text().strip()
    return os.environ.get(name.upper(), default)
EMAIL_HOST_PASSWORD = secret("mail_password", "")
DEBUG = os.environ.get("DEBUG", "0") != "0"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = not DEBUG
''',
        },
        "config.settings",
    )
    tree(
        "everything once more",
        {
            **URLS,
            "config/__init__.py": "",
            "config/env.py": '''import os
from typing import Callable, TypeVar
T = TypeVar("T")

class MissingVariable(Exception):
    pass

_unset = object()

def variable(name: str, cast: Callable[[str], T] = str, default=_unset) -> T:
    raw = os.environ.get(name, _unset)
    if raw is _unset:
        if default is _unset:
            raise MissingVariable(name)
        return default
    return cast(raw)

def boolean(text: str) -> bool:
    lowered = text.lower()
    if lowered in {"1", "true", "yes"}:
        return True
    if lowered in {"0", "false", "no", ""}:
        return False
    raise ValueError(text)

def listing(text: str) -> list[str]:
    return [*filter(None, (part.strip() for part in text.split(",")))]
''',
            "config/settings.py": HEAD
            + '''
from config.env import boolean, listing, variable
DEBUG = variable("DEBUG", boolean, False)
ALLOWED_HOSTS = variable("HOSTS", listing, default=["shop.example"])
SECURE_HSTS_SECONDS = variable("HSTS", int, 0) or 31_536_000
SECURE_SSL_REDIRECT = variable("SSL", boolean, True)
SESSION_COOKIE_SECURE = variable("COOKIES", cast=boolean, default=SECURE_SSL_REDIRECT)
X_FRAME_OPTIONS = "SAMEORIGIN" if variable("FRAMES", boolean, False) else "DENY"
SECURE_REFERRER_POLICY = ",".join(["origin", "strict-origin"])
''',
        },
        "config.settings",
        {"HOSTS": "a.example, ,b.example", "SSL": "No", "HSTS": "0", "FRAMES": "true"},
    )


def second(one, tree):
    """A second set, of shapes that the first has not."""
    one("toggles in a set", '''
FEATURES = set(filter(None, os.environ.get("FEATURES", "ssl,cookies").split(",")))
FEATURES.add("hsts")
FEATURES.discard("debug")
DEBUG = "debug" in FEATURES
SECURE_SSL_REDIRECT = {"ssl"} <= FEATURES
SESSION_COOKIE_SECURE = bool(FEATURES & {"cookies", "all"})
SECURE_HSTS_SECONDS = 600 if "hsts" in FEATURES else 0
VALUE = len(FEATURES)
''')
    one("conditional lists", '''
DEBUG = os.environ.get("DJANGO_DEBUG", "").lower() in {"1", "true"}
MIDDLEWARE = [
    *MIDDLEWARE,
    *(["debug_toolbar.middleware.DebugToolbarMiddleware"] if DEBUG else []),
]
INSTALLED_APPS = [app for app in [*INSTALLED_APPS, "django.contrib.sites" if not DEBUG else None] if app]
ALLOWED_HOSTS = ["*"] if DEBUG else ["shop.example"]
''', {"DJANGO_DEBUG": "TRUE"})
    one("a lookup with a fallback chain", '''
def first(*names, default=None):
    for name in names:
        if name in os.environ:
            return os.environ[name]
    return default
ALLOWED_HOSTS = first("SHOP_HOSTS", "HOSTS", default="a.example").split(",")
VALUE = first("A", "B")
SECURE_HSTS_SECONDS = int(first("HSTS", default=5))
''', {"HOSTS": "b.example,c.example"})
    one("numbers by parts", '''
MINUTE = 60; HOUR = 60 * MINUTE; DAY = HOUR * 24
SECURE_HSTS_SECONDS = 30 * DAY if os.getenv("LONG") else DAY
SESSION_COOKIE_AGE = int(1.5 * HOUR)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10 ** 3
VALUE = -(-7 // 2), 7 % 4, 1_000, 0x1F, 0b11, round(2.5), divmod(9, 4)
''')
    one("a table of flags", '''
_FLAGS = """
SECURE_SSL_REDIRECT   yes
SESSION_COOKIE_SECURE yes
CSRF_COOKIE_SECURE    no
"""
_parsed = dict(line.split() for line in _FLAGS.strip().splitlines())
SECURE_SSL_REDIRECT = _parsed["SECURE_SSL_REDIRECT"] == "yes"
SESSION_COOKIE_SECURE = _parsed.get("SESSION_COOKIE_SECURE") == "yes"
CSRF_COOKIE_SECURE = _parsed["CSRF_COOKIE_SECURE"] == "yes"
''')
    one("nested functions and closures", '''
def reader(prefix):
    def read(name, default=""):
        return os.environ.get(f"{prefix}_{name}", default)
    return read
read = reader("SHOP")
ALLOWED_HOSTS = [h for h in read("HOSTS", "shop.example").split() if h]
DEBUG = read("DEBUG") == "on"
SECURE_SSL_REDIRECT = reader("WEB")("SSL", "1") == "1"
''', {"SHOP_HOSTS": "x.example y.example", "WEB_SSL": "0"})
    one("class constants and class methods", '''
class Config:
    STAGE = os.environ.get("STAGE", "live")
    HOSTS = {"live": ["shop.example"], "dev": ["*"]}

    @classmethod
    def hosts(cls):
        return cls.HOSTS[cls.STAGE]

    @staticmethod
    def is_live(stage):
        return stage == "live"

DEBUG = not Config.is_live(Config.STAGE)
ALLOWED_HOSTS = Config.hosts()
VALUE = Config.HOSTS["dev"][0]
''', {"STAGE": "dev"})
    one("an inherited class", '''
class Base:
    DEBUG = True
    HSTS = 0
    HOSTS = ["localhost"]

class Live(Base):
    DEBUG = False
    HSTS = 100
    HOSTS = Base.HOSTS + ["shop.example"]

CHOSEN = {"live": Live, "base": Base}[os.environ.get("WHICH", "live")]
DEBUG = CHOSEN.DEBUG
SECURE_HSTS_SECONDS = CHOSEN.HSTS
ALLOWED_HOSTS = list(CHOSEN.HOSTS)
''')
    one("exceptions of our own", '''
class ConfigError(Exception):
    pass

def need(name):
    if name not in os.environ:
        raise ConfigError(name)
    return os.environ[name]

try:
    EMAIL_HOST = need("MAIL")
except ConfigError:
    EMAIL_HOST = "localhost"
try:
    SECURE_HSTS_SECONDS = int(need("HSTS"))
except (ConfigError, ValueError):
    SECURE_HSTS_SECONDS = 0
''', {"HSTS": "15"})
    one("string building of hosts", '''
DOMAIN = os.environ.get("DOMAIN", "shop.example")
ALLOWED_HOSTS = []
for prefix in ("", "www.", "api."):
    ALLOWED_HOSTS.append(prefix + DOMAIN)
CSRF_TRUSTED_ORIGINS = list(map("https://{}".format, ALLOWED_HOSTS))
SESSION_COOKIE_DOMAIN = "." + DOMAIN.split(":")[0]
CSRF_COOKIE_NAME = "csrf_" + DOMAIN.replace(".", "_")
VALUE = DOMAIN.rpartition(".")[2].upper()
''')
    one("zip and enumerate", '''
NAMES = ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"]
VALUES = [True, False, True]
pairs = dict(zip(NAMES, VALUES))
SECURE_SSL_REDIRECT, SESSION_COOKIE_SECURE, CSRF_COOKIE_SECURE = (pairs[n] for n in NAMES)
VALUE = [f"{i}:{n}" for i, n in enumerate(NAMES, start=1)]
OTHER = max(pairs, key=len)
''')
    tree("secret values beside", {
        **URLS, "config/__init__.py": "", "config/secret_values.py": "SECRET = 'abc'\n",
        "config/settings.py": HEAD + "try:\n    from config.secret_values import SECRET\nexcept ImportError:\n    SECRET = None\nelse:\n    SECRET = SECRET.upper()\nDEBUG = SECRET is None\nVALUE = SECRET\n",
    }, "config.settings")
    tree("relative two levels up", {
        **URLS, "config/__init__.py": "", "config/common.py": HEAD + "DEBUG = False\nSECURE_HSTS_SECONDS = 9\n",
        "config/env/__init__.py": "", "config/env/live/__init__.py": "from ...common import *\nfrom .. import tools\nSECURE_HSTS_SECONDS = tools.double(SECURE_HSTS_SECONDS)\n",
        "config/env/tools.py": "def double(x):\n    return x * 2\n",
    }, "config.env.live")
    tree("a star import inside a condition", {
        **URLS, "config/__init__.py": "", "config/base.py": HEAD + "DEBUG = False\n",
        "config/extra.py": "SECURE_SSL_REDIRECT = True\nSECURE_HSTS_SECONDS = 77\n",
        "config/settings.py": "import os\nfrom .base import *\nif os.environ.get('EXTRA') == 'yes':\n    from .extra import *\n    SECURE_HSTS_SECONDS += 1\nelse:\n    SECURE_SSL_REDIRECT = False\n",
    }, "config.settings", {"EXTRA": "yes"})
    tree("a star import inside a condition that fails", {
        **URLS, "config/__init__.py": "", "config/base.py": HEAD + "DEBUG = False\n",
        "config/extra.py": "SECURE_SSL_REDIRECT = True\nSECURE_HSTS_SECONDS = 77\n",
        "config/settings.py": "import os\nfrom .base import *\nif os.environ.get('EXTRA') == 'yes':\n    from .extra import *\n    SECURE_HSTS_SECONDS += 1\nelse:\n    SECURE_SSL_REDIRECT = False\n",
    }, "config.settings")
    tree("defaults that settings override by name", {
        **URLS, "config/__init__.py": "", "config/defaults.py": "DEFAULTS = {'SECURE_HSTS_SECONDS': 3, 'SECURE_SSL_REDIRECT': True}\n",
        "config/settings.py": HEAD + "from config.defaults import DEFAULTS\nfor key, value in DEFAULTS.items():\n    globals().setdefault(key, value)\nSESSION_COOKIE_SECURE = SECURE_SSL_REDIRECT\n",
    }, "config.settings")
    tree("mutable lists that layers share", {
        **URLS, "config/__init__.py": "", "config/base.py": HEAD + "ALLOWED_HOSTS = ['a.example']\nLOADED = []\n",
        "config/mid.py": "from .base import *\nALLOWED_HOSTS.append('b.example')\nLOADED += ['mid']\n",
        "config/live.py": "from .mid import *\nfrom .base import ALLOWED_HOSTS as original\nALLOWED_HOSTS = ALLOWED_HOSTS + ['c.example']\nVALUE = original\nOTHER = LOADED\n",
    }, "config.live")
    tree("dynamic by a function of another module", {
        **URLS, "config/__init__.py": "", "config/secure.py": "def harden(debug):\n    return {'SECURE_SSL_REDIRECT': not debug, 'SESSION_COOKIE_SECURE': not debug, 'SECURE_HSTS_SECONDS': 0 if debug else 50}\n",
        "config/settings.py": HEAD + "from .secure import harden\nDEBUG = False\nlocals().update(**harden(DEBUG))\n",
    }, "config.settings")
    tree("environ by a subclass", {
        **URLS, "config/__init__.py": "",
        "config/settings.py": HEAD + "import environ\nclass Env(environ.Env):\n    BOOLEAN_TRUE_STRINGS = ('wahr',)\nenv = Env()\nDEBUG = env.bool('DEBUG', default=False)\n",
    }, "config.settings", {"DEBUG": "wahr"})
    tree("environ smart casts and multi", {
        **URLS, "config/__init__.py": "",
        "config/settings.py": HEAD + "import environ\nenv = environ.Env(HOSTS=(list, []), AGE=(int, 1))\nALLOWED_HOSTS = env.list('HOSTS') + env.list('MORE', default=['z.example'])\nSESSION_COOKIE_AGE = env('AGE')\nSECURE_HSTS_SECONDS = env.int('HSTS', default=env('AGE') * 10)\nVALUE = env.dict('PAIRS', default={})\nOTHER = env('NOTHING', default=None) or 'fallback'\n",
    }, "config.settings", {"HOSTS": "x.example", "AGE": "7", "PAIRS": "a=b"})
    tree("decouple as a method", {
        **URLS, "config/__init__.py": "", ".env": "DEBUG=True\nHOSTS=a.example,b.example\nEMPTY=\n",
        "config/settings.py": HEAD + "from decouple import AutoConfig, Csv\nconfig = AutoConfig(search_path=BASE_DIR)\nDEBUG = config('DEBUG', default=False, cast=bool)\nALLOWED_HOSTS = config('HOSTS', cast=Csv())\nVALUE = config('EMPTY', default='x')\nOTHER = config('LEVEL', default=3, cast=int)\n",
    }, "config.settings", {"LEVEL": "4"})
    tree("dotenv with override in the code", {
        **URLS, "config/__init__.py": "", ".env": "DEBUG=1\nMAIL='a b'\n# c\nexport HSTS=5 # five\n",
        "config/settings.py": HEAD + "from dotenv import load_dotenv\nload_dotenv(override=True)\nos.environ.setdefault('MODE', 'x')\nDEBUG = bool(int(os.environ['DEBUG']))\nEMAIL_HOST = os.environ['MAIL']\nSECURE_HSTS_SECONDS = int(os.environ.get('HSTS', 1))\nVALUE = os.environ['MODE']\n",
    }, "config.settings", {"DEBUG": "0"})
    for kind, value in [("dev", "config.dev"), ("live", "config.live")]:
        tree(f"configurations of {kind} with nested values", {
            **URLS, "config/__init__.py": "",
            "config/settings.py": f'''from configurations import Configuration, values

class Base(Configuration):
    SECRET_KEY = "{KEY}"
    ROOT_URLCONF = "shop.urls"
    HOURS = 2
    SESSION_COOKIE_AGE = HOURS * 3600
    ALLOWED_HOSTS = values.ListValue(["base.example"], separator=";")
    VALUE = values.Value("nothing", environ_name="THING")

class Dev(Base):
    DEBUG = True

class Live(Base):
    DEBUG = False
    SECURE_HSTS_SECONDS = values.IntegerValue(5)
    SESSION_COOKIE_AGE = Base.SESSION_COOKIE_AGE * 2
    EMAIL = values.TupleValue(("a",))
''',
        }, "config.settings", {"DJANGO_CONFIGURATION": kind.title(), "DJANGO_ALLOWED_HOSTS": "p.example;q.example", "DJANGO_THING": "t"})
    for stage, hosts in [("live", ""), ("dev", "h.example"), ("qa", "a,b")]:
        one(f"a chain of tests, {stage}", '''
STAGE = os.environ["STAGE"]
if STAGE == "live":
    DEBUG, SECURE_HSTS_SECONDS = False, 31536000
elif STAGE in ("qa", "staging"):
    DEBUG, SECURE_HSTS_SECONDS = False, 60
else:
    DEBUG, SECURE_HSTS_SECONDS = True, 0
SECURE_SSL_REDIRECT = STAGE != "dev"
ALLOWED_HOSTS = [h for h in os.environ.get("HOSTS", "").split(",") if h] or ["default.example"]
X_FRAME_OPTIONS = {"live": "DENY"}.get(STAGE, "SAMEORIGIN")
''', {"STAGE": stage, "HOSTS": hosts})
    for text in ("yes", "0", "", None):
        one(f"truths of {text!r}", '''
def truthy(v):
    if isinstance(v, bool):
        return v
    if v is None:
        return False
    return v.strip().lower() not in ("", "0", "no", "false", "off")
RAW = os.environ.get("FLAG")
DEBUG = truthy(RAW)
SECURE_SSL_REDIRECT = not truthy(os.getenv("FLAG", "x"))
SESSION_COOKIE_SECURE = truthy(os.environ.get("FLAG", True))
VALUE = (RAW or "none")[:2]
''', {} if text is None else {"FLAG": text})
    one("middleware by position", '''
SECURITY = "django.middleware.security.SecurityMiddleware"
MIDDLEWARE.remove(SECURITY)
MIDDLEWARE = [SECURITY] + [m for m in MIDDLEWARE if "Locale" not in m]
MIDDLEWARE.insert(MIDDLEWARE.index(SECURITY) + 1, "whitenoise.middleware.WhiteNoiseMiddleware") if False else None
last = MIDDLEWARE.pop()
MIDDLEWARE.insert(-1, last)
MIDDLEWARE[0:0] = ["django.middleware.gzip.GZipMiddleware"]
VALUE = [m.split(".")[-1] for m in MIDDLEWARE]
''')
    one("apps by a dict of flags", '''
OPTIONAL = {"django.contrib.sites": True, "django.contrib.redirects": False}
INSTALLED_APPS += [app for app, on in OPTIONAL.items() if on]
INSTALLED_APPS.extend(a for a in ("django.contrib.staticfiles",) if a not in INSTALLED_APPS)
for app in tuple(INSTALLED_APPS):
    if app.endswith("messages"):
        INSTALLED_APPS.remove(app)
VALUE = len(INSTALLED_APPS)
''')
    one("databases by hand", '''
DATABASES = {"default": {"ENGINE": "django.db.backends." + os.environ.get("DB", "sqlite3"), "NAME": "/srv/db"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"].update(OPTIONS={"timeout": 5})
else:
    DATABASES["default"]["HOST"] = "db"
DATABASES["default"]["CONN_MAX_AGE"] = int(os.environ.get("AGE", "60"))
VALUE = sorted(DATABASES["default"])
''')
    one("bytes and encodings", '''
SECRET_KEY = (b"abcdefghijklmnopqrstuvwxyz" * 2).decode("ascii")
VALUE = "shop".encode().hex() + str(len("é".encode("utf-8")))
OTHER = bytes([65, 66]).decode()
''')
    one("lambdas and defaults", '''
env = lambda name, default=None, cast=lambda v: v: cast(os.environ.get(name, default))
DEBUG = env("DEBUG", "0", lambda v: v == "1")
ALLOWED_HOSTS = env("HOSTS", "a.example|b.example", lambda v: v.split("|"))
SECURE_HSTS_SECONDS = env("HSTS", "12", int)
VALUE = env("NAME")
''', {"DEBUG": "1"})
    one("a logging configuration", '''
LEVEL = os.environ.get("LEVEL", "info").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "level": LEVEL}},
    "root": {"handlers": ["console"], "level": LEVEL},
}
LOGGING["loggers"] = {name: {"level": "WARNING", "propagate": True} for name in ("django", "shop")}
LOGGING["handlers"]["console"].pop("level", None)
VALUE = LOGGING["root"]["level"]
''')
    one("templates", '''
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [],
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
}]
TEMPLATES[0]["OPTIONS"]["context_processors"] += ["django.contrib.auth.context_processors.auth"]
TEMPLATES[0]["OPTIONS"]["debug"] = False
STATIC_URL = "assets/"
MEDIA_URL = "https://cdn.shop.example/"
VALUE = TEMPLATES[0]["OPTIONS"]["context_processors"][-1]
''')
