"""Running Rollcall: its home folder, its processes and the one who looks after them."""
