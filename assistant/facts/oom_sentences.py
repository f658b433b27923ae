"""The sentences that state the `oom.*` and `host.*` facts."""

from __future__ import annotations

from assistant.i18n import Text

SENTENCES = {
    "oom.count": Text(
        "the kernel's OOM killer killed {kills|n:process/processes} ({names})",
        "内核 OOM killer 杀死了 {kills} 个进程（{names}）",
    ),
    "oom.kill": Text(
        "the kernel killed {process.executable.name} (pid {process.pid}) at {time}",
        "内核在 {time} 杀死了 {process.executable.name}(pid {process.pid})",
    ),
    "oom.scope_global": Text(
        "host-wide shortage: CONSTRAINT_NONE and global_oom, no oom_memcg; the limit of a container was not what was hit",
        "整机内存不足：CONSTRAINT_NONE、global_oom，没有 oom_memcg；触发的不是容器内存上限",
    ),
    "oom.scope_host": Text(
        "host-wide shortage: the kill line begins with \"Out of memory\" and the dump holds the host's Mem-Info; a cgroup's limit "
        "was not what was hit",
        "整机内存不足：Killed 行以 Out of memory 开头，转储里是整机的 Mem-Info；触发的不是 cgroup 上限",
    ),
    "oom.scope_cgroup": Text(
        "a cgroup's memory limit was hit ({oom_memcg}); the host itself may have had memory left",
        "触发的是 cgroup 的内存上限（{oom_memcg}）；整机可能还有内存",
    ),
    "oom.scope_cpuset": Text(
        "the memory nodes that a cpuset allows ran out (CONSTRAINT_CPUSET)",
        "cpuset 允许使用的内存节点耗尽(CONSTRAINT_CPUSET)",
    ),
    "oom.scope_mempolicy": Text(
        "the memory nodes that a NUMA policy allows ran out (CONSTRAINT_MEMORY_POLICY)",
        "NUMA 内存策略允许的节点耗尽(CONSTRAINT_MEMORY_POLICY)",
    ),
    "oom.sysrq": Text(
        "order=-1: the OOM killer was called by hand (SysRq-f), not by a shortage",
        "order=-1：OOM killer 是被手动触发的(SysRq-f)，不是因为缺内存",
    ),
    "oom.trigger": Text(
        "the allocation that failed was made by {name} (order {order}); the victim is chosen by its points, not for that",
        "分配失败的是 {name}（order {order}）；被杀者按得分挑选，与此无关",
    ),
    "oom.trigger_cpuset": Text(
        "cpuset={cpuset} is the cpuset of the task whose allocation failed, not of the victim",
        "cpuset={cpuset} 是申请内存失败的那个任务的 cpuset，不是被杀进程的",
    ),
    "oom.memory": Text(
        "it held {resident_kb|gib} resident ({resident_kb|kib}, {anon_kb|kib} of it anonymous), {virtual_kb|gib} virtual",
        "被杀时常驻内存 {resident_kb|gib}({resident_kb|kib}，其中匿名页 {anon_kb|kib})，虚拟内存 {virtual_kb|gib}",
    ),
    "oom.page_size": Text(
        "page size {page_kb} KiB, proven by the dump itself ({total_vm|n} pages are {virtual_kb|kib}; checks in kB: {checks})",
        "页大小 {page_kb} KiB，由转储自身证明（{total_vm|n} 页即 {virtual_kb|kib}；核对（kB）：{checks}）",
    ),
    "oom.mismatch": Text(
        "the dump contradicts itself: {name} gives {left|n} by the table and {right|n} by the kill line",
        "转储自相矛盾：{name} 按任务表是 {left|n}，按 Killed 行是 {right|n}",
    ),
    "oom.badness": Text(
        "{points|n} badness points ({rss|n} resident + {swapents|n} swapped + {tables|n} page-table pages, oom_score_adj "
        "{oom_score_adj}): the largest of the visible rows",
        "得分 {points|n}（常驻 {rss|n} + 换出 {swapents|n} + 页表 {tables|n} 页，oom_score_adj {oom_score_adj}），是可见各行中最大的",
    ),
    "oom.not_largest": Text(
        "{points|n} badness points: not the largest of the visible rows ({second} has more)",
        "得分 {points|n}，不是可见各行中最大的（{second} 更大）",
    ),
    "oom.share": Text(
        "{share|pct} of the {sum_kb|mib} resident in the {rows} visible rows is {name}; all others together have {others_kb|mib}",
        "{name} 占可见 {rows} 行常驻内存合计 {sum_kb|mib} 的 {share|pct}，其余进程一共 {others_kb|mib}",
    ),
    "oom.instances": Text("{count|n:process/processes} named {name} visible", "可见名为 {name} 的进程 {count} 个"),
    "oom.table": Text("task table with its pids and names", "任务表中的进程号与名称"),
    "oom.shape": Text(
        "the table's columns are those of kernel {releases} (distributions back-port)",
        "任务表的列与内核 {releases} 一致（发行版会移植补丁）",
    ),
    "oom.swap_unused": Text(
        "swapents is 0 in all {rows|n:row}: no swap in use, most likely none configured",
        "{rows} 行的 swapents 全是 0：没有用到 swap，很可能没有配置",
    ),
    "oom.protected": Text(
        "protected by a negative oom_score_adj: {processes}", "受负 oom_score_adj 保护的进程：{processes}"
    ),
    "oom.docker_proxy": Text(
        "{count|n:docker-proxy process/docker-proxy processes}: published ports, one process per address family",
        "有 {count} 个 docker-proxy 进程：容器发布了端口，每个地址族一个",
    ),
    "oom.docker_exec": Text(
        "also alive: {processes}: a health check or somebody's docker exec; it cannot be decided from this",
        "当时还有：{processes}；可能是健康检查，也可能是有人在 docker exec，仅凭这些无法判断",
    ),
    "host.cloud": Text(
        "{name} is an agent of {provider}: most likely a virtual machine there",
        "{name} 是 {provider} 的代理程序：多半是其云主机",
    ),
    "host.memory": Text("{usable_kb|gib} of RAM for the system to use", "系统可使用的内存共 {usable_kb|gib}"),
    "host.swap": Text("swap {total_kb|gib}, free {free_kb|gib}", "swap 共 {total_kb|gib}，剩余 {free_kb|gib}"),
    "host.no_swap": Text("no swap configured (its total is 0)", "没有配置 swap（总量为 0）"),
    "oom.cgroup_limit": Text(
        "cgroup usage {usage_kb|mib} of the limit {limit_kb|mib}, hit {failcnt|n:time}",
        "cgroup 用量 {usage_kb|mib}，上限 {limit_kb|mib}，触顶 {failcnt} 次",
    ),
    "oom.head_missing": Text(
        "the dump is cut at its beginning: the process whose allocation failed, the kernel version, total and free memory are "
        "unknown (RAM is at least the visible {floor_kb|mib})",
        "转储开头被截断：谁申请内存失败、内核版本、总内存和空闲内存都未知（内存至少有可见的 {floor_kb|mib}）",
    ),
    "oom.head_missing_bare": Text(
        "of the dump only the end is here: the process whose allocation failed, the kernel version, total and free memory and "
        "the other processes are unknown",
        "转储只有结尾：谁申请内存失败、内核版本、总内存和空闲内存、其他进程都未知",
    ),
    "oom.trigger_missing": Text(
        "the first lines of the dump are missing: the process whose allocation failed and the kernel version are unknown",
        "转储的头几行缺失：谁申请内存失败、内核版本未知",
    ),
    "oom.memory_missing": Text(
        "the dump has no Mem-Info block: total and free memory are unknown", "转储里没有 Mem-Info：总内存和空闲内存未知"
    ),
    "oom.tail_missing": Text(
        "the dump is cut at its end: which process was killed, if any, is unknown",
        "转储结尾被截断：是否杀了进程、杀了谁都未知",
    ),
    "oom.reaped": Text("the memory of pid {process.pid} was reaped", "pid {process.pid} 的内存已被回收"),
    "oom.not_reaped": Text("the memory of pid {process.pid} could not be reaped", "pid {process.pid} 的内存未能回收"),
}
