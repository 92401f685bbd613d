//! Signatures as Python writes them: `raw_query, params=(), *, using=None`.

use crate::{Literal, Param, ParamKind};

/// The parameters in `text`, or what is wrong and at which byte of it.
pub(crate) fn parse(text: &str) -> Result<Vec<Param>, (usize, String)> {
    let mut reader = Reader { text, at: 0 };
    let mut params: Vec<Param> = Vec::new();
    let mut keyword_only = false;
    let mut bare_star = false;
    let mut closed = false;
    loop {
        reader.space();
        if reader.at == text.len() {
            break;
        }
        let start = reader.at;
        if closed {
            return Err((start, "nothing may follow the `**` parameter".to_owned()));
        }
        if reader.eat("/") {
            if keyword_only || params.is_empty() {
                return Err((start, "`/` stands behind a positional parameter".to_owned()));
            }
            if params.iter().any(|param| param.kind == ParamKind::PositionalOnly) {
                return Err((start, "`/` may stand once".to_owned()));
            }
            for param in &mut params {
                param.kind = ParamKind::PositionalOnly;
            }
        } else {
            let kind = if reader.eat("**") {
                closed = true;
                ParamKind::Kwargs
            } else if reader.eat("*") {
                if keyword_only {
                    return Err((start, "`*` may stand once".to_owned()));
                }
                keyword_only = true;
                reader.space();
                if reader.at == text.len() || reader.peek() == Some(b',') {
                    bare_star = true;
                    reader.comma()?;
                    continue;
                }
                ParamKind::Args
            } else if keyword_only {
                ParamKind::KeywordOnly
            } else {
                ParamKind::Normal
            };
            let name = reader.name()?;
            if params.iter().any(|param| param.name == name) {
                return Err((start, format!("there are two parameters `{name}`")));
            }
            reader.space();
            let mut default = None;
            if matches!(reader.peek(), Some(b'=')) {
                if matches!(kind, ParamKind::Args | ParamKind::Kwargs) {
                    return Err((reader.at, format!("`{name}` gathers arguments: no default")));
                }
                reader.at += 1;
                default = Some(reader.literal(0)?);
            }
            bare_star &= kind != ParamKind::KeywordOnly;
            params.push(Param { name, kind, default });
        }
        reader.comma()?;
    }
    if bare_star {
        return Err((text.len(), "a bare `*` needs a parameter behind it".to_owned()));
    }
    Ok(params)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = self.text[self.at..].starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn comma(&mut self) -> Result<(), (usize, String)> {
        self.space();
        if self.at == self.text.len() || self.eat(",") {
            return Ok(());
        }
        Err((self.at, "expected `,` between two parameters".to_owned()))
    }

    fn name(&mut self) -> Result<String, (usize, String)> {
        self.space();
        let rest = &self.text[self.at..];
        let length = rest
            .char_indices()
            .find(|(n, c)| !(*c == '_' || c.is_alphabetic() || (*n > 0 && c.is_alphanumeric())))
            .map_or(rest.len(), |(n, _)| n);
        if length == 0 {
            return Err((self.at, "expected the name of a parameter".to_owned()));
        }
        self.at += length;
        Ok(rest[..length].to_owned())
    }

    fn literal(&mut self, depth: usize) -> Result<Literal, (usize, String)> {
        // Defaults are flat; a deeper one is a mistake or an attack on the stack.
        if depth > 8 {
            return Err((
                self.at,
                "a default nested this deep is not read; write `...`".to_owned(),
            ));
        }
        self.space();
        let start = self.at;
        if self.eat("...") {
            return Ok(Literal::Opaque);
        }
        match self.peek() {
            Some(b'(') => {
                self.at += 1;
                let (mut items, comma) = self.items(b')', depth)?;
                if items.len() == 1 && !comma {
                    return Ok(items.swap_remove(0));
                }
                Ok(Literal::Tuple(items))
            }
            Some(b'[') => {
                self.at += 1;
                Ok(Literal::List(self.items(b']', depth)?.0))
            }
            Some(b'{') => {
                self.at += 1;
                let mut items = Vec::new();
                loop {
                    self.space();
                    if self.eat("}") {
                        return Ok(Literal::Dict(items));
                    }
                    let key = self.literal(depth + 1)?;
                    self.space();
                    if !self.eat(":") {
                        return Err((self.at, "expected `:` in a dict".to_owned()));
                    }
                    items.push((key, self.literal(depth + 1)?));
                    self.space();
                    if self.peek() != Some(b'}') && !self.eat(",") {
                        return Err((self.at, "expected `,` or `}` in a dict".to_owned()));
                    }
                }
            }
            Some(b'"' | b'\'') => Ok(Literal::Str(self.quoted()?)),
            Some(b'b') if matches!(self.text.as_bytes().get(self.at + 1), Some(b'"' | b'\'')) => {
                self.at += 1;
                Ok(Literal::Bytes(self.quoted()?))
            }
            Some(b'0'..=b'9' | b'-' | b'.') => self.number(),
            Some(_) => {
                let mut name = self
                    .name()
                    .map_err(|_| (start, "expected a literal, a name or `...`".into()))?;
                while self.eat(".") {
                    name.push('.');
                    name.push_str(&self.name()?);
                }
                Ok(match name.as_str() {
                    "None" => Literal::None,
                    "True" => Literal::Bool(true),
                    "False" => Literal::Bool(false),
                    _ => Literal::Symbol(name),
                })
            }
            None => Err((start, "expected a default behind `=`".to_owned())),
        }
    }

    fn items(&mut self, end: u8, depth: usize) -> Result<(Vec<Literal>, bool), (usize, String)> {
        let mut items = Vec::new();
        let mut comma = false;
        loop {
            self.space();
            if self.peek() == Some(end) {
                self.at += 1;
                return Ok((items, comma));
            }
            items.push(self.literal(depth + 1)?);
            self.space();
            comma = self.eat(",");
            if !comma && self.peek() != Some(end) {
                return Err((self.at, format!("expected `,` or `{}`", char::from(end))));
            }
        }
    }

    fn quoted(&mut self) -> Result<String, (usize, String)> {
        let start = self.at;
        let mut text = String::new();
        let mut chars = self.text[start..].char_indices();
        let quote = chars.next().map(|(_, c)| c);
        while let Some((n, c)) = chars.next() {
            if Some(c) == quote {
                self.at = start + n + 1;
                return Ok(text);
            }
            match c {
                '\\' => match chars.next().map(|(_, c)| c) {
                    Some('n') => text.push('\n'),
                    Some('r') => text.push('\r'),
                    Some('t') => text.push('\t'),
                    Some('0') => text.push('\0'),
                    Some(c) => text.push(c),
                    None => break,
                },
                c => text.push(c),
            }
        }
        Err((start, "the quotation does not end".to_owned()))
    }

    fn number(&mut self) -> Result<Literal, (usize, String)> {
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest
            .bytes()
            .position(|byte| !(byte.is_ascii_alphanumeric() || b"+-._".contains(&byte)))
            .unwrap_or(rest.len());
        let written = rest[..length].replace('_', "");
        self.at += length;
        let (sign, digits) = match written.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, written.as_str()),
        };
        let radix = |prefix: &str, base| {
            digits.strip_prefix(prefix).and_then(|digits| i64::from_str_radix(digits, base).ok())
        };
        let whole = radix("0x", 16).or_else(|| radix("0o", 8)).or_else(|| radix("0b", 2));
        if let Some(value) = whole.or_else(|| digits.parse().ok()) {
            return Ok(Literal::Int(sign * value));
        }
        match written.parse::<f64>() {
            Ok(value) => Ok(Literal::Float(value)),
            Err(_) => Err((start, format!("`{written}` is no number"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        match parse(text) {
            Ok(params) => params
                .iter()
                .map(|param| {
                    let default =
                        param.default.as_ref().map_or(String::new(), |value| format!("={value}"));
                    format!("{:?} {}{default}", param.kind, param.name)
                })
                .collect::<Vec<_>>()
                .join("; "),
            Err((at, message)) => format!("{at}: {message}"),
        }
    }

    #[test]
    fn a_signature_reads_as_python_writes_it() {
        assert_eq!(show(""), "");
        assert_eq!(
            show("raw_query, params=(), translations=None, using=None"),
            "Normal raw_query; Normal params=(); Normal translations=None; Normal using=None"
        );
        assert_eq!(
            show("obj, /, *names, level=-1, mode=0o777, ratio=1.5, **options"),
            "PositionalOnly obj; Args names; KeywordOnly level=-1; KeywordOnly mode=511; \
             KeywordOnly ratio=1.5; Kwargs options"
        );
        assert_eq!(
            show("string=b\"\", *, usedforsecurity=True, sep=',', port=http.client.HTTP_PORT"),
            "Normal string=b\"\"; KeywordOnly usedforsecurity=True; KeywordOnly sep=\",\"; \
             KeywordOnly port=http.client.HTTP_PORT"
        );
        assert_eq!(
            show("timeout=..., hosts=[\"a\", 2], one=(1,), plain=(1), more={'k': None},"),
            "Normal timeout=...; Normal hosts=[\"a\", 2]; Normal one=(1,); Normal plain=1; \
             Normal more={\"k\": None}"
        );
    }

    #[test]
    fn a_wrong_signature_says_where() {
        assert_eq!(show("a b"), "2: expected `,` between two parameters");
        assert_eq!(show("a, a"), "3: there are two parameters `a`");
        assert_eq!(show("a, *"), "4: a bare `*` needs a parameter behind it");
        assert_eq!(show("*, **options"), "12: a bare `*` needs a parameter behind it");
        assert_eq!(show("**options, a"), "11: nothing may follow the `**` parameter");
        assert_eq!(show("*a, *b"), "4: `*` may stand once");
        assert_eq!(show("/, a"), "0: `/` stands behind a positional parameter");
        assert_eq!(show("a="), "2: expected a default behind `=`");
        assert_eq!(show("a='x"), "2: the quotation does not end");
        assert_eq!(show("a=1x"), "2: `1x` is no number");
        assert_eq!(show("*args=()"), "5: `args` gathers arguments: no default");
        let deep = format!("a={}", "(".repeat(100_000));
        assert_eq!(show(&deep), "11: a default nested this deep is not read; write `...`");
    }
}
