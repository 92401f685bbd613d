//! Readers of hostile text, fed with what nobody would write.
//!
//! Fuzzing without a special compiler: inputs are mutated at random, but from a seed, so that a run
//! can be repeated; an input that shows a new behaviour of its target joins the pool that later ones
//! grow from. Every target runs in a process of its own, because an exhausted stack ends more
//! than a thread. What fails is made small and kept in `fuzz/corpus`, where plain tests replay it.

mod mutate;
mod shrink;
mod targets;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::tree;
use mutate::Mutator;
use targets::{TARGETS, Target};

/// What to feed, how long, and from which seed.
#[derive(Args)]
pub struct Options {
    /// Only these targets.
    targets: Vec<String>,
    /// How long to feed each target.
    #[arg(long, default_value_t = 2, conflicts_with = "minutes")]
    seconds: u64,
    /// The same in minutes.
    #[arg(long)]
    minutes: Option<u64>,
    /// Where chance begins: the same seed gives the same inputs.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Feed one target from within this process.
    #[arg(long, hide = true)]
    inside: bool,
    /// Feed one target this one file.
    #[arg(long, hide = true)]
    once: Option<PathBuf>,
}

/// No input may keep a reader busy for longer. Generous: what is slow but ends is a matter of
/// benches.
const PATIENCE: Duration = Duration::from_secs(20);

/// Inputs that later ones grow from; more would only cost memory.
const POOL: usize = 4096;

/// Feeds each target, and fails if one of them does.
pub fn run(options: &Options) -> Result<()> {
    let targets = named(&options.targets)?;
    if let Some(file) = &options.once {
        feed_once(targets[0], &fs::read(file)?);
        return Ok(());
    }
    let time = Duration::from_secs(options.minutes.map_or(options.seconds, |n| n * 60));
    if options.inside {
        return feed(targets[0], time, options.seed);
    }
    let mut failed = Vec::new();
    for target in targets {
        let fed = inside(target, |command| {
            command.arg("--inside");
            command.args(["--seconds", &time.as_secs().to_string()]);
            command.args(["--seed", &options.seed.to_string()]);
        })?;
        if !fed {
            failed.push(keep(target)?);
        }
    }
    ensure!(failed.is_empty(), "kept for the tests to replay: {}", failed.join(", "));
    Ok(())
}

fn named(names: &[String]) -> Result<Vec<&'static Target>> {
    if names.is_empty() {
        return Ok(TARGETS.iter().collect());
    }
    names
        .iter()
        .map(|name| {
            TARGETS.iter().find(|target| target.name == name).with_context(|| {
                let known: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
                format!("no target `{name}`; there are {}", known.join(", "))
            })
        })
        .collect()
}

/// Runs this program again for one target; whether that went well.
fn inside(target: &Target, arguments: impl FnOnce(&mut Command)) -> Result<bool> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["fuzz", target.name]);
    arguments(&mut command);
    Ok(command.status()?.success())
}

/// Makes the input that failed small, and puts it into the corpus.
fn keep(target: &Target) -> Result<String> {
    let input = Current::read(target).context("the input that failed is lost")?;
    let trial = tree::root().join("target/fuzz").join(format!("{}.trial", target.name));
    let small = shrink::shrink(&input, |input| {
        fs::write(&trial, input)?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["fuzz", target.name, "--once"]).arg(&trial);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Ok(!command.status()?.success())
    })?;
    let path = corpus(target).join(format!("failed-{:016x}", mutate::digest(&small)));
    fs::create_dir_all(corpus(target))?;
    fs::write(&path, small)?;
    Ok(tree::shown(&path))
}

/// Inputs that are replayed in every test run.
fn corpus(target: &Target) -> PathBuf {
    tree::root().join("fuzz/corpus").join(target.name)
}

/// The file of the input that a target is being fed right now: a process that dies says nothing
/// more. The length stands first and the file is never cut, because to cut it is slow.
struct Current(File);

impl Current {
    fn path(target: &Target) -> PathBuf {
        tree::root().join("target/fuzz").join(target.name)
    }

    fn create(target: &Target) -> Result<Self> {
        let path = Self::path(target);
        fs::create_dir_all(path.parent().expect("a file lies in a folder"))?;
        Ok(Self(File::create(path)?))
    }

    fn write(&mut self, input: &[u8]) -> Result<()> {
        self.0.seek(SeekFrom::Start(0))?;
        self.0.write_all(&(input.len() as u64).to_le_bytes())?;
        Ok(self.0.write_all(input)?)
    }

    fn read(target: &Target) -> Result<Vec<u8>> {
        let bytes = fs::read(Self::path(target))?;
        let (length, input) = bytes.split_first_chunk().context("nothing was written")?;
        let length = u64::from_le_bytes(*length) as usize;
        Ok(input.get(..length).context("only a part was written")?.to_vec())
    }
}

/// Feeds one input from within this process.
fn feed_once(target: &Target, input: &[u8]) {
    static FED: AtomicU64 = AtomicU64::new(0);
    watch(&FED);
    on_a_worker(|| (target.run)(input));
}

/// Feeds one target from within this process.
fn feed(target: &Target, time: Duration, seed: u64) -> Result<()> {
    static FED: AtomicU64 = AtomicU64::new(0);
    watch(&FED);
    let mut pool = seeds(target)?;
    ensure!(!pool.is_empty(), "no seeds for {}", target.name);
    let started = Instant::now();
    let behaviours = on_a_worker(|| -> Result<usize> {
        let mut behaviours = BTreeSet::new();
        for input in &pool {
            behaviours.insert((target.run)(input));
        }
        let mut current = Current::create(target)?;
        let mut mutator = Mutator::new(seed, target.words);
        while started.elapsed() < time {
            let input = mutator.next(&pool);
            current.write(&input)?;
            if behaviours.insert((target.run)(&input)) {
                if pool.len() < POOL {
                    pool.push(input);
                } else {
                    let oldest = behaviours.len() % POOL;
                    pool[oldest] = input;
                }
            }
            FED.fetch_add(1, Ordering::Relaxed);
        }
        Ok(behaviours.len())
    })?;
    println!(
        "{}: {} inputs, {behaviours} behaviours in {} s, seed {seed}",
        target.name,
        FED.load(Ordering::Relaxed),
        time.as_secs(),
    );
    Ok(())
}

/// What inputs grow from: the corpus, and the texts that the repository holds anyway.
fn seeds(target: &Target) -> Result<Vec<Vec<u8>>> {
    let mut seeds = Vec::new();
    if corpus(target).is_dir() {
        for path in tree::files_below(&corpus(target))? {
            seeds.push(fs::read(path)?);
        }
    }
    for path in tree::files_below(&tree::root().join("crates"))? {
        seeds.extend((target.seeds)(&path, &|| fs::read_to_string(&path).unwrap_or_default()));
    }
    Ok(seeds)
}

/// Runs on a stack as small as a worker's of the real pipeline.
fn on_a_worker<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let worker = thread::Builder::new().stack_size(targets::WORKER_STACK);
        let worker = worker.spawn_scoped(scope, work).expect("a thread can be had");
        worker.join().unwrap_or_else(|_| std::process::exit(101))
    })
}

/// Ends the process when `fed` stands still for too long.
fn watch(fed: &'static AtomicU64) {
    thread::spawn(move || {
        let mut last = (fed.load(Ordering::Relaxed), Instant::now());
        loop {
            thread::sleep(Duration::from_millis(200));
            let now = fed.load(Ordering::Relaxed);
            if now != last.0 {
                last = (now, Instant::now());
            } else if last.1.elapsed() > PATIENCE {
                eprintln!("an input kept its target busy for {} s", PATIENCE.as_secs());
                std::process::exit(102);
            }
        }
    });
}
