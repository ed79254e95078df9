#!/usr/bin/env bash
# Makes sure that there is a Chromium for the browser tests: the one that CHROMIUM names, or Debian's.
set -euo pipefail
if [ -x "${CHROMIUM:-/usr/bin/chromium}" ]; then
  exit 0
fi
if [ -n "${CHROMIUM:-}" ] || ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
  echo "The browser tests need Chromium: install it and set CHROMIUM to its path." >&2
  exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
