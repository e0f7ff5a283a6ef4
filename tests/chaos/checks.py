"""Judges the evidence by C1 … C5 of the bars: what clients were told, and what was published and received. Each check
yields one sentence per violation, beginning with its number."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from tests.chaos.bus import POISON_KEY
from tests.chaos.evidence import Command, Evidence

MAY_SAY_NOTHING = {"candidate_profile_changed", "vacancy_changed", "consent_given", "consent_withdrawn",
                   "action_plan_agreed"}  # fmt: skip
"""Of these a command that is right may find nothing to change."""
BY_THE_CLOCK = {"interconnexion.matching.shortlist_prepared.v1"}
"""Said by a round that begins by itself, and by nobody's command."""


def c1_each_command_once(e: Evidence) -> Iterator[str]:
    for command in e.commands.values():
        if command.kind == "other":
            continue
        said = e.of_command(command)[command.kind]
        least, most = _bounds(command)
        if not least <= said <= most:
            yield f"C1 {command.kind} {command.command} was {command.outcome} and took effect {said} times, not {most}"
        if most == 0 and e.of_command(command).total():
            yield f"C1 {command.kind} {command.command} was refused and said {dict(e.of_command(command))}"


def _bounds(command: Command) -> tuple[int, int]:
    if command.outcome == "ok":
        return (0 if command.kind in MAY_SAY_NOTHING else command.count), command.count
    if command.outcome == "fail" and "unknown" not in command.heard:
        return 0, 0
    return 0, command.count


def c2_same_key_same_answer(e: Evidence) -> Iterator[str]:
    for command in e.commands.values():
        if command.kind == "other" or command.forgotten:
            continue
        if len(set(command.answers)) > 1:
            yield f"C2 {command.kind} {command.command} was answered differently: {command.answers}"
        if "replay_fail" in command.heard:
            yield f"C2 {command.kind} {command.command} was done, and refused when it was asked again"


def c3_nothing_is_invented(e: Evidence) -> Iterator[str]:
    said_by_the_ministry = {
        str(event["correlation_id"]) for event in e.events.values() if (event["actor"] or "").startswith("ministry:")
    }
    for id_, event in e.events.items():
        if event["causation_id"] is not None and str(event["causation_id"]) not in e.events:
            yield f"C3 {event['type']} {id_} was caused by {event['causation_id']}, which nobody published"
        root = str(event["correlation_id"])  # of a command, or of what the ministry said: also by a timer set then
        known = root in e.commands or root in said_by_the_ministry
        if event["causation_id"] is None and not known and event["type"] not in BY_THE_CLOCK:
            yield f"C3 {event['type']} {id_} comes from no command"
    for consumer, applied in e.applied.items():
        for row in applied:
            if str(row["event_id"]) not in e.events:
                yield f"C3 {consumer} applied {row['type']} {row['event_id']}, which nobody published"


def c4_received_what_was_published(e: Evidence) -> Iterator[str]:
    for consumer, inbox in e.inboxes.items():
        wanted = e.listened(consumer)
        applied = Counter(str(row["event_id"]) for row in e.applied[consumer])
        for id_, event in wanted.items():
            about = f"{event['type']} {id_}"
            erased = event["key"] in e.erased or event["data"] is None
            if id_ not in inbox:
                yield f"C4 {consumer} never received {about}"
            if applied[id_] > 1:
                yield f"C4 {consumer} applied {about} {applied[id_]} times"
            if applied[id_] == 0 and not erased and id_ in inbox:
                yield f"C4 {consumer} received {about} and did not apply it"
        for id_, row in inbox.items():
            ours = id_ in wanted or row["type"] == "unreadable" or row["key"].startswith(POISON_KEY)
            if not ours and id_ not in e.seen.poison_ids:
                yield f"C4 {consumer} has {row['type']} {id_} in its inbox, which nobody published"


def c4_the_bus_carried_each(e: Evidence) -> Iterator[str]:
    for id_ in e.events.keys() - e.seen.ids.keys():
        yield f"C4 {e.events[id_]['type']} {id_} is in the journal and never came on the bus"
    for id_ in e.seen.ids.keys() - e.events.keys():
        yield f"C3 {id_} came on the bus of {e.seen.ids[id_]} and is in no journal"


def c5_versions(e: Evidence) -> Iterator[str]:
    yield from e.seen.violations
    for publisher, rows in e.journals.items():
        chains: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            chains[row["subject"]].append(row["version"])
        for subject, versions in chains.items():
            if versions != list(range(1, len(versions) + 1)):
                yield f"C5 {publisher} {subject} has versions {versions}"
    for consumer, applied in e.applied.items():
        last: dict[tuple[str, str], int] = {}
        for row in applied:
            chain = (row["publisher"], row["subject"])
            if row["version"] <= last.get(chain, 0):
                yield f"C5 {consumer} applied version {row['version']} of {chain[1]} after {last[chain]}"
            last[chain] = max(row["version"], last.get(chain, 0))


def c5_heads(e: Evidence) -> Iterator[str]:
    """What the inbox remembers for ever of a subject is its last version."""
    newest: dict[tuple[str, str], int] = {}
    for event in e.events.values():
        chain = (event["publisher"], event["subject"])
        newest[chain] = max(newest.get(chain, 0), event["version"])
    for consumer in e.inboxes:
        heads = e.stack.rows(consumer, "SELECT publisher, subject, version FROM inbox_heads")
        for head in heads:
            chain = (head["publisher"], head["subject"])
            if chain in newest and head["version"] > newest[chain]:
                yield f"C5 {consumer} remembers version {head['version']} of {chain[1]}, published were {newest[chain]}"


def kernel_is_quiet(e: Evidence) -> Iterator[str]:
    """Nothing is left to send, and nothing waits but poison."""
    for service in e.inboxes:
        left = e.stack.rows(service, "SELECT count(*) AS n FROM outbox")[0]["n"]
        if left:
            yield f"C4 {service} has {left} facts left in its outbox"
        for row in e.stack.rows(service, "SELECT key, state, waits_for, error FROM waiting_keys"):
            if not row["key"].startswith((POISON_KEY, "unreadable/")):
                yield f"C9 {service}: {row['key']} is {row['state']} for ever ({row['waits_for'] or row['error']})"
        for row in e.stack.rows(service, "SELECT kind, about, error FROM timers WHERE error IS NOT NULL"):
            yield f"C9 {service}: the timer {row['kind']} of {row['about']} fails: {row['error']}"


KERNEL: tuple[Callable[[Evidence], Iterator[str]], ...] = (
    c1_each_command_once, c2_same_key_same_answer, c3_nothing_is_invented, c4_received_what_was_published,
    c4_the_bus_carried_each, c5_versions, c5_heads, kernel_is_quiet,
)  # fmt: skip
