//! `bartizan deps outdated`: how far packages are behind what the index offers.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use bartizan_base::{FilePath, Tree as _};
use bartizan_deps::outdated::{self, Answer, Outdated, Route, Step, Trouble, Wishes};
use bartizan_fetch::{Failure as NoAnswer, IndexClient, Listed, Question, Why};
use bartizan_report::{Options, deps};
use bartizan_requirement::{PackageName, Version};
use clap::ValueEnum;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::network::{self, Network};
use crate::terminal::Terminal;
use crate::workspace::{Workspace, today};
use crate::{manifests, output, progress, rules, yanked};

/// One answer takes no longer than this, however patient one is.
const LONGEST: Duration = Duration::from_secs(60);

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The project, or one manifest or lock
    #[arg(default_value = ".")]
    path: PathBuf,

    /// For programs
    #[arg(long)]
    json: bool,

    /// Write the result to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Count pre-releases too
    #[arg(long)]
    pre: bool,

    /// The Python that the project runs on [default: `.python-version`, or the lowest that the
    /// project supports]
    #[arg(long, value_name = "VERSION", value_parser = crate::commands::settings::version)]
    python: Option<Version>,

    /// What makes the exit code 1
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    fail_on: FailOn,

    /// List where each package stands that was not compared, and why
    #[arg(long)]
    problems: bool,

    /// Ask nobody: show what is known from before
    #[arg(long, conflicts_with = "refresh")]
    offline: bool,

    /// Ask again what was asked a moment ago
    #[arg(long)]
    refresh: bool,

    /// Keep no answers, and use none from before
    #[arg(long, conflicts_with = "offline")]
    no_cache: bool,

    #[command(flatten)]
    index: network::IndexArgs,

    #[command(flatten)]
    network: network::Args,
}

/// The gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum FailOn {
    /// A package that is behind, or yanked
    #[default]
    Behind,
    /// One that is behind by more than a patch, or yanked
    Minor,
    /// One that is behind by a major step, or yanked
    Major,
    /// One that is yanked
    Yanked,
    /// Nothing
    Never,
}

/// Asks the indexes, shows what they say, and answers with the gate's word: a package that could
/// not be looked up is never a clean one.
pub fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let workspace = Workspace::open(&args.path, None, &rules::all())?;
    let inventory = manifests::discover(&workspace.tree, &args.path)?;
    let network = Network::look();
    let routes = outdated::routes(&inventory, &network.defaults(&args.index)?);
    let client = args.client(&network)?;
    let answers = ask(&client, &routes, terminal);
    let python = FilePath::new(".python-version").and_then(|path| {
        let bytes = workspace.tree.read(&path).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        text.lines().next()?.trim().parse().ok()
    });
    let wishes = Wishes {
        python: args.python.clone().or(python),
        pre_releases: args.pre || network.takes_pre_releases(),
    };
    let report = outdated::outdated(&inventory, &answers, &wishes, today());
    let options = Options {
        problems: args.problems,
        ..match args.output {
            Some(_) => terminal.file_options(),
            None => terminal.stdout_options(),
        }
    };
    let text = match args.json {
        true => deps::outdated_json(&report),
        false => deps::outdated(&report, &options),
    };
    match &args.output {
        Some(path) => output::to_file(path, &text)?,
        None => output::to_stdout(&text)?,
    }
    Ok(match () {
        () if !report.is_complete() => Exit::Failed,
        () if args.fail_on.fails(&report) => Exit::Findings,
        () => Exit::Clean,
    })
}

impl Args {
    fn client(&self, network: &Network) -> Result<IndexClient, Failure> {
        let cache = match self.no_cache {
            true => None,
            false => network::cache(),
        };
        let mut client = IndexClient::new(network.client(&self.network)?, cache, network::now());
        client.offline = self.offline;
        client.refresh = self.refresh;
        client.total = LONGEST;
        Ok(client)
    }
}

impl FailOn {
    fn fails(self, report: &Outdated) -> bool {
        report.rows.iter().any(|row| {
            let is_yanked = row.is_yanked() == Some(true);
            match self {
                Self::Behind => is_yanked || row.is_behind(),
                Self::Minor => is_yanked || matches!(row.step, Some(Step::Major | Step::Minor)),
                Self::Major => is_yanked || row.step == Some(Step::Major),
                Self::Yanked => is_yanked,
                Self::Never => false,
            }
        })
    }
}

/// A question and what came of it.
type Told = (Question, Result<Listed, NoAnswer>);

/// Asks every index about its packages, all at once, and joins what several say of one.
fn ask(
    client: &IndexClient,
    routes: &BTreeMap<PackageName, Route>,
    terminal: &Terminal,
) -> BTreeMap<PackageName, Answer> {
    let mut questions = Vec::new();
    let mut answers = BTreeMap::new();
    for (name, route) in routes {
        match route {
            Route::Ask(indexes) => questions.extend(indexes.iter().map(|index| Question {
                name: name.clone(),
                index: index.url.clone(),
                verify: index.verify,
                credentials: None,
            })),
            Route::Nowhere(why) => {
                let trouble = Trouble::before_asking(why.clone());
                answers.insert(name.clone(), Answer::Failed(trouble));
            }
        }
    }
    let told = progress::count(terminal.audience(), questions.len(), "packages", |tell| {
        client.look_up_all(&questions, tell)
    });
    let told: Vec<Told> = questions.into_iter().zip(told).collect();
    if let Some(cache) = client.cache.as_ref().filter(|_| !client.offline) {
        yanked::note(cache, &told, client.now);
    }
    let mut of: BTreeMap<PackageName, Vec<Told>> = BTreeMap::new();
    for (question, answer) in told {
        of.entry(question.name.clone()).or_default().push((question, answer));
    }
    answers.extend(of.into_iter().map(|(name, told)| (name, joined(told))));
    answers
}

/// What several indexes say of one package. One that does not have it says nothing; one that could
/// not be asked might have had the newest release.
fn joined(told: Vec<Told>) -> Answer {
    let mut joined: Option<Answer> = None;
    let mut missing = None;
    for (question, answer) in told {
        let shown = question.index.to_string();
        match answer {
            Ok(listed) => {
                let stale_now = listed.stale.map(|failure| trouble(&shown, &failure));
                joined = Some(match joined {
                    Some(Answer::Listed { listing, mut indexes, age, stale }) => {
                        indexes.push(shown);
                        Answer::Listed {
                            listing: listing.and(listed.listing),
                            indexes,
                            age: age.max(listed.age),
                            stale: stale.or(stale_now),
                        }
                    }
                    _ => Answer::Listed {
                        listing: listed.listing,
                        indexes: vec![shown],
                        age: listed.age,
                        stale: stale_now,
                    },
                });
            }
            Err(failure) if failure.why == Why::Status(404) => {
                missing.get_or_insert_with(|| trouble(&shown, &failure));
            }
            Err(failure) => return Answer::Failed(trouble(&shown, &failure)),
        }
    }
    let nowhere =
        || Answer::Failed(missing.unwrap_or_else(|| Trouble::before_asking("no index was asked")));
    joined.unwrap_or_else(nowhere)
}

/// A failure at an index, told with the index and not with the page of one package, so that what
/// has one cause is told once.
fn trouble(index: &str, failure: &NoAnswer) -> Trouble {
    let root = index.trim_end_matches('/');
    let place = match failure.address.starts_with(root) {
        true => index.to_owned(),
        false => failure.address.clone(),
    };
    Trouble { place, why: failure.why.to_string(), is_unreachable: failure.is_unreachable() }
}
