//! with.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn one_manager() {
    assert_snapshot!(lowered(r#"
        def load(path):
            with open(path) as file:
                text = file.read()
            return text
    "#), @"
    module:
      load = def load
    load:
      call open(param0)
      with open(param0)
      call enter open(param0).read()
      return enter open(param0).read()
      result enter open(param0).read()
    ");
}

#[test]
fn several_managers() {
    assert_snapshot!(lowered(r#"
        def copy(a, b):
            with open(a) as source, open(b, "w") as target:
                target.write(source.read())
    "#), @r#"
    module:
      copy = def copy
    copy:
      call open(param0)
      with open(param0)
      call open(param1, "w")
      with open(param1, "w")
      call enter open(param0).read()
      call enter open(param1, "w").write(enter open(param0).read())
      result None
    "#);
}

#[test]
fn in_parentheses() {
    assert_snapshot!(lowered(r#"
        def copy(a, b):
            with (
                open(a) as source,
                lock(),
            ):
                source.read()
    "#), @"
    module:
      copy = def copy
    copy:
      call open(param0)
      with open(param0)
      call lock()
      with lock()
      call enter open(param0).read()
      result None
    ");
}

#[test]
fn without_a_name() {
    assert_snapshot!(lowered(r#"
        def save(order):
            with transaction.atomic():
                order.save()
    "#), @"
    module:
      save = def save
    save:
      call transaction.atomic()
      with transaction.atomic()
      call param0.save()
      result None
    ");
}

#[test]
fn into_any_target() {
    assert_snapshot!(lowered(r#"
        def pair(self, both):
            with both as (left, right), open(left) as self.file:
                return right
    "#), @"
    module:
      pair = def pair
    pair:
      with param1
      call open(enter param1[#0])
      with open(enter param1[#0])
      store param0.file = enter open(enter param1[#0])
      return enter param1[#1]
      result enter param1[#1]
    ");
}

#[test]
fn asynchronous() {
    assert_snapshot!(lowered(r#"
        async def fetch(client):
            async with client.get("/") as reply, lock:
                return await reply.text()
    "#), @r#"
    module:
      fetch = def fetch
    fetch:
      call param0.get("/")
      with param0.get("/")
      with lock
      call async enter param0.get("/").text()
      return await async enter param0.get("/").text()
      result await async enter param0.get("/").text()
    "#);
}
