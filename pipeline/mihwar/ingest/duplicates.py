"""Copies: which articles repeat one read before, letter by letter or with a changed head, tail or sentence."""

import unicodedata
from functools import cache
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from mihwar.core.nfkc import nfkc

Ints = npt.NDArray[np.int64]

# letters: three to four words. Longer than usual: a template has its changes all over, a copy at its ends, so its runs
# stay whole
_RUN = 16
_FEWEST_RUNS = 8  # too few to compare: shorter texts are copies only where they are the same
_DIGIT_WEIGHT = 3  # two days of one market table differ in nothing but their numbers
_SLOTS, _BAND, _SEED = (
    128,
    4,
    1,
)  # 32 bands of 4: a pair that shares half its runs is looked at with p = .87, one that shares .6 with .99
_SHARED = 0.5  # of all runs of the two: below, one is a passage in the other, or both stand in one page frame
_LEADERS = 16  # how many of a band's first rows the others are compared with; keeps a corpus of one template linear
_PAIRS = 1 << 16  # compared at once
_SIGNATURE = np.dtype([("text", "V16"), ("n_runs", "<u4"), ("slots", "<u4", (_SLOTS,))])

_ONE_LETTER = {"آ": "ا", "أ": "ا", "إ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك"}
_ARABIC_MARKS = (
    (0x610, 0x61A),
    (0x640, 0x640),
    (0x64B, 0x65F),
    (0x670, 0x670),
    (0x6D6, 0x6DC),
    (0x6DF, 0x6E8),
    (0x6EA, 0x6ED),
    (0x8D3, 0x8FF),
)


def signature(text: str) -> bytes:
    """What has to be kept of a text to know its copies: 532 bytes; signatures laid end to end are what `group` reads.

    Compared are letters, marks and digits (NFKC, case folded; no Arabic diacritics or tatweel, one alef, one yeh, one
    kaf),
    as the set of all runs of 16: spaces, punctuation and lines do not count, and no script needs words.
    The set is kept as a MinHash (Broder 1997) with rensa's R-MinHash (after Dahlgaard et al. 2017).
    """
    codes = np.frombuffer(nfkc(text).casefold().encode("utf-32-le", "surrogatepass"), "<u4")
    letters = _alphabet()[codes]
    letters = letters[letters > 0]
    runs = _runs(letters)
    kept = np.zeros(1, _SIGNATURE)
    kept["text"] = blake2b((letters if len(letters) else codes).tobytes(), digest_size=16).digest()
    kept["n_runs"] = n_runs = _n_distinct(runs)
    if n_runs >= _FEWEST_RUNS:
        from rensa import RMinHash

        kept["slots"] = RMinHash.digest_matrix_from_flat_token_hashes(runs, [0, len(runs)], _SLOTS, _SEED).to_rows()[0]
    return kept.tobytes()


def letter_hashes(signatures: bytes | bytearray | memoryview) -> npt.NDArray[np.uint64]:
    """(n, 2) uint64: a hash of each text's letters; texts that `group` takes for the same have the same."""
    return np.ascontiguousarray(np.frombuffer(signatures, _SIGNATURE)["text"]).view(np.uint64).reshape(-1, 2)


def canonical_order(letters: npt.NDArray[np.uint64]) -> Ints:
    """(n,) int64: an order of texts with different letters that depends on what they are and not on where they stand.

    Args:
        letters: (n, 2) from `letter_hashes`.
    """
    return np.lexsort((letters[:, 1], letters[:, 0])).astype(np.int64)


def group(signatures: bytes | bytearray | memoryview, near: float | None, order: Ints | None = None) -> Ints:
    """Find the copies: for each text, the row of the first of its copies, its own where it is the first.

    Texts with the same letters are copies. So are two of which the longer has the share `near` of the shorter's runs,
    if half of all their runs are shared; None leaves this out. Each row is compared with first rows only, never with a
    copy of one: no chain of small changes leads from one story to another. Which is first decides the groups.

    Args:
        signatures: of n texts, end to end.
        near: see above, 0..1.
        order: (n,) the rows from the first to the last; None is as they stand.

    Returns:
        (n,) int64.
    """
    rows = np.frombuffer(signatures, _SIGNATURE)
    if order is None:
        return _group(rows, near)
    first = np.empty(len(rows), np.int64)
    first[order] = order[_group(rows[order], near)]
    return first


def _group(rows: npt.NDArray[Any], near: float | None) -> Ints:
    _, first_same, same = np.unique(rows["text"], return_index=True, return_inverse=True)
    first = first_same[same].astype(np.int64)
    if near is None:
        return first
    long_enough = np.flatnonzero((first == np.arange(len(rows))) & (rows["n_runs"] >= _FEWEST_RUNS))
    leader = np.arange(len(rows))
    for later, earlier in _copies(rows, long_enough, near).T.tolist():
        if leader[later] == later and leader[earlier] == earlier:
            leader[later] = earlier
    return leader[first]


@cache
def _alphabet() -> npt.NDArray[np.uint32]:
    """Code point -> the letter it counts as; 0 where it does not count."""
    table = np.zeros(0x110000, np.uint32)
    for code, letter in enumerate(map(chr, range(len(table)))):
        if unicodedata.category(letter)[0] in "LMN":
            table[code] = ord(_ONE_LETTER.get(letter, letter))
            if unicodedata.category(letter) == "Nd":
                table[code] = ord("0") + unicodedata.decimal(letter)
    for low, high in _ARABIC_MARKS:
        table[low : high + 1] = 0
    table.flags.writeable = False
    return table


def _runs(letters: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """Sorted 64-bit hashes of all runs of letters;
    a run with a digit in it is there three times, under names of its own.
    """
    n_runs = max(0, len(letters) - _RUN + 1)
    runs = np.zeros(n_runs, np.uint64)
    for at in range(_RUN):
        runs = runs * np.uint64(0x9E3779B97F4A7C15) + letters[at : n_runs + at]
    digits = np.cumsum(np.concatenate([[0], (letters >= ord("0")) & (letters <= ord("9"))]))
    numbered = runs[digits[_RUN:] > digits[:-_RUN]] if n_runs else runs
    names = [runs, *(numbered + np.uint64(name) for name in range(1, _DIGIT_WEIGHT))]
    return np.sort(_mixed(np.concatenate(names)))


def _mixed(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Every bit of a hash spread over all of it."""
    hashes = (hashes ^ (hashes >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    return hashes ^ (hashes >> np.uint64(32))


def _n_distinct(ordered: npt.NDArray[np.uint64]) -> int:
    return int(np.count_nonzero(ordered[1:] != ordered[:-1])) + 1 if len(ordered) else 0


def _copies(rows: npt.NDArray[Any], among: Ints, near: float) -> Ints:
    """(2, n) all pairs of a later and an earlier row found to be near copies, by later, then earlier row."""
    known = np.empty(0, np.int64)
    for at in range(0, _SLOTS, _BAND):
        found = np.setdiff1d(_sharing(rows["slots"][among, at : at + _BAND]), known, assume_unique=True)
        copies = [part[_near(rows[_both(part, among)], near)] for part in _parts(found)]
        known = np.sort(np.concatenate([known, *copies]))
    return _both(known, among)


def _both(pairs: Ints, among: Ints) -> Ints:
    """(2, n) the rows of pairs, each of which is later * n + earlier place in `among`."""
    both: Ints = among[np.stack(np.divmod(pairs, max(1, len(among))))]
    return both


def _parts(pairs: Ints) -> list[Ints]:
    return [pairs[at : at + _PAIRS] for at in range(0, len(pairs), _PAIRS)]


def _sharing(band: npt.NDArray[np.uint32]) -> Ints:
    """Pairs of rows with the same band of slots, each as later * n + earlier;
    of many such rows, all with the first few.
    """
    halves = np.ascontiguousarray(band).view(np.uint64)
    keys = _mixed(halves[:, 0]) ^ halves[:, 1] * np.uint64(0x9E3779B97F4A7C15)
    order = np.argsort(keys, kind="stable")
    new = np.concatenate([[True], keys[order[1:]] != keys[order[:-1]]]) if len(keys) else np.empty(0, bool)
    start = np.maximum.accumulate(np.where(new, np.arange(len(keys)), 0))
    later = np.flatnonzero(~new)
    pairs = []
    for nth in range(_LEADERS):
        later = later[later > start[later] + nth]
        pairs.append(order[later] * len(keys) + order[start[later] + nth])
    return np.concatenate(pairs)


def _near(pairs: npt.NDArray[Any], near: float) -> npt.NDArray[np.bool_]:
    """Whether the longer has the share `near` of the shorter's runs,
    told from the share of equal slots: the Jaccard similarity.
    """
    shared = np.mean(pairs["slots"][0] == pairs["slots"][1], axis=1)
    n_both, n_shorter = pairs["n_runs"].sum(axis=0, dtype=np.int64), pairs["n_runs"].min(axis=0)
    near_enough: npt.NDArray[np.bool_] = (shared >= _SHARED) & (shared * n_both / (1 + shared) >= near * n_shorter)
    return near_enough
