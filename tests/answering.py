"""The end of a turn, for tests of what a turn writes on its way."""

import secrets

from rollcall import Rollcall


def keep_an_answer(roll: Rollcall, *, counts: bool = False) -> None:
    """Write what a turn writes last: what was written ahead of it is then there for readers."""
    turn_id = f"turn-{secrets.token_hex(8)}"
    roll.turns.begin(turn_id, "conversation", None, None, "hello")
    roll.turns.finish(
        turn_id, [{"text": "Hello."}], "greet", 1.0, ["action_greet"], 1, counts=counts
    )
