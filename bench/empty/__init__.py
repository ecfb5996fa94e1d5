"""An assistant that does nothing: the processes, calls and trips to MongoDB of a plain turn of
Rollcall, with no work between them. `python -m bench.empty_turn` measures it."""
