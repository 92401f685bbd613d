"""Settings variants: what clever authors and odd corners of the language make of settings, each whole."""

from heads import HEAD, writers



def add_all(add):
    one, tree = writers(add, "style of craft: ")

    objects(one)
    scopes(one)
    flow(one)
    values(one)
    aliases(one, tree)
    imports(tree)
    environment(one)
    modules(one, tree)


def objects(one):
    one("a class body that computes", '''
class Live:
    HOSTS = [f"{n}.example" for n in ("a", "b")]
    PRIMARY = HOSTS[0]
    if len(HOSTS) > 1:
        SECOND = HOSTS[1]
    for SECONDS in (60, 3600):
        pass
    del PRIMARY

ALLOWED_HOSTS = Live.HOSTS + [Live.SECOND]
SECURE_HSTS_SECONDS = Live.SECONDS
VALUE = hasattr(Live, "PRIMARY")
DEBUG = False
''')
    one("names mangled in a class", '''
class Vault:
    __key = "inner"
    _Vault__other = "outer"

    def read(self):
        return self.__key + self.__other

VALUE = Vault().read()
OTHER = Vault._Vault__key
DEBUG = hasattr(Vault, "__key")
''')
    one("a class whose items are asked for", '''
class Table:
    rows = {"DEBUG": False, "HSTS": 60}

    def __getitem__(self, name):
        return self.rows[name]

    def __contains__(self, name):
        return name in self.rows

    def __len__(self):
        return len(self.rows)

table = Table()
DEBUG = table["DEBUG"]
SECURE_HSTS_SECONDS = table["HSTS"]
VALUE = ("SSL" in table, len(table), bool(table))
''')
    one("an object that makes up attributes", '''
class Config:
    def __init__(self, **values):
        self._values = values

    def __getattr__(self, name):
        try:
            return self._values[name.lower()]
        except KeyError:
            raise AttributeError(name) from None

config = Config(debug=False, hsts=60)
DEBUG = config.DEBUG
SECURE_HSTS_SECONDS = config.HSTS
VALUE = getattr(config, "MAIL", "none")
OTHER = hasattr(config, "HSTS")
''')
    one("inheritance and super", '''
class Base:
    def apps(self):
        return ["a"]

    def hosts(self):
        return ["base.example"]

class Mixin:
    def apps(self):
        return ["mixin"] + super().apps()

class Live(Mixin, Base):
    def apps(self):
        return super().apps() + ["live"]

VALUE = Live().apps()
ALLOWED_HOSTS = Live().hosts()
OTHER = [c.__name__ for c in Live.__mro__]
DEBUG = issubclass(Live, dict)
''')
    one("slots, properties and setters", '''
class Site:
    __slots__ = ("_host",)

    def __init__(self, host):
        self.host = host

    @property
    def host(self):
        return self._host

    @host.setter
    def host(self, value):
        self._host = value.lower().rstrip(".")

site = Site("Shop.Example.")
EMAIL_HOST = site.host
site.host = "OTHER.example"
ALLOWED_HOSTS = [site.host]
DEBUG = False
''')
    one("data classes", '''
from dataclasses import dataclass, field, replace, fields

@dataclass(frozen=True)
class Secure:
    hsts: int = 60
    ssl: bool = True
    hosts: tuple = ("shop.example",)

@dataclass
class Mail:
    host: str
    tls: bool = False
    extra: dict = field(default_factory=dict)

live = replace(Secure(), hsts=Secure.hsts * 60)
SECURE_HSTS_SECONDS = live.hsts
SECURE_SSL_REDIRECT = live.ssl
ALLOWED_HOSTS = list(live.hosts)
mail = Mail("mail.example", tls=True)
mail.extra["a"] = 1
EMAIL_HOST, EMAIL_USE_TLS = mail.host, mail.tls
VALUE = mail.extra
OTHER = [f.name for f in fields(Mail)]
''')
    one("named tuples", '''
from typing import NamedTuple
from collections import namedtuple

class Mail(NamedTuple):
    host: str
    port: int = 25
    tls: bool = False

mail = Mail("mail.example")
EMAIL_HOST = mail.host
EMAIL_USE_TLS = mail.tls
host, port, _ = mail
VALUE = mail._replace(port=587)._asdict()
Point = namedtuple("Point", ["x", "y"])
OTHER = Point(1, y=2)[1] + Point._make([3, 4]).x
SECURE_HSTS_SECONDS = port * 2
''')
    one("an enumeration picks", '''
from enum import Enum, IntEnum

class Stage(str, Enum):
    LIVE = "live"
    DEV = "dev"

    @property
    def is_live(self):
        return self is Stage.LIVE

class Seconds(IntEnum):
    SHORT = 60
    LONG = 3600

stage = Stage(os.environ.get("STAGE", "live"))
DEBUG = stage != Stage.LIVE
SECURE_HSTS_SECONDS = Seconds.LONG + 1 if stage == "live" else 0
VALUE = [s.value for s in Stage]
OTHER = Seconds["SHORT"].value
SECURE_SSL_REDIRECT = stage is Stage.LIVE
''')
    one("descriptors", '''
class Env:
    def __init__(self, default):
        self.default = default

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        return os.environ.get(self.name, self.default)

class Conf:
    MAIL = Env("mail.example")
    STAGE = Env("live")

EMAIL_HOST = Conf.MAIL
VALUE = Conf().STAGE
DEBUG = False
''', {"STAGE": "dev"})
    one("a metaclass that collects", '''
class Collect(type):
    def __new__(mcs, name, bases, body):
        body["NAMES"] = sorted(key for key in body if key.isupper())
        return super().__new__(mcs, name, bases, body)

class Live(metaclass=Collect):
    DEBUG = False
    SSL = True

VALUE = Live.NAMES
SECURE_SSL_REDIRECT = Live.SSL
DEBUG = Live.DEBUG
''')
    one("objects compared and added", '''
class Level:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.n == other.n

    def __lt__(self, other):
        return self.n < other.n

    def __add__(self, other):
        return Level(self.n + other.n)

    def __int__(self):
        return self.n

    def __bool__(self):
        return self.n > 1

low, high = Level(1), Level(2)
DEBUG = low == high
SECURE_SSL_REDIRECT = low < high
SECURE_HSTS_SECONDS = int(low + high)
SESSION_COOKIE_SECURE = bool(high) and not low
VALUE = "on" if low else "off"
''')
    one("subclasses of dict and str", '''
class Conf(dict):
    def __missing__(self, name):
        return f"no {name}"

class Host(str):
    def __str__(self):
        return "shown." + self

conf = Conf(a=1)
VALUE = conf["b"]
OTHER = conf.get("b", "plain")
EMAIL_HOST = str(Host("mail"))
DEBUG = "b" in conf
''')


def scopes(one):
    one("a comprehension sees the module and not the class", '''
n = 10
class Box:
    n = 1
    SAME = [n for _ in range(2)]
    FIRST = [x for x in range(n)]

VALUE = Box.SAME
OTHER = Box.FIRST
x = "kept"
[x for x in range(3)]
EMAIL_HOST = x
DEBUG = False
''')
    one("a walrus in a comprehension binds outside", '''
SEEN = [last := word.upper() for word in ("a", "b")]
VALUE = last
if any((found := host).startswith("b") for host in ("a.example", "b.example", "c.example")):
    OTHER = found
DEBUG = False
''')
    one("closures that see later values", '''
makers = []
for n in (1, 2, 3):
    makers.append(lambda: n)
VALUE = [make() for make in makers]
bound = [lambda n=n: n for n in (1, 2, 3)]
OTHER = [make() for make in bound]
n = 10
SECURE_HSTS_SECONDS = makers[0]()
DEBUG = False
''')
    one("nonlocal counts", '''
def counter():
    count = 0

    def step(by=1):
        nonlocal count
        count += by
        return count

    return step

step = counter()
step()
step(5)
SECURE_HSTS_SECONDS = step()
other = counter()
VALUE = (other(), other())
DEBUG = False
''')
    one("a function reads what is bound after it", '''
def hosts():
    return ["%s.%s" % (name, DOMAIN) for name in NAMES]

NAMES = ["a"]
DOMAIN = "old.example"
ALLOWED_HOSTS = hosts()
DOMAIN = "new.example"
NAMES.append("b")
VALUE = hosts()
DEBUG = False
''')
    one("a loop variable that stays", '''
for host in ("a.example", "b.example"):
    if host.startswith("b"):
        break
ALLOWED_HOSTS = [host]
for index, SECURE_HSTS_SECONDS in enumerate((5, 6, 7)):
    pass
VALUE = index
try:
    raise ValueError("x")
except ValueError as error:
    OTHER = error.args[0]
DEBUG = "error" in globals()
''')
    one("names of builtins reused", '''
def bool(text):
    return text == "on"

list = ["not a type"]
DEBUG = bool("True")
SECURE_SSL_REDIRECT = bool("on")
ALLOWED_HOSTS = list + ["b"]
del list
VALUE = list("ab")
''')
    one("a generator that is read twice", '''
hosts = (name + ".example" for name in ("a", "b", "c"))
first = next(hosts)
ALLOWED_HOSTS = list(hosts)
VALUE = list(hosts)
OTHER = first
pairs = iter([("a", 1), ("b", 2)])
for key, number in pairs:
    EMAIL = dict(pairs)
DEBUG = False
''')
    one("a generator that is sent values", '''
def totals():
    total = 0
    while True:
        got = yield total
        if got is None:
            break
        total += got

run = totals()
next(run)
VALUE = run.send(5)
OTHER = run.send(7)
DEBUG = False
''')
    one("an early return in a try with finally", '''
LOG = []

def choose():
    try:
        return "tried"
    finally:
        LOG.append("finally")

def override():
    for n in (1, 2):
        try:
            return n
        finally:
            if n == 1:
                continue
    return 0

VALUE = choose()
OTHER = override()
EMAIL = LOG
DEBUG = False
''')


def flow(one):
    one("matches on mappings and classes", '''
class Mail:
    __match_args__ = ("host", "port")

    def __init__(self, host, port):
        self.host, self.port = host, port

def kind(of):
    match of:
        case {"host": host, **rest} if rest:
            return ("mapping", host, sorted(rest))
        case {"host": host}:
            return ("host", host)
        case Mail("mail.example", port=25 | 587 as port):
            return ("mail", port)
        case [int(), *_] | (str(), _):
            return ("sequence",)
        case str() | None:
            return "text"
        case _:
            return "other"

VALUE = [kind({"host": "a", "b": 1}), kind({"host": "c"}), kind([1, 2]), kind("x"), kind(5.0), kind(None)]
OTHER = kind(Mail("mail.example", 587))
DEBUG = False
''')
    one("a while with else and break", '''
candidates = ["dev", "live", "stage"]
while candidates:
    name = candidates.pop(0)
    if name == "live":
        DEBUG = False
        break
    DEBUG = True
else:
    VALUE = "none"
OTHER = candidates
for name in []:
    VALUE = "never"
else:
    VALUE = "else"
''')
    one("contexts that swallow", '''
class Swallow:
    def __init__(self, *kinds):
        self.kinds = kinds

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        return kind is not None and issubclass(kind, self.kinds)

with Swallow(KeyError, ValueError):
    DEBUG = True
    VALUE = int("many")
    SECURE_SSL_REDIRECT = True
OTHER = "VALUE" in globals()
with Swallow(KeyError) as it:
    EMAIL_HOST = it.kinds[0].__name__
''')
    one("exceptions of one's own", '''
class Missing(Exception):
    def __init__(self, name, default=None):
        super().__init__(f"{name} is missing")
        self.name = name
        self.default = default

def need(name, default):
    if name not in os.environ:
        raise Missing(name, default)
    return os.environ[name]

try:
    EMAIL_HOST = need("MAIL", "mail.example")
except Missing as missing:
    EMAIL_HOST = missing.default
    VALUE = str(missing)
try:
    try:
        need("X", 1)
    except KeyError:
        OTHER = "wrong"
    finally:
        EMAIL = "finally"
except Missing as missing:
    OTHER = missing.args
DEBUG = False
''')
    one("an assertion decides", '''
try:
    assert os.environ.get("STAGE") == "live", "not live"
    DEBUG = False
except AssertionError as error:
    DEBUG = True
    VALUE = str(error)
OTHER = __debug__
''')
    one("conditions chained and nested", '''
stage = os.environ.get("STAGE", "live")
SECURE_HSTS_SECONDS = 0 if stage == "dev" else 60 if stage == "stage" else 3600
DEBUG = not (stage == "live" or stage == "stage") and True
VALUE = (stage == "live") + (stage != "dev") * 2
OTHER = stage and stage[0] or "?"
SECURE_SSL_REDIRECT = 1 < len(stage) <= 4 != 5
EMAIL_HOST = {True: "live.example", False: "dev.example"}.get(stage == "live")
X_FRAME_OPTIONS = ("DENY", "SAMEORIGIN")[stage == "dev"]
''')
    one("recursion", '''
def merge(a, b):
    out = dict(a)
    for key, value in b.items():
        if isinstance(value, dict) and isinstance(out.get(key), dict):
            out[key] = merge(out[key], value)
        else:
            out[key] = value
    return out

def flat(items):
    for item in items:
        if isinstance(item, (list, tuple)):
            yield from flat(item)
        else:
            yield item

VALUE = merge({"a": {"x": 1, "y": [1]}, "b": 2}, {"a": {"y": [2], "z": {}}, "c": 3})
OTHER = list(flat([1, [2, (3, [4])], []]))
DEBUG = False
''')
    one("a decorator with arguments", '''
import functools

def default(value):
    def around(function):
        @functools.wraps(function)
        def inner(*args, **kwargs):
            found = function(*args, **kwargs)
            return value if found is None else found
        return inner
    return around

@default("mail.example")
def mail(name):
    return os.environ.get(name)

@default(0)
@default(5)
def seconds():
    return None

EMAIL_HOST = mail("MAIL")
SECURE_HSTS_SECONDS = seconds()
VALUE = mail.__name__
DEBUG = False
''')
    one("a class as a decorator", '''
class Remember:
    calls = []

    def __init__(self, function):
        self.function = function

    def __call__(self, *args):
        self.calls.append(args)
        return self.function(*args)

@Remember
def double(n):
    return n * 2

SECURE_HSTS_SECONDS = double(30)
double(1)
VALUE = Remember.calls
DEBUG = False
''')


def values(one):
    one("format specifications", '''
n, x, s = 42, 3.14159, "shop"
VALUE = [f"{n:05d}", f"{n:+}", f"{n:x}", f"{n:#b}", f"{x:.2e}", f"{x:8.3f}|", f"{s:*^10}", f"{s!r}", f"{n=}", f"{x:{n//4}.{2}f}"]
OTHER = ["%05.1f|%-6s|%x|%%" % (x, s, n), "{:>8}".format(s), "{0[1]}{1.real}".format("ab", 5), "{s!s:.2}".format(s=s), f"{1234567.891:,.1f}", f"{0.256:.1%}"]
EMAIL_HOST = f"{s}.{'example' if n else 'none'}"
DEBUG = False
''')
    one("slices", '''
items = list("abcdefg")
items[::2] = ["A", "C", "E", "G"]
VALUE = items[::-1][1:4]
del items[1:3]
OTHER = items
items[1:1] = ["x", "y"]
head, *middle, last = items
EMAIL = (head, middle, last)
SECURE_HSTS_SECONDS = int("x3600y"[1:-1])
MIDDLEWARE[2:4] = []
EMAIL_HOST = "elpmaxe.liam"[::-1]
DEBUG = False
''')
    one("star unpacking everywhere", '''
first, (second, *rest), *_ = [1, (2, 3, 4), 5, 6]
VALUE = [first, second, rest, _]
OTHER = {**{"a": 1, "b": 2}, "b": 3, **dict(c=4)}
INSTALLED_APPS = [*INSTALLED_APPS, *("a", "b")]
EMAIL = (*range(3), *"xy")
def take(a, /, b, *c, d=5, **e):
    return [a, b, c, d, e]
SECURE_HSTS_SECONDS = len(take(1, *[2, 3], *(4,), **{"d": 6, "f": 7}))
X = take(1, *[2, 3], *(4,), **{"d": 6, "f": 7})
DEBUG = False
''')
    one("dict operators", '''
base = {"a": 1, "b": 2}
VALUE = base | {"b": 3, "c": 4}
base |= [("d", 5)]
OTHER = base
alias = base
alias |= {"e": 6}
EMAIL = base is alias, list(base.items())[-1]
X = dict(zip("ab", range(2)), c=3)
Y = {k: v for k, v in sorted(X.items(), reverse=True)}
Z = dict.fromkeys(["x", "y"], 0)
Z["x"] += 1
SECURE_HSTS_SECONDS = base.pop("a") + base.get("zz", 10)
DEBUG = bool({} or [] or 0)
''')
    one("numbers", '''
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 // 7 % 1000
VALUE = [7 // -2, -7 % 3, 2 ** 10, 2 ** -1, 0x1F, 0b101, 1_000_000, 10 / 4, divmod(17, 5), round(2.5), abs(-3), int("0x1f", 16), int(" 12 "), float("1e3"), int(3.99)]
OTHER = [1 == 1.0, True + True, 5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 4, bool(0.0), max(1, 2.5), min("b", "a"), sum([1, 2], 10), pow(2, 10, 7)]
DEBUG = 0.1 + 0.2 == 0.3
''')
    one("texts", '''
raw = " Shop.Example , b.example,, "
ALLOWED_HOSTS = [h.strip().lower() for h in raw.split(",") if h.strip()]
VALUE = ["a-b_c".replace("-", "_").split("_"), "x=1=2".partition("="), "x=1=2".rpartition("="), "Ab".swapcase(), "a b".title(), "abc".find("z"), "aXbX".count("X"), "12".zfill(5), "a\\tb".expandtabs(4), "line1\\nline2\\n".splitlines(), "x".join("abc"), "prefix_name".removeprefix("prefix_"), "abc".translate(str.maketrans("ab", "xy"))]
OTHER = ["shop" in "workshop", "a" "b" 'c', "abc"[-2:], "%(a)s-%(b)d" % {"a": 1, "b": 2}, "é".encode(), b"ab" + b"c", "a,b".split(",", 1), "aaa".rsplit("a", 1), "Hello"[1], ord("a"), chr(98), repr("it's"), ascii("é")]
DEBUG = "".isspace() or "A".islower()
''')
    one("sorting and grouping", '''
from itertools import chain, groupby, accumulate, product, islice, count, repeat, starmap, zip_longest
from operator import itemgetter, attrgetter

rows = [{"n": 2, "k": "b"}, {"n": 1, "k": "a"}, {"n": 3, "k": "b"}]
VALUE = [r["n"] for r in sorted(rows, key=itemgetter("k", "n"), reverse=True)]
OTHER = {k: [r["n"] for r in g] for k, g in groupby(sorted(rows, key=itemgetter("k")), key=itemgetter("k"))}
EMAIL = list(chain([1], (2,), chain.from_iterable([[3], [4]])))
A = list(accumulate([1, 2, 3]))
B = list(islice(count(10, 5), 3))
C = list(product("ab", [1, 2]))
D = list(zip_longest([1, 2], [3]))
E = max(rows, key=lambda r: r["n"])["k"]
DEBUG = False
''')
    one("collections", '''
from collections import OrderedDict, defaultdict, Counter, ChainMap, deque

groups = defaultdict(list)
for name in ("ab", "ac", "bd"):
    groups[name[0]].append(name)
VALUE = dict(groups)
counts = Counter("shopping")
OTHER = [counts["p"], counts["z"], counts.most_common(1)]
ordered = OrderedDict(b=1, a=2)
ordered.move_to_end("b")
EMAIL = list(ordered)
chain = ChainMap({"a": 1}, {"a": 2, "b": 3})
SECURE_HSTS_SECONDS = chain["a"] + chain["b"]
queue = deque([1, 2, 3], maxlen=3)
queue.append(4)
X = list(queue)
numbers = defaultdict(int)
numbers["x"] += 5
Y = numbers["x"] + numbers["y"]
Z = sorted(numbers)
DEBUG = False
''')
    one("regular expressions", '''
import re

VALUE = re.sub(r"[^a-z]+", "-", "Shop & Co 12".lower()).strip("-")
OTHER = re.split(r"[,;]\\s*", "a.example, b.example;c.example")
found = re.match(r"(?P<host>[\\w.]+):(?P<port>\\d+)$", "mail.example:587")
EMAIL_HOST = found.group("host")
SECURE_HSTS_SECONDS = int(found["port"])
DEBUG = re.search(r"^dev", "live") is not None
EMAIL = re.findall(r"\\d+", "a1b22")
SECURE_SSL_REDIRECT = bool(re.fullmatch("live|stage", "live"))
''')
    one("dates", '''
from datetime import timedelta, date, datetime

week = timedelta(weeks=1)
SECURE_HSTS_SECONDS = week.total_seconds()
VALUE = [week.days, (week / 2).seconds, week // timedelta(days=2), str(week), repr(timedelta(hours=1.5)), -week < week]
OTHER = (date(2026, 1, 31) + timedelta(days=1)).isoformat()
EMAIL = datetime(2026, 1, 1, 12).strftime("%Y-%m-%d %H:%M")
X = int(timedelta(days=30, hours=2) / timedelta(hours=1))
DEBUG = False
''')
    one("hashes and encodings", '''
import base64, hashlib, json, binascii, zlib
from urllib.parse import urlparse, quote, unquote, urlencode, parse_qs

SECRET_KEY = hashlib.sha256(b"shop").hexdigest()
VALUE = [base64.b64decode("c2hvcA==").decode(), hashlib.md5(b"a").hexdigest()[:8], json.loads('{"a": [1, null, true]}'), json.dumps({"a": [1, None]}), binascii.hexlify(b"ab").decode()]
url = urlparse("redis://user:p%40ss@cache.example:6379/1?x=1")
OTHER = [url.scheme, url.hostname, url.port, unquote(url.password), url.path.lstrip("/"), parse_qs(url.query)]
EMAIL = quote("a b/c", safe="") + urlencode({"a": "b c"})
DEBUG = False
''')
    one("functions as values", '''
import functools, operator

add = functools.partial(operator.add, 5)
VALUE = [add(1), functools.reduce(lambda a, b: a * b, [1, 2, 3, 4]), operator.attrgetter("real")(5), operator.methodcaller("upper")("a"), list(map(str, (1, 2))), list(filter(None, [0, 1, ""]))]
CASTS = {"int": int, "bool": lambda text: text.lower() in ("1", "yes"), "list": str.split}
OTHER = {name: CASTS[name]("1") for name in CASTS}
compose = lambda *fs: functools.reduce(lambda f, g: lambda x: g(f(x)), fs)
EMAIL_HOST = compose(str.strip, str.lower, lambda s: s + ".example")(" MAIL ")
DEBUG = callable(5)
''')
    one("truth of odd things", '''
class Empty:
    def __len__(self):
        return 0

DEBUG = Empty()
SECURE_SSL_REDIRECT = "0"
SESSION_COOKIE_SECURE = [0]
CSRF_COOKIE_SECURE = 0.0
SECURE_HSTS_SECONDS = True
SECURE_CONTENT_TYPE_NOSNIFF = b""
X_FRAME_OPTIONS = None
ALLOWED_HOSTS = ("shop.example",)
VALUE = [bool(x) for x in (Empty(), Empty, lambda: 0, (), (0,), 0j, range(0), ..., NotImplemented is None, float("nan"))]
''')


def aliases(one, tree):
    one("augmented assignment through an alias", '''
A = ["a"]
B = A
B += ["b"]
C = A
C = C + ["c"]
T = ("a",)
U = T
U += ("b",)
VALUE = [A, B, C, T, U, A is B]
N = {"list": A}
N["list"] += ["d"]
OTHER = A
M = A[:]
M.append("m")
EMAIL = len(A), len(M)
DEBUG = False
''')
    one("one list in many places", '''
row = []
grid = [row] * 2
grid[0].append(1)
VALUE = grid
apart = [[] for _ in range(2)]
apart[0].append(1)
OTHER = apart
import copy
deep = copy.deepcopy(grid)
deep[0].append(2)
shallow = copy.copy(grid)
shallow[1].append(3)
EMAIL = [deep, grid]
DEBUG = False
''')
    one("a default that is shared", '''
def host(name, seen=[]):
    seen.append(name)
    return seen

ALLOWED_HOSTS = host("a.example")
host("b.example")
VALUE = host("c.example")
OTHER = ALLOWED_HOSTS is VALUE
DEBUG = False
''')
    one("changed while a view looks", '''
CONF = {"a": 1, "b": 2}
keys = CONF.keys()
items = CONF.items()
CONF["c"] = 3
VALUE = list(keys)
OTHER = len(items)
for name in list(CONF):
    if CONF[name] == 2:
        del CONF[name]
EMAIL = CONF
DEBUG = "c" not in keys
''')
    one("swapped and rotated", '''
A, B = ["a"], ["b"]
A, B = B, A
A.append("x")
VALUE = (A, B)
X = Y = []
X.append(1)
OTHER = Y
i, L = 0, [10, 20]
i, L[i] = 1, 99
EMAIL = (i, L)
DEBUG = False
''')
    tree("a list held by three layers", {
        "config/a.py": HEAD + "HOSTS = ['a']\nDEBUG = False\n",
        "config/b.py": "from .a import *\nHOSTS.append('b')\nALL_HOSTS = HOSTS\n",
        "config/settings.py": "from .b import *\nfrom . import a\nALL_HOSTS += ['c']\nALLOWED_HOSTS = HOSTS\nVALUE = a.HOSTS\nOTHER = a.HOSTS is ALL_HOSTS\n",
    })
    tree("a copy of the lower layer's dict", {
        "config/base.py": HEAD + "CONF = {'a': {'x': 1}, 'b': 2}\nDEBUG = False\n",
        "config/settings.py": "import copy\nfrom .base import *\nfrom .base import CONF as BASE_CONF\nCONF = {**CONF, 'b': 3}\nCONF['a']['x'] = 2\nVALUE = BASE_CONF\nDEEP = copy.deepcopy(BASE_CONF)\nDEEP['a']['x'] = 9\nOTHER = (CONF, BASE_CONF['a'])\n",
    })


def imports(tree):
    tree("an import under another name", {
        "config/base.py": HEAD + "DEBUG = True\nHSTS_SECONDS = 60\n",
        "config/settings.py": "import config.base as below\nfrom .base import *\nfrom .base import HSTS_SECONDS as SECURE_HSTS_SECONDS, DEBUG as BASE_DEBUG\nDEBUG = not below.DEBUG\nVALUE = below.__name__\n",
    })
    tree("__all__ edited", {
        "config/base.py": HEAD + "DEBUG = True\nVALUE = 1\n_HIDDEN = 'hidden'\n__all__ = [n for n in dir() if n.isupper()]\n__all__ += ['_HIDDEN']\n__all__.remove('VALUE')\n",
        "config/settings.py": "VALUE = 'mine'\nfrom .base import *\nOTHER = _HIDDEN\n",
    })
    tree("an import in a function", {
        "config/base.py": HEAD + "DEBUG = False\n",
        "config/parts.py": "import os\nMAIL = os.environ.get('MAIL', 'mail.example')\n",
        "config/settings.py": "from .base import *\n\ndef mail():\n    from .parts import MAIL\n    return MAIL\n\nEMAIL_HOST = mail()\n\ndef load(name):\n    import importlib\n    return importlib.import_module(f'config.{name}')\n\nVALUE = load('parts').MAIL\n",
    })
    tree("imports in branches", {
        "config/base.py": HEAD + "DEBUG = False\n",
        "config/live.py": "SECURE_SSL_REDIRECT = True\nVALUE = 'live'\n",
        "config/dev.py": "DEBUG = True\nVALUE = 'dev'\n",
        "config/settings.py": "import os\nfrom .base import *\nif os.environ.get('STAGE', 'live') == 'live':\n    from .live import *\nelse:\n    from .dev import *\ntry:\n    from .secrets import *\nexcept ImportError:\n    OTHER = 'no secrets'\nelse:\n    OTHER = 'secrets'\n",
    })
    tree("a package that forwards", {
        "config/settings/__init__.py": "from .base import *\nfrom .extra.mail import *\nfrom .extra import PLUGINS\nINSTALLED_APPS += PLUGINS\n",
        "config/settings/base.py": HEAD + "DEBUG = False\nVALUE = __name__\n",
        "config/settings/extra/__init__.py": "from ..base import INSTALLED_APPS as _apps\nPLUGINS = [f'plug{len(_apps)}']\n",
        "config/settings/extra/mail.py": "EMAIL_HOST = 'mail.example'\nOTHER = __package__\n",
    })
    tree("a loop over layers by name", {
        "config/base.py": HEAD + "DEBUG = True\n",
        "config/live.py": "DEBUG = False\nSECURE_SSL_REDIRECT = True\n",
        "config/mail.py": "EMAIL_HOST = 'mail.example'\n_PRIVATE = 1\n",
        "config/settings.py": "from importlib import import_module\nLAYERS = ['base', 'live', 'mail']\nfor _layer in LAYERS:\n    _module = import_module('config.' + _layer)\n    globals().update({k: v for k, v in vars(_module).items() if k.isupper()})\nVALUE = DEBUG\n",
    })
    tree("a chain of overrides", {
        "config/base.py": HEAD + "DEBUG = True\nSECURE_HSTS_SECONDS = 1\nEMAIL_HOST = 'base.example'\n",
        "config/live.py": "from .base import *\nDEBUG = False\nSECURE_HSTS_SECONDS *= 60\nif not DEBUG:\n    EMAIL_HOST = EMAIL_HOST.replace('base', 'live')\n",
        "config/settings.py": "from .live import *\nfrom .base import DEBUG as _was\nSECURE_HSTS_SECONDS += 1\nVALUE = _was\n",
    })


def environment(one):
    one("setdefault and its result", '''
DEBUG = os.environ.setdefault("DEBUG", "0") == "1"
VALUE = os.environ["DEBUG"]
OTHER = os.environ.setdefault("STAGE", "dev")
os.environ["STAGE"] += "-x"
EMAIL = os.environ.pop("STAGE") + os.environ.get("STAGE", "-gone")
''', {"STAGE": "live"})
    one("the environment as a mapping", '''
PREFIX = "SHOP_"
found = {name[len(PREFIX):]: value for name, value in os.environ.items() if name.startswith(PREFIX)}
VALUE = found.get("HOST", "none")
DEBUG = "SHOP_DEBUG" in os.environ
try:
    SECURE_HSTS_SECONDS = int(os.environ["SHOP_HSTS"])
except (KeyError, ValueError):
    SECURE_HSTS_SECONDS = 60
OTHER = os.environ.get("SHOP_LIST", "").split(",")
''', {"SHOP_HOST": "h", "SHOP_HSTS": "x"})
    one("environ in every cast", '''
import environ
env = environ.Env(DEBUG=(bool, False), HSTS=(int, 60), HOSTS=(list, ["x"]))
DEBUG = env("DEBUG")
SECURE_HSTS_SECONDS = env("HSTS")
ALLOWED_HOSTS = env("HOSTS")
VALUE = [env.dict("MAP", default={}), env.float("RATE", 1.5), env.tuple("T", default=()), env.json("J", default=[1]), env.str("S", "s"), env.bool("B", default=True)]
OTHER = env.list("NUMBERS", cast=int, default=[])
EMAIL = env.email_url("EMAIL_URL", default="smtp://u:p@mail.example:25")["EMAIL_HOST"]
EMAIL_HOST = EMAIL
''', {"DEBUG": "off", "MAP": "a=1,b=2", "NUMBERS": "1,2", "J": '{"a": 1}', "B": "no"})
    one("decouple in every cast", '''
from decouple import config, Csv, Choices
DEBUG = config("DEBUG", default="no", cast=bool)
ALLOWED_HOSTS = config("HOSTS", default="a, b", cast=Csv())
VALUE = config("N", cast=Csv(int, post_process=tuple), default="1,2")
SECURE_HSTS_SECONDS = config("HSTS", cast=lambda text: int(text) * 60, default="1")
OTHER = config("STAGE", default="live", cast=Choices(["dev", "live"]))
EMAIL_HOST = config("MAIL", "mail.example")
''', {"N": "3,4", "HOSTS": "x;y"})
    one("arguments of the command", '''
TESTING = "test" in sys.argv or "pytest" in sys.modules
if TESTING:
    SECURE_HSTS_SECONDS = 0
else:
    SECURE_HSTS_SECONDS = 60
DEBUG = sys.argv[1:2] == ["runserver"]
VALUE = sys.platform.startswith("win")
OTHER = bool(sys.flags.optimize) or os.name
EMAIL_HOST = "posix.example" if os.sep == "/" else "nt.example"
SECURE_SSL_REDIRECT = sys.maxsize > 2 ** 32
''')


def modules(one, tree):
    one("the module as an object", '''
this = sys.modules[__name__]
for name, value in {"DEBUG": False, "SECURE_HSTS_SECONDS": 60}.items():
    setattr(this, name, value)
VALUE = getattr(this, "DEBUG")
OTHER = hasattr(this, "NOTHING") or this.__name__
this.EMAIL_HOST = "mail.example"
delattr(this, "OTHER")
''')
    one("globals in a comprehension", '''
DEFAULTS = {"DEBUG": False, "EMAIL_HOST": "mail.example"}
[globals().setdefault(name, value) for name, value in DEFAULTS.items()]
names = [name for name in dict(globals()) if name.isupper()]
VALUE = "EMAIL_HOST" in names
globals().update((n.upper(), n) for n in ("other",))
globals().pop("DEFAULTS")
EMAIL = "DEFAULTS" in globals()
''')
    one("del and conditions on names", '''
DEBUG = True
if "DEBUG" in locals() and DEBUG:
    del DEBUG
try:
    DEBUG
except NameError:
    VALUE = "gone"
DEBUG = False
del VALUE
VALUE = "again"
HOSTS = ["a", "b", "c"]
del HOSTS[0], HOSTS[-1]
ALLOWED_HOSTS = HOSTS
''')
    one("a settings object of one's own", '''
from types import SimpleNamespace, MappingProxyType
conf = SimpleNamespace(debug=False, mail=SimpleNamespace(host="mail.example"))
conf.hsts = 60
DEBUG = conf.debug
EMAIL_HOST = conf.mail.host
SECURE_HSTS_SECONDS = conf.hsts
VALUE = vars(conf.mail)
frozen = MappingProxyType({"a": 1})
OTHER = frozen["a"]
''')
    one("type makes a class", '''
Live = type("Live", (), {"DEBUG": False, "hosts": lambda self: ["shop.example"]})
DEBUG = Live.DEBUG
ALLOWED_HOSTS = Live().hosts()
VALUE = Live.__name__
OTHER = isinstance(Live(), Live) and type(5) is int
''')
    tree("a module that makes up its names", {
        "config/words.py": "_words = {'HOST': 'mail.example'}\n\ndef __getattr__(name):\n    if name in _words:\n        return _words[name]\n    raise AttributeError(name)\n\ndef __dir__():\n    return list(_words)\n",
        "config/settings.py": HEAD + "from . import words\nfrom .words import HOST as EMAIL_HOST\nVALUE = words.HOST\nOTHER = getattr(words, 'NONE', 'default')\nDEBUG = hasattr(words, 'DEBUG')\n",
    })
    tree("a class of settings taken over", {
        "config/classes.py": "class Base:\n    DEBUG = True\n    HSTS = 1\n\n    @classmethod\n    def as_settings(cls):\n        out = {}\n        for klass in reversed(cls.__mro__):\n            for name, value in vars(klass).items():\n                if name.isupper():\n                    out[name] = value\n        return out\n\nclass Live(Base):\n    DEBUG = False\n    SECURE_HSTS_SECONDS = Base.HSTS * 60\n",
        "config/settings.py": HEAD + "from .classes import Live\nglobals().update(Live.as_settings())\nVALUE = DEBUG\n",
    })
    tree("a registry filled by imports", {
        "config/registry.py": "PARTS = {}\n\ndef part(name, order=0):\n    def keep(function):\n        PARTS[name] = (order, function)\n        return function\n    return keep\n",
        "config/parts.py": "from .registry import part\n\n@part('mail', 2)\ndef mail():\n    return {'EMAIL_HOST': 'mail.example'}\n\n@part('safe', 1)\ndef safe():\n    return {'SECURE_SSL_REDIRECT': True, 'DEBUG': False}\n",
        "config/settings.py": HEAD + "from . import parts\nfrom .registry import PARTS\nfor _order, _make in sorted(PARTS.values(), key=lambda pair: pair[0]):\n    globals().update(_make())\nVALUE = sorted(PARTS)\n",
    })
