"""What the admin pages of both apps share: transcripts are looked at there, not edited."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property

from messaging import failures


class ShortPaginator(Paginator):
    """Counts up to a hundred pages: nobody turns to the ten-thousandth, and to count is not free."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        return self.object_list.all()[: self.MOST].count()


class LookOnly(admin.ModelAdmin):
    """Rows that the machinery writes. Nothing of a transcript is added, changed or deleted by hand."""

    paginator = ShortPaginator
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class NeverDelete(admin.ModelAdmin):
    """Deleting would take transcripts along: these are switched off instead."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def words_of(failure: failures.Failure | None) -> str:
    """A failure in one line: what it is, what to do, and the platform's own words."""
    if failure is None:
        return "–"
    platform = f"({failure.family} {failure.code} {failure.detail})".replace(" )", ")")
    return " ".join(str(part) for part in (failure.sentence, failure.remedy, platform) if part)
