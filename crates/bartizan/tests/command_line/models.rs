//! Models of packages that a project brings with it.

use std::os::unix::fs::symlink;

use super::Shop;

const CONFIG: &str = "models = ['security/models']\n";

const MODEL: &str = r#"schema = 1
module = "warehouse.client"

[[function]]
name = "fetch"
params = "url, *, timeout=None"
roles.url = { into = "network-address" }
why = "It asks the warehouse over HTTP."
"#;

#[test]
fn models_are_read_wherever_the_scan_starts() {
    let shop = Shop::clean();
    shop.write("bartizan.toml", CONFIG);
    shop.write("security/models/warehouse/client.toml", MODEL);
    shop.write("security/models/README.md", "not a model");
    shop.run(&["scan"]).ends(0);
    shop.run(&["scan", "shop"]).ends(0);
}

#[test]
fn a_mistake_in_a_model_is_shown_in_its_file() {
    let shop = Shop::clean();
    shop.write("bartizan.toml", CONFIG);
    shop.write("security/models/client.toml", &MODEL.replace("network-address", "network-adress"));
    insta::assert_snapshot!(shop.run(&["scan"]).fails(), @r#"
    error: there is no kind `network-adress`
      security/models/client.toml:7:22
        7 │ roles.url = { into = "network-adress" }
          │                      ━━━━━━━━━━━━━━━━
    "#);
}

#[test]
fn models_that_are_not_there() {
    let shop = Shop::clean();
    shop.write("bartizan.toml", CONFIG);
    insta::assert_snapshot!(shop.run(&["scan"]).fails(), @r#"
    error: cannot read the models at security/models
      caused by: no such file or directory
    "#);
}

#[test]
fn no_link_leads_to_a_model_elsewhere() {
    let private = Shop::new(&[("key.toml", "a secret line\n")]);
    let shop = Shop::clean();
    shop.write("bartizan.toml", CONFIG);
    shop.write("security/README.md", "");
    symlink(private.path(), shop.path().join("security/models")).unwrap();
    insta::assert_snapshot!(shop.run(&["scan"]).fails(), @r#"
    error: cannot read the models at security/models
      caused by: security/models is a link out of the project
    "#);
}
