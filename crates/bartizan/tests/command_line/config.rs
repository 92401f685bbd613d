//! Which configuration holds, and what is said of one with mistakes.

use std::os::unix::fs::symlink;

use super::Shop;

/// A mistake that is told with the name of its file, so that one sees which file was read.
const MISTAKE: &str = "profile = 'bold'\n";

#[test]
fn mistakes_are_shown_in_the_user_s_file() {
    let shop = Shop::clean();
    shop.write(
        "pyproject.toml",
        "[project]\nname = \"shop\"\n\n[tool.bartizan]\nprofile = \"carefull\"\nfail_on = \"high\"\n",
    );
    insta::assert_snapshot!(shop.run(&["scan"]).fails(), @r#"
    error: `profile` cannot be `carefull`
      pyproject.toml:5:11
        5 │ profile = "carefull"
          │           ━━━━━━━━━━ one of everyday, careful, auditor, bandit
    hint: did you mean `careful`?

    error: unknown key `fail_on` in the configuration
      pyproject.toml:6:1
        6 │ fail_on = "high"
          │ ━━━━━━━
    hint: did you mean `fail-on`?
    "#);
    let from_inside = shop.run_in("shop", &["scan", ".."]);
    assert!(from_inside.fails().contains("/pyproject.toml:5:11"));
}

#[test]
fn the_nearest_configuration_holds() {
    let shop = Shop::clean();
    shop.write("bartizan.toml", MISTAKE);
    assert!(shop.run(&["scan", "shop"]).fails().contains("  bartizan.toml:1:11"));
    shop.write("shop/pyproject.toml", "[tool.ruff]\n");
    assert!(shop.run(&["scan", "shop"]).fails().contains("  bartizan.toml:1:11"));
    shop.write("shop/pyproject.toml", "[tool.bartizan]\n");
    shop.run(&["scan", "shop"]).ends(0);
    shop.run(&["scan", "shop/views.py"]).ends(0);
    assert!(shop.run(&["scan", "."]).fails().contains("  bartizan.toml:1:11"));
}

#[test]
fn in_one_folder_our_own_file_goes_first() {
    let shop = Shop::clean();
    shop.write("bartizan.toml", "");
    shop.write("pyproject.toml", "[tool.bartizan]\nprofile = 'bold'\n");
    shop.run(&["scan"]).ends(0);
}

#[test]
fn the_search_ends_at_the_root_of_the_repository() {
    let shop = Shop::clean();
    shop.write("bartizan.toml", MISTAKE);
    shop.write("shop/.git/HEAD", "");
    shop.run(&["scan", "shop"]).ends(0);
}

#[test]
fn a_file_that_does_not_speak_to_us_may_be_as_broken_as_it_likes() {
    let shop = Shop::clean();
    shop.write("pyproject.toml", "[project\n");
    shop.run(&["scan"]).ends(0);
    shop.write("pyproject.toml", "[tool.bartizan\n");
    insta::assert_snapshot!(shop.run(&["scan"]).fails(), @r#"
    error: the file is not valid TOML
      pyproject.toml:1:15
        1 │ [tool.bartizan
          │               ━ unclosed table, expected `]`
    "#);
}

#[test]
fn a_configuration_can_be_named() {
    let shop = Shop::clean();
    shop.write("bartizan.toml", MISTAKE);
    shop.write("ci/strict.toml", "profile = 'auditor'\n");
    shop.run(&["scan", "--config", "ci/strict.toml"]).ends(0);
    shop.write("ci/pyproject.toml", "[project]\n");
    insta::assert_snapshot!(shop.run(&["scan", "--config", "ci/pyproject.toml"]).fails(), @r#"
    error: ci/pyproject.toml holds no configuration
      caused by: it has no table `[tool.bartizan]`
    "#);
    insta::assert_snapshot!(shop.run(&["scan", "--config", "ci/gone.toml"]).fails(), @r#"
    error: cannot read the configuration ci/gone.toml
      caused by: no such file or directory
    "#);
}

#[test]
fn text_that_is_none() {
    let shop = Shop::clean();
    std::fs::write(shop.path().join("bartizan.toml"), b"profile = '\xff'\n").unwrap();
    insta::assert_snapshot!(shop.run(&["scan"]).fails(), @r#"
    error: cannot read the configuration bartizan.toml
      caused by: not valid UTF-8 at byte 11
    "#);
}

/// A mistake is shown with its line, and a stranger's project must not choose whose line.
#[test]
fn no_link_leads_to_a_configuration_elsewhere() {
    let private = Shop::new(&[("key", "a secret line\n")]);
    let shop = Shop::clean();
    symlink(private.path().join("key"), shop.path().join("bartizan.toml")).unwrap();
    insta::assert_snapshot!(shop.run(&["scan"]).fails(), @r#"
    error: cannot use the configuration bartizan.toml
      caused by: it is a link out of the project
    hint: if you trust it, pass `--config bartizan.toml`
    "#);

    let shop = Shop::new(&[(".git/HEAD", ""), ("common.toml", ""), ("shop/views.py", "")]);
    symlink("../common.toml", shop.path().join("shop/bartizan.toml")).unwrap();
    shop.run(&["scan", "shop"]).ends(0);
}
