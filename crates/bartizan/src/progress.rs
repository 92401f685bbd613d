//! How far a scan has come, on a terminal, after half a second, without a trace.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use bartizan_fetch::Received;
use bartizan_scan::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Who waits less than this needs no news.
const PATIENCE: Duration = Duration::from_millis(500);

/// Who watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A file, a pipe, a terminal that cannot wipe a line.
    Nobody,
    /// A terminal that draws ASCII.
    Ascii,
    /// A terminal that draws whatever it is given.
    Unicode,
}

/// Does `work`, which tells how far it has come, and shows it to the audience.
pub fn watch<T>(audience: Audience, work: impl FnOnce(&(dyn Fn(Progress) + Sync)) -> T) -> T {
    if audience == Audience::Nobody {
        return work(&|_| {});
    }
    let style = |template: &str| style(template, audience);
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    let tell = |progress| match progress {
        Progress::Listed(files) => {
            bar.set_length(files as u64);
            bar.set_style(style("{bar:24} {pos}/{len} files"));
        }
        Progress::Read => bar.inc(1),
        Progress::Judging => bar.set_style(style("{spinner} working out what they mean together")),
    };
    shown_late(&bar, || work(&tell))
}

/// Does `work` in so many parts of which each is told, and shows them to the audience.
pub fn count<T>(
    audience: Audience,
    parts: usize,
    noun: &str,
    work: impl FnOnce(&(dyn Fn() + Sync)) -> T,
) -> T {
    if audience == Audience::Nobody {
        return work(&|| {});
    }
    let bar = ProgressBar::with_draw_target(Some(parts as u64), ProgressDrawTarget::hidden());
    bar.set_style(style(&format!("{{bar:24}} {{pos}}/{{len}} {noun}"), audience));
    shown_late(&bar, || work(&|| bar.inc(1)))
}

/// How far something has come that is fetched and worked in.
#[derive(Clone, Copy, Debug)]
pub enum Step<'s> {
    /// So much of what is fetched from there has come.
    Fetching(&'s str, Received),
    /// It is being worked in.
    Working(&'s str),
}

/// Does `work`, which tells how far it has come, and shows it to the audience.
pub fn fetch<T>(audience: Audience, work: impl FnOnce(&dyn Fn(Step<'_>)) -> T) -> T {
    if audience == Audience::Nobody {
        return work(&|_| {});
    }
    let style = |template: &str| style(template, audience);
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    let tell = |step: Step<'_>| match step {
        Step::Fetching(what, Received { bytes, of: Some(of) }) => {
            bar.set_length(of);
            bar.set_style(style("{bar:24} {bytes} of {total_bytes}  {msg}"));
            bar.set_message(what.to_owned());
            bar.set_position(bytes);
        }
        Step::Fetching(what, Received { bytes, of: None }) => {
            bar.set_style(style("{spinner} {bytes}  {msg}"));
            bar.set_message(what.to_owned());
            bar.set_position(bytes);
        }
        Step::Working(what) => {
            bar.set_style(style("{spinner} {msg}"));
            bar.set_message(what.to_owned());
        }
    };
    shown_late(&bar, || work(&tell))
}

/// Does `work`, and shows the bar as soon as it takes longer than anyone likes to wait in the dark.
fn shown_late<T>(bar: &ProgressBar, work: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        // Dropped when the work ends, in whatever way, and that is what the other side waits for.
        let (working, done) = mpsc::channel::<()>();
        scope.spawn(move || {
            if done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(15));
                bar.enable_steady_tick(Duration::from_millis(100));
                let _ = done.recv();
            }
            bar.finish_and_clear();
        });
        let result = work();
        drop(working);
        result
    })
}

fn style(template: &str, audience: Audience) -> ProgressStyle {
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    match audience {
        Audience::Ascii => style.progress_chars("#- ").tick_chars("-\\|/ "),
        Audience::Unicode | Audience::Nobody => style,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_gets_done_whoever_watches() {
        for audience in [Audience::Nobody, Audience::Ascii, Audience::Unicode] {
            let answer = watch(audience, |tell| {
                tell(Progress::Listed(2));
                tell(Progress::Read);
                tell(Progress::Judging);
                7
            });
            assert_eq!(answer, 7);
            let counted = count(audience, 1, "packages", |tell| {
                tell();
                8
            });
            assert_eq!(counted, 8);
            let fetched = fetch(audience, |tell| {
                for of in [None, Some(100_000)] {
                    tell(Step::Fetching("shop.example", Received { bytes: 65_536, of }));
                }
                tell(Step::Working("comparing"));
                9
            });
            assert_eq!(fetched, 9);
        }
    }
}
