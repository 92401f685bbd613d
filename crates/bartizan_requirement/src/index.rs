//! What an index of packages answers about one project: which releases there are.
//!
//! An index may leave fields out, and some indexes never send them: each listing says which fields
//! it had, so that a verdict that needs one can say that it was not told.

mod file_name;
mod html;
mod json;

use std::collections::BTreeMap;
use std::str::FromStr;

use bartizan_finding::Date;
use pep440_rs::Version;
use serde::{Deserialize, Serialize};

use crate::{PackageName, Specifiers};

/// The formats that are understood, the one that tells most first, as a request asks for them.
pub const ACCEPTED: &str = "application/vnd.pypi.simple.v1+json, \
     application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01";

/// The releases of one project on one index.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// The releases that can be installed from a wheel or a source archive, the oldest version
    /// first.
    pub releases: Vec<Release>,
    /// Which fields the index sent at least once.
    pub offers: Offers,
    /// What the index says of the whole project, such as `archived`, and why (PEP 792).
    pub status: Option<(String, String)>,
    /// How many files have a name that tells no version.
    pub unread: u32,
}

/// The optional fields of an answer that were there at least once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offers {
    /// When a file was uploaded.
    pub uploaded: bool,
    /// Whether a file is yanked.
    pub yanked: bool,
    /// Which versions of Python a file is for.
    pub requires_python: bool,
}

/// One version of a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// The version.
    pub version: Version,
    /// The day of its first upload, counted from 1970-01-01.
    uploaded: Option<i32>,
    /// Why it was taken back, often empty; `None` where one of its files is still offered.
    pub yanked: Option<String>,
    /// What its files say of Python, each once; an empty text says nothing.
    pub pythons: Vec<String>,
}

impl Offers {
    /// What either of two answers of one index offers, it offers.
    pub fn or(self, other: Self) -> Self {
        Self {
            uploaded: self.uploaded || other.uploaded,
            yanked: self.yanked || other.yanked,
            requires_python: self.requires_python || other.requires_python,
        }
    }
}

impl Release {
    /// The day of its first upload, where the index tells it.
    pub fn uploaded(&self) -> Option<Date> {
        self.uploaded.map(|days| Date::from_days_since_epoch(days.into()))
    }

    /// Whether a file of it is for `python`. A text that is no specifier excludes nothing, as in
    /// pip.
    pub fn runs_on(&self, python: &Version) -> bool {
        self.pythons.iter().any(|text| {
            let pythons = Specifiers::parse(text);
            !pythons.is_understood() || pythons.allows(python)
        })
    }
}

/// Reads an answer about the project `name`, by its content type. An error says why it is none.
pub fn read(name: &PackageName, content_type: &str, bytes: &[u8]) -> Result<Listing, String> {
    let kind = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/vnd.pypi.simple.v1+json" | "application/json" => json::read(name, bytes),
        "application/vnd.pypi.simple.v1+html" | "text/html" | "application/xhtml+xml" => {
            html::read(name, bytes)
        }
        "" => Err("the answer does not say what it is".to_owned()),
        other => Err(format!("the answer is `{other}`, and no list of releases")),
    }
}

impl Listing {
    /// The releases that were taken back, with the reason, often empty; `None` where the index does
    /// not tell such things.
    pub fn yanked(&self) -> Option<Vec<(String, String)>> {
        let taken_back =
            |release: &Release| Some((release.version.to_string(), release.yanked.clone()?));
        self.offers.yanked.then(|| self.releases.iter().filter_map(taken_back).collect())
    }

    /// The releases of two indexes that are asked together, none before the other. What one of them
    /// still offers is not yanked.
    pub fn and(self, other: Self) -> Self {
        let mut releases: BTreeMap<Version, Release> = BTreeMap::new();
        for release in self.releases.into_iter().chain(other.releases) {
            match releases.get_mut(&release.version) {
                None => drop(releases.insert(release.version.clone(), release)),
                Some(known) => {
                    known.uploaded = match (known.uploaded, release.uploaded) {
                        (Some(one), Some(two)) => Some(one.min(two)),
                        (one, two) => one.or(two),
                    };
                    known.yanked = known.yanked.take().and(release.yanked);
                    for python in release.pythons {
                        if !known.pythons.contains(&python) {
                            known.pythons.push(python);
                        }
                    }
                }
            }
        }
        Self {
            releases: releases.into_values().collect(),
            offers: self.offers.or(other.offers),
            status: self.status.or(other.status),
            unread: self.unread.saturating_add(other.unread),
        }
    }
}

/// One file of an answer.
struct File<'a> {
    name: &'a str,
    /// `2026-11-20T10:00:00Z`
    uploaded: Option<&'a str>,
    yanked: Option<&'a str>,
    requires_python: Option<&'a str>,
}

/// A listing that grows file by file.
struct Growing<'n> {
    name: &'n PackageName,
    releases: BTreeMap<Version, Seen>,
    unread: u32,
}

#[derive(Default)]
struct Seen {
    uploaded: Option<i32>,
    /// Of files that are not yanked.
    pythons: Vec<String>,
    /// Of files that are.
    yanked: Vec<String>,
    pythons_of_yanked: Vec<String>,
}

impl<'n> Growing<'n> {
    fn new(name: &'n PackageName) -> Self {
        Self { name, releases: BTreeMap::new(), unread: 0 }
    }

    fn add(&mut self, file: &File<'_>) {
        let version = match file_name::version(file.name, self.name) {
            Ok(Some(version)) => version,
            Ok(None) => return,
            Err(file_name::Unread) => {
                self.unread = self.unread.saturating_add(1);
                return;
            }
        };
        let seen = self.releases.entry(version).or_default();
        if let Some(day) = file.uploaded.and_then(day) {
            seen.uploaded = Some(seen.uploaded.map_or(day, |known| known.min(day)));
        }
        let pythons = match file.yanked {
            Some(reason) => {
                note(&mut seen.yanked, reason);
                &mut seen.pythons_of_yanked
            }
            None => &mut seen.pythons,
        };
        note(pythons, file.requires_python.unwrap_or(""));
    }

    fn finish(self, offers: Offers, status: Option<(String, String)>) -> Listing {
        let release = |(version, seen): (Version, Seen)| {
            let is_yanked = seen.pythons.is_empty();
            let yanked = is_yanked
                .then(|| seen.yanked.into_iter().find(|reason| !reason.is_empty()))
                .map(Option::unwrap_or_default);
            let pythons = if is_yanked { seen.pythons_of_yanked } else { seen.pythons };
            Release { version, uploaded: seen.uploaded, yanked, pythons }
        };
        let releases = self.releases.into_iter().map(release).collect();
        Listing { releases, offers, status, unread: self.unread }
    }
}

/// Keeps a text once. A release has hundreds of files and two or three such texts.
fn note(texts: &mut Vec<String>, text: &str) {
    const MOST: usize = 16;
    if texts.len() < MOST && !texts.iter().any(|known| known == text) {
        texts.push(text.to_owned());
    }
}

/// The day of a point in time, counted from 1970-01-01.
fn day(time: &str) -> Option<i32> {
    let date = Date::from_str(time.get(..10)?).ok()?;
    i32::try_from(date.days_since_epoch()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(name: &str, kind: &str, text: &str) -> Result<Listing, String> {
        read(&PackageName::new(name).unwrap(), kind, text.as_bytes())
    }

    fn shown(listing: &Listing) -> Vec<String> {
        let one = |release: &Release| {
            let day = release.uploaded().map(|day| format!(" {day}")).unwrap_or_default();
            let yanked =
                release.yanked.as_ref().map(|why| format!(" yanked: {why}")).unwrap_or_default();
            format!("{}{day} py[{}]{yanked}", release.version, release.pythons.join("|"))
        };
        listing.releases.iter().map(one).collect()
    }

    const JSON: &str = "application/vnd.pypi.simple.v1+json";

    #[test]
    fn json_tells_everything() {
        let found = listing(
            "shop-cart",
            JSON,
            r#"{"meta": {"api-version": "1.4"}, "name": "shop-cart", "versions": ["1.0"],
            "project-status": {"status": "archived", "reason": "moved"}, "files": [
            {"filename": "shop_cart-1.10-py3-none-any.whl", "url": "x", "requires-python": ">=3.9",
             "upload-time": "2026-03-02T08:00:00.1Z", "yanked": false},
            {"filename": "shop-cart-1.9.tar.gz", "url": "x", "requires-python": null,
             "upload-time": "2025-03-02T08:00:00Z", "yanked": "loses \u0061 price"},
            {"filename": "shop_cart-1.10.tar.gz", "url": "x", "upload-time": "2026-03-01T08:00:00Z",
             "yanked": true, "requires-python": ">=3.9"},
            {"filename": "shop_cart-1.8-py2.7.egg", "url": "x"}, {"filename": "README", "url": "x"}]}"#,
        )
        .unwrap();
        assert_eq!(
            shown(&found),
            ["1.9 2025-03-02 py[] yanked: loses a price", "1.10 2026-03-01 py[>=3.9]"]
        );
        assert_eq!(found.status, Some(("archived".into(), "moved".into())));
        assert!(found.offers.uploaded && found.offers.yanked && found.offers.requires_python);
        assert_eq!(found.unread, 1, "an egg is nothing that pip installs, a README is no release");
    }

    #[test]
    fn a_bare_answer_says_what_it_does_not_offer() {
        let found = listing(
            "till",
            JSON,
            r#"{"meta": {"api-version": "1.0"}, "files": [{"filename": "till-2.tar.gz", "url": ""}]}"#,
        )
        .unwrap();
        assert_eq!(shown(&found), ["2 py[]"]);
        assert_eq!(found.offers, Offers::default());
    }

    #[test]
    fn html_where_there_is_no_json() {
        let found = listing(
            "shop.cart",
            "text/html; charset=utf-8",
            "<!DOCTYPE html><html><head><meta name='pypi:repository-version' content='1.0'></head>\
             <body><!-- <a href='x/shop_cart-9.tar.gz'>no</a> --><A data-requires-python=\"&gt;=3.9\" \
             HREF='../../files/shop_cart-1.0%2Blocal-py3-none-any.whl#sha256=0f'>\n shop_cart</a>\
             <a href=shop-cart-1.1.zip data-yanked>shop-cart-1.1.zip</a><br>\
             <a href=\"/files/shop-cart-1.2.tar.gz\" data-yanked=\"wrong &quot;total&quot;\">x</a>",
        )
        .unwrap();
        assert_eq!(
            shown(&found),
            ["1.0+local py[>=3.9]", "1.1 py[] yanked: ", "1.2 py[] yanked: wrong \"total\""]
        );
        assert!(found.offers.yanked && found.offers.requires_python && !found.offers.uploaded);
    }

    #[test]
    fn what_is_no_listing_says_why() {
        let why = |kind, text| listing("till", kind, text).unwrap_err();
        assert_eq!(why("image/png", ""), "the answer is `image/png`, and no list of releases");
        assert_eq!(why("", "{}"), "the answer does not say what it is");
        assert!(
            why(JSON, "{\"files\": [").starts_with("the answer is no JSON of the simple API: EOF")
        );
        assert!(why(JSON, "{\"files\": [7]}").contains("invalid type"));
        assert!(why(JSON, "{\"files\": []}").contains("missing field `meta`"));
        assert_eq!(
            why(JSON, r#"{"meta": {"api-version": "2.0"}, "files": []}"#),
            "the index speaks version 2.0 of the simple API, and 1 is understood"
        );
        assert_eq!(
            why(JSON, r#"{"meta": {"api-version": "1.0"}, "name": "cart", "files": []}"#),
            "the answer is about `cart`"
        );
        assert_eq!(why("text/html", "<h1>Log in</h1>"), "the page lists no file");
    }

    #[test]
    fn two_indexes_are_one_offer() {
        let of = |files: &str| {
            let text = format!(r#"{{"meta": {{"api-version": "1.1"}}, "files": [{files}]}}"#);
            listing("till", JSON, &text).unwrap()
        };
        let ours = of(r#"{"filename": "till-1.tar.gz", "yanked": true}"#);
        let theirs =
            of(r#"{"filename": "till-1.tar.gz", "yanked": false}, {"filename": "till-3.zip"}"#);
        assert_eq!(shown(&ours.and(theirs)), ["1 py[]", "3 py[]"]);
    }
}
