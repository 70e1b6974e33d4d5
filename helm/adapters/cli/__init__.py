"""The command line: words in, events out, and an exit code that a script can trust."""
