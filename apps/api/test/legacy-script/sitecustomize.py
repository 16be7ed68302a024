"""Surroundings of the script in a test: Python loads this module at start when its folder is in PYTHONPATH.

The script itself is unmodified. Its server listens on a free port instead of 5173, and its waits are shorter, because the
time of the test's system is faster.
"""

import os
import socket
import time

PORT = int(os.environ["TEST_SERVER_PORT"])
FACTOR = float(os.environ["TEST_TIME_FACTOR"])

connect, wait = socket.create_connection, time.sleep


def create_connection(address, *args, **kwargs):
    return connect(("127.0.0.1", PORT) if address == ("localhost", 5173) else address, *args, **kwargs)


socket.create_connection = create_connection
time.sleep = lambda seconds: wait(seconds / FACTOR)
