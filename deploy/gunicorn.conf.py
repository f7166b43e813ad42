"""How gunicorn runs one replica; every number has its reason beside it."""

from typing import Any

from deploy import replica

settings = replica.load_settings()

bind = settings.bind
workers = settings.workers
# Threads: it keeps connections of nginx open, and has the evenest tail of the classes.
worker_class = "deploy.gunicorn_worker.Worker"
threads = settings.threads
preload_app = True  # Facts are built once and shared by the workers; what is wrong shows at boot.
backlog = replica.BACKLOG
timeout = int(replica.HANG_SECONDS)
graceful_timeout = replica.FINISH_SECONDS
keepalive = 75  # Longer than nginx keeps an idle connection, so that nginx is the one to close it.
limit_request_line = 8190  # nginx refuses longer ones before.
accesslog = None  # nginx writes the access log, once for all replicas.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Let SIGTERM drain before it stops, answers leave whole, and gunicorn's own be problems."""
    from deploy import server_problems, whole_response

    whole_response.install()
    server_problems.install()

    def drain_then_stop() -> None:
        replica.drain(settings)
        raise StopIteration

    server.handle_term = drain_then_stop


def post_worker_init(worker: Any) -> None:
    """The worker is about to answer."""
    replica.begin_work(worker.app.callable, [listener.sock for listener in worker.sockets])
    worker.limit_memory(settings.worker_memory_bytes)


def worker_exit(server: Any, worker: Any) -> None:
    """The worker has answered all that it will; it may never have got its application."""
    if (application := worker.app.callable) is not None:
        replica.end_work(application)


def child_exit(server: Any, worker: Any) -> None:
    """The worker has ended."""
    replica.forget_worker(worker.pid)
