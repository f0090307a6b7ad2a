"""Measure one thing in this process: `python measure.py MODULE FUNCTION [ARGUMENT ...]` prints a JSON line."""
import contextlib
import importlib
import io
import json
import sys

if __name__ == '__main__':
    module, function, *arguments = sys.argv[1:]
    with contextlib.redirect_stdout(io.StringIO()):     # what training loops print
        measured = getattr(importlib.import_module(module), function)(*arguments)
    print(json.dumps(measured))
