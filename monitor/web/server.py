"""The status page as a whole, and the server that answers for it."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from flask import Flask
from jinja2 import StrictUndefined
from waitress import wasyncore
from waitress.server import create_server
from waitress.trigger import trigger

from alerts.message.html import keep_amounts_whole
from monitor.deliver.chart_cache import warm_up
from monitor.stop import Stop
from monitor.web.connections import LOOK_EACH_S, MOST_CONNECTIONS, REQUEST_S, use_channels
from monitor.web.error_pages import add_error_pages
from monitor.web.forms import add_forms
from monitor.web.headers import add_headers
from monitor.web.host_names import only_named_hosts
from monitor.web.login import Login, guard
from monitor.web.moment import add_moments
from monitor.web.site import WebContext
from monitor.web.template_filters import register_filters
from monitor.web.views import blueprints

log = logging.getLogger("havenwatch.web")

THREADS: Final = 6
# No form here is longer than a note.
MOST_SENT_BYTES: Final = 64 * 1024
# So long an answer that has begun may take at the end, and then all else.
FINISHING_S: Final = 1.0
CLOSING_S: Final = 5.0


def create_site(site: WebContext) -> Flask:
    """The pages of one database, with who may see them."""
    app = Flask("monitor.web", static_folder=None)
    app.jinja_env.autoescape = True
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.finalize = keep_amounts_whole
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config["MAX_CONTENT_LENGTH"] = MOST_SENT_BYTES
    app.extensions["login"] = login = Login(site)
    register_filters(app, site)
    guard(app, site, login)
    add_moments(app, site)
    add_forms(app, site)
    add_headers(app)
    add_error_pages(app)
    for blueprint in blueprints(site):
        app.register_blueprint(blueprint)
    app.wsgi_app = only_named_hosts(app.wsgi_app)  # type: ignore[assignment, method-assign]
    return app


def serve(site: WebContext, stop: Stop) -> None:
    """Answer until told to stop. Raises OSError where the address is taken."""
    with serving(site, stop.tell) as address:
        log.info("status page at %s", address)
        # The first chart would wait a second for it.
        threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
        stop.wait()


@contextmanager
def serving(site: WebContext, ended: Callable[[], object] = lambda: None) -> Iterator[str]:
    """Inside it the pages are answered in threads of their own; gives the address, and tells when
    that has ended. Raises OSError where the address is taken."""
    listener = Listener(site)

    def answer() -> None:
        listener.run_safely()
        ended()

    thread = threading.Thread(target=answer, name="web", daemon=True)
    thread.start()
    try:
        yield listener.address
    finally:
        listener.stop()
        thread.join(CLOSING_S)


@contextmanager
def serving_if_it_can(site: WebContext) -> Iterator[None]:
    """Inside it the pages are answered; what keeps them from it is logged and keeps nothing else
    from its work."""
    with ExitStack() as stack:
        try:
            log.info("status page at %s", stack.enter_context(serving(site)))
        except Exception:
            log.exception("no status page: the server could not start; the rest goes on")
        yield


class Listener:
    """One waitress server over one site. Raises OSError where it cannot listen."""

    def __init__(
        self, site: WebContext, request_s: int = REQUEST_S, look_each_s: int = LOOK_EACH_S
    ):
        pages = create_site(site)
        # Bound here: waitress would leave its threads running where it cannot bind.
        listening = _bound(site.web.host, site.web.port)
        self._sockets: dict[int, Any] = {}
        self._server = create_server(
            pages,
            map=self._sockets,
            sockets=listening,
            threads=THREADS,
            url_prefix=site.web.path_prefix,
            ident="havenwatch",
            # Else it would take in a gigabyte before a form is refused for its length.
            max_request_body_size=2 * MOST_SENT_BYTES,
            connection_limit=MOST_CONNECTIONS,
            channel_timeout=request_s,
            cleanup_interval=look_each_s,
        )
        use_channels(self._sockets)
        host, port = listening[0].getsockname()[:2]
        self.address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        self.address += f"{site.web.path_prefix}/"

    def run(self) -> None:
        """Answer until stopped."""
        self._server.run()

    def run_safely(self) -> None:
        """Answer until stopped; what ends it before is logged."""
        try:
            self.run()
        except Exception:
            log.exception("the status page has ended; the rest goes on")

    def stop(self) -> None:
        """Let what is being answered end, then the thread that answers close everything, which ends
        it. Whoever is answered too slowly is cut off."""
        self._server.task_dispatcher.shutdown(timeout=FINISHING_S)
        waker = next((one for one in self._sockets.values() if isinstance(one, trigger)), None)
        pulling = threading.Lock()

        def close() -> None:
            # Not before the pull has ended: it writes to a file that this closes.
            with pulling:
                wasyncore.close_all(self._sockets)

        if waker is not None:
            with pulling:
                waker.pull_trigger(close)
        self._server.task_dispatcher.shutdown(timeout=CLOSING_S)


def _bound(host: str, port: int) -> list[socket.socket]:
    """A socket for each address of a host, at one port. Raises OSError."""
    found: list[socket.socket] = []
    try:
        for family, _, _, _, address in socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            # Any free port of the first address is the port of the others too.
            at = found[0].getsockname()[1] if found else address[1]
            found.append(socket.create_server((address[0], at), family=family))
    except OSError:
        for one in found:
            one.close()
        raise
    return found
