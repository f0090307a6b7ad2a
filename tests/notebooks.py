"""nbval with this course's rule of comparison (compare.py), and nothing left uncompared.

nbval itself skips cells that were never executed, and passes. Here such a cell fails, so does a cell that asks to be
skipped, and each notebook ends with a check that as many outputs were compared as its recording says.
"""
from contextlib import ExitStack
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell, IPyNbFile

from book.execute import compare, kernels, provenance


class Kernel(RunningKernel):
    """A kernel that sees the project's settings alone."""

    def __init__(self, folder: Path, environment: dict[str, str], patience: float):
        self.km = kernels.manager(KernelManager, environment)
        complaints = Path(environment['HOME'], 'stderr')
        with complaints.open('wb') as stderr:
            self.km.start_kernel(cwd=str(folder), env=environment, stderr=stderr)
        self.kc = self.km.client()
        self.kc.start_channels()
        try:
            self.kc.wait_for_ready(patience)
        except RuntimeError as error:
            self.stop()
            raise RuntimeError(f'{error}; its last words: {complaints.read_text(errors="replace")[-500:]}') from error
        self._ensure_iopub_up()


class Recording(IPyNbFile):
    """A recorded notebook: its cells, then the count of what was compared."""

    compared = 0
    engine = None       # the one of the environment

    def setup(self):
        self.own = ExitStack()
        environment = self.own.enter_context(kernels.settings())
        if self.engine:
            environment['D2LMINI_ENGINE'] = self.engine
        self.kernel = Kernel(self.path.parent, environment, self.config.option.nbval_kernel_startup_timeout)
        self.setup_sanitize_files()

    def teardown(self):
        super().teardown()
        self.own.close()

    def get_sanitize_files(self):
        return [Path(__file__).with_name('sanitize.cfg')]

    def collect(self):
        self.add_marker('slow')
        for c in super().collect():
            yield Cell.from_parent(self, name=c.name, cell_num=c.cell_num, cell=c.cell, options=c.options)
        yield Count.from_parent(self, name='compared outputs')


class Engines(pytest.File):
    """A recorded notebook on each of several engines, which need not wait for each other."""

    def collect(self):
        for engine in self.config.getoption('--engines').split():
            recording = Recording.from_parent(self, path=self.path, name=engine, nodeid=f'{self.nodeid}::{engine}')
            recording.engine = engine
            yield recording


class Cell(IPyNbCell):
    """A cell that is executed again and compared, always."""

    def runtest(self):
        if self.cell.execution_count is None or self.options['skip'] or not self.options['check']:
            self.raise_cell_error('This cell would not be compared: record it, and drop its nbval tag')
        super().runtest()

    def compare_outputs(self, test, ref, skip_compare=None):
        new, reasons = compare.values(test), []
        for name, slots in compare.values(ref).items():
            for (recorded, key), (computed, _) in zip(slots, new.get(name, [])):
                self.parent.compared += 1
                rule = compare.svg if key == compare.SVG else compare.text
                reason = rule(self.sanitize(recorded[key]), self.sanitize(computed[key]))
                if reason:
                    reasons.append(reason)
                else:
                    computed[key] = recorded[key]           # near enough: equal for nbval, which compares the rest
        same = super().compare_outputs(test, ref, skip_compare)
        self.comparison_traceback[:0] = reasons
        return same


class Count(pytest.Item):
    """A vacuous run fails here."""

    def runtest(self):
        stored = self.parent.nb.metadata.get('compared')
        if not stored or self.parent.compared != stored:
            pytest.fail(f'{self.parent.compared} outputs compared, {stored} stored: record the chapter again',
                        pytrace=False)
        if 'made_on' not in self.parent.nb.metadata:
            pytest.fail(f'{self.path.name} does not note the machine that made it: record it again with '
                        f'make record CHAPTERS=chapters/{self.path.stem}.md', pytrace=False)

    def reportinfo(self):
        return self.path, 0, f'{self.path.name}::compared outputs'


def explain(failed) -> list[str]:
    """Return the last lines of a run in which recordings failed: both machines, and whether it is rounding.

    Args:
        failed: pairs of a path and the engine that computed, '' for the one of the environment.
    """
    lines, here = [], provenance.here()
    for path, engine in failed:
        now = here | ({'engine': engine} if engine else {})
        made = nbformat.read(path, 4).metadata.get('made_on')
        told = provenance.explanation(made, now, provenance.passed_rounding(path)) if made else [
            f'it does not note where it was made: make record CHAPTERS=chapters/{path.stem}.md']
        lines += [f'{path.name}{engine and f", {engine} engine"}:', *(f'  {line}' for line in told)]
    return lines
