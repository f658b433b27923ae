"""Identifiers that say whose cloud it is: accounts, projects, subscriptions, instances, and serial numbers of machines."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.intake.detectors.base import Detector, Function, Span, View, is_masked, is_mixed, words
from assistant.intake.lazily import lazily

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


_RESOURCE = lazily(r"-([0-9a-z]{8,22})(?![\w-])")
_PREFIX = lazily(r"(?<![\w/.-])[a-z]{1,8}$")
_AWS = words("i vol snap sg subnet vpc eni ami igw nat rtb acl eipalloc tgw vpce fs fsap r asg lt eks elb pcx dopt sgr")
_ALIYUN = words("i rm r lb vpc vsw sg d s eip ngw eni m pc dds nat alb nlb acl asg c")
_TENCENT = words("ins cdb crs lhins disk eip cls lb vpc subnet sg ccn postgres mariadb cmgo asg tke nat eni")
_AWS_SIZES, _ALIYUN_SIZES, _TENCENT_SIZE = (8, 17), range(16, 23), 8
_LONGEST_PREFIX = 9


def _resources(view: View) -> Iterator[Span]:
    """`i-0abc…`, `vpc-…`, `rm-bp1…`, `ins-…`: letters and digits after the prefix, so that `ins-approved` stays."""
    text = view.text
    for match in _RESOURCE().finditer(text):
        value = match[1]
        if not is_mixed(value):
            continue
        prefix = _PREFIX().search(text, max(0, match.start() - _LONGEST_PREFIX), match.start())
        if prefix is None:
            continue
        size, name = len(value), prefix[0]
        hexadecimal = all(char in "0123456789abcdef" for char in value)
        if (
            (name in _AWS and size in _AWS_SIZES and hexadecimal)
            or (name in _ALIYUN and size in _ALIYUN_SIZES)
            or (name in _TENCENT and size == _TENCENT_SIZE)
        ):
            yield prefix.start(), match.end(), "cloud"


def _is_serial(view: View, start: int, end: int) -> bool:
    value = view.text[start:end]
    return any(char.isdigit() for char in value) and not is_masked(value)


DETECTORS = (
    Detector("arn", "cloud", r"\barn:aws[\w-]{0,12}:(?P<value>[\w-]{1,40}:[\w-]{0,30}:\d{0,12}:[\w/:.*@+=,-]{1,400})", ("arn:aws",)),
    Detector("aws-account", "cloud", r"account(?:[_ -]?id)?\\?[\"']?[ ]?[:=]?[ ]?\\?[\"']?(?P<value>\d{12})(?!\d)", ("account",), fold=True),
    Function("resource", _resources),
    Detector("gcp-project", "cloud", r"\bprojects/(?P<value>[a-z][a-z0-9-]{4,28}[a-z0-9]|\d{10,14})(?=/|[\"'\s,]|$)", ("projects/",)),
    Detector("gcp-project-field", "cloud", r"(?:project_?id|gcp_?project|google_?cloud_?project)\\?[\"']?[ ]?[:=][ ]?\\?[\"']?(?P<value>[a-z][a-z0-9-]{4,28}[a-z0-9])", ("project",), fold=True),
    Detector("azure", "cloud", rf"(?:/subscriptions/|subscription(?:[_ -]?id)?\\?[\"']?[ ]?[:=]?[ ]?\\?[\"']?|tenant(?:[_ -]?id)?\\?[\"']?[ ]?[:=]?[ ]?\\?[\"']?|/tenants/)(?P<value>{_UUID})", ("subscription", "tenant"), fold=True),
    Detector("azure-group", "cloud", r"/resourcegroups/(?P<value>[\w.()-]{1,90})", ("/resourcegroups/",), fold=True),
    Detector("azure-provider", "cloud", r"/providers/microsoft\.[\w./]{1,60}?/(?P<value>[\w.-]{1,90})(?=[/\s\"',]|$)", ("/providers/microsoft.",), fold=True),
    Detector("serial", "serial", r"(?:serial[ _]?(?:number|no\.?|num)\\?[\"']?|\bs/n)[ ]?[:=#]?[ ]{0,3}\\?[\"']?(?P<value>[a-z0-9][\w-]{5,39})(?=[\s\"',;)\]]|$)", ("serial", "s/n"), fold=True, check=_is_serial),
    Detector("product-uuid", "serial", rf"(?:product_uuid|machine[_-]id|system uuid|dmi uuid|hardware uuid)\\?[\"']?[ ]?[:=]?[ ]?\\?[\"']?(?P<value>{_UUID}|[0-9a-f]{{32}})", ("uuid", "machine"), fold=True),
)  # fmt: skip
