from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ChangeForm
from core.pictures import Picture, PictureFile, trouble_with_permission

LABELS = {
    "alt": _("What does the picture show?"),
    "credit": _("Who made it?"),
    "audience": _("Who may see it?"),
    "shows_people": _("Somebody in it can be recognised"),
    "permission": _("Who permitted it, when, and where is that recorded?"),
}
HELP_TEXTS = {
    "alt": _("One sentence for people who cannot see it."),
    "permission": _("Needed before everybody may see a picture of somebody who can be recognised."),
}


class AddPictureForm(ChangeForm):
    rule = trouble_with_permission

    file = PictureFile(
        label=_("Which picture?"),
        help_text=_("Up to 10 MB: a JPEG of up to 40 million pixels, or a PNG or WebP of up to 12 million."),
    )

    class Meta:
        model = Picture
        fields = ["alt", "credit", "audience", "shows_people", "permission"]
        labels, help_texts = LABELS, HELP_TEXTS
        widgets = {"audience": forms.RadioSelect}

    field_order = ["file"]


class EditPictureForm(ChangeForm):
    rule = trouble_with_permission

    class Meta:
        model = Picture
        fields = ["alt", "credit", "audience", "shows_people", "permission"]
        labels, help_texts = LABELS, HELP_TEXTS
        widgets = {"audience": forms.RadioSelect}
