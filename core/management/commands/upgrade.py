from django.core.management.base import BaseCommand

from core.upgrading import upgrade


class Command(BaseCommand):
    help = (
        "Brings the database, the translations and the static files up to this code, once, however many start it. "
        "The server goes on serving meanwhile; reload it afterwards."
    )
    requires_system_checks = []  # a deployment makes them with check --deploy

    def handle(self, **options):
        upgrade(self.stdout)
