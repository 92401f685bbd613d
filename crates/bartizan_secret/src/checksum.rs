//! Checksums that providers put into their keys, so that a search needs no guess.

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// CRC-32 as zip files have it.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

/// A number in six digits of base 62, as GitHub and npm write their checksums.
pub(crate) fn base62(mut number: u32) -> [u8; 6] {
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(number % 62) as usize];
        number /= 62;
    }
    digits
}

/// Whether the last six characters of `body` are the checksum of those before.
pub(crate) fn ends_in_crc(body: &str) -> bool {
    let Some((random, sum)) = body.len().checked_sub(6).and_then(|at| body.split_at_checked(at))
    else {
        return false;
    };
    base62(crc32(random.as_bytes())) == sum.as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_zip() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(&base62(0), b"000000");
        assert_eq!(&base62(61), b"00000z");
    }
}
