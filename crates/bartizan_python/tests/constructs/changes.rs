//! Changes of containers, and of everything that holds them.

use insta::assert_snapshot;

use super::{declared, lowered};

#[test]
fn methods_of_lists() {
    assert_snapshot!(lowered(r#"
        names = ["tea"]
        names.append("coffee")
        names.extend(more)
        names.insert(0, "milk")
        names.remove("tea")
        last = names.pop()
        names.sort(key=len)
        names.reverse()
        names.clear()
    "#), @r#"
    module:
      call ["tea"].append("coffee")
      change ["tea"]~append("coffee")
      call ["tea"]~append("coffee").extend(more)
      change ["tea"]~append("coffee")~extend(more)
      call ["tea"]~append("coffee")~extend(more).insert(0, "milk")
      change ["tea"]~append("coffee")~extend(more)~insert(0, "milk")
      call ["tea"]~append("coffee")~extend(more)~insert(0, "milk").remove("tea")
      change ["tea"]~append("coffee")~extend(more)~insert(0, "milk")~remove("tea")
      call ["tea"]~append("coffee")~extend(more)~insert(0, "milk")~remove("tea").pop()
      change ["tea"]~append("coffee")~extend(more)~insert(0, "milk")~remove("tea")~pop()
      call ["tea"]~append("coffee")~extend(more)~insert(0, "milk")~remove("tea")~pop().sort(key=len)
      change ["tea"]~append("coffee")~extend(more)~insert(0, "milk")~remove("tea")~pop()~sort(len)
      call ["tea"]~append("coffee")~extend(more)~insert(0, "milk")~remove("tea")~pop()~sort(len).reverse()
      change ["tea"]~append("coffee")~extend(more)~insert(0, "milk")~remove("tea")~pop()~sort(len)~reverse()
      call ["tea"]~append("coffee")~extend(more)~insert(0, "milk")~remove("tea")~pop()~sort(len)~reverse().clear()
      change ["tea"]~append("coffee")~extend(more)~insert(0, "milk")~remove("tea")~pop()~sort(len)~reverse()~clear()
      names = ["tea"]~append("coffee")~extend(more)~insert(0, "milk")~remove("tea")~pop()~sort(len)~reverse()~clear()
      last = ["tea"]~append("coffee")~extend(more)~insert(0, "milk")~remove("tea").pop()~escaped~escaped~escaped
    "#);
}

#[test]
fn methods_of_dicts() {
    assert_snapshot!(lowered(r#"
        prices = {"tea": 3}
        prices.update(others, milk=2)
        prices.setdefault("tea", 4)
        prices["coffee"] = 5
        del prices["tea"]
        found = prices.pop("milk", None)
        prices.popitem()
    "#), @r#"
    module:
      call {"tea": 3}.update(others, milk=2)
      change {"tea": 3}~update(others, 2)
      call {"tea": 3}~update(others, 2).setdefault("tea", 4)
      change {"tea": 3}~update(others, 2)~setdefault("tea", 4)
      change {"tea": 3}~update(others, 2)~setdefault("tea", 4)~setitem("coffee", 5)
      change {"tea": 3}~update(others, 2)~setdefault("tea", 4)~setitem("coffee", 5)~delitem("tea")
      call {"tea": 3}~update(others, 2)~setdefault("tea", 4)~setitem("coffee", 5)~delitem("tea").pop("milk", None)
      change {"tea": 3}~update(others, 2)~setdefault("tea", 4)~setitem("coffee", 5)~delitem("tea")~pop("milk", None)
      call {"tea": 3}~update(others, 2)~setdefault("tea", 4)~setitem("coffee", 5)~delitem("tea")~pop("milk", None).popitem()
      change {"tea": 3}~update(others, 2)~setdefault("tea", 4)~setitem("coffee", 5)~delitem("tea")~pop("milk", None)~popitem()
      prices = {"tea": 3}~update(others, 2)~setdefault("tea", 4)~setitem("coffee", 5)~delitem("tea")~pop("milk", None)~popitem()
      found = {"tea": 3}~update(others, 2)~setdefault("tea", 4)~setitem("coffee", 5)~delitem("tea").pop("milk", None)~escaped
    "#);
}

#[test]
fn methods_of_sets() {
    assert_snapshot!(lowered(r#"
        tags = {"new"}
        tags.add("hot")
        tags.discard("new")
        tags |= {"sale"}
    "#), @r#"
    module:
      call {"new"}.add("hot")
      change {"new"}~add("hot")
      call {"new"}~add("hot").discard("new")
      change {"new"}~add("hot")~discard("new")
      change {"new"}~add("hot")~discard("new")~|=({"sale"})
      tags = {"new"}~add("hot")~discard("new")~|=({"sale"})
    "#);
}

#[test]
fn methods_of_anything_else_may_be_changes_too() {
    assert_snapshot!(lowered(r#"
        def add(cart, item):
            cart.add(item)
            return cart
    "#), @"
    module:
      add = def add
    add:
      call param0.add(param1)
      change param0~add(param1)
      return param0~add(param1)
      result param0~add(param1)
    ");
}

#[test]
fn changes_on_a_branch() {
    assert_snapshot!(lowered(r#"
        def apps(debug):
            installed = ["shop"]
            if debug:
                installed.append("toolbar")
            return installed
    "#), @r#"
    module:
      apps = def apps
    apps:
      call ["shop"].append("toolbar")   [param0]
      change ["shop"]~append("toolbar")   [param0]
      return (["shop"]~append("toolbar") if param0 else ["shop"])
      result (["shop"]~append("toolbar") if param0 else ["shop"])
    "#);
}

#[test]
fn nested_containers() {
    assert_snapshot!(lowered(r#"
        DATABASES = {"default": {"HOST": "a"}}
        DATABASES["default"]["HOST"] = "b"
        DATABASES["default"].update(PORT=1)
        LOGGING = {"handlers": []}
        LOGGING["handlers"].append("console")
    "#), @r#"
    module:
      change {"default": {"HOST": "a"}}["default"]~setitem("HOST", "b")
      call {"default": {"HOST": "a"}}["default"]~setitem("HOST", "b").update(PORT=1)
      change {"default": {"HOST": "a"}}["default"]~setitem("HOST", "b")~update(1)
      call {"handlers": []}["handlers"].append("console")
      change {"handlers": []}["handlers"]~append("console")
      DATABASES = {"default": {"HOST": "a"}}~setitem("default", {"default": {"HOST": "a"}}["default"]~setitem("HOST", "b"))~setitem("default", {"default": {"HOST": "a"}}["default"]~setitem("HOST", "b")~update(1))
      LOGGING = {"handlers": []}~setitem("handlers", {"handlers": []}["handlers"]~append("console"))
    "#);
}

#[test]
fn a_container_changes_with_what_it_holds() {
    assert_snapshot!(lowered(r#"
        inner = []
        outer = {"inner": inner}
        inner.append(1)
        again = outer
    "#), @r#"
    module:
      call [].append(1)
      change []~append(1)
      inner = []~append(1)
      outer = {"inner": []}~escaped
      again = {"inner": []}~escaped
    "#);
}

#[test]
fn aliases() {
    assert_snapshot!(lowered(r#"
        first = ["tea"]
        second = first
        second.append("milk")
        both = first, second
    "#), @r#"
    module:
      call ["tea"].append("milk")
      change ["tea"]~append("milk")
      first = ["tea"]~append("milk")
      second = ["tea"]~append("milk")
      both = (["tea"]~append("milk"), ["tea"]~append("milk"),)
    "#);
}

#[test]
fn aliases_that_only_may_be() {
    assert_snapshot!(lowered(r#"
        def pick(flag):
            a = []
            b = []
            c = a if flag else b
            c.append(1)
            return a, b
    "#), @"
    module:
      pick = def pick
    pick:
      call ([] if param0 else []).append(1)
      change ([] if param0 else [])~append(1)
      return ([]~escaped, []~escaped,)
      result ([]~escaped, []~escaped,)
    ");
}

#[test]
fn copies_are_no_aliases() {
    assert_snapshot!(lowered(r#"
        first = ["tea"]
        second = list(first)
        third = first[:]
        fourth = first.copy()
        second.append("milk")
        after = first
    "#), @r#"
    module:
      call list(["tea"])
      call ["tea"].copy()
      call list(["tea"]).append("milk")
      change list(["tea"])~append("milk")
      first = ["tea"]
      second = list(["tea"])~append("milk")
      third = ["tea"][::]
      fourth = ["tea"].copy()
      after = ["tea"]
    "#);
}

#[test]
fn passed_to_a_call_it_escapes() {
    assert_snapshot!(lowered(r#"
        def build(request):
            context = {"a": 1}
            size = len(context)
            before = context
            fill(context)
            return context
    "#), @r#"
    module:
      build = def build
    build:
      call len({"a": 1})
      call fill({"a": 1})
      return {"a": 1}~escaped
      result {"a": 1}~escaped
    "#);
}

#[test]
fn stored_in_an_object_it_escapes() {
    assert_snapshot!(lowered(r#"
        def build(self):
            names = []
            self.names = names
            self.load()
            return names
    "#), @"
    module:
      build = def build
    build:
      store param0.names = []
      call param0.load()
      return []~escaped
      result []~escaped
    ");
}

#[test]
fn changed_in_an_inner_function() {
    assert_snapshot!(lowered(r#"
        def build():
            names = ["a"]
            def add(name):
                names.append(name)
            add("b")
            return names
    "#), @r#"
    module:
      build = def build
    build:
      call def build.add("b")
      return ["a"]
      names = ["a"]
      add = def build.add
      result ["a"]
    build.add:
      call captured names.append(param0)
      change captured names~append(param0)
      result None
    shared with other functions:
      ["a"]
    "#);
}

#[test]
fn changed_in_a_function_of_the_module() {
    assert_snapshot!(lowered(r#"
        APPS = ["shop"]
        def install(app):
            APPS.append(app)
        install("blog")
        LIST = APPS
    "#), @r#"
    module:
      call def install("blog")
      APPS = ["shop"]
      install = def install
      LIST = ["shop"]
    install:
      call APPS.append(param0)
      change APPS~append(param0)
      result None
    shared with other functions:
      ["shop"]
    "#);
}

#[test]
fn attributes_of_a_module_are_changed() {
    assert_snapshot!(lowered(r#"
        from . import settings
        settings.APPS.append("shop")
        settings.DB["x"] = 1
    "#), @r#"
    module:
      import .:settings
      call import .:settings.APPS.append("shop")
      change import .:settings.APPS~append("shop")
      change import .:settings.DB~setitem("x", 1)
      settings = import .:settings
    "#);
}

#[test]
fn a_parameter_is_changed_for_its_caller() {
    let source = r#"
        def fill(context, item):
            context["item"] = item
            item = 3
    "#;
    assert_snapshot!(declared(source), @r#"
    fill(context, item)
      leaves context as param0~setitem("item", param1)
    "#);
    assert_snapshot!(lowered(source), @r#"
    module:
      fill = def fill
    fill:
      change param0~setitem("item", param1)
      result None
    "#);
}

// The rows of the table are not what they were, for the caller and for the code behind the loop.
#[test]
fn elements_are_changed_in_a_loop() {
    let source = r#"
        def rows(table):
            for row in table:
                row["x"] = 1
            return table
    "#;
    assert_snapshot!(declared(source), @"
    rows(table)
      leaves table as break(param0 | param0~escaped)
    ");
    assert_snapshot!(lowered(source), @r#"
    module:
      rows = def rows
    rows:
      change param0[each]~setitem("x", 1)   [each of param0]
      return break(param0 | param0~escaped)
      result break(param0 | param0~escaped)
    loops:
      loop(unbound) becomes param0[each]~setitem("x", 1)
    "#);
}

#[test]
fn elements_are_changed_after_unpacking() {
    let source = r#"
        def rows(table):
            first, second = table
            first.append(2)
            return table
    "#;
    assert_snapshot!(declared(source), @"
    rows(table)
      leaves table as param0~escaped
    ");
    assert_snapshot!(lowered(source), @"
    module:
      rows = def rows
    rows:
      call param0[#0].append(2)
      change param0[#0]~append(2)
      return param0~escaped
      result param0~escaped
    ");
}

#[test]
fn a_local_list_whose_elements_are_changed_in_a_loop() {
    assert_snapshot!(lowered(r#"
        def rows():
            table = [[], []]
            for row in table:
                row.append(1)
            return table
    "#), @"
    module:
      rows = def rows
    rows:
      call [[], []][each].append(1)   [each of [[], []]]
      change [[], []][each]~append(1)   [each of [[], []]]
      return loop([[], []])
      result loop([[], []])
    loops:
      loop([[], []]) becomes loop([[], []])~escaped
      loop(unbound) becomes [[], []][each]~append(1)
    ");
}
