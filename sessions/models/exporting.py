from messaging.models import Message


class Exporting:
    """That a transcript was taken out stands in the transcript."""

    def exported(self, by, format: str, *, whole: bool, notes: bool) -> Message:
        with self.held():
            content = {"format": format, "whole": whole, "notes": notes}
            return self._event("export", content, by)
