//! Names and the scopes in which they are looked up.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn what_a_module_has_bound_is_known_in_its_own_code() {
    assert_snapshot!(lowered(r#"
        stock = 3
        again = stock
        missing = shipping
    "#), @"
    module:
      stock = 3
      again = 3
      missing = shipping
    ");
}

#[test]
fn a_function_reads_what_the_module_ends_with() {
    assert_snapshot!(lowered(r#"
        vat = 19
        def gross(net):
            return net + vat
        vat = 21
    "#), @"
    module:
      vat = 21
      gross = def gross
    gross:
      return (param0 + vat)
      result (param0 + vat)
    ");
}

#[test]
fn builtins_are_names_of_the_module() {
    assert_snapshot!(lowered(r#"
        def count(items):
            return len(items)
    "#), @"
    module:
      count = def count
    count:
      call len(param0)
      return len(param0)
      result len(param0)
    ");
}

#[test]
fn global_stores_to_the_module() {
    assert_snapshot!(lowered(r#"
        orders = 0
        def order():
            global orders
            orders = orders + 1
            return orders
    "#), @"
    module:
      orders = 0
      order = def order
    order:
      store global orders = (orders + 1)
      return orders
      result orders
    ");
}

#[test]
fn nonlocal_stores_to_the_function_around() {
    assert_snapshot!(lowered(r#"
        def till():
            total = 0
            def add(price):
                nonlocal total
                total = total + price
                return total
            return add
    "#), @"
    module:
      till = def till
    till:
      return def till.add
      total = 0
      add = def till.add
      result def till.add
    till.add:
      store nonlocal total = (captured total + param0)
      return captured total
      result captured total
    ");
}

#[test]
fn an_inner_function_captures_a_variable() {
    assert_snapshot!(lowered(r#"
        def discount(rate):
            minimum = 10
            def apply(price):
                return max(price * rate, minimum)
            return apply
    "#), @"
    module:
      discount = def discount
    discount:
      return def discount.apply
      rate = param0
      minimum = 10
      apply = def discount.apply
      result def discount.apply
    discount.apply:
      call max((param0 * captured rate), captured minimum)
      return max((param0 * captured rate), captured minimum)
      result max((param0 * captured rate), captured minimum)
    ");
}

#[test]
fn a_class_body_is_a_scope_that_methods_do_not_see() {
    assert_snapshot!(lowered(r#"
        currency = "EUR"
        class Price:
            currency = "USD"
            label = currency
            def show(self):
                return currency
    "#), @r#"
    module:
      currency = "EUR"
      Price = class Price
    Price:
      currency = "USD"
      label = "USD"
      show = def Price.show
    Price.show:
      return currency
      result currency
    "#);
}

#[test]
fn a_class_body_reads_the_module_before_its_own_assignment() {
    assert_snapshot!(lowered(r#"
        currency = "EUR"
        class Price:
            default = currency
            currency = "USD"
    "#), @r#"
    module:
      currency = "EUR"
      Price = class Price
    Price:
      currency = "USD"
      default = "EUR"
    "#);
}

#[test]
fn a_class_body_reads_the_function_around() {
    assert_snapshot!(lowered(r#"
        def make_form(choices):
            class Form:
                field = choices
            return Form
    "#), @"
    module:
      make_form = def make_form
    make_form:
      return class make_form.Form
      choices = param0
      Form = class make_form.Form
      result class make_form.Form
    make_form.Form:
      field = param0
    ");
}

#[test]
fn a_method_reaches_its_class() {
    assert_snapshot!(lowered(r#"
        class Cart:
            def clone(self):
                return __class__, super().clone()
    "#), @"
    module:
      Cart = class Cart
    Cart:
      clone = def Cart.clone
    Cart.clone:
      call super()
      call super().clone()
      return (class Cart, super().clone(),)
      result (class Cart, super().clone(),)
    ");
}

#[test]
fn comprehension_variables_stay_inside() {
    assert_snapshot!(lowered(r#"
        item = "tea"
        names = [item for item in stock]
        after = item
    "#), @r#"
    module:
      item = "tea"
      names = list(stock[each] for each of stock)
      after = "tea"
    "#);
}

#[test]
fn a_walrus_binds_outside_the_comprehension() {
    assert_snapshot!(lowered(r#"
        def first_large(orders):
            found = [big for order in orders if (big := order.total) > 100]
            return big
    "#), @"
    module:
      first_large = def first_large
    first_large:
      return break(unbound | param0[each].total)
      result break(unbound | param0[each].total)
    ");
}

#[test]
fn a_walrus_binds_where_it_is_evaluated() {
    assert_snapshot!(lowered(r#"
        def search(request):
            if (term := request.GET["q"]) and len(term) > 2:
                return term
            return None
    "#), @r#"
    module:
      search = def search
    search:
      call len(param0.GET["q"]{where param0.GET["q"]})   [param0.GET["q"]]
      return param0.GET["q"]{where (param0.GET["q"] and (len(…{where …}) > 2))}   [(param0.GET["q"] and (len(param0.GET["q"]{where param0.GET["q"]}) > 2))]
      return None   [not (param0.GET["q"] and (len(param0.GET["q"]{where param0.GET["q"]}) > 2))]
      result return(param0.GET["q"]{where (param0.GET["q"] and (len(…{where …}) > 2))} | None)
    "#);
}

#[test]
fn type_parameters_are_no_values_at_run_time() {
    assert_snapshot!(lowered(r#"
        def first[T](items: list[T]) -> T:
            return T
        class Shelf[K, *Ts, **P]:
            key = K
    "#), @"
    module:
      first = def first
      Shelf = class Shelf
    first:
      return ?type
      result ?type
    Shelf:
      key = ?type
    ");
}

// Wrong today: the attribute is called `_Safe__code`. Two classes of one family that both have a
// `__code` are taken to share it, and `safe._Safe__code` is taken for another.
#[test]
fn a_private_name_should_be_mangled_in_a_class() {
    assert_snapshot!(lowered(r#"
        class Safe:
            __code = 1234
            def open(self):
                return self.__code
    "#), @"
    module:
      Safe = class Safe
    Safe:
      __code = 1234
      open = def Safe.open
    Safe.open:
      return param0.__code
      result param0.__code
    ");
}

#[test]
fn a_local_name_before_it_is_bound() {
    assert_snapshot!(lowered(r#"
        def pay():
            amount = price
            price = 3
            return amount
    "#), @"
    module:
      pay = def pay
    pay:
      return unbound
      result unbound
    ");
}

#[test]
fn a_deleted_name_has_no_value() {
    assert_snapshot!(lowered(r#"
        def pay():
            price = 3
            del price
            return price
    "#), @"
    module:
      pay = def pay
    pay:
      return unbound
      result unbound
    ");
}

#[test]
fn an_import_in_a_function_is_local() {
    assert_snapshot!(lowered(r#"
        def parse(text):
            import json
            return json.loads(text)
    "#), @"
    module:
      parse = def parse
    parse:
      import json
      call import json.loads(param0)
      return import json.loads(param0)
      result import json.loads(param0)
    ");
}
