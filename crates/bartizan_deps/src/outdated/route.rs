//! Which index is asked about which package.

use std::collections::BTreeMap;

use bartizan_finding::Place;
use bartizan_requirement::{Address, Inventory, Options, PackageName, Source};

use super::related::Related;
use crate::package::{Package, packages};

/// The ecosystem by the name that advisories give it.
const ECOSYSTEM: &str = "PyPI";
/// Where an index offers its simple API, unless it says otherwise.
const API: &str = "simple";

/// The simple API of the public index, whose host is called as the ecosystem is.
pub fn public_index() -> Address {
    Address::new(format!("https://{}.org/{API}/", ECOSYSTEM.to_ascii_lowercase()))
}

/// One index to ask.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Index {
    /// The root of its simple API.
    pub url: Address,
    /// The name by which the project knows it, where it gives one.
    pub name: Option<String>,
    /// Whether the certificate of its host is looked at.
    pub verify: bool,
}

/// Where to ask about one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// All of these, none before the other.
    Ask(Vec<Index>),
    /// Nowhere, and why.
    Nowhere(String),
}

/// The indexes of pip's configuration and of the caller.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// In place of what the project says too: the caller's own words.
    pub forced: Vec<Index>,
    /// In place of the public index, where the project names none.
    pub main: Option<Index>,
    /// Beside whichever is the main one.
    pub extra: Vec<Index>,
    /// Whether no index is to be asked.
    pub no_index: bool,
    /// Hosts whose certificate is not looked at.
    pub trusted_hosts: Vec<String>,
}

/// The page on which an index tells of the project `name`, as it may be shown.
pub fn page(index: &Address, name: &PackageName) -> String {
    let root = index.reveal().trim_end_matches('/');
    Address::new(format!("{root}/{}/", name.as_str())).to_string()
}

/// Where each package of `inventory` is to be asked about.
pub fn routes(inventory: &Inventory, defaults: &Defaults) -> BTreeMap<PackageName, Route> {
    let (mut packages, _) = packages(inventory);
    packages.extend(super::held::open(inventory, &packages));
    routes_of(inventory, defaults, &packages)
}

/// The same for these packages of it.
pub(crate) fn routes_of(
    inventory: &Inventory,
    defaults: &Defaults,
    packages: &[Package],
) -> BTreeMap<PackageName, Route> {
    let mut related = Related::new(inventory);
    let mut locked: BTreeMap<usize, BTreeMap<&Place, &Source>> = BTreeMap::new();
    let mut routes: BTreeMap<PackageName, Route> = BTreeMap::new();
    for package in packages {
        for at in &package.uses {
            let options = related.options(at);
            let source = at.lock.and_then(|number| {
                let lock = inventory.locks.get(number)?;
                let of_lock = locked.entry(number).or_insert_with(|| {
                    let packages = lock.packages.iter().rev();
                    packages.map(|it| (&it.place, &it.source)).collect()
                });
                of_lock.get(&at.place).map(|source| (*source).clone())
            });
            let source = source.or_else(|| {
                let mut wishes = related
                    .manifests(at)
                    .iter()
                    .flat_map(|it| it.of(&package.name))
                    .collect::<Vec<_>>()
                    .into_iter();
                wishes.find(|wish| wish.source.is_index()).map(|wish| wish.source.clone())
            });
            let route = route(source.as_ref(), &options, defaults);
            match routes.get_mut(&package.name) {
                None => drop(routes.insert(package.name.clone(), route)),
                Some(Route::Ask(known)) => {
                    if let Route::Ask(more) = route {
                        for index in more {
                            add(known, index);
                        }
                    }
                }
                Some(nowhere) => *nowhere = route,
            }
        }
    }
    routes
}

fn route(source: Option<&Source>, options: &[&Options], defaults: &Defaults) -> Route {
    if !defaults.forced.is_empty() {
        return Route::Ask(defaults.forced.clone());
    }
    let mut indexes: Vec<Index> = Vec::new();
    let named = options.iter().flat_map(|options| &options.named_indexes);
    // Whose certificate need not be looked at is for the one who asks to say: a project that is
    // read may not be trusted.
    let verify = |url: &Address| {
        let host = url.host();
        let mut trusted = defaults.trusted_hosts.iter();
        !trusted.any(|trusted| trusted.split(':').next() == Some(host.as_str()))
    };
    let index = |url: &Address, name: &str| Index {
        url: url.clone(),
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        verify: verify(url),
    };
    // A package that is bound to one index is looked for nowhere else.
    if let Some(Source::NamedIndex(bound)) = source {
        let declared = named.clone().find(|known| known.name == bound.reveal());
        let (url, name) = declared.map_or((bound, ""), |known| (&known.url, known.name.as_str()));
        if url.scheme().is_empty() && !url.reveal().eq_ignore_ascii_case(ECOSYSTEM) {
            return Route::Nowhere(format!("nothing tells the address of the index `{bound}`"));
        }
        // A lock names the public index because its tool asked there; the settings of this machine
        // may know a way to it.
        if !url.scheme().is_empty() && !same(url, &public_index()) {
            return closed(vec![index(url, name)]);
        }
    }
    if options.iter().any(|options| options.no_index.is_some()) || defaults.no_index {
        return Route::Nowhere("the project, or pip's configuration, says to ask no index".into());
    }
    let (mut main, mut names_public): (Option<Index>, bool) = (None, false);
    for options in options {
        match options.index_urls.last() {
            Some(url) if same(&url.value, &public_index()) => names_public = true,
            Some(url) if main.is_none() => main = Some(index(&url.value, "")),
            _ => {}
        }
    }
    for known in named.filter(|known| !known.explicit) {
        // pipenv and Poetry ask what they list in place of the public index; uv and PDM ask that
        // one too, unless another stands for it.
        let it = index(&known.url, &known.name);
        match known.default && main.is_none() {
            _ if same(&known.url, &public_index()) => names_public = true,
            true => main = Some(it),
            false => add(&mut indexes, it),
        }
    }
    let public = || defaults.main.clone().unwrap_or_else(|| index(&public_index(), ""));
    match main {
        Some(main) => {
            indexes.insert(0, main);
            if names_public {
                add(&mut indexes, public());
            }
        }
        None => indexes.insert(0, public()),
    }
    for options in options {
        for url in &options.extra_index_urls {
            add(&mut indexes, index(&url.value, ""));
        }
    }
    for extra in &defaults.extra {
        add(&mut indexes, extra.clone());
    }
    closed(indexes)
}

/// These indexes, unless an address is open: a file of the project may not choose which variable of
/// this process goes over the network.
fn closed(indexes: Vec<Index>) -> Route {
    match indexes.iter().find(|index| index.url.reveal().contains("${")) {
        Some(open) => Route::Nowhere(format!(
            "the address {} holds a variable of the environment, which is not sent; pass the \
             address by --index-url",
            open.url
        )),
        None => Route::Ask(indexes),
    }
}

fn add(indexes: &mut Vec<Index>, index: Index) {
    if !indexes.iter().any(|known| same(&known.url, &index.url)) {
        indexes.push(index);
    }
}

/// Whether two addresses are one, but for the last stroke.
fn same(one: &Address, two: &Address) -> bool {
    one.reveal().trim_end_matches('/') == two.reveal().trim_end_matches('/')
}
