"""Settings variants, as JSON: files, the settings module, the environment of the process.

Layers, orders, casts, libraries: what real projects do, crossed with each other.
"""

import itertools
import json

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

print(json.dumps(variants))
