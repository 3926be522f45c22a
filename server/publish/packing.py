"""Compressed copies: the same bytes at every time and under every name."""

import zlib

LEVEL = 9


def gzipped(data: bytes) -> bytes:
    """The data in gzip (RFC 1952) without a time and a name; operating system: unknown."""
    # wbits 31 would write the machine's own system into the header.
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(data) + packer.flush()
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    size = len(data) & 0xFFFFFFFF
    return head + body + zlib.crc32(data).to_bytes(4, "little") + size.to_bytes(4, "little")
