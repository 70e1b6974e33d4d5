"""Badges: a sign and a word each, so that no colour is needed to tell them apart."""

from __future__ import annotations

from helm.adapters.tui.frame import Fragment
from helm.app.specs import Badge

SIGNS = {
    Badge.INVALID: "?",
    Badge.RUNNING: "●",
    Badge.STALE: "~",
    Badge.DONE: "✓",
    Badge.BLOCKED: "⊘",
    Badge.FAILED: "✗",
    Badge.IN_PROGRESS: "◐",
    Badge.TODO: "○",
}

BADGE_WIDTH = 2 + max(map(len, Badge))


def badge(found: Badge) -> Fragment:
    """Draw a badge: `✓ DONE`."""
    return badge_style(found), f"{SIGNS[found]} {found}"


def badge_style(found: Badge) -> str:
    """Name the style of a badge."""
    return f"badge.{found.lower().replace(' ', '-')}"
