"""Whatever happens while a file is written, the old file or the new one is there, whole."""
import os
import random
import signal
import stat
import time

import numpy as np
import pytest

from nn.files.atomic import atomic_write, check_writable, nothing_replaced, open_file
from nn.loss import mse
from nn.network import Network
from tests.small import dense

unix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such kills, devices, permissions")


def write_new(file):
    file.write(b"new")


def fail_half_way(error):
    def write(file):
        file.write(b"half of the ne")
        raise error
    return write


@pytest.fixture
def old(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"old")
    return file


@pytest.mark.parametrize("as_given", [str, lambda path: path], ids=["str", "Path"])
def test_new_file_takes_the_place_of_the_old_one_and_nothing_else_is_left(as_given, old):
    atomic_write(as_given(old), write_new)
    atomic_write(as_given(old.with_name("another")), write_new)
    assert {file.name: file.read_bytes() for file in old.parent.iterdir()} == {"file": b"new", "another": b"new"}


def test_file_is_found_from_the_current_folder(old, monkeypatch):
    monkeypatch.chdir(old.parent)
    atomic_write("file", write_new)
    assert old.read_bytes() == b"new" and len(list(old.parent.iterdir())) == 1


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), ValueError("no")])
def test_writing_that_fails_leaves_the_old_file(error, old):
    with pytest.raises(type(error)):
        atomic_write(old, fail_half_way(error))
    assert [file.read_bytes() for file in old.parent.iterdir()] == [b"old"]


def test_limit_on_the_size_of_files_leaves_the_old_one(tmp_path):
    """A real failure of the operating system, in the middle of the array: to a program, what a full disk is."""
    resource = pytest.importorskip("resource")
    net = network(0)
    net.save(tmp_path / "net")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(OSError):
            network(1).save(tmp_path / "net")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len(list(tmp_path.iterdir())) == 1
    net.load(tmp_path / "net")
    assert net.layers[0].w[0, 0] == 0


def test_file_that_windows_does_not_replace_is_kept_beside_the_new_one(old, monkeypatch):
    def refuse(source, target):
        raise PermissionError(13, "Access is denied", source, 5, target)
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(PermissionError) as caught:
        atomic_write(old, write_new)
    new = next(file for file in old.parent.iterdir() if file != old)
    assert old.read_bytes() == b"old" and new.read_bytes() == b"new"
    assert str(new) in str(caught.value) and str(old) in str(caught.value) and "has it open" in str(caught.value)


@unix_only
def test_link_stays_a_link_and_permissions_stay(old):
    old.chmod(0o640)
    link = old.with_name("link")
    link.symlink_to(old)
    atomic_write(link, write_new)
    assert link.is_symlink() and old.read_bytes() == b"new" and stat.S_IMODE(old.stat().st_mode) == 0o640


@unix_only
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o444])
def test_mode_is_right_from_the_first_byte_on(mode, old, monkeypatch):
    old.chmod(mode)
    seen, chmod = [], os.chmod

    def look_before(path, wanted):  # who could open it now could read it later
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        chmod(path, wanted)
    monkeypatch.setattr(os, "chmod", look_before)

    def look(file):
        part, = set(old.parent.iterdir()) - {old}
        seen.append(stat.S_IMODE(part.stat().st_mode))
    before = os.umask(0o022)
    try:
        if os.access(old, os.W_OK):
            atomic_write(old, look)
            assert seen == [mode]
    finally:
        os.umask(before)


@unix_only
def test_owner_is_kept_where_that_is_allowed(old):
    if os.geteuid():
        pytest.skip("only root may give files away")
    os.chown(old, 12345, 23456)
    atomic_write(old, write_new)
    assert (old.stat().st_uid, old.stat().st_gid) == (12345, 23456)


@unix_only
def test_owner_that_may_not_be_kept_is_no_error(old, monkeypatch):
    def refuse(path, user, group):
        raise PermissionError(1, "Operation not permitted")
    monkeypatch.setattr(os, "chown", refuse)
    atomic_write(old, write_new)
    assert old.read_bytes() == b"new"


@unix_only
def test_file_with_other_names_is_refused_before_and_told_after(old):
    os.link(old, old.with_name("other"))
    with pytest.raises(OSError, match="2 names .hard links.") as caught:
        check_writable(old)
    assert caught.value.filename == str(old) and len(list(old.parent.iterdir())) == 2
    with pytest.warns(UserWarning, match="2 names .hard links."):  # what has been computed is not lost for that
        atomic_write(old, write_new)
    assert old.read_bytes() == b"new" and old.with_name("other").read_bytes() == b"old"


@unix_only
@pytest.mark.parametrize("kind", ["loop", "pipe", "zero"])
def test_link_to_itself_pipe_and_device_are_refused_by_name(kind, tmp_path):
    path = tmp_path / kind
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to({"loop": path, "zero": "/dev/zero"}[kind])
    for attempt in (check_writable, lambda path: atomic_write(path, write_new), open_file, network(0).load):
        with pytest.raises(OSError) as caught:
            attempt(path)
        assert str(path) in str(caught.value)
    assert list(tmp_path.iterdir()) == [path] and path.is_symlink() == (kind != "pipe")


def test_parts_that_dead_processes_left_are_taken_away(old):
    hour = time.time() - 3700
    for name, age in (("file.0a1b2c3d.part", hour), ("file.deadbeef.part", time.time()), ("file2.0a1b2c3d.part", hour),
                      ("file.npz", hour), ("afile.0a1b2c3d.part", hour)):
        old.with_name(name).write_bytes(b"")
        os.utime(old.with_name(name), (age, age))
    atomic_write(old, write_new)
    assert sorted(file.name for file in old.parent.iterdir()) == [
        "afile.0a1b2c3d.part", "file", "file.deadbeef.part", "file.npz", "file2.0a1b2c3d.part"]


def test_error_of_the_disk_names_the_file(old):
    with pytest.raises(OSError, match="No space left on device") as caught:
        atomic_write(old, fail_half_way(OSError(28, "No space left on device")))
    assert caught.value.filename == str(old) and caught.value.errno == 28


def test_where_nothing_is_replaced_new_files_are_written_all_the_same(old):
    with nothing_replaced("of this"):
        with pytest.raises(FileExistsError, match="stays as it was, because of this"):
            atomic_write(old, write_new)
        atomic_write(old.with_name("another"), write_new)
    with nothing_replaced(None):
        assert old.read_bytes() == b"old"
        atomic_write(old, write_new)
    assert old.read_bytes() == b"new"


@unix_only
def test_new_file_has_the_permissions_that_any_new_file_has(tmp_path):
    atomic_write(tmp_path / "new", write_new)
    (tmp_path / "usual").write_bytes(b"")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


@unix_only
def test_device_is_written_to_as_it_is():
    atomic_write(os.devnull, write_new)
    check_writable(os.devnull)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.parametrize("name, error", [("nowhere/file", FileNotFoundError), ("folder", IsADirectoryError)])
def test_path_that_cannot_be_written_is_named_before_and_after(name, error, tmp_path):
    (tmp_path / "folder").mkdir()
    for attempt in (check_writable, lambda path: atomic_write(path, write_new)):
        with pytest.raises(error) as caught:
            attempt(tmp_path / name)
        assert caught.value.filename == str(tmp_path / name) or os.name == "nt"
    assert list(tmp_path.iterdir()) == [tmp_path / "folder"]


def test_file_that_is_write_protected_is_left_alone(old, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: (path, mode) != (old, os.W_OK))  # root may write anywhere
    for attempt in (check_writable, lambda path: atomic_write(path, write_new)):
        with pytest.raises(PermissionError, match="write-protected") as caught:
            attempt(old)
        assert caught.value.filename == str(old)
    assert [file.read_bytes() for file in old.parent.iterdir()] == [b"old"]


def network(value):
    """A network of 4 MB, whose weights are all `value`."""
    return Network([dense(1000, 1000, weight_init=lambda shape: np.full(shape, value))], 0.1, mse)


@pytest.mark.slow
@unix_only
def test_fifty_kills_while_saving_leave_the_old_or_the_new_weights(tmp_path):
    nets, path, cut_short = [network(0), network(1)], tmp_path / "net", 0
    nets[0].save(path)
    for _ in range(50):
        child = os.fork()
        if child == 0:
            while True:
                for net in nets:
                    net.save(path)
        time.sleep(random.uniform(0.001, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        nets[0].load(path)
        assert nets[0].layers[0].w.min() == nets[0].layers[0].w.max() in (0, 1)
        nets[0].layers[0].w = np.zeros_like(nets[1].layers[0].w)
        for part in tmp_path.glob("net.*.part"):
            part.unlink()
            cut_short += 1
    assert cut_short > 10  # most kills came in the middle of a file
