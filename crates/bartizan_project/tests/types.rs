//! Types where they are cheap.

mod common;

use bartizan_model::Models;
use common::{link, link_with};

#[test]
fn annotations_tell_what_a_parameter_is() {
    let shop = link(&[(
        "a.py",
        "from typing import Optional, Annotated, Union, Type, Any, TYPE_CHECKING\n\
         from django.http import HttpRequest\n\
         if TYPE_CHECKING:\n    from shop.models import Order\n\
         class Cart:\n    def total(self): pass\n\
         def a(x: Cart): x.total()\n\
         def b(x: 'Cart | None'): x.total()\n\
         def c(x: Optional[Cart]): x.total()\n\
         def d(x: Annotated[Cart, 'mine']): x.total()\n\
         def e(x: Union[None, Cart]): x.total()\n\
         def f(x: Type[Cart]): x()\n\
         def g(x: 'Order'): x.pay()\n\
         def h(x: Any): x.total()\n\
         def i(x: 'Optional[Cart]'): x.total()\n\
         def j(x: list[Cart]): x.append(1)\n\
         def k(*args: Cart, **kwargs): args.index(1); kwargs.get(1)\n\
         def l(x: Cart | HttpRequest): x.total()\n\
         def m(x: HttpRequest): x.get_host()\n",
    )]);
    assert_eq!(
        shop.calls("a.py"),
        [
            "x.total -> def a.Cart.total, bound",
            "x.total -> def a.Cart.total, bound",
            "x.total -> def a.Cart.total, bound",
            "x.total -> def a.Cart.total, bound",
            "x.total -> def a.Cart.total, bound",
            "x -> class a.Cart",
            "x.pay -> shop.models.Order.pay, bound",
            "x.total -> a value",
            "x.total -> def a.Cart.total, bound",
            "x.append -> builtins.list.append, bound",
            "args.index -> builtins.tuple.index, bound",
            "kwargs.get -> builtins.dict.get, bound",
            "x.total -> def a.Cart.total, bound (low)",
            "x.get_host -> django.http.request.HttpRequest.get_host, bound",
        ]
    );
}

#[test]
fn calls_have_the_type_that_the_function_gives_back() {
    let shop = link(&[
        (
            "clients.py",
            "import vendor\n\
             def session():\n    s = vendor.Session()\n    s.verify = False\n    return s\n\
             def annotated() -> 'Client': ...\n\
             def either(fast):\n    if fast:\n        return Client()\n    return None\n\
             async def later(): return Client()\n\
             def stream():\n    yield Client()\n\
             def itself(x): return x\n\
             def again(n): return again(n - 1) if n else Client()\n\
             class Client:\n\
             \x20   def chain(self): return self\n\
             \x20   def send(self): pass\n\
             class Own(Client): pass\n",
        ),
        (
            "use.py",
            "from clients import *\n\
             session().get('')\nannotated().send()\neither(1).send()\nitself(1).send()\n\
             stream().send()\nagain(3).send()\nOwn().chain().chain().send()\n\
             async def f(): (await later()).send()\n",
        ),
    ]);
    let calls = shop.calls("use.py");
    let calls: Vec<&str> = calls
        .iter()
        .map(String::as_str)
        .filter(|call| call.contains(".send ") || call.contains(".get "))
        .collect();
    assert_eq!(
        calls,
        [
            "session().get -> vendor.Session.get, bound",
            "annotated().send -> def clients.Client.send, bound",
            "either(1).send -> def clients.Client.send, bound",
            "itself(1).send -> a value",
            "stream().send -> a value",
            "again(3).send -> def clients.Client.send, bound",
            "Own().chain().chain().send -> def clients.Client.send, bound to clients.Own",
            "(await later()).send -> def clients.Client.send, bound",
        ]
    );
}

#[test]
fn with_enters_as_the_manager_says() {
    let shop = link(&[(
        "a.py",
        "import vendor\nfrom django.db import connection\n\
         class Lock:\n    def __enter__(self): return Key()\n\
         class Key:\n    def turn(self): pass\n\
         class Door:\n    def __enter__(self): return self\n    def open(self): pass\n\
         with Lock() as key:\n    key.turn()\n\
         with Door() as door:\n    door.open()\n\
         with vendor.Session() as session:\n    session.get('')\n\
         with connection.cursor() as cursor:\n    cursor.execute('SELECT 1')\n",
    )]);
    let calls = shop.calls("a.py");
    assert!(calls.contains(&"key.turn -> def a.Key.turn, bound".to_owned()));
    assert!(calls.contains(&"door.open -> def a.Door.open, bound".to_owned()));
    assert!(calls.contains(&"session.get -> vendor.Session.get, bound".to_owned()));
    let last = calls.last().unwrap();
    assert!(last.ends_with(".execute, bound"), "{last}");
}

#[test]
fn a_telling_name_is_taken_at_its_word_but_not_surely() {
    let mut models = Models::for_packages(["clinic"]);
    models
        .with_user(
            "clinic.toml",
            "schema = 1\nmodule = \"clinic\"\n[[class]]\nname = \"Cursor\"\nwhy = \"A cursor.\"\n\
             instances_named = { cursor = \"medium\", \"*_cursor\" = \"low\" }\n\
             [[class.method]]\nname = \"execute\"\nparams = \"sql\"\nwhy = \"Runs it.\"\n",
        )
        .unwrap();
    let clinic = link_with(
        &[(
            "a.py",
            "class Report:\n\
             \x20   def run(self, cursor, other, visit_cursor: int):\n\
             \x20       cursor.execute('')\n\
             \x20       other.execute('')\n\
             \x20       other.cursor.execute('')\n\
             \x20       self.db_cursor.execute('')\n\
             \x20       visit_cursor.execute('')\n\
             \x20       other.db_cursor()\n\
             \x20       other.get_cursor().execute('')\n\
             \x20       def later(): cursor.execute('')\n\
             def nightly(connect):\n\
             \x20   with connect() as cursor:\n        cursor.execute('')\n\
             \x20   visit_cursor = connect().cursor()\n    visit_cursor.execute('')\n\
             \x20   cursor = None\n    cursor.execute('')\n",
        )],
        models,
    );
    assert_eq!(
        clinic.calls("a.py"),
        [
            "cursor.execute -> clinic.Cursor.execute, bound (medium)",
            "other.execute -> a value",
            "other.cursor.execute -> clinic.Cursor.execute, bound (medium)",
            "self.db_cursor.execute -> clinic.Cursor.execute, bound (low)",
            "visit_cursor.execute -> builtins.int.execute, bound",
            "other.db_cursor -> a value",
            "other.get_cursor -> a value",
            "other.get_cursor().execute -> clinic.Cursor.execute, bound (low)",
            "cursor.execute -> clinic.Cursor.execute, bound (medium)",
            "connect -> a value",
            "cursor.execute -> clinic.Cursor.execute, bound (medium)",
            "connect -> a value",
            "connect().cursor -> a value",
            "visit_cursor.execute -> clinic.Cursor.execute, bound (low)",
            "cursor.execute -> a value",
        ]
    );
}

#[test]
fn ways_that_agree_are_one() {
    let shop = link(&[(
        "a.py",
        "import vendor, os, subprocess\n\
         def f(fast, given=None):\n\
         \x20   client = None\n\
         \x20   if fast:\n        client = vendor.Session()\n\
         \x20   client.get('')\n\
         \x20   session = given or vendor.Session()\n\
         \x20   session.get('')\n\
         \x20   run = os.system if fast else subprocess.run\n\
         \x20   run('ls')\n\
         \x20   try:\n        tool = vendor.get\n\
         \x20   except ValueError:\n        tool = print\n\
         \x20   tool('')\n",
    )]);
    let calls = shop.calls("a.py");
    let calls: Vec<&str> =
        calls.iter().map(String::as_str).filter(|call| !call.starts_with("vendor")).collect();
    assert_eq!(
        calls,
        [
            "client.get -> vendor.Session.get, bound",
            "session.get -> vendor.Session.get, bound (medium)",
            "run -> os.system (low)",
            "tool -> vendor.get (medium)",
        ]
    );
}

#[test]
fn loops_are_followed_round() {
    let shop = link(&[(
        "a.py",
        "class Query:\n    def filter(self): return self\n    def run(self): pass\n\
         class Node:\n    def next(self): return Leaf()\n\
         class Leaf:\n    def next(self): return Node()\n\
         def f(names):\n\
         \x20   query = Query()\n\
         \x20   for name in names:\n\
         \x20       query = query.filter()\n\
         \x20   query.run()\n\
         \x20   node = Node()\n\
         \x20   while node:\n\
         \x20       node = node.next()\n\
         \x20   node.next()\n\
         \x20   found = None\n\
         \x20   for name in names:\n\
         \x20       if name:\n            found = Query()\n\
         \x20   found.run()\n",
    )]);
    let calls = shop.calls("a.py");
    let ends = |name: &str| -> Vec<&str> {
        calls.iter().filter_map(|call| call.strip_prefix(name)).collect()
    };
    assert_eq!(ends("query.run -> "), ["def a.Query.run, bound"]);
    assert_eq!(ends("found.run -> "), ["def a.Query.run, bound"]);
    // First a node, later a leaf: neither is certain.
    assert_eq!(ends("node.next -> ").len(), 2);
    assert_eq!(ends("node.next -> ")[0], ends("node.next -> ")[1]);
}

#[test]
fn isinstance_tells_the_class_on_its_branch() {
    let shop = link(&[(
        "a.py",
        "class Order:\n    def pay(self): pass\n\
         def f(x):\n\
         \x20   if isinstance(x, Order):\n        x.pay()\n\
         \x20   x.pay()\n",
    )]);
    let calls = shop.calls("a.py");
    assert_eq!(calls[1], "x.pay -> def a.Order.pay, bound");
    assert_eq!(calls[2], "x.pay -> a value");
}

#[test]
fn constant_names_reach_through_getattr_and_import() {
    let shop = link(&[(
        "a.py",
        "import os, importlib\ngetattr(os, 'system')('ls')\n__import__('os').system('ls')\n\
         importlib.import_module('os.path').join('a')\n",
    )]);
    let calls = shop.calls("a.py");
    let ends: Vec<&str> = calls.iter().map(|call| call.split(" -> ").nth(1).unwrap()).collect();
    assert!(ends.iter().filter(|end| **end == "os.system").count() == 2, "{calls:?}");
    assert!(ends.contains(&"os.path.join"), "{calls:?}");
}

#[test]
fn a_decorated_function_is_that_function() {
    let shop = link(&[(
        "a.py",
        "from django.contrib.auth.decorators import login_required\nimport functools\n\
         def logged(f):\n    @functools.wraps(f)\n    def inner(*a): return f(*a)\n    return inner\n\
         @login_required\n@logged\ndef view(request): pass\n\
         @logged\nclass Page: pass\nview(1)\nPage()\n",
    )]);
    let calls = shop.calls("a.py");
    assert_eq!(calls[calls.len() - 2..], ["view -> def a.view", "Page -> class a.Page"]);
}

#[test]
fn elements_of_known_tuples_keep_their_place() {
    let shop = link(&[(
        "a.py",
        "import os, json\na, (b, *c), d = os.system, (json.dumps, 1), print\na('')\nb('')\nd('')\n",
    )]);
    assert_eq!(shop.calls("a.py"), ["a -> os.system", "b -> json.dumps", "d -> builtins.print"]);
}

#[test]
fn literals_have_their_builtin_class() {
    let shop = link(&[(
        "a.py",
        "names = []\nnames.append('x')\nnames.append('y')\n', '.join(names)\n{}.get(1)\n",
    )]);
    assert_eq!(
        shop.calls("a.py"),
        [
            "names.append -> builtins.list.append, bound",
            "names.append -> builtins.list.append, bound",
            "', '.join -> builtins.str.join, bound",
            "{}.get -> builtins.dict.get, bound",
        ]
    );
}
