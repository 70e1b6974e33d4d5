"""The codex program, or one that is called as it is: started, heard, and ended for good."""
