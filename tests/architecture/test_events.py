"""Who says what, who listens, and what an event may carry."""

import ast
import re
from collections.abc import Iterator
from types import SimpleNamespace, UnionType
from typing import Any, cast, get_args, get_origin
from uuid import uuid4

import pytest
from pydantic import BaseModel

from deploy import event_map
from deploy.local.topics import declared
from shared.db import Tx
from shared.events.base import topic_of
from shared.events.intake import CandidateWithdrawn
from shared.messaging.outbox import NotTheOwner, publish
from tests.architecture.tree import Function, Source, at, dotted, sources

# fmt: off
PERSONAL = {
    "name", "names", "surname", "firstname", "lastname", "title", "gender", "sex", "birth", "birthday", "birthdate",
    "born", "age", "email", "mail", "courriel", "phone", "telephone", "mobile", "fax", "address", "street", "postal",
    "postcode", "zip", "apartment", "passport", "document", "sin", "nas", "uci", "ramq", "iban", "account", "photo",
    "picture", "signature", "password", "ip", "note", "notes", "comment", "text",
}
# fmt: on


def test_only_the_owner_builds_an_event() -> None:
    assert [p for p in event_map.publications() if p.service != p.event.publisher] == []


def test_what_is_published_is_an_event_of_the_owner_built_in_sight() -> None:
    """``publish(tx, X(…))``, or a name that the function was given or assigned as an X."""
    owners = {event.__name__: event.publisher for event in event_map.events()}
    said = [
        (s, call, _classes(s, f, call)) for s in sources("services") for f in s.functions() for call in _publishes(f)
    ]
    assert len(said) > 20
    assert [at(s, call) for s, call, names in said if {owners.get(name) for name in names} != {s.service}] == []


def test_publishing_for_another_service_is_refused_when_it_runs() -> None:
    nobody = cast(Tx, SimpleNamespace(service="matching"))
    with pytest.raises(NotTheOwner):
        publish(nobody, CandidateWithdrawn(candidate_id=uuid4(), reason="moved"))


def _publishes(function: Function) -> Iterator[ast.Call]:
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return (call for call in calls if dotted(call.func).split(".")[-1] == "publish")


def _classes(source: Source, function: Function, call: ast.Call) -> list[str]:
    """The event classes of which what is published may be; empty when that cannot be seen in the function."""
    known = event_map.imported_events(source.tree)
    said = call.args[1] if len(call.args) == 2 else call
    seen = [said]
    if isinstance(said, ast.Name):
        seen = [a.annotation for a in function.args.args if a.arg == said.id and a.annotation]
        assigned = (node for node in ast.walk(function) if isinstance(node, ast.Assign))
        seen += [node.value for node in assigned if any(dotted(target) == said.id for target in node.targets)]
    heads = [node.func if isinstance(node, ast.Call) else node for part in seen for node in _alternatives(part)]
    return [name for head in heads if (name := event_map.event_class(head, *known))]


def _alternatives(node: ast.expr) -> list[ast.expr]:
    """``a if x else b`` and ``A | B`` -> both."""
    if isinstance(node, ast.IfExp):
        return [*_alternatives(node.body), *_alternatives(node.orelse)]
    return [*_alternatives(node.left), *_alternatives(node.right)] if isinstance(node, ast.BinOp) else [node]


def test_every_event_is_said_somewhere() -> None:
    said = {publication.event for publication in event_map.publications()}
    assert [event.__name__ for event in event_map.events() if event not in said] == []


def test_every_event_has_a_listener_or_a_reason_why_not() -> None:
    heard = {listener.event.__name__ for listener in event_map.listeners()}
    every = {event.__name__ for event in event_map.events()}
    assert every - heard - set(event_map.NOBODY_YET) == set(), "nobody listens: add a line to NOBODY_YET, with a reason"
    assert set(event_map.NOBODY_YET) & heard == set(), "somebody listens now: remove the line of NOBODY_YET"
    assert set(event_map.NOBODY_YET) - every == set(), "no such event any more: remove the line of NOBODY_YET"
    assert all(len(reason) > 10 for reason in event_map.NOBODY_YET.values())


def test_no_service_listens_to_itself() -> None:
    assert [one for one in event_map.listeners() if one.event.publisher == one.service] == []


def test_what_a_service_listens_to_is_a_literal_tuple() -> None:
    for source in (s for s in sources("services") if s.layer == "consumers"):
        assigned = {dotted(n.target): n.value for n in source.nodes if isinstance(n, ast.AnnAssign)}
        for list_, line in (("CONSUMES", "on"), ("TIMERS", "due")):
            value = assigned.get(list_)
            if list_ == "TIMERS" and value is None:
                continue  # nothing that time makes it do
            assert isinstance(value, ast.Tuple), f"{source.path}: {list_}"
            assert all(isinstance(e, ast.Call) and dotted(e.func) == line for e in value.elts), (
                f"{source.path}: {list_}"
            )


def test_handlers_say_what_the_service_does_about_it() -> None:
    """Verb and object: ``assess_subsidies``; never ``handle_hire``, ``on_hire``, ``process_hire``."""
    functions = [(s, f) for s in sources("services") if s.layer in {"handlers", "consumers"} for f in s.functions()]
    vague = ("handle", "on_", "process", "do_", "_handle", "_on_", "_process")
    assert [f"{at(s, f)} {f.name}" for s, f in functions if f.name.startswith(vague)] == []
    assert [one for one in event_map.listeners() if "_" not in one.function.strip("_")] == []


def test_event_types_follow_the_rule_and_say_why() -> None:
    for event in event_map.events():
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", event.__name__).lower()
        owner = event.__module__.rpartition(".")[2]
        assert re.fullmatch(rf"interconnexion\.{owner}\.{snake}\.v[1-9]\d*", event.type), event.type
        assert event.__doc__, event.type
        assert len(event_map.why(event)) > 15, event.type
        assert event.__doc__ != event.__mro__[1].__doc__, event.type
        assert event.model_fields[event.key_field].is_required(), f"{event.type}: {event.key_field}"
        assert event.model_fields[event.subject_field].is_required(), f"{event.type}: {event.subject_field}"
        assert event.key_field in {"candidate_id", "employer_id"}, f"{event.type}: the key is the case"


def test_events_name_nobody() -> None:
    """No field, at any depth, whose words are those of a person's particulars, or of free text that could hold some."""
    fields = {(event.__name__, field) for event in event_map.events() for field in _fields(event)}
    assert len(fields) > 100
    assert [(event, field) for event, field in fields if PERSONAL & {*field.split("_")}] == []


def _fields(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield name
        for inner in _models(field.annotation):
            yield from _fields(inner)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation) if get_origin(annotation) or isinstance(annotation, UnionType) else ():
        yield from _models(part)


def test_topics_declared_are_the_topics_used() -> None:
    used = [topic_of(publisher) for publisher in event_map.publishers()]
    assert {topic.name for topic in declared()} == {*used, *(topic.replace(".events", ".replay") for topic in used)}


def test_topics_are_kept_not_compacted() -> None:
    """Faust counts the first message after a hole in the offsets as handled: compaction makes such holes."""
    assert {topic.cleanup for topic in declared()} == {"delete"}


def test_the_event_map_is_current() -> None:
    assert event_map.differences() == [], f"run: {event_map.COMMAND}"
