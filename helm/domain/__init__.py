"""The pure core: what a run is, decided from values alone.

Only the standard library, and of that only what computes: a test holds the list of allowed
imports. `run` is the machine, `events`, `commands` and `steps` its words, `verdict` and `prompt`
what it says to and hears from agents, `projections` what people read of it.
"""
