//! `bartizan deps outdated` against an index on this machine.

use std::time::Duration;

use super::server::{JSON, Reply, Server};
use super::{Run, Shop};

/// An index that has `shop-cart` and `till`, and fails about whatever else.
fn index() -> Server {
    Server::start(|asked| match asked.path.as_str() {
        "/index/shop-cart/" => Reply::of(
            200,
            &[JSON, "etag: \"1\""],
            r#"{"meta": {"api-version": "1.1"}, "name": "shop-cart", "files": [
            {"filename": "shop_cart-1.3-py3-none-any.whl", "upload-time": "2024-01-01T00:00:00Z", "yanked": "prices are lost"},
            {"filename": "shop_cart-1.9-py3-none-any.whl", "upload-time": "2025-01-01T00:00:00Z"},
            {"filename": "shop_cart-2.0-py3-none-any.whl", "upload-time": "2026-01-01T00:00:00Z", "requires-python": ">=3.12"}]}"#,
        ),
        "/index/till/" => Reply::json(
            r#"{"meta": {"api-version": "1.1"}, "files": [{"filename": "till-7.tar.gz", "upload-time": "2026-01-01T00:00:00Z"}]}"#,
        ),
        "/index/lamp/" => Reply::of(404, &[], ""),
        _ => Reply::of(500, &[], ""),
    })
}

/// A shop that asks this index, because pip's configuration in its home says so.
fn shop(server: &Server, requirements: &str) -> Shop {
    let shop = Shop::new(&[("shop/requirements.txt", requirements)]);
    shop.write(
        "home/.config/pip/pip.conf",
        &format!("[global]\nindex-url = {}\nretries = 0\n", server.url("/index")),
    );
    shop
}

fn run(shop: &Shop, more: &[&str]) -> Run {
    let home = shop.path().join("home");
    let args: Vec<&str> = ["deps", "outdated"].iter().chain(more).copied().collect();
    let output = shop.command("shop", &args).env("HOME", home).output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn what_is_behind_is_a_table_and_exit_code_1() {
    let server = index();
    let shop = shop(&server, "shop-cart==1.3\ntill==7\n");
    shop.write("shop/.python-version", "3.11\n");
    let first = run(&shop, &[]);
    insta::assert_snapshot!(first.ends(1), @r"
     package    installed  wanted  latest  step   age    note
     shop-cart  1.3        1.3     2.0     major  2.0 y  yanked: prices are lost, needs Python >=3.12

    1 of 2 behind · 2.0 libyears · for Python 3.11 · just now from the index
    ");
    assert_eq!(server.paths().len(), 2);
    let again = run(&shop, &[]);
    assert_eq!(again.code, 1);
    assert_eq!(server.paths().len(), 2, "an answer of a moment ago still holds");
    run(&shop, &["--refresh"]);
    let tags: Vec<_> = server
        .asked()
        .iter()
        .skip(2)
        .map(|asked| asked.headers.get("if-none-match").cloned())
        .collect();
    assert!(tags.contains(&Some("\"1\"".to_owned())), "{tags:?}");
}

#[test]
fn what_is_current_is_exit_code_0() {
    let server = index();
    let current = run(&shop(&server, "till==7\n"), &[]);
    assert!(current.ends(0).starts_with("none of 1 package behind · just now from the index\n"));
    let nothing = run(&shop(&server, "\n"), &[]);
    assert_eq!(nothing.ends(0), "no pinned or locked package was found\n");
}

#[test]
fn a_failed_look_up_is_never_clean() {
    let server = index();
    let shop = shop(&server, "till==7\nlamp==1\nshelf==2\ndesk>=3\n");
    let failed = run(&shop, &[]);
    let text = failed.ends(2).replace(&server.url(""), "http://HOST");
    insta::assert_snapshot!(text, @r"
    none of 1 package behind · 3 not checked · just now from the index
    not checked: lamp (http://HOST/index: the server does not have it (404))
    not checked: desk, shelf (http://HOST/index: the server failed (500))
    no version to compare: desk
    not told by this index: which releases are yanked or which Python a release needs
    ");
    let json = run(&shop, &["--json", "--fail-on", "never"]);
    assert_eq!(json.code, 2);
    let json = json.json();
    assert_eq!(json["summary"]["not_checked"], 3);
    assert_eq!(json["not_checked"][2]["name"], "shelf");
    assert_eq!(json["not_checked"][2]["why"], "the server failed (500)");
    assert_eq!(json["packages"][0]["status"], "current");
    assert_eq!(json["packages"][0]["yanked"], serde_json::Value::Null, "this index does not tell");
}

#[test]
fn what_has_no_version_is_told_where_the_project_holds_it_back() {
    let server = index();
    let held = run(&shop(&server, "shop-cart<2\ntill>=7\n"), &[]);
    insta::assert_snapshot!(held.ends(0), @r"
    held back by what the project asks for
     shop-cart  <2  1.9 → 2.0  requirements.txt:1

    1 package held back
    no version to compare: shop-cart, till
    ");
}

#[test]
fn the_gate_can_be_raised() {
    let server = index();
    let behind = shop(&server, "shop-cart==1.9\n");
    for (gate, code) in [("behind", 1), ("minor", 1), ("major", 1), ("yanked", 0), ("never", 0)] {
        assert_eq!(run(&behind, &["--fail-on", gate]).code, code, "{gate}");
    }
    let yanked = shop(&server, "shop-cart==1.3\n");
    assert_eq!(run(&yanked, &["--fail-on", "yanked"]).code, 1);
}

#[test]
fn without_a_network_it_says_so_and_shows_what_is_known() {
    let server = index();
    let shop = shop(&server, "shop-cart==1.9\ntill==7\n");
    run(&shop, &[]);
    drop(server);
    let offline = run(&shop, &["--offline"]);
    assert!(offline.ends(1).starts_with(" package    installed"), "{offline:?}");
    let gone = run(&shop, &["--refresh"]);
    assert!(gone.ends(2).starts_with("no network: no index was reached; this is what was known "));
    assert!(gone.stdout.contains("shop-cart  1.9"), "{gone:?}");
    let nothing = run(&shop, &["--no-cache"]);
    assert!(nothing.ends(2).starts_with("no network: no index was reached, and nothing is known"));
}

#[test]
fn a_slow_index_is_not_waited_for() {
    let pause = Duration::from_millis(300);
    let server = Server::start(move |_| Reply::Again(Vec::new(), Vec::new(), pause));
    let shop = shop(&server, "till==7\n");
    let slow = run(&shop, &["--timeout", "1"]);
    assert!(slow.ends(2).contains("not checked: till (http://127."), "{slow:?}");
    assert!(slow.stdout.contains("no whole answer within 1 s"), "{slow:?}");
}

#[test]
fn flags_go_before_everything_and_wrong_ones_are_errors() {
    let server = index();
    let elsewhere = Shop::new(&[("requirements.txt", "-i http://127.0.0.1:1/\ntill==7\n")]);
    elsewhere.run(&["deps", "outdated", "--index-url", &server.url("/index")]).ends(0);
    let wrong = elsewhere.run(&["deps", "outdated", "--index-url", "nonsense"]);
    assert!(wrong.fails().contains("`nonsense` is no address of an index"));
    let cert = elsewhere.run(&["deps", "outdated", "--cert", "requirements.txt"]);
    assert!(cert.fails().contains("requirements.txt holds no certificate"));
}

#[test]
fn a_password_in_an_address_is_shown_nowhere() {
    let server = index();
    let url = server.url("/index").replace("http://", "http://clinic:s3cret@");
    let shop = Shop::new(&[("requirements.txt", "till==7\nshelf==1\n")]);
    for form in [&["--json"][..], &["--problems"]] {
        let mut args = vec!["deps", "outdated", "--index-url", &url];
        args.extend(form);
        let run = shop.run(&args);
        assert_eq!(run.code, 2);
        assert!(!run.stdout.contains("s3cret") && run.stdout.contains("***@"), "{run:?}");
    }
}
