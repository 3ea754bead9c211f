"""The encoder: a vector depends on its text alone; other models work the same way."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import pipeline
from pipeline.core.errors import ConfigError, ModelError
from pipeline.embed.encoder import ModelChoice, encode, identity_of, load, prompt_of, resolve_device, resolve_dtype
from pipeline.runs import Run


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of one small layer, with random weights and a vocabulary of letters."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(0)
    letters = [chr(c) for c in [*range(97, 123), *range(0x621, 0x64B)]]
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + c for c in letters)]), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder / "bert")
    BertModel(
        BertConfig(vocab_size=200, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64, max_position_embeddings=64)
    ).save_pretrained(folder / "bert")
    SentenceTransformer(modules=[Transformer(str(folder / "bert"), max_seq_length=64), Pooling(32)], device="cpu").save(str(folder / "model"))
    return folder / "model"


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_vector_does_not_depend_on_its_batch(articles: list[dict], dtype: str) -> None:
    model = load(ModelChoice("bundled:multilingual-e5-small", None, "passage: ", 48, "cpu", dtype), print)
    texts = [row["text"][: 40 + 7 * i] for i, row in enumerate(articles[:24])]

    def vectors(rows: list[str], batch_size: int) -> np.ndarray:
        found = np.zeros((len(rows), 384), np.float32)
        for numbers, batch, _ in encode(model, rows, "passage: ", 48, batch_size):
            found[numbers] = batch
        return found

    together = vectors(texts, 64)
    assert np.array_equal(together, vectors(texts, 3))
    assert np.array_equal(together[5:6], vectors(texts[5:6], 64))
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_what_is_cut_is_known(tiny: Path) -> None:
    model = load(ModelChoice(str(tiny), None, "", 16, "cpu", "float32"), print)
    texts = ["abc", "abcdefghijklmnop", "x" * 5000, ""]
    cut = {rows[i]: bool(flags[i]) for rows, _, flags in encode(model, texts, "", 16, 8) for i in range(len(rows))}
    assert cut == {0: False, 1: True, 2: True, 3: False}


def test_any_other_model_in_a_folder(tiny: Path, run_rows: Callable[..., Run], articles: list[dict]) -> None:
    run = run_rows(articles[:12], f"embed.model={tiny}", "embed.max_tokens=32", "embed.prompt=about: ")
    model = run.artifacts["embed"].manifest
    assert model["settings"]["model"] == str(tiny)
    assert model["outside"]["prompt"] == "about: "
    assert run.metrics["documents"] == 12


def test_a_folder_counts_by_its_files(tiny: Path) -> None:
    before = identity_of(str(tiny), None)
    config = tiny / "config_sentence_transformers.json"
    text = config.read_text()
    config.write_text(text + " ")
    assert identity_of(str(tiny), None) != before
    config.write_text(text)
    assert identity_of(str(tiny), None) == before


def test_prompts() -> None:
    assert prompt_of("bundled:multilingual-e5-small", None) == "passage: "
    assert prompt_of("bundled:multilingual-e5-small", "") == ""
    assert prompt_of("some/model", None) == ""


def test_dtype_asked_for_is_dtype_used() -> None:
    assert resolve_dtype("float32", "cuda") == "float32"
    assert resolve_dtype("auto", "cuda") == "bfloat16"
    assert resolve_dtype("auto", "cpu") in ("float32", "bfloat16")


@pytest.mark.parametrize("device", ["cuda", "cuda:3", "mps"])
def test_a_device_that_is_not_there(monkeypatch: pytest.MonkeyPatch, device: str) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    with pytest.raises(ModelError, match=r"embed\.device: expected a device of this machine \(cpu\)"):
        resolve_device(device)
    assert resolve_device("auto") == "cpu"


def test_a_model_of_a_hub_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="check the network"):
        load(ModelChoice("no-such-owner/no-such-model", None, "", 64, "cpu", "float32"), print)


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing")
    with pytest.raises(ModelError, match="sentence-transformers model"):
        load(ModelChoice(str(tmp_path), None, "", 64, "cpu", "float32"), print)


def test_more_tokens_than_the_model_reads(tiny: Path) -> None:
    with pytest.raises(ModelError, match="at most 64"):
        load(ModelChoice(str(tiny), None, "", 65, "cpu", "float32"), print)


@pytest.mark.parametrize("assignment", ["embed.device=gpu", "embed.dtype=int8", "embed.batch_size=0", "embed.model="])
def test_settings_that_cannot_be(assignment: str) -> None:
    with pytest.raises(ConfigError, match=assignment.split("=")[0]):
        pipeline.load_config(None, [assignment])
