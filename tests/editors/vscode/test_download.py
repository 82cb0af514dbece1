"""A model is fetched when the user says so, seen while it comes, and stopped when they want."""

import sys
from pathlib import Path

import pytest

from codegen_lsp.config.settings import ModelSettings
from codegen_lsp.model.catalog import find
from codegen_lsp.model.download import pull
from tests.editors.vscode.conftest import Start
from tests.editors.vscode.studio import START_SECONDS

# The first one fetches and builds what all of them drive.
pytestmark = [pytest.mark.editor, pytest.mark.real_model, pytest.mark.timeout(1500)]

SMALL = "qwen2.5-coder-0.5b-instruct-q4_k_m"
SERVER = [sys.executable, str(Path(__file__).with_name("folder_server.py"))]


def test_a_model_is_fetched_with_consent_and_can_be_stopped(start: Start, tmp_path: Path) -> None:
    here = pull(find(SMALL), ModelSettings().folder)
    models = tmp_path / "models"
    settings = {
        "codegen.command": SERVER,
        "codegen.model.name": SMALL,
        "codegen.model.folder": str(models),
    }
    studio = start(settings=settings, CODEGEN_TEST_MODEL=str(here))
    studio.show()
    offer = studio.page.locator(".notification-toast", has_text="Download it now?")
    studio.until(offer.count, seconds=START_SECONDS)
    assert "Apache-2.0" in offer.inner_text()
    assert not models.exists()
    assert studio.page.get_by_text("Get started with codegen").count()

    offer.get_by_role("button", name="Download", exact=True).click()
    studio.until(lambda: studio.status().endswith("%"), studio.status)
    progress = studio.page.locator(".notification-toast", has_text=f"Fetching {SMALL}")
    studio.until(progress.count)
    progress.get_by_role("button", name="Cancel").click()
    studio.until(lambda: studio.status() == "codegen no model", studio.status)
    assert not (models / here.name).exists()

    studio.begin("codegen.fetchModel")
    studio.until(lambda: studio.status() == "codegen", studio.status, START_SECONDS)
    assert (models / here.name).stat().st_size == here.stat().st_size
    studio.open("def add(a, b):\n    |\n", "sums.py")
    studio.type("return ")
    studio.until(studio.ghost)
