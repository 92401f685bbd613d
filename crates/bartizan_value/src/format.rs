//! How Python writes values: `repr`, `str`, format specifications, `%` conversions.

use std::fmt::{self, Write};

use crate::domain::{Abstract, Constant, Part, SeqKind, Symbol};
use crate::reason::Reason;

/// `str(value)`
pub(crate) fn to_str(value: &Abstract) -> Result<String, Reason> {
    match value {
        Abstract::Const(Constant::Str(text)) => Ok(text.to_string()),
        Abstract::Apply(apply) => match crate::file_paths::known(apply) {
            Some(path) => Ok(path.to_owned()),
            None => to_repr(value),
        },
        _ => to_repr(value),
    }
}

/// `repr(value)`
pub(crate) fn to_repr(value: &Abstract) -> Result<String, Reason> {
    let mut out = String::new();
    write_repr(value, &mut out)?;
    Ok(out)
}

fn write_repr(value: &Abstract, out: &mut String) -> Result<(), Reason> {
    if out.len() > crate::domain::LONGEST_TEXT {
        return Err(Reason::TooLarge);
    }
    match value {
        Abstract::Const(constant) => write_constant(constant, out),
        Abstract::Seq(seq) => {
            if let Some(reason) = &seq.open {
                return Err(reason.clone());
            }
            let (open, close) = match seq.kind {
                SeqKind::List => ("[", "]"),
                SeqKind::Tuple if seq.items.len() == 1 => ("(", ",)"),
                SeqKind::Tuple => ("(", ")"),
                SeqKind::Set if seq.items.is_empty() => ("set()", ""),
                SeqKind::FrozenSet if seq.items.is_empty() => ("frozenset()", ""),
                SeqKind::Set if seq.items.len() == 1 => ("{", "}"),
                SeqKind::FrozenSet if seq.items.len() == 1 => ("frozenset({", "})"),
                SeqKind::Set | SeqKind::FrozenSet => return Err(Reason::SetOrder),
                SeqKind::Keys => ("dict_keys([", "])"),
                SeqKind::Values => ("dict_values([", "])"),
                SeqKind::Items => ("dict_items([", "])"),
                SeqKind::Range => return Err(Reason::NotFollowed("the text of a range")),
                SeqKind::Iterator => return Err(Reason::NotFollowed("the text of an iterator")),
            };
            out.push_str(open);
            for (index, item) in seq.items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_repr(&item.value, out)?;
            }
            out.push_str(close);
            Ok(())
        }
        Abstract::Map(map) => {
            if let Some(reason) = &map.open {
                return Err(reason.clone());
            }
            out.push('{');
            for (index, (key, value)) in map.entries.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_repr(&key.value, out)?;
                out.push_str(": ");
                write_repr(&value.value, out)?;
            }
            out.push('}');
            Ok(())
        }
        Abstract::Unknown(reason) => Err(reason.clone()),
        Abstract::Env(env) => Err(Reason::Environment(env.name.clone())),
        Abstract::Choice(_) => Err(Reason::Undecided),
        Abstract::Text(text) => Err(hole_reason(text)),
        Abstract::Ref(_) | Abstract::Apply(_) => Err(Reason::NotFollowed("the text of an object")),
    }
}

/// Why the text is not wholly known.
pub(crate) fn hole_reason(text: &crate::domain::Text) -> Reason {
    let hole = text.parts.iter().find_map(|part| match part {
        Part::Hole(hole) => Some(hole),
        Part::Literal(_) => None,
    });
    hole.map_or(Reason::Part, |hole| reason_of(&hole.value))
}

/// Why a value is not a constant.
pub(crate) fn reason_of(value: &Abstract) -> Reason {
    match value {
        Abstract::Unknown(reason) => reason.clone(),
        Abstract::Env(env) => Reason::Environment(env.name.clone()),
        Abstract::Choice(_) => Reason::Undecided,
        Abstract::Text(text) => hole_reason(text),
        Abstract::Seq(seq) => match &seq.open {
            Some(reason) => reason.clone(),
            None => Reason::Part,
        },
        Abstract::Map(map) => match &map.open {
            Some(reason) => reason.clone(),
            None => Reason::Part,
        },
        Abstract::Apply(apply) => match &apply.symbol {
            Symbol::External(name) => Reason::External(name.clone()),
            _ => Reason::NotFollowed("an object"),
        },
        Abstract::Ref(Symbol::External(name)) => Reason::External(name.clone()),
        Abstract::Const(_) | Abstract::Ref(_) => Reason::NotFollowed("this operation"),
    }
}

pub(crate) fn write_constant(constant: &Constant, out: &mut String) -> Result<(), Reason> {
    match constant {
        Constant::None => out.push_str("None"),
        Constant::Ellipsis => out.push_str("Ellipsis"),
        Constant::Bool(true) => out.push_str("True"),
        Constant::Bool(false) => out.push_str("False"),
        Constant::Int(number) => push(out, number),
        Constant::BigInt(digits) => out.push_str(digits),
        Constant::Float(number) => out.push_str(&float_repr(*number)),
        Constant::Complex { re, im } => {
            let sign = if im.is_sign_negative() || im.is_nan() { "" } else { "+" };
            let imaginary = complex_part(*im);
            if *re == 0.0 && re.is_sign_positive() {
                push(out, format_args!("{imaginary}j"));
            } else {
                push(out, format_args!("({}{sign}{imaginary}j)", complex_part(*re)));
            }
        }
        Constant::Str(text) => write_str_repr(text, out)?,
        Constant::Bytes(bytes) => write_bytes_repr(bytes, out),
        Constant::Tuple(items) => {
            out.push('(');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_constant(item, out)?;
            }
            out.push_str(if items.len() == 1 { ",)" } else { ")" });
        }
        Constant::FrozenSet(_) => return Err(Reason::SetOrder),
    }
    Ok(())
}

fn push(out: &mut String, what: impl fmt::Display) {
    write!(out, "{what}").expect("a String takes all that is written");
}

fn complex_part(number: f64) -> String {
    let text = float_repr(number);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// `repr` of a `float`: the shortest digits that read back as the same number.
pub(crate) fn float_repr(number: f64) -> String {
    if number.is_nan() {
        return "nan".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf".into() } else { "-inf".into() };
    }
    if number == 0.0 {
        return if number.is_sign_negative() { "-0.0".into() } else { "0.0".into() };
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{number}");
        if plain.contains('.') { plain } else { format!("{plain}.0") }
    } else {
        format!("{mantissa}e{}", python_exponent(exponent))
    }
}

fn python_exponent(exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{:02}", exponent.abs())
}

fn write_str_repr(text: &str, out: &mut String) -> Result<(), Reason> {
    match is_usual(text) {
        true => {
            write_quoted(text, out);
            Ok(())
        }
        false => Err(Reason::NotFollowed("the repr of unusual characters")),
    }
}

/// Whether it is known which of the characters Python prints as they are.
fn is_usual(text: &str) -> bool {
    text.chars().all(|c| c <= '\u{24f}' || c.is_alphanumeric() || is_mark(c) || is_hidden(c))
}

/// Signs, dashes, quotes, arrows, emoji: what every Python prints as it is.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{2010}'..='\u{2027}'
            | '\u{2030}'..='\u{205e}'
            | '\u{20a0}'..='\u{20bf}'
            | '\u{2100}'..='\u{218b}'
            | '\u{2190}'..='\u{2426}'
            | '\u{2460}'..='\u{2b73}'
            | '\u{3001}'..='\u{303f}'
            | '\u{fe0f}'
            | '\u{1f300}'..='\u{1f64f}'
            | '\u{1f680}'..='\u{1f6c5}'
            | '\u{1f90d}'..='\u{1f971}'
            | '\u{300}'..='\u{36f}'
    )
}

/// Spaces and signs without a shape: what Python writes as a number.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{2000}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{2064}'
            | '\u{3000}'
            | '\u{e000}'..='\u{f8ff}'
            | '\u{feff}'
    )
}

pub(crate) fn write_quoted(text: &str, out: &mut String) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if c == quote => {
                out.push('\\');
                out.push(c);
            }
            ' '..='~' => out.push(c),
            '\0'..='\u{a0}' | '\u{ad}' => push(out, format_args!("\\x{:02x}", c as u32)),
            _ if is_hidden(c) => push(out, format_args!("\\u{:04x}", c as u32)),
            _ => out.push(c),
        }
    }
    out.push(quote);
}

fn write_bytes_repr(bytes: &[u8], out: &mut String) {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    out.push('b');
    out.push(quote);
    for byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ if *byte as char == quote => {
                out.push('\\');
                out.push(quote);
            }
            b' '..=b'~' => out.push(*byte as char),
            _ => push(out, format_args!("\\x{byte:02x}")),
        }
    }
    out.push(quote);
}

// ---- format specifications -------------------------------------------------------------------

/// A format specification, `[[fill]align][sign][#][0][width][grouping][.precision][type]`.
#[derive(Clone, Copy, Debug)]
struct Spec {
    fill: char,
    align: Option<char>,
    sign: char,
    alternate: bool,
    width: usize,
    grouping: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

/// Fields wider than this are not written.
const WIDEST: usize = 10_000;

impl Spec {
    fn parse(text: &str) -> Result<Self, Reason> {
        let mut spec = Spec {
            fill: ' ',
            align: None,
            sign: '-',
            alternate: false,
            width: 0,
            grouping: None,
            precision: None,
            kind: None,
        };
        let chars: Vec<char> = text.chars().collect();
        let mut at = 0;
        let is_align = |c: Option<&char>| matches!(c, Some('<' | '>' | '=' | '^'));
        let mut has_fill = false;
        if is_align(chars.get(1)) {
            spec.fill = chars[0];
            spec.align = Some(chars[1]);
            has_fill = true;
            at = 2;
        } else if is_align(chars.first()) {
            spec.align = Some(chars[0]);
            at = 1;
        }
        if let Some(sign @ ('+' | '-' | ' ')) = chars.get(at) {
            spec.sign = *sign;
            at += 1;
        }
        if chars.get(at) == Some(&'z') {
            return Err(Reason::NotFollowed("the format option z"));
        }
        if chars.get(at) == Some(&'#') {
            spec.alternate = true;
            at += 1;
        }
        if chars.get(at) == Some(&'0') {
            if !has_fill {
                spec.fill = '0';
            }
            if spec.align.is_none() {
                spec.align = Some('=');
            }
            at += 1;
        }
        let (width, next) = number(&chars, at)?;
        spec.width = width.unwrap_or(0);
        at = next;
        if let Some(grouping @ (',' | '_')) = chars.get(at) {
            spec.grouping = Some(*grouping);
            at += 1;
        }
        if chars.get(at) == Some(&'.') {
            let (precision, next) = number(&chars, at + 1)?;
            spec.precision = Some(precision.ok_or(Reason::Raises("ValueError"))?);
            at = next;
        }
        match &chars[at..] {
            [] => Ok(spec),
            [kind] => Ok(Spec { kind: Some(*kind), ..spec }),
            _ => Err(Reason::Raises("ValueError")),
        }
    }
}

fn number(chars: &[char], mut at: usize) -> Result<(Option<usize>, usize), Reason> {
    let mut found = None;
    while let Some(digit) = chars.get(at).and_then(|c| c.to_digit(10)) {
        let next = found.unwrap_or(0usize) * 10 + digit as usize;
        if next > WIDEST {
            return Err(Reason::TooLarge);
        }
        found = Some(next);
        at += 1;
    }
    Ok((found, at))
}

/// `format(value, spec)`
pub(crate) fn with_spec(value: &Abstract, spec: &str) -> Result<String, Reason> {
    if spec.is_empty() {
        return to_str(value);
    }
    let Abstract::Const(constant) = value else {
        if value.is_known() {
            // Containers refuse every specification.
            return Err(Reason::Raises("TypeError"));
        }
        return Err(reason_of(value));
    };
    match constant {
        Constant::Str(text) => str_with_spec(text, Spec::parse(spec)?),
        Constant::Int(number) => int_with_spec(*number, false, Spec::parse(spec)?),
        Constant::Bool(truth) => int_with_spec(i64::from(*truth), true, Spec::parse(spec)?),
        Constant::Float(number) => float_with_spec(*number, Spec::parse(spec)?),
        Constant::BigInt(_) | Constant::Complex { .. } => {
            Err(Reason::NotFollowed("this format specification"))
        }
        _ => Err(Reason::Raises("TypeError")),
    }
}

fn str_with_spec(text: &str, spec: Spec) -> Result<String, Reason> {
    if !matches!(spec.kind, None | Some('s')) {
        return Err(Reason::Raises("ValueError"));
    }
    if spec.sign != '-' || spec.alternate || spec.grouping.is_some() {
        return Err(Reason::Raises("ValueError"));
    }
    // "{:05}" of text pads on the right with zeros, since 3.10.
    let zero_padded = spec.align == Some('=');
    if zero_padded && spec.fill != '0' {
        return Err(Reason::Raises("ValueError"));
    }
    let text: String = match spec.precision {
        Some(precision) => text.chars().take(precision).collect(),
        None => text.to_owned(),
    };
    let align = if zero_padded { '<' } else { spec.align.unwrap_or('<') };
    Ok(pad("", &text, align, spec.fill, spec.width))
}

fn int_with_spec(number: i64, is_bool: bool, spec: Spec) -> Result<String, Reason> {
    let magnitude = number.unsigned_abs();
    let (prefix, digits, group) = match spec.kind {
        None if is_bool && spec.width == 0 && spec.align.is_none() => {
            ("", magnitude.to_string(), 3)
        }
        None | Some('d' | 'n') => ("", magnitude.to_string(), 3),
        Some('x') => ("0x", format!("{magnitude:x}"), 4),
        Some('X') => ("0X", format!("{magnitude:X}"), 4),
        Some('o') => ("0o", format!("{magnitude:o}"), 4),
        Some('b') => ("0b", format!("{magnitude:b}"), 4),
        Some('c') => {
            if spec.sign != '-' || spec.precision.is_some() {
                return Err(Reason::Raises("ValueError"));
            }
            let c = u32::try_from(number).ok().and_then(char::from_u32);
            let c = c.ok_or(Reason::Raises("OverflowError"))?;
            let align = spec.align.unwrap_or('>');
            return Ok(pad("", &c.to_string(), align, spec.fill, spec.width));
        }
        Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => {
            return float_with_spec(exact_float(number)?, spec);
        }
        Some(_) => return Err(Reason::Raises("ValueError")),
    };
    if spec.precision.is_some() {
        return Err(Reason::Raises("ValueError"));
    }
    if group == 4 && spec.grouping == Some(',') {
        return Err(Reason::Raises("ValueError"));
    }
    let mut head = sign(number < 0, spec.sign).to_owned();
    if spec.alternate {
        head.push_str(prefix);
    }
    Ok(numeric(&head, &digits, "", group, spec))
}

/// The number as a float, where no digit is lost.
fn exact_float(number: i64) -> Result<f64, Reason> {
    if number.unsigned_abs() > 1 << 53 { Err(Reason::TooLarge) } else { Ok(number as f64) }
}

fn float_with_spec(number: f64, spec: Spec) -> Result<String, Reason> {
    let negative = number.is_sign_negative() && !number.is_nan();
    let magnitude = number.abs();
    let kind = spec.kind.unwrap_or('r');
    let body = if !magnitude.is_finite() {
        let name = if magnitude.is_nan() { "nan" } else { "inf" };
        match kind {
            'E' | 'F' | 'G' => name.to_uppercase(),
            '%' => format!("{name}%"),
            _ => name.into(),
        }
    } else {
        match kind {
            'f' | 'F' => format!("{magnitude:.*}", spec.precision.unwrap_or(6)),
            '%' => {
                let scaled = magnitude * 100.0;
                format!("{scaled:.*}%", spec.precision.unwrap_or(6))
            }
            'e' => exponential(magnitude, spec.precision.unwrap_or(6)),
            'E' => exponential(magnitude, spec.precision.unwrap_or(6)).to_uppercase(),
            'g' | 'n' => general(magnitude, spec.precision.unwrap_or(6), spec.alternate, false),
            'G' => general(magnitude, spec.precision.unwrap_or(6), spec.alternate, false)
                .to_uppercase(),
            'r' => match spec.precision {
                None => float_repr(magnitude),
                Some(precision) => general(magnitude, precision, spec.alternate, true),
            },
            _ => return Err(Reason::Raises("ValueError")),
        }
    };
    if spec.alternate && !matches!(kind, 'g' | 'G' | 'n' | 'r') {
        return Err(Reason::NotFollowed("the format option #"));
    }
    let digits = body.find(|c: char| !c.is_ascii_digit()).unwrap_or(body.len());
    let (whole, rest) = body.split_at(digits);
    Ok(numeric(sign(negative, spec.sign), whole, rest, 3, spec))
}

/// `e` with at least two digits of exponent.
fn exponential(magnitude: f64, precision: usize) -> String {
    let text = format!("{magnitude:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    format!("{mantissa}e{}", python_exponent(exponent.parse().unwrap_or(0)))
}

/// `g`: as many significant digits as asked for, without trailing zeros. `keep_point` is what a
/// precision without type does: always at least one digit behind the point, and `e` one step sooner.
fn general(magnitude: f64, precision: usize, alternate: bool, keep_point: bool) -> String {
    let precision = precision.max(1);
    let scientific = format!("{magnitude:.*e}", precision - 1);
    let exponent: i32 =
        scientific.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    let limit = precision as i32 - i32::from(keep_point);
    if exponent < -4 || exponent >= limit.max(i32::from(!keep_point)) {
        let text = exponential(magnitude, precision - 1);
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "+00"));
        let mantissa = if alternate { mantissa } else { without_zeros(mantissa) };
        return format!("{mantissa}e{exponent}");
    }
    let decimals = (precision as i32 - 1 - exponent).max(0) as usize;
    let text = format!("{magnitude:.decimals$}");
    if alternate {
        return text;
    }
    let short = without_zeros(&text);
    if keep_point && !short.contains('.') { format!("{short}.0") } else { short.to_owned() }
}

fn without_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

fn sign(negative: bool, wanted: char) -> &'static str {
    match (negative, wanted) {
        (true, _) => "-",
        (false, '+') => "+",
        (false, ' ') => " ",
        (false, _) => "",
    }
}

/// Puts sign, digits and rest together; grouped, and padded to the width.
fn numeric(head: &str, digits: &str, rest: &str, group: usize, spec: Spec) -> String {
    let zero_fill = spec.align == Some('=') && spec.fill == '0';
    let mut digits = digits.to_owned();
    if let Some(separator) = spec.grouping {
        let taken = head.chars().count() + rest.chars().count();
        let room = if zero_fill { spec.width.saturating_sub(taken) } else { 0 };
        digits = grouped(&digits, separator, group, room);
    }
    let align = spec.align.unwrap_or('>');
    pad(head, &format!("{digits}{rest}"), align, spec.fill, spec.width)
}

/// Digits in groups, with zeros in front until `room` is filled.
fn grouped(digits: &str, separator: char, group: usize, room: usize) -> String {
    let mut digits = digits.to_owned();
    loop {
        let mut out = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(group) {
                out.push(separator);
            }
            out.push(digit);
        }
        if out.len() >= room {
            return out;
        }
        digits.insert(0, '0');
    }
}

fn pad(head: &str, body: &str, align: char, fill: char, width: usize) -> String {
    let missing = width.saturating_sub(head.chars().count() + body.chars().count());
    let fill = |count: usize| fill.to_string().repeat(count);
    match align {
        '<' => format!("{head}{body}{}", fill(missing)),
        '^' => format!("{}{head}{body}{}", fill(missing / 2), fill(missing - missing / 2)),
        '=' => format!("{head}{}{body}", fill(missing)),
        _ => format!("{}{head}{body}", fill(missing)),
    }
}

// ---- percent ---------------------------------------------------------------------------------

/// One `%` conversion: flags, width and precision as written (`-5.2`), and the letter.
pub(crate) fn percent(value: &Abstract, flags: &str, letter: char) -> Result<String, Reason> {
    let mut left = false;
    let mut zero = false;
    let mut plus = '-';
    let mut alternate = false;
    let chars: Vec<char> = flags.chars().collect();
    let mut at = 0;
    while let Some(flag @ ('-' | '0' | '+' | ' ' | '#')) = chars.get(at) {
        match flag {
            '-' => left = true,
            '0' => zero = true,
            '+' => plus = '+',
            ' ' if plus == '-' => plus = ' ',
            '#' => alternate = true,
            _ => {}
        }
        at += 1;
    }
    let (width, next) = number(&chars, at)?;
    at = next;
    let mut precision = None;
    if chars.get(at) == Some(&'.') {
        let (given, next) = number(&chars, at + 1)?;
        precision = Some(given.unwrap_or(0));
        at = next;
    }
    while matches!(chars.get(at), Some('h' | 'l' | 'L')) {
        at += 1;
    }
    if at < chars.len() {
        return Err(Reason::NotFollowed("this conversion"));
    }
    let width = width.unwrap_or(0);
    let text = |text: String| {
        let text: String = match precision {
            Some(precision) => text.chars().take(precision).collect(),
            None => text,
        };
        pad("", &text, if left { '<' } else { '>' }, ' ', width)
    };
    let spec = Spec {
        fill: if zero && !left { '0' } else { ' ' },
        align: Some(match (left, zero) {
            (true, _) => '<',
            (false, true) => '=',
            (false, false) => '>',
        }),
        sign: plus,
        alternate,
        width,
        grouping: None,
        precision,
        kind: Some(letter),
    };
    match letter {
        's' => Ok(text(to_str(value)?)),
        'r' => Ok(text(to_repr(value)?)),
        'a' => Err(Reason::NotFollowed("the conversion %a")),
        'c' => match value {
            Abstract::Const(Constant::Str(c)) if c.chars().count() == 1 => Ok(text(c.to_string())),
            Abstract::Const(Constant::Int(c)) => {
                let c = u32::try_from(*c).ok().and_then(char::from_u32);
                Ok(text(c.ok_or(Reason::Raises("OverflowError"))?.to_string()))
            }
            value if value.is_known() => Err(Reason::Raises("TypeError")),
            value => Err(reason_of(value)),
        },
        'd' | 'i' | 'u' | 'x' | 'X' | 'o' => {
            let number = match value {
                Abstract::Const(Constant::Int(number)) => *number,
                Abstract::Const(Constant::Bool(truth)) => i64::from(*truth),
                Abstract::Const(Constant::Float(number)) if matches!(letter, 'd' | 'i' | 'u') => {
                    crate::operators::truncate(*number)?
                }
                value if value.is_known() => return Err(Reason::Raises("TypeError")),
                value => return Err(reason_of(value)),
            };
            let magnitude = number.unsigned_abs();
            let (prefix, digits) = match letter {
                'x' => ("0x", format!("{magnitude:x}")),
                'X' => ("0X", format!("{magnitude:X}")),
                'o' => ("0o", format!("{magnitude:o}")),
                _ => ("", magnitude.to_string()),
            };
            let digits = format!("{digits:0>width$}", width = precision.unwrap_or(0));
            let mut head = sign(number < 0, plus).to_owned();
            if alternate {
                head.push_str(prefix);
            }
            Ok(numeric(&head, &digits, "", 3, spec))
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let number = match value {
                Abstract::Const(Constant::Int(number)) => exact_float(*number)?,
                Abstract::Const(Constant::Bool(truth)) => f64::from(u8::from(*truth)),
                Abstract::Const(Constant::Float(number)) => *number,
                value if value.is_known() => return Err(Reason::Raises("TypeError")),
                value => return Err(reason_of(value)),
            };
            float_with_spec(number, spec)
        }
        _ => Err(Reason::Raises("ValueError")),
    }
}
