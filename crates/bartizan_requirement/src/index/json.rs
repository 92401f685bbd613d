//! The simple API as JSON (PEP 691, 700, 792).

use std::borrow::Cow;

use serde::Deserialize;

use super::{File, Growing, Listing, Offers};
use crate::PackageName;

#[derive(Deserialize)]
struct Page<'a> {
    meta: Meta<'a>,
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    files: Vec<Wire<'a>>,
    #[serde(borrow, default, rename = "project-status")]
    status: Option<Status<'a>>,
}

#[derive(Deserialize)]
struct Meta<'a> {
    #[serde(borrow, rename = "api-version")]
    version: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Status<'a> {
    #[serde(borrow)]
    status: Cow<'a, str>,
    #[serde(borrow, default)]
    reason: Option<Cow<'a, str>>,
}

/// A file; of each optional field, whether it is there at all is told apart from `null`.
#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    filename: Cow<'a, str>,
    #[serde(borrow, default, rename = "upload-time", deserialize_with = "told")]
    uploaded: Option<Option<Cow<'a, str>>>,
    #[serde(borrow, default, rename = "requires-python", deserialize_with = "told")]
    requires_python: Option<Option<Cow<'a, str>>>,
    #[serde(borrow, default, deserialize_with = "told")]
    yanked: Option<Option<Yanked<'a>>>,
}

/// Whether, or why, a file was taken back.
#[derive(Deserialize)]
#[serde(untagged)]
enum Yanked<'a> {
    Flag(bool),
    #[serde(borrow)]
    Reason(Cow<'a, str>),
}

fn told<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

pub(super) fn read(name: &PackageName, bytes: &[u8]) -> Result<Listing, String> {
    let page: Page<'_> = serde_json::from_slice(bytes)
        .map_err(|error| format!("the answer is no JSON of the simple API: {error}"))?;
    if page.meta.version.split('.').next() != Some("1") {
        return Err(format!(
            "the index speaks version {} of the simple API, and 1 is understood",
            page.meta.version
        ));
    }
    if let Some(other) = page.name.filter(|other| PackageName::new(other).as_ref() != Some(name)) {
        return Err(format!("the answer is about `{other}`"));
    }
    let mut offers = Offers::default();
    let mut growing = Growing::new(name);
    for file in &page.files {
        offers.uploaded |= file.uploaded.is_some();
        offers.yanked |= file.yanked.is_some();
        offers.requires_python |= file.requires_python.is_some();
        growing.add(&File {
            name: &file.filename,
            uploaded: file.uploaded.as_ref().and_then(Option::as_deref),
            yanked: match file.yanked.as_ref().and_then(Option::as_ref) {
                Some(Yanked::Reason(reason)) => Some(reason),
                Some(Yanked::Flag(true)) => Some(""),
                Some(Yanked::Flag(false)) | None => None,
            },
            requires_python: file.requires_python.as_ref().and_then(Option::as_deref),
        });
    }
    let status = page.status.filter(|status| status.status != "active");
    let status = status
        .map(|status| (status.status.into_owned(), status.reason.unwrap_or_default().into_owned()));
    Ok(growing.finish(offers, status))
}
