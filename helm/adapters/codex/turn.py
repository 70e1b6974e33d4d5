"""One turn of codex, folded from the lines that it writes."""

from __future__ import annotations

from helm.adapters.codex.wire import (
    Command,
    FileChanges,
    Item,
    ItemCompleted,
    ItemStarted,
    Message,
    OtherItem,
    Reasoning,
    Search,
    ThreadStarted,
    TodoList,
    Trouble,
    TurnCompleted,
    TurnFailed,
    Usage,
    Warned,
    read_line,
)
from helm.domain.commands import RecordActivity, RecordSession
from helm.domain.events import ActivityKind, FileChange, TokenUsage

Said = RecordSession | RecordActivity


class Turn:
    """What is known of a turn so far.

    `report` is the last message before the turn's completion: codex marks none as final.
    """

    def __init__(self) -> None:
        self._message = ""
        self._failure = ""
        self._trouble = ""
        self._searched: set[str] = set()
        self.completed = False
        self.report = ""
        self.usage: TokenUsage | None = None

    @property
    def complaint(self) -> str:
        """What codex says went wrong; empty where it says nothing."""
        return self._failure or self._trouble

    def hear(self, line: bytes) -> list[Said]:
        """Fold one line in, and give what it tells."""
        match read_line(line):
            case ThreadStarted(thread_id=thread):
                return [RecordSession(session=thread)]
            case ItemStarted(item=item):
                return self._started(item)
            case ItemCompleted(item=item):
                return self._ended(item)
            case Trouble(message=message):
                self._trouble = message
                return [_activity(ActivityKind.RETRY, message)]
            case TurnCompleted(usage=usage):
                self.completed, self.report, self.usage = True, self._message, _tokens(usage)
            case TurnFailed(error=failure):
                self.completed, self._failure = False, failure.message
        return []

    def _started(self, item: Item) -> list[Said]:
        match item:
            case Command(command=command):
                return [_activity(ActivityKind.COMMAND_STARTED, command)]
            case Search(query=query) if query:
                return self._search(item)
        return []

    def _ended(self, item: Item) -> list[Said]:
        match item:
            case Command(command=command, exit_code=code):
                kind = ActivityKind.COMMAND_FINISHED
                return [RecordActivity(activity=kind, text=command, exit_code=code)]
            case Message(text=text):
                self._message = text
                return [_activity(ActivityKind.MESSAGE, text)]
            case Reasoning(text=text):
                return [_activity(ActivityKind.REASONING, text)]
            case FileChanges():
                return [_file_change(item)]
            case Search():
                return self._search(item)
            case Warned(message=message):
                return [_activity(ActivityKind.WARNING, message)]
            case TodoList(items=todos):
                listed = (f"[{'x' if todo.completed else ' '}] {todo.text}" for todo in todos)
                return [_activity(ActivityKind.OTHER, "\n".join(listed))]
            case OtherItem(type=kind):
                return [_activity(ActivityKind.OTHER, kind)]

    def _search(self, item: Search) -> list[Said]:
        """Tell a search once, although it starts and ends: at its start, if that has a query."""
        key = item.id or item.query
        if key in self._searched:
            return []
        self._searched.add(key)
        return [_activity(ActivityKind.SEARCH, item.query)]


def _activity(kind: ActivityKind, text: str) -> RecordActivity:
    return RecordActivity(activity=kind, text=text)


def _file_change(item: FileChanges) -> RecordActivity:
    changes = tuple(FileChange(path=each.path, kind=each.kind) for each in item.changes)
    status = "" if item.status == "completed" else item.status
    return RecordActivity(activity=ActivityKind.FILE_CHANGE, text=status, changes=changes)


def _tokens(usage: Usage | None) -> TokenUsage | None:
    return TokenUsage(**usage.model_dump()) if usage else None
