"""How a machine goes from the network: its end of a connection is gone and the other end is not told. Linux can do this
to one socket (TCP_REPAIR; needs CAP_NET_ADMIN): closed in that mode, it sends neither FIN nor RST."""

import socket
from typing import Any

_TCP_REPAIR = 19


def vanish(connection: Any) -> bool:
    """Whether the socket may be closed without a word; close it next. False where the system does not allow it."""
    try:
        connection.setsockopt(socket.IPPROTO_TCP, _TCP_REPAIR, 1)
    except OSError:
        return False
    return True
