//! Classes, their order of bases, and methods found along it.

mod common;

use bartizan_model::Models;
use bartizan_project::{ClassRef, Inherits};
use common::{link, link_with};

#[test]
fn a_diamond_has_the_order_that_python_gives_it() {
    let shop = link(&[(
        "shop/goods.py",
        "class Item: pass\nclass Priced(Item): pass\nclass Stocked(Item): pass\n\
         class Product(Priced, Stocked): pass\n",
    )]);
    assert_eq!(shop.mro("shop/goods.py", "Product"), "Product Priced Stocked Item");
}

#[test]
fn bases_come_from_other_modules_and_from_outside() {
    let clinic = link(&[
        ("clinic/__init__.py", ""),
        ("clinic/base.py", "from django.db import models\nclass Dated(models.Model): pass\n"),
        ("clinic/models.py", "from .base import Dated as Base\nclass Visit(Base): pass\n"),
    ]);
    assert!(clinic.mro("clinic/models.py", "Visit").starts_with("Visit Dated Model"));
    let visit = clinic.class("clinic/models.py", "Visit");
    let inherits = |class| clinic.project.is_subclass(visit, class);
    assert_eq!(inherits("django.db.models.Model"), Inherits::Yes);
    assert_eq!(inherits("clinic.base.Dated"), Inherits::Yes);
    assert_eq!(inherits("django.http.HttpResponse"), Inherits::No);
    let model = clinic.project.class_named("django.db.models.Model");
    let kin = clinic.project.subclasses(model).iter();
    let kin: Vec<_> = kin.map(|(f, c)| clinic.project.class_symbol(*f, *c)).collect();
    let kin: Vec<_> = kin.into_iter().map(|symbol| clinic.project.symbol(symbol)).collect();
    assert_eq!(kin, ["clinic.base.Dated", "clinic.models.Visit"]);
}

#[test]
fn an_unknown_base_is_marked_and_the_rest_stays_in_order() {
    let shop = link(&[(
        "shop/goods.py",
        "import vendor\nclass Item: pass\nclass Made(vendor.make(), Item): pass\n\
         class Bought(vendor.Thing, Item): pass\nclass Broken(Item, ValueError): pass\n",
    )]);
    assert_eq!(shop.mro("shop/goods.py", "Made"), "Made Item …");
    assert_eq!(shop.mro("shop/goods.py", "Bought"), "Bought Thing Item …");
    assert_eq!(shop.mro("shop/goods.py", "Broken"), "Broken Item ValueError");
    let class = |name| shop.class("shop/goods.py", name);
    let inherits = |name, base| shop.project.is_subclass(class(name), base);
    assert_eq!(inherits("Made", "shop.goods.Item"), Inherits::Yes);
    assert_eq!(inherits("Made", "django.views.View"), Inherits::Unknown);
    assert_eq!(inherits("Bought", "django.views.View"), Inherits::Unknown);
    assert_eq!(inherits("Broken", "django.views.View"), Inherits::No);
    assert_eq!(inherits("Item", "django.views.View"), Inherits::No);
    // What lies outside inherits nothing from the project.
    assert_eq!(shop.project.inherits(class("Bought"), class("Broken")), Inherits::No);
}

#[test]
fn an_order_that_python_refuses_is_told_as_far_as_it_goes() {
    let shop = link(&[(
        "a.py",
        "class A: pass\nclass B(A): pass\nclass C(A, B): pass\n\
         class D(D0): pass\nclass Self(Self): pass\n",
    )]);
    assert_eq!(shop.mro("a.py", "C"), "C A B …");
    assert_eq!(shop.mro("a.py", "D"), "D …");
    assert_eq!(shop.mro("a.py", "Self"), "Self …");
}

#[test]
fn circles_of_bases_end() {
    let shop = link(&[
        ("a.py", "from b import B\nclass A(B): pass\n"),
        ("b.py", "from a import A\nclass B(A): pass\n"),
    ]);
    // Python could not run this; that it ends, and the same way each time, is all that counts.
    assert!(shop.mro("a.py", "A").ends_with('…'));
    assert!(shop.mro("b.py", "B").ends_with('…'));
}

#[test]
fn generic_bases_and_old_metaclasses_are_looked_through() {
    let shop = link(&[(
        "a.py",
        "from typing import Generic, TypeVar\nfrom six import with_metaclass\nimport abc\n\
         T = TypeVar('T')\nclass Box(Generic[T]): pass\nclass Cart(Box[int]): pass\n\
         class Old(with_metaclass(abc.ABCMeta, Cart)): pass\n",
    )]);
    assert_eq!(shop.mro("a.py", "Cart"), "Cart Box Generic …");
    assert_eq!(shop.mro("a.py", "Old"), "Old Cart Box Generic …");
}

#[test]
fn a_method_is_found_along_the_order_up_to_a_base_outside() {
    let shop = link(&[
        ("shop/__init__.py", ""),
        (
            "shop/models.py",
            "from django.db import models\n\
             class Product(models.Model):\n\
             \x20   def slug(self): pass\n\
             class Book(Product):\n\
             \x20   def label(self):\n\
             \x20       self.slug()\n\
             \x20       self.save()\n\
             \x20       super().save()\n\
             \x20       self.gone()\n",
        ),
        (
            "shop/views.py",
            "from shop.models import Book\nBook.objects.raw('SELECT 1')\nbook = Book()\nbook.slug()\n",
        ),
    ]);
    assert_eq!(
        shop.calls("shop/models.py"),
        [
            "self.slug -> def shop.models.Product.slug, bound to shop.models.Book",
            "self.save -> django.db.models.base.Model.save, bound to shop.models.Book",
            "super -> builtins.super",
            "super().save -> django.db.models.base.Model.save, bound to shop.models.Book",
            "self.gone -> django.db.models.base.Model.gone, bound to shop.models.Book",
        ]
    );
    assert_eq!(
        shop.calls("shop/views.py"),
        [
            "Book.objects.raw -> django.db.models.manager.Manager.raw, bound",
            "Book -> class shop.models.Book",
            "book.slug -> def shop.models.Product.slug, bound to shop.models.Book",
        ]
    );
}

#[test]
fn the_models_speak_of_the_method_that_is_reached() {
    let shop = link(&[(
        "shop/views.py",
        "from django.db import models\nclass Product(models.Model): pass\n\
         Product.objects.filter(x=1).order_by('y').raw('SELECT 1')\n",
    )]);
    let model = shop.last_model("shop/views.py").unwrap();
    assert!(model.ends_with(".raw"), "{model}");
}

#[test]
fn static_and_class_methods_and_properties_are_told_apart() {
    let shop = link(&[(
        "a.py",
        "import functools, vendor\n\
         class Shop:\n\
         \x20   @staticmethod\n    def open(): pass\n\
         \x20   @classmethod\n    def make(cls):\n        cls.open()\n        return cls()\n\
         \x20   @property\n    def client(self): return vendor.Session()\n\
         \x20   @functools.cached_property\n    def till(self): return Till()\n\
         \x20   def close(self): pass\n\
         \x20   def shut(): pass\n    shut = staticmethod(shut)\n\
         class Till:\n    def count(self): pass\n\
         class Annex(Shop): pass\n\
         Annex.open()\nAnnex.make()\nAnnex.close(Annex())\nannex = Annex()\nannex.open()\n\
         annex.make()\nannex.client.get('')\nannex.till.count()\nannex.shut()\n",
    )]);
    let calls = shop.calls("a.py");
    assert_eq!(
        calls[calls.len() - 10..],
        [
            "Annex.open -> def a.Shop.open",
            "Annex.make -> def a.Shop.make, bound to a.Annex",
            "Annex.close -> def a.Shop.close",
            "Annex -> class a.Annex",
            "Annex -> class a.Annex",
            "annex.open -> def a.Shop.open",
            "annex.make -> def a.Shop.make, bound to a.Annex",
            "annex.client.get -> vendor.Session.get, bound",
            "annex.till.count -> def a.Till.count, bound",
            "annex.shut -> def a.Shop.shut",
        ]
    );
    assert_eq!(calls[0], "cls.open -> def a.Shop.open");
}

#[test]
fn a_property_with_a_setter_stays_one() {
    let shop = link(&[(
        "a.py",
        "class Price: pass\n\
         class Item:\n\
         \x20   @property\n    def price(self): return Price()\n\
         \x20   @price.setter\n    def price(self, value): self._price = value\n\
         price = Item().price\n",
    )]);
    assert_eq!(shop.what("a.py", "price"), "a a.Price");
}

#[test]
fn super_looks_behind_the_class_that_it_stands_in() {
    let shop = link(&[(
        "a.py",
        "class Base:\n    def save(self): pass\n\
         class Log(Base):\n    def save(self): super().save()\n\
         class Mixin:\n    def save(self): super(Mixin, self).save()\n\
         class Entry(Mixin, Log):\n\
         \x20   def save(self):\n        def later(): super().save()\n        later()\n",
    )]);
    let calls = shop.calls("a.py");
    assert_eq!(calls[1], "super().save -> def a.Base.save, bound to a.Log");
    // Only an instance knows what follows a mixin.
    assert_eq!(calls[3], "super(Mixin, self).save -> unknown: NoSuchMember");
    assert_eq!(calls[5], "super().save -> def a.Mixin.save, bound to a.Entry");
}

#[test]
fn attributes_that_methods_store_have_the_type_of_what_is_stored() {
    let shop = link(&[
        (
            "client.py",
            "import vendor\n\
             class Client:\n\
             \x20   session = None\n\
             \x20   def __init__(self, cart: 'Cart'):\n\
             \x20       self.session = vendor.Session()\n\
             \x20       self.cart = cart\n\
             \x20       self.url = 'https://example.org'\n\
             class Cart:\n    def total(self): pass\n",
        ),
        (
            "use.py",
            "from client import Client\n\
             class Cached(Client):\n\
             \x20   def get(self):\n\
             \x20       self.session.get('')\n        self.cart.total()\n        self.url.split('/')\n\
             client = Client(None)\nclient.session.post('')\n",
        ),
    ]);
    assert_eq!(
        shop.calls("use.py"),
        [
            "self.session.get -> vendor.Session.get, bound",
            "self.cart.total -> def client.Cart.total, bound",
            "self.url.split -> builtins.str.split, bound",
            "Client -> class client.Client",
            "client.session.post -> vendor.Session.post, bound",
        ]
    );
}

#[test]
fn attributes_are_found_by_name_too() {
    let shop = link(&[(
        "shop.py",
        "import vendor\nfrom django.db import models\n\
         class Product(models.Model):\n    till = vendor.Till()\n\
         \x20   def __init__(self):\n        register(self)\n        self.client = vendor.Client()\n\
         \x20   def pay(self): pass\n",
    )]);
    let class = shop.class("shop.py", "Product");
    let of_instance = |name| {
        let instance = bartizan_project::Entity::Instance(class);
        shop.words(shop.project.member(instance, name))
    };
    assert_eq!(of_instance("till"), "a vendor.Till");
    assert_eq!(of_instance("client"), "a vendor.Client");
    assert_eq!(of_instance("pay"), "def shop.Product.pay, bound");
    assert_eq!(of_instance("save"), "django.db.models.base.Model.save, bound to shop.Product");
    let of_class = |name| shop.words(shop.project.member(class.entity(), name));
    assert_eq!(of_class("objects"), "a django.db.models.manager.Manager");
    assert_eq!(of_class("pay"), "def shop.Product.pay");
}

#[test]
fn columns_and_fields_give_way_to_what_they_describe() {
    let shop = link(&[(
        "a.py",
        "from django.db import models\nfrom vendor import SlugField\n\
         class Tag:\n    def __get__(self, obj, type=None) -> 'Label': pass\n\
         class Label:\n    def text(self): pass\n\
         class Product(models.Model):\n    name = models.CharField()\n    slug = SlugField()\n    tag = Tag()\n\
         product = Product()\nproduct.name.strip()\nproduct.slug.strip()\nproduct.tag.text()\n",
    )]);
    let calls = shop.calls("a.py");
    assert_eq!(
        calls[calls.len() - 3..],
        [
            "product.name.strip -> a value",
            "product.slug.strip -> a value",
            "product.tag.text -> def a.Label.text, bound",
        ]
    );
}

#[test]
fn a_class_that_a_class_method_makes_is_kin_to_both() {
    let shop = link(&[(
        "a.py",
        "from django.db import models\n\
         class Cheap(models.QuerySet):\n    def cheap(self): pass\n\
         class Manager(models.Manager.from_queryset(Cheap)): pass\n\
         class Product(models.Model):\n    objects = Manager()\n\
         Product.objects.cheap()\nProduct.objects.raw('SELECT 1')\n",
    )]);
    let calls = shop.calls("a.py");
    assert_eq!(
        calls[calls.len() - 2..],
        [
            "Product.objects.cheap -> def a.Cheap.cheap, bound to a.Manager",
            "Product.objects.raw -> django.db.models.manager.Manager.raw, bound to a.Manager",
        ]
    );
}

#[test]
fn a_call_may_run_what_heirs_make_of_a_method() {
    let shop = link(&[(
        "a.py",
        "class Payment:\n    def pay(self): pass\nclass Card(Payment):\n    def pay(self): pass\n\
         class Cash(Payment): pass\nclass Gift(Card):\n    def pay(self): pass\n",
    )]);
    let named = |class, cap| {
        let class = shop.class("a.py", class);
        let (functions, all) = shop.project.implementations(class, "pay", cap);
        let symbols = functions.iter().map(|(f, id)| shop.project.function_symbol(*f, *id));
        let names: Vec<_> = symbols.map(|symbol| shop.project.symbol(symbol)).collect();
        format!("{}{}", names.join(" "), if all { "" } else { " …" })
    };
    assert_eq!(named("Payment", 8), "a.Payment.pay a.Card.pay a.Gift.pay");
    assert_eq!(named("Payment", 2), "a.Payment.pay a.Card.pay …");
    assert_eq!(named("Cash", 8), "a.Payment.pay");
}

#[test]
fn an_instance_is_called_by_its_call_method() {
    let shop = link(&[(
        "a.py",
        "class Price: pass\nclass Tax:\n    def __call__(self): return Price()\n\
         tax = Tax()\nprice = tax()\n",
    )]);
    assert_eq!(shop.what("a.py", "price"), "a a.Price");
}

#[test]
fn the_constructor_is_the_first_along_the_order() {
    let shop = link(&[(
        "a.py",
        "class Base:\n    def __init__(self): pass\nclass Item(Base): pass\nclass Empty: pass\n",
    )]);
    let (file, function) = shop.project.constructor(shop.class("a.py", "Item")).unwrap();
    let symbol = shop.project.function_symbol(file, function);
    assert_eq!(shop.project.symbol(symbol), "a.Base.__init__");
    assert_eq!(shop.project.constructor(shop.class("a.py", "Empty")), None);
}

/// Where the tree is the described package itself, its own functions meet the models.
#[test]
fn a_described_package_in_the_tree_is_still_described() {
    let mut models = Models::for_packages(["clinic_db"]);
    let text = "schema = 1\nmodule = \"clinic_db.query\"\n\
                [[function]]\nname = \"run\"\nparams = \"text\"\nroles.text = { into = \"sql-text\" }\n\
                why = \"Runs it.\"\n\
                [[class]]\nname = \"Query\"\nwhy = \"A query.\"\n\
                [[class.method]]\nname = \"raw\"\nparams = \"text\"\nreturns = \"self\"\n\
                roles.text = { into = \"sql-text\" }\nwhy = \"Runs it.\"\n\
                [[class.method]]\nname = \"lazy\"\nparams = \"\"\nreturns = \"self\"\nwhy = \"Waits.\"\n";
    models.with_user("query.toml", text).unwrap();
    let alias = "schema = 1\nmodule = \"clinic_db\"\n[aliases]\nQuery = \"clinic_db.query.Query\"\n\
                 run = \"clinic_db.query.run\"\n";
    models.with_user("clinic.toml", alias).unwrap();
    let tree = link_with(
        &[
            ("clinic_db/__init__.py", "from clinic_db.query import Query, run\n"),
            (
                "clinic_db/query.py",
                "def run(text): pass\nclass Query:\n    def raw(self, text): return self\n",
            ),
            (
                "app.py",
                "import clinic_db\nfrom clinic_db import Query\nclinic_db.run('')\n\
                 class Own(Query): pass\nOwn().lazy().raw('')\n",
            ),
        ],
        models,
    );
    assert_eq!(
        tree.calls("app.py"),
        [
            "clinic_db.run -> def clinic_db.query.run",
            "Own -> class app.Own",
            "Own().lazy -> clinic_db.query.Query.lazy, bound to app.Own",
            "Own().lazy().raw -> def clinic_db.query.Query.raw, bound to app.Own",
        ]
    );
    assert_eq!(tree.last_model("app.py").as_deref(), Some("clinic_db.query.Query.raw"));
    let own = tree.class("app.py", "Own");
    assert_eq!(tree.project.is_subclass(own, "clinic_db.Query"), Inherits::Yes);
    assert!(matches!(tree.project.class_named("clinic_db.Query"), ClassRef::Project(..)));
}
