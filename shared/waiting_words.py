"""Why something waits and what to do about it, in words for a programme advisor: the same on the command line, in the
API and on the portal's Health page."""

from typing import NamedTuple

from shared.events.base import NewerEvent, UnreadableEvent


class Told(NamedTuple):
    """A sentence or two for a programme advisor."""

    fr: str
    en: str


_KEPT = Told(
    "Rien n'est perdu : il est gardé, et les suivants du même dossier l'attendent.",
    "Nothing is lost: it is kept, and later ones of the same file wait behind it.",
)
_FAILED = Told(
    f"Une erreur de notre logiciel a empêché de traiter ce fait. {_KEPT.fr}",
    f"An error of our software kept this fact from being handled. {_KEPT.en}",
)
_IS_UNREADABLE = Told(
    f"Ce fait est arrivé sous une forme qui ne se lit pas. {_KEPT.fr}",
    f"This fact came in a form that cannot be read. {_KEPT.en}",
)
_IS_NEWER = Told(
    f"Ce fait est dit d'une façon plus récente que celle que ce service connaît. {_KEPT.fr}",
    f"This fact is said in a newer way than this service knows. {_KEPT.en}",
)
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
TIMER_FAILED = Told(
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


def why(problem: Exception) -> Told:
    """What happened, of an event that failed: a fault of ours unless its message is at fault."""
    if isinstance(problem, NewerEvent):
        return _IS_NEWER
    return _IS_UNREADABLE if isinstance(problem, UnreadableEvent) else _FAILED


def what_to_do(state: str, waits_for: str | None, first_type: str | None, error: str | None) -> Told:
    """What a person does about a key that waits or is parked. ``error`` begins with the class of what was raised."""
    if state == "waiting":
        return _EARLY if waits_for else _BY_ITSELF
    if waits_for:
        return _STILL_EARLY
    if first_type == "unreadable":
        return _NO_FACT_OF_OURS
    if (first_type or "").startswith(TIMER):
        return _TIMER
    kind = (error or "").partition(":")[0]
    return {NewerEvent.__name__: _NEWER, UnreadableEvent.__name__: _UNREADABLE}.get(kind, _OURS)
