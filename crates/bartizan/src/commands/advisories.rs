//! `bartizan advisories`: what is known of holes, from where, and how old it is.

mod sync;

use bartizan_report::deps;
use clap::Subcommand;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::workspace::today;
use crate::{advisories, output};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show where the advisories come from, on what terms, and how old they are
    Status {
        #[command(flatten)]
        advisories: advisories::Args,
    },
    /// Show an advisory whole
    Show {
        /// Any of its names: `CVE-2024-42005`, `PYSEC-2024-70`, `GHSA-pv4p-cwwg-4rph`
        id: String,

        #[command(flatten)]
        advisories: advisories::Args,
    },
    /// Fetch what is known now, for all later commands
    Sync(sync::Args),
    /// Read every record, and compare with the digest that was taken when they were kept
    Verify {
        #[command(flatten)]
        advisories: advisories::Args,
    },
}

/// Does what was asked for.
pub fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let options = terminal.stdout_options();
    match &args.command {
        Command::Status { advisories } => {
            let loaded = advisories.load()?;
            loaded.warn();
            output::to_stdout(&deps::status(loaded.get(), &loaded.name, today(), &options))?;
        }
        Command::Sync(args) => return sync::run(args, terminal),
        Command::Show { id, advisories } => {
            let loaded = advisories.load()?;
            let Some(screen) = deps::show(loaded.get(), id, &options) else {
                return Err(Failure::new(format!("no advisory is called `{id}`"))
                    .hint(format!("looked in {}", loaded.name)));
            };
            output::paged(&screen)?;
        }
        Command::Verify { advisories } => {
            let loaded = advisories.load()?;
            let digest = loaded.get().verify().map_err(|damage| {
                Failure::new(format!("{} cannot be trusted", loaded.name)).because(damage)
            })?;
            if let [first, rest @ ..] = loaded.unread.as_slice() {
                let more = match rest.len() {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                return Err(Failure::new(format!("{} is not read whole", loaded.name))
                    .because(format!("{first}{more}")));
            }
            let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            let records = loaded.get().records();
            output::to_stdout(&format!("{}: {records} records, {hex}\n", loaded.name))?;
        }
    }
    Ok(Exit::Clean)
}
