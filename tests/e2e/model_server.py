"""A model server on loopback, so that tests can run the real codex without an account or network.

codex posts each step of a turn to `/v1/responses`, with the whole conversation so far, and reads
the answer as server-sent events. What to answer is decided by a *script*, any callable from the
decoded request to an `Answer`; `Turns` is the script that plays lists of answers.
"""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Json = dict[str, Any]

# What codex itself puts into the conversation in the user's name.
_NOT_THE_PROMPT = ("<environment_context", "<user_instructions", "# AGENTS.md instructions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one response is said to have cost; codex adds up those of a turn."""

    input_tokens: int = 100
    cached_input_tokens: int = 0
    output_tokens: int = 10
    reasoning_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Say:
    """A message of the agent. The turn ends after a response that calls no tool."""

    text: str


@dataclass(frozen=True, slots=True)
class Think:
    """A summary of the model's reasoning."""

    text: str


@dataclass(frozen=True, slots=True)
class Shell:
    """A shell command, which codex really runs; its output comes with the next request."""

    cmd: str


Item = Say | Think | Shell


@dataclass(frozen=True, slots=True)
class Reply:
    """One response; a bare item is short for the reply that holds it alone.

    One that is `cut` ends too early, which codex takes for a fault of the network; one that
    `hangs` does not end before the server closes.
    """

    items: Sequence[Item] = ()
    usage: Usage = field(default_factory=Usage)
    cut: bool = False
    hangs: bool = False


@dataclass(frozen=True, slots=True)
class Fail:
    """An HTTP error. codex shows the body of a 400 as it is, of others only `error.message`."""

    status: int
    body: str | Json = ""


@dataclass(frozen=True, slots=True)
class Hang:
    """No answer, until the server closes."""


Answer = Item | Reply | Fail | Hang
Script = Callable[[Json], Answer]


class ScriptError(LookupError):
    """A request for which the script has no answer. codex is told so, as a failed turn."""


def prompt_of(request: Json) -> str:
    """The prompt that codex was given, without what it adds in the user's name."""
    said = (_text(item) for item in request["input"] if item.get("role") == "user")
    return [text for text in said if not text.startswith(_NOT_THE_PROMPT)][-1]


def tool_outputs(request: Json) -> list[str]:
    """What the shell commands of the conversation gave back, as the model is told it."""
    outputs = (item for item in request["input"] if item["type"] == "function_call_output")
    return [str(item["output"]) for item in outputs]


def _text(item: Json) -> str:
    return "".join(part.get("text", "") for part in item["content"])


class Turns:
    """A script that plays answers: for each marker its turns, for each turn its responses.

    A request belongs to the first marker, in the mapping's order, that its prompt contains ("" is
    in any). Each run of codex takes the marker's next turn, also after one that was stopped.
    """

    def __init__(self, turns: Mapping[str, Sequence[Sequence[Answer]]]) -> None:
        self._waiting = {marker: deque(listed) for marker, listed in turns.items()}
        self._playing: dict[str, deque[Answer]] = {}

    def __call__(self, request: Json) -> Answer:
        turn = request["client_metadata"]["turn_id"]
        if turn not in self._playing:
            self._playing[turn] = deque(self._next_turn(prompt_of(request)))
        if not self._playing[turn]:
            raise ScriptError("this turn has no more responses")
        return self._playing[turn].popleft()

    def _next_turn(self, prompt: str) -> Sequence[Answer]:
        marker = next((marker for marker in self._waiting if marker in prompt), None)
        if marker is None:
            raise ScriptError(f"none of {list(self._waiting)} is in the prompt {prompt[:200]!r}")
        if not self._waiting[marker]:
            raise ScriptError(f"{marker!r} has no more turns")
        return self._waiting[marker].popleft()


class ModelServer:
    """Serves while its `with` block runs; `requests` holds each decoded body, as it arrived.

    The script is asked for one answer at a time, whatever number of codex there are.
    """

    def __init__(self, script: Script) -> None:
        self._script = script
        self._arrival = threading.Condition()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Exchange, self))
        self.requests: list[Json] = []
        self.closing = threading.Event()

    @property
    def port(self) -> int:
        """The port that the system has given."""
        return self._http.server_port

    @property
    def base_url(self) -> str:
        """What codex's configuration calls `base_url`."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        # The default interval would cost half a second at each close.
        serve = partial(self._http.serve_forever, poll_interval=0.01)
        threading.Thread(target=serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()

    def wait_for_requests(self, count: int, timeout: float = 20) -> None:
        """Return when `count` requests have come; the last may not be answered yet."""
        with self._arrival:
            if not self._arrival.wait_for(lambda: len(self.requests) >= count, timeout):
                raise TimeoutError(f"{len(self.requests)} of {count} requests in {timeout} s")

    def answer(self, request: Json) -> "_Response | None":
        """Note the request, and let the script decide; None is never to answer."""
        with self._arrival:
            self.requests.append(request)
            self._arrival.notify_all()
            try:
                return _rendered(self._script(request), request)
            except Exception as error:  # noqa: BLE001 - a thread's traceback is easily missed
                failure = f"the test's script failed: {error!r}"
                return _Response(HTTPStatus.BAD_REQUEST, "text/plain", failure)


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    kind: str
    text: str
    hangs: bool = False


class _Exchange(BaseHTTPRequestHandler):
    """One request and its answer."""

    def __init__(self, model: ModelServer, *args: Any) -> None:  # noqa: ANN401 - socketserver's
        self._model = model
        super().__init__(*args)

    def do_POST(self) -> None:
        if self.path != "/v1/responses":
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        response = self._model.answer(request)
        if response is None:
            self._model.closing.wait()
            return
        # Tests kill codex on purpose, and it then reads no more.
        with suppress(ConnectionError):
            self._send(response)
            if response.hangs:
                self._model.closing.wait()

    def _send(self, response: _Response) -> None:
        body = response.text.encode()
        self.send_response(response.status)
        self.send_header("Content-Type", response.kind)
        self.send_header("Content-Length", str(len(body) + response.hangs))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Leave the tests' stderr alone."""


def _rendered(answer: Answer, request: Json) -> _Response | None:
    match answer:
        case Hang():
            return None
        case Fail(status, str(text)):
            return _Response(status, "text/plain", text)
        case Fail(status, body):
            return _Response(status, "application/json", json.dumps(body))
        case Reply():
            stream = "".join(map(_server_sent, _events(answer, request)))
            return _Response(HTTPStatus.OK, "text/event-stream", stream, answer.hangs)
        case item:
            return _rendered(Reply([item]), request)


def _server_sent(event: Json) -> str:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"


def _events(reply: Reply, request: Json) -> Iterator[Json]:
    # Unique within the conversation, which holds all earlier items.
    response = f"r{len(request['input'])}"
    yield {"type": "response.created", "response": {"id": response}}
    for index, item in enumerate(reply.items):
        yield from _item_events(item, f"{response}_{index}", request)
    if not (reply.cut or reply.hangs):
        usage = _wire_usage(reply.usage)
        yield {"type": "response.completed", "response": {"id": response, "usage": usage}}


def _item_events(item: Item, name: str, request: Json) -> Iterator[Json]:
    wire = {"id": name, **_wire_item(item, name, request)}
    yield {"type": "response.output_item.added", "item": wire}
    if isinstance(item, Say):
        yield {"type": "response.output_text.delta", "item_id": name, "delta": item.text}
    yield {"type": "response.output_item.done", "item": wire}


def _wire_item(item: Item, name: str, request: Json) -> Json:
    match item:
        case Say(text):
            content = [{"type": "output_text", "text": text, "annotations": []}]
            return {"type": "message", "role": "assistant", "content": content}
        case Think(text):
            return {"type": "reasoning", "summary": [{"type": "summary_text", "text": text}]}
        case Shell(cmd):
            tool, arguments = _shell_call(cmd, request)
            call = {"type": "function_call", "call_id": name, "name": tool}
            return {**call, "arguments": json.dumps(arguments)}


def _shell_call(cmd: str, request: Json) -> tuple[str, Json]:
    offered = {tool.get("name") for tool in request.get("tools", [])}
    calls: dict[str, Json] = {
        "exec_command": {"cmd": cmd},
        "shell_command": {"command": cmd},
        "shell": {"command": ["bash", "-lc", cmd]},
    }
    for tool, arguments in calls.items():
        if tool in offered:
            return tool, arguments
    raise ScriptError("codex offers no shell tool that this server knows; is the model gpt-5.5?")


def _wire_usage(usage: Usage) -> Json:
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {"cached_tokens": usage.cached_input_tokens},
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.input_tokens + usage.output_tokens,
    }
