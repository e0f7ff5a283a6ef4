"""``interconnexion topics``: the topics that deploy/kafka/topics.yml declares against those the broker has."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import typer

from shared.operators.broker import Broker, TopicFound, ask
from shared.operators.places import settings_of
from shared.operators.screen import AsJson, Exit, show_rows
from shared.topics import Topic, declared

_DAY_MS = 24 * 60 * 60 * 1000
COLUMNS = {
    "topic": "sujet / topic",
    "partitions": "partitions",
    "replicas": "copies / replicas",
    "retention_days": "jours gardés / days kept",
    "newest": "messages écrits / newest offset",
    "fr en": "différence / difference",
}


@dataclass(frozen=True)
class TopicLine:
    """One topic. ``newest``: the offsets after the newest message, all partitions together, which is how many were ever
    written; ``fr``, ``en``: how it differs from what is declared, empty when it does not."""

    topic: str
    declared: bool
    partitions: int | None
    replicas: int | None
    retention_days: float | None
    newest: int | None
    fr: str
    en: str


def topics(as_json: AsJson = False) -> None:
    """Les sujets déclarés et ceux du courtier. / Topics declared against those the broker has; 1 when they differ."""
    lines = compared(settings_of("portal").kafka_bootstrap_servers)
    show_rows([asdict(line) for line in lines], COLUMNS, "", as_json=as_json)
    if any(line.en for line in lines):
        raise typer.Exit(Exit.ATTENTION)


def compared(bootstrap: str) -> list[TopicLine]:
    """Every declared topic, then those the broker has beside them. Raises Unavailable."""

    async def look(broker: Broker) -> tuple[dict[str, TopicFound], dict[str, int]]:
        there = await broker.topics()
        newest: dict[str, int] = dict.fromkeys(there, 0)
        for place, end in (await broker.ends(there)).items():
            newest[place.topic] += end
        return there, newest

    wanted = {topic.name: topic for topic in declared()}
    there, newest = ask(bootstrap, look)
    lines = [_line(name, wanted.get(name), there.get(name), newest) for name in wanted]
    return lines + [_line(name, None, there[name], newest) for name in sorted(set(there) - set(wanted))]


def _line(name: str, wanted: Topic | None, found: TopicFound | None, newest: Mapping[str, int]) -> TopicLine:
    said = differences(wanted, found)
    return TopicLine(
        name,
        wanted is not None,
        found.partitions if found else None,
        found.replicas if found else None,
        _days(found),
        newest.get(name),
        "; ".join(fr for fr, _ in said),
        "; ".join(en for _, en in said),
    )


def differences(wanted: Topic | None, found: TopicFound | None) -> list[tuple[str, str]]:
    """(French, English) for each way in which a topic is not what is declared."""
    if found is None:
        return [("manque", "is missing")]
    if wanted is None:
        return [("n'est pas déclaré", "is not declared")]
    pairs: list[tuple[str, str, float | str | None, float | str | None]] = [
        ("partitions", "partitions", wanted.partitions, found.partitions),
        ("copies", "replicas", wanted.replication, found.replicas),
        ("jours gardés", "days kept", wanted.retention_days, _days(found)),
        ("nettoyage", "clean-up", wanted.cleanup, found.settings.get("cleanup.policy")),
    ]
    told = [
        (f"{fr} : {_short(has)} au lieu de {_short(should)}", f"{en}: {_short(has)} instead of {_short(should)}")
        for fr, en, should, has in pairs
        if should != has
    ]
    if found.in_sync < found.replicas:
        told.append((f"{found.in_sync} copie(s) à jour sur {found.replicas}",
                     f"{found.in_sync} of {found.replicas} replicas in sync"))  # fmt: skip
    return told


def _days(found: TopicFound | None) -> float | None:
    kept = found and found.settings.get("retention.ms")
    return int(kept) / _DAY_MS if kept else None


def _short(value: float | str | None) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)
