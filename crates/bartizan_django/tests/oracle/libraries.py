"""Settings variants that are written with libraries, each with variables set and not, and with files."""

import itertools

URLS = [
    "postgres://shop:s3cret@db.example:5432/shop",
    "postgresql://shop@db.example/shop?sslmode=require",
    "postgres:///shop",
    "postgis://u:p%40ss@h/n",
    "mysql://shop:s3cret@db.example/shop?ssl-ca=/ca.pem",
    "sqlite:///db.sqlite3",
    "sqlite:////srv/db.sqlite3",
    "sqlite://:memory:",
    "sqlite://",
    "oracle://u:p@h:1521/x",
    "postgres://u:p@h/n?conn_max_age=60&connect_timeout=5",
    "redshift://u:p@h:5439/n?currentSchema=s",
]
CACHES = [
    "locmemcache://",
    "dummycache://",
    "dbcache://table",
    "filecache:///srv/cache?timeout=60&max_entries=5",
    "memcache://127.0.0.1:11211",
    "memcache://a:1,b:2",
]
EMAILS = ["smtp://u:p@mail.example:25", "smtp+tls://u:p%40@mail.example:587", "smtp+ssl://mail.example:465", "consolemail://"]

FLAGS = [None, "1", "0", "True", "False", "on", "off", "yes", ""]


def add_all(add, one, base, hard, key):
    databases(one, hard)
    readers(one, hard)
    files(add, base, hard)
    split_settings(add, base, hard)
    configurations(add, base, key)
    pydantic(one, hard)
    unknown(one, add, base, hard)
    cookiecutter(add)


def databases(one, hard):
    head = hard + "import dj_database_url\n"
    for url in URLS:
        one(f"dj default {url}", head + f"DATABASES = {{'default': dj_database_url.config(default={url!r})}}\n")
    for url in URLS[:4]:
        one(f"dj of the environment {url}", head + "DATABASES = {'default': dj_database_url.config(conn_max_age=600)}\n", {"DATABASE_URL": url})
    for text in [
        "DATABASES = {'default': dj_database_url.config()}",
        "DATABASES = {'default': dj_database_url.config(env='OTHER_URL', default='sqlite:///x', ssl_require=True)}",
        "DATABASES = {'default': dj_database_url.parse('postgres://a:b@c/d', conn_max_age=None, conn_health_checks=True)}",
        "DATABASES = {'default': dj_database_url.parse(os.environ.get('DATABASE_URL', 'postgres://a:b@c/d?sslmode=require'))}",
        "DATABASES = {'default': dict(dj_database_url.parse('sqlite:///x'), ATOMIC_REQUESTS=True)}",
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'x'}}\nDATABASES['default'].update(dj_database_url.config(conn_max_age=500))",
        "from dj_database_url import parse as db_url\nfrom decouple import config\nDATABASES = {'default': config('DATABASE_URL', default='sqlite:///x', cast=db_url)}",
        "DATABASES = {'default': dj_database_url.config(default='postgres://a:b@c/d', engine='django_x', ssl_require=not DEBUG)}",
        "DATABASES = {'default': dj_database_url.config('DATABASE_URL', 'sqlite:///y')}\nDATABASES['default']['CONN_MAX_AGE'] = 5",
    ]:
        one(f"dj {text[-60:]}", head + text + "\n")
    head = hard + "import environ\nenv = environ.Env()\n"
    for url in URLS:
        one(f"environ db {url}", head + f"DATABASES = {{'default': env.db(default={url!r})}}\n")
    for url in URLS[:3]:
        one(f"environ db of the environment {url}", head + "DATABASES = {'default': env.db_url('DATABASE_URL')}\n", {"DATABASE_URL": url})
    one("environ db engine", head + "DATABASES = {'default': env.db('DATABASE_URL', default='postgres://a:b@c/d', engine='django_x')}\nDATABASES['default']['ATOMIC_REQUESTS'] = True\n")
    for url in CACHES:
        one(f"environ cache {url}", head + f"CACHES = {{'default': env.cache('CACHE_URL', default={url!r})}}\n")
    for url in EMAILS:
        one(f"environ email {url}", head + f"vars().update(env.email_url('EMAIL_URL', default={url!r}))\n")


def readers(one, hard):
    reads = {
        "environ scheme true": "import environ\nenv = environ.Env(DEBUG=(bool, True))\nDEBUG = env('DEBUG')",
        "environ scheme cast only": "import environ\nenv = environ.Env(DEBUG=bool)\nDEBUG = env('DEBUG', default=False)",
        "environ method of a scheme": "import environ\nenv = environ.Env(DEBUG=(int, 1))\nDEBUG = env.bool('DEBUG')",
        "environ str": "import environ\nenv = environ.Env()\nDEBUG = env.str('DEBUG', 'False')",
        "environ none": "import environ\nenv = environ.Env()\nDEBUG = env('DEBUG', default=None)",
        "environ cast": "import environ\nenv = environ.Env()\nDEBUG = env('DEBUG', cast=bool, default=True)",
        "environ cast second": "import environ\nenv = environ.Env()\nDEBUG = env('DEBUG', bool, False)",
        "environ get_value": "import environ\nenv = environ.Env()\nDEBUG = env.get_value('DEBUG', cast=bool, default=False)",
        "environ prefix": "import environ\nenv = environ.Env()\nenv.prefix = 'SHOP_'\nDEBUG = env.bool('DEBUG', default=False)",
        "environ in": "import environ\nenv = environ.Env()\nDEBUG = 'DEBUG' in env",
        "environ imported": "from environ import Env\nenv = Env()\nDEBUG = env.bool('DEBUG', default=False)",
        "environ function": "import environ\nenv = environ.Env()\nDEBUG = env('DEBUG', cast=lambda v: v == 'on', default=False)",
        "decouple true": "from decouple import config\nDEBUG = config('DEBUG', default=True, cast=bool)",
        "decouple text": "from decouple import config\nDEBUG = config('DEBUG', 'no', bool)",
        "decouple lambda": "from decouple import config\nDEBUG = config('DEBUG', default='off', cast=lambda v: v.lower() in ('on', '1'))",
        "decouple function": "from decouple import config\ndef flag(v):\n    return str(v) == 'True'\nDEBUG = config('DEBUG', default=False, cast=flag)",
        "decouple auto": "from decouple import AutoConfig\nconfig = AutoConfig(search_path='.')\nDEBUG = config('DEBUG', default=False, cast=bool)",
        "decouple module": "import decouple\nDEBUG = decouple.config('DEBUG', default=False, cast=bool)",
        "strtobool": "from setuptools.distutils.util import strtobool\nDEBUG = bool(strtobool(os.environ.get('DEBUG', 'no')))" if False else "from decouple import strtobool\nDEBUG = strtobool(os.environ.get('DEBUG', 'no'))",
    }
    for (name, read), value in itertools.product(reads.items(), FLAGS):
        one(f"debug by {name} of {value!r}", hard + read + "\n", {} if value is None else {"DEBUG": value})
    lists = {
        "environ list of str": "import environ\nenv = environ.Env()\nALLOWED_HOSTS = env.list('HOSTS', cast=str, default=['x.example'])",
        "environ tuple": "import environ\nenv = environ.Env()\nALLOWED_HOSTS = env.tuple('HOSTS', default=())",
        "environ smart list": "import environ\nenv = environ.Env()\nALLOWED_HOSTS = env('HOSTS', default=['x.example'])",
        "environ list cast": "import environ\nenv = environ.Env(HOSTS=([str], []))\nALLOWED_HOSTS = env('HOSTS')",
        "csv tuple": "from decouple import config, Csv\nALLOWED_HOSTS = config('HOSTS', default='x.example', cast=Csv(post_process=tuple))",
        "csv cast": "from decouple import config, Csv\nALLOWED_HOSTS = list(config('HOSTS', default='a.example, b.example', cast=Csv(str)))",
        "decouple split": "from decouple import config\nALLOWED_HOSTS = config('HOSTS', default='a,b', cast=lambda v: [s.strip() for s in v.split(',')])",
        "environ dict": "import environ\nenv = environ.Env()\nVALUE = env.dict('HOSTS', default={'a': 1})\nALLOWED_HOSTS = list(VALUE)",
        "environ int": "import environ\nenv = environ.Env()\nSECURE_HSTS_SECONDS = env.int('HSTS', default=5)\nVALUE = env.float('FACTOR', default=1.5)",
    }
    for (name, read), value in itertools.product(lists.items(), [None, "a.example", "a.example, b.example", "", "a=1,b=2"]):
        if name == "environ dict" and value not in (None, "", "a=1,b=2"):
            continue
        one(f"hosts by {name} of {value!r}", hard + read + "\n", {} if value is None else {"HOSTS": value, "HSTS": "60"})


def files(add, base, hard):
    dotenvs = {
        "plain": "DEBUG=True\nHOSTS=a.example,b.example\n",
        "quotes": "DEBUG='on'\nHOSTS=\"a.example\"\nexport HSTS=7\n",
        "blanks": "# shop\n\nDEBUG = 1\nHOSTS= a.example # first\n",
        "twice": "DEBUG=0\nDEBUG=1\n",
    }
    use = "HSTS = os.environ.get('HSTS')\n"
    reads = {
        "read_env": "import environ\nenv = environ.Env(DEBUG=(bool, False))\nenviron.Env.read_env(os.path.join(BASE_DIR, '.env'))\nDEBUG = env('DEBUG')\nALLOWED_HOSTS = env.list('HOSTS', default=[])\n",
        "read_env of env": "import environ\nenv = environ.Env()\nenv.read_env(BASE_DIR / '.env')\nDEBUG = env.bool('DEBUG', False)\nALLOWED_HOSTS = env.list('HOSTS', default=[])\n",
        "read_env overwrites": "import environ\nenv = environ.Env()\nenv.read_env(str(BASE_DIR / '.env'), overwrite=True)\nDEBUG = env.bool('DEBUG', False)\n",
        "read_env too late": "import environ\nenv = environ.Env()\nDEBUG = env.bool('DEBUG', False)\nenv.read_env(BASE_DIR / '.env')\n",
        "read_env if asked": "import environ\nenv = environ.Env()\nif env.bool('READ', default=False):\n    env.read_env(str(BASE_DIR / '.env'))\nDEBUG = env.bool('DEBUG', False)\n",
        "read_env if there": "import environ\nenv = environ.Env()\nif (BASE_DIR / '.env').exists():\n    env.read_env(f'{BASE_DIR}/.env')\nDEBUG = env.bool('DEBUG', False)\n",
        "read_env by environ.Path": "import environ\nROOT = environ.Path(__file__) - 2\nenv = environ.Env()\nenv.read_env(ROOT('.env'))\nDEBUG = env.bool('DEBUG', False)\n",
        "read_env beside": "import environ\nenviron.Env.read_env()\nenv = environ.Env()\nDEBUG = env.bool('DEBUG', False)\n",
        "load_dotenv": "from dotenv import load_dotenv\nload_dotenv()\nDEBUG = os.environ.get('DEBUG') == 'True'\nALLOWED_HOSTS = os.environ.get('HOSTS', '').split(',')\n",
        "load_dotenv of a path": "import dotenv\ndotenv.load_dotenv(BASE_DIR / '.env')\nDEBUG = os.getenv('DEBUG', '')\n",
        "load_dotenv found": "from dotenv import load_dotenv, find_dotenv\nload_dotenv(find_dotenv(), override=True)\nDEBUG = os.getenv('DEBUG', '')\n",
        "dotenv_values": "from dotenv import dotenv_values\nconfig = dotenv_values(BASE_DIR / '.env')\nDEBUG = config.get('DEBUG') == 'True'\n",
        "decouple": "from decouple import config, Csv\nDEBUG = config('DEBUG', default=False, cast=bool)\nALLOWED_HOSTS = config('HOSTS', default='', cast=Csv())\n",
        "decouple repository": "from decouple import Config, RepositoryEnv\nconfig = Config(RepositoryEnv(BASE_DIR / '.env'))\nDEBUG = config('DEBUG', default='no', cast=bool)\n",
    }
    for (name, read), (kind, text), env in itertools.product(reads.items(), dotenvs.items(), [{}, {"DEBUG": "0"}]):
        add(f"{name}, {kind}, {env}", {"config/settings.py": base + hard + read + use, ".env": text}, env)
    for name, read in reads.items():
        if name != "decouple repository":
            add(f"{name} without a file", {"config/settings.py": base + hard + read + use}, {})
    add("settings.ini", {"config/settings.py": base + hard + reads["decouple"], "settings.ini": "[settings]\nDEBUG=True\nHOSTS = a.example\n"})
    add("example alone", {"config/settings.py": base + hard + reads["read_env"], ".env.example": "DEBUG=True\n"})
    add(
        "read by another module",
        {
            "config/env.py": "from pathlib import Path\nimport environ\nenv = environ.Env()\nenv.read_env(Path(__file__).resolve().parents[1] / '.env')\n",
            "config/settings.py": base + hard + "from config.env import env\nDEBUG = env.bool('DEBUG', False)\n",
            ".env": "DEBUG=yes\n",
        },
    )


def split_settings(add, base, hard):
    include = "from split_settings.tools import include, optional\n"
    parts = {
        "config/settings/components/base.py": base,
        "config/settings/components/secure.py": hard,
        "config/settings/components/apps.py": "INSTALLED_APPS += ['django.contrib.staticfiles']\nMIDDLEWARE.insert(0, 'django.middleware.gzip.GZipMiddleware')\nVALUE = DEBUG\n",
        "config/settings/environments/dev.py": "DEBUG = True\nALLOWED_HOSTS = ['*']\n",
        "config/settings/environments/prod.py": "DEBUG = False\nif not DEBUG:\n    SECURE_HSTS_SECONDS = 77\nif DEBUG:\n    SECURE_SSL_REDIRECT = False\n",
    }
    for name, text, env in [
        ("all", include + "include('components/base.py', 'components/secure.py', 'components/apps.py')\n", {}),
        ("in two calls", include + "include('components/base.py')\ninclude('components/secure.py', 'components/apps.py')\nDEBUG = True\n", {}),
        ("by environment", include + "import os\nENV = os.environ.get('ENV') or 'prod'\nincludes = ['components/base.py', 'components/secure.py', f'environments/{ENV}.py', optional('environments/local.py')]\ninclude(*includes)\n", {}),
        ("by environment, dev", include + "import os\nENV = os.environ.get('ENV') or 'prod'\nincludes = ['components/base.py', 'components/secure.py', f'environments/{ENV}.py', optional('environments/local.py')]\ninclude(*includes)\n", {"ENV": "dev"}),
        ("order", include + "include('components/base.py', 'environments/dev.py', 'components/secure.py')\n", {}),
        ("scope", include + "include('components/base.py', 'components/secure.py', scope=globals())\nSECURE_HSTS_SECONDS += 1\n", {}),
        ("own before", include + "DEBUG = True\nVALUE = 1\ninclude('components/base.py', 'components/secure.py')\nOTHER = DEBUG\n", {}),
        ("pattern", include + "include('components/base.py', 'components/se*.py')\n", {}),
        ("pattern of several", include + "include('components/base.py', 'environments/*.py')\n", {}),
        ("mixed with a star", include + "from .components.base import *\ninclude('components/secure.py', optional('components/nothing.py'))\nMIDDLEWARE = MIDDLEWARE[1:]\n", {}),
        ("if", include + "import os\ninclude('components/base.py')\nif os.environ.get('ENV') == 'dev':\n    include('environments/dev.py')\nelse:\n    include('components/secure.py')\n", {}),
        ("twice", include + "include('components/base.py', 'components/base.py', 'components/secure.py')\n", {}),
    ]:
        add(f"split {name}", {"config/settings/__init__.py": text, **parts}, env)
    nested = dict(parts)
    nested["config/settings/components/all.py"] = include + "include('base.py', 'secure.py')\nVALUE = __file__.endswith('__init__.py')\n"
    add("split nested", {"config/settings/__init__.py": include + "include('components/all.py', optional('../local.py'))\n", **nested})
    add("split, module", {"config/settings/__init__.py": "import split_settings.tools\nfrom split_settings import tools\ntools.include('components/base.py', 'components/secure.py')\n", **parts})
    functions = dict(parts)
    functions["config/settings/components/functions.py"] = "def debug():\n    return not DEBUG\nVALUE = debug()\nOTHER = BASE_DIR.name == 'x'\n"
    add("split functions", {"config/settings/__init__.py": include + "include('components/base.py', 'components/functions.py')\n", **functions})


def configurations(add, base, key):
    head = f"""
import os
from configurations import Configuration, values
MODULE_LEVEL = 1
DEBUG = True

class Base(Configuration):
    SECRET_KEY = values.Value({key!r})
    DEBUG = values.BooleanValue(False)
    ALLOWED_HOSTS = values.ListValue(["shop.example"])
    INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages"]
    MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
    ROOT_URLCONF = "shop.urls"

class Dev(Base):
    DEBUG = True
    MIDDLEWARE = Base.MIDDLEWARE[1:]

class Prod(Base):
    SECURE_HSTS_SECONDS = values.IntegerValue(3600)
    SECURE_SSL_REDIRECT = values.BooleanValue(True, environ_name="SSL")
    SESSION_COOKIE_SECURE = values.BooleanValue(True, environ=False)
    CSRF_COOKIE_SECURE = values.BooleanValue(True, environ_prefix="SHOP")
    VALUE = values.TupleValue(("a", "b"))

    @property
    def OTHER(self):
        return not self.DEBUG

    def SECURE_REFERRER_POLICY(self):
        return "origin" if self.DEBUG else "same-origin"

class Mixin:
    X_FRAME_OPTIONS = "SAMEORIGIN"

class Mixed(Mixin, Prod):
    DATABASES = values.DatabaseURLValue("postgres://a:b@c/d")

class MixedLast(Prod, Mixin):
    SECRET_KEY = values.SecretValue()
    EMAIL = values.DictValue({{"a": 1}})
"""
    environments = [
        {},
        {"DJANGO_DEBUG": "yes"},
        {"DJANGO_ALLOWED_HOSTS": "a.example, b.example", "DJANGO_SECURE_HSTS_SECONDS": "5"},
        {"DJANGO_SSL": "no", "SHOP_CSRF_COOKIE_SECURE": "0", "DJANGO_SESSION_COOKIE_SECURE": "0"},
        {"DJANGO_SECRET_KEY": "short", "DATABASE_URL": "sqlite:///x", "DJANGO_VALUE": "c,d"},
    ]
    for name, env in itertools.product(["Base", "Dev", "Prod", "Mixed", "MixedLast"], environments):
        add(f"configuration {name} {sorted(env)}", {"config/settings.py": head}, {"DJANGO_CONFIGURATION": name, **env})
    add(
        "configurations in layers",
        {"config/base.py": head, "config/settings.py": "from config.base import Base\n\nclass Live(Base):\n    DEBUG = False\n    SECURE_HSTS_SECONDS = 60 * 60\n"},
        {"DJANGO_CONFIGURATION": "Live"},
    )
    add(
        "configuration with a file",
        {"config/settings.py": head + "\nclass File(Prod):\n    DOTENV = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), '.env')\n", ".env": "DJANGO_DEBUG=1\nDJANGO_SSL='no'\n"},
        {"DJANGO_CONFIGURATION": "File"},
    )


def pydantic(one, hard):
    head = """
from pydantic_settings import BaseSettings, SettingsConfigDict

class Shop(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")
    debug: bool = False
    hosts: list[str] = ["shop.example"]
    hsts: int = 3600
    name: str = "shop"

shop = Shop()
DEBUG = shop.debug
ALLOWED_HOSTS = shop.hosts
SECURE_HSTS_SECONDS = shop.hsts
VALUE = shop.name
"""
    for env in [{}, {"SHOP_DEBUG": "on"}, {"SHOP_DEBUG": "0", "SHOP_HSTS": "5"}, {"SHOP_HOSTS": '["a.example", "b.example"]'}, {"shop_name": "x"}]:
        one(f"pydantic {sorted(env.items())}", hard + head, env)
    one("pydantic plain", hard + "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    DEBUG: bool = False\n    FLAG: str = 'False'\ns = S()\nDEBUG = s.DEBUG\nVALUE = s.FLAG\n", {"DEBUG": "true"})
    one("pydantic with a value", hard + "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    debug: bool = False\nDEBUG = S(debug=True).debug\n")


def unknown(one, add, base, hard):
    one("dynaconf", hard + "import dynaconf\nsettings = dynaconf.DjangoDynaconf(__name__)\n")
    add(
        "dynaconf with a file",
        {"config/settings.py": base + hard + "import dynaconf\nsettings = dynaconf.DjangoDynaconf(__name__, settings_files=[str(BASE_DIR / 'settings.toml')])\n", "settings.toml": "[default]\nDEBUG = true\n[development]\nVALUE = 3\n"},
    )
    one("exec of a file", hard + "exec(open(BASE_DIR / 'shop' / 'urls.py').read())\n")


def cookiecutter(add):
    """The layout that cookiecutter-django writes."""
    files = {
        "config/settings/__init__.py": "",
        "config/settings/base.py": """
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve(strict=True).parent.parent.parent
APPS_DIR = BASE_DIR / "shop"
env = environ.Env()

READ_DOT_ENV_FILE = env.bool("DJANGO_READ_DOT_ENV_FILE", default=False)
if READ_DOT_ENV_FILE:
    # OS environment variables take precedence over variables from .env
    env.read_env(str(BASE_DIR / ".env"))

DEBUG = env.bool("DJANGO_DEBUG", False)
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
SITE_ID = 1
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [str(BASE_DIR / "locale")]
DATABASES = {"default": env.db("DATABASE_URL", default="postgres:///shop")}
DATABASES["default"]["ATOMIC_REQUESTS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "shop.urls"
DJANGO_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
THIRD_PARTY_APPS = []
LOCAL_APPS = ["shop"]
INSTALLED_APPS = DJANGO_APPS + THIRD_PARTY_APPS + LOCAL_APPS
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
EMAIL_BACKEND = env("DJANGO_EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
EMAIL_TIMEOUT = 5
ADMIN_URL = "admin/"
ADMINS = [("Noor", "noor@shop.example")]
MANAGERS = ADMINS
REDIS_URL = env("REDIS_URL", default="redis://redis:6379/0")
REDIS_SSL = REDIS_URL.startswith("rediss://")
""",
        "config/settings/local.py": """
from .base import *  # noqa: F403
from .base import INSTALLED_APPS
from .base import MIDDLEWARE
from .base import env

DEBUG = True
SECRET_KEY = env("DJANGO_SECRET_KEY", default="ySbKKcMLqIQ0qqYBY7XTvI5H2tCXjBSvdPsEfVHEPn0mI2WlvJ8hnCGe1wN1nLZT")
ALLOWED_HOSTS = ["localhost", "0.0.0.0", "127.0.0.1"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": ""}}
EMAIL_HOST = env("EMAIL_HOST", default="mailpit")
EMAIL_PORT = 1025
INTERNAL_IPS = ["127.0.0.1", "10.0.2.2"]
if env("USE_DOCKER", default="no") == "yes":
    import socket

    hostname, _, ips = socket.gethostbyname_ex(socket.gethostname())
    INTERNAL_IPS += [".".join([*ip.split(".")[:-1], "1"]) for ip in ips]
""",
        "config/settings/test.py": """
from .base import *  # noqa: F403
from .base import env

SECRET_KEY = env("DJANGO_SECRET_KEY", default="3ySbKKcMLqIQ0qqYBY7XTvI5H2tCXjBSvdPsEfVHEPn0mI2WlvJ8hnCGe1wN1nLZ")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
""",
        "config/settings/production.py": """
from .base import *  # noqa: F403
from .base import DATABASES
from .base import INSTALLED_APPS
from .base import REDIS_URL
from .base import env

SECRET_KEY = env("DJANGO_SECRET_KEY")
ALLOWED_HOSTS = env.list("DJANGO_ALLOWED_HOSTS", default=["shop.example"])
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"CLIENT_CLASS": "django_redis.client.DefaultClient", "IGNORE_EXCEPTIONS": True},
    },
}
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("DJANGO_SECURE_SSL_REDIRECT", default=True)
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Secure-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Secure-csrftoken"
SECURE_HSTS_SECONDS = 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("DJANGO_SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("DJANGO_SECURE_HSTS_PRELOAD", default=True)
SECURE_CONTENT_TYPE_NOSNIFF = env.bool("DJANGO_SECURE_CONTENT_TYPE_NOSNIFF", default=True)
DEFAULT_FROM_EMAIL = env("DJANGO_DEFAULT_FROM_EMAIL", default="shop <noreply@shop.example>")
SERVER_EMAIL = env("DJANGO_SERVER_EMAIL", default=DEFAULT_FROM_EMAIL)
EMAIL_SUBJECT_PREFIX = env("DJANGO_EMAIL_SUBJECT_PREFIX", default="[shop] ")
ADMIN_URL = env("DJANGO_ADMIN_URL")
INSTALLED_APPS += ["django.contrib.sites"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"level": "DEBUG", "class": "logging.StreamHandler"}},
    "root": {"level": "INFO", "handlers": ["console"]},
}
""",
        ".env": "DJANGO_DEBUG=True\nDATABASE_URL=postgres://a:b@c/d\nDJANGO_SECRET_KEY=fromthefile\nDJANGO_ADMIN_URL=file/\n",
    }
    keys = {"DJANGO_SECRET_KEY": "x" * 20 + "0123456789abcdefghijklmnopqrstuvwxyz", "DJANGO_ADMIN_URL": "back/"}
    for module, env in itertools.product(
        ["local", "test", "production"],
        [
            {},
            keys,
            {**keys, "DATABASE_URL": "postgres://u:p@h:1/n", "CONN_MAX_AGE": "5", "DJANGO_ALLOWED_HOSTS": "a.example,b.example"},
            {**keys, "DJANGO_DEBUG": "1", "DJANGO_SECURE_SSL_REDIRECT": "off", "REDIS_URL": "rediss://r"},
            {"DJANGO_READ_DOT_ENV_FILE": "True"},
            {"DJANGO_READ_DOT_ENV_FILE": "yes", "DJANGO_DEBUG": "no"},
        ],
    ):
        add(f"cookiecutter {module} {sorted(env)}", files, env, f"config.settings.{module}")
