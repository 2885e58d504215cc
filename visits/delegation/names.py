from core.named import named
from visits.delegation.models import Person


@named("person")
def people(ids: set[str]) -> dict[str, str]:
    return {str(pk): name for pk, name in Person.objects.filter(pk__in=ids).values_list("pk", "name")}
