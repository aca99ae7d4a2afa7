"""What the look-over of an installation found, in sentences: what is so, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from learnapp.domain.operations.backups import BackupFault
from learnapp.domain.operations.doctor import Finding, Level
from learnapp.wording.catalogue import N_, Language, translated
from learnapp.wording.dates import moment_label

# check → what is so when all is well, what is so when not, and what to do then.
_SENTENCES: Mapping[str, tuple[str, str, str]] = {
    "part_scheduler": (
        N_("计划任务在运行"),
        N_("计划任务没有运行"),
        N_(
            "没有它就不会自动开考、收卷、交卷。查看日志，重启服务；确认没有把 LEARNAPP_SCHEDULER 设为 0。"
        ),
    ),
    "part_space": (
        N_("磁盘能写"),
        N_("磁盘快满了"),
        N_("作答可能保存不了。清理或扩大数据目录所在的磁盘。"),
    ),
    "part_files": (
        N_("上传文件能保存"),
        N_("上传文件不能保存"),
        N_("检查 files 文件夹的权限、磁盘空间和是否只读。"),
    ),
    "part_database": (
        N_("数据库能读"),
        N_("数据库读不了"),
        N_("检查数据库是否在运行、地址是否正确；学习端会先把作答留在手机上。"),
    ),
    "part_write": (
        N_("数据库能写"),
        N_("数据库写不进"),
        N_("检查磁盘空间，是否有备份或其他程序长时间占用数据库。"),
    ),
    "version": (N_("版本 %(version)s，Python %(python)s"), "", ""),
    "space": (
        N_("磁盘可用 %(free)s MB，共 %(total)s MB"),
        N_("磁盘只剩 %(free)s MB，共 %(total)s MB"),
        N_("清理或扩大数据目录所在的磁盘；旧备份可移到别处。"),
    ),
    "permissions": (
        "",
        N_("这些文件别人也能读，或不属于运行服务的用户：%(names)s"),
        N_("把数据目录交还给运行服务的用户，文件夹 0700，文件 0600。"),
    ),
    "permissions_good": (N_("数据目录只有运行服务的用户能读"), "", ""),
    "database_version": (
        N_("数据库 %(kind)s %(version)s"),
        N_("数据库 %(kind)s %(version)s 太旧"),
        N_("升级到 SQLite 3.37 或 PostgreSQL 14 以上。"),
    ),
    "clock": (
        N_("本机与数据库的时间一致"),
        N_("本机与数据库的时间相差 %(seconds)s 秒"),
        N_("各台机器都对同一个时间源校时（chrony 或 ntpd）。"),
    ),
    "clock_jump": (
        "",
        N_("本机时间跳变了 %(seconds)s 秒，没有采用"),
        N_("先校准时间；确认无误后在“时钟”页面采用。"),
    ),
    "backup": (N_("最近一次备份：%(at)s"), "", ""),
    "backup_late": (
        "",
        N_("已有 %(days)s 天没有成功的备份"),
        N_("看下面最近几次失败的原因；改好后执行 learnapp backup。"),
    ),
    "backup_none": (
        "",
        N_("还没有备份过"),
        N_("今晚 1 点到 2 点会自动备份；也可以现在执行 learnapp backup。"),
    ),
    "backup_plain": (
        "",
        N_("备份没有加密"),
        N_("用 LEARNAPP_BACKUP_KEY_FILE 指定密钥文件，密钥另外保管。"),
    ),
    "backup_same_disk": (
        "",
        N_("备份和数据在同一块盘上"),
        N_("盘坏了两样都没有。用 LEARNAPP_BACKUP_DIR 指到另一块盘或另一台机器。"),
    ),
    "backup_elsewhere": (
        "",
        N_("没有启用自动备份"),
        N_("LEARNAPP_BACKUPS 为 0。确认有别的系统在备份，并且恢复过。"),
    ),
    "retention_late": (
        "",
        N_("保存期满的数据已有 %(days)s 天没有清理"),
        N_("夜里 2 点到 5 点机器要开着；或执行 learnapp retention --apply。"),
    ),
    "long_statements": (
        "",
        N_("数据库里有 %(count)s 个事务超过 30 秒"),
        N_("看 pg_stat_activity，是谁在查；长时间的查询到备库上做。"),
    ),
    "written_ahead": (
        "",
        N_("数据库的预写日志有 %(mb)s MB"),
        N_("有程序一直开着数据库在读：结束它，或重启服务。"),
    ),
    "statistics_old": (
        "",
        N_("数据库的统计信息旧了"),
        N_("计划任务会在一分钟内更新；一直不变就看日志。"),
    ),
    "certificate": (
        N_("证书还有 %(days)s 天到期"),
        N_("证书还有 %(days)s 天到期"),
        N_("换上新证书，重新加载代理。"),
    ),
    "certificate_refused": (
        "",
        N_("按浏览器的标准，证书不能用：%(words)s"),
        N_("检查证书的域名、签发机构和到期日。"),
    ),
}
_FAULTS: Mapping[str, str] = {
    BackupFault.NO_SPACE: N_("磁盘空间不够：剩 %(free)s MB，约需 %(needed)s MB"),
    BackupFault.UNWRITABLE: N_("备份文件夹写不进：%(words)s"),
    BackupFault.PROGRAM_MISSING: N_("找不到 %(program)s：请安装 PostgreSQL 的客户端程序"),
    BackupFault.PROGRAM_FAILED: N_("%(program)s 出错：%(words)s"),
    BackupFault.UNREADABLE: N_("要备份的文件读不出：%(words)s"),
    BackupFault.FAILED: N_("备份出错：%(words)s"),
    BackupFault.RUNNING: N_("上一次备份还没有结束"),
}
_LEVELS: Mapping[Level, str] = {
    Level.GOOD: N_("正常"),
    Level.WARNING: N_("留意"),
    Level.BAD: N_("要处理"),
}


def level_label(language: Language, level: Level) -> str:
    """How a finding is to be taken, in a word."""
    return translated(language, _LEVELS[level])


def finding_text(language: Language, finding: Finding, today: date) -> str:
    """What was found."""
    good, bad, _ = _SENTENCES[finding.check]
    params = dict(finding.params)
    if "at" in params:
        params["at"] = moment_label(language, datetime.fromisoformat(params["at"]), today)
    return translated(language, good if finding.level is Level.GOOD else bad, **params)


def advice_text(language: Language, finding: Finding) -> str:
    """What to do about it; nothing about what is well."""
    if finding.level is Level.GOOD:
        return ""
    return translated(language, _SENTENCES[finding.check][2])


def backup_fault_text(language: Language, code: str, params: Mapping[str, object]) -> str:
    """Why a backup failed."""
    sentence = _FAULTS.get(code)
    return code if sentence is None else translated(language, sentence, **params)
