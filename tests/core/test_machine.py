"""The machine as manifests tell it."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from mihwar.core.machine import machine
from mihwar.runs import Run


def test_a_manifest_tells_the_processor_and_the_kernels_in_use(sample_run: Run) -> None:
    for name, artifact in sample_run.artifacts.items():
        told = artifact.manifest["machine"]
        assert told["cpu"]["model"], name
        assert told["cpu"]["architecture"] == platform.machine()
        assert told["cpu"]["cores"] >= 1
        assert "scipy" in artifact.manifest["libraries"]
    loaded = sample_run.artifacts["reduce"].manifest["machine"]["libraries"]
    kernels = {library["internal_api"]: library for library in loaded}
    assert {"version", "architecture", "num_threads"} <= set(kernels["openblas"])
    assert "openmp" in kernels


@pytest.mark.skipif(sys.platform == "darwin", reason="NumPy on macOS has no OpenBLAS")
def test_what_the_environment_decides_is_told() -> None:
    code = "import json, numpy; from mihwar.core.machine import machine; print(json.dumps(machine()))"
    given = {"OPENBLAS_NUM_THREADS": "1", "ONEDNN_MAX_CPU_ISA": "AVX2"}
    command = [sys.executable, "-c", code]
    told = json.loads(subprocess.run(command, capture_output=True, check=True, env=os.environ | given).stdout)
    assert given.items() <= told["environment"].items()
    assert told["libraries"][0]["num_threads"] == 1
    assert "HOME" not in told["environment"]


@pytest.mark.skipif(platform.machine() != "x86_64" or sys.platform != "linux", reason="x86-64 on Linux names them")
def test_instruction_sets_are_those_of_this_processor() -> None:
    flags = set(Path("/proc/cpuinfo").read_text(encoding="utf-8").partition("flags")[2].partition("\n")[0].split())
    told = set(machine()["cpu"]["instructions"])
    assert told <= flags
    assert ("avx2" in told) == ("avx2" in flags)
