"""A process runs a submission's code, asked one thing at a time over a pipe; when it is over, nothing of it is left."""
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

from . import isolation, packages
from .answer_runner import protocol
from .scratch import new_folder
from .words import Words, say

RUNNER = Path(__file__).parent / "answer_runner"
STARTUP = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",  # without these, no Python
           *(["PATH"] if os.name == "nt" else []))  # where Windows finds the libraries of conda's NumPy
HOMES = ("USERPROFILE", "TEMP", "TMP") if os.name == "nt" else ("HOME", "TMPDIR")
OWN_MESSAGES = Words("what came back is no answer: the answer wrote messages of its own",
                     "돌아온 것이 답이 아닙니다: 답이 따로 메시지를 썼습니다")
FONTS = "matplotlib"  # its list of fonts, which takes seconds to make
_running, _lock = set(), threading.Lock()


class Ended(Exception):
    """The process gave no proper answer: why, as a `line` of Words."""

    def __init__(self, line):
        super().__init__(line)
        self.line = line


class Stopped(BaseException):
    """The process was killed because the whole work is interrupted, so there is nothing to say about its answers."""


class Process:
    """A runner in a project of its own: `with Process(files, ...) as process: process.ask("call", ...)`.

    files: path -> bytes of the project. data: a folder that the project sees as data/, or None. seconds: after so long
    it is killed. isolated: in namespaces, where it sees nothing else of the machine.
    """

    def __init__(self, files, seconds, data=None, isolated=False, seed=0):
        self.seconds, self.timed_out = seconds, False
        self.scratch = new_folder()
        try:
            project = self._lay_out(files, None if isolated else data)
            self.process = self._start(project, data, isolated)
        except BaseException:
            shutil.rmtree(self.scratch, ignore_errors=True)
            raise
        with _lock:
            _running.add(self.process)
        self.timer = threading.Timer(seconds, self._time_out)
        self.timer.start()
        self.begin = {"project": isolation.PROJECT if isolated else str(project), "seed": seed}

    def __enter__(self):
        try:
            self.ask("begin", **self.begin)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *error):
        self.close()

    def ask(self, kind, *arrays, most=0, **head):
        """The head and arrays of the reply to a request. Raises Ended if what comes is anything else."""
        return self._receive(self._send(kind, arrays, head), most)

    def ask_ahead(self, kind, requests):
        """The head of the reply to each request, a tuple of arrays, which waits in the pipe while the one before is
        answered. Raises Ended as `ask` does."""
        tokens = []
        try:
            for arrays in requests:
                tokens.append(self._send(kind, arrays, {}))
                if len(tokens) > 1:
                    yield self._receive(tokens.pop(0))[0]
        except GeneratorExit:  # whoever stops asking leaves nothing unread
            for token in tokens:
                self._receive(token)
            raise
        for token in tokens:
            yield self._receive(token)[0]

    def _send(self, kind, arrays, head):
        """Make a request, and return a token that was drawn just now: a reply that was written before has it not."""
        token = secrets.token_hex(8)
        with self._answered():
            protocol.write(self.process.stdin, {**head, "kind": kind, "token": token}, arrays)
        return token

    def _receive(self, token, most=0):
        with self._answered():
            reply, values = protocol.read(self.process.stdout, most)
        if reply.get("token") != token:
            raise Ended(Words("what came back is no answer to what was asked: the answer wrote messages of its own",
                              OWN_MESSAGES.korean))
        return reply, values

    @contextmanager
    def _answered(self):
        try:
            yield
        except (EOFError, OSError):
            raise Ended(self._how_it_ended()) from None
        except protocol.Garbled as error:
            raise Ended(say("what came back is no answer: {error}", "돌아온 것이 답이 아닙니다: {error}",
                            error=str(error))) from None

    def finish(self):
        """End the process. Raises Ended if it had written more than it was asked for."""
        try:
            self.process.stdin.close()
            self.process.wait()
            _kill(self.process)  # processes that it left behind would hold the pipe open
            if os.name == "posix":
                os.set_blocking(self.process.stdout.fileno(), False)  # and those of another session
            surplus = self.process.stdout.read(1)
        except OSError:
            surplus = b""
        self.close()
        if surplus:
            raise Ended(Words("what came back is more than was asked for: the answer wrote messages of its own",
                              "물은 것보다 많이 돌아왔습니다: 답이 따로 메시지를 썼습니다"))

    def close(self):
        """Kill the process and all that it started, and remove its files."""
        self.timer.cancel()
        with _lock:
            _running.discard(self.process)
        _kill(self.process)
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except OSError:
                pass  # what was still to be written finds nobody
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _lay_out(self, files, data):
        project = self.scratch / "project"
        for path, content in files.items():
            try:
                (project / path).parent.mkdir(parents=True, exist_ok=True)
                (project / path).write_bytes(content)
            except (OSError, ValueError):
                pass  # a name that this system cannot have
        if data is not None:
            shutil.copytree(data, project / "data")
        shutil.copytree(RUNNER, self.scratch / RUNNER.name, ignore=shutil.ignore_patterns("__pycache__"))
        (self.scratch / FONTS).mkdir()
        for file in Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser().glob("matplotlib/fontlist-*.json"):
            shutil.copy(file, self.scratch / FONTS)
        return project

    def _start(self, project, data, isolated):
        environment = {name: os.environ[name] for name in STARTUP if name in os.environ}
        environment.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", MPLBACKEND="Agg",
                           LANG="C.UTF-8", MPLCONFIGDIR=str(self.scratch / FONTS),
                           **dict.fromkeys(HOMES, str(self.scratch)))
        command = [*python(), str(self.scratch / RUNNER.name), ",".join(packages.entries()), *packages.folders()]
        if isolated:
            command, environment = isolation.wrapped(python(), self.scratch, project, data, command, environment)
        return subprocess.Popen(command, cwd=self.scratch, env=environment, stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)

    def _time_out(self):
        self.timed_out = True
        _kill(self.process)

    def _how_it_ended(self):
        try:
            status = self.process.wait(5)
        except subprocess.TimeoutExpired:
            return Words("the answer closed the pipe", "답이 채점 프로그램과의 연결을 끊었습니다")
        with _lock:
            if self.process not in _running:
                raise Stopped
        status = 128 - status if status > 128 else status  # a shell's way to tell of a signal
        if self.timed_out:
            return say("no answer within {seconds} seconds; cause: {cause}",
                       "{seconds}초 안에 끝나지 않았습니다; 원인: {cause}",
                       seconds=self.seconds, kind="time",
                       cause=Words("an endless loop, or far too slow", "끝나지 않는 반복문이거나 너무 느린 코드입니다"))
        if hasattr(signal, "SIGXCPU") and status == -signal.SIGXCPU:
            return Words("stopped: it used up its processor time", "프로세서 시간을 다 써서 멈추었습니다",
                         {"kind": "time"})
        return say("the answer ended the program{status} before all was tried",
                   "모두 확인하기 전에 답이 프로그램을 끝냈습니다{status}",
                   status=say(" (exit status {number})", " (종료 상태 {number})", number=status) if status else "")


def stop():
    """Kill all that runs: the work is interrupted."""
    with _lock:
        while _running:
            _kill(_running.pop())


def python():
    """The command for a Python without the environment's settings and without a site's `.pth` files."""
    executable = sys.executable if os.name == "nt" else os.path.realpath(sys.executable)
    return [executable, "-I", "-S", "-X", "utf8"]


def _kill(process):
    """The process and its group. One that made a session of its own escapes, unless it is isolated."""
    if os.name != "posix":
        process.kill()
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass  # it has ended, and nothing of it is left
