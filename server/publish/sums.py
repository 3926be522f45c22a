"""`SHA256SUMS`: what every other file of a release must hash to."""

from collections.abc import Mapping

from .facts import FileFacts


def sums(files: Mapping[str, FileFacts]) -> bytes:
    """A line a file, as `sha256sum` writes and checks it, in the order of the bytes of the path."""
    ordered = sorted(files, key=str.encode)
    return "".join(f"{files[path].sha256}  {path}\n" for path in ordered).encode()
