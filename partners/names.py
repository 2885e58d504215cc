"""Names of contacts, for documents and logs in which they stand by reference."""

from core.named import named
from partners.models import Contact


@named("contact")
def names_of_contacts(ids):
    return dict(Contact.objects.filter(pk__in=ids).values_list("pk", "name"))
