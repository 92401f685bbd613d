//! Ways in which a project takes packages that let others choose what it gets.

use std::collections::BTreeMap;

use bartizan_base::FilePath;
use bartizan_finding::{Place, RuleInfo};
use bartizan_requirement::{
    Address, Inventory, Located, LockFormat, Manifest, ManifestFormat, Options, Relation, Source,
};

use crate::rules::{INDEX_BESIDE_INDEX, MISSING_HASHES, MOVING_SOURCE, UNPROTECTED_INDEX};

/// Of many packages so many are named.
const NAMED: usize = 3;

/// One such way, at one place.
#[derive(Clone, Debug)]
pub struct Smell {
    /// The rule that speaks.
    pub rule: &'static RuleInfo,
    /// Where.
    pub place: Place,
    /// The package, or the option.
    pub name: String,
    /// What is wrong here.
    pub message: String,
    /// What it means.
    pub impact: String,
    /// What to do.
    pub fix: String,
}

/// Every smell of `inventory`, by place.
pub(crate) fn smells(inventory: &Inventory) -> Vec<Smell> {
    let mut found = Vec::new();
    for manifest in &inventory.manifests {
        options(&manifest.options, &mut found);
        for wish in &manifest.requirements {
            if wish.kind.brings_in() {
                source(wish.name.as_str(), &wish.source, &wish.place, &mut found);
            }
        }
        for wish in &manifest.unnamed {
            source("", &wish.source, &wish.place, &mut found);
        }
        found.extend(missing_hashes_of_manifest(manifest));
    }
    for lock in &inventory.locks {
        // A tool writes the commit of a repository into its lock; a compiled file is by hand of pip.
        options(&lock.options, &mut found);
        if lock.format == LockFormat::PipCompile {
            for package in &lock.packages {
                source(package.name.as_str(), &package.source, &package.place, &mut found);
            }
        }
        let hashed = lock
            .packages
            .iter()
            .filter(|it| it.source.is_index() && it.relation != Relation::Project)
            .map(|it| (it.name.as_str(), &it.place, !it.hashes.is_empty()));
        if matches!(lock.format, LockFormat::PipCompile | LockFormat::Pylock | LockFormat::Pipenv) {
            found.extend(missing_hashes(&lock.path, hashed.collect()));
        }
    }
    found.sort_by(|a, b| (&a.place, a.rule.id, &a.name).cmp(&(&b.place, b.rule.id, &b.name)));
    found.dedup_by(|a, b| a.place == b.place && a.rule.id == b.rule.id && a.name == b.name);
    found
}

fn options(options: &Options, found: &mut Vec<Smell>) {
    let indexes = [("--index-url", &options.index_urls), ("--find-links", &options.find_links)];
    for (name, urls) in
        indexes.into_iter().chain([("--extra-index-url", &options.extra_index_urls)])
    {
        found.extend(urls.iter().filter(|url| is_plain(&url.value)).map(|url| plain(name, url)));
    }
    for index in options.named_indexes.iter().filter(|index| is_plain(&index.url) || !index.verify)
    {
        let url = Located { value: index.url.clone(), place: index.place.clone() };
        found.push(plain(&index.name, &url));
    }
    for host in &options.trusted_hosts {
        found.push(Smell {
            rule: &UNPROTECTED_INDEX,
            place: host.place.clone(),
            name: format!("--trusted-host {}", host.value),
            message: format!("The certificate of {} is not looked at", host.value),
            impact:
                "Whoever sits between can answer in its name, and what they answer is installed \
                     and run"
                    .to_owned(),
            fix:
                "give the host a certificate that is valid, or tell pip of its authority by --cert"
                    .to_owned(),
        });
    }
    // A name that is on neither is on both as soon as somebody registers it.
    for url in options.extra_index_urls.iter().filter(|_| options.no_index.is_none()) {
        let host = url.value.host();
        found.push(Smell {
            rule: &INDEX_BESIDE_INDEX,
            place: url.place.clone(),
            name: "--extra-index-url".to_owned(),
            message: format!(
                "Packages are looked for on {host} and on the main index, none before the other"
            ),
            impact: "The highest version wins wherever it lies: whoever registers the name of a \
                     private package on the public index is installed in its place"
                .to_owned(),
            fix:
                "ask one index that mirrors the other (--index-url), or bind each private package \
                  to its index as uv and Poetry do"
                    .to_owned(),
        });
    }
}

fn plain(name: &str, url: &Located<Address>) -> Smell {
    Smell {
        rule: &UNPROTECTED_INDEX,
        place: url.place.clone(),
        name: name.to_owned(),
        message: format!(
            "Packages come from {} over a connection that nothing protects",
            url.value.host()
        ),
        impact:
            "Whoever sits between can answer in its name, and what they answer is installed and \
                 run"
            .to_owned(),
        fix: "take them over https, from a host whose certificate is looked at".to_owned(),
    }
}

/// Whether an address leads over the network without protection.
fn is_plain(address: &Address) -> bool {
    let host = address.host();
    let is_here = matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1");
    matches!(address.scheme().as_str(), "http" | "git+http" | "ftp" | "git") && !is_here
}

fn source(name: &str, source: &Source, place: &Place, found: &mut Vec<Smell>) {
    match source {
        Source::Vcs(vcs) => {
            if is_plain(&vcs.url) {
                let url = Located { value: vcs.url.clone(), place: place.clone() };
                found.push(plain(name, &url));
            }
            if vcs.pinned_commit().is_some() {
                return;
            }
            let at = match vcs.reference.as_deref() {
                Some(reference) => format!("`{reference}`"),
                None => "the main branch".to_owned(),
            };
            let what = if name.is_empty() { "A package" } else { name };
            found.push(Smell {
                rule: &MOVING_SOURCE,
                place: place.clone(),
                name: if name.is_empty() { vcs.url.host() } else { name.to_owned() },
                message: format!("{what} is whatever {at} of {} holds", vcs.url.host()),
                impact:
                    "A branch moves and a tag can be moved: whoever may write there chooses what \
                         the next build installs and runs"
                        .to_owned(),
                fix: "name the commit: @ and its 40 digits".to_owned(),
            });
        }
        Source::Url(url) | Source::NamedIndex(url) if is_plain(url) => {
            let url = Located { value: url.clone(), place: place.clone() };
            found.push(plain(name, &url));
        }
        _ => {}
    }
}

fn missing_hashes_of_manifest(manifest: &Manifest) -> Vec<Smell> {
    if manifest.format != ManifestFormat::Requirements {
        return Vec::new();
    }
    let pins = manifest
        .requirements
        .iter()
        .filter(|wish| wish.source.is_index() && wish.kind.brings_in() && wish.pinned().is_some());
    let hashed = pins.map(|wish| (wish.name.as_str(), &wish.place, !wish.hashes.is_empty()));
    missing_hashes(&manifest.path, hashed.collect())
}

/// Packages without a hash in a file where others have one.
fn missing_hashes(path: &FilePath, packages: Vec<(&str, &Place, bool)>) -> Vec<Smell> {
    let with = packages.iter().filter(|(_, _, is_hashed)| *is_hashed).count();
    if with == 0 {
        return Vec::new();
    }
    let mut bare: BTreeMap<&str, &Place> = BTreeMap::new();
    for (name, place, _) in packages.iter().filter(|(_, _, is_hashed)| !is_hashed) {
        bare.entry(name).or_insert(place);
    }
    let Some(first) = bare.values().min() else { return Vec::new() };
    let mut names: Vec<&str> = bare.keys().copied().take(NAMED).collect();
    let more = match bare.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (has, it) = if bare.len() == 1 { ("has", "it") } else { ("have", "them") };
    let have = if with == 1 { "has one" } else { "have one" };
    let names = match names.pop().filter(|_| more.is_empty()) {
        Some(last) if !names.is_empty() => format!("{} and {last}", names.join(", ")),
        Some(only) => only.to_owned(),
        None => {
            let named: Vec<&str> = bare.keys().copied().take(NAMED).collect();
            named.join(", ")
        }
    };
    // One cause, one finding: the file was written without them.
    vec![Smell {
        rule: &MISSING_HASHES,
        place: (*first).clone(),
        name: "--hash".to_owned(),
        message: format!("{names}{more} {has} no hash, while {with} in {path} {have}"),
        impact:
            "Nothing tells whether the archive that is installed is the one that was looked at; \
                 an index, a mirror or whoever holds the account can exchange it"
                .to_owned(),
        fix: format!(
            "let the tool that writes the file add {it}: pip-compile --generate-hashes, uv pip \
             compile --generate-hashes"
        ),
    }]
}
