from messaging.models import Message


class Exporting:
    """That a transcript was taken out, or a recalled message read, stands in the transcript."""

    def exported(self, by, format: str, *, whole: bool, notes: bool) -> Message:
        with self.held():
            content = {"format": format, "whole": whole, "notes": notes}
            return self._event("export", content, by)

    def read_recalled(self, by, message: Message) -> Message:
        with self.held():
            return self._event("recall_read", {"message": message.pk}, by)
