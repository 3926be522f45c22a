"""The small parent of the workers: loads the data once, without a network, and forks.

It is a process of one thread, so that forking is safe; a fork shares the loaded data and takes
about a millisecond. It ends with the process that started it, however that ends.

Run as `python -m met_ari.engine.nursery`: listens on the Unix socket SOCKET, forks a worker for
each connection, and tells on standard output, in one line of JSON, that it is ready or why not.
"""

import argparse
import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from typing import BinaryIO

from . import isolation, snapshot, worker


def main() -> None:
    """Load, report, and serve until standard input or the parent process ends."""
    options = _options()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Ignored children are reaped by the kernel.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        listener = _listen(options.socket)
        with open(options.dataset, "rb") as source:
            duty = _prepare(source, options)
    except (OSError, SyntaxError, MemoryError) as error:
        _say({"fault": f"{options.dataset}: {error}"})
        sys.exit(1)
    _say({"pid": os.getpid(), "protection": duty.protection, "graphs": duty.snapshot.graphs})
    _serve(listener, duty, options.parent)
    _clean_up(options.socket)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="met_ari.engine.nursery")
    parser.add_argument("--socket", required=True)
    parser.add_argument("--dataset", required=True)
    parser.add_argument("--revision", required=True)
    parser.add_argument("--default-graph", choices=("union", "strict"), required=True)
    parser.add_argument("--memory-mb", type=int, required=True)
    parser.add_argument("--parent", type=int, required=True)
    return parser.parse_args()


def _prepare(source: BinaryIO, options: argparse.Namespace) -> worker.Duty:
    """Give the network away, then load: the file is open already, as the right to open it may go
    with the network."""
    protection = isolation.take_network_away()
    data = snapshot.load(source, union=options.default_graph == "union")
    # What exists now is never freed: the collector need not touch it, so it stays shared.
    gc.collect()
    gc.freeze()
    return worker.Duty(data, options.revision, protection, options.memory_mb, os.getpid())


def _listen(path: str) -> socket.socket:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(128)
    # A client that gives up between poll and accept must not stop the nursery.
    listener.setblocking(False)
    return listener


def _clean_up(path: str) -> None:
    """Remove the socket and its folder, which nobody else does if the server was killed."""
    with contextlib.suppress(OSError):
        os.unlink(path)
        os.rmdir(os.path.dirname(path))


def _say(report: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()


def _serve(listener: socket.socket, duty: worker.Duty, parent: int) -> None:
    watched = select.poll()
    for source in (listener.fileno(), sys.stdin.fileno(), *_parent_watch(parent)):
        watched.register(source, select.POLLIN)
    while True:
        ready = [source for source, _ in watched.poll()]
        if ready != [listener.fileno()]:
            return
        try:
            _fork_worker(listener, duty)
        except BlockingIOError:
            continue
        except OSError:
            # Out of processes or descriptors: clients see a closed connection and come again.
            time.sleep(0.05)


def _parent_watch(parent: int) -> list[int]:
    """A descriptor that becomes readable when the parent ends; none on kernels without pidfds."""
    try:
        return [os.pidfd_open(parent)]
    except ProcessLookupError:
        sys.exit(0)
    except OSError:
        return []


def _fork_worker(listener: socket.socket, duty: worker.Duty) -> None:
    connection, _ = listener.accept()
    with connection:
        if os.fork() == 0:
            listener.close()
            _become_worker(connection, duty)


def _become_worker(connection: socket.socket, duty: worker.Duty) -> None:
    """Never returns: what follows a fork belongs to the nursery."""
    code = 1
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        worker.run(connection, duty)
        code = 0
    except OSError:
        pass
    except MemoryError:
        os.write(2, b"MemoryError\n")
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
