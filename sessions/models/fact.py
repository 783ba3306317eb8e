"""What reports count: a session's life in one row, and its replies and stints in rows of their own.

All of it follows from events (models/event.py) by one pure function (reports/fold.py), so it can be
thrown away and made again. Durations are whole seconds; `_business` is the same within the hours of
the account. Days that are over are read from rollups (models/rollup.py), and not from these rows.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q


def _agent(**more) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False,
        **more,
    )  # fmt: skip


def _moment() -> models.DateTimeField:
    return models.DateTimeField(null=True)


def _seconds() -> models.PositiveIntegerField:
    return models.PositiveIntegerField(null=True)


def _count() -> models.PositiveIntegerField:
    return models.PositiveIntegerField(default=0)


def _when(moment: str, *more: str) -> models.Index:
    """As not every session comes to it, and what is counted then is read from the index alone."""
    present = Q(**{f"{moment}__isnull": False})
    return models.Index(moment, "account", *more, name=f"fact_{moment}", condition=present)


class SessionFact(models.Model):
    class After(models.TextChoices):
        """What a customer had heard last before they muted us, if it was no phrase."""

        NOTHING = ""
        WORDS = "words"  # a person's own
        SURVEY = "survey"
        AUTOMATIC = "automatic"

    session = models.OneToOneField(
        "kf_sessions.Session", models.DO_NOTHING, primary_key=True, db_constraint=False,
        related_name="fact",
    )  # fmt: skip
    customer = models.ForeignKey(
        "messaging.Customer", models.DO_NOTHING, db_constraint=False, related_name="+",
        db_index=False,
    )  # fmt: skip
    account = models.ForeignKey("messaging.Account", models.CASCADE, db_index=False)
    entrance = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField()
    owner = _agent()  # who has it, or had it when it was closed
    messages_in, messages_out, automatic, replies = _count(), _count(), _count(), _count()
    notes, failed, transfers = _count(), _count(), _count()
    budget_peak = models.PositiveSmallIntegerField(default=0)  # of the five, in its fullest window

    # The first reply of a human, and the first answer of whatever kind.
    first_reply_at, first_reply, first_reply_business = _moment(), _seconds(), _seconds()
    first_agent = _agent()
    first_servicer = models.CharField(max_length=64, blank=True)
    first_answer_at, first_answer, first_answer_business = _moment(), _seconds(), _seconds()
    slowest_at, slowest, slowest_business = _moment(), _seconds(), _seconds()

    assigned_at, assignment, assignment_business = _moment(), _seconds(), _seconds()
    first_holder = _agent()
    queue_left_at, queued, queued_business = _moment(), _seconds(), _seconds()
    is_abandoned = models.BooleanField(default=False)

    closed_at = _moment()
    closed_by = models.CharField(max_length=10, blank=True)
    closer = _agent()
    resolution, resolution_business = _seconds(), _seconds()
    handled = _seconds()
    waited_for_us, waited_for_us_business = _seconds(), _seconds()
    waited_for_customer, waited_for_customer_business = _seconds(), _seconds()
    is_unanswered = models.BooleanField(default=False)
    unanswered_at = _moment()  # the first message that nobody has answered, open or ended
    lost_at = _moment()  # the window closed while they waited for us
    reopened_in = _seconds()  # after the end, by the same customer

    asked_at = _moment()
    asked_by = models.CharField(max_length=10, blank=True)  # what carried the question
    rated_at = _moment()
    score = models.PositiveSmallIntegerField(null=True)

    # A message told that they have switched off ours, and what had been said last before it.
    muted_at = _moment()
    muted_agent = _agent()
    muted_after = models.CharField(max_length=20, blank=True)  # After, or the key of a phrase

    was_native = models.BooleanField(default=False)
    native = _count()  # seconds

    class Meta:
        indexes = [
            # These two cover: what is counted of a year is read from them, and not from the rows.
            models.Index(
                *("opened_at", "account", "owner", "customer", "messages_in", "messages_out"),
                *("replies", "transfers", "failed", "budget_peak", "was_native", "entrance"),
                "muted_at",
                name="fact_opened",
            ),
            models.Index(
                *("closed_at", "account", "closer", "replies", "is_unanswered", "reopened_in"),
                *("resolution", "handled", "waited_for_us", "waited_for_customer"),
                *("closed_by", "entrance"),
                name="fact_closed",
            ),
            models.Index("customer", name="fact_customer"),
            models.Index("rated_at", name="fact_rated", condition=Q(rated_at__isnull=False)),
            models.Index("asked_at", name="fact_asked", condition=Q(asked_at__isnull=False)),
            models.Index("muted_at", name="fact_muted", condition=Q(muted_at__isnull=False)),
            models.Index(
                *("closed_at", "unanswered_at", "account", "owner"),
                name="fact_waiting",
                condition=Q(unanswered_at__isnull=False),
            ),
            models.Index("lost_at", name="fact_lost", condition=Q(lost_at__isnull=False)),
            _when("first_reply_at", "first_agent", "first_reply", "entrance"),
            _when("first_answer_at", "first_agent", "first_answer"),
            _when("slowest_at", "closer", "slowest"),
            _when("assigned_at", "first_holder", "assignment"),
            _when("queue_left_at", "first_holder", "queued", "is_abandoned"),
        ]

    def __str__(self) -> str:
        return str(self.session_id)


class _OfSession(models.Model):
    session = models.ForeignKey(
        "kf_sessions.Session", models.DO_NOTHING, db_constraint=False, related_name="%(class)ss"
    )
    account = models.ForeignKey("messaging.Account", models.CASCADE, db_index=False)
    agent = _agent()

    class Meta:
        abstract = True


class ReplyFact(_OfSession):
    """One reply of a human that was accepted and did not fail."""

    servicer = models.CharField(max_length=64, blank=True)
    message = models.BigIntegerField()
    at = models.DateTimeField()
    # How long the first question had stood that it answers; none if it only adds to a reply.
    asked_at, seconds, seconds_business = _moment(), _seconds(), _seconds()

    class Meta:
        indexes = [
            models.Index("at", "account", "agent", "seconds", name="reply_at"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.seconds}"


class StintFact(_OfSession):
    """A stretch in which one agent had the session."""

    class Left(models.TextChoices):
        CLOSED = "closed"
        HANDED_ON = "handed"  # to a colleague
        QUEUE = "queue"
        NATIVE = "native"  # into WeCom's own client

    began_at = models.DateTimeField()
    ended_at = _moment()
    came_by = models.CharField(max_length=10, blank=True)  # accept, agent, team
    left_by = models.CharField(max_length=10, choices=Left, blank=True)
    handled = _count()

    class Meta:
        indexes = [
            models.Index("ended_at", "account", "agent", "handled", name="stint_ended"),
            models.Index("began_at", "account", "agent", name="stint_began"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.agent_id}"
