"""Shortlists, both ways: ranked when they are read; said when they changed, soon and not too often.

A person's change is noted by its field in a table that is only added to. A round looks there every few seconds, and
sets each vacancy of those fields its own timer: at once, or a minute after it last spoke. So a thousand people in a
minute are a few events a vacancy, and two who change at once never wait for each other.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from services.matching.domain.facts import Vacancy, field_of
from services.matching.domain.rules import rule_on
from services.matching.domain.shortlist import Match, Person, fingerprint, match, rank
from services.matching.store.seekers import list_persons
from services.matching.store.shortlists import find_prepared, list_stale, save_prepared, take_changed_fields
from services.matching.store.vacancies import find_vacancy, get_openings, list_open_vacancies
from shared.clock import local_date
from shared.db import Tx
from shared.events.matching import ShortlistPrepared
from shared.messaging.outbox import publish
from shared.timers import Due, set_timer

CHANGES = "shortlist_changes"
SHORTLIST_DUE = "shortlist"
_ROUND = timedelta(seconds=5)
_PAUSE = timedelta(seconds=60)


def persons_for(tx: Tx, vacancy: Vacancy, *, everybody: bool = False) -> list[Match]:
    """The shortlist of a vacancy, best first. ``everybody``: also those the plan would not propose."""
    persons = list_persons(tx, field=None if everybody else field_of(vacancy.occupation))
    return _ranked(tx, ((person, vacancy) for person in persons), everybody=everybody)


def vacancies_for(tx: Tx, person: Person, *, everything: bool = False) -> list[Match]:
    """The shortlist of a person, best first. ``everything``: also what the plan would not propose."""
    vacancies = list_open_vacancies(tx, field=None if everything else field_of(person.profile.occupation))
    return _ranked(tx, ((person, vacancy) for vacancy in vacancies), everybody=everything)


def prepare_soon(tx: Tx, vacancy_id: UUID, employer_id: UUID) -> None:
    """This vacancy's shortlist may have changed; its employer's key is held."""
    set_timer(tx, SHORTLIST_DUE, key=str(employer_id), about=vacancy_id, at=tx.now)


def look_for_changes(tx: Tx, due: Due) -> None:
    """One round: persons changed, so the shortlists of their fields are to be looked at."""
    fields = take_changed_fields(tx)
    if fields:
        for vacancy in list_stale(tx, fields):
            at = max(tx.now, vacancy.prepared_at + _PAUSE) if vacancy.prepared_at else tx.now
            set_timer(tx, SHORTLIST_DUE, key=str(vacancy.employer_id), about=vacancy.vacancy_id, at=at)
    set_timer(tx, CHANGES, key=due.key, about=due.about, at=tx.now + _ROUND)


def prepare_shortlist(tx: Tx, due: Due) -> None:
    """Say what a vacancy's shortlist has become, if it is not what was said last."""
    vacancy_id = UUID(due.about)
    vacancy = find_vacancy(tx, vacancy_id)
    if vacancy is None or get_openings(tx, vacancy_id).state != "open":
        return
    ranked, before = persons_for(tx, vacancy), find_prepared(tx, vacancy_id)
    now = fingerprint(ranked)
    if now == (before.fingerprint if before else fingerprint(())):
        return
    save_prepared(tx, vacancy_id, now)
    publish(
        tx,
        ShortlistPrepared(
            vacancy_id=vacancy_id,
            employer_id=vacancy.employer_id,
            candidates=len(ranked),
            best_score=ranked[0].assessment.score if ranked else None,
            rule_version=rule_on(local_date(tx.now)).version,
        ),
    )


def _ranked(tx: Tx, pairs: Iterable[tuple[Person, Vacancy]], *, everybody: bool) -> list[Match]:
    today = local_date(tx.now)
    rule = rule_on(today)
    matches = (match(person, vacancy, rule, today) for person, vacancy in pairs)
    return rank(one for one in matches if everybody or one.proposable)
