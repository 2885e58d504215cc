"""The pages around everything else: the first page, the start pages, the error pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.access import public_page


@public_page
def first_page(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/first_page.html")


def start(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/start.html")


def bad_request(request: HttpRequest, exception=None) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception=None) -> HttpResponse:
    return render(request, "403.html", {"why": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception=None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
