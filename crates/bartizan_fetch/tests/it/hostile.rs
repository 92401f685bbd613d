//! Servers that lie, break off, never end or lead astray: each is a failure with its place and its
//! reason, soon, and never an answer.

use std::time::{Duration, Instant};

use crate::server::{JSON, Reply, Server, head};
use crate::{TILL, look_up};

/// What comes of asking such a server, without its port.
fn why(answer: impl Fn(&str) -> Reply + Send + Sync + 'static) -> String {
    let server = Server::start(move |asked| answer(&asked.path));
    let started = Instant::now();
    let failure = look_up(server.url("/index/")).unwrap_err().to_string();
    assert!(started.elapsed() < Duration::from_secs(15), "it takes long: {failure}");
    failure.replace(server.url("").trim_start_matches("http://"), "HOST")
}

#[test]
fn a_status_is_a_reason() {
    for (status, reason) in [
        (401, "the server asks who we are (401)"),
        (403, "the server forbids it (403)"),
        (404, "the server does not have it (404)"),
        (418, "the server answers 418"),
        (429, "the server is asked too often (429)"),
        (500, "the server failed (500)"),
        (304, "the server answers 304"),
        (204, "the server answers 204"),
    ] {
        let told = why(move |_| Reply::of(status, &[], ""));
        assert_eq!(told, format!("http://HOST/index/till/: {reason}"));
    }
}

#[test]
fn redirects_end() {
    let to = |target: &str| Reply::of(301, &[&format!("location: {target}")], "");
    assert_eq!(
        why(move |_| to("/index/till/")),
        "http://HOST/index/till/: the server redirects for ever"
    );
    assert!(why(move |path| to(&format!("{path}x"))).ends_with("the server redirects for ever"));
    assert!(why(move |_| to("file:///etc/passwd")).ends_with("is no address of the web"));
    assert!(why(move |_| to("gopher://x/")).ends_with("is no address of the web"));
    assert!(why(move |_| to("")).ends_with("the server redirects to what is no address"));
    assert!(
        why(|_| Reply::of(302, &[], "")).ends_with("the server redirects to what is no address")
    );
}

#[test]
fn a_size_that_lies_is_found_out() {
    assert!(
        why(|_| Reply::raw(200, &[JSON, "content-length: 100000"], TILL))
            .ends_with("the answer ends before its end")
    );
    assert!(
        why(|_| Reply::raw(200, &[JSON, "content-length: 99999999999"], TILL))
            .ends_with("the answer is larger than 34 MB")
    );
    assert!(
        why(|_| Reply::raw(200, &[JSON, "content-length: 40"], TILL))
            .contains("the answer is no JSON of the simple API: EOF")
    );
}

#[test]
fn a_body_without_an_end_is_cut() {
    let told = why(|_| Reply::Again(head(200, &[JSON]), vec![b' '; 1 << 20], Duration::ZERO));
    // Whichever bound is met first on a busy machine.
    assert!(told.contains("larger than 34 MB") || told.contains("no whole answer"), "{told}");
}

#[test]
fn slowness_is_not_waited_for() {
    let second = Duration::from_secs(1);
    let drip = why(move |_| Reply::Again(head(200, &[JSON]), b" ".to_vec(), second / 4));
    assert!(drip.contains("no whole answer within"), "{drip}");
    let silent = why(move |_| Reply::Again(Vec::new(), Vec::new(), second));
    assert!(silent.contains("no whole answer within"), "{silent}");
    let half_a_head = why(move |_| Reply::Again(b"HTTP/1.1 200".to_vec(), Vec::new(), second));
    assert!(half_a_head.contains("no whole answer within"), "{half_a_head}");
}

#[test]
fn what_is_no_http_is_a_failure() {
    for bytes in [&b"SSH-2.0-x\r\n\r\n"[..], b"", b"HTTP/9.9 abc\r\n\r\n", &[0; 64]] {
        let told = why(move |_| Reply::Raw(bytes.to_vec()));
        assert!(told.starts_with("http://HOST/index/till/: "), "{told}");
    }
    let headers =
        why(|_| Reply::Again(head(200, &[])[..20].to_vec(), b"x: y\r\n".to_vec(), Duration::ZERO));
    assert!(headers.starts_with("http://HOST/index/till/: "), "{headers}");
}

#[test]
fn a_bomb_is_not_unpacked() {
    // A stored block would do as well; what counts is that the bound is on what comes out.
    let unknown = why(|_| Reply::of(200, &[JSON, "content-encoding: br"], "x"));
    assert!(unknown.ends_with("the answer is packed as `br`, which nobody asked for"));
    let broken = why(|_| Reply::of(200, &[JSON, "content-encoding: gzip"], "no gzip"));
    assert!(broken.ends_with("the answer cannot be unpacked"));
}

#[test]
fn a_page_that_is_no_listing_says_why() {
    let told = |kind: &'static str, body: &'static str| {
        why(move |_| Reply::of(200, &[&format!("content-type: {kind}")], body))
    };
    let json = "application/vnd.pypi.simple.v1+json";
    for (kind, body, reason) in [
        ("image/png", "x", "the answer is `image/png`, and no list of releases"),
        ("text/html", "<form>Log in</form>", "the page lists no file"),
        (json, "{\"files\": [", "no JSON of the simple API: EOF"),
        (json, "[[[[[[", "no JSON of the simple API"),
        (json, r#"{"meta": {"api-version": "1.0"}}"#, "missing field `files`"),
        (json, r#"{"meta": {"api-version": "1.0"}, "files": {}}"#, "invalid type"),
        (json, r#"{"meta": {"api-version": "1.0"}, "files": [{"url": "x"}]}"#, "missing field"),
        (json, r#"{"meta": {"api-version": "2.1"}, "files": []}"#, "speaks version 2.1"),
        (json, r#"{"meta": {"api-version": "1.0"}, "name": "x", "files": []}"#, "is about `x`"),
    ] {
        let why = told(kind, body);
        assert!(why.contains(reason), "{why}");
    }
    let untyped = why(|_| Reply::of(200, &[], TILL));
    assert!(untyped.ends_with("the answer does not say what it is"));
}

#[test]
fn nobody_there_is_told_as_such_and_not_tried_for_ever() {
    let server = Server::start(|_| Reply::json(TILL));
    let url = server.url("/index/");
    drop(server);
    let client = crate::indexes(None, 0);
    for _ in 0..5 {
        let failure = client.look_up(&crate::question(url.clone())).unwrap_err();
        assert!(failure.is_unreachable(), "{failure}");
    }
    let nowhere = look_up("http://index.of.the.shop.invalid/index/".to_owned()).unwrap_err();
    assert!(nowhere.is_unreachable(), "{nowhere}");
}
