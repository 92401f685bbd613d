//! The releases of a project, from an index that offers the simple API or from what it said before.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use bartizan_requirement::index::{self, Listing};
use bartizan_requirement::{Address, PackageName};

use crate::cache::{Cache, Entry};
use crate::client::{Answer, Client, Request};
use crate::credentials::Credentials;
use crate::failure::{Failure, Why};

/// Indexes are asked about so many projects at a time.
const AT_A_TIME: usize = 20;
/// The largest page today has 7 MB.
const LARGEST_PAGE: u64 = 32 << 20;
/// An index that says nothing of it is not asked twice about one project within ten minutes: as
/// long as the public index lets its own answers be kept.
const FRESH_FOR: u64 = 600;
/// After so many failures to reach an index at all, nothing more is asked of it.
const ENOUGH: u32 = 3;

/// Asks indexes, and remembers.
pub struct IndexClient {
    /// The client that asks.
    pub client: Client,
    /// Where answers are kept, if they are.
    pub cache: Option<Cache>,
    /// Whether nobody is asked, and what is remembered has to do.
    pub offline: bool,
    /// Whether what is remembered is confirmed by the index, however young it is.
    pub refresh: bool,
    /// Now, in seconds since 1970.
    pub now: u64,
    /// How long one answer may take.
    pub total: Duration,
    /// How often each host could not be reached, and why last; nothing of one that was.
    unreachable: Mutex<BTreeMap<String, Option<(u32, Why)>>>,
}

/// One project on one index.
#[derive(Clone, Debug)]
pub struct Question {
    /// The project.
    pub name: PackageName,
    /// The root of the index's simple API.
    pub index: Address,
    /// Whether the certificate of its host is looked at.
    pub verify: bool,
    /// Who asks.
    pub credentials: Option<Credentials>,
}

/// What an index said.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The releases.
    pub listing: Listing,
    /// How long ago it was said or confirmed, in seconds.
    pub age: u64,
    /// Why an older answer had to do, where the index could not be asked now.
    pub stale: Option<Failure>,
}

impl IndexClient {
    /// A client that asks whatever is not remembered well enough.
    pub fn new(client: Client, cache: Option<Cache>, now: u64) -> Self {
        Self {
            client,
            cache,
            offline: false,
            refresh: false,
            now,
            total: Duration::from_secs(60),
            unreachable: Mutex::default(),
        }
    }

    /// Asks all questions, many at a time, and answers in their order. `tell` is called for each.
    pub fn look_up_all(
        &self,
        questions: &[Question],
        tell: &(dyn Fn() + Sync),
    ) -> Vec<Result<Listed, Failure>> {
        let next = AtomicUsize::new(0);
        let answers: Vec<Mutex<Option<Result<Listed, Failure>>>> =
            questions.iter().map(|_| Mutex::new(None)).collect();
        thread::scope(|scope| {
            for _ in 0..AT_A_TIME.min(questions.len()) {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(question) = questions.get(at) else { break };
                        let answer = self.look_up(question);
                        *answers[at].lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
                        tell();
                    }
                });
            }
        });
        let answer = |cell: Mutex<Option<_>>| {
            let answer = cell.into_inner().unwrap_or_else(PoisonError::into_inner);
            answer.expect("every question is taken by one thread, and all have ended")
        };
        answers.into_iter().map(answer).collect()
    }

    /// The releases of one project.
    pub fn look_up(&self, question: &Question) -> Result<Listed, Failure> {
        let root = question.index.reveal().trim_end_matches('/');
        let url = format!("{root}/{}/", question.name.as_str());
        let shown = Address::new(url.clone()).to_string();
        let known = self.cache.as_ref().and_then(|cache| cache.get(&shown, &question.name));
        let age = known.as_ref().map(|entry| self.now.saturating_sub(entry.fetched));
        let from_cache = |entry: Entry, stale| Listed {
            listing: entry.listing,
            age: self.now.saturating_sub(entry.fetched),
            stale,
        };
        if self.offline {
            let why = Why::NoConnection("nobody was asked, and nothing is kept of it".to_owned());
            return known
                .map(|entry| from_cache(entry, None))
                .ok_or(Failure { address: shown, why });
        }
        if let (Some(entry), Some(age)) = (&known, age)
            && !self.refresh
            && entry.fetched <= self.now
            && age < entry.max_age.unwrap_or(FRESH_FOR)
        {
            return Ok(from_cache(entry.clone(), None));
        }
        let host = question.index.host();
        let given_up = self.given_up(&host);
        let asked = match given_up {
            Some(why) => Err(Failure { address: shown.clone(), why }),
            None => self.ask(question, &url, known.as_ref()),
        };
        match asked {
            Ok(mut entry) => {
                self.note(&host, None);
                entry.address = shown;
                if let Some(cache) = &self.cache {
                    // What cannot be kept is asked again next time.
                    let _ = cache.put(&question.name, &entry);
                }
                Ok(from_cache(entry, None))
            }
            Err(failure) => {
                self.note(&host, Some(&failure));
                match known {
                    // What the index once had and now denies is no longer there.
                    Some(entry) if failure.why != Why::Status(404) => {
                        Ok(from_cache(entry, Some(failure)))
                    }
                    _ => Err(failure),
                }
            }
        }
    }

    fn ask(&self, question: &Question, url: &str, known: Option<&Entry>) -> Result<Entry, Failure> {
        let request = Request {
            url,
            accept: index::ACCEPTED,
            known: known
                .map(|entry| &entry.validators)
                .filter(|known| **known != Default::default()),
            credentials: question.credentials.as_ref(),
            verify: question.verify,
            limit: LARGEST_PAGE,
            total: self.total,
        };
        let entry = |listing, validators, max_age| Entry {
            address: String::new(),
            fetched: self.now,
            max_age,
            validators,
            listing,
        };
        match (self.client.get(&request)?, known) {
            (Answer::NotModified(max_age), Some(known)) => {
                let max_age = max_age.or(known.max_age);
                Ok(entry(known.listing.clone(), known.validators.clone(), max_age))
            }
            (Answer::Fetched(page), _) => {
                match index::read(&question.name, &page.content_type, &page.bytes) {
                    Ok(listing) => Ok(entry(listing, page.validators, page.max_age)),
                    Err(why) => Err(self.failure(url, Why::NotReadable(why))),
                }
            }
            (Answer::NotModified(_), None) => Err(self.failure(url, Why::Status(304))),
        }
    }

    fn failure(&self, url: &str, why: Why) -> Failure {
        Failure { address: Address::new(url).to_string(), why }
    }

    /// Why a host is not asked any more, where it is not.
    fn given_up(&self, host: &str) -> Option<Why> {
        let hosts = self.unreachable.lock().unwrap_or_else(PoisonError::into_inner);
        let (times, why) = hosts.get(host)?.as_ref()?;
        (*times >= ENOUGH).then(|| why.clone())
    }

    /// Notes whether a host was reached. One that was is asked to the end.
    fn note(&self, host: &str, failure: Option<&Failure>) {
        let mut hosts = self.unreachable.lock().unwrap_or_else(PoisonError::into_inner);
        match failure.filter(|failure| failure.is_unreachable()) {
            None => drop(hosts.insert(host.to_owned(), None)),
            Some(failure) => {
                let why = failure.why.clone();
                let known = hosts.entry(host.to_owned()).or_insert_with(|| Some((0, why.clone())));
                if let Some((times, last)) = known {
                    *times = times.saturating_add(1);
                    *last = why;
                }
            }
        }
    }
}
