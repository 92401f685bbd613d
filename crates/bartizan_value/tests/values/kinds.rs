//! Each kind of value that evaluation tells apart.

use bartizan_ir::Value;
use bartizan_value::{Abstract, Cast, Condition, Constant, Part, SeqKind, Symbol};

use crate::shop::{find, last, project, shown, value_in, why};

#[test]
fn a_constant_is_what_python_computes() {
    assert_eq!(shown("AGE = 60 * 60 * 24"), "86400");
    assert_eq!(shown("RATE = 7 / 2"), "3.5");
    assert_eq!(shown("BIG = 12345678901234567890"), "12345678901234567890");
    assert_eq!(shown("NAME = 'shop'.title() + '!' * 2"), "'Shop!!'");
    assert_eq!(shown("KEY = b'se' + b'cret'"), "b'secret'");
    assert_eq!(shown("LINE = '%s has %d carts' % ('Ada', 3)"), "'Ada has 3 carts'");
    assert_eq!(shown("LINE = '{}: {total:.2f}'.format('cart', total=9.5)"), "'cart: 9.50'");
    assert_eq!(shown("N = 3\nLINE = f'{N!r:>4}|'"), "'   3|'");
    assert_eq!(shown("IS = 'a' in 'cart' and not []"), "True");
    assert_eq!(shown("FIRST, *REST = 'abc'\nREST"), "['b', 'c']");
}

#[test]
fn a_constant_goes_through_loops_and_functions_of_the_project() {
    let text = "\
def total(prices, rate=2):
    total = 0
    for price in prices:
        if price < 0:
            continue
        total += price
    return total * rate

TOTAL = total([1, -5, 3])
";
    assert_eq!(shown(text), "8");
    let text = "\
def fac(n):
    return 1 if n < 2 else n * fac(n - 1)
FAC = fac(20)
";
    assert_eq!(shown(text), "2432902008176640000");
}

#[test]
fn tuples_and_frozen_sets_are_constants_where_their_items_are() {
    let tuple = last("PAIR = ('a', 1)");
    let items = [Constant::Str("a".into()), Constant::Int(1)];
    assert_eq!(tuple.constant(), Some(Constant::Tuple(items.into())));
    assert_eq!(last("PAIR = ['a', 1]").constant(), None, "a list can change");
    assert!(last("PAIR = ['a', 1]").is_known());
}

#[test]
fn text_keeps_the_order_of_what_is_known_and_what_is_not() {
    let text = "\
def query(table):
    sql = 'SELECT * FROM ' + table + ' WHERE id = %s' % 5
    return sql
";
    let project = project(&[("shop/db.py", text)]);
    let file = project.file_at("shop/db.py").unwrap();
    let (_, function) = project.ir(file).functions().nth(1).unwrap();
    let value = bartizan_value::Evaluator::new(&project).evaluate(file, function.result.unwrap());
    let Abstract::Text(text) = &value.value else { panic!("{value}") };
    let [Part::Literal(before), Part::Hole(table), Part::Literal(after)] = &text.parts[..] else {
        panic!("{value}")
    };
    assert_eq!((&**before, &**after), ("SELECT * FROM ", " WHERE id = 5"));
    assert_eq!(table.value.unknown().unwrap().to_string(), "the parameter `table` is passed in");
}

#[test]
fn a_sequence_says_whether_that_is_all() {
    let Abstract::Seq(closed) = last("APPS = ['shop', 'cart']").value else { panic!() };
    assert_eq!((closed.kind, closed.items.len(), &closed.open), (SeqKind::List, 2, &None));
    let Abstract::Seq(open) = last("import zoo\nAPPS = ['shop', *zoo.apps()]").value else {
        panic!()
    };
    assert_eq!(open.items[0].value.as_str(), Some("shop"));
    assert_eq!(open.open.as_ref().unwrap().to_string(), "`zoo.apps` is outside the project");
}

#[test]
fn a_map_keeps_the_order_of_insertion_and_the_latest_value() {
    let text = "DB = {'engine': 'a', 'name': 'b', **{'engine': 'c'}}\nDB['port'] = 5\nDB = DB";
    assert_eq!(shown(text), "{'engine': 'c', 'name': 'b', 'port': 5}");
    assert_eq!(why("import zoo\nDB = {'a': 1, **zoo.more()}"), "`zoo.more` is outside the project");
}

#[test]
fn a_function_class_or_module_is_known_by_name() {
    let files = [
        ("shop/__init__.py", ""),
        ("shop/cart.py", "class Cart:\n    pass\ndef add(cart):\n    pass\n"),
        (
            "shop/api.py",
            "from shop import cart\nfrom django.http import HttpResponse\nC = cart.Cart\nF = cart.add\nM = cart\nR = HttpResponse\nL = len\n",
        ),
    ];
    let symbol = |name: &str| match find(&files, "shop/api.py", name).unwrap().value {
        Abstract::Ref(symbol) => symbol,
        other => panic!("{name} is {other}"),
    };
    assert!(matches!(symbol("C"), Symbol::Class(..)));
    assert!(matches!(symbol("F"), Symbol::Function(..)));
    assert!(matches!(symbol("M"), Symbol::Module(_)));
    assert_eq!(symbol("R"), Symbol::External("django.http.HttpResponse".into()));
    assert_eq!(symbol("L"), Symbol::External("builtins.len".into()));
}

#[test]
fn a_call_of_something_outside_keeps_its_arguments() {
    let value = last("from datetime import timedelta\nAGE = timedelta(days=1 + 1)");
    let Abstract::Apply(apply) = &value.value else { panic!("{value}") };
    assert_eq!(apply.symbol, Symbol::External("datetime.timedelta".into()));
    let (name, days) = &apply.args[0];
    assert_eq!((name.as_deref(), days.constant()), (Some("days"), Some(Constant::Int(2))));
    assert!(!apply.open);
    let value = last("import zoo\nfrom datetime import timedelta\nAGE = timedelta(**zoo.age())");
    let Abstract::Apply(apply) = &value.value else { panic!("{value}") };
    assert!(apply.open, "arguments are missing");
}

#[test]
fn a_choice_says_by_which_test() {
    let value = last("import zoo\nif zoo.is_live():\n    KEY = 'a'\nelse:\n    KEY = 'b'\n");
    let Abstract::Choice(choice) = &value.value else { panic!("{value}") };
    let told: Vec<(bool, &str)> = choice
        .alternatives
        .iter()
        .map(|alternative| match alternative.when[..] {
            [Condition::Test { truth, .. }] => (truth, alternative.value.value.as_str().unwrap()),
            ref other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, [(true, "a"), (false, "b")]);
}

#[test]
fn choices_by_the_same_test_are_made_together() {
    let text = "\
import zoo
live = zoo.is_live()
if live:
    BASE, STEP = 400, 43
else:
    BASE, STEP = 80, 0
PORT = BASE + STEP
";
    assert_eq!(shown(text), "<443 or 80>");
}

#[test]
fn a_choice_with_one_outcome_is_no_choice() {
    assert_eq!(shown("import zoo\nDEBUG = False if zoo.is_live() else False"), "False");
    assert_eq!(shown("if 1 > 2:\n    KEY = 'a'\nelse:\n    KEY = 'b'\n"), "'b'");
    assert_eq!(shown("import typing\nKEY = 'a' if typing.TYPE_CHECKING else 'b'"), "'b'");
}

#[test]
fn the_environment_is_known_by_name_default_and_type() {
    let env = |text: &str| match last(text).value {
        Abstract::Env(env) => {
            let default = env.default.as_ref().map(|default| default.to_string());
            (env.name.to_string(), default, env.cast)
        }
        other => panic!("{text}: {other}"),
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(env("import os\nK = os.environ['KEY']"), ("KEY".into(), None, Cast::Str));
    assert_eq!(env("import os\nK = os.getenv('KEY')"), ("KEY".into(), some("None"), Cast::Str));
    assert_eq!(
        env("from os import environ as e\nK = e.get('KEY', 'dev')"),
        ("KEY".into(), some("'dev'"), Cast::Str)
    );
    assert_eq!(
        env("import os\nP = int(os.environ.get('PORT', '80'))"),
        ("PORT".into(), some("'80'"), Cast::Int)
    );
    assert_eq!(
        env("import os\nD = bool(os.environ.get('DEBUG', default=''))"),
        ("DEBUG".into(), some("''"), Cast::Bool)
    );
}

#[test]
fn what_depends_on_the_environment_names_the_variable() {
    assert_eq!(
        why("import os\nDEBUG = os.environ.get('DEBUG', '0') == '1'"),
        "it depends on the environment variable `DEBUG`"
    );
    assert_eq!(
        shown("import os\nKEY = os.environ.get('KEY') or 'dev'"),
        "<<environment KEY, else None> or 'dev'>"
    );
}

#[test]
fn what_is_not_known_says_why() {
    assert_eq!(why("import zoo\nX = zoo.f() + 1"), "`zoo.f` is outside the project");
    assert_eq!(why("X = {}['key']"), "it would raise KeyError");
    assert_eq!(why("X = undefined"), "it would raise NameError");
    assert_eq!(why("def f(n):\n    return f(n + 1)\nX = f(0)"), "it is nested too deep");
    assert_eq!(why("X = [1] * 10 ** 12"), "it is too large");
    assert_eq!(why("import zoo\nX = zoo.f()\nX = [0, 1, 2][X]"), "`zoo.f` is outside the project");
}

#[test]
fn a_value_knows_the_place_that_decides_it() {
    let files = [
        ("shop/base.py", "HOST = 'shop.example'\n"),
        ("shop/settings.py", "from shop.base import *\nALLOWED = [HOST]\nFIRST = ALLOWED[0]\n"),
    ];
    let project = project(&files);
    let settings = project.file_at("shop/settings.py").unwrap();
    let evaluator = bartizan_value::Evaluator::new(&project);
    let site = evaluator.binding(settings, "FIRST").unwrap().site;
    assert_eq!(project.path(site.file).as_str(), "shop/base.py");
    let span = project.ir(site.file).span(site.node);
    assert_eq!(span.slice(files[0].1), "'shop.example'");
}

#[test]
fn a_variable_of_a_loop_is_any_of_its_values() {
    let text = "def names():\n    for name in ['ada', 'bob']:\n        greet(name)\n";
    let project = project(&[("shop/mail.py", text)]);
    let file = project.file_at("shop/mail.py").unwrap();
    let ir = project.ir(file);
    let call = project.calls(file).next().unwrap();
    let Value::Call { args, .. } = ir.value(call.value) else { panic!() };
    let argument = ir.args[args][0].value;
    let value = bartizan_value::Evaluator::new(&project).evaluate(file, argument);
    assert_eq!(value.to_string(), "<'ada' or 'bob'>");
}

#[test]
fn classes_say_what_their_bodies_bind() {
    let files = [(
        "shop/views.py",
        "class Base:\n    login = True\n    sizes = [1]\nclass View(Base):\n    size = Base.sizes[0] + 1\nX = View.login\nY = View.size\n",
    )];
    assert_eq!(value_in(&files, "shop/views.py", "X"), "True");
    assert_eq!(value_in(&files, "shop/views.py", "Y"), "2");
}

#[test]
fn a_generator_function_gives_what_it_yields() {
    let text = "\
def hosts(names, stage='live'):
    yield 'shop.example'
    for name in names:
        if name == 'skip':
            continue
        if name == 'stop':
            return
        yield f'{name}.example'
    yield from ('never',)
def both():
    yield from hosts(['a', 'skip', 'b', 'stop', 'c'])
    if len('x') > 1:
        yield 'no'
    yield
X = list(both()), [h.upper() for h in hosts([])], any(h == 'never' for h in hosts([]))
";
    assert_eq!(
        shown(text),
        "(['shop.example', 'a.example', 'b.example', None], ['SHOP.EXAMPLE', 'NEVER'], True)"
    );
}

#[test]
fn a_generator_that_looks_at_what_others_change_is_not_known() {
    let text = "\
SEEN = []
def seen():
    for one in SEEN:
        yield one
it = seen()
SEEN.append(1)
X = list(it)
";
    assert_eq!(shown(text), "<unknown: a generator function is not evaluated>");
    let text = "\
def each(of):
    for one in of:
        yield one
L = [1]
it = each(L)
L.append(2)
X = list(it)
";
    assert_eq!(shown(text), "<unknown: an iterator is run through more than once>");
    for it in ["(one for one in L)", "map(str, L)", "iter(L)", "D.keys()", "reversed(L)"] {
        let text = format!("L = [1]\nD = {{}}\nit = {it}\nL.append(2)\nD[1] = 1\nX = list(it)\n");
        assert_eq!(shown(&text), "<unknown: an iterator is run through more than once>", "{it}");
    }
}

#[test]
fn a_data_class_is_given_its_fields_by_position() {
    let text = "\
from dataclasses import dataclass, field
from typing import ClassVar
@dataclass
class Base:
    name: str
    debug: bool = False
@dataclass(frozen=True)
class Live(Base):
    kind: ClassVar[str] = 'live'
    hosts: list = field(default_factory=list)
    def title(self):
        return self.name.upper()
live = Live('shop', True, ['shop.example'])
X = live.name, live.debug, live.hosts, live.title(), Live('x').debug
";
    assert_eq!(shown(text), "('shop', True, ['shop.example'], 'SHOP', False)");
}

#[test]
fn an_object_keeps_what_it_was_made_with() {
    let text = "\
class Stage:
    def __init__(self, name, debug=False):
        self.name = name
        self.debug = debug or name == 'dev'
    def hosts(self):
        return [f'{self.name}.example']
dev, live = Stage('dev'), Stage('live')
X = dev.debug, live.debug, live.hosts()
";
    assert_eq!(shown(text), "(True, False, ['live.example'])");
    let text = format!("{text}live.debug = True\nX = dev.debug\n");
    assert_eq!(shown(&text), "<unknown: the attribute `debug` is not followed>");
}

#[test]
fn a_text_that_is_known_in_part_can_be_repeated_and_formatted() {
    for expr in ["T * 2", "2 * T", "T % 1"] {
        let text = format!(
            "import os\nT = '-' + os.environ['SIGN'] + '%s'\ntry:\n    {expr}\n    X = True\nexcept TypeError:\n    X = False\n"
        );
        assert_ne!(shown(&text), "False", "{expr}");
    }
}

#[test]
fn a_loop_in_a_handler_that_may_not_be_come_to_decides_nothing() {
    let text = "\
import os
L = [int(os.environ['N'])]
def first(of):
    try:
        of[L[0]]
    except LookupError:
        while True:
            return -1
X = first('ab')
";
    assert_ne!(shown(text), "-1");
}

#[test]
fn values_are_written_as_python_writes_them() {
    assert_eq!(
        shown("K = ['you’ll', \"it's\", 'both \\' and \"', '\\u200b', '😀']"),
        "['you’ll', \"it's\", 'both \\' and \"', '\\u200b', '😀']"
    );
    assert_eq!(shown("K = {'one': {'a': 1}.keys()}"), "{'one': dict_keys(['a'])}");
    assert_eq!(shown("K = ({'a': 1}.items(),)"), "(dict_items([('a', 1)]),)");
}

#[test]
fn text_of_which_a_part_is_not_known_may_be_a_number() {
    let text = "\
from shop import prices
RATES = [2]
try:
    RATE = int('1' + prices.digits())
    OTHER = float('1.' + prices.digits())
except ValueError:
    RATES += [3]
except TypeError:
    RATES = []
RATES = RATES
";
    assert!(shown(text).starts_with('<'), "{}", shown(text));
}
