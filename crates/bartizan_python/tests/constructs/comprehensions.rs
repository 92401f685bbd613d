//! Comprehensions and generator expressions.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn each_kind() {
    assert_snapshot!(lowered(r#"
        names = [item.name for item in cart]
        unique = {item.name for item in cart}
        prices = {item.name: item.price for item in cart}
        lazy = (item.name for item in cart)
    "#), @"
    module:
      names = list(cart[each].name for each of cart)
      unique = set(cart[each].name for each of cart)
      prices = dict(cart[each].name: cart[each].price for each of cart)
      lazy = generator(cart[each].name for each of cart)
    ");
}

#[test]
fn several_clauses_and_conditions() {
    assert_snapshot!(lowered(r#"
        lines = [line.id for order in orders if order.open if order.paid for line in order.lines if line.stock]
    "#), @"
    module:
      lines = list(orders[each]{where orders[each].open}{where orders[each]{where …[each].open}.paid}.lines[each]{where …{where …}.lines[each].stock}.id for each of orders if orders[each].open if orders[each]{where orders[each].open}.paid for each of orders[each]{where orders[each].open}{where orders[each]{where …[each].open}.paid}.lines if orders[each]{where orders[each].open}{where orders[each]{where …[each].open}.paid}.lines[each].stock)
    ");
}

#[test]
fn nested_comprehensions() {
    assert_snapshot!(lowered(r#"
        rows = [[cell.text for cell in row] for row in table]
    "#), @"
    module:
      rows = list(list(table[each][each].text for each of table[each]) for each of table)
    ");
}

#[test]
fn targets_are_unpacked() {
    assert_snapshot!(lowered(r#"
        pairs = [key + value for key, (value, *rest) in data.items()]
    "#), @"
    module:
      call data.items()
      pairs = list((data.items()[each][#0] + data.items()[each][#1][#0]) for each of data.items())
    ");
}

#[test]
fn conditions_are_known_in_the_element() {
    assert_snapshot!(lowered(r#"
        known = [item for item in items if item is not None]
    "#), @"
    module:
      known = list(items[each]{where (items[each] is not None)} for each of items if (items[each] is not None))
    ");
}

#[test]
fn calls_inside_happen_under_the_conditions_before_them() {
    assert_snapshot!(lowered(r#"
        def check(items):
            return [charge(item) for item in load(items) if allowed(item)]
    "#), @"
    module:
      check = def check
    check:
      call load(param0)
      call allowed(load(param0)[each])
      call charge(load(param0)[each]{where allowed(load(param0)[each])})   [allowed(load(param0)[each])]
      return list(charge(load(param0)[each]{where allowed(load(param0)[each])}) for each of load(param0) if allowed(load(param0)[each]))
      result list(charge(load(param0)[each]{where allowed(load(param0)[each])}) for each of load(param0) if allowed(load(param0)[each]))
    ");
}

#[test]
fn asynchronous_comprehensions() {
    assert_snapshot!(lowered(r#"
        async def prices(shop):
            return [await item.price() async for item in shop.items() if await item.ready()]
    "#), @"
    module:
      prices = def prices
    prices:
      call param0.items()
      call param0.items()[each].ready()
      call param0.items()[each]{where await …[each].ready()}.price()   [await param0.items()[each].ready()]
      return list(await param0.items()[each]{where await …[each].ready()}.price() for each of param0.items() if await param0.items()[each].ready())
      result list(await param0.items()[each]{where await …[each].ready()}.price() for each of param0.items() if await param0.items()[each].ready())
    ");
}

#[test]
fn a_lambda_inside_captures_the_variable_of_the_round() {
    assert_snapshot!(lowered(r#"
        checks = [lambda order: order.has(item) for item in items]
    "#), @"
    module:
      checks = list(def <lambda> for each of items)
    <lambda>:
      call param0.has(items[each])
      result param0.has(items[each])
    ");
}

#[test]
fn a_lambda_inside_a_function_captures_the_variable_of_the_round() {
    assert_snapshot!(lowered(r#"
        def checks(items):
            return [lambda order: order.has(item) for item in items]
    "#), @"
    module:
      checks = def checks
    checks:
      return list(def checks.<lambda> for each of param0)
      items = param0
      result list(def checks.<lambda> for each of param0)
    checks.<lambda>:
      call param0.has(param0[each])
      result param0.has(param0[each])
    ");
}

#[test]
fn a_comprehension_in_a_class_body() {
    assert_snapshot!(lowered(r#"
        class Menu:
            base = load()
            names = [entry for entry in base]
    "#), @"
    module:
      Menu = class Menu
    Menu:
      call load()
      base = load()
      names = list(load()[each] for each of load())
    ");
}
