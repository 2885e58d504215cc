"""A button pressed after the sign-in ran out: the person comes back to where it stood, and is told."""

import pytest

from core.translated import text
from tests import factories
from tests.factories import DAY_ONE, create_session
from tests.visits.database import changed, table_digests
from tests.visits.pages import form_of
from visits.problems.actions import pass_problem
from visits.problems.find import find
from visits.programme.programme import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def buttons(visit, alice) -> list[tuple[str, str]]:
    """Each button that has no page of its own: the page on which it stands, and where it leads."""
    home = f"/visits/{visit.reference}/"
    uninvited, left = factories.create_person(visit, "Dana"), factories.create_person(visit, "Left")
    left.left_at = left.changed_at
    left.save()
    invited = factories.create_member(visit, "Bob")
    undertaking = uninvited.undertakings.create(version="1.0", language="cs", received_on=DAY_ONE)
    group = visit.groups.create(name=text("Group A"))
    create_session(visit)
    key = next(problem.key for problem in find(Programme.of(visit)) if problem.kind == "venue")
    pass_problem(visit=visit, key=key, reason="So.", by=alice)
    return [
        (home, f"{home}move/"),
        (f"{home}people/", f"{home}people/invite/"),
        (f"{home}people/", f"{home}people/{left.pk}/restore/"),
        (f"{home}people/", f"{home}people/{uninvited.pk}/invite/"),
        (f"{home}people/", f"{home}people/{invited.pk}/withdraw/"),
        (f"{home}people/", f"{home}groups/{group.pk}/remove/"),
        (
            f"{home}people/{uninvited.pk}/undertaking/",
            f"{home}people/{uninvited.pk}/undertaking/{undertaking.pk}/remove/",
        ),
        (f"{home}programme/", f"{home}problems/ask-again/"),
    ]


def test_a_button_pressed_too_late_is_told_as_not_done(client, alice, buttons):
    for page, action in buttons:
        sent = form_of(factories.sign_in(client, alice).get(page), action)
        client.logout()
        before = table_digests()
        answer = client.post(action, sent, headers={"referer": f"http://testserver{page}"})
        assert answer.url.startswith("/account/login/?next="), action

        back = factories.sign_in(client, alice).get(action, follow=True)
        assert (action, back.redirect_chain) == (action, [(page, 302)])
        assert "You were signed out, so this was not done. Please do it again." in back.text
        assert changed(before) == {"accounts_user"}  # when Alice signed in again
