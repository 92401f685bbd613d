//! `deps check` on a terminal: one line a hole, the place of each package once, the sum at the end.

use std::collections::BTreeSet;

use bartizan_advisory::Advisories;
use bartizan_advisory::support::Stage;
use bartizan_deps::reach::Reach;
use bartizan_deps::{Ended, Ignore, Package, Report, Smell, Unchecked, Use, Vulnerable};
use bartizan_finding::{Date, Severity, Suppressed};
use bartizan_requirement::{Inventory, PackageName};

use crate::look::{Look, Paint};
use crate::number::{counted, grouped};
use crate::options::Options;
use crate::visible::{cut_end, cut_middle, fill, visible, width, wrap};

/// Advisories older than this are told with a warning: holes are published every day.
const STALE: i64 = 30;
/// Older than this, they are told louder, and than this, loudest.
const LOUDER: [i64; 2] = [90, 180];
/// From this chance on to be used in attacks within a month, it is told.
const LIKELY: f32 = 0.01;
/// The end of support is told this long before it comes.
const SOON: i64 = 180;
/// What hangs under the first line of a hole is indented by this.
const INDENT: &str = "       ";

/// Before what is to be done.
const FIX: &str = "fix  ";

/// What the screen shows.
pub struct Screen<'a> {
    /// What was found.
    pub report: &'a Report<'a>,
    /// Where it was looked.
    pub inventory: &'a Inventory,
    /// What was asked.
    pub advisories: &'a Advisories,
}

/// The screen. Ends with a line break.
pub fn render(screen: &Screen<'_>, options: &Options) -> String {
    let look = options.look();
    let mut blocks = screen.packages(&look);
    let open = screen.report.smells.iter().filter(|smell| smell.ignored.is_none());
    blocks.extend(open.map(|smell| smell_rows(smell, &look)));
    if options.problems {
        blocks.push(screen.listed());
    }
    blocks.push(screen.summary(options, &look));
    let blocks: Vec<String> =
        blocks.iter().filter(|block| !block.is_empty()).map(|block| block.join("\n")).collect();
    blocks.join("\n\n") + "\n"
}

/// All that is wrong with one package.
#[derive(Default)]
struct Trouble<'a> {
    ended: Vec<&'a Ended>,
    vulnerable: Vec<&'a Vulnerable<'a>>,
}

impl Trouble<'_> {
    fn severity(&self) -> Severity {
        let ended = self.ended.iter().map(|ended| ended.severity);
        let vulnerable = self.vulnerable.iter().map(|flaw| flaw.severity());
        ended.chain(vulnerable).max().unwrap_or(Severity::Info)
    }
}

impl Screen<'_> {
    /// A block for each package that has a trouble, the worst first.
    fn packages(&self, look: &Look) -> Vec<Vec<String>> {
        let report = self.report;
        let mut troubles: Vec<Trouble<'_>> = Vec::new();
        troubles.resize_with(report.packages.len(), Trouble::default);
        for ended in report.ended.iter().filter(|ended| ended.ignored.is_none()) {
            troubles[ended.package].ended.push(ended);
        }
        for flaw in report.open() {
            troubles[flaw.package].vulnerable.push(flaw);
        }
        let mut troubled: Vec<(&Package, Trouble<'_>)> = report
            .packages
            .iter()
            .zip(troubles)
            .filter(|(_, trouble)| !trouble.ended.is_empty() || !trouble.vulnerable.is_empty())
            .collect();
        troubled.sort_by_key(|(_, trouble)| std::cmp::Reverse(trouble.severity()));
        troubled.iter().map(|(package, trouble)| self.package(package, trouble, look)).collect()
    }

    fn package(&self, package: &Package, trouble: &Trouble<'_>, look: &Look) -> Vec<String> {
        let mut rows = Vec::new();
        for ended in &trouble.ended {
            rows.extend(ended_rows(package, ended, look));
        }
        for flaw in &trouble.vulnerable {
            rows.push(hole(package, flaw, look));
            rows.extend(reach(flaw, look));
        }
        rows.push(self.place(package, trouble.vulnerable.first().copied(), look));
        rows
    }

    /// `requirements/base.txt:3 ← requirements/production.txt`
    fn place(&self, package: &Package, flaw: Option<&Vulnerable<'_>>, look: &Look) -> String {
        let at = &package.uses[0];
        let mut steps = vec![format!("{}:{}", at.place.path, at.place.start.line)];
        if let Some([parents @ .., _]) = flaw.map(|flaw| flaw.way.as_slice()) {
            steps.extend(parents.iter().rev().map(|name| name.as_str().to_owned()));
        }
        steps.extend(self.who_takes_in(at));
        let arrow = format!(" {} ", look.glyphs.from);
        let mut line = steps.join(&arrow);
        let mut notes = Vec::new();
        if let Some(ways @ 1..) = flaw.map(|flaw| flaw.other_ways) {
            notes.push(format!("{} more", counted(ways as u64, "way")));
        }
        if let Some(more @ 1..) = package.uses.len().checked_sub(1) {
            notes.push(format!("and {}", counted(more as u64, "other place")));
        }
        if package.is_for_development() {
            notes.push("development only".to_owned());
        }
        if !notes.is_empty() {
            line = format!("{line} ({})", notes.join(", "));
        }
        let line = cut_middle(
            &visible(&line),
            look.width.saturating_sub(INDENT.len()),
            look.glyphs.ellipsis,
        );
        format!("{INDENT}{line}")
    }

    /// The manifests behind a pin: whoever takes in its file, or what its lock was made from.
    fn who_takes_in(&self, at: &Use) -> Vec<String> {
        let path = &at.place.path;
        if let Some(lock) = at.lock.and_then(|number| self.inventory.locks.get(number)) {
            let manifests = lock.manifests.iter().filter(|manifest| *manifest != path);
            return manifests.take(1).map(ToString::to_string).collect();
        }
        let mut seen = BTreeSet::from([path.clone()]);
        let mut steps = Vec::new();
        let mut at = path.clone();
        // One way up is enough to find the place; files that take in each other end it.
        while let Some(above) = self.inventory.manifests.iter().find(|manifest| {
            manifest.includes.iter().any(|include| include.path.as_ref() == Some(&at))
                && !seen.contains(&manifest.path)
        }) {
            at = above.path.clone();
            seen.insert(at.clone());
            steps.push(at.to_string());
        }
        steps
    }

    fn summary(&self, options: &Options, look: &Look) -> Vec<String> {
        let report = self.report;
        let dot = format!(" {} ", look.glyphs.dot);
        let packages = counted(report.packages.len() as u64, "package");
        let hit: BTreeSet<usize> = report.open().map(|flaw| flaw.package).collect();
        let mut parts = vec![match report.open().count() as u64 {
            0 if report.files == 0 => "no manifest and no lock was found".to_owned(),
            0 => format!("no known holes in {packages}"),
            1 => format!("1 advisory in {} of {packages}", hit.len()),
            many => format!("{} advisories in {} of {packages}", grouped(many), hit.len()),
        }];
        let open = |ignored: &Option<Suppressed>| ignored.is_none();
        let ended = report.ended.iter().filter(|ended| open(&ended.ignored)).count();
        if ended > 0 {
            parts.push(format!("{} without support", counted(ended as u64, "package")));
        }
        let smells = report.smells.iter().filter(|smell| open(&smell.ignored)).count();
        if smells > 0 {
            parts.push(counted(smells as u64, "remark"));
        }
        let all = report.vulnerable.len() + report.ended.len() + report.smells.len();
        if let Some(ignored @ 1..) = all.checked_sub(report.open().count() + ended + smells) {
            parts.push(format!("{} ignored", grouped(ignored as u64)));
        }
        let age = age(self.advisories.date(), report.today);
        parts.push(match age {
            Some(0) => format!("data from {} (today)", self.advisories.date()),
            Some(days) => {
                format!("data from {} ({})", self.advisories.date(), counted(days as u64, "day"))
            }
            None => "data of unknown age".to_owned(),
        });
        let mut rows = fill(&parts, &dot, look.width);
        rows.extend(self.ending().into_iter().map(|line| visible(&line).into_owned()));
        rows.extend(unchecked(&report.unchecked, options.problems, look));
        rows.extend(
            report.idle.iter().map(|ignore| visible(&idle(ignore, report.today)).into_owned()),
        );
        let problems = report.problems.len();
        if problems > 0 && !options.problems {
            let line = counted(problems as u64, "problem");
            rows.push(format!("{line} in reading (bartizan deps check --problems)"));
        }
        rows.extend(age.and_then(|days| stale(days, look)));
        rows
    }

    /// Series that are supported today and not for long, or not in every respect.
    fn ending(&self) -> Vec<String> {
        let today = self.report.today;
        let of_packages = self.report.packages.iter().filter_map(|package| {
            let product = bartizan_advisory::support::product_of_package(package.name.as_str())?;
            Some((product, package.version.as_str()))
        });
        let runtimes = &self.report.runtimes;
        let of_runtimes =
            runtimes.iter().map(|runtime| (runtime.product, runtime.version.as_str()));
        let mut lines = BTreeSet::new();
        for (product, version) in of_packages.chain(of_runtimes) {
            let Some(series) = product.series_of(version) else { continue };
            let stage = series.stage(today);
            let Some(until) = series.until.filter(|_| !matches!(stage, Stage::Ended(_))) else {
                continue;
            };
            let name = format!("{} {}", product.title, series.name);
            let days = until.days_since_epoch() - today.days_since_epoch();
            if days <= SOON {
                let days = counted(days as u64, "day");
                lines.insert(format!("support of {name} ends on {until}, in {days}"));
            } else if stage == Stage::SecurityOnly {
                lines.insert(format!("{name} gets security fixes only, until {until}"));
            }
        }
        lines.into_iter().collect()
    }

    /// What could not be checked or read, a line each.
    fn listed(&self) -> Vec<String> {
        let mut rows: Vec<String> = Vec::new();
        for unchecked in &self.report.unchecked {
            let place = &unchecked.place;
            rows.push(format!(
                " not checked  {}:{}: {}: {}",
                place.path, place.start.line, unchecked.name, unchecked.why
            ));
        }
        rows.extend(self.not_asked());
        rows.extend(self.report.problems.iter().map(|problem| format!(" problem      {problem}")));
        rows.iter().map(|row| visible(row).into_owned()).collect()
    }
}

impl Screen<'_> {
    /// Of how many packages no index told whether their release was taken back.
    fn not_asked(&self) -> Option<String> {
        let asked = self.report.asked;
        let names: BTreeSet<&PackageName> =
            self.report.packages.iter().map(|package| &package.name).collect();
        let unasked = names.len().saturating_sub(asked.packages);
        if unasked == 0 {
            return None;
        }
        let of = counted(unasked as u64, "package");
        let rest = match asked.since {
            Some(day) => format!("; the others as of {day}"),
            None => String::new(),
        };
        Some(format!(
            " not checked  whether releases of {of} were taken back: only an index knows, and \
             `bartizan deps outdated` asks it{rest}"
        ))
    }
}

/// `high · django 4.2.11 · CVE-2024-42005  SQL injection …      fixed in 4.2.15`
fn hole(package: &Package, flaw: &Vulnerable<'_>, look: &Look) -> String {
    let advisory = &flaw.advisory;
    let fix = match advisory.fixed {
        Some(fixed) => format!("fixed in {fixed}"),
        None => "no fix".to_owned(),
    };
    let right = match (&advisory.exploited, flaw.chance) {
        (Some(_), _) => format!("used in attacks, {fix}"),
        // Less is what most flaws have.
        (None, Some(chance)) if chance >= LIKELY => {
            format!("EPSS {:.0} %, {fix}", f64::from(chance) * 100.0)
        }
        (None, _) => fix,
    };
    row(flaw.severity(), package, advisory.id, advisory.title(), &right, look)
}

/// `high · moving-source  shop-theme is whatever …`, where, and what to do.
fn smell_rows(smell: &Smell, look: &Look) -> Vec<String> {
    let severity = smell.severity;
    let word = look.paint(Paint::Severity(severity), severity.as_str());
    let head = format!(" {} {}  ", look.glyphs.dot, smell.rule.id);
    let room = look.width.saturating_sub(severity.as_str().len() + width(&head));
    let room = room.max(20);
    let lines = wrap(&visible(&smell.message), room);
    let mut rows = vec![format!("{word}{head}{}", lines.first().map_or("", String::as_str))];
    rows.extend(lines.iter().skip(1).map(|line| format!("{INDENT}{line}")));
    let place = format!("{}:{}", smell.place.path, smell.place.start.line);
    let room = look.width.saturating_sub(INDENT.len());
    let place = cut_middle(&visible(&place), room, look.glyphs.ellipsis);
    rows.push(format!("{INDENT}{place}"));
    for (at, line) in wrap(&visible(&smell.fix), room - FIX.len()).iter().enumerate() {
        let lead = if at == 0 { FIX } else { "     " };
        rows.push(format!("{INDENT}{lead}{line}"));
    }
    rows
}

/// `reached: use of … in shop/reports/queries.py:52`; nothing where nothing is known of its way.
fn reach(flaw: &Vulnerable<'_>, look: &Look) -> Option<String> {
    let conditions = flaw.conditions?;
    let text = match &flaw.reach {
        Reach::Reached(Some(place)) => {
            format!("reached in {}:{}: {}", place.path, place.start.line, conditions.text())
        }
        Reach::Reached(None) => format!("reached without any code of yours: {}", conditions.text()),
        Reach::NotFound => format!("out of reach: no {}", conditions.needs()),
        Reach::NotInCode => format!("not found in your code: {}", conditions.needs()),
        Reach::Unknown => format!("needs {}", conditions.needs()),
    };
    let room = look.width.saturating_sub(INDENT.len());
    Some(format!("{INDENT}{}", cut_end(&visible(&text), room, look.glyphs.ellipsis)))
}

fn ended_rows(package: &Package, ended: &Ended, look: &Look) -> Vec<String> {
    let right = match ended.successor {
        Some(series) => match series.until {
            Some(until) => format!("{} lives until {until}", series.name),
            None => format!("{} is alive", series.name),
        },
        None => "no series is alive".to_owned(),
    };
    let text = format!("no fixes since {}", ended.since);
    let mut rows = vec![row(
        ended.severity,
        package,
        &format!("series {}", ended.series),
        &text,
        &right,
        look,
    )];
    if ended.holes_since > 0 {
        let holes = counted(ended.holes_since as u64, "hole");
        let were = if ended.holes_since == 1 { "was" } else { "were" };
        rows.push(format!(
            "{INDENT}{holes} {were} published for other series since; no advisory can clear this one"
        ));
    }
    rows
}

fn row(
    severity: Severity,
    package: &Package,
    id: &str,
    title: &str,
    right: &str,
    look: &Look,
) -> String {
    let dot = look.glyphs.dot;
    let head = format!(" {dot} {} {} {dot} {id}  ", package.name, package.version);
    let head = visible(&head).into_owned();
    let right = visible(right).into_owned();
    let used = severity.as_str().len() + width(&head);
    let room = look.width.saturating_sub(used + 2 + width(&right));
    let title = match room {
        // Where there is no room for a word, the id says it.
        0..8 => String::new(),
        _ => cut_end(&visible(title), room, look.glyphs.ellipsis),
    };
    let pad = look.width.saturating_sub(used + width(&title) + width(&right)).max(2);
    let word = look.paint(Paint::Severity(severity), severity.as_str());
    format!("{word}{head}{title}{}{right}", " ".repeat(pad))
}

/// `not checked: celery, redis and 4 more (no version is pinned)`
fn unchecked(all: &[Unchecked], listed: bool, look: &Look) -> Option<String> {
    let names: BTreeSet<&str> = all.iter().map(|unchecked| unchecked.name.as_str()).collect();
    if names.is_empty() {
        return None;
    }
    let total = names.len();
    let end = if listed { "" } else { ", for want of one version (--problems lists them)" };
    let mut shown: Vec<&str> = Vec::new();
    let mut length = "not checked:".len() + end.len() + " and 9999 more".len();
    for name in names {
        length += name.len() + 2;
        if length > look.width && !shown.is_empty() {
            break;
        }
        shown.push(name);
    }
    let more = match total - shown.len() {
        0 => String::new(),
        more => format!(" and {} more", grouped(more as u64)),
    };
    Some(format!("not checked: {}{more}{end}", shown.join(", ")))
}

/// A decision that hides nothing, so that it can be looked at again and taken out.
fn idle(ignore: &Ignore, today: Date) -> String {
    let what = match &ignore.package {
        Some((name, _)) if ignore.id.is_empty() => name,
        _ => &ignore.id,
    };
    let place = match ignore.path.as_str() {
        "" => String::new(),
        path => format!(" ({path}:{})", ignore.line),
    };
    match ignore.until {
        Some(until) if !ignore.holds(today) => {
            format!("the decision to ignore {what} ended after {until}{place}")
        }
        _ => format!("the decision to ignore {what} is about nothing here{place}"),
    }
}

/// What is said of advisories that are `days` old, once that is too old.
pub(crate) fn stale(days: i64, look: &Look) -> Option<String> {
    let (paint, word) = match days {
        days if days > LOUDER[1] => (Paint::Error, "DANGEROUSLY OLD DATA"),
        days if days > LOUDER[0] => (Paint::Severity(Severity::High), "very old data"),
        _ => (Paint::Severity(Severity::Medium), "old data"),
    };
    let word = look.paint(paint, word);
    let line = format!(
        "{word}: nothing is known of holes published in the last {days} days (bartizan advisories \
         sync)"
    );
    (days > STALE).then_some(line)
}

/// How many days old data from the day `date` is.
pub(super) fn age(date: &str, today: Date) -> Option<i64> {
    let date: Date = date.parse().ok()?;
    Some((today.days_since_epoch() - date.days_since_epoch()).max(0))
}
