"""Begins the first account of a new portal, and prints the link with which it is taken up."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accounts import actions
from accounts.invitations import link
from accounts.models import Role
from core.access import Refusal


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser) -> None:
        parser.add_argument("email", help="the work e-mail address")
        parser.add_argument("--name", required=True, help="the person's name")
        parser.add_argument("--language", default=settings.LANGUAGE_CODE, choices=list(dict(settings.LANGUAGES)))

    def handle(self, *args, email: str, name: str, language: str, **options) -> None:
        try:
            validate_email(email)
            invitation = actions.invite(email=email, name=name, language=language, by=None, roles=[Role.ADMINISTRATOR])
        except (ValidationError, Refusal) as refusal:
            raise CommandError(getattr(refusal, "sentence", f"{email} is not an e-mail address.")) from None
        days = settings.INVITATION_LASTS_DAYS
        self.stdout.write(f"Open this link within {days} days to set a password and a second factor:")
        self.stdout.write(link(invitation))
