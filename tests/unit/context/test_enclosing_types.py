"""The classes that the headers around the cursor name."""

from collections.abc import Callable
from typing import Any

from codegen_lsp.context.enclosing_types import enclosing_types

At = Callable[..., Any]

ORDERS = "class Order:\n    price: int\n\n    def cancel(self): pass\n"


def test_parameter_types_are_told(at: At) -> None:
    files = {"orders.py": ORDERS, "a.py": "from orders import Order\ndef pay(one: Order):\n    ¦\n"}
    [chunk] = enclosing_types(*at(files))
    assert (chunk.path, chunk.source) == ("orders.py", "enclosing_types")
    assert chunk.text == "class Order:\n    price: int\n    def cancel(self): ..."


def test_results_and_base_classes_are_told_the_innermost_first(at: At) -> None:
    files = {
        "orders.py": ORDERS,
        "bases.py": "class Base:\n    def go(self): pass\n",
        "a.py": (
            "from bases import Base\nfrom orders import Order\n"
            "class A(Base):\n    def make(self) -> Order:\n        ¦\n"
        ),
    }
    chunks = enclosing_types(*at(files))
    assert [chunk.path for chunk in chunks] == ["orders.py", "bases.py"]
    assert chunks[0].score > chunks[1].score


def test_a_class_of_this_file_is_told_when_the_window_does_not_have_it(at: At) -> None:
    far = "x = 1\n" * 60
    body = f"{far}def pay(one: Order):\n    ¦\n"
    [chunk] = enclosing_types(*at({"a.py": f"{ORDERS}{body}"}))
    assert chunk.path == "a.py"
    assert enclosing_types(*at({"a.py": f"{ORDERS}def pay(one: Order):\n    ¦\n"})) == []


def test_other_languages_find_a_class_by_its_name(at: At) -> None:
    files = {
        "Order.java": "class Order { int price; void cancel() {} }\n",
        "A.java": "class A {\n  int pay(Order one) {\n    ¦\n  }\n}\n",
    }
    [chunk] = enclosing_types(*at(files))
    assert chunk.text == "class Order {\n    int price;\n    void cancel();\n}"


def test_a_name_that_several_classes_have_is_left_out(at: At) -> None:
    files = {
        "x/Order.java": "class Order { int x; }\n",
        "y/Order.java": "class Order { int y; }\n",
        "A.java": "class A {\n  int pay(Order one) {\n    ¦\n  }\n}\n",
    }
    assert enclosing_types(*at(files)) == []


def test_outside_of_definitions_there_is_none(at: At) -> None:
    assert (
        enclosing_types(*at({"orders.py": ORDERS, "a.py": "from orders import Order\n¦\n"})) == []
    )
