"""Runs Django's own checks over variants: JSON in, one line of JSON for each out.

The child of each variant is forked from one process that has Django loaded.
"""

import contextlib
import gc
import importlib
import json
import os
import sys
import tempfile

import django  # noqa: F401
import django.core.checks
import django.conf.global_settings
import decouple  # noqa: F401
import environ  # noqa: F401
import dj_database_url  # noqa: F401
import pydantic_settings  # noqa: F401
import split_settings.tools  # noqa: F401

# What needs no settings is imported once, and not by every child.
for name in (
    "configurations.values", "django.core.mail", "django.core.management", "django.db.migrations.operations",
    "django.db.models", "django.forms", "django.forms.models", "django.http", "django.middleware.csrf",
    "django.template.defaultfilters", "django.template.defaulttags", "django.template.loader", "django.urls",
    "django.views.csrf", "django.views.debug", "django.views.generic", "django.core.serializers", "django.test.signals",
    "django.utils.translation.trans_real", "django.contrib.messages.storage.base", "dynaconf", "dotenv", "environs",
):
    with contextlib.suppress(Exception):
        importlib.import_module(name)

NAMES = [
    "DEBUG", "ALLOWED_HOSTS", "SECRET_KEY", "MIDDLEWARE", "INSTALLED_APPS", "SECURE_HSTS_SECONDS",
    "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "X_FRAME_OPTIONS",
    "SECURE_REFERRER_POLICY", "SECRET_KEY_FALLBACKS", "SECURE_CONTENT_TYPE_NOSNIFF", "CSRF_USE_SESSIONS",
    "EMAIL_HOST", "EMAIL_USE_TLS", "EMAIL_HOST_PASSWORD", "HSTS", "VALUE", "OTHER", "EMAIL",
]
# Of these Django changes what it is given, or they are long: only where a variant speaks of them.
SPOKEN_OF = ["DATABASES", "CACHES"]


def holds_set(value):
    """Whether the order of something in it is chance."""
    if isinstance(value, (set, frozenset)):
        return len(value) > 1
    if isinstance(value, dict):
        return any(map(holds_set, value.values()))
    return isinstance(value, (list, tuple)) and any(map(holds_set, value))


def answer(variant):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in variant["files"].items():
            path = os.path.join(folder, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)
        os.chdir(folder)
        sys.path.insert(0, folder)
        sys.argv = ["manage.py", "check"]
        for name in list(os.environ):
            if name not in ("PATH", "HOME", "PYTHONPATH", "LANG"):
                del os.environ[name]
        os.environ.update(variant["env"], DJANGO_SETTINGS_MODULE=variant["module"])
        if "DJANGO_CONFIGURATION" in variant["env"]:
            from configurations import importer

            importer.install()
        if "config/wsgi.py" in variant["files"]:
            # What it does before Django reads the settings is asked about, and not the application.
            import django.core.wsgi

            django.core.wsgi.get_wsgi_application = lambda: None
            importlib.import_module("config.wsgi")
        from django.conf import settings

        code = "".join(variant["files"].values())
        names = NAMES + [name for name in SPOKEN_OF if name in code]
        if variant["name"].startswith("style "):
            # Whatever these files set is asked for.
            names += [name for name in dir(settings) if name.isupper() and settings.is_overridden(name)]
        values = {name: getattr(settings, name) for name in names if hasattr(settings, name)}
        values = {name: repr(value) for name, value in values.items() if not holds_set(value)}
        # Where the folder lies, and where an object, is chance.
        chance = (os.path.realpath(folder), folder, " at 0x")
        values = {name: value for name, value in values.items() if not any(word in value for word in chance)}
        try:
            django.setup()
            from django.core import checks

            messages = checks.run_checks(tags=["security"], include_deployment_checks=True)
        except Exception as error:
            # A driver of a database that is not installed, say: what the settings are is known.
            return {"values": values, "checks": f"{type(error).__name__}: {error}"}
        return {"ids": sorted({message.id for message in messages}), "values": values}


def main():
    gc.freeze()
    for variant in json.load(sys.stdin):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            sys.stderr = open(os.devnull, "w")
            os.dup2(sys.stderr.fileno(), 2)
            try:
                result = answer(variant)
            except BaseException as error:
                result = {"error": f"{type(error).__name__}: {error}"}
            os.write(writer, json.dumps(result).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            print(pipe.read(), flush=True)
        os.waitpid(child, 0)


main()
