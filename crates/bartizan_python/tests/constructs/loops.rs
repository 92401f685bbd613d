//! for and while.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn for_each() {
    assert_snapshot!(lowered(r#"
        def total(cart):
            sum = 0
            for item in cart:
                sum = sum + item.price
            return sum
    "#), @"
    module:
      total = def total
    total:
      return loop(0)
      result loop(0)
    loops:
      loop(0) becomes (loop(0) + param0[each].price)
      loop(unbound) becomes param0[each]
    ");
}

#[test]
fn for_with_unpacking_and_else() {
    assert_snapshot!(lowered(r#"
        def show(prices):
            for name, price in prices.items():
                print(name, price)
            else:
                print("all")
    "#), @r#"
    module:
      show = def show
    show:
      call param0.items()
      call print(param0.items()[each][#0], param0.items()[each][#1])   [each of param0.items()]
      call print("all")
      result None
    loops:
      loop(unbound) becomes param0.items()[each][#0]
      loop(unbound) becomes param0.items()[each][#1]
    "#);
}

// Wrong today: the ways should come in the order of the text, `break` before `else`.
#[test]
fn for_else_runs_unless_left_by_break() {
    assert_snapshot!(lowered(r#"
        def find(items, wanted):
            for item in items:
                if item == wanted:
                    found = item
                    break
            else:
                found = None
            return found
    "#), @"
    module:
      find = def find
    find:
      return break(None | param0[each]{where (param0[each] == loop(param1))})
      result break(None | param0[each]{where (param0[each] == loop(param1))})
    loops:
      loop(param1) becomes loop(param1)
      loop(unbound) becomes param0[each]{where not (param0[each] == loop(param1))}
      loop(unbound) becomes loop(unbound)
    ");
}

#[test]
fn continue_skips_the_rest() {
    assert_snapshot!(lowered(r#"
        def ship(orders):
            last = None
            for order in orders:
                if not order.paid:
                    continue
                send(order)
                last = order
            return last
    "#), @"
    module:
      ship = def ship
    ship:
      call send(param0[each])   [each of param0, not (not param0[each].paid)]
      return loop(None)
      result loop(None)
    loops:
      loop(None) becomes continue(loop(None) | param0[each])
      loop(unbound) becomes param0[each]
    ");
}

#[test]
fn while_a_test_holds() {
    assert_snapshot!(lowered(r#"
        def drain(queue):
            count = 0
            while queue.full():
                count += 1
                queue.take()
            return count
    "#), @"
    module:
      drain = def drain
    drain:
      call loop(param0).full()   [rounds]
      change loop(0)~+=(1)   [rounds, loop(param0).full()]
      call loop(param0){where loop(param0).full()}.take()   [rounds, loop(param0).full()]
      return loop(0)
      result loop(0)
    loops:
      loop(param0) becomes loop(param0)
      loop(0) becomes loop(0)~+=(1)
    ");
}

// A loop `while True` never runs out, so `line` is always bound.
#[test]
fn while_true_is_left_by_break() {
    assert_snapshot!(lowered(r#"
        def read(stream):
            while True:
                line = stream.read()
                if not line:
                    break
                handle(line)
            return line
    "#), @"
    module:
      read = def read
    read:
      call loop(param0).read()   [rounds, True]
      call handle(loop(param0).read(){where not (not loop(…).read())})   [rounds, True, not (not loop(param0).read())]
      return loop(param0).read(){where (not loop(…).read())}
      result loop(param0).read(){where (not loop(…).read())}
    loops:
      loop(param0) becomes loop(param0)
      loop(unbound) becomes loop(param0).read(){where not (not loop(…).read())}
    ");
}

#[test]
fn while_else() {
    assert_snapshot!(lowered(r#"
        def wait(order):
            while order.open:
                if order.late():
                    break
                poll()
            else:
                close(order)
    "#), @"
    module:
      wait = def wait
    wait:
      call loop(param0).late()   [rounds, loop(param0).open]
      call poll()   [rounds, loop(param0).open, not loop(param0).late()]
      call close(loop(param0))   [did not leave on (rounds, loop(param0).open, loop(param0).late())]
      result None
    loops:
      loop(param0) becomes loop(param0)
    ");
}

#[test]
fn while_true_without_break_never_ends() {
    assert_snapshot!(lowered(r#"
        def serve(server):
            while True:
                server.step()
            unreachable()
    "#), @"
    module:
      serve = def serve
    serve:
      call loop(param0).step()   [rounds, True]
      call unreachable()   [never]
    loops:
      loop(param0) becomes loop(param0)
    ");
}

#[test]
fn nested_loops_and_their_own_breaks() {
    assert_snapshot!(lowered(r#"
        def search(shelves):
            for shelf in shelves:
                for item in shelf:
                    if item.found:
                        break
                else:
                    continue
                return item
    "#), @"
    module:
      search = def search
    search:
      return param0[each][each]   [each of param0, did not leave on (did not leave on (each of param0[each], param0[each][each].found))]
      result return(param0[each][each] | None)
    loops:
      loop(unbound) becomes param0[each]
      loop(unbound) becomes loop(loop(unbound))
      loop(loop(unbound)) becomes param0[each][each]
    ");
}

#[test]
fn asynchronous() {
    assert_snapshot!(lowered(r#"
        async def collect(feed):
            async for item in feed:
                keep(item)
    "#), @"
    module:
      collect = def collect
    collect:
      call keep(param0[each])   [each of param0]
      result None
    loops:
      loop(unbound) becomes param0[each]
    ");
}

#[test]
fn the_target_may_be_anything() {
    assert_snapshot!(lowered(r#"
        def fill(order, rows):
            for order.line in rows:
                pass
            for i in 1, 2, *rows:
                use(i)
    "#), @"
    module:
      fill = def fill
    fill:
      store loop(param0).line = param1[each]   [each of param1]
      call use((1, 2, *param1,)[each])   [each of (1, 2, *param1,)]
      result None
    loops:
      loop(param0) becomes loop(param0)
      loop(unbound) becomes (1, 2, *param1,)[each]
    ");
}

#[test]
fn the_target_may_be_an_item() {
    assert_snapshot!(lowered(r#"
        def last(rows):
            found = [None]
            for found[0] in rows:
                pass
            return found
    "#), @"
    module:
      last = def last
    last:
      change loop([None])~setitem(0, param0[each])   [each of param0]
      return loop([None])
      result loop([None])
    loops:
      loop([None]) becomes loop([None])~setitem(0, param0[each])
    ");
}

#[test]
fn a_container_that_grows_in_a_loop() {
    assert_snapshot!(lowered(r#"
        def names(cart):
            out = []
            for item in cart:
                out.append(item.name)
            return out
    "#), @"
    module:
      names = def names
    names:
      call loop([]).append(param0[each].name)   [each of param0]
      change loop([])~append(param0[each].name)   [each of param0]
      return loop([])
      result loop([])
    loops:
      loop([]) becomes loop([])~append(param0[each].name)
      loop(unbound) becomes param0[each]
    ");
}
