//! When findings fail a scan, and what flags and configuration do to them.

use super::{Run, Shop};

/// A project with one finding, of low severity.
fn waiting() -> Shop {
    Shop::new(&[(
        "shop/stock.py",
        "import requests\n\n\ndef stock(item):\n    return requests.get(f\"https://warehouse.example/{item}\")\n",
    )])
}

fn rules(run: &Run) -> Vec<String> {
    let json = run.json();
    let findings = json["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_finding_is_exit_code_1_unless_it_is_below_the_gate() {
    let shop = waiting();
    assert!(shop.run(&["scan"]).ends(1).starts_with("low · request-without-timeout · "));
    for (gate, code) in [("low", 1), ("medium", 0), ("critical", 0), ("never", 0)] {
        let run = shop.run(&["scan", "--fail-on", gate]);
        assert!(run.ends(code).contains("request-without-timeout"), "{gate} hides nothing");
    }
}

#[test]
fn the_gate_is_the_configuration_s_unless_a_flag_says_otherwise() {
    let shop = waiting();
    shop.write("bartizan.toml", "fail-on = 'high'\n");
    shop.run(&["scan"]).ends(0);
    shop.run(&["scan", "--fail-on", "low"]).ends(1);
}

#[test]
fn rules_are_selected_and_ignored_by_any_of_their_names() {
    let shop = waiting();
    for name in ["request-without-timeout", "S113", "B113", "denial"] {
        assert_eq!(rules(&shop.run(&["scan", "--format=json", "--ignore", name])), [""; 0]);
        let selected = shop.run(&["scan", "--format=json", "--select", name]);
        assert_eq!(rules(&selected), ["request-without-timeout"]);
    }
    shop.write("bartizan.toml", "ignore = ['B113']\n");
    shop.run(&["scan"]).ends(0);
}

#[test]
fn what_a_comment_silences_fails_nothing() {
    let shop = waiting();
    let code = shop.read("shop/stock.py");
    let comment = "  # bartizan: ignore[request-without-timeout] the warehouse is next door\n";
    shop.write("shop/stock.py", &format!("{}{comment}", code.trim_end()));
    let run = shop.run(&["scan"]);
    assert!(run.ends(0).contains("1 suppressed"), "{run:?}");
}

#[test]
fn one_line_a_finding() {
    let shop = waiting();
    let run = shop.run(&["scan", "--quiet"]);
    let line = "shop/stock.py:5:12 low request-without-timeout ";
    assert!(run.ends(1).starts_with(line) && run.stdout.lines().count() == 1, "{run:?}");
}

#[test]
fn a_finding_is_explained_by_the_beginning_of_its_id() {
    let shop = waiting();
    let json = shop.run(&["scan", "--format=json"]).json();
    let print = json["findings"][0]["fingerprint"].as_str().unwrap();
    let short = &print["bz1:".len()..][..6];
    for id in [print, short, &short.to_uppercase()] {
        let run = shop.run(&["explain", id]);
        assert!(run.ends(0).starts_with(&format!("low · request-without-timeout · {short}")));
    }
    let twin = format!("{short}@shop/stock.py");
    shop.run_in("shop", &["explain", &twin, ".."]).ends(0);
    shop.run(&["explain", &format!("{short}@shop/views.py")]).fails();
}

#[test]
fn a_finding_that_is_not_shown_can_be_explained_too() {
    let shop = waiting();
    let json = shop.run(&["scan", "--format=json"]).json();
    let print = json["findings"][0]["fingerprint"].as_str().unwrap();
    shop.write("bartizan.toml", "ignore = ['denial']\n");
    assert!(shop.run(&["explain", print]).ends(0).contains("shop/stock.py:5:12"));
}
