"""The pure parts: schedule, signatures, addresses."""

import base64
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from standardwebhooks.webhooks import Webhook

from shared.errors import Invalid
from shared.webhooks import new_secret, sign, verify_webhook
from shared.webhooks.addresses import check_public_url, is_public
from shared.webhooks.schedule import MOST_ATTEMPTS, seconds_until_next
from shared.webhooks.signatures import WebhookNotAuthentic

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECRET, OTHER = new_secret(), new_secret()
BODY = '{"type":"x","data":{}}'


@pytest.mark.parametrize("chance", [0.0, 0.5, 0.999])
def test_a_message_is_tried_ten_times_and_more_over_three_days_and_more(chance: float) -> None:
    waits: list[float] = []
    while (again := seconds_until_next(len(waits) + 1, None, lambda: chance, NOW)) is not None:
        waits.append(again)
    assert len(waits) + 1 == MOST_ATTEMPTS >= 10
    assert 75 * 3600 <= sum(waits) <= 92 * 3600
    assert waits == sorted(waits)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 120 ", 120.0),
        (format_datetime(NOW + timedelta(hours=1), usegmt=True), 3600.0),
        (format_datetime(NOW - timedelta(hours=1), usegmt=True), 5.0),
        ("999999999999", 48 * 3600.0),
        ("-5", 5.0),
        ("soon", 5.0),
        ("", 5.0),
        ("1", 5.0),
        ("²", 5.0),
    ],
)
def test_retry_after_can_only_make_the_wait_longer(header: str, seconds: float) -> None:
    assert seconds_until_next(1, header, lambda: 0.0, NOW) == seconds


def test_the_reference_library_accepts_each_of_two_live_keys() -> None:
    headers = sign((SECRET, OTHER), "msg-1", BODY)
    for secret in (SECRET, OTHER):
        assert Webhook(secret).verify(BODY, headers) == {"type": "x", "data": {}}
        assert verify_webhook((secret,), headers, BODY.encode()) == "msg-1"
    assert verify_webhook((new_secret(), OTHER), sign((OTHER,), "msg-2", BODY), BODY.encode()) == "msg-2"


@pytest.mark.parametrize("seconds", [-299, 0, 299])
def test_a_clock_may_differ_by_five_minutes(seconds: int) -> None:
    headers = sign((SECRET,), "msg-1", BODY, datetime.now(UTC) + timedelta(seconds=seconds))
    assert verify_webhook((SECRET,), headers, BODY.encode()) == "msg-1"


def _signed(**other: str) -> dict[str, str]:
    headers = {**sign((SECRET,), "msg-1", BODY), **{name.replace("_", "-"): value for name, value in other.items()}}
    return {name: value for name, value in headers.items() if value != "absent"}


@pytest.mark.parametrize(
    "headers",  # made when the test runs: they are dated
    [
        dict,
        lambda: _signed(webhook_id="absent"),
        lambda: _signed(webhook_timestamp="absent"),
        lambda: _signed(webhook_signature="absent"),
        lambda: _signed(webhook_id=""),
        lambda: _signed(webhook_id="msg-2"),
        lambda: _signed(webhook_id="x" * 201),
        lambda: _signed(webhook_timestamp=str(int(time.time()) + 60)),
        lambda: _signed(webhook_timestamp="now"),
        lambda: _signed(webhook_timestamp="nan"),
        lambda: _signed(webhook_timestamp="1e9"),
        lambda: _signed(webhook_timestamp="-1"),
        lambda: _signed(webhook_timestamp="9" * 40),
        lambda: _signed(webhook_timestamp="١٢٣"),
        lambda: _signed(webhook_signature=""),
        lambda: _signed(webhook_signature="v1"),
        lambda: _signed(webhook_signature="v1,"),
        lambda: _signed(webhook_signature="v1,!!!"),
        lambda: _signed(webhook_signature="v1,a,b"),
        lambda: _signed(webhook_signature="v1," + base64.b64encode(b"x" * 32).decode()),
        lambda: _signed(webhook_signature=sign((OTHER,), "msg-1", BODY)["webhook-signature"]),
        lambda: _signed(webhook_signature=sign((SECRET,), "msg-1", BODY)["webhook-signature"].replace("v1,", "v2,")),
        lambda: _signed(webhook_signature=sign((SECRET,), "msg-1", BODY)["webhook-signature"].replace("v1,", "v1a,")),
        lambda: _signed(webhook_signature="v1,AA== " * 11 + sign((SECRET,), "msg-1", BODY)["webhook-signature"]),
        lambda: sign((SECRET,), "msg-1", BODY, datetime.now(UTC) - timedelta(seconds=302)),
        lambda: sign((SECRET,), "msg-1", BODY, datetime.now(UTC) + timedelta(seconds=302)),
    ],
)
def test_what_is_not_rightly_signed_is_refused(headers: Callable[[], dict[str, str]]) -> None:
    with pytest.raises(WebhookNotAuthentic):
        verify_webhook((SECRET,), headers(), BODY.encode())


@pytest.mark.parametrize("body", [BODY + " ", BODY.replace("x", "y"), "", "\xff"])
def test_a_changed_body_is_refused(body: str) -> None:
    with pytest.raises(WebhookNotAuthentic):
        verify_webhook((SECRET,), sign((SECRET,), "msg-1", BODY), body.encode("latin-1"))


def test_a_malformed_signature_beside_a_good_one_does_no_harm() -> None:
    headers = sign((SECRET,), "msg-1", BODY)
    headers["webhook-signature"] = f"nonsense v1,*** {headers['webhook-signature']}"
    assert verify_webhook((SECRET,), headers, BODY.encode()) == "msg-1"


@pytest.mark.parametrize(
    "url", ["https://hooks.example.org/in", "https://hooks.example.org:8443/in?a=b", "https://8.8.8.8/"]
)
def test_a_public_https_address_is_accepted(url: str) -> None:
    assert check_public_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "", "hooks.example.org", "//hooks.example.org/", "http://hooks.example.org/", "ftp://hooks.example.org/",
        "file:///etc/passwd", "gopher://hooks.example.org/", "javascript:alert(1)", "https://", "https:///path",
        "https://user:pass@hooks.example.org/", "https://user@hooks.example.org/", "https://hooks.example.org/#x",
        "https://hooks.example.org:22/", "https://hooks.example.org:5432/", "https://hooks.example.org:99999/",
        "https://hooks.example.org:x/", "https://hooks.example.org\\@10.0.0.1/", "https://hooks .example.org/",
        "https://hooks.example.org/\r\nX: y", "https://hóoks.example.org/", "https://hooks.example.org/" + "x" * 2000,
        "https://localhost/", "https://LOCALHOST./", "https://a.localhost/", "https://printer.local/",
        "https://db.internal/", "https://router.lan/", "https://x.home.arpa/", "https://intake/", "https://a..b/",
        "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://0x7f.0.0.1/",
        "https://017700000001/", "https://0/", "https://0.0.0.0/", "https://10.0.0.1/", "https://172.16.0.1/",
        "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data", "https://100.64.0.1/",
        "https://192.0.2.1/", "https://198.18.0.1/", "https://224.0.0.1/", "https://255.255.255.255/",
        "https://240.0.0.1/", "https://[::1]/", "https://[::]/", "https://[fe80::1]/", "https://[fc00::1]/",
        "https://[fd00:ec2::254]/", "https://[::ffff:10.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[::127.0.0.1]/",
        "https://[64:ff9b::10.0.0.1]/", "https://[2002:7f00:1::]/", "https://[ff02::1]/", "https://[2001:db8::1]/",
        "https://[fe80::1%25eth0]/", "https://[::1", "https://10.0.0.1:443/",
    ],
)  # fmt: skip
def test_an_address_that_may_lead_inside_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        check_public_url(url)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)
