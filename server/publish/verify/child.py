"""The process in which a release is checked: it may read what strangers wrote, and little else.

Run as `python -m met_ari.publish.verify.child`; tells each event in a line of JSON.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any

from ...engine import isolation, outcome
from ...errors import AriError
from .checks import follow


def main() -> None:
    """Give the network and memory away, check, and tell what happens."""
    parser = argparse.ArgumentParser(prog="met_ari.publish.verify.child")
    parser.add_argument("folder", type=Path)
    parser.add_argument("place")
    parser.add_argument("--memory-mb", type=int, required=True)
    parser.add_argument("--parent", type=int, required=True)
    options = parser.parse_args()
    isolation.die_with_parent(options.parent)
    isolation.be_first_to_go()
    # A namespace would take the right to read others' files from a superuser: it comes second.
    if not isolation.refuse_sockets():
        isolation.take_network_away()
    isolation.cap_memory(options.memory_mb)
    output = os.dup(1)
    # What a library prints is no event.
    os.dup2(2, 1)

    def tell(event: dict[str, Any] | Any) -> None:
        os.write(output, json.dumps(event).encode() + b"\n")

    try:
        follow(options.folder, options.place, tell)
        tell({"end": None})
    except AriError as error:
        tell({"end": outcome.refusal(error)})


if __name__ == "__main__":
    main()
