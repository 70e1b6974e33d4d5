"""One module a command: its words, its options, and what it prints."""
