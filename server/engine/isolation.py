"""What a process gives up before it computes for strangers: network, memory, core files.

Linux only where it takes something away; each function says what it could not do.
"""

import contextlib
import ctypes
import os
import platform
import resource
import signal
import struct

NAMESPACE = "namespace"
SECCOMP = "seccomp"
NONE = "none"

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2

_AF_UNIX = 1
_STACK_BYTES = 64 * 1024 * 1024
"""Main stack of a worker: eight times the usual, so that long generated queries pass."""

_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""AUDIT_ARCH and the number of socket(2), by machine."""
_IO_URING_SETUP = 425


def take_network_away() -> str:
    """Leave this process and its children without a way to any network.

    Pathname Unix sockets go on working. Returns the protection in force: `namespace` (an empty
    network namespace), `seccomp` (the kernel refuses to make other than Unix sockets), or `none`.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    for flags in (_CLONE_NEWUSER | _CLONE_NEWNET, _CLONE_NEWNET):
        if libc.unshare(flags) == 0:
            return NAMESPACE
    return SECCOMP if refuse_sockets() else NONE


def refuse_sockets() -> bool:
    """Have the kernel refuse every socket(2) that is not a Unix one; False if it can't be had."""
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    program = _socket_filter(*machine)
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    none = ctypes.c_ulong(0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), none, none, none) != 0:
        return False
    mode = ctypes.c_ulong(_SECCOMP_MODE_FILTER)
    return bool(libc.prctl(_PR_SET_SECCOMP, mode, ctypes.c_char_p(header), none, none) == 0)


def _socket_filter(architecture: int, socket_number: int) -> bytes:
    """A classic BPF program over struct seccomp_data (seccomp(2)).

    Another architecture's numbering (32-bit, x32) could name socket(2) otherwise, and io_uring
    makes sockets without that call: both are refused outright.
    """
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | 13
    program = [
        (load, 0, 0, 4),
        (equal, 0, 7, architecture),
        (load, 0, 0, 0),
        (at_least, 5, 0, 0x40000000),
        (equal, 4, 0, _IO_URING_SETUP),
        (equal, 0, 2, socket_number),
        (load, 0, 0, 16),
        (equal, 0, 1, _AF_UNIX),
        (give, 0, 0, allow),
        (give, 0, 0, refuse),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in program)


def die_with_parent(parent: int) -> None:
    """Be killed when the parent process `parent` ends, however it ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def cap_memory(megabytes: int) -> None:
    """Let the address space grow by `megabytes` MiB from now on, and give the stack more room."""
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    stack = _STACK_BYTES if hard == resource.RLIM_INFINITY else min(_STACK_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_STACK, (stack, hard))
    limit = address_space() + megabytes * 1024 * 1024
    ceiling = resource.getrlimit(resource.RLIMIT_AS)[1]
    if ceiling != resource.RLIM_INFINITY:
        limit = min(limit, ceiling)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def be_first_to_go() -> None:
    """Where the machine runs out of memory, let the kernel end this process before the server."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("500")


def address_space() -> int:
    """Bytes of address space that this process has mapped."""
    with AddressSpace() as space:
        return space.bytes()


class AddressSpace:
    """The address space of this process, for looking at it often."""

    def __init__(self) -> None:
        self._file = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
        self._page = resource.getpagesize()

    def __enter__(self) -> "AddressSpace":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def bytes(self) -> int:
        """What is mapped now."""
        return int(os.pread(self._file, 64, 0).split(b" ", 1)[0]) * self._page
