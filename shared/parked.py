"""What a person sees of what waits, and does about it: keys whose events wait (messaging/waiting.py) and timers that
failed until they were parked, told alike to the command line, the API and the portal's Health page."""

import re
from typing import NamedTuple

from shared.db import Tx
from shared.messaging import waiting
from shared.messaging.waiting import WaitingKey

DECIDES = re.compile(r"[a-z_]+:[A-Za-z0-9._-]+")
"""Who decides: a role and an id, never a name."""


class Told(NamedTuple):
    """A sentence or two for a programme advisor."""

    fr: str
    en: str


_BY_ITSELF = Told(
    "Rien à faire pour l'instant : le service réessaie de lui-même.",
    "Nothing to do for now: the service keeps trying by itself.",
)
_EARLY = Told(
    "Rien à faire pour l'instant : dès que ce qui manque arrive, tout reprend de soi-même.",
    "Nothing to do for now: as soon as what is missing comes, all goes on by itself.",
)
_STILL_EARLY = Told(
    "Voyez si ce qui manque a été saisi. Si oui, reprenez. S'il ne viendra jamais, une personne de l'exploitation peut "
    "écarter ce fait.",
    "See whether what is missing was recorded. If so, resume. If it will never come, an operator can take this fact "
    "out.",
)
_OURS = Told(
    "Donnez le numéro de ce fait au soutien technique. Quand la cause est corrigée, reprenez : ce fait et ceux qui "
    "l'attendent seront traités en ordre.",
    "Give technical support the number of this fact. When the cause is mended, resume: this fact and those behind it "
    "will be handled in order.",
)
_UNREADABLE = Told(
    "Demandez à l'exploitation de corriger le contenu de ce fait (interconnexion parked fix), puis reprenez.",
    "Ask an operator to correct what this fact says (interconnexion parked fix), then resume.",
)
_NO_FACT_OF_OURS = Told(
    "Demandez à qui l'a envoyé de redire ce fait; puis une personne de l'exploitation écarte ce message.",
    "Ask whoever sent it to say the fact again; then an operator takes this message out.",
)
_NEWER = Told(
    "Demandez au soutien technique d'installer la version récente de ce service, puis reprenez.",
    "Ask technical support to install the recent version of this service, then resume.",
)
_TIMER_FAILED = Told(
    "Ce qui devait se faire de soi-même à cette date n'a pas pu se faire, cinq fois de suite. Rien n'est perdu : "
    "l'échéance est gardée.",
    "What should have been done by itself on this date could not be done, five times over. Nothing is lost: the "
    "timer is kept.",
)
_TIMER = Told(
    "Donnez ce numéro au soutien technique. Quand la cause est corrigée, reprenez : l'échéance se fera aussitôt. D'ici "
    "là, faites à la main ce qui presse.",
    "Give technical support this number. When the cause is mended, resume: it will be done at once. Until then, do by "
    "hand what cannot wait.",
)
TIMER = "timer."
"""Before a timer's kind, where an event has its type."""


def what_to_do(key: WaitingKey) -> Told:
    """What a person does about a key that waits or is parked."""
    if key.state == "waiting":
        return _EARLY if key.waits_for else _BY_ITSELF
    if key.waits_for:
        return _STILL_EARLY
    if key.first_type == "unreadable":
        return _NO_FACT_OF_OURS
    if (key.first_type or "").startswith(TIMER):
        return _TIMER
    kind = (key.error or "").partition(":")[0]
    return {"NewerEvent": _NEWER, "UnreadableEvent": _UNREADABLE}.get(kind, _OURS)


def list_all(tx: Tx, state: str | None = None, limit: int | None = None) -> list[WaitingKey]:
    """Keys that wait, or are parked, and after them timers that are parked, longest first; all unless ``limit``."""
    keys = waiting.list_keys(tx, state, limit)
    return keys if state == "waiting" else [*keys, *_parked_timers(tx, limit)]


def count_timers(tx: Tx) -> int:
    return int(tx.value("SELECT count(*) FROM timers WHERE parked_at IS NOT NULL"))


def _parked_timers(tx: Tx, limit: int | None) -> list[WaitingKey]:
    return tx.rows(
        WaitingKey,
        """SELECT key, 'parked' AS state, parked_at AS since, extract(epoch FROM now() - parked_at)::float AS waits_s,
                  parked_at AS next_at, failures AS attempts, failures, NULL::text AS waits_for, %(fr)s AS why_fr,
                  %(en)s AS why_en, error, 0 AS events, id AS first_id, 'timer.' || kind AS first_type,
                  due_at AS first_at
           FROM timers WHERE parked_at IS NOT NULL ORDER BY parked_at, id LIMIT %(limit)s""",
        {"fr": _TIMER_FAILED.fr, "en": _TIMER_FAILED.en, "limit": limit},
    )


def resume(tx: Tx, key: str, by: str) -> int:
    """Try everything of a key again now: how many events and timers. Raises NotFound."""
    tx.lock(key)
    timers = tx.run(
        "UPDATE timers SET parked_at = NULL, failures = 0, retry_at = NULL WHERE key = %s AND parked_at IS NOT NULL",
        (key,),
    )
    if timers and waiting.state_of(tx, key) is None:
        waiting.note(tx, key, "resumed", by, None)
        return timers
    return timers + waiting.resume(tx, key, by)
