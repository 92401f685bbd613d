//! What stops the work: exit code 2, an error on stderr, nothing on standard output.

use std::process::Command;

use super::Shop;

#[test]
fn there_is_nothing_at_the_path() {
    let shop = Shop::clean();
    insta::assert_snapshot!(shop.run(&["scan", "warehouse"]).fails(), @r#"
    error: cannot read warehouse
      caused by: there is no such file or folder
    "#);
    insta::assert_snapshot!(shop.run(&["scan", "shop/views.py/x"]).fails(), @r#"
    error: cannot read shop/views.py/x
      caused by: there is no such file or folder
    "#);
}

#[test]
fn a_pipe_is_no_project() {
    let shop = Shop::clean();
    let pipe = shop.path().join("pipe");
    assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    insta::assert_snapshot!(shop.run(&["scan", "pipe"]).fails(), @r#"
    error: cannot read pipe
      caused by: it is neither a file nor a folder
    "#);
}

#[test]
fn arguments_that_do_not_exist() {
    let shop = Shop::clean();
    for args in [
        &["scan", "--fail-on", "info"][..],
        &["scan", "--profile", "bold"],
        &["scan", "--format", "xml"],
        &["scan", "--quiet", "--statistics"],
        &["scan", "a", "b"],
        &["guard"],
        &[],
    ] {
        let run = shop.run(args);
        assert!(run.fails().contains("Usage:") || run.stderr.contains("--help"), "{args:?}");
    }
}

#[test]
fn help_and_version_are_no_failures() {
    let shop = Shop::clean();
    assert!(shop.run(&["--help"]).ends(0).contains("Exit codes: 0 clean"));
    assert!(shop.run(&["scan", "--help"]).ends(0).contains("--fail-on"));
    let version = format!("bartizan {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(shop.run(&["--version"]).ends(0), version);
}

#[test]
fn rules_that_do_not_exist() {
    let shop = Shop::clean();
    insta::assert_snapshot!(shop.run(&["scan", "--ignore", "no rule of any tool"]).fails(), @r#"
    error: unknown rule `no rule of any tool` in `--ignore`
    hint: `bartizan rules` lists all rules, their families and peers' ids
    "#);
}

#[test]
fn errors_are_coloured_where_it_is_asked_for() {
    let shop = Shop::clean();
    assert!(shop.run(&["scan", "gone", "--color", "always"]).fails().starts_with("\u{1b}["));
    assert!(shop.run(&["scan", "gone"]).fails().starts_with("error: "));
}
