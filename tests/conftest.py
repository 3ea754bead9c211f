"""What the tests share: the embedded sample, run once for real, and small corpora cut from it."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import settings

import mihwar
from mihwar.core.artifacts import Clusters, Corpus
from mihwar.runs import Run

SAMPLE = Path(mihwar.__file__).parent / "sample" / "articles.jsonl"
CONFIGS = Path(__file__).parent.parent / "configs"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--dtype",
        choices=["auto", "float32", "bfloat16"],
        default="auto",
        help="embed.dtype of every test that embeds; auto is what this machine would choose",
    )


settings.register_profile("unhurried", deadline=None)  # machines are noisy
settings.load_profile("unhurried")


def clusters_of(topics: np.ndarray, themes: list[int], merges: Sequence[tuple[int, int, float, int]] = ()) -> Clusters:
    """Clusters of which only the topics, themes and tree matter."""
    none, sure = pa.table({}), (topics >= 0).astype(np.float32)
    kinds = {"left": pa.int32(), "right": pa.int32(), "height": pa.float64(), "size": pa.int32()}
    tree = pa.table(
        {name: pa.array([merge[i] for merge in merges], kind) for i, (name, kind) in enumerate(kinds.items())}
    )
    return Clusters(
        hdbscan_topics=topics,
        probabilities=sure,
        topics=topics,
        confidence=sure,
        theme_confidence=sure,
        themes=np.array(themes, np.int32),
        tree=tree,
        exemplars=none,
        theme_exemplars=none,
        rule={},
        notes=[],
    )


def corpus_of(n: int, **columns: object) -> Corpus:
    """A corpus of n stories that one article each tells; columns that are not given are null, and ids are 0, 1, ..."""
    names = ("title", "text", "language", "date", "source", "url", "label", "parallel")
    table = pa.table(
        {"id": [str(i) for i in range(n)]}
        | {name: pa.nulls(n, pa.string()) for name in names if name not in columns}
        | columns
    )
    return Corpus(
        stories=table.append_column("n_articles", pa.array([1] * n, pa.int64())),
        articles=table.append_column("story", pa.array(range(n), pa.int64())),
        rejects=pa.table({}),
        counts={"rejected": 0, "stories": n, "copies": 0},
        notes=[],
    )


@pytest.fixture(scope="session")
def articles() -> list[dict]:
    """The sample's rows."""
    return [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def dtype(pytestconfig: pytest.Config) -> str:
    """The override that every config of a test that embeds is given."""
    return f"embed.dtype={pytestconfig.getoption('dtype')}"


@pytest.fixture(scope="session")
def sample_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An artifact folder holding one finished run of the sample; tests that change a folder make their own."""
    return tmp_path_factory.mktemp("sample") / "artifacts"


@pytest.fixture(scope="session")
def sample_run(sample_root: Path, dtype: str) -> Run:
    return mihwar.run(CONFIGS / "sample.yaml", set=[f"artifacts={sample_root}", dtype], quiet=True)


@pytest.fixture
def write_rows(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as a .jsonl file and return its path."""

    def write(rows: list[dict], name: str = "articles.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


@pytest.fixture
def run_rows(tmp_path: Path, write_rows: Callable[..., Path], dtype: str) -> Callable[..., Run]:
    """Run rows end to end in the test's own folder."""

    def run(rows: list[dict], *overrides: str) -> Run:
        path = write_rows(rows)
        settings = [f"ingest.source={path}", f"artifacts={tmp_path / 'artifacts'}", "name=t", dtype, *overrides]
        return mihwar.run(mihwar.load_config(None, settings), quiet=True)

    return run
