"""Settings variants, as JSON: files, the settings module, the environment of the process.

Layers, orders, casts, odd values: what real projects do, crossed with each other. What is written
with libraries stands in `libraries.py`, whole files as people write them in `styles.py`,
small ones of a construct each in `ways.py`, habits and odd values in `habits.py`, small rules of
Python and of libraries in `examiner.py`, idioms of today's Python in `idioms.py`, files with helpers
that grew beside them in `teams.py`, ways that hardly anybody looks at in `hidden.py`, what starts a site in `starters.py`, what
many projects write in `everyday.py`, files that code reads and containers of other modules in `beside.py`. What they all begin with is in `heads.py`.
"""

import itertools
import json
import random

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
KEY = "k3y-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOP"

BASE = f"""
import os
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = {KEY!r}
DEBUG = False
ALLOWED_HOSTS = []
INSTALLED_APPS = {APPS!r}
MIDDLEWARE = {MIDDLEWARE!r}
ROOT_URLCONF = "shop.urls"
"""

HARD = """
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_SSL_REDIRECT = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
ALLOWED_HOSTS = ["shop.example"]
"""

variants = []


def add(name, files, env=None, module="config.settings"):
    files = {"config/__init__.py": "", "shop/__init__.py": "", "shop/urls.py": "urlpatterns = []\n", **files}
    variants.append({"name": name, "files": files, "env": env or {}, "module": module})


def one(name, text, env=None, base=BASE):
    add(name, {"config/settings.py": base + text}, env)


def layered(name, base, prod, env=None, init=""):
    add(
        name,
        {
            "config/settings/__init__.py": init,
            "config/settings/base.py": BASE + base,
            "config/settings/production.py": prod,
        },
        env,
        "config.settings.production",
    )


one("plain", "")
one("hard", HARD)
# ---- each hardening left out --------------------------------------------------------------------
lines = [line for line in HARD.splitlines() if line]
for line in lines:
    one(f"without {line.split()[0]}", "\n".join(other for other in lines if other != line))
for name, value in itertools.product(
    ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"], ["1", '"True"', '"False"', "0", "None"]
):
    one(f"{name} = {value}", HARD + f"{name} = {value}\n")
# ---- values of the environment ------------------------------------------------------------------
READS = {
    "get": 'DEBUG = os.environ.get("DEBUG", False)',
    "get none": 'DEBUG = os.environ.get("DEBUG")',
    "getenv true": 'DEBUG = os.getenv("DEBUG", "True")',
    "compare": 'DEBUG = os.environ.get("DEBUG") == "1"',
    "compare lower": 'DEBUG = os.environ.get("DEBUG", "false").lower() == "true"',
    "in list": 'DEBUG = os.environ.get("DEBUG", "0") in ["1", "true", "True", "yes"]',
    "bool": 'DEBUG = bool(os.environ.get("DEBUG", "False"))',
    "bool int": 'DEBUG = bool(int(os.environ.get("DEBUG", "0")))',
    "not in": 'DEBUG = "DEBUG" in os.environ',
    "helper": 'def flag(name, default="0"):\n    return os.environ.get(name, default).lower() in ("1", "true", "yes", "on")\nDEBUG = flag("DEBUG")',
    "conditional": 'if os.environ.get("DEBUG"):\n    DEBUG = True\nelse:\n    DEBUG = False',
    "try": 'try:\n    DEBUG = os.environ["DEBUG"] == "on"\nexcept KeyError:\n    DEBUG = False',
    "decouple": 'from decouple import config\nDEBUG = config("DEBUG", default=False, cast=bool)',
    "decouple uncast": 'from decouple import config\nDEBUG = config("DEBUG", default="False")',
    "environ scheme": 'import environ\nenv = environ.Env(DEBUG=(bool, False))\nDEBUG = env("DEBUG")',
    "environ bool": 'import environ\nenv = environ.Env()\nDEBUG = env.bool("DEBUG", default=False)',
    "environ bool second": 'import environ\nenv = environ.Env()\nDEBUG = env.bool("DEBUG", True)',
    "environ plain": 'import environ\nenv = environ.Env()\nDEBUG = env("DEBUG", default=False)',
    "strip": 'DEBUG = os.environ.get("DEBUG", "").strip() != ""',
    "or": 'DEBUG = os.environ.get("DEBUG") or False',
    "json": 'import json\nDEBUG = json.loads(os.environ.get("DEBUG", "false").lower())',
}
for (name, read), value in itertools.product(READS.items(), [None, "1", "0", "True", "False", "on"]):
    if name == "json" and value not in (None, "1", "0", "True", "False"):
        continue
    if name == "bool int" and value not in (None, "1", "0"):
        continue
    one(f"debug by {name} of {value}", HARD + read + "\n", {} if value is None else {"DEBUG": value})
HOSTS = {
    "split": 'ALLOWED_HOSTS = os.environ.get("HOSTS", "").split(",")',
    "split default": 'ALLOWED_HOSTS = os.environ.get("HOSTS", "shop.example").split(",")',
    "comprehension": 'ALLOWED_HOSTS = [h.strip() for h in os.environ.get("HOSTS", "").split(",") if h.strip()]',
    "environ list": 'import environ\nenv = environ.Env()\nALLOWED_HOSTS = env.list("HOSTS", default=[])',
    "environ cast": 'import environ\nenv = environ.Env(HOSTS=(list, ["*"]))\nALLOWED_HOSTS = env("HOSTS")',
    "csv": 'from decouple import config, Csv\nALLOWED_HOSTS = config("HOSTS", default="", cast=Csv())',
    "append": 'ALLOWED_HOSTS = []\nALLOWED_HOSTS.append(os.environ.get("HOSTS", "shop.example"))',
    "extend": 'if os.environ.get("HOSTS"):\n    ALLOWED_HOSTS += os.environ["HOSTS"].split(",")',
    "filter": 'ALLOWED_HOSTS = list(filter(None, os.environ.get("HOSTS", "").split(",")))',
}
for (name, read), value in itertools.product(HOSTS.items(), [None, "a.example", "a.example, b.example"]):
    text = HARD.replace('ALLOWED_HOSTS = ["shop.example"]\n', "")
    one(f"hosts by {name} of {value}", text + read + "\n", {} if value is None else {"HOSTS": value})
# ---- keys ---------------------------------------------------------------------------------------
for name, text in {
    "short": 'SECRET_KEY = "short"',
    "generated": 'SECRET_KEY = "django-insecure-" + "abcdefghij" * 5',
    "same letters": 'SECRET_KEY = "ab" * 40',
    "joined": 'SECRET_KEY = "".join(["abcdefghij", "klmnopqrst", "uvwxyz0123", "456789ABCD", "EFGHIJKLMN"])',
    "formatted": 'PREFIX = "django-insecure"\nSECRET_KEY = f"{PREFIX}-{KEY_PART}" if False else PREFIX + "-" + "x1y2z3" * 9',
    "from default": f'SECRET_KEY = os.environ.get("KEY", {KEY!r})',
    "from short default": 'SECRET_KEY = os.environ.get("KEY", "dev")',
    "random": "from django.core.management.utils import get_random_secret_key\nSECRET_KEY = get_random_secret_key()",
}.items():
    one(f"key {name}", HARD + text + "\n")
one("key of the environment", HARD + 'SECRET_KEY = os.environ["KEY"]\n', {"KEY": "too-short"})
one("fallbacks", HARD + f'SECRET_KEY_FALLBACKS = ["old", {KEY!r}]\n')
one("good fallbacks", HARD + f"SECRET_KEY_FALLBACKS = [{KEY!r}]\n")
# ---- middleware ---------------------------------------------------------------------------------
for name, text in {
    "without security": "MIDDLEWARE = [m for m in MIDDLEWARE if 'security' not in m]",
    "removed": "MIDDLEWARE.remove('django.middleware.csrf.CsrfViewMiddleware')",
    "del": "del MIDDLEWARE[0]",
    "pop": "MIDDLEWARE.pop()",
    "insert": "MIDDLEWARE.insert(0, 'django.middleware.gzip.GZipMiddleware')",
    "tuple": "MIDDLEWARE = tuple(MIDDLEWARE)",
    "sum": "MIDDLEWARE = ['django.middleware.gzip.GZipMiddleware'] + MIDDLEWARE",
    "star": "MIDDLEWARE = ['django.middleware.gzip.GZipMiddleware', *MIDDLEWARE[1:]]",
    "sorted": "MIDDLEWARE = sorted(MIDDLEWARE)",
    "loop": "for name in list(MIDDLEWARE):\n    if name.endswith('XFrameOptionsMiddleware'):\n        MIDDLEWARE.remove(name)",
    "empty": "MIDDLEWARE = []",
    "by index": "MIDDLEWARE[3:4] = []",
    "concat in place": "MIDDLEWARE += ['django.middleware.gzip.GZipMiddleware']",
    "alias": "mw = MIDDLEWARE\nmw.remove('django.middleware.security.SecurityMiddleware')",
    "apps without sessions": "INSTALLED_APPS = [a for a in INSTALLED_APPS if not a.endswith('sessions')]",
    "sessions app only": "MIDDLEWARE = [m for m in MIDDLEWARE if 'SessionMiddleware' not in m and 'auth' not in m and 'messages' not in m]\nINSTALLED_APPS = ['django.contrib.sessions', 'django.contrib.contenttypes']",
}.items():
    one(f"middleware {name}", HARD + text + "\n")
    one(f"middleware {name}, soft", text + "\n")
# ---- other values -------------------------------------------------------------------------------
for text in [
    'X_FRAME_OPTIONS = "SAMEORIGIN"',
    'X_FRAME_OPTIONS = "deny"',
    "SECURE_HSTS_SECONDS = 0",
    "SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365",
    'SECURE_HSTS_SECONDS = int(os.environ.get("HSTS", "0"))',
    "SECURE_CONTENT_TYPE_NOSNIFF = False",
    "SECURE_REFERRER_POLICY = None",
    'SECURE_REFERRER_POLICY = "no-referer"',
    'SECURE_REFERRER_POLICY = "no-referrer, strict-origin"',
    'SECURE_REFERRER_POLICY = ["origin", "nonsense"]',
    "SECURE_CROSS_ORIGIN_OPENER_POLICY = None",
    'SECURE_CROSS_ORIGIN_OPENER_POLICY = "anything"',
    "CSRF_USE_SESSIONS = True\nCSRF_COOKIE_SECURE = False",
    "SESSION_COOKIE_HTTPONLY = False",
    "SESSION_COOKIE_SECURE = not DEBUG",
    "SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = False",
    'CSRF_FAILURE_VIEW = "shop.urls.nothing"',
    "for name in ('SESSION_COOKIE_SECURE', 'CSRF_COOKIE_SECURE'):\n    globals()[name] = False",
    "locals().update(SECURE_SSL_REDIRECT=False)",
    "globals().update({'DEBUG': True})",
    "DEBUG, SECURE_SSL_REDIRECT = True, False",
    "if not DEBUG:\n    SECURE_HSTS_SECONDS = 0",
    "if DEBUG:\n    SESSION_COOKIE_SECURE = False",
    "DEBUG = True\nif DEBUG:\n    SECURE_SSL_REDIRECT = False\n    ALLOWED_HOSTS = ['*']",
    "SECURE_HSTS_SECONDS = {'long': 31536000, 'none': 0}['none']",
    "SECURE_SSL_REDIRECT = (lambda: not True)()",
    "class Flags:\n    SSL = False\nSECURE_SSL_REDIRECT = Flags.SSL",
    "with open(os.devnull) as f:\n    f.read()\nSECURE_SSL_REDIRECT = False",
    "try:\n    import nothing_of_this_name\n    DEBUG = True\nexcept ImportError:\n    SECURE_SSL_REDIRECT = False",
    "try:\n    from .local import *\nexcept ImportError:\n    pass",
    "exec('DEBUG = True')",
    "import sys\nif 'pytest' in sys.modules:\n    DEBUG = True",
    "match os.environ.get('ENV', 'production'):\n    case 'local':\n        DEBUG = True\n    case _:\n        DEBUG = False",
    "DEBUG = {'true': True}.get(os.environ.get('DEBUG', '').lower(), False)",
    "ENV = os.environ.get('ENV', 'local')\nDEBUG = ENV == 'local'\nSECURE_SSL_REDIRECT = not DEBUG",
    "DEBUG = os.environ.get('DEBUG', 'False').title() == 'True' and not os.environ.get('PROD')",
    "import logging\nlogging.basicConfig()\nSESSION_COOKIE_SECURE = False",
    "from datetime import timedelta\nSECURE_HSTS_SECONDS = int(timedelta(days=30).total_seconds())",
]:
    one(f"value {text.splitlines()[-1][:60]}", HARD + text + "\n")
# ---- layers -------------------------------------------------------------------------------------
layered("layers", "", "from .base import *\n" + HARD)
layered("layers, import after", "", HARD + "from .base import *\n")
layered("layers, all", '__all__ = ["SECRET_KEY", "INSTALLED_APPS", "ROOT_URLCONF"]\n', "from .base import *\n" + HARD)
layered("layers, if debug in base", "DEBUG = True\nif not DEBUG:\n    SECURE_SSL_REDIRECT = True\n", "from .base import *\nDEBUG = False\n")
layered("layers, edit", "", "from .base import *\nMIDDLEWARE.remove('django.middleware.security.SecurityMiddleware')\n" + HARD)
layered("layers, insert", "", "from .base import *\nMIDDLEWARE.insert(1, 'django.middleware.gzip.GZipMiddleware')\nINSTALLED_APPS += ['django.contrib.staticfiles']\n" + HARD)
layered("layers, explicit", "", "from .base import SECRET_KEY, INSTALLED_APPS, ROOT_URLCONF, MIDDLEWARE\n" + HARD)
layered("layers, module", "", "from . import base\nfrom .base import *\nMIDDLEWARE = base.MIDDLEWARE[1:]\n" + HARD)
layered("layers, absolute", "", "from config.settings.base import *  # noqa\n" + HARD + "DEBUG = True\n")
layered("layers, local missing", "", "from .base import *\n" + HARD + "try:\n    from .local import *\nexcept ImportError:\n    pass\n")
add(
    "layers, local there",
    {
        "config/settings/__init__.py": "",
        "config/settings/base.py": BASE,
        "config/settings/local.py": "DEBUG = True\n",
        "config/settings/production.py": "from .base import *\n" + HARD + "try:\n    from .local import *\nexcept ImportError:\n    pass\n",
    },
    None,
    "config.settings.production",
)
add(
    "package chooses",
    {
        "config/settings/__init__.py": "import os\nif os.environ.get('ENV') == 'production':\n    from .production import *\nelse:\n    from .base import *\n    DEBUG = True\n",
        "config/settings/base.py": BASE,
        "config/settings/production.py": "from .base import *\n" + HARD,
    },
    {"ENV": "production"},
)
add(
    "package chooses the other",
    {
        "config/settings/__init__.py": "import os\nif os.environ.get('ENV') == 'production':\n    from .production import *\nelse:\n    from .base import *\n    DEBUG = True\n",
        "config/settings/base.py": BASE,
        "config/settings/production.py": "from .base import *\n" + HARD,
    },
)
add(
    "helpers of another module",
    {
        "config/env.py": "import os\n\ndef flag(name, default=False):\n    value = os.environ.get(name)\n    if value is None:\n        return default\n    return value.lower() in {'1', 'true', 'yes'}\n\ndef items(name, default=()):\n    value = os.environ.get(name)\n    return value.split(',') if value else list(default)\n",
        "config/settings.py": BASE + HARD + "from config.env import flag, items\nDEBUG = flag('DEBUG')\nSESSION_COOKIE_SECURE = flag('SECURE', True)\nALLOWED_HOSTS = items('HOSTS', ['shop.example'])\n",
    },
    {"HOSTS": "a.example,b.example"},
)
# ---- odd values and what is taken for true -------------------------------------------------------
ODD = ["'False'", "'0'", "''", "' '", "0.0", "1.0", "()", "('a',)", "[]", "{}", "None", "b''", "set()", "frozenset({1})", "...", "-1", "1e3", "10 ** 20", "'á'", "not []", "1 < 2 < 3", "'a' 'b'", "[] or ()", "0 or None", "1 and 'x'"]
for name, value in itertools.product(["DEBUG", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "VALUE"], ODD):
    if name == "VALUE" or value not in ("...",):
        one(f"odd {name} = {value}", HARD + f"{name} = {value}\n")
for value in ["'*'", "('*',)", "('shop.example',)", "['.shop.example']", "{'shop.example'}", "'shop.example'.split()", "list('ab')", "[*['a.example'], 'b.example']", "['a.example'] * 2", "tuple(h for h in ('a', 'b'))", "sorted({'b', 'a'})", "[h for h in ['a', ''] if h]", "dict(a=1).keys() and ['x']", "['%s.example' % 'shop']", "['{}.example'.format('shop')]", "[f'{n}.example' for n in ('a', 'b')]"]:
    one(f"odd hosts {value}", HARD + f"ALLOWED_HOSTS = {value}\n")
for text in [
    "VALUE = {**{'a': 1}, 'b': 2}",
    "VALUE = {'a': 1} | {'a': 2}",
    "VALUE = {}\nVALUE['a'] = {}\nVALUE['a']['b'] = [1]\nVALUE['a']['b'].append(2)",
    "VALUE = dict(a=1)\nVALUE.update(b=2)\nVALUE.pop('a')",
    "VALUE = {'a': 1}\nOTHER = VALUE.setdefault('b', [])\nOTHER.append(3)",
    "VALUE = [1, 2, 3]\ndel VALUE[0]\nVALUE.insert(0, 9)\nVALUE[-1] = 7",
    "VALUE = [1, 2, 3]\nOTHER = VALUE[:]\nOTHER.append(4)\nVALUE += OTHER",
    "VALUE = (1,)\nVALUE += (2,)",
    "VALUE = INSTALLED_APPS\nINSTALLED_APPS += ['django.contrib.staticfiles']",
    "VALUE = INSTALLED_APPS\nINSTALLED_APPS = INSTALLED_APPS + ['django.contrib.staticfiles']",
    "a, *VALUE = [1, 2, 3]",
    "VALUE = {k: v for k, v in zip('ab', [1, 2])}",
    "VALUE = next(iter([5, 6]), None)",
    "VALUE = max([1, 3, 2], key=lambda n: -n)",
    "VALUE = 'a-b'.partition('-')",
    "VALUE = 'A,B,,C'.lower().split(',')",
    "VALUE = ' x '.strip() or 'y'",
    "VALUE = 'abc'[::-1].upper()",
    "VALUE = int('0x1f', 16)",
    "VALUE = 7 // 2, 7 % -2, -7 // 2, 2 ** 10",
    "VALUE = round(2.5), round(3.5), abs(-3)",
    "VALUE = any([0, '']), all([]), sum([1, 2])",
    "VALUE = isinstance(DEBUG, bool)",
    "VALUE = len(MIDDLEWARE)",
    "VALUE = MIDDLEWARE.index('django.middleware.csrf.CsrfViewMiddleware')",
    "def add(to, item):\n    to = list(to)\n    to.append(item)\n    return to\nVALUE = add([1], 2)",
    "def add(to, item):\n    to.append(item)\nVALUE = [1]\nadd(VALUE, 2)",
    "class Conf:\n    a = 1\n    b = [2]\nVALUE = Conf.a\nOTHER = Conf.b",
    "VALUE = None\nfor VALUE in (1, 2, 3):\n    if VALUE == 2:\n        break",
    "VALUE = 0\nwhile VALUE < 5:\n    VALUE += 2",
    "try:\n    VALUE = {}['a']\nexcept KeyError:\n    VALUE = 'none'\nfinally:\n    OTHER = 1",
    "try:\n    VALUE = int('x')\nexcept (TypeError, ValueError):\n    VALUE = 0\nelse:\n    VALUE = 1",
    "VALUE = 1\ndel VALUE\nVALUE = 2",
    "VALUE = (lambda *a, **k: (a, k))(1, b=2)",
    "import json\nVALUE = json.loads('[1, 2]')",
    "import copy\nVALUE = copy.deepcopy({'a': [1]})",
    "VALUE = os.path.join('a', 'b')\nOTHER = os.path.basename('/x/y.z')",
    "from functools import partial\nVALUE = partial(int, base=2)('101')",
    "VALUE = '%(a)s-%(b)02d' % {'a': 'x', 'b': 3}",
    "VALUE = f'{3.14159:.2f}|{\"x\":>4}|{255:#x}'",
    "VALUE = ','.join(str(n) for n in range(3))",
    "VALUE = [n for n in range(10) if n % 3 == 0][1:]",
    "VALUE = bool(os.environ.get('ENV'))",
    "setattr(__import__('sys').modules[__name__], 'VALUE', 3)",
    "import sys\nsetattr(sys.modules[__name__], 'DEBUG', True)",
    "import sys\nsys.modules[__name__].VALUE = 4",
    "vars()['VALUE'] = 5",
    "globals().setdefault('VALUE', 6)",
    "VALUE = globals().get('DEBUG')",
    "VALUE = 'DEBUG' in globals()",
    "import importlib\nm = importlib.import_module('shop.urls')\nVALUE = m.urlpatterns",
    "from importlib import import_module\nfor k, v in vars(import_module('shop.urls')).items():\n    if k.isupper():\n        globals()[k] = v",
    "from shop.urls import urlpatterns as VALUE",
    "import glob\nVALUE = glob.glob('nothing-*')",
    "os.environ['ENV'] = 'set'\nVALUE = os.environ['ENV']\nOTHER = os.environ.get('ENV', 'x')",
    "os.environ.setdefault('ENV', 'set')\nVALUE = os.environ['ENV']\nOTHER = os.getenv('PROD', 'x')",
    "VALUE = os.environ.get('ENV')\nos.environ['ENV'] = 'later'\nOTHER = os.environ.get('ENV')",
    "os.environ.update({'ENV': 'a'}, PROD='b')\nVALUE = os.environ['ENV']",
    "def read():\n    return os.environ.get('ENV', 'none')\nVALUE = read()\nos.environ['ENV'] = 'b'\nOTHER = read()",
    "VALUE = os.path.exists('manage.py')",
    "VALUE = (BASE_DIR / 'config' / 'settings.py').exists()\nOTHER = (BASE_DIR / 'nothing').is_file()",
    "VALUE = os.path.isdir(BASE_DIR)",
    "if (BASE_DIR / 'config' / 'local.py').exists():\n    DEBUG = True",
    "VALUE: int = 3\nOTHER: str",
    "if (n := len(APPS := ['a'])) > 0:\n    VALUE = n",
    "VALUE = [*range(3), *'ab']",
    "from collections import OrderedDict\nVALUE = list(OrderedDict([('a', 1)]))",
    "from datetime import timedelta\nVALUE = timedelta(days=1).total_seconds()",
    "from urllib.parse import quote\nVALUE = quote('a b')",
    "import re\nVALUE = bool(re.match('a', 'abc'))",
    "import platform, socket\nDEBUG = socket.gethostname() == 'nobody'",
    "import sys\nDEBUG = 'runserver' in sys.argv",
    "import sys\nTESTING = len(sys.argv) > 1 and sys.argv[1] == 'test'\nif TESTING:\n    SECURE_SSL_REDIRECT = False",
]:
    one(f"value {text.splitlines()[-1][:70]}", HARD + text + "\n")
# ---- whole modules of lines at random, from one seed --------------------------------------------
LINES = [
    "DEBUG = not DEBUG",
    "DEBUG = os.environ.get('DEBUG', '') == '1'",
    "if DEBUG:\n    ALLOWED_HOSTS = ['*']\nelse:\n    SECURE_HSTS_SECONDS = 3600",
    "MIDDLEWARE = MIDDLEWARE[1:] + MIDDLEWARE[:1]",
    "MIDDLEWARE.append('django.middleware.gzip.GZipMiddleware')",
    "MIDDLEWARE = [m for m in MIDDLEWARE if 'click' not in m]",
    "if 'django.middleware.csrf.CsrfViewMiddleware' in MIDDLEWARE:\n    MIDDLEWARE.remove('django.middleware.csrf.CsrfViewMiddleware')",
    "INSTALLED_APPS = tuple(INSTALLED_APPS) + ('django.contrib.staticfiles',)",
    "INSTALLED_APPS = list(INSTALLED_APPS)\nINSTALLED_APPS.reverse()",
    "SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG",
    "SECURE_SSL_REDIRECT = bool(os.environ.get('SECURE', '1'))",
    "SECURE_SSL_REDIRECT = os.environ.get('SECURE', 'yes') in ('yes', 'on')",
    "SECURE_HSTS_SECONDS = int(os.environ.get('HSTS', 60)) * 2",
    "SECURE_HSTS_SECONDS = SECURE_HSTS_SECONDS if not DEBUG else 0",
    "X_FRAME_OPTIONS = 'SAMEORIGIN' if DEBUG else 'DENY'",
    "SECRET_KEY = SECRET_KEY[:20]",
    "SECRET_KEY = 'django-insecure-' + SECRET_KEY",
    "SECRET_KEY = os.environ.get('KEY') or SECRET_KEY",
    "globals()['SECURE_HSTS_PRELOAD'] = SECURE_SSL_REDIRECT",
    "locals().update({'X_FRAME_OPTIONS': 'DENY'})",
    "for name in ['SESSION_COOKIE_SECURE', 'CSRF_COOKIE_SECURE']:\n    globals()[name] = True",
    "try:\n    from .nothing import *\nexcept ImportError:\n    SECURE_REFERRER_POLICY = None",
    "SECURE_REFERRER_POLICY = {True: 'origin', False: 'same-origin'}[bool(DEBUG)]",
    "ALLOWED_HOSTS = ALLOWED_HOSTS or ['localhost']",
    "ALLOWED_HOSTS += os.environ.get('HOSTS', 'x.example').split(',')",
    "CSRF_USE_SESSIONS = 'sessions' in ' '.join(INSTALLED_APPS)",
    "SECURE_CONTENT_TYPE_NOSNIFF = SECURE_CONTENT_TYPE_NOSNIFF if 'SECURE_CONTENT_TYPE_NOSNIFF' in globals() else False",
]
for seed in range(60):
    rng = random.Random(seed)
    head = HARD if rng.random() < 0.6 else HARD.replace("True", "False")
    chosen = [rng.choice(LINES) for _ in range(rng.randint(2, 7))]
    env = {name: value for name, value in {"DEBUG": "1", "SECURE": "", "HSTS": "5", "HOSTS": "a,b", "KEY": "short"}.items() if rng.random() < 0.3}
    if rng.random() < 0.5:
        one(f"random {seed}", head + "\n".join(chosen) + "\n", env)
    else:
        cut = rng.randint(0, len(chosen))
        layered(f"random layers {seed}", head + "\n".join(chosen[:cut]) + "\n", "import os\nfrom .base import *\n" + "\n".join(chosen[cut:]) + "\n", env)

if __name__ == "__main__":
    import beside
    import crafts
    import crossing
    import examiner
    import everyday
    import habits
    import hidden
    import holders
    import idioms
    import libraries
    import styles
    import teams
    import manners
    import practice
    import starters
    import ways

    libraries.add_all(add, one, BASE, HARD, KEY)
    styles.add_all(add)
    ways.add_all(add)
    manners.add_all(add)
    practice.add_all(add)
    habits.add_all(add)
    examiner.add_all(add)
    holders.add_all(add)
    crossing.add_all(add)
    crafts.add_all(add)
    idioms.add_all(add)
    hidden.add_all(add)
    starters.add_all(add)
    everyday.add_all(add)
    teams.add_all(add)
    beside.add_all(add)
    print(json.dumps(variants))
