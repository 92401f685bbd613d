"""Asks routes of a project as someone who is not logged in, as a user, and as staff that may do
everything, and prints what became of it, one line a route: route, name, method, and for each of the
three `let in` or `sent away`.

    probe.py SETTINGS SEED COUNT    run by `cargo xtask routes --guards` in the project's environment

Routes are drawn at random, always the same for one seed. One whose object is not there (404), that fails
for another reason (500), or to which the bare request is malformed whoever asks, is drawn again.
"""

import contextlib
import datetime
import inspect
import io
import os
import random
import re
import sys

sys.path.insert(0, os.getcwd())
os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[1]
# What a project prints while it starts is no row.
rows, sys.stdout = sys.stdout, sys.stderr

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.runner import DiscoverRunner  # noqa: E402
from django.urls import URLPattern, get_resolver  # noqa: E402

METHODS = ("get", "post", "put", "patch", "delete")
# What stands for a converter's or a group's value.
VALUES = {"int": "1", "uuid": "6f9619ff-8b86-d011-b42d-00c04fc964ff", "path": "x", "slug": "x", "str": "x"}


def joined(prefix, route):
    return prefix + route.removeprefix("^") if prefix else route


def methods(callback):
    if actions := getattr(callback, "actions", None):
        return [method for method in METHODS if method in actions]
    cls = getattr(callback, "view_class", getattr(callback, "cls", None))
    if cls is None:
        return []
    allowed = [name.lower() for name in getattr(cls, "http_method_names", METHODS)]
    return [method for method in METHODS if method in allowed and hasattr(cls, method)]


def takes_sessions(callback):
    """Whether who is logged in by a session is logged in here: an API may take tokens alone."""
    cls = getattr(callback, "view_class", getattr(callback, "cls", None))
    given = getattr(callback, "initkwargs", {})
    classes = given.get("authentication_classes", getattr(cls, "authentication_classes", None))
    return not classes or any("Session" in known.__name__ for known in classes)


def walk(patterns, prefix, names):
    for pattern in patterns:
        route = joined(prefix, str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            name = ":".join([*names, pattern.name]) if pattern.name else ""
            if takes_sessions(pattern.callback):
                yield route, name, methods(pattern.callback)
        else:
            inner = [*names, pattern.namespace] if pattern.namespace else names
            yield from walk(pattern.url_patterns, route, inner)


def address(route):
    """A path that the route takes; `None` where it is not plain what to write for its parts."""
    path = re.sub(r"<(?:(\w+):)?\w+>", lambda m: VALUES.get(m[1] or "str", "x"), _groups(route))
    path = path.replace("/?$", "/").replace("$", "").replace("^", "").replace("\\.", ".").replace("\\-", "-")
    return None if re.search(r"[\\()\[\]*+?|<>]", path) else "/" + path


def _groups(route):
    out, at = "", 0
    while at < len(route):
        if not route.startswith("(?P<", at):
            out, at = out + route[at], at + 1
            continue
        depth, end = 0, at
        while end < len(route):
            depth += {"(": 1, ")": -1}.get(route[end], 0) if route[end - 1] != "\\" else 0
            end += 1
            if depth == 0:
                break
        inner = route[route.index(">", at) + 1 : end - 1]
        tried = ("1", "x", "xx-1", "6f9619ff-8b86-d011-b42d-00c04fc964ff", "2026", "en")
        out += next((value for value in tried if re.fullmatch(inner, value)), "(")
        at = end
    return out


def user(name, **more):
    manager = get_user_model()._default_manager
    make = manager.create_superuser if more else manager.create_user
    email = f"{name}@shop.example"
    needed = {
        parameter.name: datetime.date(1990, 1, 1) if "date" in parameter.name else name
        for parameter in inspect.signature(make).parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        and parameter.name not in ("email", "username", "password")
    }
    for given in ({"username": name, "email": email}, {"email": email}, {"username": name}):
        given |= needed
        try:
            with transaction.atomic():
                return make(password="not-a-password", **given)
        except TypeError:
            continue
    raise SystemExit("no user can be made")


def is_sent_away(response, best):
    if response.status_code in (401, 403):
        return True
    if response.status_code not in (301, 302, 303, 307):
        return False
    where = response.headers.get("Location", "").lower()
    # Whoever is led elsewhere where staff gets an answer was not let in, wherever that is.
    words = ("login", "signin", "reauth", "sudo", "?next=")
    return best.status_code < 300 or any(word in where for word in words)


def ask(client, method, path, headers):
    with contextlib.redirect_stderr(io.StringIO()):
        # Where a site sends everybody to https first, that says nothing of who gets in.
        response = getattr(client, method)(path, secure=True, **headers)
    return response


def outcomes(actors, method, path, headers=()):
    """What each is answered; nothing where the project fails."""
    found = []
    for who in actors:
        client = Client(raise_request_exception=False)
        if who is not None:
            client.force_login(who, backend=settings.AUTHENTICATION_BACKENDS[0])
        try:
            with transaction.atomic():
                found.append(ask(client, method, path, dict(headers)))
                transaction.set_rollback(True)
        except Exception:  # noqa: BLE001
            return []
    return found


def is_malformed(responses):
    """Whether all were told alike that the request is none, before anybody asked who they are."""
    codes = {response.status_code for response in responses}
    return len(codes) == 1 and 400 <= codes.pop() < 500 and responses[0].status_code not in (401, 403)


class NoMigrations:
    """Tables as the models have them: what migrations fill in is not needed here."""

    def __contains__(self, app):
        return True

    def __getitem__(self, app):
        return None


def main():
    settings.MIGRATION_MODULES = NoMigrations()
    # Nobody has collected the static files.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**getattr(settings, "STORAGES", {}), "staticfiles": plain}
    seed, count = int(sys.argv[2]), int(sys.argv[3])
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    settings.ALLOWED_HOSTS = ["*"]
    actors = []
    for who in (None, user("noor"), user("lin", is_superuser=True)):
        actors.append(who)
    routes = sorted(set((r, n, tuple(m)) for r, n, m in walk(get_resolver().url_patterns, "", [])))
    random.Random(seed).shuffle(routes)
    done = 0
    for route, name, allowed in routes:
        path = address(route)
        if path is None or done >= count:
            continue
        method = random.Random(f"{seed} {route} {name}").choice(allowed or ("get",))
        answers = outcomes(actors, method, path)
        if is_malformed(answers):
            answers = outcomes(actors, method, path, {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"})
        if not answers or method == "get" and is_malformed(answers):
            continue
        if any(r.status_code in (404, 405, 410) or r.status_code >= 500 for r in answers):
            continue
        words = ["sent away" if is_sent_away(r, answers[-1]) else "let in" for r in answers]
        # Who is sent away even as staff that may do everything lacks something else: a step before this
        # one, a key, what settings turn on.
        if words[-1] == "sent away":
            continue
        # Where even staff are led elsewhere, and others somewhere else again, nobody says who was let in.
        best = answers[-1]
        if 300 <= best.status_code < 400:
            led = [answer.headers.get("Location") for answer in answers]
            if method == "get" and words[0] == "sent away" or any(
                word == "let in" and where != led[-1] for word, where in zip(words, led)
            ):
                continue
        print(route, name, method.upper(), *words, sep="\t", file=rows, flush=True)
        done += 1
    runner.teardown_databases(databases)


main()
