"""A page in Chromium that is drawn by our templates and answered from the folder, without a server."""

import mimetypes

import pytest
from django.template import Context, Template

from core.templatetags.icons import STATIC

ADDRESS = "http://portal.test/"
# As strict as the portal's own policy: what it stops here, it stops there.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " form-action 'self'; base-uri 'none'"
)
AROUND = (
    '{% extends "base.html" %}{% load static crispy_forms_tags %}{% block title %}Look{% endblock %}'
    '{% block head %}{% include "components/day_styles.html" only %}{% endblock %}'
)


@pytest.fixture(autouse=True)
def files_under_their_own_names(settings):
    """Nobody has collected static files for a test, so none has a digest in its name."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def open_page(page):
    """``open_page(source, **context)``: a Playwright page on which the source stands in the content block."""
    complaints = []

    def open_it(source: str, **context):
        whole = Template(f"{AROUND}{{% block content %}}{source}{{% endblock %}}").render(Context(context))

        def answer(route):
            path = route.request.url.removeprefix(ADDRESS)
            if path.startswith("static/"):
                file = STATIC / path.removeprefix("static/")
                route.fulfill(path=file, content_type=mimetypes.guess_type(file)[0])
            else:
                route.fulfill(
                    body=whole, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY}
                )

        page.route("**/*", answer)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(ADDRESS)
        return page

    yield open_it
    assert complaints == []
