#!/usr/bin/env bash
# Takes PAM out of the account, except for what cannot be made again: photos, catalog, people, and the logs of access.
# With PURGE=1 these go as well, for good, once the sentence that it asks for is typed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
infra=$(dirname "$here")
settings=${PAM_SETTINGS:-$infra/deployment.json}
# shellcheck source=needs.sh
source "$here/needs.sh"

need_node
need_account
need_settings "$settings"
report "make destroy"

if ! stack=$(aws cloudformation describe-stacks --stack-name "$NAME" --output json 2>/dev/null); then
  echo "there is no stack $NAME in account $ACCOUNT, $REGION: nothing to destroy" >&2
  exit 1
fi
photos=$(output StorageBucket <<<"$stack")
logs=$(output LogsBucket <<<"$stack")
table=$(output TableName <<<"$stack")
pool=$(output UserPoolId <<<"$stack")
purge=${PURGE:-0}

confirm() { # confirm SENTENCE
  local answer
  printf 'Type "%s" to go on: ' "$1"
  read -r answer || answer=
  [[ $answer == "$1" ]] || {
    echo "That is not the sentence. Nothing was changed." >&2
    exit 1
  }
}

if [[ $purge == 1 ]]; then
  echo "This deletes every photo, label, archive and account of $NAME in account $ACCOUNT, $REGION. Nothing brings them back."
  confirm "delete the photos of $NAME"
else
  echo "This takes $NAME out of account $ACCOUNT, $REGION. Bucket $photos, table $table and user pool $pool stay."
  confirm "destroy $NAME"
fi

# CloudFormation deletes no bucket that has something in it.
for name in SiteBucket WorkingBucket; do
  aws s3 rm "s3://$(output "$name" <<<"$stack")" --recursive --only-show-errors
done
aws cloudformation delete-stack --stack-name "$NAME"
aws cloudformation wait stack-delete-complete --stack-name "$NAME"

if [[ $purge != 1 ]]; then
  cat <<EOF
Gone, but for the bucket $photos, the table $table, the user pool $pool and the logs in $logs.
docs/operations.md says how a new deployment takes them up, and how to delete them.
EOF
  exit
fi

empty() { # empty BUCKET of all versions
  local versions
  while versions=$(aws s3api list-object-versions --bucket "$1" --max-items 500 --output json \
    --query '{Objects: [Versions, DeleteMarkers][].{Key: Key, VersionId: VersionId}, Quiet: `true`}') &&
    [[ $(node -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).Objects?.length ?? 0' <<<"$versions") != 0 ]]; do
    aws s3api delete-objects --bucket "$1" --delete "$versions" >/dev/null
  done
}
for bucket in "$photos" "$logs"; do
  empty "$bucket"
  aws s3api delete-bucket --bucket "$bucket"
done
aws dynamodb update-table --table-name "$table" --no-deletion-protection-enabled >/dev/null
aws dynamodb wait table-exists --table-name "$table"
aws dynamodb delete-table --table-name "$table" >/dev/null
aws cognito-idp update-user-pool --user-pool-id "$pool" --deletion-protection INACTIVE
aws cognito-idp delete-user-pool --user-pool-id "$pool"
for topic in $(aws sns list-topics --query "Topics[?contains(TopicArn, ':$ACCOUNT:$NAME-')].TopicArn" --output text); do
  aws sns delete-topic --topic-arn "$topic"
done
echo "Everything of $NAME is gone."
