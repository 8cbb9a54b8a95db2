"""The page's server: this machine's browser gets the page and answers to its questions, and nobody else anything."""
import json
import re
import socket
import threading
from collections import deque
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from page.answers import IMAGE_BYTES, SIDE, Refused, told

WEB = Path(__file__).with_name("web")
SCRIPTS = ("main", "words", "numbers", "pad", "asking", "training", "layers", "cell", "back")
FILES = {"/": ("page.html", "text/html"), "/page.css": ("page.css", "text/css"),
         **{f"/{name}.js": (f"{name}.js", "text/javascript") for name in SCRIPTS}}
DRAWN, NOTHING, FILE = (SIDE * SIDE, IMAGE_BYTES), (0,), range(20_000_001)  # bytes that a question comes with
QUESTIONS = [(re.compile(pattern), name, lengths) for pattern, name, lengths in (
    (r"/answer", "answer", DRAWN), (r"/picture", "read_picture", FILE), (r"/back/(\d)", "back", DRAWN),
    (r"/cell/(\d{1,3})/(\d{1,4})/(\d{1,4})", "cell", DRAWN),
    (r"/step/(\d)", "step", DRAWN), (r"/take_back", "take_back", NOTHING),
    (r"/lead/(pause|one_step|go_on)", "lead", NOTHING), (r"/factor/(\d{1,3}(?:\.\d{1,6})?)", "factor", NOTHING))]
MOST = 64  # connections that are open at a time
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'"


class PageServer(ThreadingHTTPServer):
    """It serves the page and its questions to this machine alone, at a free port; `url` is where.

    Each connection has a thread while it is open, and MOST are open at a time: for one more, the oldest is closed.
    """

    daemon_threads = True
    request_queue_size = 128  # connections that wait until they are accepted

    def __init__(self, answers):
        super().__init__(("127.0.0.1", 0), PageHandler)
        self.answers, self.open, self._free = answers, deque(), threading.Semaphore(MOST)
        self.hosts = {f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost")}
        self.url = f"http://127.0.0.1:{self.server_port}/"

    def process_request(self, request, client_address):
        self.open.append(request)
        if len(self.open) > MOST:
            with suppress(OSError, IndexError):  # it has just been closed
                self.open[0].shutdown(socket.SHUT_RDWR)
        self._free.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.open.remove(request)
            self._free.release()

    def handle_error(self, request, client_address):
        """A browser that hangs up is nothing to write home about."""


class PageHandler(BaseHTTPRequestHandler):
    """GET is for FILES and /status, POST for QUESTIONS; all else is refused."""

    timeout = 10  # seconds until a request that does not go on is given up
    server_version = sys_version = ""

    def do_GET(self):
        if self._is_refused():
            return
        if self.path in FILES:
            name, kind = FILES[self.path]
            self._send(200, (WEB / name).read_bytes(), f"{kind}; charset=utf-8")
        elif self.path == "/status":
            self._send_json(200, self.server.answers.status())
        else:
            self._refuse(404, "there is no such page here")

    def do_POST(self):
        if self._is_refused():
            return
        length = self.headers.get("Content-Length", "")
        found = next((question for question in QUESTIONS if question[0].fullmatch(self.path)), None)
        if found is None:
            self._refuse(404, "there is no such page here")
        elif self.headers.get("Content-Type") != "application/octet-stream":
            self._refuse(415, "expected a drawing, as application/octet-stream")
        elif not (length.isascii() and length.isdecimal()) or "Transfer-Encoding" in self.headers:
            self._refuse(411, "expected a Content-Length")
        elif len(length) > 9 or int(length) > max(found[2]):  # of thousands of digits Python makes no number
            self._refuse(413, f"expected {max(found[2])} bytes, and no more")
        elif int(length) not in found[2]:
            self._refuse(400, f"expected {max(found[2])} bytes, not {length}")
        else:
            self._answer(*found[:2], int(length))

    def _answer(self, pattern, name, length):
        body = self.rfile.read(length)
        if len(body) != length:
            self._refuse(400, f"expected {length} bytes, not {len(body)}")
            return
        try:
            answer = getattr(self.server.answers, name)(body, *pattern.fullmatch(self.path).groups())
        except Refused as why:  # which is an answer, too
            self._send_json(200, {"error": str(why)})
        except Exception as error:  # in a layer of the student's own, perhaps: the page tells it
            self._refuse(500, told(error))
        else:
            self._send_json(200, answer)

    def _is_refused(self):
        """Another site's page may send requests here, too, or have its own name lead here: neither is answered."""
        origin = self.headers.get("Origin")
        if self.headers.get_all("Host", []) not in [[host] for host in self.server.hosts]:
            self._refuse(403, "this Host is not served here")
        elif origin is not None and origin not in {f"http://{host}" for host in self.server.hosts}:
            self._refuse(403, "another site's page is not answered")
        else:
            return False
        return True

    def _refuse(self, status, why):
        self._send_json(status, {"error": why})

    def _send_json(self, status, content):
        self._send(status, json.dumps(content).encode(), "application/json")

    def _send(self, status, content, kind):
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", len(content)), ("Cache-Control", "no-store"),
                            ("Content-Security-Policy", POLICY), ("X-Content-Type-Options", "nosniff"),
                            ("X-Frame-Options", "DENY"), ("Cross-Origin-Resource-Policy", "same-origin")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        """The console is for the training's lines."""
