"""How gunicorn serves the portal, under make run and in production alike; the address comes from its caller."""

wsgi_app = "config.wsgi"
workers = 2
threads = 24  # few of them work at a time; the others wait for a lock, and must leave room for other pages
worker_class = "gthread"
graceful_timeout = 5
timeout = 60
loglevel = "warning"
control_socket_disable = True  # nothing of ours uses it, and it would lie in the home directory
