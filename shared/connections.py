"""How every connection to PostgreSQL is kept: both sides ask whether the other is still there. Left to itself Linux
asks after two hours, and until then a machine that went from the network without a word keeps its locks (the relay's
above all), and a client waits for an answer that will not come."""

from typing import TypedDict


class Steady(TypedDict):
    """Arguments of psycopg.connect."""

    keepalives_idle: int
    keepalives_interval: int
    keepalives_count: int
    tcp_user_timeout: int
    options: str


# asked after 5 s of silence, then every 3 s; given up after three unanswered, or 15 s without acknowledgement
STEADY = Steady(
    keepalives_idle=5,
    keepalives_interval=3,
    keepalives_count=3,
    tcp_user_timeout=15_000,
    options="-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3 -c tcp_user_timeout=15000",
)
