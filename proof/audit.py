"""Look up every locked package in a database of known vulnerabilities: `make audit`.

Runs in an environment of its own, with pip-audit. If the database does not answer, pip-audit leaves packages out one
by one and reports success; here that is a failure. MXNet is retired: no release will fix it, and the NumPy engine does
without it (README). Exits with 0 if every package was looked up and none is known to be vulnerable, 1 if one is, and 2
if the audit could not be made.
"""
import json
import subprocess
import sys
from pathlib import Path

from book import ROOT

FILES = ('requirements.lock', 'proof/audit.lock')


def look_up(path: Path, command=(sys.executable, '-m', 'pip_audit')) -> tuple[list[dict], str]:
    """Return what pip-audit says about each package of a lock, and its complaints."""
    options = ['--require-hashes', '--disable-pip', '--progress-spinner', 'off', '--format', 'json', '-r', str(path)]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    try:
        return json.loads(done.stdout)['dependencies'], done.stderr
    except (json.JSONDecodeError, KeyError, TypeError):
        return [], done.stderr


def judge(name: str, packages: list[dict], complaint: str) -> int:
    """Print what was found in one lock; return 0, 1 or 2, as described above."""
    skipped = [p['name'] for p in packages if 'skip_reason' in p]
    if skipped or not packages:
        print(f'{name}: NOT audited. The database of vulnerabilities could not be reached, or does not know '
              f'{len(skipped)} of {len(packages)} packages: {", ".join(skipped[:5])} … Try again with access to the '
              f'network.\n{complaint.replace("No known vulnerabilities found", "").strip()[-500:]}', file=sys.stderr)
        return 2
    wrong = [(p['name'], p['version'], v['id'], v.get('fix_versions')) for p in packages for v in p.get('vulns', ())]
    for package, version, identity, mended in wrong:
        print(f'{name}: {package} {version} is vulnerable: {identity}, mended in {", ".join(mended or ["no release"])}')
    if not wrong:
        print(f'{name}: {len(packages)} packages, none with a known vulnerability')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(max(judge(name, *look_up(ROOT / name)) for name in FILES))
