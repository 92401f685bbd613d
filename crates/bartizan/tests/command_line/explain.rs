//! `bartizan explain`: rules by any of their names, findings by the beginning of their id.

use super::Shop;

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
