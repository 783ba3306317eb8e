from sessions.models.agent import Agent
from sessions.models.block import Block
from sessions.models.draft import Draft, Mention
from sessions.models.event import SessionEvent
from sessions.models.export import Export
from sessions.models.fact import ReplyFact, SessionFact, StintFact
from sessions.models.field import CustomField, FieldValue
from sessions.models.hours import Hours, Recount
from sessions.models.notice import Event, How, Notice, PushKey, Subscription
from sessions.models.phrase import Phrase
from sessions.models.remark import Remark
from sessions.models.report_schedule import ReportSchedule
from sessions.models.rollup import Rollup, RollupDay
from sessions.models.rules import AccountRules
from sessions.models.saved_report import SavedReport
from sessions.models.session import Session
from sessions.models.survey import Carrier, Skip, Survey
from sessions.models.survey_plan import SurveyPlan
from sessions.models.tag import Tag
from sessions.models.team import Team
from sessions.models.triage import Priority
from sessions.models.view import Pin, SavedView
from sessions.models.welcome import Entrance, Missed, Welcome

__all__ = [
    "AccountRules",
    "Agent",
    "Block",
    "Carrier",
    "CustomField",
    "Draft",
    "Entrance",
    "Export",
    "FieldValue",
    "Event",
    "Hours",
    "How",
    "Mention",
    "Missed",
    "Notice",
    "Phrase",
    "Pin",
    "Priority",
    "Recount",
    "Remark",
    "ReplyFact",
    "ReportSchedule",
    "PushKey",
    "Rollup",
    "RollupDay",
    "SavedReport",
    "SavedView",
    "Session",
    "SessionEvent",
    "SessionFact",
    "Skip",
    "StintFact",
    "Subscription",
    "Survey",
    "SurveyPlan",
    "Tag",
    "Team",
    "Welcome",
]
