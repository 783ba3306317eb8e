"""All that an agent can do by key: the one table of which keys, tooltips, sheet and bar are drawn.

A command is possible where the page has an element with its name in `data-act`: it is pressed. What
has no such element is done by static/js/keys.js, or by the browser and the file that is named.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.lists import LISTS

Text = str | Promise


class Group(StrEnum):
    LIST = "list"
    SESSION = "session"
    WRITE = "write"
    GO = "go"
    DESK = "desk"

    @property
    def label(self) -> Text:
        return GROUPS[self]


GROUPS = {
    Group.LIST: _("List"),
    Group.SESSION: _("Session"),
    Group.WRITE: _("Writing"),
    Group.GO: _("Go to"),
    Group.DESK: _("Console"),
}


@dataclass(frozen=True)
class Command:
    """`keys` as long as the agent has none of their own; `words` under which it is found as well.

    `path` leads there from pages without its element. A fixed one is the browser's or a field's:
    its keys are told, not changed. What is not `offered` stands in no command bar.
    """

    name: str
    group: Group
    label: Text
    keys: tuple[str, ...] = ()
    words: Text = ""
    path: str = ""
    is_fixed: bool = False
    is_offered: bool = True


def _step(name: str, group: Group, label: Text, *keys: str) -> Command:
    """Nobody looks for it in the bar: whoever is there has left the list."""
    return Command(name, group, label, keys, is_offered=False)


def _fixed(name: str, group: Group, label: Text, *keys: str) -> Command:
    return Command(name, group, label, keys, is_fixed=True, is_offered=False)


# In Chinese, these and the other words say the pinyin of the label.
LIST_WORDS = {
    "mine": _("my sessions"),
    "queue": _("waiting to be accepted"),
    "team": _("colleagues"),
    "all": _("every open session"),
    "closing": _("expiring soon"),
    "mentioned": _("named in notes"),
    "native": _("held at the platform"),
    "snoozed": _("put off"),
    "ended": _("closed history"),
}
LIST, SESSION, WRITE, GO, DESK = Group
COMMANDS = (
    _step("next", LIST, _("Next session"), "j", "alt+j"),
    _step("previous", LIST, _("Previous session"), "k", "alt+k"),
    _fixed("rows", LIST, _("Through the rows; first, last"), "up", "down", "home", "end"),
    _step("select", LIST, _("Select the session"), "x"),
    _step("select-range", LIST, _("Select up to here"), "shift+x"),
    Command("select-all", LIST, _("Select all on this page")),
    Command("select-none", LIST, _("Select none")),
    Command("filter", LIST, _("Filter the list…"), words=_("narrow filters")),
    Command("sort", LIST, _("Order of the list…"), words=_("sort newest waiting")),
    Command("save-view", LIST, _("Save this list as a view…"), words=_("keep filters")),
    Command("views", LIST, _("Manage views…"), words=_("rename delete views")),
    Command("accept", SESSION, _("Accept: assign to me"), ("i",), _("take claim")),
    Command("assign", SESSION, _("Assign…"), ("a",), _("give colleague")),
    Command("transfer", SESSION, _("Transfer…"), ("t",), _("hand over forward")),
    Command("end", SESSION, _("End session…"), ("e", "alt+e"), _("close resolve finish")),
    Command("end-next", SESSION, _("End session, then the next one…"), ("mod+alt+e",), _("close next")),
    Command("snooze", SESSION, _("Snooze…"), ("z", "alt+m"), _("later remind")),
    Command("wake", SESSION, _("Wake now"), words=_("stop snoozing")),
    Command("tags", SESSION, _("Tags…"), ("l",), _("label mark")),
    Command("priority", SESSION, _("Priority…"), ("p",), _("urgent important")),
    Command("unread", SESSION, _("Mark as unread"), words=_("not read")),
    Command("pin", SESSION, _("Pin or unpin"), words=_("keep on top")),
    _step("more", SESSION, _("More actions"), "."),
    Command("reply", WRITE, _("Write a reply"), ("r", "alt+l"), _("answer write")),
    Command("note", WRITE, _("Write a note"), ("n", "alt+p"), _("internal private")),
    Command("phrases", WRITE, _("Insert phrase"), ("mod+/",), _("canned template")),
    _fixed("nth-phrase", WRITE, _("Insert the first … ninth phrase"), "mod+1", "mod+9"),
    Command("attach", WRITE, _("Attach file"), words=_("upload picture")),
    _fixed("send", WRITE, _("Send"), "enter"),
    _fixed("newline", WRITE, _("New line"), "shift+enter", "mod+enter"),
    _fixed("take-back", WRITE, _("Take the last message back, while it is held"), "mod+z"),
    Command("go-inbox", GO, _("Inbox"), ("g i",), _("all sessions"), "/"),
    Command("go-customers", GO, _("Customers"), ("g c",), _("people contacts"), "/customers/"),
    Command("search", GO, _("Search"), ("/", "s"), _("find look up"), "/search/"),
    Command("go-phrases", GO, _("Phrases"), ("g p",), _("canned replies"), "/phrases/"),
    Command("go-wallboard", GO, _("Wallboard"), ("g w",), _("live figures board"), "/wallboard/"),
    Command("go-reports", GO, _("Reports"), ("g r",), _("figures statistics charts"), "/reports/"),
    Command("full-screen", DESK, _("Full screen"), words=_("wall monitor")),
    Command("keyboard", GO, _("Keyboard"), words=_("shortcuts keys settings")),
    Command("go-admin", GO, _("Administration"), words=_("settings accounts users")),
    *(
        Command(
            f"go-{each.name}", GO, each.label,
            ("g q",) if each.name == "queue" else ("g m",) if each.name == "mine" else (),
            LIST_WORDS[each.name], f"/?tab={each.name}",
        )
        for each in LISTS
    ),
    Command("bar", DESK, _("Command bar"), ("mod+k",), is_offered=False),
    Command("sheet", DESK, _("Keyboard shortcuts"), ("?",), _("help keys")),
    _step("pane", DESK, _("Next part of the page"), "f6"),
    _step("pane-back", DESK, _("Previous part of the page"), "shift+f6"),
    _fixed("leave", DESK, _("Leave the field, close the panel, back to the list"), "escape"),
    Command("theme-system", DESK, _("Theme: as the system"), words=_("automatic")),
    Command("theme-light", DESK, _("Theme: light"), words=_("bright day")),
    Command("theme-dark", DESK, _("Theme: dark"), words=_("dark night")),
    Command("language-en", DESK, "English", words=_("language")),
    Command("language-zh-hans", DESK, "简体中文", words="language chinese yuyan zhongwen"),
    Command("sign-out", DESK, _("Sign out"), words=_("log out leave")),
)  # fmt: skip
BY_NAME = {command.name: command for command in COMMANDS}
