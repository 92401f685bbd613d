//! The ways in which settings are written.

use crate::shop::shown;

#[test]
fn paths_are_known_as_far_as_they_are_written() {
    assert_eq!(
        shown(
            "from pathlib import Path\nBASE = Path(__file__).resolve().parent.parent\nDB = BASE / 'db'"
        ),
        "pathlib.Path.joinpath(pathlib.Path.parent(pathlib.Path.parent(pathlib.Path.resolve(pathlib.Path(__file__)))), 'db')"
    );
    assert_eq!(
        shown(
            "import os\nBASE = os.path.dirname(os.path.abspath(__file__))\nDB = os.path.join(BASE, 'db')"
        ),
        "os.path.join(os.path.dirname(os.path.abspath(__file__)), 'db')"
    );
}

#[test]
fn paths_from_known_text_are_known() {
    let path = |expression: &str| {
        shown(&format!(
            "import os\nfrom pathlib import Path\nMEDIA = Path('/srv/shop') / 'media'\nX = {expression}"
        ))
    };
    assert_eq!(path("MEDIA"), "pathlib.Path('/srv/shop/media')");
    assert_eq!(path("str(MEDIA)"), "'/srv/shop/media'");
    assert_eq!(path("f'{MEDIA}/x'"), "'/srv/shop/media/x'");
    assert_eq!(path("str(MEDIA.parent)"), "'/srv/shop'");
    assert_eq!(path("MEDIA.joinpath('a', 'b.txt').name"), "'b.txt'");
    assert_eq!(path("(MEDIA / 'b.tar.gz').suffix"), "'.gz'");
    assert_eq!(path("str(MEDIA / '/tmp')"), "'/tmp'");
    assert_eq!(path("os.path.join('/srv', 'shop', 'x')"), "'/srv/shop/x'");
    assert_eq!(path("os.path.join(MEDIA, 'x')"), "'/srv/shop/media/x'");
    assert_eq!(path("os.path.dirname('/srv/shop/x')"), "'/srv/shop'");
    assert_eq!(path("os.path.basename('/srv/shop/x')"), "'x'");
}

#[test]
fn middleware_is_put_in_its_place() {
    let text = "\
MIDDLEWARE = ('security', 'sessions', 'csrf')
MIDDLEWARE = list(MIDDLEWARE)
MIDDLEWARE.insert(MIDDLEWARE.index('csrf'), 'cache')
MIDDLEWARE = [m for m in MIDDLEWARE if m != 'sessions']
";
    assert_eq!(shown(text), "['security', 'cache', 'csrf']");
}

#[test]
fn apps_come_under_conditions() {
    let text = "\
import os
DEBUG = bool(os.environ.get('DEBUG'))
APPS = ['shop']
if DEBUG:
    APPS += ['debug_toolbar']
APPS += ['cart']
";
    assert_eq!(shown(text), "<['shop', 'debug_toolbar', 'cart'] or ['shop', 'cart']>");
}

#[test]
fn databases_are_copied_and_changed() {
    let text = "\
DATABASES = {'default': {'ENGINE': 'postgresql', 'NAME': 'shop'}}
DATABASES['replica'] = {**DATABASES['default'], 'HOST': 'replica'}
DATABASES['old'] = DATABASES['default'].copy()
DATABASES['default']['HOST'] = 'db'
DATABASES = DATABASES
";
    assert_eq!(
        shown(text),
        "{'default': {'ENGINE': 'postgresql', 'NAME': 'shop', 'HOST': 'db'}, 'replica': {'ENGINE': 'postgresql', 'NAME': 'shop', 'HOST': 'replica'}, 'old': {'ENGINE': 'postgresql', 'NAME': 'shop'}}"
    );
}

#[test]
fn an_address_is_text_with_what_the_environment_gives() {
    assert_eq!(
        shown("import os\nURL = f\"postgres://{os.environ['USER']}@db/shop\""),
        "\"postgres://{<environment USER>}@db/shop\""
    );
}

#[test]
fn the_environment_may_be_given_a_default() {
    assert_eq!(
        shown(
            "import os\nMODULE = os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')"
        ),
        "<environment DJANGO_SETTINGS_MODULE, else 'shop.settings'>"
    );
}

#[test]
fn a_class_of_settings_is_read_like_any_class() {
    let text = "\
class Base:
    DEBUG = False
    APPS = ['shop']
class Local(Base):
    DEBUG = True
    APPS = Base.APPS + ['toolbar']
X = (Local.DEBUG, Local.APPS)
";
    assert_eq!(shown(text), "(True, ['shop', 'toolbar'])");
}

#[test]
fn what_a_url_of_the_environment_says_is_a_dict_of_its_own() {
    let head = "import environ\nenv = environ.Env()\nHOSTS = env.list('HOSTS', default=['tea.example'])\n\
                DATABASES = {'default': env.db('DATABASE_URL')}\n\
                DATABASES['default']['ATOMIC_REQUESTS'] = True\n";
    // Whatever it says, more can be put into it, and no other list or dict is meant by that.
    assert_eq!(shown(&format!("{head}LAST = DATABASES['default']['ATOMIC_REQUESTS']")), "True");
    let hosts = shown(&format!("{head}LAST = HOSTS"));
    assert!(hosts.contains("['tea.example']"), "{hosts}");
    assert_eq!(
        shown(&format!("{head}LAST = DATABASES['default']['ENGINE']")),
        "<unknown: it depends on the environment variable `DATABASE_URL`>"
    );
}

#[test]
fn reporting_of_errors_leaves_what_it_is_given() {
    let head = "import sentry_sdk\nHOSTS = ['tea.example']\n";
    assert_eq!(
        shown(&format!("{head}sentry_sdk.init(in_app_include=HOSTS)\nLAST = HOSTS")),
        "['tea.example']"
    );
    assert_eq!(
        shown(&format!("{head}sentry_sdk.attach(HOSTS)\nLAST = HOSTS")),
        "['tea.example', …]"
    );
}

#[test]
fn a_data_class_fills_its_fields_as_it_is_made() {
    let text = "\
from dataclasses import asdict, dataclass, field, replace

def flag(text='no'):
    return field(default_factory=lambda: text == 'yes')

@dataclass
class Web:
    debug: bool = flag()
    ssl: bool = flag('yes')
    hosts: list = field(default_factory=lambda: 'a,b'.split(','))
    hsts: int = field(default=60)

    @property
    def age(self):
        return self.hsts if self.ssl else 0

LIVE = Web()
STAGE = replace(LIVE, hsts=5)
ALL = [LIVE.debug, LIVE.ssl, LIVE.hosts, LIVE.age, STAGE.age, asdict(STAGE)['hosts'], Web(ssl=False).age]
";
    assert_eq!(shown(text), "[False, True, ['a', 'b'], 60, 5, ['a', 'b'], 0]");
    // What others hold as well is not certain.
    let text = "\
from dataclasses import dataclass, field
HOSTS = ['a']
@dataclass
class Web:
    hosts: list = field(default_factory=lambda: HOSTS)
MINE = Web().hosts
MINE.append('b')
ALL = [HOSTS]
";
    assert_eq!(shown(text), "[['a', …]]");
}

#[test]
fn a_class_of_named_tuples_says_its_parts() {
    let text = "\
from typing import NamedTuple

class Mail(NamedTuple):
    host: str
    port: int = 25

MAIL = Mail('mail.example', port=587)
HOST, PORT = MAIL
ALL = [HOST, PORT, MAIL[0], MAIL._replace(port=26).port, Mail('other').port]
";
    assert_eq!(shown(text), "['mail.example', 587, 'mail.example', 26, 25]");
}
