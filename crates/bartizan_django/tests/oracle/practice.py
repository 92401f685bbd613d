"""Settings variants: what teams run in production, in many styles, each whole and each without tricks."""

from heads import HARD, HEAD, writers



def add_all(add):
    one, tree = writers(add, "practice of ")

    hosts(one)
    files_read(one)
    copies(one)
    functions(one)
    objects(one)
    flags(one)
    tenants(one)
    layered(tree)
    libraries(one, tree)
    errors(one)
    second(one, tree)


def hosts(one):
    one("hosts from three places, each once", '''
DEFAULT_HOSTS = ["shop.example", "www.shop.example"]
EXTRA = [h.strip() for h in os.environ.get("EXTRA_HOSTS", "").split(",") if h.strip()]
HOSTS = DEFAULT_HOSTS + EXTRA
if os.environ.get("FLY_APP_NAME"):
    HOSTS.append(os.environ["FLY_APP_NAME"] + ".fly.dev")
ALLOWED_HOSTS = list(dict.fromkeys(HOSTS))
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
VALUE = CSRF_TRUSTED_ORIGINS
''', {"EXTRA_HOSTS": "shop.example, api.shop.example", "FLY_APP_NAME": "shop"})
    one("hosts of a preview deployment", '''
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
for variable in ("VERCEL_URL", "VERCEL_BRANCH_URL", "VERCEL_PROJECT_PRODUCTION_URL"):
    value = os.environ.get(variable)
    if value:
        ALLOWED_HOSTS.append(value)
ALLOWED_HOSTS = list(dict.fromkeys(ALLOWED_HOSTS))
VALUE = len(ALLOWED_HOSTS)
''', {"VERCEL_URL": "a.vercel.app", "VERCEL_BRANCH_URL": "a.vercel.app"})
    one("hosts in a set that is sorted", '''
_hosts = {"shop.example", "www.shop.example"}
_hosts |= set(filter(None, os.getenv("HOSTS", "").split(";")))
_hosts.discard("old.example")
ALLOWED_HOSTS = sorted(_hosts)
VALUE = ",".join(ALLOWED_HOSTS)
''', {"HOSTS": "b.example;a.example;;old.example"})
    one("hosts and origins of urls", '''
from urllib.parse import urlparse, urlsplit

SITE_URL = os.environ.get("SITE_URL", "https://shop.example:8443/store/")
parsed = urlparse(SITE_URL)
ALLOWED_HOSTS = [parsed.hostname]
CSRF_TRUSTED_ORIGINS = [f"{parsed.scheme}://{parsed.netloc}"]
SESSION_COOKIE_SECURE = parsed.scheme == "https"
SECURE_SSL_REDIRECT = urlsplit(SITE_URL).port == 443
FORCE_SCRIPT_NAME = parsed.path.rstrip("/") or None
VALUE = [CSRF_TRUSTED_ORIGINS, FORCE_SCRIPT_NAME, parsed.port]
''')
    one("hosts of a network", '''
import ipaddress

ALLOWED_HOSTS = ["shop.example"]
SUBNET = os.environ.get("POD_SUBNET")
if SUBNET:
    ALLOWED_HOSTS += [str(ip) for ip in ipaddress.ip_network(SUBNET).hosts()]
VALUE = ALLOWED_HOSTS
''')
    one("hosts by a regular expression", '''
import re

RAW = os.environ.get("ALLOWED_HOSTS", "shop.example; www.shop.example , api.shop.example")
ALLOWED_HOSTS = [host for host in re.split(r"[;,\\s]+", RAW) if host]
DEBUG = bool(re.match(r"^(1|true|yes|on)$", os.environ.get("DEBUG", "no"), re.IGNORECASE))
VALUE = re.sub(r"\\s+", " ", "a   b  c")
''')
    one("hosts that a template names", '''
from string import Template

HOST = Template("$app.$region.shop.example")
ALLOWED_HOSTS = [HOST.substitute(app="web", region=region) for region in ("eu", "us")]
VALUE = HOST.safe_substitute(app="api")
''')
    one("hosts from a text over lines", '''
import textwrap

ALLOWED_HOSTS = [
    line.strip()
    for line in textwrap.dedent("""
        shop.example
        # the old one
        www.shop.example

        api.shop.example
    """).splitlines()
    if line.strip() and not line.strip().startswith("#")
]
VALUE = len(ALLOWED_HOSTS)
''')


def files_read(one):
    one("a file of json beside the project", '''
import json

with open(BASE_DIR / "deploy.json") as handle:
    CONFIG = json.load(handle)
DEBUG = CONFIG["debug"]
ALLOWED_HOSTS = CONFIG.get("hosts", [])
SECURE_HSTS_SECONDS = CONFIG["security"]["hsts"]
SECURE_SSL_REDIRECT = CONFIG["security"].get("redirect", False)
VALUE = sorted(CONFIG)
''', deploy__dot__json='{"debug": false, "hosts": ["shop.example", "b.example"], "security": {"hsts": 3600, "redirect": true}}')
    one("json without a with", '''
import json

CONFIG = json.load(open(os.path.join(BASE_DIR, "conf", "live.json")))
EMAIL_HOST = CONFIG["mail"]["host"]
EMAIL_USE_TLS = bool(CONFIG["mail"]["tls"])
VALUE = json.loads((BASE_DIR / "conf" / "live.json").read_text())["mail"]
''', conf__live__dot__json='{"mail": {"host": "mail.example", "tls": 1, "port": 587.5, "from": null}}')
    one("json of the environment", '''
import json

HOSTS = json.loads(os.environ.get("HOSTS_JSON", '["shop.example"]'))
ALLOWED_HOSTS = HOSTS
OPTIONS = json.loads('{"a": [1, 2.5, -3e2], "b": {"c": null, "d": true}, "e": "\\\\u00e9"}')
VALUE = [OPTIONS, type(OPTIONS["a"][1]).__name__]
OTHER = json.dumps({"a": 1, "b": [True, None]})
''', {"HOSTS_JSON": '["a.example", "b.example"]'})
    one("a file of toml", '''
try:
    import tomllib
except ImportError:
    tomllib = None

if tomllib:
    with open(BASE_DIR / "config.toml", "rb") as handle:
        CONFIG = tomllib.load(handle)
else:
    CONFIG = {"web": {"hosts": ["shop.example"], "debug": False, "hsts": 60}}
ALLOWED_HOSTS = CONFIG["web"]["hosts"]
DEBUG = CONFIG["web"]["debug"]
SECURE_HSTS_SECONDS = CONFIG["web"]["hsts"]
''', config__dot__toml='title = "shop"\n[web]\nhosts = ["shop.example"]\ndebug = false\nhsts = 60\n')
    one("the version out of a project's file", '''
import tomllib

PROJECT = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
VALUE = PROJECT["project"]["version"]
OTHER = PROJECT.get("tool", {}).get("shop", {}).get("hosts", [])
ALLOWED_HOSTS = OTHER or ["shop.example"]
''', pyproject__dot__toml='[project]\nname = "shop"\nversion = "1.2.3"\n')
    one("an ini file", '''
import configparser

config = configparser.ConfigParser()
config.read(BASE_DIR / "shop.ini")
DEBUG = config.getboolean("web", "debug")
ALLOWED_HOSTS = config.get("web", "hosts").split()
SECURE_HSTS_SECONDS = config.getint("web", "hsts", fallback=60)
EMAIL_HOST = config["mail"]["host"]
EMAIL_USE_TLS = config["mail"].getboolean("tls", fallback=False)
VALUE = [config.has_section("cache"), config.get("mail", "nothing", fallback="none")]
''', shop__dot__ini="[web]\ndebug = no\nhosts = shop.example www.shop.example\n\n[mail]\nhost = mail.example\ntls: on\n")
    one("an ini file that is not there", '''
from configparser import ConfigParser

config = ConfigParser()
config.read(os.path.join(BASE_DIR, "local.ini"))
if config.has_section("web"):
    DEBUG = config.getboolean("web", "debug")
else:
    DEBUG = False
EMAIL_HOST = config.get("mail", "host", fallback="localhost")
VALUE = config.sections()
''')
    one("an ini file of defaults", '''
import configparser

config = configparser.ConfigParser()
config.read_string("""
[DEFAULT]
domain = shop.example
[web]
host = www.%(domain)s
ports = 80,
    443
""")
ALLOWED_HOSTS = [config["web"]["host"]]
VALUE = [config.get("web", "domain"), config["web"]["ports"]]
''')
    one("a secret in a file", '''
def read_secret(name, default=""):
    path = Path("/run/secrets") / name
    if path.exists():
        return path.read_text().strip()
    return os.environ.get(name.upper(), default)

EMAIL_HOST_PASSWORD = read_secret("mail_password", "none")
EMAIL_HOST = read_secret("mail_host", "mail.example")
VALUE = EMAIL_HOST.upper()
''', {"MAIL_PASSWORD": "pw"})
    one("a file of variables read by hand", '''
def load_env(path):
    values = {}
    try:
        with open(path) as handle:
            for line in handle:
                line = line.strip()
                if not line or line.startswith("#") or "=" not in line:
                    continue
                key, _, value = line.partition("=")
                values[key.strip()] = value.strip().strip('"')
    except FileNotFoundError:
        pass
    return values

ENV = load_env(BASE_DIR / "deploy.env")
DEBUG = ENV.get("DEBUG", "0") == "1"
EMAIL_HOST = ENV.get("MAIL", "localhost")
ALLOWED_HOSTS = ENV.get("HOSTS", "").split(",")
VALUE = sorted(ENV)
''', deploy__dot__env='# live\nDEBUG=0\nMAIL="mail.example"\n\nHOSTS=shop.example,b.example\n')
    one("hosts in a text file", '''
ALLOWED_HOSTS = (BASE_DIR / "hosts.txt").read_text().split()
VERSION = open(BASE_DIR / "VERSION").read().strip()
VALUE = VERSION.split(".")
''', hosts__dot__txt="shop.example\nwww.shop.example\n", VERSION="2.10.1\n")
    one("a file of yaml", '''
try:
    import yaml
except ImportError:
    yaml = None

CONFIG = {"debug": False, "hosts": ["shop.example"]}
if yaml is not None and (BASE_DIR / "shop.yaml").exists():
    CONFIG.update(yaml.safe_load((BASE_DIR / "shop.yaml").read_text()))
DEBUG = CONFIG["debug"]
ALLOWED_HOSTS = CONFIG["hosts"]
''')


def copies(one):
    one("a copy for each database", '''
import copy

DEFAULT_DB = {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop.db", "OPTIONS": {"timeout": 20}}
DATABASES = {"default": DEFAULT_DB, "replica": copy.deepcopy(DEFAULT_DB)}
DATABASES["replica"]["NAME"] = "replica.db"
DATABASES["replica"]["OPTIONS"]["timeout"] = 5
VALUE = [DEFAULT_DB["NAME"], DEFAULT_DB["OPTIONS"]["timeout"], DATABASES["replica"]["OPTIONS"]["timeout"]]
''')
    one("a shallow copy", '''
import copy

BASE_OPTIONS = {"timeout": 20, "init": ["PRAGMA a"]}
OPTIONS = copy.copy(BASE_OPTIONS)
OPTIONS["timeout"] = 30
OPTIONS["init"].append("PRAGMA b")
VALUE = [BASE_OPTIONS, OPTIONS]
''')
    one("Django's logging, copied and changed", '''
from copy import deepcopy

from django.utils.log import DEFAULT_LOGGING

LOGGING = deepcopy(DEFAULT_LOGGING)
LOGGING["handlers"]["file"] = {"class": "logging.StreamHandler"}
LOGGING["loggers"]["django"]["handlers"] = ["file"]
VALUE = LOGGING["disable_existing_loggers"]
''')
    one("middleware that is put in place by name", '''
def insert_after(items, anchor, new):
    items = list(items)
    items.insert(items.index(anchor) + 1, new)
    return items

MIDDLEWARE = insert_after(
    MIDDLEWARE, "django.middleware.security.SecurityMiddleware", "whitenoise.middleware.WhiteNoiseMiddleware"
)
INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "django.contrib.messages"] + ["shop"]
INSTALLED_APPS.remove("shop")
VALUE = MIDDLEWARE.index("whitenoise.middleware.WhiteNoiseMiddleware")
''')
    one("ordered apps, each once", '''
from collections import OrderedDict

LOCAL_APPS = ["django.contrib.auth", "django.contrib.admin"]
EVERY = OrderedDict.fromkeys(INSTALLED_APPS + LOCAL_APPS)
VALUE = list(EVERY)
OTHER = list(OrderedDict([("b", 1), ("a", 2)]).items())
''')
    one("options chained", '''
from collections import ChainMap

DEFAULTS = {"hsts": 60, "redirect": False, "host": "shop.example"}
LIVE = {"hsts": 3600, "redirect": True}
CONFIG = ChainMap(LIVE, DEFAULTS)
SECURE_HSTS_SECONDS = CONFIG["hsts"]
SECURE_SSL_REDIRECT = CONFIG.get("redirect")
ALLOWED_HOSTS = [CONFIG["host"]]
VALUE = dict(CONFIG)["host"]
''')
    one("lists by default", '''
from collections import defaultdict

GROUPS = defaultdict(list)
for name, group in [("a.example", "web"), ("b.example", "api"), ("c.example", "web")]:
    GROUPS[group].append(name)
ALLOWED_HOSTS = GROUPS["web"]
VALUE = dict(GROUPS)
OTHER = GROUPS.get("none", "nothing")
''')
    one("counts", '''
from collections import Counter

COUNTS = Counter(["a", "b", "a"])
VALUE = COUNTS["a"]
OTHER = COUNTS.most_common(1)[0][0]
''')
    one("dicts that are merged", '''
def merge(base, extra):
    result = dict(base)
    for key, value in extra.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merge(result[key], value)
        else:
            result[key] = value
    return result

BASE_CACHE = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10}}}
CACHES = merge(BASE_CACHE, {"default": {"TIMEOUT": 60, "OPTIONS": {"CULL_FREQUENCY": 2}}, "other": BASE_CACHE["default"]})
VALUE = BASE_CACHE
''')
    one("unions and unpacking", '''
COMMON = {"SAMESITE": "Lax", "SECURE": True}
SESSION = {**COMMON, "NAME": "sid"}
CSRF = COMMON | {"SECURE": os.getenv("INSECURE") is None}
SESSION |= {"SAMESITE": "Strict"}
SESSION_COOKIE_SECURE = SESSION["SECURE"]
CSRF_COOKIE_SECURE = CSRF["SECURE"]
SESSION_COOKIE_SAMESITE = SESSION["SAMESITE"]
first, *rest = MIDDLEWARE
MIDDLEWARE = [first, "shop.middleware.Tenant", *rest]
MIDDLEWARE.pop(1)
VALUE = [SESSION, CSRF, COMMON]
''')


def functions(one):
    one("helpers for each kind of variable", '''
def env(name, default=None, required=False):
    value = os.environ.get(name, default)
    if required and value is None:
        raise RuntimeError(f"{name} is required")
    return value

def env_bool(name, default=False):
    value = env(name)
    return default if value is None else value.lower() in ("1", "true", "yes")

def env_int(name, default=0):
    return int(env(name, default))

def env_list(name, default=()):
    value = env(name)
    return list(default) if not value else [item.strip() for item in value.split(",")]

DEBUG = env_bool("DEBUG")
SECURE_SSL_REDIRECT = env_bool("SSL", True)
SECURE_HSTS_SECONDS = env_int("HSTS", 3600)
ALLOWED_HOSTS = env_list("HOSTS", ["shop.example"])
EMAIL_HOST = env("MAIL_HOST", required=True)
''', {"MAIL_HOST": "mail.example", "SSL": "no", "HOSTS": "a.example, b.example"})
    one("a cast that is passed in", '''
_MISSING = object()

def get(name, default=_MISSING, cast=str):
    raw = os.environ.get(name)
    if raw is None:
        if default is _MISSING:
            raise KeyError(name)
        return default
    if cast is bool:
        return raw.strip().lower() in {"1", "t", "true", "on"}
    return cast(raw)

DEBUG = get("DEBUG", False, bool)
SECURE_HSTS_SECONDS = get("HSTS", 0, int)
ALLOWED_HOSTS = get("HOSTS", ["shop.example"], lambda text: text.split("|"))
VALUE = get("RATE", 0.5, float)
''', {"HSTS": "77", "HOSTS": "a|b", "RATE": "1e3"})
    one("a function that builds a database", '''
def database(name, *, host="db", port=5432, **options):
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "HOST": host,
        "PORT": str(port),
        "OPTIONS": options,
    }

DATABASES = {
    "default": database("shop"),
    **{f"shard_{n}": database(f"shard_{n}", host=f"db-{n}", sslmode="require") for n in range(2)},
}
VALUE = list(DATABASES)
OTHER = DATABASES["shard_1"]
''')
    one("a function that reads once", '''
import functools

@functools.lru_cache(maxsize=None)
def settings_for(stage):
    return {"live": {"hsts": 3600, "debug": False}, "dev": {"hsts": 0, "debug": True}}[stage]

STAGE = os.environ.get("STAGE", "live")
DEBUG = settings_for(STAGE)["debug"]
SECURE_HSTS_SECONDS = settings_for(STAGE)["hsts"]
VALUE = settings_for("dev")
''')
    one("partial helpers", '''
from functools import partial, reduce
from operator import or_, itemgetter

def read(name, cast, default):
    return cast(os.environ.get(name, default))

read_int = partial(read, cast=int)
SECURE_HSTS_SECONDS = read_int("HSTS", default="120")
FLAGS = reduce(or_, [1, 4, 8])
VALUE = [FLAGS, sorted([{"n": 2}, {"n": 1}], key=itemgetter("n"))]
''')
    one("generators of apps", '''
def apps():
    yield "django.contrib.contenttypes"
    yield "django.contrib.auth"
    if os.environ.get("WITH_ADMIN") == "1":
        yield "django.contrib.admin"
    yield from ("django.contrib.sessions", "django.contrib.messages")

INSTALLED_APPS = list(apps())
VALUE = len(INSTALLED_APPS)
''')
    one("a switch on the stage", '''
STAGE = os.environ.get("STAGE", "live")
match STAGE:
    case "dev" | "test":
        DEBUG, SECURE_HSTS_SECONDS = True, 0
    case "stage":
        DEBUG, SECURE_HSTS_SECONDS = False, 60
    case str() as name if name.startswith("live"):
        DEBUG, SECURE_HSTS_SECONDS = False, 31536000
    case _:
        raise ValueError(STAGE)
VALUE = STAGE
''')
    one("texts that are formatted", '''
REGION, NUMBER = "eu", 7
EMAIL_HOST = "mail-{region}-{number:03d}.{domain}".format(region=REGION, number=NUMBER, domain="example")
VALUE = ["%s:%d" % (EMAIL_HOST, 587), f"{NUMBER / 2:.2f}", f"{'x':>5}|{'y':<3}|", f"{1234567:,}", f"{REGION!r}"]
OTHER = "redis://{}:{}/{}".format("cache", 6379, 1)
''')
    one("times and sizes", '''
from datetime import timedelta

SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SECURE_HSTS_SECONDS = int(timedelta(weeks=52).total_seconds())
MB = 1024 ** 2
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * MB
VALUE = [SESSION_COOKIE_AGE, DATA_UPLOAD_MAX_MEMORY_SIZE, timedelta(minutes=5).seconds, 60 * 60 * 24 // 7]
''')
    one("a key that is derived", '''
import base64
import hashlib

SEED = os.environ.get("SEED", "shop")
DIGEST = hashlib.sha256(SEED.encode()).hexdigest()
SECRET_KEY = DIGEST + hashlib.md5(b"pepper").hexdigest()
VALUE = [base64.b64encode(b"user:pw").decode(), base64.b64decode("c2hvcA==").decode(), hashlib.sha1(b"a").hexdigest()[:8]]
''')


def objects(one):
    one("a dataclass of settings", '''
from dataclasses import dataclass, field, asdict, replace

@dataclass(frozen=True)
class Web:
    host: str
    hsts: int = 60
    redirect: bool = False
    extra: list = field(default_factory=list)

LIVE = Web("shop.example", hsts=3600, redirect=True)
STAGE = replace(LIVE, host="stage.example", hsts=5)
ALLOWED_HOSTS = [LIVE.host, STAGE.host]
SECURE_HSTS_SECONDS = STAGE.hsts
SECURE_SSL_REDIRECT = STAGE.redirect
VALUE = asdict(LIVE)
''')
    one("a dataclass that reads the environment", '''
from dataclasses import dataclass, field

def flag(name, default="false"):
    return field(default_factory=lambda: os.environ.get(name, default).lower() == "true")

@dataclass
class Config:
    debug: bool = flag("DEBUG")
    ssl: bool = flag("SSL", "true")
    hosts: list = field(default_factory=lambda: os.environ.get("HOSTS", "shop.example").split(","))

    @property
    def hsts(self):
        return 3600 if self.ssl else 0

CONFIG = Config()
DEBUG = CONFIG.debug
SECURE_SSL_REDIRECT = CONFIG.ssl
ALLOWED_HOSTS = CONFIG.hosts
SECURE_HSTS_SECONDS = CONFIG.hsts
''', {"DEBUG": "True"})
    one("a named tuple", '''
from typing import NamedTuple

class Server(NamedTuple):
    host: str
    port: int = 25
    tls: bool = False

MAIL = Server("mail.example", 587, tls=True)
EMAIL_HOST, EMAIL_PORT, EMAIL_USE_TLS = MAIL
VALUE = [MAIL.port, MAIL._replace(port=26).port, MAIL._asdict(), len(MAIL)]
''')
    one("an enumeration of stages", '''
from enum import Enum, IntEnum

class Stage(str, Enum):
    DEV = "dev"
    LIVE = "live"

    @property
    def is_debug(self):
        return self is Stage.DEV

class Level(IntEnum):
    LOW = 60
    HIGH = 3600

STAGE = Stage(os.environ.get("STAGE", "live"))
DEBUG = STAGE.is_debug
SECURE_HSTS_SECONDS = Level.HIGH if STAGE == Stage.LIVE else Level.LOW.value
SECURE_HSTS_SECONDS = int(SECURE_HSTS_SECONDS)
VALUE = [STAGE.value, Stage["DEV"].value, [stage.name for stage in Stage], STAGE == "live"]
''')
    one("an object that reads the environment", '''
class Environment:
    def __init__(self, prefix=""):
        self.prefix = prefix

    def get(self, name, default=None):
        return os.environ.get(self.prefix + name, default)

    def flag(self, name, default=False):
        value = self.get(name)
        if value is None:
            return default
        return value.lower() in ("1", "true")

    def items(self, name, default=""):
        return [item for item in self.get(name, default).split(",") if item]

env = Environment("SHOP_")
DEBUG = env.flag("DEBUG")
ALLOWED_HOSTS = env.items("HOSTS", "shop.example,b.example")
SECURE_SSL_REDIRECT = env.flag("SSL", default=True)
EMAIL_HOST = env.get("MAIL", "localhost")
''', {"SHOP_SSL": "0", "SSL": "1"})
    one("an object called like a function", '''
class Env:
    TRUE = {"1", "true", "on"}

    def __call__(self, name, default=None, cast=None):
        raw = os.environ.get(name)
        if raw is None:
            return default
        return cast(raw) if cast else raw

    @classmethod
    def boolean(cls, raw):
        return raw.lower() in cls.TRUE

    @staticmethod
    def csv(raw):
        return [part.strip() for part in raw.split(",")]

env = Env()
DEBUG = env("DEBUG", False, Env.boolean)
ALLOWED_HOSTS = env("HOSTS", ["shop.example"], cast=env.csv)
SECURE_HSTS_SECONDS = env("HSTS", 10, int)
''', {"DEBUG": "off", "HOSTS": "a.example , b.example"})
    one("classes of settings that inherit", '''
class Base:
    DEBUG = False
    HSTS = 0
    HOSTS = ["shop.example"]

class Live(Base):
    HSTS = 3600
    HOSTS = Base.HOSTS + ["www.shop.example"]

class Dev(Base):
    DEBUG = True

CONFIGS = {"live": Live, "dev": Dev}
ACTIVE = CONFIGS[os.environ.get("STAGE", "live")]
DEBUG = ACTIVE.DEBUG
SECURE_HSTS_SECONDS = ACTIVE.HSTS
ALLOWED_HOSTS = ACTIVE.HOSTS
VALUE = [ACTIVE.__name__, issubclass(ACTIVE, Base)]
''')
    one("all capitals of a class", '''
class Live:
    DEBUG = False
    SECURE_HSTS_SECONDS = 3600
    ALLOWED_HOSTS = ["shop.example"]
    helper = 1

for name in dir(Live):
    if name.isupper():
        globals()[name] = getattr(Live, name)
VALUE = DEBUG
''')
    one("a namespace of settings", '''
from types import SimpleNamespace

mail = SimpleNamespace(host="mail.example", tls=True)
mail.host = "smtp.example"
EMAIL_HOST = mail.host
EMAIL_USE_TLS = mail.tls
VALUE = vars(mail)
''')


def flags(one):
    one("flags in one variable", '''
FLAGS = {name: True for name in os.environ.get("FLAGS", "ssl,hsts").split(",") if name}
SECURE_SSL_REDIRECT = FLAGS.get("ssl", False)
SECURE_HSTS_SECONDS = 3600 if "hsts" in FLAGS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(FLAGS)
VALUE = sorted(FLAGS)
''', {"FLAGS": "ssl,,beta"})
    one("flags with a prefix", '''
FEATURES = {
    key[len("FEATURE_"):].lower(): value == "1" for key, value in os.environ.items() if key.startswith("FEATURE_")
}
DEBUG = FEATURES.get("debug", False)
VALUE = FEATURES
''', {"FEATURE_DEBUG": "0", "FEATURE_NEW_CART": "1"})
    one("flags with defaults that are overridden", '''
DEFAULT_FLAGS = {"SSL": True, "BETA": False}
FLAGS = {name: os.environ.get(f"FLAG_{name}", str(default)) == "True" for name, default in DEFAULT_FLAGS.items()}
SECURE_SSL_REDIRECT = FLAGS["SSL"]
VALUE = FLAGS
OTHER = [name for name, on in FLAGS.items() if on]
''', {"FLAG_BETA": "True"})
    one("tests are known by the command", '''
TESTING = "test" in sys.argv or "pytest" in sys.modules
DEBUG = False
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    EMAIL_HOST = "nowhere"
else:
    EMAIL_HOST = "mail.example"
''')
    one("the numbers of a version", '''
import django

if django.VERSION >= (4, 0):
    CSRF_TRUSTED_ORIGINS = ["https://shop.example"]
else:
    CSRF_TRUSTED_ORIGINS = ["shop.example"]
VALUE = CSRF_TRUSTED_ORIGINS
OTHER = django.VERSION[0] >= 3
''')
    one("apps that are there", '''
import importlib.util

if importlib.util.find_spec("debug_toolbar_that_is_not_there"):
    INSTALLED_APPS.append("debug_toolbar")
if importlib.util.find_spec("django.contrib.admin") is not None:
    INSTALLED_APPS += ["django.contrib.staticfiles"]
VALUE = len(INSTALLED_APPS)
''')
    one("debug things while debugging", '''
DEBUG = os.environ.get("DEBUG", "") == "1"
if DEBUG:
    INSTALLED_APPS += ["debug_toolbar"]
    MIDDLEWARE = ["debug_toolbar.middleware.DebugToolbarMiddleware"] + MIDDLEWARE
    INTERNAL_IPS = ["127.0.0.1"]
else:
    SECURE_HSTS_SECONDS = 86400
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
VALUE = len(MIDDLEWARE)
''')
    one("assertions on the way", '''
DEBUG = False
assert not DEBUG or os.environ.get("ALLOW_DEBUG"), "no debugging here"
ALLOWED_HOSTS = ["shop.example"]
assert all(isinstance(host, str) for host in ALLOWED_HOSTS)
if any(host == "*" for host in ALLOWED_HOSTS):
    raise RuntimeError("any host")
SECURE_HSTS_SECONDS = max(60, min(int(os.environ.get("HSTS", "90")), 31536000))
''')


def tenants(one):
    one("a database for each tenant", '''
TENANTS = os.environ.get("TENANTS", "acme,globex").split(",")
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
for tenant in TENANTS:
    DATABASES[tenant] = {**DATABASES["default"], "NAME": f"{tenant}.db"}
ALLOWED_HOSTS = [f"{tenant}.shop.example" for tenant in TENANTS]
VALUE = list(DATABASES)
OTHER = DATABASES["globex"]["NAME"]
''')
    one("tenants in a table", '''
TENANTS = [
    {"name": "acme", "domain": "acme.example", "plan": "gold"},
    {"name": "globex", "domain": "globex.example", "plan": "free"},
]
BY_NAME = {tenant["name"]: tenant for tenant in TENANTS}
BY_NAME["acme"]["domain"] = "shop.acme.example"
ALLOWED_HOSTS = [tenant["domain"] for tenant in TENANTS if tenant["plan"] == "gold"]
VALUE = TENANTS
''')
    one("regions side by side", '''
from itertools import chain, product

REGIONS = ("eu", "us")
HOSTS = {region: [f"{app}.{region}.example" for app in ("web", "api")] for region in REGIONS}
ALLOWED_HOSTS = list(chain.from_iterable(HOSTS.values()))
VALUE = ["-".join(pair) for pair in product(REGIONS, ("a", "b"))]
OTHER = list(zip(REGIONS, range(2)))
''')
    one("caches by number", '''
CACHE_HOST = os.environ.get("REDIS_HOST", "redis")
CACHES = {}
for number, name in enumerate(["default", "sessions", "locks"]):
    CACHES[name] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": f"redis://{CACHE_HOST}:6379/{number}",
    }
CACHES["sessions"]["TIMEOUT"] = None
VALUE = [cache["LOCATION"] for cache in CACHES.values()]
''')
    one("queues and routes", '''
QUEUES = {"default": 1, "mail": 5}
ROUTES = {f"shop.tasks.{name}": {"queue": name, "priority": p} for name, p in QUEUES.items()}
ROUTES.setdefault("shop.tasks.other", {})["queue"] = "default"
VALUE = ROUTES
OTHER = sorted(QUEUES, key=QUEUES.get, reverse=True)
''')
    one("loggers made in a loop", '''
LOGGING = {"version": 1, "handlers": {"console": {"class": "logging.StreamHandler"}}, "loggers": {}}
LEVEL = os.environ.get("LOG_LEVEL", "info").upper()
for name in ("django", "shop", "shop.orders"):
    LOGGING["loggers"][name] = {"handlers": ["console"], "level": LEVEL, "propagate": name.count(".") > 0}
LOGGING["loggers"]["django"].update(level="WARNING")
VALUE = LOGGING["loggers"]
''')
    one("templates changed in place", '''
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
TEMPLATES[0]["OPTIONS"]["context_processors"] += ["django.contrib.auth.context_processors.auth"]
if not os.environ.get("DEBUG"):
    TEMPLATES[0]["APP_DIRS"] = False
    TEMPLATES[0]["OPTIONS"]["loaders"] = [
        ("django.template.loaders.cached.Loader", ["django.template.loaders.app_directories.Loader"])
    ]
VALUE = TEMPLATES[0]
''')


def layered(tree):
    tree("layers for clouds", {
        "config/settings/__init__.py": "",
        "config/settings/base.py": HEAD + '''
def env(name, default=""):
    return os.environ.get(name, default)

DEBUG = False
ALLOWED_HOSTS = []
CLOUD = None
FEATURES = {"mail": True}
''',
        "config/settings/aws.py": '''
from .base import *

CLOUD = "aws"
ALLOWED_HOSTS += [env("HOST", "shop.aws.example")]
FEATURES["s3"] = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
''',
        "config/settings/live.py": '''
from .aws import *
from .aws import FEATURES as _features

_features["beta"] = False
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = int(env("HSTS", "3600"))
VALUE = FEATURES
OTHER = [CLOUD, __name__]
''',
    }, module="config.settings.live")
    tree("a package of parts", {
        "config/settings/__init__.py": '''
from .core import *
from .security import *
from .mail import *

try:
    from .local import *
except ImportError:
    pass
''',
        "config/settings/core.py": HEAD + "DEBUG = False\n",
        "config/settings/security.py": '''
from .core import DEBUG, MIDDLEWARE

SECURE_SSL_REDIRECT = not DEBUG
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
MIDDLEWARE.insert(0, "shop.middleware.First")
del MIDDLEWARE[0]
ALLOWED_HOSTS = ["shop.example"]
''',
        "config/settings/mail.py": '''
import os as _os

EMAIL_HOST = _os.environ.get("MAIL", "mail.example")
EMAIL_USE_TLS = EMAIL_HOST != "localhost"
''',
    })
    tree("a name that picks a module by import", {
        "config/settings.py": '''
import importlib
import os

_stage = os.environ.get("STAGE", "live")
_module = importlib.import_module(f"config.stages.{_stage}")
globals().update({name: getattr(_module, name) for name in dir(_module) if name.isupper()})
VALUE = _stage
''',
        "config/stages/__init__.py": "",
        "config/stages/base.py": HEAD + "DEBUG = True\n",
        "config/stages/live.py": "from .base import *\nDEBUG = False\n" + HARD,
    })
    tree("modules that know each other", {
        "config/settings.py": HEAD + '''
DEBUG = False
STAGE = "live"
from config.mail import EMAIL_HOST, EMAIL_USE_TLS
STAGE = "later"
VALUE = STAGE
''',
        "config/mail.py": '''
from config import settings

EMAIL_HOST = f"mail.{settings.STAGE}.example"
EMAIL_USE_TLS = getattr(settings, "VALUE", None) is None
''',
    })
    tree("constants of another app", {
        "config/settings.py": HEAD + '''
from shop.constants import HOSTS, Limits
from shop import __version__

ALLOWED_HOSTS = [*HOSTS, "admin.example"]
DEBUG = False
VALUE = [__version__, Limits.UPLOAD, HOSTS]
''',
        "shop/__init__.py": '__version__ = ".".join(map(str, (1, 2, 0)))\n',
        "shop/constants.py": 'HOSTS = ("shop.example",)\nclass Limits:\n    UPLOAD = 5 << 20\n',
    })
    tree("overrides by prefix", {
        "config/settings.py": HEAD + '''
from config.defaults import *

for _name, _value in os.environ.items():
    if _name.startswith("OVERRIDE_"):
        globals()[_name[len("OVERRIDE_"):]] = _value
VALUE = EMAIL_HOST
''',
        "config/defaults.py": 'EMAIL_HOST = "mail.example"\nDEBUG = False\n',
    }, {"OVERRIDE_EMAIL_HOST": "other.example"})
    tree("a hook at the end", {
        "config/settings.py": HEAD + HARD + '''
from config.hooks import apply

DEBUG = False
EMAIL_HOST = "mail.example"
apply(globals())
VALUE = EMAIL_HOST
''',
        "config/hooks.py": '''
def apply(settings):
    settings["EMAIL_HOST"] = "hooked.example"
    settings.setdefault("EMAIL_USE_TLS", True)
    settings["MIDDLEWARE"].append("shop.middleware.Last")
    settings["MIDDLEWARE"].pop()
''',
    })


def libraries(one, tree):
    one("environ with a scheme", '''
import environ

env = environ.Env(DEBUG=(bool, False), HOSTS=(list, ["shop.example"]), HSTS=(int, 60))
environ.Env.read_env(os.path.join(BASE_DIR, ".env"))
DEBUG = env("DEBUG")
ALLOWED_HOSTS = env("HOSTS")
SECURE_HSTS_SECONDS = env("HSTS")
SECRET_KEY = env.str("KEY", multiline=True)
EMAIL_HOST = env.str("MAIL", default="mail.example")
VALUE = env.dict("OPTIONS", default={})
OTHER = env.tuple("PAIR", default=("a", "b"))
''', {"HSTS": "90", "KEY": "a-key-of-fifty-characters\\\\nand-of-two-lines-that-is-long-enough"}, __dot__env="DEBUG=off\nHOSTS=a.example,b.example\nOPTIONS=a=1,b=2\n")
    one("environ for urls", '''
import environ

env = environ.Env()
DATABASES = {"default": env.db("DATABASE_URL", default="sqlite:////tmp/shop.db")}
DATABASES["default"]["ATOMIC_REQUESTS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}
EMAIL_CONFIG = env.email("EMAIL_URL", default="smtp://user:pw@mail.example:25")
vars().update(EMAIL_CONFIG)
VALUE = DATABASES["default"]["NAME"]
''')
    one("decouple all over", '''
from decouple import Csv, config

DEBUG = config("DEBUG", default=False, cast=bool)
ALLOWED_HOSTS = config("HOSTS", default="shop.example, b.example", cast=Csv())
SECURE_HSTS_SECONDS = config("HSTS", default=0, cast=int)
SECURE_SSL_REDIRECT = config("SSL", default="yes", cast=bool)
EMAIL_HOST = config("MAIL", default="mail.example")
VALUE = config("PORTS", default="1,2", cast=lambda text: [int(part) for part in text.split(",")])
OTHER = config("PAIR", default="a;b", cast=Csv(delimiter=";", post_process=tuple))
''', {"SSL": "off"})
    one("a database by url", '''
import dj_database_url

DATABASES = {"default": dj_database_url.config(default="postgres://u:p@db.example:5433/shop", conn_max_age=600)}
DATABASES["default"].setdefault("OPTIONS", {})["sslmode"] = "require"
DATABASES["reports"] = dj_database_url.parse("mysql://r:x@reports.example/reports")
VALUE = [DATABASES["default"]["PORT"], DATABASES["reports"]["ENGINE"], DATABASES["default"]["OPTIONS"]]
''')
    one("pydantic settings", '''
from pydantic_settings import BaseSettings, SettingsConfigDict

class Config(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")
    debug: bool = False
    hsts: int = 3600
    mail: str = "mail.example"

config = Config()
DEBUG = config.debug
SECURE_HSTS_SECONDS = config.hsts
EMAIL_HOST = config.mail
''', {"SHOP_HSTS": "12"})
    tree("split settings by stage", {
        "config/settings/__init__.py": '''
import os
from split_settings.tools import include, optional

STAGE = os.environ.get("STAGE", "live")
include("parts/base.py", "parts/security.py", f"stages/{STAGE}.py", optional("local.py"))
''',
        "config/settings/parts/base.py": HEAD + "DEBUG = False\n",
        "config/settings/parts/security.py": HARD,
        "config/settings/stages/live.py": "ALLOWED_HOSTS += ['live.example']\nVALUE = STAGE\nSECURE_HSTS_SECONDS *= 2\n",
    })
    tree("configurations by class", {
        "config/settings.py": '''
import os
from configurations import Configuration, values

class Common(Configuration):
    SECRET_KEY = values.Value("k" * 50 + "abcdefgh")
    DEBUG = values.BooleanValue(False)
    ALLOWED_HOSTS = values.ListValue(["shop.example"])
    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth"]
    SECURE_HSTS_SECONDS = values.IntegerValue(60)

class Live(Common):
    SECURE_SSL_REDIRECT = True
    INSTALLED_APPS = Common.INSTALLED_APPS + ["django.contrib.sessions"]
    EMAIL_HOST = values.Value("mail.example", environ_name="MAIL", environ_prefix="SHOP")

    @property
    def VALUE(self):
        return len(self.INSTALLED_APPS)
''',
    }, {"DJANGO_CONFIGURATION": "Live", "DJANGO_SECURE_HSTS_SECONDS": "70", "SHOP_MAIL": "smtp.example"})
    one("dotenv into the environment", '''
from dotenv import dotenv_values, load_dotenv

load_dotenv(BASE_DIR / ".env")
VALUES = dotenv_values(BASE_DIR / "other.env")
DEBUG = os.environ["DEBUG"] == "1"
EMAIL_HOST = os.getenv("MAIL")
VALUE = VALUES["NAME"]
OTHER = VALUES.get("MISSING", "none")
''', __dot__env="DEBUG=0\nMAIL='mail.example'\n", other__dot__env="NAME=shop\n")


def errors(one):
    one("numbers that fail", '''
def number(name, default):
    try:
        return int(os.environ[name])
    except (KeyError, ValueError):
        return default

SECURE_HSTS_SECONDS = number("HSTS", 60)
VALUE = number("OTHER", 1)
OTHER = number("THIRD", 2)
''', {"HSTS": "many", "OTHER": "5"})
    one("errors that are told", '''
PROBLEMS = []
for name in ("HSTS", "RATE"):
    try:
        float(os.environ[name])
    except KeyError as error:
        PROBLEMS.append(f"missing: {error}")
    except ValueError as error:
        PROBLEMS.append(str(error))
DEBUG = bool(PROBLEMS)
VALUE = PROBLEMS
''', {"HSTS": "many"})
    one("an error of one's own", '''
class Missing(Exception):
    def __init__(self, name):
        super().__init__(f"{name} is missing")
        self.name = name

def need(name):
    if name not in os.environ:
        raise Missing(name)
    return os.environ[name]

try:
    EMAIL_HOST = need("MAIL")
except Missing as error:
    EMAIL_HOST = "localhost"
    VALUE = str(error)
    OTHER = error.name
''')
    one("a module that is not there", '''
try:
    import shop_secrets_that_are_not_there as secrets
except ImportError as error:
    VALUE = error.name
    KEY = None
else:
    KEY = secrets.KEY
SECRET_KEY = KEY or SECRET_KEY
HAS_RAVEN = True
try:
    import raven_that_is_not_there
except ModuleNotFoundError:
    HAS_RAVEN = False
DEBUG = HAS_RAVEN
''')
    one("what is done at last", '''
STEPS = []
try:
    STEPS.append("try")
    PORT = int(os.environ.get("PORT", "x"))
except ValueError:
    STEPS.append("except")
    PORT = 25
else:
    STEPS.append("else")
finally:
    STEPS.append("finally")
VALUE = STEPS
SECURE_HSTS_SECONDS = PORT
''')
    one("warnings on the way", '''
import logging
import warnings

logger = logging.getLogger(__name__)
DEBUG = False
if not os.environ.get("SENTRY_DSN"):
    warnings.warn("no sentry")
    logger.warning("no sentry for %s", "shop")
SENTRY = {"dsn": os.environ.get("SENTRY_DSN"), "environment": os.environ.get("STAGE", "live")}
VALUE = SENTRY
''')


def second(one, tree):
    one("a registry of environments", '''
ENVIRONMENTS = {}

def environment(name):
    def register(function):
        ENVIRONMENTS[name] = function
        return function
    return register

@environment("live")
def live():
    return {"DEBUG": False, "SECURE_HSTS_SECONDS": 3600, "ALLOWED_HOSTS": ["shop.example"]}

@environment("dev")
def dev():
    return {**live(), "DEBUG": True}

globals().update(ENVIRONMENTS[os.environ.get("STAGE", "live")]())
VALUE = sorted(ENVIRONMENTS)
''')
    one("settings that are cleaned", '''
RAW = {"DEBUG": " off ", "HSTS": "3600 ", "HOSTS": "a.example\\n b.example ,", "RATE": "0.25"}
CLEAN = {key: value.strip() for key, value in RAW.items()}
DEBUG = CLEAN["DEBUG"] in ("on", "true")
SECURE_HSTS_SECONDS = int(CLEAN["HSTS"])
ALLOWED_HOSTS = [host for host in CLEAN["HOSTS"].replace("\\n", ",").replace(" ", "").split(",") if host]
VALUE = [float(CLEAN["RATE"]), CLEAN]
''')
    one("a chain of fallbacks", '''
HOST = os.environ.get("HOST") or os.environ.get("HOSTNAME_PUBLIC") or "shop.example"
ALLOWED_HOSTS = [HOST, "localhost"] if HOST != "localhost" else [HOST]
EMAIL_HOST = next((h for h in (os.environ.get("SMTP"), "", "mail.example") if h), None)
VALUE = [HOST.partition("."), HOST.rpartition(".")[-1], HOST.title()]
''')
    one("a data class with a method that builds", '''
from dataclasses import dataclass, field

@dataclass
class Database:
    name: str
    host: str = "db"
    options: dict = field(default_factory=dict)

    def as_django(self, **extra):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": self.name, "HOST": self.host, "OPTIONS": {**self.options, **extra}}

MAIN = Database("shop", options={"timeout": 5})
DATABASES = {"default": MAIN.as_django(sslmode="require"), "other": Database("other").as_django()}
VALUE = DATABASES["default"]["OPTIONS"]
OTHER = MAIN.options
''')
    one("a data class that inherits", '''
from dataclasses import dataclass, field

@dataclass
class Base:
    debug: bool = False
    hosts: list = field(default_factory=lambda: ["shop.example"])

@dataclass
class Live(Base):
    hsts: int = 3600
    debug: bool = False

    def __post_init__(self):
        if self.hsts > 60:
            self.hosts = self.hosts + ["www.shop.example"]

CONFIG = Live()
DEBUG = CONFIG.debug
ALLOWED_HOSTS = CONFIG.hosts
SECURE_HSTS_SECONDS = CONFIG.hsts
''')
    one("a data class whose lists are its own", '''
from dataclasses import dataclass, field

@dataclass
class Group:
    name: str
    hosts: list = field(default_factory=list)

A, B = Group("a"), Group("b")
A.hosts.append("a.example")
B.hosts += ["b.example"]
ALLOWED_HOSTS = A.hosts + B.hosts
VALUE = [A.hosts, B.hosts]
''')
    one("copies of templates", '''
from copy import copy, deepcopy

CACHE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10}}
CACHES = {name: deepcopy(CACHE) for name in ("default", "sessions")}
CACHES["sessions"]["OPTIONS"]["MAX_ENTRIES"] = 5
CACHES["same"] = copy(CACHE)
CACHES["same"]["TIMEOUT"] = 1
CACHES["same"]["OPTIONS"]["CULL_FREQUENCY"] = 3
VALUE = CACHE
''')
    one("a copy of a list of dicts", '''
import copy

SERVERS = [{"host": "a", "ports": [80]}, {"host": "b", "ports": [81]}]
BACKUP = list(SERVERS)
DEEP = copy.deepcopy(SERVERS)
SERVERS[0]["ports"].append(443)
SERVERS.append({"host": "c", "ports": []})
BACKUP[1]["host"] = "B"
VALUE = [SERVERS, BACKUP, DEEP]
''')
    one("slices that are copies", '''
ORDER = MIDDLEWARE[:]
ORDER.insert(0, "shop.middleware.A")
SAME = ORDER
SAME.pop(0)
REVERSED = ORDER[::-1]
REVERSED.sort()
VALUE = [len(ORDER), SAME is ORDER, ORDER == MIDDLEWARE, REVERSED[0]]
MIDDLEWARE = tuple(ORDER)
''')
    one("options that are passed on", '''
def base(**options):
    options.setdefault("timeout", 5)
    return options

def extended(*hosts, **options):
    made = base(**options)
    made["hosts"] = list(hosts)
    return made

OPTIONS = {"timeout": 9, "ssl": True}
FIRST = extended("a.example", **OPTIONS)
SECOND = extended("b.example", "c.example", retries=2)
ALLOWED_HOSTS = FIRST["hosts"] + SECOND["hosts"]
VALUE = [FIRST, SECOND, OPTIONS]
''')
    one("settings that functions change in place", '''
def add_app(apps, name, first=False):
    if name not in apps:
        apps.insert(0, name) if first else apps.append(name)
    return apps

def drop(items, *names):
    for name in names:
        if name in items:
            items.remove(name)

add_app(INSTALLED_APPS, "django.contrib.staticfiles")
add_app(INSTALLED_APPS, "django.contrib.auth", first=True)
drop(MIDDLEWARE, "django.middleware.locale.LocaleMiddleware", "not.there")
VALUE = [INSTALLED_APPS, MIDDLEWARE]
''')
    one("a deep merge in place", '''
def update(target, source):
    for key, value in source.items():
        if isinstance(value, dict):
            update(target.setdefault(key, {}), value)
        else:
            target[key] = value

SETTINGS = {"web": {"debug": False, "hosts": ["shop.example"]}}
update(SETTINGS, {"web": {"hsts": 60}, "mail": {"host": "mail.example"}})
SECURE_HSTS_SECONDS = SETTINGS["web"]["hsts"]
EMAIL_HOST = SETTINGS["mail"]["host"]
VALUE = SETTINGS
''')
    one("a class that collects itself", '''
class Option:
    def __init__(self, name, default, cast=str):
        self.name, self.default, self.cast = name, default, cast

    def read(self):
        raw = os.environ.get(self.name)
        return self.default if raw is None else self.cast(raw)

OPTIONS = [Option("HSTS", 60, int), Option("MAIL", "mail.example"), Option("SSL", True, lambda raw: raw == "1")]
VALUES = {option.name: option.read() for option in OPTIONS}
SECURE_HSTS_SECONDS = VALUES["HSTS"]
EMAIL_HOST = VALUES["MAIL"]
SECURE_SSL_REDIRECT = VALUES["SSL"]
VALUE = VALUES
''', {"HSTS": "7", "SSL": "0"})
    one("names that are deleted on the way", '''
TEMPORARY = ["a.example", "b.example"]
ALLOWED_HOSTS = [host for host in TEMPORARY]
for host in TEMPORARY:
    EMAIL_HOST = "mail." + host
del TEMPORARY, host
try:
    TEMPORARY
    DEBUG = True
except NameError:
    DEBUG = False
VALUE = "TEMPORARY" in dir()
''')
    one("a default that is overridden later", '''
def hsts():
    return LEVEL * 60

LEVEL = 1
SECURE_HSTS_SECONDS = hsts()
LEVEL = 2
VALUE = [SECURE_HSTS_SECONDS, hsts()]
if os.environ.get("LEVEL"):
    LEVEL = int(os.environ["LEVEL"])
OTHER = hsts()
''')
    one("texts of many kinds", '''
NAME = "Shop"
VALUE = [
    "%(name)s-%(n)03d" % {"name": NAME, "n": 7}, "%*d|%-6s|%5.1f" % (4, 3, NAME, 2.25), f"{NAME!s:>8}", f"{NAME:*^10}",
    "{0}{1}{0}".format("a", "b"), "{:,.2f}".format(1234.5), f"{255:#x} {5:08b} {0.5:.0%}", NAME.encode().hex(),
]
OTHER = "a-b_c".translate(str.maketrans("-_", "..")), "x".join(["1", "2"]), "abc"[::-1], "Ab".swapcase(), "a,b,,c".rsplit(",", 1)
''')
    tree("a base that reads what its heir says", {
        "config/settings/__init__.py": "",
        "config/settings/base.py": HEAD + '''
import sys as _sys

DEBUG = False
_heir = _sys.modules.get("config.settings.live")
VALUE = getattr(_heir, "EARLY", "nothing yet")
OTHER = hasattr(_heir, "LATE")
''',
        "config/settings/live.py": '''
EARLY = "early"
from config.settings.base import *
LATE = "late"
''' + HARD,
    }, module="config.settings.live")
    tree("two layers that import each other", {
        "config/settings/__init__.py": "",
        "config/settings/base.py": HEAD + '''
DEBUG = False
HOSTS = ["shop.example"]
from config.settings import mail
HOSTS.append("late.example")
LEVEL = 2
EMAIL_HOST = mail.HOST
ALLOWED_HOSTS = mail.COPY + HOSTS
''',
        "config/settings/mail.py": '''
from config.settings import base

HOST = "mail." + base.HOSTS[0]
COPY = list(base.HOSTS)
HAS_LEVEL = hasattr(base, "LEVEL")
SAME = base.HOSTS
''',
        "config/settings/live.py": '''
from .base import *
from .mail import COPY, HAS_LEVEL, SAME

VALUE = [COPY, HAS_LEVEL]
OTHER = SAME
''',
    }, module="config.settings.live")
    tree("a package whose parts ask it", {
        "config/settings/__init__.py": HEAD + '''
PREFIX = "shop"
from .parts import NAMES
PREFIX = "other"
ALLOWED_HOSTS = [f"{name}.example" for name in NAMES]
DEBUG = False
''',
        "config/settings/parts.py": '''
from . import PREFIX
import config.settings as package

NAMES = [PREFIX, package.PREFIX + "-admin"]
try:
    NAMES.append(package.DEBUG)
except AttributeError:
    NAMES.append("none")
''',
    })
    tree("stars both ways", {
        "config/settings.py": HEAD + '''
ONE = 1
from config.more import *
THREE = ONE + TWO
VALUE = [ONE, TWO, THREE]
DEBUG = False
''' + HARD,
        "config/more.py": '''
from config.settings import *

TWO = ONE + 1
ONE = 10
try:
    OTHER = THREE
except NameError:
    OTHER = "no three"
''',
    })
    one("numbers that are asked for twice", '''
RETRIES = int(os.environ.get("RETRIES", 3))
TIMEOUTS = [2 ** n for n in range(RETRIES)]
SECURE_HSTS_SECONDS = sum(TIMEOUTS) * 10
VALUE = [divmod(17, 5), round(2.675, 2), abs(-3), 7 // -2, -7 % 3, 2 ** -1, 1e3, 10 ** 20, 0.1 + 0.2]
OTHER = [min(TIMEOUTS), max(TIMEOUTS, default=0), any(TIMEOUTS), all([])]
''')
    one("sets and their orders", '''
A, B = {"a.example", "b.example"}, frozenset(["b.example", "c.example"])
ALLOWED_HOSTS = sorted(A ^ B)
VALUE = [sorted(A & B), sorted(A - B), A >= {"a.example"}, len(A | B), "a.example" in B]
OTHER = sorted(map(len, A | B), reverse=True)
''')
    one("walrus and comprehension", '''
if (raw := os.environ.get("HOSTS")) is not None:
    ALLOWED_HOSTS = raw.split()
else:
    ALLOWED_HOSTS = ["shop.example"]
LENGTHS = {host: n for host in ALLOWED_HOSTS if (n := len(host)) > 3}
VALUE = [LENGTHS, n]
OTHER = [[y * x for y in range(x)] for x in range(3)]
''')
    one("loops that stop early", '''
CANDIDATES = ["", "none", "mail.example", "other.example"]
for candidate in CANDIDATES:
    if not candidate or candidate == "none":
        continue
    EMAIL_HOST = candidate
    break
else:
    EMAIL_HOST = "localhost"
n = 0
while True:
    n += 1
    if n ** 2 > 50:
        break
SECURE_HSTS_SECONDS = n
VALUE = candidate
''')
    one("a with that keeps quiet", '''
from contextlib import contextmanager, suppress

with suppress(KeyError, ValueError):
    SECURE_HSTS_SECONDS = int(os.environ.get("HSTS", "bad"))
    EMAIL_HOST = "not reached"

@contextmanager
def block():
    STEPS.append("in")
    yield "held"
    STEPS.append("out")

STEPS = []
with block() as held:
    STEPS.append(held)
VALUE = STEPS
''')
    one("properties and class methods", '''
class Site:
    domain = "shop.example"
    _scheme = "https"

    @property
    def url(self):
        return f"{self._scheme}://{self.domain}"

    @classmethod
    def sub(cls, name):
        return f"{name}.{cls.domain}"

    @staticmethod
    def origin(url):
        return url.rstrip("/")

class Stage(Site):
    domain = "stage.example"

ALLOWED_HOSTS = [Site.domain, Site.sub("www"), Stage.sub("api")]
CSRF_TRUSTED_ORIGINS = [Site.origin(Stage().url + "/")]
VALUE = CSRF_TRUSTED_ORIGINS
''')
    one("a lazily filled cache", '''
_cache = {}

def cached(name, make):
    if name not in _cache:
        _cache[name] = make()
    return _cache[name]

FIRST = cached("hosts", lambda: ["a.example"])
SECOND = cached("hosts", lambda: ["never"])
SECOND.append("b.example")
ALLOWED_HOSTS = FIRST
VALUE = FIRST is SECOND
''')
    one("nested functions that remember", '''
def reader(prefix):
    seen = []
    def read(name, default=None):
        seen.append(name)
        return os.environ.get(prefix + name, default)
    read.seen = seen
    return read

read = reader("APP_")
EMAIL_HOST = read("MAIL", "mail.example")
DEBUG = read("DEBUG") == "1"
VALUE = len(read.seen)
''', {"APP_DEBUG": "1"})
