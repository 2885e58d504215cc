"""How gunicorn serves the portal, under make run and in production alike.

A thread reads a request's head and body itself, so as many visitors as there are threads, who send half a
head and wait, would stop them all. It therefore listens on this machine only, and a proxy that takes
in whole requests stands in front: see docs/operations.md.

After HUP the workers that serve take no new connection and end; the next ones, with the code that lies there
now, take over the same listening socket. So long nobody is refused: a connection waits its second in the
socket's queue. This file itself is read once, when gunicorn starts.
"""

import sys

from gunicorn.glogging import Logger

from config import env
from core import logs

OURS = {"config", "core"}  # the packages that this file reads from

wsgi_app = "config.wsgi"  # in each worker; loaded before the fork it would stay the old code for ever
bind = env.text("BIND", f"127.0.0.1:{env.number('PORT', 8000)}")
workers = 2
threads = 24  # few of them work at a time; the others wait for a lock, and must leave room for other pages
worker_class = "gthread"
# For what is in hand when a worker is told to end. Five large pictures at once took half a minute; a request
# that is cut off may have to be sent again. systemd kills after 60 seconds, `make run` after ten.
graceful_timeout = 40
# A connection is closed after this long without a request. A proxy must not keep its own longer, or else it
# may send a request just then; those of deploy/ keep none.
keepalive = 2
timeout = 60
loglevel = "warning"
control_socket_disable = True  # nothing of ours uses it, and it would lie in the home directory


class Log(Logger):
    """Says in the portal's own manner what gunicorn has to say; the line for each request is the portal's."""

    def setup(self, cfg) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.FORMATTERS[env.one_of("LOG_FORMAT", "line", "json")]())
            handler.addFilter(logs.RequestIdFilter())


logger_class = Log


def post_fork(server, worker) -> None:
    """What this file has read is the code of the start; a worker begins with the code that lies there now."""
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]


def post_worker_init(worker) -> None:
    """The portal is loaded; from here on Prometheus can ask this process, if METRICS_BIND says where."""
    from django.conf import settings

    if settings.METRICS_BIND:
        from core import scrape

        scrape.begin()
