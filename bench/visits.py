"""More visits beside those of the demonstration, each with a programme of its own that guests have seen."""

import datetime

from accounts.models import User
from core.translated import text
from partners.models import City
from visits.booking import actions as booking
from visits.booking.models import Visit
from visits.delegation import actions as delegation
from visits.programme import actions as programme
from visits.release import summary
from visits.release.actions import publish_release

OPEN_VISITS = 25  # what one page of the list of visits holds
FIRST_DAY = datetime.date(2027, 4, 6)  # a Tuesday; each further visit begins two weeks later
CLOCK = [(f"{hour:02}:00", f"{hour:02}:45") for hour in (9, 10, 12, 14)]


def session_to_edit(reference: str) -> str:
    """The id of a session of the catalogue, whose form has the most in it."""
    return str(Visit.objects.get(reference=reference).sessions.filter(offer__isnull=False).first().pk)


def add_visits(*, until: int) -> None:
    """As many through the actions as are missing until so many are open."""
    coordinator, city = User.objects.get(email="coordinator@example.org"), City.objects.get(slug="brno")
    with summary.written_at_the_end():
        for number in range(until - Visit.objects.open().count()):
            _add_visit(number, city, coordinator)


def _add_visit(number: int, city: City, by: User) -> None:
    starts_on = FIRST_DAY + datetime.timedelta(weeks=2 * number)
    days = {"starts_on": starts_on, "ends_on": starts_on + datetime.timedelta(days=2)}
    title = text(f"Further visit {number + 1}", cs=f"Další návštěva {number + 1}")
    visit = booking.record_visit(city=city, title=title, purpose="To learn.", by=by, **days)
    visit = booking.move_visit(visit=visit, to=Visit.Status.PLANNING, by=by)
    aim = booking.add_aim(visit=visit, words="Chceme se učit.", words_language="cs", short=text("Learn"), by=by)
    for guest in range(6):
        delegation.add_person(visit=visit, name=f"Guest {guest + 1}", by=by)
    for day in visit.days:
        for starts, ends in CLOCK:
            clock = {
                "day": day,
                "starts": datetime.time.fromisoformat(starts),
                "ends": datetime.time.fromisoformat(ends),
            }
            programme.add_session(visit=visit, title=text("A session", cs="Setkání"), aims=[aim], by=by, **clock)
    publish_release(visit=visit, by=by)
