//! Records in the Open Source Vulnerability format.

use serde::Deserialize;

use crate::affected::Event;
use crate::name::normalized;

/// One record, as far as it speaks of Python packages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OsvRecord {
    /// `PYSEC-2024-58`
    pub id: String,
    /// Other names of the same flaw.
    pub aliases: Vec<String>,
    /// When it was published, RFC 3339.
    pub published: String,
    /// When it last changed, RFC 3339.
    pub modified: String,
    /// When it was taken back, where it was.
    pub withdrawn: Option<String>,
    /// One line.
    pub summary: String,
    /// The whole story.
    pub details: String,
    /// CVSS vectors.
    pub vectors: Vec<String>,
    /// What it affects.
    pub affected: Vec<Affected>,
    /// Where to read on.
    pub references: Vec<Reference>,
}

/// One package in a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affected {
    /// The normalised name.
    pub package: String,
    /// The ranges over versions, each a list of events.
    pub ranges: Vec<Vec<Event<String>>>,
    /// Versions by name.
    pub versions: Vec<String>,
}

/// A page about a flaw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// `ADVISORY`, `FIX`, `WEB`, …
    pub kind: String,
    /// Its address.
    pub url: String,
}

impl OsvRecord {
    /// Reads one record. Packages of other ecosystems are left out of it.
    pub fn parse(json: &[u8]) -> Result<Self, String> {
        let wire: Wire = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        wire.record()
    }
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    published: Option<String>,
    modified: Option<String>,
    withdrawn: Option<String>,
    aliases: Option<Vec<String>>,
    summary: Option<String>,
    details: Option<String>,
    severity: Option<Vec<WireSeverity>>,
    affected: Option<Vec<WireAffected>>,
    references: Option<Vec<WireReference>>,
}

#[derive(Deserialize)]
struct WireSeverity {
    score: String,
}

#[derive(Deserialize)]
struct WireAffected {
    package: Option<WirePackage>,
    ranges: Option<Vec<WireRange>>,
    versions: Option<Vec<String>>,
    severity: Option<Vec<WireSeverity>>,
}

#[derive(Deserialize)]
struct WirePackage {
    ecosystem: String,
    name: String,
}

#[derive(Deserialize)]
struct WireRange {
    #[serde(rename = "type")]
    kind: String,
    events: Option<Vec<WireEvent>>,
}

#[derive(Deserialize)]
struct WireEvent {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
}

#[derive(Deserialize)]
struct WireReference {
    #[serde(rename = "type")]
    kind: Option<String>,
    url: String,
}

impl Wire {
    fn record(self) -> Result<OsvRecord, String> {
        if self.id.is_empty() || self.id.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err("its id is no word".to_owned());
        }
        let mut vectors: Vec<String> = Vec::new();
        let mut add = |severity: Option<Vec<WireSeverity>>| {
            for WireSeverity { score } in severity.into_iter().flatten() {
                if !vectors.contains(&score) {
                    vectors.push(score);
                }
            }
        };
        add(self.severity);
        let mut affected = Vec::new();
        for mut wire in self.affected.into_iter().flatten() {
            let of_python =
                |package: &WirePackage| package.ecosystem.split(':').next() == Some("PyPI");
            let Some(package) = wire.package.take().filter(of_python) else { continue };
            add(wire.severity.take());
            affected.push(wire.affected(&package.name));
        }
        let reference =
            |wire: WireReference| Reference { kind: wire.kind.unwrap_or_default(), url: wire.url };
        Ok(OsvRecord {
            id: self.id,
            aliases: self.aliases.unwrap_or_default(),
            published: self.published.unwrap_or_default(),
            modified: self.modified.unwrap_or_default(),
            withdrawn: self.withdrawn,
            summary: self.summary.unwrap_or_default(),
            details: self.details.unwrap_or_default(),
            vectors,
            affected,
            references: self.references.into_iter().flatten().map(reference).collect(),
        })
    }
}

impl WireAffected {
    fn affected(self, name: &str) -> Affected {
        // A range of commits says nothing about versions, and hides nothing that comes after it.
        let over_versions =
            |range: &WireRange| matches!(range.kind.as_str(), "ECOSYSTEM" | "SEMVER");
        let ranges = self.ranges.into_iter().flatten().filter(over_versions);
        let events = |range: WireRange| -> Vec<Event<String>> {
            range.events.into_iter().flatten().flat_map(WireEvent::events).collect()
        };
        Affected {
            package: normalized(name),
            ranges: ranges.map(events).collect(),
            versions: self.versions.unwrap_or_default(),
        }
    }
}

impl WireEvent {
    fn events(self) -> impl Iterator<Item = Event<String>> {
        let introduced = self.introduced.map(Event::Introduced);
        let fixed = self.fixed.map(Event::Fixed);
        let last = self.last_affected.map(Event::LastAffected);
        introduced.into_iter().chain(fixed).chain(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_commits_hides_nothing() {
        let json = br#"{"id": "PYSEC-2024-1", "affected": [
            {"package": {"ecosystem": "npm", "name": "shop"}, "versions": ["1"]},
            {"package": {"ecosystem": "PyPI", "name": "Shop_Cart"}, "ranges": [
                {"type": "GIT", "events": [{"introduced": "0"}]},
                {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2"}]}
            ]}]}"#;
        let record = OsvRecord::parse(json).unwrap();
        let [affected] = record.affected.as_slice() else { panic!("one package is Python's") };
        assert_eq!(affected.package, "shop-cart");
        let events = vec![Event::Introduced("0".into()), Event::Fixed("1.2".into())];
        assert_eq!(affected.ranges, [events]);
    }

    #[test]
    fn what_is_no_record_is_said_to_be_none() {
        for json in ["", "[]", "{}", r#"{"id": 7}"#, r#"{"id": "a b"}"#, r#"{"id": ""}"#] {
            assert!(OsvRecord::parse(json.as_bytes()).is_err(), "{json}");
        }
    }
}
