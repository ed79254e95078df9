import { ApolloClient, ApolloLink, gql, InMemoryCache } from "@apollo/client";
import { of } from "rxjs";
import { expect, test, vi } from "vitest";

import { tokenLink, type Tokens } from "./tokenLink";

const query = gql`
  {
    me {
      id
    }
  }
`;
const answer = { data: { me: { __typename: "Viewer", id: "dan" } } };
const refusal = { errors: [{ message: "the token is not good", extensions: { code: "UNAUTHENTICATED" } }] };

/** A client whose server takes some tokens, and what it was sent. */
function setUp(tokens: Tokens, good: string) {
  const sent: string[] = [];
  const server = new ApolloLink((operation) => {
    const { authorization = "" } = (operation.getContext().headers ?? {}) as Record<string, string>;
    sent.push(authorization);
    return of(authorization === `Bearer ${good}` ? answer : refusal);
  });
  const client = new ApolloClient({ cache: new InMemoryCache(), link: ApolloLink.from([tokenLink(tokens), server]) });
  return { client, sent };
}

test("sends the token", async () => {
  const { client, sent } = setUp({ token: () => Promise.resolve("a"), replaceToken: vi.fn() }, "a");
  await client.query({ query });
  expect(sent).toEqual(["Bearer a"]);
});

test("renews a token that the server refuses, and sends the request once more", async () => {
  const replaceToken = vi.fn<Tokens["replaceToken"]>(() => Promise.resolve("b"));
  const { client, sent } = setUp({ token: () => Promise.resolve("a"), replaceToken }, "b");
  const { data } = await client.query({ query });
  expect(data).toMatchObject({ me: { id: "dan" } });
  expect(sent).toEqual(["Bearer a", "Bearer b"]);
  expect(replaceToken).toHaveBeenCalledExactlyOnceWith("a");
});

test("waits for the person to sign in again when the token cannot be renewed", async () => {
  let signIn: (token: string) => void = () => undefined;
  const token = vi
    .fn<Tokens["token"]>()
    .mockResolvedValueOnce("a")
    .mockReturnValueOnce(new Promise((resolve) => (signIn = resolve)));
  const { client, sent } = setUp({ token, replaceToken: () => Promise.resolve(undefined) }, "c");
  const pending = client.query({ query });
  await vi.waitFor(() => {
    expect(token).toHaveBeenCalledTimes(2);
  });
  expect(sent).toEqual(["Bearer a"]);
  signIn("c");
  await expect(pending).resolves.toMatchObject({ data: { me: { id: "dan" } } });
});

test("gives up after the second refusal, because a third token would be no better", async () => {
  const { client, sent } = setUp({ token: () => Promise.resolve("a"), replaceToken: () => Promise.resolve("b") }, "never");
  await expect(client.query({ query })).rejects.toThrow("not good");
  expect(sent).toHaveLength(2);
});
