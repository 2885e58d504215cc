"""The least that the launcher can serve, so that its tests are quick and blame nothing but the launcher."""

import os
from pathlib import Path

import dj_database_url

DATA_DIR = Path(os.environ["DATA_DIR"])
DEMONSTRATION = os.environ["DEMONSTRATION"] == "1"
SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"])}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "desk_cache"}}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.staticfiles", "desk"]
ROOT_URLCONF = "config.urls"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
METRICS_BIND = ""
