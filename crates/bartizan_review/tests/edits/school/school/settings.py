import configparser
import os

config = configparser.RawConfigParser()
config.read([os.environ.get("SCHOOL_CONFIG", "school.cfg")])


def policy(*sources, more=None):
    found = list(sources)
    if more:
        found += more.split(",")
    return tuple(found)


SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = ["school.example"]
ROOT_URLCONF = "school.urls"
AUTH_USER_MODEL = "courses.User"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "rest_framework",
    "rules",
    "courses",
]
if os.environ.get("WITH_LIBRARY"):
    INSTALLED_APPS += ["library"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["courses.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
SHOW_ADDRESSES = os.environ.get("SHOW_ADDRESSES") == "yes"
AWS_DEFAULT_ACL = "private"
CSRF_COOKIE_SECURE = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "script-src": policy("'self'", more=config.get("web", "scripts")),
    }
}
