from sessions.models.agent import Agent
from sessions.models.session import Session
from sessions.models.survey import Survey

__all__ = ["Agent", "Session", "Survey"]
