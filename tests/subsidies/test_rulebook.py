"""Measures are effective-dated data with sources and confidence."""

from datetime import date
from pathlib import Path

import pytest

from services.subsidies.rulebook import FOLDER, load, rulebook


def test_every_version_and_every_wage_has_a_source() -> None:
    assert all(version.sources for version in rulebook().versions)
    assert all(rate.source.startswith("https://") for rate in rulebook().wages.rate)


def test_minimum_wages_move_on_the_first_of_may_and_only_up() -> None:
    rates = rulebook().wages.rate
    assert all((rate.valid_from.month, rate.valid_from.day) == (5, 1) for rate in rates)
    assert [r.cents_per_hour for r in rates] == sorted({r.cents_per_hour for r in rates})


def test_nothing_is_in_force_before_its_first_day() -> None:
    assert rulebook().in_force(date(2013, 12, 31)) == ()
    assert "priime/2019-07" not in {v.rule_version for v in rulebook().in_force(date(2019, 6, 30))}
    assert "priime/2019-07" in {v.rule_version for v in rulebook().in_force(date(2019, 7, 1))}


@pytest.mark.parametrize(("day", "version"), [(date(2023, 12, 31), "2014"), (date(2024, 1, 1), "2024")])
def test_a_hire_finds_the_version_of_its_day(day: date, version: str) -> None:
    found = [v.version for v in rulebook().in_force(day) if v.measure == "subvention_salariale_insertion"]
    assert found == [version]


def test_what_nobody_is_sure_of_names_a_parameter_and_says_why() -> None:
    for version in rulebook().versions:
        assert version.low_confidence
        assert all(len(why) > 10 for why in version.low_confidence.values())


def changed(folder: Path, old: str, new: str) -> Path:
    for file in FOLDER.glob("*.toml"):
        (folder / file.name).write_text(file.read_text().replace(old, new))
    return folder


def test_a_misspelt_parameter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such parameter: \\['weeks_maximum'\\]"):
        load(changed(tmp_path, "weeks_max =", "weeks_maximum ="))


def test_a_closed_measure_is_not_in_force_after_its_last_day(tmp_path: Path) -> None:
    rules = load(changed(tmp_path, "# valid_to: still open", "valid_to = 2024-09-20"))
    assert len(rules.in_force(date(2024, 9, 20))) == 2
    assert rules.in_force(date(2024, 9, 21)) == ()


def test_a_document_nobody_described_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such document: \\['job_ofer'\\]"):
        load(changed(tmp_path, 'kind = "job_offer"', 'kind = "job_ofer"'))


def test_two_versions_in_force_at_once_are_refused(tmp_path: Path) -> None:
    folder = changed(tmp_path, "", "")
    second = (folder / "priime.toml").read_text().replace('version = "2019-07"', 'version = "2020-01"')
    (folder / "priime_2.toml").write_text(second)
    with pytest.raises(ValueError, match="at the same time"):
        load(folder)
