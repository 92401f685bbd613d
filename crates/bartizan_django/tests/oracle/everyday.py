"""Settings variants: what many projects write, and what libraries of settings make of it."""

from heads import HEAD, writers


def add_all(add):
    one, tree = writers(add, "everyday ")

    readers(one)
    pydantic(one)
    handed(one)
    constants(one)
    paths(one)


def readers(one):
    url = {"DATABASE_URL": "postgres://u:p@db.example:5433/shop?sslmode=require"}
    for env in (None, url):
        one(f"decouple casts by dj_database_url, {'given' if env else 'not given'}", '''
import dj_database_url
from decouple import config
DEBUG = False
DATABASES = {"default": config("DATABASE_URL", default="sqlite:///db.sqlite3", cast=dj_database_url.parse)}
''', env)
        one(f"decouple casts by a partial, {'given' if env else 'not given'}", '''
from functools import partial
import dj_database_url
from decouple import config
DEBUG = False
DATABASES = {"default": config("DATABASE_URL", default="sqlite:///db.sqlite3", cast=partial(dj_database_url.parse, conn_max_age=600))}
''', env)
    files = {"__dot__env": "A=outer\nB=outer\n", "config/__dot__env__dot__live": "A=live\nC='x y'\n"}
    for path in ("BASE_DIR / 'config' / '.env.live'", "str(BASE_DIR / 'config/.env.live'), recurse=False", "path=BASE_DIR / 'config' / '.env'", "str(BASE_DIR / 'nothing')", "", "recurse=False"):
        one(f"environs reads {path}", f'''
from environs import Env
env = Env()
env.read_env({path})
DEBUG = env.bool("DEBUG", False)
VALUE = [env("A", "none"), env.str("B", "none"), env("C", "none")]
''', {"B": "given"}, **files)
    one("environs reads two files", '''
from environs import Env
env = Env()
env.read_env(BASE_DIR / "config" / ".env.live", recurse=False)
env.read_env(BASE_DIR / ".env")
DEBUG = False
VALUE = [env("A", "none"), env.str("B", "none"), env("C", "none")]
''', None, **files)
    one("environs reads a file under a condition", '''
from environs import Env
env = Env()
if os.environ.get("MODE") == "live":
    env.read_env(BASE_DIR / "config" / ".env.live")
DEBUG = False
VALUE = env("A", "none")
''', None, **files)


def pydantic(one):
    head = "from functools import lru_cache\nfrom pydantic import BaseModel, Field\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\n"
    file = {"__dot__env": "SHOP_NAME=file\nSHOP_DEBUG=yes\nSHOP_HOSTS='[\"a.example\"]'\n", "__dot__env__dot__live": "shop_name=live\n"}
    body = "    name: str = 'shop'\n    debug: bool = False\n    hosts: list[str] = ['localhost']\n    workers: int = 1\n"
    ends = "conf = Conf()\nDEBUG = conf.debug\nALLOWED_HOSTS = conf.hosts\nVALUE = [conf.name, conf.workers]\n"
    for how in ("env_prefix='SHOP_', env_file='.env'", "env_prefix='SHOP_', env_file=('.env', '.env.live')", "env_prefix='shop_', env_file=BASE_DIR / '.env', extra='ignore'", "env_prefix='SHOP_', env_file=BASE_DIR / 'none.env'", "env_prefix='SHOP_', case_sensitive=True"):
        for env in (None, {"SHOP_NAME": "given", "SHOP_WORKERS": "4"}):
            one(f"pydantic {how} {'given' if env else ''}", head + f"class Conf(BaseSettings):\n    model_config = SettingsConfigDict({how})\n" + body + ends, env, **file)
    one("pydantic with a class inside", head + "class Conf(BaseSettings):\n" + body + "    class Config:\n        env_prefix = 'SHOP_'\n        env_file = BASE_DIR / '.env'\n" + ends, None, **file)
    one("pydantic by a function that is kept", head + "class Conf(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='SHOP_')\n" + body + "@lru_cache\ndef get_settings():\n    return Conf()\n\nconf = get_settings()\nDEBUG = conf.debug\nVALUE = [conf.name, get_settings().workers]\n", {"SHOP_NAME": "given"})
    one("pydantic with properties", head + "class Conf(BaseSettings):\n" + body + "    cors: str = ''\n    @property\n    def origins(self):\n        return [o.strip() for o in self.cors.split(',') if o]\n\nconf = Conf()\nDEBUG = conf.debug\nVALUE = conf.origins\n", {"CORS": "a, b"})
    one("pydantic with parts", head + "class Database(BaseModel):\n    host: str = 'localhost'\n    port: int = 5432\n\nclass Conf(BaseSettings):\n    db: Database = Database()\n    retries: int = Field(default=3, validation_alias='RETRY_COUNT')\n    tags: list[str] = Field(default_factory=list)\n\nconf = Conf()\nDEBUG = False\nVALUE = [conf.db.host, conf.db.port, conf.retries, conf.tags]\n", {"RETRY_COUNT": "5"})
    one("pydantic with parts from the environment", head + "class Database(BaseModel):\n    host: str = 'localhost'\n\nclass Conf(BaseSettings):\n    model_config = SettingsConfigDict(env_nested_delimiter='__')\n    db: Database = Database()\n\nconf = Conf()\nDEBUG = False\nVALUE = conf.db.host\n", {"DB__HOST": "db.example"})
    one("pydantic with what a file says besides", head + "class Conf(BaseSettings):\n    model_config = SettingsConfigDict(env_file='.env', extra='ignore')\n    name: str = 'shop'\n\nconf = Conf()\nDEBUG = False\nVALUE = conf.name\n", None, __dot__env="NAME=file\nOTHER=1\n")


def handed(one):
    after = "INSTALLED_APPS.append('shop')\nDEBUG = False\nVALUE = [len(INSTALLED_APPS), INSTALLED_APPS[-1]]\n"
    for call in ("logging.getLogger(__name__).info('%s', INSTALLED_APPS)", "logger.debug('apps: %s', INSTALLED_APPS)", "logging.warning('%r', INSTALLED_APPS)", "warnings.warn(str(INSTALLED_APPS))"):
        one(f"a list that is logged: {call}", "import logging\nimport logging.config\nimport warnings\nlogger = logging.getLogger('config')\n" + call + "\n" + after)
    one("a dict by which logs are set up", "import logging.config\nLOGGING = {'version': 1, 'handlers': {'c': {'class': 'logging.StreamHandler'}}, 'root': {'handlers': ['c']}}\nlogging.config.dictConfig(LOGGING)\nDEBUG = False\nVALUE = LOGGING\n")
    one("a dict by which logs are set up, by name", "from logging.config import dictConfig\nLOGGING_CONFIG = None\nLOGGING = {'version': 1, 'root': {'level': 'INFO'}}\ndictConfig(LOGGING)\nLOGGING['root']['level'] = 'DEBUG'\nDEBUG = False\nVALUE = LOGGING\n")


def constants(one):
    one("levels of messages", "import logging\nfrom django.contrib.messages import constants as messages\nMESSAGE_TAGS = {messages.DEBUG: 'secondary', messages.ERROR: 'danger', messages.SUCCESS: 'ok'}\nMESSAGE_LEVEL = messages.INFO\nDEBUG = False\nVALUE = [MESSAGE_TAGS, MESSAGE_LEVEL, logging.INFO, getattr(logging, 'WARNING'), os.name == 'nt']\n")
    one("a level by a variable", "import logging\nDEBUG = False\nLEVEL = os.environ.get('LEVEL', 'info').upper()\nVALUE = getattr(logging, LEVEL)\n", {"LEVEL": "error"})


def paths(one):
    one("what paths are", "import os.path\nROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))\nDEBUG = False\nVALUE = [isinstance(BASE_DIR, Path), isinstance(BASE_DIR, str), isinstance(ROOT, (str, Path)), isinstance(ROOT, Path), isinstance('x', Path), Path(__file__).name, Path(__file__).resolve().parent.name, Path(__file__).stem]\n")
    one("a path as a text", "ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))\nDEBUG = False\nVALUE = os.path.join(str(ROOT), 'db.sqlite3') == os.path.join(ROOT, 'db.sqlite3')\n")
