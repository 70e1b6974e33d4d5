"""What holds for every test."""

from hypothesis import settings

# How long an example takes says how busy the machine is, and nothing about helm.
settings.register_profile("helm", deadline=None)
settings.load_profile("helm")
