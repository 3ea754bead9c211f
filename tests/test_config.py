"""The config: what is read, what is refused and in which words."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from omegaconf import OmegaConf

from mihwar import config as config_module
from mihwar.config import RunConfig, json_schema, load_config
from mihwar.core.errors import ConfigError

CONFIGS = Path(__file__).parent.parent / "configs"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_base_shows_every_key_with_its_default_and_a_comment() -> None:
    text = (CONFIGS / "base.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text) == RunConfig().model_dump(mode="json")
    keys = [line for line in text.splitlines() if line.startswith("  ") and ":" in line.split("#")[0]]
    assert all("#" in line for line in keys)


def test_base_runs_as_it_is_once_articles_are_named() -> None:
    assert load_config(CONFIGS / "base.yaml", ["ingest.source=articles/*.jsonl"]).ingest.source == "articles/*.jsonl"


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.name)
def test_every_shipped_config_is_right(path: Path) -> None:
    assert load_config(path)


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        ("cluster.min_cluster_size=20", ("cluster", "min_cluster_size", 20)),
        ("cluster.min_cluster_size=auto", ("cluster", "min_cluster_size", "auto")),
        ("ingest.source=*.jsonl", ("ingest", "source", "*.jsonl")),
        ("ingest.source=[a.csv, b.txt]", ("ingest", "source", ["a.csv", "b.txt"])),
        ("ingest.source=/أخبار/*.txt", ("ingest", "source", "/أخبار/*.txt")),
        ("words.extra_stopwords=[قال, said]", ("words", "extra_stopwords", ["قال", "said"])),
        ("embed.prompt=query: ", ("embed", "prompt", "query: ")),
        ("embed.revision=null", ("embed", "revision", None)),
        ("report.title=a=b", ("report", "title", "a=b")),
    ],
)
def test_set(assignment: str, expected: tuple[str, str, object]) -> None:
    section, key, value = expected
    assert getattr(getattr(load_config(None, [assignment]), section), key) == value


def test_extends_is_read_first_and_set_last(write: Callable[[str, str], Path]) -> None:
    write("one.yaml", "name: one\nreduce: {neighbors: 5, components: 3}\n")
    child = write("two.yaml", "extends: one.yaml\nname: two\nreduce: {neighbors: 7}\n")
    config = load_config(child, ["reduce.components=4"])
    assert (config.name, config.reduce.neighbors, config.reduce.components) == ("two", 7, 4)


def test_environment(write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWS", "/data/news")
    path = write("c.yaml", "ingest: {source: '${oc.env:NEWS}/*.jsonl'}\nname: ${oc.env:NO_SUCH,fallback}\n")
    assert (load_config(path).ingest.source, load_config(path).name) == ("/data/news/*.jsonl", "fallback")


WRONG = [
    (
        "cluster: {min_cluster_sise: 5}",
        ["c.yaml", "cluster.min_cluster_sise", "min_cluster_size, min_samples", "Did you mean 'min_cluster_size'?"],
    ),
    ("cluster: {warn_noise: 0.1}", ["cluster.warn_noise", "It is now evaluate.warn_noise."]),
    ("evaluate: {repeats: 3}", ["evaluate.repeats", "It is now stability.repeats."]),
    ("clutser: {}", ["c.yaml", "clutser", "Did you mean 'cluster'?"]),
    ("cluster: {min_cluster_size: many}", ["c.yaml", "cluster.min_cluster_size", "'auto'", "integer", "'many'"]),
    ("cluster: {min_cluster_size: 1}", ["cluster.min_cluster_size", "greater than or equal to 2", "got 1"]),
    ("cluster: 5", ["c.yaml", "cluster", "got 5"]),
    ("name: ../../x", ["c.yaml", "name", "'../../x'"]),
    ("name: .hidden", ["name", "'.hidden'"]),
    ("name: ''", ["name"]),
    ("embed: {device: gpu}", ["embed.device", "'gpu'"]),
    ("- a\n- b\n", ["c.yaml", "key: value", "list"]),
    ("just words", ["c.yaml", "just words"]),
    ("a: [1, 2\n", ["c.yaml", "YAML", "line"]),
    ("name: a\nname: b\n", ["c.yaml", "duplicate"]),
    ("ingest: {source: '${oc.env:NO_SUCH_VARIABLE}'}", ["c.yaml", "ingest.source", "NO_SUCH_VARIABLE", "default"]),
    ("extends: nowhere.yaml", ["nowhere.yaml", "No such file"]),
    ("extends: c.yaml", ["circle"]),
]


@pytest.mark.parametrize(("text", "words"), WRONG, ids=[text[:30] for text, _ in WRONG])
def test_what_is_wrong_is_said_with_file_key_expected_and_got(
    write: Callable[[str, str], Path], text: str, words: list[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(write("c.yaml", text))
    assert caught.value.exit_code == 2
    for word in words:
        assert word in str(caught.value)


def test_the_place_named_is_the_one_that_set_it(write: Callable[[str, str], Path]) -> None:
    write("parent.yaml", "reduce: {neighbors: x}\n")
    child = write("child.yaml", "extends: parent.yaml\nname: a\n")
    with pytest.raises(ConfigError, match=r"parent\.yaml: reduce\.neighbors"):
        load_config(child)
    both = write("both.yaml", "extends: parent.yaml\nreduce: {neighbors: y}\n")
    with pytest.raises(ConfigError, match=r"both\.yaml: reduce\.neighbors: .* got 'y'"):
        load_config(both)
    with pytest.raises(ConfigError, match=r"--set reduce\.components=no: reduce\.components"):
        load_config(child, ["reduce.neighbors=3", "reduce.components=no"])


@pytest.mark.parametrize("text", ["cluster", "=5", "a b=3", "cluster..x=1"])
def test_set_that_is_no_assignment(text: str) -> None:
    with pytest.raises(ConfigError, match="key=value"):
        load_config(None, [text])


def test_a_missing_file_names_its_neighbours(write: Callable[[str, str], Path]) -> None:
    path = write("news.yaml", "name: a\n")
    with pytest.raises(ConfigError, match=r"news\.yaml"):
        load_config(path.with_name("nwes.yaml"))


def test_an_empty_file_is_the_defaults(write: Callable[[str, str], Path]) -> None:
    assert load_config(write("c.yaml", "")) == RunConfig()


def test_schema_agrees_with_the_shipped_configs() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(json.dumps(json_schema()))
    for path in CONFIGS.glob("*.yaml"):
        jsonschema.validate(OmegaConf.to_container(OmegaConf.load(path)), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"cluster": {"min_cluster_sise": 3}}, schema)


def test_base_is_extended_from_any_folder_and_a_file_of_that_name_there_wins(tmp_path: Path) -> None:
    config = tmp_path / "news.yaml"
    config.write_text("extends: base.yaml\nname: n\n", encoding="utf-8")
    assert load_config(config) == load_config(CONFIGS / "base.yaml", ["name=n"])
    (tmp_path / "base.yaml").write_text("reduce: {seed: 7}\n", encoding="utf-8")
    assert load_config(config).reduce.seed == 7
    config.write_text("extends: other.yaml\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"other\.yaml: expected a config file"):
        load_config(config)


def test_every_moved_key_moved_to_a_key_that_there_is() -> None:
    config = load_config()
    for old, new in config_module._MOVED.items():
        section, key = new.split(".")
        assert key in type(getattr(config, section)).model_fields
        assert old.split(".")[1] not in type(getattr(config, old.split(".")[0])).model_fields
