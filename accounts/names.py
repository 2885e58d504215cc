"""Names of accounts, for documents and logs in which they stand by reference."""

from django.db.models import QuerySet

from accounts.models import User
from core.names_by_reference import named


@named("user")
def users() -> QuerySet:
    return User.objects.all()
