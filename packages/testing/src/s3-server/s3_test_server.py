"""An S3 server for tests: moto, in memory, on the given address. It ends when its stdin is closed,
unless the third argument is --detached.

moto checks If-Match and If-None-Match in one step and writes in a second one, so that two threads could both succeed.
It serves one request at a time here, which makes conditional writes atomic, as those of Amazon S3 are.
"""

import os
import sys
import threading

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server


def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)


host, port = sys.argv[1], int(sys.argv[2])
server = make_server(host, port, DomainDispatcherApplication(create_backend_app), threaded=False)
if "--detached" not in sys.argv:
    threading.Thread(target=end_with_parent, daemon=True).start()
print(f"listening {server.port}", flush=True)
server.serve_forever()
