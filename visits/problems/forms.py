from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class ReasonForm(Form):
    reason = forms.CharField(
        label=_("Why may it stay as it is?"),
        help_text=_("One sentence. Colleagues see it beside the programme."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Give one sentence of reason.")},
    )
