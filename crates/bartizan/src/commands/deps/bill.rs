//! `bartizan deps sbom` and `deps vex`: what is used, and what is known of it, for others.

use std::path::{Path, PathBuf};

use bartizan_deps::Detail;
use bartizan_report::deps::{self, Screen};
use bartizan_scan::packages::Look;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::workspace::Workspace;
use crate::{advisories, manifests, output, rules};

#[derive(Debug, clap::Args)]
pub struct SbomArgs {
    /// The project, or one manifest or lock
    #[arg(default_value = ".")]
    path: PathBuf,

    /// Write the bill to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct VexArgs {
    /// The project, or one manifest or lock
    #[arg(default_value = ".")]
    path: PathBuf,

    /// Write the statements to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    advisories: advisories::Args,
}

/// Writes the bill of materials.
pub fn sbom(args: &SbomArgs, _: &Terminal) -> Result<Exit, Failure> {
    let workspace = Workspace::open(&args.path, None, &rules::all())?;
    let inventory = manifests::discover(&workspace.tree, &args.path)?;
    let name = folder(workspace.tree.root());
    write(&deps::cyclonedx(&inventory, &name), args.output.as_deref())
}

/// Writes a statement about every known hole. It is a report, and no gate.
pub fn vex(args: &VexArgs, _: &Terminal) -> Result<Exit, Failure> {
    let workspace = Workspace::open(&args.path, None, &rules::all())?;
    let loaded = args.advisories.load()?;
    let inventory = manifests::discover(&workspace.tree, &args.path)?;
    loaded.warn();
    let ignores = workspace.ignores()?;
    let look = Look { reach: true, detail: Detail::Bare };
    let (report, _) = workspace.check(&inventory, loaded.get(), &ignores, look)?;
    let screen = Screen { report: &report, inventory: &inventory, advisories: loaded.get() };
    let name = folder(workspace.tree.root());
    match deps::openvex(&screen, &name) {
        Some(document) => write(&document, args.output.as_deref()),
        None => {
            let remark = nothing_to_state(report.packages.len(), args.output.as_deref());
            output::to_stderr(&format!("{remark}\n"));
            Ok(Exit::Clean)
        }
    }
}

/// OpenVEX knows no document without a statement; what lies there from before is somebody's record
/// of another day, and no business of ours.
fn nothing_to_state(packages: usize, output: Option<&Path>) -> String {
    let s = if packages == 1 { "" } else { "s" };
    let remark = format!("no known holes in {packages} package{s}: there is nothing to state");
    match output {
        Some(path) if path.exists() => {
            format!("{remark}, and {} is as it was before", path.display())
        }
        Some(path) => format!("{remark}, and {} is not written", path.display()),
        None => remark,
    }
}

/// A project without a name is called as its folder is.
fn folder(root: &Path) -> String {
    root.file_name().map_or("project".into(), |name| name.to_string_lossy()).into_owned()
}

fn write(text: &str, output: Option<&Path>) -> Result<Exit, Failure> {
    match output {
        Some(path) => output::to_file(path, text)?,
        None => output::to_stdout(text)?,
    }
    Ok(Exit::Clean)
}
