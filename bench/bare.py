"""What the bench measures against: one SELECT by primary key and a trivial template, and nothing else."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from practices.models import Source

TEMPLATE = engines["django"].from_string(
    "<!DOCTYPE html><title>{{ source.title }}</title><p>{{ source.publisher }}</p>"
)


def bare(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(TEMPLATE.render({"source": Source.objects.get(pk=code)}))


urlpatterns = [path("bare/<str:code>/", bare)]
