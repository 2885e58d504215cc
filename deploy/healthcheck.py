"""For a container of the web server: ends well if it is ready."""

import http.client
import sys

PORT = 8000


def is_ready() -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=8)
    connection.request("GET", "/readyz")
    return connection.getresponse().status == 200


if __name__ == "__main__":
    sys.exit(not is_ready())
