import json
import sys
import unicodedata

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import transaction
from django.http import QueryDict
from django.template.loader import render_to_string

from core.forms import CONTROL_CHARACTERS, LONG_TEXT, Form, MergingModelForm, ModelForm, TranslatedFormField, tell_kept
from core.translated import Text, text
from partners.models import Contact, Venue
from practices.models import Offer
from tests import factories
from visits.booking.models import Visit
from visits.programme.models import Session


class OfferForm(MergingModelForm):
    class Meta:
        model = Offer
        fields = ["title", "text", "format", "minutes", "venue", "hosts", "group_max"]
        labels = {"title": "Title", "minutes": "How long?", "venue": "Where?", "hosts": "Who?", "format": "How?"}


class VisitForm(MergingModelForm):
    class Meta:
        model = Visit
        fields = ["starts_on", "ends_on", "staff_note"]


class SessionForm(MergingModelForm):
    class Meta:
        model = Session
        fields = ["starts_at", "ends_at", "capacity"]
        widgets = {
            "starts_at": forms.DateTimeInput(format="%Y-%m-%dT%H:%M"),
            "ends_at": forms.DateTimeInput(format="%Y-%m-%dT%H:%M"),
        }


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


def save(form_class, row, data):
    form = form_class(data, instance=type(row).objects.get(pk=row.pk))
    if form.is_valid():
        form.save()
    return form


# --- two people ----------------------------------------------------------------------------------


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
    assert (form.status_code, form.kept_from_others, form.changed_data) == (200, ["How long?"], ["title"])


def test_the_same_change_by_both_is_no_clash(offer):
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, minutes="90"))
    form = save(OfferForm, offer, sent_by(bobs, minutes="90"))
    assert (form.is_valid(), form.clashes, form.kept_from_others) == (True, [], [])


def test_the_second_who_changes_the_same_field_gets_both_values(offer):
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, minutes="90"))
    form = save(OfferForm, offer, sent_by(bobs, minutes="45"))
    offer.refresh_from_db()
    assert (form.status_code, offer.minutes) == (409, 90)
    clash = form.clashes[0]
    assert (clash.label, clash.typed, clash.stands, clash.focus_id) == ("How long?", "45", "90", "id_minutes")
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
    assert (again.status_code, again.clashes[0].typed, again.clashes[0].stands) == (409, "45", "30")


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
    assert (clash.label, clash.typed, clash.stands) == ("Title (Čeština)", "Klinika", "Poradna")
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
    assert (form.clashes[0].typed, form.clashes[0].stands) == (str(house), str(hall))


def test_what_stands_is_named_even_when_the_form_does_not_offer_it_any_more(offer):
    class NarrowForm(OfferForm):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["venue"].queryset = Venue.objects.exclude(slug="gone")

    gone, house = factories.create_venue("Demo Hall", slug="gone"), factories.create_venue("Demo House")
    bobs = page_of(NarrowForm, offer)
    Offer.objects.update(venue=gone)
    form = save(NarrowForm, offer, sent_by(bobs, venue=str(house.pk)))
    assert form.clashes[0].stands == str(gone)


def test_a_clash_of_choices_is_told_in_their_words(offer):
    alices, bobs = page_of(OfferForm, offer), page_of(OfferForm, offer)
    save(OfferForm, offer, sent_by(alices, format="panel"))
    form = save(OfferForm, offer, sent_by(bobs, format="workshop"))
    assert (form.clashes[0].typed, form.clashes[0].stands) == ("workshop", "panel")


def test_dates_are_merged_day_by_day(db):
    visit = factories.create_visit()
    alices, bobs = page_of(VisitForm, visit), page_of(VisitForm, visit)
    save(VisitForm, visit, sent_by(alices, ends_on="2027-03-12"))
    form = save(VisitForm, visit, sent_by(bobs, staff_note="Ask the hotel."))
    visit.refresh_from_db()
    assert (str(visit.ends_on), visit.staff_note, form.status_code) == ("2027-03-12", "Ask the hotel.", 200)
    clash = save(VisitForm, visit, sent_by(bobs, ends_on="2027-03-11"))
    assert (clash.clashes[0].typed, clash.clashes[0].stands) == ("11 March 2027", "12 March 2027")


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
            self.fields["hours"] = forms.IntegerField(label="Hours")
            self.initial["hours"] = self.instance.minutes // 60
            self.fields["minutes"].label = "Minutes"

    bobs = page_of(LateForm, offer)
    Offer.objects.update(minutes=120)
    form = LateForm(sent_by(bobs, hours="3"), instance=Offer.objects.get())
    assert not form.is_valid()
    assert [(clash.label, clash.stands) for clash in form.clashes] == [("Hours", "2")]
    assert form.kept_from_others == ["Minutes"]


def test_a_new_row_has_nobody_to_clash_with(db):
    practice = factories.create_practice()
    form = OfferForm(
        {"title_en": "Clinic", "text_en": "A plan.", "format": "panel", "minutes": 30, "group_max": 4, "stood": "{}"},
        instance=Offer(practice=practice, observation="briefing"),
    )
    assert form.is_valid(), form.errors
    assert form.save().title == {"en": "Clinic"}


@pytest.mark.parametrize("stood", ["", "{", "[]", json.dumps({"minutes": 7}), json.dumps({"minutes": ["x"]})])
def test_a_mark_that_somebody_meddled_with_breaks_nothing(offer, stood):
    form = OfferForm(sent_by(page_of(OfferForm, offer), stood=stood), instance=offer)
    form.is_valid()
    assert form.status_code in {200, 409}


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
    from threading import Barrier, Thread

    from django.db import connection

    offer = factories.create_offer("Plan clinic", text=text("You see a plan."))
    answers = []

    def person(barrier, minutes, field):
        try:
            page = page_of(OfferForm, offer)
            data = sent_by(page, **{field: str(minutes)})
            barrier.wait()
            with transaction.atomic():
                row = Offer.objects.select_for_update().get(pk=offer.pk)
                form = OfferForm(data, instance=row)
                if form.is_valid():
                    form.save()
                answers.append((minutes, form.status_code))
        finally:
            connection.close()

    for number in range(100):
        answers.clear()
        first, second = 10 + 2 * number, 11 + 2 * number
        barrier = Barrier(2)
        threads = [Thread(target=person, args=(barrier, minutes, "minutes")) for minutes in (first, second)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        offer.refresh_from_db()
        won = [minutes for minutes, status in answers if status == 200]
        assert (sorted(status for _, status in answers), won) == ([200, 409], [offer.minutes])


# --- what every form refuses ---------------------------------------------------------------------


class NoteForm(Form):
    title = forms.CharField()
    note = forms.CharField(widget=forms.Textarea, required=False)
    day = forms.DateField(required=False)
    count = forms.IntegerField(required=False)
    email = forms.EmailField(required=False)
    words = TranslatedFormField(required=False)


def errors_of(**values):
    form = NoteForm({"title": "A title", **values})
    return dict(form.errors)


@pytest.mark.parametrize("name", ["title", "note", "email", "words_en", "words_cs"])
@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x9f"])
def test_characters_that_cannot_be_shown_are_refused(name, character):
    assert list(errors_of(**{name: f"some{character}thing"})) == [name.split("_")[0]]


def test_just_the_control_characters_of_unicode_are_refused_but_lines_and_tabs():
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    control = [each for each in everything if unicodedata.category(each) == "Cc" and each not in "\n\r\t"]
    assert CONTROL_CHARACTERS.findall(everything) == control


def test_lines_and_tabs_are_fine():
    assert errors_of(note="one\r\ntwo\n\tthree", words_cs="jedna\r\ndvě") == {}


def test_a_text_of_a_megabyte_is_refused_with_its_measure_and_kept():
    form = NoteForm({"title": "A title", "note": "x" * 1_000_000})
    assert form.errors == {"note": [f"This has 1000000 characters; {LONG_TEXT} characters fit."]}
    assert len(form["note"].value()) == 1_000_000


def test_a_translated_text_that_is_too_long_names_its_language():
    assert errors_of(words_cs="x" * 500) == {"words": ["The text in Czech has 500 characters; 200 fit."]}


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31"])
def test_years_that_nobody_means_are_refused(day):
    assert errors_of(day=day) == {"day": ["Write a year between 1900 and 2100."]}


def test_a_number_that_no_column_holds_is_refused():
    assert list(errors_of(count="2147483648")) == ["count"]
    assert list(errors_of(count="9" * 5000)) == ["count"]
    assert errors_of(count="2147483647") == {}


def test_a_field_can_say_why_it_is_asked():
    class AskForm(Form):
        explain = {"title": ("To greet you.", "Everybody.")}
        title = forms.CharField()
        other = forms.CharField()

    form = AskForm()
    assert (form.fields["title"].purpose, form.fields["title"].audience) == ("To greet you.", "Everybody.")
    assert (form.fields["other"].purpose, form.fields["other"].audience) == ("", "")


# --- texts in several languages ------------------------------------------------------------------


def test_a_language_without_a_box_stays_as_it_was_stored(db):
    class TitleForm(ModelForm):
        class Meta:
            model = Contact
            fields = ["role"]

    contact = factories.create_contact(role=Text({"en": "Manager", "uk": "Керівник", "needs_review": ["uk"]}))
    form = TitleForm({"role_en": "Head", "role_cs": "Vedoucí", "role_cs_needs_review": "on"}, instance=contact)
    form.save()
    contact.refresh_from_db()
    assert contact.role == {"en": "Head", "cs": "Vedoucí", "uk": "Керівник", "needs_review": ["cs", "uk"]}


def test_a_required_text_in_any_language_is_enough():
    field = TranslatedFormField()
    assert field.clean({"en": "", "cs": "Oběd"}) == {"cs": "Oběd"}
    with pytest.raises(forms.ValidationError):
        field.clean({"en": " ", "cs": ""})


def test_a_mark_without_words_is_dropped():
    assert TranslatedFormField().clean({"en": "Lunch", "cs": "", "needs_review": ["cs"]}) == {"en": "Lunch"}


def test_spaces_around_a_text_are_no_change():
    field = TranslatedFormField()
    assert field.has_changed(text("Lunch"), {"en": " Lunch\r\n"}) is False
    assert field.has_changed(text("Lunch"), {"en": "Dinner"}) is True
    assert field.has_changed(text("Lunch"), {"en": "a\x00b"}) is True


def test_the_empty_line_of_a_list_says_what_it_means():
    class PlaceForm(ModelForm):
        class Meta:
            model = Offer
            fields = ["format", "venue", "practice"]

    form = PlaceForm()

    first = {name: str(next(iter(field.choices))[1]) for name, field in form.fields.items()}
    assert first == {"format": "Choose one", "venue": "none", "practice": "Choose one"}
