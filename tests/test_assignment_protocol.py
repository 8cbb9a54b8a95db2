"""Judge and runner understand each other, and nothing else."""
import io
import json
import os
import time
from contextlib import closing

import numpy as np
import pytest

from assignment.grading.expected import CASES
from assignment.judging import calls, isolation, scratch
from assignment.judging.answer_runner import protocol
from assignment.judging.process import Ended, Process


@pytest.mark.parametrize("message", [
    b"\xff\xff\xff\xff", b"\0\0\0\2[]", b"\0\0\0\2{}", b"\0\0\0\7\"\xff\xff\"...", b"\0\0\0\3nul",
    *(len(text).to_bytes(4, "big") + text for text in (
        json.dumps({"head": {}, "arrays": arrays}).encode() for arrays in (
            [["O", [1]]], [["<f8", [-1]]], [["<f8", ["x"]]], [["<f16", [1]]], [["<f8", [10 ** 6, 10 ** 6]]], [[0]], 5,
            [["<U4", [1]]], [["<f8", [True]]])))])
def test_what_is_no_message_is_refused(message):
    with pytest.raises(protocol.Garbled):
        protocol.read(io.BytesIO(message + b"\0" * 100), 1000)


def test_messages_come_back_as_they_were():
    stream = io.BytesIO()
    arrays = [np.arange(6.0).reshape(2, 3), np.array(True), np.zeros((0, 2), np.int16), np.ones((2, 3, 4)).T]
    protocol.write(stream, {"a": [1, "가"]}, arrays)
    stream.seek(0)
    head, read = protocol.read(stream, 100)
    assert head == {"a": [1, "가"]} and [one.shape for one in read] == [one.shape for one in arrays]
    assert all(np.array_equal(*pair) for pair in zip(read, arrays))
    with pytest.raises(EOFError):
        protocol.read(stream, 100)


@pytest.mark.parametrize("isolated", [False, True])
def test_process_answers_one_thing_at_a_time(isolated):
    if isolated and not isolation.is_possible():
        pytest.skip("this machine has no namespaces for users")
    files = {"nn/__init__.py": b"", "nn/double.py": b"class Double:\n    def of(self, x):\n        return 2 * x\n"}
    with Process(files, 60, isolated=isolated) as process:
        assert "error" not in process.ask("case", make=["nn.double", "Double"], settings=[], objects=1)[0]
        for x in (np.arange(3.0), np.ones((2, 2))):
            head, arrays = process.ask("call", x, object=0, method="of", arguments=[None], pair=False, most=100)
            assert head["values"] == 1 and np.array_equal(arrays[0], 2 * x) and np.array_equal(arrays[1], x)
        assert "KeyError" in process.ask("nonsense")[0]["error"]["text"]
        process.finish()
    assert not process.scratch.exists()


def test_the_next_request_waits_while_one_is_answered_and_none_is_left_unread():
    sent = []

    def requests():
        for number in range(5):
            sent.append(number)
            yield np.full(2, number),

    with Process({"nn/__init__.py": b""}, 60) as process:
        with closing(process.ask_ahead("nonsense", requests())) as replies:
            for count, reply in enumerate(replies):
                assert "KeyError" in reply["error"]["text"] and sent == list(range(min(count + 2, 5)))
        with closing(process.ask_ahead("nonsense", requests())) as replies:
            next(replies)
        assert "KeyError" in process.ask("other")[0]["error"]["text"]
        process.finish()


def test_reply_that_was_not_asked_for_is_none():
    """Its token was drawn before."""
    with Process({"nn/__init__.py": b""}, 60) as process:
        protocol.write(process.process.stdin, {"kind": "case", "token": "old"})
        with pytest.raises(Ended, match="messages of its own"):
            process.ask("case", make=["io", "StringIO"], settings=[], objects=1)


LATE = b"""import os, struct, threading
def write():
    for number in range(3, 40):
        try:
            os.write(number, b"late" * 40)
        except OSError:
            pass
class Late:
    def of(self, x):
        threading.Timer(0.2, write).start()
        return x
"""


@pytest.mark.slow
def test_message_after_the_last_reply_is_one_too_many():
    with Process({"nn/__init__.py": b"", "nn/late.py": LATE}, 60) as process:
        process.ask("case", make=["nn.late", "Late"], settings=[], objects=1)
        process.ask("call", np.ones(2), object=0, method="of", arguments=[None], pair=False, most=100)
        time.sleep(1)
        with pytest.raises(Ended, match="more than was asked for"):
            process.finish()


class Recorder:
    """A process that answers each call with zeros, and notes what it is asked."""

    def __init__(self):
        self.asked = []

    def ask(self, kind, *arrays, most=None, **head):
        self.asked.append((kind, arrays, head))
        return {"values": 1, "printed": 0}, [np.zeros(1), *arrays]

    def finish(self):
        pass


@pytest.mark.parametrize("number", CASES)
def test_a_call_brings_its_own_arguments_and_nothing_that_is_right_or_later(number):
    cases, recorder = CASES[number](np.random.default_rng(0)), Recorder()
    calls.answers(recorder, cases, str)
    asked = iter(recorder.asked)
    for case in cases:
        kind, arrays, head = next(asked)
        assert (kind, arrays, sorted(head)) == ("case", (), ["make", "objects", "settings"])
        for call in case.calls:
            kind, arrays, head = next(asked)
            expected = [one for one in call.arguments if isinstance(one, np.ndarray)]
            assert kind == "call" and len(arrays) == len(expected) and all(map(np.array_equal, arrays, expected))
            assert sorted(head) == ["arguments", "method", "object", "pair"]
            assert head["arguments"] == [None if isinstance(one, np.ndarray) else one for one in call.arguments]
    assert next(asked, None) is None


@pytest.mark.skipif(os.name != "posix", reason="a process is asked whether it runs")
def test_folders_that_a_killed_grading_has_left_are_taken_away(tmp_path, monkeypatch):
    now = time.time()
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    ages = {"grade-abcdefgh": 4, "grade-999999999-abcdefgh": 30, f"grade-{os.getpid()}-abcdefgh": 4,
            "grade-999999999-ijklmnop": 1, "grades-2024": 30, "grade-ab.zip": 30}
    for name, hours in ages.items():
        (tmp_path / name / "project").mkdir(parents=True)
        os.utime(tmp_path / name, (now - hours * 3600,) * 2)
    (tmp_path / "grade-alink").symlink_to(tmp_path / "grades-2024")
    folder = scratch.new_folder()
    gone = {"grade-abcdefgh", "grade-999999999-abcdefgh"}
    assert {path.name for path in tmp_path.iterdir()} == {*ages.keys() - gone, "grade-alink", folder.name}
    assert (tmp_path / "grades-2024" / "project").is_dir()
