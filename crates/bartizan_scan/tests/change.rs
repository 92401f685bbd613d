//! What an edit writes into files by itself, whatever route leads there, as `surface --diff` tells it;
//! and beside each kind what looks like it and is told of nothing.
#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

use bartizan_base::MemoryTree;
use bartizan_scan::Knowledge;
use bartizan_scan::change::change;
use bartizan_scan::config::Config;
use bartizan_scan::surface::Ask;

const SHOP: &[(&str, &str)] = &[
    (
        "manage.py",
        "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n",
    ),
    ("requirements.txt", "Django==5.2.1\nPillow>=11.0\n"),
    ("shop/__init__.py", ""),
    (
        "shop/settings.py",
        "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\nROOT_URLCONF = \"shop.urls\"\n\
         INSTALLED_APPS = [\"shop\"]\n",
    ),
    (
        "shop/urls.py",
        "from django.urls import path\nfrom shop import views\n\nurlpatterns = [\n    \
         path(\"orders/\", views.orders),\n]\n",
    ),
    (
        "shop/views.py",
        r#"from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpResponse
from django.utils.html import escape


@login_required
def orders(request):
    number = request.GET.get("number", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT title FROM shop_order WHERE number = %s", [number])
        rows = cursor.fetchall()
    return HttpResponse(escape(rows))
"#,
    ),
    (
        "shop/templates/orders.html",
        "<h1>Orders</h1>\n<p>{{ order.note }}</p>\n<p>{{ order.title|striptags }}</p>\n",
    ),
    (
        "shop/migrations/0001_initial.py",
        r#"from django.db import migrations


class Migration(migrations.Migration):
    operations = []
"#,
    ),
    (
        "shop/tests/test_orders.py",
        r#"def test_orders_are_for_customers(client):
    assert client.get("/orders/").status_code == 403


def test_orders_are_listed(client, customer):
    client.force_login(customer)
    assert client.get("/orders/").status_code == 200
"#,
    ),
];

fn shop() -> MemoryTree {
    let files = SHOP.iter();
    files.fold(MemoryTree::new(), |tree, (path, text)| tree.with(path, *text))
}

/// What is told where `from` is written `to` in one file.
fn told(path: &str, from: &str, to: &str) -> String {
    let before = SHOP.iter().find(|(known, _)| *known == path).map_or("", |(_, text)| *text);
    assert!(before.contains(from), "{path} has no {from:?}");
    compared(&shop().with(path, before.replacen(from, to, 1)))
}

/// What is told where a file is new.
fn told_of_new(path: &str, text: &str) -> String {
    compared(&shop().with(path, text))
}

fn compared(head: &MemoryTree) -> String {
    lines_of(&shop(), head)
}

fn lines_of(base: &MemoryTree, head: &MemoryTree) -> String {
    let (config, knowledge) = (Config::default(), Knowledge::default());
    let table = change(base, head, &config, &knowledge, &Ask::default(), &|_| {});
    let lines = table.changes.iter().map(|change| {
        let (kind, path, line) = (change.kind.as_str(), &change.path, change.line);
        format!("{kind} {path}:{line}: {} → {}", change.before, change.after)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_query_built_from_text_is_a_new_sink() {
    let query = "\"SELECT title FROM shop_order WHERE number = %s\", [number]";
    insta::assert_snapshot!(
        told("shop/views.py", query, "\"SELECT title FROM shop_order WHERE number = '%s'\" % number"),
        @r#"
        sink_newly_reachable shop/views.py:11:  → `request.GET.get("number")` is written into the text of a query (sql-built-from-text)
        "#
    );
    let named = "\"SELECT title FROM shop_order WHERE number = %(number)s\", {\"number\": number}";
    assert_eq!(told("shop/views.py", query, named), "");
}

#[test]
fn a_template_that_trusts_its_text_escapes_no_more() {
    let path = "shop/templates/orders.html";
    insta::assert_snapshot!(told(path, "{{ order.note }}", "{{ order.note|safe }}"), @r"
    escape_removed shop/templates/orders.html:2:  → <p>{{ order.note|safe }}</p>
    ");
    assert_eq!(told(path, "{{ order.note }}", "{{ order.note|linebreaks }}"), "");
}

#[test]
fn what_cleaned_a_text_is_gone() {
    insta::assert_snapshot!(told("shop/views.py", "escape(rows)", "rows"), @r"
    sanitizer_removed shop/views.py:13: escape(…) →
    ");
    let elsewhere = "html(rows))\n\n\ndef html(rows):\n    return escape(rows";
    assert_eq!(told("shop/views.py", "escape(rows)", elsewhere), "", "moved into a function");
    insta::assert_snapshot!(
        told("shop/templates/orders.html", "|striptags", ""),
        @r"
        sanitizer_removed shop/templates/orders.html:3: <p>{{ order.title|striptags }}</p> →
        "
    );
}

#[test]
fn a_credential_is_written_out() {
    let key = "SECRET_KEY = os.environ[\"SECRET_KEY\"]";
    let both =
        format!("{key}\nSTRIPE_SECRET_KEY = \"sk_live_4eC39HqLyjWDarjtT1zdp7dcTYooMQauvdEDq54N\"");
    insta::assert_snapshot!(told("shop/settings.py", key, &both), @r"
    secret_introduced shop/settings.py:4:  → STRIPE_SECRET_KEY
    ");
    let named = format!("{key}\nSTRIPE_SECRET_KEY = os.environ[\"STRIPE_SECRET_KEY\"]");
    assert_eq!(told("shop/settings.py", key, &named), "");
}

#[test]
fn an_older_version_is_allowed() {
    insta::assert_snapshot!(told("requirements.txt", "Django==5.2.1", "Django>=4.2"), @r"
    dependency_downgraded requirements.txt:1: django ==5.2.1 → django >=4.2
    ");
    assert_eq!(told("requirements.txt", "Django==5.2.1", "Django==5.2.4"), "");
}

#[test]
fn a_package_is_needed_that_was_not() {
    let path = "requirements.txt";
    insta::assert_snapshot!(told(path, "Pillow>=11.0", "Pillow>=11.0\npyyaml==6.0"), @r"
    dependency_added requirements.txt:3:  → pyyaml ==6.0
    ");
    assert_eq!(told(path, "Django==5.2.1\nPillow>=11.0", "pillow >= 11.0\ndjango==5.2.1"), "");
}

#[test]
fn a_migration_runs_sql_of_its_own() {
    let path = "shop/migrations/0001_initial.py";
    let sql = "operations = [migrations.RunSQL(\"DELETE FROM shop_order\")]";
    insta::assert_snapshot!(told(path, "operations = []", sql), @r"
    migration_risky shop/migrations/0001_initial.py:5:  → RunSQL(…)
    ");
    let field = "operations = [migrations.DeleteModel(\"Basket\")]";
    assert_eq!(told(path, "operations = []", field), "");
}

#[test]
fn a_comment_silences_a_rule() {
    let line = "number = request.GET.get(\"number\", \"\")";
    let path = "shop/views.py";
    insta::assert_snapshot!(told(path, line, &format!("{line}  # nosec B608")), @r"
    suppression_added shop/views.py:9:  → nosec B608
    ");
    insta::assert_snapshot!(told(path, line, &format!("{line}  # noqa: S608")), @r"
    suppression_added shop/views.py:9:  → noqa S608
    ");
    assert_eq!(told(path, line, &format!("{line}  # noqa: E501")), "");
}

#[test]
fn a_test_that_somebody_is_refused_is_gone() {
    let path = "shop/tests/test_orders.py";
    let refused = "def test_orders_are_for_customers(client):\n    \
                   assert client.get(\"/orders/\").status_code == 403\n";
    insta::assert_snapshot!(told(path, refused, ""), @r#"
    test_of_guard_removed shop/tests/test_orders.py:1: assert client.get("/orders/").status_code == 403 →
    "#);
    let listed = "    assert client.get(\"/orders/\").status_code == 200\n";
    assert_eq!(told(path, listed, "    pass\n"), "");
    insta::assert_snapshot!(told(path, "== 403", "== 200"), @r#"
    test_of_guard_removed shop/tests/test_orders.py:2: assert client.get("/orders/").status_code == 403 →
    "#);
}

#[test]
fn a_new_file_is_told_as_an_edit_is() {
    let text = "from django.core.management import call_command  # nosec\n";
    insta::assert_snapshot!(told_of_new("shop/tasks.py", text), @r"
    suppression_added shop/tasks.py:1:  → nosec
    ");
    assert_eq!(told_of_new("shop/tasks.py", "from django.core import management\n"), "");
}
/// A clinic whose API asks for a login by default, and whose view says so too.
fn clinic() -> MemoryTree {
    MemoryTree::new()
        .with("manage.py", SHOP[0].1.replace("shop.", "clinic."))
        .with("clinic/__init__.py", "")
        .with(
            "clinic/settings.py",
            "ROOT_URLCONF = \"clinic.urls\"\nREST_FRAMEWORK = {\n    \"DEFAULT_PERMISSION_CLASSES\": \
             [\"rest_framework.permissions.IsAuthenticated\"],\n}\n",
        )
        .with(
            "clinic/urls.py",
            "from django.urls import path\nfrom clinic.views import Visits\n\nurlpatterns = [\n    \
             path(\"visits/\", Visits.as_view()),\n]\n",
        )
        .with("clinic/views.py", VISITS)
}

const VISITS: &str = r#"from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView


class Visits(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request):
        return Response([])
"#;

#[test]
fn a_guard_that_the_site_asks_alone_now_is_inherited() {
    let told = |views: &str| lines_of(&clinic(), &clinic().with("clinic/views.py", views));
    let own = "    permission_classes = [IsAuthenticated]\n\n";
    insta::assert_snapshot!(told(&VISITS.replace(own, "")), @r"
    guard_now_inherited clinic/views.py:7: login → login (by clinic/settings.py:3)
    ");
    let base = VISITS.replace(own, "").replace(
        "class Visits(APIView)",
        "class ForPatients(APIView):\n    permission_classes = (IsAuthenticated,)\n\n\n\
         class Visits(ForPatients)",
    );
    assert_eq!(told(&base), "", "the base of the view asks");
}

#[test]
fn settings_that_are_not_followed_are_stood_in_for_by_the_one_module_that_names_a_urlconf() {
    let site = |views: &str| {
        let settings = "from loader import load\n\nload(\"shop.base\", globals())\n";
        let tree = shop().with("shop/settings.py", settings).with("shop/views.py", views);
        tree.with("shop/base.py", "ROOT_URLCONF = \"shop.urls\"\nMIDDLEWARE = []\n")
    };
    let views = SHOP.iter().find(|(path, _)| *path == "shop/views.py").unwrap().1;
    let open = views.replacen("@login_required\n", "", 1);
    insta::assert_snapshot!(
        lines_of(&site(views), &site(&open)),
        @"guard_removed shop/views.py:7: login → anonymous"
    );
}

/// Defaults have places of their own: none of the project's.
#[test]
fn a_default_that_is_not_known_is_looked_up_in_no_file() {
    let site = |host: &str| {
        let settings = format!(
            "import os\nROOT_URLCONF = \"shop.urls\"\nALLOWED_HOSTS = [\"{host}\"]\n\
             DEFAULT_FILE_STORAGE = os.getenv(\"STORAGE\", \"shop.Storage\")\n\
             try:\n    from local_settings import *\nexcept ImportError:\n    pass\n"
        );
        let tree = shop().with("requirements.txt", "Django==4.2.30\n").with("an_empty_file.py", "");
        tree.with("shop/settings.py", settings)
    };
    insta::assert_snapshot!(lines_of(&site("shop.example"), &site("*")), @"
    setting_weakened shop/settings.py:3: ['shop.example'] → ['*']
    ");
}

/// Each class of settings is an environment of its own.
#[test]
fn every_class_of_the_settings_that_visitors_get_is_compared() {
    let site = |debug: &str| {
        let settings = format!(
            "from configurations import Configuration\n\n\n\
             class Base(Configuration):\n    ROOT_URLCONF = \"shop.urls\"\n    DEBUG = False\n\n\n\
             class Live(Base):\n    DEBUG = False\n\n\n\
             class Production(Base):\n    DEBUG = {debug}\n"
        );
        let wsgi = "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n\
                    os.environ.setdefault(\"DJANGO_CONFIGURATION\", \"Live\")\n";
        shop().with("shop/settings.py", settings).with("shop/wsgi.py", wsgi)
    };
    insta::assert_snapshot!(lines_of(&site("False"), &site("True")), @"
    setting_weakened shop/settings.py:14: False → True
    ");
}
