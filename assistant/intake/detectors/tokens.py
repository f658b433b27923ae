"""Keys and tokens that are known by their form, most in one pass over the long words of a text.

Providers give their tokens a prefix so that they can be found. The table has one row per form: name, prefix, what
follows. Rows are tried by the first character of a word, so that a row more costs next to nothing.
The forms are those that the providers document, or that their own clients write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from assistant.intake.detectors.base import Detector, Function, Span, View
from assistant.intake.detectors.numbers import number
from assistant.intake.lazily import lazily

_W = r"[\w-]"
_A = r"[A-Za-z0-9]"
_H = r"[0-9a-f]"
_DISCORD = r"(?=[A-Za-z_-]{0,30}\d)[\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w.-])"
_UUID = rf"{_H}{{8}}-{_H}{{4}}-{_H}{{4}}-{_H}{{4}}-{_H}{{12}}"

# Prefixes are plain text, except that a second field may hold alternatives. A prefix of ordinary letters needs a tail
# of fixed length, or of characters that no word has.
PREFIXED: tuple[tuple[str, str, str], ...] = (
    ("1password-account", "A3-", r"[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}"),
    ("1password-service", "ops_eyJ", rf"{_W}{{40,4000}}={{0,2}}"),
    ("adobe", "p8e-", r"[A-Za-z0-9]{32}(?![A-Za-z0-9])"),
    ("age", "AGE-SECRET-KEY-1", r"[A-Z0-9]{50,70}"),
    ("airtable", "pat", rf"{_A}{{14}}\.{_H}{{64}}"),
    ("aiven", "AVNS_", rf"{_W}{{16,64}}"),
    ("alibaba", "LTAI", rf"{_A}{{12,30}}(?!{_A})"),
    ("anthropic-or-openai", "sk-", rf"(?=[A-Za-z_-]{{0,250}}\d)(?=[\d_-]{{0,250}}[A-Za-z]){_W}{{16,250}}"),
    ("artifactory", "AKC", r"[A-Za-z0-9]{20,100}"),
    ("artifactory-reference", "cmVmdGtu", rf"{_A}{{40,80}}"),
    ("atlassian", "AT", rf"(?:ATT|CTT|OTT|BB|AA)[A-Za-z0-9]?{_W}{{20,400}}(?:={_H}{{8}})?"),
    ("aws", "A", r"(?:KIA|SIA|ROA|IDA|BIA|CCA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    ("authress", "sc_", r"[a-z0-9]{4,32}\.[a-z0-9]{4,8}\.acc[_-][a-z0-9-]{8,32}\.[\w+/=-]{30,200}"),
    ("authress-ext", "ext_", r"[a-z0-9]{4,32}\.[a-z0-9]{4,8}\.acc[_-][a-z0-9-]{8,32}\.[\w+/=-]{30,200}"),
    ("aws-bedrock", "ABSK", r"[A-Za-z0-9+/]{60,300}={0,2}"),
    ("aws-bedrock-short", "bedrock-api-key-", r"[\w+/=-]{20,4000}"),
    ("baidu-key", "ALTAK", rf"-?{_A}{{16,40}}(?!{_A})"),
    ("brevo", "xkeysib-", rf"{_H}{{64}}-{_A}{{16}}"),
    ("brevo-smtp", "xsmtpsib-", rf"{_H}{{64}}-{_A}{{16}}"),
    ("buildkite", "bk", rf"(?:ua|at|ct|bt)_{_A}{{32,64}}"),
    ("cerebras", "csk-", rf"{_A}{{32,64}}"),
    ("circleci", "CCI", rf"(?:PAT|PRJ)_{_W}{{20,100}}"),
    ("clickhouse", "4b1d", rf"{_A}{{38}}(?!{_A})"),
    ("clojars", "CLOJARS_", r"[a-z0-9]{60}"),
    ("cloudflare-origin", "v1.0-", rf"{_H}{{24}}-{_H}{{120,160}}"),
    ("cloudflare", "cf", rf"(?:ut|at|k)_{_A}{{32,64}}"),
    ("contentful", "CFPAT-", rf"{_W}{{40,64}}"),
    ("discord-m", "M", _DISCORD),
    ("discord-n", "N", _DISCORD),
    ("discord-o", "O", _DISCORD),
    ("databricks", "d", rf"(?:api|ose|kea){_H}{{32}}(?:-\d)?(?!{_A})"),
    ("digitalocean", "do", rf"[opr]_v1_{_H}{{40,80}}"),
    ("docker-hub", "dckr_", rf"[po]at_{_W}{{20,64}}"),
    ("docker-swarm", "SWMTKN-1-", r"[a-z0-9]{40,60}-[a-z0-9]{20,30}"),
    ("doppler", "dp.", rf"(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{{2,35}}\.)?{_A}{{40,44}}"),
    ("dropbox", "sl.", rf"(?:u\.)?{_W}{{60,2000}}"),
    ("duffel", "duffel_", rf"(?:test|live)_{_W}{{40,64}}"),
    ("dynatrace", "dt0", r"[a-z]\d\d\.[A-Z0-9]{8,24}\.[A-Z0-9]{40,64}"),
    ("easypost", "EZ", rf"[AT]K{_A}{{54}}"),
    ("facebook", "EAA", rf"(?=[A-Za-z]{{0,40}}\d){_A}{{28,400}}"),
    ("figma", "fig", rf"[dou]_{_W}{{40,64}}"),
    ("fireworks", "fw_", rf"{_A}{{20,40}}(?!{_A})"),
    ("flutterwave", "FLW", r"(?:SECK|PUBK|SECK_TEST|PUBK_TEST)-?[a-zA-Z0-9-]{12,64}"),
    ("fly", "f", r"(?:m[12][ar]?|o1)_[\w+/-]{40,600}={0,3}"),
    ("frameio", "fio-u-", rf"{_W}{{60,70}}={{0,2}}"),
    ("github", "gh", r"[pousr]_\w{20,255}"),
    ("github-fine", "github_pat_", r"\w{20,255}"),
    ("gitlab", "gl", r"(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|oas|soat|ffct|wt)-[\w.-]{20,300}"),
    ("gitlab-runner", "GR1348941", rf"{_W}{{20,40}}"),
    ("gocardless", "live_", rf"{_W}{{40,60}}"),
    ("google-key", "AIza", rf"{_W}{{35,60}}"),
    ("google-access", "ya29.", rf"{_W}{{20,400}}"),
    ("google-secret", "GOCSPX-", rf"{_W}{{20,64}}"),
    ("google-refresh", "1//0", rf"{_W}{{40,200}}"),
    ("grafana-cloud", "glc_", r"[\w+/]{32,400}={0,3}"),
    ("grafana-service", "glsa_", rf"{_A}{{32}}_{_H}{{8}}"),
    ("grafana-key", "eyJrIjoi", r"[\w+/]{50,400}={0,3}"),
    ("groq", "gsk_", rf"{_A}{{40,64}}"),
    ("harness", "pat.", rf"{_W}{{22}}\.{_H}{{24}}\.{_A}{{20}}"),
    ("harness-service", "sat.", rf"{_W}{{22}}\.{_H}{{24}}\.{_A}{{20}}"),
    ("heroku", "HRKU-", rf"{_W}{{36,64}}"),
    ("hubspot", "pat-", rf"(?:na|eu)\d-{_UUID}"),
    ("huawei", "HPUA", rf"{_A}{{16,20}}(?!{_A})"),
    ("huggingface", "hf_", rf"{_A}{{20,64}}(?!{_A})"),
    ("huggingface-org", "api_org_", rf"{_A}{{20,64}}(?!{_A})"),
    ("infracost", "ico-", rf"{_A}{{32}}(?!{_A})"),
    ("intra42", "s-s4t2", rf"[au]d-{_H}{{64}}"),
    ("intra42-user", "u-s4t2", rf"[au]d-{_H}{{64}}"),
    ("jfrog", "reftkn", rf":\d\d:\d{{10}}:{_A}{{20,80}}"),
    ("jwt", "eyJ", r"[\w-]{8,4000}(?:\.[\w-]{0,8000}){2,4}"),
    ("jwt-base64", "ZXlK", r"[A-Za-z0-9+/]{60,8000}={0,2}"),
    ("langfuse", "pk-lf-", _UUID),
    ("langsmith", "lsv2_", rf"(?:pt|sk)_{_H}{{32}}_{_H}{{10}}"),
    ("launchdarkly", "sdk-", _UUID),
    ("launchdarkly-api", "api-", _UUID),
    ("launchdarkly-mobile", "mob-", _UUID),
    ("linear", "lin_", rf"(?:api|oauth)_{_A}{{32,80}}"),
    ("mailgun", "key-", rf"{_H}{{32}}(?!{_A})"),
    ("mailgun-public", "pubkey-", rf"{_H}{{32}}(?!{_A})"),
    ("mapbox", "pk.", rf"(?:eyJ{_W}{{20,200}}\.{_W}{{22}}|{_A}{{60}}\.{_A}{{22}})"),
    ("mapbox-secret", "sk.", rf"eyJ{_W}{{20,200}}\.{_W}{{22}}"),
    ("mailersend", "mlsn.", rf"{_H}{{64}}"),
    ("netlify", "nfp_", rf"{_A}{{36,64}}"),
    ("new-relic", "NR", r"(?:AK|JS|II|IQ|RA|AA|AL|BR)[AK]?-[A-Za-z0-9-]{16,64}"),
    ("notion", "ntn_", rf"{_A}{{40,60}}"),
    ("notion-or-secret", "secret_", rf"{_A}{{32,64}}(?!{_A})"),
    ("npm", "npm_", rf"{_A}{{30,64}}(?!{_A})"),
    ("nuget", "oy2", r"[a-z0-9]{43}(?![A-Za-z0-9])"),
    ("nvidia", "nvapi-", rf"{_W}{{40,80}}"),
    ("octopus", "API-", r"[A-Z0-9]{26,40}(?![A-Za-z0-9])"),
    ("openshift", "sha256~", rf"{_W}{{43}}"),
    ("perplexity", "pplx-", rf"{_A}{{40,64}}"),
    ("pinecone", "pcsk_", r"\w{30,100}"),
    ("plaid", "access-", rf"(?:sandbox|development|production)-{_UUID}"),
    ("planetscale", "pscale_", r"(?:tkn|pw|oauth)_[\w.=-]{32,64}"),
    ("postman", "PMAK-", rf"{_H}{{24}}-{_H}{{34}}"),
    ("posthog", "ph", rf"[cxsr]_{_A}{{32,64}}(?!{_A})"),
    ("prefect", "pn", rf"[ub]_{_A}{{36}}(?!{_A})"),
    ("pulumi", "pul-", rf"{_H}{{40}}(?!{_A})"),
    ("pypi", "pypi-", rf"(?=[A-Za-z_-]{{0,400}}\d){_W}{{16,400}}"),
    ("razorpay", "rzp_", rf"(?:live|test)_{_A}{{14}}"),
    ("readme", "rdme_", r"[a-z0-9]{60,80}"),
    ("replicate", "r8_", rf"{_A}{{37,40}}"),
    ("rootly", "rootly_", rf"{_H}{{64}}"),
    ("rubygems", "rubygems_", rf"{_H}{{48}}"),
    ("scaleway", "SCW", r"[A-Z0-9]{17}(?![A-Za-z0-9])"),
    ("scalingo", "tk-us-", rf"{_W}{{48}}"),
    ("sendgrid", "SG.", r"[\w-]{16,64}\.[\w-]{16,64}"),
    ("sentry-org", "sntrys_", r"[\w+/]{60,400}={0,2}_?[\w+/]{0,64}"),
    ("sentry-user", "sntry", rf"[ua]_{_H}{{64}}"),
    ("settlemint", "sm_", rf"(?:pat|aat|sat)_{_A}{{16}}(?!{_A})"),
    ("shippo", "shippo_", rf"(?:live|test)_{_H}{{40}}"),
    ("shopify", "shp", r"(?:at|ca|pa|ss|ua|tka)_[A-Fa-f0-9]{32}"),
    ("slack", "xox", rf"[abceoprs](?:\.xox[bp])?-{_W}{{10,250}}"),
    ("slack-app", "xapp-", rf"\d-{_W}{{10,250}}"),
    ("sonar", "sq", rf"[pua]_{_H}{{40}}"),
    ("sourcegraph", "sg", rf"[pd]_(?:(?:local|{_H}{{16}})_)?{_H}{{40}}"),
    ("sourcegraph-cody", "slk_", rf"{_H}{{64}}"),
    ("square", "sq0", rf"(?:atp|csp|idp|i)-{_W}{{22,64}}"),
    ("stripe", "s", r"k_(?:live|test|prod)_\w{10,250}"),
    ("stripe-public", "p", r"k_(?:live|test|prod)_\w{10,250}"),
    ("stripe-restricted", "r", r"k_(?:live|test|prod)_\w{10,250}"),
    ("stripe-hook", "whsec_", r"[\w+/=]{16,250}"),
    ("sk-hex", "sk_", rf"(?=[A-Za-z]{{0,64}}\d){_A}{{29,64}}(?!\w)"),
    ("supabase", "sbp_", rf"(?:oauth_|v0_)?{_H}{{40}}"),
    ("supabase-key", "sb_", rf"(?:secret|publishable)_{_W}{{20,64}}"),
    ("tailscale", "tskey-", rf"[a-z]{{2,8}}-{_W}{{16,100}}"),
    ("tencent", "AKID", rf"{_A}{{13,48}}(?!{_A})"),
    ("twilio", "SK", rf"{_H}{{32}}(?!{_A})"),
    ("twilio-account", "AC", rf"{_H}{{32}}(?!{_A})"),
    ("typeform", "tfp_", r"[\w.-]{40,80}"),
    ("vault", "hv", rf"[sbr]\.{_W}{{20,400}}"),
    ("vault-old", "s.", rf"(?=[A-Za-z]{{0,24}}\d){_A}{{24}}(?![\w.])"),
    ("vercel", "v", rf"(?:cp|ci|ca|cr|ck)_{_A}{{24,64}}(?!{_A})"),
    ("volcengine", "AKLT", r"[\w+/-]{24,80}={0,2}"),
    ("xai", "xai-", rf"{_A}{{60,100}}"),
    ("yandex-key", "AQVN", rf"{_W}{{32,40}}"),
    ("yandex-aws", "YC", rf"{_W}{{38}}(?![\w-])"),
    ("yandex-token", "t1.", r"[\w-]{4,40}=?\.[\w-]{60,120}={0,2}"),
    ("yandex-oauth", "y0_", rf"{_W}{{40,80}}"),
)  # fmt: skip


_WORD = lazily(r"[A-Za-z0-9_-]{15,}")  # every form has a part that is longer than that
_DOTTED = lazily(r"[\w.-]{1,24}\.$")  # `SG.`, `hvs.`, `dp.pt.`


@cache
def _by_first() -> dict[str, re.Pattern[str]]:
    """All rows that begin with a character as one pattern."""
    rows: dict[str, list[str]] = {}
    for _, prefix, tail in PREFIXED:
        rows.setdefault(prefix[0], []).append(re.escape(prefix[1:]) + tail)
    return {first: re.compile(f"{re.escape(first)}(?:{'|'.join(tails)})") for first, tails in rows.items()}


def _known_forms(view: View) -> Iterator[Span]:
    r"""Each long word, whether it begins as a token does; also after `\\n` in a string written as JSON, and `%3D`."""
    text, patterns = view.text, _by_first()
    done = 0
    for match in _WORD().finditer(text):
        start = match.start()
        if start < done:
            continue
        before = text[start - 1 : start]
        if before == ".":
            dotted = _DOTTED().search(text, max(0, start - 24), start)
            start = dotted.start() if dotted else start
            before = text[start - 1 : start]
        if before == "\\" and text[start] in "nrt":
            start += 1
        elif before == "%":
            start += 2
        elif before == "/" and text[start - 4 : start].endswith("1//"):
            start -= 3
        elif text[start].isdigit() and (kind := number(view, *match.span())):
            yield (*match.span(), kind)
            continue
        pattern = patterns.get(text[start])
        found = pattern.match(text, start) if pattern else None
        if found:
            done = found.end()
            yield start, done, "secret"


_START = r"(?:\b|(?<=\\[nrt]))"

DETECTORS = (
    Function("prefixed", _known_forms),
    Detector("slack-hook", "secret", r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/(?P<value>[\w/+-]{20,200})", ("hooks.slack",)),
    Detector("discord-hook", "secret", r"discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/(?P<value>\d{15,22}/[\w-]{40,100})", ("/webhooks/",)),
    Detector("teams-hook", "secret", r"webhook\.office\.com/webhookb2/(?P<value>[\w@/-]{60,300})", ("webhookb2/",)),
    Detector("robot-hook", "secret", r"(?:/webhook/send\?key=|/robot/send\?access_token=|/open-apis/bot/v2/hook/)(?P<value>[\w-]{20,100})", ("/webhook/send", "/robot/send", "/bot/v2/hook/")),
    Detector("zapier-hook", "secret", r"hooks\.zapier\.com/hooks/catch/(?P<value>[\w/]{8,60})", ("hooks.zapier",)),
    Detector("baidu", "secret", r"(?P<value>bce-v3/[\w-]{6,60}/[0-9a-f]{20,64})", ("bce-v3/",)),
    Detector("telegram", "secret", r"(?P<value>\d{8,10}:AA[\w-]{30,40})", (":AA",)),
    Detector("azure-ad", "secret", r"(?<![\w~.-])(?P<value>[\w~.]{3}\dQ~[\w~.-]{31,34})(?![\w~-])", ("Q~",)),
    Detector("terraform", "secret", _START + r"(?P<value>[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,90})", (".atlasv1.",)),
    Detector("mailchimp", "secret", _START + r"(?P<value>[0-9a-f]{32}-us\d{1,2})\b", ("-us",)),
    Detector("maxmind", "secret", _START + r"(?P<value>[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk)\b", ("_mmk",)),
    Detector("lob", "secret", _START + r"(?P<value>(?:live|test)_(?:pub_)?[0-9a-f]{31,35})\b", ("live_", "test_")),
    Detector("kubeadm", "secret", r"(?:--token|token[:=])\s?(?P<value>[a-z0-9]{6}\.[a-z0-9]{16})\b", ("token",)),
    Detector("facebook-app", "secret", r"(?P<value>\d{13,17}\|[\w-]{27,40})", ("|",)),
    Detector("sentry-dsn", "secret", r"https://(?P<value>[0-9a-f]{32}(?::[0-9a-f]{32})?)@[\w.-]{1,80}/\d", ("https://",)),
    Detector("azure-devops", "secret", _START + r"(?P<value>[A-Za-z0-9]{52}JQQJ9[A-Za-z0-9]{27})\b", ("JQQJ9",)),
    Detector("private-use-link", "secret", r"\b(?:maps\.googleapis\.com/[^\s?]{0,80}\?|/hooks/|/webhooks?/)(?P<value>[A-Za-z0-9]{26,64})\b", ("/hooks/", "/webhook")),
)  # fmt: skip
