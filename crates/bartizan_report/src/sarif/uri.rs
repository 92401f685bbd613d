//! Paths as relative URI references (RFC 3986).

/// The path with every byte escaped that may not stand in a path, colons too: a first part such as
/// `c:notes.py` would read as a scheme.
pub(super) fn relative(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(byte as char),
            b'-' | b'.' | b'_' | b'~' | b'/' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*'
            | b'+' | b',' | b';' | b'=' | b'@' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn a_path_survives_as_a_uri() {
        assert_eq!(relative("shop/views.py"), "shop/views.py");
        assert_eq!(relative("my shop/größe#1?.py"), "my%20shop/gr%C3%B6%C3%9Fe%231%3F.py");
        assert_eq!(relative("c:notes/100%.py"), "c%3Anotes/100%25.py");
        assert_eq!(relative("a\x1b[b].py"), "a%1B%5Bb%5D.py");
    }
}
