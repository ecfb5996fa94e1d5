"""The process that runs Duckling for `date_reader.py`: a line of JSON in, a line of JSON out.

Started as a file, not as part of the package: it needs none of it and is there at once. It ends
when its input ends, so also when whoever started it is killed.
"""

import json
import sys
from pathlib import Path
from typing import Any

import duckling
import tzdata


def main() -> None:
    """Say `ready`, then answer `[text, unix time]` with what Duckling finds, until the end."""
    zones = duckling.load_time_zones(str(Path(tzdata.__file__).parent / "zoneinfo" / "Etc"))
    locale = duckling.default_locale_lang(duckling.parse_lang("EN"))
    times = duckling.parse_dimensions(["time"])
    _answer("ready")
    for line in sys.stdin:
        text, moment = json.loads(line)
        reference = duckling.parse_ref_time(zones, "UTC", moment)
        _answer(duckling.parse(text, duckling.Context(reference, locale), times, False))


def _answer(found: Any) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
