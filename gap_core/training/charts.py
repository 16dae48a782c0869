"""The loss curve of a run. Called by the studio."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from gap_core.training.run_folder import Measured

HEIGHT_PX = 280
WAYS = ("trained on", "held back")
_COLOURS = ("#0072B2", "#D55E00")  # Okabe & Ito 2008


def loss_chart(curve: Sequence[Measured]) -> alt.LayerChart:
    """Loss against steps: of every step, and of what is held back where it was measured."""
    rows = [(one.step, WAYS[0], one.loss) for one in curve if one.loss is not None]
    held = [(one.step, WAYS[1], one.held_back_loss) for one in curve if one.held_back_loss]
    base = alt.Chart(pd.DataFrame(rows + held, columns=["step", "way", "loss"])).encode(
        alt.X("step:Q", axis=alt.Axis(tickMinStep=1)),
        alt.Y("loss:Q", title="loss of the answers"),
        alt.Color("way:N", title=None, scale=alt.Scale(domain=WAYS, range=_COLOURS)),
        tooltip=["step", "way", "loss"],
    )
    is_held = alt.datum.way == WAYS[1]
    points = base.transform_filter(is_held).mark_point(filled=True, size=50)
    return alt.LayerChart(layer=[base.mark_line(), points], height=HEIGHT_PX)
