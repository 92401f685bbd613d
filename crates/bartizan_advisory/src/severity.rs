//! How bad an advisory says it is.

use std::str::FromStr;

use bartizan_finding::Severity;
use cvss::Cvss;

/// The score, 0 to 10, of a CVSS vector of version 3 or 4; `None` where it is none.
pub fn base_score(vector: &str) -> Option<f64> {
    Cvss::from_str(vector.trim()).ok().map(|cvss| (cvss.score() * 10.0).round() / 10.0)
}

/// The step of the scale that the standard gives a score.
pub fn severity_of_score(score: f64) -> Severity {
    match score {
        score if score >= 9.0 => Severity::Critical,
        score if score >= 7.0 => Severity::High,
        score if score >= 4.0 => Severity::Medium,
        score if score > 0.0 => Severity::Low,
        _ => Severity::Info,
    }
}

/// The severity that Django's own announcements state in words.
pub(crate) fn stated(details: &str) -> Option<Severity> {
    let (_, rest) = details.split_once("has severity")?;
    let word = rest.trim_start().trim_start_matches('"');
    [("low", Severity::Low), ("moderate", Severity::Medium), ("high", Severity::High)]
        .into_iter()
        .find_map(|(name, severity)| word.starts_with(name).then_some(severity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_of_both_versions_are_scored() {
        let v3 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
        let v4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";
        assert_eq!((base_score(v3), base_score(v4)), (Some(9.8), Some(9.3)));
        assert_eq!(base_score("CVSS:3.1/AV:Z"), None);
        assert_eq!(base_score("high"), None);
    }

    #[test]
    fn steps_are_the_standard_ones() {
        let words = [10.0, 9.0, 8.9, 4.0, 3.9, 0.0].map(|score| severity_of_score(score).as_str());
        assert_eq!(words, ["critical", "critical", "high", "medium", "low", "info"]);
    }

    #[test]
    fn djangos_words_are_read() {
        let text = "This issue has severity \"moderate\" according to the policy.";
        assert_eq!(stated(text), Some(Severity::Medium));
        assert_eq!(stated("severe"), None);
    }
}
