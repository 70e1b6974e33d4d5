"""What people read of a run: pure functions of its events, the same bytes at every rebuild."""
