#!/bin/sh
# Installs learnapp @VERSION@ from this folder, without any network.
# 安装 learnapp @VERSION@，全程无需联网。
#
#   sh install.sh [FOLDER]        default: /opt/learnapp as root, else ~/learnapp
#   PYTHON=/path/to/python3 sh install.sh FOLDER
#
# An earlier version in the folder stays until the new one is complete; data in FOLDER/var is
# never touched.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
need="@PYTHON@"

fail() {
    printf '\n%s\n' "$@" >&2
    exit 1
}

if [ "$(uname -m)" != "@MACHINE@" ]; then
    fail "安装包适用于 @MACHINE@，本机为 $(uname -m)。" \
        "This archive is for @MACHINE@; this machine is $(uname -m)."
fi

python=""
seen=""
for candidate in ${PYTHON:-} "python$need" python3 python; do
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

if [ "$(id -u)" = 0 ]; then
    default=/opt/learnapp
else
    default="${HOME:-.}/learnapp"
fi
mkdir -p "${1:-$default}"
target=$(cd "${1:-$default}" && pwd)

if command -v sha256sum >/dev/null 2>&1; then
    echo "1/3 校验文件 checking the files"
    (cd "$here" && sha256sum --check --quiet SHA256SUMS) ||
        fail "安装包不完整，请重新拷贝。" "The archive is damaged: copy it again."
fi

echo "2/3 安装到 $target installing"
venv="$target/venv-@VERSION@"
unset PYTHONPATH PYTHONHOME 2>/dev/null || true
PIP_CONFIG_FILE=/dev/null
export PIP_CONFIG_FILE
"$python" -m venv --clear "$venv"
"$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-cache-dir --no-index \
    --find-links "$here/wheels" --no-deps --require-hashes -r "$here/requirements.txt"

echo "3/3 检查 trying"
"$venv/bin/learnapp" --help >/dev/null
mkdir -p "$target/bin"
ln -sfn "../venv-@VERSION@/bin/learnapp" "$target/bin/learnapp"
sed "s|/opt/learnapp|$target|g" "$here/learnapp.service" >"$target/learnapp.service"
cp "$here/README.txt" "$target/README.txt"

cat <<END

已安装。启动：                    Installed. To start it:

  cd $target
  bin/learnapp admin create       # 首次：建立管理员  once: the first admin
  bin/learnapp serve --host 0.0.0.0 --port 8000

数据在 $target/var，请定期备份。   Data is in $target/var: back it up.
试用演示数据：                    To try it with demonstration data:

  LEARNAPP_HOME=/tmp/learnapp-demo $target/bin/learnapp serve --demo

开机自启（systemd）：见 $target/learnapp.service
END
