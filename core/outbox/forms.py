from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.outbox.models import Notice, NoticeQuerySet


class OutboxFilter(Form):
    mark_optional = False
    status = forms.ChoiceField(label=_("State"), required=False)
    address = forms.CharField(label=_("To whom"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [("", _("every state")), *Notice.Status.choices]

    def narrow(self, notices: NoticeQuerySet) -> NoticeQuerySet:
        if not self.is_valid():
            return notices
        if self.cleaned_data["status"]:
            notices = notices.filter(status=self.cleaned_data["status"])
        if self.cleaned_data["address"]:
            notices = notices.filter(address__icontains=self.cleaned_data["address"])
        return notices
