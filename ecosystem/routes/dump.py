"""Prints every route that Django's own resolver knows, one a line: route from the root, name with its
namespaces, methods where the view says them, view, and the module of the URLconf that has it.

    dump.py SETTINGS [URLCONF]      run by `cargo xtask routes` in the project's own environment
"""

import functools
import os
import sys

sys.path.insert(0, os.getcwd())
os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[1]
# What a project prints while it starts is no row.
rows, sys.stdout = sys.stdout, sys.stderr

import django  # noqa: E402

django.setup()

from django.urls import URLPattern, get_resolver  # noqa: E402

# HEAD and OPTIONS are answered wherever GET is.
METHODS = ("get", "post", "put", "patch", "delete")


def joined(prefix, route):
    # As ResolverMatch has it.
    return prefix + route.removeprefix("^") if prefix else route


def view(callback):
    if site := getattr(callback, "model_admin", None):
        return f"{type(site).__module__}.{type(site).__qualname__}.{callback.__name__}"
    while isinstance(callback, functools.partial):
        callback = callback.func
    for attribute in ("view_class", "cls"):
        callback = getattr(callback, attribute, callback)
    name = getattr(callback, "__qualname__", type(callback).__qualname__)
    return f"{callback.__module__}.{name}"


def methods(callback):
    if actions := getattr(callback, "actions", None):
        return [method for method in METHODS if method in actions]
    cls = getattr(callback, "view_class", getattr(callback, "cls", None))
    if cls is None:
        return []
    allowed = [name.lower() for name in getattr(cls, "http_method_names", METHODS)]
    return [method for method in METHODS if method in allowed and hasattr(cls, method)]


def walk(patterns, prefix, names, module):
    for pattern in patterns:
        route = joined(prefix, str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            name = ":".join([*names, pattern.name]) if pattern.name else ""
            verbs = ",".join(methods(pattern.callback)).upper()
            print(route, name, verbs, view(pattern.callback), module, sep="\t", file=rows)
        else:
            inner = [*names, pattern.namespace] if pattern.namespace else names
            here = getattr(pattern.urlconf_module, "__name__", module)
            walk(pattern.url_patterns, route, inner, here)


resolver = get_resolver(sys.argv[2] if len(sys.argv) > 2 else None)
walk(resolver.url_patterns, "", [], getattr(resolver.urlconf_module, "__name__", ""))
