//! The binary as people and scripts meet it: what it prints where, and what its exit code says.
#![allow(clippy::disallowed_methods, reason = "these tests lay out folders and start the binary")]
#![allow(clippy::unwrap_used, reason = "a test that cannot lay out its files has failed")]

mod config;
mod deps;
mod explain;
mod failures;
mod gate;
mod hostile;
mod models;
mod offline;
mod outdated;
mod output;
mod scan;
#[path = "../../../bartizan_fetch/tests/it/server.rs"]
mod server;
mod settings;
mod sync;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A project on disk.
struct Shop(TempDir);

/// What a run of the binary came to.
#[derive(Debug)]
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Shop {
    /// A project with these files.
    fn new(files: &[(&str, &str)]) -> Self {
        let shop = Self(tempfile::tempdir().unwrap());
        for (path, content) in files {
            shop.write(path, content);
        }
        shop
    }

    /// A project where nothing is to be found.
    fn clean() -> Self {
        Self::new(&[("shop/views.py", "def home(request):\n    return None\n")])
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Runs the binary in the root of the project.
    fn run(&self, args: &[&str]) -> Run {
        self.run_in(".", args)
    }

    fn run_in(&self, folder: &str, args: &[&str]) -> Run {
        let output = self.command(folder, args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run {
            code: output.status.code().expect("the binary ends by itself"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    fn command(&self, folder: &str, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bartizan"));
        command
            .current_dir(self.path().join(folder))
            .args(args)
            .stdin(Stdio::null())
            .env_clear()
            .env("LC_ALL", "C.UTF-8");
        command
    }
}

impl Run {
    /// The standard output of a run that ended with `code` and had nothing to say on stderr.
    #[track_caller]
    fn ends(&self, code: i32) -> &str {
        assert_eq!((self.code, self.stderr.as_str()), (code, ""), "{self:?}");
        &self.stdout
    }

    /// The error of a run that could not do what it was asked for.
    #[track_caller]
    fn fails(&self) -> &str {
        assert_eq!((self.code, self.stdout.as_str()), (2, ""), "{self:?}");
        &self.stderr
    }

    /// The standard output as JSON.
    #[track_caller]
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}
