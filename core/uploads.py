"""Takes in uploaded files: in memory, and no more of them than a picture may have."""

from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from core.picture_sizes import LARGEST_FILE


class LimitedUploadHandler(FileUploadHandler):
    """Keeps the first files of a request as long as they fit; of a file that does not fit, just its size.

    Anybody can send a file to any address, signed in or not. It must fill neither the memory nor the
    disk, and a process that is killed meanwhile must not leave it lying about.
    """

    def __init__(self, request=None):
        super().__init__(request)
        self.room = LARGEST_FILE  # bytes, for all files of the request together

    def new_file(self, *args, **kwargs) -> None:
        super().new_file(*args, **kwargs)
        self.file = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.room -= len(raw_data)
        if self.room >= 0:
            self.file.write(raw_data)
        else:
            self.file = BytesIO()

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.file.seek(0)
        given = (self.field_name, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra)
        return InMemoryUploadedFile(self.file, *given)
