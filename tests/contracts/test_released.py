"""Every event as it was released, and as it is today: neither may leave the other behind."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from deploy import event_map, schemas
from deploy.catalogue.__main__ import differences
from deploy.catalogue.asyncapi import carried_models, lacking
from deploy.catalogue.meanings import meaning, numbers_without_unit, words
from deploy.schemas import ACCEPT, Released, incompatible, released
from shared.events.base import REGISTRY, Event
from tests.carried import headers_of
from tests.contracts.documents import AsyncApi

RELEASED, LANGUAGE = released(), event_map.events()


def test_every_event_is_released_as_it_is_today() -> None:
    assert schemas.faults() == []


def test_the_documents_are_what_the_code_says() -> None:
    assert differences() == []


@pytest.mark.parametrize("one", RELEASED, ids=lambda one: one.name)
def test_what_was_written_then_is_read_today_to_the_same_values(one: Released) -> None:
    message = one.message()
    assert dict(headers_of(message)) == one.golden["headers"]
    assert (message.topic, message.type) == (one.golden["topic"], one.type)
    event = message.event()
    assert event is not None
    assert lost(one.golden["read_as"], event.model_dump(mode="json")) == []
    assert (event.key, event.subject) == (message.key, message.subject)


def lost(before: Any, now: Any, at: str = "") -> list[str]:
    """Values of ``before`` that are not the same in ``now``; a field that is new may stand beside them."""
    if isinstance(before, dict) and isinstance(now, dict):
        return [fault for name, value in before.items() for fault in lost(value, now.get(name, ...), f"{at}/{name}")]
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return [fault for n, pair in enumerate(zip(before, now, strict=True)) for fault in lost(*pair, f"{at}/{n}")]
    return [] if before == now else [f"{at}: {before!r} became {now!r}"]


def test_every_example_is_a_released_message_and_what_its_schemas_say() -> None:
    asyncapi = AsyncApi()
    real = {one.golden["headers"]["ce_id"]: one.golden for one in RELEASED}
    for type_, message in asyncapi.messages.items():
        (example,) = message["examples"]
        assert json.loads(real[example["headers"]["ce_id"]]["value"]) == example["payload"]
        assert list(asyncapi.faults(type_, example["headers"], example["payload"])) == []


def test_minors_have_no_gap() -> None:
    minors: dict[str, list[int]] = {}
    for one in RELEASED:
        minors.setdefault(one.type, []).append(one.minor)
    assert all(found == list(range(len(found))) for found in minors.values())


def test_the_catalogue_has_words_for_everything_in_both_languages_and_none_to_spare() -> None:
    assert lacking() == []
    models = carried_models()
    fields = {(model, field) for model in models for field in model.model_fields}
    assert all(meaning(model, field).en and meaning(model, field).fr for model, field in fields)
    used = {name for model, field in fields for name in (field, f"{model.__name__}.{field}")}
    assert set(words()["field"]) - used == set(), "words for fields that are gone"
    assert set(words()["why"]) == {event.__name__ for event in event_map.events()}, (
        "deploy/catalogue/meanings.toml [why]"
    )
    assert [(model.__name__, numbers_without_unit(model)) for model in models if numbers_without_unit(model)] == []


# what the command says when an event changes; the events are made up and leave the registry again


@pytest.fixture
def parcel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``released(ParcelSent)``: as if a class of this shape had been released; ``faults(ParcelSent)`` of today's."""

    class Parcel:
        folder = tmp_path

        def release(self, event: type[Event], example: Event) -> None:
            message = {"topic": "matching.events", "key": example.key, "value": example.model_dump_json()}
            schemas._write(tmp_path, event, self.minor(event), {**message, "headers": {"ce_type": event.type}})

        def minor(self, event: type[Event]) -> int:
            return len(list(tmp_path.glob("*/*.schema.json")))

        def faults(self, event: type[Event]) -> list[str]:
            monkeypatch.setattr(schemas, "events", lambda: [event])
            return schemas.faults(tmp_path)

    yield Parcel()
    REGISTRY.pop("interconnexion.matching.parcel_sent.v1", None)


class _First:
    """The first release."""

    @staticmethod
    def make() -> type[Event]:
        class ParcelSent(Event, publisher="matching", key="candidate_id", subject="candidate_id"):
            candidate_id: UUID
            sent_on: date
            reason: str = "none"

        return ParcelSent


def first(parcel: Any) -> None:
    event = _First.make()
    parcel.release(event, event(candidate_id=UUID(int=1), sent_on=date(2026, 3, 3)))
    assert parcel.faults(event) == []


def test_a_new_optional_field_is_accepted_by_the_command_that_is_named(parcel: Any) -> None:
    first(parcel)

    class ParcelSent(Event, publisher="matching", key="candidate_id", subject="candidate_id"):
        candidate_id: UUID
        sent_on: date
        reason: str = "none"
        weight: int | None = None

    (fault,) = parcel.faults(ParcelSent)
    assert fault.endswith(f"parcel_sent.v1 changed, compatibly: {ACCEPT}")
    parcel.release(ParcelSent, ParcelSent(candidate_id=UUID(int=1), sent_on=date(2026, 3, 3), weight=2))
    assert parcel.faults(ParcelSent) == []
    assert sorted(file.name for file in parcel.folder.glob("*/*")) == [
        f"parcel_sent.v1.{minor}.{kind}.json" for minor in (0, 1) for kind in ("golden", "schema")
    ]


def test_what_breaks_readers_is_told_with_the_place_and_asks_for_a_new_major(parcel: Any) -> None:
    first(parcel)

    class ParcelSent(Event, publisher="matching", key="candidate_id", subject="parcel_id"):
        candidate_id: UUID
        parcel_id: UUID
        sent_on: str
        reason: str = "lost"

    *found, what = parcel.faults(ParcelSent)
    assert found == [
        "matching.parcel_sent.v1.0 subject: candidate_id became parcel_id: order and versions rest on it",
        "matching.parcel_sent.v1.0 backward /parcel_id: must be there, and is not always written",
        "matching.parcel_sent.v1.0 forward /sent_on: format date is asked for; nothing is kept",
        "matching.parcel_sent.v1.0 fields /reason: its default was 'none'",
    ]
    assert "version=2" in what
    assert schemas.accept(parcel.folder)[-1] == "nothing was released"


def test_an_event_that_is_gone_is_told(parcel: Any) -> None:
    first(parcel)
    (one,) = released(parcel.folder)
    (fault,) = incompatible(one, None)
    assert "no longer known" in fault
