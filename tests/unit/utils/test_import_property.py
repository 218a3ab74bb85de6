"""Random legacy files against the model; `tests/proof` does the same with many more."""

from hypothesis import HealthCheck, given, settings

from tests.legacy_model import FILES, File
from tests.legacy_property import check_files


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(FILES)
def test_random_files_come_to_what_the_model_says(files: list[File]) -> None:
    check_files(files)
