//! Offline means offline: in a network that has nobody in it, everything but the two commands that
//! ask somebody works as it does elsewhere, and nothing so much as opens a socket.

use std::process::{Command, Stdio};

use super::Shop;

/// What works on a plane.
const COMMANDS: [&[&str]; 9] = [
    &["scan"],
    &["scan", "--format", "json"],
    &["deps", "check"],
    &["deps", "tree"],
    &["deps", "why", "asgiref"],
    &["deps", "sbom"],
    &["settings"],
    &["surface"],
    &["advisories", "status"],
];

fn shop() -> Shop {
    Shop::new(&[
        (
            "manage.py",
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        ),
        (
            "shop/settings.py",
            "import os\nDEBUG = True\nSECRET_KEY = os.environ['KEY']\nROOT_URLCONF = 'shop.urls'\n",
        ),
        (
            "shop/urls.py",
            "from django.urls import path\nfrom shop import views\nurlpatterns = [path('', views.home)]\n",
        ),
        (
            "shop/views.py",
            "from django.db import connection\ndef home(request):\n    with connection.cursor() as cursor:\n        \
             cursor.execute('SELECT %s' % request.GET['q'])\n",
        ),
        ("requirements.in", "django\n"),
        (
            "requirements.txt",
            "--index-url https://packages.shop.example/index\ndjango==4.2.11  # via -r requirements.in\n\
             asgiref==3.7  # via django\n",
        ),
    ])
}

/// Whether `program` does with these arguments what is hoped for here.
fn works(program: &str, args: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[test]
fn nothing_changes_without_a_network() {
    if !works("unshare", &["-rn", "true"]) {
        eprintln!("no network namespace of one's own can be had here: nothing was tried");
        return;
    }
    let shop = shop();
    for args in COMMANDS {
        let here = shop.run(args);
        let mut command = Command::new("unshare");
        command
            .arg("-rn")
            .arg(env!("CARGO_BIN_EXE_bartizan"))
            .args(args)
            .current_dir(shop.path())
            .stdin(Stdio::null())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LC_ALL", "C.UTF-8");
        let there = command.output().unwrap();
        assert_eq!(there.status.code(), Some(here.code), "{args:?}");
        // How long a scan took is told in its last line.
        let plain = |text: &str| {
            let lines = text.lines().filter(|line| !line.ends_with(" s"));
            lines.collect::<Vec<_>>().join("\n")
        };
        assert_eq!(
            plain(&String::from_utf8(there.stdout).unwrap()),
            plain(&here.stdout),
            "{args:?}"
        );
        assert_eq!(String::from_utf8(there.stderr).unwrap(), here.stderr, "{args:?}");
    }
}

#[test]
fn no_socket_is_opened() {
    if !works("strace", &["-f", "-qq", "-e", "trace=network", "-o", "/dev/null", "true"]) {
        eprintln!("strace cannot trace here: nothing was tried");
        return;
    }
    let shop = shop();
    let calls = |args: &[&str]| {
        let mut command = Command::new("strace");
        command
            .args(["-f", "-qq", "-e", "trace=network", "-o", "calls"])
            .arg(env!("CARGO_BIN_EXE_bartizan"))
            .args(args)
            .current_dir(shop.path())
            .stdin(Stdio::null())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        assert!(command.output().unwrap().status.code().is_some(), "{args:?}");
        let calls = shop.read("calls");
        calls.lines().filter(|line| line.contains("socket(")).map(str::to_owned).collect()
    };
    for args in COMMANDS {
        let opened: Vec<String> = calls(args);
        assert!(opened.is_empty(), "{args:?}: {opened:?}");
    }
    let asks = ["deps", "outdated", "--no-cache", "--index-url", "http://127.0.0.1:1/"];
    assert!(!calls(&asks).is_empty(), "what does open one is seen");
}
