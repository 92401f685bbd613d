//! Text that is made to break a reader is read to its end, on the small stacks of test threads; what
//! could not be followed is said, with its place, and what stands behind it is read all the same.

#![allow(clippy::unwrap_used, reason = "a test whose path cannot be read has failed")]

mod common;

use std::fmt::Write as _;
use std::time::Duration;

use bartizan_base::{FilePath, ProblemKind};
use bartizan_ir::FileIr;
use bartizan_python::Reading;
use cpu_time::ThreadTime;

fn read(text: impl AsRef<[u8]>) -> Reading {
    let path = FilePath::new("clinic/views.py").unwrap();
    let reading = bartizan_python::read(&path, text.as_ref());
    for problem in &reading.problems {
        assert!(problem.at.is_some() || problem.kind == ProblemKind::Encoding, "{problem}");
    }
    reading
}

fn kinds(reading: &Reading) -> Vec<ProblemKind> {
    let mut kinds: Vec<ProblemKind> = reading.problems.iter().map(|problem| problem.kind).collect();
    kinds.dedup();
    kinds
}

/// Whether the module binds `last`, which stands behind the hostile part.
fn knows_last(reading: &Reading) -> bool {
    let name = reading.ir.strings.find("last");
    name.is_some_and(|name| reading.ir.binding(FileIr::module(), name).is_some())
}

/// The text is valid, only deep: it is read as far as is followed, and all that stands behind it.
fn too_deep(name: &str, text: &str) {
    let reading = read(format!("{text}\nlast = 1\n"));
    assert_eq!(kinds(&reading), [ProblemKind::TooDeep], "{name}");
    assert!(knows_last(&reading), "{name}: what follows is lost");
}

/// The text is deep for a hand, and still read whole.
fn whole(name: &str, text: &str) {
    let reading = read(format!("{text}\nlast = 1\n"));
    assert_eq!(kinds(&reading), [], "{name}");
    assert!(knows_last(&reading), "{name}: what follows is lost");
}

/// The text holds errors: they are said, and nothing breaks.
fn wrong(name: &str, text: &str) {
    let reading = read(text);
    assert!(!reading.problems.is_empty(), "{name}: nothing is said of it");
}

const DEEP: usize = 10_000;

/// `open` and `close` around each other, ten thousand times.
fn nested(open: &str, middle: &str, close: &str) -> String {
    format!("{}{middle}{}", open.repeat(DEEP), close.repeat(DEEP))
}

#[test]
fn expressions_nested_ten_thousand_deep() {
    for (name, open, middle, close) in [
        ("lists", "[", "1", "]"),
        ("tuples", "(", "1", ",)"),
        ("sets", "{", "1", "}"),
        ("dicts", "{1:", "1", "}"),
        ("keys", "{", "1", ":1}"),
        ("spreads", "[*", "a", "]"),
        ("double spreads", "{**", "a", "}"),
        ("calls", "f(", "1", ")"),
        ("keywords", "f(a=", "1", ")"),
        ("starred arguments", "f(*", "1", ")"),
        ("calls of calls", "", "f", "()"),
        ("methods", "", "f", ".g()"),
        ("attributes", "", "f", ".g"),
        ("subscripts", "", "f", "[0]"),
        ("indices", "f[", "0", "]"),
        ("slices", "f[", "0", ":]"),
        ("negation", "-", "1", ""),
        ("inversion", "~", "1", ""),
        ("not", "not ", "1", ""),
        ("await", "(await ", "1", ")"),
        ("yield", "(yield ", "1", ")"),
        ("lambdas", "lambda: ", "1", ""),
        ("conditions", "1 if 2 else ", "3", ""),
        ("conditions on the left", "(", "1", " if 2 else 3)"),
        ("conditions in the test", "(1 if ", "2", " else 3)"),
        ("sums to the right", "(1 + ", "1", ")"),
        ("texts to the right", "('a' + ", "a", ")"),
        ("powers", "2 ** ", "1", ""),
        ("percent", "('%s' % ", "a", ")"),
        ("format", "'{}'.format(", "a", ")"),
        ("and to the right", "(a and ", "b", ")"),
        ("and, or", "(a and (b or ", "c", "))"),
        ("comparisons to the right", "(a < ", "b", ")"),
        ("walrus", "(a := ", "b", ")"),
        ("comprehensions", "[a for a in ", "b", "]"),
        ("elements of comprehensions", "[", "b", " for a in c]"),
        ("conditions of comprehensions", "[a for a in b if ", "c", "]"),
        ("f-strings", "f'{", "a", "}'"),
        ("t-strings", "t'{", "a", "}'"),
    ] {
        too_deep(name, &format!("x = {}", nested(open, middle, close)));
    }
    // As many as may stand in one line.
    too_deep("defaults of lambdas", &format!("x = {}", nested("lambda a=", "1", ": 1")));
    too_deep("specifications", &format!("x = f'{}'", nested("{a:", "", "}")));
}

#[test]
fn long_chains_are_not_deep() {
    whole("parentheses", &format!("x = {}", nested("(", "1", ")")));
    whole("sums", &format!("x = {}", nested("", "1", " + 1")));
    whole("texts", &format!("x = {}", nested("", "'a'", " + a")));
    whole("and", &format!("x = {}", nested("", "a", " and b")));
    whole("or", &format!("x = {}", nested("", "a", " or (b := 1)")));
    whole("comparisons", &format!("x = {}", nested("", "a", " < b")));
    whole("clauses", &format!("x = [a {}]", "for a in b ".repeat(DEEP)));
    whole("conditions", &format!("x = [a for a in b {}]", "if a ".repeat(DEEP)));
    whole("targets", &format!("{}1", "x = ".repeat(DEEP)));
    whole("pieces of one text", &format!("x = ({})", "'a' f'{b}' ".repeat(DEEP)));
    whole("decorators", &format!("{}def f(): pass", "@d\n".repeat(DEEP)));
    whole("alternatives", &format!("match x:\n case {}2: pass", "1|".repeat(DEEP)));
    whole("parenthesised pattern", &format!("match x:\n case {}: pass", nested("(", "a", ")")));
    whole("elif", &format!("if a: x = 0\n{}", "elif b: x = c\n".repeat(DEEP)));
    whole("handlers", &format!("try: x = f()\n{}", "except A: y = x\n".repeat(DEEP)));
    whole("cases", &format!("match x:\n{}", " case 1: y = 1\n".repeat(DEEP)));
    whole("type parameters", &format!("def f[{}](): pass", "T,".repeat(DEEP)));
    whole("dots", &format!("from {} import a", ".".repeat(DEEP)));
    whole("a dotted name", &format!("import a{}", ".b".repeat(DEEP)));
}

#[test]
fn everything_else_that_nests() {
    for (name, text) in [
        ("targets", format!("{} = 1", nested("(", "a", ",)"))),
        ("targets of for", format!("for {} in b: pass", nested("(", "a", ",)"))),
        ("targets of with", format!("with a as {}: pass", nested("(", "a", ",)"))),
        ("targets of del", format!("del {}", nested("[", "a", "]"))),
        ("managers", format!("with {}: pass", nested("(", "a", ",)"))),
        ("annotations", format!("x: {} = 1", nested("A[", "B", "]"))),
        ("declared attributes", format!("a{}: int", ".b".repeat(DEEP))),
        ("annotated parameters", format!("def f(x: {}): pass", nested("A[", "B", "]"))),
        ("results", format!("def f() -> {}: pass", nested("A[", "B", "]"))),
        ("bounds", format!("def f[T: {}](): pass", nested("A[", "B", "]"))),
        ("aliases", format!("type X = {}", nested("A[", "B", "]"))),
        ("defaults", format!("def f(a={}): pass", nested("f(", "", ")"))),
        ("bases", format!("class A({}): pass", nested("f(", "", ")"))),
        ("decorators", format!("@{}\ndef f(): pass", nested("f(", "", ")"))),
        ("sequences", format!("match x:\n case {}: pass", nested("[", "a", "]"))),
        ("mappings", format!("match x:\n case {}: pass", nested("{1:", "a", "}"))),
        ("classes", format!("match x:\n case {}: pass", nested("C(", "a", ")"))),
        ("keywords", format!("match x:\n case {}: pass", nested("C(a=", "a", ")"))),
        ("names", format!("match x:\n case {}: pass", nested("(", "a", " as b)"))),
        ("alternatives", format!("match x:\n case {}: pass", nested("(a|", "a", ")"))),
        ("dotted values", format!("match x:\n case a{}: pass", ".b".repeat(DEEP))),
    ] {
        too_deep(name, &text);
    }
}

#[test]
fn statements_nested_deep() {
    // Each level is indented by one more space: ten thousand would be fifty megabytes.
    let depth = 2_000;
    for head in [
        "if a:",
        "for a in b:",
        "while a:",
        "with a:",
        "with suppress(a):",
        "def f(a=1):",
        "async def f():",
        "class A:",
        "@d\ndef f():",
        "if a: x = 1\nelse:",
        "match a:\n case 1:",
    ] {
        let mut text = String::new();
        for level in 0..depth {
            for line in head.lines() {
                let step = if head.contains(" case") { 2 } else { 1 };
                text.push_str(&" ".repeat(level * step));
                text.push_str(line);
                text.push('\n');
            }
        }
        text.push_str(&" ".repeat(depth * 2 + 1));
        text.push_str("pass");
        too_deep(head, &text);
    }
    for (name, behind) in [("except", "except E: pass"), ("finally", "finally: pass")] {
        let mut text = String::new();
        for level in 0..depth {
            text.push_str(&format!("{}try:\n", " ".repeat(level)));
        }
        text.push_str(&format!("{}pass\n", " ".repeat(depth)));
        for level in (0..depth).rev() {
            text.push_str(&format!("{}{behind}\n", " ".repeat(level)));
        }
        too_deep(name, &text);
    }
}

#[test]
fn what_is_deep_and_wrong() {
    for (name, text) in [
        ("open parentheses", "(".repeat(DEEP)),
        ("open brackets", "[".repeat(DEEP)),
        ("open dicts", "{a:".repeat(DEEP)),
        ("open calls", "f(".repeat(DEEP)),
        ("open generators", "(a for a in ".repeat(DEEP)),
        ("open subscripts", "f[".repeat(DEEP)),
        ("open patterns", format!("match x:\n case {}", "[".repeat(DEEP))),
        ("open managers", format!("with {}", "(".repeat(DEEP))),
        ("open f-strings", format!("x = {}", "f'{".repeat(DEEP))),
        ("closers", ")".repeat(DEEP)),
        ("commas", ",".repeat(DEEP)),
        ("stars", "*".repeat(DEEP)),
        ("dots", format!("x = a{}", ".".repeat(DEEP))),
        ("lambda", "lambda ".repeat(DEEP)),
        ("lambda defaults", format!("x = {}", "lambda a=".repeat(DEEP))),
        ("else", " else ".repeat(DEEP)),
        ("not after comparisons", format!("x = {}b", "a < not ".repeat(DEEP))),
        ("awaits", format!("x = {}a", "await ".repeat(DEEP))),
        ("async", "async ".repeat(DEEP)),
        ("def", "def ".repeat(DEEP)),
        ("heads", "if a: ".repeat(DEEP)),
        ("empty elif", format!("if a: x = 0\n{}", "elif\n".repeat(DEEP))),
        ("deleted signs", format!("del {}a", "-".repeat(DEEP))),
        ("quotes", "'".repeat(DEEP + 1)),
        ("signs", "!?$".repeat(DEEP)),
        ("indents", (0..DEEP / 5).map(|level| format!("{}a\n", " ".repeat(level))).collect()),
        ("dedents", (0..DEEP / 5).map(|n| format!("{}a\n", " ".repeat(DEEP - n))).collect()),
    ] {
        wrong(name, &text);
    }
}

#[test]
fn what_would_outgrow_memory_is_not_parsed() {
    for (name, text) in [
        ("brackets", "(".repeat(1_000_000)),
        ("closed brackets", nested("((((((((((", "1", "))))))))))")),
        ("f-strings", format!("x = {}", "f'{".repeat(50_000))),
        ("minus", format!("x = {}1", "-".repeat(1_000_000))),
        ("not", format!("x = {}1", "not ".repeat(1_000_000))),
        ("else", format!("x = {}1", "1 if 2 else ".repeat(1_000_000))),
        ("powers", format!("x = {}1", "2**".repeat(1_000_000))),
        ("lambdas", format!("x = {}1", "lambda: ".repeat(1_000_000))),
    ] {
        let reading = read(&text);
        assert_eq!(kinds(&reading), [ProblemKind::TooDeep], "{name}");
        assert_eq!(reading.ir.functions.len(), 1, "{name}: the file still is a module");
    }
}

#[test]
fn large_files() {
    let reading = read("a = f(1)\n".repeat(100_000));
    assert_eq!(kinds(&reading), []);
    assert_eq!(reading.facts.lines, 100_000);
    whole("a line of a million numbers", &format!("x = [{}]", "-1,".repeat(1_000_000)));
    whole("a text of five megabytes", &format!("x = '{}'", "a".repeat(5_000_000)));
    whole("bytes", &format!("x = b'{}'", "a".repeat(1_000_000)));
    whole("a number of a million digits", &format!("x = 0x{}", "f".repeat(1_000_000)));
    whole("many names", &(0..50_000).map(|n| format!("n{n} = {n}\n")).collect::<String>());
}

#[test]
fn bytes_that_are_no_text() {
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(kinds(&read(&all)), [ProblemKind::Encoding]);
    let declared = [b"# coding: latin-1\n".as_slice(), &all].concat();
    assert_eq!(kinds(&read(&declared)), [ProblemKind::Syntax]);
    for byte in 0..=255u8 {
        read([byte]);
        read([b"x = '", [byte].as_slice(), b"'\nlast = 1\n"].concat());
        read([b"# coding: cp1252\nx = '", [byte].as_slice(), b"'\n"].concat());
    }
    let reading = read(b"a = 1\nb = '\xff'\n");
    assert_eq!(
        reading.problems[0].to_string(),
        "clinic/views.py:2:6: not valid UTF-8 at byte 11, and no encoding is declared"
    );
    assert_eq!(kinds(&read("a = 1\nb = '\0'\n")), [ProblemKind::Syntax]);
    assert_eq!(kinds(&read("PK\u{3}\u{4}\u{14}\u{8}binary\u{7f}")), [ProblemKind::Syntax]);
}

#[test]
fn odd_but_legal_text() {
    for (name, text) in [
        ("nothing", ""),
        ("a mark", "\u{feff}last = 1\n"),
        ("CRLF", "a = 1\r\nif a:\r\n    b = '''x\r\ny'''\r\nlast = 1\r\n"),
        ("CR", "a = 1\rif a:\r    b = 2\rlast = 1\r"),
        ("form feeds", "a = 1\n\u{c}\nclass A:\n    pass\n\u{c}last = 1\n"),
        ("tabs", "if a:\n\tb = 1\n\tif b:\n\t\tc = 1\nlast = 1\n"),
        ("no last line break", "last = 1"),
        ("continued lines", "a = \\\n  1 + \\\n  2\nlast = 1\n"),
        ("lone surrogates", "a = '\\ud800' '\\udfff' \"\\N{BULLET}\"\nlast = 1\n"),
        ("letters of other scripts", "größe = 1\nπ = größe\nｌａｓｔ = 1\nlast = 1\n"),
        ("marks of direction", "a = '\u{202e}nosec'\n# \u{202e} x\nlast = 1\n"),
        ("comments alone", "# a\n  # b\n"),
    ] {
        let reading = read(text);
        assert_eq!(kinds(&reading), [], "{name}");
        assert!(knows_last(&reading) || !text.contains("last"), "{name}");
    }
}

#[test]
fn other_languages() {
    wrong("HTML", "<!doctype html>\n<p>{% if a %}{{ b|safe }}{% endif %}</p>\n");
    wrong("JavaScript", "const a = (b) => { return `${b}`; };\nfor (;;) {}\n");
    wrong("Rust", "fn main() { let x: Vec<u8> = vec![]; }\n");
    wrong("English", "It was the best of times, it was the worst of times.\n");
    wrong("a merge", "<<<<<<< ours\na = 1\n=======\na = 2\n>>>>>>> theirs\n");
    wrong("Python 2", "print 'a'\nexec code in scope\nraise E, 'x'\na = `b` <> 0777L\n");
    let reading = read("a = 1\nprint 'a'\nlast = 1\n");
    assert!(knows_last(&reading), "what stands behind an error is read");
}

#[test]
fn every_beginning_and_every_end_of_a_file() {
    for at in (0..common::CLINIC.len()).filter(|at| common::CLINIC.is_char_boundary(*at)) {
        read(&common::CLINIC[..at]);
        read(&common::CLINIC[at..]);
    }
}

#[test]
fn a_file_with_a_piece_anywhere() {
    for piece in ["(", ")", "{", "'''", "\n", ":", "\\", "f'{", " if ", "=", "\t", "# nosec"] {
        for at in (0..common::CLINIC.len()).step_by(3) {
            let mut text = common::CLINIC.to_owned();
            text.insert_str(at, piece);
            read(text);
        }
    }
}

// ---- what would cost the square of its length --------------------------------------------------

/// Reads the text, and says how many nodes, ways and versions it cost.
fn cost(text: &str) -> usize {
    let ir = read(text).ir;
    let ways: usize = ir
        .values
        .iter()
        .map(|value| match value {
            bartizan_ir::Value::Join { ways, .. } => ways.len(),
            bartizan_ir::Value::Text { parts, .. } => parts.len(),
            bartizan_ir::Value::Global { layers, .. } => layers.len(),
            _ => 0,
        })
        .sum();
    ir.values.len() + ir.mutations.len() + ir.paths.len() + ways
}

/// Twice the text costs twice as much, or a little more.
fn is_linear(name: &str, text: &dyn Fn(usize) -> String) {
    let (once, twice) = (cost(&text(1_000)), cost(&text(2_000)));
    assert!(twice * 10 <= once * 23, "{name}: {once} nodes become {twice}");
}

fn lines(count: usize, line: &dyn Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

#[test]
fn costs_grow_with_the_text() {
    is_linear("a text that grows", &|n| format!("s = ''\n{}", "s += a\n".repeat(n)));
    is_linear("a literal that grows", &|n| {
        format!(
            "s = ''\n{}",
            "s += 'a line of a page, some words long, that a generator wrote'\n".repeat(n)
        )
    });
    is_linear("a text of texts", &|n| format!("s = ''\n{}", "s = f'{s}{a}'\n".repeat(n)));
    is_linear("a list that grows", &|n| format!("a = []\n{}", "a.append(1)\na += [2]\n".repeat(n)));
    is_linear("a list of lists", &|n| {
        format!("a = []\n{}", lines(n, &|i| format!("b{i} = []\na.append(b{i})\n")))
    });
    is_linear("many lists", &|n| lines(n, &|i| format!("a{i} = []\na{i}.append({i})\n")));
    is_linear("many attributes", &|n| {
        format!("def f(self):\n{}", lines(n, &|i| format!(" self.a{i}.append({i})\n")))
    });
    is_linear("many calls", &|n| lines(n, &|i| format!("a{i} = [{i}]\nf(a{i})\n")));
    is_linear("a call again and again", &|n| format!("a = []\n{}", "f(a)\n".repeat(n)));
    is_linear("a dict that grows", &|n| {
        format!("d = {{}}\n{}", lines(n, &|i| format!("d['k{i}'] = {i}\n")))
    });
    is_linear("a dict of dicts", &|n| {
        format!("d = {{}}\n{}", lines(n, &|i| format!("d['k{i}'] = {{}}\nd['k{i}']['x'] = 1\n")))
    });
    is_linear("and with walrus", &|n| {
        format!("x = True{}\n", lines(n, &|i| format!(" and (a{i} := f({i}))")))
    });
    is_linear("elif", &|n| {
        format!("if a: x = 0\n{}", lines(n, &|i| format!("elif b{i}: x = {i}\n")))
    });
    is_linear("returns", &|n| {
        format!("def f(a):\n{}", lines(n, &|i| format!(" if a == {i}: return {i}\n")))
    });
    is_linear("handlers", &|n| {
        format!("try: x = f()\n{}", lines(n, &|i| format!("except E{i}: y = x\n")))
    });
    is_linear("tries", &|n| {
        lines(n, &|i| format!("try: x = f()\nexcept E: y{i} = x\nfinally: z{i} = 1\n"))
    });
    is_linear("loops", &|n| {
        format!("xs = []\n{}", lines(n, &|i| format!("for x{i} in a: xs.append(x{i})\n")))
    });
    is_linear("managers", &|n| lines(n, &|i| format!("with suppress(E): x{i} = 1\n")));
    is_linear("cases", &|n| {
        format!("match x:\n{}", lines(n, &|i| format!(" case {i}: y = {i}\n")))
    });
    is_linear("yields", &|n| format!("def f():\n xs = []\n{}", " yield xs\n".repeat(n)));
    is_linear("stored containers", &|n| {
        format!("def f(self):\n{}", lines(n, &|i| format!(" x{i} = []\n self.a{i} = x{i}\n g()\n")))
    });
    is_linear("comprehensions", &|n| {
        format!("xs = []\n{}", lines(n, &|i| format!("y{i} = [f(xs) for a in b]\n")))
    });
    is_linear("stored tests", &|n| {
        format!("def f(a):\n{}", lines(n, &|i| format!(" t{i} = a.x == {i}\n if t{i}: pass\n")))
    });
    is_linear("class bodies", &|n| {
        format!("xs = []\n{}", lines(n, &|i| format!("class C{i}:\n xs.append({i})\n")))
    });
}

/// What cannot grow with the text is cut off: the nodes stay below a bound, and a problem says so.
#[test]
fn costs_have_a_bound() {
    let deep = |line: &dyn Fn(usize) -> String| -> String {
        (0..600).map(|level| format!("{}{}\n", " ".repeat(level), line(level))).collect()
    };
    for (name, text) in [
        ("20,000 lists", {
            let made = lines(20_000, &|i| format!("a{i} = []\n"));
            let changed = lines(20_000, &|i| format!("a{i}.append({i})\n"));
            format!("{made}{changed}")
        }),
        ("5,000 variables, 5,000 calls", {
            let made = lines(5_000, &|i| format!("v{i} = [{i}, *v]\n"));
            format!("{made}{}", lines(5_000, &|i| format!("f(v{i})\n")))
        }),
        ("lists inside lists", lines(5_000, &|i| format!("a{} = [a{i}]\na{i}.append(1)\n", i + 1))),
        ("a name in each of 10,000 branches", {
            format!("if a: x = 0\n{}", lines(10_000, &|i| format!("elif b{i}: x{i} = {i}\n")))
        }),
        ("5,000 handlers of 5,000 names", {
            let body = lines(5_000, &|i| format!(" x{i} = f()\n"));
            format!("try:\n{body}{}", lines(5_000, &|i| format!("except E{i}: pass\n")))
        }),
        ("3,000 returns of 3,000 names", {
            let body = lines(3_000, &|i| format!(" x{i} = {i}\n if a == {i}: return {i}\n"));
            format!("def f(a):\n g = lambda: a\n{body}")
        }),
        ("names in nested tries", { deep(&|i| format!("try:\n{} x{i} = f()", " ".repeat(i))) }),
        ("names in nested loops", {
            deep(&|i| format!("for x{i} in a:\n{} y{i} = x{i}", " ".repeat(i)))
        }),
        ("star imports", lines(3_000, &|i| format!("from m{i} import *\nx{i} = y{i}\n"))),
        ("alternatives with captures", {
            let one = format!("[{}]", lines(300, &|i| format!("a{i},")));
            format!("match x:\n case {}: pass\n", vec![one; 300].join("|"))
        }),
    ] {
        let nodes = cost(&text);
        assert!(nodes < 12_000_000, "{name}: {nodes} nodes");
    }
}

#[test]
fn what_is_given_up_is_said() {
    let made = lines(20_000, &|i| format!("a{i} = []\n"));
    let text = format!("{made}{}last = 1\n", lines(20_000, &|i| format!("a{i}.append({i})\n")));
    let reading = read(text);
    assert_eq!(kinds(&reading), [ProblemKind::TooCostly]);
    assert!(knows_last(&reading), "the rest of the file is read");
    assert!(!reading.ir.shared.is_empty(), "what the lists hold is not certain");

    let text = format!("if a: x = 0\n{}", lines(10_000, &|i| format!("elif b{i}: x{i} = {i}\n")));
    assert_eq!(kinds(&read(text)), [ProblemKind::TooCostly]);
}

#[test]
fn thousands_of_comments_that_silence() {
    let reading = read("# nosec\n@d\ndef f(): pass  # noqa: S1\n".repeat(10_000));
    assert_eq!(reading.facts.suppressions.len(), 20_000);
    let reading = read(format!("x = 1 {}\n", "# nosec ".repeat(50_000)));
    assert_eq!(reading.facts.suppressions.len(), 50_000);
}

/// Many calls that are each handed many lists, of which each may put any into any other; in a loop or
/// not.
fn handed_around(calls: usize, in_loop: bool) -> String {
    const LISTS: usize = 60;
    let mut text = String::from("from clinic import hand_over\ndef prescribe(days):\n");
    for list in 0..LISTS {
        writeln!(text, "    ward_{list} = []").unwrap();
    }
    let indent = if in_loop { "        " } else { "    " };
    if in_loop {
        text.push_str("    for day in days:\n");
    }
    for call in 0..calls {
        let ward = |arg: usize| format!("ward_{}", (call * 7 + arg * 13) % LISTS);
        let args: Vec<String> = (0..12).map(ward).collect();
        writeln!(text, "{indent}hand_over({})", args.join(", ")).unwrap();
    }
    text.push_str("last = 1\n");
    text
}

#[test]
fn calls_that_are_handed_many_containers_are_read_in_time() {
    for in_loop in [false, true] {
        // It takes a tenth of a second; without bounds, ten times that.
        let text = handed_around(10_000, in_loop);
        let begun = ThreadTime::now();
        let reading = read(&text);
        let took = begun.elapsed();
        assert!(knows_last(&reading), "what follows is lost");
        assert!(took < Duration::from_millis(600), "{in_loop}: {took:?}");
    }
}
