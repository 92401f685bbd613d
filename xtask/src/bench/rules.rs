//! What each rule costs, as a share of a scan.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bartizan_finding::Date;
use bartizan_rules::RULES;
use bartizan_scan::config::Config;
use bartizan_scan::{Knowledge, measure};
use bartizan_tree::DiskTree;

use crate::ecosystem;

/// No rule costs more than so much of a scan, in percent.
const MOST: f64 = 3.0;
/// Rules below this are summed up.
const SHOWN: f64 = 0.2;

/// What a rule costs over all projects.
#[derive(Clone, Copy, Default)]
struct Sum {
    own: Duration,
    alone: Duration,
    counted: Duration,
}

/// Scans the projects in one thread, then asks every rule alone, and shows the shares over all projects.
///
/// A rule that is asked first works out what others ask for as well: the values of settings, who calls
/// whom. `own` is its share where that is done, `alone` where nothing is, and what counts is `alone`,
/// unless that passes the bar: then it is what the scan saves without the rule.
///
/// Measure what an optimised build does: `cargo run --release --package xtask -- bench --rules`.
pub fn run(projects: &[String]) -> Result<()> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let today = Date::new(2026, 1, 1).context("the first of January is a day")?;
    let mut whole = Duration::ZERO;
    let mut sums = vec![Sum::default(); RULES.len()];
    for project in ecosystem::fetch(projects)? {
        let tree = DiskTree::open(&project.folder)
            .map_err(|error| anyhow::anyhow!("{}: {error:?}", project.name))?;
        let (config, knowledge) = (Config::default(), Knowledge::default());
        let bound = MOST / 100.0;
        let measured =
            pool.install(|| measure::costs(&tree, &config, &knowledge, today, bound, &worked));
        println!("{}: {:.2} s", project.name, measured.whole.as_secs_f64());
        whole += measured.whole;
        for (sum, cost) in sums.iter_mut().zip(measured.rules) {
            sum.own += cost.own;
            sum.alone += cost.alone;
            sum.counted += cost.counted();
        }
    }
    let share = |cost: Duration| 100.0 * cost.as_secs_f64() / whole.as_secs_f64();
    let mut rows: Vec<(Sum, &str)> =
        sums.into_iter().zip(RULES).map(|(sum, rule)| (sum, rule.info.id)).collect();
    rows.sort_by(|a, b| b.0.counted.cmp(&a.0.counted).then(a.1.cmp(b.1)));
    println!("    own    alone  counted");
    let few = |sum: &Sum| share(sum.alone) < SHOWN;
    for (sum, rule) in rows.iter().filter(|(sum, _)| !few(sum)) {
        let Sum { own, alone, counted } = *sum;
        println!("{:5.2} %  {:5.2} %  {:5.2} %  {rule}", share(own), share(alone), share(counted));
    }
    let rest: Vec<f64> =
        rows.iter().filter(|(sum, _)| few(sum)).map(|(sum, _)| share(sum.counted)).collect();
    println!("{:5.2} %  the other {} rules together", rest.iter().sum::<f64>(), rest.len());
    let (most, rule) = rows.first().copied().unwrap_or_default();
    let most = share(most.counted);
    ensure!(most <= MOST, "{rule} costs {most:.2} % of a scan, more than {MOST} %");
    Ok(())
}

/// How long this thread has worked, as the kernel counts it.
fn worked() -> Duration {
    // The kernel brings its count up to date when it chooses who works next.
    std::thread::yield_now();
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}
