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

/// Scans the projects in one thread, then asks every rule alone, and shows the shares over all projects.
/// Measure what an optimised build does: `cargo run --release --package xtask -- bench --rules`.
pub fn run(projects: &[String]) -> Result<()> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let today = Date::new(2026, 1, 1).context("the first of January is a day")?;
    let mut whole = Duration::ZERO;
    let mut costs = vec![Duration::ZERO; RULES.len()];
    for project in ecosystem::fetch(projects)? {
        let tree = DiskTree::open(&project.folder)
            .map_err(|error| anyhow::anyhow!("{}: {error:?}", project.name))?;
        let config = Config::default();
        let measured = pool
            .install(|| measure::costs(&tree, &config, &Knowledge::default(), today, &|| worked()));
        println!("{}: {:.2} s", project.name, measured.whole.as_secs_f64());
        whole += measured.whole;
        for (sum, (_, cost)) in costs.iter_mut().zip(measured.rules) {
            *sum += cost;
        }
    }
    let share = |cost: Duration| 100.0 * cost.as_secs_f64() / whole.as_secs_f64();
    let mut shares: Vec<(f64, &str)> =
        costs.iter().zip(RULES).map(|(cost, rule)| (share(*cost), rule.info.id)).collect();
    shares.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    for (share, rule) in shares.iter().filter(|(share, _)| *share >= SHOWN) {
        println!("{share:5.2} %  {rule}");
    }
    let rest: Vec<f64> = shares.iter().map(|(share, _)| *share).filter(|s| *s < SHOWN).collect();
    println!("{:5.2} %  the other {} rules together", rest.iter().sum::<f64>(), rest.len());
    let (most, rule) = shares.first().copied().unwrap_or_default();
    ensure!(most <= MOST, "{rule} costs {most:.2} % of a scan, more than {MOST} %");
    Ok(())
}

/// How long this thread has worked, as the kernel counts it.
fn worked() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}
