//! Each construct of Python 3.14's grammar, lowered, in the order of the language reference.
//!
//! Where lowering is wrong today, the test asserts what happens now and says why that is wrong.
#![allow(clippy::unwrap_used, reason = "a test whose source cannot be read has failed")]

mod assignments;
mod changes;
mod comprehensions;
mod conditions;
mod definitions;
mod displays;
mod exceptions;
mod imports;
mod layers;
mod literals;
mod loops;
mod matching;
mod names;
mod operators;
mod paths;
mod primaries;
mod simple;
mod text;
mod with;

use std::fmt::Write as _;

use bartizan_base::FilePath;
use bartizan_ir::{ArgKind, FileIr, Function, FunctionKind, ParamKind, Value};

/// What the source is lowered to: each body of code under its name, then what loops carry from
/// round to round, and the containers that other functions may change.
fn lowered(source: &str) -> String {
    let reading = read(source);
    let ir = &reading.ir;
    let mut out = String::new();
    for (id, function) in ir.functions() {
        heading(&mut out, name(ir, function), &ir.dump(id));
    }
    let mut rounds = String::new();
    for mu in ir.loops.iter().flat_map(|it| &it.mus) {
        let Value::Mu { back, .. } = ir.value(*mu) else {
            panic!("a loop lists its own variables")
        };
        let _ = writeln!(rounds, "{} becomes {}", ir.show(*mu), ir.show(back));
    }
    heading(&mut out, "loops", &rounds);
    let shared: String = ir.shared.iter().map(|it| format!("{}\n", ir.show(*it))).collect();
    heading(&mut out, "shared with other functions", &shared);
    let problems: String = reading.problems.iter().map(|it| format!("{it}\n")).collect();
    heading(&mut out, "problems", &problems);
    without_loop_numbers(&out)
}

/// How functions and classes are declared, and how functions leave their parameters.
fn declared(source: &str) -> String {
    let reading = read(source);
    let ir = &reading.ir;
    let mut out = String::new();
    for (_, class) in ir.classes() {
        for decorator in &ir.ids[class.decorators] {
            let _ = writeln!(out, "@{}", ir.show(*decorator));
        }
        let bases: Vec<String> = ir.args[class.bases]
            .iter()
            .map(|base| match base.kind {
                ArgKind::Positional => ir.show(base.value),
                ArgKind::Keyword(name) => format!("{}={}", ir.str(name), ir.show(base.value)),
                ArgKind::Star => format!("*{}", ir.show(base.value)),
                ArgKind::DoubleStar => format!("**{}", ir.show(base.value)),
            })
            .collect();
        let parent = name(ir, ir.function(class.parent));
        let name = ir.str(class.qualname);
        let _ = writeln!(out, "class {name}({}) in {parent}", bases.join(", "));
    }
    for (_, function) in ir.functions() {
        if matches!(function.kind, FunctionKind::Def | FunctionKind::Lambda) {
            signature(&mut out, ir, function);
        }
    }
    without_loop_numbers(&out)
}

fn signature(out: &mut String, ir: &FileIr, function: &Function) {
    for decorator in &ir.ids[function.decorators] {
        let _ = writeln!(out, "@{}", ir.show(*decorator));
    }
    if function.is_async {
        out.push_str("async ");
    }
    if function.is_generator {
        out.push_str("generator ");
    }
    let _ = write!(out, "{}(", name(ir, function));
    for (index, param) in ir.params[function.params].iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        out.push_str(match param.kind {
            ParamKind::PositionalOnly => "by position ",
            ParamKind::Normal => "",
            ParamKind::Args => "*",
            ParamKind::KeywordOnly => "by name ",
            ParamKind::Kwargs => "**",
        });
        out.push_str(ir.str(param.name));
        if let Some(annotation) = param.annotation {
            let _ = write!(out, ": {}", ir.show(annotation));
        }
        if let Some(default) = param.default {
            let _ = write!(out, " = {}", ir.show(default));
        }
    }
    out.push(')');
    if let Some(returns) = function.returns {
        let _ = write!(out, " -> {}", ir.show(returns));
    }
    if let Some(class) = function.class {
        let _ = write!(out, " of {}", ir.str(ir.class(class).qualname));
    }
    out.push('\n');
    for (param, end) in ir.params[function.params].iter().zip(&ir.ids[function.param_ends]) {
        if !matches!(ir.value(*end), Value::Param(_)) {
            let _ = writeln!(out, "  leaves {} as {}", ir.str(param.name), ir.show(*end));
        }
    }
}

fn read(source: &str) -> bartizan_python::Reading {
    let source = flush_left(source);
    bartizan_python::read(&FilePath::new("shop/views.py").unwrap(), source.as_bytes())
}

fn name<'a>(ir: &'a FileIr, function: &Function) -> &'a str {
    match function.kind {
        FunctionKind::Module => "module",
        _ => ir.str(function.qualname),
    }
}

fn heading(out: &mut String, name: &str, lines: &str) {
    if !lines.is_empty() {
        let _ = writeln!(out, "{name}:");
        for line in lines.lines() {
            let _ = writeln!(out, "  {}", line.trim_end());
        }
    }
}

/// Sources stand indented in the tests.
fn flush_left(source: &str) -> String {
    let margin = source
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    source.lines().skip(1).map(|line| format!("{}\n", line.get(margin..).unwrap_or(""))).collect()
}

/// `loop3(` reads `loop(`: which loop it is, the tests show by what enters it.
fn without_loop_numbers(text: &str) -> String {
    let mut pieces = text.split("loop");
    let mut out = pieces.next().unwrap_or("").to_owned();
    for piece in pieces {
        let rest = piece.trim_start_matches(|at: char| at.is_ascii_digit());
        out.push_str("loop");
        out.push_str(if rest.starts_with('(') { rest } else { piece });
    }
    out
}
