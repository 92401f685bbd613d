//! Which files may be settings, by their text alone: reading the others as Python tells no more.

/// Functions by which names are bound that no line binds.
const BINDING: &[&[u8]] = &[b"exec", b"globals", b"include", b"locals", b"setattr", b"vars"];

/// Whether a text may give names in capitals a value, or take names over. Whether it does is seen where it
/// is read.
pub(super) fn may_give_settings(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n').any(line_may)
}

fn line_may(line: &[u8]) -> bool {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'(' | b'[');
    let start = line.iter().position(|byte| !is_blank(byte)).unwrap_or(line.len());
    let line = &line[start..];
    let first = word_at(line);
    let introduces = matches!(
        first,
        b"async" | b"class" | b"def" | b"except" | b"for" | b"from" | b"import" | b"with"
    );
    if introduces && line.contains(&b'*') {
        return true;
    }
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
        at += word.len();
        let next = line[at..].iter().copied().find(|byte| !matches!(byte, b' ' | b'\t'));
        let next = next.unwrap_or(b'\n');
        let is_capital = word.iter().any(u8::is_ascii_uppercase)
            && !word.iter().any(u8::is_ascii_lowercase)
            || word.iter().any(|byte| !byte.is_ascii());
        // `NAME = …`, `NAME, OTHER = …`, `name = OTHER = …`, `name := …`
        let is_target = match behind {
            b'\n' => !matches!(next, b'(' | b'.' | b'[') && !next.is_ascii_alphabetic(),
            b'=' | b',' | b'(' | b'[' => next == b'=' && behind == b'=' || next == b':',
            _ => next == b':',
        };
        if is_capital && (introduces || is_target) {
            return true;
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

/// The word that a text begins with, if it begins with one.
fn word_at(text: &[u8]) -> &[u8] {
    let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
    let end = text.iter().position(|byte| !is_of_word(byte)).unwrap_or(text.len());
    &text[..end]
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
        ] {
            assert!(may(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "from django.db import models\n\n\ndef view(request):\n    return render(request, x)\n",
            "@override_settings(DEBUG=True)\ndef test(self):\n    self.assertEqual(X.y, 1)\n",
            "class Migration(migrations.Migration):\n    dependencies = [('a', '1')]\n",
        ] {
            assert!(!may(text.as_bytes()), "{text}");
        }
    }
}
