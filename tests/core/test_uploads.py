"""How uploaded files are taken in, whoever sends them."""

from collections.abc import Iterator

from django.core.files.uploadedfile import SimpleUploadedFile

from core.picture_sizes import LARGEST_FILE


def many_files() -> Iterator[tuple[str, object]]:
    for number in range(3):
        yield f"file{number}", SimpleUploadedFile(f"{number}.jpg", b"x" * (LARGEST_FILE // 2 + 1))


def test_of_all_files_of_a_request_no_more_is_kept_than_one_picture_may_have(rf):
    files = rf.post("/", dict(many_files())).FILES
    assert [file.size for file in files.values()] == [LARGEST_FILE // 2 + 1] * 3
    assert [len(file.read()) for file in files.values()] == [LARGEST_FILE // 2 + 1, 0, 0]


def test_an_upload_is_kept_off_the_disk(rf, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    [file] = rf.post("/", {"file": SimpleUploadedFile("door.jpg", b"x" * (LARGEST_FILE - 1))}).FILES.values()
    assert len(file.read()) == LARGEST_FILE - 1
