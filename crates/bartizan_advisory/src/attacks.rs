//! What is published of attacks: flaws that are known to be used, and how likely the others are.

use serde::Deserialize;

use crate::advisories::Exploited;

/// Of each flaw, by its CVE, the chance to be used in attacks within a month, and the day of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chances {
    /// By CVE.
    pub of: Vec<(String, f32)>,
    /// The day on which they were computed; empty where the file does not tell.
    pub date: String,
}

/// Reads CISA's catalogue of known exploited vulnerabilities, and the day of its release.
pub fn catalogue(json: &[u8]) -> Result<(Vec<Exploited>, String), String> {
    #[derive(Deserialize)]
    struct Wire {
        #[serde(rename = "dateReleased", default)]
        released: String,
        vulnerabilities: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        #[serde(rename = "cveID")]
        cve: String,
        #[serde(rename = "dateAdded")]
        since: String,
        #[serde(rename = "knownRansomwareCampaignUse", default)]
        ransomware: String,
    }
    let wire: Wire = serde_json::from_slice(json)
        .map_err(|error| format!("it is no catalogue of exploited flaws: {error}"))?;
    if wire.vulnerabilities.is_empty() {
        return Err("it names no flaw".to_owned());
    }
    let entries = wire.vulnerabilities.into_iter().map(|entry| Exploited {
        cve: entry.cve,
        since: entry.since,
        in_ransomware: entry.ransomware == "Known",
    });
    Ok((entries.collect(), wire.released.get(..10).unwrap_or("").to_owned()))
}

/// Reads the table of EPSS: a line of comment, a line of heads, then `CVE-2024-1,0.5,0.9`.
pub fn chances(csv: &[u8]) -> Result<Chances, String> {
    let text = std::str::from_utf8(csv).map_err(|_| "it is no text".to_owned())?;
    let mut found = Chances::default();
    for (number, line) in text.lines().enumerate() {
        if let Some(comment) = line.strip_prefix('#') {
            let date = comment.split(',').find_map(|part| part.trim().strip_prefix("score_date:"));
            if let Some(day) = date.and_then(|date| date.get(..10)) {
                found.date = day.to_owned();
            }
            continue;
        }
        let mut fields = line.split(',');
        let (cve, chance) = (fields.next().unwrap_or(""), fields.next().unwrap_or(""));
        match chance.trim().parse::<f32>() {
            Ok(chance) if (0.0..=1.0).contains(&chance) && cve.starts_with("CVE-") => {
                found.of.push((cve.to_owned(), chance));
            }
            _ if cve == "cve" || line.trim().is_empty() => {}
            _ => return Err(format!("line {} names no flaw with its chance", number + 1)),
        }
    }
    match found.of.is_empty() {
        true => Err("it names no flaw".to_owned()),
        false => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flaws_that_are_used() {
        let json = br#"{"dateReleased": "2026-11-20T10:00:00Z", "vulnerabilities": [
            {"cveID": "CVE-2022-1", "dateAdded": "2022-02-02", "knownRansomwareCampaignUse": "Known"}]}"#;
        let (found, day) = catalogue(json).unwrap();
        assert_eq!(day, "2026-11-20");
        assert!(found[0].in_ransomware && found[0].cve == "CVE-2022-1");
        assert!(catalogue(b"{\"vulnerabilities\": []}").is_err() && catalogue(b"<html>").is_err());
    }

    #[test]
    fn flaws_that_may_be() {
        let csv = "#model_version:v4,score_date:2026-11-20T12:00:00Z\ncve,epss,percentile\n\
                   CVE-2022-1,0.97,0.99\nCVE-2022-2,0.00043,0.1\n";
        let found = chances(csv.as_bytes()).unwrap();
        assert_eq!((found.date.as_str(), found.of.len()), ("2026-11-20", 2));
        for wrong in ["", "cve,epss\n", "CVE-2022-1,7\n", "<html>\n", "CVE-2022-1,NaN\n"] {
            assert!(chances(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
