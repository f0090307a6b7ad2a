"""The audit of the locks: it says when it could not look, and that is no success."""
import json
import sys
from importlib.metadata import PackageNotFoundError, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from proof import audit

CLEAN = {'name': 'one', 'version': '1.0', 'vulns': []}
WRONG = {'name': 'two', 'version': '2.0', 'vulns': [{'id': 'CVE-1', 'fix_versions': ['2.1']}]}
UNMENDED = {'name': 'mxnet', 'version': '1.9.1', 'vulns': [{'id': 'CVE-2', 'fix_versions': []}]}
SKIPPED = {'name': 'three', 'skip_reason': 'Dependency not found on PyPI and could not be audited'}


@pytest.mark.parametrize(('packages', 'status', 'parts'), [
    ([CLEAN], 0, ['a.lock: 1 packages, none with a known vulnerability']),
    ([CLEAN, WRONG], 1, ['two 2.0 is vulnerable: CVE-1, mended in 2.1']),
    ([UNMENDED], 1, ['mxnet 1.9.1', 'CVE-2', 'mended in no release']),
    ([CLEAN, SKIPPED], 2, ['NOT audited', 'could not be reached', '1 of 2 packages', 'three', 'the complaint']),
    ([], 2, ['NOT audited', 'could not be reached', 'network', 'the complaint']),
], ids=['clean', 'vulnerable', 'never mended', 'one left out', 'nothing'])
def test_judgement(packages, status, parts, capsys):
    assert audit.judge('a.lock', packages, 'the complaint') == status
    printed = ''.join(capsys.readouterr())
    for part in parts:
        assert part in printed


@pytest.mark.parametrize(('code', 'packages'), [
    (f'print({json.dumps({"dependencies": [CLEAN]})!r})', [CLEAN]),
    ('raise ConnectionError("no network")', []),
    ('print("[]")', []),
    ('print("{}")', []),
], ids=['an answer', 'no network', 'a list', 'no packages'])
def test_what_pip_audit_says_is_read(code, packages, tmp_path):
    found, complaint = audit.look_up(tmp_path / 'a.lock', (sys.executable, '-c', code))
    assert found == packages
    assert ('no network' in complaint) == ('network' in code)


def test_the_locks_are_there_with_a_hash_for_every_package():
    for name in audit.FILES:
        lines = (audit.ROOT / name).read_text(encoding='utf-8').splitlines()
        pinned = [i for i, line in enumerate(lines) if '==' in line and not line.startswith(('#', ' '))]
        assert len(pinned) > 10
        assert all('--hash=sha256:' in lines[i + 1] for i in pinned)


def test_the_lock_pins_packages_with_the_extras_they_are_asked_for():
    """An older pip takes `coverage[toml]` for another package than `coverage`, and wants the newest, without a hash."""
    lines = (audit.ROOT / 'requirements.lock').read_text(encoding='utf-8').splitlines()
    pins = [Requirement(line.rstrip(' \\')) for line in lines if '==' in line and not line.startswith(('#', ' '))]
    pinned = {(canonicalize_name(pin.name), extra) for pin in pins for extra in pin.extras}
    asked = set()
    for pin in pins:
        try:
            needed = [Requirement(text) for text in requires(pin.name) or []]
        except PackageNotFoundError:        # for another Python or another system
            continue
        here = [it for it in needed
                if it.marker is None or any(it.marker.evaluate({'extra': extra}) for extra in {'', *pin.extras})]
        asked |= {(canonicalize_name(it.name), extra) for it in here for extra in it.extras}
    assert ('coverage', 'toml') in asked
    assert asked <= pinned
