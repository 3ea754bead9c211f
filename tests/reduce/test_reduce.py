"""Centring and projection."""

import numpy as np
import pytest

from mihwar.reduce.centre import centers, centre
from mihwar.reduce.project import nearest, project


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def subjects_and_languages() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vectors that are a subject, a larger part language, and a little noise."""
    rng = np.random.default_rng(0)
    subject, language = np.repeat(np.arange(4), 60), np.tile(np.arange(3), 80)
    subjects, languages = rng.normal(size=(4, 48)), 2 * rng.normal(size=(3, 48))
    return (
        unit(subjects[subject] + languages[language] + 0.3 * rng.normal(size=(240, 48))),
        subject,
        np.array(["ar", "en", "ru"])[language],
    )


def shared(of: np.ndarray, neighbours: np.ndarray) -> float:
    return float((of[neighbours[:, 1:]] == of[:, None]).mean())


def test_centring_brings_a_subject_together_across_languages(
    subjects_and_languages: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    vectors, subject, language = subjects_and_languages
    random = np.random.RandomState(0)
    assert shared(language, nearest(vectors, 60, random)[0]) > 0.8
    centred = nearest(centre(vectors, language, centers(vectors, language)), 60, random)[0]
    assert shared(language, centred) < 0.4
    assert shared(subject, centred) > 0.95


def test_one_language_is_centred_at_the_mean_of_all() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(20, 8)) + 3)
    language = np.array(["ar"] * 20)
    moved = vectors - vectors.mean(axis=0)
    known = centers(vectors, language)
    assert known.languages == ["ar"]
    assert np.allclose(
        centre(vectors, language, known), moved / np.linalg.norm(moved, axis=1, keepdims=True), atol=1e-4
    )


def test_a_language_of_one_article_does_not_vanish() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(50, 8)) + 2)
    languages = np.array(["ar"] * 49 + ["en"])
    centred = centre(vectors, languages, centers(vectors, languages))
    assert np.allclose(np.linalg.norm(centred, axis=1), 1, atol=1e-5)
    overall = vectors.mean(axis=0)
    assert centred[-1] @ (vectors[-1] - overall) > 0.9 * np.linalg.norm(vectors[-1] - overall)


def test_an_unknown_language_is_centred_at_the_mean_of_all() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(50, 8)) + 2)
    languages = np.array(["ar"] * 25 + ["fa"] * 25)
    known = centers(vectors, languages)
    moved = vectors[:1] - vectors.mean(axis=0)
    assert np.allclose(centre(vectors[:1], np.array(["ps"]), known), moved / np.linalg.norm(moved), atol=1e-5)
    assert not np.allclose(centre(vectors[:1], np.array(["ar"]), known), moved / np.linalg.norm(moved), atol=1e-2)


def test_an_article_is_centred_to_the_same_bits_alone() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(301, 384)) + 1)
    languages = np.array(["ar", "zh", "en"])[np.arange(301) % 3]
    known = centers(vectors, languages)
    together = centre(vectors, languages, known)
    for i in (0, 7, 300):
        assert np.array_equal(together[i], centre(vectors[i : i + 1], languages[i : i + 1], known)[0])


def test_articles_that_are_all_the_same_stay_as_they_are() -> None:
    vectors = unit(np.ones((5, 8)))
    languages = np.array(["ar"] * 5)
    assert np.array_equal(centre(vectors, languages, centers(vectors, languages)), vectors)


def test_neighbours_are_exact_and_begin_with_oneself() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(100, 8)))
    indices, distances = nearest(vectors, 5, np.random.RandomState(0))
    assert (indices[:, 0] == np.arange(100)).all()
    assert (np.diff(distances, axis=1) >= 0).all()
    assert np.allclose(
        distances[:, 1:], np.sort(np.linalg.norm(vectors[:, None] - vectors[None], axis=2), axis=1)[:, 1:5], atol=1e-3
    )


def test_neighbours_of_many_are_nearly_exact_and_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(1500, 8)))
    exact, _ = nearest(vectors, 10, np.random.RandomState(0))
    monkeypatch.setattr("mihwar.reduce.project._EXACT_UP_TO", 0)
    found, _ = nearest(vectors, 10, np.random.RandomState(0))
    assert np.mean([len(set(a) & set(b)) / 10 for a, b in zip(exact, found, strict=True)]) > 0.95
    assert np.array_equal(found, nearest(vectors, 10, np.random.RandomState(0))[0])


def test_projection_keeps_groups_apart_and_repeats_to_the_bit() -> None:
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(3), 40)
    vectors = unit(3 * rng.normal(size=(3, 16))[group] + rng.normal(size=(120, 16)))
    space, flat = project(vectors, 3, 10, 0.1, seed=7)
    assert (space.shape, flat.shape) == ((120, 3), (120, 2))
    again = project(vectors, 3, 10, 0.1, seed=7)
    assert np.array_equal(space, again[0])
    assert np.array_equal(flat, again[1])
    assert not np.array_equal(space, project(vectors, 3, 10, 0.1, seed=8)[0])
    for points in (space, flat):
        centres = np.array([points[group == g].mean(axis=0) for g in range(3)])
        assert (np.linalg.norm(points[:, None] - centres[None], axis=2).argmin(axis=1) == group).mean() > 0.95
