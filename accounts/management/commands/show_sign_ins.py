"""How to sign in to the demonstration as each of its people."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import translation

from accounts.demonstration import people


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args, **options) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("Only the demonstration has sign-ins to show; it runs with DEMONSTRATION=1.")
        found = people()
        if not found:
            raise CommandError("The demonstration has no people yet; make them with: manage.py load_demo")
        self.stdout.write(f"Sign in with one click: {settings.SITE_URL}{reverse('account_login')}")
        with translation.override("en"):
            for part, user in found:
                self.stdout.write(f"  {part.label!s:<26} {user.email:<26} {part.sees}")
        self.stdout.write(
            "Whoever reaches this port gets in as anybody: keep it to this computer, and put no proxy before it."
        )
        self.stdout.write(f"Mail that it sends:     {settings.SITE_URL}{reverse('demonstration:mailbox')}")
