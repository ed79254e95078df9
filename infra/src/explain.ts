import { Stack, Validations } from "aws-cdk-lib";
import type * as iam from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";

/** Accepts findings of cdk-nag on a construct and what it holds: the rule, and why it is as it is. */
export function explain(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(reasons)) {
    Validations.of(construct).acknowledge({ id, reason });
  }
}

/**
 * Accepts the wildcards of statements, each by its own name, so that one that comes later needs a reason of its own.
 * @param holder the construct whose policy has the statements.
 * @param reasonOf gives the reason by the resource as cdk-nag writes it: <LogicalId.Arn>/photos/*
 */
export function explainWildcards(
  holder: IConstruct,
  statements: readonly iam.PolicyStatement[],
  reasonOf: (resource: string) => string | undefined,
): void {
  const stack = Stack.of(holder);
  for (const resource of statements.flatMap((statement) => statement.resources)) {
    const written = flat(stack.resolve(resource));
    const reason = written.includes("*") ? reasonOf(written) : undefined;
    if (reason !== undefined) {
      explain(holder, { [`AwsSolutions-IAM5[Resource::${written}]`]: reason });
    }
  }
}

/** Writes a resolved value as cdk-nag does. */
function flat(value: unknown): string {
  if (typeof value === "string") {
    return value;
  }
  const [[kind, of] = []] = Object.entries(value as Record<string, unknown>);
  switch (kind) {
    case "Ref":
      return `<${String(of)}>`;
    case "Fn::GetAtt":
      return `<${(of as string[]).join(".")}>`;
    case "Fn::Join": {
      const [separator, parts] = of as [string, unknown[]];
      return parts.map(flat).join(separator);
    }
    default:
      throw new Error(`cdk-nag has no form for ${JSON.stringify(value)}.`);
  }
}
