"""Django's admin: settings are made here, transcripts only looked at."""

from messaging.admin import connections, transcripts

__all__ = ["connections", "transcripts"]
