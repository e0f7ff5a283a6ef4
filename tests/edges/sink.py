"""A scripted receiver of webhooks on a real port: it answers what the test wrote down, and remembers what came."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    after_s: float = 0.0


@dataclass(frozen=True)
class Received:
    headers: dict[str, str]
    body: bytes
    began: float
    ended: float


class Sink:
    def __init__(self) -> None:
        self.script: list[Answer] = []  # then 200
        self.received: list[Received] = []
        self._lock = threading.Lock()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sink.take(self)

            def log_message(self, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def take(self, request: BaseHTTPRequestHandler) -> None:
        began = time.monotonic()
        body = request.rfile.read(int(request.headers["content-length"]))
        with self._lock:
            answer = self.script.pop(0) if self.script else Answer()
        time.sleep(answer.after_s)
        with self._lock:
            headers = {name.lower(): value for name, value in request.headers.items()}
            self.received.append(Received(headers, body, began, time.monotonic()))
        try:
            request.send_response(answer.status)
            for name, value in answer.headers.items():
                request.send_header(name, value)
            request.send_header("content-length", "0")
            request.end_headers()
        except OSError:
            pass  # the sender gave up

    @property
    def ids(self) -> list[str]:
        return [received.headers["webhook-id"] for received in self.received]


@contextmanager
def running_sink() -> Iterator[Sink]:
    sink = Sink()
    thread = threading.Thread(target=sink.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        sink.server.shutdown()
        sink.server.server_close()
        thread.join()
