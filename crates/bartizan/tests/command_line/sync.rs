//! `bartizan advisories sync`: what is fetched is used by all later commands, or changes nothing.

use super::server::{Reply, Server, head};
use super::{Run, Shop};

const RECORD: &str = r#"{"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "summary": "Prices can be set by the client", "modified": "2026-11-20T10:00:00Z", "affected": [{"package": {"ecosystem": "PyPI", "name": "shop-cart"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.4"}]}]}]}
"#;

const KEV: &str = r#"{"dateReleased": "2026-11-21T00:00:00Z", "vulnerabilities": [{"cveID": "CVE-2026-1", "dateAdded": "2026-11-21", "knownRansomwareCampaignUse": "Known"}, {"cveID": "CVE-1999-1", "dateAdded": "2000-01-01"}]}"#;

const EPSS: &str = "#model_version:v4,score_date:2026-11-22T00:00:00Z\ncve,epss,percentile\nCVE-2026-1,0.25,0.9\nCVE-1999-1,0.5,0.9\n";

/// A shop with a vulnerable cart.
fn shop() -> Shop {
    Shop::new(&[("requirements.txt", "shop-cart==1.3\n"), ("home/README", "")])
}

fn run(shop: &Shop, args: &[&str]) -> Run {
    let output = shop.command(".", args).env("HOME", shop.path().join("home")).output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn sync(shop: &Shop, from: &str, more: &[&str]) -> Run {
    let args = ["advisories", "sync", "--from", from];
    run(shop, &args.iter().chain(more).copied().collect::<Vec<_>>())
}

/// Whether the hole of the cart is known.
fn is_known(shop: &Shop) -> bool {
    run(shop, &["deps", "check"]).code == 1
}

#[test]
fn what_was_synced_is_used_by_every_command() {
    let shop = shop();
    assert!(!is_known(&shop), "nobody has told of it yet");
    shop.write("records.jsonl", RECORD);
    shop.write("kev.json", KEV);
    shop.write("epss.csv", EPSS);
    let refused = sync(&shop, "records.jsonl", &[]);
    assert!(refused.fails().contains("holds 1 records about Python, and 7"), "{refused:?}");
    assert!(!is_known(&shop));
    let synced =
        sync(&shop, "records.jsonl", &["--force", "--kev", "kev.json", "--epss", "epss.csv"]);
    let line = synced.ends(0);
    assert!(line.starts_with("synced: ") && line.contains("the newest from 2026-11-20"), "{line}");
    assert!(is_known(&shop));
    let checked = run(&shop, &["deps", "check"]);
    assert!(checked.stdout.starts_with("critical · shop-cart 1.3 · CVE-2026-1"), "{checked:?}");
    assert!(checked.stdout.contains("used in attacks, fixed in 1.4"));
    assert_eq!(run(&shop, &["scan", "--fail-on", "critical"]).code, 1, "a scan asks the same");
    let shown = run(&shop, &["advisories", "show", "CVE-2026-1"]);
    assert!(shown.ends(0).contains("attacks within 30 days: 25.0 % (EPSS)"), "{shown:?}");
    let status = run(&shop, &["advisories", "status"]);
    for word in ["OSV records", "Django", "EPSS", "2026-11-22", "2026-11-21", "synced advisories"] {
        assert!(status.ends(0).contains(word), "{word}: {status:?}");
    }
    assert!(run(&shop, &["advisories", "verify"]).ends(0).starts_with("synced advisories: "));
    let built_in = run(&shop, &["deps", "check", "--advisories", "built-in"]);
    assert_eq!(built_in.code, 0);
    // What Django itself publishes is built in, and stays known.
    run(&shop, &["advisories", "show", "DJANGO-CVE-2024-42005"]).ends(0);
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let shop = shop();
    let server = Server::start(|asked| match asked.headers.get("if-none-match") {
        Some(_) => Reply::of(304, &[], ""),
        None => {
            Reply::of(200, &["etag: \"7\"", "last-modified: Fri, 20 Nov 2026 10:00:00 GMT"], RECORD)
        }
    });
    let url = server.url("/all.zip");
    assert!(sync(&shop, &url, &["--force"]).ends(0).starts_with("synced: "));
    let again = sync(&shop, &url, &[]);
    assert!(again.ends(0).starts_with("nothing new: "), "{again:?}");
    let asked = server.asked();
    assert_eq!(asked[1].headers["if-none-match"], "\"7\"");
    assert_eq!(asked[1].headers["if-modified-since"], "Fri, 20 Nov 2026 10:00:00 GMT");
    assert!(is_known(&shop));
    sync(&shop, &url, &["--force"]).ends(0);
    assert_eq!(server.asked()[2].headers.get("if-none-match"), None, "force asks for all of it");
}

/// What a server answers, and what is said of it.
type Answer = (fn() -> Reply, &'static str);

#[test]
fn a_damaged_download_changes_nothing() {
    let shop = shop();
    shop.write("records.jsonl", RECORD);
    sync(&shop, "records.jsonl", &["--force"]).ends(0);
    let answers: [Answer; 6] = [
        (|| Reply::raw(200, &["content-length: 100000"], RECORD), "the answer ends before its end"),
        (|| Reply::of(200, &[], "PK\x03\x04 cut"), "the archive is damaged or cut"),
        (|| Reply::of(200, &[], "<html>Log in</html>"), "expected value"),
        (|| Reply::of(200, &[], &RECORD.replace("PyPI", "npm")), "it holds 0 records about Python"),
        (|| Reply::of(500, &[], ""), "the server failed (500)"),
        (
            || Reply::Raw([head(200, &["content-encoding: gzip"]), vec![0x1f, 0x8b, 8]].concat()),
            "cannot be unpacked",
        ),
    ];
    let replies: Vec<fn() -> Reply> = answers.iter().map(|(reply, _)| *reply).collect();
    let server = Server::start(move |asked| {
        let at: usize = asked.path.trim_start_matches('/').parse().unwrap();
        replies[at]()
    });
    for (at, (_, why)) in answers.iter().enumerate() {
        let failed = sync(&shop, &server.url(&format!("/{at}")), &["--timeout", "2"]);
        let error = failed.fails();
        assert!(error.starts_with("error: cannot sync advisories from http://127."), "{error}");
        assert!(error.contains(why), "{error}");
        assert!(is_known(&shop), "{why}");
    }
    let kev = sync(&shop, "records.jsonl", &["--force", "--kev", "requirements.txt"]);
    assert_eq!(kev.code, 2);
    assert!(kev.stderr.contains("not everything was synced: requirements.txt: it is no catalogue"));
    assert!(is_known(&shop));
}

#[test]
fn a_damaged_file_is_told_and_the_built_in_records_are_asked() {
    let shop = shop();
    shop.write("records.jsonl", RECORD);
    sync(&shop, "records.jsonl", &["--force"]).ends(0);
    let path = "home/.cache/bartizan/advisories.bin";
    let bytes = std::fs::read(shop.path().join(path)).unwrap();
    std::fs::write(shop.path().join(path), &bytes[..bytes.len() / 2]).unwrap();
    let checked = run(&shop, &["deps", "check"]);
    assert_eq!(checked.code, 0);
    assert!(checked.stderr.starts_with("warning: the synced advisories cannot be used"));
}
