"""The web application: everything that answers a request, put together in one place.

A page is one file: every module in `smart_app/pages/` with a module-level `blueprint` is found here.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import secrets
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Flask, Response, g, request
from flask_compress import Compress
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.security import safe_join

from cds_service.outside import clock
from cds_service.outside.settings import Settings, load_settings
from cds_service.rule_folders import RuleFolders
from cds_service.web import blueprint as cds_hooks
from cds_service.wiring import wire
from smart_app import health, launch, pages
from smart_app.errors import refuse, show_errors_as_pages
from smart_app.headers import set_headers_on_every_response
from smart_app.limits import limit_floods
from smart_app.pages.arriving import FIRST_LOOK, FIRST_LOOK_SECONDS
from smart_app.session import Launching
from smart_app.staff.signed_in import let_staff_sign_in
from smart_app.static_files import static_folder

LARGEST_BODY = 16 * 1024 * 1024  # bytes; a prefetch of 10,000 resources fits
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_ANY_ADDRESS = ("0.0.0.0", "[::]")  # noqa: S104  (compared with, not bound to)
_log = structlog.get_logger()


def create_app(settings: Settings | None = None, rule_folders: RuleFolders | None = None) -> Flask:
    """The application for these settings, or for those of the environment; `rule_folders` as `wire` takes it.

    Raises with all problems at once when settings, rules, vocabulary or database cannot be used.
    """
    settings = settings or load_settings()
    app = Flask(__name__, static_folder=static_folder(), static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config[FIRST_LOOK] = FIRST_LOOK_SECONDS
    app.jinja_env.undefined = StrictUndefined
    wiring = wire(settings, rule_folders)
    app.extensions["throughline"] = wiring
    app.extensions["throughline.launch"] = Launching.on(wiring)
    let_staff_sign_in(app, wiring)
    _watch_every_request(app, trusted_hosts(settings))
    set_headers_on_every_response(app, https=settings.origin.startswith("https:"))
    show_errors_as_pages(app)
    _name_static_files_by_content(app)
    _put_icons_into_pages(app)
    _compress_pages(app)
    cds = cds_hooks(wiring)
    for blueprint in (cds, launch.blueprint, health.blueprint, *find_pages()):
        app.register_blueprint(blueprint)
    limit_floods(app, exempt=cds)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _put_icons_into_pages(app: Flask) -> None:
    """The icons are smaller than the request that would fetch them: each page holds them once."""
    drawings = Path(static_folder()) / "icons.svg"
    app.jinja_env.globals["icons"] = Markup(drawings.read_text(encoding="utf-8"))  # noqa: S704  (our own file)


def _compress_pages(app: Flask) -> None:
    """Send pages and what they are made with compressed. A page repeats nothing a request brought, so its
    length tells a stranger nothing of what it holds.
    """
    app.config["COMPRESS_MIMETYPES"] = ["text/html", "text/css", "text/javascript", "image/svg+xml"]
    app.config["COMPRESS_ALGORITHM"] = ["gzip"]
    app.config["COMPRESS_STREAMS"] = False
    Compress(app)

    @app.after_request  # runs before the compression, which lets streams pass
    def hold_small_files(response: Response) -> Response:
        if request.endpoint == "static" and response.mimetype in app.config["COMPRESS_MIMETYPES"]:
            response.direct_passthrough = False
            response.make_sequence()
        return response


def find_pages() -> Iterator[Blueprint]:
    """The blueprint of every module in `smart_app/pages/`, by file name."""
    for module in sorted(pkgutil.iter_modules(pages.__path__), key=lambda each: each.name):
        found = getattr(importlib.import_module(f"{pages.__name__}.{module.name}"), "blueprint", None)
        if isinstance(found, Blueprint):
            yield found


def trusted_hosts(settings: Settings) -> frozenset[str]:
    """The names of this server: a forged Host header must not get into a redirect."""
    bound = settings.bind.rpartition(":")[0]
    hosts = {urlsplit(settings.origin).netloc, bound} - set(_ANY_ADDRESS)
    return frozenset(map(_without_port, hosts)) | frozenset(_LOOPBACK if settings.is_local else ())


def _watch_every_request(app: Flask, trusted: frozenset[str]) -> None:
    """Turn strangers' Host headers away, and write one access line per request: the route, never the URL.

    A CDS call has written its own.
    """

    @app.before_request
    def begin() -> None:
        g.began, g.request_id = clock.monotonic(), secrets.token_hex(8)
        if _without_port(request.host) not in trusted:
            refuse(
                400,
                what="The request names another host than this server's.",
                next_step="Use the address in THROUGHLINE_BASE_URL.",
            )

    @app.after_request
    def access_line(response: Response) -> Response:
        if g.get("has_its_log_line"):
            return response
        _log.info(
            "request",
            route=request.endpoint,
            method=request.method if request.endpoint else None,
            status=response.status_code,
            ms=round((clock.monotonic() - g.began) * 1000, 1),
            request_id=g.request_id,
            launch_id=(request.view_args or {}).get("launch_id"),
        )
        return response


def _name_static_files_by_content(app: Flask) -> None:
    """`url_for("static", filename=...)` gets a hash of the file, so that browsers may keep it for ever."""

    @app.url_defaults
    def add_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            path = safe_join(str(app.static_folder), values["filename"])
            if path and Path(path).is_file():
                values["v"] = _content_hash(path, Path(path).stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _content_hash(path: str, changed_at: int) -> str:  # noqa: ARG001  (a changed file is read again)
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]


def _without_port(host: str) -> str:
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdigit() else host.lower()
