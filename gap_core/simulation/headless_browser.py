"""Where Debian's Chromium lies, for whatever plays or measures without a window.

Called by the scripts that drive a browser, and by the browser tests.
"""

import shutil

from gap_core.errors import GapError

# The first is Chromium without all that a window needs: a page takes a third less time in it.
_NAMES = ("chromium-headless-shell", "chromium")


def find_chromium() -> str:
    """The path of a Chromium that can run without a window.

    Raises:
        GapError: there is none.
    """
    for name in _NAMES:
        path = shutil.which(name)
        if path:
            return path
    raise GapError("No Chromium on the path. Install it: apt install chromium-headless-shell")
