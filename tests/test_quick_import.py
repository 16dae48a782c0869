# Gradio's import without its stubs: what is not done, and that all else is as before.
from __future__ import annotations

import subprocess
import sys

import pytest

WATCH = """
import inspect, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from apps.game.quick_import import without_stubs
found = inspect.getfile
with without_stubs():
    assert inspect.getfile(inspect.Parameter).endswith("inspect.py")
    import gradio
assert inspect.getfile is found
assert inspect.getfile(gradio.HTML).endswith("html.py")
with gradio.Blocks():
    gradio.HTML("<p>here</p>")
print(sum(name.endswith(".pyi") for name in opened))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("is_quick", "has_stubs"), [(True, False), (False, True)])
def test_no_stub_is_read_or_written(is_quick: bool, has_stubs: bool) -> None:
    # That Gradio by itself still opens them is why this is here: once it doesn't, take it out.
    code = WATCH if is_quick else WATCH.replace("with without_stubs()", "if True")
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert (int(run.stdout) > 0) == has_stubs
