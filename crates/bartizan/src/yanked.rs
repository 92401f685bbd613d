//! Releases that were taken back, as indexes told when they were asked last.

use std::collections::BTreeMap;

use bartizan_deps::outdated::{Defaults, page};
use bartizan_deps::{Told, Yanked};
use bartizan_fetch::{Cache, Failure, Listed, Question, TakenBack, Why};
use bartizan_finding::Date;

use crate::network::{self, IndexArgs, Network};

/// Everything that was told before; nothing where nobody was asked.
pub fn known() -> Yanked {
    let Some(told) = network::cache().map(|cache| cache.taken_back()) else {
        return Yanked::default();
    };
    if told.is_empty() {
        return Yanked::default();
    }
    let day = |seconds: u64| Date::from_days_since_epoch((seconds / 86_400) as i64);
    let told = told
        .into_iter()
        .map(|(page, it)| (page, Told { on: day(it.fetched), releases: it.releases }))
        .collect();
    // Only a flag can name an index that is none, and here is no flag.
    let defaults = Network::look().defaults(&IndexArgs::default());
    Yanked { told, defaults: defaults.unwrap_or_else(|_| Defaults::default()) }
}

/// Keeps what was told now.
pub fn note(cache: &Cache, told: &[(Question, Result<Listed, Failure>)], now: u64) {
    let mut pages: BTreeMap<String, TakenBack> = BTreeMap::new();
    for (question, answer) in told {
        let releases = match answer {
            Ok(listed) if listed.stale.is_none() => listed.listing.yanked(),
            // It has no release that could be taken back.
            Err(failure) if failure.why == Why::Status(404) => None,
            _ => continue,
        };
        let fetched = now.saturating_sub(answer.as_ref().map_or(0, |listed| listed.age));
        pages.insert(page(&question.index, &question.name), TakenBack { fetched, releases });
    }
    // What cannot be kept is asked again another day.
    let _ = cache.note_taken_back(pages);
}
