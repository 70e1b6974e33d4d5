"""The screens: each a frozen value that knows its keys, its news and its looks."""
