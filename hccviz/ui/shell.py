"""The frame of every page: navigation, banners, filter rail, who is left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import streamlit as st

from hccviz.data.cohort import Cohort
from hccviz.domain.address import View, cohorts_of, read_view
from hccviz.domain.errors import AddressError
from hccviz.domain.metadata import KIND_SENTENCE
from hccviz.domain.records import Attrition
from hccviz.evidence.published import OUTCOME_PAGES, Publication
from hccviz.export import study_words, tables, words
from hccviz.figures.theme import Mode
from hccviz.ui import cache, components, looked, rail, state, url
from hccviz.ui.text import plain

DISCLAIMER = "For research and education only; not a medical device."

FOLDED = ("Dose", "Evidence")
"""Sections whose pages stand behind one word of the navigation, so that it stays one line."""


@dataclass(frozen=True, slots=True)
class Here:
    """What a page works with: the cohort, the view, who is left, light or dark."""

    cohort: Cohort
    view: View
    attrition: Attrition
    mode: Mode

    @property
    def empty(self) -> bool:
        """True when the filters leave no patient."""
        return self.attrition.left == 0


def pages() -> dict[str, list[Any]]:
    """Return the pages by section, in the order of the navigation."""
    return {
        "Cohort": [
            st.Page("pages/cohort/overview.py", title="Overview", default=True),
            st.Page("pages/cohort/data.py", title="Data", url_path="data"),
        ],
        "Outcomes": [
            st.Page("pages/outcomes/survival.py", title="Survival", url_path="survival"),
            st.Page("pages/outcomes/response.py", title="Response", url_path="response"),
            st.Page("pages/outcomes/toxicity.py", title="Toxicity", url_path="toxicity"),
            st.Page("pages/outcomes/subgroups.py", title="Subgroups", url_path="subgroups"),
            st.Page("pages/outcomes/regression.py", title="Regression", url_path="regression"),
            st.Page("pages/outcomes/course.py", title="Patient courses", url_path="courses"),
        ],
        "Dose": [
            st.Page("pages/dose/calculator.py", title="Dose calculator", url_path="dose"),
            st.Page(
                "pages/dose/reirradiation.py", title="Re-irradiation", url_path="reirradiation"
            ),
            st.Page("pages/dose/limits.py", title="Plan check", url_path="plan"),
            st.Page("pages/dose/scores.py", title="Liver scores", url_path="scores"),
        ],
        "Evidence": [
            st.Page("pages/evidence/studies.py", title="Studies", url_path="studies"),
            st.Page("pages/evidence/audit.py", title="Audit", url_path="audit"),
            st.Page("pages/evidence/literature.py", title="Literature", url_path="literature"),
            st.Page("pages/evidence/case.py", title="Case", url_path="case"),
        ],
    }


def page_at(url_path: str) -> Any:
    """Return the page of a URL path."""
    return next(p for group in pages().values() for p in group if p.url_path == url_path)


def frame(sections: dict[str, list[Any]], current: Any) -> None:
    """Draw everything around the page, and settle cohort, view and address for it."""
    cohort, view = _settle()
    url.write(view)
    state.remember("cohort_shown", cohort)
    state.remember("page_shown", current.url_path)
    ladder = cache.answer("attrition", cohort, view)
    if not view.present:
        _navigation(sections, current, view)
        with st.sidebar:
            rail.render(cohort, view, ladder)
    _banners(cohort, view)
    for notice in state.take_notices():
        st.warning(plain(notice))


def here() -> Here:
    """Return what the page works with; to be called by pages after the frame is drawn."""
    cohort, view = state.recall("cohort_shown"), state.view()
    mode: Literal["light", "dark"] = "dark" if st.context.theme.type == "dark" else "light"
    return Here(cohort, view, cache.answer("attrition", cohort, view), mode)


def _settle() -> tuple[Cohort, View]:
    """Return cohort and view of this run; what does not fit becomes a notice."""
    params = url.incoming()
    old = state.view()
    wanted = cohorts_of(params) if params is not None else old.cohorts
    names = cache.existing(wanted)
    for name in wanted:
        if name not in names:
            state.notify(_missing(name))
    cohort = cache.cohort(names)
    if params is not None or state.recall("fitted") != cohort.sha256:
        view, ignored = read_view(old.to_params() if params is None else params, cohort.schema)
        state.notify(*(f"Ignored: {part}" for part in ignored))
        state.set_view(replace(view, cohorts=names))
        state.remember("fitted", cohort.sha256)
    return cohort, state.view()


def _missing(name: str) -> str:
    if name == state.UPLOADED:
        return (
            "The uploaded file is no longer in memory: uploads live only in their own session. "
            "Open it again on the Data page; the filters of this link that fit are kept."
        )
    return f"Ignored: cohort={name} (there is no built-in cohort of that name)"


def _navigation(sections: dict[str, list[Any]], current: Any, view: View) -> None:
    params = view.to_params()
    with st.container(horizontal=True, gap="small", key="navigation", vertical_alignment="center"):
        st.markdown("**:primary[hccviz]**", width="content")
        for section, group in sections.items():
            if section in FOLDED:
                shown = next((p.title for p in group if p == current), "")
                with st.popover(f"**{shown}**" if shown else section, type="tertiary"):
                    _links(group, params)
            else:
                _links(group, params)


def _links(group: list[Any], params: dict[str, str]) -> None:
    for page in group:
        st.page_link(page, query_params=params)


def _banners(cohort: Cohort, view: View) -> None:
    sentence = KIND_SENTENCE[cohort.metadata.kind]
    if sentence:
        kind = cohort.metadata.kind.capitalize()
        found = _publication(cohort, view)
        told = f" **{plain(study_words.say_publication(found))}**" if found else ""
        st.info(f"**{kind} cohort.** {plain(sentence)}{told}")
    if not view.present:
        st.caption(DISCLAIMER)


def _publication(cohort: Cohort, view: View) -> Publication | None:
    """Return whether the view of this page was published; None where the question is idle."""
    page = state.recall("page_shown", "")
    if page not in OUTCOME_PAGES:
        return None
    return cache.answer("publication", cohort, view, page)  # type: ignore[no-any-return]


def heading(title: str, at: Here) -> None:
    """Draw the page's title and who is shown, with the attrition ladder to open."""
    st.title(title, anchor=False)
    phrase = at.view.filter.describe(at.cohort.schema)
    with st.container(horizontal=True, vertical_alignment="center", key="who"):
        st.markdown(
            f"**{plain(at.cohort.metadata.title or 'Your file')}** · "
            f"{plain(words.say_attrition(at.attrition, phrase))}",
            width="stretch",
        )
        if at.attrition.steps:
            with st.popover("Who was excluded", type="tertiary"):
                components.table(tables.attrition_table(at.attrition))
        found = _publication(at.cohort, at.view)
        if found and found.places and not at.view.present:
            asked = View(cohorts=at.view.cohorts).with_option("place", found.places[0])
            st.page_link(
                page_at("studies"), label="Printed numbers", query_params=asked.to_params()
            )
        st.button(
            "Leave presentation" if at.view.present else "Present",
            key="present",
            type="tertiary",
            help="Large type without filters and navigation, for a meeting.",
            on_click=state.change,
            kwargs={"present": not at.view.present},
        )


def ask(kind: str, at: Here, detail: str = "") -> Any:
    """Return the record of a question, or stop the page with a sentence that says why not."""
    if at.empty:
        st.info(plain(words.say_empty(at.attrition)))
        st.button("Remove all filters", on_click=rail.reset_all, key="empty-reset")
        st.stop()
    try:
        found = cache.answer(kind, at.cohort, at.view, detail)
    except AddressError as reason:
        st.info(plain(reason))
        st.stop()
    looked.keep(kind, at, found)
    return found


def provenance(at: Here) -> tuple[str, ...]:
    """Return the lines above every exported table: what it is, who is in it, what it is not."""
    found = _publication(at.cohort, at.view)
    return (
        f"hccviz: {at.cohort.metadata.title or 'own file'}",
        words.say_attrition(at.attrition, at.view.filter.describe(at.cohort.schema)),
        KIND_SENTENCE[at.cohort.metadata.kind],
        study_words.say_publication(found) if found else "",
        f"Address: {at.view.to_query() or 'default view'}; SHA-256 {at.cohort.sha256}",
        DISCLAIMER,
    )
