import uuid

import pytest

from core.names_by_reference import RESOLVERS, Names, names_of
from tests import factories

pytestmark = pytest.mark.django_db
NOBODY = "somebody who is no longer here"


def test_every_kind_of_person_has_a_room_that_names_them():
    assert set(RESOLVERS) == {"user", "contact", "person"}


def test_people_in_documents_and_given_by_id_are_named():
    user, contact = factories.create_user("Ann"), factories.create_contact("Ben")
    person = factories.create_person(factories.create_visit(), "Cat")
    document = {"hosts": [{"contact": str(contact.pk)}], "parts": [{"who": {"person": str(person.pk)}}]}
    names = names_of(document, users=[user.pk])
    references = [{"contact": str(contact.pk)}, {"person": str(person.pk)}, {"user": str(user.pk)}]
    assert [names.of(each) for each in references] == ["Ben", "Cat", "Ann"]
    assert names.user(user.pk) == "Ann"


def test_who_has_been_erased_is_nobody_in_every_old_document():
    contact = factories.create_contact("Ben")
    reference = {"contact": str(contact.pk)}
    contact.delete()
    assert names_of({"host": reference}).of(reference) == NOBODY


@pytest.mark.parametrize("reference", [{}, {"contact": "not an id"}, {"contact": str(uuid.uuid4())}, {"venue": "x"}])
def test_a_reference_to_nobody_we_know_is_nobody(reference):
    assert names_of([reference]).of(reference) == NOBODY
    assert Names({}).of(reference) == NOBODY


def test_all_of_them_take_one_query(django_assert_num_queries):
    users = [factories.create_user() for _ in range(3)]
    document = [{"contact": str(factories.create_contact().pk)}, {"user": str(users[0].pk)}]
    document += [{"person": str(factories.create_person(factories.create_visit()).pk)}]
    with django_assert_num_queries(1):
        names_of(document, users=[user.pk for user in users])
    with django_assert_num_queries(0):
        names_of({"title": {"en": "Nobody here"}})


def test_one_kind_is_not_taken_for_another():
    user = factories.create_user("Ann")
    names = names_of(users=[user.pk])
    assert (names.get("user", user.pk), names.get("contact", user.pk)) == ("Ann", NOBODY)
