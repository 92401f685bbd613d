from configparser import ConfigParser

config = ConfigParser()
config.read("office.cfg")

DEBUG = False
SECRET_KEY = config.get("site", "secret")
ALLOWED_HOSTS = ["office.example.org"]
ROOT_URLCONF = "office.urls"
SESSION_COOKIE_SECURE = config.getboolean("site", "https")
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "rooms",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "rooms.middleware.StaffMiddleware",
]
