//! Texts that are put together: each hole stays known.

use insta::assert_snapshot;

use super::lowered;

#[test]
fn f_strings() {
    assert_snapshot!(lowered(r#"
        def label(product):
            return f"{product.name}: {product.price} EUR"
    "#), @r#"
    module:
      label = def label
    label:
      return f(param0.name, ": ", param0.price, " EUR")
      result f(param0.name, ": ", param0.price, " EUR")
    "#);
}

#[test]
fn f_strings_with_conversions_and_specifications() {
    assert_snapshot!(lowered(r#"
        def label(name, price, width):
            return f"{name!r} {name!s:>10} {price:{width}.2f} {name!a}"
    "#), @r#"
    module:
      label = def label
    label:
      return f(param0!r, " ", param0!s:">10", " ", param1:f(param2, ".2f"), " ", param0!a)
      result f(param0!r, " ", param0!s:">10", " ", param1:f(param2, ".2f"), " ", param0!a)
    "#);
}

#[test]
fn f_strings_that_show_their_expression() {
    assert_snapshot!(lowered(r#"
        def debug(price, name):
            return f"{price=} {name = !s} {price=:.2f}"
    "#), @r#"
    module:
      debug = def debug
    debug:
      return f("price=", param0!r, " ", "name = ", param1!s, " ", "price=", param0:".2f")
      result f("price=", param0!r, " ", "name = ", param1!s, " ", "price=", param0:".2f")
    "#);
}

#[test]
fn f_strings_inside_f_strings() {
    assert_snapshot!(lowered(r#"
        def label(items):
            return f"{", ".join(f"{item.name}" for item in items)}!"
    "#), @r#"
    module:
      label = def label
    label:
      call ", ".join(generator(f(param0[each].name) for each of param0))
      return f(", ".join(generator(f(param0[each].name) for each of param0)), "!")
      result f(", ".join(generator(f(param0[each].name) for each of param0)), "!")
    "#);
}

#[test]
fn f_strings_double_their_braces() {
    assert_snapshot!(lowered(r#"
        def style(color):
            return f"a {{color: {color}}}"
    "#), @r#"
    module:
      style = def style
    style:
      return f("a {color: ", param0, "}")
      result f("a {color: ", param0, "}")
    "#);
}

#[test]
fn implicit_concatenation_of_texts_and_f_strings() {
    assert_snapshot!(lowered(r#"
        def query(table):
            return "SELECT * FROM " f"{table}" " WHERE " rf"id\d{table}"
    "#), @r#"
    module:
      query = def query
    query:
      return f("SELECT * FROM ", param0, " WHERE ", "id\\d", param0)
      result f("SELECT * FROM ", param0, " WHERE ", "id\\d", param0)
    "#);
}

#[test]
fn t_strings_keep_their_parts_apart() {
    assert_snapshot!(lowered(r#"
        def page(name):
            return t"<p>{name!r:>10}</p>" t"{name}"
    "#), @r#"
    module:
      page = def page
    page:
      return t("<p>", param0!r:">10", "</p>", param0)
      result t("<p>", param0!r:">10", "</p>", param0)
    "#);
}

#[test]
fn concatenation() {
    assert_snapshot!(lowered(r#"
        def query(term):
            return "SELECT '" + term + "'" + ";"
    "#), @r#"
    module:
      query = def query
    query:
      return text("SELECT '", param0, "'", ";")
      result text("SELECT '", param0, "'", ";")
    "#);
}

#[test]
fn concatenation_of_what_is_not_known_to_be_text() {
    assert_snapshot!(lowered(r#"
        def both(a, b):
            return a + b
    "#), @"
    module:
      both = def both
    both:
      return (param0 + param1)
      result (param0 + param1)
    ");
}

#[test]
fn concatenation_onto_a_variable() {
    assert_snapshot!(lowered(r#"
        def query(term):
            sql = "SELECT "
            sql += term
            sql += " LIMIT 1"
            return sql
    "#), @r#"
    module:
      query = def query
    query:
      return text("SELECT ", param0, " LIMIT 1")
      result text("SELECT ", param0, " LIMIT 1")
    "#);
}

#[test]
fn percent_with_one_value_a_tuple_and_a_mapping() {
    assert_snapshot!(lowered(r#"
        def texts(name, price, row):
            return "%s" % name, "%s: %.2f%%" % (name, price), "%(id)d %(name)r" % {"id": 1, "name": name}, "%(id)s" % row
    "#), @r#"
    module:
      texts = def texts
    texts:
      return (percent(param0!s), percent(param0!s, ": ", param1!f:".2", "%"), percent(1!d, " ", param0!r), percent(param2["id"]!s),)
      result (percent(param0!s), percent(param0!s, ": ", param1!f:".2", "%"), percent(1!d, " ", param0!r), percent(param2["id"]!s),)
    "#);
}

#[test]
fn percent_with_stars_or_wrong_numbers() {
    assert_snapshot!(lowered(r#"
        def texts(name, price):
            return "%*d" % (5, price), "%s %s" % (name,), "%s" % (name, price)
    "#), @r#"
    module:
      texts = def texts
    texts:
      return (percent(param1!d:"*"), percent(param0!s, " ", ?other!s), percent(param0!s),)
      result (percent(param1!d:"*"), percent(param0!s, " ", ?other!s), percent(param0!s),)
    "#);
}

#[test]
fn percent_of_what_is_not_known_to_be_text() {
    assert_snapshot!(lowered(r#"
        def rest(a, b):
            return a % b
    "#), @"
    module:
      rest = def rest
    rest:
      return (param0 % param1)
      result (param0 % param1)
    ");
}

#[test]
fn percent_of_a_variable_that_holds_a_literal() {
    assert_snapshot!(lowered(r#"
        def query(name):
            sql = "SELECT '%s'"
            return sql % name
    "#), @r#"
    module:
      query = def query
    query:
      return percent("SELECT '", param0!s, "'")
      result percent("SELECT '", param0!s, "'")
    "#);
}

#[test]
fn format() {
    assert_snapshot!(lowered(r#"
        def texts(name, price, rows):
            return "{} {}".format(name, price), "{1} {0!r:>10}".format(name, price), "{n.first} {r[0]}".format(n=name, r=rows), "{{}} {:{}}".format(price, 5)
    "#), @r#"
    module:
      texts = def texts
    texts:
      return (format(param0, " ", param1), format(param1, " ", param0!r:">10"), format(param0.first, " ", param2[0]), format("{} ", param1:format(5)),)
      result (format(param0, " ", param1), format(param1, " ", param0!r:">10"), format(param0.first, " ", param2[0]), format("{} ", param1:format(5)),)
    "#);
}

#[test]
fn format_with_stars() {
    assert_snapshot!(lowered(r#"
        def texts(args, options):
            return "{} {name}".format(*args, **options)
    "#), @r#"
    module:
      texts = def texts
    texts:
      call "{} {name}".format(*param0, **param1)
      return "{} {name}".format(*param0, **param1)
      result "{} {name}".format(*param0, **param1)
    "#);
}

#[test]
fn format_map_and_join_are_calls() {
    assert_snapshot!(lowered(r#"
        def texts(row, names):
            return "{a}".format_map(row), ", ".join(names)
    "#), @r#"
    module:
      texts = def texts
    texts:
      call "{a}".format_map(param0)
      call ", ".join(param1)
      return ("{a}".format_map(param0), ", ".join(param1),)
      result ("{a}".format_map(param0), ", ".join(param1),)
    "#);
}

#[test]
fn bytes_are_put_together_too() {
    assert_snapshot!(lowered(r#"
        def frame(body):
            return b"GET " + body, b"%s" % body
    "#), @r#"
    module:
      frame = def frame
    frame:
      return ((b"GET " + param0), (b"%s" % param0),)
      result ((b"GET " + param0), (b"%s" % param0),)
    "#);
}
