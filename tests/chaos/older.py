"""A worker of an earlier release, for a rolling deploy: today's code, patched inside the process so that it knows less.
Messages carry a field that it has never heard of, which it must ignore; and some types it knows in an earlier version
only, which it must keep for somebody who can read them."""

import json
from dataclasses import replace
from functools import wraps
from typing import Any

KNOWN_EARLIER = {
    "intake": "interconnexion.retention.milestone_reached.v1",
    "matching": "interconnexion.intake.candidate_profile_changed.v1",
    "subsidies": "interconnexion.intake.candidate_profile_changed.v1",
    "retention": "interconnexion.intake.absence_reported.v1",
    "portal": "interconnexion.intake.coaching_held.v1",
}
"""By service, the type whose present version the earlier release cannot read."""


def install() -> None:
    from shared.events.base import Envelope
    from shared.messaging.inbox import Inbox

    begin, event = Inbox.__init__, Envelope.event

    @wraps(begin)
    def __init__(self: Any, service: str, *arguments: Any, **named: Any) -> None:
        begin(self, service, *arguments, **named)
        self._handlers.pop(KNOWN_EARLIER[service], None)  # its name stays known

    @wraps(event)
    def with_a_field_added_later(self: Any) -> Any:
        try:
            told = json.loads(self.data or b"")
        except ValueError:
            return event(self)
        if not isinstance(told, dict):
            return event(self)
        return event(replace(self, data=json.dumps({**told, "added_later": {"codes": ["x"]}}).encode()))

    Inbox.__init__ = __init__  # type: ignore[method-assign]
    Envelope.event = with_a_field_added_later  # type: ignore[method-assign]
