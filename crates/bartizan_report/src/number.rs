//! Numbers as people read them.

use std::time::Duration;

/// `38214` as `38,214`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 finding`, `3 findings`, `no`-less: zero is written as a number.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", grouped(number))
}

/// `0.21 s`, `12.4 s`, `3 min 5 s`.
pub(crate) fn elapsed(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    // Borders stand where rounding would otherwise write `10.00` or `60.0`.
    if seconds < 9.995 {
        format!("{seconds:.2} s")
    } else if seconds < 59.95 {
        format!("{seconds:.1} s")
    } else {
        let whole = seconds.round() as u64;
        format!("{} min {} s", grouped(whole / 60), whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        let of = |number| grouped(number);
        assert_eq!(
            [of(0), of(412), of(38_214), of(1_000_000)],
            ["0", "412", "38,214", "1,000,000"]
        );
    }

    #[test]
    fn time_is_as_exact_as_it_matters() {
        let of = |millis| elapsed(Duration::from_millis(millis));
        assert_eq!(of(4), "0.00 s");
        assert_eq!(of(214), "0.21 s");
        assert_eq!(of(9_999), "10.0 s");
        assert_eq!(of(59_990), "1 min 0 s");
        assert_eq!(of(185_000), "3 min 5 s");
    }
}
