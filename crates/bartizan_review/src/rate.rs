//! How often somebody may ask: `5/min`.

/// Requests a second, of `5/min`, `10/5m`, `rate=100/day`.
fn per_second(text: &str) -> Option<f64> {
    let (count, period) = text.split_once('/')?;
    let count: String = count.chars().rev().take_while(char::is_ascii_digit).collect();
    let count: f64 = count.chars().rev().collect::<String>().parse().ok()?;
    let period = period.trim();
    let times: String = period.chars().take_while(char::is_ascii_digit).collect();
    let times: f64 = times.parse().unwrap_or(1.0);
    let unit = period.trim_start_matches(|c: char| c.is_ascii_digit()).chars().next()?;
    let seconds = match unit.to_ascii_lowercase() {
        's' => 1.0,
        'm' => 60.0,
        'h' => 3_600.0,
        'd' => 86_400.0,
        _ => return None,
    };
    Some(count / (times * seconds))
}

/// Whether the second lets more through than the first, where both say how much.
pub(crate) fn is_looser(old: &str, new: &str) -> bool {
    match (per_second(old), per_second(new)) {
        (Some(old), Some(new)) => new > old * 1.000_001,
        _ => false,
    }
}

/// How a limit ends that lets some by without counting them.
pub(crate) const NOT_FOR_ALL: &str = " but not for all";

/// Whether one limit is the other, and lets some by now.
pub(crate) fn spares_some(old: &str, new: &str) -> bool {
    new.strip_suffix(NOT_FOR_ALL) == Some(old)
}

/// Whether both name a rate.
pub(crate) fn are_rates(old: &str, new: &str) -> bool {
    per_second(old).is_some() && per_second(new).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_compared_by_the_second() {
        assert!(is_looser("5/min", "500/min"));
        assert!(!is_looser("5/min", "300/hour"));
        assert!(is_looser(
            "ratelimit key=\"ip\" rate=\"5/m\"",
            "ratelimit key=\"ip\" rate=\"50/m\""
        ));
        assert!(!is_looser("scope uploads", "scope uploads"));
    }
}
