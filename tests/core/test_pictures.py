"""What people upload, good and bad, and who may see what came of it."""

import datetime
import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image, ImageDraw

from core import pictures
from core.audit import AuditEntry
from core.pictures import Picture, PictureFile, add_picture, edit_picture, sweep
from core.translated import text
from tests import factories

WORDS = {"alt": text("A door stands open.", cs="Otevřené dveře.")}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def drawing(width=1000, height=600, kind="JPEG", mode="RGB", **options) -> bytes:
    image = Image.new(mode, (width, height), "white" if mode == "RGB" else 0)
    ImageDraw.Draw(image).rectangle([0, 0, width // 2, height // 2], fill="red" if mode in {"RGB", "RGBA"} else 1)
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def turned_drawing() -> bytes:
    """As a phone stores an upright picture: lying, with a note of how to turn it, and where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8825] = {1: "N", 2: (53.0, 47.0, 0.0)}
    return drawing(1000, 600, exif=exif)


def png_that_says(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose head promises more pixels than any memory holds."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def upload(content: bytes, name="door.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def cleaned(content: bytes) -> Image.Image:
    return PictureFile().clean(upload(content))


def create_picture(content: bytes | None = None, **fields) -> Picture:
    fields = {**WORDS, "shows_people": False, **fields}
    return add_picture(image=cleaned(content or drawing()), by=None, **fields)


# --- what is refused -----------------------------------------------------------------------------

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
GIF_SCRIPT = b"GIF89a/*" + b"\0" * 300 + b"*/=1;alert(1)"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\0", "kind"),
        (SVG, "kind"),
        (b"<!doctype html><script>alert(1)</script>", "kind"),
        (GIF_SCRIPT, "kind"),
        (drawing(kind="GIF"), "kind"),
        (drawing(kind="TIFF"), "kind"),
        (drawing(kind="BMP"), "kind"),
        (EICAR, "kind"),
        (b"%PDF-1.7 " + b"\0" * 500, "kind"),
        (drawing()[:2000], "broken"),
        (drawing(kind="PNG")[:-600], "broken"),
        (drawing(kind="PNG")[:40] + b"\xff" * 500, "kind"),
        (png_that_says(65_000, 65_000), "large"),
        (png_that_says(12_000, 12_000), "large"),
        (png_that_says(8_000, 5_001), "large"),
        (png_that_says(1000, 1000), "broken"),
        (drawing(199, 400), "small"),
        (drawing(400, 1201), "steep"),
        (drawing(1201, 400), "steep"),
        (b"\0" * (pictures.LARGEST_FILE + 1), "heavy"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_what_is_no_picture_for_us_is_refused_with_a_sentence(content, code):
    with pytest.raises(pictures.ValidationError) as refused:
        cleaned(content)
    assert refused.value.code == code


def test_every_cut_and_many_a_scratch_is_a_picture_or_a_sentence():
    """A damaged file never raises anything but a refusal."""
    whole = [drawing(300, 220, kind=kind) for kind in pictures.KINDS]
    codes = {code_of(damaged) for content in whole for damaged in damages(content)}
    assert codes <= {"drawn", "empty", "kind", "broken", "small", "large", "steep"}
    assert {"drawn", "kind", "broken"} <= codes


def damages(content: bytes) -> Iterator[bytes]:
    for place in range(0, len(content), max(1, len(content) // 40)):
        yield content[:place]
        yield content[:place] + b"\xff\x00\xff" + content[place + 3 :]


def code_of(content: bytes) -> str:
    try:
        cleaned(content)
    except pictures.ValidationError as refused:
        return refused.code
    return "drawn"


MEASURE = """
import resource, sys
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from core.pictures import PictureFile, files_of
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
image = PictureFile().clean(SimpleUploadedFile("large", open(sys.argv[1], "rb").read()))
list(files_of(image))
print(image.size[0], (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize(("kind", "megabytes"), [("JPEG", 120), ("PNG", 260), ("WEBP", 500)])
def test_the_largest_picture_takes_bounded_memory(tmp_path, kind, megabytes):
    """In a process of its own, so that its peak can be told."""
    file = tmp_path / "large"
    Image.new("RGB", (8000, 5000), "white").save(file, kind, method=0, compress_level=1)  # quickly
    done = subprocess.run([sys.executable, "-c", MEASURE, str(file)], capture_output=True, text=True, check=True)
    width, taken = map(int, done.stdout.split())
    assert width == 1600
    assert taken < megabytes


# --- what comes of it ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", pictures.KINDS)
@pytest.mark.parametrize(("width", "kept"), [(3000, 1600), (1600, 1600), (700, 700)])
def test_a_picture_is_never_larger_than_the_largest_size_and_never_enlarged(kind, width, kept):
    assert cleaned(drawing(width, width // 2, kind=kind)).size == (kept, kept // 2)


def test_a_picture_is_turned_upright_and_forgets_where_it_was_taken():
    image = cleaned(turned_drawing())
    assert image.size == (600, 1000)
    red, green, _blue = image.getpixel((590, 10))  # the red corner has turned
    assert (red > 200, green < 60) == (True, True)
    assert (image.info, dict(image.getexif())) == ({}, {})


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("P", "PNG"), ("L", "JPEG"), ("RGBA", "PNG"), ("LA", "PNG"), ("CMYK", "JPEG"), ("1", "PNG"), ("I;16", "PNG")],
)
def test_pictures_of_every_kind_of_colour_are_read(mode, kind):
    image = Image.new(mode, (300, 220))
    out = io.BytesIO()
    image.save(out, kind)
    assert cleaned(out.getvalue()).mode in {"RGB", "RGBA"}


@pytest.mark.django_db
def test_an_upload_is_stored_in_every_size_under_a_random_name():
    picture = create_picture(drawing(2000, 1000))
    assert picture.widths == [480, 960, 1600]
    assert (picture.width, picture.height) == (1600, 800)
    for width in picture.widths:
        with default_storage.open(picture.path(width)) as file:
            stored = Image.open(file)
            assert (stored.format, stored.size) == ("WEBP", (width, width // 2))
            assert not {"exif", "icc_profile", "xmp"} & stored.info.keys()
    assert len(picture.name) == 32


@pytest.mark.django_db
def test_what_hides_behind_a_picture_is_not_stored():
    picture = create_picture(drawing(comment=b"<script>alert(1)</script>") + b"<script>alert(2)</script>")
    for width in picture.widths:
        with default_storage.open(picture.path(width)) as file:
            assert b"script" not in file.read()


@pytest.mark.django_db
def test_the_files_of_an_upload_that_came_to_nothing_are_swept_a_day_later():
    stays = create_picture()
    stray = f"{pictures.FOLDER}/{'0' * 32}-480.webp"
    default_storage.save(stray, io.BytesIO(b"x"))
    assert sweep() == 0
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1, hours=1)):
        assert sweep() == 1
    assert not default_storage.exists(stray)
    assert all(default_storage.exists(stays.path(width)) for width in stays.widths)


@pytest.mark.django_db
def test_the_database_refuses_people_shown_to_everybody_without_a_permission():
    with pytest.raises(IntegrityError, match="is_public_with_their_permission"), transaction.atomic():
        create_picture(audience="public", shows_people=True)
    create_picture(audience="public", shows_people=True, permission="All four, 3 May 2027, file 12")


# --- who may see ---------------------------------------------------------------------------------


@pytest.fixture
def of_everybody(db):
    return create_picture(audience="public")


@pytest.fixture
def of_staff(db):
    return create_picture()


def test_everybody_sees_a_public_picture_and_only_staff_the_others(client, as_person, bob, of_everybody, of_staff):
    addresses = [of_everybody.get_absolute_url(), of_staff.get_absolute_url()]
    assert [client.get(address).status_code for address in addresses] == [200, 404]
    guest = as_person(bob)
    assert [guest.get(address).status_code for address in addresses] == [200, 404]
    editor = as_person(factories.create_user("Edith", roles=["editor"]))
    assert [editor.get(address).status_code for address in addresses] == [200, 200]


def test_a_picture_is_served_so_that_a_browser_can_do_nothing_else_with_it(client, of_everybody):
    response = client.get(reverse("core:picture", args=[of_everybody.pk, 480]))
    assert response.content[:4] == b"RIFF"
    told = {
        name: response.headers[name] for name in ["Content-Type", "Content-Security-Policy", "X-Content-Type-Options"]
    }
    assert told == {
        "Content-Type": "image/webp",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    assert response.headers["Content-Disposition"] == 'inline; filename="picture-480.webp"'
    assert response.headers["Cache-Control"] == "public, max-age=600"


def test_a_picture_that_has_not_changed_is_not_sent_again(client, of_everybody):
    address = of_everybody.get_absolute_url()
    etag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["Cache-Control"]) == (304, b"", "public, max-age=600")


def test_a_picture_that_was_taken_back_is_gone_for_whoever_has_its_tag(client, of_everybody):
    address = of_everybody.get_absolute_url()
    etag = client.get(address).headers["ETag"]
    Picture.objects.update(audience="staff")
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 404


def test_nobody_keeps_what_is_for_staff(as_person, editor, of_staff):
    assert as_person(editor).get(of_staff.get_absolute_url()).headers["Cache-Control"] == "private, no-store"


def test_a_width_that_is_not_stored_is_not_found(client, of_everybody):
    for width in (1, 481, 1600, 99999999999999999999):
        assert client.get(reverse("core:picture", args=[of_everybody.pk, width])).status_code == 404


def test_a_picture_whose_file_is_lost_is_not_found(client, of_everybody):
    for width in of_everybody.widths:
        default_storage.delete(of_everybody.path(width))
    assert client.get(of_everybody.get_absolute_url()).status_code == 404


# --- on a page -----------------------------------------------------------------------------------


def on_page(shown, language="en", arguments="") -> str:
    with translation.override(language):
        return Template(f"{{% load portal_pictures %}}{{% picture p {arguments} %}}").render(Context({"p": shown}))


def test_a_page_offers_every_width_with_measures_and_words(of_everybody):
    key = of_everybody.pk
    assert on_page(of_everybody, arguments='sizes="50vw" css="wide"') == (
        f'<img src="/pictures/{key}/960/" srcset="/pictures/{key}/480/ 480w, /pictures/{key}/960/ 960w,'
        f' /pictures/{key}/1000/ 1000w" sizes="50vw" width="1000" height="600" alt="A door stands open." class="wide"'
        ' loading="lazy" decoding="async">'
    )


def test_the_words_follow_the_reader_and_say_their_own_language(of_everybody):
    assert 'alt="Otevřené dveře."' in on_page(of_everybody, "cs")
    of_everybody.alt = text("A <door>")
    assert 'alt="A &lt;door&gt;" lang="en"' in on_page(of_everybody, "cs")


def test_a_published_document_shows_its_picture_without_the_row(of_everybody):
    shown = {"id": str(of_everybody.pk), "alt": dict(WORDS["alt"]), "width": 1000, "height": 600}
    assert on_page(shown) == on_page(of_everybody)
    assert on_page(None) == ""


# --- adding and changing -------------------------------------------------------------------------


def form_data(**values):
    return {"alt_en": "A door stands open.", "credit": "Demo", "audience": "public", **values}


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.jpg", "door\x00.jpg", "x" * 300 + ".jpg", "..\\..\\boot.jpg", "door.php"]
)
def test_an_upload_by_any_name_is_added_under_ours(as_person, editor, name):
    response = as_person(editor).post(reverse("core:picture-add"), form_data(file=upload(drawing(), name)))
    assert response.status_code in {200, 302}
    for picture in Picture.objects.all():
        assert default_storage.exists(picture.path(picture.width))
    assert AuditEntry.objects.filter(verb="picture.added").count() == Picture.objects.count()


def test_an_editor_adds_a_picture(as_person, editor):
    response = as_person(editor).post(reverse("core:picture-add"), form_data(file=upload(drawing())))
    picture = Picture.objects.get()
    assert response.url == reverse("core:pictures")
    assert (picture.alt, picture.credit, picture.audience) == ({"en": "A door stands open."}, "Demo", "public")
    assert picture.uploaded_by == editor.pk


def test_the_log_keeps_no_name_of_who_made_or_permitted_a_picture(editor, of_everybody):
    of_everybody.credit, of_everybody.permission = "Jana Nováková", "her mother agreed"
    of_everybody.alt = text("A door stands ajar.")
    edit_picture(picture=of_everybody, by=editor)

    entry = AuditEntry.objects.get(verb="picture.edited")
    assert entry.facts["fields"] == ["credit", "permission"]
    assert [change["field"] for change in entry.changes] == ["alt"]


@pytest.mark.parametrize("content", [SVG, b"", drawing()[:900]])
def test_a_bad_file_comes_back_with_what_was_typed(as_person, editor, content):
    response = as_person(editor).post(reverse("core:picture-add"), form_data(file=upload(content)))
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["file"]
    assert 'value="Demo"' in response.text
    assert Picture.objects.count() == 0


def test_words_for_those_who_cannot_see_it_are_needed(as_person, editor):
    response = as_person(editor).post(reverse("core:picture-add"), form_data(file=upload(drawing()), alt_en=""))
    assert list(response.context["form"].errors) == ["alt"]


def test_people_are_shown_to_everybody_only_with_a_permission(as_person, editor):
    client = as_person(editor)
    response = client.post(reverse("core:picture-add"), form_data(file=upload(drawing()), shows_people="on"))
    assert list(response.context["form"].errors) == ["permission"]
    permitted = form_data(file=upload(drawing()), shows_people="on", permission="All four, 3 May 2027")
    assert client.post(reverse("core:picture-add"), permitted).status_code == 302


def test_an_editor_changes_the_words(as_person, editor, of_staff):
    client = as_person(editor)
    response = client.post(reverse("core:picture-edit", args=[of_staff.pk]), form_data(audience="staff", credit="Ann"))
    of_staff.refresh_from_db()
    assert (response.status_code, of_staff.credit) == (302, "Ann")
    entry = AuditEntry.objects.get(verb="picture.edited")
    assert [change["field"] for change in entry.changes] == ["alt"]
    assert entry.facts["fields"] == ["credit"]


def test_guests_and_administrators_do_not_add_pictures(as_person, bob, administrator):
    for person in (bob, administrator):
        client = as_person(person)
        assert client.get(reverse("core:picture-add")).status_code == 403
        assert client.post(reverse("core:picture-add"), form_data(file=upload(drawing()))).status_code == 403
    assert Picture.objects.count() == 0


def test_the_list_takes_as_many_queries_for_three_as_for_one(as_person, editor, django_assert_num_queries):
    client = as_person(editor)
    create_picture()
    with django_assert_num_queries(4):
        client.get(reverse("core:pictures"))
    create_picture()
    create_picture()
    with django_assert_num_queries(4):
        client.get(reverse("core:pictures"))
