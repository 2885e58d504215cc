"""Rows that come with another row."""

import datetime
import uuid

import pytest
from django.db.models import OuterRef

from core.nested_rows import NestedRows
from core.translated import Text, text
from partners.models import HouseRule, OpeningHours, Venue
from tests import factories

pytestmark = pytest.mark.django_db


def with_lists():
    return Venue.objects.annotate(
        hours_list=NestedRows(OpeningHours.objects.filter(venue=OuterRef("pk")), "weekday", "opens", "venue"),
        rule_list=NestedRows(HouseRule.objects.filter(venue=OuterRef("pk")), "id", "text"),
    )


def test_they_are_what_the_table_holds_in_its_order(django_assert_num_queries):
    venue = factories.create_venue()
    for weekday, opens in ((3, 9), (1, 13), (1, 8)):
        venue.opening_hours.create(weekday=weekday, opens=datetime.time(opens, 30), closes=datetime.time(18))
    venue.house_rules.create(text=text("Ask.", cs="Ptejte se."), reason=text("So."))
    with django_assert_num_queries(1):
        read = with_lists().get()
        hours = [(each.weekday, each.opens, each.venue_id) for each in read.hours_list]
        [rule] = read.rule_list
        words = rule.text

    times = [(1, datetime.time(8, 30)), (1, datetime.time(13, 30)), (3, datetime.time(9, 30))]
    assert hours == [(weekday, opens, venue.pk) for weekday, opens in times]
    assert (type(rule.pk), type(words), words["cs"]) == (uuid.UUID, Text, "Ptejte se.")
    assert [rule] == list(venue.house_rules.all())


def test_where_there_are_none_the_list_is_empty():
    factories.create_venue()

    assert with_lists().get().hours_list == []


def test_a_column_that_was_not_read_is_fetched(django_assert_num_queries):
    venue = factories.create_venue()
    venue.house_rules.create(text=text("Ask."), reason=text("So."))
    [rule] = with_lists().get().rule_list

    with django_assert_num_queries(1):
        assert str(rule.reason) == "So."
