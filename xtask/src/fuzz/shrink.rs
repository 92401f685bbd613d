//! A failing input, made smaller as long as it still fails.

use anyhow::Result;

/// How many smaller inputs are tried. Each may cost a process.
const TRIES: usize = 400;

/// A smaller input that `fails` too; `input` itself where none is found.
pub fn shrink(input: &[u8], mut fails: impl FnMut(&[u8]) -> Result<bool>) -> Result<Vec<u8>> {
    let mut small = input.to_vec();
    let mut tries = 0;
    let mut piece = small.len().div_ceil(2);
    while piece > 0 {
        let mut at = 0;
        while at < small.len() {
            if tries == TRIES {
                return Ok(small);
            }
            tries += 1;
            let mut less = small.clone();
            less.drain(at..(at + piece).min(small.len()));
            if fails(&less)? {
                small = less;
            } else {
                at += piece;
            }
        }
        piece /= 2;
    }
    Ok(small)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_matters_stays() {
        let fails = |input: &[u8]| Ok(input.contains(&b'(') && input.contains(&b'\xff'));
        let small = shrink(b"invoice(patient, \xff and more text)", fails).unwrap();
        assert_eq!(small, b"(\xff");
    }

    #[test]
    fn what_cannot_be_made_smaller_stays() {
        assert_eq!(shrink(b"ab", |input| Ok(input == b"ab")).unwrap(), b"ab");
    }
}
