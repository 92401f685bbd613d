//! Attributes, subscripts, slices and calls.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn attributes_and_subscripts() {
    assert_snapshot!(lowered(r#"
        name = order.customer.name
        first = orders[0]
        cell = table[row, column]
        value = form.data["name"][0].title
    "#), @r#"
    module:
      name = order.customer.name
      first = orders[0]
      cell = table[(row, column,)]
      value = form.data["name"][0].title
    "#);
}

#[test]
fn slices_keep_their_bounds() {
    assert_snapshot!(lowered(r#"
        few = orders[1:3]
        every_other = orders[::2]
        last = orders[-5:]
        whole = orders[:]
        block = table[1:2, ..., 3]
        spread = table[*head, 0]
    "#), @"
    module:
      few = orders[1:3:]
      every_other = orders[::2]
      last = orders[(- 5)::]
      whole = orders[::]
      block = table[(1:2:, ..., 3,)]
      spread = table[(*head, 0,)]
    ");
}

#[test]
fn calls_keep_their_arguments_as_written() {
    assert_snapshot!(lowered(r#"
        pay(order, 3, currency="EUR")
        pay(*amounts, **options)
        pay(order, *amounts, 3, currency="EUR", **options, note=None)
    "#), @r#"
    module:
      call pay(order, 3, currency="EUR")
      call pay(*amounts, **options)
      call pay(order, *amounts, 3, currency="EUR", **options, note=None)
    "#);
}

#[test]
fn a_generator_alone_needs_no_brackets() {
    assert_snapshot!(lowered(r#"
        total = sum(item.price for item in cart)
    "#), @"
    module:
      call sum(generator(cart[each].price for each of cart))
      total = sum(generator(cart[each].price for each of cart))
    ");
}

#[test]
fn calls_are_effects_in_the_order_of_evaluation() {
    assert_snapshot!(lowered(r#"
        def checkout(cart):
            return charge(cart.total(), card=ask(cart).card)
    "#), @"
    module:
      checkout = def checkout
    checkout:
      call param0.total()
      call ask(param0)
      call charge(param0.total(), card=ask(param0).card)
      return charge(param0.total(), card=ask(param0).card)
      result charge(param0.total(), card=ask(param0).card)
    ");
}

#[test]
fn arguments_are_evaluated_before_the_call_that_takes_them() {
    assert_snapshot!(lowered(r#"
        def checkout():
            first()(second(), *third())[fourth()]
    "#), @"
    module:
      checkout = def checkout
    checkout:
      call first()
      call second()
      call third()
      call first()(second(), *third())
      call fourth()
      evaluate first()(second(), *third())[fourth()]
      result None
    ");
}

#[test]
fn await_of_a_call() {
    assert_snapshot!(lowered(r#"
        async def order(client):
            reply = await client.post("/orders")
            return (await reply.json())["id"]
    "#), @r#"
    module:
      order = def order
    order:
      call param0.post("/orders")
      call await param0.post("/orders").json()
      return await await param0.post("/orders").json()["id"]
      result await await param0.post("/orders").json()["id"]
    "#);
}
