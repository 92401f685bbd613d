//! Writes Python modules that run without harm, end soon, and use every construct that evaluation
//! follows. The same seed writes the same module.

use std::fmt::Write;

/// What a variable holds, so that the code around it makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Int,
    Bool,
    Float,
    Str,
    Bytes,
    Ints,
    Strs,
    Nested,
    Pair,
    Pairs,
    Dict,
    DictOfLists,
    Set,
}

use Type::*;

const ALL: [Type; 13] =
    [Int, Bool, Float, Str, Bytes, Ints, Strs, Nested, Pair, Pairs, Dict, DictOfLists, Set];

/// A function that was defined, and can be called.
#[derive(Clone, Debug)]
struct Callable {
    name: String,
    params: Vec<Type>,
    result: Type,
    /// How many of the parameters have defaults.
    defaults: usize,
    /// Further positional arguments, integers.
    star: bool,
    /// Further keyword arguments, integers.
    keywords: bool,
}

/// Writes one module.
pub struct Generator {
    state: u64,
    out: String,
    indent: usize,
    /// Variables in sight, the innermost scope last.
    scopes: Vec<Vec<(String, Type)>>,
    functions: Vec<Vec<Callable>>,
    names: u32,
    in_loop: u32,
    in_function: Option<Type>,
    depth: u32,
    budget: u32,
}

/// The module of a seed.
pub fn module(seed: u64) -> String {
    let mut generator = Generator {
        state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def1,
        out: String::new(),
        indent: 0,
        scopes: vec![Vec::new()],
        functions: vec![Vec::new()],
        names: 0,
        in_loop: 0,
        in_function: None,
        depth: 0,
        budget: 60,
    };
    for of in [Int, Str, Ints, Dict] {
        generator.assign_new(of);
    }
    let statements = 8 + generator.below(10);
    for _ in 0..statements {
        generator.statement();
    }
    generator.out
}

impl Generator {
    // ---- chance ------------------------------------------------------------------------------

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    fn any_type(&mut self) -> Type {
        ALL[self.below(ALL.len())]
    }

    fn simple_type(&mut self) -> Type {
        [Int, Int, Str, Str, Bool, Ints, Strs, Dict, Float, Nested, Pair][self.below(11)]
    }

    // ---- writing -----------------------------------------------------------------------------

    fn line(&mut self, text: &str) {
        for _ in 0..self.indent {
            self.out.push_str("    ");
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    fn declare(&mut self, name: &str, of: Type) {
        self.scopes.last_mut().unwrap().push((name.to_owned(), of));
    }

    fn variable(&mut self, of: Type) -> Option<String> {
        let all: Vec<String> = self
            .scopes
            .iter()
            .flatten()
            .filter(|(_, known)| *known == of)
            .map(|(name, _)| name.clone())
            .collect();
        if all.is_empty() { None } else { Some(all[self.below(all.len())].clone()) }
    }

    /// A variable that code here may set: of this body.
    fn own_variable(&mut self, of: Type) -> Option<String> {
        if self.in_function.is_none() {
            return self.variable(of);
        }
        let own = self.scopes.last().unwrap();
        let all: Vec<String> =
            own.iter().filter(|(_, known)| *known == of).map(|(name, _)| name.clone()).collect();
        if all.is_empty() { None } else { Some(all[self.below(all.len())].clone()) }
    }

    /// A container that code here changes: seldom one of another body, of which nothing is certain.
    fn container(&mut self, of: Type) -> Option<String> {
        if self.chance(90) { self.own_variable(of) } else { self.variable(of) }
    }

    fn block(&mut self, write: impl FnOnce(&mut Self)) {
        self.indent += 1;
        self.depth += 1;
        let seen = self.scopes.last().unwrap().len();
        let callable = self.functions.last().unwrap().len();
        write(self);
        // What only one branch binds is not there for sure behind it.
        self.scopes.last_mut().unwrap().truncate(seen);
        self.functions.last_mut().unwrap().truncate(callable);
        self.depth -= 1;
        self.indent -= 1;
    }

    fn suite(&mut self, most: usize) {
        let count = 1 + self.below(most);
        for _ in 0..count {
            self.statement();
        }
    }

    fn assign_new(&mut self, of: Type) {
        let value = self.expr(of, 0);
        let name = self.fresh("v");
        self.line(&format!("{name} = {value}"));
        self.declare(&name, of);
    }

    // ---- statements --------------------------------------------------------------------------

    fn statement(&mut self) {
        if self.budget == 0 {
            return self.line("pass");
        }
        self.budget -= 1;
        let deep = self.depth >= 3;
        match self.below(if deep { 46 } else { 74 }) {
            0..=5 => {
                let of = self.any_type();
                self.assign_new(of);
            }
            6..=10 => self.rebind(),
            11..=16 => self.change_list(),
            17..=20 => self.change_dict(),
            21..=22 => self.change_set(),
            23..=25 => self.augmented(),
            26..=28 => self.alias(),
            29..=31 => self.unpack(),
            32..=33 => self.delete(),
            34..=36 => self.change_nested(),
            37..=38 => self.walrus(),
            39..=41 => self.call_statement(),
            42..=43 => self.text_statement(),
            44 => self.chained_targets(),
            45 => {
                if self.in_loop > 0 && self.chance(60) {
                    let test = self.expr(Bool, 1);
                    let word = self.pick(&["break", "continue"]);
                    self.line(&format!("if {test}:"));
                    self.indent += 1;
                    self.line(word);
                    self.indent -= 1;
                } else if let (Some(result), true) = (self.in_function, self.chance(60)) {
                    let test = self.expr(Bool, 1);
                    let value = self.expr(result, 1);
                    self.line(&format!("if {test}:"));
                    self.indent += 1;
                    self.line(&format!("return {value}"));
                    self.indent -= 1;
                } else {
                    self.line("pass");
                }
            }
            46..=51 => self.branch(),
            52..=57 => self.for_loop(),
            58..=59 => self.while_loop(),
            60..=63 => self.try_statement(),
            64..=66 => self.match_statement(),
            67..=71 => self.function(),
            72 => self.with_statement(),
            _ => self.class(),
        }
    }

    fn rebind(&mut self) {
        let of = self.any_type();
        match self.own_variable(of) {
            Some(name) => {
                let value = self.expr(of, 0);
                self.line(&format!("{name} = {value}"));
            }
            None => self.assign_new(of),
        }
    }

    fn change_list(&mut self) {
        let of = if self.chance(60) { Ints } else { Strs };
        let element = if of == Ints { Int } else { Str };
        let Some(name) = self.container(of) else { return self.assign_new(of) };
        let value = self.expr(element, 1);
        let more = self.expr(of, 1);
        let text = match self.below(12) {
            0..=3 => format!("{name}.append({value})"),
            4..=5 => format!("{name}.extend({more})"),
            6 => format!("{name}.insert({}, {value})", self.below(4) as i64 - 1),
            7 => format!("{name}.sort()"),
            8 => format!("{name}.reverse()"),
            9 => {
                let index = self.below(3) as i64 - 1;
                format!("if len({name}) > 2: {name}[{index}] = {value}")
            }
            10 => format!("if {name}: {name}.pop({})", self.pick(&["", "0", "-1"])),
            _ => format!("if {value} in {name}: {name}.remove({value})"),
        };
        self.line(&text);
    }

    fn change_dict(&mut self) {
        let Some(name) = self.container(Dict) else { return self.assign_new(Dict) };
        let key = self.expr(Str, 2);
        let value = self.expr(Int, 1);
        let more = self.expr(Dict, 1);
        let text = match self.below(8) {
            0..=2 => format!("{name}[{key}] = {value}"),
            3 => format!("{name}.update({more})"),
            4 => format!("{name}.setdefault({key}, {value})"),
            5 => format!("{name}.pop({key}, None)"),
            6 => format!("if {key} in {name}: del {name}[{key}]"),
            _ => format!("{name}.update(zeta={value})"),
        };
        self.line(&text);
    }

    fn change_set(&mut self) {
        let Some(name) = self.container(Set) else { return self.assign_new(Set) };
        let value = self.expr(Int, 1);
        let text = match self.below(4) {
            0 | 1 => format!("{name}.add({value})"),
            2 => format!("{name}.discard({value})"),
            _ => {
                let more = self.expr(Ints, 1);
                format!("{name}.update({more})")
            }
        };
        self.line(&text);
    }

    fn augmented(&mut self) {
        let of = [Int, Int, Str, Ints, Strs, Float, Set, Dict, Pair][self.below(9)];
        let Some(name) = self.own_variable(of) else { return self.assign_new(of) };
        let value = self.expr(of, 1);
        let text = match of {
            Int => {
                let op = self.pick(&["+=", "-=", "|=", "^=", "&="]);
                format!("{name} {op} {value}")
            }
            Str | Ints | Strs | Float => format!("{name} += {value}"),
            Set => format!("{name} {} {value}", self.pick(&["|=", "-=", "&="])),
            Dict => format!("{name} |= {value}"),
            _ => format!("{name} = ({name}[0] + 1, {name}[1])"),
        };
        self.line(&text);
    }

    fn alias(&mut self) {
        let of = [Ints, Strs, Nested, Dict, DictOfLists, Set][self.below(6)];
        let Some(name) = self.container(of) else { return self.assign_new(of) };
        let twin = self.fresh("a");
        let value = match (of, self.below(6)) {
            (Ints | Strs | Nested, 0) => format!("{name}[:]"),
            (Ints | Strs | Nested, 1) => format!("list({name})"),
            (Dict | DictOfLists, 0) => format!("dict({name})"),
            (_, 2) => format!("{name}.copy()"),
            (_, 3) => format!("[{name}][0]"),
            _ => name,
        };
        self.line(&format!("{twin} = {value}"));
        self.declare(&twin, of);
    }

    fn unpack(&mut self) {
        match self.below(6) {
            0 => {
                let pair = self.expr(Pair, 1);
                let (a, b) = (self.fresh("u"), self.fresh("u"));
                self.line(&format!("{a}, {b} = {pair}"));
                self.declare(&a, Int);
                self.declare(&b, Str);
            }
            1 => {
                let ints = self.expr(Ints, 1);
                let (a, b) = (self.fresh("u"), self.fresh("u"));
                self.line(&format!("{a}, *{b} = [1, *{ints}]"));
                self.declare(&a, Int);
                self.declare(&b, Ints);
            }
            2 => {
                let ints = self.expr(Ints, 1);
                let (a, b, c) = (self.fresh("u"), self.fresh("u"), self.fresh("u"));
                self.line(&format!("{a}, *{b}, {c} = 1, *{ints}, 2"));
                self.declare(&a, Int);
                self.declare(&b, Ints);
                self.declare(&c, Int);
            }
            3 => {
                let (a, b) = (self.own_variable(Int), self.own_variable(Int));
                if let (Some(a), Some(b)) = (a, b) {
                    self.line(&format!("{a}, {b} = {b}, {a}"));
                } else {
                    self.line("pass");
                }
            }
            4 => {
                let (int, pair) = (self.expr(Int, 1), self.expr(Pair, 1));
                let (a, b, c) = (self.fresh("u"), self.fresh("u"), self.fresh("u"));
                self.line(&format!("{a}, ({b}, {c}) = {int}, {pair}"));
                self.declare(&a, Int);
                self.declare(&b, Int);
                self.declare(&c, Str);
            }
            _ => {
                let value = self.expr(Str, 1);
                let (a, b) = (self.fresh("u"), self.fresh("u"));
                self.line(&format!("{a}, *{b} = 'q' + {value}"));
                self.declare(&a, Str);
                self.declare(&b, Strs);
            }
        }
    }

    fn delete(&mut self) {
        if self.depth > 0 || self.in_function.is_some() {
            return self.rebind();
        }
        match self.below(3) {
            0 => {
                let name = self.fresh("gone");
                let value = self.expr(Int, 1);
                self.line(&format!("{name} = {value}"));
                self.line(&format!("del {name}"));
            }
            1 => {
                if let Some(name) = self.variable(Ints) {
                    self.line(&format!("if len({name}) > 1: del {name}[0]"));
                } else {
                    self.line("pass");
                }
            }
            _ => {
                if let Some(name) = self.variable(Dict) {
                    self.line(&format!("{name}['k'] = 1"));
                    self.line(&format!("del {name}['k']"));
                } else {
                    self.line("pass");
                }
            }
        }
    }

    fn change_nested(&mut self) {
        if self.chance(50) {
            let Some(name) = self.container(Nested) else { return self.assign_new(Nested) };
            let value = self.expr(Int, 1);
            let list = self.expr(Ints, 1);
            let text = match self.below(7) {
                0 => format!("{name}.append({list})"),
                1 | 2 => format!("if {name}: {name}[0].append({value})"),
                3 => format!("for row in {name}: row.append({value})"),
                4 => format!("if {name}: {name}[-1] += [{value}]"),
                5 => format!("if {name} and {name}[0]: {name}[0][0] = {value}"),
                _ => {
                    let row = self.fresh("row");
                    self.line(&format!("{row} = {name}[0] if {name} else []"));
                    self.declare(&row, Ints);
                    format!("{row}.append({value})")
                }
            };
            self.line(&text);
        } else {
            let Some(name) = self.container(DictOfLists) else {
                return self.assign_new(DictOfLists);
            };
            let value = self.expr(Int, 1);
            let list = self.expr(Ints, 1);
            let key = self.pick(&["'a'", "'b'", "'c'"]);
            let text = match self.below(6) {
                0 => format!("{name}[{key}] = {list}"),
                1 | 2 => format!("{name}.setdefault({key}, []).append({value})"),
                3 => format!("if {key} in {name}: {name}[{key}].append({value})"),
                4 => format!("for items in {name}.values(): items.append({value})"),
                _ => format!("{name}.get({key}, []).append({value})"),
            };
            self.line(&text);
        }
    }

    fn walrus(&mut self) {
        let name = self.fresh("w");
        let value = self.expr(Int, 1);
        if self.chance(50) {
            self.line(&format!("if ({name} := {value}) > 2:"));
            self.declare(&name, Int);
            self.block(|this| this.suite(2));
        } else {
            let other = self.fresh("w");
            self.line(&format!("{other} = ({name} := {value}) + {name}"));
            self.declare(&name, Int);
            self.declare(&other, Int);
        }
    }

    fn call_statement(&mut self) {
        let of = self.any_type();
        match self.call(of, 1) {
            Some(call) if self.chance(40) => self.line(&call),
            Some(call) => {
                let name = self.fresh("r");
                self.line(&format!("{name} = {call}"));
                self.declare(&name, of);
            }
            None => self.rebind(),
        }
    }

    fn text_statement(&mut self) {
        let name = self.fresh("t");
        let (int, str, float) = (self.inside(Int), self.inside(Str), self.inside(Float));
        let value = match self.below(14) {
            0 => format!("f'{{{int}:05d}}|{{{str}!r:>12}}|{{{float}:.2f}}'"),
            1 => format!("'%s-%05d-%.3f' % ({str}, {int}, {float})"),
            2 => format!("'{{}}/{{:>8}}/{{:x}}'.format({int}, {str}, abs({int}))"),
            3 => format!("'%(a)s %(b)r' % {{'a': {int}, 'b': {str}}}"),
            4 => format!("{str}.upper() + {str}[::-1] + str({int})"),
            5 => format!("','.join([{str}, {str}]).title()"),
            6 => format!("'{{0}}{{1}}{{0}}'.format({str}, {int})"),
            7 => format!("f'{{{int}:+,}} {{{float}:e}} {{{str}:^9}}'"),
            8 => format!("{str}.replace('a', {str}).strip('ab')"),
            9 => format!("'{{a}}:{{b:<4}}|'.format(a={int}, b={str})"),
            10 => format!("f'{{{float}!r}} {{{int}=}}'"),
            11 => format!("'%r %5s %-5s|' % ({float}, {str}, {int})"),
            12 => format!("f'{{{float}:g}} {{{float}:10.3g}} {{{float}:%}}'"),
            _ => format!("({str} * 2).center(15, '*').split('*')[0]"),
        };
        self.line(&format!("{name} = {value}"));
        self.declare(&name, Str);
    }

    fn chained_targets(&mut self) {
        let of = [Int, Ints, Dict][self.below(3)];
        let value = self.expr(of, 1);
        let (a, b) = (self.fresh("c"), self.fresh("c"));
        self.line(&format!("{a} = {b} = {value}"));
        self.declare(&a, of);
        self.declare(&b, of);
    }

    fn branch(&mut self) {
        let test = self.expr(Bool, 0);
        self.line(&format!("if {test}:"));
        self.block(|this| this.suite(3));
        if self.chance(40) {
            let test = self.expr(Bool, 0);
            self.line(&format!("elif {test}:"));
            self.block(|this| this.suite(2));
        }
        if self.chance(60) {
            self.line("else:");
            self.block(|this| this.suite(3));
        }
    }

    fn for_loop(&mut self) {
        let (target, iterable, declared): (String, String, Vec<(String, Type)>) =
            match self.below(9) {
                0 | 1 => {
                    let name = self.fresh("i");
                    let count = 1 + self.below(5);
                    (name.clone(), format!("range({count})"), vec![(name, Int)])
                }
                2 => {
                    let name = self.fresh("i");
                    let ints = self.expr(Ints, 1);
                    (name.clone(), format!("list({ints})"), vec![(name, Int)])
                }
                3 => {
                    let name = self.fresh("i");
                    let strs = self.expr(Strs, 1);
                    (name.clone(), strs, vec![(name, Str)])
                }
                4 => {
                    let (a, b) = (self.fresh("i"), self.fresh("i"));
                    let strs = self.expr(Strs, 1);
                    let start = self.below(3);
                    (
                        format!("{a}, {b}"),
                        format!("enumerate({strs}, {start})"),
                        vec![(a, Int), (b, Str)],
                    )
                }
                5 => {
                    let (a, b) = (self.fresh("i"), self.fresh("i"));
                    let dict = self.expr(Dict, 1);
                    (format!("{a}, {b}"), format!("list({dict}.items())"), vec![(a, Str), (b, Int)])
                }
                6 => {
                    let (a, b) = (self.fresh("i"), self.fresh("i"));
                    let pairs = self.expr(Pairs, 1);
                    (format!("{a}, {b}"), pairs, vec![(a, Int), (b, Str)])
                }
                7 => {
                    let name = self.fresh("i");
                    let nested = self.expr(Nested, 1);
                    (name.clone(), nested, vec![(name, Ints)])
                }
                _ => {
                    let (a, b) = (self.fresh("i"), self.fresh("i"));
                    let (ints, strs) = (self.expr(Ints, 1), self.expr(Strs, 1));
                    (format!("{a}, {b}"), format!("zip({ints}, {strs})"), vec![(a, Int), (b, Str)])
                }
            };
        self.line(&format!("for {target} in {iterable}:"));
        self.in_loop += 1;
        self.block(|this| {
            for (name, of) in declared {
                this.declare(&name, of);
            }
            this.suite(4);
        });
        self.in_loop -= 1;
        self.loop_else();
    }

    fn loop_else(&mut self) {
        if self.chance(25) {
            self.line("else:");
            let outer = std::mem::take(&mut self.in_loop);
            self.block(|this| this.suite(2));
            self.in_loop = outer;
        }
    }

    fn while_loop(&mut self) {
        let counter = self.fresh("n");
        let most = 2 + self.below(4);
        self.line(&format!("{counter} = 0"));
        if self.chance(30) {
            self.line("while True:");
        } else {
            self.line(&format!("while {counter} < {most}:"));
        }
        self.in_loop += 1;
        self.block(|this| {
            this.line(&format!("{counter} += 1"));
            this.line(&format!("if {counter} > {most}: break"));
            this.suite(3);
        });
        self.in_loop -= 1;
        self.declare(&counter, Int);
        if self.chance(20) {
            // An endless loop's `else` never runs, which is a case too.
            self.line("else:");
            let outer = std::mem::take(&mut self.in_loop);
            self.block(|this| this.suite(1));
            self.in_loop = outer;
        }
    }

    fn try_statement(&mut self) {
        self.line("try:");
        let (int, str) = (self.expr(Int, 1), self.expr(Str, 1));
        let dict = self.variable(Dict).unwrap_or_else(|| "{}".into());
        let ints = self.variable(Ints).unwrap_or_else(|| "[]".into());
        let name = self.fresh("e");
        let risky = match self.below(10) {
            0 => format!("{name} = int({str})"),
            1 => format!("{name} = {dict}[{str}]"),
            2 => format!("{name} = {ints}[{}]", self.below(5)),
            3 => format!("{name} = 7 // ({int} % 3)"),
            4 => format!("{name} = len({str}) if {int} > 0 else len({int})"),
            5 => format!("{name} = int({int})"),
            6 => format!("{name}, other = {ints}"),
            7 => format!("{name} = {ints}.index({int})"),
            8 => format!("{name} = 1\n{}    raise ValueError({str})", "    ".repeat(self.indent)),
            _ => {
                let test = self.expr(Bool, 1);
                format!(
                    "{name} = 1\n{0}    if {test}: raise KeyError({str})",
                    "    ".repeat(self.indent)
                )
            }
        };
        self.block(|this| {
            if this.chance(60) {
                this.suite(2);
            }
            this.line(&risky);
            this.declare(&name, Int);
            if this.chance(60) {
                this.suite(2);
            }
        });
        let handler = self.pick(&[
            "except Exception:",
            "except (ValueError, LookupError, ArithmeticError, TypeError):",
            "except:",
            "except Exception as caught:",
        ]);
        if self.chance(40) {
            let first = self.pick(&[
                "except ValueError:",
                "except LookupError:",
                "except KeyError:",
                "except ArithmeticError:",
            ]);
            self.line(first);
            self.block(|this| this.suite(2));
        }
        self.line(handler);
        self.block(|this| this.suite(2));
        if self.chance(30) {
            self.line("else:");
            self.block(|this| this.suite(2));
        }
        if self.chance(30) {
            self.line("finally:");
            let outer = std::mem::take(&mut self.in_loop);
            let function = self.in_function.take();
            self.block(|this| match function {
                // A name that is set here must be the function's own.
                Some(_) => this.line("pass"),
                None => this.suite(2),
            });
            self.in_function = function;
            self.in_loop = outer;
        }
    }

    fn match_statement(&mut self) {
        let name = self.fresh("m");
        match self.below(5) {
            0 => {
                let subject = self.expr(Int, 0);
                self.line(&format!("match {subject}:"));
                self.indent += 1;
                self.line("case 0 | 1:");
                self.block(|this| this.suite(2));
                self.line(&format!("case int({name}) if {name} > 5:"));
                self.block(|this| {
                    this.declare(&name, Int);
                    this.suite(2);
                });
            }
            1 => {
                let subject = self.expr(Ints, 0);
                let rest = self.fresh("m");
                self.line(&format!("match {subject}:"));
                self.indent += 1;
                self.line("case []:");
                self.block(|this| this.suite(1));
                self.line(&format!("case [{name}]:"));
                self.block(|this| {
                    this.declare(&name, Int);
                    this.suite(2);
                });
                self.line(&format!("case [{name}, *{rest}]:"));
                self.block(|this| {
                    this.declare(&name, Int);
                    this.declare(&rest, Ints);
                    this.suite(2);
                });
            }
            2 => {
                let subject = self.expr(Dict, 0);
                self.line(&format!("match {subject}:"));
                self.indent += 1;
                self.line(&format!("case {{'a': {name}}}:"));
                self.block(|this| {
                    this.declare(&name, Int);
                    this.suite(2);
                });
            }
            3 => {
                let subject = self.expr(Pair, 0);
                let other = self.fresh("m");
                self.line(&format!("match {subject}:"));
                self.indent += 1;
                self.line(&format!("case (0, {name}) | (1, {name}):"));
                self.block(|this| {
                    this.declare(&name, Str);
                    this.suite(2);
                });
                self.line(&format!("case ({other}, str() as {name}):"));
                self.block(|this| {
                    this.declare(&other, Int);
                    this.declare(&name, Str);
                    this.suite(2);
                });
            }
            _ => {
                let subject = self.expr(Str, 0);
                self.line(&format!("match {subject}:"));
                self.indent += 1;
                self.line("case 'a' | 'b' | '':");
                self.block(|this| this.suite(2));
                self.line(&format!("case str({name}) if len({name}) > 3:"));
                self.block(|this| {
                    this.declare(&name, Str);
                    this.suite(1);
                });
            }
        }
        if self.chance(60) {
            self.line("case _:");
            self.block(|this| this.suite(2));
        }
        self.indent -= 1;
    }

    fn with_statement(&mut self) {
        let value = self.expr(Int, 1);
        let name = self.fresh("x");
        self.line("from contextlib import nullcontext");
        self.line(&format!("with nullcontext({value}) as {name}:"));
        self.block(|this| {
            this.declare(&name, Int);
            this.suite(2);
        });
    }

    fn class(&mut self) {
        let name = self.fresh("C");
        let (int, ints) = (self.expr(Int, 1), self.expr(Ints, 1));
        self.line(&format!("class {name}:"));
        self.line(&format!("    number = {int}"));
        self.line("    double = number * 2");
        self.line(&format!("    items = {ints}"));
        self.line("    def method(self, x): return x + self.number");
        self.line("    @staticmethod");
        self.line("    def still(x): return [x]");
        let derived = self.fresh("C");
        self.line(&format!("class {derived}({name}):"));
        self.line("    number = 9");
        let (a, b, c, d) = (self.fresh("v"), self.fresh("v"), self.fresh("v"), self.fresh("v"));
        self.line(&format!("{a} = {name}.double + {derived}.number"));
        self.line(&format!("{b} = {derived}().method(3)"));
        self.line(&format!("{c} = {name}.still({a})"));
        self.line(&format!("{d} = {derived}.double"));
        self.declare(&a, Int);
        self.declare(&b, Int);
        self.declare(&c, Ints);
        self.declare(&d, Int);
    }

    fn function(&mut self) {
        let name = self.fresh("f");
        let result = self.simple_type();
        let count = self.below(4);
        let mut params = Vec::new();
        let mut written = Vec::new();
        let defaults = if count > 0 { self.below(count + 1) } else { 0 };
        for index in 0..count {
            let of = self.simple_type();
            let param = self.fresh("p");
            if index >= count - defaults {
                // A container as a default would be shared by all calls.
                let of = if matches!(of, Int | Str | Bool | Float) { of } else { Int };
                let value = self.literal(of);
                written.push(format!("{param}={value}"));
                params.push((param, of));
            } else {
                written.push(param.clone());
                params.push((param, of));
            }
        }
        let star = self.chance(20);
        let keywords = self.chance(15);
        let mut extra = Vec::new();
        if star {
            written.push("*args".into());
            extra.push(("list(args)".to_owned(), Ints));
        }
        if keywords {
            written.push("**kwargs".into());
            extra.push(("kwargs".to_owned(), Dict));
        }
        let outer_loop = std::mem::take(&mut self.in_loop);
        let outer_function = self.in_function.replace(result);
        let outer_depth = std::mem::replace(&mut self.depth, 1);
        if self.chance(12) {
            // A decorator that wraps.
            let decorator = self.fresh("d");
            self.line(&format!("def {decorator}(inner):"));
            self.line("    def wrapper(*args, **kwargs):");
            self.line("        return inner(*args, **kwargs)");
            self.line("    return wrapper");
            self.line(&format!("@{decorator}"));
        }
        self.line(&format!("def {name}({}):", written.join(", ")));
        self.scopes.push(params.clone());
        self.functions.push(Vec::new());
        self.indent += 1;
        for (value, of) in extra {
            let local = self.fresh("v");
            self.line(&format!("{local} = {value}"));
            self.declare(&local, of);
        }
        self.suite(4);
        if self.chance(15) {
            self.inner_counter();
        }
        let value = self.expr(result, 0);
        self.line(&format!("return {value}"));
        self.indent -= 1;
        self.scopes.pop();
        self.functions.pop();
        self.in_loop = outer_loop;
        self.in_function = outer_function;
        self.depth = outer_depth;
        let params: Vec<Type> = params.into_iter().map(|(_, of)| of).collect();
        self.functions.last_mut().unwrap().push(Callable {
            name,
            params,
            result,
            defaults,
            star,
            keywords,
        });
    }

    /// A closure that counts by `nonlocal`.
    fn inner_counter(&mut self) {
        let (count, step, got) = (self.fresh("k"), self.fresh("s"), self.fresh("v"));
        self.line(&format!("{count} = 1"));
        self.line(&format!("def {step}():"));
        self.line(&format!("    nonlocal {count}"));
        self.line(&format!("    {count} += 1"));
        self.line(&format!("    return {count}"));
        self.line(&format!("{got} = {step}()"));
        self.declare(&got, Int);
    }

    // ---- expressions -------------------------------------------------------------------------

    fn call(&mut self, of: Type, depth: u32) -> Option<String> {
        let all: Vec<Callable> =
            self.functions.iter().flatten().filter(|f| f.result == of).cloned().collect();
        if all.is_empty() || depth > 3 {
            return None;
        }
        let function = all[self.below(all.len())].clone();
        let required = function.params.len() - function.defaults;
        let given = required + self.below(function.defaults + 1);
        let mut args: Vec<String> =
            function.params[..given].iter().map(|of| self.expr(*of, depth + 2)).collect();
        if function.star && given == function.params.len() {
            match self.below(3) {
                0 => {}
                1 => args.push(self.expr(Int, 3)),
                _ => {
                    let ints = self.expr(Ints, 3);
                    args.push(format!("*{ints}"));
                }
            }
        }
        if function.keywords {
            match self.below(3) {
                0 => {}
                1 => {
                    let int = self.expr(Int, 3);
                    args.push(format!("omega={int}"));
                }
                _ => args.push("**{'q': 1, 'r': 2}".into()),
            }
        }
        Some(format!("{}({})", function.name, args.join(", ")))
    }

    fn literal(&mut self, of: Type) -> String {
        let mut text = String::new();
        match of {
            Int => write!(text, "{}", [0, 1, 2, 3, 5, 7, 12, 40, -1, -4][self.below(10)]),
            Bool => write!(text, "{}", self.pick(&["True", "False"])),
            Float => write!(text, "{}", self.pick(&["0.5", "1.0", "2.25", "-3.75", "1e3", "0.1"])),
            Str => write!(
                text,
                "{}",
                self.pick(&[
                    "'a'", "'b'", "'shop'", "''", "'x y'", "'Ab1'", "\"it's\"", "'12'", "'é'"
                ])
            ),
            Bytes => write!(text, "{}", self.pick(&["b'a'", "b''", "b'\\x00z'"])),
            Ints => write!(
                text,
                "{}",
                self.pick(&["[]", "[1]", "[3, 1, 2]", "[5, 5]", "[0, -1, 4, 2]"])
            ),
            Strs => {
                write!(text, "{}", self.pick(&["[]", "['a']", "['b', 'a']", "['x', '', 'zz']"]))
            }
            Nested => {
                write!(text, "{}", self.pick(&["[]", "[[1], [2, 3]]", "[[], []]", "[[0]] * 2"]))
            }
            Pair => write!(text, "{}", self.pick(&["(1, 'a')", "(0, 'b')", "(7, 'zz')"])),
            Pairs => write!(text, "{}", self.pick(&["[(1, 'a'), (2, 'b')]", "[]", "[(3, 'q')]"])),
            Dict => {
                write!(text, "{}", self.pick(&["{}", "{'a': 1}", "{'b': 2, 'a': 3}", "dict(x=4)"]))
            }
            DictOfLists => write!(
                text,
                "{}",
                self.pick(&[
                    "{}",
                    "{'a': [1]}",
                    "{'a': [], 'b': [2, 3]}",
                    "dict.fromkeys('ab', [0])"
                ])
            ),
            Set => write!(text, "{}", self.pick(&["set()", "{1}", "{1, 2, 3}", "{2, 5}"])),
        }
        .unwrap();
        text
    }

    fn expr(&mut self, of: Type, depth: u32) -> String {
        if self.chance(if depth == 0 { 25 } else { 45 })
            && let Some(name) = self.variable(of)
        {
            return name;
        }
        if depth >= 3 || self.chance(20) {
            return self.literal(of);
        }
        if self.chance(15)
            && let Some(call) = self.call(of, depth)
        {
            return call;
        }
        if self.chance(6) {
            let (test, a, b) =
                (self.expr(Bool, depth + 1), self.expr(of, depth + 1), self.expr(of, depth + 1));
            return format!("({a} if {test} else {b})");
        }
        let d = depth + 1;
        match of {
            Int => self.int(d),
            Bool => self.bool(d),
            Float => {
                let (a, b) = (self.expr(Float, d), self.expr(Int, d));
                match self.below(6) {
                    0 => format!("({a} + {b})"),
                    1 => format!("({a} * 2)"),
                    2 => format!("({b} / 4)"),
                    3 => format!("round({a}, 1)"),
                    4 => format!("({a} - {b})"),
                    _ => format!("float({b})"),
                }
            }
            Str => self.str(d),
            Bytes => {
                let (a, b) = (self.expr(Bytes, d), self.expr(Str, d));
                match self.below(3) {
                    0 => format!("({a} + {a})"),
                    1 => format!("{b}.encode()"),
                    _ => format!("{a}[:1]"),
                }
            }
            Ints => self.ints(d),
            Strs => {
                let (a, b, s) = (self.expr(Strs, d), self.expr(Strs, d), self.expr(Str, d));
                match self.below(9) {
                    0 => format!("({a} + {b})"),
                    1 => format!("[{s}, *{a}]"),
                    2 => format!("[x.upper() for x in {a}]"),
                    3 => format!("sorted({a})"),
                    4 => format!("{s}.split('o')"),
                    5 => format!("list({s})"),
                    6 => {
                        let dict = self.expr(Dict, d);
                        format!("list({dict})")
                    }
                    7 => format!("[x + {s} for x in {a} if x]"),
                    _ => format!("sorted({a}, key=len, reverse=True)"),
                }
            }
            Nested => {
                let (a, b) = (self.expr(Ints, d), self.expr(Ints, d));
                match self.below(5) {
                    0 => format!("[{a}, {b}]"),
                    1 => format!("[[x, x + 1] for x in {a}]"),
                    2 => format!("[{a} for _ in range(2)]"),
                    3 => format!("[[y * x for y in {b}] for x in {a}]"),
                    _ => format!("[{a}] * 2"),
                }
            }
            Pair => {
                let (a, b) = (self.expr(Int, d), self.expr(Str, d));
                format!("({a}, {b})")
            }
            Pairs => {
                let (a, b) = (self.expr(Ints, d), self.expr(Strs, d));
                match self.below(3) {
                    0 => format!("list(zip({a}, {b}))"),
                    1 => format!("list(enumerate({b}))"),
                    _ => format!("[(x, str(x)) for x in {a}]"),
                }
            }
            Dict => {
                let (a, b, s, n) =
                    (self.expr(Dict, d), self.expr(Strs, d), self.expr(Str, d), self.expr(Int, d));
                match self.below(8) {
                    0 => format!("{{**{a}, {s}: {n}}}"),
                    1 => format!("{{x: len(x) for x in {b}}}"),
                    2 => format!("({a} | {{{s}: {n}}})"),
                    3 => format!("{{k: v + 1 for k, v in {a}.items()}}"),
                    4 => format!("dict({a}, extra={n})"),
                    5 => format!("{{{s}: {n}, 'a': 1}}"),
                    6 => format!("dict(zip({b}, range(9)))"),
                    _ => format!("{{k: v for k, v in {a}.items() if v > 1}}"),
                }
            }
            DictOfLists => {
                let (a, b) = (self.expr(Ints, d), self.expr(Ints, d));
                match self.below(3) {
                    0 => format!("{{'a': {a}, 'c': {b}}}"),
                    1 => format!("{{k: [k] for k in {a}}}"),
                    _ => format!("{{'b': {a}}}"),
                }
            }
            Set => {
                let (a, b) = (self.expr(Ints, d), self.expr(Set, d));
                match self.below(5) {
                    0 => format!("set({a})"),
                    1 => format!("({b} | {{9}})"),
                    2 => format!("({b} & set({a}))"),
                    3 => format!("{{x % 3 for x in {a}}}"),
                    _ => format!("({b} - {{1}})"),
                }
            }
        }
    }

    /// What may stand inside an f-string of any Python: a variable, without quotes of its own.
    fn inside(&mut self, of: Type) -> String {
        match self.variable(of) {
            Some(name) => name,
            None if of == Int => "3".into(),
            None if of == Float => "2.5".into(),
            None => "str(None)".into(),
        }
    }

    fn int(&mut self, d: u32) -> String {
        let (a, b) = (self.expr(Int, d), self.expr(Int, d));
        match self.below(24) {
            0 => format!("({a} + {b})"),
            1 => format!("({a} - {b})"),
            2 => format!("({a} * 3)"),
            3 => format!("({a} // {})", self.pick(&["2", "3", "-2"])),
            4 => format!("({a} % {})", self.pick(&["2", "3", "-4", "7"])),
            5 => {
                let s = self.expr(Str, d);
                format!("len({s})")
            }
            6 => {
                let ints = self.expr(Ints, d);
                format!("sum({ints})")
            }
            7 => {
                let dict = self.expr(Dict, d);
                format!("{dict}.get({}, {b})", self.pick(&["'a'", "'b'", "'zz'"]))
            }
            8 => {
                let ints = self.expr(Ints, d);
                format!("([1, 2] + {ints})[{}]", self.pick(&["0", "1", "-1"]))
            }
            9 => {
                let pair = self.expr(Pair, d);
                format!("{pair}[0]")
            }
            10 => format!("abs({a})"),
            11 => format!("max({a}, {b})"),
            12 => format!("min([{a}, {b}, 4])"),
            13 => {
                let ints = self.expr(Ints, d);
                format!("len({ints})")
            }
            14 => format!("int(str(abs({a})))"),
            15 => format!("(lambda q: q + {b})({a})"),
            16 => {
                let ints = self.expr(Ints, d);
                format!("sum(x * x for x in {ints})")
            }
            17 => format!("({a} and {b})"),
            18 => format!("({a} or {b})"),
            19 => format!("(-{a})"),
            20 => {
                let ints = self.expr(Ints, d);
                format!("{ints}.count({a})")
            }
            21 => format!("({a} ^ {b} & 15)"),
            22 => {
                let set = self.expr(Set, d);
                format!("len({set})")
            }
            _ => {
                let bool = self.expr(Bool, d);
                format!("({bool} + 1)")
            }
        }
    }

    fn bool(&mut self, d: u32) -> String {
        let (a, b) = (self.expr(Int, d), self.expr(Int, d));
        match self.below(20) {
            0 => format!("({a} > {b})"),
            1 => format!("({a} == {b})"),
            2 => {
                let c = self.expr(Int, d);
                format!("({a} < {b} <= {c})")
            }
            3 => {
                let (p, q) = (self.expr(Bool, d), self.expr(Bool, d));
                format!("({p} and {q})")
            }
            4 => {
                let (p, q) = (self.expr(Bool, d), self.expr(Bool, d));
                format!("({p} or {q})")
            }
            5 => {
                let p = self.expr(Bool, d);
                format!("(not {p})")
            }
            6 => {
                let ints = self.expr(Ints, d);
                format!("({a} in {ints})")
            }
            7 => {
                let s = self.expr(Str, d);
                format!("{s}.startswith({})", self.pick(&["'a'", "('a', 'b')", "''"]))
            }
            8 => {
                let ints = self.expr(Ints, d);
                format!("bool({ints})")
            }
            9 => {
                let ints = self.expr(Ints, d);
                format!("any(x > 1 for x in {ints})")
            }
            10 => {
                let ints = self.expr(Ints, d);
                format!("all({ints})")
            }
            11 => format!("isinstance({a}, (int, str))"),
            12 => {
                let dict = self.expr(Dict, d);
                format!("({} not in {dict})", self.pick(&["'a'", "'q'"]))
            }
            13 => {
                let (x, y) = (self.expr(Ints, d), self.expr(Ints, d));
                format!("({x} == {y})")
            }
            14 => {
                let (x, y) = (self.expr(Str, d), self.expr(Str, d));
                format!("({x} <= {y})")
            }
            15 => {
                let dict = self.expr(Dict, d);
                format!("({dict}.get('a') is None)")
            }
            16 => format!("({a} != {b} != 3)"),
            17 => {
                let (x, y) = (self.expr(Set, d), self.expr(Set, d));
                format!("({x} <= {y})")
            }
            18 => {
                let s = self.expr(Str, d);
                format!("{s}.isdigit()").replace("'é'.isdigit()", "'e'.isdigit()")
            }
            _ => {
                let (p, q) = (self.expr(Pair, d), self.expr(Pair, d));
                format!("({p} < {q})")
            }
        }
    }

    fn str(&mut self, d: u32) -> String {
        let (a, b) = (self.expr(Str, d), self.expr(Str, d));
        let n = self.expr(Int, d);
        match self.below(20) {
            0 => format!("({a} + {b})"),
            1 => {
                let (n, a) = (self.inside(Int), self.inside(Str));
                format!("f'{{{n}}}-{{len({a})}}'")
            }
            2 => format!("{a}.upper()"),
            3 => format!("({a} * 2)"),
            4 => format!("('%s/%s' % ({a}, {n}))"),
            5 => format!("'{{}}-{{}}'.format({a}, {n})"),
            6 => {
                let strs = self.expr(Strs, d);
                format!("'-'.join({strs})")
            }
            7 => format!("str({n})"),
            8 => format!("{a}[{}]", self.pick(&["1:", ":2", "::-1", "-2:", ":-1"])),
            9 => format!("{a}.strip()"),
            10 => format!("{a}.replace('a', 'o')"),
            11 => {
                let pair = self.expr(Pair, d);
                format!("{pair}[1]")
            }
            12 => format!("repr({a})"),
            13 => format!("({a} or {b})"),
            14 => format!("{a}.zfill(4)"),
            15 => {
                let strs = self.expr(Strs, d);
                format!("(['z'] + {strs})[-1]")
            }
            16 => format!("max({a}, {b})"),
            17 => {
                let ints = self.expr(Ints, d);
                format!("str({ints})")
            }
            18 => format!("{a}.lower().title()").replace("'é'", "'e'"),
            _ => {
                let ints = self.expr(Ints, d);
                format!("''.join(str(x) for x in {ints})")
            }
        }
    }

    fn ints(&mut self, d: u32) -> String {
        let (a, b) = (self.expr(Ints, d), self.expr(Ints, d));
        let n = self.expr(Int, d);
        match self.below(18) {
            0 => format!("({a} + {b})"),
            1 => format!("[{n}, *{a}]"),
            2 => format!("[x * 2 for x in {a}]"),
            3 => format!("[x for x in {a} if x % 2 == 0]"),
            4 => format!("sorted({a})"),
            5 => format!("{a}[{}]", self.pick(&["1:", ":2", "::-1", "-2:", ":-1", "::2"])),
            6 => format!("list(range({}))", self.pick(&["3", "2, 5", "5, 0, -2"])),
            7 => format!("list(map(lambda x: x + 1, {a}))"),
            8 => format!("list(filter(None, {a}))"),
            9 => format!("([{n}] * 2)"),
            10 => format!("[x + y for x in {a} for y in {b} if x != y][:4]"),
            11 => {
                let dict = self.expr(Dict, d);
                format!("list({dict}.values())")
            }
            12 => format!("list(reversed({a}))"),
            13 => format!("sorted({a}, reverse=True)"),
            14 => {
                let set = self.expr(Set, d);
                format!("sorted({set})")
            }
            15 => format!("sorted({a}, key=lambda x: -x)"),
            16 => {
                let nested = self.expr(Nested, d);
                format!("[x for row in {nested} for x in row]")
            }
            _ => {
                let strs = self.expr(Strs, d);
                format!("[len(s) for s in {strs}]")
            }
        }
    }
}
