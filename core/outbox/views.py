"""The outbox as staff see it: what waits, what was sent, what was not and why."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.access import require
from core.answers import leading_to
from core.outbox import actions
from core.outbox.forms import OutboxFilter
from core.outbox.models import Notice
from core.permissions import can_see_outbox

PAGE = 50


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    require(can_see_outbox(request.user))
    narrowing = OutboxFilter(request.GET or None)
    page = Paginator(narrowing.narrow(Notice.objects.for_list()), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "filter": narrowing, "is_stuck": Notice.objects.stuck().exists()}
    return render(request, "core/outbox.html", context)


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    require(can_see_outbox(request.user))
    shown = get_object_or_404(Notice, pk=pk)
    crumbs = [{"label": _("Outbox"), "url": reverse("core:outbox")}]
    return render(request, "core/notice.html", {"notice": shown, "crumbs": crumbs})


@require_POST
def notice_send_again(request: HttpRequest, pk: int) -> HttpResponse:
    require(can_see_outbox(request.user))
    shown = get_object_or_404(Notice, pk=pk)
    with leading_to(reverse("core:notice", args=[shown.pk])):
        actions.send_again(notice=shown, by=request.user)
    messages.success(request, _("Message queued again."))
    return redirect("core:notice", shown.pk)
