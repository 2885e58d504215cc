from accounts.models import User
from core.named import named


@named("user")
def users(ids: set[str]) -> dict[str, str]:
    return {str(pk): name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")}
