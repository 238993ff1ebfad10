"""The leash between the supervisor and each child: a socket, one end held by either.

The child sends a byte every second; silence tells the supervisor that it is stopped.
The supervisor sends nothing; the end of the stream tells the child that it is alone.
"""

import os
import signal
import socket
from threading import Event, Thread

VARIABLE = "FONDLY_LEASH"
BEAT = 1.0  # seconds
LAST_RESORT = 30.0  # seconds that a child left alone has to end by itself


def hold() -> None:
    """Begin to beat, and end this process when the supervisor is gone.

    Without a supervisor nothing happens.
    """
    descriptor = os.environ.pop(VARIABLE, "")
    if descriptor:
        line = socket.socket(fileno=int(descriptor))
        line.set_inheritable(False)
        Thread(target=_beat, args=(line,), name="leash", daemon=True).start()


def _beat(line: socket.socket) -> None:
    """Send a byte a second until the other end is gone, then stop this process."""
    line.settimeout(BEAT)
    while True:
        try:
            line.send(b".")
            if not line.recv(1):
                break
        except TimeoutError:
            continue
        except OSError:
            break
    os.kill(os.getpid(), signal.SIGTERM)
    Event().wait(LAST_RESORT)
    os._exit(1)
