"""Whatever somebody uploads becomes a picture of ours or a sentence: never a fault, never a file of theirs."""

import json
import re

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import drawing as drawings
from core.audit import AuditEntry
from core.draw_picture import answer_to
from core.picture_sizes import widths_of
from core.pictures import Picture, PictureFile
from tests.uploads import CORPUS, drawing, moving, turned_drawing, upload

SENTENCES = {**PictureFile().error_messages, **drawings.SENTENCES}
ACTIVE = re.compile(rb"<(script|svg|html|!doctype)|%PDF|EICAR|alert\(", re.IGNORECASE)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def sent(client, content: bytes, name="door.jpg") -> str:
    """Send it as an editor would; what becomes of it: "drawn", or the word for why not."""
    typed = {"alt_en": "A door stands open.", "credit": "Demo", "audience": "public"}
    response = client.post(reverse("core:picture-add"), {**typed, "file": upload(content, name)})
    if response.status_code == 302:
        return "drawn"
    assert response.status_code == 200
    assert 'value="Demo"' in response.text
    [sentence] = response.context["form"].errors["file"]
    return next(word for word, known in SENTENCES.items() if word != "invalid" and str(known) == sentence)


def must_be_harmless(client) -> None:
    """Every file that is stored belongs to a picture, and is served as nothing but a picture of ours."""
    paths = {picture.path(width) for picture in Picture.objects.all() for width in picture.widths}
    there = default_storage.listdir("pictures")[1] if default_storage.exists("pictures") else []
    assert {f"pictures/{name}" for name in there} == paths
    for picture in Picture.objects.all():
        for width in picture.widths:
            response = client.get(reverse("core:picture", args=[picture.pk, width]))
            assert response.headers["Content-Type"] == "image/webp"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert (response.content[:4], response.content[8:12]) == (b"RIFF", b"WEBP")
            assert not ACTIVE.search(response.content)


@pytest.mark.parametrize("what", CORPUS)
def test_each_upload_is_drawn_or_refused_in_a_sentence(as_person, editor, what):
    make, expected = CORPUS[what]
    client = as_person(editor)
    word = sent(client, make())
    assert (word, Picture.objects.count()) == (expected, int(word == "drawn"))
    must_be_harmless(client)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.jpg", "door\x00.jpg", "x" * 300 + ".jpg", "..\\..\\boot.jpg", "door.php", "door.svg", "\x00"],
)
def test_an_upload_by_any_name_is_added_under_ours(as_person, editor, name):
    client = as_person(editor)
    assert sent(client, drawing(), name) == "drawn" if name != "\x00" else "required"
    must_be_harmless(client)
    assert AuditEntry.objects.filter(verb="picture.added").count() == Picture.objects.count()


def test_every_refusal_says_what_to_do():
    for word in ("large", "broken", "busy", "heavy"):
        assert re.search(r"choose (it|the picture) again", str(SENTENCES[word])), word


def test_the_limits_are_told_before_the_upload(as_person, editor):
    page = as_person(editor).get(reverse("core:picture-add")).text
    assert "Up to 10 MB: a JPEG of up to 40 million pixels, or a PNG or WebP of up to 12 million." in page


# --- damage --------------------------------------------------------------------------------------

WHOLE = [
    drawing(300, 220),
    drawing(300, 220, progressive=True),
    turned_drawing(),
    moving("MPO"),
    drawing(300, 220, "PNG"),
    drawing(300, 220, "PNG", "P", transparency=0),
    drawing(300, 220, "WEBP"),
    drawing(300, 220, "WEBP", lossless=True),
    moving("WEBP"),
]
places = st.floats(0, 1, exclude_max=True)
# Most of what a file tells stands at its beginning.
cuts = st.tuples(st.just("cut"), places)
scratches = st.tuples(st.just("write"), places.map(lambda place: place**2), st.binary(min_size=1, max_size=8))
doubles = st.tuples(st.just("double"), places, st.integers(1, 64))
damages = st.lists(st.one_of(scratches, scratches, scratches, cuts, doubles), min_size=1, max_size=4)
damaged = st.builds(lambda whole, all_of_it: damage(whole, all_of_it), st.sampled_from(WHOLE), damages)
examples = settings(
    deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def damage(content: bytes, changes: list[tuple]) -> bytes:
    for kind, where, *more in changes:
        place = int(where * len(content))
        if kind == "cut":
            content = content[:place]
        elif kind == "write":
            content = content[:place] + more[0] + content[place + len(more[0]) :]
        else:
            content = content[: place + more[0]] + content[place:]
    return content


def must_be_an_answer(answer: bytes) -> str:
    """What the program says to be the case, and then is: the files that it lists, or a word that we know."""
    first, _newline, rest = answer.partition(b"\n")
    told = json.loads(first)
    if "refused" in told:
        assert rest == b""
        assert told["refused"] in {"kind", "broken", "large", "small", "steep"}
        return told["refused"]
    assert [width for width, _length in told["files"]] == widths_of(told["size"][0])
    assert sum(length for _width, length in told["files"]) == len(rest)
    assert not ACTIVE.search(rest)
    return "drawn"


def test_a_damaged_file_is_drawn_or_refused():
    """Here in the same process, since there are many; the next test and the corpus go the whole way."""
    found = set()

    @given(content=damaged)
    @settings(examples, max_examples=300)
    def look(content):
        found.add(must_be_an_answer(answer_to(content)))

    look()
    assert found >= {"drawn", "kind", "broken"}  # the damage is of every kind


@pytest.mark.nightly
@given(content=damaged)
@settings(examples, max_examples=20_000, derandomize=False)
def test_thousands_of_damaged_files_are_drawn_or_refused(content):
    must_be_an_answer(answer_to(content))


@given(content=damaged)
@settings(examples, max_examples=15)
def test_a_damaged_upload_never_ends_in_a_fault(as_person, editor, content):
    client = as_person(editor)
    sent(client, content)
    must_be_harmless(client)


@pytest.mark.nightly
@given(content=damaged)
@settings(examples, max_examples=500, derandomize=False)
def test_hundreds_of_damaged_uploads_never_end_in_a_fault(as_person, editor, content):
    client = as_person(editor)
    sent(client, content)
    Picture.objects.all().delete()
