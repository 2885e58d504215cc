"""Two people on one page: what is kept is told, and what both changed comes back to the second."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import connection
from django.http import QueryDict
from django.template.loader import render_to_string

from core.access import Refusal
from core.changing import changing
from core.forms import ChangeForm, tell_kept
from core.translated import text
from partners.models import Venue
from practices.actions import add_part, edit_part
from practices.models import Offer
from tests import factories
from visits.booking.models import Visit
from visits.programme.models import Session


class OfferForm(ChangeForm):
    class Meta:
        model = Offer
        fields = ["title", "text", "format", "minutes", "venue", "hosts", "group_max"]
        labels = {"title": "Title", "minutes": "How long?", "venue": "Where?", "hosts": "Who?", "format": "How?"}


class VisitForm(ChangeForm):
    class Meta:
        model = Visit
        fields = ["starts_on", "ends_on", "staff_note"]


class SessionForm(ChangeForm):
    class Meta:
        model = Session
        fields = ["starts_at", "ends_at", "capacity"]
        widgets = {
            "starts_at": forms.DateTimeInput(format="%Y-%m-%dT%H:%M"),
            "ends_at": forms.DateTimeInput(format="%Y-%m-%dT%H:%M"),
        }


def edit(*, row, by, base=None, **values):
    """The shortest action that there can be: it knows no rule."""
    whole = {Offer: "practice", Session: "visit"}.get(type(row))
    with changing(getattr(row, whole) if whole else row, by=by) as change:
        return change.edit("test.edited", change.fresh(row), values, base=base)


def sent_by(form: forms.BaseForm, **changes) -> QueryDict:
    """What a browser sends of the form's page when the person changes just these boxes."""
    data = QueryDict(mutable=True)
    for bound in form:
        widget = bound.field.widget.get_context(bound.html_name, bound.value(), {"id": bound.auto_id})["widget"]
        for name, values in boxes_of(widget, bound).items():
            data.setlist(name, [str(value) for value in values])
    for name, value in changes.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def boxes_of(widget: dict, bound) -> dict[str, list]:
    if "boxes" in widget:
        words = {box["name"]: [box["value"]] for box in widget["boxes"]}
        return words | {box["review_name"]: ["on"] for box in widget["boxes"] if box["needs_review"]}
    value = widget["value"]
    return {bound.html_name: value if isinstance(value, list) else [] if value is None else [value]}


@pytest.fixture
def offer(db):
    return factories.create_offer("Plan clinic", text=text("You see a plan."))


def page_of(form_class, row):
    """The form as one person has it open."""
    return form_class(instance=type(row).objects.get(pk=row.pk))


def save(form_class, row, data, action=edit):
    """The form as one person has sent it."""
    row = type(row).objects.get(pk=row.pk)
    form = form_class(data, instance=row)
    form.save_by(action, row=row, by=None)
    return form


def test_alone_everything_that_was_typed_is_saved(offer):
    form = save(OfferForm, offer, sent_by(page_of(OfferForm, offer), minutes="90", title_en="Clinic"))
    offer.refresh_from_db()
    assert (form.status_code, offer.minutes, offer.title) == (200, 90, {"en": "Clinic"})
    assert (form.clashes, form.kept_from_others) == ([], [])


def test_changes_to_different_fields_are_both_kept_and_told(offer):
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, minutes="90"))
    form = save(OfferForm, offer, sent_by(bobs, title_en="Clinic"))
    offer.refresh_from_db()
    assert (offer.minutes, offer.title["en"]) == (90, "Clinic")
    assert (form.status_code, form.kept_from_others) == (200, ["How long?"])


def test_the_same_change_by_both_is_no_clash(offer):
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, minutes="90"))
    form = save(OfferForm, offer, sent_by(bobs, minutes="90"))
    assert (form.errors, form.clashes, form.kept_from_others) == ({}, [], [])


def test_the_second_who_changes_the_same_field_gets_both_values(offer):
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, minutes="90"))
    form = save(OfferForm, offer, sent_by(bobs, minutes="45"))
    offer.refresh_from_db()
    assert (form.status_code, offer.minutes) == (409, 90)
    clash = form.clashes[0]
    assert (clash.label, clash.typed, clash.current, clash.focus_id) == ("How long?", "45", "90", "id_minutes")
    assert list(form.errors) == ["minutes"]
    assert form["minutes"].value() == "45"


def test_the_next_save_decides(offer):
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, minutes="90", group_max="5"))
    refused = save(OfferForm, offer, sent_by(bobs, minutes="45"))
    form = save(OfferForm, offer, sent_by(refused, minutes="60"))
    offer.refresh_from_db()
    assert (form.status_code, offer.minutes, offer.group_max) == (200, 60, 5)


def test_the_next_save_can_take_what_stands(offer):
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, minutes="90"))
    refused = save(OfferForm, offer, sent_by(bobs, minutes="45"))
    form = save(OfferForm, offer, sent_by(refused, minutes="90"))
    offer.refresh_from_db()
    assert (form.status_code, offer.minutes) == (200, 90)


def test_a_third_change_before_the_decision_is_a_clash_again(offer):
    pages = [page_of(OfferForm, offer) for _ in range(2)]
    save(OfferForm, offer, sent_by(pages[0], minutes="90"))
    refused = save(OfferForm, offer, sent_by(pages[1], minutes="45"))
    save(OfferForm, offer, sent_by(page_of(OfferForm, offer), minutes="30"))
    again = save(OfferForm, offer, sent_by(refused))
    assert (again.status_code, again.clashes[0].typed, again.clashes[0].current) == (409, "45", "30")


def test_a_kept_field_stays_kept_when_another_clashes(offer):
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, minutes="90", group_max="5"))
    refused = save(OfferForm, offer, sent_by(bobs, minutes="45"))
    assert refused.kept_from_others == ["Largest group"]
    save(OfferForm, offer, sent_by(refused, minutes="45"))
    offer.refresh_from_db()
    assert (offer.minutes, offer.group_max) == (45, 5)


def test_a_page_with_a_clash_shows_what_others_wrote_in_the_boxes_that_are_kept(offer):
    hosts = [factories.create_contact(f"Host {number}") for number in range(2)]
    hall = factories.create_venue("Hall")
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    changed = {
        "title_cs": "Poradna",
        "group_max": "5",
        "venue": str(hall.pk),
        "hosts": [str(each.pk) for each in hosts],
    }
    save(OfferForm, offer, sent_by(alices, minutes="90", **changed))

    refused = save(OfferForm, offer, sent_by(bobs, minutes="45"))

    assert refused["minutes"].value() == "45"
    assert refused["group_max"].value() == "5"
    assert refused["venue"].value() == str(hall.pk)
    assert sorted(refused["hosts"].value()) == sorted(changed["hosts"])
    assert refused["title"].value()["cs"] == "Poradna"
    save(OfferForm, offer, sent_by(page_of(OfferForm, offer), group_max="6"))
    done = save(OfferForm, offer, sent_by(refused, minutes="45"))
    offer.refresh_from_db()
    assert (offer.minutes, offer.group_max, offer.venue, offer.title["cs"]) == (45, 6, hall, "Poradna")
    assert done.kept_from_others == ["Largest group"]
    assert set(offer.hosts.all()) == set(hosts)


def test_a_form_that_is_refused_for_something_else_still_merges_afterwards(offer):
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, group_max="5"))
    refused = save(OfferForm, offer, sent_by(bobs, minutes=""))
    assert (refused.status_code, "minutes" in refused.errors) == (200, True)
    save(OfferForm, offer, sent_by(refused, minutes="45"))
    offer.refresh_from_db()
    assert (offer.minutes, offer.group_max) == (45, 5)


def test_two_languages_of_one_text_are_merged(offer):
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, title_en="Clinic"))
    form = save(OfferForm, offer, sent_by(bobs, title_cs="Poradna", title_cs_needs_review="on"))
    offer.refresh_from_db()
    assert offer.title == {"en": "Clinic", "cs": "Poradna", "needs_review": ["cs"]}
    assert form.kept_from_others == ["Title (English)"]


def test_a_mark_that_only_somebody_else_took_away_stays_away(offer):
    Offer.objects.update(title={"en": "Plan clinic", "cs": "Poradna", "needs_review": ["cs"]})
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    without_mark = sent_by(alices)
    del without_mark["title_cs_needs_review"]
    save(OfferForm, offer, without_mark)
    save(OfferForm, offer, sent_by(bobs, title_en="Clinic"))
    offer.refresh_from_db()
    assert offer.title == {"en": "Clinic", "cs": "Poradna"}


def test_the_same_language_clashes_and_the_link_leads_to_its_box(offer):
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, title_cs="Poradna"))
    form = save(OfferForm, offer, sent_by(bobs, title_cs="Klinika"))
    clash = form.clashes[0]
    assert (clash.label, clash.typed, clash.current) == ("Title (Čeština)", "Klinika", "Poradna")
    assert (clash.language, clash.focus_id) == ("cs", "id_title_cs")


def test_hosts_are_merged_and_told_by_name(offer):
    ann, ben, cat = (factories.create_contact(name) for name in ["Ann", "Ben", "Cat"])
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, hosts=[str(ann.pk), str(ben.pk)]))
    kept = save(OfferForm, offer, sent_by(bobs, minutes="45"))
    assert set(offer.hosts.all()) == {ann, ben}
    assert kept.kept_from_others == ["Who?"]
    form = save(OfferForm, offer, sent_by(bobs, minutes="45", hosts=[str(cat.pk)]))
    assert form.status_code == 409
    assert form.clashes[0].typed.startswith("Cat")
    assert set(offer.hosts.all()) == {ann, ben}


def test_a_venue_that_somebody_else_chose_is_kept(offer):
    hall = factories.create_venue("Demo Hall")
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, venue=str(hall.pk)))
    form = save(OfferForm, offer, sent_by(bobs, minutes="45"))
    offer.refresh_from_db()
    assert (offer.venue, offer.minutes, form.kept_from_others) == (hall, 45, ["Where?"])


def test_a_clash_of_venues_tells_both_by_name(offer):
    hall, house = factories.create_venue("Demo Hall"), factories.create_venue("Demo House")
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, venue=str(hall.pk)))
    form = save(OfferForm, offer, sent_by(bobs, venue=str(house.pk)))
    assert (form.clashes[0].typed, form.clashes[0].current) == (str(house), str(hall))


def test_what_stands_is_named_even_when_the_form_does_not_offer_it_any_more(offer):
    class NarrowForm(OfferForm):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["venue"].queryset = Venue.objects.exclude(slug="gone")

    gone, house = factories.create_venue("Demo Hall", slug="gone"), factories.create_venue("Demo House")
    bobs = page_of(NarrowForm, offer)
    Offer.objects.update(venue=gone)
    form = save(NarrowForm, offer, sent_by(bobs, venue=str(house.pk)))
    assert form.clashes[0].current == str(gone)


def test_a_clash_of_choices_is_told_in_their_words(offer):
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, format="panel"))
    form = save(OfferForm, offer, sent_by(bobs, format="workshop"))
    assert (form.clashes[0].typed, form.clashes[0].current) == ("workshop", "panel")


def test_dates_are_merged_day_by_day(db):
    visit = factories.create_visit()
    alices, bobs = page_of(VisitForm, visit), page_of(VisitForm, visit)
    save(VisitForm, visit, sent_by(alices, ends_on="2027-03-12"))
    form = save(VisitForm, visit, sent_by(bobs, staff_note="Ask the hotel."))
    visit.refresh_from_db()
    assert (str(visit.ends_on), visit.staff_note, form.status_code) == ("2027-03-12", "Ask the hotel.", 200)
    clash = save(VisitForm, visit, sent_by(bobs, ends_on="2027-03-11"))
    assert (clash.clashes[0].typed, clash.clashes[0].current) == ("11 March 2027", "12 March 2027")


def test_moments_in_summer_time_are_compared_and_not_their_spelling(db):
    visit = factories.create_visit(
        starts_on=factories.DAY_ONE.replace(month=7), ends_on=factories.DAY_ONE.replace(month=7)
    )
    session = factories.create_session(visit)
    alices, bobs = page_of(SessionForm, session), page_of(SessionForm, session)
    save(SessionForm, session, sent_by(alices, ends_at="2027-07-09T10:30"))
    form = save(SessionForm, session, sent_by(bobs, capacity="8"))
    session.refresh_from_db()
    assert (form.status_code, session.capacity, session.minutes) == (200, 8, 90)


def test_fields_that_a_form_settles_late_are_merged_too(offer):
    class LateForm(OfferForm):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["position"] = forms.IntegerField(label="Place")
            self.initial["position"] = self.instance.position
            self.fields["minutes"].label = "Minutes"

    bobs = page_of(LateForm, offer)
    Offer.objects.update(position=2, minutes=120)
    form = save(LateForm, offer, sent_by(bobs, position="3"))
    assert [(clash.label, clash.typed, clash.current) for clash in form.clashes] == [("Place", "3", "2")]
    assert form.kept_from_others == ["Minutes"]


def test_a_new_row_has_nobody_to_clash_with(db):
    practice = factories.create_practice()
    form = OfferForm(
        QueryDict("title_en=Clinic&text_en=A plan.&format=panel&minutes=30&group_max=4&base={}"),
        instance=Offer(practice=practice),
    )
    assert form.save_by(add_part, practice=practice, part="offers", by=None, observation="briefing"), form.errors
    assert form.saved.title == {"en": "Clinic"}
    assert practice.offers.get() == form.saved


@pytest.mark.parametrize("base", ["", "{", "[]", json.dumps({"minutes": 7}), json.dumps({"minutes": ["x"]})])
def test_a_base_that_somebody_meddled_with_breaks_nothing(offer, base):
    form = save(OfferForm, offer, sent_by(page_of(OfferForm, offer), base=base, minutes="45"))
    offer.refresh_from_db()
    assert (form.status_code, offer.minutes) in {(200, 45), (409, 60)}


def test_what_the_form_refuses_never_reaches_the_row(offer):
    row = Offer.objects.get()
    form = OfferForm(sent_by(page_of(OfferForm, offer), minutes="", group_max="3"), instance=row)
    assert not form.save_by(edit, row=row, by=None)
    assert (row.minutes, row.group_max, Offer.objects.get().group_max) == (60, offer.group_max, offer.group_max)


# --- what an action refuses after it has put two changes together --------------------------------


def refuse_long_ones_for_many(*, row, by, base=None, **values):
    """An action with a rule across two fields."""
    with changing(row.practice, by=by) as change:
        row = change.fresh(row)
        values = change.merge(row, values, base)
        if values.get("minutes", row.minutes) > 60 and values.get("group_max", row.group_max) > 10:
            raise Refusal("Too long for so many.", field="group_max")
        return change.edit("test.edited", row, values)


def test_a_refusal_shows_what_somebody_else_wrote_beside_it(offer):
    edit(row=offer, by=None, minutes=60, group_max=10)
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, minutes="90"), refuse_long_ones_for_many)

    refused = save(OfferForm, offer, sent_by(bobs, group_max="20"), refuse_long_ones_for_many)

    assert (refused.errors, refused.clashes) == ({"group_max": ["Too long for so many."]}, [])
    assert (refused["minutes"].value(), refused["group_max"].value()) == ("90", "20")
    assert refused.kept_from_others == ["How long?"]
    assert "<li>How long?</li>" in render_to_string("core/clashes.html", {"form": refused})
    offer.refresh_from_db()
    assert (offer.minutes, offer.group_max) == (90, 10)

    done = save(OfferForm, offer, sent_by(refused, minutes="45"), refuse_long_ones_for_many)
    offer.refresh_from_db()
    assert (done.errors, offer.minutes, offer.group_max) == ({}, 45, 20)


def test_a_refusal_about_no_box_stands_above_the_form(offer):
    def refuse(**_which):
        raise Refusal("Not today.", field="weather")

    form = save(OfferForm, offer, sent_by(page_of(OfferForm, offer)), refuse)
    assert form.non_field_errors() == ["Not today."]
    assert form.kept_from_others == []


# --- telling it ----------------------------------------------------------------------------------


def test_the_kept_fields_are_told_in_one_message(offer, rf):
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, minutes="90", format="panel"))
    form = save(OfferForm, offer, sent_by(bobs, title_en="Clinic"))
    request = rf.get("/")
    request.session = {}
    request._messages = FallbackStorage(request)
    tell_kept(request, form)
    assert [str(message) for message in get_messages(request)] == [
        "Somebody else changed this meanwhile. We kept their changes to: How?; How long?"
    ]


def test_the_page_of_a_clash_shows_both_sides_and_the_box(offer):
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, title_cs="<Poradna>"))
    form = save(OfferForm, offer, sent_by(bobs, title_cs="Klinika"))
    page = render_to_string("core/clashes.html", {"form": form})
    assert '<div lang="cs"><p>Klinika</p></div>' in page
    assert '<div lang="cs"><p>&lt;Poradna&gt;</p></div>' in page
    assert 'href="#id_title_cs"' in page


def test_without_a_clash_the_page_says_nothing_of_it(offer):
    assert render_to_string("core/clashes.html", {"form": page_of(OfferForm, offer)}).strip() == ""


@pytest.mark.django_db(transaction=True)
def test_a_hundred_racing_pairs_lose_no_update():
    """Two people save different numbers into the same field at the same moment: one wins, one is asked."""
    offer = factories.create_offer("Plan clinic", text=text("You see a plan."))

    def person(minutes):
        try:
            data = sent_by(page_of(OfferForm, offer), minutes=str(minutes))
            together.wait()
            return save(OfferForm, offer, data, edit_part).status_code
        finally:
            connection.close()

    for number in range(100):
        pair, together = (10 + 2 * number, 11 + 2 * number), Barrier(2)
        with ThreadPoolExecutor(2) as people:
            answers = dict(zip(pair, people.map(person, pair), strict=True))
        offer.refresh_from_db()
        assert answers == {minutes: 200 if minutes == offer.minutes else 409 for minutes in pair}
