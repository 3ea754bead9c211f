"""Wording: groups of documents into the words a reader is shown, in every language they are written in."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from mihwar.topics.relevance import across_languages, words_by_language
from mihwar.topics.weighting import commonest_forms


@dataclass(frozen=True)
class Lexis:
    """What words are counted and how they are written.

    counts: (n, n_words) of the stems that may say something. columns: (n_words,) the number of each stem. languages:
        (n,) codes.
    forms: (n, n_forms) counts as written. stems: (n_forms,) the stem of each form. written: (n_forms,) the forms.
    """

    counts: csr_matrix
    columns: np.ndarray
    languages: np.ndarray
    forms: csr_matrix
    stems: np.ndarray
    written: list[str]


@dataclass(frozen=True)
class Wording:
    """words: (group, rank from 1, word, weight). by_language: (group, language, rank, word) where the group has an
    article's worth of the language.
    """

    words: list[tuple[int, int, str, float]]
    by_language: list[tuple[int, str, int, str]]


def wording(weights: np.ndarray, members: "np.ndarray | csr_matrix", lexis: Lexis, n: int, coherence: float) -> Wording:
    """The words of groups, each in the form that is commonest there.

    Args:
        weights: (k, n_words) probability of each word in each group; rows sum to 1, or to 0.
        members: (k, n) how much of a document belongs to a group.
        n: words for a group, and for each of its languages.
        coherence: see `shown_words`.
    """
    lists = words_by_language(weights, lexis.counts, lexis.languages, n, coherence)
    shares = [np.asarray(members[:, lexis.languages == language].sum(axis=1)).reshape(-1) for language in lists]
    whole = across_languages(lists, np.stack(shares), n) if lists else [[] for _ in weights]
    mixed = [(group, rank, column) for group, row in enumerate(whole) for rank, column in enumerate(row, start=1)]
    told = [
        (group, language, rank, column)
        for share, (language, rows) in zip(shares, lists.items(), strict=True)
        for group, row in enumerate(rows)
        if share[group] >= 1
        for rank, column in enumerate(row, start=1)
    ]
    asked = [*((group, column) for group, _, column in mixed), *((group, column) for group, _, _, column in told)]
    wanted = [(group, int(lexis.columns[column])) for group, column in asked]
    spelled = [lexis.written[form] for form in commonest_forms(wanted, members, lexis.forms, lexis.stems)]
    return Wording(
        [
            (group, rank, word, float(weights[group, column]))
            for (group, rank, column), word in zip(mixed, spelled, strict=False)
        ],
        [
            (group, language, rank, word)
            for (group, language, rank, _), word in zip(told, spelled[len(mixed) :], strict=True)
        ],
    )
