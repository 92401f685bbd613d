//! `bartizan scan`: where it looks and how it ends.

use std::os::unix::fs::symlink;

use super::{Run, Shop};

/// The paths and reasons of what was left out.
fn skipped(run: &Run) -> Vec<String> {
    let json = run.json();
    let rows = json["coverage"]["skipped"].as_array().unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    rows.iter().map(|row| format!("{}: {}", text(&row["path"]), text(&row["reason"]))).collect()
}

fn seen(run: &Run) -> u64 {
    run.json()["coverage"]["kinds"]["python"]["seen"].as_u64().unwrap_or(0)
}

#[test]
fn nothing_found_is_exit_code_0_and_two_lines() {
    let shop = Shop::clean();
    let run = shop.run(&["scan"]);
    let lines: Vec<&str> = run.ends(0).lines().collect();
    assert_eq!((lines.len(), lines[0]), (2, "no findings"));
}

#[test]
fn the_folder_to_scan_is_named_from_anywhere() {
    let shop = Shop::clean();
    shop.write("elsewhere/notes.txt", "");
    for (folder, path) in [(".", "."), (".", "shop"), ("shop", ".."), ("elsewhere", "../shop")] {
        let run = shop.run_in(folder, &["scan", path, "--format", "json"]);
        run.ends(0);
        assert_eq!(seen(&run), 1, "{path} from {folder}");
    }
    let absolute = shop.path().to_str().unwrap();
    assert_eq!(seen(&shop.run_in("elsewhere", &["scan", absolute, "--format", "json"])), 1);
}

#[test]
fn one_file_can_be_scanned() {
    let shop = Shop::clean();
    shop.write("shop/urls.py", "");
    let run = shop.run(&["scan", "shop/views.py", "--format=json"]);
    run.ends(0);
    assert_eq!(seen(&run), 1);
}

#[test]
fn what_is_left_out_is_told() {
    let shop = Shop::clean();
    shop.write("env/pyvenv.cfg", "");
    shop.write("shop/local.py", "");
    shop.write(".gitignore", "local.py\n");
    let run = shop.run(&["scan", "--format=json"]);
    run.ends(0);
    let rows = ["env: a virtual environment", "shop/local.py: ignored by .gitignore"];
    assert_eq!(skipped(&run), rows);
}

#[test]
fn the_configuration_excludes_wherever_the_scan_starts() {
    let shop = Shop::clean();
    shop.write("shop/legacy/views.py", "");
    shop.write("legacy/views.py", "");
    shop.write("bartizan.toml", "exclude = ['/shop/legacy/']\n");
    let whole = shop.run(&["scan", "--format=json"]);
    assert_eq!(skipped(&whole), ["shop/legacy: excluded by the configuration"]);
    let part = shop.run_in("legacy", &["scan", "../shop", "--format=json"]);
    assert_eq!(skipped(&part), ["legacy: excluded by the configuration"]);
    let named = shop.run(&["scan", "shop/legacy", "--format=json"]);
    assert_eq!(seen(&named), 1, "who names an excluded folder sees into it");
}

#[test]
fn a_problem_is_no_failure_unless_it_is_meant_to_be() {
    let shop = Shop::clean();
    symlink("gone.py", shop.path().join("shop/forms.py")).unwrap();
    shop.run(&["scan"]).ends(0);
    let strict = shop.run(&["scan", "--strict"]);
    assert_eq!(strict.code, 2);
    insta::assert_snapshot!(strict.stderr, @r#"
    error: 1 problem, and `--strict` allows none
    hint: `bartizan scan --problems` lists them
    "#);
    assert!(strict.stdout.starts_with("no findings\n"), "the result is told all the same");
    let listed = shop.run(&["scan", "--problems"]);
    assert!(listed.ends(0).contains("shop/forms.py: a link to gone.py, which is not there"));
    Shop::clean().run(&["scan", "--strict"]).ends(0);
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let shop = Shop::clean();
    for n in 0..50 {
        shop.write(&format!("app{}/views{n}.py", n % 7), "import os\n");
    }
    for format in ["json", "sarif"] {
        let first = shop.run(&["scan", "--format", format]);
        let again = shop.run(&["scan", "--format", format, "--no-cache"]);
        assert_eq!(first.stdout, again.stdout);
    }
}
