"""What a stranger reads of our APIs: complete, current, with examples that are valid."""

import json
from typing import Any

import pytest
from pydantic import BaseModel

from deploy import openapi
from shared.http import Sent
from shared.settings import ServiceName
from shared.tokens import PARTNER_KEY_PREFIX

PROBLEM = "application/problem+json"
Json = dict[str, Any]
DOCUMENTS: dict[str, Json] = {service: openapi.document(service) for service in openapi.OWNERS}
OPERATIONS = [
    pytest.param(service, described, id=f"{service} {method.upper()} {path}")
    for service, document in DOCUMENTS.items()
    for path, methods in document["paths"].items()
    for method, described in methods.items()
]


@pytest.mark.parametrize("service", openapi.OWNERS)
def test_the_file_is_what_the_code_says(service: ServiceName) -> None:
    assert openapi.differences(service) == [], f"mend it: {openapi.COMMAND}"


@pytest.mark.parametrize("service", openapi.OWNERS)
def test_a_document_says_what_the_service_is_for_and_how_to_be_let_in(service: ServiceName) -> None:
    document = DOCUMENTS[service]
    assert document["info"]["title"]
    assert document["info"]["description"]
    assert all(tag["description"] for tag in document["tags"])
    schemes = document["components"]["securitySchemes"]
    assert schemes.keys() == ({"token", "partner_key"} if service == "intake" else {"token"})
    if service == "intake":
        assert schemes["partner_key"]["bearerFormat"].startswith(PARTNER_KEY_PREFIX)


@pytest.mark.parametrize(("service", "described"), OPERATIONS)
def test_an_operation_says_what_it_does_who_may_and_how_it_refuses(service: str, described: Json) -> None:
    tags = {tag["name"] for tag in DOCUMENTS[service]["tags"]}
    assert set(described["tags"]) <= tags
    assert described["summary"]
    assert described["description"].endswith("."), "write its docstring"
    refusals = {"404", "422", "500", "503"}
    if described["security"]:
        assert described["x-roles"]
        refusals |= {"401", "403"}
    if "requestBody" in described:
        refusals |= {"400", "409", "413", "415"}
    assert described["responses"].keys() >= refusals
    for status, answer in described["responses"].items():
        if int(status) >= 400:
            refusal = DOCUMENTS[service]["components"]["responses"][answer["$ref"].rpartition("/")[2]]
            assert set(refusal["content"]) == {PROBLEM}
    assert any(status.startswith("2") for status in described["responses"])


@pytest.mark.parametrize("service", openapi.OWNERS)
def test_operations_have_names_of_their_own(service: ServiceName) -> None:
    names = [d["operationId"] for methods in DOCUMENTS[service]["paths"].values() for d in methods.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("service", "described"), [p for p in OPERATIONS if "requestBody" in p.values[1]])  # type: ignore[operator]
def test_every_body_has_an_example(service: str, described: Json) -> None:
    for content in described["requestBody"]["content"].values():
        schema = content["schema"]
        if "$ref" in schema:
            schema = DOCUMENTS[service]["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        assert schema.get("examples") or content.get("examples")


def _with_examples(model: type[BaseModel]) -> list[type[BaseModel]]:
    inner = [found for each in model.__subclasses__() for found in _with_examples(each)]
    return [*([model] if "json_schema_extra" in vars(model).get("model_config", {}) else []), *inner]


@pytest.mark.parametrize("model", _with_examples(Sent), ids=lambda m: f"{m.__module__}.{m.__name__}")
def test_an_example_is_valid(model: type[BaseModel]) -> None:
    extra = model.model_config["json_schema_extra"]
    assert isinstance(extra, dict)
    examples = extra["examples"]
    assert isinstance(examples, list)
    for example in examples:
        model.model_validate(json.loads(json.dumps(example)))


def test_nothing_in_them_is_fastapis_own_refusal() -> None:
    assert "HTTPValidationError" not in json.dumps(DOCUMENTS)
