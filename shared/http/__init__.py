"""The HTTP edge of every service: who calls, one transaction per command, problems in two languages."""

from shared.http.api import About, make_api
from shared.http.callers import allow, public
from shared.http.commands import Command, Commands, Read, Reads
from shared.http.models import AN_ID, ANOTHER_ID, Sent, Shown, example, judged, judging, unfit
from shared.http.serving import serve
from shared.http.strictness import Day, Moment
from shared.tokens import Caller, Role

__all__ = [
    "ANOTHER_ID",
    "AN_ID",
    "About",
    "Caller",
    "Command",
    "Commands",
    "Day",
    "Moment",
    "Read",
    "Reads",
    "Role",
    "Sent",
    "Shown",
    "allow",
    "example",
    "judged",
    "judging",
    "make_api",
    "public",
    "serve",
    "unfit",
]
