from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ChangeForm, ModelForm
from core.pictures import PERMISSION_NEEDED, Picture, PictureFile, lacks_permission

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
    """Asks for the permission before the form is sent on; the action looks again at what it has merged."""

    def clean(self):
        cleaned = super().clean()
        names = ("audience", "shows_people", "permission")
        if not self.errors.keys() & set(names) and lacks_permission(**{name: cleaned[name] for name in names}):
            self.add_error("permission", PERMISSION_NEEDED)
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


class EditPictureForm(WithPermission, ChangeForm):
    class Meta:
        model = Picture
        fields = ["alt", "credit", "audience", "shows_people", "permission"]
        labels, help_texts = LABELS, HELP_TEXTS
        widgets = {"audience": forms.RadioSelect}
