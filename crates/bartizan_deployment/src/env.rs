//! `.env` files: names and values, one a line.

use bartizan_base::Span;

use crate::{Pair, Text};

/// Variables of the environment.
#[derive(Clone, Debug, Default)]
pub struct EnvFile {
    /// In the order of the file.
    pub pairs: Vec<Pair>,
}

/// Reads names and values, whatever the file is called.
pub fn read(text: &str) -> EnvFile {
    let mut pairs = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        pairs.extend(pair(line, start));
        start += line.len();
    }
    EnvFile { pairs }
}

/// The pair in a line that begins at `start`.
fn pair(line: &str, start: usize) -> Option<Pair> {
    let blank = line.len() - line.trim_start().len();
    let stripped = line.trim();
    let export = if stripped.starts_with("export ") { "export ".len() } else { 0 };
    let (name, value) = stripped[export..].split_once('=')?;
    let name = name.trim();
    if name.is_empty() || name.starts_with('#') || name.contains(char::is_whitespace) {
        return None;
    }
    let at = start + blank + export + stripped[export..].find('=').unwrap_or(0) + 1;
    let at = at + (value.len() - value.trim_start().len());
    let value = value.trim();
    let inner = ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.split(*quote).next())
        .unwrap_or_else(|| value.split(" #").next().unwrap_or(value).trim_end());
    let at = at + usize::from(value.starts_with(['"', '\'']));
    let span = Span::new(at as u32, (at + inner.len()) as u32);
    Some(Pair {
        name: name.to_owned(),
        value: Some(Text { text: inner.to_owned(), span }),
        span: Span::new((start + blank) as u32, (start + blank + stripped.len()) as u32),
        is_open: inner.contains('$'),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_shells_do() {
        let text = "# shop\nDEBUG=1\nexport NAME = \"the shop\" # a name\nEMPTY=\n\nno pair\n";
        let read = read(text);
        let pairs: Vec<_> = read
            .pairs
            .iter()
            .map(|pair| (pair.name.as_str(), pair.value.as_ref().unwrap().span.slice(text)))
            .collect();
        assert_eq!(pairs, [("DEBUG", "1"), ("NAME", "the shop"), ("EMPTY", "")]);
    }
}
