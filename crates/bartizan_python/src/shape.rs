//! The normal form of a piece of code: the same under formatting, comments and renamed locals.

use std::fmt::Write as _;

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, Expr, FStringPart, InterpolatedStringElement, Number};
use ruff_python_parser::parse_expression;
use ruff_text_size::Ranged;

use crate::scope::deeper;

/// Longest piece of code that is brought into normal form; beyond, its beginning counts.
const LONGEST: usize = 20_000;

/// The normal form of `code`: an expression, an argument, or a decorator as it stands in the source.
/// `is_local` tells which names are variables of the function around it: they are numbered.
pub fn shape(code: &str, is_local: &dyn Fn(&str) -> bool) -> String {
    let code = match code.char_indices().nth(LONGEST) {
        Some((end, _)) => &code[..end],
        None => code,
    };
    for wrapped in [format!("(\n{code}\n)"), format!("_(\n{code}\n)")] {
        let Ok(parsed) = parse_expression(&wrapped) else { continue };
        let mut shape = Shape {
            source: &wrapped,
            out: String::new(),
            numbered: Vec::new(),
            bound: Vec::new(),
            is_local,
        };
        shape.bind(parsed.expr());
        shape.expr(parsed.expr());
        return shape.out;
    }
    // No expression at all: what is left of it without its spacing.
    code.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Shape<'s> {
    source: &'s str,
    out: String,
    numbered: Vec<String>,
    bound: Vec<String>,
    is_local: &'s dyn Fn(&str) -> bool,
}

impl Shape<'_> {
    /// Variables that the expression itself binds are local wherever they appear in it.
    fn bind(&mut self, expr: &Expr) {
        struct Bound<'b>(&'b mut Vec<String>);
        impl<'a> Visitor<'a> for Bound<'_> {
            fn visit_expr(&mut self, expr: &'a Expr) {
                match expr {
                    Expr::Name(name) if !name.ctx.is_load() => self.0.push(name.id.to_string()),
                    _ => deeper(|| walk_expr(self, expr)),
                }
            }

            fn visit_parameter(&mut self, parameter: &'a ast::Parameter) {
                self.0.push(parameter.name.to_string());
            }
        }
        Bound(&mut self.bound).visit_expr(expr);
    }

    fn name(&mut self, name: &str) {
        if !self.bound.iter().any(|bound| bound == name) && !(self.is_local)(name) {
            self.out.push_str(name);
            return;
        }
        let number = match self.numbered.iter().position(|known| known == name) {
            Some(number) => number,
            None => {
                self.numbered.push(name.to_owned());
                self.numbered.len() - 1
            }
        };
        let _ = write!(self.out, "${number}");
    }

    fn list<'a>(&mut self, open: &str, items: impl Iterator<Item = &'a Expr>, close: &str) {
        self.out.push_str(open);
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            self.expr(item);
        }
        self.out.push_str(close);
    }

    fn text(&mut self, text: &str) {
        let _ = write!(self.out, "{text:?}");
    }

    fn expr(&mut self, expr: &Expr) {
        deeper(|| self.inner(expr));
    }

    fn inner(&mut self, expr: &Expr) {
        match expr {
            Expr::Name(name) => self.name(name.id.as_str()),
            Expr::StringLiteral(text) => self.text(text.value.to_str()),
            Expr::BytesLiteral(bytes) => {
                let text: String = bytes.value.bytes().map(char::from).collect();
                self.out.push('b');
                self.text(&text);
            }
            Expr::NumberLiteral(number) => match &number.value {
                Number::Int(int) => {
                    let _ = write!(self.out, "{int}");
                }
                Number::Float(float) => {
                    let _ = write!(self.out, "{float:?}");
                }
                Number::Complex { imag, .. } => {
                    let _ = write!(self.out, "{imag:?}j");
                }
            },
            Expr::BooleanLiteral(literal) => {
                self.out.push_str(if literal.value { "True" } else { "False" });
            }
            Expr::NoneLiteral(_) => self.out.push_str("None"),
            Expr::EllipsisLiteral(_) => self.out.push_str("..."),
            Expr::Attribute(attribute) => {
                self.expr(&attribute.value);
                self.out.push('.');
                self.out.push_str(attribute.attr.as_str());
            }
            Expr::Call(call) => {
                self.expr(&call.func);
                self.out.push('(');
                for (index, arg) in call.arguments.iter_source_order().enumerate() {
                    if index > 0 {
                        self.out.push(',');
                    }
                    if let ast::ArgOrKeyword::Keyword(keyword) = arg {
                        match &keyword.arg {
                            Some(name) => {
                                let _ = write!(self.out, "{name}=");
                            }
                            None => self.out.push_str("**"),
                        }
                    }
                    self.expr(arg.value());
                }
                self.out.push(')');
            }
            Expr::Subscript(subscript) => {
                self.expr(&subscript.value);
                self.out.push('[');
                self.expr(&subscript.slice);
                self.out.push(']');
            }
            Expr::Slice(slice) => {
                for (index, part) in
                    [&slice.lower, &slice.upper, &slice.step].into_iter().enumerate()
                {
                    if index > 0 {
                        self.out.push(':');
                    }
                    if let Some(part) = part {
                        self.expr(part);
                    }
                }
            }
            Expr::Starred(starred) => {
                self.out.push('*');
                self.expr(&starred.value);
            }
            Expr::Tuple(tuple) => self.list("(", tuple.elts.iter(), ",)"),
            Expr::List(list) => self.list("[", list.elts.iter(), "]"),
            Expr::Set(set) => self.list("{", set.elts.iter(), "}"),
            Expr::Dict(dict) => {
                self.out.push('{');
                for item in &dict.items {
                    match &item.key {
                        Some(key) => self.expr(key),
                        None => self.out.push_str("**"),
                    }
                    self.out.push(':');
                    self.expr(&item.value);
                    self.out.push(',');
                }
                self.out.push('}');
            }
            Expr::BinOp(operation) => {
                self.out.push('(');
                self.expr(&operation.left);
                self.out.push_str(operation.op.as_str());
                self.expr(&operation.right);
                self.out.push(')');
            }
            Expr::BoolOp(operation) => {
                let sign = if operation.op == ast::BoolOp::And { " and " } else { " or " };
                self.out.push('(');
                for (index, value) in operation.values.iter().enumerate() {
                    if index > 0 {
                        self.out.push_str(sign);
                    }
                    self.expr(value);
                }
                self.out.push(')');
            }
            Expr::UnaryOp(operation) => {
                self.out.push_str(operation.op.as_str());
                self.out.push(' ');
                self.expr(&operation.operand);
            }
            Expr::Compare(compare) => {
                self.out.push('(');
                self.expr(&compare.left);
                for (op, right) in compare.ops.iter().zip(&compare.comparators) {
                    let _ = write!(self.out, " {} ", op.as_str());
                    self.expr(right);
                }
                self.out.push(')');
            }
            Expr::If(choice) => {
                self.out.push('(');
                self.expr(&choice.body);
                self.out.push_str(" if ");
                self.expr(&choice.test);
                self.out.push_str(" else ");
                self.expr(&choice.orelse);
                self.out.push(')');
            }
            Expr::Named(named) => {
                self.expr(&named.target);
                self.out.push_str(":=");
                self.expr(&named.value);
            }
            Expr::Await(awaited) => {
                self.out.push_str("await ");
                self.expr(&awaited.value);
            }
            Expr::FString(text) => {
                self.out.push('f');
                for part in &text.value {
                    match part {
                        FStringPart::Literal(literal) => self.text(&literal.value),
                        FStringPart::FString(inner) => self.elements(&inner.elements),
                    }
                }
            }
            Expr::TString(text) => {
                self.out.push('t');
                for inner in &text.value {
                    self.elements(&inner.elements);
                }
            }
            Expr::Lambda(lambda) => {
                self.out.push_str("lambda ");
                for parameter in lambda.parameters.iter().flat_map(|p| p.iter_source_order()) {
                    self.name(parameter.name().as_str());
                    if let Some(default) = parameter.default() {
                        self.out.push('=');
                        self.expr(default);
                    }
                    self.out.push(',');
                }
                self.out.push(':');
                self.expr(&lambda.body);
            }
            Expr::ListComp(comp) => {
                self.comp("[", None, &comp.elt, &comp.generators, "]");
            }
            Expr::SetComp(comp) => {
                self.comp("{", None, &comp.elt, &comp.generators, "}");
            }
            Expr::Generator(comp) => {
                self.comp("(", None, &comp.elt, &comp.generators, ")");
            }
            Expr::DictComp(comp) => {
                self.comp("{", comp.key.as_deref(), &comp.value, &comp.generators, "}");
            }
            Expr::Yield(_) | Expr::YieldFrom(_) | Expr::IpyEscapeCommand(_) => {
                let range = expr.range();
                let text = self.source.get(range.start().to_usize()..range.end().to_usize());
                let text = text.unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ");
                self.out.push_str(&text);
            }
        }
    }

    fn comp(
        &mut self,
        open: &str,
        key: Option<&Expr>,
        element: &Expr,
        generators: &[ast::Comprehension],
        close: &str,
    ) {
        self.out.push_str(open);
        if let Some(key) = key {
            self.expr(key);
            self.out.push(':');
        }
        self.expr(element);
        for generator in generators {
            self.out.push_str(" for ");
            self.expr(&generator.target);
            self.out.push_str(" in ");
            self.expr(&generator.iter);
            for condition in &generator.ifs {
                self.out.push_str(" if ");
                self.expr(condition);
            }
        }
        self.out.push_str(close);
    }

    fn elements(&mut self, elements: &ast::InterpolatedStringElements) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => self.text(&literal.value),
                InterpolatedStringElement::Interpolation(hole) => {
                    self.out.push('{');
                    self.expr(&hole.expression);
                    self.out.push_str(match hole.conversion {
                        ast::ConversionFlag::None => "",
                        ast::ConversionFlag::Str => "!s",
                        ast::ConversionFlag::Ascii => "!a",
                        ast::ConversionFlag::Repr => "!r",
                    });
                    if let Some(spec) = &hole.format_spec {
                        self.out.push(':');
                        self.elements(&spec.elements);
                    }
                    self.out.push('}');
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str) -> String {
        shape(code, &|name| matches!(name, "term" | "word" | "cursor" | "c"))
    }

    #[test]
    fn formatting_and_names_of_locals_do_not_count() {
        let plain = of("cursor.execute('SELECT ' + term, [term])");
        assert_eq!(plain, r#"$0.execute(("SELECT "+$1),[$1])"#);
        assert_eq!(plain, of("c.execute(\n    \"SELECT \" + word,  # why\n    [word],\n)"));
        assert_ne!(plain, of("cursor.execute('SELECT ' + term, [cursor])"));
    }

    #[test]
    fn variables_of_the_expression_itself_are_local() {
        assert_eq!(of("[x for x in rows if x]"), of("[row for row in rows if row]"));
        assert_eq!(of("lambda a, b: a + b"), of("lambda x, y: x + y"));
    }

    #[test]
    fn arguments_and_decorators_have_a_shape() {
        assert_eq!(of("verify = False"), "_(verify=False)");
        assert_eq!(of("csrf_exempt"), "csrf_exempt");
        assert_eq!(of("def  f( ):"), "def f( ):");
    }

    #[test]
    fn quotes_and_concatenation_do_not_count() {
        assert_eq!(of("f('a' 'b')"), of("f(\"ab\")"));
        assert_eq!(of("f(f'{x!r:>10}')"), "f(f{x!r:\">10\"})");
    }
}
