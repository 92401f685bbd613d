//! `bartizan explain`: rules by any of their names, findings by the beginning of their id.

use super::Shop;

#[test]
fn a_rule_goes_by_its_own_name_and_by_those_of_peers() {
    let shop = Shop::clean();
    let page = shop.run(&["explain", "request-without-timeout"]);
    assert!(page.ends(0).lines().any(|line| line.starts_with("request-without-timeout")));
    for peer in ["B113", "S113"] {
        assert!(shop.run(&["explain", peer]).ends(0).contains(&page.stdout), "{peer}");
    }
}

#[test]
fn a_slip_is_told_from_nonsense() {
    let shop = Shop::clean();
    insta::assert_snapshot!(shop.run(&["explain", "request-wihtout-timeout"]).fails(), @r#"
    error: unknown rule `request-wihtout-timeout`
    hint: did you mean `request-without-timeout`?
    "#);
}

#[test]
fn what_is_neither_a_rule_nor_a_finding() {
    let shop = Shop::clean();
    insta::assert_snapshot!(shop.run(&["explain", "no rule of any tool"]).fails(), @r#"
    error: unknown rule `no rule of any tool`
    hint: `bartizan rules` lists all rules, their families and peers' ids
    "#);
    insta::assert_snapshot!(shop.run(&["explain", "3f9a12"]).fails(), @r#"
    error: `3f9a12` is neither a rule nor a finding here
    hint: `bartizan rules` lists all rules; ids of findings change with the code they name
    "#);
}
