"""The runner does what it is asked, one thing at a time, and judges nothing.

    python -I -S RUNNER ALLOWED,... SITE_PACKAGES ...

Requests come on standard input, replies go to standard output (`protocol`). When the input ends, so does the runner.
"""
import os
import queue
import sys
import threading

sys.path += sys.argv[2:]
HERE = sys.path.pop(0)

sys.path.insert(0, os.path.dirname(HERE))
from answer_runner import limits, protocol, surroundings  # noqa: E402
from answer_runner.calls import Calls  # noqa: E402
from answer_runner.errors import told  # noqa: E402
from answer_runner.network import Networks  # noqa: E402

sys.path.pop(0)
MOST = 2 ** 22  # numbers in a request


def main():
    """Take the pipes and the limits, then the submission's project, then one request after the other."""
    limits.die_with_parent()
    streams = surroundings.take_pipes()
    incoming = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(streams[0], incoming), daemon=True).start()
    limits.limit_resources()
    surroundings.allow_packages(sys.argv[1].split(","), sys.argv[2:])
    surroundings.give_back_names()
    head, _ = incoming.get()
    project = os.path.abspath(head["project"])
    os.chdir(project)
    sys.path.insert(0, project)
    sys.argv = [""]
    surroundings.draw_from(head["seed"])
    _reply(streams[1], head, {}, [])
    calls, networks = Calls(project), Networks(project)
    handlers = {name: getattr(owner, name) for owner, names in (
        (calls, ("case", "call")),
        (networks, ("take", "weights", "build", "trace", "probe", "activation", "train", "predict"))) for name in names}
    handlers["hurry"] = _hurry
    while True:
        head, arrays = incoming.get()
        try:
            reply, values = handlers[head["kind"]](head, arrays)
        except BaseException as error:  # SystemExit, too
            reply, values = {"error": told(error, project)}, []
        _reply(streams[1], head, reply, values)


def _hurry(request, arrays):
    limits.limit_processor_time(request["seconds"])
    return {}, []


def _reply(stream, request, head, arrays):
    protocol.write(stream, {**head, "token": request["token"]}, arrays)


def _listen(stream, incoming):
    """Put requests into the queue; the end of the stream ends the process, whatever it is doing."""
    try:
        while True:
            incoming.put(protocol.read(stream, MOST))
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
