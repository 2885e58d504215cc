from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import MergingModelForm, ModelForm
from core.pictures import Picture, PictureFile

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


class WithPermission:
    """People who can be recognised are shown to everybody only with a recorded permission."""

    def clean(self):
        cleaned = super().clean()
        is_public = cleaned.get("audience") == Picture.Audience.PUBLIC
        if is_public and cleaned.get("shows_people") and not cleaned.get("permission"):
            self.add_error("permission", _("Say who permitted it, or let only council staff see the picture."))
        return cleaned


class AddPictureForm(WithPermission, ModelForm):
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


class EditPictureForm(WithPermission, MergingModelForm):
    class Meta:
        model = Picture
        fields = ["alt", "credit", "audience", "shows_people", "permission"]
        labels, help_texts = LABELS, HELP_TEXTS
        widgets = {"audience": forms.RadioSelect}
