"""Noise: counted in all, by language and by source; much of it is told."""

import numpy as np

from mihwar.evaluate.noise import noise_shares, warnings_of


def test_noise_is_counted_in_all_by_language_and_by_source() -> None:
    hdbscan, final = np.array([-1, 0, -1, 0]), np.array([-1, 0, 0, 0])
    shares = noise_shares(hdbscan, final, ["ar", "ar", "فا", None], ["هسبريس", None, None, None]).to_pylist()
    assert shares == [
        {"by": "all", "value": "all", "articles": 4, "hdbscan_noise": 0.5, "noise": 0.25},
        {"by": "language", "value": "ar", "articles": 2, "hdbscan_noise": 0.5, "noise": 0.5},
        {"by": "language", "value": "فا", "articles": 1, "hdbscan_noise": 1.0, "noise": 0.0},
        {"by": "source", "value": "هسبريس", "articles": 1, "hdbscan_noise": 1.0, "noise": 1.0},
    ]


def test_much_noise_is_warned_of_where_there_are_articles_enough() -> None:
    labels = np.array([-1] * 20 + [0] * 40 + [-1])
    shares = noise_shares(labels, labels, ["am"] * 20 + ["ar"] * 40 + ["zh"], [None] * 61)
    assert warnings_of(shares, 0.2) == [
        "34% of the 61 articles are in no topic.",
        "100% of the 20 articles of language am are in no topic.",
    ]
    assert warnings_of(shares, 1.0) == []
