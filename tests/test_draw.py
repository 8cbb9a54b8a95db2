"""The drawing page's server answers its own page, on this machine, and nobody else."""
import base64
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from examples import draw
from inspection.plots import mosaic
from nn import (
    AbstractLayer,
    Conv,
    Dropout,
    Flatten,
    FullyConnected,
    Network,
    SGDOptimizer,
    cross_entropy,
    he,
    linear,
    mse,
)
from nn.metrics import probabilities
from page.answers import SIDE, Answers
from page.server import FILES, MOST, QUESTIONS, WEB, PageServer
from readers.digit import as_mnist
from tests.test_program import tiny_mnist
from training.experiment import Experiment

ROOT = Path(__file__).resolve().parents[1]
DRAWING = np.zeros((SIDE, SIDE), np.uint8)
DRAWING[60:220, 130:150] = 255
KIND = {"Content-Type": "application/octet-stream"}


class Own(AbstractLayer):
    """A student's own layer, with just the five methods."""

    def forward(self, inputs):
        return inputs, np.abs(inputs)

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient * np.sign(z)

    def backward(self, layer_err):
        return layer_err

    def get_weight_grad(self, inputs, layer_err):
        return None

    def update(self, grad, lr):
        pass


class Broken(Own):
    def forward(self, inputs):
        raise ZeroDivisionError("in the student's own layer")


def network(*layers, loss=cross_entropy):
    sgd = SGDOptimizer()
    return Network([Conv((5, 5, 1, 3), activation=linear, optimizer=sgd, filter_init=he, strides=3), *layers,
                    Flatten((8, 8, 3)), Dropout(0.5),
                    FullyConnected((192, 10), activation=linear, optimizer=sgd, weight_init=he)], lr=0.1, loss=loss)


@contextmanager
def served(net, ready=True):
    server = PageServer(Answers(net, "mine", ready=ready))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def ask(server, method, path, body=None, headers=None):
    """(status, headers, body) of the server's answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    result = response.status, response.headers, response.read()
    connection.close()
    return result


def values(picture):
    flat = np.frombuffer(base64.b64decode(picture["values"]), "<f4")
    return flat.reshape(picture["rows"], picture["columns"])


@pytest.mark.parametrize("loss", [cross_entropy, mse])
def test_answer_is_that_of_the_network_and_of_each_layer_own_ones_too(loss):
    net = network(Own(), loss=loss)
    with served(net) as server:
        status, headers, body = ask(server, "POST", "/answer", DRAWING.tobytes(), KIND)
    answer, image = json.loads(body), as_mnist(DRAWING / 255)
    assert status == 200 and headers["Content-Type"] == "application/json"
    np.testing.assert_allclose(answer["digits"], probabilities(loss, net.forward(image[None]))[0], rtol=1e-5)
    assert [layer["shape"] for layer in answer["layers"]] == [[8, 8, 3], [8, 8, 3], [192], [192], [10]]
    assert [layer["name"] for layer in answer["layers"]][:2] == ["0 Conv((5, 5, 1, 3))", "1 Own"]
    for layer, activation in zip(answer["layers"], net.activations(image[None])):
        np.testing.assert_array_equal(values(layer["picture"]), mosaic(activation[0]))
    np.testing.assert_array_equal(values(answer["layers"][0]["filters"]), mosaic(net.layers[0].w.mean(axis=2)))
    np.testing.assert_array_equal(values(answer["image"]), image[..., 0])


def test_page_loads_nothing_but_the_listed_files_and_asks_nothing_but_the_listed_questions():
    assert {name for name, _ in FILES.values()} == {file.name for file in WEB.iterdir()}
    text = {name: (WEB / name).read_text(encoding="utf-8") for name, _ in FILES.values()}
    links = r"""(?:src|href|from|import)\s*[=(]?\s*["']\.?(?!data:)([\w/.:]+)"""
    assert set(re.findall(links, "".join(text.values()))) == FILES.keys() - {"/"}
    asked = set(re.findall(r"""["`]/([a-z_]+)[/"`]""", "".join(text[name] for name in text if name.endswith(".js"))))
    assert asked == {"status", *(pattern.pattern.split("/")[1] for pattern, _, _ in QUESTIONS)}
    assert "innerHTML" not in "".join(text.values()) and "style=" not in text["page.html"]


@pytest.mark.parametrize("path", FILES)
def test_each_file_is_served_and_scripts_come_from_here_alone(path):
    with served(network()) as server:
        status, headers, body = ask(server, "GET", path)
    name, kind = FILES[path]
    assert status == 200 and body == (WEB / name).read_bytes() and headers["Content-Type"].startswith(kind)
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"] and "Server" in headers


def test_page_says_everything_in_both_languages():
    text = (WEB / "words.js").read_text(encoding="utf-8")
    english, korean = text.split("  ko: {")[0].split("  en: {")[1], text.split("  ko: {")[1].split("\n};")[0]
    names = [re.findall(r"^    (\w+):|[ {,](\w+): [\"`(\[]", part, re.MULTILINE) for part in (english, korean)]
    assert names[0] == names[1] and len(names[0]) > 40
    known = {one or other for one, other in names[0]}
    assert set(re.findall(r'data-text="(\w+)"', (WEB / "page.html").read_text(encoding="utf-8"))) <= known
    assert not re.search("신경망|걸음|각 층", korean)  # the READMEs say 네트워크, 스텝, 레이어


def test_status_tells_how_far_the_training_is():
    with served(network(), ready=False) as server:
        server.answers.learns(100, None, None)

        def status():
            return json.loads(ask(server, "GET", "/status")[2])
        expected = {"state": "training", "name": "mine", "done": 0, "total": 100, "loss": None, "accuracy": None,
                    "left": None, "trouble": ""}
        assert status().items() >= {**expected, "rate": 0.1, "factor": 1, "can_take_back": 0}.items()
        server.answers.history.losses += [2.0, 1.0]
        server.answers.history.accuracies["validation"] = [(1, 50.0), (2, 75.0)]
        expected.update(done=2, loss=1.5, accuracy=75.0, left=0)
        assert {**status(), "left": 0}.items() >= expected.items()
        assert status()["curve"] == {"loss": [[1, 2], [2, 1]], "accuracy": [], "validation": [[1, 50], [2, 75]]}
        server.answers.history.losses.append(float("nan"))
        server.answers.ready = True
        assert status()["state"] == "ready" and status()["loss"] is None


@pytest.mark.parametrize("method, path, body, headers, expected", [
    ("GET", "/status", None, {}, 200),
    ("GET", "/status", None, {"Host": "localhost:PORT"}, 200),
    ("GET", "/status", None, {"Origin": "http://127.0.0.1:PORT"}, 200),
    ("GET", "/", None, {"Host": "evil.example"}, 403),  # a name that was made to lead to this machine
    ("GET", "/status", None, {"Host": "127.0.0.1"}, 403),
    ("GET", "/status", None, {"Host": "127.0.0.1:1"}, 403),
    ("GET", "/status", None, {"Origin": "http://evil.example"}, 403),
    ("GET", "/status", None, {"Origin": "null"}, 403),
    ("POST", "/answer", DRAWING.tobytes(), {**KIND, "Origin": "http://127.0.0.1:PORT"}, 200),
    ("POST", "/answer", DRAWING.tobytes(), {**KIND, "Origin": "https://127.0.0.1:PORT"}, 403),
    ("POST", "/answer", DRAWING.tobytes(), {**KIND, "Host": "evil.example:PORT"}, 403),
    ("POST", "/answer", DRAWING.tobytes(), {}, 415),
    ("POST", "/answer", DRAWING.tobytes(), {"Content-Type": "text/plain"}, 415),
    ("POST", "/answer", DRAWING.tobytes()[1:], KIND, 400),
    ("POST", "/answer", b"", KIND, 400),
    ("POST", "/answer", None, {**KIND, "Content-Length": "1000000000000"}, 413),
    ("POST", "/answer", None, {**KIND, "Content-Length": "9" * 5000}, 413),
    ("POST", "/answer", None, {**KIND, "Content-Length": "9" * 20000}, 413),
    ("POST", "/answer", None, {**KIND, "Content-Length": "-1"}, 411),
    ("POST", "/answer", None, {**KIND, "Content-Length": "many"}, 411),
    ("POST", "/answer", None, {**KIND, "Transfer-Encoding": "chunked"}, 411),
    ("POST", "/", DRAWING.tobytes(), KIND, 404),
    ("GET", "/../README.md", None, {}, 404),
    ("GET", "/answer", None, {}, 404),
    ("GET", "/status?x", None, {}, 404),
    ("PUT", "/answer", DRAWING.tobytes(), KIND, 501),
    ("GET", "/web/main.js", None, {}, 404),
    ("GET", "/main.js?x", None, {}, 404),
    ("POST", "/cell/0/0/0", DRAWING.tobytes(), KIND, 200),
    ("POST", "/cell/-1/0/0", DRAWING.tobytes(), KIND, 404),
    ("POST", "/cell/0/0/0", b"", KIND, 400),
    ("POST", "/back/10", DRAWING.tobytes(), KIND, 404),
    ("POST", "/step/3", DRAWING.tobytes(), {**KIND, "Origin": "http://evil.example"}, 403),
    ("POST", "/lead/__init__", b"", KIND, 404),
    ("POST", "/lead/pause", b"", {}, 415),
    ("POST", "/factor/1e9", b"", KIND, 404),
    ("POST", "/factor/0.5", b"x", KIND, 413),
    ("POST", "/picture", None, {**KIND, "Content-Length": "20000001"}, 413),
])
def test_only_the_pages_own_requests_are_answered(method, path, body, headers, expected):
    with served(network()) as server:
        headers = {name: value.replace("PORT", str(server.server_port)) for name, value in headers.items()}
        assert ask(server, method, path, body, headers)[0] == expected
        assert ask(server, "GET", "/status")[0] == 200  # and it goes on


@pytest.mark.parametrize("path, body, why", [
    ("/cell/0/0/8", DRAWING.tobytes(), "no cell in row 0, column 8"),  # the line between two channels
    ("/cell/0/9999/0", DRAWING.tobytes(), "no cell in row 9999"),
    ("/cell/99/0/0", DRAWING.tobytes(), "no layer 99"),
    ("/take_back", b"", "no step to take back"),
    ("/factor/0", b"", "must lie between 0.01 and 100, but is 0"),
    ("/picture", b"no picture", "cannot be read as a picture"),
    ("/picture", b"", "cannot be read as a picture"),
])
def test_what_cannot_be_is_told(path, body, why):
    with served(network()) as server:
        assert why in json.loads(ask(server, "POST", path, body, KIND)[2])["error"]


def test_korean_knows_the_sentences_with_which_the_program_refuses():
    korean = re.search(r"refused: {(.*?)\n    },", (ROOT / "page/web/words.js").read_text("utf-8"), re.DOTALL)[1]
    sources = "".join((ROOT / "page" / name).read_text("utf-8") for name in ("answers.py", "way_back.py"))
    english = re.findall(r'"([a-z][^"]*)":', korean)
    assert english and all(f'("{sentence}")' in sources for sentence in english)


def test_many_requests_at_once_are_all_answered():
    with served(network()) as server:
        before = [socket.create_connection(("127.0.0.1", server.server_port), timeout=20) for _ in range(60)]
        for connection in before:
            connection.sendall(f"GET /status HTTP/1.1\r\nHost: 127.0.0.1:{server.server_port}\r\n\r\n".encode())
        assert {connection.recv(4096)[:12] for connection in before} == {b"HTTP/1.0 200"}


def test_connections_that_nobody_has_accepted_yet_wait():
    server = PageServer(Answers(network(), "mine"))  # nothing serves yet
    waiting = [socket.create_connection(("127.0.0.1", server.server_port), timeout=2) for _ in range(60)]
    for connection in [*waiting, server]:
        getattr(connection, "server_close", getattr(connection, "close", None))()


@pytest.mark.slow
def test_slow_clients_hold_a_bounded_number_of_threads_and_nobody_waits_for_them():
    with served(network()) as server:
        slow = []
        for _ in range(3 * MOST):
            slow.append(socket.create_connection(("127.0.0.1", server.server_port), timeout=20))
            slow[-1].sendall(b"G")
        assert ask(server, "GET", "/status")[0] == 200
        assert threading.active_count() < MOST + 20
        assert ask(server, "POST", "/answer", DRAWING.tobytes(), KIND)[0] == 200


@pytest.mark.parametrize("request_bytes", [
    b"\x00\xff\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
    b"GET /status HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nHost: 127.0.0.1:PORT\r\n\r\n",
    b"POST /answer HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n" + b"X: y\r\n" * 200 + b"\r\n", b"G" * 70_000])
def test_malformed_requests_are_refused(request_bytes):
    with served(network()) as server:
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=20) as connection:
            connection.sendall(request_bytes.replace(b"PORT", str(server.server_port).encode()))
            connection.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: connection.recv(4096), b""))
        assert b" 200 " not in answer.split(b"\n")[0]
        assert ask(server, "GET", "/status")[0] == 200


def test_drawing_that_is_cut_off_is_refused():
    with served(network()) as server:
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=20) as connection:
            connection.sendall(f"POST /answer HTTP/1.1\r\nHost: 127.0.0.1:{server.server_port}\r\nContent-Type: "
                               f"application/octet-stream\r\nContent-Length: {SIDE * SIDE}\r\n\r\nabc".encode())
            connection.shutdown(socket.SHUT_WR)
            assert b" 400 " in connection.recv(4096).split(b"\n")[0]


def test_it_listens_on_this_machine_alone():
    with served(network()) as server:
        assert server.server_address[0] == "127.0.0.1"


def test_fault_in_a_students_layer_is_told_on_the_page_with_its_place(capfd):
    with served(network(Broken())) as server:
        status, _, body = ask(server, "POST", "/answer", DRAWING.tobytes(), KIND)
    why = r"ZeroDivisionError: in the student's own layer \(test_draw\.py, line \d+, in forward\)"
    assert status == 500 and re.fullmatch(why, json.loads(body)["error"])
    assert capfd.readouterr().err == ""


def test_training_that_fails_in_a_students_layer_is_told_without_a_traceback(tmp_path, capfd):
    net, experiment = network(Broken()), Experiment(lambda *_: [], batch_size=2, epochs=1)
    answers = Answers(net, "mine", ready=False)
    options = SimpleNamespace(data=tiny_mnist(tmp_path), print_every=10)
    assert not draw.learn(net, experiment, options, answers, "http://here/")
    why = answers.status()["trouble"]
    assert re.search(r"failed\. ZeroDivisionError: in the student's own layer \(test_draw\.py, line \d+, in fo", why)
    told = capfd.readouterr()
    assert told.err == f"error: {why}\n" and told.out.startswith("Draw at http://here/")
    with answers.live.network():  # which nobody holds any more
        assert not answers.live.running


def test_outputs_that_are_no_numbers_are_told():
    net = network()
    net.layers[-1].w[:] = np.nan
    with served(net) as server:
        status, _, body = ask(server, "POST", "/answer", DRAWING.tobytes(), KIND)
    assert status == 200 and "nan or inf" in json.loads(body)["error"]


@contextmanager
def program(folder, *options, browser="true"):
    """The page's program, and its address."""
    environment = {**os.environ, "BROWSER": browser, "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen([sys.executable, "-m", "examples.draw", *options], cwd=ROOT, env=environment,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
    try:
        yield re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())[0], process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_program_serves_the_page_until_ctrl_c(tmp_path):
    import mnist_test
    experiment = mnist_test.EXPERIMENTS["mlp"]
    Network(experiment.layers(), experiment.lr, experiment.loss).save(tmp_path / "w.npz")
    with program(tmp_path, "--network", "mlp", "--load", str(tmp_path / "w.npz")) as (url, process):
        port = int(re.search(r":(\d+)/", url)[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("POST", "/answer", DRAWING.tobytes(), KIND)
        assert len(json.loads(connection.getresponse().read())["digits"]) == 10
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_ctrl_c_ends_a_training_that_is_paused_and_then_the_page(tmp_path):
    options = "--network", "mlp", "--epochs", "10000", "--data", str(tiny_mnist(tmp_path))
    with program(tmp_path, *options) as (url, process):
        connection = http.client.HTTPConnection("127.0.0.1", int(re.search(r":(\d+)/", url)[1]), timeout=20)
        connection.request("POST", "/lead/pause", b"", KIND)
        assert json.loads(connection.getresponse().read())["state"] in ("training", "paused")
        process.send_signal(signal.SIGINT)
        printed = []
        while not printed or "Draw at" not in printed[-1]:
            printed.append(process.stdout.readline())
        time.sleep(0.5)  # until it waits
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    assert any("paused on the page" in line for line in printed) and any("Stopped after" in line for line in printed)


def test_program_trains_first_and_shows_how_far_it_is(tmp_path):
    save = tmp_path / "w.npz"
    options = ["--network", "mlp", "--epochs", "30", "--data", str(tiny_mnist(tmp_path)), "--save", str(save)]
    (tmp_path / "open").touch()
    does_not_return = f"sh -c 'for i in $(seq 300); do [ -e {tmp_path}/open ] && sleep 0.2; done > /dev/null 2>&1' %s"
    with program(tmp_path, *options, browser=does_not_return) as (url, process):
        start = time.perf_counter()
        printed = [process.stdout.readline() for _ in range(1)]
        assert time.perf_counter() - start < 50
        (tmp_path / "open").unlink()
        while not save.exists() and process.poll() is None:
            printed.append(process.stdout.readline())
        connection = http.client.HTTPConnection("127.0.0.1", int(re.search(r":(\d+)/", url)[1]), timeout=20)
        connection.request("GET", "/status")
        status = json.loads(connection.getresponse().read())
    assert (status["done"], status["total"], status["name"]) == (30, 30, "mlp") and 0 <= status["accuracy"] <= 100
    assert printed[0].startswith("Iteration: 0, loss : ")
