//! Operators, comparisons and what is evaluated only sometimes.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn arithmetic() {
    assert_snapshot!(lowered(r#"
        sums = a + b - c
        products = a * b / c // d % e
        matrix = a @ b
        power = a ** b ** c
        shifted = a << b >> c
        bits = a | b ^ c & d
    "#), @"
    module:
      sums = ((a + b) - c)
      products = ((((a * b) / c) // d) % e)
      matrix = (a @ b)
      power = (a ** (b ** c))
      shifted = ((a << b) >> c)
      bits = (a | (b ^ (c & d)))
    ");
}

#[test]
fn one_side() {
    assert_snapshot!(lowered(r#"
        negative = -price
        positive = +price
        flipped = ~flags
        denied = not allowed
        number = -3
    "#), @"
    module:
      negative = (- price)
      positive = (+ price)
      flipped = (~ flags)
      denied = (not allowed)
      number = (- 3)
    ");
}

#[test]
fn comparisons() {
    assert_snapshot!(lowered(r#"
        same = a == b, a != b
        order = a < b, a <= b, a > b, a >= b
        identity = a is None, a is not None
        member = a in b, a not in b
    "#), @"
    module:
      same = ((a == b), (a != b),)
      order = ((a < b), (a <= b), (a > b), (a >= b),)
      identity = ((a is None), (a is not None),)
      member = ((a in b), (a not in b),)
    ");
}

#[test]
fn a_chain_is_an_and_of_its_comparisons() {
    assert_snapshot!(lowered(r#"
        def fair(price):
            return 0 < price <= limit() != 13
    "#), @"
    module:
      fair = def fair
    fair:
      call limit()   [(0 < param0)]
      return ((0 < param0) and (param0 <= limit()) and (limit() != 13))
      result ((0 < param0) and (param0 <= limit()) and (limit() != 13))
    ");
}

#[test]
fn later_operands_run_only_if_the_earlier_do_not_decide() {
    assert_snapshot!(lowered(r#"
        def allowed(user):
            return user.is_staff and user.check() or fallback(user)
    "#), @"
    module:
      allowed = def allowed
    allowed:
      call param0.check()   [param0.is_staff]
      call fallback(param0{where not (param0.is_staff and param0.check())})   [not (param0.is_staff and param0.check())]
      return ((param0.is_staff and param0.check()) or fallback(param0{where not (param0.is_staff and param0.check())}))
      result ((param0.is_staff and param0.check()) or fallback(param0{where not (param0.is_staff and param0.check())}))
    ");
}

#[test]
fn an_operand_knows_how_those_before_it_came_out() {
    assert_snapshot!(lowered(r#"
        def label(product):
            return product and product.name
        def default(product):
            return product or make(product)
    "#), @"
    module:
      label = def label
      default = def default
    label:
      return (param0 and param0{where param0}.name)
      result (param0 and param0{where param0}.name)
    default:
      call make(param0{where not param0})   [not param0]
      return (param0 or make(param0{where not param0}))
      result (param0 or make(param0{where not param0}))
    ");
}

#[test]
fn a_guard_in_an_operand_holds_for_those_behind_it() {
    assert_snapshot!(lowered(r#"
        def host(url):
            return isinstance(url, str) and url in HOSTS and fetch(url)
    "#), @"
    module:
      host = def host
    host:
      call isinstance(param0, str)
      call fetch(param0{where isinstance(param0, str)}{where (param0{where isinstance(param0, str)} in HOSTS)})   [isinstance(param0, str), (param0{where isinstance(param0, str)} in HOSTS)]
      return (isinstance(param0, str) and (param0{where isinstance(param0, str)} in HOSTS) and fetch(param0{where isinstance(param0, str)}{where (param0{where isinstance(param0, str)} in HOSTS)}))
      result (isinstance(param0, str) and (param0{where isinstance(param0, str)} in HOSTS) and fetch(param0{where isinstance(param0, str)}{where (param0{where isinstance(param0, str)} in HOSTS)}))
    ");
}

#[test]
fn a_conditional_expression() {
    assert_snapshot!(lowered(r#"
        def price(order, member):
            return order.low() if member else order.high()
    "#), @"
    module:
      price = def price
    price:
      call param0.low()   [param1]
      call param0.high()   [not param1]
      return (param0.low() if param1 else param0.high())
      result (param0.low() if param1 else param0.high())
    ");
}

#[test]
fn a_conditional_expression_knows_its_test() {
    assert_snapshot!(lowered(r#"
        def name(user):
            return user if user is not None else anonymous(user)
    "#), @"
    module:
      name = def name
    name:
      call anonymous(param0{where not (param0 is not None)})   [not (param0 is not None)]
      return (param0{where (param0 is not None)} if (param0 is not None) else anonymous(param0{where not (param0 is not None)}))
      result (param0{where (param0 is not None)} if (param0 is not None) else anonymous(param0{where not (param0 is not None)}))
    ");
}

#[test]
fn a_lambda_is_a_function() {
    assert_snapshot!(lowered(r#"
        by_price = lambda item, /, *rest, key=None, **more: item.price
        always = lambda: True
    "#), @"
    module:
      by_price = def <lambda>
      always = def <lambda>
    <lambda>:
      result param0.price
    <lambda>:
      result True
    ");
}

#[test]
fn a_walrus_inside_an_expression() {
    assert_snapshot!(lowered(r#"
        def area(room):
            return (width := room.width()) * width
    "#), @"
    module:
      area = def area
    area:
      call param0.width()
      return (param0.width() * param0.width())
      result (param0.width() * param0.width())
    ");
}

#[test]
fn await_yield_and_yield_from() {
    assert_snapshot!(lowered(r#"
        async def poll(queue):
            item = await queue.get()
            sent = yield item
            yield
            return
        def everything(shelves):
            result = yield from shelves
            return result
    "#), @"
    module:
      poll = def poll
      everything = def everything
    poll:
      call param0.get()
      yield await param0.get()
      yield
      evaluate yield
      return
      result None
    everything:
      yield from param0
      return yield from param0
      result yield from param0
    ");
}
