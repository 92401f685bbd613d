//! `bartizan settings` and `bartizan surface` on a small clinic.

use insta::assert_snapshot;

use super::Shop;

fn clinic() -> Shop {
    Shop::new(&[
        ("requirements.txt", "django==5.2.19\n"),
        (
            "manage.py",
            r#"import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings.local")
"#,
        ),
        ("clinic/__init__.py", ""),
        (
            "clinic/wsgi.py",
            r#"import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings.production")
"#,
        ),
        ("clinic/settings/__init__.py", ""),
        (
            "clinic/settings/base.py",
            r#"import os

DEBUG = False
SECRET_KEY = "x" + os.environ["SECRET_KEY"]
EMAIL_HOST_PASSWORD = "hunter2hunter2"
ROOT_URLCONF = "clinic.urls"
INSTALLED_APPS = ["clinic"]
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
"#,
        ),
        ("clinic/settings/local.py", "from .base import *\n\nDEBUG = True\n"),
        (
            "clinic/settings/production.py",
            r#"from .base import *

SECURE_SSL_REDIRECT = os.environ.get("SSL", "1") == "1"
"#,
        ),
        (
            "clinic/urls.py",
            r#"from django.contrib.auth.decorators import login_required
from django.urls import include, path

from clinic import views

urlpatterns = [
    path("visits/<int:pk>/", login_required(views.visit), name="visit"),
    path("hook/", views.hook),
    path("help/", include("help_pages.urls")),
]
"#,
        ),
        (
            "clinic/views.py",
            r#"from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from clinic.models import Visit


def visit(request, pk):
    return Visit.objects.get(pk=pk)


@csrf_exempt
@require_POST
def hook(request):
    Visit.objects.create(note="paid")
"#,
        ),
        (
            "clinic/models.py",
            r#"from django.db import models


class Visit(models.Model):
    note = models.TextField()
"#,
        ),
    ])
}

#[test]
fn settings_stand_side_by_side() {
    let clinic = clinic();
    let run = clinic.run(&[
        "settings",
        "DEBUG",
        "SECURE_SSL_REDIRECT",
        "EMAIL_HOST_PASSWORD",
        "SIGNED_COOKIE_LEGACY_SALT_FALLBACK",
        "NO_SUCH_SETTING",
    ]);
    assert_snapshot!(run.ends(0), @r"
                                    local                            production
DEBUG                               True                             False
                                    clinic/settings/local.py:3       clinic/settings/base.py:3
SECURE_SSL_REDIRECT                 False (Django's default)         True
                                                                     unless env SSL says otherwise
                                                                     clinic/settings/production.py:3
EMAIL_HOST_PASSWORD                 ‹hidden›                         ‹hidden›
                                    clinic/settings/base.py:5        clinic/settings/base.py:5
SIGNED_COOKIE_LEGACY_SALT_FALLBACK  True (Django's default)          True (Django's default)
NO_SUCH_SETTING                     not set                          not set

local: clinic.settings.local · manage.py:2 · Django 5.2.19
production: clinic.settings.production · clinic/wsgi.py:2 · Django 5.2.19
    ");
}

#[test]
fn settings_for_programs_hold_no_secret() {
    let clinic = clinic();
    let run = clinic.run(&["settings", "--json", "--env", "production"]);
    run.ends(0);
    let json = run.json();
    assert_eq!(json["environments"][0]["module"], "clinic.settings.production");
    assert_eq!(json["environments"][0]["django"], "5.2.19");
    assert!(!run.stdout.contains("hunter2"));
    let names = json["settings"].as_array().unwrap();
    let ssl = names.iter().find(|row| row["name"] == "SECURE_SSL_REDIRECT").unwrap();
    assert_eq!(ssl["values"][0]["value"], "True");
    assert_eq!(ssl["values"][0]["variables"][0], "SSL");
}

#[test]
fn variables_from_elsewhere_are_told_with_the_line_that_takes_them() {
    let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";
    let shop = Shop::new(&[
        ("wsgi.py", wsgi),
        ("shop/__init__.py", ""),
        (
            "shop/settings.py",
            "import os\nDEBUG = os.environ.get('DEBUG', '') == '1'\nSITE_ID = 1\n",
        ),
        ("ops/shop.service", "[Service]\nEnvironmentFile=/etc/shop/env\nExecStart=gunicorn wsgi\n"),
    ]);
    assert_snapshot!(shop.run(&["settings", "DEBUG", "SITE_ID"]).ends(0), @r"
              production
    DEBUG     False unless env DEBUG says otherwise
              shop/settings.py:2
    SITE_ID   1
              shop/settings.py:3

    production: shop.settings · wsgi.py:2 · Django 6.1 assumed: no manifest says which
    production: more variables come from /etc/shop/env, which is not here (ops/shop.service:2)
    ");
    let json = shop.run(&["settings", "--json"]).json();
    assert_eq!(json["environments"][0]["outside"]["from"], "/etc/shop/env");
    let of = |name: &str| {
        let rows = json["settings"].as_array().unwrap();
        rows.iter().find(|row| row["name"] == name).unwrap()["values"][0].clone()
    };
    assert_eq!(
        (&of("DEBUG")["is_known"], &of("SITE_ID")["is_known"]),
        (&false.into(), &true.into())
    );
    assert!(of("DEBUG")["unknown"].as_str().unwrap().contains("ops/shop.service:2"));
}

#[test]
fn a_variable_is_told_with_the_line_that_gives_it() {
    let shop = Shop::new(&[
        (
            "manage.py",
            "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n",
        ),
        ("shop/__init__.py", ""),
        (
            "shop/settings.py",
            r#"import os
from dotenv import load_dotenv

load_dotenv()
INSTALLED_APPS = []
MIDDLEWARE = []
ROOT_URLCONF = "shop.urls"
DEBUG = os.environ.get("DEBUG", "0") == "1"
ALLOWED_HOSTS = os.environ.get("HOSTS", "").split(",")
"#,
        ),
        (".env", "# shop\nHOSTS=shop.example\n"),
        (
            "compose.prod.yml",
            "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi\n    environment:\n      DEBUG: \"1\"\n",
        ),
    ]);
    assert_snapshot!(shop.run(&["settings", "DEBUG", "ALLOWED_HOSTS"]).ends(0), @r"
                   production
    DEBUG          True unless env DEBUG says otherwise
                   shop/settings.py:8
                   env DEBUG compose.prod.yml:6
    ALLOWED_HOSTS  ['shop.example'] unless env HOSTS says otherwise
                   shop/settings.py:9
                   env HOSTS .env:2
    
    production: shop.settings · manage.py:2 · Django 6.1 assumed: no manifest says which
    ");
    let json = shop.run(&["settings", "DEBUG", "--json"]).json();
    let given = &json["settings"][0]["values"][0]["given"][0];
    assert_eq!(given["variable"], "DEBUG");
    assert_eq!(given["place"]["path"], "compose.prod.yml");
    assert_eq!(given["place"]["line"], 6);
}

#[test]
fn a_file_of_variables_that_overrides_is_told_as_what_gives_them() {
    let shop = |load: &str| {
        let settings = format!(
            "import os\nfrom dotenv import load_dotenv\n\nload_dotenv(\".env\")\n{load}\n\n\
             MIDDLEWARE = []\nROOT_URLCONF = \"shop.urls\"\n\
             DEBUG = os.environ.get(\"DEBUG\", \"0\") == \"1\"\n\
             ALLOWED_HOSTS = os.environ.get(\"HOSTS\", \"\").split(\",\")\n\
             EMAIL_HOST = os.environ[\"MAIL\"]\n"
        );
        let shop = Shop::new(&[
            (
                "manage.py",
                "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n",
            ),
            ("shop/__init__.py", ""),
            ("shop/settings.py", &settings),
            (".env", "DEBUG=1\nHOSTS=near.example\nMAIL=mail.near.example\n"),
            (".env.live", "# live\nHOSTS=live.example\n"),
            (
                "compose.prod.yml",
                "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi\n    environment:\n      DEBUG: \"0\"\n      HOSTS: deployed.example\n",
            ),
        ]);
        shop.run(&["settings", "DEBUG", "ALLOWED_HOSTS", "EMAIL_HOST"]).ends(0).to_owned()
    };
    // What the process was started with is stronger than a file.
    assert_snapshot!(shop(""), @r"
                   production
    DEBUG          False unless env DEBUG says otherwise
                   shop/settings.py:9
                   env DEBUG compose.prod.yml:6
    ALLOWED_HOSTS  ['deployed.example'] unless env HOSTS says otherwise
                   shop/settings.py:10
                   env HOSTS compose.prod.yml:7
    EMAIL_HOST     'mail.near.example' unless env MAIL says otherwise
                   shop/settings.py:11
                   env MAIL .env:3
    
    production: shop.settings · manage.py:2 · Django 6.1 assumed: no manifest says which
    ");
    assert_eq!(shop("load_dotenv(\".env.live\")"), shop(""));
    // A file that is told to overrides it.
    assert_snapshot!(shop("load_dotenv(\".env.live\", override=True)"), @r"
                   production
    DEBUG          False unless env DEBUG says otherwise
                   shop/settings.py:9
                   env DEBUG compose.prod.yml:6
    ALLOWED_HOSTS  ['live.example']
                   shop/settings.py:10
                   env HOSTS .env.live:2
    EMAIL_HOST     'mail.near.example' unless env MAIL says otherwise
                   shop/settings.py:11
                   env MAIL .env:3
    
    production: shop.settings · manage.py:2 · Django 6.1 assumed: no manifest says which
    ");
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let clinic = clinic();
    let run = clinic.run(&["settings", "DEBGU"]);
    assert_eq!(run.code, 0);
    assert_snapshot!(run.stderr, @"hint: there is no `DEBGU`; did you mean `DEBUG`?");
    let env = clinic.run(&["settings", "--env", "prod"]);
    assert!(env.fails().ends_with("hint: there is `local`, `production`\n"), "{env:?}");
    let module = clinic.run(&["settings", "--settings", "clinic.setings"]);
    assert!(module.fails().starts_with("error: no settings module `clinic.setings` in"));
}

#[test]
fn a_folder_is_no_name_of_a_setting() {
    let clinic = clinic();
    assert_snapshot!(clinic.run(&["settings", "DEBUG", "./clinic"]).fails(), @"
    error: `./clinic` is no name of a setting
    hint: --path names the folder: bartizan settings --path ./clinic
    ");
}

#[test]
fn without_settings_there_is_nothing_to_show() {
    let shop = Shop::clean();
    assert!(shop.run(&["settings"]).fails().contains("no Django settings in"));
    let run = shop.run(&["scan", "--settings", "shop.settings.live"]);
    assert!(run.fails().contains("no settings module `shop.settings.live` in"));
    assert!(shop.run(&["surface"]).fails().contains("no Django settings in"));
}

#[test]
fn the_surface_is_a_table() {
    let clinic = clinic();
    assert_snapshot!(clinic.run(&["surface", "--unresolved"]).ends(0), @"
    methods  route              view                reached by  csrf    object  changes
    any      /visits/<int:pk>/  clinic.views.visit  login       yes     none
    POST     /hook/             clinic.views.hook   anonymous   exempt          Visit
    /help/  not in the tree: help_pages.urls  clinic/urls.py:9
    2 endpoints · 1 route unresolved · production: clinic.settings.production
    ");
    assert_snapshot!(clinic.run(&["surface", "--anonymous", "--writes"]).ends(0), @"
    methods  route   view               reached by  csrf    object  changes
    POST     /hook/  clinic.views.hook  anonymous   exempt          Visit
    1 of 2 endpoints · 1 route unresolved (--unresolved) · production: clinic.settings.production
    ");
    assert_snapshot!(clinic.run(&["surface", "--format", "csv"]).ends(0), @"
    methods,route,name,view,file,line,reach,guards,csrf,throttle,objects,writes
    ,/visits/<int:pk>/,visit,clinic.views.visit,clinic/views.py,7,login,login_required,yes,no,Visit none clinic/views.py:8,
    POST,/hook/,,clinic.views.hook,clinic/views.py,13,anonymous,,exempt,no,,Visit
    ");
}

#[test]
fn the_surface_says_what_binds_a_row_to_who_asks() {
    let clinic = clinic();
    clinic.write(
        "clinic/views.py",
        "from django.core.exceptions import PermissionDenied\n\nfrom clinic.models import Visit\n\n\n\
         def visit(request, pk):\n    visit = Visit.objects.get(pk=pk)\n    if visit.patient != \
         request.user:\n        raise PermissionDenied\n    return visit\n\n\ndef hook(request): ...\n",
    );
    assert_snapshot!(clinic.run(&["surface"]).ends(0), @"
    methods  route              view                reached by  csrf  object   changes
    any      /visits/<int:pk>/  clinic.views.visit  login       yes   checked
    any      /hook/             clinic.views.hook   anonymous   yes
    2 endpoints · 1 route unresolved (--unresolved) · production: clinic.settings.production
    ");
    assert_snapshot!(clinic.run(&["surface", "--format", "csv"]).ends(0), @"
    methods,route,name,view,file,line,reach,guards,csrf,throttle,objects,writes
    ,/visits/<int:pk>/,visit,clinic.views.visit,clinic/views.py,6,login,login_required the view itself,yes,no,Visit checked (visit.patient != request.user) clinic/views.py:8,
    ,/hook/,,clinic.views.hook,clinic/views.py,13,anonymous,,yes,no,,
    ");
    let json: serde_json::Value =
        serde_json::from_str(clinic.run(&["surface", "--format", "json"]).ends(0)).unwrap();
    assert_snapshot!(json["endpoints"][0]["objects"], @r#"
    [{"bound":"checked","by":"visit.patient != request.user","file":"clinic/views.py","line":8,"methods":[],"model":"Visit"}]
    "#);
}

#[test]
fn an_application_without_a_site_shows_its_urlconfs() {
    let shop = Shop::clean();
    shop.write("basket/__init__.py", "");
    shop.write(
        "basket/views.py",
        "from django.contrib.auth.decorators import login_required\n\n\ndef basket(request):\n    \
         return None\n\n\n@login_required\ndef order(request):\n    return None\n",
    );
    shop.write(
        "basket/urls.py",
        "from django.urls import include, path\nfrom basket import views\n\napp_name = \"basket\"\n\
         urlpatterns = [path(\"\", views.basket, name=\"basket\"), path(\"api/\", \
         include(\"basket.api_urls\"))]\n",
    );
    shop.write(
        "basket/api_urls.py",
        "from django.urls import path\nfrom basket import views\n\n\
         urlpatterns = [path(\"order/\", views.order)]\n",
    );
    assert_snapshot!(shop.run(&["surface"]).ends(0), @"
    methods  route        view                 reached by  csrf     object  changes
    any      /            basket.views.basket  unknown     unknown
    any      /api/order/  basket.views.order   login       unknown
    2 endpoints · no settings: each URLconf by itself
    ");
}

#[test]
fn packages_of_an_environment_are_read_for_their_routes() {
    let clinic = clinic();
    let packages = "venv/lib/python3.12/site-packages/help_pages";
    clinic.write("venv/pyvenv.cfg", "home = /usr/bin\n");
    clinic.write(&format!("{packages}/__init__.py"), "");
    clinic.write(
        &format!("{packages}/urls.py"),
        "from django.contrib.admin.views.decorators import staff_member_required\n\
         from django.urls import path\n\n\n@staff_member_required\ndef page(request, slug):\n    \
         return None\n\n\nurlpatterns = [path(\"<slug:slug>/\", page)]\n",
    );
    assert_snapshot!(clinic.run(&["surface", "--python", "venv"]).ends(0), @"
    methods  route               view                  reached by  csrf    object   changes
    any      /visits/<int:pk>/   clinic.views.visit    login       yes     none
    POST     /hook/              clinic.views.hook     anonymous   exempt           Visit
    any      /help/<slug:slug>/  help_pages.urls.page  staff       yes     unknown
    3 endpoints · production: clinic.settings.production
    ");
    let wrong = clinic.run(&["surface", "--python", "clinic"]);
    assert_snapshot!(wrong.fails(), @r"
    error: cannot read packages from clinic
      caused by: no `site-packages` folder is there
    hint: name a virtual environment, such as `.venv`
    ");
}

/// What reads settings is known by what it does, better than by its code; and what packages do to the
/// environment of a process is no matter of the project's.
#[test]
fn packages_of_an_environment_leave_the_settings_alone() {
    let clinic = clinic();
    let packages = "venv/lib/python3.12/site-packages";
    let package = |path: &str, text: &str| clinic.write(&format!("{packages}/{path}"), text);
    package("environ/__init__.py", "from .environ import Env\n");
    package("environ/environ.py", "class Env:\n    def bool(self, name, default=None): ...\n");
    package("meter/__init__.py", "import os\n\ndef start(key):\n    os.environ[key] = \"1\"\n");
    clinic.write("clinic/__init__.py", "import meter\n\nmeter.start(name())\n");
    clinic.write(
        "clinic/settings/production.py",
        "import environ\nfrom .base import *\n\n\
         WITH_HOOK = environ.Env().bool(\"WITH_HOOK\", default=False)\n",
    );
    clinic.write(
        "clinic/urls.py",
        "from django.conf import settings\nfrom django.urls import path\nfrom clinic import views\n\n\
         urlpatterns = [path(\"visits/<int:pk>/\", views.visit)]\n\
         if settings.WITH_HOOK:\n    urlpatterns.append(path(\"hook/\", views.hook))\n",
    );
    assert_snapshot!(clinic.run(&["surface", "--python", "venv"]).ends(0), @"
    methods  route              view                reached by  csrf  object  changes
    any      /visits/<int:pk>/  clinic.views.visit  anonymous   yes   none
    1 endpoint · production: clinic.settings.production
    ");
}

#[test]
fn certain_repairs_are_edits() {
    let shop = Shop::new(&[
        (
            "manage.py",
            "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings.local\")\n",
        ),
        ("shop/__init__.py", ""),
        ("shop/settings/__init__.py", ""),
        (
            "shop/settings/base.py",
            "INSTALLED_APPS = [\"django.contrib.sessions\"]\nMIDDLEWARE = [\"django.middleware.security.SecurityMiddleware\"]\nROOT_URLCONF = \"shop.urls\"\nSECURE_REFERRER_POLICY = None\n",
        ),
        ("shop/settings/local.py", "from .base import *\n"),
        (
            "shop/settings/production.py",
            "from .base import *\n\nSECURE_SSL_REDIRECT = True\nSESSION_COOKIE_SECURE = False",
        ),
    ]);
    let run = shop.run(&["scan", "--format", "json", "--fail-on", "never"]);
    let json = run.json();
    let repair = |rule: &str| {
        let findings = json["findings"].as_array().unwrap();
        let finding = findings.iter().find(|finding| finding["rule"] == rule).unwrap();
        let repair = &finding["repair"];
        let edit = &repair["edits"][0];
        format!(
            "{}: {}:{} {:?}",
            repair["safety"].as_str().unwrap(),
            edit["place"]["path"].as_str().unwrap(),
            edit["place"]["start"]["line"],
            edit["text"].as_str().unwrap()
        )
    };
    // A literal of the layer that is production's own.
    assert_eq!(repair("session-cookie-insecure"), r#"safe: shop/settings/production.py:4 "True""#);
    // One that developers get, too.
    assert_eq!(
        repair("referrer-policy-missing"),
        r#"unsafe: shop/settings/base.py:4 "\"same-origin\"""#
    );
    // Nothing says anything: a line at the end, on a line of its own.
    assert_eq!(
        repair("hsts-off"),
        r#"unsafe: shop/settings/production.py:4 "\nSECURE_HSTS_SECONDS = 31536000\n""#
    );
    let sarif = shop.run(&["scan", "--format", "sarif", "--fail-on", "never"]).json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let result = results.iter().find(|it| it["ruleId"] == "session-cookie-insecure").unwrap();
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "shop/settings/production.py");
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "True");
    assert_eq!(change["replacements"][0]["deletedRegion"]["startLine"], 4);
}
