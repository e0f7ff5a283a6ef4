"""Structured logs, JSON on stdout, one line per thing that ended. Codes and ids only: the last processors drop any
field that could carry a person's name or a secret, and the text of errors that repeat what a row or a request held.

``bind`` sets what every line of the running request or event carries: correlation_id, causation_id, actor."""

import logging
import logging.config
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from functools import lru_cache
from typing import Any

import psycopg
import structlog
from pydantic import ValidationError
from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars, merge_contextvars

from shared.observing.quiet import OneOfAKind

__all__ = ["bind", "bound", "clear", "closing_line", "configure_logging", "describe", "get_logger"]

bind = bind_contextvars
bound = bound_contextvars
clear = clear_contextvars

_NEVER_LOGGED = frozenset(
    (
        *("name", "names", "surname", "nom", "prenom", "birth", "birthdate", "birthday", "naissance", "sin", "nas"),
        *("email", "courriel", "mail", "phone", "telephone", "mobile", "address", "adresse", "street", "rue", "postal"),
        *("passport", "document_number", "iban", "body", "payload", "data"),
        *("password", "passwd", "token", "tokens", "secret", "secrets", "authorization", "cookie", "cookies", "jwt"),
    )
)
_HARMLESS = frozenset({"logger_name", "event_name", "type_name"})
_MODULES_THAT_TALK = {
    "uvicorn.access": "CRITICAL",
    "httpx": "WARNING",
    "httpcore": "WARNING",
    "asyncio": "WARNING",
    "faust": "WARNING",
    "mode": "WARNING",
    "aiokafka": "WARNING",
}

Line = MutableMapping[str, Any]


def get_logger(**fields: Any) -> Any:
    return structlog.stdlib.get_logger("interconnexion", **fields)


def closing_line(event: str, *, result: str, ms: float, level: str = "info", **fields: Any) -> None:
    """The one line that says how a request, message, timer or delivery ended."""
    getattr(get_logger(), level)(event, result=result, ms=round(ms, 1), **fields)


def configure_logging(service: str, level: str = "INFO") -> None:
    """JSON lines for structlog and for the standard library's loggers (uvicorn, faust, aiokafka, alembic) alike."""
    # no line of ours says which thread or place in the code it came from: finding out took a third of its time
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # as the standard library's logging howto has it
    shared = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _say_service(service),
        describe_exception,
        drop_personal,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_as_json(shared))
    handler.addFilter(OneOfAKind())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name, least in _MODULES_THAT_TALK.items():
        logging.getLogger(name).setLevel(least)


def _as_json(shared: list[Any]) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_logger_name,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ExtraAdder(allow={"held_back"}),
            *shared,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
        keep_exc_info=False,
    )


def describe(problem: BaseException) -> dict[str, Any]:
    """An exception as fields: its class, where it was raised, and its text unless that may repeat stored data."""
    chain = list(_chain(problem))
    frames = traceback.extract_tb(problem.__traceback__)
    ours = [f for f in frames[:-1] if "site-packages" not in f.filename] + frames[-1:]
    said = None if any(_repeats_data(e) for e in chain) else str(problem)[:500]
    return {
        "error": type(problem).__name__,
        "error_text": said,
        "caused_by": [type(e).__name__ for e in chain[1:]],
        "traceback": [f"{f.filename.rpartition('/')[2]}:{f.lineno} {f.name}" for f in ours],
    }


def describe_exception(_: Any, __: str, line: Line) -> Line:
    """Processor: ``exc_info`` becomes fields without the text of data."""
    info = line.pop("exc_info", None)
    problem = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(problem, BaseException):
        line.update(describe(problem))
    return line


def drop_personal(_: Any, __: str, line: Line) -> Line:
    """Processor: removes what must not be in a log, at any depth, and says which fields it removed."""
    dropped: list[str] = []
    kept: Line = _without(dict(line), dropped)
    if dropped:
        kept["dropped"] = sorted(set(dropped))
    return kept


def _without(value: Any, dropped: list[str]) -> Any:
    if isinstance(value, dict):
        kept = {}
        for field, inner in value.items():
            if _is_personal(str(field)):
                dropped.append(str(field))
            else:
                kept[field] = _without(inner, dropped)
        return kept
    if isinstance(value, list | tuple):
        return [_without(inner, dropped) for inner in value]
    return value


@lru_cache(4096)
def _is_personal(field: str) -> bool:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", field).lower().replace("-", "_")
    return words not in _HARMLESS and any(word in _NEVER_LOGGED for word in [words, *words.split("_")])


def _say_service(service: str) -> Any:
    def say(_: Any, __: str, line: Line) -> Line:
        line.setdefault("service", service)
        return line

    return say


def _repeats_data(problem: BaseException) -> bool:
    return isinstance(problem, psycopg.Error | ValidationError | UnicodeError)


def _chain(problem: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = problem
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
