"""How gunicorn serves the portal, under make run and in production alike.

A thread reads a request's head and body itself, so as many visitors as there are threads, who send half a
head and wait, would stop them all. It therefore listens on this machine only, and a proxy that takes
in whole requests stands in front: see docs/operations.md.
"""

from gunicorn.glogging import Logger

from config import env
from core import logs

wsgi_app = "config.wsgi"
bind = env.text("BIND", f"127.0.0.1:{env.number('PORT', 8000)}")
workers = 2
threads = 24  # few of them work at a time; the others wait for a lock, and must leave room for other pages
worker_class = "gthread"
keepalive = 75  # seconds; the proxies of deploy/ let go after 60, so none sends into a connection that ends
graceful_timeout = 5
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


def post_worker_init(worker) -> None:
    """The portal is loaded; from here on Prometheus can ask this process, if METRICS_BIND says where."""
    from django.conf import settings

    from core import scrape

    if settings.METRICS_BIND:
        scrape.begin()
