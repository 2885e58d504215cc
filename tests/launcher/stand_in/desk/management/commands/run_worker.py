import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    def handle(self, **options):
        """Works until it is ended, or until a test asks it to fail."""
        while not Path(settings.DATA_DIR, "fail").exists():
            time.sleep(0.1)
        raise SystemExit(7)
