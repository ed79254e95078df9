import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";

import { features } from "./features.js";
import { PamStack, type PamStackProps } from "./stack.js";

/** The application with its checks: a finding of either fails the synthesis. */
export function createApp(props: PamStackProps, options: { outdir?: string } = {}): { app: App; stack: PamStack } {
  const app = new App({ ...options, postCliContext: features, analyticsReporting: false });
  const stack = new PamStack(app, props);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, stack };
}
