"""`python -m tests.bench.inside module:function '{"argument": 1}'`: the last line is its result."""

import json
import os
import sys
from importlib import import_module

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kfconsole.settings")
    django.setup()
    module, _, function = sys.argv[1].partition(":")
    work = getattr(import_module(f"tests.bench.{module}"), function)
    print(json.dumps(work(**json.loads(sys.argv[2]))))
