from .base import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS = ["clinic.example"]
SECURE_SSL_REDIRECT = False
