"""Settings variants: containers that several names, functions and modules hold, and change."""

from heads import HEAD, URLS


def add_all(add):
    def one(name, text, env=None):
        add(f"style of sharing: {name}", {"config/settings.py": HEAD + text + "\nDEBUG = False\n"}, env)

    def tree(name, text, **files):
        files = {f"config/{path}.py": body for path, body in files.items()}
        files = {**URLS, "config/__init__.py": "", **files, "config/settings.py": text}
        add(f"style of sharing: {name}", files, None, "config.settings")

    functions(one)
    names(one)
    rounds(one)
    objects(one)
    modules(tree)


def functions(one):
    one("a function puts one into another", '''
def put(mapping, key, value):
    mapping[key] = value

CONF, HOSTS = {}, ["a"]
put(CONF, "hosts", HOSTS)
HOSTS.append("b")
VALUE = CONF
CONF["hosts"].append("c")
OTHER = HOSTS
''')
    one("a function gives back what it was given", '''
def same(items):
    return items

HOSTS = ["a"]
AGAIN = same(HOSTS)
AGAIN.append("b")
VALUE = HOSTS
''')
    one("a function gives back a part", '''
def part(conf):
    return conf["inner"]

CONF = {"inner": {"x": 1}}
INNER = part(CONF)
INNER["x"] = 2
VALUE = CONF
CONF["inner"]["y"] = 3
OTHER = INNER
''')
    one("a function keeps what it was given", '''
KEPT = []

def keep(item):
    KEPT.append(item)

HOSTS = ["a"]
keep(HOSTS)
HOSTS.append("b")
VALUE = KEPT
''')
    one("a function swaps what two hold", '''
def swap(a, b):
    a[:], b[:] = b[:], a[:]

A, B = [1], [2, 3]
swap(A, B)
VALUE = (A, B)
''')
    one("two functions that share a closure", '''
def make():
    items = []
    def add(item):
        items.append(item)
        return len(items)
    def all_of():
        return items
    return add, all_of

add, all_of = make()
add("a")
add("b")
VALUE = list(all_of())
OTHER = add("c")
''')
    one("star arguments are copies", '''
def grow(*items, **more):
    items[0].append("x")
    more["new"] = 1
    return more

A = ["a"]
B = {"k": A}
C = grow(A, **B)
VALUE = (A, B, C)
''')
    one("an inner function changes what it sees", '''
CONF = {"a": 1}

def outer():
    def inner():
        CONF["b"] = 2
    inner()

outer()
VALUE = CONF
''')
    one("a sort in place through a parameter", '''
def tidy(items, key=None):
    items.sort(key=key, reverse=True)
    del items[-1]

NAMES = ["b", "c", "a"]
ALSO = NAMES
tidy(NAMES)
VALUE = ALSO
''')
    one("a function that replaces its parameter", '''
def fresh(items):
    items = items + ["new"]
    items.append("more")
    return items

A = ["a"]
B = fresh(A)
VALUE = (A, B)
def inplace(items):
    items += ["in place"]
inplace(A)
OTHER = A
''')


def names(one):
    one("a tuple of lists", '''
A, B = [], []
PAIR = (A, B)
PAIR[0].append(1)
A.append(2)
first, second = PAIR
second.append(3)
VALUE = PAIR
OTHER = (A, B)
''')
    one("a dict of dicts by setdefault", '''
CONF = {}
inner = CONF.setdefault("a", {})
inner["x"] = 1
CONF.setdefault("a", {"never": 1})["y"] = 2
VALUE = CONF
OTHER = inner
''')
    one("dict values changed by get", '''
CONF = {"a": [1]}
found = CONF.get("a", [])
found.append(2)
missing = CONF.get("b", [])
missing.append(3)
VALUE = CONF
OTHER = missing
''')
    one("a list that holds itself twice", '''
ROW = [0]
TABLE = [ROW, ROW[:], ROW]
TABLE[0][0] = 1
TABLE[1][0] = 2
VALUE = TABLE
ROW[0] = 5
OTHER = TABLE
''')
    one("copied, then changed deep inside", '''
BASE = {"a": {"x": [1]}, "b": 1}
ONE = dict(BASE)
TWO = {**BASE}
THREE = BASE.copy()
FOUR = BASE | {}
ONE["b"] = 2
TWO["a"]["x"].append(2)
THREE["a"] = {}
VALUE = (BASE, ONE, TWO)
OTHER = (THREE, FOUR)
''')
    one("names chosen by a condition", '''
A, B = ["a"], ["b"]
CHOSEN = A if len(B) == 1 else B
CHOSEN.append("x")
LAST = None or B or A
LAST.append("y")
VALUE = (A, B)
''')
    one("a slice assigned from itself", '''
A = [1, 2, 3]
B = A
A[1:] = A[:2]
A[:0] = A
VALUE = B
A *= 2
OTHER = B
''')
    one("sets and their copies", '''
A = {1, 2}
B = A
A |= {3}
C = A - {1}
A.discard(2)
VALUE = sorted(B)
OTHER = sorted(C)
''')


def rounds(one):
    one("a loop adds the same list", '''
SHARED = []
TABLE = {}
for name in ("a", "b"):
    TABLE[name] = SHARED
    SHARED.append(name)
VALUE = TABLE
TABLE["a"].append("c")
OTHER = SHARED
''')
    one("a loop that moves along a chain", '''
TREE = {}
node = TREE
for name in ("a", "b", "c"):
    node[name] = {}
    node = node[name]
node["end"] = True
VALUE = TREE
''')
    one("a loop variable is changed", '''
ROWS = [{"n": 1}, {"n": 2}]
for row in ROWS:
    row["n"] *= 10
    row.setdefault("seen", []).append(row["n"])
VALUE = ROWS
OTHER = row
''')
    one("a loop over a copy changes the list", '''
NAMES = ["a", "b", "c"]
for name in NAMES[:]:
    if name != "b":
        NAMES.remove(name)
VALUE = NAMES
for name in list(NAMES):
    NAMES.append(name.upper())
OTHER = NAMES
''')
    one("a queue", '''
QUEUE, SEEN = ["a"], []
NEXT = {"a": ["b", "c"], "b": ["c"], "c": []}
while QUEUE:
    name = QUEUE.pop(0)
    if name in SEEN:
        continue
    SEEN.append(name)
    QUEUE.extend(NEXT[name])
VALUE = SEEN
''')
    one("zip of a list that grows", '''
A, B = [1, 2], ["x", "y", "z"]
for n, s in zip(A, B):
    if len(A) < 3:
        A.append(n)
VALUE = A
''')
    one("values of a dict changed in rounds", '''
SITES = {"a": {"hosts": []}, "b": {"hosts": []}}
for name, site in SITES.items():
    site["hosts"].append(f"{name}.example")
    site["count"] = len(site["hosts"])
for site in SITES.values():
    site["hosts"].insert(0, "first")
VALUE = SITES
''')


def objects(one):
    one("an object holds a list", '''
class Box:
    def __init__(self, items):
        self.items = items

    def add(self, item):
        self.items.append(item)
        return self

A = ["a"]
box = Box(A)
box.add("b").add("c")
VALUE = A
OTHER = box.items
''')
    one("a class attribute that all share", '''
class Registry:
    names = []

    @classmethod
    def add(cls, name):
        cls.names.append(name)
        return name

    def add_one(self, name):
        self.names.append(name)

Registry.add("a")
Registry().add_one("b")
VALUE = Registry.names
''')
    one("each object has its own", '''
class Site:
    def __init__(self, name):
        self.name = name
        self.hosts = []

a, b = Site("a"), Site("b")
a.hosts.append("x")
b.name = "c"
VALUE = (a.hosts, b.hosts, a.name, b.name)
''')
    one("a class attribute hidden by the object's", '''
class Conf:
    level = 1

    def raise_level(self):
        self.level += 1
        return self.level

conf = Conf()
conf.raise_level()
VALUE = (Conf.level, conf.level, Conf().level)
Conf.level = 10
OTHER = Conf().level
''')
    one("a dict as an object's dict", '''
class Bag:
    pass

bag = Bag()
bag.__dict__.update(a=1, b=[2])
setattr(bag, "c", 3)
VALUE = (bag.a, bag.b, bag.c)
OTHER = vars(bag)
''')


def modules(tree):
    base = HEAD + "DEBUG = False\nHOSTS = ['base']\nCONF = {'inner': {'x': 1}}\nPAIR = (HOSTS, CONF)\n"
    tree("a module's list taken twice", "from .base import *\nfrom .base import HOSTS as ALSO\nALSO.append('more')\nVALUE = HOSTS\n", base=base)
    tree("a part of a module's tuple changed", "from .base import *\nPAIR[0].append('more')\nVALUE = HOSTS\nOTHER = PAIR\n", base=base)
    tree("an inner dict taken and changed", "from .base import *\ninner = CONF['inner']\ninner['x'] = 2\nVALUE = CONF\nOTHER = PAIR[1]\n", base=base)
    tree("changed through the module", "from . import base\nfrom .base import *\nbase.HOSTS.append('more')\nVALUE = HOSTS\nOTHER = base.PAIR\n", base=base)
    tree("changed by a function of the module", "from .base import *\nfrom .base import add\nadd('more')\nVALUE = HOSTS\n", base=base + "def add(name):\n    HOSTS.append(name)\n")
    tree("changed by a third module", "from .base import *\nfrom . import third\nVALUE = HOSTS\n", base=base, third="from .base import HOSTS\nHOSTS.append('third')\n")
    tree("changed by a third module's function", "from .base import *\nfrom .third import add\nadd()\nVALUE = HOSTS\n", base=base, third="from . import base\ndef add():\n    base.HOSTS.append('third')\n")
    tree("handed to another module that keeps it", "from .base import *\nfrom .third import keep, grow\nkeep(HOSTS)\ngrow()\nVALUE = HOSTS\n", base=base, third="_kept = []\ndef keep(items):\n    _kept.append(items)\ndef grow():\n    for items in _kept:\n        items.append('grown')\n")
    tree("a copy is one's own", "from .base import *\nHOSTS = list(HOSTS)\nHOSTS.append('mine')\nfrom . import base\nVALUE = base.HOSTS\nOTHER = PAIR[0]\n", base=base)
    tree("extended in one layer, read in the next", "from .middle import *\nfrom . import base\nHOSTS += ['top']\nVALUE = base.HOSTS\n", base=base, middle="from .base import *\nHOSTS += ['middle']\nOTHER = HOSTS\n")
