"""Every page by its path: what it may load, who may frame it, and that nothing is missing."""

import json
import re
import struct
from typing import Any
from urllib.parse import urljoin

import pytest

from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.catalogue.formula import parse
from clv_xl.catalogue.formula_text import localised
from clv_xl.hosts.officejs.gallery import help_json
from clv_xl.hosts.officejs.site import FRAMES, site

ADDRESS = "https://clv.example.com"
ASSETS = site(address=ADDRESS)
OFFICE_JS = "https://appsforoffice.microsoft.com/lib/1/hosted/office.js"
ELSEWHERE = {"/openapi.json"}  # what a page may point to besides: the server's own paths
PAGES = [path for path, asset in ASSETS.items() if asset.media_type.startswith("text/html")]


def policy(path: str) -> dict[str, list[str]]:
    """Return the content security policy of a path: directive to sources."""
    parts = ASSETS[path].headers["Content-Security-Policy"].split("; ")
    return {part.split()[0]: part.split()[1:] for part in parts}


def test_everything_stands_at_its_path() -> None:
    languages = [f"/{kind}-{language}.json" for kind in ("help", "texts") for language in texts.LANGUAGES]
    metadata = [f"/functions-{language}.json" for language in texts.LANGUAGES[1:]]
    icons = [f"/icon-{size}.png" for size in (16, 32, 64, 80, 128)]
    files = ["/", "/manifest.xml", "/functions.js", "/functions.json", "/taskpane.html", "/taskpane.js"]
    pages = ["/taskpane.css", "/start.js", "/start.css"]
    assert {*languages, *metadata, *icons, *files, *pages} <= set(ASSETS)
    assert not {"/start.html", "/functions-en.json", "/client_ranges.js"} & set(ASSETS)


def test_every_asset_says_what_it_is_and_may_do() -> None:
    for path, asset in ASSETS.items():
        assert len(asset.body) > 10, path
        assert "/" in asset.media_type
        assert policy(path)["default-src"] == ["'none'"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_its_own_files_and_office_js_only(path: str) -> None:
    found = policy(path)
    assert found["script-src"] == ["'self'", "https://appsforoffice.microsoft.com"]
    assert found["style-src"] == found["connect-src"] == ["'self'"]
    assert found["img-src"] == ["'self'", "data:"]
    assert found["base-uri"] == found["form-action"] == found["object-src"] == ["'none'"]
    assert not re.search(r"unsafe|\*(?!\.)|http:", ASSETS[path].headers["Content-Security-Policy"])


def test_excel_for_the_web_may_frame_the_pane_and_nobody_the_start_page() -> None:
    assert policy("/taskpane.html")["frame-ancestors"] == list(FRAMES)
    assert {"'self'", "https://*.officeapps.live.com", "https://*.sharepoint.com"} <= set(FRAMES)
    assert policy("/")["frame-ancestors"] == ["'none'"]
    others = set(ASSETS) - {"/taskpane.html"}
    assert {tuple(policy(path)["frame-ancestors"]) for path in others} == {("'none'",)}
    assert "X-Frame-Options" not in ASSETS["/taskpane.html"].headers  # it would bar Excel for the web


def test_only_the_metadata_are_open_to_other_origins() -> None:
    """Excel for the web reads them from its own origin (Microsoft, custom functions JSON metadata)."""
    shared = [path for path, asset in ASSETS.items() if "Access-Control-Allow-Origin" in asset.headers]
    languages = texts.LANGUAGES[1:]
    assert sorted(shared) == sorted(["/functions.json", *(f"/functions-{code}.json" for code in languages)])


@pytest.mark.parametrize("path", PAGES)
def test_what_a_page_refers_to_is_there_and_relative(path: str) -> None:
    html = ASSETS[path].body.decode()
    found = re.findall(r"(?:src|href)\s*=\s*[\"']([^\"'#]+)[\"']", html)
    assert found
    for reference in found:
        if reference == OFFICE_JS:
            continue
        # Relative, so that the site works below a path such as /finance too.
        assert not re.match(r"/|[a-z]+:", reference), reference
        assert urljoin(path, reference).partition("?")[0] in {*ASSETS, *ELSEWHERE}, reference


@pytest.mark.parametrize("path", PAGES)
def test_a_page_holds_no_script_or_style_that_its_policy_forbids(path: str) -> None:
    html = ASSETS[path].body.decode()
    assert not re.search(
        r"<script(?![^>]*\bsrc=)|<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:", html, re.IGNORECASE
    )


@pytest.mark.parametrize("path", [p for p in ASSETS if p.endswith((".js", ".css")) or p in PAGES])
def test_nothing_is_loaded_from_elsewhere(path: str) -> None:
    text = ASSETS[path].body.decode().replace(OFFICE_JS, "").replace(ADDRESS, "")
    names = ("http://www.w3.org/2000/svg", "https://localhost")  # a name of XML, not an address; an example
    for name in names:
        text = text.replace(name, "")
    assert not re.search(r"@import|importScripts|\beval\(|new Function", text)
    assert re.findall(r"[\"'(](?:https?:)?//[a-z][^\"')]*", text) == []


@pytest.mark.parametrize("size", [16, 32, 64, 80, 128])
def test_an_icon_has_its_size_and_is_transparent(size: int) -> None:
    body = ASSETS[f"/icon-{size}.png"].body
    assert body[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, colour = struct.unpack(">IIBB", body[16:26])
    assert (width, height, depth, colour) == (size, size, 8, 6)  # 6: colours with transparency
    assert ASSETS[f"/icon-{size}.png"].cache_seconds > 0


def test_pages_and_scripts_are_asked_for_every_time() -> None:
    """A new version is there at once; the ETag makes the question cheap."""
    kept = {path for path, asset in ASSETS.items() if asset.cache_seconds}
    assert {path.rpartition(".")[2] for path in kept} == {"png", "svg"}


def test_the_same_settings_make_the_same_site() -> None:
    assert site(address=ADDRESS) == ASSETS


def test_entra_without_an_application_is_refused() -> None:
    with pytest.raises(ValueError, match="client id"):
        site(address=ADDRESS, auth="entra")
    assets = site(address=ADDRESS, auth="entra", entra_client_id="id", entra_resource="api://x/id")
    assert b"<Id>id</Id>" in assets["/manifest.xml"].body
    assert b'"entra":{"clientId":"id","resource":"api://x/id","scope":"access_as_user"}' in (
        assets["/functions.js"].body
    )


def functions(language: str, namespace: str | None) -> list[dict[str, Any]]:
    made = help_json(CATALOGUE, language, namespace)
    return [function for family in made["families"] for function in family["functions"]]


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_help_covers_every_function_in_every_language(language: str) -> None:
    found = functions(language, "CLV")
    assert sorted(function["id"] for function in found) == sorted(CATALOGUE)
    for function in found:
        for part in ("name", "call", "summary", "convention", "formula", "source", "returns"):
            assert function[part].strip(), f"{function['id']} {part}"
        declared = CATALOGUE[function["id"]]
        assert [a["name"] for a in function["arguments"]] == [a.name for a in declared.args]
        assert [a["optional"] for a in function["arguments"]] == [not a.required for a in declared.args]
        assert all(a["meaning"] and a["domain"] for a in function["arguments"])
        assert len(function["examples"]) == len(declared.examples)
    english = {function["id"]: function for function in functions("en", "CLV")}
    if language != "en":
        assert [f["id"] for f in found if f["summary"] == english[f["id"]]["summary"]] == []


@pytest.mark.parametrize("namespace", ["CLV", None])
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_examples_of_the_help_can_be_typed(language: str, namespace: str | None) -> None:
    for function in functions(language, namespace):
        assert function["call"].startswith(function["name"] + "(")
        for example, declared in zip(function["examples"], CATALOGUE[function["id"]].examples, strict=True):
            assert example["formula"].startswith(f"={function['name']}(")
            original = repr(parse(declared.formula).values)
            for typed in (example["formula"], example["shown"]):
                call = parse(typed)
                assert call.function is CATALOGUE[function["id"]]
                assert len(call.args) == len(parse(declared.formula).args), original
            assert namespace is None or "CLV(" not in example["formula"]
            assert example["shown"] == "=" + localised(example["formula"][1:], language)


def test_the_help_is_served_for_the_namespace_of_the_site() -> None:
    bare = site(address=ADDRESS, namespace=None)
    names = [
        {
            f["name"]
            for family in json.loads(assets["/help-fi.json"].body)["families"]
            for f in family["functions"]
        }
        for assets in (ASSETS, bare)
    ]
    assert names[0] - names[1] == {"CLV.VALUE"}
    assert names[1] - names[0] == {"CLV"}
