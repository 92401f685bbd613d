"""The least that a Nautobot is configured with."""

from nautobot.core.settings import *  # noqa: F403

SECRET_KEY = "only-for-the-routes"
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "nautobot.sqlite3"}}
