"""Whose certificates are trusted, where a library is handed a TLS context."""

from __future__ import annotations

import os
import ssl
from typing import Any

from alerts.transport.network import Unready, ca_bundle
from alerts.transport.outbound_call import current


class _Watched(ssl.SSLContext):
    """A context whose connections end with the call of the thread that makes them, which is
    how that reaches into a library that connects by itself."""

    def wrap_socket(self, sock: Any, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        current().watch(sock)
        return super().wrap_socket(sock, *args, **kwargs)


def trust(ca_file: str = "") -> ssl.SSLContext:
    """A context that trusts the certificates of a file, else those that the environment names, else
    the system's. Raises Unready where they cannot be read."""
    context = _Watched(ssl.PROTOCOL_TLS_CLIENT)
    path = ca_file or ca_bundle()
    if path is None:
        context.load_default_certs()
        return context
    try:
        if os.path.isdir(path):
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except OSError as error:
        why = error.strerror or "no certificates in it"
        raise Unready(f"no trusted certificates at {path}: {why}") from None
    return context
