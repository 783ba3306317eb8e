"""The worker's step that sends reports which are due: each for its moment, and no more than once.

A mail or a message counts as sent as soon as it is taken, before anything else is done. Only a
worker that dies in between leaves one that is sent again.
"""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.utils import timezone, translation

from messaging import guard, leases
from sessions.models import ReportSchedule, SavedReport
from sessions.models.report_schedule import PAUSES
from sessions.reports import robot
from sessions.reports.pages import REPORTS
from sessions.reports.telling import Told

logger = logging.getLogger(__name__)
Problem = ReportSchedule.Problem


def send(owner: str) -> int:
    """Returns how many were tried."""
    due = ReportSchedule.objects.filter(next_at__lte=timezone.now()).order_by("next_at")
    taken = leases.claim(due, owner, field="next_at", step="schedules")
    held = ReportSchedule.objects.filter(pk__in=taken, lease_owner=owner)
    for schedule in held.select_related("report", "owner"):
        agent = schedule.owner
        language = agent.language or settings.LANGUAGE_CODE
        with translation.override(language), timezone.override(agent.zone):
            _serve(schedule)
    return len(taken)


def _serve(schedule: ReportSchedule) -> None:
    if problem := _barred(schedule):
        return schedule.finish(problem)
    if schedule.attempts > len(PAUSES):
        return schedule.finish(Problem.MADE)
    schedule.note(attempts=schedule.attempts + 1)  # first: one that kills its worker counts too
    try:
        told = Told.of(schedule)
        mail = told.mail(schedule.emails)
    except Exception:
        logger.exception("scheduled report %s cannot be computed", schedule.pk)
        return schedule.put_off(Problem.MADE)
    # Each way by itself: one that fails neither holds up nor repeats the other.
    failed = [_mailed(schedule, mail), _posted(schedule, told)]
    problem, detail, _passing = next(filter(None, failed), ("", "", False))
    if any(one and one[2] for one in failed):
        schedule.put_off(problem, detail)
    else:
        schedule.finish(problem, detail)


def _barred(schedule: ReportSchedule) -> str:
    """Rights are those of now."""
    owner, report = schedule.owner, schedule.report
    if not (owner.is_active and owner.is_lead):
        return Problem.OWNER
    if not (schedule.emails or schedule.robot):
        return Problem.NOWHERE  # the key that it was encrypted with is gone
    visible = SavedReport.objects.visible_to(owner).filter(pk=report.pk)
    return "" if report.report in REPORTS and visible.exists() else Problem.REPORT


Failed = tuple[str, str, bool] | None  # what, in which words, and whether it may pass


def _mailed(schedule: ReportSchedule, mail) -> Failed:
    if not schedule.emails or schedule.is_mailed or not _is_held(schedule):
        return None
    try:
        mail.send()
    except (SMTPException, OSError, ValueError) as error:
        return Problem.MAIL, str(error), True
    schedule.note(is_mailed=True, sent_at=timezone.now())
    return None


def _posted(schedule: ReportSchedule, told: Told) -> Failed:
    key = schedule.robot.get("key")
    if not key or schedule.is_posted or not _is_held(schedule):
        return None
    try:
        robot.post(key, told.markdown())
    except robot.Refused as error:
        return Problem.REFUSED, str(error), False
    except robot.Busy as error:
        return Problem.BUSY, str(error), True
    except guard.Away as error:
        return Problem.AWAY, str(error), True
    schedule.note(is_posted=True, sent_at=timezone.now())
    return None


def _is_held(schedule: ReportSchedule) -> bool:
    """Computing may have taken longer than a lease, and somebody may have paused it meanwhile."""
    return leases.renew(ReportSchedule, schedule.pk, schedule.lease_owner, field="next_at")
