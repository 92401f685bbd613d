//! Assignment, in all its forms.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn names_and_chains() {
    assert_snapshot!(lowered(r#"
        a = b = load()
    "#), @"
    module:
      call load()
      a = load()
      b = load()
    ");
}

#[test]
fn unpacking() {
    assert_snapshot!(lowered(r#"
        first, second = pair
        (head, [inner, last]) = nested
    "#), @"
    module:
      first = pair[#0]
      second = pair[#1]
      head = nested[#0]
      inner = nested[#1][#0]
      last = nested[#1][#1]
    ");
}

#[test]
fn unpacking_with_a_star() {
    assert_snapshot!(lowered(r#"
        first, *rest, last = items
        *init, end = items
    "#), @"
    module:
      first = items[#0]
      rest = items[#1..-1]
      last = items[#-1]
      init = items[#0..-1]
      end = items[#-1]
    ");
}

#[test]
fn unpacking_a_display_takes_its_elements() {
    assert_snapshot!(lowered(r#"
        first, second = load(), 3
        a, b = b, a
        head, *tail = [1, 2, 3]
    "#), @"
    module:
      call load()
      first = load()
      second = 3
      a = b
      b = a
      head = [1, 2, 3][#0]
      tail = [1, 2, 3][#1..-0]
    ");
}

#[test]
fn attributes_and_items() {
    assert_snapshot!(lowered(r#"
        def fill(order, prices):
            order.total = 3
            prices["tea"] = 4
            order.lines[0].count = 5
            order.name, prices["x"] = "a", "b"
    "#), @r#"
    module:
      fill = def fill
    fill:
      store param0.total = 3
      change param1~setitem("tea", 4)
      store param0.lines[0].count = 5
      store param0.name = "a"
      change param1~setitem("tea", 4)~setitem("x", "b")
      result None
    "#);
}

#[test]
fn annotated() {
    assert_snapshot!(lowered(r#"
        count: int = 3
        name: str
        class Product:
            price: Decimal = Decimal("1.00")
            stock: int
        def add(self, item):
            self.total: int = 0
            amount: Money = item.price
            return amount
    "#), @r#"
    module:
      count = 3
      Product = class Product
      add = def add
    Product:
      call Decimal("1.00")
      price = Decimal("1.00")
    add:
      store param0.total = 0
      return param1.price
      result param1.price
    "#);
}

#[test]
fn augmented_names() {
    assert_snapshot!(lowered(r#"
        count = 1
        count += 2
        names = ["a"]
        names += ["b"]
        flags = load()
        flags |= 4
    "#), @r#"
    module:
      change 1~+=(2)
      change ["a"]~+=(["b"])
      call load()
      change load()~|=(4)
      count = 1~+=(2)
      names = ["a"]~+=(["b"])
      flags = load()~|=(4)
    "#);
}

#[test]
fn augmented_attributes_and_items() {
    assert_snapshot!(lowered(r#"
        def add(order, prices):
            order.total += 3
            prices["tea"] -= 1
            order.lines[0].count //= 2
    "#), @r#"
    module:
      add = def add
    add:
      change param0.total~+=(3)
      store param0.total = param0.total~+=(3)
      change param1["tea"]~-=(1)
      change param1~setitem("tea", param1["tea"]~-=(1))
      change param0.lines[0].count~//=(2)
      store param0.lines[0].count = param0.lines[0].count~//=(2)
      result None
    "#);
}

#[test]
fn every_augmented_operator() {
    assert_snapshot!(lowered(r#"
        def all(a, b, c, d, e, f, g, h, i, j, k, l, m):
            a += 1
            b -= 1
            c *= 1
            d @= 1
            e /= 1
            f %= 1
            g **= 1
            h <<= 1
            i >>= 1
            j |= 1
            k ^= 1
            l &= 1
            m //= 1
    "#), @"
    module:
      all = def all
    all:
      change param0~+=(1)
      change param1~-=(1)
      change param2~*=(1)
      change param3~@=(1)
      change param4~/=(1)
      change param5~%=(1)
      change param6~**=(1)
      change param7~<<=(1)
      change param8~>>=(1)
      change param9~|=(1)
      change param10~^=(1)
      change param11~&=(1)
      change param12~//=(1)
      result None
    ");
}

#[test]
fn an_augmented_target_is_evaluated_once() {
    assert_snapshot!(lowered(r#"
        def add(prices):
            load().count += 1
            prices[key()] += 1
    "#), @"
    module:
      add = def add
    add:
      call load()
      change load().count~+=(1)
      store load().count = load().count~+=(1)
      call key()
      change param0[key()]~+=(1)
      change param0~setitem(key(), param0[key()]~+=(1))
      result None
    ");
}

#[test]
fn a_swap() {
    assert_snapshot!(lowered(r#"
        def swap(a, b):
            a, b = b, a
            a.x, b.x = b.x, a.x
            return a, b
    "#), @"
    module:
      swap = def swap
    swap:
      store param1.x = param0.x
      store param0.x = param1.x
      return (param1, param0,)
      result (param1, param0,)
    ");
}
