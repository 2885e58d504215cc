from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.utils import timezone


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true")

    def handle(self, **options):
        if not (options["if_empty"] and Session.objects.exists()):
            Session.objects.create(session_key=timezone.now().isoformat(), session_data="", expire_date=timezone.now())
