"""The HTTP edge of every service: who calls, one transaction per command, problems in two languages."""

from shared.http.api import make_api
from shared.http.callers import allow, public
from shared.http.commands import Command, Commands, Read, Reads
from shared.http.models import Sent, Shown, unfit
from shared.http.serving import serve
from shared.tokens import Caller, Role

__all__ = [
    "Caller",
    "Command",
    "Commands",
    "Read",
    "Reads",
    "Role",
    "Sent",
    "Shown",
    "allow",
    "make_api",
    "public",
    "serve",
    "unfit",
]
