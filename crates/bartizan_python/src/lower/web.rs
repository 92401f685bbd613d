//! Which objects a value may be, and which it holds: two variables share an object only if their webs
//! meet.
//!
//! An object is named by a token: the node that makes it; or, for what comes from elsewhere, the
//! parameter or name that it is, that it is an attribute of, or that it lies in. Attributes of
//! different names are taken to be different objects, and so are those of different parameters.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use bartizan_base::Sym;
use bartizan_ir::{
    Arg, ArgKind, CompKind, FileIr, FunctionId, FunctionKind, Mutation, Mutator, Part, Run, Value,
    ValueId,
};
use rustc_hash::FxHasher;
use smallvec::{SmallVec, smallvec};

use super::Lowering;
use super::callees::is_builder_name;
use crate::scope::deeper;

/// Objects of one value beyond which it may be, or hold, any.
const MOST_OBJECTS: usize = 64;

/// How far a value is followed.
const DEEPEST: u32 = 200;

/// Stands for any object.
const ANY: u64 = 0;

/// Most values have to do with few objects.
type Tokens = SmallVec<[u64; 2]>;

/// What a value has to do with objects.
#[derive(Debug, Default)]
pub(super) struct Web {
    /// Objects that it may be, sorted.
    is: Tokens,
    /// Objects that it may hold, however deep, sorted.
    holds: Tokens,
    /// Whether what it is was changed by this body: the body knows something of what is in it.
    pub(super) is_changed: bool,
}

impl Web {
    /// Whether the value may be, or hold, one of the objects that `other` may be.
    pub(super) fn reaches(&self, other: &Web) -> bool {
        meet(&self.is, &other.is) || meet(&self.holds, &other.is)
    }

    /// Whether the value may be, or hold, one of the objects that `other` may be or hold.
    pub(super) fn touches(&self, other: &Web) -> bool {
        self.reaches(other) || meet(&self.is, &other.holds) || meet(&self.holds, &other.holds)
    }

    /// Whether `other` may be, or hold, one of the objects that the value may be.
    pub(super) fn is_held_by(&self, other: &Web) -> bool {
        let is_any = |tokens: &Tokens| tokens.first() == Some(&ANY);
        !is_any(&other.is)
            && !is_any(&other.holds)
            && (meet(&self.is, &other.is) || meet(&self.is, &other.holds))
    }

    /// Whether it is, or holds, all objects that `other` may be or hold.
    fn has_all_of(&self, other: &Web) -> bool {
        self.holds.first() == Some(&ANY)
            || other.is.iter().chain(&other.holds).all(|token| {
                self.holds.binary_search(token).is_ok() || self.is.binary_search(token).is_ok()
            })
    }

    /// All of them as one.
    pub(super) fn of_all(webs: &[Rc<Web>]) -> Self {
        let mut whole = Self::default();
        webs.iter().for_each(|web| whole.join(web));
        whole.finish()
    }

    /// Whether there is no object in it that could change.
    pub(super) fn is_empty(&self) -> bool {
        self.is.is_empty() && self.holds.is_empty()
    }

    /// Whether there is no object that it may be.
    pub(super) fn is_nothing(&self) -> bool {
        self.is.is_empty()
    }

    /// Whether all that it may be and hold was made by nodes from `first` on.
    pub(super) fn is_newer_than(&self, first: usize) -> bool {
        self.is.iter().chain(&self.holds).all(|token| node(*token).is_some_and(|id| id >= first))
    }

    /// The nodes before `end` that make objects which it may be or hold.
    pub(super) fn nodes_before(&self, end: usize) -> impl Iterator<Item = ValueId> {
        let nodes = self.is.iter().chain(&self.holds).filter_map(|token| node(*token));
        nodes.filter(move |id| *id < end).map(ValueId::from_index)
    }

    /// The nodes that make objects which it may be.
    pub(super) fn made(&self) -> impl Iterator<Item = ValueId> {
        self.is.iter().filter_map(|token| node(*token)).map(ValueId::from_index)
    }

    pub(super) fn may_be_any(&self) -> bool {
        self.is.first() == Some(&ANY) || self.holds.first() == Some(&ANY)
    }

    fn add_is(&mut self, tokens: &[u64]) {
        add(&mut self.is, tokens);
    }

    fn add_holds(&mut self, tokens: &[u64]) {
        add(&mut self.holds, tokens);
    }

    /// Takes all that `other` may be or hold as held.
    fn hold(&mut self, other: &Web) {
        self.add_holds(&other.is);
        self.add_holds(&other.holds);
    }

    /// May be what `other` may be.
    fn join(&mut self, other: &Web) {
        self.add_is(&other.is);
        self.add_holds(&other.holds);
        self.is_changed |= other.is_changed;
    }

    fn finish(mut self) -> Self {
        for tokens in [&mut self.is, &mut self.holds] {
            if !tokens.is_sorted_by(|one, next| one < next) {
                tokens.sort_unstable();
                tokens.dedup();
            }
            if tokens.len() > MOST_OBJECTS || tokens.first() == Some(&ANY) {
                *tokens = smallvec![ANY];
            }
        }
        self
    }
}

/// Adds tokens of a finished web to some that may lie in any order.
fn add(tokens: &mut Tokens, more: &[u64]) {
    if tokens.first() == Some(&ANY) || more.is_empty() {
        return;
    }
    if more[0] == ANY {
        *tokens = smallvec![ANY];
    } else if tokens[..] != *more {
        tokens.extend_from_slice(more);
    }
}

fn meet(a: &[u64], b: &[u64]) -> bool {
    if a.is_empty() || b.is_empty() {
        return false;
    }
    if a[0] == ANY || b[0] == ANY {
        return true;
    }
    let (mut a, mut b) = (a.iter(), b.iter());
    let (mut left, mut right) = (a.next(), b.next());
    while let (Some(x), Some(y)) = (left, right) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => left = a.next(),
            std::cmp::Ordering::Greater => right = b.next(),
            std::cmp::Ordering::Equal => return true,
        }
    }
    false
}

/// A container that holds more is not followed into what calls may put into it: the code of one function
/// that hands many things to many calls would take the square of its length.
const MOST_HELD: usize = 32;

/// Steps in a file beyond which nobody asks any more what calls may put into what they are given: long
/// functions with loops would be walked through again and again.
const MOST_PUTS: u64 = 20_000;

/// Tokens of nodes are small numbers.
const OTHERS: u64 = 1 << 40;

fn of_node(id: ValueId) -> u64 {
    id.index() as u64 + 1
}

fn node(token: u64) -> Option<usize> {
    (token != ANY && token < OTHERS).then(|| token as usize - 1)
}

#[derive(Hash)]
enum Named {
    Global(Sym),
    Capture(Sym, FunctionId),
    Attr(u64, Sym),
    Contents(u64),
}

fn named(what: &Named) -> u64 {
    let mut hasher = FxHasher::default();
    what.hash(&mut hasher);
    hasher.finish() | OTHERS
}

impl Lowering<'_> {
    /// The web of a value.
    pub(super) fn web(&mut self, id: ValueId) -> Rc<Web> {
        self.web_of(id, DEEPEST)
    }

    /// How many webs are known; to be told to [`Self::forget_webs`] when a loop ends.
    pub(super) fn webs_known(&self) -> usize {
        self.web_trail.len()
    }

    /// Forgets the webs, found since `known` were, of values from `first` on: what a loop's variables
    /// hold after a round is known now.
    pub(super) fn forget_webs(&mut self, known: usize, first: usize) {
        let known = known.min(self.web_trail.len());
        for id in self.web_trail.split_off(known) {
            if id.index() < first {
                self.web_trail.push(id);
            } else {
                self.webs.remove(&id);
            }
        }
    }

    fn web_of(&mut self, id: ValueId, depth: u32) -> Rc<Web> {
        let value = self.ir.value(id);
        if is_plain(value) {
            return Rc::clone(&self.no_web);
        }
        if let Some(web) = self.webs.get(&id) {
            return Rc::clone(web);
        }
        self.walked += 1;
        let Some(depth) = depth.checked_sub(1) else {
            let any = || smallvec![ANY];
            return Rc::new(Web { is: any(), holds: any(), is_changed: true });
        };
        if let Value::Mu { init, back, .. } = value {
            return self.web_of_mu(id, init, back, depth);
        }
        // What only says more of a value is the same object.
        let same = match value {
            Value::Pi { of, .. } => Some(of),
            Value::Mutate(mutation) => {
                let &Mutation { receiver, op, args, call } = self.ir.mutation(mutation);
                if op == Mutator::Escape {
                    let web = deeper(|| self.web_of_escape(receiver, call, args, depth));
                    return self.keep_web(id, web);
                }
                None
            }
            _ => None,
        };
        let web = match same {
            Some(of) => deeper(|| self.web_of(of, depth)),
            None => Rc::new(deeper(|| self.make_web(id, value, depth)).finish()),
        };
        self.keep_web(id, web)
    }

    /// A variable of a loop leads back to itself: what is found on the way there is not whole, and is
    /// forgotten once the variable is known.
    fn web_of_mu(&mut self, id: ValueId, init: ValueId, back: ValueId, depth: u32) -> Rc<Web> {
        let first = deeper(|| self.web_of(init, depth));
        let mark = self.web_trail.len();
        self.keep_web(id, Rc::clone(&first));
        let mut web = Web::default();
        web.join(&first);
        if back != init && back != id {
            let later = deeper(|| self.web_of(back, depth));
            web.join(&later);
        }
        for partial in self.web_trail.drain(mark..) {
            self.webs.remove(&partial);
        }
        self.keep_web(id, Rc::new(web.finish()))
    }

    fn keep_web(&mut self, id: ValueId, web: Rc<Web>) -> Rc<Web> {
        self.webs.insert(id, Rc::clone(&web));
        self.web_trail.push(id);
        web
    }

    fn make_web(&mut self, id: ValueId, value: Value, depth: u32) -> Web {
        let mut web = Web::default();
        match value {
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                web.is.push(of_node(id));
                for index in 0..items.len() {
                    let item = self.ir.items[items][index];
                    let inner = self.web_of(item.value, depth);
                    if item.spread {
                        web.add_holds(&inner.holds);
                    } else {
                        web.hold(&inner);
                    }
                }
            }
            Value::Dict(pairs) => {
                web.is.push(of_node(id));
                for index in 0..pairs.len() {
                    let pair = self.ir.pairs[pairs][index];
                    let inner = self.web_of(pair.value, depth);
                    match pair.key {
                        Some(_) => web.hold(&inner),
                        None => web.add_holds(&inner.holds),
                    }
                }
            }
            Value::Comp(comp) => {
                web.is.push(of_node(id));
                let comp = self.ir.comp(comp);
                let element = comp.element;
                // A generator runs through its iterators later.
                let mut lazy: Vec<ValueId> = Vec::new();
                if comp.kind == CompKind::Generator {
                    lazy.extend(comp.clauses.iter().map(|clause| clause.iterator));
                }
                let inner = self.web_of(element, depth);
                web.hold(&inner);
                for iterator in lazy {
                    let inner = self.web_of(iterator, depth);
                    web.hold(&inner);
                }
            }
            Value::Mutate(mutation) => {
                let mutation = self.ir.mutation(mutation);
                let (receiver, op, args) = (mutation.receiver, mutation.op, mutation.args);
                let inner = self.web_of(receiver, depth);
                web.join(&inner);
                web.is_changed = true;
                self.hold_args(&mut web, args, depth);
                if matches!(op, Mutator::InPlace(_)) {
                    // For what is no container, the result is new.
                    web.is.push(of_node(id));
                }
            }
            Value::Gamma { then, otherwise, .. } => {
                self.join_all(&mut web, &[then, otherwise], depth)
            }
            Value::Join { ways, .. } => {
                for index in 0..ways.len() {
                    let way = self.ir.ways[ways][index].value;
                    self.join_all(&mut web, &[way], depth);
                }
            }
            Value::Logic { values, .. } => {
                for index in 0..values.len() {
                    let value = self.ir.ids[values][index];
                    self.join_all(&mut web, &[value], depth);
                }
            }
            Value::Index { of, key } if matches!(self.ir.value(key), Value::Slice { .. }) => {
                // A copy of a part.
                web.is.push(of_node(id));
                let inner = self.web_of(of, depth);
                web.add_holds(&inner.holds);
            }
            Value::Elem { of, which: Part::Rest { .. } | Part::MappingRest } => {
                web.is.push(of_node(id));
                let inner = self.web_of(of, depth);
                web.add_holds(&inner.holds);
            }
            Value::Index { of, .. } | Value::Elem { of, .. } => {
                let inner = self.web_of(of, depth);
                web.add_is(&inner.holds);
                web.add_holds(&inner.holds);
            }
            Value::Attr { of, name } => {
                let inner = self.web_of(of, depth);
                for token in &inner.is {
                    let token = match *token {
                        ANY => ANY,
                        token => named(&Named::Attr(token, name)),
                    };
                    web.is.push(token);
                    web.holds.push(contents(token));
                }
            }
            Value::Call { callee, args } => self.web_of_call(&mut web, id, callee, args, depth),
            Value::Await(of) | Value::Enter { manager: of, .. } | Value::YieldFrom(of) => {
                web.is.push(of_node(id));
                web.holds.push(contents(of_node(id)));
                let inner = self.web_of(of, depth);
                add_local(&mut web, &inner);
            }
            Value::Binary { left, right, .. } => {
                web.is.push(of_node(id));
                for side in [left, right] {
                    let inner = self.web_of(side, depth);
                    web.add_holds(&inner.holds);
                }
            }
            Value::Global { name, layers } => {
                let token = named(&Named::Global(name));
                self.variable(&mut web, token, FileIr::module(), name);
                for index in 0..layers.len() {
                    let layer = self.ir.layers[layers][index].value;
                    self.join_all(&mut web, &[layer], depth);
                }
            }
            Value::Capture { name, owner } => {
                let token = named(&Named::Capture(name, owner));
                self.variable(&mut web, token, owner, name);
            }
            Value::NamespaceSet { value, .. } => self.join_all(&mut web, &[value], depth),
            Value::Param(_)
            | Value::Import { .. }
            | Value::Decorated { .. }
            | Value::Function(_)
            | Value::Class(_)
            | Value::Caught { .. }
            | Value::Yield(_)
            | Value::Opaque(_)
            | Value::NamespaceUpdate(_)
            | Value::NamespaceUnknown(_)
            | Value::NamespaceRounds(_)
            | Value::Star { .. } => {
                web.is.push(of_node(id));
                web.holds.push(contents(of_node(id)));
            }
            _ => {}
        }
        web
    }

    /// The web of a variable of another body.
    fn variable(&mut self, web: &mut Web, token: u64, owner: FunctionId, name: Sym) {
        let inside = contents(token);
        web.is.push(token);
        web.holds.push(inside);
        self.outer_objects.insert(token, (owner, name));
        self.outer_objects.insert(inside, (owner, name));
    }

    /// Notes which variables of other bodies hold an object that changes here.
    pub(super) fn note_outer_objects(&mut self, web: &Web) {
        let in_module = self.frames[0].kind == FunctionKind::Module;
        for token in &web.is {
            match self.outer_objects.get(token) {
                Some((owner, _)) if in_module && *owner == FileIr::module() => {}
                Some(outer) => self.changed_from_inside.push(*outer),
                None => {}
            }
        }
    }

    fn join_all(&mut self, web: &mut Web, values: &[ValueId], depth: u32) {
        for value in values {
            let inner = self.web_of(*value, depth);
            web.join(&inner);
        }
    }

    /// A value after something else was changed that it may be, or hold: what that may have put into it,
    /// it holds from then on. Mostly that is nothing new.
    fn web_of_escape(
        &mut self,
        receiver: ValueId,
        call: Option<ValueId>,
        args: Run<Arg>,
        depth: u32,
    ) -> Rc<Web> {
        let of = self.web_of(receiver, depth);
        if self.followed_puts > MOST_PUTS {
            // Nobody knows who holds it from here on.
            let put = self.put_by(call, args);
            self.not_carried.extend(put);
            return of;
        }
        let begun = self.walked;
        let mut grown: Option<Web> = None;
        for put in self.put_by(call, args) {
            let put = self.web_of(put, depth);
            let known = grown.as_ref().map_or(of.holds.len(), |grown| grown.holds.len());
            if !of.has_all_of(&put) {
                if known + put.is.len() + put.holds.len() > MOST_HELD {
                    // That it is held there is not told any more: what it is, is not certain.
                    self.not_carried.extend(put.nodes_before(usize::MAX));
                    continue;
                }
                let grown = grown.get_or_insert_with(|| {
                    let mut web = Web::default();
                    web.join(&of);
                    web
                });
                grown.hold(&put);
            }
        }
        self.followed_puts += 1 + (self.walked - begun);
        grown.map_or(of, |grown| Rc::new(grown.finish()))
    }

    /// What a change elsewhere puts into the container that it is about; or what a call is given that it
    /// may put into each other: nothing, where that is one thing alone.
    fn put_by(&self, call: Option<ValueId>, args: Run<Arg>) -> SmallVec<[ValueId; 4]> {
        let mut put = SmallVec::new();
        let mut add = |args: Run<Arg>| {
            let values = self.ir.args[args].iter().map(|arg| arg.value);
            put.extend(values.filter(|value| !is_plain(self.ir.value(self.ir.bare(*value)))));
        };
        match call.map(|call| self.ir.value(call)) {
            // Of methods, and of what is put together at run time, nobody takes what they are given for
            // certain.
            Some(Value::Call { callee, args }) if self.may_be_followed(callee) => {
                add(args);
                if put.len() < 2 {
                    put.clear();
                }
            }
            Some(Value::Mutate(cause)) if self.ir.mutation(cause).op != Mutator::Escape => {
                add(self.ir.mutation(cause).args);
            }
            Some(_) => {}
            None => {
                if let [cause] = self.ir.args[args]
                    && let Value::Mutate(cause) = self.ir.value(cause.value)
                    && self.ir.mutation(cause).op != Mutator::Escape
                {
                    add(self.ir.mutation(cause).args);
                }
            }
        }
        put
    }

    /// Whether what is called may be a function of the project by its name.
    fn may_be_followed(&self, callee: ValueId) -> bool {
        match self.ir.value(self.ir.bare(callee)) {
            Value::Function(_) | Value::Decorated { .. } => true,
            Value::Global { .. } | Value::Capture { .. } | Value::Import { .. } => true,
            Value::Attr { of, .. } => {
                matches!(self.ir.value(self.ir.bare(of)), Value::Import { .. })
            }
            _ => false,
        }
    }

    fn hold_args(&mut self, web: &mut Web, args: Run<Arg>, depth: u32) {
        for index in 0..args.len() {
            let inner = self.web_of(self.ir.args[args][index].value, depth);
            web.hold(&inner);
        }
    }

    fn web_of_call(
        &mut self,
        web: &mut Web,
        id: ValueId,
        callee: ValueId,
        args: Run<Arg>,
        depth: u32,
    ) {
        let (name, receiver) = match self.ir.value(callee) {
            Value::Global { name, .. } => (Some(name), None),
            Value::Import { name, .. } => (name, None),
            Value::Attr { of, name } => (Some(name), Some(of)),
            _ => (None, None),
        };
        let name = name.map_or("", |name| self.ir.str(name));
        if receiver.is_none() && SCALARS.binary_search(&name).is_ok()
            || receiver.is_some() && TEXT_METHODS.binary_search(&name).is_ok()
        {
            return;
        }
        web.is.push(of_node(id));
        if is_builder_name(name) {
            // A copy holds what the original holds; `dict.fromkeys(keys, value)` holds the value.
            let holds_values = name == "fromkeys";
            for index in 0..args.len() {
                let arg = self.ir.args[args][index];
                let inner = self.web_of(arg.value, depth);
                match arg.kind {
                    ArgKind::Keyword(_) => web.hold(&inner),
                    _ if holds_values => web.hold(&inner),
                    _ => web.add_holds(&inner.holds),
                }
            }
            if let Some(receiver) = receiver {
                let inner = self.web_of(receiver, depth);
                web.add_holds(&inner.holds);
            }
            return;
        }
        // Whatever is called may return what it was given, or what lies in it.
        web.holds.push(contents(of_node(id)));
        for index in 0..args.len() {
            let inner = self.web_of(self.ir.args[args][index].value, depth);
            add_local(web, &inner);
        }
        if let Some(receiver) = receiver {
            let inner = self.web_of(receiver, depth);
            add_local(web, &inner);
        }
    }
}

/// May be, or hold, what `other` may be or hold of the objects that this body made, and what lies in
/// those.
fn add_local(web: &mut Web, other: &Web) {
    for token in other.is.iter().chain(&other.holds).copied().filter(|token| *token < OTHERS) {
        let inside = contents(token);
        let inside = Some(inside).filter(|inside| other.holds.contains(inside));
        for token in [Some(token), inside].into_iter().flatten() {
            web.is.push(token);
            web.holds.push(token);
        }
    }
}

/// The token of all that lies in the object of a token, however deep.
fn contents(token: u64) -> u64 {
    match token {
        ANY => ANY,
        token => named(&Named::Contents(token)),
    }
}

/// Whether the value is no object that could change, whatever it is made of.
pub(super) fn is_plain(value: Value) -> bool {
    value.is_literal()
        || matches!(
            value,
            Value::Unbound
                | Value::Slice { .. }
                | Value::Compare { .. }
                | Value::Unary { .. }
                | Value::Text { .. }
                | Value::Matches { .. }
        )
}

/// Builtins whose result is no container and holds nothing.
const SCALARS: &[&str] = &[
    "abs",
    "all",
    "any",
    "bool",
    "bytes",
    "callable",
    "chr",
    "float",
    "format",
    "hasattr",
    "hash",
    "hex",
    "id",
    "int",
    "isinstance",
    "issubclass",
    "len",
    "oct",
    "ord",
    "print",
    "range",
    "repr",
    "round",
    "str",
];

/// Methods of texts whose result is a text or a number.
const TEXT_METHODS: &[&str] = &[
    "capitalize",
    "casefold",
    "decode",
    "encode",
    "endswith",
    "format",
    "isalnum",
    "isalpha",
    "isdigit",
    "isidentifier",
    "isnumeric",
    "isspace",
    "join",
    "lower",
    "lstrip",
    "replace",
    "rstrip",
    "startswith",
    "strftime",
    "strip",
    "title",
    "upper",
    "zfill",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_are_searched_are_sorted() {
        assert!(SCALARS.is_sorted());
        assert!(TEXT_METHODS.is_sorted());
    }
}
