//! `bartizan settings` reads of a project what a setting is made of, and no more.

#![allow(clippy::unwrap_used, reason = "a test that finds no result has failed")]

use bartizan_scan::settings::{Ask, settings};
use bartizan_testkit::memory;

/// What no file of the tests may bring into sight: reading it would be told as a problem.
const BROKEN: &str = "this is no Python\n";

/// What one setting is in a project with these files, and which files could not be read.
fn told(name: &str, files: &[(&str, &str)]) -> (String, Vec<String>) {
    let manage = (
        "manage.py",
        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_settings')\n",
    );
    let table = settings(&memory::tree(files.iter().copied().chain([manage])), &Ask::default());
    let row = table.rows.iter().find(|row| row.name == name).unwrap();
    let value = row.cells[0].as_ref().unwrap().value.clone();
    (value, table.problems.iter().map(|problem| problem.path.to_string()).collect())
}

#[test]
fn a_helper_is_read_for_what_is_asked_of_it() {
    let helper = "from shop.forms import OrderForm\n\
                  from shop.words import slug\n\
                  def host(name):\n\
                  \x20   return slug(name) + '.example.org'\n\
                  def order(request):\n\
                  \x20   return OrderForm(request.POST)\n";
    let (value, problems) = told(
        "SESSION_COOKIE_DOMAIN",
        &[
            (
                "site_settings.py",
                "from shop.naming import host\nSESSION_COOKIE_DOMAIN = host('Shop')\n",
            ),
            ("shop/__init__.py", ""),
            ("shop/naming.py", helper),
            ("shop/words.py", "def slug(text):\n    return text.lower()\n"),
            ("shop/forms.py", BROKEN),
        ],
    );
    assert_eq!(value, "'shop.example.org'");
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn a_variable_is_followed_through_all_that_changes_it() {
    let parts = "from shop import extra\n\
                 APPS = ['shop']\n\
                 if extra.WITH_TILL:\n\
                 \x20   APPS += extra.TILL\n";
    let (value, problems) = told(
        "INSTALLED_APPS",
        &[
            ("site_settings.py", "from shop.parts import APPS\nINSTALLED_APPS = APPS + ['blog']\n"),
            ("shop/__init__.py", ""),
            ("shop/parts.py", parts),
            ("shop/extra.py", "WITH_TILL = True\nTILL = ['till']\n"),
        ],
    );
    assert_eq!(value, "['shop', 'till', 'blog']");
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn a_module_is_followed_by_its_attributes() {
    let (value, problems) = told(
        "RELEASE",
        &[
            ("site_settings.py", "import shop.version\nRELEASE = shop.version.TEXT\n"),
            ("shop/__init__.py", "from shop.views import index\n"),
            ("shop/version.py", "from .parts import *\nTEXT = '.'.join(PARTS)\n"),
            ("shop/parts.py", "PARTS = ['2', '10']\n"),
            ("shop/views.py", BROKEN),
        ],
    );
    assert_eq!(value, "'2.10'");
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn a_class_brings_its_bases() {
    let (value, problems) = told(
        "TIME_ZONE",
        &[
            ("site_settings.py", "from shop.site import Site\nTIME_ZONE = Site().zone\n"),
            ("shop/__init__.py", ""),
            ("shop/site.py", "from .base import Base\nclass Site(Base):\n    name = 'shop'\n"),
            ("shop/base.py", "class Base:\n    zone = 'Europe/Vienna'\n"),
        ],
    );
    assert_eq!(value, "'Europe/Vienna'");
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn a_page_called_settings_is_no_reason_to_read_its_forms() {
    let page = "from shop.forms import ProfileForm\n\
                def settings(request):\n\
                \x20   return ProfileForm(request.POST)\n";
    let (_, problems) = told(
        "DEBUG",
        &[
            ("site_settings.py", "DEBUG = True\n"),
            ("shop/__init__.py", ""),
            ("shop/views/settings.py", page),
            ("shop/forms.py", BROKEN),
        ],
    );
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn settings_that_only_take_names_over_are_settings() {
    for take in ["from base import LEVEL\n", "from base import TIME_ZONE\n", "import base\n"] {
        let site = format!("{take}TIME_ZONE = {}\n", take.trim().rsplit(' ').next().unwrap());
        let site = site.replace("TIME_ZONE = base\n", "TIME_ZONE = base.TIME_ZONE\n");
        let base = "TIME_ZONE = LEVEL = 'Europe/Vienna'\n";
        let (value, _) = told("TIME_ZONE", &[("site_settings.py", &site), ("base.py", base)]);
        assert_eq!(value, "'Europe/Vienna'", "{site}");
    }
}

#[test]
fn the_module_that_manage_names_is_settings_whatever_it_looks_like() {
    let site = "from base import TIME_ZONE\ndef zone():\n    return TIME_ZONE\n";
    let base = "TIME_ZONE = 'Europe/Vienna'\n";
    let (value, _) = told("TIME_ZONE", &[("site_settings.py", site), ("base.py", base)]);
    assert_eq!(value, "'Europe/Vienna'");
}

#[test]
fn a_module_that_is_only_imported_may_change_what_others_hold() {
    let patches = "import shop.parts\nfrom shop import till\nshop.parts.APPS.append(till.NAME)\n";
    let (value, problems) = told(
        "INSTALLED_APPS",
        &[
            (
                "site_settings.py",
                "import shop.patches\nfrom shop.parts import APPS\nINSTALLED_APPS = APPS\n",
            ),
            ("shop/__init__.py", ""),
            ("shop/parts.py", "APPS = ['shop']\n"),
            ("shop/patches.py", patches),
            ("shop/till.py", "NAME = 'till'\n"),
        ],
    );
    // In which order they are run is not followed: what is known is that it is not the list alone.
    assert_ne!(value, "['shop']");
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn collections_are_written_as_python_writes_them() {
    for written in ["['a']", "('a',)", "{'a'}", "frozenset({'a'})", "set()", "frozenset()", "()"] {
        let site = format!("HOSTS = {written}\n");
        assert_eq!(told("HOSTS", &[("site_settings.py", &site)]).0, written);
    }
}

/// All settings of each environment, as they are told.
fn all(files: &[(String, String)], module: &str) -> Vec<String> {
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let ask = Ask { module: Some(module.to_owned()), ..Ask::default() };
    let table = settings(&memory::tree(files), &ask);
    let told = table.rows.iter().map(|row| {
        let values = row.cells.iter().flatten().map(|cell| cell.value.as_str());
        format!("{} = {}", row.name, values.collect::<Vec<_>>().join(" | "))
    });
    told.collect()
}

/// The programs that are compared with the real Django elsewhere: all their files are read there.
#[test]
#[expect(clippy::disallowed_methods, reason = "the programs are written by a program")]
fn what_is_read_is_all_that_settings_need() {
    let variants =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../bartizan_django/tests/oracle/variants.py");
    let made = std::process::Command::new("python3").arg(variants).output().unwrap();
    let variants: Vec<serde_json::Value> = serde_json::from_slice(&made.stdout).unwrap();
    assert!(variants.len() > 1_000);
    for variant in &variants {
        let texts = variant["files"].as_object().unwrap().iter();
        let text = |text: &serde_json::Value| text.as_str().unwrap().to_owned();
        let files: Vec<_> = texts.map(|(path, it)| (path.clone(), text(it))).collect();
        let module = variant["module"].as_str().unwrap();
        let read = all(&files, module);
        // Beside settings that name every module, and are not asked for.
        let modules = files.iter().filter_map(|(path, _)| path.strip_suffix(".py"));
        let modules = modules.map(|path| path.trim_end_matches("/__init__").replace('/', "."));
        let naming: String = modules
            .map(|name| {
                format!("import {name}\n{} = {name}\n", name.replace('.', "_").to_uppercase())
            })
            .collect();
        let mut whole = files.clone();
        whole.push(("others/settings.py".to_owned(), naming));
        assert_eq!(read, all(&whole, module), "{}", variant["name"]);
    }
}

/// The value of `SITE` in each environment of a project with these files.
fn sites(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let table = settings(&memory::tree(files.iter().copied()), &Ask::default());
    let row = table.rows.iter().find(|row| row.name == "SITE").unwrap();
    let values = row.cells.iter().map(|cell| cell.as_ref().unwrap().value.clone());
    table.environments.iter().map(|it| it.module.clone()).zip(values).collect()
}

#[test]
fn settings_may_be_called_as_they_like() {
    let conf = "SITE = 'shop'\nDEBUG = False\n";
    let by_code = [
        ("wsgi.py", "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.conf'\n"),
        ("shop/__init__.py", ""),
        ("shop/conf.py", conf),
    ];
    assert_eq!(sites(&by_code), [("shop.conf".to_owned(), "'shop'".to_owned())]);
    let by_image = [
        ("Dockerfile", "FROM python:3.13\nENV DJANGO_SETTINGS_MODULE=shop.conf\n"),
        ("shop/__init__.py", ""),
        ("shop/conf.py", conf),
    ];
    assert_eq!(sites(&by_image), [("shop.conf".to_owned(), "'shop'".to_owned())]);
}

#[test]
fn a_package_hides_a_module_of_the_same_name() {
    let files = [
        ("manage.py", "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\n"),
        ("shop/__init__.py", ""),
        ("shop/settings.py", "SITE = 'left over'\nDEBUG = True\n"),
        ("shop/settings/__init__.py", "SITE = 'in force'\nDEBUG = False\n"),
    ];
    let found = sites(&files);
    assert!(found.contains(&("shop.settings".to_owned(), "'in force'".to_owned())), "{found:?}");
    assert!(found.iter().all(|(_, site)| site == "'in force'"), "{found:?}");
}

#[test]
fn what_an_image_says_of_its_variables_is_read_as_docker_reads_it() {
    let image = "FROM python:3.13 AS base\nENV ROOT=/srv\nFROM base\n\
                 ENV DJANGO_SETTINGS_MODULE=settings SITE=\"${ROOT}/\\\"shop\\\"\"\n";
    let files = [
        ("Dockerfile", image),
        ("settings.py", "import os\nSITE = os.environ['SITE']\nDEBUG = False\n"),
    ];
    assert_eq!(sites(&files), [("settings".to_owned(), "'/srv/\"shop\"'".to_owned())]);
}

#[test]
fn files_that_deploy_a_site_agree_or_nobody_knows() {
    let code = "import os\nSITE = os.environ.get('SITE', 'none')\nDEBUG = False\n";
    let one = |files: &[(&str, &str)]| {
        let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n";
        let mut all = vec![("settings.py", code), ("wsgi.py", wsgi)];
        all.extend(files);
        sites(&all).pop().unwrap().1
    };
    let argued = "ARG NAME=shop\nFROM python:3.13\nARG NAME\nENV SITE=$NAME\n";
    assert_eq!(one(&[("Dockerfile", argued)]), "'shop'");
    let unread = "FROM python:3.13\nENV SITE=${NAME}\n";
    assert_eq!(one(&[("Dockerfile", unread)]), "env SITE, else 'none'");
    let image = "FROM python:3.13\nENV SITE=image\n";
    let composed = |site: &str, command: &str| {
        format!(
            "services:\n  web:\n    build: .\n    command: {command}\n    environment:\n      SITE: {site}\n"
        )
    };
    let (first, second) = (composed("first", "gunicorn shop"), composed("second", "gunicorn shop"));
    let files = [("Dockerfile", image), ("docker-compose.yml", first.as_str())];
    assert_eq!(one(&files), "'first'");
    let files = [("docker-compose.yml", first.as_str()), ("compose.prod.yml", second.as_str())];
    assert_eq!(one(&files), "env SITE, else 'none'");
    // What a developer starts says nothing of visitors.
    let local = composed("first", "python manage.py runserver");
    assert_eq!(one(&[("docker-compose.yml", local.as_str())]), "'none'");
}

#[test]
fn what_starts_processes_gives_them_variables() {
    let code = "import os\nSITE = os.environ.get('SITE', 'none')\nDEBUG = False\n";
    let site = |path: &str, text: &str| {
        let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n";
        let files = [("settings.py", code), ("wsgi.py", wsgi), (path, text)];
        sites(&files).pop().unwrap().1
    };
    assert_eq!(site("Procfile", "web: SITE=shop gunicorn wsgi\n"), "'shop'");
    assert_eq!(site("Procfile", "release: SITE=shop python manage.py migrate\n"), "'none'");
    assert_eq!(site("shop.service", "[Service]\nEnvironment=SITE=shop\n"), "'shop'");
    assert_eq!(site("fly.toml", "[env]\nSITE = \"shop\"\n"), "'shop'");
    let secret = "{\"env\": {\"SITE\": {\"generator\": \"secret\"}}}";
    assert_eq!(site("app.json", secret), "env SITE, else 'none'");
    let stack = "services:\n  web:\n    image: shop\n    environment: {SITE: shop}\n";
    assert_eq!(site("stack.yml", stack), "'shop'");
    // What whoever starts it may say otherwise is what it is, where they say nothing.
    let composed = "services:\n  web:\n    build: .\n    environment: {SITE: \"${NAME:-shop}\"}\n";
    assert_eq!(site("compose.prod.yml", composed), "'shop'");
    let command = "services:\n  web:\n    build: .\n    command: gunicorn -e SITE=shop wsgi\n";
    assert_eq!(site("compose.prod.yml", command), "'shop'");
    let unit =
        "[Service]\nExecStart=/usr/bin/env SITE=shop /bin/gunicorn wsgi\nEnvironment=SITE=x\n";
    assert_eq!(site("shop.service", unit), "'shop'");
    let object = "kind: ConfigMap\nmetadata: {name: c}\ndata: {site: shop}\n---\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - env:\n            - name: SITE\n              valueFrom: {configMapKeyRef: {name: c, key: site}}\n";
    assert_eq!(site("k8s.yaml", object), "'shop'");
    let secret = object.replace("ConfigMap", "Secret").replace("configMapKeyRef", "secretKeyRef");
    assert_eq!(site("k8s.yaml", &secret), "env SITE, else 'none'");
    let secret = secret.replace("\ndata:", "\nstringData:");
    assert_eq!(site("k8s.yaml", &secret), "'shop'");
    // Another environment's settings have variables of their own.
    let uwsgi = "[uwsgi]\nenv = DJANGO_SETTINGS_MODULE=other.settings\nenv = SITE=shop\n";
    assert_eq!(site("uwsgi.ini", uwsgi), "'none'");
}

/// A file of variables is one because something names it, whatever it is called.
#[test]
fn files_of_variables_are_those_that_are_named() {
    let code = "import os\nSITE = os.environ.get('SITE', 'none')\nDEBUG = False\n";
    let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n";
    let site = |files: &[(&str, &str)]| {
        let mut all = vec![("settings.py", code), ("wsgi.py", wsgi)];
        all.extend(files);
        sites(&all).pop().unwrap().1
    };
    let composed = "services:\n  web:\n    build: .\n    env_file: [env/common, .prod]\n";
    let files = [
        ("compose.prod.yml", composed),
        ("env/common", "SITE=common\n"),
        (".prod", "SITE=shop\n"),
        ("env/other", "SITE=other\n"),
    ];
    assert_eq!(site(&files), "'shop'");
    assert_eq!(site(&files[1..]), "'none'");
    // A file goes before what the unit itself gives.
    let unit = "[Service]\nEnvironmentFile=/srv/shop/ops/vars\nEnvironment=SITE=x\nExecStart=gunicorn wsgi\n";
    assert_eq!(site(&[("ops/shop.service", unit), ("ops/vars", "SITE=shop\n")]), "'shop'");
    // One that lies on the machine alone may say anything.
    assert_eq!(site(&[("ops/shop.service", unit)]), "env SITE, else 'none'");
    // A script puts in what nothing else gives.
    let script = "#!/bin/sh\n: \"${SITE:=shop}\"\nexport SITE\nexec \"$@\"\n";
    assert_eq!(site(&[("entrypoint.sh", script)]), "'shop'");
    let image = "FROM python:3.13\nENV SITE=image\n";
    assert_eq!(site(&[("entrypoint.sh", script), ("Dockerfile", image)]), "'image'");
}

#[test]
fn django_environ_reads_what_was_opened() {
    let variables = (".env", "SITE=shop\n");
    let site = |read: &str| {
        let code = format!(
            "import environ\nenv = environ.Env()\n{read}\n\
             SECURE_REFERRER_POLICY = env('SITE', default='none')\n"
        );
        told("SECURE_REFERRER_POLICY", &[("site_settings.py", code.as_str()), variables]).0
    };
    assert_eq!(site("with open('.env') as file:\n    env.read_env(file)"), "'shop'");
    assert_eq!(site("env.read_env(open('.env'))"), "'shop'");
    assert_eq!(
        site("with open('other') as file:\n    env.read_env(file)"),
        "env SITE, else 'none'"
    );
}

#[test]
fn a_url_of_mail_binds_names_of_mail_alone() {
    let code = "import environ\nenv = environ.Env()\nALLOWED_HOSTS = ['shop']\n\
                vars().update(env.email_url('MAIL'))\nDEBUG = False\n\
                globals().update(env.email('MORE', default='smtp://mail.example.org:25'))\n";
    let told = |name: &str| told(name, &[("site_settings.py", code)]).0;
    assert_eq!(told("ALLOWED_HOSTS"), "['shop']");
    assert_eq!(told("DEBUG"), "False");
    // The last one has a default.
    assert_eq!(told("EMAIL_HOST"), "'mail.example.org'");
    assert!(told("EMAIL_USE_TLS").contains("unknown"), "{}", told("EMAIL_USE_TLS"));
}

/// `__all__` may name modules of a package, which are imported for that.
#[test]
fn a_module_that_is_listed_is_taken_along() {
    let files = [
        ("site_settings.py", "from conf import *\n\nSITE = shared.SITE\nDEBUG = flag\n"),
        ("conf/__init__.py", "flag = False\n__all__ = ['shared', 'flag']\n"),
        ("conf/shared.py", "SITE = 'shop'\n"),
    ];
    assert!(told("SITE", &files).0.starts_with("unknown: a module that `__all__` names"));
    assert_eq!(told("DEBUG", &files).0, "False");
}

/// A decorator may store whatever it likes on a class of settings.
#[test]
fn a_class_under_a_decorator_may_have_any_setting() {
    let text = "from configurations import Configuration\nimport more\n\n\n\
                def filled(cls):\n    for name, value in vars(more).items():\n        setattr(cls, name, value)\n    return cls\n\n\n\
                @filled\nclass Mixin:\n    pass\n\n\n\
                class Production(Mixin, Configuration):\n    DEBUG = False\n";
    let files = [
        ("settings.py", text),
        ("more.py", "LIMIT = 5\n"),
        (
            "wsgi.py",
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n\
             os.environ.setdefault('DJANGO_CONFIGURATION', 'Production')\n",
        ),
    ];
    let tree = memory::tree(files);
    let names = ["LIMIT", "X_FRAME_OPTIONS"].map(str::to_owned).to_vec();
    let table = settings(&tree, &Ask { names, ..Ask::default() });
    for row in &table.rows {
        let value = &row.cells[0].as_ref().unwrap().value;
        assert!(value.starts_with("unknown: what a decorator makes of a class"), "{value}");
    }
    assert_eq!(table.rows.len(), 2);
}

#[test]
fn what_runs_before_a_fallback_decides() {
    let code = "import os\nSITE = 'dev'\nDEBUG = True\n";
    let site = |package: &str, wsgi: &str| {
        columns(&[
            (
                "manage.py",
                "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.dev')\n",
            ),
            ("shop/__init__.py", package),
            (
                "shop/celery.py",
                "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.dev')\n",
            ),
            ("shop/wsgi.py", wsgi),
            ("shop/dev.py", code),
            ("shop/live.py", "SITE = 'live'\nDEBUG = False\n"),
        ])
    };
    let falls_back = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.live')\n";
    let found = site("", falls_back);
    assert_eq!(found[0], "local shop.dev manage.py:2 'dev'");
    // `shop/__init__.py` runs before `shop/wsgi.py`.
    let found = site("from .celery import app\n", falls_back);
    assert_eq!(found[0], "production shop.dev shop/celery.py:3 'dev'");
    let insists = "import os\nos.environ.update(DJANGO_SETTINGS_MODULE='shop.live')\n";
    let found = site("from .celery import app\n", insists);
    assert_eq!(found[0], "local shop.dev manage.py:2 'dev'");
    assert_eq!(found[1], "production shop.live shop/wsgi.py:2 'live'");
}

#[test]
fn an_image_that_names_settings_is_theirs() {
    let files = [
        ("Dockerfile", "FROM python:3.13\nENV DJANGO_SETTINGS_MODULE=shop.dev SITE=image\n"),
        ("shop/__init__.py", ""),
        ("shop/dev.py", "import os\nSITE = os.environ.get('SITE', 'none')\nDEBUG = True\n"),
    ];
    assert_eq!(sites(&files), [("shop.dev".to_owned(), "'image'".to_owned())]);
}

/// A name that is bound in one world alone: who reads it is told of both, and never as if nothing had been
/// written.
#[test]
fn what_may_be_unbound_takes_no_setting_away() {
    let text = "import os, sys\n\
                if sys.platform != 'win32':\n\
                \x20   UNIX = True\n\
                ALLOWED_HOSTS = ['/'] if UNIX else []\n\
                if os.environ.get('MODE'):\n\
                \x20   MODE = 'live'\n\
                SECURE_HSTS_SECONDS = 60 if MODE == 'live' else 0\n\
                SITE = MODE or 'shop'\n";
    let files = [("site_settings.py", text)];
    let told = |name: &str| told(name, &files).0;
    assert_eq!(told("ALLOWED_HOSTS"), "['/'] or []");
    assert_eq!(told("SECURE_HSTS_SECONDS"), "unknown: it would raise NameError");
    assert_eq!(told("SITE"), "unknown: it would raise NameError");
}

#[test]
fn what_starts_a_site_may_set_the_environment_before() {
    let wsgi = "import os\n\
                from django.core.wsgi import get_wsgi_application\n\
                os.environ['DJANGO_SETTINGS_MODULE'] = 'shop_settings'\n\
                os.environ['SITE'] = 'shop'\n\
                os.environ.setdefault('HOST', 'shop.example')\n\
                if os.path.exists('/srv'):\n\
                \x20   os.environ['FOLDER'] = '/srv'\n\
                application = get_wsgi_application()\n\
                os.environ['LATE'] = 'yes'\n";
    let text = "import os\n\
                DEBUG = False\n\
                SITE = os.environ.get('SITE', 'none')\n\
                HOST = os.environ.get('HOST', 'none')\n\
                FOLDER = os.environ.get('FOLDER', 'none')\n\
                LATE = os.environ.get('LATE', 'none')\n";
    let files = [("wsgi.py", wsgi), ("shop_settings.py", text)];
    let table = settings(&memory::tree(files), &Ask::default());
    let value = |name: &str| {
        let row = table.rows.iter().find(|row| row.name == name).unwrap();
        row.cells[0].as_ref().unwrap().value.clone()
    };
    assert_eq!(value("SITE"), "'shop'");
    assert_eq!(value("HOST"), "'shop.example'");
    assert!(!value("FOLDER").starts_with('\''), "{}", value("FOLDER"));
    assert_eq!(value("LATE"), "'none'");
}

/// The environments of a project with these files: name, source, value of `SITE`.
fn columns(files: &[(&str, &str)]) -> Vec<String> {
    let table = settings(&memory::tree(files.iter().copied()), &Ask::default());
    let row = table.rows.iter().find(|row| row.name == "SITE").unwrap();
    let values = row.cells.iter().map(|cell| cell.as_ref().unwrap().value.clone());
    let told = table.environments.iter().zip(values).map(|(it, value)| {
        let decided = it
            .decided
            .as_ref()
            .map_or("-".to_owned(), |(path, line)| format!("{}:{line}", path.as_str()));
        format!("{} {} {decided} {value}", it.name, it.module)
    });
    told.collect()
}

#[test]
fn what_an_image_serves_visitors_with_is_production_whatever_it_is_called() {
    let site = |files: &[(&str, &str)]| {
        let code = "import os\nSITE = os.environ.get('SITE', 'none')\nDEBUG = False\n";
        let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.prod')\n";
        let mut all = vec![
            ("shop/__init__.py", ""),
            ("shop/dev.py", code),
            ("shop/prod.py", "SITE = 'live'\nDEBUG = False\n"),
        ];
        if files.iter().all(|(path, _)| *path != "shop/wsgi.py") {
            all.push(("shop/wsgi.py", wsgi));
        }
        all.extend(files);
        columns(&all)
    };
    let image = "FROM python:3.13\nENV DJANGO_SETTINGS_MODULE=shop.dev\nENV SITE=image\n\
                 CMD [\"gunicorn\", \"shop.wsgi\"]\n";
    assert_eq!(
        site(&[("Dockerfile", image)]),
        ["production shop.dev Dockerfile:2 'image'", "production shop.prod shop/wsgi.py:2 'live'"]
    );
    // What `wsgi.py` gives the environment counts, whichever settings it falls back on.
    let wsgi = "import os\nos.environ['SITE'] = 'given'\n\
                os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.prod')\n";
    let found = site(&[("Dockerfile", image), ("shop/wsgi.py", wsgi)]);
    assert_eq!(found[0], "production shop.dev Dockerfile:2 'given'");
    // One that insists has the last word.
    let wsgi = "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.prod'\n";
    let found = site(&[("Dockerfile", image), ("shop/wsgi.py", wsgi)]);
    assert_eq!(found[0], "local shop.dev Dockerfile:2 'image'");
    // So has a composition.
    let composed = "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi\n    environment:\n      DJANGO_SETTINGS_MODULE: shop.prod\n";
    let found = site(&[("Dockerfile", image), ("docker-compose.prod.yml", composed)]);
    assert_eq!(found[0], "local shop.dev Dockerfile:2 'image'");
    let composed = composed.replace("shop.prod", "shop.dev");
    let found = site(&[("docker-compose.prod.yml", &composed)]);
    assert_eq!(found[0], "production shop.dev docker-compose.prod.yml:6 'none'");
    // What a developer starts is a developer's.
    let image =
        image.replace("\"gunicorn\", \"shop.wsgi\"", "\"python\", \"manage.py\", \"runserver\"");
    assert_eq!(site(&[("Dockerfile", &image)])[0], "local shop.dev Dockerfile:2 'image'");
    let script = "#!/bin/sh\nexec gunicorn shop.wsgi\n";
    let image = "FROM python:3.13\nENV DJANGO_SETTINGS_MODULE=shop.dev\n\
                 ENTRYPOINT [\"/srv/entrypoint.sh\"]\n";
    let found = site(&[("Dockerfile", image), ("docker/entrypoint.sh", script)]);
    assert_eq!(found[0], "production shop.dev Dockerfile:2 'none'");
}

#[test]
fn an_image_says_which_class_of_the_settings_visitors_get() {
    let code = "import os\nfrom configurations import Configuration\n\
                class Base(Configuration):\n    SITE = os.environ.get('SITE', 'none')\n\
                class Dev(Base):\n    DEBUG = True\nclass Prod(Base):\n    DEBUG = False\n";
    let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n\
                os.environ.setdefault('DJANGO_CONFIGURATION', 'Prod')\n";
    let image = "FROM python:3.13\nENV DJANGO_CONFIGURATION=\"Dev\" SITE=image\n\
                 CMD [\"gunicorn\", \"wsgi\"]\n";
    let found = columns(&[("settings.py", code), ("wsgi.py", wsgi), ("Dockerfile", image)]);
    assert_eq!(
        found,
        [
            "production settings:Dev Dockerfile:2 'image'",
            "production settings:Prod wsgi.py:3 'none'"
        ]
    );
}

#[test]
fn packages_make_of_urls_what_their_release_makes() {
    let site = |files: &[(&str, &str)]| {
        let code = "import dj_database_url\n\
                    SITE = dj_database_url.parse('postgres://u@h/n?x=1')['ENGINE']\nDEBUG = False\n";
        let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n";
        let mut all = vec![("settings.py", code), ("wsgi.py", wsgi)];
        all.extend(files);
        sites(&all).pop().unwrap().1
    };
    let newest = "'django.db.backends.postgresql'";
    let old = "'django.db.backends.postgresql_psycopg2'";
    assert_eq!(site(&[]), newest);
    assert_eq!(site(&[("requirements.txt", "dj-database-url==0.5.0\n")]), old);
    assert_eq!(site(&[("requirements.txt", "dj_database_url<1\n")]), old);
    assert_eq!(site(&[("requirements.txt", "dj-database-url>=2,<3\n")]), newest);
    let lock = "[[package]]\nname = \"dj-database-url\"\nversion = \"0.5.0\"\n\
                description = \"\"\noptional = false\npython-versions = \"*\"\n\
                [metadata]\nlock-version = \"2.0\"\n";
    assert_eq!(site(&[("poetry.lock", lock)]), old);
    assert!(site(&[("requirements.txt", "dj-database-url==0.4.2\n")]).contains("not evaluated"));
}

#[test]
fn compositions_are_read_as_docker_reads_them() {
    let site = |files: &[(&str, &str)]| {
        let code = "import os\nSITE = os.environ.get('SITE', 'none')\nDEBUG = False\n";
        let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n";
        let mut all = vec![("settings.py", code), ("wsgi.py", wsgi)];
        all.extend(files);
        sites(&all).pop().unwrap().1
    };
    let image = ("Dockerfile", "FROM python:3.13\nCMD [\"gunicorn\", \"wsgi\"]\n");
    // The image says that it serves visitors; the worker is asked nothing.
    let merged = "x-env: &env\n  SITE: merged\nservices:\n  web:\n    build: .\n    environment:\n      <<: *env\n  worker:\n    build: .\n    command: celery -A shop worker\n    environment:\n      SITE: worker\n";
    assert_eq!(site(&[image, ("docker-compose.yml", merged)]), "'merged'");
    let named = "services:\n  web:\n    build: .\n    env_file: ./.envs/.production/.django\n";
    let kept = (".envs/.production/.django", "SITE=kept\n");
    assert_eq!(site(&[image, ("compose.yaml", named), kept]), "'kept'");
    let staged = "FROM python:3.13 AS prod\nARG NAME=arg\nENV SITE=$NAME\nCMD [\"gunicorn\", \"wsgi\"]\nFROM prod AS dev\nENV SITE=dev\n";
    let built = "services:\n  web:\n    build:\n      context: .\n      target: prod\n      args:\n        NAME: told\n";
    assert_eq!(site(&[("Dockerfile", staged), ("docker-compose.yml", built)]), "'told'");
    let below = "services:\n  web:\n    build: .\n    environment:\n      SITE: below\n";
    let over = "services:\n  web:\n    command: gunicorn wsgi\n";
    let files = [("docker-compose.yml", below), ("docker-compose.prod.yml", over)];
    assert_eq!(site(&files), "'below'");
    let alone = "services:\n  web:\n    image: shop\n    command: gunicorn wsgi\n";
    let files = [("docker-compose.yml", below), ("docker-compose.prod.yml", alone)];
    assert_eq!(site(&files), "env SITE, else 'none'");
    let given = "FROM python:3.13\nCMD SITE=command exec gunicorn wsgi\n";
    assert_eq!(site(&[("Dockerfile", given)]), "'command'");
    let unit =
        "[Service]\nEnvironmentFile=-/srv/shop/deploy/live.env\nExecStart=/bin/gunicorn wsgi\n";
    let files = [("deploy/shop.service", unit), ("deploy/live.env", "SITE=unit\n")];
    assert_eq!(site(&files), "'unit'");
    let taken = "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - envFrom:\n            - configMapRef: {name: web}\n";
    let map = "kind: ConfigMap\nmetadata: {name: web}\ndata: {SITE: map}\n";
    assert_eq!(site(&[("k8s/web.yaml", taken), ("k8s/map.yaml", map)]), "'map'");
    let raw = "bind = '0.0.0.0:8000'\nraw_env = ['SITE=raw']\n";
    assert_eq!(site(&[("gunicorn.conf.py", raw)]), "'raw'");
}

#[test]
fn variables_of_an_image_count_for_the_settings_on_which_code_insists() {
    let code = "import os\nSITE = os.environ.get('SITE', 'none')\nDEBUG = False\n";
    let wsgi = "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.prod'\n";
    let image = "FROM python:3.13\nENV DJANGO_SETTINGS_MODULE=shop.dev SITE=image\n\
                 CMD [\"gunicorn\", \"shop.wsgi\"]\n";
    let found = columns(&[
        ("shop/__init__.py", ""),
        ("shop/prod.py", code),
        ("shop/dev.py", code),
        ("shop/wsgi.py", wsgi),
        ("Dockerfile", image),
    ]);
    assert!(found.contains(&"production shop.prod shop/wsgi.py:2 'image'".to_owned()), "{found:?}");
}
