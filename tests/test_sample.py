"""The embedded corpus is what its README says it is."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from tests.conftest import SAMPLE

LANGUAGES = {"ar": 78, "en": 30, "fr": 24, "ru": 24, "es": 24, "tr": 18}


def test_counts(articles: list[dict]) -> None:
    assert len(articles) == 198
    assert Counter(row["language"] for row in articles) == LANGUAGES
    assert set(Counter(row["label"] for row in articles).values()) == {33}
    assert len({row["id"] for row in articles}) == len({row["text"] for row in articles}) == 198
    assert sum("dirty" in row for row in articles) >= 36
    assert sum("copy_of" in row for row in articles) == 6


def test_length(articles: list[dict]) -> None:
    assert all(60 <= len(row["text"].split()) <= 165 for row in articles)


def test_a_story_is_told_in_several_languages_within_two_weeks(articles: list[dict]) -> None:
    stories = {row["story"] for row in articles}
    assert len(stories) == 30
    for story in stories:
        rows = [row for row in articles if row["story"] == story]
        assert len({row["language"] for row in rows}) >= 3
        assert len({row["label"] for row in rows}) == 1
        dates = [datetime.fromisoformat(row["date"]).replace(tzinfo=None) for row in rows if row["date"]]
        assert max(dates) - min(dates) <= timedelta(days=14)


def test_addresses_lead_nowhere(articles: list[dict]) -> None:
    assert all(row["url"].split("/")[2].endswith(".example") for row in articles)


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_readme_gives_the_numbers(language: str) -> None:
    assert str(LANGUAGES[language]) in (SAMPLE.parent / "README.md").read_text(encoding="utf-8")
