"""The image's health check: exit 0 when this container's process answers 200 on /ready. A container is told one port
(<SERVICE>_API_PORT, <SERVICE>_WORKER_PORT or MINISTRY_PORT). Little is imported: eleven containers ask every few
seconds, and `http.client` alone would triple what that costs."""

import os
import socket
import sys
from collections.abc import Mapping

_PORTS = ("_API_PORT", "_WORKER_PORT", "MINISTRY_PORT")
_TIMEOUT_S = 8
_ASK = b"GET /ready HTTP/1.0\r\n\r\n"


def port_of(environment: Mapping[str, str]) -> int:
    """Raises ValueError unless exactly one port is told."""
    (port,) = (value for name, value in environment.items() if name.endswith(_PORTS))
    return int(port)


def is_ready(port: int) -> bool:
    """Prints the answer, which `docker inspect` shows: it says what is waited for."""
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", port), _TIMEOUT_S) as connection:
            connection.sendall(_ASK)
            while part := connection.recv(4096):
                answer += part
    except OSError as error:
        print(repr(error))
        return False
    head, _, body = answer.partition(b"\r\n\r\n")
    print(body.decode(errors="replace"))
    return head.split(b" ")[1:2] == [b"200"]


if __name__ == "__main__":
    sys.exit(0 if is_ready(port_of(os.environ)) else 1)
