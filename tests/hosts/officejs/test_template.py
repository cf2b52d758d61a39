"""The template workbook that the task pane offers: where it comes from, who gets it, and the link to it."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from clv_xl import texts
from clv_xl.hosts.officejs.site import MEDIA_TYPES, site
from clv_xl.hosts.server.auth.tokens import TokenFile
from tests.hosts.officejs.browser import browser
from tests.hosts.officejs.pages import opened
from tests.hosts.officejs.test_client import config
from tests.hosts.server.running import FULL, Running, running

SHIPPED = Path(__file__).parents[3] / "workbook_templates"
NAMES = {"fi": "clv-xl-template-addin-fi.xlsx", "ka": "clv-template-addin-ka.xlsx"}
"""A workbook as the command names it, and one as the project names its own."""


def workbook(text: str) -> bytes:
    """Return a file that is packed as a workbook is."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr(zipfile.ZipInfo("[Content_Types].xml"), text)
    return made.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("templates")
    for language, name in NAMES.items():
        (found / name).write_bytes(workbook(language))
    return found


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Running]:
    with running({"templates": folder}, factory=FULL) as found:
        yield found


@pytest.fixture(scope="module")
def driver() -> Iterator[Browser]:
    with browser() as found:
        yield found


def offered(server: Running) -> object:
    return config(server.client.get("/functions.js").text)["templates"]


def test_a_workbook_is_a_file_to_be_saved_and_asked_for_again_by_its_tag(server: Running) -> None:
    for language in NAMES:
        answer = server.client.get(f"/template-{language}.xlsx")
        assert (answer.status_code, answer.content) == (200, workbook(language))
        # RFC 6266: a file to save; the media type is the one that ECMA-376, part 1, gives a workbook.
        saved = f'attachment; filename="clv-xl-template-{language}.xlsx"'
        assert answer.headers["content-disposition"] == saved
        assert answer.headers["content-type"] == MEDIA_TYPES["xlsx"]
        assert answer.headers["cache-control"] == "no-cache"
        tag = answer.headers["etag"]
        again = server.client.get(f"/template-{language}.xlsx", headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
    tags = {server.client.head(f"/template-{language}.xlsx").headers["etag"] for language in NAMES}
    assert len(tags) == 2


def test_languages_without_a_workbook_have_no_address(server: Running) -> None:
    assert offered(server) == {language: f"template-{language}.xlsx" for language in NAMES}
    assert server.client.get("/template-en.xlsx").status_code == 404


def test_a_server_without_a_folder_offers_none() -> None:
    with running(factory=FULL) as bare:
        assert offered(bare) == {}
        assert bare.client.get("/template-fi.xlsx").status_code == 404


def test_formulas_in_a_namespace_are_not_offered_where_names_are_bare(folder: Path) -> None:
    with running({"templates": folder, "namespace": False}, factory=FULL) as bare:
        assert offered(bare) == {}
        assert bare.client.get("/template-fi.xlsx").status_code == 404


def test_who_may_see_the_pane_gets_the_workbook_and_who_may_not_call_still_may_not(
    folder: Path, tmp_path: Path
) -> None:
    """Excel on Windows and Mac opens the link in the browser of the system, which is not signed in."""
    TokenFile(tmp_path / "tokens").create("Maija")
    settings = {"templates": folder, "auth": "token", "token_file": tmp_path / "tokens"}
    with running(settings, factory=FULL) as guarded:
        for path in ("/taskpane.html", "/template-fi.xlsx"):
            assert guarded.client.get(path, headers={"sec-fetch-site": "cross-site"}).status_code == 200
        assert guarded.client.get("/v1/me").status_code == 401


def test_every_worker_hands_it_out(folder: Path) -> None:
    with running({"templates": folder}, factory=FULL, workers=2) as several:
        found = {several.client.get("/template-fi.xlsx").content for _ in range(8)}
    assert found == {workbook("fi")}


def test_the_ready_workbooks_of_the_project_are_offered_in_every_language() -> None:
    with running({"templates": SHIPPED}, factory=FULL) as found:
        assert offered(found) == {language: f"template-{language}.xlsx" for language in texts.LANGUAGES}
        for language in texts.LANGUAGES:
            body = found.client.get(f"/template-{language}.xlsx").content
            with zipfile.ZipFile(io.BytesIO(body)) as file:
                sheets = [file.read(name) for name in file.namelist() if "worksheets/sheet" in name]
                assert f">{language}<".encode() in file.read("docProps/custom.xml")
            # What Excel writes for a function of an add-in with this namespace.
            assert any(b"_xldudf_CLV_VALUE(" in sheet for sheet in sheets)


def test_the_site_hands_out_what_it_is_given_and_nobody_may_frame_it() -> None:
    assets = site(address="https://clv.example.com", templates={"pl": b"workbook"})
    assert {path for path in assets if "template" in path} == {"/template-pl.xlsx"}
    assert assets["/template-pl.xlsx"].headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert config(assets["/functions.js"].body.decode())["templates"] == {"pl": "template-pl.xlsx"}


@pytest.mark.parametrize("locale", ["fi-FI", "ka-GE"])
@pytest.mark.office_js
def test_the_pane_offers_the_workbook_in_its_own_language(
    driver: Browser, server: Running, tmp_path: Path, locale: str
) -> None:
    language = locale[:2]
    with opened(driver, server, "/taskpane.html", locale=locale) as pane:
        pane.page.click("#tab-settings")
        link = pane.page.get_by_role("link", name=texts.find("pane.template", language))
        with pane.page.expect_download() as saved:
            link.click()
        assert saved.value.suggested_filename == f"clv-xl-template-{language}.xlsx"
        saved.value.save_as(tmp_path / "saved.xlsx")
    assert (tmp_path / "saved.xlsx").read_bytes() == workbook(language)


@pytest.mark.office_js
def test_the_link_follows_the_language_and_hides_where_there_is_no_workbook(
    driver: Browser, server: Running
) -> None:
    with opened(driver, server, "/taskpane.html") as pane:
        pane.page.click("#tab-settings")
        assert pane.page.is_hidden("#template")  # English: none in the folder
        pane.page.select_option("#language", "fi")
        pane.wait_for_text("#template", texts.find("pane.template", "fi") or "")
        assert pane.page.is_visible("#template")
        assert pane.page.get_attribute("#template a", "href") == "template-fi.xlsx"
        assert pane.violations() == []
        pane.page.select_option("#language", "pl")
        pane.wait_until("document.documentElement.lang === 'pl'")
        assert pane.page.is_hidden("#template")
