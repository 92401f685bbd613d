//! Letting go of syntax trees that nest too deep to be dropped as they are.
//!
//! Dropping a tree takes stack for each level. Here each node gives up its children first, so that
//! all of them are dropped one by one from a list.

use std::cell::RefCell;

use ruff_python_ast::visitor::transformer::{
    Transformer, walk_expr, walk_interpolated_string_element, walk_pattern, walk_stmt,
};
use ruff_python_ast::{
    AtomicNodeIndex, Expr, ExprEllipsisLiteral, InterpolatedStringElement,
    InterpolatedStringLiteralElement, Pattern, PatternMatchSingleton, Singleton, Stmt, StmtPass,
};
use ruff_text_size::TextRange;

/// Drops a syntax tree of any depth on any stack.
pub(crate) fn dismantle(nodes: impl IntoIterator<Item = impl Into<Node>>) {
    let rest = Rest::default();
    rest.0.borrow_mut().extend(nodes.into_iter().map(Into::into));
    loop {
        let Some(node) = rest.0.borrow_mut().pop() else { return };
        match node {
            Node::Stmt(mut stmt) => walk_stmt(&rest, &mut stmt),
            Node::Expr(mut expr) => walk_expr(&rest, &mut expr),
            Node::Pattern(mut pattern) => walk_pattern(&rest, &mut pattern),
            Node::Element(mut element) => walk_interpolated_string_element(&rest, &mut element),
        }
    }
}

/// A node that holds others.
pub(crate) enum Node {
    Stmt(Stmt),
    Expr(Expr),
    Pattern(Pattern),
    Element(InterpolatedStringElement),
}

impl From<Stmt> for Node {
    fn from(stmt: Stmt) -> Self {
        Self::Stmt(stmt)
    }
}

impl From<Expr> for Node {
    fn from(expr: Expr) -> Self {
        Self::Expr(expr)
    }
}

/// Nodes whose children are still in place. Visiting a node takes it out of its parent and leaves
/// something small behind.
#[derive(Default)]
struct Rest(RefCell<Vec<Node>>);

impl Rest {
    fn take<T>(&self, from: &mut T, leave: T)
    where
        Node: From<T>,
    {
        self.0.borrow_mut().push(std::mem::replace(from, leave).into());
    }
}

impl From<Pattern> for Node {
    fn from(pattern: Pattern) -> Self {
        Self::Pattern(pattern)
    }
}

impl From<InterpolatedStringElement> for Node {
    fn from(element: InterpolatedStringElement) -> Self {
        Self::Element(element)
    }
}

impl Transformer for Rest {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        let (node_index, range) = (AtomicNodeIndex::NONE, TextRange::default());
        self.take(stmt, Stmt::Pass(StmtPass { node_index, range }));
    }

    fn visit_expr(&self, expr: &mut Expr) {
        self.take(expr, Expr::EllipsisLiteral(ExprEllipsisLiteral::default()));
    }

    fn visit_pattern(&self, pattern: &mut Pattern) {
        let (node_index, range) = (AtomicNodeIndex::NONE, TextRange::default());
        let value = Singleton::None;
        let leave = Pattern::MatchSingleton(PatternMatchSingleton { node_index, range, value });
        self.take(pattern, leave);
    }

    fn visit_interpolated_string_element(&self, element: &mut InterpolatedStringElement) {
        let (node_index, range) = (AtomicNodeIndex::NONE, TextRange::default());
        let value = Box::default();
        let leave = InterpolatedStringLiteralElement { range, node_index, value };
        self.take(element, InterpolatedStringElement::Literal(leave));
    }
}
