"""What the bench measures pages that are made against, called P: a plain itinerary, as Django alone would make it.

A visit's first 24 sessions with place, room and hosts, read through ``select_related`` and ``prefetch_related`` for
somebody who is signed in, behind the middleware that Django's own projects begin with. Nothing is kept, nothing is
compressed, and nothing of the portal but its models takes part.
"""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from partners.models import Contact
from visits.booking.models import Visit

SESSIONS = 24
COLUMNS = ["title", "about", "starts_at", "ends_at", "visit", "venue__name", "space__name"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATE = Engine().from_string("""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{ visit.title }}</title></head>
<body><p>{{ user.name }}</p>{% for message in messages %}<p>{{ message }}</p>{% endfor %}
<h1>{{ visit.title }}</h1><p>{{ visit.city.name }}, {{ visit.starts_on|date:"j F Y" }} to
{{ visit.ends_on|date:"j F Y" }}</p>
{% for session in sessions %}
<section><h2>{{ session.starts_at|date:"j F, H:i" }} to {{ session.ends_at|date:"H:i" }}</h2>
<h3>{{ session.title }}</h3><p>{{ session.about }}</p><p>{{ session.venue.name }}, {{ session.space.name }}</p>
<p>{% for host in session.hosts.all %}{{ host.name }} {% endfor %}</p></section>
{% endfor %}
</body></html>""")


def itinerary(request: HttpRequest, reference: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    visit = Visit.objects.select_related("city").get(reference=reference)
    hosts = Prefetch("hosts", Contact.objects.only("name"))
    sessions = visit.sessions.select_related("venue", "space").prefetch_related(hosts).only(*COLUMNS)[:SESSIONS]
    context = {"visit": visit, "sessions": sessions, "user": request.user, "messages": messages.get_messages(request)}
    return HttpResponse(TEMPLATE.render(Context(context)))


urlpatterns = [path("plain/<slug:reference>/", itinerary)]
