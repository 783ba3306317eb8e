"""Switches of the simulated Desk, most of them for what the documentation leaves open."""

from dataclasses import dataclass, field


@dataclass
class Options:
    """Defaults are the documented or the stricter reading; tests change single fields."""

    echo: bool = True  # send_msg raises Human.AgentSendMsg; an open question (protocol B4)
    echo_agent_id: bool = False  # … with the AgentId of the session
    api_counts: bool = True  # what send_msg says is the agent's word, for time-outs (ditto)
    can_contact: bool = True  # contact_user; 141014 where it is switched off
    answer_msg_key: bool = False  # send_msg answers a MsgKey; its answer fields were not read
    tips_as_events: bool = False  # Desk's own words in the human phase raise Human.AgentSendMsg
    all_fields: bool = False  # every event carries every field, as the documented sample does
    takes_cards: bool = True  # stars that came by send_msg are a rating; an open question (B5)
    ask_command: str = "ChatBot.OnAssignHuman"  # or ChatBot.OnAssignAgent (protocol B1.3)
    queue_event: str = "Human.UserSendMsg"  # what users write while they wait
    ends: list[str] = field(default_factory=lambda: ["reason", "end"])  # order, or one of them
    end_queuing_ends: bool = True  # else the session goes back to the bot
    packet_bytes: int = 8192  # 93000 beyond; 12 KB on newer pages
    repeat_seconds: int = 120  # in which a MsgRandom is known again
    limit_per_minute: int = 12_000  # of one command
    callback_attempts: int = 3
    callback_timeout: float = 2.0
    callback_retry_delay: float = 1.0
    callbacks_paused: bool = False
    callbacks_in_order: bool = True  # those of a session leave one after another
    base_url: str = ""  # where files are, for their Url; set by whoever serves the world

    def set(self, **values: object) -> None:
        """Change some switches; an unknown name is an error."""
        for name, value in values.items():
            setattr(self, name, type(getattr(self, name))(value))
