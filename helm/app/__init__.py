"""Use cases and ports: what helm does with runs, without knowing by what technology."""
