"""What ephios reads from the environment of its process, and then its own settings."""

import os

for name, value in {
    "SECRET_KEY": "not-a-key",
    "DEBUG": "False",
    "ALLOWED_HOSTS": "ephios.example",
    "DATABASE_URL": "sqlite:///ephios.db",
    "SITE_URL": "https://ephios.example",
    "EMAIL_URL": "consolemail://",
    "DEFAULT_FROM_EMAIL": "noor@ephios.example",
    "SERVER_EMAIL": "noor@ephios.example",
    "ADMINS": "noor@ephios.example",
    "INTERNAL_IPS": "127.0.0.1",
    "STATIC_URL": "/static/",
}.items():
    os.environ.setdefault(name, value)

from ephios.settings import *  # noqa: E402, F403
