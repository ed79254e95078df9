import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";

import { buildSchema } from "graphql";
import { describe, expect, test } from "vitest";

import pages from "../src/pages.json" with { type: "json" };
import { apiPaths, deepLinks } from "../src/site.js";

import { keeps } from "./promises.js";
import { flat, list, Stack, type Statement } from "./template.js";

interface Behavior {
  PathPattern?: string;
  AllowedMethods: string[];
  CachePolicyId: string;
  OriginRequestPolicyId?: string;
  ResponseHeadersPolicyId: { Ref: string };
  TargetOriginId: string;
  ViewerProtocolPolicy: string;
}
interface Origin {
  Id: string;
  DomainName: unknown;
  OriginAccessControlId?: unknown;
  CustomOriginConfig?: { OriginProtocolPolicy: string; OriginReadTimeout: number; OriginSSLProtocols: string[] };
}
interface Config {
  Aliases?: string[];
  CacheBehaviors: Behavior[];
  DefaultCacheBehavior: Behavior & { FunctionAssociations: { EventType: string; FunctionARN: unknown }[] };
  DefaultRootObject: string;
  CustomErrorResponses?: unknown;
  Origins: Origin[];
  ViewerCertificate?: unknown;
}

const config = (stack: Stack): Config => stack.one("CloudFront::Distribution").properties.DistributionConfig as Config;
const security = (stack: Stack, policy: string): Record<string, Record<string, unknown> | undefined> =>
  stack.one("CloudFront::ResponseHeadersPolicy", policy).properties.ResponseHeadersPolicyConfig.SecurityHeadersConfig as Record<string, Record<string, unknown>>;

// The ids of CloudFront's own policies. Source: "Use managed cache policies" and "Use managed origin request policies" in the
// CloudFront developer guide.
const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const allViewerExceptHostHeader = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

describe("the API behind the site", () => {
  keeps({
    "is at its paths, by the function URL, uncached, with all headers but Host": (stack) => {
      const { CacheBehaviors, Origins } = config(stack);
      expect(CacheBehaviors.map(({ PathPattern }) => PathPattern)).toEqual(["/graphql", "/graphiql", "/schema.graphql", "/config.json"]);
      for (const behavior of CacheBehaviors) {
        const origin = Origins.find(({ Id }) => Id === behavior.TargetOriginId);
        expect(JSON.stringify(origin?.DomainName)).toContain(`["${stack.one("Lambda::Url").id}","FunctionUrl"]`);
        expect([behavior.CachePolicyId, behavior.OriginRequestPolicyId]).toEqual([cachingDisabled, allViewerExceptHostHeader]);
        expect(behavior.AllowedMethods).toEqual(expect.arrayContaining(["GET", "HEAD", "OPTIONS", "POST"]));
      }
    },
    "takes HTTPS alone, on both sides": (stack) => {
      const { CacheBehaviors, Origins } = config(stack);
      expect(new Set(CacheBehaviors.map(({ ViewerProtocolPolicy }) => ViewerProtocolPolicy))).toEqual(new Set(["https-only"]));
      const [origin] = Origins.flatMap(({ CustomOriginConfig }) => (CustomOriginConfig ? [CustomOriginConfig] : []));
      expect(origin).toMatchObject({ OriginProtocolPolicy: "https-only", OriginSSLProtocols: ["TLSv1.2"] });
    },
    "may be silent for longer than the pause between two signs of life of a stream": (stack) => {
      const [origin] = config(stack).Origins.flatMap(({ CustomOriginConfig }) => (CustomOriginConfig ? [CustomOriginConfig] : []));
      expect(origin?.OriginReadTimeout).toBeGreaterThan(20);
    },
    "keeps the headers of the function and adds strict transport security": (stack) => {
      expect(Object.keys(security(stack, "SiteApiHeaders"))).toEqual(["StrictTransportSecurity"]);
      for (const { ResponseHeadersPolicyId } of config(stack).CacheBehaviors) {
        expect(flat(ResponseHeadersPolicyId)).toBe(`<${stack.one("CloudFront::ResponseHeadersPolicy", "SiteApiHeaders").id}>`);
      }
    },
  });
});

describe("the files of the site", () => {
  keeps({
    "come out of a closed bucket that this distribution alone reads": (stack) => {
      const { DefaultCacheBehavior, Origins } = config(stack);
      const origin = Origins.find(({ Id }) => Id === DefaultCacheBehavior.TargetOriginId);
      const bucket = stack.one("S3::Bucket", "SiteFiles");
      expect(flat(origin?.DomainName)).toBe(`<${bucket.id}.RegionalDomainName>`);
      expect(flat(origin?.OriginAccessControlId)).toBe(`<${stack.one("CloudFront::OriginAccessControl").id}.Id>`);
      const allowed = (stack.one("S3::BucketPolicy", "SiteFiles").properties.PolicyDocument.Statement as Statement[]).filter(({ Effect }) => Effect === "Allow");
      expect(allowed.flatMap(({ Action }) => list(Action)).sort()).toEqual(["s3:GetObject", "s3:ListBucket"]);
      for (const { Condition, Principal } of allowed) {
        expect(Principal).toEqual({ Service: "cloudfront.amazonaws.com" });
        const source = Object.values((Condition as { StringEquals: Record<string, unknown> }).StringEquals).map(flat);
        expect(source).toEqual([`arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/<${stack.one("CloudFront::Distribution").id}>`]);
      }
    },
    "are read by HTTPS, to which HTTP is sent": (stack) => {
      const { DefaultCacheBehavior } = config(stack);
      expect([DefaultCacheBehavior.ViewerProtocolPolicy, DefaultCacheBehavior.AllowedMethods]).toEqual(["redirect-to-https", ["GET", "HEAD"]]);
      expect(DefaultCacheBehavior.CachePolicyId).toBe(cachingOptimized);
    },
    "have the security headers, with a policy of this deployment's own origins": (stack) => {
      const headers = security(stack, "SiteFileHeaders");
      expect(headers.StrictTransportSecurity).toEqual({ AccessControlMaxAgeSec: 730 * 24 * 3600, IncludeSubdomains: true, Override: true });
      expect(headers.FrameOptions).toEqual({ FrameOption: "DENY", Override: true });
      expect(headers.ContentTypeOptions).toEqual({ Override: true });
      expect(headers.ReferrerPolicy).toEqual({ ReferrerPolicy: "same-origin", Override: true });
      const policy = flat(headers.ContentSecurityPolicy?.ContentSecurityPolicy);
      const environment = stack.fn("api").properties.Environment.Variables as Record<string, unknown>;
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
      for (const origin of [environment.PAM_LOGIN_ORIGINS, environment.PAM_STORE_ORIGIN].map(flat)) {
        expect(/connect-src ([^;]*);/.exec(policy)?.[1]?.split(" ")).toContain(origin);
      }
      expect(policy).not.toContain("${");
    },
    "say of what is missing that it is missing": (stack) => {
      expect(config(stack).CustomErrorResponses).toBeUndefined();
      expect(config(stack).DefaultRootObject).toBe("index.html");
    },
  });
});

describe("deep links", () => {
  const handler = runInNewContext(`${deepLinks}; handler`) as (event: { request: { uri: string } }) => { uri: string };
  test.each([
    ["/", "/index.html", "the application's page"],
    ["/photos", "/index.html", "a path of the application"],
    ["/archives/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/index.html", "an archive, from a mail"],
    ["/photos/01ARZ3NDEKTSV4RRFFQ69G5FAV/x", "/photos/01ARZ3NDEKTSV4RRFFQ69G5FAV/x", "below a path is none"],
    ["/photos/", "/photos/", "the server does not know it either"],
    ["/nothing", "/nothing", "a path that nobody knows is missing"],
    ["/healthz", "/healthz", "whoever watches the site must not take a page for health"],
    ["/assets/app-Bx1.js", "/assets/app-Bx1.js", "a script"],
    ["/licenses.md", "/licenses.md", "a file"],
    ["/assets/gone.js", "/assets/gone.js", "what is missing must not look like a page"],
  ])("%s leads to %s: %s", (uri, want) => {
    expect(handler({ request: { uri } }).uri).toBe(want);
  });

  test("lead all of the server's paths of the application to its page", () => {
    expect(pages.paths.length).toBeGreaterThan(5);
    for (const path of pages.paths) {
      expect(handler({ request: { uri: path.replaceAll(/\{\w+\}/g, "01ARZ3NDEKTSV4RRFFQ69G5FAV") } }).uri, path).toBe("/index.html");
    }
  });

  keeps({
    "are led by a function that runs for files alone": (stack) => {
      const [association, ...others] = config(stack).DefaultCacheBehavior.FunctionAssociations;
      expect(others).toEqual([]);
      expect([association?.EventType, flat(association?.FunctionARN)]).toEqual(["viewer-request", `<${stack.one("CloudFront::Function").id}.FunctionARN>`]);
      expect(stack.one("CloudFront::Function").properties.FunctionCode).toBe(deepLinks);
      expect(apiPaths.every((path) => config(stack).CacheBehaviors.some(({ PathPattern }) => PathPattern === path))).toBe(true);
    },
  });
});

describe("a domain of one's own", () => {
  test("names the site, with TLS 1.2 or later and records in its zone", () => {
    const stack = new Stack("full");
    expect(config(stack).Aliases).toEqual(["photos.example.org"]);
    expect(config(stack).ViewerCertificate).toMatchObject({ MinimumProtocolVersion: "TLSv1.2_2021", SslSupportMethod: "sni-only" });
    expect(stack.all("Route53::RecordSet").map(({ properties }) => [properties.Name, properties.Type] as unknown[])).toEqual([
      ["photos.example.org.", "A"],
      ["photos.example.org.", "AAAA"],
    ]);
    expect(stack.fn("api").properties.Environment.Variables.PAM_SITE).toBe("https://photos.example.org");
    expect(stack.json.Parameters).not.toHaveProperty("SiteHost");
  });

  test("is not needed: CloudFront's name comes back in as a parameter", () => {
    const stack = new Stack("plain");
    expect(config(stack).Aliases).toBeUndefined();
    expect(stack.all("Route53::RecordSet")).toEqual([]);
    expect(flat(stack.fn("api").properties.Environment.Variables.PAM_SITE)).toBe("https://<SiteHost>");
    expect(stack.json.Parameters?.SiteHost).toMatchObject({ Default: "site.invalid" });
    expect(flat((stack.json.Outputs?.DistributionHost as { Value: unknown }).Value)).toBe(`<${stack.one("CloudFront::Distribution").id}.DomainName>`);
  });
});

describe("AppSync", () => {
  test("is not there unless asked for", () => {
    expect(new Stack("plain").resources.filter(({ type }) => type.startsWith("AWS::AppSync"))).toEqual([]);
  });

  test("sends every field of Query and Mutation to the function of the API, and those below that cost a call", () => {
    const stack = new Stack("full");
    const contract = buildSchema(readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8"), { assumeValidSDL: true });
    const root = [contract.getQueryType(), contract.getMutationType()].flatMap((type) =>
      Object.keys(type?.getFields() ?? {}).map((field) => `${String(type)}.${field}`),
    );
    const resolvers = stack.all("AppSync::Resolver").map(({ properties }) => properties as Record<string, unknown>);
    expect(root.length).toBeGreaterThan(10);
    expect(resolvers.map(({ TypeName, FieldName }) => `${String(TypeName)}.${String(FieldName)}`).sort()).toEqual([...root, "Label.photos", "Photo.url"].sort());
    const source = stack.one("AppSync::DataSource");
    for (const resolver of resolvers) {
      expect(resolver).toMatchObject({
        Kind: "UNIT",
        DataSourceName: source.properties.Name as string,
        Runtime: { Name: "APPSYNC_JS", RuntimeVersion: "1.0.0" },
        Code: readFileSync(new URL("../../internal/appsync/resolver.js", import.meta.url), "utf8"),
        MaxBatchSize: 20,
      });
    }
    expect(flat(source.properties.LambdaConfig.LambdaFunctionArn)).toBe(`<${stack.fn("api").id}.Arn>`);
  });

  test("takes tokens of the pool alone, with the limits of the function", () => {
    const { properties } = new Stack("full").one("AppSync::GraphQLApi");
    expect([properties.AuthenticationType, properties.AdditionalAuthenticationProviders]).toEqual(["AMAZON_COGNITO_USER_POOLS", undefined]);
    expect([properties.QueryDepthLimit, properties.ResolverCountLimit]).toEqual([12, 30]);
  });
});
