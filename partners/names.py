"""Names of contacts, for documents and logs in which they stand by reference."""

from django.db.models import QuerySet

from core.names_by_reference import named
from partners.models import Contact


@named("contact")
def contacts() -> QuerySet:
    return Contact.objects.all()
