import { inject } from "vitest";

import type { Variant } from "./variants.js";

/** A resource of a template. Properties are looked at, not typed: that is what the tests are for. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly properties: any;
  readonly deletionPolicy: string | undefined;
  readonly updateReplacePolicy: string | undefined;
  readonly dependsOn: readonly string[];
}

interface Raw {
  Type: string;
  Properties?: object;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  DependsOn?: string[];
}

/** The resources of a stack. */
export class Stack {
  readonly resources: readonly Resource[];
  readonly json: Readonly<Record<string, Record<string, object> | undefined>>;

  constructor(variant: Variant) {
    this.json = inject("templates")[variant] as typeof this.json;
    this.resources = Object.entries(this.json.Resources as unknown as Record<string, Raw>).map(([id, raw]) => ({
      id,
      type: raw.Type,
      properties: raw.Properties ?? {},
      deletionPolicy: raw.DeletionPolicy,
      updateReplacePolicy: raw.UpdateReplacePolicy,
      dependsOn: raw.DependsOn ?? [],
    }));
  }

  /** All resources of a type, such as S3::Bucket. */
  all(type: string): readonly Resource[] {
    return this.resources.filter((resource) => resource.type === `AWS::${type}`);
  }

  /** The one resource of a type whose logical id begins so. */
  one(type: string, idBegins = ""): Resource {
    const [found, ...others] = this.all(type).filter(({ id }) => id.startsWith(idBegins));
    if (found === undefined || others.length > 0) {
      throw new Error(`The stack has ${found === undefined ? "no" : String(others.length + 1)} ${type} ${idBegins}*.`);
    }
    return found;
  }

  /** The function of a name. */
  fn(name: string): Resource {
    return this.one("Lambda::Function", `Functions${name}`);
  }

  /** The statements of all policies of a function's role, as written. */
  statements(name: string): readonly Statement[] {
    return (this.one("IAM::Policy", `Functions${name}`).properties as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument.Statement;
  }
}

/** A statement of a policy. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** Always a list. */
export function list<T>(value: T | readonly T[] | undefined): readonly T[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as T[]) : [value as T];
}

/** Writes a value with references as <Ref> and <Id.Attribute>. */
export function flat(value: unknown): string {
  if (typeof value !== "object" || value === null) {
    return String(value);
  }
  const [[kind, of] = []] = Object.entries(value);
  switch (kind) {
    case "Ref":
      return `<${String(of)}>`;
    case "Fn::GetAtt":
      return `<${(of as string[]).join(".")}>`;
    case "Fn::Join":
      return (of as [string, unknown[]])[1].map(flat).join((of as [string, unknown[]])[0]);
    default:
      return JSON.stringify(value);
  }
}
