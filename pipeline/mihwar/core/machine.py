"""The machine: what of it may decide the last bits of a result; facts for manifests, no part of an address."""

import os
import platform
import subprocess
from functools import cache
from pathlib import Path

from mihwar.core.artifacts import Json

# instruction sets that matrix products are chosen by, as Linux names them
_X86_64 = {"fma", "avx2", "avx_vnni", "avx512f", "avx512bw", "avx512vl", "avx512_vnni", "avx512_bf16", "avx512_fp16"}
_AMX = {"amx_tile", "amx_bf16", "amx_int8", "amx_fp16"}
_ARM = {"asimd", "asimdhp", "asimddp", "i8mm", "bf16", "sve", "sve2", "svebf16", "sme", "sme2"}
# settings of the libraries that choose other instructions or another number of threads
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
_KERNELS = (
    "OPENBLAS_CORETYPE",
    "ATEN_CPU_CAPABILITY",
    "ONEDNN_MAX_CPU_ISA",
    "MKL_ENABLE_INSTRUCTIONS",
    "MKL_CBWR",
    "NUMBA_CPU_NAME",
)


def machine() -> Json:
    """Processor and arithmetic libraries of this process, as they are now.

    cpu: architecture, model, cores this process may use, and those of its instruction sets that decide how matrices are
    multiplied.
    libraries: BLAS and OpenMP libraries loaded so far, each with its version, threads and chosen kernel (architecture).
    environment: variables that are set and change either.
    """
    from threadpoolctl import threadpool_info

    facts = ("user_api", "internal_api", "prefix", "version", "architecture", "threading_layer", "num_threads")
    libraries = [{fact: library[fact] for fact in facts if fact in library} for library in threadpool_info()]
    environment = {name: os.environ[name] for name in (*_THREADS, *_KERNELS) if name in os.environ}
    return {"cpu": _cpu(), "libraries": libraries, "environment": environment}


@cache
def _cpu() -> Json:
    # Linux: the block of the first processor; Arm has `Features` where x86-64 has `flags`, and often no model name
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n\n")[0].splitlines()
    except OSError:
        lines = []
    known = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    instructions = (_X86_64 | _AMX | _ARM).intersection((known.get("flags") or known.get("Features") or "").split())
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    model = known.get("model name") or _brand() or platform.processor()
    return {"architecture": platform.machine(), "model": model, "cores": cores, "instructions": sorted(instructions)}


def _brand() -> str:
    """What macOS calls its processor; nothing elsewhere."""
    if platform.system() != "Darwin":
        return ""
    try:
        asked = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(asked, capture_output=True, text=True, timeout=5, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
