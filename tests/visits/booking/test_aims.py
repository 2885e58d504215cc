"""What the guests want to learn: their own words, beside the coordinator's short form."""

import pytest

from core.audit import AuditEntry
from tests import factories
from tests.visits.pages import form_of, typed
from visits.booking import actions
from visits.booking.models import Aim

pytestmark = pytest.mark.django_db


def boxes(**changes) -> dict:
    values = {"words": "Jak mluvíte s dětmi?", "words_language": "cs", "short_en": "Talking with children"}
    return {**values, **changes}


def test_an_aim_is_kept_in_their_words_and_in_short(as_person, alice, visit):
    answer = as_person(alice).post(f"/visits/{visit.reference}/aims/add/", boxes())

    aim = visit.aims.get()
    assert answer["Location"] == f"/visits/{visit.reference}/"
    assert (aim.words, aim.words_language, aim.short) == (
        "Jak mluvíte s dětmi?",
        "cs",
        {"en": "Talking with children"},
    )
    assert AuditEntry.objects.get(verb="aim.added").whole_id == visit.pk


def test_aims_stand_in_the_order_in_which_they_came(as_person, alice, visit):
    client, address = as_person(alice), f"/visits/{visit.reference}/aims/add/"
    answer = client.post(address, boxes(short_en="First", another="1"))
    assert answer["Location"] == address
    client.post(address, boxes(short_en="Second"))

    assert [str(aim) for aim in visit.aims.all()] == ["First", "Second"]
    assert "Jak mluvíte s dětmi?" in client.get(address).text


def test_their_words_are_marked_with_their_language(as_person, alice, visit):
    factories.create_aim(visit, words="Jak mluvíte s dětmi?")

    assert (
        '<blockquote lang="cs">Jak mluvíte s dětmi?</blockquote>'
        in as_person(alice).get(f"/visits/{visit.reference}/").text
    )


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"words": ""}, "words", "Write down the guests' own words."),
        ({"short_en": ""}, "short", "Say it in short as well, so that sessions can point to it."),
        ({"words": "x" * 1_000_000}, "words", "2000 characters fit"),
        ({"words_language": "tlh"}, "words_language", "Choose one of the answers that stand here"),
    ],
)
def test_an_aim_that_says_nothing_is_refused_and_comes_back(as_person, alice, visit, changes, field, sentence):
    answer = as_person(alice).post(f"/visits/{visit.reference}/aims/add/", boxes(**changes))

    assert sentence in " ".join(answer.context["form"].errors[field])
    assert form_of(answer)["words"] == [boxes(**changes)["words"]]
    assert not Aim.objects.exists()


def test_an_aim_keeps_its_id_when_it_is_changed(as_person, alice, visit):
    aim = factories.create_aim(visit)
    client, address = as_person(alice), f"/visits/{visit.reference}/aims/{aim.pk}/"
    answer = client.post(address, typed(client.get(address), short_en="Trust"))

    assert answer.status_code == 302
    assert [(each.pk, str(each), each.changed_by) for each in visit.aims.all()] == [(aim.pk, "Trust", alice.pk)]


def test_the_second_who_changes_the_same_wording_of_an_aim_is_asked(as_person, alice, visit):
    aim = factories.create_aim(visit, "Trust")
    client, address = as_person(alice), f"/visits/{visit.reference}/aims/{aim.pk}/"
    first, second = client.get(address), client.get(address)
    client.post(address, typed(first, short_en="Trust in families", words="Nová slova."))
    answer = client.post(address, typed(second, short_en="Trusting", short_cs="Důvěra"))

    aim.refresh_from_db()
    assert (answer.status_code, aim.short) == (409, {"en": "Trust in families"})
    assert answer.context["form"].kept_from_others == ["What do they want to learn, in their own words?"]

    client.post(address, typed(answer, short_en="Trust"))
    aim.refresh_from_db()
    assert (aim.short, aim.words) == ({"en": "Trust", "cs": "Důvěra"}, "Nová slova.")


def test_a_removed_aim_lets_its_sessions_stay(as_person, alice, visit):
    aim = factories.create_aim(visit)
    session = factories.create_session(visit, aims=[aim])
    client, address = as_person(alice), f"/visits/{visit.reference}/aims/{aim.pk}/remove/"
    assert "1 session points to it." in client.get(address).text
    client.post(address)

    assert not Aim.objects.exists()
    assert list(session.aims.all()) == []
    assert AuditEntry.objects.get(verb="aim.removed").subject_id == aim.pk


def test_an_aim_of_another_visit_is_not_there(as_person, alice, visit):
    other = factories.create_aim(factories.create_visit())
    for address in (
        f"/visits/{visit.reference}/aims/{other.pk}/",
        f"/visits/{visit.reference}/aims/{other.pk}/remove/",
    ):
        assert as_person(alice).get(address).status_code == 404
        assert as_person(alice).post(address, boxes()).status_code == 404
    assert Aim.objects.get() == other


def test_a_double_click_on_remove_finds_nothing_the_second_time(as_person, alice, visit):
    aim = factories.create_aim(visit)
    client, address = as_person(alice), f"/visits/{visit.reference}/aims/{aim.pk}/remove/"

    assert [client.post(address).status_code for _n in range(2)] == [302, 404]


def test_importing_an_aim_says_so_in_the_log(visit):
    actions.add_aim(visit=visit, words="Slova", words_language="cs", short=factories.text("S"), by=None, via="import")

    assert AuditEntry.objects.get(verb="aim.added").via == "import"
