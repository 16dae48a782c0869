"""Gradio's theme: the game's colours and the system's own type. Called by the app."""

import gradio as gr

PAPER, NIGHT = "#fff3dc", "#1c1733"
INK, MOONLIGHT = "#2b1b3d", "#fff1d6"
FONT = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]


def build_theme() -> gr.themes.Base:
    """Names of fonts as plain text, so that none is loaded from outside."""
    theme = gr.themes.Base(font=FONT, font_mono=["ui-monospace", "monospace"])
    return theme.set(
        body_background_fill=PAPER,
        body_background_fill_dark=NIGHT,
        body_text_color=INK,
        body_text_color_dark=MOONLIGHT,
    )
