//! What a configuration means, and what is said of one with mistakes.

use bartizan_base::LineIndex;
use bartizan_finding::{Alias, Confidence, Cwe, Family, Peer, Severity, Status};

use super::*;

const SQL: RuleInfo = RuleInfo {
    id: "sql-built-from-text",
    title: "SQL built from text",
    family: Family::Injection,
    since: "0.1.0",
    status: Status::Stable,
    cwe: &[Cwe(89)],
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    aliases: &[Alias(Peer::Bandit, "B608"), Alias(Peer::Ruff, "S608")],
    related: &[],
    was: &["raw-sql"],
    page: "",
};

const WEAK_HASH: RuleInfo = RuleInfo {
    id: "weak-hash",
    family: Family::Crypto,
    aliases: &[Alias(Peer::Bandit, "B324")],
    was: &[],
    ..SQL
};

const INSECURE_COOKIE: RuleInfo = RuleInfo {
    id: "insecure-cookie",
    family: Family::Settings,
    aliases: &[Alias(Peer::Django, "security.W012"), Alias(Peer::Django, "security.W016")],
    was: &[],
    ..SQL
};

const RULES: &[&RuleInfo] = &[&SQL, &WEAK_HASH, &INSECURE_COOKIE];

fn own(text: &str) -> Config {
    Config::parse("bartizan.toml", text, Form::Own, RULES).unwrap().unwrap()
}

/// The mistakes, each with the marked text.
fn mistakes(text: &str, form: Form) -> String {
    let errors = Config::parse("shop.toml", text, form, RULES).expect_err("it has mistakes");
    let index = LineIndex::new(text);
    let mut out = String::new();
    for error in errors {
        let at = index.line_column(text, error.span.start);
        let marked = error.span.slice(text);
        out += &format!("{}:{} {}\n", at.line, at.column, error.message);
        out += &format!("    {marked}  {}\n", error.label).replace("  \n", "\n");
        out += &error.hint.map(|hint| format!("  hint: {hint}\n")).unwrap_or_default();
    }
    out
}

fn wanted(config: &Config) -> Vec<&'static str> {
    RULES.iter().filter(|rule| config.wants(rule)).map(|rule| rule.id).collect()
}

#[test]
fn a_complete_configuration() {
    let config = own(r#"
        profile = "careful"
        select = ["injection", "B324"]
        ignore = ["S608"]
        fail-on = "high"
        exclude = ["legacy/"]
        tests = ["qa/"]
        models = ["security/models"]
    "#);
    assert_eq!(config.profile, Profile::Careful);
    assert_eq!(wanted(&config), ["weak-hash"]);
    assert_eq!(config.fail_on, FailOn::AtLeast(Severity::High));
    assert!(config.exclude.matches_path("legacy", true));
    assert!(config.tests.matches(&FilePath::new("qa/orders.py").unwrap()));
    assert_eq!(config.models, [FilePath::new("security/models").unwrap()]);
}

#[test]
fn rules_are_named_by_id_by_earlier_id_by_a_peer_and_by_family() {
    let select = |word: &str| wanted(&own(&format!("select = [\"{word}\"]")));
    assert_eq!(select("sql-built-from-text"), ["sql-built-from-text"]);
    assert_eq!(select("raw-sql"), ["sql-built-from-text"]);
    assert_eq!(select("B608"), ["sql-built-from-text"]);
    assert_eq!(select("security.W016"), ["insecure-cookie"]);
    assert_eq!(select("crypto"), ["weak-hash"]);
    let named = |word: &str| own(&format!("select = [\"{word}\"]")).names(&WEAK_HASH);
    assert!(named("B324") && named("weak-hash") && !named("crypto"));
}

#[test]
fn in_a_pyproject_only_our_table_counts() {
    let read = |text| Config::parse("pyproject.toml", text, Form::Pyproject, RULES).unwrap();
    assert!(read("[project]\nname = 'shop'\n[tool.ruff]\nselect = ['S']\n").is_none());
    assert!(read("[tool.bartizan]\n").is_some());
    let config = read("\u{feff}[tool.ruff]\nselect = 1\n[tool.bartizan]\nprofile = 'auditor'\n");
    assert_eq!(config.unwrap().profile, Profile::Auditor);
}

#[test]
fn every_mistake_is_told_at_its_place() {
    let text = r#"
[project]
name = "shop"

[tool.bartizan]
profile = "carefull"
select = "B608"
ignore = ["sql-bulit-from-text", "B324", "b608", "whatever it is"]
fail_on = "high"
exclude = ["legacy/", "shop/[z-a]", 7]
models = ["../outside", "security"]

[tool.bartizan.environments]
production = 1
"#;
    insta::assert_snapshot!(mistakes(text, Form::Pyproject), @r#"
    6:11 `profile` cannot be `carefull`
        "carefull"  one of everyday, careful, auditor, bandit
      hint: did you mean `careful`?
    7:10 `select` takes a list of rules, not a string
        "B608"
      hint: write `select = ["B608"]`
    8:11 unknown rule `sql-bulit-from-text` in the configuration
        "sql-bulit-from-text"
      hint: did you mean `sql-built-from-text`?
    8:42 unknown rule `b608` in the configuration
        "b608"
      hint: did you mean `B608`?
    8:50 unknown rule `whatever it is` in the configuration
        "whatever it is"
      hint: `bartizan rules` lists all rules, their families and peers' ids
    9:1 unknown key `fail_on` in the configuration
        fail_on
      hint: did you mean `fail-on`?
    10:23 `exclude` holds a pattern that cannot be read
        "shop/[z-a]"  invalid range; 'z' > 'a'
      hint: patterns are written as in `.gitignore`
    10:37 `exclude` takes a list of patterns
        7  a number, where a string is expected
    11:11 `models` holds a path that leads out of the project
        "../outside"  must lie inside the folder of this file
    13:16 unknown key `environments` in the configuration
        environments
      hint: the keys are profile, select, ignore, fail-on, exclude, tests, models, ban
    "#);
}

#[test]
fn wrong_types_are_told_in_words() {
    let text = r#"
profile = 3
fail-on = ["high"]
exclude = true
ignore = [["B608"], 2027-01-01]
select = []
"#;
    insta::assert_snapshot!(mistakes(text, Form::Own), @r#"
    2:11 `profile` takes a word, not a number
        3  one of everyday, careful, auditor, bandit
    3:11 `fail-on` takes a word, not a list
        ["high"]  one of critical, high, medium, low, never
    4:11 `exclude` takes a list of patterns, not true or false
        true
    5:11 `ignore` takes a list of rules
        ["B608"]  a list, where a string is expected
    5:21 `ignore` takes a list of rules
        2027-01-01  a date, where a string is expected
    6:10 `select` names no rule, so that nothing would speak
        []
      hint: leave the key out, and all rules of the profile speak
    "#);
}

#[test]
fn a_table_in_the_wrong_place() {
    insta::assert_snapshot!(
        mistakes("[tool.bartizan]\nprofile = 'careful'\n", Form::Own), @r#"
    1:2 unknown key `tool` in the configuration
        tool
      hint: this file is ours alone: write the keys without `[tool.bartizan]`
    "#);
    insta::assert_snapshot!(mistakes("[tool]\nbartizan = 'careful'\n", Form::Pyproject), @r#"
    2:12 `tool.bartizan` is a table, not a string
        'careful'
    "#);
    insta::assert_snapshot!(mistakes("profile = 'careful\nignore = []\n", Form::Own), @r#"
    1:19 the file is not valid TOML
          invalid literal string, expected `'`
    "#);
    insta::assert_snapshot!(mistakes("ignore = []\nignore = []\n", Form::Own), @r#"
    2:1 the file is not valid TOML
        ignore  duplicate key
    "#);
}

/// A hostile configuration costs an error, not the stack.
#[test]
fn depth_has_an_end() {
    let deep = format!("ignore = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(Config::parse("bartizan.toml", &deep, Form::Own, RULES).is_err());
}

mod keys {
    use super::*;

    #[test]
    fn every_key_takes_its_example_and_its_default() {
        for key in KEYS {
            let example = own(&format!("{} = {}", key.name, adapted(key.example)));
            assert_ne!(format!("{example:?}"), format!("{:?}", Config::default()), "{}", key.name);
            if !key.default.starts_with('(') {
                let default = own(&format!("{} = {}", key.name, key.default));
                let wanted = format!("{:?}", Config::default());
                assert_eq!(format!("{default:?}"), wanted, "{}", key.name);
            }
        }
    }

    /// Examples name rules of the product; here only three exist.
    fn adapted(example: &str) -> String {
        example.replace("hardcoded-secret", "weak-hash")
    }

    #[test]
    fn no_key_stands_there_twice() {
        let mut names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), KEYS.len());
    }
}

#[test]
fn bans_say_what_and_why() {
    let text = "[[ban]]\ncall = \"shop.legacy.charge\"\nreason = \"it charges twice\"\n\
                instead = \"shop.payments.charge\"\n";
    let config = own(text);
    let [ban] = &config.bans[..] else { panic!("{:?}", config.bans) };
    assert_eq!((ban.what, ban.name.as_str()), (bartizan_rules::Banned::Call, "shop.legacy.charge"));
    assert_eq!(ban.instead.as_deref(), Some("shop.payments.charge"));
}

#[test]
fn a_ban_without_a_name_or_a_reason_is_a_mistake() {
    let text = "[[ban]]\nreason = \"old\"\n[[ban]]\nimport = \"requests\"\n\
                [[ban]]\ncal = \"eval\"\nreason = \"no\"\n";
    let told = mistakes(text, Form::Own);
    for part in ["names nothing", "does not say why", "unknown key `cal`"] {
        assert!(told.contains(part), "{told}");
    }
}
