"""The sentences that state the `upstream.*` facts."""

from __future__ import annotations

from assistant.i18n import Text

SENTENCES = {
    "upstream.overview": Text(
        "{requests|n:client request} failed with {attempts|n:upstream attempt}: {closed} closed early, {reset} reset "
        "(104), {refused} refused (111), {timeout} timed out (110), {no_live} times no live upstream, {disabled} warnings "
        '"temporarily disabled"; upstream {addresses}',
        "{requests} 个客户端请求失败，上游尝试 {attempts} 次：提前关闭 {closed}，重置(104) {reset}，拒绝(111) {refused}，"
        "超时(110) {timeout}，无可用上游 {no_live}；“暂时停用”警告 {disabled} 条；上游 {addresses}",
    ),
    "upstream.request": Text(
        "{time}: {http.request.method} {url.path} (connection *{connection}, worker {worker}) failed at {endpoints}",
        "{time}：{http.request.method} {url.path}（连接 *{connection}，worker {worker}）在 {endpoints} 失败",
    ),
    "upstream.header_phase": Text(
        "{attempts|n:attempt} failed, each while reading the response header: the connection was established and the request "
        "sent, then the peer closed before the first byte of a header",
        "{attempts} 次失败都发生在读取响应头阶段：连接已建立、请求已发出，对端在返回第一个字节之前断开",
    ),
    "upstream.header_phase_some": Text(
        "{attempts} of {all} attempts failed while reading the response header, after the connection was established",
        "{all} 次尝试中有 {attempts} 次在读取响应头阶段失败，此时连接已经建立",
    ),
    "upstream.accepted": Text(
        "each of these connections was accepted, so something was listening each time; a service that was not started, "
        "failed to bind or listens elsewhere is ruled out (the accepting socket may be a proxy such as docker-proxy)",
        "这些连接每次都被接受，说明当时端口上有程序在监听：服务没启动、绑定失败、端口写错都可排除（接受连接的也可能是 docker-proxy "
        "这样的代理）",
    ),
    "upstream.closed_then_reset": Text(
        "the first attempt ended with a close (FIN), the next one with a reset (RST, 104): the peer went away while it "
        "handled the request, and was gone or going when asked again",
        "第 1 次是正常关闭(FIN)，第 2 次是重置(RST，104)：对端在处理请求途中消失，再问时已经不在",
    ),
    "upstream.died_mid_request": Text(
        "{requests|n:request} ended without one byte of a response header on connections that had been accepted",
        "{requests} 个请求的连接被接受后，没有收到响应头的任何一个字节就断开",
    ),
    "upstream.no_timeout": Text(
        "no timeout occurred: none of {records|n:nginx record} says 110: timed out",
        "没有发生超时：{records} 条 nginx 记录里没有一条 110: timed out",
    ),
    "upstream.no_refused": Text(
        "no connection was refused: none of {records|n:nginx record} says 111: Connection refused",
        "没有连接被拒绝：{records} 条 nginx 记录里没有一条 111: Connection refused",
    ),
    "upstream.never_all_disabled": Text(
        'no record says "no live upstreams": no further request reached a worker while all its peers were disabled',
        "没有出现 no live upstreams：在所有地址被停用期间没有别的请求到达该 worker",
    ),
    "upstream.retried": Text(
        "{requests|n:request} ({methods}) went to the next address within the same second: proxy_next_upstream with its "
        "default (error timeout)",
        "{requests} 个请求（{methods}）在同一秒内换下一个地址重试：proxy_next_upstream 的默认行为(error timeout)",
    ),
    "upstream.retried_slowly": Text(
        "{requests|n:request} ({methods}) went to the next address after a failure (proxy_next_upstream)",
        "{requests} 个请求（{methods}）失败后换下一个地址重试(proxy_next_upstream)",
    ),
    "upstream.not_replayed": Text(
        "{methods} was tried once only: nginx does not send a non-idempotent request again once it has been sent "
        "(proxy_next_upstream without non_idempotent)",
        "{methods} 只试了一次：非幂等请求一旦发出，nginx 默认不再重发(proxy_next_upstream 未设 non_idempotent)",
    ),
    "upstream.group": Text(
        '"temporarily disabled" {disabled|n:time}: logged only when the group has two or more addresses; with the defaults '
        "one failure (max_fails=1) takes an address out for 10 s (fail_timeout) in that worker",
        "“temporarily disabled” {disabled} 次：同一组有两个以上地址时才会打印；默认失败 1 次(max_fails=1)该 worker 就停用该地址 "
        "10 秒(fail_timeout)",
    ),
    "upstream.is_local": Text("the upstream is on nginx's own host ({addresses})", "上游在 nginx 本机（{addresses}）"),
    "upstream.one_name": Text(
        "{addresses} on port {upstream.port} are the two addresses of the name localhost: most likely one and the same "
        "service, not two backends",
        "{addresses} 的 {upstream.port} 端口是 localhost 这个名字的两个地址：几乎可以肯定是同一个服务，不是两个后端",
    ),
    "upstream.order_varies": Text(
        "which address is asked first varies ({first}): round robin, no property of an address family",
        "先问哪个地址会变（{first}）：这是轮询的起点不同，与地址族无关",
    ),
    "upstream.client_status": Text(
        "every address of the group failed for {requests|n:request}, so the client got {status} (nginx's default)",
        "{requests} 个请求的所有地址都失败，客户端得到 {status}（nginx 默认）",
    ),
    "upstream.none_left": Text(
        "{requests|n:client} got {status} at once: nginx had every address of the group switched off and asked none",
        "{requests} 个客户端立即得到 {status}：组里的地址都已被 nginx 停用，一个也没有问",
    ),
    "upstream.client_status_if": Text(
        "{requests|n:client} got {status}, unless another address of the group answered (nginx does not log a retry that goes well)",
        "{requests} 个客户端得到 {status}，除非同组另一个地址应答了（重试成功时 nginx 不打印）",
    ),
    "upstream.accepted_some": Text(
        "{attempts|n:connection} {attempts|w:was/were} accepted and then ended, others were refused: the listener comes and goes",
        "{attempts} 次连接被接受后断开，另一些被拒绝：监听的程序时有时无",
    ),
    "upstream.all_ended": Text(
        "{died_requests|n:request} and {died_attempts|n:attempt}: all ended by the upstream, none refused or timed out",
        "{died_requests} 个请求、{died_attempts} 次尝试：全部被上游断开，没有被拒绝或超时",
    ),
    "upstream.routes": Text(
        "{routes} different endpoints fail ({paths}): not tied to one route",
        "{routes} 个不同的接口都失败（{paths}）：与单个接口无关",
    ),
    "upstream.route_again": Text(
        "{http.request.method} {url.path} failed {requests} times ({times}); calling it by hand may trigger the failure again",
        "{http.request.method} {url.path} 失败了 {requests} 次（{times}）；手工再调用它可能再次触发故障",
    ),
    "upstream.intermittent": Text(
        "the failures are {gaps|dur} apart: intermittent, not a permanent outage",
        "各次失败相隔 {gaps|dur}：间歇发生，不是一直不可用",
    ),
    "upstream.quiet_connections": Text(
        "between connections *{first} and *{last} about {passed} connection ids passed without an error record",
        "第 *{first} 与 *{last} 号连接之间约有 {passed} 个连接号没有错误记录",
    ),
    "upstream.origin": Text("all these requests come from the page {path}", "这些请求都来自页面 {path}"),
    "upstream.hosts": Text(
        "the requests were made with different Host headers: {hosts}", "这些请求的 Host 头不同：{hosts}"
    ),
}
