"""Prints the routes that Django's own resolver finds in the project of the working directory, one a
line: route, name with its namespaces, view. The settings module is the argument."""

import os
import sys

sys.path.insert(0, os.getcwd())
os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[1]

import django  # noqa: E402

django.setup()

from django.urls import URLPattern, get_resolver  # noqa: E402


def joined(prefix, route):
    # As ResolverMatch has it.
    return prefix + route.removeprefix("^") if prefix else route


def walk(patterns, prefix, names):
    for pattern in patterns:
        route = joined(prefix, str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            name = ":".join([*names, pattern.name]) if pattern.name else ""
            callback = pattern.callback
            view = getattr(callback, "view_class", callback)
            print(route, name, f"{view.__module__}.{view.__qualname__}", sep="\t")
        else:
            inner = [*names, pattern.namespace] if pattern.namespace else names
            walk(pattern.url_patterns, route, inner)


walk(get_resolver().url_patterns, "", [])
