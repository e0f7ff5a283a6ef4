"""Stands in for a process of the system: answers /live and /ready on its port once its database is there.

Started as a file, with the name of its port variable and of its service ("" for none). It shows what it was told on
/settings, and ends at once when the file that STANDIN_DIE names exists.
"""

import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Answers(BaseHTTPRequestHandler):
    ready = False

    def do_GET(self) -> None:
        if self.path == "/settings":
            self._send(200, dict(os.environ))
        elif self.path == "/live" or self.server.ready:  # type: ignore[attr-defined]
            self._send(200, {"status": "ready"})
        else:
            why = {"fr": "attend sa base de données", "en": "waits for its database"}
            self._send(503, {"status": "starting", "waiting_for": [why]})

    def _send(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        print(format % args, flush=True)


def stop(number: int, frame: object) -> None:
    print("stopped in good order", flush=True)
    os._exit(0)


def main(port_variable: str, service: str) -> None:
    signal.signal(signal.SIGTERM, stop)
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ[port_variable])), Answers)
    server.ready = False  # type: ignore[attr-defined]
    import threading

    threading.Thread(target=server.serve_forever, daemon=True).start()
    if service:
        import psycopg

        while not server.ready:  # type: ignore[attr-defined]
            try:
                psycopg.connect(os.environ[f"{service.upper()}_DATABASE_URL"], connect_timeout=2).close()
                server.ready = True  # type: ignore[attr-defined]
            except psycopg.OperationalError:
                time.sleep(0.1)
    server.ready = True  # type: ignore[attr-defined]
    while not Path(os.environ.get("STANDIN_DIE", "/nonexistent")).exists():
        time.sleep(0.2)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
