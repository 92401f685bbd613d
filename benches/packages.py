#!/usr/bin/env python3
"""Measures how long the packages of a project take: `bartizan deps check` of pinned versions.

    packages.py BARTIZAN TABLE [ROUNDS]

TABLE is one that `cargo xtask advisories matches` takes, unpacked: name, version and ids in a line,
between tabs. Versions with ids are taken from it in even steps, so that every pin has records. What
counts is CPU time of the whole process, start included; the first run is shown beside the median.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

SIZES = (300, 10_000)


def main():
    bartizan, table = os.path.abspath(sys.argv[1]), sys.argv[2]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    rows = [line.rstrip("\n").split("\t") for line in open(table, encoding="utf-8")]
    rows = [row for row in rows if len(row) > 2 and row[2].strip()]
    print(f"  {'pins':>8}{'first s':>10}{'CPU s':>10}{'wall s':>10}{'peak MB':>10}")
    for size in SIZES:
        step = max(1, len(rows) // size)
        pins = [f"{name}=={version}\n" for name, version, _ in rows[::step][:size]]
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "requirements.txt").write_text("".join(pins), encoding="utf-8")
            runs = [measure([bartizan, "deps", "check", folder]) for _ in range(rounds)]
        cpu, wall = (statistics.median(run[at] for run in runs) for at in (0, 1))
        peak = max(run[2] for run in runs) / 1e6
        print(f"  {len(pins):8}{runs[0][0]:10.3f}{cpu:10.3f}{wall:10.3f}{peak:10.0f}")


def measure(command):
    """CPU seconds, wall seconds and peak bytes of one run."""
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    # Holes are no failure.
    if child.returncode not in (0, 1):
        sys.exit(f"error: {command}: exit code {child.returncode}")
    return usage.ru_utime + usage.ru_stime, seconds, usage.ru_maxrss * 1024


if __name__ == "__main__":
    main()
