"""Isolation is a process that sees nothing of the machine but an interpreter, what it may import, and its own project.

Linux can do it without root, where it allows user namespaces: a root folder in memory, into which interpreter, packages
and data are mounted read-only; no other processes, no network. When the program's first process ends, all end.
"""
import json
import os
import platform
import shutil
import stat
import sys
from functools import lru_cache
from pathlib import Path

PROJECT, RUNNER, TEMPORARY, FONTS = "/project", "/runner", "/tmp", "/matplotlib"
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/alternatives")
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
ROOM = "size=512m,mode=755"  # of the root folder in memory
PROCESSES = 64
USER = 1000  # inside
NEWNS, NEWIPC, NEWUSER, NEWPID, NEWNET, NEWUTS = (2 ** 17, 2 ** 27, 2 ** 28, 2 ** 29, 2 ** 30, 2 ** 26)
RDONLY, NOSUID, NODEV, NOEXEC, REMOUNT, NOATIME, NODIRATIME, BIND, REC, PRIVATE, RELATIME = (
    1, 2, 4, 8, 32, 1024, 2048, 4096, 16384, 2 ** 18, 2 ** 21)
DETACH = 2


def wrapped(python, scratch, project, data, command, environment):
    """(command, environment) that run `command` so. Its runner and project are copied into the folder in memory."""
    from . import packages  # not in the process itself, which has this file alone

    interpreter, *flags, runner = command[:len(python) + 1]
    allowed, *folders = command[len(python) + 1:]
    base = os.path.realpath(sys.base_prefix)
    visible = [path for path in dict.fromkeys([interpreter, *(f"{base}/{part}" for part in ("lib", "lib64")),
                                               *LIBRARIES]) if os.path.exists(path)]
    plan = {
        "visible": visible,
        "packages": {folder: [name for name in allowed.split(",") if os.path.exists(f"{folder}/{name}")]
                     for folder in dict.fromkeys([*folders, *packages.beside(visible)]) if os.path.isdir(folder)},
        "copied": [[str(project), PROJECT], [runner, f"{RUNNER}/{Path(runner).name}"],
                   [environment["MPLCONFIGDIR"], FONTS]],
        "data": None if data is None else [str(data), f"{PROJECT}/data"], "root": str(scratch / "root"),
        "command": [interpreter, *flags, f"{RUNNER}/{Path(runner).name}", allowed, *folders]}
    return ([*python, "-B", os.path.abspath(__file__), json.dumps(plan)],
            {**environment, "HOME": TEMPORARY, "TMPDIR": TEMPORARY, "MPLCONFIGDIR": FONTS})


@lru_cache(maxsize=None)
def is_possible():
    """Whether this machine lets a process be isolated; tried once."""
    from .process import Ended, Process

    if platform.system() != "Linux":
        return False
    try:
        with Process({"nn/__init__.py": b""}, 30, isolated=True) as process:
            process.finish()
        return True
    except Ended:
        return False


def main():
    """In a process of its own: leave the machine's namespaces, build the root folder, run the command in it."""
    plan = json.loads(sys.argv[1])
    die_with_parent()
    user, group = os.getuid(), os.getgid()
    _call("unshare", NEWUSER | NEWNS | NEWPID | NEWNET | NEWIPC | NEWUTS)
    for file, text in (("setgroups", "deny"), ("uid_map", f"{USER} {user} 1"), ("gid_map", f"{USER} {group} 1")):
        with open(f"/proc/self/{file}", "w") as stream:
            stream.write(text)
    first = os.fork()  # it is the first process of the namespace
    if first:
        os._exit(_status(os.waitpid(first, 0)[1]))
    die_with_parent()
    build(plan)
    limit_processes()
    runner = os.fork()
    if not runner:
        os.execve(plan["command"][0], plan["command"], dict(os.environ))
    for stream in (0, 1):
        os.close(stream)
    ended, status = os.wait()
    while ended != runner:
        ended, status = os.wait()
    os._exit(_status(status))


def build(plan):
    """Make the root folder and go into it; the old one is gone."""
    _call("mount", None, b"/", None, REC | PRIVATE, None)
    root = plan["root"]
    os.mkdir(root)
    _call("mount", b"tmpfs", root.encode(), b"tmpfs", NOSUID | NODEV, ROOM.encode())
    for path in plan["visible"]:
        _show(path, root + path)
    for path in DEVICES:
        _show(path, root + path, device=True)
    for folder, names in plan["packages"].items():
        _show_only(folder, names, root + folder)
    for source, target in plan["copied"]:
        shutil.copytree(source, root + target)
    if plan["data"]:
        source, target = plan["data"]
        _show(source, root + target)
    os.makedirs(root + TEMPORARY, exist_ok=True)
    os.chdir(root)
    _call("pivot_root", b".", b".")
    _call("umount2", b".", DETACH)
    os.chdir(PROJECT)


def _show_only(folder, names, target):
    """Of a folder nothing but the entries of these names, read-only."""
    os.makedirs(target, exist_ok=True)
    _call("mount", b"tmpfs", os.fsencode(target), b"tmpfs", NOSUID | NODEV, None)
    for name in names:
        _show(f"{folder}/{name}", f"{target}/{name}")
    _call("mount", None, os.fsencode(target), None, REMOUNT | RDONLY | NOSUID | NODEV, None)


def _show(source, target, device=False):
    """Mount `source` read-only at `target`; a symbolic link is made again."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.islink(source):
        os.symlink(os.readlink(source), target)
        return
    if os.path.exists(target):
        return  # within something that is visible already
    if stat.S_ISDIR(os.stat(source).st_mode):
        os.makedirs(target)
    else:
        open(target, "w").close()
    _call("mount", os.fsencode(source), os.fsencode(target), None, BIND | REC, None)
    kept = os.statvfs(source).f_flag & (NOSUID | NODEV | NOEXEC)  # what the machine has forbidden stays so
    times = {1024: NOATIME, 2048: NODIRATIME, 4096: RELATIME}
    kept |= sum(flag for bit, flag in times.items() if os.statvfs(source).f_flag & bit)
    _call("mount", None, os.fsencode(target), None,
          REMOUNT | BIND | RDONLY | kept | NOSUID | (0 if device else NODEV), None)


def limit_processes():
    """In a user namespace only its own processes count."""
    import resource

    resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))


def die_with_parent():
    """The system kills this process when the one that started it ends."""
    _call("prctl", 1, 9)


def _call(name, *arguments):
    import ctypes

    function = getattr(ctypes.CDLL(None, use_errno=True), name)
    arguments = [ctypes.c_char_p(one) if one is None or isinstance(one, bytes) else ctypes.c_ulong(one)
                 for one in arguments]
    if function(*arguments) == -1:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def _status(status):
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


if __name__ == "__main__":
    main()
