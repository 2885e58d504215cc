"""What people upload, good and bad, and who may see what came of it."""

import contextlib
import datetime
import io
import resource

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import Error, IntegrityError, connection, transaction
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from core import pictures
from core.access import Refusal
from core.audit import AuditEntry
from core.drawing import Drawing
from core.pictures import Picture, add_picture, edit_picture, stored, sweep
from core.translated import text
from tests import factories
from tests.uploads import HTML, SVG, drawing, noise, upload

WORDS = {"alt": text("A door stands open.", cs="Otevřené dveře.")}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def create_picture(content: bytes | None = None, **fields) -> Picture:
    fields = {**WORDS, "shows_people": False, **fields}
    return add_picture(file=upload(content), by=None, **fields)


# --- what comes of it ----------------------------------------------------------------------------


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
    picture = create_picture(drawing(comment=HTML) + HTML)
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
def test_people_are_shown_to_everybody_with_a_permission_alone_and_the_database_holds_it_too():
    with pytest.raises(Refusal, match="Say who permitted it"):
        create_picture(audience="public", shows_people=True)
    picture = create_picture(audience="public", shows_people=True, permission="All four, 3 May 2027, file 12")
    with pytest.raises(IntegrityError, match="is_public_with_their_permission"), transaction.atomic():
        Picture.objects.filter(pk=picture.pk).update(permission="")


# --- when there is no room -----------------------------------------------------------------------

ROOM = 120_000  # bytes for each file: the smallest of the three fits


@contextlib.contextmanager
def little_room():
    """The system refuses to write more into any file of this process."""
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, most[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)


def files_in(folder) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_a_full_disk_is_a_sentence_beside_what_was_typed_and_leaves_nothing(as_person, editor, tmp_path, caplog):
    client = as_person(editor)
    large = noise(2000, 1500)
    with little_room():
        response = client.post(reverse("core:picture-add"), form_data(file=upload(large)))

    [sentence] = response.context["form"].errors["file"]
    assert sentence.startswith("There is no room left on the server")
    assert "choose the picture again" in sentence
    assert 'value="Demo"' in response.text
    assert (response.status_code, Picture.objects.count(), files_in(tmp_path)) == (200, 0, [])
    assert not AuditEntry.objects.filter(verb="picture.added").exists()
    assert [record.message for record in caplog.records] == ["no room for a picture: File too large"]
    assert client.post(reverse("core:picture-add"), form_data(file=upload(large))).status_code == 302


@pytest.mark.django_db
def test_the_smallest_file_was_written_before_the_disk_was_full(tmp_path):
    """What the test above stands on: it is removed, not merely never written."""
    picture = create_picture(noise(2000, 1500))
    sizes = [default_storage.size(picture.path(width)) for width in picture.widths]
    assert sizes[0] < ROOM < sizes[1]


@pytest.mark.django_db
def test_what_the_database_refuses_leaves_no_files(tmp_path):
    with pytest.raises(IntegrityError), transaction.atomic():
        create_picture(credit=None)
    assert files_in(tmp_path) == []


@pytest.mark.django_db
def test_any_other_fault_of_the_disk_reaches_the_log_and_leaves_no_files(tmp_path):
    (tmp_path / pictures.FOLDER).write_text("a file where a folder should be")
    with pytest.raises(FileExistsError):
        create_picture()
    assert files_in(tmp_path) == [pictures.FOLDER]


@pytest.mark.django_db(transaction=True)
def test_files_stay_for_the_sweep_when_nobody_knows_whether_the_row_was_kept(tmp_path):
    picture = Picture(name="0" * 32, width=240, height=240, **WORDS)
    with pytest.raises(Error), stored(picture, Drawing(240, 240, {240: b"x"})), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()
    assert files_in(tmp_path) == [f"{'0' * 32}-240.webp"]


# --- who may see ---------------------------------------------------------------------------------


@pytest.fixture
def of_everybody(db):
    return create_picture(drawing(), audience="public")


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


def test_an_editor_adds_a_picture(as_person, editor):
    response = as_person(editor).post(reverse("core:picture-add"), form_data(file=upload(drawing())))
    picture = Picture.objects.get()
    assert response.url == reverse("core:pictures")
    assert (picture.alt, picture.credit, picture.audience) == ({"en": "A door stands open."}, "Demo", "public")
    assert picture.uploaded_by == editor.pk


def test_the_log_keeps_no_name_of_who_made_or_permitted_a_picture(editor, of_everybody):
    values = {"credit": "Jana Nováková", "permission": "her mother agreed", "alt": text("A door stands ajar.")}
    edit_picture(picture=of_everybody, by=editor, **values)

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


def test_of_two_who_change_the_words_both_are_kept_and_people_stay_permitted(as_person, editor, of_staff):
    client = as_person(editor)
    address = reverse("core:picture-edit", args=[of_staff.pk])
    base = client.get(address).context["form"]["base"].value()
    edit_picture(picture=of_staff, by=None, credit="Theirs", audience="public")
    sent = {"alt_en": "Mine.", "alt_cs": "Moje.", "credit": "", "audience": "staff", "base": base}
    response = client.post(address, {**sent, "shows_people": "on"})
    assert list(response.context["form"].errors) == ["permission"]
    client.post(address, sent)
    of_staff.refresh_from_db()
    assert (of_staff.alt["en"], of_staff.credit, of_staff.audience) == ("Mine.", "Theirs", "public")


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
