"""What is wrong, and what to do: apart for programs, in one line for people."""

from __future__ import annotations

from helm.domain.errors import HelmError


def test_a_failure_is_told_with_its_cure_and_each_can_be_had_alone() -> None:
    failure = HelmError("a; b: c (d; e)", cure="mend: it; soon")
    assert str(failure) == "a; b: c (d; e); mend: it; soon"
    assert (failure.reason, failure.cure) == ("a; b: c (d; e)", "mend: it; soon")


def test_without_a_cure_of_its_own_a_failure_is_its_whole_sentence() -> None:
    failure = HelmError("a: b; c")
    assert (str(failure), failure.reason, failure.cure) == ("a: b; c", "a: b; c", "")
