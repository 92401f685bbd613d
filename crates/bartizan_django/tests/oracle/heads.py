"""What the files of variants begin with, and how they are put together."""

KEY = "s9!kd0wq_2lx7zm4vb-nc8yt1hr5gj3fp6ae@uoi%QWERTYUIOPLK"

MIDDLEWARE = """MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
"""

HEAD = f"""import os
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "{KEY}"
ROOT_URLCONF = "shop.urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.messages"]
{MIDDLEWARE}"""

HARD = """
SECURE_HSTS_SECONDS = 31536000
SECURE_SSL_REDIRECT = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
ALLOWED_HOSTS = ["shop.example"]
"""

URLS = {"shop/__init__.py": "", "shop/urls.py": "urlpatterns = []\n"}


def writers(add, prefix):
    """A function that adds a file of settings, and one that adds a tree of files.

    `one` puts the head before the text, and takes further files by keyword: `a__b__dot__py` is `a/b.py`.
    """

    def one(name, text, env=None, **files):
        files = {path.replace("__dot__", ".").replace("__", "/"): body for path, body in files.items()}
        add(prefix + name, {"config/settings.py": HEAD + text, **files}, env)

    def tree(name, files, env=None, module="config.settings"):
        add(prefix + name, {**URLS, "config/__init__.py": "", **files}, env, module)

    return one, tree
