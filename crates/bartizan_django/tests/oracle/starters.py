"""Settings variants: what `wsgi.py`, the packages around and functions do to the environment first."""

from heads import HEAD, URLS

BEGIN = HEAD + "DEBUG = False\n"
END = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\nfrom django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"
READS = "VALUE = os.environ.get('VALUE', 'none')\nDEBUG = os.environ.get('DEBUG') == '1'\nALLOWED_HOSTS = os.environ.get('HOSTS', '').split(',')\n"


def add_all(add):
    def one(name, starter, text=READS, env=None, kept=None, **files):
        files = {f"config/{path}.py": body for path, body in files.items()}
        files = {**URLS, "config/__init__.py": "", **files, **(kept or {}), "config/settings.py": BEGIN + text}
        if starter is not None:
            files["config/wsgi.py"] = "import os\nfrom pathlib import Path\n" + starter + END
        add(f"started: {name}", files, env, "config.settings")

    by_starter(one)
    by_function(one)
    by_module(one)
    by_layer(one)
    by_library(one)


def by_starter(one):
    file = {".env": "VALUE=file\nDEBUG=1\nHOSTS=a.example,b.example\n"}
    loads = "from dotenv import load_dotenv\nload_dotenv(Path(__file__).resolve().parent.parent / '.env'{})\n"
    one("a file of variables", loads.format(""), kept=file)
    one("a file of variables, beside a variable", loads.format(""), kept=file, env={"VALUE": "given"})
    one("a file of variables that overrides", loads.format(", override=True"), kept=file, env={"VALUE": "given"})
    one("a file that environ reads", "import environ\nenviron.Env.read_env(Path(__file__).resolve().parent.parent / '.env')\n", kept=file)
    one("a loop over a dict", "for key, value in {'VALUE': 'dict', 'DEBUG': '1'}.items():\n    os.environ[key] = value\n")
    one("a loop over a dict of defaults", "for key, value in {'VALUE': 'dict', 'DEBUG': '1'}.items():\n    os.environ.setdefault(key, value)\n", env={"VALUE": "given"})
    one("a loop over the values of a file", "from dotenv import dotenv_values\nfor key, value in dotenv_values(Path(__file__).resolve().parent.parent / '.env').items():\n    os.environ.setdefault(key, value)\n", kept=file)
    one("a loop over the lines of a file", "with open(Path(__file__).resolve().parent.parent / '.env') as lines:\n    for line in lines:\n        key, _, value = line.strip().partition('=')\n        os.environ[key] = value\n", kept=file)
    one("under a condition on a variable", "if os.environ.get('MODE') == 'live':\n    os.environ['VALUE'] = 'live'\nelse:\n    os.environ['VALUE'] = 'other'\n", env={"MODE": "live"})
    one("a variable made of another", "os.environ['VALUE'] = os.environ.get('MODE', 'x') + '!'\n", env={"MODE": "live"})
    one("a package that sets it, before wsgi.py sets it again", "os.environ['VALUE'] = 'wsgi'\n", __init__="import os\nos.environ['VALUE'] = 'package'\n")


def by_function(one):
    one("a function of its own", "def prepare():\n    os.environ['VALUE'] = 'inside'\n    os.environ['HOSTS'] = os.environ['VALUE'] + '.example'\n\nprepare()\n")
    one("a function with arguments", "def put(name, value):\n    os.environ[name] = value\n\nput('VALUE', 'given')\nput('DEBUG', '1')\n")
    one("a function elsewhere", "from config.tools import prepare\nprepare('x')\n", tools="import os\n\ndef prepare(value):\n    os.environ.setdefault('VALUE', value)\n    if value == 'y':\n        os.environ['DEBUG'] = '1'\n")
    one("a function in a function", "def put(name, value):\n    os.environ[name] = value\n\ndef prepare():\n    put('VALUE', 'deep')\n\nprepare()\n")
    one("a function that is handed the environment", "def put(env):\n    env['VALUE'] = 'handed'\n\nput(os.environ)\n")
    one("a function that has the environment by default", "def put(value, env=os.environ):\n    env.setdefault('VALUE', value)\n\nput('default')\n")
    one("a function that only reads what it is handed", None, READS + "def get(name, env):\n    return env.get(name, 'nothing')\n\nOTHER = get('OTHER', os.environ)\n", env={"OTHER": "there", "VALUE": "v"})
    one("a function that nobody calls", "def never():\n    os.environ['VALUE'] = 'never'\n\nos.environ['DEBUG'] = '1'\n")
    for way in ("getattr(os, 'environ')['VALUE'] = 'x'", "os.environ.__setitem__('VALUE', 'x')", "put = os.environ.__setitem__\nput('VALUE', 'x')", "for each in [os.environ]:\n    each['VALUE'] = 'x'", "from unittest import mock\nmock.patch.dict(os.environ, {'VALUE': 'x'}).start()"):
        one(f"another way: {way[:30]}", None, way + "\n" + READS)


def by_module(one):
    one("the package imports what sets it", None, __init__="from .tasks import app\n", tasks="import os\nos.environ['VALUE'] = 'tasks'\nos.environ.setdefault('DEBUG', '1')\napp = None\n")
    changes = {"other": "from config import held\nheld.HOSTS.append('x')\n", "held": "HOSTS = ['a']\n"}
    after = "from config.held import HOSTS\nALLOWED_HOSTS = HOSTS\nDEBUG = len(HOSTS) == 1\n"
    for way in ("import importlib\nimportlib.import_module('config.other')\n", "__import__('config.other')\n", "def load():\n    import config.other\nload()\n", "class K:\n    import config.other\n", "import importlib\nfor name in ('other',):\n    importlib.import_module('config.' + name)\n"):
        one(f"a module by {way[:24].splitlines()[-1]}", None, way + after, **changes)


def by_layer(one):
    base = "DEBUG = True\nSECURE_HSTS_SECONDS = 5\n"
    one("a name of a star is deleted", None, "del DEBUG\nfrom .base import *\ndel SECURE_HSTS_SECONDS\ndel DEBUG\n", base=base)
    one("a name of a star is deleted in a branch", None, "from .base import *\nif SECURE_HSTS_SECONDS > 3:\n    del SECURE_HSTS_SECONDS\n", base=base)
    one("a name of a star is deleted and bound again", None, "from .base import *\nHSTS = SECURE_HSTS_SECONDS\ndel SECURE_HSTS_SECONDS\nSECURE_HSTS_SECONDS = HSTS + 1\n", base=base)


    given = "SECURE_HSTS_SECONDS = 5\nVALUE = OTHER = 1\n"
    for how in ("if 'test' in sys.argv:\n    SECURE_HSTS_SECONDS = 6\n", "for each in []:\n    VALUE = 2\n", "try:\n    OTHER = int('a')\nexcept ValueError:\n    pass\n", "if False:\n    VALUE = 5\nelse:\n    OTHER = 3\n", "while False:\n    VALUE = 2\n", "if os.environ.get('MODE') == 'test':\n    SECURE_HSTS_SECONDS = 7\nelif os.environ.get('MODE'):\n    VALUE = 8\n", "try:\n    import nothing_at_all\n    VALUE = 9\nexcept ImportError:\n    OTHER = 9\n"):
        one(f"a layer that binds nothing: {how[:24].splitlines()[0]}", None, given + "from .later import *\n", env={"MODE": "live"}, later="import os\nimport sys\n" + how)
        one(f"two layers, the later binds nothing: {how[:24].splitlines()[0]}", None, "from .base import *\nif True:\n    from .later import *\n", base=given, later="import os\nimport sys\n" + how)

    package = {"parts/base": "CONF = {'x': {'y': 1}}\nHOSTS = ['a']\n", "parts/__init__": "from .base import *\nfrom .first import *\nfrom .second import *\n"}
    for first in ("from .base import *\nCONF['x']['a'] = 1\nHOSTS += ['b']\n", "from .base import CONF, HOSTS\nCONF['x']['a'] = 1\nHOSTS.append('b')\n"):
        for second in ("from .base import *\nCONF['w'] = 1\nHOSTS += ['c']\n", "from .base import CONF, HOSTS\nCONF = {**CONF, 'z': 1}\nHOSTS = HOSTS + ['c']\n", "from .base import *\n"):
            one(f"a package of layers: {first[:24].splitlines()[0]} {second[:24].splitlines()[0]} {len(second)}", None, "from .parts import *\nALLOWED_HOSTS = HOSTS\nVALUE = CONF\n", **package, **{"parts/first": first, "parts/second": second})

    held = {"a": "HOSTS = ['a']\nCONF = {'k': {'v': 1}}\n", "b": "from .a import *\nHOSTS.append('b')\nCONF['k']['v'] = 2\n"}
    ends = "ALLOWED_HOSTS = HOSTS\nVALUE = CONF\n"
    one("a layer changes what the next star brings again", None, "from .b import *\nfrom .a import *\n" + ends, **held)
    one("a layer changes what is imported by name", None, "from .b import *\nfrom .a import HOSTS, CONF\n" + ends, **held)
    one("a layer changes what comes before", None, "from .a import *\nfrom .b import *\n" + ends, **held)
    one("a layer changes what it has under another name", None, "from .b import *\nfrom .a import HOSTS\nfrom .a import *\n" + ends, a=held["a"], b="from .a import HOSTS as OTHERS, CONF\nOTHERS.append('b')\nCONF['k']['v'] = 2\n")
    nested = {"base": "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'x'}}\nDATABASES['default']['ATOMIC_REQUESTS'] = True\n"}
    one("a part is changed by who imports it by name", None, "from .base import *\nfrom .base import DATABASES\nDATABASES['default']['CONN_MAX_AGE'] = 60\nVALUE = DATABASES\n", **nested)
    one("a part is changed of what a reader gives", None, "from .base import DATABASES, env\nDATABASES['default']['CONN_MAX_AGE'] = env.int('CONN_MAX_AGE', default=60)\nVALUE = DATABASES\n", base="import environ\nenv = environ.Env()\nDATABASES = {'default': env.db('DATABASE_URL', default='postgres://u:p@h/n')}\nDATABASES['default']['ATOMIC_REQUESTS'] = True\n")
    given = "from django.conf import global_settings\nVALUE = getattr(global_settings, 'SESSION_COOKIE_AGE', 1) // 2\nOTHER = getattr(global_settings, 'NOPE', 5)\nSECURE_HSTS_SECONDS = getattr(global_settings, 'SECURE_HSTS_SECONDS')\n"
    one("Django's own defaults by getattr", None, given)
    one("a variable that a helper can do without", None, "def get(name, default):\n    try:\n        return os.environ[name]\n    except KeyError:\n        return default\n\nVALUE = get('VALUE', 'none')\nOTHER = get('OTHER', 'none')\nDEBUG = get('DEBUG', '0') == '1'\n", env={"OTHER": "there"})
    one("an email URL of a configuration", None, "del DEBUG\nfrom configurations import Configuration, values\n\nclass Live(Configuration):\n    SECRET_KEY = SECRET_KEY\n    ALLOWED_HOSTS = ['a']\n    EMAIL = values.EmailURLValue('smtp://u:p@mail.example:25')\n", env={"DJANGO_CONFIGURATION": "Live"})


def by_library(one):
    files = {"conf/.env": "DEBUG=0\nVALUE=inner\n", ".env": "DEBUG=1\nVALUE=outer\nOTHER=outer\n"}
    for path in ("search_path=BASE / 'conf'", "str(BASE / 'conf')"):
        one(f"decouple looks elsewhere: {path}", None, f"from pathlib import Path\nfrom decouple import AutoConfig\nBASE = Path(__file__).resolve().parent.parent\nconfig = AutoConfig({path})\nDEBUG = config('DEBUG', cast=bool)\nVALUE = config('VALUE', default='none')\n", kept=files)
    one("decouple looks somewhere on the machine", None, "from decouple import AutoConfig\nconfig = AutoConfig(search_path='/etc/shop')\nVALUE = config('VALUE', default='none')\n", kept=files)
    model = "from pydantic_settings import BaseSettings\nfrom pydantic import field_validator, model_validator\n\nclass Conf(BaseSettings):\n    name: str = 'shop'\n    debug: bool = False\n"
    one("pydantic turns one field", None, model + "\n    @field_validator('name')\n    @classmethod\n    def upper(cls, value):\n        return value.upper()\n\nVALUE = Conf().name\nDEBUG = Conf().debug\n")
    one("pydantic turns them all", None, model + "\n    @model_validator(mode='after')\n    def upper(self):\n        self.name = 'other'\n        return self\n\nVALUE = Conf().name\n")
    one("pydantic hides a field", None, "from pydantic import SecretStr\nfrom pydantic_settings import BaseSettings\n\nclass Conf(BaseSettings):\n    name: SecretStr = 'shop'\n\nVALUE = str(Conf().name)\n")
    for hook in ("setup", "pre_setup", "post_setup"):
        one(f"a configuration's {hook} stores", None, f"del DEBUG\nfrom configurations import Configuration\n\nclass Live(Configuration):\n    SECRET_KEY = SECRET_KEY\n    DEBUG = True\n    ALLOWED_HOSTS = ['a']\n\n    @classmethod\n    def {hook}(cls):\n        super().{hook}()\n        cls.SECURE_SSL_REDIRECT = True\n        cls.DEBUG = False\n        cls.ALLOWED_HOSTS = cls.ALLOWED_HOSTS + ['b']\n", env={"DJANGO_CONFIGURATION": "Live"})
