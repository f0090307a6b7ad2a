"""How a process of a pool begins. It is a module of its own, as whatever it imports delays each of them."""
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading


def begin():
    """Leave Ctrl-C to the process that started this one, and end with it, even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow():
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
