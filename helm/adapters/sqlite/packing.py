"""The form in which output is stored: compressed where that pays, and byte for byte what came."""

from __future__ import annotations

import zlib

_WORTH_A_TRY = 1024
_WORTH_KEEPING = 0.9


def packed(data: bytes) -> tuple[str, bytes]:
    """Give the codec and the bytes to store: zlib's where they are smaller by a tenth."""
    if len(data) > _WORTH_A_TRY:
        smaller = zlib.compress(data, level=1)
        if len(smaller) <= _WORTH_KEEPING * len(data):
            return "zlib", smaller
    return "raw", data


def unpacked(codec: str, data: bytes) -> bytes:
    """Undo `packed`. Raises `zlib.error` where the stored bytes are damaged."""
    return zlib.decompress(data) if codec == "zlib" else data
