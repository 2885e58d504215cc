"""Pictures that staff upload: checked, drawn anew in fixed sizes, served by a view that asks who may see.

Nothing of the uploaded file itself is stored: what is served was drawn by us from its pixels, so
neither its metadata nor anything hidden in it ever reaches a reader.
"""

import datetime
import errno
import logging
import secrets
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import Error, models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.access import Refusal
from core.changing import PAGE, Whole, changing
from core.drawing import SENTENCES, Drawing, drawing_of
from core.permissions import can_see_pictures
from core.picture_sizes import LARGEST_FILE, widths_of
from core.rules import Proposed, Trouble, refuse_what_does_not_fit
from core.translated import TranslatedField

logger = logging.getLogger(__name__)

FOLDER = "pictures"
HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")  # how JPEG, PNG and WebP begin
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class PictureQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if can_see_pictures(user) else self.filter(audience=Picture.Audience.PUBLIC)

    def newest_first(self):
        return self.order_by("-uploaded_at", "id")


class Picture(Whole):
    """One picture, stored in the widths that ``widths`` tells."""

    private_in_audit = {"credit", "permission"}  # names of people

    class Audience(models.TextChoices):
        PUBLIC = "public", _("everybody")
        STAFF = "staff", _("council staff")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=32, unique=True, editable=False)  # random; of its files
    width = models.PositiveIntegerField(editable=False)  # of the largest that is stored
    height = models.PositiveIntegerField(editable=False)
    alt = TranslatedField(_("what the picture shows"), long=True)
    credit = models.CharField(_("who made it"), max_length=200, blank=True)
    audience = models.CharField(_("who may see it"), max_length=10, choices=Audience, default=Audience.STAFF)
    shows_people = models.BooleanField(_("somebody in it can be recognised"), default=True)
    permission = models.CharField(_("who permitted it, when, and where that is recorded"), max_length=300, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.UUIDField(null=True, editable=False)

    objects = PictureQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(audience="public", shows_people=True, permission=""),
                name="core_picture_of_people_is_public_with_their_permission",
            )
        ]

    def __str__(self) -> str:
        return str(self.alt)

    def get_absolute_url(self) -> str:
        return reverse("core:picture", args=[self.pk])

    @property
    def is_public(self) -> bool:
        return self.audience == self.Audience.PUBLIC

    @property
    def widths(self) -> list[int]:
        return widths_of(self.width)

    def path(self, width: int) -> str:
        return f"{FOLDER}/{self.name}-{width}.webp"


def trouble_with_permission(proposed: Proposed) -> Trouble:
    """People who can be recognised are shown to everybody only with a recorded permission."""
    is_public = proposed["audience"] == Picture.Audience.PUBLIC
    if is_public and proposed["shows_people"] and not proposed["permission"]:
        yield "permission", _("Say who permitted it, or let only council staff see the picture.")


# --- the upload ----------------------------------------------------------------------------------


class PictureFile(forms.FileField):
    """A file that begins as a picture does; whether it is one shows when it is drawn (see add_picture)."""

    default_error_messages = {
        "required": _("Choose a picture."),
        "empty": _("The file is empty. Save the picture anew, then choose it again."),
        "kind": SENTENCES["kind"],
        "heavy": _("The file is too large: 10 MB fit. Save the picture smaller, then choose it again."),
    }

    def __init__(self, **kwargs):
        widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
        super().__init__(**{"widget": widget, **kwargs})

    def clean(self, data, initial=None) -> UploadedFile | None:
        file = super().clean(data, initial)
        if file and file.size > LARGEST_FILE:
            self.refuse("heavy")
        if file and not file.read(16).startswith(HEADS):
            self.refuse("kind")
        return file

    def refuse(self, code: str) -> None:
        raise ValidationError(self.error_messages[code], code=code)


def add_picture(*, file: File, by, via: str = PAGE, **fields: Any) -> Picture:
    """Draw a file from a PictureFile anew and store that; ``fields`` are alt, credit, audience, permission and so on.

    Raises a Refusal for what cannot be drawn, and when there is no room. To be called outside of a
    transaction: drawing takes seconds.
    """
    refuse_what_does_not_fit(trouble_with_permission, Picture(), fields)
    with full_disk_refused():
        drawing = drawing_of(file)
        name, uploader = secrets.token_hex(16), by.pk if by else None
        picture = Picture(name=name, width=drawing.width, height=drawing.height, uploaded_by=uploader, **fields)
        with stored(picture, drawing), changing(picture, by=by, via=via) as change:
            change.write(picture, {})
            change.record("picture.added", picture, name="alt", audience=picture.audience)
    return picture


@contextmanager
def full_disk_refused() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        logger.error("no room for a picture: %s", error.strerror)
        raise Refusal(
            _(
                "There is no room left on the server for this picture. Tell your administrator. "
                "What you wrote still stands here; choose the picture again when there is room."
            ),
            field="file",
        ) from error


@contextmanager
def stored(picture: Picture, drawing: Drawing) -> Iterator[None]:
    """Write the files, then let the row be written; unless it stands in the end, none of the files stays."""
    try:
        for width, content in drawing.files.items():
            default_storage.save(picture.path(width), ContentFile(content))
        yield
    except BaseException:
        if surely_has_no_row(picture):
            for width in picture.widths:
                with suppress(OSError):  # what went wrong before is what counts; the nightly sweep tries again
                    default_storage.delete(picture.path(width))
        raise


def surely_has_no_row(picture: Picture) -> bool:
    """Who lost the database at the commit cannot know; then the files stay until the nightly sweep looks again."""
    try:
        return not Picture.objects.filter(pk=picture.pk).exists()
    except Error:
        return False


def edit_picture(*, picture: Picture, by, via: str = PAGE, base: Mapping | None = None, **values: Any) -> Picture:
    """Say anew what a picture shows, and who may see it. Raises Refusal for people without their permission."""
    with changing(picture, by=by, via=via) as change:
        return change.edit("picture.edited", change.whole, values, base=base, rule=trouble_with_permission, name="alt")


def sweep() -> int:
    """Remove the files of uploads that came to nothing; how many there were."""
    if not default_storage.exists(FOLDER):
        return 0
    _folders, files = default_storage.listdir(FOLDER)
    known = set(Picture.objects.values_list("name", flat=True))
    yesterday = timezone.now() - datetime.timedelta(days=1)  # a younger one may belong to an upload in progress
    strays = [f"{FOLDER}/{file}" for file in files if file.partition("-")[0] not in known]
    strays = [path for path in strays if default_storage.get_modified_time(path) < yesterday]
    for path in strays:
        default_storage.delete(path)
    return len(strays)
