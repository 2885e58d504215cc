"""Which values of the catalogue do not go together."""

from django.utils.translation import gettext_lazy as _

from core.rules import Proposed, Trouble
from practices.models import Evidence


def trouble_with_evidence(proposed: Proposed) -> Trouble:
    if proposed["status"] == Evidence.Status.SOURCED and not proposed["sources"]:
        yield "sources", _("Name at least one source, or mark the claim as not verified.")
