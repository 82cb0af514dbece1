"""A shopping basket to try codegen on: README's first line completes the empty place below."""

from dataclasses import dataclass


@dataclass
class Item:
    name: str
    price: float
    quantity: int = 1


def total(items: list[Item], discount: float = 0.0) -> float:
    """Return the price of all items, less a discount between 0 and 1."""
    subtotal = 
    return subtotal * (1 - discount)
