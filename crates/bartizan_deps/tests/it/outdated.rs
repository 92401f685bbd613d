//! How far packages are behind, as the answers of an index tell.

use std::collections::BTreeMap;

use bartizan_deps::outdated::{
    Answer, Defaults, Index, Note, Outdated, Route, Trouble, Wanted, Wishes, outdated,
    public_index, routes,
};
use bartizan_finding::Date;
use bartizan_requirement::{Address, Inventory, PackageName, index};

use crate::inventory;

const JSON: &str = "application/vnd.pypi.simple.v1+json";

fn name(text: &str) -> PackageName {
    PackageName::new(text).unwrap()
}

fn answer(package: &str, files: &[(&str, &str, &str)]) -> (PackageName, Answer) {
    let file = |(file, day, more): &(&str, &str, &str)| {
        format!(r#"{{"filename": "{file}", "upload-time": "{day}T00:00:00Z"{more}}}"#)
    };
    let files: Vec<String> = files.iter().map(file).collect();
    let text = format!(r#"{{"meta": {{"api-version": "1.1"}}, "files": [{}]}}"#, files.join(", "));
    let listing = index::read(&name(package), JSON, text.as_bytes()).unwrap();
    let indexes = vec!["packages.shop.example".to_owned()];
    (name(package), Answer::Listed { listing, indexes, age: 12, stale: None })
}

fn compare(
    inventory: &Inventory,
    answers: Vec<(PackageName, Answer)>,
    wishes: &Wishes,
) -> Outdated {
    let answers: BTreeMap<_, _> = answers.into_iter().collect();
    outdated(inventory, &answers, wishes, Date::new(2026, 11, 23).unwrap())
}

fn shown(report: &Outdated) -> Vec<String> {
    let row = |row: &bartizan_deps::outdated::Row| {
        let wanted = match &row.wanted {
            Wanted::Version(version) => version.to_string(),
            other => format!("{other:?}"),
        };
        let latest = row.latest.as_ref().map_or("-".to_owned(), ToString::to_string);
        let step = row.step.map_or("-", |step| step.as_str());
        format!("{} {} {wanted} {latest} {step} {:?}", row.name, row.installed, row.days_behind())
    };
    report.rows.iter().map(row).collect()
}

#[test]
fn wanted_stays_inside_the_specifier_and_latest_does_not() {
    let shop = inventory(&[
        ("requirements.in", "shop-cart~=1.3\n"),
        (
            "requirements.txt",
            "shop-cart==1.3  # via -r requirements.in\ntill==2  # via shop-cart\n",
        ),
    ]);
    let cart = answer(
        "shop-cart",
        &[
            ("shop-cart-1.3.tar.gz", "2024-11-23", ""),
            ("shop-cart-1.9.tar.gz", "2025-11-23", ""),
            ("shop-cart-1.10.tar.gz", "2025-11-24", r#", "yanked": "prices""#),
            ("shop-cart-2.0.tar.gz", "2026-11-23", ""),
            ("shop-cart-3.0rc1.tar.gz", "2026-11-23", ""),
        ],
    );
    let till = answer("till", &[("till-2.tar.gz", "2026-01-01", "")]);
    let report = compare(&shop, vec![cart.clone(), till], &Wishes::default());
    assert_eq!(
        shown(&report),
        ["shop-cart 1.3 1.9 2.0 major Some(730)", "till 2 NotTold 2 - Some(0)"]
    );
    assert_eq!(report.behind().count(), 1);
    let pre = Wishes { pre_releases: true, ..Wishes::default() };
    let report = compare(&shop, vec![cart], &pre);
    assert_eq!(shown(&report), ["shop-cart 1.3 1.9 3.0rc1 major Some(730)"]);
    assert_eq!(report.not_checked.len(), 1);
    assert_eq!(report.not_checked[0].why.to_string(), "no index was asked");
}

#[test]
fn what_was_not_answered_is_not_current() {
    let shop = inventory(&[("requirements.txt", "shop-cart==1.3\n")]);
    let failed =
        (name("shop-cart"), Answer::Failed(Trouble::before_asking("the server failed (500)")));
    let report = compare(&shop, vec![failed], &Wishes::default());
    assert!(report.rows.is_empty());
    assert_eq!(report.not_checked[0].why.to_string(), "the server failed (500)");
    assert!(!report.is_complete());
    assert_eq!(report.not_checked[0].place.start.line, 1);
}

#[test]
fn pre_releases_count_where_nothing_is_final() {
    let shop = inventory(&[("requirements.txt", "till==1.0b1\n")]);
    let beta = ("till-1.0b1.tar.gz", "2026-01-01", "");
    let later = ("till-1.0b2.tar.gz", "2026-01-31", "");
    let report = compare(&shop, vec![answer("till", &[beta, later])], &Wishes::default());
    assert_eq!(shown(&report), ["till 1.0b1 1.0b1 1.0b2 suffix Some(30)"]);
    let done = ("till-1.0.tar.gz", "2026-03-02", "");
    let next = ("till-1.1a1.tar.gz", "2026-03-03", "");
    let report = compare(&shop, vec![answer("till", &[beta, done, next])], &Wishes::default());
    // A pin of a pre-release asks for pre-releases, as pip reads it.
    assert_eq!(shown(&report), ["till 1.0b1 1.0b1 1.1a1 minor Some(61)"]);
}

#[test]
fn the_projects_python_limits_what_is_wanted() {
    let shop = inventory(&[
        (
            "pyproject.toml",
            "[project]\nname = 'shop'\nversion = '1'\nrequires-python = '>=3.9'\ndependencies = ['till']\n",
        ),
        (
            "uv.lock",
            "version = 1\nrequires-python = '>=3.9'\n[[package]]\nname = 'shop'\nversion = '1'\nsource = { editable = '.' }\ndependencies = [{ name = 'till' }]\n[[package]]\nname = 'till'\nversion = '1'\nsource = { registry = 'https://packages.shop.example/index' }\n",
        ),
    ]);
    let till = answer(
        "till",
        &[
            ("till-1.tar.gz", "2026-01-01", ""),
            ("till-2.tar.gz", "2026-01-02", r#", "requires-python": ">=3.9""#),
            ("till-3.tar.gz", "2026-01-03", r#", "requires-python": ">=3.10""#),
        ],
    );
    let report = compare(&shop, vec![till.clone()], &Wishes::default());
    assert_eq!(shown(&report), ["till 1 2 3 major Some(2)"]);
    assert_eq!(report.rows[0].notes, [Note::NeedsPython(">=3.10".into())]);
    assert_eq!(report.rows[0].latest_for_python.as_ref().unwrap().to_string(), "2");
    let newer = Wishes { python: Some("3.12".parse().unwrap()), ..Wishes::default() };
    let report = compare(&shop, vec![till], &newer);
    assert_eq!(shown(&report), ["till 1 3 3 major Some(2)"]);
    assert!(report.rows[0].notes.is_empty());
}

#[test]
fn a_yanked_or_vanished_version_is_told_only_where_the_index_tells() {
    let shop = inventory(&[("requirements.txt", "till==1\n")]);
    let of = |files: &[(&str, &str, &str)]| {
        compare(&shop, vec![answer("till", files)], &Wishes::default()).rows.remove(0)
    };
    let yanked = of(&[("till-1.tar.gz", "2026-01-01", r#", "yanked": "no tax""#)]);
    assert_eq!(yanked.notes, [Note::Yanked("no tax".into())]);
    assert_eq!((yanked.is_yanked(), yanked.latest.as_ref()), (Some(true), None));
    let kept = of(&[("till-1.tar.gz", "2026-01-01", r#", "yanked": false"#)]);
    assert_eq!(kept.is_yanked(), Some(false));
    let untold = of(&[("till-1.tar.gz", "2026-01-01", "")]);
    assert_eq!(untold.is_yanked(), None);
    let gone = of(&[("till-2.tar.gz", "2026-01-01", r#", "yanked": false"#)]);
    assert_eq!((gone.is_unlisted(), gone.is_yanked(), gone.days_behind()), (true, None, None));
}

#[test]
fn a_dead_series_is_told_beside_its_versions() {
    let shop = inventory(&[("requirements.txt", "django==3.2.25\n")]);
    let django = answer("django", &[("Django-3.2.25.tar.gz", "2024-03-04", "")]);
    let report = compare(&shop, vec![django], &Wishes::default());
    let since = "2024-04-01".parse().unwrap();
    assert_eq!(report.rows[0].notes, [Note::Unsupported { series: "3.2", since }]);
}

fn asked(inventory: &Inventory, defaults: &Defaults, package: &str) -> String {
    match &routes(inventory, defaults)[&name(package)] {
        Route::Ask(indexes) => {
            let urls: Vec<String> = indexes.iter().map(|index| index.url.to_string()).collect();
            urls.join(" ").replace(&public_index().to_string(), "PUBLIC")
        }
        Route::Nowhere(why) => why.clone(),
    }
}

#[test]
fn the_manifest_goes_before_pips_configuration_and_this_before_the_public_index() {
    let index = |url: &str| Index { url: Address::new(url), name: None, verify: true };
    let none = Defaults::default();
    let pip = Defaults {
        main: Some(index("https://mirror.example/index")),
        extra: vec![index("https://ours.example/index")],
        ..Defaults::default()
    };
    let plain = inventory(&[("requirements.txt", "till==1\n")]);
    assert_eq!(asked(&plain, &none, "till"), "PUBLIC");
    assert_eq!(
        asked(&plain, &pip, "till"),
        "https://mirror.example/index https://ours.example/index"
    );
    let own = inventory(&[
        ("base.txt", "-i https://shop.example/index\n"),
        ("requirements.txt", "-r base.txt\ntill==1\n"),
    ]);
    assert_eq!(asked(&own, &pip, "till"), "https://shop.example/index https://ours.example/index");
    let forced = Defaults { forced: vec![index("https://asked.example/index")], ..pip };
    assert_eq!(asked(&own, &forced, "till"), "https://asked.example/index");
    let open = inventory(&[("requirements.txt", "-i https://x.example/${AWS_SECRET}/\ntill==1\n")]);
    assert!(asked(&open, &none, "till").contains("which is not sent"));
    let closed = inventory(&[("requirements.txt", "--no-index\ntill==1\n")]);
    assert!(asked(&closed, &none, "till").contains("says to ask no index"));
}

#[test]
fn pipenv_and_poetry_ask_what_they_list_and_nobody_else() {
    let none = Defaults::default();
    let pipfile = "[[source]]\nname = 'ours'\nurl = 'https://ours.example/index'\nverify_ssl = true\n[packages]\ntill = '==1'\n";
    let shop = inventory(&[("Pipfile", pipfile)]);
    assert_eq!(asked(&shop, &none, "till"), "https://ours.example/index");
    let poetry = |more: &str| {
        inventory(&[(
            "pyproject.toml",
            &format!(
                "[tool.poetry]\nname = 'shop'\n[tool.poetry.dependencies]\ntill = '1.0'\n[[tool.poetry.source]]\nname = 'ours'\nurl = 'https://ours.example/index'\n{more}\n"
            ),
        )])
    };
    assert_eq!(asked(&poetry(""), &none, "till"), "https://ours.example/index");
    let supplemental = poetry("priority = 'supplemental'");
    assert_eq!(asked(&supplemental, &none, "till"), "PUBLIC https://ours.example/index");
    assert_eq!(asked(&poetry("priority = 'explicit'"), &none, "till"), "PUBLIC");
}

#[test]
fn a_specifier_that_keeps_the_newest_release_out_is_told() {
    let shop = inventory(&[("requirements.txt", "till<2\nshop-cart>=1\nlamp~=1.0\n")]);
    let till =
        answer("till", &[("till-1.5.zip", "2026-01-01", ""), ("till-2.0.zip", "2026-01-01", "")]);
    let cart = answer("shop-cart", &[("shop-cart-3.zip", "2026-01-01", "")]);
    let lamp = (name("lamp"), Answer::Failed(Trouble::before_asking("nobody is there")));
    let report = compare(&shop, vec![till, cart, lamp], &Wishes::default());
    let held: Vec<String> = report
        .held
        .iter()
        .map(|it| format!("{} {} {:?} {}", it.name, it.specifiers, it.wanted, it.latest))
        .collect();
    assert_eq!(held, ["till <2 Some(\"1.5\") 2.0"]);
    assert_eq!(report.not_checked[0].name, name("lamp"));
    assert!(!report.is_complete() && report.rows.is_empty());
}

#[test]
fn a_package_is_asked_about_where_it_is_bound_to() {
    let shop = inventory(&[(
        "pyproject.toml",
        "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['till==1', 'cart==1', 'lamp==1']\n[[tool.uv.index]]\nname = 'ours'\nurl = 'https://ours.example/index'\nexplicit = true\n[tool.uv.sources]\ntill = { index = 'ours' }\nlamp = { index = 'lost' }\n",
    )]);
    let none = Defaults::default();
    assert_eq!(asked(&shop, &none, "till"), "https://ours.example/index");
    assert_eq!(asked(&shop, &none, "cart"), "PUBLIC");
    assert_eq!(asked(&shop, &none, "lamp"), "nothing tells the address of the index `lost`");
}
