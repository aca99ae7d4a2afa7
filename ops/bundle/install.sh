#!/bin/sh
# Installs learnapp @VERSION@ from this folder, without any network.
# 安装 learnapp @VERSION@，全程无需联网。
#
#   sh install.sh [FOLDER]        default: /opt/learnapp as root, else ~/learnapp
#   PYTHON=/path/to/python3 sh install.sh FOLDER
#   sh install.sh --back [FOLDER]  back to the release that was installed before
#
# Each run installs into a folder of its own, FOLDER/releases/VERSION-TIME, and only at the end lets
# FOLDER/current point to it: what is serving now goes on until it is restarted, also when the version
# is the same. Data in FOLDER/var is never touched. Older releases stay; the end says how to remove them.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
need="@PYTHON@"

fail() {
    printf '\n%s\n' "$@" >&2
    exit 1
}

back=""
if [ "${1:-}" = "--back" ]; then
    back=yes
    shift
fi
if [ "$(id -u)" = 0 ]; then
    default=/opt/learnapp
else
    default="${HOME:-.}/learnapp"
fi

# One rename: at every moment the name leads to the old place or to the new one, never to half.
put() {
    ln -s "$1" "$2.$$" && mv -fT "$2.$$" "$2"
}

if [ -n "$back" ]; then
    target=$(cd "${1:-$default}" 2>/dev/null && pwd) || fail "没有 ${1:-$default}。" "There is no ${1:-$default}."
    before=$(readlink "$target/previous" 2>/dev/null) || before=""
    [ -n "$before" ] && [ -x "$target/$before/venv/bin/learnapp" ] ||
        fail "$target 里没有更早的版本。" "There is no earlier release in $target."
    now=$(readlink "$target/current")
    put "$before" "$target/current"
    put "$now" "$target/previous"
    cat <<END
已退回 ${before#releases/}，重启后生效。      Back at that release, from the next restart on:

  systemctl restart learnapp

新版本若已升级数据库，旧版本会拒绝启动：请从升级前的备份恢复，或再执行一次 --back 回到新版本。
If the newer release has upgraded the database, the earlier one refuses to start: restore the backup
from before the upgrade, or run --back once more for the newer release.
END
    exit 0
fi

if [ "$(uname -m)" != "@MACHINE@" ]; then
    fail "安装包适用于 @MACHINE@，本机为 $(uname -m)。" \
        "This archive is for @MACHINE@; this machine is $(uname -m)."
fi

library=$(getconf GNU_LIBC_VERSION 2>/dev/null) || library=""
has=${library#glibc }
older_than() {
    [ "${1%%.*}" -lt "${2%%.*}" ] || { [ "${1%%.*}" -eq "${2%%.*}" ] && [ "${1#*.}" -lt "${2#*.}" ]; }
}
case "$has" in
[0-9]*.[0-9]*)
    if older_than "$has" "@GLIBC@"; then
        fail "需要 glibc @GLIBC@ 或更高版本，本机为 $has。" "glibc @GLIBC@ or newer is needed; this machine has $has."
    fi
    ;;
*) fail "本机没有 GNU C 库，装不上。" "This machine has no GNU C library, which the libraries need." ;;
esac

python=""
seen=""
own=""
[ ! -x "$here/python/bin/python$need" ] || [ -n "${PYTHON:-}" ] || own="$here/python/bin/python$need"
for candidate in ${PYTHON:-} ${own:+"$own"} "python$need" python3 python; do
    found=$(command -v "$candidate" 2>/dev/null) || continue
    version=$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    seen="$seen $found=$version"
    if [ "$version" = "$need" ]; then
        python=$found
        break
    fi
done
if [ -z "$python" ]; then
    fail "需要 Python $need。本机找到：${seen:-无}" \
        "Python $need is needed. Found here:${seen:- none}" \
        "To name one: PYTHON=/path/to/python$need sh install.sh"
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    fail "$python 缺少 venv 组件（Debian、Ubuntu、麒麟、统信：python3-venv 软件包）。" \
        "$python has no venv (on Debian and its kin: the package python3-venv)."
fi

mkdir -p "${1:-$default}"
target=$(cd "${1:-$default}" && pwd)

if command -v sha256sum >/dev/null 2>&1; then
    echo "1/3 校验文件 checking the files"
    (cd "$here" && sha256sum --check --quiet SHA256SUMS) ||
        fail "安装包不完整，请重新拷贝。" "The archive is damaged: copy it again."
fi

echo "2/3 安装到 $target installing"
mkdir -p "$target/releases" "$target/bin"
# Whoever runs the service reads all of the program and owns none of it.
if [ "$(id -u)" = 0 ]; then
    chmod go+rx "$target" "$target/releases" "$target/bin"
fi
release="@VERSION@-$(date -u +%Y%m%d%H%M%S)"
# Two runs within one second must not share a folder.
while ! mkdir "$target/releases/$release" 2>/dev/null; do
    [ -d "$target/releases/$release" ] || fail "不能写入 $target/releases。" "Cannot write $target/releases."
    release="$release-"
done
made="$target/releases/$release"
trap 'rm -rf "$made"' EXIT
trap 'exit 1' HUP INT TERM
unset PYTHONPATH PYTHONHOME 2>/dev/null || true
PIP_CONFIG_FILE=/dev/null
export PIP_CONFIG_FILE
if [ -n "$own" ] && [ "$python" = "$own" ]; then
    cp -R "$here/python" "$made/python"
    python="$made/python/bin/python$need"
fi
"$python" -m venv "$made/venv"
"$made/venv/bin/python" -m pip install -qq --disable-pip-version-check --no-cache-dir --no-index \
    --find-links "$here/wheels" --no-deps --require-hashes -r "$here/requirements.txt"
# Compiled now: the service may not write here.
"$made/venv/bin/python" -m compileall -qq "$made/venv/lib" || true

echo "3/3 检查 trying"
"$made/venv/bin/learnapp" --help >/dev/null
for unit in learnapp.service learnapp-spare.service learnapp-spare.timer; do
    sed "s|/opt/learnapp|$target|g" "$here/$unit" >"$made/$unit"
done
cp "$here/README.txt" "$made/README.txt"
chmod -R go+rX,go-w "$made"
trap - EXIT HUP INT TERM

before=$(readlink "$target/current" 2>/dev/null) || before=""
[ -z "$before" ] || put "$before" "$target/previous"
put "releases/$release" "$target/current"
put "../current/venv/bin/learnapp" "$target/bin/learnapp"
for unit in learnapp.service learnapp-spare.service learnapp-spare.timer; do
    put "current/$unit" "$target/$unit"
done
put "current/README.txt" "$target/README.txt"

older=""
for each in "$target"/releases/*/ "$target"/venv-*/; do
    each=${each%/}
    [ -d "$each" ] && [ "$each" != "$made" ] && older="$older
  rm -rf \"$each\""
done

cat <<END

已安装 @VERSION@ 到 $made           Installed; what runs now goes on until it is restarted.

第一次安装为服务（用 root）：        As a service, the first time (as root):

  useradd --system --home-dir "$target" --shell /usr/sbin/nologin learnapp
  install -d -o learnapp -g learnapp -m 700 "$target/var"
  cd "$target" && runuser -u learnapp -- bin/learnapp admin create --unit 单位 --name 姓名 --login admin
  cp "$target/learnapp.service" /etc/systemd/system/ && systemctl daemon-reload
  systemctl enable --now learnapp

升级后 after an upgrade:             systemctl restart learnapp
退回上一版本 back to the last one:   sh install.sh --back "$target"
数据在 $target/var，请定期备份。     Data is in $target/var: back it up.
试用演示数据 to try it:

  LEARNAPP_HOME=/tmp/learnapp-demo "$target/bin/learnapp" serve --demo
END
if [ -n "$older" ]; then
    printf '\n%s\n%s\n' "重启并确认正常后，可删除旧版本：" "Once the new one runs, the older ones can go:$older"
fi
