#!/usr/bin/env python3
"""Compares `bartizan deps check` with pip-audit on the same pins and the same records.

    pip_audit.py BARTIZAN PIP-AUDIT RECORDS FILE…

RECORDS is a file of OSV records, one a line. pip-audit asks a service of ours on the loopback
address that answers from it by OSV's own rules; Bartizan reads it by `--advisories`. FILEs are
requirements files, or locks whose packages are pinned for pip-audit beside them: uv's and Poetry's,
read here by themselves. Prints a row a file, and below it every difference. Needs `packaging`, which
comes with pip-audit: run it by that environment's Python.
"""

import http.server
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import threading
import tomllib

from packaging.version import InvalidVersion, Version


def main():
    bartizan, pip_audit, records, *files = sys.argv[1:]
    service = Service(records)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(service))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/v1/query"
    print("| file | packages | pip-audit | Bartizan | ids that differ | fixes that differ "
          "| pip-audit, CPU s | Bartizan, CPU s |")
    print("|---|---|---|---|---|---|---|---|")
    notes = []
    for file in files:
        with tempfile.TemporaryDirectory() as folder:
            pins = pathlib.Path(folder, "pins.txt")
            pins.write_text(pinned(file), encoding="utf-8")
            theirs, slow = run([pip_audit, "-s", "osv", "--osv-url", url, "--no-deps", "--disable-pip",
                                "--progress-spinner", "off", "-f", "json", "-r", pins], "-o", folder)
            ours, _ = run([bartizan, "deps", "check", file, "--no-reach", "--advisories", records,
                           "--format", "pip-audit"], "--output", folder)
            # How long it takes with what is built in, which is what one runs.
            _, fast = run([bartizan, "deps", "check", pins, "--format", "pip-audit"], "--output",
                          folder)
        ids = set(theirs) ^ set(ours)
        fixes = [key for key in set(theirs) & set(ours) if theirs[key] != ours[key]]
        packages = len({line.split("==")[0] for line in pinned(file).splitlines() if "==" in line})
        print(f"| {file} | {packages} | {len(theirs)} | {len(ours)} | {len(ids)} | {len(fixes)} "
              f"| {slow:.2f} | {fast:.3f} |")
        notes += [f"{file}: {key} is told by {'pip-audit' if key in theirs else 'Bartizan'} alone"
                  for key in sorted(ids)]
        notes += [f"{file}: {key}: pip-audit {theirs[key]}, Bartizan {ours[key]}"
                  for key in sorted(fixes)]
    print(*notes, sep="\n")


def pinned(file):
    """The packages of a file as pins."""
    if not file.endswith(".lock"):
        return pathlib.Path(file).read_text(encoding="utf-8")
    lock = tomllib.loads(pathlib.Path(file).read_text(encoding="utf-8"))
    of_index = [package for package in lock["package"]
                if "registry" in package.get("source", {"registry": ""})]
    return "".join(f"{package['name']}=={package['version']}\n" for package in of_index)


def run(command, flag, folder):
    """Fixes by package, version and id, as pip-audit's JSON has them; and CPU seconds."""
    result = os.path.join(folder, "result.json")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run([*command, flag, result], capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if ended.returncode not in (0, 1):
        sys.exit(f"error: {command[0]}: {ended.stderr}")
    dependencies = json.loads(pathlib.Path(result).read_text())["dependencies"]
    fixes = {(package["name"], package["version"], flaw["id"]): tuple(flaw["fix_versions"])
             for package in dependencies for flaw in package.get("vulns", [])}
    return fixes, seconds


class Service:
    """What OSV answers to a question about one version, from records."""

    def __init__(self, path):
        self.by_name = {}
        for line in open(path, encoding="utf-8"):
            record = json.loads(line)
            for affected in record.get("affected", []):
                if affected["package"].get("ecosystem") == "PyPI":
                    entry = (record, affected)
                    self.by_name.setdefault(normal(affected["package"]["name"]), []).append(entry)

    def answer(self, name, version):
        version = Version(str(Version(version)).split("+")[0])
        found = []
        for record, affected in self.by_name.get(normal(name), []):
            if not record.get("withdrawn") and affects(affected, version) and record not in found:
                found.append(record)
        return {"vulns": found} if found else {}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def parsed(text):
    try:
        return Version(text.removesuffix("-NA"))
    except InvalidVersion:
        return None


def affects(affected, version):
    if version in [parsed(text) for text in affected.get("versions", [])]:
        return True
    for stretch in affected.get("ranges", []):
        if stretch["type"] not in ("ECOSYSTEM", "SEMVER"):
            continue
        order = {"fixed": 0, "introduced": 1, "last_affected": 2}
        events = [(parsed(text) or Version("0"), order[kind], kind)
                  for event in stretch["events"] for kind, text in event.items() if kind in order]
        inside = False
        for bound, _, kind in sorted(events):
            if kind == "introduced":
                inside = inside or version >= bound
            elif version > bound or (kind == "fixed" and version == bound):
                inside = False
        if inside:
            return True
    return False


def handler(service):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = service.answer(question["package"]["name"], question["version"])
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


if __name__ == "__main__":
    main()
