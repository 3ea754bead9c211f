"""The encoder: a vector depends on its text alone; other models work the same way."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

import mihwar
from mihwar.core.errors import ConfigError, ModelError
from mihwar.core.machine import machine
from mihwar.core.progress import Progress
from mihwar.core.rows import RowMemory
from mihwar.embed.encoder import (
    ModelChoice,
    encode,
    fast_dtype,
    identity_of,
    load,
    prompt_of,
    resolve_device,
    resolve_dtype,
)
from mihwar.embed.stage import EmbedSettings, embed
from mihwar.runs import Run
from tests.conftest import corpus_of


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of one small layer, with random weights and a vocabulary of letters."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(0)
    letters = [chr(c) for c in [*range(97, 123), *range(0x621, 0x64B)]]
    (folder / "vocab.txt").write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + c for c in letters)]),
        encoding="utf-8",
    )
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder / "bert")
    BertModel(
        BertConfig(
            vocab_size=200,
            hidden_size=32,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=64,
        )
    ).save_pretrained(folder / "bert")
    SentenceTransformer(modules=[Transformer(str(folder / "bert"), max_seq_length=64), Pooling(32)], device="cpu").save(
        str(folder / "model")
    )
    return folder / "model"


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_vector_does_not_depend_on_its_batch(articles: list[dict], dtype: str) -> None:
    """A matrix product of few rows is summed in another order than one of many, so there are many lengths and
    batches.
    """
    model = load(ModelChoice("bundled:multilingual-e5-small", None, "passage: ", 48, "cpu", dtype), print)
    texts = [row["text"][: 1 + 7 * i] for i, row in enumerate(articles[:24])] + [row["text"] for row in articles[24:30]]

    def vectors(rows: list[str], batch_size: int) -> np.ndarray:
        found = np.zeros((len(rows), 384), np.float32)
        for numbers, batch, _ in encode(model, rows, "passage: ", 48, batch_size):
            found[numbers] = batch
        return found

    together = vectors(texts, 64)
    assert np.array_equal(together, vectors(texts, 3))
    assert np.array_equal(together[-1:], vectors(texts[-1:], 64))
    assert np.array_equal(together[5:6], vectors(texts[5:6], 64))
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_the_number_of_threads_does_not_depend_on_what_ran_before(tiny: Path) -> None:
    """UMAP's compiled code takes every core, whatever OMP_NUM_THREADS says, and PyTorch would then do so, too."""
    code = f"""
import numpy, torch
from mihwar.embed.encoder import ModelChoice, load
from mihwar.reduce.project import project
project(numpy.random.default_rng(0).normal(size=(60, 8)).astype("float32"), 2, 5, 0.1, 0)
load(ModelChoice({str(tiny)!r}, None, "", 32, "cpu", "float32"), print)
print(torch.get_num_threads())
"""
    command = [sys.executable, "-W", "ignore", "-c", code]
    told = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    assert told.stdout.split()[-1] == "1"


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


def test_two_models_in_one_root_do_not_share_rows(tiny: Path, tmp_path: Path, articles: list[dict]) -> None:
    """The models differ in their weights only; each embeds every text itself and gets the vectors it has when alone."""
    other = tmp_path / "other"
    shutil.copytree(tiny, other)
    model = load(ModelChoice(str(other), None, "", 32, "cpu", "float32"), print)
    with torch.no_grad():
        for weights in model.parameters():
            weights.mul_(1.5)
    model.save(str(other))
    texts = [row["text"] for row in articles[:6]]
    corpus = corpus_of(6, text=texts)

    def vectors(folder: Path, root: str) -> tuple[np.ndarray, int]:
        memory = RowMemory(tmp_path / root)
        found = embed(
            EmbedSettings(model=str(folder), max_tokens=32, dtype="float32", device="cpu"),
            corpus,
            memory,
            Progress(quiet=True),
        )
        return np.asarray(found.vectors), memory.computed

    first, again = vectors(tiny, "shared"), vectors(tiny, "shared")
    second, alone = vectors(other, "shared"), vectors(other, "alone")
    assert (first[1], again[1], second[1]) == (6, 0, 6)
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(second[0], alone[0])
    assert not np.allclose(first[0], second[0], atol=1e-3)


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


@pytest.mark.parametrize(
    ("kind", "capability", "cpu_has_bfloat16", "expected"),
    [
        ("cpu", (0, 0), True, "bfloat16"),
        ("cpu", (0, 0), False, "float32"),
        ("cuda", (7, 0), True, "float32"),  # V100
        ("cuda", (7, 5), True, "float32"),  # T4
        ("cuda", (8, 0), False, "bfloat16"),  # A100
        ("cuda", (12, 0), False, "bfloat16"),
        ("mps", (0, 0), True, "float32"),
    ],
)
def test_auto_is_bfloat16_where_the_hardware_has_it(
    kind: str, capability: tuple[int, int], cpu_has_bfloat16: bool, expected: str
) -> None:
    assert fast_dtype(kind, capability, cpu_has_bfloat16) == expected


def test_auto_on_a_cpu_is_what_its_instructions_and_the_environment_allow() -> None:
    """Linux names the instructions of a processor, too; oneDNN reads its variable once, so each answer is another
    process's.
    """
    code = "from mihwar.embed.encoder import resolve_dtype; print(resolve_dtype('auto', 'cpu'))"
    free = {name: value for name, value in os.environ.items() if name != "ONEDNN_MAX_CPU_ISA"}

    def auto(environment: dict[str, str]) -> str:
        command = [sys.executable, "-c", code]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.strip()

    native = not {"amx_bf16", "avx512_bf16"}.isdisjoint(machine()["cpu"]["instructions"])
    assert auto(free) == ("bfloat16" if native else "float32")
    assert auto(free | {"ONEDNN_MAX_CPU_ISA": "AVX2"}) == "float32"


@pytest.mark.gpu
def test_auto_on_a_gpu_is_what_the_gpu_has() -> None:
    native = torch.cuda.is_bf16_supported(including_emulation=False)
    assert resolve_dtype("auto", "cuda") == ("bfloat16" if native else "float32")


@pytest.mark.parametrize("asked", ["float32", "float16", "bfloat16"])
def test_dtype_asked_for_is_dtype_used(asked: str) -> None:
    assert resolve_dtype(asked, "cuda") == asked


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
        mihwar.load_config(None, [assignment])
