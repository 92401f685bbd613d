//! `bartizan deps tree` and `deps why`: how packages come in.

use std::path::PathBuf;

use bartizan_report::deps;
use bartizan_requirement::PackageName;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::manifests;
use crate::terminal::Terminal;
use crate::workspace::Workspace;
use crate::{output, rules};

#[derive(Debug, clap::Args)]
pub struct TreeArgs {
    /// The project, or one manifest or lock
    #[arg(default_value = ".")]
    path: PathBuf,
}

#[derive(Debug, clap::Args)]
pub struct WhyArgs {
    /// The package
    package: String,

    /// The project, or one manifest or lock
    #[arg(default_value = ".")]
    path: PathBuf,
}

/// Draws every lock.
pub fn tree(args: &TreeArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let workspace = Workspace::open(&args.path, None, &rules::all())?;
    let inventory = manifests::discover(&workspace.tree, &args.path)?;
    output::paged(&deps::tree(&inventory, &terminal.stdout_options()))?;
    Ok(Exit::Clean)
}

/// Tells what brings a package in.
pub fn why(args: &WhyArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let name = PackageName::new(&args.package)
        .ok_or_else(|| Failure::new(format!("`{}` is no name of a package", args.package)))?;
    let workspace = Workspace::open(&args.path, None, &rules::all())?;
    let inventory = manifests::discover(&workspace.tree, &args.path)?;
    match deps::why(&inventory, &name, &terminal.stdout_options()) {
        Some(screen) => output::to_stdout(&screen)?,
        None => {
            return Err(Failure::new(format!("nothing here asks for `{name}`"))
                .hint("`bartizan deps tree` shows what is used"));
        }
    }
    Ok(Exit::Clean)
}
