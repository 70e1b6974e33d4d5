"""New bytes made of old ones: what a fuzzer feeds to a target."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

_TOKENS = (
    *(b'"', b"\\", b"\\u", b"\\ud800", b"\\ude00", b"{", b"}", b"[", b"]", b":", b",", b"\n"),
    *(b"\r\n", b"\r", b"\t", b" ", b"\0", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\xed\xa0\x80"),
    *(b"\xe2\x80\xa8", b"\xf0\x9f\x98\x80", b"\x1b[2J", b"\xc2\x85", b"\x0b", b"\x1c"),
    *(b"NaN", b"-Infinity", b"1e999", b"-0", b"1.0", b"9" * 20, b"9" * 400, b"9" * 5000),
    *(b"null", b"true", b"{}", b"[]", b'""', b"[" * 190, b"]" * 190, b'{"a":' * 190, b"}" * 190),
    *(b'"status"', b'"notes"', b'"lastRun"', b'"id"', b'"st\\u0061tus": 1, ', b',"notes": null'),
    *(b"STATUS: ok\n", b"STATUS: missing\n", b'{"remainingTasks": ["a"]}', b"```\n", b"~~~\n"),
    *(b"{{SPEC_BODY}}", b"{{MODE}}", b"{{IMPLEMENTATION_REPORT}}", b"{{", b"}}", b"$&", b"\\1"),
    *(b'"type"', b'"item"', b'"thread.started"', b'"item.completed"', b'"turn.completed"'),
    *(b'"text"', b'"usage"', b'"seconds"', b'"input_tokens"', b'"exit_code"', b'"web_search"'),
)

Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def mutated(chance: random.Random, samples: Sequence[bytes], longest: int) -> bytes:
    """Change one of `samples`, which are some, in one to four ways."""
    data = chance.choice(samples)
    for _ in range(chance.randint(1, 4)):
        data = chance.choice(_MUTATIONS)(chance, data, samples)
    return data[:longest]


def smaller(data: bytes) -> Iterator[bytes]:
    """Leave something out, much of it first."""
    size = len(data) // 2
    while size:
        for at in range(0, len(data), size):
            yield data[:at] + data[at + size :]
        size //= 2


def _part(chance: random.Random, data: bytes) -> tuple[int, int]:
    begin = chance.randint(0, len(data))
    return begin, min(len(data), begin + chance.choice((1, 2, 4, 16, 64, 512)))


def _other_byte(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def _token(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    begin, end = _part(chance, data)
    return data[:begin] + chance.choice(_TOKENS) + data[chance.choice((begin, end)) :]


def _left_out(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    begin, end = _part(chance, data)
    return data[:begin] + data[end:]


def _repeated(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    begin, end = _part(chance, data)
    return data[:end] + data[begin:end] * chance.choice((1, 2, 30)) + data[end:]


def _moved(chance: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    begin, end = _part(chance, data)
    rest = data[:begin] + data[end:]
    at = chance.randint(0, len(rest))
    return rest[:at] + data[begin:end] + rest[at:]


def _spliced(chance: random.Random, data: bytes, samples: Sequence[bytes]) -> bytes:
    other = chance.choice(samples)
    begin, end = _part(chance, other)
    at = chance.randint(0, len(data))
    return data[:at] + chance.choice((other[begin:end], other[begin:])) + data[at:]


_MUTATIONS: tuple[Mutation, ...] = (
    *(_other_byte, _token, _token, _left_out, _repeated, _moved, _spliced),
)
