//! Names on their way through modules.

mod common;

use common::link;

#[test]
fn an_alias_is_seen_for_what_it_is() {
    let shop = link(&[(
        "shop/views.py",
        "from django.utils.safestring import mark_safe as ms\n\
         import os.path\n\
         import subprocess as sp\n\
         ms(x)\n\
         os.path.join('a')\n\
         sp.run('ls')\n\
         eval('1')\n",
    )]);
    assert_eq!(
        shop.calls("shop/views.py"),
        [
            "ms -> django.utils.safestring.mark_safe",
            "os.path.join -> os.path.join",
            "sp.run -> subprocess.run",
            "eval -> builtins.eval",
        ]
    );
}

#[test]
fn a_re_export_is_followed_through_any_number_of_modules() {
    let shop = link(&[
        ("shop/__init__.py", ""),
        ("shop/html.py", "from django.utils.safestring import mark_safe\n"),
        ("shop/compat.py", "from . import html\nraw = html.mark_safe\n"),
        ("shop/utils.py", "from .compat import raw as trusted\nfrom shop.carts import total\n"),
        ("shop/carts.py", "def total(): pass\n"),
        (
            "shop/views.py",
            "from shop import utils\nfrom shop.utils import total\nutils.trusted('')\ntotal()\n",
        ),
    ]);
    assert_eq!(
        shop.calls("shop/views.py"),
        ["utils.trusted -> django.utils.safestring.mark_safe", "total -> def shop.carts.total"]
    );
    assert_eq!(shop.last_model("shop/html.py"), None);
    let names = shop.project.names();
    assert_eq!((names.seen, names.read), (5, 5));
}

#[test]
fn another_name_for_a_described_thing_is_that_thing() {
    let shop = link(&[(
        "shop/views.py",
        "from django.db.models import QuerySet\nimport django.db.models.query as q\n\
         a = QuerySet\nb = q.QuerySet\n",
    )]);
    assert_eq!(shop.what("shop/views.py", "a"), "django.db.models.query.QuerySet");
    assert_eq!(shop.what("shop/views.py", "b"), "django.db.models.query.QuerySet");
}

#[test]
fn a_star_import_hides_what_was_bound_before_it_and_not_what_comes_after() {
    let base = ("a.py", "def pay(): pass\ndef ship(): pass\n");
    let before = link(&[
        base,
        ("b.py", "from a import *\ndef pay(): pass\n"),
        ("c.py", "from b import pay, ship\n"),
    ]);
    assert_eq!(before.what("c.py", "pay"), "def b.pay");
    assert_eq!(before.what("c.py", "ship"), "def a.ship");
    let after = link(&[
        base,
        ("b.py", "def pay(): pass\nfrom a import *\n"),
        ("c.py", "from b import pay, ship\n"),
    ]);
    assert_eq!(after.what("c.py", "pay"), "def a.pay");
    assert_eq!(after.what("b.py", "pay"), "def a.pay");
}

#[test]
fn a_part_that_takes_a_name_from_its_package_gives_back_what_that_had() {
    let shop = link(&[
        ("shop/__init__.py", "from shop.orders import *\nfrom shop.receipts import *\n"),
        ("shop/orders.py", "class Order: pass\n"),
        ("shop/receipts.py", "from shop import Order, Missing\nclass Receipt(Order): pass\n"),
        ("views.py", "from shop import Order, Receipt, Missing\n"),
    ]);
    assert_eq!(shop.what("views.py", "Order"), "class shop.orders.Order");
    assert_eq!(shop.what("views.py", "Receipt"), "class shop.receipts.Receipt");
    assert!(shop.what("views.py", "Missing").starts_with("unknown"));
}

#[test]
fn a_star_import_brings_what_all_lists_and_otherwise_what_is_public() {
    let shop = link(&[
        ("open.py", "def pay(): pass\ndef _secret(): pass\n"),
        (
            "listed.py",
            "__all__ = ['_inner']\n__all__ += ['refund']\n__all__.append('void')\n\
             def pay(): pass\ndef _inner(): pass\ndef refund(): pass\ndef void(): pass\n",
        ),
        ("a.py", "from open import *\npay()\n_secret()\n"),
        ("b.py", "from listed import *\n_inner()\nrefund()\nvoid()\npay()\n"),
    ]);
    assert_eq!(shop.calls("a.py"), ["pay -> def open.pay", "_secret -> unknown: NoSuchName"]);
    assert_eq!(
        shop.calls("b.py"),
        [
            "_inner -> def listed._inner",
            "refund -> def listed.refund",
            "void -> def listed.void",
            "pay -> unknown: NoSuchName",
        ]
    );
}

#[test]
fn a_star_import_from_outside_hides_a_builtin_only_where_the_models_say_so() {
    let shop = link(&[
        ("a.py", "from os import *\nsystem('ls')\nprint('x')\n"),
        ("b.py", "from somewhere import *\nlaunch('x')\nprint('x')\n"),
    ]);
    assert_eq!(
        shop.calls("a.py"),
        ["system -> os.system (medium)", "print -> builtins.print (medium)"]
    );
    assert_eq!(
        shop.calls("b.py"),
        ["launch -> somewhere.launch (low)", "print -> builtins.print (medium)"]
    );
}

#[test]
fn settings_are_layered_by_star_imports() {
    let shop = link(&[
        ("conf/__init__.py", ""),
        ("conf/base.py", "from .apps import storage\nCACHE = 1\n"),
        ("conf/apps.py", "def storage(): pass\n"),
        ("conf/production.py", "from .base import *\nstorage()\n"),
        ("conf/host.py", "from conf.production import *\nstorage()\n"),
    ]);
    assert_eq!(shop.last_call("conf/production.py"), "def conf.apps.storage");
    assert_eq!(shop.last_call("conf/host.py"), "def conf.apps.storage");
}

#[test]
fn import_circles_end() {
    let shop = link(&[
        ("a.py", "from b import price\nfrom b import *\nfrom b import tax\n"),
        ("b.py", "from a import price\nfrom a import *\nfrom a import tax\ndef tax(): pass\n"),
        ("c.py", "from c import c\nimport c\nc.c.c.c()\n"),
    ]);
    assert_eq!(shop.what("a.py", "tax"), "def b.tax");
    assert_eq!(shop.what("a.py", "price"), "unknown: Circular");
    assert_eq!(shop.what("b.py", "price"), "unknown: Circular");
    assert_eq!(shop.last_call("c.py"), "module c");
}

#[test]
fn a_circle_with_a_way_out_takes_it() {
    let shop = link(&[
        ("a.py", "try:\n    from b import pay\nexcept ImportError:\n    def pay(): pass\n"),
        ("b.py", "from a import pay\n"),
    ]);
    assert_eq!(shop.what("a.py", "pay"), "def a.pay");
    assert_eq!(shop.what("b.py", "pay"), "def a.pay");
}

#[test]
fn relative_imports_are_exact() {
    let shop = link(&[
        ("shop/__init__.py", "from .cart import total\n"),
        ("shop/cart.py", "def total(): pass\n"),
        ("shop/admin/__init__.py", "from ..cart import total\nfrom . import views\n"),
        (
            "shop/admin/views.py",
            "from .. import cart\nfrom ...cart import total as lost\ncart.total()\n",
        ),
        ("cart.py", "def total(): pass\n"),
    ]);
    assert_eq!(shop.what("shop/__init__.py", "total"), "def shop.cart.total");
    assert_eq!(shop.what("shop/admin/__init__.py", "total"), "def shop.cart.total");
    assert_eq!(shop.what("shop/admin/__init__.py", "views"), "module shop.admin.views");
    assert_eq!(shop.last_call("shop/admin/views.py"), "def shop.cart.total");
    // Three dots from `shop.admin.views` lead to the folder above `shop`: the tree decides.
    assert_eq!(shop.what("shop/admin/views.py", "lost"), "def cart.total");
}

#[test]
fn the_tree_may_be_the_inside_of_a_package() {
    let shop = link(&[
        ("__init__.py", "from .cart import total\n"),
        ("cart.py", "def total(): pass\n"),
        ("admin/__init__.py", "from ..cart import total\n"),
    ]);
    assert_eq!(shop.what("__init__.py", "total"), "def cart.total");
    assert_eq!(shop.what("admin/__init__.py", "total"), "def cart.total");
    assert_eq!(shop.project.module_name(shop.file("__init__.py")), "__init__");
    assert_eq!(shop.project.module_name(shop.file("admin/__init__.py")), "admin");
}

#[test]
fn a_relative_import_out_of_the_tree_leads_nowhere() {
    let shop = link(&[("shop/views.py", "from ....cart import total\n")]);
    assert_eq!(shop.what("shop/views.py", "total"), "unknown: NoSuchModule");
    let missing = shop.project.missing_names(shop.file("shop/views.py"));
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].0, "....cart:total");
}

#[test]
fn packages_below_src_are_imported_without_it() {
    let shop = link(&[
        ("src/shop/__init__.py", ""),
        ("src/shop/cart.py", "def total(): pass\n"),
        ("src/company/billing/pay.py", "def pay(): pass\n"),
        (
            "tests/test_cart.py",
            "from shop.cart import total\nfrom company.billing.pay import pay\n",
        ),
    ]);
    assert_eq!(shop.what("tests/test_cart.py", "total"), "def shop.cart.total");
    assert_eq!(shop.what("tests/test_cart.py", "pay"), "def company.billing.pay.pay");
    assert_eq!(shop.project.source_roots(), ["", "src"]);
    assert_eq!(shop.project.module_name(shop.file("src/shop/cart.py")), "shop.cart");
}

#[test]
fn of_two_roots_with_the_same_module_each_has_its_own() {
    let tree = link(&[
        ("clinic/manage.py", "from app.views import page\n"),
        ("clinic/app/__init__.py", ""),
        ("clinic/app/views.py", "def page(): 'clinic'\n"),
        ("school/manage.py", "from app.views import page, lesson\n"),
        ("school/app/__init__.py", ""),
        ("school/app/views.py", "def page(): 'school'\ndef lesson(): pass\n"),
        ("school/app/urls.py", "from app.views import page\n"),
    ]);
    let file_of = |path: &str| {
        let (file, value) = tree.bound(path, "page");
        let (file, _) = tree.project.resolve(file, value).as_function().unwrap();
        tree.project.path(file).to_string()
    };
    assert_eq!(file_of("clinic/manage.py"), "clinic/app/views.py");
    assert_eq!(file_of("school/manage.py"), "school/app/views.py");
    assert_eq!(file_of("school/app/urls.py"), "school/app/views.py");
    assert_eq!(tree.what("school/manage.py", "lesson"), "def app.views.lesson");
}

#[test]
fn folders_without_init_are_part_of_the_name_where_people_import_them_so() {
    let shop = link(&[
        ("manage.py", "from apps.billing.pay import pay\n"),
        ("apps/billing/__init__.py", ""),
        ("apps/billing/pay.py", "def pay(): pass\n"),
    ]);
    assert_eq!(shop.what("manage.py", "pay"), "def apps.billing.pay.pay");
}

#[test]
fn neighbours_of_a_script_are_found() {
    let shop = link(&[
        ("tools/helper.py", "def run(): pass\n"),
        ("tools/nightly.py", "from helper import run\n"),
        ("shop/views.py", "from helper import run\n"),
    ]);
    assert_eq!(shop.what("tools/nightly.py", "run"), "def tools.helper.run");
    // For code elsewhere, `helper` is something else.
    assert_eq!(shop.what("shop/views.py", "run"), "helper.run");
}

#[test]
fn a_folder_hides_neither_the_standard_library_nor_a_package() {
    let shop = link(&[
        ("platform/settings.py", "X = 1\n"),
        ("django/manage.py", "import django\ndjango.setup()\n"),
        ("a.py", "import platform\nfrom django.db import models\nplatform.node()\n"),
    ]);
    assert_eq!(shop.last_call("a.py"), "platform.node");
    assert_eq!(shop.what("a.py", "models"), "django.db.models");
    assert_eq!(shop.last_call("django/manage.py"), "django.setup (medium)");
}

#[test]
fn a_package_of_the_tests_is_not_taken_for_a_library_of_the_same_name() {
    let shop = link(&[
        ("shop/__init__.py", ""),
        ("docs/conf.py", "from sphinx import addnodes\nfrom sphinx.util import log\n"),
        ("tests/sphinx/__init__.py", ""),
        ("tests/sphinx/test_docs.py", "from sphinx import nothing\n"),
    ]);
    assert_eq!(shop.what("docs/conf.py", "addnodes"), "sphinx.addnodes (medium)");
    assert_eq!(shop.what("docs/conf.py", "log"), "sphinx.util.log");
    assert_eq!(shop.what("tests/sphinx/test_docs.py", "nothing"), "unknown: NoSuchName");
}

#[test]
fn the_first_choice_of_a_conditional_import_counts() {
    let shop = link(&[(
        "shop/compat.py",
        "from typing import TYPE_CHECKING\nimport sys\n\
         try:\n    import lxml.etree as etree\nexcept ImportError:\n    etree = None\n\
         try:\n    import ujson as json\nexcept ImportError:\n    import json\n\
         if TYPE_CHECKING:\n    from shop.models import Product\nelse:\n    Product = object\n\
         if sys.version_info >= (3, 11):\n    import tomllib\nelse:\n    import tomli as tomllib\n\
         if USE_C:\n    from vendor import Fast as Loader\nelse:\n    from vendor import Loader\n",
    )]);
    let what = |name| shop.what("shop/compat.py", name);
    assert_eq!(what("etree"), "lxml.etree");
    assert_eq!(what("json"), "ujson (medium)");
    assert_eq!(what("Product"), "shop.models.Product");
    assert_eq!(what("tomllib"), "tomllib");
    assert_eq!(what("Loader"), "vendor.Fast (low)");
}

#[test]
fn a_stub_describes_and_the_source_counts() {
    let shop = link(&[
        ("shop/cart.py", "def total(): pass\n"),
        ("shop/cart.pyi", "def total() -> int: ...\n"),
        ("shop/fast.pyi", "def sum() -> int: ...\n"),
        ("shop/views.py", "from shop.cart import total\nfrom shop.fast import sum\n"),
    ]);
    let (file, value) = shop.bound("shop/views.py", "total");
    let (file, _) = shop.project.resolve(file, value).as_function().unwrap();
    assert_eq!(shop.project.path(file).as_str(), "shop/cart.py");
    assert_eq!(shop.what("shop/views.py", "sum"), "def shop.fast.sum");
}

#[test]
fn names_are_found_by_text_as_settings_write_them() {
    let shop = link(&[
        ("shop/__init__.py", ""),
        ("shop/middleware.py", "from shop.base import Guard\nclass Log(Guard): pass\n"),
        ("shop/base.py", "class Guard:\n    def check(self): pass\n"),
    ]);
    let find = |dotted| {
        let entity = shop.project.find(dotted);
        shop.words(bartizan_project::Resolved {
            entity,
            confidence: bartizan_finding::Confidence::High,
        })
    };
    assert_eq!(find("shop.middleware.Log"), "class shop.middleware.Log");
    assert_eq!(find("shop.middleware.Guard"), "class shop.base.Guard");
    assert_eq!(find("shop.middleware.Log.check"), "def shop.base.Guard.check");
    assert_eq!(find("shop.middleware"), "module shop.middleware");
    assert_eq!(find("shop.middleware.Nothing"), "unknown: NoSuchName");
    assert_eq!(
        find("django.middleware.csrf.CsrfViewMiddleware"),
        "django.middleware.csrf.CsrfViewMiddleware"
    );
}

#[test]
fn the_definition_of_a_name_is_the_value_behind_it() {
    use bartizan_ir::Value;
    use bartizan_project::Entity;
    let shop = link(&[
        ("conf/base.py", "import vendor\nLIMIT = 30\nsession = vendor.Session()\n"),
        ("conf/local.py", "from conf.base import *\n"),
        ("shop.py", "from conf import local\na = local.LIMIT\nb = local.session\n"),
    ]);
    let value_of = |name| {
        let (file, value) = shop.bound("shop.py", name);
        match shop.project.definition(file, value) {
            Entity::Value(file, value) => shop.project.ir(file).value(value),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(value_of("a"), Value::Int(30));
    assert!(matches!(value_of("b"), Value::Call { .. }));
    assert_eq!(shop.what("shop.py", "b"), "a vendor.Session");
}

#[test]
fn names_that_functions_bind_in_the_module_count() {
    let shop = link(&[(
        "shop/client.py",
        "import vendor\n_session = None\n\
         def session():\n    global _session\n    _session = vendor.Session()\n    return _session\n\
         def fetch():\n    _session.get('https://example.org')\n    session().get('')\n",
    )]);
    assert_eq!(
        shop.calls("shop/client.py"),
        [
            "vendor.Session -> vendor.Session",
            "_session.get -> vendor.Session.get, bound",
            "session() -> def shop.client.session",
            "session().get -> vendor.Session.get, bound",
        ]
        .map(|line| line.replace("session() ->", "session ->"))
    );
}

#[test]
fn a_module_may_bind_names_by_running_code() {
    let shop = link(&[
        ("a.py", "def __getattr__(name): pass\n"),
        ("b.py", "globals()['pay'] = print\nglobals().update({'ship': len})\n"),
        ("c.py", "exec(open('x').read())\n"),
        (
            "d.py",
            "from a import thing\nfrom b import pay, ship\nfrom c import other\nfrom b import lost\n",
        ),
    ]);
    assert_eq!(shop.what("d.py", "thing"), "unknown: Dynamic");
    assert_eq!(shop.what("d.py", "pay"), "builtins.print");
    assert_eq!(shop.what("d.py", "ship"), "builtins.len");
    assert_eq!(shop.what("d.py", "other"), "unknown: Dynamic");
    assert_eq!(shop.what("d.py", "lost"), "unknown: NoSuchName");
}
