"""Addresses: what is secret in them is neither shown nor stored, whatever their form."""

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mihwar.ingest.readers.addresses import as_written, bare, hide, is_secret, scrubbed, secrets_of, shown

CASES = [  # address, as it is stored, as it is shown
    ("https://n.example/rss?a=b:c@d", "https://n.example/rss?a=b:c@d", "https://n.example/rss?a=b:c@d"),
    ("https://user:geheim@n.example/rss", "https://n.example/rss", "https://***@n.example/rss"),
    ("https://geheim@n.example", "https://n.example", "https://***@n.example"),
    ("//user:geheim@n.example/a", "//n.example/a", "//***@n.example/a"),
    ("http://user:ge%40heim@n.example:80/a", "http://n.example:80/a", "http://***@n.example:80/a"),
    ("http://user:geheim/@/geheim@n.example/a", "http://n.example/a", "http://***@n.example/a"),
    ("http://user:geheim#geheim@n.example/a", "http://n.example/a", "http://***@n.example/a"),
    ("http://user:geheim@[::1", "http://[::1", "http://***@[::1"),
    ("http://n.example:8080/@name?a=b@c", "http://n.example:8080/@name?a=b@c", "http://n.example:8080/@name?a=b@c"),
    ("postgresql://user:12/geheim@h/x", "postgresql://h/x", "postgresql://***@h/x"),
    (
        "postgresql://h/x?user=a&password=geheim&b=c",
        "postgresql://h/x?user=a&b=c",
        "postgresql://h/x?user=a&password=***&b=c",
    ),
    ("nosuch://user:geheim@h/x", "nosuch://h/x", "nosuch://***@h/x"),
    ("sqlite:////data/a@b.db", "sqlite:////data/a@b.db", "sqlite:////data/a@b.db"),
    ("http://h/?token=geheim", "http://h/", "http://h/?token=***"),
    ("http://h/?a=1&token=geheim;geheim?geheim&b=2", "http://h/?a=1&b=2", "http://h/?a=1&token=***&b=2"),
    ("http://h/?a=1;token=geheim", "http://h/?a=1", "http://h/?a=1;token=***"),
    ("http://h/?a=1&amp;token=geheim", "http://h/?a=1&amp", "http://h/?a=1&amp;token=***"),
    ("http://h/?to%6ben=geheim&a=1", "http://h/?a=1", "http://h/?to%6ben=***&a=1"),
    ("http://h/a;jsessionid=geheim?a=1", "http://h/a?a=1", "http://h/a;jsessionid=***?a=1"),
    ("http://h/#access_token=geheim&a=1", "http://h/#a=1", "http://h/#access_token=***&a=1"),
    ("http://h/#/a?session=geheim", "http://h/#/a", "http://h/#/a?session=***"),
    ("http://h/?to=http%3A%2F%2Fu%3Ageheim%40h%2F&a=1", "http://h/?a=1", "http://h/?to=***&a=1"),
    ("http://h/?to=http://h/%3Fkey=geheim&a=1", "http://h/?a=1", "http://h/?to=***&a=1"),
    ("/feed?X-Amz-Signature=geheim", "/feed", "/feed?X-Amz-Signature=***"),
    (
        "http://h/?monkey=1&keys=2&author=3&key=",
        "http://h/?monkey=1&keys=2&author=3&key=",
        "http://h/?monkey=1&keys=2&author=3&key=",
    ),
    ("أخبار.csv", "أخبار.csv", "أخبار.csv"),
]


@pytest.mark.parametrize(("address", "stored", "told"), CASES)
def test_addresses_without_their_secrets(address: str, stored: str, told: str) -> None:
    assert bare(address) == stored
    assert shown(address) == told
    assert "geheim" not in hide(f"refused: {address}", address)
    assert not [secret for secret in secrets_of(address) if secret in hide(f"refused: <{secret}>", address)]


NAMES = """token access_token apikey api_key API-Key key sig signature X-Amz-Signature
X-Amz-Security-Token password auth session feed_token"""


@pytest.mark.parametrize("name", NAMES.split())
def test_names_of_secrets(name: str) -> None:
    assert is_secret(name)
    assert not is_secret(f"{name}x")


@given(
    st.text(string.printable + "أ@:/?#&;=", max_size=40),
    st.text(string.ascii_letters + "/?#@:;", min_size=1, max_size=12),
)
def test_nothing_of_a_login_or_a_token_is_left(rest: str, secret: str) -> None:
    told = shown(f"http://user:geheim{secret.replace('@', '')}@n.example/{rest}")
    assert "geheim" not in told
    told = shown(f"http://n.example/?token=geheim{secret.replace('#', '')}&{rest}")
    assert "geheim" not in told


def test_a_login_is_hidden_in_the_form_in_which_it_is_sent() -> None:
    assert hide("denied for Basic dXNlcjpwQHNz", "http://user:p%40ss@h/") == "denied for Basic ***"


def test_a_secret_is_hidden_where_the_text_ends_within_it() -> None:
    assert hide("said tok-12", "http://h/?token=tok-123456") == "said ***"
    assert hide("said tok", "http://h/?token=tok-123456") == "said tok"


def test_a_text_is_cleared_of_the_secrets_of_the_addresses_in_it() -> None:
    assert (
        scrubbed("see <a href=\"http://u:geheim@h/?sig=geheim\">'ftp://u:geheim@h'")
        == "see <a href=\"http://***@h/?sig=***\">'ftp://***@h'"
    )
    assert scrubbed("token=x and a@b: no address") == "token=x and a@b: no address"


@pytest.mark.parametrize("unit", ["a@b:/?", "?u=://a", "&token=x;", "://"])
def test_long_texts_take_time_in_proportion(unit: str) -> None:
    import time

    def seconds(n: int) -> float:
        text, best = "://" + unit * n, 9.0
        for _ in range(3):
            began = time.perf_counter()
            scrubbed(text)
            best = min(best, time.perf_counter() - began)
        return best

    assert seconds(8000) < 40 * max(seconds(1000), 1e-4)


@pytest.mark.parametrize(
    ("text", "recorded"),
    [
        (
            "https://${oc.env:U}:${oc.env:P}@h/f?token=${oc.env:T}&a=1",
            "https://${oc.env:U}:${oc.env:P}@h/f?token=${oc.env:T}&a=1",
        ),
        ("https://${oc.env:U}:geheim@h", "https://***@h"),
        ("https://u:${oc.env:P,geheim}@h", "https://***@h"),
        ("${oc.env:F,http://u:geheim@h/f}", "${oc.env:F,http://***@h/f}"),
        ("postgresql://me:geheim@${oc.env:HOST}/x", "postgresql://***@${oc.env:HOST}/x"),
        ("${oc.env:A}/*.jsonl", "${oc.env:A}/*.jsonl"),
        ("SELECT * FROM dblink('password=geheim')", "SELECT * FROM dblink('password=***')"),
        ("SELECT * FROM dblink('password=${oc.env:P}')", "SELECT * FROM dblink('password=${oc.env:P}')"),
        (
            "SELECT id, title, body AS text FROM news WHERE key = 5",
            "SELECT id, title, body AS text FROM news WHERE key = 5",
        ),
    ],
)
def test_what_a_config_says_is_kept_without_literal_secrets(text: str, recorded: str) -> None:
    assert as_written(text) == recorded


def test_names_of_files_are_shown_in_characters_that_can_be_shown() -> None:
    assert shown(Path("a\udcff\n\x1b[31m\x00.txt")) == "a\ufffd\ufffd\ufffd[31m\ufffd.txt"
