"""How gunicorn serves the portal, under make run and in production alike; the address comes from its caller."""

from gunicorn.glogging import Logger

from config import env
from core import logs

wsgi_app = "config.wsgi"
workers = 2
threads = 24  # few of them work at a time; the others wait for a lock, and must leave room for other pages
worker_class = "gthread"
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
