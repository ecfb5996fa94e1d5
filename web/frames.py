"""A server's WebSocket frames: made once a message, however many sockets it goes to.

A server's frames are the same for all (RFC 6455, section 5.1: unmasked; nothing is compressed).
"""

from functools import lru_cache

TEXT, BINARY, CLOSE, PONG, FINAL = 0x1, 0x2, 0x8, 0xA, 0x80
SHORT, MEDIUM = 126, 1 << 16


@lru_cache(maxsize=64)
def frame_of(message: str | bytes) -> bytes:
    """The one frame of a whole message from a server."""
    if isinstance(message, str):
        return frame(TEXT, message.encode())
    return frame(BINARY, message)


def frame(kind: int, content: bytes) -> bytes:
    """A frame of one kind (`TEXT`, `PONG` …) with its content."""
    length = len(content)
    if length < SHORT:
        size = bytes([length])
    elif length < MEDIUM:
        size = bytes([SHORT]) + length.to_bytes(2, "big")
    else:
        size = bytes([SHORT + 1]) + length.to_bytes(8, "big")
    return bytes([FINAL | kind]) + size + content
