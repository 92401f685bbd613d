"""Settings variants: what code reads from files beside it, asks its own namespace, takes from a generator, and
puts into containers that another module made."""

from heads import HEAD, writers


def add_all(add):
    one, tree = writers(add, "beside ")

    files(one)
    names(one)
    generators(one)
    put_in(tree)


def files(one):
    one("a version in a file", '''
DEBUG = False
RELEASE = (BASE_DIR / "VERSION").read_text().strip()
with open(BASE_DIR / "VERSION") as f:
    VALUE = f.read().split(".")
with (BASE_DIR / "VERSION").open(encoding="utf-8") as handle:
    OTHER = handle.readline()
MAJOR = open(os.path.join(BASE_DIR, "VERSION")).read()[0]
''', VERSION="2.4.1\nbeta\n")
    one("lines of a file", '''
DEBUG = False
with open(BASE_DIR / "hosts.txt") as f:
    ALLOWED_HOSTS = [line.strip() for line in f if line.strip() and not line.startswith("#")]
with open(BASE_DIR / "hosts.txt") as f:
    VALUE = f.readlines()
OTHER = (BASE_DIR / "hosts.txt").read_bytes()
LINES = []
for line in open(BASE_DIR / "hosts.txt"):
    LINES.append(line.rstrip())
''', hosts__dot__txt="# hosts\r\nshop.example\r\n\r\nwww.shop.example")
    one("a file that is read twice", '''
DEBUG = False
with open(BASE_DIR / "VERSION") as f:
    VALUE = f.read()
    OTHER = f.read()
f = open(BASE_DIR / "VERSION")
FIRST = f.readline()
REST = f.read()
''', VERSION="2.4.1\nbeta\n")
    one("a file that is not there", '''
DEBUG = False
try:
    VALUE = (BASE_DIR / "VERSION").read_text()
except FileNotFoundError:
    VALUE = "none"
try:
    with open(BASE_DIR / "there.txt") as f:
        OTHER = f.read()
except OSError:
    OTHER = "none"
''', there__dot__txt="yes")
    one("json in a file", '''
import json
with open(BASE_DIR / "config" / "site.json") as f:
    _site = json.load(f)

def secret(name, default=None):
    try:
        return _site[name]
    except KeyError:
        return default

DEBUG = _site.get("debug", True)
VALUE = [secret("A"), secret("B", "none")]
EMAIL_HOST = _site["email"]["host"]
OTHER = json.loads((BASE_DIR / "config/site.json").read_text())["email"]
''', config__site__dot__json='{"A": "a", "debug": false, "email": {"host": "mx.example.com", "port": 25, "none": null}}')
    one("toml in a file", '''
try:
    import tomllib
except ImportError:
    import tomli as tomllib
with open(BASE_DIR / "site.toml", "rb") as f:
    _site = tomllib.load(f)
DEBUG = False
VALUE = _site["site"]["hosts"]
OTHER = [list(_site), _site["mail"], _site["site"].get("big", 0)]
''', site__dot__toml='title = "x"\n[site]\nhosts = ["a", "b"]\nbig = 0x_10\nratio = 1.5\n[mail]\nhost = "m"\n[[queue]]\nname = "q"\n[site.inner]\na = {b = 1}\n')


def names(one):
    one("names that are asked for", '''
DEBUG = False
A = 1
VALUE = [globals().get("A", 5), globals().get("NOTHING", 7), locals().get("A"), globals()["A"] + 1]
OTHER = "A" in globals(), "B" in globals(), "B" not in vars()
if "B" not in globals():
    B = 2
C = globals().get("B")
if not globals().get("D"):
    D = "d"
A = 3
E = globals().get("A")
''')
    one("names that a loop sets where they are not set", '''
DEBUG = False
X = 0
for name, value in {"X": 1, "Y": [1], "Z": 3}.items():
    globals().setdefault(name, value)
for name in ("V", "X"):
    if name not in globals():
        globals()[name] = name
VALUE = [X, Y, Z, V]
globals().setdefault("DEBUG", True)
globals().setdefault("OTHER", "set")
for _name in ("A", "B"):
    globals()[_name] = globals().get("A", 0) + 1
''')
    one("a name of which it is not known whether it is set", '''
DEBUG = False
if os.environ.get("STAGE") == "live":
    A = 1
VALUE = globals().get("A", 2)
OTHER = "A" in globals()
''', {"STAGE": "live"})


def generators(one):
    one("generators that ask their parameters in loops", '''
def apps(debug, more=()):
    yield "shop"
    for name in ("a", "b", "c"):
        if name == "b" and not debug:
            continue
        if debug:
            yield name + "d"
        yield name
    yield from more

DEBUG = False
VALUE = list(apps(DEBUG))
OTHER = tuple(apps(True, ["z"]))
''')
    one("generators that read what the module holds", '''
DEBUG = False
BASE = ["a", "b"]

def all_of():
    for name in BASE:
        yield name
    yield "c"

VALUE = [*all_of()]
OTHER = ",".join(all_of())
late = all_of()
BASE.append("x")
LATE = list(late)
AGAIN = list(all_of())

def pairs():
    for i, name in enumerate(BASE):
        yield name, i

PAIRS = dict(pairs())

def grows():
    for name in BASE[:2]:
        BASE.append(name)
        yield name

GROWN = list(grows())
AFTER = list(BASE)
''')


PUT_IN = {
    "an item": '''
o = {}
DATABASES["default"]["OPTIONS"] = o
o["s"] = 1
''',
    "an item, in a loop": '''
options = {"a": 1}
for name in DATABASES:
    DATABASES[name]["OPTIONS"] = options
options["b"] = 2
''',
    "a list in a list": '''
extra = ["b"]
LISTS.append(extra)
extra.append("c")
APPS += extra
extra.append("d")
''',
    "what lies in another": '''
a = []
b = {"a": a}
CFG["b"] = b
a.append(1)
b["c"] = 2
''',
    "by update": '''
items = []
CFG.update(items=items)
items.append(1)
VALUE = {"x": CFG}
CFG["y"] = 1
''',
    "two names at once": '''
CFG["x"] = Y = []
Y.append(1)
CFG["x"].append(2)
z = CFG["x"]
z.append(3)
''',
    "a loop changes it": '''
a = []
if True:
    CFG["x"] = a
for i in range(3):
    a.append(i)
''',
    "items of a list": '''
items = [{"n": 1}, {"n": 2}]
for item in items:
    CFG["apps"].append(item)
for item in items:
    item["m"] = item["n"] * 2
''',
    "handed to a function": '''
def fill(into):
    into["filled"] = True

d = {}
CFG["d"] = d
fill(d)
e = {}
fill(CFG.setdefault("e", e))
''',
    "parts that are set where they are missing": '''
o = DATABASES["default"].setdefault("OPTIONS", {})
o["s"] = 1
DATABASES["other"].setdefault("OPTIONS", {}).update({"s": 2})
CFG.setdefault("x", {"h": []})["h"].append("console")
CFG.get("x")["g"] = 1
for name, db in DATABASES.items():
    if name != "default":
        db.setdefault("TEST", {})["NAME"] = name
for db in DATABASES.values():
    db["CONN_MAX_AGE"] = 60
given = {"a": 1}
CFG.setdefault("given", given)["b"] = 2
GIVEN = given
''',
    "one name's part under another": '''
CFG["db"] = DATABASES["default"]
DATABASES["default"]["s"] = 1
CFG["apps"] = APPS
APPS.append("b")
APPS += ["c"]
APPS = APPS + ["d"]
''',
}


def put_in(tree):
    base = HEAD + '''
DEBUG = False
DATABASES = {"default": {"ENGINE": "x"}, "other": {"ENGINE": "y"}}
APPS = ["a"]
LISTS = []
CFG = {"apps": []}
'''
    for name, text in PUT_IN.items():
        for how in ("from .base import *", "from .base import APPS, CFG, DATABASES, DEBUG, LISTS, ROOT_URLCONF, SECRET_KEY"):
            tree(f"put in: {name}, {how[-8:]}", {"config/base.py": base, "config/settings.py": how + "\n" + text})
        tree(
            f"put in: {name}, split",
            {
                "config/settings.py": "from split_settings.tools import include\ninclude('base.py', 'later.py')\n",
                "config/base.py": base,
                "config/later.py": text,
            },
        )
