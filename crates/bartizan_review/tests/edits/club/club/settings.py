import os

from .flags import flag

SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = os.getenv("ENV") not in ["production", "staging"]
SESSION_COOKIE_SECURE = flag("SECURE", False)
ALLOWED_HOSTS = ["club.example"]
ROOT_URLCONF = "club.urls"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "rest_framework",
    "boats",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "boats.guards.SeasonPass",
]

HARBOUR_PASS = os.environ["HARBOUR_PASS"]

SERIALIZERS = {
    "boats": {
        "Fleet": "boats.serializers.FleetSerializer",
        "Trip": os.getenv("TRIP_SERIALIZER", "boats.serializers.TripSerializer"),
    },
}

KIND = os.environ.get("KIND", "home")
if KIND == "home":
    MEDIA_ROOT = "media"
elif KIND == "site":
    from .deployed import *
