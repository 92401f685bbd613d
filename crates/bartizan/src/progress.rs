//! How far a scan has come, on a terminal, after half a second, without a trace.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use bartizan_scan::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Who waits less than this needs no news.
const PATIENCE: Duration = Duration::from_millis(500);

/// Does `work`, which tells how far it has come; shows it where `visible`.
pub fn watch<T>(visible: bool, work: impl FnOnce(&(dyn Fn(Progress) + Sync)) -> T) -> T {
    if !visible {
        return work(&|_| {});
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    let tell = |progress| match progress {
        Progress::Listed(files) => {
            bar.set_length(files as u64);
            bar.set_style(style("{bar:24} {pos}/{len} files"));
        }
        Progress::Read => bar.inc(1),
        Progress::Judging => bar.set_style(style("{spinner} working out what they mean together")),
    };
    thread::scope(|scope| {
        // Dropped when the work ends, in whatever way, and that is what the other side waits for.
        let (working, done) = mpsc::channel::<()>();
        let bar = &bar;
        scope.spawn(move || {
            if done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(15));
                bar.enable_steady_tick(Duration::from_millis(100));
                let _ = done.recv();
            }
            bar.finish_and_clear();
        });
        let result = work(&tell);
        drop(working);
        result
    })
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_gets_done_with_and_without_an_audience() {
        for visible in [false, true] {
            let answer = watch(visible, |tell| {
                tell(Progress::Listed(2));
                tell(Progress::Read);
                tell(Progress::Judging);
                7
            });
            assert_eq!(answer, 7);
        }
    }
}
