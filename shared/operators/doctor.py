"""``interconnexion doctor``: looks at the whole installation, says of each part whether it is well, and what to do."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict

import psycopg
import typer
from rich.table import Table
from rich.text import Text

from shared.errors import DomainError, Unavailable
from shared.operators import check_bus, check_databases, check_running
from shared.operators.check_bus import Place
from shared.operators.findings import Finding, Told, broken, green, worst
from shared.operators.places import SERVICES, address, database, database_url, settings_of
from shared.operators.screen import AsJson, Exit, answer, console

_CODES = {"green": Exit.WELL, "attention": Exit.ATTENTION, "broken": Exit.BROKEN}
_SAID = {"green": ("vert / green", "green"), "attention": ("attention", "yellow"), "broken": ("rompu / broken", "red")}


def doctor(as_json: AsJson = False) -> None:
    """L'installation entière. / The whole installation; exit 0 when all is well, 1 attention, 2 something is broken."""
    findings = [*looked_at()]
    state = worst(findings)
    if as_json:
        answer({"state": state, "findings": [asdict(one) for one in findings]}, "", "", as_json=True)
    else:
        _show(findings)
    raise typer.Exit(_CODES[state])


def looked_at() -> Iterator[Finding]:
    """Every finding: settings first, then servers, then what runs on them."""
    for service in SERVICES:
        yield check_running.settings(service)
    yield check_running.programme_clock()
    newest = None
    try:
        bootstrap = settings_of("portal").kafka_bootstrap_servers
        newest = check_bus.ends(bootstrap)
        yield green("bus.reachable", bootstrap, Told("Kafka répond.", "Kafka answers."))
        yield from check_bus.topics(bootstrap)
        yield from check_bus.groups(bootstrap, SERVICES)
        yield from check_bus.behind(bootstrap, SERVICES)
    except Unavailable as no:
        yield broken("bus.reachable", "", Told("Kafka ne répond pas.", "Kafka does not answer."), _do(no))
    names = [name for service in SERVICES if (name := _database_name(service))]
    for service in SERVICES:
        yield from of_database(service, names, newest)
    for service in SERVICES:
        yield from of_processes(service)


def of_database(service: str, names: Sequence[str], newest: dict[Place, int] | None) -> Iterator[Finding]:
    """All that one service's database tells. ``newest``: what the broker has, None when it did not say."""
    try:
        with database(service) as tx:
            where = address(database_url(service))
            yield green("database.reachable", service, Told(f"Répond à {where}.", f"Answers at {where}."))
            yield check_databases.role(tx, names)
            yield check_databases.migrations(tx)
            yield from (check(tx) for check in _CHECKS)
            yield from filter(None, [check_databases.webhooks(tx)])
            if newest is not None:
                yield check_bus.never_beyond(tx, newest)
    except Unavailable as no:
        lacks = no.problems[0].code == "not_migrated"
        check = "database.migrations" if lacks else "database.reachable"
        found = (
            Told("Des tables manquent.", "Tables are missing.") if lacks else Told("Ne répond pas.", "Does not answer.")
        )
        yield broken(check, service, found, _do(no))


_CHECKS: tuple[Callable[..., Finding], ...] = (
    check_databases.append_only,
    check_databases.durable,
    check_databases.outbox_age,
    check_databases.relay,
    check_databases.keys,
    check_databases.timers,
)


def of_processes(service: str) -> Iterator[Finding]:
    try:
        mine = settings_of(service)
    except DomainError:
        return  # said among the settings
    yield check_running.api(mine)
    yield check_running.worker(mine)


def _do(no: DomainError) -> Told:
    return Told(no.problems[0].fr, no.problems[0].en)


def _database_name(service: str) -> str | None:
    try:
        return str(psycopg.conninfo.conninfo_to_dict(database_url(service)).get("dbname"))
    except (DomainError, psycopg.Error):
        return None  # said among the settings


def _show(findings: Sequence[Finding]) -> None:
    table = Table("état\nstate", "quoi\nwhat", "constat\nfinding", "quoi faire\nwhat to do")
    for one in findings:
        word, colour = _SAID[one.state]
        what = "\n".join(filter(None, (one.check, one.about)))
        remedy = "\n".join(dict.fromkeys(filter(None, (one.do_fr, one.do_en))))
        table.add_row(Text(word, colour), Text(what), Text(f"{one.fr}\n{one.en}"), Text(remedy))
    console().print(table)
