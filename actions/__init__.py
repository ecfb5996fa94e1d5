"""The action server: reads a turn, calls the domain, answers. One module per skill."""
