import { CfnOutput, CfnParameter, Stack, Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";

import { Alarms } from "./alarms.js";
import { AppSync } from "./appsync.js";
import { Budget } from "./budget.js";
import { Dashboard } from "./dashboard.js";
import { Functions, sizes, storeOrigin } from "./functions.js";
import { Login } from "./login.js";
import { WorkQueue } from "./queues.js";
import type { Settings } from "./settings.js";
import { Site } from "./site.js";
import { Storage } from "./storage.js";
import { Catalog } from "./table.js";

/** The host that stands for the site's until its name is known: no browser ever finds it (RFC 2606). */
export const unknownSite = "site.invalid";

/** What a stack is made from beside its settings. */
export interface PamStackProps {
  readonly settings: Settings;
  /** The folder of the functions' zip files, NAME.zip each. */
  readonly codeFolder: string;
  /** The contract in the form that AppSync takes, and the code of its resolvers. */
  readonly appsyncSchema: string;
  readonly appsyncResolver: string;
}

/** All of PAM in one account and region. */
export class PamStack extends Stack {
  constructor(scope: Construct, { settings, codeFolder, appsyncSchema, appsyncResolver }: PamStackProps) {
    super(scope, settings.name, { stackName: settings.name, description: "PAM: photos, their labels, and archives of them" });
    const { name, domain } = settings;
    const email = new CfnParameter(this, "Email", {
      description: "Where alarms and the budget's warnings go",
      type: "String",
      allowedPattern: "[^\\s@]+@[^\\s@]+\\.[^\\s@]+",
      constraintDescription: "an e-mail address",
    }).valueAsString;
    const siteOrigin = `https://${domain?.name ?? this.#siteHost()}`;

    const uploads = new WorkQueue(this, "Uploads", { name: `${name}-detector`, handling: sizes.detector.timeout });
    const archives = new WorkQueue(this, "Archives", { name: `${name}-archiver`, handling: sizes.archiver.timeout });
    const storage = new Storage(this, "Storage", { name, siteOrigin, uploads });
    const { table } = new Catalog(this, "Catalog", { name });
    const login = new Login(this, "Login", { ...settings, siteOrigin });
    const on = { storage, table, uploads, archives, pool: login.pool, topicPrefix: `${name}-` };
    const functions = new Functions(this, "Functions", {
      name,
      on,
      login,
      siteOrigin,
      codeFolder,
      allowOrigins: settings.allowOrigins,
      apiConcurrency: settings.apiConcurrency,
    });
    const site = new Site(this, "Site", {
      name,
      domain,
      url: functions.url,
      loginOrigins: [`https://cognito-idp.${this.region}.amazonaws.com`, login.origin],
      storeOrigin: storeOrigin(on),
      logs: storage.logs,
    });
    const { api, detector, archiver, sweeper } = functions;
    const watched = { name, queues: { detector: uploads, archiver: archives }, functions: { api, detector, archiver, sweeper } };
    new Alarms(this, "Alarms", { ...watched, email });
    new Dashboard(this, "Dashboard", { ...watched, table });
    new Budget(this, "Budget", { name, email, monthly: settings.monthlyBudget });
    if (settings.appsync) {
      const { api: graphql } = new AppSync(this, "AppSync", {
        name,
        schemaPath: appsyncSchema,
        resolverPath: appsyncResolver,
        handler: api,
        pool: login.pool,
      });
      this.#output("AppSyncUrl", graphql.graphqlUrl, "The API by AppSync");
    }

    this.#output("SiteUrl", siteOrigin, "The site, as everything else knows it");
    this.#output("DistributionHost", site.distribution.distributionDomainName, "CloudFront's name of the site");
    this.#output("DistributionId", site.distribution.distributionId, "What to invalidate");
    this.#output("SiteBucket", site.files.bucketName, "Where the pages go");
    this.#output("LogsBucket", storage.logs.bucketName, "Who read what");
    this.#output("StorageBucket", storage.photos.bucketName, "Where the photos are");
    this.#output("WorkingBucket", storage.working.bucketName, "Where archives are made");
    this.#output("TableName", table.tableName, "The catalog");
    this.#output("UserPoolId", login.pool.userPoolId, "Who may sign in");
    this.#output("SiteClientId", login.site.userPoolClientId, "The client of the pages");
    for (const [client, { userPoolClientId }] of login.thirdParties) {
      this.#output(`Client${client.replaceAll(/[^A-Za-z0-9]/g, "")}`, userPoolClientId, `The client of ${client}`);
    }
    this.#output("LoginUrl", login.origin, "The pages of the login");
    // Dashboards take tags only in newer versions of CloudFormation's schema, and need none.
    const tagged = { excludeResourceTypes: ["AWS::CloudWatch::Dashboard"] };
    Tags.of(this).add("application", "pam", tagged);
    Tags.of(this).add("deployment", name, tagged);
  }

  /**
   * The host of a site without a domain. CloudFront names it when the stack is made; the login, the buckets and the
   * functions, which CloudFront itself refers to, have to know it. So it comes in from outside, a second time round.
   */
  #siteHost(): string {
    return new CfnParameter(this, "SiteHost", {
      description: "The host of the site: the output DistributionHost, which make deploy hands back",
      type: "String",
      default: unknownSite,
      allowedPattern: "[a-z0-9.-]+",
    }).valueAsString;
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
