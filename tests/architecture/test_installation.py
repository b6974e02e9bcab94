"""What is installed, how the server is set, and what the README promises first."""

from __future__ import annotations

import re
import sys
import tomllib

import pytest

from tests.architecture.sources import CODE, PROJECT, imported, modules

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[0-9][\w.]*)(; .+)?$")
HOSTS = ("http://", "https://", "--index", "--extra-index", "--find-links")


def requirements(file: str) -> list[str]:
    lines = (PROJECT / file).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


@pytest.mark.parametrize(
    "file", ["requirements.txt", "requirements-dev.txt", "requirements-build.txt"]
)
def test_every_requirement_is_exact(file):
    assert [line for line in requirements(file) if not PIN.match(line)] == []
    text = (PROJECT / file).read_text(encoding="utf-8")
    assert not [host for host in HOSTS if host in text]


@pytest.mark.parametrize("file", ["requirements-dev.txt", "requirements-build.txt"])
def test_the_dashboards_pins_are_in_every_environment(file):
    assert "-r requirements.txt\n" in (PROJECT / file).read_text(encoding="utf-8")


def test_whatever_the_dashboard_imports_is_pinned_by_name():
    pinned = {PIN.match(line)["name"].lower() for line in requirements("requirements.txt")}
    search_only = {
        PIN.match(line)["name"].lower() for line in requirements("requirements-build.txt")
    }
    used = {module.split(".")[0] for path in modules(*CODE) for module in imported(path)}
    unpinned = used - pinned - search_only - sys.stdlib_module_names - {"hccviz"}
    assert not unpinned


def test_the_server_keeps_to_this_computer_and_to_itself():
    settings = tomllib.loads((PROJECT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["server"]["allowedHosts"] == ["localhost", "127.0.0.1"]
    assert settings["server"]["enableXsrfProtection"] is True
    assert settings["server"]["enableCORS"] is True
    assert settings["server"]["maxUploadSize"] <= 200
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["client"]["showErrorLinks"] is False
    assert settings["client"]["toolbarMode"] == "viewer"


def test_no_font_or_theme_is_fetched():
    text = (PROJECT / ".streamlit/config.toml").read_text(encoding="utf-8")
    assert "://" not in text


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_text_is_readable_on_every_background(colours):
    theme = tomllib.loads((PROJECT / ".streamlit/config.toml").read_text())["theme"][colours]
    backgrounds = [theme["backgroundColor"], theme["secondaryBackgroundColor"]]
    backgrounds.append(theme["sidebar"]["backgroundColor"])
    for text in (theme["textColor"], theme["linkColor"]):
        assert min(contrast(text, background) for background in backgrounds) >= 4.5


def test_the_readme_begins_with_the_two_commands():
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert readme.index("make app") < readme.index("make test") < readme.index("pip install")


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours written #rrggbb."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
