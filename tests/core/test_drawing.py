"""The process that draws a picture: what it may do, what it is given, how it ends, and who waits for it.

Where a test needs a program that misbehaves, it puts one of its own in the place of ours.
"""

import fcntl
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as portal
from PIL import Image

from config import gunicorn
from core import draw_picture, drawing
from core.access import Refusal
from core.draw_picture import LIMITS
from core.drawing import drawing_of
from tests.uploads import deep_grey, file_of, turned_drawing, upload
from tests.uploads import drawing as drawn_file

PATIENCE = 30  # seconds; the machine may be busy with other tests
OURS = [sys.executable, "-m", "core.draw_picture"]


def largest_of(content: bytes) -> Image.Image:
    found = drawing_of(upload(content))
    return Image.open(BytesIO(found.files[found.width]))


def refusal_of(content: bytes | None = None) -> str:
    """The word for why not."""
    with pytest.raises(Refusal) as refused:
        drawing_of(upload(content))
    return next(word for word, sentence in drawing.SENTENCES.items() if sentence is refused.value.sentence)


def until(is_so) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# --- what is drawn -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", draw_picture.KINDS)
@pytest.mark.parametrize(("width", "kept"), [(3000, 1600), (1600, 1600), (700, 700)])
def test_a_picture_is_never_larger_than_the_largest_size_and_never_enlarged(kind, width, kept):
    found = drawing_of(upload(drawn_file(width, width // 2, kind=kind)))
    assert (found.width, found.height) == (kept, kept // 2)
    sizes = [Image.open(BytesIO(content)).size for content in found.files.values()]
    assert sizes == [(each, each // 2) for each in found.files]


def test_a_picture_is_turned_upright_and_forgets_where_it_was_taken():
    image = largest_of(turned_drawing())
    assert image.size == (600, 1000)
    red, green, _blue = image.getpixel((590, 10))  # the red corner has turned
    assert (red > 200, green < 60) == (True, True)
    assert dict(image.getexif()) == {}


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("P", "PNG"), ("L", "JPEG"), ("RGBA", "PNG"), ("LA", "PNG"), ("CMYK", "JPEG"), ("1", "PNG"), ("I;16", "PNG")],
)
def test_pictures_of_every_kind_of_colour_are_read(mode, kind):
    assert largest_of(file_of(Image.new(mode, (1700, 600)), kind)).mode in {"RGB", "RGBA"}  # it has to be scaled


def test_grey_of_16_bits_stays_grey():
    assert all(abs(part - 128) < 4 for part in largest_of(deep_grey()).getpixel((9, 9)))


def test_what_can_be_seen_through_stays_so():
    image = largest_of(drawn_file(300, 220, "PNG", "P", transparency=0))
    assert (image.getpixel((290, 210))[3], image.getpixel((10, 10))[3]) == (0, 255)


def test_of_a_moving_picture_the_first_is_drawn():
    frames = [Image.new("RGB", (300, 220), colour) for colour in ("red", "blue")]
    red, _green, blue = largest_of(file_of(frames[0], "WEBP", save_all=True, append_images=frames[1:])).getpixel((9, 9))
    assert red > 200 > 60 > blue


# --- what the portal itself does -----------------------------------------------------------------

WHOLE_PORTAL = """
import sys
import django
django.setup()
from django.core.files.base import ContentFile
from django.urls import get_resolver
from core.drawing import drawing_of
def load(resolver):
    for each in getattr(resolver, "url_patterns", []):
        load(each)
load(get_resolver())
found = drawing_of(ContentFile(open(sys.argv[1], "rb").read()))
print(found.width, sorted(name for name in sys.modules if name.startswith("PIL")))
"""


def test_no_process_that_serves_pages_opens_a_picture(tmp_path):
    """It does not even load what could."""
    (tmp_path / "picture").write_bytes(drawn_file(2000, 1000))
    done = subprocess.run(
        [sys.executable, "-c", WHOLE_PORTAL, str(tmp_path / "picture")], cwd=portal.BASE_DIR, capture_output=True
    )
    assert done.stdout.decode() == "1600 []\n", done.stderr.decode()


# --- what the program is given, and what it may do -----------------------------------------------


@pytest.fixture
def put_in_place(settings, tmp_path):
    """``put_in_place(source)``: another program in the place of ours."""
    folder = tmp_path / "other" / "core"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    settings.BASE_DIR = folder.parent

    def put(source: str) -> None:
        (folder / "draw_picture.py").write_text(textwrap.dedent(source))

    return put


def test_the_program_is_given_the_upload_and_nothing_of_ours(put_in_place, tmp_path):
    put_in_place(f"""
        import json, os, sys
        given = {{
            "words": sys.argv[1:], "environment": dict(os.environ), "upload": len(sys.stdin.buffer.read()),
            "open": sorted(os.readlink(f"/proc/self/fd/{{each}}").split(":")[0] for each in range(3, 100)
                           if os.path.exists(f"/proc/self/fd/{{each}}")),
        }}
        open({str(tmp_path / "given")!r}, "w").write(json.dumps(given))
    """)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        os.set_inheritable(ours.fileno(), True)  # as a careless library would leave a connection
        refusal_of(b"x" * 1000)
    given = json.loads((tmp_path / "given").read_text())
    assert given.pop("environment").keys() <= {"LC_CTYPE"}  # which Python sets itself where nothing is set
    assert given == {"words": [str(os.getpid())], "upload": 1000, "open": []}


SPY = """
import os, resource, socket
from core import draw_picture
def spy(upload):
    found = []
    for attempt in (socket.socket, lambda: open("/etc/hostname"), os.pipe):
        try:
            attempt()
            found.append("allowed")
        except OSError as error:
            found.append(error.errno)
    return repr(found).encode()
draw_picture.answer_to = spy
draw_picture.main(os.getppid())
"""


def test_the_program_opens_neither_a_file_nor_a_connection_once_it_has_read():
    done = subprocess.run([sys.executable, "-c", SPY], input=b"", capture_output=True, cwd=portal.BASE_DIR)
    assert done.stdout == b"[24, 24, 24]", done.stderr  # "too many open files"


@contextmanager
def waiting_for_its_upload(parent: int):
    program = subprocess.Popen([*OURS, str(parent)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=portal.BASE_DIR)
    with program:
        yield program
        program.kill()


def limit_of(pid: int, name: str) -> str:
    [line] = [line for line in Path(f"/proc/{pid}/limits").read_text().splitlines() if line.startswith(name)]
    return line.removeprefix(name).split()[1]  # the hard one


def test_the_program_limits_itself():
    with waiting_for_its_upload(os.getpid()) as program:
        until(lambda: limit_of(program.pid, "Max file size") == str(LIMITS[resource.RLIMIT_FSIZE]))
        assert limit_of(program.pid, "Max address space") == str(LIMITS[resource.RLIMIT_AS])
        assert limit_of(program.pid, "Max cpu time") == str(LIMITS[resource.RLIMIT_CPU])
        assert limit_of(program.pid, "Max core file size") == "0"


def test_where_the_system_allows_less_that_holds():
    script = """
import resource
from core.draw_picture import limit
resource.setrlimit(resource.RLIMIT_CPU, (9, 9))
limit(resource.RLIMIT_CPU, 20)
print(resource.getrlimit(resource.RLIMIT_CPU))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=portal.BASE_DIR)
    assert done.stdout == b"(9, 9)\n"


def test_memory_beyond_the_limit_is_a_picture_that_cannot_be_read(tmp_path):
    """With the limit of a smaller program, since nothing of ours reaches the real one."""
    tight = """
import os, resource
from core import draw_picture
draw_picture.LIMITS[resource.RLIMIT_AS] = 60_000_000
draw_picture.main(os.getppid())
"""
    large = drawn_file(4000, 3000, "PNG", "RGBA")
    done = subprocess.run([sys.executable, "-c", tight], input=large, capture_output=True, cwd=portal.BASE_DIR)
    assert (done.stdout, done.returncode) == (b'{"refused": "broken"}\n', 0)


# --- how it ends ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("raise SystemExit(7)", "ended with 7"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended with -11"),
        ("import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass", "ended with -9"),
        ("import time; time.sleep(60)", "not drawn within 1 seconds"),
        ("", None),
        ("print('nonsense')", None),
        ("print([1])", None),
        ("""print('{"refused": "by a word that nobody knows"}')""", None),
        ("""print('{"refused": ["a list"]}')""", None),
        ("""print('{"size": [240, 240], "files": []}')""", None),
        ("""print('{"size": [240, 240], "files": [[240, 9]]}\\n<script>x')""", None),
        ("""print('{"size": [240, 240], "files": 5}')""", None),
        ("print('x' * 50_000_000)", None),
    ],
)
def test_whatever_goes_wrong_in_the_program_is_a_picture_that_cannot_be_read(
    put_in_place, monkeypatch, caplog, source, told
):
    if told and "within" in told:
        monkeypatch.setattr(drawing, "DRAWN_WITHIN", 1)
    put_in_place(source)
    assert refusal_of(b"x") == "broken"
    assert [told in record.message for record in caplog.records] == ([True] if told else [])


def test_a_program_that_cannot_be_started_is_told_and_asks_for_patience(monkeypatch, caplog):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert refusal_of() == "busy"
    assert [record.message for record in caplog.records] == ["a picture could not be drawn"]


PARENT = "import subprocess, sys, os\nsubprocess.run([sys.executable, '-m', 'core.draw_picture', str(os.getpid())])"


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_web_process_that_is_killed_takes_the_program_along():
    """The program waits for an upload that does not end, so nothing but the death of its parent ends it."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, cwd=portal.BASE_DIR)
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    with parent:
        until(lambda: children.read_text())
        program = int(children.read_text())
        until(lambda: limit_of(program, "Max file size") == str(LIMITS[resource.RLIMIT_FSIZE]))  # it has begun
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        until(lambda: not is_running(program))


def test_a_program_whose_parent_has_gone_before_it_began_ends_at_once():
    done = subprocess.run([*OURS, "1"], input=b"", capture_output=True, cwd=portal.BASE_DIR)
    assert done.returncode == 1
    assert done.stderr == b"The process that wanted a picture drawn has ended.\n"


# --- one at a time -------------------------------------------------------------------------------

HOLDER = """
import fcntl, sys, time
file = open(sys.argv[1], "ab")
fcntl.flock(file, fcntl.LOCK_EX)
print("mine", flush=True)
time.sleep(60)
"""


@contextmanager
def drawn_in_another_process():
    drawing.lock_file().touch()
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(drawing.lock_file())], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"mine\n"
        yield other
        other.kill()


def test_waiting_for_another_process_ends_in_a_sentence(monkeypatch):
    monkeypatch.setattr(drawing, "TURN_WITHIN", 0.2)
    with drawn_in_another_process():
        assert refusal_of() == "busy"
    assert drawing_of(upload()).width == 240


def test_a_process_that_is_killed_while_it_draws_leaves_the_turn_to_the_next():
    with drawn_in_another_process() as other:
        threading.Timer(0.3, other.kill).start()
        assert drawing_of(upload()).width == 240


def test_one_picture_is_drawn_at_a_time(put_in_place, tmp_path):
    """Each waits for its turn; two programs that overlapped would meet the mark of the other."""
    put_in_place(f"""
        import os, time
        os.close(os.open({str(tmp_path / "mark")!r}, os.O_CREAT | os.O_EXCL))
        time.sleep(0.2)
        os.unlink({str(tmp_path / "mark")!r})
        print('{{"refused": "steep"}}')
    """)
    words = []
    threads = [threading.Thread(target=lambda: words.append(refusal_of())) for _ in range(drawing.PLACES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert words == ["steep"] * drawing.PLACES


def test_who_finds_no_place_is_told_at_once_and_places_are_given_back(monkeypatch):
    monkeypatch.setattr(drawing, "TURN_WITHIN", 0)
    with drawing.lock_file().open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for _ in range(drawing.PLACES * 2):
            assert refusal_of() == "busy"
    monkeypatch.setattr(drawing, "TURN_WITHIN", PATIENCE)
    for _ in range(drawing.PLACES):
        assert drawing.places.acquire(blocking=False)
    assert refusal_of() == "busy"  # without a look at the lock, which is free
    drawing.places.release(drawing.PLACES)
    assert drawing_of(upload()).width == 240


def test_uploads_leave_half_of_the_threads_to_everybody_else():
    assert gunicorn.threads >= drawing.PLACES * 2


def test_a_wait_and_a_drawing_fit_into_the_minute_of_a_proxy():
    assert drawing.TURN_WITHIN + drawing.DRAWN_WITHIN < 60
    assert LIMITS[resource.RLIMIT_CPU] < drawing.DRAWN_WITHIN
