from messaging import kinds
from messaging.models import Message

LONGEST = 140


class Latest:
    """What the lists show of what was said in a session. The verbs save nothing."""

    @property
    def preview(self) -> str:
        return kinds.preview_of(self.latest_kind, self.latest_text)

    def note_latest(self, message: Message) -> None:
        """Let the list show this row's words."""
        self.latest_at = max(self.latest_at, message.sent_at)
        self.latest_kind, self.latest_text = message.listed_kind, message.text[:LONGEST]
        self.latest_is_ours = message.direction == Message.Direction.OUT

    def note_recall(self, message: Message) -> None:
        """Let the list show its words no longer, if it does."""
        said = message.original[:LONGEST]
        is_shown = (self.latest_kind, self.latest_text) == (message.kind, said)
        if is_shown and (said or self.latest_at <= message.sent_at):  # of two pictures, the last
            self.latest_kind, self.latest_text = message.listed_kind, ""
