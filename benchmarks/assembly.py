"""Assembly of forms on made-up banks: gap, seconds, memory and violations, beside the simultaneous programme.

Every case runs in a process of its own, one thread, so that the peak of its memory is its own, and prints a row of a
table in Markdown (kept in ``docs/handbook/assembly-benchmarks.md``). Parallel forms are of greatest least information
at -1, 0 and 1, a hundred items each; the gap is the distance from the proven bound, for peers as a share of the bound
since theirs may be all of it. Seconds are those of the clock; on a busy machine look at those of the processor.

    python benchmarks/assembly.py [parallel | peers | on_the_fly | panels] ... [--seconds 60] [--peer-seconds 60]
                                  [--largest 50000]

``peers`` gives the smallest bank to the programme of all forms at once: scipy.milp, and CP-SAT of OR-tools if it is
installed (``pip install ortools`` into an environment of its own; it cannot be loaded in one process with HiGHS, which
is why it gets the programme by file, and it is measured against, never used).
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded

import argparse
import importlib.util
import json
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import sparse

UNIT = 10**6
NOTHING = 1e-9
PARALLEL = ((2_000, 10), (2_000, 50), (10_000, 10), (10_000, 50), (50_000, 10), (50_000, 50))
PEERS = ((2_000, 10), (10_000, 10))
ON_THE_FLY = ((2_000, 10_000, 0.06), (10_000, 1_000, 0.03))
PANELS = ((500, 1), (2_000, 5))
HEADS = {
    "parallel": ("bank", "forms", "least information", "bound", "gap", "violations", "seconds", "of the processor",
                 "peak MB"),
    "peers": ("bank", "forms", "solver", "least information", "bound", "gap", "seconds"),
    "on_the_fly": ("bank", "forms", "cap", "largest exposure", "mean exposure", "overlap: mean", "99 %", "most",
                   "of pairs of", "information off by", "violations", "seconds", "of the processor", "ms of it a form"),
    "panels": ("bank", "panels", "least information", "bound", "gap", "violations", "seconds", "largest bias",
               "largest standard error", "precision: ms"),
}  # fmt: skip


def parallel(items: int, forms: int, *, seconds: float) -> list[str]:
    from assembly_bank import bank
    from assembly_bank import parallel as request

    from kaoping.scoring.assembly.highs import Search
    from kaoping.scoring.assembly.parallel import assemble_forms
    from kaoping.scoring.assembly.verification import verify

    problem = request(bank(items), forms)
    began, busy = time.perf_counter(), time.process_time()
    found = assemble_forms(problem, Search(seconds=seconds, gap=2e-3))
    took, busy = time.perf_counter() - began, time.process_time() - busy
    broken = len(verify(problem, found.forms).broken)
    values = f"{found.objective:.3f}", f"{found.bound:.3f}", f"{100 * found.gap:.3f} %"
    return [f"{items:,}", str(forms), *values, str(broken), f"{took:.1f}", f"{busy:.1f}", f"{peak():.0f}"]


def peers(items: int, forms: int, *, seconds: float) -> list[list[str]]:
    """The programme of all forms at once, by each solver that is there, and the bound of the sum."""
    from assembly_bank import bank
    from assembly_bank import parallel as request

    from kaoping.scoring.assembly.formulation import simultaneous
    from kaoping.scoring.assembly.highs import Search
    from kaoping.scoring.assembly.splitting import aggregated

    problem = request(bank(items), forms)
    total = aggregated(problem, Search(seconds=seconds))
    programme = simultaneous(problem)
    content = {
        "matrix": programme.rows.matrix, "low": programme.rows.low, "high": programme.rows.high,
        "lowest": programme.lowest, "highest": programme.highest, "whole": programme.whole, "seconds": seconds,
    }  # fmt: skip
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "programme"
        file.write_bytes(pickle.dumps(content))
        for solver in ("scipy", *(["ortools"] if importlib.util.find_spec("ortools") else [])):
            script = [sys.executable, __file__, "--solver", solver, "--programme", str(file)]
            value, took = json.loads(subprocess.run(script, capture_output=True, check=True, text=True).stdout)
            gap = "no forms" if value is None else f"{100 * (total.bound - value) / total.bound:.1f} %"
            told = "" if value is None else f"{value:.3f}"
            rows.append([f"{items:,}", str(forms), solver, told, f"{total.bound:.3f}", gap, f"{took:.1f}"])
    return rows


def by_scipy(content: dict) -> float | None:
    from scipy.optimize import Bounds, LinearConstraint, milp

    cost = np.zeros(len(content["lowest"]))
    cost[-1] = -1.0
    found = milp(
        cost, integrality=content["whole"], bounds=Bounds(content["lowest"], content["highest"]),
        constraints=LinearConstraint(sparse.csr_matrix(content["matrix"]), content["low"], content["high"]),
        options={"time_limit": content["seconds"]},
    )  # fmt: skip
    if found.x is None:
        return None
    chosen = np.append(np.round(found.x[:-1]), 0.0)  # the least information may be more than the solver has raised y to
    matrix = sparse.csr_matrix(content["matrix"])
    aims = np.flatnonzero(matrix[:, [-1]].toarray())
    return float((matrix[aims] @ chosen).min())


def by_ortools(content: dict) -> float | None:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    most = int(1e4 * UNIT)
    columns = [
        model.new_int_var(int(low), int(high), "") if whole else model.new_int_var(0, most, "")
        for low, high, whole in zip(content["lowest"], content["highest"].clip(max=1e6), content["whole"], strict=True)
    ]
    matrix = sparse.csr_matrix(content["matrix"])
    for row, (low, high) in enumerate(zip(content["low"], content["high"], strict=True)):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        places = matrix.indices[part]
        scale = np.where(content["whole"][places], UNIT, 1)
        weights = np.rint(matrix.data[part] * scale).astype(int).tolist()
        total = cp_model.LinearExpr.weighted_sum([columns[place] for place in places], weights)
        if np.isfinite(low):
            model.add(total >= round(low * UNIT))
        if np.isfinite(high):
            model.add(total <= round(high * UNIT))
    model.maximize(columns[-1])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.max_time_in_seconds = 1, content["seconds"]
    known = solver.solve(model) in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    return solver.objective_value / UNIT if known else None


def on_the_fly(items: int, forms: int, cap: float) -> list[str]:
    from dataclasses import replace

    from assembly_bank import bank
    from assembly_bank import on_the_fly as request

    from kaoping.scoring.assembly.on_the_fly import draw_forms
    from kaoping.scoring.assembly.verification import verify

    pool = bank(items)
    problem = request(pool)
    began, busy = time.perf_counter(), time.process_time()
    found = draw_forms(problem, forms, cap=cap, rng=np.random.default_rng(0), overlap=20)
    took, busy = time.perf_counter() - began, time.process_time() - busy
    most = np.array([int(cap * forms + NOTHING)])
    broken = len(verify(replace(problem, forms=forms, most_use=most), found.forms).broken)
    off = np.abs(found.sums(pool.information) / (pool.information.mean(axis=0) * 100) - 1).max()
    distinct = "" if len(set(found.forms)) == forms else f" ({forms - len(set(found.forms))} twice)"
    return [
        f"{items:,}", f"{forms:,}{distinct}", f"{cap:.2%}", f"{found.greatest_exposure:.2%}",
        f"{found.mean_exposure:.2%}", f"{found.mean_overlap:.2f}", str(found.overlap_quantile(0.99)),
        str(found.greatest_overlap), f"{found.compared:,}", f"{off:.2%}", str(broken), f"{took:.1f}",
        f"{busy:.1f}", f"{1e3 * busy / forms:.2f}",
    ]  # fmt: skip


def panels(items: int, number: int, *, seconds: float) -> list[str]:
    from assembly_bank import bank, panel_design

    from kaoping.scoring.assembly.highs import Search
    from kaoping.scoring.assembly.multistage import assemble_panels, verify_panels
    from kaoping.scoring.assembly.panel_precision import panel_precision
    from kaoping.scoring.assembly.routing import PanelItems, by_information

    pool = bank(items)
    design = panel_design(pool, number)
    found = assemble_panels(design, Search(seconds=seconds, gap=5e-3))
    broken = len(verify_panels(design, found.panels).broken)
    panel = PanelItems.of(design, found.panels[0], pool.parameters)
    began = time.perf_counter()
    known = panel_precision(panel, by_information(panel), theta=np.linspace(-2, 2, 21))
    took = time.perf_counter() - began
    return [
        f"{items:,}", str(number), f"{found.objective:.3f}", f"{found.bound:.3f}", f"{100 * found.gap:.2f} %",
        str(broken), f"{found.seconds:.1f}", f"{np.abs(known.bias).max():.3f}", f"{known.se.max():.3f}",
        f"{1e3 * took:.0f}",
    ]  # fmt: skip


def peak() -> float:
    """Most memory of this process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


CASES: dict[str, tuple[Callable[..., list], tuple]] = {
    "parallel": (parallel, PARALLEL), "peers": (peers, PEERS), "on_the_fly": (on_the_fly, ON_THE_FLY),
    "panels": (panels, PANELS),
}  # fmt: skip


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*CASES, []], default=[])
    parser.add_argument("--seconds", type=float, default=60.0, help="longest search for forms or panels")
    parser.add_argument("--peer-seconds", type=float, default=60.0, help="longest search of each peer")
    parser.add_argument("--largest", type=int, default=50_000, help="largest bank")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    parser.add_argument("--solver", choices=("scipy", "ortools"), help=argparse.SUPPRESS)
    parser.add_argument("--programme", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def table(part: str, options: argparse.Namespace) -> None:
    heads = HEADS[part]
    print(f"\n| {' | '.join(heads)} |\n|{' ---: |' * len(heads)}", flush=True)
    seconds = options.peer_seconds if part == "peers" else options.seconds
    for case in CASES[part][1]:
        if case[0] > options.largest:
            continue
        script = [sys.executable, __file__, "--case", json.dumps([part, case]), "--seconds", str(seconds)]
        run = subprocess.run(script, capture_output=True, check=False, text=True)
        print(run.stdout.rstrip() or f"| {case} | {run.stderr.strip().splitlines()[-1]} |", flush=True)


def main() -> None:
    options = asked()
    if options.solver:
        content = pickle.loads(options.programme.read_bytes())  # noqa: S301 written by the process that started this one
        began = time.perf_counter()
        value = {"scipy": by_scipy, "ortools": by_ortools}[options.solver](content)
        print(json.dumps([value, time.perf_counter() - began]))
    elif options.case:
        part, case = json.loads(options.case)
        limit = {} if part == "on_the_fly" else {"seconds": options.seconds}
        found = CASES[part][0](*case, **limit)
        for row in found if part == "peers" else [found]:
            print(f"| {' | '.join(row)} |")
    else:
        for part in options.parts or CASES:
            table(part, options)


if __name__ == "__main__":
    main()
