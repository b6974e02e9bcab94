"""Laws of the address: what is written is read back, and nothing is lost in silence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hccviz.domain import vocabulary
from hccviz.domain.address import Split, View, parse_query, read_view
from hccviz.domain.filters import (
    DEFAULT_ALPHA_BETA_GY,
    CohortFilter,
    LevelClause,
    RangeClause,
    Schema,
)
from hccviz.domain.vocabulary import Level, Variable

WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)
OWN_LEVELS = ("a,b", "unknown", "100%", "x&y=z", "..", "ü ß", "%2C", "A")
OWN = Variable(
    "own", "Own", "other", "category", levels=tuple(Level(c, c) for c in OWN_LEVELS),
    address="own", known=False,
)  # fmt: skip
SCHEMA = Schema(
    {v.address: v for v in [*vocabulary.variables().values(), OWN] if v.kind != "identifier"},
    endpoints=("os", "lc"),
    responses=("response_mrecist_infield",),
    toxicity={"acute": ("tox_acute_nausea",)},
)
FINITE = st.floats(allow_nan=False, allow_infinity=False, width=64)


@st.composite
def clauses(draw: st.DrawFn) -> LevelClause | RangeClause:
    variable = draw(st.sampled_from([v for v in SCHEMA.variables.values() if v.kind != "text"]))
    unknown = draw(st.booleans())
    if variable.is_number:
        ends = sorted(draw(st.lists(FINITE, min_size=2, max_size=2)))
        low, high = (draw(st.sampled_from([None, end])) for end in ends)
        return RangeClause(variable.address, low, high, unknown)
    codes = variable.codes() or ("x",)
    levels = draw(st.lists(st.sampled_from(codes), unique=True, max_size=len(codes)))
    if variable.codes() and (levels or unknown):
        return LevelClause(variable.address, tuple(levels), unknown)
    return RangeClause("bed", 60.0, None, unknown)


def filters(ratio: float) -> st.SearchStrategy[CohortFilter]:
    unique = st.lists(clauses(), max_size=4, unique_by=lambda clause: clause.address)
    return unique.map(lambda found: CohortFilter(tuple(found), ratio))


@st.composite
def views(draw: st.DrawFn) -> View:
    ratio = draw(st.floats(0.1, 99, allow_nan=False))
    months = st.none() | st.floats(0.25, 1200)
    pins = st.dictionaries(st.sampled_from(["a", "b"]), filters(DEFAULT_ALPHA_BETA_GY))
    cuts = tuple(sorted(draw(st.sets(FINITE, min_size=1, max_size=6))))
    by = draw(
        st.sampled_from(
            [None, Split("sex"), Split("own", unknown=True), Split("bed", cuts=cuts),
             Split("age_years", quantiles=2), Split("bed", quantiles=4, unknown=True)]
        )
    )  # fmt: skip
    return View(
        filter=draw(filters(ratio)),
        endpoint=draw(st.sampled_from(["", "os", "lc"])),
        by=by,
        ci=draw(st.sampled_from(["log-log", "log", "plain"])),
        level=draw(st.sampled_from([0.9, 0.95, 0.99])),
        times=tuple(sorted(draw(st.sets(st.floats(0.5, 500), min_size=1, max_size=12)))),
        landmark=draw(months),
        horizon=draw(months),
        pins=tuple(sorted(draw(pins).items())),
        criterion=draw(st.sampled_from(["", "response_mrecist_infield"])),
        phase=draw(st.sampled_from(["", "acute"])),
        present=draw(st.booleans()),
    )


@given(views())
def test_a_view_is_read_back_from_its_address(view: View) -> None:
    read, ignored = read_view(parse_query(view.to_query()), SCHEMA)
    assert not ignored
    assert read == view


KEYS = ("by", "ci", "times", "landmark", "horizon", "a", "a.sex", "b.by", "zz")


@given(st.dictionaries(st.sampled_from([*SCHEMA.variables, *KEYS]), WORDS))
def test_what_is_not_used_is_named(params: dict[str, str]) -> None:
    view, ignored = read_view(params, SCHEMA)
    kept = view.to_params()
    for key, raw in params.items():
        assert (
            key in kept or any(part.startswith(f"{key}=") for part in ignored) or not raw.strip(",")
        )


@given(views())
def test_the_sentence_names_every_filter(view: View) -> None:
    sentence = view.filter.describe(SCHEMA)
    for clause in view.filter.clauses:
        assert SCHEMA.variables[clause.address].label in sentence
