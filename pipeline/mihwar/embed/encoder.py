"""The encoder: texts become unit vectors that do not depend on what else is in the batch."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mihwar.core.errors import ModelError
from mihwar.embed.bundled import LAYOUT, MODELS, SHA256, bundled_model_path

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Threads that wait for each other sleep instead of spinning. On a machine that has other work to do, spinning threads
# keep the thread they wait for from running: embedding beside three busy processes on two cores took five times as
# long. OpenMP reads this when PyTorch is loaded, which is later than this line.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

BUNDLED = "bundled:"
_LETTERS_PER_TOKEN = 24  # no more of a text is looked at than could fill max_tokens; the rest would be cut anyway


@dataclass(frozen=True)
class ModelChoice:
    """A model and how it is run, with nothing left to decide."""

    model: str
    revision: str | None
    prompt: str
    max_tokens: int
    device: str
    dtype: str


def resolve_device(device: str) -> str:
    """`auto` is a GPU where there is one, else the CPU.

    Raises:
        ModelError: this machine has no such device.
    """
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if device == "auto":
        return next(kind for kind, has in there.items() if has)
    if not there[device.split(":")[0]]:
        found = ", ".join(kind for kind, has in there.items() if has)
        raise ModelError(
            f"embed.device: expected a device of this machine ({found}), got '{device}'.",
            "Use auto, or install PyTorch for that device.",
        )
    return device


def resolve_dtype(dtype: str, device: str) -> str:
    """`auto` becomes what `fast_dtype` says of this device; anything else stays as it is."""
    import torch

    if dtype != "auto":
        return dtype
    kind = device.split(":")[0]
    capability = torch.cuda.get_device_capability(device) if kind == "cuda" else (0, 0)
    has_bfloat16 = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    # what the processor has is not used where ONEDNN_MAX_CPU_ISA forbids it, and bfloat16 is then many times slower
    # than float32
    return fast_dtype(kind, capability, has_bfloat16 and torch.ops.mkldnn._is_mkldnn_bf16_supported())


def fast_dtype(kind: str, capability: tuple[int, int], cpu_has_bfloat16: bool) -> str:
    """bfloat16 where the hardware itself multiplies it faster than float32, else float32.

    Older NVIDIA GPUs (V100, T4) only emulate bfloat16, and so does the first Apple GPU; later Apple GPUs gain little by
    it.
    float16 is never chosen: its largest number is 65,504, which the activations of a model trained in another type may
    exceed.

    Args:
        kind: cpu, cuda or mps.
        capability: CUDA compute capability (major, minor); from (8, 0) on a GPU has bfloat16. Ignored for other kinds.
        cpu_has_bfloat16: the processor has AMX or AVX-512 BF16, and oneDNN may use it. Ignored for other kinds.
    """
    fast = {"cpu": cpu_has_bfloat16, "cuda": capability >= (8, 0)}.get(kind, False)
    return "bfloat16" if fast else "float32"


def prompt_of(model: str, prompt: str | None) -> str:
    """The prompt asked for, else the one the bundled model was trained with, else none."""
    if prompt is not None:
        return prompt
    return MODELS.get(model.removeprefix(BUNDLED), "") if model.startswith(BUNDLED) else ""


def identity_of(model: str, revision: str | None) -> object:
    """What pins the weights: a checksum for the bundled model and for a folder, the revision for a model of the hub.

    Raises:
        ModelError: a bundled name is unknown.
    """
    from mihwar.core.store import sha256

    if model.startswith(BUNDLED):
        if model.removeprefix(BUNDLED) not in MODELS:
            bundled_model_path(model.removeprefix(BUNDLED))
        return [SHA256, LAYOUT]
    folder = Path(model).expanduser()
    if folder.is_dir():
        files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        return [[str(path.relative_to(folder)), sha256(path)] for path in files]
    return [model, revision or "main"]


def load(choice: ModelChoice, say: Callable[[str], object]) -> "SentenceTransformer":
    """The model, ready to encode.

    Raises:
        ModelError: it is not there, cannot be fetched, or is not a sentence-transformers model.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    place = choice.model
    if place.startswith(BUNDLED):
        place = str(bundled_model_path(place.removeprefix(BUNDLED), say=say))
    elif Path(place).expanduser().is_dir():
        place = str(Path(place).expanduser())
    else:
        say(f"'{place}' is no folder here: it is taken from the hub's cache or fetched")
    try:
        model = SentenceTransformer(
            place, revision=choice.revision, device=choice.device, model_kwargs={"dtype": getattr(torch, choice.dtype)}
        )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        first = str(error).strip().splitlines() or [type(error).__name__]
        raise ModelError(
            f"embed.model: expected '{choice.model}' to be a sentence-transformers model, in a folder or on a hub in "
            f"reach, got: {first[0]}",
            "Name a folder, check the network, or use bundled:multilingual-e5-small, which needs none.",
        ) from error
    longest = model.max_seq_length
    if longest is not None and choice.max_tokens > longest:
        raise ModelError(
            f"embed.max_tokens: expected at most {longest}, which is what '{choice.model}' reads, got "
            f"{choice.max_tokens}.",
            f"Set it to {longest} or less.",
        )
    model.max_seq_length = choice.max_tokens
    if choice.device == "cpu":
        _multiply_each_text_alone(model)
        _reset_threads()
    return model


def _multiply_each_text_alone(model: "SentenceTransformer") -> None:
    """Make every linear layer multiply one text of a batch at a time.

    MKL and oneDNN choose the order in which a matrix product is summed by its number of rows, which is texts times
    tokens. So a text in a batch would get other last bits than the same text alone. This concerns the linear layers
    only: attention already works text by text, and all else element by element.
    """
    import torch

    def forward(layer: Any, batch: Any) -> Any:
        return torch.stack([torch.nn.functional.linear(text, layer.weight, layer.bias) for text in batch])

    for layer in model.modules():
        if isinstance(layer, torch.nn.Linear):
            layer.forward = partial(forward, layer)


def _reset_threads() -> None:
    """Give PyTorch the number of threads it has in a new process, which decides the last bits of a matrix product.

    UMAP's compiled code sets the number of OpenMP threads of the thread that calls it, and PyTorch follows. A new
    thread still has the number that the machine or OMP_NUM_THREADS gives.
    """
    import torch

    with ThreadPoolExecutor(1) as new:
        torch.set_num_threads(new.submit(torch.get_num_threads).result())


def encode(
    model: "SentenceTransformer", texts: list[str], prompt: str, max_tokens: int, batch_size: int
) -> Iterator[tuple[list[int], np.ndarray, np.ndarray]]:
    """Encode texts in batches of exactly equal length, longest first: (row numbers, unit vectors (k, d) float32, was
    cut (k,) bool).

    Equal lengths need no padding, so on a CPU a vector has the same bits whatever its batch, however large, and
    wherever a run was interrupted. On a GPU the last bits may differ with the size of the batch. Within a length texts
    are sorted, so the order in which they are given does not change the batches.
    """
    heads = [prompt + text[: max_tokens * _LETTERS_PER_TOKEN] for text in texts]
    lengths = _n_tokens(model, heads)
    kept = np.minimum(lengths, max_tokens)
    cut = (lengths > max_tokens) | np.array([len(text) > max_tokens * _LETTERS_PER_TOKEN for text in texts], bool)
    order = np.array(sorted(range(len(heads)), key=lambda row: (-kept[row], heads[row])), np.int64)
    for group in np.split(order, np.flatnonzero(np.diff(kept[order])) + 1):
        for start in range(0, len(group), batch_size):
            rows = group[start : start + batch_size]
            vectors = model.encode(
                [heads[i] for i in rows], batch_size=len(rows), show_progress_bar=False, convert_to_tensor=True
            )
            vectors = vectors.float().cpu().numpy()
            norms = np.linalg.norm(vectors, axis=1, keepdims=True)
            yield rows.tolist(), vectors / np.maximum(norms, 1e-12), cut[rows]


def _n_tokens(model: "SentenceTransformer", texts: list[str]) -> np.ndarray:
    """(n,) tokens of each text, special ones included, before any cut."""
    tokenizer: Any = model.tokenizer
    fast = getattr(tokenizer, "backend_tokenizer", tokenizer)
    truncation, padding = fast.truncation, fast.padding
    fast.no_truncation()
    fast.no_padding()
    counts = [
        len(encoding.ids)
        for start in range(0, len(texts), 1024)
        for encoding in fast.encode_batch(texts[start : start + 1024])
    ]
    if truncation:
        fast.enable_truncation(**truncation)
    if padding:
        fast.enable_padding(**padding)
    return np.array(counts, np.int64)
