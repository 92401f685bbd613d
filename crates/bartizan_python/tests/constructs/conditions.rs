//! if, and what is known on its branches.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn if_else() {
    assert_snapshot!(lowered(r#"
        def price(member):
            if member:
                cost = low()
            else:
                cost = high()
            return cost
    "#), @"
    module:
      price = def price
    price:
      call low()   [param0]
      call high()   [not param0]
      return (low() if param0 else high())
      result (low() if param0 else high())
    ");
}

#[test]
fn elif() {
    assert_snapshot!(lowered(r#"
        def tax(country):
            if country == "DE":
                rate = 19
            elif country == "FR":
                rate = 20
            elif country == "AT":
                rate = 21
            else:
                rate = 0
            return rate
    "#), @r#"
    module:
      tax = def tax
    tax:
      return (19 if (param0 == "DE") else (20 if (param0{where not (param0 == "DE")} == "FR") else (21 if (param0{where not (param0 == "DE")}{where not (param0{where not (param0 == "DE")} == "FR")} == "AT") else 0)))
      result (19 if (param0 == "DE") else (20 if (param0{where not (param0 == "DE")} == "FR") else (21 if (param0{where not (param0 == "DE")}{where not (param0{where not (param0 == "DE")} == "FR")} == "AT") else 0)))
    "#);
}

#[test]
fn without_else() {
    assert_snapshot!(lowered(r#"
        def price(member):
            cost = 10
            if member:
                cost = 5
            return cost
    "#), @"
    module:
      price = def price
    price:
      return (5 if param0 else 10)
      result (5 if param0 else 10)
    ");
}

#[test]
fn bound_on_one_branch_alone() {
    assert_snapshot!(lowered(r#"
        def price(member):
            if member:
                cost = 5
            return cost
    "#), @"
    module:
      price = def price
    price:
      return (5 if param0 else unbound)
      result (5 if param0 else unbound)
    ");
}

#[test]
fn a_branch_that_leaves() {
    assert_snapshot!(lowered(r#"
        def price(order):
            if order is None:
                return 0
            return order.total
    "#), @"
    module:
      price = def price
    price:
      return 0   [(param0 is None)]
      return param0{where not (param0 is None)}.total   [not (param0 is None)]
      result return(0 | param0{where not (param0 is None)}.total)
    ");
}

#[test]
fn tests_are_known_on_their_branches() {
    assert_snapshot!(lowered(r#"
        def redirect(url):
            if not url or url in BLOCKED:
                return None
            if safe(url):
                return go(url)
            return url
    "#), @"
    module:
      redirect = def redirect
    redirect:
      return None   [((not param0) or (param0{where not (not param0)} in BLOCKED))]
      call safe(param0{where not ((not param0) or (param0{where not (not …)} in BLOCKED))})   [not ((not param0) or (param0{where not (not param0)} in BLOCKED))]
      call go(param0{where not ((not param0) or (param0{where not (not …)} in BLOCKED))}{where safe(param0{where not ((not …) or (… in …))})})   [not ((not param0) or (param0{where not (not param0)} in BLOCKED)), safe(param0{where not ((not param0) or (param0{where not (not …)} in BLOCKED))})]
      return go(param0{where not ((not param0) or (param0{where not (not …)} in BLOCKED))}{where safe(param0{where not ((not …) or (… in …))})})   [not ((not param0) or (param0{where not (not param0)} in BLOCKED)), safe(param0{where not ((not param0) or (param0{where not (not …)} in BLOCKED))})]
      return param0{where not ((not param0) or (param0{where not (not …)} in BLOCKED))}{where not safe(param0{where not ((not …) or (… in …))})}   [not ((not param0) or (param0{where not (not param0)} in BLOCKED)), not safe(param0{where not ((not param0) or (param0{where not (not …)} in BLOCKED))})]
      result return(None | go(param0{where not ((not param0) or (param0{where not (not …)} in BLOCKED))}{where safe(param0{where not ((not …) or (… in …))})}) | param0{where not ((not param0) or (param0{where not (not …)} in BLOCKED))}{where not safe(param0{where not ((not …) or (… in …))})})
    ");
}

#[test]
fn nested() {
    assert_snapshot!(lowered(r#"
        def route(user, order):
            if user.active:
                if order.open:
                    ship(order)
                else:
                    keep(order)
            else:
                refuse(user)
            done()
    "#), @"
    module:
      route = def route
    route:
      call ship(param1)   [param0.active, param1.open]
      call keep(param1)   [param0.active, not param1.open]
      call refuse(param0)   [not param0.active]
      call done()
      result None
    ");
}

#[test]
fn on_the_level_of_the_module() {
    assert_snapshot!(lowered(r#"
        if production:
            DEBUG = False
        else:
            DEBUG = True
        MODE = DEBUG
    "#), @"
    module:
      DEBUG = (False if production else True)
      MODE = (False if production else True)
    ");
}

#[test]
fn known_constants_are_not_decided_here() {
    assert_snapshot!(lowered(r#"
        if TYPE_CHECKING:
            from shop import Product
        if False:
            unused()
    "#), @"
    module:
      import shop:Product   [TYPE_CHECKING]
      call unused()   [False]
      Product = (import shop:Product if TYPE_CHECKING else unbound)
    ");
}
