//! A new rule: its two files from a template, and its place in the index.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::tree;

/// Where the rule belongs and what it is called.
#[derive(Args)]
pub struct Options {
    /// `FAMILY/NAME`, such as `injection/ldap-injection`: the folder, and the name of the hazard.
    name: String,
}

/// Writes the pair and the index, and says what comes next.
pub fn run(options: &Options) -> Result<()> {
    let root = tree::root().join("crates/bartizan_rules/src");
    let name = Name::parse(&options.name)?;
    let files = files(&root, &name)?;
    for (path, text) in &files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder"))?;
        fs::write(&path, text)?;
        println!("{}", tree::shown(&path));
    }
    let formatted = Command::new(env!("CARGO"))
        .current_dir(tree::root())
        .args(["fmt", "--package", "bartizan_rules"])
        .status()?;
    ensure!(formatted.success(), "the new files could not be formatted");
    println!("next: write the page's examples, then the rule until they hold");
    println!("  cargo nextest run --package bartizan_rules");
    Ok(())
}

/// The name of a rule in its three spellings.
#[derive(Debug)]
struct Name {
    family: String,
    /// `ldap-injection`
    id: String,
    /// `ldap_injection`
    module: String,
}

impl Name {
    fn parse(text: &str) -> Result<Self> {
        let (family, id) = text.split_once('/').context("write FAMILY/NAME")?;
        let id = id.replace('_', "-");
        let plain = |text: &str| {
            text.starts_with(|c: char| c.is_ascii_lowercase())
                && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        ensure!(plain(&id), "`{id}` is no name: lower case, words joined by hyphens");
        ensure!(
            Family::ALL.iter().any(|(name, _)| *name == family),
            "no family `{family}`; there are {}",
            Family::ALL.map(|(name, _)| name).join(", ")
        );
        Ok(Self { family: family.to_string(), module: id.replace('-', "_"), id })
    }

    fn title(&self) -> String {
        let words = self.id.replace('-', " ");
        words[..1].to_uppercase() + &words[1..]
    }
}

/// Every file to write, by its path below the sources of the rules.
fn files(root: &Path, name: &Name) -> Result<BTreeMap<String, String>> {
    let Name { family, id, module } = name;
    let (rule, page) = (format!("{family}/{module}.rs"), format!("{family}/{module}.md"));
    ensure!(!root.join(&rule).exists(), "there is a rule `{id}` already");
    let read = |path: &str| {
        fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"))
    };
    let fill = |template: &str| {
        let variant = family[..1].to_uppercase() + &family[1..];
        template
            .replace("{{title}}", &name.title())
            .replace("{{family}}", &variant)
            .replace(
                "{{version}}",
                concat!(env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR")),
            )
            .replace("{{id}}", id)
            .replace("{{module}}", module)
    };
    let mut files = BTreeMap::from([
        (rule, fill(include_str!("new_rule/rule.rs.txt"))),
        (page, fill(include_str!("new_rule/page.md.txt"))),
        ("rules.rs".to_string(), listed(&read("rules.rs")?, family, module)?),
    ]);
    let index = format!("{family}.rs");
    if root.join(&index).exists() {
        let with = with_line(&read(&index)?, "pub mod ", &format!("pub mod {module};"));
        files.insert(index, with);
    } else {
        let what = Family::ALL.iter().find(|(known, _)| known == family).expect("it was parsed").1;
        files.insert(index, format!("//! {what}\n\npub mod {module};\n"));
        let lib = with_line(&read("lib.rs")?, "mod ", &format!("mod {family};"));
        files.insert("lib.rs".to_string(), lib);
    }
    Ok(files)
}

/// `text` with `line` among the lines that start with `with`, in their last block.
fn with_line(text: &str, with: &str, line: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let last =
        lines.iter().rposition(|line| line.starts_with(with)).map_or(lines.len(), |at| at + 1);
    let first =
        lines[..last].iter().rposition(|line| !line.starts_with(with)).map_or(0, |at| at + 1);
    let at = first + lines[first..last].iter().take_while(|other| **other < line).count();
    lines.insert(at, line);
    lines.join("\n") + "\n"
}

/// The list of rules with one more, next to those of its family.
fn listed(text: &str, family: &str, module: &str) -> Result<String> {
    let uses = format!("use crate::{family}::");
    let (start, end, mut names) = match text.find(&uses) {
        Some(start) => {
            let end = start + text[start..].find(";\n").context("an import ends")? + 2;
            let names = text[start + uses.len()..end - 2].trim_matches(['{', '}']).split(',');
            (start, end, names.map(str::trim).filter(|name| !name.is_empty()).collect())
        }
        None => {
            let last = text.rfind("\nuse crate::").context("rules are imported")? + 1;
            let end = last + text[last..].find(";\n").context("an import ends")? + 2;
            (end, end, Vec::new())
        }
    };
    names.push(module);
    names.sort_unstable();
    let import = format!("{uses}{{{}}};\n", names.join(", "));
    let text = format!("{}{import}{}", &text[..start], &text[end..]);

    let entry = |name: &str| format!("&{name}::RULE,");
    let before = names.iter().rev().skip_while(|name| **name != module).nth(1);
    let after = names.iter().skip_while(|name| **name != module).nth(1);
    let at = match (before, after) {
        (Some(name), _) => text.find(&entry(name)).map(|at| at + entry(name).len()),
        (None, Some(name)) => text.find(&entry(name)),
        (None, None) => text.rfind("];"),
    };
    let at = at.context("rules.rs does not list the rules as it did")?;
    Ok(format!("{}{}{}", &text[..at], entry(module), &text[at..]))
}

/// The families, and what their folders hold.
struct Family;

impl Family {
    const ALL: [(&str, &str); 9] = [
        ("injection", "Text from outside becomes code, query, command or markup."),
        ("access", "Who may reach what, and change what."),
        ("settings", "What the project is configured to do."),
        ("crypto", "Hashes, randomness, certificates, secrets."),
        ("files", "Files, archives, data that becomes objects."),
        ("denial", "Service denied."),
        ("secrets", "Credentials in files that many read."),
        ("deployment", "Files that build, ship and serve the site."),
        ("suppression", "Comments that silence rules."),
    ];
}

#[cfg(test)]
mod tests {
    use bartizan_testkit::page::Page;

    use super::*;

    const RULES: &str = "\
use crate::Rule;
use crate::denial::slow_answer;
use crate::injection::{
    shell_injection, sql_injection,
};

/// All.
pub static RULES: &[&Rule] = &[
    &slow_answer::RULE,
    &shell_injection::RULE,
    &sql_injection::RULE,
];
";

    #[test]
    fn a_rule_stands_next_to_its_family() {
        let listed = listed(RULES, "injection", "ldap_injection").unwrap();
        assert!(
            listed.contains(
                "use crate::injection::{ldap_injection, shell_injection, sql_injection};\n"
            )
        );
        assert!(listed.contains("&slow_answer::RULE,\n    &ldap_injection::RULE,&shell_injection"));
        let listed = super::listed(RULES, "injection", "template_injection").unwrap();
        assert!(listed.contains("&sql_injection::RULE,&template_injection::RULE,\n]"));
    }

    #[test]
    fn the_first_of_a_family_stands_at_the_end() {
        let listed = listed(RULES, "access", "open_admin").unwrap();
        assert!(listed.contains("use crate::access::{open_admin};\n\n/// All."));
        assert!(listed.contains("&sql_injection::RULE,\n&open_admin::RULE,];"));
    }

    #[test]
    fn modules_stay_sorted() {
        let text = "//! Rules.\n\nmod judge;\n\npub use judge::judge;\n\nmod access;\nmod files;\n";
        let with = with_line(text, "mod ", "mod denial;");
        assert!(with.ends_with("mod access;\nmod denial;\nmod files;\n"), "{with}");
    }

    #[test]
    fn a_name_is_a_family_and_a_hazard() {
        let name = Name::parse("injection/ldap_injection").unwrap();
        assert_eq!((&*name.id, &*name.module), ("ldap-injection", "ldap_injection"));
        assert_eq!(name.title(), "Ldap injection");
        for wrong in
            ["ldap-injection", "sorcery/ldap-injection", "injection/LDAP", "injection/../x"]
        {
            assert!(Name::parse(wrong).is_err(), "{wrong}");
        }
    }

    /// A template that no longer compiles would meet a newcomer first.
    #[test]
    fn the_templates_have_the_shape_of_a_rule() {
        let rule = include_str!("new_rule/rule.rs.txt");
        let other = "crates/bartizan_rules/src/crypto/weak_hash.rs";
        let other = fs::read_to_string(tree::root().join(other)).unwrap();
        let fields = |text: &str| {
            let value =
                text.split("RULE: Rule = Rule {").nth(1).unwrap().split("\n};").next().unwrap();
            let lines = value.lines().map(str::trim).filter(|line| !line.starts_with("//"));
            let names = lines.filter_map(|line| line.split_once(": ").map(|(name, _)| name));
            names.map(str::to_string).collect::<Vec<_>>()
        };
        assert_eq!(fields(rule), fields(&other));
        let page = Page::parse(include_str!("new_rule/page.md.txt")).unwrap();
        assert_eq!(page.complaints(), [""; 0]);
    }

    /// The families are named once more here; a family that is missing has no folder to go to.
    #[test]
    fn every_family_of_a_rule_is_known() {
        for rule in bartizan_rules::RULES {
            let family = rule.info.family.as_str();
            assert!(Family::ALL.iter().any(|(name, _)| *name == family), "{family}");
        }
    }
}
