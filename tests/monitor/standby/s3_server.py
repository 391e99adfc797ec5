"""An S3-compatible store on loopback: moto's server, which honours If-Match and If-None-Match."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Self

from alerts.transport.http_session import Session
from alerts.transport.outbound_call import OutboundCall

LIMIT_S = 60.0
START = """
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server
WSGIRequestHandler.log_request = lambda *_, **__: None
application = DomainDispatcherApplication(create_backend_app)
server = make_server("127.0.0.1", 0, application, threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
"""


class S3Server:
    """The server, in a process of its own, with one bucket."""

    def __init__(self, bucket: str):
        self._bucket = bucket

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", START],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        late = threading.Timer(LIMIT_S, self._process.kill)
        late.start()
        self.endpoint = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        late.cancel()
        session = Session()
        with OutboundCall(LIMIT_S):
            session.ask("PUT", f"{self.endpoint}/{self._bucket}", {}, LIMIT_S).close()
        session.close()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
