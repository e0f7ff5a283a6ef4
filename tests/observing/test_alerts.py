"""Alert rules speak of metrics that exist, in two languages, and lead to a runbook that exists."""

import re

import pytest
import yaml

from deploy.local.processes import PROCESSES
from shared import metrics
from tests.observing.alerts import FOLDER, ROOT, fires, rules, selectors

OF_PROMETHEUS = {"up": set(), "process_start_time_seconds": set[str]()}
OF_THE_SCRAPE = {"job", "instance", "service"}
EACH = pytest.mark.parametrize("alert", rules())


def labels_by_sample() -> dict[str, set[str]]:
    """Every sample name of the registry with the labels it may carry."""
    found: dict[str, set[str]] = {name: set(labels) for name, labels in OF_PROMETHEUS.items()}
    for metric in vars(metrics).values():
        if hasattr(metric, "_labelnames"):
            name = metric._name + ("_total" if metric._type == "counter" else "")
            found[name] = set(metric._labelnames)
    return found


@EACH
def test_a_rule_speaks_of_metrics_and_labels_that_exist(alert: str) -> None:
    known = labels_by_sample()
    found = list(selectors(rules()[alert]["expr"]))
    assert found, "it speaks of no metric"
    for one in found:
        assert one.metric in known
        assert {*one.where, *one.by} <= known[one.metric] | OF_THE_SCRAPE


def test_a_metric_or_label_that_does_not_exist_is_found() -> None:
    (one,) = selectors('max by (endpiont) (interconnexion_webhook_delivries{state="failing"}) > 0')
    assert one.metric not in labels_by_sample()
    assert one.by == {"endpiont"}


@EACH
def test_a_rule_has_words_in_both_languages_and_a_runbook(alert: str) -> None:
    said = rules()[alert]["annotations"]
    assert set(said) == {"summary_fr", "summary_en", "runbook"}
    assert said["summary_fr"] != said["summary_en"]
    assert rules()[alert]["labels"]["severity"] in ("page", "warning")
    runbook = ROOT / said["runbook"]
    assert runbook.is_file()
    assert f"`{alert}`" in runbook.read_text(), "the runbook does not say which alarm leads to it"


def test_every_rule_is_tried_by_promtools_own_test() -> None:
    tried = yaml.safe_load((FOLDER / "alerts.test.yml").read_text())["tests"]
    names = [each["name"] for each in tried]
    assert names == [name for alert in rules() for name in (alert, f"{alert} keeps quiet")]


def test_the_example_scrapes_every_process_and_says_whose_it_is() -> None:
    (job,) = yaml.safe_load((FOLDER / "prometheus.yml").read_text())["scrape_configs"]
    scraped = {
        (int(target.rpartition(":")[2]), group["labels"]["service"])
        for group in job["static_configs"]
        for target in group["targets"]
    }
    assert scraped == {(process.port, process.service) for process in PROCESSES if process.service}


def test_the_evaluation_of_these_tests_tells_firing_from_quiet() -> None:
    parked = "# TYPE interconnexion_parked_keys gauge\ninterconnexion_parked_keys {}\n"
    assert fires("CasesParked", parked.format("0.0"), parked.format("2.0"))
    assert not fires("CasesParked", parked.format("0.0"))
    lock = '# TYPE interconnexion_relay_lock_held gauge\ninterconnexion_relay_lock_held{{service="intake"}} {}\n'
    assert fires("NoRelay", lock.format("0.0"), lock.format("0.0"))
    assert not fires("NoRelay", lock.format("0.0"), lock.format("1.0"))
    assert fires("TwoRelays", lock.format("1.0"), lock.format("1.0"))


def test_no_label_is_a_name_or_an_id() -> None:
    """Codes and templates only. A new label is looked at by a person, here."""
    codes = {"route", "method", "status", "consumer", "type", "result", "topic", "partition", "service", "endpoint"}
    said = set().union(*labels_by_sample().values())
    assert said == codes | {"state", "logger"}
    assert not [label for label in said if re.search(r"name|key|id$|mail|phone", label)]
