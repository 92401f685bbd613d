//! Simple statements: del, assert, raise, return and expressions that stand alone.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn expressions_alone() {
    assert_snapshot!(lowered(r#"
        """The shop."""
        order.total
        pay()
        price == 3
        ...
    "#), @r#"
    module:
      evaluate "The shop."
      evaluate order.total
      call pay()
      evaluate (price == 3)
      evaluate ...
    "#);
}

#[test]
fn delete() {
    assert_snapshot!(lowered(r#"
        def drop(order, prices):
            old = load()
            del old, order.total, prices["tea"], prices[1:2]
            return order.total
    "#), @r#"
    module:
      drop = def drop
    drop:
      call load()
      delete param0.total
      change param1~delitem("tea")
      change param1~delitem("tea")~delitem(1:2:)
      return param0.total
      result param0.total
    "#);
}

#[test]
fn assertions_hold_from_there_on() {
    assert_snapshot!(lowered(r#"
        def pay(user, amount):
            assert user.is_active
            assert amount
            return amount, user.is_active
    "#), @"
    module:
      pay = def pay
    pay:
      assert param0.is_active
      assert param1
      return (param1{where param1}, param0.is_active{where param0.is_active},)
      result (param1{where param1}, param0.is_active{where param0.is_active},)
    ");
}

// The message is made only if the assertion fails, and changes nothing behind it.
#[test]
fn the_message_of_an_assertion() {
    assert_snapshot!(lowered(r#"
        def pay(user):
            assert user.is_active, message(user)
            return user.is_active
    "#), @"
    module:
      pay = def pay
    pay:
      call message(param0)   [not param0.is_active]
      assert param0.is_active
      return param0.is_active{where param0.is_active}
      result param0.is_active{where param0.is_active}
    ");
}

#[test]
fn raises() {
    assert_snapshot!(lowered(r#"
        def refuse(order):
            if order.paid:
                raise Paid
            if order.lost:
                raise Lost(order) from error()
            try:
                pay(order)
            except Failed:
                raise
    "#), @"
    module:
      refuse = def refuse
    refuse:
      raise Paid   [param0.paid]
      call Lost(param0)   [not param0.paid, param0.lost]
      call error()   [not param0.paid, param0.lost]
      raise Lost(param0)   [not param0.paid, param0.lost]
      try   [not param0.paid, not param0.lost]
      call pay(param0)   [not param0.paid, not param0.lost, tried]
      raise    [not param0.paid, not param0.lost, handler 0]
      result None
    ");
}

#[test]
fn return_and_yield_unpack() {
    assert_snapshot!(lowered(r#"
        def several(rest):
            yield 1, *rest
            return 2, *rest
    "#), @"
    module:
      several = def several
    several:
      yield (1, *param0,)
      evaluate yield (1, *param0,)
      return (2, *param0,)
      result (2, *param0,)
    ");
}

#[test]
fn returns() {
    assert_snapshot!(lowered(r#"
        def bare():
            return
        def nothing():
            pass
        def value():
            return 3
        def several(order):
            if order.paid:
                return 1
            if order.lost:
                return
            return 2
        def sometimes(order):
            if order.paid:
                return 1
    "#), @"
    module:
      bare = def bare
      nothing = def nothing
      value = def value
      several = def several
      sometimes = def sometimes
    bare:
      return
      result None
    nothing:
      result None
    value:
      return 3
      result 3
    several:
      return 1   [param0.paid]
      return    [not param0.paid, param0.lost]
      return 2   [not param0.paid, not param0.lost]
      result return(1 | None | 2)
    sometimes:
      return 1   [param0.paid]
      result return(1 | None)
    ");
}

#[test]
fn print_and_exec_are_functions() {
    assert_snapshot!(lowered(r#"
        def run(code):
            print(code)
            exec(code)
    "#), @"
    module:
      run = def run
    run:
      call print(param0)
      call exec(param0)
      result None
    ");
}
