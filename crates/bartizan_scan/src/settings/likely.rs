//! Which files may be settings, by their text alone: reading the others as Python tells no more.

/// Functions by which names are bound that no line binds.
const BINDING: &[&[u8]] = &[b"exec", b"globals", b"include", b"locals", b"setattr", b"vars"];

/// Whether a text may give names in capitals a value, or take names over. Whether it does is seen where it
/// is read.
pub(super) fn may_give_settings(text: &[u8]) -> bool {
    let (mut imports, mut has_functions, mut is_import) = (false, false, false);
    for line in text.split(|byte| *byte == b'\n') {
        let line = trimmed(line);
        let first = word_at(line);
        let goes_on = std::mem::take(&mut is_import);
        if goes_on || matches!(first, b"from" | b"import") {
            let line = line.split(|byte| *byte == b'#').next().unwrap_or(line);
            is_import = (goes_on || line.contains(&b'(')) && !line.contains(&b')');
            if line.contains(&b'*') {
                return true;
            }
            imports |= words(line).any(is_capital);
            continue;
        }
        if line.starts_with(b"#") {
            continue;
        }
        has_functions |= first == b"def" || line.starts_with(b"async def");
        if line == b"*" || line_may(line, first) {
            return true;
        }
    }
    // A page with functions imports constants for these.
    imports && !has_functions
}

/// A line without what stands before its first word.
fn trimmed(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii_end();
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'(' | b'[');
    let start = line.iter().position(|byte| !is_blank(byte)).unwrap_or(line.len());
    &line[start..]
}

/// Whether a line that imports nothing may bind a name in capitals.
fn line_may(line: &[u8], first: &[u8]) -> bool {
    // What is bound stands behind a word.
    let mut awaited: Option<&[&[u8]]> = match first {
        b"class" | b"def" | b"for" => None,
        b"async" => Some(&[b"def", b"for", b"as"]),
        b"except" | b"with" => Some(&[b"as"]),
        _ => None,
    };
    let introduces = matches!(first, b"async" | b"class" | b"def" | b"except" | b"for" | b"with");
    let mut at = 0;
    let mut behind = b'\n';
    while at < line.len() {
        let word = word_at(&line[at..]);
        if word.is_empty() {
            if !matches!(line[at], b' ' | b'\t') {
                behind = line[at];
            }
            at += 1;
            continue;
        }
        let is_first = at == 0;
        at += word.len();
        let mut rest = line[at..].iter().copied().filter(|byte| !matches!(byte, b' ' | b'\t'));
        let next = rest.next().unwrap_or(b'\n');
        let is_bound_inside = next == b':' && rest.next() == Some(b'=');
        // `NAME = …`, `NAME, OTHER = …`, `name = OTHER = …`, `NAME: type = …`, `name := …`
        let is_target = match behind {
            b'\n' => !matches!(next, b'(' | b'.' | b'[') && !next.is_ascii_alphabetic(),
            b'=' => next == b'=',
            // `else: NAME = …`
            b':' | b';' => matches!(next, b'=' | b'+'),
            _ => false,
        } || is_bound_inside;
        let is_introduced = introduces && !is_first && awaited.is_none();
        if is_capital(word) && (is_introduced || is_target) {
            return true;
        }
        if awaited.is_some_and(|words| words.contains(&word)) {
            awaited = None;
        }
        if next == b'(' && BINDING.contains(&word)
            || word == b"modules" && next == b'['
            || word == b"__dict__"
        {
            return true;
        }
        behind = b'a';
    }
    false
}

/// Whether a word may be the name of a setting.
fn is_capital(word: &[u8]) -> bool {
    word.iter().any(u8::is_ascii_uppercase) && !word.iter().any(u8::is_ascii_lowercase)
        || word.iter().any(|byte| !byte.is_ascii())
}

/// The words of a line.
fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| !is_of_word(byte)).filter(|word| !word.is_empty())
}

/// The word that a text begins with, if it begins with one.
fn word_at(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| !is_of_word(byte)).unwrap_or(text.len());
    &text[..end]
}

fn is_of_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::may_give_settings as may;

    #[test]
    fn what_binds_capitals_may_be_settings() {
        for text in [
            "DEBUG = True",
            "    DEBUG: bool = True",
            "x = 1\nHOSTS += ['a']",
            "A, B = 1, 2",
            "(A, B) = 1, 2",
            "[A,\n B] = 1, 2",
            "a = B = 1",
            "from .base import *",
            "from .base import (\n    DEBUG,\n    HOSTS,\n)",
            "from .base import DEBUG",
            "import shop as SHOP",
            "for X in y:",
            "with open(p) as F:",
            "class Live(Configuration):\n    DEBUG = False",
            "class X:",
            "def X():",
            "globals()[name] = 1",
            "locals().update(x)",
            "setattr(sys.modules[__name__], n, 1)",
            "exec(text)",
            "include('base.py')",
            "if (X := 1):",
            "DEBUG \\\n= True",
            "DEBUG = True  # def",
            "DEBUG: bool = True",
            "if x: DEBUG = True",
            "from a import b  # (\nDEBUG = True\ndef f():",
            "f(X := 1)",
            "async with open(p) as F:",
            "with open(p) as f, open(q) as G:",
            "from .base import \\\n    *",
            "import a, B",
            "if x:\r\n    DEBUG = True\r\n",
        ] {
            assert!(may(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "from django.db import models\n\n\ndef view(request):\n    return render(request, x)\n",
            "@override_settings(DEBUG=True)\ndef test(self):\n    self.assertEqual(X.y, 1)\n",
            "class Migration(migrations.Migration):\n    dependencies = [('a', '1')]\n",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from x import y\ndef f(*args):\n    return 1\n",
            "from shop.models import (\n    LIMIT,\n    order,\n)\n\n\ndef f():\n    if 'x' in request.GET:\n        return LIMIT\n",
            "with patch('shop.models.LIMIT', 1):\n    # LIMIT: more\n    f(*args)\n",
        ] {
            assert!(!may(text.as_bytes()), "{text}");
        }
    }
}
