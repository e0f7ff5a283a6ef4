"""``interconnexion lag``: how far each consumer group is behind, partition by partition, worst first."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer
from aiokafka import TopicPartition

from shared.operators.broker import Broker, ask
from shared.operators.places import Service, services, settings_of
from shared.operators.screen import AsJson, Exit, show_rows

COLUMNS = {
    "group": "groupe / group",
    "topic": "sujet / topic",
    "partition": "partition",
    "committed": "traité / committed",
    "newest": "dernier / newest",
    "lag": "retard / lag",
    "oldest_s": "plus ancien, s / oldest, s",
}
Above = Annotated[
    int | None, typer.Option("--above", min=0, help="Sortie 1 si un retard dépasse / exit 1 when a lag is above.")
]


@dataclass(frozen=True)
class LagLine:
    """One partition for one group. ``committed``: the offset of the next message it owes, None when it never committed;
    ``newest``: the offset after the newest message; ``oldest_s``: seconds since the first message not yet processed was
    written, None when there is none."""

    group: str
    topic: str
    partition: int
    committed: int | None
    newest: int
    lag: int
    oldest_at: datetime | None
    oldest_s: float | None


def lag(service: Service = "", above: Above = None, as_json: AsJson = False) -> None:
    """Le retard de chaque consommateur. / How far each consumer group is behind, worst first."""
    lines = measured(settings_of("portal").kafka_bootstrap_servers, services(service))
    rows = [asdict(line) for line in lines]
    show_rows(rows, COLUMNS, "Aucun groupe n'a encore rien lu. / No group has read anything yet.", as_json=as_json)
    if above is not None and any(line.lag > above for line in lines):
        raise typer.Exit(Exit.ATTENTION)


def measured(bootstrap: str, groups: Sequence[str]) -> list[LagLine]:
    """Every partition of every topic a group listens to or ever committed on. Raises Unavailable."""

    async def look(broker: Broker) -> list[LagLine]:
        lines: list[LagLine] = []
        for name in groups:
            lines += await _of_group(broker, name)
        return sorted(
            lines, key=lambda line: (-line.lag, -(line.oldest_s or 0), line.group, line.topic, line.partition)
        )

    return ask(bootstrap, look)


async def _of_group(broker: Broker, name: str) -> list[LagLine]:
    committed = await broker.committed(name)
    listens = (await broker.group(name)).listens_to | {place.topic for place in committed}
    there = listens & set(await broker.topics())
    ends, begins = await broker.ends(there), await broker.begins(there)
    behind = {place: max(committed.get(place, 0), begins[place]) for place in ends}
    owed: dict[TopicPartition, int] = {place: offset for place, offset in behind.items() if offset < ends[place]}
    moments = await broker.moments(owed)
    now = datetime.now(UTC)
    return [
        LagLine(
            name,
            place.topic,
            place.partition,
            committed.get(place),
            end,
            max(0, end - behind[place]),
            moments.get(place),
            (now - moments[place]).total_seconds() if place in moments else None,
        )
        for place, end in ends.items()
    ]
