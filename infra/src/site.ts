import { Aws, Duration, RemovalPolicy } from "aws-cdk-lib";
import * as acm from "aws-cdk-lib/aws-certificatemanager";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import * as origins from "aws-cdk-lib/aws-cloudfront-origins";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import * as route53 from "aws-cdk-lib/aws-route53";
import * as targets from "aws-cdk-lib/aws-route53-targets";
import * as s3 from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";

import { explain } from "./explain.js";
import { pageHeaders, pagePattern } from "./pages.js";
import type { Domain } from "./settings.js";

/** What the function answers, by path; everything else is a file of the site. */
export const apiPaths = ["/graphql", "/graphiql", "/schema.graphql", "/config.json"];

/** What the site is made of. */
export interface SiteProps {
  readonly name: string;
  readonly url: lambda.FunctionUrl;
  readonly domain?: Domain | undefined;
  /** The origins of the issuer and of the login's pages. */
  readonly loginOrigins: readonly string[];
  readonly storeOrigin: string;
  readonly logs: s3.Bucket;
}

/** The site: pages out of a closed bucket, and the API, under one name. */
export class Site extends Construct {
  readonly files: s3.Bucket;
  readonly distribution: cloudfront.Distribution;

  constructor(scope: Construct, id: string, props: SiteProps) {
    super(scope, id);
    this.files = new s3.Bucket(this, "Files", {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [{ id: "broken uploads", abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      serverAccessLogsBucket: props.logs,
      serverAccessLogsPrefix: "site/",
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const api: cloudfront.AddBehaviorOptions = {
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY, // a token sent by http would be out already
      allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
      cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
      // All but Host, by which Lambda finds the function.
      originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy: this.#apiHeaders(props.name),
      compress: false, // nothing that is not cached is compressed
    };
    // Longer than the 15 s between the signs of life of a stream, and than the 20 s of an operation.
    const origin = new origins.FunctionUrlOrigin(props.url, { readTimeout: Duration.seconds(60) });
    this.distribution = new cloudfront.Distribution(this, "Distribution", {
      comment: `${props.name}: site and API`,
      defaultRootObject: "index.html",
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      priceClass: cloudfront.PriceClass.PRICE_CLASS_100,
      ...(props.domain === undefined
        ? {}
        : {
            domainNames: [props.domain.name],
            minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            certificate: acm.Certificate.fromCertificateArn(this, "Certificate", props.domain.certificateArn),
          }),
      defaultBehavior: {
        origin: this.#fileOrigin(props.name),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
        cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED, // as long as each file's Cache-Control says
        responseHeadersPolicy: this.#fileHeaders(props),
        compress: true,
        functionAssociations: [
          { eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: this.#deepLinks(props.name) },
        ],
      },
      additionalBehaviors: Object.fromEntries(apiPaths.map((path) => [path, { origin, ...api }])),
    });
    explain(this.distribution, {
      "Annotation::@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk":
        "The root is index.html, and the function of deep links leads there too, so no path lists the bucket.",
      "AwsSolutions-CFR1": "Its owner travels: no country is shut out.",
      "AwsSolutions-CFR2": "A web application firewall costs at least 5 dollars a month for an idle deployment; the API bounds each request itself.",
      "AwsSolutions-CFR3": "The function logs each API request, and the site bucket each file that is read; the pages are public.",
      ...(props.domain === undefined
        ? { "AwsSolutions-CFR4": "Without a domain the certificate is CloudFront's own, whose TLS versions CloudFront decides." }
        : {}),
    });
    if (props.domain?.hostedZone !== undefined) {
      this.#records(props.domain.name, props.domain.hostedZone);
    }
  }

  /** Lets this distribution read the files, and say which are missing: without LIST, S3 answers 403 for those. */
  #fileOrigin(name: string): cloudfront.IOrigin {
    return origins.S3BucketOrigin.withOriginAccessControl(this.files, {
      originAccessControl: new cloudfront.S3OriginAccessControl(this, "FileAccess", {
        originAccessControlName: `${name}-${Aws.REGION}`, // such names are the account's, not the region's
      }),
      originAccessLevels: [cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST],
    });
  }

  /**
   * Paths of the application, which lie in no file, lead to its page, as they do at the server. A rule for the request, not
   * for the answer 404: what is really missing stays missing.
   */
  #deepLinks(name: string): cloudfront.Function {
    return new cloudfront.Function(this, "DeepLinks", {
      functionName: `${name}-deep-links-${Aws.REGION}`,
      comment: "The application's paths lead to its page",
      code: cloudfront.FunctionCode.fromInline(deepLinks),
      runtime: cloudfront.FunctionRuntime.JS_2_0,
    });
  }

  /** The headers of pages and their files: those that the laptop's server sends. */
  #fileHeaders({ name, loginOrigins, storeOrigin }: SiteProps): cloudfront.ResponseHeadersPolicy {
    const headers = pageHeaders({ loginOrigins, storeOrigin });
    return new cloudfront.ResponseHeadersPolicy(this, "FileHeaders", {
      responseHeadersPolicyName: `${name}-files-${Aws.REGION}`,
      comment: "What pages may do",
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: headers.contentSecurityPolicy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: cloudfront.HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: headers.referrerPolicy, override: true },
        strictTransportSecurity,
      },
    });
  }

  /** The function sets its headers itself; that the name is for TLS alone is CloudFront's to say. */
  #apiHeaders(name: string): cloudfront.ResponseHeadersPolicy {
    return new cloudfront.ResponseHeadersPolicy(this, "ApiHeaders", {
      responseHeadersPolicyName: `${name}-api-${Aws.REGION}`,
      comment: "HTTPS only",
      securityHeadersBehavior: { strictTransportSecurity },
    });
  }

  #records(name: string, { id, name: zoneName }: NonNullable<Domain["hostedZone"]>): void {
    const zone = route53.HostedZone.fromHostedZoneAttributes(this, "Zone", { hostedZoneId: id, zoneName });
    const target = route53.RecordTarget.fromAlias(new targets.CloudFrontTarget(this.distribution));
    new route53.ARecord(this, "A", { zone, recordName: `${name}.`, target });
    new route53.AaaaRecord(this, "AAAA", { zone, recordName: `${name}.`, target });
  }
}

/** Two years, the least that browsers' lists ask for. */
const strictTransportSecurity: cloudfront.ResponseHeadersStrictTransportSecurity = {
  accessControlMaxAge: Duration.days(730),
  includeSubdomains: true,
  override: true,
};

/** Runs in CloudFront's own small JavaScript. */
export const deepLinks = `function handler(event) {
  var request = event.request;
  if (${String(new RegExp(pagePattern))}.test(request.uri)) {
    request.uri = "/index.html";
  }
  return request;
}
`;
