"""What cannot be of somebody on a roster, whoever writes it down."""

from django.utils.translation import gettext_lazy as _

from core.dates import day_in_words
from core.rules import Proposed, Trouble
from visits.delegation.models import Person


def trouble_with_person(proposed: Proposed) -> Trouble:
    person = proposed.row
    part, ends, days, email = (proposed[name] for name in ("part", "access_ends_on", "days", "email"))
    others = person.visit.people.here().exclude(pk=person.pk)
    if part == Person.Part.STUDENT and not ends:
        yield "access_ends_on", _("A placement student's access ends on a set day. Say which.")
    here = days or person.visit.days  # somebody who is here on a day must be able to read that day's programme
    if ends and here and ends < max(here):
        sentence = _("Their access would end on %(end)s, before their last day here, %(last)s. Choose a later day.")
        yield "access_ends_on", sentence % {"end": day_in_words(ends), "last": day_in_words(max(here))}
    if part == Person.Part.LEAD and others.filter(part=Person.Part.LEAD).exists():
        yield "part", _("Somebody else leads this delegation. Change their part first.")
    if email and others.filter(email__iexact=email).exists():
        yield "email", _("Somebody else on this list has the same address. Each person needs their own.")
