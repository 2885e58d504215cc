"""Names of people on rosters, for releases and logs in which they stand by reference."""

from django.db.models import QuerySet

from core.names_by_reference import named
from visits.delegation.models import Person


@named("person")
def people() -> QuerySet:
    return Person.objects.all()
