"""How a whole programme is lived over HTTP: partners' systems tell facts in batches of CloudEvents, several clients act
at the same time, and the programme's clock goes on. Told again it adds nothing: every event has an id of its own."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from deploy.local.demo.actors import Advisor, Liaison, Manager, RetentionAdvisor
from deploy.local.demo.afterwards import live_until
from deploy.local.demo.crowd import Employer, Newcomer
from deploy.local.demo.senders import Partner
from deploy.local.demo.wire import Json, NotDone, TooLate, Wire
from shared import clock

T = TypeVar("T")
Result = TypeVar("Result")
Fact = tuple[str, str, Json]  # type, id, data
DEFAULT_RUN = "laval"
CLIENTS, BATCH = 6, 20
CATCH_UP_S = 600.0
"""How long anything may take that the services do by themselves; on a quiet machine it is seconds."""
_LOOK_AGAIN_S = 0.5
_REFUSED = 409
PARTNERS = (
    ("Carrefour des Arrivants", "community_body"), ("Cégep du Marigot", "college"),
    ("Caisse du Sault", "credit_union"), ("Service d'accueil de la Ville", "municipality"),
    ("Maison des Peuples", "community_body"),
)  # fmt: skip


class Bar(Protocol):
    """Where one sees how far it is."""

    def phase(self, fr: str, en: str, total: int) -> Callable[[], None]:
        """A new line; call what it answers for each of ``total`` things done."""


class Crew:
    """Who acts, and what is known so far: ``ids`` of a person's or company's reference, the companies by their ids."""

    def __init__(self, wire: Wire, bar: Bar) -> None:
        self.wire, self.bar = wire, bar
        self.manager, self.advisor = Manager(wire), Advisor(wire)
        self.liaison, self.retention = Liaison(wire), RetentionAdvisor(wire)
        self.partners: list[Partner] = []
        self.ids: dict[str, str] = {}
        self.companies: dict[str, Employer] = {}
        self.began_on = clock.today()
        self.is_new = True

    def find_partners(self) -> None:
        """Those of this run, found by name. Everything is dated from the day of the first one's first key."""
        known = self.manager.partners()
        for name, kind in PARTNERS:
            named = name if self.wire.run_id == DEFAULT_RUN else f"{name} ({self.wire.run_id})"
            partner_id = known.get(named) or self.manager.add_partner(named, kind)
            if not self.partners and (keys := self.manager.keys(partner_id)):
                self.is_new = False
                self.began_on = min(_day_of(key) for key in keys)
            self.partners.append(Partner(self.wire, partner_id, self.manager.issue_key(partner_id)))

    def day(self, number: int) -> date:
        """So many days after the programme began."""
        return self.began_on + timedelta(days=number)

    def live_until(self, number: int) -> None:
        """The programme's clock goes on to that day; it never goes back."""
        live_until(self, self.day(number))

    def person_id(self, who: Newcomer) -> str | None:
        """None once she has been forgotten."""
        return self.ids.get(who.ref)

    def tell(self, fr: str, en: str, facts: Sequence[tuple[int, Fact]]) -> list[tuple[tuple[int, Fact], Json]]:
        """Each fact by the partner of its number, in batches; with what it led to."""
        batches: list[tuple[Partner, Sequence[tuple[int, Fact]]]] = []
        for place, partner in enumerate(self.partners):
            own = [fact for fact in facts if fact[0] % len(self.partners) == place]
            batches += [(partner, own[at : at + BATCH]) for at in range(0, len(own), BATCH)]
        led_to: list[tuple[tuple[int, Fact], Json]] = []
        answers = self.all(fr, en, lambda batch: batch[0].tell(*(fact for _, fact in batch[1])), batches)
        for (_, batch), taken in zip(batches, answers, strict=True):
            led_to += zip(batch, taken, strict=True)
        return led_to

    def all(self, fr: str, en: str, act: Callable[[T], Result], things: Iterable[T]) -> list[Result]:
        """By several clients at the same time."""
        every = list(things)
        done = self.bar.phase(fr, en, len(every))

        def one(thing: T) -> Result:
            answer = act(thing)
            done()
            return answer

        with ThreadPoolExecutor(CLIENTS) as pool:
            return list(pool.map(one, every))

    def until(self, what: str, look: Callable[[], T | None]) -> T:
        """The first thing that ``look`` finds, looked for at a quiet pace. Raises TooLate, which says what to do."""
        give_up = time.monotonic() + CATCH_UP_S
        while not (found := look()):
            if time.monotonic() > give_up:
                raise TooLate(f"{what}: not within {CATCH_UP_S:.0f} s (make status; then make demo goes on from there)")
            time.sleep(_LOOK_AGAIN_S)
        return found


def unless_decided(act: Callable[[], T], *codes: str) -> T | None:
    """None when a service says that it moved meanwhile, or was decided before: every refusal of that kind, or those of
    ``codes`` alone."""
    try:
        return act()
    except NotDone as no:
        if any(no.has(code) for code in codes) if codes else no.status == _REFUSED:
            return None
        raise


def _day_of(key: Json) -> date:
    return clock.local_date(datetime.fromisoformat(key["created_at"]))
