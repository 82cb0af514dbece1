"""Whether a repaired function does what the correct one does, on inputs the tests do not have.

The correct program runs under the item's own tests, which tells what they call it with; inputs like
those are generated, and both programs are called with them in the sandbox. Where the correct one
fails or takes too long, the input was none for it, and is not counted. Functions whose arguments
are no literals (linked lists, graphs of nodes) cannot be compared so.
"""

import json
import sys
from pathlib import Path

from agent.inputs import inputs_like
from tests.evals.kind import Fields
from tests.evals.programs import project_folder, run_tests
from tests.evals.repair_projects import project_of

INPUTS = 200
_SECONDS = 240.0
_CALLS = "calls.jsonl"

_RECORDING = """\
import json

from correct_program import *
from correct_program import {name} as _correct


def {name}(*arguments):
    with open({calls!r}, "a") as file:
        file.write(json.dumps(repr(list(arguments))) + "\\n")
    return _correct(*arguments)
"""

_COMPARING = """\
import ast, json, signal, types

import correct_program, repaired_program


def out_of_time(*_):
    raise TimeoutError


def told(function, text):
    arguments = ast.literal_eval(text)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        result = function(*arguments)
        if isinstance(result, types.GeneratorType):
            result = list(result)
        # What a defaultdict shows of its factory has an address in it.
        return repr(dict(result) if isinstance(result, dict) else result)
    except TimeoutError:
        return None
    except Exception as error:
        return "raises " + type(error).__name__
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


signal.signal(signal.SIGALRM, out_of_time)
compared = agreeing = 0
with open("inputs.json") as file:
    inputs = json.load(file)
for text in inputs:
    expected = told(correct_program.{name}, text)
    if expected is not None and not expected.startswith("raises "):
        compared += 1
        agreeing += told(repaired_program.{name}, text) == expected
print(json.dumps([agreeing, compared]))
"""


def agreement(item: Fields, repaired: str) -> tuple[int, int]:
    """Return on how many inputs ``repaired`` agrees with the correct program, and of how many.

    ``repaired`` is the whole text of the item's module. (0, 0) where nothing can be compared.
    """
    name, module = item["entry_point"], item["module"]
    project = project_of(item)
    recording = {
        **project.files,
        "correct_program.py": item["correct"],
        module: _RECORDING.format(name=name, calls=_CALLS),
    }
    with project_folder(recording) as folder:
        run_tests(folder, _SECONDS)
        inputs = inputs_like(_seen(folder / _CALLS), INPUTS)
    if not inputs:
        return 0, 0
    comparing = {
        "correct_program.py": item["correct"],
        "repaired_program.py": repaired,
        "inputs.json": json.dumps(inputs),
        "compare.py": _COMPARING.format(name=name),
    }
    with project_folder(comparing) as folder:
        ended = run_tests(folder, _SECONDS, (sys.executable, "compare.py"))
    if ended.exit_code != 0:
        return 0, 0
    agreeing, compared = json.loads(ended.output.strip().splitlines()[-1])
    return int(agreeing), int(compared)


def _seen(calls: Path) -> list[str]:
    if not calls.exists():
        return []
    return [json.loads(line) for line in calls.read_text("utf-8").splitlines()]
