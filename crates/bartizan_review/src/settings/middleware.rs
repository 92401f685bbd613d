//! Middleware that was taken out, or moved to where it protects less.

use crate::change::Kind;
use crate::facts::{Place, Plain, Value};

/// Middleware that keeps nobody out.
const HARMLESS: &[&str] = &[
    "LocaleMiddleware",
    "GZipMiddleware",
    "ConditionalGetMiddleware",
    "CommonMiddleware",
    "MessageMiddleware",
    "DebugToolbarMiddleware",
    "WhiteNoiseMiddleware",
    "CorsMiddleware",
    "BrokenLinkEmailsMiddleware",
    "FlatpageFallbackMiddleware",
    "RedirectFallbackMiddleware",
    "UpdateCacheMiddleware",
    "FetchFromCacheMiddleware",
    "HtmxMiddleware",
    "PrometheusBeforeMiddleware",
    "PrometheusAfterMiddleware",
    "CurrentSiteMiddleware",
    "HistoryRequestMiddleware",
];

/// What was taken out of the middleware, or moved to where it protects less.
pub(super) fn middleware(old: &Value, new: &Value) -> Option<(Kind, String, Option<Place>)> {
    let (Plain::List(olds, was_all), Plain::List(news, is_all)) = (&old.plain, &new.plain) else {
        return None;
    };
    let names = |items: &[Value]| -> Vec<String> {
        items
            .iter()
            .filter_map(|item| match &item.plain {
                Plain::Text(text) => Some(text.clone()),
                _ => None,
            })
            .collect()
    };
    let (old_names, new_names) = (names(olds), names(news));
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let guards = |name: &str| !HARMLESS.contains(&last(name).as_str());
    // Where nobody knows what else there is, and nobody knew before, what is written tells.
    if *is_all || !*was_all {
        let lost = old_names.iter().enumerate().find(|(_, name)| {
            guards(name)
                && !new_names.contains(name)
                // Moved to another module, or replaced by the project's own of that name.
                && !new_names.iter().any(|other| last(other) == last(name))
        });
        if let Some((index, name)) = lost {
            let renamed = old_names.len() == new_names.len()
                && new_names.iter().filter(|other| !old_names.contains(other)).count() == 1
                && !name.starts_with("django.");
            if !renamed {
                let place = olds.get(index).and_then(|item| item.place.clone());
                return Some((Kind::SettingWeakened, name.clone(), place));
            }
        }
    }
    let common: Vec<&String> =
        old_names.iter().filter(|name| guards(name) && new_names.contains(name)).collect();
    let mut moved: Vec<&String> = common.clone();
    moved.sort_by_key(|name| new_names.iter().position(|other| other == *name));
    if moved == common {
        return None;
    }
    let first = common.iter().zip(&moved).find(|(one, other)| one != other).map(|(one, _)| *one)?;
    let index = old_names.iter().position(|name| name == first)?;
    let place = olds.get(index).and_then(|item| item.place.clone());
    Some((Kind::MiddlewareOrderChanged, first.clone(), place))
}
