"""Names and values from files as plain text in Streamlit's markdown sinks."""

from __future__ import annotations

import re

_JOINER = "\N{WORD JOINER}"
_ADDRESS = re.compile(r"www(?=\.)|https?:|ftp:|mailto:|@", re.IGNORECASE)
_BREAKS = re.compile(r"[\r\n\t\x0b\x0c\x00]+")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&])")


def plain(value: object) -> str:
    r"""Escape everything that Streamlit's markdown would read as more than text.

    Links, images (which would fetch an address), emphasis, LaTeX (``$``), colour and emoji
    directives (``:red[…]``) and HTML entities all lose their meaning; the eye sees the same text.
    What looks like a web or mail address gets an invisible joiner, so that it is no link either.

    Examples
    --------
    >>> plain("![x](a.b)")
    '\\!\\[x\\]\\(a\\.b\\)'
    """
    text = _BREAKS.sub(" ", str(value))
    text = _ADDRESS.sub(lambda found: found[0] + _JOINER, text)
    return _MARKDOWN.sub(r"\\\1", text).replace("/", "\\/")
