#!/usr/bin/env python3
"""Measures programs against each other on the same folders, in one run.

    ratios.py ROUNDS THREADS NAME=PROGRAM… -- FOLDER…

PROGRAM is a command line; the folder is appended. A round runs every program once on every folder,
one after the other, so that whatever else the machine does strikes all of them alike. What
counts is CPU time, user and system, summed over the folders; the median of the rounds is shown,
with the ratio of each program to each of the last two, wall time, and the greatest peak of memory.
"""

import os
import shlex
import statistics
import subprocess
import sys
import time


def main():
    split = sys.argv.index("--")
    rounds, threads = int(sys.argv[1]), int(sys.argv[2])
    programs = dict(argument.split("=", 1) for argument in sys.argv[3:split])
    folders = sys.argv[split + 1:]
    environment = os.environ | {"RAYON_NUM_THREADS": str(threads)}

    cpu = {name: [] for name in programs}
    wall = {name: [] for name in programs}
    memory = dict.fromkeys(programs, 0)
    # The first round warms the caches of the disk and does not count.
    for number in range(rounds + 1):
        runs = {name: [measure(command, folder, environment) for folder in folders]
                for name, command in programs.items()}
        if number == 0:
            continue
        for name, run in runs.items():
            cpu[name].append(sum(seconds for seconds, _, _ in run))
            wall[name].append(sum(seconds for _, seconds, _ in run))
            memory[name] = max([memory[name], *(peak for _, _, peak in run)])

    peers = list(programs)[-2:]
    median = {name: statistics.median(seconds) for name, seconds in cpu.items()}
    print(f"{threads} thread{'s' * (threads > 1)}, median of {rounds} rounds")
    print(f"  {'':24}{'CPU s':>8}{'wall s':>8}{'peak MB':>9}"
          + "".join(f"{'/ ' + peer:>16}" for peer in peers))
    for name in programs:
        print(f"  {name:24}{median[name]:8.3f}{statistics.median(wall[name]):8.3f}"
              f"{memory[name] / 1e6:9.0f}"
              + "".join(f"{median[name] / median[peer]:16.2f}" for peer in peers))


def measure(command, folder, environment):
    """CPU seconds, wall seconds and peak bytes of one run."""
    started = time.perf_counter()
    child = subprocess.Popen([*shlex.split(command), folder], env=environment,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    # Findings are no failure.
    if child.returncode not in (0, 1):
        sys.exit(f"error: {command} {folder}: exit code {child.returncode}")
    return usage.ru_utime + usage.ru_stime, seconds, usage.ru_maxrss * 1024


if __name__ == "__main__":
    main()
