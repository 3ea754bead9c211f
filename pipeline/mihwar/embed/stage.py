"""embed: `Corpus` -> `Embeddings`, a unit vector a story."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from mihwar.core.artifacts import Corpus, Embeddings
from mihwar.core.progress import Progress
from mihwar.core.rows import RowMemory
from mihwar.core.stage import Settings, Stage, fingerprint

if TYPE_CHECKING:
    import pyarrow as pa

    from mihwar.embed.encoder import ModelChoice


_ROWS = 2  # raise it when a text comes to have another vector
# Handed to the row memory; many small arrays that live on would keep the batches' memory from being used again.
_ROWS_AT_A_TIME = 512


class EmbedSettings(Settings):
    """The sentence model and what it is given."""

    how: ClassVar[frozenset[str]] = frozenset(
        {"batch_size", "device", "dtype"}
    )  # what auto becomes counts, see `choice`

    model: str = Field(
        "bundled:multilingual-e5-small",
        min_length=1,
        description="bundled:multilingual-e5-small, a folder, or a sentence-transformers model id.",
    )
    revision: str | None = Field(
        None, description="Commit, tag or branch of a hub model; pin a commit to be able to repeat a run."
    )
    prompt: str | None = Field(
        None,
        description=(
            "Written before every text. null: what the bundled model was trained with ('passage: '), nothing for "
            "others."
        ),
    )
    max_tokens: int = Field(256, ge=8, description="Tokens of title and text that are read; the rest is cut.")
    batch_size: int = Field(64, ge=1, description="Texts a batch. Speed only; the result is the same to the bit.")
    device: str = Field("auto", pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$", description="auto, cpu, cuda, cuda:0 or mps.")
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "auto", description="Arithmetic. auto: bfloat16 on a GPU or a CPU built for it, else float32."
    )


def embed(settings: EmbedSettings, corpus: Corpus, memory: RowMemory, progress: Progress) -> Embeddings:
    """Encode title and lead of every story; texts seen before, in any run, are remembered.

    Raises:
        ModelError: the model cannot be had or used.
    """
    import numpy as np
    import pyarrow as pa

    from mihwar.core.rows import row_key
    from mihwar.embed.encoder import encode, load

    choice = choose(settings)
    texts = texts_of(corpus.stories)
    row = pa.struct({"vector": pa.large_list(pa.float32()), "cut": pa.bool_()})

    def as_rows(vectors: np.ndarray, cut: np.ndarray) -> "pa.Array":
        offsets = np.arange(0, vectors.size + 1, vectors.shape[1], dtype=np.int64)
        return pa.StructArray.from_arrays(
            [pa.LargeListArray.from_arrays(offsets, vectors.reshape(-1)), cut], ["vector", "cut"]
        )

    def compute(rows: list[int]) -> Iterator[tuple[list[int], "pa.Array"]]:
        model = load(choice, progress.say)
        vectors, order, cut = np.empty((0, 0), np.float32), np.empty(len(rows), np.int64), np.empty(len(rows), bool)
        done = given = 0
        with progress.track(f"embedding on {choice.device} in {choice.dtype}", len(rows)) as advance:
            for numbers, batch, was_cut in encode(
                model, [texts[i] for i in rows], choice.prompt, choice.max_tokens, settings.batch_size
            ):
                vectors = vectors if done else np.empty((len(rows), batch.shape[1]), np.float32)
                place = slice(done, done := done + len(numbers))
                order[place], vectors[place], cut[place] = numbers, batch, was_cut
                advance(len(numbers))
                if done - given >= _ROWS_AT_A_TIME or done == len(rows):
                    part = slice(given, given := done)
                    yield [rows[i] for i in order[part]], as_rows(vectors[part], cut[part])

    way = f"embed-{fingerprint([_ROWS, revision(settings), settings.max_tokens])}"
    rows = memory.recall(way, [row_key(text) for text in texts], compute, row).combine_chunks()
    vectors = rows.field("vector").flatten().to_numpy().reshape(len(texts), -1)
    share_cut = float(np.mean(rows.field("cut").to_numpy(zero_copy_only=False)))
    model = {
        "id": choice.model,
        "revision": choice.revision,
        "prompt": choice.prompt,
        "device": choice.device,
        "dtype": choice.dtype,
        "max_tokens": choice.max_tokens,
        "dimension": vectors.shape[1],
        "share_cut": share_cut,
    }
    return Embeddings(
        vectors=vectors,
        model=model,
        notes=[
            f"{share_cut:.0%} of the articles are longer than {choice.max_tokens} tokens; what follows is not embedded."
        ]
        if share_cut
        else [],
    )


def texts_of(articles: "pa.Table") -> list[str]:
    """(n,) what is embedded of each article: its title and its text."""
    titles, bodies = (articles[name].to_pylist() for name in ("title", "text"))
    return [f"{title}\n{body}" if title else body for title, body in zip(titles, bodies, strict=True)]


def choose(settings: EmbedSettings) -> "ModelChoice":
    """The settings with every `auto` decided for this machine."""
    from mihwar.embed.encoder import ModelChoice, prompt_of, resolve_device, resolve_dtype

    device = resolve_device(settings.device)
    return ModelChoice(
        settings.model,
        settings.revision,
        prompt_of(settings.model, settings.prompt),
        settings.max_tokens,
        device,
        resolve_dtype(settings.dtype, device),
    )


def revision(settings: EmbedSettings) -> object:
    """What decides a vector besides the text: the weights, the prompt, and the arithmetic `auto` stands for here."""
    from mihwar.embed.encoder import identity_of

    choice = choose(settings)
    return {
        "weights": identity_of(choice.model, choice.revision),
        "prompt": choice.prompt,
        "device": choice.device.split(":")[0],
        "dtype": choice.dtype,
    }


EMBED = Stage("embed", 3, embed, outside=lambda settings, _: revision(settings))
