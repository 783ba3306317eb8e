from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from sessions import keyboard
from sessions.commands import COMMANDS
from sessions.keyboard import Binding
from sessions.models import Agent

OWN = tuple(command for command in COMMANDS if not command.is_fixed)


class KeyboardForm(forms.Form):
    """All keys at once, each under its command's name; empty is none."""

    ENTER = (
        ("send", _("Enter sends, Ctrl+Enter begins a new line")),
        ("newline", _("Ctrl+Enter sends, Enter begins a new line")),
    )
    letters = forms.BooleanField(required=False)
    enter = forms.ChoiceField(choices=ENTER)

    def __init__(self, agent: Agent, data: MultiValueDict | None = None) -> None:
        super().__init__(data)
        chosen = agent.keyboard
        self.initial = {
            "letters": chosen.get("letters", True),
            "enter": chosen.get("enter", "send"),
        }
        for command in OWN:
            binding = keyboard.replace_keys(command, chosen.get("keys", {}))
            self.fields[command.name] = forms.CharField(
                label=command.label, required=False, max_length=60, initial=binding.text
            )

    @property
    def groups(self) -> list[tuple[Any, list[tuple[forms.BoundField, Binding]]]]:
        """(group, its fields, each with what the table has)."""
        bound = [Binding(command, command.keys) for command in OWN]
        return [
            (group, [(self[each.command.name], each) for each in some])
            for group, some in keyboard.by_group(bound)
        ]

    def clean(self) -> dict[str, Any]:
        """Only what differs from the table is kept, so that a better table reaches everybody."""
        data = super().clean() or {}
        own = {}
        for command in OWN:
            if command.name not in self.data:
                continue  # newer than the page
            keys = self._keys(command.name, data.get(command.name, ""))
            if keys is not None and tuple(keys) != command.keys:
                own[command.name] = keys
        for name, problem in keyboard.check(own).items():
            self.add_error(name, str(problem))
        data["keys"] = own
        return data

    def _keys(self, name: str, text: str) -> list[str] | None:
        found = []
        for words in filter(None, map(str.strip, text.replace("、", ",").split(","))):
            key = keyboard.parse(words)
            if key is None:
                self.add_error(
                    name,
                    _("“%(key)s” is no key. Write one as J, Shift+X or Ctrl+K; two as G I.")
                    % {"key": words},
                )
                return None
            found.append(key)
        return list(dict.fromkeys(found))

    @property
    def chosen(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("letters", "enter", "keys")}
