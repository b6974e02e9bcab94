"""Patient rows sorted so that every risk set of a Cox model is a run of rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.records import FloatArray, IntArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RowSets:
    """Sorted rows and where their risk sets lie; fixed while the coefficients move.

    Attributes
    ----------
    matrix
        Covariates, shape (n, p), sorted by stratum and falling time, centred and scaled.
    scale
        Standard deviation by which each column was divided, shape (p,).
    order
        Original row of every sorted row, shape (n,).
    died
        Sorted rows with the event, in order, shape (deaths,).
    block
        Event-time block of every death, shape (deaths,); blocks are stratum × distinct time.
    fraction
        l/d of every death in its block, shape (deaths,).
    stop
        Row after the last member of the block's risk set, shape (blocks,).
    strata
        First row of every stratum, shape (strata,).
    first_block, last_block
        Blocks whose risk sets hold the row are those from first to before last, shape (n,).
    bounds
        Blocks between which the strata lie: 0, and the block after the last of every stratum.
    time, stratum
        Time and place of the stratum in ``strata`` of every sorted row, shape (n,).
    """

    matrix: Matrix
    scale: FloatArray
    order: IntArray
    died: IntArray
    block: IntArray
    fraction: FloatArray
    stop: IntArray
    strata: IntArray
    first_block: IntArray
    last_block: IntArray
    bounds: IntArray
    time: FloatArray
    stratum: IntArray


def row_sets(
    matrix: Matrix, time: FloatArray, event: NDArray[np.bool_], stratum: IntArray
) -> RowSets:
    """Sort rows and find their risk sets.

    Parameters
    ----------
    matrix
        Covariates, shape (n, p), finite.
    time, event, stratum
        Months, event and code of the stratum per patient, shape (n,).
    """
    order = np.lexsort((~event, -time, stratum))
    t, died, s = time[order], event[order], stratum[order]
    centre = matrix.mean(axis=0) if len(matrix) else np.zeros(matrix.shape[1])
    scale = matrix.std(axis=0) if len(matrix) else np.ones(matrix.shape[1])
    scale = np.where(scale > 1e-12 * np.maximum(np.abs(centre), 1.0), scale, 1.0)
    n = len(t)
    new_stratum = np.concatenate(([True], s[1:] != s[:-1]))[:n]
    new_time = new_stratum | np.concatenate(([True], t[1:] != t[:-1]))[:n]
    run = np.cumsum(new_time) - 1
    run_stop = np.concatenate((np.flatnonzero(new_time)[1:], [n])).astype(np.int64)
    stratum_of = np.cumsum(new_stratum) - 1
    deaths = np.flatnonzero(died)
    runs, block, count = np.unique(run[deaths], return_inverse=True, return_counts=True)
    offset = np.arange(len(deaths)) - (np.cumsum(count) - count)[block]
    stop = run_stop[runs]
    block_stratum = stratum_of[stop - 1] if len(stop) else np.empty(0, dtype=np.int64)
    last = np.searchsorted(block_stratum, stratum_of, side="right")
    return RowSets(
        matrix=(matrix[order] - centre) / scale,
        scale=scale,
        order=order,
        died=deaths,
        block=block,
        fraction=offset / count[block],
        stop=stop,
        strata=np.flatnonzero(new_stratum),
        first_block=np.searchsorted(stop, np.arange(n), side="right"),
        last_block=last,
        bounds=np.concatenate(([0], np.unique(last))).astype(np.int64),
        time=t,
        stratum=stratum_of,
    )
