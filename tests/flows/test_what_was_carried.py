"""The documents against the real bus: all that the flow tests of this run put on the topics, and who took it in."""

import json

import pytest

from deploy.event_map import events
from deploy.local.demo.script import STEPS
from shared.events.base import read_envelope
from tests.contracts.documents import AsyncApi, event_map
from tests.flows.running import Running, live

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system")]


def test_what_lies_on_the_topics_is_what_the_documents_say(running: Running) -> None:
    live(running.tell(), STEPS)  # also when this test runs alone
    asyncapi, messages = AsyncApi(), running.messages_on_the_bus()
    language, faults, said = {event.type: event for event in events()}, [], set()
    for message in messages:
        headers = {name: value.decode() for name, value in message.headers}
        envelope = read_envelope(message.key, dict(message.headers), message.value)
        said.add((envelope.type, message.topic.removesuffix(".events")))
        if message.value is not None:  # erased before it was sent
            faults += asyncapi.faults(headers["ce_type"], headers, json.loads(message.value))
            case = json.loads(message.value)[language[envelope.type].key_field]
            faults += [] if case == envelope.key else [f"{envelope.type}: its key is not its case"]
    assert len(messages) > 30
    assert faults == []
    handled = running.handled()
    assert {service for _, service in handled} == {"intake", "matching", "subsidies", "retention", "portal"}
    for documented in (asyncapi.documented, event_map()):
        assert said - documented.said == set()
        assert handled - {(one.type, one.service) for one in documented.heard} == set()
