"""The examples in deploy/nginx and deploy/caddy, from Debian's packages, before a gunicorn of ours."""

import contextlib
import gzip
import hashlib
import re
import ssl
import threading
import time

import pytest

from tests.nightly.servers import SITE, Answer, running_caddy, running_nginx, running_portal, wait_until

pytestmark = pytest.mark.nightly

PROXIES = {"nginx": running_nginx, "caddy": running_caddy}
HALF_A_HEAD = f"GET / HTTP/1.1\r\nHost: {SITE}\r\nX-Begun: ".encode()
SLOW_VISITORS = 120  # two workers share them by chance, and each of the two has 24 threads
FORGED = "203.0.113.77"
BOUNDARY = "between-the-parts"


@pytest.fixture(scope="module")
def portal():
    with running_portal() as portal:
        yield portal


@pytest.fixture(scope="module", params=PROXIES)
def proxy(request, portal):
    with PROXIES[request.param](portal.port) as proxy:
        yield proxy


@pytest.fixture
def door(proxy):
    return proxy.secure


# --- what visitors get ---------------------------------------------------------------------------


def test_a_page_answers_over_https(door):
    answer = door.ask("/")

    assert (answer.status, b"<h1" in answer.body) == (200, True)
    assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains; preload"]


def test_http_leads_to_https(proxy):
    answer = proxy.plain.ask("/cities/?q=1")

    assert answer.status in (301, 308)
    assert answer.headers["Location"] == f"https://{SITE}/cities/?q=1"


def test_cookies_travel_encrypted_only(door):
    cookies = door.ask("/account/login/?language=cs").headers.get_all("Set-Cookie")

    assert len(cookies) == 2
    assert [cookie for cookie in cookies if "; Secure" not in cookie] == []


def test_a_page_is_compressed_once(door):
    answer = door.ask("/", Accept_Encoding="gzip")

    assert answer.headers.get_all("Content-Encoding") == ["gzip"]
    assert b"</html>" in gzip.decompress(answer.body)
    assert "Accept-Encoding" in ", ".join(answer.headers.get_all("Vary"))


def test_what_the_portal_leaves_as_it_is_stays_so(door):
    session = {"Cookie": "__Host-open_doors_session=of-nobody"}
    answer = door.ask("/practices/?q=wren", Accept_Encoding="gzip", **session)

    assert (answer.status, answer.headers.get_all("Content-Encoding")) == (200, None)


def test_a_static_file_is_compressed_once_and_kept_for_ever(door):
    address = re.search(rb'href="(/static/[^"]+\.css)"', door.ask("/").body)[1].decode()

    answer = door.ask(address, Accept_Encoding="gzip")

    assert answer.headers.get_all("Content-Encoding") == ["gzip"]
    assert b"{" in gzip.decompress(answer.body)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_reader_who_has_the_page_already_gets_an_empty_answer(door):
    mark = door.ask("/cities/", Accept_Encoding="gzip").headers["ETag"]

    assert door.ask("/cities/", Accept_Encoding="gzip", If_None_Match=mark).status == 304


def test_a_name_that_is_not_ours_gets_no_answer(door):
    with pytest.raises((ssl.SSLError, ConnectionError)):
        door.connect("other.example.org")


# --- slow visitors -------------------------------------------------------------------------------


def half_a_body(portal) -> bytes:
    """A form that the portal takes for its own, so that it reads on."""
    cookie = form_cookie(portal.door.ask("/account/login/", X_Forwarded_Proto="https"))
    head = [
        "POST /account/login/ HTTP/1.1",
        f"Host: {SITE}",
        f"Origin: https://{SITE}",
        f"Cookie: __Host-open_doors_csrf={cookie}",
        "X-Forwarded-Proto: https",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Length: 2000",
    ]
    return "\r\n".join([*head, "", "login=some"]).encode()


def form_cookie(answer: Answer) -> str:
    return re.search(r"__Host-open_doors_csrf=(\w+)", answer.headers["Set-Cookie"])[1]


def answers(door) -> bool:
    """Whether a health check gets its answer before the proxies give a slow body up, after 20 seconds."""
    with door.connect() as line:
        line.settimeout(12)
        line.sendall(f"GET /healthz HTTP/1.1\r\nHost: {SITE}\r\n\r\n".encode())
        try:
            return b" 200 " in line.recv(1000)
        except TimeoutError:
            return False


def test_half_sent_heads_do_not_stop_it(door):
    with door.held_by(SLOW_VISITORS, HALF_A_HEAD):
        assert answers(door)


def test_slow_bodies_do_not_stop_it(door, portal):
    with door.held_by(SLOW_VISITORS, half_a_body(portal)):
        assert answers(door)


def test_a_head_that_does_not_come_to_its_end_is_given_up(door):
    with door.connect() as line:
        line.sendall(HALF_A_HEAD)
        line.settimeout(30)

        assert b"200" not in line.recv(1000)


@pytest.mark.parametrize("begun", ["head", "body"])
def test_without_a_proxy_the_same_stops_it(portal, begun):
    """Why the documents ask for a proxy; and it shows that the two tests above can fail.

    Half a hundred are enough where both workers get some; after a reload one that ends lets go of those it holds.
    """
    part = HALF_A_HEAD if begun == "head" else half_a_body(portal)
    with contextlib.ExitStack() as held:
        for _ in range(5):
            held.enter_context(portal.door.held_by(50, part))
            if not answers(portal.door):
                return
    pytest.fail("two hundred and fifty slow visitors did not stop it")


# --- how much ------------------------------------------------------------------------------------


def send_file(door, size: int, is_size_told: bool = True) -> Answer:
    """A sign-in with a file that nobody asked for: the portal reads it to the end, and shows the form again.

    What proves that the form is ours comes after the file, so a body that was cut is refused.
    """
    cookie = form_cookie(door.ask("/account/login/"))
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'
    begin = f'{part}file"; filename="a.png"\r\n\r\n'.encode()
    end = f'\r\n{part}csrfmiddlewaretoken"\r\n\r\n{cookie}\r\n--{BOUNDARY}--\r\n'.encode()
    headers = {
        "Origin": f"https://{SITE}",
        "Cookie": f"__Host-open_doors_csrf={cookie}",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
    }
    body = begin + bytes(size) + end
    if not is_size_told:
        headers["Transfer-Encoding"] = "chunked"
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    return door.send("POST", "/account/login/", body, headers)


def test_a_picture_of_ten_megabytes_passes(door):
    answer = send_file(door, 10 * 1024 * 1024)

    assert (answer.status, b"csrfmiddlewaretoken" in answer.body) == (200, True)


def test_eleven_megabytes_are_refused_with_a_sentence(door):
    answer = send_file(door, 11_000_000)

    assert (answer.status, b"The file is too large: 10 MB fit." in answer.body) == (413, True)


def test_eleven_megabytes_do_not_pass_unannounced(door):
    """nginx refuses them (413). Caddy cuts them off; then the portal refuses what lacks its end (403) or, once in
    sixty times here, Caddy notices first that its own request has failed (503)."""
    assert send_file(door, 11_000_000, is_size_told=False).status in (413, 403, 503)


# --- who asks ------------------------------------------------------------------------------------


def test_what_visitors_say_of_where_they_come_from_is_dropped(door, portal):
    cookie = form_cookie(door.ask("/account/login/"))
    forged = dict.fromkeys(("X-Forwarded-For", "X_Forwarded_For", "X-Real-IP", "Forwarded", "True-Client-IP"), FORGED)
    answer = door.send(
        "POST",
        "/account/login/",
        f"csrfmiddlewaretoken={cookie}&login=nobody@example.org&password=wrong".encode(),
        {
            **forged,
            "X-Forwarded-Proto": "http",
            "X-Forwarded-Host": "evil.example",
            "Origin": f"https://{SITE}",
            "Cookie": f"__Host-open_doors_csrf={cookie}",
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )

    assert answer.status == 200  # not led to https, where the visitor is already
    counted = {key.rpartition(":")[2] for (key,) in portal.select("select cache_key from core_cache")}
    by_network = [hashlib.sha256(address.encode()).hexdigest() for address in ("127.0.0.1", FORGED)]
    assert [each in counted for each in by_network] == [True, False]


# --- what is logged ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def invitation(portal) -> str:
    """The path of the link that invites the first administrator."""
    said = portal.manage("create_administrator", "ada@example.org", "--name", "Ada")
    return re.search(rf"https://{SITE}(/people/invitation/\S+)", said)[1]


def signature(path: str) -> str:
    return re.search(r"\.([\w-]{40,})", path)[1]


def ask_in_every_way(proxy, path: str) -> list[int]:
    encoded = path.replace("invitation", "%69nvitation")
    answers = [proxy.plain.ask(path), proxy.secure.ask(path), proxy.secure.ask(encoded)]
    answers.append(proxy.secure.ask("/cities/", Referer=f"https://{SITE}{path}", User_Agent="Somebody's own browser"))
    answers.append(proxy.secure.ask(f"/elsewhere/{path.split('/')[3]}/yes/"))
    return [answer.status for answer in answers]


def test_no_secret_and_no_address_stands_in_a_log(proxy, invitation):
    statuses = ask_in_every_way(proxy, invitation)
    proxy.secure.ask("/cities/?name=Novotna")
    proxy.secure.ask("/after/")

    wait_for_the_log(proxy, "/after/")
    logged = proxy.all_that_is_logged()
    assert statuses[1:] == [200, 200, 200, 404]
    assert "/people/invitation/" in logged
    assert "/elsewhere/" in logged
    unwanted = [
        signature(invitation),
        invitation.split("/")[3][:20],
        "language=",
        "Novotna",
        "own browser",
        "127.0.0.1",
    ]
    assert [word for word in unwanted if word in without_own_places(logged)] == []


def test_no_secret_stands_in_a_log_while_the_portal_is_away(proxy, portal, invitation):
    portal.stop()
    try:
        answer = proxy.secure.ask(invitation)
        with proxy.secure.held_by(
            1, f"POST {invitation} HTTP/1.1\r\nHost: {SITE}\r\nContent-Length: 9\r\n\r\n".encode()
        ):
            pass
    finally:
        portal.start()

    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    assert b"Try again in a minute" in answer.body
    assert signature(invitation) not in proxy.all_that_is_logged()


def test_the_looks_of_a_watch_are_answered_and_not_logged(proxy):
    assert [proxy.secure.ask(path).status for path in ("/healthz", "/readyz")] == [200, 200]
    proxy.secure.ask("/after-the-watch/")

    wait_for_the_log(proxy, "/after-the-watch/")
    assert re.findall("healthz|readyz", proxy.all_that_is_logged()) == []


def wait_for_the_log(proxy, word: str) -> None:
    for _ in range(100):
        if word in proxy.all_that_is_logged():
            return
        time.sleep(0.1)
    pytest.fail(f"{word} is not logged")


def without_own_places(logged: str) -> str:
    """A proxy that starts says where it listens and whom it asks."""
    return re.sub(r"127\.0\.0\.1:\d+", "", logged)


def test_figures_are_not_shown_to_the_world(door):
    answer = door.ask("/metrics")

    assert (answer.status, answer.headers["X-Request-Id"]) == (404, None)


# --- a reload ------------------------------------------------------------------------------------


def test_a_reload_loses_no_request(proxy, portal):
    statuses, is_over = [], threading.Event()

    def look_on() -> None:
        while not is_over.is_set():
            statuses.append(proxy.secure.ask("/").status)

    readers = [threading.Thread(target=look_on) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(3):
        before = portal.workers()
        portal.reload()
        wait_until(lambda old=before: not old & portal.workers(), "other workers took over")
        answered = len(statuses)
        wait_until(lambda so_far=answered: len(statuses) > so_far + 4, "they answer")
    is_over.set()
    for reader in readers:
        reader.join()

    assert set(statuses) == {200}
