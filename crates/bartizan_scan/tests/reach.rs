//! Whether a shop's code reaches the holes of its packages.
#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

use bartizan_advisory::builtin;
use bartizan_base::MemoryTree;
use bartizan_deps::Detail;
use bartizan_deps::reach::Reach;
use bartizan_requirement::discover;
use bartizan_scan::config::Config;
use bartizan_scan::{Knowledge, packages};

/// What is known of the way to one hole.
fn reach(id: &str, files: &[(&str, &str)]) -> String {
    let tree = files.iter().fold(MemoryTree::new(), |tree, (path, text)| tree.with(path, *text));
    let today = "2026-11-26".parse().unwrap();
    let (knowledge, config) = (Knowledge::default(), Config::default());
    let inventory = discover(&tree);
    let look = packages::Look { reach: true, detail: Detail::Whole };
    let (report, _) =
        packages::check(&tree, &inventory, &config, &knowledge, builtin(), look, today);
    let flaw = report.vulnerable.iter().find(|flaw| flaw.advisory.is_called(id));
    match &flaw.expect("the version has the hole").reach {
        Reach::Reached(Some(place)) => format!("{}:{}", place.path, place.start.line),
        other => format!("{other:?}"),
    }
}

const DJANGO: (&str, &str) = ("requirements.txt", "django==4.2.11\n");
const MANAGE: (&str, &str) =
    ("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n");

#[test]
fn a_call_is_found_under_every_name() {
    let get = |code: &str| reach("CVE-2024-39330", &[DJANGO, ("shop/files.py", code)]);
    assert_eq!(get("def name(storage):\n    return storage.generate_filename('a')\n"), "Unknown");
    assert_eq!(get("def name():\n    return 'a'\n"), "NotInCode");

    let archive = |code: &str| reach("CVE-2025-59682", &[DJANGO, ("shop/files.py", code)]);
    assert_eq!(
        archive("from django.utils import archive\n\narchive.extract('a.zip', '/tmp')\n"),
        "shop/files.py:3"
    );
    assert_eq!(
        archive("from django.utils.archive import extract as unpack\n\nunpack('a', 'b')\n"),
        "shop/files.py:3"
    );
    assert_eq!(archive("import django\n"), "NotInCode");
    assert_eq!(archive("from django.utils.archive import extract\n"), "Unknown");
}

#[test]
fn a_class_is_reached_by_who_inherits_from_it_or_hands_it_on() {
    let reset = |code: &str| reach("CVE-2024-45231", &[DJANGO, ("shop/views.py", code)]);
    let import = "from django.contrib.auth.views import PasswordResetView\n";
    assert_eq!(
        reset(&format!("{import}\nclass Reset(PasswordResetView):\n    pass\n")),
        "shop/views.py:3"
    );
    assert_eq!(
        reset(&format!("{import}\nview = PasswordResetView.as_view()\n")),
        "shop/views.py:3"
    );
}

#[test]
fn test_code_reaches_nothing() {
    let code = "from django.utils import archive\n\narchive.extract('a.zip', '/tmp')\n";
    assert_eq!(reach("CVE-2025-59682", &[DJANGO, ("shop/tests/files.py", code)]), "NotInCode");
}

#[test]
fn a_file_that_cannot_be_read_may_use_anything() {
    let files = [DJANGO, ("shop/views.py", "def broken(:\n")];
    assert_eq!(reach("CVE-2025-59682", &files), "Unknown");
}

#[test]
fn settings_tell_of_middleware_for_certain() {
    let locale =
        |settings: &str| reach("CVE-2024-39614", &[DJANGO, MANAGE, ("shop/settings.py", settings)]);
    assert_eq!(
        locale("MIDDLEWARE = [\n    'django.middleware.locale.LocaleMiddleware',\n]\n"),
        "shop/settings.py:2"
    );
    // The functions that the middleware calls can be called by others.
    assert_eq!(locale("MIDDLEWARE = ['django.middleware.common.CommonMiddleware']\n"), "NotInCode");
    assert_eq!(locale("from elsewhere import *\n"), "Unknown");
}

#[test]
fn a_hole_of_another_database_is_out_of_reach() {
    let haskey = |engine: &str| {
        let settings =
            format!("DATABASES = {{'default': {{'ENGINE': '{engine}', 'NAME': 'shop'}}}}\n");
        let code = "from django.db.models.fields.json import HasKey\n\nHasKey('a', 'b')\n";
        let files = [DJANGO, MANAGE, ("shop/settings.py", &settings), ("shop/models.py", code)];
        reach("CVE-2024-53908", &files)
    };
    assert_eq!(haskey("django.db.backends.postgresql"), "NotFound");
    assert_eq!(haskey("django.db.backends.oracle"), "shop/models.py:3");
    assert_eq!(haskey("shop.backends.tenants"), "Unknown");
}

#[test]
fn an_app_that_is_not_installed_is_out_of_reach() {
    let allauth = ("requirements.txt", "django-allauth==65.3.0\n");
    let okta = |apps: &str| {
        let settings = format!("INSTALLED_APPS = ['allauth', 'allauth.socialaccount'{apps}]\n");
        reach("CVE-2025-65431", &[allauth, MANAGE, ("shop/settings.py", &settings)])
    };
    assert_eq!(okta(""), "NotFound");
    assert_eq!(okta(", 'allauth.socialaccount.providers.okta'"), "shop/settings.py:1");
}

#[test]
fn an_argument_is_looked_for_where_the_package_is_called() {
    let pins = ("requirements.txt", "sqlparse==0.4.1\n");
    let format = |arguments: &str| {
        let code = format!("import sqlparse\n\nsqlparse.format(text{arguments})\n");
        reach("CVE-2021-32839", &[pins, ("shop/sql.py", &code)])
    };
    assert_eq!(format(", strip_comments=True"), "shop/sql.py:3");
    assert_eq!(format(", strip_comments=False"), "NotInCode");
    assert_eq!(format(", **options"), "Unknown");
}

#[test]
fn a_dict_is_expanded_into_a_query_by_whoever_does_not_write_its_keys() {
    let models = (
        "shop/models.py",
        "from django.db import models\n\nclass Order(models.Model):\n    pass\n",
    );
    let find = |call: &str| {
        let code = format!("from shop.models import Order\n\ndef find(terms):\n    {call}\n");
        reach("CVE-2025-64459", &[DJANGO, models, ("shop/views.py", &code)])
    };
    assert_eq!(find("return Order.objects.filter(**terms)"), "shop/views.py:4");
    assert_eq!(find("return Order.objects.filter(state='sent')"), "NotInCode");
    assert_eq!(find("return Order.objects.filter(**{'state': 'sent'})"), "NotInCode");
    assert_eq!(find("return terms.orders.filter(**terms)"), "Unknown", "a filter of what?");
    assert_eq!(find("return dict(**terms)"), "NotInCode");
}

#[test]
fn a_package_that_nobody_uses_is_out_of_reach() {
    let lock = |needs: &str| {
        format!(
            "version = 1\n[[package]]\nname = \"markdown\"\nversion = \"3.8.0\"\n\
             source = {{ registry = \"https://packages.shop.example/\" }}\n\
             [[package]]\nname = \"django\"\nversion = \"5.2.99\"\n\
             source = {{ registry = \"https://packages.shop.example/\" }}\n\
             dependencies = [{{ name = \"{needs}\" }}]\n\
             [[package]]\nname = \"asgiref\"\nversion = \"3.8.0\"\n\
             source = {{ registry = \"https://packages.shop.example/\" }}\n"
        )
    };
    let of = |needs: &str, code: &str| {
        reach("PYSEC-2026-89", &[("uv.lock", &lock(needs)), ("shop/views.py", code)])
    };
    assert_eq!(of("asgiref", "import django\n"), "NotFound");
    assert_eq!(of("markdown", "import django\n"), "NotInCode");
    assert_eq!(of("asgiref", "import markdown\n"), "NotInCode");
    assert_eq!(of("asgiref", "import markdown\nmarkdown.markdown('x')\n"), "shop/views.py:2");
    assert_eq!(of("asgiref", "RENDER = 'markdown.markdown'\n"), "Unknown");
}
