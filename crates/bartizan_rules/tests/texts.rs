//! Texts that are no code, through the whole pipeline: what is told, what is hidden, what is counted.

#![allow(clippy::unwrap_used, reason = "a test that finds nothing where it looks has failed")]

use bartizan_base::{FileKind, FilePath, Listing, MemoryTree, ReadError, Tree};
use bartizan_finding::{Finding, Profile, ScanResult};
use bartizan_secret::specimen;
use bartizan_testkit::memory::{self, scan_as as scan};

fn told(result: &ScanResult) -> Vec<String> {
    let told = |finding: &Finding| {
        let (place, line) = (&finding.place, finding.place.start.line);
        format!("{}:{line} {}", place.path, finding.rule.id)
    };
    result.shown().map(told).collect()
}

/// A secret in every place that a scan looks at, and the whole result printed.
#[test]
fn a_secret_appears_nowhere_in_a_result() {
    for kind in specimen::KINDS {
        let secret = specimen::specimen(kind, 7).unwrap();
        // Of what lies in a connection string, the key is the secret.
        let value = secret.rsplit(['=', '/']).find(|part| part.len() > 20).unwrap_or(&secret);
        let files = [
            (
                "shop/keys.py",
                format!("import hashlib\nAPI_TOKEN = '''{secret}'''\nhashlib.md5(API_TOKEN)\n"),
            ),
            (
                "deploy/app.yml",
                format!("api_token: \"{secret}\"\nurl: postgres://shop:{value}@db.shop.net/shop\n"),
            ),
            (
                "Dockerfile",
                format!(
                    "FROM python\nENV API_TOKEN={secret} DEBUG=1\nCMD python manage.py runserver\n"
                ),
            ),
            (".env", format!("API_TOKEN={secret}\n")),
            (
                "compose.prod.yml",
                format!("services:\n  web:\n    environment:\n      - API_TOKEN={secret}\n"),
            ),
        ];
        let result = memory::scan(files.iter().map(|(path, text)| (*path, text.as_str())));
        let shown = format!("{:?}", result.findings);
        if !matches!(*kind, "jwt" | "aws-id") {
            assert!(!result.findings.is_empty(), "{kind}: nothing is found");
        }
        for line in secret.lines().filter(|line| line.len() > 20 && !line.starts_with("-----")) {
            assert!(!shown.contains(line), "{kind}: a secret is shown");
        }
    }
}

#[test]
fn a_new_value_under_the_same_name_is_the_same_finding() {
    let prints = |seed| {
        let text = format!("shop:\n  api_token: {}\n", specimen::specimen("random", seed).unwrap());
        let result = memory::scan([("deploy/app.yml", text.as_str())]);
        let prints: Vec<_> = result.findings.iter().map(|f| (f.fingerprint, f.evidence)).collect();
        assert_eq!(prints.len(), 1);
        prints
    };
    assert_eq!(prints(1), prints(2));
}

#[test]
fn a_comment_accepts_a_finding_in_any_text_with_comments() {
    let (one, two) =
        (specimen::specimen("random", 1).unwrap(), specimen::specimen("random", 2).unwrap());
    let text = format!(
        "# bartizan: ignore[credential-in-text] opens the test system alone\n\
         api_token: {one}\n\
         other_token: {two}  # bartizan: ignore[credential-in-text] the same\n\
         third: 3  # bartizan: ignore[credential-in-text] nothing is here\n\
         fourth: 4  # bartizan: ignore credential-in-text\n"
    );
    let result = memory::scan([("deploy/app.yml", text.as_str())]);
    let accepted: Vec<u32> =
        result.findings.iter().filter_map(|f| f.suppressed.as_ref()).map(|s| s.line).collect();
    assert_eq!(accepted, [1, 3]);
    assert_eq!(told(&result), ["deploy/app.yml:4 unused-suppression"]);
    assert_eq!(result.problems.len(), 1, "the comment that cannot be read");
}

#[test]
fn what_is_not_read_is_counted_by_its_reason() {
    let long = "a ".repeat(1_200_000);
    let pressed = "var a=1;".repeat(2_000);
    let tree = MemoryTree::new()
        .with("shop/views.py", "x = 1\n")
        .with("README.md", "hello\n")
        .with("Dockerfile", "FROM scratch\n")
        .with("locale/de/LC_MESSAGES/django.po", "msgid \"Password\"\n")
        .with("static/shop.js.map", "{}")
        .with("static/shop.js", pressed)
        .with("static/jquery.min.js", "a")
        .with("data.txt", long)
        .with("blob", &b"text\0and more"[..])
        .with("shop/tests/key.txt", "x");
    let result = scan(&tree, Profile::Everyday);
    let kinds: Vec<String> = result
        .coverage
        .kinds
        .iter()
        .map(|(kind, reads)| format!("{} {}/{}", kind.as_str(), reads.read, reads.seen))
        .collect();
    assert_eq!(kinds, ["python 1/1", "deployment 1/1", "text 1/8"]);
    let reasons: Vec<String> =
        result.coverage.passed_over.iter().map(|(why, count)| format!("{why} {count}")).collect();
    assert_eq!(
        reasons,
        [
            "larger than 2 MB 1",
            "minified 2",
            "no text 1",
            "source maps 1",
            "test code 1",
            "translations 1",
        ]
    );
}

/// A tree beside which no version control lies, as an unpacked archive is.
struct Unversioned(MemoryTree);

impl Tree for Unversioned {
    fn list(&self) -> Listing {
        self.0.list()
    }

    fn read(&self, path: &FilePath) -> Result<Vec<u8>, ReadError> {
        self.0.read(path)
    }
}

#[test]
fn environment_files_are_judged_where_version_control_keeps_them() {
    let secret = specimen::specimen("github", 1).unwrap();
    let tree = MemoryTree::new()
        .with(".env", format!("GITHUB_TOKEN={secret}\n"))
        .with(".env.example", format!("GITHUB_TOKEN={secret}\n"));
    let kept = scan(&tree, Profile::Everyday);
    assert_eq!(
        told(&kept),
        [
            ".env:1 tracked-env-file",
            ".env:1 provider-key-in-text",
            ".env.example:1 provider-key-in-text"
        ]
    );
    let result = scan(&Unversioned(tree), Profile::Everyday);
    assert_eq!(told(&result), [".env.example:1 provider-key-in-text"]);
    let reads = result.coverage.kinds[&FileKind::Deployment];
    assert_eq!((reads.seen, reads.read), (2, 1));
}

#[test]
fn a_secret_is_told_once_and_by_who_knows_most_of_it() {
    let text = format!("API_KEY = \"{}\"\n", specimen::specimen("stripe", 1).unwrap());
    let result = memory::scan([("shop/payments.py", text.as_str())]);
    assert_eq!(told(&result), ["shop/payments.py:1 provider-key-in-text"]);
}
