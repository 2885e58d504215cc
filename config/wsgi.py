import os

from django.core.wsgi import get_wsgi_application

from config import waits
from core.warming import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
waits.choose(waits.WEB)

application = get_wsgi_application()
warm_up()
