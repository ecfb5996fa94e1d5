"""Another site on this machine: pages of its own origin that embed the chat."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Intranet</title>
<link rel="icon" href="data:,">
{head}
</head>
<body>
<main><h1>Intranet</h1><p><a href="/{path}">The same page again</a></p>{body}</main>
</body>
</html>
"""
# As strict as a careful site is: scripts, calls and frames of Rollcall, nothing inline.
POLICY = (
    "default-src 'none'; img-src data:; script-src {rollcall}; connect-src {rollcall}; "
    "frame-src {rollcall}"
)
PAGES = {
    "launcher": ('<script type="module" src="{rollcall}/static/launcher.js"></script>', ""),
    "component": (
        '<script type="module" src="{rollcall}/static/chat.js"></script>',
        "<rollcall-chat></rollcall-chat>",
    ),
    "frame": (
        "",
        '<iframe src="{rollcall}/embed" title="Chat" width="340" height="500"></iframe>',
    ),
    "page-in-frame": ("", '<iframe src="{rollcall}/" title="Chat"></iframe>'),
}


@dataclass
class Intranet:
    """`allowed` and `stranger` are two origins of the same pages; Rollcall knows the first only."""

    port: int
    rollcall: str = ""

    @property
    def allowed(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def stranger(self) -> str:
        return f"http://localhost:{self.port}"


@contextmanager
def intranet() -> Iterator[Intranet]:
    """Serves the pages until the block ends; `rollcall` is filled in when that address is known."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.strip("/")
            head, body = PAGES.get(path, ("", ""))
            page = PAGE.format(head=head, body=body, path=path)
            self.send_response(200 if path in PAGES else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", with_address(POLICY))
            self.end_headers()
            self.wfile.write(with_address(page).encode())

        def log_request(self, *_: object) -> None:
            """Say nothing."""

    def with_address(text: str) -> str:
        return text.replace("{rollcall}", site.rollcall)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Intranet(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
