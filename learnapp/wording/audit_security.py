"""Sentences of the audit on sign-in, second factors, identities of outside, limits and the audit itself."""

from __future__ import annotations

from collections.abc import Mapping

from learnapp.wording.catalogue import N_

# code → (group, sentence), as in learnapp/wording/audit.py, which has them among its own.
SECURITY: Mapping[str, tuple[str, str]] = {
    "person.sign_in_refused": ("accounts", N_("%(person)s 登录被拒绝：密码不对")),
    "access.refused": ("accounts", N_("%(actor)s 打开 %(at)s 被拒绝：没有权限")),
    "second_factor.set": ("accounts", N_("%(person)s 启用了动态码")),
    "second_factor.removed": ("accounts", N_("%(actor)s 停用了 %(person)s 的动态码")),
    "second_factor.codes_made": ("accounts", N_("%(person)s 重新生成了备用码")),
    "second_factor.code_used": ("accounts", N_("%(person)s 用掉一个备用码")),
    "second_factor.refused": ("accounts", N_("%(person)s 的动态码不对，被拒绝")),
    "certificate.linked": ("accounts", N_("%(person)s 绑定了登录证书")),
    "certificate.unlinked": ("accounts", N_("%(person)s 解除了登录证书")),
    "identity.linked": ("accounts", N_("%(person)s 绑定了外部登录：%(identity)s")),
    "identity.unlinked": ("accounts", N_("%(person)s 解除了外部登录")),
    "identity.refused": (
        "accounts",
        N_("登录被拒绝：%(identity)s 认得此人，本系统没有对应的账号"),
    ),
    "password.closed": ("accounts", N_("%(actor)s 停用了 %(unit)s 的本地密码登录")),
    "password.opened": ("accounts", N_("%(actor)s 恢复了 %(unit)s 的本地密码登录")),
    "password.refused": ("accounts", N_("%(person)s 用本地密码登录被拒绝：所在单位已停用")),
    "emergency.named": ("accounts", N_("%(actor)s 指定 %(person)s 为应急账号")),
    "emergency.ended": ("accounts", N_("%(actor)s 取消了 %(person)s 的应急账号")),
    "separation.on": ("accounts", N_("%(actor)s 打开了三员分立")),
    "separation.off": ("accounts", N_("%(actor)s 关闭了三员分立")),
    "role.asked": (
        "people",
        N_("%(actor)s 提出授予 %(person)s 角色：%(role)s（%(place)s），待复核"),
    ),
    "role.refused": ("people", N_("%(actor)s 不同意授予 %(person)s 角色：%(role)s（%(place)s）")),
    "policy.set": ("accounts", N_("%(actor)s 把安全策略 %(name)s 改为 %(value)s")),
    "audit.exported": ("system", N_("%(actor)s 导出审计 %(count)s 条（%(form)s）")),
}
