"""What is advised when a client and sshd have no algorithm in common: what was offered, where sshd takes it."""

from __future__ import annotations

import pytest
from seed import knowledge, report_of

from assistant.answer.remedy import ineffective, steps

ENTRY = "sshd/no-common-algorithm"
LINE = (
    "Mar  2 10:11:12 web1 sshd[804]: Unable to negotiate with {address} port 57102: no matching {what} found. "
    "Their offer: {offer} [preauth]"
)
KEX, KEY = "key exchange method", "host key type"


def line(what, offer, address="192.0.2.7"):
    return LINE.format(what=what, offer=offer, address=address)


def advice(*lines):
    report = report_of("\n".join(lines))
    found = steps(report.finding(ENTRY), knowledge().entries[ENTRY], report.facts)
    return {step.id: step for _, step in found}


def test_nothing_is_put_into_a_match_block():
    entry = knowledge().entries[ENTRY]
    assert not any("Match" in step.run + step.config + step.text.en for step in entry.fixes)
    refused = ineffective(report_of(line(KEX, "diffie-hellman-group1-sha1")), knowledge())
    assert any("Match" in item.name.en and item.harmful for item in refused)


@pytest.mark.parametrize("offer", ["gss-gex-sha1-abc", "ext-info-c,kex-strict-c-v00@openssh.com", "arcfour"])
def test_what_openssh_does_not_have_cannot_be_allowed(offer):
    assert advice(line(KEX, offer)).keys() == {"client"}
    assert advice(line("compression method", "zlib")).keys() == {"client"}


@pytest.mark.parametrize(
    ("what", "offer", "setting"),
    [
        (KEX, "diffie-hellman-group1-sha1,ext-info-c", "KexAlgorithms=+diffie-hellman-group1-sha1"),
        (KEX, "diffie-hellman-group1-sha1,diffie-hellman-group14-sha1", "KexAlgorithms=+diffie-hellman-group14-sha1"),
        (KEY, "ssh-rsa,ssh-dss", "HostKeyAlgorithms=+ssh-rsa"),
        ("cipher", "3des-cbc,aes128-cbc,arcfour", "Ciphers=+aes128-cbc"),
        ("MAC", "hmac-md5,hmac-ripemd160", "MACs=+hmac-md5"),
    ],
)
def test_a_weak_algorithm_gets_an_sshd_of_its_own(what, offer, setting):
    found = advice(line(what, offer))
    assert found.keys() == {"client", "second-sshd"}
    assert found["second-sshd"].run == f"/usr/sbin/sshd -p 2222 -o PidFile=/run/sshd-legacy.pid -o {setting}"


def test_a_sound_algorithm_is_simply_allowed():
    found = advice(line(KEX, "diffie-hellman-group1-sha1,ecdh-sha2-nistp256"))
    assert found.keys() == {"client", "allow-strong"}
    assert "ecdh-sha2-nistp256" in found["allow-strong"].text.en
    assert "`KexAlgorithms`" in found["allow-strong"].text.zh


def test_each_offer_is_one_fact():
    report = report_of(
        "\n".join([*[line(KEX, "diffie-hellman-group1-sha1", f"192.0.2.{n}") for n in range(60)], line(KEY, "ssh-rsa")])
    )
    one, two = report.facts_of("sshd.no_match")
    assert (one.attributes["count"], one.attributes["address"], one.attributes["directive"]) == (
        60,
        "192.0.2.0",
        "KexAlgorithms",
    )
    assert (two.attributes["count"], two.attributes["offer"], two.attributes["weak"]) == (1, ("ssh-rsa",), True)
    assert len(one.evidence) <= 12


def test_state_is_bounded():
    report = report_of("\n".join(line(KEX, f"diffie-hellman-group1-sha1,x{n}") for n in range(500)))
    assert len(report.facts_of("sshd.no_match")) <= 40
    assert report.finding(ENTRY).count == 500


@pytest.mark.parametrize("program", ["sshd-session", "sshd-auth"])
def test_the_programs_that_newer_versions_split_off_are_sshd_too(program):
    report = report_of(line(KEX, "diffie-hellman-group1-sha1").replace("sshd[", f"{program}["))
    assert report.finding(ENTRY)
