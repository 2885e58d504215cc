"""One visitor of the portal, as a proxy in front of it passes them on: a kept connection, cookies, forms."""

import http.client
import time
from html.parser import HTMLParser
from urllib.parse import urlencode

HOST = "visits.example.org"
SECONDS = 30  # a visitor's patience; an answer that takes longer has failed


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self) -> str:
        return self.body.decode()


class Visitor:
    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        self.cookies = dict(cookies or {})
        self.reconnected = 0

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        """A connection that the server has closed meanwhile is no failure: a GET is sent again on a new one."""
        is_kept = self.connection.sock is not None
        try:
            return self.ask("GET", path, headers=headers)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            if not is_kept:
                raise
            self.reconnected += 1
            return self.ask("GET", path, headers=headers)

    def post(self, path: str, values: dict[str, str]) -> Answer:
        """Sent once, whatever happens: nobody may repeat it for the person."""
        return self.ask("POST", path, urlencode(values), self.of_a_form(path))

    def begin_to_post(self, path: str, values: dict[str, str]) -> bytes:
        """Sends a form but for its last half, which is returned, and waits until the server has begun to read."""
        body = urlencode(values).encode()
        headers = {**self.always(), **self.of_a_form(path), "Content-Length": str(len(body))}
        self.connection.putrequest("POST", path, skip_host=True)
        for name, value in headers.items():
            self.connection.putheader(name, value)
        self.connection.endheaders(body[: len(body) // 2])
        time.sleep(1)
        return body[len(body) // 2 :]

    def end_the_post(self, rest: bytes) -> Answer:
        self.connection.send(rest)
        return Answer(self.connection.getresponse())

    def of_a_form(self, path: str) -> dict[str, str]:
        return {
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"https://{HOST}{path}",
            "Origin": f"https://{HOST}",
        }

    def always(self) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Host": HOST, "X-Forwarded-Proto": "https", **({"Cookie": cookie} if cookie else {})}

    def ask(self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> Answer:
        told = {**self.always(), **(headers or {})}
        try:
            self.connection.request(method, path, body, told)
            answer = Answer(self.connection.getresponse())
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


class Form(HTMLParser):
    """The values of the form on a page that has a field whose name begins with ``field``."""

    def __init__(self, page: str, field: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.text = ""  # the name of the text area that is being read
        self.choice = ""  # and of the list
        self.feed(page)
        self.values = next(form for form in self.forms if any(name.startswith(field) for name in form))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "form":
            self.forms.append({})
        self.text = given.get("name") or "" if tag == "textarea" else ""
        if self.text:
            self.forms[-1][self.text] = ""
        if tag == "select":
            self.choice = given.get("name") or ""
        if tag == "option" and self.choice and "selected" in given:
            self.forms[-1][self.choice] = given.get("value") or ""
        if tag == "input" and self.forms and given.get("name") and given.get("type") not in {"checkbox", "radio"}:
            self.forms[-1][given["name"]] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self.text = ""
        if tag == "select":
            self.choice = ""

    def handle_data(self, data: str) -> None:
        if self.text:
            self.forms[-1][self.text] += data


def is_alive(port: int) -> bool:
    try:
        with Visitor(port) as visitor:
            return visitor.get("/healthz").status == 200
    except OSError:
        return False
