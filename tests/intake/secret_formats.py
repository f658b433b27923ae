"""Forms of secrets, as a checklist: how a value is made, and in which lines it is met.

The names follow the rules of gitleaks, TruffleHog and detect-secrets, which were used as lists of what there is; the
forms are the providers' own. A template is plain text with fields: `{A36}` is 36 letters and digits, `H` hexadecimal
digits, `L` lower-case letters and digits, `P` upper-case letters and digits, `N` digits, `W` as A with `-` and `_`,
`B` base64, `{U}` a UUID. All values come from a seeded generator, so that none is anybody's.
"""

from __future__ import annotations

import random
import re
import string
import uuid
from dataclasses import dataclass

_SETS = {
    "A": string.ascii_letters + string.digits,
    "H": "0123456789abcdef",
    "L": string.ascii_lowercase + string.digits,
    "P": string.ascii_uppercase + string.digits,
    "N": string.digits,
    "W": string.ascii_letters + string.digits + "-_",
    "B": string.ascii_letters + string.digits + "+/",
    "S": string.ascii_letters + string.digits + "!%^*~.",
}
_FIELD = re.compile(r"\{([A-Z])(\d*)\}")

# Known by their form wherever they stand.
FORMS: dict[str, str] = {
    "1password-secret-key": "A3-{P6}-{P6}-{P5}-{P5}-{P5}-{P5}", "1password-service-account-token": "ops_eyJ{B250}", "adobe-client-secret": "p8e-{L32}",
    "age-secret-key": "AGE-SECRET-KEY-1{P58}", "airtable-personal-access-token": "pat{A14}.{H64}", "aiven": "AVNS_{A19}", "alibaba-access-key-id": "LTAI{A20}",
    "anthropic-api-key": "sk-ant-api03-{W93}AA", "anthropic-admin-api-key": "sk-ant-admin01-{W93}AA", "anthropic-oauth": "sk-ant-oat01-{W90}", "artifactory-api-key": "AKCp8{A64}",
    "artifactory-reference-token": "cmVmdGtu{A56}", "atlassian-api-token": "ATATT3{W186}", "atlassian-bitbucket": "ATBB{A32}", "atlassian-server": "ATCTT3{W180}={P8}",
    "authress-service-client": "sc_{L12}.{L6}.acc-{L12}.{B40}", "aws-access-token": "AKIA{P16}", "aws-session-key": "ASIA{P16}", "aws-bedrock-long": "ABSK{B109}",
    "azure-ad-client-secret": "{A3}8Q~{A34}", "azure-devops": "{A52}JQQJ9{A27}", "baidu": "bce-v3/ALTAK-{A21}/{H40}", "brevo": "xkeysib-{H64}-{A16}", "brevo-smtp": "xsmtpsib-{H64}-{A16}",
    "buildkite": "bkua_{L40}", "circleci": "CCIPAT_{A22}_{H40}", "clickhouse-cloud": "4b1d{A38}", "clojars": "CLOJARS_{L60}", "cloudflare-origin-ca": "v1.0-{H24}-{H146}",
    "contentful": "CFPAT-{W43}", "databricks": "dapi{H32}", "databricks-suffix": "dapi{H32}-2", "digitalocean-pat": "dop_v1_{H64}", "digitalocean-access": "doo_v1_{H64}",
    "digitalocean-refresh": "dor_v1_{H64}", "discord-bot-token": "MT{A22}.G{A5}.{W38}", "docker-hub": "dckr_pat_{W27}", "docker-org": "dckr_oat_{W32}", "docker-swarm": "SWMTKN-1-{L50}-{L25}",
    "doppler": "dp.pt.{A43}", "doppler-service": "dp.st.prd.{A43}", "dropbox-short-lived": "sl.{W140}", "dropbox-user": "sl.u.{W180}", "duffel": "duffel_live_{W43}",
    "dynatrace": "dt0c01.{P24}.{P64}", "easypost": "EZAK{A54}", "easypost-test": "EZTK{A54}", "facebook-access-token": "{N15}|{A27}", "facebook-page": "EAAM{A100}", "figma": "figd_{W40}",
    "fireworks": "fw_{A24}", "flutterwave-secret": "FLWSECK_TEST-{H32}-X", "flutterwave-public": "FLWPUBK_TEST-{H32}-X", "flyio": "fo1_{A43}", "flyio-macaroon": "fm2_{B120}==", "frameio": "fio-u-{W64}",
    "gcp-api-key": "AIza{W35}", "google-oauth-access": "ya29.{W120}", "google-oauth-secret": "GOCSPX-{W28}", "google-refresh": "1//0{W60}", "github-pat": "ghp_{A36}", "github-oauth": "gho_{A36}",
    "github-app": "ghu_{A36}", "github-server": "ghs_{A36}", "github-refresh": "ghr_{A76}", "github-fine-grained-pat": "github_pat_{A22}_{A59}", "gitlab-pat": "glpat-{W20}",
    "gitlab-routable": "glpat-{W27}.01.{L9}", "gitlab-deploy": "gldt-{W20}", "gitlab-runner": "glrt-{W20}", "gitlab-cicd-job": "glcbt-{H2}_{W20}", "gitlab-feature-flag": "glffct-{W20}",
    "gitlab-feed": "glft-{W20}", "gitlab-incoming-mail": "glimt-{W25}", "gitlab-agent": "glagent-{W50}", "gitlab-oauth-app": "gloas-{A64}", "gitlab-ptt": "glptt-{H40}",
    "gitlab-scim": "glsoat-{W20}", "gitlab-rrt": "GR1348941{W20}", "gocardless": "live_{A40}", "grafana-cloud": "glc_{B80}", "grafana-service-account": "glsa_{A32}_{H8}",
    "grafana-api-key": "eyJrIjoi{A90}", "groq": "gsk_{A52}", "harness": "pat.{A22}.{H24}.{A20}", "hashicorp-tf": "{A14}.atlasv1.{A67}", "vault-service": "hvs.{W95}", "vault-batch": "hvb.{W140}",
    "vault-recovery": "hvr.{W40}", "vault-old": "s.{A24}", "heroku-v2": "HRKU-AA{W58}", "hubspot": "pat-na1-{U}", "huawei": "HPUA{P16}", "huggingface": "hf_{A34}", "huggingface-org": "api_org_{A34}",
    "infracost": "ico-{A32}", "intra42": "s-s4t2ud-{H64}", "jwt": "eyJ{W40}.eyJ{W60}.{W43}", "jwt-base64": "ZXlK{A120}", "kubernetes-bootstrap": "token={L6}.{L16}", "langfuse": "pk-lf-{U}", "langfuse-secret": "sk-lf-{U}",
    "langsmith": "lsv2_pt_{H32}_{H10}", "launchdarkly-sdk": "sdk-{U}", "launchdarkly": "api-{U}", "linear": "lin_api_{A40}", "linear-oauth": "lin_oauth_{H64}", "lob": "live_{H35}", "lob-pub": "test_pub_{H31}",
    "mailchimp": "{H32}-us12", "mailgun-private": "key-{H32}", "mailgun-public": "pubkey-{H32}", "mapbox": "pk.{A60}.{A22}", "mapbox-jwt": "sk.eyJ{A80}.{W22}", "maxmind": "{A6}_{A29}_mmk",
    "mailersend": "mlsn.{H64}", "netlify": "nfp_{A36}", "new-relic-user-key": "NRAK-{P27}", "new-relic-browser": "NRJS-{H19}", "new-relic-insert": "NRII-{A32}", "notion": "ntn_{N11}{A35}", "notion-old": "secret_{A43}",
    "npm": "npm_{A36}", "nuget": "oy2{L43}", "nvidia": "nvapi-{W64}", "octopus-deploy": "API-{P26}", "openai": "sk-{A20}T3BlbkFJ{A20}", "openai-project": "sk-proj-{W74}T3BlbkFJ{W74}",
    "openai-service": "sk-svcacct-{W58}T3BlbkFJ{W58}", "openai-admin": "sk-admin-{W58}T3BlbkFJ{W58}", "openrouter": "sk-or-v1-{H64}", "deepseek": "sk-{H32}", "elevenlabs": "sk_{H48}", "openshift": "sha256~{W43}",
    "perplexity": "pplx-{A48}", "pinecone": "pcsk_{A6}_{A60}", "plaid": "access-sandbox-{U}", "planetscale-token": "pscale_tkn_{W43}", "planetscale-oauth": "pscale_oauth_{W43}", "planetscale-password": "pscale_pw_{W43}",
    "postman": "PMAK-{H24}-{H34}", "posthog": "phc_{A43}", "posthog-personal": "phx_{A43}", "prefect": "pnu_{A36}", "pulumi": "pul-{H40}", "pypi": "pypi-AgEIcHlwaS5vcmc{W70}", "razorpay": "rzp_live_{A14}",
    "readme": "rdme_{L70}", "replicate": "r8_{A37}", "rootly": "rootly_{H64}", "rubygems": "rubygems_{H48}", "scaleway": "SCW{P17}", "scalingo": "tk-us-{W48}", "sendgrid": "SG.{W22}.{W43}", "sentry-org": "sntrys_eyJpYXQiOjE{B120}_{B43}",
    "sentry-user": "sntryu_{H64}", "settlemint": "sm_pat_{A16}", "shippo": "shippo_live_{H40}", "shopify-access": "shpat_{H32}", "shopify-custom": "shpca_{H32}", "shopify-private": "shppa_{H32}", "shopify-shared": "shpss_{H32}",
    "slack-bot": "xoxb-{N12}-{N12}-{A24}", "slack-user": "xoxp-{N11}-{N11}-{N12}-{H32}", "slack-app": "xapp-1-A{P10}-{N12}-{H64}", "slack-config": "xoxe.xoxp-1-{A160}", "slack-refresh": "xoxe-1-{A146}", "slack-legacy": "xoxs-{N10}-{N10}-{N10}-{H10}",
    "slack-webhook": "https://hooks.slack.com/services/T{P8}/B{P8}/{A24}", "sonar": "sqp_{H40}", "sourcegraph": "sgp_{H40}", "sourcegraph-local": "sgp_local_{H40}", "sourcegraph-cody": "slk_{H64}", "square-access": "sq0atp-{W22}", "square-secret": "sq0csp-{W43}",
    "stripe-live": "sk_live_{A24}", "stripe-restricted": "rk_test_{A99}", "stripe-webhook": "whsec_{A32}", "supabase": "sbp_{H40}", "tailscale": "tskey-auth-k{A11}CNTRL-{A32}", "telegram-bot": "{N10}:AA{W33}", "teams-webhook": "https://acme1.webhook.office.com/webhookb2/{U}@{U}/IncomingWebhook/{H32}/{U}",
    "discord-webhook": "https://discord.com/api/webhooks/{N18}/{W68}", "dingtalk-robot": "https://oapi.dingtalk.com/robot/send?access_token={H64}", "wecom-robot": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={U}", "feishu-robot": "https://open.feishu.cn/open-apis/bot/v2/hook/{U}",
    "tencent": "AKID{A32}", "twilio": "SK{H32}", "twilio-account": "AC{H32}", "typeform": "tfp_{W59}", "volcengine": "AKLT{A46}", "xai": "xai-{A80}", "yandex-api": "AQVN{W35}", "yandex-aws": "YC{W38}", "yandex-token": "t1.{A9}.{W86}==", "sentry-dsn": "https://{H32}@o{N6}.ingest.example.net/{N7}",
    "postgres-url": "postgresql://app:{S20}@db:5432/shop", "mysql-url": "mysql+pymysql://app:{A12}@db/shop", "mongodb-url": "mongodb+srv://app:{A16}@cluster0.example.net/test", "redis-url": "redis://:{A24}@cache:6379/0", "amqp-url": "amqps://app:{A20}@mq:5671/%2f",
    "basic-auth-url": "https://robot:{A20}@git.example.com/a/b.git", "go-mysql-dsn": "app:{A16}@tcp(db:3306)/shop",
}  # fmt: skip

# Known by the name of their key alone: the name in snake case. Nothing in the value gives them away.
KEYED: dict[str, tuple[str, str]] = {
    "adafruit": ("adafruit_io_key", "aio_{A28}"), "airtable-old": ("airtable_api_key", "key{A14}"), "algolia": ("algolia_admin_api_key", "{H32}"), "alibaba-secret": ("alibaba_secret_key", "{L30}"), "asana": ("asana_client_secret", "{L32}"),
    "aws-secret": ("aws_secret_access_key", "{B40}"), "aws-session": ("aws_session_token", "{B200}"), "azure-storage": ("account_key", "{B86}=="), "azure-openai": ("azure_openai_api_key", "{H32}"), "azure-service-bus": ("shared_access_key", "{B43}="),
    "beamer": ("beamer_api_key", "b_{W44}"), "bitbucket": ("bitbucket_client_secret", "{W64}"), "bittrex": ("bittrex_secret_key", "{L32}"), "cisco-meraki": ("meraki_dashboard_api_key", "{H40}"), "cloudflare-api": ("cloudflare_api_token", "{W40}"), "cloudflare-global": ("cloudflare_global_api_key", "{H37}"),
    "codecov": ("codecov_token", "{U}"), "cohere": ("cohere_api_key", "{A40}"), "coinbase": ("coinbase_api_secret", "{L64}"), "confluent": ("confluent_secret_key", "{A64}"), "consul": ("consul_http_token", "{U}"), "datadog": ("dd_api_key", "{H32}"), "datadog-app": ("datadog_app_key", "{L40}"),
    "defined-networking": ("dnkey_token", "{P26}"), "discord-client": ("discord_client_secret", "{W32}"), "droneci": ("droneci_access_token", "{L32}"), "dropbox": ("dropbox_app_secret", "{L15}"), "etsy": ("etsy_access_token", "{L24}"), "facebook-secret": ("facebook_app_secret", "{H32}"), "fastly": ("fastly_api_token", "{W32}"),
    "finicity": ("finicity_client_secret", "{L20}"), "finnhub": ("finnhub_access_token", "{L20}"), "flickr": ("flickr_access_token", "{L32}"), "freemius": ("secret_key", "sk_{S29}"), "freshbooks": ("freshbooks_access_token", "{L64}"), "gitter": ("gitter_access_token", "{W40}"), "heroku": ("heroku_api_key", "{U}"), "honeycomb": ("honeycomb_api_key", "{A22}"),
    "intercom": ("intercom_api_token", "{A60}"), "jfrog": ("jfrog_api_key", "{A73}"), "kraken": ("kraken_private_key", "{B80}"), "kucoin": ("kucoin_secret_key", "{U}"), "linkedin": ("linkedin_client_secret", "{L16}"), "linode": ("linode_api_token", "{H64}"), "looker": ("looker_client_secret", "{L24}"), "mattermost": ("mattermost_access_token", "{L26}"),
    "messagebird": ("messagebird_api_token", "{L25}"), "minio": ("minio_root_password", "{S16}"), "nytimes": ("nytimes_access_token", "{L32}"), "okta": ("okta_api_token", "00{W40}"), "pagerduty": ("pagerduty_api_key", "{A20}"), "plaid-secret": ("plaid_secret", "{H30}"), "privateai": ("private_ai_api_key", "{L32}"), "rapidapi": ("rapidapi_key", "{A50}"),
    "sendbird": ("sendbird_api_token", "{H40}"), "sidekiq": ("bundle_enterprise_password", "{H8}:{H8}"), "snyk": ("snyk_token", "{U}"), "square-old": ("square_access_token", "EAAA{W60}"), "squarespace": ("squarespace_access_token", "{U}"), "sumologic": ("sumologic_access_key", "{A64}"), "travisci": ("travis_access_token", "{A22}"), "trello": ("trello_token", "{A32}"),
    "twilio-auth": ("twilio_auth_token", "{H32}"), "twitch": ("twitch_client_secret", "{L30}"), "twitter": ("twitter_access_token_secret", "{A45}"), "twitter-bearer": ("twitter_bearer_token", "AAAAAAAAAAAAAAAAAAAAAA{B80}"), "virustotal": ("virustotal_api_key", "{H64}"), "vultr": ("vultr_api_key", "{P36}"), "wireguard": ("private_key", "{B43}="),
    "zendesk": ("zendesk_secret_key", "{A40}"), "password": ("db_password", "{S14}"), "password-plain": ("password", "correct-{L6}"), "passphrase": ("key_passphrase", "{S12}"), "php-session": ("PHPSESSID", "{L26}"), "java-session": ("JSESSIONID", "{P32}"), "session": ("session_id", "{W32}"), "csrf": ("csrf_token", "{A64}"), "refresh-token": ("refresh_token", "{W64}"),
    "django": ("django_secret_key", "{S50}"), "rails": ("secret_key_base", "{H128}"), "laravel": ("app_key", "base64:{B43}="), "ldap": ("ldap_bind_password", "{S12}"), "vnc": ("vnc_passwd", "{A8}"), "generic": ("service_auth_token", "{W32}"),
}  # fmt: skip

CONTEXTS: dict[str, str] = {
    "env": "{KEY}={v}",
    "export": "export {KEY}='{v}'",
    "json": '{{"level":"error","{key}":"{v}","status":500}}',
    "json-spaced": '{{"{key}": "{v}", "retries": 3}}',
    "json-in-json": '{{"msg":"body was {{\\"{key}\\":\\"{v}\\"}}","status":500}}',
    "yaml": "  {key}: {v}",
    "yaml-quoted": '  {key}: "{v}"',
    "url": "GET /v1/items?page=2&{key}={v}&limit=10 HTTP/1.1",
    "python": "{{'user': 'x', '{key}': '{v}'}}",
    "logfmt": 'level=error {key}="{v}" status=500',
    "php": "'{key}' => '{v}',",
    "properties": "app.{key} = {v}",
    "option": "started: server --{kebab} {v} --port 8080",
    "header": "> X-{Kebab}: {v}",
    "bearer": "< Authorization: Bearer {v}",
    "bearer-json": '{{"headers":{{"authorization":"Bearer {v}","accept":"*/*"}}}}',
}
BARE = {
    "bare": "2026-11-24 10:00:00 ERROR call with {v} failed after 3 tries",
    "quoted": 'invalid value "{v}" in request',
    "end": "2026-11-24T10:00:00Z rejected {v}",
    "escaped": '{{"log":"retrying\\n{v}\\n","stream":"stderr"}}',
}
_HEADER_ONLY = {"bearer", "bearer-json"}


@dataclass(frozen=True)
class Case:
    rule: str
    context: str
    value: str
    line: str


def make(template: str, chance: random.Random) -> str:
    def field(match: re.Match[str]) -> str:
        if match[1] == "U":
            return str(uuid.UUID(int=chance.getrandbits(128), version=4))
        return "".join(chance.choices(_SETS[match[1]], k=int(match[2])))

    return _FIELD.sub(field, template)


def cases(seed: int) -> list[Case]:
    """Every form in every line that it is met in."""
    chance = random.Random(seed)  # noqa: S311 - must come out the same again
    found: list[Case] = []
    for rule, template in FORMS.items():
        key = f"{rule.replace('-', '_')}_value"
        for context, line in {**CONTEXTS, **BARE}.items():
            found.append(_case(rule, context, line, key, template, chance))
    for rule, (key, template) in KEYED.items():
        for context, line in CONTEXTS.items():
            if context not in _HEADER_ONLY:
                found.append(_case(rule, context, line, key, template, chance))
    return found


def _case(rule: str, context: str, line: str, key: str, template: str, chance: random.Random) -> Case:
    value = make(template, chance)
    kebab = key.replace("_", "-")
    filled = line.format(v=value, key=key, KEY=key.upper(), kebab=kebab, Kebab=kebab.title())
    return Case(rule, context, value, filled)


def left_over(case: Case, redacted: str, size: int = 10) -> bool:
    """Whether a piece of the random part is still there: for URLs the part that is secret is in the middle or at the end."""
    parts = secret_parts(case.value)
    return any(
        part[at : at + size] in redacted
        for part in parts
        for at in range(max(1, len(part) - size + 1))
        if part[at : at + size]
    )


def secret_parts(value: str) -> list[str]:
    """What of a value nobody may read: after the scheme, the account and the path that everybody knows."""
    if match := re.search(r"^[a-z+]+://[a-z]*:(.+)@", value):
        return [match[1]]
    if match := re.search(r"^app:(.+)@tcp", value):
        return [match[1]]
    if match := re.search(r"^https://([0-9a-f]{32})@", value):
        return [match[1]]
    if value.startswith("https://"):
        return [value.rsplit("?", maxsplit=1)[-1].rsplit("=", maxsplit=1)[-1].rsplit("/", maxsplit=1)[-1]]
    return [value[len(value) // 3 :] if len(value) > 16 else value]
