"""What is done in every editor that has no plugin of ours: the same files, answers and results."""

import json

DOCSTRING = {
    "summary": "Add two values.",
    "parameters": {"a": "One.", "b": "The other."},
    "returns": "Their sum.",
}
SCRIPT = f"""
repeat = true
[[answer]]
when = "# sum"
text = "a + b"
[[answer]]
when = "# block"
text = "for x in a:\\n        b += x\\n        print(b)"
[[answer]]
when = "# dollar"
text = "f('${{1:a}}', \\"$0 \\\\\\\\ }}\\")"
[[answer]]
when = "# astral"
text = "'𠮷𠮷' + naïve(x)"
[[answer]]
text = '''{json.dumps(DOCSTRING)}'''
"""

CASES = {
    "one line": ("from names import *  # sum\ndef add(a, b):\n    return |\n", "a + b"),
    "inside of a call": ("from names import *  # sum\ndef add(a, b):\n    print(a, |\n", "a + b"),
    "several lines": (
        "from names import *  # block\ndef f(a, b):\n    |\n",
        "for x in a:\n        b += x\n        print(b)",
    ),
    "what a snippet would change": (
        "from names import *  # dollar\nx = |\n",
        "f('${1:a}', \"$0 \\\\ }\")",
    ),
    "right of wide characters": (
        "from names import *  # astral\n𠮷𠮶, é = '🙂', |\n",
        "'𠮷𠮷' + naïve(x)",
    ),
    "CRLF": (
        "from names import *  # block\r\ndef f(a, b):\r\n    |\r\n",
        "for x in a:\r\n        b += x\r\n        print(b)",
    ),
}
"""A file with ``|`` where the cursor is, and what stands there after the suggestion was taken."""

UNDOCUMENTED = "def add(a, b):\n    return a + b\n"
DOCUMENTED = '''def add(a, b):
    """Add two values.

    Args:
        a: One.
        b: The other.

    Returns:
        Their sum.
    """
    return a + b
'''
