"""Settings variants: idioms of today's Python in settings, each as a project would write it, with what it is for."""

from heads import HEAD, writers


def add_all(add):
    one, tree = writers(add, "style of idiom: ")

    classes(one)
    flags(one)
    merging(one)
    flow(one)
    contexts(one)
    functions(one)
    texts(one)
    numbers(one)
    paths(one)
    sequences(one)
    aliases(one)
    standard(one)
    helpers(one, tree)
    caught(one, tree)
    environs(one, tree)


def classes(one):
    one("a settings class with typed fields read from variables", '''
from typing import get_type_hints

class Env:
    DEBUG: bool = False
    EMAIL_HOST: str = "mail.example"
    SECURE_HSTS_SECONDS: int = 60

    @classmethod
    def load(cls):
        for name, kind in get_type_hints(cls).items():
            raw = os.environ.get(name)
            if raw is None:
                continue
            setattr(cls, name, raw.lower() in ("1", "true") if kind is bool else kind(raw))
        return cls

_env = Env.load()
DEBUG = _env.DEBUG
EMAIL_HOST = _env.EMAIL_HOST
SECURE_HSTS_SECONDS = _env.SECURE_HSTS_SECONDS
''', {"SECURE_HSTS_SECONDS": "3600"})
    one("a frozen data class with a factory and a post init", '''
from dataclasses import dataclass, field, asdict, replace

@dataclass(frozen=True)
class Mail:
    host: str = "mail.example"
    port: int = 25
    options: dict = field(default_factory=dict)

    @property
    def secure(self):
        return self.port in (465, 587)

_mail = replace(Mail(options={"timeout": 5}), port=587)
EMAIL_HOST = _mail.host
EMAIL_USE_TLS = _mail.secure
VALUE = asdict(_mail)
DEBUG = _mail == Mail()
''')
    one("a data class that corrects itself", '''
from dataclasses import dataclass

@dataclass
class Site:
    host: str
    scheme: str = "https"
    origin: str = ""

    def __post_init__(self):
        self.host = self.host.strip().lower()
        if not self.origin:
            self.origin = f"{self.scheme}://{self.host}"

_sites = [Site(" Shop.Example "), Site("admin.example", origin="https://x.example")]
ALLOWED_HOSTS = [site.host for site in _sites]
CSRF_TRUSTED_ORIGINS = [site.origin for site in _sites]
DEBUG = False
''')
    one("a named tuple with defaults", '''
from typing import NamedTuple

class Bucket(NamedTuple):
    name: str
    region: str = "eu-central-1"
    public: bool = False

    def url(self):
        return f"https://{self.name}.s3.{self.region}.amazonaws.com/"

_media = Bucket("media")
_static = _media._replace(name="static", public=True)
MEDIA_URL = _media.url()
STATIC_URL = _static.url()
VALUE = tuple(_static)
OTHER = _media._asdict()
DEBUG = _media.public
''')
    one("an enum whose members carry tuples", '''
from enum import Enum

class Stage(Enum):
    DEV = ("dev", True, 0)
    LIVE = ("live", False, 3600)

    def __init__(self, label, debug, hsts):
        self.label = label
        self.debug = debug
        self.hsts = hsts

    @classmethod
    def of(cls, label):
        for stage in cls:
            if stage.label == label:
                return stage
        raise ValueError(label)

_stage = Stage.of(os.environ.get("STAGE", "live"))
DEBUG = _stage.debug
SECURE_HSTS_SECONDS = _stage.hsts
VALUE = [stage.name for stage in Stage]
''')
    one("an enum of flags", '''
from enum import IntFlag, auto

class Feature(IntFlag):
    SSL = auto()
    HSTS = auto()
    COOKIES = auto()

_on = Feature.SSL | Feature.COOKIES
SECURE_SSL_REDIRECT = bool(_on & Feature.SSL)
SESSION_COOKIE_SECURE = bool(_on & Feature.COOKIES)
SECURE_HSTS_SECONDS = 60 if _on & Feature.HSTS else 0
VALUE = int(_on)
DEBUG = False
''')
    one("a class with a cached property and a counter", '''
from functools import cached_property

class Conf:
    made = 0

    @cached_property
    def hosts(self):
        type(self).made += 1
        return ["shop.example"]

_conf = Conf()
ALLOWED_HOSTS = _conf.hosts
_conf.hosts.append("www.shop.example")
VALUE = _conf.hosts
OTHER = Conf.made
DEBUG = False
''')
    one("a property with a setter", '''
class Conf:
    def __init__(self):
        self._hsts = 0

    @property
    def hsts(self):
        return self._hsts

    @hsts.setter
    def hsts(self, value):
        self._hsts = max(value, 60)

_conf = Conf()
_conf.hsts = 5
SECURE_HSTS_SECONDS = _conf.hsts
_conf._hsts = 7
VALUE = _conf.hsts
DEBUG = False
''')
    one("class attributes that subclasses share", '''
class Base:
    apps = ["core"]
    hosts = ()

    @classmethod
    def add(cls, app):
        cls.apps.append(app)
        cls.hosts += (app + ".example",)

class Shop(Base):
    pass

Shop.add("shop")
Base.add("base")
VALUE = Base.apps
OTHER = [Base.hosts, Shop.hosts]
ALLOWED_HOSTS = list(Shop.hosts)
DEBUG = False
''')
    one("a class that registers its subclasses", '''
class Plugin:
    known = {}

    def __init_subclass__(cls, /, label=None, **kwargs):
        super().__init_subclass__(**kwargs)
        Plugin.known[label or cls.__name__.lower()] = cls

class Mail(Plugin):
    host = "mail.example"

class Cache(Plugin, label="kept"):
    host = "cache.example"

EMAIL_HOST = Plugin.known["mail"].host
VALUE = sorted(Plugin.known)
DEBUG = len(Plugin.known) != 2
''')
    one("a dict that answers to attributes", '''
class Box(dict):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__

_box = Box(debug=False, mail=Box(host="mail.example"))
_box.hsts = 60
DEBUG = _box.debug
EMAIL_HOST = _box.mail.host
SECURE_HSTS_SECONDS = _box["hsts"]
VALUE = sorted(_box)
''')
    one("an object that is called, compared and counted", '''
class Hosts:
    def __init__(self, *names):
        self.names = list(names)

    def __len__(self):
        return len(self.names)

    def __iter__(self):
        return iter(self.names)

    def __contains__(self, name):
        return name in self.names

    def __add__(self, other):
        return Hosts(*self.names, *other)

    def __getitem__(self, index):
        return self.names[index]

_hosts = Hosts("a.example") + ["b.example"]
ALLOWED_HOSTS = list(_hosts)
DEBUG = "c.example" in _hosts
VALUE = len(_hosts)
OTHER = _hosts[-1]
SECURE_SSL_REDIRECT = bool(_hosts)
''')
    one("a class whose instances are one", '''
class Settings:
    _one = None

    def __new__(cls):
        if cls._one is None:
            cls._one = super().__new__(cls)
            cls._one.hosts = []
        return cls._one

Settings().hosts.append("a.example")
Settings().hosts.append("b.example")
ALLOWED_HOSTS = Settings().hosts
VALUE = Settings() is Settings()
DEBUG = False
''')


def flags(one):
    one("features in a set, asked by name", '''
_enabled = {name.strip() for name in os.environ.get("FEATURES", "ssl,hsts").split(",")} - {""}

def on(name):
    return name in _enabled

SECURE_SSL_REDIRECT = on("ssl")
SECURE_HSTS_SECONDS = 3600 if on("hsts") else 0
DEBUG = on("debug")
VALUE = sorted(_enabled)
''', {"FEATURES": "ssl, cookies ,"})
    one("features in a dict that variables override", '''
FEATURES = {"SSL": True, "SIGNUP": False, "BETA": False}
for _name in FEATURES:
    _raw = os.environ.get(f"FEATURE_{_name}")
    if _raw is not None:
        FEATURES[_name] = _raw == "1"
SECURE_SSL_REDIRECT = FEATURES["SSL"]
VALUE = [name for name, on in FEATURES.items() if on]
DEBUG = any(FEATURES[name] for name in ("BETA",))
''', {"FEATURE_SIGNUP": "1", "FEATURE_SSL": "0"})
    one("features that bring an app and a middleware", '''
_OPTIONAL = [
    ("TOOLBAR", "debug_toolbar", "debug_toolbar.middleware.DebugToolbarMiddleware"),
    ("CORS", "corsheaders", "corsheaders.middleware.CorsMiddleware"),
]
VALUE = []
for _flag, _app, _middleware in _OPTIONAL:
    if os.environ.get(_flag, "0") == "1":
        VALUE.append(_app)
        MIDDLEWARE.insert(MIDDLEWARE.index("django.middleware.common.CommonMiddleware"), _middleware)
OTHER = MIDDLEWARE[2:5]
DEBUG = False
''', {"CORS": "1"})
    one("a flag that is one of three words", '''
def tristate(name):
    return {"on": True, "off": False}.get(os.environ.get(name, "auto"))

_ssl = tristate("SSL")
SECURE_SSL_REDIRECT = _ssl if _ssl is not None else not os.environ.get("LOCAL")
SESSION_COOKIE_SECURE = SECURE_SSL_REDIRECT or None
DEBUG = tristate("DEBUG") is True
''', {"SSL": "auto"})
    one("flags kept as bits", '''
SSL, HSTS, COOKIES = (1 << n for n in range(3))
_mode = int(os.environ.get("MODE", "0b101"), 0)
SECURE_SSL_REDIRECT = bool(_mode & SSL)
SECURE_HSTS_SECONDS = 60 * bool(_mode & HSTS)
SESSION_COOKIE_SECURE = bool(_mode & COOKIES)
VALUE = _mode ^ 0xF
OTHER = f"{_mode:04b}"
DEBUG = False
''')


def merging(one):
    one("dicts of layers merged in a loop", '''
_LAYERS = [
    {"mail": {"host": "localhost", "port": 25}, "hosts": ["a"]},
    {"mail": {"host": "mail.example"}},
    {"mail": {"port": 587}, "hosts": ["shop.example"]},
]
_conf = {}
for _layer in _LAYERS:
    for _key, _value in _layer.items():
        if isinstance(_value, dict):
            _conf.setdefault(_key, {}).update(_value)
        else:
            _conf[_key] = _value
EMAIL_HOST = _conf["mail"]["host"]
ALLOWED_HOSTS = _conf["hosts"]
VALUE = _conf
OTHER = _LAYERS[0]
DEBUG = False
''')
    one("a merge that goes down by itself", '''
def merge(base, over):
    out = dict(base)
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(out.get(key), dict):
            out[key] = merge(out[key], value)
        else:
            out[key] = value
    return out

_base = {"DATABASE": {"OPTIONS": {"timeout": 5, "ssl": False}, "NAME": "shop"}}
VALUE = merge(_base, {"DATABASE": {"OPTIONS": {"ssl": True}}})
OTHER = _base
DEBUG = VALUE["DATABASE"]["OPTIONS"]["timeout"] != 5
''')
    one("unions of dicts", '''
_defaults = {"a": 1, "b": [1]}
_conf = _defaults | {"b": [2], "c": 3}
_conf |= [("d", 4)]
_copy = {**_conf, "a": 0, **dict(e=5)}
VALUE = _conf
OTHER = _copy
_defaults["b"].append(9)
EMAIL = {key: _defaults[key] for key in sorted(_defaults)}
DEBUG = bool(_copy["a"])
''')
    one("a dict edited while its keys are listed", '''
_raw = {"DEBUG ": "0", " HSTS": "60", "": "x", "none": None}
for _key in list(_raw):
    _value = _raw.pop(_key)
    if _key and _value is not None:
        _raw[_key.strip()] = int(_value)
VALUE = _raw
DEBUG = bool(_raw["DEBUG"])
SECURE_HSTS_SECONDS = _raw.get("HSTS", 0)
''')
    one("a chain of maps", '''
from collections import ChainMap

_conf = ChainMap({}, {"host": "live.example"}, {"host": "default.example", "port": 25})
_conf["port"] = 587
EMAIL_HOST = _conf["host"]
VALUE = _conf["port"]
OTHER = _conf.maps[2]["port"]
DEBUG = "debug" in _conf
''')
    one("a defaultdict that groups", '''
from collections import defaultdict

_by = defaultdict(list)
for _host in ("a.example", "b.test", "c.example"):
    _name, _, _zone = _host.partition(".")
    _by[_zone].append(_name)
VALUE = dict(_by)
ALLOWED_HOSTS = [name + ".example" for name in _by["example"]]
OTHER = len(_by["nothing"])
DEBUG = "nothing" not in _by
''')
    one("a counter and an ordered dict", '''
from collections import Counter, OrderedDict

_count = Counter("a b a c a b".split())
VALUE = _count.most_common(2)
_order = OrderedDict([("b", 1), ("a", 2)])
_order["c"] = 3
_order.move_to_end("b")
OTHER = list(_order)
DEBUG = _count["z"] > 0
''')


def flow(one):
    one("match on a text with alternatives and a guard", '''
_stage = os.environ.get("STAGE", "production")
match _stage.split("-"):
    case ["dev" | "local"]:
        DEBUG = True
    case [("staging" | "production") as kind, *rest] if not rest:
        DEBUG = False
        SECURE_SSL_REDIRECT = kind == "production"
    case [kind, number]:
        DEBUG = False
        VALUE = (kind, int(number))
    case _:
        raise RuntimeError(_stage)
''', {"STAGE": "staging-2"})
    one("match on a dict and a class", '''
class Point:
    __match_args__ = ("host", "port")

    def __init__(self, host, port):
        self.host, self.port = host, port

def read(conf):
    match conf:
        case {"host": str(host), "port": int(port), **rest}:
            return host, port, rest
        case Point(host, 25):
            return host, "plain", {}
        case Point(host=host, port=port):
            return host, port, None
        case None | False:
            return "none"
        case [first, *_, last]:
            return first, last
    return conf

VALUE = [read({"host": "a", "port": 1, "x": 2}), read(Point("b", 25)), read(Point("c", 2)), read(None), read((1, 2, 3))]
OTHER = read("text")
DEBUG = False
''')
    one("a walrus in a condition and in a comprehension", '''
if (_host := os.environ.get("MAIL")) and (_n := len(_host)) > 3:
    EMAIL_HOST = _host.upper()[:_n]
ALLOWED_HOSTS = [_last := name.strip() for name in "a.example, b.example".split(",")]
VALUE = _last
while (_left := len(ALLOWED_HOSTS)) < 4:
    ALLOWED_HOSTS.append(f"h{_left}.example")
DEBUG = False
''', {"MAIL": "mail.example"})
    one("a loop with else, break and continue", '''
for _name in ("PRIMARY", "SECONDARY", "FALLBACK"):
    _value = os.environ.get(_name, "")
    if not _value:
        continue
    if _value.startswith("!"):
        break
    EMAIL_HOST = _value
else:
    VALUE = "none was refused"
OTHER = _name
DEBUG = False
''', {"SECONDARY": "b.example", "FALLBACK": "c.example"})
    one("try with else and finally around a conversion", '''
_log = []
def number(name, default):
    try:
        value = int(os.environ[name])
    except KeyError:
        _log.append("missing")
        return default
    except ValueError as error:
        _log.append(str(error))
        value = default
    else:
        _log.append("read")
        value += 1
    finally:
        _log.append("done")
    return value

VALUE = [number("A", 1), number("B", 2), number("C", 3)]
OTHER = _log
DEBUG = False
''', {"B": "x", "C": "7"})
    one("finally that overrides what is returned", '''
def stage():
    for name in ("first", "second"):
        try:
            return name
        finally:
            if name == "first":
                continue
    return "end"

VALUE = stage()
DEBUG = VALUE == "first"
''')
    one("nested comprehensions with their own names", '''
x = "outer"
VALUE = [[x for x in range(y)] for y in range(3)]
OTHER = {x: y for x, y in zip("ab", (1, 2)) if y}
ALLOWED_HOSTS = [f"{x}.{y}.example" for x in "ab" for y in ("one", "two") if x != "b" or y != "one"]
EMAIL_HOST = x
DEBUG = any(x == "c" for x in OTHER)
''')
    one("conditional expressions in a row", '''
_cpu = int(os.environ.get("CPU", "3"))
VALUE = "small" if _cpu < 2 else "middle" if _cpu < 4 else "large"
SECURE_HSTS_SECONDS = 0 if not _cpu else 60 if _cpu % 2 else 3600
DEBUG = 2 < _cpu <= 3 > 5
''')
    one("an exception that carries the value", '''
class Found(Exception):
    def __init__(self, value):
        super().__init__(value)
        self.value = value

def search(names):
    for name in names:
        if name in os.environ:
            raise Found(os.environ[name])

try:
    search(["A", "B"])
except Found as found:
    VALUE = found.value
    OTHER = found.args
else:
    VALUE = "none"
DEBUG = False
''', {"B": "2"})


def contexts(one):
    one("a context manager made by a generator", '''
from contextlib import contextmanager

_stack = []

@contextmanager
def section(name):
    _stack.append(name)
    yield name.upper()
    _stack.pop()

with section("mail") as _title:
    VALUE = (_title, list(_stack))
OTHER = _stack
DEBUG = False
''')
    one("a context manager that swallows what is raised", '''
from contextlib import suppress

SECURE_HSTS_SECONDS = 60
with suppress(KeyError, ValueError):
    SECURE_HSTS_SECONDS = int(os.environ["HSTS"])
    VALUE = "read"
with suppress(ImportError):
    from config.nothing import *
DEBUG = False
''', {"HSTS": "many"})
    one("a class that is entered and left", '''
class Prefix:
    def __init__(self, prefix):
        self.prefix = prefix

    def __enter__(self):
        self.read = lambda name, default=None: os.environ.get(self.prefix + name, default)
        return self

    def __exit__(self, kind, value, traceback):
        self.left = True
        return kind is KeyError

with Prefix("MAIL_") as _mail:
    EMAIL_HOST = _mail.read("HOST", "none")
    os.environ["NOT_THERE"]
    EMAIL_HOST = "never"
VALUE = _mail.left
DEBUG = False
''', {"MAIL_HOST": "mail.example"})


def functions(one):
    one("defaults that are kept between calls", '''
def collect(item, into=[]):
    into.append(item)
    return into

VALUE = collect("a")
OTHER = collect("b", [])
ALLOWED_HOSTS = list(collect("c.example"))
DEBUG = False
''')
    one("stars in calls and in parameters", '''
def build(first, /, *rest, sep=".", **more):
    return sep.join((first, *rest)) + "".join(f";{k}={v}" for k, v in sorted(more.items()))

_args, _kwargs = ("b", "c"), {"z": 1, "sep": "-"}
VALUE = build("a", *_args, **_kwargs, y=2)
OTHER = build(*"xyz")
DEBUG = build("a") != "a"
''')
    one("closures that count, by nonlocal and global", '''
_total = 0

def counter(step):
    count = 0
    def more():
        global _total
        nonlocal count
        count += step
        _total += 1
        return count
    return more

_one, _ten = counter(1), counter(10)
_one(); _ten(); _ten()
VALUE = [_one(), _ten()]
OTHER = _total
DEBUG = False
''')
    one("lambdas made in a loop", '''
_late = [lambda: n for n in range(3)]
_bound = [lambda n=n: n for n in range(3)]
VALUE = [f() for f in _late]
OTHER = [f() for f in _bound]
_table = {"debug": lambda: False, "hsts": lambda n=60: n * 2}
DEBUG = _table["debug"]()
SECURE_HSTS_SECONDS = _table["hsts"]()
''')
    one("a generator that is sent through twice", '''
def hosts():
    yield "a.example"
    for n in range(2):
        yield f"h{n}.example"
    yield from ("x.example", "y.example")

_all = hosts()
ALLOWED_HOSTS = [next(_all), next(_all)]
ALLOWED_HOSTS += _all
VALUE = list(_all)
OTHER = sum(1 for _ in hosts())
DEBUG = False
''')
    one("decorators with and without arguments", '''
from functools import wraps

def default(value):
    def around(function):
        @wraps(function)
        def read(*args, **kwargs):
            found = function(*args, **kwargs)
            return value if found is None else found
        return read
    return around

@default("none")
def variable(name):
    return os.environ.get(name)

EMAIL_HOST = variable("MAIL")
VALUE = variable("NOTHING")
OTHER = variable.__name__
DEBUG = False
''', {"MAIL": "mail.example"})
    one("reduce, partial and operator", '''
from functools import partial, reduce
from operator import add, getitem, itemgetter, or_

VALUE = reduce(add, [[1], [2, 3], []], [])
OTHER = reduce(getitem, ["a", "b"], {"a": {"b": "deep"}})
_flags = reduce(or_, (1, 4, 8))
SECURE_HSTS_SECONDS = _flags
_read = partial(os.environ.get, "MAIL")
EMAIL_HOST = _read("default.example")
EMAIL = sorted([("b", 1), ("a", 2)], key=itemgetter(0))
DEBUG = False
''')
    one("a recursion over a tree", '''
_tree = {"name": "a", "children": [{"name": "b", "children": []}, {"name": "c", "children": [{"name": "d", "children": []}]}]}

def names(node, depth=0):
    out = ["-" * depth + node["name"]]
    for child in node["children"]:
        out.extend(names(child, depth + 1))
    return out

VALUE = names(_tree)
DEBUG = False
''')
    one("a function that returns several things", '''
def limits(cpu):
    if cpu > 4:
        return 600, {"pool": True}
    return 60, None

CONN, _options = limits(int(os.environ.get("CPU", "8")))
(_a, _b), *_rest = [(1, 2), 3, 4]
VALUE = [CONN, _options, _a, _b, _rest]
OTHER = _first = _second = [_a]
_second.append(_b)
DEBUG = False
''')


def texts(one):
    one("texts formatted with nested specifications", '''
_width, _precision = 8, 2
VALUE = [f"{3.14159:{_width}.{_precision}f}", f"{'x':*^{_width}}", f"{255:#06x}", f"{1234567:,}", f"{0.256:.1%}", f"{'a'!r:>5}"]
OTHER = "{0[1]}-{x[k]}-{y.real}".format([1, 2], x={"k": "v"}, y=5)
EMAIL_HOST = "%(host)s:%(port)05d" % {"host": "mail", "port": 25}
DEBUG = f"{VALUE=}".startswith("V") is False
''')
    one("methods of texts", '''
_raw = "  Shop.Example:8000/path?x=1 "
_host, _, _rest = _raw.strip().lower().partition(":")
_port, _slash, _path = _rest.partition("/")
VALUE = [_host, int(_port), _path.split("?"), _raw.find("x"), _raw.count("e")]
OTHER = ["a-b_c".translate(str.maketrans("-_", "..")), "title case".title(), "x".zfill(3), "tab\\tx".expandtabs(4), "pre.fix".removeprefix("pre."), "Ab".swapcase()]
ALLOWED_HOSTS = "a.example;b.example".rsplit(";", 1)[::-1]
EMAIL_HOST = "mail".center(10, "*").strip("*") + ".example"
DEBUG = "".isdigit()
''')
    one("texts dedented, wrapped and templated", '''
import string
import textwrap

_text = textwrap.dedent("""
    a: 1
      b: 2
    c: 3
""").strip()
VALUE = _text.splitlines()
OTHER = string.Template("$name-${kind}s").substitute(name="shop", kind="page")
EMAIL_HOST = string.Template("$host").safe_substitute()
DEBUG = False
''')
    one("regular expressions of literals", '''
import re

VALUE = re.sub(r"[^a-z0-9]+", "-", "Shop & Example!".lower()).strip("-")
OTHER = re.split(r"[,;]\\s*", "a, b;c")
_match = re.match(r"(?P<user>\\w+)@(?P<host>[\\w.]+)$", "ada@mail.example")
EMAIL_HOST = _match.group("host") if _match else "none"
DEBUG = bool(re.search("debug", "production"))
''')
    one("bytes, bases and codes", '''
import base64
import binascii

VALUE = base64.b64decode("c2hvcA==").decode()
OTHER = [base64.b64encode(b"a b").decode("ascii"), "ß".encode("utf-8"), b"\\x00ab".hex(), bytes.fromhex("616263"), int.from_bytes(b"\\x01\\x00", "big")]
SECRET_KEY = base64.urlsafe_b64encode(b"0123456789abcdef0123456789abcdef-\\xff\\xfe0123").decode()
EMAIL_HOST = chr(ord("a") + 1) + "mail"
DEBUG = False
''')
    one("json of a literal and of a default", '''
import json

_conf = json.loads('{"debug": false, "hosts": ["a.example"], "n": 1.5, "none": null, "u": "\\u00e9"}')
DEBUG = _conf["debug"]
ALLOWED_HOSTS = _conf["hosts"]
VALUE = _conf
OTHER = json.loads(os.environ.get("MAIL", '{"host": "mail.example"}'))
EMAIL_HOST = OTHER["host"]
EMAIL = json.dumps({"b": [1, True, None], "a": "x"}, sort_keys=True)
''')
    one("urls taken apart", '''
from urllib.parse import urlparse, parse_qs, quote_plus, urljoin, urlsplit

_url = urlparse(os.environ.get("SMTP", "smtps://user:p%40ss@mail.example:465/?timeout=5&tag=a&tag=b"))
EMAIL_HOST = _url.hostname
VALUE = [_url.port, _url.username, _url.scheme, _url.path, parse_qs(_url.query)]
EMAIL_USE_TLS = _url.scheme == "smtps"
OTHER = [quote_plus("a b/ü"), urljoin("https://a.example/x/y", "../z"), urlsplit("//cdn.example/a").netloc]
DEBUG = False
''')


def numbers(one):
    one("numbers with separators, shifts and rounding", '''
SECURE_HSTS_SECONDS = 31_536_000 // 2
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 << 20
VALUE = [round(2.5), round(-1.15, 1), 7 // -2, -7 % 3, divmod(17, 5), 2 ** 10, 0x_ff, 1e3, int("1_000"), float("1e-3"), abs(-3), pow(3, 4, 5)]
OTHER = [max(1, 2.0), min([3, 1], default=0), sum([0.1] * 3), int(-3.7), 10 / 4, True + True]
DEBUG = 0.1 + 0.2 == 0.3
''')
    one("spans of time", '''
from datetime import timedelta, date, datetime

SESSION_COOKIE_AGE = int(timedelta(days=14, hours=2).total_seconds())
_life = timedelta(minutes=5) * 3
VALUE = _life.seconds
OTHER = timedelta(weeks=1).days + (timedelta(hours=36) // timedelta(hours=1))
SECURE_HSTS_SECONDS = timedelta(days=365).total_seconds()
DEBUG = timedelta(0) > timedelta(seconds=1)
EMAIL = str(timedelta(days=1, seconds=61))
''')
    one("decimal numbers and fractions", '''
from decimal import Decimal
from fractions import Fraction

VALUE = str(Decimal("0.10") + Decimal("0.2"))
OTHER = int(Decimal("12.9"))
DEBUG = Decimal("1.0") != 1
SECURE_HSTS_SECONDS = int(Fraction(1, 2) * 120)
''')


def paths(one):
    one("paths taken apart and put together", '''
_path = Path("/srv/shop/media/image.tar.gz")
VALUE = [_path.name, _path.stem, _path.suffix, _path.suffixes, str(_path.parent), _path.parts[1], _path.is_absolute()]
OTHER = [str(_path.with_suffix(".zip")), str(_path.relative_to("/srv")), str(_path.with_name("x.txt")), str(Path("a") / "b" / ".." / "c"), _path.as_posix(), str(_path.parents[1])]
MEDIA_ROOT = str(_path.parent.joinpath("public", "x"))
STATIC_URL = "/" + "/".join(Path("static/app").parts) + "/"
DEBUG = Path("/a") == Path("/a/")
''')
    one("paths of os.path", '''
VALUE = [os.path.join("/srv", "a", "/b", "c"), os.path.basename("/x/y.py"), os.path.splitext("a.b.c"), os.path.normpath("/a/./b/../c"), os.path.dirname("/a/b/"), os.path.split("/a/b")]
OTHER = [os.path.relpath("/srv/a", "/srv/b"), os.path.isabs("x"), os.sep.join(["a", "b"]), os.path.commonpath(["/a/b", "/a/c"])]
DEBUG = os.path.exists("/no/such/file")
''')


def sequences(one):
    one("slices that are replaced and deleted", '''
_m = list(range(10))
_m[2:4] = ["a", "b", "c"]
del _m[-1], _m[0]
_m[::3] = [None] * len(_m[::3])
del _m[1:3]
_m[len(_m):] = ["end"]
VALUE = _m
OTHER = _m[::-2]
MIDDLEWARE[1:1] = ["whitenoise.middleware.WhiteNoiseMiddleware"]
DEBUG = False
''')
    one("sorted with keys, stable and reversed", '''
_apps = [("b", 2), ("a", 2), ("c", 1)]
VALUE = sorted(_apps, key=lambda a: a[1])
OTHER = sorted(_apps, key=lambda a: (-a[1], a[0]), reverse=True)
_apps.sort(key=lambda a: a[0], reverse=True)
EMAIL = [max(_apps, key=lambda a: a[1]), min("bca"), sorted("bCa", key=str.lower), _apps]
DEBUG = False
''')
    one("chains of assignments and swaps", '''
_a = _b = []
_a.append(1)
_b = _b + [2]
_c, _d = _b, _a
_c, _d = _d, _c
_x, (_y, *_z), _w = 1, [2, 3, 4], 5
VALUE = [_a, _b, _c, _d]
OTHER = [_x, _y, _z, _w]
_c += [3]
EMAIL = _a
_list = [0, 0]
_i = 0
_i, _list[_i] = 1, 9
HSTS = _list
DEBUG = False
''')
    one("sets and frozen sets", '''
_a = {"a", "b"} | {"c"}
_a -= {"b"}
_a ^= {"c", "d"}
_a.update("ef", ["g"])
_a &= set("adeg")
VALUE = sorted(_a)
OTHER = [len(frozenset([1, 1, 2])), {"a"} < {"a", "b"}, {1, 2}.isdisjoint([3]), sorted({"a": 1, "b": 2}.keys() & {"a", "z"})]
DEBUG = "b" in _a
''')
    one("zip, enumerate, map, filter and any", '''
VALUE = dict(zip(("a", "b", "c"), range(1, 9, 3)))
OTHER = [f"{n}:{x}" for n, x in enumerate(filter(None, ["x", "", "y"]), start=1)]
EMAIL = list(map(str.upper, ("a", "b"))) + [*map(lambda a, b: a * b, (1, 2, 3), (4, 5))]
HSTS = [all([]), any([0, ""]), list(reversed("abc")), list(zip(*[(1, 2), (3, 4)]))]
DEBUG = any(app.startswith("debug") for app in INSTALLED_APPS)
''')


def aliases(one):
    one("a shallow copy, a deep copy and an alias", '''
import copy

_base = {"OPTIONS": {"a": 1}, "hosts": ["x"]}
_shallow, _deep, _alias = copy.copy(_base), copy.deepcopy(_base), _base
_base["OPTIONS"]["a"] = 2
_alias["hosts"] += ["y"]
_shallow["hosts"] = ["z"]
VALUE = [_base, _shallow, _deep]
OTHER = _alias is _base
DEBUG = False
''')
    one("a list that two settings share through a tuple", '''
_hosts = ["a.example"]
_pair = (_hosts, {"hosts": _hosts})
_pair[1]["hosts"].append("b.example")
ALLOWED_HOSTS = _hosts
CSRF_TRUSTED_ORIGINS = ["https://" + host for host in _pair[0]]
_hosts.append("c.example")
VALUE = _pair
DEBUG = False
''')
    one("lists multiplied, whose items are one", '''
_rows = [[]] * 2
_rows[0].append("x")
_safe = [[] for _ in range(2)]
_safe[0].append("y")
VALUE = _rows
OTHER = _safe
DEBUG = bool(_safe[1])
''')
    one("a function that edits what it is given and says nothing", '''
def harden(conf, *, hsts=60):
    conf["hsts"] = hsts
    conf["log"].append("hardened")
    conf = {"lost": True}

_conf = {"log": []}
harden(_conf)
harden(_conf, hsts=120)
SECURE_HSTS_SECONDS = _conf["hsts"]
VALUE = _conf
DEBUG = "lost" in _conf
''')
    one("databases made from one template", '''
_template = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"timeout": 5}}
DATABASES = {"default": {**_template, "NAME": "a"}, "other": dict(_template, NAME="b")}
DATABASES["other"]["OPTIONS"]["timeout"] = 9
VALUE = [DATABASES["default"]["OPTIONS"], DATABASES["other"]["NAME"]]
DEBUG = False
''')


def standard(one):
    one("an ini file in a text", '''
import configparser

_ini = configparser.ConfigParser()
_ini.read_string("[mail]\\nhost = mail.example\\nport = 25\\ntls = yes\\n")
EMAIL_HOST = _ini["mail"]["host"]
EMAIL_USE_TLS = _ini.getboolean("mail", "tls")
VALUE = _ini.getint("mail", "port", fallback=1)
DEBUG = _ini.getboolean("site", "debug", fallback=False)
''')
    one("literals read by ast", '''
import ast

_raw = os.environ.get("CONF", "{'debug': False, 'hosts': ['a.example']}")
_conf = ast.literal_eval(_raw)
DEBUG = _conf["debug"]
ALLOWED_HOSTS = _conf["hosts"]
VALUE = ast.literal_eval("(1, -2.5, None, b'x')")
''')
    one("shell words and distutils' booleans", '''
import shlex

def strtobool(val):
    val = val.lower()
    if val in ("y", "yes", "t", "true", "on", "1"):
        return 1
    elif val in ("n", "no", "f", "false", "off", "0"):
        return 0
    raise ValueError(f"invalid truth value {val!r}")

VALUE = shlex.split("a 'b c' d\\\\ e")
DEBUG = bool(strtobool(os.environ.get("DEBUG", "off")))
SECURE_SSL_REDIRECT = strtobool("Yes") == 1
''')
    one("pairs, groups and chains of itertools", '''
from itertools import chain, groupby, islice, count, accumulate, pairwise, zip_longest, takewhile

VALUE = list(chain.from_iterable([["a"], ("b",), "c"]))
OTHER = {key: list(group) for key, group in groupby(["a1", "a2", "b1"], key=lambda s: s[0])}
EMAIL = [list(islice(count(5, 5), 3)), list(accumulate([1, 2, 3])), list(pairwise("abc")), list(zip_longest("ab", "c", fillvalue="-"))]
HSTS = list(takewhile(lambda n: n < 3, [1, 2, 5, 1]))
DEBUG = False
''')


def helpers(one, tree):
    tree("a module of helpers with a class of variables", {
        "config/env.py": """import os


class EnvError(Exception):
    pass


class Env:
    def __init__(self, prefix=""):
        self.prefix = prefix
        self.asked = []

    def __call__(self, name, default=..., cast=str):
        self.asked.append(name)
        raw = os.environ.get(self.prefix + name)
        if raw is None:
            if default is ...:
                raise EnvError(name)
            return default
        return cast(raw)

    def bool(self, name, default=False):
        return self(name, default, lambda raw: raw.lower() in {"1", "true", "yes"})

    def list(self, name, default=()):
        return self(name, list(default), lambda raw: [part.strip() for part in raw.split(",") if part.strip()])
""",
        "config/settings.py": HEAD + '''
from .env import Env, EnvError

env = Env("SHOP_")
DEBUG = env.bool("DEBUG")
ALLOWED_HOSTS = env.list("HOSTS")
SECURE_HSTS_SECONDS = env("HSTS", 0, int)
try:
    EMAIL_HOST = env("MAIL")
except EnvError:
    EMAIL_HOST = "fallback.example"
VALUE = env.asked
''',
    }, {"SHOP_HOSTS": "a.example, b.example,", "SHOP_HSTS": "60"})
    tree("constants that a package gathers from its parts", {
        "config/parts/__init__.py": "from .mail import *\nfrom .security import *\nfrom . import mail as _mail\n__all__ = [name for name in dir() if name.isupper()]\n",
        "config/parts/mail.py": "EMAIL_HOST = 'mail.example'\n_HIDDEN = 1\nEMAIL = {'x': _HIDDEN}\n",
        "config/parts/security.py": "SECURE_HSTS_SECONDS = 60\nDEBUG = True\n",
        "config/settings.py": HEAD + "from config.parts import *\nDEBUG = False\nVALUE = sorted(name for name in list(globals()) if name.startswith('EMAIL'))\n",
    })
    tree("layers whose middle one edits what the first has made", {
        "config/base.py": HEAD + "LOGGING = {'version': 1, 'loggers': {'django': {'level': 'INFO'}}}\nDEBUG = False\nEXTRA = []\n",
        "config/common.py": "from .base import *\nfrom . import base\nbase.EXTRA.append('common')\nLOGGING['loggers']['shop'] = {'level': 'DEBUG'}\n",
        "config/settings.py": "from .common import *\nEXTRA = EXTRA + ['live']\nLOGGING['loggers'].pop('django')\nVALUE = LOGGING\nfrom .base import EXTRA as OTHER\n",
    })
    tree("settings chosen by a table of modules", {
        "config/stages/__init__.py": "",
        "config/stages/dev.py": "DEBUG = True\n",
        "config/stages/live.py": "DEBUG = False\nSECURE_SSL_REDIRECT = True\nVALUE = __name__\n",
        "config/settings.py": HEAD + "import importlib\n_stage = os.environ.get('STAGE', 'dev')\n_module = importlib.import_module(f'config.stages.{_stage}')\nfor _name in dir(_module):\n    if _name.isupper():\n        globals()[_name] = getattr(_module, _name)\n",
    }, {"STAGE": "live"})
    one("names written by setattr on the module", '''
_this = sys.modules[__name__]
for _name, _value in {"DEBUG": False, "SECURE_HSTS_SECONDS": 60}.items():
    setattr(_this, _name, _value)
VALUE = getattr(_this, "SECURE_HSTS_SECONDS") + 1
OTHER = hasattr(_this, "NOTHING")
''')
    one("names deleted after use", '''
def _make():
    return {"EMAIL_HOST": "mail.example", "TEMP": 1}

for _k, _v in _make().items():
    vars()[_k] = _v
del TEMP, _k, _v
VALUE = "TEMP" in globals()
DEBUG = False
''')
    one("assertions and checks of what was read", '''
_required = ["A", "B"]
_missing = [name for name in _required if not os.environ.get(name)]
assert not _missing, _missing
if len(os.environ["A"]) < 2:
    import warnings
    warnings.warn("short")
VALUE = {name: os.environ[name] for name in _required}
DEBUG = False
''', {"A": "1", "B": "2"})


def caught(one, tree):
    one("a module that may not be installed", '''
try:
    import no_such_toolbar
except ImportError:
    no_such_toolbar = None
    HAS_TOOLBAR = False
else:
    HAS_TOOLBAR = True
    INSTALLED_APPS.append("no_such_toolbar")
VALUE = no_such_toolbar is None
DEBUG = HAS_TOOLBAR
''')
    one("numbers that may not be numbers", '''
def _int(name, default):
    try:
        return int(os.environ[name])
    except (KeyError, ValueError):
        return default

SECURE_HSTS_SECONDS = _int("HSTS", 60)
VALUE = [_int("BAD", 1), _int("GOOD", 2)]
try:
    SESSION_COOKIE_AGE = int(os.environ.get("AGE", "none"))
except (TypeError, ValueError):
    SESSION_COOKIE_AGE = 99
DEBUG = False
''', {"BAD": "x", "GOOD": "5"})
    one("a key that may be missing, by three ways", '''
_conf = {"a": {"b": None}}
try:
    VALUE = _conf["a"]["c"]["d"]
except KeyError as error:
    VALUE = error.args[0]
try:
    OTHER = _conf["a"]["b"]["c"]
except TypeError:
    OTHER = "no dict"
try:
    EMAIL_HOST = _conf.host
except AttributeError:
    EMAIL_HOST = "none.example"
DEBUG = False
''')
    tree("local settings that are there and lack a name", {
        "config/local.py": "DEBUG = False\nfrom config.nothing import SECRET\n",
        "config/settings.py": HEAD + "DEBUG = True\ntry:\n    from .local import *\nexcept ImportError:\n    VALUE = 'failed'\n",
    })
    one("an error that is raised again as another", '''
class Improper(Exception):
    pass

def need(name):
    try:
        return os.environ[name]
    except KeyError as error:
        raise Improper(f"set {name}") from error

try:
    need("NOTHING")
except Improper as problem:
    VALUE = str(problem)
    OTHER = type(problem.__cause__).__name__
DEBUG = False
''')


def environs(one, tree):
    head = "from environs import Env\nenv = Env()\n"
    one("environs with defaults", head + '''
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("HOSTS", default=["a.example"])
SECURE_HSTS_SECONDS = env.int("HSTS", default=60)
EMAIL_HOST = env.str("MAIL", "mail.example")
VALUE = [env("PLAIN", None), env.float("RATE", 0.5), env.json("CONF", default={}), env.dict("MAP", {"a": 1})]
''')
    one("environs with variables set", head + '''
DEBUG = env.bool("DEBUG")
ALLOWED_HOSTS = env.list("HOSTS")
SECURE_HSTS_SECONDS = env.int("HSTS")
EMAIL_HOST = env.str("MAIL")
VALUE = [env("PLAIN"), env.float("RATE"), env.list("NUMBERS", subcast=int), env.dict("MAP")]
SECURE_SSL_REDIRECT = env.bool("SSL", True)
''', {"DEBUG": "off", "HOSTS": "a.example, b.example", "HSTS": "3600", "MAIL": "m.example", "PLAIN": "1", "RATE": "2.5", "NUMBERS": "1,2", "MAP": "a=1,b=2", "SSL": "f"})
    one("environs with prefixes", head + '''
with env.prefixed("SHOP_"):
    DEBUG = env.bool("DEBUG", False)
    with env.prefixed("MAIL_"):
        EMAIL_HOST = env("HOST", default="none")
        EMAIL_USE_TLS = env.bool("TLS", default=True)
SECURE_HSTS_SECONDS = env.int("HSTS", 0)
VALUE = env.str("DEBUG", "outside")
''', {"SHOP_DEBUG": "0", "SHOP_MAIL_HOST": "mail.example", "HSTS": "60"})
    one("environs and urls of databases", head + '''
DATABASES = {"default": env.dj_db_url("DATABASE_URL", default="sqlite:///db.sqlite3")}
VALUE = DATABASES["default"]["ENGINE"]
DEBUG = env.bool("DEBUG", default=False)
''', {"DATABASE_URL": "postgres://shop:pw@db.example:5432/shop"})
    one("environs that fails where nothing is set", head + '''
from environs import EnvError
try:
    EMAIL_HOST = env("MAIL")
except EnvError:
    EMAIL_HOST = "fallback.example"
DEBUG = env.bool("DEBUG", False)
''')
    tree("environs that reads a file", {
        ".env": "DEBUG=True\nHOSTS=a.example,b.example\nMAIL=file.example\n",
        "config/settings.py": HEAD + head + '''
env.read_env()
DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = env.list("HOSTS", [])
EMAIL_HOST = env("MAIL", "none")
''',
    }, {"MAIL": "set.example"})
    tree("environs that reads a file by its path", {
        "config/live.env": "export DEBUG=0\nHSTS=60 # a minute\n",
        "config/settings.py": HEAD + head + '''
env.read_env(str(BASE_DIR / "config" / "live.env"), override=True)
DEBUG = env.bool("DEBUG", True)
SECURE_HSTS_SECONDS = env.int("HSTS", 0)
''',
    }, {"DEBUG": "1"})
    one("environs with validation and other types", head + '''
import datetime
_ = env.str("LEVEL", default="INFO", validate=lambda n: n in ("INFO", "DEBUG"))
VALUE = _
SESSION_COOKIE_AGE = int(env.timedelta("AGE", default=datetime.timedelta(hours=1)).total_seconds())
OTHER = str(env.path("ROOT", default="/srv/shop"))
EMAIL = env.url("SITE", default="https://shop.example/x")
DEBUG = env.log_level("LEVEL", default="INFO") == 10
''')
    one("environs with what is no word for true", head + '''
DEBUG = env.bool("DEBUG", default=False)
''', {"DEBUG": "maybe"})
    one("environs with a reader that has a prefix", '''
from environs import Env

env = Env(prefix="SHOP_")
EMAIL_HOST = env("MAIL", "none")
with env.prefixed("B_"):
    VALUE = env.list("LIST", [], subcast=int)
    OTHER = env.dict("MAP", {})
DEBUG = env.bool("DEBUG", False)
''', {"SHOP_MAIL": "mail.example", "SHOP_B_LIST": "1, 2", "SHOP_B_MAP": "a = 1", "DEBUG": "1"})
    one("environs in a function that is called below a prefix", head + '''
def mail(name):
    return env(name, "none")

with env.prefixed("A_"):
    EMAIL_HOST = mail("HOST")
VALUE = mail("HOST")
DEBUG = env.bool("DEBUG", False)
''', {"A_HOST": "a.example", "HOST": "b.example"})
    tree("environs in a module that others read with", {
        "config/env.py": "from environs import Env\n\nenv = Env()\nenv.read_env()\n",
        "config/settings.py": HEAD + '''
from .env import env

DEBUG = env.bool("DEBUG", default=True)
with env.prefixed("MAIL_"):
    EMAIL_HOST = env.str("HOST", default="none")
SECURE_HSTS_SECONDS = env.int("HSTS", 60)
DATABASES = {"default": env.dj_db_url("DATABASE_URL", default="sqlite:///x", conn_max_age=5)}
VALUE = DATABASES["default"]["CONN_MAX_AGE"]
''',
        "config/.env": "DEBUG=no\nMAIL_HOST='mail.example'\n",
    }, {"HSTS": "5"})
