//! Indexes, addresses and repositories that others can speak for.

use bartizan_finding::Place;
use bartizan_requirement::{Address, Located, Options, Source};

use super::Smell;
use crate::rules::{INDEX_BESIDE_INDEX, MOVING_SOURCE, UNPROTECTED_INDEX};

/// What whoever sits between gains.
const BETWEEN: &str = "Whoever sits between can answer in its name, and what they answer is \
                       installed and run";

/// What options say of where packages are looked for.
pub(super) fn options(options: &Options, found: &mut Vec<Smell>) {
    let indexes = [("--index-url", &options.index_urls), ("--find-links", &options.find_links)];
    for (name, urls) in
        indexes.into_iter().chain([("--extra-index-url", &options.extra_index_urls)])
    {
        let plain_ones = urls.iter().filter(|url| is_plain(&url.value));
        found.extend(plain_ones.map(|url| plain(name, &url.value, &url.place)));
    }
    for index in options.named_indexes.iter().filter(|index| is_plain(&index.url) || !index.verify)
    {
        found.push(plain(&index.name, &index.url, &index.place));
    }
    for Located { value: host, place } in &options.trusted_hosts {
        let words = [
            format!("The certificate of {host} is not looked at"),
            BETWEEN.to_owned(),
            "give the host a certificate that is valid, or tell pip of its authority by --cert"
                .to_owned(),
        ];
        let name = format!("--trusted-host {host}");
        found.push(Smell::new(&UNPROTECTED_INDEX, place, name, words));
    }
    // A name that is on neither is on both as soon as somebody registers it.
    for url in options.extra_index_urls.iter().filter(|_| options.no_index.is_none()) {
        let host = url.value.host();
        let words = [
            format!(
                "Packages are looked for on {host} and on the main index, none before the other"
            ),
            "The highest version wins wherever it lies: whoever registers the name of a private \
             package on the public index is installed in its place"
                .to_owned(),
            "ask one index that mirrors the other (--index-url), or bind each private package to \
             its index as uv and Poetry do"
                .to_owned(),
        ];
        found.push(Smell::new(&INDEX_BESIDE_INDEX, &url.place, "--extra-index-url", words));
    }
}

fn plain(name: &str, url: &Address, place: &Place) -> Smell {
    let words = [
        format!("Packages come from {} over a connection that nothing protects", url.host()),
        BETWEEN.to_owned(),
        "take them over https, from a host whose certificate is looked at".to_owned(),
    ];
    Smell::new(&UNPROTECTED_INDEX, place, name, words)
}

/// Whether an address leads over the network without protection.
fn is_plain(address: &Address) -> bool {
    let host = address.host();
    let is_here = matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1");
    matches!(address.scheme().as_str(), "http" | "git+http" | "ftp" | "git") && !is_here
}

/// What is to be said of where one package comes from.
pub(super) fn source(name: &str, source: &Source, place: &Place, found: &mut Vec<Smell>) {
    match source {
        Source::Vcs(vcs) => {
            if is_plain(&vcs.url) {
                found.push(plain(name, &vcs.url, place));
            }
            if vcs.pinned_commit().is_some() {
                return;
            }
            let host = vcs.url.host();
            let at = match vcs.reference.as_deref() {
                Some(reference) => format!("`{reference}`"),
                None => "the main branch".to_owned(),
            };
            let what = if name.is_empty() { "A package" } else { name };
            let words = [
                format!("{what} is whatever {at} of {host} holds"),
                "A branch moves and a tag can be moved: whoever may write there chooses what the \
                 next build installs and runs"
                    .to_owned(),
                "name the commit: @ and its 40 digits".to_owned(),
            ];
            let name = if name.is_empty() { &host } else { name };
            found.push(Smell::new(&MOVING_SOURCE, place, name, words));
        }
        Source::Url(url) | Source::NamedIndex(url) if is_plain(url) => {
            found.push(plain(name, url, place));
        }
        _ => {}
    }
}
