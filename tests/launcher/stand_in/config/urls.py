from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.urls import path


def healthz(request):
    return HttpResponse("well")


def notes(request):
    """How many sessions the database holds: something to keep from one run to the next."""
    return HttpResponse(Session.objects.count())


urlpatterns = [path("healthz", healthz), path("notes", notes)]
