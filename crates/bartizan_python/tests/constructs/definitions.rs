//! Functions, classes and type aliases.

use bartizan_base::FilePath;
use bartizan_ir::{FileIr, FunctionKind};
use bartizan_python::Extent;
use insta::assert_snapshot;

use super::{declared, flush_left, lowered, name};

#[test]
fn parameters() {
    let source = r#"
        def pay(order, /, amount=3, *, currency: str = "EUR") -> Receipt:
            return currency
        def all(*orders: Order, **options):
            return orders, options
        def named(first, *, second):
            return first
    "#;
    assert_snapshot!(declared(source), @r#"
    pay(by position order, amount = 3, by name currency: str = "EUR") -> Receipt
    all(*orders: Order, **options)
    named(first, by name second)
    "#);
    assert_snapshot!(lowered(source), @"
    module:
      pay = def pay
      all = def all
      named = def named
    pay:
      return param2
      result param2
    all:
      return (param0, param1,)
      result (param0, param1,)
    named:
      return param0
      result param0
    ");
}

#[test]
fn defaults_are_evaluated_where_the_function_is_defined() {
    assert_snapshot!(lowered(r#"
        limit = 3
        def pay(amount=limit, options=load()):
            return amount
    "#), @"
    module:
      call load()
      limit = 3
      pay = def pay
    pay:
      return param0
      result param0
    ");
}

#[test]
fn annotations_are_evaluated_when_somebody_asks() {
    let source = r#"
        limit: load() = 3
        def pay(amount: load()) -> load():
            return amount
    "#;
    assert_snapshot!(declared(source), @"
    pay(amount: load()) -> load()
    ");
    assert_snapshot!(lowered(source), @"
    module:
      limit = 3
      pay = def pay
    pay:
      return param0
      result param0
    ");
}

#[test]
fn decorators() {
    let source = r#"
        @register
        @login_required(login_url="/login")
        def cart(request):
            return request
        @admin.register(Product)
        @final
        class ProductAdmin:
            @property
            def name(self):
                return self._name
            @name.setter
            def name(self, value):
                self._name = value
            @staticmethod
            def make():
                return ProductAdmin()
    "#;
    assert_snapshot!(declared(source), @r#"
    @admin.register(Product)
    @final
    class ProductAdmin() in module
    @register
    @login_required(login_url="/login")
    cart(request)
    @property
    ProductAdmin.name(self) of ProductAdmin
    @@property def ProductAdmin.name.setter
    ProductAdmin.name(self, value) of ProductAdmin
    @staticmethod
    ProductAdmin.make() of ProductAdmin
    "#);
    assert_snapshot!(lowered(source), @r#"
    module:
      call login_required(login_url="/login")
      call admin.register(Product)
      cart = @register @login_required(login_url="/login") def cart
      ProductAdmin = @admin.register(Product) @final class ProductAdmin
    cart:
      return param0
      result param0
    ProductAdmin:
      name = @@property def ProductAdmin.name.setter def ProductAdmin.name
      make = @staticmethod def ProductAdmin.make
    ProductAdmin.name:
      return param0._name
      result param0._name
    ProductAdmin.name:
      store param0._name = param1
      result None
    ProductAdmin.make:
      call ProductAdmin()
      return ProductAdmin()
      result ProductAdmin()
    "#);
}

#[test]
fn generators_and_coroutines() {
    let source = r#"
        async def fetch(url):
            return await get(url)
        async def stream(urls):
            for url in urls:
                yield url
        def count():
            yield 1
        def lazy():
            return lambda: (yield 1)
    "#;
    assert_snapshot!(declared(source), @"
    async fetch(url)
    async generator stream(urls)
    generator count()
    lazy()
    generator lazy.<lambda>()
    ");
    assert_snapshot!(lowered(source), @"
    module:
      fetch = def fetch
      stream = def stream
      count = def count
      lazy = def lazy
    fetch:
      call get(param0)
      return await get(param0)
      result await get(param0)
    stream:
      yield param0[each]   [each of param0]
      evaluate yield param0[each]   [each of param0]
      result None
    count:
      yield 1
      evaluate yield 1
      result None
    lazy:
      return def lazy.<lambda>
      result def lazy.<lambda>
    lazy.<lambda>:
      yield 1
      result yield 1
    loops:
      loop(unbound) becomes param0[each]
    ");
}

#[test]
fn classes() {
    let source = r#"
        class Empty: pass
        class Product(models.Model, Mixin, metaclass=Meta, *bases, **options):
            name = models.CharField(max_length=10)
            class Meta:
                ordering = ["name"]
            def save(self):
                super().save()
    "#;
    assert_snapshot!(declared(source), @"
    class Empty() in module
    class Product(models.Model, Mixin, metaclass=Meta, *bases, **options) in module
    class Product.Meta() in Product
    Product.save(self) of Product
    ");
    assert_snapshot!(lowered(source), @r#"
    module:
      Empty = class Empty
      Product = class Product
    Product:
      call models.CharField(max_length=10)
      Meta = class Product.Meta
      name = models.CharField(max_length=10)
      save = def Product.save
    Product.Meta:
      ordering = ["name"]
    Product.save:
      call super()
      call super().save()
      result None
    "#);
}

#[test]
fn functions_in_functions() {
    let source = r#"
        def outer():
            def inner():
                class Local:
                    def method(self):
                        return 1
                return Local
            return inner
    "#;
    assert_snapshot!(declared(source), @"
    class outer.inner.Local() in outer.inner
    outer()
    outer.inner()
    outer.inner.Local.method(self) of outer.inner.Local
    ");
    assert_snapshot!(lowered(source), @"
    module:
      outer = def outer
    outer:
      return def outer.inner
      inner = def outer.inner
      result def outer.inner
    outer.inner:
      return class outer.inner.Local
      Local = class outer.inner.Local
      result class outer.inner.Local
    outer.inner.Local:
      method = def outer.inner.Local.method
    outer.inner.Local.method:
      return 1
      result 1
    ");
}

#[test]
fn defined_on_branches() {
    assert_snapshot!(lowered(r#"
        if modern:
            def pay():
                return 1
        else:
            def pay():
                return 2
        run = pay()
    "#), @"
    module:
      call (def pay if modern else def pay)()
      pay = (def pay if modern else def pay)
      run = (def pay if modern else def pay)()
    pay:
      return 1
      result 1
    pay:
      return 2
      result 2
    ");
}

#[test]
fn type_aliases() {
    let source = r#"
        type Price = int | float
        type Pair[T] = tuple[T, T]
        price: Price = 3
        alias = Price
    "#;
    assert_snapshot!(declared(source), @"");
    assert_snapshot!(lowered(source), @"
    module:
      Price = ?type
      Pair = ?type
      price = 3
      alias = ?type
    ");
}

#[test]
fn generic_functions_and_classes() {
    let source = r#"
        def first[T: Item = Tea](items: list[T]) -> T:
            return items[0]
        class Shelf[T](Base[T]):
            def top(self) -> T:
                return self.items[0]
    "#;
    assert_snapshot!(declared(source), @"
    class Shelf(Base[?type]) in module
    first(items: list[?type]) -> ?type
    Shelf.top(self) -> ?type of Shelf
    ");
    assert_snapshot!(lowered(source), @"
    module:
      first = def first
      Shelf = class Shelf
    first:
      return param0[0]
      result param0[0]
    Shelf:
      top = def Shelf.top
    Shelf.top:
      return param0.items[0]
      result param0.items[0]
    ");
}

#[test]
fn recursion() {
    assert_snapshot!(lowered(r#"
        def fact(n):
            return 1 if n < 2 else n * fact(n - 1)
    "#), @"
    module:
      fact = def fact
    fact:
      call fact((param0{where not (param0 < 2)} - 1))   [not (param0 < 2)]
      return (1 if (param0 < 2) else (param0{where not (param0 < 2)} * fact((param0{where not (param0 < 2)} - 1))))
      result (1 if (param0 < 2) else (param0{where not (param0 < 2)} * fact((param0{where not (param0 < 2)} - 1))))
    ");
}

#[test]
fn only_the_interface() {
    let source = flush_left(
        "
        LABELS = ['a4']

        class Printer:
            queue = 'labels'

            def print(self, text):
                return text.encode()

        def show(printer):
            LABELS.append('a5')
        ",
    );
    let path = FilePath::new("shop/tests/printing.py").unwrap();
    let reading = bartizan_python::read_as(&path, source.as_bytes(), Extent::Interface);
    let ir = &reading.ir;
    let functions: Vec<String> = ir
        .functions()
        .filter(|(_, function)| matches!(function.kind, FunctionKind::Def))
        .map(|(_, function)| {
            let ends = ir.ids[function.param_ends].iter().map(|end| ir.show(*end));
            let ends: Vec<String> = ends.collect();
            let result = function.result.map(|result| ir.show(result));
            format!("{} -> {}, ends {}", name(ir, function), result.unwrap(), ends.join(" "))
        })
        .collect();
    assert_eq!(
        functions,
        ["Printer.print -> ?body, ends ?body ?body", "show -> ?body, ends ?body"]
    );
    // Whatever the functions do to it.
    let labels = ir.strings.find("LABELS").unwrap();
    let labels = ir.binding(FileIr::module(), labels).unwrap();
    assert!(ir.shared.contains(&labels.value));
}
