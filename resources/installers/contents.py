"""What a package holds and what it leaves out; `build.spec` asks here, and the tests too."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

LEFT_OUT_MODULES = [
    "psycopg", "psycopg_binary", "psycopg_c", "psycopg_pool",  # a server in production, never a rehearsal
    "pip", "setuptools", "pkg_resources", "wheel", "_distutils_hack", "PyInstaller", "packaging",
    "tkinter", "_tkinter", "turtle", "idlelib", "lib2to3", "ensurepip", "pydoc_data", "curses", "_curses", "readline",
    "numpy", "PIL", "IPython", "pytest", "mypy", "docutils", "jinja2", "redis", "celery",
    "django.contrib.gis", "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.flatpages", "django.contrib.redirects", "django.contrib.syndication",
    "django.contrib.admindocs",
    "django.db.backends.mysql", "django.db.backends.oracle", "django.db.backends.postgresql",
    "PySide6.QtQuick", "PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets", "PySide6.QtTest",
    "PySide6.QtSql", "PySide6.QtDesigner", "PySide6.QtHelp", "PySide6.QtUiTools", "PySide6.QtXml",
    "PySide6.QtConcurrent", "PySide6.QtQuickWidgets", "PySide6.QtQuickControls2",
]  # fmt: skip
"""`PySide6.QtTest` is put back: the rehearsal types and clicks with it."""
LEFT_OUT_MODULES.remove("PySide6.QtTest")

LEFT_OUT_STARTERS = frozenset({"pyi_rth_django", "pyi_rth_multiprocessing"})
"""PyInstaller runs these before every start: one imports Django, the other a library that nothing here uses."""

LEFT_OUT_OF_THE_DESKTOP = [
    "comptexpert_server", "django", "allauth", "ninja", "post_office", "granian", "pydantic", "pydantic_core", "argon2",
    "fido2", "oauthlib", "requests", "zxcvbn", "prometheus_client", "dj_database_url", "pythonjsonlogger", "nh3",
    "click",
]  # fmt: skip
"""What the rehearsal's server alone needs; the application is packaged without it."""
LEFT_OUT_OF_THE_REHEARSAL = ["comptexpert_desktop", "PySide6", "shiboken6", "keyring"]

DESKTOP_PACKAGES = ["comptexpert_desktop"]
REHEARSAL_PACKAGES = [
    "comptexpert_server", "post_office",
    "allauth.account", "allauth.core", "allauth.idp", "allauth.mfa", "allauth.templatetags", "allauth.usersessions",
    "allauth.utils", "allauth.decorators", "allauth.exceptions", "allauth.app_settings",
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.messages",
    "django.contrib.sessions",
    "django.conf", "django.core", "django.db.backends.sqlite3", "django.db.migrations", "django.forms",
    "django.middleware", "django.template", "django.templatetags", "django.views",
]  # fmt: skip
"""Packages whose modules are named in settings, in strings and in migrations, not only in imports."""

_HOST_KEPT = re.compile(r"lib(python3|ssl|crypto|sqlite3|ffi|lzma|bz2|z|uuid|expat|mpdec)[.\-]")
"""Libraries of the build machine that Python's own modules need; all others come from the system, as dependencies."""
_HOST_FOLDERS = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/", "/usr/local/lib/")

_LEFT_OUT_FILES = re.compile(
    r"""
      Qt6?(Qml(?![.])|Quick|OpenGL|Pdf|VirtualKeyboard|Designer|Sql|Help|UiTools|Concurrent|Labs|EglFS|EglFs)
    | WaylandEgl | [Ww]l-?[Ss]hell | libQt6WaylandCompositor
    | plugins/(egldeviceintegrations|generic|help|designer|sqldrivers|qmltooling|qmllint|assetimporters
        |virtualkeyboard|networkinformation|tls|xcbglintegrations|wayland-graphics-integration-(client|server))/
    | plugins/platforms/libq(eglfs|linuxfb|minimal|minimalegl|vnc|vkkhrdisplay|webgl)
    | plugins/platforminputcontexts/libqtvirtualkeyboard
    | plugins/platformthemes/libqgtk3
    | plugins/imageformats/libq(pdf|tga|tiff|webp|wbmp|icns|gif|jpeg)
    | PySide6/Qt/(qml|libexec|metatypes|modules|doc|resources)/
    | PySide6/translations/(?!qtbase_fr)  | Qt/translations/(?!qtbase_fr)
    | ^django/contrib/(admindocs|flatpages|gis|humanize|postgres|redirects|sitemaps|syndication)/
    | ^(allauth|post_office)/(.*/)?static/  |  [.](map|po|pyi)$
    | lib/python3[.]\d+/(test|idlelib|ensurepip|tkinter)/
    """,
    re.VERBOSE,
)
_OF_ONE_ENVIRONMENT = re.compile(r"[.]dist-info/(RECORD|INSTALLER|REQUESTED|direct_url[.]json)$")
"""What says where and how a distribution was installed: two environments differ in it, and nothing reads it."""
_LANGUAGES_KEPT = re.compile(r"/locale/(fr|en)/")
_SOURCES_KEPT = "comptexpert_server/"
"""The prepared database of a rehearsal is known by a digest of these."""


def modules(package: str) -> list[str]:
    """Name every module below a package, without importing any: many refuse before Django is set up."""
    top, *rest = package.split(".")
    found = find_spec(top)
    if found is None or found.origin is None:
        raise LookupError(package)
    folder = Path(found.origin).parent
    start = folder.joinpath(*rest)
    if not start.is_dir():
        return [package]
    names = []
    for path in sorted(start.rglob("*.py")):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        locale = parts[parts.index("locale") + 1 :][:1] if "locale" in parts else ("fr",)
        if "tests" in parts or locale not in {("fr",), ("en",), ("__init__",)}:
            continue
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def is_kept(target: str, *, source: str) -> bool:
    """Tell whether a file stays in the package, from its place in it and the place it comes from."""
    name = PurePosixPath(target.replace("\\", "/")).as_posix()
    if _LEFT_OUT_FILES.search(name) or _OF_ONE_ENVIRONMENT.search(name):
        return False
    if name.endswith(".py") and not name.startswith(_SOURCES_KEPT):
        return False
    if "/locale/" in f"/{name}" and not _LANGUAGES_KEPT.search(f"/{name}"):
        return False
    if source.startswith(_HOST_FOLDERS) and "python3" not in source:
        return bool(_HOST_KEPT.match(PurePosixPath(name).name))
    return True
