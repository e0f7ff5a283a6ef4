"""Correct the payload of an event that waits, so that it can be handled: the event keeps its id, its place and its
version. What it said before, what it says now and who decided are kept in ``waiting_decisions.data`` as
``{"original": …, "corrected": …, "changed": […]}``, which an erasure empties with everything else about the case."""

import json
from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shared.db import Tx
from shared.errors import Invalid, NotFound, Problem, Refused
from shared.events import intake, matching, retention, subsidies
from shared.events.base import REGISTRY, Event
from shared.http.validation import in_words
from shared.http.validation import pointer as pointer_to
from shared.messaging import waiting
from shared.messaging.waiting import WaitingEvent

Correction = Literal["wrong_value", "missing_value", "wrong_form"]
"""What was wrong. A code, for words could name somebody."""

PUBLISHED = (intake, matching, subsidies, retention)  # read, so that the registry knows every event
LONGEST = 1_000_000  # bytes, what the broker takes


def fix(
    tx: Tx, key: str, event_id: UUID, corrected: str, by: str, reason: Correction, *, only_check: bool = False
) -> list[str]:
    """Replace the payload of one event of a key's queue; pointers to what changed. ``only_check``: store nothing.
    Raises NotFound, Refused when the event is of a kind that cannot be corrected here, Invalid with every problem."""
    tx.lock(key)
    event = next((one for one in waiting.queue_of(tx, key) if one.event_id == event_id), None)
    if event is None:
        raise no_such_event(event_id)
    problems = problems_of(event, model_of(event), corrected)
    if problems:
        raise Invalid(*problems)
    changed = changes(_parsed(event.data or ""), json.loads(corrected))
    if not changed:
        raise Invalid(Problem("", "nothing_changed", "Rien ne change : c'est déjà ce que dit ce fait.",
                              "Nothing changes: the event says this already."))  # fmt: skip
    if not only_check:
        _store(tx, event, corrected, changed, by, reason)
    return changed


def _store(tx: Tx, event: WaitingEvent, corrected: str, changed: list[str], by: str, reason: Correction) -> None:
    kept = {"original": event.data, "corrected": corrected, "changed": changed}
    tx.run("UPDATE waiting_events SET data = %s WHERE position = %s", (corrected, event.position))
    waiting.note(tx, event.key, "fixed", by, replace(event, data=json.dumps(kept)), reason)


def model_of(event: WaitingEvent) -> type[Event]:
    """Raises Refused when this version of the code knows no such event, so that nobody could say what is right."""
    model = REGISTRY.get(event.type)
    if model is None:
        raise Refused(
            Problem("", "unknown_type", f"« {event.type} » n'est pas un fait que cette version connaît : déployez la "
                    "plus récente et reprenez, ou faites redire le fait et écartez celui-ci (discard).",
                    f"“{event.type}” is no event this version knows: deploy the newer one and resume, or have it said "
                    "again and discard this one.")
        )  # fmt: skip
    return model


def unreadable(event: WaitingEvent) -> list[Problem]:
    """What in a waiting event's payload its published form does not allow; empty also when no form is known."""
    model = REGISTRY.get(event.type)
    return [] if model is None or event.data is None else [in_words(error) for error in _unfit(model, event.data)]


def _unfit(model: type[Event], text: str, *, strictly: bool = False) -> list[ErrorDetails]:
    """``strictly``: a field that nobody knows is an error, where reading an event ignores it."""
    try:
        model.model_validate_json(text, extra="forbid" if strictly else None)
    except ValidationError as wrong:
        return wrong.errors()
    return []


def problems_of(event: WaitingEvent, model: type[Event], text: str) -> list[Problem]:
    """All at once: what does not fit the model, new fields nobody knows (a newer producer's may stay), and a case or
    subject that is another's."""
    if len(text.encode()) > LONGEST:
        return [Problem("", "too_long", "Au plus 1 000 000 octets.", "At most 1,000,000 bytes.")]
    said, before = _parsed(text), _parsed(event.data or "")
    found = [
        in_words(error)
        for error in _unfit(model, text, strictly=True)
        if not (error["type"] == "extra_forbidden" and _has(before, error["loc"]))
    ]
    subject = event.subject.removeprefix(f"{model.subject_field.removesuffix('_id')}/")
    for field, is_now in {model.key_field: event.key, model.subject_field: subject}.items():
        if isinstance(said, dict) and field in said and str(said[field]).lower() != is_now.lower():
            found.append(Problem(f"/{field}", "another_case", f"Ce fait concerne {is_now} : cela ne se change pas.",
                                 f"This event is about {is_now}: that cannot be changed."))  # fmt: skip
    return found


def _has(said: Any, place: tuple[str | int, ...]) -> bool:
    """Whether what was said before has something at this place."""
    try:
        for step in place:
            said = said[step]
    except (LookupError, TypeError):
        return False
    return True


def _parsed(text: str) -> Any:
    """The JSON of a text; None when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def changes(before: Any, after: Any, at: str = "") -> list[str]:
    """Pointers (RFC 6901) to what differs; values are not told."""
    if isinstance(before, dict) and isinstance(after, dict):
        fields = [*before, *(field for field in after if field not in before)]
        missing = object()
        return [
            pointer
            for field in fields
            for pointer in changes(before.get(field, missing), after.get(field, missing), f"{at}{pointer_to((field,))}")
        ]
    return [] if type(before) is type(after) and before == after else [at or "/"]


def no_such_event(event_id: UUID) -> NotFound:
    return NotFound(Problem("", "no_such_event", f"Le fait {event_id} n'attend pas pour ce dossier : interconnexion "
                            "parked show", f"Event {event_id} does not wait for this key: interconnexion parked "
                            "show"))  # fmt: skip
