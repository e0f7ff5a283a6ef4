"""What doctor asks the broker: topics as declared, every partition with an owner, nobody far behind, and no service
further than the broker itself (then the broker lost data, or it is another one)."""

from collections.abc import Mapping, Sequence

from aiokafka import TopicPartition

from shared.db import Tx
from shared.operators.broker import Broker, Group, ask
from shared.operators.findings import Finding, Told, attention, broken, green
from shared.operators.lag import LagLine, measured
from shared.operators.topics import compared

OLD_S, STANDS_STILL_S = 60.0, 900.0
Place = tuple[str, int]


def topics(bootstrap: str) -> list[Finding]:
    """One line for each topic that differs; one for all when none does. Raises Unavailable."""
    lines = compared(bootstrap)
    found = []
    for line in (one for one in lines if one.en):
        said = Told(f"{line.topic} {line.fr}.", f"{line.topic} {line.en}.")
        do = Told(
            "docs/runbooks/topics.md dit quoi faire de chaque différence.",
            "docs/runbooks/topics.md says what to do about each difference.",
        )
        wrong = line.declared and (line.partitions is None or "partitions" in line.en)
        found.append((broken if wrong else attention)("bus.topics", line.topic, said, do))
    return found or [
        green(
            "bus.topics",
            "",
            Told(f"{len(lines)} sujets, tous comme déclarés.", f"{len(lines)} topics, all as declared."),
        )
    ]


def groups(bootstrap: str, services: Sequence[str]) -> list[Finding]:
    """Raises Unavailable."""

    async def look(broker: Broker) -> tuple[list[Group], Mapping[TopicPartition, int]]:
        found = [await broker.group(name) for name in services]
        listened = {topic for group in found for topic in group.listens_to}
        return found, await broker.ends(listened) if listened else {}

    found, places = ask(bootstrap, look)
    return [owners(group, list(places)) for group in found]


def owners(group: Group, places: Sequence[TopicPartition]) -> Finding:
    """A consumer group has members, and every partition of what they listen to has one of them."""
    if not group.members:
        return broken(
            "bus.groups",
            group.name,
            Told("Personne ne lit : aucun membre dans ce groupe.", "Nobody reads: this group has no member."),
            Told(
                f"Démarrez {group.name}-worker; s'il redémarre sans cesse, make logs S={group.name}.",
                f"Start {group.name}-worker; if it keeps restarting, make logs S={group.name}.",
            ),
        )
    free = sorted(p for p in places if p.topic in group.listens_to and p not in group.owned)
    if not free:
        return green(
            "bus.groups",
            group.name,
            Told(
                f"{group.members} membre(s), chaque partition a le sien.",
                f"{group.members} member(s), every partition has one.",
            ),
        )
    if group.state in ("PreparingRebalance", "CompletingRebalance"):
        return attention(
            "bus.groups",
            group.name,
            Told("Les partitions se répartissent.", "Partitions move."),
            Told("Refaites ceci dans dix secondes.", "Run this again in ten seconds."),
        )
    which = ", ".join(f"{p.topic}/{p.partition}" for p in free[:6])
    return broken(
        "bus.groups",
        group.name,
        Told(f"Sans lecteur : {which}.", f"Nobody reads: {which}."),
        Told(
            f"Redémarrez {group.name}-worker; docs/runbooks/lag.md.",
            f"Restart {group.name}-worker; docs/runbooks/lag.md.",
        ),
    )


def behind(bootstrap: str, services: Sequence[str]) -> list[Finding]:
    """Raises Unavailable."""
    lines = measured(bootstrap, services)
    return [delay(name, [line for line in lines if line.group == name]) for name in services]


def delay(group: str, lines: Sequence[LagLine]) -> Finding:
    """How long the oldest message that a group owes has waited."""
    lag = sum(line.lag for line in lines)
    age = max((line.oldest_s or 0.0 for line in lines), default=0.0)
    said = Told(
        f"{lag} message(s) en retard, le plus ancien depuis {age:.0f} s.",
        f"{lag} message(s) behind, the oldest for {age:.0f} s.",
    )
    if age <= OLD_S:
        return green("bus.lag", group, said)
    do = Told("interconnexion lag; docs/runbooks/lag.md.", "interconnexion lag; docs/runbooks/lag.md.")
    return (broken if age > STANDS_STILL_S else attention)("bus.lag", group, said, do)


def ends(bootstrap: str) -> dict[Place, int]:
    """The offset after the newest message of every partition. Raises Unavailable."""

    async def look(broker: Broker) -> Mapping[TopicPartition, int]:
        return await broker.ends(await broker.topics())

    return {(place.topic, place.partition): end for place, end in ask(bootstrap, look).items()}


def never_beyond(tx: Tx, newest: Mapping[Place, int]) -> Finding:
    """A service never handled more than the broker holds; else the broker lost data, or it is another one."""
    handled = tx.conn.execute("SELECT topic, partition, next_offset FROM inbox_offsets ORDER BY 1, 2").fetchall()
    beyond = [f"{t}/{p} ({n} > {newest.get((t, p), 0)})" for t, p, n in handled if n > newest.get((t, p), 0)]
    if not beyond:
        return green(
            "bus.offsets", tx.service, Told("N'a rien lu que le courtier n'ait.", "Read nothing the broker has not.")
        )
    which = ", ".join(beyond[:4])
    return broken(
        "bus.offsets",
        tx.service,
        Told(f"A lu plus loin que la fin du courtier : {which}.", f"Has read beyond the broker's end: {which}."),
        Told(
            "Le courtier a perdu des messages, ou c'en est un autre : docs/runbooks/doctor.md, « bus.offsets ».",
            "The broker lost messages, or it is another one: docs/runbooks/doctor.md, “bus.offsets”.",
        ),
    )
