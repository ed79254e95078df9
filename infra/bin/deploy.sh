#!/usr/bin/env bash
# Puts PAM into the account that the AWS command line speaks for, or brings it up to date there.
#
#   deploy.sh --check   says what is missing, and does nothing else
#   deploy.sh           deploys; the functions' zip files and the pages have to be built (make deploy does it)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
infra=$(dirname "$here")
settings=${PAM_SETTINGS:-$infra/deployment.json}
pages=${PAM_PAGES:-$infra/../web/dist}
# shellcheck source=needs.sh
source "$here/needs.sh"

need_node
need npm "it comes with node"
need go "the functions are written in Go, version 1.26"
need make "it builds the functions"
need_account
need_bootstrap
need_settings "$settings"
report "make deploy"
[[ ${1:-} == --check ]] && exit

for needed in "$pages/index.html" "$pages/assets"; do
  [[ -e $needed ]] || missing+=("$needed is not built: run make deploy, which builds it")
done
report "deploy.sh"

deploy() {
  # What an earlier deployment left behind when it was destroyed is taken up again.
  (cd "$infra" && npx cdk deploy --import-existing-resources --parameters "$NAME:Email=$EMAIL" "$@")
}
describe() { aws cloudformation describe-stacks --stack-name "$NAME" --output json; }

# Scripts and styles, for ever, since their names change with their content; pages that are open may still want the old
# ones, so nothing is deleted.
upload_assets() {
  aws s3 sync "$pages/assets" "s3://$1/assets" --only-show-errors --cache-control "public, max-age=31536000, immutable"
}

# The function carries the page of GraphiQL, which names its scripts: where there is a site, they are there before it.
bucket=
if stack=$(describe 2>/dev/null); then
  bucket=$(output SiteBucket <<<"$stack")
fi
[[ -z $bucket ]] || upload_assets "$bucket"
deploy
stack=$(describe)
host=$(output DistributionHost <<<"$stack")
if [[ -z $DOMAIN && $(output SiteUrl <<<"$stack") != "https://$host" ]]; then
  echo "CloudFront calls the site $host: telling everything else."
  deploy --parameters "$NAME:SiteHost=$host"
  stack=$(describe)
fi
if [[ $(output SiteBucket <<<"$stack") != "$bucket" ]]; then
  bucket=$(output SiteBucket <<<"$stack")
  upload_assets "$bucket"
fi

# The pages themselves are asked for anew each time, and index.html, which makes all of it visible, comes last: by now the
# API knows what it asks.
aws s3 sync "$pages" "s3://$bucket" --only-show-errors --cache-control no-cache \
  --exclude "assets/*" --exclude "graphiql/*" --exclude ".*" --exclude index.html
aws s3 cp "$pages/index.html" "s3://$bucket/index.html" --only-show-errors --cache-control no-cache --content-type "text/html; charset=utf-8"

pool=$(output UserPoolId <<<"$stack")
cat <<EOF

PAM is at $(output SiteUrl <<<"$stack")
Let somebody in:  aws cognito-idp admin-create-user --user-pool-id $pool --username you@example.org \\
                    --user-attributes Name=email,Value=you@example.org Name=email_verified,Value=true
EOF
