import { UserManager, WebStorageStateStore } from "oidc-client-ts";

import type { Settings } from "../settings/settings";

/**
 * An OpenID Connect client for one page.
 *
 * Everything that it keeps lies in sessionStorage: tokens go with the tab, and no other tab can read them.
 * @param pageUrl the page's own address, registered at the issuer as redirect and post-logout redirect URI.
 */
export function createClient(settings: Settings, pageUrl: string): UserManager {
  const store = new WebStorageStateStore({ store: window.sessionStorage });
  return new UserManager({
    authority: settings.issuer,
    client_id: settings.clientId,
    redirect_uri: pageUrl,
    post_logout_redirect_uri: pageUrl,
    popup_redirect_uri: pageUrl,
    response_type: "code",
    scope: settings.scopes.join(" "),
    stateStore: store,
    userStore: store,
    // Session renews by refresh token alone; the library's own renewal would also try a hidden frame.
    automaticSilentRenew: false,
    accessTokenExpiringNotificationTimeInSeconds: 60,
  });
}
