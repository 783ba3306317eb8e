"""Keys: how they are written, what they may be, and those of one agent.

parse("Ctrl+Alt+E") == "mod+alt+e"; parse("G I") == "g i", one after the other
check({"next": ["m"]})    {name: why not}
bindings(agent)           the table with this agent's keys; the rest is static/js/keys.js

An agent's choices are kept as they differ from the table: Agent.keyboard ==
{"letters": False, "enter": "newline", "keys": {"next": ["m"]}}.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sessions.commands import COMMANDS, Command, Group

Keys = Mapping[str, list[str]]
MODIFIERS = {"mod": "Ctrl", "alt": "Alt", "shift": "Shift"}
SPELLINGS = {
    **dict.fromkeys(("mod", "ctrl", "control", "strg", "cmd", "command", "meta", "⌘"), "mod"),
    **dict.fromkeys(("alt", "option", "⌥"), "alt"),
    **dict.fromkeys(("shift", "⇧"), "shift"),
}
NAMED = {"escape": "Esc", "enter": "Enter", "up": "↑", "down": "↓", "home": "Home", "end": "End"}
KEY = re.compile(r"[a-z0-9]|[^\w\s,+]|f([1-9]|1[0-2])")
# The browser's, or those by which people write and copy: a page that took them would be a trap.
RESERVED = {
    *(f"mod+{key}" for key in "abcdfhijlnopqrstuvwxyz0123456789-="),
    *(f"mod+shift+{key}" for key in "bcdijmnoprtvwz"),
    *("alt+d", "alt+f", "f1", "f3", "f5", "f7", "f10", "f11", "f12", "alt+f4", "mod+f4", "mod+f5"),
}


@dataclass(frozen=True)
class Binding:
    """A command with the keys by which this agent does it."""

    command: Command
    keys: tuple[str, ...]

    @property
    def text(self) -> str:
        """As it is typed into a form: "J, Alt+J"."""
        return ", ".join(map(spell, self.keys))


def spell(key: str) -> str:
    """mod+alt+e → Ctrl+Alt+E; g i → G I."""
    return " ".join("+".join(map(_part, chord.split("+"))) for chord in key.split(" "))


def _part(part: str) -> str:
    return MODIFIERS.get(part) or NAMED.get(part) or part.upper()


def parse(text: str) -> str | None:
    """One key as somebody wrote it, in the one spelling that is kept; None if it is none."""
    chords = [_chord(word) for word in text.casefold().split()]
    if not 1 <= len(chords) <= 2 or None in chords:
        return None
    if len(chords) == 2 and not all(map(is_letter, chords)):
        return None
    return " ".join(filter(None, chords))


def _chord(word: str) -> str | None:
    *before, key = word.split("+")
    found = {SPELLINGS.get(part) for part in before}
    if None in found or not KEY.fullmatch(key):
        return None
    if "shift" in found and not key[0].isalpha():
        return None  # ? is ?, whatever has to be held for it
    return "+".join([*(name for name in MODIFIERS if name in found), key])


def is_letter(key: str) -> bool:
    """Typed by itself: what may also be meant as writing, or come from speech (WCAG 2.1.4)."""
    return all(len(chord.removeprefix("shift+")) == 1 for chord in key.split(" "))


def check(own: Keys) -> dict[str, str | Promise]:
    """What is wrong with these keys, by command."""
    problems: dict[str, str | Promise] = {}
    bound = [replace_keys(command, own) for command in COMMANDS]
    for name, keys in own.items():
        for key in keys:
            if key in RESERVED:
                problems[name] = _(
                    "%(key)s belongs to the browser or to writing. Choose another one."
                ) % {"key": spell(key)}
            elif other := _rival(name, key, bound):
                problems[name] = _("%(key)s is already “%(command)s”.") % {
                    "key": spell(key),
                    "command": other.label,
                }
    return problems


def _rival(name: str, key: str, bound: list[Binding]) -> Command | None:
    """Who has it too, or one that it begins with: after G, nobody would know which is meant."""
    for binding in bound:
        for other in binding.keys if binding.command.name != name else ():
            if f"{other} ".startswith(f"{key} ") or f"{key} ".startswith(f"{other} "):
                return binding.command
    return None


def replace_keys(command: Command, own: Keys) -> Binding:
    is_own = command.name in own and not command.is_fixed
    return Binding(command, tuple(own[command.name]) if is_own else command.keys)


def bindings(agent: Any) -> list[Binding]:
    """The table with the agent's keys: without the letters, if they have switched these off.

    What they chose stays theirs, also when the table has come to use it for something else.
    """
    chosen = agent.keyboard
    own = chosen.get("keys", {})
    taken = {key for keys in own.values() for key in keys}
    has_letters = chosen.get("letters", True)
    found = []
    for command in COMMANDS:
        binding = _told(replace_keys(command, own), chosen)
        lost = () if command.name in own else taken
        keys = [key for key in binding.keys if key not in lost]
        found.append(Binding(command, tuple(k for k in keys if has_letters or not is_letter(k))))
    return found


def _told(binding: Binding, chosen: Mapping[str, Any]) -> Binding:
    if chosen.get("enter") != "newline":
        return binding
    keys = {"send": ("mod+enter",), "newline": ("enter", "shift+enter")}.get(binding.command.name)
    return replace(binding, keys=keys) if keys else binding


def by_group(found: list[Binding]) -> list[tuple[Group, list[Binding]]]:
    return [(group, [each for each in found if each.command.group == group]) for group in Group]


def as_data(agent: Any) -> dict[str, Any]:
    """For static/js/keys.js; of a command only what it has."""
    rows = []
    for binding in bindings(agent):
        command = binding.command
        row = {
            "name": command.name,
            "label": str(command.label),
            "group": command.group.value,
            "keys": binding.keys,
            "words": str(command.words),
            "path": command.path,
            "offered": command.is_offered,
            "fixed": command.is_fixed,
        }
        rows.append({name: value for name, value in row.items() if value})
    groups = {group.value: str(group.label) for group in Group}
    return {"commands": rows, "groups": groups, "enter": agent.keyboard.get("enter", "send")}
