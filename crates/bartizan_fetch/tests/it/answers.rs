//! Answers of servers that mean well.

use std::time::Duration;

use bartizan_fetch::{Answer, Cache, Client, Request};

use crate::server::{JSON, Reply, Server};
use crate::{TILL, client, indexes, look_up, question, versions};

#[test]
fn a_page_is_read_under_the_normalised_name() {
    let server = Server::start(|_| Reply::json(TILL));
    let listed = look_up(server.url("/index/")).unwrap();
    assert_eq!(versions(&listed), ["1.0"]);
    let asked = &server.asked()[0];
    assert_eq!(asked.path, "/index/till/");
    assert!(asked.headers["accept"].starts_with("application/vnd.pypi.simple.v1+json, "));
    assert_eq!(asked.headers["user-agent"], "bartizan/test");
}

#[test]
fn html_is_read_where_an_index_offers_nothing_else() {
    let page = "<a href='../../till-1.0.tar.gz'>till</a><a href='till-1.1-py3-none-any.whl'>x</a>";
    let server = Server::start(move |_| Reply::of(200, &["content-type: text/html"], page));
    let listed = look_up(server.url("/index")).unwrap();
    assert_eq!(versions(&listed), ["1.0", "1.1"]);
    assert!(!listed.listing.offers.uploaded);
}

#[test]
fn what_is_known_is_confirmed_and_not_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let cache = || Some(Cache::new(folder.path()));
    let server = Server::start(|asked| match asked.headers.get("if-none-match") {
        Some(tag) if tag == "\"v1\"" => Reply::of(304, &["etag: \"v1\""], ""),
        _ => Reply::of(200, &[JSON, "etag: \"v1\"", "cache-control: max-age=60, public"], TILL),
    });
    let ask = |now| indexes(cache(), now).look_up(&question(server.url("/index/"))).unwrap();
    assert_eq!((ask(1000).age, server.asked().len()), (0, 1));
    assert_eq!((ask(1059).age, server.asked().len()), (59, 1), "it still holds");
    let confirmed = ask(1060);
    assert_eq!((confirmed.age, server.asked().len()), (0, 2));
    assert_eq!(versions(&confirmed), ["1.0"]);
    assert_eq!((ask(1119).age, server.asked().len()), (59, 2), "it holds as long again");
}

#[test]
fn an_older_answer_is_better_than_none_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let cache = || Some(Cache::new(folder.path()));
    let server = Server::start(|_| Reply::json(TILL));
    let url = server.url("/index/");
    indexes(cache(), 1000).look_up(&question(url.clone())).unwrap();
    drop(server);
    let later = indexes(cache(), 5000).look_up(&question(url.clone())).unwrap();
    assert_eq!((versions(&later), later.age), (vec!["1.0".to_owned()], 4000));
    assert!(later.stale.unwrap().is_unreachable());
    let mut offline = indexes(cache(), 6000);
    offline.offline = true;
    let kept = offline.look_up(&question(url)).unwrap();
    assert_eq!((kept.age, kept.stale), (5000, None));
}

#[test]
fn what_the_index_no_longer_has_is_not_shown_from_before() {
    let folder = tempfile::tempdir().unwrap();
    let cache = || Some(Cache::new(folder.path()));
    let server = Server::start(|asked| match asked.headers.contains_key("if-none-match") {
        true => Reply::of(404, &[], ""),
        false => Reply::of(200, &[JSON, "etag: x"], TILL),
    });
    let ask = |now| indexes(cache(), now).look_up(&question(server.url("/index/")));
    ask(1000).unwrap();
    assert!(ask(9000).unwrap_err().to_string().ends_with("the server does not have it (404)"));
}

#[test]
fn a_damaged_cache_is_no_cache() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|_| Reply::json(TILL));
    let ask = || {
        let cache = Some(Cache::new(folder.path()));
        indexes(cache, 1000).look_up(&question(server.url("/index/"))).unwrap()
    };
    ask();
    let kept: Vec<_> = walk(folder.path()).into_iter().filter(|it| it.ends_with("till")).collect();
    let [file] = kept.as_slice() else { panic!("one answer is kept: {kept:?}") };
    let mut bytes = std::fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(file, bytes).unwrap();
    assert_eq!(versions(&ask()), ["1.0"]);
    assert_eq!(server.asked().len(), 2);
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn credentials_go_to_their_own_host_alone() {
    let other = Server::start(|_| Reply::json(TILL));
    // The same machine by another name is another host.
    let elsewhere = other.url("/till/").replace("127.0.0.1", "localhost");
    let server = Server::start(move |_| {
        let location = format!("location: {elsewhere}");
        Reply::of(302, &[location.as_str()], "")
    });
    let url = server.url("/index/").replace("http://", "http://clinic:p%40ss@");
    look_up(url).unwrap();
    assert_eq!(server.asked()[0].headers["authorization"], "Basic Y2xpbmljOnBAc3M=");
    assert_eq!(other.asked()[0].headers.get("authorization"), None);
    look_up(other.url("/")).unwrap();
    assert_eq!(other.asked()[1].headers["authorization"], "Basic c2hvcDpzM2NyZXQ=", ".netrc");
}

#[test]
fn a_passing_failure_is_asked_again() {
    let server = Server::start(|_| Reply::of(503, &["retry-after: 0"], ""));
    let patient = crate::with(bartizan_fetch::Options {
        proxies: Default::default(),
        roots: Default::default(),
        netrc: Default::default(),
        patience: Duration::from_secs(1),
        retries: 2,
        user_agent: "x".to_owned(),
    });
    assert!(get(&patient, &server.url("/")).unwrap_err().ends_with("the server failed (503)"));
    assert_eq!(server.asked().len(), 3);
    let later = Server::start(|_| Reply::of(429, &["retry-after: 3600"], ""));
    assert!(get(&patient, &later.url("/")).unwrap_err().contains("asked too often"));
    assert_eq!(later.asked().len(), 1, "nobody waits an hour");
}

#[test]
fn a_packed_answer_is_unpacked() {
    // `printf till | gzip`
    const PACKED: &[u8] = &[
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x2b, 0xc9, 0xcc, 0xc9, 1, 0, 0x51, 0x0b, 0x12, 0x64,
        4, 0, 0, 0,
    ];
    let server = Server::start(|_| {
        let head = crate::server::head(200, &["content-encoding: gzip"]);
        Reply::Raw([&head, PACKED].concat())
    });
    assert_eq!(get(&client(), &server.url("/")).unwrap(), b"till");
}

#[test]
fn a_proxy_is_asked_to_connect() {
    let proxy = Server::start(|_| Reply::json(TILL));
    let through = crate::with(bartizan_fetch::Options {
        proxies: bartizan_fetch::Proxies {
            http: Some(proxy.url("")),
            https: None,
            without: "direct.example".to_owned(),
        },
        roots: Default::default(),
        netrc: Default::default(),
        patience: Duration::from_secs(1),
        retries: 0,
        user_agent: "x".to_owned(),
    });
    // This one only notes what it is asked for, and is no tunnel.
    get(&through, "http://index.example/index/till/").unwrap_err();
    assert_eq!(proxy.paths(), ["index.example:80"]);
}

fn get(client: &Client, url: &str) -> Result<Vec<u8>, String> {
    let request = Request {
        url,
        accept: "*/*",
        known: None,
        credentials: None,
        verify: true,
        limit: 1000,
        total: Duration::from_secs(3),
    };
    match client.get(&request).map_err(|failure| failure.to_string())? {
        Answer::Fetched(fetched) => Ok(fetched.bytes),
        Answer::NotModified(_) => Err("not modified".to_owned()),
    }
}
