//! Access paths, what is known on them, and code that never runs.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn repeated_paths_are_one_value() {
    assert_snapshot!(lowered(r#"
        def next_page(request):
            if request.GET.get("next"):
                return request.GET.get("next")
            return "/"
    "#), @r#"
    module:
      next_page = def next_page
    next_page:
      call param0.GET.get("next")
      return param0.GET.get("next"){where param0.GET.get("next")}   [param0.GET.get("next")]
      return "/"   [not param0.GET.get("next")]
      result return(param0.GET.get("next"){where param0.GET.get("next")} | "/")
    "#);
}

#[test]
fn a_guard_on_a_path_holds_for_the_next() {
    assert_snapshot!(lowered(r#"
        def redirect(request):
            if request.GET["next"] in ALLOWED:
                return go(request.GET["next"])
            return request.GET["next"]
    "#), @r#"
    module:
      redirect = def redirect
    redirect:
      call go(param0.GET["next"]{where (param0.GET["next"] in ALLOWED)})   [(param0.GET["next"] in ALLOWED)]
      return go(param0.GET["next"]{where (param0.GET["next"] in ALLOWED)})   [(param0.GET["next"] in ALLOWED)]
      return param0.GET["next"]{where not (param0.GET["next"] in ALLOWED)}   [not (param0.GET["next"] in ALLOWED)]
      result return(go(param0.GET["next"]{where (param0.GET["next"] in ALLOWED)}) | param0.GET["next"]{where not (param0.GET["next"] in ALLOWED)})
    "#);
}

#[test]
fn a_store_to_a_prefix_ends_what_is_known() {
    assert_snapshot!(lowered(r#"
        def show(order):
            if order.user.name:
                order.user = load()
                return order.user.name
            return order.user.name
    "#), @"
    module:
      show = def show
    show:
      call load()   [param0.user.name]
      store param0.user = load()   [param0.user.name]
      return load().name   [param0.user.name]
      return param0.user.name{where not param0.user.name}   [not param0.user.name]
      result return(load().name | param0.user.name{where not param0.user.name})
    ");
}

#[test]
fn a_call_with_the_root_ends_what_is_known() {
    assert_snapshot!(lowered(r#"
        def show(order):
            if order.name:
                change(order)
                return order.name
            return None
    "#), @"
    module:
      show = def show
    show:
      call change(param0)   [param0.name]
      return param0.name   [param0.name]
      return None   [not param0.name]
      result return(param0.name | None)
    ");
}

#[test]
fn a_call_with_the_request_does_not() {
    assert_snapshot!(lowered(r#"
        def show(request):
            if request.GET["a"]:
                log(request)
                return request.GET["a"]
            return None
    "#), @r#"
    module:
      show = def show
    show:
      call log(param0)   [param0.GET["a"]]
      return param0.GET["a"]{where param0.GET["a"]}   [param0.GET["a"]]
      return None   [not param0.GET["a"]]
      result return(param0.GET["a"]{where param0.GET["a"]} | None)
    "#);
}

#[test]
fn a_stored_attribute_is_read_back() {
    assert_snapshot!(lowered(r#"
        def show(self, form):
            self.form = form
            self.count = 3
            return self.form, self.count
    "#), @"
    module:
      show = def show
    show:
      store param0.form = param1
      store param0.count = 3
      return (param1, 3,)
      result (param1, 3,)
    ");
}

#[test]
fn a_guard_on_a_variable_holds_for_its_origin_by_name_alone() {
    assert_snapshot!(lowered(r#"
        def show(request):
            name = request.GET["name"]
            if not name.isalnum():
                return None
            return name, request.GET["name"]
    "#), @r#"
    module:
      show = def show
    show:
      call param0.GET["name"].isalnum()
      return None   [(not param0.GET["name"].isalnum())]
      return (param0.GET["name"]{where not (not …[…].isalnum())}, param0.GET["name"],)   [not (not param0.GET["name"].isalnum())]
      result return(None | (param0.GET["name"]{where not (not …[…].isalnum())}, param0.GET["name"],))
    "#);
}

#[test]
fn a_boolean_that_was_stored_is_a_guard() {
    assert_snapshot!(lowered(r#"
        def show(url):
            ok = url in ALLOWED
            if ok:
                return url
            return None
    "#), @"
    module:
      show = def show
    show:
      return param0{where (param0 in ALLOWED)}   [(param0 in ALLOWED)]
      return None   [not (param0 in ALLOWED)]
      result return(param0{where (param0 in ALLOWED)} | None)
    ");
}

#[test]
fn negations_and_operators() {
    assert_snapshot!(lowered(r#"
        def show(a, b):
            if not (a and b):
                return a
            return a, b
    "#), @"
    module:
      show = def show
    show:
      return param0{where (not (param0 and param1))}   [(not (param0 and param1))]
      return (param0{where not (not (param0 and param1))}, param1{where not (not (param0 and param1))},)   [not (not (param0 and param1))]
      result return(param0{where (not (param0 and param1))} | (param0{where not (not (param0 and param1))}, param1{where not (not (param0 and param1))},))
    ");
}

#[test]
fn guards_of_loops() {
    assert_snapshot!(lowered(r#"
        def show(queue):
            while queue:
                use(queue)
            return queue
    "#), @"
    module:
      show = def show
    show:
      call use(loop(param0){where loop(param0)})   [rounds, loop(param0)]
      return loop(param0){where not loop(param0)}
      result loop(param0){where not loop(param0)}
    loops:
      loop(param0) becomes loop(param0)
    ");
}

#[test]
fn behind_return_nothing_runs() {
    assert_snapshot!(lowered(r#"
        def pay(order):
            return order
            charge(order)
            order = 3
    "#), @"
    module:
      pay = def pay
    pay:
      return param0
      call charge(param0)   [never]
      result param0
    ");
}

#[test]
fn behind_raise_break_and_continue_nothing_runs() {
    assert_snapshot!(lowered(r#"
        def pay(orders):
            for order in orders:
                continue
                never(1)
            for order in orders:
                break
                never(2)
            raise Closed
            never(3)
    "#), @"
    module:
      pay = def pay
    pay:
      call never(1)   [each of param0, never]
      call never(2)   [each of param0, never]
      raise Closed
      call never(3)   [never]
    loops:
      loop(unbound) becomes param0[each]
      loop(loop(unbound)) becomes loop(loop(unbound))
    ");
}

#[test]
fn behind_branches_that_all_leave_nothing_runs() {
    assert_snapshot!(lowered(r#"
        def pay(order):
            if order.paid:
                return 1
            else:
                raise Unpaid
            never(order)
    "#), @"
    module:
      pay = def pay
    pay:
      return 1   [param0.paid]
      raise Unpaid   [not param0.paid]
      call never(param0)   [never]
      result 1
    ");
}

#[test]
fn code_behind_a_call_that_never_returns_is_not_known_to_be_dead() {
    assert_snapshot!(lowered(r#"
        def stop(code):
            sys.exit(code)
            never()
    "#), @"
    module:
      stop = def stop
    stop:
      call sys.exit(param0)
      call never()
      result None
    ");
}

#[test]
fn text_that_is_no_python() {
    assert_snapshot!(lowered(r#"
        def pay(order):
            total = order. + 3
            return total
    "#), @"
    module:
      pay = def pay
    pay:
      return (param0. + 3)
      result (param0. + 3)
    problems:
      shop/views.py:2:20: syntax error: expected an identifier
    ");
}
