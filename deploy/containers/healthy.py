"""The image's health check: exit 0 when this container's process answers 200 on /ready. A container is told one port
(<SERVICE>_API_PORT, <SERVICE>_WORKER_PORT or MINISTRY_PORT). The standard library alone: it runs every few seconds."""

import http.client
import os
import re
import sys
from collections.abc import Mapping

_PORT = re.compile(r"[A-Z]+_(API|WORKER)_PORT|MINISTRY_PORT")
_TIMEOUT_S = 4


def port_of(environment: Mapping[str, str]) -> int:
    """Raises ValueError unless exactly one port is told."""
    (port,) = (value for name, value in environment.items() if _PORT.fullmatch(name))
    return int(port)


def is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", "/ready")
        answer = connection.getresponse()
        print(answer.read(2000).decode(errors="replace"))  # docker inspect shows what is waited for
        return answer.status == 200
    except (OSError, http.client.HTTPException) as error:
        print(repr(error))
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_ready(port_of(os.environ)) else 1)
