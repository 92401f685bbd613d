//! `bartizan explain`: the page of a rule, or one finding whole.

use std::collections::BTreeSet;
use std::path::PathBuf;

use bartizan_advisory::builtin;
use bartizan_finding::{Finding, Profile, RuleInfo, ScanResult};
use bartizan_report::ids::short_ids;
use bartizan_report::{explain, text};
use bartizan_scan::config::{UnknownRule, similar};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::workspace::Workspace;
use crate::{output, progress, rules};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// A rule, a peer's id of it (`B608`), or the beginning of a finding's id (`3f9a12`)
    #[arg(value_name = "RULE|ID")]
    what: String,

    /// Where the finding is; the project is scanned again
    #[arg(default_value = ".")]
    path: PathBuf,

    /// The configuration to use instead of the nearest one
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Prints the page of every rule that goes by the name, or else the finding.
pub fn run(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let rules = rules::all();
    let named = rules_named(&args.what, &rules);
    let screen = match fingerprint(&args.what) {
        Some(beginning) if named.is_empty() => finding(args, &beginning, &rules, terminal)?,
        None if named.is_empty() => return Err(unknown(&args.what, &rules)),
        _ => {
            let options = terminal.stdout_options();
            let pages: Vec<String> =
                named.iter().map(|rule| explain::render(rule, &options)).collect();
            pages.join("\n")
        }
    };
    output::paged(&screen)?;
    Ok(Exit::Clean)
}

/// The rules that are called `name` by us or by a peer; where none is, those related to it.
fn rules_named(name: &str, rules: &[&'static RuleInfo]) -> Vec<&'static RuleInfo> {
    let matching = |test: &dyn Fn(&RuleInfo) -> bool| {
        rules.iter().copied().filter(|rule| test(rule)).collect::<Vec<_>>()
    };
    let own = matching(&|rule| rule.id == name || rule.was.contains(&name));
    if !own.is_empty() {
        return own;
    }
    let aliased = matching(&|rule| rule.aliases.iter().any(|alias| alias.1 == name));
    if !aliased.is_empty() {
        return aliased;
    }
    matching(&|rule| rule.related.iter().any(|alias| alias.1 == name))
}

/// The digits that a finding's id begins with, where `what` can be one. Ids with twins carry a path
/// behind an `@`.
fn fingerprint(what: &str) -> Option<Beginning> {
    let what = what.strip_prefix("bz1:").unwrap_or(what);
    let (digits, path) = match what.split_once('@') {
        Some((digits, path)) => (digits, Some(path.to_owned())),
        None => (what, None),
    };
    let fits = (4..=32).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then(|| Beginning { digits: digits.to_ascii_lowercase(), path })
}

struct Beginning {
    digits: String,
    path: Option<String>,
}

impl Beginning {
    fn fits(&self, finding: &Finding) -> bool {
        let path = self.path.as_deref();
        finding.fingerprint.hex().starts_with(&self.digits)
            && path.is_none_or(|path| finding.place.path.as_str() == path)
    }
}

/// Scans again and shows what has the id: first as the project is configured, for that is where ids
/// come from, then everything that can be said.
fn finding(
    args: &Args,
    beginning: &Beginning,
    rules: &[&'static RuleInfo],
    terminal: &Terminal,
) -> Result<String, Failure> {
    let mut workspace = Workspace::open(&args.path, args.config.as_deref(), rules)?;
    let mut scan = |profile: Option<Profile>| {
        if let Some(profile) = profile {
            let config = &mut workspace.config;
            (config.profile, config.select, config.ignore) = (profile, Vec::new(), Vec::new());
        }
        let mut result =
            progress::watch(terminal.audience(), |tell| workspace.scan(builtin(), None, tell))?;
        result.findings.retain(|finding| beginning.fits(finding));
        Ok(result)
    };
    let mut result = scan(None)?;
    if result.findings.is_empty() {
        result = scan(Some(Profile::Auditor))?;
    }
    if result.findings.is_empty() {
        let hint =
            "`bartizan rules` lists all rules; ids of findings change with the code they name";
        return Err(Failure::new(format!("`{}` is neither a rule nor a finding here", args.what))
            .hint(hint));
    }
    let prints: BTreeSet<_> = result.findings.iter().map(|finding| finding.fingerprint).collect();
    if prints.len() > 1 {
        let mut ids = short_ids(&result.findings);
        ids.sort_unstable();
        ids.dedup();
        return Err(Failure::new(format!(
            "`{}` begins the ids of {} findings",
            args.what,
            ids.len()
        ))
        .hint(format!("give more of it: {}", ids.join(", "))));
    }
    Ok(whole(result, terminal))
}

/// The findings on one screen, those that a comment silences too, with the comment's place.
fn whole(mut result: ScanResult, terminal: &Terminal) -> String {
    let mut remarks = String::new();
    for finding in &mut result.findings {
        if let Some(suppressed) = finding.suppressed.take() {
            let (path, line) = (&finding.place.path, suppressed.line);
            remarks.push_str(&format!("silenced by the comment at {path}:{line}\n"));
        }
        remarks.push_str(&explain::reach(finding));
    }
    let screen = text::render(&result, &terminal.stdout_options());
    if remarks.is_empty() { screen } else { format!("{screen}\n{remarks}") }
}

fn unknown(what: &str, rules: &[&'static RuleInfo]) -> Failure {
    let ids = rules
        .iter()
        .flat_map(|rule| std::iter::once(rule.id).chain(rule.aliases.iter().map(|alias| alias.1)));
    let unknown = UnknownRule { word: what.to_owned(), meant: similar(what, ids) };
    Failure::new(unknown.to_string()).hint(unknown.hint())
}
