"""What is kept true by the clock: what lists say of visits."""

from django.utils.translation import gettext_lazy as _

from core.timetable import every
from visits.release import summary


@every(minutes=1, says=_("Counts anew what the start page says of visits, where something they use has changed."))
def count_visits() -> int:
    return summary.write_those_behind()
