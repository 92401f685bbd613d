//! Just enough of Base64: the bytes at the beginning of a text, whatever alphabet it uses.

/// The first bytes that `text` stands for, at most `most`. Line breaks count for nothing; the text
/// ends at the first character that is none of Base64.
pub(crate) fn beginning(text: &str, most: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0u32, 0);
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'\r' | b'\n' | b' ' | b'\t' => continue,
            _ => break,
        };
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            if bytes.len() == most {
                break;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_up_to_the_end() {
        assert_eq!(beginning("c2hvcA==", 99), b"shop");
        assert_eq!(beginning("c2\nhvcA", 3), b"sho");
    }
}
