"""Nobody reaches what belongs to another visit: not by its address, not by an id inside their own, not in a form."""

import pytest
from django.db.models import Model

from partners.models import City, Venue
from practices.models import Practice
from tests.guards import access_table
from tests.guards.routes import Route, every_route
from tests.guards.sent_forms import form_for
from tests.guards.two_visits import OUR, PEOPLE, THEIR, TwoVisits, nest
from tests.guards.visitors import Visitors, changed, traces, undone
from visits.delegation.models import Group, Person
from visits.programme.models import Session

TABLE = access_table.read()
ROUTES = {f"{route.name} {route.path}": route for route in every_route()}
OF_A_VISIT = {key: route for key, route in ROUTES.items() if "reference" in route.parameters}

# Parameters that name a kind, a number that both sides have, or a row that nothing before it owns.
SHARED = {"kind", "part", "role", "width", "before", "older"}
SHARED_ROWS = {"visits/<slug:reference>/programme/offers/<uuid:pk>"}


def owned(route: Route) -> list[str]:
    """The parameters that name a row of what stands before them in the address."""
    inner = list(route.parameters)[1:]
    return [name for name in inner if name not in SHARED and route.parameters[name] not in SHARED_ROWS]


NESTED = {key: route for key, route in ROUTES.items() if owned(route)}


def text_of(answer) -> str:
    """Everything that reached the browser, headers and all."""
    body = answer.body if answer.streaming else answer.content
    return f"{answer.headers}{answer.cookies}{body.decode(errors='replace')}".lower()


@pytest.mark.parametrize("key", OF_A_VISIT)
def test_a_visit_is_not_there_for_those_of_another(key: str, two_visits: TwoVisits, visitors: Visitors):
    route, row = OF_A_VISIT[key], TABLE[OF_A_VISIT[key].name]
    sent = form_for(route, two_visits, visitors) if row.takes("POST") else {}
    outside = [who for who in PEOPLE if row.audience[who] != "in" and who not in {"another", "coordinator"}]
    before, found = traces(), []

    for who, side in [*((who, two_visits.theirs) for who in outside), ("another", two_visits.ours)]:
        for method in ("GET", "POST"):
            answer = visitors.send(who, method, side.address(route), sent if method == "POST" else {})
            is_told = nest(side.word) in text_of(answer).replace(side.address(route).lower(), "")
            if answer.status_code not in ({404} if row.takes(method) else {404, 405}) or is_told:
                found.append((who, method, answer.status_code, is_told))

    assert found == []
    assert changed(before) == []


@pytest.mark.parametrize("key", OF_A_VISIT)
def test_a_guest_has_the_same_rights_on_their_own_visit(key: str, two_visits: TwoVisits, visitors: Visitors):
    """Charlie, who must not see our visit, sees theirs: so it is the visit that decides, and not the person."""
    route, row = OF_A_VISIT[key], TABLE[OF_A_VISIT[key].name]
    with undone():
        answer = visitors.get("another", two_visits.theirs.address(route))

    assert answer.status_code in row.expected("delegate", "GET")


@pytest.mark.parametrize("key", NESTED)
def test_a_row_of_another_is_not_found_inside_ones_own(key: str, two_visits: TwoVisits, visitors: Visitors):
    route, row = NESTED[key], TABLE[NESTED[key].name]
    sent = form_for(route, two_visits, visitors) if row.takes("POST") else {}
    before, found = traces(), []

    for who in filter(row.may, PEOPLE):
        for name in owned(route):
            mixed = two_visits.ours.address(route, **{name: two_visits.theirs.value(route, name)})
            for method in ("GET", "POST"):
                answer = visitors.send(who, method, mixed, sent if method == "POST" else {})
                if answer.status_code not in ({404} if row.takes(method) else {404, 405}):
                    found.append((who, method, name, answer.status_code))

    assert found == []
    assert changed(before) == []


def rows_of_theirs(two_visits: TwoVisits) -> dict[str, Model]:
    visit = two_visits.theirs.visit
    return {
        "group": Group.objects.filter(visit=visit).first(),
        "aims": visit.aims.first(),
        "lead_person": Person.objects.filter(visit=visit).first(),
    }


@pytest.mark.parametrize("who", ["coordinator", "student"])
@pytest.mark.parametrize("field", ["group", "aims", "lead_person"])
def test_a_session_takes_nothing_of_another_visit(field: str, who: str, two_visits: TwoVisits, visitors: Visitors):
    route = next(route for route in ROUTES.values() if route.name == "visits:programme-edit")
    sent = form_for(route, two_visits, visitors) | {field: rows_of_theirs(two_visits)[field].pk}
    before = traces()

    answer = visitors.post(who, two_visits.ours.address(route), sent)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert nest(THEIR) not in text_of(answer)
    assert changed(before) == []


def test_a_person_takes_no_group_of_another_visit(two_visits: TwoVisits, visitors: Visitors):
    route = next(route for route in ROUTES.values() if route.name == "visits:person-edit")
    sent = form_for(route, two_visits, visitors) | {"group": rows_of_theirs(two_visits)["group"].pk}

    answer = visitors.post("coordinator", two_visits.ours.address(route), sent)

    assert list(answer.context["form"].errors) == ["group"]


def test_the_two_sides_share_no_row(two_visits: TwoVisits):
    """Else the guards above would compare a thing with itself."""
    rows = [Session, Person, Group]
    assert two_visits.ours.visit.city_id != two_visits.theirs.visit.city_id
    for model in rows:
        assert model.objects.filter(visit=two_visits.ours.visit).exists()
        assert model.objects.filter(visit=two_visits.theirs.visit).exists()
    for model, slug in ((City, "city"), (Venue, "house"), (Practice, "practice")):
        assert model.objects.filter(slug__in=[f"{OUR}-{slug}", f"{THEIR}-{slug}"]).count() == 2
