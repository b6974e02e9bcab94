"""From dropped files to the session's own cohort; nothing leaves the session's memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from streamlit.runtime.uploaded_file_manager import UploadedFile

from hccviz.data.cohort import Cohort, UnusableTableError, cohort_from_table, pool, sha256_of
from hccviz.data.untrusted import read_untrusted
from hccviz.domain.errors import CohortFileError
from hccviz.ui import cache, state


def take(files: Sequence[UploadedFile]) -> None:
    """Read, check and keep the files; several are pooled, with ``study`` the file's name.

    A file that cannot be used is named with its faults, and what was shown before stays.
    """
    cache.forget_own()
    state.remember("refused", ())
    good = [cohort for file in files if (cohort := _open(file)) is not None]
    if good:
        merged = good[0] if len(good) == 1 else replace(pool(good), name=state.UPLOADED)
        state.keep_upload(merged)


def clear() -> None:
    """Free the session's upload and every answer that was computed from it."""
    cache.forget_own()
    state.clear_my_data()


def _open(file: UploadedFile) -> Cohort | None:
    name = PurePath(file.name).stem
    raw = file.getvalue()
    try:
        cohort = cohort_from_table(state.UPLOADED, read_untrusted(raw), sha256_of(raw))
    except UnusableTableError as refused:
        state.keep_refusal(file.name, refused.faults, "")
    except CohortFileError as refused:
        state.keep_refusal(file.name, (), str(refused))
    else:
        titled = replace(cohort.metadata, title=cohort.metadata.title or name)
        return replace(cohort, metadata=titled)
    return None
