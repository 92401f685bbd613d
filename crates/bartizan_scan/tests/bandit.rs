//! The profile `bandit`: Bandit's set, its lines and its verdicts, and its own configuration.

#![allow(clippy::unwrap_used, reason = "a test that finds no result has failed")]

use bartizan_base::MemoryTree;
use bartizan_finding::{Date, Profile};
use bartizan_rules::RULES;
use bartizan_scan::Knowledge;
use bartizan_scan::config::Config;

/// What Bandit says of the files: line and id.
fn says(files: &[(&str, &str)]) -> Vec<String> {
    let tree = files.iter().fold(MemoryTree::new(), |tree, (path, text)| tree.with(path, *text));
    let config = Config { profile: Profile::Bandit, ..Config::default() };
    let today = Date::new(2026, 11, 25).unwrap();
    let result = bartizan_scan::scan(&tree, &config, &Knowledge::default(), today, &|_| {});
    let line = |finding: &bartizan_finding::Finding| {
        let id = finding.message.rsplit('(').next().unwrap().trim_end_matches(')');
        format!("{}:{} {id}", finding.place.path, finding.place.start.line)
    };
    result.shown().map(line).collect()
}

fn of_views(text: &str) -> Vec<String> {
    says(&[("shop/views.py", text)])
}

#[test]
fn verdicts_are_those_of_bandit_where_we_would_judge_otherwise() {
    let text = "import subprocess\n\
                from django.utils.safestring import mark_safe\n\
                LABEL = mark_safe('<b>constant</b>')\n\
                assert LABEL\n\
                subprocess.run(['/bin/ls'])\n\
                password_label = 'Your password'\n\
                password = 'word'\n\
                HELP = 'select one from %s ' % LABEL\n";
    assert_eq!(
        of_views(text),
        [
            "shop/views.py:1 B404",
            "shop/views.py:3 B308",
            "shop/views.py:4 B101",
            "shop/views.py:5 B603",
            "shop/views.py:6 B105",
            "shop/views.py:7 B105",
            "shop/views.py:8 B608",
        ]
    );
}

#[test]
fn comments_silence_as_bandit_reads_them() {
    let text = "assert 1  # nosec\n\
                assert 2  # nosec B101\n\
                assert 3  # nosec: assert_used\n\
                assert 4  # nosec B608\n\
                assert 5  # noqa: S101\n\
                print(\n    eval('6'),  # nosec B307\n)\n";
    assert_eq!(of_views(text), ["shop/views.py:4 B101", "shop/views.py:5 B101"]);
}

#[test]
fn names_go_by_the_imports_above() {
    let text = "from subprocess import run as start\n\
                import yaml\n\
                start('ls', shell=True)\n\
                yaml.load(open('a'), Loader=yaml.SafeLoader)\n\
                yaml.load(open('a'))\n";
    assert_eq!(
        of_views(text),
        [
            "shop/views.py:1 B404",
            "shop/views.py:3 B607",
            "shop/views.py:3 B602",
            "shop/views.py:5 B506",
        ]
    );
}

#[test]
fn its_own_configuration_counts() {
    let files = [
        ("pyproject.toml", "[tool.bandit]\nskips = [\"B404\"]\nexclude_dirs = [\"docs\"]\n"),
        ("docs/conf.py", "assert 1\n"),
        ("shop/views.py", "import subprocess\nassert 1\n"),
    ];
    assert_eq!(says(&files), ["shop/views.py:2 B101"]);
}

#[test]
fn every_id_of_a_verdict_is_an_alias() {
    for id in ["B101", "B105", "B201", "B324", "B415", "B509", "B615", "B704"] {
        let known = RULES.iter().any(|rule| rule.info.aliases.iter().any(|alias| alias.1 == id));
        assert!(known, "{id}");
    }
}
