"""A wiki as its own documentation sets it up."""

SECRET_KEY = "not-a-key"
DEBUG = False
ALLOWED_HOSTS = ["wiki.example"]
SITE_ID = 1
ROOT_URLCONF = "site_of_wiki.urls"
INSTALLED_APPS = [
    "django.contrib.humanize",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.messages",
    "django.contrib.admin",
    "django.contrib.admindocs",
    "sekizai",
    "sorl.thumbnail",
    "django_nyt",
    "mptt",
    "wiki",
    "wiki.plugins.macros",
    "wiki.plugins.help",
    "wiki.plugins.links",
    "wiki.plugins.images",
    "wiki.plugins.attachments",
    "wiki.plugins.notifications",
    "wiki.plugins.editsection",
    "wiki.plugins.globalhistory",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "sekizai.context_processors.sekizai",
            ],
        },
    },
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
LANGUAGE_CODE = "en"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
