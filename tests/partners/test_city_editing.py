"""Pages on which editors write about cities."""

import pytest
from django.urls import reverse

from core import sources
from core.translated import text
from partners import actions
from partners.models import Agreement, City
from tests.factories import create_city, create_home
from tests.partners.filled import filled
from tests.partners.published import publishable_city, published_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(as_person, editor):
    return as_person(editor)


def edit(staff, city: City, **changes):
    address = reverse("partners:city-edit", args=[city.slug])
    return staff.post(address, filled(staff.get(address), **changes))


def test_a_city_is_added_and_then_written_about(staff):
    sent = {"name_en": "Lille", "country": "FR", "time_zone": "Europe/Paris", "status": "partner"}
    response = staff.post(reverse("partners:city-add"), sent)
    assert response.headers["Location"] == reverse("partners:city-edit", args=["lille"])
    again = staff.post(reverse("partners:city-add"), sent)
    assert "Lille is in the list already." in again.text
    assert City.objects.count() == 1


def test_there_is_one_city_of_our_own(staff):
    create_home()
    sent = {"name_en": "York", "country": "GB", "time_zone": "Europe/London", "status": "home"}
    assert list(staff.post(reverse("partners:city-add"), sent).context["form"].errors) == ["status"]


def test_every_field_of_a_city_can_be_written(staff):
    city = create_city()
    response = edit(
        staff,
        city,
        name_en="Colombo",
        name_cs="Kolombo",
        name_cs_needs_review="on",
        local_name="කොළඹ",
        local_language="si",
        country="LK",
        latitude="6.93548",
        longitude="79.84868",
        time_zone="Asia/Colombo",
        status="uncertain",
        certainty_en="Uncertain.",
        languages=["si", "ta"],
        entry="visa",
        entry_checked_on="2026-11-22",
        staff_note="Ask first.",
    )
    assert response.status_code == 302
    city.refresh_from_db()
    assert city.name == {"en": "Colombo", "cs": "Kolombo", "needs_review": ["cs"]}
    assert (city.local_name, city.local_language, city.country.code, city.languages) == (
        "කොළඹ",
        "si",
        "LK",
        ["si", "ta"],
    )
    assert (float(city.latitude), float(city.longitude), city.staff_note) == (6.93548, 79.84868, "Ask first.")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"latitude": "49.2"}, "longitude"),
        ({"latitude": "95", "longitude": "16"}, "latitude"),
        ({"local_name": "Brno"}, "local_language"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"country": "XX"}, "country"),
        ({"partner_since": "3026"}, "partner_since"),
        ({"entry_checked_on": "2999-01-01"}, "entry_checked_on"),
        ({"languages": ["xx"]}, "languages"),
        ({"name_en": "", "name_cs": ""}, "name"),
        ({"summary_en": "x" * 1_000_000}, "summary"),
        ({"local_name": "B\x00rno", "local_language": "cs"}, "local_name"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(staff, changes, wrong):
    city = create_city()
    response = edit(staff, city, **changes)
    assert response.status_code == 200
    assert wrong in response.context["form"].errors


def test_two_editors_of_the_same_wording_clash_and_of_two_languages_do_not(staff):
    city = create_city(summary=text("Old.", cs="Staré."))
    address = reverse("partners:city-edit", args=[city.slug])
    opened = staff.get(address)
    City.objects.filter(pk=city.pk).update(summary=text("Theirs.", cs="Staré."))
    assert staff.post(address, filled(opened, summary_en="Mine.")).status_code == 409
    assert staff.post(address, filled(opened, summary_cs="Moje.")).status_code == 302
    city.refresh_from_db()
    assert city.summary == {"en": "Theirs.", "cs": "Moje."}


def test_topics_and_agreements_are_added_changed_and_removed(staff, monkeypatch):
    monkeypatch.setattr(sources, "_look_up", [lambda codes: {code: {"code": code} for code in codes if code == "S60"}])
    city = create_city()
    staff.post(reverse("partners:topic-add", args=[city.slug]), {"name_en": "Trees"})
    sent = {"year": "2021", "on": "2021-11-24", "what_en": "Signed.", "sources": "S60"}
    staff.post(reverse("partners:agreement-add", args=[city.slug]), sent)
    topic, agreement = city.topics.get(), city.agreements.get()
    assert (str(topic), str(agreement), agreement.sources) == ("Trees", "2021: Signed.", ["S60"])
    address = reverse("partners:agreement-edit", args=[city.slug, agreement.pk])
    staff.post(address, filled(staff.get(address), what_en="Renewed."))
    assert str(city.agreements.get()) == "2021: Renewed."
    staff.post(reverse("partners:topic-remove", args=[city.slug, topic.pk]))
    staff.post(reverse("partners:agreement-remove", args=[city.slug, agreement.pk]))
    assert (city.topics.count(), city.agreements.count()) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "wrong"), [({"sources": "S99"}, "sources"), ({"on": "2020-11-24"}, "on"), ({"year": "3"}, "year")]
)
def test_an_agreement_that_cannot_be_is_refused(staff, changes, wrong):
    city = create_city()
    sent = {"year": "2021", "on": "2021-11-24", "what_en": "Signed.", "sources": "", **changes}
    response = staff.post(reverse("partners:agreement-add", args=[city.slug]), sent)
    assert wrong in response.context["form"].errors
    assert not Agreement.objects.exists()


def test_publishing_shows_first_what_will_change(staff):
    city = published_city()
    edit(staff, city, certainty_en="Renewed in 2026.")
    address = reverse("partners:city-publish", args=[city.slug])
    opened = staff.get(address)
    assert "Renewed in 2026." in opened.text
    staff.post(address, filled(opened, note="Renewed"))
    city.refresh_from_db()
    assert (city.live.number, city.live.note) == (2, "Renewed")


def test_a_double_click_on_publish_makes_one_number(staff):
    city = publishable_city()
    address = reverse("partners:city-publish", args=[city.slug])
    sent = filled(staff.get(address))
    assert [staff.post(address, sent).status_code for _click in range(2)] == [302, 302]
    assert city.editions.count() == 1


def test_what_changed_after_the_look_is_not_published(staff):
    city = published_city()
    edit(staff, city, certainty_en="Renewed.")
    address = reverse("partners:city-publish", args=[city.slug])
    sent = filled(staff.get(address))
    actions.add_topic(city=city, name=text("Meanwhile"), by=None)
    assert "Somebody changed this" in staff.post(address, sent, follow=True).text
    assert city.editions.count() == 1


def test_what_is_missing_stands_on_the_page_and_there_is_no_button(staff):
    city = create_city()
    create_home()
    shown = staff.get(reverse("partners:city", args=[city.slug])).text
    assert "Write a few lines about the city" in shown
    assert reverse("partners:city-publish", args=[city.slug]) not in shown
    assert staff.get(reverse("partners:city-preview", args=[city.slug])).status_code == 403


def test_a_preview_shows_the_page_before_anybody_else_sees_it(staff, client):
    city = publishable_city()
    assert "Demo summary." in staff.get(reverse("partners:city-preview", args=[city.slug])).text
    client.logout()
    assert client.get(city.get_absolute_url()).status_code == 404


def test_withdrawing_takes_the_page_from_the_public(staff, client):
    city = published_city()
    staff.post(reverse("partners:city-withdraw", args=[city.slug]), {"note": "Wrong year"})
    assert client.get(city.get_absolute_url()).status_code == 404
    history = staff.get(reverse("partners:city-history", args=[city.slug])).text
    assert "Withdrawn from the public; number 1 was the last" in history
    assert "Wrong year" in history


def test_the_history_tells_field_by_field_who_and_by_which_way(staff, editor):
    city = actions.add_city(
        name=text("Lille"), country="FR", time_zone="Europe/Paris", status="partner", by=None, via="import"
    )
    edit(staff, city, certainty_en="Since 1968.", status="friendship", staff_note="canary")
    happened = staff.get(reverse("partners:city-history", args=[city.slug])).context["happenings"]
    assert [(each.what, each.who, str(each.via)) for each in happened] == [
        ("City changed", editor.name, ""),
        ("City added", "the portal itself", "by import"),
    ]
    assert [(row.name, row.before, row.after) for row in happened[0].rows] == [
        ("Link", "partner city", "friendship city"),
        ("How certain the link is (English)", "", "Since 1968."),
    ]
    assert str(happened[0].more) == "The note for staff was changed as well."


def test_any_two_numbers_can_be_compared(staff):
    city = published_city()
    topic = city.topics.get()
    actions.remove_topic(topic=topic, by=None)
    actions.publish_city(city=city, by=None)
    actions.add_topic(city=city, name=text("Trees"), by=None)
    actions.publish_city(city=city, by=None)
    rows = staff.get(reverse("partners:city-difference", args=[city.slug, 1, 3])).context["rows"]
    assert [(row.label, row.kind, row.before, row.after) for row in rows] == [
        ("Topics", "added", "", "Trees"),
        ("Topics", "removed", "Demo topic", ""),
    ]
    assert staff.get(reverse("partners:city-difference", args=[city.slug, 1, 9])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_history_takes_the_same_queries_for_any_number(staff, count, editor, django_assert_num_queries):
    city = published_city()
    for number in range(count):
        actions.add_topic(city=city, name=text(f"Topic {number}"), by=editor)
        actions.publish_city(city=city, by=editor)
    # session, person; city, numbers, who published; how many entries, the entries, who did them
    with django_assert_num_queries(8):
        staff.get(reverse("partners:city-history", args=[city.slug]))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(staff, count, django_assert_num_queries):
    for number in range(count):
        published_city(f"City {number}")
    with django_assert_num_queries(3):  # session, person, cities
        staff.get(reverse("partners:cities"))
