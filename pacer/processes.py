"""Start and stop other programs so that none outlives the one that started it."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

LOOPBACK = "127.0.0.1"
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG in linux/prctl.h

Program = subprocess.Popen[bytes]


def start(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: str | None = None,
    output: IO[bytes] | None = None,
    last_signal: signal.Signals = signal.SIGTERM,
) -> Program:
    """Start a program in a process group of its own.

    On Linux it gets `last_signal` when this process dies, however it dies; elsewhere only
    `stop` ends it. `user` runs it as somebody else (this process is root then); `output`
    takes what it says, None leaves it on the terminal. Raises OSError when there is no
    such program.
    """
    return subprocess.Popen(
        [str(part) for part in command],
        env=None if env is None else dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        start_new_session=True,
        user=user,
        group=None if user is None else _group_of(user),
        extra_groups=None if user is None else [],
        preexec_fn=_dying_with(os.getpid(), last_signal),
    )


def stop(*programs: Program, patience_seconds: float = 10, first: signal.Signals = signal.SIGTERM) -> None:
    """Ask programs to end, wait for all together, then kill whatever is left of their process groups."""
    for program in programs:
        if program.poll() is None:
            program.send_signal(first)
    give_up_at = time.monotonic() + patience_seconds
    for program in programs:
        try:
            program.wait(max(0.0, give_up_at - time.monotonic()))
        except subprocess.TimeoutExpired:
            kill(program)
        _kill_group(program)


def kill(program: Program) -> None:
    """End a program and its children at once, as a power cut would."""
    _kill_group(program)
    program.wait()


def free_port() -> int:
    """Return a port on the loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    """Say whether a server could listen on this port of the loopback now."""
    with socket.socket() as probe:
        # As servers do: a port is not taken because a closed connection still lingers on it.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _kill_group(program: Program) -> None:
    try:
        os.killpg(program.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    except PermissionError:
        # macOS answers so for a group in which only the ended leader is left.
        pass


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def _dying_with(parent: int, last_signal: signal.Signals) -> Callable[[], None] | None:
    """Return what a new process does first so that it does not outlive its parent."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def prepare() -> None:
        prctl(_SET_PARENT_DEATH_SIGNAL, int(last_signal))
        if os.getppid() != parent:  # it died before it could be watched
            os._exit(1)

    return prepare
