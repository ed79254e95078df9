/** The settings that the tests build stacks of: what a person gets who decides nothing, and all that can be decided. */
export const variants = {
  plain: {},
  full: {
    name: "photos",
    domain: {
      name: "photos.example.org",
      certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-1111-2222-3333-0123456789ab",
      hostedZone: { id: "Z0123456789ABC", name: "example.org" },
    },
    appsync: true,
    allowOrigins: ["https://friend.example.org", "http://localhost:5173"],
    selfSignUp: true,
    mfa: "required",
    monthlyBudget: 20,
    thirdParties: [{ name: "in a browser", callbackUrls: ["https://friend.example.org/back"], scopes: ["photos.read", "labels.read"], secret: false }],
    apiConcurrency: 50,
  },
} as const;

/** The name of one. */
export type Variant = keyof typeof variants;
