"""Runs Django's own checks over variants: JSON in, one line of JSON for each out.

The child of each variant is forked from one process that has Django loaded.
"""

import json
import os
import sys
import tempfile

import django  # noqa: F401
import django.core.checks
import django.conf.global_settings
import decouple  # noqa: F401
import environ  # noqa: F401

NAMES = [
    "DEBUG", "ALLOWED_HOSTS", "SECRET_KEY", "MIDDLEWARE", "INSTALLED_APPS", "SECURE_HSTS_SECONDS",
    "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "X_FRAME_OPTIONS",
    "SECURE_REFERRER_POLICY", "SECRET_KEY_FALLBACKS", "SECURE_CONTENT_TYPE_NOSNIFF", "CSRF_USE_SESSIONS",
]


def answer(variant):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in variant["files"].items():
            path = os.path.join(folder, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)
        os.chdir(folder)
        sys.path.insert(0, folder)
        for name in ("DEBUG", "HOSTS", "KEY", "ENV", "HSTS", "PROD", "SECURE"):
            os.environ.pop(name, None)
        os.environ.update(variant["env"], DJANGO_SETTINGS_MODULE=variant["module"])
        django.setup()
        from django.conf import settings
        from django.core import checks

        messages = checks.run_checks(tags=["security"], include_deployment_checks=True)
        values = {name: repr(getattr(settings, name)) for name in NAMES if hasattr(settings, name)}
        return {"ids": sorted({message.id for message in messages}), "values": values}


def main():
    for variant in json.load(sys.stdin):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
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
