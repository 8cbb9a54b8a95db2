"""Draw a digit and see, while you draw, what a network makes of it: `python -m examples.draw`.

It opens a page in the browser. The network is one of mnist_test.py's; it is trained first, unless --load names the file
of its weights. The page comes from this machine, and nobody else can reach it.
"""
import base64
import json
import socket
import threading
import time
import traceback
import webbrowser
from collections import deque
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

import nn
from inspection.plots import CHANNELS, mosaic
from mnist_test import EXPERIMENTS
from nn.metrics import probabilities
from readers.digit import as_mnist
from readers.mnist import load_images
from training.callbacks import Validation
from training.command import load_sets, load_weights, save_weights
from training.loop import History, train
from training.options import chosen, settings_parser
from training.program import as_program, finish, wait_for_ctrl_c

PAGE = Path(__file__).with_suffix(".html")
SIDE = 280  # pixels of the page's drawing, in height and width; a byte each, 0 paper to 255 ink
MOST = 64  # connections that are open at a time
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:"


class Answers:
    """What the page asks for: how far the training is, and what the network makes of a drawing.

    steps: how many the training takes, 0 if there is none. history: it grows while the training runs.
    """

    def __init__(self, net, name, steps):
        self.net, self.name, self.steps, self.history = net, name, steps, History()
        self.ready = steps == 0
        self._start, self._one_at_a_time = time.perf_counter(), threading.Lock()

    def status(self):
        losses, validated = self.history.losses, self.history.accuracies.get("validation")
        done, seconds = len(losses), time.perf_counter() - self._start
        loss = float(np.mean(losses[-50:])) if done else np.nan
        return {"state": "ready" if self.ready else "training", "name": self.name, "done": done, "total": self.steps,
                "loss": loss if np.isfinite(loss) else None, "accuracy": validated[-1][1] if validated else None,
                "left": round(seconds / done * (self.steps - done)) if done else None}

    def until_ctrl_c(self):
        """From now on drawings are answered."""
        self.ready = True
        wait_for_ctrl_c()

    def answer(self, drawing):
        """drawing: SIDE x SIDE bytes -> the probabilities of the digits, the image that is seen, and each layer's."""
        image = as_mnist(np.frombuffer(drawing, np.uint8).reshape(SIDE, SIDE) / 255)
        with self._one_at_a_time:
            activations = list(self.net.activations(image[None]))
        if not np.isfinite(activations[-1]).all():
            raise ValueError("the network's outputs are nan or inf, so its training has failed")
        layers = [{"name": f"{k} {layer!r}", "shape": activation.shape[1:], "channels": CHANNELS,
                   "picture": _picture(activation[0])}
                  for k, (layer, activation) in enumerate(zip(self.net.layers, activations))]
        return {"digits": probabilities(self.net.loss, activations[-1])[0].tolist(), "image": _picture(image),
                "layers": layers}


def _picture(array):
    """A mosaic as JSON: numbers from -127 to 127, the largest one's share of 127; -128 where there is none."""
    numbers = mosaic(array)
    largest = max(float(np.nanmax(np.abs(numbers))), 1e-12)
    values = np.nan_to_num(np.round(127 * numbers / largest), nan=-128).astype(np.int8)
    return {"rows": len(values), "columns": len(values[0]), "values": base64.b64encode(values.tobytes()).decode()}


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
    """GET / is the page, GET /status and POST /answer are its questions; all else is refused."""

    timeout = 10  # seconds until a request that does not go on is given up
    server_version = sys_version = ""

    def do_GET(self):
        if self._is_refused():
            return
        if self.path == "/":
            self._send(200, PAGE.read_bytes(), "text/html; charset=utf-8")
        elif self.path == "/status":
            self._send_json(200, self.server.answers.status())
        else:
            self._refuse(404, "there is no such page here")

    def do_POST(self):
        if self._is_refused():
            return
        length = self.headers.get("Content-Length", "")
        if self.path != "/answer":
            self._refuse(404, "there is no such page here")
        elif self.headers.get("Content-Type") != "application/octet-stream":
            self._refuse(415, "expected a drawing, as application/octet-stream")
        elif not length.isdecimal() or "Transfer-Encoding" in self.headers:
            self._refuse(411, "expected a Content-Length")
        elif len(length) > 9 or int(length) > SIDE * SIDE:  # of thousands of digits Python makes no number
            self._refuse(413, f"expected {SIDE} x {SIDE} bytes, and no more")
        elif int(length) < SIDE * SIDE:
            self._refuse(400, f"expected {SIDE} x {SIDE} bytes, not {length}")
        elif not self.server.answers.ready:
            self._refuse(503, "the network is still learning")
        else:
            self._answer(self.rfile.read(SIDE * SIDE))

    def _answer(self, drawing):
        if len(drawing) != SIDE * SIDE:
            self._refuse(400, f"expected {SIDE} x {SIDE} bytes, not {len(drawing)}")
            return
        try:
            answer = self.server.answers.answer(drawing)
        except Exception as error:  # of a layer of the student's own: it is told on the page, and shown in full here
            traceback.print_exc()
            self._refuse(500, f"{type(error).__name__}: {error}")
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


def main(argv=None):
    """Options, network, page; then the training, if there are no weights to load, and answers until Ctrl-C."""
    options, experiment = chosen(settings_parser(EXPERIMENTS, __doc__), EXPERIMENTS, argv)
    np.random.seed(options.seed)
    net = nn.Network(experiment.layers(), lr=experiment.lr, loss=experiment.loss)
    load_weights(net, options.load)
    train_set, validation_set, _ = load_sets(load_images, options.data) if options.load is None else (None,) * 3
    answers = Answers(net, options.network, experiment.steps(len(train_set[0])) if train_set else 0)
    server = PageServer(answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"Draw at {server.url} (Ctrl-C ends)", flush=True)
    with suppress(KeyboardInterrupt):
        threading.Thread(target=webbrowser.open, args=[server.url], daemon=True).start()  # some commands do not return
        if train_set:
            train(net, train_set, experiment.epochs, experiment.batch_size,
                  schedule=experiment.learning_rates(len(train_set[0])), augment=experiment.augment,
                  iterations=experiment.iterations, history=answers.history, callbacks=[Validation(validation_set)],
                  print_every=options.print_every)
        finish(answers.history,
               lambda: save_weights(net, options.save if train_set else None, options.network, experiment.activation),
               answers.until_ctrl_c)


if __name__ == "__main__":
    as_program(main)
