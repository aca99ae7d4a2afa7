"""Sentences of the audit on sign-in, second factors, certificates, limits and the audit itself."""

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
    "policy.set": ("accounts", N_("%(actor)s 把安全策略 %(name)s 改为 %(value)s")),
    "audit.exported": ("system", N_("%(actor)s 导出审计 %(count)s 条（%(form)s）")),
}
