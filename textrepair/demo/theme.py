"""Gradio's components in the colours and fonts of our pages, whose variables `render/article.css` sets."""

from __future__ import annotations

from gradio.themes import Base, Font

_SETTINGS = {
    "body_background_fill": "var(--paper)",
    "body_text_color": "var(--ink)",
    "body_text_color_subdued": "var(--quiet)",
    "background_fill_primary": "var(--paper)",
    "background_fill_secondary": "var(--paper)",
    "border_color_primary": "var(--line)",
    "block_background_fill": "transparent",
    "block_border_width": "0px",
    "block_label_text_color": "var(--ink)",
    "block_title_text_color": "var(--ink)",
    "input_background_fill": "var(--paper)",
    "input_border_color": "var(--line)",
    "input_placeholder_color": "var(--quiet)",
    "button_primary_background_fill": "var(--ink)",
    "button_primary_background_fill_hover": "var(--ink)",
    "button_primary_text_color": "var(--paper)",
    "button_primary_text_color_hover": "var(--paper)",
    "button_primary_border_color": "var(--ink)",
}
_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Helvetica Neue", "Arial", "sans-serif"]

# The variables know light and dark by themselves, so both modes of gradio get the same.
THEME = Base(font=[Font(name) for name in _FONTS], font_mono=[Font("ui-monospace"), Font("monospace")]).set(
    **_SETTINGS, **{f"{name}_dark": value for name, value in _SETTINGS.items() if name != "block_border_width"}
)
