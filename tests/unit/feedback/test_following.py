"""What became of suggestions, found out from edits: pictures with the cursor drawn as ¦."""

from collections.abc import Callable

import pytest

from codegen_lsp.feedback.following import Accepted, Edit, Following, kept_share
from codegen_lsp.feedback.suggestion import Outcome, Suggestion

WAITING, TYPED, DISMISSED = Outcome.WAITING, Outcome.TYPED, Outcome.DISMISSED
ACCEPTED, PARTLY = Outcome.ACCEPTED, Outcome.PARTLY


class Editor:
    """One document, a suggestion at its ¦, and what the ledger is told."""

    def __init__(self, text: str, suggestion: str) -> None:
        before, after = text.split("¦")
        self.text = before + after
        self.cursor = len(before)
        self.rows: dict[str, Suggestion] = {}
        self.waiting: list[Accepted] = []
        self.now, self.step = 0.0, 1.0
        self.following = Following(self, self.waiting.append, lambda: self.now)
        self.offer("first", suggestion)

    def put(self, entry: Suggestion | Callable[[], Suggestion]) -> None:
        row = entry if isinstance(entry, Suggestion) else entry()
        self.rows[row.id] = row

    def offer(self, name: str, text: str, typed: int = 0) -> str:
        row = Suggestion(id=name, at=0.0, outcome=WAITING, code_points=len(text))
        return self.following.offered("doc", row, text, self.cursor - typed, typed)

    def edit(self, start: int, end: int, inserted: str) -> None:
        self.now += self.step
        self.text = self.text[:start] + inserted + self.text[end:]
        self.following.changed("doc", Edit(start, end, inserted), self.text)

    def insert(self, *texts: str) -> "Editor":
        """Insert each text at the cursor, one edit after another."""
        for text in texts:
            self.edit(self.cursor, self.cursor, text)
            self.cursor += len(text)
        return self

    def backspace(self) -> "Editor":
        self.cursor -= 1
        self.edit(self.cursor, self.cursor + 1, "")
        return self

    def wait(self) -> "Editor":
        """Let half a minute pass."""
        for accepted in self.waiting:
            self.following.due(accepted, self.text)
        return self

    @property
    def row(self) -> Suggestion:
        return self.rows["first"]

    @property
    def outcome(self) -> tuple[Outcome, int]:
        return self.row.outcome, self.row.accepted


@pytest.mark.parametrize(
    ("inserted", "outcome"),
    [
        (["a + b"], (ACCEPTED, 5)),
        (["a", " + b"], (ACCEPTED, 5)),
        (["a +", " b"], (ACCEPTED, 5)),
        (["a +"], (PARTLY, 3)),
        (["a +", "c"], (PARTLY, 3)),
        (["a", " ", "+", " ", "b"], (TYPED, 0)),
        (["a", " "], (WAITING, 0)),
        (["a", "c"], (DISMISSED, 0)),
        (["something else"], (DISMISSED, 0)),
        (["a + b + c"], (ACCEPTED, 5)),
    ],
)
def test_the_text_that_appears_tells(inserted: list[str], outcome: tuple[Outcome, int]) -> None:
    assert Editor("x = ¦\n", "a + b").insert(*inserted).outcome == outcome


def test_a_pair_that_the_editor_closes_by_itself_is_no_acceptance() -> None:
    assert Editor("f¦\n", "()").insert("()").outcome == (TYPED, 0)


def test_a_letter_may_be_taken_back_and_typed_again() -> None:
    editor = Editor("x = ¦\n", "a + b").insert("a").backspace().insert("a")
    assert editor.outcome == (WAITING, 0)
    assert editor.insert(" + b").outcome == (ACCEPTED, 5)


def test_deleting_what_stands_before_it_ends_it() -> None:
    assert Editor("x = ¦\n", "a + b").backspace().outcome == (DISMISSED, 0)


def test_an_edit_elsewhere_moves_its_place() -> None:
    editor = Editor("x = ¦\n", "a + b")
    editor.edit(0, 0, "import y\n")
    editor.cursor += 9
    assert editor.insert("a + b").outcome == (ACCEPTED, 5)
    editor = Editor("x = ¦\n", "a + b")
    editor.edit(5, 5, "y = 1\n")
    assert editor.insert("a + b").outcome == (ACCEPTED, 5)


def test_a_menu_that_replaces_the_word_accepts_as_well() -> None:
    editor = Editor("pri¦\n", "nt(x)")
    editor.edit(0, 3, "print(x)")
    assert editor.outcome == (ACCEPTED, 5)


def test_a_document_that_is_sent_whole_tells_too() -> None:
    editor = Editor("x = ¦\n", "a + b")
    editor.following.replaced("doc", "x = a + b\n")
    assert editor.outcome == (ACCEPTED, 5)


def test_a_suggestion_seen_from_further_on_is_the_same_one() -> None:
    editor = Editor("x = ¦\n", "a + b").insert("a")
    assert editor.offer("second", " + b") == "first"
    assert editor.insert(" + b").outcome == (ACCEPTED, 5)
    assert set(editor.rows) == {"first"}


def test_a_suggestion_that_has_grown_is_the_same_one() -> None:
    editor = Editor("    ¦\n", "y = 1")
    assert editor.offer("second", "y = 1\n    return y") == "first"
    assert (editor.row.code_points, editor.row.lines) == (18, 2)
    assert editor.insert("y = 1").outcome == (PARTLY, 5)


def test_another_suggestion_takes_its_place() -> None:
    editor = Editor("x = ¦\n", "a + b")
    assert editor.offer("second", "b") == "second"
    assert editor.outcome == (DISMISSED, 0)
    assert editor.rows["second"].outcome is WAITING


def test_closing_the_document_dismisses_what_nobody_took() -> None:
    editor = Editor("x = ¦\n", "a + b")
    editor.following.closed("doc", editor.text)
    assert editor.outcome == (DISMISSED, 0)


def test_what_a_client_says_goes_before_what_is_seen() -> None:
    """From then on a large edit is a menu's, or a paste, until the client says otherwise."""
    editor = Editor("x = ¦\n", "a + b")
    editor.following.accepted("first")
    editor.insert("a + b")
    assert editor.outcome == (ACCEPTED, 5)
    editor.offer("second", "cde")
    editor.insert("cde")
    assert editor.rows["second"].outcome is TYPED
    editor.following.accepted("second")
    assert editor.rows["second"].outcome is ACCEPTED


def test_the_command_after_the_text_counts_once() -> None:
    editor = Editor("x = ¦\n", "a + b").insert("a + b")
    editor.following.accepted("first")
    assert editor.outcome == (ACCEPTED, 5)
    assert len(editor.waiting) == 1


def test_parts_add_up_to_the_whole() -> None:
    editor = Editor("x = ¦\n", "a + b").insert("a ")
    editor.following.accepted("first", 2)
    assert editor.outcome == (PARTLY, 2)
    editor.insert("+ b")
    assert editor.outcome == (ACCEPTED, 5)


@pytest.mark.parametrize("length", [5, 99])
def test_a_part_that_is_everything_is_the_whole(length: int) -> None:
    editor = Editor("x = ¦\n", "a + b")
    editor.following.accepted("first", length)
    assert editor.outcome == (ACCEPTED, 5)


def test_an_unknown_id_is_ignored() -> None:
    editor = Editor("x = ¦\n", "a + b")
    editor.following.accepted("none")
    editor.following.shown("none")
    assert editor.outcome == (WAITING, 0)


@pytest.mark.parametrize(("seconds", "shown"), [(0.1, False), (0.7, False), (0.8, True)])
def test_what_is_typed_over_before_anybody_can_read_it_was_not_shown(
    seconds: float, *, shown: bool
) -> None:
    editor = Editor("x = ¦\n", "a + b")
    editor.step = seconds
    editor.insert("c")
    assert (editor.row.outcome, editor.row.shown) == (DISMISSED, shown)


def test_what_is_typed_as_it_was_suggested_counts_however_fast() -> None:
    editor = Editor("x = ¦\n", "ab")
    editor.step = 0.1
    editor.insert("a", "b")
    assert (editor.row.outcome, editor.row.shown) == (TYPED, True)


def test_a_suggestion_can_be_read_from_when_the_client_has_drawn_it() -> None:
    editor = Editor("x = ¦\n", "a + b")
    editor.following.shown("first")
    assert editor.offer("second", "b") == "second"
    editor.now += 2.0
    editor.following.shown("second")
    editor.step = 0.5
    editor.insert("c")
    assert not editor.rows["second"].shown
    editor.following.shown("second")
    assert not editor.rows["second"].shown


def test_once_a_client_tells_what_it_draws_only_that_is_shown() -> None:
    editor = Editor("x = ¦\n", "a + b")
    assert editor.row.shown
    editor.following.shown("first")
    editor.offer("second", "c")
    assert not editor.rows["second"].shown
    editor.following.shown("second")
    assert editor.rows["second"].shown


def test_after_half_a_minute_it_is_looked_at_again() -> None:
    editor = Editor("x = ¦\n", "a + b").insert("a + b")
    assert editor.row.kept is None
    assert editor.wait().row.kept == 1.0


def test_what_was_changed_since_is_kept_in_part() -> None:
    editor = Editor("¦\n", "x = 1\ny = 2").insert("x = 1\ny = 2")
    editor.edit(10, 11, "3")
    assert editor.wait().row.kept == 0.5


def test_what_was_undone_is_not_kept() -> None:
    editor = Editor("x = ¦ # a + b\n", "a + b").insert("a + b")
    editor.edit(4, 9, "")
    assert editor.wait().row.kept == 0.0


def test_what_moved_with_the_text_around_it_is_kept() -> None:
    editor = Editor("x = ¦\n", "a + b").insert("a + b")
    editor.edit(0, 0, "import y\n")
    editor.edit(len(editor.text), len(editor.text), "z = 1\n")
    assert editor.wait().row.kept == 1.0


def test_closing_the_document_ends_the_wait_with_what_is_known() -> None:
    editor = Editor("x = ¦\n", "a + b").insert("a + b")
    editor.following.closed("doc", editor.text)
    assert editor.row.kept == 1.0
    editor.edit(4, 9, "")
    assert editor.wait().row.kept == 1.0


def test_a_suggestion_is_found_by_its_text() -> None:
    editor = Editor("x = ¦\n", "a + b")
    assert editor.following.find("a + b") == "first"
    assert editor.following.find("x = a + b") == "first"
    assert editor.following.find("c") is None


@pytest.mark.parametrize(
    ("accepted", "now", "share"),
    [
        ("a + b", "a + b", 1.0),
        ("a + b", "a + b + c", 1.0),
        ("a + b", "a + c", 0.0),
        ("a + b", "", 0.0),
        ("x = 1\n    y = 2", "x = 1\ny = 2", 1.0),
        ("x = 1\nx = 1", "x = 1\n", 0.5),
        ("x = 1\n\ny = 2\nz = 3\n", "z = 3\nq", 1 / 3),
        ("\n", "", 0.0),
    ],
)
def test_the_share_that_is_kept(accepted: str, now: str, share: float) -> None:
    assert kept_share(accepted, now) == pytest.approx(share)
