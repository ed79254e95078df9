import { Aws, Duration, Fn, RemovalPolicy } from "aws-cdk-lib";
import * as cognito from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";

import { explain } from "./explain.js";
import { type ApiScope, apiScopes, type Mfa, type ThirdPartyClient } from "./settings.js";

/** The resource server that the scopes of the API belong to: they are called pam/labels.read and so on. */
const resourceServer = "pam";

/** Where people come back to after signing in: the pages that do so. The first is also where they go after signing out. */
const pagePaths = ["/", "/graphiql"];

/** What the login is made of. */
export interface LoginProps {
  readonly name: string;
  readonly siteOrigin: string;
  readonly selfSignUp: boolean;
  readonly mfa: Mfa;
  readonly thirdParties: readonly ThirdPartyClient[];
}

/** Who people are: a Cognito user pool with its pages, and the clients that may send people there. */
export class Login extends Construct {
  readonly pool: cognito.UserPool;
  /** The client of the site's own pages. */
  readonly site: cognito.UserPoolClient;
  readonly thirdParties: ReadonlyMap<string, cognito.UserPoolClient>;
  /** The issuer of tokens, as their `iss` says it. */
  readonly issuer: string;
  /** The origin of the login's pages, which is not that of the issuer. */
  readonly origin: string;
  /** Ends the session at the login and sends people back to the site. */
  readonly logoutUrl: string;

  constructor(scope: Construct, id: string, props: LoginProps) {
    super(scope, id);
    this.pool = this.#userPool(props);
    // Prefixes are shared by all of a region's accounts; this part of the stack's id is nobody else's.
    const unique = Fn.select(4, Fn.split("-", Fn.select(2, Fn.split("/", Aws.STACK_ID))));
    const prefix = `${props.name}-${unique}`;
    this.pool.addDomain("Domain", {
      cognitoDomain: { domainPrefix: prefix },
      managedLoginVersion: cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.origin = `https://${prefix}.auth.${Aws.REGION}.amazoncognito.com`;
    this.issuer = `https://cognito-idp.${Aws.REGION}.amazonaws.com/${this.pool.userPoolId}`;

    const scopes = Object.fromEntries(
      Object.entries(apiScopes).map(([scopeName, scopeDescription]) => [
        scopeName,
        new cognito.ResourceServerScope({ scopeName, scopeDescription }),
      ]),
    ) as Record<ApiScope, cognito.ResourceServerScope>;
    const server = this.pool.addResourceServer("Api", { identifier: resourceServer, scopes: Object.values(scopes) });
    const oauthScopes = (names: readonly ApiScope[]) => [
      cognito.OAuthScope.OPENID,
      ...names.map((name) => cognito.OAuthScope.resourceServer(server, scopes[name])),
    ];

    this.site = this.#client("Site", {
      userPoolClientName: `${props.name} site`,
      generateSecret: false, // its code is in every browser
      oAuth: {
        flows: codeAlone,
        scopes: [cognito.OAuthScope.EMAIL, cognito.OAuthScope.PROFILE, ...oauthScopes(Object.keys(apiScopes) as ApiScope[])],
        callbackUrls: pagePaths.map((path) => props.siteOrigin + path),
        logoutUrls: pagePaths.map((path) => props.siteOrigin + path),
      },
    });
    this.thirdParties = new Map(
      props.thirdParties.map((client) => [
        client.name,
        this.#client(`ThirdParty-${client.name}`, {
          userPoolClientName: client.name,
          generateSecret: client.secret,
          oAuth: { flows: codeAlone, scopes: oauthScopes(client.scopes), callbackUrls: [...client.callbackUrls] },
        }),
      ]),
    );
    this.logoutUrl = `${this.origin}/logout?client_id=${this.site.userPoolClientId}&logout_uri=${props.siteOrigin}${pagePaths[0] ?? ""}`;
  }

  /** The ids of all clients, the site's first. */
  get clientIds(): string[] {
    return [this.site, ...this.thirdParties.values()].map((client) => client.userPoolClientId);
  }

  #userPool({ name, selfSignUp, mfa }: LoginProps): cognito.UserPool {
    const pool = new cognito.UserPool(this, "Pool", {
      userPoolName: name,
      featurePlan: cognito.FeaturePlan.ESSENTIALS, // free for the first 10,000 people a month
      selfSignUpEnabled: selfSignUp,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      // A new address counts once it has been shown to be theirs: notices go there.
      keepOriginal: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      mfa: { off: cognito.Mfa.OFF, optional: cognito.Mfa.OPTIONAL, required: cognito.Mfa.REQUIRED }[mfa],
      ...(mfa === "off" ? {} : { mfaSecondFactor: { otp: true, sms: false } }),
      accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN, // who owns a photo is an id of this pool
    });
    explain(pool, {
      "AwsSolutions-COG2": "A second factor is the person's choice unless the setting mfa requires it.",
      "AwsSolutions-COG3": "Threat protection needs the Plus plan, which costs for every person; quotas, long passwords and an optional second factor stand in.",
      "AwsSolutions-COG8": "The Plus plan costs for every person; the Essentials plan has what the login uses.",
    });
    return pool;
  }

  /** What all clients have: the pages of the login alone, short access tokens, refresh tokens that can be revoked. */
  #client(id: string, options: cognito.UserPoolClientOptions): cognito.UserPoolClient {
    const client = this.pool.addClient(id, {
      supportedIdentityProviders: [cognito.UserPoolClientIdentityProvider.COGNITO],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
      ...options,
    });
    // Passwords go to the pages of the login and to no API; left out, Cognito would take them by SRP as well.
    (client.node.defaultChild as cognito.CfnUserPoolClient).explicitAuthFlows = ["ALLOW_REFRESH_TOKEN_AUTH"];
    new cognito.CfnManagedLoginBranding(this, `${id}-Pages`, {
      userPoolId: this.pool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true, // without a style of some kind the pages are not served
    });
    return client;
  }
}

/** The only flow: no tokens in addresses, and none for programs without a person. */
const codeAlone: cognito.OAuthFlows = { authorizationCodeGrant: true, implicitCodeGrant: false, clientCredentials: false };
