"""Planning a run: everything that is settled, and all that can be wrong, before money is spent."""

from __future__ import annotations

from dataclasses import dataclass, field

from helm.app.configuration import specs_root_warning
from helm.app.errors import InputInvalid, RecordFailed
from helm.app.place import Place
from helm.app.ports import Ports
from helm.app.settings import Flags, given_anew, run_settings, settings_warnings
from helm.app.snapshot import snapshot, template_warnings
from helm.app.specs import UNWRITTEN, Spec, commands_of, discover, read_spec, unmet_dependencies
from helm.app.stream import Stream
from helm.domain.commands import ResumeRun, StartRun
from helm.domain.events import Outcome, Role
from helm.domain.prompt import PROMPT_LIMIT, verifier_prompt, worker_prompt
from helm.domain.run import Run, decide, replay


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What the caller of a run wants beside its settings: go on, or begin without old tasks."""

    flags: Flags = field(default_factory=Flags)
    resume: bool = False
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run that could begin now, or go on: its first command says which.

    `prior` is the spec's latest run, None if it never ran.
    """

    spec_id: str
    command: StartRun | ResumeRun
    prior: Stream | None
    warnings: tuple[str, ...]

    @property
    def resumed(self) -> Stream | None:
        """The run that goes on; None where one begins."""
        return self.prior if isinstance(self.command, ResumeRun) else None

    @property
    def over(self) -> bool:
        """Whether the run to be resumed has ended for good already."""
        return self.resumed is not None and self.resumed.run.outcome is not None


def make_plan(place: Place, ports: Ports, request: RunRequest) -> Plan:
    """Settle a run. Raises `InputInvalid` or `RecordFailed` for what cannot be run."""
    prior = place.latest_run(ports.clock)
    # A run that was given up has had its place taken, though its successor may have died at birth.
    if request.resume and prior and prior.run.outcome is not Outcome.ABANDONED:
        return _resumption(prior, place, ports, request)
    return _beginning(prior, place, ports, request)


def prompts(command: StartRun) -> tuple[str, str]:
    """Show the first prompt of each agent; the report is not known yet."""
    started = replay(decide(Run(), command)).started
    if started is None:
        message = "a run that was started has no start"
        raise AssertionError(message)
    worker = worker_prompt(started, command.remaining_tasks)
    return worker, verifier_prompt(started, "(the worker's report will stand here)")


def require_own(prior: Stream) -> None:
    """Raise `RecordFailed` for a run that a newer helm wrote: it must not be appended to."""
    if prior.run.unknown:
        kinds = ", ".join(prior.run.unknown)
        message = f"run {prior.run_id} holds events of a newer helm ({kinds}); upgrade helm"
        raise RecordFailed(message)


def _resumption(prior: Stream, place: Place, ports: Ports, request: RunRequest) -> Plan:
    """Go on as the run began: what has become of its files since is only worth a warning."""
    require_own(prior)
    if prior.run.started is None:
        raise RecordFailed(f"run {prior.run_id} has no beginning in {place.log_path}")
    settings = given_anew(prior.run.settings, ports.environment, request.flags)
    warnings = settings_warnings(settings)
    mode = request.flags.mode
    if mode not in {None, settings.mode}:
        warnings.append(
            f"a run that goes on keeps its mode ({settings.mode}); {mode} is not taken"
        )
    changed = place.desk.prompts_are_stale(prior.told)
    if changed and not prior.run.outcome:
        warnings.append("the spec's files have changed; the run goes on with what it began with")
    if changed and prior.run.outcome is Outcome.ACCEPTED:
        warnings.append(
            "the spec's files have changed since it was accepted; "
            "to have it run anew, leave --resume out"
        )
    return Plan(
        spec_id=prior.run.started.spec.id,
        command=ResumeRun(settings=settings, operator=ports.operator),
        prior=prior,
        warnings=tuple(warnings),
    )


def _beginning(prior: Stream | None, place: Place, ports: Ports, request: RunRequest) -> Plan:
    spec = read_spec(ports.files, place.folder)
    if spec.draft:
        raise InputInvalid(f"{spec.id} is {UNWRITTEN}: {spec.draft}; write it, then: helm lint")
    command = _start(spec, place, ports, request, () if request.fresh else _left_over(prior))
    _check_size(command)
    warnings = [
        *template_warnings(command.spec),
        *settings_warnings(command.settings),
        *_spec_warnings(spec, command),
    ]
    odd = specs_root_warning(place.workspace.config)
    if odd:
        warnings.append(odd)
    if place.workspace.tree is None:
        warnings.append(
            f"{place.workspace.root} is not in a git repository; "
            "no one can undo what the worker does"
        )
    if prior and not prior.run.outcome:
        warnings.append(
            f"run {place.shown(prior.run_id)} of {spec.id} stands still, and could go on with "
            "--resume; a new run gives it up"
        )
    return Plan(spec_id=spec.id, command=command, prior=prior, warnings=tuple(warnings))


def _start(
    spec: Spec, place: Place, ports: Ports, request: RunRequest, left_over: tuple[str, ...]
) -> StartRun:
    workspace = place.workspace
    others = discover(ports.files, workspace.specs_root) if spec.depends_on else ()
    return StartRun(
        spec=snapshot(spec, workspace, ports.files),
        acceptance_commands=commands_of(spec, workspace.config.acceptance_commands),
        settings=run_settings(workspace.config, ports.environment, request.flags),
        remaining_tasks=left_over,
        unmet_dependencies=unmet_dependencies(spec, others),
        helm_version=ports.helm_version,
        operator=ports.operator,
    )


def _left_over(prior: Stream | None) -> tuple[str, ...]:
    if prior is None or prior.run.outcome is Outcome.ACCEPTED:
        return ()
    return prior.run.remaining_tasks


def _check_size(command: StartRun) -> None:
    for role, prompt in zip(Role, prompts(command), strict=True):
        if len(prompt) > PROMPT_LIMIT:
            raise InputInvalid(
                f"the {role}'s prompt for {command.spec.id} has {len(prompt)} characters, and "
                f"codex takes at most {PROMPT_LIMIT}; split the spec"
            )


def _spec_warnings(spec: Spec, command: StartRun) -> list[str]:
    found = []
    if spec.misnamed:
        found.append(f"{spec.folder.name}/metadata.json calls itself {spec.id!r}; that is its id")
    if command.unmet_dependencies:
        unmet = ", ".join(command.unmet_dependencies)
        found.append(f"{spec.id} depends on what is not done: {unmet}")
    return found
