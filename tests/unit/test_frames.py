"""A server's WebSocket frames, as another implementation reads them."""

import pytest
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, TextMessage

from web.frames import frame_of


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_text_of_any_length_is_read_as_it_was(length: int) -> None:
    client = Connection(ConnectionType.CLIENT)
    client.receive_data(frame_of("ä" * (length // 2) + "x" * (length % 2)))
    found = [one for one in client.events() if isinstance(one, TextMessage)]
    assert "".join(one.data for one in found) == "ä" * (length // 2) + "x" * (length % 2)
    assert found[-1].message_finished


def test_bytes_stay_bytes() -> None:
    client = Connection(ConnectionType.CLIENT)
    client.receive_data(frame_of(b"\x00\xff"))
    assert [one.data for one in client.events() if isinstance(one, BytesMessage)] == [b"\x00\xff"]
