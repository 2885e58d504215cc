"""Pictures that staff upload: checked, drawn anew in fixed sizes, served by a view that asks who may see.

Nothing of the uploaded file itself is stored: what is served was drawn by us from its pixels, so
neither its metadata nor anything hidden in it ever reaches a reader.
"""

import datetime
import secrets
import threading
import uuid
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageOps

from core import audit
from core.permissions import can_see_pictures
from core.translated import TranslatedField

KINDS = ("JPEG", "PNG", "WEBP")
LARGEST_FILE = 10 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000
SMALLEST_SIDE = 200  # pixels; less is an icon
STEEPEST = 3  # how many times as long one side may be as the other
WIDTHS = (480, 960, 1600)  # what readers are offered, as far as the original goes
USUAL_WIDTH = 960
QUALITY = 80
FOLDER = "pictures"
UNTOLD = {"credit", "permission"}  # names of people: the log keeps that they changed, never what they say

# One picture at a time in each process: a large one takes some 200 MB while it is open.
one_at_a_time = threading.Lock()


class PictureQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if can_see_pictures(user) else self.filter(audience=Picture.Audience.PUBLIC)

    def newest_first(self):
        return self.order_by("-uploaded_at", "id")


class Picture(models.Model):
    """One picture, stored in the widths that ``widths`` tells."""

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


def widths_of(width: int) -> list[int]:
    """The widths in which a picture is stored whose largest is ``width`` wide, smallest first."""
    return [*(each for each in WIDTHS if each < width), width]


# --- the upload ----------------------------------------------------------------------------------


class PictureFile(forms.FileField):
    """A file that is a picture; cleaned, it is an image of moderate size, drawn anew and upright."""

    default_error_messages = {
        "kind": _("Choose a picture in one of the formats JPEG, PNG or WebP."),
        "heavy": _("The file is too large: 10 MB fit."),
        "large": _("The picture has too many pixels: 40 million fit."),
        "small": _("The picture is too small: each side needs at least 200 pixels."),
        "steep": _("The picture is too long and narrow: one side may be three times as long as the other."),
        "broken": _("The picture cannot be read; its file may be damaged. Save it anew and choose it again."),
    }

    def __init__(self, **kwargs):
        widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
        super().__init__(**{"widget": widget, **kwargs})

    def clean(self, data, initial=None) -> Image.Image | None:
        file = super().clean(data, initial)
        return self.drawn_from(file) if file else None

    def drawn_from(self, file: UploadedFile) -> Image.Image:
        if file.size > LARGEST_FILE:
            self.refuse("heavy")
        with one_at_a_time:
            image = self.opened(file)
            self.measure(*image.size)
            try:
                return redrawn(image)
            except Exception as error:  # Pillow raises whatever a broken file leads it to
                raise ValidationError(self.error_messages["broken"], code="broken") from error

    def opened(self, file: UploadedFile) -> Image.Image:
        """The picture with only its head read yet."""
        try:
            return Image.open(file, formats=KINDS)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise ValidationError(self.error_messages["large"], code="large") from error
        except Exception as error:
            raise ValidationError(self.error_messages["kind"], code="kind") from error

    def measure(self, width: int, height: int) -> None:
        if width * height > MOST_PIXELS:
            self.refuse("large")
        if min(width, height) < SMALLEST_SIDE:
            self.refuse("small")
        if max(width, height) > STEEPEST * min(width, height):
            self.refuse("steep")

    def refuse(self, code: str) -> None:
        raise ValidationError(self.error_messages[code], code=code)


def redrawn(image: Image.Image) -> Image.Image:
    """The pixels alone, upright, no larger than we store; made small before anything else is done to them."""
    size = stored_size(image)
    is_clear = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    if image.mode in {"P", "PA"}:  # a palette cannot be scaled
        image = _as(image, is_clear)
    image.thumbnail(size)  # a JPEG is read at a fraction of its size where that is enough
    image = _as(ImageOps.exif_transpose(image), is_clear)
    image.info = {}
    return image


def stored_size(image: Image.Image) -> tuple[int, int]:
    """As the file has it, before the picture is turned upright."""
    is_turned = image.getexif().get(ExifTags.Base.Orientation) in {5, 6, 7, 8}
    scale = min(1, WIDTHS[-1] / (image.height if is_turned else image.width))
    return round(image.width * scale), round(image.height * scale)


def _as(image: Image.Image, is_clear: bool) -> Image.Image:
    return image.convert("RGBA" if is_clear else "RGB")


def files_of(image: Image.Image) -> Iterator[tuple[int, bytes]]:
    for width in widths_of(image.width):
        smaller = image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)
        out = BytesIO()
        smaller.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
        yield width, out.getvalue()


@transaction.atomic
def add_picture(*, image: Image.Image, by, **fields: Any) -> Picture:
    """Store an image from a PictureFile; ``fields`` are alt, credit, audience, shows_people, permission."""
    picture = Picture(
        name=secrets.token_hex(16), width=image.width, height=image.height, uploaded_by=by.pk if by else None, **fields
    )
    for width, content in files_of(image):
        default_storage.save(picture.path(width), ContentFile(content))
    picture.save()
    audit.record("picture.added", picture, by=by, name=picture.alt, audience=picture.audience)
    return picture


@transaction.atomic
def edit_picture(*, picture: Picture, by) -> Picture:
    """Save what a form has put on the row, which was read under a lock."""
    before = audit.picture_of(Picture.objects.get(pk=picture.pk))
    picture.save()
    changes = audit.changes_between(before, audit.picture_of(picture))
    untold = [change["field"] for change in changes if change["field"] in UNTOLD]
    told = [change for change in changes if change["field"] not in UNTOLD]
    audit.record("picture.edited", picture, by=by, name=picture.alt, changes=told, fields=untold)
    return picture


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
