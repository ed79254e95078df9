# Checks for the scripts beside this file, which source it: each notes what is missing, and report ends the script with
# all of it at once, before anything is built or changed.

missing=()

need() { # need COMMAND WHY
  command -v "$1" >/dev/null 2>&1 || missing+=("$1 is not installed: $2")
}

need_node() {
  if ! command -v node >/dev/null 2>&1; then
    missing+=("node is not installed: the stack is written in TypeScript; version 20.19 or later")
    return
  fi
  local version major minor
  version=$(node --version)
  IFS=. read -r major minor _ <<<"${version#v}"
  if ((major < 20 || (major == 20 && minor < 19))); then
    missing+=("node is $version: 20.19 or later is needed")
  fi
}

# need_account sets REGION and ACCOUNT.
need_account() {
  need aws "the AWS command line, version 2"
  command -v aws >/dev/null 2>&1 || return 0
  REGION=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region 2>/dev/null || true)}}
  if [[ -z $REGION ]]; then
    missing+=("no region: set AWS_REGION, such as eu-central-1, or run: aws configure")
  else
    export AWS_REGION=$REGION AWS_DEFAULT_REGION=$REGION
  fi
  if ! ACCOUNT=$(aws sts get-caller-identity --query Account --output text 2>/dev/null); then
    ACCOUNT=
    missing+=("no credentials that AWS takes: run aws sso login or aws configure, and try: aws sts get-caller-identity")
  fi
}

need_bootstrap() {
  [[ -n ${REGION:-} && -n ${ACCOUNT:-} ]] || return 0 # cannot be asked yet
  aws ssm get-parameter --name /cdk-bootstrap/hnb659fds/version >/dev/null 2>&1 ||
    missing+=("the CDK has nowhere to put code in account $ACCOUNT, $REGION: run once: npx cdk bootstrap aws://$ACCOUNT/$REGION (in infra/)")
}

# need_settings SETTINGS sets EMAIL, NAME and DOMAIN from the file. With EMAIL in the environment it makes a file that is
# not there yet.
need_settings() {
  command -v node >/dev/null 2>&1 || return 0
  if [[ ! -e $1 && -n ${EMAIL:-} ]]; then
    node -e 'require("fs").writeFileSync(process.argv[1], JSON.stringify({ email: process.argv[2] }, null, 2) + "\n")' "$1" "$EMAIL"
  fi
  if [[ ! -e $1 ]]; then
    missing+=("no settings: run with EMAIL=you@example.org, which makes $1")
    return
  fi
  local read
  if ! read=$(node -p 'const s = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")); [s.email ?? "", s.name ?? "pam", s.domain?.name ?? ""].join("|")' "$1" 2>/dev/null); then
    missing+=("$1 is not JSON")
    return
  fi
  IFS='|' read -r EMAIL NAME DOMAIN <<<"$read"
  [[ $EMAIL == ?*@?*.?* ]] || missing+=("$1 has no \"email\" for alarms, such as \"you@example.org\"")
}

report() {
  ((${#missing[@]} == 0)) && return
  echo "$1 needs more:" >&2
  printf '  - %s\n' "${missing[@]}" >&2
  exit 1
}

# output NAME of the stack's description on standard input.
output() {
  node -e 'const text = require("fs").readFileSync(0, "utf8"); const all = JSON.parse(text).Stacks[0].Outputs ?? [];
    process.stdout.write(all.find(({ OutputKey }) => OutputKey === process.argv[1])?.OutputValue ?? "")' "$1"
}
