import { ApolloClient, ApolloLink } from "@apollo/client";
import { ApolloProvider } from "@apollo/client/react";
import { MockLink } from "@apollo/client/testing";
import { I18nProvider } from "@cloudscape-design/components/i18n";
import messages from "@cloudscape-design/components/i18n/messages/all.en";
import createWrapper from "@cloudscape-design/components/test-utils/dom";
import { render } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import type { ReactNode } from "react";
import { MemoryRouter, useLocation } from "react-router";
import { Observable } from "rxjs";

import { createCache } from "../api/cache";
import { FlashProvider } from "../notifications/FlashProvider";
import { PageFlashbar } from "../notifications/PageFlashbar";
import type { Settings } from "../settings/settings";
import { SettingsContext } from "../settings/SettingsContext";
import type { Session, SessionState } from "../signin/session";
import { SessionContext } from "../signin/SessionContext";

/** What a test may set of the world around a page. */
export interface Surroundings {
  /** The API's answers, each given once unless it says otherwise; a request without one fails the test's expectations. */
  readonly answers?: readonly MockLink.MockedResponse[];
  /** In place of `answers`: the whole API. */
  readonly link?: ApolloLink;
  /** The address that is open. */
  readonly at?: string;
  readonly settings?: Partial<Settings>;
}

/** A page in a test. */
export interface Rendered {
  readonly client: ApolloClient;
  readonly user: UserEvent;
  /** Cloudscape's test utilities, over everything that is shown. */
  readonly cloudscape: ReturnType<typeof createWrapper>;
  /** The address that is open now. */
  readonly address: () => string;
}

const settings: Settings = { issuer: "http://127.0.0.1/oidc", clientId: "pam-web", scopes: ["openid"], logoutUrl: null, live: "poll" };

/** The person who is signed in. */
const signedIn: SessionState = { status: "signedIn", person: { id: "dan", name: "dan", scopes: [] } };
const session = { state: () => signedIn, subscribe: () => () => undefined } as unknown as Session;

/** Shows a page as App does: with the router, the API's client, settings, and messages at the top. */
export function renderPage(page: ReactNode, { answers = [], link, at = "/", settings: changes = {} }: Surroundings = {}): Rendered {
  const client = new ApolloClient({
    cache: createCache(),
    link: link ?? new MockLink([...answers], { defaultOptions: { delay: 0 } }),
    defaultOptions: { watchQuery: { fetchPolicy: "cache-and-network", nextFetchPolicy: "cache-first" } },
  });
  let address = at;
  function Address(): null {
    const { pathname, search } = useLocation();
    address = pathname + search;
    return null;
  }
  const { container } = render(
    <I18nProvider locale="en" messages={[messages]}>
      <SettingsContext value={{ ...settings, ...changes }}>
        <SessionContext value={session}>
          <ApolloProvider client={client}>
            <MemoryRouter initialEntries={[at]}>
              <FlashProvider>
                <PageFlashbar />
                <Address />
                {page}
              </FlashProvider>
            </MemoryRouter>
          </ApolloProvider>
        </SessionContext>
      </SettingsContext>
    </I18nProvider>,
  );
  return { client, user: userEvent.setup(), cloudscape: createWrapper(container), address: () => address };
}

/** An API that never answers: for what shows meanwhile. */
export function silence(): ApolloLink {
  return new ApolloLink(() => new Observable(() => undefined));
}
