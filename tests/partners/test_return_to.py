"""Back to where something was needed, and to nowhere else."""

import pytest
from django.test import RequestFactory

from partners.return_to import back_with, safe_next


@pytest.mark.parametrize("address", ["/visits/brno-1/programme/", "/visits/brno-1/programme/?day=1&at=09:00"])
def test_an_address_of_the_portal_is_kept(address):
    assert safe_next(RequestFactory().get("/", {"next": address})) == address
    assert safe_next(RequestFactory().post("/", {"next": address})) == address


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "http:///evil.example/",
        "javascript:alert(1)",
        "visits/",
        "",
    ],
)
def test_any_other_address_is_refused(address):
    assert safe_next(RequestFactory().get("/", {"next": address})) == ""


def test_what_was_added_stands_in_the_query_once():
    assert back_with("/programme/?day=1&added=old#now", "new") == "/programme/?day=1&added=new#now"
    assert back_with("/programme/", "new") == "/programme/?added=new"
