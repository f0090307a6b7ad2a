"""Start the processes of one run, watch them, and leave nothing behind.

    python workers/launch.py --workers 2 --servers 1 workers/mxnet_server.py
    python workers/launch.py --workers 2 workers/torch_gloo.py

Each process gets its part by environment variables: those of MXNet's parameter server (DMLC_...) and those of
torch.distributed (RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT). With servers there is also a scheduler, which makes the
others known to each other. What follows the script is passed on to it. On a cluster, its own launcher sets the same
variables; the scripts do not change.

The run ends when all workers have ended. If a process fails or the time is over, all are killed, with whatever they
started, and the exit code is 1; Ctrl-C and SIGTERM kill all as well. Lines of different processes are not mixed. It
takes a system with process groups (not Windows).
"""
import argparse
import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

LOCALHOST = '127.0.0.1'


def free_port() -> int:
    """Return a port that the system says is free."""
    with socket.socket() as probe:
        probe.bind((LOCALHOST, 0))
        return probe.getsockname()[1]


def roles(workers: int, servers: int) -> dict[str, dict[str, str]]:
    """Return for each process its name and the variables that tell it who it is."""
    port = str(free_port())
    common = {'DMLC_PS_ROOT_URI': LOCALHOST, 'DMLC_PS_ROOT_PORT': port, 'DMLC_NODE_HOST': LOCALHOST,
              'DMLC_NUM_WORKER': str(workers), 'DMLC_NUM_SERVER': str(servers),
              'MASTER_ADDR': LOCALHOST, 'MASTER_PORT': port, 'WORLD_SIZE': str(workers), 'OMP_NUM_THREADS': '1'}
    helpers = ['scheduler', *(f'server {i}' for i in range(servers))] if servers else []
    return {name: common | {'DMLC_ROLE': name.split()[0]} for name in helpers} | {
        f'worker {rank}': common | {'DMLC_ROLE': 'worker', 'RANK': str(rank)} for rank in range(workers)}


def watch(name: str, process: subprocess.Popen, ended: queue.Queue) -> None:
    """Put the name and exit code of a process into the queue as soon as it ends."""
    ended.put((name, process.wait()))


def copy(process: subprocess.Popen, line_by_line: threading.Lock) -> None:
    """Copy what a process prints, a whole line at a time."""
    for line in process.stdout:
        with line_by_line:
            print(line, end='', flush=True)


def kill(process: subprocess.Popen) -> None:
    """Kill a process and all that it started, and wait for its end."""
    with contextlib.suppress(ProcessLookupError):           # the whole group has ended
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def why(code: int) -> str:
    """Return an exit code in words."""
    return f'was killed by {signal.Signals(-code).name}' if code < 0 else f'ended with exit code {code}'


def run(command: list[str], workers: int, servers: int, limit: float) -> str | None:
    """Run the command as all processes at once; return what went wrong, or None."""
    ended, line_by_line, processes, copies = queue.Queue(), threading.Lock(), {}, []
    deadline = time.monotonic() + limit
    try:
        for name, variables in roles(workers, servers).items():
            processes[name] = subprocess.Popen(command, env=os.environ | variables, start_new_session=True,
                                               stdout=subprocess.PIPE, text=True)
            copies.append(threading.Thread(target=copy, args=(processes[name], line_by_line)))
            copies[-1].start()
            threading.Thread(target=watch, args=(name, processes[name], ended), daemon=True).start()
        working = {name for name in processes if name.startswith('worker')}
        while working:
            name, code = ended.get(timeout=max(0, deadline - time.monotonic()))
            if code:
                return f'{name} {why(code)}; all others were stopped'
            working.discard(name)
    except queue.Empty:
        return f'not done after {limit:g} seconds: {", ".join(sorted(working))} still at work; all were stopped'
    finally:
        for process in processes.values():
            kill(process)
        for thread in copies:                               # the last lines
            thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--workers', type=int, default=2, help='default: 2')
    parser.add_argument('--servers', type=int, default=0, help='of parameters, with a scheduler; default: none')
    parser.add_argument('--limit', type=float, default=60, help='seconds for the whole run; default: 60')
    parser.add_argument('script', type=Path)
    parser.add_argument('arguments', nargs=argparse.REMAINDER, help='for the script')
    given = parser.parse_args()
    if given.workers < 1 or given.servers < 0 or not given.limit > 0:
        parser.error('--workers must be at least 1, --servers at least 0, and --limit positive')
    if not given.script.is_file():
        parser.error(f'{given.script} is not a file')
    for number in (signal.SIGTERM, signal.SIGHUP):          # so that `finally` runs
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    command = [sys.executable, str(given.script), *given.arguments]
    try:
        wrong = run(command, given.workers, given.servers, given.limit)
    except KeyboardInterrupt:
        sys.exit(130)
    if wrong:
        sys.exit(f'launch.py: {wrong}')


if __name__ == '__main__':
    main()
