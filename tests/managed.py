"""`manage.py` that stays, for a site under test: `python -m tests.managed`, a command for each line.

A process of its own for every command costs a second, nearly all of it imports.
"""

import contextlib
import io
import json
import os
import sys
import traceback
from typing import TextIO

from django.core.management import ManagementUtility

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kfconsole.settings")


def obey(command: list[str], said: str) -> tuple[int, str]:
    """How it ended, and all that it printed."""
    heard = io.StringIO()
    sys.argv = ["manage.py", *command]
    sys.stdin = io.StringIO(said)
    with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
        try:
            ManagementUtility(sys.argv).execute()
        except SystemExit as end:
            return (1 if end.code else 0), heard.getvalue()
        except Exception:
            traceback.print_exc()
            return 1, heard.getvalue()
    return 0, heard.getvalue()


def main(orders: TextIO, answers: TextIO) -> None:
    for line in orders:
        command, said = json.loads(line)
        print(json.dumps(obey(command, said)), file=answers, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.stdin, sys.stdout)
