"""People in organisations: personal data, for council staff alone."""

import datetime

import pytest
from django.urls import reverse

from core.audit import AuditEntry
from core.names_by_reference import names_of
from core.translated import text
from partners import actions
from partners.models import Contact, Organisation
from tests.factories import create_contact, create_home, create_organisation
from tests.partners.filled import filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(as_person, alice):
    return as_person(alice)


def contact_form(**changes) -> dict:
    return {
        "name": "Demo host",
        "role_en": "Team manager",
        "role_cs": "vedoucí týmu",
        "new_organisation": "Demo charity",
        "email": "demo-host@example.org",
        "languages": ["en", "cs"],
        "gives_sessions": "on",
        **changes,
    }


def test_a_host_added_on_the_way_leads_back_with_their_id(staff):
    create_home()
    response = staff.post(reverse("partners:contact-add"), contact_form(next="/visits/brno-1/?adding=hosts"))
    contact = Contact.objects.get()
    assert response.headers["Location"] == f"/visits/brno-1/?adding=hosts&added={contact.pk}"
    assert (contact.role, contact.languages, contact.gives_sessions, str(contact.organisation)) == (
        text("Team manager", cs="vedoucí týmu"),
        ["en", "cs"],
        True,
        "Demo charity",
    )


def test_a_second_click_adds_nobody_twice(staff):
    create_home()
    staff.post(reverse("partners:contact-add"), contact_form())
    assert "Demo host is in the list already." in staff.post(reverse("partners:contact-add"), contact_form()).text
    assert (Contact.objects.count(), Organisation.objects.count()) == (1, 1)


def test_an_organisation_named_again_is_the_one_that_we_know(staff):
    home = create_home()
    known = create_organisation("Demo charity", city=home)
    staff.post(reverse("partners:contact-add"), contact_form(new_organisation="demo CHARITY"))
    assert Contact.objects.get().organisation == known


def test_without_our_own_city_nobody_can_be_added_to_a_new_organisation(staff):
    response = staff.post(reverse("partners:contact-add"), contact_form())
    assert "Record our own city first" in response.text
    assert not Contact.objects.exists()


def test_who_has_left_stands_apart(staff):
    create_contact("Demo present")
    create_contact("Demo former", ends_on=datetime.date(2020, 1, 1))
    now, former = staff.get(reverse("partners:contacts")).text, staff.get(reverse("partners:contacts") + "?former").text
    assert ("Demo present" in now, "Demo former" in now) == (True, False)
    assert ("Demo present" in former, "Demo former" in former) == (False, True)


def test_a_contact_ends_after_it_begins(staff):
    contact = create_contact(starts_on=datetime.date(2026, 5, 1))
    address = reverse("partners:contact-edit", args=[contact.pk])
    response = staff.post(address, filled(staff.get(address), ends_on="2026-04-30"))
    assert list(response.context["form"].errors) == ["ends_on"]


def test_the_log_knows_that_personal_data_changed_but_not_what_they_say(staff, alice):
    contact = create_contact("Canary", email="canary@example.org")
    address = reverse("partners:contact-edit", args=[contact.pk])
    staff.post(
        address, filled(staff.get(address), email="canary2@example.org", phone="0113 496 0999", gives_sessions="")
    )
    entry = AuditEntry.objects.get(verb="contact.edited")
    assert (entry.facts, entry.subject_name) == ({"fields": ["email", "phone"]}, {})
    assert entry.changes == [{"field": "gives_sessions", "before": True, "after": False}]


def test_the_log_does_not_name_who_was_added(alice):
    contact = actions.add_contact(
        organisation=create_organisation(), name="Canary", role=text("Manager"), email="canary@example.org", by=alice
    )
    entry = AuditEntry.objects.get(subject_id=contact.pk)
    assert "canary" not in f"{entry.subject_name}{entry.changes}{entry.facts}".lower()


def test_contacts_in_documents_are_named_when_shown(django_assert_num_queries):
    one, other = create_contact("Demo one"), create_contact("Demo other")
    document = {"hosts": [{"contact": str(one.pk)}, {"contact": str(other.pk)}]}
    with django_assert_num_queries(1):
        names = names_of(document)
    assert [names.of(host) for host in document["hosts"]] == ["Demo one", "Demo other"]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["contacts", "organisations"])
def test_the_lists_take_the_same_queries_for_any_number(staff, count, name, django_assert_num_queries):
    for number in range(count):
        create_contact(f"Demo contact {number}")
    with django_assert_num_queries(3):  # session, person, the list
        staff.get(reverse(f"partners:{name}"))


def test_an_organisation_counts_whom_we_can_write_to(staff):
    organisation = create_organisation()
    create_contact("Demo present", organisation=organisation)
    create_contact("Demo former", organisation=organisation, ends_on=datetime.date(2020, 1, 1))
    listed = staff.get(reverse("partners:organisations")).context["organisations"]
    assert [(row.venue_count, row.contact_count) for row in listed] == [(0, 1)]


def test_an_organisation_is_added_once(staff):
    home = create_home()
    sent = {"name_en": "Demo charity", "city": home.pk, "kind": "charity"}
    staff.post(reverse("partners:organisation-add"), sent)
    again = staff.post(reverse("partners:organisation-add"), sent)
    assert "Demo charity is in the list already." in again.text
    assert [each.slug for each in Organisation.objects.all()] == ["demo-charity"]
