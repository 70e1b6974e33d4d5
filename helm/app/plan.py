"""Planning a run: everything that is settled, and all that can be wrong, before money is spent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from helm.app.errors import InputInvalid, RecordFailed
from helm.app.ports import Agent, EventLog, Files, Git, SpecLocks
from helm.app.publish import Desk
from helm.app.settings import Flags, given_anew, run_settings, settings_warnings
from helm.app.snapshot import snapshot, template_warnings
from helm.app.specs import Spec, commands_of, discover, unmet_dependencies
from helm.app.stream import Clock, Stream
from helm.app.workspace import Workspace
from helm.domain.commands import StartRun
from helm.domain.events import Outcome, Role, RunSettings
from helm.domain.prompt import PROMPT_LIMIT, verifier_prompt, worker_prompt
from helm.domain.run import Run, decide, replay
from helm.domain.steps import CallAgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The adapters that a Runner works with, chosen where the program is put together."""

    files: Files
    git: Git
    agent: Agent
    open_log: Callable[[Path], EventLog]
    open_locks: Callable[[Path], SpecLocks]
    environment: Mapping[str, str]
    clock: Clock
    entropy: Callable[[int], bytes]
    helm_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What the caller of a run wants beside its settings: go on, or begin without old tasks."""

    flags: Flags = field(default_factory=Flags)
    resume: bool = False
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run that could begin now. `prior` is the spec's latest run, None if it never ran."""

    spec: Spec
    desk: Desk
    start: StartRun
    settings: RunSettings
    prior: Stream | None
    resumes: bool
    warnings: tuple[str, ...]

    @property
    def over(self) -> bool:
        """Whether the run to be resumed has ended for good already."""
        return self.resumes and self.prior is not None and self.prior.run.outcome is not None

    def prompts(self) -> tuple[str, str]:
        """Show the first prompt of each agent; the report is not known yet."""
        started = replay(decide(Run(), self.start)).started
        if started is None:
            message = "a run that was started has no start"
            raise AssertionError(message)
        worker = worker_prompt(started, self.start.remaining_tasks)
        return worker, verifier_prompt(started, "(the worker's report will stand here)")


def make_plan(
    spec: Spec, workspace: Workspace, log: EventLog, ports: Ports, request: RunRequest
) -> Plan:
    """Settle a run of `spec`. Raises `InputInvalid` or `RecordFailed` for what cannot be run."""
    prior = latest_run(spec, workspace, log, ports)
    # A run that was given up has had its place taken, though its successor may have died at birth.
    resumes = request.resume and prior is not None and prior.run.outcome is not Outcome.ABANDONED
    settings = _settings(workspace, ports, request.flags, prior if resumes else None)
    start = _start(spec, workspace, ports, settings, () if request.fresh else _left_over(prior))
    plan = Plan(
        spec=spec,
        desk=Desk(files=ports.files, workspace=workspace, spec_folder=spec.folder),
        start=start,
        settings=settings,
        prior=prior,
        resumes=resumes,
        warnings=(),
    )
    if not resumes:
        _check_size(plan)
    return replace(plan, warnings=tuple(_warnings(plan, workspace, request)))


def check_agent(agent: Agent, settings: RunSettings) -> None:
    """Raise `AgentUnavailable` where there is no program to call; nothing is started."""
    agent.argv(
        CallAgent(
            role=Role.WORKER,
            prompt="",
            choice=settings.worker,
            sandbox=settings.worker_sandbox,
            timeout=None,
            idle_timeout=None,
        )
    )


def latest_run(spec: Spec, workspace: Workspace, log: EventLog, ports: Ports) -> Stream | None:
    """Load the latest run of a spec in this workspace."""
    ids = log.runs(workspace=workspace.key, path=workspace.path_of(spec.folder))
    return Stream(ids[0], log, ports.clock) if ids else None


def require_own(prior: Stream) -> None:
    """Raise `RecordFailed` for a run that a newer helm wrote: it must not be appended to."""
    if prior.run.unknown:
        kinds = ", ".join(prior.run.unknown)
        message = f"run {prior.run_id} holds events of a newer helm ({kinds}); upgrade helm"
        raise RecordFailed(message)


def _settings(
    workspace: Workspace, ports: Ports, flags: Flags, resumed: Stream | None
) -> RunSettings:
    if resumed:
        return given_anew(resumed.run.settings, ports.environment, flags)
    return run_settings(workspace.config, ports.environment, flags)


def _start(
    spec: Spec,
    workspace: Workspace,
    ports: Ports,
    settings: RunSettings,
    remaining_tasks: tuple[str, ...],
) -> StartRun:
    others = discover(ports.files, workspace.specs_root) if spec.depends_on else ()
    return StartRun(
        spec=snapshot(spec, workspace, ports.files),
        acceptance_commands=commands_of(spec, workspace.config.acceptance_commands),
        settings=settings,
        remaining_tasks=remaining_tasks,
        unmet_dependencies=unmet_dependencies(spec, others),
        helm_version=ports.helm_version,
    )


def _left_over(prior: Stream | None) -> tuple[str, ...]:
    if prior is None or prior.run.outcome is Outcome.ACCEPTED:
        return ()
    return prior.run.remaining_tasks


def _check_size(plan: Plan) -> None:
    for role, prompt in zip(Role, plan.prompts(), strict=True):
        if len(prompt) > PROMPT_LIMIT:
            raise InputInvalid(
                f"the {role}'s prompt for {plan.spec.id} has {len(prompt)} characters, and codex "
                f"takes at most {PROMPT_LIMIT}; split the spec"
            )


def _warnings(plan: Plan, workspace: Workspace, request: RunRequest) -> list[str]:
    spec, start = plan.spec, plan.start
    found = [*template_warnings(start.spec), *settings_warnings(plan.settings)]
    if spec.misnamed:
        found.append(f"{spec.folder.name}/metadata.json calls itself {spec.id!r}; that is its id")
    if start.unmet_dependencies:
        found.append(
            f"{spec.id} depends on what is not done: {', '.join(start.unmet_dependencies)}"
        )
    if workspace.tree is None:
        found.append(
            f"{workspace.root} is not in a git repository; no one can undo what the worker does"
        )
    prior = plan.prior
    if prior and not prior.run.outcome and not plan.resumes:
        found.append(
            f"run {prior.run_id} of {spec.id} is given up for a new one; "
            "it could have gone on with --resume"
        )
    mode = request.flags.mode
    if plan.resumes and mode not in {None, plan.settings.mode}:
        found.append(
            f"a run that goes on keeps its mode ({plan.settings.mode}); {mode} is not taken"
        )
    if prior and plan.resumes and not plan.over and plan.desk.prompts_are_stale(prior.told):
        found.append(
            "the spec's files have changed; the run goes on with those that it began with"
        )
    return found
