#!/usr/bin/env python3
"""Fetches the pinned source distributions of `projects.toml`, or of FILE, and unpacks them.

    fetch.py [--from FILE] [NAME ...]    into `.cache/NAME-VERSION` beside this file
                                         (`.cache/FOLDER/…` where the list names a `folder`)

Prints one folder a line on standard output and says what it does on standard error. What is
there already is not fetched again. Nothing of a distribution is built, imported or run: plain
files are copied out of the archive, links and special files are left behind, and a name that
leaves its folder stops the work.

The package index is the one that pip is configured for (`PIP_INDEX_URL`, then `pip config`, then
pip's own default); proxies and certificates are taken from the environment as usual.
"""

import argparse
import functools
import hashlib
import http.client
import io
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
CACHE = HERE / ".cache"

# More than any pinned project holds, and little enough for any disk.
MAX_FILES = 200_000
MAX_BYTES = 2_000_000_000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="pins", type=pathlib.Path, default=HERE / "projects.toml")
    parser.add_argument("names", metavar="NAME", nargs="*")
    args = parser.parse_args()

    pins = tomllib.loads(args.pins.read_text())
    unknown = set(args.names) - {pin["name"] for pin in pins["project"]}
    if unknown:
        sys.exit(f"error: not in {args.pins.name}: {', '.join(sorted(unknown))}")
    cache = CACHE / pins.get("folder", "")
    for pin in pins["project"]:
        if not args.names or pin["name"] in args.names:
            print(fetch(pin, cache, tuple(pins.get("keep", [""]))), flush=True)


def fetch(pin, cache, keep):
    """The folder of one pinned distribution, fetched if it is not there."""
    folder = cache / f"{pin['name']}-{pin['version']}"
    if folder.is_dir():
        return folder
    say(f"fetching {pin['name']} {pin['version']}")
    data = download(distribution(pin))
    digest = hashlib.sha256(data).hexdigest()
    if digest != pin["sha256"]:
        sys.exit(f"error: {pin['name']} {pin['version']} is not what was pinned: sha256 {digest}")
    cache.mkdir(parents=True, exist_ok=True)
    # Unpacked beside its place and moved there whole, so that an interrupted run leaves nothing
    # that looks complete.
    with tempfile.TemporaryDirectory(dir=cache, prefix=".unpack-") as scratch:
        unpack(data, pathlib.Path(scratch) / "tree", keep)
        try:
            os.replace(pathlib.Path(scratch) / "tree", folder)
        except OSError:
            # Tests run side by side and want the same project: whoever was first is as good,
            # since both have checked the digest.
            if not folder.is_dir():
                raise
    return folder


def distribution(pin):
    """The address of the file with the pinned digest."""
    page = f"{index()}/{pin['name']}/"
    try:
        listing = json.loads(download(page, accept="application/vnd.pypi.simple.v1+json"))
    except ValueError:
        sys.exit("error: the package index does not answer in JSON, as PEP 691 has it")
    for file in listing["files"]:
        if file["hashes"].get("sha256") == pin["sha256"]:
            return urllib.parse.urljoin(page, file["url"])
    sys.exit(f"error: the package index has no {pin['name']} {pin['version']} with the pinned digest")


@functools.cache
def index():
    """The package index that pip would use."""
    configured = os.environ.get("PIP_INDEX_URL") or pip_config("global.index-url")
    if not configured:
        try:
            from pip._internal.models.index import PyPI
        except ImportError:
            sys.exit("error: pip is not installed, so its package index is not known\n"
                     "hint: install pip, or set PIP_INDEX_URL")
        configured = PyPI.simple_url
    return configured.rstrip("/")


@functools.cache
def pip_config(key):
    run = subprocess.run([sys.executable, "-m", "pip", "config", "get", key],
                         capture_output=True, text=True)
    return run.stdout.strip() if run.returncode == 0 else ""


def download(url, accept="*/*"):
    certificates = os.environ.get("PIP_CERT") or pip_config("global.cert") or None
    context = ssl.create_default_context(cafile=certificates)
    request = urllib.request.Request(url, headers={"Accept": accept, "User-Agent": "bartizan"})
    for pause in (1, 5, None):
        try:
            with urllib.request.urlopen(request, timeout=300, context=context) as answer:
                return answer.read()
        except (OSError, http.client.HTTPException) as error:
            final = pause is None or getattr(error, "code", 500) < 500
            if final:
                sys.exit(f"error: cannot fetch from the package index: {error}")
            time.sleep(pause)


def unpack(data, into, keep):
    """Copies the plain files of a `.tar.gz` below its one top folder to `into`.

    `keep` are the ends of the names that are wanted; every name ends with nothing.
    """
    files = size = left = 0
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        for member in archive:
            parts = pathlib.PurePosixPath(member.name).parts
            if member.name.startswith("/") or ".." in parts:
                sys.exit(f"error: the archive holds a path that leaves it: {member.name!r}")
            if member.isdir() or len(parts) < 2 or not member.name.endswith(keep):
                continue
            if not member.isreg():
                left += 1
                continue
            files, size = files + 1, size + member.size
            if files > MAX_FILES or size > MAX_BYTES:
                sys.exit("error: the archive unpacks to more than any project should hold")
            target = into.joinpath(*parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.extractfile(member) as source, open(target, "wb") as copy:
                shutil.copyfileobj(source, copy)
    say(f"  {files} files, {size / 1e6:.0f} MB" + (f"; {left} links left out" if left else ""))


def say(text):
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
