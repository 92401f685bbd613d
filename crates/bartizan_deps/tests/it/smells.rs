//! Ways of taking packages that let others choose what comes.

use crate::{found, lines, shop};

/// What is said of one requirements file, without its name.
fn said(text: &str) -> Vec<String> {
    let result = found(&shop(&[("requirements.txt", text)]), "2026-11-23");
    let cut = |line: String| line.trim_start_matches("requirements.txt:").to_owned();
    lines(&result).into_iter().map(cut).collect()
}

#[test]
fn many_pins_without_a_hash_are_one_finding() {
    let hash = format!(" --hash=sha256:{}\n", "a".repeat(64));
    let bare = ["cart==1\n", "till==2\n", "bill==3\n", "shelf==4\n"].concat();
    assert_eq!(
        said(&format!("door==9{hash}{bare}")),
        [
            "2 medium missing-hashes bill, cart, shelf and 1 more have no hash, while 1 in requirements.txt has one"
        ]
    );
    assert_eq!(
        said(&format!("door==9{hash}cart==1\n")),
        ["2 medium missing-hashes cart has no hash, while 1 in requirements.txt has one"]
    );
}

#[test]
fn a_password_in_an_address_is_not_told() {
    let told = said("--extra-index-url http://clinic:s3cret@packages.clinic.example/\n");
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|line| !line.contains("s3cret")), "{told:?}");
}

#[test]
fn the_same_machine_needs_no_protection() {
    assert_eq!(said("--index-url http://127.0.0.1:3141/shop/\n"), [""; 0]);
}
