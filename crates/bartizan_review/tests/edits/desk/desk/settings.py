import os

DEBUG = False
SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["desk.example"]
ROOT_URLCONF = "desk.urls"
SIGN_IN_ASKED = os.environ.get("SIGN_IN_ASKED", "") == "1"
PAPER_FORM = "papers.forms.PaperForm"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "rest_framework",
    "papers",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "papers.middleware.RightsMiddleware",
]

REST_FRAMEWORK = {
    "PAGE_SIZE": 20,
}
